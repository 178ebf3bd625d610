//! Who is asking: a bearer token, or the session cookie with its CSRF token on methods that change.
//!
//! The extractors of this module are the only ways to an actor, and they come first in a handler's arguments,
//! so that a request without the right learns nothing from its body being checked.

use crate::problem::{Code, Problem};
use crate::state::ApiState;
use crate::v1::access::problem_of_access;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use perennial_app::access::{self, Actor, equal_in_constant_time};
use perennial_app::audit;
use perennial_domain::access::Right;
use serde_json::json;
use std::marker::PhantomData;
use std::net::SocketAddr;

pub const SESSION_COOKIE: &str = "perennial_session";
const CSRF_HEADER: &str = "x-csrf-token";

/// Whoever has signed in or shows a token.
#[derive(Clone, Debug)]
pub struct Principal {
    pub actor: Actor,
    /// Only for people in a browser.
    pub session: Option<BrowserSession>,
}

#[derive(Clone, Debug)]
pub struct BrowserSession {
    pub cookie: String,
    pub signed_in: access::SignedIn,
}

/// Looks the credentials up once per request, however many extractors ask.
pub async fn authenticate(parts: &mut Parts, state: &ApiState) -> Result<Principal, Problem> {
    if let Some(principal) = parts.extensions.get::<Principal>() {
        return Ok(principal.clone());
    }
    let principal = match bearer(&parts.headers) {
        Some(token) => by_token(state, &token).await?,
        None => by_cookie(parts, state).await?,
    };
    parts.extensions.insert(principal.clone());
    Ok(principal)
}

async fn by_token(state: &ApiState, token: &str) -> Result<Principal, Problem> {
    match access::authenticate_token(&state.app, token).await.map_err(problem_of_access)? {
        Some(actor) => Ok(Principal { actor, session: None }),
        None => Err(Problem::new(Code::Unauthenticated, "the token is unknown, revoked or expired")),
    }
}

async fn by_cookie(parts: &Parts, state: &ApiState) -> Result<Principal, Problem> {
    let unauthenticated = || Problem::new(Code::Unauthenticated, "there is no session and no token");
    let cookie = session_cookie(&parts.headers).ok_or_else(unauthenticated)?;
    let signed_in = access::resume_session(&state.app, &cookie).await.map_err(problem_of_access)?;
    let signed_in = signed_in.ok_or_else(unauthenticated)?;
    if changes_something(&parts.method) {
        check_origin(parts, state)?;
        let given = parts.headers.get(CSRF_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !equal_in_constant_time(given, &signed_in.csrf_token) {
            let detail = "send the csrf_token of GET /api/v1/session as X-CSRF-Token";
            return Err(Problem::new(Code::CsrfTokenMismatch, detail));
        }
    }
    let actor = signed_in.user.actor(signed_in.scope.clone());
    Ok(Principal { actor, session: Some(BrowserSession { cookie, signed_in }) })
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A browser says where a request comes from; another site's page may not act here.
pub fn check_origin(parts: &Parts, state: &ApiState) -> Result<(), Problem> {
    let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let mismatch = || Problem::new(Code::OriginMismatch, "the request comes from the page of another site");
    if text("sec-fetch-site") == Some("cross-site") {
        return Err(mismatch());
    }
    let Some(origin) = text("origin") else {
        return Ok(());
    };
    let forwarded = if state.behind_proxy { forwarded(&parts.headers, "x-forwarded-host") } else { None };
    let host = forwarded.or_else(|| text("host")).or_else(|| parts.uri.authority().map(|host| host.as_str()));
    let origin_host = origin.split_once("://").map(|(_, host)| host);
    let same = matches!((origin_host, host), (Some(origin), Some(host)) if origin.eq_ignore_ascii_case(host));
    if same { Ok(()) } else { Err(mismatch()) }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

pub fn session_cookie(headers: &HeaderMap) -> Option<String> {
    cookie_named(headers, SESSION_COOKIE)
}

/// The first cookie of that name with a value.
pub fn cookie_named(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    for pair in cookies.flat_map(|line| line.split(';')) {
        if let Some((name, value)) = pair.split_once('=')
            && name.trim() == wanted
            && !value.trim().is_empty()
        {
            return Some(value.trim().to_owned());
        }
    }
    None
}

/// A cookie of this server's, for no script to read; it lives so long.
pub fn set_cookie(name: &str, value: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")).ok()
}

/// Whether the browser came by https, as far as a proxy of ours says so.
pub fn is_https(state: &ApiState, headers: &HeaderMap) -> bool {
    state.behind_proxy && forwarded(headers, "x-forwarded-proto") == Some("https")
}

/// What a proxy of ours says: the last element of the last line. Whatever stands before it, in the same line or in
/// others, the sender may have made up.
pub fn forwarded<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let line = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next().map(str::trim).filter(|element| !element.is_empty())
}

/// Where the request comes from, as far as that is known.
pub struct Address(pub Option<String>);

impl FromRequestParts<ApiState> for Address {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        if state.behind_proxy
            && let Some(address) = forwarded(&parts.headers, "x-forwarded-for")
        {
            return Ok(Self(Some(address.to_owned())));
        }
        let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(connection.map(|info| info.0.ip().to_string())))
    }
}

