//! Consent: the register of purposes and texts, what people decided, and what is erased when they take it back.
//!
//! Tables: `consent_purposes`, `consent_texts` (a text is never changed), `consents` (by profile; rows are only added, and
//! go with their profile), `withdrawals`. Which decision holds is worked out by the domain. JSON is opaque here. The
//! sequence `withdrawals` grows with each, so that nobody looks for any where there is none.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::row::{Bind, Binder, Row};
use crate::{exec, sequences};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurposeRow {
    pub code: String,
    pub name: String,
    pub description: String,
    /// JSON: the channels that it is asked for.
    pub channels: String,
    /// JSON: what is collected under it.
    pub collects: String,
    pub created_by: String,
    pub created_at: i64,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextRow {
    pub purpose: String,
    pub version: String,
    pub locale: String,
    pub text: String,
    /// SHA-256 of the text, in hexadecimal.
    pub hash: String,
    pub published_by: String,
    pub published_at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRow {
    pub id: String,
    pub part_number: i64,
    pub purpose: String,
    /// Empty: all channels.
    pub channel: String,
    /// `granted`, `denied` or `revoked`.
    pub decision: String,
    pub is_explicit: bool,
    pub at: i64,
    pub recorded_at: i64,
    pub source: String,
    pub text_version: Option<String>,
    pub text_hash: Option<String>,
    /// A JSON object.
    pub evidence: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawalRow {
    pub id: String,
    pub part_number: i64,
    pub purpose: String,
    /// `running` or `done`.
    pub state: String,
    pub step: i64,
    pub revoked_at: i64,
    pub deadline_at: i64,
    /// JSON: what was collected under the purpose when it was withdrawn.
    pub collects: String,
    pub counts: String,
    pub work: Option<String>,
    pub finished_at: Option<i64>,
}

/// False where there is one of that code.
pub async fn insert_purpose(tx: &mut WriteTx<'_>, row: &PurposeRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        (&row.name).into(),
        (&row.description).into(),
        (&row.channels).into(),
        (&row.collects).into(),
        (&row.created_by).into(),
        row.created_at.into(),
        row.version.into(),
    ];
    Ok(exec::execute(tx, "consents.insert_purpose", binds).await? == 1)
}

/// Replaces what may change of a purpose, where it has the version before this one; false otherwise.
pub async fn replace_purpose(tx: &mut WriteTx<'_>, row: &PurposeRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        (&row.name).into(),
        (&row.description).into(),
        (&row.channels).into(),
        (&row.collects).into(),
        row.version.into(),
    ];
    Ok(exec::execute(tx, "consents.replace_purpose", binds).await? == 1)
}

/// By code.
pub async fn purposes(tx: &mut ReadTx<'_>) -> Result<Vec<PurposeRow>> {
    exec::all(tx, "consents.purposes", vec![], |row| {
        Ok(PurposeRow {
            code: row.text(0)?,
            name: row.text(1)?,
            description: row.text(2)?,
            channels: row.text(3)?,
            collects: row.text(4)?,
            created_by: row.text(5)?,
            created_at: row.i64(6)?,
            version: row.i64(7)?,
        })
    })
    .await
}

/// False where the purpose has a text of that version: it stays.
pub async fn insert_text(tx: &mut WriteTx<'_>, row: &TextRow) -> Result<bool> {
    let binds = vec![
        (&row.purpose).into(),
        (&row.version).into(),
        (&row.locale).into(),
        (&row.text).into(),
        (&row.hash).into(),
        (&row.published_by).into(),
        row.published_at.into(),
    ];
    Ok(exec::execute(tx, "consents.insert_text", binds).await? == 1)
}

/// Of all purposes, the newest of each first.
pub async fn texts(tx: &mut ReadTx<'_>) -> Result<Vec<TextRow>> {
    exec::all(tx, "consents.texts", vec![], read_text).await
}

/// One version of a purpose's texts.
pub async fn text(tx: &mut ReadTx<'_>, purpose: &str, version: &str) -> Result<Option<TextRow>> {
    exec::optional(tx, "consents.text", vec![purpose.into(), version.into()], read_text).await
}

fn read_text(row: &Row<'_>) -> Result<TextRow> {
    Ok(TextRow {
        purpose: row.text(0)?,
        version: row.text(1)?,
        locale: row.text(2)?,
        text: row.text(3)?,
        hash: row.text(4)?,
        published_by: row.text(5)?,
        published_at: row.i64(6)?,
    })
}

/// The hash of a text.
pub async fn text_hash(tx: &mut ReadTx<'_>, purpose: &str, version: &str) -> Result<Option<String>> {
    exec::optional(tx, "consents.text_hash", vec![purpose.into(), version.into()], |row| row.text(0)).await
}

/// Rows whose id is there already are passed over; returns how many were new.
pub async fn insert(tx: &mut WriteTx<'_>, rows: &[ConsentRow]) -> Result<u64> {
    exec::bulk(tx, "consents.insert", rows, |row, binder| {
        binder.text(&row.id);
        binder.i64(row.part_number);
        binder.text(&row.purpose);
        binder.text(&row.channel);
        binder.text(&row.decision);
        binder.bind(&Bind::from(row.is_explicit));
        binder.i64(row.at);
        binder.i64(row.recorded_at);
        binder.text(&row.source);
        binder.opt_text(row.text_version.as_deref());
        binder.opt_text(row.text_hash.as_deref());
        binder.text(&row.evidence);
    })
    .await
}

/// All decisions of these profiles, the newest first.
pub async fn of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<ConsentRow>> {
    let mut rows = exec::lookup(tx, "consents.of_parts", &[], parts, bind_number, |row| {
        Ok(ConsentRow {
            id: row.text(0)?,
            part_number: row.i64(1)?,
            purpose: row.text(2)?,
            channel: row.text(3)?,
            decision: row.text(4)?,
            is_explicit: row.bool(5)?,
            at: row.i64(6)?,
            recorded_at: row.i64(7)?,
            source: row.text(8)?,
            text_version: row.opt_text(9)?,
            text_hash: row.opt_text(10)?,
            evidence: row.text(11)?,
        })
    })
    .await?;
    rows.sort_by(|one, other| (other.at, &other.id).cmp(&(one.at, &one.id)));
    rows.dedup_by(|later, kept| later.id == kept.id);
    Ok(rows)
}

/// What these profiles decided and withdrew goes; returns how many decisions there were.
pub async fn remove_of_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "consents.remove_withdrawals", parts, bind_number).await?;
    exec::bulk(tx, "consents.remove", parts, bind_number).await
}

