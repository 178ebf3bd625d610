//! What came back of an order is given back once, whoever tells of it.
//!
//! Refunds and the cancellation of one order number are two facts with two keys; either may come first, again, or in
//! parts, in one file or in several. Each keeps in its row of the table of orders all that it told: lines as they
//! were bought, and money that names no product. Both tell of the same money where they name the same line, and where
//! one of them names no product: that is part of what the other names. Together they give back no more than was
//! bought, unless the refunds alone do. A cancellation may come before its order: it takes that back once it counts
//! ([`take_back_at_once`]).
//!
//! Invariant: what is given back follows from all that was told, in whatever order it came. The row's amount is what
//! was given back, its lines are what was told, so that a fact told again is a duplicate.

use super::orders::{CLAIMED, OrderId, Outcome, compare, fingerprints, line_counts};
use perennial_domain::fact::{Fact, FactKey, FactKind, Line};
use perennial_domain::time::Instant;
use perennial_store::orders::{GUEST, OrderRow};
use std::collections::HashMap;
use std::hash::Hash;

/// Behind the fingerprints of a row that gives back, or is to: an entry for each line, their number in four bytes, and
/// this. Without it, fingerprints end at a multiple of eight.
const FORMAT: u8 = 1;
const FINGERPRINT_BYTES: usize = 8;
const ENTRY_BYTES: usize = 16;
const TAIL_BYTES: usize = 5;
/// Instead of the fingerprint of a line that names no product.
const NO_PRODUCT: u64 = 0;

/// The rows that tell of one order.
struct Orders {
    purchase: OrderId,
    refunds: OrderId,
    cancellation: OrderId,
}

impl Orders {
    fn of(source: &str, customer: i64, order_no: &str) -> Self {
        let id = |class: &str| (customer, FactKey::of(&[source, class, order_no]).0.to_be_bytes());
        Self { purchase: id("order"), refunds: id("refund"), cancellation: id("cancelled") }
    }
}

/// Under which what was bought, paid back and cancelled of an order stands.
pub fn keys_of_order(source: &str, order_no: &str) -> [FactKey; 3] {
    let Orders { purchase, refunds, cancellation } = Orders::of(source, GUEST, order_no);
    [purchase, refunds, cancellation].map(|(_, key)| FactKey(u128::from_be_bytes(key)))
}

/// The rows that must be known to judge this fact: its own, and those that tell of the same order. What took an order of
/// a customer back before it came is looked up by customer instead, because few orders have that.
pub fn orders_concerned(source: &str, id: OrderId, fact: &Fact) -> impl Iterator<Item = OrderId> + use<> {
    let takes_part =
        matches!(fact.kind, FactKind::Refund | FactKind::Cancelled) || fact.kind == FactKind::Order && id.0 == GUEST;
    all_of_order(source, id, fact).take(if takes_part { usize::MAX } else { 1 })
}

/// The fact's own row, and those that tell of the same order.
pub fn all_of_order(source: &str, id: OrderId, fact: &Fact) -> impl Iterator<Item = OrderId> + use<> {
    let orders = fact.order_no.as_deref().map(|order_no| Orders::of(source, id.0, order_no));
    let others = orders.map(|orders| [orders.purchase, orders.refunds, orders.cancellation]);
    std::iter::once(id).chain(others.into_iter().flatten().filter(move |other| *other != id))
}

/// What gives back of an order: under guests, and under the customer whose it becomes.
pub fn rows_to_move(source: &str, customer: i64, fact: &Fact) -> Vec<(OrderId, OrderId)> {
    let Some(order_no) = fact.order_no.as_deref() else { return Vec::new() };
    let (guests, own) = (Orders::of(source, GUEST, order_no), Orders::of(source, customer, order_no));
    vec![(guests.refunds, own.refunds), (guests.cancellation, own.cancellation)]
}

