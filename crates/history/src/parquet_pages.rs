//! The pages of a user's Parquet file, unpacked only as far as memory allows.
//!
//! A few bytes of a page can unpack to gigabytes, and a few more can stand for a list of a billion values. A page
//! says in its header how large it will be, so the header is looked at before the decoder gets the page.
//! Invariants: a page of more than [`PAGE_BYTES_MAX`] is never unpacked; the pages unpacked for one batch have
//! [`BATCH_BYTES_MAX`] together, or the batch fails and [`Meter::is_over`] tells the caller to ask for fewer rows.
//! A header that lies is found out after the page was unpacked; gzip and brotli pages are the only ones that can
//! become larger than they say.

use bytes::Bytes;
use deltalake::parquet::errors::{ParquetError, Result};
use deltalake::parquet::file::metadata::RowGroupMetaData;
use deltalake::parquet::file::reader::{ChunkReader, Length};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The largest page of any writer that we know has 100 MB; most have one.
pub(crate) const PAGE_BYTES_MAX: u64 = 128 << 20;
/// A batch needs a page of each column at least, and its dictionary: two hundred columns of large pages fit.
pub(crate) const BATCH_BYTES_MAX: u64 = 256 << 20;
/// What a value within a list costs while its record is put together: two levels and a place.
const LISTED_VALUE_BYTES: u64 = 20;
/// All that is looked at of a header stands in so many bytes: five small fields.
const HEADER_BYTES_MAX: usize = 40;

/// What the pages of one row group have cost so far.
pub(crate) struct Meter {
    /// Where in the file the chunks of columns with lists are: one record can hold all their values.
    listed: Vec<Range<u64>>,
    /// By the place where the content of a page begins, what it will cost.
    costs: Mutex<HashMap<u64, u64>>,
    batch_bytes: AtomicU64,
    is_over: AtomicBool,
}

impl Meter {
    pub fn of(group: &RowGroupMetaData) -> Self {
        let listed = group.columns().iter().filter(|chunk| chunk.column_descr().max_rep_level() > 0).map(|chunk| {
            let (start, length) = chunk.byte_range();
            start..start.saturating_add(length)
        });
        Self {
            listed: listed.collect(),
            costs: Mutex::default(),
            batch_bytes: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
        }
    }

    pub fn begin_batch(&self) {
        self.batch_bytes.store(0, Ordering::Relaxed);
    }

    /// Whether a batch failed because its pages are too large together.
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    fn cost_of(&self, header: PageHeader, place: u64) -> u64 {
        let is_listed = self.listed.iter().any(|chunk| chunk.contains(&place));
        header.unpacked_bytes + if is_listed { header.values.saturating_mul(LISTED_VALUE_BYTES) } else { 0 }
    }

    /// A header is read byte by byte, and its end is where the content begins.
    fn note(&self, before: u64, end: u64, cost: u64) {
        let mut costs = self.costs.lock().unwrap_or_else(PoisonError::into_inner);
        costs.remove(&before);
        costs.insert(end, cost);
    }

    fn spend(&self, content: u64, packed_bytes: usize) -> Result<()> {
        let noted = self.costs.lock().unwrap_or_else(PoisonError::into_inner).remove(&content);
        let cost = noted.unwrap_or(packed_bytes as u64);
        let spent = self.batch_bytes.fetch_add(cost, Ordering::Relaxed).saturating_add(cost);
        if spent <= BATCH_BYTES_MAX {
            return Ok(());
        }
        self.is_over.store(true, Ordering::Relaxed);
        Err(ParquetError::General(format!("its pages have more than {BATCH_BYTES_MAX} bytes")))
    }
}

/// A file whose pages are metered.
pub(crate) struct PageFile {
    pub file: File,
    pub meter: Arc<Meter>,
}

impl Length for PageFile {
    fn len(&self) -> u64 {
        Length::len(&self.file)
    }
}

impl ChunkReader for PageFile {
    type T = HeaderReader;

    /// The decoder asks for this where a header begins.
    fn get_read(&self, start: u64) -> Result<HeaderReader> {
        let inner = ChunkReader::get_read(&self.file, start)?;
        Ok(HeaderReader { inner, meter: Arc::clone(&self.meter), start, place: start, seen: Vec::new(), cost: None })
    }

    /// The decoder asks for this to unpack a page: its packed content.
    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start.saturating_add(length as u64) > Length::len(&self.file) {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} are beyond the end")));
        }
        self.meter.spend(start, length)?;
        ChunkReader::get_bytes(&self.file, start, length)
    }
}

/// Looks at the beginning of what it reads.
pub(crate) struct HeaderReader {
    inner: BufReader<File>,
    meter: Arc<Meter>,
    start: u64,
    place: u64,
    seen: Vec<u8>,
    cost: Option<u64>,
}

impl Read for HeaderReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(into)?;
        let before = self.place;
        self.place += length as u64;
        if self.cost.is_none() {
            self.seen.extend_from_slice(&into[..length.min(HEADER_BYTES_MAX)]);
            self.cost = PageHeader::parse(&self.seen)?.map(|header| self.meter.cost_of(header, self.start));
        }
        if let Some(cost) = self.cost {
            self.meter.note(before, self.place, cost);
        }
        Ok(length)
    }
}

