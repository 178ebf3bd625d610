//! What a message says about consent.
//!
//! | message | says |
//! |---|---|
//! | `track` "Consent Given" (or "Consent Granted"), "Consent Denied", "Consent Revoked" (or "Consent Withdrawn") | somebody decided, about `purpose` or `purposes`, on `channel` or `channels`, having seen `text_version` |
//! | `track` "Segment Consent Preference Updated", as Segment's SDKs send it | somebody decided: `context.consent.categoryPreferences`, a purpose and true or false each |
//! | any other message with `context.consent.categoryPreferences` | a device reports what it knows |
//!
//! A purpose that is no plain code is passed over. So is a channel, but not what was decided about the others.

use super::message::{Context, MessageKind};
use super::traits::clean;
use crate::consent::{ConsentWord, Decision, VERSION_BYTES_MAX, WORDS_MAX, is_code};
use serde_json::{Map, Value};

const PREFERENCES: [&str; 2] = ["segment consent preference updated", "segment consent preference"];

pub(super) fn consents_of(
    kind: MessageKind,
    name: Option<&str>,
    properties: Option<&str>,
    contexts: [&Context; 2],
) -> Vec<ConsentWord> {
    let name = name.filter(|_| kind == MessageKind::Track).map(str::to_ascii_lowercase);
    let decision = match name.as_deref() {
        Some("consent given" | "consent granted") => Some(Decision::Granted),
        Some("consent denied") => Some(Decision::Denied),
        Some("consent revoked" | "consent withdrawn") => Some(Decision::Revoked),
        _ => None,
    };
    if let Some(decision) = decision {
        return spoken(decision, properties);
    }
    let is_explicit = name.is_some_and(|name| PREFERENCES.contains(&name.as_str()));
    let mut words = Vec::new();
    for (purpose, value) in contexts.iter().flat_map(|context| &context.consent.0.category_preferences.0) {
        let Value::Bool(granted) = value else { continue };
        if is_code(purpose) && words.len() < WORDS_MAX && words.iter().all(|one: &ConsentWord| one.purpose != *purpose)
        {
            words.push(ConsentWord {
                purpose: purpose.clone(),
                channel: String::new(),
                decision: if *granted { Decision::Granted } else { Decision::Denied },
                text_version: None,
                is_explicit,
            });
        }
    }
    words
}

fn spoken(decision: Decision, properties: Option<&str>) -> Vec<ConsentWord> {
    let object: Map<String, Value> = properties.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let text_version = match object.get("text_version") {
        Some(Value::String(text)) => Some(clean(text.trim(), VERSION_BYTES_MAX)),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let text_version = text_version.filter(|version| !version.is_empty());
    let mut channels = codes(&object, "channel", "channels");
    if channels.is_empty() {
        channels.push(String::new());
    }
    let mut words = Vec::new();
    for purpose in codes(&object, "purpose", "purposes") {
        for channel in &channels {
            if words.len() < WORDS_MAX {
                let (purpose, channel, text_version) = (purpose.clone(), channel.clone(), text_version.clone());
                words.push(ConsentWord { purpose, channel, decision, text_version, is_explicit: true });
            }
        }
    }
    words
}

/// One of them, or several, each once.
fn codes(object: &Map<String, Value>, one: &str, several: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let listed = object.get(several).and_then(Value::as_array).into_iter().flatten();
    for value in object.get(one).into_iter().chain(listed) {
        if let Some(code) = value.as_str().map(str::trim).filter(|code| is_code(code))
            && !found.iter().any(|known| known == code)
        {
            found.push(code.to_owned());
        }
    }
    found
}
