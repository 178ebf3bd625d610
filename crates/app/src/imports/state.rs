//! Shapes of an import: the request, its progress, its result.

use super::ImportError;
use crate::pipeline::ApplyReport;
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, Options};
use perennial_store::imports::ImportRow;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    Queued,
    Reading,
    Applying,
    Done,
    Cancelled,
    Failed,
}

impl ImportState {
    const ALL: [Self; 6] = [Self::Queued, Self::Reading, Self::Applying, Self::Done, Self::Cancelled, Self::Failed];

    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Reading => "reading",
            Self::Applying => "applying",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    pub name: String,
    pub path: PathBuf,
    pub size_bytes: u64,
}

/// What is to be imported, with nothing left open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRequest {
    pub kind: ImportKind,
    pub files: Vec<ImportFile>,
    pub mapping: Mapping,
    pub options: Options,
    /// The currency of the options was guessed: nobody said it.
    #[serde(default)]
    pub currency_assumed: bool,
    pub dry_run: bool,
}

/// What reading found, in rows of the files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadCounts {
    pub rows: u64,
    pub rejected: u64,
    /// field → code → rows; a row with two errors counts under both.
    pub errors: BTreeMap<String, BTreeMap<String, u64>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportProgress {
    pub bytes_done: u64,
    pub bytes_total: u64,
    pub counts: ReadCounts,
    pub partitions_done: u32,
    pub partitions: u32,
    pub rows_per_second: u64,
    pub seconds_left: Option<u64>,
}

/// Reading is about a third of the work, applying the rest.
const READING_SHARE: f64 = 0.35;

impl ImportProgress {
    /// Of the whole import, 0 to 1.
    pub fn fraction(&self) -> f64 {
        let part = |done: f64, total: f64| if total > 0.0 { (done / total).min(1.0) } else { 0.0 };
        let read = if self.partitions > 0 { 1.0 } else { part(self.bytes_done as f64, self.bytes_total as f64) };
        let applied = part(f64::from(self.partitions_done), f64::from(self.partitions));
        READING_SHARE * read + (1.0 - READING_SHARE) * applied
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorCount {
    pub field: String,
    pub code: String,
    pub rows: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportResult {
    pub rows: u64,
    pub rejected: u64,
    #[serde(flatten)]
    pub applied: ApplyReport,
}

/// A line of the match report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MatchedRule {
    /// The identifier that told, by its code.
    pub rule: String,
    pub customers: u64,
    /// Share of them that no other identifier of their row contradicts, 0 to 1.
    pub confidence: f64,
}

impl ImportResult {
    /// How customers of a customer file were recognised, by rule.
    pub fn match_report(&self) -> Vec<MatchedRule> {
        let report = self.applied.matched.iter();
        report
            .map(|(rule, matched)| MatchedRule {
                rule: rule.clone(),
                customers: matched.customers,
                confidence: 1.0 - matched.contradicted as f64 / matched.customers.max(1) as f64,
            })
            .collect()
    }
}

/// Why an import failed; stored as JSON in the column `error`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFailure {
    /// Stable: `order_too_long`, `block_set_aside`, `job_dead`, … ; `import_failed` where nothing more is known.
    pub code: String,
    pub text: String,
}

impl ImportFailure {
    pub fn new(code: &str, text: impl Into<String>) -> Self {
        Self { code: code.to_owned(), text: text.into() }
    }

    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn parse(stored: &str) -> Self {
        serde_json::from_str(stored).unwrap_or_else(|_| Self::new("import_failed", stored))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImportView {
    pub id: String,
    pub kind: ImportKind,
    pub state: ImportState,
    pub dry_run: bool,
    pub files: Vec<ImportFile>,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub created_by: String,
    pub cancel_requested: bool,
    pub progress: ImportProgress,
    pub result: ImportResult,
    pub errors_by_code: Vec<ErrorCount>,
    pub error: Option<ImportFailure>,
}

/// A row that this version cannot read must not keep the others from being shown: it is shown as failed.
pub fn view_or_failure(row: &ImportRow) -> ImportView {
    view_of(row).unwrap_or_else(|error| ImportView {
        id: row.id.clone(),
        kind: if row.kind == ImportKind::Customers.code() { ImportKind::Customers } else { ImportKind::Orders },
        state: ImportState::Failed,
        dry_run: row.dry_run,
        files: Vec::new(),
        created_at: row.created_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
        created_by: row.created_by.clone(),
        cancel_requested: row.cancel_requested,
        progress: ImportProgress::default(),
        result: ImportResult { rows: 0, rejected: 0, applied: ApplyReport::default() },
        errors_by_code: Vec::new(),
        error: Some(ImportFailure::new("import_unreadable", error.to_string())),
    })
}

pub fn view_of(row: &ImportRow) -> Result<ImportView, ImportError> {
    let unreadable =
        |error: serde_json::Error| ImportError::refused("import_unreadable", format!("import {}: {error}", row.id));
    let request: ImportRequest = serde_json::from_str(&row.request).map_err(unreadable)?;
    let progress: ImportProgress = serde_json::from_str(&row.progress).map_err(unreadable)?;
    let applied: ApplyReport =
        row.result.as_deref().map_or(Ok(ApplyReport::default()), serde_json::from_str).map_err(unreadable)?;
    let errors_by_code = progress
        .counts
        .errors
        .iter()
        .flat_map(|(field, codes)| {
            codes.iter().map(|(code, rows)| ErrorCount { field: field.clone(), code: code.clone(), rows: *rows })
        })
        .collect();
    Ok(ImportView {
        id: row.id.clone(),
        kind: request.kind,
        state: ImportState::parse(&row.state).unwrap_or(ImportState::Failed),
        dry_run: row.dry_run,
        files: request.files,
        created_at: row.created_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
        created_by: row.created_by.clone(),
        cancel_requested: row.cancel_requested,
        result: ImportResult { rows: progress.counts.rows, rejected: progress.counts.rejected, applied },
        progress,
        errors_by_code,
        error: row.error.as_deref().map(ImportFailure::parse),
    })
}
