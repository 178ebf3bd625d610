//! What is decided for a column as a whole: what its amounts are of, its decimal mark, the region of its phones.

use perennial_domain::fact::{FactKind, Line, settle_total};
use perennial_domain::import::amounts::AmountOf;
use perennial_domain::import::cells::RowBuffer;
use perennial_domain::import::columns::{Recognition, Why, recognise};
use perennial_domain::import::error::RowErrorCode;
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, MappingProblemCode, Options, Target};
use perennial_domain::import::orders::{AssembleContext, OrderRow, OrderRowParser, assemble};
use perennial_domain::import::parse::is_no_number;
use perennial_domain::import::parse::numbers::MarkEvidence;
use perennial_domain::import::sample::Sample;
use perennial_domain::money::{Currency, DecimalMark, format_decimal};
use perennial_domain::phone::PhoneRegion;
use perennial_domain::time::Zone;
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};

type Rows<'a> = Vec<Vec<&'a str>>;

fn split<'a>(lines: &[&'a str]) -> Rows<'a> {
    lines.iter().map(|line| line.split(';').collect()).collect()
}

/// Both looks at the rows, as the preview takes them.
fn looked_at(header: &str, rows: &Rows<'_>, user: Option<&Mapping>) -> Recognition {
    let headers: Vec<String> = header.split(';').map(str::to_owned).collect();
    let mut sample = Sample::new(headers.len());
    rows.iter().for_each(|row| sample.observe(&RowBuffer::of(row).cells()));
    let mut recognition = recognise(ImportKind::Orders, &headers, &sample, user);
    if let Some(mut amounts) = recognition.amount_sample() {
        rows.iter().for_each(|row| amounts.observe(&RowBuffer::of(row).cells()));
        recognition.settle_amounts(&amounts);
    }
    recognition
}

fn meaning(recognition: &Recognition, column: &str) -> String {
    let found = recognition.columns.iter().find(|one| one.name == column).unwrap();
    found.field.as_ref().map_or("-".to_owned(), Target::text)
}

fn parser(recognition: &Recognition, options: &Options) -> OrderRowParser {
    let settled = recognition.settle(options, &Zone::utc(), Currency::parse("EUR")).unwrap();
    OrderRowParser::new(&recognition.headers(), &recognition.mapping(), &settled).unwrap()
}

/// Purchases and refunds in minor units, as the recognised file tells them.
fn money(recognition: &Recognition, rows: &Rows<'_>) -> (i64, i64) {
    let parser = parser(recognition, &Options::default());
    let rows: Vec<OrderRow> = rows.iter().map(|row| parser.parse(&RowBuffer::of(row).cells(), 2).unwrap()).collect();
    let facts = assemble(rows, &AssembleContext { source: "file" });
    let sum =
        |kind| facts.iter().filter(|item| item.fact.kind == kind).filter_map(|item| item.fact.amount_minor()).sum();
    (sum(FactKind::Order), sum(FactKind::Refund))
}

