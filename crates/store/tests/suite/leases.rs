//! What one process at a time does.

use perennial_domain::time::Instant;
use perennial_store::leases;
use perennial_testkit::TestStore;

on_both!(one_holds_it_until_the_time_has_run_out);

async fn one_holds_it_until_the_time_has_run_out(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let mut take = async |name: &'static str, holder: &'static str, now: i64| {
        leases::take(&mut tx, name, holder, Instant(now), Instant(now + 10)).await.unwrap()
    };
    assert_eq!(take("moves", "a", 10).await, Some(1));
    assert_eq!(take("moves", "b", 19).await, None);
    assert_eq!(take("other", "b", 19).await, Some(1), "another name");
    assert_eq!(take("moves", "a", 19).await, Some(1), "it is prolonged");
    assert_eq!(take("moves", "b", 28).await, None);
    assert_eq!(take("moves", "b", 29).await, Some(2), "the time has run out");
    leases::give_back(&mut tx, "moves", "a").await.unwrap();
    let mut take = async |name: &'static str, holder: &'static str, now: i64| {
        leases::take(&mut tx, name, holder, Instant(now), Instant(now + 10)).await.unwrap()
    };
    assert_eq!(take("moves", "a", 30).await, None, "it was not the holder's");
    leases::give_back(&mut tx, "moves", "b").await.unwrap();
    assert_eq!(leases::take(&mut tx, "moves", "a", Instant(31), Instant(41)).await.unwrap(), Some(3));
}
