//! Merges are written down, undone once, and found by their profiles.

use perennial_store::merges::{self, MergeRow};
use perennial_testkit::TestStore;

on_both!(a_merge_is_undone_once_and_stays_in_view, the_merge_that_stands_is_found_by_who_was_absorbed);

fn merge(id: &str, one_part: i64, other_part: i64, at: i64) -> MergeRow {
    MergeRow {
        id: id.to_owned(),
        one_part,
        other_part,
        survivor: one_part,
        absorbed: other_part,
        how: "hand".to_owned(),
        detail: "{}".to_owned(),
        created_by: "Ada".to_owned(),
        created_at: at,
        undone_by: None,
        undone_at: None,
    }
}

async fn a_merge_is_undone_once_and_stays_in_view(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(merges::version(&mut tx).await.unwrap(), 0);
    assert_eq!(merges::last_change(&mut tx).await.unwrap(), None);
    let rows = [merge("mrg_a", 1, 2, 5), merge("mrg_b", 3, 1, 6), merge("mrg_c", 4, 5, 7)];
    for row in &rows {
        merges::insert(&mut tx, row).await.unwrap();
    }
    let evidence = MergeRow { how: "evidence".to_owned(), ..merge("mrg_d", 6, 7, 99) };
    merges::insert(&mut tx, &evidence).await.unwrap();
    assert_eq!(merges::last_change(&mut tx).await.unwrap(), Some(99));
    assert_eq!(merges::get(&mut tx, "mrg_a").await.unwrap(), Some(rows[0].clone()));
    assert_eq!(merges::get(&mut tx, "mrg_x").await.unwrap(), None);
    assert!(merges::undo(&mut tx, "mrg_a", "Bob", 100).await.unwrap());
    assert!(!merges::undo(&mut tx, "mrg_a", "Eve", 101).await.unwrap());
    assert!(!merges::undo(&mut tx, "mrg_x", "Eve", 101).await.unwrap());
    let undone = MergeRow { undone_by: Some("Bob".to_owned()), undone_at: Some(100), ..rows[0].clone() };
    assert_eq!(merges::of_parts(&mut tx, &[1, 2, 3]).await.unwrap(), [rows[1].clone(), undone]);
    assert_eq!(merges::last_change(&mut tx).await.unwrap(), Some(100));
    let since = merges::since(&mut tx, 99).await.unwrap();
    assert_eq!(since.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["mrg_a", "mrg_d"]);
    assert_eq!(merges::since(&mut tx, 101).await.unwrap(), []);
    assert_eq!(merges::version(&mut tx).await.unwrap(), 5);
}

async fn the_merge_that_stands_is_found_by_who_was_absorbed(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for row in [merge("mrg_a", 1, 2, 5), merge("mrg_b", 3, 2, 6)] {
        merges::insert(&mut tx, &row).await.unwrap();
    }
    let standing = merges::of_absorbed(&mut tx, 2).await.unwrap();
    assert_eq!(standing.map(|row| row.id).as_deref(), Some("mrg_b"));
    assert!(merges::undo(&mut tx, "mrg_b", "Bob", 9).await.unwrap());
    assert_eq!(merges::of_absorbed(&mut tx, 2).await.unwrap().map(|row| row.id).as_deref(), Some("mrg_a"));
    assert_eq!(merges::of_absorbed(&mut tx, 1).await.unwrap(), None);
}
