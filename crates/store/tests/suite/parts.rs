//! Profiles of customers that have several.

use crate::fixtures::{Dice, counters};
use perennial_store::activity::{self, ActivityRow};
use perennial_store::customers::{self, CustomerMonths};
use perennial_store::parts::{self, PartRow};
use perennial_store::traits::{self, TraitRow};
use perennial_store::values;
use perennial_testkit::TestStore;

on_both!(
    profiles_are_found_by_their_number_and_by_their_customer,
    what_sources_say_of_a_profile_is_kept_apart,
    what_a_customer_had_can_be_removed,
);

fn part(number: i64, customer_number: i64, dice: &mut Dice) -> PartRow {
    let events = dice.below(3);
    let seen = (events > 0).then_some(number);
    PartRow { counters: counters(number, dice), customer_number, events, first_seen_at: seen, last_seen_at: seen }
}

async fn profiles_are_found_by_their_number_and_by_their_customer(store: &TestStore) {
    let mut dice = Dice::new(3);
    let mut rows: Vec<PartRow> = [(1, 1), (2, 1), (5, 4), (4, 4)].map(|(one, of)| part(one, of, &mut dice)).into();
    let mut tx = store.database.write().await.unwrap();
    parts::upsert(&mut tx, &rows).await.unwrap();
    assert_eq!(parts::load(&mut tx, &[2, 3]).await.unwrap(), [rows[1].clone()]);
    let mut of_first = parts::of_customers(&mut tx, &[1, 2, 3]).await.unwrap();
    of_first.sort_by_key(|row| row.counters.number);
    assert_eq!(of_first, rows[..2]);
    assert_eq!(parts::together(&mut tx, &[5, 4, 3]).await.unwrap(), [(4, 4), (5, 4)]);
    assert_eq!(parts::all(&mut tx).await.unwrap(), [(1, 1), (2, 1), (4, 4), (5, 4)]);
    rows.truncate(2);
    rows.iter_mut().for_each(|row| row.customer_number = 4);
    parts::upsert(&mut tx, &rows).await.unwrap();
    assert_eq!(parts::together(&mut tx, &[1]).await.unwrap().len(), 4);
    let months = CustomerMonths { number: 2, first_month: 7, active_months: 5, active_months_later: 1 };
    parts::set_months(&mut tx, &[months]).await.unwrap();
    let second = parts::load(&mut tx, &[2]).await.unwrap().remove(0).counters;
    assert_eq!((second.first_month, second.active_months, second.active_months_later), (Some(7), 5, 1));
    parts::remove(&mut tx, &[1, 5]).await.unwrap();
    assert_eq!(parts::all(&mut tx).await.unwrap(), [(2, 4), (4, 4)]);
    assert!(parts::remove(&mut tx, &[1]).await.is_err(), "it is gone");
}

fn word(number: i64, value: &str, at: i64) -> TraitRow {
    let (name, source) = ("city".to_owned(), "crm".to_owned());
    TraitRow { customer_number: number, name, source, value: value.to_owned(), at }
}

async fn what_sources_say_of_a_profile_is_kept_apart(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    parts::upsert_traits(&mut tx, &[word(1, "York", 5), word(2, "Hull", 4)]).await.unwrap();
    parts::upsert_traits(&mut tx, &[word(1, "Bath", 3), word(2, "Leeds", 4)]).await.unwrap();
    let mut found = parts::traits(&mut tx, &[1, 2, 3]).await.unwrap();
    found.sort_by_key(|row| row.customer_number);
    assert_eq!(found, [word(1, "York", 5), word(2, "Leeds", 4)]);
    assert!(traits::of_customer(&mut tx, 1).await.unwrap().is_empty());
    assert_eq!(parts::remove_traits(&mut tx, &[1, 3]).await.unwrap(), 1);
    assert_eq!(parts::traits(&mut tx, &[1, 2]).await.unwrap(), [word(2, "Leeds", 4)]);
}

async fn what_a_customer_had_can_be_removed(store: &TestStore) {
    let mut dice = Dice::new(5);
    let mut tx = store.database.write().await.unwrap();
    let everybody: Vec<_> = (1..=3).map(|number| counters(number, &mut dice)).collect();
    customers::upsert(&mut tx, &everybody).await.unwrap();
    traits::upsert(&mut tx, &[word(1, "York", 5), word(2, "Hull", 4)]).await.unwrap();
    let seen = |number| ActivityRow { customer_number: number, events: 1, first_at: 1, last_at: 1 };
    activity::add(&mut tx, &[seen(1), seen(2)]).await.unwrap();
    values::replace_all(&mut tx, "run", [crate::fixtures::value(1, &mut dice), crate::fixtures::value(2, &mut dice)])
        .await
        .unwrap();
    let gone = [1, 9];
    assert_eq!(customers::remove(&mut tx, &gone).await.unwrap(), 1);
    assert_eq!(traits::remove(&mut tx, &gone).await.unwrap(), 1);
    assert_eq!(activity::remove(&mut tx, &gone).await.unwrap(), 1);
    assert_eq!(values::remove(&mut tx, &gone).await.unwrap(), 1);
    assert_eq!(customers::count_all(&mut tx).await.unwrap(), 2);
    assert_eq!(activity::of_customer(&mut tx, 1).await.unwrap(), None);
    assert_eq!(activity::of_customer(&mut tx, 2).await.unwrap(), Some(seen(2)));
    assert_eq!(traits::of_customer(&mut tx, 2).await.unwrap().len(), 1);
    assert_eq!(values::run_id(&mut tx).await.unwrap().as_deref(), Some("run"), "the other one's");
}
