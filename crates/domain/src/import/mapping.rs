//! What each column means, what else the operator states, and whether that suffices.
//!
//! Invariants: a mapping names columns by their header; two columns never share a field.
//! Callers may rely on: `Mapping` and `Options` are the shapes of the API, and of the stored import.

use super::field::{Field, ImportKind};
use super::parse::dates::DateOrder;
use crate::money::{Currency, DecimalMark};
use crate::phone::PhoneRegion;
use crate::time::{Instant, MICROS_PER_DAY, Zone};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest name of a trait, in bytes: it becomes a label on screens.
pub const TRAIT_NAME_BYTES_MAX: usize = 100;

/// Clocks and zones differ by up to a day; what lies further ahead was not bought yet. Microseconds.
pub const FUTURE_MAX: i64 = MICROS_PER_DAY;

/// What one column is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Field(Field),
    Ignore,
    Trait(String),
}

impl Target {
    pub fn text(&self) -> String {
        match self {
            Self::Field(field) => field.code().to_owned(),
            Self::Ignore => "ignore".to_owned(),
            Self::Trait(name) => format!("trait:{name}"),
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        if text == "ignore" {
            return Some(Self::Ignore);
        }
        if let Some(name) = text.strip_prefix("trait:") {
            let name = name.trim();
            let usable = !name.is_empty() && name.len() <= TRAIT_NAME_BYTES_MAX && !name.chars().any(char::is_control);
            return usable.then(|| Self::Trait(name.to_owned()));
        }
        Field::parse(text).map(Self::Field)
    }
}

impl Serialize for Target {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("a column means a field, ignore, or trait: and a name"))
    }
}

/// Column name → meaning. Columns that are not named are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping(pub BTreeMap<String, Target>);

/// What the operator states beside the mapping; `None` = as recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    pub time_zone: Option<String>,
    pub currency: Option<Currency>,
    pub date_order: Option<DateOrder>,
    /// By column of numbers; those that are not named are as recognised.
    pub decimal_marks: BTreeMap<String, DecimalMark>,
    /// What phone numbers are that could be Chinese as well as North American.
    pub phone_region: Option<PhoneRegion>,
    pub encoding: Option<String>,
    pub delimiter: Option<String>,
    pub source: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            time_zone: None,
            currency: None,
            date_order: None,
            decimal_marks: BTreeMap::new(),
            phone_region: None,
            encoding: None,
            delimiter: None,
            source: "file".to_owned(),
        }
    }
}

/// Why a mapping cannot be used, as far as one field is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MappingProblem {
    /// A field, `identifier` for any of the identifiers, or the name of an option.
    pub field: &'static str,
    pub code: MappingProblemCode,
    pub why: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MappingProblemCode {
    MissingField,
    MissingIdentifier,
    DuplicateField,
    UnknownColumn,
    FieldNotOfKind,
    AmbiguousDateOrder,
    UnknownTimeZone,
    MissingCurrency,
    CurrencyDiffers,
}

fn problem(field: &'static str, code: MappingProblemCode, why: String) -> MappingProblem {
    MappingProblem { field, code, why }
}

impl Mapping {
    /// The place of the column that means this field.
    pub fn column_of(&self, headers: &[String], field: Field) -> Option<usize> {
        headers.iter().position(|header| self.0.get(header) == Some(&Target::Field(field)))
    }

    /// Everything that keeps this mapping from being used on a file with these columns; empty = usable.
    pub fn problems(&self, kind: ImportKind, headers: &[String]) -> Vec<MappingProblem> {
        let mut problems = Vec::new();
        for (column, target) in &self.0 {
            if !headers.contains(column) {
                let why = format!("the file has no column {}", super::error::shown(column));
                problems.push(problem("mapping", MappingProblemCode::UnknownColumn, why));
            }
            if let Target::Field(field) = target
                && !Field::of_kind(kind).contains(field)
            {
                let why = format!("{} is no field of a file of {}", field.code(), kind.code());
                problems.push(problem(field.code(), MappingProblemCode::FieldNotOfKind, why));
            }
        }
        for field in Field::of_kind(kind) {
            let columns: Vec<&str> = self.columns_of(headers, *field).collect();
            if columns.len() > 1 {
                let why = format!("the columns {} both mean {}: keep one of them", columns.join(", "), field.code());
                problems.push(problem(field.code(), MappingProblemCode::DuplicateField, why));
            }
            if columns.is_empty() && field.is_required(kind) {
                let why = "every order needs the time it was placed: say which column holds it".to_owned();
                problems.push(problem(field.code(), MappingProblemCode::MissingField, why));
            }
        }
        let identified = Field::of_kind(kind)
            .iter()
            .any(|field| field.identifier().is_some() && self.columns_of(headers, *field).next().is_some());
        if kind == ImportKind::Customers && !identified {
            let why = "a customer is found by customer_id, member_no, phone, email or other_id: one is needed";
            problems.push(problem("identifier", MappingProblemCode::MissingIdentifier, why.to_owned()));
        }
        problems
    }

    fn columns_of<'a>(&'a self, headers: &'a [String], field: Field) -> impl Iterator<Item = &'a str> {
        let wanted = Target::Field(field);
        headers.iter().filter(move |header| self.0.get(*header) == Some(&wanted)).map(String::as_str)
    }

    /// Whether any column carries money, so that a currency is needed.
    pub fn carries_money(&self) -> bool {
        self.0
            .values()
            .any(|target| matches!(target, Target::Field(field) if field.is_number() && *field != Field::Quantity))
    }
}

/// Options with nothing left open: what the parsers are compiled with.
#[derive(Clone, Debug)]
pub struct Settled {
    pub zone: Zone,
    pub currency: Currency,
    pub date_order: DateOrder,
    /// Of every column of numbers.
    pub decimal_marks: BTreeMap<String, DecimalMark>,
    /// `None` where no column holds phone numbers.
    pub phone_region: Option<PhoneRegion>,
    /// Numbers in date columns are days of a spreadsheet.
    pub spreadsheet_days: bool,
    /// Invoice numbers of C and digits are refunds (Online Retail).
    pub refunds_start_with_c: bool,
    /// The instant that counts as now, so that an import that goes on later decides the same: orders of more
    /// than [`FUTURE_MAX`] later are rejected. `None` = no limit.
    pub now: Option<Instant>,
}

impl Settled {
    /// The last instant that an order may have.
    pub(super) fn latest(&self) -> Option<Instant> {
        self.now.map(|now| Instant(now.0.saturating_add(FUTURE_MAX)))
    }
}
