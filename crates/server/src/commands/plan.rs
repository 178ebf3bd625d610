//! `perennial plan`: what a source is to send, and how what comes compares. Works beside a running server, which sees a
//! change within a second.

use super::CLI;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::App;
use perennial_app::access::idempotency::Once;
use perennial_app::plans::{self, COUNTED_DAYS_DEFAULT, Coverage, PlanError, PlanView};
use perennial_domain::plan::{Change, Plan, PlanMode};
use perennial_domain::time::Instant;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial plan generate src_1c9f0x3abcdefghjk
  perennial plan show src_1c9f0x3abcdefghjk --json
  perennial plan freeze src_1c9f0x3abcdefghjk
  perennial plan coverage src_1c9f0x3abcdefghjk")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The plan of a source: draft, frozen version, what differs.
    #[command(after_help = "Example:\n  perennial plan show src_1c9f0x3abcdefghjk --json")]
    Show(SourceArgs),
    /// Make a draft from what arrived.
    #[command(after_help = "Example:\n  perennial plan generate src_1c9f0x3abcdefghjk --days 7")]
    Generate(DaysArgs),
    /// Take a draft from a file: an object with `events`, as `show --json` writes it.
    #[command(after_help = "Example:\n  perennial plan write src_1c9f0x3abcdefghjk plan.json")]
    Write(WriteArgs),
    /// Hold facts against the draft from now on.
    #[command(after_help = "Example:\n  perennial plan freeze src_1c9f0x3abcdefghjk")]
    Freeze(SourceArgs),
    /// Say what is done with facts that are not as planned.
    #[command(after_help = "Example:\n  perennial plan mode src_1c9f0x3abcdefghjk quarantine")]
    Mode(ModeArgs),
    /// Which planned events come, and what of them is not as planned.
    #[command(after_help = "Example:\n  perennial plan coverage src_1c9f0x3abcdefghjk --days 7")]
    Coverage(DaysArgs),
}

#[derive(ClapArgs)]
struct SourceArgs {
    /// The id of the source.
    #[arg(value_name = "ID")]
    id: String,
}

#[derive(ClapArgs)]
struct DaysArgs {
    /// The id of the source.
    #[arg(value_name = "ID")]
    id: String,
    /// The last so many days, 1 to 90.
    #[arg(long, value_name = "DAYS", default_value_t = COUNTED_DAYS_DEFAULT, env = "PERENNIAL_DAYS")]
    days: u32,
}

#[derive(ClapArgs)]
struct WriteArgs {
    /// The id of the source.
    #[arg(value_name = "ID")]
    id: String,
    /// A JSON file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(ClapArgs)]
struct ModeArgs {
    /// The id of the source.
    #[arg(value_name = "ID")]
    id: String,
    /// observe, flag or quarantine.
    #[arg(value_name = "MODE")]
    mode: String,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::Show(args) => show(&plans::get_plan(&app, &CLI, &args.id).await.map_err(refused)?, output),
        What::Generate(args) => {
            let generated = plans::generate_plan(&app, &CLI, &args.id, args.days, &Once::unkeyed()).await;
            let generated = generated.map_err(refused)?;
            let mut object = json_of(&generated.plan)?;
            object["facts"] = generated.facts.into();
            object["left_out"] = generated.left_out.into();
            let mut lines = lines_of(&generated.plan);
            lines.push(format!(
                "made from {} facts; look at it, then: perennial plan freeze {}",
                generated.facts, args.id
            ));
            output.result(&object, &lines)
        }
        What::Write(args) => write(&app, &args, output).await,
        What::Freeze(args) => {
            let frozen = plans::freeze_plan(&app, &CLI, &args.id, None, &Once::unkeyed()).await;
            show(&frozen.map_err(refused)?, output)
        }
        What::Mode(args) => {
            let modes = || PlanMode::ALL.map(PlanMode::code).join(", ");
            let mode = PlanMode::parse(&args.mode)
                .ok_or_else(|| Refused(format!("mode {}: one of {}", args.mode, modes())))?;
            let before = plans::get_plan(&app, &CLI, &args.id).await.map_err(refused)?;
            let after = plans::update_plan(&app, &CLI, &args.id, before.version, mode, before.draft).await;
            show(&after.map_err(refused)?, output)
        }
        What::Coverage(args) => {
            let coverage = plans::coverage(&app, &CLI, &args.id, args.days).await.map_err(refused)?;
            output.result(&coverage_json(&coverage), &coverage_lines(&coverage))
        }
    }
}

async fn write(app: &App, args: &WriteArgs, output: &Output) -> anyhow::Result<()> {
    let unreadable = |reason: String| Refused(format!("{}: {reason}", args.file.display()));
    let text = std::fs::read_to_string(&args.file).map_err(|error| unreadable(error.to_string()))?;
    let draft: Plan = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let before = plans::get_plan(app, &CLI, &args.id).await.map_err(refused)?;
    let after = plans::update_plan(app, &CLI, &args.id, before.version, before.mode, Some(draft)).await;
    show(&after.map_err(refused)?, output)
}

