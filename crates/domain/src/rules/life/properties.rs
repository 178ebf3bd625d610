//! What a fact has beside its instant.

use super::told::told_of;
use super::{Row, amount_minor, money, put, thousandths};
use crate::fact::{FactKind, Line, Tracked};
use crate::field::{FieldKind, FieldRule};
use crate::money::Currency;
use crate::rules::limits::NAME_CHARACTERS_MAX;
use crate::rules::oracle::Named;
use crate::rules::value::{Number, Type, Value};
use crate::time::Day;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Of orders and refunds, whoever told them. What the sender says beside these is a property under its name.
pub const ORDER_PROPERTIES: [(&str, Type); 9] = [
    ("amount", Type::Money),
    ("quantity", Type::Number),
    ("order_no", Type::Text),
    ("currency", Type::Text),
    ("source", Type::Text),
    ("store", Type::Text),
    ("channel", Type::Text),
    ("clerk", Type::Text),
    ("touch_point", Type::Text),
];

pub const LINE_PROPERTIES: [(&str, Type); 6] = [
    ("sku", Type::Text),
    ("name", Type::Text),
    ("category", Type::Text),
    ("quantity", Type::Number),
    ("unit_price", Type::Money),
    ("amount", Type::Money),
];

/// Of messages. A property that the sender gives one of these names stands before it.
const MESSAGE_PROPERTIES: [&str; 7] =
    ["source", "channel", "touch_point", "locale", "campaign.source", "campaign.medium", "campaign.name"];
/// Of pages and screens besides.
const NAME: &str = "name";
/// Of pages besides; touch-points send them with each page.
const PAGE_PROPERTIES: [&str; 4] = ["path", "url", "title", "referrer"];

/// How deep objects within properties are looked at.
const DEPTH_MAX: usize = 4;
/// Properties of one fact; further ones are nothing to a rule.
pub(super) const PROPERTIES_MAX: usize = 200;
/// Values of a list.
pub(super) const VALUES_MAX: usize = 100;

/// The properties that messages of a kind have by themselves, with their types.
pub fn typed_of_messages(kind: FactKind) -> Vec<(&'static str, Type)> {
    let own: &[&'static str] = match kind {
        FactKind::Page => &PAGE_PROPERTIES,
        _ => &[],
    };
    let name = matches!(kind, FactKind::Page | FactKind::Screen).then_some(&NAME);
    MESSAGE_PROPERTIES.iter().chain(name).chain(own).map(|name| (*name, Type::Text)).collect()
}

/// The values of a trait: by the rule of its field, where it is one. `told` has the normal form of that rule.
pub fn of_field(rule: Option<&FieldRule>, told: &str) -> Vec<Value> {
    let one = |value: Option<Value>| value.into_iter().collect();
    match rule.map(|rule| rule.kind) {
        None | Some(FieldKind::Text | FieldKind::Choice) => vec![Value::text(told)],
        Some(FieldKind::Integer | FieldKind::Decimal) => one(Number::parse(told).map(Value::Number)),
        Some(FieldKind::Boolean) => one(told.parse().ok().map(Value::Boolean)),
        Some(FieldKind::Date) => one(Day::parse_iso(told).map(Value::Day)),
        Some(FieldKind::Choices) => {
            let list: Vec<String> = serde_json::from_str(told).unwrap_or_default();
            list.into_iter().map(Value::Text).collect()
        }
    }
}

/// What a message carries beside its kind and its instant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Words<'a> {
    pub source: Option<&'a str>,
    /// A JSON object.
    pub properties: Option<&'a str>,
    /// Of an event, a page or a screen.
    pub name: Option<&'a str>,
    pub channel: Option<&'a str>,
    pub touch_point: Option<&'a str>,
    pub locale: Option<&'a str>,
    /// Its source, medium and name.
    pub campaign: [Option<&'a str>; 3],
    pub page_path: Option<&'a str>,
    pub page_url: Option<&'a str>,
}

