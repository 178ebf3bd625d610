//! Order and customer rows: kinds, amounts, inheritance, the spool, and facts whatever the order of rows.

use perennial_domain::fact::{FactKey, FactKind, Trait};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::import::cells::RowBuffer;
use perennial_domain::import::customers::{CustomerRow, CustomerRowParser, assemble_customers};
use perennial_domain::import::error::{RowError, RowErrorCode};
use perennial_domain::import::mapping::{Mapping, Settled, Target};
use perennial_domain::import::orders::{
    AssembleContext, Assembled, OrderRow, OrderRowParser, OrderRowReader, assemble,
};
use perennial_domain::import::parse::dates::DateOrder;
use perennial_domain::import::preview::PreviewCounts;
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, Zone};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn settled() -> Settled {
    Settled {
        zone: Zone::utc(),
        currency: Currency::parse("GBP").unwrap(),
        date_order: DateOrder::Ymd,
        decimal_marks: BTreeMap::new(),
        phone_region: None,
        spreadsheet_days: false,
        refunds_start_with_c: true,
        now: None,
    }
}

fn names(columns: &str) -> (Vec<String>, Mapping) {
    let headers: Vec<String> = columns.split(',').map(str::to_owned).collect();
    let mapping = headers.iter().map(|name| (name.clone(), Target::parse(name).unwrap())).collect();
    (headers, Mapping(mapping))
}

fn orders(columns: &str) -> OrderRowParser {
    let (headers, mapping) = names(columns);
    OrderRowParser::new(&headers, &mapping, &settled()).unwrap()
}

fn parse(parser: &OrderRowParser, line: &str) -> Result<OrderRow, Vec<RowError>> {
    let cells: Vec<&str> = line.split(',').collect();
    parser.parse(&RowBuffer::of(&cells).cells(), 2)
}

fn codes(outcome: Result<OrderRow, Vec<RowError>>) -> Vec<(&'static str, RowErrorCode)> {
    outcome.err().unwrap_or_default().into_iter().map(|error| (error.field, error.code)).collect()
}

fn facts(rows: Vec<OrderRow>) -> Vec<Assembled> {
    assemble(rows, &AssembleContext { source: "file" })
}

const LINES: &str = "order_no,sku,quantity,ordered_at,unit_price,customer_id,status";

#[test]
fn the_kind_follows_from_number_sign_price_and_status() {
    let parser = orders(LINES);
    let cases = [
        ("536365,A,6,2010-12-01 08:26:00,2.55,17850,", FactKind::Order, Some(1_530), Some(6_000)),
        ("C536379,D,-1,2010-12-01 09:41:00,27.50,14527,", FactKind::Refund, Some(-2_750), Some(-1_000)),
        ("C536380,D,1,2010-12-01 09:41:00,27.50,14527,", FactKind::Refund, Some(-2_750), Some(-1_000)),
        ("536381,D,-2,2010-12-01 09:41:00,1.00,14527,", FactKind::Refund, Some(-200), Some(-2_000)),
        ("536382,D,-2,2010-12-01 09:41:00,0,,", FactKind::Adjustment, Some(0), Some(-2_000)),
        ("536383,D,2,2010-12-01 09:41:00,0,14527,", FactKind::Gift, Some(0), Some(2_000)),
        ("536383,D,2,2010-12-01 09:41:00,0.001,14527,", FactKind::Order, Some(0), Some(2_000)),
        ("A563186,B,1,2011-08-12 14:51:00,-11062.06,,", FactKind::Refund, Some(-1_106_206), Some(1_000)),
        ("536384,D,2,2010-12-01 09:41:00,3,1,已取消", FactKind::Cancelled, Some(600), Some(2_000)),
        ("536384,D,2,2010-12-01 09:41:00,3,1,待付款", FactKind::Unpaid, Some(600), Some(2_000)),
        ("536384,D,2,2010-12-01 09:41:00,3,1,refunded", FactKind::Refund, Some(-600), Some(-2_000)),
    ];
    for (line, kind, amount, quantity) in cases {
        let row = parse(&parser, line).unwrap();
        assert_eq!((row.kind, row.amount_minor, row.quantity_milli), (kind, amount, quantity), "{line}");
    }
}

