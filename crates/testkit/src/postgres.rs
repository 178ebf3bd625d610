//! A PostgreSQL server for the time of a test process.
//!
//! A supervising shell starts the server and waits on its standard input, whose other end this process holds and
//! never writes to. When this process ends, however it ends, the shell reads the end of input, stops the server
//! and removes its folder. `postgres` refuses to run as root, so root hands over to another user.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

const URL_VARIABLE: &str = "PERENNIAL_TEST_POSTGRES_URL";
/// Users to whom root hands over, the first that exists.
const OTHER_USERS: [&str; 2] = ["postgres", "nobody"];
/// Connections: many tests run at once, each with a pool.
const SETTINGS: &str =
    "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=500";

/// `$1` run-as prefix, `$2` folder of the binaries, `$3` folder of the server, `$4` settings.
const SUPERVISOR: &str = r#"
trap '' INT TERM HUP
$1 "$2/initdb" -D "$3/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$3/log" 2>&1 &&
$1 "$2/pg_ctl" -D "$3/data" -w -t 60 -l "$3/data/server.log" -o "-k $3 $4" start >>"$3/log" 2>&1 ||
{ cat "$3/log" "$3/data/server.log" >&2; rm -rf "$3"; exit 1; }
echo ready
cat >/dev/null
$1 "$2/pg_ctl" -D "$3/data" -m immediate stop >/dev/null 2>&1
rm -rf "$3"
"#;

pub(crate) struct Server {
    psql: PathBuf,
    /// Address with `{}` for the name of the database.
    address: Address,
    /// Held so that the supervisor's input stays open until this process ends.
    _supervisor: Option<Child>,
}

enum Address {
    Socket(PathBuf),
    Given { before: String, after: String },
}

/// The server of this process; `None`, with a loud line, where there is none.
pub(crate) fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(start).as_ref()
}

impl Server {
    pub(crate) fn url(&self, database: &str) -> String {
        match &self.address {
            Address::Socket(folder) => format!("postgres://postgres@localhost/{database}?host={}", folder.display()),
            Address::Given { before, after } => format!("{before}/{database}{after}"),
        }
    }

    pub(crate) fn create_database(&self, name: &str, template: Option<&str>) {
        let template = template.map(|template| format!(" TEMPLATE {template}")).unwrap_or_default();
        self.run(&format!("CREATE DATABASE {name}{template}"));
    }

    pub(crate) fn drop_database(&self, name: &str) {
        self.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }

    fn run(&self, sql: &str) {
        let output = Command::new(&self.psql)
            .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &self.url("postgres"), "-c", sql])
            .output()
            .expect("psql starts");
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

fn start() -> Option<Server> {
    if let Ok(url) = std::env::var(URL_VARIABLE) {
        return Some(given(&url, find_binaries("psql")));
    }
    let Some(binaries) = find_binaries("initdb") else {
        let missing = format!("PostgreSQL is not installed and {URL_VARIABLE} is not set");
        assert!(std::env::var_os("CI").is_none(), "{missing}");
        eprintln!("\n*** TESTS ON POSTGRESQL ARE SKIPPED: {missing} ***\n");
        return None;
    };
    Some(launch(&binaries))
}

/// A server that was asked for by name: tests that cannot reach it must not vanish.
fn given(url: &str, clients: Option<PathBuf>) -> Server {
    let Some(clients) = clients else {
        panic!("{URL_VARIABLE} is set, and psql, which makes the databases of the tests, is not installed");
    };
    Server { psql: clients.join("psql"), address: given_address(url), _supervisor: None }
}

/// Replaces the database in `postgres://user@host:port/database?options`.
fn given_address(url: &str) -> Address {
    let (body, options) = match url.split_once('?') {
        Some((body, options)) => (body, format!("?{options}")),
        None => (url, String::new()),
    };
    let authority = body.find("://").map_or(0, |place| place + 3);
    let end = body[authority..].find('/').map_or(body.len(), |place| authority + place);
    Address::Given { before: body[..end].to_owned(), after: options }
}

fn launch(binaries: &Path) -> Server {
    let folder = tempfile::Builder::new().prefix("perennial-pg-").tempdir().expect("a folder for PostgreSQL").keep();
    let run_as = run_as(&folder);
    let mut supervisor = Command::new("/bin/sh")
        .args(["-c", SUPERVISOR, "perennial-postgres", &run_as])
        .arg(binaries)
        .arg(&folder)
        .arg(SETTINGS)
        .current_dir(&folder)
        // Not stopped by the terminal together with the tests: it has to clean up.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell starts");
    let mut line = String::new();
    let stdout = supervisor.stdout.take().expect("standard output is piped");
    BufReader::new(stdout).read_line(&mut line).expect("the supervisor answers");
    assert_eq!(line.trim(), "ready", "PostgreSQL did not start, see above");
    Server { psql: binaries.join("psql"), address: Address::Socket(folder), _supervisor: Some(supervisor) }
}

/// The words to put before a command so that it does not run as root; gives the folder to that user.
fn run_as(folder: &Path) -> String {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if !is_root {
        return String::new();
    }
    let user = OTHER_USERS.into_iter().find(|user| succeeds("id", &["-u", user])).expect("a user other than root");
    let folder = folder.to_str().expect("a folder with a plain name");
    assert!(succeeds("chown", &[user, folder]), "the folder could not be given to {user}");
    if succeeds("setpriv", &["--version"]) {
        format!("setpriv --reuid={user} --regid={} --clear-groups", group_of(user))
    } else {
        format!("runuser -u {user} --")
    }
}

fn group_of(user: &str) -> String {
    let output = Command::new("id").args(["-g", user]).output().expect("id starts");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// The newest of Debian's folders, or where the program is on the path.
fn find_binaries(program: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join(program).exists())
        .collect();
    found.sort();
    if let Some((_, folder)) = found.pop() {
        return Some(folder);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| folder.join(program).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_given_address_is_replaced() {
        let server = |url| given(url, Some(PathBuf::new()));
        assert_eq!(server("postgres://u:p@h:1/x?a=b").url("y"), "postgres://u:p@h:1/y?a=b");
        assert_eq!(server("postgres://u@h").url("y"), "postgres://u@h/y");
    }

    #[test]
    #[should_panic(expected = "psql")]
    fn a_given_server_without_psql_is_a_failure() {
        given("postgres://u@h/x", None);
    }
}
