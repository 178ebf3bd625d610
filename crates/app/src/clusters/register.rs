//! Clusterings are asked for, renamed, cancelled and deleted.

use super::ClusteringError;
use super::asked::read_asked;
use super::tags::rename_tag;
use super::view::{Clustering, get_in_tx, written};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::jobs::{self, Job};
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::cluster::{CLUSTERINGS_MAX, ClusteringSettings, check_names};
use perennial_store::clusters::{self as table, ClusteringRow};
use perennial_store::{StoreError, WriteTx};
use serde_json::json;

/// Puts a clustering in the queue. Its rules and features must be such as can be used here.
pub async fn create_clustering(
    app: &App,
    actor: &Actor,
    settings: ClusteringSettings,
    once: &Once<'_, Clustering>,
) -> Result<Clustering, ClusteringError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    once.claim::<ClusteringError>(app, &mut tx).await?;
    read_asked(&mut tx, &settings).await?;
    if table::list(&mut tx).await?.len() >= CLUSTERINGS_MAX {
        return Err(ClusteringError::field("name", "a workspace has at most 50 clusterings: delete one first"));
    }
    let now = app.clock.now();
    let id = new_id(app.random.as_ref(), "clu", now);
    let settings = ClusteringSettings {
        name: settings.name.trim().to_owned(),
        description: settings.description.trim().to_owned(),
        ..settings
    };
    let row = ClusteringRow {
        id: id.clone(),
        name: settings.name.clone(),
        description: settings.description.clone(),
        settings: serde_json::to_string(&settings).unwrap_or_default(),
        state: "queued".to_owned(),
        progress: 0.0,
        error: None,
        result: None,
        tag_group: None,
        assignment_asked_at: None,
        created_by: actor.name().to_owned(),
        created_at: now.0,
        started_at: None,
        finished_at: None,
        version: 1,
    };
    table::insert(&mut tx, &row).await?;
    jobs::enqueue(app, &mut tx, &Job::Cluster { clustering_id: id.clone() }).await?;
    let detail = json!({ "features": settings.features.len(), "method": settings.method, "seed": settings.seed });
    audit::append(app, &mut tx, actor, "clustering.created", &id, detail).await?;
    let clustering = get_in_tx(&mut tx, actor, &id).await?;
    once.keep(&mut tx, &clustering).await?;
    tx.commit().await?;
    Ok(clustering)
}

/// Another name and description, if `expected_version` is still the stored one.
pub async fn update_clustering(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    name: &str,
    description: &str,
) -> Result<Clustering, ClusteringError> {
    require(actor, Right::SegmentsManage)?;
    let (name, description) = checked(name, description)?;
    let mut tx = app.store.write().await?;
    table::get(&mut tx, id).await?.ok_or(ClusteringError::NoClustering)?;
    if !table::rename(&mut tx, id, expected_version, name, description).await? {
        return Err(ClusteringError::VersionConflict);
    }
    audit::append(app, &mut tx, actor, "clustering.updated", id, json!({})).await?;
    written(app, tx, actor, id).await
}

fn checked<'t>(name: &'t str, description: &'t str) -> Result<(&'t str, &'t str), ClusteringError> {
    let errors = check_names(name, description);
    if errors.is_empty() { Ok((name.trim(), description.trim())) } else { Err(ClusteringError::Invalid(errors)) }
}

/// What a person calls a cluster, and its tag with it.
pub async fn name_cluster(
    app: &App,
    actor: &Actor,
    id: &str,
    number: i64,
    expected_version: i64,
    name: &str,
    description: &str,
) -> Result<Clustering, ClusteringError> {
    require(actor, Right::SegmentsManage)?;
    let (name, description) = checked(name, description)?;
    let mut tx = app.store.write().await?;
    let row = table::get(&mut tx, id).await?.ok_or(ClusteringError::NoClustering)?;
    require_tags(actor, &row)?;
    if !table::touch(&mut tx, id, expected_version).await? {
        return Err(ClusteringError::VersionConflict);
    }
    if !table::name_cluster(&mut tx, id, number, name, description).await? {
        return Err(ClusteringError::NoCluster);
    }
    rename_tag(app, &mut tx, actor, id, number, name).await?;
    audit::append(app, &mut tx, actor, "clustering.cluster_named", id, json!({ "cluster": number })).await?;
    written(app, tx, actor, id).await
}

/// Its job stops at the next safe place.
pub async fn cancel_clustering(app: &App, actor: &Actor, id: &str) -> Result<Clustering, ClusteringError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    let row = table::get(&mut tx, id).await?.ok_or(ClusteringError::NoClustering)?;
    if !table::request_cancel(&mut tx, id).await? {
        return Err(ClusteringError::Ended);
    }
    if row.state == "queued" {
        table::end(&mut tx, id, "cancelled", None, app.clock.now().0).await?;
    }
    audit::append(app, &mut tx, actor, "clustering.cancelled", id, json!({})).await?;
    written(app, tx, actor, id).await
}

/// With its interviews and with who is in which cluster. Tags stay with whoever has them.
pub async fn delete_clustering(app: &App, actor: &Actor, id: &str) -> Result<(), ClusteringError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    let row = table::get(&mut tx, id).await?.ok_or(ClusteringError::NoClustering)?;
    require_tags(actor, &row)?;
    if !table::delete(&mut tx, id).await? {
        return Err(ClusteringError::NoClustering);
    }
    audit::append(app, &mut tx, actor, "clustering.deleted", id, json!({})).await?;
    Ok(tx.commit().await?)
}

/// Everybody is to be placed anew by the nearest centre.
pub async fn ask_assignment(app: &App, actor: &Actor, id: &str) -> Result<Clustering, ClusteringError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    let row = table::get(&mut tx, id).await?.ok_or(ClusteringError::NoClustering)?;
    require_tags(actor, &row)?;
    if !asked_assignment(app, &mut tx, id).await? {
        return Err(ClusteringError::NotDone);
    }
    audit::append(app, &mut tx, actor, "clustering.assignment_asked", id, json!({})).await?;
    written(app, tx, actor, id).await
}

/// Whoever changes a clustering that keeps tags changes tags of everybody.
fn require_tags(actor: &Actor, row: &ClusteringRow) -> Result<(), ClusteringError> {
    if row.tag_group.is_some() {
        require(actor, Right::TagsManage)?;
    }
    Ok(())
}

/// False where it is not done.
pub(super) async fn asked_assignment(app: &App, tx: &mut WriteTx<'_>, id: &str) -> Result<bool, StoreError> {
    if !table::ask_assignment(tx, id, app.clock.now().0).await? {
        return Ok(false);
    }
    jobs::enqueue(app, tx, &Job::AssignClusters { clustering_id: id.to_owned() }).await?;
    Ok(true)
}

/// Puts what was asked for back in the queue where no job does it: somebody may ask in the moment in which one ends. For a server,
/// again and again.
pub async fn requeue_asked(app: &App) -> Result<(), StoreError> {
    let rows = table::list(&mut app.store.read().await?).await?;
    let asked: Vec<String> =
        rows.into_iter().filter(|row| row.assignment_asked_at.is_some()).map(|row| row.id).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let mut tx = app.store.write().await?;
    for clustering_id in asked {
        // One that waits or runs already is the same job.
        jobs::enqueue(app, &mut tx, &Job::AssignClusters { clustering_id }).await?;
    }
    tx.commit().await
}
