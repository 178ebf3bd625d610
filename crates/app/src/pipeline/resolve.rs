//! Whose is it: the identifiers of each fact of a block name a profile, and join it.
//!
//! One look-up for the whole block ([`Owners::load`]), then decisions in memory in the order of the facts ([`resolve`]),
//! so that a customer who appears first in this block is known to its later facts. The decision itself is
//! `perennial_domain::identity`: messages may show that customers are one, rows of files never do.

use super::newcomers::Newcomers;
use crate::forms::FORMS_SOURCE;
use crate::privacy::{Gate, Stones};
use crate::receipts::RECEIPTS_SOURCE;
use perennial_domain::consent::ConsentWord;
use perennial_domain::fact::{Fact, FactBlock, FactKey, FactKind};
use perennial_domain::identity::{
    Held, Identifier, IdentifierType, Join, LeftOff, LeftOffReason, Matching, Merging, Owner, Parts, People,
    match_file, match_message, match_typed,
};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::privacy::{Named, Passage, Redaction, passage};
use perennial_domain::time::Instant;
use perennial_store::{ReadTx, StoreError, WriteTx, identity, merges, parts, privacy, receipts};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// The outcome for a block: profiles by fact, and the rows that the same commit must write.
pub struct Resolved {
    /// One entry a fact, its profile; `None` for guests.
    pub customers: Vec<Option<CustomerNumber>>,
    /// One entry a fact: the other profiles of its customer, where there are any.
    pub siblings: Vec<Option<Arc<[CustomerNumber]>>>,
    /// Customers that did not exist before this block, with the instant of their first fact, ascending.
    pub created: Vec<(CustomerNumber, i64)>,
    /// Customers of customer files that were known before this block, by the deciding identifier.
    pub matched: BTreeMap<String, Matched>,
    /// Customers that facts of this block showed to be one, in their order.
    pub merges: Vec<EvidenceMerge>,
    /// One entry a fact: it is about somebody who was erased, and is dropped.
    pub dropped: Vec<bool>,
    /// Facts that are kept in another form, by their places: without identifiers of people who were erased.
    pub instead: HashMap<usize, Fact>,
    /// Erasures whose person came back with a fact of this block.
    back: Vec<(String, Instant)>,
    stones: Stones,
    claimed: HashMap<FactKey, CustomerNumber>,
    identities: Vec<identity::IdentityRow>,
    conflicts: Vec<identity::Conflict>,
    seen: HashSet<CustomerNumber>,
    parts: Parts,
    people: People,
}

/// A message named identifiers of two customers, and nothing says that they are two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceMerge {
    pub join: Join,
    pub at: Instant,
    /// The types of the identifiers that the message named.
    pub named: Vec<IdentifierType>,
}

/// Customers that one rule recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    pub customers: u64,
    /// Those of whom another identifier of the same row says that they are somebody else.
    pub contradicted: u64,
}

/// Whom identifiers belong to, and what must be known to judge the messages among the facts.
pub struct Owners {
    /// The profile of an identifier.
    of: HashMap<Identifier, CustomerNumber>,
    /// Of customers with several profiles, where an identifier named one of them.
    parts: Parts,
    people: People,
    /// Of people who were erased.
    stones: Stones,
    /// The profiles of orders that somebody claimed by a receipt, by key.
    claimed: HashMap<FactKey, CustomerNumber>,
}

