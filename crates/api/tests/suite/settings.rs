//! Settings with their version.

use crate::support::{TestApi, on_both};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(settings_change_with_the_version_they_were_read_at, the_currency_is_fixed_once_there_are_facts,);

fn put(caller: &crate::support::Caller, body: &Value, etag: Option<&str>) -> axum::http::Request<axum::body::Body> {
    let headers: Vec<(&str, &str)> = etag.map(|etag| ("if-match", etag)).into_iter().collect();
    TestApi::request(caller, "PUT", "/api/v1/settings", Some(body), &headers)
}

async fn settings_change_with_the_version_they_were_read_at(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let answer = api.get(&caller, "/api/v1/settings").await.expect(200);
    let (etag, mut body) = (answer.header("etag").to_owned(), answer.json());
    body["brand_name"] = json!("<script>alert(1)</script>");
    body["currency"] = json!("gbp");

    assert_eq!(body["currency_exponent"], Value::Null);
    // Read only: what comes back is looked up.
    body["currency_exponent"] = json!(7);
    assert_eq!(api.send(put(&caller, &body, None)).await.problem(), "428 precondition_required");
    let saved = api.send(put(&caller, &body, Some(&etag))).await.expect(200);
    assert_eq!(saved.json()["brand_name"], "<script>alert(1)</script>");
    assert_eq!((&saved.json()["currency"], &saved.json()["currency_exponent"]), (&json!("GBP"), &json!(2)));
    assert_ne!(saved.header("etag"), etag);
    assert_eq!(api.send(put(&caller, &body, Some(&etag))).await.problem(), "412 precondition_failed");
    assert_eq!(api.send(put(&caller, &body, Some("\"soon\""))).await.problem(), "412 precondition_failed");

    body["currency"] = json!("JPY");
    let saved = api.send(put(&caller, &body, Some(saved.header("etag")))).await.expect(200);
    assert_eq!(saved.json()["currency_exponent"], 0);
    let etag = saved.header("etag").to_owned();
    body["horizon_days"] = json!(0);
    body["time_zone"] = json!("Mars/Olympus");
    let refused = api.send(put(&caller, &body, Some(&etag))).await;
    assert_eq!(refused.problem(), "422 invalid_request");
    let pointers: Vec<Value> =
        refused.json()["errors"].as_array().unwrap().iter().map(|error| error["pointer"].clone()).collect();
    assert_eq!(pointers, ["/time_zone", "/horizon_days"]);
}

async fn the_currency_is_fixed_once_there_are_facts(api: TestApi) {
    crate::fixtures::shop(&api).await;
    let caller = api.caller(Role::Administrator).await;
    let answer = api.get(&caller, "/api/v1/settings").await.expect(200);
    let (etag, mut body) = (answer.header("etag").to_owned(), answer.json());
    assert_eq!(body["currency_locked"], true);
    body["currency"] = json!("EUR");
    assert_eq!(api.send(put(&caller, &body, Some(&etag))).await.problem(), "409 currency_locked");
    body["currency"] = json!("GBP");
    body["margin_basis_points"] = json!(4_000);
    api.send(put(&caller, &body, Some(&etag))).await.expect(200);
}
