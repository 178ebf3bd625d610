//! Somebody signs up with a receipt: one commit takes the receipt and accepts what it causes.

use super::issue::keys_of;
use super::note::Words;
use super::page::{TOUCH_POINT, found};
use super::{RECEIPTS_SOURCE, ReceiptError, settings};
use crate::access::{Actor, sha256};
use crate::by_hand::{self, Said};
use crate::clerks::SignUpWords;
use crate::codes::Visitor;
use crate::pipeline::{self, CLAIMED, PreparedBlock};
use crate::random::new_id;
use crate::tracking::{Intake, accept_in_tx};
use crate::{App, audit};
use perennial_domain::clerks::SIGN_UP_EVENT;
use perennial_domain::consent::{ConsentWord, Decision};
use perennial_domain::fact::{Campaign, FACT_BLOCK_VERSION, Fact, FactBlock, FactKey, FactKind, Tracked, Trait};
use perennial_domain::form::Language;
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::money::Currency;
use perennial_domain::receipt::{RECEIPT_CLAIMED_EVENT, ReceiptState};
use perennial_domain::settings::FieldError;
use perennial_domain::stores::check_name;
use perennial_domain::time::Instant;
use perennial_domain::tracking::{Accepted, MessageKind};
use perennial_store::orders::GUEST;
use perennial_store::receipts::{self as table, ReceiptRow};
use perennial_store::{StoreError, WriteTx, clerks, identity, journal, orders, stores};
use serde_json::json;
use std::collections::BTreeSet;

const CLAIMS: Actor = Actor::System("receipts");

/// What somebody says of themselves on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// At least one of the two.
    pub phone: String,
    pub email: String,
    pub name: String,
    /// The purposes that they ticked.
    pub agreed: BTreeSet<String>,
    pub language: Language,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The order is theirs.
    Claimed,
    /// It is somebody's already.
    AlreadyUsed {
        claimed_at: Option<Instant>,
        /// It was the same device.
        by_you: bool,
    },
    Expired,
    /// All of it was paid back, or it was cancelled: nothing is left to claim.
    Returned,
}

impl Outcome {
    pub fn code(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::AlreadyUsed { .. } => "already_used",
            Self::Expired => "expired",
            Self::Returned => "returned",
        }
    }
}

/// Makes the order of the receipt somebody's. It is applied when this returns.
pub async fn claim(
    app: &App,
    intake: &Intake,
    token: &str,
    visitor: &Visitor,
    new: &SignUp,
) -> Result<Outcome, ReceiptError> {
    found(&mut app.store.read().await?, token).await?;
    let identifiers = identifiers_of(new)?;
    // Paused and limited as any source.
    let source = intake.find_by_id(RECEIPTS_SOURCE).await?;
    intake.take_room(&source, 1)?;
    // What the till has told of the order, such as that it was paid back, counts before it is claimed.
    pipeline::apply_all(app).await?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    journal::lock_accept(&mut tx).await?;
    let row = found(&mut tx, token).await?;
    let by = sha256(format!("visitor\n{}", visitor.id()).as_bytes());
    if let Some(outcome) = closed(&mut tx, &row, &by, now).await? {
        return Ok(outcome);
    }
    if !table::claim(&mut tx, &row.id, now, &by).await? {
        return Ok(Outcome::AlreadyUsed { claimed_at: None, by_you: false });
    }
    let is_new = owners(&mut tx, &identifiers).await? == 0;
    accept(app, &mut tx, &row, identifiers, visitor, new, now, is_new).await?;
    let detail = json!({ "source": row.source, "store": row.store_code, "clerk": row.clerk_code,
        "amount_minor": row.amount_minor });
    audit::append(app, &mut tx, &CLAIMS, "receipt.claimed", &row.id, detail).await?;
    tx.commit().await?;
    metrics::counter!("receipts_claimed_total").increment(1);
    pipeline::apply_all(app).await?;
    Ok(Outcome::Claimed)
}

