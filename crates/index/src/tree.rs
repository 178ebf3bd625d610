//! And, or, not over sets of customers.

use perennial_domain::rules::Tree;
use roaring::RoaringBitmap;
use std::borrow::Cow;

/// By what leaves are answered.
pub(crate) trait Leaves<L> {
    fn everybody(&self) -> &RoaringBitmap;
    /// Of whom the leaf holds, where that is kept, or is found with less effort than to test so many customers.
    fn set<'s>(&'s self, leaf: &'s L, tested: u64) -> Option<Cow<'s, RoaringBitmap>>;
    /// Of whom all of these hold, each of which costs [`FOUND`], where that is less effort than to test so many customers.
    fn found(&self, leaves: &[&L], tested: u64) -> Option<RoaringBitmap>;
    /// Whether it holds of one customer.
    fn tester<'s>(&'s self, leaf: &'s L) -> Box<dyn Fn(u32) -> bool + 's>;
    /// How much there is to do: of a kept set how many are in it, of one that is to be found [`FOUND`], of a test of each
    /// customer more than of any set.
    fn cost(&self, leaf: &L) -> u64;
}

/// Each customer is looked at: dearer than any set.
pub(crate) const PROBED: u64 = 1 << 33;

/// What is left over by an exclusion is mostly many, but kept sets are all that it takes.
const LEFT_OVER: u64 = PROBED / 2;

/// A set that is not kept, but to be found.
pub(crate) const FOUND: u64 = LEFT_OVER + 1;

/// Where fewer than one in so many are left, sets are cut down to them before anything else is done.
const FEW: u64 = 16;

/// Who meets a tree. The last step is not taken yet: to count it takes less than to make a set of it.
enum Met<'s> {
    Set(Cow<'s, RoaringBitmap>),
    Both(Cow<'s, RoaringBitmap>, Cow<'s, RoaringBitmap>),
    /// Who is in the first one only.
    Without(Cow<'s, RoaringBitmap>, Cow<'s, RoaringBitmap>),
}

impl<'s> Met<'s> {
    /// A set that is nobody else's is changed where it is.
    fn set(self) -> Cow<'s, RoaringBitmap> {
        match self {
            Self::Set(set) => set,
            Self::Both(Cow::Owned(own), other) | Self::Both(other, Cow::Owned(own)) => Cow::Owned(own & &*other),
            Self::Both(one, other) => Cow::Owned(&*one & &*other),
            Self::Without(Cow::Owned(own), less) => Cow::Owned(own - &*less),
            Self::Without(all, less) => Cow::Owned(&*all - &*less),
        }
    }

    fn len(&self) -> u64 {
        match self {
            Self::Set(set) => set.len(),
            Self::Both(one, other) => one.intersection_len(other),
            Self::Without(all, less) => all.difference_len(less),
        }
    }
}

/// Who meets the tree, among these (among all where nobody is named). Small sets come first; customers are looked at last,
/// those only whom the rest has left, and each once for all tests.
pub(crate) fn who<'s, L>(
    tree: &'s Tree<L>,
    within: Option<&RoaringBitmap>,
    leaves: &'s impl Leaves<L>,
) -> Cow<'s, RoaringBitmap> {
    met(tree, within, leaves).set()
}

/// How many meet the tree.
pub(crate) fn count<L>(tree: &Tree<L>, leaves: &impl Leaves<L>) -> u64 {
    met(tree, None, leaves).len()
}

fn met<'s, L>(tree: &'s Tree<L>, within: Option<&RoaringBitmap>, leaves: &'s impl Leaves<L>) -> Met<'s> {
    let all = || within.unwrap_or(leaves.everybody());
    Met::Set(match tree {
        Tree::Leaf(leaf) => match (leaves.set(leaf, all().len()), within) {
            (Some(set), None) => set,
            (Some(set), Some(within)) => Cow::Owned(&*set & within),
            (None, _) => Cow::Owned(passing(all(), &[leaves.tester(leaf)])),
        },
        Tree::Not(child) => match &**child {
            Tree::Leaf(leaf) if let Some(set) = leaves.set(leaf, all().len()) => Cow::Owned(all() - &*set),
            _ => Cow::Owned(all() - &*who(child, within, leaves)),
        },
        Tree::All(children) => return all_met(children, within, leaves),
        Tree::Any(children) => {
            let is_few = within.is_some_and(|within| within.len() < leaves.everybody().len() / FEW);
            let mut found: Option<Cow<'s, RoaringBitmap>> = None;
            // Those who are not within are in it so far.
            let mut is_loose = false;
            for child in by_cost(children, leaves) {
                let some = found.as_deref().filter(|found| !found.is_empty());
                let next = if let Some(some) = some.filter(|_| is_tested(child, leaves)) {
                    who(child, Some(&(all() - some)), leaves)
                } else if is_few || cost(child, leaves) >= LEFT_OVER {
                    who(child, within, leaves)
                } else {
                    is_loose = true;
                    who(child, None, leaves)
                };
                found = Some(match (found, next) {
                    (None, next) => next,
                    (Some(Cow::Owned(own)), other) | (Some(other), Cow::Owned(own)) => Cow::Owned(own | &*other),
                    (Some(one), other) => Cow::Owned(&*one | &*other),
                });
            }
            match (found.unwrap_or_default(), within) {
                (Cow::Owned(own), Some(within)) if is_loose => Cow::Owned(own & within),
                (found, Some(within)) if is_loose => Cow::Owned(&*found & within),
                (found, _) => found,
            }
        }
    })
}

