//! Forms: their versions, their counters, and who answered when.
//!
//! Tables: `forms`, `form_versions` (all that ever were), `form_counters`, `form_submissions` (one row for each answer, by
//! profile), `form_refusals`. Invariants: a submission is there once, by form and id; of an erased person it stays counted,
//! and is nobody's. JSON is opaque here; an empty text of a submission stands for none.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Binder, Row};
use perennial_domain::time::Instant;

/// A form with its newest version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormRow {
    pub id: String,
    pub slug: String,
    pub created_by: String,
    pub created_at: Instant,
    pub archived_at: Option<Instant>,
    pub version: i64,
    /// JSON.
    pub settings: String,
    pub changed_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterRow {
    pub id: String,
    pub slug: String,
    pub form_id: String,
    pub name: String,
    pub place_id: String,
    pub clerk_id: Option<String>,
    /// Of the channel code that is shown to whoever has answered.
    pub code_id: Option<String>,
    pub created_by: String,
    pub created_at: Instant,
    pub archived_at: Option<Instant>,
    pub version: i64,
}

/// Where something was filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub counter_id: String,
    pub place_id: String,
    pub clerk_id: String,
    pub code_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmissionRow {
    pub form_id: String,
    pub id: String,
    pub version: i64,
    pub spot: Spot,
    pub is_code_shown: bool,
    pub at: Instant,
    pub received_at: Instant,
    pub part_number: Option<i64>,
}

