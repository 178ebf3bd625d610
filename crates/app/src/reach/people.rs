//! The people behind the figures of the pool and the funnel, page by page, by the rules by which they are counted.
//!
//! A list is of customers as they are now, and a figure is counted when it is asked for: where somebody bought or scanned in
//! between, they differ by that. Of clicks the list has people, each once, and the figure scans.

use super::funnel::{long_ago_of, source_of};
use super::pool::asked;
use super::{ReachError, channels, span_of};
use crate::App;
use crate::access::{Actor, require};
use crate::codes::{ATTRIBUTION_DAYS, Code};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::province::{Origin, Province};
use perennial_domain::reach::Masks;
use perennial_domain::time::{Day, MICROS_PER_DAY};
use perennial_domain::value::RfmGroup;
use perennial_store::{ReadTx, StoreError, codes, customers, reach as table, value_runs};
use std::collections::{HashMap, HashSet};

/// Contacts that are read at once (some 8 MiB): each time the whole statement of the pool runs.
const READ_AT_ONCE: i64 = 200_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachPerson {
    pub customer: CustomerNumber,
    pub name: Option<String>,
    /// Where they live, and by what that is known; only told of coverage.
    pub place: Option<(&'static Province, Origin)>,
}

/// Customers by their numbers, in this order.
async fn named(tx: &mut ReadTx<'_>, numbers: &[i64]) -> Result<Vec<ReachPerson>, StoreError> {
    let rows = customers::load(tx, numbers).await?.into_iter();
    let names: HashMap<i64, Option<String>> = rows.map(|row| (row.number, row.display_name)).collect();
    let person = |number: &i64| {
        let customer = CustomerNumber::from_stored(*number)?;
        Some(ReachPerson { customer, name: names.get(number)?.clone(), place: None })
    };
    Ok(numbers.iter().filter_map(person).collect())
}

/// A figure of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolFigure {
    Contacts,
    Reachable,
    Withheld,
    Exhausted,
}

impl PoolFigure {
    pub const ALL: [Self; 4] = [Self::Contacts, Self::Reachable, Self::Withheld, Self::Exhausted];

    pub fn code(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Reachable => "reachable",
            Self::Withheld => "withheld",
            Self::Exhausted => "exhausted",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.code() == code)
    }
}

/// Those behind a figure of the pool, of a channel by its code or of all together, by number, behind the last one of the page
/// before.
pub async fn pool_people(
    app: &App,
    actor: &Actor,
    channel: Option<&str>,
    figure: PoolFigure,
    after: Option<i64>,
    limit: usize,
) -> Result<(Vec<ReachPerson>, Option<i64>), ReachError> {
    require(actor, Right::TouchPointsRead)?;
    require(actor, Right::CustomersRead)?;
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let zone = crate::settings::current(&mut tx).await?.zone();
    let all = channels::current(&mut tx).await?.channels;
    let place = match channel {
        None => None,
        Some(code) => {
            let place = all.iter().position(|one| one.code == code);
            Some(place.ok_or_else(|| ReachError::field("channel", "the code of a channel"))?)
        }
    };
    if place.is_none() && !matches!(figure, PoolFigure::Contacts | PoolFigure::Reachable) {
        return Err(ReachError::field("figure", "contacts or reachable where no channel is named"));
    }
    let is_wanted = |masks: Masks| match (place, figure) {
        (None, PoolFigure::Reachable) => (0..all.len()).any(|place| masks.is_reachable(place, all[place].consent)),
        (None, _) => true,
        (Some(place), PoolFigure::Contacts) => masks.is_contact(place),
        (Some(place), PoolFigure::Reachable) => masks.is_reachable(place, all[place].consent),
        (Some(place), PoolFigure::Withheld) => masks.is_withheld(place, all[place].consent),
        (Some(place), PoolFigure::Exhausted) => masks.is_exhausted(place),
    };
    let asked: Vec<table::PoolChannel> = all.iter().map(|channel| asked(channel, &zone, now)).collect();
    let mut found: Vec<i64> = Vec::new();
    let mut behind = after.unwrap_or(0);
    while found.len() <= limit {
        let rows = table::pool_people(&mut tx, &asked, behind, READ_AT_ONCE).await?;
        let Some((last, _)) = rows.last() else { break };
        behind = *last;
        found.extend(rows.iter().filter(|(_, masks)| is_wanted(*masks)).map(|(customer, _)| *customer));
    }
    page_of(&mut tx, found, limit).await
}

