//! Random draws that are the same on every machine.
//!
//! Why not `rand_distr`: it takes logarithms from the platform as soon as any crate of the build asks for
//! that, and the last bit of those differs between machines. Here everything beyond the four basic
//! operations and the square root is `libm`, compiled from one source.
//! Invariants: a stream is given by seed, customer and purpose; draws are finite.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};

/// What a stream is for: more draws for one purpose do not move the others.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Life = 1,
    Spend = 2,
    Person = 3,
    Orders = 4,
}

pub(super) struct Draws {
    generator: Xoshiro256PlusPlus,
}

impl Draws {
    pub(super) fn new(seed: u64, customer: u64, purpose: Purpose) -> Self {
        let of_customer = mix(mix(seed) ^ customer.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Self { generator: Xoshiro256PlusPlus::seed_from_u64(of_customer.wrapping_add(purpose as u64)) }
    }

    /// Evenly between 0 and 1, neither of them reached.
    pub(super) fn unit(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1u64 << 53) as f64;
        ((self.generator.next_u64() >> 11) as f64 + 0.5) * STEP
    }

    /// Evenly one of 0 to `count` − 1.
    pub(super) fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.generator.next_u64()) * count as u128) >> 64) as usize
    }

    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    pub(super) fn exponential(&mut self, rate: f64) -> f64 {
        -libm::log(self.unit()) / rate
    }

    /// Marsaglia's polar method; the second value of the pair is not kept.
    fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * libm::sqrt(-2.0 * libm::log(square) / square);
            }
        }
    }

    /// The logarithm of a Gamma(shape, 1) draw (Marsaglia & Tsang 2000): small shapes give values that
    /// only their logarithm can hold.
    fn ln_gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let above = self.ln_gamma(shape + 1.0);
            return above + libm::log(self.unit()) / shape;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let base = 1.0 + c * x;
            if base <= 0.0 {
                continue;
            }
            let v = base * base * base;
            if libm::log(self.unit()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return libm::log(d) + libm::log(v);
            }
        }
    }

    pub(super) fn gamma(&mut self, shape: f64, rate: f64) -> f64 {
        libm::exp(self.ln_gamma(shape)) / rate
    }

    pub(super) fn beta(&mut self, a: f64, b: f64) -> f64 {
        let ln_odds_against = {
            let ln_a = self.ln_gamma(a);
            self.ln_gamma(b) - ln_a
        };
        1.0 / (1.0 + libm::exp(ln_odds_against))
    }

    /// By counting exponential gaps: for means of a few.
    pub(super) fn poisson(&mut self, mean: f64) -> u32 {
        let end = libm::exp(-mean);
        let mut product = self.unit();
        let mut count = 0;
        while product > end {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

/// The finaliser of SplitMix64: neighbours become strangers.
fn mix(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(draws: impl Iterator<Item = f64>) -> (f64, f64) {
        let values: Vec<f64> = draws.collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / values.len() as f64;
        (mean, variance)
    }

    #[test]
    fn draws_have_the_mean_and_variance_of_their_distribution() {
        const COUNT: usize = 200_000;
        let mut draws = Draws::new(1, 1, Purpose::Life);
        let mut close = |name: &str, mean: f64, variance: f64, draw: &mut dyn FnMut(&mut Draws) -> f64| {
            let (seen_mean, seen_variance) = moments((0..COUNT).map(|_| draw(&mut draws)));
            let tolerance = 5.0 * (variance / COUNT as f64).sqrt();
            assert!((seen_mean - mean).abs() < tolerance, "{name}: mean {seen_mean}, not {mean}");
            assert!((seen_variance / variance - 1.0).abs() < 0.06, "{name}: variance {seen_variance}, not {variance}");
        };
        close("unit", 0.5, 1.0 / 12.0, &mut |draws| draws.unit());
        close("below", 2.0, 2.0, &mut |draws| draws.below(5) as f64);
        close("exponential", 0.5, 0.25, &mut |draws| draws.exponential(2.0));
        close("gamma of small shape", 0.25 / 4.5, 0.25 / (4.5 * 4.5), &mut |draws| draws.gamma(0.25, 4.5));
        close("gamma of large shape", 3.0, 1.5, &mut |draws| draws.gamma(6.0, 2.0));
        close("beta", 0.25, 0.25 * 0.75 / 4.2, &mut |draws| draws.beta(0.8, 2.4));
        close("poisson", 1.5, 1.5, &mut |draws| f64::from(draws.poisson(1.5)));
    }

    #[test]
    fn extreme_shapes_stay_finite() {
        let mut draws = Draws::new(2, 7, Purpose::Life);
        for _ in 0..1_000 {
            assert!(draws.gamma(0.01, 1.0).is_finite());
            let share = draws.beta(0.01, 0.01);
            assert!((0.0..=1.0).contains(&share), "{share}");
        }
    }

    #[test]
    fn streams_of_neighbours_and_of_purposes_differ_and_repeat() {
        let first = |seed, customer, purpose| Draws::new(seed, customer, purpose).unit();
        assert_eq!(first(1, 1, Purpose::Life), first(1, 1, Purpose::Life));
        let others = [first(1, 2, Purpose::Life), first(2, 1, Purpose::Life), first(1, 1, Purpose::Spend)];
        assert!(others.iter().all(|other| *other != first(1, 1, Purpose::Life)));
    }
}
