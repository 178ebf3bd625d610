//! One customer with everything that the files tell, and the truth that they do not.
//!
//! Invariants: see the module above; [`Simulator::customer`] is a pure function of plan and number.
//! Callers may rely on: `Simulator` is `Sync`; ranges made apart join to the same bytes.

use super::catalogue::Catalogue;
use super::life::live;
use super::order::{SimulatedLine, SimulatedOrder, SimulatedOrderKind, orders_of};
use super::person::{Person, meet};
use super::plan::{Plan, PlanError};
use std::ops::Range;

/// What the models can only estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// Purchases a week while alive.
    pub lambda: f64,
    /// BG/NBD: p. Pareto/NBD: mu a week.
    pub exit: f64,
    /// The day of leaving, counted from the start of the plan; `None` while alive at its end.
    pub death_day: Option<u32>,
    /// In units of the currency.
    pub mean_spend: f64,
    pub orders: u32,
    pub purchase_days: u32,
    pub gross_minor: i64,
    pub refund_minor: i64,
    pub future_purchases: u32,
    pub future_minor: i64,
    pub future_expected: f64,
}

pub struct SimulatedCustomer {
    /// From 1.
    pub number: u64,
    pub(super) person: Person,
    /// By time; the first is the first purchase, or a cancelled attempt just before it.
    pub orders: Vec<SimulatedOrder>,
    pub truth: Truth,
}

impl SimulatedCustomer {
    pub fn customer_id(&self) -> &str {
        &self.person.customer_id
    }

    pub fn phone(&self) -> Option<&str> {
        self.person.phone.as_deref()
    }

    pub fn email(&self) -> Option<&str> {
        self.person.email.as_deref()
    }
}

pub struct Simulator {
    plan: Plan,
    pub(super) catalogue: Catalogue,
    /// ISO dates of all days of the plan, by place.
    pub(super) dates: Vec<String>,
}

impl Simulator {
    /// # Errors
    /// [`PlanError`] for a plan that makes no sense.
    pub fn new(plan: Plan) -> Result<Self, PlanError> {
        plan.check()?;
        let start = plan.start();
        let dates = (0..plan.days as i32).map(|day| crate::time::Day(start.0 + day).iso()).collect();
        Ok(Self { catalogue: Catalogue::of(&plan), dates, plan })
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The customers of these numbers (the first is 1), one after the other.
    pub fn customers(&self, numbers: Range<u64>) -> impl Iterator<Item = SimulatedCustomer> + '_ {
        numbers.map(|number| self.customer(number))
    }

    pub fn customer(&self, number: u64) -> SimulatedCustomer {
        let life = live(&self.plan, number);
        let person = meet(&self.plan, number);
        let orders = orders_of(&self.plan, &self.catalogue, number, &life, person.phone.is_some());
        let truth = Truth {
            lambda: life.lambda,
            exit: life.exit,
            death_day: life.death_days.map(|days| days as u32),
            mean_spend: life.mean_spend,
            orders: life.purchases.len() as u32,
            purchase_days: purchase_days(&orders),
            gross_minor: total(&orders, SimulatedOrderKind::Purchase),
            refund_minor: total(&orders, SimulatedOrderKind::Refund).saturating_neg(),
            future_purchases: life.future_purchases,
            future_minor: life.future_minor,
            future_expected: life.future_expected,
        };
        SimulatedCustomer { number, person, orders, truth }
    }
}

fn total(orders: &[SimulatedOrder], kind: SimulatedOrderKind) -> i64 {
    let of_kind = orders.iter().filter(|order| order.kind == kind);
    of_kind.flat_map(|order| &order.lines).map(SimulatedLine::amount_minor).fold(0, i64::saturating_add)
}

fn purchase_days(orders: &[SimulatedOrder]) -> u32 {
    let mut days = 0;
    let mut last = None;
    for order in orders.iter().filter(|order| order.kind == SimulatedOrderKind::Purchase) {
        days += u32::from(last != Some(order.day));
        last = Some(order.day);
    }
    days
}
