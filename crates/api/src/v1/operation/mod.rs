//! Settings, jobs, what runs here, health.

mod get_health;
mod get_settings;
mod get_system;
mod list_jobs;
mod retry_job;
mod settings_dto;
mod update_settings;

pub use settings_dto::{etag, expected_version, version_if_sent};

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::settings::{SettingsError, SystemError};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_settings::handler, update_settings::handler))
        .routes(routes!(list_jobs::handler))
        .routes(routes!(retry_job::handler))
        .routes(routes!(get_system::handler))
        .routes(routes!(get_health::alive))
        .routes(routes!(get_health::ready))
}

pub fn problem_of_settings(error: SettingsError) -> Problem {
    match error {
        SettingsError::Store(error) => crate::problem_of_store(error),
        SettingsError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        SettingsError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        SettingsError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
        SettingsError::CurrencyLocked => Problem::new(Code::CurrencyLocked, error.to_string()),
    }
}

fn problem_of_system(error: SystemError) -> Problem {
    match error {
        SystemError::Store(error) => crate::problem_of_store(error),
        SystemError::History(error) => Problem::internal(&error),
        SystemError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
    }
}
