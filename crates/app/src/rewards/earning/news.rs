//! Of which orders something was told behind a position.

use super::{EarningError, Wanted, id_of};
use crate::App;
use crate::pipeline::{keys_of_order, waiting_blocks};
use perennial_domain::fact::{FactKey, FactKind};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_store::{earning, sequences};
use std::collections::BTreeSet;

/// What is told by other kinds changes no order: gifts earn nothing, and a cancellation that takes something back is a refund.
const KINDS: [FactKind; 2] = [FactKind::Order, FactKind::Refund];

pub(super) struct News {
    /// All that was applied up to here is looked at.
    pub upto: i64,
    pub orders: BTreeSet<Wanted>,
}

/// Orders since `earliest`, and earlier known ones of which something came back.
pub(super) async fn news(app: &App, position: i64, earliest: Instant) -> Result<News, EarningError> {
    // The journal before history: what is handed over in between is found in both, and never in neither.
    let mut tx = app.store.read().await?;
    let upto = sequences::current(&mut tx, sequences::APPLIED_SEQUENCE).await?;
    let waiting = waiting_blocks(&mut tx, position, Some(upto)).await?;
    drop(tx);
    let mut found = Found { earliest, ordered: BTreeSet::new(), returned: BTreeSet::new() };
    for (_, block) in &waiting {
        for one in &block.facts {
            let fact = &one.fact;
            found.note(one.customer, (fact.kind, fact.key, fact.at), &block.source, fact.order_no.as_deref());
        }
    }
    let mut changes = app.history.changes(position, Some(&KINDS)).await?;
    while let Some(facts) = changes.next().await? {
        for fact in &facts {
            found.note(fact.customer, (fact.kind, fact.key, fact.at), &fact.source, fact.order_no.as_deref());
        }
    }
    let Found { mut ordered, returned, .. } = found;
    let returned: Vec<_> = returned.difference(&ordered).map(|wanted| id_of(*wanted)).collect();
    if !returned.is_empty() {
        // What came back of an order that earned nothing, or has not come yet, waits for that.
        let known = earning::load(&mut app.store.read().await?, &returned).await?;
        ordered.extend(known.into_iter().filter_map(|row| {
            let profile = CustomerNumber::from_stored(row.order.0)?;
            Some((profile, FactKey(u128::from_be_bytes(row.order.1))))
        }));
    }
    Ok(News { upto, orders: ordered })
}

struct Found {
    earliest: Instant,
    ordered: BTreeSet<Wanted>,
    returned: BTreeSet<Wanted>,
}

impl Found {
    fn note(
        &mut self,
        profile: Option<CustomerNumber>,
        (kind, key, at): (FactKind, FactKey, Instant),
        source: &str,
        order_no: Option<&str>,
    ) {
        // A guest's order is nobody's until it is told with its customer.
        let Some(profile) = profile else { return };
        match (kind, order_no) {
            (FactKind::Order, _) if at >= self.earliest => {
                self.ordered.insert((profile, key));
            }
            // What is told again of an order that earned may bear an earlier instant.
            (FactKind::Order, _) => {
                self.returned.insert((profile, key));
            }
            (FactKind::Refund, Some(order_no)) => {
                let [purchase, ..] = keys_of_order(source, order_no);
                self.returned.insert((profile, purchase));
            }
            _ => {}
        }
    }
}
