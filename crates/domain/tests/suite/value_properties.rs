//! Properties: gradients, extremes, invariances, and results instead of errors.

use perennial_domain::value::{
    Cells, CustomerFold, DiscountRate, Fit, FoldSettings, Frequency, History, Horizon, Insufficiency, Margin, Model,
    Outcome, Parameters, Span, SpendHistory, Summary, TimeUnit, Valuation, WAIT_DAYS_MAX, Warning, fit_frequency,
    fit_spend, log_likelihood,
};
use proptest::prelude::*;

use crate::data;
use crate::random::{Leaving, Random, Truth, occasions};
use crate::value_reference::{cells, close, fitted, near, spends};

fn weekly(parameters: Parameters) -> Frequency {
    Frequency { parameters, unit: TimeUnit::Week }
}

fn with_values(model: Model, v: &[f64]) -> Parameters {
    match model {
        Model::ParetoNbd => Parameters::ParetoNbd { r: v[0], alpha: v[1], s: v[2], beta: v[3] },
        Model::BgNbd => Parameters::BgNbd { r: v[0], alpha: v[1], a: v[2], b: v[3] },
        Model::MbgNbd => Parameters::MbgNbd { r: v[0], alpha: v[1], a: v[2], b: v[3] },
        Model::Nbd => Parameters::Nbd { r: v[0], alpha: v[1] },
    }
}

#[test]
fn gradients_equal_central_differences() {
    let cells = cells(data::sample());
    let points = [[0.6, 9.0, 0.7, 12.0], [2.0, 3.0, 0.2, 1.5], [0.3, 20.0, 3.0, 20.0]];
    for model in [Model::ParetoNbd, Model::BgNbd, Model::MbgNbd, Model::Nbd] {
        for point in points {
            let (_, gradient) = log_likelihood(&weekly(with_values(model, &point)), &cells);
            for (index, slope) in gradient.iter().enumerate() {
                // Five-point rule: the error of a two-point one would mask ours.
                let at = |steps: f64| {
                    let mut moved = point;
                    moved[index] *= 1.0 + steps * 1e-3;
                    log_likelihood(&weekly(with_values(model, &moved)), &cells).0
                };
                let step = point[index] * 1e-3;
                let difference = (at(-2.0) - 8.0 * at(-1.0) + 8.0 * at(1.0) - at(2.0)) / (12.0 * step);
                close(*slope, difference, 1e-6);
            }
        }
    }
}

#[test]
fn extreme_histories_give_finite_monotone_answers() {
    let ahead = Span::weeks(52.0);
    for model in Model::SELECTABLE {
        for point in [
            [0.5, 10.0, 0.6, 12.0],
            [0.05, 0.01, 0.05, 1e4],
            [10.0, 1e3, 10.0, 0.01],
            [0.5, 10.0, 1.0, 1.0],
            [1e-4, 1.0, 1e-4, 1e-2],
        ] {
            let frequency = weekly(with_values(model, &point));
            for (x, days) in [(0, 1), (1, 1), (1, 7305), (40, 365), (300, 7305), (2000, 7305)] {
                check_history(&frequency, x, days, ahead);
            }
        }
    }
}

fn check_history(frequency: &Frequency, x: u32, days: u32, ahead: Span) {
    let mut last = 0.0;
    for tenth in 0..=10 {
        let summary = Summary { x, t_x: days * tenth / 10, t: days };
        let history = History::from(summary);
        let p_alive = frequency.p_alive(history);
        assert!((0.0..=1.0).contains(&p_alive), "{frequency:?} {summary:?} {p_alive}");
        assert!(p_alive >= last - 1e-10, "{frequency:?} {summary:?} {p_alive} {last}");
        last = p_alive;
        let purchases = frequency.expected_purchases(history, ahead);
        let active = frequency.p_active(history, ahead);
        assert!(purchases.is_finite() && purchases >= 0.0, "{frequency:?} {summary:?} {purchases}");
        assert!((0.0..=1.0).contains(&active), "{frequency:?} {summary:?} {active}");
        let wait = frequency.median_wait_days(history);
        assert!(wait.is_none_or(|days| days > 0.0 && days <= WAIT_DAYS_MAX), "{frequency:?} {summary:?} {wait:?}");
        let (likelihood, gradient) = log_likelihood(frequency, &Cells::group(&[summary]));
        assert!(likelihood.is_finite(), "{frequency:?} {summary:?}");
        assert!(gradient.iter().all(|g| g.is_finite()), "{frequency:?} {summary:?} {gradient:?}");
    }
}

#[test]
fn expectations_are_smooth_across_removable_singularities() {
    let history = History { x: 3, t_x: Span::weeks(20.0), t: Span::weeks(30.0) };
    let ahead = Span::weeks(39.0);
    for model in [Model::ParetoNbd, Model::BgNbd] {
        let at = |third: f64| {
            let found = weekly(with_values(model, &[0.5, 10.0, third, 9.0]));
            found.expected_purchases(history, ahead)
        };
        for third in [1.0, 2.0] {
            close(at(third), 0.5 * (at(third - 1e-6) + at(third + 1e-6)), 1e-9);
        }
    }
}

