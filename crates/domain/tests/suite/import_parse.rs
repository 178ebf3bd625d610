//! Cells to values: tables of what is read and what is refused.

use perennial_domain::import::columns::normal;
use perennial_domain::import::parse::clean;
use perennial_domain::import::parse::dates::{DateError, DateEvidence, DateOrder, DateOrderFinding, DateParser};
use perennial_domain::import::parse::numbers::{MarkEvidence, is_number, line_amount, parse_scaled, price_minor};
use perennial_domain::import::parse::status::{StatusMeaning, meaning_of};
use perennial_domain::money::{DecimalError, DecimalMark, format_decimal, parse_decimal};
use perennial_domain::time::{Instant, Zone};
use proptest::prelude::*;

fn parser(order: DateOrder) -> DateParser {
    DateParser::new(Zone::utc(), order, false)
}

#[test]
fn usual_dates_are_read() {
    let cases = [
        (DateOrder::Ymd, "2011-12-09", "2011-12-09T00:00:00Z"),
        (DateOrder::Ymd, "2011-12-09 12:50", "2011-12-09T12:50:00Z"),
        (DateOrder::Ymd, "2011-12-09T12:50:07", "2011-12-09T12:50:07Z"),
        (DateOrder::Ymd, "2011-12-09T12:50:07Z", "2011-12-09T12:50:07Z"),
        (DateOrder::Ymd, "2011-12-09T12:50:07.25+08:00", "2011-12-09T04:50:07.25Z"),
        (DateOrder::Ymd, "2011-12-09 12:50:07 -0500", "2011-12-09T17:50:07Z"),
        (DateOrder::Ymd, "2011-12-09 12:50:07 UTC", "2011-12-09T12:50:07Z"),
        (DateOrder::Ymd, "2011/12/9", "2011-12-09T00:00:00Z"),
        (DateOrder::Ymd, "2011/1/9 8:05", "2011-01-09T08:05:00Z"),
        (DateOrder::Ymd, "2011.12.09", "2011-12-09T00:00:00Z"),
        (DateOrder::Ymd, "2011年12月9日", "2011-12-09T00:00:00Z"),
        (DateOrder::Ymd, "2011年1月9日 下午3:05", "2011-01-09T15:05:00Z"),
        (DateOrder::Ymd, "2011年1月9日 15时05分06秒", "2011-01-09T15:05:06Z"),
        (DateOrder::Ymd, "20111209", "2011-12-09T00:00:00Z"),
        (DateOrder::Ymd, "20111209125007", "2011-12-09T12:50:07Z"),
        (DateOrder::Ymd, "1323435007", "2011-12-09T12:50:07Z"),
        (DateOrder::Ymd, "1323435007123", "2011-12-09T12:50:07.123Z"),
        (DateOrder::Ymd, "Dec 9, 2011 12:50 PM", "2011-12-09T12:50:00Z"),
        (DateOrder::Ymd, "9 December 2011", "2011-12-09T00:00:00Z"),
        (DateOrder::Ymd, "09-Dec-11", "2011-12-09T00:00:00Z"),
        (DateOrder::Ymd, "Fri, 09 Dec 2011 12:50:07 GMT", "2011-12-09T12:50:07Z"),
        (DateOrder::Dmy, "09/12/2011", "2011-12-09T00:00:00Z"),
        (DateOrder::Dmy, "9.12.2011 08:26", "2011-12-09T08:26:00Z"),
        (DateOrder::Mdy, "12/9/2011 8:26", "2011-12-09T08:26:00Z"),
        (DateOrder::Mdy, "12/09/11 12:05 AM", "2011-12-09T00:05:00Z"),
        (DateOrder::Mdy, "12/09/99", "1999-12-09T00:00:00Z"),
        (DateOrder::Ymd, "2100-01-01", "2100-01-01T00:00:00Z"),
        (DateOrder::Ymd, "1970-01-01", "1970-01-01T00:00:00Z"),
    ];
    for (order, text, instant) in cases {
        let read = parser(order).parse(text).map(Instant::rfc3339);
        assert_eq!(read.as_deref(), Ok(instant), "{text}");
    }
}

