//! The best division of those that were tried, as a model that places anybody.

use super::density::{Dense, dense};
use super::k_means::{Division, RESTARTS, k_means};
use super::points::{Points, Scale, exact, nearest, square_distance};
use super::settings::Method;
use super::silhouette::{SILHOUETTE_PEOPLE_MAX, sample_of, silhouettes};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The label of whoever is in no cluster.
const NOBODYS: u8 = u8::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ClusterError {
    #[error("there are {found} customers, and at least {needed} are needed")]
    TooFew { found: usize, needed: usize },
    #[error("the customers do not differ in these features enough to be divided")]
    NoDifference,
    #[error("no place is dense enough: ask for smaller clusters, or for k-means")]
    NotDense,
    #[error("it was stopped")]
    Stopped,
}

/// A number of clusters that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    pub k: usize,
    /// None where the customers could not be divided so.
    pub silhouette: Option<f64>,
    /// The sum of the squares of the distances to the own centre, in standard deviations.
    pub inertia: Option<f64>,
}

/// Enough to place anybody: how figures are compared, and where the centres are. It is kept as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub scales: Vec<Scale>,
    /// In standard deviations.
    pub centres: Vec<Vec<f64>>,
    /// How far each cluster reaches; none of k-means, where everybody is in the nearest one.
    pub reach: Option<Vec<f64>>,
}

impl Model {
    /// The cluster of whoever has these figures.
    pub fn place(&self, figures: &[f64]) -> Option<usize> {
        let places = self.scales.iter().zip(figures).map(|(scale, figure)| f64::from(scale.place(*figure)));
        self.place_standard(&places.collect::<Vec<f64>>())
    }

    fn place_standard(&self, row: &[f64]) -> Option<usize> {
        let mut found: Option<(usize, f64)> = None;
        for (number, centre) in self.centres.iter().enumerate() {
            let square = square_distance(row, centre);
            if found.is_none_or(|(_, least)| square < least) {
                found = Some((number, square));
            }
        }
        let (number, square) = found?;
        let reach = self.reach.as_ref().and_then(|reach| reach.get(number));
        reach.is_none_or(|reach| square.sqrt() <= *reach).then_some(number)
    }