/// A step of the funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunnelFigure {
    Clicked,
    Followed,
    Registered,
    Bought,
    /// First buyers of long enough ago.
    Buyers,
    SuperUsers,
}

impl FunnelFigure {
    pub const ALL: [Self; 6] =
        [Self::Clicked, Self::Followed, Self::Registered, Self::Bought, Self::Buyers, Self::SuperUsers];

    pub fn code(self) -> &'static str {
        match self {
            Self::Clicked => "clicked",
            Self::Followed => "followed",
            Self::Registered => "registered",
            Self::Bought => "bought",
            Self::Buyers => "buyers",
            Self::SuperUsers => "super_users",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.code() == code)
    }

    /// What they did first.
    fn deed(self) -> Option<&'static str> {
        match self {
            Self::Clicked => None,
            Self::Followed => Some("followed"),
            Self::Registered => Some("registered"),
            Self::Bought | Self::Buyers | Self::SuperUsers => Some("ordered"),
        }
    }
}

/// Which figure of which source of the funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunnelPeopleQuery<'a> {
    pub from: Day,
    pub to: Day,
    pub parameter: Option<&'a str>,
    /// None: codes without the parameter.
    pub source: Option<&'a str>,
    pub figure: FunnelFigure,
}

/// Those behind a figure of the funnel, by number, behind the last one of the page before.
pub async fn funnel_people(
    app: &App,
    actor: &Actor,
    query: FunnelPeopleQuery<'_>,
    after: Option<i64>,
    limit: usize,
) -> Result<(Vec<ReachPerson>, Option<i64>), ReachError> {
    require(actor, Right::TouchPointsRead)?;
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let zone = crate::settings::current(&mut tx).await?.zone();
    let (from, until) = span_of(&zone, query.from, query.to)?;
    let mut chosen = HashSet::new();
    for row in codes::list(&mut tx, None, "", i64::MAX).await? {
        let code = Code::of(row)?;
        if code.settings.cost_minor > 0 && source_of(&code, query.parameter).as_deref() == query.source {
            chosen.insert(code.id);
        }
    }
    let mut found: Vec<i64> = match query.figure.deed() {
        None => {
            let scanners = codes::scanners(&mut tx, from, until).await?.into_iter();
            scanners.filter(|(code, _)| chosen.contains(code)).map(|(_, customer)| customer).collect()
        }
        Some(deed) => {
            let within = ATTRIBUTION_DAYS * MICROS_PER_DAY;
            let mut people = codes::people(&mut tx, (from, until), within, deed).await?;
            people.retain(|one| chosen.contains(&one.code_id));
            if matches!(query.figure, FunnelFigure::Buyers | FunnelFigure::SuperUsers) {
                let as_of = value_runs::current_day(&mut tx).await?.and_then(|day| i32::try_from(day).ok()).map(Day);
                let long_ago = as_of.and_then(|day| long_ago_of(&zone, day));
                people.retain(|one| long_ago.is_some_and(|before| one.at < before));
            }
            people.into_iter().map(|one| one.customer_number).collect()
        }
    };
    if query.figure == FunnelFigure::SuperUsers {
        let champions = table::of_group(&mut tx, &found, RfmGroup::Champions.code()).await?;
        let champions: HashSet<i64> = champions.into_iter().collect();
        found.retain(|customer| champions.contains(customer));
    }
    found.dedup();
    found.retain(|customer| after.is_none_or(|after| *customer > after));
    page_of(&mut tx, found, limit).await
}

/// The first of what was found, ascending, and behind which one the next page begins.
pub(super) async fn page_of(
    tx: &mut ReadTx<'_>,
    mut found: Vec<i64>,
    limit: usize,
) -> Result<(Vec<ReachPerson>, Option<i64>), ReachError> {
    let has_more = found.len() > limit;
    found.truncate(limit);
    Ok((named(tx, &found).await?, found.last().copied().filter(|_| has_more)))
}
