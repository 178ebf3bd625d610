//! Cells prepared for likelihoods: indices into short lists of distinct x and distinct days.
//!
//! Invariants: sums over rows run in chunks of [`CHUNK`] rows, added in order, so the result
//! has the same bits for any number of threads.
//!
//! Callers may rely on: logarithms are tabulated by distinct day and gamma ratios by distinct x
//! (value.md E2.3), so a row costs only its own exponentials.

use rayon::prelude::*;

use super::cells::Cells;
use super::numeric::special::{digamma, ln_gamma};
use super::unit::TimeUnit;

/// Rows of one parallel task; fixed, because it decides the order of additions.
pub(crate) const CHUNK: usize = 2048;

/// One cell: indices into [`Design::x`] and [`Design::times`], and its customers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub x: u32,
    pub t_x: u32,
    pub t: u32,
    pub weight: f64,
}

/// All rows with the distinct values they refer to.
#[derive(Debug, Clone)]
pub(crate) struct Design {
    pub rows: Vec<Row>,
    /// Distinct repeat counts, ascending.
    pub x: Vec<u32>,
    /// Distinct times in the model's unit, ascending.
    pub times: Vec<f64>,
    pub total_weight: f64,
}

impl Design {
    /// All cells, times in `unit`.
    pub(crate) fn new(cells: &Cells, unit: TimeUnit) -> Self {
        let mut days: Vec<u32> = cells.as_slice().iter().flat_map(|c| [c.summary.t_x, c.summary.t]).collect();
        days.sort_unstable();
        days.dedup();
        let last = days.last().map_or(0, |d| *d as usize);
        let mut index_of_day = vec![0_u32; last + 1];
        for (index, day) in days.iter().enumerate() {
            index_of_day[*day as usize] = index as u32;
        }
        let mut x: Vec<u32> = Vec::new();
        let mut rows = Vec::with_capacity(cells.len());
        for cell in cells.as_slice() {
            if x.last() != Some(&cell.summary.x) {
                x.push(cell.summary.x);
            }
            rows.push(Row {
                x: x.len() as u32 - 1,
                t_x: index_of_day[cell.summary.t_x as usize],
                t: index_of_day[cell.summary.t as usize],
                weight: f64::from(cell.customers),
            });
        }
        let times = days.iter().map(|d| f64::from(*d) / unit.days()).collect();
        let total_weight = rows.iter().map(|r| r.weight).sum();
        Self { rows, x, times, total_weight }
    }

    /// A weighted subset of about `target` rows for the search of a good start: all heavy rows,
    /// and each n-th of the light ones with n times its weight. `None` when already small.
    pub(crate) fn thinned(&self, target: usize) -> Option<Self> {
        if self.rows.len() <= target * 2 {
            return None;
        }
        let heavy = self.total_weight / target as f64;
        let light_rows = self.rows.iter().filter(|r| r.weight < heavy).count();
        let stride = light_rows.div_ceil(target).max(1);
        let mut light_seen = 0;
        let mut rows = Vec::with_capacity(target * 2);
        for row in &self.rows {
            if row.weight >= heavy {
                rows.push(*row);
                continue;
            }
            if light_seen % stride == stride / 2 {
                rows.push(Row { weight: row.weight * stride as f64, ..*row });
            }
            light_seen += 1;
        }
        let total_weight = rows.iter().map(|r| r.weight).sum();
        Some(Self { rows, x: self.x.clone(), times: self.times.clone(), total_weight })
    }

    /// Weighted median of the observed time T, at least one day's worth.
    pub(crate) fn median_age(&self, unit: TimeUnit) -> f64 {
        let mut ages: Vec<(u32, f64)> = self.rows.iter().map(|r| (r.t, r.weight)).collect();
        ages.sort_by_key(|a| a.0);
        let mut seen = 0.0;
        let mut median = 0.0;
        for (age, weight) in ages {
            seen += weight;
            if seen * 2.0 >= self.total_weight {
                median = self.times[age as usize];
                break;
            }
        }
        median.max(1.0 / unit.days())
    }

    /// Sums `terms` over all rows in fixed chunks.
    pub(crate) fn sum<const M: usize, F>(&self, terms: F) -> [f64; M]
    where
        F: Fn(&Row) -> [f64; M] + Sync,
    {
        sum_chunks(&self.rows, terms)
    }

    /// `(t + offset)` tables: logarithm and reciprocal by distinct time.
    pub(crate) fn shifted(&self, offset: f64) -> Shifted {
        Shifted {
            ln: self.times.iter().map(|t| (offset + t).ln()).collect(),
            inverse: self.times.iter().map(|t| 1.0 / (offset + t)).collect(),
        }
    }

    /// `ln Γ(base + x) - ln Γ(base)` and its derivative by distinct x.
    pub(crate) fn gamma_ratio(&self, base: f64) -> Vec<(f64, f64)> {
        let (ln_base, slope) = (ln_gamma(base), digamma(base));
        self.x
            .iter()
            .map(|x| match x {
                0 => (0.0, 0.0),
                _ => {
                    let sum = base + f64::from(*x);
                    (ln_gamma(sum) - ln_base, digamma(sum) - slope)
                }
            })
            .collect()
    }
}

/// Logarithms and reciprocals of `offset + t` by distinct time.
pub(crate) struct Shifted {
    pub ln: Vec<f64>,
    pub inverse: Vec<f64>,
}

/// Sums `terms` over `rows` in fixed chunks added in order: same bits for any thread count.
pub(crate) fn sum_chunks<const M: usize, T: Sync, F>(rows: &[T], terms: F) -> [f64; M]
where
    F: Fn(&T) -> [f64; M] + Sync,
{
    let add = |mut sum: [f64; M], part: [f64; M]| {
        sum.iter_mut().zip(part).for_each(|(s, p)| *s += p);
        sum
    };
    let parts: Vec<[f64; M]> =
        rows.par_chunks(CHUNK).map(|chunk| chunk.iter().map(&terms).fold([0.0; M], add)).collect();
    parts.into_iter().fold([0.0; M], add)
}
