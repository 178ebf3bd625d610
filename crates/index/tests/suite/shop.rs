//! A few customers of the sample's shop, told to an index and kept beside it in plain lists, of which the oracle says what is
//! right.

use perennial_domain::rules::calendar::Interval;
use perennial_domain::rules::oracle::{Happened, History, Named, State, Thresholds, View, holds};
use perennial_domain::rules::sample::{self, Draw};
use perennial_domain::rules::text::{parse, print};
use perennial_domain::rules::{Has, Rule, normal, reads};
use perennial_domain::time::Instant;
use perennial_index::{Cause, Filling, Index, Lacks, Move, Place};
use std::collections::{BTreeMap, BTreeSet};

/// Segments that rules of the sample name, the second of which stands on the first.
pub const SEGMENTS: [(&str, &str); 2] =
    [("regulars", "did orders in last 90 days or has tag vip"), ("同好", "in segment regulars and not has tag 老客")];

#[derive(Default)]
struct Profile {
    /// Still to be told.
    to_come: Vec<Happened>,
    told: Vec<Happened>,
}

pub struct Shop {
    pub index: Index,
    pub rules: BTreeMap<String, Rule>,
    /// Who is in each segment, as its moves say.
    told: BTreeMap<String, BTreeSet<u32>>,
    pub moves: Vec<Move>,
    profiles: BTreeMap<u32, Profile>,
    /// Profiles by head.
    customers: BTreeMap<u32, Vec<u32>>,
    known: BTreeMap<u32, (Named, Vec<State>)>,
    thresholds: Thresholds,
    seed: u64,
}

impl Shop {
    pub fn new(seed: u64, size: usize, rule_count: usize, draw: &mut Draw) -> Self {
        let catalogue = sample::catalogue();
        let place = Place { zone: sample::zone(draw), line_names: catalogue.lines.clone() };
        let mut index = Index::new(place, sample::instant(draw));
        for (name, typed) in &catalogue.fields {
            index.keep_field(name, typed.kind);
        }
        let mut rules: BTreeMap<String, Rule> =
            SEGMENTS.iter().map(|(name, text)| ((*name).to_owned(), parse(text).unwrap().rule)).collect();
        for number in 0..rule_count {
            rules.insert(format!("r{number}"), sample::rule(seed.wrapping_add(number as u64 * 977), size));
        }
        let thresholds =
            rules.values().flat_map(|rule| sample::thresholds(draw, &reads(&normal(rule)))).collect::<Thresholds>();
        index.thresholds(thresholds.clone());
        Self {
            index,
            rules,
            told: BTreeMap::new(),
            moves: Vec::new(),
            profiles: BTreeMap::new(),
            customers: BTreeMap::new(),
            known: BTreeMap::new(),
            thresholds,
            seed,
        }
    }

    /// Somebody with a life of which nothing is told yet but their profile.
    pub fn arrive(&mut self, profile: u32, facts_max: usize) {
        let history = sample::history(self.seed.wrapping_mul(31).wrapping_add(u64::from(profile)), facts_max);
        self.profiles.insert(profile, Profile { to_come: history.facts, told: Vec::new() });
        self.customers.insert(profile, vec![profile]);
        self.tell_known(profile, history.fields, history.states);
    }

    fn tell_known(&mut self, customer: u32, fields: Named, states: Vec<State>) {
        // Who is in a segment the index knows itself.
        let states: Vec<State> = states.into_iter().filter(|one| !matches!(one.has, Has::Segment(_))).collect();
        let moves = self.index.fields(customer, &fields);
        self.note(moves);
        let moves = self.index.states(customer, &states);
        self.note(moves);
        self.known.insert(customer, (fields, states));
    }

