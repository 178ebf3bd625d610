//! K-means: as many centres as asked for, each the mean of those who are nearest to it.
//!
//! Begun with k-means++ (Arthur and Vassilvitskii 2007; as scikit-learn does, the best of a few candidates is taken each time),
//! improved by Lloyd's rounds. Most customers stay where they are in most rounds: Hamerly's bounds (2010) say of whom that is
//! sure, and their distances are not computed. Work is cut into chunks of a fixed size whose sums are added in order, so that
//! the result does not depend on threads.

use super::Draws;
use super::points::{Points, nearest, square_distance};
use rayon::prelude::*;

/// Rounds after which it ends in any case.
const ROUNDS_MAX: usize = 300;
/// All centres together moved by less than this square: it has settled. In units of the variance of a feature, which is 1.
const SETTLED: f64 = 1e-4;
/// How often it is begun; the closest division is kept.
pub const RESTARTS: u64 = 4;
/// Customers whose sums are one.
const CHUNK: usize = 4_096;

#[derive(Clone, Debug, PartialEq)]
pub struct Division {
    /// One after the other.
    pub centres: Vec<f64>,
    /// For each customer the number of the nearest centre.
    pub labels: Vec<u8>,
    /// The sum of the squares of all distances to the own centre.
    pub inertia: f64,
    pub rounds: usize,
}

/// The best of `restarts` beginnings. `None` where there are fewer different customers than centres, or where it was not
/// to go on.
pub fn k_means(
    points: &Points,
    k: usize,
    seed: u64,
    restarts: u64,
    goes_on: &(dyn Fn() -> bool + Sync),
) -> Option<Division> {
    let mut best: Option<Division> = None;
    for restart in 0..restarts {
        let mut draws = Draws::new(seed, (k as u64) << 32 | restart);
        let Some(division) = improve(points, begin(points, k, &mut draws)?, goes_on) else {
            // A centre was left with nobody; another beginning may do better.
            if goes_on() {
                continue;
            }
            return None;
        };
        if best.as_ref().is_none_or(|best| division.inertia < best.inertia) {
            best = Some(division);
        }
    }
    best
}

fn begin(points: &Points, k: usize, draws: &mut Draws) -> Option<Vec<f64>> {
    if points.len() < k {
        return None;
    }
    let features = points.features();
    let mut centres = points.row(draws.below(points.len())).to_vec();
    let mut squares = vec![f64::INFINITY; points.len()];
    approach(points, &centres, &mut squares);
    let candidates = 2 + (k as f64).ln() as usize;
    while centres.len() < k * features {
        let sums: Vec<f64> = squares.chunks(CHUNK).map(|chunk| chunk.iter().sum()).collect();
        let total: f64 = sums.iter().sum();
        if total <= 0.0 {
            // Everybody is where a centre is.
            return None;
        }
        let mut closest: Option<(f64, usize)> = None;
        for _ in 0..candidates {
            let place = drawn(&squares, &sums, draws.unit() * total);
            let left = left_by(points, points.row(place), &squares);
            if closest.is_none_or(|(least, _)| left < least) {
                closest = Some((left, place));
            }
        }
        let (_, place) = closest?;
        approach(points, points.row(place), &mut squares);
        centres.extend_from_slice(points.row(place));
    }
    Some(centres)
}

/// Somebody, the more likely the farther they are from all centres.
fn drawn(squares: &[f64], sums: &[f64], mut at: f64) -> usize {
    let mut chunk = 0;
    while chunk + 1 < sums.len() && at >= sums[chunk] {
        at -= sums[chunk];
        chunk += 1;
    }
    let first = chunk * CHUNK;
    let end = (first + CHUNK).min(squares.len());
    let mut last = first;
    for (place, square) in squares[first..end].iter().enumerate().filter(|(_, square)| **square > 0.0) {
        last = first + place;
        if at < *square {
            return last;
        }
        at -= square;
    }
    last
}

fn approach(points: &Points, centre: &[f64], squares: &mut [f64]) {
    let chunks = squares.par_chunks_mut(CHUNK).zip(points.rows().par_chunks(CHUNK * points.features()));
    chunks.for_each(|(squares, rows)| {
        for (square, row) in squares.iter_mut().zip(rows.chunks_exact(centre.len())) {
            *square = square.min(square_distance(row, centre));
        }
    });
}

fn left_by(points: &Points, centre: &[f64], squares: &[f64]) -> f64 {
    let chunks = squares.par_chunks(CHUNK).zip(points.rows().par_chunks(CHUNK * points.features()));
    let left = |(squares, rows): (&[f64], &[f64])| -> f64 {
        let pairs = squares.iter().zip(rows.chunks_exact(centre.len()));
        pairs.map(|(square, row)| square.min(square_distance(row, centre))).sum()
    };
    chunks.map(left).collect::<Vec<f64>>().into_iter().sum()
}

/// What is known of each customer between two rounds.
struct Bounds {
    labels: Vec<u8>,
    /// Not nearer to the own centre than it is, and to any other than this.
    upper: Vec<f64>,
    lower: Vec<f64>,
}

