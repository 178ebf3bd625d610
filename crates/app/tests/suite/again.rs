//! What happens when the same is told again, taken back, broken off or tried once more.

use crate::stage::{Stage, TESTER, example, on_both};
use perennial_app::imports::{self, ImportState};
use perennial_app::jobs::{self, Job};
use perennial_app::{customers, settings, value};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::import::field::ImportKind;
use perennial_domain::money::Currency;
use perennial_domain::settings::Settings;
use perennial_store::{jobs as job_table, value_runs};

on_both! {
    a_cancelled_line_of_a_standing_order_takes_nothing_back_however_often_it_is_told,
    a_cancellation_takes_back_the_lines_that_it_names,
    a_cancellation_that_comes_before_its_order_takes_it_back_when_it_comes,
    what_was_refunded_is_not_given_back_again_by_a_cancellation_nor_the_other_way_round,
    a_refund_in_a_column_is_part_of_what_a_cancellation_gives_back,
    an_attribute_goes_back_to_what_it_was,
    an_older_file_does_not_rename_a_customer,
    an_order_known_by_its_gift_is_an_order_once_its_paid_line_comes,
    values_are_made_again_before_an_export_when_an_import_came_between,
    a_failed_value_run_is_tried_again_and_a_done_one_stays,
    a_run_of_a_dead_process_is_marked_as_failed,
    an_import_whose_worker_dies_on_the_last_attempt_is_failed_and_not_for_ever_running,
    an_import_that_nobody_runs_can_be_cancelled,
    an_import_that_was_broken_off_goes_on_with_the_same_command,
    an_import_that_somebody_else_runs_costs_no_attempt,
    a_guessed_currency_can_be_named_later,
    settings_that_change_figures_ask_for_new_values,
}

const HEAD: &str = "order_no,customer_id,ordered_at,sku,quantity,unit_price,status,currency\n";

async fn orders(stage: &Stage, rows: &str) -> imports::ImportView {
    stage.clock.advance_seconds(60);
    stage.import(ImportKind::Orders, &stage.write("orders.csv", format!("{HEAD}{rows}").as_bytes())).await
}

async fn people(stage: &Stage, content: &str) -> imports::ImportView {
    stage.clock.advance_seconds(60);
    stage.import(ImportKind::Customers, &stage.write("people.csv", content.as_bytes())).await
}

/// Orders, gross sales, refunds and revenue of the first customer.
async fn sums(stage: &Stage) -> (i64, i64, i64, i64) {
    let profile = customers::customer_profile(&stage.app, &TESTER, CustomerNumber(1)).await.unwrap();
    let counters = profile.item.row.counters;
    (counters.orders, counters.gross_minor, counters.refunds_minor, counters.net_minor)
}

async fn a_cancelled_line_of_a_standing_order_takes_nothing_back_however_often_it_is_told(stage: &Stage) {
    let rows = "7,7,2025-03-01,A,1,100.00,paid,CNY\n7,7,2025-03-01,B,1,50.00,cancelled,CNY\n";
    for _ in 0..3 {
        orders(stage, rows).await;
        assert_eq!(sums(stage).await, (1, 10_000, 0, 10_000));
    }
    // Not yet paid in January, paid in February, and January's file once more.
    let (january, february) = ("8,7,2025-01-05,C,1,30.00,待付款,CNY\n", "8,7,2025-01-05,C,1,30.00,已完成,CNY\n");
    for rows in [january, february, january] {
        orders(stage, rows).await;
    }
    assert_eq!(sums(stage).await, (2, 13_000, 0, 13_000));
    // In March it was cancelled after all, and all three files come once more.
    let march = "8,7,2025-01-05,C,1,30.00,已取消,CNY\n";
    for rows in [march, january, february, march] {
        orders(stage, rows).await;
        assert_eq!(sums(stage).await, (2, 13_000, 3_000, 10_000), "{rows}");
    }
}

