//! Customers: counters, pages, counts and filters against a plain filter in memory.

use crate::fixtures::{Dice, FIRST_MONTH, GROUPS, counters, value};
use perennial_store::customers::{
    self, CustomerCounters, CustomerCursor, CustomerFilter, CustomerListRow, CustomerMonths, CustomerSort, SortKey,
    SortOrder,
};
use perennial_store::identity::{self, NewIdentity};
use perennial_store::traits::{self, TraitRow};
use perennial_store::values;
use perennial_store::{Scope, WriteTx};
use perennial_testkit::TestStore;
use std::cmp::Ordering;
use std::collections::HashMap;

on_both!(
    counters_are_replaced_and_their_birth_kept,
    months_are_replaced_alone,
    any_number_of_rows_is_written_and_found,
    pages_show_everybody_once_and_in_order,
    filters_agree_with_a_plain_filter,
    pages_of_filters_that_hold_for_many,
    one_customer_with_and_without_value,
    lists_are_right_while_indexes_are_suspended,
);

async fn counters_are_replaced_and_their_birth_kept(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let first = counters(1, &mut Dice::new(1));
    customers::upsert(&mut tx, std::slice::from_ref(&first)).await.unwrap();
    let mut changed = CustomerCounters { orders: 7, created_at: 999, ..first.clone() };
    changed.set_display_name("  Ada  ");
    assert_eq!((changed.display_name.as_deref(), changed.name_folded.as_deref()), (Some("Ada"), Some("ada")));
    customers::upsert(&mut tx, &[changed.clone(), CustomerCounters::new(2, 5)]).await.unwrap();
    let expected = CustomerCounters { created_at: first.created_at, ..changed };
    assert_eq!(customers::load(&mut tx, &[1]).await.unwrap(), std::slice::from_ref(&expected));
    assert_eq!(customers::load(&mut tx, &[2, 3]).await.unwrap(), [CustomerCounters::new(2, 5)]);
    assert_eq!(customers::count_all(&mut tx).await.unwrap(), 2);
    assert_eq!(customers::buyers(&mut tx, &Scope::Everyone).await.unwrap(), 1);
    let span = expected.first_at.zip(expected.last_at);
    assert_eq!(customers::purchase_span(&mut tx).await.unwrap(), span);
}

async fn months_are_replaced_alone(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let mut dice = Dice::new(10);
    let rows: Vec<CustomerCounters> = (1..=20).map(|number| counters(number, &mut dice)).collect();
    customers::upsert(&mut tx, &rows).await.unwrap();
    let months = |number| CustomerMonths {
        number,
        first_month: FIRST_MONTH + number,
        active_months: i64::MAX - number,
        active_months_later: 1 << 62 | number,
    };
    customers::set_months(&mut tx, &[months(3), months(17)]).await.unwrap();
    assert!(customers::set_months(&mut tx, &[months(21)]).await.is_err(), "nobody has this number");
    for row in rows {
        let expected = if [3, 17].contains(&row.number) {
            let CustomerMonths { number: _, first_month, active_months, active_months_later } = months(row.number);
            CustomerCounters { first_month: Some(first_month), active_months, active_months_later, ..row }
        } else {
            row
        };
        assert_eq!(customers::load(&mut tx, &[expected.number]).await.unwrap(), [expected]);
    }
}

async fn any_number_of_rows_is_written_and_found(store: &TestStore) {
    let mut dice = Dice::new(2);
    for count in [0, 1, 7, 8, 9, 63, 64, 65, 511, 512, 513, 1_100] {
        let mut tx = store.database.write().await.unwrap();
        let rows: Vec<CustomerCounters> = (1..=count).map(|number| counters(number, &mut dice)).collect();
        customers::upsert(&mut tx, &rows).await.unwrap();
        // Some of the numbers are nobody's.
        let numbers: Vec<i64> = (1..=count + 3).rev().collect();
        let mut found = customers::load(&mut tx, &numbers).await.unwrap();
        found.sort_by_key(|row| row.number);
        assert_eq!(found, rows, "{count}");
    }
}

