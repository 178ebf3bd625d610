//! The public data sets of `examples/data`, read as their README says.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

use flate2::read::GzDecoder;
use perennial_domain::value::{CustomerAggregate, CustomerFold, FoldSettings, Occasion};

/// Occasions of each customer, in the order of customer ids.
pub type Customers = Vec<Vec<Occasion>>;

/// A fold of a data set and what it kept of each customer.
pub struct Folded {
    pub fold: CustomerFold,
    pub customers: Vec<CustomerAggregate>,
}

fn read(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/data").join(name);
    let file = std::fs::File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    text.lines().skip(1).map(split).collect()
}

/// Splits a CSV line; quotes may enclose commas and doubled quotes.
fn split(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}

pub fn day(date: &str) -> i32 {
    let date: jiff::civil::Date = date[..10].parse().unwrap();
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.until(date).unwrap().get_days()
}

fn minor(text: &str, decimals: usize) -> i64 {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let rest = format!("{rest:0<decimals$}");
    assert_eq!(rest.len(), decimals, "{text}");
    format!("{whole}{rest}").parse().unwrap()
}

/// CDNOW: occasion = customer × day.
fn cdnow(name: &str, id: usize) -> Customers {
    let mut days: BTreeMap<u32, BTreeMap<i32, Occasion>> = BTreeMap::new();
    for row in read(name) {
        let n = row.len();
        add(&mut days, row[id].parse().unwrap(), day(&row[n - 3]), minor(&row[n - 1], 2), 1);
    }
    collect(days)
}

fn add(days: &mut BTreeMap<u32, BTreeMap<i32, Occasion>>, customer: u32, day: i32, amount_minor: i64, orders: u32) {
    let entry = days.entry(customer).or_default().entry(day).or_insert(Occasion { day, amount_minor: 0, orders: 0 });
    entry.amount_minor += amount_minor;
    entry.orders += orders;
}

fn collect(days: BTreeMap<u32, BTreeMap<i32, Occasion>>) -> Customers {
    days.into_values().map(|days| days.into_values().collect()).collect()
}

pub fn cdnow_sample() -> &'static Customers {
    static DATA: OnceLock<Customers> = OnceLock::new();
    DATA.get_or_init(|| cdnow("cdnow_sample.csv.gz", 1))
}

pub fn cdnow_master() -> &'static Customers {
    static DATA: OnceLock<Customers> = OnceLock::new();
    DATA.get_or_init(|| cdnow("cdnow_master.csv.gz", 0))
}

/// Online Retail cleaned: customers only, no cancellations, positive quantity and price.
pub fn online_retail() -> &'static Customers {
    static DATA: OnceLock<Customers> = OnceLock::new();
    DATA.get_or_init(|| {
        let mut invoices: BTreeMap<(u32, i32, String), i64> = BTreeMap::new();
        for row in read("online_retail_main.csv.gz") {
            let quantity: i64 = row[3].parse().unwrap();
            let price = minor(&row[5], 3);
            if row[6].is_empty() || row[0].starts_with('C') || quantity <= 0 || price <= 0 {
                continue;
            }
            let customer = row[6].trim_end_matches(".0").parse().unwrap();
            let key = (customer, day(&row[4]), row[0].clone());
            *invoices.entry(key).or_default() += quantity * price;
        }
        let mut days = BTreeMap::new();
        for ((customer, day, _), mills) in invoices {
            add(&mut days, customer, day, mills, 1);
        }
        // Mills to pence, once per day.
        let mut customers = collect(days);
        for occasion in customers.iter_mut().flatten() {
            occasion.amount_minor = (occasion.amount_minor + 5) / 10;
        }
        customers
    })
}

pub fn fold(customers: &Customers, fit_until: &str, backtest_until: &str) -> Folded {
    let mut fold = CustomerFold::new(FoldSettings { fit_until: day(fit_until), backtest_until: day(backtest_until) });
    let kept = customers.iter().filter_map(|occasions| fold.add(occasions)).collect();
    Folded { fold, customers: kept }
}

/// What those who had bought by `fit_until` bought after it, in the order of [`Folded::customers`].
pub fn bought_later(customers: &Customers, fit_until: &str, until: &str) -> Vec<i64> {
    let (fit_until, until) = (day(fit_until), day(until));
    let known = customers.iter().filter(|life| life.iter().any(|one| one.orders > 0 && one.day <= fit_until));
    let later = |one: &&Occasion| one.day > fit_until && one.day <= until;
    known.map(|life| life.iter().filter(later).map(|one| one.amount_minor).sum()).collect()
}

pub fn sample() -> &'static Folded {
    static DATA: OnceLock<Folded> = OnceLock::new();
    DATA.get_or_init(|| fold(cdnow_sample(), "1997-09-30", "1998-06-30"))
}

pub fn master() -> &'static Folded {
    static DATA: OnceLock<Folded> = OnceLock::new();
    DATA.get_or_init(|| fold(cdnow_master(), "1997-09-30", "1998-06-30"))
}

pub fn retail() -> &'static Folded {
    static DATA: OnceLock<Folded> = OnceLock::new();
    DATA.get_or_init(|| fold(online_retail(), "2011-08-31", "2011-12-09"))
}
