//! All that is known of one customer, as rules see it.
//!
//! What waits in the journal for history counts as what is there: a fact is seen from the commit on that applied it. Of a
//! customer who was merged it is what all profiles have together.

use super::error::SegmentError;
use super::known::{Known, Looked, Registry, known_of};
use crate::App;
use crate::access::{Actor, require};
use crate::identity::whole;
use crate::pipeline::waiting_blocks;
use perennial_domain::access::Right;
use perennial_domain::fact::{AppliedBlock, FactKey, FactKind};
use perennial_domain::fact_filter::FactFilter;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rules::life::{Row, happened};
use perennial_domain::rules::oracle::History;
use perennial_domain::time::{Instant, Zone};
use perennial_history::{HistoryFact, TIMELINE_PAGE_MAX};
use perennial_store::{Scope, StoreError, customers};
use std::collections::BTreeSet;

/// Facts of one customer that a rule is answered over.
pub const FACTS_MAX: usize = 20_000;
/// How often history may grow while it is read.
const TRIES_MAX: usize = 5;

/// A customer as rules see them.
#[derive(Clone, Debug)]
pub struct Life {
    pub customer: CustomerNumber,
    pub history: History,
    /// Of the workspace.
    pub zone: Zone,
    /// When it was looked at.
    pub as_of: Instant,
}

/// Of a customer whom the actor sees.
pub async fn life_of(app: &App, actor: &Actor, customer: CustomerNumber) -> Result<Life, SegmentError> {
    require(actor, Right::CustomersRead)?;
    life_in(app, actor.scope(), customer).await
}

/// Of a customer within the scope.
pub(crate) async fn life_in(app: &App, scope: &Scope, customer: CustomerNumber) -> Result<Life, SegmentError> {
    for _ in 0..TRIES_MAX {
        let known = app.history.last_sequence().await?.unwrap_or(0);
        let now = app.clock.now();
        let mut tx = app.store.read().await?;
        let whole = whole(&mut tx, customer).await?;
        let row = customers::get(&mut tx, scope, i64::from(whole.customer.0)).await?;
        let row = row.ok_or(SegmentError::NoCustomer)?;
        let registry = Registry::load(&mut tx).await?;
        let Some(Known { fields, states, .. }) = known_of(&mut tx, &registry, &[row], Looked::ALL, now).await?.pop()
        else {
            return Err(SegmentError::NoCustomer);
        };
        let mut history = History { fields, states, facts: Vec::new() };
        let waiting = waiting_blocks(&mut tx, known, None).await?;
        drop(tx);
        let told = facts_of(app, &whole.parts).await?;
        // What moved from the journal to history meanwhile would be there twice, or not at all.
        if app.history.last_sequence().await?.unwrap_or(0) == known {
            history.facts = happened(&rows_of(&whole.parts, &told, &waiting)?);
            return Ok(Life { customer: whole.customer, history, zone: registry.zone, as_of: now });
        }
    }
    Err(StoreError::Busy("the history grew while it was read".to_owned()).into())
}

pub(crate) const KINDS: [FactKind; 6] =
    [FactKind::Order, FactKind::Gift, FactKind::Refund, FactKind::Event, FactKind::Page, FactKind::Screen];

async fn facts_of(app: &App, parts: &[CustomerNumber]) -> Result<Vec<HistoryFact>, SegmentError> {
    let wanted = FactFilter::of_kinds(Some(&KINDS));
    let mut facts: Vec<HistoryFact> = Vec::new();
    for part in parts {
        let mut before: Option<(Instant, FactKey)> = None;
        loop {
            let page = app.history.timeline_of(*part, &wanted, before, TIMELINE_PAGE_MAX).await?;
            let is_last = page.len() < TIMELINE_PAGE_MAX;
            before = page.last().map(|last| (last.at, last.key));
            facts.extend(page);
            if facts.len() > FACTS_MAX {
                return Err(SegmentError::TooManyFacts { max: FACTS_MAX });
            }
            if is_last {
                break;
            }
        }
    }
    Ok(facts)
}

fn rows_of<'f>(
    parts: &[CustomerNumber],
    told: &'f [HistoryFact],
    waiting: &'f [(i64, AppliedBlock)],
) -> Result<Vec<Row<'f>>, SegmentError> {
    let parts: BTreeSet<CustomerNumber> = parts.iter().copied().collect();
    let mut rows: Vec<Row<'f>> = told.iter().map(HistoryFact::row).collect();
    for (_, block) in waiting {
        let own = block.facts.iter().filter(|one| one.customer.is_some_and(|part| parts.contains(&part)));
        rows.extend(own.map(|one| Row::of(block, one)).filter(Row::counts));
    }
    if rows.len() > FACTS_MAX { Err(SegmentError::TooManyFacts { max: FACTS_MAX }) } else { Ok(rows) }
}
