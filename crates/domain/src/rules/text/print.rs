//! From a rule to text, in the one way in which the parser reads it back.

use super::quoted;
use super::words::is_plain_name;
use crate::rules::tree::{
    Anchor, Bound, Clause, Condition, Detail, Facts, Has, Measure, Moment, Relative, Rule, Sequence, Take, Test,
    Toward, Tree, What, Window,
};
use crate::rules::value::{Number, ONE, Value};
use std::fmt::Write;

pub fn print(rule: &Rule) -> String {
    let mut out = String::new();
    tree(&mut out, rule, Place::Top, &["everybody", "nobody"], &clause);
    out
}

/// What stands around a branch; it decides about parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    InAny,
    Tight,
}

type Leaf<'l, L> = dyn Fn(&mut String, &L) + 'l;

fn tree<L>(out: &mut String, one: &Tree<L>, place: Place, empty: &[&str; 2], leaf: &Leaf<'_, L>) {
    let (children, word, single, inner, is_bare) = match one {
        Tree::Leaf(one) => return leaf(out, one),
        Tree::Not(child) => {
            out.push_str("not ");
            return tree(out, child, Place::Tight, empty, leaf);
        }
        Tree::All(children) if children.is_empty() => return out.push_str(empty[0]),
        Tree::Any(children) if children.is_empty() => return out.push_str(empty[1]),
        Tree::All(children) => (children, " and ", "all (", Place::Tight, place != Place::Tight),
        Tree::Any(children) => (children, " or ", "any (", Place::InAny, place == Place::Top),
    };
    if let [only] = children.as_slice() {
        out.push_str(single);
        tree(out, only, Place::Top, empty, leaf);
        return out.push(')');
    }
    out.push_str(if is_bare { "" } else { "(" });
    for (position, child) in children.iter().enumerate() {
        out.push_str(if position == 0 { "" } else { word });
        tree(out, child, inner, empty, leaf);
    }
    out.push_str(if is_bare { "" } else { ")" });
}

/// Writing to a string does not fail.
macro_rules! put {
    ($out:expr, $($arguments:tt)*) => {
        write!($out, $($arguments)*).unwrap_or_default()
    };
}

fn name(text: &str) -> String {
    if is_plain_name(text) { text.to_owned() } else { quoted(text) }
}

fn clause(out: &mut String, one: &Clause) {
    match one {
        Clause::Has(one) => has(out, one),
        Clause::Field { name: field, test: of } => {
            out.push_str(&name(field));
            test(out, of, false);
        }
        Clause::Measure { measure, test: of } => {
            if let Some(word) = did_or_never(measure, of) {
                put!(out, "{word} ");
                facts(out, &measure.facts);
                return window(out, &measure.window);
            }
            take_and_facts(out, measure);
            match (&measure.window, matches!(of, Test::Within(_))) {
                (Window::Ever, true) => out.push_str(" ever"),
                (one, _) => window(out, one),
            }
            test(out, of, matches!(measure.take, Take::Share { .. }));
        }
        Clause::Sequence(one) => sequence(out, one),
    }
}

fn has(out: &mut String, one: &Has) {
    let channel =
        |channel: &Option<String>| channel.as_ref().map_or_else(String::new, |one| format!(" by {}", name(one)));
    match one {
        Has::Tag(tag) => put!(out, "has tag {}", name(tag)),
        Has::TagGroup(group) => put!(out, "has tag of {}", name(group)),
        Has::Segment(segment) => put!(out, "in segment {}", name(segment)),
        Has::Channel(one) => put!(out, "reachable{}", channel(one)),
        Has::Identifier(kind) => put!(out, "has identifier {}", kind.code()),
        Has::Consent { purpose, channel: one, decision } => {
            put!(out, "consent {} to {}{}", decision.code(), name(purpose), channel(one));
        }
    }
}

fn did_or_never(measure: &Measure, test: &Test) -> Option<&'static str> {
    let is = |value: &Value, number| *value == Value::Number(Number::whole(number));
    match test {
        _ if measure.take != Take::Count => None,
        Test::Is(values) if matches!(values.as_slice(), [only] if is(only, 0)) => Some("never"),
        Test::Range { from: Some(Bound { value, is_inclusive: true }), to: None } if is(value, 1) => Some("did"),
        _ => None,
    }
}

