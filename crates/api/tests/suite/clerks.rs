//! Clerks by the interface: sign-ups at the counter, where sales stay, what is earned and taken back, and periods that are
//! closed once.

use crate::stores::{region, store, user};
use crate::support::{Caller, TestApi, on_both};
use perennial_app::pipeline::{self, PreparedBlock};
use perennial_domain::access::Role;
use perennial_domain::fact::{Campaign, FACT_BLOCK_VERSION, Fact, FactBlock, FactKey, FactKind, Tracked};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use serde_json::{Value, json};

on_both!(
    a_sign_up_raises_the_counter_at_once_and_nobody_is_doubled,
    sales_before_and_after_a_move_stay_with_their_stores,
    forty_sign_ups_and_six_early_unfollows_come_to_thirty_four_times_five_yuan,
    a_first_order_earns_once_and_is_taken_back_when_it_is_refunded_or_cancelled,
    a_period_is_closed_once_and_what_is_taken_back_later_comes_into_the_next,
    each_post_with_a_key_has_one_effect,
    who_is_no_clerk_signs_nobody_up,
    a_roster_says_of_each_what_became_of_it,
);

const DAYS: &str = "from=2026-01-01&to=2027-12-31";

/// A clerk who is signed in, with the clerk as the interface shows it.
pub async fn clerk(api: &TestApi, administrator: &Caller, name: &str, store: &str) -> (Caller, Value) {
    let (caller, id) = user(api, administrator, name, "clerk").await;
    let body = json!({ "user_id": id, "store": store, "from": "2026-01-01T00:00:00Z" });
    let made = api.call(administrator, "POST", "/api/v1/clerks", body).await.expect(201).json();
    (caller, made)
}

pub async fn counter(api: &TestApi) -> (Caller, String, Caller, Value) {
    let administrator = api.administrator().await;
    let home = region(api, &administrator, "Home", None).await;
    let shop = store(api, &administrator, "S12", &home).await;
    let (li, row) = clerk(api, &administrator, "li", &shop).await;
    (administrator, home, li, row)
}

async fn sign_up(api: &TestApi, caller: &Caller, phone: &str) -> Value {
    api.call(caller, "POST", "/api/v1/sign-ups", json!({ "phone": phone })).await.expect(201).json()
}

pub fn phone(number: usize) -> String {
    format!("1380000{number:04}")
}

pub async fn rule(api: &TestApi, caller: &Caller, body: Value) -> Value {
    api.call(caller, "POST", "/api/v1/incentive-rules", body).await.expect(201).json()
}

pub fn five_yuan() -> Value {
    json!({ "kind": "sign_up", "amount_minor": 500, "days": 7, "event": "Unfollowed" })
}

pub async fn own_statement(api: &TestApi, caller: &Caller) -> Value {
    api.get(caller, &format!("/api/v1/clerk/statement?{DAYS}")).await.expect(200).json()
}

/// So many days pass, without a session ending because nobody uses it.
async fn later(api: &TestApi, callers: &[&Caller], days: i64) {
    for _ in 0..days {
        api.clock.advance_days(1);
        for caller in callers {
            api.get(caller, "/api/v1/session").await.expect(200);
        }
    }
}

/// Somebody with this number does something, as a touch-point would tell it.
pub async fn event(api: &TestApi, name: &str, phone: &str, at: Instant) {
    let id = format!("{name}-{phone}-{}", at.0);
    let fact = Fact {
        kind: FactKind::Event,
        key: FactKey::of(&["wechat", "message", &id]),
        at,
        identifiers: vec![Identifier::normalise(IdentifierType::Phone, phone).unwrap()],
        order_no: None,
        lines: vec![],
        traits: vec![],
        tracked: Some(Box::new(Tracked {
            message_id: id.clone(),
            name: Some(name.to_owned()),
            properties: None,
            received_at: at,
            sent_at: None,
            original_at: None,
            channel: None,
            locale: None,
            page_url: None,
            page_path: None,
            campaign: Campaign::default(),
            touch_point: None,
            consents: vec![],
        })),
    };
    let block = FactBlock {
        version: FACT_BLOCK_VERSION,
        source: "wechat".to_owned(),
        import_id: None,
        currency: Currency::NONE,
        facts: vec![fact],
        rows: vec![],
    };
    let mut tx = api.app.store.write().await.unwrap();
    pipeline::accept(&mut tx, &PreparedBlock::new(id, block).unwrap(), at).await.unwrap();
    tx.commit().await.unwrap();
    pipeline::apply_all(&api.app).await.unwrap();
}

