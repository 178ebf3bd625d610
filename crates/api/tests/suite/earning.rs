//! Rules by which orders earn, by the interface.

use crate::support::{Answer, Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_app::pipeline;
use perennial_app::rewards::earning::follow_orders;
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(a_rule_is_defined_changed_and_archived_by_its_version, what_an_order_would_earn_is_what_it_earns,);

async fn wallet(api: &TestApi, administrator: &Caller) {
    let definition = json!({
        "kind": "points", "expiry": { "policy": "never" }, "life_from": "activation",
        "activation": { "policy": "at_once" }, "hold_ttl_seconds": 900, "excess_clawback": "debt",
        "expired_refund": { "policy": "re_expire" }, "reinstatement_days": 30, "merge_undo_days": 30,
        "is_transferable": false,
        "limits": { "amount_max": 10_000, "balance_max": 1_000_000, "approval_above": 100 },
    });
    api.send(TestApi::request(administrator, "PUT", "/api/v1/wallets/points", Some(&definition), &[]))
        .await
        .expect(200);
}

fn lens() -> Value {
    json!({
        "name": "Three for each lens", "wallet": "points", "rate": { "units": 3, "per": 100 }, "rounding": "half_up",
        "lines": { "text": "category is \"lens\"" }, "orders": { "rule": { "property": "store", "is": ["S1"] } },
        "cap": { "period": "week", "max": 500 }, "until": "2027-01-01T00:00:00+08:00",
        "activation": { "policy": "after", "length": { "days": 14 } },
    })
}

async fn put(api: &TestApi, caller: &Caller, code: &str, body: &Value, tag: Option<&str>) -> Answer {
    let headers: Vec<(&str, &str)> = tag.map(|tag| ("if-match", tag)).into_iter().collect();
    api.send(TestApi::request(caller, "PUT", &format!("/api/v1/earning-rules/{code}"), Some(body), &headers)).await
}

async fn a_rule_is_defined_changed_and_archived_by_its_version(api: TestApi) {
    let administrator = api.caller(Role::Administrator).await;
    let operator = api.caller(Role::Operator).await;
    let missing = put(&api, &administrator, "lens", &lens(), None).await;
    assert_eq!(missing.json()["errors"][0]["pointer"], "/wallet", "there is no wallet");
    wallet(&api, &administrator).await;
    assert_eq!(put(&api, &operator, "lens", &lens(), None).await.problem(), "403 forbidden");
    let made = put(&api, &administrator, "lens", &lens(), None).await.expect(200);
    assert_eq!(made.header("etag"), "\"1\"");
    let told = made.json();
    assert_eq!(told["lines"]["rule"], json!({ "property": "category", "is": ["lens"] }));
    assert_eq!((&told["orders"]["text"], &told["reason"]), (&json!("store is \"S1\""), &json!("order")));
    assert_eq!((&told["cap"]["period"], &told["until"]), (&json!("week"), &json!("2026-12-31T16:00:00Z")));
    assert_eq!(put(&api, &administrator, "lens", &lens(), None).await.problem(), "428 precondition_required");
    assert_eq!(put(&api, &administrator, "lens", &lens(), Some("\"2\"")).await.problem(), "412 precondition_failed");
    let mut wrong = lens();
    wrong["lines"] = json!({ "text": "category is \"lens\" and" });
    let answer = put(&api, &administrator, "lens", &wrong, Some("\"1\"")).await;
    assert_eq!(
        (answer.problem().as_str(), &answer.json()["errors"][0]["pointer"]),
        ("422 invalid_request", &json!("/lines/text"))
    );
    wrong["lines"] = json!({ "text": "sku is \"A\"", "rule": {} });
    assert_eq!(put(&api, &administrator, "lens", &wrong, Some("\"1\"")).await.problem(), "422 invalid_request");
    wrong["lines"] = Value::Null;
    wrong["rate"]["per"] = 0.into();
    let answer = put(&api, &administrator, "lens", &wrong, Some("\"1\"")).await;
    assert_eq!(answer.json()["errors"][0]["pointer"], "/rate/per");
    assert_eq!(put(&api, &administrator, "preview", &lens(), None).await.problem(), "422 invalid_request");
    let mut other = lens();
    other["rate"]["units"] = 4.into();
    let changed = put(&api, &administrator, "lens", &other, Some("\"1\"")).await.expect(200).json();
    assert_eq!((&changed["version"], &changed["rate"]["units"]), (&json!(2), &json!(4)));
    let archive = async |caller: &Caller, tag: Option<&str>| {
        let headers: Vec<(&str, &str)> = tag.map(|tag| ("if-match", tag)).into_iter().collect();
        api.send(TestApi::request(caller, "POST", "/api/v1/earning-rules/lens/archive", None, &headers)).await
    };
    assert_eq!(archive(&operator, Some("\"2\"")).await.problem(), "403 forbidden");
    assert_eq!(archive(&administrator, None).await.problem(), "428 precondition_required");
    assert_eq!(archive(&administrator, Some("\"1\"")).await.problem(), "412 precondition_failed");
    let archived = archive(&administrator, Some("\"2\"")).await.expect(200);
    assert_eq!((archived.header("etag"), archived.json()["archived_at"].is_string()), ("\"3\"", true));
    let read = api.get(&operator, "/api/v1/earning-rules/lens").await.expect(200);
    assert_eq!((read.header("etag"), read.json()), ("\"3\"", archived.json()));
    let listed = api.get(&operator, "/api/v1/earning-rules").await.expect(200).json();
    assert_eq!(listed, json!({ "items": [archived.json()], "next_cursor": null }));
    assert_eq!(api.get(&operator, "/api/v1/earning-rules/base").await.problem(), "404 not_found");
}

async fn what_an_order_would_earn_is_what_it_earns(api: TestApi) {
    let administrator = api.caller(Role::Administrator).await;
    let operator = api.caller(Role::Operator).await;
    wallet(&api, &administrator).await;
    put(&api, &administrator, "lens", &lens(), None).await.expect(200);
    let base = json!({ "name": "Base", "wallet": "points", "rate": { "units": 1, "per": 150 } });
    put(&api, &administrator, "base", &base, None).await.expect(200);
    let order = json!({
        "properties": { "store": "S1" },
        "lines": [
            { "sku": "L-30", "category": "lens", "quantity": 2, "amount_minor": 2_598 },
            { "sku": "C-1", "category": "care", "amount_minor": 501 },
        ],
    });
    let seen = api.call(&operator, "POST", "/api/v1/earning-rules/preview", order).await.expect(200).json();
    let rules = seen["rules"].as_array().unwrap();
    let figures =
        |rule: &Value| json!([rule["code"], rule["base_minor"], rule["earned"], rule["granted"], rule["lines"]]);
    assert_eq!(
        figures(&rules[0]),
        json!(["base", 3_099, 20, 20, [{ "line": 1, "earned": 17 }, { "line": 2, "earned": 3 }]])
    );
    assert_eq!(figures(&rules[1]), json!(["lens", 2_598, 78, 78, [{ "line": 1, "earned": 78 }]]));
    assert_eq!(
        (&rules[1]["cap"]["max"], &rules[1]["cap_used"], &rules[1]["why_not"]),
        (&json!(500), &Value::Null, &Value::Null)
    );
    let (_, key) = source(&api, "Shop").await;
    let products = json!([
        { "sku": "L-30", "category": "lens", "quantity": 2, "price": 12.99 },
        { "sku": "C-1", "category": "care", "price": 5.01 },
    ]);
    let event = json!({ "type": "track", "event": "Order Completed", "userId": "ann",
        "properties": { "order_id": "A-1", "currency": "CNY", "store": "S1", "products": products } });
    api.call(&Caller::default(), "POST", "/v1/batch", json!({ "writeKey": key, "batch": [event] })).await.expect(200);
    pipeline::apply_all(&api.app).await.unwrap();
    follow_orders(&api.app).await.unwrap();
    let found = api.get(&administrator, "/api/v1/customers?search=ann").await.expect(200).json();
    let ann = found["items"][0]["id"].as_str().unwrap();
    let has =
        api.get(&operator, &format!("/api/v1/members/{ann}/points/balance?wallet=points")).await.expect(200).json();
    assert_eq!((&has["available"], &has["pending"]), (&json!(20), &json!(78)));
    let again = json!({ "member": ann, "properties": { "store": "S2" }, "lines": [{ "category": "lens", "amount_minor": 99 }] });
    let seen = api.call(&operator, "POST", "/api/v1/earning-rules/preview", again).await.expect(200).json();
    assert_eq!(seen["rules"][0]["why_not"], "too_little");
    assert_eq!((&seen["rules"][1]["why_not"], &seen["rules"][1]["cap_used"]), (&json!("orders"), &json!(78)));
    let empty = api.call(&operator, "POST", "/api/v1/earning-rules/preview", json!({ "lines": [] })).await;
    assert_eq!(empty.problem(), "422 invalid_request");
}
