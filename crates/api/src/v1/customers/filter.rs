//! The filter parameters that list and export share, from text to what they mean.
//!
//! All are read as text, because `trait.NAME` may be anything; each is then parsed on its own, and all
//! that cannot be read are told at once.

use crate::problem::{Problem, ProblemField};
use perennial_app::customers::{CustomerQuery, CustomerSort, ExportFormat, SortOrder};
use perennial_domain::time::{Day, Month};
use perennial_domain::touch_point::is_code;
use perennial_domain::value::RfmGroup;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::str::FromStr;
use utoipa::IntoParams;

const TRAIT_PREFIX: &str = "trait.";
const TRAITS_MAX: usize = 5;
const TAGS_MAX: usize = 5;
const SEARCH_CHARACTERS_MAX: usize = 200;

/// All are optional and must hold together. `trait.NAME=value` filters by a trait.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct FilterParams {
    /// An identifier or a name begins with this.
    pub search: Option<String>,
    /// One of the eight RFM groups, such as `champions`.
    pub group: Option<String>,
    /// An RFM cell such as 555.
    #[param(value_type = Option<i64>)]
    pub cell: Option<String>,
    /// Recency score, 1 to 5.
    #[param(value_type = Option<i64>)]
    pub r: Option<String>,
    /// Frequency score, 1 to 5.
    #[param(value_type = Option<i64>)]
    pub f: Option<String>,
    /// Monetary score, 1 to 5.
    #[param(value_type = Option<i64>)]
    pub m: Option<String>,
    #[param(value_type = Option<i64>)]
    pub min_orders: Option<String>,
    #[param(value_type = Option<i64>)]
    pub max_orders: Option<String>,
    /// Net revenue, in the smallest unit.
    #[param(value_type = Option<i64>)]
    pub min_revenue_minor: Option<String>,
    #[param(value_type = Option<i64>)]
    pub max_revenue_minor: Option<String>,
    #[param(value_type = Option<i64>)]
    pub min_lifetime_minor: Option<String>,
    #[param(value_type = Option<i64>)]
    pub max_lifetime_minor: Option<String>,
    #[param(value_type = Option<i64>)]
    pub min_historical_minor: Option<String>,
    #[param(value_type = Option<i64>)]
    pub max_historical_minor: Option<String>,
    #[param(value_type = Option<i64>)]
    pub min_current_minor: Option<String>,
    #[param(value_type = Option<i64>)]
    pub max_current_minor: Option<String>,
    #[param(value_type = Option<i64>)]
    pub min_potential_minor: Option<String>,
    #[param(value_type = Option<i64>)]
    pub max_potential_minor: Option<String>,
    /// The so many most profitable customers so far: a place is taken once, so there are exactly so many.
    #[param(value_type = Option<i64>, minimum = 1)]
    pub max_profit_rank: Option<String>,
    /// Month of the first purchase.
    #[param(example = "2010-12")]
    pub cohort: Option<String>,
    /// Bought in this month.
    #[param(example = "2011-01")]
    pub bought_in: Option<String>,
    /// Bought in this month too.
    #[param(example = "2011-02")]
    pub active_in: Option<String>,
    /// The last purchase lies before this day.
    #[param(example = "2011-09-01")]
    pub last_purchase_before: Option<String>,
    /// The last purchase lies on this day or later.
    #[param(example = "2011-09-01")]
    pub last_purchase_after: Option<String>,
    /// `true`: the next purchase was expected before the day of the values.
    #[param(value_type = Option<bool>)]
    pub overdue: Option<String>,
    /// Rank by lifetime value, 0 to 100.
    #[param(value_type = Option<f64>)]
    pub value_percentile_min: Option<String>,
    #[param(value_type = Option<f64>)]
    pub value_percentile_max: Option<String>,
    /// Has this tag, by its code; several with commas between them: has each.
    #[param(example = "vip,intent")]
    pub tag: Option<String>,
    /// `true`: a file or a system of the brand told of them, and a touch-point met them; old customers who were recognised.
    #[param(value_type = Option<bool>)]
    pub recognised: Option<String>,
    /// Only for lists: how many items, 1 to 200; 50 when absent.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<String>,
    /// Only for lists: `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Only for lists: `lifetime_value` (when absent), `potential_value`, `current_value`, `historical_value`,
    /// `revenue`, `orders`, `last_purchase_at`, `first_purchase_at`, `probability_active`, `expected_orders`, `number`.
    pub sort: Option<String>,
    /// Only for lists: `desc` (when absent) or `asc`.
    pub order: Option<String>,
    /// Only for exports: `csv` (when absent) or `parquet`.
    pub format: Option<String>,
    /// Only for exports that are not masked: `true` adds a last column `phones`.
    #[param(value_type = Option<bool>)]
    pub phones: Option<String>,
    #[serde(flatten)]
    #[param(ignore)]
    pub rest: BTreeMap<String, String>,
}

