//! The server is killed (SIGKILL) at random moments while it sends webhooks. Whatever it had said 200 to arrives at the
//! receiver at least once, always under the same id, and what is of one customer arrives in its order.
//!
//! `PERENNIAL_TEST_KILLS` says how many kills each database gets; a failure names its seed.

use crate::kill_tracking::{Moments, Workspace};
use perennial_app::access::sha256;
use perennial_domain::time::Instant;
use perennial_store::access::{TokenRow, insert_token};
use perennial_store::{Database, StoreUrl};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

const KILLS_USUAL: usize = 6;
const LIFE_MAX: Duration = Duration::from_millis(1_500);
const CUSTOMERS: usize = 4;
const REFUSED_ONCE: usize = 3;
/// What was under way when the server died is sent again when its lease is over.
const STEP_MAX: Duration = Duration::from_secs(120);

/// `webhook-id` and the order that the message tells of.
type Came = (String, String);

/// Says 200 to one order of each customer at the second time only.
fn receive() -> (String, Receiver<Came>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, came) = mpsc::channel();
    std::thread::spawn(move || {
        let mut refused = BTreeMap::new();
        for stream in listener.incoming().map_while(Result::ok) {
            let mut reader = BufReader::new(stream);
            let (mut id, mut length) = (String::new(), 0);
            let mut line = String::new();
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                let (name, value) = line.trim_end().split_once(": ").unwrap_or(("", ""));
                match name.to_ascii_lowercase().as_str() {
                    "webhook-id" => id = value.to_owned(),
                    "content-length" => length = value.parse().unwrap(),
                    _ => {}
                }
                line.clear();
            }
            let mut body = vec![0; length];
            // Killed in the middle of a message is killed.
            if id.is_empty() || reader.read_exact(&mut body).is_err() {
                continue;
            }
            let body: Value = serde_json::from_slice(&body).unwrap();
            let order = body["data"]["order_no"].as_str().unwrap().to_owned();
            let number: usize = order.rsplit('-').next().unwrap().parse().unwrap();
            // What follows of the customer waits for five seconds.
            let fails = number == REFUSED_ONCE && refused.insert(id.clone(), ()).is_none();
            let status = if fails { "500 X" } else { "200 OK" };
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _hung_up = reader.get_mut().write_all(answer.as_bytes()).is_err();
            let _nobody_listens = sender.send((id, order)).is_err();
        }
    });
    (url, came)
}

fn serve(workspace: &Workspace) -> (Child, String) {
    let mut command: Command = workspace.command(&["serve", "--listen", "127.0.0.1:0", "--allow-private-targets"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let (sender, first_line) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        let _nobody_listens = sender.send(read.map(|_| line)).is_err();
    });
    let line = first_line.recv_timeout(STEP_MAX).unwrap().unwrap();
    let listening: Value = serde_json::from_str(&line).unwrap();
    (child, listening["listening"].as_str().unwrap().to_owned())
}

/// The status; `None` where there was no answer.
fn put_order(address: &str, token: &str, customer: usize, number: usize) -> Option<u16> {
    let body = json!({
        "order_no": format!("{customer}-{number}"), "ordered_at": "2026-11-01T00:00:00Z", "currency": "GBP",
        "identifiers": [{ "type": "customer_id", "value": format!("C{customer}") }],
        "lines": [{ "sku": "S", "amount_minor": 100 }],
    })
    .to_string();
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(STEP_MAX)).ok()?;
    let head = format!(
        "PUT /api/v1/orders HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let text = String::from_utf8(answer).ok()?;
    let status = text.split(' ').nth(1)?.parse().ok()?;
    (status != 200 || text.ends_with('}')).then_some(status)
}

/// Sends one order after the other until the server is gone; returns the first that was not acknowledged.
fn tell_until_gone(address: &str, token: &str, customer: usize, first: usize) -> usize {
    let mut number = first;
    loop {
        match put_order(address, token, customer, number) {
            Some(200) => number += 1,
            Some(503) => {}
            Some(status) => panic!("customer {customer}, order {number}: {status}"),
            None => return number,
        }
    }
}

