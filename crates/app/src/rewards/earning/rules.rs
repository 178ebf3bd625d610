//! Rules are defined, changed and archived.

use super::super::book::Book;
use super::super::error::RewardsError;
use super::register::rule_of;
use crate::access::{Actor, require};
use crate::segments::{ReadProblem, ReadRule, RuleText, catalogue_in_tx, read};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::rewards::earning::{Cap, EarningRule, Filter, Rate, Rounding};
use perennial_domain::rewards::ledger::Activation;
use perennial_domain::rules::What;
use perennial_domain::rules::catalogue::Catalogue;
use perennial_domain::settings::FieldError;
use perennial_domain::time::Instant;
use perennial_domain::touch_point::is_code;
use perennial_store::earning::{self as table, RuleRow};
use perennial_store::{ReadTx, StoreError, WriteTx, sequences};
use serde_json::json;

/// Each is applied to every order.
pub const RULES_MAX: usize = 100;
/// What stands in the place of a code in addresses.
const ADDRESS: &str = "preview";

/// What somebody says of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSettings {
    pub name: String,
    pub wallet: String,
    pub rate: Rate,
    pub rounding: Rounding,
    pub amount_min_minor: i64,
    pub order_max: Option<i64>,
    /// A condition of orders; none: all of them.
    pub orders: Option<RuleText>,
    /// A condition of lines; none: all of them.
    pub lines: Option<RuleText>,
    pub cap: Option<Cap>,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    /// None: as the wallet says.
    pub activation: Option<Activation>,
    pub priority: i16,
    pub tags: Vec<String>,
    pub reason: String,
}

impl RuleSettings {
    /// So many units for so many minor units, of every line of every order.
    pub fn plain(name: &str, wallet: &str, rate: Rate) -> Self {
        Self {
            name: name.to_owned(),
            wallet: wallet.to_owned(),
            rate,
            rounding: Rounding::default(),
            amount_min_minor: 0,
            order_max: None,
            orders: None,
            lines: None,
            cap: None,
            from: None,
            until: None,
            activation: None,
            priority: 0,
            tags: Vec::new(),
            reason: "order".to_owned(),
        }
    }
}

/// A rule as its newest version says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinedRule {
    pub code: String,
    pub version: i64,
    pub rule: EarningRule,
    pub changed_by: String,
    pub changed_at: Instant,
    pub archived_at: Option<Instant>,
}

/// Defines a rule, or changes it if `expected_version` is still its own; one that was archived gives again from now on. Orders
/// that were placed before earn by the versions that held then; where nothing is different, nothing happens.
pub async fn define_rule(
    app: &App,
    actor: &Actor,
    code: &str,
    expected_version: Option<i64>,
    settings: RuleSettings,
) -> Result<DefinedRule, RewardsError> {
    require(actor, Right::WalletsManage)?;
    let mut tx = app.store.write().await?;
    let rows = table::rules(&mut tx).await?;
    let before = newest(&rows, code);
    let version = match (before, expected_version) {
        (None, None) => 1,
        (None, Some(_)) => return Err(RewardsError::NoRule),
        (Some(_), None) => return Err(RewardsError::RuleVersionNeeded),
        (Some(row), Some(expected)) if row.version != expected => return Err(RewardsError::VersionConflict),
        (Some(row), Some(_)) => row.version + 1,
    };
    let rule = checked(&mut tx, code, settings).await?;
    if before.is_none() && newest_of_all(&rows).count() >= RULES_MAX {
        return Err(RewardsError::Invalid(vec![FieldError { field: "code", allowed: "one of at most 100" }]));
    }
    let earlier = before.map(rule_of).transpose()?;
    if let Some(row) = before.filter(|row| row.archived_at.is_none() && earlier.as_ref() == Some(&rule)) {
        return defined(row);
    }
    if rows.is_empty() {
        begin(&mut tx).await?;
    }
    let row = RuleRow {
        code: code.to_owned(),
        version,
        definition: serde_json::to_string(&rule).unwrap_or_default(),
        changed_by: actor.name().to_owned(),
        changed_at: after(before, app.clock.now()),
        archived_at: None,
    };
    let action = if before.is_none() { "earning_rule.created" } else { "earning_rule.updated" };
    let detail = json!({ "version": version, "definition": { "from": earlier, "to": rule } });
    save(app, actor, tx, action, row, detail).await
}

/// From now on orders earn nothing by it; what they earned stays, and what comes back of them is taken back by it.
pub async fn archive_rule(
    app: &App,
    actor: &Actor,
    code: &str,
    expected_version: i64,
) -> Result<DefinedRule, RewardsError> {
    require(actor, Right::WalletsManage)?;
    let mut tx = app.store.write().await?;
    let rows = table::rules(&mut tx).await?;
    let before = newest(&rows, code).ok_or(RewardsError::NoRule)?;
    if before.version != expected_version {
        return Err(RewardsError::VersionConflict);
    }
    if before.archived_at.is_some() {
        return defined(before);
    }
    let at = after(Some(before), app.clock.now());
    let row = RuleRow {
        version: before.version + 1,
        changed_by: actor.name().to_owned(),
        changed_at: at,
        archived_at: Some(at),
        ..before.clone()
    };
    let detail = json!({ "version": row.version });
    save(app, actor, tx, "earning_rule.archived", row, detail).await
}

