//! The same table in all its dresses gives the same cells.

use crate::support::{Table, open_bytes, read_all, read_bytes, rows_of};
use flate2::{Compression, write::GzEncoder};
use perennial_connect::tabular::{Opened, ReadOptions, TextEncoding, delimiter_named, open_read, write::CsvWriter};
use perennial_domain::import::error::RowErrorCode;
use proptest::prelude::*;
use std::io::{Cursor, Write};

const TABLE: &str = "订单号,买家,商品名称\n1001,张三,\"红茶, 大\"\n1002,李四,\"引\"\"号\"\n1003,王五,\"两\n行\"\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn check(table: &Table, what: &str) {
    assert_eq!(table.headers, ["订单号", "买家", "商品名称"], "{what}");
    let cells: Vec<Vec<&str>> = table.rows.iter().map(|(_, row)| row.iter().map(String::as_str).collect()).collect();
    assert_eq!(cells[0], ["1001", "张三", "红茶, 大"], "{what}");
    assert_eq!(cells[1], ["1002", "李四", "引\"号"], "{what}");
    assert_eq!(cells[2][2].replace('\r', "\n").replace("\n\n", "\n"), "两\n行", "{what}");
    let numbers: Vec<u64> = table.rows.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [2, 3, 4], "{what}");
    assert!(table.rejected.is_empty() && table.error.is_none(), "{what}");
}

#[test]
fn encodings_line_ends_and_compressions_give_the_same_rows() {
    let utf16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.into_iter().chain(TABLE.encode_utf16().flat_map(bytes)).collect()
    };
    let gb18030 = encoding_rs::GB18030.encode(TABLE).0.into_owned();
    let members = [gzip(&TABLE.as_bytes()[..40]), gzip(&TABLE.as_bytes()[40..])].concat();
    let variants: Vec<(&str, Vec<u8>, &str)> = vec![
        ("utf-8", TABLE.as_bytes().to_vec(), "utf-8"),
        ("utf-8 with a mark", format!("\u{feff}{TABLE}").into_bytes(), "utf-8"),
        ("gb18030", gb18030.clone(), "gb18030"),
        ("gb18030 gzip", gzip(&gb18030), "gb18030"),
        ("utf-16le", utf16([0xff, 0xfe], u16::to_le_bytes), "utf-16le"),
        ("utf-16be", utf16([0xfe, 0xff], u16::to_be_bytes), "utf-16be"),
        ("crlf", TABLE.replace('\n', "\r\n").into_bytes(), "utf-8"),
        ("cr", TABLE.replace('\n', "\r").into_bytes(), "utf-8"),
        ("no end of line at the end", TABLE.trim_end().as_bytes().to_vec(), "utf-8"),
        ("gzip", gzip(TABLE.as_bytes()), "utf-8"),
        ("gzip of two members", members, "utf-8"),
        ("zstd", zstd::encode_all(TABLE.as_bytes(), 3).unwrap(), "utf-8"),
        ("sep= above", format!("sep=,\n{TABLE}").into_bytes(), "utf-8"),
    ];
    for (what, bytes, encoding) in variants {
        let mut table = read_bytes(&bytes);
        assert_eq!(table.encoding, encoding, "{what}");
        if what.starts_with("sep=") {
            table.rows.iter_mut().for_each(|(number, _)| *number -= 1);
        }
        check(&table, what);
    }
}

#[test]
fn delimiters_are_found_by_agreement() {
    for delimiter in [',', ';', '\t', '|'] {
        let text = format!("id{delimiter}note{delimiter}date\n1{delimiter}\"a,b;c\"{delimiter}2026-01-01\n");
        let table = read_bytes(text.as_bytes());
        assert_eq!(table.delimiter, delimiter);
        assert_eq!(table.rows[0].1, ["1", "a,b;c", "2026-01-01"]);
    }
    assert_eq!(read_bytes(b"email\na@b.cn\n").rows[0].1, ["a@b.cn"], "a single column");
}

