//! `perennial privacy`: everything about a person as a file, or gone for good, with a receipt. Works beside a running server.

use super::CLI;
use crate::output::{Busy, Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::customers::{self, CustomerError};
use perennial_app::imports::ImportError;
use perennial_app::privacy::{self, Erasure, PrivacyError};
use perennial_app::{App, pipeline};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Erasures that `list` shows.
const SHOWN_MAX: i64 = 200;

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial privacy erase ann@example.com --reason \"request 2026-114\"
  perennial privacy export ann@example.com -o ann.jsonl
  perennial privacy list
  perennial privacy receipt write era_1c9f0x3abcdefghjk -o receipt.json
  perennial privacy receipt verify receipt.json")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Erase a person everywhere, for good: all profiles, history, files and queues.
    #[command(after_help = "Example:\n  perennial privacy erase ann@example.com --reason \"request 2026-114\" --json")]
    Erase(EraseArgs),
    /// Write everything that is kept about a person to a file: a JSON object on each line.
    #[command(after_help = "Example:\n  perennial privacy export ann@example.com -o ann.jsonl")]
    Export(ExportArgs),
    /// List erasures, the newest first.
    #[command(after_help = "Example:\n  perennial privacy list --json")]
    List,
    /// Write or verify the receipt of an erasure.
    #[command(after_help = "Examples:
  perennial privacy receipt write era_1c9f0x3abcdefghjk -o receipt.json
  perennial privacy receipt verify receipt.json")]
    Receipt(ReceiptArgs),
}

#[derive(ClapArgs)]
struct ExportArgs {
    /// Any identifier of the person.
    #[arg(value_name = "IDENTIFIER")]
    identifier: String,
    /// The file to write; it appears whole or not at all.
    #[arg(long, short, value_name = "FILE", env = "PERENNIAL_OUTPUT")]
    output: PathBuf,
}

#[derive(ClapArgs)]
struct EraseArgs {
    /// Any identifier of the person; one whose erasure was broken off goes on by the id of the customer.
    #[arg(value_name = "IDENTIFIER")]
    identifier: String,
    /// Why, for the receipt, such as the number of the request. No personal data.
    #[arg(long, value_name = "TEXT", env = "PERENNIAL_REASON")]
    reason: String,
}

#[derive(ClapArgs)]
struct ReceiptArgs {
    #[command(subcommand)]
    what: ReceiptWhat,
}

#[derive(Subcommand)]
enum ReceiptWhat {
    /// Write the receipt of an erasure to a file.
    #[command(after_help = "Example:\n  perennial privacy receipt write era_1c9f0x3abcdefghjk -o receipt.json")]
    Write(WriteArgs),
    /// Say whether a receipt is whole and signed.
    #[command(after_help = "Example:\n  perennial privacy receipt verify receipt.json --json")]
    Verify(VerifyArgs),
}

#[derive(ClapArgs)]
struct WriteArgs {
    /// The id of the erasure.
    #[arg(value_name = "ID")]
    id: String,
    /// The file to write.
    #[arg(long, short, value_name = "FILE", env = "PERENNIAL_OUTPUT")]
    output: PathBuf,
}

#[derive(ClapArgs)]
struct VerifyArgs {
    /// The receipt.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Whose signature it is to be; otherwise that of this workspace.
    #[arg(long, value_name = "KEY", env = "PERENNIAL_PUBLIC_KEY")]
    public_key: Option<String>,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::Erase(args) => erase(&app, &args, output).await,
        What::Export(args) => export(&app, &args, output).await,
        What::List => list(&app, output).await,
        What::Receipt(ReceiptArgs { what: ReceiptWhat::Write(args) }) => write_receipt(&app, &args, output).await,
        What::Receipt(ReceiptArgs { what: ReceiptWhat::Verify(args) }) => verify(&app, &args, output).await,
    }
}

async fn erase(app: &App, args: &EraseArgs, output: &Output) -> anyhow::Result<()> {
    // What was accepted a moment ago, also by a server that is no more, is part of what is erased.
    pipeline::apply_all(app).await?;
    let customer = match CustomerNumber::from_public_id(args.identifier.trim()) {
        Some(number) => number,
        None => find(app, &args.identifier).await?,
    };
    let erasure = privacy::erase(app, &CLI, customer, &args.reason).await.map_err(refused)?;
    let object = erasure_json(&erasure);
    let mut lines = vec![erasure_line(&erasure)];
    lines.extend(
        erasure.removed.iter().filter(|(_, count)| **count > 0).map(|(place, count)| format!("  {place}: {count}")),
    );
    if erasure.finished_at.is_some() {
        lines.push(format!("the receipt: perennial privacy receipt write {} -o receipt.json", erasure.id));
    }
    output.result(&object, &lines)
}

