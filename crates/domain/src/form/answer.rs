//! From what somebody filled in to identifiers, traits and consents, or to what is wrong with each field.

use super::settings::CHARACTERS_USUAL;
use super::{AnswerKind, FormField, FormSettings, Language, Wrong};
use crate::consent::{ConsentWord, Decision};
use crate::fact::Trait;
use crate::field::FieldRule;
use crate::identity::Identifier;
use crate::import::TEXT_BYTES_MAX;
use std::collections::{BTreeMap, BTreeSet};

/// What somebody filled in.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// By the name of the field.
    pub answers: &'a BTreeMap<String, String>,
    /// The names of the boxes that are ticked.
    pub agreed: &'a BTreeSet<String>,
    /// In which the texts were shown.
    pub language: Language,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// The strongest first; never empty.
    pub identifiers: Vec<Identifier>,
    /// In the order of the form.
    pub traits: Vec<Trait>,
    pub consents: Vec<ConsentWord>,
}

impl FormSettings {
    /// Everything that is wrong, or everything that was said.
    pub fn read(&self, told: Told<'_>) -> Result<Filled, Vec<Wrong>> {
        let mut wrong: Vec<Wrong> = Vec::new();
        let mut filled = Filled::default();
        for name in told.answers.keys().filter(|name| !self.fields.iter().any(|field| field.name == **name)) {
            wrong.push(Wrong::new(path("answers", name), "a field of this form"));
        }
        for field in &self.fields {
            let answer = told.answers.get(&field.name).map_or("", |answer| answer.trim());
            if answer.is_empty() {
                if field.is_required {
                    wrong.push(Wrong::new(path("answers", &field.name), "an answer"));
                }
                continue;
            }
            match field.read(answer) {
                Ok(Answer::Identifier(identifier)) => filled.identifiers.push(identifier),
                Ok(Answer::Value(value)) => filled.traits.push(Trait { name: field.name.clone(), value }),
                Err(allowed) => wrong.push(Wrong::new(path("answers", &field.name), allowed)),
            }
        }
        wrong.extend(self.read_consents(told, &mut filled));
        let finds = self.fields.iter().filter(|field| field.kind.identifier().is_some());
        if filled.identifiers.is_empty() && wrong.is_empty() {
            wrong.extend(
                finds.map(|field| Wrong::new(path("answers", &field.name), "an answer: one of phone and email")),
            );
        }
        filled.identifiers.sort_by_key(|identifier| identifier.kind);
        if wrong.is_empty() { Ok(filled) } else { Err(wrong) }
    }

    fn read_consents(&self, told: Told<'_>, filled: &mut Filled) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        for name in told.agreed.iter().filter(|name| !self.consents.iter().any(|one| one.name == **name)) {
            wrong.push(Wrong::new(path("agreed", name), "a consent of this form"));
        }
        for consent in &self.consents {
            if !told.agreed.contains(&consent.name) {
                if consent.is_required {
                    wrong.push(Wrong::new(path("agreed", &consent.name), "to be agreed to"));
                }
                continue;
            }
            let text = match told.language {
                Language::Chinese => &consent.text_zh,
                Language::English => &consent.text_en,
            };
            let all = [String::new()];
            let channels = if consent.channels.is_empty() { all.as_slice() } else { &consent.channels };
            filled.consents.extend(channels.iter().map(|channel| ConsentWord {
                purpose: consent.purpose.clone(),
                channel: channel.clone(),
                decision: Decision::Granted,
                text_version: Some(text.clone()),
                is_explicit: true,
            }));
        }
        wrong
    }
}

fn path(list: &str, name: &str) -> String {
    format!("{list}/{}", name.replace('~', "~0").replace('/', "~1"))
}

enum Answer {
    Identifier(Identifier),
    Value(String),
}

