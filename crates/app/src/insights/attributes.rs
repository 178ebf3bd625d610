//! Attributes of what a brand offers: how important they are, how content customers are, and who does something about it.

use super::InsightError;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::insight::{ATTRIBUTES_MAX, AttributeSettings, Quadrant, Rated, quadrants};
use perennial_domain::time::{Day, Instant};
use perennial_store::insights::{self as table, AttributeRow};
use perennial_store::{ReadTx, StoreError, access};
use serde_json::json;
use std::collections::BTreeMap;

/// The state of a user who may sign in.
const ACTIVE: &str = "active";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    pub id: String,
    pub settings: AttributeSettings,
    /// None where the user is gone.
    pub owner_name: Option<String>,
    /// By all attributes.
    pub quadrant: Quadrant,
    /// It is past its day and not done.
    pub is_overdue: bool,
    pub created_at: Instant,
    /// Grows by one with each change.
    pub version: i64,
}

/// The oldest first.
pub async fn list_attributes(app: &App, actor: &Actor) -> Result<Vec<Attribute>, InsightError> {
    require(actor, Right::ValueRead)?;
    Ok(all(app, &mut app.store.read().await?).await?)
}

/// Id and name of each user who may do something about an attribute, by name.
pub async fn attribute_owners(app: &App, actor: &Actor) -> Result<Vec<(String, String)>, InsightError> {
    require(actor, Right::SegmentsManage)?;
    let users = access::users(&mut app.store.read().await?).await?;
    let mut owners: Vec<(String, String)> =
        users.into_iter().filter(|user| user.status == ACTIVE).map(|user| (user.id, user.name)).collect();
    owners.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(owners)
}

async fn all(app: &App, tx: &mut ReadTx<'_>) -> Result<Vec<Attribute>, StoreError> {
    let rows = table::attributes(tx).await?;
    let names: BTreeMap<String, String> =
        access::users(tx).await?.into_iter().map(|user| (user.id, user.name)).collect();
    let today = crate::settings::current(tx).await?.zone().day_of(app.clock.now());
    let rated = |row: &AttributeRow| Rated { importance: row.importance, satisfaction: row.satisfaction };
    let quadrants = quadrants(&rows.iter().map(rated).collect::<Vec<_>>());
    let mut found = Vec::with_capacity(rows.len());
    for (row, quadrant) in rows.into_iter().zip(quadrants) {
        let wrong = || StoreError::Inconsistency { table: "attributes", column: "due_on", row: row.id.clone() };
        let due_on = Day(i32::try_from(row.due_on).map_err(|_| wrong())?);
        found.push(Attribute {
            owner_name: names.get(&row.owner_id).cloned(),
            is_overdue: !row.is_done && due_on < today,
            settings: AttributeSettings {
                rated: rated(&row),
                name: row.name,
                ratings: row.ratings,
                owner: row.owner_id,
                due_on,
                note: row.note,
                is_done: row.is_done,
            },
            id: row.id,
            quadrant,
            created_at: Instant(row.created_at),
            version: row.version,
        });
    }
    Ok(found)
}

async fn one(app: &App, tx: &mut ReadTx<'_>, id: &str) -> Result<Attribute, InsightError> {
    all(app, tx).await?.into_iter().find(|one| one.id == id).ok_or(InsightError::NoAttribute)
}

async fn check(tx: &mut ReadTx<'_>, settings: &AttributeSettings) -> Result<(), InsightError> {
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(InsightError::Invalid(errors));
    }
    let owner = access::user_by_id(tx, &settings.owner).await?;
    if owner.is_none_or(|user| user.status != ACTIVE) {
        return Err(InsightError::field("owner", "the id of a user who may sign in"));
    }
    Ok(())
}

fn row_of(id: &str, version: i64, settings: &AttributeSettings, created_at: i64) -> AttributeRow {
    AttributeRow {
        id: id.to_owned(),
        name: settings.name.trim().to_owned(),
        importance: settings.rated.importance,
        satisfaction: settings.rated.satisfaction,
        ratings: settings.ratings,
        owner_id: settings.owner.clone(),
        due_on: i64::from(settings.due_on.0),
        note: settings.note.trim().to_owned(),
        is_done: settings.is_done,
        created_at,
        version,
    }
}

pub async fn create_attribute(
    app: &App,
    actor: &Actor,
    settings: AttributeSettings,
    once: &Once<'_, Attribute>,
) -> Result<Attribute, InsightError> {
    require(actor, Right::SegmentsManage)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<InsightError>(app, &mut tx).await?;
    check(&mut tx, &settings).await?;
    if table::attributes(&mut tx).await?.len() >= ATTRIBUTES_MAX {
        return Err(InsightError::field("name", "a workspace has at most 200 attributes"));
    }
    let id = new_id(app.random.as_ref(), "att", now);
    table::insert_attribute(&mut tx, &row_of(&id, 1, &settings, now.0)).await?;
    let detail = json!({ "owner": settings.owner, "due_on": settings.due_on.iso() });
    audit::append(app, &mut tx, actor, "attribute.created", &id, detail).await?;
    let attribute = one(app, &mut tx, &id).await?;
    once.keep(&mut tx, &attribute).await?;
    tx.commit().await?;
    Ok(attribute)
}

/// All that is said of it.
pub async fn update_attribute(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    settings: AttributeSettings,
) -> Result<Attribute, InsightError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    let before = one(app, &mut tx, id).await?;
    check(&mut tx, &settings).await?;
    if before.version != expected_version
        || !table::update_attribute(&mut tx, &row_of(id, expected_version, &settings, 0)).await?
    {
        return Err(InsightError::VersionConflict);
    }
    let detail = json!({ "owner": settings.owner, "due_on": settings.due_on.iso(), "done": settings.is_done });
    audit::append(app, &mut tx, actor, "attribute.updated", id, detail).await?;
    let attribute = one(app, &mut tx, id).await?;
    tx.commit().await?;
    Ok(attribute)
}

pub async fn remove_attribute(app: &App, actor: &Actor, id: &str) -> Result<(), InsightError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    if !table::remove_attribute(&mut tx, id).await? {
        return Err(InsightError::NoAttribute);
    }
    audit::append(app, &mut tx, actor, "attribute.removed", id, json!({})).await?;
    Ok(tx.commit().await?)
}
