//! The spool: checked rows on disk, by partition, between reading and applying.
//!
//! A partition holds whole customers, so that an order is complete wherever its lines stand in the
//! files, and memory is bounded by the largest partition, not by the files. One that grows too large all the
//! same (half of the file is one "walk-in" customer) is parted again, by order: then it holds whole orders.
//! Rows that know their customer by a phone or the like stand behind those that have the shop's own number: only then is
//! the phone known to be that customer's, whose first order may have been without it. See [`late`](super::late).
//!
//! Small files that follow one another are applied as one partition: each commit writes anew every page that it
//! touched, and new identifiers touch pages all over their tree.
//!
//! A row on disk: its second hash (8 bytes), its length (4 bytes), its bytes; little endian.

use super::late::{Known, Places};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Error, ErrorKind, Read, Result, Write};
use std::path::{Path, PathBuf};

/// Written rows per file are cut at about this many bytes of input.
const PARTITION_BYTES: u64 = 8 * 1024 * 1024;
const PARTITIONS_MIN: u64 = 8;
/// Files are joined up to this, which is about what one commit applies (`pipeline::apply`).
const JOINED_BYTES: u64 = 10 * 1024 * 1024;
/// What a complete spool has. Its number goes up when partitions are cut otherwise: the step of an import counts them.
pub const MARKER: &str = "complete-3";
/// Bounds open files and write buffers (64 KiB each).
const PARTITIONS_MAX: u64 = 512;
const BUFFER_BYTES: usize = 64 * 1024;
/// A partition of more bytes than this is parted again.
const LARGE_BYTES: u64 = 4 * PARTITION_BYTES;
/// And this much of one order is no order.
const ORDER_BYTES_MAX: u64 = 64 * 1024 * 1024;
const HEAD_BYTES: usize = 12;

/// Where a row belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowPlace {
    /// Equal for all rows of a customer.
    pub partition: u64,
    /// Equal for all rows of a customer that can be of one order.
    pub order: u64,
    /// It knows its customer by nothing that the shop itself gave: it stands behind the rows that do.
    pub late: bool,
}

/// How many partitions an input of this many (unpacked) bytes gets. A function of the input alone, so
/// that a re-run cuts the same way.
pub fn partitions_for(bytes: u64) -> u32 {
    (bytes / PARTITION_BYTES).next_power_of_two().clamp(PARTITIONS_MIN, PARTITIONS_MAX) as u32
}

pub struct SpoolWriter {
    folder: PathBuf,
    partitions: Vec<Partition>,
    /// As many again, made when a row comes: their places are decided in the end.
    late: Vec<Option<Late>>,
    known: Known,
}

/// Late rows, and beside them whom each names.
struct Late {
    rows: Partition,
    names: BufWriter<File>,
}

struct Partition {
    path: PathBuf,
    file: BufWriter<File>,
    bytes: u64,
}

impl Partition {
    fn create(path: PathBuf) -> Result<Self> {
        let file = BufWriter::with_capacity(BUFFER_BYTES, File::create(&path)?);
        Ok(Self { path, file, bytes: 0 })
    }

    fn write(&mut self, order: u64, row: &[u8]) -> Result<()> {
        let length =
            u32::try_from(row.len()).map_err(|_| Error::new(ErrorKind::InvalidInput, "the row is too long"))?;
        self.file.write_all(&order.to_le_bytes())?;
        self.file.write_all(&length.to_le_bytes())?;
        self.file.write_all(row)?;
        self.bytes += (HEAD_BYTES + row.len()) as u64;
        Ok(())
    }

    fn finish(self) -> Result<()> {
        self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_data()
    }
}

/// What finishing found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    Complete,
    /// Rows that can be of one order are more than any order has.
    OrderTooLong,
}

