//! What of a fact is not as planned.

use super::compile::{CompiledPlan, ObjectRules, ValueRules};
use super::document::ValueType;
use super::{PLAN_PROPERTIES_MAX, VIOLATIONS_MAX, path, walk};
use crate::tracking::{MessageKind, shown_name};
use serde_json::value::RawValue;

/// Codes are stored and shown; they never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ViolationKind {
    /// The plan has events of this type, and this is none of them.
    UnknownEvent,
    /// It is required and not there, or `null`.
    MissingProperty,
    WrongType,
    /// A text that is none of those that are allowed.
    WrongValue,
    /// It is not planned.
    UnknownProperty,
    /// The message names a touch-point that is not in the registry, or archived. No matter of the plan: without one too.
    UnknownTouchPoint,
}

impl ViolationKind {
    pub const ALL: [Self; 6] = [
        Self::UnknownEvent,
        Self::MissingProperty,
        Self::WrongType,
        Self::WrongValue,
        Self::UnknownProperty,
        Self::UnknownTouchPoint,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownEvent => "unknown_event",
            Self::MissingProperty => "missing_property",
            Self::WrongType => "wrong_type",
            Self::WrongValue => "wrong_value",
            Self::UnknownProperty => "unknown_property",
            Self::UnknownTouchPoint => "unknown_touch_point",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub kind: ViolationKind,
    /// Of the property; empty where the event itself is not planned.
    pub path: String,
    /// In words.
    pub allowed: String,
    /// Its type and a mask, such as `text xx-999`: never the value.
    pub found: String,
}

/// What a plan says of a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The place of its event in the plan.
    pub event: Option<usize>,
    pub violations: Vec<Violation>,
}

impl CompiledPlan {
    pub fn check(&self, kind: MessageKind, name: Option<&str>, properties: Option<&str>) -> Checked {
        let Some(rules) = self.types.get(&kind) else { return Checked::default() };
        let own = name.and_then(|name| rules.by_name.get(name));
        let Some(event) = own.or(rules.others.as_ref()) else {
            let violation = Violation {
                kind: ViolationKind::UnknownEvent,
                path: String::new(),
                allowed: rules.names.clone(),
                found: kind.code().to_owned(),
            };
            return Checked { event: None, violations: vec![violation] };
        };
        let mut violations = Violations::default();
        check_object(&event.root, properties.and_then(walk::raw), "", &mut violations);
        Checked { event: Some(event.place), violations: violations.0 }
    }
}

#[derive(Default)]
struct Violations(Vec<Violation>);

impl Violations {
    fn add(
        &mut self,
        kind: ViolationKind,
        path: &str,
        allowed: impl FnOnce() -> String,
        found: impl FnOnce() -> String,
    ) {
        let known = |one: &Violation| one.kind == kind && one.path == path;
        if self.0.len() < VIOLATIONS_MAX && !self.0.iter().any(known) {
            self.0.push(Violation { kind, path: path.to_owned(), allowed: allowed(), found: found() });
        }
    }
}

fn check_object(rules: &ObjectRules, raw: Option<&RawValue>, at: &str, violations: &mut Violations) {
    let mut there = Numbers::default();
    if let Some(raw) = raw {
        walk::members(raw, |name, value| {
            let Some(found) = walk::type_of(value) else { return };
            match rules.members.get(name.as_ref()) {
                Some(member) => {
                    if let Some(number) = member.required {
                        there.insert(number);
                    }
                    check_value(member, value, found, violations);
                }
                None if rules.open => {}
                None => {
                    let path = path::member(at, &shown_name(&name));
                    let found = || masked(value, found);
                    violations.add(ViolationKind::UnknownProperty, &path, || planned_names(rules), found);
                }
            }
        });
    }
    if there.len() == rules.required {
        return;
    }
    let is_missing = |member: &&ValueRules| member.required.is_some_and(|number| !there.contains(number));
    let mut missing: Vec<&ValueRules> = rules.members.values().filter(is_missing).collect();
    missing.sort_by(|left, right| left.path.cmp(&right.path));
    for member in missing {
        violations.add(ViolationKind::MissingProperty, &member.path, || allowed_of(member), || "nothing".to_owned());
    }
}

