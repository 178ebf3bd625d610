//! The states that matching, merging and parting can reach, explored by the functions that the program runs.
//!
//! A small world keeps what the store keeps: whose each identifier is, whose each fact is, which profiles are one.

use crate::random::Random;
use perennial_domain::identity::{
    Held, IdentifierType, Join, Matching, Owner, Parts, People, match_file, match_message, survivor_of,
};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use std::collections::{BTreeMap, BTreeSet};

/// A type and which of that type.
type Name = (IdentifierType, u32);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct World {
    now: i64,
    profiles: u32,
    owners: BTreeMap<Name, (CustomerNumber, i64)>,
    /// The profile of each fact, in the order of their arrival.
    facts: Vec<CustomerNumber>,
    parts: Parts,
    /// Pairs that a person has parted.
    apart: BTreeSet<(CustomerNumber, CustomerNumber)>,
}

const USER: IdentifierType = IdentifierType::UserId;
const MAIL: IdentifierType = IdentifierType::Email;
const DEVICE: IdentifierType = IdentifierType::AnonymousId;

impl World {
    fn people(&self) -> People {
        let mut people = People::default();
        for ((kind, _), (part, at)) in &self.owners {
            people.give(self.parts.customer_of(*part), Held { kind: *kind, first_seen_at: Instant(*at) });
        }
        for number in (1..=self.profiles).map(CustomerNumber) {
            people.set_parts(self.parts.customer_of(number), self.parts.together_with(number).len());
        }
        for (one, other) in &self.apart {
            people.keep_apart(self.parts.customer_of(*one), self.parts.customer_of(*other));
        }
        people
    }

    /// Names come the strongest first.
    fn matching(&self, names: &[Name], is_message: bool) -> Matching {
        let kinds: Vec<IdentifierType> = names.iter().map(|name| name.0).collect();
        let owner = |part: CustomerNumber| Owner { part, customer: self.parts.customer_of(part) };
        let owners: Vec<Option<Owner>> =
            names.iter().map(|name| self.owners.get(name).map(|(part, _)| owner(*part))).collect();
        if is_message { match_message(Instant(self.now), &kinds, &owners, &self.people()) } else { match_file(&owners) }
    }

    fn tell(&mut self, names: &[Name], is_message: bool) {
        let matching = self.matching(names, is_message);
        let part = matching.part.unwrap_or_else(|| {
            self.profiles += 1;
            CustomerNumber(self.profiles)
        });
        for place in matching.attach {
            self.owners.insert(names[place], (part, self.now));
        }
        for (one, other) in matching.merging.iter().flat_map(|merging| &merging.pairs) {
            let survivor = matching.merging.as_ref().unwrap().survivor;
            let first = self.parts.customer_of(*one);
            let second = self.parts.customer_of(*other);
            let keep = if second == survivor { second } else { first };
            self.parts.join(*one, *other, keep).unwrap();
        }
        self.facts.push(part);
    }

    fn merge(&mut self, one: CustomerNumber, other: CustomerNumber) -> Join {
        let strongest = |customer: CustomerNumber| {
            let of_it = |part: &CustomerNumber| self.parts.customer_of(*part) == customer;
            self.owners.iter().filter(|(_, (part, _))| of_it(part)).map(|((kind, _), _)| *kind).min()
        };
        let survivor = survivor_of((one, strongest(one)), (other, strongest(other)));
        self.parts.join(one, other, survivor).unwrap()
    }

    fn customers(&self) -> BTreeMap<CustomerNumber, Vec<CustomerNumber>> {
        let mut customers: BTreeMap<CustomerNumber, Vec<CustomerNumber>> = BTreeMap::new();
        for part in (1..=self.profiles).map(CustomerNumber) {
            customers.entry(self.parts.customer_of(part)).or_default().push(part);
        }
        customers
    }

    fn check(&self) {
        let customers = self.customers();
        for (number, parts) in &customers {
            assert!(parts.contains(number), "a customer goes by the number of one of its profiles: {self:?}");
            assert_eq!(&self.parts.together_with(*number), parts);
        }
        let joined: usize = customers.values().map(|parts| parts.len() - 1).sum();
        assert_eq!(joined, self.parts.joins().len(), "joins make no circle");
        assert!(self.facts.iter().all(|part| (1..=self.profiles).contains(&part.0)));
    }

    fn users_of(&self, customer: CustomerNumber) -> usize {
        let of_it = |part: &CustomerNumber| self.parts.customer_of(*part) == customer;
        self.owners.iter().filter(|((kind, _), (part, _))| *kind == USER && of_it(part)).count()
    }

