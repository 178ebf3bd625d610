//! Messages of sources: known once, counted, and the newest kept in view.

use crate::sources::source;
use perennial_domain::time::Instant;
use perennial_store::tracking::{self, CountsRow, DayRow, FORGET_PARTS, MessageKey, NewLogEntry, TotalRow};
use perennial_store::{journal, sources};
use perennial_testkit::TestStore;

on_both!(
    a_message_is_known_until_it_is_forgotten,
    counts_add_up_by_day_and_altogether,
    the_newest_of_each_outcome_stay_in_the_log,
);

/// Different in their first bytes, as hashes are.
fn key(place: u32) -> MessageKey {
    u128::from(place).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835).to_be_bytes()
}

async fn a_message_is_known_until_it_is_forgotten(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    journal::lock_accept(&mut tx).await.unwrap();
    let (old, new): (Vec<_>, Vec<_>) = ((0..700).map(key).collect(), (700..1_300).map(key).collect());
    assert!(tracking::known(&mut tx, &old).await.unwrap().is_empty());
    tracking::remember(&mut tx, &old, 100).await.unwrap();
    tracking::remember(&mut tx, &new, 131).await.unwrap();
    let asked: Vec<MessageKey> = (690..710).chain([5_000]).map(key).collect();
    let mut known = tracking::known(&mut tx, &asked).await.unwrap();
    known.sort();
    known.dedup();
    assert_eq!(known.len(), 20);
    assert!(tracking::known(&mut tx, &[]).await.unwrap().is_empty());
    let mut forgotten = 0;
    for part in 0..FORGET_PARTS {
        forgotten += tracking::forget_before(&mut tx, part, 101).await.unwrap();
    }
    assert_eq!(forgotten, 700);
    assert!(tracking::known(&mut tx, &old).await.unwrap().is_empty());
    tracking::remember(&mut tx, &old, 140).await.unwrap();
    assert!(tracking::remember(&mut tx, &new[..1], 140).await.is_err(), "it is known");
}

async fn counts_add_up_by_day_and_altogether(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    sources::insert(&mut tx, &source("src_a", 1)).await.unwrap();
    sources::insert(&mut tx, &source("src_b", 2)).await.unwrap();
    let counts = |accepted, duplicates, refused| CountsRow { accepted, duplicates, refused, ..CountsRow::default() };
    let day = |source_id: &str, day, counts, at| DayRow {
        source_id: source_id.to_owned(),
        day,
        counts,
        last_at: Instant(at),
    };
    let first = [day("src_a", 5, counts(10, 1, 0), 50), day("src_b", 5, counts(1, 0, 0), 3)];
    tracking::add_counts(&mut tx, &first).await.unwrap();
    tracking::add_counts(&mut tx, &[day("src_a", 5, counts(5, 0, 2), 40)]).await.unwrap();
    let aside = CountsRow { accepted: 1, quarantined: 7, released: 4, discarded: 2, ..CountsRow::default() };
    tracking::add_counts(&mut tx, &[day("src_a", 6, aside, 60)]).await.unwrap();
    let days = tracking::counts_by_day(&mut tx, "src_a", 5).await.unwrap();
    assert_eq!(days, [day("src_a", 5, counts(15, 1, 2), 50), day("src_a", 6, aside, 60)]);
    assert_eq!(tracking::counts_by_day(&mut tx, "src_a", 6).await.unwrap().len(), 1);
    let total =
        |source_id: &str, counts, at| TotalRow { source_id: source_id.to_owned(), counts, last_at: Instant(at) };
    let all = CountsRow { accepted: 16, duplicates: 1, refused: 2, ..aside };
    let expected = [total("src_a", all, 60), total("src_b", counts(1, 0, 0), 3)];
    assert_eq!(tracking::totals(&mut tx).await.unwrap(), expected);
}

async fn the_newest_of_each_outcome_stay_in_the_log(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    sources::insert(&mut tx, &source("src_a", 1)).await.unwrap();
    let entry = |place: i64, outcome| NewLogEntry {
        source_id: "src_a".to_owned(),
        outcome,
        at: Instant(place),
        kind: Some("track".to_owned()),
        name: None,
        message_id: Some(format!("m{place}")),
        reason: (outcome == "refused").then(|| "missing_event".to_owned()),
        shape: None,
    };
    let refused: Vec<NewLogEntry> = (0..3).map(|place| entry(place, "refused")).collect();
    let accepted: Vec<NewLogEntry> = (3..13).map(|place| entry(place, "accepted")).collect();
    tracking::append_log(&mut tx, &refused).await.unwrap();
    tracking::append_log(&mut tx, &accepted).await.unwrap();
    assert_eq!(tracking::trim_log(&mut tx, "src_a", "accepted", 4).await.unwrap(), 6);
    assert_eq!(tracking::trim_log(&mut tx, "src_a", "accepted", 4).await.unwrap(), 0);
    assert_eq!(tracking::trim_log(&mut tx, "src_a", "refused", 4).await.unwrap(), 0);
    let all = tracking::log(&mut tx, "src_a", None, 0, i64::MAX, 100).await.unwrap();
    let times: Vec<i64> = all.iter().map(|row| row.at.0).collect();
    assert_eq!(times, [12, 11, 10, 9, 2, 1, 0]);
    assert_eq!((all[4].reason.as_deref(), all[4].message_id.as_deref()), (Some("missing_event"), Some("m2")));
    let page = tracking::log(&mut tx, "src_a", None, 0, all[2].id, 3).await.unwrap();
    assert_eq!(page, all[3..6]);
    let newer = tracking::log(&mut tx, "src_a", None, all[2].id, i64::MAX, 100).await.unwrap();
    assert_eq!(newer, all[..2]);
    let refused = tracking::log(&mut tx, "src_a", Some("refused"), 0, i64::MAX, 2).await.unwrap();
    assert_eq!(refused, all[4..6]);
}
