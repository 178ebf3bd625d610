//! Values that the workspace has, for whoever makes layers of them: cities, categories of goods, activities.
//!
//! They are told to all who see any customer, so one counts where [`CUSTOMERS_MIN`] customers have it: of fewer it would
//! say who they are.

use super::run::Span;
use perennial_domain::powers::JOINED_EVENT;
use perennial_domain::rules::oracle::{Happened, Kind};
use perennial_domain::rules::value::Value;
use perennial_domain::time::MICROS_PER_DAY;
use perennial_store::scores::ValueRow;
use perennial_store::{ReadTx, StoreError, traits};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// The trait.
pub(crate) const CITIES: &str = "city";
/// Of lines.
pub(crate) const CATEGORIES: &str = "category";
/// That somebody joined.
pub(crate) const ACTIVITIES: &str = "activity";

const CUSTOMERS_MIN: i64 = 5;
/// Up to today; cities are those of today.
const DAYS: i64 = 180;
/// Different ones that are counted, and kept of a kind.
const COUNTED_MAX: usize = 10_000;
const KEPT_MAX: usize = 100;
/// Longer ones are no names.
const CHARACTERS_MAX: usize = 200;

/// How many customers told a value.
#[derive(Default)]
pub(super) struct Noted(BTreeMap<(&'static str, String), i64>);

impl Noted {
    /// The facts of a customer whom it does not have yet.
    pub fn note(&mut self, facts: &[Happened], span: Span) {
        let from = span.until.0.saturating_sub(DAYS * MICROS_PER_DAY);
        let mut own = BTreeSet::new();
        for fact in facts.iter().filter(|fact| from <= fact.at.0 && fact.at < span.until) {
            let text = |values: Option<&Vec<Value>>| match values.map(Vec::as_slice) {
                Some([Value::Text(text)]) if is_name(text) => Some(text.clone()),
                _ => None,
            };
            match &fact.kind {
                Kind::Order => {
                    let categories = fact.lines.iter().filter_map(|line| text(line.get("category")));
                    own.extend(categories.map(|value| (CATEGORIES, value)));
                }
                Kind::Event(name) if name == JOINED_EVENT => {
                    own.extend(text(fact.properties.get("event_id")).map(|value| (ACTIVITIES, value)));
                }
                _ => {}
            }
        }
        own.into_iter().for_each(|value| self.add(value, 1));
    }

    fn add(&mut self, value: (&'static str, String), customers: i64) {
        let has_room = self.0.len() < COUNTED_MAX;
        match self.0.entry(value) {
            Entry::Occupied(mut known) => *known.get_mut() += customers,
            Entry::Vacant(new) if has_room => {
                new.insert(customers);
            }
            Entry::Vacant(_) => {}
        }
    }

    pub fn add_all(&mut self, other: Self) {
        other.0.into_iter().for_each(|(value, customers)| self.add(value, customers));
    }

    /// Of each kind those that most customers have.
    pub fn most(self) -> Vec<ValueRow> {
        let enough = self.0.into_iter().filter(|(_, customers)| *customers >= CUSTOMERS_MIN);
        let row =
            |((kind, value), customers): ((&str, String), i64)| ValueRow { kind: kind.to_owned(), value, customers };
        let mut rows: Vec<ValueRow> = enough.map(row).collect();
        rows.sort_by(|one, other| (other.customers, &one.value).cmp(&(one.customers, &other.value)));
        let mut kept = Vec::new();
        for kind in [CATEGORIES, ACTIVITIES] {
            kept.extend(rows.iter().filter(|row| row.kind == kind).take(KEPT_MAX).cloned());
        }
        kept
    }
}

/// Where customers live, as their traits say.
pub(super) async fn cities(tx: &mut ReadTx<'_>) -> Result<Vec<ValueRow>, StoreError> {
    let found = traits::frequent_values(tx, CITIES, CUSTOMERS_MIN, KEPT_MAX as i64).await?;
    let row = |(value, customers): (String, i64)| ValueRow { kind: CITIES.to_owned(), value, customers };
    Ok(found.into_iter().filter(|(value, _)| is_name(value)).map(row).collect())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= CHARACTERS_MAX
}