/// Collects what cannot be read.
#[derive(Default)]
pub struct Reader {
    problems: Vec<ProblemField>,
}

impl Reader {
    fn refuse(&mut self, name: &str, allowed: &str) {
        self.problems.push(ProblemField::new(name, "malformed", allowed));
    }

    /// An empty parameter is an absent one: forms send them.
    pub fn read<T>(
        &mut self,
        name: &str,
        text: Option<&String>,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = text.map(|text| text.trim()).filter(|text| !text.is_empty())?;
        let value = parse(text);
        if value.is_none() {
            self.refuse(name, allowed);
        }
        value
    }

    fn number(&mut self, name: &str, text: Option<&String>) -> Option<i64> {
        self.read(name, text, "a whole number", |text| i64::from_str(text).ok())
    }

    fn score(&mut self, name: &str, text: Option<&String>) -> Option<i64> {
        self.read(name, text, "1 to 5", |text| i64::from_str(text).ok().filter(|score| (1..=5).contains(score)))
    }

    fn percentile(&mut self, name: &str, text: Option<&String>) -> Option<f64> {
        let parse = |text: &str| f64::from_str(text).ok().filter(|share| (0.0..=100.0).contains(share));
        self.read(name, text, "0 to 100", parse)
    }

    fn month(&mut self, name: &str, text: Option<&String>) -> Option<Month> {
        self.read(name, text, "a month such as 2010-12", Month::parse_iso)
    }

    fn day(&mut self, name: &str, text: Option<&String>) -> Option<Day> {
        self.read(name, text, "a day such as 2011-09-01", Day::parse_iso)
    }

    pub fn finish(self) -> Result<(), Problem> {
        if self.problems.is_empty() { Ok(()) } else { Err(Problem::invalid(self.problems)) }
    }
}