/// False where it is there already.
pub async fn insert_withdrawal(tx: &mut WriteTx<'_>, row: &WithdrawalRow) -> Result<bool> {
    let binds = vec![
        (&row.id).into(),
        row.part_number.into(),
        (&row.purpose).into(),
        (&row.state).into(),
        row.step.into(),
        row.revoked_at.into(),
        row.deadline_at.into(),
        (&row.collects).into(),
        (&row.counts).into(),
        (&row.work).into(),
    ];
    let is_new = exec::execute(tx, "consents.insert_withdrawal", binds).await? == 1;
    if is_new {
        sequences::reserve(tx, sequences::WITHDRAWALS, 1).await?;
    }
    Ok(is_new)
}

pub async fn withdrawal(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<WithdrawalRow>> {
    exec::optional(tx, "consents.withdrawal", vec![id.into()], read_withdrawal).await
}

/// Those of these profiles, in no particular order.
pub async fn withdrawals_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<WithdrawalRow>> {
    exec::lookup(tx, "consents.withdrawals_of_parts", &[], parts, bind_number, read_withdrawal).await
}

/// Those that are not done, the oldest first.
pub async fn unfinished_withdrawals(tx: &mut ReadTx<'_>) -> Result<Vec<WithdrawalRow>> {
    exec::all(tx, "consents.unfinished_withdrawals", vec![], read_withdrawal).await
}

/// Leaves a step for the next one; false where somebody else did, and nothing changes then.
pub async fn advance_withdrawal(tx: &mut WriteTx<'_>, id: &str, step: i64, counts: &str) -> Result<bool> {
    let binds: Vec<Bind> = vec![id.into(), step.into(), counts.into()];
    Ok(exec::execute(tx, "consents.advance_withdrawal", binds).await? == 1)
}

/// False where it is done already.
pub async fn finish_withdrawal(tx: &mut WriteTx<'_>, id: &str, finished_at: i64) -> Result<bool> {
    Ok(exec::execute(tx, "consents.finish_withdrawal", vec![id.into(), finished_at.into()]).await? == 1)
}

fn bind_number(number: &i64, binder: &mut Binder) {
    binder.i64(*number);
}

fn read_withdrawal(row: &Row<'_>) -> Result<WithdrawalRow> {
    Ok(WithdrawalRow {
        id: row.text(0)?,
        part_number: row.i64(1)?,
        purpose: row.text(2)?,
        state: row.text(3)?,
        step: row.i64(4)?,
        revoked_at: row.i64(5)?,
        deadline_at: row.i64(6)?,
        collects: row.text(7)?,
        counts: row.text(8)?,
        work: row.opt_text(9)?,
        finished_at: row.opt_i64(10)?,
    })
}
