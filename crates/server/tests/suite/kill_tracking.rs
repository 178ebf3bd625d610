//! The server is killed (SIGKILL) at random moments while messages come in. Whatever it had said 200 to is there, once;
//! what it had not is sent again, as the SDKs do, and is there once too.
//!
//! `PERENNIAL_TEST_KILLS` says how many kills each database gets; a failure names its seed.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const KILLS_USUAL: usize = 8;
/// A server that says nothing for so long hangs.
const STEP_MAX: Duration = Duration::from_secs(120);
/// Senders that send at once, each its own messages.
const SENDERS: usize = 3;
const MESSAGES_PER_BATCH: usize = 20;
/// Longest life of a server in this test.
const LIFE_MAX: Duration = Duration::from_millis(1_500);

pub struct Workspace {
    pub data: tempfile::TempDir,
    pub database_url: Option<String>,
}

impl Workspace {
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_perennial"));
        command.args(args).arg("--json").arg("--data").arg(self.data.path());
        command.env_remove("PERENNIAL_DATABASE_URL");
        if let Some(url) = &self.database_url {
            command.arg("--database-url").arg(url);
        }
        command.stdin(Stdio::null()).stderr(Stdio::inherit());
        command
    }

    pub fn run(&self, args: &[&str]) -> Value {
        let output = self.command(args).output().unwrap();
        assert!(output.status.success(), "{args:?} failed: {}", output.status);
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// A server on a free port, and its address.
    pub fn serve(&self) -> (Child, String) {
        let mut child = self.command(&["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
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
}

/// The status of the answer; `None` where there was none.
pub fn post(address: &str, path: &str, body: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(STEP_MAX)).ok()?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).ok()?;
    let mut answer = Vec::new();
    // Killed in the middle of an answer is killed.
    stream.read_to_end(&mut answer).ok()?;
    let text = String::from_utf8(answer).ok()?;
    if !text.ends_with("{\"success\":true}") {
        return text.split(' ').nth(1)?.parse().ok().filter(|status| *status != 200);
    }
    text.split(' ').nth(1)?.parse().ok()
}

/// The batch number `number` of a sender: always the same messages.
fn batch(key: &str, sender: usize, number: usize) -> String {
    let messages: Vec<String> = (0..MESSAGES_PER_BATCH)
        .map(|place| {
            format!(
                "{{\"type\":\"track\",\"event\":\"E\",\"userId\":\"user-{sender}\",\"messageId\":\"{sender}-{number}-{place}\"}}"
            )
        })
        .collect();
    format!("{{\"writeKey\":\"{key}\",\"batch\":[{}]}}", messages.join(","))
}

/// Sends one batch after the other until the server is gone; returns how many were acknowledged.
fn send_until_gone(address: &str, key: &str, sender: usize, first: usize) -> usize {
    let mut number = first;
    loop {
        match post(address, "/v1/batch", &batch(key, sender, number)) {
            Some(200) => number += 1,
            Some(503) => {}
            Some(status) => panic!("sender {sender}, batch {number}: {status}"),
            None => return number,
        }
    }
}

/// SplitMix64: any seed will do, and the one of a failure gives the same moments again.
pub struct Moments(pub u64);

impl Moments {
    fn next(&mut self) -> Duration {
        self.within(LIFE_MAX)
    }

    pub fn within(&mut self, longest: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        longest.mul_f64(((value ^ (value >> 31)) >> 11) as f64 / (1u64 << 53) as f64)
    }
}

fn survive_kills(seed: u64, workspace: &Workspace) {
    let wanted = std::env::var("PERENNIAL_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS_USUAL);
    let created = workspace.run(&["source", "create", "--name", "shop"]);
    let key = created["write_key"].as_str().unwrap().to_owned();
    let mut moments = Moments(seed);
    // Of each sender: the first batch that was not acknowledged.
    let mut next = [0usize; SENDERS];
    for _ in 0..wanted {
        let (mut server, address) = workspace.serve();
        let (nobody_sends, killed_at) = mpsc::channel::<()>();
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                let (address, key, first) = (address.clone(), key.clone(), next[sender]);
                std::thread::spawn(move || send_until_gone(&address, &key, sender, first))
            })
            .collect();
        // Nothing is ever sent: this waits for the moment.
        assert!(killed_at.recv_timeout(moments.next()).is_err());
        drop(nobody_sends);
        server.kill().unwrap();
        server.wait().unwrap();
        for (sender, thread) in senders.into_iter().enumerate() {
            next[sender] = thread.join().unwrap();
        }
    }
    let acknowledged: usize = next.iter().sum();
    assert!(acknowledged > 0, "seed {seed}: nothing was ever acknowledged");
    // Nothing runs: what was acknowledged is on disk. What was not acknowledged may be there as well, once.
    let counts = workspace.run(&["facts", "count"]);
    let accepted = counts["accepted"].as_u64().unwrap() as usize;
    let most = (acknowledged + SENDERS) * MESSAGES_PER_BATCH;
    assert!(
        (acknowledged * MESSAGES_PER_BATCH..=most).contains(&accepted),
        "seed {seed}: {acknowledged} batches were acknowledged, {accepted} messages are there"
    );
    let (mut server, address) = workspace.serve();
    for (sender, first_open) in next.iter().enumerate() {
        // The open one, and the one before it once more.
        for number in first_open.saturating_sub(1)..=*first_open {
            assert_eq!(post(&address, "/v1/batch", &batch(&key, sender, number)), Some(200));
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
    let counts = workspace.run(&["facts", "count"]);
    assert_eq!(counts["accepted"].as_u64().unwrap() as usize, most, "seed {seed}: {counts}");
    for (sender, first_open) in next.iter().enumerate() {
        let profile = workspace.run(&["customer", "show", &format!("user-{sender}")]);
        let events = profile["counters"]["events"].as_u64().unwrap() as usize;
        assert_eq!(events, (first_open + 1) * MESSAGES_PER_BATCH, "seed {seed}: applied otherwise than accepted");
    }
    let doctor = workspace.run(&["doctor"]);
    assert_eq!(doctor["healthy"], true, "seed {seed}: {doctor}");
}

#[test]
fn what_a_killed_server_acknowledged_is_there_once_on_sqlite() {
    survive_kills(20_261_127, &Workspace { data: tempfile::tempdir().unwrap(), database_url: None });
}

#[test]
fn what_a_killed_server_acknowledged_is_there_once_on_postgres() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let Some(database) = runtime.block_on(perennial_testkit::postgres_store()) else { return };
    let database_url = Some(database.url.clone());
    survive_kills(20_261_128, &Workspace { data: tempfile::tempdir().unwrap(), database_url });
    // Dropping the database needs the runtime.
    drop(database);
    drop(runtime);
}
