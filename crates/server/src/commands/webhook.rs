//! `perennial webhook`: other systems hear what happens. Works beside a running server, which does the sending.

use super::CLI;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::builder::BoolishValueParser;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::App;
use perennial_app::access::idempotency::Once;
use perennial_app::webhooks::{
    self, Attempt, Endpoint, EndpointView, NewEndpoint, Replay, SECRET_OVERLAP_SECONDS_DEFAULT, WebhookError,
};
use perennial_domain::time::Instant;
use perennial_domain::webhook::{EndpointSettings, EventType};
use serde_json::{Value, json};

/// Attempts that `log` shows.
const LOG_SHOWN: usize = 50;

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial webhook create --url https://crm.example.com/hooks --events order.created,order.refunded
  perennial webhook list
  perennial webhook log whk_1c9f0x3abcdefghjk
  perennial webhook replay whk_1c9f0x3abcdefghjk --failed")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a webhook and show its secret, this once.
    #[command(after_help = "Example:
  perennial webhook create --url https://crm.example.com/hooks --events order.created,order.refunded")]
    Create(CreateArgs),
    /// All webhooks, with what became of their messages.
    #[command(after_help = "Example:\n  perennial webhook list --json")]
    List,
    /// Send nothing until it is resumed.
    #[command(after_help = "Example:\n  perennial webhook pause whk_1c9f0x3abcdefghjk")]
    Pause(IdArgs),
    /// Send again, and what waits at once.
    #[command(after_help = "Example:\n  perennial webhook resume whk_1c9f0x3abcdefghjk")]
    Resume(IdArgs),
    /// Give a webhook a new secret and show it, this once.
    #[command(after_help = "Example:\n  perennial webhook rotate-secret whk_1c9f0x3abcdefghjk")]
    RotateSecret(RotateArgs),
    /// Send a message to look whether it arrives.
    #[command(after_help = "Example:\n  perennial webhook test whk_1c9f0x3abcdefghjk")]
    Test(IdArgs),
    /// Send messages of the last seven days once more.
    #[command(after_help = "Examples:
  perennial webhook replay whk_1c9f0x3abcdefghjk --failed
  perennial webhook replay whk_1c9f0x3abcdefghjk --since 2026-11-21T08:00:00Z
  perennial webhook replay whk_1c9f0x3abcdefghjk --event evt_1c9f0x3abcdefghjk")]
    Replay(ReplayArgs),
    /// The last attempts with their answers and times.
    #[command(after_help = "Example:\n  perennial webhook log whk_1c9f0x3abcdefghjk --json")]
    Log(IdArgs),
    /// Remove a webhook with all that waits for it.
    #[command(after_help = "Example:\n  perennial webhook delete whk_1c9f0x3abcdefghjk")]
    Delete(IdArgs),
}

#[derive(ClapArgs)]
struct CreateArgs {
    /// Where messages go; begins with https://.
    #[arg(long, value_name = "URL", env = "PERENNIAL_URL")]
    url: String,
    /// Types of events, with commas.
    #[arg(long, value_name = "TYPES", value_delimiter = ',', env = "PERENNIAL_EVENTS", required = true)]
    events: Vec<String>,
    /// What people call it.
    #[arg(long, value_name = "TEXT", default_value = "", env = "PERENNIAL_DESCRIPTION")]
    description: String,
    /// Also what files bring.
    #[arg(long, env = "PERENNIAL_WITH_IMPORTS", value_parser = BoolishValueParser::new())]
    with_imports: bool,
    /// It may lead to a private network, or be without TLS; the server needs the same flag.
    #[arg(long, env = "PERENNIAL_ALLOW_PRIVATE_TARGETS", value_parser = BoolishValueParser::new())]
    allow_private_targets: bool,
}

