//! All rows of one partition to facts.
//!
//! Rows of the same customer (strongest identifier), kind class and order number are one fact. Without a
//! number, product rows of a customer at one instant are one order, and every other row is its own.
//! A row with a refund status tells of the refund and of the purchase before it, line by line: its line is
//! one of the order unless a purchase row of the order says the same (product, quantity, amount); each such
//! row speaks for one. A row that names no product speaks of the whole order: any purchase row tells of that.
//! Whether an amount is of the line or of the order is settled for the file (`crate::import::amounts`), so that the
//! fields of a row say it. What is of the order counts once, however many rows repeat it. Rows that state different
//! totals of an order at one instant: the largest counts. At different instants they are purchases that share a
//! number: what differs adds up. A refund of the whole order is taken in the same way, as the state so far.
//! Invariants: lines are sorted, facts too; nothing depends on the order of the rows. The key of a fact
//! without a number comes from its instant and content (equal rows count 1, 2, …), so that a longer
//! export of the same shop gives the old facts the old keys.
//! Callers may rely on: the key does not depend on how rows were partitioned; all rows of a fact must be
//! in one call.

use super::row::OrderRow;
use crate::fact::{Fact, FactKey, FactKind, Line, Trait};
use crate::identity::Identifier;
use crate::time::Instant;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(Clone, Copy, Debug)]
pub struct AssembleContext<'a> {
    /// The source that tells the facts: part of what makes an order number unique.
    pub source: &'a str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembled {
    pub fact: Fact,
    /// How many rows became lines of this fact. Further lines, up to all of them (0 rows), are told besides
    /// by the rows of another fact: the purchase behind a refund status, the refund in a column.
    pub rows: u32,
}

/// Whose order it is, and its number.
type Purchase = (Option<Identifier>, Option<String>);
/// What a line says, without signs: product, quantity, amount.
type Said<'a> = (Option<&'a str>, Option<&'a str>, Option<u64>, Option<u64>);

/// The facts of the rows, by strongest identifier (guests first), time, kind (cancellations last) and order number.
pub fn assemble(mut rows: Vec<OrderRow>, context: &AssembleContext<'_>) -> Vec<Assembled> {
    sort(&mut rows, |row| row.identifiers.first(), compare);
    let mut told_besides = purchases_behind_refunds(&rows);
    let mut facts = Vec::new();
    let mut last_base = None;
    let mut twins = 0u32;
    let mut rows = rows.into_iter().peekable();
    while let Some(first) = rows.next() {
        let mut group = vec![first];
        while let Some(next) = rows.next_if(|row| same_fact(&group[0], row)) {
            group.push(next);
        }
        let base = key_of(&group[0], context.source, class(group[0].kind));
        let is_twin = last_base == Some(base) && group[0].order_no.is_none();
        twins = if is_twin { twins + 1 } else { 0 };
        last_base = Some(base);
        let own_rows = group.len();
        if !told_besides.is_empty() && class(group[0].kind) == class(FactKind::Order) {
            group.extend(told_besides.remove(&purchase_of(&group[0])).unwrap_or_default());
        }
        finish(group, own_rows, numbered(base, twins), twins, context, &mut facts);
    }
    for group in told_besides.into_values() {
        let key = key_of(&group[0], context.source, class(group[0].kind));
        finish(group, 0, key, 0, context, &mut facts);
    }
    sort(&mut facts, |one| one.fact.identifiers.first(), compare_facts);
    facts
}

/// Sorts by this order, which begins with that of the owners. Large items are moved once, and most pairs are told apart
/// without a look at them.
fn sort<T>(items: &mut [T], owner: impl Fn(&T) -> Option<&Identifier>, compare: impl Fn(&T, &T) -> Ordering) {
    let beginnings = items.iter().map(|item| owner(item).map(Identifier::beginning));
    let mut order: Vec<_> = beginnings.zip(0usize..).collect();
    order.sort_unstable_by(|left, right| {
        left.0.cmp(&right.0).then_with(|| compare(&items[left.1], &items[right.1])).then(left.1.cmp(&right.1))
    });
    // What belongs to a place may have been swapped away from where it was: it is where that place's own item went.
    for place in 0..items.len() {
        let mut from = order[place].1;
        while from < place {
            from = order[from].1;
        }
        items.swap(place, from);
        order[place].1 = from;
    }
}

fn compare_facts(left: &Assembled, right: &Assembled) -> Ordering {
    // What takes an order back comes behind it.
    let takes_back = |kind: FactKind| kind == FactKind::Cancelled;
    let key = |item: &Assembled| (item.fact.at, takes_back(item.fact.kind), item.fact.kind.code());
    let (left_owner, right_owner) = (left.fact.identifiers.first(), right.fact.identifiers.first());
    left_owner
        .cmp(&right_owner)
        .then_with(|| key(left).cmp(&key(right)))
        .then_with(|| left.fact.order_no.cmp(&right.fact.order_no))
        .then_with(|| left.fact.key.cmp(&right.fact.key))
}

