//! All that was told of orders, wherever it is by now: in the journal, or in history already.

use super::{EarningError, Wanted};
use crate::App;
use crate::pipeline::{keys_of_order, lines_known, waiting_blocks};
use perennial_domain::fact::{AppliedBlock, FactKey, FactKind};
use perennial_domain::fact_filter::FactFilter;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::earning::Bought;
use perennial_domain::rules::life::{Row, happened};
use perennial_domain::rules::oracle::{Happened, Kind, text_of};
use perennial_history::{HistoryFact, TIMELINE_PAGE_MAX};
use perennial_store::orders::{self, OrderRow};
use perennial_store::{StoreError, earning::OrderId};
use std::collections::{BTreeMap, HashMap};

/// What makes an order what it is.
const KINDS: [FactKind; 3] = [FactKind::Order, FactKind::Gift, FactKind::Refund];
/// How often history may grow while it is read.
const TRIES_MAX: usize = 5;

/// An order as all that was told of it says.
pub(super) struct Told {
    pub order: Wanted,
    pub order_no: Option<String>,
    /// None where it was cancelled, and nothing is left of it.
    pub bought: Option<Bought>,
}

/// What history does not have yet, by profile; kept from one portion of orders to the next.
pub(super) struct Waiting {
    in_history: i64,
    blocks: Vec<(i64, AppliedBlock)>,
    of_profile: HashMap<CustomerNumber, Vec<(usize, usize)>>,
}

impl Waiting {
    async fn read(app: &App, in_history: i64) -> Result<Self, EarningError> {
        let blocks = waiting_blocks(&mut app.store.read().await?, in_history, None).await?;
        let mut of_profile: HashMap<CustomerNumber, Vec<(usize, usize)>> = HashMap::new();
        for (block, (_, told)) in blocks.iter().enumerate() {
            for (place, one) in told.facts.iter().enumerate() {
                if let Some(profile) = one.customer.filter(|_| KINDS.contains(&one.fact.kind)) {
                    of_profile.entry(profile).or_default().push((block, place));
                }
            }
        }
        Ok(Self { in_history, blocks, of_profile })
    }

    fn rows(&self, profile: CustomerNumber) -> Vec<Row<'_>> {
        let places = self.of_profile.get(&profile).map(Vec::as_slice).unwrap_or_default();
        let row = |(block, place): &(usize, usize)| {
            let (_, block) = &self.blocks[*block];
            Row::of(block, &block.facts[*place])
        };
        places.iter().map(row).collect()
    }
}

/// What was told of these orders; nothing of one that cannot be found.
pub(super) async fn told(
    app: &App,
    waiting: &mut Option<Waiting>,
    wanted: &[Wanted],
) -> Result<Vec<Told>, EarningError> {
    let mut by_profile: BTreeMap<CustomerNumber, Vec<FactKey>> = BTreeMap::new();
    for (profile, key) in wanted {
        by_profile.entry(*profile).or_default().push(*key);
    }
    for _ in 0..TRIES_MAX {
        let in_history = app.history.last_sequence().await?.unwrap_or(0);
        let waiting = match waiting.take().filter(|one| one.in_history == in_history) {
            Some(known) => waiting.insert(known),
            None => waiting.insert(Waiting::read(app, in_history).await?),
        };
        let known = known_orders(app, waiting, &by_profile).await?;
        let mut found = Vec::with_capacity(wanted.len());
        for (profile, keys) in &by_profile {
            let rows = waiting.rows(*profile);
            // A new order is read from the journal as it is, without a look into history.
            let is_whole = keys.iter().all(|key| is_whole(*profile, *key, &rows, &known));
            let earlier = if is_whole { Vec::new() } else { facts_of(app, *profile).await? };
            let rows: Vec<Row<'_>> = earlier.iter().map(HistoryFact::row).chain(rows).collect();
            let life = happened(&rows);
            found.extend(keys.iter().filter_map(|key| told_of((*profile, *key), &rows, &life)));
        }
        if app.history.last_sequence().await?.unwrap_or(0) == in_history {
            return Ok(found);
        }
    }
    Err(StoreError::Busy("the history grew while it was read".to_owned()).into())
}

/// The purchase, the refunds and the cancellation of an order, by the row that tells of the purchase.
fn keys(key: FactKey, rows: &[Row<'_>]) -> Option<[FactKey; 3]> {
    let order = rows.iter().find(|row| row.key == key && row.kind == FactKind::Order)?;
    Some(keys_of_order(order.source, order.order_no?))
}

async fn known_orders(
    app: &App,
    waiting: &Waiting,
    by_profile: &BTreeMap<CustomerNumber, Vec<FactKey>>,
) -> Result<HashMap<OrderId, OrderRow>, StoreError> {
    let mut ids: Vec<OrderId> = Vec::new();
    for (profile, wanted) in by_profile {
        let rows = waiting.rows(*profile);
        let all = wanted.iter().filter_map(|key| keys(*key, &rows)).flatten();
        ids.extend(all.map(|key| super::id_of((*profile, key))));
    }
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = orders::load(&mut app.store.read().await?, &ids).await?;
    Ok(rows.into_iter().map(|row| ((row.customer_number, row.order_key), row)).collect())
}

/// Whether the rows that history does not have are all that was told of an order: as many lines as are known of it.
fn is_whole(profile: CustomerNumber, key: FactKey, rows: &[Row<'_>], known: &HashMap<OrderId, OrderRow>) -> bool {
    let Some(keys) = keys(key, rows) else { return false };
    keys.iter().enumerate().all(|(place, key)| {
        let told: usize = rows.iter().filter(|row| row.key == *key).map(|row| row.lines.len()).sum();
        match known.get(&super::id_of((profile, *key))) {
            // A cancellation that is to take back what has not come yet has taken nothing.
            Some(row) if place == 0 || row.kind == FactKind::Refund.code() => lines_known(row) == told,
            Some(_) => told == 0,
            None => place > 0 && told == 0,
        }
    })
}

async fn facts_of(app: &App, profile: CustomerNumber) -> Result<Vec<HistoryFact>, EarningError> {
    let wanted = FactFilter::of_kinds(Some(&KINDS));
    let mut facts: Vec<HistoryFact> = Vec::new();
    loop {
        let before = facts.last().map(|last| (last.at, last.key));
        let page = app.history.timeline_of(profile, &wanted, before, TIMELINE_PAGE_MAX).await?;
        let is_last = page.len() < TIMELINE_PAGE_MAX;
        facts.extend(page);
        if is_last {
            return Ok(facts);
        }
    }
}

fn told_of(order: Wanted, rows: &[Row<'_>], life: &[Happened]) -> Option<Told> {
    let (_, key) = order;
    let lead = rows.iter().find(|row| row.key == key && row.kind == FactKind::Order)?;
    let of_order = |one: &&Happened| {
        let properties = &one.properties;
        one.kind == Kind::Refund
            && lead.order_no.is_some()
            && text_of(properties, "order_no") == lead.order_no
            && text_of(properties, "source") == Some(lead.source)
    };
    let refunds: Vec<&Happened> = life.iter().filter(of_order).collect();
    let bought = life.iter().find(|one| one.key == key && one.kind == Kind::Order);
    let bought = bought.map(|one| Bought::of(one.clone(), &refunds));
    Some(Told { order, order_no: lead.order_no.map(str::to_owned), bought })
}
