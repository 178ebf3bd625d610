//! What an operator says of a form and of a counter, and all that is wrong with it.

use super::Wrong;
use crate::consent::{VERSION_BYTES_MAX, WORDS_MAX, is_code};
use crate::field::{FieldKind, is_field_name};
use crate::identity::IdentifierType;
use crate::time::Instant;
use crate::touch_point;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const NAME_CHARACTERS_MAX: usize = 60;
const TITLE_CHARACTERS_MAX: usize = 60;
const TEXT_CHARACTERS_MAX: usize = 500;
const LABEL_CHARACTERS_MAX: usize = 60;
const CAMPAIGN_BYTES_MAX: usize = 100;
const FIELDS_MAX: usize = 30;
const CHOICES_MAX: usize = 50;
const CONSENTS_MAX: usize = 10;
/// Characters of an answer where the field says nothing else.
pub(super) const CHARACTERS_USUAL: i64 = 100;
/// Three bytes each, a thousand of them are what a trait may have.
const CHARACTERS_MAX: i64 = 300;

/// In both languages of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

impl Words {
    fn is_right(&self, characters_max: usize) -> bool {
        [&self.zh, &self.en].into_iter().all(|text| is_text(text, characters_max))
    }
}

fn is_text(text: &str, characters_max: usize) -> bool {
    let is_plain = !text.chars().any(|letter| letter.is_control() && letter != '\n');
    (1..=characters_max).contains(&text.trim().chars().count()) && is_plain
}

/// What an answer to a field looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    Phone,
    Email,
    Text,
    Integer,
    Decimal,
    Boolean,
    Date,
    Choice,
    Choices,
}

impl AnswerKind {
    pub const ALL: [Self; 9] = [
        Self::Phone,
        Self::Email,
        Self::Text,
        Self::Integer,
        Self::Decimal,
        Self::Boolean,
        Self::Date,
        Self::Choice,
        Self::Choices,
    ];

    pub fn code(self) -> &'static str {
        self.field_kind().map_or(if self == Self::Phone { "phone" } else { "email" }, FieldKind::code)
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whoever answers is found by this.
    pub fn identifier(self) -> Option<IdentifierType> {
        match self {
            Self::Phone => Some(IdentifierType::Phone),
            Self::Email => Some(IdentifierType::Email),
            _ => None,
        }
    }

    /// The type that a field of the registry has to have where the answer fills one.
    pub fn field_kind(self) -> Option<FieldKind> {
        match self {
            Self::Phone | Self::Email => None,
            Self::Text => Some(FieldKind::Text),
            Self::Integer => Some(FieldKind::Integer),
            Self::Decimal => Some(FieldKind::Decimal),
            Self::Boolean => Some(FieldKind::Boolean),
            Self::Date => Some(FieldKind::Date),
            Self::Choice => Some(FieldKind::Choice),
            Self::Choices => Some(FieldKind::Choices),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub value: String,
    pub label: Words,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// `phone` and `email`, or the name of the trait that the answer fills.
    pub name: String,
    pub kind: AnswerKind,
    pub label: Words,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    #[serde(default)]
    pub is_required: bool,
    /// Of a text so many characters at least, of a whole number itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

/// A box that somebody ticks to agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormConsent {
    pub name: String,
    /// Of the register.
    pub purpose: String,
    /// None: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// The versions of the purpose's texts that are shown.
    pub text_zh: String,
    pub text_en: String,
    /// Without it nothing is taken.
    #[serde(default)]
    pub is_required: bool,
}

/// One version of a form. Stored as JSON: later versions of the program read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormSettings {
    /// For operators.
    pub name: String,
    pub title: Words,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<Words>,
    /// Shown when the answer is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thanks: Option<Words>,
    pub fields: Vec<FormField>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<FormConsent>,
    /// The code of a touch-point of the registry.
    pub touch_point: String,
    /// The id of a store; a counter has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The id of a channel code, which is shown to whoever has answered; a counter has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// What is filled in from then on is not taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Instant>,
    /// What clerks say when they hand the form out, each by a code of their own: where it is there, they do, and who signs up
    /// by the code is the clerk's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clerk_script: Option<Words>,
}

impl FormSettings {
    /// All that is out of range; empty where it can be saved. What the registries have against it is the caller's to know.
    pub fn check(&self) -> Vec<Wrong> {
        let mut errors = Vec::new();
        let mut refuse = |field: &str, allowed: &str| errors.push(Wrong::new(field, allowed));
        if !is_text(&self.name, NAME_CHARACTERS_MAX) {
            refuse("name", "1 to 60 characters");
        }
        if !self.title.is_right(TITLE_CHARACTERS_MAX) {
            refuse("title", "1 to 60 characters in both languages");
        }
        let texts = [("intro", &self.intro), ("thanks", &self.thanks), ("clerk_script", &self.clerk_script)];
        for (field, words) in texts {
            if words.as_ref().is_some_and(|words| !words.is_right(TEXT_CHARACTERS_MAX)) {
                refuse(field, "1 to 500 characters in both languages, or null");
            }
        }
        if !touch_point::is_code(&self.touch_point) {
            refuse("touch_point", "the code of a touch-point");
        }
        let is_campaign = |text: &str| {
            (1..=CAMPAIGN_BYTES_MAX).contains(&text.len()) && text.trim() == text && !text.chars().any(char::is_control)
        };
        if self.campaign.as_deref().is_some_and(|campaign| !is_campaign(campaign)) {
            refuse("campaign", "1 to 100 bytes without blanks around it, or null");
        }
        errors.extend(self.wrong_fields());
        errors.extend(self.wrong_consents());
        errors
    }

