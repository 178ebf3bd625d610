//! Who was invited into a community, and who has joined.

use super::community_dto::{CommunityInvitationDto, query_of};
use super::problem_of_communities;
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use crate::v1::segments::people_dto::behind;
use axum::Json;
use axum::extract::State;
use perennial_app::communities;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CommunityInvitationsParams {
    /// The number of a group; absent: of all.
    #[param(example = 1)]
    pub group: Option<i64>,
    /// `joined` (also those who have left since), `waiting`, `in` or `left`; absent: all.
    #[param(example = "joined")]
    pub state: Option<String>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CommunityInvitationsPage {
    /// The longest known first.
    pub items: Vec<CommunityInvitationDto>,
    /// Of all pages.
    #[schema(example = 160)]
    pub count: u64,
    pub next_cursor: Option<String>,
}

/// Who was invited into which group, and what became of it; of those whom the caller sees.
#[utoipa::path(
    get, path = "/api/v1/communities/{id}/invitations", operation_id = "list_community_invitations", tag = "communities",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, example = "pour_over"), CommunityInvitationsParams),
    responses(
        (status = 200, body = CommunityInvitationsPage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(code): ApiPath,
    ApiQuery(params): ApiQuery<CommunityInvitationsParams>,
) -> Result<Json<CommunityInvitationsPage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let query = query_of(params.group, params.state.as_deref())?;
    let group = params.group.map(|group| group.to_string()).unwrap_or_default();
    let list = format!("communities/{code}/{group}/{}", params.state.as_deref().unwrap_or_default());
    let after = behind(&list, params.cursor.as_deref())?;
    let found = communities::invited_people(&state.app, &actor, &code, query, (after, limit)).await;
    let found = found.map_err(problem_of_communities)?;
    Ok(Json(CommunityInvitationsPage {
        items: found.items.into_iter().map(CommunityInvitationDto::from).collect(),
        count: found.count,
        next_cursor: found.next.map(|next| page::encode(&list, &next.to_string())),
    }))
}
