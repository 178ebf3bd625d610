//! Paths by the interface: who has gone all steps, over all identifiers, whatever came late.

use crate::stores::{bind, region, store, user};
use crate::support::{Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_app::access::Actor;
use perennial_app::{customers, pipeline};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    c11_three_identifiers_of_one_person_have_gone_path_b_once_they_are_one,
    counts_are_by_month_with_the_people_behind_them_and_late_facts_count,
    own_paths_are_made_by_version_and_hold_at_once,
    whoever_sees_a_part_is_told_of_that_part,
);

async fn tell(api: &TestApi, key: &str, messages: &[Value]) {
    let mut messages = messages.to_vec();
    for (number, message) in messages.iter_mut().enumerate() {
        let id = format!(
            "{number}-{}-{}-{}-{}",
            message["event"], message["timestamp"], message["userId"], message["anonymousId"]
        );
        (message["messageId"], message["sentAt"]) = (json!(id), json!("2026-11-21T08:00:00Z"));
    }
    let body = json!({ "writeKey": key, "batch": messages });
    api.call(&Caller::default(), "POST", "/v1/batch", body).await.expect(200);
    pipeline::apply_all(&api.app).await.unwrap();
    pipeline::hand_over(&api.app).await.unwrap();
}

fn track(who: (&str, &str), event: &str, at: &str, touch_point: &str, properties: Value) -> Value {
    let mut message = json!({ "type": "track", "event": event, "timestamp": at, "properties": properties,
        "context": { "touchPoint": touch_point } });
    message[who.0] = json!(who.1);
    message
}

fn bought(who: (&str, &str), no: &str, at: &str, total: f64) -> Value {
    let order = json!({ "order_id": no, "total": total, "currency": "CNY" });
    track(who, "Order Completed", at, "online_shop", order)
}

async fn customer(api: &TestApi, identifier: &str) -> String {
    customers::find_customer(&api.app, &Actor::System("test"), identifier).await.unwrap().public_id()
}

async fn figures(api: &TestApi, caller: &Caller, query: &str) -> Value {
    api.get(caller, &format!("/api/v1/paths{query}")).await.expect(200).json()
}

fn of<'a>(paths: &'a Value, code: &str) -> &'a Value {
    paths["items"].as_array().unwrap().iter().find(|one| one["code"] == code).unwrap()
}

async fn own_path(api: &TestApi, caller: &Caller, id: &str, code: &str) -> Value {
    let found = api.get(caller, &format!("/api/v1/customers/{id}/paths")).await.expect(200).json();
    of(&found, code).clone()
}

async fn c11_three_identifiers_of_one_person_have_gone_path_b_once_they_are_one(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let analyst = api.caller(Role::Operator).await;
    let (device, member, caller) = (("anonymousId", "d-1"), ("userId", "u-1"), ("userId", "desk-9"));
    tell(
        &api,
        &key,
        &[
            json!({ "type": "page", "name": "Search", "anonymousId": "d-1", "timestamp": "2026-11-01T10:00:00Z",
                "context": { "touchPoint": "search", "channel": "mobile" } }),
            track(device, "Product Viewed", "2026-11-01T10:05:00Z", "website", json!({})),
            bought(member, "W-1", "2026-11-02T09:00:00Z", 199.0),
            track(caller, "Ticket Opened", "2026-11-05T12:00:00Z", "wechat_service", json!({ "about": "size" })),
        ],
    )
    .await;
    let before = figures(&api, &analyst, "").await;
    let path = of(&before, "search_service");
    assert_eq!((&path["completed"], &path["reached"]), (&json!(0), &json!([1, 1, 0, 0])), "three people so far");

    // Identities resolve: by evidence, and by hand.
    tell(
        &api,
        &key,
        &[json!({ "type": "identify", "userId": "u-1", "anonymousId": "d-1",
        "timestamp": "2026-11-06T00:00:00Z" })],
    )
    .await;
    assert_eq!(of(&figures(&api, &analyst, "").await, "search_service")["reached"], json!([1, 1, 1, 0]));
    let (one, other) = (customer(&api, "u-1").await, customer(&api, "desk-9").await);
    let merge = api.call(&analyst, "POST", &format!("/api/v1/customers/{one}/merges"), json!({ "other": other })).await;
    let merge = merge.expect(201).json();
    let after = figures(&api, &analyst, "").await;
    let path = of(&after, "search_service");
    assert_eq!(
        (&path["completed"], &path["completed_ever"], &path["reached"]),
        (&json!(1), &json!(1), &json!([1, 1, 1, 1]))
    );
    assert_eq!(path["months"], json!([{ "month": "2026-11", "completed": 1 }]));
    let own = own_path(&api, &analyst, &one, "search_service").await;
    let taken: Vec<(&str, &str)> = own["taken"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["at"].as_str().unwrap(), step["kind"].as_str().unwrap()))
        .collect();
    let expected = [
        ("2026-11-01T10:00:00Z", "page"),
        ("2026-11-01T10:05:00Z", "event"),
        ("2026-11-02T09:00:00Z", "order"),
        ("2026-11-05T12:00:00Z", "event"),
    ];
    assert_eq!((taken.as_slice(), &own["completed_at"]), (expected.as_slice(), &json!("2026-11-05T12:00:00Z")));
    let people = api.get(&analyst, "/api/v1/paths/search_service/people").await.expect(200).json();
    assert_eq!((people["items"].as_array().unwrap().len(), &people["items"][0]["customer_id"]), (1, &json!(one)));

    // Taken back, it is as before.
    let undo = format!("/api/v1/merges/{}/undo", merge["id"].as_str().unwrap());
    api.call(&analyst, "POST", &undo, json!({})).await.expect(200);
    assert_eq!(of(&figures(&api, &analyst, "").await, "search_service")["completed"], 0);
    let own = own_path(&api, &analyst, &one, "search_service").await;
    assert_eq!((own["taken"].as_array().unwrap().len(), &own["completed_at"]), (3, &Value::Null));
}

