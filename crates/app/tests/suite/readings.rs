//! How a file is understood as a whole, and what a later file changes of what an earlier one said.

use crate::people::named;
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::imports::{self, ImportView};
use perennial_app::{customers, value};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, Options, Target};
use perennial_domain::money::DecimalMark;
use std::fmt::Write;

on_both! {
    two_lines_of_one_amount_count_twice_in_a_file_of_lines,
    a_corrected_total_takes_the_place_of_the_first_in_every_figure,
    a_cancellation_takes_back_what_the_corrected_order_came_to,
    a_growing_refund_counts_once,
    a_guests_order_told_again_with_its_customer_is_one_order,
    an_order_and_its_cancellation_in_one_file_come_to_nothing,
    a_decimal_comma_is_settled_before_the_import_and_rejects_what_contradicts_it,
    orders_whose_number_is_a_dash_are_not_one_order,
    orders_by_phone_alone_are_of_whom_a_later_row_says_the_phone_is,
    an_order_by_phone_and_a_neighbours_mail_is_of_whose_the_phone_is,
}

async fn orders(stage: &Stage, content: &str) -> ImportView {
    stage.clock.advance_seconds(60);
    stage.import(ImportKind::Orders, &stage.write("orders.csv", content.as_bytes())).await
}

/// Orders, gross sales, refunds and revenue of the first customer.
async fn sums(stage: &Stage) -> (i64, i64, i64, i64) {
    let profile = customers::customer_profile(&stage.app, &TESTER, CustomerNumber(1)).await.unwrap();
    let counters = profile.item.row.counters;
    (counters.orders, counters.gross_minor, counters.refunds_minor, counters.net_minor)
}

async fn two_lines_of_one_amount_count_twice_in_a_file_of_lines(stage: &Stage) {
    // Eight partitions at least: what the file says must reach the order whose own rows say nothing.
    let mut csv =
        String::from("order_no,customer_id,ordered_at,sku,amount\n1,7,2025-03-01,A,9.99\n1,7,2025-03-01,B,9.99\n");
    for order in 2..200 {
        writeln!(csv, "{order},C{order},2025-03-01,A,5.00\n{order},C{order},2025-03-01,B,8.00").unwrap();
    }
    for _ in 0..2 {
        let view = orders(stage, &csv).await;
        assert_eq!(view.result.rejected, 0);
        let mut tx = stage.app.store.read().await.unwrap();
        let owners = perennial_store::identity::owners(&mut tx, &[("customer_id", "7")]).await.unwrap();
        let owner = owners[&("customer_id".to_owned(), "7".to_owned())];
        let number = CustomerNumber(owner.customer_number);
        drop(tx);
        let profile = customers::customer_profile(&stage.app, &TESTER, number).await.unwrap();
        assert_eq!(profile.item.row.counters.gross_minor, 1_998);
    }
}

const TOTALS: &str = "order_no,customer_id,ordered_at,sku,order_amount\n";

async fn a_corrected_total_takes_the_place_of_the_first_in_every_figure(stage: &Stage) {
    let first = format!("{TOTALS}1,7,2025-03-01,A,50.00\n1,7,2025-03-01,B,50.00\n2,7,2025-04-01,A,20.00\n");
    let corrected = format!("{TOTALS}1,7,2025-03-01,A,45.00\n1,7,2025-03-01,B,45.00\n1,7,2025-03-01,C,45.00\n");
    for (content, gross) in [(&first, 7_000), (&corrected, 6_500), (&corrected, 6_500), (&first, 6_500)] {
        orders(stage, content).await;
        assert_eq!(sums(stage).await, (2, gross, 0, gross));
    }
    let result = value::run_now(&stage.app, &value::ValueRequest::default()).await.unwrap();
    assert_eq!((result.totals.orders, result.totals.gross_minor), (2, 6_500));
    // The same number on another day is not a correction.
    orders(stage, &format!("{TOTALS}2,7,2025-05-01,A,30.00\n")).await;
    assert_eq!(sums(stage).await.1, 9_500);
}

