//! One binary: everything here links DataFusion.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod append;
mod compact;
mod events;
mod fold;
mod forget;
mod kinds;
mod messages;
mod parquet;
mod parquet_hostile;
mod purchases;
mod rules;
mod sample;
mod sample_facts;
mod scan;
mod support;
mod timeline;
mod wanted;
mod workspace;
