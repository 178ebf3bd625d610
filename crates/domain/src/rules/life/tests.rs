//! What stored rows are to a rule: a table of stories.

use super::*;
use crate::fact::Campaign;

const SOURCE: &str = "file";

fn cny() -> Currency {
    Currency::parse("CNY").unwrap()
}

struct Told {
    kind: FactKind,
    class: &'static str,
    at: i64,
    first: bool,
    lines: Vec<Line>,
    traits: Vec<Trait>,
    tracked: Option<Tracked>,
}

fn line(sku: &str, amount_minor: i64) -> Line {
    let sku = (!sku.is_empty()).then(|| sku.to_owned());
    let quantity_milli = sku.as_ref().map(|_| 1_000 * amount_minor.signum());
    Line { sku, quantity_milli, amount_minor: Some(amount_minor), ..Line::default() }
}

fn told(kind: FactKind, class: &'static str, at: i64, lines: &[(&str, i64)]) -> Told {
    let lines = lines.iter().map(|(sku, amount)| line(sku, *amount)).collect();
    Told { kind, class, at, first: true, lines, traits: Vec::new(), tracked: None }
}

fn order(at: i64, lines: &[(&str, i64)]) -> Told {
    told(FactKind::Order, "order", at, lines)
}

fn refund(at: i64, lines: &[(&str, i64)]) -> Told {
    told(FactKind::Refund, "refund", at, lines)
}

/// What an order that was cancelled gives back, as it is stored.
fn cancellation(at: i64, lines: &[(&str, i64)]) -> Told {
    told(FactKind::Refund, "cancelled", at, lines)
}

fn more(one: Told) -> Told {
    Told { first: false, ..one }
}

fn row(one: &Told) -> Row<'_> {
    Row {
        profile: Some(CustomerNumber(7)),
        kind: one.kind,
        key: FactKey::of(&[SOURCE, one.class, "A-1"]),
        at: Instant(one.at),
        first: one.first,
        source: SOURCE,
        currency: cny(),
        order_no: (!one.kind.is_message()).then_some("A-1"),
        lines: &one.lines,
        traits: &one.traits,
        tracked: one.tracked.as_ref(),
    }
}

