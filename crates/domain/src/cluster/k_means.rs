//! K-means: as many centres as asked for, each the mean of those who are nearest to it.
//!
//! Begun with k-means++ (Arthur and Vassilvitskii 2007; as scikit-learn does, the best of a few candidates is taken each time),
//! improved by Lloyd's rounds. Most customers stay where they are in most rounds: Hamerly's bounds (2010) say of whom that is
//! sure, and their distances are not computed. Those of others are computed in single precision, for several centres at a time;
//! what that cannot decide is decided in double precision, so that the labels are those of rounds without any of this. Work is
//! cut into chunks of a fixed size whose sums are added in order, so that the result does not depend on threads.

use super::Draws;
use super::points::{Points, exact, square_distance};
use rayon::prelude::*;

/// Rounds after which it ends in any case.
const ROUNDS_MAX: usize = 300;
/// All centres together moved by less than this square: it has settled. In units of the variance of a feature, which is 1.
const SETTLED: f64 = 1e-4;
/// How often it is begun; the closest division is kept.
pub const RESTARTS: u64 = 4;
/// Customers whose sums are one.
const CHUNK: usize = 4_096;
/// Sums follow whoever changes; after so many rounds they are made anew, so that rounding does not gather.
const ROUNDS_OF_SUMS: usize = 16;

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
        let (centres, bounds) = begin(points, k, &mut draws)?;
        let Some(division) = improve(points, centres, bounds, goes_on) else {
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

/// What is known of each customer between two rounds.
struct Bounds {
    labels: Vec<u8>,
    /// Not farther from the own centre than this, and not nearer to any other.
    upper: Vec<f32>,
    lower: Vec<f32>,
}

/// By which part a distance in single precision may be wrong, and more than that: each feature adds half an epsilon to
/// the square, and a few come with roots and bounds.
fn doubt(features: usize) -> f32 {
    (features + 8) as f32 * f32::EPSILON
}

/// In single precision, and not less.
fn above(value: f64) -> f32 {
    (value * (1.0 + 1e-6)) as f32
}

/// In single precision, and not more.
fn below(value: f64) -> f32 {
    (value * (1.0 - 1e-6)) as f32
}

/// Nothing here is no number; `f32::min` would take care of that, in more steps.
fn least<T: PartialOrd>(one: T, other: T) -> T {
    if other < one { other } else { one }
}

fn most<T: PartialOrd>(one: T, other: T) -> T {
    if other > one { other } else { one }
}

/// Centres feature by feature, as many as are computed with at a time; the last ones are filled up with such as lie infinitely
/// far.
fn turned<const LANES: usize>(centres: &[f32], features: usize) -> Vec<Vec<[f32; LANES]>> {
    let turn = |group: &[f32]| {
        let value = |feature, lane| group.get(lane * features + feature).copied().unwrap_or(f32::INFINITY);
        (0..features).map(|feature| std::array::from_fn(|lane| value(feature, lane))).collect()
    };
    centres.chunks(features * LANES).map(turn).collect()
}

/// The squares of the distances, nearly.
#[inline]
fn squares_of<const LANES: usize>(row: &[f32], centres: &[[f32; LANES]]) -> [f32; LANES] {
    let mut squares = [0.0; LANES];
    for (value, centres) in row.iter().zip(centres) {
        for lane in 0..LANES {
            let difference = value - centres[lane];
            squares[lane] += difference * difference;
        }
    }
    squares
}

fn begin(points: &Points, k: usize, draws: &mut Draws) -> Option<(Vec<f64>, Bounds)> {
    // There are never more: a label is one of 256.
    match 2 + (k as f64).ln() as usize {
        candidates @ 0..=4 => begin_by::<4>(points, k, draws, candidates),
        candidates => begin_by::<8>(points, k, draws, candidates),
    }
}

fn begin_by<const LANES: usize>(
    points: &Points,
    k: usize,
    draws: &mut Draws,
    candidates: usize,
) -> Option<(Vec<f64>, Bounds)> {
    let (people, features) = (points.len(), points.features());
    if people < k {
        return None;
    }
    let none = || vec![f32::INFINITY; people];
    // Squares, until everybody has been begun with.
    let mut bounds = Bounds { labels: vec![0; people], upper: none(), lower: none() };
    let mut squares = vec![[0.0; LANES]; people];
    let mut places = vec![draws.below(people)];
    let mut centres = Vec::with_capacity(k * features);
    for number in 0..k {
        let left = left_by(points, &places, &bounds.upper, &mut squares);
        let total = |one: usize| -> f64 { left.iter().map(|left| left[one]).sum() };
        let totals: Vec<f64> = (0..places.len()).map(total).collect();
        let best = (1..places.len()).fold(0, |best, one| if totals[one] < totals[best] { one } else { best });
        centres.extend(exact(points.row(places[best])));
        let chunks = bounds.upper.par_chunks_mut(CHUNK).zip(bounds.lower.par_chunks_mut(CHUNK));
        let chunks = chunks.zip(bounds.labels.par_chunks_mut(CHUNK)).zip(squares.par_chunks(CHUNK));
        chunks.for_each(|(((firsts, seconds), labels), squares)| {
            for (((first, second), label), squares) in firsts.iter_mut().zip(seconds).zip(labels).zip(squares) {
                let square = squares[best];
                *second = least(*second, most(*first, square));
                *label = if square < *first { number as u8 } else { *label };
                *first = least(*first, square);
            }
        });
        if number + 1 < k {
            if totals[best] <= 0.0 {
                // Everybody is where a centre is.
                return None;
            }
            let sums: Vec<f64> = left.iter().map(|left| left[best]).collect();
            places = (0..candidates).map(|_| drawn(&bounds.upper, &sums, draws.unit() * totals[best])).collect();
        }
    }
    let (more, less) = (1.0 + doubt(features), 1.0 - doubt(features));
    let all = bounds.upper.par_chunks_mut(CHUNK).zip(bounds.lower.par_chunks_mut(CHUNK));
    all.for_each(|(upper, lower)| {
        upper.iter_mut().for_each(|square| *square = square.sqrt() * more);
        lower.iter_mut().for_each(|square| *square = square.sqrt() * less);
    });
    Some((centres, bounds))
}

/// Somebody, the more likely the farther they are from all centres.
fn drawn(squares: &[f32], sums: &[f64], mut at: f64) -> usize {
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
        if at < f64::from(*square) {
            return last;
        }
        at -= f64::from(*square);
    }
    last
}

