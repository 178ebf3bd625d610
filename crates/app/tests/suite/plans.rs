//! Tracking plans: planned ahead or made from what arrives, frozen, and what then is not as planned.

use crate::stage::{Stage, TESTER, on_both};
use crate::touchpoint::{TouchPoint, events_of, track};
use perennial_app::access::Actor;
use perennial_app::access::idempotency::Once;
use perennial_app::plans::{self, Coverage, PlanError, PlanView};
use perennial_app::sources::{self, LogQuery, Outcome};
use perennial_domain::access::Role;
use perennial_domain::plan::{ChangeKind, Plan, PlanMode, ViolationKind};
use serde_json::{Value, json};

on_both! {
    c31_an_event_outside_the_plan_and_three_with_a_missing_property_are_flagged_at_once,
    an_event_that_never_comes_as_planned_is_not_covered,
    what_arrives_in_any_number_is_flagged_exactly,
    a_plan_is_made_from_what_arrives_and_frozen,
    a_plan_that_was_frozen_elsewhere_holds_within_a_second,
    a_plan_in_observation_checks_nothing,
    a_flood_of_unknown_events_is_counted_in_bounded_room,
    counts_go_after_ninety_days,
    a_plan_is_changed_by_version_and_by_those_who_may,
    what_cannot_be_frozen_says_why,
}

/// `E0` to `E{events - 1}`, each with a text `sku` that must be there and a number `price` that may.
pub fn plan_of(events: usize) -> Plan {
    let event = |place: usize| {
        json!({ "type": "track", "name": format!("E{place}"), "properties": [
            { "path": "sku", "types": ["text"], "required": true },
            { "path": "price", "types": ["number"] },
        ] })
    };
    serde_json::from_value(json!({ "events": (0..events).map(event).collect::<Vec<_>>() })).unwrap()
}

pub async fn freeze(stage: &Stage, touchpoint: &TouchPoint, plan: Plan, mode: PlanMode) -> PlanView {
    let before = plans::get_plan(&stage.app, &TESTER, &touchpoint.id).await.unwrap();
    plans::update_plan(&stage.app, &TESTER, &touchpoint.id, before.version, mode, Some(plan)).await.unwrap();
    let view = plans::freeze_plan(&stage.app, &TESTER, &touchpoint.id, None, &Once::unkeyed()).await.unwrap();
    touchpoint.intake.forget_sources();
    view
}

async fn coverage(stage: &Stage, touchpoint: &TouchPoint) -> Coverage {
    plans::coverage(&stage.app, &TESTER, &touchpoint.id, 30).await.unwrap()
}

/// Event, kind, property, facts.
fn violations(coverage: &Coverage) -> Vec<(&str, ViolationKind, &str, i64)> {
    coverage.violations.iter().map(|one| (one.event.as_str(), one.kind, one.property.as_str(), one.facts)).collect()
}

fn good(place: usize, message: usize) -> Value {
    track("u1", &format!("good-{place}-{message}"), &format!("E{place}"), json!({ "sku": "A", "price": 9.5 }))
}

/// Without its required property.
fn bad(place: usize, message: usize) -> Value {
    track("u1", &format!("bad-{place}-{message}"), &format!("E{place}"), json!({ "price": 1 }))
}

