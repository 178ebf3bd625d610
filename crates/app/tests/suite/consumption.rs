//! What one customer buys, and which topics they open: worked out of their facts, the same as the counters that SQL adds up.

use crate::layers::{event, in_yuan};
use crate::live::tag;
use crate::over_time::{at, brand};
use crate::people::{Teller, named};
use crate::privacy::exported;
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::customers::{CustomerConsumption, customer_consumption, customer_profile};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::segments::live::{Live, follow, keep_tags, people_of_rule};
use perennial_app::segments::{self, RuleText, SegmentSettings};
use perennial_app::{scores, tags};
use perennial_domain::consumption::Preference;
use perennial_domain::cycle::Slot;
use perennial_domain::interests::Interest;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use serde_json::{Value, json};
use std::sync::Arc;

on_both! {
    c40_eight_items_equal_what_sql_counts,
    c59_responders_are_sensitive_to_price_or_content_where_the_arms_say_so,
    c49_who_opens_eight_of_eight_recipes_gets_the_tag_and_loses_it_when_that_is_a_year_ago,
}

/// An order of tea on the Sunday of a week of 2026 at eight in the evening in Shanghai, and of a pot besides.
fn order(stage: &Stage, week: i64, tea_yuan: i64, pot_yuan: i64) -> Value {
    let product = |sku: &str, category: &str, yuan: i64| {
        json!({ "sku": sku, "name": format!("{sku} 1"), "category": category,
        "quantity": 1, "price": yuan })
    };
    let mut products = vec![product("tea", "Tea", tea_yuan)];
    if pot_yuan > 0 {
        products.push(product("pot", "Ware", pot_yuan));
    }
    let first_sunday = Instant::parse_rfc3339("2026-01-04T12:00:00Z").unwrap();
    let message = json!({ "type": "track", "event": "Order Completed", "userId": "ann", "properties": {
        "order_id": format!("w{week}"), "total": tea_yuan + pot_yuan, "currency": "CNY", "products": products } });
    at(stage, Instant(first_sunday.0 + week * 7 * MICROS_PER_DAY), message)
}

async fn found(stage: &Stage, who: &str) -> CustomerConsumption {
    customer_consumption(&stage.app, &TESTER, named(stage, who).await).await.unwrap()
}

/// Fourteen orders of ¥3,220, of which ¥100 came back.
async fn c40_eight_items_equal_what_sql_counts(stage: &Stage) {
    in_yuan(stage).await;
    brand(stage, "Asia/Shanghai").await;
    let mut shop = Teller::users("src_shop");
    let mut told: Vec<Value> = (0..13).map(|week| order(stage, 2 * week, 200, 0)).collect();
    told.push(order(stage, 27, 200, 420));
    told.push(shop.refund("ann", "w0", 10_000));
    told.extend([
        event("ann", "Complaint Filed", json!({ "about": "late" })),
        event("ann", "Complaint Filed", json!({})),
    ]);
    told.push(json!({ "type": "identify", "userId": "ann", "traits": { "main_wish": "不苦" } }));
    shop.tell(stage, &told).await;
    stage.clock.advance_seconds(60);
    let one = found(stage, "ann").await;
    let counters = customer_profile(&stage.app, &TESTER, named(stage, "ann").await).await.unwrap().item.row.counters;
    assert_eq!((one.bought.orders as i64, one.bought.amount_minor), (counters.orders, counters.net_minor));
    assert_eq!((one.bought.orders, one.bought.amount_minor), (14, 312_000));
    assert_eq!((one.bought.refunds as i64, one.bought.refunded_minor), (counters.refund_count, counters.refunds_minor));
    let tea = &one.bought.products[0];
    assert_eq!((tea.name.as_str(), tea.orders, tea.quantity_milli, tea.amount_minor), ("tea 1", 14, 14_000, 280_000));
    assert_eq!(one.bought.products_count, 2);
    assert_eq!(one.bought.preference, Some(Preference { category: "Tea".to_owned(), percent: 87 }));
    assert_eq!(one.bought.usual_time(), Some((6, Slot::Evening, 14)));
    assert_eq!(one.bought.median_interval_days, Some(14));
    assert_eq!(one.main_wish.as_deref(), Some("不苦"));
    assert_eq!((one.bought.complaints, one.tickets.open, one.tickets.closed), (2, 0, 0));
    // Of two who became one it is what both bought.
    let bob = json!({ "type": "track", "event": "Order Completed", "userId": "bob",
        "properties": { "order_id": "b1", "total": 80, "currency": "CNY" } });
    shop.tell(stage, &[bob]).await;
    stage.clock.advance_seconds(60);
    let (one, other) = (named(stage, "ann").await, named(stage, "bob").await);
    let request = MergeRequest { one, other, keep: None };
    identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let both = found(stage, "bob").await;
    assert_eq!((both.bought.orders, both.bought.amount_minor), (15, 320_000));
}

