//! The examples of the list of capabilities, played with their figures.

use crate::stage::{Stage, TESTER, on_both};
use perennial_app::customers::{self, CustomerProfile};
use perennial_app::value::{self, ValueRequest, ValueResult};
use perennial_app::{jobs, settings};
use perennial_domain::import::field::ImportKind;
use perennial_domain::settings::Settings;
use perennial_domain::time::Day;
use perennial_domain::value::{History, Month, Span, Summary, WAIT_DAYS_MAX};
use perennial_store::inspect;
use std::collections::BTreeMap;
use std::fmt::Write;

on_both! {
    c85_current_value_has_a_place_and_another_window_makes_it_anew,
    another_window_changes_nothing_else_of_a_forecast,
    c92_the_top_fifth_and_the_old_users_in_it_are_what_plain_sql_says,
    c104_ten_thousand_first_buyers_of_january,
}

const HEAD: &str = "order_no,customer_id,ordered_at,order_amount,currency\n";

fn day(text: &str) -> Day {
    Day::parse_iso(text).unwrap()
}

async fn change(stage: &Stage, changed: impl FnOnce(Settings) -> Settings) {
    let stored = settings::read(&stage.app, &TESTER).await.unwrap();
    settings::update(&stage.app, &TESTER, stored.version, changed(stored.settings)).await.unwrap();
}

async fn profile(stage: &Stage, id: &str) -> CustomerProfile {
    let number = customers::find_customer(&stage.app, &TESTER, id).await.unwrap();
    customers::customer_profile(&stage.app, &TESTER, number).await.unwrap()
}

/// Historical and current value in cents, and the place by current value.
async fn places(stage: &Stage) -> BTreeMap<&'static str, (i64, i64, f64)> {
    let mut found = BTreeMap::new();
    for id in ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"] {
        let profile = profile(stage, id).await;
        let row = profile.item.row.value.unwrap();
        assert_eq!(profile.value.unwrap().current_rank_percentile, row.current_percentile, "{id}");
        found.insert(id, (row.historical_minor, row.current_minor, row.current_percentile));
    }
    found
}

async fn c85_current_value_has_a_place_and_another_window_makes_it_anew(stage: &Stage) {
    let mut csv = String::from(HEAD);
    // Net sales of 100.00 for three, with a refund for one of them.
    csv.push_str("1,A,2025-11-20,150.00,CNY\nR1,A,2025-12-01,-50.00,CNY\n2,B,2025-11-21,100.00,CNY\n");
    csv.push_str("3,C,2025-11-22,100.00,CNY\n4,D,2025-06-01,200.00,CNY\n5,E,2025-12-31,50.00,CNY\n");
    for (number, id) in ["F", "G", "H", "I", "J"].iter().enumerate() {
        writeln!(csv, "6{number},{id},2023-05-01,80.00,CNY").unwrap();
    }
    stage.import(ImportKind::Orders, &stage.write("orders.csv", csv.as_bytes())).await;
    change(stage, |settings| Settings { margin_basis_points: Some(4_000), ..settings }).await;
    jobs::run_until_idle(&stage.app).await.unwrap();

    let within_a_year = places(stage).await;
    // Equal values share the place of the last of them: five with nothing, then 20.00, three times 40.00, 80.00.
    let old = (3_200, 0, 50.0);
    let tied = (0, 4_000, 90.0);
    assert_eq!(
        within_a_year,
        [("A", tied), ("B", tied), ("C", tied), ("D", (0, 8_000, 100.0)), ("E", (0, 2_000, 60.0))]
            .into_iter()
            .chain(["F", "G", "H", "I", "J"].map(|id| (id, old)))
            .collect()
    );
    stage.clock.advance_seconds(60);
    change(stage, |settings| Settings { current_window_days: 45, ..settings }).await;
    assert_eq!(jobs::run_until_idle(&stage.app).await.unwrap(), 1, "the change asks for a value run");
    let within_45_days = places(stage).await;
    let (old, tied) = ((3_200, 0, 60.0), (0, 4_000, 100.0));
    assert_eq!(
        within_45_days,
        [("A", tied), ("B", tied), ("C", tied), ("D", (8_000, 0, 60.0)), ("E", (0, 2_000, 70.0))]
            .into_iter()
            .chain(["F", "G", "H", "I", "J"].map(|id| (id, old)))
            .collect()
    );
    let result = value::latest(&stage.app).await.unwrap().unwrap();
    assert_eq!((result.definition.current_window_days, result.as_of), (45, day("2025-12-31")));
    // Only what rests on the window was made anew: a whole run ends in the same.
    let (changed, exported) = (without_times(result), stage.export().await);
    stage.clock.advance_seconds(60);
    let whole = value::run_now(&stage.app, &value::ValueRequest::default()).await.unwrap();
    assert_alike(&without_times(whole), &changed);
    assert_eq!(stage.export().await, exported);
}

