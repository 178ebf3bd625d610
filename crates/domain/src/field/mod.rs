//! Fields: what is asked of customers. A trait of a field's name is a value of the field, of a type and of one of six
//! classes of information.
//!
//! Invariants: names are stored with traits and never change, nor does the type of a field; a value that is none of its
//! field is left off and counted, whatever else came with it goes on; the normal form of a value depends on the field
//! alone, so that the same word from two sources is the same value. What is archived is a plain trait again.

mod origin;
mod presets;
mod value;

pub use origin::{Origin, confidence, order_is_whole, rank_of, usual_origin};
pub use presets::{KEY_INDICATORS, PRESETS, Preset};
pub(crate) use value::is_allowed_value;
pub use value::{FieldRule, NotOfField};

use crate::settings::FieldError;
use crate::tag::is_name;

/// The six classes of information, in the order in which a profile shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Identity,
    Behaviour,
    Consumption,
    Decision,
    Usage,
    Other,
}

impl Class {
    pub const ALL: [Self; 6] =
        [Self::Identity, Self::Behaviour, Self::Consumption, Self::Decision, Self::Usage, Self::Other];

    pub fn code(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Behaviour => "behaviour",
            Self::Consumption => "consumption",
            Self::Decision => "decision",
            Self::Usage => "usage",
            Self::Other => "other",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldKind {
    Text,
    Integer,
    Decimal,
    Boolean,
    /// A day.
    Date,
    /// One of the allowed values.
    Choice,
    /// Several of the allowed values; of whatever is told where none is named.
    Choices,
}

impl FieldKind {
    pub const ALL: [Self; 7] =
        [Self::Text, Self::Integer, Self::Decimal, Self::Boolean, Self::Date, Self::Choice, Self::Choices];

    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Choice => "choice",
            Self::Choices => "choices",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    fn has_allowed_values(self) -> bool {
        matches!(self, Self::Choice | Self::Choices)
    }
}

pub const NAME_BYTES_MAX: usize = 60;
pub const ALLOWED_MAX: usize = 100;
const ALLOWED_CHARACTERS_MAX: usize = 60;
/// The more, the sooner it is asked; 0: never.
pub const WEIGHT_MAX: i64 = 100;
/// The name of the fact that tells of fields that were written down by hand.
pub const FIELDS_EVENT: &str = "Fields Written";
/// Fields that one request may write.
pub const FIELDS_PER_CHANGE_MAX: usize = 30;

/// What a person says of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSettings {
    /// The name of the trait.
    pub name: String,
    pub name_zh: String,
    pub name_en: String,
    pub class: Class,
    pub kind: FieldKind,
    pub allowed: Vec<String>,
    /// It says something of a person that others must not learn.
    pub is_personal: bool,
    pub weight: i64,
    pub is_archived: bool,
}

impl FieldSettings {
    /// All fields that are out of range; empty when it can be saved.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut refuse = |field, allowed| errors.push(FieldError { field, allowed });
        if !is_field_name(&self.name) {
            refuse("name", "letters, digits, _, - and ., 1 to 60 bytes, a letter first");
        }
        for (field, name) in [("name_zh", &self.name_zh), ("name_en", &self.name_en)] {
            if !is_name(name) {
                refuse(field, "1 to 60 characters");
            }
        }
        if !(0..=WEIGHT_MAX).contains(&self.weight) {
            refuse("weight", "0 to 100");
        }
        if let Some(allowed) = self.wrong_values() {
            refuse("allowed", allowed);
        }
        errors
    }

    fn wrong_values(&self) -> Option<&'static str> {
        if !self.kind.has_allowed_values() {
            return Some("none: only choice and choices have allowed values").filter(|_| !self.allowed.is_empty());
        }
        if self.kind == FieldKind::Choice && self.allowed.is_empty() {
            return Some("one value or more");
        }
        if self.allowed.len() > ALLOWED_MAX {
            return Some("at most 100 values");
        }
        if !self.allowed.iter().all(|value| is_allowed_value(value, ALLOWED_CHARACTERS_MAX)) {
            return Some("values of 1 to 60 characters, without quotes, backslashes, commas and semicolons");
        }
        let mut folded: Vec<String> = self.allowed.iter().map(|value| value.to_lowercase()).collect();
        folded.sort_unstable();
        folded.dedup();
        Some("each value once").filter(|_| folded.len() < self.allowed.len())
    }

    pub fn rule(&self) -> FieldRule {
        FieldRule { kind: self.kind, allowed: self.allowed.clone() }
    }
}

