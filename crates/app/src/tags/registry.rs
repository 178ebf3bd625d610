//! Groups of tags, and the tags in them.

use super::error::TagError;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::tag::{GroupSettings, TagSettings};
use perennial_domain::time::Instant;
use perennial_store::tags::{self as table, GroupRow, TagRow};
use serde_json::json;
use std::collections::BTreeMap;

/// Together: each is shown wherever tags are put on somebody.
const GROUPS_MAX: usize = 200;
const TAGS_MAX: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub settings: GroupSettings,
    pub archived_at: Option<Instant>,
    pub created_at: Instant,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub settings: TagSettings,
    pub group: String,
    pub archived_at: Option<Instant>,
    pub created_at: Instant,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupWithTags {
    pub group: Group,
    /// Each with the number of customers who have it, of those whom the actor sees.
    pub tags: Vec<(Tag, i64)>,
}

impl From<GroupRow> for Group {
    fn from(row: GroupRow) -> Self {
        Self {
            settings: GroupSettings {
                code: row.code,
                name_zh: row.name_zh,
                name_en: row.name_en,
                is_exclusive: row.is_exclusive,
                valid_days: row.valid_days,
                is_archived: row.archived_at.is_some(),
            },
            archived_at: row.archived_at,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

impl From<TagRow> for Tag {
    fn from(row: TagRow) -> Self {
        Self {
            settings: TagSettings {
                code: row.code,
                name_zh: row.name_zh,
                name_en: row.name_en,
                is_archived: row.archived_at.is_some(),
            },
            group: row.group_code,
            archived_at: row.archived_at,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

/// All groups with their tags, the oldest first.
pub async fn list_groups(app: &App, actor: &Actor) -> Result<Vec<GroupWithTags>, TagError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let counts = table::counts(&mut tx, actor.scope(), app.clock.now().0).await?;
    let counts: BTreeMap<String, i64> = counts.into_iter().collect();
    let mut by_group: BTreeMap<String, Vec<(Tag, i64)>> = BTreeMap::new();
    for row in table::all(&mut tx).await? {
        let count = counts.get(&row.code).copied().unwrap_or_default();
        by_group.entry(row.group_code.clone()).or_default().push((row.into(), count));
    }
    let groups = table::groups(&mut tx).await?.into_iter();
    Ok(groups
        .map(|row| GroupWithTags { tags: by_group.remove(&row.code).unwrap_or_default(), group: row.into() })
        .collect())
}

pub async fn create_group(
    app: &App,
    actor: &Actor,
    settings: GroupSettings,
    once: &Once<'_, Group>,
) -> Result<Group, TagError> {
    require(actor, Right::TagsManage)?;
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(TagError::Invalid(errors));
    }
    let row = GroupRow {
        code: settings.code,
        name_zh: settings.name_zh.trim().to_owned(),
        name_en: settings.name_en.trim().to_owned(),
        is_exclusive: settings.is_exclusive,
        valid_days: settings.valid_days,
        archived_at: None,
        created_by: actor.id().to_owned(),
        created_at: app.clock.now(),
        version: 1,
    };
    let mut tx = app.store.write().await?;
    once.claim::<TagError>(app, &mut tx).await?;
    if table::groups(&mut tx).await?.len() >= GROUPS_MAX {
        return Err(TagError::field("code", "a workspace has at most 200 groups of tags"));
    }
    if !table::insert_group(&mut tx, &row).await? {
        return Err(TagError::Taken);
    }
    let detail = json!({ "exclusive": row.is_exclusive, "valid_days": row.valid_days });
    audit::append(app, &mut tx, actor, "tag_group.created", &row.code, detail).await?;
    let group = Group::from(row);
    once.keep(&mut tx, &group).await?;
    tx.commit().await?;
    Ok(group)
}

/// Changes all but the code, if `expected_version` is still the stored one. Tags that stand keep the rules by which they
/// were set.
pub async fn update_group(
    app: &App,
    actor: &Actor,
    expected_version: i64,
    settings: GroupSettings,
) -> Result<Group, TagError> {
    require(actor, Right::TagsManage)?;
    let mut tx = app.store.write().await?;
    let before = table::group(&mut tx, &settings.code).await?.ok_or(TagError::NoGroup)?;
    if before.version != expected_version {
        return Err(TagError::VersionConflict);
    }
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(TagError::Invalid(errors));
    }
    let after = GroupRow {
        name_zh: settings.name_zh.trim().to_owned(),
        name_en: settings.name_en.trim().to_owned(),
        is_exclusive: settings.is_exclusive,
        valid_days: settings.valid_days,
        archived_at: archived(app, before.archived_at, settings.is_archived),
        ..before
    };
    if !table::update_group(&mut tx, &after).await? {
        return Err(TagError::VersionConflict);
    }
    let detail = json!({
        "exclusive": after.is_exclusive, "valid_days": after.valid_days, "archived": after.archived_at.is_some(),
    });
    audit::append(app, &mut tx, actor, "tag_group.updated", &after.code, detail).await?;
    tx.commit().await?;
    Ok(GroupRow { version: after.version + 1, ..after }.into())
}

pub async fn create_tag(
    app: &App,
    actor: &Actor,
    group: &str,
    settings: TagSettings,
    once: &Once<'_, Tag>,
) -> Result<Tag, TagError> {
    require(actor, Right::TagsManage)?;
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(TagError::Invalid(errors));
    }
    let row = TagRow {
        code: settings.code,
        group_code: group.to_owned(),
        name_zh: settings.name_zh.trim().to_owned(),
        name_en: settings.name_en.trim().to_owned(),
        archived_at: None,
        created_by: actor.id().to_owned(),
        created_at: app.clock.now(),
        version: 1,
    };
    let mut tx = app.store.write().await?;
    once.claim::<TagError>(app, &mut tx).await?;
    table::group(&mut tx, group).await?.ok_or(TagError::NoGroup)?;
    if table::all(&mut tx).await?.len() >= TAGS_MAX {
        return Err(TagError::field("code", "a workspace has at most 2000 tags"));
    }
    if !table::insert(&mut tx, &row).await? {
        return Err(TagError::Taken);
    }
    audit::append(app, &mut tx, actor, "tag.created", &row.code, json!({ "group": group })).await?;
    let tag = Tag::from(row);
    once.keep(&mut tx, &tag).await?;
    tx.commit().await?;
    Ok(tag)
}

/// Gives a tag other names, archives it or takes it back, if `expected_version` is still the stored one.
pub async fn update_tag(
    app: &App,
    actor: &Actor,
    expected_version: i64,
    settings: TagSettings,
) -> Result<Tag, TagError> {
    require(actor, Right::TagsManage)?;
    let mut tx = app.store.write().await?;
    let before = table::get(&mut tx, &settings.code).await?.ok_or(TagError::NoTag)?;
    if before.version != expected_version {
        return Err(TagError::VersionConflict);
    }
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(TagError::Invalid(errors));
    }
    let after = TagRow {
        name_zh: settings.name_zh.trim().to_owned(),
        name_en: settings.name_en.trim().to_owned(),
        archived_at: archived(app, before.archived_at, settings.is_archived),
        ..before
    };
    if !table::update(&mut tx, &after).await? {
        return Err(TagError::VersionConflict);
    }
    let detail = json!({ "archived": after.archived_at.is_some() });
    audit::append(app, &mut tx, actor, "tag.updated", &after.code, detail).await?;
    tx.commit().await?;
    Ok(TagRow { version: after.version + 1, ..after }.into())
}

/// Since when it is archived: what was archived before stays so since then.
fn archived(app: &App, before: Option<Instant>, is_archived: bool) -> Option<Instant> {
    is_archived.then(|| before.unwrap_or_else(|| app.clock.now()))
}
