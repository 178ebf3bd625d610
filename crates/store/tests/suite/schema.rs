//! The schema is the same on both engines, and every statement prepares on it.

use crate::fixtures::{Dice, counters, value};
use crate::sources::source;
use perennial_domain::time::Instant;
use perennial_store::customers::{self, CustomerCounters};
use perennial_store::inspect::{migrations, prepare_all, texts};
use perennial_store::journal::{self, NewBlock};
use perennial_store::tracking::{self, CountsRow, NewLogEntry};
use perennial_store::values::{self, CustomerValue};
use perennial_store::{
    Database, Engine, Scope, StoreError, WriteTx, idempotency, jobs, sequences, sources, value_runs,
};
use perennial_testkit::{TestStore, postgres_store, sqlite_store};
use std::path::Path;

on_both!(
    all_statements_prepare,
    opening_again_changes_nothing,
    a_newer_schema_is_refused,
    two_may_open_at_once,
    rows_of_the_first_schema_are_kept_and_what_they_lack_is_empty,
    blocks_and_jobs_of_the_second_schema_are_kept,
    counts_and_log_of_sources_without_plans_are_kept,
    what_was_applied_before_values_followed_it_makes_them_stale,
);

async fn all_statements_prepare(store: &TestStore) {
    assert_eq!(prepare_all(&store.database).await.unwrap(), Vec::<String>::new());
}

async fn opening_again_changes_nothing(store: &TestStore) {
    let again = store.open_again().await;
    assert_eq!(again.engine(), store.database.engine());
    assert_eq!(again.engine().name(), if again.engine() == Engine::Sqlite { "sqlite" } else { "postgres" });
    again.close().await;
}

async fn a_newer_schema_is_refused(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let future = match tx.engine() {
        Engine::Sqlite => "(99, 'future', TRUE, X'00', 0)",
        Engine::Postgres => "(99, 'future', TRUE, ''::bytea, 0)",
    };
    let insert = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES";
    texts(&mut tx, &format!("{insert} {future}")).await.unwrap();
    tx.commit().await.unwrap();
    let url = perennial_store::StoreUrl::parse(&store.url).unwrap();
    let refused = Database::open(&url).await;
    assert!(matches!(refused, Err(StoreError::NewerSchema { version: 99 })), "{refused:?}");
}

/// What step 2 added.
const UNDO_PROFIT_RANK: [&str; 4] = [
    "DROP INDEX customer_values_profit_rank",
    "ALTER TABLE customer_values DROP COLUMN profit_rank",
    "ALTER TABLE customers DROP COLUMN active_months_later",
    "DELETE FROM _sqlx_migrations WHERE version = 2",
];

/// What step 3 changed.
async fn undo_set_aside(tx: &mut WriteTx<'_>) {
    let of_engine: &[&str] = match tx.engine() {
        Engine::Sqlite => &[
            "DROP TABLE journal",
            "CREATE TABLE journal (position INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, block_key TEXT NOT NULL, \
             state TEXT NOT NULL CHECK (state IN ('accepted', 'applied')), facts INTEGER NOT NULL, \
             payload BLOB NOT NULL, accepted_at INTEGER NOT NULL, applied_sequence INTEGER, \
             attempts INTEGER NOT NULL DEFAULT 0, last_error TEXT) STRICT",
            "CREATE UNIQUE INDEX journal_block_key ON journal (block_key)",
            "CREATE UNIQUE INDEX journal_applied_sequence ON journal (applied_sequence)",
            "CREATE INDEX journal_state_position ON journal (state)",
        ],
        Engine::Postgres => &[
            "ALTER TABLE journal DROP COLUMN import_id",
            "ALTER TABLE journal DROP COLUMN told",
            "ALTER TABLE journal DROP CONSTRAINT journal_state_check",
            "ALTER TABLE journal ADD CONSTRAINT journal_state_check CHECK (state IN ('accepted', 'applied'))",
        ],
    };
    let of_both = ["ALTER TABLE jobs DROP COLUMN fence", "DELETE FROM _sqlx_migrations WHERE version IN (3, 5)"];
    for statement in of_engine.iter().chain(&of_both) {
        texts(tx, statement).await.unwrap();
    }
}

