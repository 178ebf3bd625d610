//! The first pass: a few columns of all rows, which answer the clauses that counts and amounts answer.
//!
//! Messages are counted from four columns ([`Adder`]). Where purchases could count and still matter, the rows of that customer
//! are read again, with seven columns more ([`Buyer`]). What a row is to a clause is looked up by its kind and the name of its
//! event: each batch says so once for each value of its dictionaries. Purchases of a customer are added up where they are plain:
//! each order in one row, none of it gifts, nothing cancelled, all in one currency. Whose are not, is left to the second pass.
//!
//! Invariant: rows of a customer ascend by time in each file, so that those outside of all windows are passed over. Where no
//! row of a purchase is within any window, no purchase counts: it has the time of one of its rows, and the earliest.

use super::needs::Needs;
use super::plan::{Leaf, Of as Answered, Plan};
use super::sorted::{Part, Place, Visit};
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
use std::sync::Arc;

/// Of all facts.
const COLUMNS: [&str; 3] = ["customer", "at", "kind"];
/// Where events play a part.
const EVENTS: &str = "event";
/// Where purchases play a part, and what measures take of them.
const OF_PURCHASES: [&str; 5] = ["key", "source", "order_no", "first", "currency"];
const AMOUNT: &str = "amount_minor";
const QUANTITY: &str = "quantity_milli";
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
    /// By clause: the place of its measure.
    places: Vec<Option<usize>>,
    /// What is outside of these instants counts nowhere.
    window: Range<i64>,
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
        let mut places = vec![None; plan.leaves.len()];
        for (place, (leaf, _)) in tallies.iter().enumerate() {
            places[*leaf] = Some(place);
        }
        let window = around(tallies.iter().map(|(_, tally)| *tally));
        let window_of_purchases = around(tallies.iter().map(|(_, tally)| *tally).filter(|tally| tally.has_purchases));
        Self { plan, tallies, places, window, window_of_purchases, needs, counting, names, of_orders, of_refunds }
    }

    pub fn len(&self) -> usize {
        self.tallies.len()
    }

    pub fn columns(&self) -> Vec<&'static str> {
        let mut columns = COLUMNS.to_vec();
        if self.reads_names() {
            columns.push(EVENTS);
        }
        columns
    }

    /// To add up purchases.
    pub fn columns_of_purchases(&self) -> Vec<&'static str> {
        let taken = [(Of::Amount, AMOUNT), (Of::Quantity, QUANTITY)];
        let is_taken = |of: Of| self.tallies.iter().any(|(_, tally)| tally.of == of);
        let taken = taken.into_iter().filter(|(of, _)| is_taken(*of)).map(|(_, name)| name);
        COLUMNS.into_iter().chain(OF_PURCHASES).chain(taken).collect()
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

    /// The answer of a clause, where it can be told of a customer of whom this was found.
    pub fn clause(&self, leaf: usize, found: &Found) -> Option<bool> {
        let place = self.places[leaf]?;
        let tally = self.tallies[place].1;
        let Clause::Measure { measure, test } = &self.plan.leaves[leaf].clause else { return None };
        if found.has_other_purchases && tally.has_purchases {
            return None;
        }
        let (value, did_something) = tally.found(&found.sums[place], found.currency.unwrap_or(Currency::NONE));
        Some(judge_measure(measure, test, &value, did_something, self.plan.standpoint.view()).holds)
    }

    fn add_purchases(&self, purchases: &[Purchase], found: &mut Found) {
        let Some(first) = purchases.first() else { return };
        let currency = first.currency;
        let is_plain = |one: &Purchase| {
            one.kind != FactKind::Gift && one.is_first && !one.is_cancellation && one.currency == currency
        };
        let mut keys: Vec<[u8; 16]> = purchases.iter().map(|one| one.key).collect();
        keys.sort_unstable();
        if !purchases.iter().all(is_plain) || keys.windows(2).any(|pair| pair[0] == pair[1]) {
            found.has_other_purchases = true;
            return;
        }
        found.currency = Some(currency);
        for one in purchases {
            let places = if one.kind == FactKind::Order { &self.of_orders } else { &self.of_refunds };
            for place in places {
                let (_, tally) = self.tallies[*place];
                let units = match tally.of {
                    Of::Facts => Some(0),
                    Of::Amount => amount(one.amount),
                    Of::Quantity => quantity(one.quantity),
                };
                if let Some(units) = units.filter(|_| tally.counts(one.at)) {
                    found.sums[*place].add(units);
                }
            }
        }
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
    /// There are purchases that are not among the sums: they were not read yet, or are not plain.
    pub has_other_purchases: bool,
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

/// Rows of one of the files.
type RowsOf = (usize, Range<usize>);

/// Counts messages, customer after customer; `done` is told what was found of each, and where their rows are.
pub(super) struct Adder<'q, W, D> {
    quick: &'q Quick<'q>,
    /// The classes of the last dictionaries that were seen, of kinds and of names.
    kinds: Option<Classes>,
    names: Option<Classes>,
    found: Found,
    /// Whose rows are being shown, whether they are looked at, and where they are.
    customer: Option<(u32, bool)>,
    rows: Vec<RowsOf>,
    wanted: W,
    done: D,
}

