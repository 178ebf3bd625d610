//! What the command line says: one JSON object on standard output with `--json`, sentences without.
//! Logs and progress go to standard error.

use serde::Serialize;
use std::io::Write;
use std::process::ExitCode;

pub struct Output {
    json: bool,
}

/// Input that cannot be accepted: exit code 3. The text says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// Another process is doing this work: exit code 4.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Busy(pub String);

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'a str,
    code: &'a str,
}

impl Output {
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    pub fn is_json(&self) -> bool {
        self.json
    }

    /// The result of a command: the object for programs, the lines for people.
    pub fn result<T: Serialize>(&self, object: &T, lines: &[String]) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if self.json {
            serde_json::to_writer(&mut out, object)?;
            writeln!(out)?;
        } else {
            for line in lines {
                writeln!(out, "{line}")?;
            }
        }
        Ok(out.flush()?)
    }

    /// A line for people while work goes on; nothing with `--json`.
    pub fn note(&self, line: &str) {
        if !self.json {
            // A closed pipe must not end the work.
            let _closed = writeln!(std::io::stderr(), "{line}").is_err();
        }
    }

    pub fn fail(&self, error: &anyhow::Error) -> ExitCode {
        let (status, code) = if error.downcast_ref::<Refused>().is_some() {
            (3, "refused")
        } else if error.downcast_ref::<Busy>().is_some() {
            (4, "busy")
        } else {
            (1, "failed")
        };
        let text = format!("{error:#}");
        let mut stderr = std::io::stderr().lock();
        let written = if self.json {
            let body = serde_json::to_string(&ErrorBody { error: &text, code }).unwrap_or_default();
            writeln!(stderr, "{body}")
        } else {
            writeln!(stderr, "perennial: {text}")
        };
        let _closed = written.is_err();
        ExitCode::from(status)
    }
}
