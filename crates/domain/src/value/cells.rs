//! Customers grouped into cells of equal (x, t_x, T): the unit of fitting and predicting.
//!
//! Invariants: cells are sorted by (x, T, t_x), so their order does not depend on the order of
//! customers; `customers` of all cells sum to the number of summaries given.
//!
//! Callers may rely on: [`Cells::cell_of`] maps the n-th summary to its cell, so a figure is
//! computed once per cell and scattered. Ten million customers on a day grid make about 229,000
//! cells (value.md E2.2).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use super::summary::Summary;

/// Customers who share one history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The shared history.
    pub summary: Summary,
    /// How many customers share it.
    pub customers: u32,
}

/// All cells and the cell of each customer.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    cells: Vec<Cell>,
    cell_of: Vec<u32>,
    groups: Vec<Range<usize>>,
}

impl Cells {
    /// Groups summaries (normalised first, see [`Summary::normalized`]).
    ///
    /// Time: one hash look-up per customer and one sort of the cells.
    pub fn group(summaries: &[Summary]) -> Self {
        let mut seen: HashMap<u64, u32, BuildHasherDefault<KeyHasher>> = HashMap::default();
        let mut keys: Vec<(u64, u32)> = Vec::new();
        let mut cell_of: Vec<u32> = Vec::with_capacity(summaries.len());
        for summary in summaries {
            let key = summary.normalized().key();
            let next = keys.len() as u32;
            let index = *seen.entry(key).or_insert(next);
            if index == next {
                keys.push((key, 0));
            }
            keys[index as usize].1 += 1;
            cell_of.push(index);
        }
        let mut order: Vec<u32> = (0..keys.len() as u32).collect();
        order.sort_unstable_by_key(|index| keys[*index as usize].0);
        let mut rank = vec![0_u32; keys.len()];
        for (position, index) in order.iter().enumerate() {
            rank[*index as usize] = position as u32;
        }
        for cell in &mut cell_of {
            *cell = rank[*cell as usize];
        }
        let cells: Vec<Cell> = order
            .iter()
            .map(|index| {
                let (key, customers) = keys[*index as usize];
                Cell { summary: Summary::from_key(key), customers }
            })
            .collect();
        let groups = group_ranges(&cells);
        Self { cells, cell_of, groups }
    }

    /// The cells, sorted by (x, T, t_x).
    pub fn as_slice(&self) -> &[Cell] {
        &self.cells
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is no customer at all.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Cell index of each customer, in the order of the summaries given.
    pub fn cell_of(&self) -> &[u32] {
        &self.cell_of
    }

    /// Number of customers.
    pub fn customers(&self) -> u64 {
        self.cell_of.len() as u64
    }

    /// Number of customers with at least one repeat.
    pub fn repeaters(&self) -> u64 {
        self.cells.iter().filter(|c| c.summary.x > 0).map(|c| u64::from(c.customers)).sum()
    }

    /// Sum of repeat occasions.
    pub fn repeats(&self) -> u64 {
        self.cells.iter().map(|c| u64::from(c.customers) * u64::from(c.summary.x)).sum()
    }

    /// Index ranges of cells that share (x, T). What a living customer will do depends on these
    /// two only, so forecasts are computed once per range.
    pub(crate) fn groups(&self) -> &[Range<usize>] {
        &self.groups
    }

    /// Customers per distinct T (days), ascending.
    pub(crate) fn customers_by_age(&self) -> Vec<(u32, u64)> {
        let mut ages = std::collections::BTreeMap::new();
        for cell in &self.cells {
            *ages.entry(cell.summary.t).or_insert(0_u64) += u64::from(cell.customers);
        }
        ages.into_iter().collect()
    }
}

fn group_ranges(cells: &[Cell]) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let mut start = 0;
    for part in cells.chunk_by(|a, b| a.summary.x == b.summary.x && a.summary.t == b.summary.t) {
        groups.push(start..start + part.len());
        start += part.len();
    }
    groups
}

/// Multiply-and-fold hash of a packed key: all entropy is in the key, an attacker gains nothing
/// because the number of cells is bounded by the number of customers.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, key: u64) {
        let product = u128::from(key ^ self.0) * 0x9E37_79B9_7F4A_7C15_u128;
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
}
