//! Facts that are kept aside: durable, counted, listed, released once or discarded.

use crate::plans::{freeze, plan_of};
use crate::stage::{Stage, TESTER, on_both};
use crate::touchpoint::{TouchPoint, events_of, profile, track};
use perennial_app::access::Actor;
use perennial_app::access::idempotency::Once;
use perennial_app::plans::{self, Decided, Decision, HeldQuery, PlanError, Which};
use perennial_app::sources::{self, LogQuery, Outcome};
use perennial_app::{audit, pipeline};
use perennial_domain::access::Role;
use perennial_domain::plan::{Plan, PlanMode};
use serde_json::{Value, json};
use std::future::Future;
use std::pin::pin;
use std::task::Poll;

on_both! {
    what_is_not_as_planned_is_kept_aside_and_moves_nothing_until_it_is_released,
    what_is_sent_again_is_known_while_it_is_kept_aside_and_afterwards,
    an_order_that_was_kept_aside_counts_once_it_is_released,
    what_is_discarded_is_gone_and_counted,
    a_decision_is_about_those_that_were_meant,
    a_release_that_is_cut_off_anywhere_is_done_or_not_and_never_twice,
    a_thousand_at_a_time_are_released_and_the_rest_remains,
    a_plan_is_made_also_from_what_is_kept_aside,
}

/// Not as planned: `sku` must be there.
fn bad(user: &str, message: &str) -> Value {
    track(user, message, "E0", json!({ "price": 1, "mail": "ann@example.com" }))
}

fn good(user: &str, message: &str) -> Value {
    track(user, message, "E0", json!({ "sku": "A" }))
}

async fn quarantine(stage: &Stage) -> TouchPoint {
    let shop = TouchPoint::new(stage, "shop").await;
    freeze(stage, &shop, plan_of(2), PlanMode::Quarantine).await;
    shop
}

async fn decide(stage: &Stage, shop: &TouchPoint, which: Which, decision: Decision) -> Decided {
    plans::decide(&stage.app, &TESTER, &shop.id, &which, decision, &Once::unkeyed()).await.unwrap()
}

async fn release_all(stage: &Stage, shop: &TouchPoint) -> Decided {
    decide(stage, shop, Which::All, Decision::Release).await
}

/// Accepted, duplicates, quarantined, held.
async fn counts(stage: &Stage, shop: &TouchPoint) -> (i64, i64, i64, i64) {
    let counts = shop.counts(stage).await;
    (counts.accepted, counts.duplicates, counts.quarantined(), counts.held())
}

async fn what_is_not_as_planned_is_kept_aside_and_moves_nothing_until_it_is_released(stage: &Stage) {
    let shop = quarantine(stage).await;
    shop.send(stage, &[good("u1", "m1"), bad("u1", "m2"), bad("u2", "m3"), track("u1", "m4", "Torn", json!({}))]).await;
    assert_eq!(counts(stage, &shop).await, (1, 0, 3, 3));
    assert_eq!(events_of(stage, "u1").await, 1);
    assert!(profile(stage, "u2").await.is_none(), "nobody is known by what is kept aside");

    let page = plans::held_page(&stage.app, &TESTER, &shop.id, &HeldQuery::default(), 2).await.unwrap();
    let first = &page.facts[0];
    assert_eq!(
        (first.event.as_str(), first.message_id.as_str(), first.shape.as_str()),
        ("E0", "m2", "{mail: text, price: number}")
    );
    let reasons: Vec<(&str, &str, &str)> =
        first.violations.iter().map(|one| (one.kind.as_str(), one.property.as_str(), one.found.as_str())).collect();
    assert_eq!(reasons, [("unknown_property", "mail", "text xxx@xxxxxxx.xxx"), ("missing_property", "sku", "nothing")]);
    let query = HeldQuery { after: page.next_after, ..HeldQuery::default() };
    let rest = plans::held_page(&stage.app, &TESTER, &shop.id, &query, 2).await.unwrap();
    assert_eq!((rest.facts.len(), rest.facts[0].event.as_str(), rest.next_after), (1, "Torn", None));
    let by_event = plans::held_facts(&stage.app, &TESTER, &shop.id).await.unwrap();
    let by_event: Vec<(&str, i64)> = by_event.iter().map(|one| (one.event.as_str(), one.facts)).collect();
    assert_eq!(by_event, [("E0", 2), ("Torn", 1)]);
    let aside = LogQuery { outcome: Some(Outcome::Quarantined), ..LogQuery::default() };
    let log = sources::source_log(&stage.app, &TESTER, &shop.id, aside, 9).await.unwrap();
    let ids: Vec<&str> = log.entries.iter().filter_map(|entry| entry.message_id.as_deref()).collect();
    assert_eq!(ids, ["m4", "m3", "m2"]);
    assert_eq!(log.entries[0].reason.as_deref(), Some("unknown_event"));

    assert_eq!(release_all(stage, &shop).await, Decided { facts: 3, more: false });
    assert_eq!(release_all(stage, &shop).await, Decided { facts: 0, more: false }, "they went once");
    assert_eq!(counts(stage, &shop).await, (4, 0, 0, 0));
    assert_eq!((events_of(stage, "u1").await, events_of(stage, "u2").await), (3, 1));
    pipeline::hand_over(&stage.app).await.unwrap();
    assert_eq!(stage.app.history.stats().await.unwrap().facts, 4);
    let (entries, _) = audit::list(&stage.app, &TESTER, None, 9).await.unwrap();
    let released: Vec<_> = entries.iter().filter(|entry| entry.action == "quarantine.released").collect();
    assert_eq!(
        (released.len(), released[0].subject.as_str(), &released[0].detail["facts"]),
        (1, shop.id.as_str(), &json!(3))
    );
    // They are violations of the plan as before.
    let coverage = plans::coverage(&stage.app, &TESTER, &shop.id, 30).await.unwrap();
    assert_eq!((coverage.facts, coverage.facts_as_planned, coverage.facts_unknown), (4, 1, 1));
}