impl<'q, W: Fn(u32) -> bool, D: FnMut(u32, &Found, &[RowsOf])> Adder<'q, W, D> {
    /// `wanted` says whose rows are looked at.
    pub fn new(quick: &'q Quick<'q>, wanted: W, done: D) -> Self {
        let found = Found::nothing(quick.len());
        Self { quick, kinds: None, names: None, found, customer: None, rows: Vec::new(), wanted, done }
    }
}

impl<W: Fn(u32) -> bool, D: FnMut(u32, &Found, &[RowsOf])> Visit for Adder<'_, W, D> {
    type Part = Columns;

    fn part(&mut self, batch: &RecordBatch, place: Place) -> Result<Columns> {
        let basic = Basic::of(batch, &mut self.kinds, self.quick)?;
        let event = dictionary(batch, EVENTS)?;
        let of_names = match &event {
            Some(event) => Classes::of(&mut self.names, event, |name| Ok(self.quick.class_of_event(name)))?,
            None => Arc::default(),
        };
        Ok(Columns { place, basic, event, of_names })
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
        self.rows.push((part.place.reader, part.place.row + rows.start..part.place.row + rows.end));
        let (window, instants) = (&self.quick.window, part.basic.at.values());
        let first = rows.start + instants[rows.clone()].partition_point(|at| *at < window.start);
        for row in first..rows.end {
            let at = instants[row];
            if at >= window.end {
                break;
            }
            match part.class(row) {
                NOTHING => {}
                PURCHASE => self.found.has_other_purchases |= self.quick.window_of_purchases.contains(&at),
                class => {
                    for place in &self.quick.counting[usize::from(class)] {
                        if self.quick.tallies[*place].1.counts(at) {
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
            (self.done)(customer, &self.found, &self.rows);
            self.found.clear();
            self.rows.clear();
        }
        Ok(())
    }
}

/// Customers whose purchases are read after the rest.
pub(super) struct Unread {
    /// Ascending, with what the rest comes to.
    pub found: Vec<(u32, Found)>,
    /// By file: where all their rows are.
    pub rows: Vec<Vec<Range<usize>>>,
}

impl Unread {
    pub fn new(files: usize) -> Self {
        Self { found: Vec::new(), rows: vec![Vec::new(); files] }
    }

    pub fn push(&mut self, customer: u32, found: &Found, rows: &[RowsOf]) {
        self.found.push((customer, found.clone()));
        for (file, rows) in rows {
            self.rows[*file].push(rows.clone());
        }
    }
}

/// Adds up purchases of customers of whom the rest was found before; `done` is told both of each.
pub(super) struct Buyer<'q, D> {
    quick: &'q Quick<'q>,
    kinds: Option<Classes>,
    unread: std::vec::IntoIter<(u32, Found)>,
    purchases: Vec<Purchase>,
    done: D,
}

impl<'q, D: FnMut(u32, &Found)> Buyer<'q, D> {
    /// `unread` are all those whose rows are shown, ascending.
    pub fn new(quick: &'q Quick<'q>, unread: Vec<(u32, Found)>, done: D) -> Self {
        Self { quick, kinds: None, unread: unread.into_iter(), purchases: Vec::new(), done }
    }
}

impl<D: FnMut(u32, &Found)> Visit for Buyer<'_, D> {
    type Part = Purchases;

    fn part(&mut self, batch: &RecordBatch, _place: Place) -> Result<Purchases> {
        Purchases::of(batch, Basic::of(batch, &mut self.kinds, self.quick)?)
    }

    fn rows(&mut self, _customer: u32, part: &Purchases, rows: Range<usize>) -> Result<()> {
        for row in rows.filter(|row| part.basic.class_of_kind(*row) == PURCHASE) {
            self.purchases.push(part.purchase(row)?);
        }
        Ok(())
    }

    fn ended(&mut self, customer: u32) -> Result<()> {
        let next = self.unread.next().filter(|(expected, _)| *expected == customer);
        let (_, mut found) = next.ok_or_else(|| HistoryError::damaged("a data file that changed while it was read"))?;
        found.has_other_purchases = false;
        self.quick.add_purchases(&self.purchases, &mut found);
        self.purchases.clear();
        (self.done)(customer, &found);
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
}

/// The columns of one batch, without what purchases have.
pub(super) struct Columns {
    place: Place,
    basic: Basic,
    event: Option<DictionaryArray<Int32Type>>,
    of_names: Arc<[Class]>,
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

/// The columns of one batch that purchases have.
pub(super) struct Purchases {
    basic: Basic,
    key: BinaryArray,
    source: DictionaryArray<Int32Type>,
    order_no: StringArray,
    first: BooleanArray,
    currency: DictionaryArray<Int32Type>,
    /// Where a measure takes them.
    amount: Option<Int64Array>,
    quantity: Option<Int64Array>,
}

impl Part for Purchases {
    fn customers(&self) -> &[i64] {
        self.basic.customer.values()
    }
}

impl Purchases {
    fn of(batch: &RecordBatch, basic: Basic) -> Result<Self> {
        let missing = |name: &str| HistoryError::damaged(format!("no column {name}"));
        let column = |name: &str| batch.column_by_name(name).ok_or_else(|| missing(name));
        let texts = |name: &str| dictionary(batch, name)?.ok_or_else(|| missing(name));
        Ok(Self {
            basic,
            key: column("key")?.as_binary_opt::<i32>().ok_or_else(|| missing("key"))?.clone(),
            source: texts("source")?,
            order_no: column("order_no")?.as_string_opt::<i32>().ok_or_else(|| missing("order_no"))?.clone(),
            first: column("first")?.as_boolean_opt().ok_or_else(|| missing("first"))?.clone(),
            currency: texts("currency")?,
            amount: number(batch, AMOUNT)?,
            quantity: number(batch, QUANTITY)?,
        })
    }

    fn purchase(&self, row: usize) -> Result<Purchase> {
        let kind = text_of(&self.basic.kind, row).and_then(FactKind::parse).unwrap_or(FactKind::Order);
        let key: [u8; 16] =
            self.key.value(row).try_into().map_err(|_| HistoryError::damaged("a fact key that is not 16 bytes"))?;
        let is_cancellation = kind == FactKind::Refund
            && self.order_no.is_valid(row)
            && text_of(&self.source, row).is_some_and(|source| {
                let parts = [source, FactKind::Cancelled.code(), self.order_no.value(row)];
                FactKey::of(&parts).0.to_be_bytes() == key
            });
        let units = |column: &Option<Int64Array>| {
            column.as_ref().filter(|column| column.is_valid(row)).map(|column| column.value(row))
        };
        let currency = text_of(&self.currency, row).and_then(Currency::parse);
        Ok(Purchase {
            kind,
            at: self.basic.at.value(row),
            is_first: self.first.value(row),
            amount: units(&self.amount),
            quantity: units(&self.quantity),
            key,
            currency: currency.ok_or_else(|| HistoryError::damaged("a fact without a currency"))?,
            is_cancellation,
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
