//! The second pass: the rows that the first one cannot tell of, of those customers only of whom it matters, put together to
//! facts of the language.
//!
//! Invariants: rows that nobody needs are passed over by the reader, so that their further columns are not decoded; the facts
//! of one profile are in memory at a time.

use super::bits::Bits;
use super::needs::{Needs, mask};
use super::quick::{Classes, dictionary, instants, number, text_of};
use super::sorted::{Part, Place, Visit, Wanted};
use crate::error::{HistoryError, Result};
use crate::rows::{HistoryFact, decode_lines, from_json};
use deltalake::arrow::array::{
    Array, AsArray, BinaryArray, BooleanArray, DictionaryArray, Int64Array, ListArray, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use deltalake::arrow::datatypes::Int32Type;
use perennial_domain::fact::{Campaign, FactKey, FactKind, Tracked};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::rules::life::{Row, Words, happened, happened_bare, of_message_named};
use perennial_domain::rules::oracle::{Happened, Kind};
use perennial_domain::time::Instant;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

const COLUMNS: [&str; 4] = ["customer", "at", "kind", "key"];
/// That say what was cancelled, and which row of an order is the first.
const OF_PURCHASES: [&str; 3] = ["source", "order_no", "first"];
const INSIDES_OF_PURCHASES: [&str; 2] = ["currency", "lines"];
const WORDS_OF_PURCHASES: [&str; 4] = ["properties", "traits", "channel", "touch_point"];
/// By the name of the property that a message has of it, where its sender says nothing else.
const WORDS_OF_MESSAGES: [(&str, &str); 9] = [
    ("source", "source"),
    ("channel", "channel"),
    ("touch_point", "touch_point"),
    ("locale", "locale"),
    ("campaign.source", "campaign_source"),
    ("campaign.medium", "campaign_medium"),
    ("campaign.name", "campaign_name"),
    ("path", "page_path"),
    ("url", "page_url"),
];
/// What is looked at before it is known whether a row is needed.
pub(super) const LOOKED_AT: [&str; 4] = ["customer", "at", "kind", "event"];

pub(super) fn columns(needs: &Needs) -> Vec<&'static str> {
    let mut columns = COLUMNS.to_vec();
    let mut add = |more: &[&'static str]| {
        for name in more {
            if !columns.contains(name) {
                columns.push(name);
            }
        }
    };
    if needs.has_messages() {
        add(&["event"]);
    }
    if needs.purchases {
        add(&OF_PURCHASES);
    }
    if needs.insides {
        add(&INSIDES_OF_PURCHASES);
    }
    if needs.has_words_of_purchases() {
        add(&WORDS_OF_PURCHASES);
    }
    if needs.has_words_of_messages() {
        add(&["properties"]);
        for (_, column) in WORDS_OF_MESSAGES.iter().filter(|(name, _)| needs.names.contains(*name)) {
            add(&[column]);
        }
    }
    columns
}

const NOT: u16 = 0;
const PURCHASE: u16 = 1;
const MESSAGE: u16 = 2;
const NAMED: u16 = 3;

/// The rows that are needed, of those customers, or of all.
pub(super) fn wanted(needs: &Needs, customers: Option<Arc<Bits>>, now: Instant) -> Wanted {
    let needs = needs.clone();
    let (from, to) = needs.instants(now);
    let (mut kinds, mut names) = (None, None);
    Box::new(move |batch: &RecordBatch| {
        let missing = |name: &str| HistoryError::damaged(format!("no column {name}"));
        let customer = number(batch, "customer")?.ok_or_else(|| missing("customer"))?;
        let at = instants(batch)?;
        let kind = dictionary(batch, "kind")?.ok_or_else(|| missing("kind"))?;
        let event = dictionary(batch, "event")?;
        let of_kinds = Classes::of(&mut kinds, &kind, |code| {
            let kind = FactKind::parse(code).ok_or_else(|| HistoryError::damaged(format!("fact kind \"{code}\"")))?;
            Ok(match kind {
                FactKind::Order | FactKind::Gift | FactKind::Refund if needs.purchases => PURCHASE,
                FactKind::Event => NAMED,
                kind if needs.has_message(kind, None) => MESSAGE,
                _ => NOT,
            })
        })?;
        let of_names = match &event {
            Some(event) => Classes::of(&mut names, event, |name| {
                Ok(if needs.has_message(FactKind::Event, Some(name)) { MESSAGE } else { NOT })
            })?,
            None => Arc::default(),
        };
        let is_wanted = |number: u32| customers.as_ref().is_none_or(|customers| customers.contains(number));
        let is_in_time = |row: usize| from <= at.value(row) && at.value(row) < to;
        Ok(mask(batch.num_rows(), |row| {
            let mut class = kind.key(row).map_or(NOT, |key| of_kinds[key]);
            if class == NAMED {
                class = event.as_ref().and_then(|event| event.key(row)).map_or(NOT, |key| of_names[key]);
            }
            (class == PURCHASE || (class == MESSAGE && is_in_time(row)))
                && u32::try_from(customer.value(row)).is_ok_and(&is_wanted)
        }))
    })
}

