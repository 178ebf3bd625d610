//! Audiences of third parties: people whom somebody outside knows by the hash of their phone number.
//!
//! A file has a hash a line: SHA-256 of a phone number, 64 hexadecimal digits. A number is hashed in one of the forms of [`PhoneForm`];
//! a file is matched with all of them, so that nobody has to know which one a provider took. Hashes of another kind are no
//! hashes: MD5 of a phone number is looked up in seconds.
//!
//! Invariants: a line with a clear phone number ends the reading ([`Line::Clear`]): whoever sent it must not have it here; no line
//! is ever part of an error.

use crate::settings::FieldError;
use sha2::{Digest, Sha256};

pub type PhoneHash = [u8; 32];

/// Hashes of one file.
pub const HASHES_MAX: usize = 1_000_000;
/// Of a file: so many hashes are 65 MB; some stand twice, or have quotes.
pub const FILE_BYTES_MAX: u64 = 200_000_000;
const NAME_CHARACTERS_MAX: usize = 60;
const PURPOSE_CHARACTERS_MAX: usize = 300;

/// What is hashed of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneForm {
    /// `+8613800001111`.
    E164,
    /// `8613800001111`.
    Digits,
    /// `13800001111`: of China and North America.
    National,
}

impl PhoneForm {
    pub const ALL: [Self; 3] = [Self::E164, Self::Digits, Self::National];

    pub fn code(self) -> &'static str {
        match self {
            Self::E164 => "e164",
            Self::Digits => "digits",
            Self::National => "national",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.code() == code)
    }

    /// Of a number as it is stored. `None` where the number has no such form.
    pub fn of(self, phone: &str) -> Option<&str> {
        match self {
            Self::E164 => phone.starts_with('+').then_some(phone),
            Self::Digits => Some(phone.strip_prefix('+').unwrap_or(phone)),
            Self::National => phone.strip_prefix("+86").or_else(|| phone.strip_prefix("+1")),
        }
    }
}

pub fn hash_of(text: &str) -> PhoneHash {
    Sha256::digest(text.as_bytes()).into()
}

/// All hashes under which a provider may know a number.
pub fn hashes_of(phone: &str) -> impl Iterator<Item = PhoneHash> {
    PhoneForm::ALL.into_iter().filter_map(move |form| form.of(phone)).map(hash_of)
}

/// What a line of a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Hash(PhoneHash),
    Empty,
    /// A phone number that anybody can read.
    Clear,
    /// Nothing that is known here; also the name of a column.
    Other,
}

/// Quotes, a comma behind, and a mark of the byte order before do not matter.
pub fn read_line(line: &str) -> Line {
    let text = line
        .trim_start_matches('\u{feff}')
        .trim_matches(|letter: char| letter.is_whitespace() || "\",;".contains(letter));
    if text.is_empty() {
        return Line::Empty;
    }
    if let Some(hash) = read_hash(text) {
        return Line::Hash(hash);
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let is_phone = text.chars().all(|letter| letter.is_ascii_digit() || "+-() ./".contains(letter));
    if is_phone && (7..=16).contains(&digits) { Line::Clear } else { Line::Other }
}

fn read_hash(text: &str) -> Option<PhoneHash> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(digits.chunks(2)) {
        let [high, low] = [pair[0], pair[1]].map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from(high? * 16 + low?).ok()?;
    }
    Some(hash)
}

/// Where a file comes from and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudienceSettings {
    pub name: String,
    pub provider: String,
    pub purpose: String,
    /// Whoever is found gets it; its group says for how long.
    pub tag: String,
}

impl AudienceSettings {
    /// All that is out of range, but for the tag; empty where it can be saved.
    pub fn check(&self) -> Vec<FieldError> {
        let texts = [
            ("name", &self.name, NAME_CHARACTERS_MAX, "1 to 60 characters"),
            ("provider", &self.provider, NAME_CHARACTERS_MAX, "1 to 60 characters"),
            ("purpose", &self.purpose, PURPOSE_CHARACTERS_MAX, "what it may be used for, 1 to 300 characters"),
        ];
        let wrong = texts.into_iter().filter(|(_, text, max, _)| !(1..=*max).contains(&text.trim().chars().count()));
        wrong.map(|(field, _, _, allowed)| FieldError { field, allowed }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(hash: PhoneHash) -> String {
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_number_is_known_under_three_hashes() {
        // printf %s 13800001111 | sha256sum, and with 86 and +86 before.
        let hashes: Vec<PhoneHash> = hashes_of("+8613800001111").collect();
        assert_eq!(hashes, ["+8613800001111", "8613800001111", "13800001111"].map(hash_of));
        assert_eq!(hashes_of("+4915112345678").count(), 2);
        assert_eq!(hashes_of("12345").collect::<Vec<_>>(), [hash_of("12345")]);
        assert_eq!(PhoneForm::ALL.map(|form| PhoneForm::parse(form.code())), PhoneForm::ALL.map(Some));
        assert_eq!(hex(hash_of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn lines_are_hashes_or_clear_numbers_or_something_else() {
        let hash = hash_of("13800001111");
        for text in [hex(hash), hex(hash).to_uppercase(), format!("\u{feff}\"{}\",\r", hex(hash))] {
            assert_eq!(read_line(&text), Line::Hash(hash), "{text}");
        }
        for text in ["13800001111", "+86 138-0000-1111", "\"(0571) 8888 8888\"", "1234567"] {
            assert_eq!(read_line(text), Line::Clear, "{text}");
        }
        let short = &hex(hash)[..63];
        let odd = format!("{}g", short);
        for text in ["phone_sha256", short, &odd, "123456", "d41d8cd98f00b204e9800998ecf8427e"] {
            assert_eq!(read_line(text), Line::Other, "{text}");
        }
        assert_eq!((read_line(""), read_line(" \t")), (Line::Empty, Line::Empty));
    }

    #[test]
    fn what_is_said_of_a_file_has_its_limits() {
        let right = AudienceSettings {
            name: "spring".to_owned(),
            provider: "Lookalike Ltd".to_owned(),
            purpose: "advertising".to_owned(),
            tag: "dmp".to_owned(),
        };
        assert!(right.check().is_empty());
        let wrong = AudienceSettings { name: " ".to_owned(), purpose: "x".repeat(301), ..right };
        assert_eq!(wrong.check().iter().map(|error| error.field).collect::<Vec<_>>(), ["name", "purpose"]);
    }
}
