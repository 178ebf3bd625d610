//! Files of third parties, and who waits for a tag.

use perennial_domain::identity::IdentifierType;
use perennial_store::audiences::{self, AudienceRow, PhoneRow};
use perennial_store::identity::{self, IdentityRow};
use perennial_testkit::TestStore;

on_both!(a_file_is_kept_with_who_waits_until_nobody_does, phones_come_page_by_page,);

fn row(id: &str, created_at: i64) -> AudienceRow {
    AudienceRow {
        id: id.to_owned(),
        name: "Spring".to_owned(),
        provider: "Lookalike".to_owned(),
        purpose: "advertising".to_owned(),
        tag: "dmp".to_owned(),
        hashes: 9,
        matched: 4,
        refused: 1,
        customers: 3,
        expires_at: 99,
        created_by: "Ann".to_owned(),
        created_at,
        done_at: None,
        failure: None,
    }
}

async fn a_file_is_kept_with_who_waits_until_nobody_does(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    audiences::insert(&mut tx, &row("a", 5)).await.unwrap();
    audiences::insert(&mut tx, &row("b", 6)).await.unwrap();
    assert_eq!(audiences::list(&mut tx, 9).await.unwrap(), [row("b", 6), row("a", 5)]);
    assert_eq!(audiences::list(&mut tx, 1).await.unwrap().len(), 1);
    audiences::add_matches(&mut tx, "a", &[7, 3, 5]).await.unwrap();
    audiences::add_matches(&mut tx, "b", &[3]).await.unwrap();
    assert_eq!(audiences::matches(&mut tx, "a", 2).await.unwrap(), [3, 5]);
    assert_eq!(audiences::remove_matches(&mut tx, "a", 5).await.unwrap(), 2);
    assert_eq!(audiences::matches(&mut tx, "a", 2).await.unwrap(), [7]);
    assert_eq!(audiences::matches(&mut tx, "b", 2).await.unwrap(), [3]);
    assert_eq!(audiences::remove_parts(&mut tx, &[3, 7]).await.unwrap(), 2);
    assert!(audiences::matches(&mut tx, "a", 2).await.unwrap().is_empty());
    audiences::finish(&mut tx, "a", 8, Some("gave_up")).await.unwrap();
    let failed = AudienceRow { done_at: Some(8), failure: Some("gave_up".to_owned()), ..row("a", 5) };
    assert_eq!(audiences::get(&mut tx, "a").await.unwrap(), Some(failed));
    audiences::finish(&mut tx, "a", 9, None).await.unwrap();
    let done = AudienceRow { done_at: Some(9), ..row("a", 5) };
    assert_eq!(audiences::get(&mut tx, "a").await.unwrap(), Some(done.clone()));
    assert_eq!(audiences::list(&mut tx, 9).await.unwrap(), [row("b", 6), done]);
    assert!(audiences::finish(&mut tx, "c", 9, None).await.is_err());
    assert_eq!(audiences::get(&mut tx, "c").await.unwrap(), None);
}

async fn phones_come_page_by_page(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let identity = |number: i64, kind: &IdentifierType, value: &str| IdentityRow {
        kind: kind.code().to_owned(),
        value: value.to_owned(),
        customer_number: number,
        source: "crm".to_owned(),
        first_seen_at: 0,
    };
    let phone = IdentifierType::Phone;
    let rows = [
        identity(1, &phone, "+8613800000002"),
        identity(2, &phone, "+8613800000001"),
        identity(2, &IdentifierType::Email, "a@example.com"),
    ];
    identity::insert_identities(&mut tx, &rows).await.unwrap();
    let first = audiences::phones(&mut tx, "", 1).await.unwrap();
    let of =
        |phone: &str, number: i64| PhoneRow { phone: phone.to_owned(), part_number: number, customer_number: number };
    assert_eq!(first, [of("+8613800000001", 2)]);
    let rest = audiences::phones(&mut tx, &first[0].phone, 5).await.unwrap();
    assert_eq!(rest, [of("+8613800000002", 1)]);
}
