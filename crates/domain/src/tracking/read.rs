//! From a message to a fact, or to the reason why it becomes none.

use super::consent::consents_of;
use super::contact::{email_of, identifiers_of, phone_of};
use super::lenient::Text;
use super::message::{Contact, Context, Message, MessageKind};
use super::order::{Meaning, MoneyOf, Order, order_of};
use super::reason::{Note, Reason};
use super::shape::shape_of;
use super::time::{corrected, parse};
use super::traits::{clean, traits_of};
use super::{EVENT_BYTES_MAX, MESSAGE_ID_CHARACTERS, NAME_BYTES_MAX};
use crate::fact::{Campaign, Fact, FactKey, FactKind, Tracked, Trait};
use crate::identity::IdentifierType;
use crate::money::Currency;
use crate::time::Instant;
use crate::usage_card;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Context texts that are kept, in bytes.
const CONTEXT_BYTES_MAX: usize = 100;
const URL_BYTES_MAX: usize = 2_000;
/// What the log of a source shows of a name or an id.
const SHOWN_BYTES_MAX: usize = 200;

/// What reading depends on beside the message.
pub struct Reading<'a> {
    /// The id of the source: part of every key.
    pub source: &'a str,
    pub user_id_type: IdentifierType,
    /// The workspace's, once it has one.
    pub currency: Option<Currency>,
    pub received_at: Instant,
    /// For messages that came without an id.
    pub new_message_id: &'a mut dyn FnMut() -> String,
}

pub enum Outcome {
    Accepted(Box<Accepted>),
    Refused(Box<Refused>),
}

/// A message that is a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub kind: MessageKind,
    /// Two messages of one source with the same id have the same key.
    pub message_key: FactKey,
    pub fact: Fact,
    /// What its money is counted in, where it has any.
    pub money: Option<MoneyOf>,
    pub note: Option<Note>,
}

impl Accepted {
    /// An order, a refund or a cancellation.
    pub fn is_about_an_order(&self) -> bool {
        !self.fact.kind.is_message()
    }

    /// For the log of the source.
    pub fn shown(&self) -> (Option<String>, Option<String>) {
        let tracked = self.fact.tracked.as_deref();
        let cut = |text: &str| clean(text, SHOWN_BYTES_MAX);
        (tracked.and_then(|one| one.name.as_deref()).map(cut), tracked.map(|one| cut(&one.message_id)))
    }
}

/// A message that became no fact, without its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub kind: Option<MessageKind>,
    pub name: Option<String>,
    pub message_id: Option<String>,
    pub reason: Reason,
    pub shape: String,
}

impl Refused {
    /// Of a request that could not be read at all.
    pub fn body() -> Self {
        Self { kind: None, name: None, message_id: None, reason: Reason::InvalidBody, shape: String::new() }
    }
}

/// Keeps an order as a mere event, where its money cannot be counted.
pub fn without_money(accepted: &mut Accepted, note: Note) {
    accepted.fact.kind = FactKind::Event;
    accepted.fact.key = accepted.message_key;
    accepted.fact.lines = Vec::new();
    accepted.fact.order_no = None;
    accepted.money = None;
    accepted.note = Some(note);
}

pub(super) fn item(json: &str, sent_at: Option<Instant>, shared: &Context, reading: &mut Reading<'_>) -> Outcome {
    if json.len() > EVENT_BYTES_MAX {
        return refused(None, &Message::default(), json, Reason::TooLarge);
    }
    let read: Message<'_> = match serde_json::from_str(json) {
        Ok(read) if json.starts_with('{') => read,
        _ => return refused(None, &Message::default(), json, Reason::Malformed),
    };
    match read.kind.trimmed().and_then(MessageKind::parse) {
        Some(kind) => message(kind, &read, json, sent_at, shared, reading),
        None => refused(None, &read, json, Reason::UnknownType),
    }
}

pub(super) fn message(
    kind: MessageKind,
    message: &Message<'_>,
    json: &str,
    sent_at: Option<Instant>,
    shared: &Context,
    reading: &mut Reading<'_>,
) -> Outcome {
    let traits = if kind == MessageKind::Identify { traits_told(message, json) } else { None };
    match accept(kind, message, traits, sent_at, shared, reading) {
        Ok(accepted) => Outcome::Accepted(Box::new(accepted)),
        Err(reason) => refused(Some(kind), message, json, reason),
    }
}

