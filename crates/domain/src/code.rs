//! Codes that people scan: channel codes in short links, and the code of a single package.
//!
//! Invariants: the characters of a code cannot be mistaken for each other when read aloud or typed; a unit code carries a
//! check character that finds every single wrong character, so that most guesses and slips are turned away without asking
//! the store.

use crate::settings::FieldError;
use crate::touch_point;
use std::collections::BTreeMap;

/// Crockford's: without I, L, O and U.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Random characters of a short link: 50 bits, so that a thousand codes meet one of a million with odds of one in a million. The
/// store refuses a second one.
pub const SLUG_CHARACTERS: usize = 10;
/// Random characters of a unit code: 75 bits.
pub const UNIT_CHARACTERS: usize = 15;
/// A prime above the alphabet: single wrong characters and swapped neighbours change the sum.
const CHECK_MODULUS: u32 = 31;

pub const CODES_PER_BATCH_MAX: usize = 1_000;
pub const UNITS_PER_BATCH_MAX: usize = 20_000;
pub const PARAMETERS_MAX: usize = 12;
pub const PARAMETER_NAME_BYTES_MAX: usize = 40;
pub const PARAMETER_VALUE_BYTES_MAX: usize = 100;
/// What the fact of a scan says beside the parameters of its code.
pub const RESERVED_NAMES: [&str; 2] = ["code_id", "region"];
pub const CODE_NAME_CHARACTERS_MAX: usize = 100;
pub const TARGET_BYTES_MAX: usize = 2_000;
/// More than any campaign costs, and small enough that sums stay exact.
pub const COST_MINOR_MAX: i64 = 1_000_000_000_000;
/// What a region may be called, in bytes.
pub const REGION_BYTES_MAX: usize = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeState {
    Active,
    /// Its link leads nowhere until somebody resumes it.
    Paused,
}

impl CodeState {
    pub const ALL: [Self; 2] = [Self::Active, Self::Paused];

    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What a person says of a channel code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSettings {
    pub name: String,
    /// The code of a touch-point of the registry.
    pub touch_point: String,
    /// Such as `channel`, `place`, `material`, `staff`: they stand in the fact of every scan.
    pub parameters: BTreeMap<String, String>,
    /// Where the link leads.
    pub target: String,
    /// What it cost to print and place it.
    pub cost_minor: i64,
}

impl CodeSettings {
    /// All fields that are out of range; empty when it can be saved.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |field, allowed| errors.push(FieldError { field, allowed });
        let length = self.name.trim().chars().count();
        if !(1..=CODE_NAME_CHARACTERS_MAX).contains(&length) || self.name.chars().any(char::is_control) {
            wrong("name", "1 to 100 characters");
        }
        if !touch_point::is_code(&self.touch_point) {
            wrong("touch_point", "the code of a touch-point");
        }
        let fits = |(name, value): (&String, &String)| {
            let plain = !value.chars().any(char::is_control);
            is_parameter_name(name) && plain && (1..=PARAMETER_VALUE_BYTES_MAX).contains(&value.len())
        };
        if self.parameters.len() > PARAMETERS_MAX || !self.parameters.iter().all(fits) {
            wrong(
                "parameters",
                "at most 12; names a to z, 0 to 9 and _, up to 40, not code_id or region; values 1 to 100 bytes",
            );
        }
        if !is_target(&self.target) {
            wrong("target", "an address that begins with https:// or http://, at most 2000 bytes, without blanks");
        }
        if !(0..=COST_MINOR_MAX).contains(&self.cost_minor) {
            wrong("cost_minor", "0 to 1000000000000");
        }
        errors
    }
}

fn is_parameter_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let is_own = RESERVED_NAMES.contains(&name);
    (1..=PARAMETER_NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(allowed) && !is_own
}

/// Only the schemes of pages: a link must not run anything.
pub(crate) fn is_target(target: &str) -> bool {
    let rest = target.strip_prefix("https://").or_else(|| target.strip_prefix("http://"));
    let plain = target.bytes().all(|byte| byte.is_ascii_graphic());
    target.len() <= TARGET_BYTES_MAX && plain && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

/// What a person says of a batch of packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchSettings {
    pub product: String,
    pub sku: String,
    pub batch_no: String,
    pub touch_point: String,
    /// What whoever claims a unit is promised, such as `points`.
    pub reward_name: String,
    pub reward_amount: i64,
    pub units: usize,
}

impl BatchSettings {
    /// All fields that are out of range; empty when it can be saved.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let is_text = |text: &str| (1..=100).contains(&text.trim().len()) && !text.chars().any(char::is_control);
        let texts = [
            ("product", &self.product),
            ("sku", &self.sku),
            ("batch_no", &self.batch_no),
            ("reward_name", &self.reward_name),
        ];
        for (field, text) in texts {
            if !is_text(text) {
                errors.push(FieldError { field, allowed: "1 to 100 bytes" });
            }
        }
        if !touch_point::is_code(&self.touch_point) {
            errors.push(FieldError { field: "touch_point", allowed: "the code of a touch-point" });
        }
        if !(1..=COST_MINOR_MAX).contains(&self.reward_amount) {
            errors.push(FieldError { field: "reward_amount", allowed: "1 to 1000000000000" });
        }
        if !(1..=UNITS_PER_BATCH_MAX).contains(&self.units) {
            errors.push(FieldError { field: "units", allowed: "1 to 20000" });
        }
        errors
    }
}

/// Each byte gives one character: 5 of its bits.
pub(crate) fn characters(random: &[u8]) -> String {
    random.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()
}