async fn another_window_changes_nothing_else_of_a_forecast(stage: &Stage) {
    let mut csv = String::from(HEAD);
    for number in 0..400 {
        for order in 0..(number % 4 + 1) {
            let (year, month) = (2023 + order % 3, (number + order * 3) % 12 + 1);
            writeln!(csv, "N{number}-{order},B{number},{year}-{month:02}-15,{}.99,CNY", 20 + number % 50).unwrap();
        }
    }
    stage.import(ImportKind::Orders, &stage.write("orders.csv", csv.as_bytes())).await;
    // Half a cent at many places.
    change(stage, |settings| Settings { margin_basis_points: Some(3_333), ..settings }).await;
    jobs::run_until_idle(&stage.app).await.unwrap();
    let before = value::latest(&stage.app).await.unwrap().unwrap();
    assert!(before.totals.lifetime_minor.is_some());
    for days in [30, 400, 3_000] {
        stage.clock.advance_seconds(60);
        change(stage, |settings| Settings { current_window_days: days, ..settings }).await;
        jobs::run_until_idle(&stage.app).await.unwrap();
        let result = value::latest(&stage.app).await.unwrap().unwrap();
        assert_eq!(result.definition.current_window_days, days);
        assert_eq!(result.totals.lifetime_minor, before.totals.lifetime_minor);
        assert_ne!(result.totals.current_minor, before.totals.current_minor);
        let (changed, exported) = (without_times(result), stage.export().await);
        stage.clock.advance_seconds(60);
        let whole = value::run_now(&stage.app, &value::ValueRequest::default()).await.unwrap();
        assert_alike(&without_times(whole), &changed);
        assert_eq!(stage.export().await, exported, "{days} days");
    }
    // Orders that have come since are not left out for a window.
    let later = format!("{HEAD}L1,B1,2025-12-20,100.00,CNY\n");
    stage.import(ImportKind::Orders, &stage.write("later.csv", later.as_bytes())).await;
    change(stage, |settings| Settings { current_window_days: 60, ..settings }).await;
    jobs::run_until_idle(&stage.app).await.unwrap();
    let result = value::latest(&stage.app).await.unwrap().unwrap();
    assert_eq!((result.as_of, result.totals.orders), (day("2025-12-20"), before.totals.orders + 1));
}

/// As it is stored, but for the run and its times.
fn without_times(mut result: value::ValueResult) -> serde_json::Value {
    result.run_id.clear();
    (result.started_at, result.finished_at) = (0, 0);
    serde_json::to_value(&result).unwrap()
}

/// Equal, but for the last place of a fraction that was stored and read again.
fn assert_alike(left: &serde_json::Value, right: &serde_json::Value) {
    use serde_json::Value;
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => {
            assert_eq!(left.len(), right.len());
            left.iter().zip(right).for_each(|(left, right)| assert_alike(left, right));
        }
        (Value::Object(left), Value::Object(right)) => {
            assert!(left.keys().eq(right.keys()), "{left:?} {right:?}");
            left.values().zip(right.values()).for_each(|(left, right)| assert_alike(left, right));
        }
        (Value::Number(left), Value::Number(right)) if left.is_f64() && right.is_f64() => {
            let (left, right) = (left.as_f64().unwrap(), right.as_f64().unwrap());
            assert!((left - right).abs() <= 1e-14 * left.abs().max(right.abs()), "{left} {right}");
        }
        _ => assert_eq!(left, right),
    }
}