/// "given a tracking plan of 24 events, when the app sends 1 event outside the plan and 3 with a missing property, then
/// all 4 are flagged within 60 s and plan coverage shows 23/24."
async fn c31_an_event_outside_the_plan_and_three_with_a_missing_property_are_flagged_at_once(stage: &Stage) {
    let app = TouchPoint::new(stage, "app").await;
    assert_eq!(freeze(stage, &app, plan_of(24), PlanMode::Flag).await.frozen.unwrap().number, 1);
    // All but the last one come; of the fifth, three lack their property.
    let mut messages: Vec<Value> = (0..23).map(|place| good(place, 0)).collect();
    messages.push(track("u1", "outside", "Coupon Torn", json!({ "code": "13812345678" })));
    messages.extend((0..3).map(|message| bad(4, message)));
    app.send(stage, &messages).await;

    // The clock has not moved: what was accepted is counted.
    let found = coverage(stage, &app).await;
    assert_eq!((found.covered, found.seen, found.planned, found.number), (23, 23, 24, Some(1)));
    let expected =
        [("E4", ViolationKind::MissingProperty, "sku", 3), ("Coupon Torn", ViolationKind::UnknownEvent, "", 1)];
    assert_eq!(violations(&found), expected);
    assert_eq!((found.facts, found.facts_as_planned, found.facts_unknown), (27, 23, 1));
    let missing = &found.violations[0];
    assert_eq!((missing.allowed.as_str(), missing.first.found.as_str()), ("text", "nothing"));
    assert_eq!((missing.first.message_id.as_str(), missing.last.message_id.as_str()), ("bad-4-0", "bad-4-2"));
    let now = perennial_domain::time::Clock::now(stage.clock.as_ref());
    assert!(found.violations.iter().all(|one| one.first.at == now && one.last.at == now));
    let by_hour: Vec<_> = found.hours.iter().map(|one| (one.kind, one.facts, one.from <= now)).collect();
    assert_eq!(by_hour, [(ViolationKind::MissingProperty, 3, true), (ViolationKind::UnknownEvent, 1, true)]);
    // Flagged, and facts like all others.
    assert_eq!(events_of(stage, "u1").await, 27);
    let counts = app.counts(stage).await;
    assert_eq!((counts.accepted, counts.quarantined()), (27, 0));
    assert!(!format!("{found:?}").contains("13812345678"));

    // What is sent again is no further violation.
    app.send(stage, &messages).await;
    assert_eq!(violations(&coverage(stage, &app).await), expected);

    // The newest in the debugger say what is wrong with them.
    let accepted = LogQuery { outcome: Some(Outcome::Accepted), ..LogQuery::default() };
    let log = sources::source_log(&stage.app, &TESTER, &app.id, accepted, 200).await.unwrap();
    assert_eq!(log.entries[0].reason.as_deref(), Some("missing_property"));
    assert_eq!(log.entries[0].shape.as_deref(), Some("missing_property sku: found nothing, allowed text"));
}

/// The other way to 23 of 24: all come, and one of them is never right.
async fn an_event_that_never_comes_as_planned_is_not_covered(stage: &Stage) {
    let app = TouchPoint::new(stage, "app").await;
    freeze(stage, &app, plan_of(24), PlanMode::Flag).await;
    let mut messages: Vec<Value> = (0..23).map(|place| good(place, 0)).collect();
    messages.push(track("u1", "outside", "Coupon Torn", json!({})));
    messages.extend((0..3).map(|message| bad(23, message)));
    app.send(stage, &messages).await;
    let found = coverage(stage, &app).await;
    assert_eq!((found.covered, found.seen, found.planned), (23, 24, 24));
    app.send(stage, &[good(23, 0)]).await;
    assert_eq!(coverage(stage, &app).await.covered, 24);
}

async fn what_arrives_in_any_number_is_flagged_exactly(stage: &Stage) {
    // Events of the plan, those that come, facts of each, bad ones of each, unknown ones.
    let cases: [(usize, usize, usize, usize, usize); 4] =
        [(1, 1, 1, 0, 0), (7, 3, 5, 2, 11), (40, 40, 3, 1, 1), (3, 0, 0, 0, 4)];
    for (number, (planned, come, facts, wrong, unknown)) in cases.into_iter().enumerate() {
        let source = TouchPoint::new(stage, &format!("source {number}")).await;
        freeze(stage, &source, plan_of(planned), PlanMode::Flag).await;
        let mut messages = Vec::new();
        for place in 0..come {
            messages.extend((0..facts).map(|message| good(place, message)));
            messages.extend((0..wrong).map(|message| bad(place, message)));
        }
        messages.extend((0..unknown).map(|place| track("u1", &format!("u{place}"), "Unknown", json!({}))));
        for part in messages.chunks(17) {
            send_later(stage, &source, part).await;
        }
        let found = coverage(stage, &source).await;
        assert_eq!((found.planned, found.covered), (planned, come), "case {number}");
        let sum = |kind: ViolationKind| -> i64 {
            found.violations.iter().filter(|one| one.kind == kind).map(|one| one.facts).sum()
        };
        assert_eq!(sum(ViolationKind::MissingProperty), (come * wrong) as i64, "case {number}");
        assert_eq!(sum(ViolationKind::UnknownEvent), unknown as i64, "case {number}");
        assert_eq!(found.facts, messages.len() as i64, "case {number}");
        assert_eq!(found.facts_as_planned, (come * facts) as i64, "case {number}");
    }
}

