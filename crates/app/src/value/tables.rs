//! Distributions and shares for the screens.

use super::gather::Customer;
use super::result::{Bin, Decile, Distribution, Measure};
use perennial_store::values::CustomerValue;

const BINS: i64 = 40;
const DECILES: usize = 10;

/// How a measure spreads over customers; `None` where it is unknown for them.
pub fn distribution(measure: Measure, rows: &[CustomerValue]) -> Option<Distribution> {
    let mut values: Vec<i64> = rows.iter().filter_map(|row| value_of(measure, row)).collect();
    if values.is_empty() {
        return None;
    }
    values.sort_unstable();
    Some(Distribution { measure, bins: bins_of(&values), deciles: deciles_of(&values) })
}

fn value_of(measure: Measure, row: &CustomerValue) -> Option<i64> {
    match measure {
        Measure::Lifetime => row.lifetime_minor,
        Measure::Potential => row.potential_minor,
        Measure::Historical => Some(row.historical_minor),
        Measure::Current => Some(row.current_minor),
    }
}

/// Bins of one round width up to the 98th percentile, the last one open; values below zero have the
/// first one to themselves.
fn bins_of(sorted: &[i64]) -> Vec<Bin> {
    let top = sorted[(sorted.len() - 1) * 98 / 100].max(1);
    let width = round_width(top / (BINS - 2) + 1);
    let count = top / width + 1;
    let mut edges: Vec<i64> = (0..=count).map(|bin| bin * width).collect();
    if sorted[0] >= 0 && count == 1 {
        edges.truncate(2);
    }
    let mut bins = Vec::with_capacity(edges.len() + 1);
    let mut from = None;
    let mut start = 0;
    for edge in edges.iter().copied().map(Some).chain([None]) {
        let end = edge.map_or(sorted.len(), |edge| sorted.partition_point(|value| *value < edge));
        let amount_minor = sorted[start..end].iter().sum();
        bins.push(Bin { from_minor: from, to_minor: edge, customers: (end - start) as u64, amount_minor });
        (from, start) = (edge, end);
    }
    if bins.first().is_some_and(|bin| bin.customers == 0) {
        bins.remove(0);
    }
    bins
}

/// The next of 1, 2, 5 × 10^n.
fn round_width(width: i64) -> i64 {
    let mut unit = 1;
    loop {
        for step in [1, 2, 5] {
            if unit * step >= width {
                return unit * step;
            }
        }
        unit *= 10;
    }
}

fn deciles_of(sorted: &[i64]) -> Vec<Decile> {
    let total: i64 = sorted.iter().sum();
    let count = sorted.len();
    (0..DECILES)
        .map(|place| {
            let end = count - count * place / DECILES;
            let start = count - count * (place + 1) / DECILES;
            let part = &sorted[start..end];
            let amount_minor: i64 = part.iter().sum();
            Decile {
                decile: place as u32 + 1,
                from_minor: part.first().copied().unwrap_or(0),
                customers: part.len() as u64,
                amount_minor,
                share: (total > 0).then(|| amount_minor as f64 / total as f64),
            }
        })
        .collect()
}

/// Of the profit of the most profitable fifth (ties by number), the share that customers with a repeat
/// purchase bring.
pub fn top_repeat_share(customers: &[Customer], profits: &[i64]) -> Option<f64> {
    let mut order: Vec<usize> = (0..customers.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(profits[*index]), customers[*index].number));
    let top = &order[..customers.len().div_ceil(5)];
    let total: i64 = top.iter().map(|index| profits[*index]).sum();
    let repeat: i64 =
        top.iter().filter(|index| customers[**index].aggregate.summary.x > 0).map(|index| profits[*index]).sum();
    (total > 0).then(|| repeat as f64 / total as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_one_bin_and_one_decile() {
        let sorted: Vec<i64> = (-3..997).map(|value: i64| value * value * value.signum()).collect();
        let bins = bins_of(&sorted);
        assert_eq!(bins.iter().map(|bin| bin.customers).sum::<u64>(), 1_000);
        assert_eq!(bins.iter().map(|bin| bin.amount_minor).sum::<i64>(), sorted.iter().sum::<i64>());
        assert!(bins.len() as i64 <= BINS + 1, "{}", bins.len());
        assert_eq!(bins[0].to_minor, Some(0));
        assert_eq!(bins.last().unwrap().to_minor, None);
        let deciles = deciles_of(&sorted);
        assert!(deciles.iter().all(|decile| decile.customers == 100));
        assert!((deciles.iter().filter_map(|decile| decile.share).sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn one_customer_fills_one_bin() {
        let bins = bins_of(&[500]);
        assert_eq!(bins.iter().map(|bin| bin.customers).sum::<u64>(), 1);
        assert_eq!(round_width(3), 5);
        assert_eq!(round_width(501), 1_000);
    }
}