async fn fill(tx: &mut WriteTx<'_>, count: i64, seed: u64) -> Vec<CustomerListRow> {
    let mut dice = Dice::new(seed);
    let rows: Vec<CustomerCounters> = (1..=count).map(|number| counters(number, &mut dice)).collect();
    customers::upsert(tx, &rows).await.unwrap();
    let known = rows.iter().filter(|row| row.number % 5 != 0);
    let found: Vec<values::CustomerValue> = known.map(|row| value(row.number, &mut dice)).collect();
    values::replace_all(tx, "run", found.clone()).await.unwrap();
    let mut by_number: HashMap<i64, values::CustomerValue> =
        found.into_iter().map(|value| (value.customer_number, value)).collect();
    rows.into_iter().map(|counters| CustomerListRow { value: by_number.remove(&counters.number), counters }).collect()
}

fn key_of(row: &CustomerListRow, sort: CustomerSort) -> Option<f64> {
    let (c, v) = (&row.counters, row.value.as_ref());
    let integer = match sort {
        CustomerSort::LifetimeValue => v.and_then(|v| v.lifetime_minor),
        CustomerSort::PotentialValue => v.and_then(|v| v.potential_minor),
        CustomerSort::CurrentValue => v.map(|v| v.current_minor),
        CustomerSort::HistoricalValue => v.map(|v| v.historical_minor),
        CustomerSort::Revenue => Some(c.net_minor),
        CustomerSort::Orders => Some(c.orders),
        CustomerSort::LastPurchaseAt => c.last_at,
        CustomerSort::FirstPurchaseAt => c.first_at,
        CustomerSort::Number => Some(c.number),
        CustomerSort::ProbabilityActive => return v.and_then(|v| v.probability_active),
        CustomerSort::ExpectedOrders => return v.and_then(|v| v.expected_orders),
    };
    integer.map(|key| key as f64)
}

/// Those without a key last in both orders; equal keys by number, in the direction of the order.
fn in_order(rows: &[&CustomerListRow], sort: CustomerSort, order: SortOrder) -> Vec<i64> {
    let mut keys: Vec<(Option<f64>, i64)> = rows.iter().map(|row| (key_of(row, sort), row.counters.number)).collect();
    keys.sort_by(|a, b| match (a.0, b.0) {
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        _ => {
            let upwards = a.partial_cmp(b).unwrap();
            if order == SortOrder::Ascending { upwards } else { upwards.reverse() }
        }
    });
    keys.into_iter().map(|(_, number)| number).collect()
}

async fn all_pages(
    tx: &mut WriteTx<'_>,
    filter: &CustomerFilter,
    sort: CustomerSort,
    order: SortOrder,
    limit: usize,
) -> Vec<i64> {
    let mut numbers = Vec::new();
    let mut cursor = None;
    loop {
        let page = customers::list(tx, &Scope::Everyone, filter, sort, order, cursor, limit).await.unwrap();
        numbers.extend(page.rows.iter().map(|row| row.counters.number));
        assert!(numbers.len() <= 10_000, "the pages do not end");
        let Some(next) = page.next else { return numbers };
        assert_eq!(page.rows.len(), limit);
        cursor = Some(CustomerCursor::decode(&next.encode()).unwrap());
    }
}

async fn pages_show_everybody_once_and_in_order(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = fill(&mut tx, 130, 3).await;
    let all: Vec<&CustomerListRow> = rows.iter().collect();
    let everybody = CustomerFilter::default();
    for sort in CustomerSort::ALL {
        assert_eq!(CustomerSort::parse(sort.code()), Some(sort));
        for order in [SortOrder::Ascending, SortOrder::Descending] {
            for limit in [7, 26, 130, 200] {
                let seen = all_pages(&mut tx, &everybody, sort, order, limit).await;
                assert_eq!(seen, in_order(&all, sort, order), "{sort:?} {order:?} {limit}");
            }
        }
    }
    let page =
        customers::list(&mut tx, &Scope::Everyone, &everybody, CustomerSort::Number, SortOrder::Ascending, None, 200)
            .await
            .unwrap();
    assert_eq!(page.rows, rows, "a row carries everything");
    let beyond = CustomerCursor { key: Some(SortKey::Integer(1_000)), number: 1_000 };
    let page = customers::list(
        &mut tx,
        &Scope::Everyone,
        &everybody,
        CustomerSort::Number,
        SortOrder::Ascending,
        Some(beyond),
        5,
    )
    .await;
    assert_eq!(page.unwrap().rows, []);
}

