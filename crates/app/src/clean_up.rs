//! Once a day, what nobody needs any more goes: old finished jobs, uploads, spools of imports that ended, results of old
//! value runs, keys of messages that nobody will send again, old counts of what was not as planned, old use of products, old
//! messages that were sent, receipts that nobody claimed, changes that the live index has long followed, who came into segments long ago. And what is to go of people who
//! were erased, and has not gone, is asked for once more.
//!
//! Invariants: nothing goes that an unfinished import needs, or one that failed lately and may be let go on; rejected
//! rows stay, somebody may still download them.
//! Old versions of history files go after a compaction (`jobs::work`).

use crate::App;
use crate::imports::{self, ImportRequest};
use perennial_domain::time::MICROS_PER_DAY;
use perennial_store::uploads::UploadRow;
use perennial_store::{StoreError, imports as import_table, jobs, uploads, value_runs};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// A finished job can be looked at for so long.
const JOB_DAYS: i64 = 30;
/// An upload is kept for so long after it came in, so that an import can be started again with another mapping.
const UPLOAD_DAYS: i64 = 7;
const UPLOADS_PER_STEP: i64 = 100;
/// A file without a row that was not written to for so long is of no upload that goes on.
const ORPHAN_DAYS: i64 = 1;
/// The large results of value runs before the last one are kept for so long.
const RESULT_DAYS: i64 = 30;
/// For so long an import that failed goes on without reading its files again.
const FAILED_IMPORT_DAYS: i64 = 7;

pub async fn clean_up(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now().0;
    let mut tx = app.store.write().await?;
    jobs::purge_done(&mut tx, now - JOB_DAYS * MICROS_PER_DAY).await?;
    value_runs::drop_results(&mut tx, now - RESULT_DAYS * MICROS_PER_DAY).await?;
    let going_on = import_table::may_go_on(&mut tx, now - FAILED_IMPORT_DAYS * MICROS_PER_DAY).await?;
    tx.commit().await?;
    let needed: HashSet<PathBuf> = going_on
        .iter()
        .filter_map(|row| serde_json::from_str::<ImportRequest>(&row.request).ok())
        .flat_map(|request| request.files.into_iter().map(|file| file.path))
        .collect();
    remove_uploads(app, now - UPLOAD_DAYS * MICROS_PER_DAY, &needed).await?;
    remove_files_without_row(app, now - ORPHAN_DAYS * MICROS_PER_DAY).await?;
    let going_on: HashSet<String> = going_on.into_iter().map(|row| row.id).collect();
    imports::remove_spools_except(app, &going_on);
    crate::tracking::forget_old_messages(app).await?;
    crate::plans::forget_old_counts(app).await?;
    crate::privacy::finish_unfinished(app).await?;
    crate::consent::finish_unfinished(app).await?;
    crate::webhooks::forget_old(app).await?;
    crate::progress::forget_old_use(app).await?;
    crate::reach::forget_old_messages(app).await?;
    crate::segments::live::forget_old_changes(app).await?;
    crate::segments::live::forget_old_moves(app).await?;
    crate::receipts::forget_expired(app).await?;
    Ok(())
}

async fn remove_uploads(app: &App, before: i64, needed: &HashSet<PathBuf>) -> Result<(), StoreError> {
    let mut last: Option<UploadRow> = None;
    loop {
        let mut tx = app.store.write().await?;
        let page = uploads::created_before(&mut tx, before, last.as_ref(), UPLOADS_PER_STEP).await?;
        let Some(newest) = page.last() else { return Ok(()) };
        last = Some(newest.clone());
        let old: Vec<_> = page.into_iter().filter(|upload| !needed.contains(Path::new(&upload.path))).collect();
        for upload in &old {
            uploads::remove(&mut tx, &upload.id).await?;
        }
        tx.commit().await?;
        for upload in old {
            remove_file(Path::new(&upload.path));
        }
    }
}

/// Files of uploads that were broken off by a kill, or whose row went and they did not.
async fn remove_files_without_row(app: &App, before: i64) -> Result<(), StoreError> {
    let Ok(entries) = std::fs::read_dir(imports::uploads_folder(app)) else { return Ok(()) };
    let mut tx = app.store.read().await?;
    for entry in entries.flatten() {
        let Some(id) = entry.file_name().to_str().map(str::to_owned) else { continue };
        if changed_at(&entry).is_some_and(|at| at < before) && uploads::get(&mut tx, &id).await?.is_none() {
            remove_file(&entry.path());
        }
    }
    Ok(())
}

fn changed_at(entry: &std::fs::DirEntry) -> Option<i64> {
    let changed = entry.metadata().ok()?.modified().ok()?;
    i64::try_from(changed.duration_since(std::time::UNIX_EPOCH).ok()?.as_micros()).ok()
}

/// A file that cannot be removed takes room and does no other harm; the next clean-up tries it again.
fn remove_file(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(path = %path.display(), %error, "an old upload cannot be removed");
    }
}
