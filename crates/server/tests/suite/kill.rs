//! The process is killed (SIGKILL) at random moments of an import and of a value run, started again with the
//! same command, and what is exported afterwards is byte for byte that of an undisturbed run.
//!
//! `PERENNIAL_TEST_KILLS` says how many kills each database gets; a failure names its seed.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

const KILLS_USUAL: usize = 12;
/// A step that does not end by itself in this time hangs: a failure, not a kill.
pub const STEP_MAX: Duration = Duration::from_secs(300);

pub struct Workspace {
    pub data: tempfile::TempDir,
    pub database_url: Option<String>,
    /// Facts go to history block by block, and two files are worth a compaction.
    pub small_steps: bool,
}

impl Workspace {
    pub fn new(database_url: Option<String>) -> Self {
        Self { data: tempfile::tempdir().unwrap(), database_url, small_steps: false }
    }

    pub fn start(&self, args: &[&str]) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_perennial"));
        command.args(args).arg("--json").arg("--data").arg(self.data.path());
        command.env_remove("PERENNIAL_DATABASE_URL");
        if let Some(url) = &self.database_url {
            command.arg("--database-url").arg(url);
        }
        if self.small_steps {
            command.env("PERENNIAL_TEST_SMALL_STEPS", "1");
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
    }

    /// Lets the command run for at most `limit`, then kills it. The output where it ended by itself.
    pub fn run(&self, args: &[&str], limit: Duration) -> Option<String> {
        let mut child = self.start(args);
        let mut stdout = child.stdout.take().unwrap();
        let (sender, ended) = mpsc::channel();
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            // Nobody listens any more where the command was killed.
            let _nobody_listens = sender.send(()).is_err();
            text
        });
        let by_itself = ended.recv_timeout(limit).is_ok();
        if !by_itself {
            child.kill().unwrap();
        }
        let status = child.wait().unwrap();
        let text = reader.join().unwrap();
        // It may have ended between the limit and the kill: what counts is how.
        status.code()?;
        assert!(status.success(), "{args:?} failed: {status}");
        Some(text)
    }

    pub fn finish(&self, args: &[&str]) -> String {
        self.run(args, STEP_MAX).unwrap_or_else(|| panic!("{args:?} did not end within {STEP_MAX:?}"))
    }

    pub fn export(&self) -> Vec<u8> {
        let file = self.data.path().join("customers.csv");
        self.finish(&["export", "customers", "-o", file.to_str().unwrap()]);
        std::fs::read(file).unwrap()
    }
}

pub fn orders() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/data/cdnow_sample.csv.gz")
}

/// SplitMix64: any seed will do, and the one of a failure gives the same moments again.
pub struct Moments(pub u64);

impl Moments {
    pub fn next(&mut self, below: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        below.mul_f64(((value ^ (value >> 31)) >> 11) as f64 / (1u64 << 53) as f64)
    }
}

/// What an undisturbed run exports, and how long its two steps take.
fn undisturbed(workspace: &Workspace) -> (Vec<u8>, [Duration; 2]) {
    let file = orders();
    let begun = Instant::now();
    workspace.finish(&["import", "orders", file.to_str().unwrap()]);
    let imported = begun.elapsed();
    let begun = Instant::now();
    workspace.finish(&["value"]);
    (workspace.export(), [imported, begun.elapsed()])
}

fn kill_until_done(workspace: &Workspace, args: &[&str], usual: Duration, moments: &mut Moments) -> usize {
    let mut kills = 0;
    // A re-run has less left to do than the first one: now and then it is let through.
    while workspace.run(args, moments.next(usual.mul_f64(1.1))).is_none() {
        kills += 1;
        if kills % 8 == 0 {
            workspace.finish(args);
            break;
        }
    }
    kills
}

/// `usual` unless the environment says otherwise.
pub fn kills_wanted(usual: usize) -> usize {
    std::env::var("PERENNIAL_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn survive_kills(seed: u64, new_workspace: impl Fn() -> Workspace) {
    let wanted = kills_wanted(KILLS_USUAL);
    let (expected, [import_time, value_time]) = undisturbed(&new_workspace());
    assert!(expected.len() > 100_000, "the export of 2,357 customers has {} bytes", expected.len());
    let mut moments = Moments(seed);
    let mut kills = 0;
    let file = orders();
    while kills < wanted {
        let workspace = new_workspace();
        kills += kill_until_done(&workspace, &["import", "orders", file.to_str().unwrap()], import_time, &mut moments);
        kills += kill_until_done(&workspace, &["value"], value_time, &mut moments);
        let doctor = workspace.finish(&["doctor"]);
        assert!(doctor.contains("\"healthy\":true"), "seed {seed}, {kills} kills: {doctor}");
        assert!(workspace.export() == expected, "seed {seed}: after {kills} kills the export differs");
    }
}

#[test]
fn a_killed_import_or_value_run_on_sqlite_ends_as_an_undisturbed_one() {
    survive_kills(20_261_122, || Workspace::new(None));
}

#[test]
fn a_killed_import_or_value_run_on_postgres_ends_as_an_undisturbed_one() {
    on_postgres(|new_workspace| survive_kills(20_261_123, new_workspace));
}

/// Hands in what makes a workspace with a database of its own, where there is PostgreSQL.
pub fn on_postgres(test: impl FnOnce(&dyn Fn() -> Workspace)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    // Databases live until the end of the test: dropping one needs the runtime.
    let databases = std::cell::RefCell::new(Vec::new());
    if runtime.block_on(perennial_testkit::postgres_store()).is_none() {
        return;
    }
    test(&|| {
        let database = runtime.block_on(perennial_testkit::postgres_store()).unwrap();
        let url = database.url.clone();
        databases.borrow_mut().push(database);
        Workspace::new(Some(url))
    });
}
