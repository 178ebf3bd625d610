//! Webhooks: endpoints, the outbox, what is due in which order, replays, and what goes when it is old.

use perennial_domain::time::Instant;
use perennial_store::webhooks::{
    self, EndpointRow, NewAttempt, NewDelivery, NewEvent, Settled, Stand, SubscriptionRow,
};
use perennial_store::{WriteTx, sequences};
use perennial_testkit::TestStore;

on_both!(
    an_endpoint_is_changed_by_version_and_removed_with_all_that_is_its,
    of_each_lane_the_first_that_waits_is_due,
    an_event_of_two_lanes_waits_for_both_and_both_wait_for_it,
    an_attempt_is_settled_by_its_number,
    replays_are_of_one_event_of_the_failed_or_since_an_instant,
    what_is_old_goes_and_what_was_never_delivered_is_counted,
    what_is_of_one_lane_goes_whichever_of_its_two_that_is,
);

fn endpoint(id: &str) -> EndpointRow {
    EndpointRow {
        id: id.to_owned(),
        url: "https://hooks.example/x".to_owned(),
        description: "crm".to_owned(),
        with_imports: false,
        state: "active".to_owned(),
        paused_reason: None,
        paused_at: None,
        failing_since: None,
        secret: vec![1, 2, 3],
        previous_secret: None,
        previous_secret_until: None,
        expired: 0,
        created_by: "usr_1".to_owned(),
        created_at: Instant(1),
        version: 1,
    }
}

fn event(number: i64, lane: Option<i64>, other_lane: Option<i64>) -> NewEvent {
    NewEvent {
        event_id: format!("evt_{number}"),
        event_type: "order.created",
        lane,
        other_lane,
        of_import: number % 2 == 0,
        at: Instant(number),
        body: format!("{{\"n\":{number}}}"),
    }
}

async fn send(tx: &mut WriteTx<'_>, endpoint_id: &str, events: &[NewEvent]) {
    let first = webhooks::append_events(tx, events).await.unwrap();
    let deliveries: Vec<NewDelivery<'_>> =
        (first..).zip(events).map(|(sequence, event)| NewDelivery { endpoint_id, sequence, event }).collect();
    webhooks::append_deliveries(tx, &deliveries).await.unwrap();
}

async fn due(tx: &mut WriteTx<'_>, now: i64) -> Vec<i64> {
    webhooks::due(tx, "whk_a", Instant(now), 100).await.unwrap().iter().map(|row| row.sequence).collect()
}

