//! Whether what a rule speaks of exists, and is of the type that the rule takes it for.

use super::catalogue::{Catalogue, Typed};
use super::problem::{Problem, unknown};
use super::span::Length;
use super::tree::{
    Anchor, Clause, Condition, Detail, Facts, Has, Measure, Relative, Rule, Take, Test, Tree, What, Window,
};
use super::value::{Type, Value};
use super::walk::{Part, walk};

/// All that is out of range or wrong in this workspace; empty where the rule can be used.
pub fn problems(rule: &Rule, catalogue: &Catalogue) -> Vec<Problem> {
    let mut found = super::limits::problems(rule);
    if !found.is_empty() {
        // What is out of range is told first: the rest of it may be without bounds.
        return found;
    }
    let check = Check { catalogue };
    walk(rule, &mut |at, _, part| match part {
        Part::Clause(clause) => check.clause(at, clause, &mut found),
        Part::Facts(facts) => check.facts(at, facts, &mut found),
        Part::Window(window) => check.window(at, window, &mut found),
        // Properties are checked with the facts that they narrow.
        Part::Branch | Part::Property(_) | Part::Line | Part::Step(_) => {}
    });
    found
}

struct Check<'a> {
    catalogue: &'a Catalogue,
}

impl Check<'_> {
    fn clause(&self, at: &str, clause: &Clause, found: &mut Vec<Problem>) {
        match clause {
            Clause::Has(has) => self.has(at, has, found),
            Clause::Field { name, test } => match self.catalogue.fields.get(name) {
                Some(typed) => self.test(at, name, typed, test, found),
                None => found.push(Problem::new(&format!("{at}/field"), self.no_field(name))),
            },
            Clause::Measure { measure, test } => self.measure(at, measure, test, found),
            Clause::Sequence(_) => {}
        }
    }

    fn no_field(&self, name: &str) -> String {
        unknown("field", name, self.catalogue.fields.keys().map(String::as_str))
    }

    fn has(&self, at: &str, has: &Has, found: &mut Vec<Problem>) {
        let own = self.catalogue;
        let (kind, name, known) = match has {
            Has::Tag(name) => ("tag", name, &own.tags),
            Has::TagGroup(name) => ("group of tags", name, &own.tag_groups),
            Has::Segment(name) => ("segment", name, &own.segments),
            Has::Channel(Some(name)) => ("channel", name, &own.channels),
            Has::Channel(None) | Has::Identifier(_) => return,
            Has::Consent { purpose, channel, .. } => {
                if let Some(channel) = channel.as_ref().filter(|one| !own.channels.contains(*one)) {
                    let message = unknown("channel", channel, own.channels.iter().map(String::as_str));
                    found.push(Problem::new(&format!("{at}/consent/channel"), message));
                }
                ("purpose", purpose, &own.purposes)
            }
        };
        if !known.contains(name) {
            found.push(Problem::new(at, unknown(kind, name, known.iter().map(String::as_str))));
        }
    }

    fn facts(&self, at: &str, facts: &Facts, found: &mut Vec<Problem>) {
        for what in &facts.of {
            let What::Event(name) = what else { continue };
            if !self.catalogue.events.contains_key(name) {
                let message = unknown("event", name, self.catalogue.events.keys().map(String::as_str));
                found.push(Problem::new(&format!("{at}/of"), message));
            }
        }
        if let Some(filter) = &facts.filter {
            self.condition(&format!("{at}/where"), filter, facts, found);
        }
    }

    fn condition(&self, at: &str, one: &Condition, facts: &Facts, found: &mut Vec<Problem>) {
        match one {
            Tree::All(children) | Tree::Any(children) => {
                let key = if matches!(one, Tree::All(_)) { "all" } else { "any" };
                for (place, child) in children.iter().enumerate() {
                    self.condition(&format!("{at}/{key}/{place}"), child, facts, found);
                }
            }
            Tree::Not(child) => self.condition(&format!("{at}/not"), child, facts, found),
            Tree::Leaf(Detail::Line(inner)) => {
                let lines = facts.of.iter().map(What::lines).collect::<Option<Vec<What>>>();
                let Some(of) = lines else {
                    found.push(Problem::new(
                        &format!("{at}/line"),
                        "`line` is for orders and refunds: nothing else has lines",
                    ));
                    return;
                };
                self.condition(&format!("{at}/line"), inner, &Facts { of, filter: None }, found);
            }
            Tree::Leaf(Detail::Property(property)) => {
                if let Some(typed) = self.property(&format!("{at}/property"), &property.name, facts, found) {
                    self.test(at, &property.name, &typed, &property.test, found);
                }
            }
        }
    }

    /// What the property takes, which every kind of the facts must have.
    fn property(&self, at: &str, name: &str, facts: &Facts, found: &mut Vec<Problem>) -> Option<Typed> {
        let mut typed: Option<Typed> = None;
        for what in &facts.of {
            if matches!(what, What::Event(event) if !self.catalogue.events.contains_key(event)) {
                // That there is no such event is told already.
                return None;
            }
            let Some(one) = self.catalogue.property(what, name) else {
                let known = self.catalogue.properties(what);
                let message = unknown(&format!("property of {}", named(what)), name, known.into_iter());
                found.push(Problem::new(at, message));
                return None;
            };
            match &mut typed {
                None => typed = Some(one),
                Some(before) if before.kind != one.kind => {
                    let (a, b) = (before.kind.named(), one.kind.named());
                    found.push(Problem::new(at, format!("`{name}` is {a} of some of these facts and {b} of others")));
                    return None;
                }
                Some(before) if before.allowed.is_empty() || one.allowed.is_empty() => before.allowed.clear(),
                Some(before) => before.allowed.extend(one.allowed),
            }
        }
        typed
    }

    fn window(&self, at: &str, window: &Window, found: &mut Vec<Problem>) {
        let Window::Around { side, anchor: Anchor::Field(name), .. } = window else { return };
        let at = format!("{at}/{}/field", side.code());
        match self.catalogue.fields.get(name) {
            None => found.push(Problem::new(&at, self.no_field(name))),
            Some(typed) if typed.kind.is_time() => {}
            Some(typed) => {
                let kind = typed.kind.named();
                found.push(Problem::new(
                    &at,
                    format!("`{name}` is {kind}: facts come before or after a day or an instant"),
                ));
            }
        }
    }

    fn measure(&self, at: &str, measure: &Measure, test: &Test, found: &mut Vec<Problem>) {
        let code = measure.take.code();
        let own = format!("{at}/{code}");
        if let Take::Share { part, .. } = &measure.take {
            self.condition(&format!("{own}/part"), part, &measure.facts, found);
        }
        let mut result = Typed::any(Type::Number);
        if let Some(name) = measure.take.property() {
            let place = format!("{own}/property");
            let Some(typed) = self.property(&place, name, &measure.facts, found) else { return };
            let (fits, allowed) = match &measure.take {
                Take::Sum(_) | Take::Average(_) | Take::Share { .. } => {
                    (typed.kind.has_sum(), "numbers and amounts of money")
                }
                Take::Min(_) | Take::Max(_) => (typed.kind.has_order(), "numbers, amounts of money, days and instants"),
                Take::Count | Take::Distinct(_) | Take::First(_) | Take::Last(_) => (true, ""),
            };
            if !fits {
                let kind = typed.kind.named();
                found.push(Problem::new(&place, format!("`{name}` is {kind}: `{code}` is for {allowed}")));
                return;
            }
            if !matches!(measure.take, Take::Distinct(_) | Take::Share { .. }) {
                result = typed;
            }
        }
        let subject = match measure.take.property() {
            Some(name) => format!("{code} {name}"),
            None => code.to_owned(),
        };
        self.test(at, &subject, &result, test, found);
    }

    fn test(&self, at: &str, subject: &str, typed: &Typed, test: &Test, found: &mut Vec<Problem>) {
        let kind = typed.kind;
        let mut refuse =
            |message: String| found.push(Problem::new(at, format!("`{subject}` is {}: {message}", kind.named())));
        match test {
            Test::Exists => {}
            Test::Is(values) => {
                for value in values {
                    self.value(at, subject, typed, value, found);
                }
            }
            Test::Contains(_) | Test::StartsWith(_) => {
                if kind != Type::Text {
                    refuse(format!("`{}` is for texts", test.code()));
                }
            }
            Test::Range { from, to } => {
                if !kind.has_order() {
                    return refuse("comparisons are for numbers, amounts of money, days and instants".to_owned());
                }
                for bound in [from, to].into_iter().flatten() {
                    self.value(at, subject, typed, &bound.value, found);
                }
            }
            Test::Within(relative) | Test::Anniversary(relative) => {
                if !kind.is_time() {
                    refuse(format!("`{}` is for days and instants", test.code()));
                } else if kind == Type::Day && !is_whole_days(*relative) {
                    refuse("it is looked for within whole days, months or years".to_owned());
                }
            }
            Test::Top(_) | Test::Bottom(_) => {
                if !kind.has_sum() {
                    refuse(format!("`{}` is for numbers and amounts of money", test.code()));
                }
            }
        }
    }

    fn value(&self, at: &str, subject: &str, typed: &Typed, value: &Value, found: &mut Vec<Problem>) {
        let mut refuse = |message: String| found.push(Problem::new(at, message));
        if value.kind() != typed.kind {
            let (is, other) = (typed.kind.named(), value.kind().named());
            return refuse(format!("`{subject}` is {is}: {value} is {other}"));
        }
        match value {
            Value::Money(money) if self.catalogue.currency != Some(money.currency) => {
                refuse(match self.catalogue.currency {
                    Some(own) => format!("amounts of this workspace are in {}: {value} is not", own.code()),
                    None => "this workspace has no currency so far".to_owned(),
                })
            }
            Value::Text(text) if !typed.allowed.is_empty() && !typed.allowed.contains(text) => {
                let kind = format!("value of `{subject}` that is called");
                refuse(unknown(&kind, text, typed.allowed.iter().map(String::as_str)));
            }
            _ => {}
        }
    }
}

fn is_whole_days(relative: Relative) -> bool {
    matches!(relative.span.length(), Length::Months(_)) || relative.span.whole_days().is_some()
}

fn named(what: &What) -> String {
    match what {
        What::Event(name) => format!("event `{name}`"),
        What::Anything => "anything (facts of all kinds share their instant `at` only)".to_owned(),
        other => other.code().replace('_', " "),
    }
}
