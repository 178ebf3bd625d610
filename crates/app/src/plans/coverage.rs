//! How what comes compares with what is planned: which events come, and what of them is not as planned.
//!
//! An event is covered when a fact of it came as planned. Counts are those of whole hours: the oldest begins up to an
//! hour before the time that was asked for.

use super::error::PlanError;
use super::view::{must_exist, view_of};
use super::{COUNTED_DAYS_MAX, days_before};
use crate::App;
use crate::access::{Actor, require};
use crate::tracking::hour_of;
use perennial_domain::access::Right;
use perennial_domain::plan::{Plan, PlanMode, ViolationKind};
use perennial_domain::time::{Instant, MICROS_PER_HOUR};
use perennial_domain::tracking::MessageKind;
use perennial_store::StoreError;
use perennial_store::plans::{self as table, EventCountRow, ExampleRow, ViolationRow};
use std::collections::HashMap;

/// Of more different violations, those of most facts are shown.
pub const VIOLATIONS_SHOWN_MAX: i64 = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    pub mode: PlanMode,
    /// Of the frozen version that this compares with; `None`: nothing is frozen, and nothing is counted.
    pub number: Option<i64>,
    pub since: Instant,
    /// Events of the plan.
    pub planned: usize,
    /// Of those: any fact came.
    pub seen: usize,
    /// Of those: a fact came as planned.
    pub covered: usize,
    /// All of types that the plan speaks of.
    pub facts: i64,
    pub facts_as_planned: i64,
    /// Those of events that are not planned.
    pub facts_unknown: i64,
    /// In the order of the plan.
    pub events: Vec<EventCoverage>,
    pub violations: Vec<ViolationView>,
    /// The oldest first; hours without any are left out.
    pub hours: Vec<HourCount>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventCoverage {
    pub kind: MessageKind,
    pub name: Option<String>,
    pub facts: i64,
    pub violating: i64,
    pub last_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViolationView {
    pub event_type: String,
    pub event: String,
    pub kind: ViolationKind,
    /// Empty where it is about the event itself.
    pub property: String,
    pub facts: i64,
    pub allowed: String,
    pub first: Example,
    pub last: Example,
}

/// A message by its id, and what was found in it: a type and a mask, never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub at: Instant,
    pub message_id: String,
    pub found: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourCount {
    pub from: Instant,
    pub kind: ViolationKind,
    pub facts: i64,
}

/// Of the last so many days.
pub async fn coverage(app: &App, actor: &Actor, source_id: &str, days: u32) -> Result<Coverage, PlanError> {
    require(actor, Right::SourcesRead)?;
    if !(1..=COUNTED_DAYS_MAX).contains(&days) {
        return Err(PlanError::OutOfRange { field: "days", allowed: "1 to 90" });
    }
    let from_hour = hour_of(days_before(app.clock.now(), days));
    let mut tx = app.store.read().await?;
    must_exist(&mut tx, source_id).await?;
    let row = table::get(&mut tx, source_id).await?;
    let view = view_of(&mut tx, source_id, row).await?;
    let counts = table::event_counts(&mut tx, source_id, from_hour).await?;
    let violations = table::violations(&mut tx, source_id, from_hour, VIOLATIONS_SHOWN_MAX).await?;
    let hours = table::violations_by_hour(&mut tx, source_id, from_hour).await?;
    let is_unknown = |kind: &str| kind == ViolationKind::UnknownEvent.code();
    let facts_unknown = hours.iter().filter(|row| is_unknown(&row.kind)).map(|row| row.facts).sum();
    let counted: i64 = counts.iter().map(|row| row.facts).sum();
    let as_planned: i64 = counts.iter().map(|row| row.facts - row.violating).sum();
    let number = view.frozen.as_ref().map(|frozen| frozen.number);
    let events = events_of(&view.frozen.map(|frozen| frozen.plan).unwrap_or_default(), &counts);
    let hours = hours.into_iter().map(|row| {
        Ok(HourCount { from: Instant(row.hour * MICROS_PER_HOUR), kind: kind_of(&row.kind)?, facts: row.facts })
    });
    Ok(Coverage {
        mode: view.mode,
        number,
        since: Instant(from_hour * MICROS_PER_HOUR),
        planned: events.len(),
        seen: events.iter().filter(|event| event.facts > 0).count(),
        covered: events.iter().filter(|event| event.facts > event.violating).count(),
        facts: counted + facts_unknown,
        facts_as_planned: as_planned,
        facts_unknown,
        events,
        violations: violations.into_iter().map(violation_of).collect::<Result<_, _>>()?,
        hours: hours.collect::<Result<_, StoreError>>()?,
    })
}

fn events_of(plan: &Plan, counts: &[EventCountRow]) -> Vec<EventCoverage> {
    let by_key: HashMap<(&str, &str), &EventCountRow> =
        counts.iter().map(|row| ((row.event_type.as_str(), row.event.as_str()), row)).collect();
    let of_event = |kind: MessageKind, name: Option<&String>| {
        let counted = by_key.get(&(kind.code(), name.map_or("", String::as_str)));
        EventCoverage {
            kind,
            name: name.cloned(),
            facts: counted.map_or(0, |row| row.facts),
            violating: counted.map_or(0, |row| row.violating),
            last_at: counted.map(|row| row.last_at),
        }
    };
    plan.events.iter().map(|event| of_event(event.kind, event.name.as_ref())).collect()
}

fn violation_of(row: ViolationRow) -> Result<ViolationView, StoreError> {
    let example = |row: ExampleRow| Example { at: row.at, message_id: row.message_id, found: row.found };
    Ok(ViolationView {
        kind: kind_of(&row.key.kind)?,
        event_type: row.key.event_type,
        event: row.key.event,
        property: row.key.property,
        facts: row.facts,
        allowed: row.allowed,
        first: example(row.first),
        last: example(row.last),
    })
}

fn kind_of(code: &str) -> Result<ViolationKind, StoreError> {
    ViolationKind::parse(code).ok_or_else(|| StoreError::Inconsistency {
        table: "plan_violations",
        column: "kind",
        row: code.to_owned(),
    })
}
