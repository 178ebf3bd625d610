//! Webhooks: what happened is told once, in order, signed, tried again, and once more when somebody asks.

use crate::receiver::{Message, Receiver, SILENCE, status};
use crate::stage::{Stage, TESTER, on_both};
use crate::touchpoint::TouchPoint;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use perennial_app::access::idempotency::Once;
use perennial_app::identity::{self, MergeRequest};
use perennial_app::upserts::{self, Read, SOURCE_USUAL};
use perennial_app::webhooks::{self, Deliverer, DeliveryState, NewEndpoint, Replay, SECRET_PREFIX, WebhookError, sign};
use perennial_app::{audit, customers, pipeline};
use perennial_connect::webhook::Sender;
use perennial_domain::import::field::ImportKind;
use perennial_domain::time::{Clock, Instant};
use perennial_domain::upsert::{IdentifierTold, LineTold, OrderStatus, OrderTold};
use perennial_domain::webhook::{EndpointSettings, EventType, PausedReason};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use tokio::sync::Notify;

on_both!(
    c34_what_fails_three_times_is_retried_later_and_later_and_replayed_for_seven_days_in_order,
    what_happens_is_told_once_and_in_the_order_of_each_customer,
    files_are_left_out_where_nobody_asks_for_them,
    an_endpoint_at_which_all_fails_for_three_days_is_paused_and_goes_on_when_it_is_resumed,
    an_endpoint_that_is_gone_is_paused_at_once,
    after_a_rotation_both_secrets_sign_for_a_while,
    attacks_by_a_receiver_are_failures_and_nothing_more,
    what_a_process_that_died_had_begun_is_sent_again_with_its_id,
    a_test_and_a_replay_of_one_event_and_of_the_failed,
    what_is_old_goes_and_is_counted,
);

async fn endpoint(stage: &Stage, url: &str, event_types: &[EventType], with_imports: bool) -> NewEndpoint {
    let settings = EndpointSettings {
        url: url.to_owned(),
        description: "test".to_owned(),
        event_types: event_types.to_vec(),
        with_imports,
    };
    webhooks::create_endpoint(&stage.app, &TESTER, settings, true, &Once::unkeyed()).await.unwrap()
}

fn order(no: &str, customer: &str, amount: i64) -> OrderTold {
    OrderTold {
        order_no: no.to_owned(),
        ordered_at: "2026-11-20T08:00:00Z".to_owned(),
        currency: Some("CNY".to_owned()),
        identifiers: vec![IdentifierTold { kind: "customer_id".to_owned(), value: customer.to_owned() }],
        lines: vec![LineTold { sku: Some("TEA".into()), amount_minor: Some(amount), ..LineTold::default() }],
        ..OrderTold::default()
    }
}

async fn tell(stage: &Stage, orders: Vec<OrderTold>) {
    let orders: Vec<Read<OrderTold>> = orders.into_iter().map(Ok).collect();
    let told = upserts::tell_orders(&stage.app, &TESTER, SOURCE_USUAL, &orders, &Once::unkeyed()).await.unwrap();
    assert_eq!(told.accepted(), orders.len(), "{told:?}");
    pipeline::apply_all(&stage.app).await.unwrap();
}

/// What the loop of a server does when it looks once.
async fn deliver(stage: &Stage) {
    let mut deliverer = Deliverer::new(&stage.app, Sender::new(true));
    deliverer.look().await.unwrap();
    deliverer.settled().await;
}

fn secret_of(text: &str) -> Vec<u8> {
    STANDARD.decode(text.strip_prefix(SECRET_PREFIX).unwrap()).unwrap()
}

fn is_signed_by(message: &Message, secret: &str) -> bool {
    let seconds: i64 = message.header("webhook-timestamp").parse().unwrap();
    let expected = sign(&[secret_of(secret)], message.id(), Instant(seconds * 1_000_000), &message.body);
    message.header("webhook-signature").split(' ').any(|signature| signature == expected[2].1)
}

async fn number_of(stage: &Stage, customer: &str) -> perennial_domain::ids::CustomerNumber {
    customers::find_customer(&stage.app, &TESTER, customer).await.unwrap()
}