/// The slug of a short link, from so many random bytes.
pub fn slug_of(random: &[u8; SLUG_CHARACTERS]) -> String {
    characters(random)
}

/// A unit code with its check character, such as `7K3M9-XQ2TB-…`, from so many random bytes.
pub fn unit_code_of(random: &[u8; UNIT_CHARACTERS]) -> String {
    let mut code = characters(random);
    code.push(check_character(&code));
    code
}

/// As people read it: in groups of four.
pub fn shown_unit_code(code: &str) -> String {
    let groups: Vec<&str> =
        (0..code.len()).step_by(4).filter_map(|at| code.get(at..(at + 4).min(code.len()))).collect();
    groups.join("-")
}

/// A unit code as it was made, from what somebody typed: small letters, blanks and dashes do not matter, I and L are 1, O
/// is 0. `None` where it cannot be one.
pub fn parse_unit_code(text: &str) -> Option<String> {
    let plain = plain(text)?;
    let (random, check) = plain.split_at_checked(UNIT_CHARACTERS)?;
    (check.len() == 1 && check.starts_with(check_character(random))).then_some(plain)
}

/// A slug as it was made, from what stands in a link. `None` where it cannot be one.
pub fn parse_slug(text: &str) -> Option<String> {
    plain(text).filter(|plain| plain.len() == SLUG_CHARACTERS)
}

pub(crate) fn plain(text: &str) -> Option<String> {
    if text.len() > 40 {
        return None;
    }
    let mut plain = String::with_capacity(text.len());
    for typed in text.chars().filter(|typed| !is_gap(*typed)) {
        plain.push(char::from(ALPHABET[usize::from(value_of(typed)?)]));
    }
    Some(plain)
}

/// What people put between the characters of a code.
pub(crate) fn is_gap(typed: char) -> bool {
    matches!(typed, '-' | ' ')
}

/// Which character of the alphabet somebody means: small letters do, I and L are 1, O is 0.
pub(crate) fn value_of(typed: char) -> Option<u8> {
    let meant = match typed.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    ALPHABET.iter().zip(0u8..).find(|(letter, _)| char::from(**letter) == meant).map(|(_, value)| value)
}

/// Weighted by place: a wrong character or two neighbours that changed places give another one, but for `0` and `Z`,
/// which are one another's equal of the modulus.
fn check_character(text: &str) -> char {
    let value = |byte: u8| ALPHABET.iter().position(|one| *one == byte).unwrap_or(0) as u32;
    let sum: u32 = text.bytes().enumerate().map(|(place, byte)| (place as u32 + 1) * value(byte)).sum();
    char::from(ALPHABET[(sum % CHECK_MODULUS) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(seed: u8) -> String {
        let mut bytes = [0; UNIT_CHARACTERS];
        bytes
            .iter_mut()
            .enumerate()
            .for_each(|(place, byte)| *byte = seed.wrapping_mul(37).wrapping_add(place as u8 * 11));
        unit_code_of(&bytes)
    }

    #[test]
    fn a_unit_code_is_found_however_it_is_typed() {
        for seed in 0..=255 {
            let code = made(seed);
            assert_eq!(parse_unit_code(&code), Some(code.clone()));
            let typed = shown_unit_code(&code).to_lowercase().replace('0', "o").replace('1', "l");
            assert_eq!(parse_unit_code(&format!(" {typed} ")), Some(code));
        }
    }

    #[test]
    fn wrong_characters_are_found_and_most_guesses_are_turned_away() {
        let code = made(7);
        for place in 0..code.len() {
            for other in ALPHABET {
                let mut bytes = code.clone().into_bytes();
                let pair = [bytes[place], *other];
                bytes[place] = *other;
                let changed = String::from_utf8(bytes).unwrap();
                let alike = pair.iter().all(|one| matches!(one, b'0' | b'Z'));
                assert!(changed == code || alike || parse_unit_code(&changed).is_none(), "{changed}");
            }
        }
        for text in ["", "ABC", "UUUUUUUUUUUUUUUU", "码", &"A".repeat(100), &code[1..]] {
            assert_eq!(parse_unit_code(text), None, "{text}");
        }
    }

    #[test]
    fn slugs_are_ten_characters() {
        assert_eq!(slug_of(&[0, 31, 32, 63, 1, 2, 3, 255, 4, 5]), "0Z0Z123Z45");
        assert_eq!(parse_slug("oz0z-123z-45").as_deref(), Some("0Z0Z123Z45"));
        assert_eq!(parse_slug("0Z0Z123Z"), None);
    }

    #[test]
    fn wrong_settings_are_named_all_at_once() {
        let good = CodeSettings {
            name: "Shelf 3".to_owned(),
            touch_point: "store".to_owned(),
            parameters: BTreeMap::from([("place".to_owned(), "货架 3".to_owned())]),
            target: "https://shop.example/join?x=1".to_owned(),
            cost_minor: 0,
        };
        assert_eq!(good.check(), Vec::new());
        let wrong = CodeSettings {
            name: String::new(),
            touch_point: "Store".to_owned(),
            parameters: BTreeMap::from([("Place".to_owned(), String::new())]),
            target: "javascript:alert(1)".to_owned(),
            cost_minor: -1,
        };
        let fields: Vec<&str> = wrong.check().iter().map(|one| one.field).collect();
        assert_eq!(fields, ["name", "touch_point", "parameters", "target", "cost_minor"]);
        for target in ["https://", "https:///x", "ftp://x", "//x", "https://a b", "https://a\r\nX: y"] {
            assert!(!is_target(target), "{target}");
        }
    }
}
