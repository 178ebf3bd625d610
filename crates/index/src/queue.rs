//! What passing of time will do: each thing once, at its instant.
//!
//! Invariants: events come out in the order of their instants. One whose subject was told anew since it was put in is void:
//! it carries the stamp of when it was put in, and whoever takes it out compares.

use perennial_domain::time::Instant;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Due<E> {
    pub at: Instant,
    pub event: E,
}

#[derive(Clone, Debug)]
pub(crate) struct Queue<E: Ord> {
    heap: BinaryHeap<Reverse<Due<E>>>,
}

impl<E: Ord> Default for Queue<E> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new() }
    }
}

impl<E: Ord> FromIterator<Due<E>> for Queue<E> {
    fn from_iter<I: IntoIterator<Item = Due<E>>>(due: I) -> Self {
        Self { heap: due.into_iter().map(Reverse).collect() }
    }
}

impl<E: Ord + Copy> Queue<E> {
    pub fn put(&mut self, at: Instant, event: E) {
        self.heap.push(Reverse(Due { at, event }));
    }

    /// Many at once, in no order.
    pub fn extend(&mut self, due: impl Iterator<Item = Due<E>>) {
        self.heap.append(&mut due.map(Reverse).collect());
    }

    pub fn into_iter(self) -> impl Iterator<Item = Due<E>> {
        self.heap.into_iter().map(|Reverse(due)| due)
    }

    pub fn next_at(&self) -> Option<Instant> {
        self.heap.peek().map(|Reverse(due)| due.at)
    }

    /// The next one that is due by then.
    pub fn take(&mut self, by: Instant) -> Option<Due<E>> {
        if self.next_at()? > by {
            return None;
        }
        self.heap.pop().map(|Reverse(due)| due)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Due<E>> {
        self.heap.iter().map(|Reverse(due)| due)
    }

    pub fn retain(&mut self, keep: impl Fn(&E) -> bool) {
        self.heap.retain(|Reverse(due)| keep(&due.event));
    }
}
