//! Tags by the interface: groups by version, keys with one effect, and who may.

use crate::support::{Caller, TestApi, on_both};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(tags_are_made_set_found_and_shown, each_post_with_a_key_has_one_effect, who_may_not_is_told_so);

async fn customer(api: &TestApi, caller: &Caller, id: &str) -> String {
    let body = json!({ "customers": [{ "identifiers": [{ "type": "customer_id", "value": id }] }] });
    api.call(caller, "POST", "/api/v1/customers", body).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    let found = api.get(caller, &format!("/api/v1/customers?search={id}")).await.expect(200).json();
    found["items"][0]["id"].as_str().unwrap().to_owned()
}

fn names(code: &str) -> Value {
    json!({ "code": code, "name_zh": "意向客户", "name_en": code })
}

async fn tags_are_made_set_found_and_shown(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let ann = customer(&api, &caller, "ann").await;
    let bob = customer(&api, &caller, "bob").await;
    let group = json!({ "code": "stage", "name_zh": "孕期", "name_en": "Stage", "exclusive": true, "valid_days": 90 });
    let made = api.call(&caller, "POST", "/api/v1/tag-groups", group).await.expect(201).json();
    assert_eq!((&made["exclusive"], &made["valid_days"], &made["version"]), (&json!(true), &json!(90), &json!(1)));
    for code in ["early", "late"] {
        api.call(&caller, "POST", "/api/v1/tag-groups/stage/tags", names(code)).await.expect(201);
    }
    let path = format!("/api/v1/customers/{ann}/tags");
    let body = json!({ "set": ["early"], "surface": "console", "note": "on the phone" });
    assert_eq!(api.call(&caller, "POST", &path, body).await.expect(200).json()["changed"], 1);
    let both = json!({ "customer_ids": [ann, bob], "set": ["late"] });
    let changed = api.call(&caller, "POST", "/api/v1/tag-changes", both).await.expect(200).json();
    assert_eq!(changed, json!({ "changed": 2, "unchanged": 0, "not_found": 0 }));
    let shown = api.get(&caller, &path).await.expect(200).json();
    assert_eq!((&shown["customer_id"], &shown["standing"][0]["tag"]), (&json!(ann), &json!("late")));
    let ended = &shown["ended"][0];
    assert_eq!((&ended["ended"]["why"], &ended["ended"]["replaced_by"]), (&json!("replaced"), &json!("late")));
    assert_eq!(ended["set"][0]["note"], "on the phone");
    let profile = api.get(&caller, &format!("/api/v1/customers/{ann}")).await.expect(200).json();
    assert_eq!((&profile["tags"][0]["tag"], profile["tags"].as_array().unwrap().len()), (&json!("late"), 1));
    for (tag, total) in [("late", 2), ("early", 0), ("late,early", 0), ("nothing", 0)] {
        let found = api.get(&caller, &format!("/api/v1/customers?tag={tag}")).await.expect(200).json();
        assert_eq!(found["total"], total, "{tag}");
    }
    assert_eq!(api.get(&caller, "/api/v1/customers?tag=No%20tag").await.problem(), "422 invalid_request");
    let listed = api.get(&caller, "/api/v1/tag-groups").await.expect(200).json();
    let counts: Vec<&Value> =
        listed["items"][0]["tags"].as_array().unwrap().iter().map(|one| &one["customers"]).collect();
    assert_eq!(counts, [&json!(0), &json!(2)]);
    let file = api.get(&caller, "/api/v1/exports/customers?tag=late&format=csv").await.expect(200).text();
    assert_eq!(file.lines().count(), 3, "a head and two lines");
}

