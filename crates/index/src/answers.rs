//! What the index answers: who meets a rule, and what it would have to be told first.

use crate::folds::Subject;
use crate::slices::Bits;
use crate::tree::{FOUND, Leaves, PROBED, count, who};
use crate::words::{self, Part, Parts};
use perennial_domain::rules::oracle::{Found, judge_field, threshold_among};
use perennial_domain::rules::value::Value;
use perennial_domain::rules::{Anchor, Clause, Has, Operand, Quantile, Rule, Sequence, Window, normal, reads};
use roaring::RoaringBitmap;
use std::borrow::Cow;

use crate::index::{Index, Lacks};

/// To test one in so many customers takes as long as to look at the bits of all.
const TESTED_SOONER: u64 = 64;

impl Index {
    /// What it would have to be told before it answers this rule.
    pub fn lacks(&self, rule: &Rule) -> Lacks {
        let rule = normal(rule);
        let mut lacks = Lacks::default();
        for clause in rule.leaves() {
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
        Ok(who(&self.known(rule)?, None, self).into_owned())
    }

    /// How many meet the rule.
    ///
    /// # Errors
    /// What the index was not told.
    pub fn count(&self, rule: &Rule) -> Result<u64, Lacks> {
        let rule = self.known(rule)?;
        Ok(words::count(&rule, self).unwrap_or_else(|| count(&rule, self)))
    }

    /// The rule in its normal form, if it can be answered.
    fn known(&self, rule: &Rule) -> Result<Rule, Lacks> {
        let lacks = self.lacks(rule);
        if lacks.is_nothing() { Ok(normal(rule)) } else { Err(lacks) }
    }

    /// The most frequent texts of a field that is kept. Texts that customers have beside others are not counted.
    pub fn texts(&self, field: &str, limit: usize) -> Vec<String> {
        self.columns.get(field).map(|column| column.frequent(limit)).unwrap_or_default()
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
        Ok(threshold_among(&values, quantile.is_top, quantile.share))
    }
}

impl Leaves<Clause> for Index {
    fn everybody(&self) -> &RoaringBitmap {
        self.people.everybody()
    }

    fn set<'s>(&'s self, clause: &'s Clause, tested: u64) -> Option<Cow<'s, RoaringBitmap>> {
        if let Some(number) = self.numbers.get(clause) {
            return Some(Cow::Borrowed(&self.leaves[*number].holds));
        }
        let kept = match clause {
            Clause::Has(Has::Segment(name)) => self.members(name),
            Clause::Has(has) => self.states.who(has),
            Clause::Field { name, test } => {
                let column = self.columns.get(name)?;
                if column.is_sliced(test) {
                    return self.found(&[clause], tested).map(Cow::Owned);
                }
                let judge = |found: &Found| judge_field(name, test, found, self.view()).holds;
                return column.who(test, judge).map(Cow::Owned);
            }
            Clause::Measure { .. } | Clause::Sequence(_) => return None,
        };
        Some(kept.map_or_else(|| Cow::Owned(RoaringBitmap::new()), Cow::Borrowed))
    }

    fn found(&self, clauses: &[&Clause], tested: u64) -> Option<RoaringBitmap> {
        if tested < self.everybody().len() / TESTED_SOONER {
            return None;
        }
        let mut left = Bits::all_until(self.everybody().max()?);
        for clause in clauses {
            let Clause::Field { name, test } = clause else { return None };
            let judge = |found: &Found| judge_field(name, test, found, self.view()).holds;
            self.columns.get(name)?.narrow(&mut left, test, judge)?;
        }
        Some(left.set())
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
            _ => {
                let set = self.set(clause, u64::MAX);
                Box::new(move |customer| set.as_ref().is_some_and(|set| set.contains(customer)))
            }
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
                Some(column) if column.is_sliced(test) => FOUND,
                _ => PROBED,
            },
            Clause::Measure { .. } => PROBED * 2,
            Clause::Sequence(_) => PROBED * 4,
        }
    }
}

impl Parts<Clause> for Index {
    fn part<'s>(&'s self, clause: &'s Clause) -> Option<Part<'s>> {
        match clause {
            Clause::Has(Has::Segment(name)) => self.members(name).map(Part::Set),
            Clause::Has(has) => self.states.words(has).map(Part::Kept).or_else(|| self.states.who(has).map(Part::Set)),
            Clause::Field { name, test } => {
                let judge = |found: &Found| judge_field(name, test, found, self.view()).holds;
                self.columns.get(name)?.between(test, judge).map(Part::Range)
            }
            Clause::Measure { .. } | Clause::Sequence(_) => None,
        }
    }

    fn everybody(&self) -> u64 {
        self.people.everybody().len()
    }

    fn most(&self, clause: &Clause) -> u64 {
        self.cost(clause).min(Parts::everybody(self))
    }
}

pub(crate) fn field_of(clause: &Clause) -> Option<&String> {
    match clause {
        Clause::Field { name, .. } => Some(name),
        _ => None,
    }
}

/// The field around whose value a clause's window stands.
pub(crate) fn around(clause: &Clause) -> Option<&String> {
    match clause {
        Clause::Measure { measure, .. } => around_of(&measure.window),
        Clause::Sequence(Sequence { window, .. }) => around_of(window),
        Clause::Has(_) | Clause::Field { .. } => None,
    }
}

pub(crate) fn around_of(window: &Window) -> Option<&String> {
    match window {
        Window::Around { anchor: Anchor::Field(name), .. } => Some(name),
        _ => None,
    }
}

pub(crate) fn is_quantile(clause: &Clause) -> bool {
    matches!(clause, Clause::Field { test, .. } | Clause::Measure { test, .. } if test.is_quantile())
}
