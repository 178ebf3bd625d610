//! `/r/{token}`: the page of a receipt, made for a phone. It shows the store and the amount, and asks who somebody is.
//!
//! No script: a form, and an answer. Opening it is kept as a scan and claims nothing; it says nothing of anybody, also not
//! whether a number is known.

use super::language::Language;
use super::{cookie_of, escaped, visitor_of};
use crate::auth::Address;
use crate::problem::{Code, Problem, ProblemField};
use crate::state::ApiState;
use crate::v1::receipts::problem_of_receipts;
use axum::Json;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use perennial_app::forms::FormError;
use perennial_app::receipts::{self, Outcome, Page, ReceiptError, SignUp};
use perennial_domain::form;
use perennial_domain::money::{Currency, format_decimal};
use perennial_domain::receipt::ReceiptState;
use perennial_domain::settings::FieldError;
use perennial_domain::time::Instant;
use serde_json::json;
use std::collections::BTreeMap;

/// No script, no picture, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";
/// What a box to tick is called: this, and its purpose. Its value is the version of the text that is shown beside it.
const AGREED: &str = "agree.";
/// A field that people do not see: whoever fills it in is a robot.
const TRAP: &str = "website";

/// A form of a few lines.
pub const BODY_BYTES_MAX: usize = 16 * 1024;

pub async fn page(
    State(state): State<ApiState>,
    Path(token): Path<String>,
    Address(address): Address,
    headers: HeaderMap,
) -> Response {
    let language = Language::of(&headers);
    shown(&state, language, &token, address.as_deref(), &headers)
        .await
        .unwrap_or_else(|problem| refused(language, &problem))
}

