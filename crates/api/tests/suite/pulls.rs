//! Bulk pull: all at first, then what came since, also while facts arrive.

use crate::support::{Caller, TestApi, on_both};
use perennial_app::pipeline;
use perennial_domain::access::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;

on_both!(
    each_fact_is_pulled_once_by_whoever_keeps_the_cursor,
    facts_that_arrive_while_a_pull_goes_on_are_in_the_next,
    customers_who_changed_are_pulled_as_they_are_now,
    a_pull_needs_the_right_and_a_cursor_of_its_own,
);

async fn tell(api: &TestApi, orders: &[(&str, &str, i64)]) {
    let caller = api.caller(Role::Sender).await;
    let orders: Vec<Value> = orders
        .iter()
        .map(|(no, customer, amount)| {
            json!({
                "order_no": no, "ordered_at": "2026-11-20T02:00:00Z", "currency": "GBP",
                "identifiers": [{ "type": "customer_id", "value": customer }],
                "lines": [{ "sku": "TEA", "amount_minor": amount }],
            })
        })
        .collect();
    let told = api.call(&caller, "POST", "/api/v1/orders", json!({ "orders": orders })).await.expect(200).json();
    assert_eq!(told["refused"], 0, "{told}");
    pipeline::apply_all(&api.app).await.unwrap();
    pipeline::hand_over(&api.app).await.unwrap();
}

/// The lines, and the cursor of the last.
fn read(text: &str) -> (Vec<Value>, String) {
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let cursor = lines.pop().unwrap()["next_cursor"].as_str().unwrap().to_owned();
    (lines, cursor)
}

async fn pull(api: &TestApi, caller: &Caller, what: &str, cursor: Option<&str>) -> (Vec<Value>, String) {
    let cursor = cursor.map_or_else(String::new, |cursor| format!("?cursor={cursor}"));
    let answer = api.get(caller, &format!("/api/v1/pulls/{what}{cursor}")).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    read(&answer.text())
}

fn numbers(lines: &[Value]) -> BTreeSet<String> {
    lines.iter().map(|line| line["order_no"].as_str().unwrap().to_owned()).collect()
}

async fn each_fact_is_pulled_once_by_whoever_keeps_the_cursor(api: TestApi) {
    let caller = api.caller(Role::Analyst).await;
    let (lines, begin) = pull(&api, &caller, "facts", None).await;
    assert_eq!(lines, Vec::<Value>::new());
    tell(&api, &[("A-1", "C1", 100), ("A-2", "C2", 200)]).await;
    let (all, first) = pull(&api, &caller, "facts", None).await;
    let (same, _) = pull(&api, &caller, "facts", Some(&begin)).await;
    assert_eq!((numbers(&all), all.len(), same.len()), (numbers(&same), 2, 2));
    let one = all.iter().find(|line| line["order_no"] == "A-2").unwrap();
    assert_eq!(one["amount"], json!({ "minor": 200, "currency": "GBP", "exponent": 2 }));
    assert_eq!((&one["kind"], &one["first"], &one["source"]), (&json!("order"), &json!(true), &json!("file")));
    assert_eq!(one["lines"][0]["sku"], "TEA");
    assert!(one["customer_id"].as_str().unwrap().starts_with("cus_"));
    assert_eq!(one["identifiers"], json!([{ "type": "customer_id", "value": "C2" }]));
    assert_eq!(pull(&api, &caller, "facts", Some(&first)).await, (Vec::new(), first.clone()));
    tell(&api, &[("A-2", "C2", 200), ("A-3", "C2", 300)]).await;
    let (later, second) = pull(&api, &caller, "facts", Some(&first)).await;
    assert_eq!(numbers(&later), BTreeSet::from(["A-3".to_owned()]));
    // Compaction moves facts between files and is no news.
    perennial_app::jobs::enqueue_now(&api.app, &perennial_app::jobs::Job::Compact).await.unwrap();
    while perennial_app::jobs::run_next(&api.app, "test").await.unwrap() {}
    assert_eq!(pull(&api, &caller, "facts", Some(&second)).await.0, Vec::<Value>::new());
    assert_eq!(pull(&api, &caller, "facts", Some(&first)).await.0.len(), 1);
    let refunds = api.get(&caller, "/api/v1/pulls/facts?kinds=refund,cancelled").await.expect(200).text();
    assert_eq!(read(&refunds).0.len(), 0);
    let entries = api.get(&api.caller(Role::Administrator).await, "/api/v1/audit").await.expect(200).json();
    let pulled = entries["items"].as_array().unwrap().iter().find(|entry| entry["action"] == "facts.pulled").unwrap();
    assert_eq!(pulled["detail"]["kinds"], json!(["refund", "cancelled"]));
}

