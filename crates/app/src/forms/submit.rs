//! An answer becomes a fact, in the commit that remembers its id.

use super::FORMS_SOURCE;
use super::error::FormError;
use super::note::Words;
use super::page::{At, Desk, found, is_open};
use super::register::{Form, read_settings};
use crate::App;
use crate::access::sha256;
use crate::codes::Visitor;
use crate::tracking::{Intake, accept_in_tx};
use perennial_domain::fact::{Campaign, Fact, FactKey, FactKind, Tracked};
use perennial_domain::form::{Filled, FormSettings, Language, SUBMITTED_EVENT, Told, is_submission_id};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::time::Instant;
use perennial_domain::tracking::{Accepted, MessageKind, Note, corrected};
use perennial_store::forms::{self as table, KnownRow, Spot, SubmissionRow};
use perennial_store::journal;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What somebody filled in, and when, by their own clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Given by whoever filled it in, so that it may be sent again.
    pub id: String,
    /// The version of the form that was shown.
    pub version: i64,
    pub language: Language,
    /// By the name of the field.
    pub answers: BTreeMap<String, String>,
    /// The names of the boxes that are ticked.
    pub agreed: BTreeSet<String>,
    pub filled_at: Option<Instant>,
    pub sent_at: Option<Instant>,
    /// Whoever answered was shown the channel code.
    pub is_code_shown: bool,
    /// A field that people do not see: whoever fills it in is a robot.
    pub trap: String,
}

/// Who sends it, from which page.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    pub form: &'a str,
    pub desk: Desk<'a>,
    /// The device; of a counter nobody's.
    pub visitor: Option<&'a Visitor>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// When it was filled in, by our clock.
    pub at: Instant,
    /// It was there already.
    pub was_known: bool,
}

/// Keeps an answer; when this returns, it is on disk. What is refused is counted.
pub async fn submit(app: &App, intake: &Intake, sender: Sender<'_>, new: &Submission) -> Result<Submitted, FormError> {
    let mut tx = app.store.read().await?;
    let (form, page) = found(&mut tx, sender.form, sender.desk).await?;
    drop(tx);
    let outcome = take(app, intake, &form, &page, sender, new).await;
    let refused = outcome.as_ref().err().and_then(|error| match error.reason() {
        Some("invalid") if !new.trap.is_empty() => Some("trap"),
        other => other,
    });
    if let Some(reason) = refused {
        let mut tx = app.store.write().await?;
        table::refuse(&mut tx, &form.id, reason, app.clock.now()).await?;
        tx.commit().await?;
    }
    outcome
}

async fn take(
    app: &App,
    intake: &Intake,
    form: &Form,
    page: &At,
    sender: Sender<'_>,
    new: &Submission,
) -> Result<Submitted, FormError> {
    if !is_submission_id(&new.id) {
        return Err(FormError::field("id", "16 to 64 letters, digits, - and _, such as a random UUID"));
    }
    if !new.trap.is_empty() {
        return Err(FormError::field("trap", "nothing"));
    }
    let content = content_hash(new, page);
    let mut tx = app.store.read().await?;
    if let Some(known) = table::submission(&mut tx, &form.id, &new.id).await? {
        return same(&known, &content);
    }
    let stored = table::settings_of(&mut tx, &form.id, new.version).await?;
    drop(tx);
    let stored = stored.ok_or_else(|| FormError::field("version", "a version of this form"))?;
    let settings = read_settings(&form.id, &stored)?;
    let told = Told { answers: &new.answers, agreed: &new.agreed, language: new.language };
    let filled = settings.read(told).map_err(FormError::Invalid)?;
    let now = app.clock.now();
    let (at, is_replaced) = corrected(now, new.sent_at, new.filled_at);
    if !is_open(form, page, at) {
        return Err(FormError::Closed);
    }
    // Paused and limited as any source.
    let source = intake.find_by_id(FORMS_SOURCE).await?;
    intake.take_room(&source, 1)?;
    let spot = spot_of(&settings, page, at);
    let mut fact = fact_of(form, &settings, &spot, sender, new, filled, now);
    fact.at = at;
    let key = fact.key;
    let row = SubmissionRow {
        form_id: form.id.clone(),
        id: new.id.clone(),
        version: new.version,
        spot,
        is_code_shown: new.is_code_shown,
        at,
        received_at: now,
        part_number: None,
    };
    let mut tx = app.store.write().await?;
    journal::lock_accept(&mut tx).await?;
    // Sent twice at the same moment.
    if let Some(known) = table::submission(&mut tx, &form.id, &new.id).await? {
        return same(&known, &content);
    }
    table::add_submission(&mut tx, &row, &content, key.0.to_be_bytes()).await?;
    let note = is_replaced.then_some(Note::TimeReplaced);
    let accepted = Accepted { kind: MessageKind::Track, message_key: key, fact, money: None, note };
    accept_in_tx(app, &mut tx, FORMS_SOURCE, vec![accepted]).await?;
    tx.commit().await?;
    metrics::counter!("form_submissions_total").increment(1);
    Ok(Submitted { at, was_known: false })
}

