//! Audiences of third parties: hashes of phone numbers, in and out.

mod audience_dto;
mod create_audience;
mod export_phone_hashes;
mod list_audiences;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::audiences::AudienceError;
use perennial_domain::settings::FieldError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_audiences::handler, create_audience::handler))
        .routes(routes!(export_phone_hashes::handler))
}

fn problem_of_audiences(error: AudienceError) -> Problem {
    match error {
        AudienceError::Store(error) => crate::problem_of_store(error),
        AudienceError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        AudienceError::Answered(error) => crate::idempotency::problem_of_answered(error),
        AudienceError::Segment(error) => super::segments::problem_of_segments(error),
        AudienceError::Invalid(fields) => {
            let field =
                |field: FieldError| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed);
            Problem::invalid(fields.into_iter().map(field).collect())
        }
        AudienceError::ClearNumber(_) | AudienceError::NoHash => {
            Problem::invalid(vec![ProblemField::new("/".to_owned(), "malformed", error.to_string())])
        }
        AudienceError::TooMany => Problem::new(Code::TooLarge, error.to_string()),
    }
}
