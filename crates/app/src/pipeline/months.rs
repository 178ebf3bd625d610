//! The months in which each customer bought, counted anew: after the brand's time zone has changed.
//!
//! An order of 31 January, 23:30 in Shanghai is one of 31 January in London and of the 31st or the 1st
//! elsewhere, so months are not a function of the counters: they are read from history. Invariant: no block
//! is applied while months are rewritten, so that afterwards all of them are of one zone.

use super::counters::note_month;
use super::{PipelineError, apply_all, hand_over};
use crate::App;
use perennial_domain::fact::FactKind;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{DayTable, Zone};
use perennial_history::Occurrence;
use perennial_store::customers::{self, CustomerCounters, CustomerMonths};
use perennial_store::journal;

const THREADS: usize = 2;

/// Rewrites all months by the zone of the settings; returns the number of customers with a purchase.
pub async fn recount_months(app: &App) -> Result<u64, PipelineError> {
    loop {
        apply_all(app).await?;
        hand_over(app).await?;
        let mut tx = app.store.write().await?;
        journal::lock_applier(&mut tx).await?;
        if journal::counts(&mut tx).await?.applied_facts > 0 {
            // Somebody applied a block in between that history has not got.
            tx.rollback().await?;
            continue;
        }
        let settings = crate::settings::current(&mut tx).await?;
        let zone = Zone::parse(&settings.time_zone).unwrap_or_else(Zone::utc);
        let months = read_months(app, &zone.day_table()).await?;
        customers::set_months(&mut tx, &months).await?;
        tx.commit().await?;
        return Ok(months.len() as u64);
    }
}

async fn read_months(app: &App, table: &DayTable) -> Result<Vec<CustomerMonths>, PipelineError> {
    let visit = |months: &mut Vec<CustomerMonths>, number: CustomerNumber, life: &[Occurrence]| {
        let mut counters = CustomerCounters::new(i64::from(number.0), 0);
        for one in life.iter().filter(|one| one.kind == FactKind::Order) {
            note_month(&mut counters, i64::from(table.day_of(one.at).month().0));
        }
        if let Some(first_month) = counters.first_month {
            months.push(CustomerMonths { number: counters.number, first_month, active_months: counters.active_months });
        }
    };
    let buckets = app.history.fold_buckets(THREADS, None, Vec::new, visit).await?;
    let mut months: Vec<CustomerMonths> = buckets.into_iter().flatten().collect();
    months.sort_unstable_by_key(|one| one.number);
    Ok(months)
}
