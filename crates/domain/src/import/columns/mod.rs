//! Recognition: what each column most likely means, and what that leaves open.
//!
//! Rules, the strongest first: what the user says; a known layout; the column's name; its values.
//! Invariants: a field is given to one column only; the result depends on headers, sample and options alone.
//! Callers may rely on: [`Recognition::settle`] either gives options with nothing open or says what is
//! missing and why.

mod layouts;
mod names;

use super::amounts::{AmountOf, AmountSample, Places};
use super::error::shown;
use super::field::{Field, ImportKind};
use super::mapping::{Mapping, MappingProblem, MappingProblemCode, Options, Settled, Target};
use super::parse::dates::{DateOrder, DateOrderFinding};
use super::parse::numbers::MarkEvidence;
use super::read::NumberColumn;
use super::sample::{ColumnSample, Sample};
use crate::money::{Currency, DecimalMark};
use crate::phone::{PhoneEvidence, PhoneRegion};
use crate::time::Zone;
pub use layouts::Layout;
pub use names::normal;
use serde::Serialize;
use std::collections::BTreeMap;

/// An emptier column tells nothing by its values.
const FILLED_FOR_CONTENT_MIN: u32 = 3;
/// A name whose values say otherwise is kept, but shown as a weak guess.
const CONFIDENCE_CONTRADICTED: f64 = 0.3;
/// What many orders show of an amount column is surer than its name, less sure than a layout.
const CONFIDENCE_BY_ORDERS: f64 = 0.9;
/// So many orders without a repeated number mean one row per order.
const ROWS_FOR_REPEATS_MIN: u32 = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    User,
    Layout,
    Name,
    Content,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecognisedColumn {
    pub name: String,
    pub samples: Vec<String>,
    /// `None` = not recognised, and so ignored.
    pub field: Option<Target>,
    pub confidence: f64,
    pub why: Option<Why>,
}

#[derive(Clone, Debug)]
pub struct Recognition {
    pub kind: ImportKind,
    pub layout: Option<Layout>,
    pub columns: Vec<RecognisedColumn>,
    /// Of the layout, or the only one in the currency column.
    pub currency: Option<Currency>,
    pub time_zone: Option<&'static str>,
    pub date_order: DateOrderFinding,
    /// Of every column of numbers.
    pub decimal_marks: BTreeMap<String, DecimalMark>,
    /// `None` where no column holds phone numbers.
    pub phone_region: Option<PhoneRegion>,
    pub spreadsheet_days: bool,
}

/// Proposes a meaning for every column. `user` may name some columns only; the others are recognised.
pub fn recognise(kind: ImportKind, headers: &[String], sample: &Sample, user: Option<&Mapping>) -> Recognition {
    let known = layouts::known_by(kind, headers);
    let mut columns: Vec<RecognisedColumn> = Vec::with_capacity(headers.len());
    for (place, header) in headers.iter().enumerate() {
        let samples = sample.columns.get(place).map(|column| column.shown.clone()).unwrap_or_default();
        let found = user
            .and_then(|mapping| mapping.0.get(header))
            .map(|target| (target.clone(), 1.0, Why::User))
            .or_else(|| known?.meaning_of(&normal(header)).map(|meaning| (meaning.target(), 1.0, Why::Layout)))
            .or_else(|| by_name(kind, header, known.is_some()));
        let (field, confidence, why) = match found {
            Some((target, confidence, why)) => (Some(target), confidence, Some(why)),
            None => (None, 0.0, None),
        };
        columns.push(RecognisedColumn { name: header.clone(), samples, field, confidence, why });
    }
    keep_the_surest(&mut columns);
    by_content(kind, &mut columns, sample);
    keep_the_surest(&mut columns);
    doubt_contradicted(&mut columns, sample);
    prefer_line_amounts(&mut columns, sample);
    let date_order = date_order_of(&columns, sample);
    let spreadsheet_days = dated(&columns, sample).any(|column| column.dates.is_spreadsheet(column.filled));
    let currency = known.and_then(|known| known.currency).and_then(Currency::parse);
    let currency = currency.or_else(|| column_with(&columns, sample, Field::Currency)?.currency);
    let decimal_marks = decimal_marks_of(&columns, sample);
    let phone_region = phone_region_of(&columns, sample);
    Recognition {
        kind,
        layout: known.map(|known| known.layout),
        columns,
        currency,
        time_zone: known.and_then(|known| known.time_zone),
        date_order,
        decimal_marks,
        phone_region,
        spreadsheet_days,
    }
}

/// Names beside a layout can add to it, yet less surely.
fn by_name(kind: ImportKind, header: &str, beside_layout: bool) -> Option<(Target, f64, Why)> {
    let (field, confidence) = names::field_named(kind, &normal(header))?;
    Some((Target::Field(field), if beside_layout { confidence - 0.2 } else { confidence }, Why::Name))
}