/// Rows of profiles that history does not have yet.
pub(super) type Waiting<'w> = HashMap<u32, Vec<Row<'w>>>;

/// Puts facts together, profile after profile; `done` is told those of each: `None` where that needs what purchases have inside,
/// and this was not read.
pub(super) struct Gatherer<'g, D> {
    needs: &'g Needs,
    waiting: &'g Waiting<'g>,
    purchases: Vec<HistoryFact>,
    messages: Vec<Happened>,
    done: D,
}

impl<'g, D: FnMut(u32, Option<Vec<Happened>>)> Gatherer<'g, D> {
    pub fn new(needs: &'g Needs, waiting: &'g Waiting<'g>, done: D) -> Self {
        Self { needs, waiting, purchases: Vec::new(), messages: Vec::new(), done }
    }
}

impl<D: FnMut(u32, Option<Vec<Happened>>)> Visit for Gatherer<'_, D> {
    type Part = Columns;

    fn part(&mut self, batch: &RecordBatch, _place: Place) -> Result<Columns> {
        Columns::of(batch)
    }

    fn rows(&mut self, customer: u32, part: &Columns, rows: Range<usize>) -> Result<()> {
        let names = Some(&self.needs.names).filter(|_| self.needs.has_words_of_messages());
        for row in rows {
            let kind = part.kind(row)?;
            if kind.is_message() {
                self.messages.extend(part.message(row, kind, names)?);
            } else {
                self.purchases.push(part.purchase(row, kind, customer, self.needs)?);
            }
        }
        Ok(())
    }

    fn ended(&mut self, customer: u32) -> Result<()> {
        let mut rows: Vec<Row<'_>> = self.purchases.iter().map(HistoryFact::row).collect();
        let waiting = self.waiting.get(&customer);
        let mut facts = match waiting {
            None if rows.is_empty() => Some(Vec::new()),
            None if !self.needs.insides => happened_bare(&rows),
            Some(_) if !self.needs.insides && !rows.is_empty() => None,
            _ => {
                rows.extend(waiting.into_iter().flatten());
                Some(happened(&rows))
            }
        };
        match &mut facts {
            Some(facts) => facts.append(&mut self.messages),
            None => self.messages.clear(),
        }
        self.purchases.clear();
        (self.done)(customer, facts);
        Ok(())
    }
}

/// The columns of one batch; those that nobody needs are not there.
pub(super) struct Columns {
    customer: Int64Array,
    at: TimestampMicrosecondArray,
    kind: DictionaryArray<Int32Type>,
    key: BinaryArray,
    event: Option<DictionaryArray<Int32Type>>,
    source: Option<DictionaryArray<Int32Type>>,
    currency: Option<DictionaryArray<Int32Type>>,
    first: Option<BooleanArray>,
    lines: Option<ListArray>,
    /// In the order of [`TEXTS`].
    texts: [Option<StringArray>; TEXTS.len()],
}

const TEXTS: [&str; 11] = [
    "order_no",
    "properties",
    "traits",
    "channel",
    "touch_point",
    "locale",
    "page_url",
    "page_path",
    "campaign_source",
    "campaign_medium",
    "campaign_name",
];

impl Part for Columns {
    fn customers(&self) -> &[i64] {
        self.customer.values()
    }
}

impl Columns {
    fn of(batch: &RecordBatch) -> Result<Self> {
        let missing = |name: &str| HistoryError::damaged(format!("no column {name}"));
        let column = |name: &str| batch.column_by_name(name);
        let text = |name: &str| column(name).and_then(|texts| texts.as_string_opt::<i32>()).cloned();
        Ok(Self {
            customer: number(batch, "customer")?.ok_or_else(|| missing("customer"))?,
            at: instants(batch)?,
            kind: dictionary(batch, "kind")?.ok_or_else(|| missing("kind"))?,
            key: column("key").and_then(|key| key.as_binary_opt::<i32>()).ok_or_else(|| missing("key"))?.clone(),
            event: dictionary(batch, "event")?,
            source: dictionary(batch, "source")?,
            currency: dictionary(batch, "currency")?,
            first: column("first").and_then(|first| first.as_boolean_opt()).cloned(),
            lines: column("lines").and_then(|lines| lines.as_list_opt::<i32>()).cloned(),
            texts: TEXTS.map(text),
        })
    }

