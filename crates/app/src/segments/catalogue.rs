//! What rules can speak of in this workspace, put together from what other slices keep.

use super::error::SegmentError;
use super::seen::{ORDERS, type_of};
use crate::App;
use crate::access::{Actor, require};
use crate::by_hand::WRITTEN_DOWN;
use crate::fields::Rules;
use perennial_domain::access::Right;
use perennial_domain::community::{GROUP_PROPERTY, LEFT_EVENT};
use perennial_domain::fact::FactKind;
use perennial_domain::plan::{Plan, PlannedProperty, ValueType};
use perennial_domain::rules::catalogue::{Catalogue, Properties, Typed};
use perennial_domain::rules::life::{LINE_PROPERTIES, ORDER_PROPERTIES, typed_of_messages};
use perennial_domain::rules::value::Type;
use perennial_domain::tracking::{MessageKind, tells_of_an_order};
use perennial_domain::trials::Sensitivity;
use perennial_domain::value::RfmGroup;
use perennial_store::{ReadTx, StoreError, plans, segments as table, tags, traits};

/// Traits that are no fields, by name.
const TRAIT_NAMES_MAX: i64 = 1_000;

/// What the product works out of a customer: as of the last value run, but for the first and those behind `$profit_rank`, which
/// are as of the last run for scores.
pub const WORKED_OUT: [(&str, Type); 34] = [
    ("$created_at", Type::Instant),
    ("$lifetime_value", Type::Money),
    ("$historical_value", Type::Money),
    ("$current_value", Type::Money),
    ("$potential_value", Type::Money),
    ("$recency_days", Type::Number),
    ("$frequency", Type::Number),
    ("$monetary", Type::Money),
    ("$rfm_group", Type::Text),
    ("$rfm_cell", Type::Number),
    ("$rfm_r", Type::Number),
    ("$rfm_f", Type::Number),
    ("$rfm_m", Type::Number),
    ("$probability_alive", Type::Number),
    ("$probability_active", Type::Number),
    ("$expected_orders", Type::Number),
    ("$next_purchase", Type::Day),
    ("$purchase_due", Type::Day),
    ("$lifetime_percentile", Type::Number),
    ("$current_percentile", Type::Number),
    ("$profit_rank", Type::Number),
    ("$activity_score", Type::Number),
    ("$activity_power", Type::Number),
    ("$spread_power", Type::Number),
    ("$first_touch_point", Type::Text),
    ("$main_touch_point", Type::Text),
    ("$touch_point_changed", Type::Boolean),
    ("$decision_friend", Type::Number),
    ("$decision_content", Type::Number),
    ("$decision_promotion", Type::Number),
    ("$decision_community", Type::Number),
    ("$opened_topics", Type::Text),
    ("$ignored_topics", Type::Text),
    ("$sensitivity", Type::Text),
];

pub async fn catalogue(app: &App, actor: &Actor) -> Result<Catalogue, SegmentError> {
    require(actor, Right::CustomersRead)?;
    Ok(catalogue_in_tx(&mut app.store.read().await?).await?)
}

pub(crate) async fn catalogue_in_tx(tx: &mut ReadTx<'_>) -> Result<Catalogue, StoreError> {
    let mut catalogue = Catalogue { currency: crate::settings::current(tx).await?.currency, ..Catalogue::default() };
    add_fields(tx, &mut catalogue).await?;
    add_states(tx, &mut catalogue).await?;
    catalogue.orders = typed(&ORDER_PROPERTIES);
    catalogue.lines = typed(&LINE_PROPERTIES);
    catalogue.pages = typed(&typed_of_messages(FactKind::Page));
    catalogue.screens = typed(&typed_of_messages(FactKind::Screen));
    add_written_down(&mut catalogue);
    add_seen(tx, &mut catalogue).await?;
    add_planned(tx, &mut catalogue).await?;
    Ok(catalogue)
}

fn typed(all: &[(&str, Type)]) -> Properties {
    all.iter().map(|(name, kind)| ((*name).to_owned(), Typed::any(*kind))).collect()
}

async fn add_fields(tx: &mut ReadTx<'_>, catalogue: &mut Catalogue) -> Result<(), StoreError> {
    let told = traits::names(tx, TRAIT_NAMES_MAX).await?;
    catalogue.fields = told.into_iter().map(|name| (name, Typed::any(Type::Text))).collect();
    let rules = Rules::load(tx).await?;
    catalogue.fields.extend(rules.all().map(|(name, rule)| (name.clone(), Typed::of_field(rule))));
    catalogue.fields.extend(typed(&WORKED_OUT));
    if let Some(group) = catalogue.fields.get_mut("$rfm_group") {
        group.allowed = RfmGroup::ALL.map(|group| group.code().to_owned()).to_vec();
    }
    if let Some(sensitivity) = catalogue.fields.get_mut("$sensitivity") {
        sensitivity.allowed = Sensitivity::ALL.map(|one| one.code().to_owned()).to_vec();
    }
    Ok(())
}

