//! A round: all orders of which something was told since the last one are looked at and posted.
//!
//! Safe to break off anywhere, and to run twice: what an order stands at is written in the commit that posts it, and the position
//! moves when all of a round is posted. Of several processes one has the lease, and proves it in each commit, so that nobody posts
//! what they read before somebody else posted what came later.

use super::lives::{Told, Waiting, told};
use super::news::{News, news};
use super::register::{earliest, versions};
use super::settle::settle;
use super::{EarningError, Wanted};
use crate::App;
use crate::pace::usual_or_small;
use crate::random::new_id;
use crate::rewards::error::RewardsError;
use perennial_domain::time::{Instant, MICROS_PER_SECOND};
use perennial_store::{ReadTx, StoreError, WriteTx, earning, leases, sequences};

const LEASE: &str = "earning";
const LEASE_SECONDS: i64 = 60;
/// Orders of one commit: others wait for the writer.
const ORDERS_PER_COMMIT: usize = 200;
/// PostgreSQL ends one of two transactions that wait for each other, and a busy file is busy for a while.
const TRIES: u32 = 5;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Orders that were looked at.
    pub orders: u64,
    /// Requests that the ledger got.
    pub requests: u64,
    /// Orders whose account is damaged: the proof says what is wrong.
    pub damaged: u64,
    /// All that was applied when the round began is posted. Else another process is at it.
    pub is_done: bool,
}

/// Posts what orders earned, and what is to be back of them, of all that was applied since the last round.
///
/// # Errors
/// Of the store and of history. Then the next round goes on.
pub async fn follow_orders(app: &App) -> Result<Followed, EarningError> {
    let mut tx = app.store.read().await?;
    let Some(earliest) = earliest(&versions(&mut tx).await?) else { return Ok(done()) };
    if position(&mut tx).await? >= applied(&mut tx).await? {
        return Ok(done());
    }
    drop(tx);
    let Some(lease) = Lease::take(app).await? else { return Ok(Followed::default()) };
    let outcome = round(app, &lease, earliest).await;
    // Also where the round broke off: the next one need not wait until the lease has run out.
    let mut tx = app.store.write().await?;
    leases::give_back(&mut tx, LEASE, &lease.holder).await?;
    tx.commit().await?;
    outcome
}

fn done() -> Followed {
    Followed { is_done: true, ..Followed::default() }
}

/// Up to which applied block orders have earned; `None` where there never was a rule. Blocks behind it are read more cheaply from
/// the journal than from history.
pub async fn earned_upto(app: &App) -> Result<Option<i64>, StoreError> {
    let mut tx = app.store.read().await?;
    let has_rules = !earning::rules(&mut tx).await?.is_empty();
    if has_rules { position(&mut tx).await.map(Some) } else { Ok(None) }
}

async fn position(tx: &mut ReadTx<'_>) -> Result<i64, StoreError> {
    sequences::current(tx, sequences::EARNED_SEQUENCE).await
}

async fn applied(tx: &mut ReadTx<'_>) -> Result<i64, StoreError> {
    sequences::current(tx, sequences::APPLIED_SEQUENCE).await
}

async fn round(app: &App, lease: &Lease, earliest: Instant) -> Result<Followed, EarningError> {
    let position = position(&mut app.store.read().await?).await?;
    let News { upto, orders } = news(app, position, earliest).await?;
    let orders: Vec<Wanted> = orders.into_iter().collect();
    let mut followed = Followed::default();
    let mut waiting: Option<Waiting> = None;
    for portion in orders.chunks(usual_or_small(ORDERS_PER_COMMIT, 1)) {
        let told = told(app, &mut waiting, portion).await?;
        if !post_portion(app, lease, &told, &mut followed).await? {
            return Ok(followed);
        }
    }
    let mut tx = app.store.write().await?;
    if lease.is_held(app, &mut tx).await? {
        sequences::put(&mut tx, sequences::EARNED_SEQUENCE, upto).await?;
        tx.commit().await?;
        followed.is_done = true;
    }
    Ok(followed)
}

/// Of this round alone.
struct Lease {
    holder: String,
    /// As long as it is the same, nobody else had the lease between.
    fence: i64,
}

impl Lease {
    /// `None` where another process has it.
    async fn take(app: &App) -> Result<Option<Self>, StoreError> {
        let holder = new_id(app.random.as_ref(), "lse", app.clock.now());
        let mut tx = app.store.write().await?;
        let Some(fence) = prolong(app, &mut tx, &holder).await? else { return Ok(None) };
        tx.commit().await?;
        Ok(Some(Self { holder, fence }))
    }

    /// Within a commit: what was read since it was taken is still the newest that anybody has posted.
    async fn is_held(&self, app: &App, tx: &mut WriteTx<'_>) -> Result<bool, StoreError> {
        Ok(prolong(app, tx, &self.holder).await? == Some(self.fence))
    }
}

async fn prolong(app: &App, tx: &mut WriteTx<'_>, holder: &str) -> Result<Option<i64>, StoreError> {
    let now = app.clock.now();
    let until = Instant(now.0.saturating_add(LEASE_SECONDS * MICROS_PER_SECOND));
    leases::take(tx, LEASE, holder, now, until).await
}

/// False where somebody else has the lease. One order whose account is damaged does not hold up the others.
async fn post_portion(app: &App, lease: &Lease, told: &[Told], followed: &mut Followed) -> Result<bool, EarningError> {
    match post(app, lease, told, followed).await {
        Err(EarningError::Rewards(RewardsError::Damaged(_))) => {}
        outcome => return outcome,
    }
    for one in told {
        match post(app, lease, std::slice::from_ref(one), followed).await {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(EarningError::Rewards(RewardsError::Damaged(error))) => {
                tracing::error!(ledger.member = one.order.0.0, %error, "an order cannot earn: its account is damaged");
                metrics::counter!("earning_orders_damaged_total").increment(1);
                followed.damaged += 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

async fn post(app: &App, lease: &Lease, told: &[Told], followed: &mut Followed) -> Result<bool, EarningError> {
    let mut tries = 1;
    loop {
        match post_once(app, lease, told).await {
            Err(EarningError::Store(error)) if error.is_retryable() && tries < TRIES => tries += 1,
            Ok(Some(requests)) => {
                followed.orders += told.len() as u64;
                followed.requests += requests;
                return Ok(true);
            }
            outcome => return outcome.map(|requests| requests.is_some()),
        }
    }
}

/// Returns how many requests the ledger got; none where somebody else has the lease.
async fn post_once(app: &App, lease: &Lease, told: &[Told]) -> Result<Option<u64>, EarningError> {
    let mut tx = app.store.write().await?;
    if !lease.is_held(app, &mut tx).await? {
        return Ok(None);
    }
    let requests = settle(&mut tx, told, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Some(requests))
}
