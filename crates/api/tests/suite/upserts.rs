//! Orders and customers that a program tells.

use crate::support::{Caller, TestApi, on_both};
use axum::body::Body;
use axum::http::Request;
use perennial_domain::access::Role;
use serde_json::{Value, json};

on_both!(
    an_order_of_a_file_that_is_told_again_counts_once,
    good_items_go_on_and_bad_ones_are_told_with_field_and_what_is_allowed,
    a_batch_with_a_key_has_one_effect,
    a_refund_and_a_cancellation_take_back_what_was_counted,
    customers_are_told_and_told_again,
    the_first_order_with_money_names_the_currency_and_no_other_changes_it,
    a_sender_sends_and_sees_nothing,
    what_is_too_large_is_refused,
);

fn order(no: &str, customer: &str, amount: i64) -> Value {
    json!({
        "order_no": no, "ordered_at": "2026-11-20T02:00:00Z", "currency": "GBP",
        "identifiers": [{ "type": "customer_id", "value": customer }],
        "lines": [{ "sku": "TEA", "quantity": 1, "amount_minor": amount }],
    })
}

async fn tell(api: &TestApi, caller: &Caller, orders: &[Value]) -> Value {
    let told = api.call(caller, "POST", "/api/v1/orders", json!({ "orders": orders })).await.expect(200).json();
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    told
}

/// Orders and net revenue of a customer.
async fn counted(api: &TestApi, customer: &str) -> (i64, i64) {
    let reader = api.caller(Role::Analyst).await;
    let found = api.get(&reader, &format!("/api/v1/customers?search={customer}")).await.expect(200).json();
    assert_eq!(found["total"], 1, "{found}");
    let item = &found["items"][0];
    (item["orders"].as_i64().unwrap(), item["revenue"]["minor"].as_i64().unwrap())
}

async fn an_order_of_a_file_that_is_told_again_counts_once(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    let file = "no,who,day,sku,count,paid\nA-1,C17,2026-11-20T02:00:00Z,TEA,1,12.00\nA-2,C17,2026-11-20,MUG,2,7.50\n";
    let request = Request::post("/api/v1/uploads?name=orders.csv")
        .header("authorization", format!("Bearer {}", caller.bearer.clone().unwrap()))
        .header("content-type", "application/octet-stream")
        .body(Body::from(file))
        .unwrap();
    let upload = api.send(request).await.expect(201).json()["id"].clone();
    let mapping = json!({ "no": "order_no", "who": "customer_id", "day": "ordered_at", "sku": "sku",
        "count": "quantity", "paid": "line_amount" });
    let body = json!({ "kind": "orders", "uploads": [upload], "mapping": mapping, "options": { "currency": "GBP" } });
    api.call(&caller, "POST", "/api/v1/imports", body).await.expect(202);
    while perennial_app::jobs::run_next(&api.app, "test").await.unwrap() {}
    assert_eq!(counted(&api, "C17").await, (2, 1_950));

    let told = tell(&api, &caller, &[order("A-1", "C17", 1_200), order("A-3", "C17", 100)]).await;
    assert_eq!((&told["accepted"], &told["refused"]), (&json!(2), &json!(0)), "{told}");
    assert_eq!(counted(&api, "C17").await, (3, 2_050), "the order of the file is no further one");
    // The other way round: the file again, after the program.
    api.call(&caller, "PUT", "/api/v1/orders", order("A-3", "C17", 100)).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    assert_eq!(counted(&api, "C17").await, (3, 2_050));
    // Another source has its own numbers.
    let other = api.call(&caller, "PUT", "/api/v1/orders?source=till", order("A-1", "C17", 1_200)).await;
    assert_eq!(other.expect(200).json(), json!({ "outcome": "accepted" }));
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    assert_eq!(counted(&api, "C17").await, (4, 3_250));
}

