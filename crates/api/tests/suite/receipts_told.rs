//! Whose the order of a receipt is when it is told again, and who may make receipts.

use crate::clerks::counter;
use crate::receipts::{claim, cookie_of, found, issue, open, order, path_of, press, purchases, sign_up};
use crate::stores::store;
use crate::support::{Caller, TestApi, coming_from, on_both};
use crate::tracking::source_with;
use axum::body::Body;
use axum::http::Request;
use perennial_app::pipeline;
use perennial_domain::access::Role;
use perennial_domain::source::{SourceKind, SourceSettings};
use serde_json::{Value, json};

on_both!(
    an_order_is_counted_once_whoever_it_is_told_with,
    what_was_told_after_printing_is_not_lost_but_printed_again,
    what_somebody_types_makes_one_customer_of_no_two,
    whoever_is_known_stays_with_their_store_and_a_clerk_has_the_sign_up_where_they_are,
    the_key_of_a_website_makes_no_receipts_and_another_site_signs_nobody_up,
);

async fn an_order_is_counted_once_whoever_it_is_told_with(api: TestApi) {
    let till = api.caller(Role::Sender).await;
    let with = |no: &str, phone: &str| {
        let mut told = order(no, "S12", 900, None);
        told["identifiers"] = json!([{ "type": "phone", "value": phone }]);
        told
    };
    let revenue = async || {
        let reader = api.caller(Role::Analyst).await;
        let all = api.get(&reader, "/api/v1/customers").await.expect(200).json();
        all["items"].as_array().unwrap().iter().map(|one| one["revenue"]["minor"].as_i64().unwrap()).sum::<i64>()
    };
    // Somebody claims it, and the till tells it of another, twice.
    let path = path_of(&issue(&api, &order("R-14", "S12", 900, None)).await);
    assert_eq!(sign_up(&api, &path, "phone=13800000031").await["outcome"], "claimed");
    for _ in 0..2 {
        api.call(&till, "PUT", "/api/v1/orders", with("R-14", "13800000032")).await.expect(200);
        pipeline::apply_all(&api.app).await.unwrap();
    }
    assert_eq!((revenue().await, found(&api, "13800000031").await.2), (900, 900));
    // Told with the one who has claimed it, it is known.
    api.call(&till, "PUT", "/api/v1/orders", with("R-14", "13800000031")).await.expect(200);
    pipeline::apply_all(&api.app).await.unwrap();
    assert_eq!(revenue().await, 900);
    // The other way round, although it is not applied when somebody presses the button.
    let path = path_of(&issue(&api, &order("R-15", "S12", 900, None)).await);
    let page = open(&api, &path, &[]).await.expect(200);
    api.call(&till, "PUT", "/api/v1/orders", with("R-15", "13800000033")).await.expect(200);
    let answer = claim(&api, &path, &cookie_of(&page), "phone=13800000034").await;
    assert_eq!(answer["outcome"], "already_used");
    assert_eq!((revenue().await, found(&api, "13800000033").await.2), (1_800, 900));
    // A receipt is not printed of an order that has its customer.
    let twice = api.call(&till, "PUT", "/api/v1/receipts", json!({ "order": order("R-15", "S12", 900, None) })).await;
    assert_eq!(twice.problem(), "409 conflict");
}

async fn what_was_told_after_printing_is_not_lost_but_printed_again(api: TestApi) {
    let path = path_of(&issue(&api, &order("R-16", "S12", 900, None)).await);
    let mut longer = order("R-16", "S12", 900, None);
    longer["lines"].as_array_mut().unwrap().push(json!({ "sku": "CUP", "name": "Cup", "amount_minor": 400 }));
    let till = api.caller(Role::Sender).await;
    api.call(&till, "PUT", "/api/v1/orders", longer.clone()).await.expect(200);
    assert_eq!(sign_up(&api, &path, "phone=13800000041").await["outcome"], "changed");
    let page = press(&api, &path, "", "phone=13800000041", "text/html").await.expect(200).text();
    assert!(page.contains("print the receipt again"), "{page}");
    let again = path_of(&issue(&api, &longer).await);
    assert_eq!(sign_up(&api, &again, "phone=13800000041").await["outcome"], "claimed");
    assert_eq!(found(&api, "13800000041").await.2, 1_300);
}