#[test]
fn errors_name_field_code_and_what_is_allowed() {
    let parser = orders("order_no,sku,quantity,ordered_at,unit_price,customer_id,currency");
    let cases = [
        (
            "1,A,x,2010-12-01,NaN,7,",
            vec![("quantity", RowErrorCode::InvalidNumber), ("unit_price", RowErrorCode::InvalidNumber)],
        ),
        ("1,A,1,,1,7,", vec![("ordered_at", RowErrorCode::MissingValue)]),
        ("1,A,1,9999-01-01,1,7,", vec![("ordered_at", RowErrorCode::DateOutOfRange)]),
        ("1,A,1,2010-12-01,1,7,USD", vec![("currency", RowErrorCode::CurrencyDiffers)]),
        ("1,A,1,2010-12-01,1,7,££", vec![("currency", RowErrorCode::InvalidCurrency)]),
        ("1,A,1,2010-12-01,,7,", vec![("unit_price", RowErrorCode::MissingValue)]),
        ("1,A,1,2010-12-01", vec![("row", RowErrorCode::WrongColumnCount)]),
        ("1,A,999999999,2010-12-01,99999999,7,", vec![("line_amount", RowErrorCode::NumberTooLarge)]),
        // A unit price may be as large as an amount; a bar code is neither that nor a quantity.
        ("1,A,1,2010-12-01,9999999999.99,7,", vec![]),
        ("1,A,1,2010-12-01,6901234567890,7,", vec![("unit_price", RowErrorCode::NumberTooLarge)]),
        ("1,A,6901234567890,2010-12-01,1,7,", vec![("quantity", RowErrorCode::NumberTooLarge)]),
    ];
    for (line, expected) in cases {
        assert_eq!(codes(parse(&parser, line)), expected, "{line}");
    }
    let long = format!("1,A,1,2010-12-01,{},7,", "9".repeat(4_000));
    let errors = parse(&parser, &long).unwrap_err();
    assert_eq!(errors[0].code, RowErrorCode::NumberTooLarge);
    assert!(errors[0].reason.len() < 350, "{}", errors[0].reason);
}

#[test]
fn malformed_identifiers_matter_only_where_no_good_one_is() {
    let parser = orders("ordered_at,customer_id,phone,email");
    assert_eq!(parse(&parser, "2026-01-01,7,138****5678,").unwrap().identifiers.len(), 1);
    assert_eq!(codes(parse(&parser, "2026-01-01,,138****5678,")), [("phone", RowErrorCode::InvalidIdentifier)]);
    assert!(parse(&parser, "2026-01-01,0,null,").unwrap().identifiers.is_empty(), "a guest");
    let row = parse(&parser, "2026-01-01,,13812345678,A@B.cn").unwrap();
    let values: Vec<&str> = row.identifiers.iter().map(|identifier| identifier.value.as_str()).collect();
    assert_eq!(values, ["+8613812345678", "a@b.cn"], "the strongest first");
}

#[test]
fn lines_inherit_from_the_line_above_of_the_same_order() {
    let parser = orders("order_no,email,ordered_at,product_name,quantity,unit_price");
    let mut reader = OrderRowReader::new(&parser, 3);
    let mut read = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        reader.parse(&RowBuffer::of(&cells).cells(), 2)
    };
    let first = read("#1,a@b.cn,2026-01-01,Tea,1,2.00").unwrap();
    let second = read("#1,,,Cup,1,3.00").unwrap();
    assert_eq!((&second.identifiers, second.at, second.file_index), (&first.identifiers, first.at, 3));
    assert!(read("#2,,2026-01-02,Cup,1,3.00").unwrap().identifiers.is_empty(), "another order is a guest's");
    assert!(read("#3,c@d.cn,2026-01-02,Cup,x,3.00").is_err());
    assert_eq!(read("#3,,,Cup,1,3.00").unwrap().identifiers[0].value, "c@d.cn", "even below a rejected line");
}

