//! Unit codes: one for each package of a batch, scanned any number of times and claimed once.
//!
//! Tables: `unit_batches`, `unit_codes` (codes as hashes, by serial number), `unit_scans` (each scan with what became of it).
//! [`claim`] is decided by the row alone: of two at the same time, one gets true.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Row};
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRow {
    pub id: String,
    pub product: String,
    pub sku: String,
    pub batch_no: String,
    pub touch_point: String,
    pub reward_name: String,
    pub reward_amount: i64,
    pub units: i64,
    /// `active` or `paused`.
    pub state: String,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUnit {
    pub code_hash: Vec<u8>,
    pub serial: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRow {
    pub batch_id: String,
    pub serial: i64,
    pub claimed_at: Option<Instant>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUnitScan<'a> {
    pub message_key: [u8; 16],
    pub batch_id: &'a str,
    pub serial: i64,
    pub at: Instant,
    pub region: &'a str,
    /// `claimed`, `already_used` or `paused`.
    pub outcome: &'static str,
    /// A hash.
    pub visitor: &'a [u8],
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitScanRow {
    pub message_key: Vec<u8>,
    pub serial: i64,
    pub at: Instant,
    pub region: String,
    pub outcome: String,
    pub part_number: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitCountRow {
    pub batch_id: String,
    pub outcome: String,
    pub scans: i64,
}

pub async fn insert_batch(tx: &mut WriteTx<'_>, row: &BatchRow) -> Result<()> {
    let binds = vec![
        (&row.id).into(),
        (&row.product).into(),
        (&row.sku).into(),
        (&row.batch_no).into(),
        (&row.touch_point).into(),
        (&row.reward_name).into(),
        row.reward_amount.into(),
        row.units.into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    exec::execute_exactly(tx, 1, "units.insert_batch", binds).await
}

pub async fn get_batch(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<BatchRow>> {
    exec::optional(tx, "units.get_batch", vec![id.into()], read).await
}

pub async fn list_batches(tx: &mut ReadTx<'_>) -> Result<Vec<BatchRow>> {
    exec::all(tx, "units.list_batches", vec![], read).await
}

fn read(row: &Row<'_>) -> Result<BatchRow> {
    Ok(BatchRow {
        id: row.text(0)?,
        product: row.text(1)?,
        sku: row.text(2)?,
        batch_no: row.text(3)?,
        touch_point: row.text(4)?,
        reward_name: row.text(5)?,
        reward_amount: row.i64(6)?,
        units: row.i64(7)?,
        state: row.text(8)?,
        created_by: row.text(9)?,
        created_at: row.instant(10)?,
        version: row.i64(11)?,
    })
}

/// False where `version` is not the stored one any more.
pub async fn set_batch_state(tx: &mut WriteTx<'_>, id: &str, version: i64, state: &str) -> Result<bool> {
    Ok(exec::execute(tx, "units.set_batch_state", vec![id.into(), version.into(), state.into()]).await? == 1)
}

pub async fn insert_codes(tx: &mut WriteTx<'_>, batch_id: &str, units: &[NewUnit]) -> Result<()> {
    let touched = exec::bulk(tx, "units.insert_codes", units, |unit, binder| {
        binder.bytes(&unit.code_hash);
        binder.text(batch_id);
        binder.i64(unit.serial);
        binder.opt_i64(None);
    })
    .await?;
    exec::expect_rows("units.insert_codes", units.len(), touched)
}

pub async fn get_code(tx: &mut ReadTx<'_>, code_hash: &[u8]) -> Result<Option<UnitRow>> {
    exec::optional(tx, "units.get_code", vec![code_hash.into()], |row| {
        Ok(UnitRow { batch_id: row.text(0)?, serial: row.i64(1)?, claimed_at: row.opt_instant(2)? })
    })
    .await
}

/// True for whoever comes first, ever.
pub async fn claim(tx: &mut WriteTx<'_>, code_hash: &[u8], at: Instant) -> Result<bool> {
    Ok(exec::execute(tx, "units.claim", vec![code_hash.into(), at.into()]).await? == 1)
}

pub async fn add_scan(tx: &mut WriteTx<'_>, scan: &NewUnitScan<'_>) -> Result<()> {
    let binds: Vec<Bind> = vec![
        scan.message_key.as_slice().into(),
        scan.batch_id.into(),
        scan.serial.into(),
        scan.at.into(),
        scan.region.into(),
        scan.outcome.into(),
        scan.visitor.into(),
    ];
    exec::execute_exactly(tx, 1, "units.add_scan", binds).await
}

/// The hash of whoever claimed it; `None` where nobody did, or where they were erased.
pub async fn claim_visitor(tx: &mut ReadTx<'_>, batch_id: &str, serial: i64) -> Result<Option<Vec<u8>>> {
    let found =
        exec::optional(tx, "units.claim_visitor", vec![batch_id.into(), serial.into()], |row| row.opt_bytes(0)).await?;
    Ok(found.flatten())
}

/// Says whose scan it was; nothing where there is no such scan.
pub async fn set_scanner(tx: &mut WriteTx<'_>, message_key: &[u8], part_number: i64) -> Result<()> {
    exec::execute(tx, "units.set_scanner", vec![message_key.into(), part_number.into()]).await?;
    Ok(())
}

/// The scans of these profiles are nobody's from now on; returns how many there were.
pub async fn forget_scanners(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "units.forget_scanners", parts, |part, binder| binder.i64(*part)).await
}

pub async fn scan_counts(tx: &mut ReadTx<'_>) -> Result<Vec<UnitCountRow>> {
    exec::all(tx, "units.scan_counts", vec![], |row| {
        Ok(UnitCountRow { batch_id: row.text(0)?, outcome: row.text(1)?, scans: row.i64(2)? })
    })
    .await
}

/// The scans of a batch after a message key, in the order of keys.
pub async fn scans(tx: &mut ReadTx<'_>, batch_id: &str, after: &[u8], limit: i64) -> Result<Vec<UnitScanRow>> {
    exec::all(tx, "units.scans", vec![batch_id.into(), after.into(), limit.into()], |row| {
        Ok(UnitScanRow {
            message_key: row.bytes(0)?,
            serial: row.i64(1)?,
            at: row.instant(2)?,
            region: row.text(3)?,
            outcome: row.text(4)?,
            part_number: row.opt_i64(5)?,
        })
    })
    .await
}
