//! Touch-points, channel codes and codes of packages: the worked examples, and what could go wrong with each.

use crate::stage::{Stage, TESTER, on_both};
use crate::touchpoint::{TouchPoint, track};
use perennial_app::access::idempotency::Once;
use perennial_app::codes::{self, Code, Period, Visitor};
use perennial_app::touch_points::{self, TouchPointError};
use perennial_app::units::{self, Outcome, UnitError};
use perennial_app::{audit, pipeline, plans};
use perennial_domain::code::{BatchSettings, CodeSettings};
use perennial_domain::touch_point::{PRESETS, TouchPointSettings};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::task::JoinSet;

on_both! {
    c1_of_ten_thousand_events_those_that_name_an_unknown_touch_point_are_kept_aside_and_the_counts_add_up,
    own_touch_points_take_facts_until_they_are_archived,
    c7_two_hundred_codes_and_five_thousand_scans_reconcile,
    c9_the_matrix_of_region_and_hour_is_the_raw_log,
    c8_a_unit_is_claimed_once_and_later_scans_are_told_so_and_kept,
    guesses_of_unit_codes_have_to_wait,
    c22_sign_ups_of_a_promotion_and_calls_name_their_touch_point,
}

fn at(touch_point: &str, mut message: Value) -> Value {
    message["context"] = json!({ "touchPoint": touch_point });
    message
}

async fn c1_of_ten_thousand_events_those_that_name_an_unknown_touch_point_are_kept_aside_and_the_counts_add_up(
    stage: &Stage,
) {
    let shop = TouchPoint::new(stage, "shop").await;
    let message = |number: usize| {
        let code = if number % 271 == 5 { "billboard" } else { PRESETS[number % 15].code };
        at(code, track(&format!("u{}", number % 500), &format!("m{number}"), "Seen", json!({})))
    };
    let all: Vec<Value> = (0..10_000).map(message).collect();
    for part in all.chunks(2_000) {
        shop.send(stage, part).await;
    }
    // Sent again: nothing more.
    shop.send(stage, &all[..2_000]).await;
    let counts = shop.counts(stage).await;
    assert_eq!((counts.accepted, counts.quarantined(), counts.duplicates), (9_963, 37, 2_000));
    let listed = touch_points::list_touch_points(&stage.app, &TESTER).await.unwrap();
    assert_eq!(listed.items.len(), 15);
    let by_touch_point: Vec<i64> = listed.items.iter().map(|(_, counts)| counts.facts).collect();
    assert_eq!((by_touch_point.iter().sum::<i64>(), listed.without.facts, listed.facts), (9_963, 0, 9_963));
    for (one, counts) in &listed.items {
        let expected = all.iter().filter(|message| message["context"]["touchPoint"] == *one.settings.code).count();
        assert_eq!(counts.facts, expected as i64, "{}", one.settings.code);
        assert_eq!(counts.by_source, [(shop.id.clone(), counts.facts)]);
    }
    let held = plans::held_page(&stage.app, &TESTER, &shop.id, &plans::HeldQuery::default(), 100).await.unwrap();
    assert_eq!(held.facts.len(), 37);
    let violation = &held.facts[0].violations[0];
    assert_eq!((violation.kind.as_str(), violation.found.as_str()), ("unknown_touch_point", "billboard"));
    // Once the touch-point is there, what was kept aside goes on, and is counted.
    let own = TouchPointSettings { code: "billboard".into(), name_zh: "广告牌".into(), name_en: "Billboard".into() };
    touch_points::create_touch_point(&stage.app, &TESTER, own, &Once::unkeyed()).await.unwrap();
    let (which, release) = (plans::Which::All, plans::Decision::Release);
    plans::decide(&stage.app, &TESTER, &shop.id, &which, release, &Once::unkeyed()).await.unwrap();
    let listed = touch_points::list_touch_points(&stage.app, &TESTER).await.unwrap();
    let billboard = listed.items.iter().find(|(one, _)| one.settings.code == "billboard").unwrap();
    assert_eq!((billboard.1.facts, listed.facts), (37, 10_000));
}