#[test]
fn an_order_amount_counts_once_and_line_amounts_win() {
    let parser = orders("order_no,customer_id,ordered_at,sku,order_amount");
    let rows = ["1,7,2026-01-01,A,50.00", "1,7,2026-01-01,B,50.00", "2,7,2026-01-02,A,5.00"];
    let facts = facts(rows.iter().map(|line| parse(&parser, line).unwrap()).collect());
    let amounts: Vec<Option<i64>> = facts.iter().map(|item| item.fact.amount_minor()).collect();
    assert_eq!(amounts, [Some(5_000), Some(500)]);
    assert_eq!(facts[0].rows, 2);
    let parser = orders("order_no,customer_id,ordered_at,order_amount,line_amount,discount");
    let row = parse(&parser, "1,7,2026-01-01,50.00,20.00,5").unwrap();
    assert_eq!(self::facts(vec![row])[0].fact.amount_minor(), Some(1_500));
}

#[test]
fn a_cancellation_comes_behind_its_order_of_the_same_instant() {
    let parser = orders(LINES);
    let rows = ["1,A,1,2026-01-01,9,7,cancelled", "1,A,1,2026-01-01,9,7,paid", "0,B,1,2026-01-01,1,7,cancelled"];
    let told = facts(rows.iter().map(|line| parse(&parser, line).unwrap()).collect());
    let kinds: Vec<FactKind> = told.iter().map(|item| item.fact.kind).collect();
    assert_eq!(kinds, [FactKind::Order, FactKind::Cancelled, FactKind::Cancelled]);
}

#[test]
fn an_order_that_is_not_paid_and_its_cancellation_have_keys_of_their_own() {
    let parser = orders(LINES);
    let keys = ["paid", "unpaid", "cancelled"].map(|status| {
        let row = parse(&parser, &format!("1,A,1,2026-01-01,9,7,{status}")).unwrap();
        facts(vec![row])[0].fact.key
    });
    assert_eq!(keys, ["order", "unpaid", "cancelled"].map(|class| FactKey::of(&["file", class, "1"])));
}

#[test]
fn refunds_of_lines_are_lines_of_one_refund() {
    let parser = orders("order_no,customer_id,ordered_at,sku,line_amount,line_refund,status");
    let rows =
        ["1,7,2026-01-01,A,9.00,4.00,refunded", "1,7,2026-01-01,B,9.00,4.00,paid", "1,7,2026-01-01,C,9.00,,paid"];
    let rows: Vec<OrderRow> = rows.iter().map(|line| parse(&parser, line).unwrap()).collect();
    let told = facts(rows.clone());
    assert_eq!(totals(&told), (2_700, 800, 3));
    let skus: Vec<Option<&str>> = told[1].fact.lines.iter().map(|line| line.sku.as_deref()).collect();
    assert_eq!(skus, [Some("A"), Some("B")], "so that a later file tells only what is new");
    assert_eq!(facts(rows[..1].to_vec())[1].fact.lines, told[1].fact.lines[..1]);
}

#[test]
fn an_order_of_gifts_is_a_gift_and_a_gift_among_others_a_line() {
    let parser = orders(LINES);
    let rows = ["1,A,1,2026-01-01,0,7,", "2,A,1,2026-01-01,0,7,", "2,B,1,2026-01-01,1,7,"];
    let facts = facts(rows.iter().map(|line| parse(&parser, line).unwrap()).collect());
    let kinds: Vec<(FactKind, u32)> = facts.iter().map(|item| (item.fact.kind, item.rows)).collect();
    assert_eq!(kinds, [(FactKind::Gift, 1), (FactKind::Order, 2)]);
}

#[test]
fn a_refund_status_tells_of_the_purchase_too_unless_another_row_does() {
    let parser = orders(LINES);
    let lone = parse(&parser, "1,A,1,2026-01-01,9,7,refunded").unwrap();
    let told = facts(vec![lone.clone()]);
    let kinds: Vec<(FactKind, Option<i64>, u32)> =
        told.iter().map(|item| (item.fact.kind, item.fact.amount_minor(), item.rows)).collect();
    assert_eq!(kinds, [(FactKind::Order, Some(900), 0), (FactKind::Refund, Some(-900), 1)]);
    let purchase = parse(&parser, "1,A,1,2026-01-01,9,7,paid").unwrap();
    let both = facts(vec![lone, purchase.clone()]);
    assert_eq!(both.len(), 2);
    assert!(both.iter().all(|item| item.rows == 1));
    assert_eq!(both[0].fact.key, told[0].fact.key, "told either way, it is the same purchase");
}

