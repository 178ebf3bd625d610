//! From fits to a row of values for each customer, and the sums over all of them.

use super::gather::{Customer, Days, Gathered};
use super::models::Models;
use super::result::{
    Attention, AttentionReason, CHANGE_DAYS, Change, Definition, Distribution, GroupValue, Measure, RESULT_VERSION,
    Totals, ValueResult,
};
use super::tables;
use perennial_domain::settings::Settings;
use perennial_domain::time::Day;
use perennial_domain::value::{
    Cells, DiscountRate, Fit, Horizon, Margin, RfmGroup, RfmInput, RfmScore, SpendFit, SpendHistory, Summary, TimeUnit,
    Valuation, ValueParts, measure_concentration, round_minor, run_rfm, value_parts,
};
use perennial_store::values::CustomerValue;

/// Customers that the home page names.
const ATTENTION_MAX: usize = 10;

/// What is expected of one customer; amounts in minor units.
#[derive(Clone, Copy, Default)]
struct Expected {
    potential: Option<(i64, i64, i64)>,
    p_alive: Option<f64>,
    p_active: Option<f64>,
    orders: Option<f64>,
    next_day: Option<i32>,
}

pub struct Rates {
    pub margin: Margin,
    horizon: Horizon,
    discount: DiscountRate,
}

impl Rates {
    pub fn of(settings: &Settings) -> Self {
        let basis_points = settings.margin_basis_points.unwrap_or(u32::from(perennial_domain::value::BASIS_POINTS));
        Self {
            margin: Margin::from_basis_points(basis_points as u16).unwrap_or(Margin::FULL),
            horizon: Horizon::days(settings.horizon_days),
            discount: DiscountRate::from_annual(f64::from(settings.discount_rate_annual_basis_points) / 10_000.0)
                .unwrap_or(DiscountRate::NONE),
        }
    }
}

pub fn score_all(
    gathered: &Gathered,
    models: &Models,
    settings: &Settings,
    days: &Days,
    run_id: &str,
) -> (ValueResult, Vec<CustomerValue>) {
    let rates = Rates::of(settings);
    let customers = &gathered.customers;
    let expected = expect_all(customers, models, &rates, days);
    let parts: Vec<ValueParts> =
        customers.iter().zip(&expected).map(|(customer, one)| parts_of(customer, one, &rates)).collect();
    let inputs: Vec<RfmInput> = customers.iter().map(|customer| customer.aggregate.rfm).collect();
    let (rfm, scores) = run_rfm(&inputs);
    let profits: Vec<i64> = customers.iter().map(|customer| rates.margin.apply_minor(customer.net_minor)).collect();
    let by_profit = tables::by_profit(customers, &profits);
    let mut rows = rows_of(customers, &scores, &expected, &parts);
    for (rank, index) in by_profit.iter().enumerate() {
        rows[*index].profit_rank = Some(rank as i64 + 1);
    }
    let totals = totals_of(gathered, models, &rates, &parts, &expected);
    let result = ValueResult {
        version: RESULT_VERSION,
        run_id: run_id.to_owned(),
        as_of: days.as_of,
        started_at: 0,
        finished_at: 0,
        definition: definition_of(settings, models.unit),
        customers: customers.len() as u64,
        default_model: models.default_model,
        models: models.fits.clone(),
        spend_model: models.spend.clone(),
        backtest: models.backtest.clone(),
        totals,
        change: change_of(customers, models, &rates, &parts, &expected, days),
        groups: groups_of(&scores, &parts, customers, totals.lifetime_minor.is_some()),
        rfm,
        cohorts: gathered.cohorts.clone(),
        top_repeat_share: tables::top_repeat_share(customers, &profits, &by_profit),
        concentration: measure_concentration(&profits),
        distributions: Measure::ALL.iter().filter_map(|measure| distribution_of(*measure, &rows)).collect(),
        trend: gathered.trend.clone(),
        attention: attention_of(&rows, days),
    };
    (result, rows)
}

fn distribution_of(measure: Measure, rows: &[CustomerValue]) -> Option<Distribution> {
    let value_of = |row: &CustomerValue| match measure {
        Measure::Lifetime => row.lifetime_minor,
        Measure::Potential => row.potential_minor,
        Measure::Historical => Some(row.historical_minor),
        Measure::Current => Some(row.current_minor),
    };
    tables::distribution(measure, rows.iter().filter_map(value_of))
}

