//! Layers: everybody of a base in exactly one of some stages.
//!
//! The stated rule (`docs/layers.md`): stages are asked in their order, and the first whose own rule holds of a customer has
//! them. So a stage in effect is what its own rule says, within the base, without whoever an earlier stage has
//! ([`effective`]). An earlier stage that no customer could have as well is not named: rules stay as short as they can be.

use crate::rules::{Clause, Has, Rule, Test, Tree};

/// Rules with which stages are kept, in their order.
///
/// Invariant: whatever the rules are, they hold of at most one stage for each customer, and of exactly one where the base and
/// any of the own rules do.
pub fn effective(base: Option<&Rule>, stages: &[(&str, &Rule)]) -> Vec<Rule> {
    let of = |(place, (_, own)): (usize, &(&str, &Rule))| {
        let mut parts: Vec<Rule> = base.into_iter().flat_map(parts_of).chain(parts_of(own)).cloned().collect();
        let before = stages[..place].iter().filter(|(_, other)| !are_disjoint(own, other));
        parts.extend(before.map(|(code, _)| Tree::negated(Tree::Leaf(Clause::Has(Has::Segment((*code).to_owned()))))));
        match <[Rule; 1]>::try_from(parts) {
            Ok([only]) => only,
            Err(parts) => Tree::All(parts),
        }
    };
    stages.iter().enumerate().map(of).collect()
}

/// What all must hold.
fn parts_of(rule: &Rule) -> &[Rule] {
    match rule {
        Tree::All(parts) => parts,
        one => std::slice::from_ref(one),
    }
}

/// Whether it is plain that no customer can meet both: they ask for different values of one thing that the product works
/// out, of which a customer has one value at most. False where it is not plain.
fn are_disjoint(one: &Rule, other: &Rule) -> bool {
    let values = |rule| parts_of(rule).iter().filter_map(value_of);
    values(one).any(|(name, own)| {
        values(other).any(|(same, others)| name == same && !own.iter().any(|value| others.contains(value)))
    })
}

fn value_of(rule: &Rule) -> Option<(&str, &[crate::rules::value::Value])> {
    match rule {
        Tree::Leaf(Clause::Field { name, test: Test::Is(values) }) if name.starts_with('$') => Some((name, values)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::text::{parse, print};

    fn effective_of(base: Option<&str>, stages: &[(&str, &str)]) -> Vec<String> {
        let rule = |text: &str| parse(text).unwrap().rule;
        let base = base.map(rule);
        let own: Vec<(&str, Rule)> = stages.iter().map(|(code, text)| (*code, rule(text))).collect();
        let own: Vec<(&str, &Rule)> = own.iter().map(|(code, rule)| (*code, rule)).collect();
        effective(base.as_ref(), &own).iter().map(print).collect()
    }

    #[test]
    fn the_first_stage_whose_rule_holds_has_the_customer() {
        let stages = [("high", "age >= 60"), ("mid", "age >= 18 and has tag vip"), ("rest", "everybody")];
        let expected = [
            "did orders and age >= 60",
            "did orders and age >= 18 and has tag vip and not in segment high",
            "did orders and not in segment high and not in segment mid",
        ];
        assert_eq!(effective_of(Some("did orders"), &stages), expected);
        assert_eq!(effective_of(None, &stages[..1]), ["age >= 60"]);
        assert_eq!(effective_of(None, &[("all", "everybody")]), ["everybody"]);
        assert_eq!(
            effective_of(None, &[("early", "age >= 60 or has tag vip"), ("rest", "age >= 60 or reachable")])[1],
            "(age >= 60 or reachable) and not in segment early"
        );
    }

    #[test]
    fn values_that_nobody_has_together_need_no_word() {
        let stages = [
            ("a", "$rfm_group is \"champions\""),
            ("b", "$rfm_group is one of (\"must_keep\", \"dormant\") and reachable"),
            ("c", "$rfm_group is \"dormant\""),
            ("d", "$rfm_cell = 555"),
            // Somebody may have several values of a field that people fill in.
            ("e", "city is \"York\""),
            ("f", "city is \"Leeds\""),
        ];
        let expected = [
            "$rfm_group is \"champions\"",
            "$rfm_group is one of (\"must_keep\", \"dormant\") and reachable",
            "$rfm_group is \"dormant\" and not in segment b",
            "$rfm_cell = 555 and not in segment a and not in segment b and not in segment c",
            "city is \"York\" and not in segment a and not in segment b and not in segment c and not in segment d",
            "city is \"Leeds\" and not in segment a and not in segment b and not in segment c and not in segment d and not in segment e",
        ];
        assert_eq!(effective_of(None, &stages), expected);
    }
}
