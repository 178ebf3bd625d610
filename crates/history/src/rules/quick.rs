//! The first pass: a few columns of all rows, which answer the clauses that counts and amounts answer.
//!
//! What a row is to a clause is looked up by its kind and the name of its event: each batch says so once for each value of its
//! dictionaries. Messages are counted where they are within a window. Purchases of a customer are added up where they are plain:
//! each order in one row, none of it gifts, nothing cancelled, all in one currency. Whose are not, is left to the second pass.
//! Whether a refund is a cancellation its key says, which is dear to read ([`super::refunds`]): of those customers only of whom that
//! still matters.
//!
//! Invariants: rows of a customer ascend by time in each file, so that messages outside of all windows are passed over. Where no
//! row of a purchase is within any window, no purchase counts: it has the time of one of its rows, and the earliest. Of the rows
//! of an order one is the first of it (`AppliedFact::first`), so that its key need not be read to tell one that came in several.

use super::needs::Needs;
use super::plan::{Leaf, Of as Answered, Plan};
use super::sorted::{Part, Place, Visit};
use super::tally::{Of, Sum, Tally, amount, quantity};
use crate::error::{HistoryError, Result};
use crate::rows::arrow_error;
use crate::schema::instant_type;
use deltalake::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, Int64Array, RecordBatch, TimestampMicrosecondArray,
};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{Int32Type, Int64Type, TimestampMicrosecondType};
use perennial_domain::activity::{OF_THE_BRAND, is_activity};
use perennial_domain::fact::FactKind;
use perennial_domain::money::Currency;
use perennial_domain::rules::oracle::judge_measure;
use perennial_domain::rules::{Clause, Test, What};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Of all facts.
const COLUMNS: [&str; 3] = ["customer", "at", "kind"];
/// Where events play a part.
const EVENTS: &str = "event";
/// Where purchases play a part, and what measures take of them.
const PURCHASED: [&str; 2] = ["first", "currency"];
const AMOUNT: &str = "amount_minor";
const QUANTITY: &str = "quantity_milli";
pub(super) const NUMBERED: [&str; 4] = ["kind", EVENTS, "source", "currency"];

/// What a row is: the place of the measures that it is told to.
type Class = u16;
/// No measure looks at it.
const NOTHING: Class = 0;
const ORDER: Class = 1;
const GIFT: Class = 2;
const REFUND: Class = 3;
const OF_PURCHASES: std::ops::RangeInclusive<Class> = ORDER..=REFUND;
const PAGE: Class = 4;
const SCREEN: Class = 5;
/// Of no name that is asked for.
const EVENT: Class = 6;
const NAMED: Class = 7;

