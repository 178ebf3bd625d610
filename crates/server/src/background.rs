//! What the server does beside answering: workers for jobs, and the pipeline from journal to history.

use perennial_app::{App, jobs, pipeline};
use std::time::Duration;
use tokio::sync::watch;

/// How often an idle worker looks for work. A job enqueued by another process is found within this.
const POLL: Duration = Duration::from_millis(500);
/// Two: a long import must not hold up a value run.
const WORKERS: usize = 2;

/// Starts the loops; they end after `stop` turns true and their current work is done.
pub fn start(app: &App, stop: &watch::Receiver<bool>) -> Vec<tokio::task::JoinHandle<()>> {
    let mut tasks: Vec<_> = (0..WORKERS).map(|place| tokio::spawn(work(app.clone(), place, stop.clone()))).collect();
    tasks.push(tokio::spawn(move_facts(app.clone(), stop.clone())));
    tasks
}

async fn work(app: App, place: usize, mut stop: watch::Receiver<bool>) {
    let name = format!("server-{}-{place}", std::process::id());
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

async fn move_facts(app: App, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let moved = async {
            let blocks = pipeline::apply_all(&app).await?;
            let facts = pipeline::hand_over(&app).await?;
            Ok::<_, pipeline::PipelineError>((blocks, facts))
        };
        match moved.await {
            Ok((0, 0)) => {}
            Ok((blocks, facts)) => {
                metrics::counter!("journal_blocks_applied_total").increment(blocks as u64);
                metrics::counter!("history_facts_total").increment(facts);
            }
            Err(error) => tracing::error!(%error, "facts cannot be moved on; they stay in the journal"),
        }
        wait(POLL, &mut stop).await;
    }
}

async fn wait(pause: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(pause) => {}
        _ = stop.changed() => {}
    }
}