    /// The cluster of each customer. Columns of the same length, one a feature.
    pub fn place_all(&self, columns: &[Vec<f64>]) -> Vec<Option<usize>> {
        // Row by row: points of everybody would take as much memory as the columns do.
        let mut row = vec![0.0; columns.len()];
        let people = columns.first().map_or(0, Vec::len);
        let mut placed = Vec::with_capacity(people);
        for place in 0..people {
            for ((value, column), scale) in row.iter_mut().zip(columns).zip(&self.scales) {
                *value = f64::from(scale.place(column[place]));
            }
            placed.push(self.place_standard(&row));
        }
        placed
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub model: Model,
    /// Ascending by k; one entry where density found it.
    pub tried: Vec<Tried>,
    /// Customers by whom the silhouettes were computed.
    pub judged_by: usize,
    /// Of density: of so many who were looked at, so many lie in no dense place.
    pub left_out: Option<(usize, usize)>,
}

/// Told how far it is; answers whether to go on.
pub type Watch<'w> = dyn Fn(f64) -> bool + Sync + 'w;

/// Divides customers whose figures are in these columns.
///
/// # Errors
/// Where they cannot be divided, or where it was not to go on.
pub fn find(
    columns: &[Vec<f64>],
    is_logarithmic: &[bool],
    method: &Method,
    seed: u64,
    watch: &Watch<'_>,
) -> Result<Found, ClusterError> {
    let people = columns.first().map_or(0, Vec::len);
    let needed = method.people_needed();
    if people < needed {
        return Err(ClusterError::TooFew { found: people, needed });
    }
    let scales: Vec<Scale> =
        columns.iter().zip(is_logarithmic).map(|(column, is_log)| Scale::of(column, *is_log)).collect();
    if scales.iter().all(|scale| scale.deviation == 0.0) {
        return Err(ClusterError::NoDifference);
    }
    let points = Points::of(columns, &scales);
    match method {
        Method::KMeans { k_min, k_max } => by_k_means(&points, scales, (*k_min, *k_max), seed, watch),
        Method::Density { min_people } => by_density(&points, scales, *min_people, seed, watch),
    }
}

fn by_k_means(
    points: &Points,
    scales: Vec<Scale>,
    (k_min, k_max): (usize, usize),
    seed: u64,
    watch: &Watch<'_>,
) -> Result<Found, ClusterError> {
    let steps = (k_max - k_min + 2) as f64;
    let mut divisions: Vec<(usize, Option<Division>)> = Vec::new();
    for k in k_min..=k_max {
        let done = (k - k_min) as f64 / steps;
        let division = k_means(points, k, seed, RESTARTS, &|| watch(done));
        if !watch(done) {
            return Err(ClusterError::Stopped);
        }
        divisions.push((k, division));
    }
    let sample = sample_of(points.len(), SILHOUETTE_PEOPLE_MAX, seed);
    let judged: Vec<(&[u8], usize)> =
        divisions.iter().filter_map(|(k, one)| Some((one.as_ref()?.labels.as_slice(), *k))).collect();
    let mut found = silhouettes(points, &sample, &judged).into_iter();
    let mut tried = Vec::new();
    let mut best: Option<(f64, Division)> = None;
    for (k, division) in divisions {
        let silhouette = division.as_ref().and_then(|_| found.next().flatten());
        tried.push(Tried { k, silhouette, inertia: division.as_ref().map(|one| one.inertia) });
        if let (Some(silhouette), Some(division)) = (silhouette, division)
            && best.as_ref().is_none_or(|(most, _)| silhouette > *most)
        {
            best = Some((silhouette, division));
        }
    }
    if !watch((steps - 1.0) / steps) {
        return Err(ClusterError::Stopped);
    }
    let (_, Division { centres, labels, .. }) = best.ok_or(ClusterError::NoDifference)?;
    let model = by_size(points, scales, &centres, None, &labels);
    Ok(Found { model, tried, judged_by: sample.len(), left_out: None })
}

fn by_density(
    points: &Points,
    scales: Vec<Scale>,
    min_people: usize,
    seed: u64,
    watch: &Watch<'_>,
) -> Result<Found, ClusterError> {
    if !watch(0.0) {
        return Err(ClusterError::Stopped);
    }
    let Dense { centres, reach, left_out, looked_at } =
        dense(points, min_people, seed).ok_or(ClusterError::NotDense)?;
    if reach.len() >= usize::from(NOBODYS) {
        return Err(ClusterError::NotDense);
    }
    let of_row = |place: usize| {
        let (number, square) = nearest(&exact(points.row(place)), &centres);
        if square.sqrt() <= reach[number] { number as u8 } else { NOBODYS }
    };
    let labels: Vec<u8> = (0..points.len()).map(of_row).collect();
    let sample = sample_of(points.len(), SILHOUETTE_PEOPLE_MAX, seed);
    let silhouette = silhouettes(points, &sample, &[(&labels, reach.len())]).into_iter().next().flatten();
    let tried = vec![Tried { k: reach.len(), silhouette, inertia: None }];
    if !watch(0.9) {
        return Err(ClusterError::Stopped);
    }
    let model = by_size(points, scales, &centres, Some(&reach), &labels);
    Ok(Found { model, tried, judged_by: sample.len(), left_out: Some((left_out, looked_at)) })
}

/// The clusters in the order of their sizes, the largest first.
fn by_size(points: &Points, scales: Vec<Scale>, centres: &[f64], reach: Option<&[f64]>, labels: &[u8]) -> Model {
    let all: Vec<&[f64]> = centres.chunks_exact(points.features()).collect();
    let mut sizes = vec![0_usize; all.len()];
    for label in labels.iter().filter(|label| **label != NOBODYS) {
        sizes[usize::from(*label)] += 1;
    }
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|number| std::cmp::Reverse(sizes[*number]));
    Model {
        scales,
        centres: order.iter().map(|number| all[*number].to_vec()).collect(),
        reach: reach.map(|reach| order.iter().map(|number| reach[*number]).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Draws;
    use super::*;

    /// So many people in four groups of 40, 30, 20 and 10 percent, in three features of which the last is noise.
    fn groups(people: usize) -> (Vec<Vec<f64>>, Vec<usize>) {
        let mut draws = Draws::new(9, 9);
        let middles = [(10.0, 5.0), (200.0, 1.0), (30.0, 40.0), (300.0, 60.0)];
        let mut columns = vec![Vec::new(), Vec::new(), Vec::new()];
        let mut own = Vec::new();
        for place in 0..people {
            let group = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3][place % 10];
            columns[0].push(middles[group].0 + 12.0 * (draws.unit() + draws.unit() - 1.0));
            columns[1].push(middles[group].1 + 4.0 * (draws.unit() + draws.unit() - 1.0));
            columns[2].push(draws.unit() * 0.1);
            own.push(group);
        }
        (columns, own)
    }

    #[test]
    fn k_is_the_one_of_the_largest_silhouette_and_the_largest_cluster_is_the_first() {
        let (columns, own) = groups(3_000);
        let features = &columns[..2];
        let method = Method::KMeans { k_min: 2, k_max: 7 };
        let found = find(features, &[false; 2], &method, 20, &|_| true).unwrap();
        assert_eq!(found.tried.iter().map(|one| one.k).collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7]);
        assert_eq!((found.model.centres.len(), found.judged_by, found.left_out), (4, 3_000, None));
        let best = found.tried.iter().max_by(|a, b| a.silhouette.unwrap().total_cmp(&b.silhouette.unwrap())).unwrap();
        assert!(best.k == 4 && best.silhouette.unwrap() > 0.7, "{:?}", found.tried);
        assert!(found.tried.windows(2).all(|pair| pair[1].inertia < pair[0].inertia));
        // Numbers are by size, and everybody is with their group.
        assert!(found.model.place_all(features).iter().zip(&own).all(|(number, group)| *number == Some(*group)));
        assert_eq!(found, find(features, &[false; 2], &method, 20, &|_| true).unwrap());
    }

