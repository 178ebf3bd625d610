//! Tags: groups of words that people put on customers by hand, and which of them stand.
//!
//! Invariants: codes are stored with facts and never change, and a tag never changes its group; what is archived is put on
//! nobody any more and stays where it is; until when a tag is valid and whether its group is exclusive is decided when it is
//! set, and written down with it, so that a later change of the group does not move what was decided before.

mod periods;

pub use periods::{Ended, Period, TagEvent, What, periods};

use crate::settings::FieldError;
use crate::time::{Instant, MICROS_PER_DAY};
use crate::touch_point::is_code;

/// Characters of a name.
const NAME_CHARACTERS_MAX: usize = 60;
/// Ten years: longer is for good.
pub const VALID_DAYS_MAX: i64 = 3_650;
/// Tags that one request may set or remove.
pub const TAGS_PER_CHANGE_MAX: usize = 20;
/// Customers whose tags one request may change. Each is a fact, and all are applied before the answer.
pub const CUSTOMERS_PER_CHANGE_MAX: usize = 500;
pub const NOTE_CHARACTERS_MAX: usize = 1_000;
/// The name of the fact that tells of tags that were set and removed by hand.
pub const TAGS_EVENT: &str = "Tags Changed";

/// What a person says of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSettings {
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    /// A customer has one of its tags at most: setting another ends the first.
    pub is_exclusive: bool,
    /// A tag ends so many days after it was last set; none: it stands until it is removed.
    pub valid_days: Option<i64>,
    pub is_archived: bool,
}

impl GroupSettings {
    /// All fields that are out of range; empty when it can be saved.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = code_and_names(&self.code, &self.name_zh, &self.name_en);
        if self.valid_days.is_some_and(|days| !(1..=VALID_DAYS_MAX).contains(&days)) {
            errors.push(FieldError {
                field: "valid_days",
                allowed: "1 to 3650, or absent for a tag that does not expire",
            });
        }
        errors
    }
}

/// Until when a tag is valid that is set at this instant, in a group whose tags are valid for so many days.
pub fn valid_until(set_at: Instant, valid_days: Option<i64>) -> Option<Instant> {
    valid_days.map(|days| Instant(set_at.0.saturating_add(days.saturating_mul(MICROS_PER_DAY))))
}

/// What a person says of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagSettings {
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub is_archived: bool,
}

impl TagSettings {
    /// All fields that are out of range; empty when it can be saved.
    pub fn check(&self) -> Vec<FieldError> {
        code_and_names(&self.code, &self.name_zh, &self.name_en)
    }
}

fn code_and_names(code: &str, name_zh: &str, name_en: &str) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !is_code(code) {
        errors.push(FieldError { field: "code", allowed: "a to z, 0 to 9 and _, 1 to 40, a letter first" });
    }
    for (field, name) in [("name_zh", name_zh), ("name_en", name_en)] {
        if !is_name(name) {
            errors.push(FieldError { field, allowed: "1 to 60 characters" });
        }
    }
    errors
}

/// A name that people read: not empty, without control characters.
pub fn is_name(text: &str) -> bool {
    let length = text.trim().chars().count();
    (1..=NAME_CHARACTERS_MAX).contains(&length) && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group() -> GroupSettings {
        GroupSettings {
            code: "pregnancy".to_owned(),
            name_zh: "孕期".to_owned(),
            name_en: "Pregnancy".to_owned(),
            is_exclusive: true,
            valid_days: Some(90),
            is_archived: false,
        }
    }

    #[test]
    fn wrong_fields_are_named_all_at_once() {
        assert_eq!(group().check(), Vec::new());
        let wrong = GroupSettings {
            code: "Big".to_owned(),
            name_zh: " ".to_owned(),
            name_en: "a\nb".to_owned(),
            valid_days: Some(0),
            ..group()
        };
        let fields: Vec<&str> = wrong.check().iter().map(|one| one.field).collect();
        assert_eq!(fields, ["code", "name_zh", "name_en", "valid_days"]);
        let tag = TagSettings {
            code: String::new(),
            name_zh: "意向客户".to_owned(),
            name_en: "x".repeat(61),
            is_archived: false,
        };
        assert_eq!(tag.check().iter().map(|one| one.field).collect::<Vec<_>>(), ["code", "name_en"]);
    }

    #[test]
    fn a_tag_is_valid_for_so_many_days_from_when_it_was_set() {
        let set_at = Instant(7);
        assert_eq!(valid_until(set_at, group().valid_days), Some(Instant(7 + 90 * MICROS_PER_DAY)));
        assert_eq!(valid_until(set_at, None), None);
    }
}