async fn send_later(stage: &Stage, source: &TouchPoint, messages: &[Value]) {
    stage.clock.advance_seconds(60);
    source.send(stage, messages).await;
}

async fn a_plan_is_made_from_what_arrives_and_frozen(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    let other = TouchPoint::new(stage, "other").await;
    let nothing = plans::generate_plan(&stage.app, &TESTER, &shop.id, 30, &Once::unkeyed()).await;
    assert!(matches!(nothing, Err(PlanError::NothingSeen)), "{nothing:?}");
    let mut messages = Vec::new();
    for place in 0..60 {
        let channel = ["web", "app"][place % 2];
        let viewed = json!({ "sku": format!("A{place}"), "price": place, "channel": channel });
        messages.push(track(&format!("u{}", place % 7), &format!("v{place}"), "Product Viewed", viewed));
    }
    let order = json!({ "order_id": "o1", "total": 20.5, "products": [{ "sku": "A", "price": 20.5 }] });
    messages.push(track("u1", "o1", "Order Completed", order));
    messages.push(
        json!({ "type": "page", "userId": "u1", "messageId": "p1", "name": "Home", "properties": { "path": "/" } }),
    );
    shop.send(stage, &messages).await;
    other.send(stage, &[track("u1", "x", "Somewhere Else", json!({}))]).await;

    // Of a moment ago, and nothing had moved them on.
    let generated = plans::generate_plan(&stage.app, &TESTER, &shop.id, 30, &Once::unkeyed()).await.unwrap();
    assert_eq!((generated.facts, generated.left_out), (62, 0));
    let draft = generated.plan.draft.unwrap();
    let events: Vec<(&str, Option<&str>, Option<u64>)> =
        draft.events.iter().map(|event| (event.kind.code(), event.name.as_deref(), event.seen)).collect();
    let expected = [
        ("track", Some("Order Completed"), Some(1)),
        ("track", Some("Product Viewed"), Some(60)),
        ("page", None, Some(1)),
    ];
    assert_eq!(events, expected);
    let viewed = &draft.events[1];
    let properties: Vec<(&str, String, bool, &[String])> = viewed
        .properties
        .iter()
        .map(|one| (one.path.as_str(), one.types.words(), one.required, one.values.as_slice()))
        .collect();
    let channels = ["app".to_owned(), "web".to_owned()];
    let expected = [
        ("channel", "text".to_owned(), true, channels.as_slice()),
        ("price", "integer".to_owned(), true, &[]),
        ("sku", "text".to_owned(), true, &[]),
    ];
    assert_eq!(properties, expected);
    assert_eq!(generated.plan.frozen, None, "a draft checks nothing");

    let frozen = plans::freeze_plan(&stage.app, &TESTER, &shop.id, None, &Once::unkeyed()).await.unwrap();
    assert_eq!((frozen.draft, frozen.frozen.as_ref().unwrap().number), (None, 1));
    assert_eq!(frozen.frozen.unwrap().plan, draft);
    shop.intake.forget_sources();
    shop.send(stage, &messages.iter().map(renamed).collect::<Vec<_>>()).await;
    let found = coverage(stage, &shop).await;
    assert_eq!((violations(&found), found.covered), (vec![], 3), "what it was made from is as planned");
    let torn = track("u1", "t1", "Coupon Torn", json!({ "code": "x" }));
    let wrong = json!({ "sku": "A", "price": "9,50", "channel": "till" });
    shop.send(stage, &[torn, track("u1", "w1", "Product Viewed", wrong)]).await;
    let found = coverage(stage, &shop).await;
    let expected = [
        ("Coupon Torn", ViolationKind::UnknownEvent, "", 1),
        ("Product Viewed", ViolationKind::WrongType, "price", 1),
        ("Product Viewed", ViolationKind::WrongValue, "channel", 1),
    ];
    assert_eq!(violations(&found), expected);

    // The next draft has it, and says what would change.
    let next = plans::generate_plan(&stage.app, &TESTER, &shop.id, 30, &Once::unkeyed()).await.unwrap().plan;
    let kinds: Vec<(ChangeKind, Option<&str>)> =
        next.changes.iter().map(|change| (change.kind, change.path.as_deref())).collect();
    assert!(kinds.contains(&(ChangeKind::EventAdded, None)), "{kinds:?}");
    assert!(kinds.contains(&(ChangeKind::TypesChanged, Some("price"))), "{kinds:?}");
    let frozen = plans::freeze_plan(&stage.app, &TESTER, &shop.id, Some(next.version), &Once::unkeyed()).await.unwrap();
    assert_eq!(frozen.frozen.unwrap().number, 2);
    let page = plans::list_versions(&stage.app, &TESTER, &shop.id, None, 1).await.unwrap();
    assert_eq!((page.versions[0].frozen.number, page.next_before), (2, Some(2)));
    assert_eq!(page.versions[0].changes, next.changes);
    let page = plans::list_versions(&stage.app, &TESTER, &shop.id, page.next_before, 1).await.unwrap();
    assert_eq!((page.versions[0].frozen.number, page.next_before), (1, None));
    assert!(page.versions[0].changes.iter().all(|change| change.kind == ChangeKind::EventAdded));
}

