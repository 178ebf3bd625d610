//! The register of communities and their groups, with how many were invited and have joined.

use super::CommunityError;
use super::people::{figures_of, people_in_tx};
use crate::access::{Actor, require};
use crate::key_customers::{Owner, Users};
use crate::segments::segments_in_tx;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::community::{Figures, NAME_ALLOWED, check_group};
use perennial_domain::tag::is_name;
use perennial_store::communities::{self as table, CommunityRow, GroupRow};
use perennial_store::{ReadTx, Scope, StoreError};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

/// A community in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommunityItem {
    pub row: CommunityRow,
    pub segment_name: String,
    pub groups_count: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Community {
    pub row: CommunityRow,
    pub segment_name: String,
    pub is_segment_archived: bool,
    /// By number.
    pub groups: Vec<Group>,
    pub figures: Figures,
    /// Who may be owner of a group, by name.
    pub candidates: Vec<Owner>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub number: i64,
    pub code: String,
    pub link: Option<String>,
    pub owner: Option<Owner>,
    /// Of those whom the actor sees.
    pub figures: Figures,
    pub version: i64,
}

pub(super) async fn row_in_tx(tx: &mut ReadTx<'_>, code: &str) -> Result<CommunityRow, CommunityError> {
    table::get(tx, code).await?.ok_or(CommunityError::NoCommunity)
}

/// By number.
pub(super) async fn group_codes(tx: &mut ReadTx<'_>, community: &str) -> Result<BTreeMap<i64, String>, StoreError> {
    Ok(table::groups(tx, community).await?.into_iter().map(|group| (group.number, group.code)).collect())
}

/// By code; also archived ones.
pub async fn list_communities(app: &App, actor: &Actor) -> Result<Vec<CommunityItem>, CommunityError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let rows = table::list(&mut tx).await?;
    let counts: HashMap<String, i64> = table::count_groups(&mut tx).await?.into_iter().collect();
    let segments = if rows.is_empty() { Vec::new() } else { segments_in_tx(&mut tx).await? };
    let names: HashMap<String, String> = segments.into_iter().map(|one| (one.code, one.newest.name)).collect();
    let item = |row: CommunityRow| CommunityItem {
        segment_name: names.get(&row.segment).unwrap_or(&row.segment).clone(),
        groups_count: counts.get(&row.code).and_then(|count| usize::try_from(*count).ok()).unwrap_or(0),
        row,
    };
    Ok(rows.into_iter().map(item).collect())
}

/// With figures of those whom the actor sees.
pub async fn get_community(app: &App, actor: &Actor, code: &str) -> Result<Community, CommunityError> {
    require(actor, Right::CustomersRead)?;
    community_in_tx(&mut app.store.read().await?, actor.scope(), code).await
}

pub(super) async fn community_in_tx(
    tx: &mut ReadTx<'_>,
    scope: &Scope,
    code: &str,
) -> Result<Community, CommunityError> {
    let row = row_in_tx(tx, code).await?;
    let (by_group, figures) = figures_of(&people_in_tx(tx, scope, code).await?);
    let users = Users::load(tx).await?;
    let segment = segments_in_tx(tx).await?.into_iter().find(|one| one.code == row.segment);
    let groups = table::groups(tx, code).await?.into_iter().map(|group| told(group, &users, &by_group)).collect();
    Ok(Community {
        segment_name: segment.as_ref().map_or(&row.segment, |one| &one.newest.name).clone(),
        is_segment_archived: segment.is_none_or(|one| one.archived_at.is_some()),
        groups,
        figures,
        candidates: users.able(),
        row,
    })
}

