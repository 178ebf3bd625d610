//! When values are made, by whom, and what becomes of runs that do not come to their end.

use crate::stage::{Stage, on_both};
use perennial_app::jobs::{self, JobError};
use perennial_app::pipeline::{self, BLOCKS_PER_TURN, PreparedBlock};
use perennial_app::value::{self, ValueError, ValueRequest};
use perennial_domain::fact::{FACT_BLOCK_VERSION, Fact, FactBlock, FactKey, FactKind, Line};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_store::value_runs;

on_both! {
    live_orders_make_new_values_soon_and_messages_do_not,
    one_run_goes_on_at_a_time_and_a_second_one_waits,
    a_run_that_is_stopped_is_marked_as_failed,
    values_of_a_later_run_stay,
    a_run_that_waits_serves_who_asks_for_the_same,
    a_turn_applies_a_part_of_what_waits,
}

fn block(kind: FactKind, number: usize) -> PreparedBlock {
    let fact = Fact {
        kind,
        key: FactKey::of(&["file", &number.to_string()]),
        at: Instant(i64::try_from(number).unwrap() * MICROS_PER_DAY),
        identifiers: vec![Identifier { kind: IdentifierType::CustomerId, value: "7".into() }],
        order_no: None,
        lines: vec![Line { amount_minor: (kind == FactKind::Order).then_some(100), ..Line::default() }],
        traits: vec![],
        tracked: None,
    };
    let block = FactBlock {
        version: FACT_BLOCK_VERSION,
        source: "shop".into(),
        import_id: None,
        currency: Currency::NONE,
        facts: vec![fact],
        rows: vec![],
    };
    PreparedBlock::new(number.to_string(), block).unwrap()
}

async fn accept(stage: &Stage, kind: FactKind, number: usize) {
    let mut tx = stage.app.store.write().await.unwrap();
    assert!(pipeline::accept(&mut tx, &block(kind, number), stage.app.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
}

async fn tell(stage: &Stage, kind: FactKind, number: usize) {
    accept(stage, kind, number).await;
    assert_eq!(pipeline::apply_all(&stage.app).await.unwrap(), 1);
}

async fn is_stale(stage: &Stage) -> bool {
    value::is_stale(&mut stage.app.store.read().await.unwrap()).await.unwrap()
}

async fn states(stage: &Stage) -> Vec<String> {
    value::list_runs(&stage.app, None, 9).await.unwrap().into_iter().map(|run| run.state).collect()
}

async fn live_orders_make_new_values_soon_and_messages_do_not(stage: &Stage) {
    assert!(!value::refresh(&stage.app).await.unwrap(), "there is nothing to value");
    tell(stage, FactKind::Order, 1).await;
    assert!(value::refresh(&stage.app).await.unwrap(), "at once: there never was a run");
    assert!(!value::refresh(&stage.app).await.unwrap(), "it waits");
    jobs::run_until_idle(&stage.app).await.unwrap();
    assert_eq!(value::latest(&stage.app).await.unwrap().unwrap().totals.orders, 1);
    tell(stage, FactKind::Page, 2).await;
    assert!(!is_stale(stage).await);
    tell(stage, FactKind::Order, 3).await;
    assert!(is_stale(stage).await);
    assert!(!value::refresh(&stage.app).await.unwrap(), "the last run is from just now");
    stage.clock.advance_seconds(15 * 60);
    assert!(value::refresh(&stage.app).await.unwrap());
    jobs::run_until_idle(&stage.app).await.unwrap();
    assert!(!is_stale(stage).await && !value::refresh(&stage.app).await.unwrap());
    assert_eq!(value::latest(&stage.app).await.unwrap().unwrap().totals.orders, 2);
}

async fn one_run_goes_on_at_a_time_and_a_second_one_waits(stage: &Stage) {
    tell(stage, FactKind::Order, 1).await;
    let mut tx = stage.app.store.write().await.unwrap();
    let now = stage.app.clock.now().0;
    value_runs::insert(&mut tx, "run_of_a_command", "{}", now - 1).await.unwrap();
    assert!(value_runs::start(&mut tx, "run_of_a_command", now, now + 60_000_000).await.unwrap());
    let id = value::enqueue_run(&stage.app, &mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let second = value::run_job(&stage.app, &id).await;
    assert!(matches!(second, Err(JobError::Later)), "{second:?}");
    value::fail_abandoned(&stage.app).await.unwrap();
    assert_eq!(states(stage).await, ["queued", "running"]);
    // The command was killed.
    stage.clock.advance_seconds(61);
    value::fail_abandoned(&stage.app).await.unwrap();
    assert_eq!(states(stage).await, ["queued", "failed"]);
    jobs::run_until_idle(&stage.app).await.unwrap();
    assert_eq!(states(stage).await, ["done", "failed"]);
}

async fn a_run_that_is_stopped_is_marked_as_failed(stage: &Stage) {
    tell(stage, FactKind::Order, 1).await;
    let outcome = value::run_unless(&stage.app, &ValueRequest::default(), std::future::ready(())).await;
    // Whichever of the two is asked first.
    let expected = if outcome.is_ok() { "done" } else { "failed" };
    assert!(matches!(outcome, Ok(_) | Err(ValueError::Stopped)), "{outcome:?}");
    assert_eq!(states(stage).await, [expected]);
    value::run_now(&stage.app, &ValueRequest::default()).await.unwrap();
}

async fn values_of_a_later_run_stay(stage: &Stage) {
    tell(stage, FactKind::Order, 1).await;
    let later = value::run_now(&stage.app, &ValueRequest::default()).await.unwrap();
    stage.clock.advance_seconds(-60);
    let earlier = value::run_now(&stage.app, &ValueRequest::default()).await;
    assert!(matches!(earlier, Err(ValueError::Overtaken)), "{earlier:?}");
    assert_eq!(value::latest(&stage.app).await.unwrap().unwrap().run_id, later.run_id);
}

async fn a_run_that_waits_serves_who_asks_for_the_same(stage: &Stage) {
    let mut tx = stage.app.store.write().await.unwrap();
    value_runs::insert(&mut tx, "run_by_day", "{\"unit\":\"day\"}", 1).await.unwrap();
    let first = value::enqueue_run(&stage.app, &mut tx).await.unwrap();
    assert_ne!(first, "run_by_day", "it is asked for something else");
    assert_eq!(value::enqueue_run(&stage.app, &mut tx).await.unwrap(), first);
    assert!(value_runs::start(&mut tx, &first, 2, 3).await.unwrap());
    // What comes while it runs may be too late for it.
    let second = value::enqueue_run(&stage.app, &mut tx).await.unwrap();
    assert_ne!(second, first);
    assert_eq!(value::enqueue_run(&stage.app, &mut tx).await.unwrap(), second, "they do not pile up");
}

async fn a_turn_applies_a_part_of_what_waits(stage: &Stage) {
    for number in 0..=BLOCKS_PER_TURN {
        accept(stage, FactKind::Page, number).await;
    }
    let mut turns = Vec::new();
    while turns.last() != Some(&0) {
        turns.push(pipeline::apply_some(&stage.app).await.unwrap());
    }
    assert_eq!(turns, [BLOCKS_PER_TURN, 1, 0]);
}
