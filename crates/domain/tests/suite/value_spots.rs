//! Single figures at given parameters against value.md B2 and B3.

use perennial_domain::value::{
    Cells, DiscountRate, Frequency, History, Horizon, Parameters, Span, Summary, TimeUnit, WAIT_DAYS_MAX,
};

use crate::value_reference::{close, near};

fn weekly(parameters: Parameters) -> Frequency {
    Frequency { parameters, unit: TimeUnit::Week }
}

fn bg() -> Frequency {
    weekly(Parameters::BgNbd { r: 0.2425945, alpha: 4.413602, a: 0.7929220, b: 2.425907 })
}

/// The same rounded as published.
fn bg_published() -> Frequency {
    weekly(Parameters::BgNbd { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 })
}

fn pareto() -> Frequency {
    weekly(Parameters::ParetoNbd { r: 0.5534, alpha: 10.5802, s: 0.6061, beta: 11.6562 })
}

fn history(x: u32, t_x: f64, t: f64) -> History {
    History { x, t_x: Span::weeks(t_x), t: Span::weeks(t) }
}

#[test]
fn bg_expectations_of_a_new_customer() {
    let times = [1.0 / 7.0, 1.0, 3.0, 31.0 + 6.0 / 7.0, 32.0, 78.0];
    let expected = [0.007814, 0.053184, 0.150631, 1.040490, 1.043732, 1.857958];
    for (time, expected) in times.into_iter().zip(expected) {
        near(bg().expected_since_first(Span::weeks(time)), expected, 1e-6);
    }
}

#[test]
fn bg_expectation_and_p_alive_of_the_published_customer() {
    let customer = history(2, 30.43, 38.86);
    near(bg_published().expected_purchases(customer, Span::weeks(39.0)), 1.226028, 6e-7);
    near(bg_published().p_alive(customer), 0.726579, 1e-6);
}

#[test]
fn bg_distribution_of_counts() {
    let two = bg_published().repeat_distribution(Span::weeks(2.0), 10);
    close(two[10], 1.07869e-7, 1e-5);
    close(bg_published().repeat_distribution(Span::weeks(39.0), 0)[0], 0.5737864, 1e-6);
    let thirty = bg_published().repeat_distribution(Span::weeks(30.0), 20);
    let expected =
        [0.0019995, 0.0015170, 0.0011633, 0.0009003, 0.0007024, 0.0005518, 0.0004362, 0.0003467, 0.0002770, 0.0002222];
    for (found, expected) in thirty[11..].iter().zip(expected) {
        near(*found, expected, 6e-7);
    }
}

#[test]
fn pareto_expectations_of_a_new_customer() {
    let expected =
        [(1.0, 0.051005), (4.0, 0.190742), (9.0, 0.391284), (39.0, 1.213118), (52.0, 1.473067), (78.0, 1.909366)];
    for (time, expected) in expected {
        near(pareto().expected_since_first(Span::weeks(time)), expected, 6e-7);
    }
}

#[test]
fn pareto_expectation_and_p_alive_of_published_customers() {
    let frequent = history(26, 30.86, 31.0);
    near(pareto().expected_purchases(frequent, Span::weeks(52.0)), 25.4549, 6e-5);
    near(pareto().p_alive(frequent), 0.997918, 1e-6);
    let rare = history(2, 30.43, 38.86);
    near(pareto().expected_purchases(rare, Span::weeks(39.0)), 1.455093, 1e-6);
    near(pareto().p_alive(rare), 0.869111, 1e-6);
}

#[test]
fn pareto_stability_pair_grows_smoothly() {
    let model = weekly(Parameters::ParetoNbd { r: 0.55, alpha: 10.58, s: 0.61, beta: 11.67 });
    for (x, expected) in [(132, 6.20605), (133, 6.25287)] {
        let found = model.expected_purchases(history(x, 200.0, 200.0), Span::weeks(10.0));
        near(found, expected, 6e-6);
    }
}

#[test]
fn p_alive_is_finite_where_peers_overflow() {
    // CLVTools issue 100.
    let p_alive = pareto().p_alive(history(221, 103.43, 103.57));
    assert!(p_alive > 0.99 && p_alive <= 1.0, "{p_alive}");
    for x in [254, 161, 204] {
        let p_alive = pareto().p_alive(history(x, 50.0, 103.57));
        assert!((0.0..1e-6).contains(&p_alive), "{p_alive}");
    }
}

#[test]
fn residual_transactions_of_the_reference() {
    let rate = DiscountRate::from_continuous(0.0027, TimeUnit::Week).unwrap();
    let expected = [
        (2, 30.43, 38.86, 6.482562),
        (0, 0.0, 77.86, 0.181344),
        (7, 35.0, 77.86, 0.892033),
        (7, 65.0, 77.86, 12.800440),
        (1, 70.0, 77.86, 2.952554),
    ];
    for (x, t_x, t, expected) in expected {
        let found = pareto().residual_transactions(history(x, t_x, t), rate).unwrap();
        near(found, expected, 6e-7);
    }
}

