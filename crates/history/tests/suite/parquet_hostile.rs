//! Parquet files that take too much, and cells that are no text.

use deltalake::arrow::array::{
    ArrayRef, BinaryArray, DurationSecondArray, FixedSizeBinaryArray, Int64Array, IntervalYearMonthArray, ListBuilder,
    RecordBatch, StringArray, StringBuilder, TimestampMillisecondArray, new_null_array,
};
use deltalake::arrow::datatypes::{DataType, Field, Schema};
use deltalake::parquet::arrow::ArrowWriter;
use deltalake::parquet::basic::{Compression, ZstdLevel};
use deltalake::parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};
use perennial_history::{CELL_BYTES_MAX, CellError, ParquetRows, TableFileError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the whole test process may take: without a bound, one batch of a bomb takes several times as much.
const PROCESS_BYTES_MAX: u64 = 2 << 30;

fn zstd() -> WriterPropertiesBuilder {
    WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::default()))
}

fn write(folder: &Path, properties: WriterPropertiesBuilder, batches: impl Iterator<Item = RecordBatch>) -> PathBuf {
    let path = folder.join("hostile.parquet");
    let file = std::fs::File::create(&path).unwrap();
    let mut batches = batches.peekable();
    let schema = batches.peek().unwrap().schema();
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties.build())).unwrap();
    for batch in batches {
        writer.write(&batch).unwrap();
    }
    writer.close().unwrap();
    path
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let field = |(name, array): &(&str, ArrayRef)| Field::new(*name, array.data_type().clone(), true);
    let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(schema), columns.into_iter().map(|(_, array)| array).collect()).unwrap()
}

fn texts(values: impl Iterator<Item = String>) -> ArrayRef {
    Arc::new(values.map(Some).collect::<StringArray>())
}

/// Text that compresses a hundred times and not a thousand times.
fn repetitive(seed: u64, bytes: usize) -> String {
    let mut state = seed | 1;
    let letters = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + (state >> 60) as u8)
    });
    let part: String = letters.take(bytes / 100).collect();
    part.repeat(100)
}

fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1_024)
}

/// Lengths of the cells of the first column, and how many rows came at a time at most.
fn lengths(path: &Path) -> Result<(Vec<usize>, usize), TableFileError> {
    let mut rows = ParquetRows::open(path)?;
    let (mut lengths, mut longest) = (Vec::new(), 0);
    while let Some(batch) = rows.next_batch()? {
        longest = longest.max(batch.rows());
        assert_eq!(batch.first_row(), lengths.len() as u64 + 1);
        lengths.extend((0..batch.rows()).map(|row| batch.cell(row, 0).unwrap().unwrap().len()));
    }
    assert!(peak_bytes().is_none_or(|peak| peak < PROCESS_BYTES_MAX), "{:?} bytes", peak_bytes());
    Ok((lengths, longest))
}

#[test]
fn a_long_value_that_a_dictionary_holds_once_takes_memory_once() {
    // Ten thousand rows with the same 300,000 letters: three gigabytes of text. Stored, because writing them takes
    // half a minute.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/dictionary-bomb.parquet");
    assert!(path.metadata().unwrap().len() < 20_000);
    let (lengths, longest) = lengths(&path).unwrap();
    assert!(lengths.len() == 10_000 && lengths.iter().all(|length| *length == 300_000));
    assert_eq!(longest, 8_192);
}

#[test]
fn large_rows_among_small_ones_come_in_smaller_batches() {
    let folder = tempfile::tempdir().unwrap();
    // Three hundred megabytes within what an average batch would have.
    let large = |part: u64| texts((0..30).map(|row| repetitive(part * 100 + row, 1_000_000)));
    let small = texts((0..20_000).map(|row| row.to_string()));
    let parts = (0..10).map(large).chain([small]);
    let properties = zstd().set_dictionary_enabled(false);
    let path = write(folder.path(), properties, parts.map(|array| batch(vec![("note", array)])));
    assert!(path.metadata().unwrap().len() < 20 << 20);
    let (lengths, longest) = lengths(&path).unwrap();
    assert_eq!((lengths.len(), lengths.iter().filter(|length| **length == 1_000_000).count()), (20_300, 300));
    assert_eq!(lengths[20_299], "19999".len());
    assert!(longest < 300, "{longest} rows at a time");
}

#[test]
fn a_file_that_is_no_table_by_its_own_description_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let blank = " ".repeat(100_000);
    let parts = (0..10).map(|_| batch(vec![("note", texts((0..100).map(|_| blank.clone())))]));
    let path = write(folder.path(), zstd().set_dictionary_enabled(false), parts);
    let error = ParquetRows::open(&path).err().unwrap();
    assert!(matches!(&error, TableFileError::Bomb { unit: "bytes", unpacked: 100_000_000.., .. }), "{error}");
    assert!(error.to_string().ends_with("bytes: that is no table"), "{error}");

    let nothing = (0..20).map(|_| batch(vec![("note", new_null_array(&DataType::Int64, 1_000_000))]));
    let path = write(folder.path(), zstd(), nothing);
    let error = ParquetRows::open(&path).err().unwrap();
    assert!(matches!(&error, TableFileError::Bomb { unit: "values", unpacked: 20_000_000, .. }), "{error}");
}

