//! Research in the field beside clusters: whether interviews bear a hypothesis out, and how sure a share is.

/// The part of interviews that supported the hypothesis, in whole percent, half up. `None` without any.
pub fn verified_percent(supported: u64, interviews: u64) -> Option<u64> {
    (interviews > 0).then(|| (supported * 200 + interviews) / (interviews * 2))
}

/// A part of some who answered, with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    pub count: u64,
    pub of: u64,
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

/// Of a normal distribution, 95 % lie within so many standard deviations.
const Z: f64 = 1.959_963_984_540_054;

/// With the interval of Wilson (1927), which also holds for few answers and for shares near 0 and 1. `None` of nobody.
pub fn share_of(count: u64, of: u64) -> Option<Share> {
    if of == 0 || count > of {
        return None;
    }
    let n = of as f64;
    let share = count as f64 / n;
    let square = Z * Z;
    let middle = (share + square / (2.0 * n)) / (1.0 + square / n);
    let half = Z / (1.0 + square / n) * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    let low = if count == 0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if count == of { 1.0 } else { (middle + half).min(1.0) };
    Some(Share { count, of, share, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_of_eight_interviews_verify_by_75_percent() {
        assert_eq!(verified_percent(6, 8), Some(75));
        assert_eq!(verified_percent(2, 3), Some(67));
        assert_eq!(verified_percent(1, 8), Some(13));
        assert_eq!((verified_percent(0, 5), verified_percent(0, 0)), (Some(0), None));
    }

    #[test]
    fn the_interval_is_that_of_wilson() {
        // By R: prop.test(96, 300, correct = FALSE), prop.test(1, 10, correct = FALSE).
        let found = share_of(96, 300).unwrap();
        assert!((found.share - 0.32).abs() < 1e-12);
        assert!((found.low - 0.269_744).abs() < 5e-5 && (found.high - 0.374_776).abs() < 5e-5, "{found:?}");
        let found = share_of(1, 10).unwrap();
        assert!((found.low - 0.017_876).abs() < 5e-5 && (found.high - 0.404_150).abs() < 5e-5, "{found:?}");
        let (none, all) = (share_of(0, 20).unwrap(), share_of(20, 20).unwrap());
        assert!(none.low == 0.0 && none.high > 0.1 && all.high == 1.0 && all.low < 0.9);
        assert!(share_of(0, 0).is_none() && share_of(3, 2).is_none());
    }
}
