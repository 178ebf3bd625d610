//! A plan: rules taken apart into clauses, and what is known of customers beside their facts.
//!
//! A plan is data: it names no process, no connection and nothing that changes while it runs. Invariant: whatever is asked of
//! it has one of three answers, yes, no, or that facts say it; where enough clauses are known, the rule is.

use super::bits::Bits;
use super::needs::Needs;
use super::tally::Tally;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rules::catalogue::Properties;
use perennial_domain::rules::oracle::{History, Named, NoThreshold, Thresholds, View, judge_clause};
use perennial_domain::rules::{Anchor, Clause, Has, Measure, Rule, Test, Tree, Window, circle, normal, reads};
use perennial_domain::time::{Instant, Zone};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// From where customers are looked at.
#[derive(Clone, Debug)]
pub struct Standpoint {
    /// What is later has not happened.
    pub as_of: Instant,
    /// Of the workspace.
    pub zone: Zone,
    pub thresholds: Thresholds,
    /// What lines have (`Catalogue::lines`).
    pub line_names: Properties,
}

impl Standpoint {
    pub(super) fn view(&self) -> View<'_> {
        View { now: self.as_of, zone: &self.zone, thresholds: &self.thresholds, line_names: &self.line_names }
    }
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PlanError {
    #[error(transparent)]
    NoThreshold(#[from] NoThreshold),
    #[error("segments stand on each other in a circle: {}", .0.join(", "))]
    Circle(Vec<String>),
}

/// Rules that are answered together over the history.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(super) standpoint: Standpoint,
    pub(super) leaves: Vec<Leaf>,
    /// Those that are asked, and behind them those of segments that they stand on.
    rules: Vec<Tree<usize>>,
    pub(super) asked: usize,
    everybody: Bits,
    /// Of customers of several profiles: whose each of these is.
    head_of: HashMap<u32, u32>,
    profiles: HashMap<u32, Box<[u32]>>,
    /// The fields that windows stand around, of those who have them.
    around: BTreeSet<String>,
    anchors: HashMap<u32, Named>,
}

#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub clause: Clause,
    pub of: Of,
}

/// What answers a clause.
#[derive(Clone, Debug)]
pub(super) enum Of {
    /// What is known beside facts: of whom it holds.
    Known(Bits),
    /// Another rule of the plan, behind those that are asked.
    Rule(usize),
    /// A few columns of the facts.
    Tally(Box<Tally>),
    /// The facts that it needs, one customer at a time.
    Facts,
}

impl Plan {
    /// `segments` are those that a rule may stand on, by name; others are states that customers are told with.
    ///
    /// # Errors
    /// A threshold that the standpoint lacks; segments that stand on each other in a circle.
    pub fn new(asked: &[Rule], segments: &BTreeMap<String, Rule>, standpoint: Standpoint) -> Result<Self, PlanError> {
        if let Some(circle) = circle(segments) {
            return Err(PlanError::Circle(circle));
        }
        let mut rules: Vec<Rule> = asked.iter().map(normal).collect();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        let mut next = 0;
        while next < rules.len() {
            let read = reads(&rules[next]);
            if let Some(key) = read.quantiles.into_keys().find(|key| !standpoint.thresholds.contains_key(key)) {
                return Err(NoThreshold(key).into());
            }
            for name in read.segments {
                if let Some(rule) = segments.get(&name).filter(|_| !places.contains_key(&name)) {
                    places.insert(name, rules.len());
                    rules.push(normal(rule));
                }
            }
            next += 1;
        }
        let mut numbers: HashMap<Clause, usize> = HashMap::new();
        let mut leaves: Vec<Leaf> = Vec::new();
        let mut around = BTreeSet::new();
        let mut number = |clause: &Clause| {
            *numbers.entry(clause.clone()).or_insert_with(|| {
                around.extend(anchor_field(clause).cloned());
                let of = of(clause, &places, &standpoint);
                leaves.push(Leaf { clause: clause.clone(), of });
                leaves.len() - 1
            })
        };
        let rules = rules.iter().map(|rule| numbered(rule, &mut number)).collect();
        Ok(Self {
            standpoint,
            leaves,
            rules,
            asked: asked.len(),
            everybody: Bits::default(),
            head_of: HashMap::new(),
            profiles: HashMap::new(),
            around,
            anchors: HashMap::new(),
        })
    }