/// For each of these customers: what would be left of the squares if a centre were there, chunk by chunk. `found` becomes the
/// squares of the distances to them.
fn left_by<const LANES: usize>(
    points: &Points,
    places: &[usize],
    squares: &[f32],
    found: &mut [[f32; LANES]],
) -> Vec<[f64; LANES]> {
    let features = points.features();
    let candidates: Vec<f32> = places.iter().flat_map(|place| points.row(*place)).copied().collect();
    let turned = turned(&candidates, features);
    let candidates = turned.first().map_or(&[][..], Vec::as_slice);
    let chunks = squares.par_chunks(CHUNK).zip(found.par_chunks_mut(CHUNK));
    let chunks = chunks.zip(points.rows().par_chunks(CHUNK * features));
    let left = chunks.map(|((squares, found), rows)| {
        let mut left = [0.0; LANES];
        for ((square, found), row) in squares.iter().zip(found).zip(rows.chunks_exact(features)) {
            *found = squares_of(row, candidates);
            for lane in 0..LANES {
                left[lane] += f64::from(least(*square, found[lane]));
            }
        }
        left
    });
    left.collect()
}

/// The sum of the customers of each centre, and how many they are.
#[derive(Debug, PartialEq)]
struct Sums {
    values: Vec<f64>,
    counts: Vec<i64>,
}

impl Sums {
    fn none(features: usize, k: usize) -> Self {
        Self { values: vec![0.0; k * features], counts: vec![0; k] }
    }

