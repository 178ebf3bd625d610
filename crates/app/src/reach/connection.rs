//! The connection rate: how many of those who bought can be spoken to.

use super::{ReachError, channels, end_of, span_of};
use crate::App;
use crate::access::{Actor, require};
use crate::identity::Profiles;
use perennial_domain::access::Right;
use perennial_domain::share::share_basis_points;
use perennial_domain::time::{Day, Instant};
use perennial_store::reach::{self as table, BuyersBy, Buying};
use perennial_store::{Database, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// By what buyers are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionBy {
    /// The store whose customer they are.
    Store,
    /// What they bought in that time.
    Sku,
    /// Who sold them something in that time.
    Clerk,
}

impl ConnectionBy {
    pub const ALL: [Self; 3] = [Self::Store, Self::Sku, Self::Clerk];

    pub fn code(self) -> &'static str {
        match self {
            Self::Store => "store",
            Self::Sku => "sku",
            Self::Clerk => "clerk",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.code() == code)
    }
}

/// Days of the brand's zone; all belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionQuery {
    pub from: Day,
    pub to: Day,
    /// By the end of this day an identifier has to be there; none: of the last day.
    pub bound_by: Option<Day>,
    pub by: Option<ConnectionBy>,
    /// Groups, the largest first.
    pub limit: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionGroup {
    /// The id of a store or a clerk, or a SKU; none where there is none.
    pub key: Option<String>,
    /// Of a store or a clerk.
    pub name: Option<String>,
    pub buyers: i64,
    pub connected: i64,
    /// In hundredths of a percent.
    pub rate_basis_points: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionRate {
    pub bound_by: Day,
    /// Customers with a purchase in that time, whether it was given back or not.
    pub buyers: i64,
    pub connected: i64,
    pub rate_basis_points: Option<i64>,
    /// Who is in several groups counts in each.
    pub groups: Vec<ConnectionGroup>,
    /// There are more groups.
    pub is_cut: bool,
}

/// Of all customers.
pub async fn connection_rate(app: &App, actor: &Actor, query: ConnectionQuery) -> Result<ConnectionRate, ReachError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    let zone = crate::settings::current(&mut tx).await?.zone();
    let (from, until) = span_of(&zone, query.from, query.to)?;
    let bound_by = query.bound_by.unwrap_or(query.to);
    let bound_until = end_of(&zone, bound_by).filter(|end| *end > from);
    let bound_until = bound_until.ok_or_else(|| ReachError::field("bound_by", "a day that is not before from"))?;
    let connecting = channels::current(&mut tx).await?.channels.into_iter().filter(|channel| channel.is_connection);
    let kinds: BTreeSet<&'static str> =
        connecting.flat_map(|channel| channel.identifiers).map(|kind| kind.code()).collect();
    let kinds: Vec<&'static str> = kinds.into_iter().collect();
    let buying = Buying { from: from.0, until: until.0, bound_until: bound_until.0 };
    let whole = table::buyers(&mut tx, buying, &kinds, BuyersBy::Nothing, 1).await?;
    let (buyers, connected) = whole.first().map_or((0, 0), |row| (row.buyers, row.connected));
    let wanted = i64::try_from(query.limit + 1).unwrap_or(i64::MAX);
    let mut groups = match query.by {
        None => Vec::new(),
        Some(ConnectionBy::Store) => of_rows(table::buyers(&mut tx, buying, &kinds, BuyersBy::Store, wanted).await?),
        Some(ConnectionBy::Clerk) => of_rows(table::buyers(&mut tx, buying, &kinds, BuyersBy::Clerk, wanted).await?),
        Some(ConnectionBy::Sku) => {
            drop(tx);
            by_sku(app, buying, &kinds).await?
        }
    };
    let is_cut = groups.len() > query.limit;
    groups.truncate(query.limit);
    let rate_basis_points = share_basis_points(connected, buyers);
    Ok(ConnectionRate { bound_by, buyers, connected, rate_basis_points, groups, is_cut })
}

fn of_rows(rows: Vec<table::BuyersRow>) -> Vec<ConnectionGroup> {
    let group = |row: table::BuyersRow| ConnectionGroup {
        key: row.group,
        name: row.name,
        buyers: row.buyers,
        connected: row.connected,
        rate_basis_points: share_basis_points(row.connected, row.buyers),
    };
    rows.into_iter().map(group).collect()
}

/// What was bought stands in the history only; it is a few seconds behind.
async fn by_sku(app: &App, buying: Buying, kinds: &[&'static str]) -> Result<Vec<ConnectionGroup>, ReachError> {
    let profiles = Profiles::load(&mut app.store.read().await?).await?;
    let mut buyers: BTreeMap<Option<String>, HashSet<i64>> = BTreeMap::new();
    let visit = |part, sku: Option<&str>| {
        let customer = i64::from(profiles.customer_of(part).unwrap_or(part).0);
        // Most lines are of a product that is there already.
        let key = sku.map(str::to_owned);
        buyers.entry(key).or_default().insert(customer);
    };
    app.history.visit_purchases(Instant(buying.from), Instant(buying.until), visit).await?;
    let connected = connected_of(&app.store, &buyers, kinds, buying.bound_until).await?;
    let mut groups: Vec<ConnectionGroup> = buyers
        .into_iter()
        .map(|(key, customers)| {
            let buyers = i64::try_from(customers.len()).unwrap_or(i64::MAX);
            let own = customers.iter().filter(|customer| connected.contains(customer)).count();
            let connected = i64::try_from(own).unwrap_or(i64::MAX);
            let rate_basis_points = share_basis_points(connected, buyers);
            ConnectionGroup { key, name: None, buyers, connected, rate_basis_points }
        })
        .collect();
    groups.sort_by(|one, other| {
        (-one.buyers, one.key.is_none(), &one.key).cmp(&(-other.buyers, other.key.is_none(), &other.key))
    });
    Ok(groups)
}

async fn connected_of(
    store: &Database,
    buyers: &BTreeMap<Option<String>, HashSet<i64>>,
    kinds: &[&'static str],
    bound_until: i64,
) -> Result<HashSet<i64>, StoreError> {
    let all: BTreeSet<i64> = buyers.values().flatten().copied().collect();
    let all: Vec<i64> = all.into_iter().collect();
    let mut tx = store.read().await?;
    Ok(table::connected_among(&mut tx, &all, kinds, bound_until).await?.into_iter().collect())
}
