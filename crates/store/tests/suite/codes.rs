//! Channel codes: their rows, their scans, what those who scanned did next, regions.

use perennial_domain::time::Instant;
use perennial_store::codes::{self, CodePersonRow, CodeRow, GroupBuyersRow, NewScan, RegionRange};
use perennial_store::customers::{self, CustomerCounters};
use perennial_store::touch_points::{FirstRow, add_firsts};
use perennial_testkit::TestStore;
use std::collections::BTreeMap;

on_both!(
    codes_are_found_by_id_slug_and_batch_and_changed_by_version,
    scans_are_counted_by_region_and_hour_and_nobody_is_named_after_an_erasure,
    what_somebody_does_first_belongs_to_the_last_code_before_it,
    an_address_is_in_one_network_or_in_none,
);

fn code(id: &str, slug: &str, batch_id: &str) -> CodeRow {
    CodeRow {
        id: id.to_owned(),
        slug: slug.to_owned(),
        batch_id: batch_id.to_owned(),
        name: "shelf".to_owned(),
        touch_point: "store".to_owned(),
        parameters: "{}".to_owned(),
        target: "https://a.example/".to_owned(),
        cost_minor: 100,
        state: "active".to_owned(),
        created_by: "usr_1".to_owned(),
        created_at: Instant(1),
        version: 1,
    }
}

fn scan(code_id: &str, part: i64, at: i64, region: &str, is_first: bool) -> NewScan {
    NewScan {
        code_id: code_id.to_owned(),
        part_number: Some(part),
        at: Instant(at),
        region: region.to_owned(),
        is_first,
    }
}

async fn codes_are_found_by_id_slug_and_batch_and_changed_by_version(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = [code("cod_1", "AAAA", "cob_1"), code("cod_2", "BBBB", "cob_1"), code("cod_3", "CCCC", "cob_2")];
    codes::insert(&mut tx, &rows).await.unwrap();
    assert_eq!(codes::get(&mut tx, "cod_2").await.unwrap().as_ref(), Some(&rows[1]));
    assert_eq!(codes::by_slug(&mut tx, "CCCC").await.unwrap().as_ref(), Some(&rows[2]));
    assert_eq!(codes::by_slug(&mut tx, "cccc").await.unwrap(), None);
    assert_eq!(codes::list(&mut tx, None, "cod_1", 9).await.unwrap(), rows[1..]);
    assert_eq!(codes::list(&mut tx, Some("cob_1"), "", 1).await.unwrap(), rows[..1]);
    let changed = CodeRow { state: "paused".to_owned(), cost_minor: 7, ..rows[0].clone() };
    assert!(codes::update(&mut tx, &changed).await.unwrap());
    assert!(!codes::update(&mut tx, &changed).await.unwrap());
    assert_eq!(codes::get(&mut tx, "cod_1").await.unwrap().unwrap(), CodeRow { version: 2, ..changed });
}

async fn scans_are_counted_by_region_and_hour_and_nobody_is_named_after_an_erasure(store: &TestStore) {
    const HOUR: i64 = 3_600_000_000;
    let mut tx = store.database.write().await.unwrap();
    codes::insert(&mut tx, &[code("cod_1", "AAAA", "cob_1"), code("cod_2", "BBBB", "cob_1")]).await.unwrap();
    let scans = [
        scan("cod_1", 1, HOUR, "SH", true),
        scan("cod_1", 1, 2 * HOUR - 1, "SH", false),
        scan("cod_1", 2, 2 * HOUR, "", true),
        scan("cod_2", 1, 2 * HOUR, "BJ", true),
    ];
    codes::add_scans(&mut tx, &scans).await.unwrap();
    let asked = [("cod_1".to_owned(), 1), ("cod_2".to_owned(), 2)];
    let known = codes::scanned_before(&mut tx, &asked).await.unwrap();
    assert!(!known.is_empty() && known.iter().all(|pair| *pair == ("cod_1".to_owned(), 1)), "{known:?}");
    let counts = codes::scan_counts(&mut tx, Instant(0), Instant(i64::MAX)).await.unwrap();
    let shown: Vec<_> =
        counts.iter().map(|row| (row.code_id.as_str(), row.scans, row.visitors, row.last_at.0)).collect();
    assert_eq!(shown, [("cod_1", 3, 2, 2 * HOUR), ("cod_2", 1, 1, 2 * HOUR)]);
    let hours = codes::scans_by_hour(&mut tx, "cod_1", Instant(0), Instant(2 * HOUR + 1)).await.unwrap();
    let shown: Vec<_> = hours.iter().map(|row| (row.region.as_str(), row.hour, row.scans)).collect();
    assert_eq!(shown, [("", 2, 1), ("SH", 1, 2)]);
    assert_eq!(codes::forget_scanners(&mut tx, &[1]).await.unwrap(), 3);
    let rows = codes::scans(&mut tx, "cod_1", 0, 9).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.part_number).collect::<Vec<_>>(), [None, None, Some(2)]);
    assert_eq!(codes::scans(&mut tx, "cod_1", rows[1].id, 9).await.unwrap(), rows[2..]);
}

