//! `perennial migrate`

use crate::output::Output;
use crate::workspace::Shared;
use serde::Serialize;

#[derive(clap::Args)]
#[command(after_help = "Example:\n  perennial migrate --database-url postgres://perennial@db.example/perennial")]
pub struct Args {}

#[derive(Serialize)]
struct Migrated {
    store: &'static str,
    schema: i64,
}

pub async fn run(_args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    // Opening the store has migrated it: this is the version that it is at now.
    let schema = perennial_store::inspect::migrations().last().map_or(0, |(number, _)| *number);
    let migrated = Migrated { store: app.store.engine().name(), schema };
    output.result(&migrated, &[format!("the store ({}) is at schema {schema}", migrated.store)])
}
