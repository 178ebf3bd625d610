//! One pass over history: of each customer's life only what the models and tables need remains.
//!
//! Rules (docs/value.md): purchases of one day are one occasion; refunds are never visits, they lower net
//! revenue and what is expected to be spent; an order of nothing but gifts is no purchase; customers without a purchase have no value.

use super::result::{CHANGE_DAYS, MonthTotals};
use super::{ValueError, ValueRequest};
use crate::App;
use crate::identity::Profiles;
use perennial_domain::fact::FactKind;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Day, DayTable, Instant, Zone};
use perennial_domain::value::{
    Cohorts, CustomerAggregate, CustomerFold, FoldSettings, Occasion, SpendHistory, Summary, WeeklyRepeats, net_spend,
};
use perennial_history::{Occurrence, sort_life};
use perennial_store::customers;
use std::collections::BTreeMap;

/// Buckets are folded by this many threads; the answer is the same for any number.
const THREADS: usize = 2;
/// The share of the history that is held out when nobody says otherwise.
const HOLD_OUT_SHARE: i32 = 3;
/// Shorter histories are not split: what would be left could not be judged.
const BACKTEST_DAYS_MIN: i32 = 84;

/// The days that divide history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    pub as_of: Day,
    /// Last day of the calibration and last day of the hold-out.
    pub backtest: Option<(Day, Day)>,
}

impl Days {
    /// Whether the back-test uses the very fit that values customers.
    pub fn backtest_is_main(&self) -> bool {
        self.backtest.is_some_and(|(fit_until, _)| fit_until == self.as_of)
    }
}

/// What remains of one customer.
#[derive(Clone, Copy, Debug)]
pub struct Customer {
    pub number: CustomerNumber,
    pub aggregate: CustomerAggregate,
    /// Net of refunds, minor units, up to the as-of day and within the current window.
    pub net_minor: i64,
    pub current_net_minor: i64,
    pub gross_minor: i64,
    pub refunds_minor: i64,
    /// Repeat purchases net of refunds: what the customer is expected to spend rests on it.
    pub net_spend: SpendHistory,
    /// The state [`CHANGE_DAYS`] days before; `None` when the first purchase came later.
    pub before: Option<Before>,
    /// Calibration and hold-out where the back-test has a fit of its own.
    pub calibration: Option<(Summary, u32)>,
}

#[derive(Clone, Copy, Debug)]
pub struct Before {
    pub summary: Summary,
    pub net_spend: SpendHistory,
    /// Purchases and refunds since.
    pub gross_since_minor: i64,
    pub refunds_since_minor: i64,
}

pub struct Gathered {
    /// Ascending by number.
    pub customers: Vec<Customer>,
    pub cohorts: Cohorts,
    pub weekly: WeeklyRepeats,
    pub trend: Vec<MonthTotals>,
}

pub async fn plan_days(app: &App, request: &ValueRequest, zone: &Zone) -> Result<Days, ValueError> {
    let mut tx = app.store.read().await?;
    let span = customers::purchase_span(&mut tx).await?;
    drop(tx);
    let (first, last) = span.ok_or(ValueError::NoPurchases)?;
    let (first, last) = (zone.day_of(Instant(first)), zone.day_of(Instant(last)));
    let end = request.backtest_until.unwrap_or(last);
    let as_of = request.fit_until.unwrap_or(end);
    if as_of < first {
        return Err(ValueError::Request("fit-until lies before the first purchase"));
    }
    if end < as_of {
        return Err(ValueError::Request("backtest-until lies before fit-until"));
    }
    if request.fit_until.is_some() && end > as_of {
        return Ok(Days { as_of, backtest: Some((as_of, end)) });
    }
    let length = as_of.0 - first.0;
    let split = Day(as_of.0 - length / HOLD_OUT_SHARE / 7 * 7);
    Ok(Days { as_of, backtest: (length >= BACKTEST_DAYS_MIN).then_some((split, as_of)) })
}