async fn what_is_sent_again_is_known_while_it_is_kept_aside_and_afterwards(stage: &Stage) {
    let shop = quarantine(stage).await;
    let messages = [bad("u1", "m1"), bad("u1", "m1"), bad("u1", "m2")];
    shop.send(stage, &messages).await;
    assert_eq!(counts(stage, &shop).await, (0, 1, 2, 2));
    // Known ones beside a new one.
    shop.send(stage, &[messages.as_slice(), &[bad("u1", "m3"), good("u1", "m4")]].concat()).await;
    assert_eq!(counts(stage, &shop).await, (1, 4, 3, 3));
    release_all(stage, &shop).await;
    shop.send(stage, &messages).await;
    assert_eq!(counts(stage, &shop).await, (4, 7, 0, 0));
    assert_eq!(events_of(stage, "u1").await, 4);
}

async fn an_order_that_was_kept_aside_counts_once_it_is_released(stage: &Stage) {
    let shop = TouchPoint::new(stage, "shop").await;
    let plan: Plan =
        serde_json::from_value(json!({ "events": [{ "type": "track", "name": "Order Completed", "properties": [
        { "path": "coupon", "types": ["text"], "required": true },
    ], "other_properties": true }] }))
        .unwrap();
    freeze(stage, &shop, plan, PlanMode::Quarantine).await;
    let order = |message: &str, number: &str, total: f64| {
        track("u1", message, "Order Completed", json!({ "order_id": number, "total": total, "currency": "EUR" }))
    };
    shop.send(stage, &[order("m1", "o1", 20.5), order("m2", "o2", 9.5)]).await;
    assert!(profile(stage, "u1").await.is_none());
    // In the meantime the workspace's currency is settled by somebody else.
    let till = TouchPoint::new(stage, "till").await;
    let paid = json!({ "order_id": "t1", "total": 1, "currency": "EUR" });
    till.send(stage, &[track("u1", "m1", "Order Completed", paid)]).await;
    stage.clock.advance_days(3);
    release_all(stage, &shop).await;
    let counters = profile(stage, "u1").await.unwrap().item.row.counters;
    assert_eq!((counters.orders, counters.net_minor), (3, 3_100));
    let first = perennial_domain::time::Instant::parse_rfc3339("2026-11-22T09:00:00Z").unwrap();
    assert_eq!(counters.last_at, Some(first.0), "it happened when it happened");
}

async fn what_is_discarded_is_gone_and_counted(stage: &Stage) {
    let shop = quarantine(stage).await;
    shop.send(stage, &[bad("u1", "m1"), bad("u1", "m2"), good("u1", "m3")]).await;
    assert_eq!(decide(stage, &shop, Which::All, Decision::Discard).await.facts, 2);
    assert_eq!(release_all(stage, &shop).await.facts, 0);
    let all = shop.counts(stage).await;
    assert_eq!((all.accepted, all.quarantined(), all.held(), all.discarded), (1, 2, 0, 2));
    assert_eq!(events_of(stage, "u1").await, 1);
    shop.send(stage, &[bad("u1", "m1")]).await;
    assert_eq!(shop.counts(stage).await.duplicates, 1, "what nobody wanted does not come back");
    let (entries, _) = audit::list(&stage.app, &TESTER, None, 9).await.unwrap();
    assert_eq!(entries[0].action, "quarantine.discarded");
}

