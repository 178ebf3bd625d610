//! What one customer buys: products, amount, frequency, time of day, preference, what came back and what they complained of.
//!
//! The stated rules (`docs/journey.md`), over facts as rules see them (`rules::life`):
//!
//! - **Amounts** are of the brand's currency, what was bought less what came back; orders in another currency are counted and
//!   have no amount. A product is its SKU, without one its name; its amount is that of its lines, returned ones too.
//! - **Time** is the weekday and the six hours in which most orders were placed, of equal ones the first of the week. An order at
//!   the very beginning of a day has no time of day: files that name only the day say so.
//! - **Preference** is the category with most of the amount, in whole percent of the amounts that have a category.
//!
//! Invariants: all numbers are integers; the order of the facts plays no part.

use crate::cycle::{Slot, weekday_of};
use crate::money::Currency;
use crate::rules::oracle::{Happened, Kind, Named, first_of, text_of};
use crate::rules::value::{ONE, Value};
use crate::share::quotient;
use crate::time::{Day, Instant, Zone};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A word about something that was wrong, from whatever has such words: a till, a help desk, a form.
pub const COMPLAINT_EVENT: &str = "Complaint Filed";
/// Products and categories that are told, those with the largest amounts.
pub const SHOWN_MAX: usize = 10;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consumption {
    pub orders: usize,
    /// Bought less returned, in the smallest unit.
    pub amount_minor: i64,
    /// Orders whose amount is not in it: of another currency, or without one.
    pub orders_without_amount: usize,
    pub first_order: Option<Day>,
    pub last_order: Option<Day>,
    /// From one day with an order to the next, the lower one of the middle; `None` with fewer than two.
    pub median_interval_days: Option<i32>,
    /// By amount, the largest first.
    pub products: Vec<Bought>,
    pub products_count: usize,
    pub categories: Vec<Bought>,
    pub categories_count: usize,
    pub preference: Option<Preference>,
    /// By place in `cycle::WEEKDAYS` and slot, how many orders.
    pub times: BTreeMap<(usize, Slot), usize>,
    pub refunds: usize,
    /// What came back, as a positive number.
    pub refunded_minor: i64,
    pub complaints: usize,
    pub last_complaint: Option<Instant>,
}

/// A product or a category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bought {
    pub name: String,
    pub orders: usize,
    /// In thousandths, less what came back.
    pub quantity_milli: i64,
    pub amount_minor: i64,
}

/// The category with most of what is left of the amounts of categories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preference {
    pub category: String,
    pub percent: u8,
}

/// Of facts until now.
pub fn consumption_of(facts: &[Happened], now: Instant, zone: &Zone, currency: Option<Currency>) -> Consumption {
    let mut found = Consumption::default();
    let (mut products, mut categories) = (Totals::new(), Totals::new());
    let mut days: BTreeSet<Day> = BTreeSet::new();
    for fact in facts.iter().filter(|fact| fact.at <= now) {
        match &fact.kind {
            Kind::Order => {
                found.orders += 1;
                let (day, hour) = zone.day_and_hour_of(fact.at);
                days.insert(day);
                if zone.start_of_day(day) != Some(fact.at) {
                    *found.times.entry((weekday_of(day), Slot::of_hour(hour))).or_default() += 1;
                }
                match amount_of(&fact.properties, currency) {
                    Some(minor) => found.amount_minor = found.amount_minor.saturating_add(minor),
                    None => found.orders_without_amount += 1,
                }
            }
            Kind::Refund => {
                found.refunds += 1;
                let minor = amount_of(&fact.properties, currency).unwrap_or(0);
                found.amount_minor = found.amount_minor.saturating_add(minor);
                found.refunded_minor = found.refunded_minor.saturating_sub(minor);
            }
            Kind::Event(name) if name == COMPLAINT_EVENT => {
                found.complaints += 1;
                found.last_complaint = found.last_complaint.max(Some(fact.at));
            }
            Kind::Event(_) | Kind::Page | Kind::Screen => continue,
        }
        add_lines(fact, currency, &mut products, &mut categories);
    }
    found.first_order = days.first().copied();
    found.last_order = days.last().copied();
    found.median_interval_days = crate::cycle::median_interval(&days);
    found.preference = preference_of(&categories);
    (found.products_count, found.categories_count) = (products.len(), categories.len());
    (found.products, found.categories) = (largest(products), largest(categories));
    found
}

