//! Whose is it: the identifiers of each fact of a block become a customer number.
//!
//! One look-up for the whole block ([`Owners::load`]), then decisions in memory in the order of the facts ([`resolve`]),
//! so that a customer who appears first in this block is known to its later facts. The decision itself is
//! `perennial_domain::identity::decide`.

use perennial_domain::fact::{Fact, FactKind};
use perennial_domain::identity::{Identifier, IdentifierType, Match, decide};
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
}

/// Customers that one rule recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    pub customers: u64,
    /// Those of whom another identifier of the same row says that they are somebody else.
    pub contradicted: u64,
}

/// Whom identifiers belong to.
#[derive(Default)]
pub struct Owners(HashMap<Identifier, u32>);

impl Owners {
    /// Of the identifiers that these facts name, those that belong to somebody.
    pub async fn load(tx: &mut ReadTx<'_>, facts: &[Fact]) -> Result<Self, StoreError> {
        let mut wanted: Vec<(&str, &str)> = facts.iter().flat_map(|fact| &fact.identifiers).map(key_of).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let found = identity::owners(tx, &wanted).await?.into_iter();
        Ok(Self(
            found
                .filter_map(|((kind, value), owner)| {
                    Some((Identifier { kind: IdentifierType::parse(&kind)?, value }, owner))
                })
                .collect(),
        ))
    }

    /// Adds what a block before these facts gave an owner, but which was not written yet when they were loaded.
    pub fn add(&mut self, earlier: &Resolved) {
        for row in &earlier.identities {
            let (Some(kind), Ok(owner)) = (IdentifierType::parse(&row.kind), u32::try_from(row.customer_number)) else {
                continue;
            };
            self.0.entry(Identifier { kind, value: row.value.clone() }).or_insert(owner);
        }
    }
}

/// Decides in memory, in the order of the facts. `next` is the number of the next new customer.
pub fn resolve(source: &str, facts: &[Fact], mut owners: Owners, next: i64) -> Resolved {
    let mut resolved = Resolved {
        customers: Vec::with_capacity(facts.len()),
        created: Vec::new(),
        matched: BTreeMap::new(),
        identities: Vec::new(),
        conflicts: Vec::new(),
        seen: HashSet::new(),
    };
    for fact in facts {
        let customer = resolve_fact(&mut resolved, &mut owners.0, next, source, fact);
        resolved.customers.push(customer);
    }
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
    let known: Vec<Option<CustomerNumber>> =
        identifiers.iter().map(|identifier| owners.get(identifier).copied().map(CustomerNumber)).collect();
    let (customer, attach, conflicts) = match decide(&known) {
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
    for place in attach {
        let identifier = &identifiers[place];
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
