//! Jobs that died, and another try for them.

use crate::support::{TestApi, on_both};
use perennial_domain::access::Role;
use perennial_store::jobs::{self, NewJob};
use serde_json::Value;

on_both!(a_dead_job_is_not_queued_beside_its_twin);

const NAMES: [&str; 1] = ["compact"];

fn compaction(id: &str) -> NewJob {
    NewJob {
        id: id.to_owned(),
        name: "compact".to_owned(),
        payload: "{\"job\":\"compact\"}".to_owned(),
        priority: 0,
        run_at: 0,
        max_attempts: 3,
        dedupe_key: Some("compact".to_owned()),
        created_at: 0,
    }
}

async fn a_dead_job_is_not_queued_beside_its_twin(api: TestApi) {
    let caller = api.caller(Role::Administrator).await;
    let mut tx = api.app.store.write().await.unwrap();
    assert!(jobs::enqueue(&mut tx, &compaction("job_first")).await.unwrap());
    jobs::claim(&mut tx, &NAMES, "w", 1, 9).await.unwrap().unwrap();
    jobs::bury(&mut tx, "job_first", 1, 2, "disk full").await.unwrap();
    assert!(jobs::enqueue(&mut tx, &compaction("job_second")).await.unwrap());
    tx.commit().await.unwrap();

    let retry = || TestApi::request(&caller, "POST", "/api/v1/jobs/job_first/retry", None, &[]);
    let refused = api.send(retry()).await;
    assert_eq!(refused.problem(), "409 conflict");
    assert_eq!(refused.json()["detail"], "the same job waits or runs already");

    let mut tx = api.app.store.write().await.unwrap();
    jobs::claim(&mut tx, &NAMES, "w", 3, 9).await.unwrap().unwrap();
    jobs::finish(&mut tx, "job_second", 1, 4).await.unwrap();
    tx.commit().await.unwrap();
    api.send(retry()).await.expect(202);
    assert_eq!(api.send(retry()).await.json()["detail"], "there is no dead job with this id");

    let audit = api.get(&caller, "/api/v1/audit").await.expect(200).json();
    let retried = |entry: &&Value| entry["action"] == "job.retried" && entry["subject"] == "job_first";
    assert_eq!(audit["items"].as_array().unwrap().iter().filter(retried).count(), 1);
}
