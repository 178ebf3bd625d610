//! The made-up brand against theory, against its own files, and against the matching of the product.

use super::columns::{CUSTOMER_COLUMNS, ORDER_COLUMNS, TRUTH_COLUMNS, push_header};
use super::{Plan, RowCounts, SimulatedOrderKind, Simulator};
use crate::ids::CustomerNumber;
use crate::import::columns::recognise;
use crate::import::field::ImportKind;
use crate::import::mapping::Target;
use crate::import::sample::Sample;
use crate::money::{Currency, DecimalMark, parse_decimal};
use crate::time::Day;
use crate::value::{Cells, Model, Parameters, SpendHistory, Summary, TimeUnit, fit_frequency, fit_spend};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

fn plan(customers: u64, frequency: Parameters) -> Plan {
    Plan {
        customers,
        seed: 7,
        end: Day::parse_iso("2026-06-30").unwrap(),
        days: 730,
        acquisition_days: 365,
        currency: Currency::parse("CNY").unwrap(),
        frequency,
        spend: Plan::SPEND,
        lines_per_order: Plan::LINES_PER_ORDER,
        refund_share: Plan::REFUND_SHARE,
        without_id_share: Plan::WITHOUT_ID_SHARE,
    }
}

struct Files {
    orders: Vec<u8>,
    customers: Vec<u8>,
    truth: Vec<u8>,
    counts: RowCounts,
}

fn files(simulator: &Simulator, numbers: std::ops::Range<u64>) -> Files {
    let mut files = Files { orders: vec![], customers: vec![], truth: vec![], counts: RowCounts::default() };
    for customer in simulator.customers(numbers) {
        files.counts.add(simulator.push_order_rows(&customer, &mut files.orders));
        simulator.push_customer_row(&customer, &mut files.customers);
        simulator.push_truth_row(&customer, &mut files.truth);
    }
    files
}

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).unwrap();
    text.lines().map(split).collect()
}

fn split(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cells.last_mut().unwrap().push(other),
        }
    }
    cells
}

fn place(columns: &[super::Column], name: &str) -> usize {
    columns.iter().position(|column| column.name == name).unwrap()
}

fn sha256(files: &Files) -> String {
    let digest = Sha256::new().chain_update(&files.orders).chain_update(&files.customers).chain_update(&files.truth);
    format!("{:x}", digest.finalize())
}

/// These sums may change only with a deliberate change of what is simulated: they are the same on every
/// machine, so that a seed in a report means the same brand everywhere.
#[test]
fn the_same_seed_gives_the_same_bytes_on_every_machine() {
    let cases = [
        (Plan::BG_NBD, "358101e525a88e28f57fb98cd17171931c8832c68282ac1f9e17d36ddc3b46d8"),
        (Plan::PARETO_NBD, "3cd74158d4d175b31ff2824bf5fcb3929367542add4695b4af2dc4f6f857da3a"),
    ];
    for (frequency, sum) in cases {
        let simulator = Simulator::new(plan(1_000, frequency)).unwrap();
        assert_eq!(sha256(&files(&simulator, 1..1_001)), sum, "{frequency:?}");
    }
}

#[test]
fn parts_made_apart_join_to_the_whole() {
    let simulator = Simulator::new(plan(300, Plan::BG_NBD)).unwrap();
    let whole = files(&simulator, 1..301);
    let larger = Simulator::new(plan(1_000_000, Plan::BG_NBD)).unwrap();
    let (head, tail) = (files(&larger, 1..120), files(&larger, 120..301));
    assert_eq!(whole.orders, [head.orders, tail.orders].concat());
    assert_eq!(whole.truth, [head.truth, tail.truth].concat());
}

#[test]
fn lives_do_not_change_with_what_dresses_them() {
    let plain = Simulator::new(plan(200, Plan::PARETO_NBD)).unwrap();
    let mut changed = plan(200, Plan::PARETO_NBD);
    (changed.lines_per_order, changed.refund_share, changed.without_id_share) = (5.0, 0.0, 0.0);
    let dressed = Simulator::new(changed).unwrap();
    for number in 1..201 {
        let (mut left, right) = (plain.customer(number).truth, dressed.customer(number).truth);
        left.refund_minor = right.refund_minor;
        assert_eq!(left, right);
    }
}

