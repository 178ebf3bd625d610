//! Segments: versions that are only added, and what was seen of facts.

use perennial_domain::time::Instant;
use perennial_store::WriteTx;
use perennial_store::segments::{self, SeenRow, SegmentRow, VersionRow};
use perennial_store::traits::{self, TraitRow};
use perennial_testkit::TestStore;

on_both!(
    every_version_of_a_segment_is_kept_and_who_was_faster_wins,
    of_what_was_seen_the_first_type_stays,
    the_names_of_traits_are_each_told_once,
);

fn version(version: i64, by: &str) -> VersionRow {
    VersionRow {
        version,
        name: format!("Name {version}"),
        description: String::new(),
        rule: format!("{{\"tag\":\"t{version}\"}}"),
        digest: format!("{version:032x}"),
        changed_by: by.to_owned(),
        changed_at: Instant(4 + version),
    }
}

fn segment(code: &str, newest: VersionRow) -> SegmentRow {
    SegmentRow {
        code: code.to_owned(),
        archived_at: None,
        created_by: "Ada".to_owned(),
        created_at: Instant(5),
        newest,
    }
}

async fn every_version_of_a_segment_is_kept_and_who_was_faster_wins(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(segments::insert(&mut tx, &segment("b", version(1, "Ada"))).await.unwrap());
    assert!(segments::insert(&mut tx, &segment("a", version(1, "Ada"))).await.unwrap());
    assert!(!segments::insert(&mut tx, &segment("a", version(1, "Li"))).await.unwrap(), "the code is taken");
    let next = VersionRow { version: 1, ..version(2, "Li") };
    assert!(segments::advance(&mut tx, "a", &next).await.unwrap());
    assert!(!segments::advance(&mut tx, "a", &next).await.unwrap(), "somebody was faster");
    let newest = segment("a", version(2, "Li"));
    assert_eq!(segments::get(&mut tx, "a").await.unwrap(), Some(newest.clone()));
    assert_eq!(segments::get(&mut tx, "c").await.unwrap(), None);
    assert_eq!(segments::all(&mut tx).await.unwrap(), [newest, segment("b", version(1, "Ada"))]);
    let both = [version(2, "Li"), version(1, "Ada")];
    assert_eq!(segments::versions(&mut tx, "a", i64::MAX, 9).await.unwrap(), both);
    assert_eq!(segments::versions(&mut tx, "a", 2, 9).await.unwrap(), both[1..]);
    assert_eq!(segments::versions(&mut tx, "a", i64::MAX, 1).await.unwrap(), both[..1]);
    segments::set_archived(&mut tx, "b", Some(Instant(9))).await.unwrap();
    assert_eq!(segments::get(&mut tx, "b").await.unwrap().unwrap().archived_at, Some(Instant(9)));
    segments::set_archived(&mut tx, "b", None).await.unwrap();
    assert_eq!(segments::get(&mut tx, "b").await.unwrap().unwrap().archived_at, None);
}

async fn of_what_was_seen_the_first_type_stays(store: &TestStore) {
    let seen = |kind: &str, event: &str, property: &str, value_type: &str| SeenRow {
        kind: kind.to_owned(),
        event: event.to_owned(),
        property: property.to_owned(),
        value_type: value_type.to_owned(),
    };
    let mut tx = store.database.write().await.unwrap();
    let first =
        [seen("event", "Viewed", "", ""), seen("event", "Viewed", "price", "number"), seen("page", "", "x", "text")];
    segments::add_seen(&mut tx, &first, Instant(5)).await.unwrap();
    let again = [seen("event", "Viewed", "price", "text"), seen("event", "Added", "", "")];
    segments::add_seen(&mut tx, &again, Instant(6)).await.unwrap();
    let all = segments::seen(&mut tx).await.unwrap();
    assert_eq!(all, [again[1].clone(), first[0].clone(), first[1].clone(), first[2].clone()]);
    let of = [("event".to_owned(), "Viewed".to_owned()), ("screen".to_owned(), String::new())];
    let mut found = segments::seen_of(&mut tx, &of).await.unwrap();
    found.sort();
    assert_eq!(found, first[..2]);
    assert_eq!(segments::count_seen(&mut tx).await.unwrap(), 4);
}

async fn the_names_of_traits_are_each_told_once(store: &TestStore) {
    let told = |customer_number: i64, name: &str, source: &str| TraitRow {
        customer_number,
        name: name.to_owned(),
        source: source.to_owned(),
        value: "x".to_owned(),
        at: 5,
    };
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(traits::names(&mut tx, 9).await.unwrap(), Vec::<String>::new());
    let rows = [
        told(1, "city", "a"),
        told(1, "city", "b"),
        told(2, "Zoo", "a"),
        told(3, "city", "a"),
        told(3, "\u{57ce}", "a"),
    ];
    traits::upsert(&mut tx, &rows).await.unwrap();
    assert_eq!(traits::names(&mut tx, 9).await.unwrap(), ["Zoo", "city", "\u{57ce}"]);
    assert_eq!(traits::names(&mut tx, 2).await.unwrap(), ["Zoo", "city"]);
    traits::upsert(&mut tx, &[TraitRow { value: "y".to_owned(), ..told(4, "city", "a") }]).await.unwrap();
    let frequent = async |tx: &mut WriteTx<'_>, least| traits::frequent_values(tx, "city", least, 9).await.unwrap();
    assert_eq!(frequent(&mut tx, 1).await, [("x".to_owned(), 2), ("y".to_owned(), 1)]);
    assert_eq!(frequent(&mut tx, 2).await, [("x".to_owned(), 2)]);
}
