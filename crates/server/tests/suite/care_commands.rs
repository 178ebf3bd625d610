//! `perennial usage-card`, `perennial ticket`, `perennial reach`, `perennial contact-promise` and others, as programs call them.

use crate::plan_commands::{done, run};
use serde_json::{Value, json};
use std::path::Path;

fn write(data: &Path, code: &str, card: &Value) -> std::process::Output {
    let file = data.join("card.json");
    std::fs::write(&file, card.to_string()).unwrap();
    run(data, &["usage-card", "write", code, file.to_str().unwrap()])
}

#[test]
fn a_card_that_somebody_else_has_changed_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let question = json!({ "field": "usage_rating", "text_zh": "问", "text_en": "Ask" });
    let card =
        json!({ "name": "Seven days", "days_after": 7, "questions": [question], "rating_field": "usage_rating" });
    assert!(write(data, "seven_days", &card).status.success());
    let listed = done(data, &["usage-card", "list"])["items"][0].clone();
    assert_eq!((&listed["version"], &listed["open_days"], &listed["low_rating"]), (&json!(1), &json!(30), &json!(2)));

    // As it is listed it can be written; what was read before that cannot.
    assert!(write(data, "seven_days", &listed).status.success());
    assert_eq!(write(data, "seven_days", &listed).status.code(), Some(3));
    for wrong in [
        json!({ "name": "x", "days_after": 7, "questions": [] }),
        json!({ "name": "x", "days_after": 7, "questions": [question], "low_ratting": 1 }),
        json!({ "code": "other", "name": "x", "days_after": 7, "questions": [question] }),
    ] {
        assert_eq!(write(data, "seven_days", &wrong).status.code(), Some(3), "{wrong}");
    }
    let versions = done(data, &["usage-card", "versions", "seven_days"]);
    let numbers: Vec<&Value> = versions["items"].as_array().unwrap().iter().map(|one| &one["version"]).collect();
    assert_eq!((numbers, &versions["is_cut"]), (vec![&json!(2), &json!(1)], &json!(false)));
    assert_eq!(run(data, &["usage-card", "versions", "none"]).status.code(), Some(3));
    assert_eq!(done(data, &["usage-card", "due"])["items"], json!([]));
}

#[test]
fn tickets_and_reach_of_an_empty_workspace_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert_eq!(done(data, &["ticket", "list"])["items"], json!([]));
    for command in
        [&["ticket", "show", "tkt_none"][..], &["ticket", "close", "tkt_none", "x"], &["ticket", "assign", "tkt_none"]]
    {
        assert_eq!(run(data, command).status.code(), Some(3), "{command:?}");
    }
    assert_eq!(done(data, &["reach", "pool"])["contacts"], 0);
    let marked = done(data, &["reach", "sales-provinces", "--mark", "33,44"]);
    assert_eq!(marked, json!({ "provinces": ["33", "44"], "version": 1 }));
    let coverage = done(data, &["reach", "coverage", "--members", "known"]);
    let provinces = (&coverage["covered"]["provinces"], &coverage["uncovered"]["provinces"]);
    assert_eq!((provinces, &coverage["members"]), ((&json!(2), &json!(29)), &json!(0)));
    for wrong in [&["reach", "coverage", "--members", "all"][..], &["reach", "sales-provinces", "--mark", "00"]] {
        assert_eq!(run(data, wrong).status.code(), Some(3), "{wrong:?}");
    }
}

#[test]
fn a_segment_is_made_of_a_rule_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let file = data.join("rule");
    let create = |code: &str, rule: &str| {
        std::fs::write(&file, rule).unwrap();
        run(data, &["segment", "create", code, "--name", "Regulars", "--rule", file.to_str().unwrap()])
    };
    assert!(create("regulars", "count of orders >= 2 and reachable\n").status.success());
    assert!(create("by_json", r#"{"segment": "regulars"}"#).status.success());
    for wrong in ["count orders", r#"{"tag": "none"}"#, "{", "has tag none"] {
        assert_eq!(create("wrong", wrong).status.code(), Some(3), "{wrong}");
    }
    let listed = done(data, &["segment", "list"]);
    let codes: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
    assert_eq!(codes, [&json!("by_json"), &json!("regulars")]);
    let shown = done(data, &["segment", "show", "regulars"]);
    assert_eq!((&shown["text"], &shown["version"]), (&json!("count of orders >= 2 and reachable"), &json!(1)));
    for command in
        [&["segment", "show", "none"][..], &["segment", "explain", "--customer", "x", "--segment", "regulars"]]
    {
        assert_eq!(run(data, command).status.code(), Some(3), "{command:?}");
    }
}

#[test]
fn a_layer_is_made_of_a_template() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let templates = done(data, &["layer", "templates", "--language", "zh-CN"]);
    let lifecycle = templates["items"].as_array().unwrap().iter().find(|one| one["code"] == "lifecycle").unwrap();
    assert_eq!((&lifecycle["name"], &lifecycle["lacks"]), (&json!("生命周期"), &json!([])));
    let made = done(data, &["layer", "create", "life", "--template", "lifecycle", "--set", "dormant_days=45"]);
    assert_eq!(made["stages"][1]["text"], json!("never anything in last 45 days"));
    assert_eq!(
        made["stages"][1]["effective_text"],
        json!("never anything in last 45 days and not in segment life_churned")
    );
    let listed = done(data, &["layer", "list"]);
    assert_eq!((&listed["items"][0]["code"], &listed["items"][0]["version"]), (&json!("life"), &json!(1)));
    for command in [
        &["layer", "create", "other", "--template", "none"][..],
        &["layer", "create", "other", "--template", "lifecycle"],
        &["layer", "create", "other", "--template", "rfm", "--set", "x"],
        &["layer", "create", "other", "--template", "rfm", "--set", "x=1"],
        &["layer", "templates", "--language", "fr"],
    ] {
        assert_eq!(run(data, command).status.code(), Some(3), "{command:?}");
    }
}

