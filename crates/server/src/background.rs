//! What the server does beside answering: workers for jobs, and the pipeline from journal to history.

use perennial_app::jobs::Job;
use perennial_app::{App, imports, jobs, pipeline};
use std::time::Duration;
use tokio::sync::watch;

/// How often an idle worker looks for work. A job enqueued by another process is found within this.
const POLL: Duration = Duration::from_millis(500);
/// Two: a long import must not hold up a value run.
const WORKERS: usize = 2;

/// How often it is looked for facts that were accepted: they are to be seen within a second.
const APPLY_POLL: Duration = Duration::from_millis(250);
/// Files of so many appends are worth being made into larger ones.
const APPENDS_PER_COMPACTION: u32 = 100;

/// How often it is looked for imports whose process has died.
const LOOK_FOR_ORPHANS: Duration = Duration::from_secs(60);
/// How often old files and rows are removed, in looks for orphans: once a day.
const LOOKS_PER_CLEAN_UP: u32 = 24 * 60;

/// Counters that may stay at nothing for years are there from the start, so that an alarm on them can be tried.
fn register_counters() {
    for name in ["journal_blocks_set_aside_total", "tracking_messages_accepted_total", "tracking_retries_total"] {
        metrics::counter!(name).increment(0);
    }
}

/// Starts the loops; they end after `stop` turns true and their current work is done.
pub fn start(app: &App, stop: &watch::Receiver<bool>) -> Vec<tokio::task::JoinHandle<()>> {
    register_counters();
    let mut tasks: Vec<_> = worker_names().map(|name| tokio::spawn(work(app.clone(), name, stop.clone()))).collect();
    tasks.push(tokio::spawn(move_facts(app.clone(), stop.clone())));
    tasks.push(tokio::spawn(look_after(app.clone(), stop.clone())));
    tasks
}

/// After the grace period: what the workers had not finished is for the next process, with its attempt given back.
pub async fn release(app: &App) {
    for name in worker_names() {
        if let Err(error) = jobs::release(app, &name).await {
            tracing::warn!(%error, "unfinished jobs could not be given back; they go on when their lease has run out");
        }
    }
}

fn worker_names() -> impl Iterator<Item = String> {
    (0..WORKERS).map(|place| format!("server-{}-{place}", std::process::id()))
}

/// Imports of processes that died go on, and once a day what is old goes.
async fn look_after(app: App, mut stop: watch::Receiver<bool>) {
    let mut looks = 0;
    while !*stop.borrow() {
        if let Err(error) = imports::requeue_unfinished(&app).await {
            tracing::warn!(%error, "unfinished imports could not be looked for");
        }
        if looks % LOOKS_PER_CLEAN_UP == 0
            && let Err(error) = jobs::enqueue_now(&app, &Job::CleanUp).await
        {
            tracing::warn!(%error, "the daily clean-up could not be enqueued");
        }
        looks += 1;
        wait(LOOK_FOR_ORPHANS, &mut stop).await;
    }
}

async fn work(app: App, name: String, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let pause = match jobs::run_next(&app, &name).await {
            Ok(true) => continue,
            Ok(false) => POLL,
            Err(error) => {
                tracing::error!(%error, "the queue of jobs cannot be read");
                POLL * 10
            }
        };
        wait(pause, &mut stop).await;
    }
}

/// What was accepted is applied soon; it goes to history less often, because each time makes files.
async fn move_facts(app: App, mut stop: watch::Receiver<bool>) {
    let mut appends = 0;
    while !*stop.borrow() {
        let moved = async {
            let blocks = pipeline::apply_all(&app).await?;
            let facts = pipeline::hand_over_when_due(&app).await?;
            Ok::<_, pipeline::PipelineError>((blocks, facts))
        };
        match moved.await {
            Ok((blocks, facts)) => {
                metrics::counter!("journal_blocks_applied_total").increment(blocks as u64);
                metrics::counter!("history_facts_total").increment(facts);
                appends += u32::from(facts > 0);
            }
            Err(error) => tracing::error!(%error, "facts cannot be moved on; they stay in the journal"),
        }
        if appends >= APPENDS_PER_COMPACTION {
            appends = 0;
            if let Err(error) = jobs::enqueue_now(&app, &Job::Compact).await {
                tracing::warn!(%error, "a compaction of the history could not be enqueued");
            }
        }
        wait(APPLY_POLL, &mut stop).await;
    }
}

async fn wait(pause: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(pause) => {}
        _ = stop.changed() => {}
    }
}
