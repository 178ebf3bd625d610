//! Rows per second of one core: reading, reading and parsing, and with encoding for the spool.
//!
//! `cargo run --release -p perennial-connect --example read_speed [repetitions]`
#![expect(clippy::print_stdout, reason = "a measuring program prints its measurements")]
#![expect(clippy::unwrap_used, reason = "a measuring program ends at the first surprise")]

use perennial_connect::tabular::{Opened, ReadOptions, ReadRow, RowReader, open_read};
use perennial_domain::import::columns::recognise;
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::Options;
use perennial_domain::import::orders::{AssembleContext, OrderRow, OrderRowParser, OrderRowReader, assemble};
use perennial_domain::import::parse::dates::{DateOrder, DateParser};
use perennial_domain::import::sample::{SAMPLE_ROWS, Sample};
use perennial_domain::time::Zone;
use std::hint::black_box;
use std::io::{Cursor, Read};
use std::time::Instant;

/// The table with its body repeated.
fn table(repetitions: usize) -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/data/online_retail_main.csv.gz");
    let mut text = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut text).unwrap();
    let body = text.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let rows = text[body..].to_vec();
    for _ in 1..repetitions {
        text.extend_from_slice(&rows);
    }
    text
}

fn open(bytes: &[u8]) -> RowReader {
    match open_read(Cursor::new(bytes.to_vec()), &ReadOptions::default()).unwrap() {
        Opened::Rows(reader) => *reader,
        Opened::Parquet => unreachable!("the table is text"),
    }
}

/// Seconds this thread ran on a core (Linux); elsewhere, and where that is not told, seconds of the clock.
fn core_seconds(start: &Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    nanos.map_or_else(|| start.elapsed().as_secs_f64(), |nanos| nanos / 1e9)
}

fn timed(what: &str, work: impl FnOnce() -> u64) {
    let start = Instant::now();
    let before = core_seconds(&start);
    let count = work();
    let seconds = core_seconds(&start) - before;
    println!("{what:<28} {count:>10} in {seconds:>6.2} s of a core = {:>6.2} M/s", count as f64 / seconds / 1e6);
}

fn each_row(bytes: &[u8], mut visit: impl FnMut(perennial_connect::tabular::Row<'_>)) -> u64 {
    let mut reader = open(bytes);
    let mut rows = 0;
    while let Some(read) = reader.next().unwrap() {
        if let ReadRow::Row(row) = read {
            visit(row);
        }
        rows += 1;
    }
    rows
}

fn parser(bytes: &[u8]) -> OrderRowParser {
    let mut reader = open(bytes);
    let headers = reader.headers().to_vec();
    let mut sample = Sample::new(headers.len());
    while let Some(ReadRow::Row(row)) = reader.next().unwrap() {
        sample.observe(&row.cells);
        if sample.rows as usize == SAMPLE_ROWS {
            break;
        }
    }
    let recognition = recognise(ImportKind::Orders, &headers, &sample, None);
    let settled = recognition.settle(&Options::default(), &Zone::utc(), None).unwrap();
    OrderRowParser::new(&headers, &recognition.mapping(), &settled).unwrap()
}

fn main() {
    let repetitions = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(5);
    let bytes = table(repetitions);
    let packed = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut encoder, &bytes).unwrap();
        encoder.finish().unwrap()
    };
    let parser = parser(&bytes);
    timed("read", || each_row(&bytes, |row| _ = black_box(row.cells.get(3))));
    timed("read gzip", || each_row(&packed, |row| _ = black_box(row.cells.get(3))));
    timed("read + parse", || {
        let mut typed = OrderRowReader::new(&parser, 0);
        each_row(&bytes, |row| drop(black_box(typed.parse(&row.cells, row.row_number))))
    });
    let mut spool = Vec::new();
    timed("read + parse + encode", || {
        let mut typed = OrderRowReader::new(&parser, 0);
        each_row(&bytes, |row| {
            if let Ok(row) = typed.parse(&row.cells, row.row_number) {
                black_box(row.partition_key());
                row.encode(&mut spool);
            }
        })
    });
    timed("decode", || {
        let mut rest = spool.as_slice();
        let mut rows = 0;
        while !rest.is_empty() {
            black_box(OrderRow::decode(&mut rest).unwrap());
            rows += 1;
        }
        rows
    });
    println!("spool: {} bytes per row", spool.len() as u64 / (443_159 * repetitions as u64));
    let mut rest = spool.as_slice();
    let mut rows = Vec::new();
    while rows.len() < 443_159 {
        rows.push(OrderRow::decode(&mut rest).unwrap());
    }
    timed("encode", || {
        let mut out = Vec::with_capacity(64 * 1024 * 1024);
        rows.iter().for_each(|row| row.encode(&mut out));
        rows.len() as u64
    });
    timed("assemble rows", || {
        let count = rows.len() as u64;
        black_box(assemble(rows, &AssembleContext { source: "file" }));
        count
    });
    let dates = DateParser::new(Zone::parse("Europe/London").unwrap(), DateOrder::Ymd, false);
    timed("dates", || {
        for _ in 0..10_000_000u32 {
            black_box(dates.parse(black_box("2011-07-01 12:50:00"))).unwrap();
        }
        10_000_000
    });
}
