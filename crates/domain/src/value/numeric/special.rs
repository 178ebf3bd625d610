//! Special functions: log-gamma, digamma, incomplete beta and its inverse.
//!
//! Invariants: arguments of the gamma family are positive; probabilities stay in [0, 1].
//!
//! Sources: crate `special` (log-gamma 2.9e-16, digamma 1e-15); incomplete beta by the continued
//! fraction of DLMF 8.17.22 with the modified Lentz method.

use special::Gamma;

/// Natural logarithm of the gamma function for a positive argument.
pub(crate) fn ln_gamma(argument: f64) -> f64 {
    Gamma::ln_gamma(argument).0
}

/// Digamma function for a positive argument.
pub(crate) fn digamma(argument: f64) -> f64 {
    Gamma::digamma(argument)
}

/// `(1 - exp(-rate * length)) / rate`, continuous at `rate = 0`.
pub(crate) fn decayed_length(rate: f64, length: f64) -> f64 {
    let product = rate * length;
    if product.abs() < 1e-9 {
        return length * (1.0 - 0.5 * product);
    }
    -(-product).exp_m1() / rate
}

/// Regularised incomplete beta function with `ln_beta = ln B(a, b)` given.
pub(crate) fn incomplete_beta(at: f64, a: f64, b: f64, ln_beta: f64) -> f64 {
    if at <= 0.0 {
        return 0.0;
    }
    if at >= 1.0 {
        return 1.0;
    }
    let front = (a * at.ln() + b * (-at).ln_1p() - ln_beta).exp();
    if at < (a + 1.0) / (a + b + 2.0) {
        (front * beta_fraction(at, a, b) / a).clamp(0.0, 1.0)
    } else {
        (1.0 - front * beta_fraction(1.0 - at, b, a) / b).clamp(0.0, 1.0)
    }
}

/// Continued fraction of the incomplete beta function.
fn beta_fraction(at: f64, a: f64, b: f64) -> f64 {
    const MAX_TERMS: u32 = 500;
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * at / (a + 1.0));
    let mut result = d;
    for term in 1..=MAX_TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * at / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        result *= d * c;
        let odd = -(a + m) * (a + b + m) * at / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        let change = d * c;
        result *= change;
        if (change - 1.0).abs() < 1e-12 {
            break;
        }
    }
    result
}

/// Quantile of a beta-prime variable G(a)/G(b), the ratio of two independent unit-rate gammas.
///
/// Start: Wilson-Hilferty cube roots; then Newton on the log-odds inside a bracket, to 1e-9.
pub(crate) fn beta_prime_quantile(level: f64, a: f64, b: f64) -> f64 {
    const MAX_STEPS: u32 = 60;
    /// Log-odds outside of which a money figure means nothing.
    const BRACKET: f64 = 80.0;
    if level <= 0.0 {
        return 0.0;
    }
    let level = level.min(1.0 - 1e-12);
    let ln_beta = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    let (mut low, mut high) = (-BRACKET, BRACKET);
    let mut log_odds = wilson_hilferty(level, a, b).clamp(-BRACKET, BRACKET);
    for _ in 0..MAX_STEPS {
        let at = 1.0 / (1.0 + (-log_odds).exp());
        let error = incomplete_beta(at, a, b, ln_beta) - level;
        if error > 0.0 {
            high = log_odds;
        } else {
            low = log_odds;
        }
        let rest = 1.0 / (1.0 + log_odds.exp());
        let density = (a * at.ln() + b * rest.ln() - ln_beta).exp();
        let newton = log_odds - error / density;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        let change = (next - log_odds).abs();
        log_odds = next;
        if change < 1e-9 {
            break;
        }
    }
    log_odds.exp()
}

/// Approximate log of the beta-prime quantile (Wilson & Hilferty 1931, Paulson 1942).
fn wilson_hilferty(level: f64, a: f64, b: f64) -> f64 {
    let z = normal_quantile(level);
    let (u, v) = (1.0 / (9.0 * a), 1.0 / (9.0 * b));
    let spread = (1.0 - v).powi(2) - z * z * v;
    if spread <= 0.0 {
        return (a / b).ln();
    }
    let inside = (1.0 - v).powi(2) * u + (1.0 - u).powi(2) * v - z * z * u * v;
    let root = ((1.0 - u) * (1.0 - v) + z * inside.max(0.0).sqrt()) / spread;
    if root <= 1e-3 {
        return (a / b).ln() - 6.0;
    }
    3.0 * root.ln() + (a / b).ln()
}

/// Standard normal quantile (Acklam's rational approximation, relative error 1.2e-9).
pub(crate) fn normal_quantile(level: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416];
    const TAIL: f64 = 0.024_25;
    let horner = |coefficients: &[f64], at: f64| coefficients.iter().fold(0.0, |sum, c| sum * at + c);
    let tail = |q: f64| horner(&C, q) / (horner(&D, q) * q + 1.0);
    let level = level.clamp(1e-300, 1.0 - 1e-16);
    if level < TAIL {
        return tail((-2.0 * level.ln()).sqrt());
    }
    if level > 1.0 - TAIL {
        return -tail((-2.0 * (-level).ln_1p()).sqrt());
    }
    let q = level - 0.5;
    let r = q * q;
    horner(&A, r) * q / (horner(&B, r) * r + 1.0)
}
