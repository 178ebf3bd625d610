//! The register of segments.

use super::automatic::{followed, refuse_circle, require_tags};
use super::catalogue::catalogue_in_tx;
use super::error::SegmentError;
use super::live::break_off;
use super::read::{RuleText, of_json, usable};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::rules::text::print;
use perennial_domain::rules::{Rule, Tree, circle_problem, digest, json, problems, reads};
use perennial_domain::settings::FieldError;
use perennial_domain::tag::is_name;
use perennial_domain::time::Instant;
use perennial_domain::touch_point::is_code;
use perennial_store::segments::{self as table, SegmentRow, VersionRow};
use perennial_store::{ReadTx, StoreError, WriteTx, communities, key_customers, layers, sequences};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Each is live for every customer.
pub const SEGMENTS_MAX: usize = 500;
/// What stands in the place of a code in addresses.
const ADDRESSES: [&str; 2] = ["new", "preview"];
const DESCRIPTION_CHARACTERS_MAX: usize = 1_000;
/// Of what a change did to a rule, in the audit log.
const CLAUSES_TOLD_MAX: usize = 20;
const CLAUSE_CHARACTERS_MAX: usize = 300;

/// What a person says of a segment.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentSettings {
    pub name: String,
    /// May be empty.
    pub description: String,
    pub rule: RuleText,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// By which rules name it; it stays.
    pub code: String,
    pub created_by: String,
    pub created_at: Instant,
    pub archived_at: Option<Instant>,
    /// What holds.
    pub newest: SegmentVersion,
}

/// A segment as it was in one of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentVersion {
    /// Grows by one with each change.
    pub version: i64,
    pub name: String,
    pub description: String,
    pub rule: Rule,
    /// Of the normal form: equal rules have equal ones.
    pub digest: String,
    pub changed_by: String,
    pub changed_at: Instant,
}

/// Which segments are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SegmentQuery {
    /// In code, name or description; capitals play no part.
    pub search: Option<String>,
    pub is_archived: Option<bool>,
}

fn segment_of(row: SegmentRow) -> Result<Segment, StoreError> {
    let SegmentRow { code, archived_at, created_by, created_at, newest } = row;
    let newest = version_of(&code, newest)?;
    Ok(Segment { code, created_by, created_at, archived_at, newest })
}

fn version_of(code: &str, row: VersionRow) -> Result<SegmentVersion, StoreError> {
    let wrong = |_| StoreError::Inconsistency { table: "segment_versions", column: "rule", row: code.to_owned() };
    Ok(SegmentVersion {
        version: row.version,
        name: row.name,
        description: row.description,
        rule: json::read_text(&row.rule).map_err(wrong)?,
        digest: row.digest,
        changed_by: row.changed_by,
        changed_at: row.changed_at,
    })
}

/// By code, the archived ones too.
pub(crate) async fn segments_in_tx(tx: &mut ReadTx<'_>) -> Result<Vec<Segment>, StoreError> {
    table::all(tx).await?.into_iter().map(segment_of).collect()
}

/// Segments by code, behind a code, and behind which one the next page begins.
pub async fn list_segments(
    app: &App,
    actor: &Actor,
    query: &SegmentQuery,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Segment>, Option<String>), SegmentError> {
    require(actor, Right::CustomersRead)?;
    let mut segments = segments_in_tx(&mut app.store.read().await?).await?;
    let searched = query.search.as_deref().map(|text| text.trim().to_lowercase());
    segments.retain(|one| {
        let texts = [&one.code, &one.newest.name, &one.newest.description];
        after.is_none_or(|after| one.code.as_str() > after)
            && query.is_archived.is_none_or(|wanted| one.archived_at.is_some() == wanted)
            && searched.as_ref().is_none_or(|searched| texts.iter().any(|text| text.to_lowercase().contains(searched)))
    });
    let has_more = segments.len() > limit;
    segments.truncate(limit);
    let next = segments.last().filter(|_| has_more).map(|one| one.code.clone());
    Ok((segments, next))
}

pub async fn get_segment(app: &App, actor: &Actor, code: &str) -> Result<Segment, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let row = table::get(&mut app.store.read().await?, code).await?.ok_or(SegmentError::NoSegment)?;
    Ok(segment_of(row)?)
}

/// Versions of a segment, the newest first, and behind which one the next page begins; `before` is that one.
pub async fn segment_versions(
    app: &App,
    actor: &Actor,
    code: &str,
    before: Option<i64>,
    limit: usize,
) -> Result<(Vec<SegmentVersion>, Option<i64>), SegmentError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let wanted = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut rows = table::versions(&mut tx, code, before.unwrap_or(i64::MAX), wanted).await?;
    // Every segment has its first version.
    if rows.is_empty() && before.is_none() {
        return Err(SegmentError::NoSegment);
    }
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|row| row.version);
    Ok((rows.into_iter().map(|row| version_of(code, row)).collect::<Result<_, _>>()?, next))
}

/// Of segments, and of layers, whose stages are segments.
pub(crate) fn is_segment_code(code: &str) -> bool {
    is_code(code) && !ADDRESSES.contains(&code)
}

