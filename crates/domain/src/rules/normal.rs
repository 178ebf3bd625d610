//! The normal form of a rule, and the digest by which equal rules are known.
//!
//! Invariants: a rule and its normal form have the same answer for every customer at every instant; the normal form of a
//! normal form is itself. Two rules with one digest are equal; two that mean the same may have different ones, for what is
//! made alike is the way of writing (order, repetition, parentheses, units of time), not the logic.

use super::json::{canonical, canonical_condition, canonical_value};
use super::span::Span;
use super::tree::{
    Anchor, Clause, Condition, Detail, Facts, Measure, Property, Relative, Rule, Sequence, Step, Take, Test, Tree,
    What, Window,
};
use super::value::lower;
use crate::activity::is_activity;
use crate::fact::{FactKey, FactKind};

/// The digest of the normal form: the same on every machine, for good. It stands on the canonical JSON, for that is what is
/// stored; the text form may be said in better words one day.
pub fn digest(rule: &Rule) -> FactKey {
    FactKey::of(&["rule", &canonical(&normal(rule))])
}

pub fn normal(rule: &Rule) -> Rule {
    tree(rule, &clause, &canonical)
}

fn tree<L: Clone + PartialEq>(one: &Tree<L>, leaf: &dyn Fn(&L) -> L, text: &dyn Fn(&Tree<L>) -> String) -> Tree<L> {
    match one {
        Tree::Leaf(one) => Tree::Leaf(leaf(one)),
        Tree::Not(child) => match tree(child, leaf, text) {
            Tree::Not(twice) => *twice,
            other => Tree::negated(other),
        },
        Tree::All(children) | Tree::Any(children) => {
            let is_all = matches!(one, Tree::All(_));
            let mut list = Vec::new();
            for child in children {
                match tree(child, leaf, text) {
                    Tree::All(inner) if is_all => list.extend(inner),
                    Tree::Any(inner) if !is_all => list.extend(inner),
                    other => list.push(other),
                }
            }
            list.sort_by_cached_key(text);
            list.dedup();
            match (list.len(), is_all) {
                (1, _) => list.remove(0),
                (_, true) => Tree::All(list),
                (_, false) => Tree::Any(list),
            }
        }
    }
}

fn clause(one: &Clause) -> Clause {
    match one {
        Clause::Has(has) => Clause::Has(has.clone()),
        Clause::Field { name, test: of } => Clause::Field { name: name.clone(), test: test(of) },
        Clause::Measure { measure: of, test: by } => Clause::Measure { measure: Box::new(measure(of)), test: test(by) },
        Clause::Sequence(one) => {
            let step = |one: &Step| Step {
                facts: facts(&one.facts),
                within: one.within.map(Span::normal),
                without: one.without.as_ref().map(facts),
            };
            Clause::Sequence(Sequence { steps: one.steps.iter().map(step).collect(), window: window(&one.window) })
        }
    }
}

/// What is measured, so that two ways to write it are one.
pub(super) fn measure(one: &Measure) -> Measure {
    let take = match &one.take {
        Take::Share { by, part } => Take::Share { by: by.clone(), part: condition(part) },
        other => other.clone(),
    };
    Measure { take, facts: facts(&one.facts), window: window(&one.window) }
}

fn facts(one: &Facts) -> Facts {
    let mut of = one.of.clone();
    of.sort();
    of.dedup();
    if of.contains(&What::Anything) {
        of.retain(|what| !is_within_anything(what));
    }
    let filter = one.filter.as_ref().map(condition).filter(|filter| *filter != Tree::All(Vec::new()));
    Facts { of, filter }
}

fn is_within_anything(what: &What) -> bool {
    match what {
        What::Orders | What::Pages | What::Screens => true,
        What::Event(name) => is_activity(FactKind::Event, Some(name)),
        What::Refunds | What::Lines | What::RefundLines | What::Anything => false,
    }
}

fn condition(one: &Condition) -> Condition {
    let leaf = |one: &Detail| match one {
        Detail::Property(property) => {
            Detail::Property(Property { name: property.name.clone(), test: test(&property.test) })
        }
        Detail::Line(inner) => Detail::Line(Box::new(condition(inner))),
    };
    tree(one, &leaf, &canonical_condition)
}

fn window(one: &Window) -> Window {
    match one {
        Window::Last(span) => Window::Last(span.normal()),
        Window::Around { side, anchor, within } => {
            let anchor = match anchor {
                Anchor::First(of) => Anchor::First(facts(of)),
                Anchor::Last(of) => Anchor::Last(facts(of)),
                Anchor::Field(name) => Anchor::Field(name.clone()),
            };
            Window::Around { side: *side, anchor, within: within.map(Span::normal) }
        }
        Window::Ever | Window::This(_) | Window::Full { .. } | Window::Between { .. } => one.clone(),
    }
}

fn test(one: &Test) -> Test {
    let relative = |one: &Relative| Relative { span: one.span.normal(), ..*one };
    match one {
        Test::Is(values) => {
            let mut values = values.clone();
            values.sort_by_cached_key(canonical_value);
            values.dedup();
            Test::Is(values)
        }
        Test::Within(one) => Test::Within(relative(one)),
        Test::Anniversary(one) => Test::Anniversary(relative(one)),
        // Capitals play no part in them.
        Test::Contains(part) => Test::Contains(lower(part)),
        Test::StartsWith(part) => Test::StartsWith(lower(part)),
        other => other.clone(),
    }
}
