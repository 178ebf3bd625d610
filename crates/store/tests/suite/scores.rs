//! Scores of the daily run.

use perennial_store::scores::{self, ArmRow, ScoreRow, ValueRow};
use perennial_testkit::TestStore;

on_both!(
    rows_are_put_in_the_place_of_others_paged_and_taken_out,
    values_are_told_by_how_many_have_them,
    arms_of_trials_are_replaced,
);

async fn rows_are_put_in_the_place_of_others_paged_and_taken_out(store: &TestStore) {
    let row = |customer_number: i64, activity_score: i64| ScoreRow {
        customer_number,
        activity_score,
        first_touch_point: Some("moments".to_owned()),
        opened_topics: "recipes,tea".to_owned(),
        sensitivity: (activity_score > 5).then(|| "price".to_owned()),
        sensitivity_percent: (activity_score > 5).then_some(86),
        decision: if activity_score > 5 { [Some(40), Some(30), Some(20), Some(10)] } else { [None; 4] },
        ..ScoreRow::default()
    };
    let mut tx = store.database.write().await.unwrap();
    let rows: Vec<ScoreRow> = (1..=2_500).map(|number| row(number, 1)).collect();
    scores::put(&mut tx, &rows).await.unwrap();
    scores::put(&mut tx, &[row(7, 9), row(8, 2), row(2_501, 3)]).await.unwrap();
    scores::put(&mut tx, &[]).await.unwrap();
    let mut found = scores::of_customers(&mut tx, &[1, 7, 8]).await.unwrap();
    found.sort_by_key(|row| row.customer_number);
    assert_eq!(found, [row(1, 1), row(7, 9), row(8, 2)]);
    assert_eq!(scores::page(&mut tx, 5, 3).await.unwrap(), [row(6, 1), row(7, 9), row(8, 2)]);
    assert_eq!(scores::page(&mut tx, 2_500, 3).await.unwrap(), [row(2_501, 3)]);
    assert_eq!(scores::remove(&mut tx, &[7, 9, 9_999]).await.unwrap(), 2);
    assert_eq!(scores::of_customers(&mut tx, &[7, 8]).await.unwrap(), [row(8, 2)]);
}

async fn values_are_told_by_how_many_have_them(store: &TestStore) {
    let row = |kind: &str, value: &str, customers: i64| ValueRow {
        kind: kind.to_owned(),
        value: value.to_owned(),
        customers,
    };
    let mut tx = store.database.write().await.unwrap();
    scores::replace_values(&mut tx, &[row("category", "x", 1)]).await.unwrap();
    let rows =
        [row("category", "lens", 2), row("category", "care", 9), row("category", "a", 2), row("activity", "E9", 3)];
    scores::replace_values(&mut tx, &rows).await.unwrap();
    assert_eq!(scores::values(&mut tx, "category", 9).await.unwrap(), ["care", "a", "lens"]);
    assert_eq!(scores::values(&mut tx, "activity", 1).await.unwrap(), ["E9"]);
}

async fn arms_of_trials_are_replaced(store: &TestStore) {
    let arm = |trial: &str, offer: &str, shown: i64| ArmRow {
        trial: trial.to_owned(),
        content: "story".to_owned(),
        offer: offer.to_owned(),
        shown,
        responded: 1,
    };
    let mut tx = store.database.write().await.unwrap();
    scores::replace_arms(&mut tx, &[arm("old", "none", 3)]).await.unwrap();
    scores::replace_arms(&mut tx, &[arm("b", "none", 5), arm("a", "tenth_off", 6), arm("a", "none", 7)]).await.unwrap();
    let right = [arm("a", "none", 7), arm("a", "tenth_off", 6), arm("b", "none", 5)];
    assert_eq!(scores::arms(&mut tx).await.unwrap(), right);
    scores::replace_arms(&mut tx, &[]).await.unwrap();
    assert!(scores::arms(&mut tx).await.unwrap().is_empty());
}
