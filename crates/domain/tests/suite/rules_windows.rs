//! Exactly when a fact or a day counts: each row tells of one fact, or of one day of the customer, at which instants the
//! answer turns, the first turn being to true.

use perennial_domain::fact::FactKey;
use perennial_domain::rules::catalogue::Properties;
use perennial_domain::rules::oracle::{Flip, Happened, History, Kind, Named, Thresholds, View, holds, next_flip};
use perennial_domain::rules::text::parse;
use perennial_domain::rules::value::Value;
use perennial_domain::rules::{CalendarUnit, Relative, Span, SpanUnit, Toward, Window, calendar};
use perennial_domain::time::{Day, Instant, MICROS_PER_DAY, MICROS_PER_HOUR, Zone};

fn order(place: usize, at: &str) -> Happened {
    let at = Instant::parse_rfc3339(at).unwrap();
    let key = FactKey::of(&[&place.to_string()]);
    Happened { key, at, kind: Kind::Order, properties: Named::new(), lines: vec![] }
}

/// Seen from a day before the first of it on, for two years.
fn turns(zone: &str, rule: &str, history: &History, from: &str) -> Vec<String> {
    let zone = Zone::parse(zone).unwrap();
    let rule = parse(rule).unwrap().rule;
    let (thresholds, line_names) = (Thresholds::new(), Properties::new());
    let mut now = Instant(Instant::parse_rfc3339(from).unwrap().0 - MICROS_PER_DAY);
    let end = now.0 + 730 * MICROS_PER_DAY;
    let view = |now| View { now, zone: &zone, thresholds: &thresholds, line_names: &line_names };
    assert_eq!(holds(&rule, history, view(now)), Ok(false), "it starts with false");
    let mut turns = Vec::new();
    while let Some(Flip::TurnsAt(next)) = next_flip(&rule, history, view(now)).unwrap().filter(|one| one.at().0 < end) {
        turns.push(next.rfc3339());
        now = next;
    }
    turns
}

#[test]
fn an_order_counts_from_one_instant_until_another() {
    let rows: &[(&str, &str, &str, &[&str])] = &[
        ("UTC", "did orders", "2026-01-10T10:00:00Z", &["2026-01-10T10:00:00Z"]),
        (
            "UTC",
            "did orders in last 90 minutes",
            "2026-01-10T10:00:00Z",
            &["2026-01-10T10:00:00Z", "2026-01-10T11:30:00Z"],
        ),
        (
            "Asia/Shanghai",
            "did orders in last 60 days",
            "2026-01-10T10:00:00.000001Z",
            &["2026-01-10T10:00:00.000001Z", "2026-03-11T10:00:00.000001Z"],
        ),
        // Clocks go forward in that night: a day is 24 hours all the same.
        (
            "Europe/London",
            "did orders in last 1 day",
            "2026-03-28T12:00:00Z",
            &["2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z"],
        ),
        // Months turn at midnight. 31 January has no day a month later.
        (
            "UTC",
            "did orders in last 1 month",
            "2026-01-31T09:00:00Z",
            &["2026-01-31T09:00:00Z", "2026-03-01T00:00:00Z"],
        ),
        (
            "UTC",
            "did orders in last 1 month",
            "2026-01-28T09:00:00Z",
            &["2026-01-28T09:00:00Z", "2026-02-28T00:00:00Z"],
        ),
        (
            "UTC",
            "did orders in last 1 month",
            "2026-02-28T09:00:00Z",
            &["2026-02-28T09:00:00Z", "2026-03-28T00:00:00Z"],
        ),
        ("UTC", "did orders in last 1 year", "2024-02-29T09:00:00Z", &["2024-02-29T09:00:00Z", "2025-03-01T00:00:00Z"]),
        // In Shanghai it is the 31st already.
        (
            "Asia/Shanghai",
            "did orders in last 1 month",
            "2026-01-30T17:00:00Z",
            &["2026-01-30T17:00:00Z", "2026-02-28T16:00:00Z"],
        ),
        // Summer time has begun where the window ends.
        (
            "Europe/London",
            "did orders in last 1 month",
            "2026-03-10T09:00:00Z",
            &["2026-03-10T09:00:00Z", "2026-04-09T23:00:00Z"],
        ),
        (
            "Asia/Shanghai",
            "did orders in this day",
            "2026-01-10T15:59:59.999999Z",
            &["2026-01-10T15:59:59.999999Z", "2026-01-10T16:00:00Z"],
        ),
        // A day of 25 hours: clocks go back from 24:00 to 23:00, and midnight comes once.
        (
            "America/Santiago",
            "did orders in this day",
            "2026-04-05T02:30:00Z",
            &["2026-04-05T02:30:00Z", "2026-04-05T04:00:00Z"],
        ),
        // A Sunday; weeks begin on Monday.
        (
            "Europe/London",
            "did orders in this week",
            "2026-03-29T10:00:00Z",
            &["2026-03-29T10:00:00Z", "2026-03-29T23:00:00Z"],
        ),
        (
            "UTC",
            "did orders in this quarter",
            "2026-03-31T10:00:00Z",
            &["2026-03-31T10:00:00Z", "2026-04-01T00:00:00Z"],
        ),
        ("UTC", "did orders in this year", "2026-03-31T10:00:00Z", &["2026-03-31T10:00:00Z", "2027-01-01T00:00:00Z"]),
        (
            "UTC",
            "did orders in last 3 full months",
            "2026-01-31T10:00:00Z",
            &["2026-02-01T00:00:00Z", "2026-05-01T00:00:00Z"],
        ),
        // Yesterday, of 23 hours.
        (
            "America/New_York",
            "did orders in last 1 full day",
            "2026-03-07T20:00:00Z",
            &["2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"],
        ),
        ("UTC", "did orders from 2026-01-10 until 2026-01-11", "2026-01-10T00:00:00Z", &["2026-01-10T00:00:00Z"]),
        ("UTC", "did orders from 2026-01-10 until 2026-01-11", "2026-01-11T00:00:00Z", &[]),
        ("UTC", "did orders from 2026-01-10", "2026-01-09T23:59:59.999999Z", &[]),
        // It is before midnight in Shanghai, where the day begins sixteen hours earlier than it would in UTC.
        ("Asia/Shanghai", "did orders from 2026-01-10", "2026-01-09T16:00:00Z", &["2026-01-09T16:00:00Z"]),
        (
            "UTC",
            "last at of orders ever in last 2 hours",
            "2026-01-10T10:00:00Z",
            &["2026-01-10T10:00:00Z", "2026-01-10T12:00:00Z"],
        ),
    ];
    for (zone, rule, at, expected) in rows {
        let history = History { facts: vec![order(0, at)], ..History::default() };
        assert_eq!(turns(zone, rule, &history, at), *expected, "{rule}, {at}, {zone}");
    }
}