/// What stands on a segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Segments whose rule names it, by code and name; without archived ones.
    pub segments: Vec<(String, String)>,
    /// Tags that follow it, by code.
    pub tags: Vec<String>,
    /// Communities into which it is invited, by code and name; without archived ones.
    pub communities: Vec<(String, String)>,
}

pub async fn uses_of(app: &App, actor: &Actor, code: &str) -> Result<Uses, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let all = segments_in_tx(&mut tx).await?;
    if all.iter().all(|one| one.code != code) {
        return Err(SegmentError::NoSegment);
    }
    let segments = standing_on(&all, code).map(|one| (one.code.clone(), one.newest.name.clone())).collect();
    let tags = followed(&mut tx).await?.into_iter().filter(|(_, segment)| segment == code);
    let tags = tags.map(|(tag, _)| tag).collect();
    let invited = communities::list(&mut tx).await?.into_iter();
    let invited = invited.filter(|one| one.segment == code && one.archived_at.is_none());
    Ok(Uses { segments, tags, communities: invited.map(|one| (one.code, one.name)).collect() })
}

fn standing_on<'s>(all: &'s [Segment], code: &'s str) -> impl Iterator<Item = &'s Segment> {
    all.iter().filter(move |one| one.archived_at.is_none() && reads(&one.newest.rule).segments.contains(code))
}

pub async fn create_segment(
    app: &App,
    actor: &Actor,
    code: &str,
    settings: SegmentSettings,
    once: &Once<'_, Segment>,
) -> Result<Segment, SegmentError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    once.claim::<SegmentError>(app, &mut tx).await?;
    let segment = create_in_tx(app, &mut tx, actor, code, settings).await?;
    once.keep(&mut tx, &segment).await?;
    tx.commit().await?;
    Ok(segment)
}

pub(crate) async fn create_in_tx(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    code: &str,
    settings: SegmentSettings,
) -> Result<Segment, SegmentError> {
    if !is_segment_code(code) {
        let allowed = "a to z, 0 to 9 and _, 1 to 40, a letter first; not new or preview";
        return Err(SegmentError::field("code", allowed));
    }
    if segments_in_tx(tx).await?.len() >= SEGMENTS_MAX {
        return Err(SegmentError::field("code", "a workspace has at most 500 segments"));
    }
    let newest = checked(tx, app, actor, code, settings, 1).await?;
    let row = SegmentRow {
        code: code.to_owned(),
        archived_at: None,
        created_by: actor.name().to_owned(),
        created_at: app.clock.now(),
        newest,
    };
    if !table::insert(tx, &row).await? {
        return Err(SegmentError::Taken);
    }
    sequences::reserve(tx, sequences::SEGMENTS, 1).await?;
    let segment = segment_of(row)?;
    let mut detail = json!({ "version": 1 });
    tell_difference(&mut detail, &[], &clauses(&segment.newest.rule));
    audit::append(app, tx, actor, "segment.created", code, detail).await?;
    Ok(segment)
}

/// Adds a version, if `expected_version` is still the newest; where nothing is different, none. Earlier ones are kept.
pub async fn update_segment(
    app: &App,
    actor: &Actor,
    code: &str,
    expected_version: i64,
    settings: SegmentSettings,
) -> Result<Segment, SegmentError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    refuse_kept(&mut tx, code).await?;
    let segment = update_in_tx(app, &mut tx, actor, code, expected_version, settings).await?;
    tx.commit().await?;
    Ok(segment)
}

/// [`update_segment`], also of one that nobody changes by hand.
pub(crate) async fn update_in_tx(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    code: &str,
    expected_version: i64,
    settings: SegmentSettings,
) -> Result<Segment, SegmentError> {
    let before = segment_of(table::get(tx, code).await?.ok_or(SegmentError::NoSegment)?)?;
    require_tags(tx, actor, code).await?;
    if before.newest.version != expected_version {
        return Err(SegmentError::VersionConflict);
    }
    let row = checked(tx, app, actor, code, settings, expected_version).await?;
    let newest = version_of(code, VersionRow { version: expected_version + 1, ..row.clone() })?;
    let was = &before.newest;
    if (&newest.name, &newest.description, &newest.rule) == (&was.name, &was.description, &was.rule) {
        return Ok(before);
    }
    if !table::advance(tx, code, &row).await? {
        return Err(SegmentError::VersionConflict);
    }
    sequences::reserve(tx, sequences::SEGMENTS, 1).await?;
    let mut detail = json!({ "version": newest.version });
    tell_difference(&mut detail, &clauses(&was.rule), &clauses(&newest.rule));
    audit::append(app, tx, actor, "segment.updated", code, detail).await?;
    Ok(Segment { newest, ..before })
}

/// Archives a segment that no other stands on, or takes it back where its rule can still be used; nothing happens where
/// it is so already.
pub async fn set_segment_archived(
    app: &App,
    actor: &Actor,
    code: &str,
    is_archived: bool,
) -> Result<Segment, SegmentError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    let known = table::get(&mut tx, code).await?.ok_or(SegmentError::NoSegment)?;
    if known.archived_at.is_some() != is_archived {
        refuse_kept(&mut tx, code).await?;
    }
    let segment = set_archived_in_tx(app, &mut tx, actor, code, is_archived).await?;
    tx.commit().await?;
    Ok(segment)
}