async fn good_items_go_on_and_bad_ones_are_told_with_field_and_what_is_allowed(api: TestApi) {
    let caller = api.caller(Role::Sender).await;
    let mut wrong = order("", "C1", 1);
    wrong["lines"][0]["quantity"] = json!("many");
    wrong["status"] = json!("lost");
    let mut typo = order("A-2", "C1", 1);
    typo["lines"][0]["amount"] = json!(5);
    let mut float = order("A-2", "C1", 1);
    float["lines"][0]["amount_minor"] = json!(5.5);
    let mut nobody = order("A-4", "0", 1);
    nobody["ordered_at"] = json!("2026-11-20");
    let told = tell(&api, &caller, &[wrong, order("A-1", "C1", 100), typo, float, nobody, json!(7)]).await;
    assert_eq!((&told["accepted"], &told["refused"]), (&json!(1), &json!(5)), "{told}");
    let found: Vec<(usize, String, String)> = told["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|item| {
            let index = item["index"].as_u64().unwrap() as usize;
            item["errors"].as_array().unwrap().iter().map(move |error| {
                assert!(!error["detail"].as_str().unwrap().is_empty() && error["allowed"].is_string(), "{error}");
                (index, error["pointer"].as_str().unwrap().to_owned(), error["code"].as_str().unwrap().to_owned())
            })
        })
        .collect();
    let found: Vec<(usize, &str, &str)> =
        found.iter().map(|(index, pointer, code)| (*index, pointer.as_str(), code.as_str())).collect();
    assert_eq!(
        found,
        [
            (0, "/status", "unknown_value"),
            (2, "/lines/0/amount", "malformed"),
            (3, "/lines/0/amount_minor", "malformed"),
            (4, "/identifiers/0/value", "blocked"),
            (4, "/ordered_at", "invalid_date"),
            (5, "", "malformed"),
        ]
    );
    assert_eq!(told["items"][1]["outcome"], "accepted");
    assert_eq!(counted(&api, "C1").await, (1, 100));
    let one = api.call(&caller, "PUT", "/api/v1/orders", order("n/a", "C1", 100)).await;
    assert_eq!(one.problem(), "422 invalid_request");
    assert_eq!(one.json()["errors"][0]["pointer"], "/order_no");
}

async fn a_batch_with_a_key_has_one_effect(api: TestApi) {
    let caller = api.caller(Role::Sender).await;
    let customer = json!({ "identifiers": [{ "type": "customer_id", "value": "C1" }], "name": "Ann" });
    let requests = [
        ("/api/v1/orders", json!({ "orders": [order("A-1", "C1", 100), order("", "C1", 5)] })),
        ("/api/v1/customers", json!({ "customers": [customer] })),
    ];
    for (path, body) in requests {
        let blocks = || async {
            let mut tx = api.app.store.read().await.unwrap();
            perennial_store::journal::counts(&mut tx).await.unwrap().accepted_blocks
        };
        let before = blocks().await;
        let send = || api.send(TestApi::request(&caller, "POST", path, Some(&body), &[("idempotency-key", "k")]));
        let first = send().await.expect(200);
        let again = send().await.expect(200);
        assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
        assert_eq!(first.json(), again.json());
        assert_eq!(blocks().await, before + 1, "{path}");
    }
}

async fn a_refund_and_a_cancellation_take_back_what_was_counted(api: TestApi) {
    let caller = api.caller(Role::Sender).await;
    tell(&api, &caller, &[order("A-1", "C1", 1_000), order("A-2", "C1", 500)]).await;
    assert_eq!(counted(&api, "C1").await, (2, 1_500));
    let mut refunded = order("A-1", "C1", 1_000);
    refunded["refund_minor"] = json!(300);
    tell(&api, &caller, &[refunded.clone()]).await;
    assert_eq!(counted(&api, "C1").await, (2, 1_200));
    tell(&api, &caller, &[refunded.clone()]).await;
    assert_eq!(counted(&api, "C1").await, (2, 1_200), "told again, it is given back once");
    refunded["refund_minor"] = json!(400);
    tell(&api, &caller, &[refunded]).await;
    assert_eq!(counted(&api, "C1").await.1, 1_100, "what was paid back so far, not once more");
    let cancelled = json!({ "order_no": "A-2", "ordered_at": "2026-11-20T02:00:00Z", "status": "cancelled",
        "identifiers": [{ "type": "customer_id", "value": "C1" }] });
    tell(&api, &caller, &[cancelled.clone(), cancelled]).await;
    assert_eq!(counted(&api, "C1").await.1, 600);
}

