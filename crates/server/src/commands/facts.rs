//! `perennial facts count`: what sources have sent. Works beside a running server.

use crate::output::Output;
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::access::Actor;
use perennial_app::sources;
use perennial_domain::time::Instant;
use serde::Serialize;

#[derive(ClapArgs)]
#[command(after_help = "Example:\n  perennial facts count --json")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Messages of all sources: accepted, sent again, quarantined.
    #[command(after_help = "Example:\n  perennial facts count --json")]
    Count,
}

#[derive(Serialize)]
struct Counts {
    /// Each is a fact, once.
    accepted: i64,
    /// Messages that were sent again, and changed nothing.
    duplicates: i64,
    /// Messages that became no fact: refused, held or discarded.
    quarantined: i64,
    /// Of those: of no use; the debugger of their source says why.
    refused: i64,
    /// Of those: kept aside now, until somebody releases or discards them.
    held: i64,
    /// Of those: discarded by somebody.
    discarded: i64,
    /// Of the accepted ones: kept aside first.
    released: i64,
    /// Of the accepted ones: dropped, because they name people who were erased.
    erased: i64,
    last_at: Option<String>,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let What::Count = args.what;
    let app = shared.open().await?;
    let counts = sources::facts_count(&app, &Actor::System("cli")).await?;
    let counts = Counts {
        accepted: counts.accepted,
        duplicates: counts.duplicates,
        quarantined: counts.quarantined(),
        refused: counts.refused,
        held: counts.held(),
        discarded: counts.discarded,
        released: counts.released,
        erased: counts.erased,
        last_at: counts.last_at.map(Instant::rfc3339),
    };
    let line = format!(
        "{} accepted, {} duplicates, {} quarantined ({} refused, {} held, {} discarded)",
        counts.accepted, counts.duplicates, counts.quarantined, counts.refused, counts.held, counts.discarded
    );
    output.result(&counts, &[line])
}
