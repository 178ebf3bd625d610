//! Tracking plans of sources: a draft from what arrives, frozen versions, how what comes compares, and the quarantine.
//!
//! Tables: `plans`, `plan_versions`; read: `plan_events`, `plan_violations`; taken out of: `quarantined_facts`.
//! Invariants: a plan is changed by version; a frozen version never changes; every change and every decision about what
//! is kept aside stands in the audit log in its commit; what is kept aside leaves once, in the commit that accepts it
//! for good or counts it as discarded; nothing here shows a value of a fact.
//!
//! Checking is in [`crate::tracking`]. A change is seen there within a second, in this process at once if the caller
//! tells the intake.

mod change;
mod coverage;
mod error;
mod generate;
mod quarantine;
mod view;

pub use change::{freeze_plan, update_plan};
pub use coverage::{Coverage, EventCoverage, Example, HourCount, VIOLATIONS_SHOWN_MAX, ViolationView, coverage};
pub use error::PlanError;
pub use generate::{GENERATED_FROM_MAX, Generated, generate_plan};
pub use quarantine::{
    DECIDED_MAX, Decided, Decision, Held, HeldCount, HeldPage, HeldQuery, Which, decide, held_facts, held_page,
};
pub use view::{FrozenPlan, FrozenView, PlanView, VersionPage, get_plan, list_versions};

use crate::App;
use crate::tracking::hour_of;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_store::{StoreError, plans as table};

/// Days of which counts are kept, and may be asked for.
pub const COUNTED_DAYS_MAX: u32 = 90;
/// Days where nobody says otherwise.
pub const COUNTED_DAYS_DEFAULT: u32 = 30;

fn days_before(now: Instant, days: u32) -> Instant {
    Instant(now.0 - i64::from(days) * MICROS_PER_DAY)
}

/// Counts of hours that nobody may ask for go.
pub async fn forget_old_counts(app: &App) -> Result<u64, StoreError> {
    let oldest = days_before(app.clock.now(), COUNTED_DAYS_MAX);
    let mut tx = app.store.write().await?;
    let forgotten = table::forget_before(&mut tx, hour_of(oldest)).await?;
    tx.commit().await?;
    Ok(forgotten)
}