impl Owners {
    /// Of the identifiers that these facts name, those that belong to somebody, or did before an erasure.
    pub async fn load(
        tx: &mut ReadTx<'_>,
        block: &FactBlock,
        gate: Option<&Gate>,
        newcomers: Option<&Newcomers>,
    ) -> Result<Self, StoreError> {
        let FactBlock { source, facts, .. } = block;
        let wanted = named_by(facts, newcomers);
        let mut of = HashMap::new();
        let mut customers = BTreeSet::new();
        for ((kind, value), owner) in identity::owners(tx, &wanted).await? {
            let Some(kind) = IdentifierType::parse(&kind) else { continue };
            customers.insert(owner.customer_number);
            of.insert(Identifier { kind, value }, CustomerNumber(owner.part_number));
        }
        let claimed = claimed_orders(tx, source, facts).await?;
        customers.extend(claimed.values().map(|part| part.0));
        // Where nobody was ever merged there is nothing to look up.
        let several = merges::version(tx).await? > 0;
        let asked: Vec<i64> = customers.into_iter().map(i64::from).collect();
        let pairs = if several { parts::together(tx, &asked).await? } else { Vec::new() };
        let pairs = pairs.into_iter().filter_map(|(part, customer)| {
            Some((CustomerNumber::from_stored(part)?, CustomerNumber::from_stored(customer)?))
        });
        let stones = match gate {
            Some(gate) => gate.stones(tx, facts).await?,
            None => Stones::default(),
        };
        let mut owners = Self { of, parts: Parts::of(pairs, []), people: People::default(), stones, claimed };
        owners.load_people(tx, facts, several).await?;
        Ok(owners)
    }

    fn owner(&self, identifier: &Identifier) -> Option<Owner> {
        owner_of(&self.of, &self.parts, identifier)
    }

    /// What messages are judged by: asked only where one brings an identifier that is new, or names several customers.
    /// For files, and for most messages, there is nothing to ask.
    async fn load_people(&mut self, tx: &mut ReadTx<'_>, facts: &[Fact], several: bool) -> Result<(), StoreError> {
        let mut asked: BTreeSet<CustomerNumber> = BTreeSet::new();
        for fact in facts.iter().filter(|fact| fact.tracked.is_some() && fact.identifiers.len() > 1) {
            let owners: Vec<Option<Owner>> = fact.identifiers.iter().map(|one| self.owner(one)).collect();
            let named: BTreeSet<CustomerNumber> = owners.iter().flatten().map(|owner| owner.customer).collect();
            if named.len() > 1 || owners.contains(&None) {
                asked.extend(named);
            }
        }
        let numbers: Vec<i64> = asked.iter().map(|customer| i64::from(customer.0)).collect();
        for row in identity::of_customers(tx, &numbers).await? {
            if let (Some(kind), Some(customer)) =
                (IdentifierType::parse(&row.kind), CustomerNumber::from_stored(row.customer_number))
            {
                self.people.give(customer, Held { kind, first_seen_at: Instant(row.first_seen_at) });
            }
        }
        if !several {
            return Ok(());
        }
        let mut all: Vec<i64> = Vec::new();
        for customer in asked {
            let together = self.parts.together_with(customer);
            self.people.set_parts(customer, together.len());
            all.extend(together.into_iter().map(|part| i64::from(part.0)));
        }
        for row in merges::of_parts(tx, &all).await?.into_iter().filter(|row| row.undone_at.is_some()) {
            if let (Some(one), Some(other)) =
                (CustomerNumber::from_stored(row.one_part), CustomerNumber::from_stored(row.other_part))
            {
                self.people.keep_apart(self.parts.customer_of(one), self.parts.customer_of(other));
            }
        }
        Ok(())
    }

    /// Adds what a block before these facts gave an owner, but which was not written yet when they were loaded. For
    /// facts that are no messages, behind a block of profiles that are alone: others ask for more than owners.
    pub fn add(&mut self, earlier: &Resolved) {
        for row in &earlier.identities {
            let (Some(kind), Some(part)) =
                (IdentifierType::parse(&row.kind), CustomerNumber::from_stored(row.customer_number))
            else {
                continue;
            };
            self.of.entry(Identifier { kind, value: row.value.clone() }).or_insert(part);
        }
        for (cause, since) in &earlier.back {
            self.stones.lift(cause, *since);
        }
    }
}

