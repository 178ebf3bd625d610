//! Parquet files with columns that are no text, and the files of the history itself.

use crate::stage::{Stage, on_both};
use perennial_app::imports::{self, ImportError, ImportFile, ImportState};
use perennial_app::jobs::{self, Job};
use perennial_domain::import::field::{Field, ImportKind};
use perennial_domain::import::mapping::{Mapping, Options, Target};
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

on_both! {
    a_parquet_column_that_nobody_uses_may_hold_what_it_likes,
    a_parquet_column_without_text_cannot_be_used,
    compaction_leaves_what_it_replaced_for_a_day,
}

/// Four orders. `email` holds sixteen raw bytes, `photo` pictures, and the second `customer_id` is no UTF-8.
fn odd_columns() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/odd-columns.parquet")
}

fn mapping(column: &str, target: Target) -> Mapping {
    Mapping([(column.to_owned(), target)].into())
}

async fn preview(stage: &Stage, mapping: &Mapping) -> Result<imports::PreviewResult, ImportError> {
    let path = odd_columns();
    let size_bytes = path.metadata().unwrap().len();
    let file = ImportFile { name: "odd-columns.parquet".to_owned(), path, size_bytes };
    let options = Options { currency: Currency::parse("CNY"), ..Options::default() };
    imports::preview(&stage.app, ImportKind::Orders, &[file], mapping, &options).await
}

async fn a_parquet_column_that_nobody_uses_may_hold_what_it_likes(stage: &Stage) {
    let previewed = preview(stage, &Mapping::default()).await.unwrap();
    let column = |name: &str| previewed.columns.iter().find(|column| column.name == name).unwrap();
    assert_eq!(
        (&column("email").field, column("email").samples.as_slice()),
        (&Some(Target::Ignore), &["(FixedSizeBinary(16))".to_owned()][..])
    );
    assert_eq!(column("photo").samples, ["(the value is no text in UTF-8)"]);
    assert_eq!((previewed.counts.accepted, previewed.counts.rejected), (3, 1));

    let view = stage.import_with(ImportKind::Orders, &odd_columns(), &Mapping::default(), false).await;
    assert_eq!(view.state, ImportState::Done);
    assert_eq!((view.result.rows, view.result.applied.accepted, view.result.rejected), (4, 3, 1));
    let rejected = std::fs::read_to_string(imports::rejected_file(&stage.app, &view.id).unwrap()).unwrap();
    let line = rejected.lines().nth(1).unwrap();
    let expected =
        "3,odd-columns.parquet,row,invalid_text,\"column \"\"customer_id\"\": the value is no text in UTF-8\"";
    assert!(line.starts_with(expected), "{line}");
    assert!(line.contains("2,(the value is no text in UTF-8),2025-01-11,50"), "{line}");
}

async fn a_parquet_column_without_text_cannot_be_used(stage: &Stage) {
    let refused = preview(stage, &mapping("email", Target::Field(Field::Email))).await.unwrap_err().to_string();
    let expected = "odd-columns.parquet: the column \"email\" holds FixedSizeBinary(16), which cannot be read as text: leave it out";
    assert_eq!(refused, expected);
    // Bytes may be text: each row tells.
    let previewed = preview(stage, &mapping("photo", Target::Trait("photo".to_owned()))).await.unwrap();
    assert_eq!((previewed.counts.accepted, previewed.counts.rejected), (1, 3));
}

fn data_files(folder: &Path) -> usize {
    let files = |path: PathBuf| {
        if path.is_dir() {
            data_files(&path)
        } else {
            usize::from(path.extension().is_some_and(|ending| ending == "parquet"))
        }
    };
    std::fs::read_dir(folder).unwrap().map(|entry| files(entry.unwrap().path())).sum()
}

async fn compaction_leaves_what_it_replaced_for_a_day(stage: &Stage) {
    for day in 10..19 {
        let csv = format!("order_no,customer_id,ordered_at,order_amount,currency\n{day},A,2025-01-{day},70.00,CNY\n");
        stage.import(ImportKind::Orders, &stage.write("orders.csv", csv.as_bytes())).await;
    }
    let bucket = stage.folder.path().join("history/facts/bucket=1");
    assert_eq!(data_files(&bucket), 9);
    // Files have the time of the machine: the clock is set by them.
    let written = bucket.metadata().unwrap().modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    let written = i64::try_from(written.as_micros()).unwrap();
    for (half_days, files) in [(1, 10), (3, 1)] {
        stage.clock.set(Instant(written + half_days * MICROS_PER_DAY / 2));
        jobs::enqueue_now(&stage.app, &Job::Compact).await.unwrap();
        jobs::run_until_idle(&stage.app).await.unwrap();
        assert_eq!(stage.app.history.stats().await.unwrap().files, 1);
        assert_eq!(data_files(&bucket), files, "after {half_days} half days");
    }
}
