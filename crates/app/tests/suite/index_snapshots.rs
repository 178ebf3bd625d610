//! A start goes on from the file that the last process left, where that may be read, and else builds the index anew.

use crate::live::{PEOPLE, SEGMENTS, segment, workspace};
use crate::people::named;
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::segments::live::{Live, follow, save, save_when_due, segment_counts};
use perennial_app::{privacy, settings};
use perennial_domain::settings::Settings;
use perennial_domain::time::{MICROS_PER_DAY, MICROS_PER_HOUR};
use perennial_store::index_snapshots;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

on_both! {
    a_start_goes_on_from_the_file,
    a_file_is_written_each_hour_in_which_something_came,
    nobody_who_was_erased_is_in_a_file,
    a_file_that_is_not_as_it_should_be_is_not_read,
    an_index_that_does_not_know_of_an_erasure_is_not_written,
    what_was_written_ahead_of_the_clock_is_not_read,
}

fn file(stage: &Stage) -> PathBuf {
    stage.app.data_dir.join("index").join("live.snapshot")
}

async fn counts(stage: &Stage, live: &Arc<Live>) -> BTreeMap<String, u64> {
    follow(&stage.app, live).await.unwrap();
    segment_counts(&stage.app, live, &TESTER).await.unwrap().counts
}

/// A server that has followed and left a file.
async fn left(stage: &Stage) -> BTreeMap<String, u64> {
    let live = Arc::<Live>::default();
    let counts = counts(stage, &live).await;
    assert!(save(&stage.app, &live).await.unwrap() && file(stage).exists());
    counts
}

async fn with_segments(stage: &Stage) -> crate::people::Teller {
    let site = workspace(stage).await;
    for (code, rule) in SEGMENTS {
        segment(stage, code, rule).await;
    }
    site
}

/// What came meanwhile, what time did and a rule that changed are followed from there.
async fn a_start_goes_on_from_the_file(stage: &Stage) {
    let mut site = with_segments(stage).await;
    let before = left(stage).await;
    let live = Arc::<Live>::default();
    assert_eq!(counts(stage, &live).await, before);
    assert!(file(stage).exists(), "it was read");
    site.apply(stage, &[site.order("u1", "o1", 2_000), site.order("u2", "o2", 3_000), site.refund("u2", "o2", 10)])
        .await;
    segment(stage, "u", "has identifier user_id").await;
    stage.clock.advance_micros(10 * MICROS_PER_DAY);
    let live = Arc::<Live>::default();
    let found = counts(stage, &live).await;
    assert!(file(stage).exists(), "it was read");
    std::fs::remove_file(file(stage)).unwrap();
    assert_eq!(found, counts(stage, &Arc::default()).await, "as built anew");
    let of = |code: &str| (before.get(code).copied(), found[code]);
    assert_eq!(of("buyers"), (Some(1), 3));
    assert_eq!(of("refunded"), (Some(0), 1));
    assert_eq!(of("readers"), (Some(0), 0));
    assert_eq!(of("u"), (None, PEOPLE));
}

async fn a_file_is_written_each_hour_in_which_something_came(stage: &Stage) {
    let mut site = with_segments(stage).await;
    let live = Arc::<Live>::default();
    assert!(!save_when_due(&stage.app, &live).await.unwrap(), "there is nothing yet");
    let due = async |of: &Live| {
        follow(&stage.app, of).await.unwrap();
        save_when_due(&stage.app, &live).await.unwrap()
    };
    assert!(due(&live).await);
    assert!(!due(&live).await);
    stage.clock.advance_micros(MICROS_PER_HOUR);
    assert!(!due(&live).await, "nothing came");
    site.apply(stage, &[site.order("u1", "o1", 2_000)]).await;
    stage.clock.advance_micros(60_000_000);
    assert!(due(&live).await);
    site.apply(stage, &[site.order("u1", "o2", 2_000)]).await;
    stage.clock.advance_micros(60_000_000);
    assert!(!due(&live).await, "not within the hour");
    assert!(save(&stage.app, &live).await.unwrap(), "but at the end");
}