#[derive(ClapArgs)]
struct RotateArgs {
    /// The id of the webhook.
    #[arg(value_name = "ID")]
    id: String,
    /// How long messages are signed by the earlier secret too.
    #[arg(long, value_name = "SECONDS", default_value_t = SECRET_OVERLAP_SECONDS_DEFAULT,
        env = "PERENNIAL_KEEP_EARLIER_SECONDS")]
    keep_earlier_seconds: u32,
}

#[derive(ClapArgs)]
struct ReplayArgs {
    /// The id of the webhook.
    #[arg(value_name = "ID")]
    id: String,
    /// This event.
    #[arg(long, value_name = "ID", env = "PERENNIAL_EVENT", group = "which",
        required_unless_present_any = ["since", "failed"])]
    event: Option<String>,
    /// All from that instant on.
    #[arg(long, value_name = "TIME", env = "PERENNIAL_SINCE", group = "which")]
    since: Option<String>,
    /// All that was given up.
    #[arg(long, env = "PERENNIAL_FAILED", group = "which", value_parser = BoolishValueParser::new())]
    failed: bool,
}

#[derive(ClapArgs)]
struct IdArgs {
    /// The id of the webhook.
    #[arg(value_name = "ID")]
    id: String,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::Create(args) => {
            let settings = settings_of(&args)?;
            let private = args.allow_private_targets;
            let new = webhooks::create_endpoint(&app, &CLI, settings, private, &Once::unkeyed()).await;
            show_secret(&new.map_err(refused)?, output)
        }
        What::List => {
            let views = webhooks::list_endpoints(&app, &CLI).await.map_err(refused)?;
            let items: Vec<Value> = views.iter().map(view_json).collect();
            let lines: Vec<String> = views.iter().map(line_of).collect();
            output.result(&json!({ "items": items }), &lines)
        }
        What::Pause(args) => show(&webhooks::pause_endpoint(&app, &CLI, &args.id).await.map_err(refused)?, output),
        What::Resume(args) => show(&webhooks::resume_endpoint(&app, &CLI, &args.id).await.map_err(refused)?, output),
        What::RotateSecret(args) => {
            let new = webhooks::rotate_secret(&app, &CLI, &args.id, args.keep_earlier_seconds, &Once::unkeyed()).await;
            show_secret(&new.map_err(refused)?, output)
        }
        What::Test(args) => {
            let id = webhooks::test_endpoint(&app, &CLI, &args.id, &Once::unkeyed()).await.map_err(refused)?;
            let line = format!("{id} is sent by the server; perennial webhook log {} says what came back", args.id);
            output.result(&json!({ "event_id": id }), &[line])
        }
        What::Replay(args) => {
            let what = replay_of(&args)?;
            let done = webhooks::replay(&app, &CLI, &args.id, &what, &Once::unkeyed()).await.map_err(refused)?;
            output.result(
                &json!({ "deliveries": done.deliveries }),
                &[format!("{} messages are sent once more", done.deliveries)],
            )
        }
        What::Log(args) => log(&app, &args.id, output).await,
        What::Delete(args) => {
            webhooks::delete_endpoint(&app, &CLI, &args.id).await.map_err(refused)?;
            output.result(&json!({ "id": args.id, "deleted": true }), &[format!("{} is gone", args.id)])
        }
    }
}

async fn log(app: &App, id: &str, output: &Output) -> anyhow::Result<()> {
    let (attempts, _) = webhooks::attempts(app, &CLI, id, None, LOG_SHOWN).await.map_err(refused)?;
    let items: Vec<Value> = attempts
        .iter()
        .map(|one| {
            json!({
                "event_id": one.event_id,
                "event_type": one.event_type,
                "attempt": one.attempt,
                "at": one.at.rfc3339(),
                "duration_ms": one.duration_ms,
                "status": one.status,
                "error": one.error,
            })
        })
        .collect();
    let line = |one: &Attempt| {
        let status = one.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let outcome = one.error.as_deref().unwrap_or("delivered");
        let (at, ms) = (one.at.rfc3339(), one.duration_ms);
        format!("{at} {} {} attempt {}: {status}, {outcome}, {ms} ms", one.event_id, one.event_type, one.attempt)
    };
    output.result(&json!({ "items": items }), &attempts.iter().map(line).collect::<Vec<_>>())
}

