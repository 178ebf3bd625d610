//! BG/NBD and MBG/NBD likelihoods.
//!
//! Sources: BG/NBD: Fader, Hardie & Lee, Marketing Science 24(2) 2005, in the overflow-free form
//! of brucehardie.com note 027; MBG/NBD: Batislam, Denizel & Filiztekin, IJRM 24, 2007.
//!
//! The two differ in when a customer may drop out: BG after each repeat purchase, MBG also right
//! after the first purchase. So `drop` below counts x or x + 1 chances.

use super::design::{Design, Row};
use super::numeric::bfgs::Evaluation;
use super::numeric::special::{digamma, ln_gamma};

/// Which of the two drop-out rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DropRule {
    /// BG/NBD.
    AfterRepeat,
    /// MBG/NBD.
    AfterAny,
}

impl DropRule {
    /// Chances to drop out that a living customer with `x` repeats has survived.
    pub(crate) fn survived(self, x: f64) -> f64 {
        match self {
            Self::AfterRepeat => x,
            Self::AfterAny => x + 1.0,
        }
    }

    /// Whether a customer with `x` repeats can have dropped out at all.
    pub(crate) fn can_be_gone(self, x: u32) -> bool {
        self == Self::AfterAny || x > 0
    }
}

/// What depends on x only: ln of the beta ratio, its slopes, and ln of the odds of being gone.
struct DropTerm {
    ln_ratio: f64,
    by_a: f64,
    by_b: f64,
    /// `ln a - ln(b + survived - 1)`; minus infinity when the customer can not be gone.
    ln_gone: f64,
    gone_by_a: f64,
    gone_by_b: f64,
}

fn drop_terms(design: &Design, rule: DropRule, a: f64, b: f64) -> Vec<DropTerm> {
    let (ln_b, ln_ab) = (ln_gamma(b), ln_gamma(a + b));
    let (psi_b, psi_ab) = (digamma(b), digamma(a + b));
    design
        .x
        .iter()
        .map(|x| {
            let n = rule.survived(f64::from(*x));
            let possible = rule.can_be_gone(*x);
            let others = digamma(a + b + n) - psi_ab;
            DropTerm {
                ln_ratio: ln_gamma(b + n) - ln_b - (ln_gamma(a + b + n) - ln_ab),
                by_a: -others,
                by_b: digamma(b + n) - psi_b - others,
                ln_gone: if possible { (a / (b + n - 1.0)).ln() } else { f64::NEG_INFINITY },
                gone_by_a: 1.0 / a,
                gone_by_b: if possible { -1.0 / (b + n - 1.0) } else { 0.0 },
            }
        })
        .collect()
}

/// Mean negative log-likelihood and gradient at log-parameters (r, alpha, a, b).
pub(crate) fn evaluate(design: &Design, rule: DropRule, log_params: &[f64; 4]) -> Evaluation<4> {
    let [r, alpha, a, b] = log_params.map(f64::exp);
    let ln_alpha = log_params[1];
    let gamma = design.gamma_ratio(r);
    let drops = drop_terms(design, rule, a, b);
    let shifted = design.shifted(alpha);
    let sums: [f64; 5] = design.sum(|row: &Row| {
        let (ln_gamma_ratio, slope) = gamma[row.x as usize];
        let drop = &drops[row.x as usize];
        let shape = r + f64::from(design.x[row.x as usize]);
        let (ln_t, ln_last) = (shifted.ln[row.t as usize], shifted.ln[row.t_x as usize]);
        let ln_odds_gone = drop.ln_gone + shape * (ln_t - ln_last);
        // odds may overflow to infinity: then the customer is gone for sure.
        let (ln_sum, gone) = if ln_odds_gone > 0.0 {
            let odds = (-ln_odds_gone).exp();
            (ln_odds_gone + odds.ln_1p(), 1.0 / (1.0 + odds))
        } else {
            let odds = ln_odds_gone.exp();
            (odds.ln_1p(), odds / (1.0 + odds))
        };
        let alive = 1.0 - gone;
        let mean_ln = alive * ln_t + gone * ln_last;
        let mean_inverse = alive * shifted.inverse[row.t as usize] + gone * shifted.inverse[row.t_x as usize];
        let w = row.weight;
        [
            w * (ln_gamma_ratio + r * ln_alpha + drop.ln_ratio - shape * ln_t + ln_sum),
            w * (slope + ln_alpha - mean_ln),
            w * (r / alpha - shape * mean_inverse),
            w * (drop.by_a + gone * drop.gone_by_a),
            w * (drop.by_b + gone * drop.gone_by_b),
        ]
    });
    let scale = -1.0 / design.total_weight;
    let params = [r, alpha, a, b];
    Evaluation { value: sums[0] * scale, gradient: std::array::from_fn(|i| sums[i + 1] * params[i] * scale) }
}

/// ln of the odds that a customer is gone: minus infinity when impossible.
pub(crate) fn ln_odds_gone(rule: DropRule, params: &[f64; 4], x: u32, t_x: f64, t: f64) -> f64 {
    if !rule.can_be_gone(x) {
        return f64::NEG_INFINITY;
    }
    let [r, alpha, a, b] = *params;
    let n = rule.survived(f64::from(x));
    (a / (b + n - 1.0)).ln() + (r + f64::from(x)) * ((t - t_x) / (alpha + t_x)).ln_1p()
}
