//! A server of one test: started, asked over HTTP, told to stop; what it logged is kept.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What takes longer hangs.
pub const STEP_MAX: Duration = Duration::from_secs(120);
/// How often something is looked for that no event tells.
const LOOK: Duration = Duration::from_millis(40);

pub struct Server {
    child: Child,
    pub address: String,
    /// The token of the first administrator's link.
    pub link_token: Option<String>,
    log: Arc<Mutex<String>>,
    log_lines: Receiver<String>,
}

pub struct Answer {
    pub status: u16,
    pub headers: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.body))
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }
}

impl Server {
    /// On a free port, with the flags given.
    pub fn start(data: &Path, flags: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_perennial"));
        command.args(["serve", "--json", "--listen", "127.0.0.1:0"]).args(flags).arg("--data").arg(data);
        command.env_remove("PERENNIAL_DATABASE_URL").stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (first_line, announced) = channel();
        let stdout = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _nobody_listens = first_line.send(line).is_err();
            }
        });
        let log = Arc::new(Mutex::new(String::new()));
        let (lines, log_lines) = channel();
        let (stderr, kept) = (child.stderr.take().unwrap(), Arc::clone(&log));
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut log = kept.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
                drop(log);
                let _nobody_listens = lines.send(line).is_err();
            }
        });
        let announced = announced.recv_timeout(STEP_MAX).unwrap();
        let announced: Value = serde_json::from_str(&announced).unwrap();
        let link_token = announced["sign_in_link"].as_str().and_then(|link| link.split_once("link="));
        Self {
            child,
            address: announced["listening"].as_str().unwrap().to_owned(),
            link_token: link_token.map(|(_, token)| token.to_owned()),
            log,
            log_lines,
        }
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(STEP_MAX)).unwrap();
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        if !headers.iter().any(|(name, _)| *name == "Content-Type") {
            head.push_str("Content-Type: application/json\r\n");
        }
        headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
        head.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (headers, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = headers.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, headers: headers.to_owned(), body: body.to_owned() }
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers, "")
    }

    /// Looks until something is so.
    pub fn until(&self, what: &str, mut so: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !so() {
            assert!(begun.elapsed() < STEP_MAX, "{what}: not within {STEP_MAX:?}; {}", self.log());
            match self.log_lines.recv_timeout(LOOK) {
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => panic!("{what}: the server ended: {}", self.log()),
            }
        }
    }

    /// Waits for a line of the log.
    pub fn until_logged(&self, part: &str) {
        loop {
            let line = self.log_lines.recv_timeout(STEP_MAX);
            match line {
                Ok(line) if line.contains(part) => return,
                Ok(_) => {}
                Err(error) => panic!("{part:?} was not logged ({error}): {}", self.log()),
            }
        }
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// SIGTERM, as a service manager sends it.
    pub fn terminate(&self) {
        let kill = format!("kill -TERM {}", self.child.id());
        assert!(Command::new("sh").arg("-c").arg(kill).status().unwrap().success());
    }

    /// How it ended, and all it had logged.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let ended = self.child.wait().unwrap();
        // The log is whole when its pipe is closed.
        while self.log_lines.recv_timeout(STEP_MAX).is_ok() {}
        (ended, self.log())
    }

    pub fn stop(self) -> (ExitStatus, String) {
        self.terminate();
        self.wait()
    }
}

/// A test that failed leaves no server behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.child.kill().is_err();
        let _ended = self.child.wait().is_ok();
    }
}