#[test]
fn a_page_that_is_too_large_is_never_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let properties = WriterProperties::builder().set_dictionary_enabled(false);
    let path = write(
        folder.path(),
        properties,
        [batch(vec![("note", texts([repetitive(1, 140 << 20)].into_iter()))])].into_iter(),
    );
    let mut rows = ParquetRows::open(&path).unwrap();
    let error = rows.next_batch().err().unwrap();
    assert!(matches!(&error, TableFileError::Damaged { rows_before: 0, .. }), "{error}");
    assert!(error.to_string().contains("a page has 1468"), "{error}");
    assert!(rows.next_batch().unwrap().is_none());
}

#[test]
fn lists_are_written_a_few_at_a_time_and_long_ones_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let item = repetitive(1, 100_000);
    let mut lists = ListBuilder::new(StringBuilder::new());
    for row in 0..400 {
        for _ in 0..if row == 7 { 30 } else { 8 } {
            lists.values().append_value(&item);
        }
        lists.append(true);
    }
    let path = write(folder.path(), zstd(), [batch(vec![("tags", Arc::new(lists.finish()))])].into_iter());
    let mut rows = ParquetRows::open(&path).unwrap();
    let mut seen = 0;
    while let Some(batch) = rows.next_batch().unwrap() {
        assert!(batch.rows() <= 20, "{} rows of eight hundred kilobytes", batch.rows());
        for row in 0..batch.rows() {
            let cell = batch.cell(row, 0);
            if seen == 7 {
                assert_eq!(cell, Err(CellError::TooLong));
            } else {
                let items: Vec<String> = serde_json::from_str(cell.unwrap().unwrap()).unwrap();
                assert!(items.len() == 8 && items.iter().all(|text| *text == item));
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 400);
}

#[test]
fn what_is_no_text_is_the_error_of_its_cell() {
    let folder = tempfile::tempdir().unwrap();
    let longest = "x".repeat(CELL_BYTES_MAX);
    let bytes: Vec<Option<&[u8]>> = vec![Some(b"C1"), Some(b"\xff\xfe"), None, Some("\u{5e93}".as_bytes())];
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("customer", Arc::new(BinaryArray::from_iter(bytes))),
        ("note", texts(["a".to_owned(), longest.clone(), format!("{longest}x"), "b".to_owned()].into_iter())),
        ("at", Arc::new(TimestampMillisecondArray::from(vec![Some(0), None, Some(i64::MAX), Some(1_500)]))),
    ];
    let path = write(folder.path(), zstd(), [batch(columns)].into_iter());
    let mut rows = ParquetRows::open(&path).unwrap();
    let batch = rows.next_batch().unwrap().unwrap();
    let column = |column: usize| (0..4).map(|row| batch.cell(row, column)).collect::<Vec<_>>();
    assert_eq!(column(0), [Ok(Some("C1")), Err(CellError::NotUtf8), Ok(None), Ok(Some("\u{5e93}"))]);
    assert_eq!(column(1), [Ok(Some("a")), Ok(Some(longest.as_str())), Err(CellError::TooLong), Ok(Some("b"))]);
    let expected =
        [Ok(Some("1970-01-01T00:00:00")), Ok(None), Err(CellError::NoText), Ok(Some("1970-01-01T00:00:01.500"))];
    assert_eq!(column(2), expected);
    assert_eq!(CellError::NotUtf8.to_string(), "the value is no text in UTF-8");
}

#[test]
fn columns_without_text_are_named_and_keep_nobody_from_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let ids = FixedSizeBinaryArray::try_from_iter([[7u8; 16], [9u8; 16]].into_iter()).unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("uuid", Arc::new(ids)),
        ("customer", texts(["C1".to_owned(), "C2".to_owned()].into_iter())),
        ("took", Arc::new(DurationSecondArray::from(vec![1, 2]))),
        ("every", Arc::new(IntervalYearMonthArray::from(vec![1, 2]))),
        ("count", Arc::new(Int64Array::from(vec![5, 6]))),
    ];
    let path = write(folder.path(), zstd(), [batch(columns)].into_iter());
    let mut rows = ParquetRows::open(&path).unwrap();
    let unreadable: Vec<Option<&str>> = (0..5).map(|column| rows.unreadable(column)).collect();
    assert_eq!(unreadable.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, true, true, false]);
    assert_eq!(unreadable[0], Some("FixedSizeBinary(16)"));
    assert_eq!(rows.columns(), ["uuid", "customer", "took", "every", "count"]);
    let batch = rows.next_batch().unwrap().unwrap();
    let row = |row: usize| (0..5).map(|column| batch.cell(row, column).unwrap()).collect::<Vec<_>>();
    assert_eq!(row(1), [None, Some("C2"), None, None, Some("6")]);

    let only =
        vec![("uuid", Arc::new(FixedSizeBinaryArray::try_from_iter([[1u8; 16]].into_iter()).unwrap()) as ArrayRef)];
    let path = write(folder.path(), zstd(), [self::batch(only)].into_iter());
    let batch = ParquetRows::open(&path).unwrap().next_batch().unwrap().unwrap();
    assert_eq!((batch.rows(), batch.cell(0, 0)), (1, Ok(None)));
}
