//! A release of what is kept aside is killed (SIGKILL) at random moments: each fact is either kept aside or accepted,
//! never both and never neither; asked once more, the rest goes too, and all of it counts once.
//!
//! `PERENNIAL_TEST_KILLS` says how many kills each database gets; a failure names its seed.

use crate::kill_tracking::{Moments, Workspace, post};
use serde_json::json;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

const KILLS_USUAL: usize = 8;
const FACTS_PER_EVENT: usize = 40;
/// A release takes some tenths of a second, most of it to open the workspace.
const LIFE_MAX: Duration = Duration::from_millis(400);

fn event(number: usize) -> String {
    format!("Torn {number}")
}

fn batch(key: &str, number: usize) -> String {
    let message = |place: usize| json!({ "type": "track", "event": event(number), "userId": "u1", "messageId": format!("{number}-{place}") });
    json!({ "writeKey": key, "batch": (0..FACTS_PER_EVENT).map(message).collect::<Vec<_>>() }).to_string()
}

fn survive_kills(seed: u64, workspace: &Workspace) {
    let wanted = std::env::var("PERENNIAL_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS_USUAL);
    let created = workspace.run(&["source", "create", "--name", "shop"]);
    let (id, key) = (created["id"].as_str().unwrap(), created["write_key"].as_str().unwrap());
    let plan = workspace.data.path().join("plan.json");
    let planned = json!({ "events": [{ "type": "track", "name": "Seen", "properties": [] }] });
    std::fs::write(&plan, planned.to_string()).unwrap();
    workspace.run(&["plan", "write", id, plan.to_str().unwrap()]);
    workspace.run(&["plan", "freeze", id]);
    workspace.run(&["plan", "mode", id, "quarantine"]);
    let (mut server, address) = workspace.serve();
    for number in 0..wanted {
        assert_eq!(post(&address, "/v1/batch", &batch(key, number)), Some(200));
    }
    server.kill().unwrap();
    server.wait().unwrap();

    let counted = || {
        let counts = workspace.run(&["facts", "count"]);
        (counts["accepted"].as_u64().unwrap() as usize, counts["held"].as_u64().unwrap() as usize)
    };
    let all = wanted * FACTS_PER_EVENT;
    assert_eq!(counted(), (0, all), "seed {seed}: what the killed server acknowledged is kept aside");
    let mut moments = Moments(seed);
    for number in 0..wanted {
        let name = event(number);
        let args = ["quarantine", "release", id, "--event", &name];
        let mut release = workspace.command(&args).stdout(Stdio::null()).spawn().unwrap();
        let (nobody_sends, killed_at) = mpsc::channel::<()>();
        // Nothing is ever sent: this waits for the moment.
        assert!(killed_at.recv_timeout(moments.within(LIFE_MAX)).is_err());
        drop(nobody_sends);
        release.kill().unwrap();
        release.wait().unwrap();
        let (accepted, held) = counted();
        assert_eq!(accepted + held, all, "seed {seed}, kill {number}");
        let before = number * FACTS_PER_EVENT;
        assert!(accepted == before || accepted == before + FACTS_PER_EVENT, "seed {seed}: a part of a commit");
        workspace.run(&args);
        assert_eq!(counted(), (before + FACTS_PER_EVENT, all - before - FACTS_PER_EVENT), "seed {seed}, {number}");
    }
    let profile = workspace.run(&["customer", "show", "u1"]);
    assert_eq!(profile["counters"]["events"], all, "seed {seed}: applied otherwise than released");
    let doctor = workspace.run(&["doctor"]);
    assert_eq!(doctor["healthy"], true, "seed {seed}: {doctor}");
}

#[test]
fn a_release_that_is_killed_is_done_or_not_on_sqlite() {
    survive_kills(20_261_129, &Workspace { data: tempfile::tempdir().unwrap(), database_url: None });
}

#[test]
fn a_release_that_is_killed_is_done_or_not_on_postgres() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let Some(database) = runtime.block_on(perennial_testkit::postgres_store()) else { return };
    let database_url = Some(database.url.clone());
    survive_kills(20_261_130, &Workspace { data: tempfile::tempdir().unwrap(), database_url });
    // Dropping the database needs the runtime.
    drop(database);
    drop(runtime);
}
