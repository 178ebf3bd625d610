//! Reach by the interface.

use crate::support::{Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(channels_pool_rate_and_funnel_are_answered, wrong_channels_and_days_are_named,);

async fn channels_pool_rate_and_funnel_are_answered(api: TestApi) {
    let administrator = api.administrator().await;
    let (_, key) = source(&api, "Shop").await;
    let phone = |user: &str, number: &str| json!({ "type": "identify", "userId": user, "traits": { "phone": number } });
    let told = |user: &str, event: &str, properties: Value| json!({ "type": "track", "userId": user, "event": event, "properties": properties });
    let order = |user: &str| {
        told(
            user,
            "Order Completed",
            json!({ "order_id": user, "total": 10, "currency": "CNY",
            "products": [{ "sku": "TEA", "price": 10, "quantity": 1 }] }),
        )
    };
    let events = [
        phone("ann", "13800000001"),
        phone("bob", "13800000002"),
        phone("cid", "13800000003"),
        told("ann", "Consent Given", json!({ "purpose": "marketing" })),
        told("bob", "Consent Given", json!({ "purpose": "marketing" })),
        told("bob", "Message Sent", json!({ "channel": "sms" })),
        told("bob", "Message Sent", json!({ "channel": "sms" })),
        order("ann"),
        order("dan"),
    ];
    let body = json!({ "writeKey": key, "batch": events });
    api.call(&Caller::default(), "POST", "/v1/batch", body).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    perennial_app::pipeline::hand_over(&api.app).await.unwrap();
    let analyst = api.caller(Role::Analyst).await;
    let pool = api.get(&analyst, "/api/v1/reach/pool").await.expect(200).json();
    assert_eq!((&pool["contacts"], &pool["reachable"]), (&json!(3), &json!(1)));
    let sms = &pool["channels"][2];
    let figures = ["contacts", "reachable", "withheld", "exhausted"].map(|name| sms[name].as_i64().unwrap());
    assert_eq!((figures, &sms["channel"]["cost_milli_minor"]), ([3, 1, 1, 1], &json!(4_500)));
    assert_eq!(sms["cost_of_all"], json!({ "minor": 5, "currency": "CNY", "exponent": 2 }));
    // Everybody is asked for no consent any more.
    let channels = api.get(&analyst, "/api/v1/reach/channels").await.expect(200);
    assert_eq!(channels.header("etag"), "\"0\"");
    let mut changed = channels.json();
    changed["channels"][2]["consent"] = json!("not_refused");
    changed["channels"][2]["quota"] = Value::Null;
    let put = |caller: &Caller, tag: &str| {
        TestApi::request(caller, "PUT", "/api/v1/reach/channels", Some(&changed), &[("if-match", tag)])
    };
    assert_eq!(api.send(put(&analyst, "\"0\"")).await.problem(), "403 forbidden");
    let stored = api.send(put(&administrator, "\"0\"")).await.expect(200);
    assert_eq!((stored.header("etag"), stored.json()), ("\"1\"", changed.clone()));
    assert_eq!(api.send(put(&administrator, "\"0\"")).await.problem(), "412 precondition_failed");
    assert_eq!(api.get(&analyst, "/api/v1/reach/pool").await.expect(200).json()["reachable"], 3);
    // Of two buyers one has a phone.
    for by in ["", "&by=store", "&by=sku", "&by=clerk"] {
        let path = format!("/api/v1/reach/connection-rate?from=2026-11-21&to=2026-11-21{by}");
        let rate = api.get(&analyst, &path).await.expect(200).json();
        let figures = ["buyers", "connected", "rate_basis_points"].map(|name| rate[name].as_i64().unwrap());
        assert_eq!((figures, &rate["bound_by"]), ([2, 1, 5_000], &json!("2026-11-21")), "{by}");
        let keys: Vec<&Value> = rate["groups"].as_array().unwrap().iter().map(|group| &group["key"]).collect();
        let expected: &[Value] = match by {
            "" => &[],
            "&by=sku" => &[json!("TEA")],
            _ => &[Value::Null],
        };
        assert_eq!(keys, expected.iter().collect::<Vec<_>>(), "{by}");
    }
    let nobody = api.get(&analyst, "/api/v1/reach/connection-rate?from=2020-01-01&to=2020-01-31").await.expect(200);
    assert_eq!((&nobody.json()["buyers"], &nobody.json()["rate_basis_points"]), (&json!(0), &Value::Null));
    // A code that costs something, and nobody has scanned.
    let code = json!({ "name": "ad", "touch_point": "douyin", "target": "https://shop.example/", "cost_minor": 9_900 });
    api.call(&administrator, "POST", "/api/v1/codes", json!({ "codes": [code] })).await.expect(201);
    let funnel = api.get(&analyst, "/api/v1/reach/funnel?from=2026-11-21&to=2026-11-21").await.expect(200).json();
    let source = &funnel["sources"][0];
    assert_eq!((&source["source"], &source["cost"]["minor"]), (&json!("douyin"), &json!(9_900)));
    let none = json!({ "count": 0, "share_basis_points": null, "cost_each_milli_minor": null });
    assert!(["clicked", "followed", "registered", "bought"].iter().all(|step| source[*step] == none), "{source}");
    assert_eq!((&source["super_users"], &funnel["values_as_of"]), (&Value::Null, &Value::Null));
}

async fn wrong_channels_and_days_are_named(api: TestApi) {
    let administrator = api.administrator().await;
    let usual = api.get(&administrator, "/api/v1/reach/channels").await.expect(200).json();
    let put = |body: &Value| {
        TestApi::request(&administrator, "PUT", "/api/v1/reach/channels", Some(body), &[("if-match", "\"0\"")])
    };
    let cases: [(&str, Value, &str); 6] = [
        ("code", json!("SMS"), "/channels"),
        ("identifiers", json!(["telegraph"]), "/channels/0/identifiers"),
        ("identifiers", json!([]), "/channels"),
        ("consent", json!("maybe"), "/channels/0/consent"),
        ("quota", json!({ "messages": 0, "days": 1 }), "/channels"),
        ("cost_milli_minor", json!(-1), "/channels"),
    ];
    for (field, value, pointer) in cases {
        let mut body = usual.clone();
        body["channels"][0][field] = value;
        let answer = api.send(put(&body)).await;
        let found = (answer.problem(), answer.json()["errors"][0]["pointer"].clone());
        assert_eq!(found, ("422 invalid_request".to_owned(), json!(pointer)), "{field}");
    }
    let bare = TestApi::request(&administrator, "PUT", "/api/v1/reach/channels", Some(&usual), &[]);
    assert_eq!(api.send(bare).await.problem(), "428 precondition_required");
    for query in [
        "from=2026-05-02&to=2026-05-01",
        "from=2026-05-01&to=2026-05-31&bound_by=2026-04-30",
        "from=May&to=2026-05-31",
        "from=2026-05-01&to=2026-05-31&by=colour",
        "from=2026-05-01&to=2026-05-31&limit=0",
    ] {
        let answer = api.get(&administrator, &format!("/api/v1/reach/connection-rate?{query}")).await;
        assert_eq!(answer.problem(), "422 invalid_request", "{query}");
    }
    let answer = api.get(&administrator, "/api/v1/reach/funnel?from=2026-05-02&to=2026-05-01").await;
    assert_eq!(answer.problem(), "422 invalid_request");
}
