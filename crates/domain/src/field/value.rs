//! From a word to the normal value of a field, or why it is none.

use super::FieldKind;
use crate::time::Day;

/// What a field takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRule {
    pub kind: FieldKind,
    pub allowed: Vec<String>,
}

/// A word that is no value of its field, with what would be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotOfField {
    pub allowed: String,
}

/// Digits of a decimal, without sign and point.
const DECIMAL_DIGITS_MAX: usize = 18;
/// Values that a customer may have of one field.
const CHOICES_MAX: usize = 20;

impl FieldRule {
    /// The normal form of a value.
    pub fn read(&self, word: &str) -> Result<String, NotOfField> {
        let word = word.trim();
        let read = match self.kind {
            FieldKind::Text => Some(word.to_owned()).filter(|word| !word.is_empty()),
            FieldKind::Integer => integer(word),
            FieldKind::Decimal => decimal(word),
            FieldKind::Boolean => boolean(word),
            FieldKind::Date => date(word),
            FieldKind::Choice => self.choice(word),
            FieldKind::Choices => self.choices(word),
        };
        read.ok_or_else(|| NotOfField { allowed: self.told() })
    }

    fn told(&self) -> String {
        match self.kind {
            FieldKind::Text => "a text".to_owned(),
            FieldKind::Integer => "a whole number".to_owned(),
            FieldKind::Decimal => "a number such as 12.5, of at most 18 digits".to_owned(),
            FieldKind::Boolean => "true or false".to_owned(),
            FieldKind::Date => "a day such as 1990-05-17".to_owned(),
            FieldKind::Choice => format!("one of {}", self.allowed.join(", ")),
            FieldKind::Choices if self.allowed.is_empty() => "one value or more, at most 20".to_owned(),
            FieldKind::Choices => format!("one or more of {}", self.allowed.join(", ")),
        }
    }

    fn choice(&self, word: &str) -> Option<String> {
        let exact = self.allowed.iter().find(|value| *value == word);
        let folded = || {
            let wanted = word.to_lowercase();
            self.allowed.iter().find(|value| value.to_lowercase() == wanted)
        };
        exact.or_else(folded).cloned()
    }

    /// A JSON list of texts, or texts with commas or semicolons between them; its normal form is a sorted JSON list.
    fn choices(&self, word: &str) -> Option<String> {
        let told: Vec<String> = match serde_json::from_str::<Vec<serde_json::Value>>(word) {
            Ok(list) => list.into_iter().map(text_of).collect::<Option<_>>()?,
            Err(_) => word.split([',', ';', '，', '、', '；', '|']).map(str::to_owned).collect(),
        };
        let mut values = Vec::with_capacity(told.len());
        for one in told.iter().map(|one| one.trim()).filter(|one| !one.is_empty()) {
            let known = if self.allowed.is_empty() {
                is_allowed_value(one, 60).then(|| one.to_owned())
            } else {
                self.choice(one)
            };
            values.push(known?);
        }
        values.sort_unstable();
        values.dedup();
        if !(1..=CHOICES_MAX).contains(&values.len()) {
            return None;
        }
        serde_json::to_string(&values).ok()
    }

    /// What a list of customers is filtered by: a value of a field of several choices is searched for among them.
    pub fn wanted(&self, word: &str) -> Option<String> {
        if self.kind != FieldKind::Choices {
            return self.read(word).ok();
        }
        let one = if self.allowed.is_empty() { Some(word.trim().to_owned()) } else { self.choice(word.trim()) }?;
        serde_json::to_string(&one).ok()
    }
}

/// A value that stands in a JSON list as it is, and between commas.
pub(crate) fn is_allowed_value(text: &str, characters_max: usize) -> bool {
    let plain =
        |letter: char| !letter.is_control() && !matches!(letter, '"' | '\\' | ',' | ';' | '，' | '、' | '；' | '|');
    (1..=characters_max).contains(&text.chars().count()) && text.trim() == text && text.chars().all(plain)
}

