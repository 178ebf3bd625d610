//! Members of a segment are shared out over groups: first all of them, later those who came since.
//!
//! The order is that of the customers' numbers, the longest known first: of the first sharing out the first group has the first of them,
//! and so on; later each group gets its own in the order of groups. So the same members give the same groups.

use super::CommunityError;
use super::register::{Community, community_in_tx, row_in_tx};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::segments::live::{Live, granted_to, segment_sets};
use crate::segments::segments_in_tx;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::community::{
    COMMUNITIES_MAX, Filled, GROUPS_ALLOWED, GROUPS_MAX, SIZE_ALLOWED, check, fill, group_code, is_size, split,
};
use perennial_domain::time::Instant;
use perennial_store::communities::{self as table, CommunityRow, GroupRow, InvitationRow};
use perennial_store::{ReadTx, Scope, StoreError, WriteTx, customers, journal};
use serde_json::json;
use std::collections::HashSet;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCommunity {
    /// It stays, and so do all but the name.
    pub code: String,
    pub name: String,
    /// By code.
    pub segment: String,
    pub size_max: i64,
    /// By code: only who agreed to it is invited.
    pub purpose: Option<String>,
}

/// How a segment would be shared out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub members: usize,
    /// Of those so many did not agree to the purpose, and are not among the members.
    pub without_consent: usize,
    /// How many are in each group.
    pub groups: Vec<usize>,
    pub as_of: Instant,
}

