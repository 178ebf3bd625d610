//! What a file is, from its beginning: binary kinds, text that is no table, the delimiter.
//!
//! Invariants: only the beginning is looked at; the same beginning gives the same answer.

use super::error::FileError;

/// Files that people drop on an import, by their first bytes.
const BINARY_KINDS: &[(&[u8], &str, &str)] = &[
    (b"%PDF", "a PDF document", "export the table as CSV"),
    (b"\x89PNG", "an image (PNG)", "choose the exported table"),
    (b"\xff\xd8\xff", "an image (JPEG)", "choose the exported table"),
    (b"GIF8", "an image (GIF)", "choose the exported table"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (xls)", "save it as CSV UTF-8 in Excel"),
    (b"\x7fELF", "an executable program", "choose the exported table"),
    (b"MZ\x90", "an executable program", "choose the exported table"),
    (b"SQLite format 3", "a SQLite database", "export the table as CSV"),
    (b"BZh", "a bzip2 archive", "decompress it, or use gzip or zstd"),
    (b"\xfd7zXZ", "an xz archive", "decompress it, or use gzip or zstd"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "decompress it, or use gzip or zstd"),
    (b"Rar!", "a RAR archive", "decompress it, or use gzip or zstd"),
    (b"ORC", "an ORC file", "export the table as CSV or Parquet"),
    (b"Obj\x01", "an Avro file", "export the table as CSV or Parquet"),
];

/// Rows of the beginning that vote for a delimiter.
const VOTING_RECORDS_MAX: usize = 50;
pub(super) const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

fn not_a_table(found: &'static str, advice: &'static str) -> FileError {
    FileError::NotATable { found, advice }
}

/// Refuses binary content, by kind where it is known.
pub(super) fn refuse_binary(head: &[u8]) -> Result<(), FileError> {
    if head.starts_with(b"PK\x03\x04") {
        let names = &head[..head.len().min(8 * 1024)];
        let holds = |name: &[u8]| names.windows(name.len()).any(|window| window == name);
        return Err(if holds(b"xl/") || holds(b"[Content_Types].xml") {
            not_a_table("an Excel workbook (xlsx)", "save it as CSV UTF-8 in Excel")
        } else {
            not_a_table("a zip archive", "unpack it and choose the table inside")
        });
    }
    if let Some((_, found, advice)) = BINARY_KINDS.iter().find(|(magic, _, _)| head.starts_with(magic)) {
        return Err(not_a_table(found, advice));
    }
    if !head.contains(&0) {
        return Ok(());
    }
    let pairs = head.len() / 2;
    let zeros = |rest: usize| head.iter().skip(rest).step_by(2).filter(|byte| **byte == 0).count();
    if pairs > 0 && zeros(1) * 10 > pairs * 7 || zeros(0) * 10 > pairs * 7 {
        let advice = "state the encoding (utf-16le or utf-16be), or save it as UTF-8";
        return Err(not_a_table("UTF-16 text without a byte order mark", advice));
    }
    Err(not_a_table("binary data (it holds NUL bytes)", "export the table as CSV"))
}

/// Refuses text that is something else than a table.
pub(super) fn refuse_other_than_tables(text: &str) -> Result<(), FileError> {
    let start = text.trim_start();
    if start.is_empty() {
        return Err(FileError::Empty);
    }
    let begins = |prefix: &str| start.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    if begins("<!doctype") || begins("<html") || begins("<table") || begins("<head") || begins("<meta") {
        return Err(not_a_table("a web page (some systems call it xls)", "open it in Excel and save it as CSV UTF-8"));
    }
    if begins("<?xml") {
        return Err(not_a_table("an XML document", "export the table as CSV"));
    }
    if begins("{\"") || begins("[{") || begins("{\n") || begins("{\r\n") || begins("[\n") {
        return Err(not_a_table("JSON", "export the table as CSV"));
    }
    if text.contains('\0') {
        return Err(not_a_table("binary data (it holds NUL bytes)", "export the table as CSV"));
    }
    Ok(())
}

/// The delimiter whose column count is most often the same as that of the first row; more columns win.
pub(super) fn delimiter(text: &str) -> u8 {
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let counts = column_counts(text.as_bytes(), delimiter);
        let Some(first) = counts.first().copied().filter(|count| *count > 1) else {
            continue;
        };
        let agreeing = counts.iter().filter(|count| **count == first).count();
        // Agreement in thousandths weighs most, the number of columns decides between equals.
        let score = agreeing * 1_000 / counts.len() * 10_000 + first.min(super::COLUMNS_MAX);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

fn column_counts(text: &[u8], delimiter: u8) -> Vec<usize> {
    let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let mut cells = vec![0u8; text.len().max(1)];
    let mut ends = vec![0usize; super::COLUMNS_MAX];
    let mut counts = Vec::new();
    let (mut from, mut columns) = (0, 0);
    while counts.len() < VOTING_RECORDS_MAX && from < text.len() {
        let (result, read, _, ended) = reader.read_record(&text[from..], &mut cells, &mut ends[columns..]);
        from += read;
        columns += ended;
        match result {
            csv_core::ReadRecordResult::Record => {
                counts.push(columns);
                columns = 0;
            }
            csv_core::ReadRecordResult::InputEmpty => break,
            csv_core::ReadRecordResult::OutputEndsFull => {
                counts.push(super::COLUMNS_MAX);
                break;
            }
            csv_core::ReadRecordResult::OutputFull | csv_core::ReadRecordResult::End => break,
        }
    }
    if counts.is_empty() {
        // One record without a line end: count it by its delimiters.
        counts.push(columns + 1);
    }
    counts
}
