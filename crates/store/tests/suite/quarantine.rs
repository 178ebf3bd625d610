//! Facts that are kept aside: listed, counted, and taken out once.

use crate::sources::source;
use perennial_domain::time::Instant;
use perennial_store::quarantine::{self, HeldCountRow, NewHeldFact};
use perennial_store::{StoreError, sources};
use perennial_testkit::TestStore;

on_both!(what_is_kept_aside_is_listed_and_leaves_once);

fn held(place: i64, source_id: &str, event: &str) -> NewHeldFact {
    NewHeldFact {
        source_id: source_id.to_owned(),
        at: Instant(place),
        event_type: "track".to_owned(),
        event: event.to_owned(),
        message_id: format!("m{place}"),
        violations: "[]".to_owned(),
        shape: "{total: text}".to_owned(),
        payload: vec![place as u8; 3],
    }
}

async fn what_is_kept_aside_is_listed_and_leaves_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    sources::insert(&mut tx, &source("src_a", 1)).await.unwrap();
    sources::insert(&mut tx, &source("src_b", 2)).await.unwrap();
    let facts: Vec<NewHeldFact> =
        (0..600).map(|place| held(place, "src_a", if place % 3 == 0 { "Bought" } else { "Seen" })).collect();
    quarantine::hold(&mut tx, &facts).await.unwrap();
    quarantine::hold(&mut tx, &[held(900, "src_b", "Seen")]).await.unwrap();
    let all = quarantine::list(&mut tx, "src_a", None, 0, 1_000).await.unwrap();
    assert_eq!(all.iter().map(|row| row.at.0).collect::<Vec<_>>(), (0..600).collect::<Vec<i64>>());
    let first = &all[0];
    assert_eq!(
        (first.message_id.as_str(), first.shape.as_str(), first.event.as_str()),
        ("m0", "{total: text}", "Bought")
    );
    let page = quarantine::list(&mut tx, "src_a", Some(("track", "Bought")), all[0].id, 2).await.unwrap();
    assert_eq!(page.iter().map(|row| row.at.0).collect::<Vec<_>>(), [3, 6]);
    let count = |event: &str, facts, first, last| HeldCountRow {
        event_type: "track".to_owned(),
        event: event.to_owned(),
        facts,
        first_at: Instant(first),
        last_at: Instant(last),
    };
    let counts = quarantine::count_by_event(&mut tx, "src_a").await.unwrap();
    assert_eq!(counts, [count("Bought", 200, 0, 597), count("Seen", 400, 1, 599)]);

    let other = quarantine::list(&mut tx, "src_b", None, 0, 9).await.unwrap();
    let mut ids: Vec<i64> = all[..520].iter().map(|row| row.id).collect();
    ids.push(other[0].id);
    let payloads = quarantine::payloads(&mut tx, "src_a", &ids).await.unwrap();
    let of_source: Vec<i64> = payloads.iter().map(|(id, _)| *id).collect();
    assert_eq!(of_source, ids[..520], "what is another source's is not given");
    assert_eq!(payloads[7].1, [7, 7, 7]);
    quarantine::remove(&mut tx, &of_source).await.unwrap();
    let gone = quarantine::remove(&mut tx, &of_source[..1]).await;
    assert!(matches!(gone, Err(StoreError::RowsAffected { expected: 1, actual: 0, .. })), "{gone:?}");
    assert_eq!(quarantine::list(&mut tx, "src_a", None, 0, 1_000).await.unwrap(), all[520..]);
    assert_eq!(quarantine::payloads(&mut tx, "src_a", &ids).await.unwrap(), []);
}
