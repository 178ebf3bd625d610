//! What is taken out of a fact that stays.

use crate::fact::{Fact, Trait};
use crate::identity::{Identifier, IdentifierType};
use serde_json::{Map, Value};

/// Some identifiers and traits, by value, by type or by name. What is told of them in properties goes as well, at the
/// top level of the object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redaction {
    pub identifiers: Vec<Identifier>,
    pub kinds: Vec<IdentifierType>,
    /// Names of traits.
    pub traits: Vec<String>,
}

impl Redaction {
    pub fn of_identifiers(identifiers: Vec<Identifier>) -> Self {
        Self { identifiers, ..Self::default() }
    }

    /// Whether anything went.
    pub fn fact(&self, fact: &mut Fact) -> bool {
        let mut changed = self.identifiers(&mut fact.identifiers);
        changed |= self.traits(&mut fact.traits);
        if let Some(tracked) = fact.tracked.as_deref_mut()
            && let Some(properties) = tracked.properties.as_deref().and_then(|text| self.properties(text))
        {
            tracked.properties = properties;
            changed = true;
        }
        changed
    }

    pub fn identifiers(&self, identifiers: &mut Vec<Identifier>) -> bool {
        let before = identifiers.len();
        identifiers.retain(|one| !self.kinds.contains(&one.kind) && !self.identifiers.contains(one));
        identifiers.len() < before
    }

    pub fn traits(&self, traits: &mut Vec<Trait>) -> bool {
        let before = traits.len();
        traits.retain(|one| !self.names(&one.name) && !self.is_one_of(&one.value));
        traits.len() < before
    }

    /// The object without what goes; the inner option is empty where nothing of it is left. `None` where nothing goes.
    pub fn properties(&self, text: &str) -> Option<Option<String>> {
        let Ok(Value::Object(object)) = serde_json::from_str::<Value>(text) else { return None };
        let before = object.len();
        let kept: Map<String, Value> = object
            .into_iter()
            .filter(|(name, value)| {
                let told = match value {
                    Value::String(text) => self.is_one_of(text),
                    Value::Number(number) => self.is_one_of(&number.to_string()),
                    _ => false,
                };
                !told && !self.names(name)
            })
            .collect();
        if kept.len() == before {
            return None;
        }
        Some((!kept.is_empty()).then(|| Value::Object(kept).to_string()))
    }

    /// Whether a trait of this name goes, whatever it holds.
    pub fn is_trait(&self, name: &str) -> bool {
        self.names(name)
    }

    fn names(&self, name: &str) -> bool {
        let is_or_is_part_of =
            |one: &String| name.strip_prefix(one.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.traits.iter().any(is_or_is_part_of) || self.kinds.iter().any(|kind| kind.code() == name)
    }

    /// However it is written.
    fn is_one_of(&self, text: &str) -> bool {
        self.identifiers.iter().any(|one| {
            one.value == text.trim() || Identifier::normalise(one.kind, text).is_ok_and(|other| other == *one)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_goes_wherever_it_is_told_and_however_it_is_written() {
        let phone = Identifier::normalise(IdentifierType::Phone, "138 1234 5678").unwrap();
        let redaction = Redaction::of_identifiers(vec![phone.clone()]);
        let mail = Identifier::normalise(IdentifierType::Email, "b@example.com").unwrap();
        let mut identifiers = vec![phone, mail.clone()];
        assert!(redaction.identifiers(&mut identifiers));
        assert_eq!(identifiers, [mail]);
        let told = |value: &str| Trait { name: "mobile".to_owned(), value: value.to_owned() };
        let mut traits = vec![told("+86 138-1234-5678"), told("13812345679")];
        assert!(redaction.traits(&mut traits) && traits.len() == 1);
        let kept = redaction.properties(r#"{"phone":13812345678,"city":"York","list":["13812345678"]}"#);
        assert_eq!(kept, Some(Some(r#"{"city":"York","list":["13812345678"]}"#.to_owned())), "the top level only");
        assert_eq!(redaction.properties(r#"{"phone":"13812345678"}"#), Some(None));
        assert_eq!(redaction.properties(r#"{"city":"York"}"#), None);
    }

    #[test]
    fn names_and_types_go_whatever_they_hold() {
        let redaction =
            Redaction { identifiers: vec![], kinds: vec![IdentifierType::OpenId], traits: vec!["nickname".to_owned()] };
        let mut traits =
            ["nickname", "city"].map(|name| Trait { name: name.to_owned(), value: "x".to_owned() }).to_vec();
        assert!(redaction.traits(&mut traits) && traits.len() == 1);
        let kept = redaction.properties(r#"{"nickname":{"a":1},"open_id":"o1","city":"York"}"#);
        assert_eq!(kept, Some(Some(r#"{"city":"York"}"#.to_owned())));
    }
}
