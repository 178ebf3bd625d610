//! How people came: strangers who become interested and register, where they were met first, and old customers who are
//! recognised.

use crate::over_time::at;
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::customers::{self, CustomerQuery, CustomerSort, Journey, JourneyQuery, SortOrder, customer_journey};
use perennial_app::identity::{self, MergeRequest};
use perennial_domain::arrival::{Arrival, Step};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::import::field::ImportKind;
use perennial_domain::stages::Stage as JourneyStage;
use perennial_domain::time::{Instant, MICROS_PER_HOUR};
use serde_json::{Value, json};
use std::fmt::Write;

on_both! {
    c29_a_visitor_who_looks_and_then_registers_moves_from_suspected_over_potential_to_registered,
    c22_each_of_six_hundred_who_signed_up_at_a_promotion_came_by_it,
    c26_old_customers_whom_a_touch_point_met_are_flagged_and_listed,
    a_merged_customer_came_when_the_first_of_its_profiles_did_and_each_has_its_own_again,
}

async fn journey(stage: &Stage, who: CustomerNumber, query: &JourneyQuery) -> Journey {
    customer_journey(&stage.app, &TESTER, who, query, None, 5).await.unwrap()
}

async fn arrival(stage: &Stage, who: &str) -> Arrival {
    journey(stage, named(stage, who).await, &JourneyQuery::default()).await.arrival
}

fn hours_ago(stage: &Stage, hours: i64) -> Instant {
    Instant(stage.app.clock.now().0 - hours * MICROS_PER_HOUR)
}

/// Within the minute of that many hours ago: messages of a teller are seconds apart.
#[track_caller]
fn assert_since(stage: &Stage, arrival: &Arrival, hours: [Option<i64>; 3]) {
    for ((since, hours), step) in arrival.steps.iter().zip(hours).zip(Step::ALL) {
        let late = since.zip(hours.map(|hours| hours_ago(stage, hours))).map(|(since, then)| since.0 - then.0);
        assert_eq!(since.is_some(), hours.is_some(), "{step:?}");
        assert!(late.is_none_or(|late| (0..60_000_000).contains(&late)), "{step:?}: {late:?}");
    }
}

fn view(device: &str) -> Value {
    json!({ "type": "page", "anonymousId": device, "name": "Article", "context": { "touchPoint": "website" } })
}

async fn c29_a_visitor_who_looks_and_then_registers_moves_from_suspected_over_potential_to_registered(stage: &Stage) {
    let mut site = Teller::users("src_site");
    // Two views, and nobody knows what to think.
    site.tell(stage, &[at(stage, hours_ago(stage, 9), view("d1")), at(stage, hours_ago(stage, 8), view("d1"))]).await;
    let stranger = arrival(stage, "d1").await;
    assert_eq!(stranger.step(), Some(Step::Suspected));
    assert_since(stage, &stranger, [Some(9), None, None]);
    // Four more: interested since the third.
    let more: Vec<Value> = [7, 6, 5, 4].map(|hours| at(stage, hours_ago(stage, hours), view("d1"))).to_vec();
    site.tell(stage, &more).await;
    let interested = arrival(stage, "d1").await;
    assert_eq!(interested.step(), Some(Step::Potential));
    assert_since(stage, &interested, [Some(9), Some(7), None]);
    // What is narrowed changes nothing of it.
    let query = JourneyQuery { stages: vec![JourneyStage::Buy], channel: Some("app".to_owned()), touch_point: None };
    assert_eq!(journey(stage, named(stage, "d1").await, &query).await.arrival, interested);
    stage.clock.advance_seconds(3_600);
    let registers =
        json!({ "type": "identify", "userId": "u1", "anonymousId": "d1", "traits": { "phone": "13800000001" } });
    site.tell(stage, &[registers]).await;
    let who = named(stage, "u1").await;
    let registered = journey(stage, who, &JourneyQuery::default()).await;
    assert_eq!(registered.arrival.step(), Some(Step::Registered));
    assert_since(stage, &registered.arrival, [Some(10), Some(8), Some(0)]);
    let looked = registered.stages.iter().find(|(stage, _)| *stage == JourneyStage::Learn).unwrap().1.unwrap();
    assert_eq!(looked.facts, 6, "the six views stay on his timeline");
    assert_eq!(registered.arrival.met.unwrap().1, "website");
    assert!(!registered.arrival.is_recognised);
}

