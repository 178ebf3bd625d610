//! Touch-points: the registry, counts that add up, firsts in any order.

use crate::sources::source;
use perennial_domain::time::Instant;
use perennial_domain::touch_point::PRESETS;
use perennial_store::sources;
use perennial_store::touch_points::{self, FirstCountRow, FirstRow, NewCount, TouchPointRow};
use perennial_testkit::TestStore;

on_both!(
    the_preset_ones_are_there_and_own_ones_are_changed_by_version,
    counts_are_added_by_source_and_day,
    the_earliest_holds_whatever_comes_first,
);

async fn the_preset_ones_are_there_and_own_ones_are_changed_by_version(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let found = touch_points::list(&mut tx).await.unwrap();
    let mut shown: Vec<_> = found.iter().map(|row| (&*row.code, &*row.name_zh, &*row.name_en, row.is_preset)).collect();
    let mut expected: Vec<_> = PRESETS.iter().map(|one| (one.code, one.name_zh, one.name_en, true)).collect();
    shown.sort_unstable();
    expected.sort_unstable();
    assert_eq!(shown, expected, "the schema has the presets of the rules");
    let own = TouchPointRow {
        code: "pop_up".to_owned(),
        name_zh: "快闪店".to_owned(),
        name_en: "Pop-up".to_owned(),
        is_preset: false,
        archived_at: None,
        created_by: "usr_1".to_owned(),
        created_at: Instant(5),
        version: 1,
    };
    assert!(touch_points::insert(&mut tx, &own).await.unwrap());
    assert!(!touch_points::insert(&mut tx, &own).await.unwrap(), "the code is taken");
    assert_eq!(touch_points::get(&mut tx, "pop_up").await.unwrap().as_ref(), Some(&own));
    let changed = TouchPointRow { archived_at: Some(Instant(9)), name_en: "Pop-up store".to_owned(), ..own };
    assert!(touch_points::update(&mut tx, &changed).await.unwrap());
    assert!(!touch_points::update(&mut tx, &changed).await.unwrap(), "its version is another now");
    let read = touch_points::get(&mut tx, "pop_up").await.unwrap().unwrap();
    assert_eq!(read, TouchPointRow { version: 2, ..changed });
}

async fn counts_are_added_by_source_and_day(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for id in ["src_a", "src_b"] {
        sources::insert(&mut tx, &source(id, id.as_bytes()[4])).await.unwrap();
    }
    let count = |touch_point: &str, source_id: &str, day, facts| NewCount {
        touch_point: touch_point.to_owned(),
        source_id: source_id.to_owned(),
        day,
        facts,
        last_at: Instant(day * 10),
    };
    let rows = [count("store", "src_a", 1, 5), count("store", "src_b", 1, 2), count("", "src_a", 1, 4)];
    touch_points::add_counts(&mut tx, &rows).await.unwrap();
    touch_points::add_counts(&mut tx, &[count("store", "src_a", 1, 1), count("store", "src_a", 2, 3)]).await.unwrap();
    let totals = touch_points::totals(&mut tx).await.unwrap();
    let shown: Vec<_> =
        totals.iter().map(|row| (row.touch_point.as_str(), row.source_id.as_str(), row.facts, row.last_at.0)).collect();
    assert_eq!(shown, [("", "src_a", 4, 10), ("store", "src_a", 9, 20), ("store", "src_b", 2, 10)]);
}

async fn the_earliest_holds_whatever_comes_first(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let first = |part_number, what, at, touch_point: &str| FirstRow {
        part_number,
        what,
        at,
        touch_point: touch_point.to_owned(),
    };
    touch_points::add_firsts(&mut tx, &[first(1, "met", 50, "store"), first(2, "met", 7, "weibo")]).await.unwrap();
    touch_points::add_firsts(&mut tx, &[first(1, "met", 60, "phone"), first(2, "followed", 9, "")]).await.unwrap();
    touch_points::add_firsts(&mut tx, &[first(1, "met", 50, "search"), first(2, "met", 5, "store")]).await.unwrap();
    let count = |what: &str, touch_point: &str, customers| FirstCountRow {
        what: what.to_owned(),
        touch_point: touch_point.to_owned(),
        customers,
    };
    let expected = [count("followed", "", 1), count("met", "search", 1), count("met", "store", 1)];
    assert_eq!(touch_points::customers_by_first(&mut tx).await.unwrap(), expected);
    assert_eq!(touch_points::remove_firsts(&mut tx, &[2]).await.unwrap(), 2);
    assert_eq!(touch_points::customers_by_first(&mut tx).await.unwrap(), [count("met", "search", 1)]);
}
