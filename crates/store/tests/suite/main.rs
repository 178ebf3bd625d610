//! The suite of the store: every test runs on SQLite and on PostgreSQL.
//!
//! A test is an async function that takes a `&TestStore`; `on_both!` makes a test per engine of it.

#![expect(clippy::unwrap_used, reason = "a test stops where what it needs is missing")]

macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(&perennial_testkit::sqlite_store().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                if let Some(store) = perennial_testkit::postgres_store().await {
                    super::$name(&store).await;
                }
            })+
        }
    };
}

mod access;
mod activity;
mod audiences;
mod automatic_tags;
mod clerks;
mod clusters;
mod codes;
mod communities;
mod concurrency;
mod consents;
mod coverage;
mod customer_changes;
mod customers;
mod earning;
mod fields;
mod fixtures;
mod forms;
mod foundation;
mod identity;
mod imports;
mod incentives;
mod index_snapshots;
mod insights;
mod inventory;
mod jobs;
mod journal;
mod key_customers;
mod layers;
mod leases;
mod ledger;
mod ledger_random;
mod matrices;
mod merges;
mod parts;
mod plans;
mod priorities;
mod privacy;
mod progress;
mod quarantine;
mod reach;
mod receipts;
mod records;
mod relations;
mod scenes;
mod schema;
mod scores;
mod segment_moves;
mod segments;
mod sources;
mod stores;
mod tags;
mod tickets;
mod topics;
mod touch_points;
mod tracking;
mod units;
mod usage_cards;
mod values;
mod wallets;
mod webhooks;
