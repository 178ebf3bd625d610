//! What a brand has about its customers.

use super::problem_of_inventory;
use crate::auth::{Allowed, ValueRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::inventory::{self, AssetHolding, AssetPart, Inventory};
use perennial_domain::inventory::{Asset, Holding};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct InventoryDto {
    #[schema(format = DateTime)]
    pub as_of: String,
    /// Growth is what came on this day of the brand's zone or later: seven days, today among them.
    #[schema(format = Date)]
    pub since: String,
    #[schema(example = 10_000)]
    pub customers: i64,
    /// All six, in this order: profiles, identities, tags, events, consents, contents.
    pub assets: Vec<AssetDto>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssetCode {
    Profiles,
    Identities,
    Tags,
    Events,
    Consents,
    Contents,
}

impl From<Asset> for AssetCode {
    fn from(asset: Asset) -> Self {
        match asset {
            Asset::Profiles => Self::Profiles,
            Asset::Identities => Self::Identities,
            Asset::Tags => Self::Tags,
            Asset::Events => Self::Events,
            Asset::Consents => Self::Consents,
            Asset::Contents => Self::Contents,
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AssetDto {
    pub asset: AssetCode,
    #[serde(flatten)]
    pub holding: HoldingDto,
    /// Profiles by class of information, identities by type, events by kind of fact, consents by purpose, contents by what
    /// they are; tags have none.
    pub parts: Vec<AssetPartDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct AssetPartDto {
    #[schema(example = "phone")]
    pub code: String,
    /// Where somebody gave it one.
    pub name: Option<String>,
    #[serde(flatten)]
    pub holding: HoldingDto,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct HoldingDto {
    #[schema(example = 12_000)]
    pub total: i64,
    /// Those of the total that came since; null where nobody wrote down when.
    #[schema(example = 600)]
    pub added: Option<i64>,
    /// What came, of what was there before; null where nothing was.
    #[schema(example = 526)]
    pub growth_basis_points: Option<i64>,
    /// Customers who have at least one; null where that is not counted.
    #[schema(example = 9_400)]
    pub covered: Option<i64>,
    /// The share of customers who have at least one; of profiles the mean of how complete they are.
    #[schema(example = 9_400)]
    pub completeness_basis_points: Option<i64>,
}

impl HoldingDto {
    fn of(holding: Holding, completeness_basis_points: Option<i64>) -> Self {
        Self {
            total: holding.total,
            added: holding.added,
            growth_basis_points: holding.growth_basis_points(),
            covered: holding.covered,
            completeness_basis_points,
        }
    }
}

impl From<Inventory> for InventoryDto {
    fn from(inventory: Inventory) -> Self {
        let customers = inventory.customers;
        let part = |one: AssetPart| AssetPartDto {
            holding: HoldingDto::of(one.holding, one.holding.completeness_basis_points(customers)),
            code: one.code,
            name: one.name,
        };
        let asset = |one: AssetHolding| AssetDto {
            asset: one.asset.into(),
            holding: HoldingDto::of(one.holding, one.completeness_basis_points),
            parts: one.parts.into_iter().map(part).collect(),
        };
        Self {
            as_of: inventory.as_of.rfc3339(),
            since: inventory.since.iso(),
            customers,
            assets: inventory.assets.into_iter().map(asset).collect(),
        }
    }
}

/// What there is of each kind of digital asset, how much of it came in the last seven days, and how complete it is. Of the
/// whole workspace, and counted when it is asked for.
#[utoipa::path(
    get, path = "/api/v1/inventory", operation_id = "get_inventory", tag = "inventory",
    security(("session" = ["value.read"]), ("token" = ["value.read"])),
    responses(
        (status = 200, body = InventoryDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<ValueRead>,
) -> Result<Json<InventoryDto>, Problem> {
    Ok(Json(inventory::inventory(&state.app, &actor).await.map_err(problem_of_inventory)?.into()))
}
