//! What is wrong with a rule is told with its place and with what is allowed.

use perennial_domain::rules::sample::catalogue;
use perennial_domain::rules::text::{parse, print};
use perennial_domain::rules::{Rule, Tree, circle, circle_problem, json, limits, problems};
use serde_json::json;
use std::collections::BTreeMap;

/// A text, the piece of it that is marked, and a part of what is said.
#[test]
fn a_text_that_is_no_rule_is_marked_where_it_goes_wrong() {
    let rows = [
        ("", "", "expected a condition"),
        ("age", "", "expected exists, is, contains"),
        ("age >=", "", "expected a value"),
        ("age >= 18 and", "", "expected a condition"),
        ("age >= 18 adn city exists", "adn", "expected `and`, `or` or the end, found `adn`; did you mean `and`?"),
        ("count off orders > 1", "off", "expected `of`, found `off`; did you mean `of`?"),
        ("count of ordres > 1", "ordres", "did you mean `orders`?"),
        ("did orders in last 60 dyas", "60 dyas", "a whole number from 1 on and a unit"),
        ("did orders in last 0 days", "0 days", "at most ten years"),
        ("did orders in last 11 years", "11 years", "at most ten years"),
        ("did orders in this fortnight", "fortnight", "day, week, month, quarter or year"),
        ("did orders in last 9999 full days", "9999 full days", "1 to 3660 full days"),
        ("did orders[store is \"S1\"", "", "expected `]`"),
        ("did event", "", "the name of an event"),
        ("has tagg vip", "tagg", "did you mean `tag`?"),
        ("city is one of (\"a\" \"b\")", "\"b\"", "expected `,` or `)`"),
        ("city is \"a", "\"a", "the closing quote is missing"),
        ("city is \"\\x\"", "\\", "before a quote"),
        ("city ~ 5", "~", "no meaning"),
        ("成都 is ；", "；", "no meaning"),
        ("amount >= 5.123 CNY", "5.123 CNY", "no more decimals"),
        ("amount >= 5.1234567", "5.1234567", "at most six decimals"),
        ("day >= 2026-02-30", "2026-02-30", "a day such as 2026-01-31"),
        ("day >= 2026-02-03T25:00:00Z", "2026-02-03T25:00:00Z", "an instant such as"),
        ("not", "", "expected a condition"),
        ("(age >= 18", "", "expected `)`"),
        ("sequence (orders then", "", "orders, lines, refunds"),
        ("sequence (orders refunds)", "refunds", "`then`, `within`, `without` or `)`"),
        ("did orders within 3 days", "", "`before` or `after`"),
        ("consent given to marketing", "given", "granted, denied or revoked"),
        ("has identifier fax", "fax", "phone"),
    ];
    for (text, marked, said) in rows {
        let problem = parse(text).unwrap_err();
        let found: String = text.chars().skip(problem.span.start).take(problem.span.len()).collect();
        assert_eq!(found, marked, "{text}: {problem}");
        assert!(problem.message.contains(said), "{text}: {problem}");
        assert!(!marked.is_empty() || problem.span.start == text.chars().count(), "{text}: {problem}");
    }
}

