//! Parts of amounts in integers: here and in [`crate::share`] alone something is divided.
//!
//! Invariants: a part of an amount is never more than the amount where its rate is at most one; with a growing amount a
//! part never falls.

use super::cart::{Tax, TaxMode};
use super::quote::Rounding;
use crate::share::quotient;

pub(super) const WHOLE_BASIS_POINTS: i64 = 10_000;

/// `amount × part ÷ whole`. Callers keep amounts within [`crate::money::AMOUNT_MINOR_MAX`], so that the result fits.
pub(super) fn portion(amount: i64, part: i64, whole: i64, rounding: Rounding) -> i64 {
    if whole <= 0 {
        return 0;
    }
    // Most amounts take the short way: division in 128 bits is many times slower.
    if let Some(product) = amount.checked_mul(part).filter(|product| *product < i64::MAX / 4 && whole < i64::MAX / 4) {
        return match rounding {
            Rounding::Down => product.div_euclid(whole),
            Rounding::HalfUp => (2 * product + whole).div_euclid(2 * whole),
        };
    }
    let product = i128::from(amount) * i128::from(part);
    match rounding {
        Rounding::Down => i64::try_from(product.div_euclid(i128::from(whole))).unwrap_or(i64::MAX),
        Rounding::HalfUp => quotient(product, whole).unwrap_or(0),
    }
}

pub(super) fn percent(amount: i64, basis_points: u32, rounding: Rounding) -> i64 {
    portion(amount, i64::from(basis_points), WHOLE_BASIS_POINTS, rounding)
}

/// An amount of one basis in that of a cart, to the nearest.
pub(super) fn to_basis_of(tax: Tax, amount: i64, stated: TaxMode) -> i64 {
    let with_tax = WHOLE_BASIS_POINTS + i64::from(tax.rate_basis_points);
    match (stated, tax.mode) {
        (TaxMode::Inclusive, TaxMode::Exclusive) => portion(amount, WHOLE_BASIS_POINTS, with_tax, Rounding::HalfUp),
        (TaxMode::Exclusive, TaxMode::Inclusive) => portion(amount, with_tax, WHOLE_BASIS_POINTS, Rounding::HalfUp),
        (TaxMode::Inclusive, TaxMode::Inclusive) | (TaxMode::Exclusive, TaxMode::Exclusive) => amount,
    }
}

/// The tax that is in an amount, or that comes on top of it.
pub(super) fn tax_of(tax: Tax, amount: i64) -> i64 {
    let rate = i64::from(tax.rate_basis_points);
    match tax.mode {
        TaxMode::Inclusive => portion(amount, rate, WHOLE_BASIS_POINTS + rate, Rounding::HalfUp),
        TaxMode::Exclusive => portion(amount, rate, WHOLE_BASIS_POINTS, Rounding::HalfUp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::AMOUNT_MINOR_MAX;

    #[test]
    fn long_and_short_ways_to_divide_agree() {
        for (amount, part, whole) in [(AMOUNT_MINOR_MAX, AMOUNT_MINOR_MAX - 7, AMOUNT_MINOR_MAX), (12_345, 678, 10_000)]
        {
            let exact = i128::from(amount) * i128::from(part) / i128::from(whole);
            assert_eq!(i128::from(portion(amount, part, whole, Rounding::Down)), exact);
        }
        assert_eq!([4, 5, 15].map(|amount| portion(amount, 1, 10, Rounding::HalfUp)), [0, 1, 2]);
        assert_eq!(portion(7, 1, 0, Rounding::HalfUp), 0);
    }

    #[test]
    fn an_amount_with_tax_is_one_without_and_back() {
        let tax = |mode| Tax { mode, rate_basis_points: 1_300 };
        assert_eq!(to_basis_of(tax(TaxMode::Inclusive), 10_000, TaxMode::Exclusive), 11_300);
        assert_eq!(to_basis_of(tax(TaxMode::Exclusive), 11_300, TaxMode::Inclusive), 10_000);
        assert_eq!(to_basis_of(tax(TaxMode::Exclusive), 777, TaxMode::Exclusive), 777);
        assert_eq!((tax_of(tax(TaxMode::Inclusive), 11_300), tax_of(tax(TaxMode::Exclusive), 10_000)), (1_300, 1_300));
    }
}
