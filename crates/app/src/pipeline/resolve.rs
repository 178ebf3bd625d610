//! Whose is it: the identifiers of each fact of a block become a customer number.
//!
//! One look-up for the whole block ([`Owners::load`]), then decisions in memory in the order of the facts ([`resolve`]),
//! so that a customer who appears first in this block is known to its later facts. The decision itself is
//! `perennial_domain::identity::decide`.

use perennial_domain::fact::{Fact, FactKind};
use perennial_domain::identity::{Identifier, IdentifierType, Match, decide, protected};
use perennial_domain::ids::CustomerNumber;
use perennial_store::{ReadTx, StoreError, WriteTx, identity};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The outcome for a block: owners by fact, and the rows that the same commit must write.
pub struct Resolved {
    /// One entry a fact; `None` for guests.
    pub customers: Vec<Option<CustomerNumber>>,
    /// Customers that did not exist before this block, with the instant of their first fact, ascending.
    pub created: Vec<(CustomerNumber, i64)>,
    /// Customers of customer files that were known before this block, by the deciding identifier.
    pub matched: BTreeMap<String, Matched>,
    identities: Vec<identity::IdentityRow>,
    conflicts: Vec<identity::Conflict>,
    seen: HashSet<CustomerNumber>,
    /// Customers that have an identifier of a type of which there is one: see [`protected`].
    taken: HashSet<(CustomerNumber, IdentifierType)>,
}

/// Customers that one rule recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    pub customers: u64,
    /// Those of whom another identifier of the same row says that they are somebody else.
    pub contradicted: u64,
}

/// Whom identifiers belong to.
pub struct Owners {
    of: HashMap<Identifier, u32>,
    taken: HashSet<(CustomerNumber, IdentifierType)>,
}

impl Owners {
    /// Of the identifiers that these facts name, those that belong to somebody.
    pub async fn load(tx: &mut ReadTx<'_>, facts: &[Fact]) -> Result<Self, StoreError> {
        let mut wanted: Vec<(&str, &str)> = facts.iter().flat_map(|fact| &fact.identifiers).map(key_of).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let found = identity::owners(tx, &wanted).await?.into_iter();
        let of = found
            .filter_map(|((kind, value), owner)| {
                Some((Identifier { kind: IdentifierType::parse(&kind)?, value }, owner))
            })
            .collect();
        let taken = taken(tx, facts, &of).await?;
        Ok(Self { of, taken })
    }

    /// Adds what a block before these facts gave an owner, but which was not written yet when they were loaded. For
    /// facts that are no messages: those may ask for more than owners.
    pub fn add(&mut self, earlier: &Resolved) {
        for row in &earlier.identities {
            let (Some(kind), Ok(owner)) = (IdentifierType::parse(&row.kind), u32::try_from(row.customer_number)) else {
                continue;
            };
            self.of.entry(Identifier { kind, value: row.value.clone() }).or_insert(owner);
        }
    }
}

/// Decides in memory, in the order of the facts. `next` is the number of the next new customer.
pub fn resolve(source: &str, facts: &[Fact], owners: Owners, next: i64) -> Resolved {
    let mut resolved = Resolved {
        customers: Vec::with_capacity(facts.len()),
        created: Vec::new(),
        matched: BTreeMap::new(),
        identities: Vec::new(),
        conflicts: Vec::new(),
        seen: HashSet::new(),
        taken: owners.taken,
    };
    let mut owners = owners.of;
    for fact in facts {
        let customer = resolve_fact(&mut resolved, &mut owners, next, source, fact);
        resolved.customers.push(customer);
    }
    // In the order of the table, where each finds the page of the one before.
    resolved.identities.sort_unstable_by(|left, right| (&left.kind, &left.value).cmp(&(&right.kind, &right.value)));
    resolved
}

impl Resolved {
    /// The first identifier that was known decided.
    fn note_match(
        &mut self,
        customer: CustomerNumber,
        next: i64,
        fact: &Fact,
        known: &[Option<CustomerNumber>],
        contradicted: bool,
    ) {
        let known_before = i64::from(customer.0) < next;
        if fact.kind != FactKind::CustomerUpdate || !known_before || !self.seen.insert(customer) {
            return;
        }
        let rule = known.iter().position(Option::is_some).map(|place| fact.identifiers[place].kind.code());
        let matched = self.matched.entry(rule.unwrap_or_default().to_owned()).or_default();
        matched.customers += 1;
        matched.contradicted += u64::from(contradicted);
    }