struct Pass {
    current_days: u32,
    main: CustomerFold,
    before: CustomerFold,
    calibration: Option<CustomerFold>,
    customers: Vec<Customer>,
    months: BTreeMap<i32, MonthTotals>,
    purchases: Vec<Occasion>,
    refunds: Vec<(i32, i64)>,
    /// Lives of profiles that are part of a customer: their others may be in other buckets.
    aside: Vec<(CustomerNumber, Vec<Occurrence>)>,
}

impl Pass {
    fn new(days: &Days, current_days: u32) -> Self {
        let fold = |fit_until: Day, backtest_until: Day| {
            CustomerFold::new(FoldSettings { fit_until: fit_until.0, backtest_until: backtest_until.0 })
        };
        let main_until =
            if days.backtest_is_main() { days.backtest.map_or(days.as_of, |(_, until)| until) } else { days.as_of };
        let own_calibration = days.backtest.filter(|_| !days.backtest_is_main());
        Self {
            current_days,
            main: fold(days.as_of, main_until),
            before: fold(Day(days.as_of.0 - CHANGE_DAYS), Day(days.as_of.0 - CHANGE_DAYS)),
            calibration: own_calibration.map(|(fit_until, until)| fold(fit_until, until)),
            customers: Vec::new(),
            months: BTreeMap::new(),
            purchases: Vec::new(),
            refunds: Vec::new(),
            aside: Vec::new(),
        }
    }

    fn visit(&mut self, number: CustomerNumber, life: &[Occurrence], table: &DayTable) {
        self.split(life, table);
        let Some(aggregate) = self.main.add(&self.purchases) else { return };
        let as_of = self.main.settings().fit_until;
        let window_start = as_of.saturating_sub(i32::try_from(self.current_days).unwrap_or(i32::MAX));
        let before_day = self.before.settings().fit_until;
        let refunds = |from: i32| {
            sum(self.refunds.iter().filter(|(day, _)| *day > from && *day <= as_of).map(|(_, amount)| *amount))
        };
        let gross = |from: i32| {
            sum(self.purchases.iter().filter(|one| one.day > from && one.day <= as_of).map(|one| one.amount_minor))
        };
        let (gross_minor, refunds_minor) = (gross(i32::MIN), refunds(i32::MIN));
        let since = (gross(before_day), refunds(before_day));
        let current_net_minor = gross(window_start).saturating_sub(refunds(window_start));
        let before = self.before.add(&self.purchases).map(|then| Before {
            summary: then.summary,
            net_spend: net_spend(&self.purchases, &self.refunds, then.spend.x, before_day),
            gross_since_minor: since.0,
            refunds_since_minor: since.1,
        });
        let calibration = self.calibration.as_mut().and_then(|fold| fold.add(&self.purchases));
        self.note_months(as_of);
        self.customers.push(Customer {
            number,
            aggregate,
            net_minor: gross_minor.saturating_sub(refunds_minor),
            current_net_minor,
            gross_minor,
            refunds_minor,
            net_spend: net_spend(&self.purchases, &self.refunds, aggregate.spend.x, as_of),
            before,
            calibration: calibration.map(|one| (one.summary, one.holdout_purchases)),
        });
    }

    /// Purchases as occasions by day, refunds as positive amounts by day.
    fn split(&mut self, life: &[Occurrence], table: &DayTable) {
        self.purchases.clear();
        self.refunds.clear();
        for one in life {
            let day = table.day_of(one.at).0;
            let amount_minor = one.amount_minor.unwrap_or(0);
            match one.kind {
                FactKind::Order => self.purchases.push(Occasion { day, amount_minor, orders: u32::from(one.first) }),
                FactKind::Refund => self.refunds.push((day, -amount_minor)),
                FactKind::Gift
                | FactKind::Cancelled
                | FactKind::Unpaid
                | FactKind::Adjustment
                | FactKind::CustomerUpdate => {}
                // Whoever looks has not bought.
                FactKind::Event
                | FactKind::Page
                | FactKind::Screen
                | FactKind::Identify
                | FactKind::Group
                | FactKind::Alias => {}
            }
        }
    }

