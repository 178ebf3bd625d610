//! Paths: named ordered steps, who has gone them, and how far one customer has come.
//!
//! | what | where |
//! |---|---|
//! | the two preset paths and a brand's own, a document in `settings` | [`put_paths`] |
//! | how many have gone each, by step, by month of the brand's zone | [`path_figures`] |
//! | the people behind a number | [`path_people`] |
//! | the steps of one customer, over all profiles | [`customer_paths`] |
//!
//! Invariants: everything is worked out from the history when it is asked for, so that late facts, merges, their undoing and a
//! changed path count as if they had always been so; nothing of it is stored. A customer completes a path once. Counting reads
//! all facts that may be a step, of all customers, and goes on where whoever asked waits no longer: what was counted is used
//! again as long as neither history, merges nor paths have changed, and where only history has, for twenty times as long as
//! the counting took ([`PathTable`]), which `as_of` tells.

mod count;
mod one;
mod people;

pub use count::PathTable;
pub use one::{CustomerPath, StepTaken, customer_paths};
pub use people::{PathFigures, PathPerson, PathsInDays, PeopleOf, path_figures, path_people};

use crate::access::{Actor, Forbidden, require};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::path::{JourneyPath, PathWrong, check, presets};
use perennial_history::HistoryError;
use perennial_store::{ReadTx, StoreError, settings as table, touch_points};
use serde_json::json;
use std::collections::BTreeSet;
use thiserror::Error;

const DOCUMENT: &str = "journey_paths";

#[derive(Debug, Error)]
pub enum PathError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A defect, or the program ends.
    #[error("counting broke off: {0}")]
    BrokenOff(String),
    #[error("some fields cannot be accepted")]
    Invalid(Vec<PathWrong>),
    #[error("no such path")]
    NoPath,
    #[error("no such customer")]
    NoCustomer,
    #[error("the paths were changed by somebody else")]
    VersionConflict,
}

/// All paths, the preset ones first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionedPaths {
    pub presets: Vec<JourneyPath>,
    pub own: Vec<JourneyPath>,
    /// 0 before the first change.
    pub version: i64,
}

impl VersionedPaths {
    pub fn all(&self) -> impl Iterator<Item = &JourneyPath> {
        self.presets.iter().chain(&self.own)
    }
}

async fn load(tx: &mut ReadTx<'_>) -> Result<VersionedPaths, StoreError> {
    let Some((text, version)) = table::document(tx, DOCUMENT).await? else {
        return Ok(VersionedPaths { presets: presets(), own: Vec::new(), version: 0 });
    };
    let unreadable = |_| StoreError::Inconsistency { table: "settings", column: "value", row: DOCUMENT.to_owned() };
    Ok(VersionedPaths { presets: presets(), own: serde_json::from_str(&text).map_err(unreadable)?, version })
}

/// Replaces the brand's own paths, if `expected_version` is still the stored one. The preset ones stay before them.
pub async fn put_paths(
    app: &App,
    actor: &Actor,
    expected_version: i64,
    own: Vec<JourneyPath>,
) -> Result<VersionedPaths, PathError> {
    require(actor, Right::TouchPointsManage)?;
    let mut errors = check(&own);
    if !errors.is_empty() {
        return Err(PathError::Invalid(errors));
    }
    let mut tx = app.store.write().await?;
    let known: BTreeSet<String> = touch_points::list(&mut tx).await?.into_iter().map(|row| row.code).collect();
    for (place, path) in own.iter().enumerate() {
        for (number, step) in path.steps.iter().enumerate() {
            if step.touch_point.as_ref().is_some_and(|code| !known.contains(code)) {
                let field = format!("paths/{place}/steps/{number}/touch_point");
                errors.push(PathWrong { field, allowed: "the code of a touch-point of the registry" });
            }
        }
    }
    if !errors.is_empty() {
        return Err(PathError::Invalid(errors));
    }
    let text = serde_json::to_string(&own).unwrap_or_default();
    let expected = (expected_version > 0).then_some(expected_version);
    if !table::put_document(&mut tx, DOCUMENT, &text, expected).await? {
        return Err(PathError::VersionConflict);
    }
    let version = expected_version + 1;
    let detail = json!({ "version": version, "paths": own.iter().map(|path| &path.code).collect::<Vec<_>>() });
    audit::append(app, &mut tx, actor, "journey_paths.changed", "settings", detail).await?;
    tx.commit().await?;
    Ok(VersionedPaths { presets: presets(), own, version })
}