    pub fn conflict_count(&self) -> u64 {
        self.conflicts.len() as u64
    }

    /// Writes the new identities and the conflicts; customers' own rows are written with their counters.
    pub async fn save(&self, tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
        identity::insert_identities(tx, &self.identities).await?;
        identity::insert_conflicts(tx, &self.conflicts).await
    }
}

/// Which of the block's customers have an identifier of a type of which there is one. Asked only where a message brings
/// a new one: for files, and for most messages, there is nothing to ask.
async fn taken(
    tx: &mut ReadTx<'_>,
    facts: &[Fact],
    owners: &HashMap<Identifier, u32>,
) -> Result<HashSet<(CustomerNumber, IdentifierType)>, StoreError> {
    let is_new = |one: &Identifier| one.kind.is_one_of_a_kind() && !owners.contains_key(one);
    let mut messages = facts.iter().filter(|fact| fact.tracked.is_some());
    if !messages.any(|fact| fact.identifiers.iter().any(is_new)) {
        return Ok(HashSet::new());
    }
    let mut asked: Vec<i64> = owners.values().copied().map(i64::from).collect();
    asked.sort_unstable();
    asked.dedup();
    let mut taken = HashSet::new();
    for row in identity::of_customers(tx, &asked).await? {
        if let (Some(kind), Ok(number)) = (IdentifierType::parse(&row.kind), u32::try_from(row.customer_number))
            && kind.is_one_of_a_kind()
        {
            taken.insert((CustomerNumber(number), kind));
        }
    }
    Ok(taken)
}

fn key_of(identifier: &Identifier) -> (&str, &str) {
    (identifier.kind.code(), identifier.value.as_str())
}

fn resolve_fact(
    resolved: &mut Resolved,
    owners: &mut HashMap<Identifier, u32>,
    next: i64,
    source: &str,
    fact: &Fact,
) -> Option<CustomerNumber> {
    let identifiers = &fact.identifiers;
    if identifiers.is_empty() {
        return None;
    }
    let mut known: Vec<Option<CustomerNumber>> =
        identifiers.iter().map(|identifier| owners.get(identifier).copied().map(CustomerNumber)).collect();
    let left_off = left_off(resolved, fact, &known);
    for place in &left_off {
        known[*place] = None;
    }
    let (customer, mut attach, mut conflicts) = match decide(&known) {
        Match::Create => {
            let offset = u32::try_from(next).unwrap_or(u32::MAX);
            let number = CustomerNumber(offset + resolved.created.len() as u32);
            resolved.created.push((number, fact.at.0));
            (number, (0..identifiers.len()).collect(), Vec::new())
        }
        Match::Existing { customer, attach, conflicts } => {
            resolved.note_match(customer, next, fact, &known, !conflicts.is_empty());
            (customer, attach, conflicts)
        }
    };
    attach.retain(|place| !left_off.contains(place));
    conflicts.extend(left_off);
    for place in attach {
        let identifier = &identifiers[place];
        if identifier.kind.is_one_of_a_kind() {
            resolved.taken.insert((customer, identifier.kind));
        }
        owners.insert(identifier.clone(), customer.0);
        resolved.identities.push(identity::IdentityRow {
            kind: identifier.kind.code().to_owned(),
            value: identifier.value.clone(),
            customer_number: i64::from(customer.0),
            source: source.to_owned(),
            first_seen_at: fact.at.0,
        });
    }
    for place in conflicts {
        let identifier = &identifiers[place];
        resolved.conflicts.push(identity::Conflict {
            customer_number: i64::from(customer.0),
            kind: identifier.kind.code().to_owned(),
            value: identifier.value.clone(),
            other_number: i64::from(owners.get(identifier).copied().unwrap_or_default()),
            source: source.to_owned(),
            seen_at: fact.at.0,
        });
    }
    Some(customer)
}

/// Places of identifiers that a message may not join with the others. Files may name one person by several numbers.
fn left_off(resolved: &Resolved, fact: &Fact, known: &[Option<CustomerNumber>]) -> Vec<usize> {
    if fact.tracked.is_none() {
        return Vec::new();
    }
    let kinds: Vec<IdentifierType> = fact.identifiers.iter().map(|identifier| identifier.kind).collect();
    protected(&kinds, known, |customer, kind| resolved.taken.contains(&(customer, kind)))
}
