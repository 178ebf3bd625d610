//! Communities: segments' members who were invited into groups, and who of them has joined.
//!
//! Tables: `communities`; `community_groups`, numbered from 1 without gaps; `community_invitations`, of a profile one in each community;
//! `community_joins`, the latest signs of a profile and a group, also of profiles that were not invited. Invariants: a community and a
//! group are changed by who knows their version; no two groups have the same code; signs only move on.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Binder, Row};
use perennial_domain::community::Signs;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommunityRow {
    pub code: String,
    pub name: String,
    /// By code.
    pub segment: String,
    pub size_max: i64,
    /// By code; none: whoever is in the segment.
    pub purpose: Option<String>,
    pub archived_at: Option<Instant>,
    pub version: i64,
    pub created_by: String,
    pub created_at: Instant,
    pub changed_by: String,
    pub changed_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRow {
    pub community: String,
    pub number: i64,
    pub code: String,
    pub link: Option<String>,
    /// The id of a user.
    pub owner: Option<String>,
    pub version: i64,
    pub created_at: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRow {
    /// The customer that the profile is part of, where a community was asked for; else the profile.
    pub customer_number: i64,
    pub community: String,
    pub part_number: i64,
    pub group_number: i64,
    pub invited_at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinRow {
    /// As of [`InvitationRow`].
    pub customer_number: i64,
    pub community: String,
    pub group_number: i64,
    pub part_number: i64,
    pub signs: Signs,
}

/// In version 1; false where the code is taken.
pub async fn insert(tx: &mut WriteTx<'_>, row: &CommunityRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        (&row.name).into(),
        (&row.segment).into(),
        row.size_max.into(),
        (&row.purpose).into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    Ok(exec::execute(tx, "communities.insert", binds).await? == 1)
}

/// By code.
pub async fn list(tx: &mut ReadTx<'_>) -> Result<Vec<CommunityRow>> {
    exec::all(tx, "communities.list", vec![], read).await
}

pub async fn get(tx: &mut ReadTx<'_>, code: &str) -> Result<Option<CommunityRow>> {
    exec::optional(tx, "communities.get", vec![code.into()], read).await
}

/// Name and whether it is archived, of the version in `row`; false where that is not the stored one any more.
pub async fn update(tx: &mut WriteTx<'_>, row: &CommunityRow) -> Result<bool> {
    let binds = vec![
        (&row.code).into(),
        row.version.into(),
        (&row.name).into(),
        row.archived_at.into(),
        (&row.changed_by).into(),
        row.changed_at.into(),
    ];
    Ok(exec::execute(tx, "communities.update", binds).await? == 1)
}

/// Whoever invites into a community does so alone, until the caller's transaction ends. False where there is none.
pub async fn lock(tx: &mut WriteTx<'_>, code: &str) -> Result<bool> {
    Ok(exec::execute(tx, "communities.lock", vec![code.into()]).await? == 1)
}

/// In version 1, without link and owner; false where another group has one of their codes.
pub async fn add_groups(tx: &mut WriteTx<'_>, rows: &[GroupRow]) -> Result<bool> {
    let added = exec::bulk(tx, "communities.add_groups", rows, |row, binder| {
        binder.text(&row.community);
        binder.i64(row.number);
        binder.text(&row.code);
        binder.i64(1);
        binder.i64(row.created_at.0);
    })
    .await?;
    Ok(added == rows.len() as u64)
}

/// Communities with how many groups they have.
pub async fn count_groups(tx: &mut ReadTx<'_>) -> Result<Vec<(String, i64)>> {
    exec::all(tx, "communities.count_groups", vec![], |row| Ok((row.text(0)?, row.i64(1)?))).await
}

/// By number.
pub async fn groups(tx: &mut ReadTx<'_>, community: &str) -> Result<Vec<GroupRow>> {
    exec::all(tx, "communities.groups", vec![community.into()], read_group).await
}

/// In no particular order.
pub async fn groups_by_code(tx: &mut ReadTx<'_>, codes: &[String]) -> Result<Vec<GroupRow>> {
    exec::lookup(tx, "communities.groups_by_code", &[], codes, |code, binder| binder.text(code), read_group).await
}

/// Code, link and owner, of the version in `row`; false where that is not the stored one any more. That no other group has the code
/// is for the caller to see to.
pub async fn update_group(tx: &mut WriteTx<'_>, row: &GroupRow) -> Result<bool> {
    let binds = vec![
        (&row.community).into(),
        row.number.into(),
        row.version.into(),
        (&row.code).into(),
        (&row.link).into(),
        (&row.owner).into(),
    ];
    Ok(exec::execute(tx, "communities.update_group", binds).await? == 1)
}

/// Profiles that were not invited into the community before.
pub async fn invite(tx: &mut WriteTx<'_>, rows: &[InvitationRow]) -> Result<()> {
    let invited = exec::bulk(tx, "communities.invite", rows, |row, binder| {
        binder.text(&row.community);
        binder.i64(row.part_number);
        binder.i64(row.group_number);
        binder.i64(row.invited_at);
    })
    .await?;
    exec::expect_rows("communities.invite", rows.len(), invited)
}

/// By profile.
pub async fn invitations(tx: &mut ReadTx<'_>, community: &str) -> Result<Vec<InvitationRow>> {
    exec::all(tx, "communities.invitations", vec![community.into()], read_invitation).await
}

/// Of all communities, by community and profile.
pub async fn invitations_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<InvitationRow>> {
    let found = exec::lookup(tx, "communities.invitations_of_parts", &[], parts, bind_part, read_invitation);
    let mut rows = found.await?;
    rows.sort_by(|one, other| (&one.community, one.part_number).cmp(&(&other.community, other.part_number)));
    Ok(rows)
}

/// Of what is known already and of what `rows` say, the later stays. A profile and a group may stand only once in `rows`.
pub async fn note_joins(tx: &mut WriteTx<'_>, rows: &[JoinRow]) -> Result<()> {
    exec::bulk(tx, "communities.note_joins", rows, |row, binder| {
        binder.text(&row.community);
        binder.i64(row.group_number);
        binder.i64(row.part_number);
        binder.opt_i64(row.signs.joined_at);
        binder.opt_i64(row.signs.left_at);
        binder.opt_i64(row.signs.marked_at);
        binder.opt_i64(row.signs.unmarked_at);
    })
    .await
    .map(|_| ())
}

/// By group and profile.
pub async fn joins(tx: &mut ReadTx<'_>, community: &str) -> Result<Vec<JoinRow>> {
    exec::all(tx, "communities.joins", vec![community.into()], read_join).await
}

/// Of all communities, by community, group and profile.
pub async fn joins_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<JoinRow>> {
    let mut rows = exec::lookup(tx, "communities.joins_of_parts", &[], parts, bind_part, read_join).await?;
    let key = |row: &JoinRow| (row.community.clone(), row.group_number, row.part_number);
    rows.sort_by_key(key);
    Ok(rows)
}

/// Invitations and joins; returns how many there were of each.
pub async fn remove_of_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<(u64, u64)> {
    let invitations = exec::bulk(tx, "communities.remove_invitations", parts, bind_part).await?;
    let joins = exec::bulk(tx, "communities.remove_joins", parts, bind_part).await?;
    Ok((invitations, joins))
}

fn bind_part(part: &i64, binder: &mut Binder) {
    binder.i64(*part);
}

fn read(row: &Row<'_>) -> Result<CommunityRow> {
    Ok(CommunityRow {
        code: row.text(0)?,
        name: row.text(1)?,
        segment: row.text(2)?,
        size_max: row.i64(3)?,
        purpose: row.opt_text(4)?,
        archived_at: row.opt_instant(5)?,
        version: row.i64(6)?,
        created_by: row.text(7)?,
        created_at: row.instant(8)?,
        changed_by: row.text(9)?,
        changed_at: row.instant(10)?,
    })
}

fn read_group(row: &Row<'_>) -> Result<GroupRow> {
    Ok(GroupRow {
        community: row.text(0)?,
        number: row.i64(1)?,
        code: row.text(2)?,
        link: row.opt_text(3)?,
        owner: row.opt_text(4)?,
        version: row.i64(5)?,
        created_at: row.instant(6)?,
    })
}

fn read_invitation(row: &Row<'_>) -> Result<InvitationRow> {
    Ok(InvitationRow {
        customer_number: row.i64(0)?,
        community: row.text(1)?,
        part_number: row.i64(2)?,
        group_number: row.i64(3)?,
        invited_at: row.i64(4)?,
    })
}

fn read_join(row: &Row<'_>) -> Result<JoinRow> {
    Ok(JoinRow {
        customer_number: row.i64(0)?,
        community: row.text(1)?,
        group_number: row.i64(2)?,
        part_number: row.i64(3)?,
        signs: Signs {
            joined_at: row.opt_i64(4)?,
            left_at: row.opt_i64(5)?,
            marked_at: row.opt_i64(6)?,
            unmarked_at: row.opt_i64(7)?,
        },
    })
}
