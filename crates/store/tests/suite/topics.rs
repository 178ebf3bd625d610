//! The register of topics, and what profiles picked.

use perennial_domain::time::Instant;
use perennial_store::settings;
use perennial_store::topics::{self, PickRow, TopicRow};
use perennial_testkit::TestStore;

on_both!(
    a_topic_is_changed_by_who_knows_its_version,
    picks_are_added_once_and_go_with_their_profile,
    a_document_is_replaced_by_who_knows_its_version,
);

async fn a_topic_is_changed_by_who_knows_its_version(store: &TestStore) {
    let topic = |code: &str, version| TopicRow {
        code: code.to_owned(),
        name: format!("Topic {version}"),
        description: String::new(),
        is_archived: version == 2,
        created_by: "Ada".to_owned(),
        created_at: Instant(5),
        version,
    };
    let mut tx = store.database.write().await.unwrap();
    assert!(topics::insert(&mut tx, &topic("recipes", 1)).await.unwrap());
    assert!(topics::insert(&mut tx, &topic("care", 1)).await.unwrap());
    assert!(!topics::insert(&mut tx, &topic("care", 1)).await.unwrap());
    let change = TopicRow { version: 1, ..topic("recipes", 2) };
    assert!(topics::replace(&mut tx, &change).await.unwrap());
    assert!(!topics::replace(&mut tx, &change).await.unwrap(), "somebody was faster");
    assert_eq!(topics::list(&mut tx).await.unwrap(), [topic("care", 1), topic("recipes", 2)]);
}

async fn picks_are_added_once_and_go_with_their_profile(store: &TestStore) {
    let pick = |id: &str, part_number, at| PickRow {
        id: id.to_owned(),
        part_number,
        topics: "[\"care\"]".to_owned(),
        at,
        recorded_at: at + 1,
        source: "src_a".to_owned(),
    };
    let rows = [pick("a", 7, 3), pick("b", 7, 5), pick("c", 8, 4)];
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(topics::add_picks(&mut tx, &rows).await.unwrap(), 3);
    assert_eq!(topics::add_picks(&mut tx, &rows[1..]).await.unwrap(), 0);
    let found = topics::picks_of_parts(&mut tx, &[7, 8]).await.unwrap();
    assert_eq!(found, [rows[1].clone(), rows[2].clone(), rows[0].clone()]);
    assert_eq!(topics::remove_of_parts(&mut tx, &[7]).await.unwrap(), 2);
    assert_eq!(topics::picks_of_parts(&mut tx, &[7, 8]).await.unwrap(), rows[2..]);
}

async fn a_document_is_replaced_by_who_knows_its_version(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(settings::document(&mut tx, "stages").await.unwrap(), None);
    assert!(settings::put_document(&mut tx, "stages", "[]", None).await.unwrap());
    assert!(!settings::put_document(&mut tx, "stages", "[1]", None).await.unwrap());
    assert!(settings::put_document(&mut tx, "stages", "[2]", Some(1)).await.unwrap());
    assert!(!settings::put_document(&mut tx, "stages", "[3]", Some(1)).await.unwrap());
    assert_eq!(settings::document(&mut tx, "stages").await.unwrap(), Some(("[2]".to_owned(), 2)));
    assert_eq!(settings::get(&mut tx).await.unwrap(), None, "it is another one");
}
