//! What stands in the audit log.

use crate::support::{TestApi, on_both};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(changes_and_exports_are_written_down_with_who_did_them, what_was_refused_leaves_no_entry,);

async fn changes_and_exports_are_written_down_with_who_did_them(api: TestApi) {
    let caller = api.administrator().await;
    let user = json!({ "email": "li@example.com", "name": "Li", "role": "clerk" });
    let created = api.call(&caller, "POST", "/api/v1/users", user).await.expect(201).json();
    let path = format!("/api/v1/users/{}", created["user"]["id"].as_str().unwrap());
    api.call(&caller, "PATCH", &path, json!({ "role": "analyst" })).await.expect(200);
    api.call(&caller, "POST", "/api/v1/tokens", json!({ "name": "n", "role": "clerk" })).await.expect(201);
    let answer = api.get(&caller, "/api/v1/settings").await;
    let etag = [("if-match", answer.header("etag"))];
    api.send(TestApi::request(&caller, "PUT", "/api/v1/settings", Some(&answer.json()), &etag)).await.expect(200);
    api.get(&caller, "/api/v1/exports/customers?search=li").await.expect(200);

    let page = api.get(&caller, "/api/v1/audit?limit=5").await.expect(200).json();
    let actions: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    let expected = ["customers.exported", "settings.updated", "token.created", "user.updated", "user.created"];
    assert_eq!(actions, expected);
    let export = &page["items"][0];
    assert_eq!(export["actor"], json!({ "kind": "user", "id": export["actor"]["id"], "name": "Ann" }));
    assert_eq!(export["detail"], json!({ "customers": 0, "conditions": ["search"] }));
    assert_eq!(page["items"][3]["detail"], json!({ "role": { "from": "clerk", "to": "analyst" } }));
    let text = page.to_string();
    assert!(!text.contains("li@example.com") && !text.contains("pat_"), "{text}");

    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = api.get(&caller, &format!("/api/v1/audit?cursor={cursor}")).await.expect(200).json();
    let last = rest["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((last["action"].as_str(), &last["actor"]["kind"]), (Some("user.created"), &json!("system")));
    assert_eq!(rest["next_cursor"], Value::Null);
}

async fn what_was_refused_leaves_no_entry(api: TestApi) {
    let clerk = api.caller(Role::Clerk).await;
    let administrator = api.caller(Role::Administrator).await;
    let before = api.get(&administrator, "/api/v1/audit").await.json()["items"].as_array().unwrap().len();
    api.get(&clerk, "/api/v1/exports/customers").await.expect(403);
    let bad = json!({ "email": "x", "name": "", "role": "clerk" });
    api.call(&administrator, "POST", "/api/v1/users", bad).await.expect(422);
    let after = api.get(&administrator, "/api/v1/audit").await.json()["items"].as_array().unwrap().len();
    assert_eq!(before, after);
}
