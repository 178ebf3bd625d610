//! And, or, not over sets of customers.

use perennial_domain::rules::Tree;
use roaring::RoaringBitmap;
use std::borrow::Cow;

/// By what leaves are answered.
pub(crate) trait Leaves<L> {
    fn everybody(&self) -> &RoaringBitmap;
    /// Of whom the leaf holds, where that is kept, or is found with less effort than to test so many customers.
    fn set<'s>(&'s self, leaf: &'s L, tested: u64) -> Option<Cow<'s, RoaringBitmap>>;
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

/// Who meets the tree, among these (among all where nobody is named). Small sets come first; customers are looked at last,
/// those only whom the rest has left, and each once for all tests.
pub(crate) fn who<'s, L>(
    tree: &'s Tree<L>,
    within: Option<&RoaringBitmap>,
    leaves: &'s impl Leaves<L>,
) -> Cow<'s, RoaringBitmap> {
    let all = || within.unwrap_or(leaves.everybody());
    match tree {
        Tree::Leaf(leaf) => match (leaves.set(leaf, all().len()), within) {
            (Some(set), None) => set,
            (Some(set), Some(within)) => Cow::Owned(&*set & within),
            (None, _) => Cow::Owned(passing(all(), &[leaves.tester(leaf)])),
        },
        Tree::Not(child) => match &**child {
            Tree::Leaf(leaf) if let Some(set) = leaves.set(leaf, all().len()) => Cow::Owned(all() - &*set),
            _ => Cow::Owned(all() - &*who(child, within, leaves)),
        },
        Tree::All(children) => {
            let (tested, sets): (Vec<&Tree<L>>, Vec<&Tree<L>>) =
                by_cost(children, leaves).into_iter().partition(|child| is_tested(child, leaves));
            let mut found: Option<Cow<'s, RoaringBitmap>> = None;
            for child in sets {
                let narrowed = who(child, found.as_deref().or(within), leaves);
                if narrowed.is_empty() {
                    return narrowed;
                }
                found = Some(narrowed);
            }
            let testers: Vec<_> = tested.iter().filter_map(|child| tester(child, leaves)).collect();
            match found {
                Some(found) if testers.is_empty() => found,
                found => Cow::Owned(passing(found.as_deref().unwrap_or(all()), &testers)),
            }
        }
        Tree::Any(children) => {
            let is_few = within.is_some_and(|within| within.len() < leaves.everybody().len() / FEW);
            let mut found = RoaringBitmap::new();
            // Those who are not within are in it so far.
            let mut is_loose = false;
            for child in by_cost(children, leaves) {
                if is_tested(child, leaves) && !found.is_empty() {
                    found |= &*who(child, Some(&(all() - &found)), leaves);
                } else if is_few || cost(child, leaves) >= LEFT_OVER {
                    found |= &*who(child, within, leaves);
                } else {
                    found |= &*who(child, None, leaves);
                    is_loose = true;
                }
            }
            match within {
                Some(within) if is_loose => Cow::Owned(found & within),
                _ => Cow::Owned(found),
            }
        }
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
