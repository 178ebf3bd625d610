//! Order states, traits, uploads, the audit log and idempotency keys.

use perennial_domain::time::Instant;
use perennial_store::Engine;
use perennial_store::audit::{self, NewAuditEntry, RefusalsRow};
use perennial_store::idempotency::{self, IdempotencyRow};
use perennial_store::inspect::texts;
use perennial_store::orders::{self, OrderRow};
use perennial_store::traits::{self, TraitRow};
use perennial_store::uploads::{self, UploadRow};
use perennial_testkit::TestStore;
use std::time::Duration;

on_both!(
    orders_are_found_by_their_whole_key,
    the_newest_trait_of_a_source_wins,
    uploads_come_and_go,
    the_audit_log_is_read_backwards,
    refusals_of_one_person_and_reason_are_counted_until_they_are_ended,
    an_entry_of_the_audit_log_is_neither_changed_nor_taken_away,
    an_idempotency_key_is_taken_once,
    whoever_takes_a_key_waits_for_the_one_who_took_it_before,
);

fn order(customer_number: i64, key: u8) -> OrderRow {
    OrderRow {
        customer_number,
        order_key: [key; 16],
        order_no: Some(format!("A{key}")),
        kind: "order".to_owned(),
        at: -5,
        amount_minor: Some(100),
        line_hashes: vec![0, 1, 255, 3, 4, 5, 6, 7],
    }
}

async fn orders_are_found_by_their_whole_key(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    orders::upsert(&mut tx, &[order(1, 3)]).await.unwrap();
    assert!(!orders::has_guests(&mut tx).await.unwrap(), "an order of customer 1 is no guest's");
    let bare = OrderRow { order_no: None, amount_minor: None, line_hashes: Vec::new(), ..order(orders::GUEST, 1) };
    let rows = [order(1, 1), order(1, 2), order(2, 1), bare.clone()];
    orders::upsert(&mut tx, &rows).await.unwrap();
    assert!(orders::has_guests(&mut tx).await.unwrap());
    let changed = OrderRow { amount_minor: Some(200), ..order(1, 2) };
    orders::upsert(&mut tx, &[changed.clone(), order(3, 9)]).await.unwrap();
    let keys = [(1, [2; 16]), (2, [2; 16]), (0, [1; 16]), (9, [9; 16])];
    let mut found = orders::load(&mut tx, &keys).await.unwrap();
    found.sort_by_key(|row| row.customer_number);
    assert_eq!(found, [bare, changed]);
    assert!(orders::load(&mut tx, &[]).await.unwrap().is_empty());
    assert_eq!(orders::count_purchases(&mut tx).await.unwrap(), 6);
    let refund = OrderRow { kind: "refund".to_owned(), ..order(1, 7) };
    orders::upsert(&mut tx, &[refund]).await.unwrap();
    assert_eq!(orders::count_purchases(&mut tx).await.unwrap(), 6, "a refund is no purchase");
    let cancelled = OrderRow { kind: "cancelled".to_owned(), ..order(2, 8) };
    orders::upsert(&mut tx, std::slice::from_ref(&cancelled)).await.unwrap();
    assert_eq!(orders::cancelled_of(&mut tx, &[1, 2]).await.unwrap(), [cancelled]);
    assert!(orders::cancelled_of(&mut tx, &[1]).await.unwrap().is_empty());
}

async fn the_newest_trait_of_a_source_wins(store: &TestStore) {
    let told = |source: &str, value: &str, at| TraitRow {
        customer_number: 1,
        name: "city".to_owned(),
        source: source.to_owned(),
        value: value.to_owned(),
        at,
    };
    let mut tx = store.database.write().await.unwrap();
    for (source, value, at) in
        [("a", "Rome", 5), ("a", "Oslo", 3), ("b", "Bern", 4), ("b", "Kyiv", 4), ("a", "Riga", 6)]
    {
        traits::upsert(&mut tx, &[told(source, value, at)]).await.unwrap();
    }
    let expected = [told("a", "Riga", 6), told("b", "Kyiv", 4)];
    assert_eq!(traits::of_customer(&mut tx, 1).await.unwrap(), expected);
    assert!(traits::of_customer(&mut tx, 2).await.unwrap().is_empty());
    let mut of_both = traits::of_customers(&mut tx, &[2, 1]).await.unwrap();
    of_both.sort_by(|left, right| left.source.cmp(&right.source));
    assert_eq!(of_both, expected);
}

