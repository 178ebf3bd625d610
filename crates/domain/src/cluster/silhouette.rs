//! How well a division separates: the silhouette (Rousseeuw 1987), from −1 to 1, the mean over customers of how much nearer their
//! own cluster is than the next one.
//!
//! It takes the distance of everybody to everybody. Above [`SILHOUETTE_PEOPLE_MAX`] customers it is that of a sample, which the
//! seed gives; all divisions are judged by the same one, and its distances are computed once for all of them.

use super::Draws;
use super::points::{Points, square_distance};
use rayon::prelude::*;

/// With so many it is good to about ±0.01.
pub const SILHOUETTE_PEOPLE_MAX: usize = 10_000;

/// Everybody, or so many of them, ascending.
pub fn sample_of(people: usize, most: usize, seed: u64) -> Vec<usize> {
    let mut places: Vec<usize> = (0..people).collect();
    if people > most {
        let mut draws = Draws::new(seed, u64::MAX);
        for place in 0..most {
            let other = place + draws.below(people - place);
            places.swap(place, other);
        }
        places.truncate(most);
        places.sort_unstable();
    }
    places
}

/// Of each division, with its number of clusters. Whoever is in none (a label beyond) plays no part. `None` where fewer than
/// two clusters have anybody in the sample.
pub fn silhouettes(points: &Points, sample: &[usize], divisions: &[(&[u8], usize)]) -> Vec<Option<f64>> {
    let widths: Vec<usize> = divisions.iter().map(|(_, k)| *k).collect();
    let total: usize = widths.iter().sum();
    let mut counts = vec![0_usize; total];
    // Of each customer of the sample the place of its cluster among all clusters of all divisions.
    let mut places: Vec<usize> = vec![usize::MAX; sample.len() * divisions.len()];
    let mut first = 0;
    for (division, (labels, k)) in divisions.iter().enumerate() {
        for (one, person) in sample.iter().enumerate() {
            let label = usize::from(labels[*person]);
            if label < *k {
                counts[first + label] += 1;
                places[one * divisions.len() + division] = first + label;
            }
        }
        first += k;
    }
    let rows: Vec<f64> = sample.iter().flat_map(|person| points.row(*person)).copied().map(f64::from).collect();
    let own = |one: usize| &places[one * divisions.len()..][..divisions.len()];
    let of_one = |one: usize| -> Vec<Option<f64>> {
        let mut sums = vec![0.0; total];
        let row = &rows[one * points.features()..][..points.features()];
        for (other, other_row) in rows.chunks_exact(points.features()).enumerate() {
            let distance = square_distance(row, other_row).sqrt();
            for place in own(other).iter().filter(|place| **place != usize::MAX) {
                sums[*place] += distance;
            }
        }
        let mut first = 0;
        let mut found = Vec::with_capacity(divisions.len());
        for (width, place) in widths.iter().zip(own(one)) {
            found.push(
                (*place != usize::MAX).then(|| separation(&sums, &counts, first..first + width, *place)).flatten(),
            );
            first += width;
        }
        found
    };
    let all: Vec<Vec<Option<f64>>> = (0..sample.len()).into_par_iter().map(of_one).collect();
    let mean = |division: usize| {
        let (mut sum, mut count) = (0.0, 0_usize);
        for value in all.iter().filter_map(|one| one[division]) {
            sum += value;
            count += 1;
        }
        (count > 0).then(|| sum / count as f64)
    };
    (0..divisions.len()).map(mean).collect()
}

fn separation(sums: &[f64], counts: &[usize], clusters: std::ops::Range<usize>, own: usize) -> Option<f64> {
    let others = clusters.filter(|place| *place != own && counts[*place] > 0);
    let next = others.map(|place| sums[place] / counts[place] as f64).fold(f64::INFINITY, f64::min);
    if next.is_infinite() {
        return None;
    }
    // Whoever is alone is neither near nor far.
    if counts[own] < 2 {
        return Some(0.0);
    }
    let within = sums[own] / (counts[own] - 1) as f64;
    let larger = within.max(next);
    Some(if larger > 0.0 { (next - within) / larger } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::super::points::Scale;
    use super::*;

    #[test]
    fn it_is_that_of_the_book() {
        // By hand: of the points 0, 1, 5, 6 on a line, divided in the middle.
        let column = vec![0.0, 1.0, 5.0, 6.0];
        let scale = Scale { is_logarithmic: false, median: 0.0, missing: 0, mean: 0.0, deviation: 1.0 };
        let points = Points::of(&[column], &[scale]);
        let labels = [0, 0, 1, 1];
        let expected = ((5.5 - 1.0) / 5.5 + (4.5 - 1.0) / 4.5) / 2.0;
        // Beside it a division in which one is alone (0) and one in which one is left out.
        let (alone, left_out) = ([0, 1, 1, 1], [0, 0, 1, u8::MAX]);
        let found = silhouettes(&points, &[0, 1, 2, 3], &[(&labels, 2), (&alone, 2), (&left_out, 2)]);
        assert!((found[0].unwrap() - expected).abs() < 1e-12, "{found:?}");
        let of_alone = (0.0 + (1.0 - 4.5) / 4.5 + (5.0 - 2.5) / 5.0 + (6.0 - 3.0) / 6.0) / 4.0;
        assert!((found[1].unwrap() - of_alone).abs() < 1e-12, "{found:?}");
        let of_left_out = ((5.0 - 1.0) / 5.0 + (4.0 - 1.0) / 4.0 + 0.0) / 3.0;
        assert!((found[2].unwrap() - of_left_out).abs() < 1e-12, "{found:?}");
        assert_eq!(silhouettes(&points, &[0, 1], &[(&labels, 2)]), [None]);
    }

    #[test]
    fn a_sample_is_given_by_its_seed() {
        assert_eq!(sample_of(5, 10, 1), [0, 1, 2, 3, 4]);
        let sample = sample_of(1_000, 100, 1);
        assert_eq!((sample.len(), sample.is_sorted()), (100, true));
        assert!(sample.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(sample, sample_of(1_000, 100, 1));
        assert_ne!(sample, sample_of(1_000, 100, 2));
    }
}
