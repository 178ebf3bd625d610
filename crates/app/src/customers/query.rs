//! Which customers: the filter as a person states it, in the brand's days and months.

use super::list::Context;
use crate::upserts::SOURCE_USUAL;
use perennial_domain::time::{Day, Instant, Month};
use perennial_domain::value::RfmGroup;
use perennial_store::customers::CustomerFilter;

/// All conditions must hold; the default means everybody.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomerQuery {
    pub search: Option<String>,
    pub group: Option<RfmGroup>,
    pub cell: Option<i64>,
    pub r: Option<i64>,
    pub f: Option<i64>,
    pub m: Option<i64>,
    pub min_orders: Option<i64>,
    pub max_orders: Option<i64>,
    pub min_revenue_minor: Option<i64>,
    pub max_revenue_minor: Option<i64>,
    pub min_lifetime_minor: Option<i64>,
    pub max_lifetime_minor: Option<i64>,
    pub min_historical_minor: Option<i64>,
    pub max_historical_minor: Option<i64>,
    pub min_current_minor: Option<i64>,
    pub max_current_minor: Option<i64>,
    pub min_potential_minor: Option<i64>,
    pub max_potential_minor: Option<i64>,
    /// Among the so many most profitable so far.
    pub max_profit_rank: Option<i64>,
    /// Month of the first purchase.
    pub cohort: Option<Month>,
    pub bought_in: Option<Month>,
    pub active_in: Option<Month>,
    /// The last purchase lies before this day.
    pub last_purchase_before: Option<Day>,
    /// The last purchase lies on this day or later.
    pub last_purchase_after: Option<Day>,
    /// The next purchase was expected before the day that the values are as of.
    pub overdue: bool,
    pub value_percentile_min: Option<f64>,
    pub value_percentile_max: Option<f64>,
    pub traits: Vec<(String, String)>,
    /// Has each of these tags.
    pub tags: Vec<String>,
    /// A file or a system of the brand told of them, and a touch-point met them: old customers who were recognised.
    pub recognised: bool,
}

impl CustomerQuery {
    /// Days become instants of the brand's zone; "overdue" becomes a day. Without values nobody is overdue.
    pub(super) fn filter(&self, context: &Context, now: Instant) -> CustomerFilter {
        let Context { zone, as_of, rules, .. } = context;
        let (traits, listed) = rules.conditions(&self.traits);
        let start_of = |day: Option<Day>| day.and_then(|day| zone.start_of_day(day)).map(|at| at.0);
        let month = |month: Option<Month>| month.map(|month| i64::from(month.0));
        CustomerFilter {
            search: self.search.clone(),
            group: self.group.map(|group| group.code().to_owned()),
            cell: self.cell,
            r: self.r,
            f: self.f,
            m: self.m,
            min_orders: self.min_orders,
            max_orders: self.max_orders,
            min_revenue_minor: self.min_revenue_minor,
            max_revenue_minor: self.max_revenue_minor,
            min_lifetime_minor: self.min_lifetime_minor,
            max_lifetime_minor: self.max_lifetime_minor,
            min_historical_minor: self.min_historical_minor,
            max_historical_minor: self.max_historical_minor,
            min_current_minor: self.min_current_minor,
            max_current_minor: self.max_current_minor,
            min_potential_minor: self.min_potential_minor,
            max_potential_minor: self.max_potential_minor,
            max_profit_rank: self.max_profit_rank,
            cohort: month(self.cohort),
            bought_in: month(self.bought_in),
            active_in: month(self.active_in),
            last_purchase_before: start_of(self.last_purchase_before),
            last_purchase_after: start_of(self.last_purchase_after),
            overdue_on: self.overdue.then(|| as_of.map_or(i64::MIN, |day| i64::from(day.0))),
            min_lifetime_percentile: self.value_percentile_min,
            max_lifetime_percentile: self.value_percentile_max,
            traits,
            listed,
            tags: self.tags.clone(),
            tags_at: now.0,
            recognised_from: self.recognised.then(|| SOURCE_USUAL.to_owned()),
        }
    }

    /// What a cursor carries of the filter, so that it is not used with another one.
    pub(super) fn fingerprint(&self) -> String {
        let digest = crate::access::sha256(format!("{self:?}").as_bytes());
        crate::access::base64url_encode(&digest[..9])
    }

    /// The names of the conditions that are set, for the audit log: never their values.
    pub(super) fn condition_names(&self) -> Vec<&'static str> {
        let everything = Self::default();
        let conditions = [
            ("search", self.search != everything.search),
            ("group", self.group != everything.group),
            ("cell", self.cell != everything.cell),
            ("rfm", (self.r, self.f, self.m) != (everything.r, everything.f, everything.m)),
            ("orders", (self.min_orders, self.max_orders) != (None, None)),
            ("revenue", (self.min_revenue_minor, self.max_revenue_minor) != (None, None)),
            ("lifetime_value", (self.min_lifetime_minor, self.max_lifetime_minor) != (None, None)),
            ("historical_value", (self.min_historical_minor, self.max_historical_minor) != (None, None)),
            ("current_value", (self.min_current_minor, self.max_current_minor) != (None, None)),
            ("potential_value", (self.min_potential_minor, self.max_potential_minor) != (None, None)),
            ("profit_rank", self.max_profit_rank != everything.max_profit_rank),
            ("cohort", self.cohort != everything.cohort),
            ("bought_in", self.bought_in != everything.bought_in),
            ("active_in", self.active_in != everything.active_in),
            ("last_purchase", (self.last_purchase_before, self.last_purchase_after) != (None, None)),
            ("overdue", self.overdue),
            ("value_percentile", (self.value_percentile_min, self.value_percentile_max) != (None, None)),
            ("traits", !self.traits.is_empty()),
            ("tags", !self.tags.is_empty()),
            ("recognised", self.recognised),
        ];
        conditions.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect()
    }
}
