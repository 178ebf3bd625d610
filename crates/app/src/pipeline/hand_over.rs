//! Applied blocks go to history, in order, once.
//!
//! History's commit carries the sequence of the last block it holds. Killed before that commit: nothing
//! is there and the blocks are handed over again. Killed after it: they are skipped, and only removed.
//! What history holds is removed here only if it was applied here: another database's history, or one that is
//! newer than the database, has numbers that mean other blocks.

use super::{PipelineError, applied};
use crate::App;
use crate::pace::usual_or_small;
use perennial_domain::fact::AppliedBlock;
use perennial_store::journal::AppliedRow;
use perennial_store::{ReadTx, journal, sequences};
use std::time::Duration;

/// Blocks that are read from the journal at a time.
const BLOCKS_PER_READ: i64 = 16;
/// Lines that make one append: larger appends make fewer and better sorted files, this bounds their memory.
pub const LINES_PER_APPEND: usize = 80_000;
/// Fewer facts than this wait for more, but not longer than [`WAIT_MAX_MICROS`].
const FACTS_WORTH_AN_APPEND: i64 = 200_000;
/// An append writes a file for each bucket: one a second would drown the history in small files.
const WAIT_MAX_MICROS: i64 = 5_000_000;
/// Facts that wait for whoever follows. A follower that is further behind works out anew what it is asked for.
const FACTS_HELD_MAX: i64 = 1_000_000;

/// Hands over everything that is applied; returns the number of facts.
pub async fn hand_over(app: &App) -> Result<u64, PipelineError> {
    let mut facts = 0;
    loop {
        let moved = hand_over_once(app, i64::MAX).await?;
        if moved == 0 {
            return Ok(facts);
        }
        facts += moved;
    }
}

/// Between two appends of [`hand_over_when_due`]: what is applied late, in a flood, is old at once and would go in handfuls.
pub fn pause_between_appends() -> Duration {
    Duration::from_micros(usual_or_small(WAIT_MAX_MICROS, 1).unsigned_abs())
}

/// Hands over what waits where that is much, or waits for long. What is applied meanwhile waits for the next time: under
/// a flood it would be an append for each handful of facts. Blocks behind `followed` stay until somebody has followed them: from
/// the journal they are read as they are, from history each customer's whole life would be.
pub async fn hand_over_when_due(app: &App, followed: Option<i64>) -> Result<u64, PipelineError> {
    let mut tx = app.store.read().await?;
    let waiting = journal::waiting_for_history(&mut tx).await?;
    let applied = sequences::current(&mut tx, sequences::APPLIED_SEQUENCE).await?;
    drop(tx);
    let Some(oldest) = waiting.oldest_accepted_at else { return Ok(0) };
    let is_due =
        waiting.facts >= usual_or_small(FACTS_WORTH_AN_APPEND, 1) || app.clock.now().0 - oldest >= WAIT_MAX_MICROS;
    if !is_due {
        return Ok(0);
    }
    let is_held = waiting.facts < usual_or_small(FACTS_HELD_MAX, 20);
    let upto = followed.filter(|_| is_held).map_or(applied, |followed| followed.min(applied));
    let mut facts = 0;
    loop {
        let moved = hand_over_once(app, upto).await?;
        facts += moved;
        if moved == 0 || app.history.last_sequence().await?.unwrap_or(0) >= upto {
            return Ok(facts);
        }
    }
}

/// Hands over these applied blocks, which whoever applied them still has, so that they need not be read again; and
/// before them what else waits.
pub async fn hand_over_applied(app: &App, blocks: &[(i64, AppliedBlock)]) -> Result<(), PipelineError> {
    let (Some((first, _)), Some((last, _))) = (blocks.first(), blocks.last()) else { return Ok(()) };
    if blocks.windows(2).any(|pair| pair[0].0 + 1 != pair[1].0) {
        // Another process applied some in between.
        return hand_over(app).await.map(drop);
    }
    loop {
        let known = app.history.last_sequence().await?.unwrap_or(0);
        if known >= *last {
            return remove_handed_over(app, known).await;
        }
        if known + 1 >= *first {
            app.history.append(blocks).await?;
            return remove_handed_over(app, *last).await;
        }
        if hand_over_once(app, i64::MAX).await? == 0 {
            return Ok(());
        }
    }
}

/// One append, of blocks up to that number.
async fn hand_over_once(app: &App, upto: i64) -> Result<u64, PipelineError> {
    let known = app.history.last_sequence().await?.unwrap_or(0);
    remove_handed_over(app, known).await?;
    let mut blocks = read_blocks(app, known).await?;
    blocks.retain(|(sequence, _)| *sequence <= upto);
    let Some((last, _)) = blocks.last() else { return Ok(0) };
    let last = *last;
    let facts: usize = blocks.iter().map(|(_, block)| block.facts.len()).sum();
    app.history.append(&blocks).await?;
    remove_handed_over(app, last).await?;
    // A block without any new fact still moves the sequence, so that it is not read again.
    Ok((facts as u64).max(1))
}

async fn remove_handed_over(app: &App, sequence: i64) -> Result<(), PipelineError> {
    let mut tx = app.store.write().await?;
    let applied = sequences::current(&mut tx, sequences::APPLIED_SEQUENCE).await?;
    if applied < sequence {
        return Err(PipelineError::HistoryAhead { history: sequence, applied });
    }
    journal::remove_applied_up_to(&mut tx, sequence).await?;
    Ok(tx.commit().await?)
}

/// The applied blocks behind a number that history does not have yet, up to another one, with their numbers.
pub(crate) async fn waiting_blocks(
    tx: &mut ReadTx<'_>,
    after: i64,
    upto: Option<i64>,
) -> Result<Vec<(i64, AppliedBlock)>, PipelineError> {
    let mut blocks = Vec::new();
    let mut after = after;
    loop {
        let rows = journal::applied(tx, after, BLOCKS_PER_READ).await?;
        let Some(last) = rows.last() else { return Ok(blocks) };
        after = last.sequence;
        for row in rows.iter().filter(|row| upto.is_none_or(|upto| row.sequence <= upto)) {
            blocks.push((row.sequence, block_of(row)?));
        }
        if upto.is_some_and(|upto| after >= upto) {
            return Ok(blocks);
        }
    }
}

fn block_of(row: &AppliedRow) -> Result<AppliedBlock, PipelineError> {
    applied::read(&row.payload, row.told.as_deref())
        .map_err(|reason| PipelineError::Unreadable { block: format!("applied {}", row.sequence), reason })
}

async fn read_blocks(app: &App, after: i64) -> Result<Vec<(i64, AppliedBlock)>, PipelineError> {
    let mut blocks: Vec<(i64, AppliedBlock)> = Vec::new();
    let mut lines = 0;
    let mut tx = app.store.read().await?;
    while lines < LINES_PER_APPEND {
        let after = blocks.last().map_or(after, |(sequence, _)| *sequence);
        let rows = journal::applied(&mut tx, after, BLOCKS_PER_READ).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let block = block_of(&row)?;
            lines += lines_of(&block);
            blocks.push((row.sequence, block));
        }
    }
    Ok(blocks)
}

/// What a block counts towards [`LINES_PER_APPEND`].
pub fn lines_of(block: &AppliedBlock) -> usize {
    block.facts.iter().map(|fact| fact.fact.lines.len() + 1).sum()
}