/// [`set_segment_archived`], also of one that nobody changes by hand.
pub(crate) async fn set_archived_in_tx(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    code: &str,
    is_archived: bool,
) -> Result<Segment, SegmentError> {
    let all = segments_in_tx(tx).await?;
    let segment = all.iter().find(|one| one.code == code).cloned().ok_or(SegmentError::NoSegment)?;
    if segment.archived_at.is_some() == is_archived {
        return Ok(segment);
    }
    require_tags(tx, actor, code).await?;
    if is_archived {
        let others: Vec<String> = standing_on(&all, code).map(|one| one.code.clone()).collect();
        if !others.is_empty() {
            return Err(SegmentError::StoodOn(others));
        }
    } else {
        let wrong = problems(&segment.newest.rule, &catalogue_in_tx(tx).await?);
        if !wrong.is_empty() {
            return Err(SegmentError::Rule(wrong.into_iter().map(of_json).collect()));
        }
    }
    if is_archived {
        break_off(app, tx, code).await?;
    }
    let archived_at = is_archived.then(|| app.clock.now());
    table::set_archived(tx, code, archived_at).await?;
    sequences::reserve(tx, sequences::SEGMENTS, 1).await?;
    let action = if is_archived { "segment.archived" } else { "segment.restored" };
    audit::append(app, tx, actor, action, code, json!({})).await?;
    Ok(Segment { archived_at, ..segment })
}

/// A stage is changed with all others of its layer, and whoever is overdue with the promise of contact.
async fn refuse_kept(tx: &mut ReadTx<'_>, code: &str) -> Result<(), SegmentError> {
    if let Some(layer) = layers::of_segment(tx, code).await? {
        return Err(SegmentError::Stage(layer));
    }
    match key_customers::promise_of_overdue(tx, code).await? {
        Some(segment) => Err(SegmentError::Promised(segment)),
        None => Ok(()),
    }
}

/// The row of a version that can be saved, or all that is wrong with it.
async fn checked(
    tx: &mut WriteTx<'_>,
    app: &App,
    actor: &Actor,
    code: &str,
    settings: SegmentSettings,
    version: i64,
) -> Result<VersionRow, SegmentError> {
    let (name, description) = (settings.name.trim(), settings.description.trim());
    let mut errors = Vec::new();
    if !is_name(name) {
        errors.push(FieldError { field: "name", allowed: "1 to 60 characters" });
    }
    if description.chars().count() > DESCRIPTION_CHARACTERS_MAX {
        errors.push(FieldError { field: "description", allowed: "up to 1000 characters" });
    }
    if !errors.is_empty() {
        return Err(SegmentError::Invalid(errors));
    }
    let rule = usable(&settings.rule, &catalogue_in_tx(tx).await?)?;
    let others: BTreeMap<String, Rule> =
        segments_in_tx(tx).await?.into_iter().map(|one| (one.code, one.newest.rule)).collect();
    refuse_circle(tx, code, &rule).await?;
    if let Some(circle) = circle_problem(code, &rule, &others) {
        return Err(SegmentError::Rule(vec![of_json(circle)]));
    }
    Ok(VersionRow {
        version,
        name: name.to_owned(),
        description: description.to_owned(),
        rule: json::canonical(&rule),
        digest: digest(&rule).hex(),
        changed_by: actor.name().to_owned(),
        changed_at: app.clock.now(),
    })
}

/// The parts of a rule that all must hold, as text.
pub(crate) fn clauses(rule: &Rule) -> Vec<String> {
    match rule {
        Tree::All(parts) => parts.iter().map(print).collect(),
        one => vec![print(one)],
    }
}

pub(crate) fn tell_difference(detail: &mut Value, before: &[String], after: &[String]) {
    for (key, these, others) in [("removed", before, after), ("added", after, before)] {
        let others: BTreeSet<&String> = others.iter().collect();
        let told: Vec<String> = these
            .iter()
            .filter(|one| !others.contains(one))
            .take(CLAUSES_TOLD_MAX)
            .map(|one| one.chars().take(CLAUSE_CHARACTERS_MAX).collect())
            .collect();
        if !told.is_empty() {
            detail[key] = told.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::rules::text::parse;

    #[test]
    fn the_audit_log_says_which_clauses_changed() {
        let rule = |text: &str| clauses(&parse(text).unwrap().rule);
        let mut detail = json!({});
        tell_difference(&mut detail, &rule("age >= 18 and has tag vip"), &rule("age >= 21 and has tag vip"));
        assert_eq!(detail, json!({ "removed": ["age >= 18"], "added": ["age >= 21"] }));
        let mut detail = json!({});
        tell_difference(&mut detail, &rule("has tag vip"), &rule("has tag vip"));
        assert_eq!(detail, json!({}));
    }
}