async fn shown(
    state: &ApiState,
    language: Language,
    token: &str,
    address: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    take_room(state, address)?;
    let visitor = visitor_of(state, headers, None);
    let page = match receipts::open_page(&state.app, &state.intake, token, &visitor).await {
        Ok(page) => page,
        Err(ReceiptError::Unknown) => return Ok(no_receipt(language)),
        Err(error) => return Err(problem_of_receipts(error)),
    };
    let body = match page.state {
        ReceiptState::Open => form_of(language, &page, &BTreeMap::new(), &[]),
        ReceiptState::Claimed => already_used(language, false),
        ReceiptState::Expired => expired(language),
    };
    let mut response = html(StatusCode::OK, language, &format!("{}{body}", head_of(language, &page)));
    response.headers_mut().extend(cookie_of(state, headers, &visitor).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

pub async fn claim(
    State(state): State<ApiState>,
    Path(token): Path<String>,
    Address(address): Address,
    headers: HeaderMap,
    told: Result<Form<BTreeMap<String, String>>, FormRejection>,
) -> Result<Response, Problem> {
    let language = Language::of(&headers);
    let wants_json = headers.get(header::ACCEPT).is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    let taken = match read(&state, address.as_deref(), &headers, told) {
        Ok(told) => taken(&state, language, &token, &headers, &told, wants_json).await,
        Err(problem) => Err(problem),
    };
    match taken {
        Err(problem) if !wants_json => Ok(refused(language, &problem)),
        taken => taken,
    }
}

/// What the page sent. Another site's page may send nobody's name.
fn read(
    state: &ApiState,
    address: Option<&str>,
    headers: &HeaderMap,
    told: Result<Form<BTreeMap<String, String>>, FormRejection>,
) -> Result<BTreeMap<String, String>, Problem> {
    take_room(state, address)?;
    if headers.get("sec-fetch-site").is_some_and(|site| site.as_bytes() == b"cross-site") {
        return Err(Problem::new(Code::OriginMismatch, "the request comes from the page of another site"));
    }
    let Form(told) = told.map_err(|_| {
        let allowed = "the body must be that of a form, application/x-www-form-urlencoded, of at most 16 KiB";
        Problem::new(Code::InvalidRequest, allowed)
    })?;
    if told.get(TRAP).is_some_and(|text| !text.is_empty()) {
        return Err(Problem::invalid(vec![ProblemField::new("/website", "not_allowed", "nothing")]));
    }
    Ok(told)
}

async fn taken(
    state: &ApiState,
    language: Language,
    token: &str,
    headers: &HeaderMap,
    told: &BTreeMap<String, String>,
    wants_json: bool,
) -> Result<Response, Problem> {
    let visitor = visitor_of(state, headers, None);
    let outcome = receipts::claim(&state.app, &state.intake, token, &visitor, &sign_up(language, told)).await;
    let mut response = match outcome {
        Err(ReceiptError::Unknown) if !wants_json => return Ok(no_receipt(language)),
        Err(ReceiptError::Invalid(fields)) if !wants_json => {
            let page = receipts::open_page(&state.app, &state.intake, token, &visitor).await;
            let page = page.map_err(problem_of_receipts)?;
            let body = form_of(language, &page, told, &fields);
            html(StatusCode::UNPROCESSABLE_ENTITY, language, &format!("{}{body}", head_of(language, &page)))
        }
        Err(error) => return Err(problem_of_receipts(error)),
        Ok(outcome) if wants_json => told_to_a_program(outcome),
        Ok(outcome) => told_on_a_page(language, outcome),
    };
    response.headers_mut().extend(cookie_of(state, headers, &visitor).map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// What cannot be answered, in words for people.
fn refused(language: Language, problem: &Problem) -> Response {
    let (title, text) = if problem.retry_after_seconds.is_some() {
        (
            language.pick("请稍后再试", "Try again in a moment"),
            language.pick("现在人有点多。", "Many are here just now."),
        )
    } else {
        (
            language.pick("没有成功", "That did not work"),
            language.pick("请重新扫描小票上的二维码。", "Scan the code on your receipt again."),
        )
    };
    let mut response = html(problem.code.status(), language, &format!("<h1>{title}</h1><p>{text}</p>"));
    let seconds = problem.retry_after_seconds.map(|seconds| (header::RETRY_AFTER, HeaderValue::from(seconds)));
    response.headers_mut().extend(seconds);
    response
}

/// As many as answers to forms: a shop's own network may send many, nobody needs hundreds in a minute.
fn take_room(state: &ApiState, address: Option<&str>) -> Result<(), Problem> {
    state.form_pace.take(address, state.app.clock.now()).map_err(|error| match error {
        FormError::TooMany { retry_after_seconds } => {
            Problem::new(Code::RateLimited, "too many from this network").retry_after(retry_after_seconds)
        }
        error => crate::v1::forms::problem_of_forms(error),
    })
}

fn sign_up(language: Language, told: &BTreeMap<String, String>) -> SignUp {
    let text = |name: &str| told.get(name).cloned().unwrap_or_default();
    let agreed =
        told.iter().filter_map(|(name, version)| Some((name.strip_prefix(AGREED)?.to_owned(), version.clone())));
    SignUp {
        phone: text("phone"),
        email: text("email"),
        name: text("name"),
        agreed: agreed.collect(),
        language: match language {
            Language::Chinese => form::Language::Chinese,
            Language::English => form::Language::English,
        },
    }
}

fn told_to_a_program(outcome: Outcome) -> Response {
    let (claimed_at, by_you) = match outcome {
        Outcome::AlreadyUsed { claimed_at, by_you } => (claimed_at.map(Instant::rfc3339), by_you),
        Outcome::Claimed | Outcome::Expired | Outcome::Returned | Outcome::Changed => (None, false),
    };
    Json(json!({ "outcome": outcome.code(), "claimed_at": claimed_at, "by_you": by_you })).into_response()
}

fn told_on_a_page(language: Language, outcome: Outcome) -> Response {
    let body = match outcome {
        Outcome::Claimed => {
            let title = language.pick("注册成功", "Welcome");
            let text = language.pick("这笔订单已记到您名下。", "This purchase is now in your name.");
            format!("<h1>{title}</h1><p>{text}</p>")
        }
        Outcome::AlreadyUsed { by_you, .. } => already_used(language, by_you),
        Outcome::Expired => expired(language),
        Outcome::Returned => {
            let title = language.pick("这笔订单已退款", "This purchase was paid back");
            let text = language.pick("没有可以记到您名下的金额。", "Nothing of it is left to be put in your name.");
            format!("<h1>{title}</h1><p>{text}</p>")
        }
        Outcome::Changed => {
            let title = language.pick("这笔订单有变动", "This purchase was changed");
            let text = language.pick("请让门店重新打印小票。", "Ask the store to print the receipt again.");
            format!("<h1>{title}</h1><p>{text}</p>")
        }
    };
    html(StatusCode::OK, language, &body)
}

fn already_used(language: Language, by_you: bool) -> String {
    let title = language.pick("此小票已使用", "This receipt is already used");
    let text = if by_you {
        language.pick("您已用它注册过。", "You have signed up with it already.")
    } else {
        language.pick("每张小票只能使用一次。", "A receipt can be used once.")
    };
    format!("<h1>{title}</h1><p>{text}</p>")
}

fn expired(language: Language) -> String {
    let title = language.pick("此小票已过期", "This receipt has expired");
    let text = language.pick("请向门店店员咨询。", "Ask in the store.");
    format!("<h1>{title}</h1><p>{text}</p>")
}

fn no_receipt(language: Language) -> Response {
    let title = language.pick("没有这张小票", "There is no such receipt");
    let text = language.pick("请重新扫描小票上的二维码。", "Scan the code on your receipt again.");
    html(StatusCode::NOT_FOUND, language, &format!("<h1>{title}</h1><p>{text}</p>"))
}

fn head_of(language: Language, page: &Page) -> String {
    let day = page.zone.day_of(page.ordered_at).iso();
    let exponent = Currency::parse(&page.currency).map_or(2, |currency| currency.exponent());
    let amount = format!("{} {}", page.currency, format_decimal(page.amount_minor, exponent));
    let label = language.pick("小票", "Receipt");
    format!(
        "<section aria-label=\"{label}\"><p>{}</p><p class=c>{}</p><p>{day}</p></section>",
        escaped(&page.store_name),
        escaped(&amount),
    )
}

fn form_of(language: Language, page: &Page, told: &BTreeMap<String, String>, wrong: &[FieldError]) -> String {
    let value = |name: &str| escaped(told.get(name).map_or("", String::as_str));
    let error = |field: &str| {
        wrong.iter().find(|one| one.field == field).map_or_else(String::new, |one| {
            format!("<em id=e-{field}>{}</em>", escaped(said_of(language, field, one.allowed)))
        })
    };
    let field = |name: &str, kind: &str, complete: &str, label: &str| {
        let error = error(name);
        let state =
            if error.is_empty() { String::new() } else { format!(" aria-invalid=true aria-describedby=e-{name}") };
        format!(
            "<label>{label}<input name={name} type={kind} autocomplete={complete} maxlength=200 value=\"{}\"{state}></label>{error}",
            value(name)
        )
    };
    let boxes: String = page
        .consents
        .iter()
        .map(|one| {
            let purpose = escaped(&one.purpose);
            let is_ticked = if told.contains_key(&format!("{AGREED}{}", one.purpose)) { " checked" } else { "" };
            let shown = if language == Language::Chinese { &one.zh } else { &one.en };
            let (version, text) = (escaped(&shown.version), escaped(&shown.text));
            format!(
                "<label class=b><input type=checkbox name=\"{AGREED}{purpose}\" value=\"{version}\"{is_ticked}>\
                 <span>{text}</span></label>"
            )
        })
        .collect();
    let title = language.pick("注册会员，领取这笔订单", "Sign up to claim this purchase");
    let hint = language.pick("手机号和邮箱至少填一项。", "A phone number or an email address.");
    let [phone, email, name, send] =
        [("手机号", "Phone"), ("邮箱", "Email"), ("姓名（选填）", "Name (optional)"), ("注册", "Sign up")]
            .map(|(chinese, english)| language.pick(chinese, english));
    format!(
        "<h1>{title}</h1><p>{hint}</p><form method=post>{}{}{}{boxes}{}\
         <input class=t name={TRAP} tabindex=-1 autocomplete=off aria-hidden=true><button>{send}</button></form>",
        field("phone", "tel", "tel", phone),
        field("email", "email", "email", email),
        field("name", "text", "name", name),
        error("agree"),
    )
}

/// In the language of the page.
fn said_of<'a>(language: Language, field: &str, allowed: &'a str) -> &'a str {
    match (language, field) {
        (Language::English, _) => allowed,
        (Language::Chinese, "phone") => "请填写手机号（中国大陆以外请加国家代码）或邮箱",
        (Language::Chinese, "email") => "请填写有效的邮箱",
        (Language::Chinese, "agree") => "同意的内容有更新，请重新勾选",
        (Language::Chinese, _) => "最多 100 个字",
    }
}

fn html(status: StatusCode, language: Language, body: &str) -> Response {
    const STYLE: &str = "body{font:18px/1.5 system-ui,sans-serif;max-width:26rem;margin:6vh auto;padding:0 1rem;\
        color:#1c2430;background:#fff}h1{font-size:1.4rem}section{border:1px solid #c5ccd6;border-radius:.5rem;\
        padding:.2rem 1rem;text-align:center}.c{font-size:1.8rem;font-weight:600;margin:0}section p{margin:.4rem 0}\
        label{display:block;margin:.8rem 0 0}input{font:inherit;width:100%;box-sizing:border-box;padding:.6rem;\
        border:1px solid #6b7686;border-radius:.4rem}.b{display:flex;gap:.6rem;align-items:flex-start;min-height:44px;white-space:pre-line}\
        .b input{width:1.4rem;height:1.4rem;flex:none}.t{position:absolute;left:-9999px}em{color:#b3261e;\
        font-style:normal;display:block}button{font:inherit;width:100%;min-height:48px;margin:1.2rem 0;border:0;\
        border-radius:.5rem;background:#0b5cad;color:#fff}";
    let title = language.pick("小票", "Receipt");
    let lang = language.code();
    let page = format!(
        "<!doctype html><html lang={lang}><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width,initial-scale=1\"><meta name=referrer content=no-referrer>\
         <title>{title}</title><style>{STYLE}</style><main>{body}</main></html>"
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, page).into_response()
}
