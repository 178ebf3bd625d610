//! Customers as rows of CSV.
//!
//! Invariants: RFC 4180 with line feeds, UTF-8, no byte order mark, the columns of `columns`; a row is
//! appended whole.
//! Callers may rely on: nothing is allocated but what the buffer grows.

use super::customer::{SimulatedCustomer, Simulator};
use super::order::{CHANNELS, SimulatedOrder, SimulatedOrderKind};
use crate::money::Currency;
use crate::value::Parameters;
use std::io::Write;

/// What has been written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    pub orders: u64,
    pub refunds: u64,
    pub cancelled: u64,
    /// Rows of the file of orders: lines of all of these.
    pub order_lines: u64,
}

impl RowCounts {
    pub fn add(&mut self, other: Self) {
        self.orders += other.orders;
        self.refunds += other.refunds;
        self.cancelled += other.cancelled;
        self.order_lines += other.order_lines;
    }
}

impl Simulator {
    pub fn push_order_rows(&self, customer: &SimulatedCustomer, out: &mut Vec<u8>) -> RowCounts {
        let mut counts = RowCounts::default();
        for order in &customer.orders {
            let counter = match order.kind {
                SimulatedOrderKind::Purchase => &mut counts.orders,
                SimulatedOrderKind::Refund => &mut counts.refunds,
                SimulatedOrderKind::Cancelled => &mut counts.cancelled,
            };
            *counter += 1;
            counts.order_lines += order.lines.len() as u64;
            self.push_order(customer, order, out);
        }
        counts
    }

    fn push_order(&self, customer: &SimulatedCustomer, order: &SimulatedOrder, out: &mut Vec<u8>) {
        let currency = self.plan().currency;
        let head_start = out.len();
        self.push_order_no(customer.number, order, out);
        out.push(b',');
        push_time(&self.dates[order.day as usize], order.second, out);
        let shown = |is_shown: bool, value| if is_shown { value } else { None };
        for value in [
            shown(order.shows_id, Some(customer.customer_id())),
            shown(order.shows_phone, customer.phone()),
            shown(order.shows_email, customer.email()),
        ] {
            out.push(b',');
            out.extend_from_slice(value.unwrap_or_default().as_bytes());
        }
        let head_end = out.len();
        let (channel, stores) = CHANNELS[usize::from(order.channel)];
        for (place, line) in order.lines.iter().enumerate() {
            if place > 0 {
                out.extend_from_within(head_start..head_end);
            }
            let product = &self.catalogue.products[usize::from(line.product)];
            out.push(b',');
            out.extend_from_slice(product.sku.as_bytes());
            out.push(b',');
            push_text(&product.name, out);
            out.push(b',');
            push_whole(i64::from(line.quantity), 1, out);
            out.push(b',');
            push_amount(line.unit_price_minor, currency, out);
            out.push(b',');
            push_amount(line.amount_minor(), currency, out);
            for text in [currency.code(), status(order.kind), stores[usize::from(order.store)], channel] {
                out.push(b',');
                out.extend_from_slice(text.as_bytes());
            }
            out.push(b'\n');
        }
    }

    /// `P250314-0001234-7`: day, customer, and which of their orders.
    fn push_order_no(&self, number: u64, order: &SimulatedOrder, out: &mut Vec<u8>) {
        out.push(match order.kind {
            SimulatedOrderKind::Purchase => b'P',
            SimulatedOrderKind::Refund => b'R',
            SimulatedOrderKind::Cancelled => b'X',
        });
        let date = self.dates[order.day as usize].as_bytes();
        for part in [&date[2..4], &date[5..7], &date[8..10]] {
            out.extend_from_slice(part);
        }
        out.push(b'-');
        push_whole(number as i64, 7, out);
        out.push(b'-');
        push_whole(i64::from(order.sequence), 1, out);
    }

    pub fn push_customer_row(&self, customer: &SimulatedCustomer, out: &mut Vec<u8>) {
        let person = &customer.person;
        for value in [Some(customer.customer_id()), customer.phone(), customer.email(), person.name.as_deref()] {
            push_text(value.unwrap_or_default(), out);
            out.push(b',');
        }
        out.extend(person.gender.map(|letter| letter as u8));
        out.push(b',');
        if let Some(birthday) = person.birthday {
            out.extend_from_slice(birthday.iso().as_bytes());
        }
        out.push(b',');
        out.extend_from_slice(person.city.unwrap_or_default().as_bytes());
        out.push(b',');
        if let Some(first) = customer.orders.first() {
            push_time(&self.dates[first.day as usize], first.second.saturating_sub(300), out);
        }
        out.push(b'\n');
    }

    pub fn push_truth_row(&self, customer: &SimulatedCustomer, out: &mut Vec<u8>) {
        let truth = &customer.truth;
        let currency = self.plan().currency;
        let is_pareto = matches!(self.plan().frequency, Parameters::ParetoNbd { .. });
        out.extend_from_slice(customer.customer_id().as_bytes());
        out.push(b',');
        push_real(truth.lambda, out);
        out.push(b',');
        if is_pareto {
            out.push(b',');
        }
        push_real(truth.exit, out);
        out.extend_from_slice(if is_pareto { b"," } else { b",," });
        out.extend_from_slice(if truth.death_day.is_none() { b"true," } else { b"false," });
        if let Some(day) = truth.death_day {
            out.extend_from_slice(self.dates[day as usize].as_bytes());
        }
        out.push(b',');
        push_real(truth.mean_spend, out);
        for count in [truth.orders, truth.purchase_days] {
            out.push(b',');
            push_whole(i64::from(count), 1, out);
        }
        for amount_minor in [truth.gross_minor, truth.refund_minor] {
            out.push(b',');
            push_amount(amount_minor, currency, out);
        }
        out.push(b',');
        push_whole(i64::from(truth.future_purchases), 1, out);
        out.push(b',');
        push_amount(truth.future_minor, currency, out);
        out.push(b',');
        push_real(truth.future_expected, out);
        out.push(b'\n');
    }
}

fn status(kind: SimulatedOrderKind) -> &'static str {
    match kind {
        SimulatedOrderKind::Purchase => "completed",
        SimulatedOrderKind::Refund => "refunded",
        SimulatedOrderKind::Cancelled => "cancelled",
    }
}

/// The shortest text that reads back as the same number.
fn push_real(value: f64, out: &mut Vec<u8>) {
    // Writing to memory cannot fail.
    let _infallible = write!(out, "{value}");
}

fn push_text(text: &str, out: &mut Vec<u8>) {
    if !text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

fn push_time(date: &str, second: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(date.as_bytes());
    for (sign, part) in [(b' ', second / 3_600), (b':', second / 60 % 60), (b':', second % 60)] {
        out.push(sign);
        push_whole(i64::from(part), 2, out);
    }
}

fn push_amount(minor: i64, currency: Currency, out: &mut Vec<u8>) {
    let places = u32::from(currency.exponent());
    if minor < 0 {
        out.push(b'-');
    }
    let scale = 10u64.pow(places);
    let magnitude = minor.unsigned_abs();
    push_whole((magnitude / scale) as i64, 1, out);
    if places > 0 {
        out.push(b'.');
        push_whole((magnitude % scale) as i64, places as usize, out);
    }
}

/// Decimal digits, filled with zeros to the width.
fn push_whole(value: i64, width: usize, out: &mut Vec<u8>) {
    if value < 0 {
        out.push(b'-');
    }
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    let mut left = value.unsigned_abs();
    while left > 0 || digits.len() - start < width {
        start -= 1;
        digits[start] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    out.extend_from_slice(&digits[start..]);
}
