//! What a commit adds to the counts that compare what comes with what is planned.
//!
//! Bounded: of a source and hour, so many different violations are told apart ([`VIOLATIONS_PER_HOUR_MAX`]); further
//! ones are counted together by their kind, under the event `…`. The counts of planned events are bounded by the plan.

use super::planned::Arrival;
use perennial_domain::plan::Violation;
use perennial_domain::time::{Instant, MICROS_PER_HOUR};
use perennial_domain::tracking::{MessageKind, shown_name};
use perennial_store::plans::{self, EventCountRow, ExampleRow, ViolationKey, ViolationRow};
use perennial_store::{StoreError, WriteTx};
use std::collections::{BTreeMap, HashSet};

const VIOLATIONS_PER_HOUR_MAX: usize = 500;
/// Stands for all events, or properties, that have no row of their own.
pub const OTHERS: &str = "…";
const ALLOWED_BYTES_MAX: usize = 400;

pub(crate) fn hour_of(at: Instant) -> i64 {
    at.0.div_euclid(MICROS_PER_HOUR)
}

/// Counts facts of one source, those that go their way and those that are put aside.
pub(super) async fn count(
    tx: &mut WriteTx<'_>,
    source_id: &str,
    accepted: &[Arrival],
    aside: &[Arrival],
    now: Instant,
) -> Result<(), StoreError> {
    let (events, violations) = summed(accepted.iter().chain(aside), now);
    let hour = hour_of(now);
    if !events.is_empty() {
        plans::add_events(tx, source_id, hour, &events).await?;
    }
    if !violations.is_empty() {
        let known: HashSet<ViolationKey> = plans::violation_keys(tx, source_id, hour).await?.into_iter().collect();
        plans::add_violations(tx, source_id, hour, &bounded(violations, &known)).await?;
    }
    Ok(())
}

fn summed<'a>(
    arrivals: impl Iterator<Item = &'a Arrival>,
    now: Instant,
) -> (Vec<EventCountRow>, BTreeMap<ViolationKey, ViolationRow>) {
    let mut events: BTreeMap<(MessageKind, Option<&'a str>), (i64, i64)> = BTreeMap::new();
    let mut violations = BTreeMap::new();
    for arrival in arrivals.filter(|arrival| arrival.plan.is_some()) {
        if let Some(event) = arrival.planned_event() {
            let (facts, violating) = events.entry(event).or_default();
            *facts += 1;
            *violating += i64::from(!arrival.checked.violations.is_empty());
        }
        for violation in &arrival.checked.violations {
            add_violation(&mut violations, arrival, violation, now);
        }
    }
    let row = |((kind, name), (facts, violating)): ((MessageKind, Option<&str>), (i64, i64))| EventCountRow {
        event_type: kind.code().to_owned(),
        event: name.unwrap_or_default().to_owned(),
        facts,
        violating,
        last_at: now,
    };
    (events.into_iter().map(row).collect(), violations)
}

/// The name of the event as it may be stored: that of the plan, or what the sender calls it, masked.
pub(super) fn event_shown(arrival: &Arrival) -> String {
    match arrival.planned_event() {
        Some((_, name)) => name.unwrap_or_default().to_owned(),
        None => arrival.name().map(shown_name).unwrap_or_default(),
    }
}

fn add_violation(
    violations: &mut BTreeMap<ViolationKey, ViolationRow>,
    arrival: &Arrival,
    violation: &Violation,
    now: Instant,
) {
    let key = ViolationKey {
        event_type: arrival.accepted.kind.code().to_owned(),
        event: event_shown(arrival),
        kind: violation.kind.code().to_owned(),
        property: violation.path.clone(),
    };
    let (_, message_id) = arrival.accepted.shown();
    let example = ExampleRow { at: now, message_id: message_id.unwrap_or_default(), found: violation.found.clone() };
    match violations.get_mut(&key) {
        Some(row) => {
            row.facts += 1;
            row.last = example;
        }
        None => {
            let allowed = cut(&violation.allowed);
            let row = ViolationRow { key: key.clone(), facts: 1, allowed, first: example.clone(), last: example };
            violations.insert(key, row);
        }
    }
}

/// What is not as planned, for the log of the source.
pub(super) fn sentence_of(arrival: &Arrival) -> String {
    let one = |violation: &Violation| {
        let place = if violation.path.is_empty() { String::new() } else { format!(" {}", violation.path) };
        format!("{}{place}: found {}, allowed {}", violation.kind.code(), violation.found, violation.allowed)
    };
    let all: Vec<String> = arrival.checked.violations.iter().map(one).collect();
    cut(&all.join("; "))
}

fn cut(text: &str) -> String {
    if text.len() <= ALLOWED_BYTES_MAX {
        return text.to_owned();
    }
    let end = (0..=ALLOWED_BYTES_MAX).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0);
    format!("{}…", &text[..end])
}

