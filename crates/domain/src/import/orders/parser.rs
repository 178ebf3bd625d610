//! Cells of an order file to [`OrderRow`], by a compiled mapping.
//!
//! Invariants: all that is wrong with a row is told at once; a weak identifier that is malformed is an
//! error only where the row has no good one (masked phone numbers are common beside customer numbers).
//! Nothing is later than the day after [`Settled::now`], where that is given.
//! Callers may rely on: `parse` takes `&self` and may run on many threads; [`OrderRowReader`] goes through
//! one file in order and lets lines inherit the identifiers of the line above of the same order.

use super::row::OrderRow;
use crate::fact::FactKind;
use crate::identity::Identifier;
use crate::import::cells::Cells;
use crate::import::error::{RowError, RowErrorCode, shown};
use crate::import::field::{Field, ImportKind};
use crate::import::mapping::{Mapping, MappingProblem, Settled, Target};
use crate::import::parse::dates::DateParser;
use crate::import::parse::numbers::{self, QUANTITY_PLACES};
use crate::import::parse::status::{StatusMeaning, meaning_of};
use crate::import::parse::{clean, is_no_number, is_nothing};
use crate::import::read::{
    CODE_BYTES_MAX, IdentifierColumns, NumberColumn, TEXT_BYTES_MAX, Width, date_error, number, read_identifiers, text,
    too_large, traits, unusable_row,
};
use crate::money::Currency;
use crate::time::Instant;

/// A mapping compiled to places in the row.
#[derive(Debug)]
pub struct OrderRowParser {
    dates: DateParser,
    latest: Option<Instant>,
    currency: Currency,
    refunds_start_with_c: bool,
    identifiers: IdentifierColumns,
    order_no: Option<usize>,
    ordered_at: usize,
    sku: Option<usize>,
    product_name: Option<usize>,
    quantity: Option<NumberColumn>,
    unit_price: Option<NumberColumn>,
    line_amount: Option<NumberColumn>,
    order_amount: Option<NumberColumn>,
    discount: Option<NumberColumn>,
    row_currency: Option<usize>,
    status: Option<usize>,
    refund_amount: Option<NumberColumn>,
    line_refund: Option<NumberColumn>,
    traits: Vec<(String, usize)>,
    width: Width,
}

/// What the line above leaves to the next line of the same order.
#[derive(Clone, Debug)]
struct Above {
    order_no: String,
    identifiers: Vec<Identifier>,
    at: Option<Instant>,
}

struct Money {
    quantity_milli: Option<i64>,
    price_fine: Option<i64>,
    amount_minor: Option<i64>,
    order_amount_minor: Option<i64>,
    discount_minor: Option<i64>,
    refund_minor: Option<i64>,
    line_refund_minor: Option<i64>,
}

impl OrderRowParser {
    pub fn new(headers: &[String], mapping: &Mapping, settled: &Settled) -> Result<Self, Vec<MappingProblem>> {
        let problems = mapping.problems(ImportKind::Orders, headers);
        let place = |field| mapping.column_of(headers, field);
        let (true, Some(ordered_at)) = (problems.is_empty(), place(Field::OrderedAt)) else {
            return Err(problems);
        };
        let number_column = |field| NumberColumn::of(headers, mapping, settled, field);
        let mut traits = Vec::new();
        let mut columns_min = 0;
        for (column, header) in headers.iter().enumerate() {
            match mapping.0.get(header) {
                Some(Target::Trait(name)) => traits.push((name.clone(), column)),
                Some(Target::Field(field @ (Field::Store | Field::Channel))) => {
                    traits.push((field.code().to_owned(), column));
                }
                Some(Target::Field(field)) if *field != Field::LineNo => columns_min = column + 1,
                _ => {}
            }
        }
        Ok(Self {
            dates: DateParser::new(settled.zone.clone(), settled.date_order, settled.spreadsheet_days),
            latest: settled.latest(),
            currency: settled.currency,
            refunds_start_with_c: settled.refunds_start_with_c,
            identifiers: IdentifierColumns::new(ImportKind::Orders, headers, mapping, settled),
            order_no: place(Field::OrderNo),
            ordered_at,
            sku: place(Field::Sku),
            product_name: place(Field::ProductName),
            quantity: number_column(Field::Quantity),
            unit_price: number_column(Field::UnitPrice),
            line_amount: number_column(Field::LineAmount),
            order_amount: number_column(Field::OrderAmount),
            discount: number_column(Field::Discount),
            row_currency: place(Field::Currency),
            status: place(Field::Status),
            refund_amount: number_column(Field::RefundAmount),
            line_refund: number_column(Field::LineRefund),
            traits,
            width: Width::new(headers, mapping, columns_min),
        })
    }

