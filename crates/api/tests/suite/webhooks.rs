//! Webhooks by the API: made, changed, paused, given a new secret, tested, replayed; who may, and what the audit log says.
//! What is sent, and when, is told by the stories of the application.

use crate::support::{Caller, TestApi, on_both};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_webhook_shows_its_secret_once_and_is_changed_by_version,
    it_is_paused_tested_replayed_and_removed_and_each_is_in_the_audit_log,
    each_post_with_a_key_has_one_effect,
    wrong_settings_are_named_all_at_once_and_private_addresses_are_refused,
    deliveries_and_attempts_are_paged,
    who_may_not_manage_may_look,
);

fn body(url: &str) -> Value {
    json!({ "url": url, "event_types": ["order.created", "customer.created"], "description": " crm " })
}

async fn create(api: &TestApi, caller: &Caller) -> Value {
    let body = body("https://crm.example.com/hooks");
    api.call(caller, "POST", "/api/v1/webhooks", body).await.expect(201).json()
}

fn path_of(created: &Value) -> String {
    format!("/api/v1/webhooks/{}", created["webhook"]["id"].as_str().unwrap())
}

async fn a_webhook_shows_its_secret_once_and_is_changed_by_version(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let created = create(&api, &caller).await;
    let secret = created["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() == 50, "{secret}");
    assert_eq!(created["webhook"]["description"], "crm");
    assert_eq!(created["webhook"]["event_types"], json!(["customer.created", "order.created"]));
    let path = path_of(&created);
    let read = api.get(&caller, &path).await.expect(200);
    assert_eq!(read.header("etag"), "\"1\"");
    assert_eq!(read.json()["counts"], json!({ "waiting": 0, "delivered": 0, "failed": 0, "expired": 0 }));
    assert!(!read.text().contains(secret));
    let change = body("https://other.example.com/");
    let put = |tag: Option<&str>| {
        let headers: Vec<(&str, &str)> = tag.into_iter().map(|tag| ("if-match", tag)).collect();
        TestApi::request(&caller, "PUT", &path, Some(&change), &headers)
    };
    assert_eq!(api.send(put(None)).await.problem(), "428 precondition_required");
    let changed = api.send(put(Some("\"1\""))).await.expect(200);
    assert_eq!((changed.header("etag"), &changed.json()["url"]), ("\"2\"", &json!("https://other.example.com/")));
    assert_eq!(api.send(put(Some("\"1\""))).await.problem(), "412 precondition_failed");
    let listed = api.get(&caller, "/api/v1/webhooks").await.expect(200).json();
    assert_eq!(listed["items"][0]["webhook"], changed.json());
    assert_eq!(listed["event_types"].as_array().unwrap().len(), 15);
    assert_eq!(api.get(&caller, "/api/v1/webhooks/whk_nothing").await.problem(), "404 not_found");
}

async fn it_is_paused_tested_replayed_and_removed_and_each_is_in_the_audit_log(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let created = create(&api, &caller).await;
    let path = path_of(&created);
    let post = |what: &'static str, body: Value| {
        let (api, caller, path) = (&api, &caller, format!("{path}/{what}"));
        async move { api.call(caller, "POST", &path, body).await }
    };
    let paused = post("pause", json!({})).await.expect(200).json();
    assert_eq!((&paused["state"], &paused["paused_reason"]), (&json!("paused"), &json!("by_hand")));
    assert_eq!(post("test", json!({})).await.problem(), "409 conflict");
    assert_eq!(post("resume", json!({})).await.expect(200).json()["paused_at"], Value::Null);
    let event = post("test", json!({})).await.expect(202).json()["event_id"].clone();
    let rotated = post("secret", json!({ "earlier_secret_valid_seconds": 60 })).await.expect(200).json();
    assert_eq!(rotated["webhook"]["earlier_secret_valid_until"], "2026-11-21T08:01:00Z");
    assert_ne!(rotated["secret"], created["secret"]);
    assert_eq!(post("replay", json!({ "event_id": event })).await.expect(202).json(), json!({ "deliveries": 1 }));
    let since = json!({ "since": "2026-11-20T08:00:00Z" });
    assert_eq!(post("replay", since).await.expect(202).json(), json!({ "deliveries": 0 }), "tests are no types of its");
    assert_eq!(post("replay", json!({ "failed": true })).await.expect(202).json(), json!({ "deliveries": 0 }));
    for wrong in [json!({}), json!({ "failed": true, "event_id": "evt_1" }), json!({ "since": "monday" })] {
        assert_eq!(post("replay", wrong).await.problem(), "422 invalid_request");
    }
    assert_eq!(post("replay", json!({ "event_id": "evt_nothing" })).await.problem(), "404 not_found");
    api.delete(&caller, &path).await.expect(204);
    assert_eq!(api.delete(&caller, &path).await.problem(), "404 not_found");
    let page = api.get(&caller, "/api/v1/audit").await.expect(200).json();
    let actions: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let expected = [
        "webhook.deleted",
        "webhook.replayed",
        "webhook.replayed",
        "webhook.replayed",
        "webhook.secret_rotated",
        "webhook.tested",
        "webhook.resumed",
        "webhook.paused",
        "webhook.created",
    ];
    assert_eq!(actions[..9], expected);
    assert!(!page.to_string().contains("whsec_"));
}