/// Why nobody can claim it any more.
async fn closed(
    tx: &mut WriteTx<'_>,
    row: &ReceiptRow,
    by: &[u8],
    now: Instant,
) -> Result<Option<Outcome>, ReceiptError> {
    match ReceiptState::of(row.claimed_at, row.expires_at, now) {
        ReceiptState::Open => {}
        ReceiptState::Expired => return Ok(Some(Outcome::Expired)),
        ReceiptState::Claimed => {
            let by_you = row.claimed_by.as_deref() == Some(by);
            return Ok(Some(Outcome::AlreadyUsed { claimed_at: row.claimed_at, by_you }));
        }
    }
    let keys = keys_of(&row.source, &row.order_no).map(|key| (GUEST, key));
    let rows = orders::load(tx, &keys).await?;
    let Some(bought) = rows.iter().find(|one| one.order_key == keys[0].1) else {
        return Err(StoreError::Busy("the order of the receipt is not applied yet".to_owned()).into());
    };
    if bought.kind == CLAIMED {
        return Ok(Some(Outcome::AlreadyUsed { claimed_at: None, by_you: false }));
    }
    let back = rows.iter().filter(|one| one.kind == FactKind::Refund.code());
    let back = back.filter_map(|one| one.amount_minor).fold(0i64, i64::saturating_add);
    let left = bought.amount_minor.unwrap_or(0).saturating_add(back);
    Ok((back < 0 && left <= 0).then_some(Outcome::Returned))
}

fn identifiers_of(new: &SignUp) -> Result<Vec<Identifier>, ReceiptError> {
    let mut errors = Vec::new();
    let mut found = Vec::new();
    let told = [
        (IdentifierType::Phone, &new.phone, "phone", "a phone number, with the code of its country outside mainland China"),
        (IdentifierType::Email, &new.email, "email", "an address such as li@example.com"),
    ];
    for (kind, text, field, allowed) in told {
        if text.trim().is_empty() {
            continue;
        }
        match Identifier::normalise(kind, text.trim()) {
            Ok(identifier) => found.push(identifier),
            Err(_) => errors.push(FieldError { field, allowed }),
        }
    }
    if found.is_empty() && errors.is_empty() {
        errors.push(FieldError { field: "phone", allowed: "a phone number or an email address" });
    }
    if !new.name.trim().is_empty() && check_name(new.name.trim()).is_none() {
        errors.push(FieldError { field: "name", allowed: "1 to 100 characters" });
    }
    if errors.is_empty() { Ok(found) } else { Err(ReceiptError::Invalid(errors)) }
}

async fn owners(tx: &mut WriteTx<'_>, identifiers: &[Identifier]) -> Result<usize, StoreError> {
    let keys: Vec<(&str, &str)> = identifiers.iter().map(|one| (one.kind.code(), one.value.as_str())).collect();
    Ok(identity::owners(tx, &keys).await?.len())
}

/// Three blocks, in the order in which they are applied: who it is, that they signed up, what they bought.
#[expect(clippy::too_many_arguments, reason = "what the facts of a claim say")]
async fn accept(
    app: &App,
    tx: &mut WriteTx<'_>,
    row: &ReceiptRow,
    identifiers: Vec<Identifier>,
    visitor: &Visitor,
    new: &SignUp,
    now: Instant,
    is_new: bool,
) -> Result<(), ReceiptError> {
    let consents = words_of(tx, new).await?;
    let claimed = claimed_fact(row, identifiers.clone(), visitor, new, consents, now);
    let key = claimed.key;
    let accepted = Accepted { kind: MessageKind::Track, message_key: key, fact: claimed, money: None, note: None };
    accept_in_tx(app, tx, RECEIPTS_SOURCE, vec![accepted]).await?;
    if let Some(strongest) = identifiers.first().filter(|_| is_new) {
        let id = new_id(app.random.as_ref(), "sgn", now);
        let said = Said {
            id: &id,
            event: SIGN_UP_EVENT,
            identifier: strongest.clone(),
            traits: Vec::new(),
            properties: sign_up_words(tx, row).await?,
            consents: Vec::new(),
            touch_point: Some(TOUCH_POINT),
            at: now,
            now,
        };
        by_hand::accept(tx, &id, vec![by_hand::fact_of(said)], now).await?;
    }
    let unreadable = || StoreError::Inconsistency { table: "receipts", column: "fact", row: row.id.clone() };
    let order: Fact = serde_json::from_str(&row.fact).map_err(|_| unreadable())?;
    let block = FactBlock {
        version: FACT_BLOCK_VERSION,
        source: row.source.clone(),
        import_id: None,
        currency: Currency::parse(&row.currency).unwrap_or(Currency::NONE),
        facts: vec![Fact { identifiers, ..order }],
        rows: vec![1],
    };
    let block = PreparedBlock::new(new_id(app.random.as_ref(), "blk", now), block)?;
    Ok(pipeline::accept_all(tx, &[block], now).await?)
}

