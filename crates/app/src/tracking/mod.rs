//! Facts as they happen: from a request of a touch-point to the journal.
//!
//! | step | where | what callers may rely on |
//! |---|---|---|
//! | who sends | [`Intake::find`] | a source that was made or changed in this process is known at once, in another within a second |
//! | may it | [`Intake::take_room`] | the source's rate, counted in messages |
//! | is it one | `perennial_domain::tracking` | pure |
//! | is it as planned | `planned` | held against the frozen plan of its source, which is compiled once and held with it |
//! | keep it | [`Intake::accept`] | when it returns without an error, every accepted message is on disk |
//!
//! Tables: `tracked_messages`, `source_counts`, `source_log`, `journal`, `plan_events`, `plan_violations`,
//! `quarantined_facts`, `touch_point_counts`.
//!
//! Invariants: requests that wait together are kept in one commit, by one task: the more there are, the fewer commits
//! for each. A message of a source is accepted once, by its id, for [`MESSAGE_DAYS`] days. Its block, its key, the
//! counts and the log are one commit, so that the counts are exact whatever dies. What does not fit into the bounded
//! queue is turned away, not kept waiting. Facts then go the way of all others (`crate::pipeline`).
//!
//! Touch-points: a message that names one which is not in the registry, or archived, is kept in `quarantined_facts` with that
//! reason, whatever its source's plan says.
//!
//! Plans: checking happens in the request's own task, before it waits. What is found is counted in the group's commit,
//! with the facts themselves, so that it is seen as soon as they are and is exact whatever dies; a source without a
//! frozen plan costs nothing. Where the plan says so, a fact that is not as planned is kept in `quarantined_facts`
//! instead of the journal, in the same commit, and answered 200 like the others; `aside` is its way back.

mod aside;
mod compared;
mod directory;
mod erased;
mod intake;
mod planned;
mod record;

pub use aside::HeldViolation;
pub(crate) use aside::{accept_in_tx, accept_released, count_discarded, held_payload, read_held};
pub use compared::OTHERS;
pub(crate) use compared::hour_of;
pub use directory::KnownSource;
pub(crate) use erased::note_erased;
pub use intake::{Intake, IntakeError};
pub use planned::KnownPlan;

use crate::App;
use perennial_domain::time::MICROS_PER_DAY;
use perennial_store::{StoreError, tracking as table};

/// A message that is sent again within this time is known. Thirty days are promised; the rest is for the hour of the
/// clean-up.
pub const MESSAGE_DAYS: i64 = 32;

/// Forgets messages that are too old to be sent again, a part at a time, so that nobody waits long for the writer.
pub async fn forget_old_messages(app: &App) -> Result<u64, StoreError> {
    let day = app.clock.now().0.div_euclid(MICROS_PER_DAY) - MESSAGE_DAYS;
    let mut forgotten = 0;
    for part in 0..table::FORGET_PARTS {
        let mut tx = app.store.write().await?;
        forgotten += table::forget_before(&mut tx, part, day).await?;
        tx.commit().await?;
    }
    Ok(forgotten)
}
