//! What a list of customers can be narrowed by and sorted by, and its translation to conditions.
//!
//! All texts are constants of this file; values only ever travel as parameters.

use crate::identity::{KINDS, search_bounds};
use crate::row::Bind;
use crate::scope::Scope;

/// Months of purchase in each of the two words `active_months` and `active_months_later`.
const MONTHS_PER_WORD: i64 = 63;

/// Conditions that all must hold; the default holds for everybody. A condition on the value, such as `group`,
/// holds for nobody who has no value yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomerFilter {
    /// An identifier or the name begins with this.
    pub search: Option<String>,
    pub group: Option<String>,
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
    /// Month of the first purchase: year × 12 + month − 1.
    pub cohort: Option<i64>,
    /// Bought in this month.
    pub bought_in: Option<i64>,
    /// Bought in this month too: with `bought_in`, in both.
    pub active_in: Option<i64>,
    /// Last purchase earlier than this instant, without it.
    pub last_purchase_before: Option<i64>,
    /// Last purchase at this instant or later.
    pub last_purchase_after: Option<i64>,
    /// The next purchase was expected before this day.
    pub overdue_on: Option<i64>,
    pub min_lifetime_percentile: Option<f64>,
    pub max_lifetime_percentile: Option<f64>,
    /// Name and value that holds; see `traits`.
    pub traits: Vec<(String, String)>,
    /// Name, and a JSON text that stands in the list which holds.
    pub listed: Vec<(String, String)>,
    /// Has each of these tags at this instant.
    pub tags: Vec<String>,
    pub tags_at: i64,
    /// This source told of them, and a touch-point met them.
    pub recognised_from: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SortOrder {
    Ascending,
    #[default]
    Descending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CustomerSort {
    LifetimeValue,
    PotentialValue,
    CurrentValue,
    HistoricalValue,
    Revenue,
    Orders,
    LastPurchaseAt,
    FirstPurchaseAt,
    ProbabilityActive,
    ExpectedOrders,
    Number,
}

/// Which table a sort column is in, and whether it can be empty there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SortPlace {
    Customer { nullable: bool },
    Value { nullable: bool },
}

impl CustomerSort {
    pub const ALL: [Self; 11] = [
        Self::LifetimeValue,
        Self::PotentialValue,
        Self::CurrentValue,
        Self::HistoricalValue,
        Self::Revenue,
        Self::Orders,
        Self::LastPurchaseAt,
        Self::FirstPurchaseAt,
        Self::ProbabilityActive,
        Self::ExpectedOrders,
        Self::Number,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::LifetimeValue => "lifetime_value",
            Self::PotentialValue => "potential_value",
            Self::CurrentValue => "current_value",
            Self::HistoricalValue => "historical_value",
            Self::Revenue => "revenue",
            Self::Orders => "orders",
            Self::LastPurchaseAt => "last_purchase_at",
            Self::FirstPurchaseAt => "first_purchase_at",
            Self::ProbabilityActive => "probability_active",
            Self::ExpectedOrders => "expected_orders",
            Self::Number => "number",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.code() == code)
    }

    pub(super) fn column(self) -> &'static str {
        match self {
            Self::LifetimeValue => "v.lifetime_minor",
            Self::PotentialValue => "v.potential_minor",
            Self::CurrentValue => "v.current_minor",
            Self::HistoricalValue => "v.historical_minor",
            Self::Revenue => "c.net_minor",
            Self::Orders => "c.orders",
            Self::LastPurchaseAt => "c.last_at",
            Self::FirstPurchaseAt => "c.first_at",
            Self::ProbabilityActive => "v.probability_active",
            Self::ExpectedOrders => "v.expected_orders",
            Self::Number => "c.number",
        }
    }

    pub(super) fn place(self) -> SortPlace {
        match self {
            Self::Revenue | Self::Orders | Self::Number => SortPlace::Customer { nullable: false },
            Self::LastPurchaseAt | Self::FirstPurchaseAt => SortPlace::Customer { nullable: true },
            Self::CurrentValue | Self::HistoricalValue => SortPlace::Value { nullable: false },
            Self::LifetimeValue | Self::PotentialValue | Self::ProbabilityActive | Self::ExpectedOrders => {
                SortPlace::Value { nullable: true }
            }
        }
    }
}

/// Conditions with their parameters, numbered in the order of their making.
#[derive(Default)]
pub(super) struct Conditions {
    pub(super) binds: Vec<Bind>,
    texts: Vec<String>,
    pub(super) on_customer: bool,
    pub(super) on_value: bool,
    plan: Plan,
}

