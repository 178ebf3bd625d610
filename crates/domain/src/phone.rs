//! Phone numbers to their normal form, which is E.164 as far as the text tells.
//!
//! | written | becomes |
//! |---|---|
//! | with a leading `+` or `00` | that country, whatever follows |
//! | eleven digits, a mainland Chinese mobile by its digits only: 1, then 3 to 9, then nine more | `+86…` |
//! | eleven digits, North American by its digits only: 1, area code, exchange code, four more | `+1…` |
//! | eleven digits that could be both, such as 14155550100 | as it is grouped, else as the column's region says |
//! | anything else | its digits |
//!
//! Area and exchange codes of North America begin with 2 to 9 and do not end in 11; no area code has 9 in the
//! middle. So 12025550100 is not Chinese, and 13912345678 (area code 391) or 13801234567 (exchange code 123) not
//! North American. Groups of 1-3-3-4, 1-3-7, 1-10 or 4-3-4 digits are North American, those that begin with three
//! or seven digits Chinese. The region is decided for a column by those of its numbers that are of one region
//! only ([`PhoneEvidence`]), and is China where none is.
//!
//! Invariants: pure; the same text in the same region gives the same form.

use crate::identity::IdentifierError;
use serde::{Deserialize, Serialize};

/// What eleven digits are where they could be both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneRegion {
    #[default]
    China,
    NorthAmerica,
}

impl PhoneRegion {
    pub const ALL: [Self; 2] = [Self::China, Self::NorthAmerica];

    pub fn code(self) -> &'static str {
        match self {
            Self::China => "china",
            Self::NorthAmerica => "north_america",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|region| region.code() == code)
    }
}

/// What the digits of a national number can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum National {
    Surely(PhoneRegion),
    Either,
    Other,
}

pub(crate) fn normal_phone(text: &str, region: PhoneRegion) -> Result<String, IdentifierError> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let odd = text
        .chars()
        .any(|letter| !letter.is_ascii_digit() && !matches!(letter, '+' | '-' | ' ' | '(' | ')' | '.' | '/'));
    if odd || !(5..=16).contains(&digits.len()) {
        return Err(IdentifierError::Malformed);
    }
    if text.starts_with('+') {
        return Ok(format!("+{digits}"));
    }
    if let Some(international) = digits.strip_prefix("00") {
        return Ok(format!("+{international}"));
    }
    let region = match national(text, &digits) {
        National::Surely(region) => region,
        National::Either => region,
        National::Other => return Ok(digits),
    };
    Ok(match region {
        PhoneRegion::China => format!("+86{digits}"),
        PhoneRegion::NorthAmerica => format!("+{digits}"),
    })
}

fn national(text: &str, digits: &str) -> National {
    let (china, north_america) = (is_chinese_mobile(digits), is_north_american(digits));
    match (china, north_america) {
        (true, true) => grouped_as(text).map_or(National::Either, National::Surely),
        (true, false) => National::Surely(PhoneRegion::China),
        (false, true) => National::Surely(PhoneRegion::NorthAmerica),
        (false, false) => National::Other,
    }
}

fn is_chinese_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && matches!(digits.as_bytes()[1], b'3'..=b'9')
}

/// Eleven digits with the country's 1 in front.
fn is_north_american(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && are_codes(&digits[1..])
}

/// Area code, exchange code and four digits.
fn are_codes(ten: &str) -> bool {
    let bytes = ten.as_bytes();
    let is_code = |code: &[u8]| matches!(code[0], b'2'..=b'9') && code[1..] != *b"11";
    bytes.len() == 10 && is_code(&bytes[..3]) && is_code(&bytes[3..6]) && bytes[1] != b'9'
}

/// The region in whose way eleven digits are grouped, if they are.
fn grouped_as(text: &str) -> Option<PhoneRegion> {
    match groups(text).as_slice() {
        [1, 3, 3, 4] | [1, 3, 7] | [1, 10] | [4, 3, 4] => Some(PhoneRegion::NorthAmerica),
        [3 | 7, _, ..] => Some(PhoneRegion::China),
        _ => None,
    }
}

/// The lengths of the groups of digits.
fn groups(text: &str) -> Vec<usize> {
    text.split(|letter: char| !letter.is_ascii_digit()).map(str::len).filter(|length| *length > 0).collect()
}

/// How many numbers of a column are of one region only: fed with samples, asked once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhoneEvidence {
    china: u32,
    north_america: u32,
}

impl PhoneEvidence {
    pub fn observe(&mut self, text: &str) {
        match region_of(text) {
            Some(PhoneRegion::China) => self.china += 1,
            Some(PhoneRegion::NorthAmerica) => self.north_america += 1,
            None => {}
        }
    }

    pub fn region(&self) -> PhoneRegion {
        if self.north_america > self.china { PhoneRegion::NorthAmerica } else { PhoneRegion::China }
    }

    /// The evidence of several columns together.
    pub fn merge(self, other: Self) -> Self {
        Self {
            china: self.china.saturating_add(other.china),
            north_america: self.north_america.saturating_add(other.north_america),
        }
    }
}

