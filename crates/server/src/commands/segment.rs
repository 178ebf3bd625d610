//! `perennial segment`: whom a brand means, and why somebody is meant. Works beside a running server.

use super::CLI;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::access::idempotency::Once;
use perennial_app::customers::find_customer;
use perennial_app::segments::{
    self, Asked, Explained, Part, RuleText, Segment, SegmentError, SegmentQuery, SegmentSettings,
};
use perennial_domain::rules::json;
use perennial_domain::rules::oracle::Flip;
use perennial_domain::rules::text::print;
use perennial_domain::time::Instant;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const SHOWN_MAX: usize = 200;

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial segment list
  perennial segment create champions --name Champions --rule rule.txt
  perennial segment explain --customer cus_7k2m9qx4 --segment champions --json
  perennial segment count --rule rule.txt --json")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// All segments that are not archived.
    #[command(after_help = "Example:\n  perennial segment list --json")]
    List,
    /// One segment with its rule.
    #[command(after_help = "Example:\n  perennial segment show champions --json")]
    Show(CodeArgs),
    /// Make a segment of a rule in a file: as text, or as JSON where it begins with a brace.
    #[command(after_help = "Example:\n  perennial segment create champions --name Champions --rule rule.txt")]
    Create(CreateArgs),
    /// Why a rule holds for a customer or does not, and until when.
    #[command(after_help = "Example:\n  perennial segment explain --customer cus_7k2m9qx4 --rule rule.json --json")]
    Explain(ExplainArgs),
    /// How many customers a rule means, from the files of the history: now, or as of an instant in the past.
    #[command(after_help = "Examples:
  perennial segment count --rule rule.txt --json
  perennial segment count --segment champions --as-of 2026-01-31T16:00:00Z")]
    Count(CountArgs),
}

#[derive(ClapArgs)]
struct CodeArgs {
    /// The code of the segment.
    #[arg(value_name = "CODE")]
    code: String,
}

#[derive(ClapArgs)]
struct CreateArgs {
    /// The code of the segment.
    #[arg(value_name = "CODE")]
    code: String,
    /// What people call it.
    #[arg(long, value_name = "TEXT", env = "PERENNIAL_NAME")]
    name: String,
    /// What it is for.
    #[arg(long, value_name = "TEXT", default_value = "", env = "PERENNIAL_DESCRIPTION")]
    description: String,
    /// A file with the rule.
    #[arg(long, value_name = "FILE", env = "PERENNIAL_RULE")]
    rule: PathBuf,
}

#[derive(ClapArgs)]
struct ExplainArgs {
    /// The id of the customer, or one of their identifiers.
    #[arg(long, value_name = "ID", env = "PERENNIAL_CUSTOMER")]
    customer: String,
    /// A file with the rule.
    #[arg(long, value_name = "FILE", env = "PERENNIAL_RULE", required_unless_present = "segment")]
    rule: Option<PathBuf>,
    /// The code of a segment instead.
    #[arg(long, value_name = "CODE", env = "PERENNIAL_SEGMENT", conflicts_with = "rule")]
    segment: Option<String>,
}

#[derive(ClapArgs)]
struct CountArgs {
    /// A file with the rule.
    #[arg(long, value_name = "FILE", env = "PERENNIAL_RULE", required_unless_present = "segment")]
    rule: Option<PathBuf>,
    /// The code of a segment instead.
    #[arg(long, value_name = "CODE", env = "PERENNIAL_SEGMENT", conflicts_with = "rule")]
    segment: Option<String>,
    /// What is later has not happened. What is known beside facts is what is believed now.
    #[arg(long, value_name = "INSTANT", value_parser = instant, env = "PERENNIAL_AS_OF")]
    as_of: Option<Instant>,
}

fn instant(text: &str) -> Result<Instant, String> {
    Instant::parse_rfc3339(text).ok_or_else(|| "an instant, such as 2026-01-31T16:00:00Z".to_owned())
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::List => {
            let query = SegmentQuery { is_archived: Some(false), ..SegmentQuery::default() };
            let found = segments::list_segments(&app, &CLI, &query, None, SHOWN_MAX).await.map_err(refused)?;
            let (segments, next) = found;
            let items: Vec<Value> = segments.iter().map(segment_json).collect();
            let lines: Vec<String> = segments.iter().map(line_of).collect();
            output.result(&json!({ "items": items, "is_cut": next.is_some() }), &lines)
        }
        What::Show(args) => {
            let segment = segments::get_segment(&app, &CLI, &args.code).await.map_err(refused)?;
            output.result(&segment_json(&segment), &[line_of(&segment), print(&segment.newest.rule)])
        }
        What::Create(args) => {
            let CreateArgs { code, name, description, rule } = args;
            let settings = SegmentSettings { name, description, rule: rule_in(&rule)? };
            let created = segments::create_segment(&app, &CLI, &code, settings, &Once::unkeyed()).await;
            let segment = created.map_err(refused)?;
            output.result(&segment_json(&segment), &[line_of(&segment)])
        }
        What::Explain(args) => {
            let asked = asked(args.segment, args.rule)?;
            let found = find_customer(&app, &CLI, &args.customer).await;
            let customer = found.map_err(|error| Refused(error.to_string()))?;
            let explained = segments::explain(&app, None, &CLI, &asked, customer).await.map_err(refused)?;
            output.result(&explained_json(&explained), &explained_lines(&explained))
        }
        What::Count(args) => {
            let asked = asked(args.segment, args.rule)?;
            let started = std::time::Instant::now();
            let meant = segments::who_over_history(&app, &CLI, &asked, args.as_of).await.map_err(refused)?;
            let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            let (count, as_of) = (meant.customers.len(), meant.as_of.rfc3339());
            let json = json!({ "count": count, "everybody": meant.everybody, "as_of": as_of, "micros": micros });
            output.result(&json, &[format!("{count} of {} customers as of {as_of}", meant.everybody)])
        }
    }
}

