//! `perennial plan` and `perennial quarantine`, as programs call them, and what `perennial facts count` says.

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

pub fn run(data: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_perennial"));
    command.args(args).arg("--json").arg("--data").arg(data).env_remove("PERENNIAL_DATABASE_URL");
    command.output().unwrap()
}

pub fn done(data: &Path, args: &[&str]) -> Value {
    let output = run(data, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_plan_is_written_frozen_and_shown_and_nothing_is_quarantined_yet() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let id = done(data, &["source", "create", "--name", "shop"])["id"].as_str().unwrap().to_owned();
    let shown = done(data, &["plan", "show", &id]);
    assert_eq!((&shown["mode"], &shown["draft"], &shown["version"]), (&json!("flag"), &Value::Null, &json!(0)));
    let nothing = run(data, &["plan", "generate", &id]);
    assert_eq!(nothing.status.code(), Some(3), "there is nothing to make a plan from");

    let plan = json!({ "events": [{ "type": "track", "name": "Seen", "properties": [
        { "path": "sku", "types": ["text"], "required": true },
    ] }] });
    let file = data.join("plan.json");
    std::fs::write(&file, plan.to_string()).unwrap();
    let written = done(data, &["plan", "write", &id, file.to_str().unwrap()]);
    assert_eq!(written["changes"][0]["kind"], "event_added");
    let frozen = done(data, &["plan", "freeze", &id]);
    assert_eq!((&frozen["frozen"]["number"], &frozen["draft"]), (&json!(1), &Value::Null));
    assert_eq!(frozen["frozen"]["plan"]["events"][0]["properties"][0]["path"], "sku");
    assert_eq!(done(data, &["plan", "mode", &id, "quarantine"])["mode"], "quarantine");
    assert_eq!(run(data, &["plan", "mode", &id, "ignore"]).status.code(), Some(3));
    assert_eq!(run(data, &["plan", "freeze", &id]).status.code(), Some(3), "there is no draft any more");
    assert_eq!(run(data, &["plan", "show", "src_nothing"]).status.code(), Some(3));
    let coverage = done(data, &["plan", "coverage", &id]);
    assert_eq!((&coverage["planned"], &coverage["covered"]), (&json!(1), &json!(0)));

    assert_eq!(done(data, &["quarantine", "list", &id]), json!({ "events": [], "items": [] }));
    assert_eq!(done(data, &["quarantine", "release", &id]), json!({ "released": 0 }));
    assert_eq!(done(data, &["quarantine", "discard", &id, "--event", "Seen"]), json!({ "discarded": 0 }));
    let counts = done(data, &["facts", "count"]);
    assert_eq!((&counts["accepted"], &counts["quarantined"], &counts["held"]), (&json!(0), &json!(0), &json!(0)));
}
