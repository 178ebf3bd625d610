//! Which profiles are one customer.
//!
//! Facts and identifiers stay with the profile that they came to. A merge joins two profiles, those that somebody or
//! some fact said are one; a customer is all profiles that joins connect, and goes by the number of one of them. To
//! take a merge back is to take its join away: what hangs on either end of it is a customer of its own again, also
//! what was joined to that end since. So nothing is moved by either, and the cost of both does not grow with the
//! number of facts.
//!
//! Invariants: joins form no circle, so that taking one away makes two of one; a customer has at most [`PARTS_MAX`]
//! profiles and goes by the number of one of them; `join` and then `part` is as if neither had been.

use super::IdentifierType;
use crate::ids::CustomerNumber;
use std::collections::BTreeMap;

/// Profiles of one customer. Whoever reads a customer reads them all: this bounds it. Nobody has so many by honest
/// means, a shared till might.
pub const PARTS_MAX: usize = 64;

/// Two profiles are of one customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Join {
    pub one: CustomerNumber,
    pub other: CustomerNumber,
    /// By whose number the customer went on, and whose is no longer one.
    pub survivor: CustomerNumber,
    pub absorbed: CustomerNumber,
}

/// Profiles and the joins between them. Profiles that were never joined need not be known here: each is its own
/// customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// By whose number each goes; of those alone nothing is kept.
    customers: BTreeMap<CustomerNumber, CustomerNumber>,
    /// The same by customer, ascending.
    members: BTreeMap<CustomerNumber, Vec<CustomerNumber>>,
    joins: Vec<Join>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeError {
    /// They are one customer already.
    SameCustomer,
    /// The survivor is neither of the two.
    OtherSurvivor,
    TooManyParts,
}

/// A customer: by whose number it goes, and its profiles, ascending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub number: CustomerNumber,
    pub parts: Vec<CustomerNumber>,
}

/// What a merge that is taken back leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parted {
    /// Goes on by the number that both went by.
    pub stays: Customer,
    pub leaves: Customer,
}

impl Parts {
    /// Pairs of a profile and the number that its customer goes by, and the joins between the profiles.
    pub fn of(
        customers: impl IntoIterator<Item = (CustomerNumber, CustomerNumber)>,
        joins: impl IntoIterator<Item = Join>,
    ) -> Self {
        let customers: BTreeMap<CustomerNumber, CustomerNumber> = customers.into_iter().collect();
        let mut members: BTreeMap<CustomerNumber, Vec<CustomerNumber>> = BTreeMap::new();
        for (part, customer) in &customers {
            members.entry(*customer).or_default().push(*part);
        }
        Self { customers, members, joins: joins.into_iter().collect() }
    }

    pub fn customer_of(&self, part: CustomerNumber) -> CustomerNumber {
        self.customers.get(&part).copied().unwrap_or(part)
    }

    /// All profiles of the customer that this one belongs to, ascending.
    pub fn together_with(&self, part: CustomerNumber) -> Vec<CustomerNumber> {
        self.members.get(&self.customer_of(part)).cloned().unwrap_or_else(|| vec![part])
    }

    pub fn joins(&self) -> &[Join] {
        &self.joins
    }

    /// The customers of these two profiles are one from now on, and go by the number of `survivor`, which is that of
    /// one of the two.
    pub fn join(
        &mut self,
        one: CustomerNumber,
        other: CustomerNumber,
        survivor: CustomerNumber,
    ) -> Result<Join, MergeError> {
        let (first, second) = (self.customer_of(one), self.customer_of(other));
        if first == second {
            return Err(MergeError::SameCustomer);
        }
        let absorbed = match survivor {
            _ if survivor == first => second,
            _ if survivor == second => first,
            _ => return Err(MergeError::OtherSurvivor),
        };
        let mut parts = self.together_with(first);
        parts.extend(self.together_with(second));
        if parts.len() > PARTS_MAX {
            return Err(MergeError::TooManyParts);
        }
        parts.sort_unstable();
        self.members.remove(&absorbed);
        self.settle(survivor, parts);
        let join = Join { one, other, survivor, absorbed };
        self.joins.push(join);
        Ok(join)
    }

    /// Takes a join away; `None` where there is none of these two profiles.
    pub fn part(&mut self, one: CustomerNumber, other: CustomerNumber) -> Option<Parted> {
        let place = self.joins.iter().position(|join| (join.one, join.other) == (one, other))?;
        let join = self.joins.remove(place);
        let customer = self.customer_of(join.one);
        let (first, second) = (self.connected(join.one), self.connected(join.other));
        let (stays, leaves) = if first.contains(&customer) { (first, second) } else { (second, first) };
        // Who was one's own before the merge is so again. Where that one was parted from this side since, the profile
        // that is known longest.
        let former = [join.absorbed, join.survivor].into_iter().find(|number| leaves.contains(number));
        let number = former.or_else(|| leaves.first().copied()).unwrap_or(join.other);
        let parted =
            Parted { stays: Customer { number: customer, parts: stays }, leaves: Customer { number, parts: leaves } };
        for side in [&parted.stays, &parted.leaves] {
            self.settle(side.number, side.parts.clone());
        }
        Some(parted)
    }