async fn c49_who_opens_eight_of_eight_recipes_gets_the_tag_and_loses_it_when_that_is_a_year_ago(stage: &Stage) {
    let mut channel = Teller::users("src_channel");
    let message = |event: &str, topic: &str, number: i64| {
        let properties = json!({ "topic": topic, "channel": "sms", "message": format!("{topic}-{number}") });
        json!({ "type": "track", "event": event, "userId": "ann", "properties": properties })
    };
    let sent = |topic: &'static str, count: i64| (0..count).map(move |number| message("Message Sent", topic, number));
    let mut told: Vec<Value> = sent("recipes", 8).chain(sent("promotions", 12)).collect();
    told.extend((0..8).map(|number| message("Message Opened", "recipes", number)));
    // Looked at once more, and one message to somebody else.
    told.push(message("Message Opened", "recipes", 3));
    told.push(event("bob", "Message Sent", json!({ "topic": "recipes" })));
    channel.tell(stage, &told).await;
    stage.clock.advance_seconds(60);
    let one = found(stage, "ann").await;
    let told: Vec<(&str, u64, u64, Interest)> =
        one.interests.iter().map(|one| (one.topic.as_str(), one.opened.count, one.opened.of, one.interest)).collect();
    assert_eq!(told, [("promotions", 0, 12, Interest::Low), ("recipes", 8, 8, Interest::High)]);
    assert!(one.interests[1].opened.low >= 0.63);

    tag(stage, "interests", None, "likes_recipes").await;
    let settings = SegmentSettings {
        name: "Opens recipes".to_owned(),
        description: String::new(),
        rule: RuleText::Text("$opened_topics is \"recipes\" and $ignored_topics is \"promotions\"".to_owned()),
    };
    segments::create_segment(&stage.app, &TESTER, "opens_recipes", settings, &Once::unkeyed()).await.unwrap();
    segments::put_automatic_tag(&stage.app, &TESTER, "likes_recipes", "opens_recipes").await.unwrap();
    let live = Arc::<Live>::default();
    let a_day_later = async || {
        stage.clock.advance_micros(MICROS_PER_DAY);
        scores::run_now(&stage.app).await.unwrap();
        assert!(follow(&stage.app, &live).await.unwrap());
        keep_tags(&stage.app, &live).await.unwrap()
    };
    assert_eq!(a_day_later().await, 1);
    let reasons = async |who: &str| {
        let standing = tags::customer_tags(&stage.app, &TESTER, named(stage, who).await).await.unwrap().standing;
        standing.into_iter().map(|one| one.set[0].note.clone().unwrap_or_default()).collect::<Vec<_>>()
    };
    assert_eq!(reasons("ann").await, ["opens_recipes v1"]);
    assert!(reasons("bob").await.is_empty());
    stage.clock.advance_micros(366 * MICROS_PER_DAY);
    assert_eq!(a_day_later().await, 1);
    assert!(reasons("ann").await.is_empty());
    assert!(found(stage, "ann").await.interests.is_empty());
}

/// Three contents with and without an offer, fifty people each.
async fn c59_responders_are_sensitive_to_price_or_content_where_the_arms_say_so(stage: &Stage) {
    let mut channel = Teller::users("src_channel");
    let arms: [(&str, &str, usize); 6] = [
        ("plain", "none", 0),
        ("plain", "tenth_off", 12),
        ("story", "none", 14),
        ("story", "tenth_off", 15),
        ("video", "none", 1),
        ("video", "tenth_off", 4),
    ];
    let mut told = Vec::new();
    let who = |arm: usize, number: usize| format!("u{arm}-{number}");
    for (place, (content, offer, responded)) in arms.into_iter().enumerate() {
        for number in 0..50 {
            let shown = json!({ "trial": "letter", "content": content, "offer": offer });
            told.push(event(&who(place, number), "Trial Shown", shown));
            if number < responded {
                told.push(event(&who(place, number), "Trial Responded", json!({ "trial": "letter" })));
            }
        }
    }
    channel.tell(stage, &told).await;
    stage.clock.advance_seconds(3_600);
    scores::run_now(&stage.app).await.unwrap();
    let (counted, as_of) = scores::list_trial_arms(&stage.app, &TESTER).await.unwrap();
    let counted: Vec<(&str, &str, i64, i64)> =
        counted.iter().map(|one| (one.content.as_str(), one.offer.as_str(), one.shown, one.responded)).collect();
    let right: Vec<(&str, &str, i64, i64)> =
        arms.iter().map(|(content, offer, responded)| (*content, *offer, 50, *responded as i64)).collect();
    assert_eq!((counted, as_of.is_some()), (right, true));
    // (13 − 1) / 13 by price; (15 − 1) / 15 by content; all others stay unknown.
    let of = async |arm: usize, number: usize| found(stage, &who(arm, number)).await.sensitivity;
    assert_eq!(of(1, 3).await, Some(("price".to_owned(), 92)));
    assert_eq!(of(2, 3).await, Some(("content".to_owned(), 93)));
    for (arm, number) in [(1, 12), (2, 14), (3, 0), (4, 0), (5, 0)] {
        assert_eq!(of(arm, number).await, None, "{arm} {number}");
    }
    let told = exported(stage, &TESTER, named(stage, &who(1, 3)).await).await.unwrap();
    let told = told.iter().find(|line| line["record"] == "scores").unwrap();
    assert_eq!((&told["sensitivity"], &told["sensitivity_percent"]), (&json!("price"), &json!(92)));
    let live = Arc::<Live>::default();
    follow(&stage.app, &live).await.unwrap();
    let rule = RuleText::Text("$sensitivity is \"price\"".to_owned());
    let people = people_of_rule(&stage.app, &live, &TESTER, &rule, None, 100).await.unwrap();
    assert_eq!(people.count, 12);
    let shown = RuleText::Text("did anything".to_owned());
    let people = people_of_rule(&stage.app, &live, &TESTER, &shown, None, 100).await.unwrap();
    assert_eq!(people.count, 46, "who was shown something has done nothing by that");
}
