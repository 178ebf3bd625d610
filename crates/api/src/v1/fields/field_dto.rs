//! Fields, and what is known of a customer, in JSON.

use crate::problem::{Problem, ProblemField};
use crate::v1::tags::tag_dto::RecorderDto;
use perennial_app::fields::{
    ClassInformation, Coverage, Field, FieldCoverage, FieldHead, FieldInformation, FieldWithRefusals, Information,
    Said, SourceOrder, SourceOrigin, VersionedSources,
};
use perennial_domain::field::{Class, FieldKind, FieldSettings, Origin};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProfileFieldDto {
    /// The name of the trait.
    #[schema(example = "skin_type")]
    pub name: String,
    #[schema(example = "肤质")]
    pub name_zh: String,
    #[schema(example = "Skin type")]
    pub name_en: String,
    /// `identity`, `behaviour`, `consumption`, `decision`, `usage` or `other`.
    #[schema(example = "other")]
    pub class: String,
    /// `text`, `integer`, `decimal`, `boolean`, `date`, `choice` or `choices`.
    #[serde(rename = "type")]
    #[schema(example = "choice")]
    pub kind: String,
    /// Of a choice; of choices any where there is none.
    #[schema(example = json!(["dry", "oily"]))]
    pub allowed: Vec<String>,
    /// It says something of a person that others must not learn.
    pub personal: bool,
    /// 0 to 100: the more, the sooner it is asked; 0: never.
    #[schema(example = 30)]
    pub weight: i64,
    /// It came with the program.
    pub preset: bool,
    /// Since then traits of its name are plain traits.
    #[schema(format = DateTime)]
    pub archived_at: Option<String>,
    /// The version that `If-Match` names.
    #[schema(example = 1)]
    pub version: i64,
}