    fn wrong_fields(&self) -> Vec<Wrong> {
        if !(1..=FIELDS_MAX).contains(&self.fields.len()) {
            return vec![Wrong::new("fields", "1 to 30 fields")];
        }
        let mut errors: Vec<Wrong> = self
            .fields
            .iter()
            .enumerate()
            .filter_map(|(place, field)| field.wrong().map(|(of, allowed)| (place, of, allowed)))
            .map(|(place, of, allowed)| Wrong::new(format!("fields/{place}/{of}"), allowed))
            .collect();
        let names: BTreeSet<&str> = self.fields.iter().map(|field| field.name.as_str()).collect();
        if names.len() < self.fields.len() {
            errors.push(Wrong::new("fields", "each name once"));
        }
        if !self.fields.iter().any(|field| field.kind.identifier().is_some()) {
            errors.push(Wrong::new("fields", "a field phone or email, by which whoever answers is found"));
        }
        errors
    }

    fn wrong_consents(&self) -> Vec<Wrong> {
        let words: usize = self.consents.iter().map(|consent| consent.channels.len().max(1)).sum();
        if self.consents.len() > CONSENTS_MAX || words > WORDS_MAX {
            return vec![Wrong::new("consents", "at most 10, of 32 channels together")];
        }
        let names: BTreeSet<&str> = self.consents.iter().map(|consent| consent.name.as_str()).collect();
        if names.len() < self.consents.len() {
            return vec![Wrong::new("consents", "each name once")];
        }
        let wrong = |(place, consent): (usize, &FormConsent)| {
            consent.wrong().map(|(of, allowed)| Wrong::new(format!("consents/{place}/{of}"), allowed))
        };
        self.consents.iter().enumerate().filter_map(wrong).collect()
    }

    /// Whether an answer of that instant is taken.
    pub fn is_open_at(&self, at: Instant) -> bool {
        self.ends_at.is_none_or(|end| at < end)
    }
}

impl FormField {
    fn wrong(&self) -> Option<(&'static str, &'static str)> {
        let is_own_kind = match self.name.as_str() {
            "phone" => self.kind == AnswerKind::Phone,
            "email" => self.kind == AnswerKind::Email,
            _ => self.kind.identifier().is_none(),
        };
        if !is_field_name(&self.name) {
            return Some(("name", "letters, digits, _, - and ., 1 to 60 bytes, a letter first"));
        }
        if !is_own_kind {
            return Some(("kind", "phone of the field phone, email of the field email, of no others"));
        }
        if !self.label.is_right(LABEL_CHARACTERS_MAX) {
            return Some(("label", "1 to 60 characters in both languages"));
        }
        if let Some(allowed) = self.wrong_choices() {
            return Some(("choices", allowed));
        }
        self.wrong_limits().map(|allowed| ("max", allowed))
    }

    fn wrong_choices(&self) -> Option<&'static str> {
        if !matches!(self.kind, AnswerKind::Choice | AnswerKind::Choices) {
            return Some("none: only choice and choices have them").filter(|_| !self.choices.is_empty());
        }
        if !(1..=CHOICES_MAX).contains(&self.choices.len()) {
            return Some("1 to 50 choices");
        }
        let is_value = |text: &str| crate::field::is_allowed_value(text, LABEL_CHARACTERS_MAX);
        if !self.choices.iter().all(|one| is_value(&one.value) && one.label.is_right(LABEL_CHARACTERS_MAX)) {
            return Some(
                "values of 1 to 60 characters without quotes, commas and semicolons, with labels in both languages",
            );
        }
        let values: BTreeSet<String> = self.choices.iter().map(|one| one.value.to_lowercase()).collect();
        Some("each value once").filter(|_| values.len() < self.choices.len())
    }

