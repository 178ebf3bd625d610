//! Memory stays bounded whatever the file holds. A binary of its own with one test: the peak of a process
//! says something only while nothing else runs in it.

#![expect(clippy::unwrap_used, reason = "helpers of tests end at the first surprise, as tests do")]

#[path = "suite/support.rs"]
#[expect(dead_code, reason = "this test needs two of the helpers")]
mod support;

use perennial_connect::tabular::{ReadOptions, open_read};
use perennial_domain::import::error::RowErrorCode;
use std::io::{self, Cursor, Read};
use support::{read_all, rows_of};

/// A head, then one piece again and again up to a number of bytes, then a tail: no memory of its own.
struct Generated {
    head: Cursor<&'static [u8]>,
    piece: &'static [u8],
    left: u64,
    tail: Cursor<&'static [u8]>,
}

impl Read for Generated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.head.read(buffer)?;
        if count > 0 {
            return Ok(count);
        }
        if self.left == 0 {
            return self.tail.read(buffer);
        }
        let mut filled = 0;
        while filled + self.piece.len() <= buffer.len() && self.left > 0 {
            buffer[filled..filled + self.piece.len()].copy_from_slice(self.piece);
            filled += self.piece.len();
            self.left = self.left.saturating_sub(self.piece.len() as u64);
        }
        Ok(filled)
    }
}

fn resident_bytes_max() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("VmHWM: 0 kB").to_owned();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
}

#[test]
fn a_line_of_a_hundred_megabytes_is_one_rejected_row() {
    let cases: [(&[u8], RowErrorCode); 2] =
        [(b"xxxxxxxx", RowErrorCode::RecordTooLong), (b"x,x,x,x,", RowErrorCode::TooManyColumns)];
    for (piece, code) in cases {
        let before = resident_bytes_max();
        let input = Generated {
            head: Cursor::new(b"a,b\n1,2\n"),
            piece,
            left: 100 * 1024 * 1024,
            tail: Cursor::new(b"\n3,4\n"),
        };
        let table = read_all(rows_of(
            open_read(input, &ReadOptions { delimiter: Some(b','), ..ReadOptions::default() }).unwrap(),
        ));
        assert_eq!(table.rejected, [(3, code)]);
        assert_eq!(table.rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 4]);
        let grown = resident_bytes_max().saturating_sub(before);
        assert!(grown < 64 * 1024 * 1024, "memory grew by {grown} bytes");
    }
}
