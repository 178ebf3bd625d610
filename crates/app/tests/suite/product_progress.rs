//! How far customers are in products: kept current by events in any order, answered from the store.

use crate::over_time::{at, brand};
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::customers::CustomerError;
use perennial_app::identity::{self, MergeRequest};
use perennial_app::progress::{ProductProgress, product_progress};
use perennial_app::{jobs, privacy};
use perennial_domain::access::Role;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_store::inspect;
use serde_json::{Value, json};

on_both! {
    c54_a_state_told_by_events_is_answered_with_attempts_use_and_money,
    the_order_of_arrival_plays_no_part,
    a_merged_customer_is_as_far_as_its_profiles_together,
    an_erased_customers_progress_goes_and_old_use_is_forgotten,
}

async fn progress(stage: &Stage, who: &str, product: &str) -> ProductProgress {
    let found = product_progress(&stage.app, &TESTER, who, Some(product)).await.unwrap();
    assert_eq!(found.products.len(), 1, "{found:?}");
    found.products.into_iter().next().unwrap()
}

fn state(progress: &ProductProgress) -> Vec<(String, Value)> {
    progress.state.iter().map(|one| (one.name.clone(), one.value.clone())).collect()
}

fn progressed(user: &str, properties: Value) -> Value {
    json!({ "type": "track", "userId": user, "event": "Product Progressed", "properties": properties })
}

fn used(user: &str) -> Value {
    json!({ "type": "track", "userId": user, "event": "Product Used", "properties": { "product": "puzzle" } })
}

fn order(user: &str, order_no: &str, total: f64) -> Value {
    json!({ "type": "track", "userId": user, "event": "Order Completed",
        "properties": { "order_id": order_no, "total": total, "currency": "CNY", "product": "puzzle" } })
}

fn days_ago(stage: &Stage, days: i64) -> Instant {
    Instant(stage.app.clock.now().0 - days * MICROS_PER_DAY)
}

async fn c54_a_state_told_by_events_is_answered_with_attempts_use_and_money(stage: &Stage) {
    brand(stage, "Asia/Shanghai").await;
    let mut game = Teller::users("src_game");
    let told = [
        at(stage, days_ago(stage, 20), order("u1", "o1", 98.0)),
        at(stage, days_ago(stage, 12), order("u1", "o2", 30.0)),
        at(stage, days_ago(stage, 9), used("u1")),
        at(
            stage,
            days_ago(stage, 6),
            progressed("u1", json!({ "product": "puzzle", "level": 6, "attempt": 3, "state": { "boss": true } })),
        ),
        at(stage, days_ago(stage, 6), used("u1")),
        at(stage, days_ago(stage, 2), used("u1")),
        at(
            stage,
            days_ago(stage, 1),
            progressed("u1", json!({ "product": "puzzle", "level": 7, "attempt": 10, "stage": "forest" })),
        ),
        at(stage, days_ago(stage, 1), progressed("u1", json!({ "product": "other", "level": 1 }))),
        json!({ "type": "identify", "userId": "u1", "traits": { "email": "u1@example.com", "phone": "13800000001" } }),
        progressed("u2", json!({ "product": "puzzle", "level": 99 })),
    ];
    game.tell(stage, &told).await;
    let expected = [("attempt", json!(10)), ("boss", json!(true)), ("level", json!(7)), ("stage", json!("forest"))]
        .map(|(name, value)| (name.to_owned(), value));
    for who in ["u1", "u1@example.com", "138 0000 0001", named(stage, "u1").await.public_id().as_str()] {
        let found = progress(stage, who, "puzzle").await;
        assert_eq!(state(&found), expected, "{who}");
        // Three of the last seven days: today less 6, 2 and 1. The use nine days ago is over.
        assert_eq!((found.used.active_days, found.used.events), (3, 4));
        assert_eq!((found.paid.spent_minor, found.paid.is_paying), (12_800, true));
    }
    let all = product_progress(&stage.app, &TESTER, "u1", None).await.unwrap();
    assert_eq!(all.products.iter().map(|one| one.product.as_str()).collect::<Vec<_>>(), ["other", "puzzle"]);
    assert!(product_progress(&stage.app, &TESTER, "u1", Some("none")).await.unwrap().products.is_empty());
    // Part of the later order goes back, then all of it: the earlier one is what was paid last.
    game.tell(
        stage,
        &[json!({ "type": "track", "userId": "u1", "event": "Order Refunded",
        "properties": { "order_id": "o2", "total": 10, "currency": "CNY" } })],
    )
    .await;
    let paid = progress(stage, "u1", "puzzle").await.paid;
    assert_eq!(
        (paid.spent_minor, paid.last_paid_at.map(|at| at.0 / MICROS_PER_DAY)),
        (11_800, Some(days_ago(stage, 12).0 / MICROS_PER_DAY))
    );
    game.tell(
        stage,
        &[json!({ "type": "track", "userId": "u1", "event": "Order Cancelled", "properties": { "order_id": "o2" } })],
    )
    .await;
    let paid = progress(stage, "u1", "puzzle").await.paid;
    assert_eq!((paid.spent_minor, paid.is_paying), (9_800, true));
    stage.clock.advance_days(11);
    let later = progress(stage, "u1", "puzzle").await;
    assert_eq!((later.paid.is_paying, later.paid.spent_minor, later.used.active_days), (false, 9_800, 0));
    assert_eq!(state(&later), expected, "a state holds until another is told");
    game.tell(stage, &[progressed("u1", json!({ "product": "puzzle", "level": 8, "attempt": null }))]).await;
    let now = progress(stage, "u1", "puzzle").await;
    assert_eq!(state(&now).iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["boss", "level", "stage"]);
    let nobody = Actor::User { id: "u".into(), name: "n".into(), role: Role::Operator, scope: Scope::Nobody };
    let unseen = product_progress(&stage.app, &nobody, "u1", None).await;
    assert!(matches!(unseen, Err(CustomerError::NotFound)));
}