    fn wrong_limits(&self) -> Option<&'static str> {
        let (min, max) = (self.min, self.max);
        match self.kind {
            AnswerKind::Text => {
                let right = 1..=CHARACTERS_MAX;
                let (low, high) = (min.unwrap_or(1), max.unwrap_or(CHARACTERS_USUAL));
                let is_right = right.contains(&low) && right.contains(&high) && low <= high;
                Some("of a text 1 to 300 characters, min not above max").filter(|_| !is_right)
            }
            AnswerKind::Integer => {
                let is_right = min.unwrap_or(i64::MIN) <= max.unwrap_or(i64::MAX);
                Some("of a whole number min not above max").filter(|_| !is_right)
            }
            _ => Some("none: only text and integer have limits").filter(|_| min.is_some() || max.is_some()),
        }
    }
}

impl FormConsent {
    fn wrong(&self) -> Option<(&'static str, &'static str)> {
        let is_version = |text: &str| (1..=VERSION_BYTES_MAX).contains(&text.len());
        if !touch_point::is_code(&self.name) {
            return Some(("name", "a to z, 0 to 9 and _, 1 to 40, a letter first"));
        }
        if !is_code(&self.purpose) {
            return Some(("purpose", "a purpose of the register"));
        }
        let channels: BTreeSet<&String> = self.channels.iter().collect();
        if !self.channels.iter().all(|channel| is_code(channel)) || channels.len() < self.channels.len() {
            return Some(("channels", "channels of the purpose, each once"));
        }
        if !is_version(&self.text_zh) {
            return Some(("text_zh", "a version of the purpose's texts"));
        }
        Some(("text_en", "a version of the purpose's texts")).filter(|_| !is_version(&self.text_en))
    }
}

/// A tablet at a counter, on which many fill in the same form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterSettings {
    pub name: String,
    /// The id of a store.
    pub place: String,
    /// The id of the clerk for whom it counts.
    pub clerk: Option<String>,
    /// The id of the channel code that is shown to whoever has answered.
    pub code: Option<String>,
}

