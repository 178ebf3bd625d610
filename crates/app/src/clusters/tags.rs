//! A tag a cluster: whoever is in the cluster has its tag, and no other one of the clustering.
//!
//! The group of the tags is exclusive, for a customer is in one cluster. Tags are set when they are switched on and whenever
//! everybody is placed anew. It is what is that is compared, not what moved, so an interrupted job does the rest the next time.

use super::ClusteringError;
use super::register::asked_assignment;
use super::view::{Clustering, written};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::tags::{TagChange, TagError, Whom, change_tags};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rules::{Clause, Has, Rule, Tree};
use perennial_domain::tag::CUSTOMERS_PER_CHANGE_MAX;
use perennial_domain::touch_point::is_code;
use perennial_index::Set;
use perennial_store::clusters::{self as table, ClusteringRow};
use perennial_store::tags::{self as registry, GroupRow, TagRow};
use perennial_store::{ReadTx, StoreError, WriteTx};
use serde_json::json;

/// By whom they are set and removed.
const CLUSTERS: Actor = Actor::System("clusters");
const SURFACE: &str = "clusters";
/// The number of the cluster comes behind it.
const GROUP_CHARACTERS_MAX: usize = 36;
const GROUPS_MAX: usize = 200;
const TAGS_MAX: usize = 2_000;

/// From now on tags follow: a group of this code is made, with a tag for each cluster.
pub async fn keep_tags(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    group: &str,
) -> Result<Clustering, ClusteringError> {
    require(actor, Right::SegmentsManage)?;
    require(actor, Right::TagsManage)?;
    if !is_code(group) || group.len() > GROUP_CHARACTERS_MAX {
        return Err(ClusteringError::field("group", "a to z, 0 to 9 and _, 1 to 36, a letter first"));
    }
    let mut tx = app.store.write().await?;
    let row = table::get(&mut tx, id).await?.ok_or(ClusteringError::NoClustering)?;
    if row.version != expected_version {
        return Err(ClusteringError::VersionConflict);
    }
    if row.state != "done" {
        return Err(ClusteringError::NotDone);
    }
    if let Some(kept) = &row.tag_group {
        // They follow already; whoever wants another group takes this one off first.
        if kept != group {
            return Err(ClusteringError::Taken);
        }
    } else {
        make_tags(app, &mut tx, actor, &row, group).await?;
        table::set_tag_group(&mut tx, id, Some(group)).await?;
        audit::append(app, &mut tx, actor, "clustering.tags_kept", id, json!({ "group": group })).await?;
    }
    asked_assignment(app, &mut tx, id).await?;
    written(app, tx, actor, id).await
}

async fn make_tags(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    row: &ClusteringRow,
    group: &str,
) -> Result<(), ClusteringError> {
    let clusters = table::clusters_of(tx, &row.id).await?;
    if registry::groups(tx).await?.len() >= GROUPS_MAX || registry::all(tx).await?.len() + clusters.len() > TAGS_MAX {
        return Err(ClusteringError::field("group", "a workspace has at most 200 groups of tags and 2000 tags"));
    }
    let now = app.clock.now();
    let made = GroupRow {
        code: group.to_owned(),
        name_zh: row.name.clone(),
        name_en: row.name.clone(),
        is_exclusive: true,
        valid_days: None,
        archived_at: None,
        created_by: actor.id().to_owned(),
        created_at: now,
        version: 1,
    };
    if !registry::insert_group(tx, &made).await? {
        return Err(ClusteringError::Taken);
    }
    let detail = json!({ "exclusive": true, "valid_days": null, "clustering": row.id });
    audit::append(app, tx, actor, "tag_group.created", group, detail).await?;
    for cluster in clusters {
        let code = format!("{group}_{}", cluster.number);
        let (name_zh, name_en) = names_of(cluster.number, &cluster.name);
        let tag = TagRow {
            code: code.clone(),
            group_code: group.to_owned(),
            name_zh,
            name_en,
            archived_at: None,
            created_by: actor.id().to_owned(),
            created_at: now,
            version: 1,
        };
        if !registry::insert(tx, &tag).await? {
            return Err(ClusteringError::Taken);
        }
        audit::append(app, tx, actor, "tag.created", &code, json!({ "group": group, "clustering": row.id })).await?;
        table::set_tag(tx, &row.id, cluster.number, Some(&code)).await?;
    }
    Ok(())
}

fn names_of(number: i64, name: &str) -> (String, String) {
    if name.is_empty() {
        (format!("第 {number} 群"), format!("Cluster {number}"))
    } else {
        (name.to_owned(), name.to_owned())
    }
}

