//! Another window of current value: what rests on it is made anew, and nothing else.
//!
//! A window divides what a customer brought so far in two parts (`value_parts`): their sum, and with it lifetime value,
//! ranks, groups, models and forecasts stay as they are. So a run that differs from the one before in the window alone
//! takes that one's result and changes two figures and a place of each customer.
//! Invariant: the result and the rows are those of a whole run; only of what is taken over from the stored result the
//! last binary place of a fraction may be another, as whoever reads that result finds it.

use super::gather::Customer;
use super::result::{Measure, ValueResult};
use super::score::{Rates, definition_of, percentiles};
use super::{ValueError, ValueRequest, is_stale, latest_of, tables, text_of};
use crate::App;
use perennial_domain::settings::Settings;
use perennial_domain::value::value_parts;
use perennial_store::value_runs;
use perennial_store::values::{self, WindowValue};

/// The result whose values are in place, where a whole run would differ from it by the window alone.
pub async fn find_alike(
    app: &App,
    request: &ValueRequest,
    settings: &Settings,
) -> Result<Option<ValueResult>, ValueError> {
    let mut tx = app.store.read().await?;
    if is_stale(&mut tx).await? {
        return Ok(None);
    }
    let Some(row) = value_runs::current(&mut tx).await? else { return Ok(None) };
    if row.requested != text_of(request) {
        return Ok(None);
    }
    let Some(result) = latest_of(row)? else { return Ok(None) };
    let mut wanted = definition_of(settings, request.unit);
    if wanted == result.definition {
        // Whoever asks for the same again wants it computed.
        return Ok(None);
    }
    wanted.current_window_days = result.definition.current_window_days;
    // Somebody who was erased since, or parted, has no row.
    let is_alike = wanted == result.definition && values::count(&mut tx).await? == result.customers;
    Ok(is_alike.then_some(result))
}

/// None where history holds other customers than the result, which then is not alike.
pub fn change(
    mut result: ValueResult,
    customers: &[Customer],
    settings: &Settings,
    run_id: &str,
) -> Option<(ValueResult, Vec<WindowValue>)> {
    if customers.len() as u64 != result.customers {
        return None;
    }
    let margin = Rates::of(settings).margin;
    let parts = || customers.iter().map(|one| value_parts(one.net_minor, one.current_net_minor, margin, 0));
    let places = percentiles(parts().map(|part| part.current_minor));
    let rows = customers.iter().zip(parts()).zip(places).map(|((customer, part), current_percentile)| WindowValue {
        customer_number: i64::from(customer.number.0),
        historical_minor: part.historical_minor,
        current_minor: part.current_minor,
        current_percentile,
    });
    let rows: Vec<WindowValue> = rows.collect();
    let add = |sum: i64, amount: i64| sum.saturating_add(amount);
    result.run_id = run_id.to_owned();
    result.definition.current_window_days = settings.current_window_days;
    result.totals.historical_minor = rows.iter().map(|row| row.historical_minor).fold(0, add);
    result.totals.current_minor = rows.iter().map(|row| row.current_minor).fold(0, add);
    for distribution in &mut result.distributions {
        let anew = match distribution.measure {
            Measure::Historical => {
                tables::distribution(Measure::Historical, rows.iter().map(|row| row.historical_minor))
            }
            Measure::Current => tables::distribution(Measure::Current, rows.iter().map(|row| row.current_minor)),
            Measure::Lifetime | Measure::Potential => None,
        };
        if let Some(anew) = anew {
            *distribution = anew;
        }
    }
    Some((result, rows))
}
