//! Who is due a usage card and has not answered it.

use super::register::{self, Card};
use super::{UsageCardError, order_of_delivery};
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_domain::usage_card::{due_at, open_until};
use perennial_store::usage_cards::{self as table, DueOf};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub card: String,
    pub customer: CustomerNumber,
    /// None where the delivery named no order.
    pub order_no: Option<String>,
    pub delivered_at: Instant,
    pub due_at: Instant,
    pub open_until: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuePage {
    pub items: Vec<Due>,
    /// Leads to the next page; none at the end.
    pub next: Option<String>,
}

/// Customers whom the actor sees, card by card in the order of their codes, the oldest delivery first. Of one card where
/// `card` names it. A page asks the database once for each card that it passes.
pub async fn due_cards(
    app: &App,
    actor: &Actor,
    card: Option<&str>,
    after: Option<&str>,
    limit: usize,
) -> Result<DuePage, UsageCardError> {
    require(actor, Right::CustomersRead)?;
    let now = app.clock.now();
    let mut after = after.map(|text| Place::parse(text).ok_or(UsageCardError::CursorMismatch)).transpose()?;
    let mut tx = app.store.read().await?;
    let mut cards = register::all(&mut tx).await?;
    if let Some(code) = card {
        cards.retain(|one| one.code == code);
        cards.first().ok_or(UsageCardError::NoCard)?;
    }
    cards.retain(|one| !one.settings.is_archived && after.as_ref().is_none_or(|place| one.code >= place.card));
    let mut items = Vec::new();
    let mut last = None;
    for card in &cards {
        let behind = after.take().filter(|place| place.card == card.code);
        let behind = behind.as_ref().map(|place| (place.at, place.part, place.delivery.as_str()));
        let wanted = i64::try_from(limit + 1 - items.len()).unwrap_or(i64::MAX);
        for row in table::due(&mut tx, actor.scope(), due_of(card, now), behind, wanted).await? {
            if items.len() == limit {
                return Ok(DuePage { items, next: last.map(|place: Place| place.text()) });
            }
            let Some(customer) = CustomerNumber::from_stored(row.customer_number) else { continue };
            let (delivered_at, settings) = (Instant(row.at), &card.settings);
            items.push(Due {
                card: card.code.clone(),
                customer,
                order_no: order_of_delivery(&row.delivery),
                delivered_at,
                due_at: due_at(delivered_at, settings.days_after),
                open_until: open_until(delivered_at, settings.days_after, settings.open_days),
            });
            last = Some(Place { card: card.code.clone(), at: row.at, part: row.part_number, delivery: row.delivery });
        }
    }
    Ok(DuePage { items, next: None })
}

fn due_of(card: &Card, now: Instant) -> DueOf<'_> {
    let settings = &card.settings;
    let before = |days: i64| now.0 - days * MICROS_PER_DAY;
    DueOf {
        card: &card.code,
        product: settings.product.as_deref().unwrap_or_default(),
        after: before(settings.days_after + settings.open_days),
        until: before(settings.days_after),
    }
}

/// Behind which item a page begins.
struct Place {
    card: String,
    at: i64,
    part: i64,
    delivery: String,
}

impl Place {
    /// The code of a card has no colon, and the delivery stands last.
    fn text(&self) -> String {
        format!("{}:{}:{}:{}", self.card, self.at, self.part, self.delivery)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, ':');
        let (card, at, part) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { card, at, part, delivery: parts.next()?.to_owned() })
    }
}