    #[test]
    fn density_finds_how_many_there_are_and_leaves_out_who_is_far_from_all() {
        let (mut columns, own) = groups(1_000);
        for far in [(1_000.0, 500.0), (-800.0, 90.0)] {
            columns[0].push(far.0);
            columns[1].push(far.1);
        }
        let features = &columns[..2];
        let method = Method::Density { min_people: 40 };
        let found = find(features, &[false; 2], &method, 20, &|_| true).unwrap();
        assert_eq!(found.model.centres.len(), 4, "{:?}", found.model);
        let (left_out, looked_at) = found.left_out.unwrap();
        assert!((2..100).contains(&left_out) && looked_at == 1_002, "{left_out}");
        let placed = found.model.place_all(features);
        assert!(placed[1_000].is_none() && placed[1_001].is_none());
        let right = placed.iter().zip(&own).filter(|(number, group)| **number == Some(**group)).count();
        assert!(right > 930, "{right}");
        assert!(placed.iter().zip(&own).all(|(number, group)| number.is_none_or(|number| number == *group)));
        assert_eq!(found, find(features, &[false; 2], &method, 20, &|_| true).unwrap());
    }

    #[test]
    fn what_was_kept_as_json_places_everybody_as_before() {
        let (columns, _) = groups(2_000);
        let found = find(&columns, &[true, false, true], &Method::KMeans { k_min: 3, k_max: 5 }, 1, &|_| true).unwrap();
        let kept: Model = serde_json::from_str(&serde_json::to_string(&found.model).unwrap()).unwrap();
        let one_by_one: Vec<Option<usize>> = (0..2_000)
            .map(|place| kept.place(&columns.iter().map(|column| column[place]).collect::<Vec<_>>()))
            .collect();
        assert_eq!(kept.place_all(&columns), one_by_one);
        assert_eq!(found.model.place_all(&columns), one_by_one);
    }

    #[test]
    fn what_cannot_be_divided_is_said() {
        let of = |columns: &[Vec<f64>], method: &Method| find(columns, &[false; 9], method, 1, &|_| true);
        let k = Method::KMeans { k_min: 2, k_max: 4 };
        assert_eq!(of(&[vec![1.0; 5]], &k).unwrap_err(), ClusterError::TooFew { found: 5, needed: 8 });
        assert_eq!(of(&[vec![1.0; 50], vec![f64::NAN; 50]], &k).unwrap_err(), ClusterError::NoDifference);
        let two: Vec<f64> = (0..50).map(|place| f64::from(place % 2)).collect();
        let found = of(std::slice::from_ref(&two), &k).unwrap();
        assert_eq!(found.tried.iter().map(|one| one.silhouette).collect::<Vec<_>>(), [Some(1.0), None, None]);
        let (columns, _) = groups(200);
        assert_eq!(of(&columns, &Method::Density { min_people: 95 }).unwrap_err(), ClusterError::NotDense);
        let stopped = find(&columns, &[false; 3], &k, 1, &|done| done < 0.3);
        assert_eq!(stopped.unwrap_err(), ClusterError::Stopped);
    }
}
