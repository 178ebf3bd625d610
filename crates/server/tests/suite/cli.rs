//! What programs rely on: with `--json` one object on standard output and nothing else there, the keys of the contract,
//! exit codes that mean something, no progress in a pipe.

use crate::kill::orders;
use perennial_app::access::Actor;
use perennial_app::imports::{self, ImportFile, ImportRequest};
use perennial_app::random::SystemRandom;
use perennial_app::system_clock::SystemClock;
use perennial_app::{App, workspace};
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, Options};
use perennial_history::History;
use perennial_store::{Database, StoreUrl};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

/// How a command ended, in pipes, as a program runs it.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn perennial(data: &Path, args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_perennial"));
    command.args(args).env("PERENNIAL_DATA", data).envs(variables.iter().copied());
    command.env_remove("PERENNIAL_DATABASE_URL").current_dir(data).stdin(Stdio::null());
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The object that a command with `--json` says when its work is done, and nothing beside it.
fn object(data: &Path, args: &[&str]) -> Map<String, Value> {
    let ran = perennial(data, &[args, &["--json"]].concat(), &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{args:?}");
    let Ok(Value::Object(object)) = serde_json::from_str(&ran.stdout) else {
        panic!("{args:?} is to write one JSON object: {}", ran.stdout)
    };
    object
}

#[track_caller]
fn assert_keys(object: &Map<String, Value>, keys: &[&str]) {
    let missing: Vec<&&str> = keys.iter().filter(|key| !object.contains_key(**key)).collect();
    assert!(missing.is_empty(), "{missing:?} are missing of {:?}", object.keys().collect::<Vec<_>>());
}

#[track_caller]
fn assert_numbers(object: &Value, keys: &[&str]) {
    for key in keys {
        assert!(object[key].is_number(), "{key} is a number: {object}");
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn file_of(folder: &TempDir, name: &str, content: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn import_says_the_counts_of_its_contract() {
    let data = folder();
    let content = "order_no,customer_id,ordered_at,order_amount,currency\n\
        1,A,2025-01-10,70.00,CNY\n2,B,2025-02-10,twelve,CNY\n3,B,2025-02-11,5.00,CNY\n";
    let path = file_of(&data, "orders.csv", content);
    let counts = |object: &Map<String, Value>| {
        ["rows", "accepted", "duplicates", "rejected", "customers", "orders"].map(|key| object[key].as_u64().unwrap())
    };
    let first = object(data.path(), &["import", "orders", &path]);
    assert_eq!(counts(&first), [3, 2, 0, 1, 2, 2]);
    let rejected = std::fs::read_to_string(first["rejected_file"].as_str().unwrap()).unwrap();
    assert!(rejected.contains("twelve"), "{rejected}");
    let again = object(data.path(), &["import", "orders", &path]);
    assert_eq!(counts(&again), [3, 0, 2, 1, 2, 2]);
    let clean = file_of(&data, "clean.csv", &content.replace("twelve", "12.00"));
    let clean = object(data.path(), &["import", "orders", &clean, "--dry-run"]);
    assert_eq!((counts(&clean), &clean["rejected_file"]), ([3, 1, 2, 0, 2, 2], &Value::Null));
    let people = file_of(&data, "people.csv", "customer_id,name,phone\nA,Ann,13800000001\nC,Cy,13800000003\n");
    let people = object(data.path(), &["import", "customers", &people]);
    assert_eq!(counts(&people), [2, 2, 0, 0, 3, 2]);

    let shown = object(data.path(), &["customer", "show", "A"]);
    assert_keys(&shown, &["id", "number", "display_name", "identities", "traits", "counters", "conflicts"]);
    assert_eq!((shown["display_name"].as_str(), &shown["counters"]["revenue"]), (Some("Ann"), &Value::from("70.00")));
    let listed = object(data.path(), &["doctor"]);
    assert_eq!(listed["healthy"], true);
    assert_keys(&object(data.path(), &["facts", "count"]), &["accepted", "duplicates", "quarantined", "last_at"]);
    assert_keys(&object(data.path(), &["migrate"]), &["store", "schema"]);
}

#[test]
fn a_rule_is_counted_over_the_history_now_and_as_of_the_past() {
    let data = folder();
    let content = "order_no,customer_id,ordered_at,order_amount,currency\n\
        1,A,2025-01-10,70.00,CNY\n2,B,2025-02-10,30.00,CNY\n3,B,2025-02-11,5.00,CNY\n4,C,2025-02-12,1.00,CNY\n";
    let orders = file_of(&data, "orders.csv", content);
    object(data.path(), &["import", "orders", &orders]);
    let count = |rule: &str, more: &[&str]| {
        let rule = file_of(&data, "rule", rule);
        let found = object(data.path(), &[&["segment", "count", "--rule", &rule][..], more].concat());
        assert_numbers(&Value::Object(found.clone()), &["count", "everybody", "micros"]);
        assert_eq!(found["everybody"], 3);
        found["count"].as_u64().unwrap()
    };
    assert_eq!(count("sum amount of orders >= 30.00 CNY", &[]), 2);
    assert_eq!(count(r#"{"not": {"count": {"of": ["orders"]}, "at_least": 2}}"#, &[]), 2);
    assert_eq!(count("sum amount of orders top 34%", &[]), 2);
    assert_eq!(count("never orders in last 30 days", &[]), 3);
    let then = ["--as-of", "2025-02-01T00:00:00Z"];
    assert_eq!((count("did orders", &then), count("never orders in last 30 days", &then)), (1, 2));
    let unknown = file_of(&data, "unknown", "has tag none");
    let ran = perennial(data.path(), &["segment", "count", "--rule", &unknown], &[]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let ran = perennial(data.path(), &["segment", "count", "--rule", &unknown, "--as-of", "yesterday"], &[]);
    assert!(ran.code == 2 && ran.stderr.contains("an instant, such as"), "{} {}", ran.code, ran.stderr);
}

#[test]
fn value_and_export_say_what_their_contract_names() {
    let data = folder();
    object(data.path(), &["import", "orders", orders().to_str().unwrap()]);
    let days = ["--fit-until", "1997-09-30", "--backtest-until", "1998-06-30", "--time-unit", "week"];
    let valued = object(data.path(), &[&["value"], &days[..]].concat());
    assert_keys(&valued, &["customers", "default_model", "models", "backtest", "rfm"]);
    assert_eq!((valued["customers"].as_u64(), valued["default_model"].as_str()), (Some(2_357), Some("pareto_nbd")));
    let models = [
        ("pareto_nbd", &["r", "alpha", "s", "beta"][..]),
        ("bg_nbd", &["r", "alpha", "a", "b"]),
        ("mbg_nbd", &["r", "alpha", "a", "b"]),
        ("gamma_gamma", &["p", "q", "gamma"]),
    ];
    assert_eq!(valued["models"].as_object().unwrap().len(), models.len());
    for (name, parameters) in models {
        let model = &valued["models"][name];
        assert_numbers(model, parameters);
        assert_numbers(model, &["log_likelihood"]);
        assert!(model["converged"].is_boolean() && model["warnings"].is_array(), "{name}: {model}");
    }
    let backtest = &valued["backtest"];
    assert_eq!((backtest["until"].as_str(), backtest["actual"].as_u64()), (Some("1998-06-30"), Some(1_882)));
    for figure in ["predicted", "mae", "rmse"] {
        assert_numbers(&backtest[figure], &["pareto_nbd", "bg_nbd", "mbg_nbd"]);
    }
    let cells = valued["rfm"]["cells"].as_object().unwrap();
    assert_eq!((cells.len(), cells.values().filter_map(Value::as_u64).sum::<u64>()), (125, 2_357));

    let csv = data.path().join("customers.csv");
    let exported = object(data.path(), &["export", "customers", "--format", "csv", "-o", csv.to_str().unwrap()]);
    assert_eq!((exported["customers"].as_u64(), exported["file"].as_str()), (Some(2_357), csv.to_str()));
    let text = std::fs::read_to_string(&csv).unwrap();
    let columns: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    for column in [
        "customer_id",
        "orders",
        "revenue",
        "recency",
        "frequency",
        "monetary",
        "rfm_cell",
        "rfm_group",
        "historical_value",
        "current_value",
        "potential_value",
        "potential_low",
        "potential_high",
        "lifetime_value",
        "probability_active",
    ] {
        assert!(columns.contains(&column), "{column} is no column of {columns:?}");
    }
    assert_eq!(text.lines().count(), 2_358);
    let parquet = data.path().join("customers.parquet");
    object(data.path(), &["export", "customers", "--format", "parquet", "-o", parquet.to_str().unwrap()]);
    assert!(std::fs::read(&parquet).unwrap().starts_with(b"PAR1"));
}

#[test]
fn simulate_names_its_files_and_their_truth_and_they_can_be_imported() {
    let data = folder();
    let made_up = data.path().join("made-up");
    let folder = made_up.to_str().unwrap();
    let simulated = object(data.path(), &["simulate", "--customers", "40", "--seed", "5", "-o", folder]);
    assert_keys(&simulated, &["customers", "orders", "refunds", "order_lines", "truth", "spend", "files", "seed"]);
    assert_numbers(&simulated["truth"], &["r", "alpha", "a", "b"]);
    let files: BTreeMap<String, u64> = simulated["files"].as_array().unwrap().iter().map(written).collect();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["customers.csv", "orders.csv", "truth.csv"]);
    for (name, rows) in &files {
        let text = std::fs::read_to_string(made_up.join(name)).unwrap();
        assert_eq!(text.lines().count() as u64, rows + 1, "{name}");
    }
    let orders = made_up.join("orders.csv");
    let imported = object(data.path(), &["import", "orders", orders.to_str().unwrap()]);
    assert_eq!((imported["rows"].as_u64(), imported["rejected"].as_u64()), (Some(files["orders.csv"]), Some(0)));
}

fn written(file: &Value) -> (String, u64) {
    let path = Path::new(file["file"].as_str().unwrap());
    (path.file_name().unwrap().to_string_lossy().into_owned(), file["rows"].as_u64().unwrap())
}

#[test]
fn a_source_shows_its_write_key_once() {
    let data = folder();
    let created = object(data.path(), &["source", "create", "--name", "web shop", "--kind", "website"]);
    assert_keys(&created, &["id", "name", "kind", "state", "user_id_type", "rate_limit", "write_key"]);
    let id = created["id"].as_str().unwrap();
    let rotated = object(data.path(), &["source", "rotate-key", id]);
    assert_ne!(rotated["write_key"], created["write_key"]);
    for (command, state) in [("pause", "paused"), ("resume", "active")] {
        let changed = object(data.path(), &["source", command, id]);
        assert_eq!((changed["state"].as_str(), changed.get("write_key")), (Some(state), None));
    }
    let listed = object(data.path(), &["source", "list"]);
    let [source] = listed["items"].as_array().unwrap().as_slice() else { panic!("{listed:?}") };
    assert_eq!((source["id"].as_str(), source.get("write_key")), (Some(id), None));
    for secret in [&created["write_key"], &rotated["write_key"]] {
        assert!(!Value::Object(listed.clone()).to_string().contains(secret.as_str().unwrap()));
    }
}

/// A bar draws itself with carriage returns and escape codes; what remains of it in a log is rubbish.
#[test]
fn nothing_of_a_progress_bar_reaches_a_pipe() {
    let data = folder();
    let made_up = data.path().join("made-up");
    let path = orders();
    let out = data.path().join("out.csv");
    let commands: [&[&str]; 4] = [
        &["import", "orders", path.to_str().unwrap()],
        &["value"],
        &["export", "customers", "-o", out.to_str().unwrap()],
        &["simulate", "--customers", "3000", "-o", made_up.to_str().unwrap()],
    ];
    for command in commands {
        let ran = perennial(data.path(), command, &[]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{command:?}");
        assert!(!ran.stdout.is_empty() && !ran.stdout.contains(['\r', '\u{1b}']), "{command:?}: {}", ran.stdout);
    }
}

/// The codes that `perennial --help` states; 0 is in every other test.
#[test]
fn exit_codes_say_whose_fault_it_is() {
    let data = folder();
    let orders = file_of(&data, "orders.csv", "what,who\n1,2\n");
    let no_folder = data.path().join("orders.csv/data");
    let no_folder = no_folder.to_str().unwrap();
    let missing = data.path().join("missing.csv");
    let missing = missing.to_str().unwrap();
    let cases: [(i32, &str, &[&str]); 11] = [
        (1, "failed", &["doctor", "--data", no_folder]),
        (1, "failed", &["migrate", "--database-url", "mysql://root@127.0.0.1/nothing"]),
        (2, "", &["import", "orders"]),
        (2, "", &["value", "--time-unit", "year"]),
        (2, "", &["serve", "--listen", "somewhere"]),
        (2, "", &["nonsense"]),
        (3, "refused", &["import", "orders", missing]),
        (3, "refused", &["import", "orders", &orders]),
        (3, "refused", &["value"]),
        (3, "refused", &["value", "--fit-until", "soon"]),
        (3, "refused", &["customer", "show", "nobody@example.com"]),
    ];
    for (code, name, args) in cases {
        let ran = perennial(data.path(), &[args, &["--json"]].concat(), &[]);
        assert_eq!((ran.code, ran.stdout.as_str()), (code, ""), "{args:?}: {}", ran.stderr);
        // Wrong usage is told by the parser of arguments, before anybody knows of `--json`.
        if code != 2 {
            let told: Value = serde_json::from_str(&ran.stderr).unwrap();
            assert_eq!(told["code"], name, "{told}");
            assert!(told["error"].as_str().is_some_and(|text| !text.is_empty()), "{told}");
        }
    }
}

/// Another process holds the import: the code that says "later".
#[test]
fn an_import_that_another_process_runs_is_busy() {
    let data = folder();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let id = runtime.block_on(create_import(data.path()));
    let lock = data.path().join("imports").join(&id);
    std::fs::create_dir_all(&lock).unwrap();
    let lock = File::create(lock.join("lock")).unwrap();
    lock.lock().unwrap();
    let orders = orders();
    let command = ["import", "orders", orders.to_str().unwrap(), "--json"];
    let ran = perennial(data.path(), &command, &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (4, ""), "{}", ran.stderr);
    assert_eq!(serde_json::from_str::<Value>(&ran.stderr).unwrap()["code"], "busy");
    drop(lock);
    let done = perennial(data.path(), &command, &[]);
    let done: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!((done["import_id"].as_str(), done["accepted"].as_u64()), (Some(id.as_str()), Some(6_919)));
}

/// The import that the command line makes for the same file, not yet run.
async fn create_import(data: &Path) -> String {
    let url = StoreUrl::parse(&format!("sqlite://{}", data.join("perennial.db").display())).unwrap();
    let store = Database::open(&url).await.unwrap();
    let history = History::open(&data.join("history")).await.unwrap();
    workspace::tie(&store, &history, &SystemRandom).await.unwrap();
    let app = App {
        store,
        history: Arc::new(history),
        data_dir: Arc::new(data.to_owned()),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    };
    let path = std::fs::canonicalize(orders()).unwrap();
    let size_bytes = std::fs::metadata(&path).unwrap().len();
    let files = vec![ImportFile { name: "cdnow_sample.csv.gz".to_owned(), path, size_bytes }];
    let kind = ImportKind::Orders;
    let previewed = imports::preview(&app, kind, &files, &Mapping::default(), &Options::default()).await.unwrap();
    let request = ImportRequest {
        kind,
        files,
        mapping: previewed.mapping,
        options: previewed.options,
        currency_assumed: previewed.currency_assumed,
        dry_run: false,
    };
    let id = imports::create(&app, &Actor::System("test"), request, false).await.unwrap();
    app.store.close().await;
    id
}

#[test]
fn a_variable_does_what_its_flag_does() {
    let data = folder();
    for (value, is_json) in [("1", true), ("true", true), ("0", false)] {
        let ran = perennial(data.path(), &["doctor"], &[("PERENNIAL_JSON", value), ("PERENNIAL_TRY_AGAIN", "1")]);
        assert_eq!((ran.code, ran.stdout.starts_with('{')), (0, is_json), "{value}: {}{}", ran.stdout, ran.stderr);
    }
    let orders = file_of(&data, "orders.csv", "order_no,customer_id,ordered_at,order_amount\n1,A,2025-01-10,70.00\n");
    let variables = [("PERENNIAL_DRY_RUN", "yes"), ("PERENNIAL_JSON", "1"), ("PERENNIAL_CURRENCY", "CNY")];
    let ran = perennial(data.path(), &["import", "orders", &orders], &variables);
    let imported: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&imported["dry_run"], &imported["currency"]), (&Value::Bool(true), &Value::from("CNY")));
    assert_eq!((&imported["accepted"], &imported["customers"]), (&Value::from(1), &Value::from(0)));
}