async fn uploads_come_and_go(store: &TestStore) {
    let upload = |id: &str, created_at| UploadRow {
        id: id.to_owned(),
        name: "orders.csv".to_owned(),
        size_bytes: 20 << 30,
        path: "/tmp/x".to_owned(),
        created_by: "Ada".to_owned(),
        created_at,
    };
    let mut tx = store.database.write().await.unwrap();
    uploads::insert(&mut tx, &upload("upl_a", 1)).await.unwrap();
    uploads::insert(&mut tx, &upload("upl_b", 2)).await.unwrap();
    assert_eq!(uploads::get(&mut tx, "upl_a").await.unwrap(), Some(upload("upl_a", 1)));
    assert_eq!(uploads::created_before(&mut tx, 2, None, 10).await.unwrap(), [upload("upl_a", 1)]);
    uploads::insert(&mut tx, &upload("upl_c", 2)).await.unwrap();
    let first = uploads::created_before(&mut tx, 9, None, 2).await.unwrap();
    assert_eq!(first, [upload("upl_a", 1), upload("upl_b", 2)]);
    assert_eq!(uploads::created_before(&mut tx, 9, first.last(), 2).await.unwrap(), [upload("upl_c", 2)]);
    assert!(uploads::remove(&mut tx, "upl_a").await.unwrap());
    assert!(!uploads::remove(&mut tx, "upl_a").await.unwrap());
    assert_eq!(uploads::get(&mut tx, "upl_a").await.unwrap(), None);
}

fn audit_entry(place: i64) -> NewAuditEntry {
    NewAuditEntry {
        at: Instant(place),
        actor_kind: "system".to_owned(),
        actor_id: "system".to_owned(),
        actor_name: "Perennial".to_owned(),
        action: format!("thing.done_{place}"),
        subject: "x".to_owned(),
        detail: "{}".to_owned(),
    }
}

/// Whoever writes past this crate meets the triggers.
async fn an_entry_of_the_audit_log_is_neither_changed_nor_taken_away(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    audit::append(&mut tx, &audit_entry(0)).await.unwrap();
    tx.commit().await.unwrap();
    let mut statements =
        vec!["UPDATE audit SET action = 'thing.undone'", "DELETE FROM audit WHERE id = 1", "DELETE FROM audit"];
    statements.push(match store.database.engine() {
        Engine::Postgres => "TRUNCATE audit",
        Engine::Sqlite => {
            "INSERT OR REPLACE INTO audit (id, at, actor_kind, actor_id, actor_name, action, subject, detail) \
             VALUES (1, 1, 'system', '', '', '', '', '')"
        }
    });
    for statement in statements {
        let mut tx = store.database.write().await.unwrap();
        let error = texts(&mut tx, statement).await.unwrap_err().to_string();
        assert!(error.contains("the audit log is append-only"), "{statement}: {error}");
        tx.rollback().await.unwrap();
    }
    let mut tx = store.database.write().await.unwrap();
    audit::append(&mut tx, &audit_entry(1)).await.unwrap();
    let actions: Vec<String> = audit::list(&mut tx, None, 9).await.unwrap().into_iter().map(|row| row.action).collect();
    assert_eq!(actions, ["thing.done_1", "thing.done_0"]);
}

async fn the_audit_log_is_read_backwards(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for place in 0..5 {
        audit::append(&mut tx, &audit_entry(place)).await.unwrap();
    }
    let first = audit::list(&mut tx, None, 3).await.unwrap();
    assert_eq!(first.iter().map(|row| row.at).collect::<Vec<_>>(), [Instant(4), Instant(3), Instant(2)]);
    let rest = audit::list(&mut tx, Some(first[2].id), 3).await.unwrap();
    assert_eq!(rest.iter().map(|row| row.action.as_str()).collect::<Vec<_>>(), ["thing.done_1", "thing.done_0"]);
}

