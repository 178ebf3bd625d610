//! A merge, or its undoing, is killed (SIGKILL) at random moments: it has happened, or it has not, and never a part of
//! it. In the end everything is as it was before the first merge.
//!
//! `PERENNIAL_TEST_KILLS` says how many kills each database gets; a failure names its seed.

use crate::kill::{Moments, Workspace, kills_wanted, on_postgres, orders};
use serde_json::Value;
use std::time::{Duration, Instant};

const KILLS_USUAL: usize = 10;

/// Two customers of the file.
const ONE: &str = "1";
const OTHER: &str = "2";

fn json(workspace: &Workspace, args: &[&str]) -> Value {
    serde_json::from_str(&workspace.finish(args)).unwrap()
}

/// The id, the number of orders and that of identifiers of whoever has this identifier.
fn shown(workspace: &Workspace, identifier: &str) -> (String, i64, usize) {
    let profile = json(workspace, &["customer", "show", identifier]);
    let id = profile["id"].as_str().unwrap().to_owned();
    (id, profile["counters"]["orders"].as_i64().unwrap(), profile["identities"].as_array().unwrap().len())
}

fn survive_kills(seed: u64, new_workspace: impl Fn() -> Workspace) {
    let workspace = new_workspace();
    workspace.finish(&["import", "orders", orders().to_str().unwrap()]);
    let expected = workspace.export();
    let [one, other] = [ONE, OTHER].map(|identifier| shown(&workspace, identifier));
    let begun = Instant::now();
    workspace.finish(&["identity", "preview", ONE, OTHER]);
    let usual = begun.elapsed();
    let mut moments = Moments(seed);
    let (mut kills, mut both_ways) = (0, [0; 2]);
    while kills < kills_wanted(KILLS_USUAL) {
        let is_merged = shown(&workspace, ONE).0 == shown(&workspace, OTHER).0;
        let args = if is_merged { vec!["identity", "unmerge", other.0.as_str()] } else { merge_args() };
        // Now and then it is let through, so that both directions are killed.
        let limit = if kills % 3 == 2 { Duration::from_secs(60) } else { moments.next(usual.mul_f64(1.2)) };
        kills += 1;
        workspace.run(&args, limit);
        let [now_one, now_other] = [ONE, OTHER].map(|identifier| shown(&workspace, identifier));
        let together = (one.0.clone(), one.1 + other.1, one.2 + other.2);
        let place = format!("seed {seed}, kill {kills}");
        if now_one.0 == now_other.0 {
            assert_eq!([&now_one, &now_other], [&together, &together], "{place}");
            both_ways[0] += 1;
        } else {
            assert_eq!([&now_one, &now_other], [&one, &other], "{place}");
            both_ways[1] += 1;
        }
    }
    if shown(&workspace, ONE).0 == shown(&workspace, OTHER).0 {
        workspace.finish(&["identity", "unmerge", &other.0]);
    }
    assert!(both_ways.iter().all(|times| *times > 0), "seed {seed}: {both_ways:?}");
    let doctor = workspace.finish(&["doctor"]);
    assert!(doctor.contains("\"healthy\":true"), "seed {seed}: {doctor}");
    assert!(workspace.export() == expected, "seed {seed}: after all merges were taken back the export differs");
}

fn merge_args() -> Vec<&'static str> {
    vec!["identity", "merge", ONE, OTHER, "--keep", ONE]
}

#[test]
fn a_killed_merge_has_happened_or_not_on_sqlite() {
    survive_kills(20_261_128, || Workspace::new(None));
}

#[test]
fn a_killed_merge_has_happened_or_not_on_postgres() {
    on_postgres(|new_workspace| survive_kills(20_261_129, new_workspace));
}
