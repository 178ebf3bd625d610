//! One customer's spending by month: its peak, since when it has faded, and what happened just before.

use super::error::CustomerError;
use super::list::context;
use super::profile::{purchases_and_refunds, spending_by_month};
use super::timeline::{TimelineItem, facts_of, items_of};
use crate::App;
use crate::access::{Actor, require};
use crate::identity::whole;
use perennial_domain::access::Right;
use perennial_domain::activity::OF_THE_BRAND;
use perennial_domain::fact::{FactKey, FactKind};
use perennial_domain::fact_filter::{FactClass, FactFilter, Names};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::spending::{MonthSpending, Peak, peak};
use perennial_domain::time::Month;
use perennial_store::customers as table;

/// Facts before a fade that are shown.
pub const FACTS_BEFORE_FADE: usize = 3;

/// What may be a reason: deeds of the customer, and not looking at pages or saying who one is.
fn deeds() -> FactFilter {
    const KINDS: [FactKind; 6] =
        [FactKind::Order, FactKind::Gift, FactKind::Refund, FactKind::Cancelled, FactKind::Unpaid, FactKind::Event];
    let names = Names::AllBut(OF_THE_BRAND.map(str::to_owned).to_vec());
    let classes = KINDS.map(|kind| FactClass { kind, names: names.clone() });
    FactFilter { classes: Some(classes.to_vec()), ..FactFilter::default() }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spending {
    pub currency: Option<Currency>,
    pub months: Vec<MonthSpending>,
    /// The last month that is over.
    pub last_complete: Month,
    /// `None` where no month brought anything.
    pub peak: Option<Peak>,
    /// The last deeds before the half-life date, newest first.
    pub before_fade: Vec<TimelineItem>,
}

pub async fn customer_spending(app: &App, actor: &Actor, customer: CustomerNumber) -> Result<Spending, CustomerError> {
    require(actor, Right::CustomersRead)?;
    let (whole, context) = {
        let mut tx = app.store.read().await?;
        let whole = whole(&mut tx, customer).await?;
        table::get(&mut tx, actor.scope(), i64::from(whole.customer.0)).await?.ok_or(CustomerError::NotFound)?;
        (whole, context(&mut tx).await?)
    };
    let months = spending_by_month(&purchases_and_refunds(app, &whole.parts).await?, &context.zone);
    let last_complete = Month(context.zone.day_of(app.clock.now()).month().0 - 1);
    let peak = peak(&months, last_complete);
    let faded_at = peak.and_then(|peak| context.zone.start_of_day(peak.half_life?));
    let before_fade = match faded_at {
        Some(at) => {
            // What is at that very instant is not before it: keys are not below 0.
            let before = Some((at, FactKey(0)));
            let mut facts = facts_of(app, &whole.parts, &deeds(), before, FACTS_BEFORE_FADE).await?;
            facts.truncate(FACTS_BEFORE_FADE);
            items_of(facts)
        }
        None => Vec::new(),
    };
    Ok(Spending { currency: context.currency, months, last_complete, peak, before_fade })
}
