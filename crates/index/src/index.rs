//! The index itself: what it is told, and what follows from it.

use crate::answers::is_quantile;
use crate::column::Column;
use crate::folds::{Folds, Subject};
use crate::leaf::{Leaf, Of};
use crate::people::People;
use crate::queue::Queue;
use crate::segments::{Cause, Move, Segment};
use crate::states::States;
use crate::{Filling, Place};
use perennial_domain::rules::oracle::{Happened, History, Judged, Named, State, Thresholds, View, judge_field};
use perennial_domain::rules::value::{Type, Value};
use perennial_domain::rules::{Clause, Has, Quantile, QuantileKey, reads};
use perennial_domain::time::Instant;
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Index {
    pub(crate) place: Place,
    pub(crate) now: Instant,
    pub(crate) thresholds: Thresholds,
    pub(crate) people: People,
    pub(crate) columns: BTreeMap<String, Column>,
    pub(crate) states: States,
    pub(crate) folds: Folds,
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) numbers: HashMap<Clause, usize>,
    pub(crate) moved_by: MovedBy,
    pub(crate) segments: Vec<Segment>,
    pub(crate) places: BTreeMap<Arc<str>, usize>,
    pub(crate) looks: Queue<Look>,
}

/// Which leaves something moves.
#[derive(Clone, Debug, Default)]
pub(crate) struct MovedBy {
    pub(crate) states: HashMap<u32, Vec<usize>>,
    pub(crate) fields: HashMap<String, Vec<usize>>,
    pub(crate) folds: HashMap<usize, Vec<usize>>,
    pub(crate) segments: HashMap<String, Vec<usize>>,
}

impl MovedBy {
    pub(crate) fn forget(&mut self, leaf: usize) {
        self.states.values_mut().for_each(|leaves| leaves.retain(|one| *one != leaf));
        self.fields.values_mut().for_each(|leaves| leaves.retain(|one| *one != leaf));
        self.folds.values_mut().for_each(|leaves| leaves.retain(|one| *one != leaf));
        self.segments.values_mut().for_each(|leaves| leaves.retain(|one| *one != leaf));
    }
}

/// Something to look at again because an instant has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Look {
    Leaf { leaf: usize, customer: u32 },
    State { state: u32, customer: u32 },
}

/// A field, with what customers have of it.
#[derive(Clone, Debug)]
pub struct FieldValues {
    pub name: String,
    pub kind: Type,
    pub values: Vec<(u32, Vec<Value>)>,
}

/// What the index was not told so far and a rule asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lacks {
    pub fields: BTreeSet<String>,
    /// For a [`Filling`].
    pub subjects: Vec<Subject>,
    pub thresholds: BTreeMap<QuantileKey, Quantile>,
}

impl Lacks {
    pub fn is_nothing(&self) -> bool {
        self.fields.is_empty() && self.subjects.is_empty() && self.thresholds.is_empty()
    }
}

/// Customers of whom an answer has become another one, with the segments to be asked.
pub(crate) type Stirred = BTreeMap<u32, BTreeSet<(usize, usize)>>;

impl Index {
    pub fn new(place: Place, now: Instant) -> Self {
        Self {
            place,
            now,
            thresholds: Thresholds::new(),
            people: People::default(),
            columns: BTreeMap::new(),
            states: States::default(),
            folds: Folds::default(),
            leaves: Vec::new(),
            numbers: HashMap::new(),
            moved_by: MovedBy::default(),
            segments: Vec::new(),
            places: BTreeMap::new(),
            looks: Queue::default(),
        }
    }

    pub fn now(&self) -> Instant {
        self.now
    }

    pub fn place(&self) -> &Place {
        &self.place
    }

    pub fn everybody(&self) -> &RoaringBitmap {
        self.people.everybody()
    }

    /// The customer that a profile belongs to.
    pub fn customer(&self, profile: u32) -> Option<u32> {
        self.people.head(profile)
    }

    /// Whether these profiles, the first of them the one that stands for all, are known as one customer.
    pub fn is_one(&self, profiles: &[u32]) -> bool {
        let [head, others @ ..] = profiles else { return false };
        let known = self.people.others(*head);
        self.people.head(*head).is_none_or(|known| known == *head)
            && known.len() == others.len()
            && others.iter().all(|other| known.contains(other))
    }

    /// Whether a state is told of a customer and stands now.
    pub fn stands(&self, customer: u32, has: &Has) -> bool {
        self.states.who(has).is_some_and(|who| who.contains(customer))
    }

    pub fn has_column(&self, field: &str) -> bool {
        self.columns.contains_key(field)
    }