fn text_of(value: serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Sign, whole digits, digits behind the point.
fn parts_of(word: &str) -> Option<(bool, &str, &str)> {
    let (negative, digits) = match word.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    let (whole, behind) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = !(whole.is_empty() && behind.is_empty()) && are_digits(whole) && are_digits(behind);
    is_number.then(|| (negative, whole.trim_start_matches('0'), behind.trim_end_matches('0')))
}

fn integer(word: &str) -> Option<String> {
    let (negative, whole, behind) = parts_of(word)?;
    if !behind.is_empty() {
        return None;
    }
    let sign = if negative { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    format!("{sign}{whole}").parse::<i64>().ok().map(|number| number.to_string())
}

fn decimal(word: &str) -> Option<String> {
    let (negative, whole, behind) = parts_of(word)?;
    if whole.len() + behind.len() > DECIMAL_DIGITS_MAX {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let number = if behind.is_empty() { whole.to_owned() } else { format!("{whole}.{behind}") };
    Some(if negative && number != "0" { format!("-{number}") } else { number })
}

fn boolean(word: &str) -> Option<String> {
    const YES: [&str; 6] = ["true", "yes", "y", "1", "是", "有"];
    const NO: [&str; 6] = ["false", "no", "n", "0", "否", "无"];
    let word = word.to_lowercase();
    if YES.contains(&word.as_str()) {
        Some("true".to_owned())
    } else if NO.contains(&word.as_str()) {
        Some("false".to_owned())
    } else {
        None
    }
}

/// A day, year first; of an instant the day that is written there.
fn date(word: &str) -> Option<String> {
    let day = word.split(['T', ' ']).next().unwrap_or_default();
    let day = day.replace(['年', '月', '/', '.'], "-");
    let day = day.trim_end_matches('日').trim_end_matches('-');
    let mut parts = day.split('-');
    let (year, month, date) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Day::parse_iso(&format!("{year}-{month:0>2}-{date:0>2}")).map(Day::iso)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: FieldKind, allowed: &[&str]) -> FieldRule {
        FieldRule { kind, allowed: allowed.iter().map(|value| (*value).to_owned()).collect() }
    }

    #[test]
    fn values_have_one_form_and_what_is_none_is_refused() {
        let cases: &[(FieldKind, &str, Option<&str>)] = &[
            (FieldKind::Text, " tea ", Some("tea")),
            (FieldKind::Text, "  ", None),
            (FieldKind::Integer, "042", Some("42")),
            (FieldKind::Integer, "-0", Some("0")),
            (FieldKind::Integer, "42.00", Some("42")),
            (FieldKind::Integer, "42.5", None),
            (FieldKind::Integer, "4e2", None),
            (FieldKind::Integer, "thirty", None),
            (FieldKind::Integer, "9223372036854775808", None),
            (FieldKind::Integer, "-9223372036854775808", Some("-9223372036854775808")),
            (FieldKind::Decimal, "1.50", Some("1.5")),
            (FieldKind::Decimal, "-.5", Some("-0.5")),
            (FieldKind::Decimal, "-0.0", Some("0")),
            (FieldKind::Decimal, "1,5", None),
            (FieldKind::Decimal, ".", None),
            (FieldKind::Decimal, "1234567890123456789", None),
            (FieldKind::Boolean, "Yes", Some("true")),
            (FieldKind::Boolean, "否", Some("false")),
            (FieldKind::Boolean, "perhaps", None),
            (FieldKind::Date, "1990-05-17", Some("1990-05-17")),
            (FieldKind::Date, "1990/5/7", Some("1990-05-07")),
            (FieldKind::Date, "1990年5月17日", Some("1990-05-17")),
            (FieldKind::Date, "1990-05-17T23:30:00+08:00", Some("1990-05-17")),
            (FieldKind::Date, "17.05.1990", None),
            (FieldKind::Date, "1990-02-30", None),
            (FieldKind::Date, "1990", None),
        ];
        for (kind, word, expected) in cases {
            assert_eq!(rule(*kind, &[]).read(word).ok().as_deref(), *expected, "{kind:?} {word}");
        }
    }

    #[test]
    fn choices_are_those_that_are_allowed() {
        let skin = rule(FieldKind::Choice, &["Dry", "Oily"]);
        assert_eq!(skin.read("oily").unwrap(), "Oily");
        assert_eq!(skin.read("normal").unwrap_err().allowed, "one of Dry, Oily");
        let hobbies = rule(FieldKind::Choices, &["tea", "走路", "music"]);
        let both = r#"["music","走路"]"#;
        for word in [r#"["走路","Music"]"#, "走路,music", "music、走路；music", both] {
            assert_eq!(hobbies.read(word).unwrap(), both, "{word}");
        }
        for word in ["", "[]", "tea, running", r#"[{"a":1}]"#] {
            assert!(hobbies.read(word).is_err(), "{word}");
        }
        let any = rule(FieldKind::Choices, &[]);
        assert_eq!(any.read(r#"["b",1,true]"#).unwrap(), r#"["1","b","true"]"#);
        assert!(any.read(&(0..21).map(|one| one.to_string()).collect::<Vec<_>>().join(",")).is_err());
        assert_eq!(
            (any.wanted("tea"), hobbies.wanted("TEA"), hobbies.wanted("x")),
            (Some("\"tea\"".to_owned()), Some("\"tea\"".to_owned()), None)
        );
    }

    #[test]
    fn a_normal_form_is_its_own_normal_form() {
        let words =
            ["tea", "042", "1.50", "-.5", "yes", "1990/5/7", "a,b", "是", "[\"x\"]", "1990-05-17T23:30:00Z", "0"];
        for kind in FieldKind::ALL {
            let rule = rule(kind, if kind == FieldKind::Choice { &["tea", "0"] } else { &[] });
            for value in words.iter().filter_map(|word| rule.read(word).ok()) {
                assert_eq!(rule.read(&value).as_ref(), Ok(&value), "{kind:?}");
            }
        }
    }
}
