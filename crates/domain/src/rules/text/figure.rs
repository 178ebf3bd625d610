//! What begins with a digit: numbers, parts in percent, amounts, days and instants.

use super::lex::Kind;
use super::parse::{Parser, Result};
use crate::rules::json::parse_money;
use crate::rules::tree::Moment;
use crate::rules::value::{NUMBER_PLACES, Number, Value, is_plain_decimal};
use crate::time::{Day, Instant};

pub(super) const VALUE: &str =
    "a value: a \"text\", a number, 60%, 500.00 CNY, true, false, 2026-01-31 or 2026-01-31T09:30:00Z";

impl Parser<'_> {
    pub(super) fn value(&mut self) -> Result<Value> {
        let value = match &self.peek().kind {
            Kind::Quoted(text) => Value::Text(text.clone()),
            Kind::Word(word) if word == "true" => Value::Boolean(true),
            Kind::Word(word) if word == "false" => Value::Boolean(false),
            Kind::Figure(figure) => {
                let figure = figure.clone();
                return self.figure(&figure);
            }
            _ => return self.expected(VALUE),
        };
        self.step();
        Ok(value)
    }

    fn figure(&mut self, figure: &str) -> Result<Value> {
        if is_time(figure) {
            let value = match (Day::parse_iso(figure), Instant::parse_rfc3339(figure)) {
                (_, Some(at)) => Value::Instant(at),
                (Some(day), None) => Value::Day(day),
                _ => return self.expected("a day such as 2026-01-31, or an instant such as 2026-01-31T09:30:00Z"),
            };
            self.step();
            return Ok(value);
        }
        if !is_plain_decimal(figure) {
            return self.expected(VALUE);
        }
        let start = self.place();
        self.step();
        if let Some(code) = self.currency() {
            return match parse_money(figure, &code) {
                Ok(money) => Ok(Value::Money(money)),
                Err(allowed) => self.wrong_since(start, &format!("expected {allowed}")),
            };
        }
        let Some(number) = Number::parse(figure) else {
            return self.wrong_since(start, "a number is at most a hundred billion");
        };
        if self.takes_symbol("%") {
            return match number.0 % 100 {
                0 => Ok(Value::Number(Number(number.0 / 100))),
                _ => self.wrong_since(start, "a part in percent has at most four decimals"),
            };
        }
        if figure.split_once('.').is_some_and(|(_, decimals)| decimals.len() > usize::from(NUMBER_PLACES)) {
            return self.wrong_since(start, "a number has at most six decimals");
        }
        Ok(Value::Number(number))
    }

    /// Three capitals right behind a number.
    fn currency(&mut self) -> Option<String> {
        let Kind::Word(word) = &self.peek().kind else { return None };
        let is_code = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        let code = is_code.then(|| word.clone())?;
        self.step();
        Some(code)
    }

    pub(super) fn moment(&mut self) -> Result<Moment> {
        let start = self.place();
        match self.value()? {
            Value::Day(day) => Ok(Moment::Day(day)),
            Value::Instant(at) => Ok(Moment::Instant(at)),
            _ => self.wrong_since(start, "expected a day or an instant"),
        }
    }

    /// `5%`.
    pub(super) fn part(&mut self) -> Result<Number> {
        let start = self.place();
        match self.value()? {
            Value::Number(number) => Ok(number),
            _ => self.wrong_since(start, "expected a part, such as 5%"),
        }
    }
}

/// `2026-…`
fn is_time(figure: &str) -> bool {
    figure.len() > 4 && figure.as_bytes()[4] == b'-' && figure.bytes().take(4).all(|byte| byte.is_ascii_digit())
}