async fn c34_what_fails_three_times_is_retried_later_and_later_and_replayed_for_seven_days_in_order(stage: &Stage) {
    let failures = Arc::new(AtomicUsize::new(3));
    let left = Arc::clone(&failures);
    let receiver = Receiver::new(move |message| {
        let fails = message.what() == "A-1"
            && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        status(if fails { 500 } else { 200 })
    })
    .await;
    let new = endpoint(stage, &receiver.url, &[EventType::OrderCreated], false).await;
    let begun = stage.clock.now();
    tell(stage, vec![order("A-1", "C1", 100), order("B-1", "C2", 100)]).await;
    tell(stage, vec![order("A-2", "C1", 200)]).await;
    deliver(stage).await;
    let mut first = receiver.take();
    first.sort_by_key(Message::what);
    let what: Vec<String> = first.iter().map(Message::what).collect();
    assert_eq!(what, ["A-1", "B-1"], "what follows of the same customer waits, others do not");
    assert!(first.iter().all(|message| is_signed_by(message, &new.secret)));
    let json = first[0].json();
    assert_eq!((&json["type"], &json["timestamp"]), (&json!("order.created"), &json!("2026-11-22T09:00:00Z")));
    assert_eq!(json["data"]["amount"], json!({ "minor": 100, "currency": "CNY", "exponent": 2 }));
    assert_eq!(json["data"]["customer_id"], json!(number_of(stage, "C1").await.public_id()));
    let mut sent = vec![first[0].clone()];
    for pause in [5, 300] {
        stage.clock.advance_seconds(pause - 1);
        deliver(stage).await;
        assert_eq!(receiver.take_what(), Vec::<String>::new(), "not before {pause} seconds");
        stage.clock.advance_seconds(1);
        deliver(stage).await;
        let again = receiver.take();
        assert_eq!(again.iter().map(Message::what).collect::<Vec<_>>(), ["A-1"]);
        sent.extend(again);
    }
    stage.clock.advance_seconds(1_800);
    deliver(stage).await;
    let last = receiver.take();
    assert_eq!(last.iter().map(Message::what).collect::<Vec<_>>(), ["A-1", "A-2"], "and then what waited behind it");
    sent.push(last[0].clone());
    assert!(sent.iter().all(|message| message.id() == sent[0].id() && message.body == sent[0].body));
    assert!(sent.iter().all(|message| is_signed_by(message, &new.secret)));
    let times: Vec<i64> = sent.iter().map(|message| message.header("webhook-timestamp").parse().unwrap()).collect();
    assert_eq!(times.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>(), [5, 300, 1_800]);
    let id = &new.endpoint.id;
    let (log, _) = webhooks::attempts(&stage.app, &TESTER, id, None, 50).await.unwrap();
    let of_first: Vec<(i64, Option<i64>, Option<&str>)> = log
        .iter()
        .rev()
        .filter(|row| row.event_id == sent[0].id())
        .map(|row| (row.attempt, row.status, row.error.as_deref()))
        .collect();
    let failed = Some("status");
    assert_eq!(
        of_first,
        [(1, Some(500), failed), (2, Some(500), failed), (3, Some(500), failed), (4, Some(200), None)]
    );
    assert!(log.iter().all(|row| row.duration_ms >= 0));

    // Six days later, all of it once more, in order and with the ids of before.
    stage.clock.advance_days(6);
    let replayed = webhooks::replay(&stage.app, &TESTER, id, &Replay::Since(begun), &Once::unkeyed()).await.unwrap();
    assert_eq!(replayed.deliveries, 3);
    deliver(stage).await;
    let again = receiver.take();
    let of_customer: Vec<String> = again.iter().map(Message::what).filter(|what| what.starts_with('A')).collect();
    assert_eq!(of_customer, ["A-1", "A-2"]);
    assert!(again.iter().any(|message| message.id() == sent[0].id()));
    // And after seven days no more.
    stage.clock.advance_days(1);
    let late = Replay::Event(sent[0].id().to_owned());
    let late = webhooks::replay(&stage.app, &TESTER, id, &late, &Once::unkeyed()).await;
    assert!(matches!(late, Err(WebhookError::NoEvent)), "{late:?}");
}

