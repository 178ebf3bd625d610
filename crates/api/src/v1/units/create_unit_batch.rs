//! Codes of packages in bulk.

use super::batch_dto::{NewUnitBatch, UnitBatchDto};
use super::problem_of_units;
use crate::auth::{Allowed, TouchPointsManage};
use crate::extract::ApiJson;
use crate::idempotency::{Key, kept};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use perennial_app::units::{self, Batch};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct UnitBatchWithCodes {
    /// By serial number, from 1: shown this once. Null when the answer is replayed for an Idempotency-Key: they are not kept.
    /// People are sent to `/u/` and the code.
    #[schema(example = json!(["7K3M-9XQ2-TBHE-0V4C"]))]
    pub codes: Option<Vec<String>>,
    pub batch: UnitBatchDto,
}

/// Makes a batch of packages with a code for each, and shows the codes, this once.
#[utoipa::path(
    post, path = "/api/v1/unit-batches", operation_id = "create_unit_batch", tag = "units",
    security(("session" = ["touch_points.manage"]), ("token" = ["touch_points.manage"])),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same request twice has one effect")),
    request_body = NewUnitBatch,
    responses(
        (status = 201, body = UnitBatchWithCodes),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsManage>,
    key: Key,
    ApiJson(body): ApiJson<NewUnitBatch>,
) -> Result<(StatusCode, Json<UnitBatchWithCodes>), Problem> {
    let shown = |batch: Batch, codes| UnitBatchWithCodes { codes, batch: batch.into() };
    let answer = move |batch: &Batch| kept(StatusCode::CREATED, &shown(batch.clone(), None));
    let created = units::create_batch(&state.app, &actor, body.into(), &key.once(&answer)).await;
    let created = created.map_err(problem_of_units)?;
    state.intake.forget_sources();
    Ok((StatusCode::CREATED, Json(shown(created.batch, Some(created.codes)))))
}