/// What was bought and what came back, in minor units, and the lines of purchases.
fn totals(facts: &[Assembled]) -> (i64, i64, usize) {
    let of = |kind: FactKind| facts.iter().filter(move |item| item.fact.kind == kind);
    let sum = |kind| of(kind).filter_map(|item| item.fact.amount_minor()).sum::<i64>();
    (sum(FactKind::Order), -sum(FactKind::Refund), of(FactKind::Order).map(|item| item.fact.lines.len()).sum())
}

#[test]
fn a_line_with_a_refund_status_does_not_lose_its_purchase() {
    let parser = orders(LINES);
    let row = |line: &str| {
        let (sku, quantity, price, status) = {
            let cells: Vec<&str> = line.split(' ').collect();
            (cells[0], cells[1], cells[2], cells[3])
        };
        parse(&parser, &format!("1,{sku},{quantity},2026-01-01,{price},7,{status}")).unwrap()
    };
    type Case = (&'static [&'static str], (i64, i64, usize));
    let cases: [Case; 9] = [
        (&["A 1 1.00 refunded", "B 1 2.00 paid"], (300, 100, 2)),
        (&["A 1 1.00 refunded", "B 1 2.00 refunded"], (300, 300, 2)),
        // The refund repeats what a purchase row says: no second purchase.
        (&["A 1 1.00 refunded", "A 1 1.00 paid"], (100, 100, 1)),
        (&["A 1 1.00 refunded", "A 1 1.00 paid", "B 1 2.00 refunded"], (300, 300, 2)),
        // One row speaks for one other.
        (&["A 1 1.00 refunded", "A 1 1.00 refunded", "A 1 1.00 paid"], (200, 200, 2)),
        (&["A 1 1.00 refunded", "A 2 1.00 paid"], (300, 100, 2)),
        // A gift is no purchase row, and what comes back with a sign of its own tells of no purchase.
        (&["A 1 1.00 refunded", "G 1 0 paid"], (100, 100, 2)),
        (&["A 1 1.00 refunded", "B -1 0.50 paid"], (100, 150, 1)),
        (&["A 1 1.00 refunded", "B 1 2.00 cancelled"], (100, 100, 1)),
    ];
    for (lines, expected) in cases {
        let rows: Vec<OrderRow> = lines.iter().map(|line| row(line)).collect();
        let told = facts(rows.clone());
        assert_eq!(totals(&told), expected, "{lines:?}");
        assert_eq!(told.iter().map(|item| item.rows as usize).sum::<usize>(), lines.len(), "{lines:?}");
        let mut keys: Vec<_> = told.iter().map(|item| item.fact.key).collect();
        keys.dedup();
        assert_eq!(keys.len(), told.len(), "one fact a key: {lines:?}");
    }
    let mixed = facts(vec![row("A 1 1.00 refunded"), row("B 1 2.00 paid")]);
    let earlier = facts(vec![row("A 1 1.00 paid"), row("B 1 2.00 paid")]);
    assert_eq!(mixed[0].fact, earlier[0].fact, "the same purchase as told before the refund");
}

#[test]
fn a_refund_that_names_no_product_is_of_the_purchase_that_is_told() {
    let whole = orders("order_no,customer_id,ordered_at,order_amount,status");
    let read = |parser: &OrderRowParser, lines: &[&str]| {
        totals(&facts(lines.iter().map(|line| parse(parser, line).unwrap()).collect()))
    };
    let day = "7,2026-01-01";
    let (paid, part) = (format!("1,{day},3.00,paid"), format!("1,{day},1.00,refunded"));
    assert_eq!(read(&whole, &[&paid, &part]), (300, 100, 1));
    assert_eq!(read(&whole, &[&part]), (100, 100, 1));
    let lines = orders("order_no,customer_id,ordered_at,sku,line_amount,status");
    let (cup, all) = (format!("1,{day},A,3.00,paid"), format!("1,{day},,3.00,refunded"));
    assert_eq!(read(&lines, &[&cup, &all]), (300, 300, 1));
}

