//! The first pass: a few columns of all rows, which answer the clauses that counts and amounts answer.
//!
//! What a row is to a clause is looked up by its kind and the name of its event: each batch says so once for each value of
//! its dictionaries. Purchases of a customer are added up where they are plain: each order in one row, none of it gifts, nothing
//! cancelled, all in one currency. Whose are not, is left to the second pass.

use super::needs::Needs;
use super::plan::{Leaf, Of as Answered, Plan};
use super::sorted::{Part, Visit};
use super::tally::{Of, Sum, Tally, amount, quantity};
use crate::error::{HistoryError, Result};
use crate::rows::arrow_error;
use crate::schema::instant_type;
use deltalake::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, DictionaryArray, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use perennial_domain::activity::{OF_THE_BRAND, is_activity};
use perennial_domain::fact::{FactKey, FactKind};
use perennial_domain::money::Currency;
use perennial_domain::rules::oracle::judge_measure;
use perennial_domain::rules::{Clause, What};
use std::collections::HashMap;
use std::ops::Range;

/// Of all facts.
const COLUMNS: [&str; 3] = ["customer", "at", "kind"];
/// Where events play a part.
const EVENTS: &str = "event";
/// Where purchases play a part.
const OF_PURCHASES: [&str; 7] = ["key", "source", "order_no", "first", "amount_minor", "currency", "quantity_milli"];
pub(super) const NUMBERED: [&str; 4] = ["kind", EVENTS, "source", "currency"];

/// What a row is: the place of the measures that it is told to.
type Class = u16;
/// No measure looks at it.
const NOTHING: Class = 0;
const PURCHASE: Class = 1;
const PAGE: Class = 2;
const SCREEN: Class = 3;
/// Of no name that is asked for.
const EVENT: Class = 4;
const NAMED: Class = 5;

/// What is asked of each row.
pub(super) struct Quick<'p> {
    plan: &'p Plan,
    /// With the clauses that they are of.
    tallies: Vec<(usize, &'p Tally)>,
    needs: Needs,
    /// By class: the places of the measures that count such a message.
    counting: Vec<Vec<usize>>,
    names: HashMap<String, Class>,
    of_orders: Vec<usize>,
    of_refunds: Vec<usize>,
}

impl<'p> Quick<'p> {
    pub fn new(plan: &'p Plan) -> Self {
        let tallies: Vec<(usize, &Tally)> = plan.leaves.iter().enumerate().filter_map(tally_of).collect();
        let needs = plan.needs(|_, of| matches!(of, Answered::Tally(_)));
        let places = |is_counted: &dyn Fn(&What) -> bool| -> Vec<usize> {
            let counts = |(_, tally): &(usize, &Tally)| tally.measure.facts.of.iter().any(is_counted);
            (0..tallies.len()).filter(|place| counts(&tallies[*place])).collect()
        };
        let messages = |kind: FactKind, name: Option<&str>| {
            places(&|what| match what {
                What::Pages => kind == FactKind::Page,
                What::Screens => kind == FactKind::Screen,
                What::Event(wanted) => name == Some(wanted),
                What::Anything => is_activity(kind, name),
                What::Orders | What::Lines | What::Refunds | What::RefundLines => false,
            })
        };
        let mut counting = vec![Vec::new(), Vec::new()];
        counting.extend([FactKind::Page, FactKind::Screen, FactKind::Event].map(|kind| messages(kind, None)));
        let mut names = HashMap::new();
        let asked = needs.events.iter().map(String::as_str);
        for (name, class) in asked.chain(OF_THE_BRAND).zip(NAMED..) {
            names.entry(name.to_owned()).or_insert(class);
            counting.push(messages(FactKind::Event, Some(name)));
        }
        let of_orders = places(&|what| matches!(what, What::Orders | What::Anything));
        let of_refunds = places(&|what| *what == What::Refunds);
        Self { plan, tallies, needs, counting, names, of_orders, of_refunds }
    }

    pub fn len(&self) -> usize {
        self.tallies.len()
    }

