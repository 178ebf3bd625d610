//! Items of a request, read one by one, and what became of each.

use crate::problem::{Problem, ProblemField};
use perennial_app::upserts::{Read, SOURCE_USUAL, Told};
use perennial_domain::upsert::{ITEMS_MAX, IdentifierTold, ItemError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SourceParams {
    /// Where it comes from, part of what makes an order number unique; absent: `file`, as of imports.
    #[param(example = "file")]
    pub source: Option<String>,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentifierBody {
    /// `customer_id`, `member_no`, `phone`, `email`, `other_id`, `user_id`, `union_id`, `open_id` and those of devices.
    #[serde(rename = "type")]
    #[schema(example = "phone")]
    kind: String,
    #[schema(example = "13812345678")]
    value: String,
}

impl From<IdentifierBody> for IdentifierTold {
    fn from(body: IdentifierBody) -> Self {
        Self { kind: body.kind, value: body.value }
    }
}

/// What became of one item.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct ToldItem {
    /// Its place in the request, from 0.
    pub index: usize,
    /// `accepted` or `refused`.
    #[schema(example = "accepted")]
    pub outcome: String,
    /// All that is wrong with it; pointers are into the item.
    pub errors: Vec<ProblemField>,
}

/// What became of a request. Whatever was accepted is on disk.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct ToldAnswer {
    #[schema(example = 49_786)]
    pub accepted: usize,
    #[schema(example = 214)]
    pub refused: usize,
    /// In the order of the request.
    pub items: Vec<ToldItem>,
}

impl From<&Told> for ToldAnswer {
    fn from(told: &Told) -> Self {
        let accepted = told.accepted();
        let item = |(index, errors): (usize, &Vec<ItemError>)| ToldItem {
            index,
            outcome: if errors.is_empty() { "accepted" } else { "refused" }.to_owned(),
            errors: errors.iter().map(field_of).collect(),
        };
        let items = told.items.iter().enumerate().map(item).collect();
        Self { accepted, refused: told.items.len() - accepted, items }
    }
}

fn field_of(error: &ItemError) -> ProblemField {
    ProblemField::new(error.pointer.clone(), error.code, error.allowed.clone())
}

/// The answer to one item alone.
#[derive(Deserialize, Serialize, ToSchema)]
pub struct ToldOne {
    #[schema(example = "accepted")]
    pub outcome: String,
}

/// A single item is accepted, or its errors are the problem.
pub fn one(told: &Told) -> Result<ToldOne, Problem> {
    match told.items.first().filter(|errors| !errors.is_empty()) {
        None => Ok(ToldOne { outcome: "accepted".to_owned() }),
        Some(errors) => Err(Problem::invalid(errors.iter().map(field_of).collect())),
    }
}

pub fn source_of(source: Option<&str>) -> &str {
    source.unwrap_or(SOURCE_USUAL)
}

/// Each item by itself, so that a wrong one leaves the others alone.
pub fn items_of<B: DeserializeOwned, T>(
    name: &str,
    items: Vec<Value>,
    told: impl Fn(B) -> Read<T>,
) -> Result<Vec<Read<T>>, Problem> {
    if items.is_empty() || items.len() > ITEMS_MAX {
        let pointer = format!("/{name}");
        return Err(Problem::invalid(vec![ProblemField::new(pointer, "out_of_range", format!("1 to {ITEMS_MAX}"))]));
    }
    Ok(items.into_iter().map(|item| item_of(item).and_then(&told)).collect())
}

fn item_of<B: DeserializeOwned>(item: Value) -> Read<B> {
    serde_path_to_error::deserialize(item).map_err(|error| {
        let path = error.path().to_string();
        let pointer =
            if path == "." { String::new() } else { format!("/{}", path.replace(['.', '['], "/").replace(']', "")) };
        vec![ItemError::new(pointer, "malformed", error.into_inner().to_string())]
    })
}

/// Texts, numbers and truth values; what is null says nothing.
pub fn traits_of(traits: BTreeMap<String, Value>) -> Read<Vec<(String, String)>> {
    let mut told = Vec::with_capacity(traits.len());
    let mut errors = Vec::new();
    for (name, value) in traits {
        match value {
            Value::Null => {}
            Value::String(text) => told.push((name, text)),
            Value::Bool(_) | Value::Number(_) => told.push((name, value.to_string())),
            Value::Array(_) | Value::Object(_) => {
                let pointer = format!("/traits/{}", name.replace('~', "~0").replace('/', "~1"));
                errors.push(ItemError::new(pointer, "malformed", "a text, a number, true, false or null"));
            }
        }
    }
    if errors.is_empty() { Ok(told) } else { Err(errors) }
}