/// With a guest's order that becomes its customer's goes what was given back of it, as far as that was not told of the customer
/// before: each row that changed, and the refund that the customer has had with it. The order is in `known` already.
pub fn move_to_customer(
    known: &mut HashMap<OrderId, OrderRow>,
    source: &str,
    customer: i64,
    order: &Fact,
) -> Vec<(OrderId, Option<Fact>)> {
    let mut moved = Vec::new();
    for (guest, own) in rows_to_move(source, customer, order) {
        let gives_back = |row: &&mut OrderRow| row.kind == FactKind::Refund.code() || awaits_its_order(row);
        let Some(row) = known.get_mut(&guest).filter(gives_back) else { continue };
        let guests = OrderRow { customer_number: customer, ..row.clone() };
        CLAIMED.clone_into(&mut row.kind);
        moved.push((guest, None));
        let (row, given) = joined(known.get(&own), guests);
        let at = Instant(row.at);
        known.insert(own, row);
        let refund = (given > 0).then(|| Fact {
            kind: FactKind::Refund,
            key: FactKey(u128::from_be_bytes(own.1)),
            at,
            identifiers: order.identifiers.clone(),
            order_no: order.order_no.clone(),
            lines: vec![Line { amount_minor: Some(-given), is_total: true, ..Line::default() }],
            traits: Vec::new(),
            tracked: None,
        });
        moved.push((own, refund.and_then(|fact| only_once(known, source, own, fact))));
    }
    moved
}

/// The customer's row with what the guest's tells beside it, and how much more is given back by that.
fn joined(own: Option<&OrderRow>, guests: OrderRow) -> (OrderRow, i64) {
    let given = |row: &OrderRow| row.amount_minor.unwrap_or(0).saturating_neg().max(0);
    let is_refund = |row: &OrderRow| row.kind == FactKind::Refund.code();
    let own = match own {
        Some(own) if is_refund(own) && is_refund(&guests) => own,
        Some(own) if is_refund(own) || !is_refund(&guests) => return (own.clone(), 0),
        _ => {
            let all = if is_refund(&guests) { given(&guests) } else { 0 };
            return (guests, all);
        }
    };
    let mut told = entries(own);
    let fresh = without_those_of(entries(&guests), &told);
    let mut all = fingerprints(&own.line_hashes);
    all.extend(without_those_of(fingerprints(&guests.line_hashes), &all));
    all.sort_unstable();
    let more = fresh.iter().fold(0i64, |sum, (_, minor)| sum.saturating_add(*minor)).clamp(0, given(&guests));
    told.extend(fresh);
    let amount_minor = Some(own.amount_minor.unwrap_or(0).saturating_sub(more));
    (OrderRow { at: own.at.min(guests.at), amount_minor, line_hashes: packed(&all, &told), ..own.clone() }, more)
}

/// The first without the second, each as often as it is there.
fn without_those_of<T: Eq + Hash + Copy>(mut all: Vec<T>, others: &[T]) -> Vec<T> {
    let mut left: HashMap<T, usize> = HashMap::new();
    for one in others {
        *left.entry(*one).or_default() += 1;
    }
    all.retain(|one| match left.get_mut(one).filter(|count| **count > 0) {
        Some(count) => {
            *count -= 1;
            false
        }
        None => true,
    });
    all
}

/// The order that a cancellation speaks of.
fn purchase_of_cancellation(source: &str, customer: i64, fact: &Fact) -> Option<OrderId> {
    let order_no = fact.order_no.as_deref().filter(|_| fact.kind == FactKind::Cancelled)?;
    Some(Orders::of(source, customer, order_no).purchase)
}

/// What was counted earlier and is now told as cancelled goes back: those lines of the cancellation that the
/// order has, or, where the cancellation names no amount, what of the whole order it did not give back before.
pub fn take_back(known: &HashMap<OrderId, OrderRow>, source: &str, id: OrderId, fact: Fact) -> Fact {
    let counted = purchase_of_cancellation(source, id.0, &fact)
        .and_then(|purchase| known.get(&purchase))
        .filter(|row| row.kind == FactKind::Order.code());
    let Some(counted) = counted else { return fact };
    let names_a_line = fact.lines.iter().any(|line| line.sku.is_some() || line.name.is_some());
    if fact.amount_minor().unwrap_or(0) != 0 || names_a_line {
        let lines = lines_to_take_back(counted, &fact);
        return if lines.is_empty() { fact } else { Fact { kind: FactKind::Refund, lines, ..fact } };
    }
    // Told at the same instant, it is the state of the order, whose total takes the place of the one before.
    let before = known.get(&id).filter(|row| row.at != fact.at.0);
    let told = Told::of(before).all();
    let amount_minor = counted.amount_minor.map(|amount| told.saturating_sub(amount));
    if told > 0 && amount_minor.is_none_or(|amount| amount >= 0) {
        return Fact { lines: Vec::new(), ..fact };
    }
    Fact { kind: FactKind::Refund, lines: vec![Line { amount_minor, is_total: true, ..Line::default() }], ..fact }
}

