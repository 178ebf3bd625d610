//! Which line of an order earned how much of a whole (L24): largest remainder.
//!
//! Invariants: the parts sum to the whole, whatever the weights; each is its exact share rounded down or up; the result depends
//! on the lines and not on their order, for ties go to the line with the smaller key.

use crate::share::apportion;

/// Parts of a whole by weight, in the order of the weights, each of which comes with its key. Where all weights are zero there is
/// nobody to have it, and it is put on the first key.
pub fn attribute(whole: i64, weights: &[(&str, i64)]) -> Vec<i64> {
    let mut by_key: Vec<usize> = (0..weights.len()).collect();
    by_key.sort_by_key(|index| weights[*index].0);
    let mut sorted: Vec<i64> = by_key.iter().map(|index| weights[*index].1).collect();
    if sorted.iter().all(|weight| *weight == 0) {
        sorted.iter_mut().take(1).for_each(|weight| *weight = 1);
    }
    let mut shares = Vec::with_capacity(weights.len());
    apportion(whole, &sorted, &mut shares);
    let mut parts = vec![0; weights.len()];
    for (index, share) in by_key.into_iter().zip(shares) {
        parts[index] = share;
    }
    parts
}
