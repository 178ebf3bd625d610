//! Who wrote a value down, noted in the commit that applies it.

use crate::App;
use crate::by_hand::Recorder;
use crate::consent::SOURCE;
use perennial_domain::fact::AppliedBlock;
use perennial_domain::field::FIELDS_EVENT;
use perennial_domain::time::MICROS_PER_DAY;
use perennial_domain::usage_card::ANSWERED_EVENT;
use perennial_store::fields::{self as table, NewRefusals, NoteRow};
use perennial_store::{StoreError, WriteTx};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the fact says beside the values, which are its traits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FieldWords {
    #[serde(default)]
    pub surface: Option<String>,
    #[serde(default)]
    pub consent_id: Option<String>,
    pub recorded_by: Recorder,
}

/// Counts values that were none of their field.
pub(crate) async fn note_refused(
    app: &App,
    tx: &mut WriteTx<'_>,
    source: &str,
    refused: &BTreeMap<String, u64>,
) -> Result<(), StoreError> {
    let now = app.clock.now().0;
    let rows: Vec<NewRefusals> = refused
        .iter()
        .map(|(field, count)| NewRefusals {
            field: field.clone(),
            source: source.to_owned(),
            day: now.div_euclid(MICROS_PER_DAY),
            refused: i64::try_from(*count).unwrap_or(i64::MAX),
            last_at: now,
        })
        .collect();
    table::add_refusals(tx, &rows).await
}

/// Notes who wrote down what the facts of a block tell of fields.
pub(crate) async fn note_fields(tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    if block.source != SOURCE {
        return Ok(());
    }
    let mut notes: BTreeMap<(i64, String), NoteRow> = BTreeMap::new();
    for one in &block.facts {
        let is_told = |name: Option<&str>| name == Some(FIELDS_EVENT) || name == Some(ANSWERED_EVENT);
        let tracked = one.fact.tracked.as_deref().filter(|tracked| is_told(tracked.name.as_deref()));
        let words = tracked.and_then(|tracked| serde_json::from_str(tracked.properties.as_deref()?).ok());
        let (Some(part), Some(words)) = (one.customer, words) else { continue };
        let FieldWords { surface, consent_id, recorded_by }: FieldWords = words;
        for told in &one.fact.traits {
            let note = NoteRow {
                part_number: i64::from(part.0),
                name: told.name.clone(),
                source: block.source.clone(),
                at: one.fact.at.0,
                by_kind: recorded_by.kind.clone(),
                by_id: recorded_by.id.clone(),
                by_name: recorded_by.name.clone(),
                surface: surface.clone(),
                consent_id: consent_id.clone(),
            };
            let key = (note.part_number, note.name.clone());
            let known = notes.get(&key).is_some_and(|known| known.at > note.at);
            if !known {
                notes.insert(key, note);
            }
        }
    }
    let rows: Vec<NoteRow> = notes.into_values().collect();
    table::add_notes(tx, &rows).await
}
