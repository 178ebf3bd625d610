//! What the operating system has to promise: the writers' lock, and bytes that survive a power cut.
//!
//! deltalake writes its log through `object_store`, which never calls fsync; therefore every file that a
//! commit relies on is synced here, first its content, then the folder that names it.

use crate::error::{HistoryError, Result, io_error};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The exclusive right to write to the tables of one root, among all processes of this machine. It ends
/// when the value is dropped, also when the process is killed.
#[derive(Debug)]
pub(crate) struct WriteLock {
    _file: File,
}

impl WriteLock {
    /// Waits until no other handle, in this process or another, holds the lock.
    pub async fn acquire(path: PathBuf) -> Result<Self> {
        let wait = move || {
            let file = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&path)
                .map_err(io_error("open the lock file", &path))?;
            file.lock().map_err(io_error("lock", &path))?;
            Ok(Self { _file: file })
        };
        tokio::task::spawn_blocking(wait).await.map_err(|error| HistoryError::Task { detail: error.to_string() })?
    }
}

/// Makes the content of a file durable.
pub(crate) fn sync_file(path: &Path) -> Result<()> {
    let file = File::open(path).map_err(io_error("open", path))?;
    file.sync_all().map_err(io_error("make durable", path))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    let folder = File::open(path).map_err(io_error("open the folder", path))?;
    folder.sync_all().map_err(io_error("make the folder durable", path))
}

/// Creates a folder below `parent` and makes its name durable.
pub(crate) fn create_folder(parent: &Path, name: &str) -> Result<PathBuf> {
    let path = parent.join(name);
    match fs::create_dir(&path) {
        Ok(()) => sync_folder(parent)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(io_error("create the folder", &path)(error)),
    }
    Ok(path)
}

/// Runs work that blocks without holding up other tasks of the runtime, and lets it borrow.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// When a file was last written, in microseconds since 1970.
pub(crate) fn modified_micros(path: &Path, metadata: &fs::Metadata) -> Result<i64> {
    let modified = metadata.modified().map_err(io_error("read the time of", path))?;
    let since = modified.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).map_err(|_| HistoryError::damaged("a file time beyond the year 200000"))
}
