//! A bounded summary of facts: which events there were, which properties they had, and of which types.
//!
//! Where there are more names than there is room for, the first by their order are kept. Whatever is kept at the end was
//! never left out on the way, so that its counts are exact and parts may be merged in any order.

use super::document::ValueType;
use super::{OBSERVED_EVENTS_MAX, OBSERVED_NAMES_MAX, OBSERVED_VALUES_MAX, walk};
use crate::fact::{Fact, FactKind};
use crate::tracking::MessageKind;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Longer texts are no words of a small vocabulary.
const VALUE_BYTES_MAX: usize = 40;
const NAME_BYTES_MAX: usize = 100;

/// The type and the name by which a plan knows this fact; `None` for those that came in files and for aliases.
pub fn event_of(fact: &Fact) -> Option<(MessageKind, Option<&str>)> {
    let tracked = fact.tracked.as_deref()?;
    event_of_kind(fact.kind, tracked.name.as_deref())
}

fn event_of_kind(kind: FactKind, name: Option<&str>) -> Option<(MessageKind, Option<&str>)> {
    match kind {
        FactKind::Identify => Some((MessageKind::Identify, None)),
        FactKind::Page => Some((MessageKind::Page, name)),
        FactKind::Screen => Some((MessageKind::Screen, name)),
        FactKind::Group => Some((MessageKind::Group, None)),
        FactKind::Alias => None,
        // A track event keeps its name, whatever it means here.
        FactKind::Event
        | FactKind::Order
        | FactKind::Gift
        | FactKind::Refund
        | FactKind::Cancelled
        | FactKind::Adjustment
        | FactKind::Unpaid
        | FactKind::CustomerUpdate => name.map(|name| (MessageKind::Track, Some(name))),
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Observed {
    /// All of them, also those of events without room.
    pub facts: u64,
    pub(super) events: BTreeMap<(MessageKind, String), ObservedEvent>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ObservedEvent {
    pub facts: u64,
    pub root: ObservedObject,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ObservedObject {
    pub objects: u64,
    pub members: BTreeMap<String, ObservedValue>,
    /// There were names without room.
    pub more: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ObservedValue {
    /// In how many objects it was there; of elements, how many there were.
    pub present: u64,
    pub types: [u64; 6],
    pub values: Words,
    pub inside: Option<Box<ObservedObject>>,
    pub elements: Option<Box<ObservedValue>>,
}

/// The different texts, as long as they are few, short, and of nobody in particular.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Words {
    Few(BTreeSet<String>),
    Many,
}

impl Default for Words {
    fn default() -> Self {
        Self::Few(BTreeSet::new())
    }
}

impl Observed {
    /// Adds what history has of a fact; one that a plan does not know is left out.
    pub fn add_of_kind(&mut self, kind: FactKind, name: Option<&str>, properties: Option<&str>) {
        if let Some((kind, name)) = event_of_kind(kind, name) {
            self.add(kind, name, properties);
        }
    }

    /// Pages and screens are seen as one each: their names are content, not a vocabulary.
    pub fn add(&mut self, kind: MessageKind, name: Option<&str>, properties: Option<&str>) {
        self.facts += 1;
        let name = if kind == MessageKind::Track { name.unwrap_or_default() } else { "" };
        if name.chars().any(char::is_control) {
            // No plan can name it.
            return;
        }
        let event = self.events.entry((kind, name.to_owned())).or_default();
        event.facts += 1;
        match properties.and_then(walk::raw) {
            Some(raw) => event.root.add(raw, 0),
            None => event.root.objects += 1,
        }
        keep_first(&mut self.events, OBSERVED_EVENTS_MAX);
    }

    pub fn merge(&mut self, other: Self) {
        self.facts += other.facts;
        for (key, event) in other.events {
            let own = self.events.entry(key).or_default();
            own.facts += event.facts;
            own.root.merge(event.root, 0);
        }
        keep_first(&mut self.events, OBSERVED_EVENTS_MAX);
    }

    /// Facts of events for which there was no room.
    pub fn left_out(&self) -> u64 {
        self.facts - self.events.values().map(|event| event.facts).sum::<u64>()
    }
}

/// Whether something had to go.
fn keep_first<K: Ord, V>(map: &mut BTreeMap<K, V>, most: usize) -> bool {
    let too_many = map.len() > most;
    while map.len() > most {
        map.pop_last();
    }
    too_many
}

impl ObservedObject {
    fn add(&mut self, raw: &RawValue, level: usize) {
        self.objects += 1;
        // A name that stands there twice is there once.
        let mut here: HashSet<Cow<'_, str>> = HashSet::new();
        walk::members(raw, |name, value| {
            if walk::type_of(value).is_none() {
                return;
            }
            if name.len() > NAME_BYTES_MAX || name.is_empty() || name.chars().any(char::is_control) {
                self.more = true;
                return;
            }
            let member = self.members.entry(name.as_ref().to_owned()).or_default();
            member.present += u64::from(here.insert(name));
            member.add(value, level);
        });
        self.more |= keep_first(&mut self.members, OBSERVED_NAMES_MAX[level]);
    }

    fn merge(&mut self, other: Self, level: usize) {
        self.objects += other.objects;
        self.more |= other.more;
        for (name, value) in other.members {
            self.members.entry(name).or_default().merge(value, level);
        }
        self.more |= keep_first(&mut self.members, OBSERVED_NAMES_MAX[level]);
    }
}

impl ObservedValue {
    fn add(&mut self, raw: &RawValue, level: usize) {
        self.look(raw, level, true);
    }

    fn look(&mut self, raw: &RawValue, level: usize, into_lists: bool) {
        let Some(found) = walk::type_of(raw) else { return };
        self.types[found.place()] += 1;
        match found {
            ValueType::Text => self.values.add(walk::text_of(raw).as_deref()),
            ValueType::Object if level + 1 < OBSERVED_NAMES_MAX.len() => {
                self.inside.get_or_insert_default().add(raw, level + 1);
            }
            ValueType::List if into_lists => {
                let elements = self.elements.get_or_insert_default();
                walk::elements(raw, |element| {
                    if walk::type_of(element).is_some() {
                        elements.present += 1;
                        elements.look(element, level, false);
                    }
                });
            }
            ValueType::Integer | ValueType::Number | ValueType::Boolean | ValueType::List | ValueType::Object => {}
        }
    }

    fn merge(&mut self, other: Self, level: usize) {
        self.present += other.present;
        for (own, others) in self.types.iter_mut().zip(other.types) {
            *own += others;
        }
        self.values.merge(other.values);
        if let Some(inside) = other.inside {
            self.inside.get_or_insert_default().merge(*inside, level + 1);
        }
        if let Some(elements) = other.elements {
            self.elements.get_or_insert_default().merge(*elements, level);
        }
    }
}

impl Words {
    fn add(&mut self, text: Option<&str>) {
        let Self::Few(known) = self else { return };
        match text.filter(|text| is_word(text)) {
            Some(text) if known.contains(text) => {}
            Some(text) if known.len() < OBSERVED_VALUES_MAX => {
                known.insert(text.to_owned());
            }
            _ => *self = Self::Many,
        }
    }

    fn merge(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::Few(known), Self::Few(others)) => {
                known.extend(others);
                if known.len() > OBSERVED_VALUES_MAX {
                    *self = Self::Many;
                }
            }
            (own, Self::Many) => *own = Self::Many,
            (Self::Many, Self::Few(_)) => {}
        }
    }
}

/// A mail address, a phone number or an id is somebody's.
fn is_word(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.len() <= VALUE_BYTES_MAX && digits < 5 && !text.contains('@') && !text.chars().any(char::is_control)
}
