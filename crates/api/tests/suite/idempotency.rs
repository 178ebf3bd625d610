//! The same request twice.

use crate::support::{Caller, TestApi};
use perennial_domain::access::Role;
use serde_json::{Value, json};

const KEY: (&str, &str) = ("idempotency-key", "invitation-1");

fn invitation(name: &str) -> Value {
    json!({ "email": "li@example.com", "name": name, "role": "clerk" })
}

async fn users(api: &TestApi, caller: &Caller) -> usize {
    api.get(caller, "/api/v1/users").await.expect(200).json()["items"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_is_replayed_without_its_secret() {
    let api = TestApi::new().await;
    let caller = api.caller(Role::Administrator).await;
    let send = |body: Value| TestApi::request(&caller, "POST", "/api/v1/users", Some(&body), &[KEY]);
    let first = api.send(send(invitation("Li"))).await.expect(201);
    let second = api.send(send(invitation("Li"))).await.expect(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(first.json()["user"], second.json()["user"]);
    assert!(first.json()["sign_in_link"].is_string());
    assert!(second.json()["sign_in_link"].is_null());
    assert_eq!(users(&api, &caller).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_with_another_body_is_refused_and_belongs_to_one_caller() {
    let api = TestApi::new().await;
    let caller = api.caller(Role::Administrator).await;
    let request = TestApi::request(&caller, "POST", "/api/v1/users", Some(&invitation("Li")), &[KEY]);
    api.send(request).await.expect(201);
    let request = TestApi::request(&caller, "POST", "/api/v1/users", Some(&invitation("Lo")), &[KEY]);
    assert_eq!(api.send(request).await.problem(), "409 idempotency_mismatch");
    let other = api.caller(Role::Administrator).await;
    let request = TestApi::request(&other, "POST", "/api/v1/users", Some(&invitation("Li")), &[KEY]);
    assert_eq!(api.send(request).await.problem(), "409 conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_gives_its_key_free() {
    let api = TestApi::new().await;
    let caller = api.caller(Role::Administrator).await;
    let wrong = json!({ "email": "nobody", "name": "Li", "role": "clerk" });
    let request = TestApi::request(&caller, "POST", "/api/v1/users", Some(&wrong), &[KEY]);
    assert_eq!(api.send(request).await.problem(), "422 invalid_request");
    let request = TestApi::request(&caller, "POST", "/api/v1/users", Some(&invitation("Li")), &[KEY]);
    api.send(request).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_requests_with_one_key_have_one_effect() {
    let api = TestApi::new().await;
    let caller = api.caller(Role::Administrator).await;
    let body = json!({ "name": "nightly", "role": "clerk" });
    let request = || TestApi::request(&caller, "POST", "/api/v1/tokens", Some(&body), &[KEY]);
    let (a, b, c) = tokio::join!(api.send(request()), api.send(request()), api.send(request()));
    let created = [&a, &b, &c]
        .into_iter()
        .filter(|answer| answer.status == 201 && answer.header("idempotency-replayed").is_empty());
    assert_eq!(created.count(), 1);
    for answer in [&a, &b, &c] {
        assert!(answer.status == 201 || answer.problem() == "409 idempotency_in_progress");
    }
    let tokens = api.get(&caller, "/api/v1/tokens").await.json();
    let nightly = tokens["items"].as_array().unwrap().iter().filter(|token| token["name"] == "nightly").count();
    assert_eq!(nightly, 1);
}