async fn own_touch_points_take_facts_until_they_are_archived(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    let settings =
        || TouchPointSettings { code: "pop_up".into(), name_zh: "快闪店".into(), name_en: "Pop-up".into() };
    let app = &stage.app;
    touch_points::create_touch_point(app, &TESTER, settings(), &Once::unkeyed()).await.unwrap();
    let twice = touch_points::create_touch_point(app, &TESTER, settings(), &Once::unkeyed()).await;
    assert!(matches!(twice, Err(TouchPointError::Taken)));
    shop.intake.forget_sources();
    shop.send(stage, &[at("pop_up", track("u1", "m1", "Seen", json!({}))), track("u1", "m2", "Seen", json!({}))]).await;
    touch_points::archive_touch_point(app, &TESTER, "pop_up", true).await.unwrap();
    shop.intake.forget_sources();
    shop.send(stage, &[at("pop_up", track("u1", "m3", "Seen", json!({})))]).await;
    let counts = shop.counts(stage).await;
    assert_eq!((counts.accepted, counts.quarantined()), (2, 1));
    pipeline::apply_all(app).await.unwrap();
    let listed = touch_points::list_touch_points(app, &TESTER).await.unwrap();
    let own = listed.items.iter().find(|(one, _)| one.settings.code == "pop_up").unwrap();
    assert_eq!((own.1.facts, own.1.met, listed.without.facts), (1, 1, 1));
    assert!(own.0.archived_at.is_some());
    let version = touch_points::archive_touch_point(app, &TESTER, "pop_up", false).await.unwrap().version;
    let renamed = TouchPointSettings { name_en: " Pop-up store ".into(), ..settings() };
    let renamed = touch_points::rename_touch_point(app, &TESTER, version, renamed).await.unwrap();
    assert_eq!(renamed.settings.name_en, "Pop-up store");
    let stale = touch_points::rename_touch_point(app, &TESTER, version, settings()).await;
    assert!(matches!(stale, Err(TouchPointError::VersionConflict)));
}

fn code_settings(number: usize) -> CodeSettings {
    let parameters = [("place", format!("store {}", number % 40)), ("staff", format!("E{number:04}"))];
    CodeSettings {
        name: format!("shelf {number}"),
        touch_point: "store".to_owned(),
        parameters: parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        target: "https://shop.example/join".to_owned(),
        cost_minor: 12_000,
    }
}

async fn codes_of(stage: &Stage, touchpoint: &TouchPoint, count: usize) -> Vec<Code> {
    let all = (0..count).map(code_settings).collect();
    let codes = codes::create_codes(&stage.app, &TESTER, all, &Once::unkeyed()).await.unwrap();
    touchpoint.intake.forget_sources();
    codes
}

pub fn visitor(stage: &Stage, number: usize) -> Visitor {
    Visitor::known_or_new(&stage.app, Some(&format!("visitor-{number:05}")))
}

/// An event of the device that scanned.
fn of_visitor(number: usize, message_id: &str, event: &str, properties: Value) -> Value {
    json!({ "type": "track", "anonymousId": format!("visitor-{number:05}"), "messageId": message_id, "event": event,
        "properties": properties })
}

