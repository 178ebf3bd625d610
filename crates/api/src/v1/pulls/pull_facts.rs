//! Facts since a cursor.

use super::{Lines, problem_of_pulls, stream};
use crate::auth::{CustomersExport, TakesOut};
use crate::extract::ApiQuery;
use crate::page;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use axum::extract::State;
use axum::response::Response;
use perennial_app::pulls::{self, FactsPull, PullError};
use perennial_domain::fact::FactKind;
use serde::Deserialize;
use utoipa::IntoParams;

const LIST: &str = "pull_facts";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FactsPullParams {
    /// `next_cursor` of the last line of the pull before; absent: from the first fact on.
    pub cursor: Option<String>,
    /// Kinds with commas; absent: all. Orders are `order,refund`.
    #[param(example = "order,refund")]
    pub kinds: Option<String>,
}

impl Lines for FactsPull {
    async fn next_lines(&mut self) -> Result<Option<String>, PullError> {
        FactsPull::next_lines(self).await
    }

    fn next_cursor(&self) -> String {
        page::encode(LIST, &self.cursor().to_string())
    }
}

/// All facts since a cursor, one line of JSON each, in no particular order; the last line is the next cursor.
///
/// A fact is pulled once it is in the history, some seconds after it was accepted. Facts that came while the pull went on
/// are in the next one. An order is a fact of kind `order`, and one more for what is added to it (`first` is false); money that
/// went back is `refund`.
#[utoipa::path(
    get, path = "/api/v1/pulls/facts", operation_id = "pull_facts", tag = "pulls",
    security(("session" = ["customers.export"]), ("token" = ["customers.export"])), params(FactsPullParams),
    responses(
        (status = 200, description = "Lines of JSON; one without `next_cursor` at its end broke off",
            content((String = "application/x-ndjson"))),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json",
            description = "invalid_request; invalid_cursor"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    TakesOut(actor, _): TakesOut<CustomersExport>,
    ApiQuery(params): ApiQuery<FactsPullParams>,
) -> Result<Response, Problem> {
    let after = page::number_before(LIST, params.cursor.as_deref())?.unwrap_or(0);
    let kinds = params.kinds.as_deref().map(kinds_of).transpose()?;
    let pull = pulls::begin_facts(&state.app, &actor, after, kinds.as_deref()).await.map_err(problem_of_pulls)?;
    Ok(stream(pull))
}

fn kinds_of(text: &str) -> Result<Vec<FactKind>, Problem> {
    let parse = |code: &str| {
        let allowed = || FactKind::ALL.map(FactKind::code).join(", ");
        let wrong = || Problem::invalid(vec![ProblemField::new("kinds", "unknown_value", allowed())]);
        FactKind::parse(code.trim()).ok_or_else(wrong)
    };
    text.split(',').map(parse).collect()
}