#[test]
fn several_orders_count_together() {
    let rows: &[(&str, &[&str], &[&str])] = &[
        (
            "count of orders in last 10 days >= 2",
            &["2026-01-01T10:00:00Z", "2026-01-05T10:00:00Z"],
            &["2026-01-05T10:00:00Z", "2026-01-11T10:00:00Z"],
        ),
        // The second order is later than the first, by at most thirty days.
        (
            "did orders within 30 days after first orders",
            &["2026-01-01T10:00:00Z", "2026-01-31T10:00:00Z"],
            &["2026-01-31T10:00:00Z"],
        ),
        ("did orders within 30 days after first orders", &["2026-01-01T10:00:00Z", "2026-01-31T10:00:00.000001Z"], &[]),
        ("did orders after first orders", &["2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z"], &[]),
        // The anchor moves: what was before the last order is further away from the next.
        (
            "did orders within 2 days before last orders",
            &["2026-01-01T10:00:00Z", "2026-01-03T10:00:00Z", "2026-01-09T10:00:00Z"],
            &["2026-01-03T10:00:00Z", "2026-01-09T10:00:00Z"],
        ),
        (
            "did orders and never orders in last 60 days",
            &["2026-01-01T10:00:00Z", "2026-02-01T10:00:00Z"],
            &["2026-04-02T10:00:00Z"],
        ),
        (
            "sequence (orders then orders within 1 day) in last 10 days",
            &["2026-01-01T10:00:00Z", "2026-01-02T10:00:00Z"],
            &["2026-01-02T10:00:00Z", "2026-01-11T10:00:00Z"],
        ),
        ("sequence (orders then orders within 1 day)", &["2026-01-01T10:00:00Z", "2026-01-02T10:00:00.000001Z"], &[]),
        (
            "sequence (orders then orders without orders)",
            &["2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z", "2026-01-02T10:00:00Z"],
            &["2026-01-02T10:00:00Z"],
        ),
        (
            "sequence (orders then orders within 1 month)",
            &["2026-01-31T10:00:00Z", "2026-02-28T23:59:59Z"],
            &["2026-02-28T23:59:59Z"],
        ),
        ("sequence (orders then orders within 1 month)", &["2026-01-31T10:00:00Z", "2026-03-01T00:00:00Z"], &[]),
    ];
    for (rule, orders, expected) in rows {
        let facts = orders.iter().enumerate().map(|(place, at)| order(place, at)).rev().collect();
        let history = History { facts, ..History::default() };
        assert_eq!(turns("UTC", rule, &history, orders[0]), *expected, "{rule}, {orders:?}");
    }
}