async fn what_happens_is_told_once_and_in_the_order_of_each_customer(stage: &Stage) {
    let receiver = Receiver::new(|_| status(200)).await;
    endpoint(stage, &receiver.url, EventType::subscribable(), false).await;
    // The same again tells of nothing.
    tell(stage, vec![order("A-1", "C1", 1_000), order("A-1", "C1", 1_000)]).await;
    tell(stage, vec![order("A-1", "C1", 1_000)]).await;
    let mut more = order("A-1", "C1", 1_000);
    more.lines.push(LineTold { sku: Some("CUP".into()), amount_minor: Some(50), ..LineTold::default() });
    tell(stage, vec![more.clone()]).await;
    tell(stage, vec![OrderTold { refund_minor: Some(300), ..more }]).await;
    tell(stage, vec![OrderTold { status: OrderStatus::Cancelled, lines: Vec::new(), ..order("A-1", "C1", 0) }]).await;
    tell(stage, vec![order("B-1", "C2", 10)]).await;
    let (one, other) = (number_of(stage, "C1").await, number_of(stage, "C2").await);
    let request = MergeRequest { one, other, keep: Some(one) };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    tell(stage, vec![order("B-2", "C2", 20)]).await;
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    tell(stage, vec![order("B-3", "C2", 30)]).await;
    // A message that shows that two are one.
    let till = TouchPoint::new(stage, "till").await;
    let known = |user: &str, mail: &str, id: &str| json!({ "type": "identify", "userId": user, "messageId": id, "traits": { "email": mail } });
    till.send(stage, &[known("u1", "ann@example.com", "m1")]).await;
    let visitor = json!({ "type": "identify", "anonymousId": "a9", "messageId": "m2", "traits": {} });
    till.send(stage, &[visitor]).await;
    pipeline::apply_all(&stage.app).await.unwrap();
    let joins = json!({ "type": "identify", "userId": "u1", "anonymousId": "a9", "messageId": "m3" });
    till.send(stage, &[joins]).await;
    pipeline::apply_all(&stage.app).await.unwrap();

    deliver(stage).await;
    let messages = receiver.take();
    let name = |id: &serde_json::Value| {
        if *id == json!(one.public_id()) {
            "one"
        } else if *id == json!(other.public_id()) {
            "other"
        } else {
            "else"
        }
    };
    let mut by_customer: HashMap<&str, Vec<String>> = HashMap::new();
    for message in &messages {
        let json = message.json();
        let money = json["data"]["amount"]["minor"].as_i64().map_or_else(String::new, |minor| format!(" {minor}"));
        let told = format!("{}{money}", json["type"].as_str().unwrap());
        by_customer.entry(name(&json["data"]["customer_id"])).or_default().push(told);
    }
    let expected = [
        "customer.created",
        "order.created 1000",
        "order.changed 50",
        "order.refunded 300",
        "order.cancelled 750",
        "customer.merged",
        "order.created 20",
        "customer.unmerged",
    ];
    assert_eq!(by_customer["one"], expected);
    assert_eq!(by_customer["other"], ["customer.created", "order.created 10", "order.created 30"]);
    assert_eq!(by_customer["else"], ["customer.created", "customer.created", "customer.merged"]);
    // A merge is of both: nobody hears of it before what came of either.
    let of_order = |no: &str| messages.iter().position(|message| message.what() == no).unwrap();
    let of_one = |what: &str| {
        let is_it = |message: &Message| {
            let json = message.json();
            json["type"] == what && json["data"]["customer_id"] == json!(one.public_id())
        };
        messages.iter().position(is_it).unwrap()
    };
    assert!(of_order("B-1") < of_one("customer.merged"));
    assert!(of_one("customer.unmerged") < of_order("B-3"));
    let text: String = messages.iter().map(|message| message.body.as_str()).collect();
    assert!(!text.contains("ann@example.com"), "a message names nobody");
}

async fn files_are_left_out_where_nobody_asks_for_them(stage: &Stage) {
    let (usual, all) = (Receiver::new(|_| status(200)).await, Receiver::new(|_| status(200)).await);
    let types = [EventType::OrderCreated, EventType::ImportFinished];
    endpoint(stage, &usual.url, &types, false).await;
    endpoint(stage, &all.url, &types, true).await;
    let content = b"order_no,customer_id,ordered_at,order_amount,currency\nF-1,A,2026-01-10,70.00,CNY\n";
    let file = stage.write("orders.csv", content);
    stage.import_with(ImportKind::Orders, &file, &Default::default(), true).await;
    let done = stage.import(ImportKind::Orders, &file).await;
    deliver(stage).await;
    let told = usual.take();
    assert_eq!(told.len(), 1, "a dry run tells of nothing");
    let data = &told[0].json()["data"];
    assert_eq!((&data["import_id"], &data["state"]), (&json!(done.id), &json!("done")));
    assert_eq!(data["report"]["orders"], 1);
    let mut what = all.take_what();
    what.sort();
    assert_eq!(what, ["F-1", "import.finished"]);
}

