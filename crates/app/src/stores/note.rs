//! Which store the facts of a block speak for, in the commit that applies them.

use crate::App;
use crate::random::new_id;
use perennial_domain::fact::{AppliedBlock, Fact, FactKind};
use perennial_domain::stores::{Claim, PlaceKind, check_code, path_below};
use perennial_store::stores::{self as table, ClaimRow, PlaceRow};
use perennial_store::{StoreError, WriteTx, sequences};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The trait of a file's order, and the property of a message's, that names the store.
const STORE: &str = "store";

/// What an order says of itself: a trait of it, or a property of the message that told it.
pub(crate) fn word_of(fact: &Fact, name: &str) -> Option<String> {
    if let Some(found) = fact.traits.iter().find(|one| one.name == name) {
        return check_code(&found.value);
    }
    // Most messages are no orders: only of those the properties are read.
    let properties = fact.tracked.as_deref()?.properties.as_deref()?;
    match serde_json::from_str::<Value>(properties).ok()?.get(name)? {
        Value::String(text) => check_code(text),
        Value::Number(number) => check_code(&number.to_string()),
        _ => None,
    }
}

/// Notes the stores of the block's orders.
pub(crate) async fn note_stores(app: &App, tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    let mut told: Vec<(Option<i64>, i64, String)> = Vec::new();
    for one in block.facts.iter().filter(|one| one.fact.kind == FactKind::Order) {
        if let Some(code) = word_of(&one.fact, STORE) {
            told.push((one.customer.map(|part| i64::from(part.0)), one.fact.at.0, code));
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    let codes: BTreeSet<String> = told.iter().map(|(_, _, code)| code.clone()).collect();
    let places = numbers_of_codes(app, tx, &codes.into_iter().collect::<Vec<_>>()).await?;
    let mut claims: BTreeMap<i64, ClaimRow> = BTreeMap::new();
    for (part, at, code) in told {
        let (Some(part_number), Some(place)) = (part, places.get(&code).copied()) else { continue };
        let new = ClaimRow { part_number, place, rank: Claim::Order.rank(), at };
        let best = claims.entry(part_number).or_insert(new);
        if (new.at, new.place) < (best.at, best.place) {
            *best = new;
        }
    }
    table::claim(tx, &claims.into_values().collect::<Vec<_>>()).await
}

/// The stores with these codes. One that nobody has entered is made, as a store that is not known.
async fn numbers_of_codes(
    app: &App,
    tx: &mut WriteTx<'_>,
    codes: &[String],
) -> Result<HashMap<String, i64>, StoreError> {
    let mut places: HashMap<String, i64> = table::by_codes(tx, codes).await?.into_iter().collect();
    for code in codes {
        if places.contains_key(code) {
            continue;
        }
        let number = sequences::reserve(tx, table::NUMBERS, 1).await?;
        let row = PlaceRow {
            number,
            id: new_id(app.random.as_ref(), "plc", app.clock.now()),
            kind: PlaceKind::Store.code().to_owned(),
            code: Some(code.clone()),
            name: code.clone(),
            parent: None,
            path: path_below(None, number),
            is_known: false,
            created_at: app.clock.now(),
            version: 1,
        };
        table::insert(tx, &row).await?;
        places.insert(code.clone(), number);
    }
    Ok(places)
}
