//! How many meet a rule of large sets and of ranges: as plain words, some thousand customers after the other, so that nothing in between is
//! ever written to memory.
//!
//! Callers may rely on: a rule is counted here only where that takes less than to do it set by set, and only where nobody
//! meets it who is in none of its sets and ranges.

use crate::slices::{Bounds, Row, Slices, WORDS};
use perennial_domain::rules::Tree;
use roaring::RoaringBitmap;
use std::borrow::Cow;

/// So many words at a time are near at hand in any processor.
const CHUNK: usize = 8 * WORDS;
type Chunk = [u64; CHUNK];

/// Where one in so many are in a set, it is worth to have its words.
const DENSE: u64 = 16;

/// Words take less where the smallest of sets that are cut has more than one in so many.
const MANY: u64 = 32;

/// A set, a bit a number, as long as it is dense.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    list: Vec<u64>,
    /// How many are in the set.
    len: u64,
}

impl Words {
    pub fn of(set: &RoaringBitmap) -> Self {
        let len = set.len();
        let list = if len * DENSE >= span(set) { listed(set) } else { Vec::new() };
        Self { list, len }
    }

    /// A number has come into the set, or has left it.
    pub fn follow(&mut self, set: &RoaringBitmap, number: u32, is_in: bool) {
        self.len = if is_in { self.len + 1 } else { self.len - 1 };
        let (place, bit) = ((number / 64) as usize, 1 << (number % 64));
        if self.list.is_empty() {
            if self.len * DENSE >= span(set) {
                self.list = listed(set);
            }
        } else if self.len * DENSE * 2 < span(set) {
            self.list = Vec::new();
        } else if is_in {
            if self.list.len() <= place {
                // A little at a time: there are many such sets.
                self.list.reserve_exact(place + 1 - self.list.len() + place / 8);
                self.list.resize(place + 1, 0);
            }
            self.list[place] |= bit;
        } else if let Some(word) = self.list.get_mut(place) {
            *word &= !bit;
        }
    }

    pub fn get(&self) -> Option<&[u64]> {
        (!self.list.is_empty()).then_some(&*self.list)
    }
}

/// How many numbers there are up to the greatest.
fn span(set: &RoaringBitmap) -> u64 {
    set.max().map_or(0, |last| u64::from(last) + 1)
}

fn listed(set: &RoaringBitmap) -> Vec<u64> {
    let mut words = vec![0; span(set).div_ceil(64) as usize];
    set.iter().for_each(|number| words[(number / 64) as usize] |= 1 << (number % 64));
    words
}

