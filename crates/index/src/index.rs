//! The index itself: what it is told, what follows from it, and what it answers.

use crate::column::Column;
use crate::folds::{Folds, Subject};
use crate::leaf::{Leaf, Of, segment_of};
use crate::people::People;
use crate::queue::Queue;
use crate::segments::{Cause, Move, Segment, ranks};
use crate::states::States;
use crate::tree::{Leaves, PROBED, who};
use crate::{Filling, Place};
use perennial_domain::rules::oracle::{
    Found, Happened, History, Judged, Named, State, Thresholds, View, judge_field, threshold,
};
use perennial_domain::rules::value::{Money, Number, Type, Value};
use perennial_domain::rules::{
    Anchor, Clause, Has, Operand, Quantile, QuantileKey, Rule, Sequence, Tree, Window, normal, reads,
};
use perennial_domain::time::Instant;
use roaring::RoaringBitmap;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Index {
    place: Place,
    now: Instant,
    thresholds: Thresholds,
    people: People,
    columns: BTreeMap<String, Column>,
    states: States,
    folds: Folds,
    leaves: Vec<Leaf>,
    numbers: HashMap<Clause, usize>,
    moved_by: MovedBy,
    segments: Vec<Segment>,
    places: BTreeMap<Arc<str>, usize>,
    looks: Queue<Look>,
}

/// Which leaves something moves.
#[derive(Clone, Debug, Default)]
struct MovedBy {
    states: HashMap<u32, Vec<usize>>,
    fields: HashMap<String, Vec<usize>>,
    folds: HashMap<usize, Vec<usize>>,
    segments: HashMap<String, Vec<usize>>,
}

impl MovedBy {
    fn forget(&mut self, leaf: usize) {
        self.states.values_mut().for_each(|leaves| leaves.retain(|one| *one != leaf));
        self.fields.values_mut().for_each(|leaves| leaves.retain(|one| *one != leaf));
        self.folds.values_mut().for_each(|leaves| leaves.retain(|one| *one != leaf));
        self.segments.values_mut().for_each(|leaves| leaves.retain(|one| *one != leaf));
    }
}

