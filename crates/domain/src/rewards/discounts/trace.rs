//! The steps of a quote, and doing them again.
//!
//! Invariant: from a cart and the steps alone the same total comes out, line by line (D11). Stored with what was sold, so
//! later versions read these shapes.

use super::cart::Cart;
use super::formula::{Basket, Formula, State, Taken};
use super::incentive::Basis;
use super::quote::{Policy, Quote, Rounding};
use serde::{Deserialize, Serialize};

/// A threshold that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    pub minor: i64,
    /// Which amount was compared with it.
    pub on: Basis,
    pub amount_minor: i64,
}

/// What one incentive did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub incentive: String,
    pub formula: Formula,
    pub threshold: Option<Checked>,
    /// How many times the threshold was in the amount, where the incentive counts that; else 1.
    pub times: u32,
    /// What it is a part of, as it was then.
    pub base_minor: i64,
    pub rounding: Rounding,
    pub amount_minor: i64,
    /// The amount by line of the formula. Empty where it is off the shipping, and of gifts.
    pub shares: Vec<i64>,
}

/// Which step does not come out as it is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    #[error("step {place} ({incentive}) computes to another {what} than it says")]
    Step { place: usize, incentive: String, what: &'static str },
    #[error("the steps come to {computed_minor}, the quote says {stated_minor}")]
    Total { computed_minor: i64, stated_minor: i64 },
    #[error("the steps name lines that the cart does not have")]
    OtherCart,
}

impl Step {
    /// What a formula takes off now, written down.
    pub(super) fn of(
        incentive: &str,
        formula: &Formula,
        basket: &Basket,
        state: &State,
        policy: &Policy,
        taken: &Taken,
    ) -> Self {
        let threshold = formula.threshold.map(|threshold| Checked {
            minor: threshold.minor,
            on: threshold.on,
            amount_minor: formula.threshold_amount(threshold.on, basket, state, policy),
        });
        Self {
            incentive: incentive.to_owned(),
            formula: formula.clone(),
            threshold,
            times: formula.times(basket, state, policy),
            base_minor: formula.base(state),
            rounding: policy.rounding,
            amount_minor: taken.amount,
            shares: taken.shares.clone(),
        }
    }
}

/// Does the steps of a quote again, on the cart it is of.
pub fn verify(cart: &Cart, quote: &Quote) -> Result<(), TraceError> {
    let basket = Basket::of(cart);
    let mut state = State::of(&basket);
    let mut taken = Taken::default();
    for (place, step) in quote.steps.iter().enumerate() {
        if step.formula.lines.iter().any(|line| usize::from(*line) >= basket.lines.len()) {
            return Err(TraceError::OtherCart);
        }
        step.formula.takes(&basket, &state, &quote.policy, &mut taken);
        let again = Step::of(&step.incentive, &step.formula, &basket, &state, &quote.policy, &taken);
        let differs = [
            ("base", again.base_minor == step.base_minor),
            ("threshold", again.threshold == step.threshold && again.times == step.times),
            ("rounding", again.rounding == step.rounding),
            ("amount", again.amount_minor == step.amount_minor),
            ("share of a line", again.shares == step.shares),
        ];
        if let Some((what, _)) = differs.into_iter().find(|(_, is_same)| !is_same) {
            return Err(TraceError::Step { place, incentive: step.incentive.clone(), what });
        }
        step.formula.apply(&basket, &taken, &mut state);
    }
    let computed_minor = state.total();
    let same_lines = quote.lines.iter().map(|line| line.due_minor).eq(state.due.iter().copied());
    if computed_minor != quote.due_minor || !same_lines {
        return Err(TraceError::Total { computed_minor, stated_minor: quote.due_minor });
    }
    Ok(())
}
