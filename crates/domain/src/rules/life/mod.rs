//! What the rows that are stored of a customer are in the language of rules: orders, refunds, events, pages, screens.
//!
//! | stored | to a rule |
//! |---|---|
//! | `order`, and the gifts of the same order | one order, whatever rows it came in |
//! | an order that was cancelled, and what came back of it | nothing |
//! | `refund` | a refund; amounts and quantities are negative, as they are stored |
//! | `event` | an event of that name |
//! | `page`, `screen` | a page, a screen |
//! | `gift`, `cancelled`, `unpaid`, `adjustment`, `customer_update`, `identify`, `group`, `alias` | nothing |
//!
//! An order was cancelled where its cancellation gave back something and nothing is left of what was bought; a cancellation
//! of a part is a refund. Invariants: the order of the rows plays no part; the amount of an order is the sum of its lines'
//! amounts, also where a total was told again; of one profile and key there is one.

mod properties;
mod reached;
mod told;

pub use properties::{
    LINE_PROPERTIES, ORDER_PROPERTIES, Words, of_field, of_message, of_message_named, properties_of, typed_of_messages,
};
pub use reached::{Reached, Sent, reached};

use super::oracle::{Happened, Kind, Named};
use super::value::{Money, NUMBER_MAX, Number, ONE, Value};
use crate::fact::{AppliedBlock, AppliedFact, FactKey, FactKind, Line, Tracked, Trait};
use crate::ids::CustomerNumber;
use crate::money::{AMOUNT_MINOR_MAX, Currency};
use crate::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// A stored row of a customer: an applied fact with what its block says.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Whose it is. Orders of two profiles that became one customer stay two.
    pub profile: Option<CustomerNumber>,
    pub kind: FactKind,
    pub key: FactKey,
    pub at: Instant,
    /// False where the order was known and this adds to it.
    pub first: bool,
    pub source: &'a str,
    pub currency: Currency,
    pub order_no: Option<&'a str>,
    pub lines: &'a [Line],
    pub traits: &'a [Trait],
    pub tracked: Option<&'a Tracked>,
}

impl<'a> Row<'a> {
    pub fn of(block: &'a AppliedBlock, applied: &'a AppliedFact) -> Self {
        let fact = &applied.fact;
        Self {
            profile: applied.customer,
            kind: fact.kind,
            key: fact.key,
            at: fact.at,
            first: applied.first,
            source: &block.source,
            currency: block.currency,
            order_no: fact.order_no.as_deref(),
            lines: &fact.lines,
            traits: &fact.traits,
            tracked: fact.tracked.as_deref(),
        }
    }

    /// Whether a rule can mean anything of it.
    pub fn counts(&self) -> bool {
        match self.kind {
            FactKind::Order
            | FactKind::Gift
            | FactKind::Refund
            | FactKind::Event
            | FactKind::Page
            | FactKind::Screen => true,
            FactKind::Cancelled
            | FactKind::Unpaid
            | FactKind::Adjustment
            | FactKind::CustomerUpdate
            | FactKind::Identify
            | FactKind::Group
            | FactKind::Alias => false,
        }
    }

    /// A cancellation that took something back is stored as a refund with the key of the cancellation.
    fn is_cancellation(&self) -> bool {
        let is_key = |order_no: &str| self.key == FactKey::of(&[self.source, FactKind::Cancelled.code(), order_no]);
        self.kind == FactKind::Refund && self.order_no.is_some_and(is_key)
    }
}

/// Rows of one customer, all of them, as what happened; by time, key and profile.
pub fn happened(rows: &[Row<'_>]) -> Vec<Happened> {
    let mut told: BTreeMap<(Option<CustomerNumber>, FactKey), Vec<&Row<'_>>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.counts()) {
        told.entry((row.profile, row.key)).or_default().push(row);
    }
    let cancelled = cancelled(&told);
    let mut all: Vec<(Happened, Option<CustomerNumber>)> = Vec::with_capacity(told.len());
    for ((profile, _), mut rows) in told {
        // What adds to an order stands behind it, whatever came first.
        rows.sort_by_key(|row| (!row.first, row.at, row.lines));
        let is_of_cancelled = |row: &&Row<'_>| number_of(row).is_some_and(|number| cancelled.contains(&number));
        if !rows.iter().any(is_of_cancelled) {
            all.extend(one(&rows).map(|happened| (happened, profile)));
        }
    }
    all.sort_by_key(|(one, profile)| (one.at, one.key, *profile));
    all.into_iter().map(|(one, _)| one).collect()
}