async fn a_cancellation_that_comes_before_its_order_takes_it_back_when_it_comes(stage: &Stage) {
    let cancelled = "7,7,2025-03-02,A,1,100.00,cancelled,CNY\n7,7,2025-03-02,B,1,50.00,cancelled,CNY\n";
    let paid = "7,7,2025-03-01,A,1,100.00,paid,CNY\n7,7,2025-03-01,B,1,50.00,paid,CNY\n";
    orders(stage, &format!("{cancelled}1,7,2025-01-01,A,1,10.00,paid,CNY\n")).await;
    assert_eq!(sums(stage).await, (1, 1_000, 0, 1_000));
    for rows in [paid, paid, cancelled] {
        let view = orders(stage, rows).await;
        assert_eq!(sums(stage).await, (2, 16_000, 15_000, 1_000), "{rows}");
        assert_eq!(view.result.rows, view.result.applied.accepted + view.result.applied.duplicates);
    }
    // In one file, and of one line only; and an order that nobody paid is not one that was cancelled.
    orders(
        stage,
        "8,8,2025-04-01,A,1,10.00,cancelled,CNY\n8,8,2025-04-02,A,1,10.00,paid,CNY\n8,8,2025-04-02,B,1,5.00,paid,CNY\n",
    )
    .await;
    orders(stage, "9,8,2025-04-01,A,1,20.00,failed,CNY\n").await;
    orders(stage, "9,8,2025-04-01,A,1,20.00,paid,CNY\n").await;
    let profile = customers::customer_profile(&stage.app, &TESTER, CustomerNumber(2)).await.unwrap();
    let counters = profile.item.row.counters;
    assert_eq!((counters.orders, counters.refund_count, counters.net_minor), (2, 1, 2_500));
    // History, which goes by what the journal kept, says the same as the counters.
    let totals = value::run_now(&stage.app, &value::ValueRequest::default()).await.unwrap().totals;
    assert_eq!(totals.historical_minor + totals.current_minor, 3_500);
}

async fn a_cancellation_takes_back_the_lines_that_it_names(stage: &Stage) {
    orders(stage, "7,7,2025-03-01,A,1,100.00,paid,CNY\n7,7,2025-03-01,B,2,50.00,paid,CNY\n").await;
    assert_eq!(sums(stage).await, (1, 20_000, 0, 20_000));
    for _ in 0..2 {
        orders(stage, "7,7,2025-03-01,B,2,50.00,cancelled,CNY\n").await;
        assert_eq!(sums(stage).await, (1, 20_000, 10_000, 10_000));
    }
}

async fn what_was_refunded_is_not_given_back_again_by_a_cancellation_nor_the_other_way_round(stage: &Stage) {
    let mut bought = 0;
    let mut orders_told = 0;
    let mut all = String::new();
    // In three files, in two, in one; the refund first, the cancellation first.
    for statuses in [["refunded", "cancelled"], ["cancelled", "refunded"]] {
        for cuts in [&[1, 2][..], &[1], &[]] {
            orders_told += 1;
            bought += 10_000;
            let row = |day: usize, status: &str| format!("{orders_told},7,2025-03-0{day},A,1,100.00,{status},CNY\n");
            let rows = [row(1, "paid"), row(2, statuses[0]), row(3, statuses[1])];
            let mut from = 0;
            for to in cuts.iter().copied().chain([rows.len()]) {
                orders(stage, &rows[from..to].concat()).await;
                from = to;
            }
            assert_eq!(sums(stage).await, (orders_told, bought, bought, 0), "{statuses:?}, cut at {cuts:?}");
            all.extend(rows);
        }
    }
    orders(stage, &all).await;
    assert_eq!(sums(stage).await, (orders_told, bought, bought, 0), "all of it once more");
    // One of two lines refunded, then the whole order cancelled.
    let row = |sku: &str, day: usize, status: &str| format!("B,7,2025-04-0{day},{sku},1,50.00,{status},CNY\n");
    orders(stage, &format!("{}{}", row("A", 1, "paid"), row("B", 1, "paid"))).await;
    orders(stage, &row("A", 2, "refunded")).await;
    assert_eq!(sums(stage).await.3, 5_000);
    let view = orders(stage, &format!("{}{}", row("A", 3, "cancelled"), row("B", 3, "cancelled"))).await;
    assert_eq!(sums(stage).await, (orders_told + 1, bought + 10_000, bought + 10_000, 0));
    assert_eq!(view.result.rows, view.result.applied.accepted + view.result.applied.duplicates);
}