async fn nobody_who_was_erased_is_in_a_file(stage: &Stage) {
    let mut site = with_segments(stage).await;
    segment(stage, "somewhere", "city exists").await;
    site.apply(stage, &[json!({ "type": "identify", "userId": "u1", "traits": { "city": "Zanzibar 2187" } })]).await;
    stage.clock.advance_micros(MICROS_PER_HOUR);
    let has_word = |bytes: &[u8]| bytes.windows(8).any(|some| some == b"Zanzibar");
    assert_eq!(left(stage).await["somewhere"], PEOPLE);
    let bytes = std::fs::read(file(stage)).unwrap();
    assert!(has_word(&bytes));
    let customer = named(stage, "u1").await;
    privacy::erase(&stage.app, &TESTER, customer, "asked for it").await.unwrap();
    assert!(!file(stage).exists());
    // Somebody puts a copy back.
    std::fs::create_dir_all(file(stage).parent().unwrap()).unwrap();
    std::fs::write(file(stage), &bytes).unwrap();
    let live = Arc::<Live>::default();
    assert_eq!(counts(stage, &live).await["somewhere"], PEOPLE - 1);
    assert!(!file(stage).exists(), "it was not read");
    assert!(save(&stage.app, &live).await.unwrap());
    assert!(!has_word(&std::fs::read(file(stage)).unwrap()));
}

async fn a_file_that_is_not_as_it_should_be_is_not_read(stage: &Stage) {
    with_segments(stage).await;
    let before = left(stage).await;
    let whole = std::fs::read(file(stage)).unwrap();
    for place in [0, 9, 40, whole.len() / 2, whole.len() - 1] {
        let mut other = whole.clone();
        other[place] ^= 1;
        std::fs::write(file(stage), &other).unwrap();
        assert_eq!(counts(stage, &Arc::default()).await, before);
        assert!(!file(stage).exists(), "a byte at {place} of {} is another one", whole.len());
    }
    for part in [0, 5, 100, whole.len() - 1] {
        std::fs::write(file(stage), &whole[..part]).unwrap();
        assert_eq!(counts(stage, &Arc::default()).await, before);
        assert!(!file(stage).exists(), "{part} bytes");
    }
    // What rows mean is another thing now.
    std::fs::write(file(stage), &whole).unwrap();
    let stored = settings::read(&stage.app, &TESTER).await.unwrap();
    let changed = Settings { time_zone: "Europe/Berlin".to_owned(), ..stored.settings };
    settings::update(&stage.app, &TESTER, stored.version, changed).await.unwrap();
    counts(stage, &Arc::default()).await;
    assert!(!file(stage).exists());
    // A database that does not know it, as an older backup.
    left(stage).await;
    let mut tx = stage.app.store.write().await.unwrap();
    index_snapshots::void(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    counts(stage, &Arc::default()).await;
    assert!(!file(stage).exists());
}

/// The server stops before its next round.
async fn an_index_that_does_not_know_of_an_erasure_is_not_written(stage: &Stage) {
    with_segments(stage).await;
    let live = Arc::<Live>::default();
    counts(stage, &live).await;
    let customer = named(stage, "u1").await;
    privacy::erase(&stage.app, &TESTER, customer, "asked for it").await.unwrap();
    assert!(!save(&stage.app, &live).await.unwrap());
    let folder = file(stage).parent().unwrap().to_owned();
    assert!(!folder.exists() || std::fs::read_dir(folder).unwrap().next().is_none());
    counts(stage, &live).await;
    assert!(save(&stage.app, &live).await.unwrap(), "it knows now");
}

async fn what_was_written_ahead_of_the_clock_is_not_read(stage: &Stage) {
    with_segments(stage).await;
    let now = stage.app.clock.now();
    let before = counts(stage, &Arc::default()).await;
    stage.clock.advance_micros(40 * MICROS_PER_DAY);
    assert_ne!(left(stage).await, before, "what happened lately did not then");
    stage.clock.set(now);
    assert_eq!(counts(stage, &Arc::default()).await, before);
    assert!(!file(stage).exists(), "it was not read");
}
