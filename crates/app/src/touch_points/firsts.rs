//! What profiles do first, noted in the commit that applies the fact.
//!
//! `met` is the first fact that names a touch-point, `followed` the first event `Followed`, `registered` the first
//! `Signed Up` (the name in Segment's specification). They do not depend on the order of arrival.

use perennial_domain::arrival::FOLLOWED_EVENT;
use perennial_domain::clerks::SIGN_UP_EVENT;
use perennial_domain::fact::{AppliedBlock, AppliedFact, FactKind};
use perennial_store::touch_points::{FirstRow, add_firsts};
use perennial_store::{StoreError, WriteTx};
use std::collections::BTreeMap;

pub(crate) async fn note_firsts(tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    let mut firsts: BTreeMap<(i64, &'static str), (i64, String)> = BTreeMap::new();
    for one in &block.facts {
        let (Some(part), Some(tracked)) = (one.customer, one.fact.tracked.as_deref()) else { continue };
        let touch_point = tracked.touch_point.clone().unwrap_or_default();
        let met = (!touch_point.is_empty()).then_some("met");
        for what in met.into_iter().chain(event_of(one)) {
            let found = (one.fact.at.0, touch_point.clone());
            firsts
                .entry((i64::from(part.0), what))
                .and_modify(|first| *first = first.clone().min(found.clone()))
                .or_insert(found);
        }
    }
    let row = |((part_number, what), (at, touch_point))| FirstRow { part_number, what, at, touch_point };
    add_firsts(tx, &firsts.into_iter().map(row).collect::<Vec<_>>()).await
}

fn event_of(one: &AppliedFact) -> Option<&'static str> {
    if one.fact.kind != FactKind::Event {
        return None;
    }
    match one.fact.tracked.as_deref()?.name.as_deref()? {
        FOLLOWED_EVENT => Some("followed"),
        SIGN_UP_EVENT => Some("registered"),
        _ => None,
    }
}