/// What is asked of each row.
pub(super) struct Quick<'p> {
    plan: &'p Plan,
    /// With the clauses that they are of.
    tallies: Vec<(usize, &'p Tally)>,
    /// By clause: the place of its measure.
    places: Vec<Option<usize>>,
    /// What is outside of these instants counts nowhere.
    window_of_messages: Range<i64>,
    window_of_purchases: Range<i64>,
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
        // Purchases are added up for themselves.
        let mut counting = vec![Vec::new(); usize::from(PAGE)];
        counting.extend([FactKind::Page, FactKind::Screen, FactKind::Event].map(|kind| messages(kind, None)));
        let mut names = HashMap::new();
        let asked = needs.events.iter().map(String::as_str);
        for (name, class) in asked.chain(OF_THE_BRAND).zip(NAMED..) {
            names.entry(name.to_owned()).or_insert(class);
            counting.push(messages(FactKind::Event, Some(name)));
        }
        let of_orders = places(&|what| matches!(what, What::Orders | What::Anything));
        let of_refunds = places(&|what| *what == What::Refunds);
        let mut places = vec![None; plan.leaves.len()];
        for (place, (leaf, _)) in tallies.iter().enumerate() {
            places[*leaf] = Some(place);
        }
        let counted = |place: &usize| tallies[*place].1;
        let window_of_messages = around(counting.iter().flatten().map(counted));
        let window_of_purchases = around(tallies.iter().map(|(_, tally)| *tally).filter(|tally| tally.has_purchases));
        Self {
            plan,
            tallies,
            places,
            window_of_messages,
            window_of_purchases,
            needs,
            counting,
            names,
            of_orders,
            of_refunds,
        }
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
            columns.extend(PURCHASED);
            let is_taken = |of: Of| self.tallies.iter().any(|(_, tally)| tally.of == of);
            columns.extend(
                [(Of::Amount, AMOUNT), (Of::Quantity, QUANTITY)]
                    .map(|(of, name)| is_taken(of).then_some(name))
                    .into_iter()
                    .flatten(),
            );
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
            FactKind::Order if self.needs.purchases => ORDER,
            FactKind::Gift if self.needs.purchases => GIFT,
            FactKind::Refund if self.needs.purchases => REFUND,
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

    /// The answer of a clause, where it can be told of a customer of whom this was found.
    pub fn clause(&self, leaf: usize, found: &Found) -> Option<bool> {
        let place = self.places[leaf]?;
        let tally = self.tallies[place].1;
        let Clause::Measure { measure, test } = &self.plan.leaves[leaf].clause else { return None };
        let holds = |sum: &Sum| {
            let (value, did_something) = tally.found(sum, found.currency.unwrap_or(Currency::NONE));
            judge_measure(measure, test, &value, did_something, self.plan.standpoint.view()).holds
        };
        let sum = &found.sums[place];
        if !tally.has_purchases {
            return Some(holds(sum));
        }
        if found.has_other_purchases {
            return None;
        }
        let answer = holds(sum);
        if !found.has_unread_refunds {
            return Some(answer);
        }
        // Whichever orders were cancelled, the sum is between these two.
        let is_between = match test {
            Test::Range { from, to } => answer || from.is_none() || to.is_none(),
            _ => false,
        };
        let least = tally.without(sum, found.back)?;
        (sum.facts == 0 || (is_between && holds(&least) == answer)).then_some(answer)
    }
}

/// From the first instant that counts for any of them to the last.
fn around<'t>(tallies: impl Iterator<Item = &'t Tally>) -> Range<i64> {
    let all = |(from, to): (i64, i64), tally: &Tally| (from.min(tally.from), to.max(tally.to));
    let (from, to) = tallies.fold((i64::MAX, i64::MIN), all);
    from..to
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
    /// There are purchases that are not plain, so that the sums say nothing of purchases.
    pub has_other_purchases: bool,
    /// There are refunds that were not looked at yet: they may be cancellations.
    pub has_unread_refunds: bool,
    /// What came back of all orders, in minor units: cancelled ones come to no more. `None` where that is not known, as an order
    /// has no amount, or one below nothing.
    back: Option<i128>,
}

impl Found {
    pub fn nothing(tallies: usize) -> Self {
        Self {
            sums: vec![Sum::NOTHING; tallies],
            currency: None,
            has_other_purchases: false,
            has_unread_refunds: false,
            back: Some(0),
        }
    }

    fn clear(&mut self) {
        self.sums.fill(Sum::NOTHING);
        self.currency = None;
        self.has_other_purchases = false;
        self.has_unread_refunds = false;
        self.back = Some(0);
    }

    /// Of another profile of the same customer.
    pub fn join(&mut self, other: &Self) {
        for (sum, theirs) in self.sums.iter_mut().zip(&other.sums) {
            sum.join(theirs);
        }
        let has_two_currencies = self.currency.zip(other.currency).is_some_and(|(one, two)| one != two);
        self.has_other_purchases |= other.has_other_purchases || has_two_currencies;
        self.has_unread_refunds |= other.has_unread_refunds;
        self.back = self.back.zip(other.back).map(|(one, two)| one + two);
        self.currency = self.currency.or(other.currency);
    }
}

/// A row of one of the files, by the rows of it that were read.
pub(super) type RowOf = (usize, usize);

/// Adds up messages and purchases, customer after customer; `done` is told what was found of each, and where refunds are that
/// may be cancellations.
pub(super) struct Adder<'q, W, D> {
    quick: &'q Quick<'q>,
    /// The classes of the last dictionaries that were seen, of kinds and of names.
    kinds: Option<Classes>,
    names: Option<Classes>,
    found: Found,
    /// Whether a row of a purchase of this customer is within a window.
    has_bought: bool,
    /// Whose rows are being shown, and whether they are looked at.
    customer: Option<(u32, bool)>,
    refunds: Vec<RowOf>,
    wanted: W,
    done: D,
}

