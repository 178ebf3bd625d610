//! Topics and picks as they stand in JSON.

use perennial_app::topics::{CustomerPicks, Picked, Topic};
use perennial_domain::topics::TopicSettings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct TopicDto {
    #[schema(example = "recipes")]
    pub code: String,
    #[schema(example = "Recipes")]
    pub name: String,
    pub description: String,
    /// It takes no pushes any more.
    pub is_archived: bool,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub version: i64,
}

impl From<Topic> for TopicDto {
    fn from(topic: Topic) -> Self {
        let TopicSettings { name, description, is_archived } = topic.settings;
        let created_at = topic.created_at.rfc3339();
        Self { code: topic.code, name, description, is_archived, created_at, version: topic.version }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicBody {
    /// 1 to 60 characters.
    #[schema(example = "Recipes")]
    name: String,
    /// At most 500 characters.
    description: Option<String>,
    is_archived: Option<bool>,
}

impl TopicBody {
    pub fn read(self) -> TopicSettings {
        let (description, is_archived) = (self.description.unwrap_or_default(), self.is_archived.unwrap_or_default());
        TopicSettings { name: self.name, description, is_archived }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PreferencesDto {
    #[schema(example = "cus_7k2m9qx4")]
    pub customer: String,
    /// What holds; null where the customer never picked anything.
    pub picked: Option<PickDto>,
    /// All that was ever picked, the newest first.
    pub history: Vec<PickDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct PickDto {
    /// Codes of all topics that were picked then.
    #[schema(example = json!(["recipes", "care"]))]
    pub topics: Vec<String>,
    #[schema(format = DateTime)]
    pub at: String,
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// The source that told of it; `perennial` where it was written down here.
    #[schema(example = "perennial")]
    pub source: String,
}

impl From<Picked> for PickDto {
    fn from(picked: Picked) -> Self {
        Self {
            topics: picked.topics.into_iter().collect(),
            at: picked.at.rfc3339(),
            recorded_at: picked.recorded_at.rfc3339(),
            source: picked.source,
        }
    }
}

impl From<CustomerPicks> for PreferencesDto {
    fn from(picks: CustomerPicks) -> Self {
        Self {
            customer: picks.customer.public_id(),
            picked: picks.now.map(PickDto::from),
            history: picks.history.into_iter().map(PickDto::from).collect(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreferencesBody {
    /// Codes of all topics that the customer wants, in the place of those before; none is nothing.
    #[schema(example = json!(["recipes", "care"]))]
    pub topics: Vec<String>,
}
