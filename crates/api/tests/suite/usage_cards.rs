//! Usage cards and tickets by the interface.

use crate::stores::{bind, region, store, user};
use crate::support::{Caller, TestApi, on_both};
use crate::tracking::source;
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_card_is_made_answered_and_its_ticket_closed,
    who_sees_a_part_is_told_of_due_cards_and_tickets_of_that_part,
    the_same_answer_twice_with_one_key_opens_one_ticket,
    wrong_cards_answers_and_cursors_are_named,
    a_ticket_is_taken_by_its_version_handed_on_and_opened_again,
);

fn card(product: Option<&str>) -> Value {
    let question =
        |field: &str| json!({ "field": field, "text_zh": format!("问 {field}"), "text_en": format!("Ask {field}") });
    let questions: Vec<Value> =
        ["usage_purpose", "usage_method", "usage_scene", "usage_rating"].into_iter().map(question).collect();
    json!({
        "name": "Seven days with it", "product": product, "days_after": 7, "questions": questions,
        "rating_field": "usage_rating",
    })
}

async fn put(api: &TestApi, caller: &Caller, code: &str, body: Value) -> Value {
    api.call(caller, "PUT", &format!("/api/v1/usage-cards/{code}"), body).await.expect(200).json()
}

/// Events of a touch-point, as its SDK sends them.
async fn send(api: &TestApi, events: &[Value]) {
    let (_, key) = source(api, "Shop").await;
    let body = json!({ "writeKey": key, "batch": events });
    api.call(&Caller::default(), "POST", "/v1/batch", body).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    perennial_app::pipeline::hand_over(&api.app).await.unwrap();
}

fn delivered(user: &str, order: &str) -> Value {
    json!({ "type": "track", "userId": user, "event": "Order Delivered",
        "properties": { "order_id": order, "products": [{ "sku": "TEA" }] } })
}

