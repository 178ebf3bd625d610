//! Requests that come one by one share commits: whatever waits when a commit is done goes into the next one.
//!
//! A commit costs a write to disk, whatever it holds. On SQLite one task commits, as there is one writer; on PostgreSQL
//! several do, and it brings their commits together by itself.
//!
//! Callers may rely on: an answer means that what was posted is on disk; a request that breaks off has its effect or not, and
//! whoever repeats it under its key finds out.

use super::error::RewardsError;
use super::post::{Posted, Request, post_many};
use crate::App;
use perennial_domain::rewards::ledger::Refusal;
use perennial_store::{Engine, StoreError};
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc, oneshot};

/// Requests of one commit: it ends before others have waited long.
const GROUP_MAX: usize = 256;
/// Who comes when so many wait, waits to be let in.
const WAITING_MAX: usize = 1_024;
const POSTGRES_WRITERS: usize = 8;

/// Cheap to clone; the tasks behind it end with the last clone.
#[derive(Clone)]
pub struct Desk {
    queue: mpsc::Sender<Waiting>,
}

struct Waiting {
    request: Request,
    reply: oneshot::Sender<Result<Posted, RewardsError>>,
}

type Queue = Arc<Mutex<mpsc::Receiver<Waiting>>>;

impl Desk {
    /// Needs a runtime: starts the tasks that commit.
    pub fn start(app: &App) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING_MAX);
        let waiting: Queue = Arc::new(Mutex::new(waiting));
        let writers = match app.store.engine() {
            Engine::Sqlite => 1,
            Engine::Postgres => POSTGRES_WRITERS,
        };
        for _ in 0..writers {
            tokio::spawn(commit_groups(app.clone(), Arc::clone(&waiting)));
        }
        Self { queue }
    }

    /// Posts a request, with others that wait.
    pub async fn post(&self, request: Request) -> Result<Posted, RewardsError> {
        let ends = || StoreError::Busy("the program ends".to_owned());
        let (reply, answer) = oneshot::channel();
        self.queue.send(Waiting { request, reply }).await.map_err(|_| ends())?;
        answer.await.map_err(|_| ends())?
    }
}

async fn commit_groups(app: App, queue: Queue) {
    loop {
        let mut waiting = queue.lock().await;
        let Some(first) = waiting.recv().await else { return };
        let mut group = vec![first];
        while group.len() < GROUP_MAX
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        drop(waiting);
        // On a task of its own: where one breaks off, its senders are told, and the next ones find a task that commits.
        let app = app.clone();
        if let Err(error) = tokio::spawn(async move { commit_group(&app, group).await }).await {
            tracing::error!(%error, "posting broke off; who asked is told");
        }
    }
}

async fn commit_group(app: &App, group: Vec<Waiting>) {
    let (requests, replies): (Vec<Request>, Vec<_>) = group.into_iter().map(|one| (one.request, one.reply)).unzip();
    let answers = match post_many(app, &requests).await {
        Ok(answers) => answers,
        Err(error) if requests.len() == 1 => vec![Err(error)],
        // What is wrong may be one of them only.
        Err(_) => alone(app, &requests).await,
    };
    for (reply, answer) in replies.into_iter().zip(answers) {
        // Who has hung up asks again under the same key.
        let _hung_up = reply.send(answer).is_err();
    }
}

async fn alone(app: &App, requests: &[Request]) -> Vec<Result<Posted, RewardsError>> {
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        answers.push(post_one(app, request).await);
    }
    answers
}

/// A request in a commit of its own.
pub(super) async fn post_one(app: &App, request: &Request) -> Result<Posted, RewardsError> {
    let answers = post_many(app, std::slice::from_ref(request)).await?;
    let none = || RewardsError::Refused(Refusal::WrongWallet { wallet: request.wallet.clone() });
    answers.into_iter().next().unwrap_or_else(|| Err(none()))
}