    /// Merging any two and taking it back leaves what was; taking any merge back leaves two of one.
    fn check_every_merge(&self) {
        let numbers: Vec<CustomerNumber> = self.customers().into_keys().collect();
        for (place, one) in numbers.iter().enumerate() {
            for other in &numbers[place + 1..] {
                let mut merged = self.clone();
                let join = merged.merge(*one, *other);
                merged.check();
                assert_eq!(merged.customers().len() + 1, numbers.len());
                merged.parts.part(join.one, join.other).unwrap();
                assert_eq!(&merged, self, "{join:?}");
            }
        }
        for join in self.parts.joins() {
            let mut parted = self.clone();
            let mut before = parted.parts.together_with(join.one);
            let sides = parted.parts.part(join.one, join.other).unwrap();
            parted.check();
            let mut after = [sides.stays.parts, sides.leaves.parts].concat();
            after.sort_unstable();
            before.sort_unstable();
            assert_eq!(after, before, "nobody is lost, nobody is in both");
            assert_eq!((&parted.owners, &parted.facts), (&self.owners, &self.facts), "nothing is moved");
        }
    }
}

/// What can happen next in the exhaustive walk.
#[derive(Clone, Copy, Debug)]
enum Step {
    Message(&'static [Name]),
    Row(&'static [Name]),
    Merge(u32, u32),
    PartNewest,
}

const STEPS: [Step; 11] = [
    Step::Message(&[(DEVICE, 1)]),
    Step::Message(&[(USER, 1), (DEVICE, 1)]),
    Step::Message(&[(USER, 2), (DEVICE, 1)]),
    Step::Message(&[(USER, 1), (MAIL, 1), (DEVICE, 2)]),
    Step::Message(&[(USER, 2), (MAIL, 1)]),
    Step::Message(&[(MAIL, 1), (DEVICE, 2)]),
    Step::Row(&[(MAIL, 1), (DEVICE, 1)]),
    Step::Row(&[(USER, 2), (MAIL, 1)]),
    Step::Merge(1, 2),
    Step::Merge(2, 3),
    Step::PartNewest,
];
const DEPTH: usize = 5;

#[test]
fn every_short_history_keeps_the_invariants() {
    let mut states = 0;
    walk(&World::default(), DEPTH, true, &mut states);
    assert!(states > 40_000, "{states} states");
}

fn walk(world: &World, depth: usize, by_messages_alone: bool, states: &mut u64) {
    *states += 1;
    world.check();
    if by_messages_alone {
        for customer in world.customers().into_keys() {
            assert!(world.users_of(customer) <= 1, "messages gave one customer two users: {world:?}");
        }
    }
    if depth == 0 {
        world.check_every_merge();
        return;
    }
    for step in STEPS {
        let mut next = world.clone();
        next.now += 1;
        let mut by_messages = by_messages_alone;
        match step {
            Step::Message(names) => next.tell(names, true),
            Step::Row(names) => {
                next.tell(names, false);
                by_messages = false;
            }
            Step::Merge(one, other) => {
                let sides = [one, other].map(CustomerNumber);
                let are_customers = sides.iter().all(|one| next.parts.customer_of(*one) == *one);
                if other > next.profiles || !are_customers {
                    continue;
                }
                next.merge(sides[0], sides[1]);
                by_messages = false;
            }
            Step::PartNewest => {
                let Some(join) = next.parts.joins().last().copied() else { continue };
                let parted = next.parts.part(join.one, join.other).unwrap();
                next.apart.insert((join.one, join.other));
                let again = next.matching_of_both(parted.stays.number, parted.leaves.number);
                assert!(again.is_none_or(|one| one.merging.is_none()), "who was parted is not merged again: {next:?}");
            }
        }
        for (name, owner) in &world.owners {
            assert_eq!(next.owners.get(name), Some(owner), "an identifier stays with its profile");
        }
        assert_eq!(next.facts[..world.facts.len()], world.facts[..], "a fact stays with its profile");
        walk(&next, depth - 1, by_messages, states);
    }
}

impl World {
    /// What a message does that names both: some identifier of each.
    fn matching_of_both(&self, one: CustomerNumber, other: CustomerNumber) -> Option<Matching> {
        let name_of = |customer: CustomerNumber| {
            self.owners.iter().find(|(_, (part, _))| self.parts.customer_of(*part) == customer).map(|(name, _)| *name)
        };
        let mut names = [name_of(one)?, name_of(other)?];
        names.sort_by_key(|name| name.0);
        Some(self.matching(&names, true))
    }
}

fn pick(random: &mut Random, below: u32) -> u32 {
    u32::try_from(random.bits() % u64::from(below)).unwrap()
}

/// A fact of a random person: up to three identifiers out of few, so that people meet.
fn random_names(random: &mut Random) -> Vec<Name> {
    let mut names = Vec::new();
    for (kind, count) in [(USER, 4), (MAIL, 5), (DEVICE, 6)] {
        if pick(random, 2) == 0 {
            names.push((kind, pick(random, count)));
        }
    }
    if names.is_empty() { vec![(DEVICE, pick(random, 6))] } else { names }
}

/// Some of the identifiers of one customer, and perhaps a device that nobody has seen yet.
fn names_of_one(world: &World, customer: CustomerNumber, random: &mut Random, fresh: &mut u32) -> Vec<Name> {
    let of_it = |part: &CustomerNumber| world.parts.customer_of(*part) == customer;
    let owned: Vec<Name> = world.owners.iter().filter(|(_, (part, _))| of_it(part)).map(|(name, _)| *name).collect();
    let mut names: Vec<Name> = owned.iter().filter(|_| pick(random, 2) == 0).copied().collect();
    if names.is_empty() {
        names.extend(owned.first());
    }
    if pick(random, 3) == 0 {
        *fresh += 1;
        names.push((DEVICE, *fresh));
    }
    names.sort_by_key(|name| name.0);
    names
}

/// Merge, facts of either side, un-merge: as if the merge had never been.
#[test]
fn a_merge_that_was_taken_back_leaves_what_would_be_without_it() {
    let mut merges = 0;
    for seed in 0..3_000 {
        let mut random = Random(seed);
        let mut without = World::default();
        for _ in 0..pick(&mut random, 14) + 2 {
            without.now += i64::from(pick(&mut random, 3)) * MICROS_PER_DAY;
            let names = random_names(&mut random);
            without.tell(&names, pick(&mut random, 4) > 0);
        }
        let numbers: Vec<CustomerNumber> = without.customers().into_keys().collect();
        if numbers.len() < 2 {
            continue;
        }
        let one = numbers[pick(&mut random, u32::try_from(numbers.len()).unwrap()) as usize];
        let other = numbers[pick(&mut random, u32::try_from(numbers.len()).unwrap()) as usize];
        if one == other {
            continue;
        }
        let mut with = without.clone();
        let join = with.merge(one, other);
        let mut fresh = 100;
        for _ in 0..pick(&mut random, 8) {
            // Limits count for the customer as it is at the time; far enough apart, they do not meet.
            without.now += 8 * MICROS_PER_DAY;
            with.now = without.now;
            let side = if pick(&mut random, 2) == 0 { one } else { other };
            let names = names_of_one(&without, side, &mut random, &mut fresh);
            if names.is_empty() {
                continue;
            }
            without.tell(&names, true);
            with.tell(&names, true);
        }
        with.parts.part(join.one, join.other).unwrap();
        assert_eq!(with, without, "seed {seed}, {join:?}");
        merges += 1;
    }
    assert!(merges > 2_000, "{merges}");
}

/// The same where facts in between also bring other customers to one of the sides: they go with the side that the
/// fact named.
#[test]
fn who_joined_one_side_in_between_stays_with_that_side() {
    let mut joined = 0;
    for seed in 0..3_000 {
        let mut random = Random(seed);
        let mut without = World::default();
        for device in 1..=4 {
            without.tell(&[(DEVICE, device)], true);
        }
        let [one, other] = [1, 2].map(CustomerNumber);
        let mut with = without.clone();
        let join = with.merge(one, other);
        for third in [3, 4] {
            let side = 1 + pick(&mut random, 2);
            let names = [(MAIL, side), (DEVICE, side)];
            let meeting = [(MAIL, side), (DEVICE, third)];
            for names in [names, meeting] {
                without.tell(&names, true);
                with.tell(&names, true);
            }
            joined += 1;
        }
        with.parts.part(join.one, join.other).unwrap();
        with.check();
        let sets = |world: &World| world.customers().into_values().collect::<BTreeSet<_>>();
        assert_eq!(sets(&with), sets(&without), "seed {seed}");
        assert_eq!((with.owners, with.facts), (without.owners, without.facts));
    }
    assert!(joined > 0);
}