/// Visitor `v` of 1200 scans the code `v mod 12`, again and again.
async fn c7_two_hundred_codes_and_five_thousand_scans_reconcile(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    let made = codes_of(stage, &shop, 200).await;
    let slugs: std::collections::BTreeSet<&str> = made.iter().map(|code| code.slug.as_str()).collect();
    assert_eq!(slugs.len(), 200);
    let before: Vec<Value> = (0..100).map(|v| of_visitor(v, &format!("b{v}"), "Followed", json!({}))).collect();
    shop.send(stage, &before).await;
    stage.clock.advance_seconds(60);
    let mut running = JoinSet::new();
    for number in 0..5_000 {
        let (app, intake) = (stage.app.clone(), shop.intake.clone());
        let (slug, who) = (made[number % 12].slug.clone(), visitor(stage, number % 1_200));
        running.spawn(async move { codes::scan(&app, &intake, &slug, &who, "").await.map(|scanned| scanned.target) });
    }
    while let Some(scanned) = running.join_next().await {
        assert_eq!(scanned.unwrap().unwrap(), "https://shop.example/join");
    }
    stage.clock.advance_seconds(60);
    let mut after: Vec<Value> = (100..400).map(|v| of_visitor(v, &format!("f{v}"), "Followed", json!({}))).collect();
    after.extend((400..500).map(|v| of_visitor(v, &format!("r{v}"), "Signed Up", json!({}))));
    after.extend((500..530).map(|v| {
        let order = json!({ "order_id": format!("o{v}"), "total": 10, "currency": "CNY" });
        of_visitor(v, &format!("o{v}"), "Order Completed", order)
    }));
    shop.send(stage, &after).await;
    pipeline::apply_all(&stage.app).await.unwrap();
    let report = codes::report(&stage.app, &TESTER, Some(&made[0].batch_id), Period::ALL).await.unwrap();
    assert_eq!(report.len(), 200);
    for (place, row) in report.iter().enumerate() {
        let of = |first: usize, end: usize| (first..end).filter(|v| v % 12 == place).count() as i64;
        let expected = [of(0, 5_000), of(0, 1_200), of(100, 400), of(0, 100), of(400, 500), of(500, 530)];
        let found = [row.scans, row.visitors, row.followed, row.followed_before, row.registered, row.ordered];
        assert_eq!(found, expected, "code {place}");
        assert_eq!((row.code.id.as_str(), row.code.settings.cost_minor), (made[place].id.as_str(), 12_000));
    }
    assert_eq!(report.iter().map(|row| row.scans).sum::<i64>(), 5_000);
    // The list behind the number has as many rows.
    let (mut listed, mut after) = (0, 0);
    loop {
        let (scans, next) = codes::code_scans(&stage.app, &TESTER, &made[3].id, after, 100).await.unwrap();
        listed += scans.len() as i64;
        assert!(scans.iter().all(|scan| scan.profile.is_some()));
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(listed, report[3].scans);
    // Nothing of it is a second time, whatever is applied again.
    pipeline::apply_all(&stage.app).await.unwrap();
    let again = codes::report(&stage.app, &TESTER, None, Period::ALL).await.unwrap();
    assert_eq!(again, report);
}

async fn c9_the_matrix_of_region_and_hour_is_the_raw_log(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    let code = codes_of(stage, &shop, 1).await.remove(0);
    let networks = vec![
        ("203.0.113.0/24".to_owned(), "Shanghai".to_owned()),
        ("198.51.100.0/25".to_owned(), "Beijing".to_owned()),
        ("2001:db8::/32".to_owned(), "Guangzhou".to_owned()),
    ];
    assert_eq!(codes::put_regions(&stage.app, &TESTER, networks).await.unwrap(), 3);
    let overlapping = vec![("10.0.0.0/8".to_owned(), "A".to_owned()), ("10.1.0.0/16".to_owned(), "B".to_owned())];
    assert!(codes::put_regions(&stage.app, &TESTER, overlapping).await.is_err());
    let addresses = ["203.0.113.9", "198.51.100.1", "2001:db8::7", "198.51.100.200"];
    let mut expected: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (hour, scans) in [(9, 40), (10, 25), (11, 3)] {
        let begins = format!("2026-11-23T{hour:02}:00:00Z");
        stage.clock.set(perennial_domain::time::Instant::parse_rfc3339(&begins).unwrap());
        for number in 0..scans {
            stage.clock.advance_seconds(50);
            let place = (number * 7 + hour) % 4;
            let region = codes::region_of(&stage.app, None, Some(addresses[place])).await.unwrap();
            assert_eq!(region, ["Shanghai", "Beijing", "Guangzhou", ""][place]);
            codes::scan(&stage.app, &shop.intake, &code.slug, &visitor(stage, number), &region).await.unwrap();
            *expected.entry((region, begins.clone())).or_default() += 1;
        }
    }
    pipeline::apply_all(&stage.app).await.unwrap();
    let matrix = codes::code_hours(&stage.app, &TESTER, &code.id, Period::ALL).await.unwrap();
    let found: BTreeMap<_, _> = matrix.into_iter().map(|one| ((one.region, one.hour.rfc3339()), one.scans)).collect();
    assert_eq!(found, expected);
    assert_eq!(codes::region_of(&stage.app, Some(" Suzhou "), Some(addresses[0])).await.unwrap(), "Suzhou");
    assert_eq!(codes::region_of(&stage.app, None, Some("not an address")).await.unwrap(), "");
}

fn batch_settings(sku: &str, units: usize) -> BatchSettings {
    BatchSettings {
        product: format!("liquid {sku}"),
        sku: sku.to_owned(),
        batch_no: "2401".to_owned(),
        touch_point: "store".to_owned(),
        reward_name: "points".to_owned(),
        reward_amount: 50,
        units,
    }
}

async fn c8_a_unit_is_claimed_once_and_later_scans_are_told_so_and_kept(stage: &Stage) {
    let app = &stage.app;
    let a = units::create_batch(app, &TESTER, batch_settings("SKU-A", 10_000), &Once::unkeyed()).await.unwrap();
    let b = units::create_batch(app, &TESTER, batch_settings("SKU-B", 10_000), &Once::unkeyed()).await.unwrap();
    let all: std::collections::BTreeSet<&String> = a.codes.iter().chain(&b.codes).collect();
    assert_eq!(all.len(), 20_000, "no two alike");
    let eighth = a.codes[7].clone();
    let mut running = JoinSet::new();
    for number in 0..20 {
        let (app, code, who) = (app.clone(), eighth.to_lowercase(), visitor(stage, number));
        running.spawn(async move { (number, units::claim_unit(&app, &code, &who, "Shanghai", None).await.unwrap()) });
    }
    let mut claimed_by = Vec::new();
    while let Some(done) = running.join_next().await {
        let (number, claimed) = done.unwrap();
        assert_eq!((claimed.serial, claimed.batch.settings.sku.as_str()), (8, "SKU-A"));
        match claimed.outcome {
            Outcome::Claimed => claimed_by.push(number),
            other => assert!(matches!(other, Outcome::AlreadyUsed { by_you: false, .. }), "{other:?}"),
        }
    }
    assert_eq!(claimed_by.len(), 1, "of twenty at the same time, one gets it");
    let again = units::claim_unit(app, &eighth, &visitor(stage, claimed_by[0]), "", None).await.unwrap();
    assert!(matches!(again.outcome, Outcome::AlreadyUsed { by_you: true, .. }), "{:?}", again.outcome);
    pipeline::apply_all(app).await.unwrap();
    let views = units::list_batches(app, &TESTER).await.unwrap();
    // Made at the same instant: which comes first is nobody's concern.
    let counts = |id: &str| {
        let view = views.iter().find(|one| one.batch.id == id).unwrap();
        (view.claimed, view.already_used, view.paused)
    };
    assert_eq!((counts(&a.batch.id), counts(&b.batch.id)), ((1, 20, 0), (0, 0, 0)));
    let (scans, next) = units::unit_scans(app, &TESTER, &a.batch.id, &[], 100).await.unwrap();
    assert_eq!((scans.len(), next), (21, None));
    assert!(scans.iter().all(|scan| scan.serial == 8 && scan.profile.is_some()));
    let entries = audit::list(app, &TESTER, None, 100).await.unwrap().0;
    let claims: Vec<_> = entries.iter().filter(|entry| entry.action == "unit.claimed").collect();
    assert_eq!(claims.len(), 1);
    assert_eq!((claims[0].detail["serial"].as_i64(), claims[0].detail["reward_amount"].as_i64()), (Some(8), Some(50)));
    // The person is known once the device signs up, and goes with an erasure; the scan stays.
    let shop = TouchPoint::new(stage, "shop").await;
    let device = visitor(stage, claimed_by[0]).id().to_owned();
    let sign_up = json!({ "type": "identify", "userId": "u8", "anonymousId": device, "messageId": "s" });
    shop.send(stage, &[sign_up]).await;
    pipeline::apply_all(app).await.unwrap();
    let customer = perennial_app::customers::find_customer(app, &TESTER, "u8").await.unwrap();
    assert!(scans.iter().any(|scan| scan.outcome == "claimed" && scan.profile == Some(customer)));
    units::set_batch_state(app, &TESTER, &a.batch.id, perennial_domain::code::CodeState::Paused).await.unwrap();
    let paused = units::claim_unit(app, &a.codes[8], &visitor(stage, 1), "", None).await.unwrap();
    assert_eq!(paused.outcome, Outcome::Paused);
}

async fn guesses_of_unit_codes_have_to_wait(stage: &Stage) {
    let app = &stage.app;
    let made = units::create_batch(app, &TESTER, batch_settings("SKU-A", 2), &Once::unkeyed()).await.unwrap();
    let who = visitor(stage, 1);
    let guess = async |code: &str, address: &str| units::claim_unit(app, code, &who, "", Some(address)).await;
    for number in 0..10 {
        let code = if number % 2 == 0 { "AAAA-AAAA-AAAA-AAAA" } else { "nonsense" };
        assert!(matches!(guess(code, "203.0.113.5").await, Err(UnitError::UnknownCode)), "{number}");
    }
    for code in ["AAAA-AAAA-AAAA-AAAA", &made.codes[0]] {
        let refused = guess(code, "203.0.113.5").await;
        assert!(matches!(refused, Err(UnitError::TooManyGuesses { retry_after_seconds: 1..=900 })), "{refused:?}");
    }
    assert_eq!(guess(&made.codes[0], "203.0.113.6").await.unwrap().outcome, Outcome::Claimed, "others go on");
    stage.clock.advance_seconds(16 * 60);
    assert_eq!(guess(&made.codes[1], "203.0.113.5").await.unwrap().outcome, Outcome::Claimed);
}

async fn c22_sign_ups_of_a_promotion_and_calls_name_their_touch_point(stage: &Stage) {
    let desk = TouchPoint::new(stage, "promotion desk").await;
    let sign_up = |number: usize| {
        let staff = json!({ "staff": format!("E{}", number % 12) });
        at("offline_promotion", track(&format!("p{number}"), &format!("s{number}"), "Signed Up", staff))
    };
    desk.send(stage, &(0..600).map(sign_up).collect::<Vec<_>>()).await;
    let call = |number: usize| {
        let properties = json!({ "duration_s": 30 + number });
        at("phone", track(&format!("p{number}"), &format!("c{number}"), "Call Ended", properties))
    };
    stage.clock.advance_seconds(60);
    desk.send(stage, &(0..90).map(call).collect::<Vec<_>>()).await;
    pipeline::apply_all(&stage.app).await.unwrap();
    let listed = touch_points::list_touch_points(&stage.app, &TESTER).await.unwrap();
    let of = |code: &str| &listed.items.iter().find(|(one, _)| one.settings.code == code).unwrap().1;
    let (promotion, phone) = (of("offline_promotion"), of("phone"));
    assert_eq!((promotion.facts, promotion.met, promotion.registered), (600, 600, 600));
    assert_eq!((phone.facts, phone.met), (90, 0));
    pipeline::hand_over(&stage.app).await.unwrap();
    let customer = perennial_app::customers::find_customer(&stage.app, &TESTER, "p7").await.unwrap();
    let timeline = perennial_app::customers::customer_timeline(&stage.app, &TESTER, customer, None, None, 10).await;
    let shown: Vec<_> = timeline.unwrap().0.into_iter().filter_map(|item| item.fact.tracked).collect();
    let shown: Vec<_> = shown.iter().map(|one| (one.touch_point.as_deref(), one.properties.as_deref())).collect();
    let expected =
        [(Some("phone"), Some(r#"{"duration_s":37}"#)), (Some("offline_promotion"), Some(r#"{"staff":"E7"}"#))];
    assert_eq!(shown, expected, "the timeline has the call with its duration, and where the sign-up was");
}
