//! Batches of packages: their codes are made, counted and paused.

use super::UnitError;
use crate::access::idempotency::Once;
use crate::access::{Actor, require, sha256};
use crate::codes::ensure_own_source;
use crate::random::new_id;
use crate::touch_points::NOT_OPEN;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::code::{BatchSettings, CodeState, UNIT_CHARACTERS, shown_unit_code, unit_code_of};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_store::units::{self as table, BatchRow, NewUnit};
use perennial_store::{StoreError, touch_points};
use serde_json::json;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub id: String,
    pub settings: BatchSettings,
    pub state: CodeState,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

impl Batch {
    /// What is stored is what this program wrote.
    pub(super) fn of(row: BatchRow) -> Result<Self, StoreError> {
        let wrong = |column| StoreError::Inconsistency { table: "unit_batches", column, row: row.id.clone() };
        let state = CodeState::parse(&row.state).ok_or_else(|| wrong("state"))?;
        let units = usize::try_from(row.units).map_err(|_| wrong("units"))?;
        Ok(Self {
            id: row.id,
            settings: BatchSettings {
                product: row.product,
                sku: row.sku,
                batch_no: row.batch_no,
                touch_point: row.touch_point,
                reward_name: row.reward_name,
                reward_amount: row.reward_amount,
                units,
            },
            state,
            created_by: row.created_by,
            created_at: row.created_at,
            version: row.version,
        })
    }
}

/// A batch that was just made, with its codes by serial number from 1, which nobody can read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBatch {
    pub batch: Batch,
    pub codes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchView {
    pub batch: Batch,
    /// Scans that got the reward: as many units are claimed.
    pub claimed: i64,
    /// Scans that were told that the code is used.
    pub already_used: i64,
    /// Scans while the batch was paused.
    pub paused: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitScan {
    pub key: Vec<u8>,
    pub serial: i64,
    pub at: Instant,
    /// Empty: unknown.
    pub region: String,
    pub outcome: String,
    /// `None` before the fact is applied, and where the person was erased.
    pub profile: Option<CustomerNumber>,
}

pub async fn create_batch(
    app: &App,
    actor: &Actor,
    settings: BatchSettings,
    once: &Once<'_, Batch>,
) -> Result<NewBatch, UnitError> {
    require(actor, Right::TouchPointsManage)?;
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(UnitError::Invalid(errors));
    }
    let now = app.clock.now();
    // Made before the writer is taken: hashing thousands takes a while.
    let mut codes = Vec::with_capacity(settings.units);
    let mut units = Vec::with_capacity(settings.units);
    for serial in 1..=settings.units {
        let mut random = [0; UNIT_CHARACTERS];
        app.random.fill(&mut random);
        let code = unit_code_of(&random);
        units.push(NewUnit { code_hash: sha256(code.as_bytes()), serial: serial as i64 });
        codes.push(shown_unit_code(&code));
    }
    // Neighbours in the table are written together.
    units.sort_unstable_by(|one, other| one.code_hash.cmp(&other.code_hash));
    let row = BatchRow {
        id: new_id(app.random.as_ref(), "unb", now),
        product: settings.product.trim().to_owned(),
        sku: settings.sku.trim().to_owned(),
        batch_no: settings.batch_no.trim().to_owned(),
        touch_point: settings.touch_point,
        reward_name: settings.reward_name.trim().to_owned(),
        reward_amount: settings.reward_amount,
        units: units.len() as i64,
        state: CodeState::Active.code().to_owned(),
        created_by: actor.id().to_owned(),
        created_at: now,
        version: 1,
    };
    let mut tx = app.store.write().await?;
    once.claim::<UnitError>(app, &mut tx).await?;
    let touch_point = touch_points::get(&mut tx, &row.touch_point).await?;
    if touch_point.is_none_or(|row| row.archived_at.is_some()) {
        return Err(UnitError::Invalid(vec![NOT_OPEN]));
    }
    ensure_own_source(app, &mut tx, actor).await?;
    table::insert_batch(&mut tx, &row).await?;
    table::insert_codes(&mut tx, &row.id, &units).await?;
    let detail = json!({ "sku": row.sku, "batch_no": row.batch_no, "units": row.units,
        "reward_name": row.reward_name, "reward_amount": row.reward_amount });
    audit::append(app, &mut tx, actor, "unit_batch.created", &row.id, detail).await?;
    let batch = Batch::of(row)?;
    once.keep(&mut tx, &batch).await?;
    tx.commit().await?;
    Ok(NewBatch { batch, codes })
}

/// All batches with their counts, the oldest first.
pub async fn list_batches(app: &App, actor: &Actor) -> Result<Vec<BatchView>, UnitError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in table::scan_counts(&mut tx).await? {
        counts.insert((row.batch_id, row.outcome), row.scans);
    }
    let mut views = Vec::new();
    for row in table::list_batches(&mut tx).await? {
        let batch = Batch::of(row)?;
        let mut of = |outcome: &str| counts.remove(&(batch.id.clone(), outcome.to_owned())).unwrap_or(0);
        let (claimed, already_used, paused) = (of("claimed"), of("already_used"), of("paused"));
        views.push(BatchView { batch, claimed, already_used, paused });
    }
    Ok(views)
}

/// Pauses or resumes a batch; nothing happens where it is in that state already.
pub async fn set_batch_state(app: &App, actor: &Actor, id: &str, state: CodeState) -> Result<Batch, UnitError> {
    require(actor, Right::TouchPointsManage)?;
    let mut tx = app.store.write().await?;
    let before = Batch::of(table::get_batch(&mut tx, id).await?.ok_or(UnitError::NotFound)?)?;
    if before.state == state {
        return Ok(before);
    }
    if !table::set_batch_state(&mut tx, id, before.version, state.code()).await? {
        return Err(UnitError::VersionConflict);
    }
    let action = match state {
        CodeState::Active => "unit_batch.resumed",
        CodeState::Paused => "unit_batch.paused",
    };
    audit::append(app, &mut tx, actor, action, id, json!({})).await?;
    tx.commit().await?;
    Ok(Batch { state, version: before.version + 1, ..before })
}

/// The scans of a batch, in no order of time, and the key after which the next page begins.
pub async fn unit_scans(
    app: &App,
    actor: &Actor,
    batch_id: &str,
    after: &[u8],
    limit: usize,
) -> Result<(Vec<UnitScan>, Option<Vec<u8>>), UnitError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    table::get_batch(&mut tx, batch_id).await?.ok_or(UnitError::NotFound)?;
    let mut rows = table::scans(&mut tx, batch_id, after, limit as i64 + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| row.message_key.clone());
    let scans = rows.into_iter().map(|row| UnitScan {
        profile: row.part_number.and_then(CustomerNumber::from_stored),
        key: row.message_key,
        serial: row.serial,
        at: row.at,
        region: row.region,
        outcome: row.outcome,
    });
    Ok((scans.collect(), next))
}
