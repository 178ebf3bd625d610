//! Somebody signs up with a receipt: one commit takes the receipt and accepts what it causes.

use super::note::Words;
use super::page::{TOUCH_POINT, found, hash_of};
use super::{RECEIPTS_SOURCE, ReceiptError, settings};
use crate::access::{Actor, sha256};
use crate::by_hand::{self, Said};
use crate::clerks::SignUpWords;
use crate::codes::Visitor;
use crate::pipeline::{self, CLAIMED, PreparedBlock, keys_of_order};
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
use perennial_store::{ReadTx, StoreError, WriteTx, clerks, consents, identity, journal, orders, stores};
use serde_json::json;
use std::collections::BTreeMap;

const CLAIMS: Actor = Actor::System("receipts");

/// What somebody says of themselves on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// At least one of the two.
    pub phone: String,
    pub email: String,
    pub name: String,
    /// The purposes that they ticked, each with the version of the text that they were shown.
    pub agreed: BTreeMap<String, String>,
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
    /// The till has told the order otherwise than the receipt has it: it is to be printed again.
    Changed,
}

impl Outcome {
    pub fn code(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::AlreadyUsed { .. } => "already_used",
            Self::Expired => "expired",
            Self::Returned => "returned",
            Self::Changed => "changed",
        }
    }
}

/// How often it is tried to find nothing accepted that is not applied, each time behind a turn of applying.
const ROUNDS: usize = 8;

/// Makes the order of the receipt somebody's. It is applied when this returns, as a rule.
///
/// Of somebody who was erased, and who agrees to nothing that brings them back, nothing is kept: the receipt stays open, and
/// the answer is the same, because it says nothing of anybody.
pub async fn claim(
    app: &App,
    intake: &Intake,
    token: &str,
    visitor: &Visitor,
    new: &SignUp,
) -> Result<Outcome, ReceiptError> {
    let by = sha256(format!("visitor\n{}", visitor.id()).as_bytes());
    let mut tx = app.store.read().await?;
    let row = found(&mut tx, token).await?;
    if let Some(outcome) = over(&row, &by, app.clock.now()) {
        return Ok(outcome);
    }
    let (identifiers, consents) = checked(&mut tx, new).await?;
    drop(tx);
    // Paused and limited as any source.
    let source = intake.find_by_id(RECEIPTS_SOURCE).await?;
    intake.take_room(&source, 1)?;
    let mut tx = settled(app).await?;
    let now = app.clock.now();
    let row = found(&mut tx, token).await?;
    let outcome = match over(&row, &by, now) {
        Some(outcome) => Some(outcome),
        None => by_its_order(&mut tx, &row).await?,
    };
    if let Some(outcome) = outcome {
        return Ok(outcome);
    }
    let is_new = is_nobody(&mut tx, &identifiers, visitor).await?;
    let clerk = if is_new { clerk_of(&mut tx, &row).await? } else { None };
    let signs_up = is_new && clerk.is_none();
    let claimed = claimed_fact(&row, identifiers.clone(), visitor, new, consents, signs_up, now);
    if pipeline::is_of_erased(app, &mut tx, RECEIPTS_SOURCE, &claimed).await? {
        return Ok(Outcome::Claimed);
    }
    if !table::claim(&mut tx, &hash_of(token)?, now, &by).await? {
        return Ok(Outcome::AlreadyUsed { claimed_at: None, by_you: false });
    }
    accept_claimed(app, &mut tx, claimed).await?;
    if let Some(strongest) = identifiers.first().filter(|_| is_new) {
        accept_sign_up(app, &mut tx, &row, strongest, clerk, now).await?;
    }
    accept_order(app, &mut tx, &row, now).await?;
    let detail = json!({ "source": row.source, "store": row.store_code, "clerk": row.clerk_code });
    audit::append(app, &mut tx, &CLAIMS, "receipt.claimed", &row.id, detail).await?;
    tx.commit().await?;
    metrics::counter!("receipts_claimed_total").increment(1);
    // It is theirs: what cannot be applied now is applied later.
    if let Err(error) = pipeline::apply_some(app).await {
        tracing::warn!(%error, receipt.id = row.id, "a claimed receipt is not applied yet");
    }
    Ok(Outcome::Claimed)
}

