//! Identifiers: one owner each, found by key, by customer and by prefix.

use perennial_store::Scope;
use perennial_store::customers::{self, CustomerCounters, CustomerFilter, CustomerSort, SortOrder};
use perennial_store::identity::{self, Conflict, NewIdentity, OwnerRow, PartMove};
use perennial_testkit::TestStore;
use std::collections::HashMap;

on_both!(
    the_first_owner_keeps_an_identifier,
    many_owners_are_found_at_once,
    a_conflict_is_noted_once,
    a_prefix_finds_identifiers_and_names,
    identifiers_follow_their_profile_to_another_customer_and_back,
);

fn identity(kind: &str, value: &str, customer_number: i64) -> NewIdentity {
    NewIdentity {
        kind: kind.to_owned(),
        value: value.to_owned(),
        customer_number,
        source: "file".to_owned(),
        first_seen_at: customer_number,
    }
}

async fn the_first_owner_keeps_an_identifier(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = [identity("email", "a@x", 1), identity("phone", "a@x", 2)];
    assert!(!identity::is_any(&mut tx).await.unwrap());
    assert_eq!(identity::insert_identities(&mut tx, &rows).await.unwrap(), 2);
    assert!(identity::is_any(&mut tx).await.unwrap());
    let late = [identity("email", "a@x", 3), identity("email", "b@x", 1)];
    assert_eq!(identity::insert_identities(&mut tx, &late).await.unwrap(), 1);
    let keys = [("email", "a@x"), ("phone", "a@x"), ("email", "B@x"), ("email", "b@x")];
    let owners = identity::owners(&mut tx, &keys).await.unwrap();
    let key = |kind: &str, value: &str| (kind.to_owned(), value.to_owned());
    let alone = |number| OwnerRow { customer_number: number, part_number: number };
    let expected = HashMap::from([
        (key("email", "a@x"), alone(1)),
        (key("phone", "a@x"), alone(2)),
        (key("email", "b@x"), alone(1)),
    ]);
    assert_eq!(owners, expected);
    assert_eq!(identity::of_customer(&mut tx, 1).await.unwrap(), [rows[0].clone(), late[1].clone()]);
    let both = identity::of_customers(&mut tx, &[2, 1, 9]).await.unwrap();
    assert_eq!(both, [rows[0].clone(), late[1].clone(), rows[1].clone()]);
    assert!(identity::of_customers(&mut tx, &[]).await.unwrap().is_empty());
}

async fn many_owners_are_found_at_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows: Vec<NewIdentity> = (1..=1_300).map(|number| identity("email", &format!("{number}@x"), number)).collect();
    assert_eq!(identity::insert_identities(&mut tx, &rows).await.unwrap(), 1_300);
    let wanted: Vec<String> = (1..=1_500).map(|number| format!("{number}@x")).collect();
    let keys: Vec<(&str, &str)> = wanted.iter().map(|value| ("email", value.as_str())).collect();
    let owners = identity::owners(&mut tx, &keys).await.unwrap();
    assert_eq!(owners.len(), 1_300);
    assert_eq!(owners[&("email".to_owned(), "777@x".to_owned())].customer_number, 777);
}

async fn a_conflict_is_noted_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let conflict = |value: &str, seen_at| Conflict {
        customer_number: 1,
        kind: "email".to_owned(),
        value: value.to_owned(),
        other_number: 2,
        source: "file".to_owned(),
        seen_at,
        reason: "limit".to_owned(),
    };
    identity::insert_conflicts(&mut tx, &[conflict("a", 1), conflict("b", 2)]).await.unwrap();
    identity::insert_conflicts(&mut tx, &[conflict("a", 3)]).await.unwrap();
    let noted = identity::conflicts_of_customer(&mut tx, 1).await.unwrap();
    assert_eq!(noted, [conflict("b", 2), conflict("a", 1)]);
    assert!(identity::conflicts_of_customer(&mut tx, 2).await.unwrap().is_empty());
}

async fn a_prefix_finds_identifiers_and_names(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = [
        identity("email", "anna@x", 1),
        identity("email", "annabel@x", 2),
        identity("member_no", "ANN-7", 3),
        identity("email", "bob@x", 4),
        identity("email", "100%_sure@x", 5),
    ];
    identity::insert_identities(&mut tx, &rows).await.unwrap();
    let mut everybody: Vec<CustomerCounters> = (1..=7).map(|number| CustomerCounters::new(number, 0)).collect();
    everybody[5].set_display_name("Änne Ångström");
    everybody[6].set_display_name("Annemarie");
    customers::upsert(&mut tx, &everybody).await.unwrap();
    for (text, expected) in [
        ("ann", vec![1, 2, 7]),
        ("ANN", vec![1, 2, 3, 7]),
        ("anna@x", vec![1]),
        ("  bob ", vec![4]),
        ("100%", vec![5]),
        ("%", vec![]),
        ("_", vec![]),
        ("", vec![1, 2, 3, 4, 5, 6, 7]),
        ("ÄNNE", vec![6]),
        ("nobody", vec![]),
    ] {
        let filter = CustomerFilter { search: Some(text.to_owned()), ..CustomerFilter::default() };
        let page =
            customers::list(&mut tx, &Scope::Everyone, &filter, CustomerSort::Number, SortOrder::Ascending, None, 10)
                .await
                .unwrap();
        let found: Vec<i64> = page.rows.iter().map(|row| row.counters.number).collect();
        assert_eq!(found, expected, "{text}");
    }
}

async fn identifiers_follow_their_profile_to_another_customer_and_back(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = [identity("email", "a@x", 1), identity("phone", "2", 2), identity("email", "c@x", 3)];
    identity::insert_identities(&mut tx, &rows).await.unwrap();
    let to = |from, part, to| PartMove { from, part, to };
    assert_eq!(identity::move_parts(&mut tx, &[to(2, 2, 1), to(9, 9, 1)]).await.unwrap(), 1);
    // The customer that has two profiles becomes part of a third one.
    assert_eq!(identity::move_parts(&mut tx, &[to(1, 1, 3), to(1, 2, 3)]).await.unwrap(), 2);
    let keys = [("email", "a@x"), ("phone", "2"), ("email", "c@x")];
    let mut owners: Vec<(u32, u32)> = identity::owners(&mut tx, &keys)
        .await
        .unwrap()
        .into_values()
        .map(|owner| (owner.part_number, owner.customer_number))
        .collect();
    owners.sort_unstable();
    assert_eq!(owners, [(1, 3), (2, 3), (3, 3)]);
    assert_eq!(identity::of_customer(&mut tx, 3).await.unwrap().len(), 3);
    assert_eq!(identity::move_parts(&mut tx, &[to(3, 1, 1), to(3, 2, 1)]).await.unwrap(), 2);
    assert_eq!(identity::move_parts(&mut tx, &[to(1, 2, 2)]).await.unwrap(), 1);
    let back = identity::of_customers(&mut tx, &[1, 2, 3]).await.unwrap();
    assert_eq!(back, rows);
}
