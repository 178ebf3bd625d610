//! Whether an amount column is of the line or of the whole order: decided once for a file, from its first rows.
//!
//! Two lines of 9.99 may be two cups, or one order of 9.99 that each of its lines repeats. One order does not tell;
//! many do. Evidence, by order number (or, without one, by customer and time):
//!
//! | what the rows of one order show | speaks for |
//! |---|---|
//! | each amount is the row's own quantity × unit price | lines |
//! | each amount is the sum of all rows' quantity × unit price | the order |
//! | different amounts | lines |
//! | one amount beside different products, quantities or prices | the order |
//! | one amount beside one product, or one row only | nothing |
//!
//! Quantity × unit price decides by majority wherever any order shows it. Otherwise nine of ten orders must repeat
//! their amount for it to be of the order: cups of one price are not as frequent. Purchases and what came back (by
//! sign) are looked at apart. Refunds have no price to compare with; different refunds beside one product are the
//! state so far, told twice, and speak for the order.
//!
//! An amount that turns out to be of the line, while its name leaves that open, is what was paid, as amounts of orders
//! are: a discount beside it is in it already and is ignored, unless the rows with a discount show the amounts before
//! it.
//!
//! The finding becomes the meaning of the column (`order_amount` or `line_amount`, `refund_amount` or `line_refund`),
//! where the operator sees and changes it. It is part of the mapping and so the same for every part of the
//! import, and whenever it goes on. What the operator, a known layout, or a name such as "line total" says stays.
//!
//! Invariants: memory is bounded by the rows that are fed, at most [`super::sample::SAMPLE_ROWS`]; the finding does
//! not depend on their order.

use super::cells::Cells;
use super::parse::numbers::{self, QUANTITY_PLACES};
use super::parse::{clean, is_no_number, is_nothing};
use super::read::NumberColumn;
use super::spool::Hash64;
use std::collections::HashMap;

/// Amounts are compared in hundredths, whatever the currency has.
const PLACES: u8 = 2;
/// Rounding may part an amount from quantity × price by so many of these, for each row.
const ROUNDING: u64 = 1;
/// One order in so many may state different totals on its rows.
const ORDERS_PER_ODD_ONE: u32 = 10;

/// What the amounts of a column are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountOf {
    Line,
    Order,
}

/// Where to look. A column whose meaning is settled already is not among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub order_no: Option<usize>,
    pub identifiers: Vec<usize>,
    pub ordered_at: Option<usize>,
    pub products: Vec<usize>,
    pub quantity: Option<NumberColumn>,
    pub unit_price: Option<NumberColumn>,
    pub discount: Option<NumberColumn>,
    pub amount: Option<NumberColumn>,
    pub refund: Option<NumberColumn>,
}

/// The rows of the orders that were fed.
#[derive(Clone, Debug)]
pub struct AmountSample {
    places: Places,
    orders: HashMap<u64, Vec<Seen>>,
    /// Rows with a discount whose amount is quantity × unit price without it, and with it.
    before_discount: u32,
    after_discount: u32,
}

/// What one row says.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// Product, quantity and price.
    product: u64,
    /// Quantity × unit price.
    computed: Option<u64>,
    amount: Option<i64>,
    refund: Option<i64>,
}

impl AmountSample {
    pub(super) fn new(places: Places) -> Self {
        Self { places, orders: HashMap::new(), before_discount: 0, after_discount: 0 }
    }

    pub fn observe(&mut self, cells: &Cells<'_>) {
        let Some(order) = self.order_of(cells) else { return };
        let seen = Seen {
            product: self.product_of(cells),
            computed: self.computed(cells),
            amount: read(cells, self.places.amount, PLACES),
            refund: read(cells, self.places.refund, PLACES),
        };
        self.note_discount(&seen, read(cells, self.places.discount, PLACES));
        self.orders.entry(order).or_default().push(seen);
    }

    /// The order's number, or customer and time where rows of products are an order by these.
    fn order_of(&self, cells: &Cells<'_>) -> Option<u64> {
        let places = &self.places;
        let number = places.order_no.map(|place| clean(cells.get(place))).filter(|text| !is_no_number(text));
        if let Some(number) = number {
            return Some(Hash64::new().add(b"number").add(number.as_bytes()).finish());
        }
        let at = clean(cells.get(places.ordered_at?));
        let is_named = |places: &[usize]| places.iter().any(|place| !is_nothing(clean(cells.get(*place))));
        if is_nothing(at) || !is_named(&places.products) || !is_named(&places.identifiers) {
            return None;
        }
        Some(self.hash(cells, &places.identifiers, Hash64::new().add(b"time").add(at.as_bytes())))
    }

    fn product_of(&self, cells: &Cells<'_>) -> u64 {
        let numbers = [self.places.quantity, self.places.unit_price].into_iter().flatten();
        let places: Vec<usize> = self.places.products.iter().copied().chain(numbers.map(|one| one.place)).collect();
        self.hash(cells, &places, Hash64::new())
    }

    fn hash(&self, cells: &Cells<'_>, places: &[usize], start: Hash64) -> u64 {
        places.iter().fold(start, |hash, place| hash.add(clean(cells.get(*place)).as_bytes())).finish()
    }

