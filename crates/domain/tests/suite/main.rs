//! One binary for all integration tests of the domain crate.

#![expect(clippy::unwrap_used, reason = "a failing helper should fail its test")]

mod community;
mod coupons;
mod coupons_states;
mod data;
mod discounts;
mod discounts_sample;
mod identity_states;
mod import_columns;
mod import_orders;
mod import_parse;
mod import_readings;
mod layers;
mod matrix;
mod plan;
mod plan_properties;
mod random;
mod rewards;
mod rules_errors;
mod rules_examples;
mod rules_properties;
mod rules_schema;
mod rules_second;
mod rules_windows;
mod tracking;
mod tracking_orders;
mod value_properties;
mod value_reference;
mod value_simulation;
mod value_spots;
mod value_tables;
