//! Orders, refunds and cancellations among the events of a touch-point, by the e-commerce specification of Segment.
//!
//! The amount of an order is its `total`, else its `revenue`, else the sum of its products. What the total has beside
//! the products (shipping, tax, discount) is a line without a name, so that the lines add up to it. A refund without
//! any amount takes the whole order back, and so does every cancellation.
//!
//! Keys are those of files: the order number within its source. So an order that is told again, also by a message with
//! another id, changes nothing, and a message that brings further lines adds just those.

use super::lenient::{List, Text};
use super::reason::Note;
use crate::fact::{FactKey, FactKind, Line};
use crate::money::{AMOUNT_MINOR_MAX, Currency, DecimalMark, parse_decimal};
use serde::Deserialize;

/// What amounts are taken for where neither the message nor the workspace says, as with files.
pub const CURRENCY_ASSUMED: &str = "CNY";
const TEXT_BYTES_MAX: usize = 500;
/// An order number, in bytes.
const ORDER_ID_BYTES_MAX: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Completed,
    Refunded,
    Cancelled,
}

impl Meaning {
    /// By the name of the event; of its first version, the words stood the other way round.
    pub fn of(event: &str) -> Option<Self> {
        match event.trim().to_ascii_lowercase().as_str() {
            "order completed" | "completed order" => Some(Self::Completed),
            "order refunded" | "refunded order" => Some(Self::Refunded),
            "order cancelled" | "order canceled" => Some(Self::Cancelled),
            _ => None,
        }
    }
}

/// Whether an event of this name is an order, a refund or a cancellation, where it names its order.
pub fn tells_of_an_order(event: &str) -> bool {
    Meaning::of(event).is_some()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Properties {
    order_id: Text,
    #[serde(rename = "orderId")]
    order_id_camel: Text,
    total: Text,
    revenue: Text,
    currency: Text,
    products: List<Product>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Product {
    sku: Text,
    product_id: Text,
    #[serde(rename = "productId")]
    product_id_camel: Text,
    name: Text,
    price: Text,
    quantity: Text,
}

/// The part of a fact that an order has and a mere event has not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub kind: FactKind,
    pub key: FactKey,
    pub order_no: String,
    pub lines: Vec<Line>,
    pub currency: MoneyOf,
}

/// What an amount was counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneyOf {
    pub currency: Currency,
    /// The message names it; otherwise it is the workspace's, or what is assumed where nobody has said.
    pub named: bool,
}

pub(super) fn order_of(
    meaning: Meaning,
    properties: Option<&str>,
    source: &str,
    brand: Option<Currency>,
) -> Result<Order, Note> {
    let told: Properties = properties.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let number = told.order_id.or(&told.order_id_camel).trimmed();
    let plain = |text: &&str| text.len() <= ORDER_ID_BYTES_MAX && !text.chars().any(char::is_control);
    let order_no = number.filter(plain).ok_or(Note::OrderWithoutId)?.to_owned();
    let currency = told.currency.trimmed().and_then(Currency::parse);
    if currency.is_some_and(|own| brand.is_some_and(|brand| brand != own)) {
        return Err(Note::CurrencyDiffers);
    }
    let counted_in = currency.or(brand).or_else(|| Currency::parse(CURRENCY_ASSUMED)).unwrap_or(Currency::NONE);
    let lines = match meaning {
        Meaning::Cancelled => Vec::new(),
        Meaning::Completed | Meaning::Refunded => lines_of(&told, counted_in.exponent(), meaning)?,
    };
    let (kind, class) = match meaning {
        Meaning::Completed => (FactKind::Order, "order"),
        // A cancellation takes back what was counted: the whole order, where no amount is named.
        Meaning::Refunded if lines.is_empty() => (FactKind::Cancelled, "refund"),
        Meaning::Refunded => (FactKind::Refund, "refund"),
        Meaning::Cancelled => (FactKind::Cancelled, "cancelled"),
    };
    let currency = MoneyOf { currency: counted_in, named: currency.is_some() };
    Ok(Order { kind, key: FactKey::of(&[source, class, &order_no]), order_no, lines, currency })
}

fn lines_of(told: &Properties, exponent: u8, meaning: Meaning) -> Result<Vec<Line>, Note> {
    let back = meaning == Meaning::Refunded;
    let mut lines = Vec::with_capacity(told.products.0.len() + 1);
    for product in &told.products.0 {
        lines.push(line_of(product, exponent, back)?);
    }
    if let Some(total) = told.total.or(&told.revenue).trimmed() {
        let total = amount(total, exponent, back)?;
        let sum = lines.iter().filter_map(|line| line.amount_minor).fold(0, i64::saturating_add);
        let signed = if back { -total } else { total };
        let rest = signed.saturating_sub(sum);
        if rest != 0 || lines.iter().all(|line| line.amount_minor.is_none()) {
            lines.push(Line { amount_minor: Some(rest), ..Line::default() });
        }
    } else if lines.iter().all(|line| line.amount_minor.is_none()) && back {
        lines.clear();
    }
    lines.sort();
    Ok(lines)
}

/// Of a refund, some write what went back with a minus.
fn amount(text: &str, exponent: u8, back: bool) -> Result<i64, Note> {
    let minor = parse_decimal(text, exponent, DecimalMark::Point).map_err(|_| Note::UnusableAmount)?;
    match (minor >= 0, back) {
        (true, _) => Ok(minor),
        (false, true) => Ok(-minor),
        (false, false) => Err(Note::UnusableAmount),
    }
}

fn line_of(product: &Product, exponent: u8, back: bool) -> Result<Line, Note> {
    let id = product.sku.or(product.product_id.or(&product.product_id_camel));
    let text = |text: &Text| {
        let cut = super::traits::clean(text.trimmed()?, TEXT_BYTES_MAX);
        Some(cut).filter(|cut| !cut.is_empty())
    };
    let unit_price_minor = product.price.trimmed().map(|text| amount(text, exponent, back)).transpose()?;
    // A product without a quantity is there once.
    let quantity_milli = match product.quantity.trimmed() {
        Some(text) => parse_decimal(text, 3, DecimalMark::Point).map_err(|_| Note::UnusableAmount)?,
        None => 1_000,
    };
    if quantity_milli < 0 && !back {
        return Err(Note::UnusableAmount);
    }
    let quantity_milli = quantity_milli.abs();
    let amount_minor = unit_price_minor.map(|price| times(price, quantity_milli)).transpose()?;
    let sign = if back { -1 } else { 1 };
    Ok(Line {
        sku: text(id),
        name: text(&product.name),
        quantity_milli: Some(sign * quantity_milli),
        unit_price_minor,
        amount_minor: amount_minor.map(|amount| sign * amount),
        is_total: false,
    })
}

/// Rounded half up; both are not negative.
fn times(price_minor: i64, quantity_milli: i64) -> Result<i64, Note> {
    let product = (i128::from(price_minor) * i128::from(quantity_milli) + 500) / 1_000;
    i64::try_from(product).ok().filter(|amount| *amount <= AMOUNT_MINOR_MAX).ok_or(Note::UnusableAmount)
}
