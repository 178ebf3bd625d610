//! `perennial serve` is killed (SIGKILL) while it does the jobs of an import that waited in the queue: at random
//! moments, in the middle of a hand-over to history, and in the middle of a compaction. It is started again until all is
//! done, and what is exported afterwards is byte for byte that of an undisturbed server.
//!
//! `PERENNIAL_TEST_KILLS` says how many random kills each database gets; a failure names its seed. The lease of a
//! killed worker is ended by hand: nobody wants to wait a minute for each kill.

use crate::kill::{Moments, STEP_MAX, Workspace, kills_wanted, on_postgres, orders};
use perennial_app::access::Actor;
use perennial_app::imports::{self, ImportFile, ImportRequest, ImportState};
use perennial_app::random::SystemRandom;
use perennial_app::system_clock::SystemClock;
use perennial_app::{App, workspace};
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, Options};
use perennial_history::History;
use perennial_store::{Database, StoreUrl, inspect, jobs, journal};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Child;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const KILLS_USUAL: usize = 3;
/// A job that was lost so often is dead; each kill costs an attempt.
const KILLS_PER_WORKSPACE: usize = 4;
/// How often it is looked whether all is done, or whether a file has come.
const LOOK: Duration = Duration::from_millis(40);
const LOOK_FOR_FILE: Duration = Duration::from_millis(2);
/// A kill that should hit a moment and comes too late is tried again, in another workspace.
const TRIES_MAX: usize = 5;

/// A workspace with an import in its queue, and a handle on its store.
pub struct Stage {
    pub workspace: Workspace,
    pub app: App,
    pub import_id: String,
    pub runtime: Runtime,
}

/// What a look at a running server found.
enum Seen {
    Nothing,
    Enough,
}

impl Stage {
    pub fn new(mut workspace: Workspace) -> Self {
        workspace.small_steps = true;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (app, import_id) = runtime.block_on(enqueue_import(&workspace));
        Self { workspace, app, import_id, runtime }
    }

    /// Runs a server until `look` has seen enough, then kills it. It must not end by itself.
    fn serve_until(&self, pause: Duration, mut look: impl FnMut(Duration) -> Seen) {
        let mut child = self.workspace.start(&["serve", "--listen", "127.0.0.1:0"]);
        let ended = watch(&mut child);
        let begun = Instant::now();
        loop {
            match ended.recv_timeout(pause) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => panic!("the server ended: {:?}", child.wait()),
            }
            if matches!(look(begun.elapsed()), Seen::Enough) {
                break;
            }
            assert!(begun.elapsed() < STEP_MAX, "nothing came of it in {STEP_MAX:?}");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        self.runtime.block_on(end_leases(&self.app));
    }

    /// True where all was done before the limit.
    fn serve_for(&self, limit: Duration) -> bool {
        let mut done = false;
        self.serve_until(LOOK, |elapsed| {
            done = self.is_done();
            if done || elapsed > limit { Seen::Enough } else { Seen::Nothing }
        });
        done
    }

    /// Kills the server when the first file of this kind appears. True where no version names it: the work that
    /// wrote it was under way.
    fn kill_at_file(&self, prefix: &str) -> bool {
        self.serve_until(LOOK_FOR_FILE, |elapsed| {
            let came = !self.data_files(prefix).is_empty();
            // Seldom, it asks the store: nothing may come of it.
            let done = elapsed.as_millis() % 50 == 0 && self.is_done();
            if came || done { Seen::Enough } else { Seen::Nothing }
        });
        let log = self.log();
        self.data_files(prefix).iter().any(|name| !log.contains(name))
    }

    pub fn is_done(&self) -> bool {
        self.runtime.block_on(async {
            let mut tx = self.app.store.read().await.unwrap();
            let queue = jobs::counts(&mut tx).await.unwrap();
            let waiting = journal::counts(&mut tx).await.unwrap();
            drop(tx);
            let import = imports::view(&self.app, &self.import_id).await.unwrap();
            assert_eq!((queue.dead, waiting.set_aside_blocks), (0, 0), "{:?}", import.error);
            let facts = waiting.accepted_facts + waiting.applied_facts;
            import.state == ImportState::Done && queue.waiting + queue.running == 0 && facts == 0
        })
    }

