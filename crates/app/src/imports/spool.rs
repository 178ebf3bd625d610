//! The spool: checked rows on disk, by partition, between reading and applying.
//!
//! A partition holds whole customers, so that an order is complete wherever its lines stand in the
//! files, and memory is bounded by the largest partition, not by the files.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::{Path, PathBuf};

/// Written rows per partition are cut at about this many bytes of input.
const PARTITION_BYTES: u64 = 24 * 1024 * 1024;
const PARTITIONS_MIN: u64 = 8;
/// Bounds open files and write buffers (64 KiB each).
const PARTITIONS_MAX: u64 = 512;
const BUFFER_BYTES: usize = 64 * 1024;

/// How many partitions an input of this many (unpacked) bytes gets. A function of the input alone, so
/// that a re-run cuts the same way.
pub fn partitions_for(bytes: u64) -> u32 {
    (bytes / PARTITION_BYTES).next_power_of_two().clamp(PARTITIONS_MIN, PARTITIONS_MAX) as u32
}

pub struct SpoolWriter {
    folder: PathBuf,
    files: Vec<BufWriter<File>>,
}

impl SpoolWriter {
    /// Empties the folder: an unfinished spool of an earlier try is worth nothing.
    pub fn create(folder: &Path, partitions: u32) -> Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder)?;
        let files = (0..partitions)
            .map(|partition| {
                Ok(BufWriter::with_capacity(BUFFER_BYTES, File::create(partition_path(folder, partition))?))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Self { folder: folder.to_owned(), files })
    }

    pub fn write(&mut self, hash: u64, row: &[u8]) -> Result<()> {
        let partition = (hash % self.files.len() as u64) as usize;
        self.files[partition].write_all(row)
    }

    /// Everything on disk, then the marker.
    pub fn finish(self) -> Result<()> {
        for file in self.files {
            file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_data()?;
        }
        let marker = File::create(self.folder.join("complete"))?;
        marker.sync_all()?;
        File::open(&self.folder)?.sync_all()
    }
}

pub fn read_partition(folder: &Path, partition: u32) -> Result<Vec<u8>> {
    std::fs::read(partition_path(folder, partition))
}

/// The number of partitions of a complete spool.
pub fn count_partitions(folder: &Path) -> Result<u32> {
    let mut count = 0;
    for entry in std::fs::read_dir(folder)? {
        count += u32::from(entry?.path().extension().is_some_and(|extension| extension == "rows"));
    }
    Ok(count)
}

fn partition_path(folder: &Path, partition: u32) -> PathBuf {
    folder.join(format!("{partition:04}.rows"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_grow_with_the_input_and_stay_bounded() {
        assert_eq!(partitions_for(0), 8);
        assert_eq!(partitions_for(1024 * 1024 * 1024), 64);
        assert_eq!(partitions_for(u64::MAX / 2), 512);
    }
}
