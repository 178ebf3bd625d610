//! The home page: what moved the total, whom to look after, and whether the figures are of today.

use crate::stage::{Stage, TESTER, on_both};
use perennial_app::value::result::{Attention, AttentionReason};
use perennial_app::value::{self, ValueRequest, ValueResult};
use perennial_app::{overview, settings};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::import::field::ImportKind;
use perennial_domain::settings::Settings;
use perennial_domain::time::Day;
use perennial_domain::value::{Cells, DiscountRate, Horizon, Margin, Occasion, Summary, Valuation, net_spend};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write;

on_both! {
    the_drivers_add_to_the_value_now_less_the_value_then,
    the_late_come_first_by_what_is_expected_of_them,
    where_fewer_than_ten_are_late_the_fading_follow_by_what_they_brought,
    figures_are_stale_from_an_import_to_the_next_value_run,
}

const HEAD: &str = "order_no,customer_id,ordered_at,order_amount,currency\n";
const MARGIN_PERCENT: i64 = 40;

/// Purchases and refunds of a customer: day and cents. Amounts are such that 40 % of them are whole cents.
#[derive(Default)]
struct Life {
    purchases: BTreeMap<i32, i64>,
    refunds: BTreeMap<i32, i64>,
}

impl Life {
    fn first(&self) -> i32 {
        *self.purchases.keys().next().unwrap()
    }

    fn gross(&self, days: impl Fn(i32) -> bool) -> i64 {
        self.purchases.iter().filter(|(day, _)| days(**day)).map(|(_, cents)| cents).sum()
    }

    fn refunded(&self, days: impl Fn(i32) -> bool) -> i64 {
        self.refunds.iter().filter(|(day, _)| days(**day)).map(|(_, cents)| cents).sum()
    }

    fn summary(&self, until: i32) -> Summary {
        let days: Vec<i32> = self.purchases.keys().copied().filter(|day| *day <= until).collect();
        let [t_x, t] = [days[days.len() - 1] - days[0], until - days[0]].map(|days| days as u32);
        Summary { x: days.len() as u32 - 1, t_x, t }
    }
}

/// Four hundred customers of all kinds, the last purchase on 2025-12-31.
fn lives() -> BTreeMap<String, Life> {
    let end = Day::parse_iso("2025-12-31").unwrap().0;
    let mut lives: BTreeMap<String, Life> = BTreeMap::new();
    for number in 0..400 {
        let life = lives.entry(format!("C{number:03}")).or_default();
        let (first, pause) = (end - 720 + number * 7 % 720, 9 + number * 13 % 80);
        for place in 0..=(number % 7).min(number % 5 + 1) {
            let day = first + place * pause;
            if day <= end {
                life.purchases.insert(day, 5 * i64::from(400 + (number * 37 + place * 111) % 3_000));
            }
        }
        if number % 6 == 1 {
            let day = (life.first() + 20).max(end - number % 60);
            life.refunds.insert(day.min(end), 5 * i64::from(40 + number % 300));
        }
    }
    lives.entry("C000".to_owned()).or_default().purchases.insert(end, 10_000);
    lives
}

async fn valued(stage: &Stage, lives: &BTreeMap<String, Life>) -> ValueResult {
    let mut csv = String::from(HEAD);
    for (customer, life) in lives {
        let refunds = life.refunds.iter().map(|(day, cents)| ("R", day, -cents));
        for (kind, day, cents) in life.purchases.iter().map(|(day, cents)| ("O", day, *cents)).chain(refunds) {
            let amount = format!("{}{}.{:02}", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100);
            writeln!(csv, "{kind}{customer}-{day},{customer},{},{amount},CNY", Day(*day).iso()).unwrap();
        }
    }
    let view = stage.import(ImportKind::Orders, &stage.write("orders.csv", csv.as_bytes())).await;
    assert_eq!(view.result.rejected, 0);
    let stored = settings::read(&stage.app, &TESTER).await.unwrap();
    let margin = Settings { margin_basis_points: Some(MARGIN_PERCENT as u32 * 100), ..stored.settings };
    settings::update(&stage.app, &TESTER, stored.version, margin).await.unwrap();
    value::run_now(&stage.app, &ValueRequest::default()).await.unwrap()
}

