//! Distributions and shares for the screens.

use super::gather::Customer;
use super::result::{Bin, Decile, Distribution, Measure};

const BINS: i64 = 40;
const DECILES: usize = 10;

/// How a measure spreads over customers; `None` where it is unknown for them.
pub fn distribution(measure: Measure, values: impl Iterator<Item = i64>) -> Option<Distribution> {
    let mut values: Vec<i64> = values.collect();
    if values.is_empty() {
        return None;
    }
    values.sort_unstable();
    Some(Distribution { measure, bins: bins_of(&values), deciles: deciles_of(&values) })
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
        let amount_minor = sum(&sorted[start..end]);
        bins.push(Bin { from_minor: from, to_minor: edge, customers: (end - start) as u64, amount_minor });
        (from, start) = (edge, end);
    }
    if bins.first().is_some_and(|bin| bin.customers == 0) {
        bins.remove(0);
    }
    bins
}

fn sum(values: &[i64]) -> i64 {
    values.iter().fold(0, |sum, value| sum.saturating_add(*value))
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

/// Tenths from the highest values down, each cut where the value changes, so that equal values are in one of them and
/// the list of customers between its ends is as long as it says. Where a tenth has nobody it is left out.
fn deciles_of(sorted: &[i64]) -> Vec<Decile> {
    let total = sum(sorted);
    let count = sorted.len();
    // How many lie below a cut: all those of the value at the cut go to the tenth above it.
    let below = |place: usize| match count - count * place / DECILES {
        0 => 0,
        cut => sorted.get(cut).map_or(count, |value| sorted.partition_point(|other| other < value)),
    };
    (0..DECILES)
        .map(|place| (place, &sorted[below(place + 1)..below(place)]))
        .filter_map(|(place, part)| Some((place, part, *part.first()?, *part.last()?)))
        .map(|(place, part, from_minor, to_minor)| {
            let amount_minor = sum(part);
            Decile {
                decile: place as u32 + 1,
                from_minor,
                to_minor,
                customers: part.len() as u64,
                amount_minor,
                share: (total > 0).then(|| amount_minor as f64 / total as f64),
            }
        })
        .collect()
}

/// Places of the customers by what they brought so far, the most first (ties by number).
pub fn by_profit(customers: &[Customer], profits: &[i64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..customers.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(profits[*index]), customers[*index].number));
    order
}

/// Of the profit of the most profitable fifth, the share that customers with a repeat purchase bring.
pub fn top_repeat_share(customers: &[Customer], profits: &[i64], by_profit: &[usize]) -> Option<f64> {
    let top = &by_profit[..customers.len().div_ceil(5)];
    let sum = |indices: &mut dyn Iterator<Item = &usize>| {
        indices.fold(0_i64, |sum, index| sum.saturating_add(profits[*index]))
    };
    let total = sum(&mut top.iter());
    let repeat = sum(&mut top.iter().filter(|index| customers[**index].aggregate.summary.x > 0));
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
    fn equal_values_are_in_one_decile_and_its_ends_hold_all_of_it() {
        let tables: [(&str, Vec<i64>, &[u64]); 4] = [
            ("one price", vec![5; 30], &[30]),
            ("seven of eight customers", vec![1, 2, 3, 4, 5, 6, 7], &[1, 1, 1, 1, 1, 1, 1]),
            ("a tie across a cut", [vec![1; 12], vec![2; 8]].concat(), &[8, 12]),
            ("nobody else", vec![9], &[1]),
        ];
        for (what, sorted, customers) in tables {
            let deciles = deciles_of(&sorted);
            let counts: Vec<u64> = deciles.iter().map(|decile| decile.customers).collect();
            assert_eq!(counts, customers, "{what}");
            for decile in deciles {
                let inside = sorted.iter().filter(|value| (decile.from_minor..=decile.to_minor).contains(value));
                assert_eq!(inside.count() as u64, decile.customers, "{what}");
            }
        }
    }

    #[test]
    fn one_customer_fills_one_bin() {
        let bins = bins_of(&[500]);
        assert_eq!(bins.iter().map(|bin| bin.customers).sum::<u64>(), 1);
        assert_eq!(round_width(3), 5);
        assert_eq!(round_width(501), 1_000);
    }
}