impl SpoolWriter {
    /// Empties the folder: an unfinished spool of an earlier try is worth nothing.
    pub fn create(folder: &Path, partitions: u32) -> Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder)?;
        let partitions = (0..partitions)
            .map(|partition| Partition::create(folder.join(format!("{partition:04}.rows"))))
            .collect::<Result<Vec<_>>>()?;
        let late = partitions.iter().map(|_| None).collect();
        Ok(Self { folder: folder.to_owned(), partitions, late, known: Known::default() })
    }

    /// `named`: hashes of identifiers, the strongest first. Of a row that is not late, those that others may know the
    /// customer by; of a late one all.
    pub fn write(&mut self, place: RowPlace, named: &[u64], row: &[u8]) -> Result<()> {
        let number = (place.partition % self.partitions.len() as u64) as usize;
        if !place.late {
            self.known.learn(named, number as u16);
            return self.partitions[number].write(place.order, row);
        }
        let late = match &mut self.late[number] {
            Some(late) => late,
            none => {
                let path = self.folder.join(format!("unplaced-{number:04}.rows"));
                let names = BufWriter::with_capacity(BUFFER_BYTES, File::create(path.with_extension("names"))?);
                none.insert(Late { rows: Partition::create(path)?, names })
            }
        };
        late.names.write_all(&(named.len() as u32).to_le_bytes())?;
        for name in named {
            late.names.write_all(&name.to_le_bytes())?;
        }
        late.rows.write(place.order, row)
    }

    /// Everything on disk, then the marker.
    pub fn finish(self) -> Result<Finished> {
        let Self { folder, partitions, late, known } = self;
        // The disk is busy with the most of it while late rows find their places.
        let large = std::thread::scope(|scope| {
            let others = scope.spawn(|| finish_all(partitions));
            let mut large = finish_all(place_late(&folder, late, &known)?)?;
            large.extend(others.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
            Ok::<_, Error>(large)
        })?;
        for (path, bytes) in large {
            if part_again(&path, bytes)? == Finished::OrderTooLong {
                return Ok(Finished::OrderTooLong);
            }
        }
        let marker = File::create(folder.join(MARKER))?;
        marker.sync_all()?;
        File::open(&folder)?.sync_all()?;
        Ok(Finished::Complete)
    }
}

/// Gives back those that are too large.
fn finish_all(partitions: Vec<Partition>) -> Result<Vec<(PathBuf, u64)>> {
    let mut large = Vec::new();
    for partition in partitions {
        if partition.bytes > LARGE_BYTES {
            large.push((partition.path.clone(), partition.bytes));
        }
        partition.finish()?;
    }
    Ok(large)
}

/// Late rows go right behind the partition that tells of their customers, or behind all partitions.
fn place_late(folder: &Path, late: Vec<Option<Late>>, known: &Known) -> Result<Vec<Partition>> {
    let late = (0usize..).zip(late).filter_map(|(number, late)| Some((number, late?)));
    if known.is_empty() {
        // A shop that knows its customers by their phones alone: nothing is to be moved.
        let stay = late.map(|(number, Late { mut rows, .. })| {
            let path = folder.join(name_behind_all(number));
            std::fs::remove_file(rows.path.with_extension("names"))?;
            std::fs::rename(&rows.path, &path)?;
            rows.path = path;
            Ok(rows)
        });
        return stay.collect();
    }
    let mut places = Places::new(known);
    let mut unplaced = Vec::new();
    for (number, Late { mut rows, mut names }) in late {
        rows.file.flush()?;
        names.flush()?;
        let mut names = Names::open(&rows.path)?;
        while let Some(named) = names.next()? {
            places.add(named);
        }
        unplaced.push((number, rows.path));
    }
    let mut behind: BTreeMap<String, Partition> = BTreeMap::new();
    for (number, path) in &unplaced {
        let mut names = Names::open(path)?;
        let mut rows = BufReader::with_capacity(BUFFER_BYTES, File::open(path)?);
        let mut row = Vec::new();
        while let Some(named) = names.next()? {
            let order = read_row(&mut rows, &mut row)?;
            // In the order of names: behind `0003.rows`, and behind all numbers.
            let name = match places.of(named) {
                Some(partition) => format!("{partition:04}_late.rows"),
                None => name_behind_all(*number),
            };
            let partition = match behind.entry(name) {
                Entry::Occupied(found) => found.into_mut(),
                Entry::Vacant(none) => {
                    let path = folder.join(none.key());
                    none.insert(Partition::create(path)?)
                }
            };
            partition.write(order, &row)?;
        }
        std::fs::remove_file(path.with_extension("names"))?;
        std::fs::remove_file(path)?;
    }
    Ok(behind.into_values().collect())
}

fn name_behind_all(number: usize) -> String {
    format!("late-{number:04}.rows")
}

/// Whom the rows of a file name, row by row.
struct Names {
    file: BufReader<File>,
    named: Vec<u64>,
}

impl Names {
    fn open(rows: &Path) -> Result<Self> {
        let file = BufReader::with_capacity(BUFFER_BYTES, File::open(rows.with_extension("names"))?);
        Ok(Self { file, named: Vec::new() })
    }