/// All of them, by code, archived ones too.
pub async fn list_rules(app: &App, actor: &Actor) -> Result<Vec<DefinedRule>, RewardsError> {
    require(actor, Right::PointsRead)?;
    let rows = table::rules(&mut app.store.read().await?).await?;
    newest_of_all(&rows).map(defined).collect()
}

pub async fn get_rule(app: &App, actor: &Actor, code: &str) -> Result<DefinedRule, RewardsError> {
    require(actor, Right::PointsRead)?;
    let rows = table::rules(&mut app.store.read().await?).await?;
    defined(newest(&rows, code).ok_or(RewardsError::NoRule)?)
}

async fn save(
    app: &App,
    actor: &Actor,
    mut tx: WriteTx<'_>,
    action: &str,
    row: RuleRow,
    detail: serde_json::Value,
) -> Result<DefinedRule, RewardsError> {
    if !table::add_version(&mut tx, &row).await? {
        return Err(RewardsError::VersionConflict);
    }
    audit::append(app, &mut tx, actor, action, &row.code, detail).await?;
    tx.commit().await?;
    defined(&row)
}

/// With the first rule orders begin to be followed: those that were applied before earn nothing.
async fn begin(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    let applied = sequences::current(tx, sequences::APPLIED_SEQUENCE).await?;
    sequences::reserve(tx, sequences::EARNED_SEQUENCE, 0).await?;
    sequences::put(tx, sequences::EARNED_SEQUENCE, applied).await
}

/// A version never begins before the one that it follows, whatever a clock says.
fn after(before: Option<&RuleRow>, now: Instant) -> Instant {
    before.map_or(now, |row| now.max(row.changed_at))
}

fn newest_of_all(rows: &[RuleRow]) -> impl Iterator<Item = &RuleRow> {
    rows.chunk_by(|one, other| one.code == other.code).filter_map(<[RuleRow]>::last)
}

fn newest<'r>(rows: &'r [RuleRow], code: &str) -> Option<&'r RuleRow> {
    newest_of_all(rows).find(|row| row.code == code)
}

fn defined(row: &RuleRow) -> Result<DefinedRule, RewardsError> {
    Ok(DefinedRule {
        code: row.code.clone(),
        version: row.version,
        rule: rule_of(row)?,
        changed_by: row.changed_by.clone(),
        changed_at: row.changed_at,
        archived_at: row.archived_at,
    })
}

/// A rule that can be saved, or all that is wrong with it.
async fn checked(tx: &mut ReadTx<'_>, code: &str, settings: RuleSettings) -> Result<EarningRule, RewardsError> {
    let catalogue = catalogue_in_tx(tx).await?;
    let mut problems = Vec::new();
    let orders = condition(&What::Orders, settings.orders.as_ref(), &catalogue, &mut problems);
    let lines = condition(&What::Lines, settings.lines.as_ref(), &catalogue, &mut problems);
    if !problems.is_empty() {
        return Err(RewardsError::Conditions(problems));
    }
    let rule = EarningRule {
        name: settings.name,
        wallet: settings.wallet,
        rate: settings.rate,
        rounding: settings.rounding,
        amount_min_minor: settings.amount_min_minor,
        order_max: settings.order_max,
        orders,
        lines,
        cap: settings.cap,
        from: settings.from,
        until: settings.until,
        activation: settings.activation,
        priority: settings.priority,
        tags: settings.tags,
        reason: settings.reason,
    };
    let mut wrong = rule.check();
    if !is_code(code) || code == ADDRESS {
        wrong.push(FieldError { field: "code", allowed: "a to z, 0 to 9 and _, 1 to 40, a letter first; not preview" });
    }
    if Book::read(tx).await?.find(&rule.wallet).is_err() {
        wrong.push(FieldError { field: "wallet", allowed: "the code of a wallet that is defined" });
    }
    if wrong.is_empty() { Ok(rule) } else { Err(RewardsError::Invalid(wrong)) }
}

/// What is wrong with a condition, by the field in which it stands.
pub type ConditionProblem = (&'static str, ReadProblem);

fn condition(
    of: &What,
    told: Option<&RuleText>,
    catalogue: &Catalogue,
    problems: &mut Vec<ConditionProblem>,
) -> Option<Filter> {
    let told = told?;
    let field = if *of == What::Orders { "orders" } else { "lines" };
    let wrapped = match told {
        RuleText::Text(text) => RuleText::Text(Filter::wrap_text(of, text)),
        RuleText::Json(json) => RuleText::Json(Filter::wrap_json(of, json)),
    };
    let ReadRule { rule, problems: found } = read(&wrapped, catalogue);
    let begins = Filter::text_begins(of);
    problems.extend(found.iter().map(|one| (field, inside(one, begins))));
    let filter = Filter::of_rule(of, rule?);
    if filter.is_none() && found.is_empty() {
        let message = "a condition, as it stands in the brackets of orders or lines".to_owned();
        problems.push((field, ReadProblem { pointer: None, span: None, message }));
    }
    filter
}

/// The problem as seen from the condition, not from the rule around it.
fn inside(problem: &ReadProblem, begins: usize) -> ReadProblem {
    let pointer = problem.pointer.as_deref();
    let pointer = pointer.map(|text| text.strip_prefix(Filter::JSON_BEGINS).unwrap_or(text).to_owned());
    let span = problem.span.as_ref();
    let span = span.map(|span| span.start.saturating_sub(begins)..span.end.saturating_sub(begins));
    ReadProblem { pointer, span, message: problem.message.clone() }
}
