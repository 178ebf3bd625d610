//! `perennial usage-card`: what is asked some days after a delivery, and who is due. Works beside a running server.

use super::CLI;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::App;
use perennial_app::usage_cards::{self, UsageCardError};
use perennial_domain::time::Instant;
use perennial_domain::usage_card::{CardSettings, LOW_RATING_USUAL, OPEN_DAYS_USUAL, Question};
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::PathBuf;

const SHOWN_MAX: usize = 200;

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial usage-card list
  perennial usage-card write seven_days card.json
  perennial usage-card due --card seven_days --json")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// All cards.
    #[command(after_help = "Example:\n  perennial usage-card list --json")]
    List,
    /// Register a card or change it, from a file: an object as `list --json` writes it.
    #[command(after_help = "Example:\n  perennial usage-card write seven_days card.json")]
    Write(WriteArgs),
    /// What a card asked before.
    #[command(after_help = "Example:\n  perennial usage-card versions seven_days --json")]
    Versions(CodeArgs),
    /// Who is due: the longest first, card by card.
    #[command(after_help = "Example:\n  perennial usage-card due --card seven_days --json")]
    Due(DueArgs),
}

#[derive(ClapArgs)]
struct WriteArgs {
    /// The code of the card.
    #[arg(value_name = "CODE")]
    code: String,
    /// A JSON file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(ClapArgs)]
struct CodeArgs {
    /// The code of the card.
    #[arg(value_name = "CODE")]
    code: String,
}

#[derive(ClapArgs)]
struct DueArgs {
    /// The code of a card; absent: of all.
    #[arg(long, value_name = "CODE", env = "PERENNIAL_CARD")]
    card: Option<String>,
}

/// A card in a file, as `list --json` writes it. With its version it takes the place of that version only, so that of two who
/// change a card at the same time one is told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CardFile {
    code: Option<String>,
    version: Option<i64>,
    name: String,
    product: Option<String>,
    days_after: i64,
    open_days: Option<i64>,
    questions: Vec<Question>,
    rating_field: Option<String>,
    low_rating: Option<i64>,
    #[serde(default)]
    is_archived: bool,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::List => {
            let cards = usage_cards::list_cards(&app, &CLI).await.map_err(refused)?;
            let items: Vec<Value> = cards
                .iter()
                .map(|card| {
                    with(settings_json(&card.settings), &[("code", json!(card.code)), ("version", json!(card.version))])
                })
                .collect();
            let line = |card: &usage_cards::Card| line_of(&card.code, card.version, &card.settings);
            output.result(&json!({ "items": items }), &cards.iter().map(line).collect::<Vec<_>>())
        }
        What::Write(args) => write(&app, &args, output).await,
        What::Versions(args) => {
            let found = usage_cards::card_versions(&app, &CLI, &args.code, None, SHOWN_MAX).await;
            let (versions, next) = found.map_err(refused)?;
            let items: Vec<Value> = versions
                .iter()
                .map(|one| {
                    let changed_at = one.changed_at.map(Instant::rfc3339);
                    let more = [
                        ("version", json!(one.version)),
                        ("changed_by", json!(one.changed_by)),
                        ("changed_at", json!(changed_at)),
                    ];
                    with(settings_json(&one.settings), &more)
                })
                .collect();
            let lines: Vec<String> =
                versions.iter().map(|one| line_of(&args.code, one.version, &one.settings)).collect();
            output.result(&json!({ "items": items, "is_cut": next.is_some() }), &lines)
        }
        What::Due(args) => due(&app, args.card.as_deref(), output).await,
    }
}

async fn write(app: &App, args: &WriteArgs, output: &Output) -> anyhow::Result<()> {
    let unreadable = |reason: String| Refused(format!("{}: {reason}", args.file.display()));
    let text = std::fs::read_to_string(&args.file).map_err(|error| unreadable(error.to_string()))?;
    let file: CardFile = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    if file.code.as_ref().is_some_and(|code| *code != args.code) {
        return Err(unreadable(format!("it is the card {}, not {}", file.code.unwrap_or_default(), args.code)).into());
    }
    let settings = CardSettings {
        name: file.name,
        product: file.product,
        days_after: file.days_after,
        open_days: file.open_days.unwrap_or(OPEN_DAYS_USUAL),
        questions: file.questions,
        rating_field: file.rating_field,
        low_rating: file.low_rating.unwrap_or(LOW_RATING_USUAL),
        is_archived: file.is_archived,
    };
    let known = usage_cards::list_cards(app, &CLI).await.map_err(refused)?;
    let newest = known.iter().find(|card| card.code == args.code).map(|card| card.version);
    let version = file.version.or(newest);
    let card = usage_cards::put_card(app, &CLI, &args.code, version, settings).await.map_err(refused)?;
    let object = with(settings_json(&card.settings), &[("code", json!(card.code)), ("version", json!(card.version))]);
    output.result(&object, &[line_of(&card.code, card.version, &card.settings)])
}

async fn due(app: &App, card: Option<&str>, output: &Output) -> anyhow::Result<()> {
    let page = usage_cards::due_cards(app, &CLI, card, None, SHOWN_MAX).await.map_err(refused)?;
    let items: Vec<Value> = page
        .items
        .iter()
        .map(|one| {
            json!({ "card": one.card, "customer_id": one.customer.public_id(), "order_no": one.order_no,
                "delivered_at": one.delivered_at.rfc3339(), "due_at": one.due_at.rfc3339(),
                "open_until": one.open_until.rfc3339() })
        })
        .collect();
    let lines: Vec<String> = page
        .items
        .iter()
        .map(|one| format!("{}: {}, due since {}", one.card, one.customer.public_id(), one.due_at.rfc3339()))
        .collect();
    output.result(&json!({ "items": items, "is_cut": page.next.is_some() }), &lines)
}

fn line_of(code: &str, version: i64, settings: &CardSettings) -> String {
    let product = settings.product.as_deref().unwrap_or("every delivery");
    let archived = if settings.is_archived { ", archived" } else { "" };
    format!(
        "{code} version {version}: {product}, after {} days, {} questions{archived}",
        settings.days_after,
        settings.questions.len()
    )
}

fn with(mut object: Value, more: &[(&str, Value)]) -> Value {
    for (name, value) in more {
        object[*name] = value.clone();
    }
    object
}

fn settings_json(settings: &CardSettings) -> Value {
    json!({
        "name": settings.name,
        "product": settings.product,
        "days_after": settings.days_after,
        "open_days": settings.open_days,
        "questions": settings.questions,
        "rating_field": settings.rating_field,
        "low_rating": settings.low_rating,
        "is_archived": settings.is_archived,
    })
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: UsageCardError) -> anyhow::Error {
    match error {
        UsageCardError::Invalid(fields) => {
            let texts: Vec<String> = fields.iter().map(|one| format!("{}: {}", one.field, one.allowed)).collect();
            Refused(texts.join("; ")).into()
        }
        UsageCardError::NoCard | UsageCardError::Changed | UsageCardError::Exists => Refused(error.to_string()).into(),
        other => other.into(),
    }
}