/// Where several columns claim a field, the surest keeps it; among equals the first. Two claims of the
/// user stay, so that the mapping is refused rather than half of it dropped.
fn keep_the_surest(columns: &mut [RecognisedColumn]) {
    for place in 0..columns.len() {
        let Some(Target::Field(field)) = columns[place].field else {
            continue;
        };
        let (rank, own) = (columns[place].confidence, columns[place].why);
        let loses = columns.iter().enumerate().any(|(other, column)| {
            let claims = other != place && column.field == Some(Target::Field(field));
            let surer = column.why == Some(Why::User) && own != Some(Why::User)
                || column.confidence > rank
                || column.confidence == rank && other < place;
            claims && surer
        });
        if loses && own != Some(Why::User) {
            let column = &mut columns[place];
            (column.field, column.confidence, column.why) = (None, 0.0, None);
        }
    }
}

fn has(columns: &[RecognisedColumn], field: Field) -> bool {
    columns.iter().any(|column| column.field == Some(Target::Field(field)))
}

/// A field, how sure its values make it, and whether a column looks like it.
type Look = (Field, f64, fn(&ColumnSample) -> bool);

fn by_content(kind: ImportKind, columns: &mut [RecognisedColumn], sample: &Sample) {
    let open: Vec<usize> = (0..columns.len())
        .filter(|place| columns[*place].field.is_none())
        .filter(|place| sample.columns.get(*place).is_some_and(|column| column.filled >= FILLED_FOR_CONTENT_MIN))
        .collect();
    let looks: [Look; 5] = [
        (Field::Email, 0.8, |column| column.mostly(column.emails)),
        (Field::Phone, 0.6, |column| column.mostly(column.phones)),
        (Field::OrderedAt, 0.5, |column| column.mostly(column.dates.plain_dates())),
        (Field::Currency, 0.6, |column| column.mostly(column.currencies)),
        (Field::OrderAmount, 0.4, |column| column.is_numeric() && column.decimals > 0),
    ];
    let money = [Field::UnitPrice, Field::LineAmount, Field::OrderAmount];
    for (field, confidence, looks_like) in looks {
        let taken = has(columns, field)
            || !Field::of_kind(kind).contains(&field)
            || field == Field::OrderAmount && money.iter().any(|other| has(columns, *other));
        let mut candidates = open.iter().filter(|place| looks_like(&sample.columns[**place]));
        // Two candidates are a question for the operator, not a guess.
        if let (false, Some(place), None) = (taken, candidates.next(), candidates.next())
            && columns[*place].field.is_none()
        {
            let column = &mut columns[*place];
            (column.field, column.confidence, column.why) =
                (Some(Target::Field(field)), confidence, Some(Why::Content));
        }
    }
}

fn doubt_contradicted(columns: &mut [RecognisedColumn], sample: &Sample) {
    for (column, seen) in columns.iter_mut().zip(&sample.columns) {
        let Some(Target::Field(field)) = column.field else {
            continue;
        };
        let contradicted = field.is_date() && !seen.is_date()
            || field.is_number() && !seen.is_numeric()
            || field == Field::Email && !seen.mostly(seen.emails);
        if seen.filled > 0 && contradicted && column.why == Some(Why::Name) {
            column.confidence = CONFIDENCE_CONTRADICTED;
        }
    }
}

/// What was paid is truer than quantity × list price. Where every row is an order of its own (no order
/// number repeats), an amount of the order is one of the line, and then wins over the price.
fn prefer_line_amounts(columns: &mut [RecognisedColumn], sample: &Sample) {
    let repeats = column_with(columns, sample, Field::OrderNo).is_some_and(|column| column.repeats > 0);
    let priced = has(columns, Field::UnitPrice) && !has(columns, Field::LineAmount);
    if repeats || !priced || sample.rows < ROWS_FOR_REPEATS_MIN {
        return;
    }
    for column in columns {
        if column.field == Some(Target::Field(Field::OrderAmount)) && column.why == Some(Why::Name) {
            column.field = Some(Target::Field(Field::LineAmount));
        }
    }
}

fn column_with<'a>(columns: &[RecognisedColumn], sample: &'a Sample, field: Field) -> Option<&'a ColumnSample> {
    let place = columns.iter().position(|column| column.field == Some(Target::Field(field)))?;
    sample.columns.get(place)
}

fn dated<'a>(columns: &'a [RecognisedColumn], sample: &'a Sample) -> impl Iterator<Item = &'a ColumnSample> {
    columns
        .iter()
        .zip(&sample.columns)
        .filter(|(column, _)| matches!(column.field, Some(Target::Field(field)) if field.is_date()))
        .map(|(_, seen)| seen)
}