/// The region that this number can only be of; `None` also for what is no phone number.
fn region_of(text: &str) -> Option<PhoneRegion> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !(10..=15).contains(&digits.len()) || text.chars().any(char::is_alphabetic) {
        return None;
    }
    let international = if text.starts_with('+') { Some(digits.as_str()) } else { digits.strip_prefix("00") };
    if let Some(number) = international {
        let china = number.strip_prefix("86").is_some_and(is_chinese_mobile);
        return match (china, is_north_american(number)) {
            (true, _) => Some(PhoneRegion::China),
            (_, true) => Some(PhoneRegion::NorthAmerica),
            _ => None,
        };
    }
    if groups(text) == [3, 3, 4] && are_codes(&digits) {
        return Some(PhoneRegion::NorthAmerica);
    }
    match national(text, &digits) {
        National::Surely(region) => Some(region),
        National::Either | National::Other => None,
    }
}

/// As it may be shown to who must not have it, such as `+86138****0000`: the last four digits stay, the four before them
/// go; of a short number the last two stay. The console masks its screens by the same rule.
pub fn masked_phone(phone: &str) -> String {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let shown_from = digits.saturating_sub(if digits > 7 { 4 } else { 2 });
    let covered_from = digits.saturating_sub(8);
    let mut place = 0;
    let cover = |letter: char| {
        if !letter.is_ascii_digit() {
            return letter;
        }
        place += 1;
        if (covered_from..shown_from).contains(&(place - 1)) { '*' } else { letter }
    };
    phone.chars().map(cover).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use PhoneRegion::{China, NorthAmerica};

    #[test]
    fn a_masked_number_shows_its_end_and_never_the_four_digits_before() {
        let cases = [
            ("+8613800000000", "+86138****0000"),
            ("13812345678", "138****5678"),
            ("+44 20 7946 0958", "+44 20 **** 0958"),
            ("12345678", "****5678"),
            ("1234567", "*****67"),
            ("12345", "***45"),
            ("12", "12"),
            ("", ""),
        ];
        for (phone, masked) in cases {
            assert_eq!(masked_phone(phone), masked, "{phone}");
        }
    }

    #[test]
    fn a_leading_one_is_read_by_digits_groups_and_region() {
        let cases = [
            // By the digits alone.
            ("13912345678", "+8613912345678", "+8613912345678"),
            ("13801234567", "+8613801234567", "+8613801234567"),
            ("14112345678", "+8614112345678", "+8614112345678"),
            ("12025550100", "+12025550100", "+12025550100"),
            // By the groups.
            ("1 415 555 0100", "+14155550100", "+14155550100"),
            ("1-415-555-0100", "+14155550100", "+14155550100"),
            ("1 (415) 555-0100", "+14155550100", "+14155550100"),
            ("1415-555-0100", "+14155550100", "+14155550100"),
            ("1.4155550100", "+14155550100", "+14155550100"),
            ("138 1234 5678", "+8613812345678", "+8613812345678"),
            ("138-12345678", "+8613812345678", "+8613812345678"),
            // Groups do not make a number North American that cannot be one.
            ("1 391 234 5678", "+8613912345678", "+8613912345678"),
            // By the region.
            ("14155550100", "+8614155550100", "+14155550100"),
            ("13812345678", "+8613812345678", "+13812345678"),
            // The country is written, or there is none.
            ("+1 415 555 0100", "+14155550100", "+14155550100"),
            ("001 415 555 0100", "+14155550100", "+14155550100"),
            ("+86 138 1234 5678", "+8613812345678", "+8613812345678"),
            ("(415) 555-0100", "4155550100", "4155550100"),
            ("11234567890", "11234567890", "11234567890"),
        ];
        for (text, in_china, in_north_america) in cases {
            assert_eq!(normal_phone(text, China).as_deref(), Ok(in_china), "{text}");
            assert_eq!(normal_phone(text, NorthAmerica).as_deref(), Ok(in_north_america), "{text}");
        }
    }

    #[test]
    fn the_region_of_a_column_is_that_of_its_clear_numbers() {
        let cases: [(&[&str], PhoneRegion); 8] = [
            (&[], China),
            (&["14155550100", "13812345678"], China),
            (&["14155550100", "12025550100"], NorthAmerica),
            (&["14155550100", "+1 202 555 0100"], NorthAmerica),
            (&["14155550100", "(202) 555-0100"], NorthAmerica),
            (&["14155550100", "1-202-555-0100", "13912345678"], China),
            (&["14155550100", "+1 202 555 0100", "+86 138 1234 5678"], China),
            (&["14155550100", "no phone", "2026-01-01 10:00", "12"], China),
        ];
        for (column, region) in cases {
            let mut evidence = PhoneEvidence::default();
            column.iter().for_each(|text| evidence.observe(text));
            assert_eq!(evidence.region(), region, "{column:?}");
        }
    }
}
