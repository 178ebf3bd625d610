//! Webhooks from the command line.

use perennial_domain::webhook::EventType;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};

fn run(data: &Path, args: &[&str]) -> (i32, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_perennial"));
    command.args(args).args(["--json", "--data"]).arg(data).env_remove("PERENNIAL_DATABASE_URL").stdin(Stdio::null());
    let output = command.output().unwrap();
    let text = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    let text = String::from_utf8(text).unwrap();
    let code = output.status.code().unwrap();
    // A wrong usage is told in words.
    let value = if code == 2 { Value::Null } else { serde_json::from_str(&text).unwrap() };
    (code, value)
}

#[test]
fn a_webhook_is_made_tested_paused_rotated_replayed_and_removed() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let ok = |args: &[&str]| {
        let (code, value) = run(data, args);
        assert_eq!(code, 0, "{args:?}: {value}");
        value
    };
    let refused = |args: &[&str]| {
        let (code, value) = run(data, args);
        assert_eq!(code, 3, "{args:?}: {value}");
        value["error"].as_str().unwrap().to_owned()
    };
    let every: Vec<&str> = EventType::subscribable().iter().map(|one| one.code()).collect();
    let made = ok(&["webhook", "create", "--url", "https://crm.example.com/h", "--events", &every.join(",")]);
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["event_types"], json!(every));
    let private = refused(&["webhook", "create", "--url", "https://10.0.0.1/", "--events", "order.created"]);
    assert!(private.contains("private"), "{private}");
    let unknown = refused(&["webhook", "create", "--url", "https://crm.example.com/h", "--events", "order.lost"]);
    assert!(unknown.contains("order.refunded"), "{unknown}");
    ok(&["webhook", "create", "--url", "http://10.0.0.1/", "--events", "order.created", "--allow-private-targets"]);
    assert!(ok(&["webhook", "test", id])["event_id"].as_str().unwrap().starts_with("evt_"));
    assert_eq!(ok(&["webhook", "pause", id])["paused_reason"], "by_hand");
    refused(&["webhook", "test", id]);
    assert_eq!(ok(&["webhook", "resume", id])["state"], "active");
    let rotated = ok(&["webhook", "rotate-secret", id, "--keep-earlier-seconds", "60"]);
    assert!(rotated["earlier_secret_valid_until"].is_string() && rotated["secret"] != made["secret"]);
    assert_eq!(ok(&["webhook", "replay", id, "--failed"]), json!({ "deliveries": 0 }));
    assert_eq!(ok(&["webhook", "replay", id, "--since", "2026-01-01T00:00:00Z"]), json!({ "deliveries": 0 }));
    refused(&["webhook", "replay", id, "--event", "evt_nothing"]);
    assert_eq!(run(data, &["webhook", "replay", id]).0, 2, "which ones was not said");
    assert_eq!(ok(&["webhook", "log", id]), json!({ "items": [] }), "no server has sent anything yet");
    let listed = ok(&["webhook", "list"]);
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["waiting"]), (2, &json!(1)));
    ok(&["webhook", "delete", id]);
    refused(&["webhook", "log", id]);
}
