//! Places in JSON.

use perennial_app::stores::{Move, Place, PlaceView};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlaceDto {
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    pub id: String,
    /// `region` or `store`.
    #[schema(example = "store")]
    pub kind: String,
    /// Of a store: as orders carry it.
    #[schema(example = "S12")]
    pub code: Option<String>,
    #[schema(example = "Nanjing Road")]
    pub name: String,
    /// The id of the region above; null of a root, and of a store that nobody has entered.
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    pub parent: Option<String>,
    /// False of a store that orders name and nobody has entered.
    pub is_known: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The version that `If-Match` names.
    #[schema(example = 1)]
    pub version: i64,
}

impl From<Place> for PlaceDto {
    fn from(place: Place) -> Self {
        Self {
            id: place.id,
            kind: place.kind.code().to_owned(),
            code: place.code,
            name: place.name,
            parent: place.parent,
            is_known: place.is_known,
            created_at: place.created_at.rfc3339(),
            version: place.version,
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlaceItem {
    pub place: PlaceDto,
    /// Of a store its own; of a region those of all stores below it.
    #[schema(example = 1_204)]
    pub customers: i64,
    /// Ids of users who see only what is below it.
    pub users: Vec<String>,
}

impl From<PlaceView> for PlaceItem {
    fn from(view: PlaceView) -> Self {
        Self { place: view.place.into(), customers: view.customers, users: view.users }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlaceMoveDto {
    pub from: Option<String>,
    pub to: Option<String>,
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub moved_by: String,
    #[schema(format = DateTime)]
    pub at: String,
}

impl From<Move> for PlaceMoveDto {
    fn from(one: Move) -> Self {
        Self { from: one.from, to: one.to, moved_by: one.moved_by, at: one.at.rfc3339() }
    }
}