impl Consumption {
    /// The weekday, by its place, and the time of day of most orders, and how many those are.
    pub fn usual_time(&self) -> Option<(usize, Slot, usize)> {
        let most = self.times.iter().max_by_key(|(place, orders)| (**orders, Reverse(**place)));
        most.map(|((weekday, slot), orders)| (*weekday, *slot, *orders))
    }
}

fn amount_of(named: &Named, currency: Option<Currency>) -> Option<i64> {
    match first_of(named, "amount") {
        Some(Value::Money(money)) if Some(money.currency) == currency => Some(money.minor),
        _ => None,
    }
}

type Totals = BTreeMap<String, Bought>;

/// Lines of one order or refund: a name counts once as an order, however many lines have it.
fn add_lines(fact: &Happened, currency: Option<Currency>, products: &mut Totals, categories: &mut Totals) {
    let order = usize::from(fact.kind == Kind::Order);
    let mut seen = [BTreeSet::new(), BTreeSet::new()];
    for line in &fact.lines {
        let amount_minor = amount_of(line, currency).unwrap_or(0);
        let quantity_milli = match first_of(line, "quantity") {
            Some(Value::Number(number)) => number.0 / (ONE / 1_000),
            _ => 0,
        };
        let name = text_of(line, "name");
        let product = text_of(line, "sku").or(name).map(|key| (key, name.unwrap_or(key)));
        let category = text_of(line, "category").map(|category| (category, category));
        for (place, (totals, told)) in [(&mut *products, product), (&mut *categories, category)].into_iter().enumerate()
        {
            let Some((key, name)) = told else { continue };
            let one = totals.entry(key.to_owned()).or_default();
            // Told differently, the last by text: the order of facts plays no part.
            if *one.name < *name {
                name.clone_into(&mut one.name);
            }
            one.orders += if seen[place].insert(key) { order } else { 0 };
            one.quantity_milli = one.quantity_milli.saturating_add(quantity_milli);
            one.amount_minor = one.amount_minor.saturating_add(amount_minor);
        }
    }
}

/// Of the amounts that are left of categories; of equal ones the first by name.
fn preference_of(categories: &Totals) -> Option<Preference> {
    let left = categories.values().filter(|one| one.amount_minor > 0);
    let all = left.clone().fold(0_i64, |all, one| all.saturating_add(one.amount_minor));
    let most = left.max_by_key(|one| (one.amount_minor, Reverse(&one.name)))?;
    let percent = quotient(i128::from(most.amount_minor) * 100, all)?;
    Some(Preference { category: most.name.clone(), percent: u8::try_from(percent).unwrap_or(100) })
}