impl CounterSettings {
    pub fn check(&self) -> Vec<Wrong> {
        let is_right = is_text(&self.name, NAME_CHARACTERS_MAX) && !self.name.contains('\n');
        if is_right { Vec::new() } else { vec![Wrong::new("name", "1 to 60 characters")] }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn words(text: &str) -> Words {
        Words { zh: format!("{text}（中）"), en: text.to_owned() }
    }

    pub fn field(name: &str, kind: AnswerKind) -> FormField {
        let has_choices = matches!(kind, AnswerKind::Choice | AnswerKind::Choices);
        let choice = |value: &str| Choice { value: value.to_owned(), label: words(value) };
        FormField {
            name: name.to_owned(),
            kind,
            label: words(name),
            choices: if has_choices { ["red", "green", "blue"].map(choice).to_vec() } else { Vec::new() },
            is_required: false,
            min: None,
            max: None,
        }
    }

    pub fn consent(name: &str) -> FormConsent {
        FormConsent {
            name: name.to_owned(),
            purpose: "marketing".to_owned(),
            channels: vec!["sms".to_owned(), "email".to_owned()],
            text_zh: "v3-zh".to_owned(),
            text_en: "v3-en".to_owned(),
            is_required: false,
        }
    }

    pub fn form(fields: Vec<FormField>) -> FormSettings {
        FormSettings {
            name: "Delivery".to_owned(),
            title: words("Delivery"),
            intro: None,
            thanks: Some(words("Thank you")),
            fields,
            consents: vec![consent("news")],
            touch_point: "store".to_owned(),
            place: None,
            code: None,
            campaign: Some("spring".to_owned()),
            ends_at: Some(Instant(100)),
            clerk_script: Some(words("Join us, it takes three taps")),
        }
    }

    fn paths(settings: &FormSettings) -> Vec<String> {
        settings.check().into_iter().map(|one| one.field).collect()
    }

    #[test]
    fn what_is_out_of_range_is_named_by_its_path() {
        let right = form(AnswerKind::ALL.map(|kind| field(kind.code(), kind)).to_vec());
        assert_eq!(right.check(), []);
        let phone = || field("phone", AnswerKind::Phone);
        let named = |change: fn(&mut FormField)| {
            let mut one = field("colour", AnswerKind::Choice);
            change(&mut one);
            paths(&form(vec![phone(), one]))
        };
        assert_eq!(named(|one| one.name = "1".into()), ["fields/1/name"]);
        assert_eq!(named(|one| one.name = "phone".into()), ["fields/1/kind", "fields"]);
        assert_eq!(named(|one| one.kind = AnswerKind::Email), ["fields/1/kind"]);
        assert_eq!(named(|one| one.label.en = " ".into()), ["fields/1/label"]);
        assert_eq!(named(|one| one.choices.clear()), ["fields/1/choices"]);
        assert_eq!(named(|one| one.choices[0].value = "Green".into()), ["fields/1/choices"]);
        assert_eq!(named(|one| one.choices[0].value = "a,b".into()), ["fields/1/choices"]);
        assert_eq!(named(|one| one.kind = AnswerKind::Text), ["fields/1/choices"]);
        assert_eq!(named(|one| one.max = Some(3)), ["fields/1/max"]);
        assert_eq!(paths(&form(vec![])), ["fields"]);
        assert_eq!(paths(&form(vec![field("city", AnswerKind::Text)])), ["fields"], "nobody could be found");
        assert_eq!(paths(&form(vec![phone(), phone()])), ["fields"]);
        let mut wrong = form(vec![phone()]);
        (wrong.name, wrong.title.zh, wrong.touch_point) = (String::new(), "x".repeat(61), "No!".into());
        (wrong.intro, wrong.campaign) = (Some(Words::default()), Some(" a".into()));
        assert_eq!(paths(&wrong), ["name", "title", "intro", "touch_point", "campaign"]);
    }

    #[test]
    fn limits_are_those_of_their_kind() {
        let cases = [
            (AnswerKind::Text, Some(1), Some(300), true),
            (AnswerKind::Text, Some(0), None, false),
            (AnswerKind::Text, None, Some(301), false),
            (AnswerKind::Text, Some(101), None, false),
            (AnswerKind::Integer, Some(-5), Some(5), true),
            (AnswerKind::Integer, Some(6), Some(5), false),
            (AnswerKind::Integer, None, Some(5), true),
            (AnswerKind::Date, None, Some(5), false),
            (AnswerKind::Decimal, Some(1), None, false),
        ];
        for (kind, min, max, is_right) in cases {
            let one = FormField { min, max, ..field("one", kind) };
            assert_eq!(one.wrong().is_none(), is_right, "{kind:?} {min:?} {max:?}");
        }
    }

    #[test]
    fn consents_are_named_once_and_fit_into_a_message() {
        let of =
            |consents: Vec<FormConsent>| FormSettings { consents, ..form(vec![field("phone", AnswerKind::Phone)]) };
        assert_eq!(paths(&of(vec![])), [""; 0]);
        assert_eq!(paths(&of(vec![consent("news"), consent("news")])), ["consents"]);
        let changed = |change: fn(&mut FormConsent)| {
            let mut one = consent("other");
            change(&mut one);
            paths(&of(vec![consent("news"), one]))
        };
        assert_eq!(changed(|one| one.name = "A b".into()), ["consents/1/name"]);
        assert_eq!(changed(|one| one.purpose = String::new()), ["consents/1/purpose"]);
        assert_eq!(changed(|one| one.channels.push("sms".into())), ["consents/1/channels"]);
        assert_eq!(changed(|one| one.text_zh = String::new()), ["consents/1/text_zh"]);
        assert_eq!(changed(|one| one.text_en = String::new()), ["consents/1/text_en"]);
        let many = |count: usize| (0..count).map(|channel| format!("c{channel}")).collect();
        let wide = FormConsent { channels: many(33), ..consent("wide") };
        assert_eq!(paths(&of(vec![wide])), ["consents"]);
    }

    #[test]
    fn a_form_ends_and_a_stored_one_is_read_again() {
        let settings = form(vec![field("phone", AnswerKind::Phone), field("colour", AnswerKind::Choice)]);
        assert!(settings.is_open_at(Instant(99)) && !settings.is_open_at(Instant(100)));
        assert!(FormSettings { ends_at: None, ..settings.clone() }.is_open_at(Instant(i64::MAX)));
        let stored = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<FormSettings>(&stored).unwrap(), settings);
        // The first shape that was ever stored.
        let first = r#"{"name":"n","title":{"zh":"甲","en":"a"},"touch_point":"store","fields":[
            {"name":"phone","kind":"phone","label":{"zh":"手机","en":"Phone"},"is_required":true},
            {"name":"age","kind":"integer","label":{"zh":"年龄","en":"Age"},"min":1,"max":120}]}"#;
        let read: FormSettings = serde_json::from_str(first).unwrap();
        assert_eq!((read.check(), read.fields[1].max, read.fields[0].is_required), (vec![], Some(120), true));
        let counter =
            |name: &str| CounterSettings { name: name.into(), place: "plc_1".into(), clerk: None, code: None };
        assert_eq!((counter("Till").check().len(), counter(" ").check().len()), (0, 1));
    }
}
