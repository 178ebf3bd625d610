//! Receipts: claimed once, found by token and order, and nobody's after an erasure.

use perennial_domain::receipt::ReceiptState;
use perennial_domain::time::Instant;
use perennial_store::receipts::{self, ReceiptRow};
use perennial_testkit::TestStore;

on_both!(
    a_receipt_is_claimed_once_and_renewed_only_before,
    whose_a_claimed_order_is_stays_until_they_are_erased,
    lists_are_by_state_and_what_nobody_claimed_goes,
);

fn receipt(number: u8, created_at: i64) -> ReceiptRow {
    ReceiptRow {
        id: format!("rcp_{number}"),
        source: "till".to_owned(),
        order_no: format!("R-{number}"),
        order_key: vec![number; 16],
        fact: "{}".to_owned(),
        currency: "CNY".to_owned(),
        amount_minor: 26_800,
        store_code: "S12".to_owned(),
        clerk_code: (number == 1).then(|| "ABCD2345".to_owned()),
        ordered_at: Instant(1),
        created_by: "tok_1".to_owned(),
        created_at: Instant(created_at),
        expires_at: Instant(created_at + 100),
        claimed_at: None,
        claimed_by: None,
        part_number: None,
    }
}

async fn a_receipt_is_claimed_once_and_renewed_only_before(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let row = receipt(1, 10);
    assert!(receipts::insert(&mut tx, &row, b"one").await.unwrap());
    assert!(!receipts::insert(&mut tx, &row, b"two").await.unwrap(), "an order has one receipt");
    assert_eq!(receipts::by_token(&mut tx, b"one").await.unwrap(), Some(row.clone()));
    let later = ReceiptRow { expires_at: Instant(900), ..row.clone() };
    assert!(receipts::renew(&mut tx, &later, b"two").await.unwrap());
    assert_eq!(receipts::by_token(&mut tx, b"one").await.unwrap(), None);
    assert_eq!(receipts::by_order(&mut tx, &[1; 16]).await.unwrap(), Some(later.clone()));
    assert!(!receipts::claim(&mut tx, b"one", Instant(50), b"me").await.unwrap(), "another code took its place");
    assert!(receipts::claim(&mut tx, b"two", Instant(50), b"me").await.unwrap());
    assert!(!receipts::claim(&mut tx, b"two", Instant(51), b"you").await.unwrap());
    assert!(!receipts::renew(&mut tx, &later, b"three").await.unwrap());
    let claimed = receipts::by_token(&mut tx, b"two").await.unwrap().unwrap();
    assert_eq!((claimed.claimed_at, claimed.claimed_by), (Some(Instant(50)), Some(b"me".to_vec())));
}

async fn whose_a_claimed_order_is_stays_until_they_are_erased(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for number in 1..=3 {
        receipts::insert(&mut tx, &receipt(number, i64::from(number)), &[number]).await.unwrap();
    }
    receipts::set_part(&mut tx, "rcp_1", 7).await.unwrap();
    assert_eq!(receipts::owners(&mut tx, &[[1; 16]]).await.unwrap(), [], "nobody has claimed it");
    for number in [1, 2] {
        receipts::claim(&mut tx, &[number], Instant(5), b"me").await.unwrap();
    }
    for (id, part) in [("rcp_1", 7), ("rcp_1", 8), ("rcp_2", 7)] {
        receipts::set_part(&mut tx, id, part).await.unwrap();
    }
    let mut owners = receipts::owners(&mut tx, &[[1; 16], [2; 16], [3; 16]]).await.unwrap();
    owners.sort();
    assert_eq!(owners, [(vec![1; 16], 7), (vec![2; 16], 7)]);
    let ids = |rows: Vec<ReceiptRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(receipts::of_parts(&mut tx, &[7, 9]).await.unwrap()), ["rcp_1", "rcp_2"]);
    assert_eq!(receipts::forget_people(&mut tx, &[7]).await.unwrap(), 2);
    assert_eq!(receipts::owners(&mut tx, &[[1; 16]]).await.unwrap(), []);
    let forgotten = receipts::by_token(&mut tx, &[1]).await.unwrap().unwrap();
    let left = (forgotten.order_no.as_str(), forgotten.fact.as_str(), forgotten.amount_minor, forgotten.claimed_at);
    assert_eq!(left, ("", "", 0, Some(Instant(5))));
}

async fn lists_are_by_state_and_what_nobody_claimed_goes(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for number in 1..=4 {
        receipts::insert(&mut tx, &receipt(number, 10 * i64::from(number)), &[number]).await.unwrap();
    }
    receipts::claim(&mut tx, &[2], Instant(25), b"me").await.unwrap();
    let ids = |rows: Vec<ReceiptRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    let now = Instant(130);
    assert_eq!(ids(receipts::list(&mut tx, None, now, None, 9).await.unwrap()), ["rcp_4", "rcp_3", "rcp_2", "rcp_1"]);
    for (state, expected) in [
        (ReceiptState::Open, vec!["rcp_4"]),
        (ReceiptState::Claimed, vec!["rcp_2"]),
        (ReceiptState::Expired, vec!["rcp_3", "rcp_1"]),
    ] {
        assert_eq!(ids(receipts::list(&mut tx, Some(state), now, None, 9).await.unwrap()), expected, "{state:?}");
    }
    let behind = Some((Instant(30), "rcp_3"));
    assert_eq!(ids(receipts::list(&mut tx, None, now, behind, 1).await.unwrap()), ["rcp_2"]);
    assert_eq!(receipts::remove_expired(&mut tx, Instant(131)).await.unwrap(), 2);
    assert_eq!(ids(receipts::list(&mut tx, None, now, None, 9).await.unwrap()), ["rcp_4", "rcp_2"]);
}