    fn facts_folder(&self) -> PathBuf {
        self.workspace.data.path().join("history/facts")
    }

    fn data_files(&self, prefix: &str) -> Vec<String> {
        let mut names = Vec::new();
        let buckets = std::fs::read_dir(self.facts_folder()).into_iter().flatten().flatten();
        for file in buckets.flat_map(|bucket| std::fs::read_dir(bucket.path()).into_iter().flatten().flatten()) {
            let bucket = file.path().parent().and_then(|folder| Some(folder.file_name()?.to_owned())).unwrap();
            let name = file.file_name().to_string_lossy().into_owned();
            if name.starts_with(prefix) {
                names.push(format!("{}/{name}", bucket.to_string_lossy()));
            }
        }
        names
    }

    /// All entries of the table's log.
    fn log(&self) -> String {
        let entries = std::fs::read_dir(self.facts_folder().join("_delta_log")).unwrap().flatten();
        let json = entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "json"));
        json.map(|entry| std::fs::read_to_string(entry.path()).unwrap()).collect()
    }

    /// Lets it come to its end, and compares.
    fn expect(&self, expected: &[u8], told: &str) {
        assert!(self.serve_for(STEP_MAX), "{told}: it did not come to its end");
        let doctor = self.workspace.finish(&["doctor"]);
        assert!(doctor.contains("\"healthy\":true"), "{told}: {doctor}");
        assert!(self.workspace.export() == expected, "{told}: the export differs");
    }
}

/// Nothing is sent; the channel closes when the process has ended.
fn watch(child: &mut Child) -> Receiver<()> {
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (sender, ended) = channel();
    std::thread::spawn(move || {
        stdout.lines().for_each(drop);
        drop::<std::sync::mpsc::Sender<()>>(sender);
    });
    ended
}

async fn enqueue_import(workspace: &Workspace) -> (App, String) {
    let data = workspace.data.path();
    let usual = format!("sqlite://{}", data.join("perennial.db").display());
    let url = StoreUrl::parse(workspace.database_url.as_ref().unwrap_or(&usual)).unwrap();
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
    let path = orders();
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
    let id = imports::create(&app, &Actor::System("test"), request, true).await.unwrap();
    (app, id)
}

/// As if the minute of a dead worker's lease were over.
async fn end_leases(app: &App) {
    let mut tx = app.store.write().await.unwrap();
    inspect::texts(&mut tx, "UPDATE jobs SET lease_until = 0 WHERE state = 'running'").await.unwrap();
    tx.commit().await.unwrap();
}

fn survive_kills(seed: u64, new_workspace: &dyn Fn() -> Workspace) {
    let begun = Instant::now();
    let undisturbed = Stage::new(new_workspace());
    assert!(undisturbed.serve_for(STEP_MAX));
    let usual = begun.elapsed();
    let expected = undisturbed.workspace.export();
    assert!(expected.len() > 100_000, "the export of 2,357 customers has {} bytes", expected.len());

    for prefix in ["append-", "compact-"] {
        let in_the_middle =
            || (0..TRIES_MAX).map(|_| Stage::new(new_workspace())).find(|stage| stage.kill_at_file(prefix));
        let stage = in_the_middle().unwrap_or_else(|| panic!("no kill hit what writes {prefix} files"));
        stage.expect(&expected, &format!("killed while {prefix} files were written"));
    }

    let mut moments = Moments(seed);
    let mut kills = 0;
    while kills < kills_wanted(KILLS_USUAL) {
        let stage = Stage::new(new_workspace());
        for _ in 0..KILLS_PER_WORKSPACE {
            if stage.serve_for(moments.next(usual)) {
                break;
            }
            kills += 1;
        }
        stage.expect(&expected, &format!("seed {seed}, after {kills} kills"));
    }
}

#[test]
fn a_killed_server_on_sqlite_ends_as_an_undisturbed_one() {
    survive_kills(20_261_124, &|| Workspace::new(None));
}

#[test]
fn a_killed_server_on_postgres_ends_as_an_undisturbed_one() {
    on_postgres(|new_workspace| survive_kills(20_261_125, new_workspace));
}
