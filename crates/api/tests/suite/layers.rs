//! Layers by the interface.

use crate::stores::{bind, region, store, user};
use crate::support::{Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_app::segments::live::{Live, follow, keep_moves};
use perennial_domain::access::Role;
use serde_json::{Value, json};
use std::sync::Arc;

on_both!(
    a_layer_is_made_once_changed_by_its_version_and_archived,
    what_is_wrong_with_a_layer_has_its_place,
    stages_are_counted_and_movement_listed_for_who_sees_them,
    templates_are_filled_in_and_make_a_layer,
    a_customer_has_scores_with_what_makes_them,
);

async fn send(api: &TestApi, events: &[Value]) {
    let (_, key) = source(api, "Shop").await;
    let body = json!({ "writeKey": key, "batch": events });
    api.call(&Caller::default(), "POST", "/v1/batch", body).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    api.clock.advance_seconds(60);
}

fn order(user: &str, number: &str, store: &str) -> Value {
    json!({ "type": "track", "userId": user, "event": "Order Completed",
        "properties": { "order_id": number, "total": 10, "currency": "CNY", "store": store } })
}

fn ages() -> Value {
    json!({ "code": "ages", "name": "Ages", "base": { "text": "age exists" }, "stages": [
        { "code": "young", "name": "Young", "text": "age < 30" },
        { "code": "old", "name": "Old", "rule": { "field": "age", "at_least": 60 } },
        { "code": "rest", "name": "Rest", "text": "everybody" },
    ] })
}

async fn a_layer_is_made_once_changed_by_its_version_and_archived(api: TestApi) {
    let analyst = api.caller(Role::Analyst).await;
    let key = [("idempotency-key", "1")];
    let body = ages();
    let make = || TestApi::request(&analyst, "POST", "/api/v1/layers", Some(&body), &key);
    let made = api.send(make()).await.expect(201).json();
    assert_eq!(api.send(make()).await.expect(201).json(), made, "the same request twice");
    assert_eq!((&made["version"], &made["base"]["text"]), (&json!(1), &json!("age exists")));
    let stage = &made["stages"][2];
    assert_eq!((&stage["text"], &stage["rule"]), (&json!("everybody"), &json!({ "all": [] })));
    assert_eq!(stage["effective_text"], json!("age exists and not in segment young and not in segment old"));
    assert_eq!(api.call(&analyst, "POST", "/api/v1/layers", ages()).await.problem(), "409 conflict");
    let path = "/api/v1/layers/ages";
    let shown = api.get(&analyst, path).await.expect(200);
    assert_eq!((shown.header("etag"), shown.json()), ("\"1\"", made));
    let change = json!({ "name": "Ages", "description": "By age", "stages": [
        { "code": "young", "name": "Young", "text": "age < 25" },
        { "code": "rest", "name": "Rest", "text": "everybody" },
    ] });
    let put = |tag: Option<&'static str>| {
        let headers: Vec<(&str, &str)> = tag.map(|tag| ("if-match", tag)).into_iter().collect();
        TestApi::request(&analyst, "PUT", path, Some(&change), &headers)
    };
    assert_eq!(api.send(put(None)).await.problem(), "428 precondition_required");
    let changed = api.send(put(Some("\"1\""))).await.expect(200);
    assert_eq!((changed.header("etag"), &changed.json()["base"]), ("\"2\"", &Value::Null));
    assert_eq!(api.send(put(Some("\"1\""))).await.problem(), "412 precondition_failed");
    // Its stages are segments, which it alone changes; what was left out is archived.
    let segment = api.get(&analyst, "/api/v1/segments/old").await.expect(200).json();
    assert_ne!(segment["archived_at"], Value::Null);
    let body = json!({ "name": "Young", "text": "everybody" });
    let by_hand = TestApi::request(&analyst, "PUT", "/api/v1/segments/young", Some(&body), &[("if-match", "\"2\"")]);
    let refused = api.send(by_hand).await;
    assert_eq!(refused.problem(), "409 conflict");
    assert!(refused.json()["detail"].as_str().unwrap().contains("the layer ages"), "{}", refused.json());
    assert_eq!(
        api.call(&analyst, "POST", &format!("{path}/archive"), json!({})).await.expect(200).json()["version"],
        2
    );
    let listed = async |archived: bool| {
        let page = api.get(&analyst, &format!("/api/v1/layers?archived={archived}")).await.expect(200).json();
        page["items"].as_array().unwrap().clone()
    };
    assert_eq!((listed(false).await.len(), listed(true).await.len()), (0, 1));
    let restored = api.call(&analyst, "POST", &format!("{path}/restore"), json!({})).await.expect(200).json();
    assert_eq!(restored["archived_at"], Value::Null);
    let stages = json!([{ "code": "young", "name": "Young" }, { "code": "rest", "name": "Rest" }]);
    assert_eq!(listed(false).await[0]["stages"], stages);
    let clerk = api.caller(Role::Clerk).await;
    assert_eq!(api.call(&clerk, "POST", "/api/v1/layers", ages()).await.problem(), "403 forbidden");
    assert_eq!(api.get(&clerk, path).await.expect(200).json()["code"], json!("ages"));
    for path in ["/api/v1/layers/none", "/api/v1/layers/none/counts", "/api/v1/layers/none/movement?from=2026-11-01"] {
        assert_eq!(api.get(&analyst, path).await.problem(), "404 not_found", "{path}");
    }
}