    fn next(&mut self) -> Result<Option<&[u64]>> {
        if self.file.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let mut count = [0; 4];
        self.file.read_exact(&mut count)?;
        self.named.clear();
        for _ in 0..u32::from_le_bytes(count) {
            let mut name = [0; 8];
            self.file.read_exact(&mut name)?;
            self.named.push(u64::from_le_bytes(name));
        }
        Ok(Some(&self.named))
    }
}

/// Reads the next row into `row`, and returns its second hash.
fn read_row(input: &mut impl Read, row: &mut Vec<u8>) -> Result<u64> {
    let mut head = [0; HEAD_BYTES];
    input.read_exact(&mut head)?;
    let (order, length) = parse_head(head);
    row.resize(length, 0);
    input.read_exact(row)?;
    Ok(order)
}

fn part_again(path: &Path, bytes: u64) -> Result<Finished> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut parts = (0..partitions_for(bytes))
        .map(|part| Partition::create(path.with_file_name(format!("{stem}-{part:04}.rows"))))
        .collect::<Result<Vec<_>>>()?;
    let mut input = BufReader::with_capacity(BUFFER_BYTES, File::open(path)?);
    let mut row = Vec::new();
    let mut left = bytes;
    while left > 0 {
        let order = read_row(&mut input, &mut row)?;
        left -= (HEAD_BYTES + row.len()) as u64;
        // Other bits than those which chose the partition's own file.
        let part = ((order >> 32) % parts.len() as u64) as usize;
        parts[part].write(order, &row)?;
    }
    let too_long = parts.iter().any(|part| part.bytes > ORDER_BYTES_MAX);
    for part in parts {
        part.finish()?;
    }
    std::fs::remove_file(path)?;
    Ok(if too_long { Finished::OrderTooLong } else { Finished::Complete })
}

fn parse_head(head: [u8; HEAD_BYTES]) -> (u64, usize) {
    let [a, b, c, d, e, f, g, h, i, j, k, l] = head;
    (u64::from_le_bytes([a, b, c, d, e, f, g, h]), u32::from_le_bytes([i, j, k, l]) as usize)
}

/// The partitions of a complete spool, in the order in which they are applied: of each the files, in their order.
/// A function of the spool alone, so that a step means the same after a restart.
pub fn partitions(folder: &Path) -> Result<Vec<Vec<PathBuf>>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|extension| extension == "rows") {
            files.push((entry.path(), entry.metadata()?.len()));
        }
    }
    files.sort();
    let total: u64 = files.iter().map(|(_, bytes)| bytes).sum();
    // A small import has as many steps as a large one: it is cancelled as soon, and its progress is seen.
    Ok(joined(files, JOINED_BYTES.min(total / PARTITIONS_MIN)))
}

fn joined(files: Vec<(PathBuf, u64)>, bytes_max: u64) -> Vec<Vec<PathBuf>> {
    let mut partitions: Vec<Vec<PathBuf>> = Vec::new();
    let mut bytes_before = 0u64;
    for (path, bytes) in files {
        let together = bytes_before + bytes;
        match partitions.last_mut().filter(|_| together <= bytes_max) {
            Some(partition) => {
                partition.push(path);
                bytes_before = together;
            }
            None => {
                partitions.push(vec![path]);
                bytes_before = bytes;
            }
        }
    }
    partitions
}

/// The rows of a file, one behind the other.
pub struct SpooledRows {
    pub bytes: Vec<u8>,
    pub count: usize,
}