async fn c22_each_of_six_hundred_who_signed_up_at_a_promotion_came_by_it(stage: &Stage) {
    let mut desk = Teller::users("src_desk");
    let sign_up = |number: usize| {
        json!({ "type": "track", "userId": format!("p{number}"), "event": "Signed Up",
            "properties": { "staff": format!("E{}", number % 12) }, "context": { "touchPoint": "offline_promotion" } })
    };
    let told: Vec<Value> = (0..600).map(sign_up).collect();
    for part in told.chunks(200) {
        desk.tell(stage, part).await;
    }
    stage.clock.advance_seconds(3_600);
    let calls: Vec<Value> = (0..90)
        .map(|number| {
            json!({ "type": "track", "userId": format!("p{number}"), "event": "Call Ended",
                "properties": { "duration_s": 30 + number }, "context": { "touchPoint": "phone" } })
        })
        .collect();
    desk.tell(stage, &calls).await;
    // Some of each batch, and those on both sides of where batches meet: each answer reads a life from the history.
    for number in (0..600).step_by(13).chain([199, 200, 399, 400, 599]) {
        let came = arrival(stage, &format!("p{number}")).await;
        assert_eq!((came.met.clone().unwrap().1.as_str(), came.step()), ("offline_promotion", Some(Step::Registered)));
    }
    // Each call is on its timeline, with how long it was.
    for number in 0..90 {
        let who = named(stage, &format!("p{number}")).await;
        let newest = stage.app.history.timeline(who, None, None, 1).await.unwrap().remove(0).tracked.unwrap();
        let expected = format!(r#"{{"duration_s":{}}}"#, 30 + number);
        assert_eq!(
            (newest.name.as_deref(), newest.properties.as_deref()),
            (Some("Call Ended"), Some(expected.as_str()))
        );
    }
}

async fn recognised(stage: &Stage) -> i64 {
    let query = CustomerQuery { recognised: true, ..CustomerQuery::default() };
    let (sort, order) = (CustomerSort::Number, SortOrder::Ascending);
    customers::list_customers(&stage.app, &TESTER, &query, sort, order, None, 50).await.unwrap().total
}

/// A tenth of the example.
async fn c26_old_customers_whom_a_touch_point_met_are_flagged_and_listed(stage: &Stage) {
    let phone = |number: usize| format!("138{number:08}");
    let mut crm = String::from("会员号,手机号,姓名\n");
    for number in 0..10_000 {
        writeln!(crm, "M{number},{},客户{number}", phone(number + 1_160)).unwrap();
    }
    let crm = stage.write("crm.csv", crm.as_bytes());
    // Fans tell their numbers to the official account, half of them before the old file is read and half after.
    let fan = |number: usize| {
        json!({ "type": "identify", "anonymousId": format!("d{number:08}"), "traits": { "phone": phone(number) },
            "context": { "touchPoint": "official_account",
            "externalIds": [{ "id": format!("o{number:08}"), "type": "open_id", "collection": "users" }] } })
    };
    let mut account = Teller::users("src_wechat");
    let fans: Vec<Value> = (0..3_000).map(fan).collect();
    let (before, after) = fans.split_at(1_500);
    account.tell(stage, before).await;
    assert_eq!(recognised(stage).await, 0);
    let imported = stage.import(ImportKind::Customers, &crm).await;
    assert_eq!((imported.result.applied.accepted, imported.result.match_report()[0].customers), (10_000, 340));
    assert_eq!(recognised(stage).await, 340);
    account.tell(stage, after).await;
    assert_eq!(recognised(stage).await, 1_840);
    // None is doubled, and each says so.
    assert_eq!(perennial_app::imports::known(&stage.app).await.unwrap().customers, 11_160);
    for (number, is_old) in [(0, false), (1_159, false), (1_160, true), (1_499, true), (1_500, true), (2_999, true)] {
        let came = arrival(stage, &format!("o{number:08}")).await;
        assert_eq!(came.is_recognised, is_old, "{number}");
        assert_eq!(came.met.unwrap().1, "official_account");
    }
    let unseen = arrival(stage, "M9999").await;
    assert!(!unseen.is_recognised && unseen.met.is_none() && unseen.step() == Some(Step::Registered));
}

async fn a_merged_customer_came_when_the_first_of_its_profiles_did_and_each_has_its_own_again(stage: &Stage) {
    let mut site = Teller::users("src_site");
    let signed_up =
        json!({ "type": "track", "userId": "u2", "event": "Signed Up", "context": { "touchPoint": "store" } });
    let told = [at(stage, hours_ago(stage, 9), view("d1")), at(stage, hours_ago(stage, 5), signed_up)];
    site.tell(stage, &told).await;
    let file = stage.write("people.csv", b"customer_id,name\nC7,Ann\n");
    stage.import(ImportKind::Customers, &file).await;
    let before = [arrival(stage, "d1").await, arrival(stage, "u2").await];
    let merge = async |one: &str, other: &str| {
        let request = MergeRequest { one: named(stage, one).await, other: named(stage, other).await, keep: None };
        identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap()
    };
    let first = merge("d1", "u2").await;
    let together = arrival(stage, "u2").await;
    assert_since(stage, &together, [Some(9), Some(5), Some(5)]);
    assert_eq!(together.met.unwrap().1, "website");
    let second = merge("C7", "u2").await;
    assert!(arrival(stage, "d1").await.is_recognised);
    assert_eq!(recognised(stage).await, 1);
    for merge in [second, first] {
        identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    }
    assert_eq!([arrival(stage, "d1").await, arrival(stage, "u2").await], before);
    assert_eq!(recognised(stage).await, 0);
}
