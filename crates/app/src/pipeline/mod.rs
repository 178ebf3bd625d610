//! The life of a fact inside the program: accept → journal → resolve → apply → hand over to history.
//!
//! | step | what it does | commit |
//! |---|---|---|
//! | [`accept`] | writes a block of checked facts into the journal | the caller's, durable when it returns |
//! | [`apply_next`] | whose is it, what of it is new, profile and counters | one per block: effects and the journal row's new state together |
//! | [`hand_over`] | appends applied blocks to the columnar history | Delta's commit carries the last sequence; then the journal rows go |
//!
//! Invariants:
//! - Files and live facts take this road; there is no second way in.
//! - A block has a key; accepting it twice is accepting it once.
//! - Applying is done by one applier at a time, in the order of the journal, so that customer numbers
//!   come out the same after a crash and a re-run.
//! - Applied blocks are numbered without gaps; history remembers the last number it holds, so the
//!   hand-over happens once, whatever dies in between.

pub mod apply;
mod codec;
mod counters;
mod hand_over;
mod months;
mod orders;
mod resolve;

pub use apply::{ApplyReport, apply_all, apply_next, would_apply};
pub use hand_over::{hand_over, hand_over_if_many};
pub use months::recount_months;

use perennial_domain::fact::FactBlock;
use perennial_domain::import::orders::Assembled;
use perennial_domain::time::Instant;
use perennial_store::{StoreError, WriteTx, journal};

/// What can go wrong between the journal and history. None of these loses a fact: the block stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    History(#[from] perennial_history::HistoryError),
    #[error("journal block {block} cannot be read: {reason}")]
    Unreadable { block: String, reason: String },
}

/// Facts in one block: bounds the memory and the length of one commit.
pub const BLOCK_FACTS_MAX: usize = 4_000;
/// Lines in one block, for the same reason: orders of hundreds of lines fill a block sooner.
pub const BLOCK_LINES_MAX: usize = 20_000;

/// Writes a block into the journal. False when a block of this key is already there.
pub async fn accept(
    tx: &mut WriteTx<'_>,
    block_key: &str,
    block: &FactBlock,
    at: Instant,
) -> Result<bool, PipelineError> {
    let payload = codec::encode(block);
    let facts = i64::try_from(block.facts.len()).unwrap_or(i64::MAX);
    Ok(journal::accept(tx, block_key, facts, &payload, at.0).await?)
}

/// Cuts facts into blocks of bounded size, in order.
pub fn cut_blocks(facts: Vec<Assembled>) -> Vec<Vec<Assembled>> {
    let mut blocks = Vec::new();
    let mut block = Vec::new();
    let mut lines = 0;
    for fact in facts {
        lines += fact.fact.lines.len();
        block.push(fact);
        if block.len() >= BLOCK_FACTS_MAX || lines >= BLOCK_LINES_MAX {
            blocks.push(std::mem::take(&mut block));
            lines = 0;
        }
    }
    if !block.is_empty() {
        blocks.push(block);
    }
    blocks
}
