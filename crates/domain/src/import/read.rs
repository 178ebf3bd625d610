//! Reading single cells: what both kinds of file share.
//!
//! Invariants: an empty cell is no value; whatever is wrong becomes a [`RowError`] that says what is allowed.
//! Callers may rely on: nothing is allocated for good cells but the identifiers and traits themselves.

use super::cells::Cells;
use super::error::{RowError, RowErrorCode, shown};
use super::field::Field;
use super::parse::dates::DateError;
use super::parse::{clean, is_nothing, numbers};
use crate::fact::Trait;
use crate::identity::{IDENTIFIER_BYTES_MAX, Identifier, IdentifierError};
use crate::money::{AMOUNT_MINOR_MAX, DecimalError};

/// Order numbers and article numbers of all shops we know are far shorter.
pub const CODE_BYTES_MAX: usize = 200;
/// A product name or a trait is a label, not a document.
pub const TEXT_BYTES_MAX: usize = 1_000;

pub(super) fn too_short(cells: usize, columns: usize) -> RowError {
    let reason = format!("the row has {cells} of {columns} cells and ends before a column that is needed: complete it");
    RowError::of_row(RowErrorCode::WrongColumnCount, reason)
}

/// Puts the good identifiers into `found`, strongest first, and gives the first malformed one.
pub(super) fn read_identifiers(
    cells: &Cells<'_>,
    columns: &[(Field, usize)],
    found: &mut Vec<Identifier>,
) -> Option<RowError> {
    let mut malformed = None;
    for (field, place) in columns {
        let cell = clean(cells.get(*place));
        let Some(kind) = field.identifier().filter(|_| !is_nothing(cell)) else {
            continue;
        };
        match Identifier::normalise(kind, cell) {
            Ok(identifier) => found.push(identifier),
            Err(IdentifierError::Blocked) => {}
            Err(IdentifierError::TooLong) => {
                malformed.get_or_insert_with(|| too_long(*field, IDENTIFIER_BYTES_MAX));
            }
            Err(IdentifierError::Malformed) => {
                malformed.get_or_insert_with(|| {
                    let reason = format!("{} is no {}", shown(cell), field.code());
                    RowError { field: field.code(), code: RowErrorCode::InvalidIdentifier, reason }
                });
            }
        }
    }
    malformed
}

pub(super) fn text<'a>(
    cells: &Cells<'a>,
    place: Option<usize>,
    field: Field,
    bytes_max: usize,
    errors: &mut Vec<RowError>,
) -> Option<&'a str> {
    let value = clean(cells.get(place?));
    if is_nothing(value) {
        return None;
    }
    if value.len() > bytes_max {
        errors.push(too_long(field, bytes_max));
        return None;
    }
    Some(value)
}

pub(super) fn traits(cells: &Cells<'_>, columns: &[(String, usize)], errors: &mut Vec<RowError>) -> Vec<Trait> {
    let mut found = Vec::new();
    for (name, place) in columns {
        let value = clean(cells.get(*place));
        if value.len() > TEXT_BYTES_MAX {
            let reason = format!("{} is longer than {TEXT_BYTES_MAX} bytes", shown(name));
            errors.push(RowError { field: "trait", code: RowErrorCode::ValueTooLong, reason });
        } else if !is_nothing(value) {
            found.push(Trait { name: name.clone(), value: value.to_owned() });
        }
    }
    found
}

pub(super) fn date_error(field: Field, cell: &str, error: DateError) -> RowError {
    let (code, reason) = match error {
        DateError::Invalid => {
            (RowErrorCode::InvalidDate, format!("{} is no date such as 2026-03-01 14:30:00", shown(cell)))
        }
        DateError::OutOfRange => {
            (RowErrorCode::DateOutOfRange, format!("{} is outside 1970-01-01 to 2100-01-01", shown(cell)))
        }
    };
    RowError { field: field.code(), code, reason }
}

fn too_long(field: Field, bytes_max: usize) -> RowError {
    let reason = format!("the value is longer than {bytes_max} bytes");
    RowError { field: field.code(), code: RowErrorCode::ValueTooLong, reason }
}

pub(super) fn too_large(field: Field, value: &str) -> RowError {
    let reason = format!("{value} is too large: at most {AMOUNT_MINOR_MAX} of the smallest unit");
    RowError { field: field.code(), code: RowErrorCode::NumberTooLarge, reason }
}

pub(super) fn number(
    cells: &Cells<'_>,
    place: Option<usize>,
    field: Field,
    places: u8,
    errors: &mut Vec<RowError>,
) -> Option<i64> {
    let cell = clean(cells.get(place?));
    if is_nothing(cell) {
        return None;
    }
    match numbers::parse_scaled(cell, places) {
        Ok(value) => Some(value),
        Err(DecimalError::TooLarge) => {
            errors.push(too_large(field, &shown(cell)));
            None
        }
        Err(DecimalError::NotANumber) => {
            let reason = format!("{} is no number such as 1234.56", shown(cell));
            errors.push(RowError { field: field.code(), code: RowErrorCode::InvalidNumber, reason });
            None
        }
    }
}