impl FormField {
    /// The answer in its normal form, or what would be one. It is not empty.
    fn read(&self, answer: &str) -> Result<Answer, String> {
        if let Some(kind) = self.kind.identifier() {
            let read = Identifier::normalise(kind, answer).ok();
            // A number of which nobody can say of which country it is, is most often one with a digit too few.
            let known = read.filter(|one| self.kind != AnswerKind::Phone || one.value.starts_with('+'));
            return known.map(Answer::Identifier).ok_or_else(|| self.told());
        }
        let Some(kind) = self.kind.field_kind() else { return Err(self.told()) };
        let rule = FieldRule { kind, allowed: self.choices.iter().map(|one| one.value.clone()).collect() };
        let value = rule.read(answer).map_err(|_| self.told())?;
        let is_inside = match self.kind {
            AnswerKind::Text => {
                self.is_inside(i64::try_from(value.chars().count()).unwrap_or(i64::MAX), CHARACTERS_USUAL)
            }
            AnswerKind::Integer => value.parse().is_ok_and(|number| self.is_inside(number, i64::MAX)),
            _ => true,
        };
        let is_plain = value.len() <= TEXT_BYTES_MAX && !value.chars().any(|letter| letter.is_control());
        if is_inside && is_plain { Ok(Answer::Value(value)) } else { Err(self.told()) }
    }

    fn is_inside(&self, number: i64, max_usual: i64) -> bool {
        self.min.is_none_or(|min| number >= min) && number <= self.max.unwrap_or(max_usual)
    }

