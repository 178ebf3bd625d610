//! `perennial customer show`: what is known of a customer. Works beside a running server, and sees all that was accepted.

use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::access::Actor;
use perennial_app::customers::{self, CustomerError, CustomerProfile};
use perennial_app::pipeline;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::{Currency, format_decimal};
use perennial_domain::time::Instant;
use serde_json::{Map, Value, json};

#[derive(ClapArgs)]
#[command(after_help = "Example:\n  perennial customer show ann@example.com")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Identifiers, traits and counters of one customer.
    #[command(after_help = "Examples:
  perennial customer show ann@example.com
  perennial customer show 13812345678 --json
  perennial customer show cus_7k2m9qx4")]
    Show(ShowArgs),
}

#[derive(ClapArgs)]
struct ShowArgs {
    /// Any identifier of the customer: id, user id, device, mail address, phone number, member number.
    #[arg(value_name = "IDENTIFIER")]
    identifier: String,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let What::Show(args) = args.what;
    let cli = Actor::System("cli");
    let app = shared.open().await?;
    // What was accepted a moment ago, also by a server that is no more, is part of the answer.
    pipeline::apply_all(&app).await?;
    let number = customers::find_customer(&app, &cli, &args.identifier).await.map_err(refused)?;
    let profile = customers::customer_profile(&app, &cli, number).await.map_err(refused)?;
    output.result(&json_of(number, &profile), &lines_of(number, &profile))
}

fn refused(error: CustomerError) -> anyhow::Error {
    match error {
        CustomerError::NotFound | CustomerError::Ambiguous(_) => Refused(error.to_string()).into(),
        other => other.into(),
    }
}

fn json_of(number: CustomerNumber, profile: &CustomerProfile) -> Value {
    let counters = &profile.item.row.counters;
    let exponent = profile.item.currency.map_or(2, Currency::exponent);
    let money = |minor: i64| format_decimal(minor, exponent);
    let instant = |at: Option<i64>| at.map(|at| Instant(at).rfc3339());
    let identities: Vec<Value> = profile
        .identities
        .iter()
        .map(|one| {
            json!({
                "type": one.kind,
                "value": one.value,
                "source": one.source,
                "first_seen_at": Instant(one.first_seen_at).rfc3339(),
            })
        })
        .collect();
    let conflicts: Vec<Value> = profile
        .conflicts
        .iter()
        .map(|one| json!({ "type": one.kind, "value": one.value, "other": one.other.public_id(), "at": one.at.rfc3339() }))
        .collect();
    let traits: Map<String, Value> =
        profile.traits.iter().map(|one| (one.name.clone(), Value::from(one.now.value.as_str()))).collect();
    let told: Map<String, Value> = profile
        .traits
        .iter()
        .map(|one| (one.name.clone(), json!({ "source": one.now.source, "at": one.now.at.rfc3339() })))
        .collect();
    json!({
        "id": number.public_id(),
        "number": number.0,
        "display_name": counters.display_name,
        "created_at": profile.created_at.rfc3339(),
        "identities": identities,
        "conflicts": conflicts,
        "traits": traits,
        "trait_sources": told,
        "tags": profile.tags.iter().map(|one| one.tag.as_str()).collect::<Vec<_>>(),
        "counters": {
            "events": profile.activity.map_or(0, |activity| activity.events),
            "first_seen_at": profile.activity.map(|activity| activity.first_at.rfc3339()),
            "last_seen_at": profile.activity.map(|activity| activity.last_at.rfc3339()),
            "orders": counters.orders,
            "refunds": counters.refund_count,
            "gross_sales": money(counters.gross_minor),
            "refunded": money(counters.refunds_minor),
            "revenue": money(counters.net_minor),
            "currency": profile.item.currency.map(|currency| currency.code().to_owned()),
            "first_purchase_at": instant(counters.first_at),
            "last_purchase_at": instant(counters.last_at),
        },
    })
}

fn lines_of(number: CustomerNumber, profile: &CustomerProfile) -> Vec<String> {
    let counters = &profile.item.row.counters;
    let exponent = profile.item.currency.map_or(2, Currency::exponent);
    let code = profile.item.currency.map_or_else(String::new, |currency| format!(" {}", currency.code()));
    let name = counters.display_name.as_deref().unwrap_or("no name");
    let mut lines = vec![format!("{} {name}", number.public_id())];
    lines.extend(profile.identities.iter().map(|one| format!("  {} {} (from {})", one.kind, one.value, one.source)));
    for one in &profile.conflicts {
        lines.push(format!("  {} {} belongs to {}", one.kind, one.value, one.other.public_id()));
    }
    let said = |one: &customers::ProfileTrait| format!("  {}: {} (from {})", one.name, one.now.value, one.now.source);
    lines.extend(profile.traits.iter().map(said));
    if !profile.tags.is_empty() {
        let tags: Vec<&str> = profile.tags.iter().map(|one| one.tag.as_str()).collect();
        lines.push(format!("  tags: {}", tags.join(", ")));
    }
    lines.push(format!(
        "{} orders, revenue {}{code}, {} refunds",
        counters.orders,
        format_decimal(counters.net_minor, exponent),
        counters.refund_count
    ));
    if let Some(activity) = &profile.activity {
        lines.push(format!("{} events, the last at {}", activity.events, activity.last_at.rfc3339()));
    }
    lines
}