#[test]
fn orders_of_more_than_a_day_after_now_are_in_the_future() {
    let (headers, mapping) = names("order_no,customer_id,ordered_at,product_name,order_amount");
    let now = Instant::parse_rfc3339("2026-03-01T12:00:00Z");
    let parser = OrderRowParser::new(&headers, &mapping, &Settled { now, ..settled() }).unwrap();
    let cases = [
        ("1,7,2026-03-01 12:00:00,Tea,5", true),
        ("1,7,2026-03-02 12:00:00,Tea,5", true),
        ("2,7,2026-03-02 12:00:01,Tea,5", false),
        ("3,7,2099-12-31,Tea,5", false),
        // A line inherits the time of the line above, and what is wrong with it.
        ("3,7,,Cup,5", false),
        ("4,7,2026-03-01,Tea,5", true),
    ];
    let mut reader = OrderRowReader::new(&parser, 0);
    for (line, is_good) in cases {
        let cells: Vec<&str> = line.split(',').collect();
        let found = codes(reader.parse(&RowBuffer::of(&cells).cells(), 2));
        let expected = if is_good { vec![] } else { vec![("ordered_at", RowErrorCode::InTheFuture)] };
        assert_eq!(found, expected, "{line}");
    }
    let without_limit = orders("order_no,customer_id,ordered_at,product_name,order_amount");
    assert_eq!(codes(parse(&without_limit, "1,7,2099-01-01,Tea,5")), []);
}

#[test]
fn a_row_with_a_nul_byte_is_rejected_whichever_file_it_comes_from() {
    let errors = parse(&orders("ordered_at,customer_id,product_name"), "2026-01-01,7,Te\0a").unwrap_err();
    assert_eq!((errors.len(), errors[0].field, errors[0].code), (1, "row", RowErrorCode::NulByte));
    let (headers, mapping) = names("customer_id,name,ignore");
    let parser = CustomerRowParser::new(&headers, &mapping, &settled()).unwrap();
    let errors = parser.parse(&RowBuffer::of(&["7", "A\0n", ""]).cells(), 2).unwrap_err();
    assert_eq!((errors.len(), errors[0].code), (1, RowErrorCode::NulByte));
    assert!(parser.parse(&RowBuffer::of(&["7", "An", "\0"]).cells(), 2).is_ok(), "a column that is not used");
}

#[test]
fn the_largest_amounts_add_up_to_the_limit_and_no_further() {
    const LARGEST: i64 = 1_000_000_000_000_000;
    let parser = orders("order_no,customer_id,ordered_at,sku,line_amount");
    let mut row = parse(&parser, "1,7,2026-01-01,A,1").unwrap();
    row.amount_minor = Some(LARGEST);
    row.line_refund_minor = Some(LARGEST);
    let told = facts(vec![row; 10_000]);
    let amounts: Vec<_> = told.iter().map(|item| (item.fact.kind, item.fact.amount_minor())).collect();
    assert_eq!(amounts, [(FactKind::Order, Some(i64::MAX)), (FactKind::Refund, Some(i64::MIN))]);
}

#[test]
fn a_refund_column_makes_a_refund_beside_the_order() {
    let parser = orders("order_no,email,ordered_at,order_amount,refund_amount,status");
    let row = parse(&parser, "1,a@b.cn,2026-01-01,50,20,partially_refunded").unwrap();
    let amounts: Vec<_> = facts(vec![row]).iter().map(|item| (item.fact.kind, item.fact.amount_minor())).collect();
    assert_eq!(amounts, [(FactKind::Order, Some(5_000)), (FactKind::Refund, Some(-2_000))]);
}

