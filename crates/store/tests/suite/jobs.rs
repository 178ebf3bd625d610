//! Jobs: claimed by one worker at a time, fenced by a number that only grows.

use perennial_store::jobs::{self, JobCounts, JobRow, NewJob};
use perennial_store::{Database, ReadTx, StoreError, WriteTx};
use perennial_testkit::TestStore;
use std::collections::HashSet;

on_both!(
    the_most_urgent_due_job_comes_first,
    a_job_with_the_same_key_waits_once,
    a_lost_worker_can_change_nothing,
    the_last_attempt_of_a_lost_worker_is_buried,
    retry_bury_and_requeue,
    a_dead_job_does_not_wait_beside_its_twin,
    postponed_and_released_jobs_keep_their_attempts,
    a_worker_that_gave_its_attempt_back_can_change_nothing_of_its_successors,
    jobs_are_listed_newest_first,
    many_workers_never_run_one_job_twice,
);

const NAMES: [&str; 2] = ["import", "value_run"];

fn job(id: &str, priority: i64, run_at: i64) -> NewJob {
    NewJob {
        id: id.to_owned(),
        name: "import".to_owned(),
        payload: "{}".to_owned(),
        priority,
        run_at,
        max_attempts: 2,
        dedupe_key: None,
        created_at: run_at,
    }
}

async fn enqueue(tx: &mut WriteTx<'_>, list: &[NewJob]) {
    for job in list {
        assert!(jobs::enqueue(tx, job).await.unwrap());
    }
}

async fn found(tx: &mut ReadTx<'_>, id: &str) -> Option<JobRow> {
    let all = jobs::list(tx, None, None, 100).await.unwrap();
    all.into_iter().find(|job| job.id == id)
}

async fn claimed_id(tx: &mut WriteTx<'_>, now: i64) -> Option<String> {
    jobs::claim(tx, &NAMES, "worker", now, now + 100).await.unwrap().map(|job| job.id)
}

async fn the_most_urgent_due_job_comes_first(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let other = NewJob { name: "other".to_owned(), ..job("o", 99, 0) };
    enqueue(&mut tx, &[job("a", 0, 10), job("b", 5, 20), job("c", 0, 5), job("later", 9, 1_000), other]).await;
    assert_eq!(claimed_id(&mut tx, 0).await, None);
    for expected in ["b", "c", "a"] {
        assert_eq!(claimed_id(&mut tx, 20).await.as_deref(), Some(expected));
    }
    assert_eq!(claimed_id(&mut tx, 20).await, None);
    assert_eq!(jobs::counts(&mut tx).await.unwrap(), JobCounts { waiting: 2, running: 3, done: 0, dead: 0 });
}

async fn a_job_with_the_same_key_waits_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let with_key = |id: &str| NewJob { dedupe_key: Some("k".to_owned()), ..job(id, 0, 0) };
    assert!(jobs::enqueue(&mut tx, &with_key("a")).await.unwrap());
    assert!(!jobs::enqueue(&mut tx, &with_key("b")).await.unwrap());
    let claimed = jobs::claim(&mut tx, &NAMES, "w", 1, 9).await.unwrap().unwrap();
    assert!(!jobs::enqueue(&mut tx, &with_key("b")).await.unwrap());
    jobs::finish(&mut tx, "a", claimed.fence, 2).await.unwrap();
    assert!(jobs::enqueue(&mut tx, &with_key("b")).await.unwrap());
    assert_eq!(found(&mut tx, "a").await.unwrap().state, "done");
    assert_eq!(found(&mut tx, "nobody").await, None);
}

