//! Merges, and a customer's identity, as they are sent.

use perennial_app::identity::{CustomerIdentity, LeftOffIdentifier, Merge};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct MergeDto {
    #[schema(example = "mrg_1c9f0x3abcdefghjk")]
    pub id: String,
    /// `evidence`: a message named identifiers of both. `hand`: a person said so.
    #[schema(example = "hand")]
    pub how: String,
    /// By whose id the customer went on.
    #[schema(example = "cus_7k2m9qx4")]
    pub survivor: String,
    /// Whose id leads to it as long as the merge stands.
    pub absorbed: String,
    /// The types of identifiers that the message named together; empty by hand.
    pub identifiers: Vec<String>,
    /// A person, or the id of the source of the message.
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
    pub undone_by: Option<String>,
    #[schema(format = DateTime)]
    pub undone_at: Option<String>,
}

impl From<&Merge> for MergeDto {
    fn from(merge: &Merge) -> Self {
        Self {
            id: merge.id.clone(),
            how: merge.how.code().to_owned(),
            survivor: merge.survivor.public_id(),
            absorbed: merge.absorbed.public_id(),
            identifiers: merge.identifiers.clone(),
            created_by: merge.created_by.clone(),
            created_at: merge.created_at.rfc3339(),
            undone_by: merge.undone_by.clone(),
            undone_at: merge.undone_at.map(Instant::rfc3339),
        }
    }
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct CustomerIdentityDto {
    /// Another id than was asked for where that customer was merged into this one.
    #[schema(example = "cus_7k2m9qx4")]
    pub customer: String,
    /// The profiles that are this customer, by their ids; its own among them.
    pub profiles: Vec<String>,
    /// Also those that were taken back; the newest first.
    pub merges: Vec<MergeDto>,
    /// Identifiers that came with facts of this customer and were left off; the newest first.
    pub left_off: Vec<LeftOffDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct LeftOffDto {
    #[serde(rename = "type")]
    #[schema(example = "anonymous_id")]
    pub kind: String,
    pub value: String,
    /// `other_customer`: it is somebody else's. `limit`: the customer would have too many of the type. `kept_apart`: a
    /// person has parted the two. `too_many_parts`: the customer would have too many profiles.
    #[schema(example = "limit")]
    pub reason: String,
    /// Whose it is; null where it is nobody's.
    pub other: Option<String>,
    pub source: String,
    #[schema(format = DateTime)]
    pub at: String,
}

impl From<&LeftOffIdentifier> for LeftOffDto {
    fn from(one: &LeftOffIdentifier) -> Self {
        Self {
            kind: one.kind.clone(),
            value: one.value.clone(),
            reason: one.reason.code().to_owned(),
            other: one.other.map(CustomerNumber::public_id),
            source: one.source.clone(),
            at: one.at.rfc3339(),
        }
    }
}

impl From<&CustomerIdentity> for CustomerIdentityDto {
    fn from(identity: &CustomerIdentity) -> Self {
        Self {
            customer: identity.customer.public_id(),
            profiles: identity.profiles.iter().map(|one| one.public_id()).collect(),
            merges: identity.merges.iter().map(MergeDto::from).collect(),
            left_off: identity.left_off.iter().map(LeftOffDto::from).collect(),
        }
    }
}