    /// One row by itself; see [`OrderRowReader`] for the rows of a file.
    pub fn parse(&self, cells: &Cells<'_>, row_number: u64) -> Result<OrderRow, Vec<RowError>> {
        self.parse_below(cells, row_number, None)
    }

    fn parse_below(
        &self,
        cells: &Cells<'_>,
        row_number: u64,
        above: Option<&Above>,
    ) -> Result<OrderRow, Vec<RowError>> {
        if let Some(error) = unusable_row(cells, &self.width) {
            return Err(vec![error]);
        }
        let mut errors = Vec::new();
        let order_no = text(cells, self.order_no, Field::OrderNo, CODE_BYTES_MAX, &mut errors);
        let order_no = order_no.filter(|text| !is_no_number(text));
        let above = above.filter(|above| order_no == Some(above.order_no.as_str()));
        let identifiers = self.identifiers(cells, above, &mut errors);
        let at = self.ordered_at(cells, above, &mut errors).inspect(|at| self.check_future(*at, &mut errors));
        self.check_currency(cells, &mut errors);
        let money = self.money(cells, &mut errors);
        let sku = text(cells, self.sku, Field::Sku, CODE_BYTES_MAX, &mut errors);
        let name = text(cells, self.product_name, Field::ProductName, TEXT_BYTES_MAX, &mut errors);
        let traits = traits(cells, &self.traits, &mut errors);
        let (true, Some(at)) = (errors.is_empty(), at) else {
            return Err(errors);
        };
        let status = self.status.map_or(StatusMeaning::Counts, |place| meaning_of(clean(cells.get(place))));
        let kind = self.kind(status, order_no, &money, identifiers.is_empty());
        let mut row = OrderRow {
            file_index: 0,
            row_number,
            kind,
            tells_of_purchase: false,
            identifiers,
            order_no: order_no.map(str::to_owned),
            at,
            sku: sku.map(str::to_owned),
            name: name.map(str::to_owned),
            quantity_milli: money.quantity_milli,
            unit_price_minor: money.price_fine.map(numbers::price_minor),
            amount_minor: money.amount_after_discount(),
            order_amount_minor: money.order_amount_minor,
            refund_minor: money.refund_minor.filter(|amount| *amount > 0),
            line_refund_minor: money.line_refund_minor.filter(|amount| *amount > 0),
            traits,
        };
        if kind == FactKind::Refund {
            turn_to_refund(&mut row, status == StatusMeaning::Refunded);
        }
        Ok(row)
    }

    fn kind(&self, status: StatusMeaning, order_no: Option<&str>, money: &Money, guest: bool) -> FactKind {
        let numbered_refund = self.refunds_start_with_c && order_no.is_some_and(is_c_invoice);
        let paid_back_apart =
            [money.refund_minor, money.line_refund_minor].into_iter().flatten().any(|amount| amount > 0);
        let negative = |value: Option<i64>| value.is_some_and(|value| value < 0);
        let no_price = money.price_fine.unwrap_or(0) == 0 && money.amount_minor.unwrap_or(0) == 0;
        if status == StatusMeaning::Unpaid {
            FactKind::Unpaid
        } else if status == StatusMeaning::Cancelled {
            FactKind::Cancelled
        } else if numbered_refund || status == StatusMeaning::Refunded && !paid_back_apart {
            FactKind::Refund
        } else if negative(money.quantity_milli) && no_price && guest && money.order_amount_minor.is_none() {
            FactKind::Adjustment
        } else if negative(money.quantity_milli) || negative(money.amount_minor) || negative(money.order_amount_minor) {
            FactKind::Refund
        } else if money.price_fine == Some(0)
            && money.quantity_milli.is_some_and(|quantity| quantity > 0)
            && money.amount_minor.unwrap_or(0) == 0
        {
            FactKind::Gift
        } else {
            FactKind::Order
        }
    }