fn show(view: &PlanView, output: &Output) -> anyhow::Result<()> {
    output.result(&json_of(view)?, &lines_of(view))
}

fn json_of(view: &PlanView) -> anyhow::Result<Value> {
    let frozen = match &view.frozen {
        None => Value::Null,
        Some(frozen) => json!({
            "number": frozen.number,
            "plan": serde_json::to_value(&frozen.plan)?,
            "frozen_by": frozen.frozen_by,
            "frozen_at": frozen.frozen_at.rfc3339(),
        }),
    };
    Ok(json!({
        "source_id": view.source_id,
        "mode": view.mode.code(),
        "draft": serde_json::to_value(&view.draft)?,
        "frozen": frozen,
        "changes": view.changes.iter().map(change_json).collect::<Vec<_>>(),
        "version": view.version,
    }))
}

fn change_json(change: &Change) -> Value {
    json!({
        "kind": change.kind.code(),
        "event_type": change.event_type.code(),
        "event": change.event,
        "path": change.path,
        "before": change.before,
        "after": change.after,
    })
}

fn lines_of(view: &PlanView) -> Vec<String> {
    let mut lines = vec![format!("mode {}", view.mode.code())];
    match &view.frozen {
        None => lines.push("nothing is frozen: nothing is checked".to_owned()),
        Some(frozen) => {
            lines.push(format!("version {} of {}:", frozen.number, frozen.frozen_at.rfc3339()));
            add_plan(&mut lines, &frozen.plan);
        }
    }
    if let Some(draft) = &view.draft {
        lines.push(format!("draft with {} changes:", view.changes.len()));
        add_plan(&mut lines, draft);
    }
    lines
}

fn add_plan(lines: &mut Vec<String>, plan: &Plan) {
    for event in &plan.events {
        let seen = event.seen.map(|seen| format!(", seen {seen}")).unwrap_or_default();
        lines.push(format!("  {} {}{seen}", event.kind.code(), event.name.as_deref().unwrap_or("(all)")));
        for property in &event.properties {
            let need = if property.required { "required" } else { "optional" };
            let values =
                if property.values.is_empty() { String::new() } else { format!(": {}", property.values.join(", ")) };
            lines.push(format!("    {} {}, {need}{values}", property.path, property.types.words()));
        }
        if event.other_properties {
            lines.push("    others too".to_owned());
        }
    }
}

fn coverage_json(coverage: &Coverage) -> Value {
    let events: Vec<Value> = coverage
        .events
        .iter()
        .map(|event| {
            json!({
                "type": event.kind.code(),
                "name": event.name,
                "facts": event.facts,
                "violating": event.violating,
                "last_at": event.last_at.map(Instant::rfc3339),
            })
        })
        .collect();
    let violations: Vec<Value> = coverage
        .violations
        .iter()
        .map(|one| {
            json!({
                "event_type": one.event_type,
                "event": one.event,
                "kind": one.kind.code(),
                "property": one.property,
                "facts": one.facts,
                "allowed": one.allowed,
                "first": { "at": one.first.at.rfc3339(), "message_id": one.first.message_id, "found": one.first.found },
                "last": { "at": one.last.at.rfc3339(), "message_id": one.last.message_id, "found": one.last.found },
            })
        })
        .collect();
    json!({
        "mode": coverage.mode.code(),
        "number": coverage.number,
        "since": coverage.since.rfc3339(),
        "planned": coverage.planned,
        "seen": coverage.seen,
        "covered": coverage.covered,
        "facts": coverage.facts,
        "facts_as_planned": coverage.facts_as_planned,
        "facts_unknown": coverage.facts_unknown,
        "events": events,
        "violations": violations,
    })
}

fn coverage_lines(coverage: &Coverage) -> Vec<String> {
    let Some(number) = coverage.number else { return vec!["nothing is frozen: nothing is counted".to_owned()] };
    let mut lines = vec![
        format!("version {number} since {}", coverage.since.rfc3339()),
        format!("{} of {} events came as planned, {} came", coverage.covered, coverage.planned, coverage.seen),
        format!("{} of {} facts are as planned", coverage.facts_as_planned, coverage.facts),
    ];
    for one in &coverage.violations {
        let place = if one.property.is_empty() { String::new() } else { format!(" {}", one.property) };
        lines.push(format!(
            "  {} {}: {}{place}, {} facts; allowed {}, found {}",
            one.event_type,
            one.event,
            one.kind.code(),
            one.facts,
            one.allowed,
            one.last.found
        ));
    }
    lines
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: PlanError) -> anyhow::Error {
    match error {
        PlanError::Invalid(errors) => {
            let wrong: Vec<String> =
                errors.iter().map(|error| format!("{}: {}", error.pointer, error.allowed)).collect();
            Refused(wrong.join("; ")).into()
        }
        PlanError::OutOfRange { .. }
        | PlanError::NoSource
        | PlanError::VersionConflict
        | PlanError::NoDraft
        | PlanError::NothingSeen => Refused(error.to_string()).into(),
        PlanError::Store(_) | PlanError::Forbidden(_) | PlanError::Answered(_) | PlanError::Pipeline(_) => error.into(),
    }
}