/// All four steps of path B of one user, two days apart.
fn path_b(user: &str, day: u32, month: u32) -> Vec<Value> {
    let who = ("userId", user);
    let at = |later: u32| format!("2026-{month:02}-{:02}T03:00:00Z", day + later);
    vec![
        track(who, "Searched", &at(0), "search", json!({})),
        track(who, "Content Viewed", &at(2), "website", json!({})),
        bought(who, &format!("W-{user}-{month}"), &at(4), 20.0),
        track(who, "Question Asked", &at(6), "wechat_service", json!({})),
    ]
}

async fn counts_are_by_month_with_the_people_behind_them_and_late_facts_count(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let analyst = api.caller(Role::Analyst).await;
    let mut messages = Vec::new();
    for number in 0..7 {
        messages.extend(path_b(&format!("u-{number}"), 1 + number, if number < 3 { 9 } else { 10 }));
    }
    // One who asked before buying, one who goes it twice, and one whose purchase comes late.
    let mut early = path_b("u-early", 1, 10);
    early[3]["timestamp"] = json!("2026-10-04T00:00:00Z");
    messages.extend(early);
    messages.extend(path_b("u-0", 1, 10));
    let late = path_b("u-late", 1, 10);
    messages.extend([late[3].clone(), late[0].clone(), late[1].clone()]);
    tell(&api, &key, &messages).await;
    let paths = figures(&api, &analyst, "?from=2026-09-01&until=2026-10-31").await;
    let path = of(&paths, "search_service");
    let months = json!([{ "month": "2026-09", "completed": 3 }, { "month": "2026-10", "completed": 4 }]);
    assert_eq!((&path["completed"], &path["months"], &path["reached"]), (&json!(7), &months, &json!([9, 9, 8, 7])));
    tell(&api, &key, &[late[2].clone()]).await;
    let october = figures(&api, &analyst, "?from=2026-10-01&until=2026-10-31").await;
    let path = of(&october, "search_service");
    assert_eq!(
        (&path["completed"], &path["completed_ever"], &path["reached"]),
        (&json!(5), &json!(8), &json!([9, 9, 9, 8]))
    );

    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = format!("/api/v1/paths/search_service/people?from=2026-10-01&until=2026-10-31&limit=2{cursor}");
        let page = api.get(&analyst, &page).await.expect(200).json();
        names.extend(page["items"].as_array().unwrap().iter().map(|one| one["customer_id"].clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let mut expected = Vec::new();
    for user in ["u-6", "u-5", "u-4", "u-3", "u-late"] {
        expected.push(json!(customer(&api, user).await));
    }
    assert_eq!(names, expected, "who completed it last first");
    for (wrong, code) in [
        ("?from=2026-10-31&until=2026-10-01", "422 invalid_request"),
        ("?from=2001-01-01", "422 invalid_request"),
        ("?until=today", "422 invalid_request"),
    ] {
        assert_eq!(api.get(&analyst, &format!("/api/v1/paths{wrong}")).await.problem(), code, "{wrong}");
    }
    assert_eq!(api.get(&analyst, "/api/v1/paths/nothing/people").await.problem(), "404 not_found");
    assert_eq!(api.get(&analyst, "/api/v1/paths/search_service/people?cursor=x").await.problem(), "422 invalid_cursor");
    assert_eq!(api.get(&analyst, "/api/v1/customers/cus_00000000/paths").await.status.as_u16(), 404);
}

async fn own_paths_are_made_by_version_and_hold_at_once(api: TestApi) {
    let (_, key) = source(&api, "shop").await;
    let administrator = api.caller(Role::Administrator).await;
    let who = ("userId", "u-1");
    tell(
        &api,
        &key,
        &[
            track(who, "Live Stream Watched", "2026-11-01T10:00:00Z", "live_stream", json!({})),
            bought(who, "L-1", "2026-11-02T09:59:59Z", 15.0),
            track(("userId", "u-2"), "Live Stream Watched", "2026-11-01T10:00:00Z", "live_stream", json!({})),
            bought(("userId", "u-2"), "L-2", "2026-11-02T10:00:01Z", 15.0),
        ],
    )
    .await;
    let path = "/api/v1/paths";
    let put = async |body: &Value, tag: Option<&str>| {
        let headers: Vec<(&str, &str)> = tag.into_iter().map(|tag| ("if-match", tag)).collect();
        api.send(TestApi::request(&administrator, "PUT", path, Some(body), &headers)).await
    };
    let live = |hours: Value| {
        json!({ "paths": [{ "code": "live", "name_zh": "直播下单", "name_en": "Live to order", "steps": [
            { "kind": "event", "names": ["Live Stream Watched"], "touch_point": "live_stream" },
            { "kind": "order", "within_hours": hours }] }] })
    };
    assert_eq!(put(&live(json!(24)), None).await.problem(), "428 precondition_required");
    let made = put(&live(json!(24)), Some("\"0\"")).await.expect(200);
    assert_eq!((made.header("etag"), &made.json()["paths"][0]["code"]), ("\"1\"", &json!("live")));
    assert_eq!(of(&figures(&api, &administrator, "").await, "live")["completed"], 1);
    assert_eq!(put(&live(json!(24)), Some("\"0\"")).await.problem(), "412 precondition_failed");
    put(&live(Value::Null), Some("\"1\"")).await.expect(200);
    let wider = figures(&api, &administrator, "").await;
    assert_eq!((&of(&wider, "live")["completed"], &of(&wider, "live")["is_preset"]), (&json!(2), &json!(false)));
    for (change, pointer) in [
        (
            json!([{ "code": "live", "name_zh": "a", "name_en": "b", "steps": [{ "kind": "dance" }] }]),
            "/paths/0/steps/0/kind",
        ),
        (
            json!([{ "code": "store_receipt", "name_zh": "a", "name_en": "b", "steps": [{ "kind": "order" }, { "kind": "order" }] }]),
            "/paths/0/code",
        ),
        (json!([{ "code": "x", "name_zh": "a", "name_en": "b", "steps": [{ "kind": "order" }] }]), "/paths/0/steps"),
        (
            json!([{ "code": "x", "name_zh": "a", "name_en": "b", "steps": [{ "kind": "order" }, { "kind": "visit", "touch_point": "moon" }] }]),
            "/paths/0/steps/1/touch_point",
        ),
        (
            json!([{ "code": "x", "name_zh": "a", "name_en": "b", "steps": [{ "kind": "order", "within_hours": 5 }, { "kind": "order" }] }]),
            "/paths/0/steps/0/within_hours",
        ),
    ] {
        let answer = put(&json!({ "paths": change }), Some("\"2\"")).await;
        assert_eq!(answer.problem(), "422 invalid_request", "{pointer}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    let audit = api.get(&administrator, "/api/v1/audit?limit=50").await.expect(200).json();
    let changes = audit["items"].as_array().unwrap().iter().filter(|one| one["action"] == "journey_paths.changed");
    assert_eq!(changes.count(), 2);
    put(&json!({ "paths": [] }), Some("\"2\"")).await.expect(200);
    let gone = figures(&api, &administrator, "").await;
    assert_eq!(gone["items"].as_array().unwrap().len(), 2, "the preset ones stay");
    assert_eq!(api.get(&administrator, "/api/v1/paths/live/people").await.problem(), "404 not_found");
    let clerk = api.caller(Role::Service).await;
    let refused = TestApi::request(&clerk, "PUT", path, Some(&live(json!(1))), &[("if-match", "\"3\"")]);
    assert_eq!(api.send(refused).await.problem(), "403 forbidden");
}

async fn whoever_sees_a_part_is_told_of_that_part(api: TestApi) {
    let administrator = api.administrator().await;
    let home = region(&api, &administrator, "Home", None).await;
    let (north, south) =
        (store(&api, &administrator, "N1", &home).await, store(&api, &administrator, "S1", &home).await);
    let (_, key) = source(&api, "shop").await;
    for (user, store) in [("u-n", "N1"), ("u-s", "S1"), ("u-t", "S1")] {
        let mut messages = path_b(user, 1, 10);
        messages[2]["properties"]["store"] = json!(store);
        tell(&api, &key, &messages).await;
    }
    let (manager, id) = user(&api, &administrator, "manager", "operator").await;
    for (place, expected) in [(Some(&north), 1), (Some(&south), 2), (None, 3)] {
        bind(&api, &administrator, &id, place.map(String::as_str)).await;
        let paths = figures(&api, &manager, "").await;
        let path = of(&paths, "search_service");
        assert_eq!((&path["completed"], &path["reached"][0]), (&json!(expected), &json!(expected)));
        let people = api.get(&manager, "/api/v1/paths/search_service/people?limit=2").await.expect(200).json();
        assert_eq!(people["items"].as_array().unwrap().len(), expected.min(2));
    }
    bind(&api, &administrator, &id, Some(&north)).await;
    let hidden = customer(&api, "u-s").await;
    assert_eq!(api.get(&manager, &format!("/api/v1/customers/{hidden}/paths")).await.problem(), "404 not_found");
}
