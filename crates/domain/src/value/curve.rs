//! What a fitted model expects of the whole cohort: cumulative repeats over time and the
//! histogram of repeats, to lay beside the actual ones.
//!
//! Invariants: customers count from their own first purchase; sums run over distinct ages in
//! ascending order.

use super::cells::Cells;
use super::frequency::Frequency;
use super::unit::Span;

impl Frequency {
    /// Expected repeats of all customers up to each of `offsets_days`, counted from the end of
    /// observation (negative: before it). Customers who had not bought yet count zero.
    pub fn cumulative_repeats(&self, cells: &Cells, offsets_days: &[i32]) -> Vec<f64> {
        let ages = cells.customers_by_age();
        let mut known = std::collections::BTreeMap::new();
        offsets_days
            .iter()
            .map(|offset| {
                ages.iter()
                    .map(|(age, customers)| {
                        let days = i64::from(*age) + i64::from(*offset);
                        if days <= 0 {
                            return 0.0;
                        }
                        let expected =
                            *known.entry(days).or_insert_with(|| self.expected_since_first(Span::days(days as f64)));
                        *customers as f64 * expected
                    })
                    .sum()
            })
            .collect()
    }

    /// Expected number of customers with 0, 1, …, `most` - 1 repeats, and with `most` or more.
    pub fn repeat_histogram(&self, cells: &Cells, most: usize) -> Vec<f64> {
        let mut out = vec![0.0; most + 1];
        for (age, customers) in cells.customers_by_age() {
            let customers = customers as f64;
            let span = Span::days(f64::from(age));
            let mut rest = 1.0;
            if most > 0 {
                let shares = self.repeat_distribution(span, most - 1);
                for (sum, share) in out.iter_mut().zip(&shares) {
                    *sum += customers * share;
                    rest -= share;
                }
            }
            out[most] += customers * f64::max(rest, 0.0);
        }
        out
    }
}

/// Actual number of customers with 0, 1, …, `most` - 1 repeats, and with `most` or more.
pub fn actual_histogram(cells: &Cells, most: usize) -> Vec<u64> {
    let mut out = vec![0; most + 1];
    for cell in cells.as_slice() {
        out[(cell.summary.x as usize).min(most)] += u64::from(cell.customers);
    }
    out
}
