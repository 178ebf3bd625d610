//! What holds for all receipts: how long they are open, and what the page asks somebody to agree to.

use super::ReceiptError;
use crate::access::{Actor, require};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::receipt::{CONSENTS_MAX, ReceiptSettings, is_valid_hours};
use perennial_store::{ReadTx, StoreError, consents, settings as table};
use serde_json::json;
use std::collections::BTreeSet;

const DOCUMENT: &str = "receipts";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionedReceiptSettings {
    pub settings: ReceiptSettings,
    /// 0 before the first change.
    pub version: i64,
}

pub(super) async fn load(tx: &mut ReadTx<'_>) -> Result<VersionedReceiptSettings, StoreError> {
    let Some((text, version)) = table::document(tx, DOCUMENT).await? else {
        return Ok(VersionedReceiptSettings { settings: ReceiptSettings::default(), version: 0 });
    };
    let unreadable = |_| StoreError::Inconsistency { table: "settings", column: "value", row: DOCUMENT.to_owned() };
    Ok(VersionedReceiptSettings { settings: serde_json::from_str(&text).map_err(unreadable)?, version })
}

pub async fn receipt_settings(app: &App, actor: &Actor) -> Result<VersionedReceiptSettings, ReceiptError> {
    require(actor, Right::TouchPointsRead)?;
    Ok(load(&mut app.store.read().await?).await?)
}

/// Replaces them, if `expected_version` is still the stored one.
pub async fn put_receipt_settings(
    app: &App,
    actor: &Actor,
    expected_version: i64,
    settings: ReceiptSettings,
) -> Result<VersionedReceiptSettings, ReceiptError> {
    require(actor, Right::TouchPointsManage)?;
    if !is_valid_hours(settings.valid_hours) {
        return Err(ReceiptError::field("valid_hours", "1 to 720"));
    }
    let purposes: BTreeSet<&String> = settings.consents.iter().map(|one| &one.purpose).collect();
    if settings.consents.len() > CONSENTS_MAX || purposes.len() < settings.consents.len() {
        return Err(ReceiptError::field("consents", "at most 10, each purpose once"));
    }
    let mut tx = app.store.write().await?;
    for one in &settings.consents {
        for (field, version) in [("consents/text_zh", &one.text_zh), ("consents/text_en", &one.text_en)] {
            if consents::text_hash(&mut tx, &one.purpose, version).await?.is_none() {
                return Err(ReceiptError::field(field, "a version of the texts of a purpose of the register"));
            }
        }
    }
    let text = serde_json::to_string(&settings).unwrap_or_default();
    let expected = (expected_version > 0).then_some(expected_version);
    if !table::put_document(&mut tx, DOCUMENT, &text, expected).await? {
        return Err(ReceiptError::VersionConflict);
    }
    let version = expected_version + 1;
    let detail =
        json!({ "version": version, "valid_hours": settings.valid_hours, "consents": settings.consents.len() });
    audit::append(app, &mut tx, actor, "receipt_settings.changed", "settings", detail).await?;
    tx.commit().await?;
    Ok(VersionedReceiptSettings { settings, version })
}
