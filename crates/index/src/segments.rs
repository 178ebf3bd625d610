//! Segments: a rule over leaves, and who is in it.

use crate::leaf::Leaf;
use perennial_domain::fact::FactKey;
use perennial_domain::rules::{Rule, Tree};
use perennial_domain::time::Instant;
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub name: Arc<str>,
    pub rule: Rule,
    /// The same rule over the numbers of leaves.
    pub tree: Tree<usize>,
    pub members: RoaringBitmap,
    /// Larger than that of each segment which it stands on.
    pub rank: usize,
}

impl Segment {
    pub fn holds(&self, customer: u32, leaves: &[Leaf]) -> bool {
        self.tree.holds(&|leaf| leaves[*leaf].holds.contains(customer))
    }
}

/// Somebody came into a segment, or left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub segment: Arc<str>,
    pub customer: u32,
    pub entered: bool,
    pub at: Instant,
    pub cause: Cause,
    /// Nobody came or left: profiles became one customer or several, and another number stands for them.
    pub is_renumbered: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Fact(FactKey),
    /// A field, a tag, a consent or another state.
    Profile,
    /// Profiles became one customer, or several.
    Merge,
    /// Nothing but time.
    Time,
    /// The rule, a rule that it stands on, or a threshold is another one.
    Rule,
}

/// How many segments each of them stands on, one on the other. Circles are refused before; here they end.
pub(crate) fn ranks(rules: &BTreeMap<&str, Vec<&str>>) -> BTreeMap<String, usize> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for name in rules.keys() {
        rank(name, rules, &mut found);
    }
    found
}

fn rank(name: &str, rules: &BTreeMap<&str, Vec<&str>>, found: &mut BTreeMap<String, usize>) -> usize {
    if let Some(rank) = found.get(name) {
        return *rank;
    }
    found.insert(name.to_owned(), 0);
    let below = rules.get(name).into_iter().flatten().map(|one| rank(one, rules, found) + 1).max();
    found.insert(name.to_owned(), below.unwrap_or(0));
    below.unwrap_or(0)
}
