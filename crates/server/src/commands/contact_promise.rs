//! `perennial contact-promise`: who looks after the customers of a segment, and how often each is contacted. Works beside a running
//! server, which gives the customers their owners.

use super::CLI;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::App;
use perennial_app::key_customers::{self, KeyCustomerError, Owner, Promise};
use perennial_app::segments::SegmentError;
use serde_json::{Value, json};

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial contact-promise put key_customers --days 30 --owner usr_1c9f0x3abcdefghjk --owner usr_1c9f0x4abcdefghjk
  perennial contact-promise list
  perennial contact-promise remove key_customers")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// All promises, and who may be an owner.
    #[command(after_help = "Example:\n  perennial contact-promise list --json")]
    List,
    /// Give the customers of a segment owners and a promise, or change that.
    #[command(
        after_help = "Example:\n  perennial contact-promise put key_customers --days 30 --owner usr_1c9f0x3abcdefghjk"
    )]
    Put(PutArgs),
    /// Take a promise back: the customers have no owners any more.
    #[command(after_help = "Example:\n  perennial contact-promise remove key_customers")]
    Remove(SegmentArgs),
}

#[derive(ClapArgs)]
struct PutArgs {
    /// The code of the segment.
    #[arg(value_name = "SEGMENT")]
    segment: String,
    /// Within so many days each customer is contacted: 1 to 365.
    #[arg(long, value_name = "DAYS", env = "PERENNIAL_DAYS")]
    days: i64,
    /// The id of a user who may write about customers; several in their order.
    #[arg(long = "owner", value_name = "USER", env = "PERENNIAL_OWNER", value_delimiter = ',', required = true)]
    owners: Vec<String>,
}

#[derive(ClapArgs)]
struct SegmentArgs {
    /// The code of the segment.
    #[arg(value_name = "SEGMENT")]
    segment: String,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::List => list(&app, output).await,
        What::Put(args) => put(&app, args, output).await,
        What::Remove(args) => remove(&app, &args.segment, output).await,
    }
}

async fn list(app: &App, output: &Output) -> anyhow::Result<()> {
    let (promises, candidates) = key_customers::list_promises(app, &CLI).await.map_err(refused)?;
    let mut lines: Vec<String> = promises.iter().map(line_of).collect();
    lines.extend(candidates.iter().map(|one| format!("may be an owner: {} {}", one.user_id, one.name)));
    let items: Vec<Value> = promises.iter().map(json_of).collect();
    output.result(&json!({ "items": items, "candidates": owners_of(&candidates) }), &lines)
}

async fn put(app: &App, args: PutArgs, output: &Output) -> anyhow::Result<()> {
    let version = version_of(app, &args.segment).await?;
    let put = key_customers::put_promise(app, &CLI, &args.segment, version, args.days, args.owners).await;
    let promise = put.map_err(refused)?;
    output.result(&json_of(&promise), &[line_of(&promise)])
}

async fn remove(app: &App, segment: &str, output: &Output) -> anyhow::Result<()> {
    let version = version_of(app, segment).await?.ok_or_else(|| refused(KeyCustomerError::NoPromise))?;
    key_customers::remove_promise(app, &CLI, segment, version).await.map_err(refused)?;
    output.result(&json!({ "segment": segment }), &[format!("no contact is promised to {segment} any more")])
}

async fn version_of(app: &App, segment: &str) -> anyhow::Result<Option<i64>> {
    match key_customers::get_promise(app, &CLI, segment).await {
        Ok(promise) => Ok(Some(promise.version)),
        Err(KeyCustomerError::NoPromise) => Ok(None),
        Err(error) => Err(refused(error)),
    }
}

fn line_of(promise: &Promise) -> String {
    let owners: Vec<&str> = promise.owners.iter().map(|one| one.name.as_str()).collect();
    let Promise { segment, days, overdue_segment, .. } = promise;
    format!("{segment}: a contact in {days} days, by {}; overdue: {overdue_segment}", owners.join(", "))
}

fn json_of(promise: &Promise) -> Value {
    json!({
        "segment": promise.segment,
        "segment_name": promise.segment_name,
        "days": promise.days,
        "owners": owners_of(&promise.owners),
        "unable_owners": promise.unable_owners,
        "overdue_segment": promise.overdue_segment,
        "version": promise.version,
        "changed_by": promise.changed_by,
        "changed_at": promise.changed_at.rfc3339(),
    })
}

fn owners_of(owners: &[Owner]) -> Vec<Value> {
    owners.iter().map(|one| json!({ "user_id": one.user_id, "name": one.name })).collect()
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: KeyCustomerError) -> anyhow::Error {
    match error {
        KeyCustomerError::Invalid(fields) | KeyCustomerError::Segment(SegmentError::Invalid(fields)) => {
            let texts: Vec<String> = fields.iter().map(|one| format!("{}: {}", one.field, one.allowed)).collect();
            Refused(texts.join("; ")).into()
        }
        KeyCustomerError::NoSegment
        | KeyCustomerError::NoPromise
        | KeyCustomerError::Changed
        | KeyCustomerError::Exists
        | KeyCustomerError::Taken(_)
        | KeyCustomerError::Segment(SegmentError::StoodOn(_) | SegmentError::Rule(_)) => {
            Refused(error.to_string()).into()
        }
        other => other.into(),
    }
}
