//! Rules and segments by the interface.

use crate::stores::{bind, region, store, user};
use crate::support::{Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_app::segments::live::{Live, follow, keep_moves};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_segment_is_made_once_changed_by_its_version_and_archived,
    a_rule_is_read_in_both_forms_with_the_places_of_what_is_wrong,
    a_rule_is_explained_to_who_sees_the_customer,
    who_a_rule_means_is_counted_and_listed_for_who_sees_them,
    c45_a_tag_follows_a_segment,
    c55_c82_a_segment_is_looked_at_over_time_and_beside_others,
);

/// Events of a touch-point, as its SDK sends them.
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

async fn customer(api: &TestApi, caller: &Caller, search: &str) -> String {
    let found = api.get(caller, &format!("/api/v1/customers?search={search}")).await.expect(200).json();
    found["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn a_segment_is_made_once_changed_by_its_version_and_archived(api: TestApi) {
    let analyst = api.caller(Role::Analyst).await;
    let body = json!({ "code": "regulars", "name": "Regulars", "text": "count of orders >= 2" });
    let key = [("idempotency-key", "1")];
    let make = || TestApi::request(&analyst, "POST", "/api/v1/segments", Some(&body), &key);
    let made = api.send(make()).await.expect(201).json();
    assert_eq!(api.send(make()).await.expect(201).json(), made, "the same request twice");
    let rule = json!({ "count": { "of": ["orders"] }, "at_least": 2 });
    assert_eq!((&made["rule"], &made["text"], &made["version"]), (&rule, &json!("count of orders >= 2"), &json!(1)));
    let again = api.call(&analyst, "POST", "/api/v1/segments", body.clone()).await;
    assert_eq!(again.problem(), "409 conflict");
    let path = "/api/v1/segments/regulars";
    let shown = api.get(&analyst, path).await.expect(200);
    assert_eq!((shown.header("etag"), shown.json()), ("\"1\"", made));
    let change = json!({ "name": "Regulars", "description": "Twice or more", "rule": { "reachable": true } });
    let put = |tag: Option<&'static str>| {
        let headers: Vec<(&str, &str)> = tag.map(|tag| ("if-match", tag)).into_iter().collect();
        TestApi::request(&analyst, "PUT", path, Some(&change), &headers)
    };
    assert_eq!(api.send(put(None)).await.problem(), "428 precondition_required");
    let changed = api.send(put(Some("\"1\""))).await.expect(200);
    assert_eq!((changed.header("etag"), &changed.json()["text"]), ("\"2\"", &json!("reachable")));
    assert_eq!(api.send(put(Some("\"1\""))).await.problem(), "412 precondition_failed");
    let page = api.get(&analyst, &format!("{path}/versions?limit=1")).await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = api.get(&analyst, &format!("{path}/versions?limit=1&cursor={cursor}")).await.expect(200).json();
    assert_eq!((&page["items"][0]["version"], &rest["items"][0]["version"]), (&json!(2), &json!(1)));
    // Page by page.
    let body = json!({ "code": "b", "name": "B", "text": "in segment regulars" });
    api.call(&analyst, "POST", "/api/v1/segments", body).await.expect(201);
    let page = api.get(&analyst, "/api/v1/segments?limit=1").await.expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = api.get(&analyst, &format!("/api/v1/segments?limit=1&cursor={cursor}")).await.expect(200).json();
    assert_eq!((&page["items"][0]["code"], &rest["items"][0]["code"]), (&json!("b"), &json!("regulars")));
    assert_eq!(rest["next_cursor"], Value::Null);
    let found = api.get(&analyst, "/api/v1/segments?search=twice&archived=false").await.expect(200).json();
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    // Archived in the order in which they stand on each other.
    let archive = api.call(&analyst, "POST", &format!("{path}/archive"), json!({})).await;
    assert_eq!(archive.problem(), "409 conflict");
    api.call(&analyst, "POST", "/api/v1/segments/b/archive", json!({})).await.expect(200);
    let archived = api.call(&analyst, "POST", &format!("{path}/archive"), json!({})).await.expect(200).json();
    assert_ne!(archived["archived_at"], Value::Null);
    let restored = api.call(&analyst, "POST", &format!("{path}/restore"), json!({})).await.expect(200).json();
    assert_eq!(restored["archived_at"], Value::Null);
    let clerk = api.caller(Role::Clerk).await;
    let body = json!({ "code": "c", "name": "C", "text": "reachable" });
    assert_eq!(api.call(&clerk, "POST", "/api/v1/segments", body).await.problem(), "403 forbidden");
    assert_eq!(api.get(&clerk, path).await.expect(200).json()["code"], json!("regulars"));
    for (path, problem) in [
        ("/api/v1/segments/none", "404 not_found"),
        ("/api/v1/segments/none/versions", "404 not_found"),
        ("/api/v1/segments?cursor=x", "422 invalid_cursor"),
        ("/api/v1/segments?limit=0", "422 invalid_request"),
    ] {
        assert_eq!(api.get(&analyst, path).await.problem(), problem, "{path}");
    }
}