async fn a_lost_worker_can_change_nothing(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    enqueue(&mut tx, &[job("a", 0, 0)]).await;
    let first = jobs::claim(&mut tx, &NAMES, "first", 0, 100).await.unwrap().unwrap();
    assert_eq!((first.attempt, first.state.as_str(), first.lease_until), (1, "running", Some(100)));
    assert_eq!(first.fence, 1);
    assert!(jobs::heartbeat(&mut tx, "a", 1, 200).await.unwrap());
    assert_eq!(claimed_id(&mut tx, 200).await, None, "the lease holds up to its end");
    let second = jobs::claim(&mut tx, &NAMES, "second", 201, 300).await.unwrap().unwrap();
    assert_eq!((second.attempt, second.worker_id.as_deref()), (2, Some("second")));
    assert!(!jobs::heartbeat(&mut tx, "a", 1, 900).await.unwrap());
    for outcome in [
        jobs::finish(&mut tx, "a", 1, 250).await,
        jobs::retry(&mut tx, "a", 1, 250, "x").await,
        jobs::bury(&mut tx, "a", 1, 250, "x").await,
    ] {
        assert!(matches!(outcome, Err(StoreError::RowsAffected { expected: 1, actual: 0, .. })), "{outcome:?}");
    }
    jobs::finish(&mut tx, "a", 2, 260).await.unwrap();
    assert!(jobs::finish(&mut tx, "a", 2, 270).await.is_err(), "only once");
    assert_eq!(jobs::purge_done(&mut tx, 260).await.unwrap(), 0);
    assert_eq!(jobs::purge_done(&mut tx, 261).await.unwrap(), 1);
}

async fn the_last_attempt_of_a_lost_worker_is_buried(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    enqueue(&mut tx, &[job("a", 0, 0)]).await;
    assert!(claimed_id(&mut tx, 0).await.is_some());
    assert!(jobs::bury_expired(&mut tx, 500).await.unwrap().is_empty(), "one attempt is left");
    assert!(claimed_id(&mut tx, 500).await.is_some());
    assert_eq!(claimed_id(&mut tx, 1_000).await, None, "no attempt is left");
    assert_eq!(jobs::bury_expired(&mut tx, 1_000).await.unwrap()[0].id, "a");
    let dead = found(&mut tx, "a").await.unwrap();
    assert_eq!((dead.state.as_str(), dead.last_error.as_deref()), ("dead", Some("the worker was lost")));
}

async fn retry_bury_and_requeue(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    enqueue(&mut tx, &[job("a", 0, 0)]).await;
    assert!(claimed_id(&mut tx, 0).await.is_some());
    jobs::retry(&mut tx, "a", 1, 50, "later").await.unwrap();
    assert_eq!(claimed_id(&mut tx, 49).await, None);
    assert!(claimed_id(&mut tx, 50).await.is_some());
    assert!(jobs::requeue(&mut tx, "a", 60).await.unwrap().is_none(), "it runs");
    jobs::bury(&mut tx, "a", 2, 70, "never").await.unwrap();
    assert_eq!(claimed_id(&mut tx, 999).await, None);
    assert!(jobs::requeue(&mut tx, "a", 80).await.unwrap().is_some());
    let again = jobs::claim(&mut tx, &NAMES, "w", 80, 90).await.unwrap().unwrap();
    assert_eq!((again.attempt, again.last_error.as_deref()), (1, Some("never")));
}

async fn postponed_and_released_jobs_keep_their_attempts(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    enqueue(&mut tx, &[job("a", 0, 0)]).await;
    for (fence, now) in (1..).zip([0, 50, 100]) {
        let claimed = jobs::claim(&mut tx, &NAMES, "worker", now, now + 10).await.unwrap().unwrap();
        assert_eq!((claimed.attempt, claimed.fence), (1, fence));
        jobs::postpone(&mut tx, "a", fence, now + 50).await.unwrap();
        assert_eq!(claimed_id(&mut tx, now + 49).await, None);
    }
    assert!(claimed_id(&mut tx, 150).await.is_some());
    assert_eq!(jobs::release(&mut tx, "somebody else").await.unwrap(), 0);
    assert_eq!(jobs::release(&mut tx, "worker").await.unwrap(), 1);
    assert_eq!(found(&mut tx, "a").await.unwrap().attempt, 0);
    assert!(claimed_id(&mut tx, 150).await.is_some(), "it is due at once");
}

