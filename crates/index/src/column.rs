//! The values of one field: a plain cell a customer, for texts a bitmap a value, and for all others the cells bit by bit.
//!
//! Invariants: a cell holds the one value of a customer where it is of the column's type, as an integer whose order is that
//! of the values (of texts: the number of the text). What does not fit, several values or one of another type, is kept as it
//! is beside the cells, and looked at by the definition itself.

use crate::slices::{Bits, Slices};
use crate::snapshot::{Code, put_length, put_plain, take_length, take_plain};
use crate::words::Between;
use perennial_domain::money::Currency;
use perennial_domain::rules::oracle::Found;
use perennial_domain::rules::value::{Money, Number, ONE, Type, Value};
use perennial_domain::rules::{Bound, Test};
use perennial_domain::time::{Day, Instant};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::io::{Read, Result, Write};
use std::ops::RangeInclusive;

/// The customer has no value.
const NOTHING: i64 = i64::MIN;
/// What the customer has is among the others.
const ELSEWHERE: i64 = i64::MIN + 1;
const SMALLEST: i64 = i64::MIN + 2;

#[derive(Clone, Debug)]
pub(crate) struct Column {
    kind: Type,
    /// Of amounts: that of the first one.
    currency: Option<Currency>,
    cells: Vec<i64>,
    slices: Slices,
    texts: Texts,
    others: HashMap<u32, Vec<Value>>,
}

#[derive(Clone, Debug, Default)]
struct Texts {
    list: Vec<Value>,
    numbers: HashMap<Value, u32>,
    /// Who has it, by its number.
    who: Vec<RoaringBitmap>,
    /// Numbers of texts that nobody has any more, for others: a text is gone with whoever had it last.
    free: Vec<u32>,
}

impl Texts {
    fn number(&mut self, text: &Value) -> usize {
        if let Some(number) = self.numbers.get(text) {
            return *number as usize;
        }
        let number = match self.free.pop() {
            Some(number) => number as usize,
            None => {
                self.list.push(text.clone());
                self.who.push(RoaringBitmap::new());
                self.list.len() - 1
            }
        };
        self.list[number] = text.clone();
        self.numbers.insert(text.clone(), u32::try_from(number).unwrap_or(u32::MAX));
        number
    }

    fn take_from(&mut self, number: usize, customer: u32) {
        self.who[number].remove(customer);
        if self.who[number].is_empty() {
            let text = std::mem::replace(&mut self.list[number], Value::Boolean(false));
            self.numbers.remove(&text);
            self.free.push(u32::try_from(number).unwrap_or(u32::MAX));
        }
    }
}

impl Column {
    pub fn new(kind: Type) -> Self {
        Self {
            kind,
            currency: None,
            cells: Vec::new(),
            // Most numbers are whole ones.
            slices: Slices::new(if kind == Type::Number { ONE } else { 1 }),
            texts: Texts::default(),
            others: HashMap::new(),
        }
    }

    pub fn put(&mut self, customer: u32, values: &[Value]) {
        self.clear(customer);
        let cell = match values {
            [] => return,
            [one] => self.cell(one),
            _ => None,
        };
        *self.cell_of(customer) = cell.unwrap_or(ELSEWHERE);
        match cell {
            Some(number) if self.kind == Type::Text => {
                self.texts.who[number as usize].insert(customer);
            }
            Some(number) => self.slices.put(customer, Some(number)),
            None => {
                self.others.insert(customer, values.to_vec());
            }
        }
    }

    fn cell_of(&mut self, customer: u32) -> &mut i64 {
        let place = customer as usize;
        if self.cells.len() <= place {
            self.cells.resize(place + 1, NOTHING);
        }
        &mut self.cells[place]
    }

    fn clear(&mut self, customer: u32) {
        let Some(cell) = self.cells.get_mut(customer as usize) else { return };
        match std::mem::replace(cell, NOTHING) {
            NOTHING => {}
            ELSEWHERE => {
                self.others.remove(&customer);
            }
            number if self.kind == Type::Text => {
                self.texts.take_from(number as usize, customer);
            }
            _ => self.slices.put(customer, None),
        }
    }

    fn cell(&mut self, value: &Value) -> Option<i64> {
        if let Value::Money(money) = value {
            self.currency.get_or_insert(money.currency);
        }
        if self.kind == Type::Text && value.kind() == Type::Text {
            return i64::try_from(self.texts.number(value)).ok();
        }
        self.units(value)
    }

