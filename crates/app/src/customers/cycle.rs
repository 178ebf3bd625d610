//! When one customer is active, which touch-points they have reached, and what they did in the community.

use super::error::CustomerError;
use super::journey::{Reached, note_text};
use super::list::context;
use crate::App;
use crate::access::{Actor, require};
use crate::identity::whole;
use crate::stages;
use perennial_domain::access::Right;
use perennial_domain::activity::is_activity;
use perennial_domain::cycle::{ActiveTimes, active_times};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::stages::Stage;
use perennial_domain::time::Instant;
use perennial_store::customers as table;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behaviour {
    pub times: ActiveTimes,
    /// By code, of the whole life.
    pub touch_points: BTreeMap<String, Reached>,
    /// Events of the stage `interact` by name, of the whole life.
    pub community: BTreeMap<String, Reached>,
}

pub async fn customer_behaviour(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
) -> Result<Behaviour, CustomerError> {
    require(actor, Right::CustomersRead)?;
    let (whole, zone, stage_table) = {
        let mut tx = app.store.read().await?;
        let whole = whole(&mut tx, customer).await?;
        table::get(&mut tx, actor.scope(), i64::from(whole.customer.0)).await?.ok_or(CustomerError::NotFound)?;
        (whole, context(&mut tx).await?.zone, stages::current(&mut tx).await?)
    };
    let mut instants: Vec<Instant> = Vec::new();
    let mut touch_points = BTreeMap::new();
    let mut community = BTreeMap::new();
    let today = zone.day_of(app.clock.now());
    let since = zone.start_of_day(perennial_domain::cycle::first_day(today)).unwrap_or(Instant(i64::MIN));
    for part in &whole.parts {
        app.history
            .glance(*part, None, |one| {
                if one.at >= since && is_activity(one.kind, one.name) {
                    instants.push(one.at);
                }
                if let Some(code) = one.touch_point {
                    note_text(&mut touch_points, code, one.at);
                }
                if let Some(name) = one.name
                    && stage_table.stage_of(one.kind, one.name) == Stage::Interact
                {
                    note_text(&mut community, name, one.at);
                }
            })
            .await?;
    }
    Ok(Behaviour { times: active_times(instants, &zone, today), touch_points, community })
}
