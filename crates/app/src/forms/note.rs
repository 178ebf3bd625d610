//! Answers of an applied block: whose they are, and which store they speak for.

use super::FORMS_SOURCE;
use perennial_domain::fact::{AppliedBlock, Fact};
use perennial_domain::form::SUBMITTED_EVENT;
use perennial_domain::stores::Claim;
use perennial_store::forms as table;
use perennial_store::stores::{self, ClaimRow};
use perennial_store::{StoreError, WriteTx};
use serde::{Deserialize, Serialize};

/// What the fact says beside the answers, which are its traits: also the evidence of what was agreed to.
#[derive(Serialize, Deserialize)]
pub(super) struct Words {
    pub form_id: String,
    pub form_version: i64,
    pub submission_id: String,
    pub language: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clerk_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_id: Option<String>,
}

/// Somebody answered by the code of a clerk.
pub(crate) struct ByClerk {
    pub clerk_id: String,
    /// The id of the store that the clerk was in.
    pub place_id: String,
}

/// By which clerk's code somebody answered, if by any: a counter counts for a clerk, too, and is no clerk's code.
pub(crate) fn by_clerk(source: &str, fact: &Fact) -> Option<ByClerk> {
    let tracked = fact.tracked.as_deref().filter(|_| source == FORMS_SOURCE)?;
    let properties = tracked.properties.as_deref().filter(|_| tracked.name.as_deref() == Some(SUBMITTED_EVENT))?;
    let words: Words = serde_json::from_str(properties).ok()?;
    let (clerk_id, place_id) = words.clerk_id.zip(words.place_id).filter(|_| words.counter_id.is_none())?;
    Some(ByClerk { clerk_id, place_id })
}

pub(crate) async fn note_submissions(tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    if block.source != FORMS_SOURCE {
        return Ok(());
    }
    for one in &block.facts {
        let tracked = one.fact.tracked.as_deref().filter(|one| one.name.as_deref() == Some(SUBMITTED_EVENT));
        let Some(tracked) = tracked else { continue };
        let part = one.customer.map(|part| i64::from(part.0));
        table::set_person(tx, &one.fact.key.0.to_be_bytes(), part).await?;
        let words = tracked.properties.as_deref().and_then(|text| serde_json::from_str::<Words>(text).ok());
        let (Some(part_number), Some(place)) = (part, words.and_then(|words| words.place_id)) else { continue };
        if let Some(store) = stores::get(tx, &place).await? {
            let claim = ClaimRow { part_number, place: store.number, rank: Claim::SignUp.rank(), at: one.fact.at.0 };
            stores::claim(tx, &[claim]).await?;
        }
    }
    Ok(())
}