#[test]
fn nonsense_is_no_date_and_far_dates_are_out_of_range() {
    for text in [
        "",
        "abc",
        "2011-13-01",
        "2011-02-29",
        "2011-12-09 25:00",
        "2011-12-09 12:60",
        "2011-12-09x",
        "12",
        "40513",
        "2011-12",
        "9/12/2011",
        "1e9",
        "2011-12-09 12",
        "NaN",
        "2011-12-09 12:50 +99:00",
        "2011年13月1日",
        "٢٠١١-١٢-٠٩",
    ] {
        assert_eq!(parser(DateOrder::Ymd).parse(text), Err(DateError::Invalid), "{text}");
    }
    for text in
        ["0000-00-00", "0001-01-01", "1969-12-31", "2100-01-02", "9999-12-31", "2100-01-01 00:00:01", "9999999999999"]
    {
        let outcome = parser(DateOrder::Ymd).parse(text);
        assert!(matches!(outcome, Err(DateError::OutOfRange | DateError::Invalid)), "{text}: {outcome:?}");
    }
    assert_eq!(parser(DateOrder::Ymd).parse("9999-12-31"), Err(DateError::OutOfRange));
    assert_eq!(parser(DateOrder::Ymd).parse("0001-01-01"), Err(DateError::OutOfRange));
}

#[test]
fn spreadsheet_days_are_read_where_the_column_is_such() {
    let dates = DateParser::new(Zone::utc(), DateOrder::Ymd, true);
    assert_eq!(dates.parse("40886").map(Instant::rfc3339).as_deref(), Ok("2011-12-09T00:00:00Z"));
    assert_eq!(dates.parse("40886.5347222222").map(Instant::rfc3339).as_deref(), Ok("2011-12-09T12:50:00Z"));
    let mut evidence = DateEvidence::default();
    ["40886", "40887.5"].iter().for_each(|text| evidence.observe(text));
    assert!(evidence.is_spreadsheet(2) && !evidence.is_spreadsheet(3));
}

#[test]
fn the_order_of_a_column_is_decided_by_its_values() {
    let finding = |values: &[&str]| {
        let mut evidence = DateEvidence::default();
        values.iter().for_each(|text| evidence.observe(text));
        evidence.order()
    };
    assert_eq!(finding(&["01/02/2011", "13/02/2011"]), DateOrderFinding::Decided(DateOrder::Dmy));
    assert_eq!(finding(&["01/02/2011", "02/13/2011"]), DateOrderFinding::Decided(DateOrder::Mdy));
    assert_eq!(finding(&["01/02/2011", "03/04/2011"]), DateOrderFinding::Ambiguous);
    assert_eq!(finding(&["05/05/2011"]), DateOrderFinding::Decided(DateOrder::Mdy), "the same day either way");
    assert_eq!(finding(&["2011-02-01", "20110304"]), DateOrderFinding::Decided(DateOrder::Ymd));
}

#[test]
fn the_days_of_clock_changes_agree_with_the_zone() {
    let zone = Zone::parse("Europe/London").unwrap();
    let dates = DateParser::new(zone.clone(), DateOrder::Ymd, false);
    for (text, instant) in [
        ("2011-03-27 00:30", "2011-03-27T00:30:00Z"),
        ("2011-03-27 01:30", "2011-03-27T01:30:00Z"),
        ("2011-03-27 02:30", "2011-03-27T01:30:00Z"),
        ("2011-10-30 01:30", "2011-10-30T00:30:00Z"),
        ("2011-07-01 12:00", "2011-07-01T11:00:00Z"),
        ("2011-12-01 12:00", "2011-12-01T12:00:00Z"),
    ] {
        assert_eq!(dates.parse(text).map(Instant::rfc3339).as_deref(), Ok(instant), "{text}");
    }
}

#[test]
fn numbers_keep_to_the_rules_of_money() {
    for (text, places, value) in [
        ("2.55", 2, 255),
        ("-0.005", 2, -1),
        ("12", 3, 12_000),
        ("¥1,234.5", 2, 123_450),
        ("4.440892e-16", 2, 0),
        ("1.5E3", 2, 150_000),
        ("-2e-1", 2, -20),
        ("0.0375", 6, 37_500),
    ] {
        assert_eq!(parse_scaled(text, places, DecimalMark::Point), Ok(value), "{text}");
    }
    for text in ["NaN", "inf", "", "e5", "1e", "1e999", "--1", "0x1f"] {
        assert_eq!(parse_scaled(text, 2, DecimalMark::Point), Err(DecimalError::NotANumber), "{text}");
    }
    assert_eq!(parse_scaled(&"9".repeat(40), 2, DecimalMark::Point), Err(DecimalError::TooLarge));
    assert_eq!(parse_scaled("1e30", 2, DecimalMark::Point), Err(DecimalError::TooLarge));
}

