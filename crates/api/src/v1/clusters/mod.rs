//! Clusters: customers who are alike, found by a job; interviews and reasons beside them.

mod assign_clusters;
mod cancel_clustering;
mod clustering_dto;
mod create_cluster_interview;
mod create_clustering;
mod delete_clustering;
mod get_clustering;
mod keep_cluster_tags;
mod leave_cluster_tags;
mod list_cluster_interviews;
mod list_cluster_people;
mod list_cluster_reasons;
mod list_clusterings;
mod remove_cluster_interview;
mod research_dto;
mod update_cluster;
mod update_clustering;

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::clusters::ClusteringError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_clusterings::handler, create_clustering::handler))
        .routes(routes!(get_clustering::handler, update_clustering::handler, delete_clustering::handler))
        .routes(routes!(cancel_clustering::handler))
        .routes(routes!(assign_clusters::handler))
        .routes(routes!(keep_cluster_tags::handler, leave_cluster_tags::handler))
        .routes(routes!(list_cluster_reasons::handler))
        .routes(routes!(update_cluster::handler))
        .routes(routes!(list_cluster_people::handler))
        .routes(routes!(list_cluster_interviews::handler, create_cluster_interview::handler))
        .routes(routes!(remove_cluster_interview::handler))
}

fn problem_of_clusters(error: ClusteringError) -> Problem {
    match error {
        ClusteringError::Store(error) => crate::problem_of_store(error),
        ClusteringError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        ClusteringError::Answered(error) => crate::idempotency::problem_of_answered(error),
        ClusteringError::Invalid(fields) => {
            let field = |field: perennial_domain::settings::FieldError| {
                ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed)
            };
            Problem::invalid(fields.into_iter().map(field).collect())
        }
        ClusteringError::Rule { field, problems } => {
            let of = |problem: perennial_app::segments::ReadProblem| ProblemField {
                pointer: format!("/{field}"),
                code: "invalid_rule".to_owned(),
                detail: problem.to_string(),
                allowed: None,
            };
            Problem::invalid(problems.into_iter().map(of).collect())
        }
        ClusteringError::NoClustering => Problem::not_found("clustering"),
        ClusteringError::NoCluster => Problem::not_found("cluster"),
        ClusteringError::NoInterview => Problem::not_found("interview"),
        ClusteringError::NoCustomer => Problem::not_found("customer"),
        ClusteringError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        ClusteringError::NotDone | ClusteringError::Ended | ClusteringError::Taken | ClusteringError::OtherVersion => {
            Problem::new(Code::Conflict, error.to_string())
        }
        ClusteringError::Customers(error) => crate::v1::customers::problem_of_customers(error),
        ClusteringError::Segment(error) => Problem::internal(&error),
    }
}

/// The id of a cluster is that of its clustering, a point, and its number.
fn cluster_id(clustering: &str, number: i64) -> String {
    format!("{clustering}.{number}")
}

/// A mistyped id is nobody's id.
fn read_cluster_id(id: &str) -> Result<(&str, i64), Problem> {
    let read = id.split_once('.').and_then(|(clustering, number)| Some((clustering, number.parse().ok()?)));
    read.ok_or_else(|| Problem::not_found("cluster"))
}