fn improve(points: &Points, mut centres: Vec<f64>, goes_on: &(dyn Fn() -> bool + Sync)) -> Option<Division> {
    let people = points.len();
    let mut bounds = Bounds { labels: vec![0; people], upper: vec![f64::INFINITY; people], lower: vec![0.0; people] };
    assign(points, &centres, &mut bounds);
    let mut rounds = 0;
    while rounds < ROUNDS_MAX {
        if !goes_on() {
            return None;
        }
        rounds += 1;
        let moved = move_centres(points, &mut centres, &bounds.labels)?;
        loosen(&mut bounds, &moved);
        if moved.iter().map(|by| by * by).sum::<f64>() <= SETTLED || assign(points, &centres, &mut bounds) == 0 {
            break;
        }
    }
    // Where it has settled, the last step may have made another centre the nearest one.
    let features = points.features();
    let chunks = bounds.labels.par_chunks_mut(CHUNK).zip(points.rows().par_chunks(CHUNK * features));
    let sums = chunks.map(|(labels, rows)| {
        let mut sum = 0.0;
        for (label, row) in labels.iter_mut().zip(rows.chunks_exact(features)) {
            let (number, square) = nearest(row, &centres);
            *label = number as u8;
            sum += square;
        }
        sum
    });
    let inertia = sums.collect::<Vec<f64>>().into_iter().sum();
    Some(Division { centres, labels: bounds.labels, inertia, rounds })
}

/// Gives everybody the nearest centre; how many have another one than before.
fn assign(points: &Points, centres: &[f64], bounds: &mut Bounds) -> usize {
    let features = points.features();
    let half = half_to_next(centres, features);
    let chunks = bounds.labels.par_chunks_mut(CHUNK).zip(bounds.upper.par_chunks_mut(CHUNK));
    let chunks = chunks.zip(bounds.lower.par_chunks_mut(CHUNK)).zip(points.rows().par_chunks(CHUNK * features));
    let changed = chunks.map(|(((labels, upper), lower), rows)| {
        let mut changed = 0;
        for (place, row) in rows.chunks_exact(features).enumerate() {
            let label = usize::from(labels[place]);
            let sure = lower[place].max(half[label]);
            if upper[place] < sure {
                continue;
            }
            if upper[place].is_finite() {
                upper[place] = square_distance(row, &centres[label * features..][..features]).sqrt();
                if upper[place] < sure {
                    continue;
                }
            }
            let (number, first, second) = two_nearest(row, centres);
            (upper[place], lower[place]) = (first.sqrt(), second.sqrt());
            if number != label {
                labels[place] = number as u8;
                changed += 1;
            }
        }
        changed
    });
    changed.sum()
}

/// Half of the way from each centre to the next one: whoever is nearer to it than that has no nearer one.
fn half_to_next(centres: &[f64], features: usize) -> Vec<f64> {
    let all = || centres.chunks_exact(features).enumerate();
    let half = |(number, centre): (usize, &[f64])| {
        let others = all().filter(|(other, _)| *other != number);
        let least = others.map(|(_, other)| square_distance(centre, other)).fold(f64::INFINITY, f64::min);
        least.sqrt() / 2.0
    };
    all().map(half).collect()
}

fn two_nearest(row: &[f64], centres: &[f64]) -> (usize, f64, f64) {
    let (mut number, mut first, mut second) = (0, f64::INFINITY, f64::INFINITY);
    for (one, centre) in centres.chunks_exact(row.len()).enumerate() {
        let square = square_distance(row, centre);
        if square < first {
            (number, second, first) = (one, first, square);
        } else if square < second {
            second = square;
        }
    }
    (number, first, second)
}

/// Puts each centre where the mean of its customers is; how far each has moved. `None` where one has nobody: another
/// beginning, or fewer centres, would be better.
fn move_centres(points: &Points, centres: &mut [f64], labels: &[u8]) -> Option<Vec<f64>> {
    let features = points.features();
    let k = centres.len() / features;
    let chunks = labels.par_chunks(CHUNK).zip(points.rows().par_chunks(CHUNK * features));
    let parts = chunks.map(|(labels, rows)| {
        let (mut sums, mut counts) = (vec![0.0; k * features], vec![0_usize; k]);
        for (label, row) in labels.iter().zip(rows.chunks_exact(features)) {
            let label = usize::from(*label);
            counts[label] += 1;
            for (sum, value) in sums[label * features..][..features].iter_mut().zip(row) {
                *sum += value;
            }
        }
        (sums, counts)
    });
    let (mut sums, mut counts) = (vec![0.0; k * features], vec![0_usize; k]);
    for (part_sums, part_counts) in parts.collect::<Vec<_>>() {
        sums.iter_mut().zip(part_sums).for_each(|(sum, part)| *sum += part);
        counts.iter_mut().zip(part_counts).for_each(|(count, part)| *count += part);
    }
    let mut moved = Vec::with_capacity(k);
    for (number, count) in counts.into_iter().enumerate() {
        if count == 0 {
            return None;
        }
        let mean: Vec<f64> = sums[number * features..][..features].iter().map(|sum| sum / count as f64).collect();
        let centre = &mut centres[number * features..][..features];
        moved.push(square_distance(centre, &mean).sqrt());
        centre.copy_from_slice(&mean);
    }
    Some(moved)
}