pub fn definition_of(settings: &Settings, unit: TimeUnit) -> Definition {
    Definition {
        currency: settings.currency,
        time_zone: settings.time_zone.clone(),
        unit,
        horizon_days: settings.horizon_days,
        current_window_days: settings.current_window_days,
        discount_rate_annual_basis_points: settings.discount_rate_annual_basis_points,
        margin_basis_points: settings.margin_basis_points.unwrap_or(u32::from(perennial_domain::value::BASIS_POINTS)),
        margin_is_set: settings.margin_basis_points.is_some(),
    }
}

/// The frequency figures need a frequency fit; the money figures a spend fit as well.
fn expect_all(customers: &[Customer], models: &Models, rates: &Rates, days: &Days) -> Vec<Expected> {
    let Some(fit) = models.default_fit() else {
        return vec![Expected::default(); customers.len()];
    };
    let forecast = fit.frequency.forecast(&models.cells, rates.horizon, rates.discount);
    let valuation = models
        .spend
        .fitted()
        .map(|spend| Valuation::from_forecast(fit, forecast.clone(), spend, &models.cells, rates.margin));
    customers
        .iter()
        .zip(models.cells.cell_of())
        .enumerate()
        .map(|(index, (customer, cell))| {
            let one = &forecast.cells[*cell as usize];
            let potential = valuation.as_ref().and_then(|valuation| valuation.potential_of(index, customer.net_spend));
            Expected {
                // A customer who most likely buys nothing has an interval that ends below the mean of the few who
                // do: what is shown reaches to the mean, and then holds more than 80 %.
                potential: potential.map(|value| {
                    let (mean, low, high) = (value.mean_minor, value.low_minor, value.high_minor);
                    (mean, low.min(mean), high.max(mean))
                }),
                p_alive: Some(one.p_alive),
                p_active: Some(one.p_active),
                orders: Some(one.purchases),
                next_day: one.median_wait_days.map(|wait| next_day(days.as_of, wait)),
            }
        })
        .collect()
}

/// The first day by whose end the wait is over; the day of the values itself is over already.
fn next_day(as_of: Day, wait_days: f64) -> i32 {
    as_of.0 + wait_days.ceil().max(1.0) as i32
}

fn parts_of(customer: &Customer, expected: &Expected, rates: &Rates) -> ValueParts {
    let potential = expected.potential.map_or(0, |(mean, _, _)| mean);
    value_parts(customer.net_minor, customer.current_net_minor, rates.margin, potential)
}

fn rows_of(
    customers: &[Customer],
    scores: &[RfmScore],
    expected: &[Expected],
    parts: &[ValueParts],
) -> Vec<CustomerValue> {
    let lifetime_percentiles = percentiles(parts.iter().map(|part| part.lifetime_minor));
    let current_percentiles = percentiles(parts.iter().map(|part| part.current_minor));
    let mut rows = Vec::with_capacity(customers.len());
    for (index, customer) in customers.iter().enumerate() {
        let (score, one, part) = (&scores[index], &expected[index], &parts[index]);
        let rfm = customer.aggregate.rfm;
        rows.push(CustomerValue {
            customer_number: i64::from(customer.number.0),
            recency_days: i64::from(rfm.recency_days),
            frequency: i64::from(rfm.orders),
            monetary_minor: rfm.revenue_minor,
            r: i64::from(score.recency),
            f: i64::from(score.frequency),
            m: i64::from(score.monetary),
            cell: i64::from(score.code()),
            rfm_group: score.group().code().into(),
            historical_minor: part.historical_minor,
            current_minor: part.current_minor,
            potential_minor: one.potential.map(|value| value.0),
            potential_low_minor: one.potential.map(|value| value.1),
            potential_high_minor: one.potential.map(|value| value.2),
            lifetime_minor: one.potential.map(|_| part.lifetime_minor),
            probability_alive: one.p_alive,
            probability_active: one.p_active,
            expected_orders: one.orders,
            next_purchase_day: one.next_day.map(i64::from),
            due_day: due_day(customer).map(i64::from),
            lifetime_percentile: lifetime_percentiles[index],
            current_percentile: current_percentiles[index],
            profit_rank: None,
        });
    }
    rows
}