/// Something to look at again because an instant has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Look {
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
type Stirred = BTreeMap<u32, BTreeSet<(usize, usize)>>;

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

    /// Somebody is there.
    pub fn seen(&mut self, profile: u32) -> Vec<Move> {
        let mut stirred = Stirred::new();
        self.see(profile, &mut stirred);
        self.settle(stirred, Cause::Profile)
    }

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
    pub fn renewed(&mut self, profile: u32, facts: &[Happened]) -> Vec<Move> {
        let mut stirred = Stirred::new();
        let customer = self.see(profile, &mut stirred);
        self.folds.clear(profile);
        for fact in facts {
            self.folds.tell(profile, fact, self.now, &self.place);
        }
        for fold in 0..self.folds.len() {
            self.stir_fold(fold, customer, &mut stirred);
        }
        self.settle(stirred, Cause::Profile)
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
        let mut stirred = Stirred::new();
        for place in 0..self.segments.len() {
            let members = &mut self.segments[place].members;
            let was_in = heads.iter().chain(&parts).any(|one| members.contains(*one));
            for part in &parts {
                members.remove(*part);
            }
            if was_in {
                members.extend(heads.iter().copied());
            }
            let name = Arc::clone(&self.segments[place].name);
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
        self.settle(stirred, Cause::Merge)
    }

    /// A customer is no more, with all profiles. Nobody is told that they left.
    pub fn gone(&mut self, customer: u32) {
        let Some(customer) = self.people.head(customer) else { return };
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
        let folds = filling.at(self.now);
        self.folds.take_over(folds);
    }

    // What it answers.

    /// What it would have to be told before it answers this rule.
    pub fn lacks(&self, rule: &Rule) -> Lacks {
        let rule = normal(rule);
        let mut lacks = Lacks::default();
        for clause in clauses(&rule) {
            let around = around(clause);
            let fields = [field_of(clause), around];
            lacks.fields.extend(fields.into_iter().flatten().filter(|name| !self.has_column(name)).cloned());
            if let Some(subject) = Subject::of(clause)
                && self.folds.number(&subject).is_none()
                && !lacks.subjects.contains(&subject)
            {
                lacks.subjects.push(subject);
            }
        }
        let quantiles = reads(&rule).quantiles.into_iter();
        lacks.thresholds = quantiles.filter(|(key, _)| !self.thresholds.contains_key(key)).collect();
        lacks
    }

    /// Who meets the rule.
    ///
    /// # Errors
    /// What the index was not told.
    pub fn who(&self, rule: &Rule) -> Result<RoaringBitmap, Lacks> {
        let lacks = self.lacks(rule);
        if !lacks.is_nothing() {
            return Err(lacks);
        }
        Ok(who(&normal(rule), None, self))
    }

    /// The threshold of a part of all customers, as things are now.
    ///
    /// # Errors
    /// What the index was not told.
    pub fn work_out(&self, quantile: &Quantile) -> Result<Option<Value>, Lacks> {
        let values: Vec<Value> = match &quantile.of {
            Operand::Field(name) => {
                let Some(column) = self.columns.get(name) else {
                    return Err(Lacks { fields: [name.clone()].into(), ..Lacks::default() });
                };
                self.everybody().iter().flat_map(|customer| column.values(customer)).collect()
            }
            Operand::Measure(measure) => {
                let subject = Subject::Measure(measure.clone());
                let Some(fold) = self.folds.number(&subject) else {
                    return Err(Lacks { subjects: vec![subject], ..Lacks::default() });
                };
                let found = |customer| {
                    let around = around_of(&measure.window);
                    let history = || self.history(customer, around);
                    self.folds.found(fold, measure, self.profiles(customer), history, self.view())
                };
                self.everybody().iter().filter_map(found).flat_map(|found| found.shown()).collect()
            }
        };
        let currency = values.iter().find_map(|value| match value {
            Value::Money(money) => Some(money.currency),
            _ => None,
        });
        let unit = |value: &Value| matches!(value, Value::Money(_)) == currency.is_some();
        let mut units: Vec<i64> = values.iter().filter(|value| unit(value)).filter_map(Value::units).collect();
        let found = threshold(&mut units, quantile.is_top, quantile.share);
        Ok(found.map(|units| match currency {
            Some(currency) => Value::Money(Money { minor: units, currency }),
            None => Value::Number(Number(units)),
        }))
    }

    // Segments.

    pub fn members(&self, segment: &str) -> Option<&RoaringBitmap> {
        self.places.get(segment).map(|place| &self.segments[*place].members)
    }

    /// All segments by name, with who is in them.
    pub fn segments(&self) -> impl Iterator<Item = (&str, &RoaringBitmap)> {
        self.places.iter().map(|(name, place)| (&**name, &self.segments[*place].members))
    }

    /// The rule of a segment in normal form.
    pub fn rule(&self, segment: &str) -> Option<&Rule> {
        self.places.get(segment).map(|place| &self.segments[*place].rule)
    }

    /// Keeps a segment true from now on. Of a new one nobody is told that they entered: they are there. With another rule in the
    /// place of the one before, those who enter and leave are told.
    ///
    /// # Errors
    /// What the index was not told; then the segment is as it was.
    pub fn put_segment(&mut self, name: &str, rule: &Rule) -> Result<Vec<Move>, Lacks> {
        let lacks = self.lacks(rule);
        if !lacks.is_nothing() {
            return Err(lacks);
        }
        let rule = normal(rule);
        let members = who(&rule, None, self);
        let tree = self.tree_of(&rule);
        let (place, before) = match self.places.get(name).copied() {
            Some(place) => {
                self.release(place);
                self.segments[place].rule = rule;
                self.segments[place].tree = tree;
                (place, Some(std::mem::replace(&mut self.segments[place].members, members.clone())))
            }
            None => {
                let place = self.segments.len();
                let name: Arc<str> = Arc::from(name);
                self.places.insert(Arc::clone(&name), place);
                self.segments.push(Segment { name, rule, tree, members: members.clone(), rank: 0 });
                (place, None)
            }
        };
        for leaf in leaves_of(&self.segments[place].tree) {
            self.leaves[leaf].users.insert(place);
        }
        self.rank();
        let changed = before.as_ref().map_or_else(|| members.clone(), |before| before ^ &members);
        let mut moves = Vec::new();
        if let Some(before) = &before {
            moves.extend(changed.iter().map(|customer| Move {
                segment: Arc::clone(&self.segments[place].name),
                customer,
                entered: !before.contains(customer),
                at: self.now,
                cause: Cause::Rule,
            }));
        }
        let mut stirred = Stirred::new();
        self.spread(place, &changed, &mut stirred);
        moves.extend(self.settle(stirred, Cause::Rule));
        Ok(moves)
    }

    /// The segment is kept no longer; for rules that name it, nobody is in it. What no segment stands on any more is let go
    /// with [`Index::tidy`].
    pub fn drop_segment(&mut self, name: &str) -> Vec<Move> {
        let Some(place) = self.places.remove(name) else { return Vec::new() };
        self.release(place);
        let members = std::mem::take(&mut self.segments[place].members);
        self.segments[place].tree = Tree::Any(Vec::new());
        let mut stirred = Stirred::new();
        self.spread(place, &members, &mut stirred);
        self.segments[place].name = Arc::from("");
        self.settle(stirred, Cause::Rule)
    }

    /// Lets go what neither a segment nor one of these rules stands on: clauses, folds and columns.
    pub fn let_go_but(&mut self, rules: &[Rule]) {
        let asked: Vec<Rule> = rules.iter().map(normal).collect();
        let asked: Vec<&Clause> = asked.iter().flat_map(clauses).collect();
        for leaf in 0..self.leaves.len() {
            if self.leaves[leaf].users.is_empty() && self.leaves[leaf].of != Of::Nothing {
                self.numbers.remove(&self.leaves[leaf].clause);
                self.moved_by.forget(leaf);
                self.leaves[leaf].let_go();
            }
        }
        let kept = || self.leaves.iter().filter(|leaf| !leaf.users.is_empty()).map(|leaf| &leaf.clause);
        let clauses = || kept().chain(asked.iter().copied());
        let folds: HashSet<usize> =
            clauses().filter_map(Subject::of).filter_map(|subject| self.folds.number(&subject)).collect();
        let fields: BTreeSet<&String> =
            clauses().flat_map(|clause| [field_of(clause), around(clause)]).flatten().collect();
        self.columns.retain(|name, _| fields.contains(name));
        self.folds.keep(&folds);
        // Thresholds that no segment stands on are worked out when somebody asks again.
        let quantiles: BTreeSet<QuantileKey> =
            self.segments.iter().flat_map(|segment| reads(&segment.rule).quantiles.into_keys()).collect();
        self.thresholds.retain(|key, _| quantiles.contains(key));
    }

    // How it follows.

    fn view(&self) -> View<'_> {
        View { now: self.now, zone: &self.place.zone, thresholds: &self.thresholds, line_names: &self.place.line_names }
    }

    fn profiles(&self, customer: u32) -> impl Iterator<Item = u32> + Clone {
        std::iter::once(customer).chain(self.people.others(customer).iter().copied())
    }

    /// Of the fields that a window stands around.
    fn history(&self, customer: u32, around: Option<&String>) -> History {
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
    fn test(&mut self, leaf: usize, customer: u32, stirred: &mut Stirred) {
        let judged = self.judge(leaf, customer);
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

    fn stir_users(&self, leaf: usize, customer: u32, stirred: &mut Stirred) {
        let users = self.leaves[leaf].users.iter().map(|place| (self.segments[*place].rank, *place));
        stirred.entry(customer).or_default().extend(users);
    }

    fn judge(&self, leaf: usize, customer: u32) -> Judged {
        let Leaf { clause, of, .. } = &self.leaves[leaf];
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
    fn settle(&mut self, mut stirred: Stirred, cause: Cause) -> Vec<Move> {
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
                moves.push(Move { segment: name, customer, entered: holds, at: self.now, cause });
            }
        }
        moves
    }

    /// A segment's members have become others: the clause that names it follows.
    fn spread(&mut self, place: usize, changed: &RoaringBitmap, stirred: &mut Stirred) {
        let name = Arc::clone(&self.segments[place].name);
        for leaf in self.moved_by.segments.get(&*name).cloned().unwrap_or_default() {
            self.leaves[leaf].holds = self.segments[place].members.clone();
            for customer in changed {
                self.stir_users(leaf, customer, stirred);
            }
        }
    }

    // Leaves.

    fn tree_of(&mut self, rule: &Rule) -> Tree<usize> {
        match rule {
            Tree::All(children) => Tree::All(children.iter().map(|child| self.tree_of(child)).collect()),
            Tree::Any(children) => Tree::Any(children.iter().map(|child| self.tree_of(child)).collect()),
            Tree::Not(child) => Tree::negated(self.tree_of(child)),
            Tree::Leaf(clause) => Tree::Leaf(self.leaf(clause)),
        }
    }

    fn leaf(&mut self, clause: &Clause) -> usize {
        if let Some(number) = self.numbers.get(clause) {
            return *number;
        }
        let of = match clause {
            Clause::Has(Has::Segment(name)) => Of::Segment(name.clone()),
            Clause::Has(has) => Of::State(self.states.number(has)),
            Clause::Field { name, .. } => Of::Field(name.clone()),
            Clause::Measure { .. } | Clause::Sequence(_) => Of::Fold {
                number: Subject::of(clause).and_then(|subject| self.folds.number(&subject)).unwrap_or(usize::MAX),
                around: around(clause).cloned(),
            },
        };
        let number = self.leaves.len();
        match &of {
            Of::State(state) => self.moved_by.states.entry(*state).or_default().push(number),
            Of::Segment(name) => self.moved_by.segments.entry(name.clone()).or_default().push(number),
            Of::Field(name) => self.moved_by.fields.entry(name.clone()).or_default().push(number),
            Of::Fold { number: fold, around } => {
                self.moved_by.folds.entry(*fold).or_default().push(number);
                if let Some(name) = around {
                    self.moved_by.fields.entry(name.clone()).or_default().push(number);
                }
            }
            Of::Nothing => {}
        }
        self.leaves.push(Leaf::new(clause.clone(), of));
        self.fill(number);
        // Not before: whoever asks for its set while it is filled is answered as if it were not kept.
        self.numbers.insert(clause.clone(), number);
        number
    }

    /// Asks a new clause of everybody.
    fn fill(&mut self, leaf: usize) {
        let kept = match (&self.leaves[leaf].of, &self.leaves[leaf].clause) {
            (Of::State(state), _) => Some(self.states.who_by_number(*state).clone()),
            (Of::Segment(name), _) => Some(self.members(name).cloned().unwrap_or_default()),
            (Of::Field(_), clause @ Clause::Field { test, .. }) if !test.is_relative() => {
                Some(who(&Tree::Leaf(clause.clone()), None, self))
            }
            _ => None,
        };
        if let Some(kept) = kept {
            self.leaves[leaf].holds = kept;
            return;
        }
        let mut stirred = Stirred::new();
        for customer in &self.people.everybody().clone() {
            self.test(leaf, customer, &mut stirred);
        }
    }

    /// A segment stands on its leaves no longer.
    fn release(&mut self, place: usize) {
        for leaf in leaves_of(&self.segments[place].tree) {
            self.leaves[leaf].users.remove(&place);
        }
    }

    fn rank(&mut self) {
        let rules: BTreeMap<&str, Vec<&str>> = self
            .places
            .iter()
            .map(|(name, place)| {
                let named = clauses(&self.segments[*place].rule).into_iter().filter_map(segment_of);
                (&**name, named.map(String::as_str).collect())
            })
            .collect();
        let ranks = ranks(&rules);
        for segment in &mut self.segments {
            segment.rank = ranks.get(&*segment.name).copied().unwrap_or(0);
        }
    }
}