async fn what_is_wrong_with_a_layer_has_its_place(api: TestApi) {
    let analyst = api.caller(Role::Analyst).await;
    api.call(&analyst, "POST", "/api/v1/segments", json!({ "code": "taken", "name": "T", "text": "reachable" }))
        .await
        .expect(201);
    let stage = |code: &str, text: &str| json!({ "code": code, "name": "A", "text": text });
    let layer = |stages: Value| json!({ "code": "a", "name": "A", "stages": stages });
    for (body, pointer, code) in [
        (layer(json!([])), "/stages", "out_of_range"),
        (layer(json!([stage("taken", "everybody")])), "/stages/0/code", "taken"),
        (layer(json!([stage("b", "everybody"), stage("c", "has tag none")])), "/stages/1/text", "invalid_rule"),
        (
            layer(json!([{ "code": "b", "name": "B", "rule": { "any": [{ "tag": "none" }] } }])),
            "/stages/0/rule/any/0",
            "invalid_rule",
        ),
        (layer(json!([{ "code": "b", "name": "B" }])), "/stages/0/rule", "malformed"),
        (layer(json!([stage("new", "everybody")])), "/stages/0/code", "out_of_range"),
        (json!({ "code": "A", "name": "A", "stages": [stage("b", "everybody")] }), "/code", "out_of_range"),
        (
            json!({ "code": "a", "name": "A", "base": {}, "stages": [stage("b", "everybody")] }),
            "/base/rule",
            "malformed",
        ),
    ] {
        let answer = api.call(&analyst, "POST", "/api/v1/layers", body.clone()).await;
        assert_eq!(answer.problem(), "422 invalid_request", "{body}");
        let found = &answer.json()["errors"][0];
        assert_eq!((&found["pointer"], &found["code"]), (&json!(pointer), &json!(code)), "{body}");
    }
}

async fn stages_are_counted_and_movement_listed_for_who_sees_them(api: TestApi) {
    let admin = api.caller(Role::Administrator).await;
    let north = region(&api, &admin, "North", None).await;
    store(&api, &admin, "S1", &north).await;
    let body = json!({ "code": "buyers", "name": "Buyers", "stages": [
        { "code": "often", "name": "Often", "text": "count of orders >= 2" },
        { "code": "once", "name": "Once", "text": "did orders" },
    ] });
    api.call(&admin, "POST", "/api/v1/layers", body).await.expect(201);
    // A server beside this one writes down who comes and goes.
    let live = Arc::<Live>::default();
    let round = async || {
        assert!(follow(&api.app, &live).await.unwrap());
        assert!(keep_moves(&api.app, &live).await.unwrap());
    };
    send(&api, &[order("ann", "A-1", "S1"), order("bob", "B-1", "web")]).await;
    round().await;
    api.clock.advance_seconds(2 * 86_400);
    send(&api, &[order("ann", "A-2", "S1"), json!({ "type": "page", "userId": "cid", "name": "Tea" })]).await;
    round().await;
    let counts = api.get(&admin, "/api/v1/layers/buyers/counts").await.expect(200).json();
    let stages =
        json!([{ "code": "often", "name": "Often", "count": 1 }, { "code": "once", "name": "Once", "count": 1 }]);
    assert_eq!((&counts["stages"], &counts["outside"], &counts["everybody"]), (&stages, &json!(1), &json!(3)));
    // It is 23 November, and the first two came on the 21st.
    let from = "2026-11-22";
    let path = format!("/api/v1/layers/buyers/movement?from={from}");
    let moved = api.get(&admin, &path).await.expect(200).json();
    assert_eq!(moved["stages"], json!(["often", "once"]));
    let cells = json!([{ "from": "once", "to": "often", "count": 1 }, { "from": "once", "to": "once", "count": 1 }]);
    assert_eq!(moved["cells"], cells);
    // Who sees the north only.
    let (northern, id) = user(&api, &admin, "lea", "operator").await;
    bind(&api, &admin, &id, Some(&north)).await;
    let seen = api.get(&northern, "/api/v1/layers/buyers/counts").await.expect(200).json();
    assert_eq!((&seen["stages"][1]["count"], &seen["everybody"]), (&json!(0), &json!(1)));
    let seen = api.get(&northern, &path).await.expect(200).json();
    assert_eq!(seen["cells"], json!([{ "from": "once", "to": "often", "count": 1 }]));
    let people = async |caller: &Caller, stages: &str| {
        api.get(caller, &format!("/api/v1/layers/buyers/movement/people?from={from}&{stages}")).await
    };
    let found = people(&admin, "from_stage=once&to_stage=once").await.expect(200).json();
    assert_eq!((&found["count"], found["items"].as_array().unwrap().len()), (&json!(1), 1));
    let found = people(&northern, "from_stage=once&to_stage=once").await.expect(200).json();
    assert_eq!(found["count"], json!(0));
    for (stages, problem) in [
        ("limit=5", "422 invalid_request"),
        ("from_stage=none", "422 invalid_request"),
        ("from_stage=once&cursor=x", "422 invalid_cursor"),
    ] {
        assert_eq!(people(&admin, stages).await.problem(), problem, "{stages}");
    }
    for (query, problem) in [("from=soon", "422 invalid_request"), ("from=2020-01-01", "409 conflict")] {
        let path = format!("/api/v1/layers/buyers/movement?{query}");
        assert_eq!(api.get(&admin, &path).await.problem(), problem, "{query}");
    }
}