/// A text, the place in JSON, the piece of the text, and what is said.
#[test]
fn what_the_workspace_does_not_have_is_told_with_what_is_like_it() {
    let rows = [
        (
            "is_member is true and did event \"Product Aded\"",
            "/all/1/count/of",
            "did event \"Product Aded\"",
            "there is no event `Product Aded`: did you mean `Product Added`?",
        ),
        ("aeg >= 18", "/field", "aeg >= 18", "there is no field `aeg`: did you mean `age`?"),
        ("age contains \"1\"", "", "age contains \"1\"", "`age` is a number: `contains` is for texts"),
        ("age is \"x\"", "", "age is \"x\"", "`age` is a number: \"x\" is a text"),
        ("city >= 5", "", "city >= 5", "`city` is a text: comparisons are for numbers"),
        ("city is \"shanghai\"", "", "city is \"shanghai\"", "that is called `shanghai`: did you mean `Shanghai`?"),
        ("age in last 3 days", "", "age in last 3 days", "is for days and instants"),
        ("birthday in last 3 hours", "", "birthday in last 3 hours", "whole days, months or years"),
        ("city top 5%", "", "city top 5%", "is for numbers and amounts of money"),
        ("not has tag vipp", "/not", "has tag vipp", "there is no tag `vipp`: did you mean `vip`?"),
        ("in segment regular", "", "in segment regular", "there is no segment `regular`: did you mean `regulars`?"),
        ("reachable by smss", "", "reachable by smss", "there is no channel `smss`: did you mean `sms`?"),
        (
            "sum amount of orders >= 5.00 EUR",
            "",
            "sum amount of orders >= 5.00 EUR",
            "amounts of this workspace are in CNY: 5.00 EUR is not",
        ),
        (
            "sum store of orders >= 5",
            "/sum/property",
            "sum store of orders >= 5",
            "`store` is a text: `sum` is for numbers and amounts of money",
        ),
        (
            "did lines[categry is \"lens\"]",
            "/count/where/property",
            "categry is \"lens\"",
            "there is no property of lines `categry`: did you mean `category`?",
        ),
        (
            "did orders[store exists and line [sku is \"a\" and amount is \"b\"]]",
            "/count/where/all/1/line/all/1",
            "amount is \"b\"",
            "`amount` is an amount of money: \"b\" is a text",
        ),
        ("did pages[line [sku exists]]", "/count/where/line", "sku exists", "for orders and refunds"),
        (
            "did orders + pages[path exists]",
            "/count/where/property",
            "path exists",
            "there is no property of orders `path`",
        ),
        (
            "did orders after field city",
            "/count/window/after/field",
            "did orders after field city",
            "`city` is a text: facts come before or after a day or an instant",
        ),
        ("did lines + orders", "/count", "did lines + orders", "lines are counted by themselves"),
        ("did orders[at in last 3 days]", "/count/where", "at in last 3 days", "does not look at the clock"),
        (
            "did orders[amount top 5%]",
            "/count/where",
            "amount top 5%",
            "top and bottom are for fields and measures of a customer",
        ),
        (
            "age between 5 and 2026-01-01",
            "",
            "age between 5 and 2026-01-01",
            "both ends of a comparison are of one type",
        ),
        ("age between 10 and 5", "", "age between 10 and 5", "10 is above 5: nothing is between them"),
        ("age > 5 <= 5", "", "age > 5 <= 5", "nothing is above 5 and below 5 at once"),
        (
            "did orders from 2026-02-01 until 2026-02-01",
            "/count/window",
            "did orders from 2026-02-01 until 2026-02-01",
            "2026-02-01 is not before 2026-02-01",
        ),
        (
            "did orders from 9999-12-31",
            "/count/window",
            "did orders from 9999-12-31",
            "a day from 1800-01-01 to 2200-01-01",
        ),
        ("age top 100%", "", "age top 100%", "a part above 0 % and below 100 %"),
        ("birthday anniversary in next 2 years", "", "birthday anniversary in next 2 years", "1 to 12 months"),
    ];
    for (text, pointer, piece, said) in rows {
        let parsed = parse(text).unwrap();
        let found = problems(&parsed.rule, &catalogue());
        let problem = found.iter().find(|problem| problem.message.contains(said));
        let problem = problem.unwrap_or_else(|| panic!("{text}: {found:?}"));
        assert_eq!(problem.pointer, pointer, "{text}");
        let place = parsed.locate(problem);
        let marked: String = text.chars().skip(place.span.start).take(place.span.len()).collect();
        assert_eq!(marked, piece, "{text}");
    }
}

