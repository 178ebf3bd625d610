//! Figures of customers as points: each feature with mean 0 and standard deviation 1, so that none counts more because of
//! its unit.
//!
//! A figure that is not known is [`f64::NAN`] in a column. It takes the place of the median of those that are known: whoever
//! lacks one feature is still placed by the others, and how many lack it is said.

use serde::{Deserialize, Serialize};

/// What makes a feature comparable.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// The logarithm of the figure is compared: for amounts and counts of which few are very large.
    pub is_logarithmic: bool,
    /// Of those that are known, in natural units.
    pub median: f64,
    /// How many are not known.
    pub missing: u64,
    /// Of what is compared.
    pub mean: f64,
    /// 0 where all are the same: then the feature plays no part.
    pub deviation: f64,
}

impl Scale {
    pub fn of(column: &[f64], is_logarithmic: bool) -> Self {
        let mut known: Vec<f64> = column.iter().copied().filter(|value| !value.is_nan()).collect();
        let missing = (column.len() - known.len()) as u64;
        let median = median_of(&mut known);
        let mut scale = Self { is_logarithmic, median, missing, mean: 0.0, deviation: 1.0 };
        let count = column.len().max(1) as f64;
        scale.mean = column.iter().map(|value| scale.compared(*value)).sum::<f64>() / count;
        let square = |value: &f64| (scale.compared(*value) - scale.mean).powi(2);
        let deviation = (column.iter().map(square).sum::<f64>() / count).sqrt();
        // Rounding of equal figures is no difference between them.
        scale.deviation = if deviation > scale.mean.abs() * 1e-12 { deviation } else { 0.0 };
        scale
    }

    fn compared(&self, value: f64) -> f64 {
        let value = if value.is_nan() { self.median } else { value };
        if self.is_logarithmic { libm::log1p(value.abs()).copysign(value) } else { value }
    }

    /// How many standard deviations above the mean a figure is.
    pub fn standard(&self, value: f64) -> f64 {
        if self.deviation > 0.0 { (self.compared(value) - self.mean) / self.deviation } else { 0.0 }
    }
}

fn median_of(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    let is_even = values.len().is_multiple_of(2);
    let (lower, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    if !is_even {
        return upper;
    }
    let below = lower.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    f64::midpoint(below, upper)
}

/// Points row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    rows: Vec<f64>,
    features: usize,
}

impl Points {
    /// From columns of the same length, one a feature.
    pub fn of(columns: &[Vec<f64>], scales: &[Scale]) -> Self {
        let features = columns.len();
        let people = columns.first().map_or(0, Vec::len);
        let mut rows = vec![0.0; people * features];
        for (feature, (column, scale)) in columns.iter().zip(scales).enumerate() {
            for (row, value) in rows.chunks_exact_mut(features).zip(column) {
                row[feature] = scale.standard(*value);
            }
        }
        Self { rows, features }
    }

    pub fn len(&self) -> usize {
        self.rows.len().checked_div(self.features).unwrap_or(0)
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn features(&self) -> usize {
        self.features
    }

    pub fn row(&self, place: usize) -> &[f64] {
        &self.rows[place * self.features..][..self.features]
    }

    pub(super) fn rows(&self) -> &[f64] {
        &self.rows
    }
}

/// The square of the distance. In four lanes, which the compiler turns into vectors; the order of the additions is always
/// the same.
pub(super) fn square_distance(one: &[f64], other: &[f64]) -> f64 {
    let (ones, others) = (one.chunks_exact(4), other.chunks_exact(4));
    let rest: f64 = ones.remainder().iter().zip(others.remainder()).map(|(a, b)| (a - b) * (a - b)).sum();
    let mut lanes = [0.0; 4];
    for (a, b) in ones.zip(others) {
        for lane in 0..4 {
            let difference = a[lane] - b[lane];
            lanes[lane] += difference * difference;
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

/// The nearest of these centres, the first of several, and the square of its distance.
pub(super) fn nearest(row: &[f64], centres: &[f64]) -> (usize, f64) {
    let mut found = (0, f64::INFINITY);
    for (number, centre) in centres.chunks_exact(row.len()).enumerate() {
        let square = square_distance(row, centre);
        if square < found.1 {
            found = (number, square);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_has_mean_zero_and_deviation_one_and_what_is_not_known_is_the_median() {
        let column = vec![1.0, f64::NAN, 3.0, 5.0, 100.0];
        let scale = Scale::of(&column, false);
        assert_eq!((scale.median, scale.missing), (4.0, 1));
        let standard: Vec<f64> = column.iter().map(|value| scale.standard(*value)).collect();
        let mean = standard.iter().sum::<f64>() / 5.0;
        let variance = standard.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 5.0;
        assert!(mean.abs() < 1e-12 && (variance - 1.0).abs() < 1e-12, "{mean} {variance}");
        assert_eq!(scale.standard(f64::NAN), scale.standard(4.0));
    }

    #[test]
    fn a_feature_that_is_the_same_for_all_plays_no_part() {
        for column in [vec![0.1; 7], vec![f64::NAN; 3], vec![]] {
            let scale = Scale::of(&column, true);
            assert_eq!((scale.deviation, scale.standard(12.0)), (0.0, 0.0));
        }
    }

    #[test]
    fn a_logarithm_keeps_the_order_also_below_zero() {
        let scale = Scale::of(&[-100.0, -1.0, 0.0, 1.0, 1_000_000.0], true);
        let standard: Vec<f64> = [-100.0, -1.0, 0.0, 1.0, 1_000_000.0].iter().map(|one| scale.standard(*one)).collect();
        assert!(standard.is_sorted(), "{standard:?}");
        // Less of an outlier than by the figure itself, which is as far out as one of five can be.
        assert!(standard[4] < 1.92, "{standard:?}");
    }

    #[test]
    fn distances_of_any_number_of_features_are_sums_of_squares() {
        for features in 1..14 {
            let one: Vec<f64> = (0..features).map(f64::from).collect();
            let expected = one.iter().map(|value| value * value).sum::<f64>();
            assert_eq!(square_distance(&one, &vec![0.0; one.len()]), expected);
        }
    }
}