async fn customers_are_told_and_told_again(api: TestApi) {
    let caller = api.caller(Role::Sender).await;
    let told = |name: &str, at: &str| {
        json!({
            "identifiers": [{ "type": "email", "value": "Ann@Example.com" }, { "type": "customer_id", "value": "C1" }],
            "name": name, "birthday": "1990-05-17", "updated_at": at, "traits": { "level": "gold", "visits": 3 },
        })
    };
    let put = |body: Value| api.call(&caller, "PUT", "/api/v1/customers", body);
    put(told("Ann", "2026-11-20T00:00:00Z")).await.expect(200);
    put(told("Anne", "2026-11-21T00:00:00Z")).await.expect(200);
    put(told("Ann", "2026-11-20T00:00:00Z")).await.expect(200);
    perennial_app::pipeline::apply_all(&api.app).await.unwrap();
    let reader = api.caller(Role::Analyst).await;
    let found = api.get(&reader, "/api/v1/customers?search=ann@example.com").await.expect(200).json();
    assert_eq!((&found["total"], &found["items"][0]["display_name"]), (&json!(1), &json!("Anne")), "{found}");
    let wrong = put(json!({ "identifiers": [], "birthday": "soon", "traits": { "city": "York" } })).await;
    assert_eq!(wrong.problem(), "422 invalid_request");
    assert_eq!(wrong.json()["errors"].as_array().unwrap().len(), 3);
}

async fn the_first_order_with_money_names_the_currency_and_no_other_changes_it(api: TestApi) {
    let caller = api.caller(Role::Sender).await;
    let mut unnamed = order("A-1", "C1", 100);
    unnamed.as_object_mut().unwrap().remove("currency");
    let refused = api.call(&caller, "PUT", "/api/v1/orders", unnamed.clone()).await;
    assert_eq!(
        (refused.problem(), &refused.json()["errors"][0]["pointer"]),
        ("422 invalid_request".into(), &json!("/currency"))
    );
    let mut other = order("A-3", "C1", 100);
    other["currency"] = json!("USD");
    // All of one batch are in one currency: the first that is named.
    let told = tell(&api, &caller, &[unnamed, order("A-2", "C1", 100), other]).await;
    let outcomes: Vec<&str> =
        told["items"].as_array().unwrap().iter().map(|item| item["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["accepted", "accepted", "refused"], "{told}");
    assert_eq!(told["items"][2]["errors"][0]["code"], "currency_differs");
    let reader = api.caller(Role::Analyst).await;
    assert_eq!(api.get(&reader, "/api/v1/settings").await.expect(200).json()["currency"], "GBP");
}

async fn a_sender_sends_and_sees_nothing(api: TestApi) {
    let caller = api.caller(Role::Sender).await;
    for path in ["/api/v1/customers", "/api/v1/settings", "/api/v1/imports", "/api/v1/sources"] {
        assert_eq!(api.get(&caller, path).await.problem(), "403 forbidden", "{path}");
    }
    let analyst = api.caller(Role::Analyst).await;
    assert_eq!(api.call(&analyst, "PUT", "/api/v1/orders", order("A", "C", 1)).await.problem(), "403 forbidden");
}

async fn what_is_too_large_is_refused(api: TestApi) {
    let caller = api.caller(Role::Sender).await;
    let many: Vec<Value> = (0..1_001).map(|number| order(&number.to_string(), "C", 1)).collect();
    let answer = api.call(&caller, "POST", "/api/v1/orders", json!({ "orders": many })).await;
    assert_eq!(
        (answer.problem(), &answer.json()["errors"][0]["pointer"]),
        ("422 invalid_request".into(), &json!("/orders"))
    );
    let mut long = order("A", "C", 1);
    long["lines"] = (0..1_001).map(|_| json!({ "sku": "S", "amount_minor": 1 })).collect();
    let answer = api.call(&caller, "PUT", "/api/v1/orders", long).await;
    assert_eq!(answer.json()["errors"][0]["code"], "too_many");
    let huge = json!({ "orders": [], "source": "x".repeat(2 * 1024 * 1024) });
    assert_eq!(api.call(&caller, "POST", "/api/v1/orders", huge).await.problem(), "413 too_large");
    let named = api.call(&caller, "PUT", "/api/v1/orders?source=%20", order("A", "C", 1)).await;
    assert_eq!(named.json()["errors"][0]["pointer"], "/source");
    let answer = api.call(&caller, "PUT", "/api/v1/orders", order("A", "C", i64::MAX)).await;
    assert_eq!(answer.json()["errors"][0]["code"], "number_too_large");
}