async fn an_endpoint_at_which_all_fails_for_three_days_is_paused_and_goes_on_when_it_is_resumed(stage: &Stage) {
    let answer = Arc::new(AtomicU16::new(500));
    let now = Arc::clone(&answer);
    let receiver = Receiver::new(move |_| status(now.load(Ordering::SeqCst))).await;
    let id = endpoint(stage, &receiver.url, &[EventType::OrderCreated], false).await.endpoint.id;
    tell(stage, vec![order("A-1", "C1", 100)]).await;
    let view = || async { webhooks::get_endpoint(&stage.app, &TESTER, &id).await.unwrap() };
    deliver(stage).await;
    assert_eq!(view().await.endpoint.failing_since, Some(stage.clock.now()));
    for _ in 0..2 {
        stage.clock.advance_days(1);
        deliver(stage).await;
        assert_eq!(view().await.endpoint.paused, None);
    }
    stage.clock.advance_days(1);
    deliver(stage).await;
    let paused = view().await.endpoint.paused;
    assert_eq!(paused, Some((PausedReason::Failures, stage.clock.now())));
    assert_eq!(receiver.take().len(), 4);
    let (entries, _) = audit::list(&stage.app, &TESTER, None, 1).await.unwrap();
    let entry = &entries[0];
    assert_eq!((entry.action.as_str(), entry.actor_name.as_str()), ("webhook.paused", "webhooks"));
    assert_eq!(entry.detail["reason"], "failures");
    // Nothing is sent, and what happens waits.
    answer.store(200, Ordering::SeqCst);
    tell(stage, vec![order("A-2", "C1", 100)]).await;
    stage.clock.advance_days(1);
    deliver(stage).await;
    assert_eq!(receiver.take().len(), 0);
    assert_eq!(view().await.counts.waiting, 2);
    webhooks::resume_endpoint(&stage.app, &TESTER, &id).await.unwrap();
    deliver(stage).await;
    assert_eq!(receiver.take_what(), ["A-1", "A-2"]);
    let view = view().await;
    assert_eq!((view.endpoint.failing_since, view.counts.delivered, view.counts.waiting), (None, 2, 0));
}

async fn an_endpoint_that_is_gone_is_paused_at_once(stage: &Stage) {
    let receiver = Receiver::new(|_| status(410)).await;
    let id = endpoint(stage, &receiver.url, &[EventType::OrderCreated], false).await.endpoint.id;
    tell(stage, vec![order("A-1", "C1", 100)]).await;
    deliver(stage).await;
    let view = webhooks::get_endpoint(&stage.app, &TESTER, &id).await.unwrap();
    assert_eq!(view.endpoint.paused.map(|(reason, _)| reason), Some(PausedReason::Gone));
    assert_eq!(view.counts.waiting, 1, "it is not lost");
    let tested = webhooks::test_endpoint(&stage.app, &TESTER, &id, &Once::unkeyed()).await;
    assert!(matches!(tested, Err(WebhookError::Paused)), "{tested:?}");
}