async fn each_post_with_a_key_has_one_effect(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let ann = customer(&api, &caller, "ann").await;
    let one = format!("/api/v1/customers/{ann}/tags");
    let group = json!({ "code": "other", "name_zh": "其他", "name_en": "Other" });
    let posts = [
        ("/api/v1/tag-groups", group),
        ("/api/v1/tag-groups/other/tags", names("vip")),
        (one.as_str(), json!({ "set": ["vip"] })),
        ("/api/v1/tag-changes", json!({ "customer_ids": [ann], "set": ["vip"] })),
    ];
    for (path, body) in posts {
        let key = [("idempotency-key", "once")];
        let send = || api.send(TestApi::request(&caller, "POST", path, Some(&body), &key));
        let (first, again) = (send().await, send().await);
        assert!(first.status.is_success(), "{path}: {}", first.text());
        assert_eq!((again.header("idempotency-replayed"), again.json()), ("true", first.json()), "{path}");
    }
    let shown = api.get(&caller, &one).await.expect(200).json();
    assert_eq!(shown["standing"][0]["set"].as_array().unwrap().len(), 2, "set once, renewed once");
    let entries = api.get(&caller, "/api/v1/audit?limit=4").await.expect(200).json();
    let actions: Vec<&str> =
        entries["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["customers.tags_changed", "customer.tags_changed", "tag.created", "tag_group.created"]);
}

async fn who_may_not_is_told_so(api: TestApi) {
    let operator = api.caller(Role::Operator).await;
    let ann = customer(&api, &operator, "ann").await;
    let group = json!({ "code": "other", "name_zh": "其他", "name_en": "Other" });
    api.call(&operator, "POST", "/api/v1/tag-groups", group.clone()).await.expect(201);
    assert_eq!(api.call(&operator, "POST", "/api/v1/tag-groups", group.clone()).await.problem(), "409 conflict");
    api.call(&operator, "POST", "/api/v1/tag-groups/other/tags", names("vip")).await.expect(201);
    let clerk = api.caller(Role::Clerk).await;
    assert_eq!(api.call(&clerk, "POST", "/api/v1/tag-groups", group.clone()).await.problem(), "403 forbidden");
    let path = format!("/api/v1/customers/{ann}/tags");
    api.call(&clerk, "POST", &path, json!({ "set": ["vip"] })).await.expect(200);
    let analyst = api.caller(Role::Analyst).await;
    assert_eq!(api.call(&analyst, "POST", &path, json!({ "set": ["vip"] })).await.problem(), "403 forbidden");
    api.get(&analyst, &path).await.expect(200);
    let put = |path: &str, body: Value, tag: Option<&str>| {
        let headers: Vec<(&str, &str)> = tag.into_iter().map(|tag| ("if-match", tag)).collect();
        api.send(TestApi::request(&operator, "PUT", path, Some(&body), &headers))
    };
    let archive = json!({ "name_zh": "其他", "name_en": "Other", "exclusive": false, "archived": true });
    assert_eq!(put("/api/v1/tag-groups/other", archive.clone(), None).await.problem(), "428 precondition_required");
    let archived = put("/api/v1/tag-groups/other", archive.clone(), Some("\"1\"")).await.expect(200).json();
    assert!(archived["archived_at"].is_string() && archived["version"] == 2);
    assert_eq!(put("/api/v1/tag-groups/other", archive, Some("\"1\"")).await.problem(), "412 precondition_failed");
    let renamed = json!({ "name_zh": "重点客户", "name_en": "Key customer" });
    assert_eq!(put("/api/v1/tags/vip", renamed.clone(), Some("\"1\"")).await.expect(200).json()["name_zh"], "重点客户");
    assert_eq!(put("/api/v1/tags/nobody", renamed, Some("\"1\"")).await.problem(), "404 not_found");
    let refused = api.call(&clerk, "POST", &path, json!({ "set": ["vip"] })).await;
    assert_eq!(refused.problem(), "422 invalid_request");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/set");
    let malformed = json!({ "customer_ids": ["nobody"], "set": ["vip"] });
    let refused = api.call(&clerk, "POST", "/api/v1/tag-changes", malformed).await;
    assert_eq!(refused.json()["errors"][0]["pointer"], "/customer_ids/0");
}
