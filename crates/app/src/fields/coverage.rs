//! How many customers each key indicator is known of: of all, and of those who have a tag, such as key customers.

use super::error::FieldsError;
use super::information::FieldHead;
use super::registry::registered;
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::field::KEY_INDICATORS;
use perennial_store::customers::{self, CustomerFilter};
use perennial_store::{ReadTx, Scope, StoreError, fields as table, tags};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldCoverage {
    pub field: FieldHead,
    /// Customers of whom it is known.
    pub customers: i64,
    /// Those of them who have the tag; none where no tag was asked for.
    pub tagged: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The key indicators of the registry that are not archived, in their stated order.
    pub fields: Vec<FieldCoverage>,
    /// All whom the actor sees.
    pub customers: i64,
    pub tagged: Option<i64>,
    /// The field to ask next: known of the fewest of those who have the tag, or of all where no tag was asked for; of equals
    /// the heavier one, then the one that is stated first.
    pub ask_next: Option<FieldHead>,
}

pub async fn coverage(app: &App, actor: &Actor, tag: Option<&str>) -> Result<Coverage, FieldsError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    if let Some(tag) = tag {
        let known = tags::get(&mut tx, tag).await?;
        known.ok_or_else(|| FieldsError::field("tag", "a tag of the registry"))?;
    }
    let (customers, filled) = of(&mut tx, actor.scope(), CustomerFilter::default()).await?;
    let of_tag = match tag {
        Some(tag) => {
            let tags_at = app.clock.now().0;
            let filter = CustomerFilter { tags: vec![tag.to_owned()], tags_at, ..CustomerFilter::default() };
            Some(of(&mut tx, actor.scope(), filter).await?)
        }
        None => None,
    };
    let asked = of_tag.as_ref().map_or(customers, |(tagged, _)| *tagged);
    let mut fields = Vec::new();
    let mut open: Vec<(i64, i64, usize)> = Vec::new();
    let registered = registered(&mut tx).await?;
    for name in KEY_INDICATORS {
        let field = registered.iter().find(|field| field.settings.name == name && field.archived_at.is_none());
        let Some(field) = field else { continue };
        let customers = filled.get(name).copied().unwrap_or_default();
        let tagged = of_tag.as_ref().map(|(_, filled)| filled.get(name).copied().unwrap_or_default());
        let known = tagged.unwrap_or(customers);
        if known < asked && field.settings.weight > 0 {
            open.push((known, -field.settings.weight, fields.len()));
        }
        let head = FieldHead {
            name: field.settings.name.clone(),
            name_zh: field.settings.name_zh.clone(),
            name_en: field.settings.name_en.clone(),
            class: field.settings.class,
        };
        fields.push(FieldCoverage { field: head, customers, tagged });
    }
    let next = open.into_iter().min().and_then(|(_, _, place)| fields.get(place));
    let ask_next = next.map(|one: &FieldCoverage| one.field.clone());
    Ok(Coverage { fields, customers, tagged: of_tag.map(|(customers, _)| customers), ask_next })
}

/// How many customers the filter holds for, and of how many of them each field is known.
async fn of(
    tx: &mut ReadTx<'_>,
    scope: &Scope,
    filter: CustomerFilter,
) -> Result<(i64, BTreeMap<String, i64>), StoreError> {
    let customers = customers::count(tx, scope, &filter).await?;
    Ok((customers, table::filled(tx, scope, &filter).await?.into_iter().collect()))
}