async fn blocks_and_jobs_of_the_second_schema_are_kept(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    undo_set_aside(&mut tx).await;
    let bytes = if tx.engine() == Engine::Sqlite { "CAST('x' AS BLOB)" } else { "'x'::bytea" };
    let written = [
        format!(
            "INSERT INTO journal (block_key, state, facts, payload, accepted_at, applied_sequence, attempts, last_error) \
             VALUES ('imp_a:0:0', 'applied', 2, {bytes}, 1, 1, 0, NULL), ('imp_a:0:1', 'accepted', 3, {bytes}, 1, NULL, 2, 'no'), \
             ('by hand', 'accepted', 4, {bytes}, 1, NULL, 0, NULL), ('gone', 'applied', 1, {bytes}, 1, 2, 0, NULL)"
        ),
        "DELETE FROM journal WHERE block_key = 'gone'".to_owned(),
        "INSERT INTO jobs (id, name, payload, state, priority, run_at, attempt, max_attempts, created_at) \
         VALUES ('job_a', 'import', '{}', 'waiting', 0, 0, 3, 8, 0)"
            .to_owned(),
        format!(
            "INSERT INTO idempotency_keys (scope, key, request_hash, status, body, created_at) \
             VALUES ('s', 'reserved', {bytes}, 0, '', 1), ('s', 'answered', {bytes}, 201, '{{}}', 1)"
        ),
    ];
    for statement in written {
        texts(&mut tx, &statement).await.unwrap();
    }
    tx.commit().await.unwrap();

    let current = store.open_again().await;
    assert_eq!(prepare_all(&current).await.unwrap(), Vec::<String>::new());
    let mut tx = current.write().await.unwrap();
    let waiting = journal::next_accepted(&mut tx, 9).await.unwrap();
    let shown: Vec<_> = waiting.iter().map(|row| (row.position, row.block_key.as_str(), row.facts)).collect();
    assert_eq!(shown, [(2, "imp_a:0:1", 3), (3, "by hand", 4)]);
    let imports: Vec<_> = waiting.iter().map(|row| row.import_id.as_deref()).collect();
    assert_eq!(imports, [Some("imp_a"), None]);
    assert_eq!(waiting[0].payload, b"x");
    let applied = journal::applied(&mut tx, 0, 9).await.unwrap();
    assert_eq!(
        applied.iter().map(|row| (row.sequence, row.payload.as_slice())).collect::<Vec<_>>(),
        [(1, b"x".as_slice())]
    );
    assert_eq!(journal::counts(&mut tx).await.unwrap().failing, 1);
    let next = NewBlock { key: "next", import_id: None, facts: 1, payload: b"" };
    assert!(journal::accept(&mut tx, &next, 2).await.unwrap());
    let position = journal::next_accepted(&mut tx, 9).await.unwrap().pop().unwrap().position;
    assert_eq!(position, 5, "the position of the removed block is not given again");
    let claimed = jobs::claim(&mut tx, &["import"], "w", 1, 9).await.unwrap().unwrap();
    assert_eq!((claimed.attempt, claimed.fence), (4, 4));
    assert_eq!(idempotency::get(&mut tx, "s", "reserved").await.unwrap(), None);
    assert!(idempotency::get(&mut tx, "s", "answered").await.unwrap().is_some());
    drop(tx);
    current.close().await;
}

/// What step 7 changed.
async fn undo_plans(tx: &mut WriteTx<'_>) {
    let of_both = [
        "DROP TABLE quarantined_facts",
        "DROP TABLE plan_violations",
        "DROP TABLE plan_events",
        "DROP TABLE plan_versions",
        "DROP TABLE plans",
        "ALTER TABLE source_counts DROP COLUMN quarantined",
        "ALTER TABLE source_counts DROP COLUMN released",
        "ALTER TABLE source_counts DROP COLUMN discarded",
        "DELETE FROM _sqlx_migrations WHERE version = 7",
    ];
    let of_engine: &[&str] = match tx.engine() {
        Engine::Sqlite => &[
            "DROP TABLE source_log",
            "CREATE TABLE source_log (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, source_id TEXT NOT NULL \
             REFERENCES sources (id), outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'duplicate', 'refused')), \
             at INTEGER NOT NULL, kind TEXT, name TEXT, message_id TEXT, reason TEXT, shape TEXT) STRICT",
            "CREATE INDEX source_log_source_outcome ON source_log (source_id, outcome)",
            "CREATE INDEX source_log_source ON source_log (source_id)",
        ],
        Engine::Postgres => &[
            "ALTER TABLE source_log DROP CONSTRAINT source_log_outcome_check",
            "ALTER TABLE source_log ADD CONSTRAINT source_log_outcome_check \
             CHECK (outcome IN ('accepted', 'duplicate', 'refused'))",
        ],
    };
    for statement in of_both.iter().chain(of_engine) {
        texts(tx, statement).await.unwrap();
    }
}

