//! The pool: who can be reached now, without paying for it again.

use super::{ReachError, channels};
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::money::Currency;
use perennial_domain::progress::slot_of;
use perennial_domain::reach::{Channel, Masks, cost_of_minor};
use perennial_domain::time::{Day, Instant, Zone};
use perennial_store::reach::{self as table, PoolChannel as Asked};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolChannel {
    pub channel: Channel,
    /// Customers with an identifier of the channel.
    pub contacts: i64,
    /// Those of them whom a message may go to now.
    pub reachable: i64,
    /// Those whose word, or want of one, keeps it closed.
    pub withheld: i64,
    /// Those who have had as many messages as the quota allows; of these some are withheld too.
    pub exhausted: i64,
    /// What one message to each who is reachable costs.
    pub cost_of_all_minor: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    pub as_of: Instant,
    pub currency: Option<Currency>,
    /// Customers with an identifier of any channel.
    pub contacts: i64,
    /// Those whom a message may go to now over at least one.
    pub reachable: i64,
    /// In the order of the settings.
    pub channels: Vec<PoolChannel>,
}

/// Of all customers.
pub async fn pool(app: &App, actor: &Actor) -> Result<Pool, ReachError> {
    require(actor, Right::TouchPointsRead)?;
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let settings = crate::settings::current(&mut tx).await?;
    let channels = channels::current(&mut tx).await?.channels;
    let asked: Vec<Asked> = channels.iter().map(|channel| asked(channel, &settings.zone(), now)).collect();
    let counted = table::pool(&mut tx, &asked).await?;
    drop(tx);
    let sum = |holds: &dyn Fn(Masks) -> bool| counted.iter().filter(|(masks, _)| holds(*masks)).map(|(_, of)| of).sum();
    let reaches = |masks: Masks, place: usize| masks.is_reachable(place, channels[place].consent);
    let of_channel = |(place, channel): (usize, &Channel)| {
        let reachable = sum(&|masks| reaches(masks, place));
        PoolChannel {
            contacts: sum(&|masks| masks.is_contact(place)),
            reachable,
            withheld: sum(&|masks| masks.is_withheld(place, channel.consent)),
            exhausted: sum(&|masks| masks.is_exhausted(place)),
            cost_of_all_minor: cost_of_minor(reachable, channel.cost_milli_minor),
            channel: channel.clone(),
        }
    };
    Ok(Pool {
        as_of: now,
        currency: settings.currency,
        contacts: sum(&|_| true),
        reachable: sum(&|masks| (0..channels.len()).any(|place| reaches(masks, place))),
        channels: channels.iter().enumerate().map(of_channel).collect(),
    })
}

/// A quota looks at so many days of the brand's zone, today among them.
pub(super) fn asked(channel: &Channel, zone: &Zone, now: Instant) -> Asked {
    let first_slot = |days: i64| {
        let first = Day(zone.day_of(now).0.saturating_sub(i32::try_from(days - 1).unwrap_or(i32::MAX)));
        zone.start_of_day(first).map_or(i64::MIN, slot_of)
    };
    Asked {
        code: channel.code.clone(),
        kinds: channel.identifiers.iter().map(|kind| kind.code()).collect(),
        purpose: channel.purpose.clone(),
        quota: channel.quota.map(|quota| (quota.messages, first_slot(quota.days))),
    }
}