/// Customer, day, cents.
type Sale = (String, &'static str, i64);

/// Fifty customers: ten bring 714,000.00 of 1,000,000.00, and eight of the ten came back.
fn sales() -> Vec<Sale> {
    let mut sales = Vec::new();
    for number in 0..8 {
        sales.push((format!("T{number}"), "2025-02-01", 4_000_000));
        sales.push((format!("T{number}"), "2025-07-01", 4_000_000));
        sales.push((format!("T{number}"), "2025-07-09", -146_000));
    }
    sales.extend((8..10).map(|number| (format!("T{number}"), "2025-03-01", 4_284_000)));
    for number in 0..40 {
        let parts: &[(&str, i64)] = match number % 3 {
            0 => &[("2025-04-01", 715_000)],
            1 => &[("2025-04-02", 357_500), ("2025-08-02", 357_500)],
            // Twice on one day is no return.
            _ => &[("2025-04-03", 300_000), ("2025-04-03", 415_000)],
        };
        sales.extend(parts.iter().map(|(day, amount)| (format!("U{number}"), *day, *amount)));
    }
    sales
}

async fn c92_the_top_fifth_and_the_old_users_in_it_are_what_plain_sql_says(stage: &Stage) {
    let sales = sales();
    let mut csv = String::from(HEAD);
    for (number, (customer, day, cents)) in sales.iter().enumerate() {
        writeln!(csv, "{number},{customer},{day},{:.2},CNY", *cents as f64 / 100.0).unwrap();
    }
    stage.import(ImportKind::Orders, &stage.write("orders.csv", csv.as_bytes())).await;
    change(stage, |settings| Settings { margin_basis_points: Some(4_000), ..settings }).await;
    let result = value::run_now(&stage.app, &ValueRequest::default()).await.unwrap();

    let [top, total, repeat] = by_sql(stage, &sales).await;
    let concentration = &result.concentration;
    assert_eq!((concentration.customers, concentration.top_customers), (50, 10));
    assert_eq!((concentration.top_minor, concentration.total_minor), (i128::from(top), i128::from(total)));
    assert_eq!(concentration.top_share.unwrap(), top as f64 / total as f64);
    assert_eq!(result.top_repeat_share.unwrap(), repeat as f64 / top as f64);
    let percent = |share: Option<f64>| format!("{:.1} %", share.unwrap() * 100.0);
    assert_eq!(
        (percent(concentration.top_share), percent(result.top_repeat_share)),
        ("71.4 %".into(), "88.0 %".into())
    );
}

/// Profit at 40 % of the top fifth, of all, and of those in the top fifth who bought on another day too.
async fn by_sql(stage: &Stage, sales: &[Sale]) -> [i64; 3] {
    let rows: Vec<String> =
        sales.iter().map(|(customer, day, cents)| format!("('{customer}', '{day}', {cents})")).collect();
    let query = format!(
        "WITH sales(customer, day, cents) AS (VALUES {}),
         by_customer AS (
             SELECT customer, SUM(cents) * 40 / 100 AS profit,
                    COUNT(DISTINCT CASE WHEN cents > 0 THEN day END) AS days
             FROM sales GROUP BY customer),
         placed AS (
             SELECT profit, days, ROW_NUMBER() OVER (ORDER BY profit DESC) AS place, COUNT(*) OVER () AS customers
             FROM by_customer),
         top AS (SELECT profit, days, CASE WHEN place * 5 <= customers THEN 1 ELSE 0 END AS inside FROM placed)
         SELECT CAST(CAST(SUM(profit * inside) AS BIGINT) AS TEXT) || ' ' || CAST(CAST(SUM(profit) AS BIGINT) AS TEXT)
                || ' ' || CAST(CAST(SUM(CASE WHEN days > 1 THEN profit * inside ELSE 0 END) AS BIGINT) AS TEXT) FROM top",
        rows.join(", ")
    );
    let texts = inspect::texts(&mut stage.app.store.read().await.unwrap(), &query).await.unwrap();
    let figures: Vec<i64> = texts[0].split(' ').map(|figure| figure.parse().unwrap()).collect();
    figures.try_into().unwrap()
}

/// Days from the first purchase to the only repeat, for the first so many of the ten thousand.
const REPEATS: [(usize, i32); 7] = [(900, 10), (920, 30), (380, 31), (290, 60), (110, 61), (200, 90), (100, 91)];
const BUYERS: usize = 10_000;
/// Some who come every ten days, from February on: with them the models have something to say.
const REGULARS: usize = 40;

/// Purchase days by customer.
fn lives() -> BTreeMap<String, Vec<i32>> {
    let january = day("2025-01-01").0;
    let repeats = REPEATS.iter().flat_map(|(customers, days)| std::iter::repeat_n(Some(*days), *customers));
    let mut lives = BTreeMap::new();
    for (number, repeat) in repeats.chain(std::iter::repeat(None)).take(BUYERS).enumerate() {
        let first = january + (number % 31) as i32;
        lives.insert(
            format!("J{number:04}"),
            [Some(first), repeat.map(|days| first + days)].into_iter().flatten().collect(),
        );
    }
    for number in 0..REGULARS {
        lives.insert(format!("R{number:02}"), (0..=10).map(|step| day("2025-02-01").0 + 10 * step).collect());
    }
    lives.insert("Last".to_owned(), vec![day("2025-05-20").0]);
    lives
}

async fn c104_ten_thousand_first_buyers_of_january(stage: &Stage) {
    let lives = lives();
    let mut csv = String::from(HEAD);
    for (customer, days) in &lives {
        for (place, day) in days.iter().enumerate() {
            writeln!(csv, "{customer}-{place},{customer},{},{}.00,CNY", Day(*day).iso(), 20 + day % 50).unwrap();
        }
    }
    let view = stage.import(ImportKind::Orders, &stage.write("orders.csv", csv.as_bytes())).await;
    assert_eq!(view.result.rejected, 0);
    let result = value::run_now(&stage.app, &ValueRequest::default()).await.unwrap();
    assert_eq!(result.as_of, day("2025-05-20"));

    let cohort = &result.cohorts.by_month[&Month::of_day(day("2025-01-15").0)];
    assert_eq!(cohort.customers, BUYERS as u64);
    // The thirtieth day counts, the thirty-first does not; the same at sixty and ninety.
    let rates: Vec<String> =
        cohort.repeats.iter().map(|rate| format!("{:.1} of {}", rate.rate().unwrap() * 100.0, rate.observed)).collect();
    assert_eq!(rates, ["18.2 of 10000", "24.9 of 10000", "28.0 of 10000"]);
    assert_eq!(result.cohorts.median_interval_days(), Some(median_interval(&lives)));

    let dates = next_purchases(stage).await;
    assert_eq!(dates.len(), lives.len());
    let mut dated = 0;
    for (customer, days) in &lives {
        dated += usize::from(dates[customer].is_some());
        check_next_purchase(&result, customer, days, dates[customer]);
    }
    assert!(dated >= REGULARS, "{dated} have a day");
    assert!(lives.keys().filter(|id| id.starts_with('R')).all(|id| dates[id].is_some()));
}

/// The lower one of the middle, as a sorted list has it.
fn median_interval(lives: &BTreeMap<String, Vec<i32>>) -> u32 {
    let mut intervals: Vec<i32> =
        lives.values().flat_map(|days| days.windows(2).map(|pair| pair[1] - pair[0])).collect();
    intervals.sort_unstable();
    intervals[(intervals.len() - 1) / 2] as u32
}

async fn next_purchases(stage: &Stage) -> BTreeMap<String, Option<Day>> {
    let export = stage.export().await;
    let place = export.lines().next().unwrap().split(',').position(|name| name == "next_purchase").unwrap();
    let cells = export.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    cells.map(|cells| (cells[0].to_owned(), Day::parse_iso(cells[place]))).collect()
}

/// By that day the odds are even or better, and on the day before they were not; without a day they are not in ten years.
fn check_next_purchase(result: &ValueResult, customer: &str, days: &[i32], date: Option<Day>) {
    let (first, last) = (days[0], days[days.len() - 1]);
    let [t_x, t] = [last - first, result.as_of.0 - first].map(|days| days as u32);
    let history = History::from(Summary { x: days.len() as u32 - 1, t_x, t });
    let within = |days: f64| result.default_fit().unwrap().frequency.p_active(history, Span::days(days));
    match date {
        Some(date) => {
            let wait = f64::from(date.0 - result.as_of.0);
            assert!(wait >= 1.0 && within(wait) >= 0.5 - 1e-9, "{customer}: {wait} days, {}", within(wait));
            assert!(wait == 1.0 || within(wait - 1.0) < 0.5, "{customer}: {wait} days, {}", within(wait - 1.0));
        }
        None => assert!(within(WAIT_DAYS_MAX) < 0.5 + 1e-9, "{customer}: {}", within(WAIT_DAYS_MAX)),
    }
}