impl<'q, W: Fn(u32) -> bool, D: FnMut(u32, &Found, &[RowOf])> Adder<'q, W, D> {
    /// `wanted` says whose rows are looked at.
    pub fn new(quick: &'q Quick<'q>, wanted: W, done: D) -> Self {
        let found = Found::nothing(quick.len());
        Self {
            quick,
            kinds: None,
            names: None,
            found,
            has_bought: false,
            customer: None,
            refunds: Vec::new(),
            wanted,
            done,
        }
    }

    fn purchase(&mut self, part: &Columns, class: Class, row: usize) -> Result<()> {
        let Some(purchases) = &part.purchases else { return Ok(()) };
        let at = part.basic.at.value(row);
        let currency = purchases.currency(row)?;
        let is_plain =
            class != GIFT && purchases.first.value(row) && *self.found.currency.get_or_insert(currency) == currency;
        self.found.has_other_purchases |= !is_plain;
        self.has_bought |= self.quick.window_of_purchases.contains(&at);
        let minor = units(purchases.amount.as_ref(), row);
        if class == REFUND {
            self.refunds.push((part.place.reader, part.place.row + row));
            self.found.back = self.found.back.map(|back| back - i128::from(minor.unwrap_or(0).min(0)));
        } else if minor.is_none_or(|minor| minor < 0) {
            self.found.back = None;
        }
        let places = if class == REFUND { &self.quick.of_refunds } else { &self.quick.of_orders };
        for place in places {
            let tally = self.quick.tallies[*place].1;
            let units = match tally.of {
                Of::Facts => Some(0),
                Of::Amount => amount(minor),
                Of::Quantity => quantity(units(purchases.quantity.as_ref(), row)),
            };
            if let Some(units) = units.filter(|_| tally.counts(at)) {
                self.found.sums[*place].add(units);
            }
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.found.clear();
        self.has_bought = false;
        self.refunds.clear();
    }
}

impl<W: Fn(u32) -> bool, D: FnMut(u32, &Found, &[RowOf])> Visit for Adder<'_, W, D> {
    type Part = Columns;

    fn part(&mut self, batch: &RecordBatch, place: Place) -> Result<Columns> {
        let basic = Basic::of(batch, &mut self.kinds, self.quick)?;
        let event = dictionary(batch, EVENTS)?;
        let of_names = match &event {
            Some(event) => Classes::of(&mut self.names, event, |name| Ok(self.quick.class_of_event(name)))?,
            None => Arc::default(),
        };
        let purchases = self.quick.needs.purchases.then(|| Purchases::of(batch)).transpose()?;
        Ok(Columns { place, basic, event, of_names, purchases })
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
        if part.purchases.is_some() {
            // Those outside of windows say what those within are: these were cancelled, or told again.
            let classes = part.basic.classes(rows.clone());
            for (row, class) in rows.clone().zip(classes).filter(|(_, class)| OF_PURCHASES.contains(class)) {
                self.purchase(part, class, row)?;
            }
        }
        let (window, instants) = (&self.quick.window_of_messages, part.basic.at.values());
        let first = rows.start + instants[rows.clone()].partition_point(|at| *at < window.start);
        for row in first..rows.end {
            let at = instants[row];
            if at >= window.end {
                break;
            }
            for place in &self.quick.counting[usize::from(part.class(row))] {
                if self.quick.tallies[*place].1.counts(at) {
                    self.found.sums[*place].add(0);
                }
            }
        }
        Ok(())
    }

    fn ended(&mut self, customer: u32) -> Result<()> {
        if self.customer.take().is_some_and(|(_, is_wanted)| is_wanted) {
            if self.has_bought {
                self.found.has_unread_refunds = !self.refunds.is_empty() && !self.found.has_other_purchases;
            } else {
                self.found.has_other_purchases = false;
                self.found.currency = None;
            }
            (self.done)(customer, &self.found, &self.refunds);
            self.clear();
        }
        Ok(())
    }
}

/// The class of each value of a dictionary.
pub(super) struct Classes {
    values: ArrayRef,
    list: Arc<[Class]>,
}

