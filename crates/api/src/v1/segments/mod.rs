//! Rules and segments: what rules can speak of, reading one, why it holds; segments in versions.

mod archive_segment;
mod automatic_tag_dto;
mod count_segments;
mod create_segment;
mod explain_rule;
mod get_overlap;
mod get_portrait;
mod get_rule_catalogue;
mod get_rule_reach;
mod get_rule_worth;
mod get_segment;
mod get_segment_trend;
mod list_automatic_tags;
mod list_customer_segment_moves;
mod list_rule_people;
mod list_segment_members;
mod list_segment_moves;
mod list_segment_uses;
mod list_segment_versions;
mod list_segments;
pub(in crate::v1) mod people_dto;
mod portrait_dto;
mod preview_segment;
mod put_automatic_tag;
mod read_rule;
mod remove_automatic_tag;
mod restore_segment;
pub(in crate::v1) mod rule_dto;
mod segment_dto;
mod segment_move_dto;
mod update_segment;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::segments::{ReadProblem, SegmentError};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_rule_catalogue::handler))
        .routes(routes!(read_rule::handler))
        .routes(routes!(explain_rule::handler))
        .routes(routes!(preview_segment::handler))
        .routes(routes!(get_portrait::handler))
        .routes(routes!(get_overlap::handler))
        .routes(routes!(get_rule_reach::handler))
        .routes(routes!(get_rule_worth::handler))
        .routes(routes!(list_rule_people::handler))
        .routes(routes!(count_segments::handler))
        .routes(routes!(list_segment_members::handler))
        .routes(routes!(get_segment_trend::handler))
        .routes(routes!(list_segment_moves::handler))
        .routes(routes!(list_customer_segment_moves::handler))
        .routes(routes!(list_segment_uses::handler))
        .routes(routes!(list_automatic_tags::handler))
        .routes(routes!(put_automatic_tag::handler, remove_automatic_tag::handler))
        .routes(routes!(list_segments::handler, create_segment::handler))
        .routes(routes!(get_segment::handler, update_segment::handler))
        .routes(routes!(list_segment_versions::handler))
        .routes(routes!(archive_segment::handler))
        .routes(routes!(restore_segment::handler))
}

pub(in crate::v1) fn problem_of_segments(error: SegmentError) -> Problem {
    match error {
        SegmentError::Store(error) => crate::problem_of_store(error),
        SegmentError::Pipeline(error) => Problem::internal(&error),
        SegmentError::History(error) => Problem::internal(&error),
        SegmentError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        SegmentError::Answered(error) => crate::idempotency::problem_of_answered(error),
        SegmentError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        SegmentError::Rule(problems) => Problem::invalid(problems.into_iter().map(field_of).collect()),
        SegmentError::NoSegment => Problem::not_found("segment"),
        SegmentError::NoCustomer => Problem::not_found("customer"),
        SegmentError::NoTag => Problem::not_found("tag"),
        SegmentError::Tag(error) => Problem::internal(&error),
        SegmentError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        SegmentError::Taken
        | SegmentError::StoodOn(_)
        | SegmentError::Stage(_)
        | SegmentError::Promised(_)
        | SegmentError::TooManyFacts { .. }
        | SegmentError::NotKept
        | SegmentError::NoThreshold(_) => Problem::new(Code::Conflict, error.to_string()),
        SegmentError::NotBuilt | SegmentError::Behind => Problem::new(Code::Busy, error.to_string()).retry_after(1),
        SegmentError::BrokeOff(_) => Problem::internal(&error),
    }
}

/// Where the body has the rule: as a text, or as JSON.
fn field_of(problem: ReadProblem) -> ProblemField {
    let pointer = match (&problem.span, &problem.pointer) {
        (Some(_), _) => "/text".to_owned(),
        (None, pointer) => format!("/rule{}", pointer.as_deref().unwrap_or_default()),
    };
    let detail = if problem.span.is_some() { problem.to_string() } else { problem.message };
    ProblemField { pointer, code: "invalid_rule".to_owned(), detail, allowed: None }
}
