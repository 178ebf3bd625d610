//! Sources: made, changed, paused, given a new key; who may, and what the audit log says.

use crate::support::{Caller, TestApi, on_both};
use crate::tracking::{KeyOf, track};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_source_shows_its_key_once_and_is_changed_by_version,
    a_paused_source_takes_nothing_until_it_is_resumed,
    an_earlier_key_works_until_its_time_and_the_one_before_no_more,
    wrong_settings_are_named_all_at_once,
    changes_of_sources_are_in_the_audit_log_without_secrets,
    the_debugger_shows_what_came_without_values_page_by_page,
);

async fn create(api: &TestApi, caller: &Caller, body: Value) -> Value {
    api.call(caller, "POST", "/api/v1/sources", body).await.expect(201).json()
}

fn path_of(created: &Value) -> String {
    format!("/api/v1/sources/{}", created["source"]["id"].as_str().unwrap())
}

async fn a_source_shows_its_key_once_and_is_changed_by_version(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let body = json!({ "name": " web shop ", "kind": "website", "user_id_type": "customer_id", "rate_limit": 500 });
    let request =
        |key: &str| TestApi::request(&caller, "POST", "/api/v1/sources", Some(&body), &[("idempotency-key", key)]);
    let created = api.send(request("a")).await.expect(201).json();
    let key = created["write_key"].as_str().unwrap();
    assert!(key.starts_with("wk_") && key.len() == 46, "{key}");
    assert!(key.ends_with(created["source"]["write_key_ending"].as_str().unwrap()));
    assert_eq!(
        (created["source"]["name"].as_str(), created["source"]["state"].as_str()),
        (Some("web shop"), Some("active"))
    );
    let replayed = api.send(request("a")).await.expect(201).json();
    assert_eq!((&replayed["write_key"], &replayed["source"]), (&Value::Null, &created["source"]));

    let path = path_of(&created);
    let read = api.get(&caller, &path).await.expect(200);
    assert_eq!(read.header("etag"), "\"1\"");
    assert_eq!(
        read.json()["totals"],
        json!({ "accepted": 0, "duplicates": 0, "refused": 0, "put_aside": 0, "released": 0, "discarded": 0,
            "erased": 0, "last_at": null })
    );
    assert!(!read.text().contains(key));
    let stored = perennial_store::sources::list(&mut api.app.store.read().await.unwrap()).await.unwrap();
    assert!(stored[0].key_hash.len() == 32 && stored[0].key_hash != key.as_bytes());

    let change = json!({ "name": "shop", "kind": "app" });
    let put = |tag: Option<&str>| {
        let headers: Vec<(&str, &str)> = tag.into_iter().map(|tag| ("if-match", tag)).collect();
        TestApi::request(&caller, "PUT", &path, Some(&change), &headers)
    };
    assert_eq!(api.send(put(None)).await.problem(), "428 precondition_required");
    let changed = api.send(put(Some("\"1\""))).await.expect(200);
    assert_eq!(changed.header("etag"), "\"2\"");
    let changed = changed.json();
    assert_eq!(
        (changed["name"].as_str(), changed["kind"].as_str(), changed["rate_limit"].as_u64()),
        (Some("shop"), Some("app"), None)
    );
    assert_eq!(changed["user_id_type"], "user_id", "what is absent gets its usual value");
    assert_eq!(api.send(put(Some("\"1\""))).await.problem(), "412 precondition_failed");
    let listed = api.get(&api.caller(Role::Analyst).await, "/api/v1/sources").await.expect(200).json();
    assert_eq!(listed["items"][0]["source"], changed);
    assert_eq!(api.get(&caller, "/api/v1/sources/src_nothing").await.problem(), "404 not_found");
}

async fn a_paused_source_takes_nothing_until_it_is_resumed(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let created = create(&api, &caller, json!({ "name": "till" })).await;
    let key = created.key();
    track(&api, &key, "m1").await.expect(200);
    let paused = api.call(&caller, "POST", &format!("{}/pause", path_of(&created)), json!({})).await.expect(200).json();
    assert_eq!(paused["state"], "paused");
    let refused = track(&api, &key, "m2").await.expect(400).json();
    assert_eq!(refused["code"], "source_paused");
    api.call(&caller, "POST", &format!("{}/pause", path_of(&created)), json!({})).await.expect(200);
    api.call(&caller, "POST", &format!("{}/resume", path_of(&created)), json!({})).await.expect(200);
    track(&api, &key, "m2").await.expect(200);
    let totals = api.get(&caller, &path_of(&created)).await.expect(200).json()["totals"].clone();
    assert_eq!((totals["accepted"].as_i64(), totals["refused"].as_i64()), (Some(2), Some(0)));
}

