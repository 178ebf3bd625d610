//! Who invited whom, as it was told.

use perennial_store::customers::CustomerCounters;
use perennial_store::identity::{self, IdentityRow};
use perennial_store::parts::{self, PartRow};
use perennial_store::relations::{self, RelationRow, ShareRow};
use perennial_store::touch_points::{FirstRow, add_firsts};
use perennial_testkit::TestStore;

on_both!(
    the_first_that_says_so_has_a_share,
    what_was_told_is_found_by_either_side_and_goes_with_either,
    readers_and_registrations_are_counted_by_customer_within_a_time,
);

fn told(part_number: i64, kind: &str, value: &str, at: i64) -> RelationRow {
    RelationRow {
        part_number,
        inviter_kind: kind.to_owned(),
        inviter_value: value.to_owned(),
        at,
        source: "src_a".to_owned(),
    }
}

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

async fn readers_and_registrations_are_counted_by_customer_within_a_time(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let share = |id: &str, part_number| ShareRow { share_id: id.to_owned(), part_number, at: 1 };
    relations::note_shares(&mut tx, &[share("s1", 5), share("s2", 6)]).await.unwrap();
    // 6 is part of 5, and 4 of 3.
    let part = |number, customer_number| PartRow {
        counters: CustomerCounters::new(number, 1),
        customer_number,
        events: 0,
        first_seen_at: None,
        last_seen_at: None,
    };
    parts::upsert(&mut tx, &[part(5, 5), part(6, 5), part(3, 3), part(4, 3)]).await.unwrap();
    let named = IdentityRow {
        customer_number: 5,
        kind: "user_id".to_owned(),
        value: "u5".to_owned(),
        source: "src_a".to_owned(),
        first_seen_at: 1,
    };
    identity::insert_identities(&mut tx, &[named]).await.unwrap();
    let rows = [
        // The same reader by two shares of the same customer.
        told(1, "share", "s1", 50),
        told(1, "share", "s2", 60),
        told(2, "share", "s1", 70),
        told(3, "user_id", "u5", 80),
        told(4, "share", "s2", 85),
        // Of itself, before, after, and by whom nobody knows.
        told(6, "share", "s1", 86),
        told(7, "share", "s1", 49),
        told(8, "share", "s1", 100),
        told(9, "share", "s9", 60),
        told(9, "user_id", "u9", 60),
    ];
    relations::note(&mut tx, &rows).await.unwrap();
    assert_eq!(relations::readers(&mut tx, 50, 100).await.unwrap(), [(5, 3)]);
    assert_eq!(relations::readers(&mut tx, 0, 50).await.unwrap(), [(5, 1)]);
    let first = |part_number, what, at| FirstRow { part_number, what, at, touch_point: String::new() };
    let firsts = [
        first(1, "registered", 50),
        first(1, "followed", 60),
        first(2, "registered", 99),
        // The customer registered with its other profile, before.
        first(4, "registered", 60),
        first(3, "registered", 45),
        first(8, "registered", 100),
        // Came by nobody.
        first(10, "registered", 60),
        first(7, "met", 60),
    ];
    add_firsts(&mut tx, &firsts).await.unwrap();
    assert_eq!(relations::registered(&mut tx, 50, 100).await.unwrap(), [(1, 50), (2, 99)]);
    assert_eq!(relations::registered(&mut tx, 0, 50).await.unwrap(), [(3, 45)]);
}
