//! What operators rely on: logs without personal data, metrics with bounded labels, a stop that loses nothing.

use crate::kill::{Workspace, orders};
use crate::kill_serve::Stage;
use crate::serving::{Answer, Server};
use perennial_app::imports::{self, ImportState};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const MAIL: &str = "li.wei.private@example.com";
const PHONE: &str = "13812345678";
const NAME: &str = "Li Wei-Private";
const CUSTOMER_ID: &str = "crm-private-4711";
const ORDER_NO: &str = "order-private-0815";
const ADMINISTRATOR: &str = "ann.private@example.com";
const PASSWORD: &str = "a private horse battery";

/// A person who has signed in, by cookie and token against forgery.
struct Session {
    cookie: String,
    csrf_token: String,
}

impl Session {
    fn of(answer: &Answer) -> Self {
        let cookie = answer.headers.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { cookie, csrf_token: answer.json()["csrf_token"].as_str().unwrap().to_owned() }
    }

    fn ask(&self, server: &Server, method: &str, path: &str, body: &Value) -> Answer {
        let headers = [("Cookie", self.cookie.as_str()), ("X-CSRF-Token", self.csrf_token.as_str())];
        server.ask(method, path, &headers, &if body.is_null() { String::new() } else { body.to_string() })
    }
}

fn sign_in(server: &Server, password: &str) -> Answer {
    let body = json!({ "email": ADMINISTRATOR, "password": password });
    server.ask("POST", "/api/v1/session", &[], &body.to_string())
}

/// The first administrator comes by the link, sets a password, goes wrong once, and signs in.
fn administrator(server: &Server) -> Session {
    let link = json!({ "token": server.link_token.as_ref().unwrap() });
    let first = Session::of(&server.ask("POST", "/api/v1/session/link", &[], &link.to_string()).expect(200));
    let account = json!({ "email": ADMINISTRATOR, "name": "Ann Private", "new_password": PASSWORD });
    first.ask(server, "PUT", "/api/v1/session/password", &account).expect(200);
    sign_in(server, "a wrong private guess").expect(401);
    Session::of(&sign_in(server, PASSWORD).expect(200))
}

/// A file with somebody in it, and rows that cannot be read, with somebody in them too.
fn orders_of_somebody() -> String {
    format!(
        "order_no,customer_id,email,phone,name,ordered_at,order_amount\n\
         {ORDER_NO},{CUSTOMER_ID},{MAIL},{PHONE},{NAME},2025-03-01,100.00\n\
         {ORDER_NO}-2,{CUSTOMER_ID},{MAIL},{PHONE},{NAME},2025-03-02,{MAIL}\n\
         {ORDER_NO}-3,{CUSTOMER_ID},{MAIL},{PHONE},{NAME},never,100.00\n"
    )
}

fn import(server: &Server, session: &Session) {
    let people =
        format!("customer_id,email,phone,name\n{CUSTOMER_ID},{MAIL},{PHONE},{NAME}\n,{MAIL}-,{NAME},{PHONE}\n");
    let people_mean = json!({ "customer_id": "customer_id", "email": "email", "phone": "phone", "name": "name" });
    import_file(server, session, "customers", &people, people_mean);
    let orders_mean = json!({ "order_no": "order_no", "customer_id": "customer_id", "email": "email", "phone": "phone",
        "name": "ignore", "ordered_at": "ordered_at", "order_amount": "order_amount" });
    let done = import_file(server, session, "orders", &orders_of_somebody(), orders_mean);
    assert_eq!((&done["result"]["accepted"], &done["result"]["rejected"]), (&json!(1), &json!(2)), "{done}");
}

fn import_file(server: &Server, session: &Session, kind: &str, content: &str, mapping: Value) -> Value {
    let headers = [
        ("Cookie", session.cookie.as_str()),
        ("X-CSRF-Token", session.csrf_token.as_str()),
        ("Content-Type", "application/octet-stream"),
    ];
    let path = format!("/api/v1/uploads?name={ORDER_NO}.csv");
    let upload = server.ask("POST", &path, &headers, content).expect(201).json();
    let body = json!({ "kind": kind, "uploads": [upload["id"]], "mapping": mapping, "options": { "currency": "CNY" } });
    let made = session.ask(server, "POST", "/api/v1/imports", &body).expect(202).json();
    let path = format!("/api/v1/imports/{}", made["id"].as_str().unwrap());
    let mut seen = Value::Null;
    server.until("the import", || {
        seen = session.ask(server, "GET", &path, &Value::Null).expect(200).json();
        assert_ne!(seen["state"], "failed", "{seen}");
        seen["state"] == "done"
    });
    seen
}