impl From<Field> for ProfileFieldDto {
    fn from(field: Field) -> Self {
        let Field { settings, is_preset, archived_at, created_at: _, version } = field;
        Self {
            name: settings.name,
            name_zh: settings.name_zh,
            name_en: settings.name_en,
            class: settings.class.code().to_owned(),
            kind: settings.kind.code().to_owned(),
            allowed: settings.allowed,
            personal: settings.is_personal,
            weight: settings.weight,
            preset: is_preset,
            archived_at: archived_at.map(Instant::rfc3339),
            version,
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RefusedBySource {
    #[schema(example = "file")]
    pub source: String,
    #[schema(example = 12)]
    pub refused: i64,
}

/// Values that came under the name of the field and were none.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct RefusalsDto {
    #[schema(example = 12)]
    pub refused: i64,
    pub by_source: Vec<RefusedBySource>,
    #[schema(format = DateTime)]
    pub last_at: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldItem {
    pub field: ProfileFieldDto,
    pub refusals: RefusalsDto,
}

impl From<FieldWithRefusals> for FieldItem {
    fn from(one: FieldWithRefusals) -> Self {
        let by_source = |(source, refused): (String, i64)| RefusedBySource { source, refused };
        Self {
            field: one.field.into(),
            refusals: RefusalsDto {
                refused: one.refusals.refused,
                by_source: one.refusals.by_source.into_iter().map(by_source).collect(),
                last_at: one.refusals.last_at.map(Instant::rfc3339),
            },
        }
    }
}

/// A field as it is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldBody {
    /// 1 to 60 characters.
    #[schema(example = "肤质")]
    pub name_zh: String,
    /// 1 to 60 characters.
    #[schema(example = "Skin type")]
    pub name_en: String,
    /// `identity`, `behaviour`, `consumption`, `decision`, `usage` or `other`.
    #[schema(example = "other")]
    pub class: String,
    /// `text`, `integer`, `decimal`, `boolean`, `date`, `choice` or `choices`. It stays.
    #[serde(rename = "type")]
    #[schema(example = "choice")]
    pub kind: String,
    /// Values of a choice or of choices, at most 100; choices without any take whatever is told.
    #[serde(default)]
    #[schema(example = json!(["dry", "oily"]))]
    pub allowed: Vec<String>,
    #[serde(default)]
    pub personal: bool,
    /// 0 to 100: the more, the sooner it is asked; 0: never.
    #[serde(default)]
    #[schema(example = 30)]
    pub weight: i64,
    #[serde(default)]
    pub archived: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewField {
    /// The name of the trait: letters, digits, _, - and ., 1 to 60 bytes, a letter first. It stays.
    #[schema(example = "skin_type")]
    pub name: String,
    /// 1 to 60 characters.
    #[schema(example = "肤质")]
    pub name_zh: String,
    /// 1 to 60 characters.
    #[schema(example = "Skin type")]
    pub name_en: String,
    /// `identity`, `behaviour`, `consumption`, `decision`, `usage` or `other`.
    #[schema(example = "other")]
    pub class: String,
    /// `text`, `integer`, `decimal`, `boolean`, `date`, `choice` or `choices`. It stays.
    #[serde(rename = "type")]
    #[schema(example = "choice")]
    pub kind: String,
    /// Values of a choice or of choices, at most 100; choices without any take whatever is told.
    #[serde(default)]
    #[schema(example = json!(["dry", "oily"]))]
    pub allowed: Vec<String>,
    #[serde(default)]
    pub personal: bool,
    /// 0 to 100: the more, the sooner it is asked; 0: never.
    #[serde(default)]
    #[schema(example = 30)]
    pub weight: i64,
}

impl NewField {
    pub fn split(self) -> (String, FieldBody) {
        let Self { name, name_zh, name_en, class, kind, allowed, personal, weight } = self;
        (name, FieldBody { name_zh, name_en, class, kind, allowed, personal, weight, archived: false })
    }
}

impl FieldBody {
    pub fn settings(self, name: String) -> Result<FieldSettings, Problem> {
        let unknown = |pointer: &str, allowed: String| ProblemField::new(pointer, "unknown_value", allowed);
        let (class, kind) = (Class::parse(&self.class), FieldKind::parse(&self.kind));
        let mut wrong = Vec::new();
        if class.is_none() {
            wrong.push(unknown("/class", Class::ALL.map(Class::code).join(", ")));
        }
        if kind.is_none() {
            wrong.push(unknown("/type", FieldKind::ALL.map(FieldKind::code).join(", ")));
        }
        let (Some(class), Some(kind)) = (class, kind) else { return Err(Problem::invalid(wrong)) };
        Ok(FieldSettings {
            name,
            name_zh: self.name_zh,
            name_en: self.name_en,
            class,
            kind,
            allowed: self.allowed,
            is_personal: self.personal,
            weight: self.weight,
            is_archived: self.archived,
        })
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceOriginDto {
    #[schema(example = "src_1c9f0x3abcdefghjk")]
    pub source: String,
    /// `self_stated`, `authorised`, `staff`, `imported`, `observed` or `other`.
    #[schema(example = "self_stated")]
    pub origin: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldSourcesDto {
    /// The six origins: of what two say, the word of the first is believed; of one origin, what was said last.
    #[schema(example = json!(["self_stated", "authorised", "staff", "imported", "observed", "other"]))]
    pub order: Vec<String>,
    /// Every source that ever told a trait.
    pub sources: Vec<SourceOriginDto>,
    /// The version that `If-Match` names; 0 where nobody has changed anything.
    #[schema(example = 0)]
    pub version: i64,
}

impl From<VersionedSources> for FieldSourcesDto {
    fn from(one: VersionedSources) -> Self {
        let source = |one: SourceOrigin| SourceOriginDto { source: one.source, origin: one.origin.code().to_owned() };
        Self {
            order: one.settings.order.iter().map(|origin| origin.code().to_owned()).collect(),
            sources: one.settings.sources.into_iter().map(source).collect(),
            version: one.version,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldSourcesBody {
    /// Each of the six origins once, the one that is believed first.
    #[schema(example = json!(["self_stated", "authorised", "staff", "imported", "observed", "other"]))]
    pub order: Vec<String>,
    /// At most 500; those that are not named keep their origin.
    #[serde(default)]
    pub sources: Vec<SourceOriginDto>,
}

impl FieldSourcesBody {
    pub fn settings(self) -> Result<SourceOrder, Problem> {
        let allowed = || Origin::ALL.map(Origin::code).join(", ");
        let mut wrong = Vec::new();
        let mut read = |pointer: String, code: &str| {
            let origin = Origin::parse(code);
            if origin.is_none() {
                wrong.push(ProblemField::new(pointer, "unknown_value", allowed()));
            }
            origin
        };
        let order: Vec<Origin> =
            self.order.iter().enumerate().filter_map(|(place, code)| read(format!("/order/{place}"), code)).collect();
        let mut sources = Vec::with_capacity(self.sources.len());
        for (place, one) in self.sources.into_iter().enumerate() {
            if let Some(origin) = read(format!("/sources/{place}/origin"), &one.origin) {
                sources.push(SourceOrigin { source: one.source, origin });
            }
        }
        if wrong.is_empty() { Ok(SourceOrder { order, sources }) } else { Err(Problem::invalid(wrong)) }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldsBody {
    /// By the name of the field, 1 to 30: texts, numbers, truth values, or lists of them.
    #[schema(value_type = BTreeMap<String, Value>, example = json!({ "city": "Hangzhou", "hobby": ["tea"] }))]
    pub values: BTreeMap<String, Value>,
    /// Where it is written down: a code such as `console`.
    #[schema(example = "console")]
    pub surface: Option<String>,
    /// The decision of the customer on which it is written down.
    pub consent_id: Option<String>,
}

/// Values as texts, by name; `member` is where they stand in the body.
pub fn texts_of(member: &str, values: BTreeMap<String, Value>) -> Result<BTreeMap<String, String>, Problem> {
    let (mut texts, mut wrong) = (BTreeMap::new(), Vec::new());
    for (name, value) in values {
        let text = match value {
            Value::String(text) => text,
            Value::Number(_) | Value::Bool(_) | Value::Array(_) => value.to_string(),
            Value::Null | Value::Object(_) => {
                let pointer = format!("/{member}/{}", name.replace('~', "~0").replace('/', "~1"));
                wrong.push(ProblemField::new(pointer, "malformed", "a text, a number, a truth value or a list"));
                continue;
            }
        };
        texts.insert(name, text);
    }
    if wrong.is_empty() { Ok(texts) } else { Err(Problem::invalid(wrong)) }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldsWrittenDto {
    #[schema(example = "cus_7k2m9qx4")]
    pub customer_id: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// In their normal form.
    pub values: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldHeadDto {
    #[schema(example = "deal_factor")]
    pub name: String,
    #[schema(example = "成交因素")]
    pub name_zh: String,
    #[schema(example = "Deal factor")]
    pub name_en: String,
    #[schema(example = "decision")]
    pub class: String,
}

impl From<FieldHead> for FieldHeadDto {
    fn from(head: FieldHead) -> Self {
        let FieldHead { name, name_zh, name_en, class } = head;
        Self { name, name_zh, name_en, class: class.code().to_owned() }
    }
}

/// What a source says of a field.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SaidDto {
    #[schema(example = "Hangzhou")]
    pub value: String,
    #[schema(example = "perennial")]
    pub source: String,
    /// `self_stated`, `authorised`, `staff`, `imported`, `observed` or `other`.
    #[schema(example = "staff")]
    pub origin: String,
    #[schema(format = DateTime)]
    pub at: String,
    /// Who wrote it down, where somebody did by hand.
    pub by: Option<RecorderDto>,
    /// Where it was written down.
    #[schema(example = "console")]
    pub surface: Option<String>,
    /// The decision of the customer on which it is kept.
    pub consent_id: Option<String>,
    /// 0 to 1: how probable it is that one more source would say the same, by the rule of succession. Of `n` sources that
    /// say anything of the field, `k` say this: (k + 1) / (n + 2).
    #[schema(example = 0.67)]
    pub confidence: f64,
}

impl From<Said> for SaidDto {
    fn from(said: Said) -> Self {
        let Said { value, source, origin, at, by, surface, consent_id, confidence } = said;
        Self {
            value,
            source,
            origin: origin.code().to_owned(),
            at: at.rfc3339(),
            by: by.map(RecorderDto::from),
            surface,
            consent_id,
            confidence,
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldInformationDto {
    #[schema(example = "city")]
    pub name: String,
    #[schema(example = "城市")]
    pub name_zh: String,
    #[schema(example = "City")]
    pub name_en: String,
    #[serde(rename = "type")]
    #[schema(example = "text")]
    pub kind: String,
    pub allowed: Vec<String>,
    pub personal: bool,
    pub weight: i64,
    /// What is believed; null: to be collected.
    pub said: Option<SaidDto>,
    /// What other sources say, in the order in which they would be believed.
    pub others: Vec<SaidDto>,
}

impl From<FieldInformation> for FieldInformationDto {
    fn from(one: FieldInformation) -> Self {
        let FieldInformation { settings, said, others } = one;
        Self {
            name: settings.name,
            name_zh: settings.name_zh,
            name_en: settings.name_en,
            kind: settings.kind.code().to_owned(),
            allowed: settings.allowed,
            personal: settings.is_personal,
            weight: settings.weight,
            said: said.map(SaidDto::from),
            others: others.into_iter().map(SaidDto::from).collect(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ClassInformationDto {
    /// `identity`, `behaviour`, `consumption`, `decision`, `usage` or `other`, in this order.
    #[schema(example = "identity")]
    pub class: String,
    /// `known`, or `to_be_collected` where nothing is known of the class.
    #[schema(example = "known")]
    pub state: String,
    pub fields: Vec<FieldInformationDto>,
}

impl From<ClassInformation> for ClassInformationDto {
    fn from(one: ClassInformation) -> Self {
        let state = if one.is_known { "known" } else { "to_be_collected" };
        Self {
            class: one.class.code().to_owned(),
            state: state.to_owned(),
            fields: one.fields.into_iter().map(FieldInformationDto::from).collect(),
        }
    }
}

/// The six classes of information of a customer.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct InformationDto {
    /// Of the six classes, those of which anything is known.
    #[schema(example = 67)]
    pub completeness_percent: u32,
    /// The field to ask next: of those without a value the one with the greatest weight; of equals one of a class of which
    /// nothing is known. Null where nothing is left to ask.
    pub ask_next: Option<FieldHeadDto>,
    pub classes: Vec<ClassInformationDto>,
}

impl From<Information> for InformationDto {
    fn from(one: Information) -> Self {
        Self {
            completeness_percent: one.completeness_percent,
            ask_next: one.ask_next.map(FieldHeadDto::from),
            classes: one.classes.into_iter().map(ClassInformationDto::from).collect(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldCoverageItem {
    pub field: FieldHeadDto,
    /// Customers of whom it is known.
    #[schema(example = 310)]
    pub customers: i64,
    /// Share of all, 0 to 1; null where there is nobody.
    pub share: Option<f64>,
    /// Those of them who have the tag; null where none was asked for.
    pub tagged: Option<i64>,
    /// Share of those who have the tag, 0 to 1.
    pub tagged_share: Option<f64>,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldCoverageDto {
    /// The key indicators: traffic source, deal factor, buying scene, usage scene, value-satisfaction point.
    pub fields: Vec<FieldCoverageItem>,
    /// All whom the caller sees.
    #[schema(example = 1_204)]
    pub customers: i64,
    /// All of them who have the tag.
    pub tagged: Option<i64>,
    /// Known of the fewest of those who have the tag, or of all where none was asked for; of equals the heavier one.
    pub ask_next: Option<FieldHeadDto>,
}

impl From<Coverage> for FieldCoverageDto {
    fn from(coverage: Coverage) -> Self {
        let Coverage { fields, customers, tagged, ask_next } = coverage;
        let share = |some: i64, all: i64| (all > 0).then(|| some as f64 / all as f64);
        let item = |one: FieldCoverage| FieldCoverageItem {
            share: share(one.customers, customers),
            tagged_share: one.tagged.zip(tagged).and_then(|(some, all)| share(some, all)),
            field: one.field.into(),
            customers: one.customers,
            tagged: one.tagged,
        };
        Self {
            fields: fields.into_iter().map(item).collect(),
            customers,
            tagged,
            ask_next: ask_next.map(FieldHeadDto::from),
        }
    }
}
