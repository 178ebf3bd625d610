//! `/u/{code}`: the page of a package's code. Opening it shows a button; only the button claims.

use super::language::Language;
use super::{cookie_of, escaped, region_of, visitor_of};
use crate::auth::Address;
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::units::problem_of_units;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use perennial_app::units::{self, Claimed, Outcome, UnitError};
use perennial_domain::code::{parse_unit_code, shown_unit_code};
use serde::Serialize;

/// No script, no picture, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/// Nothing is looked up: whether the code is one is told to whoever presses the button.
pub async fn page(Path(code): Path<String>, headers: HeaderMap) -> Response {
    let language = Language::of(&headers);
    match parse_unit_code(&code) {
        Some(code) => {
            let button = language.pick("领取", "Claim");
            let body =
                format!("<p class=c>{}</p><form method=post><button>{button}</button></form>", shown_unit_code(&code));
            html(StatusCode::OK, language, language.pick("包装码", "Code of your package"), &body)
        }
        None => wrong_code(language),
    }
}

/// What a program is told.
#[derive(Serialize)]
struct ClaimAnswer {
    outcome: &'static str,
    product: String,
    sku: String,
    batch_no: String,
    serial: i64,
    reward_name: String,
    reward_amount: i64,
    /// By whom it is used, where it is: true if it was the same device.
    by_you: bool,
    used_at: Option<String>,
}

impl ClaimAnswer {
    fn of(claimed: &Claimed) -> Self {
        let settings = claimed.batch.settings.clone();
        let (by_you, used_at) = match claimed.outcome {
            Outcome::AlreadyUsed { claimed_at, by_you } => (by_you, Some(claimed_at.rfc3339())),
            Outcome::Claimed | Outcome::Paused => (false, None),
        };
        Self {
            outcome: claimed.outcome.code(),
            product: settings.product,
            sku: settings.sku,
            batch_no: settings.batch_no,
            serial: claimed.serial,
            reward_name: settings.reward_name,
            reward_amount: settings.reward_amount,
            by_you,
            used_at,
        }
    }
}

pub async fn claim(
    State(state): State<ApiState>,
    Path(code): Path<String>,
    Address(address): Address,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visitor = visitor_of(&state, &headers, None);
    let region = region_of(&state, &headers, address.as_deref()).await?;
    let claimed = units::claim_unit(&state.app, &code, &visitor, &region, address.as_deref()).await;
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let language = Language::of(&headers);
    let mut response = match claimed {
        Ok(claimed) if accepts.starts_with("text/html") => told_on_a_page(language, &claimed),
        Ok(claimed) => Json(ClaimAnswer::of(&claimed)).into_response(),
        Err(UnitError::UnknownCode) if accepts.starts_with("text/html") => wrong_code(language),
        Err(error) => return Err(problem_of_units(error)),
    };
    response.headers_mut().extend(cookie_of(&state, &headers, &visitor).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

fn told_on_a_page(language: Language, claimed: &Claimed) -> Response {
    let title = match claimed.outcome {
        Outcome::Claimed => language.pick("领取成功", "Claimed"),
        Outcome::AlreadyUsed { by_you: true, .. } => language.pick("您已领取过", "You have claimed this already"),
        Outcome::AlreadyUsed { .. } => language.pick("此码已被使用", "This code is already used"),
        Outcome::Paused => language.pick("活动暂停，请稍后再试", "Paused: try again later"),
    };
    let settings = &claimed.batch.settings;
    let reward = format!("{} × {}", escaped(&settings.reward_name), settings.reward_amount);
    let body = format!("<p>{}</p><p class=c>{reward}</p>", escaped(&settings.product));
    html(StatusCode::OK, language, title, &body)
}

fn wrong_code(language: Language) -> Response {
    let body = language.pick("<p>请核对包装上的码。</p>", "<p>Compare it with your package.</p>");
    html(StatusCode::NOT_FOUND, language, language.pick("没有这个码", "There is no such code"), body)
}

fn html(status: StatusCode, language: Language, title: &str, body: &str) -> Response {
    const STYLE: &str = "body{font:18px/1.5 system-ui,sans-serif;max-width:26rem;margin:12vh auto;padding:0 1rem;\
        text-align:center;color:#1c2430;background:#fff}.c{font-size:1.3rem;letter-spacing:.06em}\
        button{font:inherit;padding:.7rem 2.4rem;border:0;border-radius:.5rem;background:#0b5cad;color:#fff}";
    let lang = language.code();
    let page = format!(
        "<!doctype html><html lang={lang}><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width,initial-scale=1\"><title>{title}</title>\
         <style>{STYLE}</style><h1>{title}</h1>{body}</html>"
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    (status, headers, page).into_response()
}
