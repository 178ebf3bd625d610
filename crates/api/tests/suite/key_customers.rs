//! Key customers by the interface.

use crate::stores::{bind, region, store, user};
use crate::support::{Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_app::key_customers::{SharedOut, assign};
use perennial_app::segments::live::{Live, follow};
use perennial_domain::access::Role;
use serde_json::{Value, json};
use std::sync::Arc;

on_both!(
    c76_a_promise_is_made_kept_handed_over_and_taken_back,
    who_sees_a_part_looks_after_that_part_and_is_told_of_no_other,
    wrong_promises_contacts_and_cursors_are_named,
);

const PROMISE: &str = "/api/v1/segments/buyers/contact-promise";
const CUSTOMERS: &str = "/api/v1/segments/buyers/key-customers";

async fn send(api: &TestApi, events: &[Value]) {
    let (_, key) = source(api, "Shop").await;
    let body = json!({ "writeKey": key, "batch": events });
    api.call(&Caller::default(), "POST", "/v1/batch", body).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    api.clock.advance_seconds(60);
}

fn order(user: &str, store: &str) -> Value {
    json!({ "type": "track", "userId": user, "event": "Order Completed",
        "properties": { "order_id": format!("O-{user}"), "total": 10, "currency": "CNY", "store": store } })
}

async fn buyers(api: &TestApi, admin: &Caller) {
    let body = json!({ "code": "buyers", "name": "Buyers", "text": "did orders" });
    api.call(admin, "POST", "/api/v1/segments", body).await.expect(201);
}

/// As a server beside this one does.
async fn share_out(api: &TestApi) -> usize {
    let live = Arc::<Live>::default();
    assert!(follow(&api.app, &live).await.unwrap());
    assign(&api.app, &live, &mut SharedOut::default()).await.unwrap()
}

/// No server follows here: the index of the interface does where it is asked what it does not keep, another event each time.
async fn follow_here(api: &TestApi, caller: &Caller, event: &str) {
    let new = json!({ "text": format!("count of event \"{event}\" >= 77") });
    assert_eq!(api.call(caller, "POST", "/api/v1/segments/preview", new).await.expect(200).json()["count"], 0);
}

async fn put(api: &TestApi, caller: &Caller, owners: &[&String], days: i64, version: Option<&str>) -> Value {
    let body = json!({ "days": days, "owners": owners });
    let headers: Vec<(&str, &str)> = version.map(|version| ("if-match", version)).into_iter().collect();
    api.send(TestApi::request(caller, "PUT", PROMISE, Some(&body), &headers)).await.expect(200).json()
}

async fn page(api: &TestApi, caller: &Caller, query: &str) -> Value {
    api.get(caller, &format!("{CUSTOMERS}?{query}")).await.expect(200).json()
}

fn owners_of(page: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("nobody").to_owned();
    let items = page["items"].as_array().unwrap().iter();
    items.map(|one| (text(&one["customer"]["id"]), text(&one["owner"]["name"]))).collect()
}

async fn c76_a_promise_is_made_kept_handed_over_and_taken_back(api: TestApi) {
    let admin = api.administrator().await;
    let program = api.caller(Role::Operator).await;
    buyers(&api, &admin).await;
    let (li, li_id) = user(&api, &admin, "li", "service").await;
    let (_, wu_id) = user(&api, &admin, "wu", "service").await;
    send(&api, &["ann", "bob", "cid", "dan", "eve"].map(|who| order(who, "S1"))).await;
    let candidates = api.get(&li, "/api/v1/contact-promises").await.expect(200).json();
    let named: Vec<&str> =
        candidates["candidates"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!((candidates["items"].as_array().unwrap().len(), &named[named.len() - 2..]), (0, &["li", "wu"][..]));
    assert_eq!(api.get(&admin, PROMISE).await.problem(), "404 not_found");
    let made = put(&api, &admin, &[&li_id, &wu_id], 30, None).await;
    let right = json!({ "segment": "buyers", "segment_name": "Buyers", "days": 30, "unable_owners": [],
        "owners": [{ "user_id": li_id, "name": "li" }, { "user_id": wu_id, "name": "wu" }],
        "overdue_segment": "buyers_overdue", "version": 1, "changed_by": made["changed_by"], "changed_at": made["changed_at"] });
    assert_eq!(made, right);
    let shown = api.get(&li, PROMISE).await.expect(200);
    assert_eq!((shown.header("etag"), shown.json()), ("\"1\"", made));
    let before = page(&api, &admin, "").await;
    assert_eq!(before["by_owner"][2], json!({ "owner": null, "customers": 5, "overdue": 0 }));
    assert_eq!((&before["items"][0]["owner"], &before["items"][0]["since"]), (&Value::Null, &Value::Null));
    assert_eq!(share_out(&api).await, 5);
    follow_here(&api, &admin, "Owner Assigned").await;
    // Pages, of all and of one.
    let all = page(&api, &admin, "").await;
    assert_eq!(
        all["by_owner"][0],
        json!({ "owner": { "user_id": li_id, "name": "li" }, "customers": 3, "overdue": 0 })
    );
    let names: Vec<String> = owners_of(&all).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["li", "wu", "li", "wu", "li"]);
    let first = page(&api, &admin, "limit=2&owner=").await;
    assert_eq!(owners_of(&first), [], "nobody has an empty id");
    let (mut own, mut cursor) = (Vec::new(), String::new());
    loop {
        let some = page(&api, &li, &format!("owner=me&limit=2{cursor}")).await;
        own.extend(owners_of(&some));
        assert_eq!(some["by_owner"], all["by_owner"]);
        let Some(next) = some["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(own.len(), 3);
    assert_eq!(owners_of(&page(&api, &admin, &format!("owner={wu_id}&overdue=false")).await).len(), 2);
    // A month later; sessions do not last so long.
    api.clock.advance_seconds(31 * 86_400);
    assert_eq!(owners_of(&page(&api, &program, "overdue=true").await).len(), 5);
    let (ann, bob) = (&own[0].0, owners_of(&all)[1].0.clone());
    let key = [("idempotency-key", "1")];
    let body = json!({ "channel": "phone", "note": " likes the new tea ", "at": null });
    let path = format!("/api/v1/customers/{ann}/contacts");
    let say = || api.send(TestApi::request(&program, "POST", &path, Some(&body), &key));
    let noted = say().await.expect(201);
    let again = say().await.expect(201);
    assert_eq!((again.header("idempotency-replayed"), again.json()), ("true", noted.json()));
    let noted = noted.json();
    assert_eq!(
        (&noted["customer_id"], &noted["note"], &noted["channel"]),
        (&json!(ann), &json!("likes the new tea"), &json!("phone"))
    );
    follow_here(&api, &program, "Customer Contacted").await;
    let late = page(&api, &program, "overdue=true").await;
    assert_eq!(owners_of(&late).len(), 4, "at once");
    assert_eq!(late["by_owner"][0]["overdue"], 2);
    let given = json!({ "user_id": li_id });
    let to = format!("{CUSTOMERS}/{bob}/owner");
    let handed = api.call(&program, "PUT", &to, given.clone()).await.expect(200).json();
    assert_eq!((&handed["owner"]["name"], &handed["is_overdue"]), (&json!("li"), &json!(true)));
    let audit = api.caller(Role::Administrator).await;
    let log = api.get(&audit, "/api/v1/audit?limit=20").await.expect(200).json();
    let actions: Vec<&str> =
        log["items"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
    for action in ["key_customer.handed_over", "customer.contacted", "key_customers.shared_out", "contact_promise.put"]
    {
        assert!(actions.contains(&action), "{action}: {actions:?}");
    }
    assert!(!log.to_string().contains("likes the new tea"), "the log does not say what was said");
    perennial_app::pipeline::hand_over(&api.app).await.unwrap();
    let timeline = api.get(&program, &format!("/api/v1/customers/{ann}/timeline")).await.expect(200).json().to_string();
    assert!(timeline.contains("likes the new tea") && timeline.contains("Owner Assigned"), "{timeline}");
    // Taken back.
    let remove = |version: Option<&'static str>| {
        let headers: Vec<(&str, &str)> = version.map(|version| ("if-match", version)).into_iter().collect();
        TestApi::request(&program, "DELETE", PROMISE, None, &headers)
    };
    assert_eq!(api.send(remove(None)).await.problem(), "428 precondition_required");
    assert_eq!(api.send(remove(Some("\"2\""))).await.problem(), "412 precondition_failed");
    api.send(remove(Some("\"1\""))).await.expect(204);
    assert_eq!(api.send(remove(Some("\"1\""))).await.problem(), "404 not_found");
    assert_eq!(api.get(&program, CUSTOMERS).await.problem(), "404 not_found");
    assert_eq!(api.call(&program, "PUT", &to, given).await.problem(), "404 not_found");
    let overdue = api.get(&program, "/api/v1/segments/buyers_overdue").await.expect(200).json();
    assert_ne!(overdue["archived_at"], Value::Null);
}

async fn who_sees_a_part_looks_after_that_part_and_is_told_of_no_other(api: TestApi) {
    let admin = api.administrator().await;
    buyers(&api, &admin).await;
    let north = region(&api, &admin, "North", None).await;
    store(&api, &admin, "S1", &north).await;
    let (li, li_id) = user(&api, &admin, "li", "service").await;
    let (_, wu_id) = user(&api, &admin, "wu", "service").await;
    bind(&api, &admin, &li_id, Some(&north)).await;
    send(&api, &[order("ann", "S1"), order("bob", "web"), order("cid", "web"), order("dan", "S1")]).await;
    send(&api, &[order("eve", "S1"), order("fay", "web")]).await;
    put(&api, &admin, &[&li_id, &wu_id], 30, None).await;
    assert_eq!(share_out(&api).await, 6);
    // Li has of the north only, though that is fewer.
    let all = page(&api, &admin, "").await;
    let found = owners_of(&all);
    let names: Vec<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["li", "wu", "wu", "li", "li", "wu"]);
    let seen = page(&api, &li, "").await;
    assert_eq!(owners_of(&seen).len(), 3);
    assert_eq!(seen["by_owner"][1]["customers"], json!(0), "of whom they see");
    let (ann, bob) = (&found[0].0, &found[1].0);
    let give = async |caller: &Caller, customer: &str, to: &str| {
        api.call(caller, "PUT", &format!("{CUSTOMERS}/{customer}/owner"), json!({ "user_id": to })).await
    };
    assert_eq!(give(&li, bob, &li_id).await.problem(), "404 not_found");
    assert_eq!(give(&admin, bob, &li_id).await.problem(), "422 invalid_request", "who does not see them");
    give(&li, ann, &wu_id).await.expect(200);
    let contact = json!({ "channel": "visit" });
    let path = |customer: &str| format!("/api/v1/customers/{customer}/contacts");
    assert_eq!(api.call(&li, "POST", &path(bob), contact.clone()).await.problem(), "404 not_found");
    api.call(&li, "POST", &path(ann), contact.clone()).await.expect(201);
    // Whoever sees nobody any more has nobody, a moment later.
    let south = region(&api, &admin, "South", None).await;
    bind(&api, &admin, &li_id, Some(&south)).await;
    assert_eq!(share_out(&api).await, 2);
    assert_eq!(page(&api, &admin, "").await["by_owner"][1]["customers"], json!(6));
    assert_eq!(page(&api, &li, "").await["items"], json!([]));
    // Segments are everybody's: who sees a part does not promise anything.
    let (operator, id) = user(&api, &admin, "lea", "operator").await;
    bind(&api, &admin, &id, Some(&north)).await;
    let body = json!({ "days": 9, "owners": [wu_id] });
    let request = TestApi::request(&operator, "PUT", PROMISE, Some(&body), &[("if-match", "\"1\"")]);
    assert_eq!(api.send(request).await.problem(), "403 forbidden");
    let analyst = api.caller(Role::Analyst).await;
    assert_eq!(give(&analyst, ann, &wu_id).await.problem(), "403 forbidden");
    assert_eq!(api.call(&analyst, "POST", &path(ann), contact).await.problem(), "403 forbidden");
    let sender = api.caller(Role::Sender).await;
    assert_eq!(api.get(&sender, CUSTOMERS).await.problem(), "403 forbidden");
}

async fn wrong_promises_contacts_and_cursors_are_named(api: TestApi) {
    let admin = api.administrator().await;
    buyers(&api, &admin).await;
    let (_, li) = user(&api, &admin, "li", "service").await;
    let (_, amy) = user(&api, &admin, "amy", "analyst").await;
    let wrong = |answer: crate::support::Answer| {
        assert_eq!(answer.problem(), "422 invalid_request", "{}", answer.text());
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        errors.iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    for (body, fields) in [
        (json!({ "days": 366, "owners": [li] }), "/days"),
        (json!({ "days": 30, "owners": [] }), "/owners"),
        (json!({ "days": 0, "owners": [li, li] }), "/days /owners"),
        (json!({ "days": 30, "owners": [li, amy] }), "/owners"),
    ] {
        assert_eq!(wrong(api.call(&admin, "PUT", PROMISE, body.clone()).await), fields, "{body}");
    }
    let body = json!({ "days": 30, "owners": [li] });
    for (path, version, problem) in [
        ("/api/v1/segments/none/contact-promise", None, "404 not_found"),
        (PROMISE, Some("\"1\""), "404 not_found"),
        (PROMISE, None, ""),
        (PROMISE, None, "428 precondition_required"),
        (PROMISE, Some("\"7\""), "412 precondition_failed"),
        ("/api/v1/segments/buyers_overdue/contact-promise", None, "422 invalid_request"),
    ] {
        let headers: Vec<(&str, &str)> = version.map(|version| ("if-match", version)).into_iter().collect();
        let answer = api.send(TestApi::request(&admin, "PUT", path, Some(&body), &headers)).await;
        let got = if answer.status == 200 { String::new() } else { answer.problem() };
        assert_eq!(got, problem, "{path} {version:?}");
    }
    let archive = api.call(&admin, "POST", "/api/v1/segments/buyers_overdue/archive", json!({})).await;
    assert_eq!(archive.problem(), "409 conflict");
    assert!(archive.json()["detail"].as_str().unwrap().contains("promise of contact to buyers"), "{}", archive.text());
    send(&api, &[order("bob", "S1")]).await;
    let listed = page(&api, &admin, "").await;
    let bob = owners_of(&listed)[0].0.clone();
    for query in ["limit=0", "limit=201", "overdue=maybe", "cursor=x", "whose=me"] {
        let status = api.get(&admin, &format!("{CUSTOMERS}?{query}")).await.status;
        assert_eq!(status, 422, "{query}");
    }
    let contacts = format!("/api/v1/customers/{bob}/contacts");
    for (body, field) in [
        (json!({ "channel": "telepathy" }), "/channel"),
        (json!({ "channel": "phone", "note": "x".repeat(1_001) }), "/note"),
        (json!({ "channel": "phone", "at": "yesterday" }), "/at"),
        (json!({ "channel": "phone", "at": "2099-01-01T00:00:00Z" }), "/at"),
        (json!({ "channel": "phone", "at": "2025-11-01T00:00:00Z" }), "/at"),
    ] {
        assert_eq!(wrong(api.call(&admin, "POST", &contacts, body.clone()).await), field, "{body}");
    }
    let nobody = "/api/v1/customers/cus_00000000/contacts";
    assert_eq!(api.call(&admin, "POST", nobody, json!({ "channel": "phone" })).await.problem(), "404 not_found");
    let to = format!("{CUSTOMERS}/{bob}/owner");
    assert_eq!(wrong(api.call(&admin, "PUT", &to, json!({ "user_id": amy })).await), "/user_id");
    assert_eq!(wrong(api.call(&admin, "PUT", &to, json!({ "user_id": "usr_none" })).await), "/user_id");
    // Who was not shared out yet is given to somebody by hand.
    let given = api.call(&admin, "PUT", &to, json!({ "user_id": li })).await.expect(200).json();
    assert_eq!(given["owner"]["name"], "li");
    assert_eq!(share_out(&api).await, 0);
}