async fn a_decision_is_about_those_that_were_meant(stage: &Stage) {
    let shop = quarantine(stage).await;
    let other = quarantine(stage).await;
    shop.send(stage, &[bad("u1", "m1"), bad("u2", "m2"), track("u3", "m3", "Torn", json!({})), bad("u4", "m4")]).await;
    other.send(stage, &[bad("u5", "m1")]).await;
    let page = plans::held_page(&stage.app, &TESTER, &shop.id, &HeldQuery::default(), 9).await.unwrap();
    let ids: Vec<i64> = page.facts.iter().map(|held| held.id).collect();
    let torn = Which::Event { event_type: "track".to_owned(), event: "Torn".to_owned() };
    assert_eq!(decide(stage, &shop, torn.clone(), Decision::Release).await.facts, 1);
    assert_eq!(decide(stage, &shop, torn, Decision::Release).await.facts, 0);
    let of_other =
        plans::held_page(&stage.app, &TESTER, &other.id, &HeldQuery::default(), 9).await.unwrap().facts[0].id;
    let some = Which::Ids(vec![ids[1], ids[1], ids[2], of_other, 99_999]);
    assert_eq!(decide(stage, &shop, some, Decision::Release).await.facts, 1, "the second one is not there any more");
    assert_eq!(counts(stage, &shop).await, (2, 0, 2, 2));
    assert_eq!(counts(stage, &other).await, (0, 0, 1, 1));
    assert_eq!((events_of(stage, "u2").await, events_of(stage, "u3").await), (1, 1));

    let clerk = Actor::Token { id: "tok_1".to_owned(), name: "till".to_owned(), role: Role::Clerk };
    let refused = [
        plans::decide(&stage.app, &clerk, &shop.id, &Which::All, Decision::Release, &Once::unkeyed()).await.err(),
        plans::held_facts(&stage.app, &clerk, &shop.id).await.err(),
    ];
    assert!(refused.iter().all(|error| matches!(error, Some(PlanError::Forbidden(_)))), "{refused:?}");
    for ids in [vec![], vec![1; 1_001]] {
        let refused =
            plans::decide(&stage.app, &TESTER, &shop.id, &Which::Ids(ids), Decision::Release, &Once::unkeyed()).await;
        assert!(matches!(refused, Err(PlanError::OutOfRange { field: "ids", .. })), "{refused:?}");
    }
}

/// Polls so often, then lets go: what a process that dies at this moment would have done.
async fn cut_off<F: Future>(work: F, polls: usize) -> Option<F::Output> {
    let mut work = pin!(work);
    let mut done = 0;
    std::future::poll_fn(|context| {
        if done == polls {
            return Poll::Ready(None);
        }
        done += 1;
        work.as_mut().poll(context).map(Some)
    })
    .await
}

async fn a_release_that_is_cut_off_anywhere_is_done_or_not_and_never_twice(stage: &Stage) {
    const ROUNDS: usize = 40;
    let shop = quarantine(stage).await;
    let mut cut = 0;
    for round in 0..ROUNDS {
        shop.send(stage, &[bad("u1", &format!("{round}-a")), bad("u1", &format!("{round}-b"))]).await;
        let once = Once::unkeyed();
        let work = plans::decide(&stage.app, &TESTER, &shop.id, &Which::All, Decision::Release, &once);
        cut += usize::from(cut_off(work, round % 20).await.is_none());
        // Whoever was cut off in the middle of a commit has left it to the database: its lock comes first.
        release_all(stage, &shop).await;
        let sent = (round as i64 + 1) * 2;
        assert_eq!(counts(stage, &shop).await, (sent, 0, 0, 0), "round {round}");
    }
    assert!(cut >= ROUNDS / 8, "only {cut} releases were cut off");
    assert_eq!(events_of(stage, "u1").await, ROUNDS as i64 * 2);
}

async fn a_thousand_at_a_time_are_released_and_the_rest_remains(stage: &Stage) {
    let shop = quarantine(stage).await;
    for part in 0..3 {
        let messages: Vec<Value> =
            (0..500).map(|place| bad(&format!("u{}", place % 50), &format!("{part}-{place}"))).collect();
        shop.send(stage, &messages).await;
    }
    shop.send(stage, &[bad("u0", "last")]).await;
    assert_eq!(release_all(stage, &shop).await, Decided { facts: 1_000, more: true });
    assert_eq!(counts(stage, &shop).await, (1_000, 0, 501, 501));
    assert_eq!(release_all(stage, &shop).await, Decided { facts: 501, more: false });
    assert_eq!(events_of(stage, "u0").await, 31);
}

async fn a_plan_is_made_also_from_what_is_kept_aside(stage: &Stage) {
    let shop = quarantine(stage).await;
    shop.send(stage, &[good("u1", "m1"), track("u1", "m2", "Torn", json!({ "code": "x" }))]).await;
    let generated = plans::generate_plan(&stage.app, &TESTER, &shop.id, 30, &Once::unkeyed()).await.unwrap();
    assert_eq!(generated.facts, 2);
    let names: Vec<&str> =
        generated.plan.draft.as_ref().unwrap().events.iter().filter_map(|event| event.name.as_deref()).collect();
    assert_eq!(names, ["E0", "Torn"]);
    plans::freeze_plan(&stage.app, &TESTER, &shop.id, None, &Once::unkeyed()).await.unwrap();
    shop.intake.forget_sources();
    shop.send(stage, &[track("u1", "m3", "Torn", json!({ "code": "y" }))]).await;
    assert_eq!(
        counts(stage, &shop).await,
        (2, 0, 1, 1),
        "the next one goes its way, the first one waits for a decision"
    );
}