#[test]
fn purchases_and_what_comes_after_have_the_means_of_the_theory() {
    const CUSTOMERS: u64 = 40_000;
    for frequency in [Plan::BG_NBD, Plan::PARETO_NBD] {
        let simulator = Simulator::new(plan(CUSTOMERS, frequency)).unwrap();
        let (mut spend, mut future, mut expected, mut seen_variance) = (0.0, 0.0, 0.0, 0.0);
        let (mut lambda, mut exit, mut gross, mut orders) = (0.0, 0.0, 0.0, 0.0);
        for customer in simulator.customers(1..CUSTOMERS + 1) {
            let truth = customer.truth;
            lambda += truth.lambda;
            exit += truth.exit;
            spend += truth.mean_spend;
            gross += truth.gross_minor as f64 / 100.0;
            orders += f64::from(truth.orders);
            future += f64::from(truth.future_purchases);
            expected += truth.future_expected;
            seen_variance += (f64::from(truth.future_purchases) - truth.future_expected).powi(2);
        }
        let n = CUSTOMERS as f64;
        let (mean_lambda, mean_exit) = match frequency {
            Parameters::BgNbd { r, alpha, a, b } => (r / alpha, a / (a + b)),
            Parameters::ParetoNbd { r, alpha, s, beta } => (r / alpha, s / beta),
            _ => unreachable!(),
        };
        assert!((lambda / n / mean_lambda - 1.0).abs() < 0.04, "{frequency:?} lambda {}", lambda / n);
        assert!((exit / n / mean_exit - 1.0).abs() < 0.04, "{frequency:?} exit {}", exit / n);
        assert!((spend / n / Plan::SPEND.mean() - 1.0).abs() < 0.02, "{frequency:?} spend {}", spend / n);
        assert!((gross / orders / Plan::SPEND.mean() - 1.0).abs() < 0.03, "{frequency:?} order {}", gross / orders);
        assert!((future - expected).abs() < 4.0 * seen_variance.sqrt(), "{frequency:?}: {future} and {expected}");
    }
}

/// Amounts of the days after the first, as the spend model takes them.
fn repeat_spend(customer: &super::SimulatedCustomer) -> SpendHistory {
    let bought = customer.orders.iter().filter(|order| order.kind == SimulatedOrderKind::Purchase);
    let first_day = bought.clone().next().unwrap().day;
    let repeats = bought.filter(|order| order.day > first_day);
    let total_minor = repeats.flat_map(|order| &order.lines).map(super::SimulatedLine::amount_minor).sum();
    SpendHistory { x: customer.truth.purchase_days - 1, total_minor }
}

#[test]
fn the_models_find_the_truth_again() {
    const CUSTOMERS: u64 = 60_000;
    for (model, frequency) in [(Model::BgNbd, Plan::BG_NBD), (Model::ParetoNbd, Plan::PARETO_NBD)] {
        let simulator = Simulator::new(plan(CUSTOMERS, frequency)).unwrap();
        let (mut summaries, mut spends) = (Vec::new(), Vec::new());
        for customer in simulator.customers(1..CUSTOMERS + 1) {
            let bought = customer.orders.iter().filter(|order| order.kind == SimulatedOrderKind::Purchase);
            let days: Vec<u32> = bought.map(|order| order.day).collect();
            let (x, t_x) = (customer.truth.purchase_days - 1, days[days.len() - 1] - days[0]);
            summaries.push(Summary { x, t_x, t: 729 - days[0] });
            spends.push(repeat_spend(&customer));
        }
        let fit = fit_frequency(model, &Cells::group(&summaries), TimeUnit::Week);
        let fit = fit.fitted().unwrap();
        for ((found, truth), name) in
            fit.frequency.parameters.values().iter().zip(frequency.values()).zip(model.parameter_names())
        {
            assert!((found / truth - 1.0).abs() < 0.12, "{model:?} {name}: {found}, not {truth}");
        }
        let spend = fit_spend(&spends, 100);
        let mean = spend.fitted().unwrap().population_mean_minor() / 100.0;
        assert!((mean / Plan::SPEND.mean() - 1.0).abs() < 0.03, "{mean}");
    }
}

