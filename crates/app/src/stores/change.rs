//! Making and changing places.

use super::error::StoresError;
use super::view::Place;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::settings::FieldError;
use perennial_domain::stores::{PLACES_MAX, PlaceKind, check_code, check_move, check_name, depth_of, path_below};
use perennial_store::stores::{self as table, PlaceRow};
use perennial_store::{WriteTx, sequences};
use serde_json::json;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPlace {
    pub kind: PlaceKind,
    /// Of a store: as orders carry it.
    pub code: Option<String>,
    pub name: String,
    /// The id of a region; none for a root.
    pub parent: Option<String>,
}

/// What a place is to be from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceChange {
    pub code: Option<String>,
    pub name: String,
    pub parent: Option<String>,
}

/// A store whose code orders have named already is that store from now on, with its customers.
pub async fn create_place(
    app: &App,
    actor: &Actor,
    new: NewPlace,
    once: &Once<'_, Place>,
) -> Result<Place, StoresError> {
    require(actor, Right::StoresManage)?;
    let (code, name) = checked(new.kind, new.code.as_deref(), &new.name)?;
    let mut tx = app.store.write().await?;
    once.claim::<StoresError>(app, &mut tx).await?;
    let places = table::list(&mut tx).await?;
    if let Some(known) = places.iter().find(|place| code.is_some() && place.code == code) {
        if known.is_known {
            return Err(StoresError::CodeTaken);
        }
        let row = PlaceRow { name, ..known.clone() };
        let place = entered(app, &mut tx, actor, &places, row, new.parent.as_deref(), "place.created").await?;
        once.keep(&mut tx, &place).await?;
        tx.commit().await?;
        return Ok(place);
    }
    if places.len() >= PLACES_MAX {
        return Err(StoresError::TooMany);
    }
    let parent = parent_of(&places, new.parent.as_deref())?;
    // Nothing is below it yet.
    check_move("/new/", 0, parent.map(|row| (row.path.as_str(), kind_of(row))))?;
    let number = sequences::reserve(&mut tx, table::NUMBERS, 1).await?;
    let row = PlaceRow {
        number,
        id: new_id(app.random.as_ref(), "plc", app.clock.now()),
        kind: new.kind.code().to_owned(),
        code,
        name,
        parent: parent.map(|row| row.number),
        path: path_below(parent.map(|row| row.path.as_str()), number),
        is_known: true,
        created_at: app.clock.now(),
        version: 1,
    };
    table::insert(&mut tx, &row).await?;
    let detail = json!({ "kind": row.kind, "code": row.code, "parent": new.parent });
    audit::append(app, &mut tx, actor, "place.created", &row.id, detail).await?;
    let place = Place::of(&row, new.parent)?;
    once.keep(&mut tx, &place).await?;
    tx.commit().await?;
    Ok(place)
}

/// Changes code, name and where it stands, if `expected_version` is still the stored one. What is below it moves with it.
pub async fn update_place(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    change: PlaceChange,
) -> Result<Place, StoresError> {
    require(actor, Right::StoresManage)?;
    let mut tx = app.store.write().await?;
    let places = table::list(&mut tx).await?;
    let before = places.iter().find(|place| place.id == id).ok_or(StoresError::NotFound)?;
    if before.version != expected_version {
        return Err(StoresError::VersionConflict);
    }
    let (code, name) = checked(kind_of(before), change.code.as_deref(), &change.name)?;
    if places.iter().any(|place| place.id != id && code.is_some() && place.code == code) {
        return Err(StoresError::CodeTaken);
    }
    let row = PlaceRow { code, name, ..before.clone() };
    let place = entered(app, &mut tx, actor, &places, row, change.parent.as_deref(), "place.updated").await?;
    tx.commit().await?;
    Ok(place)
}

/// Writes a row that is there already, moved below its parent, and known from now on.
async fn entered(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    places: &[PlaceRow],
    row: PlaceRow,
    parent_id: Option<&str>,
    action: &str,
) -> Result<Place, StoresError> {
    let parent = parent_of(places, parent_id)?;
    let parent_number = parent.map(|row| row.number);
    let is_moved = row.parent != parent_number;
    if is_moved {
        let levels = places.iter().filter(|place| place.path.starts_with(&row.path)).map(|place| depth_of(&place.path));
        let levels_below = levels.max().unwrap_or(0).saturating_sub(depth_of(&row.path));
        check_move(&row.path, levels_below, parent.map(|row| (row.path.as_str(), kind_of(row))))?;
    }
    let after = PlaceRow { parent: parent_number, is_known: true, ..row.clone() };
    if !table::update(tx, &after).await? {
        return Err(StoresError::VersionConflict);
    }
    if is_moved {
        let path = path_below(parent.map(|row| row.path.as_str()), row.number);
        table::set_paths(tx, &row.path, &path).await?;
        table::insert_move(tx, row.number, (row.parent, parent_number), actor.id(), app.clock.now()).await?;
    }
    let detail = json!({ "code": after.code, "parent": parent_id, "moved": is_moved });
    audit::append(app, tx, actor, action, &row.id, detail).await?;
    Ok(Place::of(&PlaceRow { version: row.version + 1, ..after }, parent_id.map(ToOwned::to_owned))?)
}

fn parent_of<'p>(places: &'p [PlaceRow], id: Option<&str>) -> Result<Option<&'p PlaceRow>, StoresError> {
    let Some(id) = id else { return Ok(None) };
    let found = places.iter().find(|place| place.id == id);
    found.map(Some).ok_or_else(|| StoresError::field("parent", "the id of a region, or null"))
}

fn kind_of(row: &PlaceRow) -> PlaceKind {
    // One of a later version can have nothing below it, as far as this one knows.
    PlaceKind::parse(&row.kind).unwrap_or(PlaceKind::Store)
}

fn checked(kind: PlaceKind, code: Option<&str>, name: &str) -> Result<(Option<String>, String), StoresError> {
    let mut errors = Vec::new();
    let name = check_name(name);
    if name.is_none() {
        errors.push(FieldError { field: "name", allowed: "1 to 100 characters" });
    }
    let checked = code.and_then(check_code);
    match kind {
        PlaceKind::Store if checked.is_none() => {
            errors.push(FieldError {
                field: "code",
                allowed: "1 to 100 bytes: the code of the store as orders carry it",
            });
        }
        PlaceKind::Region if code.is_some() => {
            errors.push(FieldError { field: "code", allowed: "null: a region has no code" });
        }
        _ => {}
    }
    if errors.is_empty() { Ok((checked, name.unwrap_or_default())) } else { Err(StoresError::Invalid(errors)) }
}
