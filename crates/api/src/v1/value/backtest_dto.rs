//! The back-test in JSON.

use perennial_app::value::result::BacktestResult;
use perennial_domain::time::Day;
use perennial_domain::value::{CLASSES, ModelResult};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct BacktestDto {
    /// Last day that the models saw.
    #[schema(format = Date)]
    pub fit_until: String,
    /// Last day of the hold-out.
    #[schema(format = Date)]
    pub until: String,
    #[schema(example = "week")]
    pub unit: String,
    #[schema(example = "pareto_nbd")]
    pub chosen: String,
    /// Purchases in the hold-out.
    pub actual_total: u64,
    pub models: Vec<BacktestModelDto>,
    pub weeks: Vec<BacktestWeekDto>,
    pub classes: Vec<BacktestClassDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct BacktestModelDto {
    #[schema(example = "pareto_nbd")]
    pub model: String,
    pub predicted_total: f64,
    pub mae: f64,
    pub rmse: f64,
    pub correlation: Option<f64>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct BacktestWeekDto {
    #[schema(format = Date)]
    pub week_start: String,
    pub actual: u64,
    /// By model.
    #[schema(example = json!({ "pareto_nbd": 61.2 }))]
    pub predicted: BTreeMap<String, f64>,
    pub holdout: bool,
}

/// Customers with the same number of repeats before the hold-out.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct BacktestClassDto {
    /// `0` to `6`, and `7+`.
    #[schema(example = "7+")]
    pub x: String,
    pub customers: u64,
    pub actual_mean: f64,
    /// By model.
    pub predicted_mean: BTreeMap<String, f64>,
}

impl BacktestDto {
    pub fn of(backtest: &BacktestResult, unit: &str) -> Self {
        let result = &backtest.result;
        Self {
            fit_until: backtest.fit_until.iso(),
            until: backtest.until.iso(),
            unit: unit.to_owned(),
            chosen: result.default_model.code().to_owned(),
            actual_total: result.actual_total,
            models: result.models.iter().map(model).collect(),
            weeks: weeks(&result.models, backtest.fit_until),
            classes: classes(&result.models),
        }
    }
}

fn model(result: &ModelResult) -> BacktestModelDto {
    BacktestModelDto {
        model: result.model.code().to_owned(),
        predicted_total: result.predicted_total,
        mae: result.mae,
        rmse: result.rmse,
        correlation: result.correlation,
    }
}

/// Week 0 is the first one of the hold-out; all models were tracked over the same weeks.
fn weeks(models: &[ModelResult], fit_until: Day) -> Vec<BacktestWeekDto> {
    let mut weeks: BTreeMap<i32, BacktestWeekDto> = BTreeMap::new();
    for result in models {
        for week in &result.weeks {
            let entry = weeks.entry(week.week).or_insert_with(|| BacktestWeekDto {
                week_start: Day(fit_until.0 + 1 + 7 * week.week).iso(),
                actual: week.actual,
                predicted: BTreeMap::new(),
                holdout: week.week >= 0,
            });
            entry.predicted.insert(result.model.code().to_owned(), week.predicted);
        }
    }
    weeks.into_values().collect()
}

fn classes(models: &[ModelResult]) -> Vec<BacktestClassDto> {
    let Some(any) = models.first() else { return Vec::new() };
    (0..CLASSES)
        .map(|class| BacktestClassDto {
            x: if class + 1 == CLASSES { format!("{class}+") } else { class.to_string() },
            customers: any.classes[class].customers,
            actual_mean: any.classes[class].actual_mean,
            predicted_mean: models
                .iter()
                .map(|result| (result.model.code().to_owned(), result.classes[class].predicted_mean))
                .collect(),
        })
        .collect()
}