#[test]
fn the_log_of_an_import_and_a_sign_in_names_nobody_even_at_debug() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--log", "debug"]);
    let session = administrator(&server);
    import(&server, &session);
    let token = session.ask(&server, "POST", "/api/v1/tokens", &json!({ "name": "till", "role": "clerk" })).expect(201);
    let token = token.json()["token"].as_str().unwrap().to_owned();
    let source =
        session.ask(&server, "POST", "/api/v1/sources", &json!({ "name": "shop", "kind": "website" })).expect(201);
    let write_key = source.json()["write_key"].as_str().unwrap().to_owned();

    // Looked for, named in a path, told by an SDK, and all of that badly.
    let found = session.ask(&server, "GET", &format!("/api/v1/customers?search={PHONE}"), &Value::Null).expect(200);
    assert_eq!(found.json()["total"], 1);
    let id = found.json()["items"][0]["id"].as_str().unwrap().to_owned();
    session.ask(&server, "GET", &format!("/api/v1/customers/{id}"), &Value::Null).expect(200);
    session.ask(&server, "GET", &format!("/api/v1/customers/{MAIL}"), &Value::Null).expect(404);
    let bearer = format!("Bearer {token}");
    server.get(&format!("/api/v1/customers?search={MAIL}"), &[("Authorization", &bearer)]);
    server.get("/api/v1/customers", &[("Authorization", &format!("Bearer {token}-mistyped"))]).expect(401);
    let told = json!({ "writeKey": write_key, "type": "identify", "userId": CUSTOMER_ID, "messageId": "m-1",
        "traits": { "email": MAIL, "phone": PHONE, "name": NAME } });
    server.ask("POST", "/v1/identify", &[("X-Retry-Count", "1")], &told.to_string()).expect(200);
    let broken = told.to_string().replace('}', "");
    assert!(server.ask("POST", "/v1/identify", &[], &broken).status >= 400);
    server.get(&format!("/v1/projects/{write_key}/settings"), &[]).expect(200);
    assert!(server.ask("POST", "/api/v1/imports", &[("Cookie", &session.cookie)], MAIL).status >= 400);

    let link = server.link_token.clone().unwrap();
    let (ended, log) = server.stop();
    assert!(ended.success(), "{ended}");
    assert!(log.contains("request answered") && log.contains("/api/v1/customers/{id}"), "{log}");
    assert!(log.contains("DEBUG"), "it says more than at info");
    assert_names_nobody(&log);
    let cookie = session.cookie.split_once('=').unwrap().1;
    for (what, secret) in [
        ("link", link.as_str()),
        ("password", PASSWORD),
        ("guess", "a wrong private guess"),
        ("cookie", cookie),
        ("csrf token", &session.csrf_token),
        ("token", &token),
        ("write key", &write_key),
    ] {
        assert!(!log.contains(secret), "the {what} is in the log: {}", lines_with(&log, secret));
    }
}

fn lines_with(log: &str, part: &str) -> String {
    log.lines().filter(|line| line.contains(part)).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn assert_names_nobody(log: &str) {
    for person in [MAIL, PHONE, NAME, CUSTOMER_ID, ORDER_NO, ADMINISTRATOR, "Ann Private", "li.wei.private%40"] {
        assert!(!log.contains(person), "{person} is in the log: {}", lines_with(log, person));
    }
}

#[test]
fn the_log_of_an_import_from_the_command_line_names_nobody_even_at_debug() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("orders.csv");
    std::fs::write(&file, orders_of_somebody()).unwrap();
    for args in [&["import", "orders", file.to_str().unwrap()][..], &["value"], &["doctor"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_perennial"));
        command.args(args).args(["--json", "--log", "debug"]).arg("--data").arg(data.path());
        let output = command.env_remove("PERENNIAL_DATABASE_URL").output().unwrap();
        assert!(output.status.success(), "{args:?}");
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(log.contains("DEBUG"), "{args:?}");
        assert_names_nobody(&log);
    }
}

/// Families that `docs/logging.md` states, without what Prometheus adds to a histogram.
fn stated_families() -> BTreeSet<String> {
    let document =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/logging.md")).unwrap();
    let (_, metrics) = document.split_once("## Metrics").unwrap();
    let (metrics, _) = metrics.split_once("## Health").unwrap();
    let quoted = metrics.split('`').skip(1).step_by(2);
    quoted
        .filter(|word| word.contains('_') && !word.contains(['/', ' ', '<']) && !word.starts_with('_'))
        .map(str::to_owned)
        .collect()
}

/// Values of a label, of all series.
fn label_values(metrics: &str, label: &str) -> BTreeSet<String> {
    let mark = format!("{label}=\"");
    let lines = metrics.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some(line.split_once(&mark)?.1.split_once('"')?.0.to_owned())).collect()
}

