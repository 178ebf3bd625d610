//! Shares of a whole, in integers.
//!
//! Callers may rely on: halves are rounded up, and nothing overflows; of nothing there is no share.

/// A share in hundredths of a percent.
pub fn share_basis_points(part: i64, whole: i64) -> Option<i64> {
    quotient(i128::from(part) * 10_000, whole)
}

/// Rounded to the nearest; the largest number where it is larger.
pub(crate) fn quotient(part: i128, whole: i64) -> Option<i64> {
    let whole = i128::from(whole);
    (whole > 0).then(|| i64::try_from((2 * part + whole).div_euclid(2 * whole)).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

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