async fn customer(api: &TestApi, caller: &Caller, search: &str) -> String {
    let found = api.get(caller, &format!("/api/v1/customers?search={search}")).await.expect(200).json();
    found["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn due(api: &TestApi, caller: &Caller) -> Vec<Value> {
    let page = api.get(caller, "/api/v1/usage-cards/due").await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}

async fn a_card_is_made_answered_and_its_ticket_closed(api: TestApi) {
    // A session does not last for the days that pass here.
    let administrator = api.caller(Role::Administrator).await;
    let made = put(&api, &administrator, "seven_days", card(None)).await;
    assert_eq!((&made["open_days"], &made["low_rating"], &made["version"]), (&json!(30), &json!(2), &json!(1)));
    send(&api, &[delivered("ann", "A-1"), delivered("bob", "B-1"), delivered("cid", "C-1")]).await;
    assert_eq!(due(&api, &administrator).await.len(), 0);
    api.clock.advance_seconds(8 * 86_400);
    // Page by page, of one card and of all.
    for path in ["/api/v1/usage-cards/due?limit=2", "/api/v1/usage-cards/due?limit=2&card=seven_days"] {
        let page = api.get(&administrator, path).await.expect(200).json();
        let cursor = page["next_cursor"].as_str().unwrap();
        let rest = api.get(&administrator, &format!("{path}&cursor={cursor}")).await.expect(200).json();
        let orders = |page: &Value| {
            page["items"].as_array().unwrap().iter().map(|one| one["order_no"].clone()).collect::<Vec<_>>()
        };
        assert_eq!((orders(&page), orders(&rest)), (vec![json!("A-1"), json!("B-1")], vec![json!("C-1")]));
        assert_eq!(rest["next_cursor"], Value::Null);
    }
    let ann = customer(&api, &administrator, "ann").await;
    let clerk = api.caller(Role::Clerk).await;
    let answers = json!({ "usage_purpose": "for guests", "usage_method": "three minutes", "usage_scene": "at home", "usage_rating": 2 });
    let body = json!({ "card": "seven_days", "order_no": "A-1", "answers": answers, "surface": "counter" });
    let path = format!("/api/v1/customers/{ann}/usage-answers");
    let written = api.call(&clerk, "POST", &path, body).await.expect(201).json();
    assert_eq!(written["fields"].as_array().unwrap().len(), 4);
    let listed = api.get(&clerk, &path).await.expect(200).json();
    assert_eq!(listed["items"], json!([written]));
    let profile = api.get(&clerk, &format!("/api/v1/customers/{ann}")).await.expect(200).text();
    assert!(["for guests", "three minutes", "at home"].iter().all(|answer| profile.contains(answer)), "{profile}");
    assert_eq!(due(&api, &administrator).await.len(), 2);
    let open = api.get(&clerk, "/api/v1/tickets?state=open").await.expect(200).json();
    let ticket = &open["items"][0];
    assert_eq!((open["items"].as_array().unwrap().len(), &ticket["customer_id"]), (1, &json!(ann)));
    assert_eq!(ticket["detail"], json!({ "card": "seven_days", "order_no": "A-1" }));
    let path = format!("/api/v1/tickets/{}", ticket["id"].as_str().unwrap());
    let shown = api.get(&clerk, &path).await.expect(200);
    assert_eq!((shown.header("etag"), shown.json()), ("\"1\"", ticket.clone()));
    let closed =
        api.call(&clerk, "POST", &format!("{path}/close"), json!({ "note": "called" })).await.expect(200).json();
    assert_eq!((&closed["state"], &closed["closed"]["note"]), (&json!("closed"), &json!("called")));
    let again = api.call(&clerk, "POST", &format!("{path}/close"), json!({ "note": "called" })).await;
    assert_eq!(again.problem(), "409 conflict");
    assert_eq!(api.get(&clerk, "/api/v1/tickets?state=open").await.expect(200).json()["items"], json!([]));
    let own = api.get(&clerk, &format!("/api/v1/tickets?customer={ann}")).await.expect(200).json();
    assert_eq!(own["items"], json!([closed]));
    let log = api.get(&administrator, "/api/v1/audit?limit=2").await.expect(200).json();
    let actions: Vec<&Value> = log["items"].as_array().unwrap().iter().map(|one| &one["action"]).collect();
    assert_eq!(actions, [&json!("ticket.closed"), &json!("customer.usage_answered")]);
}

async fn who_sees_a_part_is_told_of_due_cards_and_tickets_of_that_part(api: TestApi) {
    // A session does not last for the days that pass here.
    let administrator = api.caller(Role::Administrator).await;
    put(&api, &administrator, "seven_days", card(None)).await;
    let (east, west) =
        (region(&api, &administrator, "East", None).await, region(&api, &administrator, "West", None).await);
    store(&api, &administrator, "E1", &east).await;
    store(&api, &administrator, "W1", &west).await;
    let order = |user: &str, order: &str, store: &str| {
        json!({ "type": "track", "userId": user, "event": "Order Completed",
            "properties": { "order_id": order, "total": 10, "currency": "CNY", "store": store } })
    };
    let low = |user: &str| {
        json!({ "type": "track", "userId": user, "event": "Usage Card Answered",
            "properties": { "card": "seven_days", "order_id": "x", "answers": { "usage_rating": 1 } } })
    };
    let events = [
        order("ann", "A-1", "E1"),
        order("bob", "B-1", "W1"),
        delivered("ann", "A-1"),
        delivered("bob", "B-1"),
        low("ann"),
        low("bob"),
    ];
    send(&api, &events).await;
    api.clock.advance_seconds(8 * 86_400);
    let (mei, id) = user(&api, &administrator, "mei", "operator").await;
    bind(&api, &administrator, &id, Some(&east)).await;
    let orders = due(&api, &mei).await.into_iter().map(|one| one["order_no"].clone()).collect::<Vec<_>>();
    assert_eq!(orders, [json!("A-1")]);
    let seen = api.get(&mei, "/api/v1/tickets").await.expect(200).json();
    let all = api.get(&administrator, "/api/v1/tickets").await.expect(200).json();
    let (seen, all) = (seen["items"].as_array().unwrap(), all["items"].as_array().unwrap());
    assert_eq!((seen.len(), all.len()), (1, 2));
    let foreign = all.iter().find(|one| one["id"] != seen[0]["id"]).unwrap();
    let path = format!("/api/v1/tickets/{}", foreign["id"].as_str().unwrap());
    assert_eq!(api.get(&mei, &path).await.problem(), "404 not_found");
    let close = api.call(&mei, "POST", &format!("{path}/close"), json!({ "note": "x" })).await;
    assert_eq!(close.problem(), "404 not_found");
    let bob = foreign["customer_id"].as_str().unwrap();
    assert_eq!(api.get(&mei, &format!("/api/v1/tickets?customer={bob}")).await.problem(), "404 not_found");
    let path = format!("/api/v1/customers/{bob}/usage-answers");
    assert_eq!(api.get(&mei, &path).await.problem(), "404 not_found");
    let body = json!({ "card": "seven_days", "answers": { "usage_rating": 1 } });
    assert_eq!(api.call(&mei, "POST", &path, body).await.problem(), "404 not_found");
    // A clerk who is in no store is told of nobody.
    let (li, _) = user(&api, &administrator, "li", "clerk").await;
    assert_eq!(due(&api, &li).await, Vec::<Value>::new());
    assert_eq!(api.get(&li, "/api/v1/tickets").await.expect(200).json()["items"], json!([]));
}

async fn the_same_answer_twice_with_one_key_opens_one_ticket(api: TestApi) {
    // A session does not last for the days that pass here.
    let administrator = api.caller(Role::Administrator).await;
    put(&api, &administrator, "seven_days", card(None)).await;
    send(&api, &[delivered("ann", "A-1")]).await;
    let ann = customer(&api, &administrator, "ann").await;
    let path = format!("/api/v1/customers/{ann}/usage-answers");
    let body = json!({ "card": "seven_days", "answers": { "usage_rating": 1 } });
    let write = || {
        let request = TestApi::request(&administrator, "POST", &path, Some(&body), &[("idempotency-key", "k")]);
        api.send(request)
    };
    let (first, again) = (write().await.expect(201), write().await.expect(201));
    assert_eq!((again.header("idempotency-replayed"), first.json()), ("true", again.json()));
    let tickets = api.get(&administrator, "/api/v1/tickets").await.expect(200).json();
    assert_eq!(tickets["items"].as_array().unwrap().len(), 1);
}

async fn wrong_cards_answers_and_cursors_are_named(api: TestApi) {
    // A session does not last for the days that pass here.
    let administrator = api.caller(Role::Administrator).await;
    let wrong = |change: fn(&mut Value)| {
        let mut body = card(None);
        change(&mut body);
        body
    };
    let cases = [
        (wrong(|body| body["name"] = json!(" ")), "/name"),
        (wrong(|body| body["product"] = json!("")), "/product"),
        (wrong(|body| body["days_after"] = json!(400)), "/days_after"),
        (wrong(|body| body["open_days"] = json!(0)), "/open_days"),
        (wrong(|body| body["questions"] = json!([])), "/questions"),
        (wrong(|body| body["questions"][0]["field"] = json!("no_field")), "/questions"),
        (wrong(|body| body["rating_field"] = json!("usage_scene")), "/rating_field"),
        (wrong(|body| body["low_rating"] = json!(-1)), "/low_rating"),
    ];
    for (body, pointer) in cases {
        let answer = api.call(&administrator, "PUT", "/api/v1/usage-cards/a", body).await;
        assert_eq!(
            (answer.problem().as_str(), &answer.json()["errors"][0]["pointer"]),
            ("422 invalid_request", &json!(pointer))
        );
    }
    put(&api, &administrator, "a", card(None)).await;
    let again = api.call(&administrator, "PUT", "/api/v1/usage-cards/a", card(None)).await;
    assert_eq!(again.problem(), "428 precondition_required");
    let change = |tag: &str| {
        let mut body = card(None);
        body["name"] = json!("Changed");
        TestApi::request(&administrator, "PUT", "/api/v1/usage-cards/a", Some(&body), &[("if-match", tag)])
    };
    let changed = api.send(change("\"1\"")).await.expect(200);
    assert_eq!((changed.header("etag"), &changed.json()["version"]), ("\"2\"", &json!(2)));
    assert_eq!(api.send(change("\"1\"")).await.problem(), "412 precondition_failed");
    assert_eq!(api.send(change("\"x\"")).await.problem(), "412 precondition_failed");
    let nobody =
        TestApi::request(&administrator, "PUT", "/api/v1/usage-cards/b", Some(&card(None)), &[("if-match", "\"1\"")]);
    assert_eq!(api.send(nobody).await.problem(), "404 not_found");
    // What it asked before, page by page.
    let path = "/api/v1/usage-cards/a/versions?limit=1";
    let page = api.get(&administrator, path).await.expect(200).json();
    assert_eq!((&page["items"][0]["version"], &page["items"][0]["name"]), (&json!(2), &json!("Changed")));
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = api.get(&administrator, &format!("{path}&cursor={cursor}")).await.expect(200).json();
    assert_eq!((&rest["items"][0]["version"], &rest["items"][0]["name"]), (&json!(1), &json!("Seven days with it")));
    assert_eq!((&rest["items"][0]["changed_by"], &rest["next_cursor"]), (&json!("test administrator"), &Value::Null));
    for (path, problem) in [
        ("/api/v1/usage-cards/none/versions", "404 not_found"),
        ("/api/v1/usage-cards/a/versions?cursor=x", "422 invalid_cursor"),
        ("/api/v1/usage-cards/a/versions?limit=0", "422 invalid_request"),
    ] {
        assert_eq!(api.get(&administrator, path).await.problem(), problem, "{path}");
    }
    let listed = api.get(&administrator, "/api/v1/usage-cards").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    send(&api, &[delivered("ann", "A-1")]).await;
    let ann = customer(&api, &administrator, "ann").await;
    let path = format!("/api/v1/customers/{ann}/usage-answers");
    let cases = [
        (json!({ "card": "a", "answers": { "usage_rating": "good" } }), "/answers/usage_rating"),
        (json!({ "card": "a", "answers": { "usage_rating": null } }), "/answers/usage_rating"),
        (json!({ "card": "a", "answers": { "city": "York" } }), "/answers/city"),
        (json!({ "card": "a", "answers": {} }), "/answers"),
        (json!({ "card": "b", "answers": { "usage_rating": 1 } }), "/card"),
        (json!({ "card": "a", "order_no": " ", "answers": { "usage_rating": 1 } }), "/order_no"),
        (json!({ "card": "a", "surface": "At home", "answers": { "usage_rating": 1 } }), "/surface"),
    ];
    for (body, pointer) in cases {
        let answer = api.call(&administrator, "POST", &path, body).await;
        assert_eq!(
            (answer.problem().as_str(), &answer.json()["errors"][0]["pointer"]),
            ("422 invalid_request", &json!(pointer))
        );
    }
    for (path, problem) in [
        ("/api/v1/usage-cards/due?cursor=x", "422 invalid_cursor"),
        ("/api/v1/usage-cards/due?card=none", "404 not_found"),
        ("/api/v1/tickets?cursor=x", "422 invalid_cursor"),
        ("/api/v1/tickets?state=lost", "422 invalid_request"),
        ("/api/v1/tickets?customer=cus_no", "404 not_found"),
        ("/api/v1/tickets/tkt_no", "404 not_found"),
    ] {
        assert_eq!(api.get(&administrator, path).await.problem(), problem, "{path}");
    }
}

async fn a_ticket_is_taken_by_its_version_handed_on_and_opened_again(api: TestApi) {
    let administrator = api.caller(Role::Administrator).await;
    put(&api, &administrator, "seven_days", card(None)).await;
    let low = json!({ "type": "track", "userId": "ann", "event": "Usage Card Answered",
        "properties": { "card": "seven_days", "answers": { "usage_rating": 1 } } });
    send(&api, &[low]).await;
    let (su, id) = user(&api, &administrator, "su", "service").await;
    let (_, wu) = user(&api, &administrator, "wu", "service").await;
    let (_, analyst) = user(&api, &administrator, "ana", "analyst").await;
    let listed = api.get(&su, "/api/v1/tickets?assignee=nobody").await.expect(200).json();
    let ticket = listed["items"][0].clone();
    assert_eq!(
        (&ticket["assigned"], &ticket["version"], &ticket["reopened_at"]),
        (&Value::Null, &json!(1), &Value::Null)
    );
    let path = format!("/api/v1/tickets/{}", ticket["id"].as_str().unwrap());
    let may = api.get(&su, &format!("{path}/assignees")).await.expect(200).json();
    let names: Vec<&Value> = may["items"].as_array().unwrap().iter().map(|one| &one["user_id"]).collect();
    assert!(names.contains(&&json!(id)) && names.contains(&&json!(wu)) && !names.contains(&&json!(analyst)), "{may}");
    let assign = |caller: &Caller, user: Value, tag: Option<&str>| {
        let headers: Vec<(&str, &str)> = tag.into_iter().map(|tag| ("if-match", tag)).collect();
        let body = json!({ "user_id": user });
        api.send(TestApi::request(caller, "PUT", &format!("{path}/assignee"), Some(&body), &headers))
    };
    assert_eq!(assign(&su, json!(id), None).await.problem(), "428 precondition_required");
    let taken = assign(&su, json!(id), Some("\"1\"")).await.expect(200);
    assert_eq!((taken.header("etag"), &taken.json()["assigned"]["user_id"]), ("\"2\"", &json!(id)));
    assert_eq!(assign(&administrator, json!(wu), Some("\"1\"")).await.problem(), "412 precondition_failed");
    for wrong in [json!(analyst), json!("usr_none"), json!(""), json!("x".repeat(10_000))] {
        let refused = assign(&su, wrong, Some("\"2\"")).await;
        let found = (refused.problem(), refused.json()["errors"][0]["pointer"].clone());
        assert_eq!(found, ("422 invalid_request".to_owned(), json!("/user_id")));
    }
    let mine = async |caller: &Caller, who: &str| {
        let found = api.get(caller, &format!("/api/v1/tickets?assignee={who}")).await.expect(200).json();
        found["items"].as_array().unwrap().len()
    };
    assert_eq!((mine(&su, "me").await, mine(&su, "nobody").await, mine(&su, &wu).await), (1, 0, 0));
    assign(&su, json!(wu), Some("\"2\"")).await.expect(200);
    assert_eq!((mine(&su, "me").await, mine(&su, &wu).await), (0, 1));
    assign(&su, Value::Null, Some("\"3\"")).await.expect(200);
    assert_eq!(mine(&su, "nobody").await, 1);
    // Closed and opened again, each with a note.
    let post = |what: &str, note: &str| {
        let path = format!("{path}/{what}");
        let (api, su, note) = (&api, &su, note.to_owned());
        async move { api.call(su, "POST", &path, json!({ "note": note })).await }
    };
    assert_eq!(post("reopen", "why").await.problem(), "409 conflict");
    post("close", "sent a new one").await.expect(200);
    assert_eq!(assign(&su, json!(id), Some("\"5\"")).await.problem(), "409 conflict");
    for note in ["", "  ", &"x".repeat(1_001)] {
        assert_eq!(post("reopen", note).await.problem(), "422 invalid_request");
    }
    let again = post("reopen", "it leaks too").await.expect(200).json();
    assert_eq!((&again["state"], &again["closed"], &again["version"]), (&json!("open"), &Value::Null, &json!(6)));
    assert!(again["reopened_at"].is_string());
    // Who sees nobody finds nothing, and an analyst changes nothing.
    let (li, _) = user(&api, &administrator, "li", "clerk").await;
    assert_eq!(assign(&li, Value::Null, Some("\"6\"")).await.problem(), "404 not_found");
    assert_eq!(api.get(&li, &format!("{path}/assignees")).await.problem(), "404 not_found");
    assert_eq!(
        api.call(&li, "POST", &format!("{path}/reopen"), json!({ "note": "x" })).await.problem(),
        "404 not_found"
    );
    let analyst = api.caller(Role::Analyst).await;
    assert_eq!(assign(&analyst, Value::Null, Some("\"6\"")).await.problem(), "403 forbidden");
    let log = api.get(&administrator, "/api/v1/audit?limit=20").await.expect(200).json();
    let entries = log["items"].as_array().unwrap();
    let of = |action: &str| entries.iter().filter(|entry| entry["action"] == action).collect::<Vec<_>>();
    assert_eq!([of("ticket.assigned").len(), of("ticket.closed").len(), of("ticket.reopened").len()], [3, 1, 1]);
    assert_eq!(of("ticket.assigned")[0]["detail"]["user"], json!({ "from": wu, "to": null }));
}
