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
    /// Messages of all sources: accepted, sent again, refused.
    #[command(after_help = "Example:\n  perennial facts count --json")]
    Count,
}

#[derive(Serialize)]
struct Counts {
    /// Each is a fact, once.
    accepted: i64,
    /// Messages that were sent again, and changed nothing.
    duplicates: i64,
    /// Messages that became no fact; the debugger of their source says why.
    quarantined: i64,
    last_at: Option<String>,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let What::Count = args.what;
    let app = shared.open().await?;
    let counts = sources::facts_count(&app, &Actor::System("cli")).await?;
    let counts = Counts {
        accepted: counts.accepted,
        duplicates: counts.duplicates,
        quarantined: counts.refused,
        last_at: counts.last_at.map(Instant::rfc3339),
    };
    let line =
        format!("{} accepted, {} duplicates, {} quarantined", counts.accepted, counts.duplicates, counts.quarantined);
    output.result(&counts, &[line])
}
