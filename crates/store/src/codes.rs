//! Channel codes: short links with parameters, their scans, and what those who scanned did next.
//!
//! Tables: `channel_codes`, `code_scans` (a row for each applied fact of a scan), `region_ranges` (addresses of the network
//! by region, as the operator handed them in; they do not overlap). A scan belongs to a profile; of an erased person the
//! scan stays and the profile goes.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::Row;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeRow {
    pub id: String,
    /// What stands in the short link.
    pub slug: String,
    pub batch_id: String,
    pub name: String,
    pub touch_point: String,
    /// A JSON object of texts.
    pub parameters: String,
    pub target: String,
    pub cost_minor: i64,
    /// `active` or `paused`.
    pub state: String,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewScan {
    pub code_id: String,
    pub part_number: Option<i64>,
    pub at: Instant,
    /// Empty: nobody said.
    pub region: String,
    /// This profile had not scanned this code before.
    pub is_first: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanRow {
    pub id: i64,
    pub part_number: Option<i64>,
    pub at: Instant,
    pub region: String,
    pub is_first: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanCountRow {
    pub code_id: String,
    pub scans: i64,
    pub visitors: i64,
    pub last_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourRow {
    pub region: String,
    /// Hours since 1970, in UTC.
    pub hour: i64,
    pub scans: i64,
}

/// Of those whose first purchase belongs to a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupBuyersRow {
    pub code_id: String,
    pub buyers: i64,
    pub of_group: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeRow {
    pub code_id: String,
    /// `followed`, `registered`, `ordered` or `followed_before`.
    pub what: String,
    pub customers: i64,
}

/// Both ends belong to it: 32 hexadecimal digits each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionRange {
    pub first_address: String,
    pub last_address: String,
    pub region: String,
}

pub async fn insert(tx: &mut WriteTx<'_>, rows: &[CodeRow]) -> Result<()> {
    let touched = exec::bulk(tx, "codes.insert", rows, |row, binder| {
        for text in [&row.id, &row.slug, &row.batch_id, &row.name, &row.touch_point, &row.parameters, &row.target] {
            binder.text(text);
        }
        binder.i64(row.cost_minor);
        binder.text(&row.state);
        binder.text(&row.created_by);
        binder.i64(row.created_at.0);
        binder.i64(row.version);
    })
    .await?;
    exec::expect_rows("codes.insert", rows.len(), touched)
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<CodeRow>> {
    exec::optional(tx, "codes.get", vec![id.into()], read).await
}

pub async fn by_slug(tx: &mut ReadTx<'_>, slug: &str) -> Result<Option<CodeRow>> {
    exec::optional(tx, "codes.by_slug", vec![slug.into()], read).await
}

/// Those after an id, of one batch or of all, by id.
pub async fn list(tx: &mut ReadTx<'_>, batch_id: Option<&str>, after: &str, limit: i64) -> Result<Vec<CodeRow>> {
    match batch_id {
        None => exec::all(tx, "codes.list", vec![after.into(), limit.into()], read).await,
        Some(batch) => exec::all(tx, "codes.of_batch", vec![batch.into(), after.into(), limit.into()], read).await,
    }
}

fn read(row: &Row<'_>) -> Result<CodeRow> {
    Ok(CodeRow {
        id: row.text(0)?,
        slug: row.text(1)?,
        batch_id: row.text(2)?,
        name: row.text(3)?,
        touch_point: row.text(4)?,
        parameters: row.text(5)?,
        target: row.text(6)?,
        cost_minor: row.i64(7)?,
        state: row.text(8)?,
        created_by: row.text(9)?,
        created_at: row.instant(10)?,
        version: row.i64(11)?,
    })
}

/// Writes name, target, cost and state of the version in `row`; false where that is not the stored one any more.
pub async fn update(tx: &mut WriteTx<'_>, row: &CodeRow) -> Result<bool> {
    let binds = vec![
        (&row.id).into(),
        row.version.into(),
        (&row.name).into(),
        (&row.target).into(),
        row.cost_minor.into(),
        (&row.state).into(),
    ];
    Ok(exec::execute(tx, "codes.update", binds).await? == 1)
}

pub async fn add_scans(tx: &mut WriteTx<'_>, rows: &[NewScan]) -> Result<()> {
    let touched = exec::bulk(tx, "codes.add_scans", rows, |row, binder| {
        binder.text(&row.code_id);
        binder.opt_i64(row.part_number);
        binder.i64(row.at.0);
        binder.text(&row.region);
        binder.bool(row.is_first);
    })
    .await?;
    exec::expect_rows("codes.add_scans", rows.len(), touched)
}

/// Those of the pairs of code and profile that were scanned before; each may come more than once.
pub async fn scanned_before(tx: &mut ReadTx<'_>, pairs: &[(String, i64)]) -> Result<Vec<(String, i64)>> {
    exec::lookup(
        tx,
        "codes.scanned_before",
        &[],
        pairs,
        |(code, part), binder| {
            binder.text(code);
            binder.i64(*part);
        },
        |row| Ok((row.text(0)?, row.i64(1)?)),
    )
    .await
}

/// The scans of these profiles are nobody's from now on; returns how many there were.
pub async fn forget_scanners(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "codes.forget_scanners", parts, |part, binder| binder.i64(*part)).await
}

/// Of each code that was scanned from the one instant until before the other.
pub async fn scan_counts(tx: &mut ReadTx<'_>, from: Instant, until: Instant) -> Result<Vec<ScanCountRow>> {
    exec::all(tx, "codes.scan_counts", vec![from.into(), until.into()], |row| {
        Ok(ScanCountRow { code_id: row.text(0)?, scans: row.i64(1)?, visitors: row.i64(2)?, last_at: row.instant(3)? })
    })
    .await
}

pub async fn scans_by_hour(tx: &mut ReadTx<'_>, code_id: &str, from: Instant, until: Instant) -> Result<Vec<HourRow>> {
    exec::all(tx, "codes.scans_by_hour", vec![code_id.into(), from.into(), until.into()], |row| {
        Ok(HourRow { region: row.text(0)?, hour: row.i64(1)?, scans: row.i64(2)? })
    })
    .await
}

/// The scans of a code after an id.
pub async fn scans(tx: &mut ReadTx<'_>, code_id: &str, after: i64, limit: i64) -> Result<Vec<ScanRow>> {
    exec::all(tx, "codes.scans", vec![code_id.into(), after.into(), limit.into()], |row| {
        Ok(ScanRow {
            id: row.i64(0)?,
            part_number: row.opt_i64(1)?,
            at: row.instant(2)?,
            region: row.text(3)?,
            is_first: row.bool(4)?,
        })
    })
    .await
}

/// What those who scanned in that time did first within so many microseconds after the last code they had scanned, and
/// how many had followed before.
pub async fn outcomes(
    tx: &mut ReadTx<'_>,
    from: Instant,
    until: Instant,
    within_micros: i64,
) -> Result<Vec<OutcomeRow>> {
    exec::all(tx, "codes.outcomes", vec![from.into(), until.into(), within_micros.into()], |row| {
        Ok(OutcomeRow { code_id: row.text(0)?, what: row.text(1)?, customers: row.i64(2)? })
    })
    .await
}

/// A customer whose deed belongs to a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodePersonRow {
    pub code_id: String,
    pub customer_number: i64,
    /// When it was done.
    pub at: Instant,
}

/// The customers behind [`outcomes`]: those who did this first (`followed`, `registered` or `ordered`), by number.
pub async fn people(
    tx: &mut ReadTx<'_>,
    scanned: (Instant, Instant),
    within_micros: i64,
    what: &str,
) -> Result<Vec<CodePersonRow>> {
    let binds = vec![scanned.0.into(), scanned.1.into(), within_micros.into(), what.into()];
    exec::all(tx, "codes.people", binds, |row| {
        Ok(CodePersonRow { code_id: row.text(0)?, customer_number: row.i64(1)?, at: row.instant(2)? })
    })
    .await
}

/// Who scanned which code in that time, each once, by number.
pub async fn scanners(tx: &mut ReadTx<'_>, from: Instant, until: Instant) -> Result<Vec<(String, i64)>> {
    exec::all(tx, "codes.scanners", vec![from.into(), until.into()], |row| Ok((row.text(0)?, row.i64(1)?))).await
}

/// Of those whose first purchase belongs to a code that they scanned from the one instant until before the other, by the rule
/// of [`outcomes`]: who bought before `before`, and who of them is of this value group in the last value run.
pub async fn buyers_of_group(
    tx: &mut ReadTx<'_>,
    scanned: (Instant, Instant),
    within_micros: i64,
    before: Instant,
    group: &str,
) -> Result<Vec<GroupBuyersRow>> {
    let binds = vec![scanned.0.into(), scanned.1.into(), within_micros.into(), before.into(), group.into()];
    exec::all(tx, "codes.buyers_of_group", binds, |row| {
        Ok(GroupBuyersRow { code_id: row.text(0)?, buyers: row.i64(1)?, of_group: row.i64(2)? })
    })
    .await
}

/// Replaces all ranges.
pub async fn put_regions(tx: &mut WriteTx<'_>, ranges: &[RegionRange]) -> Result<()> {
    exec::execute(tx, "codes.clear_regions", vec![]).await?;
    let touched = exec::bulk(tx, "codes.add_regions", ranges, |range, binder| {
        binder.text(&range.first_address);
        binder.text(&range.last_address);
        binder.text(&range.region);
    })
    .await?;
    exec::expect_rows("codes.add_regions", ranges.len(), touched)
}

/// The region of an address, where a range has it.
pub async fn region_of(tx: &mut ReadTx<'_>, address: &str) -> Result<Option<String>> {
    let nearest =
        exec::optional(tx, "codes.region_of", vec![address.into()], |row| Ok((row.text(0)?, row.text(1)?))).await?;
    Ok(nearest.filter(|(last, _)| address <= last.as_str()).map(|(_, region)| region))
}

pub async fn count_regions(tx: &mut ReadTx<'_>) -> Result<i64> {
    exec::one(tx, "codes.count_regions", vec![], |row| row.i64(0)).await
}
