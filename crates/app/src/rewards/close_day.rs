//! What is due by itself is posted: pending lots become active, holds and lots expire.
//!
//! Safe to break off and to run twice, also at the same time: each step is posted at its own instant under its own key, so
//! whoever comes second finds nothing due. A request would post the same before its own effect; this is for whoever looks
//! at the tables, and for accounts of which nobody asks anything.

use super::book::Book;
use crate::App;
use perennial_domain::rewards::ledger::{Transaction, settle};
use perennial_domain::time::Instant;
use perennial_store::StoreError;
use perennial_store::ledger::{self, Wanted, Written};

/// Accounts of one commit: others are waiting for the writer.
const ACCOUNTS_PER_STEP: i64 = 500;
const TRIES: u32 = 5;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayClose {
    pub accounts: u64,
    pub transactions: u64,
    /// Accounts that cannot be settled: the proof says what is wrong.
    pub damaged: u64,
}

impl DayClose {
    fn add(&mut self, more: Self) {
        self.accounts += more.accounts;
        self.transactions += more.transactions;
        self.damaged += more.damaged;
    }
}

/// Posts all that is due until now, of everybody.
pub async fn close_day(app: &App) -> Result<DayClose, StoreError> {
    let now = app.clock.now();
    let mut done = DayClose::default();
    let mut last: Option<(Instant, i64)> = None;
    loop {
        let page = ledger::due(&mut app.store.read().await?, now, last, ACCOUNTS_PER_STEP).await?;
        let Some(end) = page.last() else { return Ok(done) };
        last = Some(*end);
        let mut ids: Vec<i64> = page.iter().map(|(_, id)| *id).collect();
        ids.sort_unstable();
        let mut tries = 1;
        loop {
            match settle_all(app, &ids, now).await {
                Err(error) if error.is_retryable() && tries < TRIES => tries += 1,
                Err(StoreError::Inconsistency { .. }) => {
                    one_by_one(app, &ids, now, &mut done).await?;
                    break;
                }
                outcome => {
                    done.add(outcome?);
                    break;
                }
            }
        }
    }
}

/// What is stored of one of them cannot be read: the others go on.
async fn one_by_one(app: &App, ids: &[i64], now: Instant, done: &mut DayClose) -> Result<(), StoreError> {
    for id in ids {
        match settle_all(app, &[*id], now).await {
            Err(error @ StoreError::Inconsistency { .. }) => {
                tracing::error!(ledger.account = *id, %error, "an account cannot be read");
                done.damaged += 1;
            }
            outcome => done.add(outcome?),
        }
    }
    Ok(())
}

async fn settle_all(app: &App, ids: &[i64], now: Instant) -> Result<DayClose, StoreError> {
    let mut done = DayClose::default();
    let mut tx = app.store.write().await?;
    let book = Book::read(&mut tx).await?;
    let mut wanted: Vec<Wanted<'_>> = Vec::with_capacity(ids.len());
    for id in ids {
        wanted.push(book.wanted(*id)?);
    }
    ledger::lock(&mut tx, &mut wanted).await?;
    ledger::load(&mut tx, &mut wanted).await?;
    let mut settled: Vec<(Wanted<'_>, Vec<Transaction>)> = Vec::with_capacity(wanted.len());
    for mut one in wanted {
        let (wallet, _) = book.of_account(one.id)?;
        match settle(wallet, &mut one.account, now) {
            Ok(appended) if appended.is_empty() => {}
            Ok(appended) => settled.push((one, appended)),
            Err(error) => {
                tracing::error!(ledger.account = one.id, %error, "an account cannot be settled");
                done.damaged += 1;
            }
        }
    }
    let written: Vec<Written<'_>> =
        settled.iter().map(|(one, appended)| Written { id: one.id, account: &one.account, appended }).collect();
    ledger::save(&mut tx, &written).await?;
    tx.commit().await?;
    done.accounts = settled.len() as u64;
    done.transactions = settled.iter().map(|(_, appended)| appended.len() as u64).sum();
    Ok(done)
}