async fn a_refund_in_a_column_is_part_of_what_a_cancellation_gives_back(stage: &Stage) {
    let head = "order_no,customer_id,ordered_at,order_amount,refund_amount,status,currency\n";
    let told = [
        "1,7,2025-03-01,100.00,,paid,CNY\n",
        "1,7,2025-03-01,100.00,30.00,paid,CNY\n",
        "1,7,2025-03-01,100.00,,cancelled,CNY\n",
        "1,7,2025-03-01,100.00,30.00,paid,CNY\n",
    ];
    for (rows, refunds) in told.into_iter().zip([0, 3_000, 10_000, 10_000]) {
        stage.clock.advance_seconds(60);
        stage.import(ImportKind::Orders, &stage.write("orders.csv", format!("{head}{rows}").as_bytes())).await;
        assert_eq!(sums(stage).await, (1, 10_000, refunds, 10_000 - refunds), "{rows}");
    }
    // What history tells is what the counters say.
    let timeline = value::run_now(&stage.app, &value::ValueRequest::default()).await.unwrap();
    assert_eq!(timeline.totals.historical_minor + timeline.totals.current_minor, 0);
}

async fn an_attribute_goes_back_to_what_it_was(stage: &Stage) {
    let city = async || {
        let profile = customers::customer_profile(&stage.app, &TESTER, CustomerNumber(1)).await.unwrap();
        profile.traits.iter().find(|one| one.name == "city").unwrap().now.value.clone()
    };
    for expected in ["gold", "silver", "gold"] {
        let view = people(stage, &format!("customer_id,city\n7,{expected}\n")).await;
        assert_eq!((view.result.applied.accepted, city().await.as_str()), (1, expected));
    }
    let same = people(stage, "customer_id,city\n7,gold\n").await;
    assert_eq!((same.result.applied.accepted, same.result.applied.duplicates), (0, 1));
}

async fn an_older_file_does_not_rename_a_customer(stage: &Stage) {
    people(stage, "customer_id,name,updated_at\n7,Ann Li,2025-05-01\n").await;
    people(stage, "customer_id,name,updated_at\n7,Ann Old,2024-05-01\n").await;
    let profile = customers::customer_profile(&stage.app, &TESTER, CustomerNumber(1)).await.unwrap();
    assert_eq!(profile.item.row.counters.display_name.as_deref(), Some("Ann Li"));
    assert_eq!(profile.traits.iter().find(|one| one.name == "name").unwrap().now.value, "Ann Li");
}

async fn an_order_known_by_its_gift_is_an_order_once_its_paid_line_comes(stage: &Stage) {
    orders(stage, "7,7,2025-03-01,GIFT,1,0.00,paid,CNY\n").await;
    assert_eq!(sums(stage).await, (0, 0, 0, 0));
    orders(stage, "7,7,2025-03-01,GIFT,1,0.00,paid,CNY\n7,7,2025-03-01,A,1,80.00,paid,CNY\n").await;
    assert_eq!(sums(stage).await, (1, 8_000, 0, 8_000));
    let result = value::run_now(&stage.app, &value::ValueRequest::default()).await.unwrap();
    assert_eq!((result.customers, result.totals.orders), (1, 1));
}

async fn values_are_made_again_before_an_export_when_an_import_came_between(stage: &Stage) {
    orders(stage, "1,7,2025-03-01,A,1,100.00,paid,CNY\n").await;
    stage.clock.advance_seconds(60);
    let first = stage.export().await;
    assert_eq!(first.lines().count(), 2);
    orders(stage, "2,8,2025-03-02,A,1,40.00,paid,CNY\n").await;
    stage.clock.advance_seconds(60);
    let second = stage.export().await;
    let header: Vec<&str> = second.lines().next().unwrap().split(',').collect();
    let place = header.iter().position(|name| *name == "historical_value").unwrap();
    let values: Vec<&str> = second.lines().skip(1).map(|line| line.split(',').nth(place).unwrap()).collect();
    assert_eq!(values.len(), 2);
    assert!(values.iter().all(|value| !value.is_empty()), "{second}");
}

