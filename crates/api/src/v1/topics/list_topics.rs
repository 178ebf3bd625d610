//! All topics.

use super::problem_of_topics;
use super::topic_dto::TopicDto;
use crate::auth::{Allowed, CustomersRead};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::topics;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TopicList {
    pub items: Vec<TopicDto>,
}

/// All topics of the preference centre, by code, those that are archived too.
#[utoipa::path(
    get, path = "/api/v1/topics", operation_id = "list_topics", tag = "topics",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    responses(
        (status = 200, body = TopicList),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
) -> Result<Json<TopicList>, Problem> {
    let found = topics::list_topics(&state.app, &actor).await.map_err(problem_of_topics)?;
    Ok(Json(TopicList { items: found.into_iter().map(TopicDto::from).collect() }))
}