fn settled(sequence: i64, attempt: i64, state: &'static str, next_at: i64) -> Settled<'static> {
    Settled { sequence, attempt, state, next_at: Instant(next_at), at: Instant(9), status: Some(500), error: None }
}

async fn an_endpoint_is_changed_by_version_and_removed_with_all_that_is_its(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    webhooks::insert(&mut tx, &endpoint("whk_a")).await.unwrap();
    webhooks::insert(&mut tx, &endpoint("whk_b")).await.unwrap();
    let changed = EndpointRow {
        url: "https://other.example/".to_owned(),
        with_imports: true,
        state: "paused".to_owned(),
        paused_reason: Some("failures".to_owned()),
        paused_at: Some(Instant(7)),
        previous_secret: Some(vec![9]),
        previous_secret_until: Some(Instant(8)),
        ..endpoint("whk_a")
    };
    assert!(webhooks::update(&mut tx, &changed).await.unwrap());
    assert!(!webhooks::update(&mut tx, &changed).await.unwrap(), "it was version 1 that was changed");
    assert!(webhooks::set_failing_since(&mut tx, "whk_a", Some(Instant(5))).await.unwrap());
    let stored = webhooks::get(&mut tx, "whk_a").await.unwrap();
    assert_eq!(stored, Some(EndpointRow { version: 2, failing_since: Some(Instant(5)), ..changed }));
    webhooks::subscribe(&mut tx, "whk_a", &["order.created", "customer.created"]).await.unwrap();
    webhooks::subscribe(&mut tx, "whk_a", &["order.created"]).await.unwrap();
    let row =
        SubscriptionRow { endpoint_id: "whk_a".to_owned(), event_type: "order.created".to_owned(), with_imports: true };
    assert_eq!(webhooks::subscriptions(&mut tx).await.unwrap(), [row]);
    send(&mut tx, "whk_a", &[event(1, None, None)]).await;
    assert!(webhooks::remove(&mut tx, "whk_a").await.unwrap());
    assert!(!webhooks::remove(&mut tx, "whk_a").await.unwrap());
    assert_eq!(webhooks::list(&mut tx).await.unwrap(), [endpoint("whk_b")]);
    assert_eq!(webhooks::counts(&mut tx).await.unwrap(), []);
}

async fn of_each_lane_the_first_that_waits_is_due(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    webhooks::insert(&mut tx, &endpoint("whk_a")).await.unwrap();
    let lanes = [Some(7), Some(7), Some(8), None, None, Some(8)];
    let events: Vec<NewEvent> = (1..).zip(lanes).map(|(number, lane)| event(number, lane, None)).collect();
    send(&mut tx, "whk_a", &events).await;
    webhooks::lock_taker(&mut tx).await.unwrap();
    assert_eq!(due(&mut tx, 100).await, [1, 3, 4, 5]);
    assert_eq!(due(&mut tx, 3).await, [1, 3], "what is later is not due yet");
    assert_eq!(webhooks::due(&mut tx, "whk_a", Instant(100), 2).await.unwrap().len(), 2);
    webhooks::take(&mut tx, "whk_a", 1, Instant(200)).await.unwrap();
    assert_eq!(due(&mut tx, 100).await, [3, 4, 5], "while the first is under way, its lane waits");
    assert_eq!(webhooks::next_at(&mut tx, "whk_a", Instant(100)).await.unwrap(), Some(Instant(200)));
    assert!(webhooks::settle(&mut tx, "whk_a", &settled(1, 1, "delivered", 100)).await.unwrap());
    assert_eq!(due(&mut tx, 100).await, [2, 3, 4, 5]);
}

async fn an_event_of_two_lanes_waits_for_both_and_both_wait_for_it(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    webhooks::insert(&mut tx, &endpoint("whk_a")).await.unwrap();
    // A merge of 8 into 7, what came before and after of each, and the merge taken back.
    let lanes = [(7, None), (8, None), (7, Some(8)), (7, None), (7, Some(8)), (8, None)];
    let events: Vec<NewEvent> =
        (1..).zip(lanes).map(|(number, (lane, other))| event(number, Some(lane), other)).collect();
    send(&mut tx, "whk_a", &events).await;
    let mut order = Vec::new();
    loop {
        let found = due(&mut tx, 100).await;
        if found.is_empty() {
            break;
        }
        for sequence in &found {
            webhooks::take(&mut tx, "whk_a", *sequence, Instant(200)).await.unwrap();
            assert!(webhooks::settle(&mut tx, "whk_a", &settled(*sequence, 1, "delivered", 0)).await.unwrap());
        }
        order.push(found);
    }
    assert_eq!(order, [vec![1, 2], vec![3], vec![4], vec![5], vec![6]]);
}

async fn an_attempt_is_settled_by_its_number(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    webhooks::insert(&mut tx, &endpoint("whk_a")).await.unwrap();
    assert_eq!(webhooks::stand(&mut tx).await.unwrap(), Stand::default());
    send(&mut tx, "whk_a", &[event(1, Some(7), None)]).await;
    webhooks::take(&mut tx, "whk_a", 1, Instant(10)).await.unwrap();
    webhooks::take(&mut tx, "whk_a", 1, Instant(20)).await.unwrap();
    assert!(!webhooks::settle(&mut tx, "whk_a", &settled(1, 1, "delivered", 0)).await.unwrap(), "it came late");
    assert!(webhooks::settle(&mut tx, "whk_a", &settled(1, 2, "waiting", 50)).await.unwrap());
    assert_eq!(due(&mut tx, 49).await, Vec::<i64>::new());
    assert_eq!(due(&mut tx, 50).await, [1]);
    let attempt = NewAttempt {
        endpoint_id: "whk_a".to_owned(),
        event_id: "evt_1".to_owned(),
        event_type: "order.created".to_owned(),
        attempt: 2,
        at: Instant(9),
        duration_ms: 12,
        status: Some(500),
        error: Some("status".to_owned()),
    };
    webhooks::append_attempts(&mut tx, &[attempt.clone(), NewAttempt { status: None, ..attempt }]).await.unwrap();
    let log = webhooks::attempts(&mut tx, "whk_a", i64::MAX, 10).await.unwrap();
    assert_eq!(log.iter().map(|row| (row.id, row.status)).collect::<Vec<_>>(), [(2, None), (1, Some(500))]);
    let listed = webhooks::deliveries(&mut tx, "whk_a", Some("waiting"), i64::MAX, 10).await.unwrap();
    assert_eq!((listed.len(), listed[0].attempts, listed[0].last_status), (1, 2, Some(500)));
    assert_eq!(webhooks::deliveries(&mut tx, "whk_a", Some("failed"), i64::MAX, 10).await.unwrap(), []);
    assert_eq!(webhooks::deliveries(&mut tx, "whk_a", None, 1, 10).await.unwrap(), [], "below the first");
    assert_eq!(webhooks::hurry(&mut tx, "whk_a", Instant(5)).await.unwrap(), 1);
    assert_eq!(due(&mut tx, 5).await, [1]);
    assert_eq!(webhooks::stand(&mut tx).await.unwrap(), Stand { events: 1, changes: 1 });
    assert_eq!(sequences::current(&mut tx, "webhook_events").await.unwrap(), 1);
}

async fn replays_are_of_one_event_of_the_failed_or_since_an_instant(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let row = endpoint("whk_a");
    webhooks::insert(&mut tx, &row).await.unwrap();
    webhooks::subscribe(&mut tx, "whk_a", &["order.created"]).await.unwrap();
    let events: Vec<NewEvent> = (1..=5).map(|number| event(number, Some(number), None)).collect();
    send(&mut tx, "whk_a", &events[..4]).await;
    // One that was not for this endpoint when it happened.
    webhooks::append_events(&mut tx, &events[4..]).await.unwrap();
    for (sequence, state) in [(1, "delivered"), (2, "failed"), (3, "delivered"), (4, "failed")] {
        webhooks::take(&mut tx, "whk_a", sequence, Instant(9)).await.unwrap();
        assert!(webhooks::settle(&mut tx, "whk_a", &settled(sequence, 1, state, 0)).await.unwrap());
    }
    assert_eq!(webhooks::replay_failed(&mut tx, "whk_a", Instant(50)).await.unwrap(), 2);
    assert_eq!(due(&mut tx, 50).await, [2, 4]);
    assert!(webhooks::replay_event(&mut tx, "whk_a", "evt_1", Instant(0), Instant(50)).await.unwrap());
    assert!(!webhooks::replay_event(&mut tx, "whk_a", "evt_1", Instant(2), Instant(50)).await.unwrap(), "too old");
    assert!(!webhooks::replay_event(&mut tx, "whk_a", "evt_9", Instant(0), Instant(50)).await.unwrap());
    assert_eq!(due(&mut tx, 50).await, [1, 2, 4]);
    // Those of imports (even numbers) are left out.
    assert_eq!(webhooks::replay_since(&mut tx, &row, Instant(2), Instant(60)).await.unwrap(), 2);
    assert_eq!(due(&mut tx, 60).await, [1, 2, 3, 4, 5]);
    let all = EndpointRow { with_imports: true, ..row };
    assert_eq!(webhooks::replay_since(&mut tx, &all, Instant(2), Instant(60)).await.unwrap(), 4);
}

async fn what_is_old_goes_and_what_was_never_delivered_is_counted(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    webhooks::insert(&mut tx, &endpoint("whk_a")).await.unwrap();
    let events: Vec<NewEvent> = (1..=5).map(|number| event(number, Some(number), None)).collect();
    send(&mut tx, "whk_a", &events).await;
    webhooks::take(&mut tx, "whk_a", 1, Instant(9)).await.unwrap();
    assert!(webhooks::settle(&mut tx, "whk_a", &settled(1, 1, "delivered", 0)).await.unwrap());
    assert_eq!(webhooks::remove_old(&mut tx, Instant(4), 2).await.unwrap(), 2);
    assert_eq!(webhooks::remove_old(&mut tx, Instant(4), 2).await.unwrap(), 1);
    assert_eq!(webhooks::remove_old(&mut tx, Instant(4), 2).await.unwrap(), 0);
    assert_eq!(webhooks::get(&mut tx, "whk_a").await.unwrap().unwrap().expired, 2);
    assert_eq!(webhooks::counts(&mut tx).await.unwrap()[0].deliveries, 2);
    let attempt = NewAttempt {
        endpoint_id: "whk_a".to_owned(),
        event_id: "evt_1".to_owned(),
        event_type: "order.created".to_owned(),
        attempt: 1,
        at: Instant(9),
        duration_ms: 1,
        status: None,
        error: None,
    };
    webhooks::append_attempts(&mut tx, &[attempt]).await.unwrap();
    assert_eq!(webhooks::remove_old_attempts(&mut tx, Instant(9)).await.unwrap(), 0);
    assert_eq!(webhooks::remove_old_attempts(&mut tx, Instant(10)).await.unwrap(), 1);
}

async fn what_is_of_one_lane_goes_whichever_of_its_two_that_is(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    webhooks::insert(&mut tx, &endpoint("whk_a")).await.unwrap();
    let lanes = [(Some(7), None), (Some(8), Some(7)), (Some(8), None), (None, None)];
    let events: Vec<NewEvent> = (1..).zip(lanes).map(|(number, (one, other))| event(number, one, other)).collect();
    send(&mut tx, "whk_a", &events).await;
    webhooks::lock_taker(&mut tx).await.unwrap();
    assert_eq!(webhooks::remove_events_of(&mut tx, 9).await.unwrap(), 0);
    assert_eq!(webhooks::remove_events_of(&mut tx, 7).await.unwrap(), 2);
    assert_eq!(due(&mut tx, 9).await, [3, 4]);
}
