//! How large a rule may be, and what it may not say whatever the workspace knows.
//!
//! Invariant: a rule that passes here is answered in bounded time by each evaluator, and its three forms fit the limits of
//! whatever stores and sends them. Readers of JSON and of text refuse what is too deep while they read.

use super::json::write;
use super::problem::Problem;
use super::span::{Length, SPAN_ALLOWED, Span};
use super::text::print;
use super::tree::{Anchor, Clause, Facts, Has, Moment, Property, Rule, Step, Test, What, Window};
use super::value::{NUMBER_DIGITS_MAX, Number, ONE, Value};
use super::walk::{Part, walk};
use crate::money::AMOUNT_MINOR_MAX;
use crate::time::{Day, Instant};
use std::cmp::Ordering;

/// Of the JSON form and of the text form.
pub const RULE_BYTES_MAX: usize = 64 * 1024;
/// How deep and, or, not may stand within each other, conditions included.
pub const DEPTH_MAX: usize = 16;
/// Clauses, tests of properties, and, or, not: all of a rule together.
pub const PARTS_MAX: usize = 500;
/// Values that `is` compares with.
pub const VALUES_MAX: usize = 500;
/// Kinds of facts that count together.
pub const WHATS_MAX: usize = 20;
pub const STEPS_MAX: usize = 10;
/// Characters of a name.
pub const NAME_CHARACTERS_MAX: usize = 200;
/// Characters of a text that is compared.
pub const TEXT_CHARACTERS_MAX: usize = 500;

/// All that is out of range; empty where the rule is within the limits.
pub fn problems(rule: &Rule) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut parts = 0;
    let mut deepest = 0;
    walk(rule, &mut |at, depth, part| {
        parts += usize::from(matches!(part, Part::Branch | Part::Clause(_) | Part::Property(_) | Part::Line));
        deepest = deepest.max(depth);
        let mut refuse = |message: &str| found.push(Problem::new(at, message));
        match part {
            Part::Branch | Part::Line => {}
            Part::Clause(clause) => of_clause(clause, &mut refuse),
            Part::Property(property) => of_property(property, &mut refuse),
            Part::Facts(facts) => of_facts(facts, &mut refuse),
            Part::Window(window) => of_window(window, &mut refuse),
            Part::Step(step) => of_step(step, at.ends_with("/steps/0"), &mut refuse),
        }
    });
    if parts > PARTS_MAX {
        found.push(Problem::new("", format!("a rule has at most {PARTS_MAX} parts; this one has {parts}")));
    }
    if deepest > DEPTH_MAX {
        found.push(Problem::new("", too_deep()));
    }
    if parts <= PARTS_MAX && deepest <= DEPTH_MAX {
        of_length("JSON", write(rule).to_string().len(), &mut found);
        of_length("text", print(rule).len(), &mut found);
    }
    found
}

/// A form that is longer would not be read back.
fn of_length(form: &str, length: usize, found: &mut Vec<Problem>) {
    if length > RULE_BYTES_MAX {
        let message = format!("a rule is at most {RULE_BYTES_MAX} bytes of {form}; this one is {length}");
        found.push(Problem::new("", message));
    }
}

pub(super) fn too_deep() -> String {
    format!("and, or, not stand at most {DEPTH_MAX} deep within each other")
}

type Refuse<'a> = dyn FnMut(&str) + 'a;

fn of_clause(clause: &Clause, refuse: &mut Refuse<'_>) {
    match clause {
        Clause::Has(has) => {
            for one in names_of(has) {
                name(one, refuse);
            }
        }
        Clause::Field { name: field, test } => {
            name(field, refuse);
            of_test(test, refuse);
        }
        Clause::Measure { measure, test } => {
            if let Some(property) = measure.take.property() {
                name(property, refuse);
            }
            of_test(test, refuse);
        }
        Clause::Sequence(sequence) => {
            if !(2..=STEPS_MAX).contains(&sequence.steps.len()) {
                refuse(&format!("a sequence has 2 to {STEPS_MAX} steps"));
            }
        }
    }
}

fn names_of(has: &Has) -> Vec<&str> {
    match has {
        Has::Tag(one) | Has::TagGroup(one) | Has::Segment(one) | Has::Channel(Some(one)) => vec![one],
        Has::Channel(None) | Has::Identifier(_) => Vec::new(),
        Has::Consent { purpose, channel, .. } => std::iter::once(purpose).chain(channel).map(String::as_str).collect(),
    }
}

fn of_property(property: &Property, refuse: &mut Refuse<'_>) {
    name(&property.name, refuse);
    if property.test.is_relative() {
        refuse(
            "a condition on a fact does not look at the clock: narrow the time by a window, such as in last 30 days",
        );
    }
    if property.test.is_quantile() {
        refuse("top and bottom are for fields and measures of a customer, not for a property of a fact");
    }
    of_test(&property.test, refuse);
}

fn of_facts(facts: &Facts, refuse: &mut Refuse<'_>) {
    if !(1..=WHATS_MAX).contains(&facts.of.len()) {
        refuse(&format!("1 to {WHATS_MAX} kinds of facts"));
    }
    if facts.of.iter().any(|one| one.is_line()) && !facts.of.iter().all(|one| one.is_line()) {
        refuse("lines are counted by themselves: they do not stand beside orders, refunds or events");
    }
    for what in &facts.of {
        if let What::Event(event) = what {
            name(event, refuse);
        }
    }
}

