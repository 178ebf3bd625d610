//! Hand-over of applied journal blocks: exactly once, sorted, one file per bucket and call.

use crate::disk::blocking;
use crate::error::{HistoryError, Result};
use crate::files::{DataFileWriter, Packing, WrittenFile};
use crate::rows::{Row, encode};
use crate::schema::{BUCKET, BUCKETS, bucket_of};
use crate::table::History;
use deltalake::kernel::Action;
use deltalake::protocol::{DeltaOperation, SaveMode};
use perennial_domain::fact::{AppliedBlock, FACT_BLOCK_VERSION};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Rows that are turned into Arrow at a time.
const ENCODE_ROWS_MAX: usize = 16_384;
/// Files that are written at once: each waits for the disk in its turn, and costs the memory of its row group.
const WRITERS: usize = 2;

/// What an [`History::append`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The sequence up to which the history now knows the journal.
    pub last_sequence: Option<i64>,
    /// Facts written by this call.
    pub facts: u64,
    /// Blocks of this call that the history had already.
    pub blocks_skipped: usize,
    /// The table version that holds them.
    pub version: u64,
}

impl History {
    /// Adds the blocks, each with its journal sequence, one after the other without gaps; the first of them that
    /// is new must follow the last one that the table records.
    ///
    /// Safe to run twice: the commit carries the highest sequence, and blocks up to the one that the table
    /// records are skipped. On return the facts are durable, also those of skipped blocks, and the caller may
    /// delete what it handed over.
    /// All facts of the call are sorted in memory: hand over some hundred thousand at a time.
    pub async fn append(&self, applied: &[(i64, AppliedBlock)]) -> Result<Appended> {
        check_blocks(applied)?;
        let change = self.begin().await?;
        let known = change.last_sequence().await?;
        let new: Vec<&(i64, AppliedBlock)> =
            applied.iter().filter(|(sequence, _)| known.is_none_or(|known| *sequence > known)).collect();
        let read_version = change.files.version;
        let blocks_skipped = applied.len() - new.len();
        let (Some((first_sequence, _)), Some((last_sequence, _))) = (new.first(), new.last()) else {
            return Ok(Appended { last_sequence: known, facts: 0, blocks_skipped, version: read_version });
        };
        let known = known.unwrap_or(0);
        if *first_sequence != known + 1 {
            return Err(HistoryError::BlocksMissing { known, sequence: *first_sequence });
        }
        let stem = format!("append-{last_sequence}-{read_version}");
        let written = blocking(|| write_buckets(&self.folder, &stem, &new))?;
        let facts = new.iter().map(|(_, block)| block.facts.len() as u64).sum();
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: Some(vec![BUCKET.to_owned()]),
            predicate: None,
        };
        let actions = written.into_iter().map(|file| Action::Add(file.add)).collect();
        let version = change.commit(actions, operation, Some(*last_sequence)).await?;
        Ok(Appended { last_sequence: Some(*last_sequence), facts, blocks_skipped, version })
    }
}

fn check_blocks(applied: &[(i64, AppliedBlock)]) -> Result<()> {
    let mut previous: Option<i64> = None;
    for (sequence, block) in applied {
        if let Some(previous) = previous.filter(|previous| previous + 1 != *sequence) {
            return Err(HistoryError::BlocksOutOfOrder { previous, sequence: *sequence });
        }
        if block.version > FACT_BLOCK_VERSION {
            return Err(HistoryError::NewerBlock {
                sequence: *sequence,
                found: block.version,
                known: FACT_BLOCK_VERSION,
            });
        }
        previous = Some(*sequence);
    }
    Ok(())
}

fn write_buckets(folder: &Path, stem: &str, blocks: &[&(i64, AppliedBlock)]) -> Result<Vec<WrittenFile>> {
    let mut buckets: Vec<Vec<Row<'_>>> = vec![Vec::new(); BUCKETS];
    for (sequence, block) in blocks {
        let sequence = *sequence;
        for applied in &block.facts {
            buckets[bucket_of(applied.customer)].push(Row { sequence, block, applied });
        }
    }
    let work: Vec<(usize, Vec<Row<'_>>)> =
        buckets.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty()).collect();
    in_parallel(work, |(bucket, rows)| write_bucket(folder, bucket, stem, rows))
}

fn write_bucket(folder: &Path, bucket: usize, stem: &str, mut rows: Vec<Row<'_>>) -> Result<WrittenFile> {
    // Stable, so that facts equal in all three stay in journal order.
    rows.sort_by_key(Row::order);
    let mut writer = DataFileWriter::create(folder, bucket, stem, Packing::Quick)?;
    for part in rows.chunks(ENCODE_ROWS_MAX) {
        writer.write(&encode(part)?)?;
    }
    writer.finish(true)
}

/// Does each piece of work on one of a few threads; the answers come in the order of the work.
fn in_parallel<W: Send, T: Send>(work: Vec<W>, run: impl Fn(W) -> Result<T> + Sync) -> Result<Vec<T>> {
    let queue = Mutex::new(work.into_iter().enumerate());
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    let on_a_thread = || {
        let mut done = Vec::new();
        while let Some((place, piece)) = next() {
            done.push((place, run(piece)?));
        }
        Ok(done)
    };
    let mut done = thread::scope(|scope| {
        let threads: Vec<_> = (0..WRITERS).map(|_| scope.spawn(on_a_thread)).collect();
        let mut done = Vec::new();
        for thread in threads {
            done.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok::<_, HistoryError>(done)
    })?;
    done.sort_by_key(|(place, _)| *place);
    Ok(done.into_iter().map(|(_, answer)| answer).collect())
}
