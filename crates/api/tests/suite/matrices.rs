//! Matrices, priorities and decisions by the interface.

use crate::stores::{bind, region, store, user};
use crate::support::{Answer, Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    c80_a_matrix_is_made_once_changed_by_its_version_and_published,
    c80_a_customer_is_shown_what_their_stage_may_to_who_sees_them,
    c83_the_priorities_choose_a_plan_once_and_list_what_was_decided,
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

fn person(user: &str, age: u32) -> Value {
    json!({ "type": "identify", "userId": user, "traits": { "age": age } })
}

async fn layers(api: &TestApi, caller: &Caller) {
    let stage = |code: &str, text: &str| json!({ "code": code, "name": code.to_uppercase(), "text": text });
    for (code, stages) in [
        ("buyers", json!([stage("often", "count of orders >= 2"), stage("once", "did orders")])),
        ("ages", json!([stage("young", "age < 30"), stage("old", "age >= 60")])),
    ] {
        let body = json!({ "code": code, "name": code.to_uppercase(), "stages": stages });
        api.call(caller, "POST", "/api/v1/layers", body).await.expect(201);
    }
}

async fn with_tag(
    api: &TestApi,
    caller: &Caller,
    how: (&str, &str),
    tag: Option<&str>,
    body: Option<&Value>,
) -> Answer {
    let headers: Vec<(&str, &str)> = tag.map(|tag| ("if-match", tag)).into_iter().collect();
    api.send(TestApi::request(caller, how.0, how.1, body, &headers)).await
}

async fn id_of(api: &TestApi, caller: &Caller, who: &str) -> String {
    let found = api.get(caller, &format!("/api/v1/customers?search={who}")).await.expect(200).json();
    found["items"][0]["id"].as_str().unwrap().to_owned()
}

fn content(code: &str, stages: &[&str]) -> Value {
    json!({ "code": code, "name": code.to_uppercase(), "url": format!("https://shop.example/{code}"), "stages": stages })
}

async fn c80_a_matrix_is_made_once_changed_by_its_version_and_published(api: TestApi) {
    let analyst = api.caller(Role::Analyst).await;
    layers(&api, &analyst).await;
    let body = json!({ "code": "letters", "layer": "buyers", "name": "Letters",
        "contents": [content("gift", &["often"]), { "code": "salon", "name": "Salon", "stages": [] }] });
    let key = [("idempotency-key", "1")];
    let make = || TestApi::request(&analyst, "POST", "/api/v1/matrices", Some(&body), &key);
    let made = api.send(make()).await.expect(201).json();
    assert_eq!(api.send(make()).await.expect(201).json(), made, "the same request twice");
    assert_eq!((&made["version"], &made["published"]), (&json!(1), &Value::Null));
    let lacks = (&made["uncovered_stages"], &made["unused_contents"], &made["gone_stages"]);
    assert_eq!(lacks, (&json!(["once"]), &json!(["salon"]), &json!([])));
    assert_eq!(made["layer"]["stages"][0], json!({ "code": "often", "name": "OFTEN" }));
    assert_eq!(api.call(&analyst, "POST", "/api/v1/matrices", body.clone()).await.problem(), "409 conflict");
    let path = "/api/v1/matrices/letters";
    let shown = api.get(&analyst, path).await.expect(200);
    assert_eq!((shown.header("etag"), shown.json()), ("\"1\"", made));
    let change = json!({ "name": "Letters", "contents": [content("gift", &["once", "often"])] });
    let put = async |tag: Option<&str>| with_tag(&api, &analyst, ("PUT", path), tag, Some(&change)).await;
    assert_eq!(put(None).await.problem(), "428 precondition_required");
    assert_eq!(put(Some("\"9\"")).await.problem(), "412 precondition_failed");
    let changed = put(Some("\"1\"")).await.expect(200);
    assert_eq!((changed.header("etag"), &changed.json()["uncovered_stages"]), ("\"2\"", &json!([])));
    assert_eq!(changed.json()["contents"][0]["stages"], json!(["often", "once"]), "as the layer has them");
    assert_eq!(put(Some("\"1\"")).await.problem(), "412 precondition_failed");
    let publish = format!("{path}/publish");
    let publish = async |tag: Option<&str>| with_tag(&api, &analyst, ("POST", publish.as_str()), tag, None).await;
    assert_eq!(publish(None).await.problem(), "428 precondition_required");
    assert_eq!(publish(Some("\"1\"")).await.problem(), "412 precondition_failed");
    let published = publish(Some("\"2\"")).await.expect(200).json();
    assert_eq!(published["published"]["version"], json!(2));
    assert_eq!(published["published"]["contents"], published["contents"]);
    let list = api.get(&analyst, "/api/v1/matrices").await.expect(200).json();
    let item = &list["items"][0];
    assert_eq!(
        (&item["layer_name"], &item["stages_count"], &item["published_version"]),
        (&json!("BUYERS"), &json!(2), &json!(2))
    );
    for (place, wrong, pointer) in [
        ("url", json!("javascript:alert(1)"), "/contents/0/url"),
        ("stages", json!(["young"]), "/contents/0/stages/0"),
        ("code", json!("Gift"), "/contents/0/code"),
        ("name", json!(""), "/contents/0/name"),
    ] {
        let mut body = body.clone();
        (body["code"], body["contents"][0][place]) = (json!("other"), wrong);
        let refused = api.call(&analyst, "POST", "/api/v1/matrices", body).await;
        assert_eq!(refused.problem(), "422 invalid_request", "{place}");
        assert_eq!(refused.json()["errors"][0]["pointer"], json!(pointer));
    }
    // A clerk reads and changes nothing.
    let clerk = api.caller(Role::Clerk).await;
    api.get(&clerk, path).await.expect(200);
    assert_eq!(api.call(&clerk, "POST", "/api/v1/matrices", body).await.problem(), "403 forbidden");
    let publish = format!("{path}/publish");
    assert_eq!(
        with_tag(&api, &clerk, ("POST", publish.as_str()), Some("\"2\""), None).await.problem(),
        "403 forbidden"
    );
    let remove = async |tag: Option<&str>| with_tag(&api, &analyst, ("DELETE", path), tag, None).await;
    assert_eq!(remove(None).await.problem(), "428 precondition_required");
    assert_eq!(remove(Some("\"1\"")).await.problem(), "412 precondition_failed");
    remove(Some("\"2\"")).await.expect(204);
    assert_eq!(remove(Some("\"2\"")).await.problem(), "404 not_found");
}

async fn c80_a_customer_is_shown_what_their_stage_may_to_who_sees_them(api: TestApi) {
    let admin = api.caller(Role::Administrator).await;
    let north = region(&api, &admin, "North", None).await;
    store(&api, &admin, "S1", &north).await;
    layers(&api, &admin).await;
    send(&api, &[order("ann", "A-1", "S1"), order("ann", "A-2", "S1"), order("bob", "B-1", "web"), person("cid", 70)])
        .await;
    let body = json!({ "code": "letters", "layer": "buyers", "name": "Letters",
        "contents": [content("gift", &["often"]), content("all", &["often"])] });
    api.call(&admin, "POST", "/api/v1/matrices", body).await.expect(201);
    let (ann, bob, cid) =
        (id_of(&api, &admin, "ann").await, id_of(&api, &admin, "bob").await, id_of(&api, &admin, "cid").await);
    let contents = async |caller: &Caller, id: &str, query: &str| {
        api.get(caller, &format!("/api/v1/customers/{id}/contents?{query}")).await
    };
    assert_eq!(contents(&admin, &ann, "matrix=letters").await.problem(), "409 conflict");
    with_tag(&api, &admin, ("POST", "/api/v1/matrices/letters/publish"), Some("\"1\""), None).await.expect(200);
    let found = contents(&admin, &ann, "matrix=letters").await.expect(200).json();
    let gift = json!({ "code": "gift", "name": "GIFT", "url": "https://shop.example/gift" });
    assert_eq!((&found["stage"]["code"], &found["contents"][0]), (&json!("often"), &gift));
    assert_eq!((&found["showing"], &found["published_version"]), (&json!("allowed"), &json!(1)));
    let found = contents(&admin, &bob, "matrix=letters").await.expect(200).json();
    assert_eq!((&found["showing"], &found["contents"]), (&json!("uncovered"), &json!([])));
    let found = contents(&admin, &cid, "matrix=letters").await.expect(200).json();
    assert_eq!((&found["showing"], &found["stage"]), (&json!("no_stage"), &Value::Null));
    for (id, query, problem) in [
        (ann.as_str(), "", "422 invalid_request"),
        (ann.as_str(), "matrix=letters&stage=once", "422 invalid_request"),
        (ann.as_str(), "matrix=none", "404 not_found"),
        ("cus_00000000", "matrix=letters", "404 not_found"),
    ] {
        assert_eq!(contents(&admin, id, query).await.problem(), problem, "{id} {query}");
    }
    // Who sees the north only.
    let (northern, id) = user(&api, &admin, "lea", "operator").await;
    bind(&api, &admin, &id, Some(&north)).await;
    contents(&northern, &ann, "matrix=letters").await.expect(200);
    assert_eq!(contents(&northern, &bob, "matrix=letters").await.problem(), "404 not_found");
}

async fn c83_the_priorities_choose_a_plan_once_and_list_what_was_decided(api: TestApi) {
    let admin = api.caller(Role::Administrator).await;
    layers(&api, &admin).await;
    send(&api, &[order("ann", "A-1", "web"), person("ann", 24), person("bob", 70)]).await;
    let (ann, bob) = (id_of(&api, &admin, "ann").await, id_of(&api, &admin, "bob").await);
    let path = "/api/v1/plan-priorities";
    let empty = api.get(&admin, path).await.expect(200);
    assert_eq!((empty.header("etag"), &empty.json()["entries"]), ("\"0\"", &json!([])));
    let decisions = format!("/api/v1/customers/{ann}/plan-decisions");
    let decide = async |caller: &Caller, key: &'static str| {
        api.send(TestApi::request(caller, "POST", &decisions, None, &[("idempotency-key", key)])).await
    };
    assert_eq!(decide(&admin, "1").await.problem(), "409 conflict");
    let entry = |layer: &str, stage: &str, plan: &str| json!({ "layer": layer, "stage": stage, "plan": plan });
    let table = json!({ "entries": [entry("ages", "young", "By message"), entry("buyers", "once", "Second order")] });
    let put = async |tag: Option<&str>, body: &Value| with_tag(&api, &admin, ("PUT", path), tag, Some(body)).await;
    assert_eq!(put(None, &table).await.problem(), "428 precondition_required");
    let saved = put(Some("\"0\""), &table).await.expect(200);
    assert_eq!((saved.header("etag"), &saved.json()["entries"][0]["stage_name"]), ("\"1\"", &json!("YOUNG")));
    assert_eq!(put(Some("\"0\""), &table).await.problem(), "412 precondition_failed");
    let wrong = json!({ "entries": [entry("ages", "once", "A")] });
    let refused = put(Some("\"1\""), &wrong).await;
    assert_eq!(
        (refused.problem().as_str(), &refused.json()["errors"][0]["pointer"]),
        ("422 invalid_request", &json!("/entries/0/stage"))
    );
    // The same request twice is one decision; who asks again has another.
    let first = decide(&admin, "1").await.expect(201).json();
    assert_eq!(
        (&first["chosen"]["plan"], &first["suppressed"][0]["plan"]),
        (&json!("By message"), &json!("Second order"))
    );
    assert_eq!((&first["suppressed"][0]["layer_name"], &first["priorities_version"]), (&json!("BUYERS"), &json!(1)));
    let again = decide(&admin, "1").await.expect(201);
    assert_eq!((again.header("idempotency-replayed"), again.json()), ("true", first));
    api.clock.advance_seconds(1);
    let other = json!({ "entries": [entry("buyers", "once", "Second order"), entry("ages", "young", "By message")] });
    put(Some("\"1\""), &other).await.expect(200);
    let clerk = api.caller(Role::Clerk).await;
    assert_eq!(decide(&clerk, "2").await.expect(201).json()["chosen"]["plan"], json!("Second order"));
    let list = async |caller: &Caller, query: &str| api.get(caller, &format!("{decisions}?{query}")).await;
    let page = list(&admin, "limit=1").await.expect(200).json();
    assert_eq!((page["items"].as_array().unwrap().len(), &page["items"][0]["priorities_version"]), (1, &json!(2)));
    let cursor = page["next_cursor"].as_str().unwrap().to_owned();
    let rest = list(&clerk, &format!("limit=5&cursor={cursor}")).await.expect(200).json();
    assert_eq!((&rest["items"][0]["priorities_version"], &rest["next_cursor"]), (&json!(1), &Value::Null));
    for (query, problem) in
        [("limit=0", "422 invalid_request"), ("limit=201", "422 invalid_request"), ("cursor=x", "422 invalid_cursor")]
    {
        assert_eq!(list(&admin, query).await.problem(), problem, "{query}");
    }
    let of_bob = format!("/api/v1/customers/{bob}/plan-decisions?cursor={cursor}");
    assert_eq!(api.get(&admin, &of_bob).await.problem(), "422 invalid_cursor", "a cursor is of its own list");
    // What an earlier decision went by can still be read.
    let earlier = api.get(&admin, &format!("{path}?version=1")).await.expect(200).json();
    assert_eq!(earlier["entries"][0]["plan"], json!("By message"));
    assert_eq!(api.get(&admin, &format!("{path}?version=7")).await.problem(), "404 not_found");
    let analyst = api.caller(Role::Analyst).await;
    list(&analyst, "").await.expect(200);
    assert_eq!(decide(&analyst, "3").await.problem(), "403 forbidden");
    assert_eq!(with_tag(&api, &clerk, ("PUT", path), Some("\"2\""), Some(&other)).await.problem(), "403 forbidden");
}