    fn of(points: &Points, labels: &[u8], k: usize) -> Self {
        let features = points.features();
        let chunks = labels.par_chunks(CHUNK).zip(points.rows().par_chunks(CHUNK * features));
        let parts = chunks.map(|(labels, rows)| {
            let mut sums = Self::none(features, k);
            for (label, row) in labels.iter().zip(rows.chunks_exact(features)) {
                sums.count(usize::from(*label), row, 1);
            }
            sums
        });
        let mut all = Self::none(features, k);
        parts.collect::<Vec<_>>().iter().for_each(|part| all.join(part));
        all
    }

    /// Adds somebody, or takes them away.
    #[inline]
    fn count(&mut self, label: usize, row: &[f32], times: i8) {
        self.counts[label] += i64::from(times);
        for (sum, value) in self.values[label * row.len()..][..row.len()].iter_mut().zip(row) {
            *sum += f64::from(times) * f64::from(*value);
        }
    }

    fn join(&mut self, other: &Self) {
        self.values.iter_mut().zip(&other.values).for_each(|(sum, part)| *sum += part);
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, part)| *count += part);
    }
}

fn improve(
    points: &Points,
    mut centres: Vec<f64>,
    mut bounds: Bounds,
    goes_on: &(dyn Fn() -> bool + Sync),
) -> Option<Division> {
    let features = points.features();
    let k = centres.len() / features;
    let mut sums = Sums::none(features, k);
    // Whom single precision has not decided.
    assign(points, &centres, &mut bounds, &vec![0.0; k], &mut sums);
    let mut rounds = 0;
    while rounds < ROUNDS_MAX {
        if !goes_on() {
            return None;
        }
        if rounds % ROUNDS_OF_SUMS == 0 {
            sums = Sums::of(points, &bounds.labels, k);
        }
        rounds += 1;
        let moved = move_centres(&mut centres, &sums)?;
        // Also where it has settled: the last step may have made another centre the nearest one.
        let changed = assign(points, &centres, &mut bounds, &moved, &mut sums);
        if changed == 0 || moved.iter().map(|by| by * by).sum::<f64>() <= SETTLED {
            break;
        }
    }
    let chunks = bounds.labels.par_chunks(CHUNK).zip(points.rows().par_chunks(CHUNK * features));
    let squares = chunks.map(|(labels, rows)| {
        let own = labels.iter().map(|label| &centres[usize::from(*label) * features..][..features]);
        let mut exact = vec![0.0; features];
        let square = |(centre, row): (&[f64], &[f32])| {
            exact.iter_mut().zip(row).for_each(|(exact, value)| *exact = f64::from(*value));
            square_distance(&exact, centre)
        };
        own.zip(rows.chunks_exact(features)).map(square).sum()
    });
    let inertia = squares.collect::<Vec<f64>>().into_iter().sum();
    Some(Division { centres, labels: bounds.labels, inertia, rounds })
}

/// Puts each centre where the mean of its customers is; how far each has moved. `None` where one has nobody: another
/// beginning, or fewer centres, would be better.
fn move_centres(centres: &mut [f64], sums: &Sums) -> Option<Vec<f64>> {
    let features = centres.len() / sums.counts.len();
    let mut moved = Vec::with_capacity(sums.counts.len());
    let all = centres.chunks_exact_mut(features).zip(sums.values.chunks_exact(features)).zip(&sums.counts);
    for ((centre, sum), count) in all {
        if *count == 0 {
            return None;
        }
        let mean: Vec<f64> = sum.iter().map(|sum| sum / *count as f64).collect();
        moved.push(square_distance(centre, &mean).sqrt());
        centre.copy_from_slice(&mean);
    }
    Some(moved)
}

/// Gives everybody the nearest centre, the first of several, after centres moved by so much; how many have another one than
/// before. Sums follow.
fn assign(points: &Points, centres: &[f64], bounds: &mut Bounds, moved: &[f64], sums: &mut Sums) -> usize {
    if moved.len() <= 4 {
        assign_by::<4>(points, centres, bounds, moved, sums)
    } else {
        assign_by::<8>(points, centres, bounds, moved, sums)
    }
}

