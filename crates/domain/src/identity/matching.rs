//! Flat matching: whose a fact is, given whom its identifiers belong to.
//!
//! | known identifiers point to | what a message does | what a row of a file does |
//! |---|---|---|
//! | nobody | a new profile gets all | the same |
//! | one customer | the strongest known one names the profile, new ones join it | the same |
//! | several customers | they are one, where limits allow | the strongest decides, the others' are left off |
//!
//! What somebody typed of themselves on a page, and nobody has checked, is a message that makes one customer of no two of whom
//! more is known than a device: who types another's number beside their own has named two people, and is the first of them.
//!
//! Where a message would break a limit, join customers that a person has parted, or join too many, its weakest
//! identifier is left off and it is tried again; what turns out to have stood in nobody's way comes back. So two who
//! sign in at one device stay two, and a mistyped mail address does not make one person of two. Rows of files never
//! merge: families share phones there, and somebody can look at the conflict first.

use super::IdentifierType;
use super::parts::{Join, PARTS_MAX, survivor_of};
use crate::ids::CustomerNumber;
use crate::time::Instant;
use std::collections::{BTreeSet, HashMap};

/// Whom an identifier belongs to: its profile, and the customer that the profile is part of today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    pub part: CustomerNumber,
    pub customer: CustomerNumber,
}

/// An identifier that a customer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub kind: IdentifierType,
    pub first_seen_at: Instant,
}

/// Why an identifier of a fact was left off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOffReason {
    /// It belongs to somebody else, and this fact merges nobody.
    OtherCustomer,
    /// The customer would have more of a type than is allowed.
    Limit,
    /// A person has said that they are two.
    KeptApart,
    /// Too many profiles would be one customer.
    TooManyParts,
}

impl LeftOffReason {
    pub const ALL: [Self; 4] = [Self::OtherCustomer, Self::Limit, Self::KeptApart, Self::TooManyParts];

    pub fn code(self) -> &'static str {
        match self {
            Self::OtherCustomer => "other_customer",
            Self::Limit => "limit",
            Self::KeptApart => "kept_apart",
            Self::TooManyParts => "too_many_parts",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOff {
    pub place: usize,
    pub reason: LeftOffReason,
}

/// Customers that a message shows to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merging {
    pub survivor: CustomerNumber,
    /// Pairs of profiles that the message names together: that of the fact, and one of each other customer, by its
    /// strongest identifier.
    pub pairs: Vec<(CustomerNumber, CustomerNumber)>,
}

/// What to do with the identifiers of one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matching {
    /// The profile that the fact belongs to; `None` for a new one.
    pub part: Option<CustomerNumber>,
    pub merging: Option<Merging>,
    /// Places of identifiers that join the profile.
    pub attach: Vec<usize>,
    /// By place.
    pub left_off: Vec<LeftOff>,
}

/// What must be known of the customers that identifiers point to, before a message can be judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    held: HashMap<CustomerNumber, Vec<Held>>,
    parts: HashMap<CustomerNumber, usize>,
    apart: BTreeSet<(CustomerNumber, CustomerNumber)>,
}

impl People {
    /// The customer has this identifier.
    pub fn give(&mut self, customer: CustomerNumber, held: Held) {
        self.held.entry(customer).or_default().push(held);
    }

    /// The customer has so many profiles; one where nothing is said.
    pub fn set_parts(&mut self, customer: CustomerNumber, count: usize) {
        self.parts.insert(customer, count);
    }

    /// Messages do not make one of these two.
    pub fn keep_apart(&mut self, one: CustomerNumber, other: CustomerNumber) {
        self.apart.insert((one.min(other), one.max(other)));
    }

    /// The customers are one now.
    pub fn join(&mut self, join: &Join) {
        let held = self.held.remove(&join.absorbed).unwrap_or_default();
        self.held.entry(join.survivor).or_default().extend(held);
        let parts = self.parts_of(join.absorbed) + self.parts_of(join.survivor);
        self.parts.remove(&join.absorbed);
        self.parts.insert(join.survivor, parts);
        let renamed = |one: CustomerNumber| if one == join.absorbed { join.survivor } else { one };
        let apart = std::mem::take(&mut self.apart);
        apart.into_iter().for_each(|(one, other)| self.keep_apart(renamed(one), renamed(other)));
    }

    fn held_by(&self, customer: CustomerNumber) -> &[Held] {
        self.held.get(&customer).map(Vec::as_slice).unwrap_or_default()
    }

    fn parts_of(&self, customer: CustomerNumber) -> usize {
        self.parts.get(&customer).copied().unwrap_or(1)
    }

    fn strongest(&self, customer: CustomerNumber) -> Option<IdentifierType> {
        self.held_by(customer).iter().map(|held| held.kind).min()
    }

