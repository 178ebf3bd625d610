//! How often each choice of a form was made.
//!
//! Stated rule: counted are answers as they were sent, from the history, which is a few seconds behind; who answered twice
//! counts twice, and whoever was erased or took their consent back counts no more. The questions are those of the newest
//! version; what earlier versions offered besides comes last. What no version offered, such as the text of a question that
//! once let people write, is an answer and never shown.

use super::FORMS_SOURCE;
use super::error::FormError;
use super::note::Words;
use super::register::{form_of, read_settings};
use crate::App;
use crate::access::{Actor, require};
use crate::codes::Period;
use perennial_domain::access::Right;
use perennial_domain::form::{AnswerKind, FormField, SUBMITTED_EVENT};
use perennial_domain::share::share_basis_points;
use perennial_store::forms as table;
use std::collections::{BTreeMap, BTreeSet};

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
    let mut tx = app.store.read().await?;
    let form = form_of(table::get(&mut tx, id).await?.ok_or(FormError::NoForm)?)?;
    let fields = form.settings.fields.into_iter().filter(is_chosen).collect::<Vec<_>>();
    if fields.is_empty() {
        return Ok(Vec::new());
    }
    let mut offered: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for version in 1..=form.version {
        let Some(stored) = table::settings_of(&mut tx, id, version).await? else { continue };
        for field in read_settings(id, &stored)?.fields.into_iter().filter(is_chosen) {
            let values = choices_of(&field);
            offered.entry(field.name).or_default().extend(values);
        }
    }
    drop(tx);
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
            let is_offered = |value: &String| offered.get(&told.name).is_some_and(|values| values.contains(value));
            for value in values_of(&told.value).into_iter().filter(is_offered) {
                *choices.entry(value).or_default() += 1;
            }
        }
    };
    app.history.visit_told(FORMS_SOURCE, SUBMITTED_EVENT, (period.from, period.until), visit).await?;
    Ok(fields.iter().map(|field| shares_of(field, counted.remove(field.name.as_str()).unwrap_or_default())).collect())
}

fn is_chosen(field: &FormField) -> bool {
    matches!(field.kind, AnswerKind::Choice | AnswerKind::Choices | AnswerKind::Boolean)
}

/// Several choices are kept as a list in JSON.
fn values_of(value: &str) -> Vec<String> {
    serde_json::from_str::<Vec<String>>(value).unwrap_or_else(|_| vec![value.to_owned()])
}

fn choices_of(field: &FormField) -> Vec<String> {
    match field.kind {
        AnswerKind::Boolean => vec!["true".to_owned(), "false".to_owned()],
        _ => field.choices.iter().map(|choice| choice.value.clone()).collect(),
    }
}

fn shares_of(field: &FormField, (answered, mut choices): Counted) -> FieldShares {
    let mut listed: Vec<(String, i64)> =
        choices_of(field).into_iter().map(|value| (value.clone(), choices.remove(&value).unwrap_or(0))).collect();
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