fn assign_by<const LANES: usize>(
    points: &Points,
    centres: &[f64],
    bounds: &mut Bounds,
    moved: &[f64],
    sums: &mut Sums,
) -> usize {
    let (features, k) = (points.features(), moved.len());
    let up: Vec<f32> = moved.iter().map(|by| above(*by)).collect();
    let others = |own: usize| up.iter().enumerate().filter(|(one, _)| *one != own).map(|(_, by)| *by).fold(0.0, most);
    let down: Vec<f32> = (0..k).map(others).collect();
    let near = Near::<LANES>::of(centres, features);
    let chunks = bounds.labels.par_chunks_mut(CHUNK).zip(bounds.upper.par_chunks_mut(CHUNK));
    let chunks = chunks.zip(bounds.lower.par_chunks_mut(CHUNK)).zip(points.rows().par_chunks(CHUNK * features));
    let parts = chunks.map(|(((labels, upper), lower), rows)| {
        let mut unsure = [0_u16; CHUNK];
        let mut count = 0;
        for (place, ((label, upper), lower)) in labels.iter().zip(upper.iter_mut()).zip(lower.iter_mut()).enumerate() {
            let own = usize::from(*label);
            *upper = (*upper + up[own]) * (1.0 + 2.0 * f32::EPSILON);
            *lower = (*lower - down[own]) * (1.0 - f32::EPSILON);
            // Without a branch, which would be guessed wrong as often as not.
            unsure[count] = place as u16;
            count += usize::from(*upper >= *lower);
        }
        let mut change = Sums::none(features, k);
        let mut changed = 0;
        for place in &unsure[..count] {
            let place = usize::from(*place);
            let row = &rows[place * features..][..features];
            let own = usize::from(labels[place]);
            let number;
            (number, upper[place], lower[place]) = near.nearest(row);
            if number != own {
                labels[place] = number as u8;
                change.count(own, row, -1);
                change.count(number, row, 1);
                changed += 1;
            }
        }
        (change, changed)
    });
    let mut all = 0;
    for (change, changed) in parts.collect::<Vec<_>>() {
        sums.join(&change);
        all += changed;
    }
    all
}

/// Centres to which somebody's distances are computed.
struct Near<'c, const LANES: usize> {
    centres: &'c [f64],
    groups: Vec<Vec<[f32; LANES]>>,
    doubt: f32,
    /// How far at most a centre in single precision is from the centre.
    beside: f32,
}

impl<'c, const LANES: usize> Near<'c, LANES> {
    fn of(centres: &'c [f64], features: usize) -> Self {
        let nearly: Vec<f32> = centres.iter().map(|value| *value as f32).collect();
        let length = |centre: &[f64]| centre.iter().map(|value| value * value).sum::<f64>().sqrt();
        let longest = centres.chunks_exact(features).map(length).fold(0.0, most);
        Self {
            centres,
            groups: turned(&nearly, features),
            doubt: doubt(features),
            beside: longest as f32 * f32::EPSILON,
        }
    }

    /// The nearest centre, the first of several; not farther from it than the second, and not nearer to any other than the third.
    #[inline]
    fn nearest(&self, row: &[f32]) -> (usize, f32, f32) {
        let (mut number, mut first, mut second) = (0, f32::INFINITY, f32::INFINITY);
        for (group, centres) in self.groups.iter().enumerate() {
            for (lane, square) in squares_of(row, centres).into_iter().enumerate() {
                second = least(second, most(first, square));
                number = if square < first { group * LANES + lane } else { number };
                first = least(first, square);
            }
        }
        let upper = first.sqrt() * (1.0 + self.doubt) + self.beside;
        let lower = second.sqrt() * (1.0 - self.doubt) - self.beside;
        if upper < lower { (number, upper, lower) } else { self.nearest_exactly(row) }
    }

