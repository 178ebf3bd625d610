//! Wallets and points by the interface.

use crate::support::{Answer, Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_wallet_is_defined_once_and_changed_by_its_version,
    a_key_has_one_effect_and_one_answer_also_where_it_was_refused,
    a_hold_is_captured_once_and_a_statement_is_read_in_pages,
    a_large_change_by_hand_is_approved_by_somebody_else,
    what_went_wrong_goes_back_and_each_way_asks_for_its_right,
);

fn definition() -> Value {
    json!({
        "kind": "points", "expiry": { "policy": "after", "length": { "months": 12 } }, "life_from": "activation",
        "activation": { "policy": "at_once" }, "hold_ttl_seconds": 900, "excess_clawback": "debt",
        "expired_refund": { "policy": "re_expire" }, "reinstatement_days": 30, "merge_undo_days": 30,
        "is_transferable": false,
        "limits": { "amount_max": 10_000, "balance_max": 1_000_000, "approval_above": 100 },
    })
}

async fn put(api: &TestApi, caller: &Caller, body: &Value, tag: Option<&str>) -> Answer {
    let headers: Vec<(&str, &str)> = tag.map(|tag| ("if-match", tag)).into_iter().collect();
    api.send(TestApi::request(caller, "PUT", "/api/v1/wallets/points", Some(body), &headers)).await
}

/// A wallet, and the path of a member's points.
async fn member(api: &TestApi) -> String {
    let administrator = api.caller(Role::Administrator).await;
    put(api, &administrator, &definition(), None).await.expect(200);
    let (_, key) = source(api, "Shop").await;
    let event = json!({ "type": "identify", "userId": "ann", "traits": { "city": "York" } });
    let body = json!({ "writeKey": key, "batch": [event] });
    api.call(&Caller::default(), "POST", "/v1/batch", body).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    let found = api.get(&administrator, "/api/v1/customers?search=ann").await.expect(200).json();
    format!("/api/v1/members/{}/points", found["items"][0]["id"].as_str().unwrap())
}

async fn post(api: &TestApi, caller: &Caller, path: &str, key: &str, body: Value) -> Answer {
    let mut body = body;
    body["wallet"] = "points".into();
    body["reason"] = "test".into();
    api.send(TestApi::request(caller, "POST", path, Some(&body), &[("idempotency-key", key)])).await
}

async fn a_wallet_is_defined_once_and_changed_by_its_version(api: TestApi) {
    let administrator = api.caller(Role::Administrator).await;
    let operator = api.caller(Role::Operator).await;
    assert_eq!(put(&api, &operator, &definition(), None).await.problem(), "403 forbidden");
    let made = put(&api, &administrator, &definition(), None).await.expect(200);
    assert_eq!((made.header("etag"), &made.json()["version"]), ("\"1\"", &json!(1)));
    assert_eq!(put(&api, &administrator, &definition(), None).await.problem(), "428 precondition_required");
    assert_eq!(put(&api, &administrator, &definition(), Some("\"2\"")).await.problem(), "412 precondition_failed");
    let mut other = definition();
    other["limits"]["approval_above"] = 50.into();
    let changed = put(&api, &administrator, &other, Some("\"1\"")).await.expect(200).json();
    assert_eq!((&changed["version"], &changed["definition"]["limits"]["approval_above"]), (&json!(2), &json!(50)));
    other["hold_ttl_seconds"] = 0.into();
    other["zone"] = "Asia/Shanghai".into();
    let wrong = put(&api, &administrator, &other, Some("\"2\"")).await;
    assert_eq!(wrong.problem(), "422 invalid_request");
    assert_eq!(wrong.json()["errors"][0]["pointer"], "/hold_ttl_seconds");
    let read = api.get(&operator, "/api/v1/wallets/points").await.expect(200);
    assert_eq!((read.header("etag"), read.json()), ("\"2\"", changed.clone()));
    let listed = api.get(&operator, "/api/v1/wallets").await.expect(200).json();
    assert_eq!(listed, json!({ "items": [changed], "next_cursor": null }));
    assert_eq!(api.get(&operator, "/api/v1/wallets/growth").await.problem(), "404 not_found");
}

