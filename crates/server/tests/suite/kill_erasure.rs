//! An erasure is killed (SIGKILL) at random moments and begun again with the same command: it ends as an undisturbed one
//! does, with the same figures, and all others are as they were.
//!
//! `PERENNIAL_TEST_KILLS` says how many kills each database gets; a failure names its seed.

use crate::kill::{Moments, Workspace, kills_wanted, on_postgres, orders};
use serde_json::Value;
use std::time::{Duration, Instant};

const KILLS_USUAL: usize = 10;
const MAIL: &str = "erased.person@example.com";

fn json(workspace: &Workspace, args: &[&str]) -> Value {
    serde_json::from_str(&workspace.finish(args)).unwrap()
}

/// A workspace with somebody to erase, who has orders, and a row that was rejected.
fn filled(new_workspace: &impl Fn() -> Workspace) -> (Workspace, String) {
    let workspace = new_workspace();
    workspace.finish(&["import", "orders", orders().to_str().unwrap()]);
    let file = workspace.data.path().join("more.csv");
    let mut text = "order_no,customer_id,email,phone,ordered_at,order_amount,currency\n".to_owned();
    for number in 0..40 {
        text += &format!("E{number},E1,{MAIL},13800000001,1998-01-{:02} 10:00,5.00,USD\n", number % 28 + 1);
    }
    text += &format!("X1,E1,{MAIL},13800000001,soon,5.00,USD\n");
    std::fs::write(&file, text).unwrap();
    workspace.finish(&["import", "orders", file.to_str().unwrap(), "--currency", "USD"]);
    let id = json(&workspace, &["customer", "show", MAIL])["id"].as_str().unwrap().to_owned();
    (workspace, id)
}

/// What is left, as far as it can be compared: everybody's values, and what was removed.
fn left(workspace: &Workspace, erasure: &Value) -> (Vec<u8>, Value) {
    assert_eq!(erasure["state"], "done", "{erasure}");
    (workspace.export(), erasure["removed"].clone())
}

fn survive_kills(seed: u64, new_workspace: impl Fn() -> Workspace) {
    let (workspace, id) = filled(&new_workspace);
    let command = |id: &str| ["privacy", "erase", id, "--reason", "request 114"].map(str::to_owned);
    let begun = Instant::now();
    let args = command(&id);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let erasure = json(&workspace, &args);
    let mut usual = begun.elapsed();
    let expected = left(&workspace, &erasure);
    assert_eq!((&expected.1["history_facts"], &expected.1["rejected_rows"]), (&Value::from(40), &Value::from(1)));
    let mut moments = Moments(seed);
    let mut kills = 0;
    while kills < kills_wanted(KILLS_USUAL) {
        let (workspace, id) = filled(&new_workspace);
        let args = command(&id);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut tries = 0;
        let erasure: Value = loop {
            tries += 1;
            let limit = if tries > 6 { Duration::from_secs(120) } else { moments.next(usual.mul_f64(1.1)) };
            let begun = Instant::now();
            match workspace.run(&args, limit) {
                Some(text) => {
                    // The first run may have been a slow one: then most of the moments would come too late.
                    usual = usual.min(begun.elapsed());
                    break serde_json::from_str(&text).unwrap();
                }
                None => kills += 1,
            }
        };
        let place = format!("seed {seed}, {kills} kills");
        assert!(left(&workspace, &erasure) == expected, "{place}: {erasure}, not {}", expected.1);
        let listed = json(&workspace, &["privacy", "list"]);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{place}");
        let receipt = workspace.data.path().join("receipt.json");
        let receipt = receipt.to_str().unwrap();
        workspace.finish(&["privacy", "receipt", "write", erasure["id"].as_str().unwrap(), "-o", receipt]);
        assert_eq!(json(&workspace, &["privacy", "receipt", "verify", receipt])["valid"], true, "{place}");
        let file = workspace.data.path().join("more.csv");
        let again = json(&workspace, &["import", "orders", file.to_str().unwrap(), "--currency", "USD"]);
        assert_eq!((&again["erased"], &again["accepted"]), (&Value::from(40), &Value::from(0)), "{place}");
        let doctor = workspace.finish(&["doctor"]);
        assert!(doctor.contains("\"healthy\":true"), "{place}: {doctor}");
        if workspace.database_url.is_none() {
            let store = std::fs::read(workspace.data.path().join("perennial.db")).unwrap();
            let needle = MAIL.as_bytes();
            assert!(!store.windows(needle.len()).any(|bytes| bytes == needle), "{place}: in the database file");
        }
    }
}

#[test]
fn a_killed_erasure_ends_as_an_undisturbed_one_on_sqlite() {
    survive_kills(20_261_131, || Workspace::new(None));
}

#[test]
fn a_killed_erasure_ends_as_an_undisturbed_one_on_postgres() {
    on_postgres(|new_workspace| survive_kills(20_261_132, new_workspace));
}
