//! Rows for tests, and numbers that look random and are the same in each run.

use perennial_store::customers::CustomerCounters;
use perennial_store::values::CustomerValue;
use std::borrow::Cow;

/// xorshift64*: enough for tests, and repeatable.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// 0 ≤ result < below.
    pub fn below(&mut self, below: i64) -> i64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as i64) % below
    }

    pub fn once_in(&mut self, times: i64) -> bool {
        self.below(times) == 0
    }

    /// A value three times out of four.
    pub fn maybe(&mut self, below: i64) -> Option<i64> {
        (!self.once_in(4)).then(|| self.below(below))
    }
}

pub const GROUPS: [&str; 3] = ["champions", "loyal", "lost"];
pub const FIRST_MONTH: i64 = 2010 * 12;

/// Few distinct values in each column, so that many are equal.
pub fn counters(number: i64, dice: &mut Dice) -> CustomerCounters {
    let mut row = CustomerCounters::new(number, 1_000 + number);
    if dice.once_in(2) {
        row.set_display_name(&format!("Ümit {}", dice.below(20)));
    }
    row.orders = dice.below(4);
    row.gross_minor = dice.below(5) * 100;
    row.refunds_minor = dice.below(2) * 50;
    row.net_minor = row.gross_minor - row.refunds_minor;
    row.first_at = dice.maybe(4);
    row.last_at = row.first_at.and_then(|_| dice.maybe(5));
    row.first_month = dice.maybe(6).map(|month| FIRST_MONTH + month);
    row.active_months = if row.first_month.is_some() { 1 | dice.below(64) } else { 0 };
    if dice.once_in(9) && row.first_month.is_some() {
        row.active_months |= 1 << 62;
    }
    if dice.once_in(5) && row.first_month.is_some() {
        row.active_months_later = 1 << 62 | dice.below(64);
    }
    row
}

pub fn value(customer_number: i64, dice: &mut Dice) -> CustomerValue {
    let (r, f, m) = (1 + dice.below(5), 1 + dice.below(5), 1 + dice.below(2));
    CustomerValue {
        customer_number,
        recency_days: dice.below(100),
        frequency: dice.below(9),
        monetary_minor: dice.below(900),
        r,
        f,
        m,
        cell: r * 100 + f * 10 + m,
        rfm_group: Cow::Borrowed(GROUPS[dice.below(3) as usize]),
        historical_minor: dice.below(5) * 100,
        current_minor: dice.below(5) - 2,
        potential_minor: dice.maybe(4),
        potential_low_minor: dice.maybe(3),
        potential_high_minor: dice.maybe(9),
        lifetime_minor: dice.maybe(6).map(|tens| tens * 10),
        probability_alive: dice.maybe(3).map(|part| part as f64 / 3.0),
        probability_active: dice.maybe(4).map(|part| part as f64 / 7.0),
        expected_orders: dice.maybe(4).map(|part| part as f64 / 3.0),
        next_purchase_day: dice.maybe(30),
        due_day: dice.maybe(30),
        lifetime_percentile: dice.below(100) as f64,
        current_percentile: dice.below(100) as f64,
        profit_rank: dice.maybe(200),
    }
}