/// One column that decides speaks for all: a program writes its dates in one order.
fn date_order_of(columns: &[RecognisedColumn], sample: &Sample) -> DateOrderFinding {
    let mut finding = DateOrderFinding::Decided(DateOrder::Ymd);
    for column in dated(columns, sample) {
        match column.dates.order() {
            DateOrderFinding::Decided(DateOrder::Ymd) => {}
            DateOrderFinding::Ambiguous => finding = DateOrderFinding::Ambiguous,
            decided @ DateOrderFinding::Decided(_) => return decided,
        }
    }
    finding
}

/// Each column decides for itself. One whose numbers fit both marks follows the others: a program writes its numbers
/// in one form. Where none decides, the point is the mark, as programs write it.
fn decimal_marks_of(columns: &[RecognisedColumn], sample: &Sample) -> BTreeMap<String, DecimalMark> {
    let is_number = |column: &RecognisedColumn| matches!(column.field, Some(Target::Field(field)) if field.is_number());
    let numbers: Vec<(&RecognisedColumn, &ColumnSample)> =
        columns.iter().zip(&sample.columns).filter(|(column, _)| is_number(column)).collect();
    let of_all = numbers.iter().fold(MarkEvidence::default(), |all, (_, seen)| all.merge(seen.marks)).mark();
    let mark = |seen: &ColumnSample| seen.marks.mark().or(of_all).unwrap_or_default();
    numbers.into_iter().map(|(column, seen)| (column.name.clone(), mark(seen))).collect()
}

fn phone_region_of(columns: &[RecognisedColumn], sample: &Sample) -> Option<PhoneRegion> {
    let is_phone = |column: &RecognisedColumn| column.field == Some(Target::Field(Field::Phone));
    let mut phones = columns.iter().zip(&sample.columns).filter(|(column, _)| is_phone(column)).peekable();
    phones.peek()?;
    Some(phones.fold(PhoneEvidence::default(), |all, (_, seen)| all.merge(seen.regions)).region())
}

impl Recognition {
    /// A second look at the same rows, where it can still change what an amount column means.
    pub fn amount_sample(&self) -> Option<AmountSample> {
        let (amount, refund) = (self.open_amount(), self.open_refund());
        if amount.is_none() && refund.is_none() {
            return None;
        }
        let place = |field| self.columns.iter().position(|column| column.field == Some(Target::Field(field)));
        let places = |fields: &[Field]| fields.iter().filter_map(|field| place(*field)).collect();
        let number = |place: Option<usize>| {
            let place = place?;
            let mark = self.decimal_marks.get(&self.columns[place].name).copied().unwrap_or_default();
            Some(NumberColumn { place, mark })
        };
        Some(AmountSample::new(Places {
            order_no: place(Field::OrderNo),
            identifiers: places(&[Field::CustomerId, Field::MemberNo, Field::Phone, Field::Email, Field::OtherId]),
            ordered_at: place(Field::OrderedAt),
            products: places(&[Field::Sku, Field::ProductName]),
            quantity: number(place(Field::Quantity)),
            unit_price: number(place(Field::UnitPrice)),
            discount: number(place(Field::Discount)),
            amount: number(amount),
            refund: number(refund),
        }))
    }

    /// Lets the rows decide what the amount columns mean, as far as nobody has said it.
    pub fn settle_amounts(&mut self, sample: &AmountSample) {
        let (amount, refund) = (self.open_amount(), self.open_refund());
        let meanings = [
            (amount, sample.amounts(), Field::OrderAmount, Field::LineAmount),
            (refund, sample.refunds(), Field::RefundAmount, Field::LineRefund),
        ];
        for (place, found, of_order, of_line) in meanings {
            let (Some(place), Some(found)) = (place, found) else { continue };
            let field = Target::Field(if found == AmountOf::Line { of_line } else { of_order });
            let column = &mut self.columns[place];
            if column.field.as_ref() != Some(&field) {
                (column.field, column.confidence, column.why) = (Some(field), CONFIDENCE_BY_ORDERS, Some(Why::Content));
            }
        }
        let is_of_line = |place: usize| self.columns[place].field == Some(Target::Field(Field::LineAmount));
        if amount.is_some_and(is_of_line) && !sample.is_before_discount() {
            self.ignore_discount();
        }
    }

    /// What was paid has it in it already.
    fn ignore_discount(&mut self) {
        let discount = Some(Target::Field(Field::Discount));
        let is_guess = |column: &RecognisedColumn| matches!(column.why, Some(Why::Name | Why::Content));
        for column in self.columns.iter_mut().filter(|column| column.field == discount && is_guess(column)) {
            (column.field, column.confidence, column.why) =
                (Some(Target::Ignore), CONFIDENCE_BY_ORDERS, Some(Why::Content));
        }
    }