async fn a_key_has_one_effect_and_one_answer_also_where_it_was_refused(api: TestApi) {
    let points = member(&api).await;
    let operator = api.caller(Role::Operator).await;
    let (earn, spend) = (format!("{points}/earn"), format!("{points}/spend"));
    let body = json!({ "wallet": "points", "reason": "test", "amount": 120 });
    assert_eq!(api.call(&operator, "POST", &earn, body).await.problem(), "422 invalid_request");
    let first = post(&api, &operator, &earn, "e", json!({ "amount": 120 })).await.expect(201);
    api.clock.advance_seconds(90_000);
    let again = post(&api, &operator, &earn, "e", json!({ "amount": 120 })).await.expect(201);
    assert_eq!((again.header("idempotency-replayed"), again.json()), ("true", first.json()), "after a day too");
    let other = post(&api, &operator, &earn, "e", json!({ "amount": 121 })).await;
    assert_eq!(other.problem(), "409 idempotency_mismatch");
    let refused = post(&api, &operator, &spend, "s", json!({ "amount": 121 })).await;
    assert_eq!(refused.problem(), "409 refused");
    let reason = &refused.json()["errors"][0];
    assert_eq!((&reason["code"], &reason["allowed"]), (&json!("insufficient"), &json!("at most 120")));
    post(&api, &operator, &earn, "e2", json!({ "amount": 50 })).await.expect(201);
    let later = post(&api, &operator, &spend, "s", json!({ "amount": 121 })).await;
    assert_eq!(later.json()["detail"], refused.json()["detail"], "what was refused is refused again");
    let malformed = post(&api, &operator, &spend, "own:x", json!({ "amount": 1 })).await;
    assert_eq!(malformed.json()["errors"][0]["pointer"], "Idempotency-Key");
    let balance = format!("{points}/balance?wallet=points");
    let clerk = api.caller(Role::Clerk).await;
    let has = api.get(&clerk, &balance).await.expect(200).json();
    assert_eq!((&has["balance"], &has["available"], &has["debt"]), (&json!(170), &json!(170), &json!(0)));
    assert_eq!(has["lots"].as_array().unwrap().len(), 2);
    assert_eq!(post(&api, &clerk, &spend, "c", json!({ "amount": 1 })).await.problem(), "403 forbidden");
    assert_eq!(api.get(&clerk, &format!("{points}/balance?wallet=cash")).await.problem(), "404 not_found");
    let nobody = "/api/v1/members/cus_1j0zs8dh/points/balance?wallet=points";
    assert_eq!(api.get(&clerk, nobody).await.problem(), "404 not_found");
}

async fn a_hold_is_captured_once_and_a_statement_is_read_in_pages(api: TestApi) {
    let points = member(&api).await;
    let operator = api.caller(Role::Operator).await;
    let to = |verb: &str| format!("{points}/{verb}");
    post(&api, &operator, &to("earn"), "e", json!({ "amount": 100, "order": "A-1" })).await.expect(201);
    let hold = post(&api, &operator, &to("hold"), "h", json!({ "amount": 60 })).await.expect(201).json();
    let waiting =
        post(&api, &operator, &to("hold"), "h2", json!({ "amount": 40, "ttl_seconds": 60 })).await.expect(201).json();
    let has = api.get(&operator, &to("balance?wallet=points")).await.expect(200).json();
    assert_eq!((&has["available"], &has["held"], &has["holds"][0]["id"]), (&json!(0), &json!(100), &hold["id"]));
    let capture = json!({ "hold": hold["id"], "amount": 25 });
    post(&api, &operator, &to("capture"), "c", capture.clone()).await.expect(201);
    let twice = post(&api, &operator, &to("capture"), "c2", capture).await;
    assert_eq!(twice.json()["errors"][0]["code"], "hold_resolved");
    post(&api, &operator, &to("release"), "r", json!({ "hold": waiting["id"] })).await.expect(201);
    let wrong = post(&api, &operator, &to("release"), "r2", json!({ "hold": "7-2" })).await;
    assert_eq!(wrong.problem(), "422 invalid_request");
    let mut kinds = Vec::new();
    let mut path = to("statement?wallet=points&limit=4");
    loop {
        let page = api.get(&operator, &path).await.expect(200).json();
        for item in page["items"].as_array().unwrap() {
            let sum: i64 = item["lines"].as_array().unwrap().iter().map(|line| line["amount"].as_i64().unwrap()).sum();
            assert_eq!(sum, 0, "{item}");
            kinds.push(format!("{} {}", item["kind"].as_str().unwrap(), item["refusal"].as_str().unwrap_or("-")));
        }
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = to(&format!("statement?wallet=points&limit=4&cursor={cursor}"));
    }
    assert_eq!(kinds, ["release -", "capture hold_resolved", "capture -", "hold -", "hold -", "earn -"]);
    let of_another = to("statement?wallet=points&cursor=bm90aGluZzox");
    assert_eq!(api.get(&operator, &of_another).await.problem(), "422 invalid_cursor");
}

