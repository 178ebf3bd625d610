//! After a power cut: log entries and checkpoints whose name reached the disk and whose content did not.
//!
//! deltalake makes a log entry visible before it can be synced, and a writer can be killed in between. A torn
//! entry is a commit on which nobody relied: read as it is, it would add half of the facts, or remove files
//! without their successors. Therefore each commit says how many actions it has, and opening deletes a newest
//! entry that is not whole; the caller still has the journal blocks and hands them over again.
//!
//! Two rules of `table.rs` make this enough. A change begins by making the newest entry durable, whoever wrote it:
//! only the newest can be torn. And the journal's position is told only after the entry that it was read from is
//! durable: nobody deletes blocks on the word of an entry that a power cut can still take back.

use crate::disk::{self, WriteLock};
use crate::error::{Result, io_error};
use deltalake::parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The field of a commit's description that counts its actions, itself left out.
pub(crate) const ACTION_COUNT: &str = "perennialActions";

const VERSION_DIGITS: usize = 20;
const LAST_CHECKPOINT: &str = "_last_checkpoint";

/// Deletes what a power cut left torn in the log folder. Does nothing, and waits for nobody, if all is whole.
pub(crate) async fn repair(log: &Path, lock_path: &Path) -> Result<()> {
    if torn_files(log)?.is_empty() {
        return Ok(());
    }
    let _lock = WriteLock::acquire(lock_path.to_owned()).await?;
    for path in torn_files(log)? {
        tracing::warn!(path = %path.display(), "deleting a torn file of the facts table's log; nobody relied on it");
        fs::remove_file(&path).map_err(io_error("delete", &path))?;
        disk::sync_folder(log)?;
    }
    Ok(())
}

fn torn_files(log: &Path) -> Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> = Vec::new();
    let mut checkpoints: Vec<PathBuf> = Vec::new();
    if !log.is_dir() {
        return Ok(entries);
    }
    for entry in fs::read_dir(log).map_err(io_error("list", log))? {
        let path = entry.map_err(io_error("list", log))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let has_version = name.bytes().take(VERSION_DIGITS).filter(u8::is_ascii_digit).count() == VERSION_DIGITS;
        if has_version && name.len() == VERSION_DIGITS + ".json".len() && name.ends_with(".json") {
            entries.push(path);
        } else if has_version && name.contains(".checkpoint") && name.ends_with(".parquet") {
            checkpoints.push(path);
        }
    }
    let mut torn = Vec::new();
    if let Some(newest) = entries.into_iter().max() {
        let content = fs::read(&newest).map_err(io_error("read", &newest))?;
        let is_first = newest.file_stem().is_some_and(|stem| stem.to_string_lossy().bytes().all(|digit| digit == b'0'));
        if !is_whole(&content, is_first) {
            torn.push(newest);
        }
    }
    if let Some(newest) = checkpoints.into_iter().max()
        && !is_readable(&newest)?
    {
        torn.push(newest);
        let hint = log.join(LAST_CHECKPOINT);
        if hint.exists() {
            torn.push(hint);
        }
    }
    Ok(torn)
}

fn is_whole(content: &[u8], is_first: bool) -> bool {
    let mut count: Option<u64> = None;
    let mut actions = 0;
    let mut has_metadata = false;
    for line in content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let Ok(action) = serde_json::from_slice::<serde_json::Value>(line) else { return false };
        match action.get("commitInfo") {
            Some(info) => count = info[ACTION_COUNT].as_u64(),
            None => actions += 1,
        }
        has_metadata |= action.get("metaData").is_some();
    }
    // A commit of another program has no count: whole lines have to do.
    actions > 0 && count.is_none_or(|count| count == actions) && (has_metadata || !is_first)
}

fn is_readable(checkpoint: &Path) -> Result<bool> {
    let file = File::open(checkpoint).map_err(io_error("open", checkpoint))?;
    Ok(SerializedFileReader::new(file).is_ok_and(|reader| reader.metadata().num_row_groups() > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_anywhere_in_an_entry_is_noticed() {
        let entry = b"{\"commitInfo\":{\"perennialActions\":2}}\n{\"add\":{\"path\":\"a\"}}\n{\"txn\":{\"version\":1}}";
        assert!(is_whole(entry, false));
        for length in 0..entry.len() {
            assert!(!is_whole(&entry[..length], false), "cut at {length}");
        }
        let first = b"{\"commitInfo\":{}}\n{\"protocol\":{}}\n{\"metaData\":{}}";
        assert!(is_whole(first, true));
        assert!(!is_whole(b"{\"commitInfo\":{}}\n{\"protocol\":{}}", true));
    }
}