fn told(group: GroupRow, users: &Users, by_group: &BTreeMap<i64, Figures>) -> Group {
    Group {
        figures: by_group.get(&group.number).copied().unwrap_or_default(),
        owner: group.owner.map(|id| users.owner(&id)),
        number: group.number,
        code: group.code,
        link: group.link,
        version: group.version,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommunityChange {
    pub name: String,
    /// Then nobody is invited into it any more; who joins is told still.
    pub is_archived: bool,
}

/// Changes it, if `expected_version` is still its version; where nothing is different, nothing happens.
pub async fn update_community(
    app: &App,
    actor: &Actor,
    code: &str,
    expected_version: i64,
    change: CommunityChange,
) -> Result<Community, CommunityError> {
    require(actor, Right::SegmentsManage)?;
    let name = change.name.trim();
    if !is_name(name) {
        return Err(CommunityError::field("name", NAME_ALLOWED));
    }
    let mut tx = app.store.write().await?;
    let before = row_in_tx(&mut tx, code).await?;
    if before.version != expected_version {
        return Err(CommunityError::Changed);
    }
    if before.name == name && before.archived_at.is_some() == change.is_archived {
        return community_in_tx(&mut tx, actor.scope(), code).await;
    }
    let now = app.clock.now();
    let row = CommunityRow {
        name: name.to_owned(),
        archived_at: change.is_archived.then(|| before.archived_at.unwrap_or(now)),
        changed_by: actor.name().to_owned(),
        changed_at: now,
        ..before.clone()
    };
    if !table::update(&mut tx, &row).await? {
        return Err(CommunityError::Changed);
    }
    let mut detail = json!({ "version": expected_version + 1 });
    if before.name != name {
        detail["name"] = json!({ "from": before.name, "to": name });
    }
    let action = match (before.archived_at.is_some(), change.is_archived) {
        (false, true) => "community.archived",
        (true, false) => "community.restored",
        _ => "community.updated",
    };
    audit::append(app, &mut tx, actor, action, code, detail).await?;
    let community = community_in_tx(&mut tx, actor.scope(), code).await?;
    tx.commit().await?;
    Ok(community)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupChange {
    pub code: String,
    pub link: Option<String>,
    /// The id of a user.
    pub owner: Option<String>,
}

/// Changes it, if `expected_version` is still its version; where nothing is different, nothing happens. What facts told of the code
/// before stays with the group.
pub async fn update_group(
    app: &App,
    actor: &Actor,
    community: &str,
    number: i64,
    expected_version: i64,
    change: GroupChange,
) -> Result<Community, CommunityError> {
    require(actor, Right::SegmentsManage)?;
    let wrong = check_group(&change.code, change.link.as_deref());
    if !wrong.is_empty() {
        return Err(CommunityError::Invalid(wrong));
    }
    let mut tx = app.store.write().await?;
    // Nobody else takes a code meanwhile.
    if !table::lock(&mut tx, community).await? {
        return Err(CommunityError::NoCommunity);
    }
    let groups = table::groups(&mut tx, community).await?;
    let before = groups.into_iter().find(|one| one.number == number).ok_or(CommunityError::NoGroup)?;
    if before.version != expected_version {
        return Err(CommunityError::Changed);
    }
    let GroupChange { code, link, owner } = change;
    if (&before.code, &before.link, &before.owner) == (&code, &link, &owner) {
        return community_in_tx(&mut tx, actor.scope(), community).await;
    }
    if let Some(id) = owner.as_ref().filter(|id| before.owner.as_ref() != Some(*id))
        && !Users::load(&mut tx).await?.is_able(id)
    {
        let allowed = "the id of an active user who may write about customers, or null";
        return Err(CommunityError::field("owner", allowed));
    }
    if before.code != code && !table::groups_by_code(&mut tx, std::slice::from_ref(&code)).await?.is_empty() {
        return Err(CommunityError::GroupTaken);
    }
    let row = GroupRow { code, link, owner, ..before.clone() };
    if !table::update_group(&mut tx, &row).await? {
        return Err(CommunityError::Changed);
    }
    let mut detail = json!({ "group": number });
    let texts = [("code", Some(&before.code), Some(&row.code)), ("link", before.link.as_ref(), row.link.as_ref())];
    for (name, from, to) in texts.into_iter().chain([("user", before.owner.as_ref(), row.owner.as_ref())]) {
        if from != to {
            detail[name] = json!({ "from": from, "to": to });
        }
    }
    audit::append(app, &mut tx, actor, "community.group_updated", community, detail).await?;
    let after = community_in_tx(&mut tx, actor.scope(), community).await?;
    tx.commit().await?;
    Ok(after)
}
