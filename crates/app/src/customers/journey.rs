//! What happened with one customer, grouped in the five stages of a journey.
//!
//! The stage of a fact is looked up in the brand's table when it is asked for, so that another table holds at once.

use super::error::CustomerError;
use super::timeline::{TimelineItem, decode_cursor, encode_cursor, facts_of, items_of};
use crate::App;
use crate::access::{Actor, require};
use crate::consent::SOURCE;
use crate::identity::whole;
use crate::stages;
use crate::upserts::SOURCE_USUAL;
use perennial_domain::access::Right;
use perennial_domain::activity::OF_THE_BRAND;
use perennial_domain::arrival::{Arrival, By, Coming, Seen};
use perennial_domain::fact::FactKey;
use perennial_domain::fact_filter::FactFilter;
use perennial_domain::identity::IdentifierType;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::stages::{Stage, StageTable};
use perennial_domain::time::Instant;
use perennial_history::HistoryFact;
use perennial_store::{customers as table, identity};
use std::collections::BTreeMap;

/// Which facts are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JourneyQuery {
    /// All five where there are none.
    pub stages: Vec<Stage>,
    pub channel: Option<String>,
    pub touch_point: Option<String>,
}

/// What a customer did in a stage, or through a channel or touch-point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub facts: u64,
    pub first_at: Instant,
    pub last_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// All five in their order, of the channel and touch-point asked for; `None` where nothing happened.
    pub stages: Vec<(Stage, Option<Reached>)>,
    /// Of all facts, whatever is asked for: what can be filtered by.
    pub channels: BTreeMap<String, Reached>,
    pub touch_points: BTreeMap<String, Reached>,
    /// Of the whole life, whatever is asked for.
    pub arrival: Arrival,
    /// Newest first.
    pub items: Vec<(Stage, TimelineItem)>,
    pub next_cursor: Option<String>,
}

/// A page of the facts that are asked for, and how many there are of each stage.
pub async fn customer_journey(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
    query: &JourneyQuery,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Journey, CustomerError> {
    require(actor, Right::CustomersRead)?;
    let (whole, stage_table, coming) = {
        let mut tx = app.store.read().await?;
        let whole = whole(&mut tx, customer).await?;
        let number = i64::from(whole.customer.0);
        table::get(&mut tx, actor.scope(), number).await?.ok_or(CustomerError::NotFound)?;
        let mut coming = Coming::default();
        for row in identity::of_customer(&mut tx, number).await? {
            if let Some(kind) = IdentifierType::parse(&row.kind) {
                coming.hold(kind, Instant(row.first_seen_at));
            }
        }
        (whole, stages::current(&mut tx).await?, coming)
    };
    let head = head_of(whole.customer, query);
    let before = cursor.map(|text| decode_cursor(&head, text)).transpose()?;
    let wanted = filter_of(query, &stage_table);
    let facts = facts_of(app, &whole.parts, &wanted, before, limit).await?;
    let next_cursor = facts.last().filter(|_| facts.len() >= limit).map(|last| encode_cursor(&head, last.at, last.key));
    let mut journey = counted(app, &whole.parts, &wanted, &stage_table, coming).await?;
    journey.items = items_of(facts).into_iter().map(|item| (stage_of(&stage_table, &item.fact), item)).collect();
    journey.next_cursor = next_cursor;
    Ok(journey)
}

fn filter_of(query: &JourneyQuery, table: &StageTable) -> FactFilter {
    let classes = (!query.stages.is_empty()).then(|| table.classes_of(&query.stages));
    FactFilter { classes, channel: query.channel.clone(), touch_point: query.touch_point.clone() }
}

fn stage_of(table: &StageTable, fact: &HistoryFact) -> Stage {
    table.stage_of(fact.kind, fact.tracked.as_deref().and_then(|tracked| tracked.name.as_deref()))
}

/// How many facts there are, through what they came, and when.
async fn counted(
    app: &App,
    parts: &[CustomerNumber],
    wanted: &FactFilter,
    table: &StageTable,
    mut coming: Coming,
) -> Result<Journey, CustomerError> {
    let mut stages: BTreeMap<Stage, Reached> = BTreeMap::new();
    let mut channels: BTreeMap<String, Reached> = BTreeMap::new();
    let mut touch_points: BTreeMap<String, Reached> = BTreeMap::new();
    for part in parts {
        app.history
            .glance(*part, None, |one| {
                let places = [(&mut channels, one.channel), (&mut touch_points, one.touch_point)];
                for (reached, code) in places {
                    if let Some(code) = code {
                        note_text(reached, code, one.at);
                    }
                }
                let stage = table.stage_of(one.kind, one.name);
                if wanted.came_through(one.channel, one.touch_point) {
                    note(&mut stages, stage, one.at);
                }
                let by = teller_of(one.source, one.name);
                coming.see(Seen { at: one.at, stage, name: one.name, touch_point: one.touch_point, by });
            })
            .await?;
    }
    let stages = Stage::ALL.into_iter().map(|stage| (stage, stages.get(&stage).copied())).collect();
    let arrival = coming.arrival();
    Ok(Journey { stages, channels, touch_points, arrival, items: Vec::new(), next_cursor: None })
}

fn teller_of(source: &str, name: Option<&str>) -> By {
    match source {
        SOURCE_USUAL => By::System,
        SOURCE => By::Brand,
        _ if name.is_some_and(|name| OF_THE_BRAND.contains(&name)) => By::Brand,
        _ => By::TouchPoint,
    }
}

/// [`note`], where most codes are known already.
pub(super) fn note_text(reached: &mut BTreeMap<String, Reached>, code: &str, at: Instant) {
    match reached.get_mut(code) {
        Some(known) => known.add(at),
        None => note(reached, code.to_owned(), at),
    }
}

fn note<K: Ord>(reached: &mut BTreeMap<K, Reached>, key: K, at: Instant) {
    reached.entry(key).or_insert(Reached { facts: 0, first_at: at, last_at: at }).add(at);
}

impl Reached {
    fn add(&mut self, at: Instant) {
        self.facts += 1;
        self.first_at = self.first_at.min(at);
        self.last_at = self.last_at.max(at);
    }
}

/// Of the customer and what is asked for: a cursor belongs to both.
fn head_of(customer: CustomerNumber, query: &JourneyQuery) -> String {
    let JourneyQuery { stages, channel, touch_point } = query;
    let mut asked: Vec<&str> = stages.iter().map(|stage| stage.code()).collect();
    for text in [channel, touch_point] {
        asked.push(if text.is_some() { "+" } else { "-" });
        asked.push(text.as_deref().unwrap_or_default());
    }
    format!("journey.{}.{}", customer.0, FactKey::of(&asked).hex())
}
