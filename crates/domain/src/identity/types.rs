//! Identifier types: how strong each is, and how many of it a customer may have.
//!
//! Defaults are those of the tracking contract: one user id ever, five of everything else in a period. Shops know
//! two more keys of which a person has one. Groups are no persons: `group_id` is none of these.

use crate::time::{Instant, MICROS_PER_DAY};
use serde::{Deserialize, Serialize};

/// They sort by strength, the strongest first; their places here are stored in spools: new ones go to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierType {
    /// The shop's own customer number.
    CustomerId,
    MemberNo,
    Phone,
    Email,
    /// Any other key that the shop uses beside its own number.
    OtherId,
    /// Whom a touch-point has signed in: `userId` of a tracked message.
    UserId,
    /// A browser, a device or a till that nobody has signed in at.
    AnonymousId,
    /// A person in all accounts of one WeChat platform.
    UnionId,
    /// A follower of one WeChat account or mini program.
    OpenId,
    #[serde(rename = "android.id")]
    AndroidId,
    #[serde(rename = "android.idfa")]
    AndroidIdfa,
    #[serde(rename = "android.push_token")]
    AndroidPushToken,
    GaClientId,
    #[serde(rename = "ios.id")]
    IosId,
    #[serde(rename = "ios.idfa")]
    IosIdfa,
    #[serde(rename = "ios.push_token")]
    IosPushToken,
}

/// Within which time identifiers of one type are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Ever,
    Year,
    Week,
}

/// How many identifiers of a type a customer may have by what messages say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub count: usize,
    pub period: Period,
}

impl Limit {
    const ONE: Self = Self { count: 1, period: Period::Ever };
    const FIVE_A_YEAR: Self = Self { count: 5, period: Period::Year };
    /// Browsers forget who they are: a limit for years would shut people out.
    const FIVE_A_WEEK: Self = Self { count: 5, period: Period::Week };

    /// Whether an identifier that was first seen then counts for a fact of now. Facts may arrive late: what came
    /// within the period on either side counts, so that the order of arrival matters little.
    pub fn counts(self, first_seen_at: Instant, now: Instant) -> bool {
        let days = match self.period {
            Period::Ever => return true,
            Period::Year => 365,
            Period::Week => 7,
        };
        now.0.abs_diff(first_seen_at.0) < (days * MICROS_PER_DAY) as u64
    }
}

impl IdentifierType {
    pub const ALL: [Self; 16] = [
        Self::CustomerId,
        Self::MemberNo,
        Self::Phone,
        Self::Email,
        Self::OtherId,
        Self::UserId,
        Self::AnonymousId,
        Self::UnionId,
        Self::OpenId,
        Self::AndroidId,
        Self::AndroidIdfa,
        Self::AndroidPushToken,
        Self::GaClientId,
        Self::IosId,
        Self::IosIdfa,
        Self::IosPushToken,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::CustomerId => "customer_id",
            Self::MemberNo => "member_no",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::OtherId => "other_id",
            Self::UserId => "user_id",
            Self::AnonymousId => "anonymous_id",
            Self::UnionId => "union_id",
            Self::OpenId => "open_id",
            Self::AndroidId => "android.id",
            Self::AndroidIdfa => "android.idfa",
            Self::AndroidPushToken => "android.push_token",
            Self::GaClientId => "ga_client_id",
            Self::IosId => "ios.id",
            Self::IosIdfa => "ios.idfa",
            Self::IosPushToken => "ios.push_token",
        }
    }

    /// 0 is the strongest: what a person is signed in as, what reaches a person, what only a device knows.
    pub fn strength(self) -> u8 {
        match self {
            Self::UserId => 0,
            Self::CustomerId => 1,
            Self::MemberNo => 2,
            Self::UnionId => 3,
            Self::OpenId => 4,
            Self::Phone => 5,
            Self::Email => 6,
            Self::OtherId => 7,
            Self::AndroidId => 8,
            Self::AndroidIdfa => 9,
            Self::AndroidPushToken => 10,
            Self::GaClientId => 11,
            Self::IosId => 12,
            Self::IosIdfa => 13,
            Self::IosPushToken => 14,
            Self::AnonymousId => 15,
        }
    }

    /// What holds for messages. Files may name one person by more, and a person who merges by hand may know better.
    pub fn limit(self) -> Limit {
        match self {
            Self::UserId | Self::CustomerId | Self::MemberNo => Limit::ONE,
            Self::UnionId | Self::OpenId | Self::Phone | Self::Email | Self::OtherId => Limit::FIVE_A_YEAR,
            Self::AndroidId
            | Self::AndroidIdfa
            | Self::AndroidPushToken
            | Self::GaClientId
            | Self::IosId
            | Self::IosIdfa
            | Self::IosPushToken
            | Self::AnonymousId => Limit::FIVE_A_WEEK,
        }
    }

    /// What only a device knows, and whoever else uses that device.
    pub fn is_of_a_device(self) -> bool {
        self.strength() >= Self::AndroidId.strength()
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl Ord for IdentifierType {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.strength().cmp(&other.strength())
    }
}

impl PartialOrd for IdentifierType {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_is_the_strongest_and_the_device_the_weakest() {
        let mut kinds = IdentifierType::ALL;
        kinds.sort();
        assert_eq!((kinds[0], kinds[15]), (IdentifierType::UserId, IdentifierType::AnonymousId));
        for (place, kind) in kinds.into_iter().enumerate() {
            assert_eq!(usize::from(kind.strength()), place, "each has a place of its own");
            assert_eq!(IdentifierType::parse(kind.code()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.code()), "one name everywhere");
        }
    }

    #[test]
    fn a_limit_counts_what_came_within_its_period() {
        let day = |number: i64| Instant(number * MICROS_PER_DAY);
        let browser = IdentifierType::AnonymousId.limit();
        assert!(browser.counts(day(10), day(16)) && browser.counts(day(16), day(10)));
        assert!(!browser.counts(day(10), day(17)));
        let mail = IdentifierType::Email.limit();
        assert!(mail.counts(day(0), day(364)) && !mail.counts(day(0), day(365)));
        assert!(IdentifierType::UserId.limit().counts(Instant(i64::MIN), Instant(i64::MAX)));
        assert!(!browser.counts(Instant(i64::MIN), Instant(i64::MAX)));
    }
}
