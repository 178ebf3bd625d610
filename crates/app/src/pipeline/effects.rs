//! What a block does, worked out in memory: no database, no clock.
//!
//! [`Known`] holds what the store knew of the orders, customers and traits that the block speaks of; [`work_out`] gives
//! the rows to write. It may run on a thread of its own while the database writes the block before.
//! Invariants: facts are taken in their order, and each sees what those before it did; the result depends on nothing
//! else.

use super::applied::Told;
use super::counters::count;
use super::given_back;
use super::orders::{OrderId, Outcome, claim, compare, guests_order, order_id};
use super::report::ApplyReport;
use super::resolve::Resolved;
use super::traits::Traits;
use crate::by_hand::is_by_hand;
use crate::consent::Withheld;
use perennial_domain::fact::{AppliedBlock, AppliedFact, Fact, FactBlock, FactKind};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Instant, Zone};
use perennial_store::activity::ActivityRow;
use perennial_store::customers::CustomerCounters;
use perennial_store::orders::{GUEST, OrderRow};
use perennial_store::parts::PartRow;
use perennial_store::traits::TraitRow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What the store knew before the block.
pub struct Known {
    pub orders: HashMap<OrderId, OrderRow>,
    /// Of all customers that the block speaks of and that have one profile, but those that it creates.
    pub customers: Vec<CustomerCounters>,
    /// Profiles that are part of a customer, by number.
    pub parts: BTreeMap<i64, PartRow>,
    pub traits: Traits,
    /// What is not taken in of profiles that withdrew a purpose.
    pub withheld: HashMap<i64, Vec<Withheld>>,
}

/// What the store is to know afterwards of each profile, each key once, and what history is to hold.
pub struct Effects {
    pub orders: Vec<OrderRow>,
    /// Those of the profiles that are part of a customer, as they were before the block.
    pub parts: BTreeMap<i64, PartRow>,
    pub customers: Vec<CustomerCounters>,
    pub activity: Vec<ActivityRow>,
    pub traits: Vec<TraitRow>,
    pub applied: AppliedBlock,
    /// One entry a fact of the block.
    pub told: Vec<Option<Told>>,
    pub report: ApplyReport,
    /// Messages that were dropped: they named somebody who was erased.
    pub erased: Vec<ErasedMessage>,
    /// Its source has told traits.
    pub tells_traits: bool,
}

/// What the log of its source says of it.
pub struct ErasedMessage {
    pub kind: FactKind,
    pub name: Option<String>,
    pub message_id: String,
}

impl Effects {
    pub fn has_guests(&self) -> bool {
        self.orders.iter().any(|row| row.customer_number == GUEST)
    }

    /// Whether any customer has bought, or given back, something.
    pub fn change_purchases(&self) -> bool {
        let moves = |one: &AppliedFact| matches!(one.fact.kind, FactKind::Order | FactKind::Refund);
        self.applied.facts.iter().any(|one| one.customer.is_some() && moves(one))
    }
}

