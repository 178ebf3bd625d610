//! The page: what the form asks as JSON inside, and a script that shows it.

use super::super::escaped;
use super::super::language::Language;
use super::CACHE_CONTROL;
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::codes::base_of;
use crate::v1::forms::problem_of_forms;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use perennial_app::forms::{self, Desk, FormError, Page};
use perennial_app::picture;
use perennial_domain::form::{Choice, FormConsent, FormField, Words};
use serde::Serialize;
use serde_json::{Value, json};

/// Own files only, own server only, in nobody's frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; worker-src 'self'; \
    img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub async fn of_form(
    State(state): State<ApiState>,
    Path(form): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    page(&state, &form, Desk::Own, &headers).await
}

pub async fn of_counter(
    State(state): State<ApiState>,
    Path((form, counter)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    page(&state, &form, Desk::Counter(&counter), &headers).await
}

pub async fn of_clerk(
    State(state): State<ApiState>,
    Path((form, clerk)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    page(&state, &form, Desk::Clerk(&clerk), &headers).await
}

async fn page(state: &ApiState, form: &str, desk: Desk<'_>, headers: &HeaderMap) -> Result<Response, Problem> {
    let language = Language::of(headers);
    let page = match forms::page_of(&state.app, form, desk).await {
        Ok(page) => page,
        Err(FormError::NoForm | FormError::NoCounter) => return Ok(no_form(language)),
        Err(error) => return Err(problem_of_forms(error)),
    };
    let picture = picture_of(state, headers, &page);
    // In a script only the end of a script is no text; every other sign stands for itself.
    let told = json!(Told::of(&page)).to_string().replace('<', "\\u003c");
    let title = language.pick(&page.form.settings.title.zh, &page.form.settings.title.en);
    let body = format!(
        "<div id=form-page></div><div id=code hidden>{}</div><noscript>{}</noscript>\
         <script type=application/json id=form>{told}</script><script src=/f/page.js></script>",
        picture.unwrap_or_default(),
        language.pick("请启用 JavaScript。", "This page needs JavaScript."),
    );
    Ok(html(StatusCode::OK, language, title, &body))
}

fn no_form(language: Language) -> Response {
    let title = language.pick("没有这个表单", "There is no such form");
    html(StatusCode::NOT_FOUND, language, title, &format!("<h1>{title}</h1>"))
}

fn html(status: StatusCode, language: Language, title: &str, body: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang={}><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width,initial-scale=1\"><meta name=referrer content=no-referrer>\
         <title>{}</title><link rel=stylesheet href=/f/page.css><body>{body}</body></html>",
        language.code(),
        escaped(title),
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static(CACHE_CONTROL)),
    ];
    (status, headers, page).into_response()
}

/// The channel code, where there is one and the server knows by which address it is reached.
fn picture_of(state: &ApiState, headers: &HeaderMap, page: &Page) -> Option<String> {
    let base = base_of(state, headers).ok()?;
    picture::svg(&format!("{base}/s/{}", page.code.as_ref()?)).ok()
}

/// What the script is told.
#[derive(Serialize)]
struct Told<'a> {
    version: i64,
    title: &'a Words,
    intro: Option<&'a Words>,
    thanks: Option<&'a Words>,
    fields: Vec<Value>,
    consents: Vec<Value>,
    /// The name of the counter.
    counter: Option<&'a str>,
    is_open: bool,
}

impl<'a> Told<'a> {
    fn of(page: &'a Page) -> Self {
        let settings = &page.form.settings;
        Self {
            version: page.form.version,
            title: &settings.title,
            intro: settings.intro.as_ref(),
            thanks: settings.thanks.as_ref(),
            fields: settings.fields.iter().map(field).collect(),
            consents: settings.consents.iter().map(|one| consent(page, one)).collect(),
            counter: page.counter.as_ref().map(|counter| counter.settings.name.as_str()),
            is_open: page.is_open,
        }
    }
}

fn field(field: &FormField) -> Value {
    let FormField { name, kind, label, choices, is_required, min, max } = field;
    let choices: Vec<Value> =
        choices.iter().map(|Choice { value, label }| json!({ "value": value, "label": label })).collect();
    json!({ "name": name, "kind": kind.code(), "label": label, "choices": choices, "is_required": is_required,
        "min": min, "max": max })
}

fn consent(page: &Page, consent: &FormConsent) -> Value {
    let text = |code: &str| {
        let own = page.texts.iter().find(|text| text.consent == consent.name && text.language.code() == code);
        own.map_or("", |text| text.text.as_str())
    };
    json!({ "name": consent.name, "is_required": consent.is_required,
        "text": { "zh": text("zh-CN"), "en": text("en") } })
}