/// Where those would go who were not invited yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopUp {
    pub members: usize,
    /// Groups that there are and that get some.
    pub added: Vec<AddedTo>,
    /// Sizes of new groups.
    pub new: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedTo {
    /// The number of the group.
    pub group: i64,
    pub members: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToppedUp {
    pub invited: usize,
    pub new_groups: usize,
    pub community: Community,
}

/// Who may be invited, by number.
struct Members {
    numbers: Vec<i64>,
    without_consent: usize,
    as_of: Instant,
}

async fn members(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    segment: &str,
    purpose: Option<&str>,
) -> Result<Members, CommunityError> {
    let found = segment_sets(app, live, actor, &[segment]).await?;
    let all = found.sets.into_iter().next().unwrap_or_default();
    let invited = match purpose {
        Some(purpose) => &all & &granted_to(app, live, actor, purpose).await?,
        None => all.clone(),
    };
    let without_consent = usize::try_from(all.len() - invited.len()).unwrap_or(usize::MAX);
    Ok(Members { numbers: invited.iter().map(i64::from).collect(), without_consent, as_of: found.as_of })
}

/// Whether it is archived; `None` where there is none.
async fn is_archived(tx: &mut ReadTx<'_>, segment: &str) -> Result<Option<bool>, StoreError> {
    let found = segments_in_tx(tx).await?.into_iter().find(|one| one.code == segment);
    Ok(found.map(|one| one.archived_at.is_some()))
}

/// How many groups a segment needs, and how many would be in each.
pub async fn preview_community(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    segment: &str,
    size_max: i64,
    purpose: Option<&str>,
) -> Result<Preview, CommunityError> {
    require(actor, Right::SegmentsManage)?;
    let size = usize::try_from(size_max).ok().filter(|_| is_size(size_max));
    let size = size.ok_or_else(|| CommunityError::field("size_max", SIZE_ALLOWED))?;
    match is_archived(&mut app.store.read().await?, segment).await? {
        None => return Err(CommunityError::NoSegment),
        Some(true) => return Err(CommunityError::SegmentArchived),
        Some(false) => {}
    }
    let found = members(app, live, actor, segment, purpose).await?;
    let groups = split(found.numbers.len(), size);
    if groups.len() > GROUPS_MAX {
        return Err(CommunityError::field("size_max", GROUPS_ALLOWED));
    }
    Ok(Preview { members: found.numbers.len(), without_consent: found.without_consent, groups, as_of: found.as_of })
}

/// Makes a community: everybody who is in the segment now is invited into a group.
pub async fn create_community(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    new: NewCommunity,
    once: &Once<'_, Community>,
) -> Result<Community, CommunityError> {
    require(actor, Right::SegmentsManage)?;
    let errors = check(&new.code, &new.name, new.size_max);
    if !errors.is_empty() {
        return Err(CommunityError::Invalid(errors));
    }
    // Told before who is in it is worked out.
    refuse_segment(&mut app.store.read().await?, &new.segment).await?;
    let found = members(app, live, actor, &new.segment, new.purpose.as_deref()).await?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<CommunityError>(app, &mut tx).await?;
    journal::lock_applier(&mut tx).await?;
    refuse_segment(&mut tx, &new.segment).await?;
    if table::list(&mut tx).await?.len() >= COMMUNITIES_MAX {
        return Err(CommunityError::field("code", "a workspace has at most 500 communities"));
    }
    let row = CommunityRow {
        code: new.code,
        name: new.name.trim().to_owned(),
        segment: new.segment,
        size_max: new.size_max,
        purpose: new.purpose,
        archived_at: None,
        version: 1,
        created_by: actor.name().to_owned(),
        created_at: now,
        changed_by: actor.name().to_owned(),
        changed_at: now,
    };
    if !table::insert(&mut tx, &row).await? {
        return Err(CommunityError::Taken);
    }
    let (invited, groups) = invite(&mut tx, &row, &found.numbers, now).await?;
    if invited == 0 {
        let allowed = "the code of a segment with somebody who may be invited";
        return Err(CommunityError::field("segment", allowed));
    }
    let mut detail =
        json!({ "segment": row.segment, "size_max": row.size_max, "customers": invited, "groups": groups });
    if let Some(purpose) = &row.purpose {
        detail["purpose"] = json!(purpose);
    }
    audit::append(app, &mut tx, actor, "community.created", &row.code, detail).await?;
    let community = community_in_tx(&mut tx, actor.scope(), &row.code).await?;
    once.keep(&mut tx, &community).await?;
    tx.commit().await?;
    Ok(community)
}

async fn refuse_segment(tx: &mut ReadTx<'_>, segment: &str) -> Result<(), CommunityError> {
    match is_archived(tx, segment).await? {
        Some(false) => Ok(()),
        _ => Err(CommunityError::field("segment", "the code of a segment that is not archived")),
    }
}

/// Who is in the segment and was not invited yet, and which groups they would go into.
pub async fn preview_top_up(app: &App, live: &Arc<Live>, actor: &Actor, code: &str) -> Result<TopUp, CommunityError> {
    require(actor, Right::SegmentsManage)?;
    let row = open_row(&mut app.store.read().await?, code).await?;
    let found = members(app, live, actor, &row.segment, row.purpose.as_deref()).await?;
    let mut tx = app.store.read().await?;
    let plan = plan(&mut tx, &row, &found.numbers).await?;
    let added = plan.groups.iter().zip(&plan.filled.added).filter(|(_, members)| **members > 0);
    Ok(TopUp {
        members: plan.customers.len(),
        added: added.map(|(group, members)| AddedTo { group: group.number, members: *members }).collect(),
        new: plan.filled.new,
    })
}

/// Invites who came into the segment since. Nobody is invited twice, so that asking again does nothing more.
pub async fn top_up(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    code: &str,
    once: &Once<'_, ToppedUp>,
) -> Result<ToppedUp, CommunityError> {
    require(actor, Right::SegmentsManage)?;
    let row = open_row(&mut app.store.read().await?, code).await?;
    let found = members(app, live, actor, &row.segment, row.purpose.as_deref()).await?;
    let mut tx = app.store.write().await?;
    once.claim::<CommunityError>(app, &mut tx).await?;
    journal::lock_applier(&mut tx).await?;
    table::lock(&mut tx, code).await?;
    let row = open_row(&mut tx, code).await?;
    let (invited, new_groups) = invite(&mut tx, &row, &found.numbers, app.clock.now()).await?;
    if invited > 0 {
        let detail = json!({ "customers": invited, "groups": new_groups });
        audit::append(app, &mut tx, actor, "community.topped_up", code, detail).await?;
    }
    let community = community_in_tx(&mut tx, actor.scope(), code).await?;
    let done = ToppedUp { invited, new_groups, community };
    once.keep(&mut tx, &done).await?;
    tx.commit().await?;
    Ok(done)
}

/// A community into which somebody may be invited.
async fn open_row(tx: &mut ReadTx<'_>, code: &str) -> Result<CommunityRow, CommunityError> {
    let row = row_in_tx(tx, code).await?;
    if row.archived_at.is_some() {
        return Err(CommunityError::Archived);
    }
    if is_archived(tx, &row.segment).await? != Some(false) {
        return Err(CommunityError::SegmentArchived);
    }
    Ok(row)
}

struct Plan {
    groups: Vec<GroupRow>,
    /// Who was not invited yet, by number.
    customers: Vec<i64>,
    filled: Filled,
}

/// Of these members. Whoever was erased or merged meanwhile is left out; a group is as full as it has invitations, those of merged
/// profiles counted, so that parting them does not make it too large.
async fn plan(tx: &mut ReadTx<'_>, row: &CommunityRow, members: &[i64]) -> Result<Plan, CommunityError> {
    let groups = table::groups(tx, &row.code).await?;
    let mut held = vec![0; groups.len()];
    let mut invited = HashSet::new();
    for one in table::invitations(tx, &row.code).await? {
        invited.insert(one.customer_number);
        // Numbers have no gaps.
        if let Some(held) = usize::try_from(one.group_number - 1).ok().and_then(|place| held.get_mut(place)) {
            *held += 1;
        }
    }
    let mut customers = customers::among(tx, &Scope::Everyone, members).await?;
    customers.retain(|number| !invited.contains(number));
    customers.sort_unstable();
    let size_max = usize::try_from(row.size_max).unwrap_or(usize::MAX);
    let filled = fill(&held, customers.len(), size_max);
    if groups.len() + filled.new.len() > GROUPS_MAX {
        return Err(CommunityError::field("size_max", GROUPS_ALLOWED));
    }
    Ok(Plan { groups, customers, filled })
}

/// How many were invited, and how many groups were made for that.
async fn invite(
    tx: &mut WriteTx<'_>,
    row: &CommunityRow,
    members: &[i64],
    now: Instant,
) -> Result<(usize, usize), CommunityError> {
    let Plan { groups, customers, filled } = plan(tx, row, members).await?;
    let last = groups.last().map_or(0, |group| group.number);
    let new: Vec<GroupRow> = (last + 1..)
        .take(filled.new.len())
        .map(|number| GroupRow {
            community: row.code.clone(),
            number,
            code: group_code(&row.code, number),
            link: None,
            owner: None,
            version: 1,
            created_at: now,
        })
        .collect();
    if !table::add_groups(tx, &new).await? {
        return Err(CommunityError::GroupTaken);
    }
    let sizes = filled.added.iter().chain(&filled.new);
    let places =
        groups.iter().chain(&new).zip(sizes).flat_map(|(group, size)| std::iter::repeat_n(group.number, *size));
    let rows: Vec<InvitationRow> = customers
        .iter()
        .zip(places)
        .map(|(customer, group_number)| InvitationRow {
            customer_number: *customer,
            community: row.code.clone(),
            part_number: *customer,
            group_number,
            invited_at: now.0,
        })
        .collect();
    table::invite(tx, &rows).await?;
    Ok((rows.len(), new.len()))
}
