//! Ways of reading a file in tests.

use perennial_connect::tabular::{FileError, Opened, ReadOptions, ReadRow, RowReader, open, open_read};
use perennial_domain::import::columns::{Recognition, recognise};
use perennial_domain::import::error::RowErrorCode;
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::sample::{SAMPLE_ROWS, Sample};
use std::io::Cursor;
use std::path::PathBuf;

pub struct Table {
    pub headers: Vec<String>,
    pub rows: Vec<(u64, Vec<String>)>,
    pub rejected: Vec<(u64, RowErrorCode)>,
    pub error: Option<FileError>,
    pub delimiter: char,
    pub encoding: &'static str,
}

pub fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/data").join(name)
}

pub fn rows_of(opened: Opened) -> RowReader {
    match opened {
        Opened::Rows(reader) => *reader,
        Opened::Parquet => panic!("a text table was taken for Parquet"),
    }
}

pub fn open_bytes(bytes: &[u8]) -> Result<RowReader, FileError> {
    open_read(Cursor::new(bytes.to_vec()), &ReadOptions::default()).map(rows_of)
}

pub fn read_bytes(bytes: &[u8]) -> Table {
    read_all(open_bytes(bytes).unwrap())
}

pub fn read_all(mut reader: RowReader) -> Table {
    let mut table = Table {
        headers: reader.headers().to_vec(),
        rows: Vec::new(),
        rejected: Vec::new(),
        error: None,
        delimiter: reader.info().delimiter,
        encoding: reader.info().encoding.code(),
    };
    loop {
        match reader.next() {
            Ok(Some(ReadRow::Row(row))) => {
                table.rows.push((row.row_number, row.cells.iter().map(str::to_owned).collect()));
            }
            Ok(Some(ReadRow::Rejected(row))) => table.rejected.push((row.row_number, row.error.code)),
            Ok(None) => return table,
            Err(error) => table.error = Some(error),
        }
    }
}

/// What is recognised in one of the example files.
pub fn recognise_file(name: &str, kind: ImportKind) -> Recognition {
    let mut reader = rows_of(open(&path(name), &ReadOptions::default()).unwrap());
    let headers = reader.headers().to_vec();
    let mut sample = Sample::new(headers.len());
    while let Some(ReadRow::Row(row)) = reader.next().unwrap() {
        sample.observe(&row.cells);
        if sample.rows as usize == SAMPLE_ROWS {
            break;
        }
    }
    recognise(kind, &headers, &sample, None)
}
