//! Reach: over which channels a brand can speak to whom, what that costs, and how many buyers have become connections.
//!
//! A channel reaches whoever has an identifier of one of its types, has not used up the channel's quota, and has not said
//! otherwise about its purpose. Costs are whole thousandths of the currency's smallest unit, because one message may cost
//! less than that; shares are whole hundredths of a percent. Invariants: what is not known is none and never 0; nothing
//! depends on the order in which facts arrive.

use crate::consent;
use crate::identity::IdentifierType;
use crate::settings::FieldError;
use crate::share::quotient;
use crate::touch_point::is_code;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Somebody sent the customer a message over a channel.
pub const SENT_EVENT: &str = "Message Sent";

/// Each is a bit of a mask, and a part of one query.
pub const CHANNELS_MAX: usize = 12;
pub const QUOTA_MESSAGES_MAX: i64 = 1_000;
pub const QUOTA_DAYS_MAX: i64 = 60;
/// Messages of longer ago are not kept: in no zone do they count.
pub const SENT_KEPT_DAYS: i64 = QUOTA_DAYS_MAX + 2;
const COST_MILLI_MINOR_MAX: i64 = 1_000_000_000;
const NAME_CHARACTERS_MAX: usize = 60;

/// At most so many messages within so many days, today among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    pub messages: i64,
    pub days: i64,
}

/// What a decision of the customer about the channel's purpose does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentNeed {
    /// Only who granted it is reached.
    Granted,
    /// Who denied or revoked it is not reached.
    NotRefused,
}

impl ConsentNeed {
    pub const ALL: [Self; 2] = [Self::Granted, Self::NotRefused];

    pub fn code(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::NotRefused => "not_refused",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|need| need.code() == code)
    }
}

/// A channel. Stored: later versions read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    /// Who has an identifier of one of these types is a contact of the channel.
    pub identifiers: Vec<IdentifierType>,
    /// The purpose under which it is used, as decisions name it.
    pub purpose: String,
    pub consent: ConsentNeed,
    /// None: as many messages as one likes.
    pub quota: Option<Quota>,
    /// What one message costs, in thousandths of the smallest unit.
    pub cost_milli_minor: i64,
    /// Whether an identifier of this channel makes a buyer a connection.
    pub is_connection: bool,
}

/// What every brand begins with.
pub fn defaults() -> Vec<Channel> {
    let channel = |code: &str, name_zh: &str, name_en: &str, identifiers: &[IdentifierType]| Channel {
        code: code.to_owned(),
        name_zh: name_zh.to_owned(),
        name_en: name_en.to_owned(),
        identifiers: identifiers.to_vec(),
        purpose: "marketing".to_owned(),
        consent: ConsentNeed::NotRefused,
        quota: None,
        cost_milli_minor: 0,
        is_connection: true,
    };
    let push = [IdentifierType::AndroidPushToken, IdentifierType::IosPushToken];
    vec![
        Channel {
            quota: Some(Quota { messages: 4, days: 30 }),
            ..channel("official_account", "公众号", "Official account", &[IdentifierType::OpenId])
        },
        Channel {
            quota: Some(Quota { messages: 1, days: 1 }), ..channel("app_push", "应用推送", "App push", &push)
        },
        Channel {
            consent: ConsentNeed::Granted,
            quota: Some(Quota { messages: 2, days: 30 }),
            cost_milli_minor: 4_500,
            ..channel("sms", "短信", "SMS", &[IdentifierType::Phone])
        },
        Channel {
            consent: ConsentNeed::Granted,
            quota: Some(Quota { messages: 4, days: 30 }),
            ..channel("email", "邮件", "Mail", &[IdentifierType::Email])
        },
    ]
}

/// All that is out of range; empty where the channels can be saved.
pub fn check(channels: &[Channel]) -> Vec<FieldError> {
    let refuse = |allowed| vec![FieldError { field: "channels", allowed }];
    if channels.len() > CHANNELS_MAX {
        return refuse("at most 12 channels");
    }
    let codes: BTreeSet<&str> = channels.iter().map(|one| one.code.as_str()).collect();
    if codes.len() < channels.len() {
        return refuse("each code once");
    }
    channels.iter().find_map(wrong).map_or_else(Vec::new, refuse)
}

fn wrong(channel: &Channel) -> Option<&'static str> {
    let is_name = |name: &str| {
        (1..=NAME_CHARACTERS_MAX).contains(&name.trim().chars().count()) && !name.chars().any(char::is_control)
    };
    let is_quota =
        |quota: Quota| (1..=QUOTA_MESSAGES_MAX).contains(&quota.messages) && (1..=QUOTA_DAYS_MAX).contains(&quota.days);
    if !is_code(&channel.code) {
        return Some("codes of a to z, 0 to 9 and _, 1 to 40, a letter first");
    }
    if !is_name(&channel.name_zh) || !is_name(&channel.name_en) {
        return Some("names of 1 to 60 characters in both languages");
    }
    let types: BTreeSet<_> = channel.identifiers.iter().map(|one| one.code()).collect();
    if types.is_empty() || types.len() < channel.identifiers.len() {
        return Some("a type of identifier or more for each channel, each once");
    }
    if !consent::is_code(&channel.purpose) {
        return Some("a purpose of 1 to 64 letters, digits, _, - and .");
    }
    if !channel.quota.is_none_or(is_quota) {
        return Some("quotas of 1 to 1000 messages in 1 to 60 days, or none");
    }
    let is_cost = (0..=COST_MILLI_MINOR_MAX).contains(&channel.cost_milli_minor);
    Some("costs of 0 to 1000000000 thousandths of the smallest unit").filter(|_| !is_cost)
}

