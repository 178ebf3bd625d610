//! A form in JSON.

use crate::problem::{Problem, ProblemField};
use perennial_app::forms::Form;
use perennial_domain::form::{AnswerKind, Choice, FormConsent, FormField, FormSettings, Words};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The same in both languages of the page.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordsDto {
    #[schema(example = "收货信息")]
    pub zh: String,
    #[schema(example = "Delivery")]
    pub en: String,
}

impl From<WordsDto> for Words {
    fn from(WordsDto { zh, en }: WordsDto) -> Self {
        Self { zh, en }
    }
}

impl From<Words> for WordsDto {
    fn from(Words { zh, en }: Words) -> Self {
        Self { zh, en }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormChoiceDto {
    #[schema(example = "red")]
    pub value: String,
    pub label: WordsDto,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormFieldDto {
    /// `phone` or `email`, by which whoever answers is found, or the name of the trait that the answer fills: a field of the
    /// registry has to have the same type.
    #[schema(example = "phone")]
    pub name: String,
    /// `phone`, `email`, `text`, `integer`, `decimal`, `boolean`, `date`, `choice` or `choices`.
    #[schema(example = "phone")]
    pub kind: String,
    /// 1 to 60 characters in both languages.
    pub label: WordsDto,
    /// Of `choice` and `choices`: 1 to 50.
    #[serde(default)]
    pub choices: Vec<FormChoiceDto>,
    #[serde(default)]
    pub is_required: bool,
    /// Of a text so many characters at least, of a whole number itself.
    #[schema(example = 1)]
    pub min: Option<i64>,
    /// Of a text so many characters at most, 100 when absent and never more than 300.
    #[schema(example = 100)]
    pub max: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormConsentDto {
    /// Names the box within the form.
    #[schema(example = "news")]
    pub name: String,
    /// A purpose of the register.
    #[schema(example = "marketing")]
    pub purpose: String,
    /// Channels of the purpose; none: all.
    #[serde(default)]
    #[schema(example = json!(["sms"]))]
    pub channels: Vec<String>,
    /// The version of the purpose's texts that is shown in Chinese.
    #[schema(example = "3-zh")]
    pub text_zh: String,
    /// The version that is shown in English.
    #[schema(example = "3-en")]
    pub text_en: String,
    /// Without it nothing is taken.
    #[serde(default)]
    pub is_required: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormBody {
    /// For operators: 1 to 60 characters.
    #[schema(example = "Delivery, spring")]
    pub name: String,
    pub title: WordsDto,
    /// Stands above the fields.
    pub intro: Option<WordsDto>,
    /// Is shown to whoever has answered.
    pub thanks: Option<WordsDto>,
    /// 1 to 30, one of them `phone` or `email`.
    pub fields: Vec<FormFieldDto>,
    /// At most 10.
    #[serde(default)]
    pub consents: Vec<FormConsentDto>,
    /// The code of a touch-point that is not archived.
    #[schema(example = "website")]
    pub touch_point: String,
    /// The id of a store: whoever answers belongs to it. A counter has one of its own.
    #[schema(example = "plc_1c9f0x3abcdefghjk")]
    pub place: Option<String>,
    /// The id of a channel code that is shown to whoever has answered. A counter may have one of its own.
    #[schema(example = "cod_1c9f0x3abcdefghjk")]
    pub code: Option<String>,
    #[schema(example = "spring")]
    pub campaign: Option<String>,
    /// What is filled in from then on is not taken.
    #[schema(format = DateTime)]
    pub ends_at: Option<String>,
    /// What clerks say when they hand the form out: with it each does by a code of their own, and whoever is new and signs up by
    /// the code is the clerk's. Null: clerks do not hand it out.
    pub clerk_script: Option<WordsDto>,
}

impl FormBody {
    pub fn settings(self) -> Result<FormSettings, Problem> {
        let mut errors = Vec::new();
        let mut fields = Vec::with_capacity(self.fields.len());
        for (place, field) in self.fields.into_iter().enumerate() {
            let Some(kind) = AnswerKind::parse(&field.kind) else {
                let allowed = AnswerKind::ALL.map(AnswerKind::code).join(", ");
                errors.push(ProblemField::new(format!("/fields/{place}/kind"), "unknown_value", allowed));
                continue;
            };
            let choice = |one: FormChoiceDto| Choice { value: one.value, label: one.label.into() };
            fields.push(FormField {
                name: field.name,
                kind,
                label: field.label.into(),
                choices: field.choices.into_iter().map(choice).collect(),
                is_required: field.is_required,
                min: field.min,
                max: field.max,
            });
        }
        let ends_at = self.ends_at.as_deref().map(Instant::parse_rfc3339);
        if ends_at == Some(None) {
            errors.push(ProblemField::new("/ends_at", "malformed", "an instant such as 2026-05-01T00:00:00Z, or null"));
        }
        if !errors.is_empty() {
            return Err(Problem::invalid(errors));
        }
        Ok(FormSettings {
            name: self.name,
            title: self.title.into(),
            intro: self.intro.map(Words::from),
            thanks: self.thanks.map(Words::from),
            fields,
            consents: self.consents.into_iter().map(FormConsentDto::settings).collect(),
            touch_point: self.touch_point,
            place: self.place,
            code: self.code,
            campaign: self.campaign,
            ends_at: ends_at.flatten(),
            clerk_script: self.clerk_script.map(Words::from),
        })
    }

    fn of(settings: FormSettings) -> Self {
        Self {
            name: settings.name,
            title: settings.title.into(),
            intro: settings.intro.map(WordsDto::from),
            thanks: settings.thanks.map(WordsDto::from),
            fields: settings.fields.into_iter().map(FormFieldDto::from).collect(),
            consents: settings.consents.into_iter().map(FormConsentDto::from).collect(),
            touch_point: settings.touch_point,
            place: settings.place,
            code: settings.code,
            campaign: settings.campaign,
            ends_at: settings.ends_at.map(Instant::rfc3339),
            clerk_script: settings.clerk_script.map(WordsDto::from),
        }
    }
}

impl FormConsentDto {
    fn settings(self) -> FormConsent {
        let Self { name, purpose, channels, text_zh, text_en, is_required } = self;
        FormConsent { name, purpose, channels, text_zh, text_en, is_required }
    }
}

impl From<FormConsent> for FormConsentDto {
    fn from(consent: FormConsent) -> Self {
        let FormConsent { name, purpose, channels, text_zh, text_en, is_required } = consent;
        Self { name, purpose, channels, text_zh, text_en, is_required }
    }
}

impl From<FormField> for FormFieldDto {
    fn from(field: FormField) -> Self {
        let choice = |one: Choice| FormChoiceDto { value: one.value, label: one.label.into() };
        Self {
            name: field.name,
            kind: field.kind.code().to_owned(),
            label: field.label.into(),
            choices: field.choices.into_iter().map(choice).collect(),
            is_required: field.is_required,
            min: field.min,
            max: field.max,
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FormDto {
    #[schema(example = "frm_1c9f0x3abcdefghjk")]
    pub id: String,
    /// Where people fill it in: this path of the server.
    #[schema(example = "/f/7K3M9XQ2AB")]
    pub path: String,
    /// The newest version.
    pub settings: FormBody,
    /// Grows by one with each change; `If-Match` names it.
    #[schema(example = 1)]
    pub version: i64,
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub changed_at: String,
    /// Null: it is open.
    #[schema(format = DateTime)]
    pub archived_at: Option<String>,
}

impl From<Form> for FormDto {
    fn from(form: Form) -> Self {
        Self {
            path: format!("/f/{}", form.slug),
            id: form.id,
            settings: FormBody::of(form.settings),
            version: form.version,
            created_by: form.created_by,
            created_at: form.created_at.rfc3339(),
            changed_at: form.changed_at.rfc3339(),
            archived_at: form.archived_at.map(Instant::rfc3339),
        }
    }
}
