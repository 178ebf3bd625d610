//! The suite of the API: requests through the whole router, on a real store and a real history.
//!
//! Names are sentences of behaviour. Stories run on SQLite and on PostgreSQL. Time moves by hand; nothing sleeps.

#![expect(clippy::unwrap_used, reason = "a test: a panic is the failed test")]

mod access;
mod audiences;
mod audit;
mod clerk_codes;
mod clerks;
mod clusters;
mod codes;
mod communities;
mod consents;
mod customers;
mod earning;
mod fields;
mod fixtures;
mod forms;
mod idempotency;
mod identity;
mod imports;
mod insights;
mod inventory;
mod jobs;
mod key_customers;
mod layers;
mod links;
mod matrices;
mod openapi;
mod over_time;
mod paths;
mod plans;
mod privacy;
mod protocol;
mod pulls;
mod reach;
mod receipts;
mod receipts_told;
mod rewards;
mod roles;
mod segments;
mod settings;
mod sources;
mod stores;
mod support;
mod tags;
mod tracking;
mod upserts;
mod usage_cards;
mod webhooks;
mod worked_examples;
