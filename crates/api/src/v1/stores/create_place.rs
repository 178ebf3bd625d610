//! A new region or store.

use super::place_dto::PlaceDto;
use super::problem_of_stores;
use crate::auth::{Allowed, StoresManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::stores::{self, NewPlace, Place};
use perennial_domain::stores::PlaceKind;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlaceBody {
    /// `region` or `store`.
    #[schema(example = "store")]
    kind: String,
    /// Of a store: as orders carry it. One that orders have named already is that store, with its customers.
    #[schema(example = "S12")]
    code: Option<String>,
    #[schema(example = "Nanjing Road")]
    name: String,
    /// The id of a region; absent: a root.
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    parent: Option<String>,
}

/// Adds a region or a store to the tree.
#[utoipa::path(
    post, path = "/api/v1/places", operation_id = "create_place", tag = "stores",
    security(("session" = ["stores.manage"]), ("token" = ["stores.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewPlaceBody,
    responses(
        (status = 201, body = PlaceDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json", description = "conflict"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<StoresManage>,
    key: Key,
    ApiJson(body): ApiJson<NewPlaceBody>,
) -> Result<(StatusCode, Json<PlaceDto>), Problem> {
    let answer = |place: &Place| kept(StatusCode::CREATED, &PlaceDto::from(place.clone()));
    let kind = PlaceKind::parse(&body.kind);
    let kind =
        kind.ok_or_else(|| Problem::invalid(vec![ProblemField::new("/kind", "unknown_value", "region, store")]))?;
    let new = NewPlace { kind, code: body.code, name: body.name, parent: body.parent };
    let created = stores::create_place(&state.app, &actor, new, &key.once(&answer)).await;
    Ok((StatusCode::CREATED, Json(created.map_err(problem_of_stores)?.into())))
}
