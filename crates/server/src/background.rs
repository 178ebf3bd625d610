//! What the server does beside answering: workers for jobs, and the pipeline from journal to history.

use perennial_app::jobs::Job;
use perennial_app::key_customers::{self, SharedOut};
use perennial_app::random::{Random, new_id};
use perennial_app::segments::SegmentError;
use perennial_app::segments::live::Live;
use perennial_app::webhooks::Deliverer;
use perennial_app::{App, audit, clusters, imports, jobs, pipeline, rewards, scores, segments, tags, value};
use perennial_connect::webhook::Sender;
use perennial_domain::time::Instant;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// How often an idle worker looks for work. A job enqueued by another process is found within this.
const POLL: Duration = Duration::from_millis(500);
/// Two: a long import must not hold up a value run.
const WORKERS: usize = 2;

/// How often it is looked for facts that were accepted: they are to be seen within a second.
const APPLY_POLL: Duration = Duration::from_millis(250);
/// How often it is looked for whether enough is applied to go to history.
const HAND_OVER_POLL: Duration = Duration::from_millis(250);
/// How often segments follow: who comes and goes is to be seen within a second.
const FOLLOW_POLL: Duration = Duration::from_millis(250);
/// What this process has applied they follow at once, but not more often than this.
const FOLLOW_PAUSE_MIN: Duration = Duration::from_millis(150);
/// Tags that follow segments, and key customers without an owner, are looked at about once a second.
const ROUNDS_PER_TAGS: u32 = 5;
/// How often it is looked for orders that earn: who bought is to see their points within seconds.
const EARN_POLL: Duration = Duration::from_secs(1);
/// How often it is looked for messages that are to be sent: others hear of it within a second.
const DELIVER_POLL: Duration = Duration::from_millis(500);
/// Files of so many appends are worth being made into larger ones.
const APPENDS_PER_COMPACTION: u32 = 100;

/// How soon a loop begins anew that broke off.
const RESTART: Duration = Duration::from_secs(1);
/// How often it is looked for imports and value runs whose process has died, and for values that are not up to date.
const LOOK_FOR_ORPHANS: Duration = Duration::from_secs(60);
/// How often old files and rows are removed, in looks for orphans: once a day.
const LOOKS_PER_CLEAN_UP: u32 = 24 * 60;

/// Counters that may stay at nothing for years are there from the start, so that an alarm on them can be tried.
fn register_counters() {
    for name in [
        "background_restarts_total",
        "history_facts_total",
        "journal_blocks_set_aside_total",
        "tracking_messages_accepted_total",
        "tracking_retries_total",
        "unit_scans_total",
        "form_submissions_total",
        "receipts_issued_total",
        "receipts_claimed_total",
        "ledger_differences_total",
        "earning_orders_damaged_total",
        "webhooks_delivered_total",
        "webhooks_failed_total",
    ] {
        metrics::counter!(name).increment(0);
    }
}

/// The loops of this process.
pub struct Background {
    tasks: Vec<JoinHandle<()>>,
    workers: Vec<String>,
}

impl Background {
    /// Starts the loops; they end after `stop` turns true and their current work is done.
    pub fn start(app: &App, live: &Arc<Live>, sender: &Sender, stop: &watch::Receiver<bool>) -> Self {
        register_counters();
        let workers = worker_names(app.random.as_ref(), app.clock.now());
        let keep = |name: &'static str, work: Loop| keep_up(name, RESTART, stop.clone(), work);
        let mut tasks = Vec::new();
        for name in workers.clone() {
            let (app, stop) = (app.clone(), stop.clone());
            tasks.push(keep("worker", Box::new(move || Box::pin(work(app.clone(), name.clone(), stop.clone())))));
        }
        let applied = Arc::new(Notify::new());
        let of_facts = (app.clone(), Arc::clone(&applied), stop.clone());
        let of_history = (app.clone(), Arc::clone(live), stop.clone());
        let of_care = (app.clone(), stop.clone());
        let apply = move || apply_facts(of_facts.0.clone(), Arc::clone(&of_facts.1), of_facts.2.clone());
        tasks.push(keep("apply", Box::new(move || Box::pin(apply()))));
        let hand_over = move || hand_over_facts(of_history.0.clone(), Arc::clone(&of_history.1), of_history.2.clone());
        tasks.push(keep("history", Box::new(move || Box::pin(hand_over()))));
        tasks.push(keep("care", Box::new(move || Box::pin(look_after(of_care.0.clone(), of_care.1.clone())))));
        let of_webhooks = (app.clone(), sender.clone(), stop.clone());
        let deliver = move || deliver(of_webhooks.0.clone(), of_webhooks.1.clone(), of_webhooks.2.clone());
        tasks.push(keep("webhooks", Box::new(move || Box::pin(deliver()))));
        let of_earning = (app.clone(), stop.clone());
        let earn = move || earn_points(of_earning.0.clone(), of_earning.1.clone());
        tasks.push(keep("earning", Box::new(move || Box::pin(earn()))));
        let (app, live, stop) = (app.clone(), Arc::clone(live), stop.clone());
        let follow = move || follow_segments(app.clone(), Arc::clone(&live), Arc::clone(&applied), stop.clone());
        tasks.push(keep("segments", Box::new(move || Box::pin(follow()))));
        Self { tasks, workers }
    }