#[test]
fn metrics_have_the_families_that_are_stated_and_labels_that_nobody_can_multiply() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let session = administrator(&server);
    import(&server, &session);
    for number in 0..30 {
        session.ask(&server, "GET", &format!("/api/v1/customers/cus_{number}"), &Value::Null).expect(404);
        server.get(&format!("/api/v1/made-up-{number}"), &[]);
        server.get(&format!("/v1/projects/key-{number}/settings"), &[]);
        server.ask(&format!("BREW{number}"), "/api/v1/customers", &[], "");
    }
    let mut text = String::new();
    // Facts are moved, and so counted, a moment after they came.
    server.until("the facts of the import", || {
        text = server.get("/metrics", &[]).expect(200).body;
        text.contains("journal_blocks_applied_total")
    });
    let families: BTreeSet<String> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next().map(str::to_owned)).collect();
    assert_eq!(families, stated_families(), "docs/logging.md states what GET /metrics has");

    let names: BTreeSet<String> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(['{', ',']).filter_map(|part| Some(part.split_once("=\"")?.0.to_owned())))
        .collect();
    assert!(
        names.iter().all(|name| ["method", "route", "status", "quantile", "le"].contains(&name.as_str())),
        "{names:?}"
    );
    let known = BTreeSet::from(["GET", "POST", "PUT", "OTHER"].map(str::to_owned));
    assert_eq!(label_values(&text, "method"), known);
    let routes = label_values(&text, "route");
    let patterns = ["/api/v1/customers/{id}", "/api/v1/uploads", "/api/v1/imports/{id}", "/api/v1/session"];
    assert!(patterns.iter().all(|pattern| routes.contains(*pattern)), "{routes:?}");
    // What the sender chose is in no label: thirty names became none.
    assert!(
        routes.iter().all(|route| !route.contains(|letter: char| letter.is_ascii_digit() && letter != '1')),
        "{routes:?}"
    );
    assert!(routes.len() < 20, "{routes:?}");
    assert!(label_values(&text, "status").iter().all(|status| status.len() == 3), "{text}");
}

#[test]
fn a_server_that_is_told_to_stop_ends_well_and_at_once() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    server.get("/healthz", &[]).expect(200);
    let (ended, log) = server.stop();
    assert_eq!((ended.code(), log.as_str()), (Some(0), ""));
}

/// The import cannot go on (somebody else writes), so it outlasts the grace. Nothing of it is lost: the next server goes
/// on at once, without waiting for a lease to run out.
#[test]
fn an_import_that_outlasts_a_stop_is_finished_by_the_next_server() {
    let undisturbed = Workspace::new(None);
    undisturbed.finish(&["import", "orders", orders().to_str().unwrap()]);
    let expected = undisturbed.export();

    let stage = Stage::new(Workspace::new(None));
    let state = || stage.runtime.block_on(imports::view(&stage.app, &stage.import_id)).unwrap().state;
    let server = Server::start(stage.workspace.data.path(), &[]);
    server.until("the import applies", || state() == ImportState::Applying);
    let writer = stage.runtime.block_on(stage.app.store.write()).unwrap();
    assert_eq!(state(), ImportState::Applying, "it was faster than the test");
    server.terminate();
    server.until_logged("work was still running");
    stage.runtime.block_on(async { drop(writer) });
    let (ended, log) = server.wait();
    assert_eq!(ended.code(), Some(0), "{log}");
    assert_eq!(state(), ImportState::Applying);

    let server = Server::start(stage.workspace.data.path(), &[]);
    server.until("the import is done", || stage.is_done());
    let (ended, log) = server.stop();
    assert_eq!(ended.code(), Some(0), "{log}");
    assert!(stage.workspace.export() == expected, "the export differs from that of an undisturbed import");
}
