//! Change of a region or store.

use super::place_dto::PlaceDto;
use super::problem_of_stores;
use crate::auth::{Allowed, StoresManage};
use crate::extract::{ApiJson, ApiPath};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::operation::{etag, expected_version};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse};
use perennial_app::stores::{self, PlaceChange};
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceBody {
    /// Of a store: as orders carry it.
    #[schema(example = "S12")]
    code: Option<String>,
    #[schema(example = "Nanjing Road")]
    name: String,
    /// The id of a region; absent: a root.
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    parent: Option<String>,
}

/// Replaces code, name and where a place stands, if it is still that of the version. What is below it moves with it.
#[utoipa::path(
    put, path = "/api/v1/places/{id}", operation_id = "update_place", tag = "stores",
    security(("session" = ["stores.manage"]), ("token" = ["stores.manage"])),
    params(
        ("id" = String, Path, example = "plc_1c9f0x3abcdefghjk"),
        ("If-Match" = String, Header, description = "The version of GET /api/v1/places, quoted", example = "\"1\""),
    ),
    request_body = PlaceBody,
    responses(
        (status = 200, body = PlaceDto, headers(("ETag" = String, description = "for If-Match"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "conflict"),
        (status = 412, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_failed: somebody else changed it"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
        (status = 428, body = ProblemBody, content_type = "application/problem+json",
            description = "precondition_required: If-Match is missing"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresManage>,
    ApiPath(id): ApiPath,
    headers: HeaderMap,
    ApiJson(body): ApiJson<PlaceBody>,
) -> Result<impl IntoResponse, Problem> {
    let expected = expected_version(&headers)?;
    let change = PlaceChange { code: body.code, name: body.name, parent: body.parent };
    let place = stores::update_place(&state.app, &actor, &id, expected, change).await.map_err(problem_of_stores)?;
    Ok((AppendHeaders(etag(place.version)), Json(PlaceDto::from(place))))
}