    pub async fn ended(&mut self) {
        for task in self.tasks.drain(..) {
            let _ended = task.await.is_err();
        }
    }

    /// After the grace period: what the workers had not finished is for the next process, with its attempt given back.
    pub async fn release(&self, app: &App) {
        for name in &self.workers {
            if let Err(error) = jobs::release(app, name).await {
                tracing::warn!(%error, "unfinished jobs could not be given back; they go on when their lease has run out");
            }
        }
    }
}

/// Of this process alone: a process id is that of many, where each container counts its own.
fn worker_names(random: &dyn Random, now: Instant) -> Vec<String> {
    let process = new_id(random, "server", now);
    (0..WORKERS).map(|place| format!("{process}-{place}")).collect()
}

type Loop = Box<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A loop that breaks off begins anew: the process looks well to whoever asks, and must not stop to work in silence.
fn keep_up(name: &'static str, pause: Duration, mut stop: watch::Receiver<bool>, work: Loop) -> JoinHandle<()> {
    tokio::spawn(async move {
        while let Err(error) = tokio::spawn(work()).await {
            if !error.is_panic() {
                return;
            }
            tracing::error!(task = name, %error, "a background task broke off, it begins anew");
            metrics::counter!("background_restarts_total").increment(1);
            wait(pause, &mut stop).await;
        }
    })
}

/// Imports of processes that died go on, values follow what came, and once a day what is old goes.
async fn look_after(app: App, mut stop: watch::Receiver<bool>) {
    let mut looks = 0;
    while !*stop.borrow() {
        if let Err(error) = imports::requeue_unfinished(&app).await {
            tracing::warn!(%error, "unfinished imports could not be looked for");
        }
        if let Err(error) = clusters::requeue_asked(&app).await {
            tracing::warn!(%error, "clusterings that are to place everybody could not be looked for");
        }
        if let Err(error) = value::fail_abandoned(&app).await {
            tracing::warn!(%error, "abandoned value runs could not be looked for");
        }
        if let Err(error) = value::refresh(&app).await {
            tracing::warn!(%error, "a value run could not be enqueued");
        }
        if let Err(error) = scores::refresh(&app).await {
            tracing::warn!(%error, "a run for the scores of the day could not be enqueued");
        }
        if let Err(error) = tags::expire_due(&app).await {
            tracing::warn!(%error, "expired tags could not be taken away; they count nowhere all the same");
        }
        if let Err(error) = rewards::close_day(&app).await {
            tracing::warn!(%error, "points that are due could not be posted; they count as if they were");
        }
        if let Err(error) = audit::write_counted_refusals(&app).await {
            tracing::warn!(%error, "counted refusals could not be written down; they are counted still");
        }
        if looks % LOOKS_PER_CLEAN_UP == 0 {
            if let Err(error) = jobs::enqueue_now(&app, &Job::CleanUp).await {
                tracing::warn!(%error, "the daily clean-up could not be enqueued");
            }
            if let Err(error) = jobs::enqueue_now(&app, &Job::ProveLedger).await {
                tracing::warn!(%error, "the daily proof of points could not be enqueued");
            }
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

/// What was accepted is applied soon.
async fn apply_facts(app: App, applied: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let mut more = false;
        match pipeline::apply_some(&app).await {
            Ok(blocks) => {
                metrics::counter!("journal_blocks_applied_total").increment(blocks as u64);
                more = blocks >= pipeline::BLOCKS_PER_TURN;
                if blocks > 0 {
                    applied.notify_one();
                }
            }
            Err(error) => tracing::error!(%error, "facts cannot be applied; they stay in the journal"),
        }
        if !more {
            wait(APPLY_POLL, &mut stop).await;
        }
    }
}

/// What is applied goes to history less often, because each time makes files; and beside, because what comes next is not
/// to wait for files to be written, or for a compaction. What segments have not followed yet, and orders that have
/// not earned yet, wait for them.
async fn hand_over_facts(app: App, live: Arc<Live>, mut stop: watch::Receiver<bool>) {
    let mut appends = 0;
    while !*stop.borrow() {
        let mut pause = HAND_OVER_POLL;
        let followed = match rewards::earning::earned_upto(&app).await {
            Ok(earned) => [live.followed(), earned].into_iter().flatten().min(),
            Err(error) => {
                tracing::warn!(%error, "up to where orders have earned is not known; they are read from history");
                live.followed()
            }
        };
        match pipeline::hand_over_when_due(&app, followed).await {
            Ok(0) => {}
            Ok(facts) => {
                metrics::counter!("history_facts_total").increment(facts);
                appends += 1;
                pause = pause.max(pipeline::pause_between_appends());
            }
            Err(error) => tracing::error!(%error, "facts cannot go to history; they stay in the journal"),
        }
        if appends >= APPENDS_PER_COMPACTION {
            appends = 0;
            if let Err(error) = jobs::enqueue_now(&app, &Job::Compact).await {
                tracing::warn!(%error, "a compaction of the history could not be enqueued");
            }
        }
        wait(pause, &mut stop).await;
    }
}

/// What was bought earns by rules, and what comes back is taken back.
async fn earn_points(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = rewards::earning::follow_orders(&app).await {
            tracing::warn!(%error, "orders cannot earn; they do with the next round");
        }
        wait(EARN_POLL, &mut stop).await;
    }
}

/// Who is in which segment follows what is applied and what time does.
async fn follow_segments(app: App, live: Arc<Live>, applied: Arc<Notify>, mut stop: watch::Receiver<bool>) {
    let mut round = 0u32;
    let mut shared = SharedOut::default();
    let mut saving = tokio::spawn(async {});
    while !*stop.borrow() {
        round = round.wrapping_add(1);
        let mut pause = FOLLOW_POLL;
        match segments::live::follow(&app, &live).await {
            Ok(true) => {
                keep_what_follows(&app, &live, &mut shared, round).await;
                // Beside: segments follow while it is on its way to disk.
                if saving.is_finished() {
                    let (app, live) = (app.clone(), Arc::clone(&live));
                    saving = tokio::spawn(async move { save(segments::live::save_when_due(&app, &live).await) });
                }
            }
            // Nobody asks for anything: then it is looked seldom whether somebody does.
            Ok(_) if live.sequence().is_none() => pause = FOLLOW_POLL * 8,
            Ok(_) => {}
            Err(SegmentError::Behind) => tracing::debug!("facts come faster than segments follow them"),
            Err(error) => {
                tracing::warn!(%error, "segments cannot follow; they are worked out anew");
                pause = FOLLOW_POLL * 20;
            }
        }
        wait(FOLLOW_PAUSE_MIN, &mut stop).await;
        tokio::select! {
            () = applied.notified(), if pause == FOLLOW_POLL => {}
            () = wait(pause.saturating_sub(FOLLOW_PAUSE_MIN), &mut stop) => {}
        }
    }
    if saving.await.is_err() {
        tracing::warn!("the file of the index of segments was not finished");
    }
    if let Err(error) = segments::live::stop_keeping(&app, &live).await {
        tracing::warn!(%error, "the next process waits some seconds before it writes who comes into segments");
    }
    save(segments::live::save(&app, &live).await);
}

fn save(saved: Result<bool, SegmentError>) {
    match saved {
        Ok(true) => tracing::debug!("the index is on disk"),
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "the next start builds the index of segments anew"),
    }
}