#[test]
fn whether_an_amount_is_of_the_line_or_of_the_order_is_decided_for_the_file() {
    let plain = "order no;customer;date;sku;amount";
    let priced = "order no;customer;date;sku;quantity;unit price;amount";
    let cases: [(&str, &[&str], &str, i64); 9] = [
        // Order 1 alone looks like a total that is repeated; order 2 says that the column is of lines.
        (
            plain,
            &["1;7;2026-01-01;A;9.99", "1;7;2026-01-01;B;9.99", "2;7;2026-01-02;A;9.99", "2;7;2026-01-02;C;5.00"],
            "line_amount",
            3_497,
        ),
        (
            plain,
            &["1;7;2026-01-01;A;14.99", "1;7;2026-01-01;C;14.99", "2;7;2026-01-02;A;9.99", "2;7;2026-01-02;B;9.99"],
            "order_amount",
            2_498,
        ),
        // Rows of one order need not be neighbours.
        (
            plain,
            &["1;7;2026-01-01;A;9.99", "2;7;2026-01-02;A;9.99", "1;7;2026-01-01;B;9.99", "2;7;2026-01-02;C;5.00"],
            "line_amount",
            3_497,
        ),
        // Nothing tells: one row an order, or the same row twice.
        (plain, &["1;7;2026-01-01;A;9.99", "2;7;2026-01-02;B;9.99", "2;7;2026-01-02;B;9.99"], "order_amount", 1_998),
        // Without a number, customer and time are the order.
        (
            plain,
            &["-;7;2026-01-01;A;9.99", "-;7;2026-01-01;B;9.99", "-;7;2026-01-02;A;9.99", "-;7;2026-01-02;C;5.00"],
            "line_amount",
            3_497,
        ),
        // A return has a sign of its own: it is no second total of the purchase.
        (plain, &["1;7;2026-01-01;A;14.99", "1;7;2026-01-01;B;14.99", "1;7;2026-01-03;A;-5.00"], "order_amount", 1_499),
        // Quantity × unit price tells directly, also where all amounts of the order are equal.
        (
            priced,
            &["1;7;2026-01-01;A;2;5.00;10.00", "1;7;2026-01-01;B;1;10.00;10.00", "2;7;2026-01-02;C;1;3.00;3.00"],
            "line_amount",
            2_300,
        ),
        (
            priced,
            &["1;7;2026-01-01;A;2;5.00;20.00", "1;7;2026-01-01;B;1;10.00;20.00", "2;7;2026-01-02;C;1;3.00;3.00"],
            "order_amount",
            2_300,
        ),
        // What was paid is less than the list price, and differs: of lines, and it wins over the price.
        (
            priced,
            &["1;7;2026-01-01;A;2;5.00;9.00", "1;7;2026-01-01;B;1;10.00;8.00", "2;7;2026-01-02;C;1;3.00;2.00"],
            "line_amount",
            1_900,
        ),
    ];
    for (header, lines, field, gross) in cases {
        let rows = split(lines);
        let found = looked_at(header, &rows, None);
        assert_eq!(meaning(&found, "amount"), field, "{lines:?}");
        assert_eq!(money(&found, &rows).0, gross, "{lines:?}");
        let reversed: Rows<'_> = rows.iter().rev().cloned().collect();
        assert_eq!(looked_at(header, &reversed, None).mapping(), found.mapping(), "in any order: {lines:?}");
    }
}

#[test]
fn nine_of_ten_orders_repeat_an_amount_that_is_of_the_order() {
    let file = |odd: usize, all: usize| -> Vec<String> {
        let row = |order: usize, sku: &str, amount: &str| format!("{order};7;2026-01-01;{sku};{amount}");
        (0..all)
            .flat_map(|order| [row(order, "A", "9.99"), row(order, "B", if order < odd { "8.00" } else { "9.99" })])
            .collect()
    };
    for (odd, all, field) in [(0, 20, "order_amount"), (2, 20, "order_amount"), (3, 20, "line_amount")] {
        let lines = file(odd, all);
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        assert_eq!(meaning(&looked_at("order no;customer;date;sku;amount", &split(&lines), None), "amount"), field);
    }
}

