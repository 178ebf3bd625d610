//! Receipts with a code: a till tells an order of nobody, and whoever scans the paper and signs up has it, once.

use crate::clerks::counter;
use crate::support::{Answer, Caller, TestApi, coming_from, on_both};
use crate::tracking::source;
use axum::body::Body;
use axum::http::Request;
use perennial_app::access::Actor;
use perennial_app::pipeline;
use perennial_domain::access::Role;
use perennial_domain::fact::FactKey;
use perennial_domain::ids::CustomerNumber;
use perennial_store::orders;
use serde_json::{Value, json};

on_both!(
    c10_a_receipt_of_268_yuan_is_scanned_and_its_buyer_signs_up,
    c10_a_till_with_a_write_key_and_a_buyer_who_is_known_by_mail,
    of_many_who_claim_a_receipt_at_once_one_gets_it,
    a_receipt_ends_with_its_time_and_a_wrong_token_says_nothing,
    what_was_paid_back_before_and_after_is_not_the_customers_money,
    what_is_agreed_to_on_the_page_is_kept_with_the_text_that_was_shown,
    what_is_no_receipt_is_refused_by_field,
    a_receipt_of_somebody_who_was_erased_stays_used,
    whoever_was_erased_leaves_the_receipt_open_and_is_told_nothing,
);

pub fn order(no: &str, store: &str, minor: i64, clerk: Option<&str>) -> Value {
    let traits = clerk.map_or_else(|| json!({}), |code| json!({ "clerk": code }));
    json!({ "order_no": no, "ordered_at": "2026-11-21T07:30:00Z", "currency": "CNY", "store": store, "traits": traits,
        "lines": [{ "sku": "TEA-01", "name": "Tea", "amount_minor": minor }] })
}

pub async fn issue(api: &TestApi, order: &Value) -> Value {
    let till = api.caller(Role::Sender).await;
    let made = api.call(&till, "PUT", "/api/v1/receipts", json!({ "order": order })).await.expect(200).json();
    pipeline::apply_all(&api.app).await.unwrap();
    made
}

pub fn path_of(made: &Value) -> String {
    made["path"].as_str().unwrap().to_owned()
}

/// A phone that opens the page.
pub async fn open(api: &TestApi, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = TestApi::request(&Caller::default(), "GET", path, None, headers);
    api.send(coming_from(request, "203.0.113.9:1")).await
}

pub fn cookie_of(page: &Answer) -> String {
    page.header("set-cookie").split(';').next().unwrap().to_owned()
}

pub async fn press(api: &TestApi, path: &str, cookie: &str, body: &str, accept: &str) -> Answer {
    let request = Request::post(path)
        .header("host", "perennial.test")
        .header("cookie", cookie)
        .header("accept", accept)
        .header("accept-language", "en")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap();
    let answer = api.send(coming_from(request, "203.0.113.9:1")).await;
    pipeline::apply_all(&api.app).await.unwrap();
    answer
}

pub async fn claim(api: &TestApi, path: &str, cookie: &str, body: &str) -> Value {
    press(api, path, cookie, body, "application/json").await.expect(200).json()
}

/// Opens the page and signs up.
pub async fn sign_up(api: &TestApi, path: &str, body: &str) -> Value {
    let page = open(api, path, &[]).await.expect(200);
    claim(api, path, &cookie_of(&page), body).await
}

/// Id, orders and net revenue of a customer, by mail address or phone number.
pub async fn found(api: &TestApi, text: &str) -> (String, i64, i64) {
    let reader = api.caller(Role::Analyst).await;
    let country = if text.starts_with('1') { "%2B86" } else { "" };
    let found = api.get(&reader, &format!("/api/v1/customers?search={country}{text}")).await.expect(200).json();
    assert_eq!(found["total"], 1, "{found}");
    let item = &found["items"][0];
    let id = item["id"].as_str().unwrap().to_owned();
    (id, item["orders"].as_i64().unwrap(), item["revenue"]["minor"].as_i64().unwrap())
}

pub async fn purchases(api: &TestApi) -> i64 {
    orders::count_purchases(&mut api.app.store.read().await.unwrap()).await.unwrap()
}

