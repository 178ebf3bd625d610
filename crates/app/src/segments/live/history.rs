//! Who was in a segment, and who came and went.
//!
//! Invariants: people of the past are the customers of today to whom they belong now; who was erased is not among them. Counts and
//! lists of one instant agree.

use super::super::error::SegmentError;
use super::super::known::Registry;
use super::Live;
use super::answer::{Members, a_round, narrowed, page, seen_by, set_of};
use super::follow::customers_of;
use super::moves::{Rows, as_now, written};
use crate::App;
use crate::access::{Actor, require};
use crate::customers::{CustomerItem, items_of};
use crate::identity::whole;
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Day, Instant, Zone};
use perennial_index::Set;
use perennial_store::segment_moves::{self as table, MoveRow};
use perennial_store::{StoreError, customers, segments};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Weeks of a trend.
pub const WEEKS_MAX: u32 = 57;

/// How many were in a segment as a week began, and now.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    pub points: Vec<Point>,
    /// Since when it is known who was in it.
    pub kept_since: Option<Instant>,
    pub as_of: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// In the workspace's time zone.
    pub day: Day,
    /// Of the point: the beginning of the day, or now.
    pub at: Instant,
    pub count: u64,
}

/// Somebody came into a segment, or left it.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    pub row: MoveRow,
    /// To whom the move belongs today.
    pub customer: CustomerItem,
}

/// The customers of today who were in a segment at an instant; `None` where it is not known.
pub async fn set_at(app: &App, live: &Arc<Live>, code: &str, at: Instant) -> Result<Option<Set>, SegmentError> {
    let mut tx = app.store.read().await?;
    let then = written(&mut tx, code, at).await?;
    drop(tx);
    let Some(then) = then else { return Ok(None) };
    if live.sequence().is_none() {
        a_round(app, live).await?;
    }
    live.look(app.clock.now(), |kept| Some(as_now(&kept.index, &then.people)))
}

/// The customers of today who were in segments, as [`set_at`] says of one. Of many it takes time: for a thread where nobody
/// waits for it.
pub(crate) fn sets_of(app: &App, live: &Live, rows: Vec<Option<Rows>>) -> Result<Vec<Option<Set>>, SegmentError> {
    let then = rows.into_iter().map(|rows| rows.map(Rows::together).transpose());
    let then = then.collect::<Result<Vec<_>, StoreError>>()?;
    live.look(app.clock.now(), |kept| {
        then.iter().map(|then| then.as_ref().map(|then| as_now(&kept.index, &then.people))).collect()
    })
}

/// The beginning of a day in the workspace's time zone.
pub async fn beginning_of(app: &App, day: Day) -> Result<Instant, SegmentError> {
    let zone = zone_of(app).await?;
    zone.start_of_day(day).ok_or(SegmentError::field("at", "a day from 1970 to 2100"))
}

async fn zone_of(app: &App) -> Result<Zone, SegmentError> {
    Ok(Registry::load(&mut app.store.read().await?).await?.zone)
}

/// People who were in a segment when a day began, by their numbers.
///
/// # Errors
/// [`SegmentError::NotKept`] where it is not known.
pub async fn members_at(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    code: &str,
    day: Day,
    after: Option<u32>,
    limit: usize,
) -> Result<Members, SegmentError> {
    require(actor, Right::CustomersRead)?;
    require_segment(app, code).await?;
    let at = beginning_of(app, day).await?;
    if at > app.clock.now() {
        return Err(SegmentError::field("at", "a day that has begun"));
    }
    let set = set_at(app, live, code, at).await?.ok_or(SegmentError::NotKept)?;
    page(app, actor, set, at, after, limit).await
}

