//! What an import would do, from its first rows.
//!
//! Invariants: counts cover the rows that were fed, the caller feeds at most
//! [`super::sample::SAMPLE_ROWS`]; memory holds [`SHOWN_ROWS`] rows and one example per error.
//! Callers may rely on: the same parsers as the import itself, so that a preview does not flatter.

use super::customers::CustomerRow;
use super::error::{RowError, RowErrorCode};
use super::orders::OrderRow;
use crate::fact::{FactKind, Trait};
use crate::identity::Identifier;
use crate::time::Instant;
use serde::Serialize;
use std::collections::BTreeMap;

/// Rows that a preview shows.
pub const SHOWN_ROWS: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Accepted,
    Rejected,
}

/// One row as it would be taken. Amounts in minor units of the import's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PreviewRow {
    pub row: u64,
    pub outcome: Outcome,
    pub kind: Option<FactKind>,
    pub order_no: Option<String>,
    /// The strongest identifier.
    pub customer: Option<Identifier>,
    pub at: Option<Instant>,
    pub product: Option<String>,
    pub quantity_milli: Option<i64>,
    pub amount_minor: Option<i64>,
    pub traits: Vec<Trait>,
    pub errors: Vec<RowError>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorCount {
    pub code: RowErrorCode,
    pub field: &'static str,
    pub rows: u64,
    /// The reason given to the first such row, and where it is.
    pub example: String,
}

/// Counts errors by code and field; also for whole imports, as it keeps one example of each.
#[derive(Clone, Debug, Default)]
pub struct ErrorCounts(BTreeMap<(RowErrorCode, &'static str), (u64, String)>);

impl ErrorCounts {
    pub fn add(&mut self, row_number: u64, errors: &[RowError]) {
        for error in errors {
            let entry = self.0.entry((error.code, error.field));
            let (rows, _) = entry.or_insert_with(|| (0, format!("row {row_number}: {}", error.reason)));
            *rows += 1;
        }
    }

    /// Adds what another worker counted; its example gives way to the one that is here.
    pub fn merge(&mut self, other: Self) {
        for (key, (rows, example)) in other.0 {
            self.0.entry(key).or_insert((0, example)).0 += rows;
        }
    }

    /// The most frequent first.
    pub fn list(&self) -> Vec<ErrorCount> {
        let one = |((code, field), (rows, example)): (&(RowErrorCode, &'static str), &(u64, String))| ErrorCount {
            code: *code,
            field,
            rows: *rows,
            example: example.clone(),
        };
        let mut list: Vec<ErrorCount> = self.0.iter().map(one).collect();
        list.sort_by_key(|count| std::cmp::Reverse(count.rows));
        list
    }
}

#[derive(Clone, Debug, Default)]
pub struct PreviewCounts {
    pub checked_rows: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub errors: ErrorCounts,
    pub sample: Vec<PreviewRow>,
}

impl PreviewCounts {
    pub fn add_order(&mut self, row_number: u64, parsed: &Result<OrderRow, Vec<RowError>>) {
        let shown = match parsed {
            Ok(row) if self.shows_more() => Some(of_order(row)),
            _ => None,
        };
        self.add(row_number, parsed.as_ref().err().map(Vec::as_slice), shown);
    }

    pub fn add_customer(&mut self, row_number: u64, parsed: &Result<CustomerRow, Vec<RowError>>) {
        let shown = match parsed {
            Ok(row) if self.shows_more() => Some(of_customer(row)),
            _ => None,
        };
        self.add(row_number, parsed.as_ref().err().map(Vec::as_slice), shown);
    }

    /// A row that the reader could not give at all.
    pub fn add_unreadable(&mut self, row_number: u64, error: &RowError) {
        self.add(row_number, Some(std::slice::from_ref(error)), None);
    }

    fn shows_more(&self) -> bool {
        self.sample.len() < SHOWN_ROWS
    }

    fn add(&mut self, row_number: u64, errors: Option<&[RowError]>, shown: Option<PreviewRow>) {
        self.checked_rows += 1;
        match errors {
            None => {
                self.accepted += 1;
                self.sample.extend(shown);
            }
            Some(errors) => {
                self.rejected += 1;
                self.errors.add(row_number, errors);
                if self.shows_more() {
                    let outcome = Outcome::Rejected;
                    self.sample.push(PreviewRow { errors: errors.to_vec(), outcome, ..empty(row_number) });
                }
            }
        }
    }
}

fn empty(row: u64) -> PreviewRow {
    PreviewRow {
        row,
        outcome: Outcome::Accepted,
        kind: None,
        order_no: None,
        customer: None,
        at: None,
        product: None,
        quantity_milli: None,
        amount_minor: None,
        traits: Vec::new(),
        errors: Vec::new(),
    }
}

fn of_order(row: &OrderRow) -> PreviewRow {
    PreviewRow {
        kind: Some(row.kind),
        order_no: row.order_no.clone(),
        customer: row.identifiers.first().cloned(),
        at: Some(row.at),
        product: row.name.clone().or_else(|| row.sku.clone()),
        quantity_milli: row.quantity_milli,
        amount_minor: row.amount_minor.or(row.order_amount_minor),
        traits: row.traits.clone(),
        ..empty(row.row_number)
    }
}

fn of_customer(row: &CustomerRow) -> PreviewRow {
    PreviewRow {
        kind: Some(FactKind::CustomerUpdate),
        customer: row.identifiers.first().cloned(),
        at: row.at,
        traits: row.traits.clone(),
        ..empty(row.row_number)
    }
}