/// When the customer's own rhythm (mean interval of at least two repeats) lets the next purchase expect.
fn due_day(customer: &Customer) -> Option<i32> {
    const REPEATS_MIN: u32 = 2;
    let summary = customer.aggregate.summary;
    (summary.x >= REPEATS_MIN).then(|| customer.aggregate.last_day + summary.t_x.div_ceil(summary.x) as i32)
}

/// Share of customers, in percent, whose value is at most this one's; equal values share the rank.
pub fn percentiles(values: impl Iterator<Item = i64>) -> Vec<f64> {
    let values: Vec<i64> = values.collect();
    let mut sorted = values.clone();
    sorted.sort_unstable();
    let count = sorted.len().max(1) as f64;
    values.iter().map(|value| 100.0 * sorted.partition_point(|other| other <= value) as f64 / count).collect()
}

fn totals_of(
    gathered: &Gathered,
    models: &Models,
    rates: &Rates,
    parts: &[ValueParts],
    expected: &[Expected],
) -> Totals {
    let mut totals = Totals::default();
    for (customer, part) in gathered.customers.iter().zip(parts) {
        totals.historical_minor = totals.historical_minor.saturating_add(part.historical_minor);
        totals.current_minor = totals.current_minor.saturating_add(part.current_minor);
        totals.revenue_minor = totals.revenue_minor.saturating_add(customer.net_minor);
        totals.gross_minor = totals.gross_minor.saturating_add(customer.gross_minor);
        totals.refunds_minor = totals.refunds_minor.saturating_add(customer.refunds_minor);
        totals.orders += u64::from(customer.aggregate.rfm.orders);
    }
    if let (Some(fit), Some(spend)) = (models.default_fit(), models.spend.fitted()) {
        let potential: i64 = expected.iter().filter_map(|one| one.potential).map(|value| value.0).sum();
        let spends: Vec<SpendHistory> = gathered.customers.iter().map(|customer| customer.net_spend).collect();
        let total =
            Valuation::new(fit, spend, &models.cells, rates.horizon, rates.discount, rates.margin).total(fit, &spends);
        // Rows are rounded one by one; the total that is shown is the sum of what the rows show.
        totals.potential_minor = Some(potential);
        totals.potential_low_minor = Some(round_minor(total.low_minor).min(potential));
        totals.potential_high_minor = Some(round_minor(total.high_minor).max(potential));
        totals.lifetime_minor =
            Some(totals.historical_minor.saturating_add(totals.current_minor).saturating_add(potential));
    }
    totals
}

/// The same model looks at the customers as they were before: what differs is what they did since.
fn change_of(
    customers: &[Customer],
    models: &Models,
    rates: &Rates,
    parts: &[ValueParts],
    expected: &[Expected],
    days: &Days,
) -> Option<Change> {
    let (fit, spend) = (models.default_fit()?, models.spend.fitted()?);
    let earlier = potential_before(customers, fit, spend, rates)?;
    let mut change = Change {
        since: Day(days.as_of.0 - CHANGE_DAYS),
        total_minor: 0,
        new_customers_minor: 0,
        purchases_minor: 0,
        refunds_minor: 0,
        expectation_minor: -earlier,
    };
    for ((customer, part), one) in customers.iter().zip(parts).zip(expected) {
        let potential = one.potential.map_or(0, |value| value.0);
        match customer.before {
            None => change.new_customers_minor = change.new_customers_minor.saturating_add(part.lifetime_minor),
            Some(before) => {
                let purchases = rates.margin.apply_minor(before.gross_since_minor);
                let refunds = rates.margin.apply_minor(before.refunds_since_minor);
                change.purchases_minor = change.purchases_minor.saturating_add(purchases);
                change.refunds_minor = change.refunds_minor.saturating_sub(refunds);
                change.expectation_minor = change.expectation_minor.saturating_add(potential);
            }
        }
    }
    change.total_minor = change
        .new_customers_minor
        .saturating_add(change.purchases_minor)
        .saturating_add(change.refunds_minor)
        .saturating_add(change.expectation_minor);
    Some(change)
}