fn same(known: &KnownRow, content: &[u8]) -> Result<Submitted, FormError> {
    // Of a person who was erased nothing is compared any more, and nothing comes back.
    let is_same = known.content_hash.as_deref().is_none_or(|before| before == content);
    if is_same { Ok(Submitted { at: known.at, was_known: true }) } else { Err(FormError::IdTaken) }
}

/// Of all but when it was sent.
fn content_hash(new: &Submission, page: &At) -> Vec<u8> {
    let content =
        json!([new.version, new.language.code(), new.answers, new.agreed, new.filled_at.map(|at| at.0), page.id(),]);
    sha256(content.to_string().as_bytes())
}

fn spot_of(settings: &FormSettings, page: &At, at: Instant) -> Spot {
    let form_code = settings.code.clone();
    match page {
        At::Counter(counter) => Spot {
            counter_id: counter.id.clone(),
            place_id: counter.settings.place.clone(),
            clerk_id: counter.settings.clerk.clone().unwrap_or_default(),
            code_id: counter.settings.code.clone().or(form_code).unwrap_or_default(),
        },
        At::Clerk(clerk, _) => Spot {
            counter_id: String::new(),
            place_id: page.clerks_store(at).unwrap_or_default().to_owned(),
            clerk_id: clerk.id.clone(),
            code_id: form_code.unwrap_or_default(),
        },
        At::Own => Spot {
            place_id: settings.place.clone().unwrap_or_default(),
            code_id: form_code.unwrap_or_default(),
            ..Spot::default()
        },
    }
}

fn fact_of(
    form: &Form,
    settings: &FormSettings,
    spot: &Spot,
    sender: Sender<'_>,
    new: &Submission,
    filled: Filled,
    now: Instant,
) -> Fact {
    // The device goes last: what somebody typed says more of who they are.
    let device = sender.visitor.and_then(|one| Identifier::normalise(IdentifierType::AnonymousId, one.id()).ok());
    let mut identifiers = filled.identifiers;
    identifiers.extend(device);
    let message_id = format!("{}:{}", form.id, new.id);
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let words = Words {
        form_id: form.id.clone(),
        form_version: new.version,
        submission_id: new.id.clone(),
        language: new.language.code().to_owned(),
        counter_id: some(&spot.counter_id),
        place_id: some(&spot.place_id),
        clerk_id: some(&spot.clerk_id),
        code_id: some(&spot.code_id),
    };
    let key = FactKey::of(&[FORMS_SOURCE, "message", &message_id]);
    Fact {
        kind: FactKind::Event,
        key,
        at: now,
        identifiers,
        order_no: None,
        lines: Vec::new(),
        traits: filled.traits,
        tracked: Some(Box::new(Tracked {
            message_id,
            name: Some(SUBMITTED_EVENT.to_owned()),
            properties: serde_json::to_string(&words).ok(),
            received_at: now,
            sent_at: new.sent_at,
            original_at: new.filled_at,
            channel: None,
            locale: Some(new.language.code().to_owned()),
            page_url: None,
            page_path: Some(format!("/f/{}", form.slug)),
            campaign: Campaign { name: settings.campaign.clone(), ..Campaign::default() },
            touch_point: Some(settings.touch_point.clone()),
            consents: filled.consents,
        })),
    }
}
