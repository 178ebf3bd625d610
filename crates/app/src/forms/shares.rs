//! How often each choice of a form was made.
//!
//! Stated rule: counted are answers as they were sent, from the history, which is a few seconds behind; who answered twice
//! counts twice, and whoever was erased or took their consent back counts no more. The questions are those of the newest
//! version; what earlier versions offered besides comes last.

use super::error::FormError;
use super::note::Words;
use super::register::form_of;
use crate::App;
use crate::access::{Actor, require};
use crate::codes::Period;
use perennial_domain::access::Right;
use perennial_domain::form::{AnswerKind, FormField, SUBMITTED_EVENT};
use perennial_domain::share::share_basis_points;
use perennial_store::forms as table;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceShare {
    /// `true` or `false` of a yes or no.
    pub value: String,
    pub answers: i64,
    /// Of the answers to the question, in hundredths of a percent.
    pub share_basis_points: Option<i64>,
}

/// Of a question that lets people choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldShares {
    pub name: String,
    pub kind: AnswerKind,
    /// Answers that say something to it. Where several may be chosen, the shares add up to more than the whole.
    pub answered: i64,
    /// In the order of the form.
    pub choices: Vec<ChoiceShare>,
}

/// Answers to a question, and how often each value was chosen.
type Counted = (i64, BTreeMap<String, i64>);

/// Of what was filled in from the one instant until before the other.
pub async fn shares(app: &App, actor: &Actor, id: &str, period: Period) -> Result<Vec<FieldShares>, FormError> {
    require(actor, Right::TouchPointsRead)?;
    let row = table::get(&mut app.store.read().await?, id).await?.ok_or(FormError::NoForm)?;
    let fields = form_of(row)?.settings.fields.into_iter().filter(is_chosen).collect::<Vec<_>>();
    if fields.is_empty() {
        return Ok(Vec::new());
    }
    let mut counted: BTreeMap<&str, Counted> =
        fields.iter().map(|field| (field.name.as_str(), Counted::default())).collect();
    let visit = |properties: Option<&str>, traits: Vec<perennial_domain::fact::Trait>| {
        let words = properties.and_then(|text| serde_json::from_str::<Words>(text).ok());
        if words.is_none_or(|words| words.form_id != id) {
            return;
        }
        for told in traits {
            let Some((answered, choices)) = counted.get_mut(told.name.as_str()) else { continue };
            *answered += 1;
            for value in values_of(&told.value) {
                *choices.entry(value).or_default() += 1;
            }
        }
    };
    app.history.visit_told(SUBMITTED_EVENT, period.from, period.until, visit).await?;
    Ok(fields.iter().map(|field| shares_of(field, counted.remove(field.name.as_str()).unwrap_or_default())).collect())
}

fn is_chosen(field: &FormField) -> bool {
    matches!(field.kind, AnswerKind::Choice | AnswerKind::Choices | AnswerKind::Boolean)
}

/// Several choices are kept as a list in JSON.
fn values_of(value: &str) -> Vec<String> {
    serde_json::from_str::<Vec<String>>(value).unwrap_or_else(|_| vec![value.to_owned()])
}

fn shares_of(field: &FormField, (answered, mut choices): Counted) -> FieldShares {
    let offered: Vec<String> = match field.kind {
        AnswerKind::Boolean => vec!["true".to_owned(), "false".to_owned()],
        _ => field.choices.iter().map(|choice| choice.value.clone()).collect(),
    };
    let mut listed: Vec<(String, i64)> =
        offered.into_iter().map(|value| (value.clone(), choices.remove(&value).unwrap_or(0))).collect();
    listed.extend(choices);
    let share = |(value, answers): (String, i64)| ChoiceShare {
        value,
        answers,
        share_basis_points: share_basis_points(answers, answered),
    };
    FieldShares {
        name: field.name.clone(),
        kind: field.kind,
        answered,
        choices: listed.into_iter().map(share).collect(),
    }
}
