//! Tags that follow a segment: whoever is in it has the tag, and nobody else.
//!
//! Invariants: such a tag is set and removed by its rule alone, each time with the version of the rule; its group lets a customer
//! have several of its tags, for two rules may hold of one customer; what decides a tag never looks at that tag.

use super::error::SegmentError;
use super::read::ReadProblem;
use super::register::segments_in_tx;
use crate::access::{Actor, require};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::rules::{Rule, reads};
use perennial_store::automatic_tags as table;
pub use perennial_store::automatic_tags::AutomaticTagRow as AutomaticTag;
use perennial_store::{ReadTx, StoreError, clusters, tags};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// By tag.
pub async fn list_automatic_tags(app: &App, actor: &Actor) -> Result<Vec<AutomaticTag>, SegmentError> {
    require(actor, Right::CustomersRead)?;
    Ok(table::all(&mut app.store.read().await?).await?)
}

/// From now on the tag follows the segment. Who has it by hand and is not in the segment loses it.
pub async fn put_automatic_tag(
    app: &App,
    actor: &Actor,
    tag: &str,
    segment: &str,
) -> Result<AutomaticTag, SegmentError> {
    require(actor, Right::TagsManage)?;
    let mut tx = app.store.write().await?;
    let known = tags::get(&mut tx, tag).await?.ok_or(SegmentError::NoTag)?;
    let group = tags::group(&mut tx, &known.group_code).await?.ok_or(SegmentError::NoTag)?;
    if known.archived_at.is_some() || group.archived_at.is_some() {
        return Err(SegmentError::NoTag);
    }
    if group.is_exclusive {
        return Err(SegmentError::field(
            "tag",
            "a tag of a group that is not exclusive: two rules may hold of one customer",
        ));
    }
    if clusters::is_kept_tag(&mut tx, tag).await? {
        return Err(SegmentError::field("tag", "a tag that no clustering keeps: that one sets and removes it"));
    }
    let all = segments_in_tx(&mut tx).await?;
    let found = all.iter().find(|one| one.code == segment && one.archived_at.is_none());
    let rule = found.map(|one| one.newest.rule.clone()).ok_or(SegmentError::NoSegment)?;
    let row = AutomaticTag {
        tag: tag.to_owned(),
        segment: segment.to_owned(),
        created_by: actor.name().to_owned(),
        created_at: app.clock.now(),
    };
    table::put(&mut tx, &row).await?;
    refuse_circle(&mut tx, segment, &rule).await?;
    audit::append(app, &mut tx, actor, "tag.follows_segment", tag, json!({ "segment": segment })).await?;
    tx.commit().await?;
    Ok(row)
}

/// The tag is set by hand again; who has it keeps it.
pub async fn remove_automatic_tag(app: &App, actor: &Actor, tag: &str) -> Result<(), SegmentError> {
    require(actor, Right::TagsManage)?;
    let mut tx = app.store.write().await?;
    if !table::remove(&mut tx, tag).await? {
        return Err(SegmentError::NoTag);
    }
    audit::append(app, &mut tx, actor, "tag.follows_nothing", tag, json!({})).await?;
    Ok(tx.commit().await?)
}

/// The segment that each of these tags follows. An archived segment decides nothing: its tags are set by hand meanwhile.
pub(crate) async fn followed(tx: &mut ReadTx<'_>) -> Result<BTreeMap<String, String>, StoreError> {
    let rows = table::all(tx).await?;
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let segments = segments_in_tx(tx).await?.into_iter();
    let standing: BTreeSet<String> = segments.filter(|one| one.archived_at.is_none()).map(|one| one.code).collect();
    Ok(rows.into_iter().filter(|row| standing.contains(&row.segment)).map(|row| (row.tag, row.segment)).collect())
}

/// Whoever changes a segment that a tag follows changes that tag of everybody.
pub(super) async fn require_tags(tx: &mut ReadTx<'_>, actor: &Actor, code: &str) -> Result<(), SegmentError> {
    Following::load(tx).await?.require_tags(actor, code)
}

/// Whether a segment with this rule would decide a tag that it looks at itself, also by way of other segments and tags.
pub(super) async fn refuse_circle(tx: &mut ReadTx<'_>, code: &str, rule: &Rule) -> Result<(), SegmentError> {
    let mut rules: BTreeMap<String, Rule> =
        segments_in_tx(tx).await?.into_iter().map(|one| (one.code, one.newest.rule)).collect();
    rules.insert(code.to_owned(), rule.clone());
    Following::load(tx).await?.refuse_circle(code, &rules)
}

/// Which tags follow which segments, for whoever changes several segments.
pub(crate) struct Following {
    /// Segments that a tag follows, the archived ones too.
    segments: BTreeSet<String>,
    /// By tag, without archived segments.
    followed: BTreeMap<String, String>,
    /// Groups of tags, where any tag follows a segment.
    groups: BTreeMap<String, String>,
}

impl Following {
    pub async fn load(tx: &mut ReadTx<'_>) -> Result<Self, StoreError> {
        let segments = table::all(tx).await?.into_iter().map(|row| row.segment).collect();
        let followed = followed(tx).await?;
        let tags = if followed.is_empty() { Vec::new() } else { tags::all(tx).await? };
        let groups = tags.into_iter().map(|row| (row.code, row.group_code)).collect();
        Ok(Self { segments, followed, groups })
    }

    /// [`require_tags`].
    pub fn require_tags(&self, actor: &Actor, code: &str) -> Result<(), SegmentError> {
        if self.segments.contains(code) {
            require(actor, Right::TagsManage)?;
        }
        Ok(())
    }

    /// [`refuse_circle`] where all segments have these rules.
    pub fn refuse_circle(&self, code: &str, rules: &BTreeMap<String, Rule>) -> Result<(), SegmentError> {
        if self.followed.is_empty() {
            return Ok(());
        }
        let mut open = vec![code.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(segment) = open.pop() {
            let Some(read) = rules.get(&segment).map(reads) else { continue };
            let own = |tag: &String| self.groups.get(tag).is_some_and(|group| read.tag_groups.contains(group));
            let by_tags = self.followed.iter().filter(|(tag, _)| read.tags.contains(*tag) || own(tag));
            for (tag, next) in by_tags {
                if next == code {
                    let message = format!("the tag `{tag}` follows this segment, which looks at it");
                    return Err(SegmentError::Rule(vec![ReadProblem {
                        pointer: Some(String::new()),
                        span: None,
                        message,
                    }]));
                }
                if seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
            for next in read.segments {
                if seen.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        Ok(())
    }
}