fn bounded(violations: BTreeMap<ViolationKey, ViolationRow>, known: &HashSet<ViolationKey>) -> Vec<ViolationRow> {
    let mut room = VIOLATIONS_PER_HOUR_MAX.saturating_sub(known.len());
    // By key: a name that is masked completely is written like those without a row of their own.
    let mut rows: BTreeMap<ViolationKey, ViolationRow> = BTreeMap::new();
    for (key, row) in violations {
        let is_known = known.contains(&key);
        let has_room = is_known || room > 0;
        room -= usize::from(!is_known && has_room);
        let key =
            if has_room { key } else { ViolationKey { event: OTHERS.to_owned(), property: String::new(), ..key } };
        match rows.get_mut(&key) {
            Some(sum) => {
                sum.facts += row.facts;
                sum.last = row.last;
            }
            None => {
                rows.insert(key.clone(), ViolationRow { key, ..row });
            }
        }
    }
    rows.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(event: &str, facts: i64) -> (ViolationKey, ViolationRow) {
        let key = ViolationKey {
            event_type: "track".to_owned(),
            event: event.to_owned(),
            kind: "unknown_event".to_owned(),
            property: String::new(),
        };
        let example = ExampleRow { at: Instant(1), message_id: event.to_owned(), found: "track".to_owned() };
        (key.clone(), ViolationRow { key, facts, allowed: String::new(), first: example.clone(), last: example })
    }

    #[test]
    fn what_has_no_row_of_its_own_is_counted_together_and_nothing_is_lost() {
        let all: BTreeMap<_, _> = (0..600).map(|place| row(&format!("E{place:03}"), 2)).collect();
        let rows = bounded(all.clone(), &HashSet::new());
        assert_eq!(rows.len(), VIOLATIONS_PER_HOUR_MAX + 1);
        let others = rows.iter().find(|row| row.key.event == OTHERS).unwrap();
        assert_eq!(others.facts, 200);
        assert_eq!(rows.iter().map(|row| row.facts).sum::<i64>(), 1_200);
        let known: HashSet<ViolationKey> = rows.into_iter().map(|row| row.key).collect();
        let rows = bounded(all, &known);
        assert_eq!(rows.len(), VIOLATIONS_PER_HOUR_MAX + 1, "no further rows");
        assert_eq!(rows.iter().map(|row| row.facts).sum::<i64>(), 1_200);
        assert!(rows.iter().all(|row| known.contains(&row.key)));
        let mut with_masked = (0..600).map(|place| row(&format!("E{place:03}"), 1)).collect::<BTreeMap<_, _>>();
        with_masked.extend([row(OTHERS, 5)]);
        let rows = bounded(with_masked, &known);
        assert_eq!(rows.iter().filter(|row| row.key.event == OTHERS).map(|row| row.facts).collect::<Vec<_>>(), [105]);
        assert!(cut(&"ü".repeat(400)).len() <= ALLOWED_BYTES_MAX + '…'.len_utf8());
    }
}