async fn a_rule_is_read_in_both_forms_with_the_places_of_what_is_wrong(api: TestApi) {
    let analyst = api.caller(Role::Analyst).await;
    send(&api, &[json!({ "type": "track", "userId": "ann", "event": "Product Added", "properties": { "price": 5 } })])
        .await;
    let catalogue = api.get(&analyst, "/api/v1/rules/catalogue").await.expect(200).json();
    let event = catalogue["events"].as_array().unwrap().iter().find(|one| one["name"] == "Product Added").unwrap();
    let price = event["properties"].as_array().unwrap().iter().find(|one| one["name"] == "price").unwrap();
    assert_eq!(price, &json!({ "name": "price", "type": "number", "allowed": [] }));
    let read = async |body: Value| api.call(&analyst, "POST", "/api/v1/rules/read", body).await;
    let by_text = read(json!({ "text": "did event \"Product Added\"[price >= 5]" })).await.expect(200).json();
    assert_eq!(by_text["problems"], json!([]));
    let by_json = read(json!({ "rule": by_text["rule"] })).await.expect(200).json();
    assert_eq!(by_json, by_text);
    let unknown = read(json!({ "text": "reachable and did event \"Product Addd\"" })).await.expect(200).json();
    let message = "there is no event `Product Addd`: did you mean `Product Added`?";
    let problem = json!({ "pointer": "/all/1/count/of", "from": 14, "to": 38, "message": message });
    assert_eq!(unknown["problems"], json!([problem]));
    let no_rule = read(json!({ "text": "count orders" })).await.expect(200).json();
    assert_eq!((&no_rule["rule"], &no_rule["problems"][0]["pointer"]), (&Value::Null, &Value::Null));
    for body in [json!({}), json!({ "text": "reachable", "rule": {} }), json!({ "text": 5 })] {
        assert_eq!(read(body).await.problem(), "422 invalid_request");
    }
    // What cannot be used is not saved; each error says where it is.
    let refused = async |body: Value| {
        let answer = api.call(&analyst, "POST", "/api/v1/segments", body).await;
        assert_eq!(answer.problem(), "422 invalid_request");
        answer.json()["errors"][0]["pointer"].as_str().unwrap().to_owned()
    };
    let rule = json!({ "any": [{ "reachable": true }, { "tag": "none" }] });
    assert_eq!(refused(json!({ "code": "a", "name": "A", "rule": rule })).await, "/rule/any/1");
    assert_eq!(refused(json!({ "code": "a", "name": "A", "text": "has tag none" })).await, "/text");
    assert_eq!(refused(json!({ "code": "A", "name": "A", "text": "reachable" })).await, "/code");
}