/// Of several processes one writes.
async fn keep_what_follows(app: &App, live: &Live, shared: &mut SharedOut, round: u32) {
    let is_keeper = segments::live::keep_moves(app, live).await;
    if let Err(error) = &is_keeper {
        tracing::warn!(%error, "who came into segments could not be written; it is found with the next round");
    }
    if !matches!(is_keeper, Ok(true)) || !round.is_multiple_of(ROUNDS_PER_TAGS) {
        return;
    }
    if let Err(error) = segments::live::keep_tags(app, live).await {
        tracing::warn!(%error, "tags that follow segments could not be changed; they are with the next round");
    }
    if let Err(error) = key_customers::assign(app, live, shared).await {
        tracing::warn!(%error, "key customers could not be given owners; they are with the next round");
    }
}

/// What happened is told to whoever wants to hear it. What is on its way when the server stops is waited for.
async fn deliver(app: App, sender: Sender, mut stop: watch::Receiver<bool>) {
    let mut deliverer = Deliverer::new(&app, sender);
    while !*stop.borrow() {
        if let Err(error) = deliverer.look().await {
            tracing::warn!(%error, "it could not be looked for webhooks that are due");
        }
        wait(DELIVER_POLL, &mut stop).await;
    }
    deliverer.settled().await;
}

async fn wait(pause: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(pause) => {}
        _ = stop.changed() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_app::random::SystemRandom;
    use std::collections::HashSet;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn workers_of_two_processes_never_have_one_name() {
        let names = || worker_names(&SystemRandom, Instant(0));
        let all: HashSet<String> = names().into_iter().chain(names()).collect();
        assert_eq!(all.len(), 2 * WORKERS);
    }

    #[tokio::test]
    async fn a_loop_that_breaks_off_begins_anew_until_it_ends() {
        let begun = Arc::new(AtomicU32::new(0));
        let (_stop, stopped) = watch::channel(false);
        let seen = Arc::clone(&begun);
        let work: Loop = Box::new(move || {
            let seen = Arc::clone(&seen);
            Box::pin(async move { assert!(seen.fetch_add(1, Ordering::Relaxed) >= 2, "it breaks off twice") })
        });
        keep_up("test", Duration::ZERO, stopped, work).await.unwrap();
        assert_eq!(begun.load(Ordering::Relaxed), 3);
    }
}