    /// One thing or another happens.
    pub fn step(&mut self, draw: &mut Draw) {
        let profiles: Vec<u32> = self.profiles.keys().copied().collect();
        let heads: Vec<u32> = self.customers.keys().copied().collect();
        match draw.below(14) {
            0..=5 => self.tell_fact(draw.pick(&profiles), draw),
            6 => {
                let other = sample::history(draw.between(0, 1 << 40) as u64, 0);
                self.tell_known(draw.pick(&heads), other.fields, other.states);
            }
            7 => self.join(draw.pick(&heads), draw.pick(&heads)),
            8 => self.part(draw.pick(&heads)),
            9 => {
                let days = [0, 1, 20][draw.below(3)];
                self.advance(Instant(self.index.now().0 + draw.between(0, 1 + days * 86_400_000_000)));
            }
            10 => self.rewrite(draw.pick(&profiles), draw),
            11 => self.let_go(draw),
            12 => self.read_again(),
            _ => {
                let number = draw.below(self.rules.len());
                let name = self.rules.keys().nth(number).unwrap().clone();
                self.put(&name);
            }
        }
    }

    fn tell_fact(&mut self, profile: u32, draw: &mut Draw) {
        let own = self.profiles.get_mut(&profile).unwrap();
        if own.to_come.is_empty() {
            return;
        }
        let fact = own.to_come.swap_remove(draw.below(own.to_come.len()));
        own.told.push(fact.clone());
        let moves = self.index.fact(profile, &fact);
        self.note(moves);
    }

    /// Those that rules of no segment stand on are not kept for long.
    fn tell_thresholds(&mut self) {
        let reads = self.rules.values().map(|rule| reads(&normal(rule)));
        let wanted = reads.flat_map(|reads| reads.quantiles.into_keys());
        let thresholds = wanted.map(|key| (key.clone(), self.thresholds[&key].clone())).collect();
        let moves = self.index.thresholds(thresholds);
        assert_eq!(moves, []);
    }

    /// The index goes on as what was written of it.
    fn read_again(&mut self) {
        let mut bytes = Vec::new();
        self.index.write(&mut bytes).unwrap();
        let mut rest = bytes.as_slice();
        self.index = Index::read(self.index.place().clone(), &mut rest).unwrap();
        assert!(rest.is_empty(), "all of it is read");
        self.tell_thresholds();
    }

    /// Something is dropped, and with it what nothing else stands on.
    fn let_go(&mut self, draw: &mut Draw) {
        let number = draw.below(self.rules.len());
        let name = self.rules.keys().nth(number).unwrap().clone();
        if name.starts_with('r') && name != "regulars" {
            let moves = self.index.drop_segment(&name);
            assert_eq!(moves, []);
            self.told.remove(&name);
        }
        let asked: Vec<Rule> = self.rules.values().take(2).cloned().collect();
        self.index.let_go_but(&asked);
        self.tell_thresholds();
        for (name, typed) in &sample::catalogue().fields {
            if !self.index.has_column(name) {
                self.index.keep_field(name, typed.kind);
            }
        }
        for (head, (fields, _)) in &self.known {
            let moves = self.index.fields(*head, fields);
            assert_eq!(moves, []);
        }
    }

    /// What is known of a profile turns out to be less: as when an order is cancelled.
    fn rewrite(&mut self, profile: u32, draw: &mut Draw) {
        let own = self.profiles.get_mut(&profile).unwrap();
        if own.told.is_empty() {
            return;
        }
        let place = draw.below(own.told.len());
        own.told.swap_remove(place);
        let moves = self.index.renewed(profile, &own.told.clone(), Cause::Profile);
        self.note(moves);
    }

    fn join(&mut self, one: u32, other: u32) {
        if one == other {
            return;
        }
        let others = self.customers.remove(&other).unwrap();
        let all = self.customers.get_mut(&one).unwrap();
        all.extend(others);
        let all = all.clone();
        self.known.remove(&other);
        let moves = self.index.joined(&all);
        self.note(moves);
    }

