//! Fitted models in JSON.

use perennial_app::value::result::ModelFit;
use perennial_domain::value::{Fit, NamedValue, Outcome, SpendFit, Warning};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct ModelDto {
    #[schema(example = "pareto_nbd")]
    pub model: String,
    /// By the names of the papers.
    #[schema(example = json!({ "r": 0.55, "alpha": 10.6, "s": 0.61, "beta": 11.7 }))]
    pub parameters: BTreeMap<String, f64>,
    pub std_errors: Option<BTreeMap<String, f64>>,
    pub log_likelihood: Option<f64>,
    pub aic: Option<f64>,
    pub bic: Option<f64>,
    pub converged: bool,
    pub iterations: u32,
    /// `ok`, or why there is no fit or not this one: `too_little_data`, `no_measurable_dropout`.
    #[schema(example = "ok")]
    pub status: String,
    pub warnings: Vec<WarningDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct SpendModelDto {
    /// Gamma-Gamma: p, q and gamma.
    pub parameters: BTreeMap<String, f64>,
    pub std_errors: Option<BTreeMap<String, f64>>,
    #[schema(example = "ok")]
    pub status: String,
    pub warnings: Vec<WarningDto>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct WarningDto {
    #[schema(example = "no_measurable_dropout")]
    pub code: String,
    /// One English sentence; the console has its own by the code.
    pub text: String,
}

fn named(params: &[NamedValue]) -> BTreeMap<String, f64> {
    params.iter().map(|param| (param.name.to_string(), param.value)).collect()
}

fn errors_of(params: &[NamedValue], errors: Option<&Vec<f64>>) -> Option<BTreeMap<String, f64>> {
    let errors = errors?;
    Some(params.iter().zip(errors).map(|(param, error)| (param.name.to_string(), *error)).collect())
}

fn warnings_of(warnings: &[Warning]) -> Vec<WarningDto> {
    warnings.iter().map(|warning| WarningDto { code: warning.code().to_owned(), text: warning.sentence() }).collect()
}

impl From<&ModelFit> for ModelDto {
    fn from(fit: &ModelFit) -> Self {
        match &fit.outcome {
            Outcome::Fitted(found) => fitted(fit.model.code(), found),
            Outcome::Insufficient(reason) => Self {
                model: fit.model.code().to_owned(),
                parameters: BTreeMap::new(),
                std_errors: None,
                log_likelihood: None,
                aic: None,
                bic: None,
                converged: false,
                iterations: 0,
                status: reason.code().to_owned(),
                warnings: vec![WarningDto { code: reason.code().to_owned(), text: reason.sentence() }],
            },
        }
    }
}

fn fitted(model: &str, fit: &Fit) -> ModelDto {
    let without_dropout = fit.warnings.contains(&Warning::NoMeasurableDropout);
    let status = if without_dropout { Warning::NoMeasurableDropout.code() } else { "ok" };
    ModelDto {
        model: model.to_owned(),
        parameters: named(&fit.params),
        std_errors: errors_of(&fit.params, fit.std_errors.as_ref()),
        log_likelihood: Some(fit.log_likelihood),
        aic: Some(fit.aic),
        bic: Some(fit.bic),
        converged: fit.converged,
        iterations: fit.iterations,
        status: status.to_owned(),
        warnings: warnings_of(&fit.warnings),
    }
}

impl From<&Outcome<SpendFit>> for SpendModelDto {
    fn from(outcome: &Outcome<SpendFit>) -> Self {
        match outcome {
            Outcome::Fitted(fit) => Self {
                parameters: named(&fit.params),
                std_errors: errors_of(&fit.params, fit.std_errors.as_ref()),
                status: "ok".to_owned(),
                warnings: warnings_of(&fit.warnings),
            },
            Outcome::Insufficient(reason) => Self {
                parameters: BTreeMap::new(),
                std_errors: None,
                status: reason.code().to_owned(),
                warnings: vec![WarningDto { code: reason.code().to_owned(), text: reason.sentence() }],
            },
        }
    }
}