async fn each_post_with_a_key_has_one_effect(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let created = create(&api, &caller).await;
    let path = path_of(&created);
    let requests = [
        ("/api/v1/webhooks".to_owned(), body("https://a.example.com/"), 201, "webhook.created"),
        (format!("{path}/secret"), json!({}), 200, "webhook.secret_rotated"),
        (format!("{path}/test"), json!({}), 202, "webhook.tested"),
        (format!("{path}/replay"), json!({ "failed": true }), 202, "webhook.replayed"),
    ];
    let entries = |action: &'static str| {
        let (api, caller) = (&api, &caller);
        async move {
            let page = api.get(caller, "/api/v1/audit?limit=200").await.expect(200).json();
            page["items"].as_array().unwrap().iter().filter(|entry| entry["action"] == action).count()
        }
    };
    for (path, body, status, action) in requests {
        let before = entries(action).await;
        let send = || api.send(TestApi::request(&caller, "POST", &path, Some(&body), &[("idempotency-key", "k")]));
        let mut first = send().await.expect(status).json();
        let again = send().await.expect(status);
        assert_eq!(again.header("idempotency-replayed"), "true", "{path}");
        if let Some(secret) = first.get_mut("secret") {
            *secret = Value::Null;
        }
        assert_eq!(again.json(), first, "{path}");
        assert_eq!(entries(action).await, before + 1, "{path}");
    }
}

async fn wrong_settings_are_named_all_at_once_and_private_addresses_are_refused(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let post = |body: Value| api.call(&caller, "POST", "/api/v1/webhooks", body);
    let answer = post(json!({ "url": "https://a.example.com/", "event_types": ["order.created", "x", "y"] })).await;
    assert_eq!(answer.problem(), "422 invalid_request");
    assert_eq!(answer.json()["errors"][1]["pointer"], "/event_types/2");
    let answer = post(json!({ "url": "", "event_types": [], "description": "d".repeat(201) })).await;
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 3);
    for url in ["http://a.example.com/", "https://localhost/", "https://169.254.169.254/", "https://u:p@a.example.com/"]
    {
        let answer = post(body(url)).await;
        assert_eq!(
            (answer.problem(), &answer.json()["errors"][0]["pointer"]),
            ("422 invalid_request".into(), &json!("/url"))
        );
    }
    for number in 0..20 {
        post(body(&format!("https://a.example.com/{number}"))).await.expect(201);
    }
    assert_eq!(post(body("https://a.example.com/")).await.problem(), "409 conflict");
}

async fn deliveries_and_attempts_are_paged(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let path = path_of(&create(&api, &caller).await);
    let mut sent = Vec::new();
    for _ in 0..3 {
        let event = api.call(&caller, "POST", &format!("{path}/test"), json!({})).await.expect(202).json();
        sent.push(event["event_id"].as_str().unwrap().to_owned());
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page =
            api.get(&caller, &format!("{path}/deliveries?limit=2&state=waiting{cursor}")).await.expect(200).json();
        for item in page["items"].as_array().unwrap() {
            assert_eq!((&item["event_type"], &item["body"]["type"]), (&json!("webhook.test"), &json!("webhook.test")));
            assert_eq!(
                (&item["state"], &item["attempts"], &item["last_status"]),
                (&json!("waiting"), &json!(0), &Value::Null)
            );
            seen.push(item["event_id"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    seen.reverse();
    assert_eq!(seen, sent);
    let attempts = api.get(&caller, &format!("{path}/attempts")).await.expect(200).json();
    assert_eq!(attempts, json!({ "items": [], "next_cursor": null }));
    assert_eq!(api.get(&caller, &format!("{path}/deliveries?state=lost")).await.problem(), "422 invalid_request");
    let foreign = format!("{path}/attempts?cursor=bm9uc2Vuc2U");
    assert_eq!(api.get(&caller, &foreign).await.problem(), "422 invalid_cursor");
}

async fn who_may_not_manage_may_look(api: TestApi) {
    let created = create(&api, &api.caller(Role::Operator).await).await;
    let analyst = api.caller(Role::Analyst).await;
    api.get(&analyst, &path_of(&created)).await.expect(200);
    assert_eq!(api.delete(&analyst, &path_of(&created)).await.problem(), "403 forbidden");
    let clerk = api.caller(Role::Clerk).await;
    assert_eq!(api.get(&clerk, "/api/v1/webhooks").await.problem(), "403 forbidden");
}
