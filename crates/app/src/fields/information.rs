//! The six classes of information of one customer: what is known, who says so, how complete it is, what to ask next.
//!
//! A class is known where one of its fields has a value; behaviour also where a touch-point saw the customer, consumption
//! also where the customer has bought. How complete a profile is, is the share of known classes. What to ask next is
//! `perennial_domain::field::next_to_ask`: the heaviest field without a value.

use super::registry::registered;
use super::trait_sources::TraitSources;
use crate::by_hand::Recorder;
use crate::consent::granted_for;
use perennial_domain::field::{Askable, Class, FieldSettings, Origin, completeness_percent, confidence, next_to_ask};
use perennial_domain::identity::{Word, holding};
use perennial_domain::time::Instant;
use perennial_store::fields::{self as table, NoteRow};
use perennial_store::traits::TraitRow;
use perennial_store::{ReadTx, StoreError};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq)]
pub struct Information {
    /// Of the six classes, those that are known.
    pub completeness_percent: u32,
    /// The field to ask next; none where nothing is left to ask.
    pub ask_next: Option<FieldHead>,
    /// All six, in their order.
    pub classes: Vec<ClassInformation>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ClassInformation {
    pub class: Class,
    /// Otherwise it is to be collected.
    pub is_known: bool,
    pub fields: Vec<FieldInformation>,
}

/// What a field is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldHead {
    pub name: String,
    pub name_zh: String,
    pub name_en: String,
    pub class: Class,
}

#[derive(Clone, Debug, PartialEq)]
pub struct FieldInformation {
    pub settings: FieldSettings,
    /// What is believed; none where it is to be collected.
    pub said: Option<Said>,
    /// What other sources say, in the order in which they would be believed.
    pub others: Vec<Said>,
}

/// What a source says of a field.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pub value: String,
    pub source: String,
    pub origin: Origin,
    pub at: Instant,
    /// Who wrote it down, where somebody did by hand.
    pub by: Option<Recorder>,
    pub surface: Option<String>,
    /// The decision of the customer by which it may be kept: the one that was named, or else that on the purpose under which
    /// it is collected.
    pub consent_id: Option<String>,
    /// 0 to 1: `perennial_domain::field::confidence`.
    pub confidence: f64,
}

/// What was seen of the customer beside traits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub events: i64,
    pub orders: i64,
}

pub(crate) async fn information_of(
    tx: &mut ReadTx<'_>,
    parts: &[i64],
    rows: &[TraitRow],
    seen: Seen,
) -> Result<Information, StoreError> {
    let sources = TraitSources::load(tx).await?;
    let notes = table::notes_of_parts(tx, parts).await?;
    let mut words: BTreeMap<&str, Vec<&TraitRow>> = BTreeMap::new();
    for row in rows {
        words.entry(&row.name).or_default().push(row);
    }
    let mut of_class: BTreeMap<Class, Vec<FieldInformation>> = BTreeMap::new();
    let mut told: Vec<(String, String)> = Vec::new();
    for field in registered(tx).await?.into_iter().filter(|field| field.archived_at.is_none()) {
        let own = words.get(field.settings.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let said = all_said(&field.settings, own, &notes, &sources);
        told.extend(said.iter().map(|one| (field.settings.name.clone(), one.source.clone())));
        let mut said = said.into_iter();
        let first = said.next();
        let class = field.settings.class;
        let information = FieldInformation { settings: field.settings, said: first, others: said.collect() };
        of_class.entry(class).or_default().push(information);
    }
    let consents = granted_for(tx, parts, &told).await?;
    for field in of_class.values_mut().flatten() {
        let name = field.settings.name.clone();
        for said in field.said.iter_mut().chain(&mut field.others) {
            if said.consent_id.is_none() {
                said.consent_id = consents.get(&(name.clone(), said.source.clone())).cloned();
            }
        }
    }
    Ok(put_together(of_class, seen))
}

/// What all sources say of a field, what is believed first. Words that are no values of the field are left out: they were
/// there before it was one.
fn all_said(settings: &FieldSettings, rows: &[&TraitRow], notes: &[NoteRow], sources: &TraitSources) -> Vec<Said> {
    let rule = settings.rule();
    let mut words: Vec<Word> = rows
        .iter()
        .filter_map(|row| {
            let value = rule.read(&row.value).ok()?;
            let (name, source) = (row.name.clone(), row.source.clone());
            Some(Word { name, rank: sources.rank(&source), source, value, at: Instant(row.at) })
        })
        .collect();
    let values: Vec<String> = words.iter().map(|word| word.value.to_lowercase()).collect();
    let mut said = Vec::with_capacity(words.len());
    while let Some((place, _)) = holding(&words) {
        let word = words.swap_remove(place);
        let folded = word.value.to_lowercase();
        let agreeing = values.iter().filter(|value| **value == folded).count();
        let is_about = |note: &&NoteRow| note.name == word.name && note.source == word.source && note.at == word.at.0;
        let note = notes.iter().find(is_about);
        said.push(Said {
            origin: sources.origin(&word.source),
            by: note.map(|note| Recorder {
                kind: note.by_kind.clone(),
                id: note.by_id.clone(),
                name: note.by_name.clone(),
            }),
            surface: note.and_then(|note| note.surface.clone()),
            consent_id: note.and_then(|note| note.consent_id.clone()),
            confidence: confidence(agreeing, values.len()),
            value: word.value,
            source: word.source,
            at: word.at,
        });
    }
    said
}

fn put_together(mut of_class: BTreeMap<Class, Vec<FieldInformation>>, seen: Seen) -> Information {
    let classes: Vec<ClassInformation> = Class::ALL
        .into_iter()
        .map(|class| {
            let fields = of_class.remove(&class).unwrap_or_default();
            let has_facts = match class {
                Class::Behaviour => seen.events > 0,
                Class::Consumption => seen.orders > 0,
                Class::Identity | Class::Decision | Class::Usage | Class::Other => false,
            };
            let is_known = has_facts || fields.iter().any(|field| field.said.is_some());
            ClassInformation { class, is_known, fields }
        })
        .collect();
    let known: BTreeSet<Class> = classes.iter().filter(|one| one.is_known).map(|one| one.class).collect();
    let all: Vec<&FieldInformation> = classes.iter().flat_map(|one| &one.fields).collect();
    let askable: Vec<Askable<'_>> = all
        .iter()
        .map(|field| Askable {
            name: &field.settings.name,
            class: field.settings.class,
            weight: field.settings.weight,
            is_filled: field.said.is_some(),
        })
        .collect();
    let next = next_to_ask(&askable, |class| known.contains(&class));
    let ask_next = all.iter().find(|field| Some(field.settings.name.as_str()) == next).map(|field| FieldHead {
        name: field.settings.name.clone(),
        name_zh: field.settings.name_zh.clone(),
        name_en: field.settings.name_en.clone(),
        class: field.settings.class,
    });
    Information { completeness_percent: completeness_percent(known.len()), ask_next, classes }
}