#[test]
fn truth_agrees_with_the_files() {
    const CUSTOMERS: u64 = 3_000;
    let mut of = plan(CUSTOMERS, Plan::BG_NBD);
    of.without_id_share = 0.0;
    let simulator = Simulator::new(of).unwrap();
    let files = files(&simulator, 1..CUSTOMERS + 1);
    let column = |name| place(ORDER_COLUMNS, name);
    let [number, at, id, quantity, price, amount] =
        ["order_no", "ordered_at", "customer_id", "quantity", "unit_price", "line_amount"].map(column);
    let orders = rows(&files.orders);
    assert_eq!(orders.len() as u64, files.counts.order_lines);
    #[derive(Default)]
    struct Seen {
        numbers: HashSet<String>,
        days: HashSet<String>,
        gross: i64,
        refunds: i64,
    }
    let mut seen: HashMap<String, Seen> = HashMap::new();
    for row in &orders {
        assert_eq!(row.len(), ORDER_COLUMNS.len(), "{row:?}");
        let minor = parse_decimal(&row[amount], 2, DecimalMark::Point).unwrap();
        assert_eq!(
            minor,
            row[quantity].parse::<i64>().unwrap() * parse_decimal(&row[price], 2, DecimalMark::Point).unwrap()
        );
        let seen = seen.entry(row[id].clone()).or_default();
        match row[number].as_bytes()[0] {
            b'P' => {
                seen.numbers.insert(row[number].clone());
                seen.days.insert(row[at][..10].to_owned());
                seen.gross += minor;
            }
            b'R' => seen.refunds -= minor,
            _ => {}
        }
    }
    let truth = |name| place(TRUTH_COLUMNS, name);
    let [orders_at, days_at, gross_at, refunds_at] =
        ["orders", "purchase_days", "gross_amount", "refund_amount"].map(truth);
    let truths = rows(&files.truth);
    assert_eq!(truths.len() as u64, CUSTOMERS);
    for row in &truths {
        assert_eq!(row.len(), TRUTH_COLUMNS.len());
        let seen = &seen[&row[0]];
        assert_eq!(row[orders_at], seen.numbers.len().to_string(), "{row:?}");
        assert_eq!(row[days_at], seen.days.len().to_string(), "{row:?}");
        assert_eq!(parse_decimal(&row[gross_at], 2, DecimalMark::Point), Ok(seen.gross), "{row:?}");
        assert_eq!(parse_decimal(&row[refunds_at], 2, DecimalMark::Point), Ok(seen.refunds), "{row:?}");
    }
}

#[test]
fn orders_are_numbered_once_come_by_time_and_refunds_have_an_order() {
    let simulator = Simulator::new(plan(5_000, Plan::PARETO_NBD)).unwrap();
    let files = files(&simulator, 1..5_001);
    assert!(files.counts.refunds > 50 && files.counts.cancelled > 10, "{:?}", files.counts);
    let tail = |number: &str| number.split_once('-').unwrap().1.to_owned();
    let (mut finished, mut purchases) = (HashSet::new(), HashSet::new());
    let (mut current, mut last) = (String::new(), (String::new(), String::new()));
    let all = rows(&files.orders);
    for row in &all {
        if row[0] != current {
            assert!(finished.insert(row[0].clone()), "{} is not in one piece", row[0]);
            current.clone_from(&row[0]);
            let customer = tail(&row[0]).split('-').next().unwrap().to_owned();
            if customer == last.0 {
                assert!(row[1] >= last.1, "{row:?} after {}", last.1);
            }
            last = (customer, row[1].clone());
            if row[0].starts_with('P') {
                purchases.insert(tail(&row[0]));
            }
        }
        assert!(row[1].as_str() < "2026-07-01" && row[1].as_str() > "2024-06-30", "{row:?}");
    }
    let refunds = all.iter().filter(|row| row[0].starts_with('R'));
    assert!(
        refunds
            .clone()
            .all(|row| purchases.contains(&tail(&row[0])) && row[place(ORDER_COLUMNS, "quantity")].starts_with('-'))
    );
}

