//! Channels in JSON.

use crate::problem::{Problem, ProblemField};
use perennial_app::reach::VersionedChannels;
use perennial_domain::identity::IdentifierType;
use perennial_domain::reach::{Channel, ConsentNeed, Quota};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// At most so many messages within so many days, today among them.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReachQuotaDto {
    /// 1 to 1000.
    #[schema(example = 4)]
    pub messages: i64,
    /// 1 to 60.
    #[schema(example = 30)]
    pub days: i64,
}

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReachChannelDto {
    /// a to z, 0 to 9 and _, 1 to 40, a letter first: as `Message Sent` and decisions name it.
    #[schema(example = "sms")]
    pub code: String,
    /// 1 to 60 characters.
    #[schema(example = "短信")]
    pub name_zh: String,
    /// 1 to 60 characters.
    #[schema(example = "SMS")]
    pub name_en: String,
    /// Types of identifiers: who has one is a contact of the channel.
    #[schema(example = json!(["phone"]))]
    pub identifiers: Vec<String>,
    /// The purpose under which it is used, as decisions name it.
    #[schema(example = "marketing")]
    pub purpose: String,
    /// `granted`: only who granted the purpose is reached; `not_refused`: all but who denied or revoked it.
    #[schema(example = "granted")]
    pub consent: String,
    /// Null: as many messages as one likes.
    pub quota: Option<ReachQuotaDto>,
    /// What one message costs, in thousandths of the smallest unit: 4500 of CNY is 0.045.
    #[schema(example = 4_500)]
    pub cost_milli_minor: i64,
    /// Whether an identifier of this channel makes a buyer a connection.
    pub is_connection: bool,
}

impl From<&Channel> for ReachChannelDto {
    fn from(channel: &Channel) -> Self {
        Self {
            code: channel.code.clone(),
            name_zh: channel.name_zh.clone(),
            name_en: channel.name_en.clone(),
            identifiers: channel.identifiers.iter().map(|kind| kind.code().to_owned()).collect(),
            purpose: channel.purpose.clone(),
            consent: channel.consent.code().to_owned(),
            quota: channel.quota.map(|Quota { messages, days }| ReachQuotaDto { messages, days }),
            cost_milli_minor: channel.cost_milli_minor,
            is_connection: channel.is_connection,
        }
    }
}

impl ReachChannelDto {
    fn read(self, place: usize) -> Result<Channel, Problem> {
        let wrong = |field: &str, allowed: &str| {
            let pointer = format!("/channels/{place}/{field}");
            Problem::invalid(vec![ProblemField::new(pointer, "invalid_value", allowed)])
        };
        let kinds = self.identifiers.iter().map(|code| IdentifierType::parse(code)).collect::<Option<Vec<_>>>();
        Ok(Channel {
            code: self.code,
            name_zh: self.name_zh.trim().to_owned(),
            name_en: self.name_en.trim().to_owned(),
            identifiers: kinds.ok_or_else(|| wrong("identifiers", "types of identifiers such as phone"))?,
            purpose: self.purpose,
            consent: ConsentNeed::parse(&self.consent).ok_or_else(|| wrong("consent", "granted or not_refused"))?,
            quota: self.quota.map(|ReachQuotaDto { messages, days }| Quota { messages, days }),
            cost_milli_minor: self.cost_milli_minor,
            is_connection: self.is_connection,
        })
    }
}

/// All channels of a brand.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReachChannels {
    /// At most 12.
    pub channels: Vec<ReachChannelDto>,
}

impl ReachChannels {
    pub fn of(stored: &VersionedChannels) -> Self {
        Self { channels: stored.channels.iter().map(ReachChannelDto::from).collect() }
    }

    pub fn read(self) -> Result<Vec<Channel>, Problem> {
        self.channels.into_iter().enumerate().map(|(place, channel)| channel.read(place)).collect()
    }
}