    fn kind(&self, row: usize) -> Result<FactKind> {
        let kind = text_of(&self.kind, row).and_then(FactKind::parse);
        kind.ok_or_else(|| HistoryError::damaged("a fact of no known kind"))
    }

    fn key(&self, row: usize) -> Result<FactKey> {
        let key: [u8; 16] =
            self.key.value(row).try_into().map_err(|_| HistoryError::damaged("a fact key that is not 16 bytes"))?;
        Ok(FactKey(u128::from_be_bytes(key)))
    }

    fn text(&self, name: &str, row: usize) -> Option<&str> {
        let place = TEXTS.iter().position(|text| *text == name)?;
        let column = self.texts[place].as_ref()?;
        column.is_valid(row).then(|| column.value(row))
    }

    fn source(&self, row: usize) -> &str {
        self.source.as_ref().and_then(|source| text_of(source, row)).unwrap_or_default()
    }

    fn name(&self, row: usize) -> Option<&str> {
        text_of(self.event.as_ref()?, row)
    }

    /// `None` for an event without a name.
    fn message(&self, row: usize, kind: FactKind, names: Option<&BTreeSet<String>>) -> Result<Option<Happened>> {
        let kind_of_fact = match (kind, self.name(row)) {
            (FactKind::Page, _) => Kind::Page,
            (FactKind::Screen, _) => Kind::Screen,
            (FactKind::Event, Some(name)) => Kind::Event(name.to_owned()),
            _ => return Ok(None),
        };
        let properties = names.map(|names| of_message_named(kind, &self.words(row), names)).unwrap_or_default();
        let at = Instant(self.at.value(row));
        Ok(Some(Happened { key: self.key(row)?, at, kind: kind_of_fact, properties, lines: Vec::new() }))
    }

    fn words(&self, row: usize) -> Words<'_> {
        let text = |name: &str| self.text(name, row);
        Words {
            source: self.source.as_ref().and_then(|source| text_of(source, row)),
            properties: text("properties"),
            name: self.name(row),
            channel: text("channel"),
            touch_point: text("touch_point"),
            locale: text("locale"),
            campaign: ["campaign_source", "campaign_medium", "campaign_name"].map(text),
            page_path: text("page_path"),
            page_url: text("page_url"),
        }
    }

    /// What the sender said of a purchase.
    fn tracked(&self, row: usize) -> Tracked {
        let text = |name: &str| self.text(name, row).map(str::to_owned);
        Tracked {
            message_id: String::new(),
            name: None,
            properties: text("properties"),
            received_at: Instant(self.at.value(row)),
            sent_at: None,
            original_at: None,
            channel: text("channel"),
            locale: None,
            page_url: None,
            page_path: None,
            campaign: Campaign::default(),
            touch_point: text("touch_point"),
            consents: Vec::new(),
        }
    }

    fn purchase(&self, row: usize, kind: FactKind, customer: u32, needs: &Needs) -> Result<HistoryFact> {
        let missing = |name: &str| HistoryError::damaged(format!("no column {name}"));
        let currency = || {
            let found = self.currency.as_ref().and_then(|currency| text_of(currency, row)).and_then(Currency::parse);
            found.ok_or_else(|| missing("currency"))
        };
        let lines = || self.lines.as_ref().ok_or_else(|| missing("lines"));
        // Of others only the insides name them.
        let is_named = needs.insides || kind == FactKind::Refund;
        Ok(HistoryFact {
            customer: Some(CustomerNumber(customer)),
            at: Instant(self.at.value(row)),
            kind,
            key: self.key(row)?,
            source: if is_named { self.source(row).to_owned() } else { String::new() },
            import_id: None,
            identifiers: Vec::new(),
            order_no: self.text("order_no", row).filter(|_| is_named).map(str::to_owned),
            first: self.first.as_ref().ok_or_else(|| missing("first"))?.value(row),
            amount_minor: None,
            currency: if needs.insides { currency()? } else { Currency::NONE },
            quantity_milli: None,
            lines: if needs.insides { decode_lines(&lines()?.value(row)) } else { Vec::new() },
            traits: self.text("traits", row).map_or(Ok(Vec::new()), from_json)?,
            tracked: needs.has_words_of_purchases().then(|| Box::new(self.tracked(row))),
        })
    }
}
