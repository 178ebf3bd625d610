//! Whose a claimed receipt is, and which store signed its customer up, in the commit of the facts.

use super::RECEIPTS_SOURCE;
use perennial_domain::fact::AppliedBlock;
use perennial_domain::receipt::RECEIPT_CLAIMED_EVENT;
use perennial_domain::stores::Claim;
use perennial_store::stores::{self, ClaimRow};
use perennial_store::{StoreError, WriteTx, receipts as table};
use serde::{Deserialize, Serialize};

/// What the fact of a receipt that was claimed says.
#[derive(Serialize, Deserialize)]
pub(super) struct Words {
    pub receipt_id: String,
    pub order_no: String,
    pub store: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clerk: Option<String>,
    pub language: String,
    /// They are new, and no clerk has their sign-up: the store does.
    pub signs_up: bool,
}

pub(crate) async fn note_receipts(tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    if block.source != RECEIPTS_SOURCE {
        return Ok(());
    }
    for one in &block.facts {
        let tracked = one.fact.tracked.as_deref().filter(|one| one.name.as_deref() == Some(RECEIPT_CLAIMED_EVENT));
        let words = tracked.and_then(|tracked| serde_json::from_str::<Words>(tracked.properties.as_deref()?).ok());
        let (Some(part), Some(words)) = (one.customer, words) else { continue };
        let (part_number, at) = (i64::from(part.0), one.fact.at.0);
        table::set_part(tx, &words.receipt_id, part_number).await?;
        // Whoever was known before stays whose they are.
        if !words.signs_up {
            continue;
        }
        if let Some((_, place)) = stores::by_codes(tx, &[words.store]).await?.into_iter().next() {
            stores::claim(tx, &[ClaimRow { part_number, place, rank: Claim::SignUp.rank(), at }]).await?;
        }
    }
    Ok(())
}