    /// These profiles, ascending, are this customer.
    fn settle(&mut self, customer: CustomerNumber, parts: Vec<CustomerNumber>) {
        if parts.len() == 1 {
            self.customers.remove(&customer);
            self.members.remove(&customer);
            return;
        }
        self.customers.extend(parts.iter().map(|part| (*part, customer)));
        self.members.insert(customer, parts);
    }

    /// All that joins connect with this one, itself among them, ascending.
    fn connected(&self, part: CustomerNumber) -> Vec<CustomerNumber> {
        let mut found = vec![part];
        let mut place = 0;
        while let Some(next) = found.get(place).copied() {
            for join in &self.joins {
                let beyond = if join.one == next { join.other } else { join.one };
                if (join.one == next || join.other == next) && !found.contains(&beyond) {
                    found.push(beyond);
                }
            }
            place += 1;
        }
        found.sort_unstable();
        found
    }
}

/// Who survives where nobody says otherwise: whoever has the strongest identifier, of equals the one known longest.
pub fn survivor_of(
    one: (CustomerNumber, Option<IdentifierType>),
    other: (CustomerNumber, Option<IdentifierType>),
) -> CustomerNumber {
    let rank =
        |side: (CustomerNumber, Option<IdentifierType>)| (side.1.map_or(u8::MAX, IdentifierType::strength), side.0);
    rank(one).min(rank(other)).1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer(number: u32, parts: &[u32]) -> Customer {
        let parts = parts.iter().copied().map(CustomerNumber).collect();
        Customer { number: CustomerNumber(number), parts }
    }

    const A: CustomerNumber = CustomerNumber(1);
    const B: CustomerNumber = CustomerNumber(2);
    const C: CustomerNumber = CustomerNumber(3);
    const D: CustomerNumber = CustomerNumber(4);

    #[test]
    fn what_was_joined_to_an_end_goes_with_that_end() {
        let mut parts = Parts::default();
        parts.join(A, B, A).unwrap();
        let join = parts.join(B, C, A).unwrap();
        assert_eq!((join.survivor, join.absorbed), (A, C));
        parts.join(D, A, D).unwrap();
        assert_eq!(parts.together_with(B), [A, B, C, D]);
        assert_eq!(parts.customer_of(C), D);
        assert_eq!(parts.join(B, C, D), Err(MergeError::SameCustomer));
        assert_eq!(parts.join(B, CustomerNumber(9), A), Err(MergeError::OtherSurvivor), "who is no customer");
        assert_eq!(parts.part(A, C), None);
        let parted = parts.part(A, B).unwrap();
        assert_eq!(parted, Parted { stays: customer(4, &[1, 4]), leaves: customer(2, &[2, 3]) });
        let parted = parts.part(D, A).unwrap();
        assert_eq!(parted, Parted { stays: customer(4, &[4]), leaves: customer(1, &[1]) });
        assert_eq!(
            (parts.together_with(C), parts.together_with(A), parts.together_with(D)),
            (vec![B, C], vec![A], vec![D])
        );
    }

    #[test]
    fn a_side_that_has_lost_its_number_gets_another_of_its_own() {
        let mut parts = Parts::default();
        parts.join(A, B, A).unwrap();
        parts.join(D, B, D).unwrap();
        // A was absorbed by D and hangs on B, which stays with D.
        assert_eq!(parts.part(A, B).unwrap().leaves, customer(1, &[1]));
        parts.join(B, C, D).unwrap();
        parts.join(C, A, D).unwrap();
        assert_eq!(parts.part(D, B).unwrap().leaves, customer(1, &[1, 2, 3]), "A was its number before");
        parts.join(D, B, A).unwrap();
        assert_eq!(parts.part(B, C).unwrap(), Parted { stays: customer(1, &[1, 3]), leaves: customer(4, &[2, 4]) });
    }

    #[test]
    fn a_customer_has_a_bounded_number_of_profiles() {
        let mut parts = Parts::default();
        let most = u32::try_from(PARTS_MAX).unwrap();
        for number in 2..=most {
            parts.join(A, CustomerNumber(number), A).unwrap();
        }
        let one_more = CustomerNumber(most + 1);
        assert_eq!(parts.join(A, one_more, A), Err(MergeError::TooManyParts));
        assert_eq!(parts.join(one_more, A, one_more), Err(MergeError::TooManyParts));
    }

    #[test]
    fn whoever_is_known_best_survives() {
        let user = (CustomerNumber(9), Some(IdentifierType::UserId));
        let phone = (CustomerNumber(2), Some(IdentifierType::Phone));
        let other = (CustomerNumber(1), Some(IdentifierType::Phone));
        let nobody = (CustomerNumber(0), None);
        assert_eq!(survivor_of(user, phone), CustomerNumber(9));
        assert_eq!(survivor_of(phone, other), CustomerNumber(1));
        assert_eq!(survivor_of(nobody, phone), CustomerNumber(2));
    }
}