async fn counts_and_log_of_sources_without_plans_are_kept(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    sources::insert(&mut tx, &source("src_a", 1)).await.unwrap();
    undo_plans(&mut tx).await;
    let written = [
        "INSERT INTO source_counts (source_id, day, accepted, duplicates, refused, last_at) VALUES ('src_a', 5, 7, 2, 1, 9)",
        "INSERT INTO source_log (source_id, outcome, at) VALUES ('src_a', 'accepted', 1), ('src_a', 'refused', 2), \
         ('src_a', 'refused', 3)",
        "DELETE FROM source_log WHERE at = 3",
    ];
    for statement in written {
        texts(&mut tx, statement).await.unwrap();
    }
    tx.commit().await.unwrap();

    let current = store.open_again().await;
    assert_eq!(prepare_all(&current).await.unwrap(), Vec::<String>::new());
    let mut tx = current.write().await.unwrap();
    let counts = CountsRow { accepted: 7, duplicates: 2, refused: 1, ..CountsRow::default() };
    assert_eq!(tracking::totals(&mut tx).await.unwrap()[0].counts, counts);
    let entry = NewLogEntry {
        source_id: "src_a".to_owned(),
        outcome: "quarantined",
        at: Instant(4),
        kind: None,
        name: None,
        message_id: None,
        reason: None,
        shape: None,
    };
    tracking::append_log(&mut tx, &[entry]).await.unwrap();
    let log = tracking::log(&mut tx, "src_a", None, 0, i64::MAX, 9).await.unwrap();
    let shown: Vec<(i64, &str)> = log.iter().map(|row| (row.at.0, row.outcome.as_str())).collect();
    assert_eq!(shown, [(4, "quarantined"), (2, "refused"), (1, "accepted")]);
    assert!(log[0].id >= log[1].id + 2, "the id of the removed entry is not given again");
    drop(tx);
    current.close().await;
}

async fn what_was_applied_before_values_followed_it_makes_them_stale(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let undo = [
        "DROP INDEX orders_cancelled",
        "ALTER TABLE value_runs DROP COLUMN lease_until",
        "ALTER TABLE value_runs DROP COLUMN seen_sequence",
        "DELETE FROM sequences WHERE name = 'purchase_sequence'",
        "UPDATE sequences SET value = 12 WHERE name = 'applied_sequence'",
        "INSERT INTO value_runs (id, state, requested, created_at, progress) VALUES ('run_a', 'running', '{}', 1, 0.5)",
        "DELETE FROM _sqlx_migrations WHERE version = 8",
    ];
    for statement in undo {
        texts(&mut tx, statement).await.unwrap();
    }
    tx.commit().await.unwrap();
    let current = store.open_again().await;
    let mut tx = current.write().await.unwrap();
    assert_eq!(sequences::current(&mut tx, sequences::PURCHASE_SEQUENCE).await.unwrap(), 12);
    // One that was under way then has no lease, and holds up nobody.
    value_runs::insert(&mut tx, "run_b", "{}", 2).await.unwrap();
    assert!(value_runs::start(&mut tx, "run_b", 3, 4).await.unwrap());
    drop(tx);
    current.close().await;
}

async fn rows_of_the_first_schema_are_kept_and_what_they_lack_is_empty(store: &TestStore) {
    let mut dice = Dice::new(11);
    let (counters, value) = (counters(1, &mut dice), value(1, &mut dice));
    let mut tx = store.database.write().await.unwrap();
    customers::upsert(&mut tx, std::slice::from_ref(&counters)).await.unwrap();
    values::replace_all(&mut tx, "run", [value.clone()]).await.unwrap();
    undo_set_aside(&mut tx).await;
    for statement in UNDO_PROFIT_RANK {
        texts(&mut tx, statement).await.unwrap();
    }
    tx.commit().await.unwrap();

    let current = store.open_again().await;
    let mut tx = current.read().await.unwrap();
    let expected = CustomerCounters { active_months_later: 0, ..counters };
    assert_eq!(customers::load(&mut tx, &[1]).await.unwrap(), [expected]);
    let expected = CustomerValue { profit_rank: None, ..value };
    assert_eq!(customers::get(&mut tx, &Scope::Everyone, 1).await.unwrap().unwrap().value, Some(expected));
    assert_eq!(prepare_all(&current).await.unwrap(), Vec::<String>::new());
    drop(tx);
    current.close().await;
}

