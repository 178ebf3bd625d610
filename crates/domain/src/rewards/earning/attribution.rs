//! Which line of an order earned how much of a whole (L24): largest remainder.
//!
//! Invariants: the parts sum to the whole, whatever the weights; each is its exact share rounded down or up; the result depends
//! on the lines and not on their order, for ties go to the line with the smaller key.

/// Parts of a whole by weight, in the order of the weights, each of which comes with its key. Nothing where all weights are
/// zero and the whole is not: there is nobody to have it, and it is put on the first key.
pub fn attribute(whole: i64, weights: &[(&str, i64)]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|(_, weight)| i128::from(*weight)).sum();
    let mut by_key: Vec<usize> = (0..weights.len()).collect();
    by_key.sort_by_key(|index| weights[*index].0);
    if sum == 0 {
        let first = by_key.first().copied();
        return (0..weights.len()).map(|index| if Some(index) == first { whole } else { 0 }).collect();
    }
    let share = |index: usize| i128::from(whole) * i128::from(weights[index].1);
    let mut parts: Vec<i128> = (0..weights.len()).map(|index| share(index) / sum).collect();
    let left = i128::from(whole) - parts.iter().sum::<i128>();
    // The sort is stable: equal remainders stay in the order of keys.
    by_key.sort_by_key(|index| std::cmp::Reverse(share(*index) % sum));
    for index in by_key.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        parts[index] += 1;
    }
    // Each is at most the whole.
    parts.into_iter().map(|part| i64::try_from(part).unwrap_or(whole)).collect()
}