/// What an event, a page or a screen has. Names within an object stand behind its name and a point; lists are several
/// values, and those of objects are left out.
pub fn of_message(kind: FactKind, source: &str, tracked: &Tracked) -> Named {
    let campaign = &tracked.campaign;
    let words = Words {
        source: Some(source),
        properties: tracked.properties.as_deref(),
        name: tracked.name.as_deref(),
        channel: tracked.channel.as_deref(),
        touch_point: tracked.touch_point.as_deref(),
        locale: tracked.locale.as_deref(),
        campaign: [&campaign.source, &campaign.medium, &campaign.name].map(|one| one.as_deref()),
        page_path: tracked.page_path.as_deref(),
        page_url: tracked.page_url.as_deref(),
    };
    let mut named = told_by(words.properties);
    words.add_own(kind, &mut named, |_| true);
    named
}

/// Those of [`of_message`] that have one of these names.
pub fn of_message_named(kind: FactKind, words: &Words<'_>, names: &BTreeSet<String>) -> Named {
    let mut named = told_of(words.properties, names);
    words.add_own(kind, &mut named, |name| names.contains(name));
    named
}

impl Words<'_> {
    /// Adds what the sender has not said under the same name.
    fn add_own(&self, kind: FactKind, named: &mut Named, is_wanted: impl Fn(&str) -> bool) {
        let has_name = matches!(kind, FactKind::Page | FactKind::Screen);
        let is_page = kind == FactKind::Page;
        let [campaign_source, campaign_medium, campaign_name] = self.campaign;
        for (name, value) in [
            ("source", self.source),
            ("channel", self.channel),
            ("touch_point", self.touch_point),
            ("locale", self.locale),
            ("campaign.source", campaign_source),
            ("campaign.medium", campaign_medium),
            ("campaign.name", campaign_name),
            (NAME, self.name.filter(|_| has_name)),
            ("path", self.page_path.filter(|_| is_page)),
            ("url", self.page_url.filter(|_| is_page)),
        ] {
            if value.is_some() && is_wanted(name) && !named.contains_key(name) {
                put(named, name, value.map(Value::text));
            }
        }
    }
}

/// What a single row says beside what every fact of its kind has: names and values.
pub fn properties_of(row: &Row<'_>) -> Named {
    let mut named = told_by(row.tracked.and_then(|tracked| tracked.properties.as_deref()));
    for one in row.traits {
        add(&mut named, &one.name, vec![Value::text(&one.value)]);
    }
    named
}

