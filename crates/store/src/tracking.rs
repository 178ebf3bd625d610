//! What came from sources: which messages are known, how many there were, and the newest of them for a person to see.
//!
//! Tables: `tracked_messages` (a key for each accepted message), `source_counts` (by source and UTC day), `source_log`
//! (the newest of each source and outcome, without values). Whoever accepts messages holds
//! [`crate::journal::lock_accept`]: only so is a key that was not known still not known when it is written.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Binder, Row};
use perennial_domain::time::Instant;

pub type MessageKey = [u8; 16];

/// What a source has sent, and what became of it. `accepted` has what was released, `quarantined` all that was ever
/// put aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CountsRow {
    pub accepted: i64,
    pub duplicates: i64,
    pub refused: i64,
    pub quarantined: i64,
    pub released: i64,
    pub discarded: i64,
    /// Of the accepted ones, those that named somebody who was erased.
    pub erased: i64,
}

/// Counts of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRow {
    pub source_id: String,
    /// Days since 1970, in UTC.
    pub day: i64,
    pub counts: CountsRow,
    pub last_at: Instant,
}

/// Of all days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotalRow {
    pub source_id: String,
    pub counts: CountsRow,
    pub last_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLogEntry {
    pub source_id: String,
    /// `accepted`, `duplicate`, `refused` or `quarantined`.
    pub outcome: &'static str,
    pub at: Instant,
    pub kind: Option<String>,
    pub name: Option<String>,
    pub message_id: Option<String>,
    pub reason: Option<String>,
    pub shape: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    pub id: i64,
    pub source_id: String,
    pub outcome: String,
    pub at: Instant,
    pub kind: Option<String>,
    pub name: Option<String>,
    pub message_id: Option<String>,
    pub reason: Option<String>,
    pub shape: Option<String>,
}

/// Those of the keys that were accepted before, in no particular order; each may come more than once.
pub async fn known(tx: &mut ReadTx<'_>, keys: &[MessageKey]) -> Result<Vec<Vec<u8>>> {
    let bind = |key: &MessageKey, binder: &mut Binder| binder.bytes(key);
    exec::lookup(tx, "tracking.known", &[], keys, bind, |row| row.bytes(0)).await
}

/// None of them may be known.
pub async fn remember(tx: &mut WriteTx<'_>, keys: &[MessageKey], day: i64) -> Result<()> {
    let touched = exec::bulk(tx, "tracking.remember", keys, |key, binder| {
        binder.bytes(key);
        binder.i64(day);
    })
    .await?;
    exec::expect_rows("tracking.remember", keys.len(), touched)
}

/// The parts in which [`forget_before`] goes through all keys.
pub const FORGET_PARTS: u16 = 256;

/// Forgets the messages of one part of all keys that were accepted before that day; returns how many.
pub async fn forget_before(tx: &mut WriteTx<'_>, part: u16, day: i64) -> Result<u64> {
    let (mut first, mut last) = ([0u8; 16], [0xFFu8; 16]);
    let lead = (part % FORGET_PARTS) as u8;
    (first[0], last[0]) = (lead, lead);
    let binds = vec![first.as_slice().into(), last.as_slice().into(), day.into()];
    exec::execute(tx, "tracking.forget_before", binds).await
}

/// Adds to what was counted; a source and day may stand only once in `rows`.
pub async fn add_counts(tx: &mut WriteTx<'_>, rows: &[DayRow]) -> Result<()> {
    let touched = exec::bulk(tx, "tracking.add_counts", rows, |row, binder| {
        let CountsRow { accepted, duplicates, refused, quarantined, released, discarded, erased } = row.counts;
        binder.text(&row.source_id);
        binder.i64(row.day);
        for count in [accepted, duplicates, refused, quarantined, released, discarded, erased] {
            binder.i64(count);
        }
        binder.i64(row.last_at.0);
    })
    .await?;
    exec::expect_rows("tracking.add_counts", rows.len(), touched)
}

/// Of every source that sent anything.
pub async fn totals(tx: &mut ReadTx<'_>) -> Result<Vec<TotalRow>> {
    exec::all(tx, "tracking.totals", vec![], |row| {
        Ok(TotalRow { source_id: row.text(0)?, counts: read_counts(row)?, last_at: row.instant(8)? })
    })
    .await
}

/// From that day on, the oldest first; days without any message are left out.
pub async fn counts_by_day(tx: &mut ReadTx<'_>, source_id: &str, from_day: i64) -> Result<Vec<DayRow>> {
    exec::all(tx, "tracking.counts_by_day", vec![source_id.into(), from_day.into()], |row| {
        Ok(DayRow {
            source_id: source_id.to_owned(),
            day: row.i64(0)?,
            counts: read_counts(row)?,
            last_at: row.instant(8)?,
        })
    })
    .await
}

/// The seven columns behind the first.
fn read_counts(row: &Row<'_>) -> Result<CountsRow> {
    Ok(CountsRow {
        accepted: row.i64(1)?,
        duplicates: row.i64(2)?,
        refused: row.i64(3)?,
        quarantined: row.i64(4)?,
        released: row.i64(5)?,
        discarded: row.i64(6)?,
        erased: row.i64(7)?,
    })
}

pub async fn append_log(tx: &mut WriteTx<'_>, entries: &[NewLogEntry]) -> Result<()> {
    let touched = exec::bulk(tx, "tracking.append_log", entries, |entry, binder| {
        binder.text(&entry.source_id);
        binder.text(entry.outcome);
        binder.i64(entry.at.0);
        binder.opt_text(entry.kind.as_deref());
        binder.opt_text(entry.name.as_deref());
        binder.opt_text(entry.message_id.as_deref());
        binder.opt_text(entry.reason.as_deref());
        binder.opt_text(entry.shape.as_deref());
    })
    .await?;
    exec::expect_rows("tracking.append_log", entries.len(), touched)
}

/// Keeps the newest entries of a source and outcome; returns how many went.
pub async fn trim_log(tx: &mut WriteTx<'_>, source_id: &str, outcome: &str, keep: i64) -> Result<u64> {
    exec::execute(tx, "tracking.trim_log", vec![source_id.into(), outcome.into(), keep.into()]).await
}

/// The newest first: those with ids between the two, of one outcome or of all.
pub async fn log(
    tx: &mut ReadTx<'_>,
    source_id: &str,
    outcome: Option<&str>,
    after_id: i64,
    before_id: i64,
    limit: i64,
) -> Result<Vec<LogRow>> {
    let mut binds: Vec<Bind> = vec![source_id.into(), after_id.into(), before_id.into(), limit.into()];
    match outcome {
        None => exec::all(tx, "tracking.log", binds, read_log).await,
        Some(outcome) => {
            binds.push(outcome.into());
            exec::all(tx, "tracking.log_of_outcome", binds, read_log).await
        }
    }
}

/// Entries that tell of these messages (source and id) go; returns how many there were.
pub async fn remove_log_entries(tx: &mut WriteTx<'_>, messages: &[(String, String)]) -> Result<u64> {
    exec::bulk(tx, "tracking.remove_log_entries", messages, |(source_id, message_id), binder| {
        binder.text(source_id);
        binder.text(message_id);
    })
    .await
}

fn read_log(row: &Row<'_>) -> Result<LogRow> {
    Ok(LogRow {
        id: row.i64(0)?,
        source_id: row.text(1)?,
        outcome: row.text(2)?,
        at: row.instant(3)?,
        kind: row.opt_text(4)?,
        name: row.opt_text(5)?,
        message_id: row.opt_text(6)?,
        reason: row.opt_text(7)?,
        shape: row.opt_text(8)?,
    })
}