async fn a_failed_value_run_is_tried_again_and_a_done_one_stays(stage: &Stage) {
    orders(stage, "1,7,2025-03-01,A,1,100.00,paid,CNY\n").await;
    let mut tx = stage.app.store.write().await.unwrap();
    let id = value::enqueue_run(&stage.app, &mut tx).await.unwrap();
    assert!(value_runs::start(&mut tx, &id, 1, 2).await.unwrap());
    value_runs::fail(&mut tx, &id, "the disk was full", 2).await.unwrap();
    tx.commit().await.unwrap();
    value::run_job(&stage.app, &id).await.unwrap();
    let result = value::latest(&stage.app).await.unwrap().unwrap();
    assert_eq!(result.run_id, id);
    // Killed between the commit of the result and that of the job: the job comes once more.
    stage.clock.advance_seconds(60);
    value::run_job(&stage.app, &id).await.unwrap();
    let after = value::latest(&stage.app).await.unwrap().unwrap();
    assert_eq!((after.run_id, after.finished_at), (result.run_id, result.finished_at));
}

async fn a_run_of_a_dead_process_is_marked_as_failed(stage: &Stage) {
    orders(stage, "1,7,2025-03-01,A,1,100.00,paid,CNY\n").await;
    let mut tx = stage.app.store.write().await.unwrap();
    value_runs::insert(&mut tx, "run_of_a_command", "{}", 1).await.unwrap();
    assert!(value_runs::start(&mut tx, "run_of_a_command", 2, 3).await.unwrap());
    tx.commit().await.unwrap();
    value::fail_abandoned(&stage.app).await.unwrap();
    let runs = value::list_runs(&stage.app, None, 10).await.unwrap();
    let states: Vec<(&str, &str)> = runs.iter().map(|run| (run.id.as_str(), run.state.as_str())).collect();
    assert!(states.contains(&("run_of_a_command", "failed")), "{states:?}");
    assert!(
        states.iter().any(|(_, state)| *state == "queued"),
        "the one that the import asked for has a job: {states:?}"
    );
}

async fn an_import_whose_worker_dies_on_the_last_attempt_is_failed_and_not_for_ever_running(stage: &Stage) {
    let path = stage.write("orders.csv", format!("{HEAD}1,7,2025-03-01,A,1,100.00,paid,CNY\n").as_bytes());
    let id = stage.enqueue_import(ImportKind::Orders, &path).await;
    for _ in 0..jobs::ATTEMPTS_MAX {
        let (now, mut tx) = (stage.app.clock.now().0, stage.app.store.write().await.unwrap());
        assert!(job_table::claim(&mut tx, &["import"], "lost", now, now + 1).await.unwrap().is_some());
        tx.commit().await.unwrap();
        stage.clock.advance_seconds(1);
    }
    assert!(!jobs::run_next(&stage.app, "next").await.unwrap());
    let view = imports::view(&stage.app, &id).await.unwrap();
    let failure = view.error.unwrap();
    assert_eq!(
        (view.state, failure.code.as_str(), failure.text.as_str()),
        (ImportState::Failed, "job_dead", "the worker was lost")
    );
    let dead = jobs::list(&stage.app, Some("dead"), None, 10).await.unwrap();
    // A person lets it run again: the import goes on where it was.
    jobs::retry_dead(&stage.app, &TESTER, &dead[0].id).await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    assert_eq!(imports::view(&stage.app, &id).await.unwrap().state, ImportState::Done);
}

async fn an_import_that_nobody_runs_can_be_cancelled(stage: &Stage) {
    let path = stage.write("orders.csv", format!("{HEAD}1,7,2025-03-01,A,1,100.00,paid,CNY\n").as_bytes());
    let id = stage.create_import(ImportKind::Orders, &path).await;
    imports::cancel(&stage.app, &TESTER, &id).await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    assert_eq!(imports::view(&stage.app, &id).await.unwrap().state, ImportState::Cancelled);
    assert_eq!(imports::known(&stage.app).await.unwrap().orders, 0);
    // The same file afterwards is a new import.
    let view = stage.import(ImportKind::Orders, &path).await;
    assert_eq!((view.state, view.result.applied.accepted), (ImportState::Done, 1));
}

