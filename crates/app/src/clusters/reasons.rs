//! Reasons that surveys gave, coded as the values of a field, by cluster.
//!
//! Forms, usage cards and people who write down fill fields; so an answer is believed, merged, parted and erased as any other
//! value. Whoever answered several reasons counts for each of them, and once among those who answered.

use super::ClusteringError;
use crate::App;
use crate::access::{Actor, require};
use crate::segments::{Registry, believed};
use perennial_domain::access::Right;
use perennial_domain::cluster::{Share, share_of};
use perennial_domain::field::FieldKind;
use perennial_domain::rules::value::Value;
use perennial_index::Set;
use perennial_store::traits::TraitRow;
use perennial_store::{clusters as table, customers};
use std::collections::BTreeMap;

/// Rows that are read at a time, each time in a transaction of its own: millions may have answered. A customer has one from each
/// source that speaks of the field.
const ROWS: i64 = 10_000;
/// The most given ones; the rest is in no share.
const REASONS_TOLD: usize = 20;

#[derive(Clone, Debug, PartialEq)]
pub struct Reasons {
    pub field: String,
    /// Customers whom the actor sees who gave a reason.
    pub answered: u64,
    /// By the number of the cluster.
    pub answered_in: BTreeMap<i64, u64>,
    /// The most given first.
    pub items: Vec<Reason>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    pub value: String,
    /// Of all who answered.
    pub share: Share,
    /// Of those who answered in each cluster.
    pub clusters: Vec<ReasonIn>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ReasonIn {
    pub number: i64,
    pub share: Share,
}

pub async fn reasons(app: &App, actor: &Actor, id: &str, field: &str) -> Result<Reasons, ClusteringError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    table::get(&mut tx, id).await?.ok_or(ClusteringError::NoClustering)?;
    let kind = crate::fields::Rules::load(&mut tx).await?.of(field).map(|rule| rule.kind);
    if !matches!(kind, Some(FieldKind::Choice | FieldKind::Choices)) {
        return Err(ClusteringError::field("field", "a field of the registry that is a choice, or choices"));
    }
    let registry = Registry::load(&mut tx).await?;
    let seen: Option<Set> = if actor.scope().is_everyone() {
        None
    } else {
        let numbers = customers::numbers_within(&mut tx, actor.scope()).await?;
        Some(numbers.into_iter().filter_map(|number| u32::try_from(number).ok()).collect())
    };
    drop(tx);
    let mut counts = Counts::default();
    let mut after = 0;
    loop {
        let mut rows = table::told_of_field(&mut app.store.read().await?, id, field, after, ROWS).await?;
        let is_full = rows.len() as i64 == ROWS;
        let last = rows.last().map(|(row, _)| row.customer_number);
        if is_full && rows.first().map(|(row, _)| row.customer_number) != last {
            // The last one may have more rows.
            rows.retain(|(row, _)| Some(row.customer_number) != last);
        }
        let Some(last) = rows.last().map(|(row, _)| row.customer_number) else { break };
        after = last;
        let mut by_customer: BTreeMap<i64, (Vec<TraitRow>, Option<i64>)> = BTreeMap::new();
        for (row, cluster) in rows {
            let one = by_customer.entry(row.customer_number).or_default();
            one.0.push(row);
            one.1 = cluster;
        }
        for (customer, (rows, cluster)) in by_customer {
            let is_seen = |seen: &Set| u32::try_from(customer).is_ok_and(|number| seen.contains(number));
            if seen.as_ref().is_none_or(is_seen) {
                counts.add(believed(rows, &registry).remove(field).unwrap_or_default(), cluster);
            }
        }
        if !is_full {
            break;
        }
    }
    Ok(counts.told(field))
}

#[derive(Default)]
struct Counts {
    answered: u64,
    answered_in: BTreeMap<i64, u64>,
    given: BTreeMap<String, (u64, BTreeMap<i64, u64>)>,
}

impl Counts {
    fn add(&mut self, given: Vec<Value>, cluster: Option<i64>) {
        let texts: Vec<String> = given
            .into_iter()
            .filter_map(|value| if let Value::Text(text) = value { Some(text) } else { None })
            .collect();
        if texts.is_empty() {
            return;
        }
        self.answered += 1;
        if let Some(cluster) = cluster {
            *self.answered_in.entry(cluster).or_default() += 1;
        }
        for text in texts {
            let one = self.given.entry(text).or_default();
            one.0 += 1;
            if let Some(cluster) = cluster {
                *one.1.entry(cluster).or_default() += 1;
            }
        }
    }

    fn told(self, field: &str) -> Reasons {
        let Self { answered, answered_in, given } = self;
        let mut items: Vec<Reason> = given
            .into_iter()
            .filter_map(|(value, (count, by_cluster))| {
                let of_cluster = |(number, of): (&i64, &u64)| {
                    let count = by_cluster.get(number).copied().unwrap_or_default();
                    Some(ReasonIn { number: *number, share: share_of(count, *of)? })
                };
                let clusters = answered_in.iter().filter_map(of_cluster).collect();
                Some(Reason { value, share: share_of(count, answered)?, clusters })
            })
            .collect();
        items.sort_by(|a, b| b.share.count.cmp(&a.share.count).then_with(|| a.value.cmp(&b.value)));
        items.truncate(REASONS_TOLD);
        Reasons { field: field.to_owned(), answered, answered_in, items }
    }
}