fn lines_to_take_back(counted: &OrderRow, cancellation: &Fact) -> Vec<Line> {
    let mut left = line_counts(counted);
    let mut lines = Vec::new();
    for line in &cancellation.lines {
        let bought = Line {
            quantity_milli: line.quantity_milli.map(i64::abs),
            amount_minor: line.amount_minor.map(i64::abs),
            ..line.clone()
        };
        if let Some(count) = left.get_mut(&bought.fingerprint()).filter(|count| **count > 0) {
            *count -= 1;
            lines.push(Line { amount_minor: bought.amount_minor.map(|amount| -amount), ..bought });
        }
    }
    lines.sort();
    lines
}

/// Whether the row is of a cancellation (or of a refund without an amount) that has found nothing to give back so far.
/// In rows of this kind without entries, an earlier version kept orders that nobody had paid yet, too; of those, all
/// have lines.
pub fn awaits_its_order(row: &OrderRow) -> bool {
    row.kind == FactKind::Cancelled.code() && (row.line_hashes.is_empty() || unpack(&row.line_hashes).1.is_some())
}

/// What cancellations that came first take back of an order that counts now: refunds, each with the row it changed.
/// `order` has the lines that are new.
pub fn take_back_at_once(
    known: &mut HashMap<OrderId, OrderRow>,
    source: &str,
    purchase: OrderId,
    order: &Fact,
) -> Vec<(OrderId, Fact, bool)> {
    let Some(order_no) = order.order_no.as_deref() else { return Vec::new() };
    let orders = Orders::of(source, purchase.0, order_no);
    let mut given_back = Vec::new();
    for id in [orders.cancellation, orders.refunds] {
        let Some(row) = known.get(&id).filter(|row| awaits_its_order(row)) else { continue };
        let lines = lines_awaited(row, known.get(&purchase), order);
        if lines.is_empty() {
            continue;
        }
        let refund = Fact {
            kind: FactKind::Refund,
            key: FactKey(u128::from_be_bytes(id.1)),
            at: Instant(row.at),
            identifiers: order.identifiers.clone(),
            order_no: order.order_no.clone(),
            lines,
            traits: Vec::new(),
            tracked: None,
        };
        if let Outcome::New { fact, first, .. } = compare(known, id, refund, false) {
            given_back.extend(only_once(known, source, id, fact).map(|fact| (id, fact, first)));
        }
    }
    given_back
}

fn lines_awaited(cancellation: &OrderRow, purchase: Option<&OrderRow>, order: &Fact) -> Vec<Line> {
    let mut left: HashMap<(u64, i64), usize> = HashMap::new();
    for entry in kept_entries(cancellation) {
        *left.entry(entry).or_default() += 1;
    }
    if left.keys().all(|(line, minor)| *line == NO_PRODUCT && *minor == 0) {
        let amount_minor = purchase.and_then(|row| row.amount_minor).map(i64::saturating_neg);
        return vec![Line { amount_minor, is_total: true, ..Line::default() }];
    }
    let mut lines = Vec::new();
    for line in &order.lines {
        let entry = (as_bought(line), line.amount_minor.unwrap_or(0));
        if let Some(count) = left.get_mut(&entry).filter(|count| **count > 0) {
            *count -= 1;
            lines.push(Line { amount_minor: line.amount_minor.map(|amount| -amount), is_total: false, ..line.clone() });
        }
    }
    lines.sort();
    lines
}

