//! What a customer's facts say over time, as a program sees it: journeys and their stages, spending, behaviour,
//! relations, product progress, preferences.

use crate::support::{Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_app::access::Actor;
use perennial_app::{customers, pipeline};
use perennial_domain::access::Role;
use perennial_domain::data_class::{DataClass, NAMED, class_of};
use perennial_domain::fact::FactKind;
use perennial_domain::powers::{Power, WEIGHTS};
use serde_json::{Value, json};

on_both!(
    stages_are_read_and_changed_by_their_version,
    a_journey_goes_back_page_by_page_with_its_stages,
    spending_behaviour_and_relations_are_answered_and_wrong_bounds_are_named,
    data_is_answered_in_three_blocks_with_who_told_it,
    powers_are_answered_with_what_makes_them,
    c54_progress_is_read_by_any_identifier_with_a_token,
    topics_are_registered_picked_and_asked_before_a_push,
    the_journey_map_is_answered_for_days_and_wrong_days_are_named,
);

async fn tell(api: &TestApi, key: &str, messages: &[Value]) {
    let mut messages = messages.to_vec();
    for (number, message) in messages.iter_mut().enumerate() {
        message["messageId"] = json!(format!("{key}-{number}-{}", message["event"]));
    }
    let body = json!({ "writeKey": key, "batch": messages });
    api.call(&Caller::default(), "POST", "/v1/batch", body).await.expect(200);
    pipeline::apply_all(&api.app).await.unwrap();
    pipeline::hand_over(&api.app).await.unwrap();
}

fn track(user: &str, event: &str, properties: Value) -> Value {
    json!({ "type": "track", "userId": user, "event": event, "properties": properties })
}

async fn customer(api: &TestApi, identifier: &str) -> String {
    customers::find_customer(&api.app, &Actor::System("test"), identifier).await.unwrap().public_id()
}

fn put(caller: &Caller, path: &str, body: &Value, tag: Option<&str>) -> axum::http::Request<axum::body::Body> {
    let headers: Vec<(&str, &str)> = tag.into_iter().map(|tag| ("if-match", tag)).collect();
    TestApi::request(caller, "PUT", path, Some(body), &headers)
}

async fn stages_are_read_and_changed_by_their_version(api: TestApi) {
    let administrator = api.caller(Role::Administrator).await;
    let path = "/api/v1/journey-stages";
    let read = api.get(&administrator, path).await.expect(200);
    assert_eq!((read.header("etag"), &read.json()["version"]), ("\"0\"", &json!(0)));
    let of = |body: &Value, name: &str| -> Value {
        let rules = body["rules"].as_array().unwrap();
        rules.iter().find(|rule| rule["kind"] == "event" && rule["name"] == name).cloned().unwrap_or_default()
    };
    assert_eq!(of(&read.json(), "Call Ended")["stage"], "query");
    let body = json!({ "rules": [{ "kind": "event", "name": "Call Ended", "stage": "contact" },
        { "kind": "page", "stage": "interact" }] });
    assert_eq!(api.send(put(&administrator, path, &body, None)).await.problem(), "428 precondition_required");
    let changed = api.send(put(&administrator, path, &body, Some("\"0\""))).await.expect(200);
    assert_eq!(changed.header("etag"), "\"1\"");
    let rule = of(&changed.json(), "Call Ended");
    assert_eq!((&rule["stage"], &rule["is_own"]), (&json!("contact"), &json!(true)));
    assert_eq!(api.send(put(&administrator, path, &body, Some("\"0\""))).await.problem(), "412 precondition_failed");
    let wrong = json!({ "rules": [{ "kind": "dance", "stage": "buy" }, { "kind": "event", "stage": "rest" }] });
    let refused = api.send(put(&administrator, path, &wrong, Some("\"1\""))).await;
    assert_eq!(refused.problem(), "422 invalid_request");
    let pointers: Vec<Value> =
        refused.json()["errors"].as_array().unwrap().iter().map(|one| one["pointer"].clone()).collect();
    assert_eq!(pointers, [json!("/rules/0/kind"), json!("/rules/1/stage")]);
    let twice = json!({ "rules": [{ "kind": "event", "name": "A", "stage": "buy" },
        { "kind": "event", "name": "A", "stage": "buy" }] });
    assert_eq!(api.send(put(&administrator, path, &twice, Some("\"1\""))).await.problem(), "422 invalid_request");
}

async fn a_journey_goes_back_page_by_page_with_its_stages(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let order = json!({ "order_id": "o1", "total": 12.5, "currency": "CNY" });
    let mut messages = vec![track("u1", "Signed Up", json!({})), track("u1", "Order Completed", order)];
    messages.extend((0..10).map(|number| {
        let mut message = track("u1", "Product Viewed", json!({ "number": number }));
        message["context"] = json!({ "channel": "web", "touchPoint": "website" });
        message
    }));
    tell(&api, &key, &messages).await;
    let caller = api.caller(Role::Clerk).await;
    let path = format!("/api/v1/customers/{}/journey", customer(&api, "u1").await);
    let first = api.get(&caller, &format!("{path}?limit=5")).await.expect(200).json();
    let counts: Vec<(&str, i64)> = first["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["stage"].as_str().unwrap(), one["facts"].as_i64().unwrap()))
        .collect();
    assert_eq!(counts, [("contact", 1), ("learn", 10), ("buy", 1), ("query", 0), ("interact", 0)]);
    assert_eq!(first["touch_points"][0]["code"], "website");
    let (mut seen, mut cursor) = (0, first["next_cursor"].as_str().map(str::to_owned));
    seen += first["items"].as_array().unwrap().len();
    while let Some(next) = cursor {
        let page = api.get(&caller, &format!("{path}?limit=5&cursor={next}")).await.expect(200).json();
        seen += page["items"].as_array().unwrap().len();
        cursor = page["next_cursor"].as_str().map(str::to_owned);
    }
    assert_eq!(seen, 12);
    let bought = api.get(&caller, &format!("{path}?stage=buy,query")).await.expect(200).json();
    let item = &bought["items"][0];
    assert_eq!((&item["stage"], &item["fact"]["kind"]), (&json!("buy"), &json!("order")));
    assert_eq!(item["fact"]["amount"]["minor"], 1_250);
    let web = api.get(&caller, &format!("{path}?channel=web&touch_point=website&stage=buy")).await.expect(200).json();
    assert_eq!((&web["items"], &web["stages"][1]["facts"]), (&json!([]), &json!(10)));
    assert_eq!(api.get(&caller, &format!("{path}?stage=rest")).await.problem(), "422 invalid_request");
    let other = first["next_cursor"].as_str().unwrap();
    assert_eq!(api.get(&caller, &format!("{path}?stage=buy&cursor={other}")).await.problem(), "422 invalid_cursor");
}

async fn spending_behaviour_and_relations_are_answered_and_wrong_bounds_are_named(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let order = |order_id: &str, total: f64| json!({ "order_id": order_id, "total": total, "currency": "CNY" });
    let messages = [
        track("u1", "Order Completed", order("o1", 30.0)),
        track("u2", "Signed Up", json!({ "invited_by": "u1" })),
        track("u2", "Order Completed", order("o2", 5.0)),
        track("u1", "Shared", json!({ "share_id": "s1" })),
        track("u1", "Signed Up", json!({ "invited_by": "u1" })),
    ];
    tell(&api, &key, &messages).await;
    let caller = api.caller(Role::Analyst).await;
    let base = format!("/api/v1/customers/{}", customer(&api, "u1").await);
    let spending = api.get(&caller, &format!("{base}/spending")).await.expect(200).json();
    assert_eq!(
        spending["peak"],
        json!({ "month": "2026-11", "half_life_date": null,
        "revenue": { "minor": 3_000, "currency": "CNY", "exponent": 2 } })
    );
    assert_eq!((&spending["last_complete_month"], &spending["before_fade"]), (&json!("2026-10"), &json!([])));
    let behaviour = api.get(&caller, &format!("{base}/behaviour")).await.expect(200).json();
    assert_eq!(
        (&behaviour["cycle"], &behaviour["active_days"], &behaviour["weeks"]),
        (&Value::Null, &json!(1), &json!(10))
    );
    assert_eq!(behaviour["community"][0]["code"], "Shared");
    let consumption = api.get(&caller, &format!("{base}/consumption")).await.expect(200).json();
    assert_eq!((&consumption["orders"], &consumption["amount"]["minor"]), (&json!(1), &json!(3_000)));
    assert_eq!((&consumption["preference"], &consumption["interests"]), (&Value::Null, &json!([])));
    assert_eq!(consumption["complaints"], json!({ "count": 0, "last_at": null }));
    let relations = api.get(&caller, &format!("{base}/relations")).await.expect(200).json();
    let tree = &relations["tree"];
    assert_eq!(
        (&tree["value"]["minor"], &tree["branch_value"]["minor"], &tree["brought"]),
        (&json!(3_000), &json!(3_500), &json!(1))
    );
    assert_eq!(tree["invited"][0]["nickname"], Value::Null);
    assert_eq!((&relations["refused"][0]["reason"], &relations["is_cut"]), (&json!("itself"), &json!(false)));
    for wrong in ["depth=0", "depth=11", "size=501", "dance=1"] {
        assert_eq!(
            api.get(&caller, &format!("{base}/relations?{wrong}")).await.problem(),
            "422 invalid_request",
            "{wrong}"
        );
    }
    let sender = api.caller(Role::Sender).await;
    assert_eq!(api.get(&sender, &format!("{base}/relations")).await.problem(), "403 forbidden");
}

async fn data_is_answered_in_three_blocks_with_who_told_it(api: TestApi) {
    let (id, key) = source(&api, "shop").await;
    let order = json!({ "order_id": "o1", "total": 30.0, "currency": "CNY" });
    let mut messages = vec![track("u1", "Order Completed", order), track("u1", "Followed", json!({}))];
    messages.extend((0..3).map(|number| track("u1", "Product Viewed", json!({ "number": number }))));
    tell(&api, &key, &messages).await;
    let caller = api.caller(Role::Clerk).await;
    let base = format!("/api/v1/customers/{}/data", customer(&api, "u1").await);
    let found = api.get(&caller, &base).await.expect(200).json();
    let blocks = found["blocks"].as_array().unwrap();
    let heads: Vec<_> = blocks.iter().map(|one| (one["class"].as_str().unwrap(), one["facts"].as_i64())).collect();
    assert_eq!(heads, [("trade", Some(1)), ("interaction", Some(3)), ("social", Some(1))]);
    let expected = json!({ "kind": "event", "name": "Product Viewed", "facts": 3, "sources": [id],
        "last_at": blocks[1]["last_at"] });
    assert_eq!((&blocks[1]["rows"], &blocks[1]["rows_left_out"]), (&json!([expected]), &json!(0)));
    let trade = &blocks[0]["rows"][0];
    assert_eq!((&trade["kind"], &trade["name"]), (&json!("order"), &Value::Null));
    let sender = api.caller(Role::Sender).await;
    assert_eq!(api.get(&sender, &base).await.problem(), "403 forbidden");
}

async fn powers_are_answered_with_what_makes_them(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let messages = [
        track("u1", "Shared", json!({ "share_id": "s1" })),
        track("u2", "Share Opened", json!({ "share_id": "s1" })),
        track("u2", "Shared", json!({})),
        track("u2", "Event Joined", json!({})),
    ];
    tell(&api, &key, &messages).await;
    let caller = api.caller(Role::Clerk).await;
    let path = format!("/api/v1/customers/{}/powers", customer(&api, "u1").await);
    let found = api.get(&caller, &path).await.expect(200).json();
    assert_eq!((&found["from"], &found["until"]), (&json!("2026-08-24"), &json!("2026-11-21")));
    let measure = |measure: &str, count: i64, weight: i64| {
        json!({ "measure": measure, "count": count, "weight": weight,
        "points": count * weight })
    };
    let measures = [measure("shares", 1, 1), measure("readers", 1, 2), measure("registrations", 0, 10)];
    assert_eq!(found["spread"], json!({ "score": 100, "points": 3, "among": 2, "measures": measures }));
    let measures = [measure("events_joined", 0, 1)];
    assert_eq!(found["activity"], json!({ "score": 0, "points": 0, "among": 1, "measures": measures }));
    let other = format!("/api/v1/customers/{}/powers", customer(&api, "u2").await);
    let other = api.get(&caller, &other).await.expect(200).json();
    assert_eq!((&other["spread"]["score"], &other["activity"]["score"]), (&json!(50), &json!(100)));
    let sender = api.caller(Role::Sender).await;
    assert_eq!(api.get(&sender, &path).await.problem(), "403 forbidden");
}

async fn c54_progress_is_read_by_any_identifier_with_a_token(api: TestApi) {
    let (_, key) = source(&api, "game").await;
    let paid = json!({ "order_id": "o1", "total": 6, "currency": "CNY", "product": "puzzle" });
    let messages = [
        json!({ "type": "identify", "userId": "u1", "traits": { "email": "u1@example.com" } }),
        track("u1", "Product Progressed", json!({ "product": "puzzle", "level": 7, "attempt": 10 })),
        track("u1", "Product Used", json!({ "product": "puzzle" })),
        track("u1", "Order Completed", paid),
    ];
    tell(&api, &key, &messages).await;
    let caller = api.caller(Role::Service).await;
    let id = customer(&api, "u1").await;
    for identifier in ["u1", "u1%40example.com", &id] {
        let path = format!("/api/v1/product-progress?identifier={identifier}&product=puzzle");
        let answer = api.get(&caller, &path).await.expect(200);
        let answer = answer.json();
        let found = &answer["products"][0];
        let state: Vec<(&Value, &Value)> =
            found["state"].as_array().unwrap().iter().map(|one| (&one["name"], &one["value"])).collect();
        assert_eq!(state, [(&json!("attempt"), &json!(10)), (&json!("level"), &json!(7))]);
        assert_eq!(
            (&answer["customer"], &found["active_days_7"], &found["events_7"]),
            (&json!(id), &json!(1), &json!(2))
        );
        assert_eq!((&found["spent"]["minor"], &found["is_paying"]), (&json!(600), &json!(true)));
    }
    let path = "/api/v1/product-progress";
    assert_eq!(api.get(&caller, &format!("{path}?identifier=nobody")).await.problem(), "404 not_found");
    assert_eq!(api.get(&caller, path).await.problem(), "422 invalid_request");
    assert_eq!(api.get(&Caller::default(), &format!("{path}?identifier=u1")).await.problem(), "401 unauthenticated");
}

async fn topics_are_registered_picked_and_asked_before_a_push(api: TestApi) {
    let (_, key) = source(&api, "app").await;
    tell(&api, &key, &[track("u1", "Seen", json!({}))]).await;
    let administrator = api.caller(Role::Administrator).await;
    for code in ["recipes", "care", "promotions"] {
        let made = api.call(&administrator, "PUT", &format!("/api/v1/topics/{code}"), json!({ "name": code })).await;
        assert_eq!(made.expect(200).json()["version"], 1);
    }
    let path = "/api/v1/topics/care";
    let bare = api.call(&administrator, "PUT", path, json!({ "name": "Care" })).await;
    assert_eq!(bare.problem(), "428 precondition_required");
    let change = |path: &str, tag: &str| {
        let archived = json!({ "name": "Care", "is_archived": true });
        TestApi::request(&administrator, "PUT", path, Some(&archived), &[("if-match", tag)])
    };
    let changed = api.send(change(path, "\"1\"")).await.expect(200);
    assert_eq!((changed.header("etag"), &changed.json()["version"]), ("\"2\"", &json!(2)));
    assert_eq!(api.send(change(path, "\"1\"")).await.problem(), "412 precondition_failed");
    let none = api.send(change("/api/v1/topics/dance", "\"3\"")).await;
    assert_eq!(none.problem(), "404 not_found");
    let wrong = api.call(&administrator, "PUT", "/api/v1/topics/No", json!({ "name": "" })).await;
    assert_eq!(wrong.problem(), "422 invalid_request");
    let clerk = api.caller(Role::Clerk).await;
    let listed = api.get(&clerk, "/api/v1/topics").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 3);
    let id = customer(&api, "u1").await;
    let path = format!("/api/v1/customers/{id}/preferences");
    assert_eq!(
        api.get(&clerk, &path).await.expect(200).json(),
        json!({ "customer": id, "picked": null, "history": [] })
    );
    let picked = api.call(&clerk, "PUT", &path, json!({ "topics": ["recipes"] })).await.expect(200).json();
    assert_eq!((&picked["picked"]["topics"], &picked["picked"]["source"]), (&json!(["recipes"]), &json!("perennial")));
    assert_eq!(api.get(&clerk, &path).await.expect(200).json(), picked);
    let unknown = api.call(&clerk, "PUT", &path, json!({ "topics": ["dance"] })).await;
    assert_eq!(unknown.problem(), "422 invalid_request");
    let analyst = api.caller(Role::Analyst).await;
    assert_eq!(api.call(&analyst, "PUT", &path, json!({ "topics": [] })).await.problem(), "403 forbidden");
    let cases = [
        ("class=marketing&topic=recipes", Value::Null),
        ("class=marketing&topic=promotions", json!("not_picked")),
        ("class=marketing&topic=care", json!("unknown_topic")),
        ("class=marketing", json!("unknown_topic")),
        ("class=service", Value::Null),
        ("class=service&topic=promotions", Value::Null),
    ];
    for (query, reason) in cases {
        let verdict = api.get(&analyst, &format!("{path}/push?{query}")).await.expect(200).json();
        assert_eq!(verdict, json!({ "may_go": reason.is_null(), "reason": reason }), "{query}");
    }
    assert_eq!(api.get(&analyst, &format!("{path}/push?class=dance")).await.problem(), "422 invalid_request");
}

async fn the_journey_map_is_answered_for_days_and_wrong_days_are_named(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let scene = |event: &str, rating: Value| track("u1", event, json!({ "scene": "returns", "rating": rating }));
    let messages: Vec<Value> = [scene("Scene Entered", Value::Null)]
        .into_iter()
        .chain((0..32).map(|number| scene("Scene Rated", json!(1 + number % 5))))
        .collect();
    tell(&api, &key, &messages).await;
    let analyst = api.caller(Role::Analyst).await;
    let map = api.get(&analyst, "/api/v1/scenes?from=2026-11-21&until=2026-11-21").await.expect(200).json();
    let expected = json!({ "scene": "returns", "entered": 1, "completed": 0, "drop_off_basis_points": 10_000, "rated": 32,
        "satisfaction_basis_points": 3_750, "is_worst": true });
    assert_eq!((&map["scenes"], &map["sample_min"]), (&json!([expected]), &json!(30)));
    let later = api.get(&analyst, "/api/v1/scenes?from=2026-11-22").await.expect(200).json();
    assert_eq!(later["scenes"], json!([]));
    assert_eq!(api.get(&analyst, "/api/v1/scenes?until=today").await.problem(), "422 invalid_request");
    let clerk = api.caller(Role::Clerk).await;
    assert_eq!(api.get(&clerk, "/api/v1/scenes").await.problem(), "403 forbidden");
}

#[test]
fn the_documented_table_of_stages_is_that_of_the_code() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/journey.md")).unwrap();
    let mut listed = 0;
    for rule in perennial_domain::stages::defaults() {
        let head = format!("| `{}` |", rule.stage.code());
        let row = text.lines().find(|line| line.starts_with(&head)).unwrap();
        let mut names = row.split(['|', ',', ';']).map(|part| part.trim().trim_start_matches("and "));
        let has = if rule.name.is_empty() {
            row.contains(&format!("`{}`", rule.kind.code()))
        } else {
            names.any(|part| part == rule.name || part.starts_with(&format!("{} where", rule.name)))
        };
        assert!(has, "docs/journey.md does not list {rule:?}");
        listed += 1;
    }
    assert!(listed > 60);
}

#[test]
fn the_documented_table_of_data_is_that_of_the_code() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/journey.md")).unwrap();
    let (_, section) = text.split_once("## Trade, interaction and social data").unwrap();
    let row =
        |class: DataClass| section.lines().find(|line| line.starts_with(&format!("| {} |", class.code()))).unwrap();
    for (name, class) in NAMED {
        assert!(row(class).split(['|', ',']).any(|part| part.trim() == name), "{name} is of {class:?}");
    }
    for kind in FactKind::ALL {
        let class = class_of(kind, None);
        assert!(row(class).contains(&format!("`{}`", kind.code())), "{kind:?} is of {class:?}");
    }
}

#[test]
fn the_documented_weights_of_powers_are_those_of_the_code() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/journey.md")).unwrap();
    for (power, measure, weight) in WEIGHTS {
        let row = format!(
            "| {} | `{}` | {weight} |",
            if power == Power::Spread { "spread" } else { "activity" },
            measure.code()
        );
        assert!(text.lines().any(|line| line.starts_with(&row)), "docs/journey.md does not have {row}");
    }
}
