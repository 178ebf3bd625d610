//! What holds for every request: problems, ids, headers, limits.

use crate::support::{Caller, TestApi, on_both};
use axum::body::Body;
use axum::http::Request;
use perennial_domain::access::Role;
use serde_json::json;

on_both!(
    an_unknown_path_is_a_problem_with_the_request_id_of_the_caller,
    answers_are_not_cached_framed_or_sniffed,
    the_process_and_the_store_say_that_they_are_well,
    bodies_that_are_no_json_or_the_wrong_one_say_where,
    large_json_is_compressed_when_the_caller_can_read_it,
    a_cursor_of_another_list_and_a_limit_out_of_range_are_refused,
    values_before_the_first_run_are_missing_and_not_zero,
);

async fn an_unknown_path_is_a_problem_with_the_request_id_of_the_caller(api: TestApi) {
    let nobody = Caller::default();
    for path in ["/api", "/api/", "/api/v2", "/api/v1/nothing", "/api/v1/customers/x/nothing"] {
        let request = TestApi::request(&nobody, "GET", path, None, &[("x-request-id", "trace-17")]);
        let answer = api.send(request).await;
        assert_eq!(answer.problem(), "404 not_found", "{path}");
        assert_eq!(answer.header("x-request-id"), "trace-17");
        let body = answer.json();
        assert_eq!(body["request_id"], "trace-17");
        for field in ["type", "title", "detail", "errors"] {
            assert!(body.get(field).is_some(), "{field}");
        }
    }
    let request = TestApi::request(&nobody, "GET", "/api/v1/nothing", None, &[("x-request-id", "two words")]);
    assert!(api.send(request).await.header("x-request-id").starts_with("req_"));
    let wrong_method = api.send(TestApi::request(&nobody, "DELETE", "/api/v1/overview", None, &[])).await;
    assert_eq!(wrong_method.problem(), "405 method_not_allowed");
}

async fn answers_are_not_cached_framed_or_sniffed(api: TestApi) {
    let caller = api.caller(Role::Clerk).await;
    for path in ["/api/v1/settings", "/api/v1/users", "/api/v1/nothing", "/healthz"] {
        let answer = api.get(&caller, path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
    }
}

async fn the_process_and_the_store_say_that_they_are_well(api: TestApi) {
    let nobody = Caller::default();
    assert_eq!(api.get(&nobody, "/healthz").await.expect(200).text(), "ok");
    assert_eq!(api.get(&nobody, "/readyz").await.expect(200).text(), "ready");
    let document = api.get(&nobody, "/api/v1/openapi.json").await.expect(200);
    assert_eq!(document.text(), perennial_api::openapi_json());
    let caller = api.caller(Role::Clerk).await;
    let system = api.get(&caller, "/api/v1/system").await.expect(200).json();
    assert_eq!(system["version"], "0.0.0-test");
    assert_eq!(system["store"], api.app.store.engine().name());
    assert_eq!(system["history"]["facts"], 0);
}

async fn bodies_that_are_no_json_or_the_wrong_one_say_where(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let bearer = format!("Bearer {}", caller.bearer.clone().unwrap());
    let post = |kind: &str, body: String| {
        Request::post("/api/v1/users")
            .header("authorization", &bearer)
            .header("content-type", kind)
            .body(Body::from(body))
            .unwrap()
    };
    assert_eq!(api.send(post("application/json", "{".to_owned())).await.problem(), "422 invalid_request");
    assert_eq!(api.send(post("text/plain", "{}".to_owned())).await.problem(), "415 unsupported_media_type");
    let large = format!("{{\"email\":\"{}\"}}", "x".repeat(1_100_000));
    assert_eq!(api.send(post("application/json", large)).await.problem(), "413 too_large");
    let wrong = json!({ "email": "li@example.com", "name": "Li", "role": "king" });
    let answer = api.send(post("application/json", wrong.to_string())).await;
    assert_eq!(answer.problem(), "422 invalid_request");
    assert_eq!(answer.json()["errors"][0]["pointer"], "/role");
    let unknown = json!({ "email": "li@example.com", "name": "Li", "role": "clerk", "admin": true });
    let answer = api.send(post("application/json", unknown.to_string())).await;
    assert!(answer.json()["errors"][0]["detail"].as_str().unwrap().contains("admin"));
}

async fn large_json_is_compressed_when_the_caller_can_read_it(api: TestApi) {
    let gzip = [("accept-encoding", "gzip")];
    let request = TestApi::request(&Caller::default(), "GET", "/api/v1/openapi.json", None, &gzip);
    let answer = api.send(request).await.expect(200);
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(answer.bytes.len() * 4 < perennial_api::openapi_json().len());
}

async fn a_cursor_of_another_list_and_a_limit_out_of_range_are_refused(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    for cursor in ["nonsense", "YXVkaXQ6eA", "am9iczoxNw"] {
        let answer = api.get(&caller, &format!("/api/v1/audit?cursor={cursor}")).await;
        assert_eq!(answer.problem(), "422 invalid_cursor", "{cursor}");
    }
    for limit in ["0", "201", "many"] {
        let answer = api.get(&caller, &format!("/api/v1/audit?limit={limit}")).await;
        assert_eq!(answer.problem(), "422 invalid_request", "{limit}");
        assert_eq!(answer.json()["errors"][0]["pointer"], "limit");
    }
}

async fn values_before_the_first_run_are_missing_and_not_zero(api: TestApi) {
    let caller = api.caller(Role::Analyst).await;
    for path in ["", "/rfm", "/distribution", "/cohorts", "/backtest"] {
        let answer = api.get(&caller, &format!("/api/v1/value{path}")).await;
        assert_eq!(answer.problem(), "404 no_value_run", "{path}");
    }
    let overview = api.get(&caller, "/api/v1/overview").await.expect(200).json();
    assert_eq!(overview["has_data"], false);
    assert!(overview["total_value"].is_null());
}