async fn add_states(tx: &mut ReadTx<'_>, catalogue: &mut Catalogue) -> Result<(), StoreError> {
    let groups = tags::groups(tx).await?.into_iter().filter(|group| group.archived_at.is_none());
    catalogue.tag_groups = groups.map(|group| group.code).collect();
    let tags = tags::all(tx).await?.into_iter().filter(|tag| tag.archived_at.is_none());
    catalogue.tags = tags.map(|tag| tag.code).collect();
    let segments = table::all(tx).await?.into_iter().filter(|row| row.archived_at.is_none());
    catalogue.segments = segments.map(|row| row.code).collect();
    for channel in crate::reach::channels_in_tx(tx).await? {
        catalogue.purposes.insert(channel.purpose);
        catalogue.channels.insert(channel.code);
    }
    for purpose in crate::consent::purposes_in_tx(tx).await? {
        catalogue.channels.extend(purpose.settings.channels);
        catalogue.purposes.insert(purpose.code);
    }
    Ok(())
}

/// Rules can ask for what is told by hand before anybody told it, and whatever a source says under the same name.
fn add_written_down(catalogue: &mut Catalogue) {
    // Whoever left is no longer there, in the rules that communities are saved as.
    let left: (&str, &[&str]) = (LEFT_EVENT, &[GROUP_PROPERTY]);
    for (event, texts) in WRITTEN_DOWN.into_iter().chain([left]) {
        let text = |name: &&str| ((*name).to_owned(), Typed::any(Type::Text));
        catalogue.events.insert(event.to_owned(), texts.iter().map(text).collect());
    }
}

async fn add_seen(tx: &mut ReadTx<'_>, catalogue: &mut Catalogue) -> Result<(), StoreError> {
    for row in table::seen(tx).await? {
        let Some(properties) = of_kind(catalogue, &row.kind, &row.event) else { continue };
        if let Some(kind) = type_of(&row.value_type) {
            properties.entry(row.property).or_insert_with(|| Typed::any(kind));
        }
    }
    Ok(())
}

/// The properties of facts of a kind, by its code; those of an event are made where nobody has seen it.
fn of_kind<'c>(catalogue: &'c mut Catalogue, kind: &str, event: &str) -> Option<&'c mut Properties> {
    match kind {
        ORDERS => Some(&mut catalogue.orders),
        "page" => Some(&mut catalogue.pages),
        "screen" => Some(&mut catalogue.screens),
        "event" => Some(catalogue.events.entry(event.to_owned()).or_default()),
        _ => None,
    }
}

/// What the tracking plans that hold say beside what was seen. What a plan and facts say differently, facts say.
async fn add_planned(tx: &mut ReadTx<'_>, catalogue: &mut Catalogue) -> Result<(), StoreError> {
    for head in plans::list(tx).await? {
        let Some(row) = plans::frozen(tx, &head.source_id, head.frozen_number).await? else { continue };
        let wrong = |_| StoreError::Inconsistency {
            table: "plan_versions",
            column: "document",
            row: format!("{} {}", head.source_id, row.number),
        };
        let plan: Plan = serde_json::from_str(&row.document).map_err(wrong)?;
        for event in &plan.events {
            let name = event.name.as_deref().unwrap_or_default();
            let kind = match event.kind {
                MessageKind::Track if tells_of_an_order(name) => ORDERS,
                MessageKind::Track => "event",
                MessageKind::Page => "page",
                MessageKind::Screen => "screen",
                MessageKind::Identify | MessageKind::Group | MessageKind::Alias => continue,
            };
            let Some(properties) = of_kind(catalogue, kind, name) else { continue };
            for property in &event.properties {
                add_property(properties, property);
            }
        }
    }
    // An event says how it came, where its sender does not say so itself.
    let common = typed(&typed_of_messages(FactKind::Event));
    for properties in catalogue.events.values_mut() {
        for (name, typed) in &common {
            properties.entry(name.clone()).or_insert_with(|| typed.clone());
        }
    }
    Ok(())
}

fn add_property(properties: &mut Properties, planned: &PlannedProperty) {
    let path = planned.path.strip_suffix("[]").unwrap_or(&planned.path);
    // Lists of objects are nothing to a rule.
    if path.contains(['[', '\\']) {
        return;
    }
    let types = planned.types;
    let kind = if types.contains(ValueType::Text) {
        Type::Text
    } else if types.contains(ValueType::Number) || types.contains(ValueType::Integer) {
        Type::Number
    } else if types.contains(ValueType::Boolean) {
        Type::Boolean
    } else {
        return;
    };
    // Its allowed values are what a source should send: what it did send is asked for, too.
    properties.entry(path.to_owned()).or_insert_with(|| Typed::any(kind));
}