async fn what_somebody_does_first_belongs_to_the_last_code_before_it(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    codes::insert(&mut tx, &[code("cod_1", "AAAA", "cob_1"), code("cod_2", "BBBB", "cob_1")]).await.unwrap();
    let scans = [
        scan("cod_1", 1, 100, "", true),
        scan("cod_2", 1, 200, "", true),
        scan("cod_1", 2, 100, "", true),
        scan("cod_1", 3, 100, "", true),
        scan("cod_1", 4, 100, "", true),
    ];
    codes::add_scans(&mut tx, &scans).await.unwrap();
    let first = |part_number, what, at| FirstRow { part_number, what, at, touch_point: String::new() };
    let firsts = [
        first(1, "followed", 250),
        first(1, "registered", 150),
        first(2, "followed", 50),
        first(2, "registered", 5_000),
        first(9, "followed", 120),
    ];
    add_firsts(&mut tx, &firsts).await.unwrap();
    let mut buyer = CustomerCounters::new(3, 1);
    buyer.first_at = Some(101);
    customers::upsert(&mut tx, &[buyer]).await.unwrap();
    let rows = codes::outcomes(&mut tx, Instant(0), Instant(i64::MAX), 1_000).await.unwrap();
    let found: BTreeMap<_, _> =
        rows.iter().map(|row| ((row.code_id.as_str(), row.what.as_str()), row.customers)).collect();
    let expected = BTreeMap::from([
        (("cod_2", "followed"), 1),
        (("cod_1", "registered"), 1),
        (("cod_1", "ordered"), 1),
        (("cod_1", "followed_before"), 1),
    ]);
    assert_eq!(found, expected, "too late, before, and of nobody who scanned count nowhere");
    let all = (Instant(0), Instant(i64::MAX));
    let person =
        |code: &str, customer_number, at| CodePersonRow { code_id: code.to_owned(), customer_number, at: Instant(at) };
    for (what, expected) in [
        ("followed", person("cod_2", 1, 250)),
        ("registered", person("cod_1", 1, 150)),
        ("ordered", person("cod_1", 3, 101)),
    ] {
        assert_eq!(codes::people(&mut tx, all, 1_000, what).await.unwrap(), [expected], "{what}");
    }
    let pairs =
        |found: Vec<(String, i64)>| found.into_iter().map(|(code, who)| format!("{code} {who}")).collect::<Vec<_>>();
    let scanners = codes::scanners(&mut tx, Instant(0), Instant(201)).await.unwrap();
    assert_eq!(pairs(scanners), ["cod_1 1", "cod_2 1", "cod_1 2", "cod_1 3", "cod_1 4"]);
    assert_eq!(pairs(codes::scanners(&mut tx, Instant(101), Instant(201)).await.unwrap()), ["cod_2 1"]);
    let bought = codes::buyers_of_group(&mut tx, all, 1_000, Instant(102), "champions").await.unwrap();
    assert_eq!(bought, [GroupBuyersRow { code_id: "cod_1".to_owned(), buyers: 1, of_group: 0 }]);
    assert_eq!(codes::buyers_of_group(&mut tx, all, 1_000, Instant(101), "champions").await.unwrap(), []);
}

async fn an_address_is_in_one_network_or_in_none(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let range = |first: &str, last: &str, region: &str| RegionRange {
        first_address: first.to_owned(),
        last_address: last.to_owned(),
        region: region.to_owned(),
    };
    codes::put_regions(&mut tx, &[range("10", "1f", "SH"), range("30", "3f", "BJ")]).await.unwrap();
    for (address, region) in [("10", Some("SH")), ("1f", Some("SH")), ("20", None), ("35", Some("BJ")), ("0f", None)] {
        assert_eq!(codes::region_of(&mut tx, address).await.unwrap().as_deref(), region, "{address}");
    }
    codes::put_regions(&mut tx, &[range("50", "5f", "GZ")]).await.unwrap();
    assert_eq!(codes::region_of(&mut tx, "10").await.unwrap(), None);
    assert_eq!(codes::count_regions(&mut tx).await.unwrap(), 1);
}
