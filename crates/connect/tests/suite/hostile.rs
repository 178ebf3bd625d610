//! Files that are broken, huge or made to do harm.

use crate::support::{open_bytes, read_all, read_bytes};
use flate2::{Compression, write::GzEncoder};
use perennial_connect::tabular::FileError;
use perennial_domain::import::error::RowErrorCode;
use proptest::prelude::*;
use std::io::Write;

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
        (b"name,city\n\xff\xff\xff,x\n", "unknown_encoding", "byte 10"),
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
