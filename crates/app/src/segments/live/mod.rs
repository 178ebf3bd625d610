//! The live index of this process: who is in each segment, now.
//!
//! It is built of what the store and the history know, and then follows: what blocks bring as they are applied, and what was
//! changed otherwise (`customer_changes`). One round follows all that has been committed when it begins; a server makes
//! several a second. Answers are those of the last round, at the instant of the question.
//!
//! | what | where |
//! |---|---|
//! | built from nothing, and what a new rule needs gathered beside it | [`build`](mod@build) |
//! | a round | [`follow`](mod@follow) |
//! | segments that came, went or have another rule | [`keep_segments`] |
//! | who, how many, and each clause alone | [`answer`](mod@answer) |
//! | tags that follow a segment | [`keep_tags`](mod@keep_tags) |
//! | who came and who went is written down | [`moves`] |
//! | who was in a segment, and who came and went | [`history`] |
//! | as a file, which the next start goes on from | [`snapshot`] |
//! | what sets a group apart, where groups overlap, by what channel they are reached | [`portrait`](mod@portrait) |
//! | what a group is worth, and what it took to win it | [`worth`](mod@worth) |
//!
//! Invariants: a fact is told to the index once; a round either ends or leaves the index to be built anew; the lock of the index
//! is never held over a wait. Rules are answered for segments that are not archived.

mod answer;
mod apart;
mod build;
mod follow;
mod history;
mod keep_segments;
mod keep_tags;
mod moves;
mod portrait;
mod snapshot;
mod worth;

pub use answer::{Alone, Counted, Members, SegmentCounts, count_rule, members_of, people_of_rule, segment_counts};
pub(crate) use answer::{granted_members, granted_to, is_in_segments, page, segment_sets, thresholds_of};
pub(crate) use apart::gather_apart;
pub use follow::{follow, forget_old_changes};
pub(crate) use history::sets_of;
pub use history::{Moved, Point, Trend, WEEKS_MAX, members_at, moves_of_customer, moves_of_segment, set_at, trend};
pub(crate) use keep_tags::RULES;
pub use keep_tags::keep_tags;
pub(crate) use moves::{Rows, break_off};
pub use moves::{forget_old_moves, keep_moves, stop_keeping};
pub use perennial_store::segment_moves::MoveRow as SegmentMove;
pub use portrait::{
    ComparedRow, Names, Overlap, Portrait, Reach, Reached, Region, Row, Size, Trait, overlap, portrait, reach,
};
pub(crate) use snapshot::remove_snapshot;
pub use snapshot::{save, save_when_due};
pub use worth::{Acquisition, Mean, Worth, worth};

use super::error::SegmentError;
use super::known::Registry;
use perennial_domain::rules::Rule;
use perennial_domain::time::Instant;
use perennial_index::Index;
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Held by whoever serves, and handed to what asks.
#[derive(Default)]
pub struct Live {
    /// Who builds, gathers or follows: one at a time.
    work: tokio::sync::Mutex<Work>,
    kept: RwLock<Option<Kept>>,
    /// More has come than was followed: the index stays at the instant up to which it has.
    is_behind: AtomicBool,
    back_fill: Mutex<Option<BackFill>>,
    /// While the first index is built: what comes behind this block is followed afterwards.
    built_from: Mutex<Option<i64>>,
    /// Who writes the index down: one at a time, and while others follow.
    saving: tokio::sync::Mutex<()>,
}

/// Segments that are being worked out of all facts, and how far that is. Where they had a version before, that serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackFill {
    /// By code.
    pub segments: Vec<String>,
    pub percent: u8,
}

/// Whoever works segments out; when it ends, however it does, nothing is worked out any more.
struct BackFilling<'a>(&'a Live);

impl BackFilling<'_> {
    fn note(&self, percent: u8) {
        if let Some(back_fill) = self.0.back_fill.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            back_fill.percent = percent;
        }
    }
}

impl Drop for BackFilling<'_> {
    fn drop(&mut self) {
        *self.0.back_fill.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Whoever builds the index; when it ends, however it does, nobody waits for it any more.
struct Building<'a>(&'a Live);