pub fn work_out(block: FactBlock, resolved: &Resolved, mut known: Known, zone: &Zone, now: Instant) -> Effects {
    let mut report = ApplyReport {
        customers_new: resolved.created.len() as u64,
        conflicts: resolved.conflict_count(),
        matched: resolved.matched.clone(),
        ..ApplyReport::default()
    };
    let mut renamed: BTreeSet<i64> = BTreeSet::new();
    let mut changed: BTreeSet<OrderId> = BTreeSet::new();
    let mut applied = Vec::with_capacity(block.facts.len());
    let mut told = Vec::with_capacity(block.facts.len());
    let mut rows_of = block.rows.into_iter();
    // The orders that somebody has cancelled before they came, by customer and number: few.
    let mut awaited: HashSet<(i64, Option<String>)> = HashSet::new();
    let waits = known.orders.values().filter(|row| given_back::awaits_its_order(row));
    awaited.extend(waits.map(|row| (row.customer_number, row.order_no.clone())));
    // Without any, no order was a guest's before: nothing to look for.
    let mut has_guests = known.orders.keys().any(|(customer, _)| *customer == GUEST);
    let whose = resolved.customers.iter().zip(&resolved.siblings);
    let mut erased = Vec::new();
    for (place, (fact, (customer, siblings))) in block.facts.into_iter().zip(whose).enumerate() {
        if resolved.dropped[place] {
            report.erased += u64::from(rows_of.next().unwrap_or(1));
            told.push(None);
            erased.extend(fact.tracked.map(|tracked| ErasedMessage {
                kind: fact.kind,
                name: tracked.name,
                message_id: tracked.message_id,
            }));
            continue;
        }
        // What is kept otherwise than it was accepted stands beside the block.
        let (fact, is_whole) = match resolved.instead.get(&place) {
            Some(instead) => (instead.clone(), false),
            None => (fact, true),
        };
        let (fact, is_whole) = match customer.and_then(|part| known.withheld.get(&i64::from(part.0))) {
            Some(withheld) => without(withheld, &block.source, fact, is_whole),
            None => (fact, is_whole),
        };
        let kind = fact.kind;
        if kind.is_message() {
            // Its id was new when it was accepted.
            report.note(&fact, customer.is_none(), true, u64::from(rows_of.next().unwrap_or(1)), 0);
            let number = customer.map(|number| i64::from(number.0));
            renamed.extend(number.filter(|number| known.traits.note(*number, &fact)));
            let fact = AppliedFact { customer: *customer, first: true, fact };
            told.push(Some(Told::of(&fact, kind, is_whole)));
            applied.push(fact);
            continue;
        }
        let customer = &home_of(&known.orders, &block.source, *customer, siblings.as_deref(), &fact);
        let id = order_id(*customer, &fact);
        let fact = given_back::take_back(&known.orders, &block.source, id, fact);
        let rows = u64::from(rows_of.next().unwrap_or(1));
        let number = customer.map(|number| i64::from(number.0));
        let has_news = number.is_some_and(|number| known.traits.has_news(number, &fact));
        has_guests |= id.0 == GUEST;
        let guests = has_guests.then(|| guests_order(&block.source, *customer, &fact)).flatten();
        if !known.orders.contains_key(&id) && resolved.is_claimed_by_another(&block.source, *customer, &fact) {
            report.duplicates += rows;
            told.push(None);
            continue;
        }
        let claimed = claim(&mut known.orders, guests);
        changed.extend(claimed);
        let was_known = known.orders.contains_key(&id);
        match compare(&mut known.orders, id, fact, has_news) {
            Outcome::Duplicate => {
                report.duplicates += rows;
                told.push(None);
            }
            Outcome::New { fact, first, duplicate_lines } => {
                changed.insert(id);
                renamed.extend(number.filter(|number| known.traits.note(*number, &fact)));
                let Some(fact) = given_back::only_once(&mut known.orders, &block.source, id, fact) else {
                    report.duplicates += rows;
                    told.push(None);
                    continue;
                };
                report.note(&fact, customer.is_none(), first && claimed.is_none(), rows, duplicate_lines as u64);
                let fact = AppliedFact { customer: *customer, first, fact };
                let mut news = Told::of(&fact, kind, is_whole && !was_known && duplicate_lines == 0);
                let moved = match claimed {
                    Some(_) => given_back::move_to_customer(&mut known.orders, &block.source, id.0, &fact.fact),
                    None => Vec::new(),
                };
                if moved.iter().any(|(row, _)| known.orders.get(row).is_some_and(given_back::awaits_its_order)) {
                    awaited.insert((id.0, fact.fact.order_no.clone()));
                }
                let refunds = match fact.fact.kind {
                    FactKind::Order if !awaited.is_empty() && awaited.contains(&(id.0, fact.fact.order_no.clone())) => {
                        given_back::take_back_at_once(&mut known.orders, &block.source, id, &fact.fact)
                    }
                    FactKind::Cancelled => {
                        awaited.insert((id.0, fact.fact.order_no.clone()));
                        Vec::new()
                    }
                    _ => Vec::new(),
                };
                applied.push(fact);
                for (row, refund) in moved {
                    changed.insert(row);
                    if let Some(refund) = refund {
                        report.note(&refund, false, true, 0, 0);
                        let refund = AppliedFact { customer: *customer, first: true, fact: refund };
                        news.add(&refund);
                        applied.push(refund);
                    }
                }
                for (row, refund, first) in refunds {
                    changed.insert(row);
                    report.note(&refund, customer.is_none(), first, 0, 0);
                    let refund = AppliedFact { customer: *customer, first, fact: refund };
                    news.add(&refund);
                    applied.push(refund);
                }
                told.push(Some(news));
            }
        }
    }
    let orders = changed.iter().filter_map(|id| known.orders.remove(id)).collect();
    known.customers.extend(known.parts.values().map(|part| part.counters.clone()));
    let customers = counted(known.customers, resolved, &applied, &renamed, &known.traits, zone, now);
    let activity = activity_of(&block.source, &applied);
    report.refused_values.clone_from(known.traits.refused());
    let traits = known.traits.into_changed();
    let applied = AppliedBlock {
        version: block.version,
        source: block.source,
        import_id: block.import_id,
        currency: block.currency,
        facts: applied,
    };
    Effects {
        orders,
        parts: known.parts,
        customers,
        activity,
        tells_traits: !traits.is_empty(),
        traits,
        applied,
        told,
        report,
        erased,
    }
}

