//! The life of a fact inside the program: accept → journal → resolve → apply → hand over to history.
//!
//! | step | what it does | commit |
//! |---|---|---|
//! | [`accept`] | writes a block of checked facts into the journal | the caller's, durable when it returns |
//! | [`apply_all`], [`apply_some`] | whose is it, what of it is new, profile and counters | one for up to eight blocks: effects and the journal rows' new state together |
//! | [`hand_over`] | appends applied blocks to the columnar history | Delta's commit carries the last sequence; then the journal rows go |
//!
//! Invariants:
//! - Files and live facts take this road; there is no second way in.
//! - A block has a key; while its row is there, accepting it twice is accepting it once. The row goes with the
//!   hand-over, so a sender notes in the commit of [`accept`] what it has sent.
//! - Applying is done by one applier at a time, in the order of the journal, so that customer numbers
//!   come out the same after a crash and a re-run. A block that cannot be applied stands aside: see [`set_aside`].
//! - Applied blocks are numbered without gaps; history remembers the last number it holds, so the
//!   hand-over happens once, whatever dies in between.

mod applied;
mod apply;
mod codec;
mod counters;
mod effects;
mod events;
mod given_back;
mod hand_over;
mod months;
mod newcomers;
mod of_parts;
mod orders;
mod report;
mod resolve;
mod set_aside;
mod traits;

pub use apply::{BLOCKS_PER_TURN, apply_all, apply_prepared, apply_some, would_apply};
pub use hand_over::{
    LINES_PER_APPEND, hand_over, hand_over_applied, hand_over_when_due, lines_of, pause_between_appends,
};
pub use months::recount_months;
pub use newcomers::Newcomers;
pub use report::{ApplyReport, merge_report};
pub use set_aside::BLOCK_SET_ASIDE;

pub(crate) use apply::is_of_erased;
pub(crate) use codec::{ACCEPTED_BYTES_MAX, decode, encode};
pub(crate) use counters::combine;
pub(crate) use effects::ErasedMessage;
pub(crate) use given_back::keys_of_order;
pub(crate) use hand_over::waiting_blocks;
pub(crate) use orders::{CLAIMED, lines_known};
pub(crate) use resolve::EvidenceMerge;
pub(crate) use traits::NAME;

use crate::privacy::KeyError;
use crate::workers::Panicked;
use perennial_domain::fact::FactBlock;
use perennial_domain::import::orders::Assembled;
use perennial_domain::import::spool::Hash64;
use perennial_domain::time::Instant;
use perennial_store::journal::{self, NewBlock};
use perennial_store::{StoreError, WriteTx};

/// What can go wrong between the journal and history. None of these loses a fact: the block stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    History(#[from] perennial_history::HistoryError),
    #[error("journal block {block} cannot be read: {reason}")]
    Unreadable { block: String, reason: String },
    /// Counts as any other failure of the block: it stands aside after some tries.
    #[error(transparent)]
    Panicked(#[from] Panicked),
    /// Without the keys nobody can tell whose facts are not wanted: everything waits.
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error("block {block} cannot be written: {reason}")]
    Unwritable { block: String, reason: String },
    /// Its blocks would be taken for those of this database, and removed unseen.
    #[error("history holds blocks up to {history}, this database has applied {applied}: they do not belong together")]
    HistoryAhead { history: i64, applied: i64 },
}

/// Facts in one block: bounds the memory and the length of one commit.
pub const BLOCK_FACTS_MAX: usize = 4_000;
/// Lines in one block, for the same reason: orders of hundreds of lines fill a block sooner.
pub const BLOCK_LINES_MAX: usize = 20_000;

/// A block with the form that the journal keeps. Making it costs processor time: do that beside the store's work.
/// Its key ends with a hash of its content: of two blocks that were cut differently, as from a file that is read
/// again, neither is taken for the other.
pub struct PreparedBlock {
    pub key: String,
    pub block: FactBlock,
    payload: Vec<u8>,
}

impl PreparedBlock {
    /// Fails where the block is too large to be read again.
    pub fn new(key: String, block: FactBlock) -> Result<Self, PipelineError> {
        match codec::encode(&block, codec::ACCEPTED_BYTES_MAX) {
            Ok(payload) => {
                let content = Hash64::new().add(&payload).finish();
                Ok(Self { key: format!("{key}:{content:016x}"), block, payload })
            }
            Err(reason) => Err(PipelineError::Unwritable { block: key, reason }),
        }
    }
}

/// Writes a block into the journal. False when a block of this key is there and not yet handed over.
pub async fn accept(tx: &mut WriteTx<'_>, prepared: &PreparedBlock, at: Instant) -> Result<bool, PipelineError> {
    let block = NewBlock {
        key: &prepared.key,
        import_id: prepared.block.import_id.as_deref(),
        facts: i64::try_from(prepared.block.facts.len()).unwrap_or(i64::MAX),
        payload: &prepared.payload,
    };
    Ok(journal::accept(tx, &block, at.0).await?)
}

/// Writes new blocks into the journal: each has a key that nobody has used, so one that is there is worth another try.
pub async fn accept_all(tx: &mut WriteTx<'_>, prepared: &[PreparedBlock], at: Instant) -> Result<(), PipelineError> {
    for block in prepared {
        if !accept(tx, block, at).await? {
            return Err(StoreError::Busy(format!("block {} is there already", block.key)).into());
        }
    }
    Ok(())
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