/// As [`happened`], of purchases of which only kinds, keys and instants are asked: without properties and lines, which the rows need
/// not have. `None` where a cancellation is among them: what that leaves of an order only lines say.
pub fn happened_bare(rows: &[Row<'_>]) -> Option<Vec<Happened>> {
    if rows.iter().any(Row::is_cancellation) {
        return None;
    }
    let mut told: Vec<&Row<'_>> = rows.iter().filter(|row| row.counts()).collect();
    told.sort_by_key(|row| (row.profile, row.key, !row.first, row.at));
    let one = |rows: &[&Row<'_>]| {
        let (lead, kind, at) = lead(rows)?;
        Some((Happened { key: lead.key, at, kind, properties: Named::new(), lines: Vec::new() }, lead.profile))
    };
    let of_one_key = told.chunk_by(|one, next| (one.profile, one.key) == (next.profile, next.key));
    let mut all: Vec<(Happened, Option<CustomerNumber>)> = of_one_key.filter_map(one).collect();
    all.sort_by_key(|(one, profile)| (one.at, one.key, *profile));
    Some(all.into_iter().map(|(one, _)| one).collect())
}

/// An order number with whose and by which source it is.
type OrderNumber<'a> = (Option<CustomerNumber>, &'a str, &'a str);

fn number_of<'a>(row: &Row<'a>) -> Option<OrderNumber<'a>> {
    let has_number = matches!(row.kind, FactKind::Order | FactKind::Gift | FactKind::Refund);
    row.order_no.filter(|_| has_number).map(|order_no| (row.profile, row.source, order_no))
}

/// Orders with a cancellation of which nothing is left.
fn cancelled<'a>(told: &BTreeMap<(Option<CustomerNumber>, FactKey), Vec<&Row<'a>>>) -> BTreeSet<OrderNumber<'a>> {
    let by_cancellation: BTreeSet<OrderNumber<'a>> =
        told.values().flatten().filter(|row| row.is_cancellation()).filter_map(|row| number_of(row)).collect();
    if by_cancellation.is_empty() {
        return by_cancellation;
    }
    let mut left: BTreeMap<OrderNumber<'a>, Left> = BTreeMap::new();
    for row in told.values().flatten() {
        if let Some(number) = number_of(row).filter(|number| by_cancellation.contains(number)) {
            left.entry(number).or_default().add(row);
        }
    }
    left.into_iter().filter(|(_, left)| left.is_nothing()).map(|(number, _)| number).collect()
}

/// What is left of an order.
#[derive(Default)]
struct Left {
    bought_minor: Option<i64>,
    back_minor: i64,
    lines: usize,
    cancelled_lines: usize,
    is_cancelled_whole: bool,
}

impl Left {
    fn add(&mut self, row: &Row<'_>) {
        let amount = amount_minor(row.lines.iter());
        if row.kind != FactKind::Refund {
            self.lines += row.lines.len();
            self.bought_minor =
                amount.map_or(self.bought_minor, |amount| Some(self.bought_minor.unwrap_or(0).saturating_add(amount)));
            return;
        }
        self.back_minor = self.back_minor.saturating_sub(amount.unwrap_or(0));
        if row.is_cancellation() {
            self.cancelled_lines += row.lines.len();
            self.is_cancelled_whole |= row.lines.iter().all(|line| line.sku.is_none() && line.name.is_none());
        }
    }

    /// Where nothing says what was paid, lines say what is left.
    fn is_nothing(&self) -> bool {
        match self.bought_minor {
            Some(bought) => self.back_minor >= bought,
            None => self.is_cancelled_whole || self.cancelled_lines >= self.lines,
        }
    }
}

