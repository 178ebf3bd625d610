//! What is seen of an import while it runs, and how it is stopped.

use crate::stage::{Stage, TESTER, example, on_both};
use perennial_app::imports::{self, ImportProgress, ImportState};
use perennial_domain::import::field::ImportKind;
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

on_both! {
    an_import_is_cancelled_while_it_applies_and_the_same_file_adds_the_rest,
    an_import_is_cancelled_while_it_reads_and_leaves_nothing,
    the_time_left_follows_the_parts_that_are_done,
    the_rate_is_rows_by_the_seconds_that_went,
}

/// Asks to cancel in the middle of the run, as another process would.
fn cancel_now(stage: &Stage, id: &str) {
    tokio::task::block_in_place(|| {
        tokio::runtime::Handle::current().block_on(imports::cancel(&stage.app, &TESTER, id)).unwrap();
    });
}

async fn an_import_is_cancelled_while_it_applies_and_the_same_file_adds_the_rest(stage: &Stage) {
    const ROWS: u64 = 6_919;
    let path = example("cdnow_sample.csv.gz");
    let id = stage.create_import(ImportKind::Orders, &path).await;
    let asked = AtomicBool::new(false);
    let observe = |seen: &ImportProgress| {
        if seen.partitions_done > 0 && !asked.swap(true, Ordering::SeqCst) {
            cancel_now(stage, &id);
        }
    };
    let cancelled = imports::run(&stage.app, &id, &observe).await.unwrap();
    assert_eq!((cancelled.state, cancelled.cancel_requested), (ImportState::Cancelled, true));
    let accepted = cancelled.result.applied.accepted;
    assert!(accepted > 0 && accepted < ROWS, "{accepted} of {ROWS} rows were accepted when it was cancelled");
    let known = imports::known(&stage.app).await.unwrap();
    assert_eq!(
        (known.customers, known.orders),
        (cancelled.result.applied.customers_new, cancelled.result.applied.orders)
    );
    assert!(known.customers > 0);

    stage.clock.advance_seconds(60);
    let rest = stage.import(ImportKind::Orders, &path).await;
    assert_ne!(rest.id, id, "one that was cancelled has ended");
    assert_eq!(rest.state, ImportState::Done);
    assert_eq!((rest.result.applied.accepted, rest.result.applied.duplicates), (ROWS - accepted, accepted));
    let undisturbed = Stage::sqlite().await;
    undisturbed.import(ImportKind::Orders, &path).await;
    assert!(stage.export().await == undisturbed.export().await);
}

/// Rows that reading takes its time for and applying does not: nearly all are refused.
fn long_to_read(stage: &Stage) -> (std::path::PathBuf, u64) {
    const ROWS: u64 = 400_000;
    let mut csv = String::from("order_no,customer_id,ordered_at,order_amount,currency\n");
    for number in 0..ROWS {
        let amount = if number % 1_000 == 0 { "12.00" } else { "twelve" };
        writeln!(csv, "{number},C{number},2025-03-01,{amount},CNY").unwrap();
    }
    (stage.write("long.csv", csv.as_bytes()), ROWS)
}

async fn an_import_is_cancelled_while_it_reads_and_leaves_nothing(stage: &Stage) {
    let (path, _) = long_to_read(stage);
    let id = stage.create_import(ImportKind::Orders, &path).await;
    let asked = AtomicBool::new(false);
    let observe = |seen: &ImportProgress| {
        assert_eq!(seen.partitions, 0, "it is still reading");
        if !asked.swap(true, Ordering::SeqCst) {
            cancel_now(stage, &id);
        }
    };
    let cancelled = imports::run(&stage.app, &id, &observe).await.unwrap();
    assert_eq!((cancelled.state, cancelled.result.applied.accepted), (ImportState::Cancelled, 0));
    assert_eq!(imports::known(&stage.app).await.unwrap(), imports::Known { customers: 0, orders: 0 });
    assert!(!stage.folder.path().join("imports").join(&id).join("spool").exists());
}

async fn the_time_left_follows_the_parts_that_are_done(stage: &Stage) {
    const SECONDS_PER_PART: i64 = 10;
    let id = stage.create_import(ImportKind::Orders, &example("cdnow_sample.csv.gz")).await;
    let seen = Mutex::new(Vec::new());
    let observe = |progress: &ImportProgress| {
        if progress.partitions_done > 0 {
            seen.lock().unwrap().push((progress.partitions_done, progress.seconds_left, progress.fraction()));
            stage.clock.advance_seconds(SECONDS_PER_PART);
        }
    };
    let view = imports::run(&stage.app, &id, &observe).await.unwrap();
    let seen = seen.into_inner().unwrap();
    let parts = view.progress.partitions;
    assert_eq!(seen.iter().map(|one| one.0).collect::<Vec<_>>(), (1..=parts).collect::<Vec<_>>());
    for (done, seconds_left, _) in &seen {
        // The first part takes no time on this clock, each later one ten seconds.
        let (done, parts) = (u64::from(*done), u64::from(parts));
        assert_eq!(*seconds_left, Some((done - 1) * SECONDS_PER_PART as u64 * (parts - done) / done), "part {done}");
    }
    assert!(seen.is_sorted_by(|before, after| before.2 < after.2), "{seen:?}");
    assert!((seen.last().unwrap().2 - 1.0).abs() < 1e-12);
    assert_eq!(view.progress.seconds_left, Some(0));
}

async fn the_rate_is_rows_by_the_seconds_that_went(stage: &Stage) {
    const SECONDS_PER_LOOK: u64 = 10;
    let (path, rows) = long_to_read(stage);
    let id = stage.create_import(ImportKind::Orders, &path).await;
    let looks = Mutex::new(Vec::new());
    let observe = |progress: &ImportProgress| {
        if progress.partitions == 0 {
            looks.lock().unwrap().push(progress.clone());
            stage.clock.advance_seconds(SECONDS_PER_LOOK as i64);
        }
    };
    let view = imports::run(&stage.app, &id, &observe).await.unwrap();
    let looks = looks.into_inner().unwrap();
    // The first look is at once: no time has gone, so there is nothing to tell from.
    assert_eq!(looks.first().unwrap().seconds_left.unwrap_or(0), 0);
    for (before, look) in looks.iter().enumerate().skip(1) {
        let gone = before as u64 * SECONDS_PER_LOOK;
        assert_eq!(look.rows_per_second, look.counts.rows / gone, "look {before}");
        let done = look.fraction();
        if let Some(left) = look.seconds_left {
            // As long as what went, by the shares of what is left and what is done.
            assert!((left as f64 - gone as f64 * (1.0 - done) / done).abs() <= 1.0, "look {before}: {left} s, {done}");
        }
    }
    assert_eq!(view.progress.rows_per_second, rows / (looks.len() as u64 * SECONDS_PER_LOOK));
    assert_eq!((view.result.rows, view.result.applied.accepted), (rows, rows / 1_000));
}