/// Kind, instant, amount, and each line's name with its amount.
type Seen = (&'static str, i64, Option<i64>, Vec<(String, i64)>);

/// Kind, instant, amount and the lines of all that happened; the same in whatever order it is told.
fn seen(all: &[Told]) -> Vec<Seen> {
    let rows: Vec<Row<'_>> = all.iter().map(row).collect();
    let found = happened(&rows);
    let mut turned = rows;
    turned.reverse();
    assert_eq!(happened(&turned), found, "the order of rows plays no part");
    let minor = |named: &Named| match named.get("amount").map(Vec::as_slice) {
        Some([Value::Money(money)]) => Some(money.minor),
        _ => None,
    };
    let text = |named: &Named| named.get("sku").map_or_else(String::new, |values| values[0].to_string());
    let lines = |one: &Happened| one.lines.iter().map(|line| (text(line), minor(line).unwrap_or(0))).collect();
    let kind = |one: &Happened| match one.kind {
        Kind::Order => "order",
        Kind::Refund => "refund",
        Kind::Event(_) => "event",
        Kind::Page => "page",
        Kind::Screen => "screen",
    };
    found.iter().map(|one| (kind(one), one.at.0, minor(&one.properties), lines(one))).collect()
}

fn lines(all: &[(&str, i64)]) -> Vec<(String, i64)> {
    let quoted = |sku: &str| if sku.is_empty() { String::new() } else { format!("\"{sku}\"") };
    all.iter().map(|(sku, amount)| (quoted(sku), *amount)).collect()
}

#[test]
fn an_order_is_one_whatever_rows_it_came_in() {
    let whole = [order(5, &[("A", 100), ("B", 60)])];
    let expected = [("order", 5, Some(160), lines(&[("A", 100), ("B", 60)]))];
    assert_eq!(seen(&whole), expected);
    assert_eq!(seen(&[order(5, &[("A", 100)]), more(order(9, &[("B", 60)]))]), expected);
    // Known by its gift first.
    let gift = told(FactKind::Gift, "order", 5, &[("G", 0)]);
    let both = [gift, order(5, &[("A", 100)])];
    assert_eq!(seen(&both)[0].2, Some(100));
    assert_eq!(seen(&both)[0].3.len(), 2, "the gift is a line of it");
}

#[test]
fn a_total_that_is_told_again_takes_the_place_of_the_first() {
    let corrected = [order(5, &[("A", 5_000)]), more(order(5, &[("", 500)])), more(order(5, &[("", -1_000)]))];
    assert_eq!(seen(&corrected), [("order", 5, Some(4_500), lines(&[("A", 4_500)]))]);
    // Where two lines have amounts, nothing says whose it is: the sum is right all the same.
    let unclear = [order(5, &[("A", 100), ("B", 60)]), more(order(5, &[("", 7)]))];
    assert_eq!(seen(&unclear), [("order", 5, Some(167), lines(&[("A", 100), ("B", 60), ("", 7)]))]);
}

#[test]
fn a_cancelled_order_is_none_and_its_refunds_are_none() {
    let bought = || order(5, &[("A", 100), ("B", 60)]);
    let nothing: [Seen; 0] = [];
    assert_eq!(seen(&[bought(), cancellation(8, &[("", -160)])]), nothing);
    assert_eq!(seen(&[bought(), cancellation(8, &[("A", -100), ("B", -60)])]), nothing);
    assert_eq!(seen(&[bought(), refund(7, &[("A", -100)]), cancellation(8, &[("", -60)])]), nothing);
    // Cancelled before it came, in the row of the time of the cancellation.
    assert_eq!(seen(&[cancellation(2, &[("", -160)]), bought()]), nothing);
    // A part of it: what came back is a refund.
    let part = seen(&[bought(), cancellation(8, &[("A", -100)])]);
    let whole = lines(&[("A", 100), ("B", 60)]);
    assert_eq!(part, [("order", 5, Some(160), whole.clone()), ("refund", 8, Some(-100), lines(&[("A", -100)]))]);
    // Money back alone cancels nothing.
    let back = seen(&[bought(), refund(7, &[("", -160)])]);
    assert_eq!(back, [("order", 5, Some(160), whole), ("refund", 7, Some(-160), lines(&[("", -160)]))]);
}

#[test]
fn bare_purchases_are_those_that_are_whole_without_what_they_have() {
    let told_again = [more(order(5, &[("", 7)])), order(6, &[("A", 100)]), refund(7, &[("A", -100)])];
    let gift_alone = [told(FactKind::Gift, "order", 5, &[("G", 0)])];
    for rows in [&told_again[..], &gift_alone, &[told(FactKind::Unpaid, "order", 5, &[])], &[]] {
        let whole: Vec<Row<'_>> = rows.iter().map(row).collect();
        let without: Vec<Row<'_>> = whole.iter().map(|row| Row { lines: &[], traits: &[], ..*row }).collect();
        let expected = happened(&whole).into_iter();
        let expected: Vec<Happened> =
            expected.map(|one| Happened { properties: Named::new(), lines: Vec::new(), ..one }).collect();
        assert_eq!(happened_bare(&without), Some(expected));
    }
    let part = [order(5, &[("A", 100), ("B", 60)]), cancellation(8, &[("A", -100)])];
    assert_eq!(happened_bare(&part.each_ref().map(row)), None, "what is left of it only lines say");
}

#[test]
fn an_order_without_amounts_is_cancelled_with_its_lines() {
    let bare = |one: Told| {
        let lines = one.lines.iter().map(|line| Line { amount_minor: None, ..line.clone() }).collect();
        Told { lines, ..one }
    };
    let bought = || bare(order(5, &[("A", 1), ("B", 1)]));
    assert_eq!(seen(&[bought(), bare(cancellation(8, &[("", -1)]))]).len(), 0);
    assert_eq!(seen(&[bought(), bare(cancellation(8, &[("A", -1), ("B", -1)]))]).len(), 0);
    assert_eq!(seen(&[bought(), bare(cancellation(8, &[("A", -1)]))]).len(), 2);
}

#[test]
fn what_is_no_purchase_of_its_own_is_nothing() {
    for kind in FactKind::ALL {
        let one = Told { tracked: Some(message(None, "{}")), ..told(kind, "order", 5, &[]) };
        let expected = matches!(kind, FactKind::Order | FactKind::Refund | FactKind::Page | FactKind::Screen);
        assert_eq!(seen(&[one]).len(), usize::from(expected), "{kind:?}");
    }
}

#[test]
fn two_profiles_that_told_of_one_order_told_of_two() {
    let one = order(5, &[("A", 100)]);
    let rows = [row(&one), Row { profile: Some(CustomerNumber(9)), ..row(&one) }];
    assert_eq!(happened(&rows).len(), 2);
}

fn message(name: Option<&str>, properties: &str) -> Tracked {
    Tracked {
        message_id: "m1".to_owned(),
        name: name.map(str::to_owned),
        properties: Some(properties.to_owned()),
        received_at: Instant(6),
        sent_at: None,
        original_at: None,
        channel: Some("app".to_owned()),
        locale: None,
        page_url: Some("https://shop.example/tea".to_owned()),
        page_path: Some("/tea".to_owned()),
        campaign: Campaign { source: Some("wechat".to_owned()), ..Campaign::default() },
        touch_point: None,
        consents: Vec::new(),
    }
}

#[test]
fn an_event_has_what_its_sender_says_and_how_it_came() {
    let properties = r#"{"price": 12.5, "gift": true, "channel": "kiosk", "none": null,
        "tags": ["new", 3, {"x": 1}], "cart": {"size": 2, "deep": {"er": {"and": {"on": 1}}}}, "products": [{"sku": "A"}]}"#;
    let one = Told { tracked: Some(message(Some("Viewed"), properties)), ..told(FactKind::Event, "event", 5, &[]) };
    let found = happened(&[row(&one)]).remove(0);
    assert_eq!(found.kind, Kind::Event("Viewed".to_owned()));
    let shown: Vec<String> = found
        .properties
        .iter()
        .map(|(name, values)| {
            format!("{name}={}", values.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
        })
        .collect();
    let expected = [
        "campaign.source=\"wechat\"",
        "cart.size=2",
        "channel=\"kiosk\"",
        "gift=true",
        "price=12.5",
        "source=\"file\"",
        "tags=\"new\",3",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_page_says_where_it_is() {
    let one = Told {
        tracked: Some(message(Some("Tea"), r#"{"title": "Tea", "url": "https://shop.example/tea?x"}"#)),
        ..told(FactKind::Page, "page", 5, &[])
    };
    let found = happened(&[row(&one)]).remove(0);
    let text = |name: &str| found.properties[name][0].to_string();
    assert_eq!(
        [text("path"), text("url"), text("title"), text("name")],
        ["\"/tea\"", "\"https://shop.example/tea?x\"", "\"Tea\"", "\"Tea\""]
    );
    assert_eq!(found.kind, Kind::Page);
}

#[test]
fn an_order_has_its_own_figures_and_the_words_of_whoever_told_it() {
    let word = |name: &str, value: &str| Trait { name: name.to_owned(), value: value.to_owned() };
    let properties = r#"{"amount": "much", "store": 12, "coupon": "SPRING", "total": 100}"#;
    let one = Told {
        traits: vec![word("channel", "app store"), word("clerk", "C7")],
        tracked: Some(message(Some("Order Completed"), properties)),
        ..order(5, &[("A", 10_000)])
    };
    let found = happened(&[row(&one)]).remove(0);
    let text = |name: &str| found.properties.get(name).map(|values| values[0].to_string());
    for (name, value) in [
        ("amount", "100.00 CNY"),
        ("quantity", "1"),
        ("order_no", "\"A-1\""),
        ("currency", "\"CNY\""),
        ("source", "\"file\""),
        ("store", "\"12\""),
        ("channel", "\"app store\""),
        ("clerk", "\"C7\""),
        ("coupon", "\"SPRING\""),
        ("total", "100"),
    ] {
        assert_eq!(text(name).as_deref(), Some(value), "{name}");
    }
    let of_line: Vec<&String> = found.lines[0].keys().collect();
    assert_eq!(of_line, ["amount", "quantity", "sku"]);
}

#[test]
fn a_line_has_the_category_that_its_product_was_told_with() {
    let properties = r#"{"products":[
        {"sku":"L-1","category":" lens "},
        {"product_id":7,"category":"case"},
        {"name":"Drops","category":"care"},
        {"sku":"X","category":""}]}"#;
    let tracked = message(None, properties);
    let mut bought = order(5, &[("L-1", 100), ("7", 60), ("X", 5), ("N", 1)]);
    bought.lines.push(Line { name: Some("Drops".to_owned()), amount_minor: Some(9), ..Line::default() });
    bought.tracked = Some(tracked);
    let found = happened(&[row(&bought)]).remove(0);
    let categories: Vec<Option<&Vec<Value>>> = found.lines.iter().map(|line| line.get("category")).collect();
    let text = |text: &str| vec![Value::text(text)];
    assert_eq!(categories, [Some(&text("lens")), Some(&text("case")), None, None, Some(&text("care"))]);
}
