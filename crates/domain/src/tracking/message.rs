//! The shapes of requests and messages, and the first step of reading: only so far that the source is known.

use super::lenient::{List, Object, Text};
use super::read::{self, Outcome, Reading};
use super::{BATCH_EVENTS_MAX, time};
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    Track,
    Identify,
    Page,
    Screen,
    Group,
    Alias,
}

impl MessageKind {
    pub const ALL: [Self; 6] = [Self::Track, Self::Identify, Self::Page, Self::Screen, Self::Group, Self::Alias];

    pub fn code(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Identify => "identify",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Group => "group",
            Self::Alias => "alias",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Why a whole request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    InvalidJson,
    /// `batch` is no list.
    NoBatch,
    TooManyEvents,
}

impl BodyError {
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidJson => "invalid_json",
            Self::NoBatch => "no_batch",
            Self::TooManyEvents => "too_many_events",
        }
    }

    pub fn sentence(self) -> &'static str {
        match self {
            Self::InvalidJson => "the body is not a JSON object, or names a field twice",
            Self::NoBatch => "the body has no list \"batch\"",
            Self::TooManyEvents => "a batch has at most 2500 events",
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Envelope<'a> {
    write_key: Text,
    sent_at: Text,
    #[serde(borrow)]
    batch: Option<Vec<&'a RawValue>>,
    context: Object<Context>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct KeyOnly {
    write_key: Text,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Message<'a> {
    #[serde(rename = "type")]
    pub kind: Text,
    pub write_key: Text,
    pub message_id: Text,
    pub anonymous_id: Text,
    pub user_id: Text,
    pub previous_id: Text,
    pub group_id: Text,
    pub event: Text,
    pub name: Text,
    pub category: Text,
    pub channel: Text,
    pub timestamp: Text,
    pub original_timestamp: Text,
    pub sent_at: Text,
    #[serde(borrow)]
    pub properties: Option<&'a RawValue>,
    #[serde(borrow)]
    pub traits: Option<&'a RawValue>,
    pub context: Object<Context>,
    pub integrations: Object<Integrations>,
}

/// What is kept of the context.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Context {
    pub channel: Text,
    pub locale: Text,
    pub page: Object<PageContext>,
    pub campaign: Object<CampaignContext>,
    pub traits: Object<Contact>,
    pub external_ids: List<ExternalId>,
    pub device: Object<Device>,
    pub consent: Object<ConsentContext>,
    pub touch_point: Text,
}

/// What a person agrees to, as Segment's SDKs tell it: a purpose and true or false each.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ConsentContext {
    pub category_preferences: Object<BTreeMap<String, Value>>,
}

/// What an app says of the device that it runs on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Device {
    #[serde(rename = "type")]
    pub kind: Text,
    pub id: Text,
    pub advertising_id: Text,
    pub token: Text,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Integrations {
    #[serde(rename = "Google Analytics")]
    pub google_analytics: Object<GoogleAnalytics>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct GoogleAnalytics {
    pub client_id: Text,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PageContext {
    pub url: Text,
    pub path: Text,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CampaignContext {
    pub source: Text,
    pub medium: Text,
    pub name: Text,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Contact {
    pub email: Text,
    pub phone: Text,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ExternalId {
    pub id: Text,
    #[serde(rename = "type")]
    pub kind: Text,
    pub collection: Text,
}

/// A request with several messages, of which none has been read yet.
pub struct Batch<'a> {
    write_key: Text,
    sent_at: Option<Instant>,
    context: Context,
    items: Vec<&'a RawValue>,
}

impl<'a> Batch<'a> {
    pub fn parse(text: &'a str) -> Result<Self, BodyError> {
        let envelope: Envelope<'a> = match serde_json::from_str(text) {
            Ok(envelope) => envelope,
            Err(error) if error.is_data() => return Err(BodyError::NoBatch),
            Err(_) => return Err(BodyError::InvalidJson),
        };
        let items = envelope.batch.ok_or(BodyError::NoBatch)?;
        if items.len() > BATCH_EVENTS_MAX {
            return Err(BodyError::TooManyEvents);
        }
        let sent_at = envelope.sent_at.trimmed().and_then(time::parse);
        Ok(Self { write_key: envelope.write_key, sent_at, context: envelope.context.0, items })
    }

    /// Of the request, or of its first message.
    pub fn write_key(&self) -> Option<String> {
        self.write_key.owned().or_else(|| {
            let first = self.items.first()?;
            serde_json::from_str::<KeyOnly>(first.get()).ok()?.write_key.owned()
        })
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub fn read(&self, reading: &mut Reading<'_>) -> Vec<Outcome> {
        self.items.iter().map(|item| read::item(item.get(), self.sent_at, &self.context, reading)).collect()
    }
}

/// A request with one message; its route says of which type it is.
pub struct Single<'a> {
    kind: MessageKind,
    text: &'a str,
    message: Message<'a>,
}

impl<'a> Single<'a> {
    pub fn parse(text: &'a str, kind: MessageKind) -> Result<Self, BodyError> {
        let message = serde_json::from_str(text).map_err(|_| BodyError::InvalidJson)?;
        Ok(Self { kind, text, message })
    }

    pub fn write_key(&self) -> Option<String> {
        self.message.write_key.owned()
    }

    pub fn read(&self, reading: &mut Reading<'_>) -> Outcome {
        read::message(self.kind, &self.message, self.text, None, &Context::default(), reading)
    }
}
