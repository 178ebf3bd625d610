//! A running API of one test, and requests against it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use perennial_api::ApiState;
use perennial_app::App;
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, NewToken, create_token};
use perennial_app::random::Random;
use perennial_domain::access::Role;
use perennial_history::History;
use perennial_testkit::{ManualClock, TestStore, postgres_store, sqlite_store};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use tower::ServiceExt;

/// Each story runs on SQLite and on PostgreSQL. All tests of the process share one server of PostgreSQL.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::support::TestApi::on_sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(api) = crate::support::TestApi::on_postgres().await {
                    super::$name(api).await;
                }
            })*
        }
    };
}
pub(crate) use on_both;

pub const PASSWORD: &str = "correct horse battery";
pub const EMAIL: &str = "ann@example.com";

/// Different bytes at every call, the same in every run.
#[derive(Default)]
struct CountingRandom(AtomicU64);

impl Random for CountingRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for byte in bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (state >> 56) as u8;
        }
    }
}

pub struct TestApi {
    pub app: App,
    pub clock: Arc<ManualClock>,
    router: Router,
    _store: TestStore,
    _folder: TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code of a problem, such as `403 forbidden`.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let body = self.json();
        assert_eq!(body["status"], self.status.as_u16());
        format!("{} {}", self.status.as_u16(), body["code"].as_str().unwrap())
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }
}

/// Somebody who sends requests.
#[derive(Clone, Default)]
pub struct Caller {
    pub cookie: Option<String>,
    pub csrf_token: Option<String>,
    pub bearer: Option<String>,
}

impl TestApi {
    pub async fn on_sqlite() -> Self {
        Self::on(sqlite_store().await).await
    }

    /// `None` where there is no PostgreSQL.
    pub async fn on_postgres() -> Option<Self> {
        Some(Self::on(postgres_store().await?).await)
    }

    async fn on(store: TestStore) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at("2026-11-21T08:00:00Z"));
        let app = App {
            store: store.database.clone(),
            history: Arc::new(History::open(&folder.path().join("history")).await.unwrap()),
            data_dir: Arc::new(folder.path().to_owned()),
            clock: clock.clone(),
            random: Arc::new(CountingRandom::default()),
        };
        let router = perennial_api::router(ApiState::new(app.clone(), "0.0.0-test"));
        Self { app, clock, router, _store: store, _folder: folder }
    }

    /// The same interface behind a proxy of ours.
    pub fn behind_proxy(mut self) -> Self {
        let state = ApiState::new(self.app.clone(), "0.0.0-test").behind_proxy(true);
        self.router = perennial_api::router(state);
        self
    }

    /// The answer as it begins, with a body that nobody has read yet.
    pub async fn begin(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.begin(request).await;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub fn request(
        caller: &Caller,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Request<Body> {
        let mut builder = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
        builder = builder.header(header::HOST, "perennial.test");
        if let Some(cookie) = &caller.cookie {
            builder = builder.header(header::COOKIE, format!("other=1; perennial_session={cookie}"));
        }
        if let Some(token) = &caller.csrf_token {
            builder = builder.header("x-csrf-token", token);
        }
        if let Some(token) = &caller.bearer {
            builder = builder.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        match body {
            Some(body) => {
                builder.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap()
            }
            None => builder.body(Body::empty()).unwrap(),
        }
    }

    pub async fn get(&self, caller: &Caller, path: &str) -> Answer {
        self.send(Self::request(caller, "GET", path, None, &[])).await
    }

    pub async fn call(&self, caller: &Caller, method: &str, path: &str, body: Value) -> Answer {
        self.send(Self::request(caller, method, path, Some(&body), &[])).await
    }

    pub async fn delete(&self, caller: &Caller, path: &str) -> Answer {
        self.send(Self::request(caller, "DELETE", path, None, &[])).await
    }

    /// A token of this role.
    pub async fn caller(&self, role: Role) -> Caller {
        let new =
            NewToken { name: format!("test {}", role.code()), role: role.code().to_owned(), expires_in_days: None };
        let (_, secret) = create_token(&self.app, &Actor::System("test"), new, &Once::unkeyed()).await.unwrap();
        Caller { bearer: Some(secret), ..Caller::default() }
    }

    /// The administrator of the first start, signed in with a password.
    pub async fn administrator(&self) -> Caller {
        let token = perennial_app::access::issue_first_link(&self.app).await.unwrap().unwrap();
        let nobody = Caller::default();
        let answer = self.call(&nobody, "POST", "/api/v1/session/link", serde_json::json!({ "token": token })).await;
        let caller = signed_in(&answer.expect(200));
        let body = serde_json::json!({ "email": EMAIL, "name": "Ann", "new_password": PASSWORD });
        self.call(&caller, "PUT", "/api/v1/session/password", body).await.expect(200);
        caller
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        let body = serde_json::json!({ "email": email, "password": password });
        self.call(&Caller::default(), "POST", "/api/v1/session", body).await
    }
}

/// The caller that a sign-in made.
pub fn signed_in(answer: &Answer) -> Caller {
    let cookie = answer.header("set-cookie").split(';').next().unwrap().split_once('=').unwrap().1.to_owned();
    let csrf_token = answer.json()["csrf_token"].as_str().unwrap().to_owned();
    Caller { cookie: Some(cookie), csrf_token: Some(csrf_token), bearer: None }
}

/// The request as the server hands it on: with the address of the connection.
pub fn coming_from(mut request: Request<Body>, address: &str) -> Request<Body> {
    let address: SocketAddr = address.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(address));
    request
}