fn asked(segment: Option<String>, rule: Option<PathBuf>) -> Result<Asked, Refused> {
    match (segment, rule) {
        (Some(code), _) => Ok(Asked::Segment(code)),
        (None, Some(file)) => Ok(Asked::Rule(rule_in(&file)?)),
        (None, None) => Err(Refused("name a rule or a segment".to_owned())),
    }
}

fn rule_in(file: &Path) -> Result<RuleText, Refused> {
    let unreadable = |reason: String| Refused(format!("{}: {reason}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    if !text.trim_start().starts_with('{') {
        return Ok(RuleText::Text(text.trim().to_owned()));
    }
    serde_json::from_str(&text).map(RuleText::Json).map_err(|error| unreadable(error.to_string()))
}

fn segment_json(segment: &Segment) -> Value {
    let newest = &segment.newest;
    json!({
        "code": segment.code,
        "name": newest.name,
        "description": newest.description,
        "version": newest.version,
        "rule": json::write(&newest.rule),
        "text": print(&newest.rule),
        "digest": newest.digest,
        "changed_by": newest.changed_by,
        "changed_at": newest.changed_at.rfc3339(),
        "archived_at": segment.archived_at.map(Instant::rfc3339),
    })
}

fn line_of(segment: &Segment) -> String {
    let archived = if segment.archived_at.is_some() { ", archived" } else { "" };
    format!("{} version {}: {}{archived}", segment.code, segment.newest.version, segment.newest.name)
}

fn explained_json(explained: &Explained) -> Value {
    let (turns_at, look_again_at) = match explained.flip {
        Some(Flip::TurnsAt(at)) => (Some(at.rfc3339()), None),
        Some(Flip::LookAgainAt(at)) => (None, Some(at.rfc3339())),
        None => (None, None),
    };
    json!({
        "customer_id": explained.customer.public_id(),
        "as_of": explained.as_of.rfc3339(),
        "holds": explained.holds,
        "turns_at": turns_at,
        "look_again_at": look_again_at,
        "tree": part_json(&explained.tree),
    })
}

fn part_json(part: &Part) -> Value {
    let fact = |one: &segments::Deciding| json!({ "key": one.key.hex(), "at": one.at.rfc3339(), "kind": one.kind.code(), "name": one.name });
    json!({
        "kind": part.kind,
        "text": part.text,
        "holds": part.holds,
        "found": part.found.iter().map(json::literal).collect::<Vec<_>>(),
        "facts": part.facts.iter().map(fact).collect::<Vec<_>>(),
        "facts_count": part.facts_count,
        "may_flip_at": part.may_flip_at.map(Instant::rfc3339),
        "parts": part.parts.iter().map(part_json).collect::<Vec<_>>(),
    })
}

fn explained_lines(explained: &Explained) -> Vec<String> {
    let answer = if explained.holds { "holds" } else { "does not hold" };
    let until = match explained.flip {
        Some(Flip::TurnsAt(at)) => format!(" until {}", at.rfc3339()),
        Some(Flip::LookAgainAt(at)) => format!(", at least until {}", at.rfc3339()),
        None => String::new(),
    };
    let mut lines = vec![format!("{} {answer}{until}", explained.customer.public_id())];
    add_lines(&explained.tree, 1, &mut lines);
    lines
}

fn add_lines(part: &Part, depth: usize, lines: &mut Vec<String>) {
    let tick = if part.holds { "yes" } else { "no " };
    let found: Vec<String> = part.found.iter().map(ToString::to_string).collect();
    let found = if found.is_empty() { String::new() } else { format!("  [{}]", found.join(", ")) };
    let text = part.text.as_deref().unwrap_or(part.kind);
    lines.push(format!("{}{tick} {text}{found}", "  ".repeat(depth)));
    for inner in &part.parts {
        add_lines(inner, depth + 1, lines);
    }
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: SegmentError) -> anyhow::Error {
    match error {
        SegmentError::Invalid(fields) => {
            let texts: Vec<String> = fields.iter().map(|one| format!("{}: {}", one.field, one.allowed)).collect();
            Refused(texts.join("; ")).into()
        }
        SegmentError::Rule(_)
        | SegmentError::NoSegment
        | SegmentError::NoCustomer
        | SegmentError::Taken
        | SegmentError::VersionConflict
        | SegmentError::StoodOn(_)
        | SegmentError::Stage(_)
        | SegmentError::Promised(_)
        | SegmentError::TooManyFacts { .. }
        | SegmentError::NoThreshold(_) => Refused(error.to_string()).into(),
        other => other.into(),
    }
}
