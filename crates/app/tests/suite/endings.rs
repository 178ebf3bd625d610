//! How imports end that cannot go on, and what is left behind of files and rows.

use crate::stage::{Stage, TESTER, on_both};
use perennial_app::imports::{self, ImportError, ImportFile, ImportRequest, ImportState, Known};
use perennial_app::jobs::{self, ATTEMPTS_MAX, Job};
use perennial_app::settings;
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, Options};
use perennial_domain::money::Currency;
use perennial_domain::settings::Settings;
use perennial_domain::time::MICROS_PER_DAY;
use perennial_store::uploads::{self, UploadRow};
use perennial_store::{imports as import_table, inspect};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

on_both! {
    a_currency_that_changed_since_an_import_was_made_ends_it_and_nothing_is_accepted,
    a_guessed_currency_that_was_named_since_an_import_was_made_is_the_imports_too,
    an_import_whose_request_cannot_be_read_ends_as_failed_and_the_others_are_listed,
    an_import_whose_folder_cannot_be_made_is_failed_once_its_job_is_dead,
    old_uploads_go_however_many_are_still_needed,
}

const CNY: &str = "order_no,customer_id,ordered_at,order_amount,currency\n1,7,2025-03-01,100.00,CNY\n";
const GUESSED: &str = "order_no,customer_id,ordered_at,order_amount\n1,7,2025-03-01,100.00\n";

async fn set_currency(stage: &Stage, code: &str) {
    let stored = settings::read(&stage.app, &TESTER).await.unwrap();
    let changed = Settings { currency: Currency::parse(code), ..stored.settings };
    settings::update(&stage.app, &TESTER, stored.version, changed).await.unwrap();
}

async fn a_currency_that_changed_since_an_import_was_made_ends_it_and_nothing_is_accepted(stage: &Stage) {
    for content in [CNY, GUESSED] {
        let id = stage.create_import(ImportKind::Orders, &stage.write("orders.csv", content.as_bytes())).await;
        set_currency(stage, "JPY").await;
        let refused = imports::run(&stage.app, &id, &|_| {}).await;
        assert!(matches!(refused, Err(ImportError::Refused { code: "currency_differs", .. })), "{refused:?}");
        let view = imports::view(&stage.app, &id).await.unwrap();
        assert_eq!((view.state, view.error.unwrap().code.as_str()), (ImportState::Failed, "currency_differs"));
        assert_eq!(imports::known(&stage.app).await.unwrap(), Known { customers: 0, orders: 0 });
        assert!(!settings::read(&stage.app, &TESTER).await.unwrap().currency_locked, "nothing was accepted");
        set_currency(stage, "CNY").await;
    }
}

async fn a_guessed_currency_that_was_named_since_an_import_was_made_is_the_imports_too(stage: &Stage) {
    let id = stage.create_import(ImportKind::Orders, &stage.write("orders.csv", GUESSED.as_bytes())).await;
    set_currency(stage, "GBP").await;
    let view = imports::run(&stage.app, &id, &|_| {}).await.unwrap();
    assert_eq!((view.state, view.result.applied.accepted), (ImportState::Done, 1));
}

async fn an_import_whose_request_cannot_be_read_ends_as_failed_and_the_others_are_listed(stage: &Stage) {
    let path = stage.write("orders.csv", CNY.as_bytes());
    let done = stage.import(ImportKind::Orders, &path).await;
    let id = stage.enqueue_import(ImportKind::Orders, &path).await;
    let mut tx = stage.app.store.write().await.unwrap();
    inspect::texts(&mut tx, &format!("UPDATE imports SET request = '{{}}' WHERE id = '{id}'")).await.unwrap();
    tx.commit().await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    let mut tx = stage.app.store.read().await.unwrap();
    let row = import_table::get(&mut tx, &id).await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.finished_at.is_some()), ("failed", true));
    assert!(row.error.unwrap().contains("request_unreadable"));
    drop(tx);
    let listed = imports::list(&stage.app, None, 9).await.unwrap();
    let mut shown: Vec<_> = listed
        .iter()
        .map(|view| (view.id.as_str(), view.state, view.error.as_ref().map(|error| error.code.as_str())))
        .collect();
    shown.sort_unstable_by_key(|(_, _, code)| *code);
    let expected =
        [(done.id.as_str(), ImportState::Done, None), (id.as_str(), ImportState::Failed, Some("import_unreadable"))];
    assert_eq!(shown, expected);
}

async fn an_import_whose_folder_cannot_be_made_is_failed_once_its_job_is_dead(stage: &Stage) {
    let id = stage.enqueue_import(ImportKind::Orders, &stage.write("orders.csv", CNY.as_bytes())).await;
    // A file in place of the folder of imports.
    stage.write("imports", b"");
    for _ in 0..ATTEMPTS_MAX {
        assert_eq!(imports::view(&stage.app, &id).await.unwrap().state, ImportState::Queued);
        jobs::run_until_idle(&stage.app).await.unwrap();
        stage.clock.advance_seconds(3_600);
    }
    let view = imports::view(&stage.app, &id).await.unwrap();
    let failure = view.error.unwrap();
    assert_eq!((view.state, failure.code.as_str()), (ImportState::Failed, "job_dead"));
    assert!(failure.text.contains("cannot create"), "{}", failure.text);
}

/// More than a clean-up looks at in one step.
const NEEDED: usize = 101;

async fn old_uploads_go_however_many_are_still_needed(stage: &Stage) {
    let folder = imports::uploads_folder(&stage.app);
    std::fs::create_dir_all(&folder).unwrap();
    let now = stage.app.clock.now().0;
    let mut files = Vec::new();
    let mut tx = stage.app.store.write().await.unwrap();
    for place in 0..=NEEDED {
        let id = format!("upl_{place:03}");
        let path = folder.join(&id);
        std::fs::write(&path, b"x").unwrap();
        let row = UploadRow {
            id: id.clone(),
            name: id.clone(),
            size_bytes: 1,
            path: path.display().to_string(),
            created_by: "Ada".to_owned(),
            created_at: now - 9 * MICROS_PER_DAY,
        };
        uploads::insert(&mut tx, &row).await.unwrap();
        files.push(ImportFile { name: id, path, size_bytes: 1 });
    }
    tx.commit().await.unwrap();
    let unneeded = files.pop().unwrap().path;
    let needed = files[NEEDED - 1].path.clone();
    let request = ImportRequest {
        kind: ImportKind::Orders,
        files,
        mapping: Mapping::default(),
        options: Options::default(),
        currency_assumed: false,
        dry_run: false,
    };
    imports::create(&stage.app, &TESTER, request, false).await.unwrap();
    let (broken_off, under_way) = (folder.join("upl_killed"), folder.join("upl_now"));
    aged(&broken_off, now - 2 * MICROS_PER_DAY);
    aged(&under_way, now);
    jobs::enqueue_now(&stage.app, &Job::CleanUp).await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    assert!(needed.exists() && under_way.exists());
    assert!(!unneeded.exists(), "it stands behind a page of those that are needed");
    assert!(!broken_off.exists(), "it has no row");
}

fn aged(path: &Path, micros: i64) {
    let file = std::fs::File::create(path).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_micros(u64::try_from(micros).unwrap())).unwrap();
}
