//! Clusters by density: HDBSCAN (Campello, Moulavi, Sander 2013), of the crate `hdbscan`.
//!
//! It finds by itself how many there are, and leaves out whoever lies in no dense place. It takes the distance of everybody to
//! everybody: of more than [`DENSITY_PEOPLE_MAX`] customers a sample that the seed gives is looked at. What is kept of a cluster
//! is its centre and how far it reaches, by which everybody is placed.

use super::points::{Points, exact, square_distance};
use super::silhouette::sample_of;
use hdbscan::{Hdbscan, HdbscanHyperParams};
use std::collections::BTreeMap;

pub const DENSITY_PEOPLE_MAX: usize = 10_000;
/// Of the members that density found, so many lie within the reach of their cluster.
const WITHIN_REACH_PERCENT: usize = 95;

pub(super) struct Dense {
    /// One after the other.
    pub centres: Vec<f64>,
    pub reach: Vec<f64>,
    /// Of those who were looked at, how many lie in no dense place.
    pub left_out: usize,
    pub looked_at: usize,
}

/// `min_people`: how many make a cluster. `None` where there is none.
pub(super) fn dense(points: &Points, min_people: usize, seed: u64) -> Option<Dense> {
    let sample = sample_of(points.len(), DENSITY_PEOPLE_MAX, seed);
    let rows: Vec<Vec<f64>> = sample.iter().map(|person| exact(points.row(*person))).collect();
    let asked = HdbscanHyperParams::builder().min_cluster_size(min_people).min_samples(min_people.min(20)).build();
    let labels = Hdbscan::new(&rows, asked).cluster().ok()?;
    let mut clusters: BTreeMap<i32, Vec<&[f64]>> = BTreeMap::new();
    for (label, row) in labels.iter().zip(&rows).filter(|(label, _)| **label >= 0) {
        clusters.entry(*label).or_default().push(row);
    }
    if clusters.is_empty() {
        return None;
    }
    let mut found = Dense {
        centres: Vec::new(),
        reach: Vec::new(),
        left_out: labels.iter().filter(|label| **label < 0).count(),
        looked_at: rows.len(),
    };
    for members in clusters.values() {
        let mean = |feature: usize| members.iter().map(|row| row[feature]).sum::<f64>() / members.len() as f64;
        let centre: Vec<f64> = (0..points.features()).map(mean).collect();
        let mut distances: Vec<f64> = members.iter().map(|row| square_distance(row, &centre).sqrt()).collect();
        distances.sort_unstable_by(f64::total_cmp);
        let place = (distances.len() * WITHIN_REACH_PERCENT).div_ceil(100).max(1) - 1;
        // A little more: rounding must not leave out the one whose distance it is.
        found.reach.push(distances[place] * (1.0 + 1e-9));
        found.centres.extend(centre);
    }
    Some(found)
}