pub fn read_file(path: &Path) -> Result<SpooledRows> {
    let mut bytes = std::fs::read(path)?;
    let (mut from, mut to, mut count) = (0, 0, 0);
    while from < bytes.len() {
        let damaged = || Error::new(ErrorKind::InvalidData, "the spool of the import is damaged");
        let head = bytes.get(from..from + HEAD_BYTES).and_then(|head| head.try_into().ok()).ok_or_else(damaged)?;
        let (_, length) = parse_head(head);
        let row = from + HEAD_BYTES;
        if row + length > bytes.len() {
            return Err(damaged());
        }
        bytes.copy_within(row..row + length, to);
        (from, to) = (row + length, to + length);
        count += 1;
    }
    bytes.truncate(to);
    Ok(SpooledRows { bytes, count })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_grow_with_the_input_and_stay_bounded() {
        assert_eq!(partitions_for(0), 8);
        assert_eq!(partitions_for(1024 * 1024 * 1024), 128);
        assert_eq!(partitions_for(u64::MAX / 2), 512);
    }

    /// Rows of one customer: `orders` orders in turn, each row of a kibibyte.
    fn spool_of(folder: &Path, rows: u64, orders: u64) -> Finished {
        let mut spool = SpoolWriter::create(folder, 8).unwrap();
        for row in 0..rows {
            let order = (row % orders).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            spool.write(RowPlace { partition: 3, order, late: false }, &[], &[(row % 251) as u8; 1_024]).unwrap();
        }
        spool.finish().unwrap()
    }

    fn files_of(folder: &Path) -> Vec<PathBuf> {
        partitions(folder).unwrap().concat()
    }

    #[test]
    fn small_files_that_follow_one_another_make_one_partition() {
        let sizes = |bytes: &[u64], max| -> Vec<usize> {
            let files = bytes.iter().enumerate().map(|(place, bytes)| (PathBuf::from(place.to_string()), *bytes));
            joined(files.collect(), max).iter().map(Vec::len).collect()
        };
        assert_eq!(sizes(&[4, 4, 3, 2, 2, 9, 20, 1, 1], 10), [2, 3, 1, 1, 2]);
        assert_eq!(sizes(&[10, 10], 10), [1, 1]);
        assert_eq!(sizes(&[5, 5, 0], 10), [3]);
        assert_eq!(sizes(&[], 10), [0usize; 0]);
    }

    #[test]
    fn one_customer_with_half_of_the_file_is_parted_by_order() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(spool_of(folder.path(), 60_000, 1_000), Finished::Complete);
        let files = files_of(folder.path());
        assert_eq!(files.len(), 7 + 8);
        let sizes: Vec<usize> = files.iter().map(|file| read_file(file).unwrap().bytes.len()).collect();
        assert_eq!(sizes.iter().sum::<usize>(), 60_000 * 1_024);
        assert!(sizes.iter().all(|size| *size < LARGE_BYTES as usize), "{sizes:?}");
    }

    #[test]
    fn one_order_with_half_of_the_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(spool_of(folder.path(), 70_000, 1), Finished::OrderTooLong);
        assert!(!folder.path().join(MARKER).exists());
    }

    #[test]
    fn late_rows_stand_behind_all_others_also_where_they_are_parted_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = SpoolWriter::create(folder.path(), 8).unwrap();
        for row in 0..40_000u64 {
            let (order, late) = (row.wrapping_mul(0x9E37_79B9_7F4A_7C15), row % 20 > 0);
            spool.write(RowPlace { partition: row % 2, order, late }, &[row], &[u8::from(late); 1_024]).unwrap();
        }
        assert_eq!(spool.finish().unwrap(), Finished::Complete);
        let rows: Vec<u8> = files_of(folder.path()).iter().flat_map(|file| read_file(file).unwrap().bytes).collect();
        assert_eq!(rows.len(), 40_000 * 1_024);
        assert!(rows.is_sorted());
        assert_eq!(rows.iter().filter(|byte| **byte == 0).count(), 2_000 * 1_024);
    }

    #[test]
    fn late_rows_stand_right_behind_the_partition_of_their_customer() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = SpoolWriter::create(folder.path(), 8).unwrap();
        let place = |partition, late| RowPlace { partition, order: 0, late };
        // Phones 10 to 17 stand beside the shop's own numbers in the partitions 0 to 7; 18 nowhere.
        for phone in [14, 18, 12, 10, 17] {
            spool.write(place(phone * 3, true), &[phone], &[phone as u8]).unwrap();
        }
        for partition in 0..8 {
            spool.write(place(partition, false), &[10 + partition], &[partition as u8]).unwrap();
        }
        spool.write(place(1, true), &[11, 15], &[99]).unwrap();
        assert_eq!(spool.finish().unwrap(), Finished::Complete);
        let rows: Vec<u8> = files_of(folder.path()).iter().flat_map(|file| read_file(file).unwrap().bytes).collect();
        assert_eq!(rows, [0, 10, 1, 2, 12, 3, 4, 14, 5, 99, 6, 7, 17, 18]);
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("unplaced")), "{left:?}");
    }

    #[test]
    fn a_torn_partition_is_told() {
        let folder = tempfile::tempdir().unwrap();
        spool_of(folder.path(), 10, 2);
        let file = &files_of(folder.path())[3];
        let whole = std::fs::read(file).unwrap();
        std::fs::write(file, &whole[..whole.len() - 1]).unwrap();
        assert_eq!(read_file(file).err().unwrap().kind(), ErrorKind::InvalidData);
    }
}
