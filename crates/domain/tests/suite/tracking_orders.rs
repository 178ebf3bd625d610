//! Orders among tracked events, by the e-commerce specification.

use crate::tracking::{accepted, read_batch};
use perennial_domain::fact::{FactKey, FactKind, Line};
use perennial_domain::tracking::{Accepted, CURRENCY_ASSUMED, Note, without_money};

fn order(event: &str, properties: &str, currency: Option<&str>) -> Accepted {
    let message = format!(
        r#"{{"batch":[{{"type":"track","userId":"u","messageId":"m","event":"{event}","properties":{properties}}}]}}"#
    );
    accepted(read_batch(&message, currency).remove(0))
}

#[test]
fn an_order_has_its_products_and_a_line_for_the_rest() {
    let properties = r#"{"order_id":"50314b8e","total":27.50,"shipping":3,"tax":2,"discount":2.5,"currency":"USD","products":[
        {"product_id":"507f","sku":"45790-32","name":"Monopoly","price":19,"quantity":1,"category":"Games"},
        {"product_id":"505b","name":"UNO","price":"3","quantity":2}]}"#;
    let read = order("Order Completed", properties, Some("USD"));
    assert_eq!((read.fact.kind, read.fact.order_no.as_deref()), (FactKind::Order, Some("50314b8e")));
    assert_eq!(read.fact.key, FactKey::of(&["src_1", "order", "50314b8e"]), "as a file of this source would key it");
    assert_ne!(read.message_key, read.fact.key);
    assert_eq!(read.fact.amount_minor(), Some(2_750));
    let line = |sku: Option<&str>, name: Option<&str>, quantity, price, amount| Line {
        sku: sku.map(str::to_owned),
        name: name.map(str::to_owned),
        quantity_milli: quantity,
        unit_price_minor: price,
        amount_minor: Some(amount),
        is_total: false,
    };
    let mut expected = vec![
        line(Some("45790-32"), Some("Monopoly"), Some(1_000), Some(1_900), 1_900),
        line(Some("505b"), Some("UNO"), Some(2_000), Some(300), 600),
        line(None, None, None, None, 250),
    ];
    expected.sort();
    assert_eq!(read.fact.lines, expected);
    let money = read.money.unwrap();
    assert_eq!((money.currency.code(), money.named), ("USD", true));
}

#[test]
fn the_amount_is_the_total_then_the_revenue_then_the_products() {
    let cases = [
        (r#"{"order_id":"1","total":5,"revenue":4}"#, Some(500)),
        (r#"{"order_id":"1","revenue":"4.25"}"#, Some(425)),
        (r#"{"orderId":1,"products":[{"price":2.5,"quantity":3},{"price":1}]}"#, Some(850)),
        (r#"{"order_id":"1","products":[{"name":"A"}]}"#, None),
        (r#"{"order_id":"1"}"#, None),
        (r#"{"order_id":"1","total":0.1,"products":[{"price":0.1,"quantity":0.333}]}"#, Some(10)),
        (r#"{"order_id":"1","total":0}"#, Some(0)),
        (r#"{"order_id":"1","total":0.30000000000000004}"#, Some(30)),
    ];
    for (properties, amount) in cases {
        let read = order("order completed", properties, Some("USD"));
        assert_eq!(
            (read.fact.kind, read.fact.amount_minor(), read.note),
            (FactKind::Order, amount, None),
            "{properties}"
        );
    }
    assert_eq!(
        order("Order Completed", r#"{"order_id":"1","total":1234}"#, Some("JPY")).fact.amount_minor(),
        Some(1_234)
    );
    let read = order("Order Completed", r#"{"order_id":"1","total":9.5}"#, None);
    let money = read.money.unwrap();
    assert_eq!((read.fact.amount_minor(), money.currency.code(), money.named), (Some(950), CURRENCY_ASSUMED, false));
}

#[test]
fn a_refund_lowers_and_a_refund_of_nothing_named_takes_the_whole_order_back() {
    let read = order(
        "Order Refunded",
        r#"{"order_id":"7","total":-12.5,"products":[{"sku":"A","price":10,"quantity":1}]}"#,
        Some("USD"),
    );
    assert_eq!((read.fact.kind, read.fact.amount_minor()), (FactKind::Refund, Some(-1_250)));
    assert!(read.fact.lines.contains(&Line {
        sku: Some("A".to_owned()),
        quantity_milli: Some(-1_000),
        unit_price_minor: Some(1_000),
        amount_minor: Some(-1_000),
        ..Line::default()
    }));
    let read = order("Order Refunded", r#"{"order_id":"7"}"#, Some("USD"));
    assert_eq!((read.fact.kind, read.fact.lines.len()), (FactKind::Cancelled, 0));
    assert_eq!(read.fact.key, FactKey::of(&["src_1", "refund", "7"]));
    for name in ["Order Cancelled", "Order Canceled"] {
        let read = order(name, r#"{"order_id":"7","total":9,"products":[{"price":9}]}"#, Some("USD"));
        assert_eq!((read.fact.kind, read.fact.lines.len()), (FactKind::Cancelled, 0));
        assert_eq!(read.fact.key, FactKey::of(&["src_1", "cancelled", "7"]));
    }
}

#[test]
fn what_cannot_be_counted_stays_an_event_and_says_why() {
    let cases = [
        (r#"{"total":5}"#, Note::OrderWithoutId),
        (r#"{"order_id":"\u0007","total":5}"#, Note::OrderWithoutId),
        ("7", Note::OrderWithoutId),
        (r#"{"order_id":"1","total":5,"currency":"EUR"}"#, Note::CurrencyDiffers),
        (r#"{"order_id":"1","total":"five"}"#, Note::UnusableAmount),
        (r#"{"order_id":"1","total":-5}"#, Note::UnusableAmount),
        (r#"{"order_id":"1","total":1e20}"#, Note::UnusableAmount),
        (r#"{"order_id":"1","products":[{"price":1,"quantity":"many"}]}"#, Note::UnusableAmount),
        (r#"{"order_id":"1","products":[{"price":1,"quantity":-1}]}"#, Note::UnusableAmount),
        (r#"{"order_id":"1","products":[{"price":9999999999,"quantity":99999}]}"#, Note::UnusableAmount),
    ];
    for (properties, note) in cases {
        let read = order("Order Completed", properties, Some("USD"));
        assert_eq!((read.fact.kind, read.note), (FactKind::Event, Some(note)), "{properties}");
        assert_eq!((read.fact.amount_minor(), read.fact.key), (None, read.message_key));
    }
    let mut read = order("Order Completed", r#"{"order_id":"1","total":5}"#, None);
    without_money(&mut read, Note::CurrencyDiffers);
    assert_eq!((read.fact.kind, read.fact.key, read.fact.order_no.as_ref()), (FactKind::Event, read.message_key, None));
    assert!(!read.is_about_an_order() && read.fact.amount_minor().is_none());
}

#[test]
fn other_events_have_no_money() {
    for name in ["Order Updated", "Product Added", "Checkout Started", "Payment Info Entered"] {
        let read = order(name, r#"{"order_id":"1","total":5}"#, Some("USD"));
        assert_eq!((read.fact.kind, read.note), (FactKind::Event, None), "{name}");
    }
}
