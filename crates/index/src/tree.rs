//! And, or, not over sets of customers.

use perennial_domain::rules::Tree;
use roaring::RoaringBitmap;
use std::borrow::Cow;

/// By what leaves are answered.
pub(crate) trait Leaves<L> {
    fn everybody(&self) -> &RoaringBitmap;
    /// Of whom the leaf holds, where that is kept.
    fn set<'s>(&'s self, leaf: &'s L) -> Option<Cow<'s, RoaringBitmap>>;
    /// Whether it holds of one customer.
    fn tester<'s>(&'s self, leaf: &'s L) -> Box<dyn Fn(u32) -> bool + 's>;
    /// How much there is to do: of a kept set how many are in it, of a test of each customer more than of any set.
    fn cost(&self, leaf: &L) -> u64;
}

/// Each customer is looked at: dearer than any kept set.
pub(crate) const PROBED: u64 = 1 << 33;

/// Who meets the tree, among these (among all where nobody is named). Small sets come first; customers are looked at last,
/// those only whom the rest has left, and each once for all tests.
pub(crate) fn who<L>(tree: &Tree<L>, within: Option<&RoaringBitmap>, leaves: &impl Leaves<L>) -> RoaringBitmap {
    let all = || within.unwrap_or(leaves.everybody());
    match tree {
        Tree::Leaf(leaf) => match (leaves.set(leaf), within) {
            (Some(set), None) => set.into_owned(),
            (Some(set), Some(within)) => &*set & within,
            (None, _) => passing(all(), &[leaves.tester(leaf)]),
        },
        Tree::Not(child) => match (&**child, within) {
            (Tree::Leaf(leaf), _) if let Some(set) = leaves.set(leaf) => all() - &*set,
            _ => all() - who(child, within, leaves),
        },
        Tree::All(children) => {
            let (tested, sets): (Vec<&Tree<L>>, Vec<&Tree<L>>) =
                by_cost(children, leaves).into_iter().partition(|child| is_tested(child, leaves));
            let mut found: Option<RoaringBitmap> = None;
            for child in sets {
                let narrowed = who(child, found.as_ref().or(within), leaves);
                if narrowed.is_empty() {
                    return narrowed;
                }
                found = Some(narrowed);
            }
            let found = found.map_or_else(|| Cow::Borrowed(all()), Cow::Owned);
            let testers: Vec<_> = tested.iter().filter_map(|child| tester(child, leaves)).collect();
            if testers.is_empty() { found.into_owned() } else { passing(&found, &testers) }
        }
        Tree::Any(children) => {
            let mut found = RoaringBitmap::new();
            for child in by_cost(children, leaves) {
                if found.is_empty() || !is_tested(child, leaves) {
                    found |= who(child, within, leaves);
                } else {
                    let rest = all() - &found;
                    found |= who(child, Some(&rest), leaves);
                }
            }
            found
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
        // What is left over by an exclusion is mostly many.
        Tree::Not(child) => cost(child, leaves).max(PROBED / 2),
        Tree::All(children) => children.iter().map(|child| cost(child, leaves)).max().unwrap_or(0),
        Tree::Any(children) => children.iter().map(|child| cost(child, leaves)).fold(0, u64::saturating_add),
    }
}
