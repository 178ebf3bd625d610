//! Users' Parquet files, in both directions.

use perennial_domain::time::{Day, Instant};
use perennial_history::{Cell, Column, ColumnKind, ParquetRows, ParquetTableWriter, TableFileError};
use std::path::{Path, PathBuf};

fn columns() -> Vec<Column> {
    let kinds = [
        ("name", ColumnKind::Text),
        ("count", ColumnKind::Integer),
        ("amount", ColumnKind::Decimal { scale: 2 }),
        ("share", ColumnKind::Float),
        ("day", ColumnKind::Date),
        ("at", ColumnKind::Timestamp),
        ("member", ColumnKind::Boolean),
    ];
    kinds.map(|(name, kind)| Column { name: name.to_owned(), kind }).to_vec()
}

fn row(number: i64) -> [Cell<'static>; 7] {
    [
        Cell::Text("\u{5ba2}\u{6237}, \"x\""),
        Cell::Integer(number),
        Cell::Decimal(-1_234_567_890_123_456_705),
        Cell::Float(1e21),
        Cell::Date(Day(15_000)),
        Cell::Timestamp(Instant(1_323_435_000_000_123)),
        Cell::Boolean(true),
    ]
}

fn write_file(folder: &Path, rows: i64) -> PathBuf {
    let path = folder.join("table.parquet");
    let file = std::fs::File::create(&path).unwrap();
    let mut table = ParquetTableWriter::new(file, &columns()).unwrap();
    for number in 1..=rows {
        table.write_row(&if number == 2 { [Cell::Null; 7] } else { row(number) }).unwrap();
    }
    assert_eq!(table.finish().unwrap().1, rows as u64);
    path
}

fn read_all(path: &Path) -> Result<Vec<Vec<Option<String>>>, TableFileError> {
    let mut rows = ParquetRows::open(path)?;
    let mut all = Vec::new();
    while let Some(batch) = rows.next_batch()? {
        assert_eq!(batch.first_row(), all.len() as u64 + 1);
        for row in 0..batch.rows() {
            let text = |column| batch.cell(row, column).map(|cell| cell.map(str::to_owned));
            let cells =
                (0..rows.columns().len()).map(|column| text(column).unwrap_or_else(|why| Some(why.to_string())));
            all.push(cells.collect());
        }
    }
    Ok(all)
}

#[test]
fn a_written_table_is_read_back_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_file(folder.path(), 20_000);
    let all = read_all(&path).unwrap();
    assert_eq!(all.len(), 20_000);
    let texts: Vec<_> = all[0].iter().map(|cell| cell.as_deref().unwrap()).collect();
    let expected = [
        "\u{5ba2}\u{6237}, \"x\"",
        "1",
        "-12345678901234567.05",
        "1000000000000000000000",
        "2011-01-26",
        "2011-12-09T12:50:00.000123Z",
        "true",
    ];
    assert_eq!(texts, expected);
    assert!(all[1].iter().all(Option::is_none));
    assert_eq!(all[19_999][1].as_deref(), Some("20000"));
}

#[test]
fn progress_counts_rows_and_row_groups() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = ParquetRows::open(&write_file(folder.path(), 140_000)).unwrap();
    assert_eq!(rows.columns()[0], "name");
    assert_eq!((rows.progress().rows, rows.progress().rows_total), (0, 140_000));
    rows.next_batch().unwrap().unwrap();
    assert_eq!((rows.progress().row_groups, rows.progress().row_groups_total), (0, 2));
    while rows.next_batch().unwrap().is_some() {}
    assert_eq!((rows.progress().rows, rows.progress().row_groups), (140_000, 2));
}

#[test]
fn an_empty_table_has_columns_and_no_rows() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = ParquetRows::open(&write_file(folder.path(), 0)).unwrap();
    assert_eq!(rows.columns().len(), 7);
    assert!(rows.next_batch().unwrap().is_none());
}

#[test]
fn rows_that_do_not_fit_are_refused_whole() {
    let mut table = ParquetTableWriter::new(Vec::new(), &columns()).unwrap();
    let narrow = table.write_row(&[Cell::Null]);
    assert!(matches!(narrow, Err(TableFileError::WrongWidth { row: 1, found: 1, expected: 7 })));
    let mut wrong = row(1);
    wrong[6] = Cell::Integer(1);
    assert!(matches!(table.write_row(&wrong), Err(TableFileError::WrongKind { row: 1, column }) if column == "member"));
    table.write_row(&row(1)).unwrap();
    assert_eq!(table.finish().unwrap().1, 1);
}

#[test]
fn nested_columns_are_read_as_json() {
    // The lines of the stored sample: a list of structures.
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/history-v1/facts/bucket=5");
    let file = std::fs::read_dir(sample).unwrap().next().unwrap().unwrap().path();
    let rows = ParquetRows::open(&file).unwrap();
    let lines = rows.columns().iter().position(|name| name == "lines").unwrap();
    let key = rows.columns().iter().position(|name| name == "key").unwrap();
    let mut rows = rows;
    // The key is sixteen arbitrary bytes; here they happen to be text.
    let batch = rows.next_batch().unwrap().unwrap();
    assert!(batch.cell(0, key).unwrap().is_some());
    let json: serde_json::Value = serde_json::from_str(batch.cell(0, lines).unwrap().unwrap()).unwrap();
    assert_eq!(json[0]["sku"], "85123A");
    assert_eq!(json[0]["amount_minor"], 1530);
}

#[test]
fn damaged_files_are_errors_and_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(write_file(folder.path(), 3_000)).unwrap();
    let path = folder.path().join("damaged.parquet");
    for content in [&b""[..], b"PAR1", b"name,amount\n1,2\n", &whole[..whole.len() - 9]] {
        std::fs::write(&path, content).unwrap();
        assert!(matches!(ParquetRows::open(&path), Err(TableFileError::NotParquet(_))), "{} bytes", content.len());
    }
    // The description at the end is whole, what it describes is gone.
    std::fs::write(&path, &whole[whole.len() / 2..]).unwrap();
    assert!(read_all(&path).is_err());
    assert!(matches!(ParquetRows::open(&folder.path().join("absent")), Err(TableFileError::Open(_))));
    let mut refused = 0;
    for place in (4..whole.len()).step_by(whole.len() / 400 + 1) {
        let mut content = whole.clone();
        content[place] ^= 0x5a;
        content[place - 1] ^= 0xff;
        std::fs::write(&path, &content).unwrap();
        refused += usize::from(read_all(&path).is_err());
    }
    assert!(refused > 50, "{refused} of the damaged files were refused");
}
