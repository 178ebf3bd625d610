//! Somebody scans a code: a fact like that of any source, and the address that the link leads to.

use super::error::CodeError;
use super::{Code, OWN_SOURCE, SCANNED};
use crate::App;
use crate::random::new_id;
use crate::tracking::Intake;
use perennial_domain::code::{CodeState, parse_slug};
use perennial_domain::time::Instant;
use perennial_domain::tracking::{MessageKind, Outcome, Reading, Single};
use perennial_store::StoreError;
use perennial_store::codes as table;
use serde_json::{Value, json};

const VISITOR_BYTES_MAX: usize = 64;

/// The anonymous id of the device that scans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor(String);

impl Visitor {
    /// That which the device came with, where it is usable; else a new one.
    pub fn known_or_new(app: &App, known: Option<&str>) -> Self {
        let usable = |id: &&str| {
            let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            (8..=VISITOR_BYTES_MAX).contains(&id.len()) && plain
        };
        let id = known.filter(usable).map(str::to_owned);
        Self(id.unwrap_or_else(|| new_id(app.random.as_ref(), "vis", app.clock.now())))
    }

    pub fn id(&self) -> &str {
        &self.0
    }
}

/// What a scan comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    pub target: String,
}

/// Keeps the scan and says where the link leads; when it returns, the scan is on disk. A code that is paused counts nothing.
pub async fn scan(
    app: &App,
    intake: &Intake,
    slug: &str,
    visitor: &Visitor,
    region: &str,
) -> Result<Scanned, CodeError> {
    let slug = parse_slug(slug).ok_or(CodeError::NotFound)?;
    let row = table::by_slug(&mut app.store.read().await?, &slug).await?.ok_or(CodeError::NotFound)?;
    let code = Code::of(row)?;
    if code.state == CodeState::Paused {
        return Err(CodeError::NotFound);
    }
    let mut properties = json!(code.settings.parameters);
    properties["code_id"] = json!(code.id);
    if !region.is_empty() {
        properties["region"] = json!(region);
    }
    let source = intake.find_by_id(OWN_SOURCE).await?;
    intake.take_room(&source, 1)?;
    let message = message_of(SCANNED, visitor, &code.settings.touch_point, &properties);
    let now = app.clock.now();
    let outcome = read_own(app, &message, now)?;
    intake.accept(&source, vec![outcome], message.len()).await?;
    Ok(Scanned { target: code.settings.target })
}

/// A message as this program's own source sends it.
pub(crate) fn message_of(event: &str, visitor: &Visitor, touch_point: &str, properties: &Value) -> String {
    json!({
        "event": event,
        "anonymousId": visitor.id(),
        "properties": properties,
        "context": { "touchPoint": touch_point },
    })
    .to_string()
}

/// The same reading as that of every message.
pub(crate) fn read_own(app: &App, message: &str, now: Instant) -> Result<Outcome, StoreError> {
    read_message(app, OWN_SOURCE, message, now)
}

/// A message of one of this program's own sources.
pub(crate) fn read_message(
    app: &App,
    source: &'static str,
    message: &str,
    now: Instant,
) -> Result<Outcome, StoreError> {
    let wrong = || StoreError::Inconsistency { table: "channel_codes", column: "parameters", row: source.to_owned() };
    let single = Single::parse(message, MessageKind::Track).map_err(|_| wrong())?;
    Ok(single.read(&mut Reading {
        source,
        user_id_type: perennial_domain::identity::IdentifierType::UserId,
        currency: None,
        received_at: now,
        new_message_id: &mut || new_id(app.random.as_ref(), "msg", now),
    }))
}