fn largest(totals: Totals) -> Vec<Bought> {
    let mut all: Vec<Bought> = totals.into_values().collect();
    all.sort_by(|one, other| (other.amount_minor, &one.name).cmp(&(one.amount_minor, &other.name)));
    all.truncate(SHOWN_MAX);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::FactKey;
    use crate::rules::value::{Money, Number};

    const CNY: &str = "CNY";

    fn money(minor: i64, currency: &str) -> Vec<Value> {
        vec![Value::Money(Money { minor, currency: Currency::parse(currency).unwrap() })]
    }

    fn line(sku: &str, category: Option<&str>, quantity: i64, minor: i64) -> Named {
        let mut named = Named::from([
            ("sku".to_owned(), vec![Value::text(sku)]),
            ("name".to_owned(), vec![Value::text(&format!("{sku} tea"))]),
            ("quantity".to_owned(), vec![Value::Number(Number::whole(quantity))]),
            ("amount".to_owned(), money(minor, CNY)),
        ]);
        if let Some(category) = category {
            named.insert("category".to_owned(), vec![Value::text(category)]);
        }
        named
    }

    fn fact(number: usize, at: &str, kind: Kind, lines: Vec<Named>) -> Happened {
        let minor: i64 = lines.iter().map(|line| amount_of(line, Currency::parse(CNY)).unwrap()).sum();
        let properties = Named::from([("amount".to_owned(), money(minor, CNY))]);
        let at = Instant::parse_rfc3339(&format!("{at}:00+08:00")).unwrap();
        Happened { key: FactKey::of(&["test", &number.to_string()]), at, kind, properties, lines }
    }

    fn of(facts: &[Happened]) -> Consumption {
        let now = Instant::parse_rfc3339("2026-11-30T00:00:00Z").unwrap();
        consumption_of(facts, now, &Zone::parse("Asia/Shanghai").unwrap(), Currency::parse(CNY))
    }

    fn life() -> Vec<Happened> {
        vec![
            // A Monday and a Thursday evening, a Thursday of which only the day is known.
            fact(
                1,
                "2026-11-02T20:15",
                Kind::Order,
                vec![line("green", Some("tea"), 2, 8_000), line("pot", Some("ware"), 1, 12_000)],
            ),
            fact(
                2,
                "2026-11-05T19:00",
                Kind::Order,
                vec![line("green", Some("tea"), 1, 4_000), line("green", Some("tea"), 1, 4_000)],
            ),
            fact(3, "2026-11-12T00:00", Kind::Order, vec![line("black", None, 1, 5_000)]),
            fact(4, "2026-11-13T10:00", Kind::Refund, vec![line("pot", Some("ware"), -1, -12_000)]),
            fact(5, "2026-11-14T10:00", Kind::Event(COMPLAINT_EVENT.to_owned()), Vec::new()),
            fact(6, "2026-12-14T10:00", Kind::Order, vec![line("green", Some("tea"), 9, 90_000)]),
        ]
    }

    #[test]
    fn all_is_told_of_what_was_bought_until_now() {
        let found = of(&life());
        assert_eq!((found.orders, found.amount_minor, found.orders_without_amount), (3, 21_000, 0));
        assert_eq!((found.refunds, found.refunded_minor, found.complaints), (1, 12_000, 1));
        assert_eq!(found.median_interval_days, Some(3));
        assert_eq!(found.first_order.map(Day::iso).as_deref(), Some("2026-11-02"));
        assert_eq!(found.last_order.map(Day::iso).as_deref(), Some("2026-11-12"));
        let green = Bought { name: "green tea".to_owned(), orders: 2, quantity_milli: 4_000, amount_minor: 16_000 };
        assert_eq!((found.products_count, &found.products[0]), (3, &green));
        assert_eq!(found.products[2].amount_minor, 0);
        assert_eq!(found.preference, Some(Preference { category: "tea".to_owned(), percent: 100 }));
    }

    #[test]
    fn of_equal_times_the_first_of_the_week_is_the_usual_one_and_a_bare_day_has_none() {
        let found = of(&life());
        assert_eq!(found.times.len(), 2);
        assert_eq!(found.usual_time(), Some((0, Slot::Evening, 1)));
    }

    #[test]
    fn another_currency_is_counted_without_an_amount_and_the_order_of_facts_plays_no_part() {
        let mut facts = life();
        facts[0].properties.insert("amount".to_owned(), money(20_000, "EUR"));
        let found = of(&facts);
        assert_eq!((found.amount_minor, found.orders_without_amount), (1_000, 1));
        let backwards: Vec<Happened> = facts.into_iter().rev().collect();
        assert_eq!(of(&backwards), found);
        assert_eq!(of(&[]), Consumption::default());
        assert_eq!(of(&[]).usual_time(), None);
    }
}
