//! A block that cannot be applied stands aside: what is behind it goes on, and nothing of it is lost.

use crate::stage::{Stage, TESTER, on_both};
use perennial_app::imports::{self, ImportState, ImportView, Known};
use perennial_app::jobs::{self, Job};
use perennial_app::{doctor, pipeline, value};
use perennial_domain::import::field::ImportKind;
use perennial_store::journal::{self, NewBlock};
use std::fmt::Write;
use std::path::PathBuf;

on_both! {
    a_block_that_cannot_be_applied_stands_aside_and_the_others_go_on,
    the_same_command_lets_an_import_with_a_part_aside_go_on,
    all_that_stands_aside_is_tried_again_at_once,
    an_unreadable_block_ends_its_import_and_stops_nobody_else,
    an_import_that_failed_long_ago_reads_its_file_again_and_loses_nothing,
}

const ORDERS: u64 = 60;

/// Orders of as many customers, so that each partition has some; one of them is `BAD`.
fn file(stage: &Stage) -> PathBuf {
    let mut csv = String::from("order_no,customer_id,ordered_at,order_amount,currency\n");
    for number in 0..ORDERS {
        let order_no = if number == 17 { "BAD".to_owned() } else { format!("N{number}") };
        writeln!(csv, "{order_no},C{number},2025-03-01,10.00,CNY").unwrap();
    }
    stage.write("orders.csv", csv.as_bytes())
}

fn another_file(stage: &Stage) -> PathBuf {
    stage.write("others.csv", b"order_no,customer_id,ordered_at,order_amount,currency\nX1,D1,2025-03-02,5.00,CNY\n")
}

/// From now on the store refuses the order `BAD`, and with it its block.
async fn refuse(stage: &Stage) {
    stage.refuse_order("BAD").await;
}

async fn repair(stage: &Stage) {
    stage.sql("DROP TRIGGER refuse", "ALTER TABLE orders DROP CONSTRAINT refuse").await;
}

async fn findings(stage: &Stage, check: &str) -> doctor::Finding {
    let findings = doctor::examine(&stage.app).await.unwrap();
    findings.into_iter().find(|finding| finding.check == check).unwrap()
}

fn expect_set_aside(view: &ImportView) {
    assert_eq!(view.state, ImportState::Failed);
    let failure = view.error.as_ref().unwrap();
    assert_eq!(failure.code, "block_set_aside");
    assert!(failure.text.contains(&view.id) && failure.text.contains("perennial doctor --try-again"), "{failure:?}");
}

/// All rows are in the report, and all orders are known, once.
async fn expect_complete(stage: &Stage, id: &str, orders: u64) {
    let view = imports::view(&stage.app, id).await.unwrap();
    assert_eq!((view.state, view.error.as_ref()), (ImportState::Done, None));
    assert_eq!((view.result.rows, view.result.applied.accepted), (ORDERS, ORDERS), "{:?}", view.result);
    assert_eq!(imports::known(&stage.app).await.unwrap(), Known { customers: orders, orders });
    assert!(findings(stage, "journal").await.ok);
}