#[test]
fn a_day_of_the_customer_counts_from_one_midnight_until_another() {
    let rows: &[(&str, &str, &str, &[&str])] = &[
        ("UTC", "day in last 7 days", "2026-02-10", &["2026-02-10T00:00:00Z", "2026-02-17T00:00:00Z"]),
        ("Asia/Shanghai", "day in last 7 days", "2026-02-10", &["2026-02-09T16:00:00Z", "2026-02-16T16:00:00Z"]),
        ("UTC", "day in next 7 days", "2026-02-10", &["2026-02-04T00:00:00Z", "2026-02-11T00:00:00Z"]),
        ("UTC", "day in next 1 day", "2026-02-10", &["2026-02-10T00:00:00Z", "2026-02-11T00:00:00Z"]),
        ("Europe/London", "day in next 2 days", "2026-03-29", &["2026-03-28T00:00:00Z", "2026-03-29T23:00:00Z"]),
        // On 28 February a month later is 28 March; on 1 March it is 1 April, which is after the 31st.
        ("UTC", "day in next 1 month", "2026-03-31", &["2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"]),
        ("UTC", "day in last 1 month", "2026-01-31", &["2026-01-31T00:00:00Z", "2026-03-01T00:00:00Z"]),
        (
            "UTC",
            "day anniversary in next 7 days",
            "2000-02-29",
            &["2026-02-22T00:00:00Z", "2026-03-01T00:00:00Z", "2027-02-22T00:00:00Z", "2027-03-01T00:00:00Z"],
        ),
        (
            "UTC",
            "day anniversary in next 7 days",
            "1990-01-03",
            &["2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z", "2027-12-28T00:00:00Z", "2028-01-04T00:00:00Z"],
        ),
        // In the years to come it is looked for from the year after on.
        ("UTC", "day anniversary in next 7 days", "2026-06-30", &["2027-06-24T00:00:00Z", "2027-07-01T00:00:00Z"]),
        // Beyond the years of rules there is no day: nothing is in the next years, and nothing is reckoned with.
        ("UTC", "day in next 1 month", "9999-12-31", &[]),
        ("Asia/Shanghai", "day in last 1 month", "9999-12-31", &[]),
        ("UTC", "day anniversary in next 7 days", "9999-12-31", &[]),
        ("America/Santiago", "did orders within 1 month before field day", "9999-12-31", &[]),
        // The day of birth itself is none.
        ("UTC", "day anniversary in last 1 day", "2026-02-10", &["2027-02-10T00:00:00Z", "2027-02-11T00:00:00Z"]),
    ];
    for (zone, rule, day, expected) in rows {
        let day = Value::Day(Day::parse_iso(day).unwrap());
        let fields = Named::from([("day".to_owned(), vec![day.clone()])]);
        let history = History { fields, ..History::default() };
        assert_eq!(turns(zone, rule, &history, "2026-01-11T00:00:00Z"), *expected, "{rule}, {day}, {zone}");
    }
}

/// A day that is years ahead has its first anniversary registered, and "no end" has none.
#[test]
fn days_far_ahead_have_their_anniversaries_and_those_without_end_have_none() {
    let zone = Zone::utc();
    let now = Instant::parse_rfc3339("2026-01-11T00:00:00Z").unwrap();
    let first = |day: Value| {
        let seen = Relative { toward: Toward::Next, span: Span::days(7) };
        calendar::anniversaries(&day, seen, now, &zone).into_iter().find_map(|one| one.next_change(now))
    };
    let day = |iso| Value::Day(Day::parse_iso(iso).unwrap());
    assert_eq!(first(day("2040-03-10")).unwrap().rfc3339(), "2041-03-04T00:00:00Z");
    assert_eq!(first(day("9999-12-31")), None);
    assert_eq!(first(Value::Day(Day(i32::MAX))), None);
    assert_eq!(first(Value::Instant(Instant(i64::MAX))), None);
    let at = Instant(i64::MAX);
    for window in [Window::Ever, Window::This(CalendarUnit::Month), Window::Last(Span::new(2, SpanUnit::Month))] {
        assert_eq!(calendar::counts(&window, at, None, &zone), None);
    }
}

/// Five hundred orders leave and enter a window, and the answer stays: it is said from when on it must be asked for again.
#[test]
fn a_rule_in_which_much_changes_says_when_to_look_again() {
    let (zone, thresholds, line_names) = (Zone::utc(), Thresholds::new(), Properties::new());
    let now = Instant::parse_rfc3339("2026-01-01T00:00:00Z").unwrap();
    let hour = |place: i64| Instant(now.0 + place * 2 * MICROS_PER_HOUR);
    let facts = (1..=500).map(|place| order(place, &hour(place as i64).rfc3339())).collect();
    let history = History { facts, ..History::default() };
    let rule = parse("count of orders in last 1 hour <= 1").unwrap().rule;
    let view = |now| View { now, zone: &zone, thresholds: &thresholds, line_names: &line_names };
    let mut looks = vec![];
    let mut flip = next_flip(&rule, &history, view(now)).unwrap();
    while let Some(Flip::LookAgainAt(at)) = flip {
        looks.push(at);
        flip = next_flip(&rule, &history, view(at)).unwrap();
    }
    assert_eq!(flip, None);
    assert!(looks.len() == 2 && looks[0] < looks[1], "{looks:?}");
    let other = parse("never orders in last 1 hour").unwrap().rule;
    assert_eq!(next_flip(&other, &history, view(now)), Ok(Some(Flip::TurnsAt(hour(1)))));
}
