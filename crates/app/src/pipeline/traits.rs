//! What a block says about customers, beside what is known of them.
//!
//! Invariants: within a source the newest word wins, of equal instants the greater value, so that nothing depends
//! on the order of rows; what a customer's trait *is* is the word of the source that is believed first, as
//! `perennial_store::traits` has it. The name of a customer follows the trait `name`. What comes under the name of a field
//! has the field's normal form here, or is left off and counted; the fact keeps it as it came.

use crate::fields::Known;
use perennial_domain::fact::Fact;
use perennial_store::traits::{self as table, TraitRow};
use perennial_store::{ReadTx, StoreError};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Traits of the customers of one block.
pub struct Traits {
    source: Arc<str>,
    fields: Arc<Known>,
    /// Values that were none of their field, by field.
    refused: BTreeMap<String, u64>,
    /// Names and sources are few: each is kept once.
    texts: Vec<Arc<str>>,
    words: HashMap<i64, Vec<Word>>,
}

/// What a source says of one trait.
struct Word {
    name: Arc<str>,
    source: Arc<str>,
    at: i64,
    value: String,
    is_new: bool,
}

impl Traits {
    /// What is known of these profiles: of those that are alone, and of those that are part of a customer.
    pub async fn load(
        tx: &mut ReadTx<'_>,
        source: &str,
        fields: &Arc<Known>,
        alone: &[i64],
        parts: &[i64],
    ) -> Result<Self, StoreError> {
        let fields = Arc::clone(fields);
        let (texts, words, refused) = (Vec::new(), HashMap::new(), BTreeMap::new());
        let mut traits = Self { source: source.into(), fields, refused, texts, words };
        let mut rows = table::of_customers(tx, alone).await?;
        rows.extend(perennial_store::parts::traits(tx, parts).await?);
        for row in rows {
            let word = traits.known_word(&row);
            traits.words.entry(row.customer_number).or_default().push(word);
        }
        Ok(traits)
    }

    /// Takes these rows as known, in place of what was loaded.
    pub fn learn<'r>(&mut self, rows: impl Iterator<Item = &'r TraitRow>) {
        for row in rows {
            let word = self.known_word(row);
            let words = self.words.entry(row.customer_number).or_default();
            words.retain(|known| !known.is_by(&row.name, &row.source));
            words.push(word);
        }
    }

    fn known_word(&mut self, row: &TraitRow) -> Word {
        let (name, source) = (self.text(&row.name), self.text(&row.source));
        Word { name, source, at: row.at, value: row.value.clone(), is_new: false }
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.iter().find(|known| known.as_ref() == text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        text
    }

    /// Whether the fact says anything that its source does not say now.
    pub fn has_news(&self, customer: i64, fact: &Fact) -> bool {
        let words = self.words.get(&customer).map(Vec::as_slice).unwrap_or_default();
        fact.traits.iter().any(|one| {
            let Ok(value) = self.fields.rules.read(one) else { return false };
            match words.iter().find(|word| word.is_by(&one.name, &self.source)) {
                Some(word) => (fact.at.0, value.as_ref()) > (word.at, word.value.as_str()) && word.value != value,
                None => true,
            }
        })
    }

    /// Takes over what the fact says; true where the customer's name may be another one now.
    pub fn note(&mut self, customer: i64, fact: &Fact) -> bool {
        for one in &fact.traits {
            let at = fact.at.0;
            let fields = Arc::clone(&self.fields);
            let Ok(value) = fields.rules.read(one) else {
                *self.refused.entry(one.name.clone()).or_default() += 1;
                continue;
            };
            let words = self.words.entry(customer).or_default();
            let known = words.iter_mut().find(|word| word.is_by(&one.name, &self.source));
            let Some(word) = known else {
                let (name, source) = (self.text(&one.name), Arc::clone(&self.source));
                let word = Word { name, source, at, value: value.into_owned(), is_new: true };
                self.words.entry(customer).or_default().push(word);
                continue;
            };
            if (word.at, word.value.as_str()) < (at, value.as_ref()) {
                word.at = at;
                word.value = value.into_owned();
                word.is_new = true;
            }
        }
        fact.traits.iter().any(|one| one.name == NAME)
    }

    /// The name that holds: that of the source that is believed first, of equals the one that spoke last.
    pub fn name_of(&self, customer: i64) -> Option<&str> {
        let words = self.words.get(&customer)?.iter().filter(|word| word.name.as_ref() == NAME);
        let held = words.max_by_key(|word| (self.fields.sources.rank(&word.source), word.at, &word.source));
        held.map(|word| word.value.as_str())
    }

    /// How many values were none of their field.
    pub fn refused(&self) -> &BTreeMap<String, u64> {
        &self.refused
    }

    /// What was noted, in the order of the table.
    pub fn into_changed(self) -> Vec<TraitRow> {
        let mut rows: Vec<TraitRow> = Vec::new();
        for (customer_number, words) in self.words {
            rows.extend(words.into_iter().filter(|word| word.is_new).map(|word| TraitRow {
                customer_number,
                name: word.name.to_string(),
                source: word.source.to_string(),
                value: word.value,
                at: word.at,
            }));
        }
        rows.sort_by(|left, right| {
            (left.customer_number, &left.name, &left.source).cmp(&(right.customer_number, &right.name, &right.source))
        });
        rows
    }
}

impl Word {
    fn is_by(&self, name: &str, source: &str) -> bool {
        self.name.as_ref() == name && self.source.as_ref() == source
    }
}

/// The trait that names a customer.
pub const NAME: &str = "name";