async fn a_rule_is_explained_to_who_sees_the_customer(api: TestApi) {
    let administrator = api.caller(Role::Administrator).await;
    let (east, west) =
        (region(&api, &administrator, "East", None).await, region(&api, &administrator, "West", None).await);
    store(&api, &administrator, "E1", &east).await;
    store(&api, &administrator, "W1", &west).await;
    send(&api, &[order("ann", "A-1", "E1"), order("bob", "B-1", "W1")]).await;
    let (ann, bob) = (customer(&api, &administrator, "ann").await, customer(&api, &administrator, "bob").await);
    let body = json!({ "code": "fresh", "name": "Fresh", "text": "did orders[store is \"E1\"] in last 10 days" });
    api.call(&administrator, "POST", "/api/v1/segments", body).await.expect(201);
    let explain = async |caller: &Caller, body: Value| api.call(caller, "POST", "/api/v1/rules/explain", body).await;
    let found = explain(&administrator, json!({ "customer": ann, "segment": "fresh" })).await.expect(200).json();
    assert_eq!((&found["holds"], &found["tree"]["kind"]), (&json!(true), &json!("clause")));
    assert_eq!((&found["tree"]["found"], &found["tree"]["facts"][0]["name"]), (&json!([1]), &json!("A-1")));
    assert!(found["turns_at"].is_string() && found["look_again_at"].is_null());
    perennial_app::pipeline::hand_over(&api.app).await.unwrap();
    let timeline = api.get(&administrator, &format!("/api/v1/customers/{ann}/timeline")).await.expect(200).json();
    assert_eq!(timeline["items"][0]["id"], found["tree"]["facts"][0]["key"], "the timeline has it under its key");
    let other =
        explain(&administrator, json!({ "customer": bob, "text": "in segment fresh" })).await.expect(200).json();
    assert_eq!((&other["holds"], &other["tree"]["parts"][0]["holds"]), (&json!(false), &json!(false)));
    // Of the east.
    let (clerk, id) = user(&api, &administrator, "lea", "clerk").await;
    bind(&api, &administrator, &id, Some(&east)).await;
    let body = |who: &str| json!({ "customer": who, "text": "everybody" });
    explain(&clerk, body(&ann)).await.expect(200);
    let top = json!({ "customer": ann, "text": "count of orders top 50%" });
    assert_eq!(explain(&administrator, top).await.expect(200).json()["holds"], true);
    assert_eq!(explain(&clerk, body(&bob)).await.problem(), "404 not_found");
    for (wrong, problem) in [
        (json!({ "customer": ann }), "422 invalid_request"),
        (json!({ "customer": ann, "text": "everybody", "segment": "fresh" }), "422 invalid_request"),
        (json!({ "customer": ann, "text": "has tag none" }), "422 invalid_request"),
        (json!({ "customer": ann, "segment": "none" }), "404 not_found"),
    ] {
        assert_eq!(explain(&administrator, wrong.clone()).await.problem(), problem, "{wrong}");
    }
}

async fn who_a_rule_means_is_counted_and_listed_for_who_sees_them(api: TestApi) {
    let admin = api.caller(Role::Administrator).await;
    let north = region(&api, &admin, "North", None).await;
    store(&api, &admin, "S1", &north).await;
    let orders: Vec<Value> = (0..5)
        .map(|number| {
            let store = if number < 2 { "S1" } else { "web" };
            order(&format!("u{number}"), &format!("o{number}"), store)
        })
        .collect();
    send(&api, &orders).await;
    let rule = json!({ "text": "did orders and not has tag vip" });
    let refused = api.call(&admin, "POST", "/api/v1/segments/preview", rule).await;
    assert_eq!(refused.problem(), "422 invalid_request", "there is no such tag");
    let rule = json!({ "text": "did orders[amount >= 10.00 CNY] and not has identifier phone" });
    let counted = api.call(&admin, "POST", "/api/v1/segments/preview", rule.clone()).await.expect(200).json();
    assert_eq!((&counted["count"], &counted["everybody"]), (&json!(5), &json!(5)));
    let clauses = json!([
        { "text": "did orders[amount >= 10.00 CNY]", "count": 5, "without": 5 },
        { "text": "has identifier phone", "count": 0, "without": 5 },
    ]);
    assert_eq!(counted["clauses"], clauses);
    let (northern, id) = user(&api, &admin, "lea", "operator").await;
    bind(&api, &admin, &id, Some(&north)).await;
    let seen = api.call(&northern, "POST", "/api/v1/segments/preview", rule.clone()).await.expect(200).json();
    assert_eq!((&seen["count"], &seen["everybody"], &seen["clauses"][0]["count"]), (&json!(2), &json!(2), &json!(2)));
    let first = json!({ "text": "did orders", "limit": 3 });
    let page = api.call(&admin, "POST", "/api/v1/rules/people", first).await.expect(200).json();
    let next = json!({ "text": "did orders", "limit": 3, "cursor": page["next_cursor"] });
    let rest = api.call(&admin, "POST", "/api/v1/rules/people", next).await.expect(200).json();
    let items = |page: &Value| page["items"].as_array().unwrap().len();
    assert_eq!((items(&page), items(&rest), &rest["next_cursor"], &rest["count"]), (3, 2, &Value::Null, &json!(5)));
    let body = json!({ "code": "buyers", "name": "Buyers", "text": "did orders" });
    api.call(&admin, "POST", "/api/v1/segments", body).await.expect(201);
    let members = api.get(&northern, "/api/v1/segments/buyers/members?limit=1").await.expect(200).json();
    assert_eq!((items(&members), &members["count"]), (1, &json!(2)));
    let counts = api.get(&northern, "/api/v1/segment-counts").await.expect(200).json();
    assert_eq!(counts["counts"], json!({ "buyers": 2 }));
    for (path, problem) in [
        ("/api/v1/segments/none/members", "404 not_found"),
        ("/api/v1/segments/buyers/members?cursor=x", "422 invalid_cursor"),
        ("/api/v1/segments/buyers/members?limit=201", "422 invalid_request"),
    ] {
        assert_eq!(api.get(&admin, path).await.problem(), problem, "{path}");
    }
}