async fn an_import_that_was_broken_off_goes_on_with_the_same_command(stage: &Stage) {
    let path = example("cdnow_sample.csv.gz");
    let id = stage.create_import(ImportKind::Orders, &path).await;
    // Dropped at its first look at the progress, as by an interrupt from the keyboard.
    let (seen, mut first) = tokio::sync::mpsc::unbounded_channel();
    let observe = move |_: &imports::ImportProgress| {
        let _unread = seen.send(()).is_err();
    };
    tokio::select! {
        _ = imports::run(&stage.app, &id, &observe) => panic!("it came to its end first"),
        _ = first.recv() => {}
    }
    let again = stage.create_import(ImportKind::Orders, &path).await;
    assert_eq!(again, id, "the same command goes on with the same import");
    let view = loop {
        match imports::run(&stage.app, &again, &|_| {}).await {
            // The thread that was told to stop holds the lock until it has.
            Err(imports::ImportError::Busy) => tokio::task::yield_now().await,
            outcome => break outcome.unwrap(),
        }
    };
    assert_eq!((view.state, view.result.rows, view.result.applied.accepted), (ImportState::Done, 6_919, 6_919));
}

async fn an_import_that_somebody_else_runs_costs_no_attempt(stage: &Stage) {
    let path = stage.write("orders.csv", format!("{HEAD}1,7,2025-03-01,A,1,100.00,paid,CNY\n").as_bytes());
    let id = stage.enqueue_import(ImportKind::Orders, &path).await;
    let folder = stage.folder.path().join("imports").join(&id);
    std::fs::create_dir_all(&folder).unwrap();
    let lock = std::fs::File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    for _ in 0..2 * jobs::ATTEMPTS_MAX {
        jobs::run_until_idle(&stage.app).await.unwrap();
        stage.clock.advance_seconds(60);
    }
    drop(lock);
    jobs::run_until_idle(&stage.app).await.unwrap();
    assert_eq!(imports::view(&stage.app, &id).await.unwrap().state, ImportState::Done);
}

async fn a_guessed_currency_can_be_named_later(stage: &Stage) {
    let orders = "order_no,customer_id,ordered_at,order_amount\n1,7,2025-03-01,100.00\n";
    stage.import(ImportKind::Orders, &stage.write("orders.csv", orders.as_bytes())).await;
    let stored = settings::read(&stage.app, &TESTER).await.unwrap();
    assert_eq!(stored.settings.currency, Currency::parse("CNY"));
    assert!(stored.settings.currency_assumed && !stored.currency_locked);
    let yen = Settings { currency: Currency::parse("JPY"), ..stored.settings.clone() };
    let refused = settings::update(&stage.app, &TESTER, stored.version, yen).await;
    assert!(matches!(refused, Err(settings::SettingsError::CurrencyLocked)), "it has other decimals");
    let pounds = Settings { currency: Currency::parse("GBP"), ..stored.settings.clone() };
    let named = settings::update(&stage.app, &TESTER, stored.version, pounds).await.unwrap();
    assert!(named.currency_locked && !named.settings.currency_assumed);
    let back = settings::update(&stage.app, &TESTER, named.version, stored.settings).await;
    assert!(matches!(back, Err(settings::SettingsError::CurrencyLocked)));
}

async fn settings_that_change_figures_ask_for_new_values(stage: &Stage) {
    orders(stage, "1,7,2025-03-01,A,1,100.00,paid,CNY\n").await;
    jobs::run_until_idle(&stage.app).await.unwrap();
    let stored = settings::read(&stage.app, &TESTER).await.unwrap();
    let named = Settings { brand_name: "Gifts".to_owned(), ..stored.settings };
    let stored = settings::update(&stage.app, &TESTER, stored.version, named).await.unwrap();
    assert_eq!(jobs::run_until_idle(&stage.app).await.unwrap(), 0, "a name changes no figure");
    let margin = Settings { margin_basis_points: Some(4_000), ..stored.settings };
    settings::update(&stage.app, &TESTER, stored.version, margin).await.unwrap();
    assert_eq!(jobs::run_until_idle(&stage.app).await.unwrap(), 1);
    let totals = value::latest(&stage.app).await.unwrap().unwrap().totals;
    assert_eq!(totals.historical_minor + totals.current_minor, 4_000);
    jobs::enqueue_now(&stage.app, &Job::CleanUp).await.unwrap();
    assert_eq!(jobs::run_until_idle(&stage.app).await.unwrap(), 1);
}
