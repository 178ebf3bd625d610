//! The preference centre: what a customer wants to hear of, and whether a push may go.
//!
//! A brand registers topics; an event [`PICKED_EVENT`] names all that somebody picked, in the place of what they had
//! picked before. Of several the latest holds, of one instant the one whose key sorts last: the order of arrival plays
//! no part. [`may_push`] is what every channel asks before it sends. (Channels come later: so far nobody does.)

use crate::settings::FieldError;
use crate::time::Instant;
use crate::touch_point::is_code;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

pub const PICKED_EVENT: &str = "Preferences Updated";
/// Topics of a register, and those that one event can name.
pub const TOPICS_MAX: usize = 100;
const NAME_CHARACTERS_MAX: usize = 60;
const DESCRIPTION_CHARACTERS_MAX: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicSettings {
    pub name: String,
    pub description: String,
    /// Takes no pushes any more; who picked it keeps it.
    pub is_archived: bool,
}

/// All that is out of range; empty where it can be saved.
pub fn check(code: &str, settings: &TopicSettings) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !is_code(code) {
        errors.push(FieldError { field: "code", allowed: "a to z, 0 to 9 and _, 1 to 40, a letter first" });
    }
    if !(1..=NAME_CHARACTERS_MAX).contains(&settings.name.trim().chars().count()) {
        errors.push(FieldError { field: "name", allowed: "1 to 60 characters" });
    }
    if settings.description.chars().count() > DESCRIPTION_CHARACTERS_MAX {
        errors.push(FieldError { field: "description", allowed: "at most 500 characters" });
    }
    errors
}

/// The topics that an event names as picked, none of them is nothing wanted; `None` where it says nothing about it.
pub fn picked_of(event: &str, properties: &str) -> Option<BTreeSet<String>> {
    if event != PICKED_EVENT {
        return None;
    }
    let properties: Map<String, Value> = serde_json::from_str(properties).ok()?;
    let listed = properties.get("topics")?.as_array()?;
    let codes = listed.iter().filter_map(Value::as_str).map(str::trim).filter(|code| is_code(code));
    Some(codes.take(TOPICS_MAX).map(str::to_owned).collect())
}

/// What somebody picked at some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    pub topics: BTreeSet<String>,
    pub at: Instant,
    pub key: String,
}

/// What holds; `None` where nothing was ever picked.
pub fn holding(picks: &[Pick]) -> Option<&Pick> {
    picks.iter().max_by_key(|pick| (pick.at, &pick.key))
}

/// Why somebody is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushClass {
    /// About an order, a ticket, safety: what the customer is owed. It always may go.
    Service,
    Marketing,
}

impl PushClass {
    pub const ALL: [Self; 2] = [Self::Service, Self::Marketing];

    pub fn code(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Marketing => "marketing",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }
}

/// Why a push may not go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// The topic is not in the register, or archived.
    UnknownTopic,
    NotPicked,
}

impl Withheld {
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownTopic => "unknown_topic",
            Self::NotPicked => "not_picked",
        }
    }
}

/// Whether a push of this class and topic may go to somebody who picked this. `open` are the topics of the register that
/// are not archived. Who never picked anything has said nothing: all open topics may go.
pub fn may_push(
    class: PushClass,
    topic: &str,
    open: &BTreeSet<String>,
    picked: Option<&BTreeSet<String>>,
) -> Result<(), Withheld> {
    match class {
        PushClass::Service => Ok(()),
        PushClass::Marketing if !open.contains(topic) => Err(Withheld::UnknownTopic),
        PushClass::Marketing if picked.is_some_and(|picked| !picked.contains(topic)) => Err(Withheld::NotPicked),
        PushClass::Marketing => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(codes: &[&str]) -> BTreeSet<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    #[test]
    fn of_twelve_topics_the_three_that_were_picked_may_go_and_service_always() {
        let all: BTreeSet<String> = (1..=12).map(|number| format!("topic_{number}")).collect();
        let picked = set(&["topic_2", "topic_5", "topic_11"]);
        for topic in &all {
            let expected = if picked.contains(topic) { Ok(()) } else { Err(Withheld::NotPicked) };
            assert_eq!(may_push(PushClass::Marketing, topic, &all, Some(&picked)), expected, "{topic}");
            assert_eq!(may_push(PushClass::Service, topic, &all, Some(&picked)), Ok(()));
            assert_eq!(may_push(PushClass::Marketing, topic, &all, None), Ok(()), "who never picked");
            assert_eq!(may_push(PushClass::Marketing, topic, &all, Some(&set(&[]))), Err(Withheld::NotPicked));
        }
        let gone = may_push(PushClass::Marketing, "gone", &all, Some(&set(&["gone"])));
        assert_eq!(gone, Err(Withheld::UnknownTopic));
        assert_eq!(may_push(PushClass::Service, "gone", &all, None), Ok(()));
    }

    #[test]
    fn an_event_names_what_is_picked_now_and_what_is_no_code_is_left_out() {
        let picked = |properties: Value| picked_of(PICKED_EVENT, &properties.to_string());
        assert_eq!(picked(json!({ "topics": ["a", " b ", "B!", 5] })), Some(set(&["a", "b"])));
        assert_eq!(picked(json!({ "topics": [] })), Some(set(&[])));
        assert_eq!(picked(json!({ "topics": "a" })), None);
        assert_eq!(picked(json!({})), None);
        assert_eq!(picked_of("Other", "{\"topics\":[]}"), None);
    }

    #[test]
    fn the_latest_pick_holds_in_any_order() {
        let pick = |at, key: &str| Pick { topics: set(&[key]), at: Instant(at), key: key.to_owned() };
        let mut all = vec![pick(5, "b"), pick(5, "a"), pick(3, "z")];
        for _ in 0..3 {
            all.rotate_left(1);
            assert_eq!(holding(&all).unwrap().key, "b");
        }
        assert_eq!(holding(&[]), None);
    }

    #[test]
    fn settings_out_of_range_are_named() {
        let settings =
            |name: &str| TopicSettings { name: name.to_owned(), description: String::new(), is_archived: false };
        assert_eq!(check("recipes", &settings("Recipes")), []);
        assert_eq!(check("Re", &settings(" ")).iter().map(|one| one.field).collect::<Vec<_>>(), ["code", "name"]);
    }
}
