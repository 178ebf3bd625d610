//! Several files as one import, and the same orders in another format.

use crate::stage::{Stage, example, on_both};
use flate2::Compression;
use flate2::write::GzEncoder;
use perennial_app::imports;
use perennial_domain::import::field::ImportKind;
use perennial_domain::time::Day;
use perennial_history::{Cell, Column, ColumnKind, ParquetTableWriter};
use std::io::{Read, Write};
use std::path::PathBuf;

on_both! {
    an_order_split_over_a_csv_and_a_parquet_file_is_one_order,
    orders_in_parquet_come_to_the_same_bytes_as_in_csv,
}

const HEAD: &str = "order_no,customer_id,ordered_at,sku,quantity,unit_price,currency";

fn gzip(stage: &Stage, name: &str, text: &str) -> PathBuf {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    stage.write(name, &encoder.finish().unwrap())
}

/// A file whose columns have types of their own; `None` is an empty cell.
fn parquet(stage: &Stage, name: &str, kinds: &[(&str, ColumnKind)], rows: &[Vec<Cell<'_>>]) -> PathBuf {
    let columns: Vec<Column> =
        kinds.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }).collect();
    let mut writer = ParquetTableWriter::new(Vec::new(), &columns).unwrap();
    rows.iter().for_each(|row| writer.write_row(row).unwrap());
    stage.write(name, &writer.finish().unwrap().0)
}

async fn an_order_split_over_a_csv_and_a_parquet_file_is_one_order(stage: &Stage) {
    let first = gzip(
        stage,
        "orders-a.csv.gz",
        &format!(
            "{HEAD}\n7,A,2025-03-01,S1,2,10.00,CNY\n8,B,2025-03-02,S1,1,10.00,CNY\n9,B,2025-03-03,S1,one,10.00,CNY\n"
        ),
    );
    let kinds = [
        ("order_no", ColumnKind::Integer),
        ("customer_id", ColumnKind::Text),
        ("ordered_at", ColumnKind::Date),
        ("sku", ColumnKind::Text),
        ("quantity", ColumnKind::Integer),
        ("unit_price", ColumnKind::Decimal { scale: 2 }),
        ("currency", ColumnKind::Text),
    ];
    let row = |order_no: i64, customer, day: &str, sku, price: i64| {
        let (day, price) = (Cell::Date(Day::parse_iso(day).unwrap()), Cell::Decimal(price));
        let customer = Cell::Text(customer);
        vec![Cell::Integer(order_no), customer, day, Cell::Text(sku), Cell::Integer(1), price, Cell::Text("CNY")]
    };
    let mut rows = vec![row(7, "A", "2025-03-01", "S2", 500), row(10, "C", "2025-03-04", "S2", 500)];
    let mut without_day = row(11, "C", "2025-03-05", "S2", 500);
    without_day[2] = Cell::Null;
    rows.push(without_day);
    let second = parquet(stage, "orders-b.parquet", &kinds, &rows);

    let view = stage.import_files(&[&first, &second]).await;
    let applied = &view.result.applied;
    assert_eq!((view.result.rows, applied.accepted, applied.duplicates, view.result.rejected), (6, 4, 0, 2));
    assert_eq!((applied.orders, applied.customers_new), (3, 3));
    let rejected = std::fs::read_to_string(imports::rejected_file(&stage.app, &view.id).unwrap()).unwrap();
    let places: Vec<String> =
        rejected.lines().skip(1).map(|line| line.splitn(5, ',').take(4).collect::<Vec<_>>().join(",")).collect();
    assert_eq!(places, ["4,orders-a.csv.gz,quantity,invalid_number", "4,orders-b.parquet,ordered_at,missing_value"]);

    let export = stage.export().await;
    let first_customer = export.lines().find(|line| line.starts_with("A,")).unwrap();
    assert!(first_customer.contains(",1,25.00,0.00,25.00,"), "one order of 2 × 10.00 and 5.00: {first_customer}");

    // The same two files in another order are another import, and nothing of it is new.
    for files in [[&first, &second], [&second, &first]] {
        let again = stage.import_files(&[files[0].as_path(), files[1].as_path()]).await;
        let applied = &again.result.applied;
        assert_eq!((again.result.rows, applied.accepted, applied.duplicates, again.result.rejected), (6, 0, 4, 2));
        assert_eq!((applied.orders, applied.customers_new), (0, 0));
        assert_eq!(stage.export().await, export);
    }
}

async fn orders_in_parquet_come_to_the_same_bytes_as_in_csv(stage: &Stage) {
    let path = example("cdnow_sample.csv.gz");
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(&path).unwrap()).read_to_string(&mut text).unwrap();
    let kinds = [
        ("master_customer_id", ColumnKind::Integer),
        ("customer_id", ColumnKind::Integer),
        ("date", ColumnKind::Date),
        ("cds", ColumnKind::Integer),
        ("spend", ColumnKind::Decimal { scale: 2 }),
    ];
    assert_eq!(text.lines().next().unwrap(), kinds.map(|(name, _)| name).join(","));
    let cell = |kind: ColumnKind, text: &str| match kind {
        ColumnKind::Date => Cell::Date(Day::parse_iso(text).unwrap()),
        ColumnKind::Decimal { .. } => {
            let (whole, part) = text.split_once('.').unwrap_or((text, ""));
            Cell::Decimal(whole.parse::<i64>().unwrap() * 100 + format!("{part:0<2}").parse::<i64>().unwrap())
        }
        _ => Cell::Integer(text.parse().unwrap()),
    };
    let rows: Vec<Vec<Cell<'_>>> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').zip(kinds).map(|(text, (_, kind))| cell(kind, text)).collect())
        .collect();
    assert_eq!(rows.len(), 6_919);
    let as_parquet = parquet(stage, "cdnow.parquet", &kinds, &rows);
    let from_parquet = stage.import(ImportKind::Orders, &as_parquet).await;
    assert_eq!((from_parquet.result.rows, from_parquet.result.applied.accepted), (6_919, 6_919));
    let other = Stage::sqlite().await;
    other.import(ImportKind::Orders, &path).await;
    let (ours, expected) = (stage.export().await, other.export().await);
    assert_eq!(ours.lines().count(), 2_358);
    assert!(ours == expected, "the first line that differs: {:?}", first_difference(&ours, &expected));
    // And what the one told, the other knows.
    let again = stage.import(ImportKind::Orders, &path).await;
    assert_eq!((again.result.applied.accepted, again.result.applied.duplicates), (0, 6_919));
}

fn first_difference<'a>(one: &'a str, other: &'a str) -> Option<(&'a str, &'a str)> {
    one.lines().zip(other.lines()).find(|(one, other)| one != other)
}