impl Leaves<Clause> for Index {
    fn everybody(&self) -> &RoaringBitmap {
        self.people.everybody()
    }

    fn set<'s>(&'s self, clause: &'s Clause) -> Option<Cow<'s, RoaringBitmap>> {
        if let Some(number) = self.numbers.get(clause) {
            return Some(Cow::Borrowed(&self.leaves[*number].holds));
        }
        let kept = match clause {
            Clause::Has(Has::Segment(name)) => self.members(name),
            Clause::Has(has) => self.states.who(has),
            Clause::Field { name, test } => {
                let judge = |found: &Found| judge_field(name, test, found, self.view()).holds;
                return self.columns.get(name).and_then(|column| column.who(test, judge)).map(Cow::Owned);
            }
            Clause::Measure { .. } | Clause::Sequence(_) => return None,
        };
        Some(kept.map_or_else(|| Cow::Owned(RoaringBitmap::new()), Cow::Borrowed))
    }

    fn tester<'s>(&'s self, clause: &'s Clause) -> Box<dyn Fn(u32) -> bool + 's> {
        match clause {
            Clause::Field { name, test } if let Some(column) = self.columns.get(name) => {
                column.tester(test, move |found| judge_field(name, test, found, self.view()).holds)
            }
            Clause::Measure { .. } | Clause::Sequence(_)
                if let Some(fold) = Subject::of(clause).and_then(|subject| self.folds.number(&subject)) =>
            {
                let around = around(clause);
                Box::new(move |customer| {
                    let history = || self.history(customer, around);
                    self.folds.judge(fold, clause, self.profiles(customer), history, self.view()).holds
                })
            }
            _ => Box::new(move |customer| self.set(clause).is_some_and(|set| set.contains(customer))),
        }
    }

