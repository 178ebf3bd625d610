//! The channels of a brand: a document beside its settings.

use super::ReachError;
use crate::access::{Actor, require};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::reach::{Channel, check, defaults};
use perennial_store::{ReadTx, StoreError, settings as table};
use serde_json::json;

const DOCUMENT: &str = "reach_channels";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionedChannels {
    pub channels: Vec<Channel>,
    /// 0 before the first change: the channels that every brand begins with.
    pub version: i64,
}

pub(super) async fn current(tx: &mut ReadTx<'_>) -> Result<VersionedChannels, StoreError> {
    let Some((text, version)) = table::document(tx, DOCUMENT).await? else {
        return Ok(VersionedChannels { channels: defaults(), version: 0 });
    };
    let unreadable = |_| StoreError::Inconsistency { table: "settings", column: "value", row: DOCUMENT.to_owned() };
    Ok(VersionedChannels { channels: serde_json::from_str(&text).map_err(unreadable)?, version })
}

pub(crate) async fn channels_in_tx(tx: &mut ReadTx<'_>) -> Result<Vec<Channel>, StoreError> {
    Ok(current(tx).await?.channels)
}

pub async fn read_channels(app: &App, actor: &Actor) -> Result<VersionedChannels, ReachError> {
    require(actor, Right::TouchPointsRead)?;
    Ok(current(&mut app.store.read().await?).await?)
}

/// Replaces all channels, if `expected_version` is still the stored one.
pub async fn put_channels(
    app: &App,
    actor: &Actor,
    expected_version: i64,
    channels: Vec<Channel>,
) -> Result<VersionedChannels, ReachError> {
    require(actor, Right::TouchPointsManage)?;
    let errors = check(&channels);
    if !errors.is_empty() {
        return Err(ReachError::Invalid(errors));
    }
    let text = serde_json::to_string(&channels).unwrap_or_default();
    let mut tx = app.store.write().await?;
    let expected = (expected_version > 0).then_some(expected_version);
    if !table::put_document(&mut tx, DOCUMENT, &text, expected).await? {
        return Err(ReachError::VersionConflict);
    }
    let version = expected_version + 1;
    let codes: Vec<&str> = channels.iter().map(|one| one.code.as_str()).collect();
    let detail = json!({ "version": version, "channels": codes });
    audit::append(app, &mut tx, actor, "reach_channels.changed", "settings", detail).await?;
    tx.commit().await?;
    Ok(VersionedChannels { channels, version })
}
