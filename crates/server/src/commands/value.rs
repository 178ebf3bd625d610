//! `perennial value`

use crate::output::{Output, Refused};
use crate::progress::Progress;
use crate::workspace::Shared;
use clap::{Args as ClapArgs, ValueEnum};
use perennial_app::value::result::{BacktestResult, ModelFit, ValueResult};
use perennial_app::value::{self, ValueError, ValueRequest};
use perennial_domain::money::format_decimal;
use perennial_domain::time::Day;
use perennial_domain::value::{Fit, NamedValue, Outcome, TimeUnit, Warning};
use serde_json::{Map, Value, json};

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial value
  perennial value --fit-until 1997-09-30 --backtest-until 1998-06-30 --json

Dates are the last day that counts, in the brand's time zone.")]
pub struct Args {
    /// Last day that the models see; values are as of this day. Otherwise the last day with a purchase.
    #[arg(long, value_name = "DATE", env = "PERENNIAL_FIT_UNTIL")]
    fit_until: Option<String>,
    /// Last day of the hold-out that predictions are compared with.
    #[arg(long, value_name = "DATE", env = "PERENNIAL_BACKTEST_UNTIL")]
    backtest_until: Option<String>,
    /// Unit in which rates are estimated and stated.
    #[arg(long, value_enum, default_value_t = Unit::Week, env = "PERENNIAL_TIME_UNIT")]
    time_unit: Unit,
}

#[derive(Clone, Copy, ValueEnum)]
enum Unit {
    Day,
    Week,
    Month,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let request = ValueRequest {
        fit_until: parse_day("--fit-until", args.fit_until.as_deref())?,
        backtest_until: parse_day("--backtest-until", args.backtest_until.as_deref())?,
        unit: match args.time_unit {
            Unit::Day => TimeUnit::Day,
            Unit::Week => TimeUnit::Week,
            Unit::Month => TimeUnit::Month,
        },
    };
    let app = shared.open().await?;
    let progress = Progress::new(output.is_json());
    progress.set(0.1, "valuing every customer".to_owned());
    let interrupted = async {
        let _signalled = tokio::signal::ctrl_c().await.is_ok();
    };
    let result = value::run_unless(&app, &request, interrupted).await;
    progress.done();
    let result = result.map_err(|error| match error {
        ValueError::NoPurchases | ValueError::Request(_) => Refused(error.to_string()).into(),
        other => anyhow::Error::new(other),
    })?;
    output.result(&json_of(&result), &lines_of(&result))
}

fn parse_day(flag: &str, text: Option<&str>) -> anyhow::Result<Option<Day>> {
    let Some(text) = text else { return Ok(None) };
    let day = Day::parse_iso(text).ok_or_else(|| Refused(format!("{flag} {text}: a date such as 2011-08-31")))?;
    Ok(Some(day))
}

fn json_of(result: &ValueResult) -> Value {
    let models: Map<String, Value> =
        result.models.iter().map(|fit| (fit.model.code().to_owned(), model_json(fit))).collect();
    let mut models = models;
    models.insert("gamma_gamma".to_owned(), spend_json(result));
    let definition = &result.definition;
    json!({
        "customers": result.customers,
        "as_of": result.as_of.iso(),
        "time_unit": definition.unit,
        "horizon_days": definition.horizon_days,
        "currency": definition.currency,
        "time_zone": definition.time_zone,
        "margin": f64::from(definition.margin_basis_points) / 10_000.0,
        "margin_is_set": definition.margin_is_set,
        "discount_rate_annual": f64::from(definition.discount_rate_annual_basis_points) / 10_000.0,
        "current_window_days": definition.current_window_days,
        "default_model": result.default_model.code(),
        "models": models,
        "backtest": result.backtest.as_ref().map(backtest_json),
        "rfm": rfm_json(result),
        "totals": totals_json(result),
        "cohorts": cohorts_json(result),
        "top20": {
            "customers": result.concentration.top_customers,
            "share_of_profit": result.concentration.top_share,
            "repeat_customer_share": result.top_repeat_share,
            "gini": result.concentration.gini,
        },
        "run_id": result.run_id,
        "seconds": (result.finished_at - result.started_at) as f64 / 1e6,
    })
}

