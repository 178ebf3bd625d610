//! Which refunds are cancellations, and which came in several rows: what keys say, of customers only of whom it still matters.
//!
//! Keys are random, so that they are dear to read: rows of refunds alone are read, and of nobody whose answer is known.

use super::quick::{Found, RowOf, dictionary, number, text_of};
use super::sorted::{Part, Place, Visit};
use crate::error::{HistoryError, Result};
use deltalake::arrow::array::{Array, AsArray, BinaryArray, DictionaryArray, Int64Array, RecordBatch, StringArray};
use deltalake::arrow::datatypes::Int32Type;
use perennial_domain::fact::{FactKey, FactKind};
use std::ops::Range;

/// What is read of them.
pub(super) const COLUMNS: [&str; 4] = ["customer", "key", "source", "order_no"];

/// Customers whose refunds are looked at after the rest.
pub(super) struct Unread {
    /// Ascending, with what all comes to where nothing was cancelled.
    pub found: Vec<(u32, Found)>,
    /// By file.
    pub refunds: Vec<Vec<usize>>,
}

impl Unread {
    pub fn new(files: usize) -> Self {
        Self { found: Vec::new(), refunds: vec![Vec::new(); files] }
    }

    pub fn push(&mut self, customer: u32, found: &Found, refunds: &[RowOf]) {
        self.found.push((customer, found.clone()));
        for (file, row) in refunds {
            self.refunds[*file].push(*row);
        }
    }
}

/// Looks for refunds that are not plain, of customers of whom the rest was found before; `done` is told both of each.
pub(super) struct Refunds<D> {
    unread: std::vec::IntoIter<(u32, Found)>,
    keys: Vec<[u8; 16]>,
    has_cancelled: bool,
    done: D,
}

impl<D: FnMut(u32, &Found)> Refunds<D> {
    /// `unread` are all those whose rows are shown, ascending.
    pub fn new(unread: Vec<(u32, Found)>, done: D) -> Self {
        Self { unread: unread.into_iter(), keys: Vec::new(), has_cancelled: false, done }
    }
}

impl<D: FnMut(u32, &Found)> Visit for Refunds<D> {
    type Part = Keys;

    fn part(&mut self, batch: &RecordBatch, _place: Place) -> Result<Keys> {
        Keys::of(batch)
    }

    fn rows(&mut self, _customer: u32, part: &Keys, rows: Range<usize>) -> Result<()> {
        for row in rows {
            let key = part.key(row)?;
            self.has_cancelled |= part.is_of_cancellation(row, key);
            self.keys.push(key);
        }
        Ok(())
    }

    fn ended(&mut self, customer: u32) -> Result<()> {
        let next = self.unread.next().filter(|(expected, _)| *expected == customer);
        let (_, mut found) = next.ok_or_else(|| HistoryError::damaged("a data file that changed while it was read"))?;
        self.keys.sort_unstable();
        let is_one_in_several = self.keys.windows(2).any(|pair| pair[0] == pair[1]);
        found.has_unread_refunds = false;
        found.has_other_purchases = self.has_cancelled || is_one_in_several;
        (self.done)(customer, &found);
        self.keys.clear();
        self.has_cancelled = false;
        Ok(())
    }
}

/// The columns of one batch that say which refunds are cancellations.
pub(super) struct Keys {
    customer: Int64Array,
    key: BinaryArray,
    source: DictionaryArray<Int32Type>,
    order_no: StringArray,
}

impl Part for Keys {
    fn customers(&self) -> &[i64] {
        self.customer.values()
    }
}

impl Keys {
    fn of(batch: &RecordBatch) -> Result<Self> {
        let missing = |name: &str| HistoryError::damaged(format!("no column {name}"));
        let column = |name: &str| batch.column_by_name(name).ok_or_else(|| missing(name));
        Ok(Self {
            customer: number(batch, "customer")?.ok_or_else(|| missing("customer"))?,
            key: column("key")?.as_binary_opt::<i32>().ok_or_else(|| missing("key"))?.clone(),
            source: dictionary(batch, "source")?.ok_or_else(|| missing("source"))?,
            order_no: column("order_no")?.as_string_opt::<i32>().ok_or_else(|| missing("order_no"))?.clone(),
        })
    }

    fn key(&self, row: usize) -> Result<[u8; 16]> {
        self.key.value(row).try_into().map_err(|_| HistoryError::damaged("a fact key that is not 16 bytes"))
    }

    /// A cancellation that took something back has the key of the cancellation.
    fn is_of_cancellation(&self, row: usize, key: [u8; 16]) -> bool {
        let of_source = |source: &str| {
            let parts = [source, FactKind::Cancelled.code(), self.order_no.value(row)];
            FactKey::of(&parts).0.to_be_bytes() == key
        };
        self.order_no.is_valid(row) && text_of(&self.source, row).is_some_and(of_source)
    }
}
