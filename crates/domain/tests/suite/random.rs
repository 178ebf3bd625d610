//! Deterministic randomness for simulations: SplitMix64 and the distributions of the models.

use perennial_domain::value::{Occasion, SpendHistory, Summary};

pub struct Random(pub u64);

impl Random {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in (0, 1).
    pub fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    fn normal(&mut self) -> f64 {
        (2.0 * self.exponential()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Marsaglia & Tsang (2000).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.uniform().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
                return d * v;
            }
        }
    }
}

/// How simulated customers leave.
#[derive(Clone, Copy)]
pub enum Leaving {
    Never,
    /// Pareto/NBD: s and beta (days).
    Lomax(f64, f64),
    /// BG/NBD: a and b.
    AfterPurchase(f64, f64),
}

/// Truth of a simulation; times in days.
#[derive(Clone, Copy)]
pub struct Truth {
    pub r: f64,
    pub alpha_days: f64,
    pub leaving: Leaving,
    /// Gamma-Gamma p, q and gamma in minor units.
    pub spend: (f64, f64, f64),
}

/// A simulated customer: what is seen up to day `t` and what follows in `ahead` days.
pub struct Simulated {
    pub summary: Summary,
    pub spend: SpendHistory,
    pub future_purchases: u32,
    pub future_minor: i64,
}

impl Truth {
    /// Purchase times are continuous; those of the past are rounded up to whole days.
    pub fn draw(&self, random: &mut Random, t: u32, ahead: u32) -> Simulated {
        let rate = random.gamma(self.r) / self.alpha_days;
        let (death, drop) = match self.leaving {
            Leaving::Never => (f64::INFINITY, 0.0),
            Leaving::Lomax(s, beta) => (random.exponential() * beta / random.gamma(s), 0.0),
            Leaving::AfterPurchase(a, b) => {
                let (a, b) = (random.gamma(a), random.gamma(b));
                (f64::INFINITY, a / (a + b))
            }
        };
        let spend_rate = random.gamma(self.spend.1) / self.spend.2;
        let end = f64::from(t);
        let mut out = Simulated {
            summary: Summary { x: 0, t_x: 0, t },
            spend: SpendHistory::default(),
            future_purchases: 0,
            future_minor: 0,
        };
        let mut now = 0.0;
        loop {
            now += random.exponential() / rate;
            if now.is_nan() || now > death || now > end + f64::from(ahead) {
                return out;
            }
            let amount = (random.gamma(self.spend.0) / spend_rate).round() as i64;
            if now <= end {
                out.summary.x += 1;
                out.summary.t_x = (now.ceil() as u32).min(t);
                out.spend.x += 1;
                out.spend.total_minor += amount;
            } else {
                out.future_purchases += 1;
                out.future_minor += amount;
            }
            if random.uniform() < drop {
                return out;
            }
        }
    }

    /// `count` customers with T uniform in `ages`.
    pub fn population(
        &self,
        random: &mut Random,
        count: usize,
        ages: std::ops::Range<u32>,
        ahead: u32,
    ) -> Vec<Simulated> {
        (0..count)
            .map(|_| {
                let width = f64::from(ages.end - ages.start);
                let t = ages.start + (random.uniform() * width) as u32;
                self.draw(random, t, ahead)
            })
            .collect()
    }
}

/// Random purchase days, for tests of order and merging.
pub fn occasions(random: &mut Random, most: u64) -> Vec<Occasion> {
    let mut day = (random.bits() % 400) as i32;
    (0..=random.bits() % most)
        .map(|_| {
            day += (random.bits() % 60) as i32;
            Occasion { day, amount_minor: (random.bits() % 20_000) as i64 - 2_000, orders: (random.bits() % 3) as u32 }
        })
        .collect()
}