    fn note_months(&mut self, as_of: i32) {
        let mut last_month = i32::MIN;
        let mut first = true;
        for one in self.purchases.iter().filter(|one| one.day <= as_of) {
            let month = Day(one.day).month().0;
            let totals = self.months.entry(month).or_default();
            totals.gross_minor = totals.gross_minor.saturating_add(one.amount_minor);
            totals.orders += u64::from(one.orders);
            totals.buyers += u64::from(month != last_month);
            totals.new_buyers += u64::from(first);
            (last_month, first) = (month, false);
        }
        for (day, amount) in self.refunds.iter().filter(|(day, _)| *day <= as_of) {
            let totals = self.months.entry(Day(*day).month().0).or_default();
            totals.refunds_minor = totals.refunds_minor.saturating_add(*amount);
        }
    }
}

fn sum(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}

/// `profiles` says which lives are of one customer. Those of customers with several profiles are held in memory until
/// all are there.
pub async fn gather(
    app: &App,
    zone: &Zone,
    days: &Days,
    current_days: u32,
    profiles: &Profiles,
) -> Result<Gathered, ValueError> {
    let table = zone.day_table();
    let until = days.backtest.map_or(days.as_of, |(_, until)| until.max(days.as_of));
    // Up to here, and without it: the last instant of a day belongs to the day.
    let end = zone.start_of_day(Day(until.0 + 1));
    let mut passes = app
        .history
        .fold_buckets(
            THREADS,
            end,
            || Pass::new(days, current_days),
            |pass: &mut Pass, number, life: &[Occurrence]| match profiles.customer_of(number) {
                Some(customer) => pass.aside.push((customer, life.to_vec())),
                None => pass.visit(number, life, &table),
            },
        )
        .await?;
    let mut lives: BTreeMap<CustomerNumber, Vec<Occurrence>> = BTreeMap::new();
    for (customer, life) in passes.iter_mut().flat_map(|pass| std::mem::take(&mut pass.aside)) {
        lives.entry(customer).or_default().extend(life);
    }
    let mut of_several = Pass::new(days, current_days);
    for (customer, mut life) in lives {
        sort_life(&mut life);
        of_several.visit(customer, &life, &table);
    }
    passes.push(of_several);
    Ok(join(passes, days))
}

fn join(passes: Vec<Pass>, days: &Days) -> Gathered {
    let mut cohorts = Cohorts::default();
    let mut weekly = WeeklyRepeats::default();
    let mut months: BTreeMap<i32, MonthTotals> = BTreeMap::new();
    let mut customers = Vec::new();
    for pass in passes {
        cohorts.merge(&pass.main.cohorts);
        weekly.merge(if days.backtest_is_main() {
            &pass.main.weekly
        } else {
            pass.calibration.as_ref().map_or(&pass.main.weekly, |fold| &fold.weekly)
        });
        customers.extend(pass.customers);
        for (month, part) in pass.months {
            let totals = months.entry(month).or_default();
            totals.gross_minor = totals.gross_minor.saturating_add(part.gross_minor);
            totals.refunds_minor = totals.refunds_minor.saturating_add(part.refunds_minor);
            totals.orders += part.orders;
            totals.buyers += part.buyers;
            totals.new_buyers += part.new_buyers;
        }
    }
    customers.sort_unstable_by_key(|customer: &Customer| customer.number);
    let last_month = Day(days.as_of.0 + 1).month().0;
    let trend = months
        .into_iter()
        .map(|(month, totals)| MonthTotals { month, partial: month >= last_month, ..totals })
        .collect();
    Gathered { customers, cohorts, weekly, trend }
}