    /// The integer that stands for a value of the column's type, but of texts.
    fn units(&self, value: &Value) -> Option<i64> {
        let units = match (self.kind, value) {
            (Type::Number, Value::Number(number)) => number.0,
            (Type::Money, Value::Money(money)) if self.currency == Some(money.currency) => money.minor,
            (Type::Boolean, Value::Boolean(is)) => i64::from(*is),
            (Type::Day, Value::Day(day)) => i64::from(day.0),
            (Type::Instant, Value::Instant(at)) => at.0,
            _ => return None,
        };
        (units >= SMALLEST).then_some(units)
    }

    fn value(&self, units: i64) -> Value {
        match self.kind {
            Type::Text => self.texts.list[units as usize].clone(),
            Type::Number => Value::Number(Number(units)),
            Type::Money => Value::Money(Money { minor: units, currency: self.currency.unwrap_or(Currency::NONE) }),
            Type::Boolean => Value::Boolean(units != 0),
            Type::Day => Value::Day(Day(i32::try_from(units).unwrap_or(i32::MAX))),
            Type::Instant => Value::Instant(Instant(units)),
        }
    }

    pub fn found(&self, customer: u32) -> Found {
        Found::Values(self.values(customer))
    }

    pub fn values(&self, customer: u32) -> Vec<Value> {
        match self.cells.get(customer as usize).copied().unwrap_or(NOTHING) {
            NOTHING => Vec::new(),
            ELSEWHERE => self.others.get(&customer).cloned().unwrap_or_default(),
            units => vec![self.value(units)],
        }
    }

    /// The texts that somebody has, the most frequent first; of two that are as frequent, the smaller one.
    pub fn frequent(&self, limit: usize) -> Vec<String> {
        let mut found: Vec<(u64, &String)> = Vec::new();
        for (text, who) in self.texts.list.iter().zip(&self.texts.who) {
            if let Value::Text(text) = text
                && !who.is_empty()
            {
                found.push((who.len(), text));
            }
        }
        found.sort_unstable_by_key(|(count, text)| (std::cmp::Reverse(*count), *text));
        found.into_iter().take(limit).map(|(_, text)| text.clone()).collect()
    }

    /// Whether [`Column::narrow`] finds who passes.
    pub fn is_sliced(&self, test: &Test) -> bool {
        self.range(test).is_some()
    }

    /// Whether [`Column::who`] has it nearly at hand.
    pub fn has_sets(&self, test: &Test) -> bool {
        let is_of_text = matches!(test, Test::Is(_) | Test::Exists | Test::Contains(_) | Test::StartsWith(_));
        self.kind == Type::Text && is_of_text
    }

    /// Who has a text that passes, where the text alone says that.
    pub fn who(&self, test: &Test, judge: impl Fn(&Found) -> bool) -> Option<RoaringBitmap> {
        if self.kind != Type::Text {
            return None;
        }
        let mut found = RoaringBitmap::new();
        for number in self.texts_that(test, &judge)? {
            found |= &self.texts.who[number];
        }
        found.extend(self.others.keys().copied().filter(|customer| judge(&self.found(*customer))));
        Some(found)
    }

    /// Takes away who does not pass. `None` where the test asks for something else than who is between two values; nobody is
    /// taken away then.
    pub fn narrow(&self, left: &mut Bits, test: &Test, judge: impl Fn(&Found) -> bool) -> Option<()> {
        let range = self.range(test)?;
        let others = self.others.keys().copied();
        let passing: Vec<u32> =
            others.filter(|customer| left.contains(*customer) && judge(&self.found(*customer))).collect();
        self.slices.narrow(left, &range);
        passing.into_iter().for_each(|customer| left.insert(customer));
        Some(())
    }