async fn after_a_rotation_both_secrets_sign_for_a_while(stage: &Stage) {
    let receiver = Receiver::new(|_| status(204)).await;
    let first = endpoint(stage, &receiver.url, &[EventType::OrderCreated], false).await;
    let id = &first.endpoint.id;
    let stored = perennial_store::webhooks::get(&mut stage.app.store.read().await.unwrap(), id).await.unwrap().unwrap();
    let plain = secret_of(&first.secret);
    assert!(!stored.secret.windows(plain.len()).any(|part| part == plain), "it is sealed");
    let second = webhooks::rotate_secret(&stage.app, &TESTER, id, 3_600, &Once::unkeyed()).await.unwrap();
    assert_ne!(first.secret, second.secret);
    tell(stage, vec![order("A-1", "C1", 100)]).await;
    deliver(stage).await;
    let both = receiver.take().remove(0);
    assert!(is_signed_by(&both, &first.secret) && is_signed_by(&both, &second.secret));
    stage.clock.advance_seconds(3_600);
    tell(stage, vec![order("A-2", "C1", 100)]).await;
    deliver(stage).await;
    let one = receiver.take().remove(0);
    assert!(!is_signed_by(&one, &first.secret) && is_signed_by(&one, &second.secret));
    // Without its key no secret can be read: nothing is sent unsigned.
    std::fs::write(stage.folder.path().join("secrets.key"), [7; 32]).unwrap();
    tell(stage, vec![order("A-3", "C1", 100)]).await;
    deliver(stage).await;
    assert_eq!(receiver.take().len(), 0);
    let (rows, _) = webhooks::deliveries(&stage.app, &TESTER, id, Some(DeliveryState::Waiting), None, 9).await.unwrap();
    assert_eq!(rows[0].last_error.as_deref(), Some("secret_unreadable"));
}