/// What a leaf is here.
pub(crate) enum Part<'s> {
    Kept(&'s [u64]),
    /// A set without words.
    Set(&'s RoaringBitmap),
    Range(Between<'s>),
}

/// Who has a number between two of them, and who else passes.
pub(crate) struct Between<'s> {
    pub slices: &'s Slices,
    /// `None` where nobody has such a number.
    pub bounds: Option<Bounds>,
    /// They ascend.
    pub others: Vec<u32>,
}

pub(crate) trait Parts<L> {
    /// `None` of what takes more here than elsewhere.
    fn part<'s>(&'s self, leaf: &'s L) -> Option<Part<'s>>;
    fn everybody(&self) -> u64;
    /// At most so many.
    fn most(&self, leaf: &L) -> u64;
}

enum Node<'s> {
    Words(Cow<'s, [u64]>),
    Range(Between<'s>),
    Not(Box<Node<'s>>),
    All(Vec<Node<'s>>),
    Any(Vec<Node<'s>>),
}

/// How many meet the tree.
pub(crate) fn count<L>(tree: &Tree<L>, parts: &impl Parts<L>) -> Option<u64> {
    if !is_within(tree) || most(tree, parts) < parts.everybody() / MANY {
        return None;
    }
    let node = node(tree, parts)?;
    let mut found = 0;
    for place in 0..node.chunks() {
        let mut left = [u64::MAX; CHUNK];
        node.narrow(place, &mut left);
        found += left.iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
    }
    Some(found)
}

/// Whether everybody who meets it is in one of its sets or ranges.
fn is_within<L>(tree: &Tree<L>) -> bool {
    match tree {
        Tree::Leaf(_) => true,
        Tree::Not(_) => false,
        Tree::All(children) => children.iter().any(is_within),
        Tree::Any(children) => children.iter().all(is_within),
    }
}

fn most<L>(tree: &Tree<L>, parts: &impl Parts<L>) -> u64 {
    match tree {
        Tree::Leaf(leaf) => parts.most(leaf),
        Tree::Not(_) => parts.everybody(),
        Tree::All(children) => children.iter().map(|child| most(child, parts)).min().unwrap_or(parts.everybody()),
        Tree::Any(children) => children.iter().map(|child| most(child, parts)).fold(0, u64::saturating_add),
    }
}

fn node<'s, L>(tree: &'s Tree<L>, parts: &'s impl Parts<L>) -> Option<Node<'s>> {
    let nodes = |children: &'s [Tree<L>]| {
        let mut nodes = children.iter().map(|child| node(child, parts)).collect::<Option<Vec<_>>>()?;
        // What takes less comes first: it leaves fewer to the others.
        nodes.sort_by_key(Node::ranges);
        Some(nodes)
    };
    Some(match tree {
        Tree::Leaf(leaf) => match parts.part(leaf)? {
            Part::Kept(words) => Node::Words(Cow::Borrowed(words)),
            Part::Set(set) if set.len() * DENSE < parts.everybody() => Node::Words(Cow::Owned(listed(set))),
            Part::Set(_) => return None,
            Part::Range(between) => Node::Range(between),
        },
        Tree::Not(child) => Node::Not(Box::new(node(child, parts)?)),
        Tree::All(children) => Node::All(nodes(children)?),
        Tree::Any(children) => Node::Any(nodes(children)?),
    })
}

impl Node<'_> {
    /// How many ranges there are in it.
    fn ranges(&self) -> usize {
        match self {
            Self::Words(_) => 0,
            Self::Range(_) => 1,
            Self::Not(child) => child.ranges(),
            Self::All(children) | Self::Any(children) => children.iter().map(Self::ranges).sum(),
        }
    }

    /// How many chunks until nobody is in any of its sets.
    fn chunks(&self) -> usize {
        match self {
            Self::Words(words) => words.len().div_ceil(CHUNK),
            Self::Range(between) => between.chunks(),
            Self::Not(child) => child.chunks(),
            Self::All(children) | Self::Any(children) => children.iter().map(Self::chunks).max().unwrap_or(0),
        }
    }

    /// Takes away who of a chunk does not meet it.
    fn narrow(&self, place: usize, left: &mut Chunk) {
        match self {
            Self::Words(words) => {
                let words = part_of(words, place);
                left.iter_mut().zip(words).for_each(|(left, word)| *left &= word);
                left[words.len()..].fill(0);
            }
            Self::Range(between) => between.narrow(place, left),
            Self::Not(child) => match &**child {
                Self::Words(words) => {
                    left.iter_mut().zip(part_of(words, place)).for_each(|(left, word)| *left &= !word);
                }
                child => {
                    let mut less = *left;
                    child.narrow(place, &mut less);
                    left.iter_mut().zip(&less).for_each(|(left, less)| *left &= !less);
                }
            },
            Self::All(children) => children.iter().for_each(|child| child.narrow(place, left)),
            Self::Any(children) => {
                let mut found = [0; CHUNK];
                for child in children {
                    if let Self::Words(words) = child {
                        found.iter_mut().zip(part_of(words, place)).for_each(|(found, word)| *found |= word);
                        continue;
                    }
                    // Who is found already need not be looked for.
                    let mut more = *left;
                    more.iter_mut().zip(&found).for_each(|(more, found)| *more &= !found);
                    child.narrow(place, &mut more);
                    found.iter_mut().zip(&more).for_each(|(found, more)| *found |= more);
                }
                left.iter_mut().zip(&found).for_each(|(left, found)| *left &= found);
            }
        }
    }
}

impl Between<'_> {
    fn chunks(&self) -> usize {
        let last = self.others.last().map_or(0, |last| *last as usize / (CHUNK * 64) + 1);
        self.slices.blocks().div_ceil(CHUNK / WORDS).max(last)
    }

    fn narrow(&self, place: usize, left: &mut Chunk) {
        let before = *left;
        let (rows, _) = left.as_chunks_mut::<WORDS>();
        for (block, row) in rows.iter_mut().enumerate() {
            match self.bounds {
                Some(bounds) => self.slices.narrow_block(place * (CHUNK / WORDS) + block, row, bounds),
                None => *row = Row::default(),
            }
        }
        let from = self.others.partition_point(|other| (*other as usize) < place * CHUNK * 64);
        for other in self.others[from..].iter().map(|other| *other as usize - place * CHUNK * 64) {
            let Some(left) = left.get_mut(other / 64) else { break };
            *left |= before[other / 64] & (1 << (other % 64));
        }
    }
}

/// What there is of a chunk.
fn part_of(words: &[u64], place: usize) -> &[u64] {
    let from = (place * CHUNK).min(words.len());
    &words[from..words.len().min(from + CHUNK)]
}