#[test]
fn a_discount_is_taken_once_from_amounts_that_turn_out_to_be_of_lines() {
    let header = "order no;customer;date;sku;quantity;unit price;discount;amount";
    let cases: [(&[&str], &str, i64); 3] = [
        // What was paid: the discount is in it.
        (&["1;7;2026-01-01;A;1;10.00;2.00;8.00", "1;7;2026-01-01;B;1;5.00;0;5.00"], "ignore", 1_300),
        (&["1;7;2026-01-01;A;1;10.00;2.00;10.00", "1;7;2026-01-01;B;1;5.00;0;5.00"], "discount", 1_300),
        (&["1;7;2026-01-01;A;1;10.00;2.00;7.50", "1;7;2026-01-01;B;1;5.00;0;4.50"], "ignore", 1_200),
    ];
    for (lines, field, gross) in cases {
        let rows = split(lines);
        let found = looked_at(header, &rows, None);
        assert_eq!((meaning(&found, "amount").as_str(), meaning(&found, "discount").as_str()), ("line_amount", field));
        assert_eq!(money(&found, &rows).0, gross, "{lines:?}");
    }
    let user: Mapping = serde_json::from_str(r#"{"discount":"discount"}"#).unwrap();
    let rows = split(&["1;7;2026-01-01;A;1;10.00;2.00;8.00", "1;7;2026-01-01;B;1;5.00;0;5.00"]);
    assert_eq!(money(&looked_at(header, &rows, Some(&user)), &rows).0, 1_100, "whoever says so has it taken again");
}

#[test]
fn what_somebody_says_of_an_amount_stays() {
    let rows = split(&["1;7;2026-01-01;A;9.99", "1;7;2026-01-01;B;5.00"]);
    let user: Mapping = serde_json::from_str(r#"{"amount":"order_amount"}"#).unwrap();
    let header = "order no;customer;date;sku;amount";
    let stated = looked_at(header, &rows, Some(&user));
    assert!(stated.amount_sample().is_none(), "nothing is open, so nobody looks again");
    assert_eq!((meaning(&stated, "amount").as_str(), stated.columns[4].why), ("order_amount", Some(Why::User)));
    assert_eq!(money(&stated, &rows).0, 999, "of different totals at one instant the largest");
    let open = looked_at(header, &rows, None);
    assert_eq!((meaning(&open, "amount").as_str(), open.columns[4].why), ("line_amount", Some(Why::Content)));
    // The mapping that an import keeps says it, whatever rows it sees when it goes on.
    assert_eq!(looked_at(header, &split(&["3;7;2026-01-01;A;1.00"]), Some(&open.mapping())).mapping(), open.mapping());
    // A name that says "line" is not doubted.
    let named = looked_at("order no;customer;date;sku;line total", &split(&["1;7;2026-01-01;A;9.99"; 2]), None);
    assert_eq!((meaning(&named, "line total").as_str(), named.amount_sample().is_none()), ("line_amount", true));
}

#[test]
fn whether_a_refund_is_of_the_line_or_the_state_so_far_is_decided_for_the_file() {
    let header = "order no;customer;date;sku;line total;refund";
    let cases: [(&[&str], &str, i64); 4] = [
        (&["1;7;2026-01-01;A;9.00;4.00", "1;7;2026-01-01;B;9.00;4.00"], "refund_amount", -400),
        (&["1;7;2026-01-01;A;9.00;4.00", "1;7;2026-01-01;B;9.00;3.00"], "line_refund", -700),
        (&["1;7;2026-01-01;A;9.00;4.00", "1;7;2026-01-01;B;9.00;"], "refund_amount", -400),
        // The same row at two states of its refund: the later includes the earlier.
        (&["1;7;2026-01-01;A;9.00;4.00", "1;7;2026-01-01;A;9.00;7.00"], "refund_amount", -700),
    ];
    for (lines, field, refunds) in cases {
        let rows = split(lines);
        let found = looked_at(header, &rows, None);
        assert_eq!(meaning(&found, "refund"), field, "{lines:?}");
        assert_eq!(money(&found, &rows).1, refunds, "{lines:?}");
    }
}

#[test]
fn statements_of_one_instant_are_one_and_those_of_others_add_once() {
    let header = "order no;customer;date;sku;total";
    let user: Mapping = serde_json::from_str(r#"{"total":"order_amount"}"#).unwrap();
    let cases: [(&[&str], i64); 5] = [
        (&["1;7;2026-01-01 10:00;A;50.00", "1;7;2026-01-01 10:00;B;55.00"], 5_500),
        (&["1;7;2026-01-01 10:00;A;50.00", "1;7;2026-01-01 10:02;B;50.00"], 5_000),
        // A till that begins to count again every morning.
        (&["1;7;2026-01-01 10:00;A;50.00", "1;7;2026-01-02 10:00;B;20.00"], 7_000),
        (&["1;7;2026-01-01 10:00;A;50.00", "1;7;2026-01-01 10:00;B;"], 5_000),
        (&["1;7;2026-01-01 10:00;A;0.00", "1;7;2026-01-01 10:00;B;50.00"], 5_000),
    ];
    for (lines, gross) in cases {
        let rows = split(lines);
        assert_eq!(money(&looked_at(header, &rows, Some(&user)), &rows).0, gross, "{lines:?}");
    }
}

#[test]
fn a_decimal_mark_is_evidence_where_only_one_reading_is_a_number() {
    use DecimalMark::{Comma, Point};
    let cases: [(&[&str], Option<DecimalMark>); 10] = [
        (&["12,50", "3,00"], Some(Comma)),
        (&["12.50", "1,234.00"], Some(Point)),
        (&["0,500", "1,250"], Some(Comma)),
        (&["1.234,5"], Some(Comma)),
        (&["1.234.567"], Some(Comma)),
        (&["1,234,567"], Some(Point)),
        (&["1,234", "12,500", "7"], None),
        (&["1.234", "7"], None),
        (&["12,50", "3,00", "4.25"], Some(Comma)),
        (&["12,50", "4.25"], Some(Point)),
    ];
    for (column, mark) in cases {
        let mut evidence = MarkEvidence::default();
        assert!(column.iter().all(|text| evidence.observe(text)), "{column:?}");
        assert_eq!(evidence.mark(), mark, "{column:?}");
    }
}

#[test]
fn a_decimal_comma_is_settled_for_the_column_and_can_be_changed() {
    let header = "order no;customer;date;sku;quantity;line total";
    let rows = split(&["1;7;2026-01-01;A;0,500;1.234,50", "2;7;2026-01-01;B;1,250;3,10", "3;7;2026-01-01;C;2;4"]);
    let found = looked_at(header, &rows, None);
    let settled = |options: &Options| found.settle(options, &Zone::utc(), Currency::parse("EUR"));
    let marks =
        |quantity, amount| BTreeMap::from([("quantity".to_owned(), quantity), ("line total".to_owned(), amount)]);
    let as_found = settled(&Options::default()).unwrap();
    assert_eq!(as_found.decimal_marks, marks(DecimalMark::Comma, DecimalMark::Comma));
    let read = |options: &Options, line: &str| {
        let cells: Vec<&str> = line.split(';').collect();
        let row = parser(&found, options).parse(&RowBuffer::of(&cells).cells(), 2);
        row.map(|row| (row.quantity_milli.unwrap(), row.amount_minor.unwrap()))
    };
    let by_default = Options::default();
    assert_eq!(read(&by_default, "1;7;2026-01-01;A;0,500;1.234,50"), Ok((500, 123_450)));
    assert_eq!(read(&by_default, "1;7;2026-01-01;A;1,250;1.234"), Ok((1_250, 123_400)), "as the column, not the cell");
    let errors = read(&by_default, "1;7;2026-01-01;A;1;12.50").unwrap_err();
    assert_eq!((errors[0].field, errors[0].code), ("line_amount", RowErrorCode::DecimalMarkDiffers));
    assert!(errors[0].reason.contains("\"12.50\" has a decimal point"), "{}", errors[0].reason);
    let stated = Options { decimal_marks: marks(DecimalMark::Comma, DecimalMark::Point), ..Options::default() };
    assert_eq!(settled(&stated).unwrap().decimal_marks, stated.decimal_marks);
    assert_eq!(read(&stated, "1;7;2026-01-01;A;0,500;12.50"), Ok((500, 1_250)));
    let errors = read(&stated, "1;7;2026-01-01;A;0,500;12,50").unwrap_err();
    assert_eq!(errors[0].code, RowErrorCode::DecimalMarkDiffers);
    let unknown = Options { decimal_marks: BTreeMap::from([("sum".to_owned(), DecimalMark::Comma)]), ..by_default };
    assert_eq!(settled(&unknown).unwrap_err()[0].code, MappingProblemCode::UnknownColumn);
}

#[test]
fn a_column_that_fits_both_marks_follows_the_others() {
    let header = "order no;customer;date;sku;quantity;line total";
    let quantity = |line: &str| {
        let found = looked_at(header, &split(&[line]), None);
        found.settle(&Options::default(), &Zone::utc(), Currency::parse("EUR")).unwrap().decimal_marks["quantity"]
    };
    assert_eq!(quantity("1;7;2026-01-01;A;1,500;3,10"), DecimalMark::Comma);
    assert_eq!(quantity("1;7;2026-01-01;A;1,500;3.10"), DecimalMark::Point);
    assert_eq!(quantity("1;7;2026-01-01;A;1,500;3"), DecimalMark::Point, "where nothing tells");
}

#[test]
fn phones_of_a_column_are_of_one_region_unless_they_say_their_own() {
    let header = "order no;date;phone;line total";
    let rows =
        split(&["1;2026-01-01;14155550100;5", "2;2026-01-01;+1 202 555 0100;5", "3;2026-01-01;(212) 555-0100;5"]);
    let found = looked_at(header, &rows, None);
    let phone = |options: &Options, text: &str| {
        let row = parser(&found, options).parse(&RowBuffer::of(&["1", "2026-01-01", text, "5"]).cells(), 2).unwrap();
        row.identifiers[0].value.clone()
    };
    let by_default = Options::default();
    assert_eq!(phone(&by_default, "14155550100"), "+14155550100");
    assert_eq!(phone(&by_default, "13912345678"), "+8613912345678", "391 is no area code");
    let stated = Options { phone_region: Some(PhoneRegion::China), ..Options::default() };
    assert_eq!(phone(&stated, "14155550100"), "+8614155550100");
    assert_eq!(phone(&stated, "1-415-555-0100"), "+14155550100");
    let none = looked_at("order no;date;line total", &split(&["1;2026-01-01;5"]), None);
    let settled = none.settle(&stated, &Zone::utc(), Currency::parse("EUR")).unwrap();
    assert_eq!(settled.phone_region, None, "no column of phones");
}

#[test]
fn options_stored_by_an_earlier_version_are_read() {
    let stored = r#"{"time_zone":"UTC","currency":"CNY","date_order":"ymd","encoding":null,"delimiter":null,
        "source":"file"}"#;
    let options: Options = serde_json::from_str(stored).unwrap();
    assert_eq!((options.decimal_marks.len(), options.phone_region), (0, None));
    let text = serde_json::to_string(&Options {
        decimal_marks: BTreeMap::from([("sum".to_owned(), DecimalMark::Comma)]),
        phone_region: Some(PhoneRegion::NorthAmerica),
        ..options
    })
    .unwrap();
    assert!(text.contains(r#""decimal_marks":{"sum":"comma"},"phone_region":"north_america""#), "{text}");
}

#[test]
fn what_stands_for_no_order_number_is_none() {
    for text in ["-", "--", "——", "0", "000", "0.0", "n/a", "N/A", "null", "NULL", "None", "无", "無", "/", "//", ""]
    {
        assert!(is_no_number(text), "{text}");
    }
    for text in ["1", "10", "-1", "A/1", "0-1", "无1", "nonesuch", "NA1"] {
        assert!(!is_no_number(text), "{text}");
    }
    // Without a number each purchase is one of its own.
    let header = "order no;customer;date;amount";
    let user: Mapping = serde_json::from_str(r#"{"amount":"order_amount"}"#).unwrap();
    let rows = split(&["-;7;2026-01-01;5.00", "0;7;2026-01-02;5.00", "n/a;8;2026-01-01;5.00", "无;;2026-01-01;5.00"]);
    let found = looked_at(header, &rows, Some(&user));
    let parser = parser(&found, &Options::default());
    let rows: Vec<OrderRow> = rows.iter().map(|row| parser.parse(&RowBuffer::of(row).cells(), 2).unwrap()).collect();
    assert!(rows.iter().all(|row| row.order_no.is_none()));
    let facts = assemble(rows, &AssembleContext { source: "file" });
    assert_eq!(facts.len(), 4);
    let mut keys: Vec<_> = facts.iter().map(|item| item.fact.key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 4);
}

/// What an order is known by: its lines as they were told, and what it comes to.
#[derive(Default)]
struct Known {
    lines: HashMap<u64, usize>,
    amount_minor: Option<i64>,
}

impl Known {
    /// Tells the order's products and its total, as a file does; gives the lines that are new.
    fn tell(&mut self, products: &[u8], total: i64) -> Vec<Line> {
        let line = |place: usize| Line {
            sku: Some(products[place].to_string()),
            amount_minor: (place == 0).then_some(total),
            is_total: place == 0,
            ..Line::default()
        };
        let mut left = self.lines.clone();
        let mut fresh = Vec::new();
        for line in (0..products.len()).map(line) {
            match left.get_mut(&line.fingerprint()) {
                Some(count) if *count > 0 => *count -= 1,
                _ => {
                    *self.lines.entry(line.fingerprint()).or_default() += 1;
                    fresh.push(line);
                }
            }
        }
        let fresh = if self.amount_minor.is_some() { settle_total(fresh, &mut left, self.amount_minor) } else { fresh };
        let added: i64 = fresh.iter().filter_map(|line| line.amount_minor).sum();
        self.amount_minor = Some(self.amount_minor.unwrap_or(0) + added);
        fresh
    }
}

/// The orders of a file: amounts of lines in minor units, each order with two lines or more.
fn baskets() -> impl Strategy<Value = Vec<Vec<i64>>> {
    proptest::collection::vec(proptest::collection::vec(1i64..500, 2..5), 1..12)
}

proptest! {
    #[test]
    fn a_new_total_counts_instead_of_the_old_one_whatever_products_come_along(
        first in 1i64..9, second in 1i64..9,
        before in proptest::collection::btree_set(0u8..6, 1..5),
        added in proptest::collection::btree_set(0u8..6, 0..3),
    ) {
        let mut known = Known::default();
        let old: Vec<u8> = before.iter().copied().collect();
        let new: Vec<u8> = before.union(&added).copied().collect();
        known.tell(&old, first);
        prop_assert!(known.tell(&old, first).is_empty(), "the same file again");
        let told = known.tell(&new, second);
        prop_assert_eq!(known.amount_minor, Some(second));
        let skus = told.iter().filter(|line| line.sku.is_some()).count();
        prop_assert_eq!(skus, new.len() - old.len(), "only products that are new: {:?}", told);
        prop_assert!(known.tell(&new, second).is_empty(), "the later file again");
        prop_assert!(known.tell(&old, first).is_empty(), "the earlier file again");
        prop_assert_eq!(known.amount_minor, Some(second));
    }

    #[test]
    fn money_is_the_sum_of_lines_however_the_file_states_it(baskets in baskets()) {
        let header = "order no;customer;date;sku;quantity;unit price;amount";
        let total: i64 = baskets.iter().flatten().sum();
        for of in [AmountOf::Line, AmountOf::Order] {
            let mut lines = Vec::new();
            for (order, basket) in baskets.iter().enumerate() {
                for (sku, price) in basket.iter().enumerate() {
                    let amount = if of == AmountOf::Line { *price } else { basket.iter().sum() };
                    let (price, amount) = (format_decimal(*price, 2), format_decimal(amount, 2));
                    lines.push(format!("{order};7;2026-01-01;{sku};1;{price};{amount}"));
                }
            }
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let rows = split(&lines);
            let found = looked_at(header, &rows, None);
            let field = if of == AmountOf::Line { "line_amount" } else { "order_amount" };
            prop_assert_eq!(meaning(&found, "amount"), field);
            prop_assert_eq!(money(&found, &rows).0, total);
        }
    }

    #[test]
    fn a_column_written_with_one_mark_is_read_back(amounts in proptest::collection::vec(1i64..10_000_000, 1..20)) {
        for (mark, point) in [(DecimalMark::Comma, ","), (DecimalMark::Point, ".")] {
            let mut evidence = MarkEvidence::default();
            for amount in &amounts {
                evidence.observe(&format_decimal(*amount, 2).replace('.', point));
            }
            prop_assert_eq!(evidence.mark(), Some(mark));
        }
    }
}