fn survive_kills(seed: u64, workspace: &Workspace, token: &str) {
    let wanted = std::env::var("PERENNIAL_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS_USUAL);
    let (url, came) = receive();
    let created = ["webhook", "create", "--url", &url, "--events", "order.created", "--allow-private-targets"];
    let created = workspace.run(&created);
    assert!(created["secret"].as_str().unwrap().starts_with("whsec_"));
    let mut moments = Moments(seed);
    let mut next = [0usize; CUSTOMERS];
    for _ in 0..wanted {
        let (mut server, address) = serve(workspace);
        let (nobody_sends, killed_at) = mpsc::channel::<()>();
        let tellers: Vec<_> = (0..CUSTOMERS)
            .map(|customer| {
                let (address, token, first) = (address.clone(), token.to_owned(), next[customer]);
                std::thread::spawn(move || tell_until_gone(&address, &token, customer, first))
            })
            .collect();
        // Nothing is ever sent: this waits for the moment.
        assert!(killed_at.recv_timeout(moments.within(LIFE_MAX)).is_err());
        drop(nobody_sends);
        server.kill().unwrap();
        server.wait().unwrap();
        for (customer, thread) in tellers.into_iter().enumerate() {
            next[customer] = thread.join().unwrap();
        }
    }
    assert!(next.iter().sum::<usize>() > 0, "seed {seed}: nothing was ever acknowledged");
    // The last one of each once more: it may be there already, and is told once.
    let (mut server, address) = serve(workspace);
    for (customer, number) in next.iter().enumerate() {
        while put_order(&address, token, customer, *number) != Some(200) {}
    }
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut first_seen: Vec<Vec<usize>> = vec![Vec::new(); CUSTOMERS];
    let complete = |seen: &[Vec<usize>]| seen.iter().zip(next).all(|(seen, last)| seen.len() == last + 1);
    while !complete(&first_seen) {
        match came.recv_timeout(STEP_MAX) {
            Ok((id, order)) => match ids.get(&order) {
                Some(known) => assert_eq!(*known, id, "seed {seed}: {order} has another id"),
                None => {
                    let (customer, number) = order.split_once('-').unwrap();
                    first_seen[customer.parse::<usize>().unwrap()].push(number.parse().unwrap());
                    ids.insert(order, id);
                }
            },
            Err(RecvTimeoutError::Timeout) => panic!("seed {seed}: of {next:?} these came: {first_seen:?}"),
            Err(RecvTimeoutError::Disconnected) => panic!("the receiver ended"),
        }
    }
    for (customer, seen) in first_seen.iter().enumerate() {
        let expected: Vec<usize> = (0..=next[customer]).collect();
        assert_eq!(*seen, expected, "seed {seed}: customer {customer}");
    }
    server.kill().unwrap();
    server.wait().unwrap();
    let listed = workspace.run(&["webhook", "list"]);
    assert_eq!((&listed["items"][0]["failed"], &listed["items"][0]["expired"]), (&json!(0), &json!(0)), "{listed}");
    let doctor = workspace.run(&["doctor"]);
    assert_eq!(doctor["healthy"], true, "seed {seed}: {doctor}");
}

/// A token that may send orders and nothing else.
async fn sender_token(workspace: &Workspace) -> String {
    let usual = format!("sqlite://{}", workspace.data.path().join("perennial.db").display());
    let url = StoreUrl::parse(workspace.database_url.as_ref().unwrap_or(&usual)).unwrap();
    let store = Database::open(&url).await.unwrap();
    let secret = "pat_of_a_test_that_kills_servers".to_owned();
    let row = TokenRow {
        id: "tok_test".to_owned(),
        token_hash: sha256(secret.as_bytes()),
        name: "test".to_owned(),
        role: "sender".to_owned(),
        created_by: "test".to_owned(),
        created_at: Instant(0),
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
    };
    let mut tx = store.write().await.unwrap();
    insert_token(&mut tx, &row).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    secret
}

fn survive(seed: u64, workspace: &Workspace, runtime: &tokio::runtime::Runtime) {
    workspace.run(&["migrate"]);
    let token = runtime.block_on(sender_token(workspace));
    survive_kills(seed, workspace, &token);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

#[test]
fn what_a_killed_server_was_sending_arrives_in_order_under_one_id_on_sqlite() {
    let workspace = Workspace { data: tempfile::tempdir().unwrap(), database_url: None };
    survive(20_261_129, &workspace, &runtime());
}

#[test]
fn what_a_killed_server_was_sending_arrives_in_order_under_one_id_on_postgres() {
    let runtime = runtime();
    let Some(database) = runtime.block_on(perennial_testkit::postgres_store()) else { return };
    let database_url = Some(database.url.clone());
    survive(20_261_130, &Workspace { data: tempfile::tempdir().unwrap(), database_url }, &runtime);
    // Dropping the database needs the runtime.
    drop(database);
    drop(runtime);
}