/// Kinds of one class share their order number: gifts are lines of the order they came with.
fn class(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Order | FactKind::Gift => "order",
        other => other.code(),
    }
}

fn groups_by_instant(row: &OrderRow) -> bool {
    row.order_no.is_none() && row.names_product() && !row.identifiers.is_empty()
}

/// A total order in which rows of one fact, and rows of the same content, are neighbours.
fn compare(left: &OrderRow, right: &OrderRow) -> Ordering {
    let owner = |row: &OrderRow| (row.order_no.is_none(), groups_by_instant(row));
    let numbers = |row: &OrderRow| (row.quantity_milli, row.unit_price_minor, row.amount_minor, row.order_amount_minor);
    let rest = |row: &OrderRow| (row.kind.code(), row.tells_of_purchase, row.refund_minor, row.line_refund_minor);
    left.identifiers
        .first()
        .cmp(&right.identifiers.first())
        .then_with(|| class(left.kind).cmp(class(right.kind)))
        .then_with(|| left.order_no.cmp(&right.order_no))
        .then_with(|| owner(left).cmp(&owner(right)))
        .then_with(|| left.at.cmp(&right.at))
        .then_with(|| left.sku.cmp(&right.sku))
        .then_with(|| left.name.cmp(&right.name))
        .then_with(|| numbers(left).cmp(&numbers(right)))
        .then_with(|| rest(left).cmp(&rest(right)))
        .then_with(|| left.identifiers.cmp(&right.identifiers))
        .then_with(|| {
            let traits = |row: &OrderRow| {
                row.traits.iter().map(|item| (item.name.clone(), item.value.clone())).collect::<Vec<_>>()
            };
            if left.traits == right.traits { Ordering::Equal } else { traits(left).cmp(&traits(right)) }
        })
}

fn same_fact(first: &OrderRow, row: &OrderRow) -> bool {
    let same_owner = first.identifiers.first() == row.identifiers.first() && class(first.kind) == class(row.kind);
    if !same_owner || first.order_no != row.order_no {
        return false;
    }
    first.order_no.is_some() || (groups_by_instant(first) && groups_by_instant(row) && first.at == row.at)
}

fn key_of(row: &OrderRow, source: &str, class: &str) -> FactKey {
    if let Some(order_no) = &row.order_no {
        return FactKey::of(&[source, class, order_no]);
    }
    let owner =
        row.identifiers.first().map_or_else(String::new, |first| format!("{}:{}", first.kind.code(), first.value));
    let at = row.at.0.to_string();
    if groups_by_instant(row) {
        return FactKey::of(&[source, class, "", &owner, &at]);
    }
    let number = |value: Option<i64>| value.map_or_else(String::new, |value| value.to_string());
    FactKey::of(&[
        source,
        class,
        "",
        &owner,
        &at,
        row.sku.as_deref().unwrap_or_default(),
        row.name.as_deref().unwrap_or_default(),
        &number(row.quantity_milli),
        &number(row.unit_price_minor),
        &number(row.amount_minor),
        &number(row.order_amount_minor),
    ])
}

/// Equal rows without a number are told apart by counting them.
fn numbered(base: FactKey, twins: u32) -> FactKey {
    if twins == 0 { base } else { FactKey::of(&[&base.hex(), &(twins + 1).to_string()]) }
}

/// The lines of purchases that only rows with a refund status tell of, by purchase; empty (and cheap) where
/// no row tells of two things.
fn purchases_behind_refunds(rows: &[OrderRow]) -> BTreeMap<Purchase, Vec<OrderRow>> {
    let tells_of_two = |row: &&OrderRow| row.tells_of_purchase && row.order_no.is_some();
    let mut told: BTreeMap<Purchase, Vec<OrderRow>> = BTreeMap::new();
    // What purchase rows say of these orders: each line as often as it is there.
    let mut said: HashMap<Purchase, HashMap<Said<'_>, u32>> = HashMap::new();
    for row in rows.iter().filter(tells_of_two) {
        said.entry(purchase_of(row)).or_default();
    }
    if said.is_empty() {
        return told;
    }
    for row in rows.iter().filter(|row| row.kind == FactKind::Order) {
        if let Some(lines) = said.get_mut(&purchase_of(row)) {
            *lines.entry(said_by(row)).or_default() += 1;
        }
    }
    for row in rows.iter().filter(tells_of_two) {
        let purchase = purchase_of(row);
        let lines = said.entry(purchase.clone()).or_default();
        let is_told = match lines.get_mut(&said_by(row)) {
            Some(count) if row.names_product() && *count > 0 => {
                *count -= 1;
                true
            }
            _ => !row.names_product() && !lines.is_empty(),
        };
        if !is_told {
            told.entry(purchase).or_default().push(purchase_behind(row));
        }
    }
    told
}

fn purchase_of(row: &OrderRow) -> Purchase {
    (row.identifiers.first().cloned(), row.order_no.clone())
}

/// The amount of the whole order is left out: it says nothing of the line.
fn said_by(row: &OrderRow) -> Said<'_> {
    let size = |value: Option<i64>| value.map(i64::unsigned_abs);
    (row.sku.as_deref(), row.name.as_deref(), size(row.quantity_milli), size(row.amount_minor))
}

