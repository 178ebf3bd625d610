//! What the operating system has to promise: the writers' lock, and bytes that survive a power cut.
//!
//! deltalake writes its log through `object_store`, which never calls fsync; therefore every file that a
//! commit relies on is synced here, first its content, then the folder that names it.

use crate::error::{HistoryError, Result, io_error};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
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
    sync(&file, path)
}

/// [`sync_file`] where the file may be gone. False where it is.
pub(crate) fn sync_file_if_there(path: &Path) -> Result<bool> {
    match File::open(path) {
        Ok(file) => sync(&file, path).map(|()| true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(io_error("open", path)(error)),
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    let folder = File::open(path).map_err(io_error("open the folder", path))?;
    sync(&folder, path)
}

fn sync(file: &File, path: &Path) -> Result<()> {
    #[cfg(test)]
    witness::saw(path);
    file.sync_all().map_err(io_error("make durable", path))
}

/// Gives a file its whole content or leaves it as it was, durably.
pub(crate) fn replace_file(path: &Path, content: &str) -> Result<()> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside).map_err(io_error("create", &beside))?;
    file.write_all(content.as_bytes()).map_err(io_error("write", &beside))?;
    sync(&file, &beside)?;
    fs::rename(&beside, path).map_err(io_error("rename", &beside))?;
    match path.parent() {
        Some(folder) => sync_folder(folder),
        None => Ok(()),
    }
}

/// Creates a folder below `parent` and makes its name durable.
pub(crate) fn create_folder(parent: &Path, name: &str) -> Result<PathBuf> {
    let path = parent.join(name);
    match fs::create_dir(&path) {
        Ok(()) => sync_folder(parent)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
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

/// What was made durable: a power cut cannot be played, but what it would have left can be told from this.
#[cfg(test)]
pub(crate) mod witness {
    use std::path::{Path, PathBuf};
    use std::sync::{Mutex, PoisonError};

    static SYNCED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

    pub fn saw(path: &Path) {
        SYNCED.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
    }

    /// How often this path was made durable; tests have folders of their own, so that they do not meet.
    pub fn count(path: &Path) -> usize {
        let synced = SYNCED.lock().unwrap_or_else(PoisonError::into_inner);
        synced.iter().filter(|seen| seen.as_path() == path).count()
    }
}