async fn c45_a_tag_follows_a_segment(api: TestApi) {
    let admin = api.caller(Role::Administrator).await;
    for (code, exclusive) in [("needs", false), ("stage", true)] {
        let group = json!({ "code": code, "name_zh": "组", "name_en": code, "exclusive": exclusive });
        api.call(&admin, "POST", "/api/v1/tag-groups", group).await.expect(201);
        let tag = json!({ "code": format!("{code}_tag"), "name_zh": "标签", "name_en": code });
        api.call(&admin, "POST", &format!("/api/v1/tag-groups/{code}/tags"), tag).await.expect(201);
    }
    send(&api, &[order("ann", "o1", "web")]).await;
    let body = json!({ "code": "buyers", "name": "Buyers", "text": "did orders" });
    api.call(&admin, "POST", "/api/v1/segments", body).await.expect(201);
    let put = async |tag: &str, segment: &str| {
        api.call(&admin, "PUT", &format!("/api/v1/automatic-tags/{tag}"), json!({ "segment": segment })).await
    };
    assert_eq!(put("none", "buyers").await.problem(), "404 not_found");
    assert_eq!(put("needs_tag", "none").await.problem(), "404 not_found");
    assert_eq!(put("stage_tag", "buyers").await.problem(), "422 invalid_request");
    let kept = put("needs_tag", "buyers").await.expect(200).json();
    let list = api.get(&admin, "/api/v1/automatic-tags").await.expect(200).json();
    assert_eq!(list, json!({ "items": [kept] }));
    let ann = customer(&api, &admin, "ann").await;
    let by_hand = json!({ "set": ["needs_tag"] });
    let refused = api.call(&admin, "POST", &format!("/api/v1/customers/{ann}/tags"), by_hand).await;
    assert_eq!(refused.problem(), "409 conflict");
    let clerk = api.caller(Role::Clerk).await;
    let path = "/api/v1/automatic-tags/needs_tag";
    assert_eq!(api.call(&clerk, "DELETE", path, Value::Null).await.problem(), "403 forbidden");
    api.call(&admin, "DELETE", path, Value::Null).await.expect(204);
    assert_eq!(api.call(&admin, "DELETE", path, Value::Null).await.problem(), "404 not_found");
}

