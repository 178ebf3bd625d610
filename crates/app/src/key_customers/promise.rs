//! Promises of contact, each with its segment of those overdue.

use super::KeyCustomerError;
use crate::access::{Actor, may_look_after, require};
use crate::segments::{
    RuleText, Segment, SegmentSettings, create_in_tx, segments_in_tx, set_archived_in_tx, update_in_tx,
};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::key_customers::{check, is_overdue_rule, overdue_code, overdue_rule};
use perennial_domain::rules::json;
use perennial_domain::time::Instant;
use perennial_store::access::{self, UserRow};
use perennial_store::key_customers::{self as table, PromiseRow};
use perennial_store::{ReadTx, StoreError, WriteTx, layers};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Of a segment's name.
const NAME_CHARACTERS_MAX: usize = 60;
const OVERDUE: &str = " – overdue";

/// A user who looks after customers, by the name of now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub user_id: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    pub segment: String,
    pub segment_name: String,
    /// Within which each is to be contacted.
    pub days: u32,
    /// In the order in which they were named; those too who cannot look after anybody any more.
    pub owners: Vec<Owner>,
    /// Ids of those.
    pub unable_owners: Vec<String>,
    pub overdue_segment: String,
    /// Grows by one with each change.
    pub version: i64,
    pub changed_by: String,
    pub changed_at: Instant,
}

/// A promise as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub segment: String,
    pub days: u32,
    /// Ids.
    pub owners: Vec<String>,
    pub overdue_segment: String,
    pub version: i64,
    pub changed_by: String,
    pub changed_at: Instant,
}

impl Kept {
    fn read(row: PromiseRow) -> Result<Self, StoreError> {
        let wrong = |column| StoreError::Inconsistency { table: "contact_promises", column, row: row.segment.clone() };
        Ok(Self {
            days: u32::try_from(row.days).map_err(|_| wrong("days"))?,
            owners: serde_json::from_str(&row.owners).map_err(|_| wrong("owners"))?,
            segment: row.segment,
            overdue_segment: row.overdue_segment,
            version: row.version,
            changed_by: row.changed_by,
            changed_at: row.changed_at,
        })
    }
}

pub(super) async fn promise_in_tx(tx: &mut ReadTx<'_>, segment: &str) -> Result<Option<Kept>, StoreError> {
    table::promise(tx, segment).await?.map(Kept::read).transpose()
}

/// By segment.
pub(super) async fn promises_in_tx(tx: &mut ReadTx<'_>) -> Result<Vec<Kept>, StoreError> {
    table::promises(tx).await?.into_iter().map(Kept::read).collect()
}

/// All users by their ids.
pub(crate) struct Users(BTreeMap<String, UserRow>);

impl Users {
    pub async fn load(tx: &mut ReadTx<'_>) -> Result<Self, StoreError> {
        Ok(Self(access::users(tx).await?.into_iter().map(|user| (user.id.clone(), user)).collect()))
    }

    pub fn owner(&self, id: &str) -> Owner {
        let name = self.0.get(id).map_or(id, |user| &user.name);
        Owner { user_id: id.to_owned(), name: name.to_owned() }
    }

    /// Whether somebody may look after those customers whom they see.
    pub fn is_able(&self, id: &str) -> bool {
        self.0.get(id).is_some_and(may_look_after)
    }

    /// By name.
    pub fn able(&self) -> Vec<Owner> {
        let able = self.0.values().filter(|user| may_look_after(user));
        let mut owners: Vec<Owner> = able.map(|user| self.owner(&user.id)).collect();
        owners.sort_by(|one, other| (&one.name, &one.user_id).cmp(&(&other.name, &other.user_id)));
        owners
    }

    fn told(&self, kept: Kept, segment_name: &str) -> Promise {
        Promise {
            segment_name: segment_name.to_owned(),
            unable_owners: kept.owners.iter().filter(|id| !self.is_able(id)).cloned().collect(),
            owners: kept.owners.iter().map(|id| self.owner(id)).collect(),
            segment: kept.segment,
            days: kept.days,
            overdue_segment: kept.overdue_segment,
            version: kept.version,
            changed_by: kept.changed_by,
            changed_at: kept.changed_at,
        }
    }
}

/// All promises by segment, and those who may be owners, by name.
pub async fn list_promises(app: &App, actor: &Actor) -> Result<(Vec<Promise>, Vec<Owner>), KeyCustomerError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let users = Users::load(&mut tx).await?;
    let promises = promises_in_tx(&mut tx).await?;
    let segments = if promises.is_empty() { Vec::new() } else { segments_in_tx(&mut tx).await? };
    let names: BTreeMap<String, String> = segments.into_iter().map(|one| (one.code, one.newest.name)).collect();
    let told = promises.into_iter().map(|kept| {
        let name = names.get(&kept.segment).unwrap_or(&kept.segment).clone();
        users.told(kept, &name)
    });
    Ok((told.collect(), users.able()))
}

/// The promise of a segment.
pub async fn get_promise(app: &App, actor: &Actor, segment: &str) -> Result<Promise, KeyCustomerError> {
    let (promises, _) = list_promises(app, actor).await?;
    promises.into_iter().find(|one| one.segment == segment).ok_or(KeyCustomerError::NoPromise)
}