/// The channel of a message that was sent. `None` for other events, and where none is named.
pub fn sent_over(event: &str, properties: Option<&str>) -> Option<String> {
    if event != SENT_EVENT {
        return None;
    }
    let told: Map<String, Value> = serde_json::from_str(properties?).ok()?;
    let channel = told.get("channel")?.as_str()?.trim();
    is_code(channel).then(|| channel.to_owned())
}

/// What is known of some customers together: bit `k` of each is the channel with the place `k`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Masks {
    /// They have an identifier of the channel.
    pub contact: i64,
    /// They granted its purpose.
    pub granted: i64,
    /// They denied or revoked it.
    pub refused: i64,
    /// They have had as many messages as the quota allows.
    pub exhausted: i64,
}

impl Masks {
    pub fn is_contact(self, place: usize) -> bool {
        self.contact >> place & 1 == 1
    }

    pub fn is_exhausted(self, place: usize) -> bool {
        self.is_contact(place) && self.exhausted >> place & 1 == 1
    }

    /// Whether what they said, or have not said, keeps the channel closed.
    pub fn is_withheld(self, place: usize, need: ConsentNeed) -> bool {
        let has_said = |mask: i64| mask >> place & 1 == 1;
        let is_open = match need {
            ConsentNeed::Granted => has_said(self.granted),
            ConsentNeed::NotRefused => !has_said(self.refused),
        };
        self.is_contact(place) && !is_open
    }

    pub fn is_reachable(self, place: usize, need: ConsentNeed) -> bool {
        self.is_contact(place) && !self.is_exhausted(place) && !self.is_withheld(place, need)
    }
}

/// What one of `count` came to, in thousandths of the smallest unit, halves rounded up; none where there is none.
pub fn cost_each_milli_minor(cost_minor: i64, count: i64) -> Option<i64> {
    quotient(i128::from(cost_minor) * 1_000, count)
}

/// What so many messages cost, in the smallest unit, halves rounded up.
pub fn cost_of_minor(messages: i64, cost_milli_minor: i64) -> i64 {
    let milli = i128::from(messages) * i128::from(cost_milli_minor);
    i64::try_from((milli + 500).div_euclid(1_000)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn costs_are_exact_integers() {
        assert_eq!(cost_each_milli_minor(1_000_000, 6_100), Some(163_934));
        assert_eq!(cost_each_milli_minor(5, 0), None);
        assert_eq!([cost_of_minor(1, 4_500), cost_of_minor(1_000, 4_500), cost_of_minor(7, 0)], [5, 4_500, 0]);
    }

    #[test]
    fn a_contact_is_reached_within_its_quota_and_its_word() {
        let all = Masks { contact: 0b1, ..Masks::default() };
        assert!(all.is_reachable(0, ConsentNeed::NotRefused) && !all.is_reachable(0, ConsentNeed::Granted));
        assert!(!all.is_reachable(1, ConsentNeed::NotRefused), "no contact of the other channel");
        let granted = Masks { granted: 0b1, ..all };
        assert!(granted.is_reachable(0, ConsentNeed::Granted));
        let refused = Masks { refused: 0b1, ..all };
        assert!(!refused.is_reachable(0, ConsentNeed::NotRefused) && refused.is_withheld(0, ConsentNeed::Granted));
        let exhausted = Masks { exhausted: 0b11, ..granted };
        assert!(
            !exhausted.is_reachable(0, ConsentNeed::Granted) && exhausted.is_exhausted(0) && !exhausted.is_exhausted(1)
        );
    }

    #[test]
    fn the_channels_that_every_brand_begins_with_can_be_saved_and_wrong_ones_not() {
        assert_eq!(check(&defaults()), []);
        let one = defaults().remove(2);
        let wrong = [
            Channel { code: "SMS".into(), ..one.clone() },
            Channel { name_en: " ".into(), ..one.clone() },
            Channel { identifiers: vec![], ..one.clone() },
            Channel { purpose: "a b".into(), ..one.clone() },
            Channel { quota: Some(Quota { messages: 1, days: 61 }), ..one.clone() },
            Channel { cost_milli_minor: -1, ..one.clone() },
        ];
        for channel in wrong {
            assert_eq!(check(std::slice::from_ref(&channel)).len(), 1, "{channel:?}");
        }
        assert_eq!(check(&[one.clone(), one]).len(), 1);
    }

    #[test]
    fn a_message_names_its_channel() {
        let read = |event: &str, told: Value| sent_over(event, Some(&told.to_string()));
        assert_eq!(read(SENT_EVENT, json!({ "channel": " sms " })), Some("sms".to_owned()));
        assert_eq!(read(SENT_EVENT, json!({ "channel": "Short messages" })), None);
        assert_eq!(read("Message Opened", json!({ "channel": "sms" })), None);
        assert_eq!(sent_over(SENT_EVENT, None), None);
    }
}
