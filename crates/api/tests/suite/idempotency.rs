//! The same request twice.

use crate::support::{Caller, TestApi, on_both};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_repeated_request_is_replayed_without_its_secret,
    a_repeated_request_for_a_link_makes_no_second_one,
    the_same_key_with_another_body_is_refused_and_belongs_to_one_caller,
    a_refused_request_gives_its_key_free,
    concurrent_requests_with_one_key_have_one_effect,
);

const KEY: (&str, &str) = ("idempotency-key", "invitation-1");

fn invitation(name: &str) -> Value {
    json!({ "email": "li@example.com", "name": name, "role": "clerk" })
}

async fn users(api: &TestApi, caller: &Caller) -> usize {
    api.get(caller, "/api/v1/users").await.expect(200).json()["items"].as_array().unwrap().len()
}

async fn a_repeated_request_is_replayed_without_its_secret(api: TestApi) {
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

async fn a_repeated_request_for_a_link_makes_no_second_one(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let created = api.call(&caller, "POST", "/api/v1/users", invitation("Li")).await.expect(201).json();
    let path = format!("/api/v1/users/{}/sign-in-link", created["user"]["id"].as_str().unwrap());
    let send = || api.send(TestApi::request(&caller, "POST", &path, None, &[KEY]));
    let first = send().await.expect(201).json();
    let second = send().await.expect(201);
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert!(second.json()["sign_in_link"].is_null());
    // A second link would have ended the first.
    let token = first["sign_in_link"].as_str().unwrap().strip_prefix("/login?link=").unwrap().to_owned();
    api.call(&Caller::default(), "POST", "/api/v1/session/link", json!({ "token": token })).await.expect(200);
}

async fn the_same_key_with_another_body_is_refused_and_belongs_to_one_caller(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let request = TestApi::request(&caller, "POST", "/api/v1/users", Some(&invitation("Li")), &[KEY]);
    api.send(request).await.expect(201);
    let request = TestApi::request(&caller, "POST", "/api/v1/users", Some(&invitation("Lo")), &[KEY]);
    assert_eq!(api.send(request).await.problem(), "409 idempotency_mismatch");
    let other = api.caller(Role::Administrator).await;
    let request = TestApi::request(&other, "POST", "/api/v1/users", Some(&invitation("Li")), &[KEY]);
    assert_eq!(api.send(request).await.problem(), "409 conflict");
}

async fn a_refused_request_gives_its_key_free(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let wrong = json!({ "email": "nobody", "name": "Li", "role": "clerk" });
    let request = TestApi::request(&caller, "POST", "/api/v1/users", Some(&wrong), &[KEY]);
    assert_eq!(api.send(request).await.problem(), "422 invalid_request");
    let request = TestApi::request(&caller, "POST", "/api/v1/users", Some(&invitation("Li")), &[KEY]);
    api.send(request).await.expect(201);
}

async fn concurrent_requests_with_one_key_have_one_effect(api: TestApi) {
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