pub fn is_field_name(text: &str) -> bool {
    let allowed = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    (1..=NAME_BYTES_MAX).contains(&text.len()) && text.starts_with(char::is_alphabetic) && text.chars().all(allowed)
}

/// How much of a profile is known, in percent of the classes: a class with anything in it is known. Halves round up.
pub fn completeness_percent(filled: usize) -> u32 {
    let all = Class::ALL.len();
    u32::try_from((filled.min(all) * 200 + all) / (2 * all)).unwrap_or(100)
}

/// A field that may be asked next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Askable<'a> {
    pub name: &'a str,
    pub class: Class,
    pub weight: i64,
    pub is_filled: bool,
}

/// Which field to ask next: of those that are not filled and weigh something the heaviest; of equals one of a class of
/// which nothing is known, then the class that a profile shows first, then the name that sorts first.
pub fn next_to_ask<'a>(fields: &[Askable<'a>], is_class_known: impl Fn(Class) -> bool) -> Option<&'a str> {
    let open = fields.iter().filter(|field| !field.is_filled && field.weight > 0);
    open.min_by_key(|field| (-field.weight, is_class_known(field.class), field.class, field.name))
        .map(|field| field.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(kind: FieldKind, allowed: &[&str]) -> FieldSettings {
        FieldSettings {
            name: "skin_type".to_owned(),
            name_zh: "肤质".to_owned(),
            name_en: "Skin type".to_owned(),
            class: Class::Other,
            kind,
            allowed: allowed.iter().map(|value| (*value).to_owned()).collect(),
            is_personal: false,
            weight: 10,
            is_archived: false,
        }
    }

    #[test]
    fn allowed_values_are_those_of_a_choice() {
        let cases: [(FieldKind, &[&str], bool); 9] = [
            (FieldKind::Choice, &["dry", "oily"], true),
            (FieldKind::Choice, &[], false),
            (FieldKind::Choices, &[], true),
            (FieldKind::Choices, &["干性", "油性"], true),
            (FieldKind::Choices, &["dry", "Dry"], false),
            (FieldKind::Choices, &["a,b"], false),
            (FieldKind::Choices, &["a\"b"], false),
            (FieldKind::Text, &[], true),
            (FieldKind::Integer, &["1"], false),
        ];
        for (kind, allowed, is_right) in cases {
            assert_eq!(settings(kind, allowed).check().is_empty(), is_right, "{kind:?} {allowed:?}");
        }
    }

    #[test]
    fn a_name_is_one_that_a_trait_may_have() {
        for name in ["city", "firstName", "address.city", "会员等级", "a-1"] {
            assert!(is_field_name(name), "{name}");
        }
        for name in ["", "1a", "_a", "a b", "a/b", &"x".repeat(61)] {
            assert!(!is_field_name(name), "{name}");
        }
    }

    #[test]
    fn four_of_six_classes_are_67_percent() {
        let all: Vec<u32> = (0..=6).map(completeness_percent).collect();
        assert_eq!(all, [0, 17, 33, 50, 67, 83, 100]);
    }

    #[test]
    fn the_heaviest_open_field_is_asked_next() {
        let field = |name, class, weight, is_filled| Askable { name, class, weight, is_filled };
        let mut fields = vec![
            field("city", Class::Identity, 40, false),
            field("factor", Class::Decision, 90, true),
            field("scene", Class::Usage, 60, false),
            field("wish", Class::Consumption, 60, false),
            field("never", Class::Other, 0, false),
        ];
        let known = |class| class == Class::Consumption;
        assert_eq!(next_to_ask(&fields, known), Some("scene"), "of equals the class of which nothing is known");
        assert_eq!(next_to_ask(&fields, |_| false), Some("wish"), "then the order of the classes");
        fields.iter_mut().for_each(|field| field.is_filled = field.weight != 0);
        assert_eq!(next_to_ask(&fields, known), None);
    }
}
