//! Which facts that name an erased person pass.

use crate::identity::IdentifierType;
use crate::time::Instant;

/// What is left of an identifier of an erased person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// Equal for identifiers that were erased together.
    pub cause: usize,
    pub erased_at: Instant,
    /// Facts from then on are wanted again.
    pub back_since: Option<Instant>,
}

impl Tombstone {
    pub fn covers(&self, at: Instant) -> bool {
        self.back_since.is_none_or(|since| at < since)
    }
}

/// An identifier of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    pub kind: IdentifierType,
    pub tombstone: Option<Tombstone>,
    /// It belongs to a customer who is there.
    pub is_known: bool,
}

/// What becomes of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passage {
    Whole,
    /// It is kept without these of its identifiers, by their places.
    Without(Vec<usize>),
    /// The person is back: these causes cover nothing from the instant of the fact on. What else is covered is left out.
    Back {
        causes: Vec<usize>,
        without: Vec<usize>,
    },
    /// It is about somebody who was erased.
    Nothing,
}

/// The strongest identifier comes first. `is_consent`: the fact gives a consent, and says so explicitly.
pub fn passage(at: Instant, is_consent: bool, named: &[Named]) -> Passage {
    let covered: Vec<(usize, IdentifierType, Tombstone)> = named
        .iter()
        .enumerate()
        .filter_map(|(place, one)| Some((place, one.kind, one.tombstone.filter(|stone| stone.covers(at))?)))
        .collect();
    let Some((first, _, _)) = covered.first() else { return Passage::Whole };
    if is_consent {
        let lifts = |(_, kind, stone): &&(usize, IdentifierType, Tombstone)| {
            !kind.is_of_a_device() && stone.back_since.is_none() && at > stone.erased_at
        };
        let mut causes: Vec<usize> = covered.iter().filter(lifts).map(|(_, _, stone)| stone.cause).collect();
        causes.sort_unstable();
        causes.dedup();
        if !causes.is_empty() {
            let others = covered.iter().filter(|(_, _, stone)| !causes.contains(&stone.cause));
            let without = others.map(|(place, _, _)| *place).collect();
            return Passage::Back { causes, without };
        }
    }
    // Somebody new at a device that an erased person used, as a till or a shared phone.
    let only_devices = covered.iter().all(|(_, kind, stone)| kind.is_of_a_device() && at > stone.erased_at);
    let is_anothers = named[..*first].iter().any(|one| one.is_known || only_devices && !one.kind.is_of_a_device());
    if is_anothers { Passage::Without(covered.iter().map(|(place, _, _)| *place).collect()) } else { Passage::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use IdentifierType::{AnonymousId, CustomerId, OpenId, Phone, UserId};

    const ERASED: Instant = Instant(100);

    fn erased(kind: IdentifierType) -> Named {
        let tombstone = Some(Tombstone { cause: 0, erased_at: ERASED, back_since: None });
        Named { kind, tombstone, is_known: false }
    }

    fn back(kind: IdentifierType, since: i64) -> Named {
        let tombstone = Some(Tombstone { cause: 0, erased_at: ERASED, back_since: Some(Instant(since)) });
        Named { kind, tombstone, is_known: false }
    }

    fn known(kind: IdentifierType) -> Named {
        Named { kind, tombstone: None, is_known: true }
    }

    fn new(kind: IdentifierType) -> Named {
        Named { kind, tombstone: None, is_known: false }
    }

    const EARLIER: Instant = Instant(50);
    const LATER: Instant = Instant(150);

    #[test]
    fn what_names_an_erased_person_is_dropped_whenever_it_happened() {
        for at in [EARLIER, LATER] {
            assert_eq!(passage(at, false, &[erased(UserId)]), Passage::Nothing);
            assert_eq!(passage(at, false, &[erased(UserId), known(AnonymousId)]), Passage::Nothing, "signed in");
            // A new number in another system does not make somebody else of who has the phone.
            assert_eq!(passage(at, false, &[new(CustomerId), erased(Phone)]), Passage::Nothing);
        }
        assert_eq!(passage(LATER, false, &[known(UserId), new(Phone)]), Passage::Whole);
    }

    #[test]
    fn what_is_somebody_elses_is_kept_without_the_identifiers_of_the_erased() {
        let named = [known(CustomerId), erased(Phone), erased(AnonymousId)];
        assert_eq!(passage(EARLIER, false, &named), Passage::Without(vec![1, 2]));
        // Somebody new at a till is let in; what happened before the erasure may be the erased person's.
        let named = [new(UserId), erased(AnonymousId)];
        assert_eq!(passage(LATER, false, &named), Passage::Without(vec![1]));
        assert_eq!(passage(EARLIER, false, &named), Passage::Nothing);
    }

    #[test]
    fn an_explicit_consent_after_the_erasure_brings_a_person_back_and_a_device_does_not() {
        let comes_back = Passage::Back { causes: vec![0], without: vec![] };
        assert_eq!(passage(LATER, true, &[erased(UserId), erased(AnonymousId)]), comes_back);
        assert_eq!(passage(LATER, true, &[new(UserId), erased(Phone)]), comes_back);
        assert_eq!(passage(EARLIER, true, &[erased(UserId)]), Passage::Nothing, "it was given before");
        assert_eq!(passage(LATER, true, &[erased(AnonymousId)]), Passage::Nothing);
        assert_eq!(passage(LATER, true, &[new(UserId), erased(AnonymousId)]), Passage::Without(vec![1]));
        assert_eq!(passage(ERASED, true, &[erased(UserId)]), Passage::Nothing, "not later");
    }

    #[test]
    fn of_somebody_who_is_back_what_came_since_counts_and_what_was_before_does_not() {
        let named = [back(OpenId, 200), back(AnonymousId, 200)];
        assert_eq!(passage(Instant(200), false, &named), Passage::Whole);
        assert_eq!(passage(Instant(199), false, &named), Passage::Nothing);
        assert_eq!(passage(Instant(199), true, &named), Passage::Nothing, "they are back since later");
    }

    #[test]
    fn of_two_erasures_each_is_lifted_by_its_own_identifier() {
        let other = Tombstone { cause: 7, erased_at: ERASED, back_since: None };
        let of_other = |kind| Named { kind, tombstone: Some(other), is_known: false };
        let named = [erased(UserId), of_other(AnonymousId)];
        assert_eq!(passage(LATER, true, &named), Passage::Back { causes: vec![0], without: vec![1] });
        let named = [erased(UserId), of_other(Phone)];
        assert_eq!(passage(LATER, true, &named), Passage::Back { causes: vec![0, 7], without: vec![] });
    }
}