fn settings_of(args: &CreateArgs) -> anyhow::Result<EndpointSettings> {
    let allowed = || EventType::subscribable().iter().map(|one| one.code()).collect::<Vec<_>>().join(", ");
    let parse = |code: &String| {
        EventType::parse(code.trim()).ok_or_else(|| Refused(format!("--events {code}: one of {}", allowed())))
    };
    let event_types = args.events.iter().map(parse).collect::<Result<_, _>>()?;
    let description = args.description.clone();
    Ok(EndpointSettings { url: args.url.clone(), description, event_types, with_imports: args.with_imports })
}

fn replay_of(args: &ReplayArgs) -> anyhow::Result<Replay> {
    if let Some(event) = &args.event {
        return Ok(Replay::Event(event.clone()));
    }
    let Some(since) = &args.since else { return Ok(Replay::Failed) };
    let at = Instant::parse_rfc3339(since);
    Ok(Replay::Since(at.ok_or_else(|| Refused(format!("--since {since}: an instant such as 2026-11-21T08:00:00Z")))?))
}

fn show_secret(new: &NewEndpoint, output: &Output) -> anyhow::Result<()> {
    let mut object = endpoint_json(&new.endpoint);
    object["secret"] = new.secret.as_str().into();
    let line = format!("secret of {}, shown only here: {}", new.endpoint.settings.url, new.secret);
    output.result(&object, &[line, format!("id {}", new.endpoint.id)])
}

fn show(endpoint: &Endpoint, output: &Output) -> anyhow::Result<()> {
    let line = format!("{} is {}", endpoint.settings.url, endpoint.state.code());
    output.result(&endpoint_json(endpoint), &[line])
}

fn endpoint_json(endpoint: &Endpoint) -> Value {
    let settings = &endpoint.settings;
    json!({
        "id": endpoint.id,
        "url": settings.url,
        "description": settings.description,
        "event_types": settings.event_types.iter().map(|one| one.code()).collect::<Vec<_>>(),
        "with_imports": settings.with_imports,
        "state": endpoint.state.code(),
        "paused_reason": endpoint.paused.map(|(reason, _)| reason.code()),
        "paused_at": endpoint.paused.map(|(_, at)| at.rfc3339()),
        "failing_since": endpoint.failing_since.map(Instant::rfc3339),
        "earlier_secret_valid_until": endpoint.previous_secret_until.map(Instant::rfc3339),
    })
}

fn view_json(view: &EndpointView) -> Value {
    let mut object = endpoint_json(&view.endpoint);
    let counts = &view.counts;
    object["waiting"] = counts.waiting.into();
    object["delivered"] = counts.delivered.into();
    object["failed"] = counts.failed.into();
    object["expired"] = counts.expired.into();
    object
}

fn line_of(view: &EndpointView) -> String {
    let (endpoint, counts) = (&view.endpoint, &view.counts);
    let why = endpoint.paused.map_or_else(String::new, |(reason, _)| format!(" ({})", reason.code()));
    format!(
        "{} {} {}{why}: {} delivered, {} waiting, {} failed, {} expired",
        endpoint.id,
        endpoint.settings.url,
        endpoint.state.code(),
        counts.delivered,
        counts.waiting,
        counts.failed,
        counts.expired
    )
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: WebhookError) -> anyhow::Error {
    match error {
        WebhookError::Invalid(fields) => {
            let wrong: Vec<String> = fields.iter().map(|field| format!("{}: {}", field.field, field.allowed)).collect();
            Refused(wrong.join("; ")).into()
        }
        WebhookError::Target(_)
        | WebhookError::NotFound
        | WebhookError::NoEvent
        | WebhookError::VersionConflict
        | WebhookError::Paused
        | WebhookError::TooMany => Refused(error.to_string()).into(),
        other => other.into(),
    }
}
