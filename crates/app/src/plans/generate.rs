//! A draft from what arrived.
//!
//! What was accepted is moved to history first, so that a message of a moment ago is seen too; what is kept aside is
//! read besides, so that an event that the plan lacks gets into the next one. Bounded: of more facts than
//! [`GENERATED_FROM_MAX`], a part is read, and the answer says how many.

use super::change::{document_of, empty, save};
use super::error::PlanError;
use super::quarantine::each_held;
use super::view::{PlanView, must_exist};
use super::{COUNTED_DAYS_MAX, days_before};
use crate::App;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::pipeline::{self, PipelineError};
use perennial_domain::access::Right;
use perennial_domain::plan::{Observed, event_of};
use perennial_store::plans::{self as table, PlanRow};
use serde_json::json;

/// Facts that a draft is made from at most: some seconds of reading.
pub const GENERATED_FROM_MAX: usize = 200_000;

/// A plan whose draft has just been made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    pub plan: PlanView,
    /// Facts that it was made from.
    pub facts: u64,
    /// Those of events for which a draft has no room.
    pub left_out: u64,
}

/// Replaces the draft by what the last so many days show.
pub async fn generate_plan(
    app: &App,
    actor: &Actor,
    source_id: &str,
    days: u32,
    once: &Once<'_, Generated>,
) -> Result<Generated, PlanError> {
    require(actor, Right::SourcesManage)?;
    if !(1..=COUNTED_DAYS_MAX).contains(&days) {
        return Err(PlanError::OutOfRange { field: "days", allowed: "1 to 90" });
    }
    let mut tx = app.store.read().await?;
    must_exist(&mut tx, source_id).await?;
    drop(tx);
    let observed = observe(app, source_id, days).await?;
    if observed.facts == 0 {
        return Err(PlanError::NothingSeen);
    }
    let draft = observed.draft();
    if draft.events.is_empty() {
        return Err(PlanError::NothingSeen);
    }
    let mut tx = app.store.write().await?;
    once.claim::<PlanError>(app, &mut tx).await?;
    let before = table::get(&mut tx, source_id).await?.unwrap_or_else(|| empty(app, actor, source_id));
    let after = PlanRow { draft: Some(document_of(&draft)?), ..before };
    let detail = json!({ "days": days, "facts": observed.facts, "events": draft.events.len() });
    let plan = save(app, &mut tx, actor, after, ("plan.generated", detail)).await?;
    let generated = Generated { plan, facts: observed.facts, left_out: observed.left_out() };
    once.keep(&mut tx, &generated).await?;
    tx.commit().await?;
    Ok(generated)
}

async fn observe(app: &App, source_id: &str, days: u32) -> Result<Observed, PlanError> {
    pipeline::apply_all(app).await?;
    pipeline::hand_over(app).await?;
    let since = days_before(app.clock.now(), days);
    let mut observed = Observed::default();
    app.history
        .visit_messages(source_id, since, GENERATED_FROM_MAX, |kind, name, properties| {
            observed.add_of_kind(kind, name, properties);
        })
        .await
        .map_err(PipelineError::from)?;
    each_held(app, source_id, GENERATED_FROM_MAX, |at, accepted| {
        if at >= since
            && let Some((kind, name)) = event_of(&accepted.fact)
        {
            let properties = accepted.fact.tracked.as_deref().and_then(|tracked| tracked.properties.as_deref());
            observed.add(kind, name, properties);
        }
    })
    .await?;
    Ok(observed)
}