fn potential_before(customers: &[Customer], fit: &Fit, spend: &SpendFit, rates: &Rates) -> Option<i64> {
    let (summaries, spends): (Vec<Summary>, Vec<SpendHistory>) = customers
        .iter()
        .filter_map(|customer| customer.before)
        .map(|before| (before.summary, before.net_spend))
        .unzip();
    if summaries.is_empty() {
        return None;
    }
    let cells = Cells::group(&summaries);
    let valuation = Valuation::new(fit, spend, &cells, rates.horizon, rates.discount, rates.margin);
    let values = spends.iter().enumerate().filter_map(|(index, spend)| valuation.potential_of(index, *spend));
    Some(values.map(|value| value.mean_minor).sum())
}

/// Without a forecast a lifetime value is unknown, not what there was so far.
fn groups_of(scores: &[RfmScore], parts: &[ValueParts], customers: &[Customer], has_forecast: bool) -> Vec<GroupValue> {
    let lifetime_minor = has_forecast.then_some(0);
    let mut groups: Vec<GroupValue> = RfmGroup::ALL
        .iter()
        .map(|group| GroupValue { group: *group, customers: 0, lifetime_minor, revenue_minor: 0 })
        .collect();
    for ((score, part), customer) in scores.iter().zip(parts).zip(customers) {
        if let Some(group) = groups.iter_mut().find(|group| group.group == score.group()) {
            group.customers += 1;
            group.lifetime_minor = group.lifetime_minor.map(|lifetime| lifetime.saturating_add(part.lifetime_minor));
            group.revenue_minor = group.revenue_minor.saturating_add(customer.net_minor);
        }
    }
    groups
}

/// First those whose own rhythm says they are late, by what is still expected of them; then those worth
/// much so far of whom little is expected.
fn attention_of(rows: &[CustomerValue], days: &Days) -> Vec<Attention> {
    let as_of = i64::from(days.as_of.0);
    let mut overdue: Vec<&CustomerValue> =
        rows.iter().filter(|row| row.due_day.is_some_and(|due| due < as_of)).collect();
    // Where nothing can be expected for want of data, by what the customer was worth so far.
    let so_far = |row: &CustomerValue| std::cmp::Reverse(row.historical_minor.saturating_add(row.current_minor));
    overdue.sort_by_key(|row| (std::cmp::Reverse(row.potential_minor), so_far(row), row.customer_number));
    let mut named: Vec<Attention> =
        overdue.iter().take(ATTENTION_MAX).map(|row| attention(row, AttentionReason::Overdue)).collect();
    if named.len() < ATTENTION_MAX {
        let mut fading: Vec<&CustomerValue> =
            rows.iter().filter(|row| row.m >= 4 && row.r <= 2 && row.due_day.is_none()).collect();
        fading.sort_by_key(|row| (so_far(row), row.customer_number));
        named.extend(
            fading.iter().take(ATTENTION_MAX - named.len()).map(|row| attention(row, AttentionReason::HighValueFading)),
        );
    }
    named
}

fn attention(row: &CustomerValue, reason: AttentionReason) -> Attention {
    Attention {
        customer_number: row.customer_number as u32,
        reason,
        due: row.due_day.map(|day| Day(day as i32)),
        potential_minor: row.potential_minor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overdue(customer_number: i64, potential_minor: Option<i64>, historical_minor: i64) -> CustomerValue {
        CustomerValue {
            customer_number,
            recency_days: 1,
            frequency: 1,
            monetary_minor: 1,
            r: 1,
            f: 1,
            m: 1,
            cell: 111,
            rfm_group: "new".into(),
            historical_minor,
            current_minor: 1,
            potential_minor,
            potential_low_minor: None,
            potential_high_minor: None,
            lifetime_minor: None,
            probability_alive: None,
            probability_active: None,
            expected_orders: None,
            next_purchase_day: None,
            due_day: Some(5),
            lifetime_percentile: 0.0,
            current_percentile: 0.0,
            profit_rank: None,
        }
    }

    #[test]
    fn who_is_worth_most_comes_first_also_without_a_forecast() {
        let days = Days { as_of: Day(10), backtest: None };
        let numbers = |rows: &[CustomerValue]| -> Vec<u32> {
            attention_of(rows, &days).iter().map(|one| one.customer_number).collect()
        };
        assert_eq!(numbers(&[overdue(1, None, 10), overdue(2, None, 900), overdue(3, None, 50)]), [2, 3, 1]);
        assert_eq!(numbers(&[overdue(1, Some(5), 10), overdue(2, Some(4), 900), overdue(3, Some(4), 950)]), [1, 3, 2]);
    }
}