async fn an_earlier_key_works_until_its_time_and_the_one_before_no_more(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let created = create(&api, &caller, json!({ "name": "app" })).await;
    let path = format!("{}/write-key", path_of(&created));
    let first = created.key();
    let body = json!({ "earlier_key_valid_seconds": 3_600 });
    let rotated = api.call(&caller, "POST", &path, body.clone()).await.expect(200).json();
    let second = rotated.key();
    assert_ne!(first, second);
    assert_eq!(rotated["source"]["earlier_key_valid_until"], "2026-11-21T09:00:00Z");
    track(&api, &first, "m1").await.expect(200);
    track(&api, &second, "m2").await.expect(200);
    api.clock.advance_seconds(3_599);
    track(&api, &first, "m3").await.expect(200);
    api.clock.advance_seconds(1);
    assert_eq!(track(&api, &first, "m4").await.expect(400).json()["code"], "invalid_write_key");
    track(&api, &second, "m4").await.expect(200);

    let third = api.call(&caller, "POST", &path, body).await.expect(200).json().key();
    let fourth =
        api.call(&caller, "POST", &path, json!({ "earlier_key_valid_seconds": 0 })).await.expect(200).json().key();
    for (key, status) in [(&first, 400), (&second, 400), (&third, 400), (&fourth, 200)] {
        track(&api, key, "m5").await.expect(status);
    }
    let too_long = api.call(&caller, "POST", &path, json!({ "earlier_key_valid_seconds": 2_592_001 })).await;
    assert_eq!(too_long.problem(), "422 invalid_request");
}

async fn wrong_settings_are_named_all_at_once(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let wrong = json!({ "name": "x", "kind": "satellite", "state": "asleep", "user_id_type": "shoe_size" });
    let answer = api.call(&caller, "POST", "/api/v1/sources", wrong).await;
    assert_eq!(answer.problem(), "422 invalid_request");
    let pointers: Vec<String> = answer.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["pointer"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(pointers, ["/kind", "/state", "/user_id_type"]);
    let wrong = json!({ "name": "", "user_id_type": "email", "rate_limit": 0 });
    let answer = api.call(&caller, "POST", "/api/v1/sources", wrong).await;
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 3);
    let analyst = api.caller(Role::Analyst).await;
    assert_eq!(api.call(&analyst, "POST", "/api/v1/sources", json!({ "name": "x" })).await.problem(), "403 forbidden");
}

async fn changes_of_sources_are_in_the_audit_log_without_secrets(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let created = create(&api, &caller, json!({ "name": "app" })).await;
    let path = path_of(&created);
    let change = json!({ "name": "app 2", "rate_limit": 7 });
    api.send(TestApi::request(&caller, "PUT", &path, Some(&change), &[("if-match", "\"1\"")])).await.expect(200);
    api.call(&caller, "POST", &format!("{path}/pause"), json!({})).await.expect(200);
    api.call(&caller, "POST", &format!("{path}/resume"), json!({})).await.expect(200);
    let rotated = api.call(&caller, "POST", &format!("{path}/write-key"), json!({})).await.expect(200).json();
    let audit = api.get(&caller, "/api/v1/audit?limit=5").await.expect(200);
    for secret in [created.key(), rotated.key()] {
        assert!(!audit.text().contains(&secret));
    }
    let entries = audit.json()["items"].as_array().unwrap().clone();
    let actions: Vec<&str> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(
        actions,
        ["source.write_key_rotated", "source.resumed", "source.paused", "source.updated", "source.created"]
    );
    assert_eq!(entries[3]["detail"], json!({ "changed": ["name", "rate_limit"] }));
    assert!(entries.iter().all(|entry| entry["subject"] == created["source"]["id"]));
}

async fn the_debugger_shows_what_came_without_values_page_by_page(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let created = create(&api, &caller, json!({ "name": "app" })).await;
    let (key, path) = (created.key(), format!("{}/debugger", path_of(&created)));
    track(&api, &key, "m1").await.expect(200);
    track(&api, &key, "m1").await.expect(200);
    let wrong = json!({ "event": "Signed Up", "messageId": "m2", "properties": { "email": "ann@example.com" }, "writeKey": key });
    api.call(&Caller::default(), "POST", "/v1/track", wrong).await.expect(200);
    let answer = api.get(&caller, &path).await.expect(200);
    assert!(!answer.text().contains("ann@example.com"));
    let page = answer.json();
    let outcomes: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["refused", "duplicate", "accepted"]);
    let refused = &page["items"][0];
    assert_eq!((refused["reason"].as_str(), refused["name"].as_str()), (Some("no_user_anon_id"), Some("Signed Up")));
    assert_eq!(refused["shape"], "{event: text, messageId: text, properties: {email: text}, writeKey: text}");
    let first = api.get(&caller, &format!("{path}?limit=2")).await.expect(200).json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = api.get(&caller, &format!("{path}?limit=2&cursor={cursor}")).await.expect(200).json();
    assert_eq!((&rest["items"][0], &rest["next_cursor"]), (&page["items"][2], &Value::Null));
    let newest = page["items"][1]["id"].as_i64().unwrap();
    let news = api.get(&caller, &format!("{path}?after={newest}")).await.expect(200).json();
    assert_eq!(news["items"], json!([refused]));
    let only = api.get(&caller, &format!("{path}?outcome=duplicate")).await.expect(200).json();
    assert_eq!(only["items"].as_array().unwrap().len(), 1);
    assert_eq!(api.get(&caller, &format!("{path}?outcome=lost")).await.problem(), "422 invalid_request");
    assert_eq!(api.get(&caller, &format!("{path}?cursor=%2525")).await.problem(), "422 invalid_cursor");
    assert_eq!(api.get(&api.caller(Role::Clerk).await, &path).await.problem(), "403 forbidden");
}