async fn refusals_of_one_person_and_reason_are_counted_until_they_are_ended(store: &TestStore) {
    let row = |id: &str, reason: &str, since: i64, more: i64| RefusalsRow {
        actor_kind: "user".to_owned(),
        actor_id: id.to_owned(),
        actor_name: "Li".to_owned(),
        reason: reason.to_owned(),
        since: Instant(since),
        more,
    };
    let mut tx = store.database.write().await.unwrap();
    assert!(!audit::count_refusal(&mut tx, ("user", "a"), "x").await.unwrap(), "nobody has begun");
    for begun in [row("a", "x", 5, 0), row("a", "y", 6, 0), row("b", "x", 9, 0)] {
        assert!(audit::begin_refusals(&mut tx, &begun).await.unwrap());
    }
    assert!(!audit::begin_refusals(&mut tx, &row("a", "x", 7, 0)).await.unwrap());
    for _ in 0..3 {
        assert!(audit::count_refusal(&mut tx, ("user", "a"), "x").await.unwrap());
    }
    assert!(!audit::count_refusal(&mut tx, ("token", "a"), "x").await.unwrap(), "another kind is somebody else");
    let found = audit::refusals_until(&mut tx, Instant(6)).await.unwrap();
    assert_eq!(found, [row("a", "x", 5, 3), row("a", "y", 6, 0)]);
    assert!(!audit::end_refusals(&mut tx, &row("a", "x", 5, 2)).await.unwrap(), "one came meanwhile");
    assert!(audit::end_refusals(&mut tx, &found[0]).await.unwrap());
    assert!(!audit::end_refusals(&mut tx, &found[0]).await.unwrap());
    assert_eq!(audit::refusals_until(&mut tx, Instant(9)).await.unwrap(), [row("a", "y", 6, 0), row("b", "x", 9, 0)]);
}

async fn an_idempotency_key_is_taken_once(store: &TestStore) {
    let row = |scope: &str, created_at| IdempotencyRow {
        scope: scope.to_owned(),
        key: "k".to_owned(),
        request_hash: vec![1, 2],
        status: 0,
        body: String::new(),
        created_at: Instant(created_at),
    };
    let mut tx = store.database.write().await.unwrap();
    assert!(idempotency::put(&mut tx, &row("a", 1)).await.unwrap());
    assert!(!idempotency::put(&mut tx, &row("a", 2)).await.unwrap());
    assert!(idempotency::put(&mut tx, &row("b", 2)).await.unwrap());
    idempotency::complete(&mut tx, "a", "k", 201, "body").await.unwrap();
    let expected = IdempotencyRow { status: 201, body: "body".to_owned(), ..row("a", 1) };
    assert_eq!(idempotency::get(&mut tx, "a", "k").await.unwrap(), Some(expected));
    assert!(idempotency::complete(&mut tx, "a", "other", 201, "").await.is_err());
    assert_eq!(idempotency::purge_before(&mut tx, Instant(2)).await.unwrap(), 1);
    assert_eq!(idempotency::get(&mut tx, "a", "k").await.unwrap(), None);
    assert!(idempotency::get(&mut tx, "b", "k").await.unwrap().is_some());
}

/// The second one must not begin before it is known what became of the first.
async fn whoever_takes_a_key_waits_for_the_one_who_took_it_before(store: &TestStore) {
    let row = IdempotencyRow {
        scope: "a".to_owned(),
        key: "k".to_owned(),
        request_hash: vec![1],
        status: 201,
        body: "first".to_owned(),
        created_at: Instant(1),
    };
    for commits in [false, true] {
        let mut first = store.database.write().await.unwrap();
        assert!(idempotency::put(&mut first, &row).await.unwrap());
        let (database, again) = (store.database.clone(), row.clone());
        let mut second = tokio::spawn(async move {
            let mut tx = database.write().await.unwrap();
            idempotency::put(&mut tx, &again).await.unwrap()
        });
        let early = tokio::time::timeout(Duration::from_millis(200), &mut second).await;
        assert!(early.is_err(), "the second one waits");
        if commits {
            first.commit().await.unwrap();
        } else {
            first.rollback().await.unwrap();
        }
        assert_eq!(second.await.unwrap(), !commits);
    }
}