#[test]
fn contact_is_promised_by_owners_who_are_there_only() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    assert_eq!(done(data, &["contact-promise", "list"]), json!({ "items": [], "candidates": [] }));
    for command in [
        &["contact-promise", "put", "none", "--days", "30", "--owner", "usr_none"][..],
        &["contact-promise", "put", "none", "--days", "0", "--owner", "usr_none,usr_other"],
        &["contact-promise", "remove", "none"],
    ] {
        assert_eq!(run(data, command).status.code(), Some(3), "{command:?}");
    }
}

#[test]
fn points_are_earned_and_spent_by_key_and_the_ledger_proves_them() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let file = data.join("orders.csv");
    std::fs::write(&file, "order_no,customer_id,ordered_at,order_amount\nA-1,M7,2026-03-01,100.00\n").unwrap();
    let imported = run(data, &["import", "orders", file.to_str().unwrap(), "--currency", "CNY"]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let points = |what: &str, more: &[&str]| {
        let mut words = vec!["points", what, "--member", "M7"];
        words.extend(more);
        run(data, &words)
    };
    let told = |output: std::process::Output| -> Value {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    assert_eq!(points("balance", &[]).status.code(), Some(3), "there is no wallet");
    let defined = done(data, &["points", "define", "points", "--months", "12", "--zone", "Asia/Tokyo"]);
    let longer = done(data, &["points", "define", "points", "--months", "24"]);
    assert_eq!((&defined["version"], &longer["version"]), (&json!(1), &json!(2)));
    assert_eq!(
        (&longer["zone"], &longer["limits"]),
        (&json!("Asia/Tokyo"), &defined["limits"]),
        "what is not named stays"
    );
    let earned = told(points("earn", &["--amount", "120", "--key", "A-1", "--order", "A-1"]));
    assert_eq!(told(points("earn", &["--amount", "120", "--key", "A-1", "--order", "A-1"])), earned);
    assert_eq!(points("earn", &["--amount", "121", "--key", "A-1", "--order", "A-1"]).status.code(), Some(3));
    let hold = told(points("hold", &["--amount", "50", "--key", "h"]));
    let id = hold["id"].as_str().unwrap();
    told(points("capture", &["--hold", id, "--amount", "20", "--key", "c"]));
    let other = told(points("hold", &["--amount", "5", "--key", "h2", "--ttl-seconds", "60"]));
    told(points("release", &["--hold", other["id"].as_str().unwrap(), "--key", "r"]));
    told(points("spend", &["--amount", "30", "--key", "s"]));
    assert_eq!(points("spend", &["--amount", "71", "--key", "s2"]).status.code(), Some(3));
    let has = told(points("balance", &[]));
    assert_eq!((&has["balance"], &has["available"], &has["held"]), (&json!(70), &json!(70), &json!(0)));
    let statement = told(points("statement", &[]));
    let kinds: Vec<&str> =
        statement["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["spend", "spend", "release", "hold", "capture", "hold", "earn"]);
    let spent = statement["items"][1]["id"].as_str().unwrap();
    told(points("refund", &["--debit", spent, "--total", "10", "--key", "b"]));
    told(points("reverse", &["--entry", spent, "--key", "all"]));
    told(points("clawback", &["--order", "A-1", "--total", "100", "--key", "back"]));
    assert_eq!(told(points("balance", &[]))["balance"], 0);
    assert_eq!(points("transfer", &["--to", "M7", "--amount", "1", "--key", "gift"]).status.code(), Some(3));
    assert_eq!(done(data, &["ledger", "close-day"])["transactions"], 0);
    let proof = done(data, &["ledger", "verify"]);
    let figures = (&proof["members"], &proof["postings"], &proof["differences"]);
    assert_eq!(figures, (&json!(1), &json!(11), &json!(0)));
}

#[test]
fn a_rule_by_which_orders_earn_is_defined_changed_listed_and_ended() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let rule = ["points", "rule", "lens", "--lines", "category is \"lens\"", "--return-days", "14", "--cap", "500"];
    assert_eq!(run(data, &rule).status.code(), Some(3), "there is no wallet");
    done(data, &["points", "define", "points"]);
    let made = done(data, &rule);
    assert_eq!(
        (&made["version"], &made["lines"], &made["cap"]["max"]),
        (&json!(1), &json!("category is \"lens\""), &json!(500))
    );
    assert_eq!(run(data, &["points", "rule", "lens", "--orders", "stor is \"S1\""]).status.code(), Some(3));
    assert_eq!(done(data, &["points", "rule", "lens", "--units", "3", "--per", "200"])["version"], 2);
    let ended = done(data, &["points", "archive-rule", "lens"]);
    assert!(ended["archived_at"].is_string(), "{ended}");
    assert_eq!(done(data, &["points", "rules"])["items"], json!([ended]));
    assert_eq!(run(data, &["points", "archive-rule", "base"]).status.code(), Some(3));
}
