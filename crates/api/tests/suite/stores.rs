//! Stores: the tree by the interface, and that somebody who is bound to a part of it finds nothing of another part, on any
//! route.

use crate::support::{Caller, TestApi, on_both, signed_in};
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    a_region_manager_sees_the_members_of_her_forty_stores_in_lists_counts_and_files,
    no_route_tells_a_bound_user_of_another_region,
    a_clerk_sees_nobody_until_somebody_says_whom,
    a_place_is_changed_by_version_and_its_moves_are_kept,
    a_store_that_orders_name_is_there_and_keeps_its_customers_when_it_is_entered,
    wrong_places_are_named_and_an_administrator_is_not_bound,
    each_post_with_a_key_has_one_effect,
);

pub async fn place(api: &TestApi, caller: &Caller, body: Value) -> String {
    let made = api.call(caller, "POST", "/api/v1/places", body).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

pub async fn region(api: &TestApi, caller: &Caller, name: &str, parent: Option<&str>) -> String {
    place(api, caller, json!({ "kind": "region", "name": name, "parent": parent })).await
}

pub async fn store(api: &TestApi, caller: &Caller, code: &str, parent: &str) -> String {
    place(api, caller, json!({ "kind": "store", "code": code, "name": format!("Store {code}"), "parent": parent }))
        .await
}

/// A user who is signed in, with the user's id.
pub async fn user(api: &TestApi, administrator: &Caller, name: &str, role: &str) -> (Caller, String) {
    let body = json!({ "email": format!("{name}@example.com"), "name": name, "role": role });
    let made = api.call(administrator, "POST", "/api/v1/users", body).await.expect(201).json();
    let token = made["sign_in_link"].as_str().unwrap().strip_prefix("/login?link=").unwrap().to_owned();
    let link = json!({ "token": token });
    let caller = signed_in(&api.call(&Caller::default(), "POST", "/api/v1/session/link", link).await.expect(200));
    (caller, made["user"]["id"].as_str().unwrap().to_owned())
}

pub async fn bind(api: &TestApi, administrator: &Caller, user: &str, place: Option<&str>) {
    let path = format!("/api/v1/users/{user}/place");
    api.call(administrator, "PUT", &path, json!({ "place": place })).await.expect(204);
}

fn order(no: &str, customer: &str, store: &str, amount: i64) -> Value {
    json!({
        "order_no": no, "ordered_at": "2026-11-20T02:00:00Z", "currency": "CNY", "store": store,
        "identifiers": [{ "type": "customer_id", "value": customer }],
        "lines": [{ "sku": "TEA", "name": format!("Tea of {customer}"), "quantity": 1, "amount_minor": amount }],
    })
}

async fn tell(api: &TestApi, caller: &Caller, orders: &[Value]) {
    for some in orders.chunks(200) {
        let told = api.call(caller, "POST", "/api/v1/orders", json!({ "orders": some })).await.expect(200).json();
        assert_eq!(told["refused"], 0, "{told}");
    }
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    perennial_app::pipeline::hand_over(&api.app).await.unwrap();
}

async fn total(api: &TestApi, caller: &Caller) -> i64 {
    api.get(caller, "/api/v1/customers").await.expect(200).json()["total"].as_i64().unwrap()
}

fn lines(text: &str) -> usize {
    text.lines().filter(|line| !line.trim().is_empty()).count()
}

async fn a_region_manager_sees_the_members_of_her_forty_stores_in_lists_counts_and_files(api: TestApi) {
    let administrator = api.administrator().await;
    let mut orders = Vec::new();
    let mut regions = Vec::new();
    for (place, name) in ["east", "north", "west"].into_iter().enumerate() {
        let id = region(&api, &administrator, name, None).await;
        for number in 0..40 {
            let code = format!("{name}-{number}");
            store(&api, &administrator, &code, &id).await;
            // One, two or three members, by region, so that sums differ.
            for member in 0..=place {
                orders.push(order(&format!("{code}.{member}"), &format!("{code}.m{member}"), &code, 100));
            }
        }
        regions.push(id);
    }
    tell(&api, &administrator, &orders).await;
    let (manager, id) = user(&api, &administrator, "mei", "operator").await;
    assert_eq!(total(&api, &manager).await, 240);
    bind(&api, &administrator, &id, Some(&regions[1])).await;
    assert_eq!(total(&api, &manager).await, 80);
    let file = api.get(&manager, "/api/v1/exports/customers?format=csv").await.expect(200).text();
    assert_eq!(lines(&file), 81, "a head and a line each");
    assert_eq!(file.matches("north-").count(), 80);
    let home = api.get(&manager, "/api/v1/overview").await.expect(200).json();
    assert_eq!((&home["customers"], &home["buyers"], &home["total_value"]), (&json!(80), &json!(80), &Value::Null));
    let pulled = api.get(&manager, "/api/v1/pulls/customers").await.expect(200).text();
    let people = pulled.matches("\"display_name\"").count();
    assert_eq!((people, pulled.contains("north-3.m1"), pulled.contains("west-")), (80, true, false));
    // She is moved: what she sees follows at once, and so it does when a store moves.
    bind(&api, &administrator, &id, Some(&regions[2])).await;
    assert_eq!(total(&api, &manager).await, 120);
    let tree = api.get(&administrator, "/api/v1/places").await.expect(200).json();
    let item = tree["items"].as_array().unwrap().iter().find(|item| item["place"]["code"] == "east-0").unwrap().clone();
    let path = format!("/api/v1/places/{}", item["place"]["id"].as_str().unwrap());
    let body = json!({ "code": "east-0", "name": "Moved", "parent": regions[2] });
    api.send(TestApi::request(&administrator, "PUT", &path, Some(&body), &[("if-match", "\"1\"")])).await.expect(200);
    assert_eq!(total(&api, &manager).await, 121);
    bind(&api, &administrator, &id, None).await;
    assert_eq!(total(&api, &manager).await, 240);
    let counted = api.get(&administrator, "/api/v1/places").await.expect(200).json();
    let of_region =
        |id: &str| counted["items"].as_array().unwrap().iter().find(|item| item["place"]["id"] == id).unwrap().clone();
    assert_eq!([&regions[0], &regions[2]].map(|id| of_region(id)["customers"].clone()), [json!(39), json!(121)]);
}

/// What a foreign customer would be recognised by.
const MARKS: [&str; 2] = ["farwest", "+8613900000002"];

async fn no_route_tells_a_bound_user_of_another_region(api: TestApi) {
    let administrator = api.administrator().await;
    let [near, far] = ["Near", "Away"].map(str::to_owned);
    let (near, far) = (region(&api, &administrator, &near, None).await, region(&api, &administrator, &far, None).await);
    store(&api, &administrator, "N1", &near).await;
    store(&api, &administrator, "F1", &far).await;
    let mut foreign = order("farwest-order", "farwest-customer", "F1", 700);
    foreign["identifiers"].as_array_mut().unwrap().push(json!({ "type": "phone", "value": "13900000002" }));
    tell(&api, &administrator, &[order("near-order", "nearby-customer", "N1", 500), foreign]).await;
    let run = perennial_app::value::ValueRequest::default();
    perennial_app::value::run_now(&api.app, &run).await.unwrap();
    let all = api.get(&administrator, "/api/v1/customers?search=farwest").await.expect(200).json();
    let foreign_id = all["items"][0]["id"].as_str().unwrap().to_owned();
    let (manager, id) = user(&api, &administrator, "mei", "operator").await;
    bind(&api, &administrator, &id, Some(&near)).await;
    let (clerk, id) = user(&api, &administrator, "li", "clerk").await;
    bind(&api, &administrator, &id, Some(&near)).await;
    // Has the role, and nobody has registered this clerk yet.
    let (newcomer, _) = user(&api, &administrator, "wu", "clerk").await;

    let document = serde_json::to_value(perennial_api::openapi()).unwrap();
    let (mut walked, mut open) = (0, Vec::new());
    for (path, item) in document["paths"].as_object().unwrap() {
        if item.get("get").is_none() {
            continue;
        }
        let path = path.replace("{id}", &foreign_id);
        let asked = [path.clone(), format!("{path}?search=farwest"), format!("{path}?format=csv")];
        for asked in &asked {
            for caller in [&manager, &clerk, &newcomer] {
                let answer = api.get(caller, asked).await;
                // A refused file leads to a masked one of the same conditions: the caller's own words, and nothing else.
                let masked = asked.replace("/exports/customers", "/exports/masked-customers");
                let instead = format!("\"instead\":\"{masked}\"");
                let text = String::from_utf8_lossy(&answer.bytes).replace(&instead, "");
                assert_ne!(answer.status.as_u16(), 500, "{asked}: {text}");
                for mark in MARKS {
                    assert!(!text.contains(mark), "{asked} tells of {mark}: {text}");
                }
            }
        }
        walked += 1;
        let seen = api.get(&administrator, &path).await;
        if MARKS.iter().any(|mark| String::from_utf8_lossy(&seen.bytes).contains(mark)) {
            open.push(path);
        }
    }
    assert!(walked > 40, "{walked}");
    assert!(open.len() >= 6, "the walk passes routes that tell of customers: {open:?}");
    // Files and figures of the whole workspace are closed to whoever sees a part of it.
    for path in ["/api/v1/value", "/api/v1/imports", "/api/v1/sources", "/api/v1/places", "/api/v1/webhooks"] {
        assert_eq!(api.get(&manager, path).await.problem(), "403 forbidden", "{path}");
    }
    // What is done about a foreign customer is not found either.
    let consent = json!({ "customer_id": foreign_id, "purpose": "x", "decision": "granted" });
    let written = api.call(&clerk, "POST", "/api/v1/consents", consent).await;
    assert!(written.status.is_client_error(), "{}", written.text());
    let merge = json!({ "other": foreign_id });
    let path = format!("/api/v1/customers/{foreign_id}/merges");
    assert_eq!(api.call(&manager, "POST", &path, merge).await.problem(), "403 forbidden");
    // Counts agree with lists.
    let list = api.get(&manager, "/api/v1/customers").await.expect(200).json();
    assert_eq!((&list["total"], list["items"].as_array().unwrap().len()), (&json!(1), 1));
    assert_eq!(api.get(&manager, "/api/v1/overview").await.expect(200).json()["customers"], 1);
    let pulled = api.get(&manager, "/api/v1/pulls/facts").await.expect(200).text();
    assert!(pulled.contains("near-order"), "{pulled}");
}

/// How many customers the list and a search have, and how the page of one by id, and the progress by identifier are
/// answered.
async fn seen(api: &TestApi, caller: &Caller, id: &str) -> (i64, usize, u16, u16) {
    let found = api.get(caller, "/api/v1/customers?search=ann").await.expect(200).json();
    let page = api.get(caller, &format!("/api/v1/customers/{id}")).await;
    let named = api.get(caller, "/api/v1/product-progress?identifier=ann").await;
    (total(api, caller).await, found["items"].as_array().unwrap().len(), page.status.as_u16(), named.status.as_u16())
}

async fn a_clerk_sees_nobody_until_somebody_says_whom(api: TestApi) {
    let administrator = api.administrator().await;
    let home = region(&api, &administrator, "Home", None).await;
    let shop = store(&api, &administrator, "S1", &home).await;
    tell(&api, &administrator, &[order("A", "ann", "S1", 100), order("B", "bob", "S2", 100)]).await;
    let listed = api.get(&administrator, "/api/v1/customers?search=ann").await.expect(200).json();
    let ann = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let (li, id) = user(&api, &administrator, "li", "clerk").await;
    let nothing = (0, 0, 404, 404);
    assert_eq!(seen(&api, &li, &ann).await, nothing, "not registered yet");
    let path = format!("/api/v1/customers/{ann}");
    for (method, path, body) in [
        ("POST", format!("{path}/tags"), json!({ "set": ["vip"] })),
        ("POST", format!("{path}/fields"), json!({ "values": { "city": "Hangzhou" } })),
        ("POST", "/api/v1/consents".to_owned(), json!({ "customer_id": ann, "purpose": "x", "decision": "granted" })),
    ] {
        assert!(api.call(&li, method, &path, body).await.status.is_client_error(), "{path}");
    }
    for path in ["/timeline", "/journey", "/spending", "/behaviour", "/relations", "/consents", "/tags", "/identity"] {
        let path = format!("/api/v1/customers/{ann}{path}");
        assert!(api.get(&administrator, &path).await.status.is_success(), "{path}");
        assert_eq!(api.get(&li, &path).await.problem(), "404 not_found", "{path}");
    }
    for path in ["/api/v1/pulls/customers", "/api/v1/exports/customers?format=csv"] {
        assert_eq!(api.get(&li, path).await.problem(), "403 forbidden", "a clerk takes nobody out");
    }
    // Registered, in a store, moved out of all.
    let body = json!({ "user_id": id, "store": shop, "from": "2026-01-01T00:00:00Z" });
    let made = api.call(&administrator, "POST", "/api/v1/clerks", body).await.expect(201).json();
    assert_eq!(seen(&api, &li, &ann).await, (1, 1, 200, 200));
    let path = format!("/api/v1/clerks/{}/store", made["id"].as_str().unwrap());
    api.call(&administrator, "PUT", &path, json!({ "store": null })).await.expect(200);
    let left = seen(&api, &li, &ann).await;
    assert_eq!(left, nothing, "in no store");
    // An administrator may say otherwise, and take it back; both are in the audit log.
    let path = format!("/api/v1/users/{id}/place");
    api.call(&administrator, "PUT", &path, json!({ "place": null, "everyone": true })).await.expect(204);
    assert_eq!(seen(&api, &li, &ann).await, (2, 1, 200, 200));
    let places = api.get(&administrator, "/api/v1/places").await.expect(200).json();
    assert_eq!(places["everyone"], json!([id]));
    let both = api.call(&administrator, "PUT", &path, json!({ "place": home, "everyone": true })).await;
    assert_eq!(
        (both.problem(), &both.json()["errors"][0]["pointer"]),
        ("422 invalid_request".into(), &"/everyone".into())
    );
    bind(&api, &administrator, &id, None).await;
    assert_eq!(seen(&api, &li, &ann).await, nothing);
    let log = api.get(&administrator, "/api/v1/audit").await.expect(200).json();
    let entries: Vec<&Value> =
        log["items"].as_array().unwrap().iter().filter(|item| item["action"] == "user.bound").collect();
    assert_eq!(
        [&entries[0]["detail"], &entries[1]["detail"]],
        [&json!({ "place": null }), &json!({ "everyone": true })]
    );
    // Whoever is made a clerk loses the sight of all with the next request.
    let (wu, id) = user(&api, &administrator, "wu", "service").await;
    assert_eq!(total(&api, &wu).await, 2);
    let body = json!({ "role": "clerk" });
    api.call(&administrator, "PATCH", &format!("/api/v1/users/{id}"), body).await.expect(200);
    assert_eq!(total(&api, &wu).await, 0);
}

async fn a_place_is_changed_by_version_and_its_moves_are_kept(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let (one, other) = (region(&api, &caller, "One", None).await, region(&api, &caller, "Other", None).await);
    let shop = store(&api, &caller, "S1", &one).await;
    let path = format!("/api/v1/places/{shop}");
    let body = json!({ "code": "S1", "name": "Shop", "parent": other });
    let put = |path: &str, body: &Value, tag: Option<&str>| {
        let headers: Vec<(&str, &str)> = tag.into_iter().map(|tag| ("if-match", tag)).collect();
        TestApi::request(&caller, "PUT", path, Some(body), &headers)
    };
    assert_eq!(api.send(put(&path, &body, None)).await.problem(), "428 precondition_required");
    let changed = api.send(put(&path, &body, Some("\"1\""))).await.expect(200);
    assert_eq!((changed.header("etag"), &changed.json()["name"]), ("\"2\"", &json!("Shop")));
    assert_eq!(api.send(put(&path, &body, Some("\"1\""))).await.problem(), "412 precondition_failed");
    let moves = api.get(&caller, &format!("{path}/moves")).await.expect(200).json();
    assert_eq!(moves["items"].as_array().unwrap().len(), 1);
    assert_eq!((&moves["items"][0]["from"], &moves["items"][0]["to"]), (&json!(one), &json!(other)));
    // Below itself, or below a store.
    let below = region(&api, &caller, "Below", Some(&one)).await;
    for (id, parent) in [(&one, &below), (&one, &one), (&one, &shop)] {
        let body = json!({ "name": "One", "parent": parent });
        let answer = api.send(put(&format!("/api/v1/places/{id}"), &body, Some("\"1\""))).await;
        assert_eq!(answer.problem(), "422 invalid_request");
        assert_eq!(answer.json()["errors"][0]["pointer"], "/parent");
    }
    let mut parent = below;
    for level in 3..=8 {
        parent = region(&api, &caller, &format!("Level {level}"), Some(&parent)).await;
    }
    let too_deep = json!({ "kind": "region", "name": "Level 9", "parent": parent });
    assert_eq!(api.call(&caller, "POST", "/api/v1/places", too_deep).await.problem(), "422 invalid_request");
}

async fn a_store_that_orders_name_is_there_and_keeps_its_customers_when_it_is_entered(api: TestApi) {
    let administrator = api.administrator().await;
    let home = region(&api, &administrator, "Home", None).await;
    tell(&api, &administrator, &[order("A", "ann", "X9", 100), order("B", "bob", "X9", 100)]).await;
    let tree = api.get(&administrator, "/api/v1/places").await.expect(200).json();
    let found = tree["items"].as_array().unwrap().iter().find(|item| item["place"]["code"] == "X9").unwrap().clone();
    let (known, customers) = (&found["place"]["is_known"], &found["customers"]);
    assert_eq!((known, &found["place"]["parent"], customers), (&json!(false), &Value::Null, &json!(2)));
    let (manager, id) = user(&api, &administrator, "mei", "operator").await;
    bind(&api, &administrator, &id, Some(&home)).await;
    assert_eq!(total(&api, &manager).await, 0);
    let entered = store(&api, &administrator, "X9", &home).await;
    assert_eq!(json!(entered), found["place"]["id"]);
    assert_eq!(total(&api, &manager).await, 2);
    let again = json!({ "kind": "store", "code": "X9", "name": "Twin", "parent": home });
    assert_eq!(api.call(&administrator, "POST", "/api/v1/places", again).await.problem(), "409 conflict");
    // The first order decides, in whatever order they are told.
    store(&api, &administrator, "Y1", &home).await;
    let mut earlier = order("C", "cid", "Y1", 100);
    earlier["ordered_at"] = json!("2026-11-01T02:00:00Z");
    tell(&api, &administrator, &[order("D", "cid", "Z1", 100), earlier]).await;
    assert_eq!(total(&api, &manager).await, 3);
}

async fn wrong_places_are_named_and_an_administrator_is_not_bound(api: TestApi) {
    let administrator = api.administrator().await;
    let home = region(&api, &administrator, "Home", None).await;
    let wrong = [
        (json!({ "kind": "shop", "name": "A" }), "/kind"),
        (json!({ "kind": "region", "name": " " }), "/name"),
        (json!({ "kind": "store", "name": "A", "parent": home }), "/code"),
        (json!({ "kind": "region", "code": "A", "name": "A" }), "/code"),
        (json!({ "kind": "region", "name": "A", "parent": "plc_nothing" }), "/parent"),
    ];
    for (body, pointer) in wrong {
        let answer = api.call(&administrator, "POST", "/api/v1/places", body).await;
        assert_eq!(answer.problem(), "422 invalid_request");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    let users = api.get(&administrator, "/api/v1/users").await.expect(200).json();
    let own = format!("/api/v1/users/{}/place", users["items"][0]["id"].as_str().unwrap());
    let answer = api.call(&administrator, "PUT", &own, json!({ "place": home })).await;
    assert_eq!(answer.problem(), "422 invalid_request");
    let nobody = api.call(&administrator, "PUT", "/api/v1/users/usr_no/place", json!({ "place": null })).await;
    assert_eq!(nobody.problem(), "404 not_found");
    assert_eq!(api.get(&administrator, "/api/v1/places/plc_no/moves").await.problem(), "404 not_found");
}

async fn each_post_with_a_key_has_one_effect(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let body = json!({ "kind": "region", "name": "East" });
    let send =
        || api.send(TestApi::request(&caller, "POST", "/api/v1/places", Some(&body), &[("idempotency-key", "k")]));
    let (first, again) = (send().await.expect(201), send().await.expect(201));
    assert_eq!((again.header("idempotency-replayed"), again.json()), ("true", first.json()));
    let tree = api.get(&caller, "/api/v1/places").await.expect(200).json();
    assert_eq!(tree["items"].as_array().unwrap().len(), 1);
}