fn order(no: &str, phone: &str, at: &str, minor: i64, status: &str) -> Value {
    json!({
        "order_no": no, "ordered_at": at, "currency": "CNY", "status": status,
        "identifiers": [{ "type": "phone", "value": phone }], "lines": [{ "sku": "TEA", "amount_minor": minor }],
    })
}

async fn tell(api: &TestApi, caller: &Caller, order: Value) {
    let told = api.call(caller, "POST", "/api/v1/orders", json!({ "orders": [order] })).await.expect(200).json();
    assert_eq!(told["refused"], 0, "{told}");
    pipeline::apply_all(&api.app).await.unwrap();
}

async fn a_sign_up_raises_the_counter_at_once_and_nobody_is_doubled(api: TestApi) {
    let (administrator, home, li, row) = counter(&api).await;
    assert_eq!(row["code"].as_str().unwrap().len(), 8);
    let purpose = json!({ "name": "Marketing", "channels": ["sms"] });
    api.call(&administrator, "PUT", "/api/v1/consent-purposes/marketing", purpose).await;
    let body = json!({ "phone": "138 0000 0001", "name": "Wang Fang", "purposes": ["marketing"] });
    let made = api.call(&li, "POST", "/api/v1/sign-ups", body).await.expect(201).json();
    assert_eq!(made["was_known"], false);
    let own = api.get(&li, "/api/v1/clerk").await.expect(200).json();
    assert_eq!((&own["sign_ups_today"], &own["store_name"]), (&json!(1), &json!("Store S12")));
    assert_eq!(own["today"][0]["customer"]["id"], made["customer_id"]);
    assert_eq!(own["today"][0]["customer"]["display_name"], "Wang Fang");
    let id = made["customer_id"].as_str().unwrap();
    let consents = api.get(&li, &format!("/api/v1/customers/{id}/consents")).await.expect(200).json();
    assert!(consents.to_string().contains("marketing"), "{consents}");
    // The same number once more opens whom it belongs to.
    let again = sign_up(&api, &li, "+8613800000001").await;
    assert_eq!(again, json!({ "customer_id": id, "was_known": true }));
    assert_eq!(api.get(&li, "/api/v1/clerk").await.expect(200).json()["sign_ups_today"], 1);
    assert_eq!(api.get(&li, "/api/v1/customers").await.expect(200).json()["total"], 1);
    // In another store that somebody is known is said, and not who it is.
    let other = store(&api, &administrator, "S15", &home).await;
    let (wu, _) = clerk(&api, &administrator, "wu", &other).await;
    assert_eq!(sign_up(&api, &wu, "13800000001").await, json!({ "customer_id": null, "was_known": true }));
    assert_eq!(api.get(&wu, "/api/v1/customers").await.expect(200).json()["total"], 0);
    // The next day the counter begins again.
    api.clock.advance_days(1);
    let own = api.get(&li, "/api/v1/clerk").await.expect(200).json();
    assert_eq!((&own["sign_ups_today"], &own["today"]), (&json!(0), &json!([])));
    for (body, pointer) in [
        (json!({ "phone": "12" }), "/phone"),
        (json!({ "phone": "13800000009", "name": "a\nb" }), "/name"),
        (json!({ "phone": "13800000009", "purposes": ["nothing"] }), "/purposes"),
    ] {
        let answer = api.call(&li, "POST", "/api/v1/sign-ups", body).await;
        assert_eq!(
            (answer.problem(), &answer.json()["errors"][0]["pointer"]),
            ("422 invalid_request".into(), &json!(pointer))
        );
    }
}

