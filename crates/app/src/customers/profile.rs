//! One customer's page.

use super::error::CustomerError;
use super::list::{Context, CustomerItem, context, sort_identifiers, with_identifiers};
use super::timeline::facts_of;
use super::value::{CustomerValueView, Life, value_view};
use crate::App;
use crate::access::{Actor, require};
use crate::fields::{Information, Seen, TraitSources, information_of};
use crate::identity::{Whole, whole};
use crate::tags::{TagPeriod, tags_in_tx};
use crate::value::ValueResult;
use perennial_domain::access::Right;
use perennial_domain::fact::FactKind;
use perennial_domain::fact_filter::FactFilter;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::spending::MonthSpending;
use perennial_domain::time::{Instant, Month, Zone};
use perennial_history::{HistoryFact, TIMELINE_PAGE_MAX};
use perennial_store::identity::{self, IdentityRow};
use perennial_store::traits::{self, TraitRow};
use perennial_store::{ReadTx, Scope, activity, customers as table};
use std::collections::BTreeMap;

/// Purchases and refunds of one customer that are looked at; a life longer than this is cut at its old end.
const FACTS_MAX: usize = 20 * TIMELINE_PAGE_MAX;

#[derive(Clone, Debug, PartialEq)]
pub struct CustomerProfile {
    pub item: CustomerItem,
    pub created_at: Instant,
    pub identities: Vec<IdentityRow>,
    pub traits: Vec<ProfileTrait>,
    pub value: Option<CustomerValueView>,
    pub spending: Vec<MonthSpending>,
    pub conflicts: Vec<IdentifierConflict>,
    /// `None` where no touch-point has seen the customer.
    pub activity: Option<CustomerActivity>,
    /// What stands, in the order in which it was set.
    pub tags: Vec<TagPeriod>,
    pub information: Information,
}

/// What touch-points saw of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomerActivity {
    pub events: i64,
    pub first_at: Instant,
    pub last_at: Instant,
}

/// The value of a trait that is believed, and what other sources say, in the order in which they would be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileTrait {
    pub name: String,
    pub now: TraitValue,
    pub earlier: Vec<TraitValue>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraitValue {
    pub value: String,
    pub source: String,
    pub at: Instant,
}

/// An identifier that came with this customer but belongs to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifierConflict {
    pub kind: String,
    pub value: String,
    pub other: CustomerNumber,
    pub at: Instant,
}

pub async fn customer_profile(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
) -> Result<CustomerProfile, CustomerError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let whole = whole(&mut tx, customer).await?;
    let number = i64::from(whole.customer.0);
    let context = context(&mut tx).await?;
    let row = table::get(&mut tx, actor.scope(), number).await?.ok_or(CustomerError::NotFound)?;
    let created_at = Instant(row.counters.created_at);
    let items = with_identifiers(&mut tx, vec![row], context.currency).await?;
    let item = items.into_iter().next().ok_or(CustomerError::NotFound)?;
    let mut identities = identity::of_customer(&mut tx, number).await?;
    sort_identifiers(&mut identities);
    let told = traits::of_customer(&mut tx, number).await?;
    let conflicts = conflicts_of(&mut tx, actor.scope(), &whole).await?;
    // In the transaction that read the customer's row of values: both are of one run.
    let result = crate::value::latest_in_tx(&mut tx).await?;
    let activity = activity::of_customer(&mut tx, number).await?.map(|row| CustomerActivity {
        events: row.events,
        first_at: Instant(row.first_at),
        last_at: Instant(row.last_at),
    });
    let parts: Vec<i64> = whole.parts.iter().map(|part| i64::from(part.0)).collect();
    let mut tags = tags_in_tx(&mut tx, &parts, app.clock.now()).await?;
    tags.retain(|tag| tag.ended.is_none());
    let seen = Seen { events: activity.map_or(0, |activity| activity.events), orders: item.row.counters.orders };
    let information = information_of(&mut tx, &parts, &told, seen).await?;
    let traits = traits_of(told, &TraitSources::load(&mut tx).await?);
    drop(tx);

    let facts = purchases_and_refunds(app, &whole.parts).await?;
    let spending = spending_by_month(&facts, &context.zone);
    let value = result.and_then(|result| value_of(&result, &item, &facts, &context));
    Ok(CustomerProfile {
        item,
        created_at,
        identities,
        traits,
        value,
        spending,
        conflicts,
        activity,
        tags,
        information,
    })
}

fn value_of(
    result: &ValueResult,
    item: &CustomerItem,
    facts: &[HistoryFact],
    context: &Context,
) -> Option<CustomerValueView> {
    let value = item.row.value.as_ref()?;
    let zone = Zone::parse(&result.definition.time_zone).unwrap_or_else(|| context.zone.clone());
    let life = Life::of(facts, &zone, result.as_of, result.definition.current_window_days);
    Some(value_view(value, result, &life))
}

