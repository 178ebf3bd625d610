//! The folder of an import: `imports/<id>` under the data folder.

use super::ImportError;
use crate::App;
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
    spool_path(app, id).join("complete").is_file()
}

pub fn remove_spool(app: &App, id: &str) {
    // A spool that is already gone is what we want; one that stays is removed with the folder later.
    let _gone = std::fs::remove_dir_all(spool_path(app, id)).is_ok();
}
