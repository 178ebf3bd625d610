//! Of whom something was changed: in the order of commits.

use perennial_store::{customer_changes, sequences};
use perennial_testkit::TestStore;

on_both!(changes_stand_in_the_order_of_commits_until_they_are_followed);

async fn changes_stand_in_the_order_of_commits_until_they_are_followed(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    customer_changes::add(&mut tx, &[]).await.unwrap();
    assert_eq!(customer_changes::last(&mut tx).await.unwrap(), 0);
    customer_changes::add(&mut tx, &[7, 7, 3]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.database.write().await.unwrap();
    customer_changes::add(&mut tx, &[99]).await.unwrap();
    tx.rollback().await.unwrap();
    let mut tx = store.database.write().await.unwrap();
    customer_changes::add(&mut tx, &[5]).await.unwrap();
    assert_eq!(sequences::all(&mut tx).await.unwrap()[sequences::CUSTOMER_CHANGES], 4);
    assert_eq!(customer_changes::last(&mut tx).await.unwrap(), 4, "what was rolled back leaves no gap");
    assert_eq!(customer_changes::after(&mut tx, 0, 2).await.unwrap(), [(1, 7), (2, 7)]);
    assert_eq!(customer_changes::after(&mut tx, 2, 10).await.unwrap(), [(3, 3), (4, 5)]);
    assert_eq!(customer_changes::remove_up_to(&mut tx, 3).await.unwrap(), 3);
    assert_eq!(customer_changes::after(&mut tx, 0, 10).await.unwrap(), [(4, 5)]);
    assert_eq!(customer_changes::last(&mut tx).await.unwrap(), 4);
}
