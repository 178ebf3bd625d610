//! The funnel from public to private: paid clicks, who followed, registered and bought, what each step cost, and how many
//! of the buyers became super users.
//!
//! Stated rules: a click is a scan of a channel code that costs something; what somebody did first belongs to the last code
//! that they had scanned before it within thirty days, as in the report of codes (`crate::codes`). A super
//! user is a customer of the value group "champions" of the last value run; looked at are buyers whose first purchase
//! lies at least [`SUPER_USER_DAYS`] days before the day of that run.

use super::{ReachError, span_of};
use crate::App;
use crate::access::{Actor, require};
use crate::codes::{self, ATTRIBUTION_DAYS, Code, Period};
use perennial_domain::access::Right;
use perennial_domain::money::Currency;
use perennial_domain::reach::cost_each_milli_minor;
use perennial_domain::share::share_basis_points;
use perennial_domain::time::{Day, Instant, MICROS_PER_DAY, Zone};
use perennial_domain::value::RfmGroup;
use perennial_store::{codes as table, value_runs};
use std::collections::BTreeMap;

/// Whoever bought later has had no time to become one.
pub const SUPER_USER_DAYS: i32 = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunnelStep {
    pub count: i64,
    /// Of those who clicked, in hundredths of a percent.
    pub share_basis_points: Option<i64>,
    /// What one of them came to, in thousandths of the smallest unit.
    pub cost_each_milli_minor: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SuperUsers {
    /// Buyers of long enough ago.
    pub buyers: i64,
    pub super_users: i64,
    pub share_basis_points: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunnelSource {
    /// A touch-point, or the value of a parameter; none for codes without it.
    pub source: Option<String>,
    pub cost_minor: i64,
    pub clicked: FunnelStep,
    pub followed: FunnelStep,
    pub registered: FunnelStep,
    pub bought: FunnelStep,
    /// None before the first value run.
    pub super_users: Option<SuperUsers>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Funnel {
    pub currency: Option<Currency>,
    /// The day of the values; none before the first run.
    pub values_as_of: Option<Day>,
    /// The most clicks first.
    pub sources: Vec<FunnelSource>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    cost_minor: i64,
    clicked: i64,
    followed: i64,
    registered: i64,
    bought: i64,
    long_ago: i64,
    super_users: i64,
}

/// Of codes that cost something, by touch-point, or by the value of one of their parameters. Clicks are of these days; the
/// cost of a code is not parted by days.
pub async fn funnel(
    app: &App,
    actor: &Actor,
    from: Day,
    to: Day,
    parameter: Option<&str>,
) -> Result<Funnel, ReachError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    let settings = crate::settings::current(&mut tx).await?;
    let zone = settings.zone();
    let (from, until) = span_of(&zone, from, to)?;
    let values_as_of = value_runs::current_day(&mut tx).await?.and_then(|day| i32::try_from(day).ok()).map(Day);
    let long_ago = values_as_of.and_then(|day| long_ago_of(&zone, day));
    let mut champions: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    if let Some(before) = long_ago {
        let (within, group) = (ATTRIBUTION_DAYS * MICROS_PER_DAY, RfmGroup::Champions.code());
        let rows = table::buyers_of_group(&mut tx, (from, until), within, before, group).await?;
        champions.extend(rows.into_iter().map(|row| (row.code_id, (row.buyers, row.of_group))));
    }
    drop(tx);
    let mut counts: BTreeMap<Option<String>, Counts> = BTreeMap::new();
    let reports = codes::report(app, actor, None, Period { from, until }).await?;
    for report in reports.into_iter().filter(|report| report.code.settings.cost_minor > 0) {
        let one = counts.entry(source_of(&report.code, parameter)).or_default();
        one.cost_minor += report.code.settings.cost_minor;
        one.clicked += report.scans;
        one.followed += report.followed;
        one.registered += report.registered;
        one.bought += report.ordered;
        let (long_ago, super_users) = champions.get(&report.code.id).copied().unwrap_or_default();
        one.long_ago += long_ago;
        one.super_users += super_users;
    }
    let mut sources: Vec<FunnelSource> =
        counts.into_iter().map(|(source, counts)| source_view(source, counts, long_ago.is_some())).collect();
    sources.sort_by(|one, other| {
        (-one.clicked.count, one.source.is_none(), &one.source).cmp(&(
            -other.clicked.count,
            other.source.is_none(),
            &other.source,
        ))
    });
    Ok(Funnel { currency: settings.currency, values_as_of, sources })
}

/// Whoever bought before this instant, on the day so many days before that of the values or earlier, has had time.
pub(super) fn long_ago_of(zone: &Zone, values_as_of: Day) -> Option<Instant> {
    zone.start_of_day(Day(values_as_of.0 - SUPER_USER_DAYS + 1))
}

pub(super) fn source_of(code: &Code, parameter: Option<&str>) -> Option<String> {
    match parameter {
        None => Some(code.settings.touch_point.clone()),
        Some(name) => code.settings.parameters.get(name).cloned(),
    }
}

fn source_view(source: Option<String>, counts: Counts, has_values: bool) -> FunnelSource {
    let step = |count: i64| FunnelStep {
        count,
        share_basis_points: share_basis_points(count, counts.clicked),
        cost_each_milli_minor: cost_each_milli_minor(counts.cost_minor, count),
    };
    FunnelSource {
        source,
        cost_minor: counts.cost_minor,
        clicked: step(counts.clicked),
        followed: step(counts.followed),
        registered: step(counts.registered),
        bought: step(counts.bought),
        super_users: has_values.then(|| SuperUsers {
            buyers: counts.long_ago,
            super_users: counts.super_users,
            share_basis_points: share_basis_points(counts.super_users, counts.long_ago),
        }),
    }
}
