//! Counts of scenes add up by day.

use perennial_domain::scenes::SceneCounts;
use perennial_store::scenes::{self, DayRow};
use perennial_testkit::TestStore;

on_both!(counts_of_scenes_add_up_over_the_days_asked_for);

async fn counts_of_scenes_add_up_over_the_days_asked_for(store: &TestStore) {
    let counts = |scene: &str, entered, completed, rated, satisfied| SceneCounts {
        scene: scene.to_owned(),
        entered,
        completed,
        rated,
        satisfied,
    };
    let row = |day, counts| DayRow { day, counts };
    let mut tx = store.database.write().await.unwrap();
    scenes::add(&mut tx, &[row(1, counts("pay", 5, 4, 3, 2)), row(2, counts("pay", 1, 1, 1, 1))]).await.unwrap();
    scenes::add(&mut tx, &[row(1, counts("pay", 1, 0, 0, 0)), row(2, counts("choose", 7, 0, 0, 0))]).await.unwrap();
    assert_eq!(scenes::known(&mut tx).await.unwrap(), ["choose", "pay"]);
    let all = scenes::counts(&mut tx, 0, 9).await.unwrap();
    assert_eq!(all, [counts("choose", 7, 0, 0, 0), counts("pay", 7, 5, 4, 3)]);
    assert_eq!(scenes::counts(&mut tx, 1, 1).await.unwrap(), [counts("pay", 6, 4, 3, 2)]);
    assert!(scenes::counts(&mut tx, 3, 9).await.unwrap().is_empty());
}
