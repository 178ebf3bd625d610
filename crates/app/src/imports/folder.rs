//! The folder of an import: `imports/<id>` under the data folder.

use super::ImportError;
use crate::App;
use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::path::PathBuf;

pub fn path(app: &App, id: &str) -> PathBuf {
    app.data_dir.join("imports").join(id)
}

pub fn rejected_path(app: &App, id: &str) -> PathBuf {
    path(app, id).join("rejected.csv")
}

pub fn spool_path(app: &App, id: &str) -> PathBuf {
    path(app, id).join("spool")
}

/// Takes the import for this process until the returned file is dropped, or the process dies.
pub fn lock(app: &App, id: &str) -> Result<File, ImportError> {
    let folder = path(app, id);
    std::fs::create_dir_all(&folder).map_err(ImportError::io(format!("cannot create {}", folder.display())))?;
    let file = File::create(folder.join("lock")).map_err(ImportError::io("cannot create the lock of the import"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(ImportError::Busy),
        Err(TryLockError::Error(error)) => Err(ImportError::io("cannot lock the import")(error)),
    }
}

/// The spool is complete when its marker is there: it is written last, after everything is on disk.
pub fn spool_is_complete(app: &App, id: &str) -> bool {
    spool_path(app, id).join(super::spool::MARKER).is_file()
}

pub fn remove_spool(app: &App, id: &str) {
    // A spool that is already gone is what we want; one that stays is removed by the daily clean-up.
    let _gone = std::fs::remove_dir_all(spool_path(app, id)).is_ok();
}

/// Removes the spools of imports that have ended for good, or that nobody knows.
pub fn remove_spools_except(app: &App, going_on: &HashSet<String>) {
    let Ok(folders) = std::fs::read_dir(app.data_dir.join("imports")) else { return };
    for id in folders.flatten().filter_map(|entry| entry.file_name().into_string().ok()) {
        let ended = !going_on.contains(&id) && spool_path(app, &id).exists();
        // One that was created meanwhile holds its lock while it has a spool.
        if ended && lock(app, &id).is_ok() {
            remove_spool(app, &id);
        }
    }
}
