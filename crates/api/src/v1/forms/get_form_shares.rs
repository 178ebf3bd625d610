//! How many chose what.

use super::problem_of_forms;
use crate::auth::{Allowed, TouchPointsRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::codes::period_of;
use axum::Json;
use axum::extract::State;
use perennial_app::forms::{self, ChoiceShare, FieldShares};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FormSharesParams {
    /// Filled in from this instant on; absent: from the first.
    #[param(format = DateTime, example = "2026-05-01T00:00:00Z")]
    pub from: Option<String>,
    /// Filled in until before this instant; absent: all.
    #[param(format = DateTime, example = "2026-06-01T00:00:00Z")]
    pub until: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ChoiceShareDto {
    /// The value that is chosen; of yes and no `true` or `false`.
    #[schema(example = "red")]
    pub value: String,
    #[schema(example = 45)]
    pub answers: i64,
    /// Of the answers to the question, in hundredths of a percent; null of none.
    #[schema(example = 4_500)]
    pub share_basis_points: Option<i64>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldSharesDto {
    #[schema(example = "favourite_colour")]
    pub name: String,
    /// `choice`, `choices` or `boolean`.
    #[schema(example = "choice")]
    pub kind: String,
    /// Answers that say something to it. Of `choices`, shares add up to more than the whole.
    #[schema(example = 100)]
    pub answered: i64,
    /// In the order of the form; what only earlier versions offered comes last.
    pub choices: Vec<ChoiceShareDto>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FormSharesDto {
    /// Questions of the newest version that let people choose, in the order of the form.
    pub fields: Vec<FieldSharesDto>,
}

impl From<FieldShares> for FieldSharesDto {
    fn from(field: FieldShares) -> Self {
        let choice = |ChoiceShare { value, answers, share_basis_points }: ChoiceShare| ChoiceShareDto {
            value,
            answers,
            share_basis_points,
        };
        Self {
            name: field.name,
            kind: field.kind.code().to_owned(),
            answered: field.answered,
            choices: field.choices.into_iter().map(choice).collect(),
        }
    }
}

/// How often each choice was made, by what people sent: from the history, which is a few seconds behind. Who was erased or took
/// their consent back counts no more.
#[utoipa::path(
    get, path = "/api/v1/forms/{id}/shares", operation_id = "get_form_shares", tag = "forms",
    security(("session" = ["touch_points.read"]), ("token" = ["touch_points.read"])),
    params(("id" = String, Path, example = "frm_1c9f0x3abcdefghjk"), FormSharesParams),
    responses(
        (status = 200, body = FormSharesDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<TouchPointsRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<FormSharesParams>,
) -> Result<Json<FormSharesDto>, Problem> {
    let period = period_of(params.from.as_deref(), params.until.as_deref())?;
    let fields = forms::shares(&state.app, &actor, &id, period).await.map_err(problem_of_forms)?;
    Ok(Json(FormSharesDto { fields: fields.into_iter().map(FieldSharesDto::from).collect() }))
}
