//! What each cluster is like: its size, its means in natural units, and how far it is from all.

use super::points::Scale;
use serde::{Deserialize, Serialize};

/// A mean of fewer says something of a person: whoever sees a part of the customers only is not told it.
pub const TOLD_OF_MIN: u64 = 10;

/// Of one cluster. One entry a feature.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Portrait {
    pub size: u64,
    /// The mean of its members of whom it is known, in natural units.
    pub means: Vec<Option<f64>>,
    /// Of how many members it is known.
    pub known: Vec<u64>,
    /// How far the mean is from that of all, in standard deviations of all when the scales were made.
    pub differences: Vec<f64>,
}

/// Sums of one feature in one cluster.
#[derive(Clone, Copy, Default)]
struct Sums {
    natural: f64,
    known: u64,
    standard: f64,
}

/// Of every cluster. `labels`: the cluster of each customer, where there is one.
pub fn portraits(columns: &[Vec<f64>], scales: &[Scale], labels: &[Option<usize>], clusters: usize) -> Vec<Portrait> {
    let mut found = vec![Portrait::default(); clusters];
    for label in labels.iter().flatten() {
        found[*label].size += 1;
    }
    for (column, scale) in columns.iter().zip(scales) {
        let mut sums = vec![Sums::default(); clusters];
        let mut of_all = 0.0;
        for (value, label) in column.iter().zip(labels) {
            let standard = scale.standard(*value);
            of_all += standard;
            let Some(label) = *label else { continue };
            let own = &mut sums[label];
            own.standard += standard;
            if !value.is_nan() {
                own.natural += value;
                own.known += 1;
            }
        }
        // 0 while everybody is as when the scales were made.
        let middle = of_all / column.len().max(1) as f64;
        for (portrait, own) in found.iter_mut().zip(sums) {
            portrait.means.push((own.known > 0).then(|| own.natural / own.known as f64));
            portrait.known.push(own.known);
            let difference = own.standard / portrait.size.max(1) as f64 - middle;
            portrait.differences.push(if portrait.size > 0 { difference } else { 0.0 });
        }
    }
    found
}

/// A feature in which those who are active and those who are not differ: what goes with churn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    /// The place of the feature.
    pub feature: usize,
    /// Of those of whom it is known, in natural units.
    pub active_mean: Option<f64>,
    pub inactive_mean: Option<f64>,
    /// Of how many it is known, on the side where they are fewer.
    pub known: u64,
    /// The inactive less the active, in standard deviations of all.
    pub difference: f64,
}

/// The largest difference first. Empty where everybody is active, or nobody.
pub fn drivers(columns: &[Vec<f64>], scales: &[Scale], is_active: &[bool]) -> Vec<Driver> {
    let labels: Vec<Option<usize>> = is_active.iter().map(|is_active| Some(usize::from(!is_active))).collect();
    let sides = portraits(columns, scales, &labels, 2);
    let [active, inactive] = sides.as_slice() else { return Vec::new() };
    if active.size == 0 || inactive.size == 0 {
        return Vec::new();
    }
    let mut found: Vec<Driver> = (0..columns.len())
        .map(|feature| Driver {
            feature,
            active_mean: active.means[feature],
            inactive_mean: inactive.means[feature],
            known: active.known[feature].min(inactive.known[feature]),
            difference: inactive.differences[feature] - active.differences[feature],
        })
        .collect();
    found.sort_by(|a, b| b.difference.abs().total_cmp(&a.difference.abs()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> (Vec<Vec<f64>>, Vec<Scale>) {
        let columns = vec![vec![10.0, 20.0, 100.0, 110.0], vec![5.0, f64::NAN, 1.0, f64::NAN]];
        let scales = columns.iter().map(|column| Scale::of(column, false)).collect();
        (columns, scales)
    }

    #[test]
    fn means_are_of_what_is_known_and_differences_cancel_out() {
        let (columns, scales) = example();
        let labels = [Some(0), Some(0), Some(1), None];
        let found = portraits(&columns, &scales, &labels, 3);
        assert_eq!(found.iter().map(|one| one.size).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(found[0].means, [Some(15.0), Some(5.0)]);
        assert_eq!((&found[0].known, &found[1].known), (&vec![2, 1], &vec![1, 1]));
        assert_eq!(found[1].means, [Some(100.0), Some(1.0)]);
        assert_eq!((&found[2].means, &found[2].differences), (&vec![None, None], &vec![0.0, 0.0]));
        let whole = portraits(&columns, &scales, &[Some(0), Some(0), Some(1), Some(1)], 2);
        // Two halves of the same size lie equally far from the middle.
        assert!((whole[0].differences[0] + whole[1].differences[0]).abs() < 1e-12);
        assert!(whole[0].differences[0] < -0.9);
    }

    #[test]
    fn differences_are_from_all_as_they_are_now() {
        let (columns, scales) = example();
        let labels = [Some(0), Some(0), Some(1), Some(1)];
        let before = portraits(&columns, &scales, &labels, 2);
        // Everybody moves up by as much: nobody is farther from the others.
        let moved: Vec<Vec<f64>> =
            columns.iter().map(|column| column.iter().map(|value| value + 500.0).collect()).collect();
        let after = portraits(&moved[..1], &scales[..1], &labels, 2);
        for (one, other) in before.iter().zip(&after) {
            assert!((one.differences[0] - other.differences[0]).abs() < 1e-9, "{one:?} {other:?}");
        }
    }

    #[test]
    fn drivers_are_sorted_by_how_much_they_differ() {
        let (columns, scales) = example();
        let found = drivers(&columns, &scales, &[true, true, false, false]);
        assert_eq!(found.iter().map(|one| one.feature).collect::<Vec<_>>(), [0, 1]);
        assert_eq!((found[0].active_mean, found[0].inactive_mean), (Some(15.0), Some(105.0)));
        assert!(found[0].difference > 1.9 && found[1].difference < 0.0, "{found:?}");
        assert_eq!(drivers(&columns, &scales, &[true; 4]), []);
    }
}