async fn a_block_that_cannot_be_applied_stands_aside_and_the_others_go_on(stage: &Stage) {
    refuse(stage).await;
    let path = file(stage);
    let id = stage.enqueue_import(ImportKind::Orders, &path).await;
    jobs::run_until_idle(&stage.app).await.unwrap();
    expect_set_aside(&imports::view(&stage.app, &id).await.unwrap());
    assert!(!value::list_runs(&stage.app, None, 9).await.unwrap().is_empty(), "values follow what was accepted");
    let other = stage.import(ImportKind::Orders, &another_file(stage)).await;
    assert_eq!((other.state, other.result.applied.accepted), (ImportState::Done, 1));
    assert!(imports::known(&stage.app).await.unwrap().orders < ORDERS);

    let finding = findings(stage, "journal").await;
    assert!(!finding.ok && finding.found.contains(&format!("of import {id}")), "{finding:?}");
    assert!(finding.advice.unwrap().contains("perennial doctor --try-again"));
    assert!(!findings(stage, "jobs").await.ok, "the job is in view");

    // The spool outlives the clean-up, so that the file is not needed any more.
    jobs::enqueue_now(&stage.app, &Job::CleanUp).await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    std::fs::remove_file(path).unwrap();
    let dead = jobs::list(&stage.app, Some("dead"), None, 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    jobs::retry_dead(&stage.app, &TESTER, &dead[0].id).await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    expect_set_aside(&imports::view(&stage.app, &id).await.unwrap());

    repair(stage).await;
    jobs::retry_dead(&stage.app, &TESTER, &dead[0].id).await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    expect_complete(stage, &id, ORDERS + 1).await;
    assert!(findings(stage, "jobs").await.ok);
}

async fn the_same_command_lets_an_import_with_a_part_aside_go_on(stage: &Stage) {
    refuse(stage).await;
    let path = file(stage);
    let failed = stage.import(ImportKind::Orders, &path).await;
    expect_set_aside(&failed);
    let again = stage.import(ImportKind::Orders, &path).await;
    assert_eq!(again.id, failed.id);
    expect_set_aside(&again);
    repair(stage).await;
    assert_eq!(stage.import(ImportKind::Orders, &path).await.id, failed.id);
    expect_complete(stage, &failed.id, ORDERS).await;
    // It is done: the same file once more is a new import.
    let new = stage.import(ImportKind::Orders, &path).await;
    assert_ne!(new.id, failed.id);
    assert_eq!((new.result.applied.accepted, new.result.applied.duplicates), (0, ORDERS));
}

async fn all_that_stands_aside_is_tried_again_at_once(stage: &Stage) {
    refuse(stage).await;
    let id = stage.enqueue_import(ImportKind::Orders, &file(stage)).await;
    jobs::run_until_idle(&stage.app).await.unwrap();
    assert_eq!(imports::try_again(&stage.app, &TESTER).await.unwrap()[0].state, ImportState::Failed);
    repair(stage).await;
    let views = imports::try_again(&stage.app, &TESTER).await.unwrap();
    assert_eq!(views.iter().map(|view| view.id.as_str()).collect::<Vec<_>>(), [id.as_str()]);
    expect_complete(stage, &id, ORDERS).await;
    assert!(findings(stage, "jobs").await.ok, "the dead job has nothing left to do");
    assert!(imports::try_again(&stage.app, &TESTER).await.unwrap().is_empty());
}

async fn an_unreadable_block_ends_its_import_and_stops_nobody_else(stage: &Stage) {
    let id = stage.create_import(ImportKind::Orders, &file(stage)).await;
    let mut tx = stage.app.store.write().await.unwrap();
    for (key, import_id) in [("of the import", Some(id.as_str())), ("of nobody", None)] {
        let damaged = NewBlock { key, import_id, facts: 1, payload: &[1, 9, 0, 0, 0, 7] };
        assert!(journal::accept(&mut tx, &damaged, 1).await.unwrap());
    }
    tx.commit().await.unwrap();
    assert_eq!(pipeline::apply_all(&stage.app).await.unwrap(), 0, "neither stops the applier");
    let counts = journal::counts(&mut stage.app.store.read().await.unwrap()).await.unwrap();
    assert_eq!((counts.set_aside_blocks, counts.accepted_blocks), (2, 0));
    assert_eq!(imports::view(&stage.app, &id).await.unwrap().error.unwrap().code, "block_set_aside");
    let other = stage.import(ImportKind::Orders, &another_file(stage)).await;
    assert_eq!(other.state, ImportState::Done);
}

async fn an_import_that_failed_long_ago_reads_its_file_again_and_loses_nothing(stage: &Stage) {
    refuse(stage).await;
    let path = file(stage);
    let failed = stage.import(ImportKind::Orders, &path).await;
    expect_set_aside(&failed);
    let spool = stage.folder.path().join("imports").join(&failed.id).join("spool");
    assert!(spool.exists());
    stage.clock.advance_days(8);
    jobs::enqueue_now(&stage.app, &Job::CleanUp).await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    assert!(!spool.exists());
    repair(stage).await;
    let view = stage.import(ImportKind::Orders, &path).await;
    assert_eq!((view.id, view.state), (failed.id, ImportState::Done));
    assert_eq!(imports::known(&stage.app).await.unwrap(), Known { customers: ORDERS, orders: ORDERS });
    assert_eq!(view.result.applied.accepted, ORDERS, "what was known before counts as duplicates besides");
}