/// The fact without what its profile has taken back, and whether it is as it was accepted.
fn without(withheld: &[Withheld], source: &str, fact: Fact, is_whole: bool) -> (Fact, bool) {
    withheld.iter().fold((fact, is_whole), |(fact, is_whole), one| match one.without(source, &fact) {
        Some(kept) => (kept, false),
        None => (fact, is_whole),
    })
}

/// The customers whom the facts concern, with what they count now, by number.
fn counted(
    known: Vec<CustomerCounters>,
    resolved: &Resolved,
    applied: &[AppliedFact],
    renamed: &BTreeSet<i64>,
    traits: &Traits,
    zone: &Zone,
    now: Instant,
) -> Vec<CustomerCounters> {
    let created =
        resolved.created.iter().map(|(number, first_seen)| CustomerCounters::new(i64::from(number.0), *first_seen));
    let mut concerned: BTreeSet<i64> = resolved.created.iter().map(|(number, _)| i64::from(number.0)).collect();
    let mut rows: BTreeMap<i64, CustomerCounters> =
        known.into_iter().chain(created).map(|row| (row.number, row)).collect();
    for fact in applied.iter().filter(|one| !one.fact.kind.is_message()) {
        let Some(row) = fact.customer.and_then(|number| rows.get_mut(&i64::from(number.0))) else { continue };
        count(row, fact, zone);
        row.updated_at = now.0;
        concerned.insert(row.number);
    }
    for number in renamed {
        if let (Some(row), Some(name)) = (rows.get_mut(number), traits.name_of(*number)) {
            row.set_display_name(name);
            concerned.insert(*number);
        }
    }
    rows.into_values().filter(|row| concerned.contains(&row.number)).collect()
}

/// What customers did beside buying. Their own rows, with many indexes, are left alone.
fn activity_of(source: &str, applied: &[AppliedFact]) -> Vec<ActivityRow> {
    let mut rows: BTreeMap<i64, ActivityRow> = BTreeMap::new();
    let by_them = |one: &&AppliedFact| one.fact.tracked.is_some() && !is_by_hand(source, &one.fact);
    for one in applied.iter().filter(by_them) {
        let Some(number) = one.customer.map(|number| i64::from(number.0)) else { continue };
        let at = one.fact.at.0;
        let row =
            rows.entry(number).or_insert(ActivityRow { customer_number: number, events: 0, first_at: at, last_at: at });
        row.events += 1;
        row.first_at = row.first_at.min(at);
        row.last_at = row.last_at.max(at);
    }
    rows.into_values().collect()
}

/// An order stays with the profile that had it first, or a cancellation of it, whichever of its customer's identifiers
/// names it later.
fn home_of(
    known: &HashMap<OrderId, OrderRow>,
    source: &str,
    part: Option<CustomerNumber>,
    siblings: Option<&[CustomerNumber]>,
    fact: &Fact,
) -> Option<CustomerNumber> {
    let (Some(own), Some(siblings)) = (part, siblings.filter(|_| fact.order_no.is_some())) else { return part };
    let has_it = |one: &CustomerNumber| {
        given_back::all_of_order(source, order_id(Some(*one), fact), fact).any(|id| known.contains_key(&id))
    };
    if has_it(&own) { part } else { siblings.iter().copied().find(has_it).or(part) }
}