impl FilterParams {
    pub fn query(&self, reader: &mut Reader) -> CustomerQuery {
        let cells = |text: &str| {
            let cell = i64::from_str(text).ok()?;
            let digits_fit = text.len() == 3 && text.bytes().all(|digit| (b'1'..=b'5').contains(&digit));
            digits_fit.then_some(cell)
        };
        let group = |text: &str| RfmGroup::ALL.into_iter().find(|group| group.code() == text);
        let short = |text: &str| (text.chars().count() <= SEARCH_CHARACTERS_MAX).then(|| text.to_owned());
        let flag = |text: &str| bool::from_str(text).ok();
        let tags = |text: &str| {
            let codes: Vec<String> = text.split(',').map(|code| code.trim().to_owned()).collect();
            (codes.len() <= TAGS_MAX && codes.iter().all(|code| is_code(code))).then_some(codes)
        };
        let rank = |text: &str| i64::from_str(text).ok().filter(|rank| *rank >= 1);
        CustomerQuery {
            search: reader.read("search", self.search.as_ref(), "at most 200 characters", short),
            group: reader.read("group", self.group.as_ref(), &RfmGroup::ALL.map(RfmGroup::code).join(", "), group),
            cell: reader.read("cell", self.cell.as_ref(), "three digits from 1 to 5, such as 555", cells),
            r: reader.score("r", self.r.as_ref()),
            f: reader.score("f", self.f.as_ref()),
            m: reader.score("m", self.m.as_ref()),
            min_orders: reader.number("min_orders", self.min_orders.as_ref()),
            max_orders: reader.number("max_orders", self.max_orders.as_ref()),
            min_revenue_minor: reader.number("min_revenue_minor", self.min_revenue_minor.as_ref()),
            max_revenue_minor: reader.number("max_revenue_minor", self.max_revenue_minor.as_ref()),
            min_lifetime_minor: reader.number("min_lifetime_minor", self.min_lifetime_minor.as_ref()),
            max_lifetime_minor: reader.number("max_lifetime_minor", self.max_lifetime_minor.as_ref()),
            min_historical_minor: reader.number("min_historical_minor", self.min_historical_minor.as_ref()),
            max_historical_minor: reader.number("max_historical_minor", self.max_historical_minor.as_ref()),
            min_current_minor: reader.number("min_current_minor", self.min_current_minor.as_ref()),
            max_current_minor: reader.number("max_current_minor", self.max_current_minor.as_ref()),
            min_potential_minor: reader.number("min_potential_minor", self.min_potential_minor.as_ref()),
            max_potential_minor: reader.number("max_potential_minor", self.max_potential_minor.as_ref()),
            max_profit_rank: reader.read("max_profit_rank", self.max_profit_rank.as_ref(), "1 or more", rank),
            cohort: reader.month("cohort", self.cohort.as_ref()),
            bought_in: reader.month("bought_in", self.bought_in.as_ref()),
            active_in: reader.month("active_in", self.active_in.as_ref()),
            last_purchase_before: reader.day("last_purchase_before", self.last_purchase_before.as_ref()),
            last_purchase_after: reader.day("last_purchase_after", self.last_purchase_after.as_ref()),
            overdue: reader.read("overdue", self.overdue.as_ref(), "true or false", flag).unwrap_or(false),
            value_percentile_min: reader.percentile("value_percentile_min", self.value_percentile_min.as_ref()),
            value_percentile_max: reader.percentile("value_percentile_max", self.value_percentile_max.as_ref()),
            traits: self.traits(reader),
            tags: reader.read("tag", self.tag.as_ref(), "one to five codes of tags", tags).unwrap_or_default(),
            recognised: reader.read("recognised", self.recognised.as_ref(), "true or false", flag).unwrap_or(false),
        }
    }

    /// What an export is asked for: whom, as what, and whether with their phone numbers.
    pub fn export(&self) -> Result<(CustomerQuery, ExportFormat, bool), Problem> {
        let mut reader = Reader::default();
        let query = self.query(&mut reader);
        let format = reader.read("format", self.format.as_ref(), "csv or parquet", ExportFormat::parse);
        let phones = reader.read("phones", self.phones.as_ref(), "true or false", |text| bool::from_str(text).ok());
        reader.finish()?;
        Ok((query, format.unwrap_or(ExportFormat::Csv), phones.unwrap_or(false)))
    }

    fn traits(&self, reader: &mut Reader) -> Vec<(String, String)> {
        let mut traits = Vec::new();
        for (name, value) in &self.rest {
            match name.strip_prefix(TRAIT_PREFIX) {
                Some(name) if !name.is_empty() => traits.push((name.to_owned(), value.clone())),
                _ => reader.problems.push(ProblemField::new(name, "unknown_parameter", "a documented parameter")),
            }
        }
        if traits.len() > TRAITS_MAX {
            reader.refuse("trait", "at most five traits");
        }
        traits
    }

    pub fn sort(&self, reader: &mut Reader) -> (CustomerSort, SortOrder) {
        let allowed = CustomerSort::ALL.map(CustomerSort::code).join(", ");
        let sort = reader.read("sort", self.sort.as_ref(), &allowed, CustomerSort::parse);
        let order = reader.read("order", self.order.as_ref(), "desc or asc", |text| match text {
            "desc" => Some(SortOrder::Descending),
            "asc" => Some(SortOrder::Ascending),
            _ => None,
        });
        (sort.unwrap_or(CustomerSort::LifetimeValue), order.unwrap_or(SortOrder::Descending))
    }

    pub fn limit(&self, reader: &mut Reader) -> usize {
        let within = |limit: &usize| (1..=crate::page::LIMIT_MAX).contains(limit);
        let parse = |text: &str| usize::from_str(text).ok().filter(within);
        reader.read("limit", self.limit.as_ref(), "1 to 200", parse).unwrap_or(crate::page::LIMIT_DEFAULT)
    }
}
