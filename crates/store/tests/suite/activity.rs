//! What customers did beside buying.

use perennial_store::activity::{self, ActivityRow};
use perennial_testkit::TestStore;

on_both!(activity_adds_up_in_any_order);

async fn activity_adds_up_in_any_order(store: &TestStore) {
    let row = |customer_number, events, first_at, last_at| ActivityRow { customer_number, events, first_at, last_at };
    let mut tx = store.database.write().await.unwrap();
    activity::add(&mut tx, &[row(1, 2, 50, 60), row(2, 1, 5, 5)]).await.unwrap();
    activity::add(&mut tx, &[row(1, 3, 10, 20)]).await.unwrap();
    activity::add(&mut tx, &[row(1, 1, 70, 70)]).await.unwrap();
    assert_eq!(activity::of_customer(&mut tx, 1).await.unwrap(), Some(row(1, 6, 10, 70)));
    assert_eq!(activity::of_customer(&mut tx, 2).await.unwrap(), Some(row(2, 1, 5, 5)));
    assert_eq!(activity::of_customer(&mut tx, 3).await.unwrap(), None);
}