    fn cost(&self, clause: &Clause) -> u64 {
        if let Some(number) = self.numbers.get(clause) {
            return self.leaves[*number].holds.len();
        }
        match clause {
            Clause::Has(Has::Segment(name)) => self.members(name).map_or(0, RoaringBitmap::len),
            Clause::Has(has) => self.states.who(has).map_or(0, RoaringBitmap::len),
            Clause::Field { name, test } => match self.columns.get(name) {
                Some(column) if column.has_sets(test) => self.people.everybody().len(),
                _ => PROBED,
            },
            Clause::Measure { .. } => PROBED * 2,
            Clause::Sequence(_) => PROBED * 4,
        }
    }
}

fn clauses(rule: &Rule) -> Vec<&Clause> {
    match rule {
        Tree::All(children) | Tree::Any(children) => children.iter().flat_map(clauses).collect(),
        Tree::Not(child) => clauses(child),
        Tree::Leaf(clause) => vec![clause],
    }
}

fn leaves_of(tree: &Tree<usize>) -> HashSet<usize> {
    match tree {
        Tree::All(children) | Tree::Any(children) => children.iter().flat_map(leaves_of).collect(),
        Tree::Not(child) => leaves_of(child),
        Tree::Leaf(leaf) => [*leaf].into(),
    }
}

fn field_of(clause: &Clause) -> Option<&String> {
    match clause {
        Clause::Field { name, .. } => Some(name),
        _ => None,
    }
}

/// The field around whose value a clause's window stands.
fn around(clause: &Clause) -> Option<&String> {
    match clause {
        Clause::Measure { measure, .. } => around_of(&measure.window),
        Clause::Sequence(Sequence { window, .. }) => around_of(window),
        Clause::Has(_) | Clause::Field { .. } => None,
    }
}

fn around_of(window: &Window) -> Option<&String> {
    match window {
        Window::Around { anchor: Anchor::Field(name), .. } => Some(name),
        _ => None,
    }
}

fn is_quantile(clause: &Clause) -> bool {
    matches!(clause, Clause::Field { test, .. } | Clause::Measure { test, .. } if test.is_quantile())
}