    /// The last profile is a customer of its own again, of whom nothing is known.
    fn part(&mut self, head: u32) {
        let all = self.customers.get_mut(&head).unwrap();
        if all.len() < 2 {
            return;
        }
        let alone = all.pop().unwrap();
        let all = all.clone();
        self.customers.insert(alone, vec![alone]);
        let moves = self.index.joined(&all);
        self.note(moves);
        self.tell_known(alone, Named::new(), Vec::new());
    }

    pub fn advance(&mut self, now: Instant) {
        let moves = self.index.advance(now);
        self.note(moves);
    }

    /// A segment is kept from now on; what it needs of facts is gathered beside the index.
    pub fn put(&mut self, name: &str) {
        let rule = self.rules[name].clone();
        let Lacks { fields, subjects, thresholds } = self.index.lacks(&rule);
        assert!(fields.is_empty() && thresholds.is_empty(), "{fields:?} {thresholds:?}");
        let mut filling = Filling::new(&self.index, &subjects);
        for (profile, own) in &self.profiles {
            for fact in &own.told {
                filling.tell(*profile, fact);
            }
        }
        self.index.install(filling);
        // Every other one was asked beside before.
        if self.moves.len().is_multiple_of(2) {
            let asked = self.index.ask(std::slice::from_ref(&self.rules[name]));
            self.index.learn(asked);
        }
        let moves = self.index.put_segment(name, &rule).unwrap();
        self.note(moves);
        if !self.told.contains_key(name) {
            let members = self.index.members(name).unwrap().iter().collect();
            self.told.insert(name.to_owned(), members);
        }
    }

    fn note(&mut self, moves: Vec<Move>) {
        for one in &moves {
            let members = self.told.get_mut(&*one.segment).unwrap();
            let is_new = if one.entered { members.insert(one.customer) } else { members.remove(&one.customer) };
            assert!(is_new, "told twice: {one:?}");
        }
        self.moves.extend(moves);
    }

    fn history(&self, head: u32, now: Instant) -> History {
        let mut history = History::default();
        if let Some((fields, states)) = self.known.get(&head) {
            history.fields = fields.clone();
            history.states = states.clone();
        }
        for profile in &self.customers[&head] {
            history.facts.extend(self.profiles[profile].told.iter().cloned());
        }
        for (name, _) in SEGMENTS.iter().filter(|(name, _)| self.told.contains_key(*name)) {
            if holds(&self.rules[*name], &history, self.view(now)).unwrap() {
                let interval = Interval::new(now, None);
                history.states.push(State { has: Has::Segment((*name).to_owned()), interval });
            }
        }
        history
    }

    fn view(&self, now: Instant) -> View<'_> {
        let place = self.index.place();
        View { now, zone: &place.zone, thresholds: &self.thresholds, line_names: &place.line_names }
    }

    /// What the definition says of a customer.
    pub fn oracle(&self, rule: &Rule, head: u32, now: Instant) -> bool {
        holds(rule, &self.history(head, now), self.view(now)).unwrap()
    }

    /// Every answer is that of the definition.
    pub fn check(&self) -> Result<(), String> {
        let now = self.index.now();
        for (name, rule) in &self.rules {
            let right: BTreeSet<u32> =
                self.customers.keys().copied().filter(|head| self.oracle(rule, *head, now)).collect();
            if let Ok(found) = self.index.who(rule) {
                let found: BTreeSet<u32> = found.iter().collect();
                if found != right {
                    return Err(format!("who: {name} {}: {found:?}, right are {right:?}", print(rule)));
                }
            }
            if let Some(members) = self.index.members(name) {
                let members: BTreeSet<u32> = members.iter().collect();
                if members != right {
                    return Err(format!("members: {name} {}: {members:?}, right are {right:?}", print(rule)));
                }
                if members != self.told[name] {
                    return Err(format!("moves: {name} {}: {:?}, right are {right:?}", print(rule), self.told[name]));
                }
            }
        }
        Ok(())
    }
}
