//! Tests of values, spans of time and windows of the calendar.

use super::lex::Kind;
use super::parse::{Parser, Result};
use crate::rules::span::{CalendarUnit, SPAN_ALLOWED, Span};
use crate::rules::tree::{Bound, Relative, Test, Toward, Window};

const TEST: &str =
    "exists, is, contains, starts with, between, =, >, >=, <, <=, in last, in next, anniversary, top or bottom";

impl Parser<'_> {
    pub(super) fn test(&mut self) -> Result<Test> {
        if self.takes("exists") {
            return Ok(Test::Exists);
        }
        if self.takes("is") {
            return self.is();
        }
        if self.takes_symbol("=") {
            return Ok(Test::Is(vec![self.value()?]));
        }
        if self.takes("contains") {
            return Ok(Test::Contains(self.quoted()?));
        }
        if self.takes("starts") {
            self.need("with")?;
            return Ok(Test::StartsWith(self.quoted()?));
        }
        if self.takes("between") {
            let from = Bound { value: self.value()?, is_inclusive: true };
            self.need("and")?;
            let to = Bound { value: self.value()?, is_inclusive: true };
            return Ok(Test::Range { from: Some(from), to: Some(to) });
        }
        if self.takes("in") {
            return Ok(Test::Within(self.relative()?));
        }
        if self.takes("anniversary") {
            self.need("in")?;
            return Ok(Test::Anniversary(self.relative()?));
        }
        if self.takes("top") {
            return Ok(Test::Top(self.part()?));
        }
        if self.takes("bottom") {
            return Ok(Test::Bottom(self.part()?));
        }
        let from = self.bound(">=", ">")?;
        let to = self.bound("<=", "<")?;
        if from.is_none() && to.is_none() {
            return self.expected(TEST);
        }
        Ok(Test::Range { from, to })
    }

    fn is(&mut self) -> Result<Test> {
        if !self.takes("one") {
            return Ok(Test::Is(vec![self.value()?]));
        }
        self.need("of")?;
        self.need_symbol("(")?;
        let mut values = vec![self.value()?];
        while self.takes_symbol(",") {
            values.push(self.value()?);
        }
        if !self.takes_symbol(")") {
            return self.expected("`,` or `)`");
        }
        Ok(Test::Is(values))
    }

    fn bound(&mut self, inclusive: &str, exclusive: &str) -> Result<Option<Bound>> {
        let is_inclusive = self.takes_symbol(inclusive);
        if !is_inclusive && !self.takes_symbol(exclusive) {
            return Ok(None);
        }
        Ok(Some(Bound { value: self.value()?, is_inclusive }))
    }

    fn quoted(&mut self) -> Result<String> {
        let Kind::Quoted(text) = &self.peek().kind else { return self.expected("a text in double quotes") };
        self.step();
        Ok(text.clone())
    }

    fn relative(&mut self) -> Result<Relative> {
        let toward = match (self.takes("last"), self.takes("next")) {
            (true, _) => Toward::Last,
            (_, true) => Toward::Next,
            _ => return self.expected("`last` or `next`"),
        };
        Ok(Relative { toward, span: self.span()? })
    }

    pub(super) fn span(&mut self) -> Result<Span> {
        let start = self.place();
        let count = self.count()?;
        self.unit(start, &count, Span::parse, SPAN_ALLOWED)
    }

    /// A whole number, as it stands there.
    fn count(&mut self) -> Result<String> {
        match &self.peek().kind {
            Kind::Figure(figure) if figure.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.step();
                Ok(figure.clone())
            }
            _ => self.expected(SPAN_ALLOWED),
        }
    }

    fn unit<T>(&mut self, start: usize, count: &str, parse: impl Fn(&str) -> Option<T>, allowed: &str) -> Result<T> {
        let Kind::Word(unit) = &self.peek().kind else { return self.expected("a unit of time") };
        self.step();
        match parse(&format!("{count} {unit}")) {
            Some(one) => Ok(one),
            None => self.wrong_since(start, &format!("expected {allowed}")),
        }
    }

    /// Behind `in`.
    pub(super) fn window_in(&mut self) -> Result<Window> {
        const UNITS: &str = "day, week, month, quarter or year";
        if self.takes("this") {
            let unit = if let Kind::Word(word) = &self.peek().kind { CalendarUnit::parse(word) } else { None };
            let Some(unit) = unit else { return self.expected(UNITS) };
            self.step();
            return Ok(Window::This(unit));
        }
        self.need("last")?;
        let start = self.place();
        let count = self.count()?;
        if !self.takes("full") {
            return Ok(Window::Last(self.unit(start, &count, Span::parse, SPAN_ALLOWED)?));
        }
        let unit = if let Kind::Word(word) = &self.peek().kind { CalendarUnit::parse(word) } else { None };
        let Some(unit) = unit else { return self.expected(UNITS) };
        self.step();
        match count.parse() {
            Ok(count) if (1..=unit.count_max()).contains(&count) => Ok(Window::Full { count, unit }),
            _ => self.wrong_since(start, &format!("expected 1 to {} full {}s", unit.count_max(), unit.code())),
        }
    }
}