impl Drop for Building<'_> {
    fn drop(&mut self) {
        *self.0.built_from.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// How far the index has followed.
#[derive(Default)]
struct Work {
    position: Option<Position>,
    /// The last applied block that a round saw which could not follow.
    waits_at: Option<i64>,
    /// The numbers of all sequences as the last round saw them, and how many rounds found them so.
    seen: BTreeMap<String, i64>,
    rounds: u32,
    /// Rounds that waited for quiet.
    waited: u32,
    /// Rules that somebody asked for beside the segments, the newest last: what they need is kept for the next question.
    asked: VecDeque<Rule>,
    keeping: moves::Keeping,
    /// As a file.
    saved: Option<snapshot::Saved>,
}

#[derive(Clone, Debug, PartialEq)]
struct Position {
    /// Of applied blocks.
    sequence: i64,
    /// Of `customer_changes`.
    change: i64,
    value_run: Option<String>,
    registry: Registry,
    /// By code: the version of the rule that is kept.
    segments: BTreeMap<String, i64>,
}

/// What is in memory.
struct Kept {
    index: Index,
    /// Up to which applied block.
    sequence: i64,
    /// Of the rules, by the codes of segments.
    versions: BTreeMap<String, i64>,
    waiting: moves::Waiting,
}

impl Live {
    fn read(&self) -> RwLockReadGuard<'_, Option<Kept>> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Option<Kept>> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin_back_fill(&self, segments: Vec<String>) -> BackFilling<'_> {
        *self.back_fill.lock().unwrap_or_else(PoisonError::into_inner) = Some(BackFill { segments, percent: 0 });
        BackFilling(self)
    }

    /// What is being worked out just now.
    pub fn back_fill(&self) -> Option<BackFill> {
        self.back_fill.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether there is an index, and as of which applied block.
    pub fn sequence(&self) -> Option<i64> {
        self.read().as_ref().map(|kept| kept.sequence)
    }

    /// Up to which applied block the index has followed, or will have when it is built; `None` where nobody asks for one.
    pub fn followed(&self) -> Option<i64> {
        self.sequence().or_else(|| *self.built_from.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn begin_build(&self, from: i64) -> Building<'_> {
        *self.built_from.lock().unwrap_or_else(PoisonError::into_inner) = Some(from);
        Building(self)
    }

    /// All has been told that was committed up to then.
    fn advance(&self, upto: Instant) {
        if let Some(kept) = self.write().as_mut() {
            let moves = kept.index.advance(upto);
            kept.note(moves);
        }
    }

    /// Works with the index as it is at this instant, or at the last one up to which it has followed.
    fn with<T>(&self, now: Instant, work: impl FnOnce(&mut Kept) -> T) -> Result<T, SegmentError> {
        let mut kept = self.write();
        let kept = kept.as_mut().ok_or(SegmentError::NotBuilt)?;
        if !self.is_behind.load(Ordering::Relaxed) {
            let moves = kept.index.advance(now);
            kept.note(moves);
        }
        Ok(work(kept))
    }

    /// Looks at the index as it was left; `None` where there is none.
    fn peek<T>(&self, look: impl FnOnce(&Kept) -> T) -> Option<T> {
        self.read().as_ref().map(look)
    }

    /// Looks at the index as it is at this instant, or where time stands still, at that one; others look beside.
    fn look<T>(&self, now: Instant, look: impl FnOnce(&Kept) -> T) -> Result<T, SegmentError> {
        if !self.is_behind.load(Ordering::Relaxed) {
            self.with(now, |_| ())?;
        }
        let kept = self.read();
        Ok(look(kept.as_ref().ok_or(SegmentError::NotBuilt)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_worked_out_is_told_until_it_ends() {
        let live = Live::default();
        let told = |live: &Live| live.back_fill().map(|back_fill| (back_fill.segments.join(" "), back_fill.percent));
        let filling = live.begin_back_fill(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(told(&live), Some(("a b".to_owned(), 0)));
        filling.note(42);
        assert_eq!(told(&live), Some(("a b".to_owned(), 42)));
        drop(filling);
        assert_eq!(told(&live), None);
    }
}
