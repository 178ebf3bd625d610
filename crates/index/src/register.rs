//! Which segments are kept true, the clauses that they stand on, and what is let go.

use crate::folds::Subject;
use crate::leaf::{Leaf, Of, segment_of};
use crate::segments::{Cause, Move, Segment, ranks};
use crate::tree::who;
use perennial_domain::rules::{Clause, Has, QuantileKey, Rule, Tree, normal, reads};
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use crate::answers::{around, field_of};
use crate::index::{Index, Lacks, Stirred};

impl Index {
    pub fn members(&self, segment: &str) -> Option<&RoaringBitmap> {
        self.places.get(segment).map(|place| &self.segments[*place].members)
    }

    /// All segments by name, with who is in them.
    pub fn segments(&self) -> impl Iterator<Item = (&str, &RoaringBitmap)> {
        self.places.iter().map(|(name, place)| (&**name, &self.segments[*place].members))
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
        // Clauses first: each is asked once, and kept.
        let tree = self.tree_of(&rule);
        let members = who(&rule, None, self).into_owned();
        let (place, before) = match self.places.get(name).copied() {
            Some(place) => {
                self.release(place);
                for leaf in tree.leaves() {
                    self.leaves[*leaf].users.insert(place);
                }
                self.segments[place].rule = rule;
                self.segments[place].tree = tree;
                (place, Some(std::mem::replace(&mut self.segments[place].members, members.clone())))
            }
            None => (self.add_segment(name, rule, members.clone()), None),
        };
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
                is_renumbered: false,
            }));
        }
        let mut stirred = Stirred::new();
        self.spread(place, &changed, &mut stirred);
        moves.extend(self.settle(stirred, Cause::Rule));
        Ok(moves)
    }

    /// The segment is kept no longer; for rules that name it, nobody is in it. What no segment stands on any more is let go
    /// with [`Index::let_go_but`].
    pub fn drop_segment(&mut self, name: &str) -> Vec<Move> {
        let Some(place) = self.places.remove(name) else { return Vec::new() };
        self.release(place);
        let members = std::mem::take(&mut self.segments[place].members);
        self.segments[place].rule = Tree::Any(Vec::new());
        self.segments[place].tree = Tree::Any(Vec::new());
        let mut stirred = Stirred::new();
        self.spread(place, &members, &mut stirred);
        self.segments[place].name = Arc::from("");
        self.settle(stirred, Cause::Rule)
    }

    /// Lets go what neither a segment nor one of these rules stands on: clauses, folds and columns.
    pub fn let_go_but(&mut self, rules: &[Rule]) {
        let asked: Vec<Rule> = rules.iter().map(normal).collect();
        let asked: Vec<&Clause> = asked.iter().flat_map(Rule::leaves).collect();
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
        let number = self.add_leaf(clause);
        // Whoever asks for its set while it is filled is answered as if it were not kept.
        self.numbers.remove(clause);
        self.fill(number);
        self.numbers.insert(clause.clone(), number);
        number
    }

    /// A clause with what moves it, of whom it holds not looked at so far.
    pub(crate) fn add_leaf(&mut self, clause: &Clause) -> usize {
        let of = match clause {
            Clause::Has(Has::Segment(name)) => Of::Segment(name.clone()),
            Clause::Has(has) => Of::State(self.states.number(has)),
            Clause::Field { name, .. } => Of::Field(name.clone()),
            Clause::Measure { .. } | Clause::Sequence(_) => self.fold_of(clause),
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
        self.numbers.insert(clause.clone(), number);
        number
    }

    pub(crate) fn fold_of(&self, clause: &Clause) -> Of {
        let number = Subject::of(clause).and_then(|subject| self.folds.number(&subject));
        Of::Fold { number: number.unwrap_or(usize::MAX), around: around(clause).cloned() }
    }

    /// A segment with who is in it; where it stands among the others is for [`Index::rank`].
    pub(crate) fn add_segment(&mut self, name: &str, rule: Rule, members: RoaringBitmap) -> usize {
        let tree = self.tree_of(&rule);
        let place = self.segments.len();
        for leaf in tree.leaves() {
            self.leaves[*leaf].users.insert(place);
        }
        let name: Arc<str> = Arc::from(name);
        self.places.insert(Arc::clone(&name), place);
        self.segments.push(Segment { name, rule, tree, members, rank: 0 });
        place
    }

    /// Asks a new clause of everybody.
    fn fill(&mut self, leaf: usize) {
        let kept = match (&self.leaves[leaf].of, &self.leaves[leaf].clause) {
            (Of::State(state), _) => Some(self.states.who_by_number(*state).clone()),
            (Of::Segment(name), _) => Some(self.members(name).cloned().unwrap_or_default()),
            (Of::Field(_), clause @ Clause::Field { test, .. }) if !test.is_relative() => {
                Some(who(&Tree::Leaf(clause.clone()), None, self).into_owned())
            }
            _ => None,
        };
        if let Some(kept) = kept {
            self.leaves[leaf].holds = kept;
            return;
        }
        let answer = self.answer(&self.leaves[leaf].clause, &self.leaves[leaf].of);
        self.put_answer(leaf, answer);
    }

    /// A segment stands on its leaves no longer.
    fn release(&mut self, place: usize) {
        for leaf in self.segments[place].tree.leaves() {
            self.leaves[*leaf].users.remove(&place);
        }
    }

    /// How segments stand on each other.
    pub(crate) fn rank(&mut self) {
        let rules: BTreeMap<&str, Vec<&str>> = self
            .places
            .iter()
            .map(|(name, place)| {
                let named = self.segments[*place].rule.leaves().into_iter().filter_map(segment_of);
                (&**name, named.map(String::as_str).collect())
            })
            .collect();
        let ranks = ranks(&rules);
        for segment in &mut self.segments {
            segment.rank = ranks.get(&*segment.name).copied().unwrap_or(0);
        }
    }
}
