//! An import in JSON.

use super::request_dto::ImportKindDto;
use perennial_app::imports::ImportView;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ImportDto {
    #[schema(example = "imp_1c9f0x3abcdefghjk")]
    pub id: String,
    pub kind: ImportKindDto,
    /// `queued`, `reading`, `applying`, `done`, `cancelled` or `failed`.
    #[schema(example = "applying")]
    pub state: String,
    /// Will stop at the next safe place.
    pub cancel_requested: bool,
    pub dry_run: bool,
    pub files: Vec<ImportFileDto>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub started_at: Option<String>,
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    pub created_by: String,
    pub progress: ImportProgressDto,
    pub result: ImportResultDto,
    pub errors_by_code: Vec<ImportErrorCount>,
    pub error: Option<ImportErrorDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ImportFileDto {
    pub name: String,
    pub size_bytes: u64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ImportProgressDto {
    pub bytes_done: u64,
    pub bytes_total: u64,
    pub rows: u64,
    pub rows_per_second: u64,
    pub seconds_left: Option<u64>,
    /// Of the whole import, 0 to 1.
    pub fraction: f64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ImportResultDto {
    pub rows: u64,
    /// Rows that told something new.
    pub accepted: u64,
    /// Rows that told nothing new.
    pub duplicates: u64,
    /// Rows that could not be read; they are in the file of rejected rows.
    pub rejected: u64,
    pub new_customers: u64,
    pub orders: u64,
    pub refunds: u64,
    /// Facts without any identifier.
    pub guests: u64,
    /// Identifiers that belong to somebody else and were left off.
    pub conflicts: u64,
    /// Rows that name somebody who was erased: they were dropped.
    pub erased: u64,
    /// Customers of a customer file who were known before, by the rule that told so.
    pub matched: Vec<MatchedRuleDto>,
    /// Values that were none of their field and were left off; the rest of their rows was taken.
    pub refused_values: Vec<RefusedValuesDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RefusedValuesDto {
    #[schema(example = "age")]
    pub field: String,
    #[schema(example = 3)]
    pub values: u64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MatchedRuleDto {
    /// The type of the identifier.
    #[schema(example = "phone")]
    pub rule: String,
    pub customers: u64,
    /// Share of them that no other identifier of their row contradicts, 0 to 1.
    pub confidence: f64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ImportErrorCount {
    #[schema(example = "invalid_date")]
    pub code: String,
    #[schema(example = "ordered_at")]
    pub field: String,
    pub rows: u64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ImportErrorDto {
    #[schema(example = "import_failed")]
    pub code: String,
    pub text: String,
}

impl From<ImportView> for ImportDto {
    fn from(view: ImportView) -> Self {
        let instant = |at: i64| Instant(at).rfc3339();
        let fraction = view.progress.fraction();
        let (result, applied) = (&view.result, &view.result.applied);
        Self {
            id: view.id,
            kind: view.kind.into(),
            state: view.state.code().to_owned(),
            cancel_requested: view.cancel_requested,
            dry_run: view.dry_run,
            files: view
                .files
                .into_iter()
                .map(|file| ImportFileDto { name: file.name, size_bytes: file.size_bytes })
                .collect(),
            created_at: instant(view.created_at),
            started_at: view.started_at.map(instant),
            finished_at: view.finished_at.map(instant),
            created_by: view.created_by,
            progress: ImportProgressDto {
                bytes_done: view.progress.bytes_done,
                bytes_total: view.progress.bytes_total,
                rows: view.progress.counts.rows,
                rows_per_second: view.progress.rows_per_second,
                seconds_left: view.progress.seconds_left,
                fraction,
            },
            result: ImportResultDto {
                rows: result.rows,
                accepted: applied.accepted,
                duplicates: applied.duplicates,
                rejected: result.rejected,
                new_customers: applied.customers_new,
                orders: applied.orders,
                refunds: applied.refunds,
                guests: applied.guests,
                conflicts: applied.conflicts,
                erased: applied.erased,
                refused_values: applied
                    .refused_values
                    .iter()
                    .map(|(field, values)| RefusedValuesDto { field: field.clone(), values: *values })
                    .collect(),
                matched: result
                    .match_report()
                    .into_iter()
                    .map(|one| MatchedRuleDto { rule: one.rule, customers: one.customers, confidence: one.confidence })
                    .collect(),
            },
            errors_by_code: view
                .errors_by_code
                .into_iter()
                .map(|count| ImportErrorCount { code: count.code, field: count.field, rows: count.rows })
                .collect(),
            error: view.error.map(|failure| ImportErrorDto { code: failure.code, text: failure.text }),
        }
    }
}