async fn two_may_open_at_once(store: &TestStore) {
    let (first, second) = tokio::join!(store.open_again(), store.open_again());
    first.close().await;
    second.close().await;
}

#[tokio::test]
async fn four_processes_may_create_the_same_sqlite_file() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("new.db").display());
    let url = perennial_store::StoreUrl::parse(&url).unwrap();
    let opened = tokio::join!(Database::open(&url), Database::open(&url), Database::open(&url), Database::open(&url));
    for database in [opened.0, opened.1, opened.2, opened.3] {
        database.unwrap().close().await;
    }
}

#[test]
fn migrations_exist_in_pairs() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let names = |engine: &str| {
        let entries = std::fs::read_dir(folder.join(engine)).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let listed: Vec<String> = migrations().iter().map(|(number, name)| format!("{number:04}_{name}.sql")).collect();
    assert_eq!(names("sqlite"), listed);
    assert_eq!(names("postgres"), listed);
}

const SQLITE_COLUMNS: &str = "SELECT t.name || '.' || c.name || CASE WHEN c.type = 'INTEGER' THEN ' number' \
    WHEN c.type = 'REAL' THEN ' float' WHEN c.type = 'BLOB' THEN ' bytes' ELSE ' text' END \
    || CASE WHEN c.\"notnull\" = 1 THEN ' not null' ELSE '' END \
    FROM sqlite_schema t, pragma_table_info(t.name) c \
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\'";
const POSTGRES_COLUMNS: &str = "SELECT table_name || '.' || column_name || CASE WHEN data_type IN ('bigint', 'boolean') \
    THEN ' number' WHEN data_type = 'double precision' THEN ' float' WHEN data_type = 'bytea' THEN ' bytes' \
    ELSE ' ' || data_type END || CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END \
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'";
const SQLITE_INDEXES: &str = "SELECT name || CASE WHEN sql LIKE 'CREATE UNIQUE%' THEN ' unique' ELSE '' END \
    FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
const POSTGRES_INDEXES: &str = "SELECT indexname || CASE WHEN indexdef LIKE 'CREATE UNIQUE%' THEN ' unique' ELSE '' END \
    FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%\\_pkey'";
const POSTGRES_COLLATIONS: &str = "SELECT table_name || '.' || column_name FROM information_schema.columns \
    WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C' \
    AND table_name NOT LIKE '\\_sqlx%'";

async fn sorted(store: &TestStore, query: &str) -> Vec<String> {
    let mut tx = store.database.read().await.unwrap();
    let mut found = texts(&mut tx, query).await.unwrap();
    found.sort();
    found
}

#[tokio::test]
async fn both_schemas_have_the_same_tables_columns_and_indexes() {
    let sqlite = sqlite_store().await;
    let Some(postgres) = postgres_store().await else { return };
    let columns = sorted(&sqlite, SQLITE_COLUMNS).await;
    assert!(columns.len() > 150, "{}", columns.len());
    assert_eq!(columns, sorted(&postgres, POSTGRES_COLUMNS).await);
    let indexes = sorted(&sqlite, SQLITE_INDEXES).await;
    assert!(indexes.len() > 25, "{}", indexes.len());
    assert_eq!(indexes, sorted(&postgres, POSTGRES_INDEXES).await);
    assert_eq!(sorted(&postgres, POSTGRES_COLLATIONS).await, Vec::<String>::new(), "texts must sort by bytes");
}

#[tokio::test]
async fn pragmas_are_what_the_design_says() {
    let store = sqlite_store().await;
    let expected = [
        ("busy_timeout", "30000"),
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        // A sort of millions goes to a file.
        ("temp_store", "0"),
        ("wal_autocheckpoint", "32768"),
        ("analysis_limit", "1000"),
    ];
    let mut write = store.database.write().await.unwrap();
    for (name, value) in expected.into_iter().chain([("cache_size", "-49152"), ("query_only", "0")]) {
        let query = pragma(name);
        assert_eq!(texts(&mut write, &query).await.unwrap(), [value], "writer {name}");
    }
    drop(write);
    let mut read = store.database.read().await.unwrap();
    for (name, value) in expected.into_iter().chain([("cache_size", "-16384"), ("query_only", "1")]) {
        assert_eq!(texts(&mut read, &pragma(name)).await.unwrap(), [value], "reader {name}");
    }
}

fn pragma(name: &str) -> String {
    format!("PRAGMA {name}")
}