fn refused(kind: Option<MessageKind>, message: &Message<'_>, json: &str, reason: Reason) -> Outcome {
    let shown = |text: &Text| text.trimmed().map(|text| clean(text, SHOWN_BYTES_MAX));
    let shape = if reason == Reason::TooLarge { format!("{} bytes", json.len()) } else { shape_of(json) };
    Outcome::Refused(Box::new(Refused {
        kind,
        name: shown(message.event.or(&message.name)),
        message_id: shown(&message.message_id),
        reason,
        shape,
    }))
}

/// What an `identify` says of somebody: some SDKs write it into the context only.
fn traits_told<'a>(message: &Message<'a>, json: &'a str) -> Option<&'a RawValue> {
    #[derive(Deserialize)]
    struct Outer<'a> {
        #[serde(borrow)]
        context: Inner<'a>,
    }
    #[derive(Deserialize)]
    struct Inner<'a> {
        #[serde(borrow)]
        traits: &'a RawValue,
    }
    let is_object = |traits: &&RawValue| traits.get().starts_with('{');
    let in_context = || serde_json::from_str::<Outer<'a>>(json).ok().map(|outer| outer.context.traits);
    message.traits.filter(is_object).or_else(|| in_context().filter(is_object))
}

fn accept(
    kind: MessageKind,
    message: &Message<'_>,
    traits_raw: Option<&RawValue>,
    sent_at: Option<Instant>,
    shared: &Context,
    reading: &mut Reading<'_>,
) -> Result<Accepted, Reason> {
    let message_id = match message.message_id.trimmed() {
        Some(id) if id.chars().count() >= MESSAGE_ID_CHARACTERS => return Err(Reason::MessageIdTooLong),
        Some(id) => id.to_owned(),
        None => (reading.new_message_id)(),
    };
    let name = name_of(kind, message)?;
    let traits = object_of(traits_raw)?;
    let contact = contact_of(&traits);
    let identifiers = identifiers_of(kind, message, &contact, [&message.context.0, shared], reading)?;
    let mut tracked = tracked_of(message, sent_at, shared, reading.received_at);
    tracked.properties = properties_of(kind, message, traits_raw)?;
    tracked.name = name;
    // What somebody answers fills fields, as traits do; its properties keep it where a withdrawal finds it.
    let is_answer = tracked.name.as_deref() == Some(usage_card::ANSWERED_EVENT) && kind == MessageKind::Track;
    let answers = tracked.properties.as_deref().filter(|_| is_answer).and_then(usage_card::taken_apart);
    let answered = answers.map_or_else(Vec::new, |(answers, properties)| {
        tracked.properties = Some(properties);
        traits_of(&answers, &[])
    });
    let contexts = [&message.context.0, shared];
    tracked.consents = consents_of(kind, tracked.name.as_deref(), tracked.properties.as_deref(), contexts);
    let (at, replaced) = corrected(reading.received_at, tracked.sent_at, tracked.original_at);
    let message_key = FactKey::of(&[reading.source, "message", &message_id]);
    tracked.message_id = message_id;
    let mut accepted = Accepted {
        kind,
        message_key,
        fact: Fact {
            kind: fact_kind(kind),
            key: message_key,
            at,
            identifiers,
            order_no: None,
            lines: Vec::new(),
            traits: if is_answer { answered } else { traits_beside(&traits, &contact) },
            tracked: None,
        },
        money: None,
        note: replaced.then_some(Note::TimeReplaced),
    };
    let meaning = if kind == MessageKind::Track { tracked.name.as_deref().and_then(Meaning::of) } else { None };
    if let Some(meaning) = meaning {
        match order_of(meaning, tracked.properties.as_deref(), reading.source, reading.currency) {
            Ok(order) => take_order(&mut accepted, order),
            Err(note) => accepted.note = Some(note),
        }
    }
    accepted.fact.tracked = Some(Box::new(tracked));
    Ok(accepted)
}

fn take_order(accepted: &mut Accepted, order: Order) {
    accepted.fact.kind = order.kind;
    accepted.fact.key = order.key;
    accepted.fact.order_no = Some(order.order_no);
    accepted.fact.lines = order.lines;
    accepted.money = accepted.fact.amount_minor().map(|_| order.currency);
}

fn fact_kind(kind: MessageKind) -> FactKind {
    match kind {
        MessageKind::Track => FactKind::Event,
        MessageKind::Identify => FactKind::Identify,
        MessageKind::Page => FactKind::Page,
        MessageKind::Screen => FactKind::Screen,
        MessageKind::Group => FactKind::Group,
        MessageKind::Alias => FactKind::Alias,
    }
}

