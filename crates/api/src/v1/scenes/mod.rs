//! The journey map.

mod get_scene_map;

use crate::problem::Problem;
use crate::state::ApiState;
use perennial_app::scenes::SceneError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_scene_map::handler))
}

fn problem_of_scenes(error: SceneError) -> Problem {
    match error {
        SceneError::Store(error) => crate::problem_of_store(error),
        SceneError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
    }
}