async fn a_cancellation_takes_back_what_the_corrected_order_came_to(stage: &Stage) {
    let row = |amount: &str, status: &str| {
        format!("order_no,customer_id,ordered_at,order_amount,status\n1,7,2025-03-01,{amount},{status}\n")
    };
    let states = [(row("50.00", "paid"), 5_000, 0), (row("0", "cancelled"), 5_000, 5_000)];
    let corrected = [(row("45.00", "paid"), 4_500, 5_000), (row("0", "cancelled"), 4_500, 4_500)];
    for (content, gross, refunds) in states.into_iter().chain(corrected.clone()).chain(corrected.into_iter().skip(1)) {
        orders(stage, &content).await;
        assert_eq!(sums(stage).await, (1, gross, refunds, gross - refunds), "{content}");
    }
}

async fn a_growing_refund_counts_once(stage: &Stage) {
    let state = |refund: &str| {
        format!("order_no,customer_id,ordered_at,order_amount,refund_amount\n1,7,2025-03-01,50.00,{refund}\n")
    };
    let states = [("0", 0), ("10.00", 1_000), ("25.00", 2_500), ("25.00", 2_500), ("10.00", 2_500), ("20.00", 2_000)];
    for (refund, refunds) in states {
        orders(stage, &state(refund)).await;
        assert_eq!(sums(stage).await, (1, 5_000, refunds, 5_000 - refunds), "{refund}");
    }
}

async fn a_guests_order_told_again_with_its_customer_is_one_order(stage: &Stage) {
    let head = "order_no,customer_id,ordered_at,sku,line_amount\n";
    let (guest, member) = (format!("{head}1,,2025-03-01,A,50.00\n"), format!("{head}1,7,2025-03-01,A,50.00\n"));
    let view = orders(stage, &guest).await;
    assert_eq!((view.result.applied.orders, view.result.applied.guests), (1, 1));
    let view = orders(stage, &member).await;
    assert_eq!((view.result.applied.orders, view.result.applied.accepted), (0, 1), "no further order");
    for again in [&guest, &member] {
        let view = orders(stage, again).await;
        assert_eq!((view.result.applied.accepted, view.result.applied.duplicates), (0, 1));
    }
    assert_eq!(imports::known(&stage.app).await.unwrap(), imports::Known { customers: 1, orders: 1 });
    assert_eq!(sums(stage).await, (1, 5_000, 0, 5_000));
    let result = value::run_now(&stage.app, &value::ValueRequest::default()).await.unwrap();
    assert_eq!((result.totals.orders, result.totals.gross_minor), (1, 5_000));
    // Another order of a guest stays one.
    orders(stage, &format!("{head}2,,2025-03-01,A,50.00\n")).await;
    assert_eq!(imports::known(&stage.app).await.unwrap().orders, 2);
}

async fn an_order_and_its_cancellation_in_one_file_come_to_nothing(stage: &Stage) {
    let head = "order_no,customer_id,ordered_at,sku,line_amount,status\n";
    let csv = format!("{head}1,7,2025-03-01,A,50.00,paid\n1,7,2025-03-01,A,50.00,cancelled\n");
    for _ in 0..2 {
        orders(stage, &csv).await;
        assert_eq!(sums(stage).await, (1, 5_000, 5_000, 0));
    }
}