struct World {
    rows: Vec<CustomerListRow>,
    mails: HashMap<i64, String>,
    /// The value that holds, by customer and name.
    traits: HashMap<(i64, String), String>,
}

async fn world(tx: &mut WriteTx<'_>) -> World {
    let rows = fill(tx, 200, 4).await;
    let mut dice = Dice::new(5);
    let mut mails = HashMap::new();
    let mut all_traits = Vec::new();
    for row in &rows {
        let number = row.counters.number;
        if dice.once_in(2) {
            mails.insert(number, format!("{}{number}@example.com", ["ann", "bob", "Ümit"][dice.below(3) as usize]));
        }
        for (name, source) in [("city", "a"), ("city", "b"), ("size", "a")] {
            if dice.once_in(2) {
                let value = ["Rome", "Oslo"][dice.below(2) as usize].to_owned();
                let (name, source) = (name.to_owned(), source.to_owned());
                all_traits.push(TraitRow { customer_number: number, name, source, value, at: dice.below(3) });
            }
        }
    }
    let identities: Vec<NewIdentity> = mails
        .iter()
        .map(|(number, mail)| NewIdentity {
            kind: "email".to_owned(),
            value: mail.clone(),
            customer_number: *number,
            source: "file".to_owned(),
            first_seen_at: 1,
        })
        .collect();
    identity::insert_identities(tx, &identities).await.unwrap();
    traits::upsert(tx, &all_traits).await.unwrap();
    all_traits.sort_by(|a, b| (a.at, &a.source).cmp(&(b.at, &b.source)));
    let holding = all_traits.into_iter().map(|row| ((row.customer_number, row.name), row.value)).collect();
    World { rows, mails, traits: holding }
}

fn some_filter(dice: &mut Dice) -> CustomerFilter {
    let mut filter = CustomerFilter::default();
    for _ in 0..=dice.below(3) {
        match dice.below(21) {
            0 => {
                filter.search = Some(["ann", "ANN1", "bob2", "Ümit", "ümit 1", "x"][dice.below(6) as usize].to_owned())
            }
            1 => filter.group = Some(GROUPS[dice.below(3) as usize].to_owned()),
            2 => filter.cell = Some(dice.below(5) * 100 + 111),
            3 => filter.r = Some(dice.below(6)),
            4 => (filter.f, filter.m) = (Some(dice.below(6)), dice.maybe(3)),
            5 => filter.min_orders = Some(dice.below(4)),
            6 => filter.max_orders = Some(dice.below(4)),
            7 => (filter.min_revenue_minor, filter.max_revenue_minor) = (dice.maybe(500), dice.maybe(500)),
            8 => (filter.min_lifetime_minor, filter.max_lifetime_minor) = (dice.maybe(60), dice.maybe(60)),
            9 => filter.cohort = Some(FIRST_MONTH + dice.below(7)),
            10 => filter.bought_in = Some(FIRST_MONTH + dice.below(12)),
            11 => filter.active_in = Some(FIRST_MONTH + dice.below(140)),
            12 => filter.last_purchase_before = Some(dice.below(6)),
            13 => filter.last_purchase_after = Some(dice.below(6)),
            14 => filter.overdue_on = Some(dice.below(32)),
            15 => (filter.min_lifetime_percentile, filter.max_lifetime_percentile) = (Some(20.0), Some(80.0)),
            16 => (filter.min_historical_minor, filter.max_historical_minor) = (dice.maybe(500), dice.maybe(500)),
            17 => (filter.min_current_minor, filter.max_current_minor) = (dice.maybe(3), dice.maybe(3)),
            18 => (filter.min_potential_minor, filter.max_potential_minor) = (dice.maybe(4), dice.maybe(4)),
            19 => filter.max_profit_rank = Some(dice.below(210)),
            _ => filter.traits.push(("city".to_owned(), ["Rome", "Oslo"][dice.below(2) as usize].to_owned())),
        }
    }
    filter
}