#[test]
fn distributions_agree_with_expectations() {
    for model in Model::SELECTABLE {
        let frequency = weekly(with_values(model, &[0.8, 12.0, 0.9, 8.0]));
        let ahead = Span::weeks(30.0);
        let shares = frequency.repeat_distribution(ahead, 400);
        near(shares.iter().sum::<f64>(), 1.0, 1e-9);
        let mean: f64 = shares.iter().enumerate().map(|(n, p)| n as f64 * p).sum();
        close(mean, frequency.expected_since_first(ahead), 1e-8);
        let newcomer = History { x: 0, t_x: Span::ZERO, t: Span::ZERO };
        close(1.0 - shares[0], frequency.p_active(newcomer, ahead), 1e-9);
        let cells = Cells::group(&[Summary { x: 0, t_x: 0, t: 0 }]);
        let forecast = frequency.forecast(&cells, Horizon::weeks(30), DiscountRate::NONE).cells[0];
        let square: f64 = shares.iter().enumerate().map(|(n, p)| (n * n) as f64 * p).sum();
        let m = forecast.purchases_if_active;
        close(forecast.p_active * (forecast.variance_if_active + m * m), square, 1e-7);
        close(forecast.discounted, forecast.purchases, 1e-12);
    }
}

#[test]
fn the_time_unit_scales_parameters_and_shifts_the_likelihood() {
    let cells = cells(data::sample());
    for model in Model::SELECTABLE {
        let fit = |unit| fit_frequency(model, &cells, unit).fitted().unwrap().clone();
        let (weeks, days) = (fit(TimeUnit::Week), fit(TimeUnit::Day));
        let shift = cells.repeats() as f64 * 7.0_f64.ln();
        near(days.log_likelihood + shift, weeks.log_likelihood, 1e-6);
        for (index, (d, w)) in days.params.iter().zip(&weeks.params).enumerate() {
            let is_time = index == 1 || (index == 3 && model == Model::ParetoNbd);
            close(d.value, w.value * if is_time { 7.0 } else { 1.0 }, 1e-4);
        }
        let rate = DiscountRate::from_annual(0.1).unwrap();
        let total = |fit: &Fit| fit.frequency.forecast(&cells, Horizon::months(12), rate).total_purchases(&cells);
        close(total(&days), total(&weeks), 1e-5);
    }
}

/// All bits of everything computed from one order of customers.
fn everything(summaries: &[Summary], spends: &[SpendHistory]) -> String {
    let cells = Cells::group(summaries);
    let spend = fit_spend(spends, 100).fitted().unwrap().clone();
    let rate = DiscountRate::from_annual(0.1).unwrap();
    let mut text = format!("{spend:?}");
    for model in Model::SELECTABLE {
        let fit = fit_frequency(model, &cells, TimeUnit::Week).fitted().unwrap().clone();
        let months = Horizon::months(12);
        let valuation = Valuation::new(&fit, &spend, &cells, months, rate, Margin::FULL);
        let total = valuation.total(&fit, spends);
        text += &format!("{fit:?}{total:?}{:?}{:?}", valuation.forecast(), valuation.factors());
    }
    text
}

#[test]
fn order_of_customers_and_number_of_threads_change_no_bit() {
    let folded = data::master();
    let mut summaries: Vec<Summary> = folded.customers.iter().map(|c| c.summary).collect();
    let mut spends = spends(folded);
    let run = |threads: usize, summaries: &[Summary], spends: &[SpendHistory]| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| everything(summaries, spends))
    };
    let first = run(1, &summaries, &spends);
    summaries.reverse();
    spends.reverse();
    assert!(run(3, &summaries, &spends) == first, "bits differ");
}

#[test]
fn too_little_data_is_a_result() {
    for model in Model::SELECTABLE {
        let none = fit_frequency(model, &Cells::group(&[]), TimeUnit::Week);
        let few = Insufficiency::TooLittleData { customers: 0, repeaters: 0 };
        assert_eq!(none, Outcome::Insufficient(few));
        let once = Cells::group(&[Summary { x: 0, t_x: 0, t: 50 }; 1000]);
        assert!(fit_frequency(model, &once, TimeUnit::Week).fitted().is_none());
    }
    let Outcome::Insufficient(reason) = fit_spend(&[SpendHistory { x: 1, total_minor: 5 }], 100) else {
        panic!("one repeater is too little");
    };
    assert_eq!(reason.code(), "too_little_data");
    assert!(reason.sentence().contains("too little data"));
}

#[test]
fn customers_who_are_all_alike_are_reported_not_refused() {
    let alike: Vec<Summary> = (0..1000).map(|i| Summary { x: 5, t_x: 90 + i % 5, t: 100 }).collect();
    for model in Model::SELECTABLE {
        let fit = fit_frequency(model, &Cells::group(&alike), TimeUnit::Day);
        let fit = fit.fitted().unwrap();
        assert!(fit.log_likelihood.is_finite());
        let codes: Vec<&str> = fit.warnings.iter().map(Warning::code).collect();
        assert!(codes.contains(&"homogeneous_rate"), "{codes:?}");
    }
}