async fn a_decimal_comma_is_settled_before_the_import_and_rejects_what_contradicts_it(stage: &Stage) {
    let csv = "order_no;customer_id;ordered_at;sku;quantity;line_amount\n\
        1;7;2025-03-01;A;0,500;1.234,50\n2;7;2025-03-02;A;1,250;3,50\n3;7;2025-03-03;A;2;12.50\n";
    let view = orders(stage, csv).await;
    assert_eq!((view.result.applied.accepted, view.result.rejected), (2, 1));
    assert_eq!(
        (view.errors_by_code[0].field.as_str(), view.errors_by_code[0].code.as_str()),
        ("line_amount", "decimal_mark_differs")
    );
    assert_eq!(sums(stage).await.1, 123_800);
    // What was found is part of the request, and what somebody states instead is used.
    let path = stage.write("orders.csv", csv.as_bytes());
    let files = vec![imports::ImportFile { name: "orders.csv".to_owned(), path, size_bytes: csv.len() as u64 }];
    let preview = async |options: &Options| {
        imports::preview(&stage.app, ImportKind::Orders, &files, &Mapping::default(), options).await.unwrap()
    };
    let found = preview(&Options::default()).await;
    assert_eq!(found.options.decimal_marks["line_amount"], DecimalMark::Comma);
    assert_eq!((found.counts.accepted, found.counts.rejected), (2, 1));
    let marks = [("line_amount".to_owned(), DecimalMark::Point)].into();
    let stated = preview(&Options { decimal_marks: marks, ..Options::default() }).await;
    assert_eq!(stated.options.decimal_marks["quantity"], DecimalMark::Comma);
    assert_eq!((stated.counts.accepted, stated.counts.rejected), (1, 2));
}

async fn orders_whose_number_is_a_dash_are_not_one_order(stage: &Stage) {
    let mapping = Mapping([("amount".to_owned(), Target::parse("order_amount").unwrap())].into());
    let csv = "order_no,customer_id,ordered_at,amount\n-,7,2025-03-01,5.00\n-,7,2025-03-02,6.00\n-,7,2025-03-03,5.00\n";
    let path = stage.write("orders.csv", csv.as_bytes());
    for _ in 0..2 {
        stage.clock.advance_seconds(60);
        stage.import_with(ImportKind::Orders, &path, &mapping, false).await;
        assert_eq!(sums(stage).await, (3, 1_600, 0, 1_600));
    }
}

/// However the rows of a customer are parted: forty of them, so that both ways occur.
async fn orders_by_phone_alone_are_of_whom_a_later_row_says_the_phone_is(stage: &Stage) {
    let mut csv = "order_no,customer_id,phone,ordered_at,line_amount\n".to_owned();
    for number in 10..50 {
        writeln!(csv, "A{number},,+86138000000{number},2025-03-03,9.00").unwrap();
        writeln!(csv, "B{number},C{number},,2025-03-01,5.00").unwrap();
        writeln!(csv, "C{number},C{number},+86138000000{number},2025-03-02,7.00").unwrap();
    }
    let view = orders(stage, &csv).await;
    assert_eq!((view.result.applied.conflicts, view.result.applied.orders), (0, 120));
    assert_eq!(imports::known(&stage.app).await.unwrap(), imports::Known { customers: 40, orders: 120 });
}

/// The mail's owner stands in another partition than the phone's, before or behind it: known in any case.
async fn an_order_by_phone_and_a_neighbours_mail_is_of_whose_the_phone_is(stage: &Stage) {
    let mut csv = "order_no,customer_id,phone,email,ordered_at,line_amount\n".to_owned();
    for number in 10..50 {
        let neighbour = 10 + (number - 10 + 7) % 40;
        writeln!(csv, "A{number},,+86138000000{number},m{neighbour}@example.com,2025-03-03,9.00").unwrap();
        // The same order goes on, and nobody has this phone beside a number of the shop's own.
        writeln!(csv, "A{number},,+86138000000{number},,2025-03-03,1.00").unwrap();
        writeln!(csv, "N{number},,+86139000000{number},,2025-03-04,2.00").unwrap();
        writeln!(csv, "C{number},C{number},+86138000000{number},m{number}@example.com,2025-03-02,7.00").unwrap();
    }
    let view = orders(stage, &csv).await;
    assert_eq!((view.result.applied.conflicts, view.result.applied.orders), (40, 120));
    assert_eq!(imports::known(&stage.app).await.unwrap(), imports::Known { customers: 80, orders: 120 });
    for number in [10, 23, 49] {
        let who = named(stage, &format!("+86138000000{number}")).await;
        assert_eq!(named(stage, &format!("m{number}@example.com")).await, who);
        let profile = customers::customer_profile(&stage.app, &TESTER, who).await.unwrap();
        assert_eq!((profile.item.row.counters.orders, profile.item.row.counters.net_minor), (2, 1_700));
    }
}
