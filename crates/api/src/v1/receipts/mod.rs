//! Receipts with a code: a till asks for one, the operator sees what became of them. Claiming one is for everybody:
//! [`crate::public`]; a till with the write key of a source asks at [`crate::tracking`].

mod get_receipt_settings;
mod list_receipts;
mod put_receipt;
mod put_receipt_settings;
mod receipt_dto;
mod settings_dto;

pub(crate) use receipt_dto::{NewReceipt, issued};

use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use perennial_app::pipeline::PipelineError;
use perennial_app::receipts::ReceiptError;
use perennial_app::tracking::IntakeError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list_receipts::handler, put_receipt::handler))
        .routes(routes!(get_receipt_settings::handler, put_receipt_settings::handler))
}

pub(crate) fn problem_of_receipts(error: ReceiptError) -> Problem {
    match error {
        ReceiptError::Store(error) | ReceiptError::Pipeline(PipelineError::Store(error)) => {
            crate::problem_of_store(error)
        }
        ReceiptError::Pipeline(error) => Problem::internal(&error),
        ReceiptError::Intake(IntakeError::TooMuch { retry_after_seconds }) => {
            Problem::new(Code::Busy, "too much at a time").retry_after(retry_after_seconds)
        }
        ReceiptError::Intake(error) => Problem::new(Code::Busy, error.to_string()).retry_after(1),
        ReceiptError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        ReceiptError::Upsert(error) => crate::v1::upserts::problem_of_upserts(error),
        ReceiptError::Order(errors) => Problem::invalid(
            errors
                .into_iter()
                .map(|error| ProblemField::new(format!("/order{}", error.pointer), error.code, error.allowed))
                .collect(),
        ),
        ReceiptError::Invalid(fields) => Problem::invalid(
            fields
                .into_iter()
                .map(|field| ProblemField::new(format!("/{}", field.field), "out_of_range", field.allowed))
                .collect(),
        ),
        ReceiptError::Unknown => Problem::not_found("receipt"),
        ReceiptError::Claimed => Problem::new(Code::Conflict, error.to_string()),
        ReceiptError::VersionConflict => Problem::new(Code::PreconditionFailed, error.to_string()),
    }
}
