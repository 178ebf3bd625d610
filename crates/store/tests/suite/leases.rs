//! What one process at a time does.

use perennial_domain::time::Instant;
use perennial_store::leases;
use perennial_testkit::TestStore;

on_both!(one_holds_it_until_the_time_has_run_out);

async fn one_holds_it_until_the_time_has_run_out(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(leases::take(&mut tx, "moves", "a", Instant(10), Instant(20)).await.unwrap());
    assert!(!leases::take(&mut tx, "moves", "b", Instant(19), Instant(29)).await.unwrap());
    assert!(leases::take(&mut tx, "other", "b", Instant(19), Instant(29)).await.unwrap(), "another name");
    assert!(leases::take(&mut tx, "moves", "a", Instant(19), Instant(29)).await.unwrap(), "it is prolonged");
    assert!(!leases::take(&mut tx, "moves", "b", Instant(28), Instant(38)).await.unwrap());
    assert!(leases::take(&mut tx, "moves", "b", Instant(29), Instant(39)).await.unwrap(), "the time has run out");
    leases::give_back(&mut tx, "moves", "a").await.unwrap();
    assert!(!leases::take(&mut tx, "moves", "a", Instant(30), Instant(40)).await.unwrap(), "it was not the holder's");
    leases::give_back(&mut tx, "moves", "b").await.unwrap();
    assert!(leases::take(&mut tx, "moves", "a", Instant(31), Instant(41)).await.unwrap());
}
