//! What the page of a receipt shows: the store and the amount, and nothing of anybody.

use super::{RECEIPTS_SOURCE, ReceiptError, settings};
use crate::App;
use crate::access::sha256;
use crate::codes::{Visitor, read_message};
use crate::tracking::{Intake, IntakeError};
use perennial_domain::receipt::{RECEIPT_SCANNED_EVENT, ReceiptState, parse_token};
use perennial_domain::time::{Instant, Zone};
use perennial_store::receipts::{self as table, ReceiptRow};
use perennial_store::{ReadTx, StoreError, consents, stores};
use serde_json::json;

/// Where whoever scans a receipt meets the brand.
pub(super) const TOUCH_POINT: &str = "store";

#[derive(Clone, Debug)]
pub struct Page {
    pub state: ReceiptState,
    pub store_name: String,
    pub currency: String,
    pub amount_minor: i64,
    pub ordered_at: Instant,
    pub expires_at: Instant,
    pub zone: Zone,
    pub consents: Vec<PageConsent>,
}

/// A text that somebody may agree to, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageConsent {
    pub purpose: String,
    pub zh: Shown,
    pub en: Shown,
}

/// Which version, and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub version: String,
    pub text: String,
}

pub(super) fn hash_of(token: &str) -> Result<Vec<u8>, ReceiptError> {
    Ok(sha256(parse_token(token).ok_or(ReceiptError::Unknown)?.as_bytes()))
}

pub(super) async fn found(tx: &mut ReadTx<'_>, token: &str) -> Result<ReceiptRow, ReceiptError> {
    table::by_token(tx, &hash_of(token)?).await?.ok_or(ReceiptError::Unknown)
}

pub(super) async fn page_of(tx: &mut ReadTx<'_>, row: &ReceiptRow, now: Instant) -> Result<Page, StoreError> {
    let mut texts = Vec::new();
    for one in settings::load(tx).await?.settings.consents {
        let chinese = consents::text(tx, &one.purpose, &one.text_zh).await?;
        let english = consents::text(tx, &one.purpose, &one.text_en).await?;
        if let (Some(chinese), Some(english)) = (chinese, english) {
            texts.push(PageConsent {
                purpose: one.purpose,
                zh: Shown { version: one.text_zh, text: chinese.text },
                en: Shown { version: one.text_en, text: english.text },
            });
        }
    }
    Ok(Page {
        state: ReceiptState::of(row.claimed_at, row.expires_at, now),
        store_name: stores::name_of_code(tx, &row.store_code).await?.unwrap_or_else(|| row.store_code.clone()),
        currency: row.currency.clone(),
        amount_minor: row.amount_minor,
        ordered_at: row.ordered_at,
        expires_at: row.expires_at,
        zone: crate::settings::current(tx).await?.zone(),
        consents: texts,
    })
}

/// The page of a token. That somebody opened it is kept, once for each device; a source that is paused or overloaded keeps
/// nobody from seeing it.
pub async fn open_page(app: &App, intake: &Intake, token: &str, visitor: &Visitor) -> Result<Page, ReceiptError> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let row = found(&mut tx, token).await?;
    let page = page_of(&mut tx, &row, now).await?;
    drop(tx);
    if page.state == ReceiptState::Open {
        match note_scan(app, intake, &row, visitor, now).await {
            Ok(()) => {}
            Err(ReceiptError::Intake(error @ (IntakeError::Paused | IntakeError::TooMuch { .. }))) => {
                tracing::debug!(%error, receipt.id = row.id, "a scan of a receipt is not kept");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(page)
}

async fn note_scan(
    app: &App,
    intake: &Intake,
    row: &ReceiptRow,
    visitor: &Visitor,
    now: Instant,
) -> Result<(), ReceiptError> {
    let source = intake.find_by_id(RECEIPTS_SOURCE).await?;
    intake.take_room(&source, 1)?;
    let message = json!({
        "messageId": format!("{}:{}", row.id, visitor.id()),
        "event": RECEIPT_SCANNED_EVENT,
        "anonymousId": visitor.id(),
        "properties": { "receipt_id": row.id, "store": row.store_code },
        "context": { "touchPoint": TOUCH_POINT },
    })
    .to_string();
    let outcome = read_message(app, RECEIPTS_SOURCE, &message, now)?;
    Ok(intake.accept(&source, vec![outcome], message.len()).await?)
}