/// For requests that anybody may send but no other site's page: sign-in.
pub struct SameOrigin {
    /// The browser came by https, so the cookie must stay there.
    pub secure: bool,
}

impl FromRequestParts<ApiState> for SameOrigin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        check_origin(parts, state)?;
        let by_proxy = is_https(state, &parts.headers);
        let origin = parts.headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
        Ok(Self { secure: by_proxy || origin.is_some_and(|origin| origin.starts_with("https://")) })
    }
}

/// A person in a browser.
pub struct SignedIn(pub BrowserSession);

impl FromRequestParts<ApiState> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let principal = authenticate(parts, state).await?;
        let no_session = || Problem::new(Code::Unauthenticated, "this is about a session; a token has none");
        principal.session.map(Self).ok_or_else(no_session)
    }
}

/// An actor that has the right `R`.
pub struct Allowed<R>(pub Actor, pub PhantomData<R>);

/// Whoever has signed in or shows a token, whatever their rights: for a use case that answers a refusal in its own way.
pub struct Known(pub Actor);

impl FromRequestParts<ApiState> for Known {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        Ok(Self(authenticate(parts, state).await?.actor))
    }
}

/// An actor that has the right `R`, for what takes data of customers out: who is refused is in the audit log.
pub struct TakesOut<R>(pub Actor, pub PhantomData<R>);

impl<R: NeededRight> FromRequestParts<ApiState> for TakesOut<R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let actor = authenticate(parts, state).await?.actor;
        if actor.may(R::RIGHT) {
            return Ok(Self(actor, PhantomData));
        }
        let route = parts.extensions.get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str);
        audit::note_refused(&state.app, &actor, R::RIGHT, json!({ "route": route }))
            .await
            .map_err(crate::problem_of_store)?;
        Err(Problem::forbidden(R::RIGHT))
    }
}

/// An actor whose role has the right `R`, also one who sees a part of the customers only: for use cases that narrow what
/// they show although their right opens more.
pub struct Narrowed<R>(pub Actor, pub PhantomData<R>);

impl<R: NeededRight> FromRequestParts<ApiState> for Narrowed<R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let principal = authenticate(parts, state).await?;
        if principal.actor.role_has(R::RIGHT) {
            Ok(Self(principal.actor, PhantomData))
        } else {
            Err(Problem::forbidden(R::RIGHT))
        }
    }
}

/// A right as a type, so that a handler's signature says what it needs.
pub trait NeededRight {
    const RIGHT: Right;
}

impl<R: NeededRight> FromRequestParts<ApiState> for Allowed<R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let principal = authenticate(parts, state).await?;
        match access::require(&principal.actor, R::RIGHT) {
            Ok(()) => Ok(Self(principal.actor, PhantomData)),
            Err(forbidden) => Err(Problem::forbidden(forbidden.right)),
        }
    }
}

macro_rules! rights {
    ($($name:ident),* $(,)?) => {
        $(
            pub struct $name;
            impl NeededRight for $name {
                const RIGHT: Right = Right::$name;
            }
        )*
    };
}

rights!(
    CustomersRead,
    CustomersExport,
    CustomersMerge,
    CustomersWrite,
    ValueRead,
    ValueRun,
    ImportsRead,
    ImportsRun,
    SettingsRead,
    SettingsWrite,
    AccessManage,
    AuditRead,
    JobsManage,
    SourcesRead,
    SourcesManage,
    PrivacyRead,
    PrivacyManage,
    ConsentsWrite,
    FactsWrite,
    WebhooksRead,
    WebhooksManage,
    StoresRead,
    StoresManage,
    SignUpsWrite,
    TouchPointsRead,
    TouchPointsManage,
    TagsManage,
    FieldsManage,
    SegmentsManage,
    PointsRead,
    PointsWrite,
    PointsAdjust,
    WalletsManage,
);