/// How many were in a segment at each Monday of the last weeks, and how many are now; of the customers whom the actor sees.
pub async fn trend(app: &App, live: &Arc<Live>, actor: &Actor, code: &str, weeks: u32) -> Result<Trend, SegmentError> {
    require(actor, Right::CustomersRead)?;
    require_segment(app, code).await?;
    let zone = zone_of(app).await?;
    let seen = seen_by(app, actor.scope()).await?;
    let now = app.clock.now();
    let today = zone.day_of(now);
    let kept_since = table::first_mark(&mut app.store.read().await?, code).await?;
    let mut points = Vec::new();
    for back in (0..i32::try_from(weeks).unwrap_or(i32::MAX)).rev() {
        let day = Day(monday_of(today).0.saturating_sub(back.saturating_mul(7)));
        let Some(at) = zone.start_of_day(day).filter(|at| kept_since.is_some_and(|since| since <= *at)) else {
            continue;
        };
        if let Some(set) = set_at(app, live, code, at).await? {
            points.push(Point { day, at, count: narrowed(set, seen.as_ref()).len() });
        }
    }
    let (members, as_of) = set_of(app, live, code).await?;
    points.push(Point { day: today, at: as_of, count: narrowed(members, seen.as_ref()).len() });
    Ok(Trend { points, kept_since, as_of })
}

fn monday_of(day: Day) -> Day {
    // 1 January 1970 was a Thursday.
    Day(day.0 - (day.0 + 3).rem_euclid(7))
}

async fn require_segment(app: &App, code: &str) -> Result<(), SegmentError> {
    let segment = segments::get(&mut app.store.read().await?, code).await?;
    segment.map(drop).ok_or(SegmentError::NoSegment)
}

/// Who came and went, the newest first, of the customers whom the actor sees; and before which position the next page begins.
pub async fn moves_of_segment(
    app: &App,
    actor: &Actor,
    code: &str,
    before: Option<i64>,
    limit: usize,
) -> Result<(Vec<Moved>, Option<i64>), SegmentError> {
    require(actor, Right::CustomersRead)?;
    require_segment(app, code).await?;
    let mut found = Vec::new();
    let mut before = before.unwrap_or(i64::MAX);
    // Of some rows the actor sees nobody: a page is filled from several reads, not from all.
    for _ in 0..READS_PER_PAGE {
        let wanted = limit - found.len();
        let rows = table::of_segment(&mut app.store.read().await?, code, before, count(wanted)).await?;
        let is_last = rows.len() < wanted;
        before = rows.last().map_or(before, |row| row.position);
        found.extend(with_customers(app, actor, rows).await?);
        if is_last {
            return Ok((found, None));
        }
        if found.len() == limit {
            break;
        }
    }
    Ok((found, Some(before)))
}

const READS_PER_PAGE: usize = 10;
const MOVES_SHOWN_MAX: usize = 1_000;

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

async fn with_customers(app: &App, actor: &Actor, rows: Vec<MoveRow>) -> Result<Vec<Moved>, SegmentError> {
    let numbers: Vec<i64> = rows.iter().map(|row| row.customer_number).collect();
    let heads = customers_of(&mut app.store.read().await?, &numbers).await?;
    let mut wanted: Vec<i64> = heads.values().copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let items = items_of(app, actor, &wanted).await.map_err(SegmentError::of_customers)?;
    let items: BTreeMap<i64, CustomerItem> = items.into_iter().map(|item| (item.row.counters.number, item)).collect();
    let item_of = |row: &MoveRow| heads.get(&row.customer_number).and_then(|head| items.get(head)).cloned();
    Ok(rows.into_iter().filter_map(|row| item_of(&row).map(|customer| Moved { row, customer })).collect())
}

/// The last moves of a customer, at most a thousand, the newest first: what they were in, and since when.
pub async fn moves_of_customer(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
) -> Result<Vec<MoveRow>, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let whole = whole(&mut tx, customer).await?;
    let own = [i64::from(whole.customer.0)];
    if !customers::among(&mut tx, actor.scope(), &own).await?.contains(&own[0]) {
        return Err(SegmentError::NoCustomer);
    }
    let numbers: Vec<i64> = whole.parts.iter().map(|part| i64::from(part.0)).collect();
    let mut rows = table::of_customers(&mut tx, &numbers).await?;
    rows.retain(|row| row.is_told);
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.position));
    rows.truncate(MOVES_SHOWN_MAX);
    Ok(rows)
}