    pub fn columns(&self) -> Vec<&'static str> {
        let mut columns = COLUMNS.to_vec();
        if self.reads_names() {
            columns.push(EVENTS);
        }
        if self.needs.purchases {
            columns.extend(OF_PURCHASES);
        }
        columns
    }

    fn reads_names(&self) -> bool {
        self.needs.anything || !self.needs.events.is_empty()
    }

    /// `NOTHING` where no measure counts it.
    fn class(&self, class: Class) -> Class {
        if self.counting[usize::from(class)].is_empty() { NOTHING } else { class }
    }

    fn class_of_kind(&self, code: &str) -> Result<Class> {
        let kind = FactKind::parse(code).ok_or_else(|| HistoryError::damaged(format!("fact kind \"{code}\"")))?;
        Ok(match kind {
            FactKind::Order | FactKind::Gift | FactKind::Refund if self.needs.purchases => PURCHASE,
            FactKind::Page => self.class(PAGE),
            FactKind::Screen => self.class(SCREEN),
            // Its name says more.
            FactKind::Event => EVENT,
            _ => NOTHING,
        })
    }

    fn class_of_event(&self, name: &str) -> Class {
        self.class(self.names.get(name).copied().unwrap_or(EVENT))
    }

    /// The answers of the clauses that it can tell, of a customer of whom this was found.
    pub fn judge(&self, found: &Found) -> Vec<Option<bool>> {
        let mut answers = vec![None; self.plan.leaves.len()];
        for ((leaf, tally), sum) in self.tallies.iter().zip(&found.sums) {
            if !(found.has_other_purchases && tally.has_purchases) {
                answers[*leaf] = Some(self.holds(*leaf, tally, sum, found.currency));
            }
        }
        answers
    }

    fn holds(&self, leaf: usize, tally: &Tally, sum: &Sum, currency: Option<Currency>) -> bool {
        let Clause::Measure { measure, test } = &self.plan.leaves[leaf].clause else { return false };
        let (value, did_something) = tally.found(sum, currency.unwrap_or(Currency::NONE));
        judge_measure(measure, test, &value, did_something, self.plan.standpoint.view()).holds
    }
}

fn tally_of((number, leaf): (usize, &Leaf)) -> Option<(usize, &Tally)> {
    match &leaf.of {
        Answered::Tally(tally) => Some((number, &**tally)),
        _ => None,
    }
}

/// What was found of one customer.
#[derive(Clone, Debug)]
pub(super) struct Found {
    sums: Vec<Sum>,
    currency: Option<Currency>,
    /// There are purchases that are not among the sums.
    has_other_purchases: bool,
}

impl Found {
    pub fn nothing(tallies: usize) -> Self {
        Self { sums: vec![Sum::NOTHING; tallies], currency: None, has_other_purchases: false }
    }

    fn clear(&mut self) {
        self.sums.fill(Sum::NOTHING);
        self.currency = None;
        self.has_other_purchases = false;
    }

    /// Of another profile of the same customer.
    pub fn join(&mut self, other: &Self) {
        for (sum, theirs) in self.sums.iter_mut().zip(&other.sums) {
            sum.join(theirs);
        }
        let has_two_currencies = self.currency.zip(other.currency).is_some_and(|(one, two)| one != two);
        self.has_other_purchases |= other.has_other_purchases || has_two_currencies;
        self.currency = self.currency.or(other.currency);
    }
}

/// A row of an order, a gift or a refund.
struct Purchase {
    kind: FactKind,
    at: i64,
    is_first: bool,
    amount: Option<i64>,
    quantity: Option<i64>,
    key: [u8; 16],
    currency: Currency,
    is_cancellation: bool,
}

/// Adds up, customer after customer; `done` is told what was found of each.
pub(super) struct Adder<'q, W, D> {
    quick: &'q Quick<'q>,
    /// The classes of the last dictionaries that were seen, of kinds and of names.
    kinds: Option<Classes>,
    names: Option<Classes>,
    found: Found,
    purchases: Vec<Purchase>,
    /// Whose rows are being shown, and whether they are looked at.
    customer: Option<(u32, bool)>,
    wanted: W,
    done: D,
}

impl<'q, W: Fn(u32) -> bool, D: FnMut(u32, &Found)> Adder<'q, W, D> {
    /// `wanted` says whose rows are looked at.
    pub fn new(quick: &'q Quick<'q>, wanted: W, done: D) -> Self {
        let (found, purchases) = (Found::nothing(quick.len()), Vec::new());
        Self { quick, kinds: None, names: None, found, purchases, customer: None, wanted, done }
    }