async fn attacks_by_a_receiver_are_failures_and_nothing_more(stage: &Stage) {
    let inside = Receiver::new(|_| status(200)).await;
    let location = inside.url.clone();
    let redirecting = Receiver::new(move |_| {
        format!("HTTP/1.1 307 X\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    })
    .await;
    let huge = Receiver::new(|_| format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "x".repeat(1 << 20))).await;
    let mut ids = Vec::new();
    for url in [&redirecting.url, &huge.url, &"https://127.0.0.1:9/".to_owned()] {
        ids.push(endpoint(stage, url, &[EventType::OrderCreated], false).await.endpoint.id);
    }
    tell(stage, vec![order("A-1", "C1", 100)]).await;
    deliver(stage).await;
    let mut errors = Vec::new();
    for id in &ids {
        let (rows, _) = webhooks::deliveries(&stage.app, &TESTER, id, None, None, 9).await.unwrap();
        assert_eq!((rows.len(), rows[0].state.as_str()), (1, "waiting"));
        errors.push((rows[0].last_status, rows[0].last_error.clone().unwrap()));
    }
    assert_eq!(errors[0], (Some(307), "redirect".to_owned()));
    assert_eq!(errors[1], (None, "no_http".to_owned()));
    assert_eq!(errors[2], (None, "unreachable".to_owned()));
    assert_eq!(inside.take().len(), 0, "no redirect is followed");

    // A server that was not told to: neither made nor sent to.
    let settings = EndpointSettings {
        url: inside.url.clone(),
        description: String::new(),
        event_types: vec![EventType::OrderCreated],
        with_imports: false,
    };
    let refused = webhooks::create_endpoint(&stage.app, &TESTER, settings, false, &Once::unkeyed()).await;
    assert!(matches!(refused, Err(WebhookError::Target(_))), "{refused:?}");
    stage.clock.advance_seconds(5);
    let mut careful = Deliverer::new(&stage.app, Sender::new(false));
    careful.look().await.unwrap();
    careful.settled().await;
    let (rows, _) = webhooks::deliveries(&stage.app, &TESTER, &ids[2], None, None, 9).await.unwrap();
    assert_eq!(rows[0].last_error.as_deref(), Some("private_address"));
}

async fn what_a_process_that_died_had_begun_is_sent_again_with_its_id(stage: &Stage) {
    let arrived = Arc::new(Notify::new());
    let told = Arc::clone(&arrived);
    let receiver = Receiver::new(move |_| {
        told.notify_one();
        SILENCE.to_owned()
    })
    .await;
    let id = endpoint(stage, &receiver.url, &[EventType::OrderCreated], false).await.endpoint.id;
    tell(stage, vec![order("A-1", "C1", 100), order("A-2", "C1", 100)]).await;
    let mut dies = Deliverer::new(&stage.app, Sender::new(true));
    dies.look().await.unwrap();
    arrived.notified().await;
    // Its tasks end with it, as with its process.
    drop(dies);
    let first = receiver.take().remove(0);
    let healthy = Receiver::new(|_| status(200)).await;
    let view = webhooks::get_endpoint(&stage.app, &TESTER, &id).await.unwrap().endpoint;
    let settings = EndpointSettings { url: healthy.url.clone(), ..view.settings };
    webhooks::update_endpoint(&stage.app, &TESTER, &id, view.version, settings, true).await.unwrap();
    deliver(stage).await;
    assert_eq!(healthy.take().len(), 0, "somebody else may still be at it");
    stage.clock.advance_seconds(30);
    deliver(stage).await;
    let again = healthy.take();
    assert_eq!(again.iter().map(Message::what).collect::<Vec<_>>(), ["A-1", "A-2"]);
    assert_eq!(again[0].id(), first.id());
    let (log, _) = webhooks::attempts(&stage.app, &TESTER, &id, None, 9).await.unwrap();
    assert_eq!(log.last().unwrap().attempt, 2, "the one that nobody settled counts");
}

async fn a_test_and_a_replay_of_one_event_and_of_the_failed(stage: &Stage) {
    let answer = Arc::new(AtomicU16::new(500));
    let now = Arc::clone(&answer);
    let receiver = Receiver::new(move |_| status(now.load(Ordering::SeqCst))).await;
    let id = endpoint(stage, &receiver.url, &[EventType::ImportFinished], false).await.endpoint.id;
    let test = webhooks::test_endpoint(&stage.app, &TESTER, &id, &Once::unkeyed()).await.unwrap();
    let pauses = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    // Another one arrives now and then, so that the endpoint is not given up.
    for (place, pause) in pauses.into_iter().enumerate() {
        stage.clock.advance_seconds(pause);
        deliver(stage).await;
        if place == 8 {
            answer.store(200, Ordering::SeqCst);
            let fine = webhooks::test_endpoint(&stage.app, &TESTER, &id, &Once::unkeyed()).await.unwrap();
            deliver(stage).await;
            answer.store(500, Ordering::SeqCst);
            let event = Replay::Event(fine.clone());
            webhooks::replay(&stage.app, &TESTER, &id, &event, &Once::unkeyed()).await.unwrap();
            answer.store(200, Ordering::SeqCst);
            deliver(stage).await;
            answer.store(500, Ordering::SeqCst);
            let of_it = receiver.take().iter().filter(|message| message.id() == fine).count();
            assert_eq!(of_it, 2, "once, and once more");
        }
    }
    let state = |row: &webhooks::Delivery| (row.event_id.clone(), row.state.clone(), row.attempts);
    let (rows, _) = webhooks::deliveries(&stage.app, &TESTER, &id, Some(DeliveryState::Failed), None, 9).await.unwrap();
    assert_eq!(rows.iter().map(state).collect::<Vec<_>>(), [(test.clone(), "failed".to_owned(), 10)]);
    answer.store(200, Ordering::SeqCst);
    receiver.take();
    let done = webhooks::replay(&stage.app, &TESTER, &id, &Replay::Failed, &Once::unkeyed()).await.unwrap();
    assert_eq!(done.deliveries, 1);
    deliver(stage).await;
    assert_eq!(receiver.take().iter().map(|message| message.id().to_owned()).collect::<Vec<_>>(), [test]);
    webhooks::delete_endpoint(&stage.app, &TESTER, &id).await.unwrap();
    assert_eq!(webhooks::list_endpoints(&stage.app, &TESTER).await.unwrap(), []);
}

async fn what_is_old_goes_and_is_counted(stage: &Stage) {
    let receiver = Receiver::new(|_| status(200)).await;
    let id = endpoint(stage, &receiver.url, &[EventType::OrderCreated], false).await.endpoint.id;
    tell(stage, vec![order("A-1", "C1", 100)]).await;
    deliver(stage).await;
    webhooks::pause_endpoint(&stage.app, &TESTER, &id).await.unwrap();
    tell(stage, vec![order("A-2", "C1", 100)]).await;
    stage.clock.advance_days(8);
    tell(stage, vec![order("A-3", "C1", 100)]).await;
    webhooks::forget_old(&stage.app).await.unwrap();
    let counts = webhooks::get_endpoint(&stage.app, &TESTER, &id).await.unwrap().counts;
    assert_eq!((counts.waiting, counts.delivered, counts.expired), (1, 0, 1));
    webhooks::resume_endpoint(&stage.app, &TESTER, &id).await.unwrap();
    receiver.take();
    deliver(stage).await;
    assert_eq!(receiver.take_what(), ["A-3"]);
}