async fn the_order_of_arrival_plays_no_part(stage: &Stage) {
    let words = |user: &str| {
        let told = [
            (5, progressed(user, json!({ "product": "puzzle", "level": 3, "attempt": 1 }))),
            (4, progressed(user, json!({ "product": "puzzle", "level": 3, "attempt": 2, "state": { "lives": 5 } }))),
            (3, progressed(user, json!({ "product": "puzzle", "level": 4, "attempt": 1, "state": { "lives": null } }))),
            (2, used(user)),
            (2, order(user, &format!("o-{user}"), 5.0)),
            (
                1,
                json!({ "type": "track", "userId": user, "event": "Order Refunded",
                "properties": { "order_id": format!("o-{user}"), "total": 2, "currency": "CNY" } }),
            ),
        ];
        told.map(|(days, message)| at(stage, days_ago(stage, days), message)).to_vec()
    };
    let mut forward = words("u1");
    let mut backward = words("u2");
    backward.reverse();
    let mut turned = words("u3");
    turned.rotate_left(3);
    let mut game = Teller::users("src_game");
    for told in [&mut forward, &mut backward, &mut turned] {
        // Each in a block of its own.
        for message in told {
            game.tell(stage, std::slice::from_ref(message)).await;
        }
    }
    let of = async |who: &str| {
        let found = progress(stage, who, "puzzle").await;
        (state(&found), found.used, found.paid.spent_minor, found.paid.is_paying)
    };
    let first = of("u1").await;
    assert_eq!(first.0, [("attempt".to_owned(), json!(1)), ("level".to_owned(), json!(4))]);
    assert_eq!((first.1.active_days, first.1.events, first.2, first.3), (4, 4, 300, true));
    assert_eq!(of("u2").await, first);
    assert_eq!(of("u3").await, first);
}

async fn a_merged_customer_is_as_far_as_its_profiles_together(stage: &Stage) {
    let mut game = Teller::users("src_game");
    game.tell(
        stage,
        &[
            at(
                stage,
                days_ago(stage, 3),
                progressed("u1", json!({ "product": "puzzle", "level": 4, "state": { "a": 1 } })),
            ),
            at(
                stage,
                days_ago(stage, 2),
                progressed("u2", json!({ "product": "puzzle", "level": 2, "state": { "b": 2 } })),
            ),
            at(stage, days_ago(stage, 3), order("u1", "o1", 7.0)),
            at(stage, days_ago(stage, 2), order("u2", "o2", 5.0)),
        ],
    )
    .await;
    let before = (progress(stage, "u1", "puzzle").await, progress(stage, "u2", "puzzle").await);
    let request = MergeRequest { one: named(stage, "u1").await, other: named(stage, "u2").await, keep: None };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let together = progress(stage, "u2", "puzzle").await;
    assert_eq!(
        state(&together),
        [("a", json!(1)), ("b", json!(2)), ("level", json!(2))].map(|(name, value)| (name.to_owned(), value))
    );
    assert_eq!((together.used.active_days, together.paid.spent_minor), (2, 1_200));
    // What comes while they are one stays with its profile.
    game.tell(stage, &[progressed("u1", json!({ "product": "puzzle", "level": 5 }))]).await;
    assert_eq!(state(&progress(stage, "u2", "puzzle").await)[2].1, json!(5));
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    let after = (progress(stage, "u1", "puzzle").await, progress(stage, "u2", "puzzle").await);
    assert_eq!(after.1, before.1);
    assert_eq!(state(&after.0), [("a", json!(1)), ("level", json!(5))].map(|(name, value)| (name.to_owned(), value)));
}

async fn rows(stage: &Stage, table: &str) -> String {
    let mut tx = stage.app.store.read().await.unwrap();
    inspect::texts(&mut tx, &format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}")).await.unwrap().remove(0)
}

async fn an_erased_customers_progress_goes_and_old_use_is_forgotten(stage: &Stage) {
    let mut game = Teller::users("src_game");
    let told = |user: &str| {
        [progressed(user, json!({ "product": "puzzle", "level": 4 })), order(user, &format!("o-{user}"), 7.0)]
    };
    game.tell(stage, &told("u1")).await;
    game.tell(stage, &told("u2")).await;
    let who = named(stage, "u1").await;
    let erasure = privacy::erase(&stage.app, &TESTER, who, "request 1").await.unwrap();
    assert_eq!(erasure.removed["progress"], 3);
    for table in ["progress_values", "progress_use", "progress_orders"] {
        assert_eq!(rows(stage, table).await, "1", "{table}: of the other one");
    }
    game.tell(stage, &told("u1")).await;
    assert_eq!(rows(stage, "progress_values").await, "1", "late facts bring nothing back");
    stage.clock.advance_days(10);
    jobs::enqueue_now(&stage.app, &jobs::Job::CleanUp).await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    assert_eq!(
        (rows(stage, "progress_use").await, rows(stage, "progress_values").await),
        ("0".to_owned(), "1".to_owned())
    );
}
