//! Tracking plans: what a draft says of what was seen, what is flagged, what a plan may say, what differs.

use crate::tracking::{accepted, one};
use perennial_domain::plan::{
    ChangeKind, Checked, CompiledPlan, OBSERVED_EVENTS_MAX, OBSERVED_NAMES_MAX, Observed, Plan, PlannedEvent,
    PlannedProperty, TypeSet, VIOLATIONS_MAX, ValueType, ViolationKind, changes, event_of,
};
use perennial_domain::tracking::MessageKind;
use serde_json::json;

pub fn plan_of(json: serde_json::Value) -> Plan {
    let plan: Plan = serde_json::from_value(json).unwrap();
    assert_eq!(plan.check(), [], "a plan of a test can be frozen");
    plan.sorted()
}

pub fn check(plan: &Plan, name: &str, properties: &str) -> Checked {
    CompiledPlan::new(plan).check(MessageKind::Track, Some(name), Some(properties))
}

/// Kind, path, what is allowed, what was found.
type Shown<'a> = (&'a str, &'a str, &'a str, &'a str);

fn shown(checked: &Checked) -> Vec<Shown<'static>> {
    let parts = |one: &'_ perennial_domain::plan::Violation| {
        (one.kind.code(), one.path.clone(), one.allowed.clone(), one.found.clone())
    };
    let parts: Vec<_> = checked.violations.iter().map(parts).collect();
    // Leaked for the time of a test: comparing is easier with plain texts.
    parts
        .into_iter()
        .map(|(kind, path, allowed, found)| (kind, &*path.leak(), &*allowed.leak(), &*found.leak()))
        .collect()
}

fn shop() -> Plan {
    plan_of(json!({ "events": [
        { "type": "track", "name": "Order Completed", "properties": [
            { "path": "order_id", "types": ["text"], "required": true },
            { "path": "total", "types": ["number"], "required": true },
            { "path": "channel", "types": ["text"], "values": ["web", "app"] },
            { "path": "products", "types": ["list"], "required": true },
            { "path": "products[].sku", "types": ["text"], "required": true },
            { "path": "products[].price", "types": ["number"] },
            { "path": "address.city", "types": ["text"], "required": true },
            { "path": "extra", "types": ["object"] },
        ] },
        { "type": "track", "name": "Seen", "properties": [], "other_properties": true },
        { "type": "track", "name": "Signed Up", "properties": [] },
        { "type": "page", "properties": [{ "path": "path", "types": ["text"], "required": true }] },
        { "type": "page", "name": "Home", "properties": [] },
    ] }))
}

