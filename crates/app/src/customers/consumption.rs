//! What one customer buys, what came back and what they complained of; and which topics they open.

use crate::access::Actor;
use crate::identity::whole;
use crate::segments::{SegmentError, life_of};
use crate::{App, settings};
use perennial_domain::consumption::{Consumption, consumption_of};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::interests::{TopicInterest, interests_of};
use perennial_domain::money::Currency;
use perennial_domain::rules::value::Value;
use perennial_domain::time::Instant;
use perennial_store::{scores, tickets};

/// The field that says what somebody mainly wants of the brand.
const MAIN_WISH: &str = "main_wish";

#[derive(Clone, Debug, PartialEq)]
pub struct CustomerConsumption {
    pub as_of: Instant,
    pub currency: Option<Currency>,
    pub bought: Consumption,
    /// In the words of the customer, or of whoever wrote it down.
    pub main_wish: Option<String>,
    pub tickets: Tickets,
    pub interests: Vec<TopicInterest>,
    /// `price` or `content` with how sure that is, in percent; as of the last daily run.
    pub sensitivity: Option<(String, i64)>,
}

/// Of the customer's profiles together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tickets {
    pub open: usize,
    pub closed: usize,
}

/// Of a customer whom the actor sees, as things are now.
pub async fn customer_consumption(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
) -> Result<CustomerConsumption, SegmentError> {
    let life = life_of(app, actor, customer).await?;
    let mut tx = app.store.read().await?;
    let currency = settings::current(&mut tx).await?.currency;
    let parts: Vec<i64> = whole(&mut tx, life.customer).await?.parts.iter().map(|part| i64::from(part.0)).collect();
    let tickets = tickets::of_parts(&mut tx, &parts).await?;
    let scores = scores::of_customers(&mut tx, &[i64::from(life.customer.0)]).await?.pop();
    drop(tx);
    let open = tickets.iter().filter(|ticket| ticket.closed_at.is_none()).count();
    let facts = &life.history.facts;
    let main_wish = match life.history.fields.get(MAIN_WISH).and_then(|values| values.first()) {
        Some(Value::Text(wish)) => Some(wish.clone()),
        _ => None,
    };
    Ok(CustomerConsumption {
        as_of: life.as_of,
        currency,
        bought: consumption_of(facts, life.as_of, &life.zone, currency),
        main_wish,
        tickets: Tickets { open, closed: tickets.len() - open },
        interests: interests_of(facts, Instant(life.as_of.0.saturating_add(1))),
        sensitivity: scores.and_then(|row| Some((row.sensitivity?, row.sensitivity_percent?))),
    })
}
