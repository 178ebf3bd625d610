//! `perennial points rule`: rules by which orders earn.

use super::CLI;
use clap::{Args as ClapArgs, ValueEnum};
use perennial_app::App;
use perennial_app::rewards::RewardsError;
use perennial_app::rewards::earning::{self, DefinedRule, RuleSettings};
use perennial_app::segments::RuleText;
use perennial_domain::rewards::earning::{Cap, CapPeriod, Filter, Rate};
use perennial_domain::rewards::ledger::{Activation, Length};
use perennial_domain::time::Instant;
use serde_json::{Value, json};

#[derive(ClapArgs)]
pub struct RuleArgs {
    /// The code of the rule: a to z, 0 to 9 and _.
    #[arg(value_name = "CODE")]
    code: String,
    /// What people call it; without, its code.
    #[arg(long, value_name = "NAME", env = "PERENNIAL_NAME")]
    name: Option<String>,
    /// The code of the wallet that it gives to.
    #[arg(long, value_name = "CODE", default_value = "points", env = "PERENNIAL_WALLET")]
    wallet: String,
    /// So many units …
    #[arg(long, value_name = "UNITS", default_value_t = 1, env = "PERENNIAL_UNITS")]
    units: u32,
    /// … for so many minor units of money: 100 are one euro.
    #[arg(long, value_name = "MINOR", default_value_t = 100, env = "PERENNIAL_PER")]
    per: u32,
    /// Which orders: a condition as in the brackets of orders[…].
    #[arg(long, value_name = "CONDITION", env = "PERENNIAL_ORDERS")]
    orders: Option<String>,
    /// Which of their lines: a condition as in the brackets of lines[…].
    #[arg(long, value_name = "CONDITION", env = "PERENNIAL_LINES")]
    lines: Option<String>,
    /// What is earned waits for so many days, such as those in which an order can be returned.
    #[arg(long, value_name = "DAYS", env = "PERENNIAL_RETURN_DAYS")]
    return_days: Option<u32>,
    /// The most that a member earns by it in a period.
    #[arg(long, value_name = "UNITS", env = "PERENNIAL_CAP")]
    cap: Option<i64>,
    /// The period of the cap.
    #[arg(long, value_enum, default_value_t = Period::Month, env = "PERENNIAL_CAP_PERIOD")]
    cap_period: Period,
}

#[derive(Clone, Copy, ValueEnum)]
enum Period {
    Day,
    Week,
    Month,
    Year,
    Ever,
}

#[derive(ClapArgs)]
pub struct ArchiveArgs {
    /// The code of the rule.
    #[arg(value_name = "CODE")]
    code: String,
}

/// Defines a rule, or changes it.
pub async fn define(app: &App, args: RuleArgs) -> Result<DefinedRule, RewardsError> {
    let version = match earning::get_rule(app, &CLI, &args.code).await {
        Ok(defined) => Some(defined.version),
        Err(RewardsError::NoRule) => None,
        Err(error) => return Err(error),
    };
    let period = match args.cap_period {
        Period::Day => CapPeriod::Day,
        Period::Week => CapPeriod::Week,
        Period::Month => CapPeriod::Month,
        Period::Year => CapPeriod::Year,
        Period::Ever => CapPeriod::Ever,
    };
    let rate = Rate { units: args.units, per: args.per };
    let settings = RuleSettings {
        orders: args.orders.map(RuleText::Text),
        lines: args.lines.map(RuleText::Text),
        activation: args.return_days.map(|days| Activation::After(Length::Days(days))),
        cap: args.cap.map(|max| Cap { period, max }),
        ..RuleSettings::plain(args.name.as_deref().unwrap_or(&args.code), &args.wallet, rate)
    };
    earning::define_rule(app, &CLI, &args.code, version, settings).await
}

/// Orders that are placed from now on earn nothing by it.
pub async fn archive(app: &App, args: &ArchiveArgs) -> Result<DefinedRule, RewardsError> {
    let version = earning::get_rule(app, &CLI, &args.code).await?.version;
    earning::archive_rule(app, &CLI, &args.code, version).await
}

pub fn rule_json(defined: &DefinedRule) -> Value {
    let rule = &defined.rule;
    json!({
        "code": defined.code,
        "version": defined.version,
        "name": rule.name,
        "wallet": rule.wallet,
        "rate": rule.rate,
        "rounding": rule.rounding,
        "orders": rule.orders.as_ref().map(Filter::text),
        "lines": rule.lines.as_ref().map(Filter::text),
        "cap": rule.cap,
        "activation": rule.activation,
        "changed_at": defined.changed_at.rfc3339(),
        "archived_at": defined.archived_at.map(Instant::rfc3339),
    })
}

pub fn rule_line(defined: &DefinedRule) -> String {
    let DefinedRule { code, version, rule, archived_at, .. } = defined;
    let state = archived_at.map_or_else(String::new, |at| format!(", archived since {}", at.rfc3339()));
    format!("{code} version {version}: {} for {} to {}{state}", rule.rate.units, rule.rate.per, rule.wallet)
}