    /// The column of amounts whose name leaves open what they are of. `None` also where another column has those of
    /// the lines, which count before any of the order.
    fn open_amount(&self) -> Option<usize> {
        let open = self.open(&[Field::OrderAmount, Field::LineAmount], Field::LineAmount)?;
        let of_line = Some(Target::Field(Field::LineAmount));
        let is_other = |(place, column): (usize, &RecognisedColumn)| place != open && column.field == of_line;
        (!self.columns.iter().enumerate().any(is_other)).then_some(open)
    }

    fn open_refund(&self) -> Option<usize> {
        let has_line_refunds = has(&self.columns, Field::LineRefund);
        self.open(&[Field::RefundAmount], Field::LineRefund).filter(|_| !has_line_refunds)
    }

    /// The column that means one of these because of its name or its values, while its name does not say `settled`.
    fn open(&self, fields: &[Field], settled: Field) -> Option<usize> {
        self.columns.iter().position(|column| {
            let is_guess = matches!(column.why, Some(Why::Name | Why::Content));
            let is_one_of = matches!(column.field, Some(Target::Field(field)) if fields.contains(&field));
            let named = names::field_named(self.kind, &normal(&column.name)).map(|(field, _)| field);
            is_guess && is_one_of && named != Some(settled)
        })
    }

    /// The meanings as a mapping that names every column.
    pub fn mapping(&self) -> Mapping {
        let target = |column: &RecognisedColumn| column.field.clone().unwrap_or(Target::Ignore);
        Mapping(self.columns.iter().map(|column| (column.name.clone(), target(column))).collect())
    }

    pub fn headers(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }

    /// Closes what is open: the stated option first, then what was recognised, then the workspace's. The time
    /// is left to the caller: [`Settled::now`].
    pub fn settle(
        &self,
        options: &Options,
        workspace_zone: &Zone,
        workspace_currency: Option<Currency>,
    ) -> Result<Settled, Vec<MappingProblem>> {
        let mapping = self.mapping();
        let mut problems = mapping.problems(self.kind, &self.headers());
        let mut problem = |field, code, why: &str| problems.push(MappingProblem { field, code, why: why.to_owned() });
        let stated_zone = options.time_zone.as_deref().or(self.time_zone);
        let zone = stated_zone.map_or_else(|| Some(workspace_zone.clone()), Zone::parse);
        if zone.is_none() {
            let why = "time_zone must be an IANA time zone such as Asia/Shanghai";
            problem("time_zone", MappingProblemCode::UnknownTimeZone, why);
        }
        let currency = options.currency.or(self.currency).or(workspace_currency);
        if currency.is_none() && mapping.carries_money() {
            let why = "amounts need a currency: state it, such as CNY";
            problem("currency", MappingProblemCode::MissingCurrency, why);
        }
        if let (Some(own), Some(workspace)) = (currency, workspace_currency)
            && own != workspace
            && mapping.carries_money()
        {
            let why = format!("the file is in {}, this workspace keeps {}", own.code(), workspace.code());
            problem("currency", MappingProblemCode::CurrencyDiffers, &why);
        }
        let date_order = options.date_order.or(match self.date_order {
            DateOrderFinding::Decided(order) => Some(order),
            DateOrderFinding::Ambiguous => None,
        });
        if date_order.is_none() {
            let why = "dates such as 01/02/2011 can be read day first or month first: state date_order dmy or mdy";
            problem("date_order", MappingProblemCode::AmbiguousDateOrder, why);
        }
        for column in options.decimal_marks.keys().filter(|column| !mapping.0.contains_key(*column)) {
            let why = format!("decimal_marks names {}, a column that the file does not have", shown(column));
            problem("decimal_marks", MappingProblemCode::UnknownColumn, &why);
        }
        match (zone, date_order) {
            (Some(zone), Some(date_order)) if problems.is_empty() => Ok(Settled {
                zone,
                currency: currency.unwrap_or(Currency::NONE),
                date_order,
                decimal_marks: self.decimal_marks_with(&options.decimal_marks),
                phone_region: self.phone_region.map(|found| options.phone_region.unwrap_or(found)),
                spreadsheet_days: self.spreadsheet_days,
                refunds_start_with_c: self.layout == Some(Layout::OnlineRetail),
                now: None,
            }),
            _ => Err(problems),
        }
    }

    /// What is stated of a column of numbers counts before what was recognised.
    fn decimal_marks_with(&self, stated: &BTreeMap<String, DecimalMark>) -> BTreeMap<String, DecimalMark> {
        let mark =
            |(column, found): (&String, &DecimalMark)| (column.clone(), stated.get(column).copied().unwrap_or(*found));
        self.decimal_marks.iter().map(mark).collect()
    }
}
