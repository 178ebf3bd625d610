//! Customer files: cells to typed rows, typed rows to facts.
//!
//! Invariants: a row needs at least one good identifier; the same row gives the same key in every file
//! and at every time of import.
//! Callers may rely on: traits carry normal values where there is a normal form (gender, birthday).

use super::cells::Cells;
use super::error::{RowError, RowErrorCode};
use super::field::{Field, ImportKind};
use super::mapping::{Mapping, MappingProblem, Settled, Target};
use super::parse::dates::DateParser;
use super::parse::{clean, is_nothing};
use super::read::{IdentifierColumns, Width, date_error, read_identifiers, text, traits, unusable_row};
use super::spool::{
    PartitionKey, SPOOL_VERSION, SpoolError, put_identifiers, put_number, put_signed, put_traits, take_byte,
    take_identifiers, take_number, take_signed, take_traits,
};
use crate::fact::{Fact, FactKey, FactKind, Trait};
use crate::identity::Identifier;
use crate::time::Instant;

/// Names and places are labels: longer ones are a shifted column.
pub const NAME_BYTES_MAX: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerRow {
    pub file_index: u32,
    pub row_number: u64,
    /// The strongest first, never empty.
    pub identifiers: Vec<Identifier>,
    /// When the row was true: its update, else the registration, else unknown.
    pub at: Option<Instant>,
    pub traits: Vec<Trait>,
}

#[derive(Debug)]
pub struct CustomerRowParser {
    dates: DateParser,
    identifiers: IdentifierColumns,
    labels: Vec<(Field, usize)>,
    birthday: Option<usize>,
    registered_at: Option<usize>,
    updated_at: Option<usize>,
    traits: Vec<(String, usize)>,
    width: Width,
}

impl CustomerRowParser {
    pub fn new(headers: &[String], mapping: &Mapping, settled: &Settled) -> Result<Self, Vec<MappingProblem>> {
        let problems = mapping.problems(ImportKind::Customers, headers);
        if !problems.is_empty() {
            return Err(problems);
        }
        let place = |field| mapping.column_of(headers, field);
        let identifiers = IdentifierColumns::new(ImportKind::Customers, headers, mapping, settled);
        let labels = [Field::Name, Field::Gender, Field::City, Field::Country];
        let named = |(column, header): (usize, &String)| match mapping.0.get(header) {
            Some(Target::Trait(name)) => Some((name.clone(), column)),
            _ => None,
        };
        let columns_min = identifiers.columns.iter().map(|(_, column)| column + 1).max().unwrap_or(0);
        Ok(Self {
            dates: DateParser::new(settled.zone.clone(), settled.date_order, settled.spreadsheet_days),
            width: Width::new(headers, mapping, columns_min),
            identifiers,
            labels: labels.iter().filter_map(|field| place(*field).map(|column| (*field, column))).collect(),
            birthday: place(Field::Birthday),
            registered_at: place(Field::RegisteredAt),
            updated_at: place(Field::UpdatedAt),
            traits: headers.iter().enumerate().filter_map(named).collect(),
        })
    }

