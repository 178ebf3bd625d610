//! Rules, lines of statements, settlements.

use crate::clerks::clerk;
use perennial_domain::time::Instant;
use perennial_store::incentives::{self, LineRow, RuleRow, SettlementRow, SumsRow};
use perennial_store::orders::{self, OrderRow};
use perennial_testkit::TestStore;

on_both!(a_line_is_there_once_taken_back_once_and_paid_once, what_is_left_of_an_order_is_the_sum_of_its_rows);

fn rule(id: &str) -> RuleRow {
    RuleRow {
        id: id.to_owned(),
        kind: "sign_up".to_owned(),
        amount_minor: 500,
        days: 7,
        event: Some("Unfollowed".to_owned()),
        created_at: Instant(1),
        ended_at: None,
    }
}

fn line(id: &str, part_number: i64, amount_minor: i64, at: i64, reverses: Option<&str>) -> LineRow {
    LineRow {
        id: id.to_owned(),
        clerk_id: "clk_li".to_owned(),
        rule_id: "rul_a".to_owned(),
        part_number,
        amount_minor,
        at: Instant(at),
        order_no: Some("A".to_owned()),
        reverses: reverses.map(ToOwned::to_owned),
        settlement_id: None,
    }
}

async fn a_line_is_there_once_taken_back_once_and_paid_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    clerk(&mut tx, "li", "LLLL2222").await;
    incentives::insert_rule(&mut tx, &rule("rul_a"), "usr_x").await.unwrap();
    assert_eq!(incentives::rules(&mut tx).await.unwrap(), [rule("rul_a")]);
    assert!(incentives::end_rule(&mut tx, "rul_a", Instant(9)).await.unwrap());
    assert!(!incentives::end_rule(&mut tx, "rul_a", Instant(10)).await.unwrap());
    assert_eq!(incentives::rules(&mut tx).await.unwrap()[0].ended_at, Some(Instant(9)));

    let awards = [line("lin_1", 7, 500, 10, None), line("lin_2", 8, 500, 20, None)];
    assert_eq!(incentives::insert_lines(&mut tx, &awards).await.unwrap(), 2);
    assert_eq!(incentives::insert_lines(&mut tx, &awards).await.unwrap(), 0);
    assert_eq!(incentives::awards_of_parts(&mut tx, &[7]).await.unwrap(), awards[..1]);
    let settlement = |id: &str, from: Option<i64>, until| SettlementRow {
        id: id.to_owned(),
        from: from.map(Instant),
        until: Instant(until),
        closed_by: "usr_x".to_owned(),
        closed_at: Instant(50),
    };
    incentives::insert_settlement(&mut tx, &settlement("stl_1", None, 20)).await.unwrap();
    assert_eq!(incentives::settle(&mut tx, "stl_1", Instant(20)).await.unwrap(), 1);
    assert_eq!(incentives::settle(&mut tx, "stl_1", Instant(20)).await.unwrap(), 0);

    let reversals = [line("lin_3", 7, -500, 30, Some("lin_1")), line("lin_4", 7, -500, 31, Some("lin_1"))];
    assert_eq!(incentives::insert_lines(&mut tx, &reversals).await.unwrap(), 1, "it is taken back once");
    assert_eq!(incentives::awards_of_parts(&mut tx, &[7]).await.unwrap(), []);
    incentives::insert_settlement(&mut tx, &settlement("stl_2", Some(20), 40)).await.unwrap();
    assert_eq!(incentives::settle(&mut tx, "stl_2", Instant(40)).await.unwrap(), 2);
    let sums =
        |awards, reversals, amount_minor| SumsRow { clerk_id: "clk_li".to_owned(), awards, reversals, amount_minor };
    assert_eq!(incentives::sums_of_settlement(&mut tx, "stl_1").await.unwrap(), [sums(1, 0, 500)]);
    assert_eq!(incentives::sums_of_settlement(&mut tx, "stl_2").await.unwrap(), [sums(1, 1, 0)]);
    let listed = incentives::settlements(&mut tx).await.unwrap();
    assert_eq!(listed, [settlement("stl_2", Some(20), 40), settlement("stl_1", None, 20)]);
    let span = (Instant(0), Instant(99));
    assert_eq!(incentives::sums(&mut tx, span).await.unwrap(), [sums(2, 1, 500)]);
    assert_eq!(incentives::sums_of_clerk(&mut tx, "clk_li", span).await.unwrap(), sums(2, 1, 500));
    assert_eq!(incentives::sums_of_clerk(&mut tx, "clk_li", (Instant(60), Instant(99))).await.unwrap().awards, 0);
    let lines = incentives::statement(&mut tx, "clk_li", span, 9).await.unwrap();
    let paid: Vec<(&str, Option<&str>)> =
        lines.iter().map(|line| (line.id.as_str(), line.settlement_id.as_deref())).collect();
    assert_eq!(paid, [("lin_1", Some("stl_1")), ("lin_2", Some("stl_2")), ("lin_3", Some("stl_2"))]);
    assert_eq!(incentives::blank_orders(&mut tx, &[7]).await.unwrap(), 2);
    assert_eq!(incentives::statement(&mut tx, "clk_li", span, 1).await.unwrap()[0].order_no, None);
}

async fn what_is_left_of_an_order_is_the_sum_of_its_rows(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let row = |key: u8, order_no: &str, amount_minor| OrderRow {
        customer_number: 7,
        order_key: [key; 16],
        order_no: Some(order_no.to_owned()),
        kind: "order".to_owned(),
        at: 1,
        amount_minor,
        line_hashes: vec![],
    };
    let rows = [row(1, "A", Some(900)), row(2, "A", Some(-300)), row(3, "B", Some(5)), row(4, "C", None)];
    orders::upsert(&mut tx, &rows).await.unwrap();
    for (order_no, left) in [("A", 600), ("B", 5), ("C", 0), ("D", 0)] {
        assert_eq!(incentives::left_of_order(&mut tx, 7, order_no).await.unwrap(), left, "{order_no}");
    }
    assert_eq!(incentives::left_of_order(&mut tx, 8, "A").await.unwrap(), 0);
}