/// Which of the required names were there: room for all that an event may have.
#[derive(Default)]
struct Numbers([u64; PLAN_PROPERTIES_MAX.div_ceil(64)]);

impl Numbers {
    fn insert(&mut self, number: usize) {
        self.0[number / 64] |= 1 << (number % 64);
    }

    fn contains(&self, number: usize) -> bool {
        self.0[number / 64] & 1 << (number % 64) != 0
    }

    fn len(&self) -> usize {
        self.0.iter().map(|part| part.count_ones() as usize).sum()
    }
}

fn check_value(rules: &ValueRules, raw: &RawValue, found: ValueType, violations: &mut Violations) {
    if !rules.types.allows(found) {
        violations.add(ViolationKind::WrongType, &rules.path, || allowed_of(rules), || masked(raw, found));
        return;
    }
    match found {
        ValueType::Text => {
            if let Some(values) = &rules.values
                && !walk::text_of(raw).is_some_and(|text| values.contains(text.as_ref()))
            {
                violations.add(ViolationKind::WrongValue, &rules.path, || allowed_of(rules), || masked(raw, found));
            }
        }
        ValueType::Object => {
            if let Some(inside) = &rules.inside {
                check_object(inside, Some(raw), &rules.path, violations);
            }
        }
        ValueType::List => {
            if let Some(elements) = &rules.elements {
                walk::elements(raw, |element| {
                    if let Some(found) = walk::type_of(element) {
                        check_value(elements, element, found, violations);
                    }
                });
            }
        }
        ValueType::Integer | ValueType::Number | ValueType::Boolean => {}
    }
}

/// Values that are shown of those that are allowed.
const VALUES_SHOWN: usize = 12;
const NAMES_SHOWN: usize = 12;

fn allowed_of(rules: &ValueRules) -> String {
    let Some(values) = &rules.values else { return rules.types.words() };
    let mut sorted: Vec<&str> = values.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    format!("{}: {}", rules.types.words(), listed(&sorted, VALUES_SHOWN))
}

fn planned_names(rules: &ObjectRules) -> String {
    let mut names: Vec<&str> = rules.members.keys().map(String::as_str).collect();
    names.sort_unstable();
    if names.is_empty() { "no properties".to_owned() } else { listed(&names, NAMES_SHOWN) }
}

fn listed(words: &[&str], most: usize) -> String {
    let shown = words[..words.len().min(most)].join(", ");
    if words.len() > most { format!("{shown}, …") } else { shown }
}

const MASK_CHARACTERS_MAX: usize = 40;

/// The type, and of texts and numbers the form: letters and digits are taken for one of their kind each.
fn masked(raw: &RawValue, found: ValueType) -> String {
    let mask = |text: &str| -> String {
        let mut shown: String = text.chars().take(MASK_CHARACTERS_MAX).map(masked_letter).collect();
        if text.chars().nth(MASK_CHARACTERS_MAX).is_some() {
            shown.push('…');
        }
        shown
    };
    match found {
        ValueType::Text => format!("text {}", mask(walk::text_of(raw).as_deref().unwrap_or_default())),
        ValueType::Integer | ValueType::Number => format!("{} {}", found.code(), mask(raw.get())),
        ValueType::Boolean | ValueType::List | ValueType::Object => found.code().to_owned(),
    }
}

fn masked_letter(letter: char) -> char {
    match letter {
        _ if letter.is_numeric() => '9',
        _ if letter.is_uppercase() => 'X',
        _ if letter.is_alphabetic() => 'x',
        ' ' | '!'..='/' | ':'..='@' | '['..='`' | '{'..='~' => letter,
        _ => '·',
    }
}
