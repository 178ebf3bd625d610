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
/// How often it begins anew because purchases came meanwhile.
const TRIES: u32 = 3;

/// Rewrites all months by the zone of the settings; returns the number of customers with a purchase.
/// Busy where purchases keep coming while history is read.
pub async fn recount_months(app: &App) -> Result<u64, PipelineError> {
    for _ in 0..TRIES {
        apply_all(app).await?;
        hand_over(app).await?;
        let seen = state_of(&mut app.store.read().await?).await?;
        let Some(months) = count(app, &seen).await? else { continue };
        if write(app, &seen, &months).await? {
            return Ok(months.customers());
        }
    }
    Err(StoreError::Busy("purchases keep coming while months are counted".to_owned()).into())
}

/// What the months are a function of. Messages of touch-points, which come all the time, are no part of it.
#[derive(PartialEq, Eq)]
struct State {
    time_zone: String,
    purchases: i64,
    profiles: Profiles,
}

async fn state_of(tx: &mut ReadTx<'_>) -> Result<State, StoreError> {
    let time_zone = crate::settings::current(tx).await?.time_zone;
    let purchases = sequences::current(tx, sequences::PURCHASE_SEQUENCE).await?;
    Ok(State { time_zone, purchases, profiles: Profiles::load(tx).await? })
}

/// None where history does not hold all purchases of that state: more were applied since the hand-over.
async fn count(app: &App, seen: &State) -> Result<Option<Months>, PipelineError> {
    if app.history.last_sequence().await?.unwrap_or(0) < seen.purchases {
        return Ok(None);
    }
    let zone = Zone::parse(&seen.time_zone).unwrap_or_else(Zone::utc);
    let of_profiles = read_months(app, &zone.day_table()).await?;
    Ok(Some(Months::of(of_profiles, &seen.profiles)))
}

/// False where the state is another one by now.
async fn write(app: &App, seen: &State, months: &Months) -> Result<bool, PipelineError> {
    let mut tx = app.store.write().await?;
    journal::lock_applier(&mut tx).await?;
    if state_of(&mut tx).await? != *seen {
        return Ok(false);
    }
    parts::set_months(&mut tx, &months.of_parts).await?;
    customers::set_months(&mut tx, &months.alone).await?;
    customers::set_months(&mut tx, &months.of_customers).await?;
    tx.commit().await?;
    Ok(true)
}

/// Those of profiles that are alone, of profiles that are part of a customer, and of such customers.
struct Months {
    alone: Vec<CustomerMonths>,
    of_parts: Vec<CustomerMonths>,
    of_customers: Vec<CustomerMonths>,
}

impl Months {
    fn of(of_profiles: Vec<CustomerMonths>, profiles: &Profiles) -> Self {
        let customer_of =
            |one: &CustomerMonths| profiles.customer_of(CustomerNumber(u32::try_from(one.number).unwrap_or_default()));
        let (of_parts, alone): (Vec<_>, Vec<_>) = of_profiles.into_iter().partition(|one| customer_of(one).is_some());
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
        Self { alone, of_parts, of_customers: together.into_iter().filter_map(sum).collect() }
    }

    fn customers(&self) -> u64 {
        (self.alone.len() + self.of_customers.len()) as u64
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::{PreparedBlock, accept};
    use crate::random::SystemRandom;
    use perennial_domain::fact::{FACT_BLOCK_VERSION, Fact, FactBlock, FactKey, Line};
    use perennial_domain::identity::{Identifier, IdentifierType};
    use perennial_domain::money::Currency;
    use perennial_domain::time::Instant;
    use perennial_history::History;
    use perennial_testkit::{ManualClock, TestStore, postgres_store, sqlite_store};
    use std::sync::Arc;

    #[tokio::test]
    async fn months_are_counted_while_messages_come_and_not_before_history_has_all_purchases_on_sqlite() {
        while_facts_come(sqlite_store().await).await;
    }

    #[tokio::test]
    async fn months_are_counted_while_messages_come_and_not_before_history_has_all_purchases_on_postgres() {
        if let Some(store) = postgres_store().await {
            while_facts_come(store).await;
        }
    }

    async fn while_facts_come(store: TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let app = App {
            store: store.database.clone(),
            history: Arc::new(History::open(&folder.path().join("history")).await.unwrap()),
            data_dir: Arc::new(folder.path().to_owned()),
            clock: Arc::new(ManualClock::at("2026-11-22T09:00:00Z")),
            random: Arc::new(SystemRandom),
        };
        let now = async || state_of(&mut app.store.read().await.unwrap()).await.unwrap();
        tell(&app, FactKind::Order, "1").await;
        // Applied after the hand-over: history does not know the order yet.
        let seen = now().await;
        assert!(count(&app, &seen).await.unwrap().is_none());
        hand_over(&app).await.unwrap();
        let months = count(&app, &seen).await.unwrap().unwrap();
        assert_eq!(months.customers(), 1);
        tell(&app, FactKind::Page, "2").await;
        assert!(write(&app, &seen, &months).await.unwrap(), "who looks has bought nothing");
        tell(&app, FactKind::Order, "3").await;
        assert!(!write(&app, &seen, &months).await.unwrap());
        assert_eq!(recount_months(&app).await.unwrap(), 1);
    }

    async fn tell(app: &App, kind: FactKind, key: &str) {
        let amount_minor = (kind == FactKind::Order).then_some(100);
        let fact = Fact {
            kind,
            key: FactKey::of(&["file", key]),
            at: Instant(5),
            identifiers: vec![Identifier { kind: IdentifierType::CustomerId, value: "7".into() }],
            order_no: None,
            lines: vec![Line { amount_minor, ..Line::default() }],
            traits: vec![],
            tracked: None,
        };
        let block = FactBlock {
            version: FACT_BLOCK_VERSION,
            source: "file".into(),
            import_id: None,
            currency: Currency::NONE,
            facts: vec![fact],
            rows: vec![],
        };
        let prepared = PreparedBlock::new(key.to_owned(), block).unwrap();
        let mut tx = app.store.write().await.unwrap();
        assert!(accept(&mut tx, &prepared, Instant(9)).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(apply_all(app).await.unwrap(), 1);
    }
}
