//! Rules that are within the limits and right for the sample's catalogue.

use super::{Draw, catalogue, instant};
use crate::consent::Decision;
use crate::identity::IdentifierType;
use crate::rules::catalogue::{Catalogue, Typed};
use crate::rules::span::{CalendarUnit, Span, SpanUnit};
use crate::rules::tree::{
    Anchor, Bound, Clause, Condition, Detail, Facts, Has, Measure, Moment, Property, Relative, Rule, Sequence, Side,
    Step, Take, Test, Toward, Tree, What, Window,
};
use crate::rules::value::{Number, Type, Value};
use crate::time::{Day, MICROS_PER_DAY};
use std::cmp::Ordering;

/// A rule of about so many clauses, at most; of 0 it has one.
pub fn rule(seed: u64, size: usize) -> Rule {
    let mut draw = Draw::new(seed);
    let catalogue = catalogue();
    let mut writer = Writer { draw: &mut draw, catalogue: &catalogue };
    writer.tree(size, 4, &mut |writer| Some(writer.clause())).unwrap_or(Tree::All(Vec::new()))
}

struct Writer<'a> {
    draw: &'a mut Draw,
    catalogue: &'a Catalogue,
}

/// What a measure or a field comes to.
struct Subject {
    typed: Typed,
    is_customers: bool,
}