    /// What [`crate::HistorySnapshot::values`] works out: what these measures come to. Of customers only fields play a part.
    pub fn taking(measures: &[Measure], standpoint: Standpoint) -> Self {
        let exists = |measure: &Measure| Clause::Measure { measure: Box::new(measure.clone()), test: Test::Exists };
        let leaves: Vec<Leaf> =
            measures.iter().map(|measure| Leaf { clause: exists(measure), of: Of::Facts }).collect();
        Self {
            around: leaves.iter().filter_map(|leaf| anchor_field(&leaf.clause)).cloned().collect(),
            rules: (0..leaves.len()).map(Tree::Leaf).collect(),
            asked: leaves.len(),
            leaves,
            standpoint,
            everybody: Bits::default(),
            head_of: HashMap::new(),
            profiles: HashMap::new(),
            anchors: HashMap::new(),
        }
    }

    /// Whether anything but facts plays a part: then customers are told with their fields and states.
    pub fn needs_known(&self) -> bool {
        !self.around.is_empty() || self.leaves.iter().any(|leaf| matches!(leaf.of, Of::Known(_)))
    }

    /// A customer, with all their profiles and what is known beside facts. Who is not told of is not answered for; each is
    /// told of once.
    pub fn tell(&mut self, customer: CustomerNumber, profiles: &[CustomerNumber], known: &History) {
        self.everybody.insert(customer.0);
        let view = self.standpoint.view();
        for leaf in &mut self.leaves {
            if let Of::Known(holds) = &mut leaf.of
                && judge_clause(&leaf.clause, known, view).holds
            {
                holds.insert(customer.0);
            }
        }
        if profiles.iter().any(|profile| *profile != customer) {
            let mut all: Vec<u32> = profiles.iter().map(|profile| profile.0).chain([customer.0]).collect();
            all.sort_unstable();
            all.dedup();
            self.head_of.extend(all.iter().map(|profile| (*profile, customer.0)));
            self.profiles.insert(customer.0, all.into());
        }
        let anchors: Named = known.fields.iter().filter(|(name, _)| self.around.contains(*name)).map(cloned).collect();
        if !anchors.is_empty() {
            self.anchors.insert(customer.0, anchors);
        }
    }

    /// Whose profile it is, where that is somebody of several profiles.
    pub(super) fn head(&self, profile: u32) -> Option<u32> {
        if self.head_of.is_empty() { None } else { self.head_of.get(&profile).copied() }
    }

    /// Customers of one profile whose facts are in the bucket.
    pub(super) fn singles_of(&self, bucket: u32, buckets: u32) -> impl Iterator<Item = u32> {
        self.everybody.of_bucket(bucket, buckets).filter(|customer| self.head(*customer).is_none())
    }

    pub(super) fn of_several(&self) -> impl Iterator<Item = (u32, &[u32])> {
        self.profiles.iter().map(|(head, profiles)| (*head, &**profiles))
    }

    pub(super) fn profiles<'p>(&'p self, customer: &'p u32) -> &'p [u32] {
        self.profiles.get(customer).map_or(std::slice::from_ref(customer), |profiles| profiles)
    }

    /// What facts are judged with.
    pub(super) fn history(&self, customer: u32) -> History {
        History { fields: self.anchors.get(&customer).cloned().unwrap_or_default(), ..History::default() }
    }

    /// What of the facts some clauses need.
    pub(super) fn needs(&self, is_wanted: impl Fn(usize, &Of) -> bool) -> Needs {
        let Standpoint { as_of, zone, .. } = &self.standpoint;
        let wanted = self.leaves.iter().enumerate().filter(|(number, leaf)| is_wanted(*number, &leaf.of));
        wanted.map(|(_, leaf)| Needs::of(&leaf.clause, *as_of, zone)).fold(Needs::default(), Needs::and)
    }

