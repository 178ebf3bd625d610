//! The table of priorities.

use super::PriorityError;
use crate::access::{Actor, require};
use crate::layers::{NamedLayer, named_layers};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::priority::{PriorityEntry, checked};
use perennial_domain::time::Instant;
use perennial_store::priorities::{self as table, PrioritiesRow};
use perennial_store::{ReadTx, StoreError};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Entries that the audit log names.
const ENTRIES_TOLD_MAX: usize = 20;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Priorities {
    /// In their order.
    pub lines: Vec<PriorityLine>,
    /// 0 before the first change.
    pub version: i64,
    /// Who made this version, and when.
    pub changed: Option<(String, Instant)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorityLine {
    pub entry: PriorityEntry,
    /// Of layer and stage as they are now; none where one of them is not there any more: then the entry means nobody.
    pub names: Option<(String, String)>,
}

impl Priorities {
    fn entries(&self) -> Vec<PriorityEntry> {
        self.lines.iter().map(|line| line.entry.clone()).collect()
    }
}

fn names_of(layers: &[NamedLayer], layer: &str, stage: &str) -> Option<(String, String)> {
    let layer = layers.iter().find(|one| one.code == layer && !one.is_archived)?;
    let stage = layer.stages.iter().find(|one| one.code == stage)?;
    Some((layer.name.clone(), stage.name.clone()))
}

fn priorities_of(row: PrioritiesRow, layers: &[NamedLayer]) -> Result<Priorities, StoreError> {
    let wrong =
        |_| StoreError::Inconsistency { table: "plan_priorities", column: "entries", row: row.version.to_string() };
    let entries: Vec<PriorityEntry> = serde_json::from_str(&row.entries).map_err(wrong)?;
    let line = |entry: PriorityEntry| PriorityLine { names: names_of(layers, &entry.layer, &entry.stage), entry };
    Ok(Priorities {
        lines: entries.into_iter().map(line).collect(),
        version: row.version,
        changed: Some((row.changed_by, row.changed_at)),
    })
}

pub(super) async fn current_in_tx(tx: &mut ReadTx<'_>) -> Result<Priorities, StoreError> {
    let layers = named_layers(tx).await?;
    let row = table::current(tx).await?;
    Ok(row.map(|row| priorities_of(row, &layers)).transpose()?.unwrap_or_default())
}

/// The table that holds, or one of its earlier versions.
pub async fn read_priorities(app: &App, actor: &Actor, version: Option<i64>) -> Result<Priorities, PriorityError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let Some(version) = version else { return Ok(current_in_tx(&mut tx).await?) };
    let layers = named_layers(&mut tx).await?;
    let row = table::version(&mut tx, version).await?.ok_or(PriorityError::NoVersion)?;
    Ok(priorities_of(row, &layers)?)
}

/// Replaces the table, if `expected_version` is still the one that holds; where nothing is different, no version is added.
pub async fn put_priorities(
    app: &App,
    actor: &Actor,
    expected_version: i64,
    entries: Vec<PriorityEntry>,
) -> Result<Priorities, PriorityError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    let layers = named_layers(&mut tx).await?;
    let before = current_in_tx(&mut tx).await?;
    if before.version != expected_version {
        return Err(PriorityError::VersionConflict);
    }
    let is_stage = |layer: &str, stage: &str| names_of(&layers, layer, stage).is_some();
    let entries = checked(entries, is_stage).map_err(PriorityError::Invalid)?;
    let was = before.entries();
    if entries == was {
        return Ok(before);
    }
    let row = PrioritiesRow {
        version: expected_version + 1,
        entries: serde_json::to_string(&entries).unwrap_or_default(),
        changed_by: actor.name().to_owned(),
        changed_at: app.clock.now(),
    };
    if !table::insert(&mut tx, &row).await? {
        return Err(PriorityError::VersionConflict);
    }
    let mut detail = json!({ "version": row.version, "entries": entries.len() });
    tell_entries(&mut detail, &was, &entries);
    audit::append(app, &mut tx, actor, "plan_priorities.changed", "plan_priorities", detail).await?;
    let priorities = priorities_of(row, &layers)?;
    tx.commit().await?;
    Ok(priorities)
}

/// For the audit log: which entries came and went. Where none did, they have another order.
fn tell_entries(detail: &mut Value, before: &[PriorityEntry], after: &[PriorityEntry]) {
    let (was, is): (BTreeSet<_>, BTreeSet<_>) = (before.iter().collect(), after.iter().collect());
    let told = |entry: &&PriorityEntry| format!("{}/{}: {}", entry.layer, entry.stage, entry.plan);
    for (name, entries) in [("added", is.difference(&was)), ("removed", was.difference(&is))] {
        let told: Vec<String> = entries.map(told).collect();
        if told.len() > ENTRIES_TOLD_MAX {
            detail[format!("more_{name}")] = (told.len() - ENTRIES_TOLD_MAX).into();
        }
        if !told.is_empty() {
            detail[name] = told.into_iter().take(ENTRIES_TOLD_MAX).collect::<Vec<_>>().into();
        }
    }
    if was == is {
        detail["order"] = after.iter().take(ENTRIES_TOLD_MAX).map(|entry| told(&entry)).collect::<Vec<_>>().into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audit_log_says_what_came_and_went_or_the_new_order() {
        let entry = |stage: &str, plan: &str| PriorityEntry {
            layer: "life".to_owned(),
            stage: stage.to_owned(),
            plan: plan.to_owned(),
        };
        let told = |before: &[PriorityEntry], after: &[PriorityEntry]| {
            let mut detail = json!({});
            tell_entries(&mut detail, before, after);
            detail
        };
        let (new, old) = (entry("new", "Welcome"), entry("old", "Come back"));
        let changed = told(std::slice::from_ref(&new), &[entry("new", "Hello"), old.clone()]);
        let added = json!(["life/new: Hello", "life/old: Come back"]);
        assert_eq!(changed, json!({ "added": added, "removed": ["life/new: Welcome"] }));
        let moved = told(&[new.clone(), old.clone()], &[old, new]);
        assert_eq!(moved, json!({ "order": ["life/old: Come back", "life/new: Welcome"] }));
        let many: Vec<PriorityEntry> = (10..35).map(|number| entry(&format!("s{number}"), "A")).collect();
        assert_eq!(told(&[], &many)["more_added"], json!(5));
    }
}