/// A refund (also one that a cancellation became) without what was given back before; none where that is all of it.
/// The row of the fact is in `known` already, as if all of it counted.
pub fn only_once(known: &mut HashMap<OrderId, OrderRow>, source: &str, id: OrderId, fact: Fact) -> Option<Fact> {
    let told = fact.amount_minor().unwrap_or(0).saturating_neg();
    let Some(order_no) = fact.order_no.as_deref().filter(|_| fact.kind == FactKind::Refund && told > 0) else {
        return Some(fact);
    };
    let orders = Orders::of(source, id.0, order_no);
    let row = |id: OrderId, kind: FactKind| known.get(&id).filter(|row| row.kind == kind.code());
    let (refunds, cancellation) = (row(orders.refunds, FactKind::Refund), row(orders.cancellation, FactKind::Refund));
    let alone = id == orders.refunds && cancellation.is_none();
    if alone || ![orders.refunds, orders.cancellation].contains(&id) {
        return Some(fact);
    }
    let given = |row: Option<&OrderRow>| row.and_then(|row| row.amount_minor).unwrap_or(0).saturating_neg();
    let given_before = given(refunds).saturating_add(given(cancellation)).saturating_sub(told);
    let bought = row(orders.purchase, FactKind::Order).and_then(|row| row.amount_minor);
    let (by_refunds, by_cancellation) = (Told::of(refunds), Told::of(cancellation));
    let due = together(&by_refunds, &by_cancellation, bought).saturating_sub(given_before).clamp(0, told);
    let spare = told - due;
    if spare == 0 {
        return Some(fact);
    }
    if let Some(row) = known.get_mut(&id) {
        row.amount_minor = row.amount_minor.map(|amount| amount.saturating_add(spare));
    }
    let other = if id == orders.refunds { by_cancellation } else { by_refunds };
    (due > 0).then(|| Fact { lines: lessened(fact.lines, spare, &other), ..fact })
}

/// The lines with so much less money, first of those that the other one told too.
fn lessened(mut lines: Vec<Line>, mut spare: i64, other: &Told) -> Vec<Line> {
    lines.sort_by_key(|line| !other.lines.contains_key(&as_bought(line)));
    for amount in lines.iter_mut().filter_map(|line| line.amount_minor.as_mut()) {
        let less = amount.saturating_neg().clamp(0, spare);
        *amount += less;
        spare -= less;
    }
    lines.retain(|line| line.amount_minor != Some(0));
    lines.sort();
    lines
}

/// What one of them told: positive amounts.
#[derive(Debug, Default)]
struct Told {
    /// By the line as it was bought: how often, and the amount of one.
    lines: HashMap<u64, (i64, i64)>,
    /// Of lines without a product.
    without_product: i64,
}

impl Told {
    fn of(row: Option<&OrderRow>) -> Self {
        let mut told = Self::default();
        for (line, minor) in row.map(entries).unwrap_or_default() {
            if line == NO_PRODUCT {
                told.without_product = told.without_product.saturating_add(minor);
            } else {
                told.lines.entry(line).or_insert((0, minor)).0 += 1;
            }
        }
        told
    }

    fn all(&self) -> i64 {
        self.of_products().saturating_add(self.without_product)
    }

    fn of_products(&self) -> i64 {
        self.lines.values().fold(0, |sum, (count, minor)| sum.saturating_add(count.saturating_mul(*minor)))
    }
}

/// What both tell of, counted once.
fn together(refunds: &Told, cancellation: &Told, bought: Option<i64>) -> i64 {
    let mut same_lines = 0i64;
    for (line, (count, minor)) in &refunds.lines {
        let (other, _) = cancellation.lines.get(line).copied().unwrap_or_default();
        same_lines = same_lines.saturating_add(minor.saturating_mul(other.min(*count)));
    }
    let by_refunds = refunds.of_products().saturating_add(refunds.without_product);
    let by_cancellation = cancellation.of_products().saturating_add(cancellation.without_product);
    // Products that only one of them names are other things; money without a product is of any.
    let refunded = refunds.of_products() - same_lines;
    let cancelled = cancellation.of_products() - same_lines;
    let of_cancelled = refunds.without_product.min(cancelled);
    let left = refunded.saturating_add(refunds.without_product - of_cancelled);
    let of_refunded = cancellation.without_product.min(left);
    let sum = by_refunds.saturating_add(by_cancellation) - same_lines - of_cancelled - of_refunded;
    bought.map_or(sum, |bought| sum.min(by_refunds.max(bought)))
}

