//! What a rule reads: which facts and changes of a customer can move its answer, and which segments stand on which.
//!
//! Invariant: a change of something that is not among the reads of a rule does not change its answer.

use super::json::canonical_quantile;
use super::normal::measure as normal_measure;
use super::problem::Problem;
use super::tree::{Anchor, Clause, Facts, Has, Measure, Rule, Test, What, Window};
use super::value::Number;
use super::walk::{Part, walk};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    pub fields: BTreeSet<String>,
    pub tags: BTreeSet<String>,
    pub tag_groups: BTreeSet<String>,
    pub segments: BTreeSet<String>,
    /// Reach over these; an empty name stands for all channels.
    pub channels: BTreeSet<String>,
    /// Codes of types of identifiers.
    pub identifiers: BTreeSet<String>,
    pub purposes: BTreeSet<String>,
    pub facts: BTreeSet<What>,
    /// Thresholds over all customers that the answer stands on.
    pub quantiles: BTreeMap<QuantileKey, Quantile>,
    /// Time alone can change the answer, whatever facts there are. Where it is false an answer only changes with what is
    /// read, or when a fact that was told ahead of its time happens, or a state ends.
    pub is_timed: bool,
}

/// Names a threshold: the same for the same part of the same number, however it is written. It is canonical JSON, such as
/// `{"of":{"field":"age"},"top":0.05}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuantileKey(String);

impl QuantileKey {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a threshold is that some run works out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantile {
    pub of: Operand,
    /// The part with the largest values, or that with the smallest.
    pub is_top: bool,
    pub share: Number,
}

/// The number of each customer that a threshold is taken of, as it is shown: rounded. Of a measure those customers count
/// of whom at least one fact does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    Field(String),
    Measure(Box<Measure>),
}

/// `None` where the test is none of top and bottom.
pub(super) fn quantile(operand: &Operand, test: &Test) -> Option<(QuantileKey, Quantile)> {
    let (is_top, share) = match test {
        Test::Top(share) => (true, *share),
        Test::Bottom(share) => (false, *share),
        _ => return None,
    };
    let of = match operand {
        Operand::Field(name) => Operand::Field(name.clone()),
        Operand::Measure(measure) => Operand::Measure(Box::new(normal_measure(measure))),
    };
    let quantile = Quantile { of, is_top, share };
    Some((QuantileKey(canonical_quantile(&quantile)), quantile))
}

pub fn reads(rule: &Rule) -> Reads {
    let mut reads = Reads::default();
    walk(rule, &mut |_, _, part| match part {
        Part::Clause(Clause::Has(has)) => reads.has(has),
        Part::Clause(Clause::Field { name, test }) => {
            reads.fields.insert(name.clone());
            reads.test(|| Operand::Field(name.clone()), test);
        }
        Part::Clause(Clause::Measure { measure, test }) => {
            reads.test(|| Operand::Measure(measure.clone()), test);
        }
        Part::Facts(facts) => reads.facts.extend(facts.of.iter().cloned()),
        Part::Window(window) => reads.window(window),
        Part::Clause(Clause::Sequence(_)) | Part::Branch | Part::Property(_) | Part::Line | Part::Step(_) => {}
    });
    reads
}

impl Reads {
    fn has(&mut self, has: &Has) {
        match has {
            Has::Tag(name) => self.tags.insert(name.clone()),
            Has::TagGroup(name) => self.tag_groups.insert(name.clone()),
            Has::Segment(name) => self.segments.insert(name.clone()),
            Has::Channel(name) => self.channels.insert(name.clone().unwrap_or_default()),
            Has::Identifier(kind) => self.identifiers.insert(kind.code().to_owned()),
            Has::Consent { purpose, .. } => self.purposes.insert(purpose.clone()),
        };
    }

    fn test(&mut self, operand: impl FnOnce() -> Operand, test: &Test) {
        self.is_timed |= test.is_relative();
        if test.is_quantile() {
            let operand = operand();
            self.quantiles.extend(quantile(&operand, test));
        }
    }

    fn window(&mut self, window: &Window) {
        self.is_timed |= matches!(window, Window::Last(_) | Window::This(_) | Window::Full { .. });
        if let Window::Around { anchor: Anchor::Field(name), .. } = window {
            self.fields.insert(name.clone());
        }
    }
}

/// What a clause looks at in facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// A fact of which nothing is among any of these does not matter to the clause.
    pub facts: Vec<Facts>,
    /// Names of properties of facts and lines; others do not matter.
    pub properties: BTreeSet<String>,
    /// Whether lines matter.
    pub has_lines: bool,
}

pub fn looks(clause: &Clause) -> Looks {
    let mut looks = Looks::default();
    if let Clause::Measure { measure, .. } = clause {
        looks.properties.extend(measure.take.property().cloned());
    }
    walk(&Rule::Leaf(clause.clone()), &mut |_, _, part| match part {
        Part::Facts(facts) => {
            looks.has_lines |= facts.of.iter().any(What::is_line);
            looks.facts.push(facts.clone());
        }
        Part::Property(property) => {
            looks.properties.insert(property.name.clone());
        }
        Part::Line => looks.has_lines = true,
        Part::Branch | Part::Clause(_) | Part::Window(_) | Part::Step(_) => {}
    });
    looks
}

/// Segments that stand on each other in a circle, the first again at the end; `None` where there is no circle.
pub fn circle(segments: &BTreeMap<String, Rule>) -> Option<Vec<String>> {
    let on: BTreeMap<&str, BTreeSet<String>> =
        segments.iter().map(|(name, rule)| (name.as_str(), reads(rule).segments)).collect();
    let mut done = BTreeSet::new();
    segments.keys().find_map(|start| circle_from(start, &on, &mut Vec::new(), &mut done))
}

/// Before `name` is saved with this rule: the circle that it would close, as a problem.
pub fn circle_problem(name: &str, rule: &Rule, others: &BTreeMap<String, Rule>) -> Option<Problem> {
    let mut all = others.clone();
    all.insert(name.to_owned(), rule.clone());
    let circle = circle(&all)?;
    let told = circle.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(" stands on ");
    Some(Problem::new("", format!("segments do not stand on each other in a circle: {told}")))
}

fn circle_from(
    name: &str,
    on: &BTreeMap<&str, BTreeSet<String>>,
    path: &mut Vec<String>,
    done: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    if done.contains(name) {
        return None;
    }
    if let Some(start) = path.iter().position(|one| one == name) {
        let mut circle = path[start..].to_vec();
        circle.push(name.to_owned());
        return Some(circle);
    }
    path.push(name.to_owned());
    let found = on.get(name).into_iter().flatten().find_map(|next| circle_from(next, on, path, done));
    path.pop();
    done.insert(name.to_owned());
    found
}
