//! Which events and properties have been seen, noted in the commit that applies their facts.
//!
//! Names and types only, never a value. Senders may make names up: beyond a number nothing more is noted.

use crate::App;
use perennial_domain::fact::{AppliedBlock, FactKind};
use perennial_domain::rules::life::{Row, properties_of};
use perennial_domain::rules::value::Type;
use perennial_store::segments::{self as table, SeenRow};
use perennial_store::{StoreError, WriteTx};
use std::collections::{BTreeMap, BTreeSet};

/// Of all events together.
const SEEN_MAX: i64 = 20_000;
/// Of one event, or of orders, pages or screens.
const SEEN_OF_EVENT_MAX: usize = 300;

/// Orders and refunds have the same properties.
pub(super) const ORDERS: &str = "order";

/// How a type is written down.
pub(super) fn code_of(kind: Type) -> &'static str {
    match kind {
        Type::Text => "text",
        Type::Number => "number",
        Type::Money => "money",
        Type::Boolean => "boolean",
        Type::Day => "day",
        Type::Instant => "instant",
    }
}

pub(super) fn type_of(code: &str) -> Option<Type> {
    Type::ALL.into_iter().find(|kind| code_of(*kind) == code)
}

fn kind_of(row: &Row<'_>) -> Option<(&'static str, String)> {
    match row.kind {
        FactKind::Order | FactKind::Refund => Some((ORDERS, String::new())),
        FactKind::Event => Some((row.kind.code(), row.tracked?.name.clone()?)),
        FactKind::Page | FactKind::Screen => Some((row.kind.code(), String::new())),
        _ => None,
    }
}

pub(crate) async fn note_seen(app: &App, tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    let mut found: BTreeMap<(&str, String), BTreeMap<String, Type>> = BTreeMap::new();
    for applied in &block.facts {
        let row = Row::of(block, applied);
        // Orders of files mostly say nothing beside their lines.
        let says = row.tracked.is_some() || !row.traits.is_empty();
        // No rule names what has a control character, and no database takes all of them.
        let is_name = |(_, event): &(&str, String)| !event.chars().any(char::is_control);
        let Some(key) = kind_of(&row).filter(|_| says).filter(is_name) else { continue };
        let properties = found.entry(key).or_default();
        for (name, values) in properties_of(&row) {
            if let Some(value) = values.first().filter(|_| !properties.contains_key(&name)) {
                properties.insert(name, value.kind());
            }
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    let keys: Vec<(String, String)> = found.keys().map(|(kind, event)| ((*kind).to_owned(), event.clone())).collect();
    let mut known: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for row in table::seen_of(tx, &keys).await? {
        known.entry((row.kind, row.event)).or_default().insert(row.property);
    }
    let mut new: Vec<SeenRow> = Vec::new();
    for ((kind, event), properties) in found {
        let nothing = BTreeSet::new();
        let known = known.get(&(kind.to_owned(), event.clone())).unwrap_or(&nothing);
        let itself = (String::new(), "");
        let all = std::iter::once(itself).chain(properties.into_iter().map(|(name, kind)| (name, code_of(kind))));
        let room = SEEN_OF_EVENT_MAX.saturating_sub(known.len());
        new.extend(all.filter(|(name, _)| !known.contains(name)).take(room).map(|(property, value_type)| SeenRow {
            kind: kind.to_owned(),
            event: event.clone(),
            property,
            value_type: value_type.to_owned(),
        }));
    }
    if new.is_empty() {
        return Ok(());
    }
    let room = SEEN_MAX - table::count_seen(tx).await?;
    new.truncate(usize::try_from(room).unwrap_or(0));
    table::add_seen(tx, &new, app.clock.now()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_read_as_it_is_written_down() {
        for kind in Type::ALL {
            assert_eq!(type_of(code_of(kind)), Some(kind));
        }
    }
}
