//! Receipts with a code: orders of nobody that whoever holds the paper may claim.
//!
//! Table: `receipts`, one row for each order. Invariants: tokens are kept as hashes; [`claim`] is decided by the row alone: of
//! two at the same time, one gets true; a receipt of somebody who was erased stays claimed, and is nobody's. JSON is opaque
//! here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Binder, Row};
use perennial_domain::receipt::ReceiptState;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRow {
    pub id: String,
    pub source: String,
    /// Empty where its person was erased, as the fact is.
    pub order_no: String,
    pub order_key: Vec<u8>,
    /// JSON.
    pub fact: String,
    pub currency: String,
    pub amount_minor: i64,
    pub store_code: String,
    pub clerk_code: Option<String>,
    pub ordered_at: Instant,
    pub created_by: String,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub claimed_at: Option<Instant>,
    /// A hash of the device.
    pub claimed_by: Option<Vec<u8>>,
    pub part_number: Option<i64>,
}

const COLUMNS: &str = "r.id, r.source, r.order_no, r.order_key, r.fact, r.currency, r.amount_minor, r.store_code, \
    r.clerk_code, r.ordered_at, r.created_by, r.created_at, r.expires_at, r.claimed_at, r.claimed_by, r.part_number";

/// False where the order has one already.
pub async fn insert(tx: &mut WriteTx<'_>, row: &ReceiptRow, token_hash: &[u8]) -> Result<bool> {
    let binds = vec![
        (&row.id).into(),
        token_hash.into(),
        (&row.source).into(),
        (&row.order_no).into(),
        row.order_key.as_slice().into(),
        (&row.fact).into(),
        (&row.currency).into(),
        row.amount_minor.into(),
        (&row.store_code).into(),
        (&row.clerk_code).into(),
        row.ordered_at.into(),
        (&row.created_by).into(),
        row.created_at.into(),
        row.expires_at.into(),
    ];
    Ok(exec::execute(tx, "receipts.insert", binds).await? == 1)
}

/// Another token for the same order, in the place of the one before; false where it is claimed.
pub async fn renew(tx: &mut WriteTx<'_>, row: &ReceiptRow, token_hash: &[u8]) -> Result<bool> {
    let binds = vec![
        row.order_key.as_slice().into(),
        token_hash.into(),
        (&row.fact).into(),
        (&row.currency).into(),
        row.amount_minor.into(),
        (&row.store_code).into(),
        (&row.clerk_code).into(),
        row.ordered_at.into(),
        row.expires_at.into(),
    ];
    Ok(exec::execute(tx, "receipts.renew", binds).await? == 1)
}

pub async fn by_token(tx: &mut ReadTx<'_>, token_hash: &[u8]) -> Result<Option<ReceiptRow>> {
    exec::optional(tx, "receipts.by_token", vec![token_hash.into()], read).await
}

pub async fn by_order(tx: &mut ReadTx<'_>, order_key: &[u8; 16]) -> Result<Option<ReceiptRow>> {
    exec::optional(tx, "receipts.by_order", vec![order_key.as_slice().into()], read).await
}

/// Takes the receipt of this token for whoever comes first.
pub async fn claim(tx: &mut WriteTx<'_>, token_hash: &[u8], at: Instant, by: &[u8]) -> Result<bool> {
    Ok(exec::execute(tx, "receipts.claim", vec![token_hash.into(), at.into(), by.into()]).await? == 1)
}

/// Whose a claimed receipt is; the first stays.
pub async fn set_part(tx: &mut WriteTx<'_>, id: &str, part: i64) -> Result<()> {
    exec::execute(tx, "receipts.set_part", vec![id.into(), part.into()]).await.map(|_| ())
}

/// The profiles of claimed orders, by key.
pub async fn owners(tx: &mut ReadTx<'_>, keys: &[[u8; 16]]) -> Result<Vec<(Vec<u8>, i64)>> {
    if keys.is_empty() || exec::one(tx, "receipts.count_some_placed", vec![], |row| row.i64(0)).await? == 0 {
        return Ok(Vec::new());
    }
    let bind = |key: &[u8; 16], binder: &mut Binder| binder.bytes(key);
    exec::lookup(tx, "receipts.owners", &[], keys, bind, |row| Ok((row.bytes(0)?, row.i64(1)?))).await
}

pub async fn of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<ReceiptRow>> {
    let mut rows = exec::lookup(tx, "receipts.of_parts", &[], parts, |part, binder| binder.i64(*part), read).await?;
    rows.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
    Ok(rows)
}

/// Returns how many they had.
pub async fn forget_people(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "receipts.forget_people", parts, |part, binder| binder.i64(*part)).await
}

/// Those that nobody claimed and that ended before.
pub async fn remove_expired(tx: &mut WriteTx<'_>, before: Instant) -> Result<u64> {
    exec::execute(tx, "receipts.remove_expired", vec![before.into()]).await
}

/// Of a state at an instant (absent: of any), the newest first, behind `behind`.
pub async fn list(
    tx: &mut ReadTx<'_>,
    state: Option<ReceiptState>,
    now: Instant,
    behind: Option<(Instant, &str)>,
    limit: i64,
) -> Result<Vec<ReceiptRow>> {
    let mut binds: Vec<Bind> = Vec::new();
    let mut parameter = |value: Bind| {
        binds.push(value);
        format!("${}", binds.len())
    };
    let mut conditions = match state {
        None => vec![],
        Some(ReceiptState::Claimed) => vec!["r.claimed_at IS NOT NULL".to_owned()],
        Some(ReceiptState::Open) => vec![format!("r.claimed_at IS NULL AND r.expires_at > {}", parameter(now.into()))],
        Some(ReceiptState::Expired) => {
            vec![format!("r.claimed_at IS NULL AND r.expires_at <= {}", parameter(now.into()))]
        }
    };
    if let Some((at, id)) = behind {
        let (at, id) = (parameter(at.into()), parameter(id.into()));
        conditions.push(format!("(r.created_at, r.id) < ({at}, {id})"));
    }
    let limit = parameter(limit.into());
    let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    let text = format!("SELECT {COLUMNS} FROM receipts r{filter} ORDER BY r.created_at DESC, r.id DESC LIMIT {limit}");
    exec::built(tx, text, &binds, read).await
}

fn read(row: &Row<'_>) -> Result<ReceiptRow> {
    Ok(ReceiptRow {
        id: row.text(0)?,
        source: row.text(1)?,
        order_no: row.text(2)?,
        order_key: row.bytes(3)?,
        fact: row.text(4)?,
        currency: row.text(5)?,
        amount_minor: row.i64(6)?,
        store_code: row.text(7)?,
        clerk_code: row.opt_text(8)?,
        ordered_at: row.instant(9)?,
        created_by: row.text(10)?,
        created_at: row.instant(11)?,
        expires_at: row.instant(12)?,
        claimed_at: row.opt_instant(13)?,
        claimed_by: row.opt_bytes(14)?,
        part_number: row.opt_i64(15)?,
    })
}
