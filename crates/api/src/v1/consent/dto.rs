//! Decisions as they are sent.

use perennial_app::consent::{ConsentState, CustomerConsents, Recorded, RecordedConsent, Withdrawal};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ConsentDto {
    pub id: String,
    /// The profile of the customer that has it.
    #[schema(example = "cus_7k2m9qx4")]
    pub profile: String,
    #[schema(example = "marketing")]
    pub purpose: String,
    /// Null: all channels.
    #[schema(example = "email")]
    pub channel: Option<String>,
    /// `granted`, `denied` (asked, and said no) or `revoked` (taken back).
    #[schema(example = "granted")]
    pub decision: String,
    /// Somebody decided just then; otherwise a device reported what it knew.
    pub is_explicit: bool,
    #[schema(format = DateTime)]
    pub at: String,
    #[schema(format = DateTime)]
    pub recorded_at: String,
    /// The id of a source; `perennial` where somebody wrote it down here.
    pub source: String,
    pub text_version: Option<String>,
    /// SHA-256 of the text that was shown, where it was published by then.
    pub text_hash: Option<String>,
    /// The message, with what it said; who wrote it down.
    #[schema(value_type = Object)]
    pub evidence: Value,
}

impl From<&Recorded> for ConsentDto {
    fn from(one: &Recorded) -> Self {
        Self {
            id: one.id.clone(),
            profile: one.profile.public_id(),
            purpose: one.purpose.clone(),
            channel: one.channel.clone(),
            decision: one.decision.code().to_owned(),
            is_explicit: one.is_explicit,
            at: one.at.rfc3339(),
            recorded_at: one.recorded_at.rfc3339(),
            source: one.source.clone(),
            text_version: one.text_version.clone(),
            text_hash: one.text_hash.clone(),
            evidence: one.evidence.clone(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ConsentStateDto {
    pub purpose: String,
    /// Null: all channels, but for those that have a decision of their own.
    pub channel: Option<String>,
    /// `granted`, `denied` or `revoked`.
    pub decision: String,
    /// The decision that holds.
    pub by: ConsentDto,
}

impl From<&ConsentState> for ConsentStateDto {
    fn from(one: &ConsentState) -> Self {
        Self {
            purpose: one.purpose.clone(),
            channel: one.channel.clone(),
            decision: one.by.decision.code().to_owned(),
            by: ConsentDto::from(&one.by),
        }
    }
}

/// What was collected under a purpose goes.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct WithdrawalDto {
    pub id: String,
    pub profile: String,
    pub purpose: String,
    #[schema(format = DateTime)]
    pub revoked_at: String,
    #[schema(format = DateTime)]
    pub deadline_at: String,
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    pub is_overdue: bool,
    pub removed: BTreeMap<String, u64>,
}

impl From<&Withdrawal> for WithdrawalDto {
    fn from(one: &Withdrawal) -> Self {
        Self {
            id: one.id.clone(),
            profile: one.profile.public_id(),
            purpose: one.purpose.clone(),
            revoked_at: one.revoked_at.rfc3339(),
            deadline_at: one.deadline_at.rfc3339(),
            finished_at: one.finished_at.map(Instant::rfc3339),
            is_overdue: one.is_overdue,
            removed: one.removed.clone(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerConsentsDto {
    /// Another id than was asked for where that customer was merged into this one.
    pub customer: String,
    /// What holds, by purpose and channel.
    pub states: Vec<ConsentStateDto>,
    /// All decisions, the newest first.
    pub history: Vec<ConsentDto>,
    /// The newest first.
    pub withdrawals: Vec<WithdrawalDto>,
}

impl From<&CustomerConsents> for CustomerConsentsDto {
    fn from(one: &CustomerConsents) -> Self {
        Self {
            customer: one.customer.public_id(),
            states: one.states.iter().map(ConsentStateDto::from).collect(),
            history: one.history.iter().map(ConsentDto::from).collect(),
            withdrawals: one.withdrawals.iter().map(WithdrawalDto::from).collect(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct RecordedConsentDto {
    /// Of the message that stands for it.
    #[schema(example = "cns_1c9f0x3abcdefghjk")]
    pub id: String,
    /// Whose it is; null where nobody was known by the identifier.
    pub customer: Option<String>,
    #[schema(format = DateTime)]
    pub at: String,
}

impl From<&RecordedConsent> for RecordedConsentDto {
    fn from(one: &RecordedConsent) -> Self {
        Self { id: one.id.clone(), customer: one.customer.map(CustomerNumber::public_id), at: one.at.rfc3339() }
    }
}
