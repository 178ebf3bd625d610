//! What applying did, as the report of an import keeps it.

use super::resolve::Matched;
use perennial_domain::fact::{Fact, FactKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What applying did, in rows of the source: an order line or a customer row each counts one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplyReport {
    pub accepted: u64,
    pub duplicates: u64,
    pub customers_new: u64,
    /// Orders seen for the first time.
    pub orders: u64,
    pub refunds: u64,
    /// Facts without any identifier: they are kept, belong to nobody and are in no figure.
    pub guests: u64,
    pub conflicts: u64,
    /// Rows that name somebody who was erased: they are dropped.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub erased: u64,
    /// Customers of customer files that were known before, by the identifier that told so.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub matched: BTreeMap<String, Matched>,
    /// Values that were none of their field and were left off, by field; the rest of their rows is taken.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub refused_values: BTreeMap<String, u64>,
}

impl ApplyReport {
    pub fn add(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.duplicates += other.duplicates;
        self.customers_new += other.customers_new;
        self.orders += other.orders;
        self.refunds += other.refunds;
        self.guests += other.guests;
        self.conflicts += other.conflicts;
        self.erased += other.erased;
        for (rule, more) in &other.matched {
            let matched = self.matched.entry(rule.clone()).or_default();
            matched.customers += more.customers;
            matched.contradicted += more.contradicted;
        }
        for (field, more) in &other.refused_values {
            *self.refused_values.entry(field.clone()).or_default() += more;
        }
    }

    /// A fact with something new, told by so many rows.
    pub fn note(&mut self, fact: &Fact, guest: bool, first: bool, rows: u64, duplicates: u64) {
        let duplicates = duplicates.min(rows);
        self.accepted += rows - duplicates;
        self.duplicates += duplicates;
        self.guests += u64::from(guest);
        if first {
            self.orders += u64::from(fact.kind == FactKind::Order);
            self.refunds += u64::from(fact.kind == FactKind::Refund);
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Adds a report to the one stored as JSON.
pub fn merge_report(stored: Option<&str>, report: &ApplyReport) -> String {
    let mut total: ApplyReport = stored.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    total.add(report);
    serde_json::to_string(&total).unwrap_or_default()
}