fn all_met<'s, L>(children: &'s [Tree<L>], within: Option<&RoaringBitmap>, leaves: &'s impl Leaves<L>) -> Met<'s> {
    let all = within.unwrap_or(leaves.everybody());
    let (tested, sets): (Vec<&Tree<L>>, Vec<&Tree<L>>) =
        by_cost(children, leaves).into_iter().partition(|child| is_tested(child, leaves));
    let (to_find, sets): (Vec<&Tree<L>>, Vec<&Tree<L>>) =
        sets.into_iter().partition(|child| matches!(child, Tree::Leaf(leaf) if leaves.cost(leaf) == FOUND));
    let (sooner, later) = sets.split_at(sets.partition_point(|child| cost(child, leaves) < FOUND));
    let narrow = |met: Option<Met<'s>>, children: &[&'s Tree<L>]| {
        children.iter().fold(met, |met, &child| Some(narrowed(met.map(Met::set), child, within, leaves)))
    };
    let mut met = narrow(None, sooner);
    let mut testers = Vec::new();
    let to_find: Vec<&L> = to_find.into_iter().flat_map(Tree::leaves).collect();
    if !to_find.is_empty() {
        let left = met.map(Met::set);
        let found = leaves.found(&to_find, left.as_deref().unwrap_or(all).len());
        met = match (found, left) {
            (Some(found), Some(left)) => Some(Met::Both(left, Cow::Owned(found))),
            (Some(found), None) => {
                let found = if let Some(within) = within { found & within } else { found };
                Some(Met::Set(Cow::Owned(found)))
            }
            (None, left) => {
                testers.extend(to_find.into_iter().map(|leaf| leaves.tester(leaf)));
                left.map(Met::Set)
            }
        };
    }
    met = narrow(met, later);
    testers.extend(tested.into_iter().filter_map(|child| tester(child, leaves)));
    match met {
        Some(met) if testers.is_empty() => met,
        met => Met::Set(Cow::Owned(passing(met.map(Met::set).as_deref().unwrap_or(all), &testers))),
    }
}

/// Who of those that are left meets a child too.
fn narrowed<'s, L>(
    left: Option<Cow<'s, RoaringBitmap>>,
    child: &'s Tree<L>,
    within: Option<&RoaringBitmap>,
    leaves: &'s impl Leaves<L>,
) -> Met<'s> {
    let Some(left) = left else { return met(child, within, leaves) };
    let set = |tree: &'s Tree<L>| match tree {
        Tree::Leaf(leaf) => leaves.set(leaf, left.len()),
        _ => None,
    };
    match child {
        _ if left.is_empty() => Met::Set(left),
        Tree::Not(child) => {
            let less = set(child).unwrap_or_else(|| who(child, Some(&left), leaves));
            Met::Without(left, less)
        }
        _ => match set(child) {
            Some(set) => Met::Both(left, set),
            None => met(child, Some(&left), leaves),
        },
    }
}

/// A leaf, or the opposite of one, for which nothing but looking at each customer helps.
fn is_tested<L>(tree: &Tree<L>, leaves: &impl Leaves<L>) -> bool {
    match tree {
        Tree::Leaf(leaf) => leaves.cost(leaf) >= PROBED,
        Tree::Not(child) => matches!(&**child, Tree::Leaf(leaf) if leaves.cost(leaf) >= PROBED),
        Tree::All(_) | Tree::Any(_) => false,
    }
}

fn tester<'s, L>(tree: &'s Tree<L>, leaves: &'s impl Leaves<L>) -> Option<Box<dyn Fn(u32) -> bool + 's>> {
    match tree {
        Tree::Leaf(leaf) => Some(leaves.tester(leaf)),
        Tree::Not(child) => {
            let passes = tester(child, leaves)?;
            Some(Box::new(move |customer| !passes(customer)))
        }
        Tree::All(_) | Tree::Any(_) => None,
    }
}

fn passing(within: &RoaringBitmap, testers: &[Box<dyn Fn(u32) -> bool + '_>]) -> RoaringBitmap {
    let passing = within.iter().filter(|customer| testers.iter().all(|passes| passes(*customer)));
    // What comes out of a bitmap ascends, so there is nothing to be refused.
    RoaringBitmap::from_sorted_iter(passing).unwrap_or_default()
}

fn by_cost<'t, L>(children: &'t [Tree<L>], leaves: &impl Leaves<L>) -> Vec<&'t Tree<L>> {
    let mut sorted: Vec<&Tree<L>> = children.iter().collect();
    sorted.sort_by_key(|child| cost(child, leaves));
    sorted
}

fn cost<L>(tree: &Tree<L>, leaves: &impl Leaves<L>) -> u64 {
    match tree {
        Tree::Leaf(leaf) => leaves.cost(leaf),
        Tree::Not(child) => cost(child, leaves).max(LEFT_OVER),
        Tree::All(children) => children.iter().map(|child| cost(child, leaves)).max().unwrap_or(0),
        Tree::Any(children) => children.iter().map(|child| cost(child, leaves)).fold(0, u64::saturating_add),
    }
}
