//! Erasures as they are sent.

use perennial_app::privacy::{Erasure, Verdict};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ErasureDto {
    #[schema(example = "era_1c9f0x3abcdefghjk")]
    pub id: String,
    /// `running`: the person is not found any more, and what lies elsewhere is being removed. `done`: all of it is gone,
    /// and there is a receipt.
    #[schema(example = "done")]
    pub state: String,
    /// By which id the customer went.
    #[schema(example = "cus_7k2m9qx4")]
    pub customer: String,
    /// All profiles of that customer.
    pub profiles: Vec<String>,
    pub reason: String,
    pub requested_by: String,
    #[schema(format = DateTime)]
    pub requested_at: String,
    #[schema(format = DateTime)]
    pub deadline_at: String,
    #[schema(format = DateTime)]
    pub finished_at: Option<String>,
    /// It is, or was, later than its deadline.
    pub is_overdue: bool,
    /// The id of an import that has to end before the erasure can.
    pub waits_for: Option<String>,
    /// What was removed so far, by the place where it was.
    pub removed: BTreeMap<String, u64>,
    /// Since when the person is back, by a consent given after the erasure.
    #[schema(format = DateTime)]
    pub back_since: Option<String>,
    /// The signed receipt, once it is done; without any identifier.
    #[schema(value_type = Option<Object>)]
    pub receipt: Option<Value>,
}

impl From<&Erasure> for ErasureDto {
    fn from(one: &Erasure) -> Self {
        Self {
            id: one.id.clone(),
            state: one.state.code().to_owned(),
            customer: one.customer.public_id(),
            profiles: one.profiles.iter().map(|profile| profile.public_id()).collect(),
            reason: one.reason.clone(),
            requested_by: one.requested_by.clone(),
            requested_at: one.requested_at.rfc3339(),
            deadline_at: one.deadline_at.rfc3339(),
            finished_at: one.finished_at.map(Instant::rfc3339),
            is_overdue: one.is_overdue,
            waits_for: one.waits_for.clone(),
            removed: one.removed.clone(),
            back_since: one.back_since.map(Instant::rfc3339),
            receipt: one.receipt.clone(),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct VerdictDto {
    /// The receipt is whole, and this workspace (or whoever has the key that was named) has signed it.
    pub is_valid: bool,
    pub is_hash_right: bool,
    pub is_signature_right: bool,
    pub is_key_known: bool,
    /// A short name of the key that the receipt names.
    pub key_id: String,
    pub erasure: Option<String>,
    pub customer: Option<String>,
}

impl From<Verdict> for VerdictDto {
    fn from(one: Verdict) -> Self {
        Self {
            is_valid: one.is_valid,
            is_hash_right: one.is_hash_right,
            is_signature_right: one.is_signature_right,
            is_key_known: one.is_key_known,
            key_id: one.key_id,
            erasure: one.erasure,
            customer: one.customer,
        }
    }
}
