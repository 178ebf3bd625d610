//! A customer in JSON, as a program tells it.

use super::told_dto::{IdentifierBody, traits_of};
use perennial_app::upserts::Read;
use perennial_domain::upsert::CustomerTold;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Who somebody is. What is absent or null stays as it was.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerBody {
    /// The strongest that is known says whose this is; new ones join. 1 to 20.
    identifiers: Vec<IdentifierBody>,
    #[schema(example = "Li Wei")]
    name: Option<String>,
    #[schema(example = "female")]
    gender: Option<String>,
    #[schema(format = Date, example = "1990-05-17")]
    birthday: Option<String>,
    #[schema(example = "Hangzhou")]
    city: Option<String>,
    #[schema(example = "CN")]
    country: Option<String>,
    #[schema(format = DateTime)]
    registered_at: Option<String>,
    /// When this was true; absent: the registration, else now. Of two that one source tells the newer holds.
    #[schema(format = DateTime)]
    updated_at: Option<String>,
    /// Texts, numbers and truth values, at most 100.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Value>)]
    traits: BTreeMap<String, Value>,
}

pub fn told(body: CustomerBody) -> Read<CustomerTold> {
    Ok(CustomerTold {
        identifiers: body.identifiers.into_iter().map(Into::into).collect(),
        name: body.name,
        gender: body.gender,
        birthday: body.birthday,
        city: body.city,
        country: body.country,
        registered_at: body.registered_at,
        updated_at: body.updated_at,
        traits: traits_of(body.traits)?,
    })
}