async fn facts_that_arrive_while_a_pull_goes_on_are_in_the_next(api: TestApi) {
    let caller = api.caller(Role::Analyst).await;
    let many: Vec<(String, String)> = (0..200).map(|number| (format!("A-{number}"), format!("C{number}"))).collect();
    let orders: Vec<(&str, &str, i64)> =
        many.iter().map(|(no, customer)| (no.as_str(), customer.as_str(), 5)).collect();
    tell(&api, &orders).await;
    let begun = api.begin(TestApi::request(&caller, "GET", "/api/v1/pulls/facts", None, &[])).await;
    tell(&api, &[("LATE", "C1", 7)]).await;
    let bytes = axum::body::to_bytes(begun.into_body(), usize::MAX).await.unwrap();
    let (lines, cursor) = read(std::str::from_utf8(&bytes).unwrap());
    assert_eq!(numbers(&lines).len(), 200);
    let (next, _) = pull(&api, &caller, "facts", Some(&cursor)).await;
    assert_eq!(numbers(&next), BTreeSet::from(["LATE".to_owned()]));
}

async fn customers_who_changed_are_pulled_as_they_are_now(api: TestApi) {
    let caller = api.caller(Role::Operator).await;
    tell(&api, &[("A-1", "C1", 100), ("A-2", "C2", 200), ("A-3", "C3", 300)]).await;
    let (all, first) = pull(&api, &caller, "customers", None).await;
    assert_eq!(all.len(), 3);
    tell(&api, &[("A-4", "C2", 50)]).await;
    let (changed, second) = pull(&api, &caller, "customers", Some(&first)).await;
    assert_eq!(changed.len(), 1, "{changed:?}");
    let two = &changed[0];
    assert_eq!((&two["orders"], &two["revenue"]["minor"]), (&json!(2), &json!(250)));
    assert_eq!(two["identifiers"], json!([{ "type": "customer_id", "value": "C2" }]));
    let id = |no: usize| all[no]["customer_id"].as_str().unwrap().to_owned();
    // A merge is no fact, and is news all the same.
    api.clock.advance_days(1);
    let (_, third) = pull(&api, &caller, "customers", Some(&second)).await;
    let body = json!({ "other": id(2), "keep": id(0) });
    api.call(&caller, "POST", &format!("/api/v1/customers/{}/merges", id(0)), body).await.expect(201);
    let (merged, _) = pull(&api, &caller, "customers", Some(&third)).await;
    let kept = merged.iter().find(|line| line["orders"].is_number()).unwrap();
    assert_eq!((&kept["customer_id"], &kept["orders"]), (&json!(id(0)), &json!(2)));
    let gone = merged.iter().find(|line| line["merged_into"].is_string()).unwrap();
    assert_eq!(*gone, json!({ "customer_id": id(2), "merged_into": id(0) }));
}

async fn a_pull_needs_the_right_and_a_cursor_of_its_own(api: TestApi) {
    let clerk = api.caller(Role::Clerk).await;
    for what in ["facts", "customers"] {
        assert_eq!(api.get(&clerk, &format!("/api/v1/pulls/{what}")).await.problem(), "403 forbidden");
    }
    let caller = api.caller(Role::Analyst).await;
    let (_, of_facts) = pull(&api, &caller, "facts", None).await;
    let foreign = format!("/api/v1/pulls/customers?cursor={of_facts}");
    assert_eq!(api.get(&caller, &foreign).await.problem(), "422 invalid_cursor");
    tell(&api, &[("A-1", "C1", 100)]).await;
    let (_, later) = pull(&api, &caller, "facts", None).await;
    assert_ne!(later, of_facts);
    assert_eq!(api.get(&caller, "/api/v1/pulls/facts?kinds=orders").await.problem(), "422 invalid_request");
}
