//! Imports: upload, preview, start, follow, cancel, rejected rows.

mod cancel_import;
mod create_import;
mod create_preview;
mod create_upload;
mod get_import;
mod get_rejected_rows;
mod import_dto;
mod list_imports;
mod preview_dto;
mod request_dto;

use crate::idempotency::problem_of_answered;
use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::imports::ImportError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(create_upload::handler))
        .routes(routes!(create_preview::handler))
        .routes(routes!(list_imports::handler, create_import::handler))
        .routes(routes!(get_import::handler))
        .routes(routes!(cancel_import::handler))
        .routes(routes!(get_rejected_rows::handler))
}

pub fn problem_of_import(error: ImportError) -> Problem {
    match error {
        ImportError::Store(error) => crate::problem_of_store(error),
        ImportError::Pipeline(_) | ImportError::Io { .. } => Problem::internal(&error),
        ImportError::Busy => Problem::new(Code::Conflict, error.to_string()),
        ImportError::NotFound(_) => Problem::not_found("import"),
        ImportError::Answered(error) => problem_of_answered(error),
        ImportError::Refused { code: "too_large", text } => Problem::new(Code::TooLarge, text),
        ImportError::Refused { code, text } => {
            let field =
                ProblemField { pointer: String::new(), code: code.to_owned(), detail: text.clone(), allowed: None };
            Problem { errors: vec![field], ..Problem::new(Code::InvalidRequest, text) }
        }
    }
}