    fn computed(&self, cells: &Cells<'_>) -> Option<u64> {
        let NumberColumn { place, mark } = self.places.unit_price?;
        let price = numbers::parse_price(clean(cells.get(place)), PLACES, mark).ok()?;
        let one = 10i64.pow(u32::from(QUANTITY_PLACES));
        let quantity = match self.places.quantity {
            Some(_) => read(cells, self.places.quantity, QUANTITY_PLACES)?,
            None => one,
        };
        numbers::line_amount(quantity, price).map(i64::unsigned_abs)
    }

    fn note_discount(&mut self, seen: &Seen, discount: Option<i64>) {
        let discount = discount.map_or(0, i64::unsigned_abs);
        let (Some(amount), Some(computed)) = (seen.amount.map(i64::unsigned_abs), seen.computed) else { return };
        if discount > ROUNDING {
            self.before_discount += u32::from(amount.abs_diff(computed) <= ROUNDING);
            self.after_discount += u32::from(amount.abs_diff(computed.saturating_sub(discount)) <= ROUNDING);
        }
    }

    /// Whether a discount is still to be taken from an amount of the line.
    pub fn is_before_discount(&self) -> bool {
        self.before_discount > self.after_discount
    }

    /// `None` where the rows do not tell.
    pub fn amounts(&self) -> Option<AmountOf> {
        let (mut computed, mut compared) = (Votes::default(), Votes::default());
        for rows in self.orders.values() {
            for came_in in [true, false] {
                let rows: Vec<(i64, Seen)> = rows
                    .iter()
                    .filter_map(|row| row.amount.filter(|amount| *amount != 0).map(|amount| (amount, *row)))
                    .filter(|(amount, _)| (*amount > 0) == came_in)
                    .collect();
                match by_price(&rows) {
                    Some(of) => computed.add(of),
                    None => compared.add_some(by_comparison(&rows)),
                }
            }
        }
        computed.majority().or_else(|| compared.nearly_all())
    }

    /// The same for refunds.
    pub fn refunds(&self) -> Option<AmountOf> {
        let mut votes = Votes::default();
        for rows in self.orders.values() {
            let rows: Vec<(i64, Seen)> = rows
                .iter()
                .filter_map(|row| row.refund.filter(|refund| *refund != 0).map(|refund| (refund.abs(), *row)))
                .collect();
            let is_one_product = rows.len() > 1 && rows.iter().all(|(_, row)| row.product == rows[0].1.product);
            let differ = rows.iter().any(|(refund, _)| *refund != rows[0].0);
            let state_so_far = (is_one_product && differ).then_some(AmountOf::Order);
            votes.add_some(state_so_far.or_else(|| by_comparison(&rows)));
        }
        votes.nearly_all()
    }
}

fn read(cells: &Cells<'_>, column: Option<NumberColumn>, places: u8) -> Option<i64> {
    let NumberColumn { place, mark } = column?;
    numbers::parse_scaled(clean(cells.get(place)), places, mark).ok()
}

fn by_price(rows: &[(i64, Seen)]) -> Option<AmountOf> {
    if rows.len() < 2 {
        return None;
    }
    let computed: Vec<u64> = rows.iter().map(|(_, row)| row.computed).collect::<Option<_>>()?;
    let sum = computed.iter().fold(0u64, |sum, one| sum.saturating_add(*one));
    let of_line = rows.iter().zip(&computed).all(|((amount, _), own)| amount.unsigned_abs().abs_diff(*own) <= ROUNDING);
    let of_order = rows.iter().all(|(amount, _)| amount.unsigned_abs().abs_diff(sum) <= ROUNDING * rows.len() as u64);
    match (of_line, of_order) {
        (true, false) => Some(AmountOf::Line),
        (false, true) => Some(AmountOf::Order),
        _ => None,
    }
}

fn by_comparison(rows: &[(i64, Seen)]) -> Option<AmountOf> {
    let (first, others) = rows.split_first()?;
    if others.iter().any(|(amount, _)| *amount != first.0) {
        return Some(AmountOf::Line);
    }
    others.iter().any(|(_, row)| row.product != first.1.product).then_some(AmountOf::Order)
}

#[derive(Clone, Copy, Debug, Default)]
struct Votes {
    line: u32,
    order: u32,
}

impl Votes {
    fn add(&mut self, of: AmountOf) {
        match of {
            AmountOf::Line => self.line += 1,
            AmountOf::Order => self.order += 1,
        }
    }

    fn add_some(&mut self, of: Option<AmountOf>) {
        if let Some(of) = of {
            self.add(of);
        }
    }

    fn majority(self) -> Option<AmountOf> {
        let all = self.line + self.order;
        (all > 0).then_some(if self.line > self.order { AmountOf::Line } else { AmountOf::Order })
    }

    fn nearly_all(self) -> Option<AmountOf> {
        let all = self.line + self.order;
        let of_order = self.line * ORDERS_PER_ODD_ONE <= all;
        (all > 0).then_some(if of_order { AmountOf::Order } else { AmountOf::Line })
    }
}