/// The columns of the export, by the shop's own id.
async fn export_columns(stage: &Stage, names: &[&str]) -> BTreeMap<String, Vec<String>> {
    let export = stage.export().await;
    let header: Vec<&str> = export.lines().next().unwrap().split(',').collect();
    let places: Vec<usize> =
        names.iter().map(|name| header.iter().position(|column| column == name).unwrap()).collect();
    let cells = export.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    cells.map(|cells| (cells[0].to_owned(), places.iter().map(|place| cells[*place].to_owned()).collect())).collect()
}

fn cents(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

async fn the_drivers_add_to_the_value_now_less_the_value_then(stage: &Stage) {
    let lives = lives();
    let result = valued(stage, &lives).await;
    let change = result.change.unwrap();
    let then = result.as_of.0 - 30;
    assert_eq!((result.as_of.iso().as_str(), change.since), ("2025-12-31", Day(then)));
    let known: BTreeMap<&String, &Life> = lives.iter().filter(|(_, life)| life.first() <= then).collect();
    let profit = |cents: i64| cents * MARGIN_PERCENT / 100;

    let realised_then: i64 =
        known.values().map(|life| profit(life.gross(|day| day <= then) - life.refunded(|day| day <= then))).sum();
    let value_then = realised_then + expected_then(&result, &known, then);
    assert_eq!(change.total_minor, result.totals.lifetime_minor.unwrap() - value_then);

    let purchases: i64 = known.values().map(|life| profit(life.gross(|day| day > then))).sum();
    let refunds: i64 = known.values().map(|life| profit(life.refunded(|day| day > then))).sum();
    let lifetimes = export_columns(stage, &["lifetime_value"]).await;
    let newcomers = lives.iter().filter(|(_, life)| life.first() > then);
    let new: i64 = newcomers.map(|(customer, _)| cents(&lifetimes[customer][0])).sum();
    assert!(purchases > 0 && refunds > 0 && new > 0, "{purchases} {refunds} {new}");
    assert_eq!((change.purchases_minor, change.refunds_minor, change.new_customers_minor), (purchases, -refunds, new));
    assert_eq!(change.total_minor, purchases - refunds + new + change.expectation_minor);
}

/// What the same models expected thirty days before.
fn expected_then(result: &ValueResult, known: &BTreeMap<&String, &Life>, then: i32) -> i64 {
    let (fit, spend) = (result.default_fit().unwrap(), result.spend_model.fitted().unwrap());
    let summaries: Vec<Summary> = known.values().map(|life| life.summary(then)).collect();
    let cells = Cells::group(&summaries);
    let (horizon, margin) = (Horizon::days(365), Margin::from_basis_points(MARGIN_PERCENT as u16 * 100).unwrap());
    let valuation = Valuation::new(fit, spend, &cells, horizon, DiscountRate::from_annual(0.1).unwrap(), margin);
    let spends = known.values().zip(&summaries).map(|(life, summary)| {
        let bought = life.purchases.iter().map(|(day, cents)| Occasion { day: *day, amount_minor: *cents, orders: 1 });
        let refunds: Vec<(i32, i64)> = life.refunds.iter().map(|(day, cents)| (*day, *cents)).collect();
        net_spend(&bought.collect::<Vec<_>>(), &refunds, summary.x, then)
    });
    spends.enumerate().map(|(index, spend)| valuation.potential_of(index, spend).unwrap().mean_minor).sum()
}

/// Whose own rhythm (mean interval of at least two returns) let the next purchase expect before the day of the values.
fn late(lives: &BTreeMap<String, Life>, as_of: Day) -> BTreeMap<&String, Day> {
    let due = |life: &Life| {
        let summary = life.summary(as_of.0);
        let last = *life.purchases.keys().next_back().unwrap();
        (summary.x >= 2).then(|| Day(last + summary.t_x.div_ceil(summary.x) as i32))
    };
    lives.iter().filter_map(|(id, life)| Some((id, due(life).filter(|due| *due < as_of)?))).collect()
}

fn public_ids(named: &[Attention]) -> Vec<String> {
    named.iter().map(|one| CustomerNumber(one.customer_number).public_id()).collect()
}

async fn the_late_come_first_by_what_is_expected_of_them(stage: &Stage) {
    let lives = lives();
    let result = valued(stage, &lives).await;
    let late = late(&lives, result.as_of);
    assert!(late.len() > 20 && late.len() < 300, "{} are late", late.len());
    let columns = export_columns(stage, &["id", "potential_value"]).await;
    let number = |id: &str| CustomerNumber::from_public_id(id).unwrap().0;
    let mut order: Vec<&String> = late.keys().copied().collect();
    order.sort_by_key(|id| (Reverse(cents(&columns[*id][1])), number(&columns[*id][0])));
    let expected: Vec<String> = order[..10].iter().map(|id| columns[*id][0].clone()).collect();
    assert_eq!(public_ids(&result.attention), expected);
    for (one, id) in result.attention.iter().zip(&order) {
        let potential = Some(cents(&columns[*id][1]));
        assert_eq!((one.reason, one.due, one.potential_minor), (AttentionReason::Overdue, Some(late[*id]), potential));
    }
    // The API and the screen take them from here.
    let seen = overview::overview(&stage.app, &TESTER).await.unwrap().value.unwrap();
    assert_eq!(seen.attention, result.attention);
}

async fn where_fewer_than_ten_are_late_the_fading_follow_by_what_they_brought(stage: &Stage) {
    let mut lives: BTreeMap<String, Life> = BTreeMap::new();
    let end = Day::parse_iso("2025-12-31").unwrap().0;
    let mut buy = |customer: &str, day: i32, cents: i64| {
        lives.entry(customer.to_owned()).or_default().purchases.insert(day, cents);
    };
    for (place, customer) in ["late-a", "late-b", "late-c"].iter().enumerate() {
        (0..3).for_each(|visit| buy(customer, end - 300 + 20 * visit + place as i32, 10_000));
    }
    // Much at once, long ago; none of them has a rhythm.
    for (place, customer) in ["big-c", "big-a", "big-e", "big-b", "big-d"].iter().enumerate() {
        let amount = 100_000 - 10_000 * i64::from(customer.as_bytes()[4] - b'a');
        buy(customer, end - 600 - place as i32, amount);
    }
    (0..12).for_each(|place| buy(&format!("new-{place}"), end - place, 1_000));
    let result = valued(stage, &lives).await;
    assert!(result.default_fit().is_none(), "twenty customers are too few for a forecast");
    let ids = export_columns(stage, &["id"]).await;
    let public = |customers: &[&str]| customers.iter().map(|id| ids[*id][0].clone()).collect::<Vec<_>>();
    // Nothing is known of what to expect: the late by number.
    let mut late = public(&["late-a", "late-b", "late-c"]);
    late.sort_by_key(|id| CustomerNumber::from_public_id(id).unwrap().0);
    let fading = public(&["big-a", "big-b", "big-c", "big-d", "big-e"]);
    assert_eq!(public_ids(&result.attention), [late, fading].concat());
    let reasons: Vec<AttentionReason> = result.attention.iter().map(|one| one.reason).collect();
    let expected = [vec![AttentionReason::Overdue; 3], vec![AttentionReason::HighValueFading; 5]].concat();
    assert_eq!(reasons, expected);
}

async fn figures_are_stale_from_an_import_to_the_next_value_run(stage: &Stage) {
    let stale = async || overview::overview(&stage.app, &TESTER).await.unwrap().stale;
    assert!(!stale().await, "nothing was imported, nothing is missing");
    for number in 0..2 {
        stage.clock.advance_seconds(60);
        let csv = format!("{HEAD}{number},A,2025-01-1{number},70.00,CNY\n");
        stage.import(ImportKind::Orders, &stage.write("orders.csv", csv.as_bytes())).await;
        assert!(stale().await, "after import {number}");
        stage.clock.advance_seconds(60);
        value::run_now(&stage.app, &ValueRequest::default()).await.unwrap();
        assert!(!stale().await, "after value run {number}");
    }
}