    /// Whether the identifiers at these places may all be of one customer.
    fn may_be_one(&self, fact: &Told<'_>, places: &[usize]) -> Result<(), LeftOffReason> {
        let customers = fact.customers(places);
        if customers.len() <= 1 && places.iter().all(|place| fact.owners[*place].is_some()) {
            return Ok(());
        }
        let new = |kind: IdentifierType| {
            places.iter().filter(|place| fact.owners[**place].is_none() && fact.kinds[**place] == kind).count()
        };
        for (place, one) in customers.iter().enumerate() {
            if customers[place + 1..].iter().any(|other| self.apart.contains(&(*one.min(other), *one.max(other)))) {
                return Err(LeftOffReason::KeptApart);
            }
        }
        if customers.len() > 1 && customers.iter().map(|one| self.parts_of(*one)).sum::<usize>() > PARTS_MAX {
            return Err(LeftOffReason::TooManyParts);
        }
        for kind in IdentifierType::ALL {
            let limit = kind.limit();
            let counts = customers.iter().map(|customer| {
                let of_kind = self.held_by(*customer).iter().filter(|held| held.kind == kind);
                of_kind.filter(|held| limit.counts(held.first_seen_at, fact.at)).count()
            });
            let counts: Vec<usize> = counts.collect();
            let together = counts.iter().sum::<usize>() + new(kind);
            // Who had too many before, by a file or by hand, is not punished for it.
            if together > limit.count && together > counts.into_iter().max().unwrap_or(0) {
                return Err(LeftOffReason::Limit);
            }
        }
        Ok(())
    }
}

/// The identifiers of a fact, the strongest first.
struct Told<'a> {
    at: Instant,
    kinds: &'a [IdentifierType],
    owners: &'a [Option<Owner>],
}

impl Told<'_> {
    /// Ascending, each once.
    fn customers(&self, places: &[usize]) -> Vec<CustomerNumber> {
        let mut customers: Vec<CustomerNumber> =
            places.iter().filter_map(|place| self.owners[*place]).map(|owner| owner.customer).collect();
        customers.sort_unstable();
        customers.dedup();
        customers
    }

    fn part(&self, places: &[usize]) -> Option<CustomerNumber> {
        places.iter().find_map(|place| self.owners[*place]).map(|owner| owner.part)
    }

    fn unknown(&self, places: &[usize]) -> Vec<usize> {
        places.iter().copied().filter(|place| self.owners[*place].is_none()).collect()
    }
}

/// A row of a file, whose identifiers come sorted, the strongest first: `owners[i]` has identifier `i`.
pub fn match_file(owners: &[Option<Owner>]) -> Matching {
    let strongest = owners.iter().flatten().next().copied();
    let of_another = |owner: &Option<Owner>| matches!((owner, strongest), (Some(owner), Some(strongest)) if owner.customer != strongest.customer);
    let places = |wanted: &dyn Fn(&Option<Owner>) -> bool| -> Vec<usize> {
        owners.iter().enumerate().filter(|(_, owner)| wanted(owner)).map(|(place, _)| place).collect()
    };
    let left_off = places(&of_another).into_iter();
    Matching {
        part: strongest.map(|owner| owner.part),
        merging: None,
        attach: places(&|owner| owner.is_none()),
        left_off: left_off.map(|place| LeftOff { place, reason: LeftOffReason::OtherCustomer }).collect(),
    }
}

/// A message, whose identifiers come sorted, the strongest first: `kinds[i]` is the type of identifier `i`, `owners[i]`
/// has it. `people` knows all customers among the owners.
pub fn match_message(at: Instant, kinds: &[IdentifierType], owners: &[Option<Owner>], people: &People) -> Matching {
    let fact = Told { at, kinds, owners };
    let mut kept: Vec<usize> = (0..kinds.len()).collect();
    let mut dropped = Vec::new();
    // One identifier alone stands in nobody's way.
    while kept.len() > 1 && people.may_be_one(&fact, &kept).is_err() {
        dropped.extend(kept.pop());
    }
    let mut left_off = Vec::new();
    for place in dropped.into_iter().rev() {
        let mut with_it = kept.clone();
        with_it.push(place);
        match people.may_be_one(&fact, &with_it) {
            Ok(()) => kept = with_it,
            Err(reason) => left_off.push(LeftOff { place, reason }),
        }
    }
    let part = fact.part(&kept);
    let merging = part.and_then(|part| merging_of(&fact, &kept, part, people));
    Matching { part, merging, attach: fact.unknown(&kept), left_off }
}

