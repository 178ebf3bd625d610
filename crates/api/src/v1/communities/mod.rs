//! Communities: a segment's members invited into groups of a chat, and who of them has joined.

mod community_dto;
mod create_community;
mod export_community;
mod export_masked_community;
mod get_community;
mod list_communities;
mod list_community_invitations;
mod preview_community;
mod preview_community_top_up;
mod set_community_join;
mod top_up_community;
mod update_community;
mod update_community_group;

use super::customers::problem_of_customers;
use super::segments::problem_of_segments;
use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::communities::CommunityError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_communities::handler, create_community::handler))
        .routes(routes!(get_community::handler, update_community::handler))
        .routes(routes!(preview_community_top_up::handler, top_up_community::handler))
        .routes(routes!(update_community_group::handler))
        .routes(routes!(list_community_invitations::handler))
        .routes(routes!(set_community_join::handler))
        .routes(routes!(preview_community::handler))
        .routes(routes!(export_community::handler))
        .routes(routes!(export_masked_community::handler))
}

fn problem_of_communities(error: CommunityError) -> Problem {
    match error {
        CommunityError::Store(error) => crate::problem_of_store(error),
        CommunityError::Pipeline(error) => Problem::internal(&error),
        CommunityError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        CommunityError::Answered(error) => crate::idempotency::problem_of_answered(error),
        CommunityError::Segment(error) => problem_of_segments(error),
        CommunityError::Customer(error) => problem_of_customers(error),
        CommunityError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        CommunityError::NoCommunity => Problem::not_found("community"),
        CommunityError::NoGroup => Problem::not_found("group"),
        CommunityError::NoSegment => Problem::not_found("segment"),
        CommunityError::NotInvited => Problem::not_found("invited customer"),
        CommunityError::Changed => Problem::new(Code::PreconditionFailed, error.to_string()),
        CommunityError::Taken
        | CommunityError::GroupTaken
        | CommunityError::Archived
        | CommunityError::SegmentArchived
        | CommunityError::Told => Problem::new(Code::Conflict, error.to_string()),
    }
}
