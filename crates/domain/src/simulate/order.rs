//! Orders with lines that sum to the amount of the spend model, refunds, cancelled attempts.
//!
//! Invariants: quantity × unit price is the line amount, exactly; the lines of a purchase sum to its
//! amount, exactly; an order is refunded once at most, and never beyond the last day.

use super::catalogue::{CHOICE_SPREAD, Catalogue};
use super::draw::{Draws, Purpose};
use super::life::{Life, Purchase};
use super::plan::Plan;

pub const LINES_MAX: u32 = 60;
const CANCELLED_SHARE: f64 = 0.01;
const FULL_REFUND_SHARE: f64 = 0.35;
const REFUND_AFTER_DAYS_MAX: usize = 20;
const CANCELLED_BEFORE_SECONDS_MAX: usize = 1_800;
/// Beside the shares that the plan states: what a later order asks for.
const SHOWS_PHONE: f64 = 0.6;
const SHOWS_EMAIL: f64 = 0.5;
const SAME_CHANNEL: f64 = 0.8;

/// Channel and where each of its orders may be placed.
pub(super) const CHANNELS: [(&str, &[&str]); 4] = [
    ("wechat_mini_program", &["小程序商城"]),
    ("tmall", &["天猫旗舰店"]),
    (
        "store",
        &["上海静安店", "上海徐汇店", "北京三里屯店", "广州天河店", "深圳万象店", "成都太古里店", "Hong Kong Central"],
    ),
    ("website", &["Online Shop"]),
];
const CHANNEL_WEIGHTS: [f64; 4] = [0.4, 0.25, 0.25, 0.1];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimulatedOrderKind {
    Purchase,
    Refund,
    /// An attempt that was cancelled before it counted.
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimulatedLine {
    /// Place in the catalogue.
    pub product: u16,
    /// Negative on refunds, as the amount is.
    pub quantity: i32,
    pub unit_price_minor: i64,
}

impl SimulatedLine {
    pub fn amount_minor(&self) -> i64 {
        i64::from(self.quantity).saturating_mul(self.unit_price_minor)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedOrder {
    pub kind: SimulatedOrderKind,
    /// Counts the purchases of the customer from 1; a refund and a cancelled attempt carry that of theirs.
    pub sequence: u32,
    /// Days from the start of the plan.
    pub day: u32,
    pub second: u32,
    pub channel: u8,
    pub store: u8,
    pub shows_id: bool,
    pub shows_phone: bool,
    pub shows_email: bool,
    pub lines: Vec<SimulatedLine>,
}

pub(super) fn orders_of(
    plan: &Plan,
    catalogue: &Catalogue,
    number: u64,
    life: &Life,
    has_phone: bool,
) -> Vec<SimulatedOrder> {
    let mut draws = Draws::new(plan.seed, number, Purpose::Orders);
    let home = weighted(&mut draws);
    let mut orders = Vec::with_capacity(life.purchases.len() + 2);
    for (sequence, purchase) in (1u32..).zip(&life.purchases) {
        let channel = if draws.chance(SAME_CHANNEL) { home } else { weighted(&mut draws) };
        let order = purchase_order(plan, catalogue, sequence, purchase, channel, has_phone, &mut draws);
        if draws.chance(CANCELLED_SHARE) {
            let earlier = 60 + draws.below(CANCELLED_BEFORE_SECONDS_MAX) as u32;
            let second = order.second.saturating_sub(earlier);
            orders.push(SimulatedOrder { kind: SimulatedOrderKind::Cancelled, second, ..order.clone() });
        }
        let refund = if draws.chance(plan.refund_share) { refund_of(plan, &order, &mut draws) } else { None };
        orders.push(order);
        orders.extend(refund);
    }
    orders.sort_by_key(|order| (order.day, order.second));
    orders
}

fn purchase_order(
    plan: &Plan,
    catalogue: &Catalogue,
    sequence: u32,
    purchase: &Purchase,
    channel: usize,
    has_phone: bool,
    draws: &mut Draws,
) -> SimulatedOrder {
    let is_first = sequence == 1;
    let without_id = has_phone && draws.chance(plan.without_id_share);
    let day = purchase.at_days as u32;
    SimulatedOrder {
        kind: SimulatedOrderKind::Purchase,
        sequence,
        day,
        second: second_of_day(purchase.at_days - f64::from(day)),
        channel: channel as u8,
        store: draws.below(CHANNELS[channel].1.len()) as u8,
        shows_id: is_first || !without_id,
        shows_phone: is_first || without_id || draws.chance(SHOWS_PHONE),
        shows_email: is_first || draws.chance(SHOWS_EMAIL),
        lines: split(plan, catalogue, purchase.amount_minor, draws),
    }
}

fn weighted(draws: &mut Draws) -> usize {
    let mut left = draws.unit();
    for (place, weight) in CHANNEL_WEIGHTS.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return place;
        }
    }
    CHANNEL_WEIGHTS.len() - 1
}

/// The even day of the model on opening hours: rising, so that the order of events stays.
fn second_of_day(share: f64) -> u32 {
    const KNOTS: [(f64, f64); 6] = [(0.0, 7.5), (0.12, 10.0), (0.35, 13.0), (0.55, 17.0), (0.85, 21.0), (1.0, 23.75)];
    for pair in KNOTS.windows(2) {
        let ((from_share, from_hour), (to_share, to_hour)) = (pair[0], pair[1]);
        if share < to_share {
            let hour = from_hour + (share - from_share) / (to_share - from_share) * (to_hour - from_hour);
            return (hour * 3_600.0) as u32;
        }
    }
    85_500
}

/// Splits the amount of an order into lines. All but the first get what their weight says, rounded to
/// whole pieces; the first, of one piece, takes what is left.
fn split(plan: &Plan, catalogue: &Catalogue, amount_minor: i64, draws: &mut Draws) -> Vec<SimulatedLine> {
    let count = (1 + draws.poisson(plan.lines_per_order - 1.0)).min(LINES_MAX);
    let mut weights = [0.0; LINES_MAX as usize];
    let weights = &mut weights[..count as usize];
    let mut sum = 0.0;
    for weight in weights.iter_mut() {
        *weight = 0.2 + draws.exponential(1.0);
        sum += *weight;
    }
    let line = |unit_price_minor: i64, quantity: i32, draws: &mut Draws| SimulatedLine {
        product: catalogue.near(unit_price_minor as f64, draws.below(2 * CHOICE_SPREAD + 1)),
        quantity,
        unit_price_minor,
    };
    let mut lines = Vec::with_capacity(count as usize);
    let mut left_minor = amount_minor;
    for weight in &weights[1..] {
        let quantity = quantity(draws);
        let target = amount_minor as f64 * (*weight / sum) / f64::from(quantity);
        let unit_price_minor = (libm::round(target) as i64).max(1);
        let cost_minor = unit_price_minor.saturating_mul(i64::from(quantity));
        if cost_minor < left_minor {
            left_minor -= cost_minor;
            lines.push(line(unit_price_minor, quantity, draws));
        }
    }
    lines.push(line(left_minor, 1, draws));
    lines
}

fn quantity(draws: &mut Draws) -> i32 {
    let place = draws.unit();
    if place < 0.72 {
        1
    } else if place < 0.92 {
        2
    } else {
        3
    }
}

fn refund_of(plan: &Plan, order: &SimulatedOrder, draws: &mut Draws) -> Option<SimulatedOrder> {
    let is_full = draws.chance(FULL_REFUND_SHARE);
    let day = order.day + 1 + draws.below(REFUND_AFTER_DAYS_MAX) as u32;
    let second = second_of_day(draws.unit());
    let place = draws.below(order.lines.len());
    let pieces = 1 + draws.below(order.lines[place].quantity as usize) as i32;
    if day >= plan.days {
        return None;
    }
    let lines = if is_full {
        order.lines.iter().map(|line| SimulatedLine { quantity: -line.quantity, ..*line }).collect()
    } else {
        vec![SimulatedLine { quantity: -pieces, ..order.lines[place] }]
    };
    Some(SimulatedOrder { kind: SimulatedOrderKind::Refund, day, second, lines, ..order.clone() })
}