    /// The answer of each rule that is asked, `None` where facts say it. `by_facts` answers the clauses that look at facts.
    pub(super) fn answer<'a>(
        &'a self,
        customer: u32,
        by_facts: &'a dyn Fn(usize) -> Option<bool>,
    ) -> impl Iterator<Item = Option<bool>> + 'a {
        let found = vec![Cell::new(None); self.rules.len() - self.asked];
        let asking = Asking { plan: self, customer, by_facts, found };
        (0..self.asked).map(move |rule| asking.tree(&asking.plan.rules[rule]))
    }
}

/// The rules of a plan, asked of one customer.
struct Asking<'a> {
    plan: &'a Plan,
    customer: u32,
    by_facts: &'a dyn Fn(usize) -> Option<bool>,
    /// Of rules that are not asked, but stood on.
    found: Vec<Cell<Option<Option<bool>>>>,
}

impl Asking<'_> {
    fn stood_on(&self, rule: usize) -> Option<bool> {
        let known = &self.found[rule - self.plan.asked];
        if let Some(found) = known.get() {
            return found;
        }
        let found = self.tree(&self.plan.rules[rule]);
        known.set(Some(found));
        found
    }

    fn tree(&self, tree: &Tree<usize>) -> Option<bool> {
        match tree {
            Tree::Leaf(leaf) => match &self.plan.leaves[*leaf].of {
                Of::Known(holds) => Some(holds.contains(self.customer)),
                Of::Rule(rule) => self.stood_on(*rule),
                Of::Tally(_) | Of::Facts => (self.by_facts)(*leaf),
            },
            Tree::Not(child) => self.tree(child).map(|holds| !holds),
            Tree::All(children) => self.any_is(children, false).map(|found| !found),
            Tree::Any(children) => self.any_is(children, true),
        }
    }

    /// Whether one of them has this answer.
    fn any_is(&self, children: &[Tree<usize>], wanted: bool) -> Option<bool> {
        let mut is_open = false;
        for child in children {
            match self.tree(child) {
                Some(holds) if holds == wanted => return Some(true),
                Some(_) => {}
                None => is_open = true,
            }
        }
        if is_open { None } else { Some(false) }
    }
}

fn of(clause: &Clause, places: &BTreeMap<String, usize>, standpoint: &Standpoint) -> Of {
    match clause {
        Clause::Has(Has::Segment(name)) if let Some(rule) = places.get(name) => Of::Rule(*rule),
        Clause::Has(_) | Clause::Field { .. } => Of::Known(Bits::default()),
        Clause::Measure { measure, .. } => {
            let tally = Tally::of(measure, standpoint.as_of, &standpoint.zone);
            tally.map_or(Of::Facts, |tally| Of::Tally(Box::new(tally)))
        }
        Clause::Sequence(_) => Of::Facts,
    }
}

fn numbered(rule: &Rule, number: &mut dyn FnMut(&Clause) -> usize) -> Tree<usize> {
    let mut all = |children: &[Rule]| children.iter().map(|child| numbered(child, number)).collect();
    match rule {
        Tree::All(children) => Tree::All(all(children)),
        Tree::Any(children) => Tree::Any(all(children)),
        Tree::Not(child) => Tree::negated(numbered(child, number)),
        Tree::Leaf(clause) => Tree::Leaf(number(clause)),
    }
}

fn anchor_field(clause: &Clause) -> Option<&String> {
    let window = match clause {
        Clause::Measure { measure, .. } => &measure.window,
        Clause::Sequence(sequence) => &sequence.window,
        Clause::Has(_) | Clause::Field { .. } => return None,
    };
    match window {
        Window::Around { anchor: Anchor::Field(name), .. } => Some(name),
        _ => None,
    }
}

fn cloned<A: Clone, B: Clone>((one, other): (&A, &B)) -> (A, B) {
    (one.clone(), other.clone())
}
