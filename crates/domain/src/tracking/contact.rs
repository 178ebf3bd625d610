//! The identifiers of a message, the strongest first.
//!
//! Values that systems write for "nobody" are as if they were absent. A user or a device that cannot be kept refuses
//! the message: without it the fact would be given to somebody else. A mail address or a phone number that is none
//! is not an identifier; of an `identify` it stays a trait.

use super::message::{Contact, Context, Message, MessageKind};
use super::read::Reading;
use super::reason::Reason;
use crate::identity::{Identifier, IdentifierError, IdentifierType};

/// External ids that are looked at.
const EXTERNAL_IDS_MAX: usize = 20;

pub(super) fn identifiers_of(
    kind: MessageKind,
    message: &Message<'_>,
    told: &Contact,
    contexts: [&Context; 2],
    reading: &Reading<'_>,
) -> Result<Vec<Identifier>, Reason> {
    let user = required(reading.user_id_type, message.user_id.trimmed())?;
    let device = required(IdentifierType::AnonymousId, message.anonymous_id.trimmed())?;
    let previous = match kind {
        MessageKind::Alias => {
            let previous = required(IdentifierType::AnonymousId, message.previous_id.trimmed())?;
            Some(previous.ok_or(Reason::MissingPreviousId)?)
        }
        _ => None,
    };
    if user.is_none() && (device.is_none() || kind == MessageKind::Alias) {
        return Err(Reason::NoUserAnonId);
    }
    let mut found: Vec<Identifier> = Vec::with_capacity(4);
    let mut add = |identifier: Option<Identifier>| {
        if let Some(identifier) = identifier.filter(|one| !found.contains(one)) {
            found.push(identifier);
        }
    };
    add(user);
    let contacts = [told, &contexts[0].traits.0, &contexts[1].traits.0];
    add(contacts.iter().find_map(|one| email_of(one)));
    add(contacts.iter().find_map(|one| phone_of(one)));
    let mut external = external_ids(contexts);
    external.sort();
    external.into_iter().for_each(|one| add(Some(one)));
    let mut devices = device_ids(contexts);
    let analytics = message.integrations.0.google_analytics.0.client_id.trimmed();
    devices.extend(analytics.and_then(|id| Identifier::normalise(IdentifierType::GaClientId, id).ok()));
    devices.into_iter().for_each(|one| add(Some(one)));
    add(device);
    add(previous);
    // Whoever matches takes the strongest first.
    found.sort_by_key(|one| one.kind);
    Ok(found)
}

pub(super) fn email_of(contact: &Contact) -> Option<Identifier> {
    Identifier::normalise(IdentifierType::Email, contact.email.trimmed()?).ok()
}

pub(super) fn phone_of(contact: &Contact) -> Option<Identifier> {
    Identifier::normalise(IdentifierType::Phone, contact.phone.trimmed()?).ok()
}

fn required(kind: IdentifierType, text: Option<&str>) -> Result<Option<Identifier>, Reason> {
    let Some(text) = text else { return Ok(None) };
    match Identifier::normalise(kind, text) {
        Ok(identifier) => Ok(Some(identifier)),
        Err(IdentifierError::Blocked) => Ok(None),
        Err(IdentifierError::TooLong | IdentifierError::Malformed) => Err(Reason::UnusableIdentifier),
    }
}

/// The ids of an app's device, at the places where the SDKs put them.
fn device_ids(contexts: [&Context; 2]) -> Vec<Identifier> {
    use IdentifierType::{AndroidId, AndroidIdfa, AndroidPushToken, IosId, IosIdfa, IosPushToken};
    let mut found = Vec::new();
    for device in contexts.map(|context| &context.device.0) {
        let [id, advertising, token] = match device.kind.trimmed().map(str::to_ascii_lowercase).as_deref() {
            Some("android") => [AndroidId, AndroidIdfa, AndroidPushToken],
            Some("ios") => [IosId, IosIdfa, IosPushToken],
            _ => continue,
        };
        let told = [(id, &device.id), (advertising, &device.advertising_id), (token, &device.token)];
        found.extend(told.into_iter().filter_map(|(kind, text)| Identifier::normalise(kind, text.trimmed()?).ok()));
    }
    found
}

fn external_ids(contexts: [&Context; 2]) -> Vec<Identifier> {
    let all = contexts.into_iter().flat_map(|context| &context.external_ids.0);
    let of_people = all.filter(|one| one.collection.trimmed().is_none_or(|collection| collection == "users"));
    of_people
        .take(EXTERNAL_IDS_MAX)
        .filter_map(|one| {
            let kind = IdentifierType::parse(one.kind.trimmed()?)?;
            Identifier::normalise(kind, one.id.trimmed()?).ok()
        })
        .collect()
}