fn warnings_json(warnings: &[Warning]) -> Value {
    warnings.iter().map(|warning| json!({ "code": warning.code(), "text": warning.sentence() })).collect()
}

fn named(object: &mut Map<String, Value>, values: &[NamedValue]) {
    for value in values {
        object.insert(value.name.clone(), json!(value.value));
    }
}

fn std_errors(params: &[NamedValue], errors: Option<&Vec<f64>>) -> Value {
    errors.map_or(Value::Null, |errors| {
        params.iter().zip(errors).map(|(param, error)| (param.name.clone(), json!(error))).collect::<Map<_, _>>().into()
    })
}

fn model_json(fit: &ModelFit) -> Value {
    match &fit.outcome {
        Outcome::Fitted(fitted) => fitted_json(fitted),
        Outcome::Insufficient(reason) => insufficient_json(reason.code(), reason.sentence()),
    }
}

fn insufficient_json(code: &str, text: String) -> Value {
    json!({ "status": code, "converged": false, "log_likelihood": null, "warnings": [{ "code": code, "text": text }] })
}

fn fitted_json(fit: &Fit) -> Value {
    let mut object = Map::new();
    named(&mut object, &fit.params);
    object.insert(
        "status".into(),
        json!(if fit.warnings.contains(&Warning::NoMeasurableDropout) { "no_measurable_dropout" } else { "ok" }),
    );
    object.insert("log_likelihood".into(), json!(fit.log_likelihood));
    object.insert("converged".into(), json!(fit.converged));
    object.insert("iterations".into(), json!(fit.iterations));
    object.insert("aic".into(), json!(fit.aic));
    object.insert("bic".into(), json!(fit.bic));
    object.insert("customers".into(), json!(fit.customers));
    object.insert("repeaters".into(), json!(fit.repeaters));
    object.insert("std_errors".into(), std_errors(&fit.params, fit.std_errors.as_ref()));
    object.insert("warnings".into(), warnings_json(&fit.warnings));
    Value::Object(object)
}

fn spend_json(result: &ValueResult) -> Value {
    match &result.spend_model {
        Outcome::Insufficient(reason) => insufficient_json(reason.code(), reason.sentence()),
        Outcome::Fitted(fit) => {
            let mut object = Map::new();
            named(&mut object, &fit.params);
            object.insert("log_likelihood".into(), json!(fit.log_likelihood));
            object.insert("converged".into(), json!(fit.converged));
            object.insert("repeaters".into(), json!(fit.repeaters));
            object.insert("correlation".into(), json!(fit.correlation));
            object.insert("std_errors".into(), std_errors(&fit.params, fit.std_errors.as_ref()));
            object.insert("warnings".into(), warnings_json(&fit.warnings));
            Value::Object(object)
        }
    }
}

fn backtest_json(tested: &BacktestResult) -> Value {
    let by_model = |figure: &dyn Fn(&perennial_domain::value::ModelResult) -> Value| -> Value {
        tested
            .result
            .models
            .iter()
            .map(|model| (model.model.code().to_owned(), figure(model)))
            .collect::<Map<_, _>>()
            .into()
    };
    json!({
        "fit_until": tested.fit_until.iso(),
        "until": tested.until.iso(),
        "customers": tested.result.customers,
        "actual": tested.result.actual_total,
        "predicted": by_model(&|model| json!(model.predicted_total)),
        "mae": by_model(&|model| json!(model.mae)),
        "rmse": by_model(&|model| json!(model.rmse)),
        "correlation": by_model(&|model| json!(model.correlation)),
        "auc_p_active": by_model(&|model| json!(model.auc_p_active)),
        "by_frequency": by_model(&|model| json!(model.classes)),
    })
}

