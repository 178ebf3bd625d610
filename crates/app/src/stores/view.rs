//! The tree as it is read.

use super::error::StoresError;
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::stores::PlaceKind;
use perennial_domain::time::Instant;
use perennial_store::StoreError;
use perennial_store::stores::{self as table, PlaceRow};
use std::collections::HashMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub id: String,
    pub kind: PlaceKind,
    pub code: Option<String>,
    pub name: String,
    /// The id of the region above; none of a root, and of a store that nobody has entered.
    pub parent: Option<String>,
    /// False of a store that orders name and nobody has entered.
    pub is_known: bool,
    pub created_at: Instant,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceView {
    pub place: Place,
    /// Of a store its own, of a region those of all stores below it.
    pub customers: i64,
    /// Users who see only what is below it.
    pub users: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub from: Option<String>,
    pub to: Option<String>,
    pub moved_by: String,
    pub at: Instant,
}

impl Place {
    pub(super) fn of(row: &PlaceRow, parent: Option<String>) -> Result<Self, StoreError> {
        let kind = PlaceKind::parse(&row.kind);
        let unknown = || StoreError::Inconsistency { table: "places", column: "kind", row: row.id.clone() };
        Ok(Self {
            id: row.id.clone(),
            kind: kind.ok_or_else(unknown)?,
            code: row.code.clone(),
            name: row.name.clone(),
            parent,
            is_known: row.is_known,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// The whole tree, and who is bound to no part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// What is above comes before what is below it.
    pub views: Vec<PlaceView>,
    /// Users who see everybody because an administrator said so.
    pub everyone: Vec<String>,
}

pub async fn list_places(app: &App, actor: &Actor) -> Result<Places, StoresError> {
    require(actor, Right::StoresRead)?;
    let mut tx = app.store.read().await?;
    let rows = table::list(&mut tx).await?;
    let own: HashMap<i64, i64> = table::count_customers(&mut tx).await?.into_iter().collect();
    let mut users: HashMap<String, Vec<String>> = HashMap::new();
    let mut everyone = Vec::new();
    for (user, place) in table::bindings(&mut tx).await? {
        match place {
            Some(place) => users.entry(place).or_default().push(user),
            None => everyone.push(user),
        }
    }
    let ids: HashMap<i64, &str> = rows.iter().map(|row| (row.number, row.id.as_str())).collect();
    let parents: HashMap<i64, Option<i64>> = rows.iter().map(|row| (row.number, row.parent)).collect();
    let mut below: HashMap<i64, i64> = HashMap::new();
    for (number, customers) in own {
        let mut at = Some(number);
        while let Some(place) = at {
            *below.entry(place).or_default() += customers;
            at = parents.get(&place).copied().flatten();
        }
    }
    let views = rows.iter().map(|row| {
        let parent = row.parent.and_then(|parent| ids.get(&parent)).map(|id| (*id).to_owned());
        Ok(PlaceView {
            place: Place::of(row, parent)?,
            customers: below.get(&row.number).copied().unwrap_or(0),
            users: users.remove(&row.id).unwrap_or_default(),
        })
    });
    Ok(Places { views: views.collect::<Result<_, StoreError>>()?, everyone })
}

/// Where a place stood before; the oldest first.
pub async fn place_moves(app: &App, actor: &Actor, id: &str) -> Result<Vec<Move>, StoresError> {
    require(actor, Right::StoresRead)?;
    let mut tx = app.store.read().await?;
    let row = table::get(&mut tx, id).await?.ok_or(StoresError::NotFound)?;
    let rows = table::moves(&mut tx, row.number).await?.into_iter();
    Ok(rows.map(|row| Move { from: row.from, to: row.to, moved_by: row.moved_by, at: row.at }).collect())
}
