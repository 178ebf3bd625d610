//! Files that are broken, huge or made to do harm.

use crate::support::{open_bytes, read_all, read_bytes, rows_of};
use flate2::{Compression, write::GzEncoder};
use perennial_connect::tabular::{FileError, Interrupt, PREVIEW_BYTES_MAX, ReadOptions, ReadRow, open_read};
use perennial_domain::import::error::RowErrorCode;
use proptest::prelude::*;
use std::io::{self, Cursor, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[test]
fn a_quote_that_is_never_closed_is_told() {
    let table = read_bytes(b"a,b\n1,2\n3,\"4\n5,6\n7,8\n");
    assert_eq!(table.rows.len(), 1);
    assert_eq!(table.rejected, [(3, RowErrorCode::UnclosedQuote)]);
}

#[test]
fn a_cut_gzip_gives_its_good_rows_and_then_an_error() {
    let mut text = String::from("a,b\n");
    for number in 0..200_000u32 {
        text.push_str(&format!("{number},{}\n", number.wrapping_mul(2_654_435_761)));
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    let whole = encoder.finish().unwrap();
    for part in [whole.len() / 2, whole.len() / 10, whole.len() - 3] {
        let table = read_bytes(&whole[..part]);
        assert!(table.rows.len() > 1_000, "{part}");
        assert!(matches!(table.error, Some(FileError::Truncated { .. })), "{part}: {:?}", table.error);
        assert!(table.rows.iter().enumerate().all(|(place, (_, row))| row[0] == place.to_string()), "no half rows");
    }
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 0xff;
    damaged[whole.len() / 2 + 1] ^= 0x5a;
    assert!(read_bytes(&damaged).error.is_some());
}

#[test]
fn a_decompression_bomb_is_refused() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(b"a,b\n").unwrap();
    let line = b"1,2\n".repeat(256 * 1024);
    for _ in 0..100 {
        encoder.write_all(&line).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let mut reader = open_bytes(&bomb).unwrap();
    let error = loop {
        match reader.next() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the bomb was read to its end"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), "decompression_bomb");
    assert!(matches!(reader.next(), Ok(None)), "after an error the file is at its end");
}

#[test]
fn what_is_no_table_is_named() {
    let cases: Vec<(&[u8], &str, &str)> = vec![
        (b"", "file_empty", "empty"),
        (b"\n\n", "file_empty", "empty"),
        (b"PK\x03\x04....xl/workbook.xml", "not_a_table", "xlsx"),
        (b"PK\x03\x04....readme.txt", "not_a_table", "zip"),
        (b"%PDF-1.7 ...", "not_a_table", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "not_a_table", "PNG"),
        (b"\x7fELF\x02\x01", "not_a_table", "executable"),
        (b"a,b\n1,\x00\x01\x02\n", "not_a_table", "NUL"),
        (b"<html><table><tr>", "not_a_table", "web page"),
        (b"[{\"id\":1}]", "not_a_table", "JSON"),
        (b"a\x00,\x00b\x00\n\x001\x00", "not_a_table", "UTF-16"),
        (b"name,city\n\xff\xff\xff,x\n\xfe\xff,y\n", "unknown_encoding", "byte 10"),
        (b"\x1f\x8b\x08\x00\x00", "file_truncated", "too early"),
    ];
    for (bytes, code, text) in cases {
        let error = open_bytes(bytes).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn a_bad_byte_beyond_the_sample_rejects_its_row_only() {
    let mut bytes = b"a,b\n".to_vec();
    while bytes.len() < 2 * 1024 * 1024 {
        bytes.extend_from_slice(b"1,two\n");
    }
    bytes.extend_from_slice(b"1,\xb0\xa1\n1,\xc3\n\xa9,2\n1,\x00\n1,two\n");
    let table = read_bytes(&bytes);
    let codes: Vec<RowErrorCode> = table.rejected.iter().map(|(_, code)| *code).collect();
    assert_eq!(
        codes,
        [RowErrorCode::InvalidText, RowErrorCode::InvalidText, RowErrorCode::InvalidText, RowErrorCode::NulByte]
    );
    assert_eq!(table.rows.last().map(|(_, row)| row[1].as_str()), Some("two"));
}

#[test]
fn a_bad_byte_within_the_sample_rejects_its_row_only() {
    for good in ["1,two\n", "1,红茶\n", "1,Müller\n"] {
        let mut bytes = b"a,b\n".to_vec();
        bytes.extend_from_slice(good.repeat(500).as_bytes());
        bytes.extend_from_slice(b"1,\xb0\xa1\n1,\xc3\n\xa9,2\n");
        bytes.extend_from_slice(good.repeat(500).as_bytes());
        let table = read_bytes(&bytes);
        assert_eq!((table.encoding, table.rows.len()), ("utf-8", 1_000), "{good}");
        assert_eq!(table.rejected, [502, 503, 504].map(|row| (row, RowErrorCode::InvalidText)), "{good}");
        assert_eq!(format!("1,{}\n", table.rows[999].1[1]), good);
    }
}

#[test]
fn bytes_that_windows_1252_does_not_know_reject_their_row() {
    let table = read_bytes(b"name,city\nM\xfcller,K\xf6ln\nG\xf6rg,Z\xfcrich\nA\x81,B\nJos\xe9,M\xe1laga\nFran\xe7ois,Orl\xe9ans\nBj\xf6rn,Malm\xf6\n");
    assert_eq!((table.encoding, table.rows[0].1[0].as_str(), table.rows.len()), ("windows-1252", "Müller", 5));
    assert_eq!(table.rejected, [(4, RowErrorCode::InvalidText)]);
}

/// Gives a beginning, then one piece for ever, and sets the wish to stop when so many bytes were given.
struct Endless {
    beginning: Cursor<&'static [u8]>,
    piece: &'static [u8],
    given: Arc<AtomicU64>,
    stop_after: u64,
    interrupt: Interrupt,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut count = self.beginning.read(buffer)?;
        if count == 0 {
            for room in buffer.chunks_exact_mut(self.piece.len()) {
                room.copy_from_slice(self.piece);
                count += self.piece.len();
            }
        }
        if self.given.fetch_add(count as u64, Ordering::Relaxed) + count as u64 >= self.stop_after {
            self.interrupt.set();
        }
        Ok(count)
    }
}

fn endless(beginning: &'static str, piece: &'static str) -> Endless {
    Endless {
        beginning: Cursor::new(beginning.as_bytes()),
        piece: piece.as_bytes(),
        given: Arc::default(),
        stop_after: u64::MAX,
        interrupt: Interrupt::default(),
    }
}

const MIB: u64 = 1024 * 1024;

#[test]
fn a_header_without_an_end_is_refused_at_once() {
    let cases =
        [("", "xxxxxxxx", "longer"), ("", "x,y,z,x,", "cells"), ("\"a\nb", "xxxxxxx\n", "longer"), ("", "\n\n", "")];
    for (beginning, piece, reason) in cases {
        let input = endless(beginning, piece);
        let given = Arc::clone(&input.given);
        let error = open_read(input, &ReadOptions { delimiter: Some(b','), ..ReadOptions::default() }).unwrap_err();
        let code = if reason.is_empty() { "file_empty" } else { "bad_header" };
        assert!(error.code() == code && error.to_string().contains(reason), "{piece:?}: {error}");
        let given = given.load(Ordering::Relaxed);
        assert!(given <= 3 * MIB, "{piece:?}: {given} bytes were read for a header");
    }
}

#[test]
fn a_row_without_an_end_can_be_left() {
    for beginning in ["a,b\n1,2\n3,", "a,b\n1,2\n3,\""] {
        let input = Endless { stop_after: 4 * MIB, ..endless(beginning, "xxxxxxxx") };
        let (given, interrupt) = (Arc::clone(&input.given), input.interrupt.clone());
        let mut reader = rows_of(open_read(input, &ReadOptions::default()).unwrap());
        reader.interrupt_by(interrupt);
        assert!(matches!(reader.next(), Ok(Some(ReadRow::Row(_)))));
        assert_eq!(reader.next().unwrap_err().code(), "interrupted");
        assert!(matches!(reader.next(), Ok(None)), "after an error the file is at its end");
        assert!(given.load(Ordering::Relaxed) < 5 * MIB);
    }
}

#[test]
fn a_look_at_the_beginning_reads_no_more_than_it_may() {
    for (piece, rejected) in [("xxxxxxxx", true), ("4,abcd5\n", false), ("\n\n\n\n", false)] {
        let input = endless(if rejected { "a,b\n1,2\n3," } else { "a,b\n1,2\n" }, piece);
        let given = Arc::clone(&input.given);
        let mut reader = rows_of(open_read(input, &ReadOptions::default()).unwrap());
        reader.read_at_most(4 * MIB);
        let table = read_all(reader);
        assert_eq!(table.error, None);
        assert_eq!(!table.rejected.is_empty(), rejected, "a row that is too long already is told");
        assert!(table.rows.len() > 1 || rejected || piece.starts_with('\n'), "{}", table.rows.len());
        assert!(table.rows.iter().skip(1).all(|(_, row)| row[1] == "abcd5"), "no half rows");
        let given = given.load(Ordering::Relaxed);
        assert!((4 * MIB..5 * MIB).contains(&given), "{given} bytes");
    }
    // A file that ends before the limit is read as ever.
    let mut reader = open_bytes(b"a,b\n1,2\n3,4").unwrap();
    reader.read_at_most(PREVIEW_BYTES_MAX);
    assert_eq!(read_all(reader).rows.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(reader) = open_bytes(&bytes) {
            drop(read_all(reader));
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[a,\"\n\r;\t|0-9é张]{0,200}") {
        if let Ok(reader) = open_bytes(text.as_bytes()) {
            drop(read_all(reader));
        }
    }
}