    /// Who is between two values; `None` where the test asks for something else.
    pub fn between(&self, test: &Test, judge: impl Fn(&Found) -> bool) -> Option<Between<'_>> {
        let range = self.range(test)?;
        let mut others: Vec<u32> = self.others.keys().copied().filter(|other| judge(&self.found(*other))).collect();
        others.sort_unstable();
        Some(Between { slices: &self.slices, bounds: self.slices.bounds(&range), others })
    }

    /// Whether a customer passes. What the cells cannot tell by themselves, `judge` is asked.
    pub fn tester<'c>(&'c self, test: &Test, judge: impl Fn(&Found) -> bool + 'c) -> Box<dyn Fn(u32) -> bool + 'c> {
        let Some(range) = self.range(test) else {
            return Box::new(move |customer| judge(&self.found(customer)));
        };
        let cells = self.cells.as_slice();
        Box::new(move |customer| match cells.get(customer as usize) {
            None | Some(&NOTHING) => false,
            Some(&ELSEWHERE) => judge(&self.found(customer)),
            Some(units) => range.contains(units),
        })
    }

    /// The numbers of the texts that pass; `None` for a test that looks at more than the text.
    fn texts_that(&self, test: &Test, judge: &impl Fn(&Found) -> bool) -> Option<Vec<usize>> {
        match test {
            Test::Is(wanted) => Some(
                wanted.iter().filter_map(|one| self.texts.numbers.get(one)).map(|number| *number as usize).collect(),
            ),
            Test::Exists | Test::Contains(_) | Test::StartsWith(_) => {
                let passes = |text: &Value| judge(&Found::Values(vec![text.clone()]));
                Some((0..self.texts.list.len()).filter(|number| passes(&self.texts.list[*number])).collect())
            }
            _ => None,
        }
    }

    /// Between which integers the cells are that pass; `None` where that is not what the test asks.
    fn range(&self, test: &Test) -> Option<RangeInclusive<i64>> {
        let Test::Range { from, to } = test else { return None };
        if self.kind == Type::Text || self.kind == Type::Boolean || (from.is_none() && to.is_none()) {
            return None;
        }
        let first = |bound: &Bound| Some(self.units(&bound.value)?.saturating_add(i64::from(!bound.is_inclusive)));
        let last = |bound: &Bound| Some(self.units(&bound.value)?.saturating_sub(i64::from(!bound.is_inclusive)));
        let from = from.as_ref().map_or(Some(SMALLEST), first)?;
        let to = to.as_ref().map_or(Some(i64::MAX), last)?;
        Some(from.max(SMALLEST)..=to)
    }
}

impl Code for Column {
    fn write_to(&self, out: &mut dyn Write) -> Result<()> {
        self.kind.write_to(out)?;
        self.currency.write_to(out)?;
        self.others.write_to(out)?;
        if self.kind != Type::Text {
            put_plain(&self.cells, out)?;
            return self.slices.write_to(out);
        }
        let had: Vec<_> = self.texts.list.iter().zip(&self.texts.who).filter(|(_, who)| !who.is_empty()).collect();
        put_length(had.len(), out)?;
        had.into_iter().try_for_each(|(text, who)| {
            text.write_to(out)?;
            who.write_to(out)
        })
    }

    fn read_from(from: &mut dyn Read) -> Result<Self> {
        let kind = Type::read_from(from)?;
        let mut column =
            Self { currency: Option::read_from(from)?, others: HashMap::read_from(from)?, ..Self::new(kind) };
        if kind != Type::Text {
            column.cells = take_plain(from)?;
            column.slices = Slices::read_from(from)?;
            return Ok(column);
        }
        for _ in 0..take_length(from)? {
            let number = column.texts.number(&Value::read_from(from)?);
            let who = RoaringBitmap::read_from(from)?;
            for customer in &who {
                *column.cell_of(customer) = number as i64;
            }
            column.texts.who[number] = who;
        }
        let others: Vec<u32> = column.others.keys().copied().collect();
        others.into_iter().for_each(|customer| *column.cell_of(customer) = ELSEWHERE);
        Ok(column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number() -> impl Strategy<Value = i64> {
        prop_oneof![(-20..20i64).prop_map(|whole| whole * ONE), -3 * ONE..3 * ONE, any::<i64>()]
    }

    proptest! {
        #[test]
        fn who_is_found_is_who_is_tested(
            puts in prop::collection::vec((0..3_000u32, prop::collection::vec(number(), 0..3)), 0..100),
            (from, to) in (prop::option::of((number(), any::<bool>())), prop::option::of((number(), any::<bool>()))),
        ) {
            let mut column = Column::new(Type::Number);
            for (customer, numbers) in &puts {
                let values: Vec<Value> = numbers.iter().map(|units| Value::Number(Number(*units))).collect();
                column.put(*customer, &values);
            }
            let bound = |(units, is_inclusive)| Bound { value: Value::Number(Number(units)), is_inclusive };
            let test = Test::Range { from: from.map(bound), to: to.map(bound) };
            // Of those with several values the definition says it, and not the column.
            let judge = |found: &Found| matches!(found, Found::Values(values) if values.len() > 1);
            let mut left = Bits::all_until(2_999);
            if column.narrow(&mut left, &test, judge).is_some() {
                let tester = column.tester(&test, judge);
                let tested: Vec<u32> = (0..3_000).filter(|customer| tester(*customer)).collect();
                prop_assert_eq!(left.set().iter().collect::<Vec<_>>(), tested);
            }
        }
    }
}
