//! What a block does to profiles that are part of a customer.
//!
//! Their counters, traits and activity are kept by profile, and the customer's own rows are what its profiles have
//! together. What concerns nobody else is left in the effects, for whoever writes those who are alone. A customer of
//! several profiles costs some rows more for each block that speaks of it, however many facts it has.

use super::PipelineError;
use super::effects::Effects;
use crate::identity::refresh;
use perennial_store::activity::{self, ActivityRow};
use perennial_store::identity::{self, PartMove};
use perennial_store::parts::{self, PartRow};
use perennial_store::{WriteTx, customers::CustomerCounters, traits::TraitRow};
use std::collections::{BTreeMap, BTreeSet};

/// Writes the effects on such profiles and takes them out. `attached` are profiles that got identifiers.
pub async fn write(tx: &mut WriteTx<'_>, effects: &mut Effects, attached: &BTreeSet<i64>) -> Result<(), PipelineError> {
    if effects.parts.is_empty() {
        return Ok(());
    }
    let mut rows = std::mem::take(&mut effects.parts);
    let is_part = |number: i64| rows.contains_key(&number);
    let (counted, alone): (Vec<CustomerCounters>, _) =
        std::mem::take(&mut effects.customers).into_iter().partition(|row| is_part(row.number));
    effects.customers = alone;
    let (told, alone): (Vec<TraitRow>, _) =
        std::mem::take(&mut effects.traits).into_iter().partition(|row| is_part(row.customer_number));
    effects.traits = alone;
    let (seen, alone): (Vec<ActivityRow>, _) =
        std::mem::take(&mut effects.activity).into_iter().partition(|row| is_part(row.customer_number));
    effects.activity = alone;

    let moves: Vec<PartMove> = attached
        .iter()
        .filter_map(|number| rows.get(number))
        .filter(|row| row.counters.number != row.customer_number)
        .map(|row| PartMove { from: row.counters.number, part: row.counters.number, to: row.customer_number })
        .collect();
    identity::move_parts(tx, &moves).await?;

    let mut changed: BTreeSet<i64> = BTreeSet::new();
    let mut to_refresh: BTreeSet<i64> = BTreeSet::new();
    for counters in counted {
        let Some(row) = rows.get_mut(&counters.number) else { continue };
        changed.insert(counters.number);
        to_refresh.insert(row.customer_number);
        row.counters = counters;
    }
    to_refresh.extend(told.iter().filter_map(|word| rows.get(&word.customer_number)).map(|row| row.customer_number));
    changed.extend(seen.iter().map(|row| row.customer_number));
    let seen_of_customers = note_activity(&mut rows, &seen);
    let changed: Vec<PartRow> = changed.iter().filter_map(|number| rows.remove(number)).collect();
    parts::upsert(tx, &changed).await?;
    parts::upsert_traits(tx, &told).await?;
    activity::add(tx, &seen_of_customers).await?;
    let to_refresh: Vec<i64> = to_refresh.into_iter().collect();
    Ok(refresh(tx, &to_refresh).await?)
}

/// Adds to the profiles what was seen of them; returns what that adds to their customers.
fn note_activity(rows: &mut BTreeMap<i64, PartRow>, seen: &[ActivityRow]) -> Vec<ActivityRow> {
    let mut of_customers: BTreeMap<i64, ActivityRow> = BTreeMap::new();
    for one in seen {
        let Some(row) = rows.get_mut(&one.customer_number) else { continue };
        row.events += one.events;
        row.first_seen_at = Some(row.first_seen_at.map_or(one.first_at, |first| first.min(one.first_at)));
        row.last_seen_at = Some(row.last_seen_at.map_or(one.last_at, |last| last.max(one.last_at)));
        let customer_number = row.customer_number;
        let sum = of_customers.entry(customer_number).or_insert(ActivityRow { customer_number, events: 0, ..*one });
        sum.events += one.events;
        sum.first_at = sum.first_at.min(one.first_at);
        sum.last_at = sum.last_at.max(one.last_at);
    }
    of_customers.into_values().collect()
}