async fn templates_are_filled_in_and_make_a_layer(api: TestApi) {
    let analyst = api.caller(Role::Analyst).await;
    let all = api.get(&analyst, "/api/v1/layer-templates?language=zh-CN").await.expect(200).json();
    let codes: Vec<&str> = all["items"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    for code in [
        "rfm",
        "rfm_cells",
        "lifecycle",
        "activity",
        "product",
        "scene",
        "decision",
        "path",
        "city",
        "same_activity",
        "koc",
        "key_customers",
        "drop_list",
        "purchase_gap",
    ] {
        assert!(codes.contains(&code), "{code}");
    }
    let decision = &all["items"].as_array().unwrap()[codes.iter().position(|code| *code == "decision").unwrap()];
    assert_eq!((&decision["name"], &decision["lacks"][0]["stage"]), (&json!("决策类型"), &json!("decision_price")));
    let body = json!({ "language": "en", "parameters": { "dormant_days": ["45"] } });
    let filled = api.call(&analyst, "POST", "/api/v1/layer-templates/lifecycle", body).await.expect(200).json();
    assert_eq!(filled["stages"][1]["text"], json!("never anything in last 45 days"));
    let stages: Vec<Value> = filled["stages"].as_array().unwrap().clone();
    let layer = json!({ "code": "lifecycle", "name": filled["name"], "description": filled["description"],
        "stages": stages });
    let made = api.call(&analyst, "POST", "/api/v1/layers", layer).await.expect(201).json();
    assert_eq!(made["stages"].as_array().unwrap().len(), 8);
    let wrong = json!({ "parameters": { "dormant_days": ["soon"] } });
    let refused = api.call(&analyst, "POST", "/api/v1/layer-templates/lifecycle", wrong).await;
    assert_eq!(refused.problem(), "422 invalid_request");
    assert_eq!(refused.json()["errors"][0]["pointer"], json!("/parameters/dormant_days"));
    let none = api.call(&analyst, "POST", "/api/v1/layer-templates/none", json!({})).await;
    assert_eq!(none.problem(), "404 not_found");
    assert_eq!(api.get(&analyst, "/api/v1/layer-templates?language=fr").await.problem(), "422 invalid_request");
}

async fn a_customer_has_scores_with_what_makes_them(api: TestApi) {
    let analyst = api.caller(Role::Analyst).await;
    let event = |name: &str| json!({ "type": "track", "userId": "ann", "event": name, "properties": {} });
    send(&api, &[event("Coupon Applied"), event("Shared")]).await;
    send(&api, &[order("ann", "A-1", "web")]).await;
    perennial_app::pipeline::hand_over(&api.app).await.unwrap();
    perennial_app::scores::run_now(&api.app).await.unwrap();
    let found = api.get(&analyst, "/api/v1/customers?search=ann").await.expect(200).json();
    let id = found["items"][0]["id"].as_str().unwrap();
    let scores = api.get(&analyst, &format!("/api/v1/customers/{id}/scores")).await.expect(200).json();
    let part = |deed: &str, count: i64, weight: u64| json!({ "deed": deed, "count": count, "weight": weight });
    let parts = json!([
        part("interactions", 1, 1),
        part("shares", 1, 3),
        part("referrals", 0, 10),
        part("participations", 0, 2)
    ]);
    assert_eq!(scores["activity"], json!({ "score": 4, "parts": parts }));
    assert_eq!(scores["spread_power"], json!(100));
    let shares: Vec<(&str, u64)> = scores["decision"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["factor"].as_str().unwrap(), one["percent"].as_u64().unwrap()))
        .collect();
    assert_eq!(shares, [("friend", 0), ("content", 0), ("promotion", 100), ("community", 0)]);
    assert_eq!(
        (&scores["conversions_count"], &scores["conversions"][0]["touches"][0]["factor"]),
        (&json!(1), &json!("promotion"))
    );
    assert_eq!(api.get(&analyst, "/api/v1/customers/cus_00000000/scores").await.problem(), "404 not_found");
}