impl Writer<'_> {
    fn tree<L>(&mut self, size: usize, depth: usize, leaf: &mut dyn FnMut(&mut Self) -> Option<L>) -> Option<Tree<L>> {
        if size == 0 || depth == 0 || self.draw.one_in(4) {
            return leaf(self).map(Tree::Leaf);
        }
        let count = if self.draw.one_in(12) { self.draw.below(2) } else { 2 + self.draw.below(2) };
        let mut children = |writer: &mut Self| -> Vec<Tree<L>> {
            (0..count).filter_map(|_| writer.tree(size / 2, depth - 1, leaf)).collect()
        };
        match self.draw.below(5) {
            0 => self.tree(size - 1, depth - 1, leaf).map(Tree::negated),
            1 | 2 => Some(Tree::Any(children(self))),
            _ => Some(Tree::All(children(self))),
        }
    }

    fn clause(&mut self) -> Clause {
        match self.draw.below(10) {
            0 | 1 => Clause::Has(self.has()),
            2..=4 => self.field(),
            5 => Clause::Sequence(self.sequence()),
            _ => self.measure(),
        }
    }

    fn name<'n>(&mut self, names: impl Iterator<Item = &'n String>) -> String {
        let names: Vec<&String> = names.collect();
        self.draw.pick(&names).clone()
    }

    fn has(&mut self) -> Has {
        let own = self.catalogue;
        match self.draw.below(7) {
            0 => Has::TagGroup(self.name(own.tag_groups.iter())),
            1 => Has::Segment(self.name(own.segments.iter())),
            2 => Has::Channel(None),
            3 => Has::Channel(Some(self.name(own.channels.iter()))),
            4 => Has::Identifier(self.draw.pick(&[IdentifierType::Phone, IdentifierType::AndroidPushToken])),
            5 => Has::Consent {
                purpose: self.name(own.purposes.iter()),
                channel: if self.draw.one_in(2) { Some(self.name(own.channels.iter())) } else { None },
                decision: self.draw.pick(&Decision::ALL),
            },
            _ => Has::Tag(self.name(own.tags.iter())),
        }
    }

    fn field(&mut self) -> Clause {
        let name = self.name(self.catalogue.fields.keys());
        let subject = Subject { typed: self.catalogue.fields[&name].clone(), is_customers: true };
        Clause::Field { name, test: self.test(&subject) }
    }

    fn measure(&mut self) -> Clause {
        let facts = self.facts();
        let window = self.window();
        let named = self.property_of(&facts.of, |_| true);
        let summed = self.property_of(&facts.of, Type::has_sum);
        let ordered = self.property_of(&facts.of, Type::has_order);
        let number = Typed::any(Type::Number);
        let (take, typed) = match (self.draw.below(12), named, summed, ordered) {
            (0, Some((name, _)), ..) => (Take::Distinct(name), number),
            (1, Some((name, typed)), ..) => (Take::First(name), typed),
            (2, Some((name, typed)), ..) => (Take::Last(name), typed),
            (3 | 4, _, Some((name, typed)), _) => (Take::Sum(name), typed),
            (5, _, Some((name, typed)), _) => (Take::Average(name), typed),
            (6, _, _, Some((name, typed))) => (Take::Min(name), typed),
            (7, _, _, Some((name, typed))) => (Take::Max(name), typed),
            (8 | 9, Some(_), by, _) => {
                let by = by.map(|(name, _)| name).filter(|_| self.draw.one_in(2));
                let part = self.condition(&facts.of).unwrap_or(Tree::All(Vec::new()));
                (Take::Share { by, part }, number)
            }
            _ => (Take::Count, number),
        };
        let test = match take {
            Take::Share { .. } => self.share_test(),
            Take::Count | Take::Distinct(_) => self.count_test(),
            _ => self.test(&Subject { typed, is_customers: true }),
        };
        Clause::Measure { measure: Box::new(Measure { take, facts, window }), test }
    }

    fn share_test(&mut self) -> Test {
        let value = Value::Number(Number(self.draw.between(0, 10) * 100_000));
        Test::Range { from: Some(Bound { value, is_inclusive: self.draw.one_in(2) }), to: None }
    }

    fn count_test(&mut self) -> Test {
        let value = |draw: &mut Draw| Value::Number(Number::whole(draw.between(0, 3)));
        match self.draw.below(5) {
            0 => Test::Is(vec![value(self.draw)]),
            1 => Test::Range { from: None, to: Some(Bound { value: value(self.draw), is_inclusive: true }) },
            2 => Test::Top(Number(50_000)),
            _ => Test::Range { from: Some(Bound { value: value(self.draw), is_inclusive: true }), to: None },
        }
    }

    fn sequence(&mut self) -> Sequence {
        let count = 2 + self.draw.below(2);
        let steps = (0..count).map(|place| {
            let is_later = place > 0;
            Step {
                facts: self.facts(),
                within: if is_later && self.draw.one_in(2) { Some(self.span()) } else { None },
                without: if is_later && self.draw.one_in(3) { Some(self.facts()) } else { None },
            }
        });
        Sequence { steps: steps.collect(), window: self.window() }
    }

    fn facts(&mut self) -> Facts {
        let event = |writer: &mut Self| What::Event(writer.name(writer.catalogue.events.keys()));
        let of = match self.draw.below(9) {
            0 | 1 => vec![What::Orders],
            2 | 3 => vec![What::Lines],
            4 => vec![What::Orders, What::Refunds],
            5 => vec![What::RefundLines, What::Lines],
            6 => vec![What::Anything],
            7 => vec![What::Pages, What::Screens, event(self)],
            _ => vec![event(self)],
        };
        let filter = if self.draw.one_in(2) { self.condition(&of) } else { None };
        Facts { of, filter }
    }

    fn condition(&mut self, of: &[What]) -> Option<Condition> {
        let lines: Option<Vec<What>> = of.iter().map(What::lines).collect();
        self.tree(2, 2, &mut |writer| {
            if let Some(lines) = lines.as_ref().filter(|_| writer.draw.one_in(2)) {
                return writer.condition(lines).map(|inner| Detail::Line(Box::new(inner)));
            }
            let (name, typed) = writer.property_of(of, |_| true)?;
            Some(Detail::Property(Property { name, test: writer.test(&Subject { typed, is_customers: false }) }))
        })
    }

    /// One that all of these have.
    fn property_of(&mut self, of: &[What], fits: impl Fn(Type) -> bool) -> Option<(String, Typed)> {
        let names = self.catalogue.properties(of.first()?);
        let common = names.into_iter().filter_map(|name| {
            let typed: Vec<Typed> = of.iter().map(|what| self.catalogue.property(what, name)).collect::<Option<_>>()?;
            let first = typed.first()?.clone();
            (typed.iter().all(|one| *one == first) && fits(first.kind)).then(|| (name.to_owned(), first))
        });
        let common: Vec<(String, Typed)> = common.collect();
        if common.is_empty() { None } else { Some(self.draw.pick(&common)) }
    }

    fn window(&mut self) -> Window {
        let unit = self.draw.pick(&CalendarUnit::ALL);
        match self.draw.below(8) {
            0 | 1 => Window::Ever,
            2 | 3 => Window::Last(self.span()),
            4 => Window::This(unit),
            5 => Window::Full { count: 1 + self.draw.below(4) as u32, unit },
            6 => self.between(),
            _ => {
                let anchor = match self.draw.below(4) {
                    0 => Anchor::Field("birthday".to_owned()),
                    1 => Anchor::Field("member_since".to_owned()),
                    2 => Anchor::First(self.facts()),
                    _ => Anchor::Last(self.facts()),
                };
                let side = if self.draw.one_in(3) { Side::Before } else { Side::After };
                let within = if self.draw.one_in(2) { Some(self.span()) } else { None };
                Window::Around { side, anchor, within }
            }
        }
    }

    fn between(&mut self) -> Window {
        let mut moment = || {
            let at = instant(self.draw);
            if self.draw.one_in(2) { Moment::Instant(at) } else { Moment::Day(Day((at.0 / MICROS_PER_DAY) as i32)) }
        };
        let (from, to) = (moment(), moment());
        let is_empty = match (from, to) {
            (Moment::Day(from), Moment::Day(to)) => from >= to,
            (Moment::Instant(from), Moment::Instant(to)) => from >= to,
            _ => false,
        };
        match self.draw.below(3) {
            0 => Window::Between { from: Some(from), to: None },
            1 => Window::Between { from: None, to: Some(to) },
            _ => Window::Between { from: Some(from), to: Some(to).filter(|_| !is_empty) },
        }
    }

    fn span(&mut self) -> Span {
        match self.draw.below(6) {
            0 => Span::new(90, SpanUnit::Minute),
            1 => Span::new(1 + self.draw.below(48) as u32, SpanUnit::Hour),
            2 => Span::new(1 + self.draw.below(3) as u32, SpanUnit::Week),
            3 | 4 => Span::new(1 + self.draw.below(6) as u32, SpanUnit::Month),
            _ => Span::days(1 + self.draw.below(120) as u32),
        }
    }

    fn test(&mut self, subject: &Subject) -> Test {
        let kind = subject.typed.kind;
        match self.draw.below(8) {
            0 => Test::Exists,
            1 | 2 => Test::Is((0..1 + self.draw.below(2)).map(|_| self.value(&subject.typed)).collect()),
            3 | 4 if subject.is_customers && kind.is_time() => {
                let toward = if self.draw.one_in(2) { Toward::Last } else { Toward::Next };
                if self.draw.one_in(2) {
                    let span = Span::days(1 + self.draw.below(90) as u32);
                    return Test::Anniversary(Relative { toward, span });
                }
                let span = if kind == Type::Day { Span::new(2, SpanUnit::Month) } else { self.span() };
                Test::Within(Relative { toward, span })
            }
            3 if subject.is_customers && kind.has_sum() => {
                let share = Number(10_000 * self.draw.between(1, 99));
                if self.draw.one_in(2) { Test::Top(share) } else { Test::Bottom(share) }
            }
            _ if kind.has_order() => self.range(&subject.typed),
            _ if kind == Type::Text => {
                let Value::Text(text) = self.value(&subject.typed) else { return Test::Exists };
                let part: String = text.chars().take(1 + self.draw.below(3)).collect();
                if self.draw.one_in(2) { Test::Contains(part.to_uppercase()) } else { Test::StartsWith(part) }
            }
            _ => Test::Is(vec![self.value(&subject.typed)]),
        }
    }

    fn range(&mut self, typed: &Typed) -> Test {
        let mut bound = || Some(Bound { value: self.value(typed), is_inclusive: self.draw.one_in(2) });
        let (from, to) = (bound(), bound());
        match self.draw.below(3) {
            0 => Test::Range { from, to: None },
            1 => Test::Range { from: None, to },
            _ => {
                let order = |a: &Bound, b: &Bound| a.value.compare(&b.value);
                let side = from.as_ref().zip(to.as_ref()).and_then(|(a, b)| order(a, b));
                match side {
                    Some(Ordering::Less) => Test::Range { from, to },
                    Some(Ordering::Greater) => Test::Range { from: to, to: from },
                    _ => Test::Range { from, to: None },
                }
            }
        }
    }

    fn value(&mut self, typed: &Typed) -> Value {
        if !typed.allowed.is_empty() {
            return Value::Text(self.draw.pick(&typed.allowed));
        }
        super::history::value(self.draw, typed.kind)
    }
}