fn bought_in(row: &CustomerCounters, month: i64) -> bool {
    let months = u128::from(row.active_months_later as u64) << 63 | u128::from(row.active_months as u64);
    row.first_month.is_some_and(|first| (0..=125).contains(&(month - first)) && months >> (month - first) & 1 == 1)
}

fn found(world: &World, row: &CustomerListRow, text: &str) -> bool {
    let mail = world.mails.get(&row.counters.number);
    let folded = text.to_lowercase();
    mail.is_some_and(|mail| mail.starts_with(text) || mail.starts_with(&folded))
        || row.counters.name_folded.as_ref().is_some_and(|name| name.starts_with(&folded))
}

fn matches(world: &World, filter: &CustomerFilter, row: &CustomerListRow) -> bool {
    let (c, v) = (&row.counters, row.value.as_ref());
    let least = |limit: Option<i64>, value: Option<i64>| limit.is_none_or(|limit| value.is_some_and(|v| v >= limit));
    let most = |limit: Option<i64>, value: Option<i64>| limit.is_none_or(|limit| value.is_some_and(|v| v <= limit));
    let same = |wanted: Option<i64>, value: Option<i64>| wanted.is_none() || wanted == value;
    let trait_holds = |(name, value): &(String, String)| world.traits.get(&(c.number, name.clone())) == Some(value);
    filter.search.as_ref().is_none_or(|text| found(world, row, text))
        && filter.group.as_ref().is_none_or(|group| v.is_some_and(|v| v.rfm_group == *group))
        && same(filter.cell, v.map(|v| v.cell))
        && same(filter.r, v.map(|v| v.r))
        && same(filter.f, v.map(|v| v.f))
        && same(filter.m, v.map(|v| v.m))
        && least(filter.min_orders, Some(c.orders))
        && most(filter.max_orders, Some(c.orders))
        && least(filter.min_revenue_minor, Some(c.net_minor))
        && most(filter.max_revenue_minor, Some(c.net_minor))
        && least(filter.min_lifetime_minor, v.and_then(|v| v.lifetime_minor))
        && most(filter.max_lifetime_minor, v.and_then(|v| v.lifetime_minor))
        && least(filter.min_historical_minor, v.map(|v| v.historical_minor))
        && most(filter.max_historical_minor, v.map(|v| v.historical_minor))
        && least(filter.min_current_minor, v.map(|v| v.current_minor))
        && most(filter.max_current_minor, v.map(|v| v.current_minor))
        && least(filter.min_potential_minor, v.and_then(|v| v.potential_minor))
        && most(filter.max_potential_minor, v.and_then(|v| v.potential_minor))
        && most(filter.max_profit_rank, v.and_then(|v| v.profit_rank))
        && same(filter.cohort, c.first_month)
        && filter.bought_in.is_none_or(|month| bought_in(c, month))
        && filter.active_in.is_none_or(|month| bought_in(c, month))
        && most(filter.last_purchase_before.map(|at| at - 1), c.last_at)
        && least(filter.last_purchase_after, c.last_at)
        && most(filter.overdue_on.map(|day| day - 1), v.and_then(|v| v.due_day))
        && filter.min_lifetime_percentile.is_none_or(|least| v.is_some_and(|v| v.lifetime_percentile >= least))
        && filter.max_lifetime_percentile.is_none_or(|most| v.is_some_and(|v| v.lifetime_percentile <= most))
        && filter.traits.iter().all(trait_holds)
}

