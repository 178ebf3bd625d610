//! The people behind the number of a path.

use super::{days_of, problem_of_paths, today};
use crate::auth::{Allowed, CustomersRead};
use crate::extract::{ApiPath, ApiQuery};
use crate::page;
use crate::problem::{Problem, ProblemBody};
use crate::state::ApiState;
use axum::Json;
use axum::extract::State;
use perennial_app::paths::{self, PathPerson, PeopleOf};
use perennial_app::settings;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "path_people";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PathPeopleParams {
    /// The first day, in the brand's zone; a year up to the last when absent.
    #[param(example = "2026-11-01")]
    pub from: Option<String>,
    /// The last day; today when absent.
    #[param(example = "2026-11-30")]
    pub until: Option<String>,
    /// How many items, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<usize>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PathPeoplePage {
    pub items: Vec<PathPersonDto>,
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PathPersonDto {
    #[schema(example = "cus_7k2m9qx4")]
    pub customer_id: String,
    pub display_name: Option<String>,
    #[schema(format = DateTime)]
    pub completed_at: String,
}

impl From<PathPerson> for PathPersonDto {
    fn from(one: PathPerson) -> Self {
        Self {
            customer_id: one.customer.public_id(),
            display_name: one.display_name,
            completed_at: one.completed_at.rfc3339(),
        }
    }
}

/// The customers who completed a path within the days, the last first, of those whom you see.
#[utoipa::path(
    get, path = "/api/v1/paths/{id}/people", operation_id = "list_path_people", tag = "customers",
    security(("session" = ["customers.read"]), ("token" = ["customers.read"])),
    params(("id" = String, Path, description = "The code of the path", example = "store_receipt"), PathPeopleParams),
    responses(
        (status = 200, body = PathPeoplePage),
        (status = 403, body = ProblemBody, content_type = "application/problem+json", description = "forbidden"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "not_found"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json", description = "invalid_request"),
    )
)]
pub async fn handler(
    State(state): State<ApiState>,
    Allowed(actor, _): Allowed<CustomersRead>,
    ApiPath(id): ApiPath,
    ApiQuery(params): ApiQuery<PathPeopleParams>,
) -> Result<Json<PathPeoplePage>, Problem> {
    let limit = page::checked_limit(params.limit)?;
    let after = match &params.cursor {
        None => None,
        Some(cursor) => {
            let key = page::decode(LIST, cursor)?;
            let (at, number) = key.split_once(':').ok_or_else(page::invalid_cursor)?;
            let wrong = |_| page::invalid_cursor();
            Some((Instant(at.parse().map_err(wrong)?), CustomerNumber(number.parse().map_err(wrong)?)))
        }
    };
    let zone = settings::zone_of(&state.app).await.map_err(crate::problem_of_store)?;
    let (from, until) = days_of(params.from.as_deref(), params.until.as_deref(), today(&state, &zone))?;
    let of = PeopleOf { code: &id, from, until };
    let found = paths::path_people(&state.app, &actor, of, after, limit, &state.paths).await;
    let (people, next) = found.map_err(problem_of_paths)?;
    let next_cursor = next.map(|(at, customer)| page::encode(LIST, &format!("{}:{}", at.0, customer.0)));
    Ok(Json(PathPeoplePage { items: people.into_iter().map(PathPersonDto::from).collect(), next_cursor }))
}
