//! Measures the value models on the synthetic set of one million customers (or the number given
//! as argument): CPU seconds of each step and peak memory, on Linux.
//!
//! Run: `cargo run --release -p perennial-domain --example value_speed -- 1000000`

#![expect(clippy::print_stdout, reason = "the example's purpose is to print measurements")]

use perennial_domain::value::{
    Cells, DiscountRate, Fit, Horizon, Margin, Model, RfmInput, SpendFit, SpendHistory, Summary, TimeUnit, Valuation,
    fit_frequency, fit_spend, run_rfm,
};

/// SplitMix64 with the few distributions needed.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in (0, 1).
    fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn exponential(&mut self) -> f64 {
        -self.uniform().ln()
    }

    fn normal(&mut self) -> f64 {
        (2.0 * self.exponential()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Marsaglia & Tsang (2000).
    fn gamma(&mut self, shape: f64) -> f64 {
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

/// One customer of the BG/NBD truth r .25, alpha 4.5, a .8, b 2.4 (weeks); T 189 to 280 days.
fn customer(random: &mut Random) -> (Summary, SpendHistory) {
    let t = 189 + (random.uniform() * 92.0) as u32;
    let rate = random.gamma(0.25) / 4.5;
    let (a, b) = (random.gamma(0.8), random.gamma(2.4));
    let drop = a / (a + b);
    let spend_rate = random.gamma(3.74) / 1544.0;
    let mut summary = Summary { x: 0, t_x: 0, t };
    let mut spend = SpendHistory::default();
    let mut days = 0.0;
    loop {
        days += random.exponential() / rate * 7.0;
        if days.is_nan() || days.ceil() > f64::from(t) {
            return (summary, spend);
        }
        let day = days.ceil() as u32;
        if day > summary.t_x {
            summary.x += 1;
            summary.t_x = day;
            spend.x += 1;
            spend.total_minor += (random.gamma(6.25) / spend_rate).ceil() as i64;
        }
        if random.uniform() < drop {
            return (summary, spend);
        }
    }
}

/// CPU seconds of this process so far (user and system, all threads).
fn cpu_seconds() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / TICKS_PER_SECOND
}

fn peak_mebibytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM"));
    let kib = line.and_then(|l| l.split_whitespace().nth(1)).and_then(|v| v.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let before = cpu_seconds();
    let out = work();
    let used = cpu_seconds() - before;
    println!("{name:<44} {used:>7.2} CPU s, peak {:>5} MiB", peak_mebibytes());
    out
}

fn value_all(fit: &Fit, spend: &SpendFit, cells: &Cells, spends: &[SpendHistory]) -> (i64, i64) {
    let rate = DiscountRate::from_annual(0.1).unwrap_or_default();
    let months = Horizon::months(12);
    let name = fit.model.code();
    let forecast = timed(&format!("{name}: forecast 12 months"), || fit.frequency.forecast(cells, months, rate));
    let valuation = timed(&format!("{name}: interval factors"), || {
        Valuation::from_forecast(fit, forecast, spend, cells, Margin::FULL)
    });
    let total = timed(&format!("{name}: interval of the total"), || valuation.total(fit, spends));
    println!("    total {:.0} [{:.0}, {:.0}] minor units", total.mean_minor, total.low_minor, total.high_minor);
    timed(&format!("{name}: value of each customer"), || {
        let mut sums = (0, 0);
        for (index, history) in spends.iter().enumerate() {
            if let Some(value) = valuation.potential_of(index, *history) {
                sums.0 += value.mean_minor;
                sums.1 += value.high_minor;
            }
        }
        sums
    })
}

fn main() {
    let count = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1_000_000_usize);
    let mut random = Random(20_261_122);
    let (summaries, spends): (Vec<Summary>, Vec<SpendHistory>) = (0..count).map(|_| customer(&mut random)).unzip();
    println!("{count} customers, peak {} MiB", peak_mebibytes());
    let cells = timed("group into cells", || Cells::group(&summaries));
    println!("    {} cells", cells.len());
    let spend = timed("fit spend", || fit_spend(&spends, 100));
    let Some(spend) = spend.fitted() else { return };
    println!("    p {:.4} q {:.4} gamma {:.4}", spend.p, spend.q, spend.gamma);
    for model in Model::SELECTABLE {
        let fit = timed(&format!("{}: fit", model.code()), || fit_frequency(model, &cells, TimeUnit::Week));
        let Some(fit) = fit.fitted() else { return };
        println!("    {:?} in {} iterations", fit.frequency.parameters, fit.iterations);
        let (mean, high) = value_all(fit, spend, &cells, &spends);
        println!("    sums of means and upper ends: {mean}, {high}");
    }
    let buyers: Vec<RfmInput> = summaries
        .iter()
        .zip(&spends)
        .map(|(s, m)| RfmInput { recency_days: s.t - s.t_x, orders: s.x + 1, revenue_minor: m.total_minor })
        .collect();
    let (rfm, _) = timed("RFM", || run_rfm(&buyers));
    println!("    {} champions", rfm.groups[0].customers);
}
