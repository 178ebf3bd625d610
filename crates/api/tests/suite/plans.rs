//! Tracking plans and the quarantine, over HTTP.

use crate::support::{Answer, Caller, TestApi, on_both};
use crate::tracking::{source, track};
use perennial_app::pipeline;
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_plan_is_written_frozen_and_held_against_what_comes,
    wrong_plans_are_refused_with_pointers_and_what_is_allowed,
    what_is_kept_aside_is_listed_released_and_discarded_once,
    requests_with_a_key_have_one_effect,
    a_plan_is_changed_by_its_tag,
);

/// `Seen` (what the helper sends) with a text `sku` that must be there.
fn document() -> Value {
    json!({ "events": [{ "type": "track", "name": "Seen", "properties": [
        { "path": "sku", "types": ["text"], "required": true },
    ] }] })
}

async fn put(api: &TestApi, caller: &Caller, path: &str, tag: &str, body: &Value) -> Answer {
    api.send(TestApi::request(caller, "PUT", path, Some(body), &[("if-match", tag)])).await
}

async fn post(api: &TestApi, caller: &Caller, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Answer {
    api.send(TestApi::request(caller, "POST", path, body, headers)).await
}

/// The path of the source, its write key, and its plan frozen.
async fn frozen(api: &TestApi, caller: &Caller, mode: &str) -> (String, String) {
    let (id, key) = source(api, "shop").await;
    let path = format!("/api/v1/sources/{id}");
    let body = json!({ "mode": mode, "draft": document() });
    put(api, caller, &format!("{path}/plan"), "\"0\"", &body).await.expect(200);
    post(api, caller, &format!("{path}/plan/freeze"), &[("if-match", "\"1\"")], None).await.expect(200);
    (path, key)
}

async fn a_plan_is_written_frozen_and_held_against_what_comes(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let (id, key) = source(&api, "shop").await;
    let path = format!("/api/v1/sources/{id}/plan");
    let empty = api.get(&caller, &path).await.expect(200);
    assert_eq!(empty.header("etag"), "\"0\"");
    let expected = json!({ "source_id": id, "mode": "flag", "draft": null, "frozen": null, "changes": [],
        "changed_at": null, "version": 0 });
    assert_eq!(empty.json(), expected);
    let nothing = api.get(&caller, &format!("{path}/coverage")).await.expect(200).json();
    assert_eq!((&nothing["number"], &nothing["planned"]), (&Value::Null, &json!(0)));

    track(&api, &key, "before").await.expect(200);
    let generated = post(&api, &caller, &format!("{path}/draft"), &[], Some(&json!({}))).await.expect(200).json();
    assert_eq!((&generated["facts"], &generated["left_out"]), (&json!(1), &json!(0)));
    let event = &generated["plan"]["draft"]["events"][0];
    assert_eq!((&event["type"], &event["name"], &event["seen"]), (&json!("track"), &json!("Seen"), &json!(1)));
    // What was read may be sent back, changed.
    let mut body = json!({ "mode": "flag", "draft": generated["plan"]["draft"] });
    body["draft"]["events"][0]["properties"] = document()["events"][0]["properties"].clone();
    let written = put(&api, &caller, &path, "\"1\"", &body).await.expect(200);
    assert_eq!((written.header("etag"), &written.json()["changes"][0]["kind"]), ("\"2\"", &json!("event_added")));
    let frozen = post(&api, &caller, &format!("{path}/freeze"), &[("if-match", "\"2\"")], None).await.expect(200);
    assert_eq!((frozen.header("etag"), &frozen.json()["frozen"]["number"]), ("\"3\"", &json!(1)));

    // Seen at once: the change was told to whoever takes in.
    track(&api, &key, "after").await.expect(200);
    let coverage = api.get(&caller, &format!("{path}/coverage?days=1")).await.expect(200).json();
    assert_eq!((&coverage["planned"], &coverage["seen"], &coverage["covered"]), (&json!(1), &json!(1), &json!(0)));
    let violation = &coverage["violations"][0];
    assert_eq!((&violation["event"], &violation["kind"]), (&json!("Seen"), &json!("missing_property")));
    assert_eq!((&violation["property"], &violation["first"]["message_id"]), (&json!("sku"), &json!("after")));
    let versions = api.get(&caller, &format!("{path}/versions")).await.expect(200).json();
    assert_eq!(versions["items"][0]["frozen"]["number"], 1);
    assert_eq!(api.get(&caller, &format!("{path}/versions?cursor=x")).await.problem(), "422 invalid_cursor");
    assert_eq!(api.get(&caller, &format!("{path}/coverage?days=91")).await.problem(), "422 invalid_request");

    let administrator = api.caller(Role::Administrator).await;
    let audit = api.get(&administrator, "/api/v1/audit?limit=20").await.expect(200).json();
    let actions: Vec<&str> =
        audit["items"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions.iter().filter(|action| action.starts_with("plan.")).count(), 3, "{actions:?}");
}

async fn wrong_plans_are_refused_with_pointers_and_what_is_allowed(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let (id, _) = source(&api, "shop").await;
    let path = format!("/api/v1/sources/{id}/plan");
    let event = |event: Value| json!({ "mode": "flag", "draft": { "events": [event] } });
    let property = |property: Value| event(json!({ "type": "track", "name": "E", "properties": [property] }));
    let cases = [
        (json!({ "mode": "ignore", "draft": null }), vec!["/mode"]),
        (json!({ "mode": "flag", "draft": { "events": [] } }), vec!["/draft/events"]),
        (event(json!({ "type": "tracked", "name": "E" })), vec!["/draft/events/0/type"]),
        (event(json!({ "type": "track" })), vec!["/draft/events/0/name"]),
        (
            property(json!({ "path": "a", "types": ["string", "float"] })),
            vec!["/draft/events/0/properties/0/types/0", "/draft/events/0/properties/0/types/1"],
        ),
        (property(json!({ "path": "a[0]", "types": ["text"] })), vec!["/draft/events/0/properties/0/path"]),
    ];
    for (body, pointers) in cases {
        let answer = put(&api, &caller, &path, "\"0\"", &body).await;
        assert_eq!(answer.problem(), "422 invalid_request", "{body}");
        let problem = answer.json();
        let errors = problem["errors"].as_array().unwrap();
        let found: Vec<&str> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
        assert_eq!(found, pointers, "{body}");
        assert!(errors.iter().all(|error| error["allowed"].is_string()), "{problem}");
    }
    let unknown_field = json!({ "mode": "flag", "draft": null, "extra": 1 });
    assert_eq!(put(&api, &caller, &path, "\"0\"", &unknown_field).await.problem(), "422 invalid_request");
    let no_draft = post(&api, &caller, &format!("{path}/freeze"), &[("if-match", "\"0\"")], None).await;
    assert_eq!(no_draft.problem(), "409 conflict");
    let nothing = post(&api, &caller, &format!("{path}/draft"), &[], Some(&json!({ "days": 1 }))).await;
    assert_eq!(nothing.problem(), "409 conflict");
    let days = post(&api, &caller, &format!("{path}/draft"), &[], Some(&json!({ "days": 0 }))).await;
    assert_eq!(days.problem(), "422 invalid_request");
}

async fn what_is_kept_aside_is_listed_released_and_discarded_once(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let (path, key) = frozen(&api, &caller, "quarantine").await;
    for message in ["m1", "m2", "m3"] {
        track(&api, &key, message).await.expect(200);
    }
    let totals = |counts: &Value| {
        ["accepted", "duplicates", "refused", "put_aside", "released", "discarded"]
            .map(|name| counts[name].as_i64().unwrap())
    };
    let read = api.get(&caller, &path).await.expect(200).json();
    assert_eq!(totals(&read["totals"]), [0, 0, 0, 3, 0, 0]);
    let list = format!("{path}/quarantine");
    let page = api.get(&caller, &format!("{list}?limit=2")).await.expect(200).json();
    assert_eq!(page["events"][0]["facts"], 3);
    let items = page["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["message_id"], &items[0]["event"]), (2, &json!("m1"), &json!("Seen")));
    let reason = json!({ "kind": "missing_property", "property": "sku", "allowed": "text", "found": "nothing" });
    assert_eq!(items[0]["violations"], json!([reason]));
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest =
        api.get(&caller, &format!("{list}?cursor={cursor}&event=Seen&event_type=track")).await.expect(200).json();
    assert_eq!((rest["items"][0]["message_id"].as_str(), &rest["next_cursor"]), (Some("m3"), &Value::Null));
    assert_eq!(api.get(&caller, &format!("{list}?event=Seen")).await.problem(), "422 invalid_request");

    let first = json!({ "ids": [items[0]["id"]] });
    let discarded = post(&api, &caller, &format!("{list}/discard"), &[], Some(&first)).await.expect(200).json();
    assert_eq!(discarded, json!({ "facts": 1, "more": false }));
    let event = json!({ "event": { "type": "track", "name": "Seen" } });
    let released = post(&api, &caller, &format!("{list}/release"), &[], Some(&event)).await.expect(200).json();
    assert_eq!(released, json!({ "facts": 2, "more": false }));
    let again = post(&api, &caller, &format!("{list}/release"), &[], Some(&json!({ "all": true }))).await;
    assert_eq!(again.expect(200).json()["facts"], 0);
    let read = api.get(&caller, &path).await.expect(200).json();
    assert_eq!(totals(&read["totals"]), [2, 0, 0, 3, 2, 1]);
    pipeline::apply_all(&api.app).await.unwrap();
    pipeline::hand_over(&api.app).await.unwrap();
    assert_eq!(api.app.history.stats().await.unwrap().facts, 2);
    let log = api.get(&caller, &format!("{path}/debugger?outcome=quarantined")).await.expect(200).json();
    assert_eq!((log["items"].as_array().unwrap().len(), &log["items"][0]["reason"]), (3, &json!("missing_property")));

    let wrong = [json!({}), json!({ "all": false }), json!({ "ids": [1], "all": true }), json!({ "ids": [] })];
    for body in wrong {
        let refused = post(&api, &caller, &format!("{list}/release"), &[], Some(&body)).await;
        assert_eq!(refused.problem(), "422 invalid_request", "{body}");
    }
    let analyst = api.caller(Role::Analyst).await;
    api.get(&analyst, &list).await.expect(200);
    let refused = post(&api, &analyst, &format!("{list}/release"), &[], Some(&json!({ "all": true }))).await;
    assert_eq!(refused.problem(), "403 forbidden");
}

async fn requests_with_a_key_have_one_effect(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let (path, key) = frozen(&api, &caller, "quarantine").await;
    track(&api, &key, "m1").await.expect(200);
    let all = json!({ "all": true });
    let draft = json!({ "days": 3 });
    let requests = [
        ("quarantine/release", Some(&all), vec![]),
        ("plan/draft", Some(&draft), vec![]),
        ("plan/freeze", None, vec![("if-match", "\"3\"")]),
    ];
    for (route, body, mut headers) in requests {
        headers.push(("idempotency-key", route));
        let first = post(&api, &caller, &format!("{path}/{route}"), &headers, body).await.expect(200);
        let again = post(&api, &caller, &format!("{path}/{route}"), &headers, body).await.expect(200);
        assert_eq!(
            (first.header("idempotency-replayed"), again.header("idempotency-replayed")),
            ("", "true"),
            "{route}"
        );
        assert_eq!(first.json(), again.json(), "{route}");
    }
    let plan = api.get(&caller, &format!("{path}/plan")).await.expect(200).json();
    assert_eq!((&plan["frozen"]["number"], &plan["version"]), (&json!(2), &json!(4)));
    track(&api, &key, "m2").await.expect(200);
    let headers = [("idempotency-key", "d")];
    let discard = format!("{path}/quarantine/discard");
    let first = post(&api, &caller, &discard, &headers, Some(&all)).await.expect(200).json();
    assert_eq!(post(&api, &caller, &discard, &headers, Some(&all)).await.expect(200).json(), first);
}

async fn a_plan_is_changed_by_its_tag(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let (id, _) = source(&api, "shop").await;
    let path = format!("/api/v1/sources/{id}/plan");
    let body = json!({ "mode": "observe", "draft": document() });
    let untagged = api.send(TestApi::request(&caller, "PUT", &path, Some(&body), &[])).await;
    assert_eq!(untagged.problem(), "428 precondition_required");
    put(&api, &caller, &path, "\"0\"", &body).await.expect(200);
    assert_eq!(put(&api, &caller, &path, "\"0\"", &body).await.problem(), "412 precondition_failed");
    let freeze = format!("{path}/freeze");
    assert_eq!(post(&api, &caller, &freeze, &[], None).await.problem(), "428 precondition_required");
    assert_eq!(post(&api, &caller, &freeze, &[("if-match", "\"7\"")], None).await.problem(), "412 precondition_failed");
    let gone = put(&api, &caller, &path, "\"1\"", &json!({ "mode": "flag", "draft": null })).await.expect(200).json();
    assert_eq!((&gone["draft"], &gone["mode"]), (&Value::Null, &json!("flag")));
    let nowhere = put(&api, &caller, "/api/v1/sources/src_nothing/plan", "\"0\"", &body).await;
    assert_eq!(nowhere.problem(), "404 not_found");
}