    fn identifiers(&self, cells: &Cells<'_>, above: Option<&Above>, errors: &mut Vec<RowError>) -> Vec<Identifier> {
        let mut found = Vec::new();
        let malformed = read_identifiers(cells, &self.identifiers, &mut found);
        if !found.is_empty() {
            return found;
        }
        match (malformed, above) {
            (Some(error), _) => errors.push(error),
            (None, Some(above)) => found.clone_from(&above.identifiers),
            (None, None) => {}
        }
        found
    }

    fn ordered_at(&self, cells: &Cells<'_>, above: Option<&Above>, errors: &mut Vec<RowError>) -> Option<Instant> {
        let cell = clean(cells.get(self.ordered_at));
        if is_nothing(cell) {
            let inherited = above.and_then(|above| above.at);
            if inherited.is_none() {
                let reason = "the time of the order is missing: every order needs one".to_owned();
                errors.push(RowError { field: Field::OrderedAt.code(), code: RowErrorCode::MissingValue, reason });
            }
            return inherited;
        }
        match self.dates.parse(cell) {
            Ok(at) => Some(at),
            Err(error) => {
                errors.push(date_error(Field::OrderedAt, cell, error));
                None
            }
        }
    }

    /// An order of tomorrow would be everybody's last purchase.
    fn check_future(&self, at: Instant, errors: &mut Vec<RowError>) {
        if self.latest.is_some_and(|latest| at > latest) {
            let reason = format!(
                "{} lies in the future: an order is from before the import; check the order of day and month",
                shown(&at.rfc3339())
            );
            errors.push(RowError { field: Field::OrderedAt.code(), code: RowErrorCode::InTheFuture, reason });
        }
    }

    fn check_currency(&self, cells: &Cells<'_>, errors: &mut Vec<RowError>) {
        let Some(place) = self.row_currency else {
            return;
        };
        let cell = clean(cells.get(place));
        if is_nothing(cell) || cell == self.currency.code() {
            return;
        }
        let wanted = self.currency.code();
        let (code, reason) = match Currency::parse(cell) {
            Some(other) if other == self.currency => return,
            Some(_) => {
                (RowErrorCode::CurrencyDiffers, format!("the row is in {}, this import in {wanted}", shown(cell)))
            }
            None => (RowErrorCode::InvalidCurrency, format!("{} is no currency code such as {wanted}", shown(cell))),
        };
        errors.push(RowError { field: Field::Currency.code(), code, reason });
    }

    fn money(&self, cells: &Cells<'_>, errors: &mut Vec<RowError>) -> Money {
        let places = self.currency.exponent();
        let mut read = |column, field, places| number(cells, column, field, places, errors);
        let quantity_milli = read(self.quantity, Field::Quantity, QUANTITY_PLACES);
        let price_fine = read(self.unit_price, Field::UnitPrice, places);
        let line_amount = read(self.line_amount, Field::LineAmount, places);
        let order_amount_minor = read(self.order_amount, Field::OrderAmount, places);
        let discount_minor = read(self.discount, Field::Discount, places);
        let refund_minor = read(self.refund_amount, Field::RefundAmount, places).map(i64::saturating_abs);
        let line_refund_minor = read(self.line_refund, Field::LineRefund, places).map(i64::saturating_abs);
        let mut amount_minor = line_amount;
        if let (None, Some(price)) = (line_amount, price_fine) {
            amount_minor = numbers::line_amount(quantity_milli.unwrap_or(1_000), price);
            if amount_minor.is_none() {
                errors.push(too_large(Field::LineAmount, "quantity × unit price"));
            }
        }
        // Lines below the first of an order may leave the order's amount out; a lone row may not.
        let own = self.line_amount.or(self.unit_price);
        let needed = own.or(if self.order_no.is_none() { self.order_amount } else { None });
        if needed.is_some() && amount_minor.is_none() && order_amount_minor.is_none() && errors.is_empty() {
            let field = if self.line_amount.is_some() {
                Field::LineAmount
            } else if self.unit_price.is_some() {
                Field::UnitPrice
            } else {
                Field::OrderAmount
            };
            let reason = "the amount is missing: write 0 where nothing was paid".to_owned();
            errors.push(RowError { field: field.code(), code: RowErrorCode::MissingValue, reason });
        }
        Money {
            quantity_milli,
            price_fine,
            amount_minor,
            order_amount_minor,
            discount_minor,
            refund_minor,
            line_refund_minor,
        }
    }
}