/// A process that stops gives its jobs back and may still be at work for some seconds.
async fn a_worker_that_gave_its_attempt_back_can_change_nothing_of_its_successors(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    enqueue(&mut tx, &[job("a", 0, 0)]).await;
    let stopping = jobs::claim(&mut tx, &NAMES, "stopping", 0, 100).await.unwrap().unwrap();
    assert_eq!(jobs::release(&mut tx, "stopping").await.unwrap(), 1);
    assert!(!jobs::heartbeat(&mut tx, "a", stopping.fence, 900).await.unwrap(), "it waits for another");
    let successor = jobs::claim(&mut tx, &NAMES, "successor", 1, 100).await.unwrap().unwrap();
    assert_eq!(successor.attempt, stopping.attempt, "the attempt was given back");
    assert!(successor.fence > stopping.fence);
    assert!(!jobs::heartbeat(&mut tx, "a", stopping.fence, 900).await.unwrap());
    for outcome in [
        jobs::finish(&mut tx, "a", stopping.fence, 2).await,
        jobs::retry(&mut tx, "a", stopping.fence, 2, "x").await,
        jobs::bury(&mut tx, "a", stopping.fence, 2, "x").await,
        jobs::postpone(&mut tx, "a", stopping.fence, 2).await,
    ] {
        assert!(matches!(outcome, Err(StoreError::RowsAffected { expected: 1, actual: 0, .. })), "{outcome:?}");
    }
    // Nor does starting over bring an old number back.
    jobs::bury(&mut tx, "a", successor.fence, 3, "never").await.unwrap();
    assert!(jobs::requeue(&mut tx, "a", 4).await.unwrap().is_some());
    let over = jobs::claim(&mut tx, &NAMES, "w", 4, 9).await.unwrap().unwrap();
    assert_eq!((over.attempt, over.fence), (1, successor.fence + 1));
    jobs::finish(&mut tx, "a", over.fence, 5).await.unwrap();
}

async fn a_dead_job_does_not_wait_beside_its_twin(store: &TestStore) {
    let with_key = |id: &str| NewJob { dedupe_key: Some("k".to_owned()), ..job(id, 0, 0) };
    let mut tx = store.database.write().await.unwrap();
    enqueue(&mut tx, &[with_key("a")]).await;
    assert!(claimed_id(&mut tx, 0).await.is_some());
    jobs::bury(&mut tx, "a", 1, 1, "never").await.unwrap();
    enqueue(&mut tx, &[with_key("b")]).await;
    tx.commit().await.unwrap();
    let mut tx = store.database.write().await.unwrap();
    match jobs::requeue(&mut tx, "a", 2).await {
        Err(StoreError::Constraint { name }) => assert!(name.contains("dedupe_key"), "{name}"),
        other => panic!("{other:?}"),
    }
    drop(tx);
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(found(&mut tx, "a").await.unwrap().state, "dead");
    assert_eq!(jobs::end_dead(&mut tx, "k", 3).await.unwrap(), 1, "its twin does the work");
    assert_eq!(found(&mut tx, "a").await.unwrap().state, "done");
    assert_eq!(found(&mut tx, "b").await.unwrap().state, "waiting");
}

async fn jobs_are_listed_newest_first(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let list: Vec<NewJob> = (0..7).map(|place| job(&format!("j{place}"), 0, place / 2)).collect();
    enqueue(&mut tx, &list).await;
    let dead = jobs::claim(&mut tx, &NAMES, "w", 9, 10).await.unwrap().unwrap();
    jobs::bury(&mut tx, &dead.id, 1, 9, "no").await.unwrap();
    let mut seen = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = jobs::list(&mut tx, None, after.as_deref(), 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        seen.extend(page.into_iter().map(|job| job.id));
    }
    assert_eq!(seen, ["j6", "j5", "j4", "j3", "j2", "j1", "j0"]);
    assert_eq!(jobs::list(&mut tx, Some("dead"), None, 9).await.unwrap().len(), 1);
    assert_eq!(jobs::list(&mut tx, Some("waiting"), Some("j5"), 9).await.unwrap().len(), 4);
}

async fn many_workers_never_run_one_job_twice(store: &TestStore) {
    const JOBS: usize = 40;
    let mut tx = store.database.write().await.unwrap();
    for place in 0..JOBS {
        assert!(jobs::enqueue(&mut tx, &job(&format!("j{place}"), 0, 0)).await.unwrap());
    }
    tx.commit().await.unwrap();
    let other = store.open_again().await;
    let workers = [&store.database, &other, &store.database, &other].map(|database: &Database| {
        let database = database.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let mut tx = database.write().await.unwrap();
                let claimed = jobs::claim(&mut tx, &NAMES, "w", 0, 1_000).await.unwrap();
                tx.commit().await.unwrap();
                let Some(job) = claimed else { return mine };
                mine.push(job.id);
            }
        })
    });
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    assert_eq!(all.len(), JOBS);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), JOBS);
    other.close().await;
}
