//! A workspace for one story: a store of its own, a history of its own, a clock set by hand.

use perennial_app::access::Actor;
use perennial_app::imports::{self, ImportFile, ImportRequest, ImportView};
use perennial_app::random::Random;
use perennial_app::{App, customers, value, workspace};
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, Options};
use perennial_history::History;
use perennial_store::{Engine, inspect};
use perennial_testkit::{ManualClock, TestStore, postgres_store, sqlite_store};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

pub const TESTER: Actor = Actor::System("test");

pub struct Stage {
    pub app: App,
    pub folder: TempDir,
    pub clock: Arc<ManualClock>,
    _store: TestStore,
}

/// Counts up: ids differ, and a test that fails fails the same way again.
#[derive(Default)]
pub struct Counter(pub AtomicU64);

impl Random for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            // SplitMix64: without its mixing, the low bits of neighbours come again and again.
            let mut value = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = ((value ^ (value >> 31)) >> 56) as u8;
        }
    }
}

impl Stage {
    pub async fn sqlite() -> Self {
        Self::on(sqlite_store().await).await
    }

    pub async fn postgres() -> Option<Self> {
        Some(Self::on(postgres_store().await?).await)
    }

    async fn on(store: TestStore) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let history = History::open(&folder.path().join("history")).await.unwrap();
        workspace::tie(&store.database, &history, &Counter::default()).await.unwrap();
        let clock = Arc::new(ManualClock::at("2026-11-22T09:00:00Z"));
        let app = App {
            store: store.database.clone(),
            history: Arc::new(history),
            data_dir: Arc::new(folder.path().to_owned()),
            clock: Arc::<ManualClock>::clone(&clock),
            random: Arc::new(Counter::default()),
        };
        Self { app, folder, clock, _store: store }
    }

    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    pub async fn import(&self, kind: ImportKind, path: &Path) -> ImportView {
        self.import_with(kind, path, &Mapping::default(), false).await
    }

    pub async fn import_with(&self, kind: ImportKind, path: &Path, mapping: &Mapping, dry_run: bool) -> ImportView {
        let id = self.create(kind, path, mapping, dry_run, false).await;
        imports::run(&self.app, &id, &|_| {}).await.unwrap()
    }

    /// An import that waits for a worker, as the console starts it.
    pub async fn enqueue_import(&self, kind: ImportKind, path: &Path) -> String {
        self.create(kind, path, &Mapping::default(), false, true).await
    }

    /// An import that nobody has begun, as the command line makes it.
    pub async fn create_import(&self, kind: ImportKind, path: &Path) -> String {
        self.create(kind, path, &Mapping::default(), false, false).await
    }

    /// Several files as one import.
    pub async fn import_files(&self, paths: &[&Path]) -> ImportView {
        let request = self.request(ImportKind::Orders, paths, &Mapping::default(), false).await;
        let id = imports::create(&self.app, &TESTER, request, false).await.unwrap();
        imports::run(&self.app, &id, &|_| {}).await.unwrap()
    }

    async fn create(&self, kind: ImportKind, path: &Path, mapping: &Mapping, dry_run: bool, enqueue: bool) -> String {
        let request = self.request(kind, &[path], mapping, dry_run).await;
        imports::create(&self.app, &TESTER, request, enqueue).await.unwrap()
    }

    async fn request(&self, kind: ImportKind, paths: &[&Path], mapping: &Mapping, dry_run: bool) -> ImportRequest {
        let file = |path: &&Path| ImportFile {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            path: path.to_path_buf(),
            size_bytes: std::fs::metadata(path).unwrap().len(),
        };
        let files: Vec<ImportFile> = paths.iter().map(file).collect();
        let previewed = imports::preview(&self.app, kind, &files, mapping, &Options::default()).await.unwrap();
        assert!(previewed.ready, "{:?}", previewed.missing);
        ImportRequest {
            kind,
            files,
            mapping: previewed.mapping,
            options: previewed.options,
            currency_assumed: previewed.currency_assumed,
            dry_run,
        }
    }

    /// Runs a text of its own for each engine.
    pub async fn sql(&self, sqlite: &str, postgres: &str) {
        let mut tx = self.app.store.write().await.unwrap();
        let text = if tx.engine() == Engine::Sqlite { sqlite } else { postgres };
        inspect::texts(&mut tx, text).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// From now on the store refuses an order of that number, and with it its block.
    pub async fn refuse_order(&self, order_no: &str) {
        let trigger = format!(
            "CREATE TRIGGER refuse BEFORE INSERT ON orders WHEN NEW.order_no = '{order_no}' \
             BEGIN SELECT RAISE(ABORT, 'refused'); END"
        );
        let check = format!("ALTER TABLE orders ADD CONSTRAINT refuse CHECK (order_no <> '{order_no}')");
        self.sql(&trigger, &check).await;
    }

    /// All customers with all values, as the export writes them.
    pub async fn export(&self) -> String {
        value::ensure_valued(&self.app).await.unwrap();
        let query = customers::CustomerQuery::default();
        let export = customers::begin_export(&self.app, &TESTER, &query, customers::Naming::Number).await.unwrap();
        let mut file = customers::ExportFile::new(export, customers::ExportFormat::Csv).unwrap();
        let mut bytes = Vec::new();
        while let Some(part) = file.next_bytes().await.unwrap() {
            bytes.extend(part);
        }
        String::from_utf8(bytes).unwrap()
    }
}

pub fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/data").join(name)
}

/// One test for each database. Without PostgreSQL the second says so and passes, unless `CI` is set.
macro_rules! on_both {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        mod on_sqlite {
            $( $(#[$doc])* #[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(&super::Stage::sqlite().await).await } )*
        }
        mod on_postgres {
            $( $(#[$doc])* #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(stage) = super::Stage::postgres().await { super::$name(&stage).await }
            } )*
        }
    };
}
pub(crate) use on_both;
