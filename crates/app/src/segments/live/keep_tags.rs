//! Tags that follow a segment are set and removed.
//!
//! It is not moves that are followed but what is: whoever is in the segment and has not the tag gets it, and the other way
//! round. So nothing is lost when a server is stopped between the two, and nothing is done twice.

use super::super::automatic::followed;
use super::super::error::SegmentError;
use super::super::register::segments_in_tx;
use super::Live;
use crate::App;
use crate::access::Actor;
use crate::access::idempotency::Once;
use crate::tags::{TagChange, Whom, change_tags};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rules::{Clause, Has, Tree};
use perennial_domain::tag::CUSTOMERS_PER_CHANGE_MAX;
use perennial_index::Set;
use perennial_store::{ReadTx, tags};
use std::collections::{BTreeMap, BTreeSet};

/// By whom such tags are set and removed.
pub(crate) const RULES: Actor = Actor::System("rules");
const SURFACE: &str = "rule";

/// Called behind a round that followed all that there was; how many customers' tags were changed.
///
/// # Errors
/// Of the store. What was done so far is kept; the next call does the rest.
pub async fn keep_tags(app: &App, live: &Live) -> Result<usize, SegmentError> {
    let mut tx = app.store.read().await?;
    let followed = followed(&mut tx).await?;
    let open = open_tags(&mut tx).await?;
    let followed: BTreeMap<String, String> = followed.into_iter().filter(|(tag, _)| open.contains(tag)).collect();
    if followed.is_empty() {
        return Ok(0);
    }
    let versions: BTreeMap<String, i64> =
        segments_in_tx(&mut tx).await?.into_iter().map(|one| (one.code, one.newest.version)).collect();
    drop(tx);
    let mut changed = 0;
    for (tag, segment) in followed {
        let has = Tree::Leaf(Clause::Has(Has::Tag(tag.clone())));
        let sets = live.with(app.clock.now(), |kept| {
            let members = kept.index.members(&segment)?;
            let tagged = kept.index.who(&has).ok()?;
            Some((members - &tagged, &tagged - members))
        })?;
        // An archived segment decides nothing.
        let Some((without, with)) = sets else { continue };
        let version = versions.get(&segment).copied().unwrap_or_default();
        let note = Some(format!("{segment} v{version}"));
        let surface = Some(SURFACE.to_owned());
        let set =
            TagChange { set: vec![tag.clone()], note: note.clone(), surface: surface.clone(), ..TagChange::default() };
        let remove = TagChange { remove: vec![tag], note, surface, ..TagChange::default() };
        for (customers, wanted) in [(&without, &set), (&with, &remove)] {
            match change(app, customers, wanted).await {
                Ok(some) => changed += some,
                Err(error) => tracing::warn!(%error, "a tag that follows a segment could not be changed"),
            }
        }
    }
    Ok(changed)
}

async fn change(app: &App, customers: &Set, change: &TagChange) -> Result<usize, SegmentError> {
    let numbers: Vec<CustomerNumber> = customers.iter().map(CustomerNumber).collect();
    let mut changed = 0;
    for some in numbers.chunks(CUSTOMERS_PER_CHANGE_MAX) {
        changed += change_tags(app, &RULES, &Whom::Many(some.to_vec()), change, &Once::unkeyed()).await?.changed;
    }
    Ok(changed)
}

/// Tags that can be set: not archived since, and of groups in which a customer may have several.
async fn open_tags(tx: &mut ReadTx<'_>) -> Result<BTreeSet<String>, SegmentError> {
    let groups = tags::groups(tx).await?.into_iter();
    let open: BTreeSet<String> =
        groups.filter(|group| group.archived_at.is_none() && !group.is_exclusive).map(|group| group.code).collect();
    let all = tags::all(tx).await?.into_iter();
    let standing = all.filter(|tag| tag.archived_at.is_none() && open.contains(&tag.group_code));
    Ok(standing.map(|tag| tag.code).collect())
}
