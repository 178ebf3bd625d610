//! One message, or many.

use super::{answer, body, credentials};
use crate::state::ApiState;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use perennial_app::random::new_id;
use perennial_app::tracking::{IntakeError, KnownSource};
use perennial_domain::tracking::{
    BODY_BYTES_MAX, Batch, BodyError, EVENT_BYTES_MAX, MessageKind, Outcome, Reading, Refused, Single,
};
use std::sync::Arc;
use std::time::Duration;

/// A single message comes with its write key and the time it was sent.
const SINGLE_BYTES_MAX: usize = EVENT_BYTES_MAX + 1_024;
/// Senders give up by then: better to say that it is not sure.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(20);

pub async fn single(State(state): State<ApiState>, kind: MessageKind, request: Request) -> Response {
    let (parts, content) = request.into_parts();
    note_retry(&parts.headers);
    match body::text_of(&parts.headers, content, SINGLE_BYTES_MAX).await {
        Ok(text) => take_single(&state, kind, &text, credentials::basic(&parts.headers)).await,
        Err(refused) => refused,
    }
}

/// The same for a message that came otherwise than as a body.
pub async fn take_single(state: &ApiState, kind: MessageKind, text: &str, basic: Option<String>) -> Response {
    let message = match Single::parse(text, kind) {
        Ok(message) => message,
        Err(error) => return refuse_body(state, basic, error).await,
    };
    let source = match find(state, basic.or_else(|| message.write_key())).await {
        Ok(source) => source,
        Err(refused) => return refused,
    };
    if let Err(error) = state.intake.take_room(&source, 1) {
        return answer::of_intake(&error);
    }
    let outcome = read(state, &source, |reading| message.read(reading));
    keep(state, &source, vec![outcome], text.len()).await
}

pub async fn batch(State(state): State<ApiState>, request: Request) -> Response {
    let (parts, content) = request.into_parts();
    note_retry(&parts.headers);
    let text = match body::text_of(&parts.headers, content, BODY_BYTES_MAX).await {
        Ok(text) => text,
        Err(refused) => return refused,
    };
    let basic = credentials::basic(&parts.headers);
    let batch = match Batch::parse(&text) {
        Ok(batch) => batch,
        Err(error) => return refuse_body(&state, basic, error).await,
    };
    let source = match find(&state, basic.or_else(|| batch.write_key())).await {
        Ok(source) => source,
        Err(refused) => return refused,
    };
    if let Err(error) = state.intake.take_room(&source, batch.len()) {
        return answer::of_intake(&error);
    }
    let outcomes = read(&state, &source, |reading| batch.read(reading));
    keep(&state, &source, outcomes, text.len()).await
}

/// SDKs measure themselves; nobody here needs it.
pub async fn metrics() -> Response {
    answer::success()
}

async fn find(state: &ApiState, write_key: Option<String>) -> Result<Arc<KnownSource>, Response> {
    let missing =
        || answer::bad("no_write_key", "send the write key as the name of basic authentication or as writeKey");
    let write_key = write_key.ok_or_else(missing)?;
    state.intake.find(&write_key).await.map_err(|error| answer::of_intake(&error))
}

fn read<T>(state: &ApiState, source: &KnownSource, read: impl FnOnce(&mut Reading<'_>) -> T) -> T {
    let received_at = state.app.clock.now();
    let mut new_message_id = || new_id(state.app.random.as_ref(), "msg", received_at);
    read(&mut Reading {
        source: &source.id,
        user_id_type: source.settings.user_id_type,
        currency: source.currency,
        received_at,
        new_message_id: &mut new_message_id,
    })
}

async fn keep(state: &ApiState, source: &Arc<KnownSource>, outcomes: Vec<Outcome>, bytes: usize) -> Response {
    match tokio::time::timeout(COMMIT_TIMEOUT, state.intake.accept(source, outcomes, bytes)).await {
        Ok(Ok(())) => answer::success(),
        Ok(Err(error)) => answer::of_intake(&error),
        Err(_) => answer::not_durable(),
    }
}

/// Where the header says whose it was, the source's log says that it came.
async fn refuse_body(state: &ApiState, basic: Option<String>, error: BodyError) -> Response {
    if let Some(write_key) = basic {
        let noted = async {
            let source = state.intake.find(&write_key).await?;
            state.intake.take_room(&source, 1)?;
            state.intake.accept(&source, vec![Outcome::Refused(Box::new(Refused::body()))], 0).await
        };
        match noted.await {
            Ok(()) => {}
            Err(error @ (IntakeError::UnknownKey | IntakeError::Paused)) => return answer::of_intake(&error),
            // The request is refused either way; that it is not in the log is no reason to have it sent again.
            Err(error) => tracing::warn!(%error, "a refused request was not noted"),
        }
    }
    answer::bad(error.code(), error.sentence())
}

/// SDKs count how often they have tried.
fn note_retry(headers: &HeaderMap) {
    let count = headers.get("x-retry-count").and_then(|value| value.to_str().ok());
    if let Some(count) = count.and_then(|text| text.parse::<u32>().ok()).filter(|count| *count > 0) {
        metrics::counter!("tracking_retries_total").increment(1);
        tracing::info!(retry_count = count, "a sender tries again");
    }
}