async fn a_large_change_by_hand_is_approved_by_somebody_else(api: TestApi) {
    let points = member(&api).await;
    let (su, wu) = (api.caller(Role::Operator).await, api.caller(Role::Administrator).await);
    let to = |verb: &str| format!("{points}/{verb}");
    let body = json!({ "amount": 500, "reference": "ticket 7" });
    let asked = post(&api, &su, &to("adjust"), "a", body).await.expect(201).json();
    assert_eq!((&asked["kind"], &asked["lines"]), (&json!("request_adjustment"), &json!([])));
    let own = post(&api, &su, &to("approve"), "p", json!({ "request": asked["id"] })).await;
    assert_eq!(own.json()["errors"][0]["code"], "same_actor");
    post(&api, &wu, &to("approve"), "p2", json!({ "request": asked["id"] })).await.expect(201);
    let has = api.get(&su, &to("balance?wallet=points")).await.expect(200).json();
    assert_eq!(has["balance"], 500);
    let asked = post(&api, &su, &to("adjust"), "b", json!({ "amount": -300, "reference": "ticket 8" })).await;
    post(&api, &wu, &to("decline"), "d", json!({ "request": asked.expect(201).json()["id"] })).await.expect(201);
    let log = api.get(&wu, "/api/v1/audit?limit=4").await.expect(200).json();
    let actions: Vec<&str> =
        log["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
    let ours = [
        "points.adjustment_declined",
        "points.adjustment_requested",
        "points.adjustment_approved",
        "points.adjustment_requested",
    ];
    assert_eq!(actions, ours);
    assert_eq!(log["items"][2]["detail"]["balance"], json!({ "from": 0, "to": 500 }));
}

async fn what_went_wrong_goes_back_and_each_way_asks_for_its_right(api: TestApi) {
    let points = member(&api).await;
    let (operator, clerk) = (api.caller(Role::Operator).await, api.caller(Role::Clerk).await);
    let to = |verb: &str| format!("{points}/{verb}");
    let earned = post(&api, &operator, &to("earn"), "e", json!({ "amount": 100, "order": "A-1" })).await;
    let spent = post(&api, &operator, &to("spend"), "s", json!({ "amount": 60 })).await.expect(201).json();
    let steps = [
        ("refund", json!({ "debit": spent["id"], "total": 20 }), "201 refund 60"),
        ("refund", json!({ "debit": spent["id"], "total": 61 }), "refund_above_spent"),
        ("refund", json!({ "debit": "pts_", "total": 1 }), "malformed"),
        ("clawback", json!({ "order": "A-1", "total": 25 }), "201 clawback 35"),
        ("clawback", json!({ "order": "A-2", "total": 1 }), "unknown_order"),
        ("clawback", json!({ "order": "A-1", "total": -1 }), "out_of_range"),
        ("reverse", json!({ "entry": spent["id"] }), "201 reverse 75"),
        ("reverse", json!({ "entry": earned.expect(201).json()["id"] }), "clawed_back"),
        ("activate", json!({ "event": "delivered" }), "nothing_pending"),
        ("reinstate", json!({ "valid_days": 10 }), "nothing_to_reinstate"),
        ("reinstate", json!({ "valid_days": 0 }), "out_of_range"),
        ("transfer", json!({ "to": "cus_1j0zs8dh", "amount": 1 }), "404 not_found"),
    ];
    for (place, (verb, body, expected)) in steps.into_iter().enumerate() {
        let key = format!("step {place}");
        assert_eq!(post(&api, &clerk, &to(verb), &key, body.clone()).await.problem(), "403 forbidden", "{verb}");
        let answer = post(&api, &operator, &to(verb), &key, body).await;
        let told = answer.json();
        let got = match (told["kind"].as_str(), told["errors"][0]["code"].as_str()) {
            (Some(kind), _) => {
                let has = api.get(&operator, &to("balance?wallet=points")).await.expect(200).json();
                format!("201 {kind} {}", has["balance"])
            }
            (None, Some(code)) => code.to_owned(),
            (None, None) => answer.problem(),
        };
        assert_eq!(got, expected, "{verb}: {told}");
    }
}