    fn add_purchases(&mut self) {
        let Some(first) = self.purchases.first() else { return };
        let currency = first.currency;
        let is_plain = |one: &Purchase| {
            one.kind != FactKind::Gift && one.is_first && !one.is_cancellation && one.currency == currency
        };
        let mut keys: Vec<[u8; 16]> = self.purchases.iter().map(|one| one.key).collect();
        keys.sort_unstable();
        if !self.purchases.iter().all(is_plain) || keys.windows(2).any(|pair| pair[0] == pair[1]) {
            self.found.has_other_purchases = true;
            return;
        }
        self.found.currency = Some(currency);
        for one in &self.purchases {
            let places = if one.kind == FactKind::Order { &self.quick.of_orders } else { &self.quick.of_refunds };
            for place in places {
                let (_, tally) = self.quick.tallies[*place];
                let units = match tally.of {
                    Of::Facts => Some(0),
                    Of::Amount => amount(one.amount),
                    Of::Quantity => quantity(one.quantity),
                };
                if let Some(units) = units.filter(|_| tally.counts(one.at)) {
                    self.found.sums[*place].add(units);
                }
            }
        }
    }
}

impl<W: Fn(u32) -> bool, D: FnMut(u32, &Found)> Visit for Adder<'_, W, D> {
    type Part = Columns;

    fn part(&mut self, batch: &RecordBatch) -> Result<Columns> {
        let kind = dictionary(batch, "kind")?.ok_or_else(|| HistoryError::damaged("no column kind"))?;
        let event = dictionary(batch, EVENTS)?;
        let of_kinds = Classes::of(&mut self.kinds, &kind, |code| self.quick.class_of_kind(code))?;
        let of_names = match &event {
            Some(event) => Classes::of(&mut self.names, event, |name| Ok(self.quick.class_of_event(name)))?,
            None => &[],
        };
        let mut classes: Vec<Class> =
            kind.keys().values().iter().map(|key| of_kinds[key.unsigned_abs() as usize]).collect();
        if self.quick.reads_names() {
            for (row, class) in classes.iter_mut().enumerate().filter(|(_, class)| **class == EVENT) {
                let name = event.as_ref().and_then(|event| event.key(row));
                *class = name.map_or(NOTHING, |key| of_names[key]);
            }
        } else {
            // Events are counted nowhere.
            classes.iter_mut().filter(|class| **class == EVENT).for_each(|class| *class = NOTHING);
        }
        let purchases = if self.quick.needs.purchases { Some(Purchases::of(batch)?) } else { None };
        Ok(Columns {
            customer: number(batch, "customer")?.ok_or_else(|| HistoryError::damaged("no column customer"))?,
            at: instants(batch)?,
            classes,
            kind,
            purchases,
        })
    }

    fn rows(&mut self, customer: u32, part: &Columns, rows: Range<usize>) -> Result<()> {
        let is_wanted = match self.customer {
            Some((seen, is_wanted)) if seen == customer => is_wanted,
            _ => (self.wanted)(customer),
        };
        self.customer = Some((customer, is_wanted));
        if !is_wanted {
            return Ok(());
        }
        let instants = part.at.values();
        for row in rows {
            match part.classes[row] {
                NOTHING => {}
                PURCHASE => self.purchases.push(part.purchase(row)?),
                class => {
                    for place in &self.quick.counting[usize::from(class)] {
                        if self.quick.tallies[*place].1.counts(instants[row]) {
                            self.found.sums[*place].add(0);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn ended(&mut self, customer: u32) -> Result<()> {
        if self.customer.take().is_some_and(|(_, is_wanted)| is_wanted) {
            self.add_purchases();
            (self.done)(customer, &self.found);
            self.found.clear();
            self.purchases.clear();
        }
        Ok(())
    }
}

/// The class of each value of a dictionary.
pub(super) struct Classes {
    values: ArrayRef,
    list: Vec<Class>,
}

impl Classes {
    /// Batches of a row group share their dictionary.
    pub fn of<'c>(
        known: &'c mut Option<Self>,
        array: &DictionaryArray<Int32Type>,
        class: impl Fn(&str) -> Result<Class>,
    ) -> Result<&'c [Class]> {
        let values = array.values();
        let place = |values: &ArrayRef| {
            let texts = values.as_string_opt::<i32>()?;
            Some((texts.value_data().as_ptr(), texts.len()))
        };
        let is_known = known.as_ref().is_some_and(|known| place(&known.values) == place(values));
        if !is_known {
            let texts =
                values.as_string_opt::<i32>().ok_or_else(|| HistoryError::damaged("a column that is no text"))?;
            let list = texts.iter().map(|text| text.map_or(Ok(NOTHING), &class)).collect::<Result<_>>()?;
            *known = Some(Self { values: values.clone(), list });
        }
        Ok(known.as_ref().map_or(&[], |known| &known.list))
    }
}

/// The columns of one batch.
pub(super) struct Columns {
    customer: Int64Array,
    at: TimestampMicrosecondArray,
    classes: Vec<Class>,
    kind: DictionaryArray<Int32Type>,
    purchases: Option<Purchases>,
}

struct Purchases {
    key: BinaryArray,
    source: DictionaryArray<Int32Type>,
    order_no: StringArray,
    first: BooleanArray,
    amount: Int64Array,
    currency: DictionaryArray<Int32Type>,
    quantity: Int64Array,
}

impl Part for Columns {
    fn customers(&self) -> &[i64] {
        self.customer.values()
    }
}

impl Columns {
    fn purchase(&self, row: usize) -> Result<Purchase> {
        let Some(all) = &self.purchases else { return Err(HistoryError::damaged("no columns of purchases")) };
        let kind = text_of(&self.kind, row).and_then(FactKind::parse).unwrap_or(FactKind::Order);
        let key: [u8; 16] =
            all.key.value(row).try_into().map_err(|_| HistoryError::damaged("a fact key that is not 16 bytes"))?;
        let is_cancellation = kind == FactKind::Refund
            && all.order_no.is_valid(row)
            && text_of(&all.source, row).is_some_and(|source| {
                let parts = [source, FactKind::Cancelled.code(), all.order_no.value(row)];
                FactKey::of(&parts).0.to_be_bytes() == key
            });
        let currency = text_of(&all.currency, row).and_then(Currency::parse);
        Ok(Purchase {
            kind,
            at: self.at.value(row),
            is_first: all.first.value(row),
            amount: all.amount.is_valid(row).then(|| all.amount.value(row)),
            quantity: all.quantity.is_valid(row).then(|| all.quantity.value(row)),
            key,
            currency: currency.ok_or_else(|| HistoryError::damaged("a fact without a currency"))?,
            is_cancellation,
        })
    }
}

impl Purchases {
    fn of(batch: &RecordBatch) -> Result<Self> {
        let missing = |name: &str| HistoryError::damaged(format!("no column {name}"));
        let column = |name: &str| batch.column_by_name(name).ok_or_else(|| missing(name));
        let numbers = |name: &str| number(batch, name)?.ok_or_else(|| missing(name));
        let texts = |name: &str| dictionary(batch, name)?.ok_or_else(|| missing(name));
        Ok(Self {
            key: column("key")?.as_binary_opt::<i32>().ok_or_else(|| missing("key"))?.clone(),
            source: texts("source")?,
            order_no: column("order_no")?.as_string_opt::<i32>().ok_or_else(|| missing("order_no"))?.clone(),
            first: column("first")?.as_boolean_opt().ok_or_else(|| missing("first"))?.clone(),
            amount: numbers("amount_minor")?,
            currency: texts("currency")?,
            quantity: numbers("quantity_milli")?,
        })
    }
}

pub(super) fn dictionary(batch: &RecordBatch, name: &str) -> Result<Option<DictionaryArray<Int32Type>>> {
    let Some(column) = batch.column_by_name(name) else { return Ok(None) };
    let found = column.as_dictionary_opt::<Int32Type>();
    found.cloned().map(Some).ok_or_else(|| HistoryError::damaged(format!("the column {name} is no text")))
}

pub(super) fn number(batch: &RecordBatch, name: &str) -> Result<Option<Int64Array>> {
    let Some(column) = batch.column_by_name(name) else { return Ok(None) };
    let found = column.as_primitive_opt::<Int64Type>();
    found.cloned().map(Some).ok_or_else(|| HistoryError::damaged(format!("the column {name} is no number")))
}

pub(super) fn instants(batch: &RecordBatch) -> Result<TimestampMicrosecondArray> {
    let column = batch.column_by_name("at").ok_or_else(|| HistoryError::damaged("no column at"))?;
    let cast = cast(column, &instant_type()).map_err(arrow_error)?;
    Ok(cast.as_primitive::<TimestampMicrosecondType>().clone())
}

pub(super) fn text_of(array: &DictionaryArray<Int32Type>, row: usize) -> Option<&str> {
    let key = array.key(row)?;
    Some(array.values().as_string_opt::<i32>()?.value(key))
}
