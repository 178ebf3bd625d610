//! A preview in JSON.

use super::request_dto::OptionsDto;
use crate::money::Money;
use crate::v1::customers::dto::IdentifierDto;
use perennial_app::imports::{PreviewResult, PreviewedFile};
use perennial_domain::import::columns::{RecognisedColumn, Why};
use perennial_domain::import::error::RowError;
use perennial_domain::import::field::{Field, ImportKind};
use perennial_domain::import::preview::{ErrorCount, Outcome, PreviewRow};
use perennial_domain::money::Currency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PreviewDto {
    /// A file format that is known by name, such as `online_retail`.
    pub layout: Option<String>,
    pub files: Vec<PreviewFileDto>,
    pub columns: Vec<PreviewColumnDto>,
    /// All fields of this kind of import.
    pub fields: Vec<FieldDto>,
    /// What the import will use: every column is in it.
    pub mapping: BTreeMap<String, String>,
    /// With what was found out filled in.
    pub options: OptionsDto,
    /// Nobody says which currency the amounts are in: ask.
    pub currency_assumed: bool,
    /// The first rows, at most 20.
    pub sample: Vec<PreviewRowDto>,
    /// At most 10,000.
    pub checked_rows: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub errors_by_code: Vec<PreviewErrorCount>,
    pub missing: Vec<MissingDto>,
    pub ready: bool,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PreviewFileDto {
    pub name: String,
    /// `csv`, `tsv` or `parquet`.
    #[schema(example = "csv")]
    pub format: String,
    /// `none`, `gzip` or `zstd`.
    #[schema(example = "none")]
    pub compression: String,
    /// Null for Parquet.
    #[schema(example = "utf-8")]
    pub encoding: Option<String>,
    #[schema(example = ",")]
    pub delimiter: Option<String>,
    pub size_bytes: u64,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PreviewColumnDto {
    #[schema(example = "InvoiceDate")]
    pub name: String,
    pub samples: Vec<String>,
    /// A field, `ignore` or `trait:` and a name; null: not recognised, and so ignored.
    #[schema(example = "ordered_at")]
    pub field: Option<String>,
    #[schema(minimum = 0, maximum = 1)]
    pub confidence: f64,
    /// `name`, `content`, `layout` or `user`.
    #[schema(example = "name")]
    pub why: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct FieldDto {
    #[schema(example = "ordered_at")]
    pub field: String,
    pub required: bool,
    /// Key of the explanation in the console's texts.
    #[schema(example = "import.field.ordered_at")]
    pub description_key: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PreviewRowDto {
    pub row: u64,
    /// `accepted` or `rejected`.
    #[schema(example = "accepted")]
    pub outcome: String,
    pub kind: Option<String>,
    pub order_no: Option<String>,
    /// The strongest identifier.
    pub customer: Option<IdentifierDto>,
    #[schema(format = DateTime)]
    pub at: Option<String>,
    pub product: Option<String>,
    pub quantity: Option<f64>,
    pub amount: Option<Money>,
    pub errors: Vec<RowErrorDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RowErrorDto {
    #[schema(example = "ordered_at")]
    pub field: String,
    #[schema(example = "invalid_date")]
    pub code: String,
    pub reason: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PreviewErrorCount {
    pub code: String,
    pub field: String,
    pub rows: u64,
    pub example: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MissingDto {
    /// A field, `identifier`, `mapping` or the name of an option.
    #[schema(example = "ordered_at")]
    pub field: String,
    /// `missing_field`, `missing_identifier`, `duplicate_field`, `unknown_column`, `field_not_of_kind`,
    /// `ambiguous_date_order`, `unknown_time_zone`, `missing_currency` or `currency_differs`.
    #[schema(example = "missing_field")]
    pub code: String,
    pub why: String,
}

impl PreviewDto {
    pub fn of(kind: ImportKind, result: PreviewResult) -> Self {
        let currency = result.options.currency;
        let field = |field: &Field| FieldDto {
            field: field.code().to_owned(),
            required: field.is_required(kind),
            description_key: format!("import.field.{}", field.code()),
        };
        Self {
            layout: result.layout,
            files: result.files.iter().map(file).collect(),
            columns: result.columns.iter().map(column).collect(),
            fields: Field::of_kind(kind).iter().map(field).collect(),
            mapping: result.mapping.0.iter().map(|(name, target)| (name.clone(), target.text())).collect(),
            options: result.options.into(),
            currency_assumed: result.currency_assumed,
            sample: result.counts.sample.iter().map(|row| sample_row(row, currency)).collect(),
            checked_rows: result.counts.checked_rows,
            accepted: result.counts.accepted,
            rejected: result.counts.rejected,
            errors_by_code: result.counts.errors.list().iter().map(error_count).collect(),
            missing: result
                .missing
                .into_iter()
                .map(|problem| MissingDto {
                    field: problem.field.to_owned(),
                    code: code_of(&problem.code),
                    why: problem.why,
                })
                .collect(),
            ready: result.ready,
        }
    }
}

fn file(file: &PreviewedFile) -> PreviewFileDto {
    let info = file.info.as_ref();
    PreviewFileDto {
        name: file.name.clone(),
        format: info.map_or_else(|| "parquet".to_owned(), |info| code_of(&info.format)),
        compression: info.map_or_else(|| "none".to_owned(), |info| code_of(&info.compression)),
        encoding: info.map(|info| info.encoding.code().to_owned()),
        delimiter: info.map(|info| info.delimiter.to_string()),
        size_bytes: file.size_bytes,
    }
}

/// The name that a plain enum has in JSON.
fn code_of(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

fn column(column: &RecognisedColumn) -> PreviewColumnDto {
    let why = |why: Why| match why {
        Why::User => "user",
        Why::Layout => "layout",
        Why::Name => "name",
        Why::Content => "content",
    };
    PreviewColumnDto {
        name: column.name.clone(),
        samples: column.samples.clone(),
        field: column.field.as_ref().map(|target| target.text()),
        confidence: column.confidence,
        why: column.why.map(|reason| why(reason).to_owned()),
    }
}

fn sample_row(row: &PreviewRow, currency: Option<Currency>) -> PreviewRowDto {
    let outcome = match row.outcome {
        Outcome::Accepted => "accepted",
        Outcome::Rejected => "rejected",
    };
    PreviewRowDto {
        row: row.row,
        outcome: outcome.to_owned(),
        kind: row.kind.map(|kind| kind.code().to_owned()),
        order_no: row.order_no.clone(),
        customer: row
            .customer
            .as_ref()
            .map(|one| IdentifierDto { kind: one.kind.code().to_owned(), value: one.value.clone() }),
        at: row.at.map(|at| at.rfc3339()),
        product: row.product.clone(),
        quantity: row.quantity_milli.map(|milli| milli as f64 / 1_000.0),
        amount: row.amount_minor.map(|minor| Money::of(minor, currency)),
        errors: row.errors.iter().map(row_error).collect(),
    }
}

fn row_error(error: &RowError) -> RowErrorDto {
    RowErrorDto { field: error.field.to_owned(), code: error.code.code().to_owned(), reason: error.reason.clone() }
}

fn error_count(count: &ErrorCount) -> PreviewErrorCount {
    PreviewErrorCount {
        code: count.code.code().to_owned(),
        field: count.field.to_owned(),
        rows: count.rows,
        example: count.example.clone(),
    }
}
