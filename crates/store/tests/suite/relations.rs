//! Who invited whom, as it was told.

use perennial_store::relations::{self, RelationRow, ShareRow};
use perennial_testkit::TestStore;

on_both!(the_first_that_says_so_has_a_share, what_was_told_is_found_by_either_side_and_goes_with_either,);

async fn the_first_that_says_so_has_a_share(store: &TestStore) {
    let share = |id: &str, part_number, at| ShareRow { share_id: id.to_owned(), part_number, at };
    let mut tx = store.database.write().await.unwrap();
    relations::note_shares(&mut tx, &[share("s1", 5, 50), share("s2", 5, 10)]).await.unwrap();
    relations::note_shares(&mut tx, &[share("s1", 9, 60), share("s2", 4, 10)]).await.unwrap();
    relations::note_shares(&mut tx, &[share("s1", 7, 40)]).await.unwrap();
    let mut found = relations::shares(&mut tx, &["s1", "s2", "s3"]).await.unwrap();
    found.sort();
    assert_eq!(found, [share("s1", 7, 40), share("s2", 4, 10)]);
    assert_eq!(relations::shares_of_parts(&mut tx, &[5, 7]).await.unwrap(), [share("s1", 7, 40)]);
    assert_eq!(relations::remove_of_parts(&mut tx, &[7]).await.unwrap(), 1);
    assert!(relations::shares_of_parts(&mut tx, &[7]).await.unwrap().is_empty());
}

async fn what_was_told_is_found_by_either_side_and_goes_with_either(store: &TestStore) {
    let told = |part_number, kind: &str, value: &str, at| RelationRow {
        part_number,
        inviter_kind: kind.to_owned(),
        inviter_value: value.to_owned(),
        at,
        source: "src_a".to_owned(),
    };
    let mut tx = store.database.write().await.unwrap();
    let rows = [told(1, "user_id", "u9", 50), told(1, "share", "s1", 60), told(2, "user_id", "u9", 5)];
    relations::note(&mut tx, &rows).await.unwrap();
    relations::note(&mut tx, &[told(1, "user_id", "u9", 40), told(2, "user_id", "u9", 7)]).await.unwrap();
    let mut found = relations::of_parts(&mut tx, &[1, 2]).await.unwrap();
    found.sort();
    assert_eq!(found, [told(1, "share", "s1", 60), told(1, "user_id", "u9", 40), told(2, "user_id", "u9", 5)]);
    let mut naming = relations::naming(&mut tx, &[("user_id", "u9"), ("email", "u9")]).await.unwrap();
    naming.sort();
    assert_eq!(naming, found[1..]);
    assert_eq!(relations::remove_naming(&mut tx, &[("share", "s1"), ("share", "s2")]).await.unwrap(), 1);
    assert_eq!(relations::remove_of_parts(&mut tx, &[2]).await.unwrap(), 1);
    assert_eq!(relations::of_parts(&mut tx, &[1, 2]).await.unwrap(), [told(1, "user_id", "u9", 40)]);
}
