//! What a cluster is like: its size, its means in natural units, and how far it is from all.

use super::points::{Points, Scale};
use serde::{Deserialize, Serialize};

/// Of one cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Portrait {
    pub size: u64,
    /// Of each feature the mean of its members of whom it is known, in natural units.
    pub means: Vec<Option<f64>>,
    /// Of each feature how far the mean is from that of all, in standard deviations of all.
    pub differences: Vec<f64>,
}

/// Of every cluster. `labels`: the cluster of each customer, where there is one.
pub fn portraits(columns: &[Vec<f64>], scales: &[Scale], labels: &[Option<usize>], clusters: usize) -> Vec<Portrait> {
    let points = Points::of(columns, scales);
    let features = columns.len();
    let mut sizes = vec![0_u64; clusters];
    let mut differences = vec![vec![0.0; features]; clusters];
    let mut sums = vec![vec![(0.0, 0_u64); features]; clusters];
    for (place, label) in labels.iter().enumerate() {
        let Some(label) = *label else { continue };
        sizes[label] += 1;
        differences[label].iter_mut().zip(points.row(place)).for_each(|(sum, value)| *sum += value);
        for ((sum, count), column) in sums[label].iter_mut().zip(columns) {
            if !column[place].is_nan() {
                *sum += column[place];
                *count += 1;
            }
        }
    }
    let all = sizes.into_iter().zip(differences).zip(sums);
    all.map(|((size, differences), sums)| Portrait {
        size,
        means: sums.into_iter().map(|(sum, count)| (count > 0).then(|| sum / count as f64)).collect(),
        differences: differences.into_iter().map(|sum| if size > 0 { sum / size as f64 } else { 0.0 }).collect(),
    })
    .collect()
}

/// A feature in which those who are active and those who are not differ: what goes with churn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    /// The place of the feature.
    pub feature: usize,
    /// Of those of whom it is known, in natural units.
    pub active_mean: Option<f64>,
    pub inactive_mean: Option<f64>,
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
        assert_eq!(found[1].means, [Some(100.0), Some(1.0)]);
        assert_eq!((&found[2].means, &found[2].differences), (&vec![None, None], &vec![0.0, 0.0]));
        let whole = portraits(&columns, &scales, &[Some(0), Some(0), Some(1), Some(1)], 2);
        // Two halves of the same size lie equally far from the middle.
        assert!((whole[0].differences[0] + whole[1].differences[0]).abs() < 1e-12);
        assert!(whole[0].differences[0] < -0.9);
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