/// The same message once more, under another id.
fn renamed(message: &Value) -> Value {
    let mut message = message.clone();
    message["messageId"] = format!("again-{}", message["messageId"].as_str().unwrap()).into();
    message
}

async fn a_plan_that_was_frozen_elsewhere_holds_within_a_second(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    shop.send(stage, &[track("u1", "m1", "E9", json!({}))]).await;
    let before = plans::get_plan(&stage.app, &TESTER, &shop.id).await.unwrap();
    // Nobody tells the intake, as nobody can in another process.
    plans::update_plan(&stage.app, &TESTER, &shop.id, before.version, PlanMode::Flag, Some(plan_of(2))).await.unwrap();
    plans::freeze_plan(&stage.app, &TESTER, &shop.id, None, &Once::unkeyed()).await.unwrap();
    stage.clock.advance_seconds(1);
    shop.send(stage, &[track("u1", "m2", "E9", json!({}))]).await;
    let found = coverage(stage, &shop).await;
    assert_eq!(violations(&found), [("E9", ViolationKind::UnknownEvent, "", 1)]);
    assert_eq!(found.violations[0].last.message_id, "m2");
}

async fn a_plan_in_observation_checks_nothing(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    freeze(stage, &shop, plan_of(1), PlanMode::Observe).await;
    shop.send(stage, &[track("u1", "m1", "Unknown", json!({})), bad(0, 0)]).await;
    let found = coverage(stage, &shop).await;
    assert_eq!((violations(&found), found.facts), (vec![], 0));
}

async fn a_flood_of_unknown_events_is_counted_in_bounded_room(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    freeze(stage, &shop, plan_of(1), PlanMode::Flag).await;
    // Letters only: names with many digits are masked, and so are few.
    let name = |place: usize| -> String {
        (0..4).map(|digit| (b'a' + (place / 26usize.pow(digit) % 26) as u8) as char).collect()
    };
    for part in 0..4 {
        let messages: Vec<Value> = (0..300)
            .map(|place| track("u1", &format!("{part}-{place}"), &name(part * 300 + place), json!({})))
            .collect();
        shop.send(stage, &messages).await;
    }
    shop.send(stage, &[track("u1", "last", &name(0), json!({}))]).await;
    let found = coverage(stage, &shop).await;
    assert_eq!(found.facts_unknown, 1_201);
    assert!(found.violations.len() <= 500);
    let of = |event: &str| found.violations.iter().find(|one| one.event == event).map(|one| one.facts);
    assert_eq!((of(perennial_app::tracking::OTHERS), of(&name(0))), (Some(700), Some(2)));
}