async fn c55_c82_a_segment_is_looked_at_over_time_and_beside_others(api: TestApi) {
    let admin = api.caller(Role::Administrator).await;
    let north = region(&api, &admin, "North", None).await;
    store(&api, &admin, "S1", &north).await;
    send(&api, &[order("ann", "o1", "S1"), order("bob", "o2", "web")]).await;
    for (code, text) in [("fresh", "did orders in last 10 days"), ("many", "count of orders >= 2")] {
        let body = json!({ "code": code, "name": code, "text": text });
        api.call(&admin, "POST", "/api/v1/segments", body).await.expect(201);
    }
    let body = json!({ "code": "both", "name": "Both", "text": "in segment fresh and in segment many" });
    api.call(&admin, "POST", "/api/v1/segments", body).await.expect(201);
    for code in ["new", "preview"] {
        let body = json!({ "code": code, "name": "x", "text": "did orders" });
        assert_eq!(api.call(&admin, "POST", "/api/v1/segments", body).await.problem(), "422 invalid_request");
    }
    let live = Live::default();
    let keep = async || {
        assert!(follow(&api.app, &live).await.unwrap());
        assert!(keep_moves(&api.app, &live).await.unwrap());
    };
    keep().await;
    send(&api, &[order("cy", "o3", "S1"), order("ann", "o4", "web")]).await;
    keep().await;
    api.clock.advance_seconds(8 * 86_400);
    keep().await;
    // Sessions have ended meanwhile.
    let admin = api.caller(Role::Administrator).await;
    let (northern, id) = user(&api, &admin, "lea", "operator").await;
    bind(&api, &admin, &id, Some(&north)).await;
    let trend = api.get(&admin, "/api/v1/segments/fresh/trend").await.expect(200).json();
    let points = trend["points"].as_array().unwrap();
    assert_eq!(points.last().unwrap()["count"], 3, "{trend}");
    assert!((2..=3).contains(&points.len()) && points[0]["count"] == 3, "{trend}");
    let day = points[0]["day"].as_str().unwrap();
    let then = format!("/api/v1/segments/fresh/members?at={day}");
    assert_eq!(api.get(&admin, &then).await.expect(200).json()["count"], 3);
    assert_eq!(api.get(&northern, &then).await.expect(200).json()["count"], 2, "of those whom she sees");
    let moves = api.get(&admin, "/api/v1/segments/many/moves").await.expect(200).json();
    let told = &moves["items"][0];
    let ann = customer(&api, &admin, "ann").await;
    assert_eq!(
        (&told["customer"]["id"], &told["has_entered"], &told["cause"]),
        (&json!(ann), &json!(true), &json!("fact"))
    );
    let own = api.get(&admin, &format!("/api/v1/customers/{ann}/segment-moves")).await.expect(200).json();
    let own: Vec<&str> = own["items"].as_array().unwrap().iter().map(|one| one["segment"].as_str().unwrap()).collect();
    assert_eq!(own.len(), 2, "many and both: {own:?}");
    let seen = api.get(&northern, "/api/v1/segments/fresh/moves").await.expect(200).json();
    assert_eq!(seen["items"].as_array().unwrap().len(), 1, "cy came in");
    let uses = api.get(&admin, "/api/v1/segments/fresh/uses").await.expect(200).json();
    assert_eq!(uses, json!({ "segments": [{ "code": "both", "name": "Both" }], "tags": [], "communities": [] }));
    let body = json!({ "segments": ["fresh", "many"] });
    let overlap = api.call(&admin, "POST", "/api/v1/rules/overlap", body).await.expect(200).json();
    let regions = json!([{ "in": ["fresh"], "count": 2 }, { "in": ["fresh", "many"], "count": 1 }]);
    assert_eq!(overlap["regions"], regions);
    let group = json!({ "segment": "fresh" });
    let portrait = api.call(&admin, "POST", "/api/v1/rules/portrait", group.clone()).await.expect(200).json();
    assert_eq!((&portrait["count"], &portrait["everybody"]), (&json!(3), &json!(3)));
    let reach = api.call(&northern, "POST", "/api/v1/rules/reach", group).await.expect(200).json();
    assert_eq!(reach["count"], 2);
    let worth = json!({ "segment": "fresh" });
    let worth = api.call(&northern, "POST", "/api/v1/rules/worth", worth).await.expect(200).json();
    assert_eq!(
        (&worth["count"], &worth["lifetime_value"], &worth["acquisition"]),
        (&json!(2), &Value::Null, &Value::Null)
    );
    for (path, problem) in [
        ("/api/v1/segments/none/trend", "404 not_found"),
        ("/api/v1/segments/fresh/trend?weeks=58", "422 invalid_request"),
        ("/api/v1/segments/none/moves", "404 not_found"),
        ("/api/v1/segments/none/uses", "404 not_found"),
        ("/api/v1/segments/fresh/members?at=monday", "422 invalid_request"),
        ("/api/v1/segments/fresh/members?at=2020-01-01", "409 conflict"),
    ] {
        assert_eq!(api.get(&admin, path).await.problem(), problem, "{path}");
    }
    for (path, body) in [
        ("overlap", json!({ "segments": ["fresh"] })),
        ("overlap", json!({ "segments": ["fresh", "none"] })),
        ("portrait", json!({ "segment": "fresh", "fields": ["nothing"] })),
        ("portrait", json!({ "segment": "fresh", "text": "did orders" })),
        ("reach", json!({})),
        ("worth", json!({ "text": "did nothing" })),
    ] {
        let answer = api.call(&admin, "POST", &format!("/api/v1/rules/{path}"), body.clone()).await;
        assert_eq!(answer.problem(), "422 invalid_request", "{path} {body}");
    }
}