fn of_window(window: &Window, refuse: &mut Refuse<'_>) {
    match window {
        Window::Ever | Window::This(_) => {}
        Window::Last(span) => of_span(*span, refuse),
        Window::Full { count, unit } => {
            if !(1..=unit.count_max()).contains(count) {
                refuse(&format!("1 to {} full {}s", unit.count_max(), unit.code()));
            }
        }
        Window::Between { from, to } => {
            if from.is_none() && to.is_none() {
                refuse("from an instant, to an instant, or both");
            }
            let value = |moment: &Moment| match *moment {
                Moment::Day(day) => Value::Day(day),
                Moment::Instant(at) => Value::Instant(at),
            };
            let (from, to) = (from.as_ref().map(value), to.as_ref().map(value));
            [&from, &to].into_iter().flatten().for_each(|one| of_value(one, refuse));
            // Which of a day and an instant comes first, the zone says.
            if let (Some(from), Some(to)) = (&from, &to)
                && from.compare(to).is_some_and(Ordering::is_ge)
            {
                refuse(&format!("{from} is not before {to}: nothing is between them"));
            }
        }
        Window::Around { anchor, within, .. } => {
            if let Anchor::Field(field) = anchor {
                name(field, refuse);
            }
            within.iter().for_each(|span| of_span(*span, refuse));
        }
    }
}

fn of_step(step: &Step, is_first: bool, refuse: &mut Refuse<'_>) {
    if is_first && (step.within.is_some() || step.without.is_some()) {
        refuse("the first step has no step before it: within and without are for the others");
    }
    step.within.iter().for_each(|span| of_span(*span, refuse));
}

fn of_span(span: Span, refuse: &mut Refuse<'_>) {
    if !span.is_allowed() {
        refuse(SPAN_ALLOWED);
    }
}

fn of_test(test: &Test, refuse: &mut Refuse<'_>) {
    match test {
        Test::Exists => {}
        Test::Is(values) => {
            if !(1..=VALUES_MAX).contains(&values.len()) {
                refuse(&format!("1 to {VALUES_MAX} values"));
            }
            values.iter().for_each(|value| of_value(value, refuse));
        }
        Test::Contains(part) | Test::StartsWith(part) => text(part, refuse),
        Test::Range { from, to } => {
            let bounds: Vec<&Value> = [from, to].into_iter().flatten().map(|bound| &bound.value).collect();
            match bounds.as_slice() {
                [] => refuse("at_least or above, at_most or below, or one of each"),
                [from, to] if from.kind() != to.kind() => refuse("both ends of a comparison are of one type"),
                [low, high] => {
                    let is_one_value = [from, to].into_iter().flatten().all(|bound| bound.is_inclusive);
                    match low.compare(high) {
                        Some(Ordering::Greater) => refuse(&format!("{low} is above {high}: nothing is between them")),
                        Some(Ordering::Equal) if !is_one_value => {
                            refuse(&format!("nothing is above {low} and below {high} at once"));
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
            for bound in bounds {
                if !bound.kind().has_order() {
                    let allowed = "numbers, amounts, days and instants are larger or smaller than others";
                    refuse(&format!("{} is not: {allowed}", bound.kind().named()));
                }
                of_value(bound, refuse);
            }
        }
        Test::Within(relative) => of_span(relative.span, refuse),
        Test::Anniversary(relative) => {
            let is_allowed = match relative.span.length() {
                Length::Months(months) => months <= 12,
                Length::Time(_) => relative.span.whole_days().is_some_and(|days| days <= 366),
            };
            if !is_allowed || relative.span.count == 0 {
                refuse("an anniversary is looked for within 1 to 366 days or 1 to 12 months");
            }
        }
        Test::Top(share) | Test::Bottom(share) => {
            if !(1..ONE).contains(&share.0) {
                refuse("a part above 0 % and below 100 %");
            }
        }
    }
}

fn of_value(value: &Value, refuse: &mut Refuse<'_>) {
    match value {
        Value::Text(one) => text(one, refuse),
        Value::Number(number) => of_number(*number, refuse),
        Value::Money(money) => {
            if !(-AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX).contains(&money.minor) {
                refuse("an amount is at most ten billion of a currency with cents");
            }
        }
        Value::Boolean(_) => {}
        Value::Day(_) => {
            if !is_time(value) {
                refuse("a day from 1800-01-01 to 2200-01-01");
            }
        }
        Value::Instant(_) => {
            if !is_time(value) {
                refuse("an instant of the years 1800 to 2199");
            }
        }
    }
}

/// A day or an instant of the years that rules can name.
pub fn is_time(value: &Value) -> bool {
    match value {
        Value::Day(day) => (DAY_MIN..=DAY_MAX).contains(day),
        Value::Instant(at) => (INSTANT_MIN..=INSTANT_MAX).contains(at),
        _ => false,
    }
}

const DAY_MIN: Day = Day(-62_091);
const DAY_MAX: Day = Day(84_006);
const INSTANT_MIN: Instant = Instant(DAY_MIN.0 as i64 * crate::time::MICROS_PER_DAY);
const INSTANT_MAX: Instant = Instant(DAY_MAX.0 as i64 * crate::time::MICROS_PER_DAY);

fn of_number(number: Number, refuse: &mut Refuse<'_>) {
    if number.digits() > NUMBER_DIGITS_MAX {
        refuse(&format!("a number has at most {NUMBER_DIGITS_MAX} digits"));
    }
}

fn name(text: &str, refuse: &mut Refuse<'_>) {
    let is_name = (1..=NAME_CHARACTERS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if !is_name {
        refuse(&format!("a name has 1 to {NAME_CHARACTERS_MAX} characters, none of them a control character"));
    }
}

fn text(text: &str, refuse: &mut Refuse<'_>) {
    if !(1..=TEXT_CHARACTERS_MAX).contains(&text.chars().count()) || text.chars().any(char::is_control) {
        refuse(&format!("a text has 1 to {TEXT_CHARACTERS_MAX} characters, none of them a control character"));
    }
}