    #[cold]
    fn nearest_exactly(&self, row: &[f32]) -> (usize, f32, f32) {
        let (mut number, mut first, mut second) = (0, f64::INFINITY, f64::INFINITY);
        let row = exact(row);
        for (one, centre) in self.centres.chunks_exact(row.len()).enumerate() {
            let square = square_distance(&row, centre);
            if square < first {
                (number, second, first) = (one, first, square);
            } else if square < second {
                second = square;
            }
        }
        (number, above(first.sqrt()), below(second.sqrt()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::points::{Scale, nearest};
    use super::*;
    use proptest::prelude::*;

    fn points(columns: &[Vec<f64>]) -> Points {
        let scales: Vec<Scale> = columns.iter().map(|column| Scale::of(column, false)).collect();
        Points::of(columns, &scales)
    }

    /// The nearest centre of everybody, by all distances in double precision.
    fn plain_labels(points: &Points, centres: &[f64]) -> Vec<u8> {
        (0..points.len()).map(|place| nearest(&exact(points.row(place)), centres).0 as u8).collect()
    }

    /// Lloyd's rounds without any bound.
    fn plain(points: &Points, mut centres: Vec<f64>) -> Vec<u8> {
        let features = points.features();
        let mut labels = plain_labels(points, &centres);
        for _ in 0..ROUNDS_MAX {
            let mut moved = 0.0;
            for number in 0..centres.len() / features {
                let own: Vec<usize> = (0..points.len()).filter(|place| usize::from(labels[*place]) == number).collect();
                for feature in 0..features {
                    let mean =
                        own.iter().map(|place| f64::from(points.row(*place)[feature])).sum::<f64>() / own.len() as f64;
                    moved += (centres[number * features + feature] - mean).powi(2);
                    centres[number * features + feature] = mean;
                }
            }
            let next = plain_labels(points, &centres);
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
            let (centres, bounds) = begin(&points, k, &mut Draws::new(seed, 1)).unwrap();
            if let Some(division) = improve(&points, centres.clone(), bounds, &|| true) {
                prop_assert_eq!(&division.labels, &plain(&points, centres));
                prop_assert_eq!(&division.labels, &plain_labels(&points, &division.centres));
            }
        }

        /// On a grid, where many are as near to one centre as to another.
        #[test]
        fn everybody_is_given_the_first_of_the_nearest_centres_wherever_centres_move(
            features in 1..21_usize, k in 1..15_usize, thirds in prop::bool::ANY,
            grid in prop::collection::vec(-3..4_i8, 21 * 60),
            moves in prop::collection::vec(prop::collection::vec(-2..3_i8, 20 * 14), 1..5),
        ) {
            let unchanged = Scale { is_logarithmic: false, median: 0.0, missing: 0, mean: 0.0, deviation: 1.0 };
            let columns: Vec<Vec<f64>> = grid.chunks(60).take(features).map(|column| column.iter().copied().map(f64::from).collect()).collect();
            let points = Points::of(&columns, &vec![unchanged; features]);
            // Thirds are what no precision has exactly.
            let step = if thirds { 1.0 / 3.0 } else { 0.5 };
            let mut centres = vec![0.0; k * features];
            let mut bounds = Bounds { labels: vec![0; 60], upper: vec![f32::INFINITY; 60], lower: vec![0.0; 60] };
            let mut sums = Sums::of(&points, &bounds.labels, k);
            for by in &moves {
                let before = (centres.clone(), bounds.labels.clone());
                centres.iter_mut().zip(by).for_each(|(value, by)| *value += step * f64::from(*by));
                let pairs = before.0.chunks_exact(features).zip(centres.chunks_exact(features));
                let moved: Vec<f64> = pairs.map(|(one, other)| square_distance(one, other).sqrt()).collect();
                let changed = assign(&points, &centres, &mut bounds, &moved, &mut sums);
                prop_assert_eq!(&bounds.labels, &plain_labels(&points, &centres));
                prop_assert_eq!(changed, bounds.labels.iter().zip(&before.1).filter(|(now, before)| now != before).count());
                prop_assert_eq!(&sums, &Sums::of(&points, &bounds.labels, k));
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
        let division = with(1);
        assert_eq!(division.labels, plain_labels(&points, &division.centres));
        assert_eq!(division, with(3));
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