#[test]
fn without_numbers_product_rows_of_an_instant_are_one_order() {
    let parser = orders("customer_id,ordered_at,sku,line_amount");
    let rows = ["7,2026-01-01 10:00,A,1", "7,2026-01-01 10:00,B,2", "7,2026-01-01 10:05,A,1", ",2026-01-01 10:00,A,1"];
    let facts = facts(rows.iter().map(|line| parse(&parser, line).unwrap()).collect());
    assert_eq!(facts.iter().map(|item| item.rows).collect::<Vec<_>>(), [1, 2, 1]);
    let whole = orders("customer_id,ordered_at,order_amount");
    let twin = parse(&whole, "7,2026-01-01,5").unwrap();
    let other = parse(&whole, "7,2026-01-01,6").unwrap();
    let all = self::facts(vec![twin.clone(), other, twin.clone()]);
    assert_eq!(all.len(), 3, "each row is an order, equal ones too");
    let fewer = self::facts(vec![twin.clone(), twin]);
    assert!(fewer.iter().all(|item| all.iter().any(|other| other.fact.key == item.fact.key)), "keys outlive additions");
}

#[test]
fn customer_rows_become_updates_with_stable_keys() {
    let (headers, mapping) = names("customer_id,phone,name,gender,birthday,city,registered_at,trait:tier");
    let parser = CustomerRowParser::new(&headers, &mapping, &settled()).unwrap();
    let read = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        parser.parse(&RowBuffer::of(&cells).cells(), 2)
    };
    let row = read("7,13812345678,张三,女,1990年5月1日,上海,2020-01-02,gold").unwrap();
    let value = |name: &str| row.traits.iter().find(|item| item.name == name).map(|item| item.value.as_str());
    assert_eq!((value("gender"), value("birthday"), value("tier")), (Some("female"), Some("1990-05-01"), Some("gold")));
    let (early, late) = (Instant(1), Instant(2));
    let undated = read("8,,李四,,,,,").unwrap();
    let keys = |at| assemble_customers(vec![undated.clone(), row.clone()], "file", at);
    assert_eq!(keys(early)[1].at, early);
    assert_eq!(keys(early)[1].key, keys(late)[1].key, "the time of the import is not part of the key");
    assert_eq!(read(",,王五,,,,,").unwrap_err()[0].code, RowErrorCode::MissingIdentifier);
    assert_eq!(read("9,,王五,,31/31/1990,,,").unwrap_err()[0].field, "birthday");
    let mut bytes = Vec::new();
    row.encode(&mut bytes);
    assert_eq!(CustomerRow::decode(&mut bytes.as_slice()), Ok(row));
}

#[test]
fn a_preview_counts_by_code_and_keeps_one_example() {
    let parser = orders("ordered_at,customer_id");
    let mut counts = PreviewCounts::default();
    for (number, line) in ["2026-01-01,7", "x,7", "y,7"].iter().enumerate() {
        counts.add_order(number as u64 + 2, &parse(&parser, line));
    }
    let errors = counts.errors.list();
    assert_eq!((counts.accepted, counts.rejected, errors.len(), errors[0].rows), (1, 2, 1, 2));
    assert!(errors[0].example.starts_with("row 3: "));
}

fn texts() -> impl Strategy<Value = Option<String>> {
    proptest::option::of("[ab红]{1,2}")
}

fn small() -> impl Strategy<Value = Option<i64>> {
    proptest::option::of(-3i64..3)
}

prop_compose! {
    fn rows()(
        kind in prop::sample::select(vec![FactKind::Order, FactKind::Gift, FactKind::Refund, FactKind::Cancelled]),
        owners in proptest::collection::vec((0usize..5, "[xy]"), 0..3),
        (order_no, sku, name, tag) in (texts(), texts(), texts(), texts()),
        (quantity_milli, unit_price_minor, amount_minor, order_amount_minor) in (small(), small(), small(), small()),
        (refund_minor, line_refund_minor) in (proptest::option::of(1i64..3), proptest::option::of(1i64..3)),
        tells_of_purchase in any::<bool>(),
        (at, row_number, file_index) in (0i64..3, any::<u64>(), any::<u32>()),
    ) -> OrderRow {
        let mut identifiers: Vec<Identifier> = owners
            .into_iter()
            .map(|(place, value)| Identifier { kind: IdentifierType::ALL[place], value })
            .collect();
        identifiers.sort();
        let traits = tag.into_iter().map(|value| Trait { name: "tag".to_owned(), value }).collect();
        OrderRow {
            file_index, row_number, kind, tells_of_purchase: tells_of_purchase && kind == FactKind::Refund,
            identifiers, order_no, at: Instant(at), sku, name, quantity_milli, unit_price_minor, amount_minor,
            order_amount_minor, refund_minor, line_refund_minor, traits,
        }
    }
}