/// What is needed of a page's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PageHeader {
    unpacked_bytes: u64,
    values: u64,
}

/// Thrift's compact protocol: a field begins with the distance to the number of the field before, and its type.
const TYPE_I32: u8 = 5;
const TYPE_STRUCT: u8 = 12;
const FIELD_UNPACKED_BYTES: u8 = 2;
/// The structures of a data page, of a dictionary and of a data page of the second form begin with the number of
/// values. That of an index page is empty.
const FIELD_INDEX_PAGE: u8 = 6;
const FIELD_DICTIONARY_PAGE: u8 = 7;

impl PageHeader {
    /// `None` where the beginning is too short to tell.
    fn parse(seen: &[u8]) -> io::Result<Option<Self>> {
        let mut unpacked_bytes = None;
        let mut field = 0;
        let mut rest = seen;
        while let Some((first, tail)) = rest.split_first() {
            let distance = first >> 4;
            field += distance;
            match first & 0x0F {
                TYPE_I32 if distance > 0 => {
                    let Some((value, tail)) = varint(tail)? else { return Ok(None) };
                    if field == FIELD_UNPACKED_BYTES {
                        unpacked_bytes = Some(value);
                    }
                    rest = tail;
                }
                TYPE_STRUCT if distance > 0 => {
                    let unpacked_bytes = unpacked_bytes.ok_or_else(unreadable)?;
                    if field == FIELD_INDEX_PAGE {
                        return Self { unpacked_bytes, values: 0 }.checked(false).map(Some);
                    }
                    let Some((first, tail)) = tail.split_first() else { return Ok(None) };
                    if *first != 0x10 | TYPE_I32 {
                        return Err(unreadable());
                    }
                    let Some((values, _)) = varint(tail)? else { return Ok(None) };
                    return Self { unpacked_bytes, values }.checked(field == FIELD_DICTIONARY_PAGE).map(Some);
                }
                _ => return Err(unreadable()),
            }
        }
        Ok(None)
    }

    fn checked(self, is_dictionary: bool) -> io::Result<Self> {
        if self.unpacked_bytes > PAGE_BYTES_MAX {
            let bytes = self.unpacked_bytes;
            return Err(io::Error::other(format!("a page has {bytes} bytes, at most {PAGE_BYTES_MAX} are read")));
        }
        // Room is made for all the values of a dictionary at once, and none of them is smaller than a byte.
        if is_dictionary && self.values > self.unpacked_bytes {
            return Err(unreadable());
        }
        Ok(self)
    }
}

/// A number that is not negative, and what follows it.
fn varint(bytes: &[u8]) -> io::Result<Option<(u64, &[u8])>> {
    let mut value = 0u64;
    for (place, byte) in bytes.iter().enumerate().take(5) {
        value |= u64::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            let is_negative = value & 1 == 1;
            return if is_negative { Err(unreadable()) } else { Ok(Some((value >> 1, &bytes[place + 1..]))) };
        }
    }
    if bytes.len() < 5 { Ok(None) } else { Err(unreadable()) }
}

fn unreadable() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the header of a page contradicts itself")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Type, unpacked and packed size, then the structure of the page.
    fn header(unpacked: &[u8], field_and_values: &[u8]) -> Vec<u8> {
        [&[0x15, 0x00, 0x15][..], unpacked, &[0x15, 0x14], field_and_values].concat()
    }

    #[test]
    fn a_header_is_understood_as_soon_as_it_says_enough() {
        // 300 bytes, twice 300 in zigzag: 600 = 0b100_1011000. A data page of ten values.
        let whole = header(&[0xD8, 0x04], &[0x2C, 0x15, 0x14]);
        let expected = PageHeader { unpacked_bytes: 300, values: 10 };
        assert_eq!(PageHeader::parse(&whole).unwrap(), Some(expected));
        for length in 0..whole.len() {
            assert_eq!(PageHeader::parse(&whole[..length]).unwrap(), None, "cut at {length}");
        }
        // With a checksum before the structure of a second form data page.
        let with_checksum = header(&[0xD8, 0x04], &[0x15, 0x02, 0x4C, 0x15, 0x14, 0x15, 0x00]);
        assert_eq!(PageHeader::parse(&with_checksum).unwrap(), Some(expected));
    }

    #[test]
    fn headers_that_would_take_too_much_are_refused() {
        let refused = |bytes: &[u8]| PageHeader::parse(bytes).unwrap_err().to_string();
        let large = header(&[0xFE, 0xFF, 0xFF, 0xFF, 0x0F], &[0x2C, 0x15, 0x14]);
        assert!(refused(&large).contains("a page has 2147483647 bytes"));
        // A dictionary of ten values in four bytes.
        assert!(refused(&header(&[0x08], &[0x4C, 0x15, 0x14])).contains("contradicts itself"));
        assert!(refused(&header(&[0x01], &[0x2C, 0x15, 0x14])).contains("contradicts itself"), "negative");
        assert!(refused(b"PAR1PAR1PAR1").contains("contradicts itself"));
        assert!(refused(&[0x15, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]).contains("contradicts itself"));
    }
}