    /// From now on the index keeps these fields, with the values that customers have.
    pub fn install_fields(&mut self, fields: Vec<FieldValues>) {
        for FieldValues { name, kind, values } in fields {
            let mut column = Column::new(kind);
            for (customer, values) in values.iter().filter(|(customer, _)| self.people.everybody().contains(*customer))
            {
                column.put(*customer, values);
            }
            self.columns.insert(name, column);
        }
    }

    /// From now on the index keeps this field; [`Index::fields`] tells of each customer's.
    pub fn keep_field(&mut self, field: &str, kind: Type) {
        self.columns.entry(field.to_owned()).or_insert_with(|| Column::new(kind));
    }

    // What it is told.

    /// Something happened. Of one key of a profile it is told once; a fact that becomes another one is told by
    /// [`Index::renewed`].
    pub fn fact(&mut self, profile: u32, fact: &Happened) -> Vec<Move> {
        let mut stirred = Stirred::new();
        let customer = self.see(profile, &mut stirred);
        for fold in self.folds.tell(profile, fact, self.now, &self.place) {
            self.stir_fold(fold, customer, &mut stirred);
        }
        self.settle(stirred, Cause::Fact(fact.key))
    }

    /// All facts of a profile, in the place of those that were told before.
    pub fn renewed(&mut self, profile: u32, facts: &[Happened], cause: Cause) -> Vec<Move> {
        let mut stirred = Stirred::new();
        let customer = self.see(profile, &mut stirred);
        self.folds.clear(profile);
        for fact in facts {
            self.folds.tell(profile, fact, self.now, &self.place);
        }
        for fold in 0..self.folds.len() {
            self.stir_fold(fold, customer, &mut stirred);
        }
        self.settle(stirred, cause)
    }

    /// All fields of a customer; those that are not named have no value.
    pub fn fields(&mut self, customer: u32, fields: &Named) -> Vec<Move> {
        let mut stirred = Stirred::new();
        let customer = self.see(customer, &mut stirred);
        let nothing = Vec::new();
        let mut changed = Vec::new();
        for (name, column) in &mut self.columns {
            let values = fields.get(name).unwrap_or(&nothing);
            if column.values(customer) != *values {
                column.put(customer, values);
                changed.push(name.clone());
            }
        }
        for name in changed {
            for leaf in self.moved_by.fields.get(&name).cloned().unwrap_or_default() {
                self.test(leaf, customer, &mut stirred);
            }
        }
        self.settle(stirred, Cause::Profile)
    }

    /// All states of a customer; whatever is not named does not stand.
    pub fn states(&mut self, customer: u32, states: &[State]) -> Vec<Move> {
        let mut stirred = Stirred::new();
        let customer = self.see(customer, &mut stirred);
        for told in self.states.put(customer, states, self.now) {
            self.note_state(customer, &told, &mut stirred);
        }
        self.settle(stirred, Cause::Profile)
    }

    /// These profiles, the first of them the one that stands for all, are one customer from now on; whoever was one with any of
    /// them and is not named is a customer of their own. Fields and states of each customer that comes of it are told anew
    /// right behind this. Who comes of a merge is in a segment in which one of them was, until it is seen whether they
    /// belong there.
    pub fn joined(&mut self, profiles: &[u32]) -> Vec<Move> {
        let touched = self.people.join(profiles);
        let (heads, parts): (Vec<u32>, Vec<u32>) =
            touched.into_iter().partition(|one| self.people.everybody().contains(*one));
        for part in &parts {
            self.forget(*part);
        }
        let (mut stirred, mut moves) = (Stirred::new(), Vec::new());
        for place in 0..self.segments.len() {
            let name = Arc::clone(&self.segments[place].name);
            let members = &mut self.segments[place].members;
            let was_in = heads.iter().chain(&parts).any(|one| members.contains(*one));
            let renumbered = |customer: u32, entered: bool| Move {
                segment: Arc::clone(&name),
                customer,
                entered,
                at: self.now,
                cause: Cause::Merge,
                is_renumbered: true,
            };
            let left = parts.iter().copied().filter(|part| members.remove(*part));
            moves.extend(left.map(|part| renumbered(part, false)));
            if was_in {
                let came = heads.iter().copied().filter(|head| members.insert(*head));
                moves.extend(came.map(|head| renumbered(head, true)));
            }
            for leaf in self.moved_by.segments.get(&*name).cloned().unwrap_or_default() {
                for part in &parts {
                    self.leaves[leaf].holds.remove(*part);
                }
                if was_in {
                    self.leaves[leaf].holds.extend(heads.iter().copied());
                }
            }
        }
        for head in heads {
            self.test_all(head, &mut stirred);
        }
        moves.extend(self.settle(stirred, Cause::Merge));
        moves
    }