/// A message of what somebody typed: as [`match_message`], without the identifiers of all but the first whom it names of
/// those of whom more is known than a device.
pub fn match_typed(at: Instant, kinds: &[IdentifierType], owners: &[Option<Owner>], people: &People) -> Matching {
    let person = |place: usize| {
        let of_a_device = |kind: IdentifierType| kind.is_of_a_device();
        let is_visitor =
            |owner: &Owner| of_a_device(kinds[place]) && people.strongest(owner.customer).is_none_or(of_a_device);
        owners[place].filter(|owner| !is_visitor(owner)).map(|owner| owner.customer)
    };
    let first = (0..kinds.len()).find_map(person);
    let (own, others): (Vec<usize>, Vec<usize>) =
        (0..kinds.len()).partition(|place| person(*place).is_none_or(|customer| Some(customer) == first));
    let own_kinds: Vec<IdentifierType> = own.iter().map(|place| kinds[*place]).collect();
    let own_owners: Vec<Option<Owner>> = own.iter().map(|place| owners[*place]).collect();
    let found = match_message(at, &own_kinds, &own_owners, people);
    let left_off = found.left_off.into_iter().map(|one| LeftOff { place: own[one.place], ..one });
    let others = others.into_iter().map(|place| LeftOff { place, reason: LeftOffReason::OtherCustomer });
    Matching {
        attach: found.attach.into_iter().map(|place| own[place]).collect(),
        left_off: left_off.chain(others).collect(),
        ..found
    }
}

fn merging_of(fact: &Told<'_>, kept: &[usize], part: CustomerNumber, people: &People) -> Option<Merging> {
    let mut named: Vec<Owner> = Vec::new();
    for owner in kept.iter().filter_map(|place| fact.owners[*place]) {
        if named.iter().all(|one| one.customer != owner.customer) {
            named.push(owner);
        }
    }
    let known_by = |owner: &Owner| (owner.customer, people.strongest(owner.customer));
    let survivor =
        named.iter().map(known_by).reduce(|one, other| if survivor_of(one, other) == one.0 { one } else { other });
    let pairs: Vec<_> = named.iter().skip(1).map(|other| (part, other.part)).collect();
    survivor.filter(|_| !pairs.is_empty()).map(|(survivor, _)| Merging { survivor, pairs })
}

#[cfg(test)]
mod tests {
    use super::*;
    use IdentifierType::{AnonymousId, Email, UserId};

    const AT: Instant = Instant(0);

    fn of(number: u32) -> Option<Owner> {
        Some(Owner { part: CustomerNumber(number), customer: CustomerNumber(number) })
    }

    fn people(held: &[(u32, IdentifierType)]) -> People {
        let mut people = People::default();
        for (number, kind) in held {
            people.give(CustomerNumber(*number), Held { kind: *kind, first_seen_at: AT });
        }
        people
    }

    fn off(places: &[(usize, LeftOffReason)]) -> Vec<LeftOff> {
        places.iter().map(|(place, reason)| LeftOff { place: *place, reason: *reason }).collect()
    }

    #[test]
    fn in_a_file_the_strongest_known_identifier_decides_and_others_are_left_off() {
        let new = match_file(&[None, None]);
        assert_eq!((new.part, new.attach, new.left_off), (None, vec![0, 1], vec![]));
        let joined = match_file(&[None, of(1)]);
        assert_eq!((joined.part, joined.attach), (Some(CustomerNumber(1)), vec![0]));
        let other = match_file(&[of(1), of(2), None]);
        assert_eq!((other.part, other.attach, other.merging), (Some(CustomerNumber(1)), vec![2], None));
        assert_eq!(other.left_off, off(&[(1, LeftOffReason::OtherCustomer)]));
        let part = Some(Owner { part: CustomerNumber(2), customer: CustomerNumber(1) });
        assert!(match_file(&[of(1), part]).left_off.is_empty(), "two profiles of one customer agree");
    }

    #[test]
    fn a_device_on_which_somebody_else_signs_in_is_left_off() {
        let kinds = [UserId, Email, AnonymousId];
        let first = people(&[(1, UserId), (1, AnonymousId), (2, Email)]);
        let limit = |place| off(&[(place, LeftOffReason::Limit)]);
        let new_user = match_message(AT, &kinds, &[None, None, of(1)], &first);
        assert_eq!((new_user.part, new_user.attach, new_user.left_off), (None, vec![0, 1], limit(2)));
        let by_mail = match_message(AT, &kinds, &[None, of(2), of(1)], &first);
        assert_eq!((by_mail.part, by_mail.attach, by_mail.left_off), (Some(CustomerNumber(2)), vec![0], limit(2)));
        // The mail address is the first one's, the device is new: that is in nobody's way.
        let mistyped = match_message(AT, &kinds, &[None, of(1), None], &first);
        assert_eq!((mistyped.part, mistyped.attach, mistyped.left_off), (None, vec![0, 2], limit(1)));
    }

