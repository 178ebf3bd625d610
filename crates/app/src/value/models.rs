//! All fits of a run, the back-test, and the model that values customers.

use super::gather::{Days, Gathered};
use super::result::{BacktestResult, ModelFit};
use perennial_domain::settings::Settings;
use perennial_domain::value::{
    Cells, Fit, Horizon, Model, Outcome, SpendFit, SpendHistory, Summary, TimeUnit, fit_frequency, fit_spend,
    run_backtest,
};

pub struct Models {
    pub cells: Cells,
    pub fits: Vec<ModelFit>,
    pub spend: Outcome<SpendFit>,
    pub backtest: Option<BacktestResult>,
    pub default_model: Model,
    pub unit: TimeUnit,
}

impl Models {
    pub fn default_fit(&self) -> Option<&Fit> {
        self.fits.iter().find(|fit| fit.model == self.default_model).and_then(|fit| fit.outcome.fitted())
    }
}

pub fn fit_all(gathered: &Gathered, days: &Days, unit: TimeUnit, settings: &Settings) -> Models {
    let summaries: Vec<Summary> = gathered.customers.iter().map(|customer| customer.aggregate.summary).collect();
    let cells = Cells::group(&summaries);
    // Each takes seconds for a million customers, and none waits for the other.
    let (fits, calibrated) = rayon::join(|| fit_models(&cells, unit), || calibrate(gathered, days, unit));
    let spends: Vec<SpendHistory> = gathered.customers.iter().map(|customer| customer.aggregate.spend).collect();
    let minor_per_major = 10u32.pow(settings.currency.map_or(2, |currency| u32::from(currency.exponent())));
    let spend = fit_spend(&spends, minor_per_major);
    let backtest = back_test(gathered, days, &cells, &fits, calibrated);
    let default_model = backtest.as_ref().map_or(Model::ParetoNbd, |tested| tested.result.default_model);
    Models { cells, fits, spend, backtest, default_model, unit }
}

fn fit_models(cells: &Cells, unit: TimeUnit) -> Vec<ModelFit> {
    Model::SELECTABLE
        .iter()
        .map(|model| ModelFit { model: *model, outcome: fit_frequency(*model, cells, unit) })
        .collect()
}

/// The fits of a back-test that has its own, and what it is compared with.
struct Calibrated {
    cells: Cells,
    fits: Vec<ModelFit>,
    holdout: Vec<u32>,
}

fn calibrate(gathered: &Gathered, days: &Days, unit: TimeUnit) -> Option<Calibrated> {
    days.backtest.filter(|_| !days.backtest_is_main())?;
    let (summaries, holdout): (Vec<Summary>, Vec<u32>) =
        gathered.customers.iter().filter_map(|customer| customer.calibration).unzip();
    let cells = Cells::group(&summaries);
    let fits = fit_models(&cells, unit);
    Some(Calibrated { cells, fits, holdout })
}

fn back_test(
    gathered: &Gathered,
    days: &Days,
    main: &Cells,
    fits: &[ModelFit],
    calibrated: Option<Calibrated>,
) -> Option<BacktestResult> {
    let (fit_until, until) = days.backtest?;
    let horizon = Horizon::days(u32::try_from(until.0 - fit_until.0).ok()?);
    let fitted =
        |fits: &[ModelFit]| -> Vec<Fit> { fits.iter().filter_map(|fit| fit.outcome.fitted().cloned()).collect() };
    let result = match calibrated {
        Some(own) => run_backtest(&own.cells, &fitted(&own.fits), &own.holdout, horizon, &gathered.weekly),
        None => {
            let holdout: Vec<u32> =
                gathered.customers.iter().map(|customer| customer.aggregate.holdout_purchases).collect();
            run_backtest(main, &fitted(fits), &holdout, horizon, &gathered.weekly)
        }
    };
    (!result.models.is_empty()).then_some(BacktestResult { fit_until, until, result })
}