/// Orders of one identifier come in one piece when a file is imported, the pieces in any order.
#[test]
fn flat_matching_finds_each_customer_once_whatever_comes_first() {
    let mut of = plan(2_000, Plan::BG_NBD);
    of.without_id_share = 0.5;
    let simulator = Simulator::new(of).unwrap();
    let all = rows(&files(&simulator, 1..2_001).orders);
    assert!(all.iter().any(|row| row[2].is_empty()));
    let strongest = |row: &Vec<String>| row[2..5].iter().find(|value| !value.is_empty()).cloned();
    assert!(all.iter().all(|row| strongest(row).is_some()));
    let mut pieces: HashMap<String, Vec<&Vec<String>>> = HashMap::new();
    for row in &all {
        pieces.entry(strongest(row).unwrap()).or_default().push(row);
    }
    let mut names: Vec<&String> = pieces.keys().collect();
    for phones_first in [false, true] {
        names.sort_by_key(|name| (name.starts_with('+') != phones_first, (*name).clone()));
        let mut owners: HashMap<&str, CustomerNumber> = HashMap::new();
        let mut customers = 0;
        for row in names.iter().flat_map(|name| &pieces[*name]) {
            let identifiers: Vec<&str> =
                row[2..5].iter().filter(|value| !value.is_empty()).map(String::as_str).collect();
            let owner = |part: CustomerNumber| crate::identity::Owner { part, customer: part };
            let known: Vec<_> = identifiers.iter().map(|value| owners.get(value).copied().map(owner)).collect();
            let matching = crate::identity::match_file(&known);
            assert_eq!(matching.left_off, vec![], "{row:?}");
            let customer = matching.part.unwrap_or_else(|| {
                customers += 1;
                CustomerNumber(customers)
            });
            owners.extend(identifiers.iter().map(|value| (*value, customer)));
        }
        assert_eq!(customers, 2_000);
    }
}

#[test]
fn identifiers_are_unique_and_have_gaps() {
    let simulator = Simulator::new(plan(20_000, Plan::BG_NBD)).unwrap();
    let (mut phones, mut emails) = (HashSet::new(), HashSet::new());
    for customer in simulator.customers(1..20_001) {
        if let Some(phone) = customer.phone() {
            assert!(phones.insert(phone.to_owned()), "{phone}");
            assert_eq!(phone.len(), 14);
        }
        if let Some(email) = customer.email() {
            assert!(emails.insert(email.to_owned()), "{email}");
        }
    }
    assert!((17_000..18_200).contains(&phones.len()), "{}", phones.len());
    assert!((10_400..11_600).contains(&emails.len()), "{}", emails.len());
}

#[test]
fn the_import_recognises_every_column() {
    for (kind, columns) in [(ImportKind::Orders, ORDER_COLUMNS), (ImportKind::Customers, CUSTOMER_COLUMNS)] {
        let mut header = Vec::new();
        push_header(columns, &mut header);
        let headers = rows(&header).remove(0);
        let found = recognise(kind, &headers, &Sample::new(headers.len()), None);
        for (column, recognised) in columns.iter().zip(&found.columns) {
            assert_eq!(recognised.field.as_ref().map(Target::text).as_deref(), Some(column.name));
        }
    }
}

#[test]
fn currencies_without_decimals_have_whole_amounts() {
    let mut of = plan(50, Plan::BG_NBD);
    of.currency = Currency::parse("JPY").unwrap();
    of.spend.gamma = 0.1;
    let simulator = Simulator::new(of).unwrap();
    for row in rows(&files(&simulator, 1..51).orders) {
        let amount = &row[place(ORDER_COLUMNS, "line_amount")];
        assert!(amount.parse::<i64>().is_ok_and(|amount| amount != 0), "{row:?}");
    }
}

#[test]
fn plans_without_sense_are_refused_with_what_is_allowed() {
    let refused = |change: &dyn Fn(&mut Plan)| {
        let mut changed = plan(10, Plan::BG_NBD);
        change(&mut changed);
        Simulator::new(changed).map(|_| ()).unwrap_err().to_string()
    };
    assert_eq!(refused(&|plan| plan.customers = 0), "customers must be 1 to 100000000, got 0");
    assert_eq!(refused(&|plan| plan.acquisition_days = 731), "acquisition days must be 1 to 730, got 731");
    assert_eq!(refused(&|plan| plan.spend.q = f64::NAN), "q must be 1.01 to 100, got NaN");
    assert!(refused(&|plan| plan.frequency = Parameters::Nbd { r: 1.0, alpha: 1.0 }).contains("not with nbd"));
    assert!(
        refused(&|plan| plan.frequency = Parameters::BgNbd { r: 90.0, alpha: 0.1, a: 1.0, b: 1.0 })
            .contains("at most 50")
    );
}