/// How SQLite is to find the rows. Its planner knows neither how many rows a filter leaves nor what a LIMIT saves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Plan {
    /// As the engine thinks best: by the indexes of the filter, then sorted.
    #[default]
    Engine,
    /// Along the index of the sort column, testing each row: right where many rows pass.
    Walk,
}

impl Conditions {
    pub(super) fn of(scope: &Scope, filter: &CustomerFilter, plan: Plan) -> Self {
        let mut conditions = Self { plan, ..Self::default() };
        conditions.add_scope(scope);
        conditions.add_customer(filter);
        conditions.add_months(filter);
        conditions.add_value(filter);
        conditions
    }

    /// The placeholder of a new parameter.
    pub(super) fn parameter(&mut self, value: impl Into<Bind>) -> String {
        self.binds.push(value.into());
        format!("${}", self.binds.len())
    }

    pub(super) fn push(&mut self, text: String) {
        self.texts.push(text);
    }

    pub(super) fn where_clause(&self) -> String {
        if self.texts.is_empty() { String::new() } else { format!(" WHERE {}", self.texts.join(" AND ")) }
    }

    fn add_scope(&mut self, scope: &Scope) {
        let column = format!("{}c.number", self.hidden());
        if let Some(text) = scope.condition(&column, |value| self.parameter(value)) {
            self.push(text);
            self.on_customer = true;
        }
    }