/// A transaction in which nothing is accepted that is not applied: what was told of the order counts before it is claimed.
async fn settled(app: &App) -> Result<WriteTx<'static>, ReceiptError> {
    for _ in 0..ROUNDS {
        pipeline::apply_some(app).await?;
        let mut tx = app.store.write().await?;
        journal::lock_accept(&mut tx).await?;
        if journal::next_accepted(&mut tx, 1).await?.is_empty() {
            return Ok(tx);
        }
        tx.rollback().await?;
    }
    Err(StoreError::Busy("much is told at the moment, and not yet applied".to_owned()).into())
}

/// Why nobody can claim it any more, by the receipt alone.
fn over(row: &ReceiptRow, by: &[u8], now: Instant) -> Option<Outcome> {
    match ReceiptState::of(row.claimed_at, row.expires_at, now) {
        ReceiptState::Open => None,
        ReceiptState::Expired => Some(Outcome::Expired),
        ReceiptState::Claimed => {
            let by_you = row.claimed_by.as_deref() == Some(by);
            Some(Outcome::AlreadyUsed { claimed_at: row.claimed_at, by_you })
        }
    }
}

/// Why nobody can claim it as it is, by what the till has told of its order.
async fn by_its_order(tx: &mut WriteTx<'_>, row: &ReceiptRow) -> Result<Option<Outcome>, ReceiptError> {
    let keys = keys_of_order(&row.source, &row.order_no).map(|key| (GUEST, key.0.to_be_bytes()));
    let rows = orders::load(tx, &keys).await?;
    let Some(bought) = rows.iter().find(|one| one.order_key == keys[0].1) else {
        return Err(StoreError::Busy("the order of the receipt is not applied yet".to_owned()).into());
    };
    if bought.kind == CLAIMED {
        return Ok(Some(Outcome::AlreadyUsed { claimed_at: None, by_you: false }));
    }
    let amount = bought.amount_minor.unwrap_or(0);
    let back = rows.iter().filter(|one| one.kind == FactKind::Refund.code());
    let back = back.filter_map(|one| one.amount_minor).fold(0i64, i64::saturating_add);
    if back < 0 && amount.saturating_add(back) <= 0 {
        return Ok(Some(Outcome::Returned));
    }
    // The receipt has the order as it was printed: whoever claims it would get less, or more, than was bought.
    Ok((amount != row.amount_minor).then_some(Outcome::Changed))
}

