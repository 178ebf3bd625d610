//! An order as a program tells it.
//!
//! Its fields become the cells of an order file's rows, and the reader of those files does the rest: kinds, gifts,
//! discounts, refunds, limits. What a file leaves open is not open here: whether an amount is of the line or of the order
//! stands in its name.

use super::{IdentifierTold, ItemError, ORDER_LINES_MAX, identifiers_of, traits_of};
use crate::fact::FactKind;
use crate::import::cells::RowBuffer;
use crate::import::error::RowError;
use crate::import::field::{Field, ImportKind};
use crate::import::mapping::{Mapping, MappingProblem, Settled, Target};
use crate::import::orders::{OrderRow, OrderRowParser};
use crate::import::parse::dates::DateOrder;
use crate::import::parse::{clean, is_no_number};
use crate::money::{Currency, format_decimal};
use crate::time::{Instant, Zone};
use std::collections::BTreeMap;

/// What an order is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderStatus {
    #[default]
    Paid,
    Unpaid,
    Cancelled,
    /// All of what is told was given back.
    Refunded,
}

impl OrderStatus {
    pub const ALL: [Self; 4] = [Self::Paid, Self::Unpaid, Self::Cancelled, Self::Refunded];

    /// Also what the reader of order files takes it for.
    pub fn code(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Unpaid => "unpaid",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// Amounts are in the smallest unit of the currency and not negative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineTold {
    pub sku: Option<String>,
    pub name: Option<String>,
    /// A decimal, once where it is absent.
    pub quantity: Option<String>,
    pub unit_price_minor: Option<i64>,
    /// What the line came to; absent: quantity × unit price.
    pub amount_minor: Option<i64>,
    /// Taken off the amount.
    pub discount_minor: Option<i64>,
    /// What of the line was paid back so far.
    pub refund_minor: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderTold {
    pub order_no: String,
    /// RFC 3339.
    pub ordered_at: String,
    pub status: OrderStatus,
    pub currency: Option<String>,
    pub identifiers: Vec<IdentifierTold>,
    pub lines: Vec<LineTold>,
    /// What the whole order came to, where its lines do not say what each came to.
    pub total_minor: Option<i64>,
    /// What of the whole order was paid back so far.
    pub refund_minor: Option<i64>,
    pub store: Option<String>,
    pub channel: Option<String>,
    pub traits: Vec<(String, String)>,
}

impl OrderTold {
    /// Whether it says anything that is counted in a currency.
    pub fn has_money(&self) -> bool {
        let of_line =
            |line: &LineTold| [line.unit_price_minor, line.amount_minor, line.refund_minor].iter().any(Option::is_some);
        self.total_minor.is_some() || self.refund_minor.is_some() || self.lines.iter().any(of_line)
    }
}

const COLUMNS: [Field; 15] = [
    Field::OrderNo,
    Field::OrderedAt,
    Field::Status,
    Field::Currency,
    Field::Sku,
    Field::ProductName,
    Field::Quantity,
    Field::UnitPrice,
    Field::LineAmount,
    Field::Discount,
    Field::LineRefund,
    Field::OrderAmount,
    Field::RefundAmount,
    Field::Store,
    Field::Channel,
];

/// Reads orders in one currency.
pub struct OrderReader {
    parser: OrderRowParser,
    currency: Currency,
}

impl OrderReader {
    /// `now` bounds the instants of orders.
    pub fn new(currency: Currency, now: Instant) -> Result<Self, Vec<MappingProblem>> {
        let headers: Vec<String> = COLUMNS.iter().map(|field| field.code().to_owned()).collect();
        let mapping = Mapping(COLUMNS.iter().map(|field| (field.code().to_owned(), Target::Field(*field))).collect());
        let settled = Settled {
            zone: Zone::utc(),
            currency,
            date_order: DateOrder::Ymd,
            decimal_marks: BTreeMap::new(),
            phone_region: None,
            spreadsheet_days: false,
            refunds_start_with_c: false,
            now: Some(now),
        };
        Ok(Self { parser: OrderRowParser::new(&headers, &mapping, &settled)?, currency })
    }

    /// The rows of an order file that tells the same, or all that is wrong.
    pub fn read(&self, told: &OrderTold) -> Result<Vec<OrderRow>, Vec<ItemError>> {
        let mut errors = Vec::new();
        let identifiers = identifiers_of(&told.identifiers, &mut errors);
        let traits = traits_of(ImportKind::Orders, &told.traits, &mut errors);
        check(told, &mut errors);
        let mut rows = if errors.is_empty() { self.rows(told, &mut errors) } else { Vec::new() };
        if errors.is_empty() {
            check_total(told, &mut rows, &mut errors);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        for row in &mut rows {
            row.identifiers.clone_from(&identifiers);
            row.traits.extend(traits.iter().cloned());
        }
        Ok(rows)
    }

    fn rows(&self, told: &OrderTold, errors: &mut Vec<ItemError>) -> Vec<OrderRow> {
        let whole = [LineTold::default()];
        let lines = if told.lines.is_empty() { &whole } else { told.lines.as_slice() };
        let takes_all_back = matches!(told.status, OrderStatus::Cancelled | OrderStatus::Refunded)
            && told.lines.is_empty()
            && told.total_minor.is_none();
        let mut rows = Vec::with_capacity(lines.len());
        for (place, line) in lines.iter().enumerate() {
            let buffer = self.cells(told, line, takes_all_back);
            match self.parser.parse(&buffer.cells(), place as u64 + 1) {
                Ok(row) => rows.push(row),
                Err(wrong) => {
                    let new = wrong.into_iter().map(|error| item_error(place, &error));
                    let new: Vec<ItemError> = new.filter(|error| !errors.contains(error)).collect();
                    errors.extend(new);
                }
            }
        }
        if takes_all_back {
            // A cancellation without an amount takes back what was counted of the order.
            for row in &mut rows {
                (row.kind, row.tells_of_purchase) = (FactKind::Cancelled, false);
                (row.amount_minor, row.order_amount_minor) = (None, None);
            }
        }
        rows
    }

    fn cells(&self, told: &OrderTold, line: &LineTold, takes_all_back: bool) -> RowBuffer {
        let money = |minor: Option<i64>| minor.map(|minor| format_decimal(minor, self.currency.exponent()));
        let mut buffer = RowBuffer::default();
        for field in COLUMNS {
            let text = match field {
                Field::OrderNo => Some(told.order_no.clone()),
                Field::OrderedAt => Instant::parse_rfc3339(&told.ordered_at).map(Instant::rfc3339),
                Field::Status => Some(told.status.code().to_owned()),
                Field::Currency => told.currency.clone(),
                Field::Sku => line.sku.clone(),
                Field::ProductName => line.name.clone(),
                Field::Quantity => line.quantity.clone(),
                Field::UnitPrice => money(line.unit_price_minor),
                Field::LineAmount => money(line.amount_minor),
                Field::Discount => money(line.discount_minor),
                Field::LineRefund => money(line.refund_minor),
                Field::OrderAmount if takes_all_back => Some("0".to_owned()),
                Field::OrderAmount => money(told.total_minor),
                Field::RefundAmount => money(told.refund_minor),
                Field::Store => told.store.clone(),
                Field::Channel => told.channel.clone(),
                _ => None,
            };
            buffer.push(text.as_deref().unwrap_or_default());
        }
        buffer
    }
}

/// What a file may leave open or say in another way.
fn check(told: &OrderTold, errors: &mut Vec<ItemError>) {
    if is_no_number(clean(&told.order_no)) || told.order_no.chars().any(char::is_control) {
        let allowed = "the number of the order, 1 to 200 bytes; by it the order is known again";
        errors.push(ItemError::new("/order_no", "missing_value", allowed));
    }
    if Instant::parse_rfc3339(&told.ordered_at).is_none() {
        let allowed = "an instant such as 2026-11-21T08:00:00Z";
        errors.push(ItemError::new("/ordered_at", "invalid_date", allowed));
    }
    if told.lines.len() > ORDER_LINES_MAX {
        errors.push(ItemError::new("/lines", "too_many", format!("at most {ORDER_LINES_MAX}")));
    }
    let of_order = [("/total_minor", told.total_minor), ("/refund_minor", told.refund_minor)];
    let mut amounts: Vec<(String, Option<i64>)> = of_order.map(|(name, amount)| (name.to_owned(), amount)).into();
    for (place, line) in told.lines.iter().enumerate() {
        let LineTold { unit_price_minor, amount_minor, discount_minor, refund_minor, quantity, .. } = line;
        let of_line = [
            ("unit_price_minor", *unit_price_minor),
            ("amount_minor", *amount_minor),
            ("discount_minor", *discount_minor),
            ("refund_minor", *refund_minor),
        ];
        amounts.extend(of_line.map(|(name, amount)| (format!("/lines/{place}/{name}"), amount)));
        if quantity.as_deref().is_some_and(|text| text.trim_start().starts_with('-')) {
            errors.push(ItemError::new(format!("/lines/{place}/quantity"), "negative", NOT_NEGATIVE));
        }
    }
    let negative = amounts.into_iter().filter(|(_, amount)| amount.is_some_and(|amount| amount < 0));
    errors.extend(negative.map(|(pointer, _)| ItemError::new(pointer, "negative", NOT_NEGATIVE)));
}

const NOT_NEGATIVE: &str = "0 or more; what was paid back is told by refund_minor or by the status refunded";

/// The lines and the total say the same, or only one of them says anything.
fn check_total(told: &OrderTold, rows: &mut [OrderRow], errors: &mut Vec<ItemError>) {
    let Some(total) = told.total_minor else { return };
    let amounts: Vec<i64> = rows.iter().filter_map(|row| row.amount_minor).collect();
    if amounts.is_empty() {
        return;
    }
    let sum = amounts.iter().fold(0i64, |sum, amount| sum.saturating_add(*amount));
    if amounts.len() < rows.len() {
        let allowed = "an amount of every line, or of no line and the total alone";
        errors.push(ItemError::new("/total_minor", "total_of_some_lines", allowed));
    } else if sum.saturating_abs() != total {
        let allowed = format!("{}, the sum of the lines: tell shipping or tax as lines", sum.saturating_abs());
        errors.push(ItemError::new("/total_minor", "total_differs", allowed));
    }
    for row in rows {
        row.order_amount_minor = None;
    }
}

fn item_error(place: usize, error: &RowError) -> ItemError {
    let of_line = |name: &str| format!("/lines/{place}/{name}");
    let pointer = match Field::parse(error.field) {
        Some(Field::OrderAmount) => "/total_minor".to_owned(),
        Some(Field::RefundAmount) => "/refund_minor".to_owned(),
        Some(Field::Sku) => of_line("sku"),
        Some(Field::ProductName) => of_line("name"),
        Some(Field::Quantity) => of_line("quantity"),
        Some(Field::UnitPrice) => of_line("unit_price_minor"),
        Some(Field::LineAmount) => of_line("amount_minor"),
        Some(Field::Discount) => of_line("discount_minor"),
        Some(Field::LineRefund) => of_line("refund_minor"),
        Some(field) => format!("/{}", field.code()),
        None => String::new(),
    };
    ItemError::new(pointer, error.code.code(), error.reason.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::orders::{AssembleContext, assemble};

    fn reader() -> OrderReader {
        OrderReader::new(Currency::parse("CNY").unwrap(), Instant::parse_rfc3339("2026-11-21T08:00:00Z").unwrap())
            .unwrap()
    }

    fn line(sku: &str, quantity: &str, price: i64) -> LineTold {
        LineTold {
            sku: Some(sku.to_owned()),
            quantity: Some(quantity.to_owned()),
            unit_price_minor: Some(price),
            ..LineTold::default()
        }
    }

    fn order(lines: Vec<LineTold>) -> OrderTold {
        OrderTold {
            order_no: "A-1".to_owned(),
            ordered_at: "2026-11-20T10:00:00+08:00".to_owned(),
            identifiers: vec![IdentifierTold { kind: "phone".to_owned(), value: "138 1234 5678".to_owned() }],
            lines,
            ..OrderTold::default()
        }
    }

    fn pointers(told: &OrderTold) -> Vec<(String, &'static str)> {
        let errors = reader().read(told).unwrap_err();
        errors.into_iter().map(|error| (error.pointer, error.code)).collect()
    }

    #[test]
    fn an_order_is_the_fact_that_a_file_with_the_same_rows_gives() {
        let told = order(vec![line("S1", "2", 5_000), line("S2", "0.5", 999)]);
        let by_program = assemble(reader().read(&told).unwrap(), &AssembleContext { source: "file" });
        let headers: Vec<String> =
            ["no", "tel", "when", "sku", "count", "price"].iter().map(|name| (*name).to_owned()).collect();
        let fields = [Field::OrderNo, Field::Phone, Field::OrderedAt, Field::Sku, Field::Quantity, Field::UnitPrice];
        let mapping = Mapping(headers.iter().cloned().zip(fields.map(Target::Field)).collect());
        let settled = Settled {
            zone: Zone::parse("Asia/Shanghai").unwrap(),
            currency: Currency::parse("CNY").unwrap(),
            date_order: DateOrder::Ymd,
            decimal_marks: BTreeMap::new(),
            phone_region: None,
            spreadsheet_days: false,
            refunds_start_with_c: false,
            now: None,
        };
        let parser = OrderRowParser::new(&headers, &mapping, &settled).unwrap();
        let rows = [
            ["A-1", "13812345678", "2026-11-20 10:00:00", "S2", "0.5", "9.99"],
            ["A-1", "13812345678", "2026-11-20 10:00:00", "S1", "2", "50.00"],
        ];
        let rows = rows.iter().map(|cells| parser.parse(&RowBuffer::of(cells).cells(), 1).unwrap()).collect();
        let by_file = assemble(rows, &AssembleContext { source: "file" });
        assert_eq!(by_program[0].fact, by_file[0].fact);
        assert_eq!(by_program[0].fact.amount_minor(), Some(10_500));
    }

    #[test]
    fn a_total_counts_where_lines_have_no_amounts_and_must_fit_where_they_have() {
        let mut told = order(vec![LineTold { sku: Some("S1".into()), ..LineTold::default() }]);
        told.total_minor = Some(700);
        let facts = assemble(reader().read(&told).unwrap(), &AssembleContext { source: "file" });
        assert_eq!((facts[0].fact.amount_minor(), facts[0].fact.lines[0].is_total), (Some(700), true));
        let mut told = order(vec![line("S1", "1", 500)]);
        told.total_minor = Some(500);
        assert!(reader().read(&told).is_ok());
        told.total_minor = Some(510);
        assert_eq!(pointers(&told), [("/total_minor".to_owned(), "total_differs")]);
        told.lines.push(LineTold { sku: Some("S2".into()), ..LineTold::default() });
        assert_eq!(pointers(&told), [("/total_minor".to_owned(), "total_of_some_lines")]);
    }

    #[test]
    fn what_is_wrong_is_told_all_at_once_with_its_place() {
        let mut told = order(vec![line("S1", "-1", 500), LineTold { refund_minor: Some(-1), ..line("S2", "1", 5) }]);
        (told.order_no, told.ordered_at) = ("n/a".to_owned(), "yesterday".to_owned());
        told.identifiers.push(IdentifierTold { kind: "email".to_owned(), value: "ann".to_owned() });
        told.traits.push(("status".to_owned(), "x".to_owned()));
        let expected = [
            ("/identifiers/1/value", "invalid_identifier"),
            ("/traits/status", "reserved_name"),
            ("/order_no", "missing_value"),
            ("/ordered_at", "invalid_date"),
            ("/lines/0/quantity", "negative"),
            ("/lines/1/refund_minor", "negative"),
        ];
        assert_eq!(pointers(&told), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
        let mut told = order(vec![line("S1", "many", 500), LineTold { name: Some("N".into()), ..LineTold::default() }]);
        told.currency = Some("USD".to_owned());
        let expected = [("/currency", "currency_differs"), ("/lines/0/quantity", "invalid_number")];
        assert_eq!(pointers(&told)[..2], expected.map(|(pointer, code)| (pointer.to_owned(), code)));
        told.ordered_at = "2026-11-23T00:00:00Z".to_owned();
        assert!(pointers(&told).contains(&("/ordered_at".to_owned(), "in_the_future")));
    }

    #[test]
    fn a_bare_cancellation_takes_the_order_back_whole() {
        for status in [OrderStatus::Cancelled, OrderStatus::Refunded] {
            let told = OrderTold { status, ..order(Vec::new()) };
            let facts = assemble(reader().read(&told).unwrap(), &AssembleContext { source: "file" });
            assert_eq!((facts.len(), facts[0].fact.kind), (1, FactKind::Cancelled));
            assert_eq!(facts[0].fact.amount_minor(), None);
        }
        assert_eq!(pointers(&order(Vec::new())), [("/lines/0/amount_minor".to_owned(), "missing_value")]);
    }

    #[test]
    fn a_refunded_order_tells_of_its_purchase_and_a_refund_column_of_the_money() {
        let told = OrderTold { status: OrderStatus::Refunded, ..order(vec![line("S1", "1", 500)]) };
        let facts = assemble(reader().read(&told).unwrap(), &AssembleContext { source: "file" });
        let kinds: Vec<FactKind> = facts.iter().map(|one| one.fact.kind).collect();
        assert_eq!(kinds, [FactKind::Order, FactKind::Refund]);
        let mut told = order(vec![line("S1", "1", 500)]);
        told.refund_minor = Some(200);
        let facts = assemble(reader().read(&told).unwrap(), &AssembleContext { source: "file" });
        assert_eq!(facts.iter().filter_map(|one| one.fact.amount_minor()).sum::<i64>(), 300);
    }
}
