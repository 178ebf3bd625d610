//! Whose history this is: the id of a workspace, in a file beside the table.
//!
//! Sequences alone cannot tell one database from another: block 7 of a new database would look like one that the
//! history has. Callers may rely on: a handle that [`History::tie`] tied tells no position of, and changes nothing
//! in, a history that belongs to somebody else by then. A history without facts belongs to whoever asks last.

use crate::disk::{self, WriteLock};
use crate::error::{HistoryError, Result, io_error};
use crate::table::History;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Part of every copy and every backup of the folder, as the table is.
const WORKSPACE_FILE: &str = "workspace";

impl History {
    /// The workspace that the history belongs to; `None` where it was never told.
    pub fn workspace_id(&self) -> Result<Option<String>> {
        let path = self.workspace_path();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text.trim().to_owned()).filter(|id| !id.is_empty())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error("read", &path)(error)),
        }
    }

    /// Ties the history, durably, and this handle to a workspace. Refused where the history has facts of another.
    pub async fn tie(&self, workspace_id: &str) -> Result<()> {
        let _lock = WriteLock::acquire(self.lock_path.clone()).await?;
        let is_empty = self.last_sequence().await?.is_none();
        match self.workspace_id()? {
            Some(found) if found == workspace_id => {}
            Some(_) if !is_empty => return Err(self.other_workspace()),
            _ => disk::replace_file(&self.workspace_path(), &format!("{workspace_id}\n"))?,
        }
        let serves = self.serves.get_or_init(|| workspace_id.to_owned());
        if serves == workspace_id { Ok(()) } else { Err(self.other_workspace()) }
    }

    /// An empty history may have been given to another workspace since this handle was tied.
    pub(crate) fn check_workspace(&self) -> Result<()> {
        let Some(serves) = self.serves.get() else { return Ok(()) };
        if self.workspace_id()?.as_deref() == Some(serves) { Ok(()) } else { Err(self.other_workspace()) }
    }

    fn workspace_path(&self) -> PathBuf {
        self.lock_path.with_file_name(WORKSPACE_FILE)
    }

    /// The refusal, for callers who find out before [`History::tie`] does.
    pub fn other_workspace(&self) -> HistoryError {
        HistoryError::OtherWorkspace { root: self.folder.parent().unwrap_or(&self.folder).to_owned() }
    }
}
