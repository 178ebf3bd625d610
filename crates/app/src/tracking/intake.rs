//! The queue between requests and the one task that commits.

use super::directory::{Directory, KnownSource};
use super::planned::{Arrived, hold_against};
use super::record;
use crate::App;
use perennial_domain::source::{RateBucket, SourceState};
use perennial_domain::tracking::Outcome;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use thiserror::Error;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// What may wait, by the bytes of the requests' bodies: some multiples of that are in memory.
const WAITING_KIB_MAX: usize = 32 * 1024;
const WAITING_REQUESTS_MAX: usize = 16_384;
/// Messages of one commit: it ends before others have waited long for the writer.
const GROUP_MESSAGES_MAX: usize = 4_000;
/// How soon a sender whose request did not fit may come again.
const FULL_RETRY_SECONDS: u64 = 1;

/// Why a request was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IntakeError {
    #[error("the write key is unknown")]
    UnknownKey,
    #[error("the source is paused")]
    Paused,
    /// More than the source may send, or more than can be taken at all.
    #[error("too much at a time: try again in {retry_after_seconds} seconds")]
    TooMuch { retry_after_seconds: u64 },
    /// It may be kept or not: whoever sends it again loses nothing and doubles nothing.
    #[error("not kept for sure: {0}")]
    NotDurable(String),
}

/// Takes messages in. Cheap to clone; the task behind it ends with the last clone.
#[derive(Clone)]
pub struct Intake {
    directory: Arc<Directory>,
    app: App,
    buckets: Arc<Mutex<HashMap<String, RateBucket>>>,
    queue: mpsc::Sender<Submission>,
    room: Arc<Semaphore>,
}

/// A request that waits for its commit.
pub(super) struct Submission {
    pub source: Arc<KnownSource>,
    pub arrived: Vec<Arrived>,
    reply: oneshot::Sender<Result<(), IntakeError>>,
    _room: OwnedSemaphorePermit,
}

impl Intake {
    /// Needs a runtime: starts the task that commits.
    pub fn start(app: &App) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING_REQUESTS_MAX);
        tokio::spawn(commit_groups(app.clone(), waiting));
        Self {
            directory: Arc::new(Directory::new(app)),
            app: app.clone(),
            buckets: Arc::default(),
            queue,
            room: Arc::new(Semaphore::new(WAITING_KIB_MAX)),
        }
    }

    /// The source of a write key, if it takes anything now.
    pub async fn find(&self, write_key: &str) -> Result<Arc<KnownSource>, IntakeError> {
        let found = self.directory.find(write_key).await.map_err(|error| IntakeError::NotDurable(error.to_string()))?;
        let source = found.ok_or(IntakeError::UnknownKey)?;
        match source.settings.state {
            SourceState::Active => Ok(source),
            SourceState::Paused => Err(IntakeError::Paused),
        }
    }

    /// A source by its id, if it takes anything now.
    pub async fn find_by_id(&self, id: &str) -> Result<Arc<KnownSource>, IntakeError> {
        let found = self.directory.find_by_id(id).await.map_err(|error| IntakeError::NotDurable(error.to_string()))?;
        match found.ok_or(IntakeError::UnknownKey)? {
            source if source.settings.state == SourceState::Active => Ok(source),
            _ => Err(IntakeError::Paused),
        }
    }

    /// Whether the write key is one at all, also of a source that is paused.
    pub async fn knows(&self, write_key: &str) -> Result<bool, IntakeError> {
        match self.find(write_key).await {
            Ok(_) | Err(IntakeError::Paused) => Ok(true),
            Err(IntakeError::UnknownKey) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// A source or its plan was changed: requests that come now see it.
    pub fn forget_sources(&self) {
        self.directory.forget();
    }

    /// Counts messages against the source's rate.
    pub fn take_room(&self, source: &KnownSource, messages: usize) -> Result<(), IntakeError> {
        let Some(rate_limit) = source.settings.rate_limit else { return Ok(()) };
        let now = self.app.clock.now();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(source.id.clone()).or_insert_with(|| RateBucket::full(rate_limit, now));
        bucket
            .take(rate_limit, messages, now)
            .map_err(|retry_after_seconds| IntakeError::TooMuch { retry_after_seconds })
    }

    /// Keeps all of them, what was refused in the log; returns when they are on disk. `bytes` is the size of the body.
    pub async fn accept(
        &self,
        source: &Arc<KnownSource>,
        outcomes: Vec<Outcome>,
        bytes: usize,
    ) -> Result<(), IntakeError> {
        if outcomes.is_empty() {
            return Ok(());
        }
        let full = || IntakeError::TooMuch { retry_after_seconds: FULL_RETRY_SECONDS };
        let kib = u32::try_from(bytes / 1_024 + 1).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).try_acquire_many_owned(kib).map_err(|_| full())?;
        // Here and not in the task that commits: each request beside the others.
        let arrived = outcomes.into_iter().map(|outcome| hold_against(source, outcome)).collect();
        let (reply, answer) = oneshot::channel();
        let submission = Submission { source: Arc::clone(source), arrived, reply, _room: room };
        match self.queue.try_send(submission) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(full()),
            Err(TrySendError::Closed(_)) => return Err(IntakeError::NotDurable("the program ends".to_owned())),
        }
        answer.await.unwrap_or_else(|_| Err(IntakeError::NotDurable("the task that commits ended".to_owned())))
    }
}

/// Whatever waits when a commit is done goes into the next one.
async fn commit_groups(app: App, mut waiting: mpsc::Receiver<Submission>) {
    while let Some(first) = waiting.recv().await {
        let mut messages = first.arrived.len();
        let mut group = vec![first];
        while messages < GROUP_MESSAGES_MAX
            && let Ok(next) = waiting.try_recv()
        {
            messages += next.arrived.len();
            group.push(next);
        }
        // On a task of its own: where one breaks off, its senders are told, and the next ones find a task that commits.
        let app = app.clone();
        if let Err(error) = tokio::spawn(async move { commit_group(&app, group).await }).await {
            tracing::error!(%error, "keeping messages broke off; their senders are told");
        }
    }
}

async fn commit_group(app: &App, group: Vec<Submission>) {
    let mut replies = Vec::with_capacity(group.len());
    let mut parts = record::Parts::default();
    for submission in group {
        parts.add(&submission.source, submission.arrived);
        replies.push((submission.reply, submission._room));
    }
    let kept = record::keep(app, parts).await.map_err(|error| {
        tracing::error!(%error, "messages could not be kept; their senders are told");
        IntakeError::NotDurable("the store did not take it".to_owned())
    });
    for (reply, _room) in replies {
        // Who has hung up will send it again, and finds it known.
        let _hung_up = reply.send(kept.clone()).is_err();
    }
}
