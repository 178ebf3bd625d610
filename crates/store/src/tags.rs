//! Tags by hand: groups and tags, what was done about them on each profile, and which stand on each customer.
//!
//! Tables: `tag_groups`, `tags`, `tag_events` (by profile, never changed, in the order in which they were applied),
//! `customer_tags` (by customer: derived from the events of all its profiles, so that lists and counts need not read
//! those). A row of `customer_tags` counts until it expires, whether or not somebody has taken it away yet.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Binder, Row};
use crate::scope::Scope;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRow {
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub is_exclusive: bool,
    pub valid_days: Option<i64>,
    pub archived_at: Option<Instant>,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagRow {
    pub code: String,
    pub group_code: String,
    pub name_zh: String,
    pub name_en: String,
    pub archived_at: Option<Instant>,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

/// Something that was done about a tag of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Given by the store.
    pub position: i64,
    pub id: String,
    pub part_number: i64,
    pub tag: String,
    pub group_code: String,
    pub is_exclusive: bool,
    /// A code of `perennial_domain::tag::What`.
    pub what: String,
    pub at: i64,
    pub expires_at: Option<i64>,
    pub by_kind: String,
    pub by_id: String,
    pub by_name: String,
    pub surface: Option<String>,
    pub note: Option<String>,
}

/// A tag that a customer has, and the profile on which it was last set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingRow {
    pub customer_number: i64,
    pub tag: String,
    pub part_number: i64,
    pub since_at: i64,
    pub expires_at: Option<i64>,
}

/// The oldest first.
pub async fn groups(tx: &mut ReadTx<'_>) -> Result<Vec<GroupRow>> {
    exec::all(tx, "tags.groups", vec![], read_group).await
}

pub async fn group(tx: &mut ReadTx<'_>, code: &str) -> Result<Option<GroupRow>> {
    exec::optional(tx, "tags.group", vec![code.into()], read_group).await
}

/// False where the code is taken.
pub async fn insert_group(tx: &mut WriteTx<'_>, row: &GroupRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        (&row.name_zh).into(),
        (&row.name_en).into(),
        row.is_exclusive.into(),
        row.valid_days.into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    Ok(exec::execute(tx, "tags.insert_group", binds).await? == 1)
}

/// Writes what can be changed of the version in `row`; false where that is not the stored one any more.
pub async fn update_group(tx: &mut WriteTx<'_>, row: &GroupRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        row.version.into(),
        (&row.name_zh).into(),
        (&row.name_en).into(),
        row.is_exclusive.into(),
        row.valid_days.into(),
        row.archived_at.into(),
    ];
    Ok(exec::execute(tx, "tags.update_group", binds).await? == 1)
}

/// Tags of all groups, the oldest first.
pub async fn all(tx: &mut ReadTx<'_>) -> Result<Vec<TagRow>> {
    exec::all(tx, "tags.all", vec![], read_tag).await
}

pub async fn get(tx: &mut ReadTx<'_>, code: &str) -> Result<Option<TagRow>> {
    exec::optional(tx, "tags.get", vec![code.into()], read_tag).await
}

/// False where the code is taken, by a tag of whatever group.
pub async fn insert(tx: &mut WriteTx<'_>, row: &TagRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        (&row.group_code).into(),
        (&row.name_zh).into(),
        (&row.name_en).into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    Ok(exec::execute(tx, "tags.insert", binds).await? == 1)
}

/// Writes names and archive of the version in `row`; false where that is not the stored one any more.
pub async fn update(tx: &mut WriteTx<'_>, row: &TagRow) -> Result<bool> {
    let binds: Vec<Bind> = vec![
        (&row.code).into(),
        row.version.into(),
        (&row.name_zh).into(),
        (&row.name_en).into(),
        row.archived_at.into(),
    ];
    Ok(exec::execute(tx, "tags.update", binds).await? == 1)
}

/// Rows whose id is there already are passed over. Their positions are given here, in the order of `rows`.
pub async fn add_events(tx: &mut WriteTx<'_>, rows: &[EventRow]) -> Result<u64> {
    exec::bulk(tx, "tags.add_events", rows, |row, binder| {
        binder.text(&row.id);
        binder.i64(row.part_number);
        binder.text(&row.tag);
        binder.text(&row.group_code);
        binder.bool(row.is_exclusive);
        binder.text(&row.what);
        binder.i64(row.at);
        binder.opt_i64(row.expires_at);
        binder.text(&row.by_kind);
        binder.text(&row.by_id);
        binder.text(&row.by_name);
        binder.opt_text(row.surface.as_deref());
        binder.opt_text(row.note.as_deref());
    })
    .await
}

