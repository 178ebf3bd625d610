//! And, or, not over sets of customers.

use perennial_domain::rules::Tree;
use roaring::RoaringBitmap;

/// Sets by which leaves are answered.
pub(crate) trait Sets<L> {
    fn everybody(&self) -> &RoaringBitmap;
    /// Of whom the leaf holds, among these (among all where nobody is named).
    fn leaf(&self, leaf: &L, within: Option<&RoaringBitmap>) -> RoaringBitmap;
    /// What it costs to answer: of a kept set how many are in it; of a test of each customer more than of any set.
    fn cost(&self, leaf: &L) -> u64;
}

/// Who meets the tree, among these (among all where nobody is named). Cheap and narrow parts first: what is dear is asked of
/// those only whom the rest has left.
pub(crate) fn who<L>(tree: &Tree<L>, within: Option<&RoaringBitmap>, sets: &impl Sets<L>) -> RoaringBitmap {
    match tree {
        Tree::Leaf(leaf) => sets.leaf(leaf, within),
        Tree::Not(child) => within.unwrap_or(sets.everybody()) - who(child, within, sets),
        Tree::All(children) => {
            let mut found: Option<RoaringBitmap> = None;
            for child in by_cost(children, sets) {
                let narrowed = who(child, found.as_ref().or(within), sets);
                if narrowed.is_empty() {
                    return narrowed;
                }
                found = Some(narrowed);
            }
            found.unwrap_or_else(|| within.unwrap_or(sets.everybody()).clone())
        }
        Tree::Any(children) => {
            let mut found = RoaringBitmap::new();
            for child in by_cost(children, sets) {
                let is_kept = cost(child, sets) < PROBED;
                if found.is_empty() || is_kept {
                    found |= who(child, within, sets);
                } else {
                    let rest = within.unwrap_or(sets.everybody()) - &found;
                    found |= who(child, Some(&rest), sets);
                }
            }
            found
        }
    }
}

/// Each customer is looked at: dearer than any kept set.
pub(crate) const PROBED: u64 = 1 << 33;

fn by_cost<'t, L>(children: &'t [Tree<L>], sets: &impl Sets<L>) -> Vec<&'t Tree<L>> {
    let mut sorted: Vec<&Tree<L>> = children.iter().collect();
    sorted.sort_by_key(|child| cost(child, sets));
    sorted
}

fn cost<L>(tree: &Tree<L>, sets: &impl Sets<L>) -> u64 {
    match tree {
        Tree::Leaf(leaf) => sets.cost(leaf),
        // What is left over by an exclusion is mostly many.
        Tree::Not(child) => cost(child, sets).max(PROBED / 2),
        Tree::All(children) => children.iter().map(|child| cost(child, sets)).max().unwrap_or(0),
        Tree::Any(children) => children.iter().map(|child| cost(child, sets)).fold(0, u64::saturating_add),
    }
}