    /// SQLite does not use an index for `+column`.
    fn hidden(&self) -> &'static str {
        if self.plan == Plan::Walk { "+" } else { "" }
    }

    fn customer(&mut self, before: &str, value: Option<impl Into<Bind>>) {
        if let Some(value) = value {
            let parameter = self.parameter(value);
            let hidden = self.hidden();
            self.push(format!("{hidden}{before} {parameter}"));
            self.on_customer = true;
        }
    }

    fn value(&mut self, before: &str, value: Option<impl Into<Bind>>) {
        if let Some(value) = value {
            let parameter = self.parameter(value);
            let hidden = self.hidden();
            self.push(format!("{hidden}{before} {parameter}"));
            self.on_value = true;
        }
    }

    fn add_customer(&mut self, filter: &CustomerFilter) {
        self.customer("c.orders >=", filter.min_orders);
        self.customer("c.orders <=", filter.max_orders);
        self.customer("c.net_minor >=", filter.min_revenue_minor);
        self.customer("c.net_minor <=", filter.max_revenue_minor);
        self.customer("c.last_at <", filter.last_purchase_before);
        self.customer("c.last_at >=", filter.last_purchase_after);
        if let Some(text) = filter.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            self.add_search(text);
        }
        for (name, value) in &filter.traits {
            let value = self.parameter(value.as_str());
            self.add_trait(name, &format!("t.value = {value}"));
        }
        for (name, value) in &filter.listed {
            // LIKE would not mind capitals on one engine.
            let value = self.parameter(value.as_str());
            self.add_trait(name, &format!("REPLACE(t.value, {value}, '') <> t.value"));
        }
        for tag in &filter.tags {
            self.add_tag(tag, filter.tags_at);
        }
        if let Some(source) = &filter.recognised_from {
            self.add_recognised(source);
        }
    }

    fn add_tag(&mut self, tag: &str, at: i64) {
        let (tag, at) = (self.parameter(tag), self.parameter(at));
        let stands = format!("g.tag = {tag} AND (g.expires_at IS NULL OR g.expires_at > {at})");
        self.push(match self.plan {
            Plan::Engine => format!("c.number IN (SELECT g.customer_number FROM customer_tags g WHERE {stands})"),
            Plan::Walk => {
                format!("EXISTS (SELECT 1 FROM customer_tags g WHERE g.customer_number = c.number AND {stands})")
            }
        });
        self.on_customer = true;
    }

    fn add_recognised(&mut self, source: &str) {
        let source = self.parameter(source);
        self.push(format!(
            "EXISTS (SELECT 1 FROM customer_activity a WHERE a.customer_number = c.number) \
             AND (EXISTS (SELECT 1 FROM identities i WHERE i.customer_number = c.number AND i.source = {source}) \
             OR EXISTS (SELECT 1 FROM traits t WHERE t.customer_number = c.number AND t.source = {source}))"
        ));
        self.on_customer = true;
    }

    fn add_search(&mut self, text: &str) {
        let p: Vec<String> = search_bounds(text).into_iter().map(|bound| self.parameter(bound)).collect();
        let name = format!("name_folded >= {} AND name_folded < {}", p[4], p[5]);
        let typed = format!("value >= {} AND value < {}", p[0], p[1]);
        let folded = format!("value >= {} AND value < {}", p[2], p[3]);
        self.push(match self.plan {
            Plan::Engine => format!(
                "c.number IN (SELECT customer_number FROM identities WHERE kind IN ({KINDS}) AND {typed} \
                 UNION ALL SELECT customer_number FROM identities WHERE kind IN ({KINDS}) AND {folded} \
                 UNION ALL SELECT number FROM customers WHERE {name})"
            ),
            Plan::Walk => format!(
                "((+c.{}) OR EXISTS (SELECT 1 FROM identities i WHERE i.customer_number = c.number \
                 AND (({typed}) OR ({folded}))))",
                name.replace("AND name_folded", "AND c.name_folded")
            ),
        });
        self.on_customer = true;
    }

    /// The word that holds is that of the source with the greatest rank, of equals the one that spoke last.
    fn add_trait(&mut self, name: &str, is_wanted: &str) {
        let name = self.parameter(name);
        let rank =
            |alias: &str| format!("COALESCE((SELECT s.rank FROM trait_sources s WHERE s.source = {alias}.source), 0)");
        let (other, own) = (rank("n"), rank("t"));
        let holds = format!(
            "t.name = {name} AND {is_wanted} AND NOT EXISTS (SELECT 1 FROM traits n \
             WHERE n.customer_number = t.customer_number AND n.name = t.name AND n.source <> t.source \
             AND ({other}, n.at, n.source) > ({own}, t.at, t.source))"
        );
        self.push(match self.plan {
            Plan::Engine => format!("c.number IN (SELECT t.customer_number FROM traits t WHERE {holds})"),
            Plan::Walk => format!("EXISTS (SELECT 1 FROM traits t WHERE t.customer_number = c.number AND {holds})"),
        });
        self.on_customer = true;
    }

    fn add_months(&mut self, filter: &CustomerFilter) {
        self.customer("c.first_month =", filter.cohort);
        for month in [filter.bought_in, filter.active_in].into_iter().flatten() {
            self.on_customer = true;
            if let Some(cohort) = filter.cohort {
                let place = month - cohort;
                let (word, bit) = if place < MONTHS_PER_WORD {
                    ("c.active_months", place)
                } else {
                    ("c.active_months_later", place - MONTHS_PER_WORD)
                };
                let mask = if (0..MONTHS_PER_WORD).contains(&bit) { 1_i64 << bit } else { 0 };
                let mask = self.parameter(mask);
                self.push(format!("({word} & {mask}) <> 0"));
            } else {
                let month = self.parameter(month);
                self.push(format!(
                    "{}c.first_month BETWEEN {month} - {} AND {month} AND (CASE \
                     WHEN {month} - c.first_month < {MONTHS_PER_WORD} \
                     THEN c.active_months >> CAST({month} - c.first_month AS INTEGER) \
                     ELSE c.active_months_later >> CAST({month} - c.first_month - {MONTHS_PER_WORD} AS INTEGER) END & 1) = 1",
                    self.hidden(),
                    2 * MONTHS_PER_WORD - 1,
                ));
            }
        }
    }

    fn add_value(&mut self, filter: &CustomerFilter) {
        self.value("v.rfm_group =", filter.group.as_deref());
        self.value("v.cell =", filter.cell);
        self.value("v.r =", filter.r);
        self.value("v.f =", filter.f);
        self.value("v.m =", filter.m);
        self.value("v.lifetime_minor >=", filter.min_lifetime_minor);
        self.value("v.lifetime_minor <=", filter.max_lifetime_minor);
        self.value("v.historical_minor >=", filter.min_historical_minor);
        self.value("v.historical_minor <=", filter.max_historical_minor);
        self.value("v.current_minor >=", filter.min_current_minor);
        self.value("v.current_minor <=", filter.max_current_minor);
        self.value("v.potential_minor >=", filter.min_potential_minor);
        self.value("v.potential_minor <=", filter.max_potential_minor);
        self.value("v.profit_rank <=", filter.max_profit_rank);
        self.value("v.due_day <", filter.overdue_on);
        self.value("v.lifetime_percentile >=", filter.min_lifetime_percentile);
        self.value("v.lifetime_percentile <=", filter.max_lifetime_percentile);
    }
}