    /// A customer is no more, with all profiles. Nobody is told that they left.
    pub fn gone(&mut self, customer: u32) {
        let Some(customer) = self.people.head(customer) else { return self.folds.clear(customer) };
        for profile in self.profiles(customer).collect::<Vec<_>>() {
            self.folds.clear(profile);
        }
        self.people.remove(customer);
        self.forget(customer);
        for segment in &mut self.segments {
            segment.members.remove(customer);
        }
    }

    /// What passing of time does until then, each thing at its instant.
    pub fn advance(&mut self, now: Instant) -> Vec<Move> {
        let mut moves = Vec::new();
        while let Some(at) = self.next_at().filter(|at| *at <= now) {
            self.now = self.now.max(at);
            let mut stirred = Stirred::new();
            while let Some((fold, profile)) = self.folds.step(at) {
                if let Some(customer) = self.people.head(profile) {
                    self.stir_fold(fold, customer, &mut stirred);
                }
            }
            while let Some(due) = self.looks.take(at) {
                match due.event {
                    Look::Leaf { leaf, customer } => {
                        let is_meant = self.leaves[leaf].looks.get(&customer) == Some(&due.at);
                        if is_meant {
                            self.leaves[leaf].looks.remove(&customer);
                            self.test(leaf, customer, &mut stirred);
                        }
                    }
                    Look::State { state, customer } => {
                        let told = self.states.look(state, customer, self.now);
                        self.note_state(customer, &told, &mut stirred);
                    }
                }
            }
            moves.extend(self.settle(stirred, Cause::Time));
        }
        self.now = self.now.max(now);
        moves
    }

    /// When next passing of time may do something.
    pub fn next_at(&self) -> Option<Instant> {
        [self.folds.next_at(), self.looks.next_at()].into_iter().flatten().min()
    }

    /// Those that stand.
    pub fn known_thresholds(&self) -> &Thresholds {
        &self.thresholds
    }

    /// The thresholds of a run over all customers; they stand until the next one.
    pub fn thresholds(&mut self, thresholds: Thresholds) -> Vec<Move> {
        self.thresholds.extend(thresholds);
        let mut stirred = Stirred::new();
        let everybody = self.people.everybody().clone();
        for leaf in 0..self.leaves.len() {
            if is_quantile(&self.leaves[leaf].clause) && self.leaves[leaf].of != Of::Nothing {
                for customer in &everybody {
                    self.test(leaf, customer, &mut stirred);
                }
            }
        }
        self.settle(stirred, Cause::Rule)
    }

    /// Works out all thresholds anew.
    pub fn renew_thresholds(&mut self) -> Vec<Move> {
        let wanted: BTreeMap<QuantileKey, Quantile> =
            self.segments.iter().flat_map(|segment| reads(&segment.rule).quantiles).collect();
        let found = wanted.into_iter().filter_map(|(key, quantile)| Some((key, self.work_out(&quantile).ok()?)));
        let found: Thresholds = found.collect();
        if found.is_empty() { Vec::new() } else { self.thresholds(found) }
    }

    /// Takes in what was gathered for new rules.
    pub fn install(&mut self, filling: Filling) {
        let mut folds = filling.at(self.now);
        // Before it knows anybody, whoever builds it says when it does.
        if !self.people.everybody().is_empty() {
            folds.forget_but(|profile| self.people.head(profile).is_some());
        }
        self.folds.take_over(folds);
    }

    /// Everybody is known now: of anybody else, who was erased while facts were gathered, nothing is kept.
    pub fn forget_strangers(&mut self) {
        let Self { people, folds, .. } = self;
        folds.forget_but(|profile| people.head(profile).is_some());
    }

    // How it follows.

