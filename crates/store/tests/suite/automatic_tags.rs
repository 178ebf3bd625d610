//! Tags that follow a segment.

use perennial_domain::time::Instant;
use perennial_store::automatic_tags::{self, AutomaticTagRow};
use perennial_testkit::TestStore;

on_both!(a_tag_follows_one_segment);

async fn a_tag_follows_one_segment(store: &TestStore) {
    let row = |tag: &str, segment: &str| AutomaticTagRow {
        tag: tag.to_owned(),
        segment: segment.to_owned(),
        created_by: "Ann".to_owned(),
        created_at: Instant(5),
    };
    let mut tx = store.database.write().await.unwrap();
    automatic_tags::put(&mut tx, &row("b", "buyers")).await.unwrap();
    automatic_tags::put(&mut tx, &row("a", "buyers")).await.unwrap();
    automatic_tags::put(&mut tx, &row("b", "silent")).await.unwrap();
    assert_eq!(automatic_tags::all(&mut tx).await.unwrap(), [row("a", "buyers"), row("b", "silent")]);
    assert!(automatic_tags::remove(&mut tx, "a").await.unwrap());
    assert!(!automatic_tags::remove(&mut tx, "a").await.unwrap());
    assert_eq!(automatic_tags::all(&mut tx).await.unwrap(), [row("b", "silent")]);
}