/// The row as it was before the refund: what an earlier export had told.
fn purchase_behind(refund: &OrderRow) -> OrderRow {
    let bought = |value: Option<i64>| value.map(i64::saturating_abs);
    OrderRow {
        kind: FactKind::Order,
        tells_of_purchase: false,
        quantity_milli: bought(refund.quantity_milli),
        amount_minor: bought(refund.amount_minor),
        order_amount_minor: bought(refund.order_amount_minor),
        refund_minor: None,
        line_refund_minor: None,
        ..refund.clone()
    }
}

/// `own_rows` of the group are its own; the others are told by rows of another fact.
fn finish(
    group: Vec<OrderRow>,
    own_rows: usize,
    key: FactKey,
    twins: u32,
    context: &AssembleContext<'_>,
    facts: &mut Vec<Assembled>,
) {
    let first = &group[0];
    let kind = match first.kind {
        FactKind::Order | FactKind::Gift if group.iter().any(|row| row.kind == FactKind::Order) => FactKind::Order,
        kind => kind,
    };
    let refund_lines = if class(kind) == "order" { refund_lines(&group) } else { Vec::new() };
    let refund_key =
        (!refund_lines.is_empty()).then(|| numbered(key_of(first, context.source, class(FactKind::Refund)), twins));
    let rows = u32::try_from(own_rows).unwrap_or(u32::MAX);
    let fact = fact_of(group, kind, key);
    if let Some(key) = refund_key {
        let kind = FactKind::Refund;
        let refund = Fact { kind, key, lines: refund_lines, traits: Vec::new(), ..fact.clone() };
        facts.push(Assembled { fact: refund, rows: 0 });
    }
    facts.push(Assembled { fact, rows });
}

/// What the rows of an order say was paid back of them, line by line, or else of the order.
fn refund_lines(group: &[OrderRow]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for row in group {
        if let Some(refund) = row.line_refund_minor {
            let (sku, name) = (row.sku.clone(), row.name.clone());
            lines.push(Line { sku, name, amount_minor: Some(refund.saturating_neg()), ..Line::default() });
        }
    }
    if lines.is_empty()
        && let Some(refund) = total(group.iter().map(|row| (row.at, row.refund_minor)))
    {
        let amount_minor = Some(refund.saturating_neg());
        lines.push(Line { amount_minor, is_total: is_told_by_others(&group[0]), ..Line::default() });
    }
    lines.sort();
    lines
}

/// Whether other rows can tell of the same fact, so that what they state of the whole is one statement.
fn is_told_by_others(row: &OrderRow) -> bool {
    row.order_no.is_some() || groups_by_instant(row)
}

/// An amount of the whole order from all statements of it: the largest of each instant, each amount once.
fn total(statements: impl Iterator<Item = (Instant, Option<i64>)>) -> Option<i64> {
    let mut largest: BTreeMap<Instant, i64> = BTreeMap::new();
    for (at, amount) in statements {
        let Some(amount) = amount else { continue };
        let known = largest.entry(at).or_insert(amount);
        if (amount.unsigned_abs(), amount) > (known.unsigned_abs(), *known) {
            *known = amount;
        }
    }
    let amounts: BTreeSet<i64> = largest.into_values().collect();
    amounts.into_iter().reduce(i64::saturating_add)
}

fn fact_of(group: Vec<OrderRow>, kind: FactKind, key: FactKey) -> Fact {
    let at = group.iter().map(|row| row.at).min().unwrap_or(group[0].at);
    let own_amounts = group.iter().any(|row| row.amount_minor.is_some());
    let order_amount = if own_amounts { None } else { total(group.iter().map(|row| (row.at, row.order_amount_minor))) };
    let is_total = is_told_by_others(&group[0]);
    let order_no = group[0].order_no.clone();
    let mut identifiers: Vec<Identifier> = Vec::new();
    let mut traits: Vec<Trait> = Vec::new();
    let mut lines = Vec::with_capacity(group.len());
    for row in group {
        // A line repeats what the one before says: look before adding.
        for identifier in row.identifiers {
            if !identifiers.contains(&identifier) {
                identifiers.push(identifier);
            }
        }
        for item in row.traits {
            if !traits.contains(&item) {
                traits.push(item);
            }
        }
        lines.push(Line {
            sku: row.sku,
            name: row.name,
            quantity_milli: row.quantity_milli,
            unit_price_minor: row.unit_price_minor,
            amount_minor: row.amount_minor,
            is_total: false,
        });
    }
    identifiers.sort();
    traits.sort_by(|left, right| (&left.name, &left.value).cmp(&(&right.name, &right.value)));
    traits.dedup_by(|later, kept| later.name == kept.name);
    lines.sort();
    if let (Some(amount), Some(line)) = (order_amount, lines.first_mut()) {
        (line.amount_minor, line.is_total) = (Some(amount), is_total);
        lines.sort();
    }
    Fact { kind, key, at, identifiers, order_no, lines, traits, tracked: None }
}