    /// What would be an answer.
    fn told(&self) -> String {
        let choices = || self.choices.iter().map(|one| one.value.as_str()).collect::<Vec<_>>().join(", ");
        match self.kind {
            AnswerKind::Phone => {
                "a phone number such as 13912345678, or with its country such as +44 20 7946 0000".into()
            }
            AnswerKind::Email => "a mail address such as ann@example.com".into(),
            AnswerKind::Text => {
                format!("{} to {} characters, on one line", self.min.unwrap_or(1), self.max.unwrap_or(CHARACTERS_USUAL))
            }
            AnswerKind::Integer => match (self.min, self.max) {
                (None, None) => "a whole number".into(),
                (Some(min), None) => format!("a whole number of at least {min}"),
                (None, Some(max)) => format!("a whole number of at most {max}"),
                (Some(min), Some(max)) => format!("a whole number from {min} to {max}"),
            },
            AnswerKind::Decimal => "a number such as 12.5, of at most 18 digits".into(),
            AnswerKind::Boolean => "true or false".into(),
            AnswerKind::Date => "a day such as 1990-05-17".into(),
            AnswerKind::Choice => format!("one of {}", choices()),
            AnswerKind::Choices => format!("one or more of {}", choices()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::{consent, field, form};
    use super::*;
    use crate::form::FormConsent;
    use crate::identity::IdentifierType;

    fn told(answers: &[(&str, &str)]) -> BTreeMap<String, String> {
        answers.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned())).collect()
    }

    fn read(
        settings: &FormSettings,
        answers: &[(&str, &str)],
        agreed: &[&str],
    ) -> Result<Filled, Vec<(String, String)>> {
        let agreed = agreed.iter().map(|name| (*name).to_owned()).collect();
        let outcome = settings.read(Told { answers: &told(answers), agreed: &agreed, language: Language::Chinese });
        outcome.map_err(|wrong| wrong.into_iter().map(|one| (one.field, one.allowed)).collect())
    }

    fn eight() -> FormSettings {
        let mut fields = vec![
            FormField { is_required: true, ..field("phone", AnswerKind::Phone) },
            field("email", AnswerKind::Email),
            FormField { min: Some(2), max: Some(20), ..field("name", AnswerKind::Text) },
            field("address", AnswerKind::Text),
            field("birthday", AnswerKind::Date),
            FormField { min: Some(1), max: Some(12), ..field("size", AnswerKind::Integer) },
            field("colour", AnswerKind::Choice),
            field("colours", AnswerKind::Choices),
        ];
        fields[3].max = Some(300);
        form(fields)
    }

    #[test]
    fn each_answer_has_its_normal_form_and_what_is_blank_says_nothing() {
        let answers = [
            ("phone", " 139 1234 5678 "),
            ("email", "Ann@Example.COM"),
            ("name", " 王芳 "),
            ("address", "上海市静安区 1 号"),
            ("birthday", "1990-05-17"),
            ("size", "07"),
            ("colour", "RED"),
            ("colours", r#"["green","red"]"#),
        ];
        let filled = read(&eight(), &answers, &["news"]).unwrap();
        let identifiers: Vec<(IdentifierType, &str)> =
            filled.identifiers.iter().map(|one| (one.kind, one.value.as_str())).collect();
        assert_eq!(identifiers.len(), 2);
        assert!(identifiers.contains(&(IdentifierType::Phone, "+8613912345678")));
        assert!(identifiers.contains(&(IdentifierType::Email, "ann@example.com")));
        assert!(identifiers[0].0 < identifiers[1].0, "the strongest first");
        let traits: Vec<(&str, &str)> =
            filled.traits.iter().map(|one| (one.name.as_str(), one.value.as_str())).collect();
        let expected = [
            ("name", "王芳"),
            ("address", "上海市静安区 1 号"),
            ("birthday", "1990-05-17"),
            ("size", "7"),
            ("colour", "red"),
            ("colours", r#"["green","red"]"#),
        ];
        assert_eq!(traits, expected);
        let blank = read(&eight(), &[("phone", "+44 20 7946 0000"), ("name", "  ")], &[]).unwrap();
        assert_eq!((blank.identifiers.len(), blank.traits.len(), blank.consents.len()), (1, 0, 0));
        assert_eq!(blank.identifiers[0].value, "+442079460000");
    }

    #[test]
    fn every_wrong_answer_is_named_with_what_would_be_one() {
        let cases = [
            ("phone", "1391234567", "a phone number such as"),
            ("phone", "call me", "a phone number such as"),
            ("email", "ann@", "a mail address"),
            ("name", "王", "2 to 20 characters"),
            ("name", "123456789012345678901", "2 to 20 characters"),
            ("name", "two\nlines", "2 to 20 characters"),
            ("birthday", "17 May", "a day such as"),
            ("size", "13", "a whole number from 1 to 12"),
            ("size", "1.5", "a whole number from 1 to 12"),
            ("colour", "pink", "one of red, green, blue"),
            ("colours", "red,pink", "one or more of red"),
            ("unknown", "x", "a field of this form"),
        ];
        for (name, answer, allowed) in cases {
            let phone = ("phone", "13912345678");
            let answers = if name == "phone" { vec![(name, answer)] } else { vec![phone, (name, answer)] };
            let wrong = read(&eight(), &answers, &[]).unwrap_err();
            assert_eq!(wrong.len(), 1, "{name} {answer}: {wrong:?}");
            assert_eq!(wrong[0].0, format!("answers/{name}"));
            assert!(wrong[0].1.starts_with(allowed), "{name}: {}", wrong[0].1);
        }
        let wide = "字".repeat(300);
        let answers = [("phone", "13912345678"), ("address", wide.as_str())];
        assert_eq!(read(&eight(), &answers, &[]).unwrap().traits[0].value, wide);
        let several = read(&eight(), &[("size", "x"), ("a/b", "y")], &["all"]).unwrap_err();
        let named: Vec<&str> = several.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(named, ["answers/a~1b", "answers/phone", "answers/size", "agreed/all"]);
    }

    #[test]
    fn one_of_two_identifiers_is_enough_and_none_is_not() {
        let mut settings = eight();
        settings.fields[0].is_required = false;
        assert_eq!(read(&settings, &[("email", "a@b.example")], &[]).unwrap().identifiers.len(), 1);
        let wrong = read(&settings, &[("name", "王芳")], &[]).unwrap_err();
        let named: Vec<&str> = wrong.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(named, ["answers/phone", "answers/email"]);
    }

    #[test]
    fn a_tick_is_a_consent_of_each_channel_to_the_text_that_was_shown() {
        let mut settings = eight();
        let all = FormConsent { channels: vec![], ..consent("privacy") };
        settings.consents.push(FormConsent { is_required: true, ..all });
        let phone = ("phone", "13912345678");
        assert_eq!(read(&settings, &[phone], &["news"]).unwrap_err()[0].0, "agreed/privacy");
        let words = read(&settings, &[phone], &["privacy", "news"]).unwrap().consents;
        let told: Vec<(&str, &str)> =
            words.iter().map(|one| (one.channel.as_str(), one.text_version.as_deref().unwrap())).collect();
        assert_eq!(told, [("sms", "v3-zh"), ("email", "v3-zh"), ("", "v3-zh")]);
        assert!(words.iter().all(|one| one.is_explicit && one.decision == Decision::Granted));
        let agreed = BTreeSet::from(["privacy".to_owned()]);
        let english = Told { answers: &told_phone(), agreed: &agreed, language: Language::English };
        assert_eq!(settings.read(english).unwrap().consents[0].text_version.as_deref(), Some("v3-en"));
    }

    fn told_phone() -> BTreeMap<String, String> {
        told(&[("phone", "13912345678")])
    }
}