pub async fn path_a(api: &TestApi) -> u64 {
    pipeline::hand_over(&api.app).await.unwrap();
    let reader = api.caller(Role::Analyst).await;
    let paths = api.get(&reader, "/api/v1/paths").await.expect(200).json();
    assert_eq!(paths["items"][0]["code"], "store_receipt");
    paths["items"][0]["completed"].as_u64().unwrap()
}

async fn c10_a_receipt_of_268_yuan_is_scanned_and_its_buyer_signs_up(api: TestApi) {
    let (administrator, _, li, row) = counter(&api).await;
    let clerk = row["code"].as_str().unwrap();
    let made = issue(&api, &order("R-1", "S12", 26_800, Some(clerk))).await;
    let path = path_of(&made);
    assert_eq!(
        (made["url"].as_str(), made["receipt"]["state"].as_str()),
        (Some(format!("http://perennial.test{path}").as_str()), Some("open"))
    );
    assert!(made["svg"].as_str().unwrap().starts_with("<svg"));
    assert_eq!(made["receipt"]["expires_at"], "2026-11-22T08:00:00Z", "24 hours");
    assert_eq!((purchases(&api).await, path_a(&api).await), (1, 0), "a guest's order counts as any");

    // The buyer scans it: the store, the amount, and nothing of anybody.
    let page = open(&api, &path, &[("accept-language", "zh-CN")]).await.expect(200);
    let text = page.text();
    assert!(text.contains("Store S12") && text.contains("CNY 268.00") && text.contains("<html lang=zh-CN>"), "{text}");
    assert!(!text.contains("li@example.com") && !text.contains(clerk), "{text}");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'; style-src 'unsafe-inline'"));
    assert_eq!((page.header("cache-control"), path_a(&api).await), ("no-store", 0), "looking claims nothing");

    api.clock.advance_seconds(60);
    let cookie = cookie_of(&page);
    let answer = press(&api, &path, &cookie, "phone=13800000001&name=Ann+Wu", "text/html").await.expect(200);
    assert!(answer.text().contains("This purchase is now in your name"), "{}", answer.text());
    let (id, count, revenue) = found(&api, "13800000001").await;
    assert_eq!((count, revenue, purchases(&api).await), (1, 26_800, 1), "the guest's order is this one");
    assert_eq!(path_a(&api).await, 1);

    // Store and clerk have it as with the clerk's own sign-up: the counter rises, and the sale is the clerk's.
    let own = api.get(&li, "/api/v1/clerk").await.expect(200).json();
    assert_eq!(own["sign_ups_today"], 1);
    assert_eq!(
        api.get(&li, "/api/v1/customers").await.expect(200).json()["total"],
        1,
        "a customer of the clerk's store"
    );
    let ranking =
        api.get(&administrator, "/api/v1/clerk-ranking?from=2026-11-01&to=2026-11-30").await.expect(200).json();
    let sale = &ranking["items"][0]["sales"][0];
    assert_eq!((&sale["orders"], &sale["net_sales"]["minor"]), (&json!(1), &json!(26_800)));
    let listed = api.get(&administrator, "/api/v1/receipts?state=claimed").await.expect(200).json();
    let receipt = &listed["items"][0];
    assert_eq!(
        (&receipt["customer_id"], &receipt["order_no"], &receipt["store"]),
        (&json!(id), &json!("R-1"), &json!("S12"))
    );
    assert!(!listed.to_string().contains(made["token"].as_str().unwrap()), "the token stands on the paper only");

    // The journey lists the three steps in the order of time.
    let journey = api.get(&administrator, &format!("/api/v1/customers/{id}/paths")).await.expect(200).json();
    let path_of_buyer = &journey["items"][0];
    let taken: Vec<(&str, &str)> = path_of_buyer["taken"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["kind"].as_str().unwrap(), step["name"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(taken[..2], [("order", ""), ("event", "Receipt Scanned")]);
    assert_eq!((taken.len(), &path_of_buyer["completed_at"]), (3, &json!("2026-11-21T08:01:00Z")));

    // A second time: by the same phone, and by another person.
    let again = claim(&api, &path, &cookie, "phone=13800000001").await;
    assert_eq!(again, json!({ "outcome": "already_used", "claimed_at": "2026-11-21T08:01:00Z", "by_you": true }));
    let other = claim(&api, &path, "perennial_visitor=vis_someone_else", "phone=13800000002").await;
    assert_eq!((&other["outcome"], &other["by_you"]), (&json!("already_used"), &json!(false)));
    let page = open(&api, &path, &[("accept-language", "en")]).await.expect(200).text();
    assert!(page.contains("already used") && !page.contains("<form"), "{page}");
    let till = api.caller(Role::Sender).await;
    let twice = api.call(&till, "PUT", "/api/v1/receipts", json!({ "order": order("R-1", "S12", 26_800, None) })).await;
    assert_eq!(twice.problem(), "409 conflict");
    assert_eq!((found(&api, "13800000001").await.2, path_a(&api).await), (26_800, 1));
}

async fn c10_a_till_with_a_write_key_and_a_buyer_who_is_known_by_mail(api: TestApi) {
    let (id, key) = source(&api, "till").await;
    let shop = api.caller(Role::Operator).await;
    let known = json!({ "identifiers": [{ "type": "email", "value": "wu@example.com" }], "name": "Wu" });
    api.call(&shop, "PUT", "/api/v1/customers", known).await.expect(200);
    pipeline::apply_all(&api.app).await.unwrap();
    let ask = async |key: &str, body: &Value| {
        let basic = perennial_app::access::base64url_encode(format!("{key}:").as_bytes());
        let basic = format!("Basic {basic}");
        api.send(TestApi::request(
            &Caller::default(),
            "POST",
            "/v1/receipts",
            Some(body),
            &[("authorization", basic.as_str())],
        ))
        .await
    };
    let body = json!({ "order": order("T-7", "S31", 5_990, None), "valid_hours": 2 });
    let made = ask(&key, &body).await.expect(200).json();
    assert_eq!(
        (&made["receipt"]["source"], &made["receipt"]["expires_at"]),
        (&json!(id), &json!("2026-11-21T10:00:00Z"))
    );
    // The printer had no paper: another code takes the place of the first.
    let reprint = ask(&key, &body).await.expect(200).json();
    assert_eq!((&reprint["receipt"]["id"], purchases(&api).await), (&made["receipt"]["id"], 0));
    pipeline::apply_all(&api.app).await.unwrap();
    assert_eq!(purchases(&api).await, 1, "the order was told once");
    assert_eq!(open(&api, &path_of(&made), &[]).await.status.as_u16(), 404);
    assert_eq!(sign_up(&api, &path_of(&reprint), "email=WU%40example.com").await["outcome"], "claimed");
    let (customer, count, revenue) = found(&api, "wu%40example.com").await;
    assert_eq!((count, revenue, path_a(&api).await), (1, 5_990, 1));
    // Nobody is doubled, nobody has signed up who had before, and no clerk is named.
    assert_eq!(api.get(&shop, "/api/v1/customers").await.expect(200).json()["total"], 1);
    let journey = api.get(&shop, &format!("/api/v1/customers/{customer}/journey")).await.expect(200).json();
    assert!(!journey.to_string().contains("Signed Up"), "{journey}");

    // A key that is none, one of a paused source, and something that is no order.
    for (key, code) in [("wk_unknown", "invalid_write_key"), ("", "no_write_key")] {
        let answer = ask(key, &body).await.expect(400).json();
        assert_eq!(answer["code"], code);
    }
    assert_eq!(ask(&key, &json!({ "order": 5 })).await.expect(400).json()["code"], "invalid_json");
    let wrong = ask(&key, &json!({ "order": order("T-8", "", 100, None) })).await.expect(400).json();
    assert_eq!(wrong["code"], "invalid_order");
    assert!(wrong["message"].as_str().unwrap().contains("/store"), "{wrong}");
    assert_eq!(ask(&key, &body).await.expect(409).json()["code"], "receipt_claimed");
    let administrator = api.caller(Role::Administrator).await;
    api.call(&administrator, "POST", &format!("/api/v1/sources/{id}/pause"), json!({})).await.expect(200);
    assert_eq!(ask(&key, &body).await.expect(400).json()["code"], "source_paused");
}

async fn of_many_who_claim_a_receipt_at_once_one_gets_it(api: TestApi) {
    let path = path_of(&issue(&api, &order("R-2", "S12", 1_000, None)).await);
    let one = |number: usize| {
        let (api, path) = (&api, &path);
        async move {
            let cookie = format!("perennial_visitor=vis_phone_{number}");
            claim(api, path, &cookie, &format!("phone=1380000000{number}")).await["outcome"]
                .as_str()
                .unwrap()
                .to_owned()
        }
    };
    let (a, b, c, d) = tokio::join!(one(1), one(2), one(3), one(4));
    let mut outcomes = [a, b, c, d];
    outcomes.sort();
    assert_eq!(outcomes, ["already_used", "already_used", "already_used", "claimed"]);
    let reader = api.caller(Role::Analyst).await;
    let all = api.get(&reader, "/api/v1/customers").await.expect(200).json();
    assert_eq!((&all["total"], &all["items"][0]["revenue"]["minor"]), (&json!(1), &json!(1_000)));
    assert_eq!((purchases(&api).await, path_a(&api).await), (1, 0), "nobody opened the page: it is no scan");
}

async fn a_receipt_ends_with_its_time_and_a_wrong_token_says_nothing(api: TestApi) {
    let path = path_of(&issue(&api, &order("R-3", "S12", 1_000, None)).await);
    let token = path.strip_prefix("/r/").unwrap().to_owned();
    let swapped = format!("/r/{}{}", &token[1..], &token[..1]);
    for wrong in ["/r/AAAAAAAAAAAAAAAAAAAAAAAA", "/r/x", &format!("/r/{}", "A".repeat(300)), &swapped] {
        assert_eq!(open(&api, wrong, &[]).await.status.as_u16(), 404, "{wrong}");
        let answer = press(&api, wrong, "", "phone=13800000001", "application/json").await;
        assert_eq!(answer.problem(), "404 not_found", "{wrong}");
        assert_eq!(press(&api, wrong, "", "phone=13800000001", "text/html").await.status.as_u16(), 404);
    }
    // Typed by hand.
    assert_eq!(open(&api, &format!("/r/{}", token.to_lowercase()), &[]).await.status.as_u16(), 200);
    let page = open(&api, &path, &[]).await;
    for (body, field) in
        [("", "/phone"), ("phone=12", "/phone"), ("email=li", "/email"), ("phone=13800000001&name=a%0Ab", "/name")]
    {
        let answer = press(&api, &path, &cookie_of(&page), body, "application/json").await;
        assert_eq!(answer.problem(), "422 invalid_request", "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], field, "{body}");
    }
    let shown = press(&api, &path, &cookie_of(&page), "phone=12&name=%3Cb%3E", "text/html").await.expect(422).text();
    assert!(shown.contains("aria-invalid=true") && shown.contains("value=\"&lt;b&gt;\""), "{shown}");
    let trap = press(&api, &path, &cookie_of(&page), "phone=13800000001&website=x", "application/json").await;
    assert_eq!(trap.problem(), "422 invalid_request");
    let json = TestApi::request(&Caller::default(), "POST", &path, Some(&json!({ "phone": "13800000001" })), &[]);
    assert_eq!(api.send(coming_from(json, "203.0.113.9:1")).await.status.as_u16(), 422);

    api.clock.advance_seconds(24 * 3_600);
    let answer = claim(&api, &path, &cookie_of(&page), "phone=13800000001").await;
    assert_eq!(answer, json!({ "outcome": "expired", "claimed_at": null, "by_you": false }));
    assert!(open(&api, &path, &[("accept-language", "en")]).await.expect(200).text().contains("has expired"));
    let reader = api.caller(Role::Operator).await;
    let listed = api.get(&reader, "/api/v1/receipts?state=expired").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(api.get(&reader, "/api/v1/receipts?state=open").await.expect(200).json()["items"], json!([]));
    assert_eq!(api.get(&reader, "/api/v1/receipts?state=lost").await.problem(), "422 invalid_request");
    let customers = api.get(&reader, "/api/v1/customers?search=%2B8613800000001").await.expect(200).json();
    assert_eq!(customers["total"], 0, "whoever comes late signs nobody up");
    // The till prints another one: it is open again.
    let again = path_of(&issue(&api, &order("R-3", "S12", 1_000, None)).await);
    assert_eq!(sign_up(&api, &again, "phone=13800000001").await["outcome"], "claimed");
    assert_eq!(found(&api, "13800000001").await.2, 1_000);
}

/// The till tells the order again, without knowing anybody, with what of its line was paid back so far.
pub async fn paid_back(api: &TestApi, no: &str, minor: i64, back: i64) {
    let till = api.caller(Role::Sender).await;
    let mut told = order(no, "S12", minor, None);
    told["lines"][0]["refund_minor"] = json!(back);
    api.call(&till, "PUT", "/api/v1/orders", told).await.expect(200);
    pipeline::apply_all(&api.app).await.unwrap();
}

async fn what_was_paid_back_before_and_after_is_not_the_customers_money(api: TestApi) {
    // All of it before: nothing is left to claim, and nobody is signed up.
    let path = path_of(&issue(&api, &order("R-4", "S12", 9_000, None)).await);
    paid_back(&api, "R-4", 9_000, 9_000).await;
    assert_eq!(sign_up(&api, &path, "phone=13800000004").await["outcome"], "returned");
    let reader = api.caller(Role::Analyst).await;
    assert_eq!(api.get(&reader, "/api/v1/customers?search=%2B8613800000004").await.expect(200).json()["total"], 0);

    // A part before, told again after: it counts once, whoever it was told of.
    let path = path_of(&issue(&api, &order("R-5", "S12", 9_000, None)).await);
    paid_back(&api, "R-5", 9_000, 2_000).await;
    assert_eq!(sign_up(&api, &path, "phone=13800000005").await["outcome"], "claimed");
    assert_eq!(found(&api, "13800000005").await.1, 1);
    assert_eq!(found(&api, "13800000005").await.2, 7_000);
    paid_back(&api, "R-5", 9_000, 2_000).await;
    assert_eq!(found(&api, "13800000005").await.2, 7_000, "told again");

    // After: the till knows nobody, and the money goes back of the customer's order.
    let path = path_of(&issue(&api, &order("R-6", "S12", 26_800, None)).await);
    assert_eq!(sign_up(&api, &path, "phone=13800000006").await["outcome"], "claimed");
    assert_eq!(found(&api, "13800000006").await.2, 26_800);
    paid_back(&api, "R-6", 26_800, 6_800).await;
    assert_eq!(found(&api, "13800000006").await.2, 20_000);
    let till = api.caller(Role::Sender).await;
    let cancelled = json!({ "order_no": "R-6", "ordered_at": "2026-11-21T07:30:00Z", "status": "cancelled" });
    for _ in 0..2 {
        api.call(&till, "PUT", "/api/v1/orders", cancelled.clone()).await.expect(200);
        pipeline::apply_all(&api.app).await.unwrap();
        assert_eq!(found(&api, "13800000006").await.2, 0);
    }
    // Of another source the same number is another order.
    api.call(&till, "PUT", "/api/v1/orders?source=other", order("R-5", "S12", 500, None)).await.expect(200);
    pipeline::apply_all(&api.app).await.unwrap();
    assert_eq!(found(&api, "13800000005").await.2, 7_000);
}

async fn what_is_agreed_to_on_the_page_is_kept_with_the_text_that_was_shown(api: TestApi) {
    let manager = api.caller(Role::Administrator).await;
    let purpose = "marketing";
    let body = json!({ "name": "Marketing", "channels": ["email"] });
    api.call(&manager, "PUT", "/api/v1/consent-purposes/marketing", body).await.expect(200);
    for (version, locale, text) in [("v1-zh", "zh-CN", "我同意 <接收> 消息"), ("v1-en", "en", "I agree to news")]
    {
        let body = json!({ "version": version, "locale": locale, "text": text });
        api.call(&manager, "POST", &format!("/api/v1/consent-purposes/{purpose}/texts"), body).await.expect(201);
    }
    let settings = "/api/v1/receipt-settings";
    let read = api.get(&manager, settings).await.expect(200);
    assert_eq!((read.header("etag"), &read.json()["valid_hours"]), ("\"0\"", &json!(24)));
    let put = async |body: &Value, tag: &str| {
        api.send(TestApi::request(&manager, "PUT", settings, Some(body), &[("if-match", tag)])).await
    };
    let consents = json!([{ "purpose": purpose, "text_zh": "v1-zh", "text_en": "v1-en" }]);
    let body = json!({ "valid_hours": 48, "consents": consents });
    put(&body, "\"0\"").await.expect(200);
    assert_eq!(put(&body, "\"0\"").await.problem(), "412 precondition_failed");
    for (wrong, pointer) in [
        (json!({ "valid_hours": 0, "consents": [] }), "/valid_hours"),
        (json!({ "valid_hours": 721 }), "/valid_hours"),
        (json!({ "valid_hours": 1, "consents": [consents[0], consents[0]] }), "/consents"),
        (
            json!({ "valid_hours": 1, "consents": [{ "purpose": purpose, "text_zh": "v9", "text_en": "v1-en" }] }),
            "/consents/text_zh",
        ),
    ] {
        let answer = put(&wrong, "\"1\"").await;
        assert_eq!(answer.problem(), "422 invalid_request");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
    }
    let made = issue(&api, &order("R-8", "S12", 100, None)).await;
    assert_eq!(made["receipt"]["expires_at"], "2026-11-23T08:00:00Z");
    let path = path_of(&made);
    let page = open(&api, &path, &[("accept-language", "zh-CN")]).await.expect(200);
    assert!(page.text().contains("我同意 &lt;接收&gt; 消息"), "{}", page.text());
    assert!(page.text().contains("name=\"agree.marketing\" value=\"v1-zh\""), "{}", page.text());
    let unknown =
        press(&api, &path, &cookie_of(&page), "phone=13800000008&agree.marketing=on", "application/json").await;
    assert_eq!(
        (unknown.problem().as_str(), &unknown.json()["errors"][0]["pointer"]),
        ("422 invalid_request", &json!("/agree"))
    );
    // Whatever language the request that sends it names, and although the register has another version by now.
    let body = json!({ "version": "v2-zh", "locale": "zh-CN", "text": "我同意接收新消息" });
    api.call(&manager, "POST", &format!("/api/v1/consent-purposes/{purpose}/texts"), body).await.expect(201);
    let newer = json!([{ "purpose": purpose, "text_zh": "v2-zh", "text_en": "v1-en" }]);
    put(&json!({ "valid_hours": 48, "consents": newer }), "\"1\"").await.expect(200);
    let body = format!("phone=13800000008&agree.{purpose}=v1-zh&agree.nothing=on");
    assert_eq!(claim(&api, &path, &cookie_of(&page), &body).await["outcome"], "claimed");
    let (id, ..) = found(&api, "13800000008").await;
    let kept = api.get(&manager, &format!("/api/v1/customers/{id}/consents")).await.expect(200).json().to_string();
    assert!(kept.contains("v1-zh") && kept.contains("granted") && !kept.contains("v1-en"), "{kept}");
}

async fn what_is_no_receipt_is_refused_by_field(api: TestApi) {
    let till = api.caller(Role::Sender).await;
    let pointers = async |body: Value| {
        let answer = api.call(&till, "PUT", "/api/v1/receipts", body).await;
        assert_eq!(answer.problem(), "422 invalid_request");
        let errors = answer.json()["errors"].as_array().unwrap().clone();
        errors.iter().map(|one| one["pointer"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut wrong = order("R-9", "S12", 100, None);
    wrong["identifiers"] = json!([{ "type": "phone", "value": "13800000009" }]);
    wrong["status"] = json!("unpaid");
    wrong["refund_minor"] = json!(5);
    wrong["store"] = Value::Null;
    wrong["ordered_at"] = json!("2026-11-21T08:11:00Z");
    let expected = ["identifiers", "status", "refund_minor", "store", "ordered_at"];
    assert_eq!(pointers(json!({ "order": wrong })).await, expected.map(|field| format!("/order/{field}")));
    assert_eq!(pointers(json!({ "order": order("R-9", "S12", 0, None) })).await, ["/order/lines"]);
    assert_eq!(pointers(json!({ "order": order("", "S12", 100, None) })).await, ["/order/order_no"]);
    for hours in [0, 721] {
        assert_eq!(
            pointers(json!({ "order": order("R-9", "S12", 100, None), "valid_hours": hours })).await,
            ["/valid_hours"]
        );
    }
    assert_eq!(purchases(&api).await, 0, "nothing of it was told");
    // A clock that is a little ahead: the order is of now, so that whoever scans it comes after it.
    let mut ahead = order("R-9", "S12", 100, None);
    ahead["ordered_at"] = json!("2026-11-21T08:09:00Z");
    assert_eq!(issue(&api, &ahead).await["receipt"]["ordered_at"], "2026-11-21T08:00:00Z");
    // Whoever may read may not make one, and the other way round.
    let analyst = api.caller(Role::Analyst).await;
    let refused = api.call(&analyst, "PUT", "/api/v1/receipts", json!({ "order": ahead })).await;
    assert_eq!(refused.problem(), "403 forbidden");
    assert_eq!(api.get(&till, "/api/v1/receipts").await.problem(), "403 forbidden");
    // Page by page, the newest first.
    api.clock.advance_seconds(1);
    issue(&api, &order("R-10", "S12", 200, None)).await;
    let reader = api.caller(Role::Operator).await;
    let first = api.get(&reader, "/api/v1/receipts?limit=1").await.expect(200).json();
    assert_eq!(first["items"][0]["order_no"], "R-10");
    let next = first["next_cursor"].as_str().unwrap();
    let second = api.get(&reader, &format!("/api/v1/receipts?limit=1&cursor={next}")).await.expect(200).json();
    assert_eq!((&second["items"][0]["order_no"], &second["next_cursor"]), (&json!("R-9"), &Value::Null));
    assert_eq!(api.get(&reader, "/api/v1/receipts?cursor=x").await.problem(), "422 invalid_cursor");
}

pub async fn erase(api: &TestApi, id: &str) {
    pipeline::hand_over(&api.app).await.unwrap();
    let number = CustomerNumber::from_public_id(id).unwrap();
    let erasure = perennial_app::privacy::erase(&api.app, &Actor::System("test"), number, "asked").await.unwrap();
    assert!(erasure.finished_at.is_some());
}

/// What stands with the guests of an order of the usual source.
pub async fn guests(api: &TestApi, no: &str) -> Vec<(String, Option<String>, Option<i64>)> {
    let keys = ["order", "refund", "cancelled"].map(|class| FactKey::of(&["file", class, no]).0.to_be_bytes());
    let keys = keys.map(|key| (orders::GUEST, key));
    let mut rows = orders::load(&mut api.app.store.read().await.unwrap(), &keys).await.unwrap();
    rows.sort_by(|one, other| one.kind.cmp(&other.kind));
    rows.into_iter().map(|row| (row.kind, row.order_no, row.amount_minor)).collect()
}

async fn a_receipt_of_somebody_who_was_erased_stays_used(api: TestApi) {
    let administrator = api.administrator().await;
    let path = path_of(&issue(&api, &order("R-11", "S12", 300, None)).await);
    paid_back(&api, "R-11", 300, 100).await;
    assert_eq!(sign_up(&api, &path, "phone=13800000011").await["outcome"], "claimed");
    erase(&api, &found(&api, "13800000011").await.0).await;
    let blank = ("claimed".to_owned(), None, None);
    assert_eq!(guests(&api, "R-11").await, [blank.clone(), blank], "also what had come back before");
    let listed = api.get(&administrator, "/api/v1/receipts").await.expect(200).json();
    let receipt = &listed["items"][0];
    assert_eq!(
        (&receipt["state"], &receipt["customer_id"], &receipt["order_no"]),
        (&json!("claimed"), &Value::Null, &json!(""))
    );
    assert_eq!(claim(&api, &path, "", "phone=13800000012").await["outcome"], "already_used");
    assert_eq!(path_a(&api).await, 0);
}

async fn whoever_was_erased_leaves_the_receipt_open_and_is_told_nothing(api: TestApi) {
    let administrator = api.administrator().await;
    let path = path_of(&issue(&api, &order("R-12", "S12", 300, None)).await);
    assert_eq!(sign_up(&api, &path, "phone=13800000021").await["outcome"], "claimed");
    erase(&api, &found(&api, "13800000021").await.0).await;
    let path = path_of(&issue(&api, &order("R-13", "S12", 700, None)).await);
    assert_eq!(sign_up(&api, &path, "phone=13800000021").await["outcome"], "claimed", "as whoever is known");
    let open = api.get(&administrator, "/api/v1/receipts?state=open").await.expect(200).json();
    assert_eq!(open["items"][0]["order_no"], "R-13");
    assert_eq!(
        guests(&api, "R-13").await,
        [("order".to_owned(), Some("R-13".to_owned()), Some(700))],
        "nothing is lost"
    );
    let nobody = api.get(&administrator, "/api/v1/customers?search=%2B8613800000021").await.expect(200).json();
    assert_eq!(nobody["total"], 0);
    assert_eq!(sign_up(&api, &path, "phone=13800000022").await["outcome"], "claimed");
    assert_eq!(found(&api, "13800000022").await.2, 700);
}