    pub(crate) fn view(&self) -> View<'_> {
        View { now: self.now, zone: &self.place.zone, thresholds: &self.thresholds, line_names: &self.place.line_names }
    }

    pub(crate) fn profiles(&self, customer: u32) -> impl Iterator<Item = u32> + Clone {
        std::iter::once(customer).chain(self.people.others(customer).iter().copied())
    }

    /// Of the fields that a window stands around.
    pub(crate) fn history(&self, customer: u32, around: Option<&String>) -> History {
        let mut history = History::default();
        if let Some((name, column)) = around.and_then(|name| self.columns.get_key_value(name)) {
            history.fields.insert(name.clone(), column.values(customer));
        }
        history
    }

    fn see(&mut self, profile: u32, stirred: &mut Stirred) -> u32 {
        if let Some(customer) = self.people.head(profile) {
            return customer;
        }
        let customer = self.people.see(profile);
        self.test_all(customer, stirred);
        customer
    }

    /// Whatever is kept of a number beside its facts.
    fn forget(&mut self, customer: u32) {
        for column in self.columns.values_mut() {
            column.put(customer, &[]);
        }
        self.states.put(customer, &[], self.now);
        for leaf in &mut self.leaves {
            leaf.holds.remove(customer);
            leaf.looks.remove(&customer);
        }
    }

    fn stir_fold(&mut self, fold: usize, customer: u32, stirred: &mut Stirred) {
        for leaf in self.moved_by.folds.get(&fold).cloned().unwrap_or_default() {
            self.test(leaf, customer, stirred);
        }
    }

    fn note_state(&mut self, customer: u32, told: &crate::states::Told, stirred: &mut Stirred) {
        if let Some(at) = told.next {
            self.looks.put(at, Look::State { state: told.state, customer });
        }
        if told.is_changed {
            for leaf in self.moved_by.states.get(&told.state).cloned().unwrap_or_default() {
                self.test(leaf, customer, stirred);
            }
        }
    }

    fn test_all(&mut self, customer: u32, stirred: &mut Stirred) {
        for leaf in 0..self.leaves.len() {
            if self.leaves[leaf].of != Of::Nothing {
                self.test(leaf, customer, stirred);
            }
        }
        let all = self.places.values().map(|place| (self.segments[*place].rank, *place));
        stirred.entry(customer).or_default().extend(all);
    }

    /// Asks a clause of a customer anew.
    pub(crate) fn test(&mut self, leaf: usize, customer: u32, stirred: &mut Stirred) {
        let one = &self.leaves[leaf];
        let judged = self.judge(&one.clause, &one.of, customer);
        let one = &mut self.leaves[leaf];
        let is_changed = if judged.holds { one.holds.insert(customer) } else { one.holds.remove(customer) };
        match judged.may_flip_at {
            Some(at) if one.looks.insert(customer, at) != Some(at) => self.looks.put(at, Look::Leaf { leaf, customer }),
            Some(_) => {}
            None => {
                one.looks.remove(&customer);
            }
        }
        if is_changed {
            self.stir_users(leaf, customer, stirred);
        }
    }

    pub(crate) fn stir_users(&self, leaf: usize, customer: u32, stirred: &mut Stirred) {
        let users = self.leaves[leaf].users.iter().map(|place| (self.segments[*place].rank, *place));
        stirred.entry(customer).or_default().extend(users);
    }

    /// What a clause, which that moves, says of a customer.
    pub(crate) fn judge(&self, clause: &Clause, of: &Of, customer: u32) -> Judged {
        let sure = |holds| Judged { holds, may_flip_at: None };
        match (of, clause) {
            (Of::State(state), _) => sure(self.states.who_by_number(*state).contains(customer)),
            (Of::Segment(name), _) => sure(self.members(name).is_some_and(|members| members.contains(customer))),
            (Of::Field(name), Clause::Field { test, .. }) => match self.columns.get(name) {
                Some(column) => judge_field(name, test, &column.found(customer), self.view()),
                None => sure(false),
            },
            (Of::Fold { number, around }, _) => {
                let history = || self.history(customer, around.as_ref());
                self.folds.judge(*number, clause, self.profiles(customer), history, self.view())
            }
            (Of::Field(_) | Of::Nothing, _) => sure(false),
        }
    }

    /// Asks the segments, those first on which others stand.
    pub(crate) fn settle(&mut self, mut stirred: Stirred, cause: Cause) -> Vec<Move> {
        let mut moves = Vec::new();
        while let Some((customer, mut segments)) = stirred.pop_first() {
            while let Some((_, place)) = segments.pop_first() {
                let segment = &mut self.segments[place];
                let holds = segment.holds(customer, &self.leaves);
                let is_changed =
                    if holds { segment.members.insert(customer) } else { segment.members.remove(customer) };
                if !is_changed {
                    continue;
                }
                let name = Arc::clone(&segment.name);
                for leaf in self.moved_by.segments.get(&*name).cloned().unwrap_or_default() {
                    let one = &mut self.leaves[leaf];
                    if holds {
                        one.holds.insert(customer)
                    } else {
                        one.holds.remove(customer)
                    };
                    let users = one.users.iter().map(|place| (self.segments[*place].rank, *place));
                    segments.extend(users);
                }
                moves.push(Move { segment: name, customer, entered: holds, at: self.now, cause, is_renumbered: false });
            }
        }
        moves
    }

    /// A segment's members have become others: the clause that names it follows.
    pub(crate) fn spread(&mut self, place: usize, changed: &RoaringBitmap, stirred: &mut Stirred) {
        let name = Arc::clone(&self.segments[place].name);
        for leaf in self.moved_by.segments.get(&*name).cloned().unwrap_or_default() {
            self.leaves[leaf].holds = self.segments[place].members.clone();
            for customer in changed {
                self.stir_users(leaf, customer, stirred);
            }
        }
    }
}
