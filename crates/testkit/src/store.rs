//! An empty store for each test.

use crate::postgres::{self, Server};
use perennial_store::{Database, StoreUrl};
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Migrated once per test process; each test gets a copy.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NEXT_DATABASE: AtomicU64 = AtomicU64::new(1);

/// A store of one test. The file or database goes away with it, or with the test process.
pub struct TestStore {
    pub database: Database,
    /// For a second handle on the same store, as another process would have it.
    pub url: String,
    on_postgres: Option<(&'static Server, String)>,
    _folder: Option<TempDir>,
}

impl TestStore {
    /// # Panics
    /// When the store cannot be opened a second time.
    pub async fn open_again(&self) -> Database {
        open(&self.url).await
    }
}

impl Drop for TestStore {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.on_postgres {
            server.drop_database(name);
        }
    }
}

/// A store in a file of its own.
///
/// # Panics
/// When it cannot be made.
pub async fn sqlite_store() -> TestStore {
    let folder = tempfile::Builder::new().prefix("perennial-test-").tempdir().expect("a folder for the store");
    let url = format!("sqlite://{}", folder.path().join("store.db").display());
    TestStore { database: open(&url).await, url, on_postgres: None, _folder: Some(folder) }
}

/// A database of its own, or `None` where there is no PostgreSQL.
///
/// # Panics
/// When it cannot be made, or there is no PostgreSQL and `CI` is set.
pub async fn postgres_store() -> Option<TestStore> {
    let server = postgres::server()?;
    let template = TEMPLATE.get_or_init(|| migrated_template(server)).await;
    let name = new_name("test");
    server.create_database(&name, Some(template));
    let url = server.url(&name);
    Some(TestStore { database: open(&url).await, url, on_postgres: Some((server, name)), _folder: None })
}

async fn migrated_template(server: &'static Server) -> String {
    let name = new_name("template");
    server.create_database(&name, None);
    open(&server.url(&name)).await.close().await;
    name
}

fn new_name(kind: &str) -> String {
    format!("perennial_{kind}_{}_{}", std::process::id(), NEXT_DATABASE.fetch_add(1, Ordering::Relaxed))
}

async fn open(url: &str) -> Database {
    let url = StoreUrl::parse(url).expect("an address made here");
    Database::open(&url).await.expect("the store opens")
}
