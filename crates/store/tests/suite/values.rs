//! Values and the runs that make them.

use crate::fixtures::{Dice, value};
use perennial_store::customers::{self, CustomerCounters, CustomerFilter, CustomerSort, SortOrder};
use perennial_store::value_runs::{self, ValueRunRow};
use perennial_store::values::{self, CustomerValue, WindowValue};
use perennial_store::{ReadTx, Scope, jobs};
use perennial_testkit::TestStore;

on_both!(
    a_new_run_replaces_all_values,
    another_window_changes_what_is_there,
    cells_are_counted,
    a_run_goes_from_queued_to_done_or_failed,
    one_run_goes_on_at_a_time_as_long_as_its_lease_lasts,
    results_of_old_runs_are_dropped_but_that_of_the_values,
);

fn some_values(count: i64, seed: u64) -> Vec<CustomerValue> {
    let mut dice = Dice::new(seed);
    (1..=count).map(|number| value(number, &mut dice)).collect()
}

async fn all_values(tx: &mut ReadTx<'_>) -> Vec<CustomerValue> {
    let everybody = CustomerFilter::default();
    let page =
        customers::list(tx, &Scope::Everyone, &everybody, CustomerSort::Number, SortOrder::Ascending, None, 1_000)
            .await
            .unwrap();
    page.rows.into_iter().filter_map(|row| row.value).collect()
}

