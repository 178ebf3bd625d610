//! Usage cards and answers in JSON.

use perennial_app::usage_cards::{Answered, Card, CardVersion, Due};
use perennial_domain::time::Instant;
use perennial_domain::usage_card::{CardSettings, LOW_RATING_USUAL, OPEN_DAYS_USUAL, Question};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A question, and the field that its answer fills.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsageQuestionDto {
    /// The name of a field of the registry: its type says what an answer may be.
    #[schema(example = "usage_purpose")]
    pub field: String,
    /// 1 to 200 characters.
    #[schema(example = "您用它来做什么？")]
    pub text_zh: String,
    /// 1 to 200 characters.
    #[schema(example = "What do you use it for?")]
    pub text_en: String,
}

impl From<Question> for UsageQuestionDto {
    fn from(Question { field, text_zh, text_en }: Question) -> Self {
        Self { field, text_zh, text_en }
    }
}

/// What a card asks, when and of whom.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct UsageCardSettingsDto {
    #[schema(example = "Seven days with it")]
    pub name: String,
    /// What the product goes by in deliveries; null: each delivered order.
    #[schema(example = "TEA-1")]
    pub product: Option<String>,
    /// It is due so many times 24 hours after the delivery.
    #[schema(example = 7)]
    pub days_after: i64,
    /// For so many days it is asked.
    #[schema(example = 30)]
    pub open_days: i64,
    pub questions: Vec<UsageQuestionDto>,
    /// The field of the question that asks for a judgement.
    #[schema(example = "usage_rating")]
    pub rating_field: Option<String>,
    /// A judgement of this or less opens a service ticket.
    #[schema(example = 2)]
    pub low_rating: i64,
    pub is_archived: bool,
}

impl From<CardSettings> for UsageCardSettingsDto {
    fn from(settings: CardSettings) -> Self {
        let CardSettings { name, product, days_after, open_days, questions, rating_field, low_rating, is_archived } =
            settings;
        let questions = questions.into_iter().map(UsageQuestionDto::from).collect();
        Self { name, product, days_after, open_days, questions, rating_field, low_rating, is_archived }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct UsageCardDto {
    #[schema(example = "seven_days")]
    pub code: String,
    #[serde(flatten)]
    pub settings: UsageCardSettingsDto,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub version: i64,
}

impl From<Card> for UsageCardDto {
    fn from(card: Card) -> Self {
        Self {
            code: card.code,
            settings: card.settings.into(),
            created_at: card.created_at.rfc3339(),
            version: card.version,
        }
    }
}

/// A card as it was in one of its versions.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct UsageCardVersionDto {
    #[schema(example = 2)]
    pub version: i64,
    #[serde(flatten)]
    pub settings: UsageCardSettingsDto,
    /// Who made it; null of versions from before that was kept.
    #[schema(example = "Li")]
    pub changed_by: Option<String>,
    #[schema(format = DateTime)]
    pub changed_at: Option<String>,
}

impl From<CardVersion> for UsageCardVersionDto {
    fn from(one: CardVersion) -> Self {
        Self {
            version: one.version,
            settings: one.settings.into(),
            changed_by: one.changed_by,
            changed_at: one.changed_at.map(Instant::rfc3339),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsageCardBody {
    /// 1 to 60 characters.
    #[schema(example = "Seven days with it")]
    name: String,
    /// What the product goes by in deliveries: `product`, `product_id` or `sku`. Null: each delivered order.
    #[schema(example = "TEA-1")]
    product: Option<String>,
    /// 0 to 365.
    #[schema(example = 7)]
    days_after: i64,
    /// 1 to 365; 30 when absent.
    #[schema(example = 30)]
    open_days: Option<i64>,
    /// 1 to 10, each of another field.
    questions: Vec<UsageQuestionDto>,
    /// The field of one of the questions, of the type integer.
    #[schema(example = "usage_rating")]
    rating_field: Option<String>,
    /// 0 to 100; 2 when absent.
    #[schema(example = 2)]
    low_rating: Option<i64>,
    is_archived: Option<bool>,
}

impl UsageCardBody {
    pub fn read(self) -> CardSettings {
        let question =
            |UsageQuestionDto { field, text_zh, text_en }: UsageQuestionDto| Question { field, text_zh, text_en };
        CardSettings {
            name: self.name,
            product: self.product,
            days_after: self.days_after,
            open_days: self.open_days.unwrap_or(OPEN_DAYS_USUAL),
            questions: self.questions.into_iter().map(question).collect(),
            rating_field: self.rating_field,
            low_rating: self.low_rating.unwrap_or(LOW_RATING_USUAL),
            is_archived: self.is_archived.unwrap_or_default(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct DueUsageCardDto {
    #[schema(example = "seven_days")]
    pub card: String,
    #[schema(example = "cus_7k2m9qx4")]
    pub customer_id: String,
    /// Null where the delivery named no order.
    #[schema(example = "A-1001")]
    pub order_no: Option<String>,
    #[schema(format = DateTime)]
    pub delivered_at: String,
    #[schema(format = DateTime)]
    pub due_at: String,
    /// It is not asked any more from then on.
    #[schema(format = DateTime)]
    pub open_until: String,
}

impl From<Due> for DueUsageCardDto {
    fn from(due: Due) -> Self {
        Self {
            card: due.card,
            customer_id: due.customer.public_id(),
            order_no: due.order_no,
            delivered_at: due.delivered_at.rfc3339(),
            due_at: due.due_at.rfc3339(),
            open_until: due.open_until.rfc3339(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct UsageAnswerDto {
    #[schema(example = "seven_days")]
    pub card: String,
    /// Null: of all deliveries before it.
    #[schema(example = "A-1001")]
    pub order_no: Option<String>,
    /// The fields that were told; what they hold stands with the customer's fields.
    #[schema(example = json!(["usage_purpose", "usage_rating"]))]
    pub fields: Vec<String>,
    #[schema(format = DateTime)]
    pub at: String,
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// The source that told of it; `perennial` where it was written down here.
    #[schema(example = "perennial")]
    pub source: String,
    /// Who wrote it down here.
    #[schema(example = "Li")]
    pub by: Option<String>,
}

impl From<&Answered> for UsageAnswerDto {
    fn from(one: &Answered) -> Self {
        Self {
            card: one.card.clone(),
            order_no: one.order_no.clone(),
            fields: one.fields.clone(),
            at: one.at.rfc3339(),
            recorded_at: one.recorded_at.rfc3339(),
            source: one.source.clone(),
            by: one.by.clone(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsageAnswerBody {
    #[schema(example = "seven_days")]
    pub card: String,
    /// Of which delivery; null: of all before now.
    #[schema(example = "A-1001")]
    pub order_no: Option<String>,
    /// By the names of the fields: texts, numbers, true or false, lists of texts.
    #[schema(value_type = Object, additional_properties, example = json!({ "usage_purpose": "tea for two", "usage_rating": 2 }))]
    pub answers: BTreeMap<String, Value>,
    /// Where it is written down: a code such as `console`.
    #[schema(example = "console")]
    pub surface: Option<String>,
}
