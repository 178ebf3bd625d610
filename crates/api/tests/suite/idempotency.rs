//! The same request twice.

use crate::support::{Caller, TestApi, on_both};
use axum::body::Body;
use axum::http::Request;
use perennial_domain::access::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::task::Poll;

on_both!(
    a_repeated_request_is_replayed_without_its_secret,
    a_repeated_request_for_a_link_makes_no_second_one,
    the_same_key_with_another_body_is_refused_and_belongs_to_one_caller,
    a_refused_request_gives_its_key_free,
    concurrent_requests_with_one_key_have_one_effect,
    every_route_that_takes_a_key_keeps_its_answer_with_its_effect,
    a_request_that_is_cut_off_anywhere_has_one_effect_when_it_is_sent_again,
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

/// The id of a file that can be imported with this mapping.
async fn upload(api: &TestApi, caller: &Caller) -> String {
    let request = Request::post("/api/v1/uploads?name=orders.csv")
        .header("authorization", format!("Bearer {}", caller.bearer.clone().unwrap()))
        .header("content-type", "application/octet-stream")
        .body(Body::from("no,who,day,paid\n1,7,2025-03-01,100.00\n"))
        .unwrap();
    api.send(request).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

/// Routes that need a story of their own before them: `audiences`, `clerks`, `clusters`, `codes`, `communities`, `insights`, `fields`, `forms`, `identity`, `key_customers`, `layers`, `matrices`, `plans`, `privacy`, `segments`, `tags`, `upserts`,
/// `usage_cards` and `webhooks` send those twice with one key.
const PLAYED_IN_STORIES: [&str; 44] = [
    "/api/v1/audiences",
    "/api/v1/layers",
    "/api/v1/matrices",
    "/api/v1/customers/{id}/plan-decisions",
    "/api/v1/innovation-tests",
    "/api/v1/attributes",
    "/api/v1/communities",
    "/api/v1/communities/{id}/top-up",
    "/api/v1/clusterings",
    "/api/v1/clusters/{id}/interviews",
    "/api/v1/segments",
    "/api/v1/touch-points",
    "/api/v1/customers/{id}/usage-answers",
    "/api/v1/codes",
    "/api/v1/unit-batches",
    "/api/v1/forms",
    "/api/v1/forms/{id}/counters",
    "/api/v1/webhooks",
    "/api/v1/webhooks/{id}/secret",
    "/api/v1/webhooks/{id}/test",
    "/api/v1/webhooks/{id}/replay",
    "/api/v1/orders",
    "/api/v1/customers",
    "/api/v1/customers/{id}/merges",
    "/api/v1/merges/{id}/undo",
    "/api/v1/sources/{id}/plan/draft",
    "/api/v1/sources/{id}/plan/freeze",
    "/api/v1/sources/{id}/quarantine/discard",
    "/api/v1/sources/{id}/quarantine/release",
    "/api/v1/customers/{id}/erasure",
    "/api/v1/consent-purposes/{id}/texts",
    "/api/v1/consents",
    "/api/v1/places",
    "/api/v1/clerks",
    "/api/v1/sign-ups",
    "/api/v1/incentive-rules",
    "/api/v1/settlements",
    "/api/v1/tag-groups",
    "/api/v1/tag-groups/{id}/tags",
    "/api/v1/customers/{id}/tags",
    "/api/v1/tag-changes",
    "/api/v1/fields",
    "/api/v1/customers/{id}/fields",
    "/api/v1/customers/{id}/contacts",
];

/// What a repeated request would do twice, counted by its entries in the audit log.
async fn every_route_that_takes_a_key_keeps_its_answer_with_its_effect(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let user = api.call(&caller, "POST", "/api/v1/users", invitation("Li")).await.expect(201).json();
    let link = format!("/api/v1/users/{}/sign-in-link", user["user"]["id"].as_str().unwrap());
    let mapping = json!({ "no": "order_no", "who": "customer_id", "day": "ordered_at", "paid": "order_amount" });
    let import = json!({ "kind": "orders", "uploads": [upload(&api, &caller).await], "mapping": mapping,
        "options": { "currency": "GBP" } });
    let source = json!({ "name": "web shop", "kind": "website" });
    let made = api.call(&caller, "POST", "/api/v1/sources", source.clone()).await.expect(201).json();
    let write_key = format!("/api/v1/sources/{}/write-key", made["source"]["id"].as_str().unwrap());
    let requests = [
        (
            "/api/v1/users",
            Some(json!({ "email": "lo@example.com", "name": "Lo", "role": "clerk" })),
            201,
            "user.created",
        ),
        (link.as_str(), None, 201, "sign_in_link.created"),
        ("/api/v1/tokens", Some(json!({ "name": "nightly", "role": "clerk" })), 201, "token.created"),
        ("/api/v1/imports", Some(import), 202, "import.created"),
        ("/api/v1/value/runs", None, 202, "value.run_requested"),
        ("/api/v1/sources", Some(source), 201, "source.created"),
        (write_key.as_str(), Some(json!({ "earlier_key_valid_seconds": 60 })), 200, "source.write_key_rotated"),
    ];
    let pattern_of = |path: &str| match path.split('/').collect::<Vec<_>>().as_slice() {
        [before @ .., _, last @ ("sign-in-link" | "write-key")] => format!("{}/{{id}}/{last}", before.join("/")),
        _ => path.to_owned(),
    };
    let here = requests.iter().map(|(path, ..)| pattern_of(path));
    let played: BTreeSet<String> = here.chain(PLAYED_IN_STORIES.map(str::to_owned)).collect();
    assert_eq!(played, routes_with_a_key(), "every route that takes a key is played twice somewhere");
    for (path, body, status, action) in requests {
        let before = entries(&api, &caller, action).await;
        let send = || api.send(TestApi::request(&caller, "POST", path, body.as_ref(), &[("idempotency-key", path)]));
        let first = send().await.expect(status);
        assert_eq!(first.header("idempotency-replayed"), "", "{path}");
        for _ in 0..2 {
            let again = send().await.expect(status);
            assert_eq!(again.header("idempotency-replayed"), "true", "{path}: the use case kept no answer");
            let (mut expected, replayed) = (first.json(), again.json());
            for secret in ["token", "sign_in_link", "write_key"] {
                if let Some(shown) = expected.get_mut(secret) {
                    *shown = Value::Null;
                }
            }
            assert_eq!(replayed, expected, "{path}");
        }
        assert_eq!(entries(&api, &caller, action).await, before + 1, "{path}");
    }
}

/// As the document of the interface names them.
/// Without those of the ledger, where a key is needed: their stories are in `rewards`.
fn routes_with_a_key() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(&perennial_api::openapi_json()).unwrap();
    let takes_key = |item: &Value| {
        let parameters = item["post"]["parameters"].as_array();
        parameters
            .is_some_and(|list| list.iter().any(|one| one["name"] == "Idempotency-Key" && one["required"] != true))
    };
    let paths = document["paths"].as_object().unwrap().iter();
    paths.filter(|(_, item)| takes_key(item)).map(|(path, _)| path.clone()).collect()
}

async fn entries(api: &TestApi, caller: &Caller, action: &str) -> usize {
    let page = api.get(caller, "/api/v1/audit?limit=200").await.expect(200).json();
    page["items"].as_array().unwrap().iter().filter(|entry| entry["action"] == action).count()
}

/// Polls so often, then lets go: what a process that dies at this moment would have done.
async fn cut_off<F: Future>(work: F, polls: usize) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut done = 0;
    std::future::poll_fn(|context| {
        if done == polls {
            return Poll::Ready(None);
        }
        done += 1;
        work.as_mut().poll(context).map(Some)
    })
    .await
}

async fn a_request_that_is_cut_off_anywhere_has_one_effect_when_it_is_sent_again(api: TestApi) {
    const ROUNDS: usize = 32;
    let caller = api.caller(Role::Administrator).await;
    let mut cut = 0;
    for round in 0..ROUNDS {
        let key = format!("try-{round}");
        let body = json!({ "name": key, "role": "clerk" });
        let send =
            || api.send(TestApi::request(&caller, "POST", "/api/v1/tokens", Some(&body), &[("idempotency-key", &key)]));
        // How far so many polls lead depends on how fast the store answers.
        cut += usize::from(cut_off(send(), round % 8).await.is_none());
        // Where the first one's commit is still under way, the second is told to come again.
        while send().await.status == 409 {}
        send().await.expect(201);
    }
    assert!(cut >= ROUNDS / 8, "only {cut} requests were cut off");
    let tokens = api.get(&caller, "/api/v1/tokens").await.json();
    let names: Vec<&str> =
        tokens["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    for round in 0..ROUNDS {
        let name = format!("try-{round}");
        assert_eq!(names.iter().filter(|one| **one == name).count(), 1, "{name}");
    }
}