/// All events of these profiles, in the order in which they happened, of one instant in that in which they were applied.
pub async fn events_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<EventRow>> {
    let mut rows = exec::lookup(tx, "tags.events_of_parts", &[], parts, bind_number, |row| {
        Ok(EventRow {
            position: row.i64(0)?,
            id: row.text(1)?,
            part_number: row.i64(2)?,
            tag: row.text(3)?,
            group_code: row.text(4)?,
            is_exclusive: row.bool(5)?,
            what: row.text(6)?,
            at: row.i64(7)?,
            expires_at: row.opt_i64(8)?,
            by_kind: row.text(9)?,
            by_id: row.text(10)?,
            by_name: row.text(11)?,
            surface: row.opt_text(12)?,
            note: row.opt_text(13)?,
        })
    })
    .await?;
    rows.sort_by_key(|row| (row.at, row.position));
    rows.dedup_by_key(|row| row.position);
    Ok(rows)
}

/// Returns how many there were.
pub async fn remove_events(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "tags.remove_events", parts, bind_number).await
}

/// A customer and tag may stand only once in `rows`, and not yet in the table.
pub async fn add_standing(tx: &mut WriteTx<'_>, rows: &[StandingRow]) -> Result<()> {
    let touched = exec::bulk(tx, "tags.add_standing", rows, |row, binder| {
        binder.i64(row.customer_number);
        binder.text(&row.tag);
        binder.i64(row.part_number);
        binder.i64(row.since_at);
        binder.opt_i64(row.expires_at);
    })
    .await?;
    exec::expect_rows("tags.add_standing", rows.len(), touched)
}

/// Returns how many there were.
pub async fn remove_standing(tx: &mut WriteTx<'_>, customers: &[i64]) -> Result<u64> {
    exec::bulk(tx, "tags.remove_standing", customers, bind_number).await
}

/// What is valid no longer at this instant, the longest overdue first.
pub async fn due(tx: &mut ReadTx<'_>, at: i64, limit: i64) -> Result<Vec<StandingRow>> {
    exec::all(tx, "tags.due", vec![at.into(), limit.into()], read_standing).await
}

/// How many customers within the scope have each tag at this instant.
pub async fn counts(tx: &mut ReadTx<'_>, scope: &Scope, at: i64) -> Result<Vec<(String, i64)>> {
    let mut binds: Vec<Bind> = vec![at.into()];
    let within = scope.condition("t.customer_number", |value| {
        binds.push(value);
        format!("${}", binds.len())
    });
    let within = within.map_or_else(String::new, |text| format!(" AND {text}"));
    let text = format!(
        "SELECT t.tag, COUNT(*) FROM customer_tags t WHERE (t.expires_at IS NULL OR t.expires_at > $1){within} \
         GROUP BY t.tag ORDER BY t.tag"
    );
    exec::built(tx, text, &binds, |row| Ok((row.text(0)?, row.i64(1)?))).await
}

fn bind_number(number: &i64, binder: &mut Binder) {
    binder.i64(*number);
}

fn read_group(row: &Row<'_>) -> Result<GroupRow> {
    Ok(GroupRow {
        code: row.text(0)?,
        name_zh: row.text(1)?,
        name_en: row.text(2)?,
        is_exclusive: row.bool(3)?,
        valid_days: row.opt_i64(4)?,
        archived_at: row.opt_instant(5)?,
        created_by: row.text(6)?,
        created_at: row.instant(7)?,
        version: row.i64(8)?,
    })
}

fn read_tag(row: &Row<'_>) -> Result<TagRow> {
    Ok(TagRow {
        code: row.text(0)?,
        group_code: row.text(1)?,
        name_zh: row.text(2)?,
        name_en: row.text(3)?,
        archived_at: row.opt_instant(4)?,
        created_by: row.text(5)?,
        created_at: row.instant(6)?,
        version: row.i64(7)?,
    })
}

fn read_standing(row: &Row<'_>) -> Result<StandingRow> {
    Ok(StandingRow {
        customer_number: row.i64(0)?,
        tag: row.text(1)?,
        part_number: row.i64(2)?,
        since_at: row.i64(3)?,
        expires_at: row.opt_i64(4)?,
    })
}