/// Whom they name, and to what they agree: what the page showed of what it asks today.
async fn checked(tx: &mut ReadTx<'_>, new: &SignUp) -> Result<(Vec<Identifier>, Vec<ConsentWord>), ReceiptError> {
    let mut errors = Vec::new();
    let mut found = Vec::new();
    let told = [
        (
            IdentifierType::Phone,
            &new.phone,
            "phone",
            "a phone number, with the code of its country outside mainland China",
        ),
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
    let mut words = Vec::new();
    for one in settings::load(tx).await?.settings.consents {
        let Some(version) = new.agreed.get(&one.purpose) else { continue };
        if consents::text_hash(tx, &one.purpose, version).await?.is_none() {
            errors.push(FieldError { field: "agree", allowed: "the version of the text that the page showed" });
            break;
        }
        words.push(ConsentWord {
            purpose: one.purpose,
            channel: String::new(),
            decision: Decision::Granted,
            text_version: Some(version.clone()),
            is_explicit: true,
        });
    }
    // The strongest first, as in all facts.
    found.sort_by_key(|identifier| identifier.kind);
    if errors.is_empty() { Ok((found, words)) } else { Err(ReceiptError::Invalid(errors)) }
}

/// Whether nobody is known by what they typed, and their device is nobody's of whom more is known.
async fn is_nobody(tx: &mut WriteTx<'_>, typed: &[Identifier], visitor: &Visitor) -> Result<bool, StoreError> {
    let keys: Vec<(&str, &str)> = typed.iter().map(|one| (one.kind.code(), one.value.as_str())).collect();
    if !identity::owners(tx, &keys).await?.is_empty() {
        return Ok(false);
    }
    let device = identity::owners(tx, &[(IdentifierType::AnonymousId.code(), visitor.id())]).await?;
    let Some(owner) = device.into_values().next() else { return Ok(true) };
    let held = identity::of_customer(tx, i64::from(owner.customer_number)).await?;
    let kinds = held.iter().filter_map(|row| IdentifierType::parse(&row.kind));
    Ok(kinds.into_iter().all(IdentifierType::is_of_a_device))
}

/// Who it is: the first of the three blocks of a claim, which are applied in their order.
async fn accept_claimed(app: &App, tx: &mut WriteTx<'_>, fact: Fact) -> Result<(), ReceiptError> {
    let accepted = Accepted { kind: MessageKind::Track, message_key: fact.key, fact, money: None, note: None };
    Ok(accept_in_tx(app, tx, RECEIPTS_SOURCE, vec![accepted]).await?)
}

/// That they are new.
async fn accept_sign_up(
    app: &App,
    tx: &mut WriteTx<'_>,
    row: &ReceiptRow,
    identifier: &Identifier,
    clerk: Option<SignUpWords>,
    now: Instant,
) -> Result<(), ReceiptError> {
    let id = new_id(app.random.as_ref(), "sgn", now);
    let properties = match clerk {
        Some(clerk) => serde_json::to_value(clerk).unwrap_or_default(),
        None => json!({ "receipt_id": row.id, "store": row.store_code }),
    };
    let said = Said {
        id: &id,
        event: SIGN_UP_EVENT,
        identifier: identifier.clone(),
        traits: Vec::new(),
        properties,
        consents: Vec::new(),
        touch_point: Some(TOUCH_POINT),
        at: now,
        now,
    };
    Ok(by_hand::accept(tx, &id, vec![by_hand::fact_of(said)], now).await?)
}

/// What they bought, as the till told it: whose it is, says the receipt by then.
async fn accept_order(app: &App, tx: &mut WriteTx<'_>, row: &ReceiptRow, now: Instant) -> Result<(), ReceiptError> {
    let unreadable = || StoreError::Inconsistency { table: "receipts", column: "fact", row: row.id.clone() };
    let order: Fact = serde_json::from_str(&row.fact).map_err(|_| unreadable())?;
    let block = FactBlock {
        version: FACT_BLOCK_VERSION,
        source: row.source.clone(),
        import_id: None,
        currency: Currency::parse(&row.currency).unwrap_or(Currency::NONE),
        facts: vec![order],
        rows: vec![1],
    };
    let block = PreparedBlock::new(new_id(app.random.as_ref(), "blk", now), block)?;
    Ok(pipeline::accept_all(tx, &[block], now).await?)
}

/// The clerk whom the receipt names, in the store that they are in now: the sign-up is theirs, as if by their own page.
async fn clerk_of(tx: &mut WriteTx<'_>, row: &ReceiptRow) -> Result<Option<SignUpWords>, StoreError> {
    let Some(code) = &row.clerk_code else { return Ok(None) };
    let clerk = clerks::by_codes(tx, std::slice::from_ref(code)).await?.into_iter().next();
    let Some((_, clerk_id)) = clerk else { return Ok(None) };
    let last = clerks::assignments_of(tx, &clerk_id).await?.pop().filter(|last| last.to.is_none());
    let Some(last) = last else { return Ok(None) };
    let place = stores::get(tx, &last.place_id).await?;
    Ok(place.map(|place| SignUpWords { clerk_id, place: place.number }))
}

fn claimed_fact(
    row: &ReceiptRow,
    identifiers: Vec<Identifier>,
    visitor: &Visitor,
    new: &SignUp,
    consents: Vec<ConsentWord>,
    signs_up: bool,
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
        signs_up,
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
