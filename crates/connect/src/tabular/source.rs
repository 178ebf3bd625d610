//! Bytes of a file: counted, decompressed, guarded.
//!
//! Invariants: the sample is read again from the start by whoever reads the source; an error found while
//! sampling comes up when reading reaches it, so that good rows before it are not lost.
//! A decompression bomb is refused by its ratio: more than [`super::BOMB_RATIO_MAX`] times its input after
//! [`super::BOMB_OUTPUT_BYTES_MIN`] of output. Memory is bounded with or without this; it saves disk and time.

use super::error::FileError;
use super::{BOMB_OUTPUT_BYTES_MIN, BOMB_RATIO_MAX};
use serde::Serialize;
use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Reads from the file come in pieces of this size.
const FILE_BUFFER_BYTES: usize = 128 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    None,
    Gzip,
    Zstd,
}

/// How many bytes of the file itself were read; may be asked from another thread.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    pub fn bytes_read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Asks a reader to stop, from another thread; clones are of the same wish.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

struct Counted {
    input: Box<dyn Read + Send>,
    progress: Progress,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.progress.0.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Watches the output of a decompressor and names its errors.
struct Guarded {
    input: Box<dyn Read + Send>,
    progress: Progress,
    output_bytes: u64,
}

impl Read for Guarded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer).map_err(|error| self.named(&error))?;
        self.output_bytes += count as u64;
        let compressed_bytes = self.progress.bytes_read();
        if self.output_bytes > BOMB_OUTPUT_BYTES_MIN && self.output_bytes / BOMB_RATIO_MAX > compressed_bytes {
            let output_bytes = self.output_bytes;
            return Err(io::Error::other(FileError::DecompressionBomb { compressed_bytes, output_bytes }));
        }
        Ok(count)
    }
}

impl Guarded {
    fn named(&self, error: &io::Error) -> io::Error {
        let output_bytes = self.output_bytes;
        // zstd reports an early end as "incomplete frame" of kind UnexpectedEof too.
        io::Error::other(if error.kind() == io::ErrorKind::UnexpectedEof {
            FileError::Truncated { output_bytes }
        } else {
            FileError::Damaged { output_bytes, cause: error.to_string() }
        })
    }
}

pub(super) struct Source {
    head: Cursor<Vec<u8>>,
    /// What went wrong while sampling, for when reading gets there.
    pending: Option<io::Error>,
    rest: Box<dyn Read + Send>,
    compression: Compression,
    progress: Progress,
}

impl Source {
    pub(super) fn new(input: Box<dyn Read + Send>) -> Result<Self, FileError> {
        let progress = Progress::default();
        let mut counted = Counted { input, progress: progress.clone() };
        let mut magic = [0u8; 4];
        let length = read_full(&mut counted, &mut magic).map_err(|error| FileError::of_io(&error))?;
        let magic = magic[..length].to_vec();
        let compression = match magic.as_slice() {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] => Compression::Zstd,
            _ => Compression::None,
        };
        let whole = BufReader::with_capacity(FILE_BUFFER_BYTES, Cursor::new(magic).chain(counted));
        let guarded = |input: Box<dyn Read + Send>, progress: &Progress| -> Box<dyn Read + Send> {
            Box::new(Guarded { input, progress: progress.clone(), output_bytes: 0 })
        };
        let rest: Box<dyn Read + Send> = match compression {
            Compression::None => Box::new(whole),
            Compression::Gzip => guarded(Box::new(flate2::bufread::MultiGzDecoder::new(whole)), &progress),
            Compression::Zstd => {
                let decoder = zstd::stream::read::Decoder::with_buffer(whole);
                let decoder = decoder.map_err(|error| FileError::Unreadable(error.to_string()))?;
                guarded(Box::new(decoder), &progress)
            }
        };
        Ok(Self { head: Cursor::new(Vec::new()), pending: None, rest, compression, progress })
    }

    pub(super) fn compression(&self) -> Compression {
        self.compression
    }

    pub(super) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Takes the first bytes after decompression; reading starts with them again. Where the very first
    /// cannot be had, that is the error.
    pub(super) fn sample(&mut self, bytes_max: usize) -> Result<(), FileError> {
        let mut head = vec![0; bytes_max];
        let mut filled = 0;
        while filled < head.len() {
            match self.rest.read(&mut head[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.pending = Some(error);
                    break;
                }
            }
        }
        head.truncate(filled);
        match &self.pending {
            Some(error) if filled == 0 => Err(FileError::of_io(error)),
            _ => {
                self.head = Cursor::new(head);
                Ok(())
            }
        }
    }

    pub(super) fn head(&self) -> &[u8] {
        self.head.get_ref()
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.head.read(buffer)?;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        if let Some(error) = self.pending.take() {
            return Err(error);
        }
        self.rest.read(buffer)
    }
}

fn read_full(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
