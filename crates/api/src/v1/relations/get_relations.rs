//! The tree of those whom a customer brought.

use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::money::Money;
use crate::problem::{Problem, ProblemBody, ProblemField};
use crate::state::ApiState;
use crate::v1::customers::{customer_number, problem_of_customers};
use axum::Json;
use axum::extract::State;
use perennial_app::relations::{self, Other, Relations, TreeNode};
use perennial_domain::money::Currency;
use perennial_domain::relations::{DEPTH_MAX, SIZE_MAX};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const DEPTH_DEFAULT: usize = 5;
const SIZE_DEFAULT: usize = 200;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RelationsParams {
    /// Levels below the customer, 1 to 10; 5 when absent.
    #[param(minimum = 1, maximum = 10, default = 5)]
    pub depth: Option<usize>,
    /// People below the customer, 1 to 500; 200 when absent. Level by level, the earliest first.
    #[param(minimum = 1, maximum = 500, default = 200)]
    pub size: Option<usize>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RelationsDto {
    /// Who invited the customer, who invited that one, and so on.
    pub invited_by: Vec<InviterDto>,
    /// The customer, with all whom they brought below.
    pub tree: RelationNode,
    /// There is more than depth and size allow.
    pub is_cut: bool,
    /// What was told and does not hold, about those in the tree; the earliest first.
    pub refused: Vec<RefusedRelation>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct InviterDto {
    /// Null where the person has not agreed to have it shown. Nothing else is said of others.
    #[schema(example = "小林")]
    pub nickname: Option<String>,
    /// When the one below came by them.
    #[schema(format = DateTime)]
    pub at: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RelationNode {
    /// Null where the person has not agreed to have it shown. Nothing else is said of others.
    #[schema(example = "小林")]
    pub nickname: Option<String>,
    /// 0 is the customer.
    pub depth: usize,
    /// When they came by whom they stand below; null at the root.
    #[schema(format = DateTime)]
    pub invited_at: Option<String>,
    /// Net revenue of this person.
    pub value: Money,
    /// Net revenue of this person and all below.
    pub branch_value: Money,
    /// People below, all levels together.
    pub brought: usize,
    #[schema(no_recursion)]
    pub invited: Vec<RelationNode>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RefusedRelation {
    #[schema(format = DateTime)]
    pub at: String,
    /// `itself`: the customer would have invited themselves. `cycle`: it would close a circle.
    #[schema(example = "cycle")]
    pub reason: String,
    /// It was told of the customer; otherwise of somebody in the tree.
    pub is_own: bool,
    /// Of whom it was told.
    pub nickname: Option<String>,
}

fn node_of(node: TreeNode, currency: Option<Currency>) -> RelationNode {
    RelationNode {
        nickname: node.who.nickname,
        depth: node.depth,
        invited_at: node.invited_at.map(Instant::rfc3339),
        value: Money::of(node.value_minor, currency),
        branch_value: Money::of(node.branch_minor, currency),
        brought: node.brought,
        invited: node.invited.into_iter().map(|one| node_of(one, currency)).collect(),
    }
}

impl From<Relations> for RelationsDto {
    fn from(found: Relations) -> Self {
        let inviter = |(who, at): (Other, Instant)| InviterDto { nickname: who.nickname, at: at.rfc3339() };
        let refused = found.refused.into_iter().map(|one| RefusedRelation {
            at: one.at.rfc3339(),
            reason: one.why.code().to_owned(),
            is_own: one.is_own,
            nickname: one.invitee.nickname,
        });
        Self {
            invited_by: found.invited_by.into_iter().map(inviter).collect(),
            refused: refused.collect(),
            tree: node_of(found.root, found.currency),
            is_cut: found.is_cut,
        }
    }
}

fn within(value: Option<usize>, default: usize, max: usize, name: &'static str) -> Result<usize, Problem> {
    let value = value.unwrap_or(default);
    if (1..=max).contains(&value) {
        return Ok(value);
    }
    Err(Problem::invalid(vec![ProblemField::new(name, "out_of_range", format!("1 to {max}"))]))
}

/// Who invited or shared to whom, from a customer down: depth and value by branch, and who invited the customer. Of
/// others no more than the nickname that they agreed to have shown.
#[utoipa::path(
    get, path = "/api/v1/customers/{id}/relations", operation_id = "get_relations", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "cus_7k2m9qx4"), RelationsParams),
    responses(
        (status = 200, body = RelationsDto),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<RelationsParams>,
) -> Result<Json<RelationsDto>, Problem> {
    let number = customer_number(&id)?;
    let depth = within(params.depth, DEPTH_DEFAULT, DEPTH_MAX, "depth")?;
    let size = within(params.size, SIZE_DEFAULT, SIZE_MAX, "size")?;
    let found = relations::customer_relations(&state.app, &actor, number, depth, size).await;
    Ok(Json(found.map_err(problem_of_customers)?.into()))
}
