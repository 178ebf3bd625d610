//! A batch of packages in JSON. Its codes are never part of it.

use perennial_app::units::{Batch, BatchView};
use perennial_domain::code::BatchSettings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct UnitBatchDto {
    #[schema(example = "unb_1c9f0x3abcdefghjk")]
    pub id: String,
    #[schema(example = "Care liquid 120 ml")]
    pub product: String,
    #[schema(example = "SKU-A")]
    pub sku: String,
    #[schema(example = "2401")]
    pub batch_no: String,
    #[schema(example = "store")]
    pub touch_point: String,
    /// What whoever claims a unit is promised. It is recorded, not paid.
    #[schema(example = "points")]
    pub reward_name: String,
    #[schema(example = 50)]
    pub reward_amount: i64,
    #[schema(example = 10_000)]
    pub units: usize,
    /// `active` or `paused`.
    #[schema(example = "active")]
    pub state: String,
    #[schema(example = "usr_1c9f0x3abcdefghjk")]
    pub created_by: String,
    #[schema(format = DateTime)]
    pub created_at: String,
}

impl From<Batch> for UnitBatchDto {
    fn from(batch: Batch) -> Self {
        let BatchSettings { product, sku, batch_no, touch_point, reward_name, reward_amount, units } = batch.settings;
        Self {
            id: batch.id,
            product,
            sku,
            batch_no,
            touch_point,
            reward_name,
            reward_amount,
            units,
            state: batch.state.code().to_owned(),
            created_by: batch.created_by,
            created_at: batch.created_at.rfc3339(),
        }
    }
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct UnitBatchItem {
    pub batch: UnitBatchDto,
    /// Scans that got the reward: as many units are claimed.
    #[schema(example = 812)]
    pub claimed: i64,
    /// Scans that were told that the code is used.
    #[schema(example = 40)]
    pub already_used: i64,
    /// Scans while the batch was paused.
    #[schema(example = 0)]
    pub scanned_while_paused: i64,
}

impl From<BatchView> for UnitBatchItem {
    fn from(view: BatchView) -> Self {
        let BatchView { batch, claimed, already_used, paused } = view;
        Self { batch: batch.into(), claimed, already_used, scanned_while_paused: paused }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUnitBatch {
    #[schema(example = "Care liquid 120 ml")]
    product: String,
    #[schema(example = "SKU-A")]
    sku: String,
    #[schema(example = "2401")]
    batch_no: String,
    /// The code of a touch-point that is not archived.
    #[schema(example = "store")]
    touch_point: String,
    #[schema(example = "points")]
    reward_name: String,
    #[schema(example = 50)]
    reward_amount: i64,
    /// 1 to 20000.
    #[schema(example = 10_000)]
    units: usize,
}

impl From<NewUnitBatch> for BatchSettings {
    fn from(body: NewUnitBatch) -> Self {
        let NewUnitBatch { product, sku, batch_no, touch_point, reward_name, reward_amount, units } = body;
        Self { product, sku, batch_no, touch_point, reward_name, reward_amount, units }
    }
}
