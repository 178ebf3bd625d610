//! Rows that are read and parsed ahead, on a thread each, while the caller writes those before them.
//!
//! Invariants: rows come in the order of the file, an error after all rows before it; what is ahead is bounded by
//! [`BATCHES_AHEAD`] batches of about [`BATCH_BYTES`] on either thread, whatever the file holds. The threads end with
//! the caller.

use super::source::{Item, RowSource};
use super::{ImportError, ImportFile};
use perennial_domain::import::cells::Cells;
use perennial_domain::import::error::RowError;
use std::ops::ControlFlow;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// Text of a batch: enough that handing it over costs nothing beside reading it.
const BATCH_BYTES: usize = 256 * 1024;
const BATCHES_AHEAD: usize = 4;

/// Rows one behind the other.
#[derive(Default)]
struct Batch {
    text: String,
    /// Of the cells of each row, counted from the row's own beginning.
    ends: Vec<usize>,
    rows: Vec<Row>,
    /// Bytes of the file behind the last row.
    bytes_read: u64,
}

enum Row {
    /// Where the row's text and ends end.
    Cells {
        row_number: u64,
        text_to: usize,
        ends_to: usize,
    },
    Rejected {
        row_number: u64,
        error: RowError,
        beginning: String,
    },
}

impl Batch {
    fn push(&mut self, item: Item<'_>) {
        self.rows.push(match item {
            Item::Row { row_number, cells } => {
                self.text.push_str(cells.text());
                self.ends.extend_from_slice(cells.ends());
                Row::Cells { row_number, text_to: self.text.len(), ends_to: self.ends.len() }
            }
            Item::Rejected { row_number, error, beginning } => Row::Rejected { row_number, error, beginning },
        });
    }

    fn is_full(&self) -> bool {
        self.text.len() >= BATCH_BYTES || self.rows.len() >= BATCH_BYTES / 64
    }
}

/// Rows of a file on their way: a thread reads them, another one parses them into batches, the caller takes these in
/// their order, each with the bytes of the file that are behind it. False when the caller broke off.
pub fn each_batch<P: Default + Send>(
    file: &ImportFile,
    source: RowSource,
    mut parse: impl FnMut(Item<'_>, &mut P) + Send,
    mut take: impl FnMut(P, u64) -> Result<ControlFlow<()>, ImportError>,
) -> Result<bool, ImportError> {
    let (sender, batches) = sync_channel(BATCHES_AHEAD);
    let (parsed_sender, parsed) = sync_channel(BATCHES_AHEAD);
    thread::scope(|scope| {
        scope.spawn(move || read(file, source, &sender));
        scope.spawn(move || {
            for batch in batches {
                if parsed_sender.send(batch.map(|batch| parse_batch(batch, &mut parse))).is_err() {
                    return;
                }
            }
        });
        for batch in parsed {
            let (batch, bytes_read) = batch?;
            if take(batch, bytes_read)?.is_break() {
                return Ok(false);
            }
        }
        Ok(true)
    })
}

fn parse_batch<P: Default>(batch: Batch, parse: &mut impl FnMut(Item<'_>, &mut P)) -> (P, u64) {
    let mut parsed = P::default();
    let (mut text_from, mut ends_from) = (0, 0);
    for row in batch.rows {
        match row {
            Row::Cells { row_number, text_to, ends_to } => {
                let cells = Cells::new(&batch.text[text_from..text_to], &batch.ends[ends_from..ends_to]);
                parse(Item::Row { row_number, cells }, &mut parsed);
                (text_from, ends_from) = (text_to, ends_to);
            }
            Row::Rejected { row_number, error, beginning } => {
                parse(Item::Rejected { row_number, error, beginning }, &mut parsed);
            }
        }
    }
    (parsed, batch.bytes_read)
}

/// Ends early where nobody listens any more.
fn read(file: &ImportFile, mut source: RowSource, sender: &SyncSender<Result<Batch, ImportError>>) {
    loop {
        let mut batch = Batch::default();
        let ended = loop {
            match source.next(file) {
                Ok(Some(item)) => batch.push(item),
                Ok(None) => break Some(Ok(())),
                Err(error) => break Some(Err(error)),
            }
            if batch.is_full() {
                break None;
            }
        };
        batch.bytes_read = source.bytes_read();
        if sender.send(Ok(batch)).is_err() {
            return;
        }
        match ended {
            None => {}
            Some(Ok(())) => return,
            // Nobody may be there to hear of it.
            Some(Err(error)) => return drop(sender.send(Err(error))),
        }
    }
}