/// The rows of one key, those that came first in front.
fn one(rows: &[&Row<'_>]) -> Option<Happened> {
    let (lead, kind, at) = lead(rows)?;
    let (properties, lines) = match kind {
        Kind::Order | Kind::Refund => {
            // Gifts are lines of their order; of another kind there is none under the key.
            let own: Vec<&Row<'_>> =
                rows.iter().filter(|row| row.kind == lead.kind || row.kind == FactKind::Gift).copied().collect();
            let lines = lines_of(&own);
            let categories = properties::categories_of(&own);
            (
                properties::of_order(&own, &lines),
                lines.iter().map(|line| properties::of_line(line, lead.currency, &categories)).collect(),
            )
        }
        Kind::Event(_) | Kind::Page | Kind::Screen => (of_message(lead.kind, lead.source, lead.tracked?), Vec::new()),
    };
    Some(Happened { key: lead.key, at, kind, properties, lines })
}

/// The row that says what those of one key are, which kind that is, and when it happened: of an order that was told again with
/// another time, the earliest.
fn lead<'r, 'a>(rows: &[&'r Row<'a>]) -> Option<(&'r Row<'a>, Kind, Instant)> {
    let lead = rows.iter().copied().find(|row| row.kind != FactKind::Gift)?;
    let kind = match lead.kind {
        FactKind::Order => Kind::Order,
        FactKind::Refund => Kind::Refund,
        FactKind::Event => Kind::Event(lead.tracked?.name.clone()?),
        FactKind::Page => Kind::Page,
        FactKind::Screen => Kind::Screen,
        _ => return None,
    };
    let at = rows.iter().filter(|row| row.kind == lead.kind).map(|row| row.at).min()?;
    Some((lead, kind, at))
}

/// The lines of all rows. A total that was told again is stored as the difference, a line of nothing but an amount: it
/// goes into the line that had the total, which is the only one with an amount.
fn lines_of(rows: &[&Row<'_>]) -> Vec<Line> {
    let (corrections, mut lines): (Vec<Line>, Vec<Line>) = {
        let all = rows.iter().flat_map(|row| row.lines.iter().map(|line| (row.first, line)));
        let (corrections, lines): (Vec<_>, Vec<_>) = all.partition(|(first, line)| !first && is_bare(line));
        let plain = |list: Vec<(bool, &Line)>| list.into_iter().map(|(_, line)| line.clone()).collect();
        (plain(corrections), plain(lines))
    };
    for correction in corrections {
        let mut with_amount = lines.iter_mut().filter(|line| line.amount_minor.is_some());
        match (with_amount.next(), with_amount.next()) {
            (Some(only), None) => {
                let both = [only.amount_minor, correction.amount_minor].into_iter().flatten();
                only.amount_minor = Some(both.fold(0, i64::saturating_add));
            }
            _ => lines.push(correction),
        }
    }
    lines
}

fn is_bare(line: &Line) -> bool {
    line.sku.is_none() && line.name.is_none() && line.quantity_milli.is_none() && line.unit_price_minor.is_none()
}

fn amount_minor<'l>(lines: impl Iterator<Item = &'l Line>) -> Option<i64> {
    lines
        .filter_map(|line| line.amount_minor)
        .fold(None, |sum: Option<i64>, one| Some(sum.unwrap_or(0).saturating_add(one)))
}

/// None beyond what a rule can name.
fn money(minor: i64, currency: Currency) -> Option<Value> {
    (-AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX).contains(&minor).then_some(Value::Money(Money { minor, currency }))
}

fn thousandths(milli: i64) -> Option<Value> {
    let units = milli.checked_mul(ONE / 1_000)?;
    (-NUMBER_MAX..=NUMBER_MAX).contains(&units).then_some(Value::Number(Number(units)))
}

fn put(named: &mut Named, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        named.insert(name.to_owned(), vec![value]);
    }
}

#[cfg(test)]
mod tests;