    pub fn parse(&self, cells: &Cells<'_>, row_number: u64) -> Result<CustomerRow, Vec<RowError>> {
        if let Some(error) = unusable_row(cells, &self.width) {
            return Err(vec![error]);
        }
        let mut errors = Vec::new();
        let mut identifiers = Vec::new();
        let malformed = read_identifiers(cells, &self.identifiers, &mut identifiers);
        if identifiers.is_empty() {
            errors.push(malformed.unwrap_or_else(|| RowError {
                field: "identifier",
                code: RowErrorCode::MissingIdentifier,
                reason: "a customer needs a customer_id, member_no, phone, email or other_id".to_owned(),
            }));
        }
        let mut found = traits(cells, &self.traits, &mut errors);
        for (field, place) in &self.labels {
            if let Some(value) = text(cells, Some(*place), *field, NAME_BYTES_MAX, &mut errors) {
                let value = if *field == Field::Gender { gender(value) } else { value };
                found.push(Trait { name: field.code().to_owned(), value: value.to_owned() });
            }
        }
        self.birthday(cells, &mut found, &mut errors);
        let registered_at = self.instant(cells, self.registered_at, Field::RegisteredAt, &mut errors);
        let updated_at = self.instant(cells, self.updated_at, Field::UpdatedAt, &mut errors);
        if let Some(at) = registered_at {
            found.push(Trait { name: Field::RegisteredAt.code().to_owned(), value: at.rfc3339() });
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        found.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(CustomerRow { file_index: 0, row_number, identifiers, at: updated_at.or(registered_at), traits: found })
    }

    fn birthday(&self, cells: &Cells<'_>, found: &mut Vec<Trait>, errors: &mut Vec<RowError>) {
        let Some(cell) = self.birthday.map(|place| clean(cells.get(place))).filter(|cell| !is_nothing(cell)) else {
            return;
        };
        match self.dates.parse_day(cell) {
            Ok(day) => found.push(Trait { name: Field::Birthday.code().to_owned(), value: day.iso() }),
            Err(error) => errors.push(date_error(Field::Birthday, cell, error)),
        }
    }

    fn instant(
        &self,
        cells: &Cells<'_>,
        place: Option<usize>,
        field: Field,
        errors: &mut Vec<RowError>,
    ) -> Option<Instant> {
        let cell = clean(cells.get(place?));
        if is_nothing(cell) {
            return None;
        }
        self.dates.parse(cell).map_err(|error| errors.push(date_error(field, cell, error))).ok()
    }
}

/// The usual words for the two most frequent ones; whatever else somebody is stays as it was told.
pub(crate) fn gender(text: &str) -> &str {
    const FEMALE: &[&str] = &["f", "female", "woman", "女", "女性", "女士", "小姐"];
    const MALE: &[&str] = &["m", "male", "man", "男", "男性", "先生"];
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(FEMALE) {
        "female"
    } else if is_one_of(MALE) {
        "male"
    } else {
        text
    }
}

impl CustomerRow {
    pub fn partition_key(&self) -> PartitionKey {
        self.identifiers.first().map_or(PartitionKey(0), PartitionKey::of_identifier)
    }

    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(SPOOL_VERSION);
        put_number(out, u64::from(self.file_index));
        put_number(out, self.row_number);
        out.push(u8::from(self.at.is_some()));
        if let Some(at) = self.at {
            put_signed(out, at.0);
        }
        put_identifiers(out, &self.identifiers);
        put_traits(out, &self.traits);
    }

    /// Takes one row off the front of the bytes.
    pub fn decode(bytes: &mut &[u8]) -> Result<Self, SpoolError> {
        if take_byte(bytes)? != SPOOL_VERSION {
            return Err(SpoolError::WrongVersion);
        }
        let file_index = u32::try_from(take_number(bytes)?).map_err(|_| SpoolError::Damaged)?;
        let row_number = take_number(bytes)?;
        let at = match take_byte(bytes)? {
            0 => None,
            1 => Some(Instant(take_signed(bytes)?)),
            _ => return Err(SpoolError::Damaged),
        };
        let (identifiers, traits) = (take_identifiers(bytes)?, take_traits(bytes)?);
        Ok(Self { file_index, row_number, identifiers, at, traits })
    }

    /// The fact that the row tells; `imported_at` dates rows that do not say when they were true.
    pub fn into_fact(self, source: &str, imported_at: Instant) -> Fact {
        let mut parts: Vec<String> = vec![source.to_owned(), FactKind::CustomerUpdate.code().to_owned()];
        for identifier in &self.identifiers {
            parts.push(format!("{}:{}", identifier.kind.code(), identifier.value));
        }
        parts.push(self.at.map_or_else(String::new, |at| at.0.to_string()));
        for item in &self.traits {
            parts.push(item.name.clone());
            parts.push(item.value.clone());
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Fact {
            kind: FactKind::CustomerUpdate,
            key: FactKey::of(&parts),
            at: self.at.unwrap_or(imported_at),
            identifiers: self.identifiers,
            order_no: None,
            lines: Vec::new(),
            traits: self.traits,
            tracked: None,
        }
    }
}

/// The facts of the rows of one partition, in an order that the rows' order does not change. One row is
/// one fact; equal rows give equal keys, and whoever applies them counts the second as a duplicate.
pub fn assemble_customers(rows: Vec<CustomerRow>, source: &str, imported_at: Instant) -> Vec<Fact> {
    let mut facts: Vec<Fact> = rows.into_iter().map(|row| row.into_fact(source, imported_at)).collect();
    facts.sort_by(|left, right| {
        let first = |fact: &Fact| fact.identifiers.first().cloned();
        let undecided = left.at.cmp(&right.at).then_with(|| left.key.cmp(&right.key));
        first(left).cmp(&first(right)).then(undecided)
    });
    facts
}