/// As of a clerk's own sign-up where the receipt names a clerk, so that it counts as theirs.
async fn sign_up_words(tx: &mut WriteTx<'_>, row: &ReceiptRow) -> Result<serde_json::Value, StoreError> {
    let place = stores::by_codes(tx, std::slice::from_ref(&row.store_code)).await?.into_iter().next();
    let clerk = match &row.clerk_code {
        Some(code) => clerks::by_codes(tx, std::slice::from_ref(code)).await?.into_iter().next(),
        None => None,
    };
    Ok(match (clerk, place) {
        (Some((_, clerk_id)), Some((_, place))) => {
            serde_json::to_value(SignUpWords { clerk_id, place }).unwrap_or_default()
        }
        _ => json!({ "receipt_id": row.id, "store": row.store_code }),
    })
}

/// Of the texts that the page shows in its language.
async fn words_of(tx: &mut WriteTx<'_>, new: &SignUp) -> Result<Vec<ConsentWord>, StoreError> {
    let shown = settings::load(tx).await?.settings.consents;
    let ticked = shown.into_iter().filter(|one| new.agreed.contains(&one.purpose));
    let word = |one: perennial_domain::receipt::ReceiptConsent| ConsentWord {
        purpose: one.purpose,
        channel: String::new(),
        decision: Decision::Granted,
        text_version: Some(if new.language == Language::Chinese { one.text_zh } else { one.text_en }),
        is_explicit: true,
    };
    Ok(ticked.map(word).collect())
}

fn claimed_fact(
    row: &ReceiptRow,
    identifiers: Vec<Identifier>,
    visitor: &Visitor,
    new: &SignUp,
    consents: Vec<ConsentWord>,
    now: Instant,
) -> Fact {
    // The device goes last: what somebody typed says more of who they are.
    let device = Identifier::normalise(IdentifierType::AnonymousId, visitor.id()).ok();
    let message_id = format!("{}:claimed", row.id);
    let name = new.name.trim();
    let words = Words {
        receipt_id: row.id.clone(),
        order_no: row.order_no.clone(),
        store: row.store_code.clone(),
        clerk: row.clerk_code.clone(),
        language: new.language.code().to_owned(),
    };
    let name = (!name.is_empty()).then(|| Trait { name: pipeline::NAME.to_owned(), value: name.to_owned() });
    Fact {
        kind: FactKind::Event,
        key: FactKey::of(&[RECEIPTS_SOURCE, "message", &message_id]),
        at: now,
        identifiers: identifiers.into_iter().chain(device).collect(),
        order_no: None,
        lines: Vec::new(),
        traits: name.into_iter().collect(),
        tracked: Some(Box::new(Tracked {
            message_id,
            name: Some(RECEIPT_CLAIMED_EVENT.to_owned()),
            properties: serde_json::to_string(&words).ok(),
            received_at: now,
            sent_at: None,
            original_at: None,
            channel: None,
            locale: Some(new.language.code().to_owned()),
            page_url: None,
            page_path: None,
            campaign: Campaign::default(),
            touch_point: Some(TOUCH_POINT.to_owned()),
            consents,
        })),
    }
}