#[test]
fn json_that_is_no_rule_is_refused_at_its_place() {
    let rows = [
        (json!([]), "", "an object is expected here, not a list"),
        (json!({}), "", "one of these keys is expected here: `all`"),
        (json!({ "feild": "age", "exists": true }), "", "there is no `feild` here: did you mean `field`?"),
        (json!({ "all": [{ "tag": 5 }] }), "/all/0/tag", "a text is expected here, not a number"),
        (json!({ "tag": "a", "exists": true }), "/exists", "there is no `exists` here: allowed are `tag`"),
        (json!({ "tag": "a", "field": "b" }), "/tag", "`tag` does not stand beside `field`"),
        (json!({ "field": "a" }), "", "one of these keys is expected here: `exists`"),
        (json!({ "field": "a", "exists": false }), "/exists", "for the opposite"),
        (json!({ "field": "a", "is": "b" }), "/is", "a list is expected here, not a text"),
        (json!({ "field": "a", "is": [null] }), "/is/0", "a value is expected here, not null"),
        (json!({ "field": "a", "is": [1e30] }), "/is/0", "a number up to a hundred billion"),
        (json!({ "field": "a", "at_least": 1, "above": 2 }), "/above", "`above` does not stand beside `at_least`"),
        (json!({ "field": "a", "at_least": 1, "exists": true }), "/exists", "there is no `exists` here"),
        (json!({ "field": "a", "is": [{ "money": "5.123 CNY" }] }), "/is/0/money", "no more decimals"),
        (json!({ "field": "a", "is": [{ "day": "today" }] }), "/is/0/day", "a day such as 2026-01-31"),
        (json!({ "field": "a", "is": [{ "day": "2026-01-31T23:00" }] }), "/is/0/day", "a day such as 2026-01-31"),
        (json!({ "count": { "where": {} }, "above": 1 }), "/count", "`of` is missing"),
        (json!({ "count": { "of": ["order"] }, "above": 1 }), "/count/of/0", "`order` is none of what is allowed here"),
        (
            json!({ "count": { "of": ["orders"], "window": { "last": "60 dyas" } }, "above": 1 }),
            "/count/window/last",
            "a whole number from 1 on and a unit",
        ),
        (json!({ "sum": { "of": ["orders"] }, "above": 1 }), "/sum", "`property` is missing"),
        (json!({ "count": { "of": ["orders"], "property": "a" }, "above": 1 }), "/count/property", "there is no"),
        (json!({ "reachable": false }), "/reachable", "true, or the code of a channel"),
    ];
    for (value, pointer, said) in rows {
        let problem = json::read(&value).unwrap_err();
        assert_eq!(problem.pointer, pointer, "{value}: {problem}");
        assert!(problem.message.contains(said), "{value}: {problem}");
    }
    for text in [r#"{"tag": "a", "tag": "b"}"#, r#"{"field": "a", "is": [{"day": "2026-01-31", "day": "2026-01-31"}]}"#]
    {
        assert!(json::read_text(text).unwrap_err().message.contains("stands twice in one object"), "{text}");
    }
    let value = json!({ "field": "a", "is": [null, true, -1, 18446744073709551615u64, 0.5, "x"] });
    assert_eq!(json::read_text(&value.to_string()), json::read(&value));
    assert!(json::read_text("{").unwrap_err().message.starts_with("no JSON"));
    assert!(json::read_text(&" ".repeat(70_000)).unwrap_err().message.contains("65536 bytes"));
}

#[test]
fn too_much_is_refused_by_every_reader() {
    let deep = |levels| (0..levels).fold(json!({ "tag": "a" }), |inner, _| json!({ "not": inner }));
    assert!(json::read(&deep(15)).is_ok());
    assert!(json::read(&deep(16)).unwrap_err().message.contains("16 deep"));
    assert!(parse(&format!("{}has tag a", "not ".repeat(15))).is_ok_and(|one| limits::problems(&one.rule).is_empty()));
    assert!(parse(&format!("{}has tag a", "not ".repeat(16))).is_ok_and(|one| limits::problems(&one.rule).len() == 1));
    for text in [format!("{}has tag a", "not ".repeat(15_000)), format!("{}has tag a", "(".repeat(60_000))] {
        assert!(parse(&text).unwrap_err().message.contains("16 deep"));
    }
    let wide = |count| Tree::Any(vec![json::read(&json!({ "tag": "a" })).unwrap(); count]);
    assert_eq!(limits::problems(&wide(499)), []);
    assert!(limits::problems(&wide(500))[0].message.contains("at most 500 parts; this one has 501"));
    let values: Vec<usize> = (0..501).collect();
    let many = json::read(&json!({ "field": "age", "is": values })).unwrap();
    assert_eq!(limits::problems(&many).len(), 1);
    // Of each form: 300 texts of 300 characters are too long.
    let long: Vec<String> = (0..300).map(|place| format!("{place:0300}")).collect();
    let long = json::read(&json!({ "field": "city", "is": long })).unwrap();
    let told: Vec<String> = limits::problems(&long).into_iter().map(|one| one.message).collect();
    assert!(
        told.len() == 2 && told[0].contains("65536 bytes of JSON") && told[1].contains("bytes of text"),
        "{told:?}"
    );
    assert_eq!(problems(&long, &catalogue()).len(), 2, "nothing else is told of it");
}

/// Yen have no decimals, so their amounts have more digits before them than numbers may have.
#[test]
fn the_largest_amount_is_read_back_in_each_currency() {
    for (code, amount) in [("CNY", "10000000000.00"), ("JPY", "1000000000000"), ("KWD", "1000000000.000")] {
        for sign in ["", "-"] {
            let text = format!("price >= {sign}{amount} {code}");
            let rule = parse(&text).unwrap_or_else(|problem| panic!("{text}: {problem}")).rule;
            assert_eq!(limits::problems(&rule), []);
            assert_eq!(json::read_text(&json::write(&rule).to_string()), Ok(rule.clone()));
            assert_eq!(print(&rule), text);
        }
    }
    assert!(parse("price >= 1000000000001 JPY").unwrap_err().message.contains("ten billion"));
    assert!(parse("price >= 100000000001").unwrap_err().message.contains("a hundred billion"));
}

#[test]
fn segments_do_not_stand_on_each_other_in_a_circle() {
    let on = |text: &str| -> Rule { parse(text).unwrap().rule };
    let mut all = BTreeMap::from([
        ("a".to_owned(), on("in segment b or has tag vip")),
        ("b".to_owned(), on("not in segment c")),
        ("c".to_owned(), on("age exists")),
    ]);
    assert_eq!(circle(&all), None);
    let problem = circle_problem("c", &on("in segment a and in segment d"), &all).unwrap();
    assert!(problem.message.contains("`a` stands on `b` stands on `c` stands on `a`"), "{problem}");
    all.insert("d".to_owned(), on("in segment d"));
    assert_eq!(circle(&all), Some(vec!["d".to_owned(), "d".to_owned()]));
}