async fn counts_go_after_ninety_days(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    freeze(stage, &shop, plan_of(1), PlanMode::Flag).await;
    shop.send(stage, &[good(0, 0), bad(0, 0)]).await;
    stage.clock.advance_days(90);
    assert_eq!(plans::forget_old_counts(&stage.app).await.unwrap(), 0);
    let found = plans::coverage(&stage.app, &TESTER, &shop.id, 90).await.unwrap();
    assert_eq!((found.facts, coverage(stage, &shop).await.facts), (2, 0));
    stage.clock.advance_days(1);
    assert_eq!(plans::forget_old_counts(&stage.app).await.unwrap(), 2);
    for days in [0, 91] {
        let refused = plans::coverage(&stage.app, &TESTER, &shop.id, days).await;
        assert!(matches!(refused, Err(PlanError::OutOfRange { field: "days", .. })), "{refused:?}");
    }
}

async fn a_plan_is_changed_by_version_and_by_those_who_may(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    let empty = plans::get_plan(&stage.app, &TESTER, &shop.id).await.unwrap();
    assert_eq!((empty.version, empty.mode, &empty.draft, &empty.frozen), (0, PlanMode::Flag, &None, &None));
    let update = |version, mode| plans::update_plan(&stage.app, &TESTER, &shop.id, version, mode, Some(plan_of(1)));
    let first = update(0, PlanMode::Quarantine).await.unwrap();
    assert_eq!((first.version, first.mode, first.changes.len()), (1, PlanMode::Quarantine, 1));
    assert!(matches!(update(0, PlanMode::Flag).await, Err(PlanError::VersionConflict)));
    let old = plans::freeze_plan(&stage.app, &TESTER, &shop.id, Some(0), &Once::unkeyed()).await;
    assert!(matches!(old, Err(PlanError::VersionConflict)), "{old:?}");
    let unknown = plans::get_plan(&stage.app, &TESTER, "src_nothing").await;
    assert!(matches!(unknown, Err(PlanError::NoSource)), "{unknown:?}");

    let analyst = Actor::Token { id: "tok_1".to_owned(), name: "reports".to_owned(), role: Role::Analyst };
    assert_eq!(plans::get_plan(&stage.app, &analyst, &shop.id).await.unwrap().version, 1);
    let refused = [
        plans::update_plan(&stage.app, &analyst, &shop.id, 1, PlanMode::Flag, None).await.err(),
        plans::generate_plan(&stage.app, &analyst, &shop.id, 30, &Once::unkeyed()).await.err(),
        plans::freeze_plan(&stage.app, &analyst, &shop.id, None, &Once::unkeyed()).await.err(),
    ];
    assert!(refused.iter().all(|error| matches!(error, Some(PlanError::Forbidden(_)))), "{refused:?}");
}

async fn what_cannot_be_frozen_says_why(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    let none = plans::freeze_plan(&stage.app, &TESTER, &shop.id, None, &Once::unkeyed()).await;
    assert!(matches!(none, Err(PlanError::NoDraft)), "{none:?}");
    let mut wrong = plan_of(2);
    wrong.events[1].name = None;
    let refused = plans::update_plan(&stage.app, &TESTER, &shop.id, 0, PlanMode::Flag, Some(wrong)).await;
    let Err(PlanError::Invalid(errors)) = refused else { panic!("{refused:?}") };
    assert_eq!(errors[0].pointer, "/events/1/name");
    assert_eq!(plans::get_plan(&stage.app, &TESTER, &shop.id).await.unwrap().version, 0);
}
