//! Access: session, own account, users, tokens, roles, audit log.

mod create_session;
mod create_sign_in_link;
mod create_token;
mod create_user;
mod delete_session;
mod delete_token;
mod dto;
mod get_session;
mod list_audit_entries;
mod list_roles;
mod list_tokens;
mod list_users;
mod redeem_link;
mod set_password;
mod set_preferences;
mod update_user;

use crate::idempotency::problem_of_answered;
use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use axum::http::HeaderValue;
use perennial_app::access::{AccessError, FieldProblem};
use perennial_app::audit::AuditError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(create_session::handler, get_session::handler, delete_session::handler))
        .routes(routes!(redeem_link::handler))
        .routes(routes!(set_password::handler))
        .routes(routes!(set_preferences::handler))
        .routes(routes!(list_users::handler, create_user::handler))
        .routes(routes!(update_user::handler))
        .routes(routes!(create_sign_in_link::handler))
        .routes(routes!(list_tokens::handler, create_token::handler))
        .routes(routes!(delete_token::handler))
        .routes(routes!(list_roles::handler))
        .routes(routes!(list_audit_entries::handler))
}

pub fn problem_of_access(error: AccessError) -> Problem {
    match error {
        AccessError::Store(error) => crate::problem_of_store(error),
        AccessError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
        AccessError::Answered(error) => problem_of_answered(error),
        AccessError::InvalidCredentials => Problem::new(Code::InvalidCredentials, error.to_string()),
        AccessError::TooManyTries { retry_after_seconds } => {
            Problem::new(Code::RateLimited, error.to_string()).retry_after(retry_after_seconds)
        }
        AccessError::LinkInvalid => Problem::new(Code::InvalidLink, error.to_string()),
        AccessError::Invalid(fields) => Problem::invalid(fields.into_iter().map(problem_field).collect()),
        AccessError::EmailTaken => Problem {
            errors: vec![ProblemField::new("/email", "taken", "a mail address that no other user has")],
            ..Problem::new(Code::Conflict, error.to_string())
        },
        AccessError::UserNotFound => Problem::not_found("user"),
        AccessError::UserDisabled => Problem::new(Code::Conflict, error.to_string()),
        AccessError::TokenNotFound => Problem::not_found("token"),
        AccessError::LastAdministrator => Problem::new(Code::LastAdministrator, error.to_string()),
        AccessError::ChangedMeanwhile => Problem::new(Code::Conflict, error.to_string()),
        AccessError::Hashing(_) => Problem::internal(&error),
    }
}

fn problem_field(problem: FieldProblem) -> ProblemField {
    ProblemField::new(format!("/{}", problem.field), problem.code, problem.allowed)
}

pub fn problem_of_audit(error: AuditError) -> Problem {
    match error {
        AuditError::Store(error) => crate::problem_of_store(error),
        AuditError::Forbidden(forbidden) => Problem::forbidden(forbidden.right),
    }
}

/// The cookie lives as long as the session at most; without a lifetime it would end with the browser.
fn session_cookie(value: &str, secure: bool) -> Option<HeaderValue> {
    let seconds = perennial_app::access::SESSION_LIFETIME_DAYS * 86_400;
    cookie(value, seconds, secure)
}

fn ended_cookie(secure: bool) -> Option<HeaderValue> {
    cookie("", 0, secure)
}

fn cookie(value: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    crate::auth::set_cookie(crate::auth::SESSION_COOKIE, value, seconds, secure)
}
