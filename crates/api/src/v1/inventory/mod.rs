//! The inventory of digital assets.

mod get_inventory;

use crate::problem::Problem;
use crate::state::ApiState;
use perennial_app::inventory::InventoryError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_inventory::handler))
}

fn problem_of_inventory(error: InventoryError) -> Problem {
    match error {
        InventoryError::Store(error) => crate::problem_of_store(error),
        InventoryError::History(error) => Problem::internal(&error),
        InventoryError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
    }
}