/// The fingerprint of the line when it was bought: its numbers without signs.
fn as_bought(line: &Line) -> u64 {
    if line.sku.is_none() && line.name.is_none() {
        return NO_PRODUCT;
    }
    let size = |value: Option<i64>| value.map(i64::saturating_abs);
    let bought = Line {
        quantity_milli: size(line.quantity_milli),
        unit_price_minor: size(line.unit_price_minor),
        amount_minor: size(line.amount_minor),
        ..line.clone()
    };
    bought.fingerprint()
}

/// `line_hashes` of a row: the fingerprints, and what the row gives back with the fresh lines of `fact`; of a
/// cancellation that finds nothing to give back, what it would.
pub fn pack(fingerprints: &[u64], before: Option<&OrderRow>, fact: &Fact) -> Vec<u8> {
    let gave_back = before.filter(|row| row.kind == FactKind::Refund.code());
    let awaits = fact.kind == FactKind::Cancelled && gave_back.is_none();
    let mut told = gave_back.map(entries).unwrap_or_default();
    if awaits {
        let amount = |line: &Line| line.amount_minor.unwrap_or(0).saturating_abs();
        told = before.map(kept_entries).unwrap_or_default();
        told.extend(fact.lines.iter().map(|line| (as_bought(line), amount(line))));
    } else if fact.kind == FactKind::Refund {
        let minor = |line: &Line| line.amount_minor.unwrap_or(0).saturating_neg().max(0);
        told.extend(fact.lines.iter().map(|line| (as_bought(line), minor(line))));
    }
    if told.is_empty() && !awaits {
        return fingerprints.iter().flat_map(|fingerprint| fingerprint.to_be_bytes()).collect();
    }
    packed(fingerprints, &told)
}

fn packed(fingerprints: &[u64], told: &[(u64, i64)]) -> Vec<u8> {
    let mut bytes: Vec<u8> = fingerprints.iter().flat_map(|fingerprint| fingerprint.to_be_bytes()).collect();
    for (line, minor) in told {
        bytes.extend_from_slice(&line.to_be_bytes());
        bytes.extend_from_slice(&minor.to_be_bytes());
    }
    let count = u32::try_from(told.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&count.to_be_bytes());
    bytes.push(FORMAT);
    bytes
}

/// The fingerprints of `line_hashes`, and the entries behind them.
pub fn unpack(bytes: &[u8]) -> (&[u8], Option<&[u8]>) {
    if bytes.len() % FINGERPRINT_BYTES != TAIL_BYTES || bytes.last() != Some(&FORMAT) {
        return (bytes, None);
    }
    let (rest, tail) = bytes.split_at(bytes.len() - TAIL_BYTES);
    let count = tail.first_chunk::<4>().map_or(0, |count| u32::from_be_bytes(*count) as usize);
    match rest.len().checked_sub(count.saturating_mul(ENTRY_BYTES)) {
        Some(place) => (&rest[..place], Some(&rest[place..])),
        None => (rest, None),
    }
}

/// Lines as bought, with the amounts that were told to come back. A row from before they were kept has its amount.
fn entries(row: &OrderRow) -> Vec<(u64, i64)> {
    if row.kind != FactKind::Refund.code() {
        return Vec::new();
    }
    if unpack(&row.line_hashes).1.is_none() {
        return vec![(NO_PRODUCT, row.amount_minor.unwrap_or(0).saturating_neg())];
    }
    kept_entries(row)
}

fn kept_entries(row: &OrderRow) -> Vec<(u64, i64)> {
    let (chunks, _) = unpack(&row.line_hashes).1.unwrap_or_default().as_chunks::<ENTRY_BYTES>();
    chunks.iter().map(|chunk| u128::from_be_bytes(*chunk)).map(|both| ((both >> 64) as u64, both as i64)).collect()
}

#[cfg(test)]
mod tests;