/// What centres moved may have made of the bounds. A little more than that: rounding must not make them wrong.
fn loosen(bounds: &mut Bounds, moved: &[f64]) {
    const MORE: f64 = 1.0 + 1e-9;
    let mut largest = (0, 0.0);
    let mut second: f64 = 0.0;
    for (number, by) in moved.iter().enumerate() {
        if *by > largest.1 {
            (second, largest) = (largest.1, (number, *by));
        } else {
            second = second.max(*by);
        }
    }
    let others = |label: usize| if label == largest.0 { second } else { largest.1 };
    let all = bounds.labels.iter().zip(&mut bounds.upper).zip(&mut bounds.lower);
    for ((label, upper), lower) in all {
        let label = usize::from(*label);
        *upper += moved[label] * MORE;
        *lower -= others(label) * MORE;
    }
}

#[cfg(test)]
mod tests {
    use super::super::points::Scale;
    use super::*;
    use proptest::prelude::*;

    fn points(columns: &[Vec<f64>]) -> Points {
        let scales: Vec<Scale> = columns.iter().map(|column| Scale::of(column, false)).collect();
        Points::of(columns, &scales)
    }

    /// Lloyd's rounds without any bound.
    fn plain(points: &Points, mut centres: Vec<f64>) -> Vec<u8> {
        let features = points.features();
        let label = |centres: &[f64]| -> Vec<u8> {
            (0..points.len()).map(|place| nearest(points.row(place), centres).0 as u8).collect()
        };
        let mut labels = label(&centres);
        for _ in 0..ROUNDS_MAX {
            let mut moved = 0.0;
            for number in 0..centres.len() / features {
                let own: Vec<usize> = (0..points.len()).filter(|place| usize::from(labels[*place]) == number).collect();
                for feature in 0..features {
                    let mean = own.iter().map(|place| points.row(*place)[feature]).sum::<f64>() / own.len() as f64;
                    moved += (centres[number * features + feature] - mean).powi(2);
                    centres[number * features + feature] = mean;
                }
            }
            let next = label(&centres);
            let is_same = next == labels;
            labels = next;
            if moved <= SETTLED || is_same {
                break;
            }
        }
        labels
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn bounds_change_nothing_of_the_result(
            rows in prop::collection::vec((-50.0..50.0_f64, -50.0..50.0_f64, 0.0..9.0_f64), 12..160),
            k in 2..6_usize, seed in any::<u64>(),
        ) {
            let columns = vec![
                rows.iter().map(|row| row.0).collect(),
                rows.iter().map(|row| row.1).collect(),
                rows.iter().map(|row| row.2.floor()).collect(),
            ];
            let points = points(&columns);
            let centres = begin(&points, k, &mut Draws::new(seed, 1)).unwrap();
            if let Some(division) = improve(&points, centres.clone(), &|| true) {
                prop_assert_eq!(&division.labels, &plain(&points, centres));
                for place in 0..points.len() {
                    prop_assert_eq!(usize::from(division.labels[place]), nearest(points.row(place), &division.centres).0);
                }
            }
        }
    }

    #[test]
    fn groups_that_lie_apart_are_found_whatever_the_seed() {
        let mut draws = Draws::new(5, 5);
        let middles = [(0.0, 0.0), (10.0, 0.0), (0.0, 10.0), (10.0, 10.0)];
        let mut around = |middle: f64| middle + draws.unit();
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for place in 0..20_000 {
            let middle = middles[place % 4];
            x.push(around(middle.0));
            y.push(around(middle.1));
        }
        let points = points(&[x, y]);
        for seed in [0, 1, u64::MAX] {
            let division = k_means(&points, 4, seed, RESTARTS, &|| true).unwrap();
            let own: Vec<u8> = division.labels[..4].to_vec();
            assert!((0..4).all(|one| (0..one).all(|other| own[one] != own[other])));
            assert!(division.labels.iter().enumerate().all(|(place, label)| *label == own[place % 4]));
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_labels_with_any_number_of_threads() {
        let mut draws = Draws::new(11, 3);
        let columns: Vec<Vec<f64>> = (0..5).map(|_| (0..30_000).map(|_| draws.unit()).collect()).collect();
        let points = points(&columns);
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| k_means(&points, 6, 42, 2, &|| true).unwrap())
        };
        assert_eq!(with(1), with(3));
        assert_ne!(with(2).labels, k_means(&points, 6, 43, 2, &|| true).unwrap().labels);
    }

    #[test]
    fn fewer_different_customers_than_centres_are_no_division_and_a_stop_is_one_at_once() {
        let few = points(&[vec![1.0, 1.0, 2.0, 2.0, 2.0]]);
        assert_eq!(k_means(&few, 3, 1, 1, &|| true), None);
        assert!(k_means(&few, 2, 1, 1, &|| true).is_some());
        assert_eq!(k_means(&few, 2, 1, 1, &|| false), None);
    }
}