impl Money {
    /// A discount brings the amount nearer to zero, whichever sign it was written with.
    fn amount_after_discount(&self) -> Option<i64> {
        let discount = self.discount_minor.unwrap_or(0).saturating_abs();
        let after = |amount: i64| {
            if amount < 0 { amount.saturating_add(discount) } else { amount.saturating_sub(discount) }
        };
        self.amount_minor.map(after)
    }
}

/// What came back is negative, however the file writes it.
fn turn_to_refund(row: &mut OrderRow, by_status: bool) {
    let total = row.amount_minor.or(row.order_amount_minor);
    let came_in = total.is_some_and(|amount| amount > 0);
    row.tells_of_purchase = by_status && came_in && row.order_no.is_some();
    if total.is_none_or(|amount| amount >= 0) {
        row.quantity_milli = row.quantity_milli.map(|quantity| -quantity.abs());
    }
    let paid_back = |amount: i64| amount.saturating_abs().saturating_neg();
    row.amount_minor = row.amount_minor.map(paid_back);
    row.order_amount_minor = row.order_amount_minor.map(paid_back);
    (row.refund_minor, row.line_refund_minor) = (None, None);
}

fn is_c_invoice(order_no: &str) -> bool {
    let digits = order_no.strip_prefix(['C', 'c']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The rows of one file in their order: lines inherit identifiers and time from the line above of the
/// same order, as shop systems leave them out below the first line.
#[derive(Debug)]
pub struct OrderRowReader<'p> {
    parser: &'p OrderRowParser,
    file_index: u32,
    above: Option<Above>,
}

impl<'p> OrderRowReader<'p> {
    pub fn new(parser: &'p OrderRowParser, file_index: u32) -> Self {
        Self { parser, file_index, above: None }
    }

    pub fn parse(&mut self, cells: &Cells<'_>, row_number: u64) -> Result<OrderRow, Vec<RowError>> {
        let parsed = self.parser.parse_below(cells, row_number, self.above.as_ref());
        match parsed {
            Ok(mut row) => {
                row.file_index = self.file_index;
                self.remember(row.order_no.as_deref(), &row.identifiers, Some(row.at));
                Ok(row)
            }
            Err(errors) => {
                self.remember_rejected(cells);
                Err(errors)
            }
        }
    }

    /// A rejected first line still says whose the lines below are.
    fn remember_rejected(&mut self, cells: &Cells<'_>) {
        let parser = self.parser;
        let mut identifiers = Vec::new();
        drop(read_identifiers(cells, &parser.identifiers, &mut identifiers));
        let order_no = parser.order_no.map(|place| clean(cells.get(place))).filter(|text| !is_no_number(text));
        let at = parser.dates.parse(clean(cells.get(parser.ordered_at))).ok();
        self.remember(order_no, &identifiers, at);
    }

    fn remember(&mut self, order_no: Option<&str>, identifiers: &[Identifier], at: Option<Instant>) {
        let Some(order_no) = order_no else {
            self.above = None;
            return;
        };
        match &mut self.above {
            Some(above) if above.order_no == order_no => {
                if above.identifiers.is_empty() {
                    above.identifiers = identifiers.to_vec();
                }
                above.at = above.at.or(at);
            }
            Some(above) => {
                order_no.clone_into(&mut above.order_no);
                identifiers.clone_into(&mut above.identifiers);
                above.at = at;
            }
            None => {
                self.above = Some(Above { order_no: order_no.to_owned(), identifiers: identifiers.to_vec(), at });
            }
        }
    }
}