/// Of the orders that these facts speak of those that somebody has claimed by a receipt.
async fn claimed_orders(
    tx: &mut ReadTx<'_>,
    source: &str,
    facts: &[Fact],
) -> Result<HashMap<FactKey, CustomerNumber>, StoreError> {
    let mut keys: Vec<[u8; 16]> =
        facts.iter().filter_map(|fact| Some(key_of_order(source, fact)?.0.to_be_bytes())).collect();
    keys.sort_unstable();
    keys.dedup();
    let owners = receipts::owners(tx, &keys).await?.into_iter();
    let owners = owners.filter_map(|(key, part)| {
        let key = u128::from_be_bytes(key.as_slice().try_into().ok()?);
        Some((FactKey(key), CustomerNumber::from_stored(part)?))
    });
    Ok(owners.collect())
}

/// The order that a fact speaks of.
fn key_of_order(source: &str, fact: &Fact) -> Option<FactKey> {
    Some(FactKey::of(&[source, "order", fact.order_no.as_deref()?]))
}

fn owner_of(of: &HashMap<Identifier, CustomerNumber>, parts: &Parts, identifier: &Identifier) -> Option<Owner> {
    of.get(identifier).map(|part| Owner { part: *part, customer: parts.customer_of(*part) })
}

/// Decides in memory, in the order of the facts. `next` is the number of the next new customer.
pub fn resolve(source: &str, facts: &[Fact], owners: Owners, next: i64) -> Resolved {
    let mut resolved = Resolved {
        customers: Vec::with_capacity(facts.len()),
        siblings: Vec::with_capacity(facts.len()),
        created: Vec::new(),
        matched: BTreeMap::new(),
        merges: Vec::new(),
        dropped: Vec::with_capacity(facts.len()),
        instead: HashMap::new(),
        back: Vec::new(),
        stones: owners.stones,
        claimed: owners.claimed,
        identities: Vec::new(),
        conflicts: Vec::new(),
        seen: HashSet::new(),
        parts: owners.parts,
        people: owners.people,
    };
    let mut owners = owners.of;
    for (place, fact) in facts.iter().enumerate() {
        let passed = resolved.pass(&owners, fact);
        resolved.dropped.push(passed.is_none());
        let customer = passed.as_ref().and_then(|fact| resolve_fact(&mut resolved, &mut owners, next, source, fact));
        if let Some(Cow::Owned(changed)) = passed {
            resolved.instead.insert(place, changed);
        }
        resolved.customers.push(customer);
        let siblings = customer.and_then(|part| resolved.siblings_of(part));
        resolved.siblings.push(siblings);
    }
    // In the order of the table, where each finds the page of the one before.
    resolved.identities.sort_unstable_by(|left, right| (&left.kind, &left.value).cmp(&(&right.kind, &right.value)));
    resolved
}