async fn filters_agree_with_a_plain_filter(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let world = world(&mut tx).await;
    let mut dice = Dice::new(6);
    let mut somebody = 0;
    for _ in 0..250 {
        let filter = some_filter(&mut dice);
        let expected: Vec<&CustomerListRow> = world.rows.iter().filter(|row| matches(&world, &filter, row)).collect();
        somebody += usize::from(!expected.is_empty());
        assert_eq!(
            customers::count(&mut tx, &Scope::Everyone, &filter).await.unwrap(),
            expected.len() as i64,
            "{filter:?}"
        );
        let exported = customers::export(&mut tx, &Scope::Everyone, &filter, 0, 1_000).await.unwrap();
        assert_eq!(exported.iter().collect::<Vec<_>>(), expected, "{filter:?}");
        let sort = CustomerSort::ALL[dice.below(11) as usize];
        let order = if dice.once_in(2) { SortOrder::Ascending } else { SortOrder::Descending };
        let seen = all_pages(&mut tx, &filter, sort, order, 9).await;
        assert_eq!(seen, in_order(&expected, sort, order), "{filter:?} {sort:?} {order:?}");
    }
    assert!(somebody > 80, "too few filters matched anybody: {somebody}");
    let rest = customers::export(&mut tx, &Scope::Everyone, &CustomerFilter::default(), 190, 4).await.unwrap();
    assert_eq!(rest.iter().map(|row| row.counters.number).collect::<Vec<_>>(), [191, 192, 193, 194]);
}

async fn one_customer_with_and_without_value(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = fill(&mut tx, 5, 7).await;
    for row in &rows {
        assert_eq!(customers::get(&mut tx, &Scope::Everyone, row.counters.number).await.unwrap().as_ref(), Some(row));
    }
    assert!(rows[4].value.is_none() && rows[0].value.is_some());
    assert_eq!(customers::get(&mut tx, &Scope::Everyone, 6).await.unwrap(), None);
}

async fn lists_are_right_while_indexes_are_suspended(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let on_sqlite = tx.engine() == perennial_store::Engine::Sqlite;
    assert!(!customers::resume_an_index(&mut tx).await.unwrap());
    customers::suspend_indexes(&mut tx).await.unwrap();
    customers::suspend_indexes(&mut tx).await.unwrap();
    let rows = fill(&mut tx, 40, 8).await;
    tx.commit().await.unwrap();
    let other = store.open_again().await;
    let mut tx = other.write().await.unwrap();
    let all: Vec<&CustomerListRow> = rows.iter().collect();
    for round in 0..2 {
        let seen = all_pages(&mut tx, &CustomerFilter::default(), CustomerSort::Revenue, SortOrder::Ascending, 7).await;
        assert_eq!(seen, in_order(&all, CustomerSort::Revenue, SortOrder::Ascending));
        let mut resumed = 0;
        while customers::resume_an_index(&mut tx).await.unwrap() {
            resumed += 1;
        }
        assert_eq!(resumed, if on_sqlite && round == 0 { 9 } else { 0 });
    }
    tx.commit().await.unwrap();
    other.close().await;
}

/// Above some thousand rows SQLite is told to walk along the sort column.
async fn pages_of_filters_that_hold_for_many(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = fill(&mut tx, 7_500, 9).await;
    let anybody = CustomerFilter { max_orders: Some(9), ..CustomerFilter::default() };
    let valued = CustomerFilter { min_lifetime_percentile: Some(0.0), ..CustomerFilter::default() };
    let both = CustomerFilter { max_orders: Some(2), ..valued.clone() };
    for filter in [anybody, valued, both] {
        let matching = |row: &&CustomerListRow| {
            row.counters.orders <= filter.max_orders.unwrap_or(9)
                && (filter.min_lifetime_percentile.is_none() || row.value.is_some())
        };
        let expected: Vec<&CustomerListRow> = rows.iter().filter(matching).collect();
        for sort in CustomerSort::ALL {
            let seen = all_pages(&mut tx, &filter, sort, SortOrder::Descending, 1_700).await;
            assert_eq!(seen, in_order(&expected, sort, SortOrder::Descending), "{filter:?} {sort:?}");
        }
    }
}
