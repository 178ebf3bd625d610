//! Spread power and activity power of one customer, beside all others.
//!
//! Everybody's deeds of ninety days have to be counted for one score, so they are kept for a while in this process
//! ([`PowerTable`]): the answer says from when they are. A merge, its undoing and a new day count anew at once.

use super::error::CustomerError;
use super::list::context;
use crate::App;
use crate::access::{Actor, require};
use crate::identity::{Profiles, whole};
use crate::relations::brought;
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::powers::{Deeds, JOINED_EVENT, Measure, Power, Ranking, first_day};
use perennial_domain::relations::SHARE_EVENTS;
use perennial_domain::time::{Day, Instant, MICROS_PER_SECOND, Zone};
use perennial_store::{customers as table, merges};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How long counted deeds may be used: reading all events of ninety days is much for one page.
const FRESH_MICROS: i64 = 10 * 60 * MICROS_PER_SECOND;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PowerScore {
    /// 0 to 100.
    pub score: u8,
    pub points: u64,
    /// How many customers have any points.
    pub among: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Powers {
    pub from: Day,
    pub until: Day,
    /// When the deeds of all were counted.
    pub as_of: Instant,
    pub deeds: Deeds,
    pub spread: PowerScore,
    pub activity: PowerScore,
}

/// What everybody did, as it was counted last. One counts at a time, and the others wait for it.
#[derive(Default)]
pub struct PowerTable(Mutex<Option<Arc<Counted>>>);

/// The days, and the state of merges, of which something was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: Instant,
    until: Instant,
    merges: i64,
}

struct Counted {
    span: Span,
    as_of: Instant,
    deeds: HashMap<u32, Deeds>,
    spread: Ranking,
    activity: Ranking,
}

/// Beside all customers of the brand, whomever the actor sees of them.
pub async fn customer_powers(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
    kept: &PowerTable,
) -> Result<Powers, CustomerError> {
    require(actor, Right::CustomersRead)?;
    let (customer, zone, merges) = {
        let mut tx = app.store.read().await?;
        let customer = whole(&mut tx, customer).await?.customer;
        table::get(&mut tx, actor.scope(), i64::from(customer.0)).await?.ok_or(CustomerError::NotFound)?;
        (customer, context(&mut tx).await?.zone, merges::version(&mut tx).await?)
    };
    let today = zone.day_of(app.clock.now());
    let from = first_day(today);
    let span = span_of(app, &zone, merges);
    let counted = kept.of(app, span).await?;
    let deeds = counted.deeds.get(&customer.0).copied().unwrap_or_default();
    Ok(Powers {
        from,
        until: today,
        as_of: counted.as_of,
        deeds,
        spread: counted.score(Power::Spread, deeds),
        activity: counted.score(Power::Activity, deeds),
    })
}

/// Spread and activity power of all customers who have any, as of now.
pub(crate) async fn all_powers(app: &App) -> Result<HashMap<u32, (u8, u8)>, CustomerError> {
    let zone = context(&mut app.store.read().await?).await?.zone;
    let counted = Counted::read(app, span_of(app, &zone, 0)).await?;
    let scored = counted.deeds.iter().map(|(customer, deeds)| {
        let score = |power| counted.score(power, *deeds).score;
        (*customer, (score(Power::Spread), score(Power::Activity)))
    });
    Ok(scored.filter(|(_, scores)| *scores != (0, 0)).collect())
}

/// The days that are looked at, up to today.
fn span_of(app: &App, zone: &Zone, merges: i64) -> Span {
    let today = zone.day_of(app.clock.now());
    Span {
        from: zone.start_of_day(first_day(today)).unwrap_or(Instant(i64::MIN)),
        until: zone.start_of_day(Day(today.0 + 1)).unwrap_or(Instant(i64::MAX)),
        merges,
    }
}

impl PowerTable {
    async fn of(&self, app: &App, span: Span) -> Result<Arc<Counted>, CustomerError> {
        let mut kept = self.0.lock().await;
        let age = |counted: &Counted| app.clock.now().0.saturating_sub(counted.as_of.0);
        let is_good = |counted: &Counted| counted.span == span && (0..FRESH_MICROS).contains(&age(counted));
        if let Some(counted) = kept.as_ref().filter(|counted| is_good(counted)) {
            return Ok(Arc::clone(counted));
        }
        let counted = Arc::new(Counted::read(app, span).await?);
        *kept = Some(Arc::clone(&counted));
        Ok(counted)
    }
}

impl Counted {
    async fn read(app: &App, mut span: Span) -> Result<Self, CustomerError> {
        let as_of = app.clock.now();
        let mut deeds: HashMap<u32, Deeds> = HashMap::new();
        let profiles = {
            let mut tx = app.store.read().await?;
            for (customer, brought) in brought(&mut tx, span.from, span.until).await? {
                let own = deeds.entry(customer).or_default();
                own.add(Measure::Readers, brought.readers);
                own.add(Measure::Registrations, brought.registrations);
            }
            span.merges = merges::version(&mut tx).await?;
            Profiles::load(&mut tx).await?
        };
        let names: Vec<&str> = SHARE_EVENTS.into_iter().chain([JOINED_EVENT]).collect();
        let visit = |part: CustomerNumber, name: &str| {
            let customer = profiles.customer_of(part).unwrap_or(part);
            if let Some(measure) = Measure::of_event(name) {
                deeds.entry(customer.0).or_default().add(measure, 1);
            }
        };
        app.history.visit_events(&names, span.from, span.until, visit).await?;
        let ranking = |power| Ranking::of(deeds.values().map(|one| one.points(power)));
        Ok(Self { span, as_of, spread: ranking(Power::Spread), activity: ranking(Power::Activity), deeds })
    }

    fn score(&self, power: Power, deeds: Deeds) -> PowerScore {
        let ranking = match power {
            Power::Spread => &self.spread,
            Power::Activity => &self.activity,
        };
        let points = deeds.points(power);
        PowerScore { score: ranking.score(points), points, among: ranking.among() }
    }
}