/// Promises contact to those in a segment, or changes that. `version`: the one that is changed; none to make it. Where nothing is
/// different, nothing happens.
pub async fn put_promise(
    app: &App,
    actor: &Actor,
    segment: &str,
    version: Option<i64>,
    days: i64,
    owners: Vec<String>,
) -> Result<Promise, KeyCustomerError> {
    require(actor, Right::SegmentsManage)?;
    let errors = check(days, &owners);
    if !errors.is_empty() {
        return Err(KeyCustomerError::Invalid(errors));
    }
    let day_count = u32::try_from(days).map_err(|_| KeyCustomerError::Invalid(check(days, &owners)))?;
    let mut tx = app.store.write().await?;
    table::lock_promise(&mut tx, segment).await?;
    let all = segments_in_tx(&mut tx).await?;
    let known = all.iter().find(|one| one.code == segment).ok_or(KeyCustomerError::NoSegment)?;
    let before = promise_in_tx(&mut tx, segment).await?;
    refuse_version(version, before.as_ref())?;
    if known.archived_at.is_some() || table::promise_of_overdue(&mut tx, segment).await?.is_some() {
        let allowed = "the code of a segment that is not archived and does not say who is overdue itself";
        return Err(KeyCustomerError::field("segment", allowed));
    }
    let users = Users::load(&mut tx).await?;
    if owners.iter().any(|id| !users.is_able(id)) {
        return Err(KeyCustomerError::field("owners", "ids of active users who may write about customers"));
    }
    if let Some(before) = &before
        && (before.days, &before.owners) == (day_count, &owners)
    {
        return Ok(users.told(before.clone(), &known.newest.name));
    }
    let overdue = keep_overdue(app, &mut tx, actor, (known, &all), day_count).await?;
    let row = PromiseRow {
        segment: segment.to_owned(),
        days,
        owners: json!(owners).to_string(),
        overdue_segment: overdue,
        version: version.unwrap_or(0),
        changed_by: actor.name().to_owned(),
        changed_at: app.clock.now(),
    };
    let is_done = match version {
        None => table::insert_promise(&mut tx, &row).await?,
        Some(_) => table::replace_promise(&mut tx, &row).await?,
    };
    if !is_done {
        return Err(if version.is_none() { KeyCustomerError::Exists } else { KeyCustomerError::Changed });
    }
    let mut detail = json!({ "version": row.version + 1, "days": days, "owners": owners });
    if let Some(before) = &before {
        detail["before"] = json!({ "days": before.days, "owners": before.owners });
    }
    audit::append(app, &mut tx, actor, "contact_promise.put", segment, detail).await?;
    let kept = promise_in_tx(&mut tx, segment).await?.ok_or(KeyCustomerError::NoPromise)?;
    tx.commit().await?;
    Ok(users.told(kept, &known.newest.name))
}

fn refuse_version(version: Option<i64>, stored: Option<&Kept>) -> Result<(), KeyCustomerError> {
    match (version, stored) {
        (None, Some(_)) => Err(KeyCustomerError::Exists),
        (Some(_), None) => Err(KeyCustomerError::NoPromise),
        (Some(version), Some(stored)) if stored.version != version => Err(KeyCustomerError::Changed),
        _ => Ok(()),
    }
}

/// The segment of those overdue, made, or brought to these days; its code. One that an earlier promise left archived is taken back.
async fn keep_overdue(
    app: &App,
    tx: &mut WriteTx<'_>,
    actor: &Actor,
    (segment, all): (&Segment, &[Segment]),
    days: u32,
) -> Result<String, KeyCustomerError> {
    let code = overdue_code(&segment.code);
    let name: String = segment.newest.name.chars().take(NAME_CHARACTERS_MAX - OVERDUE.chars().count()).collect();
    let settings = SegmentSettings {
        name: name.trim_end().to_owned() + OVERDUE,
        description: String::new(),
        rule: RuleText::Json(json::write(&overdue_rule(&segment.code, days))),
    };
    let Some(known) = all.iter().find(|one| one.code == code) else {
        create_in_tx(app, tx, actor, &code, settings).await?;
        return Ok(code);
    };
    let of_others = !is_overdue_rule(&known.newest.rule, &segment.code);
    if of_others || layers::of_segment(tx, &code).await?.is_some() {
        return Err(KeyCustomerError::Taken(code));
    }
    update_in_tx(app, tx, actor, &code, known.newest.version, settings).await?;
    set_archived_in_tx(app, tx, actor, &code, false).await?;
    Ok(code)
}

/// Nobody of the segment has an owner any more, and the segment of those overdue is archived. Facts stay.
pub async fn remove_promise(app: &App, actor: &Actor, segment: &str, version: i64) -> Result<(), KeyCustomerError> {
    require(actor, Right::SegmentsManage)?;
    let mut tx = app.store.write().await?;
    table::lock_promise(&mut tx, segment).await?;
    let kept = promise_in_tx(&mut tx, segment).await?.ok_or(KeyCustomerError::NoPromise)?;
    refuse_version(Some(version), Some(&kept))?;
    set_archived_in_tx(app, &mut tx, actor, &kept.overdue_segment, true).await?;
    table::remove_promise(&mut tx, segment).await?;
    let detail = json!({ "days": kept.days, "owners": kept.owners });
    audit::append(app, &mut tx, actor, "contact_promise.removed", segment, detail).await?;
    Ok(tx.commit().await?)
}

/// Owners of a promise first, in its order; then others by name.
pub(super) fn in_order(kept: &Kept, users: &Users, others: BTreeSet<&str>) -> Vec<Owner> {
    let mut rest: Vec<Owner> =
        others.into_iter().filter(|id| !kept.owners.iter().any(|own| own == id)).map(|id| users.owner(id)).collect();
    rest.sort_by(|one, other| (&one.name, &one.user_id).cmp(&(&other.name, &other.user_id)));
    kept.owners.iter().map(|id| users.owner(id)).chain(rest).collect()
}
