//! Unit codes: batches, claims that happen once, scans.

use perennial_domain::time::Instant;
use perennial_store::units::{self, BatchRow, NewUnit, NewUnitScan, UnitRow};
use perennial_testkit::TestStore;

on_both!(a_unit_is_claimed_once, scans_are_counted_and_named_until_an_erasure);

fn batch(id: &str) -> BatchRow {
    BatchRow {
        id: id.to_owned(),
        product: "liquid".to_owned(),
        sku: "A".to_owned(),
        batch_no: "2401".to_owned(),
        touch_point: "store".to_owned(),
        reward_name: "points".to_owned(),
        reward_amount: 50,
        units: 2,
        state: "active".to_owned(),
        created_by: "usr_1".to_owned(),
        created_at: Instant(1),
        version: 1,
    }
}

async fn a_unit_is_claimed_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    units::insert_batch(&mut tx, &batch("unb_1")).await.unwrap();
    let codes = [NewUnit { code_hash: vec![1], serial: 1 }, NewUnit { code_hash: vec![2], serial: 2 }];
    units::insert_codes(&mut tx, "unb_1", &codes).await.unwrap();
    let unit = |claimed_at| Some(UnitRow { batch_id: "unb_1".to_owned(), serial: 2, claimed_at });
    assert_eq!(units::get_code(&mut tx, &[2]).await.unwrap(), unit(None));
    assert_eq!(units::get_code(&mut tx, &[3]).await.unwrap(), None);
    assert!(units::claim(&mut tx, &[2], Instant(9)).await.unwrap());
    assert!(!units::claim(&mut tx, &[2], Instant(10)).await.unwrap());
    assert!(!units::claim(&mut tx, &[3], Instant(10)).await.unwrap());
    assert_eq!(units::get_code(&mut tx, &[2]).await.unwrap(), unit(Some(Instant(9))));
    assert!(units::set_batch_state(&mut tx, "unb_1", 1, "paused").await.unwrap());
    assert!(!units::set_batch_state(&mut tx, "unb_1", 1, "active").await.unwrap());
    let paused = BatchRow { state: "paused".to_owned(), version: 2, ..batch("unb_1") };
    assert_eq!(units::get_batch(&mut tx, "unb_1").await.unwrap().as_ref(), Some(&paused));
    assert_eq!(units::list_batches(&mut tx).await.unwrap(), [paused]);
}

async fn scans_are_counted_and_named_until_an_erasure(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    units::insert_batch(&mut tx, &batch("unb_1")).await.unwrap();
    let scan = |key: u8, outcome, visitor: &'static [u8]| NewUnitScan {
        message_key: [key; 16],
        batch_id: "unb_1",
        serial: 2,
        at: Instant(i64::from(key)),
        region: "",
        outcome,
        visitor,
    };
    assert_eq!(units::claim_visitor(&mut tx, "unb_1", 2).await.unwrap(), None);
    for one in [scan(1, "claimed", b"a"), scan(2, "already_used", b"b"), scan(3, "already_used", b"a")] {
        units::add_scan(&mut tx, &one).await.unwrap();
    }
    assert_eq!(units::claim_visitor(&mut tx, "unb_1", 2).await.unwrap().as_deref(), Some(b"a".as_slice()));
    let counts = units::scan_counts(&mut tx).await.unwrap();
    let shown: Vec<_> = counts.iter().map(|row| (row.outcome.as_str(), row.scans)).collect();
    assert_eq!(shown, [("already_used", 2), ("claimed", 1)]);
    units::set_scanner(&mut tx, &[1; 16], 7).await.unwrap();
    units::set_scanner(&mut tx, &[9; 16], 7).await.unwrap();
    let rows = units::scans(&mut tx, "unb_1", &[], 9).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.part_number).collect::<Vec<_>>(), [Some(7), None, None]);
    assert_eq!(units::scans(&mut tx, "unb_1", &rows[0].message_key, 1).await.unwrap(), rows[1..2]);
    assert_eq!(units::forget_scanners(&mut tx, &[7]).await.unwrap(), 1);
    assert_eq!(units::claim_visitor(&mut tx, "unb_1", 2).await.unwrap(), None, "the hash goes, too");
    assert_eq!(units::scans(&mut tx, "unb_1", &[], 9).await.unwrap().len(), 3);
}