/// Identifiers that belong to somebody else within the scope, as far as that is still so; the newest first.
async fn conflicts_of(
    tx: &mut ReadTx<'_>,
    scope: &Scope,
    whole: &Whole,
) -> Result<Vec<IdentifierConflict>, CustomerError> {
    let mut conflicts = Vec::new();
    for part in &whole.parts {
        for row in identity::conflicts_of_customer(tx, i64::from(part.0)).await? {
            // Nobody's: the customer has too many of the type.
            if row.other_number == 0 {
                continue;
            }
            let other = crate::identity::whole(tx, super::number_of(row.other_number)?).await?.customer;
            // Of whom somebody does not see, nothing is said.
            let is_seen = scope.is_everyone() || table::get(tx, scope, i64::from(other.0)).await?.is_some();
            if is_seen && other != whole.customer {
                conflicts.push(IdentifierConflict {
                    kind: row.kind,
                    value: row.value,
                    other,
                    at: Instant(row.seen_at),
                });
            }
        }
    }
    conflicts.sort_by(|one, other| (other.at, &one.kind, &one.value).cmp(&(one.at, &other.kind, &other.value)));
    Ok(conflicts)
}

fn traits_of(rows: Vec<TraitRow>, sources: &TraitSources) -> Vec<ProfileTrait> {
    let mut by_name: BTreeMap<String, Vec<TraitValue>> = BTreeMap::new();
    for row in rows {
        let value = TraitValue { value: row.value, source: row.source, at: Instant(row.at) };
        by_name.entry(row.name).or_default().push(value);
    }
    let mut traits = Vec::with_capacity(by_name.len());
    for (name, mut values) in by_name {
        // The same order as in the filter by trait: by the rank of the source, the latest, of equals the last by name.
        values.sort_by(|a, b| {
            (sources.rank(&b.source), b.at, &b.source).cmp(&(sources.rank(&a.source), a.at, &a.source))
        });
        let mut values = values.into_iter();
        if let Some(now) = values.next() {
            traits.push(ProfileTrait { name, now, earlier: values.collect() });
        }
    }
    traits
}

/// Newest first.
pub(super) async fn purchases_and_refunds(
    app: &App,
    parts: &[CustomerNumber],
) -> Result<Vec<HistoryFact>, CustomerError> {
    let kinds = FactFilter::of_kinds(Some(&[FactKind::Order, FactKind::Refund]));
    let mut facts: Vec<HistoryFact> = Vec::new();
    loop {
        let before = facts.last().map(|last| (last.at, last.key));
        let page = facts_of(app, parts, &kinds, before, TIMELINE_PAGE_MAX).await?;
        let last_page = page.len() < TIMELINE_PAGE_MAX;
        facts.extend(page);
        if last_page || facts.len() >= FACTS_MAX {
            return Ok(facts);
        }
    }
}

/// Months without purchases in between are there, with 0.
pub(super) fn spending_by_month(facts: &[HistoryFact], zone: &Zone) -> Vec<MonthSpending> {
    let mut months: BTreeMap<Month, (i64, u64)> = BTreeMap::new();
    for fact in facts {
        let sums = months.entry(zone.day_of(fact.at).month()).or_default();
        sums.0 = sums.0.saturating_add(fact.amount_minor.unwrap_or(0));
        sums.1 += u64::from(fact.kind == FactKind::Order && fact.first);
    }
    let (Some(first), Some(last)) = (months.keys().next().copied(), months.keys().next_back().copied()) else {
        return Vec::new();
    };
    (first.0..=last.0)
        .map(|month| {
            let (revenue_minor, orders) = months.get(&Month(month)).copied().unwrap_or_default();
            MonthSpending { month: Month(month), revenue_minor, orders }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_sources_that_are_believed_alike_the_newest_value_stands() {
        let row = |source: &str, value: &str, at: i64| TraitRow {
            customer_number: 1,
            name: "city".to_owned(),
            source: source.to_owned(),
            value: value.to_owned(),
            at,
        };
        let sources = TraitSources::usual();
        let traits = traits_of(vec![row("crm", "Leeds", 5), row("file", "York", 9), row("pos", "Hull", 1)], &sources);
        assert_eq!(traits.len(), 1);
        assert_eq!(traits[0].now.value, "York");
        let earlier: Vec<&str> = traits[0].earlier.iter().map(|value| value.value.as_str()).collect();
        assert_eq!(earlier, ["Leeds", "Hull"]);
    }
}