    #[test]
    fn customers_that_one_message_names_are_one_where_limits_allow() {
        let kinds = [UserId, Email, AnonymousId];
        let known = people(&[(3, UserId), (2, Email), (1, AnonymousId)]);
        let all = match_message(AT, &kinds, &[of(3), of(2), of(1)], &known);
        let pairs = |others: &[u32]| others.iter().map(|one| (CustomerNumber(3), CustomerNumber(*one))).collect();
        let merging = Merging { survivor: CustomerNumber(3), pairs: pairs(&[2, 1]) };
        assert_eq!((all.part, all.merging, all.left_off), (Some(CustomerNumber(3)), Some(merging), vec![]));
        let users = people(&[(3, UserId), (2, Email), (2, UserId), (1, AnonymousId)]);
        let some = match_message(AT, &kinds, &[of(3), of(2), of(1)], &users);
        let merging = Merging { survivor: CustomerNumber(3), pairs: pairs(&[1]) };
        assert_eq!((some.merging, some.left_off), (Some(merging), off(&[(1, LeftOffReason::Limit)])));
    }

    #[test]
    fn what_somebody_typed_makes_one_of_a_visitor_and_a_person_and_of_no_two_people() {
        let kinds = [IdentifierType::Phone, Email, AnonymousId];
        let held = [(1, IdentifierType::Phone), (2, Email), (3, AnonymousId), (4, AnonymousId), (4, Email)];
        let known = people(&held);
        let another = |place| LeftOff { place, reason: LeftOffReason::OtherCustomer };
        let two = match_typed(AT, &kinds, &[of(1), of(2), None], &known);
        assert_eq!((two.part, two.merging, two.attach), (Some(CustomerNumber(1)), None, vec![2]));
        assert_eq!(two.left_off, [another(1)]);
        let visitor = match_typed(AT, &kinds, &[None, of(2), of(3)], &known);
        let merging = Merging { survivor: CustomerNumber(2), pairs: vec![(CustomerNumber(2), CustomerNumber(3))] };
        assert_eq!((visitor.part, visitor.merging, visitor.left_off), (Some(CustomerNumber(2)), Some(merging), vec![]));
        assert_eq!(visitor.attach, [0]);
        let of_another = match_typed(AT, &kinds, &[of(1), None, of(4)], &known);
        assert_eq!((of_another.part, of_another.merging), (Some(CustomerNumber(1)), None));
        assert_eq!((of_another.attach, of_another.left_off), (vec![1], vec![another(2)]));
        let nobody = match_typed(AT, &kinds, &[None, None, of(3)], &known);
        assert_eq!((nobody.part, nobody.attach, nobody.left_off), (Some(CustomerNumber(3)), vec![0, 1], vec![]));
    }

    #[test]
    fn who_was_parted_by_hand_stays_apart() {
        let mut known = people(&[(3, UserId), (1, AnonymousId)]);
        known.keep_apart(CustomerNumber(3), CustomerNumber(1));
        let parted = match_message(AT, &[UserId, AnonymousId], &[of(3), of(1)], &known);
        assert_eq!((parted.merging, parted.left_off), (None, off(&[(1, LeftOffReason::KeptApart)])));
        let (three, seven) = (CustomerNumber(3), CustomerNumber(7));
        known.join(&Join { one: seven, other: three, survivor: seven, absorbed: three });
        let parted = match_message(AT, &[UserId, AnonymousId], &[of(7), of(1)], &known);
        assert_eq!(parted.left_off, off(&[(1, LeftOffReason::KeptApart)]), "also as part of another");
    }

    #[test]
    fn a_sixth_browser_of_the_week_is_left_off_and_one_of_last_month_is_not_counted() {
        let week = Instant(8 * crate::time::MICROS_PER_DAY);
        let mut known = people(&[(1, UserId)]);
        for _ in 0..5 {
            known.give(CustomerNumber(1), Held { kind: AnonymousId, first_seen_at: AT });
        }
        let kinds = [UserId, AnonymousId];
        let now = match_message(AT, &kinds, &[of(1), None], &known);
        assert_eq!((now.part, now.attach, now.left_off.len()), (Some(CustomerNumber(1)), vec![], 1));
        assert_eq!(match_message(week, &kinds, &[of(1), None], &known).attach, [1]);
        // One too many before, by hand: further identifiers of other types are welcome.
        let two_users = people(&[(1, UserId), (1, UserId)]);
        assert_eq!(match_message(AT, &kinds, &[of(1), None], &two_users).attach, [1]);
    }

    #[test]
    fn a_customer_of_too_many_profiles_takes_no_more() {
        let mut known = people(&[(3, UserId), (1, AnonymousId)]);
        known.set_parts(CustomerNumber(3), PARTS_MAX);
        let full = match_message(AT, &[UserId, AnonymousId], &[of(3), of(1)], &known);
        assert_eq!(full.left_off, off(&[(1, LeftOffReason::TooManyParts)]));
    }
}
