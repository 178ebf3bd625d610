//! What has been collected about a customer, and who told it.

use super::{customer_number, problem_of_customers};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::ApiPath;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::customers::{self, DataBlock, DataRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerDataDto {
    /// `trade`, `interaction` and `social`, in this order. Each fact is in exactly one.
    pub blocks: Vec<DataBlockDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct DataBlockDto {
    /// `trade`, `interaction` or `social`.
    #[schema(example = "trade")]
    pub class: String,
    /// Over the whole life. What is added to an order later is no further one.
    #[schema(example = 14)]
    pub facts: u64,
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
    /// The most facts first; up to 200.
    pub rows: Vec<DataRowDto>,
    /// Rows beyond these. Their facts are counted in `facts`.
    #[schema(example = 0)]
    pub rows_left_out: usize,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct DataRowDto {
    #[schema(example = "event")]
    pub kind: String,
    /// Of an event; pages and screens are counted together, whatever they are called.
    #[schema(example = "Product Viewed")]
    pub name: Option<String>,
    #[schema(example = 12)]
    pub facts: u64,
    #[schema(format = DateTime)]
    pub last_at: String,
    /// Who told any of them: the id of a source, `file`, `perennial` for what was written down by hand, or what a program
    /// called itself.
    pub sources: Vec<String>,
}

impl From<DataRow> for DataRowDto {
    fn from(row: DataRow) -> Self {
        Self {
            kind: row.kind.code().to_owned(),
            name: row.name,
            facts: row.facts,
            last_at: row.last_at.rfc3339(),
            sources: row.sources.into_iter().collect(),
        }
    }
}

impl From<DataBlock> for DataBlockDto {
    fn from(block: DataBlock) -> Self {
        Self {
            class: block.class.code().to_owned(),
            facts: block.facts,
            last_at: block.last_at.map(|at| at.rfc3339()),
            rows: block.rows.into_iter().map(DataRowDto::from).collect(),
            rows_left_out: block.rows_left_out,
        }
    }
}

/// Trade, interaction and social data of a customer: how much of each, when last, and who told it.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/data", operation_id = "get_customer_data", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4")),
    responses(
        (status = 200, body = CustomerDataDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
) -> Result<Json<CustomerDataDto>, Problem> {
    let number = customer_number(&id)?;
    let blocks = customers::customer_data(&state.app, &actor, number).await.map_err(problem_of_customers)?;
    Ok(Json(CustomerDataDto { blocks: blocks.into_iter().map(DataBlockDto::from).collect() }))
}
