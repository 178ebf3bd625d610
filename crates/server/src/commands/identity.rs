//! `perennial identity`: which customers are one. Works beside a running server.

use super::CLI;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::access::idempotency::Once;
use perennial_app::customers::{self, CustomerCounters, CustomerError};
use perennial_app::identity::{self, FieldPreview, IdentityError, Merge, MergePreview, MergeRequest, SidePreview};
use perennial_app::{App, pipeline};
use perennial_domain::identity::Word;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::{Currency, format_decimal};
use perennial_domain::time::Instant;
use serde_json::{Value, json};

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial identity preview ann@example.com 13812345678
  perennial identity merge ann@example.com 13812345678
  perennial identity show ann@example.com
  perennial identity unmerge cus_7k2m9qx4")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Show what a merge would make of two customers; changes nothing.
    #[command(after_help = "Example:\n  perennial identity preview ann@example.com 13812345678 --json")]
    Preview(TwoArgs),
    /// Make one of two customers.
    #[command(after_help = "Example:\n  perennial identity merge ann@example.com 13812345678 --keep ann@example.com")]
    Merge(TwoArgs),
    /// Take a merge back: each side has what it had, and what came to it since.
    #[command(after_help = "Examples:
  perennial identity unmerge cus_7k2m9qx4
  perennial identity unmerge mrg_1c9f0x3abcdefghjk --json")]
    Unmerge(UnmergeArgs),
    /// Show the profiles of a customer, its merges, and the identifiers that were left off.
    #[command(after_help = "Example:\n  perennial identity show ann@example.com --json")]
    Show(ShowArgs),
}

#[derive(ClapArgs)]
struct TwoArgs {
    /// Any identifier of one customer.
    #[arg(value_name = "ONE")]
    one: String,
    /// Any identifier of the other.
    #[arg(value_name = "OTHER")]
    other: String,
    /// By whose id the customer is to go on: any identifier of either; otherwise by that of the one who is known best.
    #[arg(long, value_name = "IDENTIFIER", env = "PERENNIAL_KEEP")]
    keep: Option<String>,
}

#[derive(ClapArgs)]
struct UnmergeArgs {
    /// The id of the merge, or of the customer that was merged into another.
    #[arg(value_name = "ID")]
    id: String,
}

#[derive(ClapArgs)]
struct ShowArgs {
    /// Any identifier of the customer.
    #[arg(value_name = "IDENTIFIER")]
    identifier: String,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    // What was accepted a moment ago, also by a server that is no more, is part of what is looked at.
    pipeline::apply_all(&app).await?;
    match args.what {
        What::Preview(args) => {
            let request = request_of(&app, &args).await?;
            let preview = identity::preview_merge(&app, &CLI, &request).await.map_err(refused)?;
            output.result(&preview_json(&preview), &preview_lines(&preview))
        }
        What::Merge(args) => {
            let request = request_of(&app, &args).await?;
            let merge = identity::merge_customers(&app, &CLI, &request, &Once::unkeyed()).await.map_err(refused)?;
            let line = format!("{} is part of {} now", merge.absorbed.public_id(), merge.survivor.public_id());
            let back = format!("take it back with: perennial identity unmerge {}", merge.id);
            output.result(&merge_json(&merge), &[line, back])
        }
        What::Unmerge(args) => {
            let merge = identity::merge_of(&app, &CLI, &args.id).await.map_err(refused)?;
            let merge = identity::unmerge(&app, &CLI, &merge.id, &Once::unkeyed()).await.map_err(refused)?;
            let line = format!("{} and {} are two again", merge.absorbed.public_id(), merge.survivor.public_id());
            output.result(&merge_json(&merge), &[line])
        }
        What::Show(args) => show(&app, &args, output).await,
    }
}

async fn request_of(app: &App, args: &TwoArgs) -> anyhow::Result<MergeRequest> {
    let one = find(app, &args.one).await?;
    let other = find(app, &args.other).await?;
    let keep = match &args.keep {
        Some(keep) => Some(find(app, keep).await?),
        None => None,
    };
    Ok(MergeRequest { one, other, keep })
}

async fn find(app: &App, identifier: &str) -> anyhow::Result<CustomerNumber> {
    customers::find_customer(app, &CLI, identifier).await.map_err(|error| match error {
        CustomerError::NotFound => Refused(format!("no customer has the identifier {identifier}")).into(),
        CustomerError::Ambiguous(_) => Refused(error.to_string()).into(),
        other => other.into(),
    })
}

