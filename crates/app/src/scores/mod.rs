//! What a daily run works out of each customer's facts, for rules and for whoever looks at a customer.
//!
//! | what | where |
//! |---|---|
//! | the run: once a day, by a job | [`refresh`], `run_job`, [`run_now`], [`run`](mod@run) |
//! | values that layers can be made of, where enough customers have them | [`noted`](mod@noted) |
//! | trials of contents with offers: who was shown what, and how many responded | [`list_trial_arms`] |
//! | a customer's scores, and what decided their orders with the facts that say so | [`customer_scores`] |
//!
//! Tables: `customer_scores`, `noted_values`, `trial_arms`. The rules are in [`perennial_domain::scores`], [`perennial_domain::interests`] and
//! [`perennial_domain::trials`]; spread power and activity power are those of
//! [`crate::customers::customer_powers`]. Invariants: a run is a function of the facts that history had, the day and who is one customer;
//! nobody has a row who is no customer; the live index tells its rules of a run when it has ended, with its next round. Facts count
//! when history has them.

mod noted;
mod run;

pub(crate) use noted::{ACTIVITIES, CATEGORIES, CITIES};
pub use run::{Run, run_now, work_out_all};

use crate::access::{Actor, require};
use crate::customers::CustomerError;
use crate::jobs::{self, Job, JobError};
use crate::segments::{SegmentError, life_of};
use crate::{App, settings};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::scores::{Conversion, Orders};
use perennial_domain::time::Instant;
use perennial_history::HistoryError;
use perennial_store::scores::{self as table, ArmRow, ScoreRow};
use perennial_store::{ReadTx, StoreError, sequences};
use thiserror::Error;

/// Touched orders of one customer that are shown, the newest.
pub const CONVERSIONS_SHOWN_MAX: usize = 100;

#[derive(Debug, Error)]
pub enum ScoreError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    Customer(#[from] CustomerError),
    #[error("the run broke off: {0}")]
    BrokeOff(String),
}

/// Of one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerScores {
    /// As of the last run; none before the first.
    pub kept: Option<ScoreRow>,
    /// When that was.
    pub as_of: Option<Instant>,
    /// As things are now, in the order of `Factor::ALL`.
    pub decision: Option<[u8; 4]>,
    /// Touched orders, the newest first.
    pub conversions: Vec<Conversion>,
    pub conversions_count: usize,
}

/// Of a customer whom the actor sees.
pub async fn customer_scores(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
) -> Result<CustomerScores, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let life = life_of(app, actor, customer).await?;
    let mut tx = app.store.read().await?;
    let number = i64::from(life.customer.0);
    let as_of = worked_out_at(&mut tx).await?;
    let row = table::of_customers(&mut tx, &[number]).await?.pop();
    let empty = ScoreRow { customer_number: number, ..ScoreRow::default() };
    let orders = Orders::of(life.history.facts.iter().filter(|fact| fact.at <= life.as_of));
    let decided = orders.decided();
    Ok(CustomerScores {
        kept: as_of.map(|_| row.unwrap_or(empty)),
        as_of,
        decision: decided.shares(),
        conversions: orders.newest().take(CONVERSIONS_SHOWN_MAX).collect(),
        conversions_count: decided.conversions,
    })
}

/// The arms of all trials of the last year, by trial, as of the last run, and when that was.
pub async fn list_trial_arms(app: &App, actor: &Actor) -> Result<(Vec<ArmRow>, Option<Instant>), SegmentError> {
    require(actor, Right::ValueRead)?;
    let mut tx = app.store.read().await?;
    Ok((table::arms(&mut tx).await?, worked_out_at(&mut tx).await?))
}

/// When scores were worked out the last time.
pub(crate) async fn worked_out_at(tx: &mut ReadTx<'_>) -> Result<Option<Instant>, StoreError> {
    let at = sequences::current(tx, sequences::SCORES).await?;
    Ok((at > 0).then_some(Instant(at)))
}

/// Asks for a run where there was none on this day of the brand. For a server, again and again.
pub async fn refresh(app: &App) -> Result<bool, StoreError> {
    let mut tx = app.store.read().await?;
    let zone = settings::current(&mut tx).await?.zone();
    let last = worked_out_at(&mut tx).await?;
    drop(tx);
    if last.is_some_and(|last| zone.day_of(last) >= zone.day_of(app.clock.now())) {
        return Ok(false);
    }
    jobs::enqueue_now(app, &Job::Scores).await?;
    Ok(true)
}

pub(crate) async fn run_job(app: &App) -> Result<(), JobError> {
    run_now(app).await.map(drop).map_err(|error| JobError::Retry(error.to_string()))
}