#[test]
fn truth_without_drop_out_is_not_given_one() {
    let truth = Truth { r: 0.8, alpha_days: 50.0, leaving: Leaving::Never, spend: (6.0, 4.0, 1500.0) };
    let people = truth.population(&mut Random(3), 3_000, 200..500, 0);
    let cells = Cells::group(&people.iter().map(|p| p.summary).collect::<Vec<_>>());
    for model in Model::SELECTABLE {
        let fit = fit_frequency(model, &cells, TimeUnit::Week).fitted().unwrap().clone();
        let lost: f64 = fit.log_likelihood - fit.nbd_log_likelihood;
        assert!((0.0..3.0).contains(&lost), "{fit:?}");
    }
}

#[test]
fn spend_that_follows_frequency_is_reported() {
    let histories: Vec<SpendHistory> = (1..400_u32)
        .map(|i| SpendHistory { x: 1 + i % 9, total_minor: i64::from((1 + i % 9).pow(2) * 1000 + i) })
        .collect();
    let fit = fit_spend(&histories, 100);
    let fit = fit.fitted().unwrap();
    assert!(fit.warnings.iter().any(|w| w.code() == "spend_depends_on_frequency"));
    assert!(fit.expected_minor(SpendHistory::default()).is_finite());
}

#[test]
fn fits_survive_a_round_trip_through_json() {
    let fit = fitted(Model::ParetoNbd, data::sample());
    let text = serde_json::to_string(&fit).unwrap();
    let again: Fit = serde_json::from_str(&text).unwrap();
    assert_eq!(again.frequency.parameters.model(), Model::ParetoNbd);
    assert_eq!((again.customers, &again.warnings), (fit.customers, &fit.warnings));
    for (found, expected) in again.params.iter().zip(&fit.params) {
        assert_eq!(found.name, expected.name);
        // Without serde_json's `float_roundtrip` the last bit may differ.
        close(found.value, expected.value, 1e-15);
    }
}

fn summary() -> impl Strategy<Value = Summary> {
    (0..40_u32, 0..2000_u32, 0..2000_u32).prop_map(|(x, t_x, t)| Summary { x, t_x, t })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn arbitrary_data_never_give_nan_or_panic(
        summaries in prop::collection::vec(summary(), 100..300),
        amounts in prop::collection::vec(-100_000..1_000_000_i64, 300),
    ) {
        let cells = Cells::group(&summaries);
        let spends: Vec<SpendHistory> = summaries
            .iter()
            .zip(&amounts)
            .map(|(s, a)| SpendHistory { x: s.x, total_minor: *a })
            .collect();
        let spend = fit_spend(&spends, 100);
        for model in Model::SELECTABLE {
            let fit = fit_frequency(model, &cells, TimeUnit::Month);
            let Some(fit) = fit.fitted() else { continue };
            prop_assert!(fit.params.iter().all(|p| p.value.is_finite() && p.value > 0.0));
            prop_assert!(fit.log_likelihood.is_finite());
            let rate = DiscountRate::from_annual(0.1).unwrap();
            let forecast = fit.frequency.forecast(&cells, Horizon::months(12), rate);
            for cell in &forecast.cells {
                prop_assert!(cell.purchases.is_finite() && cell.discounted <= cell.purchases);
                prop_assert!((0.0..=1.0).contains(&cell.p_active));
                prop_assert!(cell.p_active <= cell.p_alive && cell.p_alive <= 1.0);
            }
            if let Some(spend) = spend.fitted() {
                let valuation = Valuation::from_forecast(fit, forecast, spend, &cells, Margin::FULL);
                for factors in valuation.factors() {
                    prop_assert!(factors.high.is_finite());
                    prop_assert!(0.0 <= factors.low && factors.low <= factors.high);
                }
                let total = valuation.total(fit, &spends);
                prop_assert!(total.low_minor <= total.high_minor && total.high_minor.is_finite());
            }
        }
    }

    #[test]
    fn folds_merge_in_any_order(seed in 0..u64::MAX) {
        let mut random = Random(seed);
        let customers: Vec<_> = (0..40).map(|_| occasions(&mut random, 12)).collect();
        let settings = FoldSettings { fit_until: 500, backtest_until: 600 };
        let of = |chosen: &[Vec<perennial_domain::value::Occasion>]| {
            let mut fold = CustomerFold::new(settings);
            let kept = chosen.iter().filter(|o| fold.add(o).is_some()).count();
            (fold, kept)
        };
        let (whole, kept) = of(&customers);
        let (mut left, a) = of(&customers[..13]);
        let (right, b) = of(&customers[13..]);
        left.merge(&right);
        prop_assert_eq!(left, whole);
        prop_assert_eq!(a + b, kept);
    }
}