async fn what_somebody_types_makes_one_customer_of_no_two(api: TestApi) {
    let shop = api.caller(Role::Operator).await;
    for (kind, value) in [("phone", "13800000051"), ("email", "mei@example.com")] {
        let known = json!({ "identifiers": [{ "type": kind, "value": value }] });
        api.call(&shop, "PUT", "/api/v1/customers", known).await.expect(200);
    }
    pipeline::apply_all(&api.app).await.unwrap();
    let path = path_of(&issue(&api, &order("R-17", "S12", 500, None)).await);
    assert_eq!(sign_up(&api, &path, "phone=13800000051&email=mei%40example.com").await["outcome"], "claimed");
    assert_eq!(api.get(&shop, "/api/v1/customers").await.expect(200).json()["total"], 2);
    assert_eq!((found(&api, "13800000051").await.2, found(&api, "mei%40example.com").await.2), (500, 0));
}

async fn whoever_is_known_stays_with_their_store_and_a_clerk_has_the_sign_up_where_they_are(api: TestApi) {
    let (administrator, home, li, row) = counter(&api).await;
    store(&api, &administrator, "N1", &home).await;
    let code = row["code"].as_str().unwrap();
    // Of S12, and of N1.
    let customers = async || {
        let places = api.get(&administrator, "/api/v1/places").await.expect(200).json();
        let places = places["items"].as_array().unwrap().clone();
        ["S12", "N1"].map(|code| places.iter().find(|one| one["place"]["code"] == code).unwrap()["customers"].clone())
    };
    // A clerk has signed somebody up in S12, who buys in N1 and claims that: they stay in S12.
    api.call(&li, "POST", "/api/v1/sign-ups", json!({ "phone": "13800000061" })).await.expect(201);
    let path = path_of(&issue(&api, &order("R-18", "N1", 500, None)).await);
    assert_eq!(sign_up(&api, &path, "phone=13800000061").await["outcome"], "claimed");
    assert_eq!(customers().await, [1, 0]);
    // The receipt of N1 names a clerk of S12: whoever is new is theirs, where they are.
    let path = path_of(&issue(&api, &order("R-19", "N1", 500, Some(code))).await);
    assert_eq!(sign_up(&api, &path, "phone=13800000062").await["outcome"], "claimed");
    assert_eq!(customers().await, [2, 0]);
    // A clerk who is in no store any more signs nobody up: the store of the receipt does.
    let id = row["id"].as_str().unwrap();
    let body = json!({ "store": null, "from": "2026-11-21T07:59:00Z" });
    api.call(&administrator, "PUT", &format!("/api/v1/clerks/{id}/store"), body).await.expect(200);
    let path = path_of(&issue(&api, &order("R-20", "N1", 500, Some(code))).await);
    assert_eq!(sign_up(&api, &path, "phone=13800000063").await["outcome"], "claimed");
    assert_eq!(customers().await, [2, 1]);
    let log = api.get(&administrator, "/api/v1/audit?limit=50").await.expect(200).json();
    let claims: Vec<&Value> =
        log["items"].as_array().unwrap().iter().filter(|one| one["action"] == "receipt.claimed").collect();
    assert_eq!(claims.len(), 3);
    assert!(!claims[0].to_string().contains("500"), "no amounts of customers in the log: {}", claims[0]);
}

async fn the_key_of_a_website_makes_no_receipts_and_another_site_signs_nobody_up(api: TestApi) {
    let website = SourceSettings { kind: SourceKind::Website, ..SourceSettings::named("shop") };
    let (_, key) = source_with(&api, website).await;
    let basic = format!("Basic {}", perennial_app::access::base64url_encode(format!("{key}:").as_bytes()));
    let body = json!({ "order": order("R-21", "S12", 500, None) });
    let request =
        TestApi::request(&Caller::default(), "POST", "/v1/receipts", Some(&body), &[("authorization", &basic)]);
    let answer = api.send(request).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (400, &json!("public_key")));
    let asks =
        TestApi::request(&Caller::default(), "OPTIONS", "/v1/receipts", None, &[("origin", "https://shop.test")]);
    let asked = api.send(asks).await;
    assert!(asked.headers.get("access-control-allow-origin").is_none(), "no browser may send it");
    assert_eq!(purchases(&api).await, 0);

    let path = path_of(&issue(&api, &order("R-21", "S12", 500, None)).await);
    for (accept, kind) in [("text/html", "text/html; charset=utf-8"), ("application/json", "application/problem+json")]
    {
        let request = Request::post(&path)
            .header("host", "perennial.test")
            .header("accept", accept)
            .header("accept-language", "en")
            .header("sec-fetch-site", "cross-site")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("phone=13800000071"))
            .unwrap();
        let answer = api.send(coming_from(request, "203.0.113.9:1")).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (403, kind));
    }
    let large = format!("phone=13800000071&name={}", "x".repeat(20_000));
    let answer = press(&api, &path, "", &large, "text/html").await;
    assert!(answer.status.is_client_error() && answer.text().contains("That did not work"), "{}", answer.text());
    assert_eq!(sign_up(&api, &path, "phone=13800000071").await["outcome"], "claimed");
}
