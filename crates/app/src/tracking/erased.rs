//! Messages that were accepted and named somebody who was erased: they are dropped where facts find their owner, and that
//! is counted and told where the other messages of their source are.

use super::record::newest;
use crate::App;
use crate::pipeline::ErasedMessage;
use crate::sources::{LOG_ENTRIES_KEPT, Outcome};
use perennial_domain::fact::FactKind;
use perennial_domain::time::MICROS_PER_DAY;
use perennial_domain::tracking::{MessageKind, Reason};
use perennial_store::tracking::{self as table, CountsRow, DayRow, NewLogEntry};
use perennial_store::{StoreError, WriteTx, sources};

/// Of one block, so many go into the log.
const LOGGED_MAX: usize = 20;

/// In the commit that drops them. Facts of no source, such as those of this program itself, are in no log.
pub(crate) async fn note_erased(
    app: &App,
    tx: &mut WriteTx<'_>,
    source_id: &str,
    messages: &[ErasedMessage],
) -> Result<(), StoreError> {
    if messages.is_empty() || sources::get(tx, source_id).await?.is_none() {
        return Ok(());
    }
    let now = app.clock.now();
    let counts = CountsRow { erased: messages.len() as i64, ..CountsRow::default() };
    let day = now.0.div_euclid(MICROS_PER_DAY);
    table::add_counts(tx, &[DayRow { source_id: source_id.to_owned(), day, counts, last_at: now }]).await?;
    // Under the message's id stands only that it was dropped.
    let known: Vec<(String, String)> =
        messages.iter().map(|message| (source_id.to_owned(), message.message_id.clone())).collect();
    table::remove_log_entries(tx, &known).await?;
    let entry = |message: &ErasedMessage| NewLogEntry {
        source_id: source_id.to_owned(),
        outcome: Outcome::Refused.code(),
        at: now,
        kind: Some(type_of(message.kind).code().to_owned()),
        name: message.name.clone(),
        message_id: Some(message.message_id.clone()),
        reason: Some(Reason::ErasedPerson.code().to_owned()),
        shape: None,
    };
    let entries: Vec<NewLogEntry> = newest(messages, LOGGED_MAX).iter().map(entry).collect();
    table::append_log(tx, &entries).await?;
    table::trim_log(tx, source_id, Outcome::Refused.code(), LOG_ENTRIES_KEPT).await?;
    Ok(())
}

/// The type of the message that such a fact came as.
fn type_of(kind: FactKind) -> MessageKind {
    match kind {
        FactKind::Page => MessageKind::Page,
        FactKind::Screen => MessageKind::Screen,
        FactKind::Identify => MessageKind::Identify,
        FactKind::Group => MessageKind::Group,
        FactKind::Alias => MessageKind::Alias,
        FactKind::Event
        | FactKind::Order
        | FactKind::Gift
        | FactKind::Refund
        | FactKind::Cancelled
        | FactKind::Adjustment
        | FactKind::CustomerUpdate
        | FactKind::Unpaid => MessageKind::Track,
    }
}