async fn sales_before_and_after_a_move_stay_with_their_stores(api: TestApi) {
    let (administrator, home, _, row) = counter(&api).await;
    let other = store(&api, &administrator, "S15", &home).await;
    let path = format!("/api/v1/clerks/{}/store", row["id"].as_str().unwrap());
    let body = json!({ "store": other, "from": "2026-05-01T00:00:00Z" });
    let moved = api.call(&administrator, "PUT", &path, body.clone()).await.expect(200).json();
    assert_eq!(moved["assignments"][0]["to"], "2026-05-01T00:00:00Z");
    assert_eq!((&moved["assignments"][1]["store"], &moved["assignments"][1]["to"]), (&json!(other), &Value::Null));
    assert_eq!(api.call(&administrator, "PUT", &path, body).await.problem(), "422 invalid_request", "not later");
    let future = json!({ "store": other, "from": "2027-05-01T00:00:00Z" });
    assert_eq!(api.call(&administrator, "PUT", &path, future).await.problem(), "422 invalid_request");
    let sold = |no: &str, at: &str, minor: i64| {
        let mut order = order(no, &phone(1), at, minor, "paid");
        order["traits"] = json!({ "clerk": row["code"] });
        order
    };
    tell(&api, &administrator, sold("A", "2026-04-30T23:59:59Z", 26_800)).await;
    tell(&api, &administrator, sold("B", "2026-05-01T00:00:00Z", 9_900)).await;
    tell(&api, &administrator, sold("C", "2026-06-01T00:00:00Z", 100)).await;
    let ranking = api.get(&administrator, &format!("/api/v1/clerk-ranking?{DAYS}")).await.expect(200).json();
    let mut sales: Vec<(Value, Value, Value)> = ranking["items"][0]["sales"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["store"].clone(), one["orders"].clone(), one["net_sales"]["minor"].clone()))
        .collect();
    sales.sort_by_key(|one| one.1.as_i64());
    let before = row["assignments"][0]["store"].clone();
    assert_eq!(sales, [(before, json!(1), json!(26_800)), (json!(other), json!(2), json!(10_000))]);
}

async fn forty_sign_ups_and_six_early_unfollows_come_to_thirty_four_times_five_yuan(api: TestApi) {
    let (administrator, _, li, row) = counter(&api).await;
    let made = rule(&api, &administrator, five_yuan()).await;
    for number in 0..40 {
        sign_up(&api, &li, &phone(number)).await;
    }
    assert_eq!(own_statement(&api, &li).await["amount"]["minor"], 20_000);
    let start = api.app.clock.now();
    let day = |days: i64| Instant(start.0 + days * 86_400_000_000);
    later(&api, &[&administrator, &li], 9).await;
    for number in 0..6 {
        event(&api, "Unfollowed", &phone(number), day(6)).await;
        // Told twice, by another message.
        event(&api, "Unfollowed", &phone(number), day(5)).await;
    }
    event(&api, "Unfollowed", &phone(7), day(7)).await;
    event(&api, "Opened", &phone(8), day(1)).await;
    let statement = own_statement(&api, &li).await;
    let sums = ["awards", "reversals"].map(|name| statement[name].clone());
    assert_eq!((sums, &statement["amount"]["minor"]), ([json!(40), json!(6)], &json!(34 * 500)));
    let lines = statement["lines"].as_array().unwrap();
    assert_eq!(lines.iter().map(|line| line["amount"]["minor"].as_i64().unwrap()).sum::<i64>(), 17_000);
    let reversals: Vec<&Value> = lines.iter().filter(|line| !line["reverses"].is_null()).collect();
    assert_eq!(reversals.len(), 6);
    for line in reversals {
        let award = lines.iter().find(|one| one["id"] == line["reverses"]).unwrap();
        assert_eq!((&award["customer_id"], &award["rule"]["id"]), (&line["customer_id"], &made["id"]));
        assert_eq!(line["amount"]["minor"], -500);
    }
    let path = format!("/api/v1/clerks/{}/statement?{DAYS}", row["id"].as_str().unwrap());
    assert_eq!(api.get(&administrator, &path).await.expect(200).json(), statement);
    // An ended rule earns nothing more.
    api.delete(&administrator, &format!("/api/v1/incentive-rules/{}", made["id"].as_str().unwrap())).await.expect(204);
    api.clock.advance_seconds(1);
    sign_up(&api, &li, &phone(99)).await;
    assert_eq!(own_statement(&api, &li).await["awards"], 40);
}