async fn another_window_changes_what_is_there(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let everybody: Vec<CustomerCounters> = (1..=600).map(|number| CustomerCounters::new(number, 0)).collect();
    customers::upsert(&mut tx, &everybody).await.unwrap();
    let before = some_values(600, 1);
    values::replace_all(&mut tx, "run_1", before.clone()).await.unwrap();
    assert_eq!(values::remove(&mut tx, &[7]).await.unwrap(), 1);
    let of = |one: &CustomerValue| WindowValue {
        customer_number: one.customer_number,
        historical_minor: one.historical_minor + 1,
        current_minor: one.current_minor - 1,
        current_percentile: 12.5,
    };
    values::change_window(&mut tx, "run_2", &before.iter().map(of).collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    let mut reader = store.database.read().await.unwrap();
    assert_eq!(values::run_id(&mut reader).await.unwrap().as_deref(), Some("run_2"));
    assert_eq!(values::count(&mut reader).await.unwrap(), 599, "who has no value stays without");
    let changed = before.into_iter().filter(|one| one.customer_number != 7).map(|one| CustomerValue {
        historical_minor: one.historical_minor + 1,
        current_minor: one.current_minor - 1,
        current_percentile: 12.5,
        ..one
    });
    assert_eq!(all_values(&mut reader).await, changed.collect::<Vec<_>>());
}

async fn a_new_run_replaces_all_values(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(values::run_id(&mut tx).await.unwrap(), None);
    let everybody: Vec<CustomerCounters> = (1..=600).map(|number| CustomerCounters::new(number, 0)).collect();
    customers::upsert(&mut tx, &everybody).await.unwrap();
    assert_eq!(values::replace_all(&mut tx, "run_1", some_values(600, 1)).await.unwrap(), 600);
    tx.commit().await.unwrap();

    let mut reader = store.database.read().await.unwrap();
    assert_eq!(values::run_id(&mut reader).await.unwrap().as_deref(), Some("run_1"));
    let fewer = some_values(70, 2);
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(values::replace_all(&mut tx, "run_2", fewer.clone()).await.unwrap(), 70);
    assert_eq!(all_values(&mut reader).await, some_values(600, 1), "readers keep the old run");
    drop(reader);
    tx.commit().await.unwrap();

    let mut reader = store.database.read().await.unwrap();
    assert_eq!(values::run_id(&mut reader).await.unwrap().as_deref(), Some("run_2"));
    assert_eq!(all_values(&mut reader).await, fewer);
    assert_eq!(
        customers::get(&mut reader, &Scope::Everyone, 7).await.unwrap().unwrap().value.as_ref(),
        Some(&fewer[6])
    );
    assert_eq!(customers::get(&mut reader, &Scope::Everyone, 71).await.unwrap().unwrap().value, None);
    drop(reader);

    let mut tx = store.database.write().await.unwrap();
    assert_eq!(values::replace_all(&mut tx, "run_3", Vec::new()).await.unwrap(), 0);
    drop(tx);
    let mut reader = store.database.read().await.unwrap();
    assert_eq!(all_values(&mut reader).await, fewer, "rolled back, indexes and all");
    let indexes = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'customer_values'";
    if reader.engine() == perennial_store::Engine::Sqlite {
        let text = format!("SELECT CAST(n AS TEXT) FROM ({})", indexes.replace("COUNT(*)", "COUNT(*) AS n"));
        assert_eq!(perennial_store::inspect::texts(&mut reader, &text).await.unwrap(), ["10"]);
    }
}

async fn cells_are_counted(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(values::cell_counts(&mut tx).await.unwrap().is_empty());
    let rows = some_values(300, 3);
    values::replace_all(&mut tx, "run", rows.clone()).await.unwrap();
    let cells = values::cell_counts(&mut tx).await.unwrap();
    assert!(cells.is_sorted_by_key(|cell| (cell.r, cell.f, cell.m)));
    assert_eq!(cells.iter().map(|cell| cell.customers).sum::<i64>(), 300);
    for cell in cells {
        let of_cell = rows.iter().filter(|row| (row.r, row.f, row.m) == (cell.r, cell.f, cell.m));
        assert_eq!(cell.monetary_minor, of_cell.map(|row| row.monetary_minor).sum::<i64>());
    }
}

async fn a_run_goes_from_queued_to_done_or_failed(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(value_runs::current(&mut tx).await.unwrap(), None);
    for (id, at) in [("run_a", 1), ("run_b", 2), ("run_c", 3)] {
        value_runs::insert(&mut tx, id, "{}", at).await.unwrap();
    }
    assert!(value_runs::update_progress(&mut tx, "run_a", 0.5).await.is_err(), "it has not begun");
    assert_eq!(value_runs::find_queued(&mut tx, "{}").await.unwrap().unwrap().id, "run_a");
    assert_eq!(value_runs::find_queued(&mut tx, "{\"unit\":\"day\"}").await.unwrap(), None);
    for id in ["run_a", "run_b"] {
        assert!(value_runs::start(&mut tx, id, 10, 19).await.unwrap());
        value_runs::update_progress(&mut tx, id, 0.5).await.unwrap();
        assert_eq!(value_runs::get(&mut tx, id).await.unwrap().unwrap().progress, 0.5);
        value_runs::finish(&mut tx, id, "{\"x\":1}", 15_000, 20, 7).await.unwrap();
    }
    value_runs::fail(&mut tx, "run_c", "no data", 30).await.unwrap();
    assert!(!value_runs::start(&mut tx, "run_a", 40, 49).await.unwrap(), "it is done");
    assert!(value_runs::finish(&mut tx, "run_a", "{}", 1, 40, 7).await.is_err(), "it is done");
    let expected = ValueRunRow {
        id: "run_b".to_owned(),
        state: "done".to_owned(),
        requested: "{}".to_owned(),
        result: Some("{\"x\":1}".to_owned()),
        as_of_day: Some(15_000),
        created_at: 2,
        started_at: Some(10),
        finished_at: Some(20),
        progress: 1.0,
        error: None,
    };
    // The rows say which run is looked at, not which began last.
    values::replace_all(&mut tx, "run_b", some_values(3, 4)).await.unwrap();
    assert_eq!(value_runs::current(&mut tx).await.unwrap(), Some(expected));
    assert_eq!(value_runs::current_day(&mut tx).await.unwrap(), Some(15_000));
    assert_eq!(value_runs::current_began(&mut tx).await.unwrap(), Some((Some(10), Some(7))));
    assert_eq!(value_runs::find_queued(&mut tx, "{}").await.unwrap(), None);
    let listed = value_runs::list(&mut tx, None, 2).await.unwrap();
    assert_eq!(listed.iter().map(|run| run.id.as_str()).collect::<Vec<_>>(), ["run_c", "run_b"]);
    assert!(listed.iter().all(|run| run.result.is_none()));
    assert_eq!(value_runs::list(&mut tx, Some("run_b"), 9).await.unwrap().len(), 1);
    assert!(value_runs::start(&mut tx, "run_c", 50, 59).await.unwrap());
    value_runs::finish(&mut tx, "run_c", "{}", 1, 60, 7).await.unwrap();
    for (id, at) in [("run_d", 70), ("run_e", 71), ("run_f", 72)] {
        value_runs::insert(&mut tx, id, "{}", at).await.unwrap();
    }
    assert!(value_runs::start(&mut tx, "run_d", 80, 89).await.unwrap());
    jobs::enqueue(&mut tx, &job_of_run("run_e")).await.unwrap();
    assert_eq!(value_runs::fail_abandoned(&mut tx, 90, "lost").await.unwrap(), 2, "run_e has a job");
    value_runs::finish(&mut tx, "run_d", "{}", 1, 95, 7).await.unwrap();
    assert_eq!(value_runs::find_queued(&mut tx, "{}").await.unwrap().unwrap().id, "run_e");
}

async fn one_run_goes_on_at_a_time_as_long_as_its_lease_lasts(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for (id, at) in [("run_a", 1), ("run_b", 2)] {
        value_runs::insert(&mut tx, id, "{}", at).await.unwrap();
    }
    assert!(value_runs::start(&mut tx, "run_a", 10, 20).await.unwrap());
    assert!(value_runs::start(&mut tx, "run_a", 11, 20).await.unwrap(), "its job came once more");
    assert!(!value_runs::start(&mut tx, "run_b", 20, 30).await.unwrap());
    assert_eq!(value_runs::get(&mut tx, "run_b").await.unwrap().unwrap().state, "queued");
    assert!(value_runs::prolong(&mut tx, "run_a", 40).await.unwrap());
    jobs::enqueue(&mut tx, &job_of_run("run_b")).await.unwrap();
    assert_eq!(value_runs::fail_abandoned(&mut tx, 40, "lost").await.unwrap(), 0, "it lives");
    assert!(!value_runs::start(&mut tx, "run_b", 40, 50).await.unwrap());
    assert!(value_runs::start(&mut tx, "run_b", 41, 50).await.unwrap(), "the other one died");
    assert_eq!(value_runs::fail_abandoned(&mut tx, 41, "lost").await.unwrap(), 1);
    assert!(!value_runs::prolong(&mut tx, "run_a", 60).await.unwrap());
    value_runs::lock(&mut tx).await.unwrap();
}

async fn results_of_old_runs_are_dropped_but_that_of_the_values(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for (id, at) in [("run_a", 1), ("run_b", 2), ("run_c", 3)] {
        value_runs::insert(&mut tx, id, "{}", at).await.unwrap();
        assert!(value_runs::start(&mut tx, id, at, at).await.unwrap());
        value_runs::finish(&mut tx, id, "{}", 1, at, 7).await.unwrap();
    }
    values::replace_all(&mut tx, "run_b", some_values(3, 4)).await.unwrap();
    assert_eq!(value_runs::drop_results(&mut tx, 3).await.unwrap(), 1);
    let mut kept = Vec::new();
    for id in ["run_a", "run_b", "run_c"] {
        kept.push(value_runs::get(&mut tx, id).await.unwrap().unwrap().result.is_some());
    }
    assert_eq!(kept, [false, true, true]);
}

fn job_of_run(id: &str) -> jobs::NewJob {
    jobs::NewJob {
        id: "job_a".to_owned(),
        name: "value_run".to_owned(),
        payload: "{}".to_owned(),
        priority: 0,
        run_at: 0,
        max_attempts: 3,
        dedupe_key: Some(format!("value_run:{id}")),
        created_at: 0,
    }
}
