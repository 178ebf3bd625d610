//! The inventory of digital assets: of what a brand has about its customers how much there is, how much of it came in the
//! last days, and how complete it is.
//!
//! Callers may rely on: all figures are of whole customers; of what nothing is known there is no share. What the kinds hold
//! in detail stands in `docs/inventory.md`.

use crate::field::Class;
use crate::share::share_basis_points;
use crate::time::Day;

/// What came within so many days is growth; today is one of them.
pub const GROWTH_DAYS: i32 = 7;

/// In the order in which an inventory shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asset {
    Profiles,
    Identities,
    Tags,
    Events,
    Consents,
    Contents,
}

impl Asset {
    pub const ALL: [Self; 6] =
        [Self::Profiles, Self::Identities, Self::Tags, Self::Events, Self::Consents, Self::Contents];

    pub fn code(self) -> &'static str {
        match self {
            Self::Profiles => "profiles",
            Self::Identities => "identities",
            Self::Tags => "tags",
            Self::Events => "events",
            Self::Consents => "consents",
            Self::Contents => "contents",
        }
    }
}

/// How much there is of a kind, or of a part of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    pub total: i64,
    /// Those of the total that came in the last days; none where nobody wrote down when.
    pub added: Option<i64>,
    /// Customers who have at least one; none where that is not counted.
    pub covered: Option<i64>,
}

impl Holding {
    /// What came, of what was there before.
    pub fn growth_basis_points(self) -> Option<i64> {
        self.added.and_then(|added| share_basis_points(added, self.total.saturating_sub(added)))
    }

    pub fn completeness_basis_points(self, customers: i64) -> Option<i64> {
        self.covered.and_then(|covered| share_basis_points(covered, customers))
    }
}

/// The mean of how complete the profiles are, each by the share of the six classes of information that are known of it:
/// `known` says of how many customers each class is.
pub fn profile_completeness_basis_points(known: [i64; Class::ALL.len()], customers: i64) -> Option<i64> {
    let classes = customers.saturating_mul(known.len() as i64);
    share_basis_points(known.iter().sum(), classes)
}

/// The first day of the growth.
pub fn first_growth_day(today: Day) -> Day {
    Day(today.0.saturating_sub(GROWTH_DAYS - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_of_what_was_there_before_and_completeness_of_all_customers() {
        let held = Holding { total: 1_100, added: Some(100), covered: Some(250) };
        assert_eq!(held.growth_basis_points(), Some(1_000));
        assert_eq!(held.completeness_basis_points(1_000), Some(2_500));
        let all_new = Holding { total: 5, added: Some(5), covered: None };
        assert_eq!((all_new.growth_basis_points(), all_new.completeness_basis_points(9)), (None, None));
        assert_eq!(held.completeness_basis_points(0), None);
        assert_eq!(Holding { added: None, ..held }.growth_basis_points(), None);
    }

    #[test]
    fn a_profile_is_complete_with_all_six_classes() {
        assert_eq!(profile_completeness_basis_points([10, 5, 5, 0, 0, 0], 10), Some(3_333));
        assert_eq!(profile_completeness_basis_points([10; 6], 10), Some(10_000));
        assert_eq!(profile_completeness_basis_points([0; 6], 0), None);
        let day = |text: &str| Day::parse_iso(text).unwrap();
        assert_eq!(first_growth_day(day("2026-11-22")), day("2026-11-16"));
    }
}