async fn show(app: &App, args: &ShowArgs, output: &Output) -> anyhow::Result<()> {
    let number = find(app, &args.identifier).await?;
    let found = identity::customer_identity(app, &CLI, number).await.map_err(refused)?;
    let left_off: Vec<Value> = found
        .left_off
        .iter()
        .map(|one| {
            json!({
                "type": one.kind, "value": one.value, "reason": one.reason.code(), "source": one.source,
                "other": one.other.map(CustomerNumber::public_id), "at": one.at.rfc3339(),
            })
        })
        .collect();
    let object = json!({
        "customer": found.customer.public_id(),
        "profiles": found.profiles.iter().map(|one| one.public_id()).collect::<Vec<_>>(),
        "merges": found.merges.iter().map(merge_json).collect::<Vec<_>>(),
        "left_off": left_off,
    });
    let mut lines = vec![format!("{} has {} profiles", found.customer.public_id(), found.profiles.len())];
    lines.extend(found.merges.iter().map(|merge| {
        let state = if merge.undone_at.is_some() { "taken back" } else { "stands" };
        let (absorbed, survivor) = (merge.absorbed.public_id(), merge.survivor.public_id());
        format!("  {} {absorbed} into {survivor} by {} ({}), {state}", merge.id, merge.how.code(), merge.created_by)
    }));
    lines.extend(found.left_off.iter().map(|one| {
        let other = one.other.map_or_else(String::new, |other| format!(", of {}", other.public_id()));
        format!("  {} {} was left off: {}{other}", one.kind, one.value, one.reason.code())
    }));
    output.result(&object, &lines)
}

fn merge_json(merge: &Merge) -> Value {
    json!({
        "id": merge.id,
        "how": merge.how.code(),
        "survivor": merge.survivor.public_id(),
        "absorbed": merge.absorbed.public_id(),
        "identifiers": merge.identifiers,
        "created_by": merge.created_by,
        "created_at": merge.created_at.rfc3339(),
        "undone_by": merge.undone_by,
        "undone_at": merge.undone_at.map(Instant::rfc3339),
    })
}

fn sums(counters: &CustomerCounters, events: i64, currency: Option<Currency>) -> Value {
    let money = |minor: i64| format_decimal(minor, currency.map_or(2, Currency::exponent));
    json!({
        "display_name": counters.display_name,
        "orders": counters.orders,
        "revenue": money(counters.net_minor),
        "gross_sales": money(counters.gross_minor),
        "refunded": money(counters.refunds_minor),
        "events": events,
    })
}

fn side_json(side: &SidePreview, currency: Option<Currency>) -> Value {
    let identifiers: Vec<Value> =
        side.identifiers.iter().map(|one| json!({ "type": one.kind, "value": one.value })).collect();
    json!({
        "id": side.customer.public_id(),
        "profiles": side.profiles,
        "identities": identifiers,
        "counters": sums(&side.counters, side.events, currency),
    })
}

fn preview_json(preview: &MergePreview) -> Value {
    let word = |word: &Word| json!({ "value": word.value, "source": word.source, "at": word.at.rfc3339() });
    let field = |field: &FieldPreview| {
        json!({
            "name": field.name,
            "survivor_says": field.survivor_says.as_ref().map(word),
            "absorbed_says": field.absorbed_says.as_ref().map(word),
            "holds": word(&field.holds),
            "because": field.because.code(),
        })
    };
    let over_limit: Vec<Value> = preview
        .over_limit
        .iter()
        .map(|one| json!({ "type": one.kind.code(), "count": one.count, "limit": one.limit }))
        .collect();
    json!({
        "survivor": side_json(&preview.survivor, preview.currency),
        "absorbed": side_json(&preview.absorbed, preview.currency),
        "after": sums(&preview.after, preview.events_after, preview.currency),
        "fields": preview.fields.iter().map(field).collect::<Vec<_>>(),
        "over_limit": over_limit,
        "kept_apart": preview.kept_apart,
        "too_many_profiles": preview.too_many_profiles,
    })
}

fn preview_lines(preview: &MergePreview) -> Vec<String> {
    let exponent = preview.currency.map_or(2, Currency::exponent);
    let line = |name: String, counters: &CustomerCounters, events: i64| {
        let revenue = format_decimal(counters.net_minor, exponent);
        format!("{name}: {} orders, revenue {revenue}, {events} events", counters.orders)
    };
    let (survivor, absorbed) = (&preview.survivor, &preview.absorbed);
    let mut lines = vec![
        line(survivor.customer.public_id(), &survivor.counters, survivor.events),
        line(absorbed.customer.public_id(), &absorbed.counters, absorbed.events),
        line(format!("together, as {}", survivor.customer.public_id()), &preview.after, preview.events_after),
    ];
    for field in &preview.fields {
        if let (Some(one), Some(other)) = (&field.survivor_says, &field.absorbed_says)
            && one.value != other.value
        {
            let (name, holds, because) = (&field.name, &field.holds.value, field.because.code());
            lines.push(format!("  {name}: {} against {}; {holds} holds ({because})", one.value, other.value));
        }
    }
    for one in &preview.over_limit {
        lines.push(format!("  {} of {}, messages may give {}", one.count, one.kind.code(), one.limit));
    }
    if preview.kept_apart {
        lines.push("  they were parted by hand before".to_owned());
    }
    if preview.too_many_profiles {
        lines.push("  too many profiles: this merge is refused".to_owned());
    }
    lines
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: IdentityError) -> anyhow::Error {
    match error {
        IdentityError::NoCustomer
        | IdentityError::NoMerge
        | IdentityError::SameCustomer
        | IdentityError::KeepIsNeither
        | IdentityError::TooManyParts
        | IdentityError::AlreadyUndone => Refused(error.to_string()).into(),
        other => other.into(),
    }
}