async fn a_first_order_earns_once_and_is_taken_back_when_it_is_refunded_or_cancelled(api: TestApi) {
    let (administrator, _, li, _) = counter(&api).await;
    rule(&api, &administrator, json!({ "kind": "first_order", "amount_minor": 1_200, "days": 10 })).await;
    for number in 1..=4 {
        sign_up(&api, &li, &phone(number)).await;
    }
    later(&api, &[&administrator, &li], 13).await;
    let (within, late) = ("2026-11-30T02:00:00Z", "2026-12-02T02:00:00Z");
    for (number, at, status) in [(1, within, "paid"), (2, within, "paid"), (3, late, "paid"), (4, within, "paid")] {
        tell(&api, &administrator, order(&format!("A{number}"), &phone(number), at, 26_800, status)).await;
    }
    // A second order earns nothing, the first one told again nothing either.
    tell(&api, &administrator, order("B1", &phone(1), "2026-11-30T03:00:00Z", 100, "paid")).await;
    tell(&api, &administrator, order("A1", &phone(1), within, 26_800, "paid")).await;
    assert_eq!(own_statement(&api, &li).await["amount"]["minor"], 3 * 1_200);
    // A part that comes back takes nothing back; the rest does.
    let mut part = order("A1", &phone(1), within, 26_800, "paid");
    part["refund_minor"] = json!(6_800);
    tell(&api, &administrator, part.clone()).await;
    assert_eq!(own_statement(&api, &li).await["reversals"], 0);
    part["refund_minor"] = json!(26_800);
    tell(&api, &administrator, part.clone()).await;
    tell(&api, &administrator, part).await;
    tell(&api, &administrator, order("A2", &phone(2), within, 26_800, "cancelled")).await;
    let statement = own_statement(&api, &li).await;
    assert_eq!((&statement["reversals"], &statement["amount"]["minor"]), (&json!(2), &json!(1_200)));
    assert!(statement["lines"].as_array().unwrap().iter().any(|line| line["order_no"] == "A4"));
}

async fn a_period_is_closed_once_and_what_is_taken_back_later_comes_into_the_next(api: TestApi) {
    let (administrator, _, li, row) = counter(&api).await;
    rule(&api, &administrator, five_yuan()).await;
    sign_up(&api, &li, &phone(1)).await;
    sign_up(&api, &li, &phone(2)).await;
    let start = api.app.clock.now();
    let close = |through: &'static str| {
        let (api, administrator) = (&api, &administrator);
        async move { api.call(administrator, "POST", "/api/v1/settlements", json!({ "through": through })).await }
    };
    assert_eq!(close("2026-11-21").await.problem(), "422 invalid_request", "the day is not over");
    assert_eq!(close("soon").await.problem(), "422 invalid_request");
    api.clock.advance_days(2);
    let first = close("2026-11-21").await.expect(201).json();
    assert_eq!(first["clerks"][0]["amount"]["minor"], 1_000);
    assert_eq!((&first["clerks"][0]["clerk_id"], &first["from"]), (&row["id"], &Value::Null));
    assert_eq!(close("2026-11-21").await.problem(), "409 conflict");
    assert_eq!(close("2026-11-20").await.problem(), "409 conflict");
    sign_up(&api, &li, &phone(3)).await;
    event(&api, "Unfollowed", &phone(1), Instant(start.0 + 86_400_000_000)).await;
    api.clock.advance_days(2);
    let second = close("2026-11-24").await.expect(201).json();
    let of_li = &second["clerks"][0];
    assert_eq!((&of_li["awards"], &of_li["reversals"], &of_li["amount"]["minor"]), (&json!(1), &json!(1), &json!(0)));
    assert_eq!(second["from"], first["until"]);
    let listed = api.get(&administrator, "/api/v1/settlements").await.expect(200).json();
    assert_eq!(listed["items"], json!([second, first]));
    let statement = own_statement(&api, &li).await;
    let paid: Vec<&Value> = statement["lines"].as_array().unwrap().iter().map(|line| &line["settlement_id"]).collect();
    assert_eq!(paid, [&first["id"], &first["id"], &second["id"], &second["id"]]);
    let audit = api.get(&administrator, "/api/v1/audit?limit=200").await.expect(200).json();
    let closed = audit["items"].as_array().unwrap().iter().filter(|entry| entry["action"] == "incentives.settled");
    assert_eq!(closed.count(), 2);
}

async fn each_post_with_a_key_has_one_effect(api: TestApi) {
    let (administrator, home, li, _) = counter(&api).await;
    let (_, other) = user(&api, &administrator, "wu", "clerk").await;
    let shop = store(&api, &administrator, "S15", &home).await;
    api.clock.advance_days(2);
    for (caller, path, body, action) in [
        (&administrator, "/api/v1/clerks", json!({ "user_id": other, "store": shop }), "clerk.created"),
        (&administrator, "/api/v1/incentive-rules", five_yuan(), "incentive_rule.created"),
        (&administrator, "/api/v1/settlements", json!({ "through": "2026-11-21" }), "incentives.settled"),
        (&li, "/api/v1/sign-ups", json!({ "phone": phone(5) }), "customer.signed_up"),
    ] {
        let entries = async || {
            let page = api.get(&administrator, "/api/v1/audit?limit=200").await.expect(200).json();
            page["items"].as_array().unwrap().iter().filter(|entry| entry["action"] == action).count()
        };
        let before = entries().await;
        let send = || api.send(TestApi::request(caller, "POST", path, Some(&body), &[("idempotency-key", path)]));
        let first = send().await.expect(201).json();
        let again = send().await.expect(201);
        assert_eq!(again.header("idempotency-replayed"), "true", "{path}");
        if path == "/api/v1/sign-ups" {
            assert_eq!(again.json(), json!({ "customer_id": null, "was_known": false }));
        } else {
            assert_eq!(again.json(), first, "{path}");
        }
        assert_eq!(entries().await, before + 1, "{path}");
    }
}