fn name_of(kind: MessageKind, message: &Message<'_>) -> Result<Option<String>, Reason> {
    let name = match kind {
        MessageKind::Track => Some(message.event.trimmed().ok_or(Reason::MissingEvent)?),
        MessageKind::Page | MessageKind::Screen => message.name.or(&message.category).trimmed(),
        MessageKind::Identify | MessageKind::Group | MessageKind::Alias => None,
    };
    match name {
        Some(name) if name.len() > NAME_BYTES_MAX => Err(Reason::NameTooLong),
        name => Ok(name.map(str::to_owned)),
    }
}

/// What the message is about, as JSON: its properties, its traits, or the ids that it ties together.
fn properties_of(
    kind: MessageKind,
    message: &Message<'_>,
    traits: Option<&RawValue>,
) -> Result<Option<String>, Reason> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct GroupProperties<'a> {
        group_id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        traits: Option<&'a RawValue>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct AliasProperties<'a> {
        previous_id: &'a str,
    }
    let json = |text: serde_json::Result<String>| text.map(Some).map_err(|_| Reason::Malformed);
    match kind {
        MessageKind::Track | MessageKind::Page | MessageKind::Screen => Ok(object_text(message.properties)),
        MessageKind::Identify => Ok(object_text(traits)),
        MessageKind::Group => {
            let group_id = message.group_id.trimmed().ok_or(Reason::MissingGroupId)?;
            let traits = message.traits.filter(|traits| traits.get().starts_with('{'));
            json(serde_json::to_string(&GroupProperties { group_id, traits }))
        }
        MessageKind::Alias => {
            let previous_id = message.previous_id.trimmed().ok_or(Reason::MissingPreviousId)?;
            json(serde_json::to_string(&AliasProperties { previous_id }))
        }
    }
}

/// Objects only: a list or a text says nothing by name.
fn object_text(raw: Option<&RawValue>) -> Option<String> {
    raw.map(RawValue::get).filter(|text| text.starts_with('{') && text.len() > 2).map(str::to_owned)
}

fn object_of(raw: Option<&RawValue>) -> Result<Map<String, Value>, Reason> {
    match raw.map(RawValue::get).filter(|text| text.starts_with('{')) {
        Some(text) => serde_json::from_str(text).map_err(|_| Reason::Malformed),
        None => Ok(Map::new()),
    }
}

fn contact_of(traits: &Map<String, Value>) -> Contact {
    let text = |name: &str| match traits.get(name) {
        Some(Value::String(text)) => Text(Some(text.clone())),
        Some(Value::Number(number)) => Text(Some(number.to_string())),
        _ => Text(None),
    };
    Contact { email: text("email"), phone: text("phone") }
}

/// A mail address or a phone number that is an identifier is no trait as well.
fn traits_beside(traits: &Map<String, Value>, contact: &Contact) -> Vec<Trait> {
    let mut left_out = Vec::new();
    if email_of(contact).is_some() {
        left_out.push("email");
    }
    if phone_of(contact).is_some() {
        left_out.push("phone");
    }
    traits_of(traits, &left_out)
}

fn tracked_of(message: &Message<'_>, sent_at: Option<Instant>, shared: &Context, received_at: Instant) -> Tracked {
    let own = &message.context.0;
    let short = |text: &Text| text.trimmed().map(|text| clean(text, CONTEXT_BYTES_MAX)).filter(|text| !text.is_empty());
    let long = |text: &Text| text.trimmed().map(|text| clean(text, URL_BYTES_MAX)).filter(|text| !text.is_empty());
    let (page, shared_page) = (&own.page.0, &shared.page.0);
    let (campaign, shared_campaign) = (&own.campaign.0, &shared.campaign.0);
    Tracked {
        message_id: String::new(),
        name: None,
        properties: None,
        received_at,
        // A request that is sent again says so at its top; its messages still say when they were sent first.
        sent_at: sent_at.or_else(|| message.sent_at.trimmed().and_then(parse)),
        original_at: message.original_timestamp.or(&message.timestamp).trimmed().and_then(parse),
        channel: short(message.channel.or(own.channel.or(&shared.channel))),
        locale: short(own.locale.or(&shared.locale)),
        page_url: long(page.url.or(&shared_page.url)),
        page_path: long(page.path.or(&shared_page.path)),
        campaign: Campaign {
            source: short(campaign.source.or(&shared_campaign.source)),
            medium: short(campaign.medium.or(&shared_campaign.medium)),
            name: short(campaign.name.or(&shared_campaign.name)),
        },
        touch_point: short(own.touch_point.or(&shared.touch_point)),
        consents: Vec::new(),
    }
}
