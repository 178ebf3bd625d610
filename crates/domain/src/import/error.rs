//! Why a row was rejected.
//!
//! Invariants: codes are stable snake_case; a reason says what is allowed and repeats at most
//! [`VALUE_BYTES_SHOWN_MAX`] bytes of the value.
//! Callers may rely on: reasons hold no control characters, so that they fit one line of a report.

use serde::Serialize;

/// How much of an offending value a reason repeats: enough to find it, too little to fill a log.
pub const VALUE_BYTES_SHOWN_MAX: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowErrorCode {
    MissingValue,
    MissingIdentifier,
    InvalidIdentifier,
    InvalidDate,
    DateOutOfRange,
    InTheFuture,
    InvalidNumber,
    DecimalMarkDiffers,
    NumberTooLarge,
    InvalidCurrency,
    CurrencyDiffers,
    ValueTooLong,
    WrongColumnCount,
    RecordTooLong,
    TooManyColumns,
    UnclosedQuote,
    InvalidText,
    NulByte,
}

impl RowErrorCode {
    pub fn code(self) -> &'static str {
        match self {
            Self::MissingValue => "missing_value",
            Self::MissingIdentifier => "missing_identifier",
            Self::InvalidIdentifier => "invalid_identifier",
            Self::InvalidDate => "invalid_date",
            Self::DateOutOfRange => "date_out_of_range",
            Self::InTheFuture => "in_the_future",
            Self::InvalidNumber => "invalid_number",
            Self::DecimalMarkDiffers => "decimal_mark_differs",
            Self::NumberTooLarge => "number_too_large",
            Self::InvalidCurrency => "invalid_currency",
            Self::CurrencyDiffers => "currency_differs",
            Self::ValueTooLong => "value_too_long",
            Self::WrongColumnCount => "wrong_column_count",
            Self::RecordTooLong => "record_too_long",
            Self::TooManyColumns => "too_many_columns",
            Self::UnclosedQuote => "unclosed_quote",
            Self::InvalidText => "invalid_text",
            Self::NulByte => "nul_byte",
        }
    }
}

/// One thing that is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowError {
    /// The code of the field, or `row` where the row as a whole cannot be read.
    pub field: &'static str,
    pub code: RowErrorCode,
    pub reason: String,
}

impl RowError {
    pub fn of_row(code: RowErrorCode, reason: String) -> Self {
        Self { field: "row", code, reason }
    }
}

/// The error of a row that holds a NUL byte, whichever kind of file it comes from: PostgreSQL keeps no such text.
pub fn nul_byte(row: &[u8]) -> Option<RowError> {
    let reason = || "the row holds a NUL byte: it is damaged or binary".to_owned();
    row.contains(&0).then(|| RowError::of_row(RowErrorCode::NulByte, reason()))
}

/// The value in double quotes, cut to what a reason may show, control characters as spaces.
pub fn shown(value: &str) -> String {
    let mut end = value.len().min(VALUE_BYTES_SHOWN_MAX);
    while !value.is_char_boundary(end) {
        end -= 1;
    }
    let tail = if end < value.len() { "…" } else { "" };
    let body: String = value[..end].chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    format!("\"{body}{tail}\"")
}