/// A line of one order: which of three products at which of two amounts, and whether its status is a refund.
fn statuses() -> impl Strategy<Value = Vec<(usize, i64, bool)>> {
    proptest::collection::vec((0usize..3, 1i64..3, any::<bool>()), 1..12)
}

proptest! {
    #[test]
    fn every_line_is_bought_once_whatever_its_status(lines in statuses()) {
        let parser = orders(LINES);
        let row = |(product, amount, refunded): &(usize, i64, bool)| {
            let status = if *refunded { "refunded" } else { "paid" };
            parse(&parser, &format!("1,{product},1,2026-01-01,{amount},7,{status}")).unwrap()
        };
        let count = |line: &(usize, i64, bool), refunded| {
            lines.iter().filter(|other| (other.0, other.1, other.2) == (line.0, line.1, refunded)).count()
        };
        let (mut gross, mut refunds) = (0, 0);
        for product in 0..3 {
            for amount in 1..3 {
                let line = (product, amount, true);
                gross += count(&line, true).max(count(&line, false)) as i64 * amount * 100;
                refunds += count(&line, true) as i64 * amount * 100;
            }
        }
        let told = facts(lines.iter().map(row).collect());
        let (bought, back, _) = totals(&told);
        prop_assert_eq!((bought, back), (gross, refunds));
        let again = facts(lines.iter().rev().map(row).collect());
        prop_assert_eq!(&again, &told, "in any order, and told again");
        // Where no line is told both ways, the purchase is the one that was told before the refunds.
        if lines.iter().all(|line| count(line, !line.2) == 0) {
            let paid = facts(lines.iter().map(|(product, amount, _)| row(&(*product, *amount, false))).collect());
            prop_assert_eq!(&told[0].fact, &paid[0].fact);
        }
    }

    #[test]
    fn a_spooled_row_comes_back(list in proptest::collection::vec(rows(), 0..8), cut in any::<prop::sample::Index>()) {
        let mut bytes = Vec::new();
        list.iter().for_each(|row| row.encode(&mut bytes));
        let mut rest = bytes.as_slice();
        for row in &list {
            prop_assert_eq!(OrderRow::decode(&mut rest), Ok(row.clone()));
        }
        prop_assert!(rest.is_empty());
        let mut part = &bytes[..cut.index(bytes.len() + 1)];
        while OrderRow::decode(&mut part).is_ok() {}
    }

    #[test]
    fn damaged_spools_are_errors(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let with_version = [&[1u8], bytes.as_slice()].concat();
        drop(OrderRow::decode(&mut with_version.as_slice()));
        drop(CustomerRow::decode(&mut with_version.as_slice()));
    }

    #[test]
    fn facts_do_not_depend_on_the_order_of_rows(
        (list, shuffled) in proptest::collection::vec(rows(), 0..24)
            .prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()))
    ) {
        let count = list.len();
        let told = facts(list);
        prop_assert_eq!(&told, &facts(shuffled));
        prop_assert_eq!(told.iter().map(|item| item.rows as usize).sum::<usize>(), count);
        prop_assert!(told.iter().all(|item| item.fact.lines.len() >= item.rows as usize));
    }

    #[test]
    fn partitions_do_not_change_the_facts(list in proptest::collection::vec(rows(), 0..24), partitions in 1usize..5) {
        let mut parts: Vec<Vec<OrderRow>> = vec![Vec::new(); partitions];
        for row in list.clone() {
            parts[row.partition_key().partition(partitions)].push(row);
        }
        let sorted = |mut facts: Vec<Assembled>| {
            facts.sort_by_key(|item| (item.fact.key.0, format!("{item:?}")));
            facts
        };
        prop_assert_eq!(sorted(parts.into_iter().flat_map(facts).collect()), sorted(facts(list)));
    }
}