fn rfm_json(result: &ValueResult) -> Value {
    let rfm = &result.rfm;
    let mut cells = Map::new();
    for (r, by_r) in rfm.cells.iter().enumerate() {
        for (f, by_f) in by_r.iter().enumerate() {
            for (m, customers) in by_f.iter().enumerate() {
                cells.insert(format!("{}{}{}", r + 1, f + 1, m + 1), json!(customers));
            }
        }
    }
    let exponent = exponent(result);
    let groups: Map<String, Value> = rfm
        .groups
        .iter()
        .map(|group| {
            let revenue = format_decimal(group.revenue_minor, exponent);
            (group.group.code().to_owned(), json!({ "customers": group.customers, "revenue": revenue }))
        })
        .collect();
    json!({
        "customers": rfm.customers,
        "cut_points": {
            "recency_days": rfm.cut_points.recency_days,
            "orders": rfm.cut_points.orders,
            "revenue_minor": rfm.cut_points.revenue_minor,
        },
        "cells": cells,
        "groups": groups,
    })
}

fn exponent(result: &ValueResult) -> u8 {
    result.definition.currency.map_or(2, perennial_domain::money::Currency::exponent)
}

fn totals_json(result: &ValueResult) -> Value {
    let exponent = exponent(result);
    let money = |minor: i64| format_decimal(minor, exponent);
    let totals = &result.totals;
    json!({
        "historical_value": money(totals.historical_minor),
        "current_value": money(totals.current_minor),
        "potential_value": totals.potential_minor.map(money),
        "potential_low": totals.potential_low_minor.map(money),
        "potential_high": totals.potential_high_minor.map(money),
        "lifetime_value": totals.lifetime_minor.map(money),
        "revenue": money(totals.revenue_minor),
        "gross_sales": money(totals.gross_minor),
        "refunds": money(totals.refunds_minor),
        "orders": totals.orders,
    })
}

fn cohorts_json(result: &ValueResult) -> Value {
    let exponent = exponent(result);
    result
        .cohorts
        .by_month
        .iter()
        .map(|(month, cohort)| {
            let (year, number) = month.year_month();
            let customers: Vec<u64> = cohort.months.iter().map(|one| one.customers).collect();
            let revenue: Vec<String> = cohort.months.iter().map(|one| format_decimal(one.revenue_minor, exponent)).collect();
            let rates: Vec<Value> = cohort.repeats.iter().map(|rate| json!({ "observed": rate.observed, "rate": rate.rate() })).collect();
            (
                format!("{year:04}-{number:02}"),
                json!({ "size": cohort.customers, "customers": customers, "revenue": revenue, "repeat_30_60_90": rates }),
            )
        })
        .collect::<Map<_, _>>()
        .into()
}

fn lines_of(result: &ValueResult) -> Vec<String> {
    let exponent = exponent(result);
    let code = result.definition.currency.map_or_else(String::new, |currency| format!(" {}", currency.code()));
    let money = |minor: i64| format!("{}{code}", format_decimal(minor, exponent));
    let totals = &result.totals;
    let mut lines = vec![
        format!("{} customers as of {}", result.customers, result.as_of.iso()),
        format!("historical value {}, current value {}", money(totals.historical_minor), money(totals.current_minor)),
    ];
    match (totals.potential_minor, totals.lifetime_minor) {
        (Some(potential), Some(lifetime)) => lines.push(format!(
            "potential value of the next {} days {}, lifetime value {}",
            result.definition.horizon_days,
            money(potential),
            money(lifetime)
        )),
        _ => lines.extend(result.why_no_forecast().map(|reason| reason.sentence())),
    }
    if !result.definition.margin_is_set {
        lines.push("no margin is set: revenue counts as value (settings)".to_owned());
    }
    for fit in result.models.iter().filter_map(|fit| fit.outcome.fitted()) {
        lines.push(format!("{}: log-likelihood {:.4}", fit.model.code(), fit.log_likelihood));
        lines.extend(fit.warnings.iter().map(|warning| format!("  {}", warning.sentence())));
    }
    if let Some(tested) = &result.backtest {
        for model in &tested.result.models {
            lines.push(format!(
                "back-test {} to {}: {} predicted {:.1} purchases, {} happened, mean error {:.4}",
                tested.fit_until.iso(),
                tested.until.iso(),
                model.model.code(),
                model.predicted_total,
                tested.result.actual_total,
                model.mae
            ));
        }
    }
    lines
}
