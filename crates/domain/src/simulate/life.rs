//! When one customer buys and leaves: BG/NBD or Pareto/NBD, and Gamma-Gamma for the amounts.
//!
//! Sources: Fader, Hardie & Lee, Marketing Science 24(2) 2005; Schmittlein, Morrison & Colombo,
//! Management Science 33 (1987); Fader, Hardie & Lee, JMR 42 (2005) for spend.
//! Invariants: times are days from the start of the plan; purchases come by time; amounts are at least
//! one minor unit. The models allow several purchases on one day; files then have several orders.

use super::draw::{Draws, Purpose};
use super::plan::Plan;
use crate::value::Parameters;

pub(super) const DAYS_PER_WEEK: f64 = 7.0;
/// How far ahead the truth tells what came.
pub(super) const FUTURE_DAYS: u32 = 365;

pub(super) struct Purchase {
    pub at_days: f64,
    pub amount_minor: i64,
}

pub(super) struct Life {
    /// Purchases a week while alive.
    pub lambda: f64,
    /// BG/NBD: the chance to leave after a repeat purchase. Pareto/NBD: departures a week.
    pub exit: f64,
    /// `None`: still a customer at the end of the plan.
    pub death_days: Option<f64>,
    pub purchases: Vec<Purchase>,
    /// Mean of an order of this customer, in units of the currency.
    pub mean_spend: f64,
    pub future_purchases: u32,
    pub future_minor: i64,
    /// The mean of `future_purchases` for somebody of these rates in this state.
    pub future_expected: f64,
}

struct Exit {
    /// The day of leaving, where it is fixed from the beginning (Pareto/NBD).
    at_days: f64,
    /// The chance to leave after each repeat purchase (BG/NBD).
    after_repeat: f64,
}

pub(super) fn live(plan: &Plan, customer: u64) -> Life {
    let mut draws = Draws::new(plan.seed, customer, Purpose::Life);
    let mut spend = Spend::new(plan, customer);
    let born_days = draws.unit() * f64::from(plan.acquisition_days);
    let (lambda, exit_rate, exit) = rates(&plan.frequency, born_days, &mut draws);
    let end_days = f64::from(plan.days);
    let horizon_days = end_days + f64::from(FUTURE_DAYS);
    let mut life = Life {
        lambda,
        exit: exit_rate,
        death_days: (exit.at_days < end_days).then_some(exit.at_days),
        purchases: vec![Purchase { at_days: born_days, amount_minor: spend.next_minor() }],
        mean_spend: spend.mean,
        future_purchases: 0,
        future_minor: 0,
        future_expected: 0.0,
    };
    let mut now = born_days;
    loop {
        now += draws.exponential(lambda) * DAYS_PER_WEEK;
        if now >= horizon_days || now >= exit.at_days {
            break;
        }
        let amount_minor = spend.next_minor();
        if now < end_days {
            life.purchases.push(Purchase { at_days: now, amount_minor });
        } else {
            life.future_purchases += 1;
            life.future_minor = life.future_minor.saturating_add(amount_minor);
        }
        if exit.after_repeat > 0.0 && draws.chance(exit.after_repeat) {
            if now < end_days {
                life.death_days = Some(now);
            }
            break;
        }
    }
    if life.death_days.is_none() {
        life.future_expected = expected_ahead(&plan.frequency, lambda, exit_rate);
    }
    life
}

fn rates(frequency: &Parameters, born_days: f64, draws: &mut Draws) -> (f64, f64, Exit) {
    match *frequency {
        Parameters::ParetoNbd { r, alpha, s, beta } => {
            let lambda = draws.gamma(r, alpha);
            let mu = draws.gamma(s, beta);
            let at_days = born_days + draws.exponential(mu) * DAYS_PER_WEEK;
            (lambda, mu, Exit { at_days, after_repeat: 0.0 })
        }
        // A checked plan has no other model than these two.
        Parameters::BgNbd { r, alpha, a, b } | Parameters::MbgNbd { r, alpha, a, b } => {
            let lambda = draws.gamma(r, alpha);
            let p = draws.beta(a, b);
            (lambda, p, Exit { at_days: f64::INFINITY, after_repeat: p })
        }
        Parameters::Nbd { r, alpha } => {
            (draws.gamma(r, alpha), 0.0, Exit { at_days: f64::INFINITY, after_repeat: 0.0 })
        }
    }
}

/// Purchases in the next [`FUTURE_DAYS`] of somebody alive: the rate, thinned by leaving. In both models
/// the customer leaves at a constant rate: mu, or lambda·p.
fn expected_ahead(frequency: &Parameters, lambda: f64, exit: f64) -> f64 {
    let leaving = match frequency {
        Parameters::ParetoNbd { .. } => exit,
        _ => lambda * exit,
    };
    let weeks = f64::from(FUTURE_DAYS) / DAYS_PER_WEEK;
    let product = leaving * weeks;
    if product < 1e-9 {
        return lambda * weeks;
    }
    -libm::expm1(-product) / leaving * lambda
}

struct Spend {
    draws: Draws,
    p: f64,
    nu: f64,
    mean: f64,
    minor_units: f64,
}

impl Spend {
    fn new(plan: &Plan, customer: u64) -> Self {
        let mut draws = Draws::new(plan.seed, customer, Purpose::Spend);
        let nu = draws.gamma(plan.spend.q, plan.spend.gamma);
        let minor_units = 10u32.pow(u32::from(plan.currency.exponent()));
        Self { draws, p: plan.spend.p, nu, mean: plan.spend.p / nu, minor_units: f64::from(minor_units) }
    }

    fn next_minor(&mut self) -> i64 {
        let amount = self.draws.gamma(self.p, self.nu) * self.minor_units;
        (libm::round(amount) as i64).clamp(1, crate::money::AMOUNT_MINOR_MAX / 1_000)
    }
}
