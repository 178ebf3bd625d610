//! What fields take, for whoever applies or reads values.

use super::trait_sources::TraitSources;
use perennial_domain::fact::Trait;
use perennial_domain::field::{FieldKind, FieldRule, NotOfField};
use perennial_store::{ReadTx, StoreError};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What applying needs to know: read once for some blocks.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub rules: Rules,
    pub sources: TraitSources,
}

impl Known {
    pub async fn load(tx: &mut ReadTx<'_>) -> Result<Self, StoreError> {
        Ok(Self { rules: Rules::load(tx).await?, sources: TraitSources::load(tx).await? })
    }
}

/// The rules of all fields that are not archived, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rules(BTreeMap<String, FieldRule>);

impl Rules {
    pub async fn load(tx: &mut ReadTx<'_>) -> Result<Self, StoreError> {
        let fields = super::registry::registered(tx).await?.into_iter().filter(|field| field.archived_at.is_none());
        Ok(Self(fields.map(|field| (field.settings.name.clone(), field.settings.rule())).collect()))
    }

    /// The normal form of what was told; a trait that is no field is taken as it is.
    pub fn read<'t>(&self, told: &'t Trait) -> Result<Cow<'t, str>, NotOfField> {
        match self.0.get(&told.name) {
            // Most texts are what they are.
            Some(rule) if rule.kind == FieldKind::Text => match told.value.trim() {
                "" => Err(NotOfField { allowed: "a text".to_owned() }),
                text => Ok(Cow::Borrowed(text)),
            },
            Some(rule) => rule.read(&told.value).map(Cow::Owned),
            None => Ok(Cow::Borrowed(&told.value)),
        }
    }

    pub fn all(&self) -> impl Iterator<Item = (&String, &FieldRule)> {
        self.0.iter()
    }

    pub fn of(&self, name: &str) -> Option<&FieldRule> {
        self.0.get(name)
    }

    /// Conditions on traits as somebody states them, as values that can be found: those that a trait equals, and those that
    /// stand in a list. What is no value of its field is nobody's.
    pub fn conditions(&self, traits: &[(String, String)]) -> (Pairs, Pairs) {
        let (mut equal, mut listed) = (Vec::new(), Vec::new());
        for (name, value) in traits {
            match self.0.get(name) {
                Some(rule) if rule.kind == FieldKind::Choices => {
                    listed.push((name.clone(), rule.wanted(value).unwrap_or_else(|| value.clone())));
                }
                Some(rule) => equal.push((name.clone(), rule.wanted(value).unwrap_or_else(|| value.clone()))),
                None => equal.push((name.clone(), value.clone())),
            }
        }
        (equal, listed)
    }
}

type Pairs = Vec<(String, String)>;