async fn export(app: &App, args: &ExportArgs, output: &Output) -> anyhow::Result<()> {
    pipeline::apply_all(app).await?;
    let customer = find(app, &args.identifier).await?;
    let part = super::export::part_of(&args.output);
    let mut file = std::fs::File::create_new(&part).map_err(|error| Refused(format!("{}: {error}", part.display())))?;
    let mut export = privacy::begin_person_export(app, &CLI, customer).await.map_err(refused)?;
    let written = async {
        while let Some(bytes) = export.next_bytes().await? {
            file.write_all(&bytes)?;
        }
        file.sync_all()?;
        anyhow::Ok(std::fs::rename(&part, &args.output)?)
    };
    if let Err(error) = written.await {
        let _gone = std::fs::remove_file(&part).is_ok();
        return Err(error);
    }
    let (id, file) = (export.customer().public_id(), args.output.display().to_string());
    let lines: u64 = export.counts().values().sum();
    let object = json!({ "customer": id, "file": file, "records": export.counts() });
    output.result(&object, &[format!("{lines} records about {id} written to {file}")])
}

async fn find(app: &App, identifier: &str) -> anyhow::Result<CustomerNumber> {
    customers::find_customer(app, &CLI, identifier).await.map_err(|error| match error {
        CustomerError::NotFound => Refused(format!("no customer has the identifier {identifier}")).into(),
        CustomerError::Ambiguous(_) => Refused(error.to_string()).into(),
        other => other.into(),
    })
}

async fn list(app: &App, output: &Output) -> anyhow::Result<()> {
    let erasures = privacy::erasures(app, &CLI, None, SHOWN_MAX).await.map_err(refused)?;
    let items: Vec<Value> = erasures.iter().map(erasure_json).collect();
    let lines: Vec<String> = erasures.iter().map(erasure_line).collect();
    output.result(&json!({ "items": items }), &lines)
}

async fn write_receipt(app: &App, args: &WriteArgs, output: &Output) -> anyhow::Result<()> {
    let erasure = privacy::erasure(app, &CLI, &args.id).await.map_err(refused)?;
    let Some(receipt) = erasure.receipt else {
        return Err(Busy(format!("{} is not done yet: there is no receipt", erasure.id)).into());
    };
    let text = format!("{}\n", serde_json::to_string_pretty(&receipt)?);
    std::fs::write(&args.output, text).map_err(|error| Refused(format!("{}: {error}", args.output.display())))?;
    let file = args.output.display().to_string();
    output.result(&json!({ "erasure": erasure.id, "file": file }), &[format!("written to {file}")])
}

async fn verify(app: &App, args: &VerifyArgs, output: &Output) -> anyhow::Result<()> {
    let text = read(&args.file)?;
    let verdict = privacy::verify_receipt(app, &text, args.public_key.as_deref()).await.map_err(refused)?;
    if !verdict.is_valid {
        let why = match (verdict.is_hash_right, verdict.is_signature_right, verdict.is_key_known) {
            (false, ..) => "its content was changed",
            (_, false, _) => "its signature is not of its content",
            (.., false) => "it is signed by another key",
            (true, true, true) => "it is no receipt of an erasure",
        };
        return Err(Refused(format!("{} is not valid: {why}", args.file.display())).into());
    }
    let object = json!({
        "valid": true, "erasure": verdict.erasure, "customer": verdict.customer, "key_id": verdict.key_id,
    });
    let (erasure, customer) = (verdict.erasure.unwrap_or_default(), verdict.customer.unwrap_or_default());
    output.result(&object, &[format!("valid: erasure {erasure} of {customer}, signed by key {}", verdict.key_id)])
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).map_err(|error| Refused(format!("{}: {error}", file.display())).into())
}

fn erasure_json(erasure: &Erasure) -> Value {
    json!({
        "id": erasure.id,
        "state": erasure.state.code(),
        "customer": erasure.customer.public_id(),
        "profiles": erasure.profiles.iter().map(|one| one.public_id()).collect::<Vec<_>>(),
        "reason": erasure.reason,
        "requested_by": erasure.requested_by,
        "requested_at": erasure.requested_at.rfc3339(),
        "deadline_at": erasure.deadline_at.rfc3339(),
        "finished_at": erasure.finished_at.map(Instant::rfc3339),
        "overdue": erasure.is_overdue,
        "waits_for": erasure.waits_for,
        "removed": erasure.removed,
        "back_since": erasure.back_since.map(Instant::rfc3339),
    })
}

fn erasure_line(erasure: &Erasure) -> String {
    let customer = erasure.customer.public_id();
    let state = match (&erasure.finished_at, &erasure.waits_for) {
        (Some(at), _) => format!("erased, {}", at.rfc3339()),
        (None, Some(import)) => {
            format!("waits for import {import}; a running server goes on with it, or the same command later")
        }
        (None, None) => "being erased".to_owned(),
    };
    let back = erasure.back_since.map_or_else(String::new, |at| format!("; back since {}", at.rfc3339()));
    format!("{} {customer}: {state}{back}", erasure.id)
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: PrivacyError) -> anyhow::Error {
    match error {
        PrivacyError::NoCustomer | PrivacyError::NoErasure | PrivacyError::NoReason { .. } => {
            Refused(error.to_string()).into()
        }
        PrivacyError::Files(ImportError::Busy) => Busy(error.to_string()).into(),
        other => other.into(),
    }
}
