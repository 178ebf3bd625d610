//! Clerks as they are read: with their history, a clerk's own page, the ranking, the statement line by line.

use super::error::ClerkError;
use super::rules::{self, Rule};
use crate::access::{Actor, require};
use crate::customers::{CustomerItem, items_of};
use crate::forms::{Form, for_clerks};
use crate::{App, settings};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::time::{Day, Instant, Zone};
use perennial_store::clerks::{self as table, AssignmentRow, ClerkRow};
use perennial_store::incentives::{self, SumsRow};
use perennial_store::{ReadTx, StoreError, parts, stores};
use std::collections::HashMap;

/// Lines and sign-ups that are read at once.
const SHOWN_MAX: i64 = 1_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub store: String,
    pub from: Instant,
    pub to: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clerk {
    pub id: String,
    pub user_id: String,
    pub name: String,
    pub code: String,
    pub created_at: Instant,
    /// The oldest first; the last one is open where the clerk is in a store now.
    pub assignments: Vec<Assignment>,
}

/// What lines come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub clerk_id: String,
    pub awards: i64,
    pub reversals: i64,
    pub amount_minor: i64,
}

/// What a clerk sold in one store, less what came back of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sales {
    /// None where the clerk was in no store.
    pub store: Option<String>,
    pub orders: i64,
    pub net_minor: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankingRow {
    pub clerk_id: String,
    pub name: String,
    pub sign_ups: i64,
    pub sales: Vec<Sales>,
    pub earned: Sums,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SignUp {
    pub at: Instant,
    /// None where the clerk does not see the customer any more.
    pub customer: Option<CustomerItem>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OwnPage {
    pub clerk: Clerk,
    /// The name of the store that the clerk is in now.
    pub store_name: Option<String>,
    pub sign_ups_today: i64,
    /// Those of today, the newest first.
    pub today: Vec<SignUp>,
    /// What the clerk hands out by the own code; nothing while in no store.
    pub forms: Vec<Form>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLine {
    pub id: String,
    pub at: Instant,
    pub rule: Rule,
    pub customer: Option<CustomerNumber>,
    pub order_no: Option<String>,
    pub amount_minor: i64,
    /// The line that this one takes back.
    pub reverses: Option<String>,
    /// What paid it.
    pub settlement_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub clerk_id: String,
    pub currency: Option<Currency>,
    /// Of all lines of the days.
    pub sums: Sums,
    /// The oldest first; at most 1000.
    pub lines: Vec<StatementLine>,
}

pub(super) fn sums_of(row: SumsRow) -> Sums {
    Sums { clerk_id: row.clerk_id, awards: row.awards, reversals: row.reversals, amount_minor: row.amount_minor }
}

pub(super) async fn brand(tx: &mut ReadTx<'_>) -> Result<(Zone, Option<Currency>), StoreError> {
    let settings = settings::current(tx).await?;
    Ok((settings.zone(), settings.currency))
}

fn clerk(row: ClerkRow, assignments: Vec<AssignmentRow>) -> Clerk {
    let assignment = |row: AssignmentRow| Assignment { store: row.place_id, from: row.from, to: row.to };
    Clerk {
        id: row.id,
        user_id: row.user_id,
        name: row.name,
        code: row.code,
        created_at: row.created_at,
        assignments: assignments.into_iter().map(assignment).collect(),
    }
}

pub(super) async fn clerk_of(tx: &mut ReadTx<'_>, row: ClerkRow) -> Result<Clerk, StoreError> {
    let assignments = table::assignments_of(tx, &row.id).await?;
    Ok(clerk(row, assignments))
}

/// The oldest first.
pub async fn list_clerks(app: &App, actor: &Actor) -> Result<Vec<Clerk>, ClerkError> {
    require(actor, Right::StoresRead)?;
    let mut tx = app.store.read().await?;
    let mut by_clerk: HashMap<String, Vec<AssignmentRow>> = HashMap::new();
    for row in table::assignments(&mut tx).await? {
        by_clerk.entry(row.clerk_id.clone()).or_default().push(row);
    }
    let rows = table::list(&mut tx).await?.into_iter();
    let clerks = rows.map(|row| {
        let assignments = by_clerk.remove(&row.id).unwrap_or_default();
        clerk(row, assignments)
    });
    Ok(clerks.collect())
}

async fn own_clerk(tx: &mut ReadTx<'_>, actor: &Actor) -> Result<ClerkRow, ClerkError> {
    require(actor, Right::SignUpsWrite)?;
    table::of_user(tx, actor.id()).await?.ok_or(ClerkError::NoClerk)
}

/// The page of the clerk who asks.
pub async fn own_page(app: &App, actor: &Actor) -> Result<OwnPage, ClerkError> {
    let mut tx = app.store.read().await?;
    let row = own_clerk(&mut tx, actor).await?;
    let (zone, _) = brand(&mut tx).await?;
    let today = zone.day_of(app.clock.now());
    let span = span_of(&zone, today, today)?;
    let rows = table::sign_ups_of_clerk(&mut tx, &row.id, span, SHOWN_MAX).await?;
    let counts = table::count_sign_ups(&mut tx, span).await?;
    let sign_ups_today = counts.into_iter().find(|(clerk, _)| *clerk == row.id).map_or(0, |(_, count)| count);
    let clerk = clerk_of(&mut tx, row).await?;
    let store = clerk.assignments.last().filter(|last| last.to.is_none());
    let (store_name, forms) = match store {
        Some(current) => {
            let name = stores::get(&mut tx, &current.store).await?.map(|place| place.name);
            (name, for_clerks(&mut tx, app.clock.now()).await?)
        }
        None => (None, Vec::new()),
    };
    let numbers: Vec<i64> = rows.iter().map(|row| row.part_number).collect();
    let wholes: HashMap<i64, i64> = if numbers.is_empty() {
        HashMap::new()
    } else {
        parts::together(&mut tx, &numbers).await?.into_iter().collect()
    };
    drop(tx);
    let whole = |part: i64| wholes.get(&part).copied().unwrap_or(part);
    let wanted: Vec<i64> = numbers.iter().map(|part| whole(*part)).collect();
    let items = items_of(app, actor, &wanted).await.map_err(|error| match error {
        crate::customers::CustomerError::Store(error) => ClerkError::Store(error),
        _ => ClerkError::NotFound,
    })?;
    let today = rows.into_iter().map(|row| {
        let number = whole(row.part_number);
        let customer = items.iter().find(|item| item.row.counters.number == number).cloned();
        SignUp { at: row.at, customer }
    });
    Ok(OwnPage { clerk, store_name, sign_ups_today, today: today.collect(), forms })
}

/// What each clerk did in these days, in the brand's zone; who signed up most comes first, then who sold most.
pub async fn ranking(
    app: &App,
    actor: &Actor,
    from: Day,
    to: Day,
) -> Result<(Vec<RankingRow>, Option<Currency>), ClerkError> {
    require(actor, Right::StoresRead)?;
    let mut tx = app.store.read().await?;
    let (zone, currency) = brand(&mut tx).await?;
    let span = span_of(&zone, from, to)?;
    let sign_ups: HashMap<String, i64> = table::count_sign_ups(&mut tx, span).await?.into_iter().collect();
    let mut sales: HashMap<String, Vec<Sales>> = HashMap::new();
    for row in table::sales(&mut tx, span).await? {
        let sold = Sales { store: row.place_id, orders: row.orders, net_minor: row.net_minor };
        sales.entry(row.clerk_id).or_default().push(sold);
    }
    let mut earned: HashMap<String, Sums> =
        incentives::sums(&mut tx, span).await?.into_iter().map(|row| (row.clerk_id.clone(), sums_of(row))).collect();
    let rows = table::list(&mut tx).await?.into_iter().map(|row| RankingRow {
        sign_ups: sign_ups.get(&row.id).copied().unwrap_or(0),
        sales: sales.remove(&row.id).unwrap_or_default(),
        earned: earned.remove(&row.id).unwrap_or(Sums { clerk_id: row.id.clone(), ..Sums::default() }),
        clerk_id: row.id,
        name: row.name,
    });
    let mut rows: Vec<RankingRow> = rows.collect();
    let sold = |row: &RankingRow| row.sales.iter().map(|one| one.net_minor).sum::<i64>();
    rows.sort_by(|one, other| {
        (other.sign_ups, sold(other)).cmp(&(one.sign_ups, sold(one))).then_with(|| one.clerk_id.cmp(&other.clerk_id))
    });
    Ok((rows, currency))
}

/// What a clerk earned in these days, in the brand's zone.
pub async fn statement(app: &App, actor: &Actor, id: &str, from: Day, to: Day) -> Result<Statement, ClerkError> {
    require(actor, Right::StoresRead)?;
    let mut tx = app.store.read().await?;
    let row = table::get(&mut tx, id).await?.ok_or(ClerkError::NotFound)?;
    statement_of(&mut tx, &row.id, from, to).await
}

/// The same for the clerk who asks.
pub async fn own_statement(app: &App, actor: &Actor, from: Day, to: Day) -> Result<Statement, ClerkError> {
    let mut tx = app.store.read().await?;
    let row = own_clerk(&mut tx, actor).await?;
    statement_of(&mut tx, &row.id, from, to).await
}

async fn statement_of(tx: &mut ReadTx<'_>, id: &str, from: Day, to: Day) -> Result<Statement, ClerkError> {
    let (zone, currency) = brand(tx).await?;
    let span = span_of(&zone, from, to)?;
    let rules: HashMap<String, Rule> = rules::all(tx).await?.into_iter().map(|rule| (rule.id.clone(), rule)).collect();
    let rows = incentives::statement(tx, id, span, SHOWN_MAX).await?;
    let sums = sums_of(incentives::sums_of_clerk(tx, id, span).await?);
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        // Rules are never removed, and lines refer to them.
        let Some(rule) = rules.get(&row.rule_id).cloned() else { continue };
        lines.push(StatementLine {
            id: row.id,
            at: row.at,
            rule,
            customer: CustomerNumber::from_stored(row.part_number),
            order_no: row.order_no,
            amount_minor: row.amount_minor,
            reverses: row.reverses,
            settlement_id: row.settlement_id,
        });
    }
    Ok(Statement { clerk_id: id.to_owned(), currency, sums, lines })
}

/// From the begin of the first day to the end of the last.
fn span_of(zone: &Zone, from: Day, to: Day) -> Result<(Instant, Instant), ClerkError> {
    let span = zone.start_of_day(from).zip(zone.start_of_day(Day(to.0.saturating_add(1))));
    span.filter(|(start, end)| start < end).ok_or_else(|| ClerkError::field("to", "a day that is not before from"))
}
