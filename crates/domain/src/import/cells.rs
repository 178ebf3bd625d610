//! The cells of one row, borrowed from the reader's buffer.
//!
//! Invariants: a cell outside the row reads as empty; nothing here allocates per cell.
//! Callers may rely on: `len` counts the cells that were really there.

/// The text of all cells after one another, and where each of them ends.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    text: &'a str,
    ends: &'a [usize],
}

impl<'a> Cells<'a> {
    /// `ends` ascend and lie within `text`; a cell that does not (or cuts a character) reads as empty.
    pub fn new(text: &'a str, ends: &'a [usize]) -> Self {
        Self { text, ends }
    }

    /// All cells after one another.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Where each cell ends in [`Self::text`].
    pub fn ends(&self) -> &'a [usize] {
        self.ends
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cell at this place, empty where the row is shorter.
    pub fn get(&self, place: usize) -> &'a str {
        let Some(end) = self.ends.get(place) else {
            return "";
        };
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        self.text.get(start..*end).unwrap_or("")
    }

    pub fn iter(&self) -> impl Iterator<Item = &'a str> + '_ {
        (0..self.len()).map(|place| self.get(place))
    }
}

/// A row that is built cell by cell, for sources that are not text (Parquet) and for tests.
#[derive(Clone, Debug, Default)]
pub struct RowBuffer {
    text: String,
    ends: Vec<usize>,
}

impl RowBuffer {
    pub fn of(cells: &[&str]) -> Self {
        let mut buffer = Self::default();
        for cell in cells {
            buffer.push(cell);
        }
        buffer
    }

    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    pub fn cells(&self) -> Cells<'_> {
        Cells::new(&self.text, &self.ends)
    }
}
