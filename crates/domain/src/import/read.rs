//! Reading single cells: what both kinds of file share.
//!
//! Invariants: an empty cell is no value; whatever is wrong becomes a [`RowError`] that says what is allowed.
//! Callers may rely on: nothing is allocated for good cells but the identifiers and traits themselves.

use super::cells::Cells;
use super::error::{RowError, RowErrorCode, nul_byte, shown};
use super::field::{Field, ImportKind};
use super::mapping::{Mapping, Settled, Target};
use super::parse::dates::DateError;
use super::parse::{clean, is_nothing, numbers};
use crate::fact::Trait;
use crate::identity::{IDENTIFIER_BYTES_MAX, Identifier, IdentifierError};
use crate::money::{AMOUNT_MINOR_MAX, DecimalError, DecimalMark};
use crate::phone::PhoneRegion;

/// Order numbers and article numbers of all shops we know are far shorter.
pub const CODE_BYTES_MAX: usize = 200;
/// A product name or a trait is a label, not a document.
pub const TEXT_BYTES_MAX: usize = 1_000;

/// Which cells of a row matter.
#[derive(Debug)]
pub(super) struct Width {
    /// A row that ends before this column is cut off; what lies behind may be left out.
    pub columns_min: usize,
    pub columns: usize,
    /// The columns that mean something.
    pub used: Vec<usize>,
}

impl Width {
    pub(super) fn new(headers: &[String], mapping: &Mapping, columns_min: usize) -> Self {
        let is_used = |header| mapping.0.get(header).is_some_and(|target| *target != Target::Ignore);
        let used = headers.iter().enumerate().filter(|(_, header)| is_used(*header)).map(|(column, _)| column);
        Self { columns_min, columns: headers.len(), used: used.collect() }
    }
}

/// What is wrong with the row as a whole, so that its cells need not be looked at.
pub(super) fn unusable_row(cells: &Cells<'_>, width: &Width) -> Option<RowError> {
    let Width { columns_min, columns, used } = width;
    if cells.len() < *columns_min {
        let found = cells.len();
        let reason =
            format!("the row has {found} of {columns} cells and ends before a column that is needed: complete it");
        return Some(RowError::of_row(RowErrorCode::WrongColumnCount, reason));
    }
    nul_byte(cells.text().as_bytes()).filter(|_| used.iter().any(|column| cells.get(*column).contains('\0')))
}

/// The columns of identifiers, strongest first, and how their phone numbers are read.
#[derive(Debug)]
pub(super) struct IdentifierColumns {
    pub columns: Vec<(Field, usize)>,
    region: PhoneRegion,
}

impl IdentifierColumns {
    pub(super) fn new(kind: ImportKind, headers: &[String], mapping: &Mapping, settled: &Settled) -> Self {
        let mut columns: Vec<(Field, usize)> = Field::of_kind(kind)
            .iter()
            .filter(|field| field.identifier().is_some())
            .filter_map(|field| mapping.column_of(headers, *field).map(|column| (*field, column)))
            .collect();
        columns.sort_by_key(|(field, _)| field.identifier());
        Self { columns, region: settled.phone_region.unwrap_or_default() }
    }
}

/// Puts the good identifiers into `found`, strongest first, and gives the first malformed one.
pub(super) fn read_identifiers(
    cells: &Cells<'_>,
    identifiers: &IdentifierColumns,
    found: &mut Vec<Identifier>,
) -> Option<RowError> {
    let mut malformed = None;
    for (field, place) in &identifiers.columns {
        let cell = clean(cells.get(*place));
        let Some(kind) = field.identifier().filter(|_| !is_nothing(cell)) else {
            continue;
        };
        match Identifier::normalise_in(identifiers.region, kind, cell) {
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

/// Where the numbers of a field stand, and their decimal mark.
#[derive(Clone, Copy, Debug)]
pub(super) struct NumberColumn {
    pub place: usize,
    pub mark: DecimalMark,
}

impl NumberColumn {
    pub(super) fn of(headers: &[String], mapping: &Mapping, settled: &Settled, field: Field) -> Option<Self> {
        let place = mapping.column_of(headers, field)?;
        let mark = settled.decimal_marks.get(&headers[place]).copied().unwrap_or_default();
        Some(Self { place, mark })
    }
}

/// A number of so many decimal places; a unit price gets the extra ones by itself.
pub(super) fn number(
    cells: &Cells<'_>,
    column: Option<NumberColumn>,
    field: Field,
    places: u8,
    errors: &mut Vec<RowError>,
) -> Option<i64> {
    let NumberColumn { place, mark } = column?;
    let cell = clean(cells.get(place));
    if is_nothing(cell) {
        return None;
    }
    let parsed = match field {
        Field::UnitPrice => numbers::parse_price(cell, places, mark),
        _ => numbers::parse_scaled(cell, places, mark),
    };
    let (code, reason) = match parsed {
        Ok(value) => return Some(value),
        Err(DecimalError::TooLarge) => {
            errors.push(too_large(field, &shown(cell)));
            return None;
        }
        Err(DecimalError::NotANumber) => {
            (RowErrorCode::InvalidNumber, format!("{} is no number such as 1234.56", shown(cell)))
        }
        Err(DecimalError::OtherMark) => {
            let (other, own) = (mark.other().code(), mark.code());
            let reason = format!(
                "{} has a decimal {other}, while this column is read with a decimal {own}: change the cell, or say \
                 that the column has the {other}",
                shown(cell)
            );
            (RowErrorCode::DecimalMarkDiffers, reason)
        }
    };
    errors.push(RowError { field: field.code(), code, reason });
    None
}