impl Resolved {
    /// The fact as far as it is wanted; `None` where it is about somebody who was erased.
    fn pass<'f>(&mut self, owners: &HashMap<Identifier, CustomerNumber>, fact: &'f Fact) -> Option<Cow<'f, Fact>> {
        if self.stones.is_empty() {
            return Some(Cow::Borrowed(fact));
        }
        let named = |identifier: &Identifier| Named {
            kind: identifier.kind,
            tombstone: self.stones.get(identifier),
            is_known: owners.contains_key(identifier),
        };
        let named: Vec<Named> = fact.identifiers.iter().map(named).collect();
        let gives_consent = fact.tracked.as_deref().is_some_and(|one| one.consents.iter().any(ConsentWord::gives));
        let left_out = match passage(fact.at, gives_consent, &named) {
            Passage::Whole => return Some(Cow::Borrowed(fact)),
            Passage::Nothing => return None,
            Passage::Without(places) => places,
            Passage::Back { causes, without } => {
                for place in causes {
                    let cause = self.stones.cause_of(place).to_owned();
                    self.stones.lift(&cause, fact.at);
                    self.back.push((cause, fact.at));
                }
                without
            }
        };
        if left_out.is_empty() {
            return Some(Cow::Borrowed(fact));
        }
        let identifiers = left_out.into_iter().map(|place| fact.identifiers[place].clone()).collect();
        let mut kept = fact.clone();
        Redaction::of_identifiers(identifiers).fact(&mut kept);
        Some(Cow::Owned(kept))
    }

    /// The first identifier that was known decided.
    fn note_match(&mut self, part: CustomerNumber, next: i64, fact: &Fact, rule: IdentifierType, contradicted: bool) {
        let customer = self.parts.customer_of(part);
        let known_before = i64::from(part.0) < next;
        if fact.kind != FactKind::CustomerUpdate || !known_before || !self.seen.insert(customer) {
            return;
        }
        let matched = self.matched.entry(rule.code().to_owned()).or_default();
        matched.customers += 1;
        matched.contradicted += u64::from(contradicted);
    }

    fn siblings_of(&self, part: CustomerNumber) -> Option<Arc<[CustomerNumber]>> {
        let together = self.parts.together_with(part);
        (together.len() > 1).then(|| together.into_iter().filter(|one| *one != part).collect())
    }

    /// Whom a profile is part of, with all that the block has joined.
    pub fn customer_of(&self, part: CustomerNumber) -> CustomerNumber {
        self.parts.customer_of(part)
    }

    fn claimed_by(&self, source: &str, fact: &Fact) -> Option<CustomerNumber> {
        let key = (!self.claimed.is_empty()).then(|| key_of_order(source, fact)).flatten();
        key.and_then(|key| self.claimed.get(&key).copied())
    }

    /// Whether the order is told with somebody, and another customer has claimed it by a receipt: it counts once.
    pub fn is_claimed_by_another(&self, source: &str, told_with: Option<CustomerNumber>, fact: &Fact) -> bool {
        let claimed = self.claimed_by(source, fact).filter(|_| fact.kind == FactKind::Order);
        let is_another = |one: CustomerNumber, other| self.customer_of(one) != self.customer_of(other);
        claimed.zip(told_with).is_some_and(|(one, other)| is_another(one, other))
    }

    pub fn conflict_count(&self) -> u64 {
        self.conflicts.len() as u64
    }

    /// Whether nobody whom the facts name has several profiles, before or by them.
    pub fn all_alone(&self) -> bool {
        self.merges.is_empty() && self.siblings.iter().all(Option::is_none)
    }

    /// The profiles to which identifiers were added.
    pub fn attached_parts(&self) -> BTreeSet<i64> {
        self.identities.iter().map(|row| row.customer_number).collect()
    }

    pub fn tell(&self, newcomers: &mut Newcomers) {
        self.identities.iter().for_each(|row| newcomers.learn(&row.kind, &row.value));
    }

    /// Writes the new identities and the conflicts; customers' own rows are written with their counters. Returns how many
    /// identities had an owner already and keep that one: none, where the owners were looked up.
    pub async fn save(&self, tx: &mut WriteTx<'_>) -> Result<u64, StoreError> {
        for (cause, since) in &self.back {
            privacy::bring_back(tx, cause, since.0).await?;
        }
        let new = identity::insert_identities(tx, &self.identities).await?;
        identity::insert_conflicts(tx, &self.conflicts).await?;
        Ok(self.identities.len() as u64 - new)
    }

    fn merge(&mut self, fact: &Fact, merging: &Merging) {
        for (one, other) in &merging.pairs {
            let (first, second) = (self.parts.customer_of(*one), self.parts.customer_of(*other));
            let survivor = if second == merging.survivor { second } else { first };
            // What the decision allowed can be done: both are customers, and not too large together.
            let Ok(join) = self.parts.join(*one, *other, survivor) else { continue };
            self.people.join(&join);
            let named = fact.identifiers.iter().map(|identifier| identifier.kind).collect();
            self.merges.push(EvidenceMerge { join, at: fact.at, named });
        }
    }
}