impl Classes {
    /// Batches of a row group share their dictionary.
    pub fn of(
        known: &mut Option<Self>,
        array: &DictionaryArray<Int32Type>,
        class: impl Fn(&str) -> Result<Class>,
    ) -> Result<Arc<[Class]>> {
        let values = array.values();
        let place = |values: &ArrayRef| {
            let texts = values.as_string_opt::<i32>()?;
            Some((texts.value_data().as_ptr(), texts.len()))
        };
        if let Some(known) = known.as_ref().filter(|known| place(&known.values) == place(values)) {
            return Ok(Arc::clone(&known.list));
        }
        let texts = values.as_string_opt::<i32>().ok_or_else(|| HistoryError::damaged("a column that is no text"))?;
        let list: Arc<[Class]> = texts.iter().map(|text| text.map_or(Ok(NOTHING), &class)).collect::<Result<_>>()?;
        *known = Some(Self { values: values.clone(), list: Arc::clone(&list) });
        Ok(list)
    }
}

/// What every batch has.
pub(super) struct Basic {
    customer: Int64Array,
    at: TimestampMicrosecondArray,
    kind: DictionaryArray<Int32Type>,
    of_kinds: Arc<[Class]>,
}

impl Basic {
    fn of(batch: &RecordBatch, kinds: &mut Option<Classes>, quick: &Quick<'_>) -> Result<Self> {
        let kind = dictionary(batch, "kind")?.ok_or_else(|| HistoryError::damaged("no column kind"))?;
        let of_kinds = Classes::of(kinds, &kind, |code| quick.class_of_kind(code))?;
        let customer = number(batch, "customer")?.ok_or_else(|| HistoryError::damaged("no column customer"))?;
        Ok(Self { customer, at: instants(batch)?, kind, of_kinds })
    }

    fn class_of_kind(&self, row: usize) -> Class {
        self.of_kinds[self.kind.keys().values()[row].unsigned_abs() as usize]
    }

    fn classes(&self, rows: Range<usize>) -> impl Iterator<Item = Class> {
        self.kind.keys().values()[rows].iter().map(|key| self.of_kinds[key.unsigned_abs() as usize])
    }
}

/// The columns of one batch.
pub(super) struct Columns {
    place: Place,
    basic: Basic,
    event: Option<DictionaryArray<Int32Type>>,
    of_names: Arc<[Class]>,
    /// Where they play a part.
    purchases: Option<Purchases>,
}

impl Part for Columns {
    fn customers(&self) -> &[i64] {
        self.basic.customer.values()
    }
}

impl Columns {
    fn class(&self, row: usize) -> Class {
        match self.basic.class_of_kind(row) {
            // Where names are not read, events are counted nowhere.
            EVENT => self.event.as_ref().and_then(|event| event.key(row)).map_or(NOTHING, |key| self.of_names[key]),
            class => class,
        }
    }
}

/// What purchases have besides.
struct Purchases {
    first: BooleanArray,
    currency: DictionaryArray<Int32Type>,
    /// What each value of the dictionary says.
    currencies: Vec<Option<Currency>>,
    /// Where a measure takes them.
    amount: Option<Int64Array>,
    quantity: Option<Int64Array>,
}

impl Purchases {
    fn of(batch: &RecordBatch) -> Result<Self> {
        let missing = |name: &str| HistoryError::damaged(format!("no column {name}"));
        let first = batch.column_by_name("first").and_then(|first| first.as_boolean_opt());
        let currency = dictionary(batch, "currency")?.ok_or_else(|| missing("currency"))?;
        let codes = currency.values().as_string_opt::<i32>().ok_or_else(|| missing("currency"))?;
        let currencies = codes.iter().map(|code| code.and_then(Currency::parse)).collect();
        Ok(Self {
            first: first.ok_or_else(|| missing("first"))?.clone(),
            currency,
            currencies,
            amount: number(batch, AMOUNT)?,
            quantity: number(batch, QUANTITY)?,
        })
    }

    fn currency(&self, row: usize) -> Result<Currency> {
        let currency = self.currency.key(row).and_then(|key| self.currencies[key]);
        currency.ok_or_else(|| HistoryError::damaged("a fact without a currency"))
    }
}

fn units(column: Option<&Int64Array>, row: usize) -> Option<i64> {
    column.filter(|column| column.is_valid(row)).map(|column| column.value(row))
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
