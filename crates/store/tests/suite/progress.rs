//! How far profiles are in products: in any order of arrival the same, money from the orders.

use perennial_store::orders::{self, OrderRow};
use perennial_store::progress::{self, ProductMoneyRow, ProductOrderRow, UseRow, ValueRow};
use perennial_testkit::TestStore;

on_both!(
    the_newest_word_of_a_value_holds_whatever_comes_first,
    use_adds_up_and_old_use_goes,
    money_of_a_product_is_that_of_its_orders,
);

fn value(part_number: i64, name: &str, value: &str, at: i64) -> ValueRow {
    ValueRow { part_number, product: "game".to_owned(), name: name.to_owned(), value: value.to_owned(), at }
}

async fn the_newest_word_of_a_value_holds_whatever_comes_first(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    progress::tell(&mut tx, &[value(1, "level", "7", 50), value(1, "attempt", "1", 50)]).await.unwrap();
    progress::tell(&mut tx, &[value(1, "level", "6", 40), value(1, "attempt", "2", 60)]).await.unwrap();
    progress::tell(&mut tx, &[value(1, "level", "5", 50), value(2, "level", "1", 1)]).await.unwrap();
    progress::tell(&mut tx, &[value(1, "level", "8", 50)]).await.unwrap();
    let mut found = progress::values_of_parts(&mut tx, &[1]).await.unwrap();
    found.sort();
    assert_eq!(found, [value(1, "attempt", "2", 60), value(1, "level", "8", 50)]);
    assert_eq!(progress::remove_of_parts(&mut tx, &[1]).await.unwrap(), 2);
    assert_eq!(progress::values_of_parts(&mut tx, &[1, 2]).await.unwrap(), [value(2, "level", "1", 1)]);
}

async fn use_adds_up_and_old_use_goes(store: &TestStore) {
    let used = |part_number, slot, events| UseRow { part_number, product: "game".to_owned(), slot, events };
    let mut tx = store.database.write().await.unwrap();
    progress::add_use(&mut tx, &[used(1, 10, 2), used(1, 11, 1), used(2, 9, 1)]).await.unwrap();
    progress::add_use(&mut tx, &[used(1, 10, 3)]).await.unwrap();
    let mut found = progress::use_of_parts(&mut tx, &[1, 2]).await.unwrap();
    found.sort();
    assert_eq!(found, [used(1, 10, 5), used(1, 11, 1), used(2, 9, 1)]);
    assert_eq!(progress::forget_use(&mut tx, 11).await.unwrap(), 2);
    assert_eq!(progress::use_of_parts(&mut tx, &[1, 2]).await.unwrap(), [used(1, 11, 1)]);
}

async fn money_of_a_product_is_that_of_its_orders(store: &TestStore) {
    let order = |key: u8, order_no: &str, kind: &str, amount_minor| OrderRow {
        customer_number: 1,
        order_key: [key; 16],
        order_no: Some(order_no.to_owned()),
        kind: kind.to_owned(),
        at: i64::from(key),
        amount_minor,
        line_hashes: vec![],
    };
    let rows = [
        order(1, "A", "order", Some(500)),
        order(2, "A", "refund", Some(-200)),
        order(3, "B", "order", None),
        order(4, "C", "order", Some(9)),
    ];
    let of = |order_no: &str, product: &str| ProductOrderRow {
        part_number: 1,
        order_no: order_no.to_owned(),
        product: product.to_owned(),
    };
    let mut tx = store.database.write().await.unwrap();
    // What an order is of may be known before it counts.
    progress::note_orders(&mut tx, &[of("A", "game"), of("B", "other")]).await.unwrap();
    assert!(progress::money_of_parts(&mut tx, &[1]).await.unwrap().is_empty());
    orders::upsert(&mut tx, &rows).await.unwrap();
    progress::note_orders(&mut tx, &[of("B", "book"), of("A", "more")]).await.unwrap();
    let money = |product: &str, order_no: &str, kind: &str, at, amount_minor| ProductMoneyRow {
        product: product.to_owned(),
        order_no: order_no.to_owned(),
        kind: kind.to_owned(),
        at,
        amount_minor,
    };
    let mut found = progress::money_of_parts(&mut tx, &[1, 2]).await.unwrap();
    found.sort();
    let expected =
        [money("book", "B", "order", 3, 0), money("game", "A", "order", 1, 500), money("game", "A", "refund", 2, -200)];
    assert_eq!(found, expected);
}
