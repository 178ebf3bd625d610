//! Points for an amount, as an exact fraction that is rounded once.

use serde::{Deserialize, Serialize};

/// So many units for so many minor units of money: 1 for 100, or 3 for 100 where it is three per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    pub units: u32,
    pub per: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    #[default]
    Down,
    /// To the nearest; a half goes up.
    HalfUp,
    /// To the nearest; a half goes to the even neighbour.
    HalfEven,
    Up,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EarnError {
    #[error("a rate is so many units for so many minor units, and that is more than none")]
    Rate,
    #[error("amounts of lines are 0 to 1000000000000")]
    Amount,
    #[error("line {0} stands twice in an order")]
    LineTwice(String),
    #[error("line {0} is not in the order, or more of it remains than there was")]
    Remaining(String),
    #[error("what the order earns is beyond 64 bits")]
    Overflow,
}

impl Rate {
    /// One for one: a multiplier that changes nothing.
    pub const ONE: Self = Self { units: 1, per: 1 };

    /// What an amount gives at this rate times another one: the exact fraction is rounded here, and nowhere else.
    pub fn apply(self, amount_minor: i64, multiplier: Self, rounding: Rounding) -> Result<i64, EarnError> {
        if self.per == 0 || multiplier.per == 0 {
            return Err(EarnError::Rate);
        }
        if amount_minor < 0 {
            return Err(EarnError::Amount);
        }
        // 64 + 32 + 32 bits less a sign: the product may need 127, and fits.
        let numerator = i128::from(amount_minor) * i128::from(self.units) * i128::from(multiplier.units);
        let denominator = i128::from(self.per) * i128::from(multiplier.per);
        i64::try_from(round(numerator, denominator, rounding)).map_err(|_| EarnError::Overflow)
    }
}

/// Of a fraction that is not negative.
fn round(numerator: i128, denominator: i128, rounding: Rounding) -> i128 {
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    let twice = rest * 2;
    let goes_up = match rounding {
        Rounding::Down => false,
        Rounding::HalfUp => twice >= denominator,
        Rounding::HalfEven => twice > denominator || (twice == denominator && whole % 2 == 1),
        Rounding::Up => rest > 0,
    };
    whole + i128::from(goes_up)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_is_rounded_as_declared() {
        let rate = Rate { units: 1, per: 100 };
        let cases = [
            (Rounding::Down, 249, 2),
            (Rounding::HalfUp, 249, 2),
            (Rounding::HalfUp, 250, 3),
            (Rounding::HalfEven, 250, 2),
            (Rounding::HalfEven, 350, 4),
            (Rounding::HalfEven, 251, 3),
            (Rounding::Up, 201, 3),
            (Rounding::Up, 200, 2),
        ];
        for (rounding, amount, points) in cases {
            assert_eq!(rate.apply(amount, Rate::ONE, rounding), Ok(points), "{rounding:?} of {amount}");
        }
    }

    #[test]
    fn a_multiplier_is_part_of_the_fraction_and_not_rounded_by_itself() {
        // 1.99 at 1 for 1.00, one and a half times: 2.985.
        let rate = Rate { units: 1, per: 100 };
        assert_eq!(rate.apply(199, Rate { units: 3, per: 2 }, Rounding::Down), Ok(2));
        assert_eq!(rate.apply(i64::MAX, Rate { units: u32::MAX, per: 1 }, Rounding::Down), Err(EarnError::Overflow));
        assert_eq!(rate.apply(1, Rate { units: 1, per: 0 }, Rounding::Down), Err(EarnError::Rate));
    }
}