fn take_and_facts(out: &mut String, measure: &Measure) {
    match &measure.take {
        Take::Count => out.push_str("count of "),
        Take::Share { by, part } => {
            put!(out, "share of {} [", by.as_ref().map_or_else(|| "count".to_owned(), |by| name(by)));
            condition(out, part);
            out.push_str("] among ");
        }
        take => put!(out, "{} {} of ", take.code(), take.property().map_or_else(String::new, |one| name(one))),
    }
    facts(out, &measure.facts);
}

fn facts(out: &mut String, one: &Facts) {
    for (place, what) in one.of.iter().enumerate() {
        out.push_str(if place == 0 { "" } else { " + " });
        match what {
            What::Event(event) => put!(out, "event {}", name(event)),
            other => out.push_str(other.code()),
        }
    }
    if let Some(filter) = &one.filter {
        out.push('[');
        condition(out, filter);
        out.push(']');
    }
}

fn condition(out: &mut String, one: &Condition) {
    tree(out, one, Place::Top, &["every", "none"], &|out, detail| match detail {
        Detail::Property(property) => {
            out.push_str(&name(&property.name));
            test(out, &property.test, false);
        }
        Detail::Line(inner) => {
            out.push_str("line [");
            condition(out, inner);
            out.push(']');
        }
    });
}

fn sequence(out: &mut String, one: &Sequence) {
    out.push_str("sequence (");
    for (place, step) in one.steps.iter().enumerate() {
        out.push_str(if place == 0 { "" } else { " then " });
        facts(out, &step.facts);
        if let Some(span) = step.within {
            put!(out, " within {span}");
        }
        if let Some(without) = &step.without {
            out.push_str(" without ");
            facts(out, without);
        }
    }
    out.push(')');
    window(out, &one.window);
}

fn window(out: &mut String, one: &Window) {
    match one {
        Window::Ever => {}
        Window::Last(span) => put!(out, " in last {span}"),
        Window::This(unit) => put!(out, " in this {}", unit.code()),
        Window::Full { count, unit } => {
            put!(out, " in last {count} full {}{}", unit.code(), if *count == 1 { "" } else { "s" });
        }
        Window::Between { from, to } => {
            for (word, moment) in [("from", from), ("until", to)] {
                match moment {
                    Some(Moment::Day(day)) => put!(out, " {word} {}", day.iso()),
                    Some(Moment::Instant(at)) => put!(out, " {word} {}", at.rfc3339()),
                    None => {}
                }
            }
        }
        Window::Around { side, anchor, within } => {
            if let Some(span) = within {
                put!(out, " within {span}");
            }
            put!(out, " {} ", side.code());
            let (word, of) = match anchor {
                Anchor::First(of) => ("first ", of),
                Anchor::Last(of) => ("last ", of),
                Anchor::Field(field) => return put!(out, "field {}", name(field)),
            };
            out.push_str(word);
            facts(out, of);
        }
    }
}

fn test(out: &mut String, one: &Test, as_percent: bool) {
    let value = |value: &Value| match value {
        Value::Number(number) if as_percent && number.0.abs() <= 10 * ONE => number.percent(),
        other => other.to_string(),
    };
    let relative = |one: &Relative| {
        let word = if one.toward == Toward::Last { "last" } else { "next" };
        format!("in {word} {}", one.span)
    };
    match one {
        Test::Exists => out.push_str(" exists"),
        Test::Is(values) => match values.as_slice() {
            [only] if only.kind().has_order() => put!(out, " = {}", value(only)),
            [only] => put!(out, " is {}", value(only)),
            several => put!(out, " is one of ({})", several.iter().map(value).collect::<Vec<_>>().join(", ")),
        },
        Test::Contains(part) => put!(out, " contains {}", quoted(part)),
        Test::StartsWith(part) => put!(out, " starts with {}", quoted(part)),
        Test::Range { from: Some(from), to: Some(to) } if from.is_inclusive && to.is_inclusive => {
            put!(out, " between {} and {}", value(&from.value), value(&to.value));
        }
        Test::Range { from, to } => {
            for (bound, inclusive, exclusive) in [(from, ">=", ">"), (to, "<=", "<")] {
                if let Some(bound) = bound {
                    put!(out, " {} {}", if bound.is_inclusive { inclusive } else { exclusive }, value(&bound.value));
                }
            }
        }
        Test::Within(one) => put!(out, " {}", relative(one)),
        Test::Anniversary(one) => put!(out, " anniversary {}", relative(one)),
        Test::Top(share) => put!(out, " top {}", share.percent()),
        Test::Bottom(share) => put!(out, " bottom {}", share.percent()),
    }
}