/// What is known of a submission that comes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownRow {
    /// None where the person was erased.
    pub content_hash: Option<Vec<u8>>,
    pub at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotCountRow {
    pub spot: Spot,
    pub submissions: i64,
    pub codes_shown: i64,
    pub last_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowersRow {
    pub spot: Spot,
    pub followed: i64,
    pub followed_before: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRow {
    pub reason: String,
    pub refused: i64,
    pub last_at: Instant,
}

/// The first version, too.
pub async fn insert(tx: &mut WriteTx<'_>, row: &FormRow) -> Result<()> {
    let binds = vec![(&row.id).into(), (&row.slug).into(), (&row.created_by).into(), row.created_at.into()];
    exec::execute_exactly(tx, 1, "forms.insert", binds).await?;
    add_version(tx, row, 1, &row.created_by).await
}

async fn add_version(tx: &mut WriteTx<'_>, row: &FormRow, version: i64, by: &str) -> Result<()> {
    let binds: Vec<Bind> =
        vec![(&row.id).into(), version.into(), (&row.settings).into(), by.into(), row.changed_at.into()];
    exec::execute_exactly(tx, 1, "forms.add_version", binds).await
}

/// Adds the version behind that of `row`; false where that is not the stored one any more.
pub async fn advance(tx: &mut WriteTx<'_>, row: &FormRow, by: &str) -> Result<bool> {
    if exec::execute(tx, "forms.advance", vec![(&row.id).into(), row.version.into()]).await? != 1 {
        return Ok(false);
    }
    add_version(tx, row, row.version + 1, by).await?;
    Ok(true)
}

pub async fn set_archived(tx: &mut WriteTx<'_>, id: &str, at: Option<Instant>) -> Result<()> {
    exec::execute_exactly(tx, 1, "forms.set_archived", vec![id.into(), at.into()]).await
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<FormRow>> {
    exec::optional(tx, "forms.get", vec![id.into()], read).await
}

pub async fn by_slug(tx: &mut ReadTx<'_>, slug: &str) -> Result<Option<FormRow>> {
    exec::optional(tx, "forms.by_slug", vec![slug.into()], read).await
}

/// Those after an id, by id.
pub async fn list(tx: &mut ReadTx<'_>, after: &str, limit: i64) -> Result<Vec<FormRow>> {
    exec::all(tx, "forms.list", vec![after.into(), limit.into()], read).await
}

/// Of those of these forms that were answered: how often, and when last; in no particular order.
pub async fn answered(tx: &mut ReadTx<'_>, forms: &[String]) -> Result<Vec<(String, i64, Instant)>> {
    let bind = |id: &String, binder: &mut Binder| binder.text(id);
    exec::lookup(tx, "forms.answered", &[], forms, bind, |row| Ok((row.text(0)?, row.i64(1)?, row.instant(2)?))).await
}

fn read(row: &Row<'_>) -> Result<FormRow> {
    Ok(FormRow {
        id: row.text(0)?,
        slug: row.text(1)?,
        created_by: row.text(2)?,
        created_at: row.instant(3)?,
        archived_at: row.opt_instant(4)?,
        version: row.i64(5)?,
        settings: row.text(6)?,
        changed_at: row.instant(7)?,
    })
}

/// Of any version that ever was.
pub async fn settings_of(tx: &mut ReadTx<'_>, form_id: &str, version: i64) -> Result<Option<String>> {
    exec::optional(tx, "forms.settings_of", vec![form_id.into(), version.into()], |row| row.text(0)).await
}

pub async fn insert_counter(tx: &mut WriteTx<'_>, row: &CounterRow) -> Result<()> {
    let binds = vec![
        (&row.id).into(),
        (&row.slug).into(),
        (&row.form_id).into(),
        (&row.name).into(),
        (&row.place_id).into(),
        (&row.clerk_id).into(),
        (&row.code_id).into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    exec::execute_exactly(tx, 1, "forms.insert_counter", binds).await
}

/// Writes what may change of the version in `row`; false where that is not the stored one any more.
pub async fn update_counter(tx: &mut WriteTx<'_>, row: &CounterRow) -> Result<bool> {
    let binds = vec![
        (&row.id).into(),
        row.version.into(),
        (&row.name).into(),
        (&row.place_id).into(),
        (&row.clerk_id).into(),
        (&row.code_id).into(),
        row.archived_at.into(),
    ];
    Ok(exec::execute(tx, "forms.update_counter", binds).await? == 1)
}

pub async fn get_counter(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<CounterRow>> {
    exec::optional(tx, "forms.get_counter", vec![id.into()], read_counter).await
}

pub async fn counter_by_slug(tx: &mut ReadTx<'_>, form_id: &str, slug: &str) -> Result<Option<CounterRow>> {
    exec::optional(tx, "forms.counter_by_slug", vec![form_id.into(), slug.into()], read_counter).await
}

/// Of one form, by id.
pub async fn counters(tx: &mut ReadTx<'_>, form_id: &str) -> Result<Vec<CounterRow>> {
    exec::all(tx, "forms.counters", vec![form_id.into()], read_counter).await
}

fn read_counter(row: &Row<'_>) -> Result<CounterRow> {
    Ok(CounterRow {
        id: row.text(0)?,
        slug: row.text(1)?,
        form_id: row.text(2)?,
        name: row.text(3)?,
        place_id: row.text(4)?,
        clerk_id: row.opt_text(5)?,
        code_id: row.opt_text(6)?,
        created_by: row.text(7)?,
        created_at: row.instant(8)?,
        archived_at: row.opt_instant(9)?,
        version: row.i64(10)?,
    })
}

pub async fn submission(tx: &mut ReadTx<'_>, form_id: &str, id: &str) -> Result<Option<KnownRow>> {
    exec::optional(tx, "forms.submission", vec![form_id.into(), id.into()], |row| {
        Ok(KnownRow { content_hash: row.opt_bytes(0)?, at: row.instant(1)? })
    })
    .await
}

/// Adds one that nobody is known to be of yet.
pub async fn add_submission(
    tx: &mut WriteTx<'_>,
    row: &SubmissionRow,
    content_hash: &[u8],
    message_key: [u8; 16],
) -> Result<()> {
    let binds: Vec<Bind> = vec![
        (&row.form_id).into(),
        (&row.id).into(),
        row.version.into(),
        (&row.spot.counter_id).into(),
        (&row.spot.place_id).into(),
        (&row.spot.clerk_id).into(),
        (&row.spot.code_id).into(),
        row.is_code_shown.into(),
        row.at.into(),
        row.received_at.into(),
        content_hash.into(),
        message_key.as_slice().into(),
    ];
    exec::execute_exactly(tx, 1, "forms.add_submission", binds).await
}

/// Says whose it is; without anybody, what they said goes.
pub async fn set_person(tx: &mut WriteTx<'_>, message_key: &[u8], part_number: Option<i64>) -> Result<()> {
    match part_number {
        Some(part) => exec::execute(tx, "forms.set_person", vec![message_key.into(), part.into()]).await?,
        None => exec::execute(tx, "forms.forget_content", vec![message_key.into()]).await?,
    };
    Ok(())
}

/// What these profiles submitted is nobody's from now on; returns how many there were.
pub async fn forget_people(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "forms.forget_people", parts, |part, binder| binder.i64(*part)).await
}

/// What these profiles submitted, in the order in which it was filled in.
pub async fn of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<SubmissionRow>> {
    let bind = |part: &i64, binder: &mut Binder| binder.i64(*part);
    let mut rows = exec::lookup(tx, "forms.of_parts", &[], parts, bind, read_submission).await?;
    rows.sort_by(|one, other| (one.at, &one.form_id, &one.id).cmp(&(other.at, &other.form_id, &other.id)));
    Ok(rows)
}

/// Of one form, behind an instant and an id.
pub async fn submissions(
    tx: &mut ReadTx<'_>,
    form_id: &str,
    (at, id): (Instant, &str),
    limit: i64,
) -> Result<Vec<SubmissionRow>> {
    let binds = vec![form_id.into(), at.into(), id.into(), limit.into()];
    exec::all(tx, "forms.submissions", binds, read_submission).await
}

fn read_submission(row: &Row<'_>) -> Result<SubmissionRow> {
    Ok(SubmissionRow {
        form_id: row.text(0)?,
        id: row.text(1)?,
        version: row.i64(2)?,
        spot: Spot { counter_id: row.text(3)?, place_id: row.text(4)?, clerk_id: row.text(5)?, code_id: row.text(6)? },
        is_code_shown: row.bool(7)?,
        at: row.instant(8)?,
        received_at: row.instant(9)?,
        part_number: row.opt_i64(10)?,
    })
}

fn read_spot(row: &Row<'_>) -> Result<Spot> {
    Ok(Spot { counter_id: row.text(0)?, place_id: row.text(1)?, clerk_id: row.text(2)?, code_id: row.text(3)? })
}

/// Filled in from the one instant until before the other, by where.
pub async fn counts(tx: &mut ReadTx<'_>, form_id: &str, from: Instant, until: Instant) -> Result<Vec<SpotCountRow>> {
    exec::all(tx, "forms.counts", vec![form_id.into(), from.into(), until.into()], |row| {
        Ok(SpotCountRow {
            spot: read_spot(row)?,
            submissions: row.i64(4)?,
            codes_shown: row.i64(5)?,
            last_at: row.instant(6)?,
        })
    })
    .await
}

/// Who was shown a code in that time and followed within so many microseconds, and who had followed before.
pub async fn followers(
    tx: &mut ReadTx<'_>,
    form_id: &str,
    (from, until): (Instant, Instant),
    within: i64,
) -> Result<Vec<FollowersRow>> {
    let binds = vec![form_id.into(), from.into(), until.into(), within.into()];
    exec::all(tx, "forms.followers", binds, |row| {
        Ok(FollowersRow { spot: read_spot(row)?, followed: row.i64(4)?, followed_before: row.i64(5)? })
    })
    .await
}

/// How many customers there are behind the submissions of that time.
pub async fn people(tx: &mut ReadTx<'_>, form_id: &str, from: Instant, until: Instant) -> Result<i64> {
    exec::one(tx, "forms.people", vec![form_id.into(), from.into(), until.into()], |row| row.i64(0)).await
}

pub async fn refuse(tx: &mut WriteTx<'_>, form_id: &str, reason: &str, at: Instant) -> Result<()> {
    exec::execute_exactly(tx, 1, "forms.refuse", vec![form_id.into(), reason.into(), at.into()]).await
}

pub async fn refusals(tx: &mut ReadTx<'_>, form_id: &str) -> Result<Vec<RefusalRow>> {
    exec::all(tx, "forms.refusals", vec![form_id.into()], |row| {
        Ok(RefusalRow { reason: row.text(0)?, refused: row.i64(1)?, last_at: row.instant(2)? })
    })
    .await
}