#[test]
fn residual_transactions_by_yearly_rate() {
    let model = weekly(Parameters::ParetoNbd { r: 0.5532771, alpha: 10.577684, s: 0.6062400, beta: 11.668735 });
    let expected = [(0.10, 8.155841, 0.600066), (0.15, 6.499981, 0.478236), (0.2, 5.516406, 0.405869)];
    for (yearly, two, none) in expected {
        let delta = f64::ln_1p(yearly) / 52.0;
        let rate = DiscountRate::from_continuous(delta, TimeUnit::Week).unwrap();
        let found = model.residual_transactions(history(2, 30.43, 38.86), rate).unwrap();
        close(found, two, 1e-6);
        let found = model.residual_transactions(history(0, 0.0, 38.86), rate).unwrap();
        close(found, none, 2e-6);
    }
}

#[test]
fn iso_value_grid_shows_the_increasing_frequency_crossing() {
    let model = weekly(Parameters::ParetoNbd { r: 0.563004, alpha: 12.559169, s: 0.408107, beta: 10.514543 });
    let rate = DiscountRate::from_continuous(1.15_f64.ln() / 52.0, TimeUnit::Week).unwrap();
    let at = |x, t_x| model.residual_transactions(history(x, t_x, 77.86), rate).unwrap();
    near(at(0, 0.0), 0.366, 6e-4);
    let times = [10.0, 20.0, 30.0, 35.0, 40.0, 50.0, 60.0, 70.0, 75.0];
    let grid = [
        (1, [0.903, 1.584, 2.207, 2.478, 2.720, 3.125, 3.440, 3.684, 3.785]),
        (2, [0.619, 1.618, 2.853, 3.454, 4.003, 4.910, 5.567, 6.029, 6.205]),
        (4, [0.123, 0.747, 2.454, 3.729, 5.138, 7.757, 9.594, 10.688, 11.041]),
        (7, [0.005, 0.098, 0.812, 1.871, 3.733, 9.551, 14.836, 17.585, 18.287]),
        (10, [0.000, 0.009, 0.169, 0.565, 1.633, 8.231, 18.662, 24.343, 25.521]),
        (14, [0.000, 0.000, 0.016, 0.083, 0.369, 4.482, 20.686, 33.071, 35.146]),
    ];
    for (x, row) in grid {
        for (t_x, expected) in times.into_iter().zip(row) {
            near(at(x, t_x), expected, 6e-4);
        }
    }
    assert!(at(7, 30.0) < at(1, 30.0));
}

/// Customers from every day a buyer to long gone, on the three models that value them.
fn many_lives() -> Vec<(Frequency, Summary)> {
    let mbg = weekly(Parameters::MbgNbd { r: 0.5240, alpha: 6.1820, a: 0.8900, b: 1.6140 });
    let mut lives = Vec::new();
    for model in [pareto(), bg(), mbg] {
        for t in [1, 30, 200, 500, 2_000] {
            for x in [0, 1, 2, 5, 26, 150] {
                let places = if x == 0 { 0..=0 } else { 1..=8 };
                lives.extend(places.map(|eighth| (model, Summary { x, t_x: t * eighth / 8, t })));
            }
        }
    }
    lives
}

#[test]
fn by_the_day_of_the_next_purchase_it_has_come_with_probability_one_half() {
    let (mut dated, mut undated) = (0, 0);
    for (model, summary) in many_lives() {
        let history = History::from(summary);
        let ten_years = model.p_active(history, Span::days(WAIT_DAYS_MAX));
        match model.median_wait_days(history) {
            Some(days) => {
                near(model.p_active(history, Span::days(days)), 0.5, 1e-9);
                dated += 1;
            }
            None => {
                assert!(ten_years < 0.5 + 1e-9, "{model:?} {summary:?}: {ten_years}");
                undated += 1;
            }
        }
    }
    assert!(dated > 100 && undated > 100, "{dated} with a day, {undated} without");
}

/// A customer who has most likely left is not awaited next month, however often there were purchases before.
#[test]
fn somebody_who_has_most_likely_left_has_no_next_purchase() {
    for model in [pareto(), bg()] {
        let gone = history(26, 10.0, 60.0);
        assert!(model.p_alive(gone) < 0.1, "{}", model.p_alive(gone));
        assert_eq!(model.median_wait_days(gone), None);
    }
}

#[test]
fn a_next_purchase_beyond_ten_years_is_none() {
    // r = 1 without drop-out to speak of: the median wait is alpha + T.
    let weeks = WAIT_DAYS_MAX / 7.0;
    let rare = |alpha: f64| weekly(Parameters::ParetoNbd { r: 1.0, alpha, s: 1e-9, beta: 1e9 });
    let newcomer = History { x: 0, t_x: Span::ZERO, t: Span::ZERO };
    near(rare(weeks - 0.01).median_wait_days(newcomer).unwrap(), WAIT_DAYS_MAX - 0.07, 1e-3);
    assert_eq!(rare(weeks + 0.01).median_wait_days(newcomer), None);
}

#[test]
fn the_forecast_of_all_customers_has_the_waits_of_each() {
    for model in [pareto(), bg()] {
        let summaries: Vec<Summary> =
            many_lives().into_iter().filter(|(one, _)| *one == model).map(|(_, summary)| summary).collect();
        let cells = Cells::group(&summaries);
        let forecast = model.forecast(&cells, Horizon::weeks(52), DiscountRate::NONE);
        for (summary, cell) in summaries.iter().zip(cells.cell_of()) {
            let found = forecast.cells[*cell as usize].median_wait_days;
            let alone = model.median_wait_days(History::from(*summary));
            match (found, alone) {
                (Some(found), Some(alone)) => close(found, alone, 1e-6),
                (found, alone) => assert_eq!(found, alone, "{summary:?}"),
            }
        }
    }
}
