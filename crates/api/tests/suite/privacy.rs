//! Erasure over the interface: once by key, seen until it is done, with a receipt that can be verified.

use crate::support::{Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_app::access::Actor;
use perennial_app::{customers, jobs, pipeline};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_person_is_erased_once_and_the_receipt_says_so,
    what_is_asked_wrongly_is_refused_with_a_reason,
    everything_about_a_person_is_downloaded_by_who_may
);

async fn identified(api: &TestApi, key: &str, message: &str, user: &str) {
    let batch = json!({ "writeKey": key, "batch": [
        { "type": "identify", "messageId": message, "userId": user, "traits": { "name": "Ann", "phone": "13812345678" } },
    ] });
    api.call(&Caller::default(), "POST", "/v1/batch", batch).await.expect(200);
    pipeline::apply_all(&api.app).await.unwrap();
}

async fn id_of(api: &TestApi, user: &str) -> Option<String> {
    let found = customers::find_customer(&api.app, &Actor::System("test"), user).await;
    found.ok().map(|number| number.public_id())
}

async fn a_person_is_erased_once_and_the_receipt_says_so(api: TestApi) {
    let administrator = api.caller(Role::Administrator).await;
    let (source_id, key) = source(&api, "shop").await;
    identified(&api, &key, "m1", "u1").await;
    let id = id_of(&api, "u1").await.unwrap();
    let path = format!("/api/v1/customers/{id}/erasure");
    let body = json!({ "reason": "request 114" });
    let send = async || {
        let request = TestApi::request(&administrator, "POST", &path, Some(&body), &[("idempotency-key", "k")]);
        api.send(request).await.expect(202)
    };
    let begun = send().await.json();
    let again = send().await;
    assert_eq!((again.header("idempotency-replayed"), again.json()), ("true", begun.clone()));
    assert_eq!((&begun["state"], &begun["customer"]), (&json!("running"), &json!(id)));
    assert_eq!(api.get(&administrator, &format!("/api/v1/customers/{id}")).await.problem(), "404 not_found");
    assert_eq!(api.call(&administrator, "POST", &path, body.clone()).await.problem(), "404 not_found");
    assert_eq!(id_of(&api, "13812345678").await, None);

    jobs::run_until_idle(&api.app).await.unwrap();
    let at = format!("/api/v1/erasures/{}", begun["id"].as_str().unwrap());
    let done = api.get(&administrator, &at).await.expect(200).json();
    assert_eq!(
        (&done["state"], &done["is_overdue"], &done["waits_for"]),
        (&json!("done"), &json!(false), &Value::Null)
    );
    assert_eq!((&done["removed"]["identifiers"], &done["removed"]["history_facts"]), (&json!(2), &json!(1)));
    let listed = api.get(&administrator, "/api/v1/erasures").await.expect(200).json();
    assert_eq!(listed["items"], json!([done]));

    let verify = async |receipt: &Value| {
        let body = json!({ "receipt": receipt });
        api.call(&administrator, "POST", "/api/v1/erasures/verify", body).await.expect(200).json()
    };
    let receipt = &done["receipt"];
    // Keys and signatures are letters in no order: in them anything may be read.
    let content = receipt["content"].to_string();
    assert!(!content.contains("13812345678") && !content.contains("u1"), "{receipt}");
    let verdict = verify(receipt).await;
    assert_eq!((&verdict["is_valid"], &verdict["customer"]), (&json!(true), &json!(id)));
    let mut forged = receipt.clone();
    forged["content"]["removed"]["history_facts"] = json!(2);
    let verdict = verify(&forged).await;
    assert_eq!((&verdict["is_valid"], &verdict["is_hash_right"]), (&json!(false), &json!(false)));
    assert_eq!(verify(&json!({})).await["is_valid"], false);

    identified(&api, &key, "m2", "u1").await;
    assert_eq!(id_of(&api, "u1").await, None, "a late message");
    let source = api.get(&administrator, &format!("/api/v1/sources/{source_id}")).await.expect(200).json();
    assert_eq!((&source["totals"]["accepted"], &source["totals"]["erased"]), (&json!(2), &json!(1)));
    let log = api.get(&administrator, &format!("/api/v1/sources/{source_id}/debugger")).await.expect(200).json();
    let reasons: Vec<&Value> = log["items"].as_array().unwrap().iter().map(|entry| &entry["reason"]).collect();
    assert!(reasons.contains(&&json!("erased_person")), "{log}");
}

async fn what_is_asked_wrongly_is_refused_with_a_reason(api: TestApi) {
    let administrator = api.caller(Role::Administrator).await;
    let nobody = perennial_domain::ids::CustomerNumber(99).public_id();
    let path = format!("/api/v1/customers/{nobody}/erasure");
    for (body, problem) in [
        (json!({ "reason": " " }), "422 invalid_request"),
        (json!({ "reason": "x".repeat(501) }), "422 invalid_request"),
        (json!({}), "422 invalid_request"),
        (json!({ "reason": "request 7" }), "404 not_found"),
    ] {
        assert_eq!(api.call(&administrator, "POST", &path, body.clone()).await.problem(), problem, "{body}");
    }
    let operator = api.caller(Role::Operator).await;
    let body = json!({ "reason": "request 7" });
    assert_eq!(api.call(&operator, "POST", &path, body).await.problem(), "403 forbidden");
    assert_eq!(api.get(&operator, "/api/v1/erasures/era_no").await.problem(), "404 not_found");
}

async fn everything_about_a_person_is_downloaded_by_who_may(api: TestApi) {
    let administrator = api.caller(Role::Administrator).await;
    let (_, key) = source(&api, "shop").await;
    identified(&api, &key, "m1", "u1").await;
    let path = format!("/api/v1/exports/customers/{}", id_of(&api, "u1").await.unwrap());
    assert_eq!(api.get(&api.caller(Role::Analyst).await, &path).await.problem(), "403 forbidden");
    let answer = api.get(&administrator, &path).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    assert!(answer.header("content-disposition").starts_with("attachment; filename=\"cus_"));
    let text = String::from_utf8(answer.bytes).unwrap();
    let records: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["record"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(records, ["person", "identifier", "identifier", "trait", "activity", "fact", "audit_entry", "end"]);
    let log = api.get(&administrator, "/api/v1/audit").await.expect(200).json();
    assert_eq!(log["items"][0]["action"], "customer.data_exported");
    let nobody = format!("/api/v1/exports/customers/{}", perennial_domain::ids::CustomerNumber(99).public_id());
    assert_eq!(api.get(&administrator, &nobody).await.problem(), "404 not_found");
}
