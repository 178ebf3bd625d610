//! What people write down about a customer: it becomes a fact, and goes the way of all facts.
//!
//! A fact needs an identifier to find its profile: of each profile the strongest is taken. What is written down here is
//! nothing that a touch-point saw, so it does not count as activity ([`is_by_hand`]).

use crate::access::Actor;
use crate::consent::SOURCE;
use crate::customers::sort_identifiers;
use crate::pipeline::{self, BLOCK_FACTS_MAX, PipelineError, PreparedBlock};
use perennial_domain::activity::OF_THE_BRAND;
use perennial_domain::community::{GROUP_PROPERTY, JOINED_EVENT, UNDONE_EVENT};
use perennial_domain::consent::ConsentWord;
use perennial_domain::fact::{Campaign, FACT_BLOCK_VERSION, Fact, FactBlock, FactKey, FactKind, Tracked, Trait};
use perennial_domain::field::FIELDS_EVENT;
use perennial_domain::identity::Identifier;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::key_customers::{CONTACTED_EVENT, OWNER_EVENT, REASON_PROPERTY, SEGMENT_PROPERTY};
use perennial_domain::money::Currency;
use perennial_domain::tag::TAGS_EVENT;
use perennial_domain::ticket::{CLOSED_EVENT, REOPENED_EVENT};
use perennial_domain::time::Instant;
use perennial_domain::touch_point::is_code;
use perennial_domain::usage_card::ANSWERED_EVENT;
use perennial_store::{ReadTx, Scope, StoreError, WriteTx, customers, identity, parts};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Who wrote something down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorder {
    /// `user`, `token` or `system`.
    pub kind: String,
    pub id: String,
    pub name: String,
}

impl Recorder {
    pub(crate) fn of(actor: &Actor) -> Self {
        Self { kind: actor.kind().to_owned(), id: actor.id().to_owned(), name: actor.name().to_owned() }
    }
}

/// What the program itself tells of customers, and properties with texts by which its own rules ask for it.
pub(crate) const WRITTEN_DOWN: [(&str, &[&str]); 9] = [
    (TAGS_EVENT, &[]),
    (FIELDS_EVENT, &[]),
    (ANSWERED_EVENT, &[]),
    (CLOSED_EVENT, &[]),
    (REOPENED_EVENT, &[]),
    (OWNER_EVENT, &[SEGMENT_PROPERTY, REASON_PROPERTY]),
    (CONTACTED_EVENT, &["channel"]),
    (JOINED_EVENT, &[GROUP_PROPERTY]),
    (UNDONE_EVENT, &[GROUP_PROPERTY]),
];

/// Whether the fact is what the brand did, whoever tells it, or was written down here, and not something that somebody did. The first
/// is what rules leave out of `anything` too.
pub(crate) fn is_by_hand(source: &str, fact: &Fact) -> bool {
    let name = fact.tracked.as_deref().and_then(|tracked| tracked.name.as_deref());
    name.is_some_and(|name| OF_THE_BRAND.contains(&name) || source == SOURCE && is_written_down(name))
}

fn is_written_down(name: &str) -> bool {
    WRITTEN_DOWN.iter().any(|(event, _)| *event == name)
}

/// Where something was done: a code such as `console`, or nothing.
pub(crate) fn is_surface(surface: Option<&String>) -> bool {
    surface.is_none_or(|surface| is_code(surface))
}

/// What is said of a profile by hand.
pub(crate) struct Said<'a> {
    pub id: &'a str,
    pub event: &'a str,
    pub identifier: Identifier,
    pub traits: Vec<Trait>,
    pub properties: Value,
    pub consents: Vec<ConsentWord>,
    pub touch_point: Option<&'a str>,
    pub at: Instant,
    pub now: Instant,
}

pub(crate) fn fact_of(said: Said<'_>) -> Fact {
    Fact {
        kind: FactKind::Event,
        key: FactKey::of(&[SOURCE, "message", said.id]),
        at: said.at,
        identifiers: vec![said.identifier],
        order_no: None,
        lines: Vec::new(),
        traits: said.traits,
        tracked: Some(Box::new(Tracked {
            message_id: said.id.to_owned(),
            name: Some(said.event.to_owned()),
            properties: Some(said.properties.to_string()),
            received_at: said.now,
            sent_at: None,
            original_at: Some(said.at),
            channel: None,
            locale: None,
            page_url: None,
            page_path: None,
            campaign: Campaign::default(),
            touch_point: said.touch_point.map(str::to_owned),
            consents: said.consents,
        })),
    }
}

/// Puts what was said into the journal, in as many blocks as it takes; the id is new.
pub(crate) async fn accept(
    tx: &mut WriteTx<'_>,
    id: &str,
    mut facts: Vec<Fact>,
    now: Instant,
) -> Result<(), PipelineError> {
    let mut blocks = Vec::new();
    while !facts.is_empty() {
        let rest = facts.split_off(facts.len().min(BLOCK_FACTS_MAX));
        let block = FactBlock {
            version: FACT_BLOCK_VERSION,
            source: SOURCE.to_owned(),
            import_id: None,
            currency: Currency::NONE,
            facts: std::mem::replace(&mut facts, rest),
            rows: vec![],
        };
        blocks.push(PreparedBlock::new(format!("{id}:{}", blocks.len()), block)?);
    }
    pipeline::accept_all(tx, &blocks, now).await
}

/// A customer, and by which identifier a fact finds each of its profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    pub customer: CustomerNumber,
    /// All profiles, ascending.
    pub parts: Vec<i64>,
    /// The profile of the strongest identifier, to which what is new goes.
    pub home: i64,
    pub by: BTreeMap<i64, Identifier>,
}

/// Those of these customers whom the actor sees and whom a fact can find, each once, in no particular order.
pub(crate) async fn reached(
    tx: &mut ReadTx<'_>,
    scope: &Scope,
    numbers: &[CustomerNumber],
) -> Result<Vec<Reached>, StoreError> {
    let named: Vec<i64> = numbers.iter().map(|number| i64::from(number.0)).collect();
    let mut parts_of: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    let mut customer_of: HashMap<i64, i64> = HashMap::new();
    for (part, customer) in parts::together(tx, &named).await? {
        parts_of.entry(customer).or_default().push(part);
        customer_of.insert(part, customer);
    }
    let mut customers_named: Vec<i64> =
        named.iter().map(|number| customer_of.get(number).copied().unwrap_or(*number)).collect();
    customers_named.sort_unstable();
    customers_named.dedup();
    let seen = customers::among(tx, scope, &customers_named).await?;
    let mut rows = identity::of_customers(tx, &seen).await?;
    sort_identifiers(&mut rows);
    let keys: Vec<(&str, &str)> = rows.iter().map(|row| (row.kind.as_str(), row.value.as_str())).collect();
    let owners = identity::owners(tx, &keys).await?;
    let mut found: BTreeMap<i64, Reached> = BTreeMap::new();
    for row in &rows {
        let key = (row.kind.clone(), row.value.clone());
        let (Some(owner), Some(identifier)) = (owners.get(&key), crate::privacy::identifier_of(row.clone())) else {
            continue;
        };
        let Some(customer) = CustomerNumber::from_stored(row.customer_number) else { continue };
        let part = i64::from(owner.part_number);
        let reached = found.entry(row.customer_number).or_insert_with(|| Reached {
            customer,
            parts: parts_of.remove(&row.customer_number).unwrap_or_else(|| vec![row.customer_number]),
            home: part,
            by: BTreeMap::new(),
        });
        reached.by.entry(part).or_insert(identifier);
    }
    Ok(found.into_values().collect())
}