#[test]
fn a_power_of_any_size_is_refused_and_breaks_nothing() {
    for power in ["-2147483648", "2147483647", "-41", "99999999999"] {
        let cell = format!("1e{power}");
        assert!(parse_scaled(&cell, 2, DecimalMark::Point).is_err(), "{cell}");
        assert!(!is_number(&cell), "{cell}");
    }
}

#[test]
fn lines_round_once_and_away_from_zero() {
    // 3 × 0.335 = 1.005, 1000 × 0.0375 = 37.5, and the same in red.
    assert_eq!(line_amount(3_000, 335_000), Some(101));
    assert_eq!(line_amount(-3_000, 335_000), Some(-101));
    assert_eq!(line_amount(1_000_000, 37_500), Some(3_750));
    assert_eq!(line_amount(i64::MAX, i64::MAX), None);
    assert_eq!(price_minor(335_000), 34);
}

#[test]
fn statuses_and_headers_and_wrappings_are_understood() {
    for status in ["Cancelled", "已取消", "交易关闭", "VOIDED"] {
        assert_eq!(meaning_of(status), StatusMeaning::Cancelled, "{status}");
    }
    for status in ["待付款", "Pending payment", "unpaid", "wc-failed", "draft"] {
        assert_eq!(meaning_of(status), StatusMeaning::Unpaid, "{status}");
    }
    for status in ["refunded", "已退款", "退款成功"] {
        assert_eq!(meaning_of(status), StatusMeaning::Refunded, "{status}");
    }
    for status in ["paid", "partially_refunded", "部分退款", "交易成功", ""] {
        assert_eq!(meaning_of(status), StatusMeaning::Counts, "{status}");
    }
    assert_eq!(normal("\u{feff} Customer_ID-No. "), "customeridno");
    assert_eq!(normal("实付金额（元）"), "实付金额");
    for (cell, text) in [("=\"001\"", "001"), ("'138", "138"), ("\t12 ", "12"), ("a'b", "a'b"), ("'", "'")] {
        assert_eq!(clean(cell), text);
    }
}

proptest! {
    #[test]
    fn the_fast_number_path_agrees_with_money(text in "-?[0-9]{0,14}(\\.[0-9]{0,6})?", places in 0u8..7) {
        let slow = parse_decimal(&text, places, DecimalMark::Point);
        prop_assert_eq!(parse_scaled(&text, places, DecimalMark::Point), slow);
        let comma = text.replace('.', ",");
        prop_assert_eq!(parse_scaled(&comma, places, DecimalMark::Comma), slow);
        prop_assert_eq!(parse_decimal(&comma, places, DecimalMark::Comma), slow);
    }

    #[test]
    fn formatted_amounts_are_read_again(minor in -1_000_000_000_000i64..1_000_000_000_000, places in 0u8..4) {
        prop_assert_eq!(parse_scaled(&format_decimal(minor, places), places, DecimalMark::Point), Ok(minor));
    }

    #[test]
    fn every_written_instant_is_read_again(seconds in 0i64..4_102_444_800, place in 0usize..4) {
        let zones = ["UTC", "Asia/Shanghai", "Europe/London", "America/New_York"];
        let zone = Zone::parse(zones[place]).unwrap();
        let at = Instant(seconds * 1_000_000);
        prop_assert_eq!(DateParser::new(zone, DateOrder::Ymd, false).parse(&at.rfc3339()), Ok(at));
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "[-0-9/:.年月日上午PMTZ+ A-Za-z]{0,40}") {
        for order in [DateOrder::Ymd, DateOrder::Dmy, DateOrder::Mdy] {
            let dates = DateParser::new(Zone::utc(), order, true);
            let _ = (dates.parse(&text), dates.parse_day(&text));
        }
        DateEvidence::default().observe(&text);
        MarkEvidence::default().observe(&text);
        let _ = DecimalMark::ALL.map(|mark| parse_scaled(&text, 2, mark));
    }
}