/// `lines` are those of all rows.
pub(super) fn of_order(rows: &[&Row<'_>], lines: &[Line]) -> Named {
    let mut named = Named::new();
    // What was told last stands.
    let mut by_time: Vec<&&Row<'_>> = rows.iter().collect();
    by_time.sort_by_key(|row| (row.at, !row.first));
    for row in &by_time {
        let tracked = row.tracked;
        named.extend(properties_of(row));
        let channel = tracked.and_then(|tracked| tracked.channel.as_deref());
        let touch_point = tracked.and_then(|tracked| tracked.touch_point.as_deref());
        for (name, value) in [("channel", channel), ("touch_point", touch_point)] {
            if !named.contains_key(name) {
                put(&mut named, name, value.map(Value::text));
            }
        }
    }
    // Whatever the sender calls so is not what a rule means by it.
    for (name, kind) in ORDER_PROPERTIES {
        if let Some(values) = named.get_mut(name) {
            values.retain_mut(|value| as_kind(value, kind));
        }
    }
    for name in ["amount", "quantity", "order_no", "currency", "source"] {
        named.remove(name);
    }
    named.retain(|_, values| !values.is_empty());
    let Some(lead) = rows.first() else { return named };
    let quantities: Vec<i64> = lines.iter().filter_map(|line| line.quantity_milli).collect();
    let quantity = quantities.iter().copied().reduce(i64::saturating_add);
    put(&mut named, "amount", amount_minor(lines.iter()).and_then(|minor| money(minor, lead.currency)));
    put(&mut named, "quantity", quantity.and_then(thousandths));
    put(&mut named, "order_no", rows.iter().find_map(|row| row.order_no).map(Value::text));
    put(&mut named, "currency", Some(Value::text(lead.currency.code())));
    put(&mut named, "source", Some(Value::text(lead.source)));
    named
}

/// Codes of stores and clerks are texts, also where a sender writes them as numbers.
fn as_kind(value: &mut Value, kind: Type) -> bool {
    if let (Type::Text, Value::Number(number)) = (kind, &*value) {
        *value = Value::Text(number.to_string());
    }
    value.kind() == kind
}

/// Of products that the messages of an order name, by SKU and by name. A line does not keep its category: what was told of it stays
/// with the message.
pub(super) fn categories_of(rows: &[&Row<'_>]) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let told = rows.iter().filter_map(|row| row.tracked?.properties.as_deref());
    // Most messages name none.
    for told in told.filter(|told| told.contains("\"category\"")) {
        let Ok(Json::Object(mut map)) = serde_json::from_str(told) else { continue };
        let Some(Json::Array(products)) = map.remove("products") else { continue };
        for product in products {
            let text = |name: &str| match product.get(name) {
                Some(Json::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
                Some(Json::Number(number)) => Some(number.to_string()),
                _ => None,
            };
            let Some(category) = text("category") else { continue };
            let id = text("sku").or_else(|| text("product_id")).or_else(|| text("productId"));
            for key in [id, text("name")].into_iter().flatten() {
                // Told differently, the first by text: the order of rows plays no part.
                let known = found.entry(key).or_insert_with(|| category.clone());
                if category < *known {
                    known.clone_from(&category);
                }
            }
        }
    }
    found
}

pub(super) fn of_line(line: &Line, currency: Currency, categories: &BTreeMap<String, String>) -> Named {
    let mut named = Named::new();
    let category = [&line.sku, &line.name].into_iter().flatten().find_map(|key| categories.get(key));
    put(&mut named, "category", category.map(|category| Value::text(category)));
    put(&mut named, "sku", line.sku.as_deref().map(Value::text));
    put(&mut named, "name", line.name.as_deref().map(Value::text));
    put(&mut named, "quantity", line.quantity_milli.and_then(thousandths));
    put(&mut named, "unit_price", line.unit_price_minor.and_then(|minor| money(minor, currency)));
    put(&mut named, "amount", line.amount_minor.and_then(|minor| money(minor, currency)));
    named
}

/// What the sender says: a JSON object.
pub(super) fn told_by(properties: Option<&str>) -> Named {
    let mut named = Named::new();
    if let Some(Json::Object(map)) = properties.and_then(|text| serde_json::from_str(text).ok()) {
        flatten(&mut named, "", &Json::Object(map), 0);
    }
    named
}

fn flatten(named: &mut Named, path: &str, value: &Json, depth: usize) {
    match value {
        Json::Object(map) if depth < DEPTH_MAX => {
            for (name, inner) in map {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                flatten(named, &path, inner, depth + 1);
            }
        }
        Json::Array(list) => add(named, path, list.iter().take(VALUES_MAX).filter_map(scalar).collect()),
        one => add(named, path, scalar(one).into_iter().collect()),
    }
}

fn add(named: &mut Named, path: &str, values: Vec<Value>) {
    let is_name = path.chars().count() <= NAME_CHARACTERS_MAX && !path.chars().any(char::is_control);
    if !values.is_empty() && !path.is_empty() && is_name && named.len() < PROPERTIES_MAX {
        named.insert(path.to_owned(), values);
    }
}

pub(super) fn scalar(value: &Json) -> Option<Value> {
    match value {
        Json::String(text) => Some(Value::text(text)),
        Json::Number(number) => Number::from_json(number).map(Value::Number),
        Json::Bool(yes) => Some(Value::Boolean(*yes)),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}
