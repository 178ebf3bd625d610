//! `perennial quarantine`: facts that are kept aside because they are not as planned. Works beside a running server.

use super::CLI;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::App;
use perennial_app::access::idempotency::Once;
use perennial_app::plans::{self, Decision, HeldCount, HeldQuery, PlanError, Which};
use serde_json::{Value, json};

/// Facts that `list` shows; the counts are of all.
const SHOWN_MAX: usize = 200;

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial quarantine list src_1c9f0x3abcdefghjk
  perennial quarantine release src_1c9f0x3abcdefghjk --event \"Order Completed\"
  perennial quarantine discard src_1c9f0x3abcdefghjk")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// What is kept aside of a source, and why.
    #[command(after_help = "Example:\n  perennial quarantine list src_1c9f0x3abcdefghjk --json")]
    List(ListArgs),
    /// Let facts go the way of all facts.
    #[command(after_help = "Example:\n  perennial quarantine release src_1c9f0x3abcdefghjk")]
    Release(DecideArgs),
    /// Remove facts that nobody wants, for good.
    #[command(after_help = "Example:\n  perennial quarantine discard src_1c9f0x3abcdefghjk")]
    Discard(DecideArgs),
}

#[derive(ClapArgs)]
struct ListArgs {
    /// The id of the source.
    #[arg(value_name = "ID")]
    id: String,
}

#[derive(ClapArgs)]
struct DecideArgs {
    /// The id of the source.
    #[arg(value_name = "ID")]
    id: String,
    /// Only facts of this event; otherwise all.
    #[arg(long, value_name = "NAME", env = "PERENNIAL_EVENT")]
    event: Option<String>,
    /// The type of the event: track, page, screen, identify or group.
    #[arg(long, value_name = "TYPE", default_value = "track", env = "PERENNIAL_EVENT_TYPE")]
    event_type: String,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::List(args) => list(&app, &args.id, output).await,
        What::Release(args) => decide(&app, args, Decision::Release, output).await,
        What::Discard(args) => decide(&app, args, Decision::Discard, output).await,
    }
}

async fn list(app: &App, id: &str, output: &Output) -> anyhow::Result<()> {
    let counts = plans::held_facts(app, &CLI, id).await.map_err(refused)?;
    let page = plans::held_page(app, &CLI, id, &HeldQuery::default(), SHOWN_MAX).await.map_err(refused)?;
    let items: Vec<Value> = page
        .facts
        .iter()
        .map(|held| {
            json!({
                "id": held.id,
                "at": held.at.rfc3339(),
                "event_type": held.event_type,
                "event": held.event,
                "message_id": held.message_id,
                "violations": held.violations,
                "shape": held.shape,
            })
        })
        .collect();
    let event =
        |count: &HeldCount| json!({ "event_type": count.event_type, "event": count.event, "facts": count.facts });
    let events: Vec<Value> = counts.iter().map(event).collect();
    let lines: Vec<String> =
        counts.iter().map(|count| format!("{} {}: {} facts", count.event_type, count.event, count.facts)).collect();
    output.result(&json!({ "events": events, "items": items }), &lines)
}

async fn decide(app: &App, args: DecideArgs, decision: Decision, output: &Output) -> anyhow::Result<()> {
    let which = match args.event {
        Some(event) => Which::Event { event_type: args.event_type, event },
        None => Which::All,
    };
    let mut facts = 0;
    loop {
        let decided = plans::decide(app, &CLI, &args.id, &which, decision, &Once::unkeyed()).await.map_err(refused)?;
        facts += decided.facts;
        if !decided.more {
            break;
        }
    }
    let word = match decision {
        Decision::Release => "released",
        Decision::Discard => "discarded",
    };
    output.result(&json!({ word: facts }), &[format!("{facts} facts {word}")])
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: PlanError) -> anyhow::Error {
    match error {
        PlanError::NoSource => Refused(error.to_string()).into(),
        other => other.into(),
    }
}
