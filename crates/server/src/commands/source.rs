//! `perennial source`: touch-points that send facts as they happen. Works beside a running server.

use super::CLI;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::access::idempotency::Once;
use perennial_app::sources::{self, KEY_OVERLAP_SECONDS_DEFAULT, NewSource, Source, SourceError};
use perennial_domain::identity::IdentifierType;
use perennial_domain::source::{SourceKind, SourceSettings, SourceState};
use perennial_domain::time::Instant;
use serde_json::{Value, json};

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial source create --name \"web shop\" --kind website
  perennial source list
  perennial source rotate-key src_1c9f0x3abcdefghjk --keep-earlier-seconds 3600
  perennial source pause src_1c9f0x3abcdefghjk")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a source and show its write key, this once.
    #[command(after_help = "Example:\n  perennial source create --name \"web shop\" --kind website")]
    Create(CreateArgs),
    /// All sources, with what came from each.
    #[command(after_help = "Example:\n  perennial source list --json")]
    List,
    /// Give a source a new write key and show it, this once.
    #[command(after_help = "Example:\n  perennial source rotate-key src_1c9f0x3abcdefghjk")]
    RotateKey(RotateArgs),
    /// Turn away what a source sends.
    #[command(after_help = "Example:\n  perennial source pause src_1c9f0x3abcdefghjk")]
    Pause(IdArgs),
    /// Let a source send again.
    #[command(after_help = "Example:\n  perennial source resume src_1c9f0x3abcdefghjk")]
    Resume(IdArgs),
}

#[derive(ClapArgs)]
struct CreateArgs {
    /// What people call it.
    #[arg(long, value_name = "NAME", env = "PERENNIAL_NAME")]
    name: String,
    /// website, app, mini_program, server, till or other.
    #[arg(long, value_name = "KIND", default_value = "other", env = "PERENNIAL_KIND")]
    kind: String,
    /// What `userId` of its messages is: user_id, customer_id or member_no.
    #[arg(long, value_name = "TYPE", default_value = "user_id", env = "PERENNIAL_USER_ID_TYPE")]
    user_id_type: String,
    /// Messages in a second; otherwise as many as come.
    #[arg(long, value_name = "NUMBER", env = "PERENNIAL_RATE_LIMIT")]
    rate_limit: Option<u32>,
}

#[derive(ClapArgs)]
struct RotateArgs {
    /// The id of the source.
    #[arg(value_name = "ID")]
    id: String,
    /// How long the earlier key still works.
    #[arg(long, value_name = "SECONDS", default_value_t = KEY_OVERLAP_SECONDS_DEFAULT,
        env = "PERENNIAL_KEEP_EARLIER_SECONDS")]
    keep_earlier_seconds: u32,
}

#[derive(ClapArgs)]
struct IdArgs {
    /// The id of the source.
    #[arg(value_name = "ID")]
    id: String,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::Create(args) => {
            let new =
                sources::create_source(&app, &CLI, settings_of(&args)?, &Once::unkeyed()).await.map_err(refused)?;
            show_key(&new, output)
        }
        What::List => {
            let views = sources::list_sources(&app, &CLI).await.map_err(refused)?;
            let items: Vec<Value> = views
                .iter()
                .map(|view| {
                    let mut item = source_json(&view.source);
                    item["accepted"] = view.totals.accepted.into();
                    item["duplicates"] = view.totals.duplicates.into();
                    item["quarantined"] = view.totals.quarantined().into();
                    item["held"] = view.totals.held().into();
                    item
                })
                .collect();
            let lines: Vec<String> = views
                .iter()
                .map(|view| {
                    let (source, totals) = (&view.source, &view.totals);
                    let settings = &source.settings;
                    format!(
                        "{} {} ({}, {}): {} accepted, {} duplicates, {} refused, {} held",
                        source.id,
                        settings.name,
                        settings.kind.code(),
                        settings.state.code(),
                        totals.accepted,
                        totals.duplicates,
                        totals.refused,
                        totals.held()
                    )
                })
                .collect();
            output.result(&json!({ "items": items }), &lines)
        }
        What::RotateKey(args) => {
            let new =
                sources::rotate_write_key(&app, &CLI, &args.id, args.keep_earlier_seconds, &Once::unkeyed()).await;
            show_key(&new.map_err(refused)?, output)
        }
        What::Pause(args) => set_state(&app, &args.id, SourceState::Paused, output).await,
        What::Resume(args) => set_state(&app, &args.id, SourceState::Active, output).await,
    }
}

async fn set_state(app: &perennial_app::App, id: &str, state: SourceState, output: &Output) -> anyhow::Result<()> {
    let source = sources::set_state(app, &CLI, id, state).await.map_err(refused)?;
    let line = format!("{} is {}", source.settings.name, state.code());
    output.result(&source_json(&source), &[line])
}

fn settings_of(args: &CreateArgs) -> anyhow::Result<SourceSettings> {
    let wrong = |flag: &str, text: &str, allowed: String| Refused(format!("{flag} {text}: one of {allowed}"));
    let kinds = || SourceKind::ALL.map(SourceKind::code).join(", ");
    let kind = SourceKind::parse(&args.kind).ok_or_else(|| wrong("--kind", &args.kind, kinds()))?;
    let types = || perennial_domain::source::USER_ID_TYPES.map(IdentifierType::code).join(", ");
    let user_id_type = IdentifierType::parse(&args.user_id_type)
        .ok_or_else(|| wrong("--user-id-type", &args.user_id_type, types()))?;
    Ok(SourceSettings { kind, user_id_type, rate_limit: args.rate_limit, ..SourceSettings::named(&args.name) })
}

fn show_key(new: &NewSource, output: &Output) -> anyhow::Result<()> {
    let mut object = source_json(&new.source);
    object["write_key"] = new.write_key.as_str().into();
    let line = format!("write key of {}, shown only here: {}", new.source.settings.name, new.write_key);
    output.result(&object, &[line, format!("id {}", new.source.id)])
}

fn source_json(source: &Source) -> Value {
    let settings = &source.settings;
    json!({
        "id": source.id,
        "name": settings.name,
        "kind": settings.kind.code(),
        "state": settings.state.code(),
        "user_id_type": settings.user_id_type.code(),
        "rate_limit": settings.rate_limit,
        "write_key_ending": source.key_ending,
        "earlier_key_valid_until": source.previous_key_until.map(Instant::rfc3339),
    })
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: SourceError) -> anyhow::Error {
    match error {
        SourceError::NotFound | SourceError::VersionConflict => Refused(error.to_string()).into(),
        SourceError::Invalid(fields) => {
            let wrong: Vec<String> = fields.iter().map(|field| format!("{}: {}", field.field, field.allowed)).collect();
            Refused(wrong.join("; ")).into()
        }
        other => other.into(),
    }
}
