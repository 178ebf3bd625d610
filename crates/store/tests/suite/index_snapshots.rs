//! Which files of the live index may be read.

use perennial_domain::time::Instant;
use perennial_store::index_snapshots;
use perennial_testkit::TestStore;

on_both!(a_file_stands_when_it_is_whole_until_it_is_voided);

async fn a_file_stands_when_it_is_whole_until_it_is_voided(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    index_snapshots::begin(&mut tx, "a", Instant(10), Instant(0)).await.unwrap();
    assert_eq!(index_snapshots::sequence_of(&mut tx, "a").await.unwrap(), None, "not yet");
    assert!(index_snapshots::finish(&mut tx, "a", 7).await.unwrap());
    assert!(!index_snapshots::finish(&mut tx, "b", 7).await.unwrap());
    assert_eq!(index_snapshots::sequence_of(&mut tx, "a").await.unwrap(), Some(7));
    index_snapshots::begin(&mut tx, "b", Instant(20), Instant(10)).await.unwrap();
    assert_eq!(index_snapshots::sequence_of(&mut tx, "a").await.unwrap(), Some(7));
    assert_eq!(index_snapshots::void(&mut tx).await.unwrap(), 2);
    assert!(!index_snapshots::finish(&mut tx, "b", 9).await.unwrap(), "it was voided while it was written");
    index_snapshots::begin(&mut tx, "c", Instant(30), Instant(0)).await.unwrap();
    assert!(index_snapshots::finish(&mut tx, "c", 9).await.unwrap());
    index_snapshots::begin(&mut tx, "d", Instant(40), Instant(31)).await.unwrap();
    assert_eq!(index_snapshots::sequence_of(&mut tx, "c").await.unwrap(), None, "it is too old");
}
