//! Customers since a cursor.

use super::{Lines, problem_of_pulls, stream};
use crate::auth::{CustomersExport, TakesOut};
use crate::extract::ApiQuery;
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::extract::State;
use axum::response::Response;
use perennial_app::pulls::{self, CustomersCursor, CustomersPull, PullError};
use perennial_domain::time::Instant;
use serde::Deserialize;
use utoipa::IntoParams;

const LIST: &str = "pull_customers";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CustomersPullParams {
    /// `next_cursor` of the last line of the pull before; absent: all customers.
    pub cursor: Option<String>,
}

impl Lines for CustomersPull {
    async fn next_lines(&mut self) -> Result<Option<String>, PullError> {
        CustomersPull::next_lines(self).await
    }

    fn next_cursor(&self) -> String {
        let CustomersCursor { sequence, at } = self.cursor();
        page::encode(LIST, &format!("{sequence}.{}", at.0))
    }
}

/// The customers who are others than at a cursor, as they are now, one line of JSON each; the last line is the next cursor.
///
/// Each whom a fact concerns since, or who was merged or parted. A number that was merged away has a line with
/// `merged_into`. Values are in the export of customers: a value run makes all of them anew.
#[utoipa::path(
    get, path = "/api/v1/pulls/customers", operation_id = "pull_customers", tag = "pulls",
    security(("session" = ["customers.export"]), ("token" = ["customers.export"])), params(CustomersPullParams),
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
    ApiQuery(params): ApiQuery<CustomersPullParams>,
) -> Result<Response, Problem> {
    let after = params.cursor.as_deref().map(cursor_of).transpose()?;
    let pull = pulls::begin_customers(&state.app, &actor, after).await.map_err(problem_of_pulls)?;
    Ok(stream(pull))
}

fn cursor_of(cursor: &str) -> Result<CustomersCursor, Problem> {
    let key = page::decode(LIST, cursor)?;
    let (sequence, at) = key.split_once('.').ok_or_else(page::invalid_cursor)?;
    match (sequence.parse(), at.parse()) {
        (Ok(sequence), Ok(at)) => Ok(CustomersCursor { sequence, at: Instant(at) }),
        _ => Err(page::invalid_cursor()),
    }
}
