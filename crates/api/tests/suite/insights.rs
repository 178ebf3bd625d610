//! Innovation tests and attributes by the interface.

use crate::support::{TestApi, on_both};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(a_test_is_registered_counted_and_closed, attributes_have_quadrants_owners_and_days,);

async fn a_test_is_registered_counted_and_closed(api: TestApi) {
    let analyst = api.caller(Role::Analyst).await;
    let body = json!({ "name": "A gift box", "innovation": "product", "started_on": "2026-11-01",
        "arms": [{ "name": "As before", "people": 2000, "conversions": 200 }, { "name": "Box", "people": 2000, "conversions": 240 }] });
    let key = [("idempotency-key", "1")];
    let make = || TestApi::request(&analyst, "POST", "/api/v1/innovation-tests", Some(&body), &key);
    let made = api.send(make()).await.expect(201).json();
    assert_eq!(api.send(make()).await.expect(201).json(), made, "the same request twice");
    assert_eq!(made["comparisons"][0]["lift_points"].as_f64().unwrap().round(), 2.0);
    let path = format!("/api/v1/innovation-tests/{}", made["id"].as_str().unwrap());
    let with = |method: &'static str, path: &str, tag: Option<&str>, body: &Value| {
        let headers: Vec<(&str, &str)> = tag.map(|tag| ("if-match", tag)).into_iter().collect();
        TestApi::request(&analyst, method, path, Some(body), &headers)
    };
    assert_eq!(api.send(with("PUT", &path, None, &body)).await.problem(), "428 precondition_required");
    let changed = api.send(with("PUT", &path, Some("\"1\""), &body)).await.expect(200);
    assert_eq!(changed.header("etag"), "\"2\"");
    assert_eq!(api.send(with("PUT", &path, Some("\"1\""), &body)).await.problem(), "412 precondition_failed");
    let close = format!("{path}/close");
    let verdict = json!({ "verdict": "adopt", "note": "for all" });
    let closed = api.send(with("POST", &close, Some("\"2\""), &verdict)).await.expect(200).json();
    assert_eq!((&closed["closed"], &closed["verdict"]), (&json!(true), &json!("adopt")));
    assert!(closed["comparisons"][0]["p_value"].as_f64().unwrap() < 0.05);
    assert_eq!(api.send(with("POST", &close, Some("\"3\""), &verdict)).await.problem(), "409 conflict");
    let list = api.get(&analyst, "/api/v1/innovation-tests").await.expect(200).json();
    assert_eq!(list["items"], json!([closed]));
    let mut wrong = body.clone();
    wrong["arms"][0]["conversions"] = json!(2001);
    let refused = api.call(&analyst, "POST", "/api/v1/innovation-tests", wrong).await;
    assert_eq!(refused.problem(), "422 invalid_request");
    let clerk = api.caller(Role::Clerk).await;
    assert_eq!(api.get(&clerk, "/api/v1/innovation-tests").await.problem(), "403 forbidden");
}

async fn attributes_have_quadrants_owners_and_days(api: TestApi) {
    let administrator = api.administrator().await;
    let owner = api.get(&administrator, "/api/v1/users").await.expect(200).json()["items"][0]["id"].clone();
    let body = json!({ "name": "Delivery", "importance": 8.4, "satisfaction": 5.1, "ratings": 240, "owner": owner,
        "due_on": "2026-12-31" });
    let key = [("idempotency-key", "1")];
    let make = || TestApi::request(&administrator, "POST", "/api/v1/attributes", Some(&body), &key);
    let made = api.send(make()).await.expect(201).json();
    assert_eq!(api.send(make()).await.expect(201).json(), made, "the same request twice");
    assert_eq!(
        (&made["importance"], &made["quadrant"], &made["overdue"]),
        (&json!(8.4), &json!("strengthen"), &json!(false))
    );
    let mut liked = body.clone();
    (liked["name"], liked["satisfaction"]) = (json!("Taste"), json!(9.0));
    api.call(&administrator, "POST", "/api/v1/attributes", liked).await.expect(201);
    let list = api.get(&administrator, "/api/v1/attributes").await.expect(200).json();
    assert_eq!((&list["items"][0]["quadrant"], &list["items"][1]["quadrant"]), (&json!("fix"), &json!("strengthen")));
    let path = format!("/api/v1/attributes/{}", made["id"].as_str().unwrap());
    let mut done = body.clone();
    done["done"] = json!(true);
    let put = || TestApi::request(&administrator, "PUT", &path, Some(&done), &[("if-match", "\"1\"")]);
    assert_eq!(api.send(put()).await.expect(200).json()["done"], json!(true));
    assert_eq!(api.send(put()).await.problem(), "412 precondition_failed");
    for (field, value) in [
        ("importance", json!(8.412)),
        ("satisfaction", json!(11)),
        ("owner", json!("usr_none")),
        ("due_on", json!("soon")),
    ] {
        let mut wrong = body.clone();
        wrong[field] = value;
        let refused = api.call(&administrator, "POST", "/api/v1/attributes", wrong).await;
        assert_eq!(refused.problem(), "422 invalid_request", "{field}");
        assert_eq!(refused.json()["errors"][0]["pointer"], json!(format!("/{field}")));
    }
    api.delete(&administrator, &path).await.expect(204);
    assert_eq!(api.delete(&administrator, &path).await.problem(), "404 not_found");
    // Whoever may be the owner is told to whom chooses one.
    let owners = api.get(&administrator, "/api/v1/attribute-owners").await.expect(200).json();
    let ids: Vec<&str> =
        owners["items"].as_array().unwrap().iter().map(|one| one["user_id"].as_str().unwrap()).collect();
    assert!(ids.contains(&body["owner"].as_str().unwrap()), "{owners}");
    let clerk = api.caller(Role::Clerk).await;
    assert_eq!(api.get(&clerk, "/api/v1/attribute-owners").await.problem(), "403 forbidden");
}
