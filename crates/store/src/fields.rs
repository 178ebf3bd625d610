//! The registry of fields, values that were none, which source is believed, and who wrote a word down.
//!
//! Tables: `fields` (the preset ones come with the schema), `field_refusals` (counts by source and UTC day),
//! `trait_sources` (origin and rank of each source that ever told a trait; the filter of `customers` joins it),
//! `trait_notes` (by profile: about the word of one instant), and the row `trait_origins` of `settings` (the order of
//! origins, where somebody has changed it).

use crate::customers::{CustomerFilter, matching};
use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Binder, Row};
use crate::scope::Scope;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRow {
    pub name: String,
    pub name_zh: String,
    pub name_en: String,
    pub class: String,
    pub kind: String,
    /// A JSON list.
    pub allowed: String,
    pub is_personal: bool,
    pub weight: i64,
    pub is_preset: bool,
    pub archived_at: Option<Instant>,
    pub created_by: String,
    pub created_at: Instant,
    pub version: i64,
}

/// Values of one field, source and day that were none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRefusals {
    pub field: String,
    pub source: String,
    /// Days since 1970, in UTC.
    pub day: i64,
    pub refused: i64,
    pub last_at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRow {
    pub field: String,
    pub source: String,
    pub refused: i64,
    pub last_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraitSourceRow {
    pub source: String,
    pub origin: String,
    pub rank: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteRow {
    pub part_number: i64,
    pub name: String,
    pub source: String,
    pub at: i64,
    pub by_kind: String,
    pub by_id: String,
    pub by_name: String,
    pub surface: Option<String>,
    pub consent_id: Option<String>,
}

/// The preset ones first, the heaviest first; then the oldest.
pub async fn all(tx: &mut ReadTx<'_>) -> Result<Vec<FieldRow>> {
    exec::all(tx, "fields.all", vec![], read).await
}

pub async fn get(tx: &mut ReadTx<'_>, name: &str) -> Result<Option<FieldRow>> {
    exec::optional(tx, "fields.get", vec![name.into()], read).await
}

/// False where the name is taken.
pub async fn insert(tx: &mut WriteTx<'_>, row: &FieldRow) -> Result<bool> {
    let binds = vec![
        (&row.name).into(),
        (&row.name_zh).into(),
        (&row.name_en).into(),
        (&row.class).into(),
        (&row.kind).into(),
        (&row.allowed).into(),
        row.is_personal.into(),
        row.weight.into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    Ok(exec::execute(tx, "fields.insert", binds).await? == 1)
}

/// Writes all but name and type of the version in `row`; false where that is not the stored one any more.
pub async fn update(tx: &mut WriteTx<'_>, row: &FieldRow) -> Result<bool> {
    let binds = vec![
        (&row.name).into(),
        row.version.into(),
        (&row.name_zh).into(),
        (&row.name_en).into(),
        (&row.class).into(),
        (&row.allowed).into(),
        row.is_personal.into(),
        row.weight.into(),
        row.archived_at.into(),
    ];
    Ok(exec::execute(tx, "fields.update", binds).await? == 1)
}

/// Adds to what was counted; a field, source and day may stand only once in `rows`.
pub async fn add_refusals(tx: &mut WriteTx<'_>, rows: &[NewRefusals]) -> Result<()> {
    let touched = exec::bulk(tx, "fields.add_refusals", rows, |row, binder| {
        binder.text(&row.field);
        binder.text(&row.source);
        binder.i64(row.day);
        binder.i64(row.refused);
        binder.i64(row.last_at);
    })
    .await?;
    exec::expect_rows("fields.add_refusals", rows.len(), touched)
}

/// By field and source.
pub async fn refusals(tx: &mut ReadTx<'_>) -> Result<Vec<RefusalRow>> {
    exec::all(tx, "fields.refusals", vec![], |row| {
        Ok(RefusalRow { field: row.text(0)?, source: row.text(1)?, refused: row.i64(2)?, last_at: row.instant(3)? })
    })
    .await
}

/// By name.
pub async fn sources(tx: &mut ReadTx<'_>) -> Result<Vec<TraitSourceRow>> {
    exec::all(tx, "fields.sources", vec![], |row| {
        Ok(TraitSourceRow { source: row.text(0)?, origin: row.text(1)?, rank: row.i64(2)? })
    })
    .await
}

/// Inserts or replaces; a source may stand only once in `rows`.
pub async fn put_sources(tx: &mut WriteTx<'_>, rows: &[TraitSourceRow]) -> Result<()> {
    let touched = exec::bulk(tx, "fields.put_sources", rows, |row, binder| {
        binder.text(&row.source);
        binder.text(&row.origin);
        binder.i64(row.rank);
    })
    .await?;
    exec::expect_rows("fields.put_sources", rows.len(), touched)
}

/// The order of origins as JSON with its version; none where nobody has changed the usual one.
pub async fn order(tx: &mut ReadTx<'_>) -> Result<Option<(String, i64)>> {
    exec::optional(tx, "fields.order", vec![], |row| Ok((row.text(0)?, row.i64(1)?))).await
}

/// `expected_version`: 0 where there must not be one yet. False where the expectation did not hold.
pub async fn put_order(tx: &mut WriteTx<'_>, json: &str, expected_version: i64) -> Result<bool> {
    let touched = if expected_version == 0 {
        exec::execute(tx, "fields.insert_order", vec![json.into()]).await?
    } else {
        exec::execute(tx, "fields.replace_order", vec![json.into(), expected_version.into()]).await?
    };
    Ok(touched == 1)
}

/// A profile, name and source may stand only once in `rows`; a note about an earlier word changes nothing.
pub async fn add_notes(tx: &mut WriteTx<'_>, rows: &[NoteRow]) -> Result<()> {
    exec::bulk(tx, "fields.add_notes", rows, |row, binder| {
        binder.i64(row.part_number);
        binder.text(&row.name);
        binder.text(&row.source);
        binder.i64(row.at);
        binder.text(&row.by_kind);
        binder.text(&row.by_id);
        binder.text(&row.by_name);
        binder.opt_text(row.surface.as_deref());
        binder.opt_text(row.consent_id.as_deref());
    })
    .await
    .map(|_| ())
}

/// By profile, name and source.
pub async fn notes_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<NoteRow>> {
    let mut rows = exec::lookup(tx, "fields.notes_of_parts", &[], parts, bind_number, |row| {
        Ok(NoteRow {
            part_number: row.i64(0)?,
            name: row.text(1)?,
            source: row.text(2)?,
            at: row.i64(3)?,
            by_kind: row.text(4)?,
            by_id: row.text(5)?,
            by_name: row.text(6)?,
            surface: row.opt_text(7)?,
            consent_id: row.opt_text(8)?,
        })
    })
    .await?;
    rows.sort_by(|one, other| {
        (one.part_number, &one.name, &one.source).cmp(&(other.part_number, &other.name, &other.source))
    });
    Ok(rows)
}

/// Returns how many there were.
pub async fn remove_notes(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "fields.remove_notes", parts, bind_number).await
}

/// How many of the customers whom the filter holds for have each trait, by name.
pub async fn filled(tx: &mut ReadTx<'_>, scope: &Scope, filter: &CustomerFilter) -> Result<Vec<(String, i64)>> {
    let (numbers, binds) = matching(scope, filter);
    let text = format!(
        "SELECT t.name, COUNT(DISTINCT t.customer_number) FROM traits t WHERE t.name IN (SELECT name FROM fields) \
         AND t.customer_number IN ({numbers}) GROUP BY t.name ORDER BY t.name"
    );
    exec::built(tx, text, &binds, |row| Ok((row.text(0)?, row.i64(1)?))).await
}

fn bind_number(number: &i64, binder: &mut Binder) {
    binder.i64(*number);
}

fn read(row: &Row<'_>) -> Result<FieldRow> {
    Ok(FieldRow {
        name: row.text(0)?,
        name_zh: row.text(1)?,
        name_en: row.text(2)?,
        class: row.text(3)?,
        kind: row.text(4)?,
        allowed: row.text(5)?,
        is_personal: row.bool(6)?,
        weight: row.i64(7)?,
        is_preset: row.bool(8)?,
        archived_at: row.opt_instant(9)?,
        created_by: row.text(10)?,
        created_at: row.instant(11)?,
        version: row.i64(12)?,
    })
}