#[test]
fn other_bytes_are_no_delimiters() {
    let names = [(",", Some(b',')), (";", Some(b';')), ("|", Some(b'|')), ("\t", Some(b'\t')), ("tab", Some(b'\t'))];
    for (name, byte) in names.into_iter().chain(["", ":", " ", "\"", "x", "a", ",,", "，"].map(|name| (name, None))) {
        assert_eq!(delimiter_named(name), byte, "{name}");
    }
    for byte in [b':', b'"', b'\n', b'x', 0, 0xff] {
        let options = ReadOptions { delimiter: Some(byte), ..ReadOptions::default() };
        let error = open_read(Cursor::new(b"a,b\n1,2\n".to_vec()), &options).unwrap_err();
        assert_eq!(error.code(), "unknown_delimiter");
        assert!(error.to_string().ends_with("one of , ; | or tab"), "{error}");
    }
}

#[test]
fn a_stated_encoding_wins() {
    let german = encoding_rs::WINDOWS_1252.encode("name,city\nMüller,Köln\n").0.into_owned();
    assert_eq!(TextEncoding::parse("Latin1"), Some(TextEncoding::Windows1252));
    for (stated, name) in
        [(None, "Müller"), (Some(TextEncoding::Windows1252), "Müller"), (Some(TextEncoding::Gb18030), "M黮ler")]
    {
        let options = ReadOptions { encoding: stated, ..ReadOptions::default() };
        let table = read_all(rows_of(open_read(Cursor::new(german.clone()), &options).unwrap()));
        assert_eq!(table.rows[0].1[0], name, "{stated:?}");
        assert_eq!(table.encoding, stated.unwrap_or(TextEncoding::Windows1252).code());
    }
    for encoding in TextEncoding::ALL {
        assert_eq!(TextEncoding::parse(encoding.code()), Some(encoding));
        assert_eq!(serde_json::to_value(encoding).unwrap(), encoding.code());
    }
}

#[test]
fn blank_lines_count_as_rows_and_are_none() {
    let table = read_bytes(b"a,b\r\n\r\n1,2\r\n,\r\n\r\n3,4\r\n");
    let numbers: Vec<u64> = table.rows.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [3, 6]);
}

#[test]
fn rows_of_another_length_are_told() {
    let table = read_bytes(b"a,b,c\n1,2\n1,2,3,,\n1,2,3,4\n5,6,7\n");
    assert_eq!(table.rows.len(), 3);
    assert_eq!(table.rows[0].1, ["1", "2"], "left-out cells at the end are for the parser to judge");
    assert_eq!(table.rows[1].1, ["1", "2", "3"], "surplus empty cells are dropped");
    assert_eq!(table.rejected, [(4, RowErrorCode::WrongColumnCount)]);
}

#[test]
fn headers_are_named_or_refused() {
    assert_eq!(open_bytes(b"a,,c\n1,2,3\n").unwrap().headers(), ["a", "column_2", "c"]);
    let codes = [("a,b,a\n1,2,3\n", "duplicate_header"), ("1,1997-01-01,11.77\n2,1997-01-12,12.00\n", "no_header")];
    for (text, code) in codes {
        assert_eq!(open_bytes(text.as_bytes()).unwrap_err().code(), code);
    }
}

#[test]
fn parquet_is_left_to_the_caller() {
    let opened = open_read(Cursor::new(b"PAR1....PAR1".to_vec()), &ReadOptions::default()).unwrap();
    assert!(matches!(opened, Opened::Parquet));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_written_is_read_again(
        rows in proptest::collection::vec(proptest::collection::vec("[a-z张\",;\n\r |.0-9]{0,12}", 3), 1..20)
    ) {
        let mut writer = CsvWriter::new(Vec::new()).unwrap();
        writer.row(["first", "second", "third"]).unwrap();
        for row in &rows {
            writer.row(row.iter().map(String::as_str)).unwrap();
        }
        let opened = open_read(
            Cursor::new(writer.finish().unwrap()),
            &ReadOptions { delimiter: Some(b','), ..ReadOptions::default() },
        );
        let table = crate::support::read_all(crate::support::rows_of(opened.unwrap()));
        let strip = |cell: &String| cell.strip_prefix('\'').filter(|rest| rest.starts_with('\r')).map_or(cell.clone(), str::to_owned);
        let read: Vec<Vec<String>> = table.rows.iter().map(|(_, row)| row.iter().map(strip).collect()).collect();
        let filled: Vec<Vec<String>> = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.is_empty())).collect();
        prop_assert_eq!(read, filled);
    }
}