async fn who_is_no_clerk_signs_nobody_up(api: TestApi) {
    let (administrator, _, li, row) = counter(&api).await;
    let body = json!({ "phone": phone(1) });
    assert_eq!(api.call(&administrator, "POST", "/api/v1/sign-ups", body.clone()).await.problem(), "404 not_found");
    let operator = api.caller(Role::Operator).await;
    assert_eq!(api.call(&operator, "POST", "/api/v1/sign-ups", body.clone()).await.problem(), "403 forbidden");
    for path in ["/api/v1/clerks", "/api/v1/settlements", "/api/v1/incentive-rules"] {
        assert_eq!(api.get(&li, path).await.problem(), "403 forbidden", "{path}");
    }
    // Out of every store, a clerk signs nobody up and sees nobody.
    api.clock.advance_seconds(1);
    let path = format!("/api/v1/clerks/{}/store", row["id"].as_str().unwrap());
    api.call(&administrator, "PUT", &path, json!({ "store": null })).await.expect(200);
    assert_eq!(api.call(&li, "POST", "/api/v1/sign-ups", body).await.problem(), "409 conflict");
    let twice = json!({ "user_id": row["user_id"] });
    assert_eq!(api.call(&administrator, "POST", "/api/v1/clerks", twice).await.problem(), "409 conflict");
    let unknown = json!({ "user_id": "usr_nobody" });
    assert_eq!(api.call(&administrator, "POST", "/api/v1/clerks", unknown).await.problem(), "422 invalid_request");
}

async fn a_roster_says_of_each_what_became_of_it(api: TestApi) {
    let (administrator, home, _, li) = counter(&api).await;
    let other = store(&api, &administrator, "S15", &home).await;
    let put = |clerks: Value| api.call(&administrator, "PUT", "/api/v1/clerk-roster", json!({ "clerks": clerks }));
    let entry =
        |name: &str, store: &str| json!({ "email": format!("{name}@example.com"), "name": name, "store": store });
    let told = put(json!([entry("li", "S15"), entry("wu", "S12"), entry("mei", "S99")])).await.expect(200).json();
    let counts = ["created", "moved", "unchanged", "refused"].map(|name| told[name].as_i64().unwrap());
    assert_eq!(counts, [1, 1, 0, 1], "{told}");
    let items = told["items"].as_array().unwrap();
    assert_eq!(
        (&items[0]["outcome"], &items[0]["code"], &items[0]["clerk_id"]),
        (&json!("moved"), &li["code"], &li["id"])
    );
    assert_eq!((&items[2]["error"]["pointer"], &items[2]["clerk_id"]), (&json!("/store"), &Value::Null));
    let listed = api.get(&administrator, "/api/v1/clerks").await.expect(200).json();
    let moved = listed["items"].as_array().unwrap().iter().find(|one| one["id"] == li["id"]).unwrap();
    let stores = moved["assignments"].as_array().unwrap().iter().map(|one| &one["store"]);
    assert!(stores.collect::<Vec<_>>().contains(&&json!(other)), "{moved}");
    let again = put(json!([entry("li", "S15"), entry("wu", "S12")])).await.expect(200).json();
    assert_eq!(again["unchanged"], 2);
    let mut wrong = entry("li", "S15");
    wrong["from"] = json!("soon");
    let answer = put(json!([entry("wu", "S12"), wrong])).await;
    let pointer = answer.json()["errors"][0]["pointer"].clone();
    assert_eq!((answer.problem(), pointer), ("422 invalid_request".into(), json!("/clerks/1/from")));
    assert_eq!(put(json!([])).await.problem(), "422 invalid_request");
    let operator = api.caller(Role::Operator).await;
    let refused = api.call(&operator, "PUT", "/api/v1/clerk-roster", json!({ "clerks": [] })).await;
    assert_eq!(refused.problem(), "403 forbidden");
}