/// The tag of a cluster is called as the cluster.
pub(super) async fn rename_tag(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    id: &str,
    number: i64,
    name: &str,
) -> Result<(), StoreError> {
    let cluster = table::clusters_of(tx, id).await?.into_iter().find(|one| one.number == number);
    let Some(code) = cluster.and_then(|one| one.tag) else { return Ok(()) };
    let Some(tag) = registry::get(tx, &code).await? else { return Ok(()) };
    let (name_zh, name_en) = names_of(number, name);
    let detail = json!({ "archived": tag.archived_at.is_some(), "clustering": id });
    registry::update(tx, &TagRow { name_zh, name_en, ..tag }).await?;
    audit::append(app, tx, actor, "tag.updated", &code, detail).await
}

/// The tags stay with whoever has them, and nobody sets them any more but by hand.
pub async fn leave_tags(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
) -> Result<Clustering, ClusteringError> {
    require(actor, Right::SegmentsManage)?;
    require(actor, Right::TagsManage)?;
    let mut tx = app.store.write().await?;
    let row = table::get(&mut tx, id).await?.ok_or(ClusteringError::NoClustering)?;
    if row.version != expected_version {
        return Err(ClusteringError::VersionConflict);
    }
    if let Some(group) = row.tag_group {
        for cluster in table::clusters_of(&mut tx, id).await? {
            table::set_tag(&mut tx, id, cluster.number, None).await?;
        }
        table::set_tag_group(&mut tx, id, None).await?;
        audit::append(app, &mut tx, actor, "clustering.tags_left", id, json!({ "group": group })).await?;
    }
    written(app, tx, actor, id).await
}

/// The tags that follow a clustering.
#[derive(Default)]
pub(super) struct Kept {
    /// With the number of the cluster.
    tags: Vec<(i64, String)>,
    /// It is made so; somebody may have changed it.
    is_exclusive: bool,
}

impl Kept {
    /// Who has each of them.
    pub fn rules(&self) -> Vec<Rule> {
        self.tags.iter().map(|(_, tag)| Tree::Leaf(Clause::Has(Has::Tag(tag.clone())))).collect()
    }
}

/// One that was archived does not follow.
pub(super) async fn kept_tags(tx: &mut ReadTx<'_>, row: &ClusteringRow) -> Result<Kept, StoreError> {
    let mut kept = Kept::default();
    let Some(group) = &row.tag_group else { return Ok(kept) };
    let Some(group) = registry::group(tx, group).await?.filter(|group| group.archived_at.is_none()) else {
        return Ok(kept);
    };
    kept.is_exclusive = group.is_exclusive;
    for cluster in table::clusters_of(tx, &row.id).await? {
        let Some(code) = cluster.tag else { continue };
        if registry::get(tx, &code).await?.is_some_and(|tag| tag.archived_at.is_none()) {
            kept.tags.push((cluster.number, code));
        }
    }
    Ok(kept)
}

/// Sets and removes tags until everybody has that of their cluster. `tagged`: who has each of `kept`; `placed`: customers with
/// the numbers of their clusters.
pub(super) async fn follow(
    app: &App,
    kept: &Kept,
    tagged: &[Set],
    placed: impl Iterator<Item = (u32, i64)>,
) -> Result<(), TagError> {
    let mut members = vec![Set::new(); kept.tags.len()];
    let mut anywhere = Set::new();
    for (number, cluster) in placed {
        if let Some(place) = kept.tags.iter().position(|(own, _)| *own == cluster) {
            members[place].insert(number);
            anywhere.insert(number);
        }
    }
    for (((_, tag), tagged), members) in kept.tags.iter().zip(tagged).zip(&members) {
        let change = TagChange { surface: Some(SURFACE.to_owned()), ..TagChange::default() };
        let set = TagChange { set: vec![tag.clone()], ..change.clone() };
        change_all(app, &(members - tagged), &set).await?;
        // In an exclusive group whoever is in another cluster lost this tag, or loses it, with the other one.
        let gone = if kept.is_exclusive { tagged - &anywhere } else { tagged - members };
        let remove = TagChange { remove: vec![tag.clone()], ..change };
        change_all(app, &gone, &remove).await?;
    }
    Ok(())
}

async fn change_all(app: &App, customers: &Set, change: &TagChange) -> Result<(), TagError> {
    let numbers: Vec<CustomerNumber> = customers.iter().map(CustomerNumber).collect();
    for some in numbers.chunks(CUSTOMERS_PER_CHANGE_MAX) {
        change_tags(app, &CLUSTERS, &Whom::Many(some.to_vec()), change, &Once::unkeyed()).await?;
    }
    Ok(())
}
