//! What holds of tracking plans for whatever is sent.

use perennial_domain::plan::{CompiledPlan, Observed, Plan, VIOLATIONS_MAX, changes};
use perennial_domain::tracking::{MessageKind, shape_of};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Few names, so that facts have some in common; odd ones too.
fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "total", "a.b", "[]", "ünï", "\\", "", "nul\u{0}"]).prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e6..1e6f64).prop_map(Value::from),
        prop::sample::select(vec!["", "web", "app", "ann@example.com", "13812345678"]).prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn properties() -> impl Strategy<Value = Option<String>> {
    let object = prop::collection::vec((name(), value()), 0..6)
        .prop_map(|members| Some(Value::Object(members.into_iter().collect()).to_string()));
    prop_oneof![
        1 => Just(None),
        8 => object,
        // A name twice: what the standard leaves open must not trip anybody.
        1 => (value(), value()).prop_map(|(one, other)| Some(format!("{{\"a\":{one},\"a\":{other}}}"))),
    ]
}

fn facts() -> impl Strategy<Value = Vec<(MessageKind, Option<String>, Option<String>)>> {
    let kind = prop::sample::select(vec![MessageKind::Track, MessageKind::Page, MessageKind::Identify]);
    let fact = (kind, "[A-D]", properties())
        .prop_map(|(kind, name, properties)| (kind, (kind != MessageKind::Identify).then_some(name), properties));
    prop::collection::vec(fact, 0..40)
}

fn observed(facts: &[(MessageKind, Option<String>, Option<String>)]) -> Observed {
    let mut observed = Observed::default();
    for (kind, name, properties) in facts {
        observed.add(*kind, name.as_deref(), properties.as_deref());
    }
    observed
}

proptest! {
    #[test]
    fn summaries_of_parts_in_any_order_are_the_summary_of_the_whole(facts in facts(), cut in 0..40usize, turned in any::<bool>()) {
        let (left, right) = facts.split_at(cut.min(facts.len()));
        let (left, right) = (observed(left), observed(right));
        let (mut merged, other) = if turned { (right, left) } else { (left, right) };
        merged.merge(other);
        prop_assert_eq!(merged, observed(&facts));
    }

    #[test]
    fn a_draft_can_be_frozen_and_allows_all_that_it_was_made_from(facts in facts()) {
        let draft = observed(&facts).draft();
        if !facts.is_empty() {
            prop_assert_eq!(draft.check(), vec![]);
        }
        let compiled = CompiledPlan::new(&draft);
        for (kind, name, properties) in &facts {
            let checked = compiled.check(*kind, name.as_deref(), properties.as_deref());
            prop_assert_eq!(&checked.violations, &vec![], "{:?} {:?}", name, properties);
            prop_assert!(checked.event.is_some());
        }
    }

    #[test]
    fn a_plan_is_the_same_after_it_was_written_and_read(facts in facts()) {
        let draft = observed(&facts).draft();
        let read: Plan = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
        prop_assert_eq!(&read, &draft);
        prop_assert_eq!(changes(&draft, &read), vec![]);
    }

    #[test]
    fn whatever_is_sent_checking_ends_and_shows_no_value(planned in facts(), sent in facts(), garbage in ".{0,40}") {
        let compiled = CompiledPlan::new(&observed(&planned).draft());
        for (kind, name, properties) in &sent {
            let checked = compiled.check(*kind, name.as_deref(), properties.as_deref());
            prop_assert!(checked.violations.len() <= VIOLATIONS_MAX);
            for violation in checked.violations {
                prop_assert!(!violation.found.contains("ann@") && !violation.found.contains("138"), "{:?}", violation);
                let mut digits = violation.found.chars().filter(char::is_ascii_digit);
                prop_assert!(digits.all(|digit| digit == '9'), "{:?}", violation);
            }
        }
        compiled.check(MessageKind::Track, Some("A"), Some(&garbage));
        observed(&[(MessageKind::Track, Some("A".to_owned()), Some(garbage.clone()))]);
        shape_of(&garbage);
    }
}
