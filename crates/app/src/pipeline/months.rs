//! The months in which each customer bought, counted anew: after the brand's time zone has changed.
//!
//! An order of 31 January, 23:30 in Shanghai is one of 31 January in London and of the 31st or the 1st
//! elsewhere, so months are not a function of the counters: they are read from history. Invariant: what is
//! written was read by the zone of the settings from all that was applied, so that all months are of one zone.

use super::counters::{combine, note_month};
use super::{PipelineError, apply_all, hand_over};
use crate::App;
use crate::identity::Profiles;
use perennial_domain::fact::FactKind;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{DayTable, Zone};
use perennial_history::Occurrence;
use perennial_store::customers::{self, CustomerCounters, CustomerMonths};
use perennial_store::{ReadTx, StoreError, journal, parts, sequences};
use std::collections::BTreeMap;

const THREADS: usize = 2;
/// How often it begins anew because facts came meanwhile.
const TRIES: u32 = 3;

/// Rewrites all months by the zone of the settings; returns the number of customers with a purchase.
/// Busy where facts keep coming while history is read.
pub async fn recount_months(app: &App) -> Result<u64, PipelineError> {
    for _ in 0..TRIES {
        apply_all(app).await?;
        hand_over(app).await?;
        let seen = state_of(&mut app.store.read().await?).await?;
        let zone = Zone::parse(&seen.time_zone).unwrap_or_else(Zone::utc);
        let months = read_months(app, &zone.day_table()).await?;
        let (alone, of_parts, of_customers) = months_of_customers(months, &seen.profiles);
        let mut tx = app.store.write().await?;
        journal::lock_applier(&mut tx).await?;
        if state_of(&mut tx).await? == seen {
            parts::set_months(&mut tx, &of_parts).await?;
            customers::set_months(&mut tx, &alone).await?;
            customers::set_months(&mut tx, &of_customers).await?;
            tx.commit().await?;
            return Ok((alone.len() + of_customers.len()) as u64);
        }
    }
    Err(StoreError::Busy("facts keep coming while months are counted".to_owned()).into())
}

/// What the months are a function of.
#[derive(PartialEq, Eq)]
struct State {
    time_zone: String,
    applied: i64,
    profiles: Profiles,
}

async fn state_of(tx: &mut ReadTx<'_>) -> Result<State, StoreError> {
    let time_zone = crate::settings::current(tx).await?.time_zone;
    let applied = sequences::current(tx, sequences::APPLIED_SEQUENCE).await?;
    Ok(State { time_zone, applied, profiles: Profiles::load(tx).await? })
}

/// Those of profiles that are alone, of profiles that are part of a customer, and of such customers.
fn months_of_customers(
    months: Vec<CustomerMonths>,
    profiles: &Profiles,
) -> (Vec<CustomerMonths>, Vec<CustomerMonths>, Vec<CustomerMonths>) {
    let customer_of =
        |one: &CustomerMonths| profiles.customer_of(CustomerNumber(u32::try_from(one.number).unwrap_or_default()));
    let (of_parts, alone): (Vec<_>, Vec<_>) = months.into_iter().partition(|one| customer_of(one).is_some());
    let mut together: BTreeMap<i64, Vec<CustomerCounters>> = BTreeMap::new();
    for one in &of_parts {
        let Some(customer) = customer_of(one) else { continue };
        together.entry(i64::from(customer.0)).or_default().push(CustomerCounters {
            first_month: Some(one.first_month),
            active_months: one.active_months,
            active_months_later: one.active_months_later,
            ..CustomerCounters::new(one.number, 0)
        });
    }
    let sum = |(customer, counters): (i64, Vec<CustomerCounters>)| {
        let sum = combine(customer, &counters.iter().collect::<Vec<_>>());
        months_of(&sum)
    };
    (alone, of_parts, together.into_iter().filter_map(sum).collect())
}

fn months_of(counters: &CustomerCounters) -> Option<CustomerMonths> {
    let CustomerCounters { number, active_months, active_months_later, .. } = *counters;
    let first_month = counters.first_month?;
    Some(CustomerMonths { number, first_month, active_months, active_months_later })
}

async fn read_months(app: &App, table: &DayTable) -> Result<Vec<CustomerMonths>, PipelineError> {
    let visit = |months: &mut Vec<CustomerMonths>, number: CustomerNumber, life: &[Occurrence]| {
        let mut counters = CustomerCounters::new(i64::from(number.0), 0);
        for one in life.iter().filter(|one| one.kind == FactKind::Order) {
            note_month(&mut counters, i64::from(table.day_of(one.at).month().0));
        }
        months.extend(months_of(&counters));
    };
    let buckets = app.history.fold_buckets(THREADS, None, Vec::new, visit).await?;
    let mut months: Vec<CustomerMonths> = buckets.into_iter().flatten().collect();
    months.sort_unstable_by_key(|one| one.number);
    Ok(months)
}
