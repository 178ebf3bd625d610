//! Which orders, or which lines of an order, a rule is about: a condition of the one language of rules, on `orders` or on `lines`.
//!
//! A condition looks at one fact only, never at the clock or at other facts, so an order is judged by itself. It is stored as the
//! rule that it is a condition of, `did orders[…]`, which every later version reads.

use crate::rules::catalogue::{Properties, Typed};
use crate::rules::life::LINE_PROPERTIES;
use crate::rules::oracle::{Happened, matching};
use crate::rules::text::print;
use crate::rules::value::{Number, Value};
use crate::rules::{Bound, Clause, Facts, Measure, Rule, Take, Test, Tree, What, Window, json};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::{Value as Json, json};
use std::sync::LazyLock;

/// What lines have; for the rest they have what their order has.
static LINE_NAMES: LazyLock<Properties> =
    LazyLock::new(|| LINE_PROPERTIES.iter().map(|(name, kind)| ((*name).to_owned(), Typed::any(*kind))).collect());

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(Facts);

impl Filter {
    /// Where the condition begins in the text of [`Filter::wrap_text`], in characters.
    pub fn text_begins(of: &What) -> usize {
        format!("did {}[", of.code()).chars().count()
    }

    /// Where the condition is in the JSON of [`Filter::wrap_json`].
    pub const JSON_BEGINS: &'static str = "/count/where";

    /// The rule whose condition this is, in its text form.
    pub fn wrap_text(of: &What, condition: &str) -> String {
        format!("did {}[{condition}]", of.code())
    }

    /// The same in JSON.
    pub fn wrap_json(of: &What, condition: &Json) -> Json {
        json!({ "count": { "of": [of.code()], "where": condition }, "at_least": 1 })
    }

    /// The condition of such a rule; `None` where the rule says anything else, as where a text closes the bracket itself.
    pub fn of_rule(of: &What, rule: Rule) -> Option<Self> {
        let Tree::Leaf(Clause::Measure { measure, test }) = rule else { return None };
        let Measure { take, facts, window } = *measure;
        let is_plain = take == Take::Count && window == Window::Ever && test == at_least_one();
        (is_plain && facts.of == [of.clone()] && facts.filter.is_some()).then_some(Self(facts))
    }

    pub fn rule(&self) -> Rule {
        let measure = Measure { take: Take::Count, facts: self.0.clone(), window: Window::Ever };
        Tree::Leaf(Clause::Measure { measure: Box::new(measure), test: at_least_one() })
    }

    /// The condition as people write it.
    pub fn text(&self) -> String {
        let rule = print(&self.rule());
        let inner = rule.split_once('[').and_then(|(_, rest)| rest.rsplit_once(']')).map(|(inner, _)| inner.to_owned());
        inner.unwrap_or(rule)
    }

    /// The condition as programs write it.
    pub fn json(&self) -> Json {
        json::write(&self.rule()).pointer(Self::JSON_BEGINS).cloned().unwrap_or_default()
    }

    /// Whether it lets the order through, or any line of it.
    pub fn lets_through(&self, order: &Happened) -> bool {
        !matching(order, &self.0, &LINE_NAMES).is_empty()
    }

    /// The places of the lines that it lets through.
    pub fn lines_of(&self, order: &Happened) -> Vec<usize> {
        matching(order, &self.0, &LINE_NAMES).into_iter().filter_map(|item| item.line()).collect()
    }
}

fn at_least_one() -> Test {
    Test::Range { from: Some(Bound { value: Value::Number(Number::whole(1)), is_inclusive: true }), to: None }
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rule().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Filter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rule = json::read(&Json::deserialize(deserializer)?).map_err(D::Error::custom)?;
        let of_orders = Self::of_rule(&What::Orders, rule.clone());
        let filter = of_orders.or_else(|| Self::of_rule(&What::Lines, rule));
        filter.ok_or_else(|| D::Error::custom("a condition of orders or lines"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::text::parse;

    fn of_text(of: &What, text: &str) -> Option<Filter> {
        Filter::of_rule(of, parse(&Filter::wrap_text(of, text)).ok()?.rule)
    }

    #[test]
    fn a_condition_is_the_same_in_text_and_json_and_as_it_is_stored() {
        let cases = [
            (What::Orders, r#"store is "S1" and line [category is "care liquid"]"#),
            (What::Lines, r#"sku is one of ("A", "B") or not quantity >= 2"#),
            (What::Orders, r#"channel contains "]""#),
        ];
        for (of, text) in cases {
            let filter = of_text(&of, text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(of_text(&of, &filter.text()).as_ref(), Some(&filter), "{}", filter.text());
            let rule = json::read(&Filter::wrap_json(&of, &filter.json())).unwrap();
            assert_eq!(Filter::of_rule(&of, rule).as_ref(), Some(&filter), "{text}");
            let stored = serde_json::to_string(&filter).unwrap();
            assert_eq!(serde_json::from_str::<Filter>(&stored).unwrap(), filter, "{stored}");
        }
    }

    #[test]
    fn a_text_that_is_more_than_a_condition_is_none() {
        let more = [
            r#"store is "S1"] in last 3 days and did orders[store is "S2""#,
            r#"store is "S1"] or did lines[sku is "A""#,
        ];
        for text in more {
            assert_eq!(of_text(&What::Orders, text), None, "{text}");
        }
        let of_lines = parse(r#"did lines[sku is "A"]"#).unwrap().rule;
        assert_eq!(Filter::of_rule(&What::Orders, of_lines), None);
    }
}
