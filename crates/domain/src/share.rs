//! Shares of a whole, in integers.
//!
//! Callers may rely on: halves are rounded up, and nothing overflows; of nothing there is no share; a whole that is divided is the sum
//! of its parts.

/// A share in hundredths of a percent.
pub fn share_basis_points(part: i64, whole: i64) -> Option<i64> {
    quotient(i128::from(part) * 10_000, whole)
}

/// Rounded to the nearest; the largest number where it is larger.
pub fn quotient(part: i128, whole: i64) -> Option<i64> {
    let whole = i128::from(whole);
    (whole > 0).then(|| i64::try_from((2 * part + whole).div_euclid(2 * whole)).unwrap_or(i64::MAX))
}

/// Divides a whole by weights, none of which is negative, by the largest remainder: each part is rounded down, and what is left goes,
/// a unit each, to the largest remainders, of equal ones to the first. Where the whole is at most the sum of the weights, no part is
/// more than its weight. Without any weight all parts are nothing.
pub fn apportion(whole: i64, weights: &[i64], parts: &mut Vec<i64>) {
    parts.clear();
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum <= 0 {
        parts.resize(weights.len(), 0);
        return;
    }
    let mut remainders: Vec<(i128, usize)> = Vec::with_capacity(weights.len());
    let mut left = whole;
    // Division in 128 bits is many times slower.
    let small = i64::try_from(sum).ok().filter(|sum| whole.checked_mul(*sum).is_some());
    for (place, weight) in weights.iter().enumerate() {
        let (part, remainder) = match small {
            Some(sum) => ((whole * weight) / sum, i128::from((whole * weight) % sum)),
            None => {
                let product = i128::from(whole) * i128::from(*weight);
                (i64::try_from(product / sum).unwrap_or(i64::MAX), product % sum)
            }
        };
        parts.push(part);
        left -= part;
        if remainder > 0 {
            remainders.push((remainder, place));
        }
    }
    remainders.sort_unstable_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
    for (_, place) in remainders.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        parts[place] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::AMOUNT_MINOR_MAX;

    #[test]
    fn the_largest_remainders_take_what_is_left_and_of_equal_ones_the_first() {
        let mut parts = Vec::new();
        for (whole, weights, expected) in [
            (100, &[1, 1, 1][..], &[34, 33, 33][..]),
            (5, &[50, 30, 20], &[3, 1, 1]),
            (10, &[0, 7, 0], &[0, 10, 0]),
            (3, &[0, 0], &[0, 0]),
            (3, &[], &[]),
            (AMOUNT_MINOR_MAX, &[AMOUNT_MINOR_MAX - 1, 1], &[AMOUNT_MINOR_MAX - 1, 1]),
            // Beyond 64 bits.
            (i64::MAX, &[i64::MAX, i64::MAX], &[i64::MAX / 2 + 1, i64::MAX / 2]),
        ] {
            apportion(whole, weights, &mut parts);
            assert_eq!(parts, expected, "{whole} by {weights:?}");
        }
    }

    #[test]
    fn shares_are_exact_integers() {
        assert_eq!(share_basis_points(3_120, 8_000), Some(3_900));
        assert_eq!(
            [(1, 3), (2, 3), (1, 8), (0, 5)].map(|(part, whole)| share_basis_points(part, whole)),
            [3_333, 6_667, 1_250, 0].map(Some)
        );
        assert_eq!(share_basis_points(0, 0), None);
        assert_eq!(share_basis_points(i64::MAX, 1), Some(i64::MAX));
    }
}
