//! Applied blocks go to history, in order, once.
//!
//! History's commit carries the sequence of the last block it holds. Killed before that commit: nothing
//! is there and the blocks are handed over again. Killed after it: they are skipped, and only removed.
//! What history holds is removed here only if it was applied here: another database's history, or one that is
//! newer than the database, has numbers that mean other blocks.

use super::{PipelineError, codec};
use crate::App;
use crate::pace::usual_or_small;
use perennial_domain::fact::AppliedBlock;
use perennial_store::{journal, sequences};

/// Blocks that are read from the journal at a time.
const BLOCKS_PER_READ: i64 = 16;
/// Lines that make one append: larger appends make fewer and better sorted files, this bounds their memory.
const LINES_PER_APPEND: usize = 200_000;
/// Fewer facts than this wait for more, or for the end of their import.
const FACTS_WORTH_AN_APPEND: i64 = 200_000;

/// Hands over everything that is applied; returns the number of facts.
pub async fn hand_over(app: &App) -> Result<u64, PipelineError> {
    let mut facts = 0;
    loop {
        let moved = hand_over_once(app).await?;
        if moved == 0 {
            return Ok(facts);
        }
        facts += moved;
    }
}

/// Hands over where enough waits to make files of a good size: in the middle of a large import.
pub async fn hand_over_if_many(app: &App) -> Result<u64, PipelineError> {
    let mut tx = app.store.read().await?;
    let waiting = journal::counts(&mut tx).await?.applied_facts;
    drop(tx);
    if waiting < usual_or_small(FACTS_WORTH_AN_APPEND, 1) {
        return Ok(0);
    }
    hand_over_once(app).await
}

async fn hand_over_once(app: &App) -> Result<u64, PipelineError> {
    let known = app.history.last_sequence().await?.unwrap_or(0);
    remove_handed_over(app, known).await?;
    let blocks = read_blocks(app, known).await?;
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
        for (sequence, payload) in rows {
            let block: AppliedBlock = codec::decode(&payload)
                .map_err(|reason| PipelineError::Unreadable { block: format!("applied {sequence}"), reason })?;
            lines += block.facts.iter().map(|fact| fact.fact.lines.len() + 1).sum::<usize>();
            blocks.push((sequence, block));
        }
    }
    Ok(blocks)
}