/// The identifiers of these facts that may have an owner, each once; those of a type in the order of the table, where each
/// finds the page of the one before.
fn named_by<'f>(facts: &'f [Fact], newcomers: Option<&Newcomers>) -> Vec<(&'f str, &'f str)> {
    let mut named = Vec::new();
    let mut before: &[Identifier] = &[];
    let may_be_known =
        |one: &&Identifier| newcomers.is_none_or(|newcomers| newcomers.may_be_known(one.kind.code(), &one.value));
    for fact in facts {
        // Files bring the facts of a customer one behind the other.
        if fact.identifiers != before {
            named.extend(fact.identifiers.iter().filter(may_be_known).map(|one| (one.beginning(), one)));
            before = &fact.identifiers;
        }
    }
    named.sort_unstable();
    named.dedup();
    named.into_iter().map(|(_, one)| (one.kind.code(), one.value.as_str())).collect()
}

fn resolve_fact(
    resolved: &mut Resolved,
    owners: &mut HashMap<Identifier, CustomerNumber>,
    next: i64,
    source: &str,
    fact: &Fact,
) -> Option<CustomerNumber> {
    let identifiers = &fact.identifiers;
    if identifiers.is_empty() {
        // A till that knows nobody tells of an order that somebody has claimed.
        return resolved.claimed_by(source, fact);
    }
    let known: Vec<Option<Owner>> =
        identifiers.iter().map(|identifier| owner_of(owners, &resolved.parts, identifier)).collect();
    let Matching { part, merging, attach, left_off } = if fact.tracked.is_some() {
        let kinds: Vec<IdentifierType> = identifiers.iter().map(|identifier| identifier.kind).collect();
        let is_typed = [FORMS_SOURCE, RECEIPTS_SOURCE].contains(&source);
        let matching = if is_typed { match_typed } else { match_message };
        matching(fact.at, &kinds, &known, &resolved.people)
    } else {
        match_file(&known)
    };
    let part = match part {
        Some(part) => {
            let known_by = identifiers.iter().zip(&known).find(|(_, owner)| owner.is_some());
            let rule = known_by.map_or(identifiers[0].kind, |(identifier, _)| identifier.kind);
            resolved.note_match(part, next, fact, rule, !left_off.is_empty());
            part
        }
        None => {
            let offset = u32::try_from(next).unwrap_or(u32::MAX);
            let created = CustomerNumber(offset + resolved.created.len() as u32);
            resolved.created.push((created, fact.at.0));
            created
        }
    };
    if let Some(merging) = merging {
        resolved.merge(fact, &merging);
    }
    let customer = resolved.parts.customer_of(part);
    for place in attach {
        let identifier = &identifiers[place];
        if fact.tracked.is_some() {
            resolved.people.give(customer, Held { kind: identifier.kind, first_seen_at: fact.at });
        }
        owners.insert(identifier.clone(), part);
        resolved.identities.push(identity::IdentityRow {
            kind: identifier.kind.code().to_owned(),
            value: identifier.value.clone(),
            customer_number: i64::from(part.0),
            source: source.to_owned(),
            first_seen_at: fact.at.0,
        });
    }
    for LeftOff { place, reason } in left_off {
        resolved.conflicts.push(conflict(source, fact, part, place, known[place], reason));
    }
    Some(part)
}

fn conflict(
    source: &str,
    fact: &Fact,
    part: CustomerNumber,
    place: usize,
    owner: Option<Owner>,
    reason: LeftOffReason,
) -> identity::Conflict {
    let identifier = &fact.identifiers[place];
    identity::Conflict {
        customer_number: i64::from(part.0),
        kind: identifier.kind.code().to_owned(),
        value: identifier.value.clone(),
        other_number: owner.map_or(0, |owner| i64::from(owner.part.0)),
        source: source.to_owned(),
        seen_at: fact.at.0,
        reason: reason.code().to_owned(),
    }
}