#[test]
fn what_is_as_planned_has_no_violation() {
    let good = [
        ("Order Completed", r#"{"order_id":"o","total":1.5,"products":[]}"#),
        (
            "Order Completed",
            r#"{"order_id":"o","total":2,"channel":"web","products":[{"sku":"s"},{"sku":"t","price":1e400}]}"#,
        ),
        ("Order Completed", r#"{"order_id":"o","total":2,"channel":null,"products":[],"extra":{"what":{"ever":[1]}}}"#),
        ("Order Completed", r#"{"order_id":"o","total":2,"products":[],"address":{"city":"Kiel"},"unknown":null}"#),
        ("Seen", r#"{"a":1,"b":{"c":[]}}"#),
        ("Signed Up", "{}"),
    ];
    let plan = shop();
    for (name, properties) in good {
        assert_eq!(shown(&check(&plan, name, properties)), [], "{name} {properties}");
    }
    let compiled = CompiledPlan::new(&plan);
    assert_eq!(compiled.check(MessageKind::Track, Some("Signed Up"), None).violations, []);
    let place = compiled.check(MessageKind::Track, Some("Seen"), None).event.unwrap();
    assert_eq!(compiled.event(place), Some((MessageKind::Track, Some("Seen"))));
    assert_eq!(compiled.event(99), None);
}

#[test]
fn every_kind_of_violation_says_where_what_is_allowed_and_what_was_found_without_its_value() {
    let plan = shop();
    let number = "number";
    let cases: [(&str, &str, Vec<Shown<'_>>); 9] = [
        ("Orders", "{}", vec![("unknown_event", "", "Order Completed, Seen, Signed Up", "track")]),
        (
            "Order Completed",
            r#"{"order_id":"o","total":"12,50 €","products":[]}"#,
            vec![("wrong_type", "total", number, "text 99,99 ·")],
        ),
        ("Order Completed", r#"{"total":1,"products":[]}"#, vec![("missing_property", "order_id", "text", "nothing")]),
        (
            "Order Completed",
            r#"{"order_id":"o","total":1,"products":[{"price":1},{"sku":77},{}]}"#,
            vec![
                ("missing_property", "products[].sku", "text", "nothing"),
                ("wrong_type", "products[].sku", "text", "integer 99"),
            ],
        ),
        (
            "Order Completed",
            r#"{"order_id":"o","total":1,"products":["x",[true]],"channel":"Mail To ann@example.com"}"#,
            vec![
                ("wrong_type", "products[]", "object", "text x"),
                ("wrong_value", "channel", "text: app, web", "text Xxxx Xx xxx@xxxxxxx.xxx"),
            ],
        ),
        (
            "Order Completed",
            r#"{"order_id":"o","total":1,"products":[],"address":{"town":"Kiel"}}"#,
            vec![
                ("unknown_property", "address.town", "city", "text Xxxx"),
                ("missing_property", "address.city", "text", "nothing"),
            ],
        ),
        ("Signed Up", r#"{"plan":"gold"}"#, vec![("unknown_property", "plan", "no properties", "text xxxx")]),
        (
            "Signed Up",
            r#"{"ann@example.com":true,"a.b":-1.5}"#,
            vec![
                ("unknown_property", "…", "no properties", "boolean"),
                ("unknown_property", r"a\.b", "no properties", "number -9.9"),
            ],
        ),
        (
            "Order Completed",
            "not JSON",
            vec![
                ("missing_property", "order_id", "text", "nothing"),
                ("missing_property", "products", "list", "nothing"),
                ("missing_property", "total", number, "nothing"),
            ],
        ),
    ];
    for (name, properties, expected) in cases {
        assert_eq!(shown(&check(&plan, name, properties)), expected, "{name} {properties}");
    }
}

#[test]
fn a_type_of_message_without_an_event_in_the_plan_is_left_alone() {
    let compiled = CompiledPlan::new(&shop());
    let nothing = Checked::default();
    assert_eq!(compiled.check(MessageKind::Identify, None, Some("{\"plan\":1}")), nothing);
    assert_eq!(compiled.check(MessageKind::Screen, Some("Home"), None), nothing);
    assert_eq!(compiled.check(MessageKind::Alias, None, None), nothing);
    let home = compiled.check(MessageKind::Page, Some("Home"), None);
    assert_eq!(
        (home.violations.len(), compiled.event(home.event.unwrap())),
        (0, Some((MessageKind::Page, Some("Home"))))
    );
    let other = compiled.check(MessageKind::Page, Some("Basket"), Some("{}"));
    assert_eq!(shown(&other), [("missing_property", "path", "text", "nothing")]);
    assert_eq!(compiled.check(MessageKind::Page, None, Some("{\"path\":\"/\"}")).violations, []);
}

#[test]
fn violations_of_one_fact_are_bounded() {
    let many: Vec<String> = (0..500).map(|place| format!("\"p{place}\":1")).collect();
    let checked = check(&shop(), "Signed Up", &format!("{{{}}}", many.join(",")));
    assert_eq!(checked.violations.len(), VIOLATIONS_MAX);
    let list = format!("[{}]", vec!["{}"; 5_000].join(","));
    let checked = check(&shop(), "Order Completed", &format!(r#"{{"order_id":"o","total":1,"products":{list}}}"#));
    assert_eq!(checked.violations.len(), 1, "each path and kind once");
    let many: Vec<String> = (0..200).map(|place| format!("p{place}")).collect();
    let property = |path: &String| json!({ "path": path, "types": ["text"], "required": true });
    let properties: Vec<_> = many.iter().map(property).collect();
    let plan = plan_of(json!({ "events": [{ "type": "track", "name": "E", "properties": properties }] }));
    let all_but = |left_out: &str| {
        let there: Vec<String> =
            many.iter().filter(|name| *name != left_out).map(|name| format!("\"{name}\":\"\"")).collect();
        check(&plan, "E", &format!("{{{}}}", there.join(",")))
    };
    assert_eq!(all_but("nobody").violations, []);
    assert_eq!(shown(&all_but("p199")), [("missing_property", "p199", "text", "nothing")]);
}

fn property(path: &str, types: &[ValueType], required: bool, seen: u64) -> PlannedProperty {
    PlannedProperty { path: path.to_owned(), types: TypeSet::of(types), required, values: Vec::new(), seen: Some(seen) }
}

#[test]
fn a_draft_says_what_was_seen_how_often() {
    let mut observed = Observed::default();
    let seen = [
        r#"{"sku":"a","price":1,"tags":["x","y"],"dims":{"w":1,"deep":{"x":1}}}"#,
        r#"{"sku":"b","price":1.5,"tags":[],"gone":null}"#,
        r#"{"sku":7,"price":2,"tags":[1],"dims":{"w":2}}"#,
    ];
    for properties in seen {
        observed.add(MessageKind::Track, Some("Product Viewed"), Some(properties));
    }
    observed.add(MessageKind::Page, Some("Home"), Some(r#"{"path":"/"}"#));
    observed.add(MessageKind::Page, Some("Basket"), None);
    observed.add(MessageKind::Identify, None, Some(r#"{"plan":"gold"}"#));
    let draft = observed.draft();
    assert_eq!((observed.facts, observed.left_out(), draft.check()), (6, 0, vec![]));
    let event = |kind, name: Option<&str>, seen, properties| PlannedEvent {
        kind,
        name: name.map(str::to_owned),
        description: String::new(),
        properties,
        other_properties: false,
        seen: Some(seen),
    };
    use ValueType::{Integer, List, Number, Object, Text};
    let product = vec![
        property("dims", &[Object], false, 2),
        property("dims.deep", &[Object], false, 1),
        property("dims.w", &[Integer], true, 2),
        property("price", &[Number], true, 3),
        property("sku", &[Text, Integer], true, 3),
        property("tags", &[List], true, 3),
        property("tags[]", &[Text, Integer], false, 3),
    ];
    let expected = [
        event(MessageKind::Track, Some("Product Viewed"), 3, product),
        event(MessageKind::Identify, None, 1, vec![property("plan", &[Text], true, 1)]),
        event(MessageKind::Page, None, 2, vec![property("path", &[Text], false, 1)]),
    ];
    assert_eq!(draft.events, expected);
}

#[test]
fn few_words_that_come_often_are_a_vocabulary_and_what_is_a_persons_is_not() {
    let mut observed = Observed::default();
    for place in 0..60 {
        let channel = ["web", "app", "till"][place % 3];
        let properties = json!({ "channel": channel, "mail": "ann@example.com", "phone": "13812345678", "note": format!("n{place}") });
        observed.add(MessageKind::Track, Some("Seen"), Some(&properties.to_string()));
    }
    let draft = observed.draft();
    let values: Vec<(&str, &[String])> =
        draft.events[0].properties.iter().map(|one| (one.path.as_str(), one.values.as_slice())).collect();
    let words = ["app".to_owned(), "till".to_owned(), "web".to_owned()];
    assert_eq!(values, [("channel", words.as_slice()), ("mail", &[]), ("note", &[]), ("phone", &[])]);
    assert!(!serde_json::to_string(&draft).unwrap().contains("ann@"));
}

#[test]
fn of_too_much_the_first_by_name_are_kept_with_exact_counts() {
    let mut observed = Observed::default();
    for place in (0..OBSERVED_EVENTS_MAX + 50).rev() {
        observed.add(MessageKind::Track, Some(&format!("E{place:04}")), None);
    }
    let many: Vec<String> = (0..OBSERVED_NAMES_MAX[0] + 9).rev().map(|place| format!("\"p{place:03}\":1")).collect();
    let inside: Vec<String> = (0..OBSERVED_NAMES_MAX[1] + 9).map(|place| format!("\"i{place:03}\":1")).collect();
    observed.add(MessageKind::Track, Some("E0000"), Some(&format!("{{{}}}", many.join(","))));
    observed.add(MessageKind::Track, Some("E0001"), Some(&format!("{{\"in\":{{{}}}}}", inside.join(","))));
    observed.add(MessageKind::Track, Some("A\u{0}B"), None);
    assert_eq!(observed.left_out(), 51, "what no plan can name is left out as well");
    let draft = observed.draft();
    assert_eq!((draft.events.len(), draft.check()), (OBSERVED_EVENTS_MAX, vec![]));
    let first = &draft.events[0];
    assert_eq!((first.seen, first.other_properties, first.properties.len()), (Some(2), true, OBSERVED_NAMES_MAX[0]));
    let second = &draft.events[1];
    assert_eq!((second.other_properties, second.properties.len()), (false, 1), "inside of it everything is allowed");
}

#[test]
fn a_plan_says_where_it_is_wrong_and_what_is_allowed_there() {
    let errors = |json: serde_json::Value| -> Vec<String> {
        let plan: Plan = serde_json::from_value(json).unwrap();
        plan.check().into_iter().map(|error| error.pointer).collect()
    };
    let event = |event: serde_json::Value| json!({ "events": [event] });
    assert_eq!(errors(json!({ "events": [] })), ["/events"]);
    assert_eq!(errors(event(json!({ "type": "track", "properties": [] }))), ["/events/0/name"]);
    assert_eq!(errors(event(json!({ "type": "track", "name": " x", "properties": [] }))), ["/events/0/name"]);
    assert_eq!(errors(event(json!({ "type": "identify", "name": "x", "properties": [] }))), ["/events/0/name"]);
    assert_eq!(errors(event(json!({ "type": "alias", "properties": [] }))), ["/events/0/type"]);
    let twice = json!({ "type": "page", "properties": [] });
    assert_eq!(errors(json!({ "events": [twice, twice] })), ["/events/1/name"]);
    let with = |properties: serde_json::Value| event(json!({ "type": "page", "properties": properties }));
    let cases = [
        (json!([{ "path": "a..b", "types": ["text"] }]), "/events/0/properties/0/path"),
        (json!([{ "path": "a\u{0}", "types": ["text"] }]), "/events/0/properties/0/path"),
        (json!([{ "path": "a", "types": ["text"], "values": ["\n"] }]), "/events/0/properties/0/values"),
        (json!([{ "path": "a", "types": [] }]), "/events/0/properties/0/types"),
        (json!([{ "path": "a", "types": ["integer"], "values": ["1"] }]), "/events/0/properties/0/values"),
        (
            json!([{ "path": "a", "types": ["text"] }, { "path": "a", "types": ["list"] }]),
            "/events/0/properties/1/path",
        ),
        (
            json!([{ "path": "a", "types": ["text"] }, { "path": "a.b", "types": ["text"] }]),
            "/events/0/properties/1/path",
        ),
        (
            json!([{ "path": "a[].b", "types": ["text"] }, { "path": "a", "types": ["object"] }]),
            "/events/0/properties/0/path",
        ),
    ];
    for (properties, pointer) in cases {
        assert_eq!(errors(with(properties.clone())), [pointer], "{properties}");
    }
    assert_eq!(errors(json!({ "events": vec![json!({ "type": "alias", "properties": [] }); 600] })).len(), 50);
}

#[test]
fn what_differs_between_two_versions_is_told() {
    let before = shop();
    let mut after = before.clone();
    assert_eq!(changes(&before, &after), []);
    let place = |plan: &Plan, name: &str| plan.events.iter().position(|one| one.name.as_deref() == Some(name)).unwrap();
    let order = place(&after, "Order Completed");
    let at =
        |plan: &mut Plan, path: &str| plan.events[order].properties.iter().position(|one| one.path == path).unwrap();
    let total = at(&mut after, "total");
    after.events[order].properties[total].types = TypeSet::of(&[ValueType::Text, ValueType::Number]);
    after.events[order].properties[total].required = false;
    let channel = at(&mut after, "channel");
    after.events[order].properties[channel].values.push("till".to_owned());
    let extra = at(&mut after, "extra");
    after.events[order].properties.remove(extra);
    after.events[order].description = "no difference".to_owned();
    let seen = place(&after, "Seen");
    after.events[seen].other_properties = false;
    let signed_up = place(&after, "Signed Up");
    after.events[signed_up].name = Some("Signed In".to_owned());
    let found = changes(&before, &after.sorted());
    let shown: Vec<(ChangeKind, &str, &str, &str)> = found
        .iter()
        .map(|one| {
            let text = |text: &'static str, of: &Option<String>| of.clone().map_or(text, |text| text.leak());
            (one.kind, text("", &one.path), text("-", &one.before), text("-", &one.after))
        })
        .collect();
    let expected = [
        (ChangeKind::ValuesChanged, "channel", "app, web", "app, till, web"),
        (ChangeKind::PropertyRemoved, "extra", "object, optional", "-"),
        (ChangeKind::TypesChanged, "total", "number", "text or number"),
        (ChangeKind::RequiredChanged, "total", "required", "optional"),
        (ChangeKind::OtherPropertiesChanged, "", "allowed", "not allowed"),
        (ChangeKind::EventAdded, "", "-", "-"),
        (ChangeKind::EventRemoved, "", "-", "-"),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_fact_is_known_by_the_name_it_was_sent_under() {
    let order = r#"{"type":"track","userId":"u","messageId":"m","event":"Order Completed","properties":{"order_id":"1","total":5}}"#;
    let fact = accepted(one(order)).fact;
    assert_eq!(event_of(&fact), Some((MessageKind::Track, Some("Order Completed"))));
    let page = accepted(one(r#"{"type":"page","userId":"u","name":"Home"}"#)).fact;
    assert_eq!(event_of(&page), Some((MessageKind::Page, Some("Home"))));
    let alias = accepted(one(r#"{"type":"alias","userId":"u","previousId":"p"}"#)).fact;
    assert_eq!(event_of(&alias), None);
    for kind in ViolationKind::ALL {
        assert_eq!(ViolationKind::parse(kind.code()), Some(kind));
    }
}
