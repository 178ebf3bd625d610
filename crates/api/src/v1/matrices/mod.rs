//! Matrices: which content may be shown to which stage of a layer.

mod create_matrix;
mod get_customer_contents;
mod get_matrix;
mod list_matrices;
mod matrix_dto;
mod publish_matrix;
mod remove_matrix;
mod update_matrix;

use super::segments::problem_of_segments;
use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::matrices::MatrixError;
use perennial_domain::matrix::Misplaced;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_matrices::handler, create_matrix::handler))
        .routes(routes!(get_matrix::handler, update_matrix::handler, remove_matrix::handler))
        .routes(routes!(publish_matrix::handler))
        .routes(routes!(get_customer_contents::handler))
}

fn problem_of_matrices(error: MatrixError) -> Problem {
    match error {
        MatrixError::Store(error) => crate::problem_of_store(error),
        MatrixError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        MatrixError::Answered(error) => crate::idempotency::problem_of_answered(error),
        MatrixError::Segment(error) => problem_of_segments(error),
        MatrixError::Invalid(found) => problem_of_misplaced(found),
        MatrixError::NoMatrix => Problem::not_found("matrix"),
        MatrixError::NoCustomer => Problem::not_found("customer"),
        MatrixError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        MatrixError::Taken | MatrixError::NotPublished | MatrixError::LayerArchived | MatrixError::StagesGone(_) => {
            Problem::new(Code::Conflict, error.to_string())
        }
    }
}

pub(in crate::v1) fn problem_of_misplaced(found: Vec<Misplaced>) -> Problem {
    let field = |one: Misplaced| ProblemField::new(one.pointer, "out_of_range", one.allowed);
    Problem::invalid(found.into_iter().map(field).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;
    use perennial_app::segments::SegmentError;

    #[test]
    fn while_the_index_is_worked_out_whoever_asks_is_told_to_come_again() {
        for error in [SegmentError::NotBuilt, SegmentError::Behind] {
            let answer = problem_of_matrices(error.into()).into_response();
            assert_eq!(answer.status(), 503);
            assert_eq!(answer.headers()["retry-after"], "1");
        }
    }
}
