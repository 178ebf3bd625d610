//! Simulations from a known truth: recovery of parameters, coverage of intervals.

use perennial_domain::value::{
    Cells, DiscountRate, Fit, Horizon, Margin, Model, SpendHistory, Summary, TimeUnit, Valuation, fit_frequency,
    fit_spend,
};

use perennial_domain::value::{History, Span};

use crate::random::{Leaving, Random, Simulated, Truth};

const SPEND: (f64, f64, f64) = (6.25, 3.74, 1544.0);

fn grouped(people: &[Simulated]) -> Cells {
    Cells::group(&people.iter().map(|p| p.summary).collect::<Vec<Summary>>())
}

fn spends(people: &[Simulated]) -> Vec<SpendHistory> {
    people.iter().map(|p| p.spend).collect()
}

fn fit_days(model: Model, cells: &Cells) -> Fit {
    fit_frequency(model, cells, TimeUnit::Day).fitted().unwrap().clone()
}

/// How often the truth lies within 1.96 standard errors on the log scale.
fn hits(model: Model, truth: &Truth, values: [f64; 4], sets: u64, count: usize) -> [u32; 4] {
    let mut hits = [0; 4];
    for seed in 0..sets {
        let mut random = Random(seed * 7919 + 1);
        let people = truth.population(&mut random, count, 300..730, 0);
        let fit = fit_days(model, &grouped(&people));
        assert!(fit.converged, "{fit:?}");
        let errors = fit.std_errors.as_ref().unwrap();
        for (index, hit) in hits.iter_mut().enumerate() {
            let value = fit.params[index].value;
            let log_error = errors[index] / value;
            *hit += u32::from((value / values[index]).ln().abs() <= 1.96 * log_error);
        }
    }
    hits
}

#[test]
fn pareto_recovers_a_known_truth() {
    let truth = Truth { r: 1.2, alpha_days: 60.0, leaving: Leaving::Lomax(0.9, 200.0), spend: SPEND };
    let hits = hits(Model::ParetoNbd, &truth, [1.2, 60.0, 0.9, 200.0], 50, 4_000);
    assert!(hits.iter().all(|h| (45..=50).contains(h)), "{hits:?}");
}

#[test]
fn bg_recovers_a_known_truth() {
    let truth = Truth { r: 0.8, alpha_days: 60.0, leaving: Leaving::AfterPurchase(0.8, 2.4), spend: SPEND };
    let hits = hits(Model::BgNbd, &truth, [0.8, 60.0, 0.8, 2.4], 50, 6_000);
    assert!(hits.iter().all(|h| (45..=50).contains(h)), "{hits:?}");
}

/// Coverage of the customers' 80 % intervals, apart for those whose value is zero with less
/// than 10 %, with 10 to 80 %, and with more.
fn check_coverage(model: Model, truth: &Truth) {
    let mut random = Random(42);
    let people = truth.population(&mut random, 40_000, 200..600, 364);
    let (cells, spends) = (grouped(&people), spends(&people));
    let fit = fit_days(model, &cells);
    let spend = fit_spend(&spends, 100).fitted().unwrap().clone();
    let weeks = Horizon::weeks(52);
    let valuation = Valuation::new(&fit, &spend, &cells, weeks, DiscountRate::NONE, Margin::FULL);
    let mut strata = [(0_u32, 0_u32); 3];
    let mut sides = (0_u32, 0_u32);
    let (mut expected_zero, mut found_zero) = (0.0, 0_u32);
    for (index, person) in people.iter().enumerate() {
        let p_zero = 1.0 - valuation.forecast_of(index).unwrap().p_active;
        let value = valuation.potential_of(index, person.spend).unwrap();
        assert!(0 <= value.low_minor && value.low_minor <= value.high_minor);
        let stratum = usize::from(p_zero >= 0.1) + usize::from(p_zero >= 0.8);
        strata[stratum].0 += 1;
        let held = (value.low_minor..=value.high_minor).contains(&person.future_minor);
        strata[stratum].1 += u32::from(held);
        if stratum == 0 {
            sides.0 += u32::from(person.future_minor < value.low_minor);
            sides.1 += u32::from(person.future_minor > value.high_minor);
        }
        if stratum == 2 {
            assert_eq!((value.low_minor, value.high_minor), (0, 0));
            expected_zero += p_zero;
            found_zero += u32::from(person.future_minor == 0);
        }
    }
    for (people, held) in &strata[..2] {
        let coverage = f64::from(*held) / f64::from(*people);
        assert!(*people > 1000 && (0.77..=0.83).contains(&coverage), "{strata:?} {sides:?}");
    }
    // A value that is almost surely zero can not be covered with less than P(zero).
    let share = f64::from(found_zero) / f64::from(strata[2].0);
    let expected = expected_zero / f64::from(strata[2].0);
    assert!((share - expected).abs() < 0.01, "{share} {expected} {strata:?}");
}

#[test]
fn intervals_of_customers_cover_with_pareto() {
    let leaving = Leaving::Lomax(0.9, 300.0);
    check_coverage(Model::ParetoNbd, &Truth { r: 0.9, alpha_days: 40.0, leaving, spend: SPEND });
}

#[test]
fn intervals_of_customers_cover_with_bg() {
    let leaving = Leaving::AfterPurchase(0.8, 4.0);
    check_coverage(Model::BgNbd, &Truth { r: 0.8, alpha_days: 40.0, leaving, spend: SPEND });
}

#[test]
fn intervals_of_the_total_cover() {
    const SETS: u64 = 100;
    let leaving = Leaving::Lomax(0.9, 300.0);
    let truth = Truth { r: 0.9, alpha_days: 40.0, leaving, spend: SPEND };
    let mut held = 0;
    for seed in 0..SETS {
        let mut random = Random(seed * 104_729 + 5);
        let people = truth.population(&mut random, 1_000, 200..600, 364);
        let (cells, spends) = (grouped(&people), spends(&people));
        let fit = fit_days(Model::ParetoNbd, &cells);
        let spend = fit_spend(&spends, 100).fitted().unwrap().clone();
        let weeks = Horizon::weeks(52);
        let valuation = Valuation::new(&fit, &spend, &cells, weeks, DiscountRate::NONE, Margin::FULL);
        let total = valuation.total(&fit, &spends);
        let actual = people.iter().map(|p| p.future_minor).sum::<i64>() as f64;
        held += u32::from((total.low_minor..=total.high_minor).contains(&actual));
    }
    // 80 of 100 are expected; the standard deviation of that count is 4.
    assert!((72..=88).contains(&held), "{held}");
}

#[test]
fn intervals_of_purchase_counts_hold_at_least_their_level() {
    let leaving = Leaving::Lomax(0.9, 300.0);
    let truth = Truth { r: 0.9, alpha_days: 40.0, leaving, spend: SPEND };
    let people = truth.population(&mut Random(9), 6_000, 200..600, 364);
    let fit = fit_days(Model::ParetoNbd, &grouped(&people));
    let held = people.iter().filter(|person| {
        let history = History::from(person.summary);
        let (low, high) = fit.frequency.purchase_interval(history, Span::weeks(52.0));
        (low..=high).contains(&person.future_purchases)
    });
    let coverage = held.count() as f64 / people.len() as f64;
    assert!((0.79..0.95).contains(&coverage), "{coverage}");
}
