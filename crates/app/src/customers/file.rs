//! The bytes of an export: CSV with neutralised formulas, or Parquet with exact decimals.

use super::error::CustomerError;
use super::export::{CustomerExport, ExportCell};
use perennial_connect::tabular::write::CsvWriter;
use perennial_domain::money::format_decimal;
use perennial_history::{Cell, ParquetTableWriter};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    Csv,
    Parquet,
}

impl ExportFormat {
    pub fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        [Self::Csv, Self::Parquet].into_iter().find(|format| format.code() == code)
    }
}

/// A file that is made piece by piece; memory is bounded by a page of CSV or a row group of Parquet.
pub struct ExportFile {
    export: CustomerExport,
    exponent: u8,
    rows: u64,
    buffer: Buffer,
    writer: Option<Writer>,
}

enum Writer {
    Csv(CsvWriter<Buffer>),
    Parquet(Box<ParquetTableWriter<Buffer>>),
}

/// What a writer has written and nobody has taken yet.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl ExportFile {
    /// For programs.
    pub fn new(export: CustomerExport, format: ExportFormat) -> Result<Self, CustomerError> {
        let buffer = Buffer::default();
        let csv = CsvWriter::plain(buffer.clone());
        Self::with(export, format, buffer, csv)
    }

    /// For people, who open a CSV file in a spreadsheet.
    pub fn for_people(export: CustomerExport, format: ExportFormat) -> Result<Self, CustomerError> {
        let buffer = Buffer::default();
        let csv = match format {
            ExportFormat::Csv => CsvWriter::new(buffer.clone()).map_err(failed)?,
            ExportFormat::Parquet => CsvWriter::plain(buffer.clone()),
        };
        Self::with(export, format, buffer, csv)
    }

    fn with(
        export: CustomerExport,
        format: ExportFormat,
        buffer: Buffer,
        mut csv: CsvWriter<Buffer>,
    ) -> Result<Self, CustomerError> {
        let writer = match format {
            ExportFormat::Csv => {
                csv.row(export.header()).map_err(failed)?;
                Writer::Csv(csv)
            }
            ExportFormat::Parquet => {
                Writer::Parquet(Box::new(ParquetTableWriter::new(buffer.clone(), &export.columns()).map_err(failed)?))
            }
        };
        Ok(Self { exponent: export.exponent(), rows: 0, export, buffer, writer: Some(writer) })
    }

    /// Customers written so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The next piece of the file, never empty; `None` after the last one.
    pub async fn next_bytes(&mut self) -> Result<Option<Vec<u8>>, CustomerError> {
        while let Some(mut writer) = self.writer.take() {
            let rows = self.export.next_rows().await?;
            if rows.is_empty() {
                writer.finish()?;
            } else {
                for row in &rows {
                    writer.row(row, self.exponent)?;
                }
                self.rows += rows.len() as u64;
                self.writer = Some(writer);
            }
            let bytes = std::mem::take(&mut *self.buffer.lock());
            if !bytes.is_empty() {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }
}

impl Writer {
    fn row(&mut self, cells: &[ExportCell], exponent: u8) -> Result<(), CustomerError> {
        match self {
            Self::Csv(csv) => {
                for cell in cells {
                    csv.cell(&text_of(cell, exponent));
                }
                csv.end_row().map_err(failed)
            }
            Self::Parquet(table) => {
                let cells: Vec<Cell<'_>> = cells.iter().map(parquet_cell).collect();
                table.write_row(&cells).map_err(failed)
            }
        }
    }

    fn finish(self) -> Result<(), CustomerError> {
        match self {
            Self::Csv(csv) => csv.finish().map(drop).map_err(failed),
            Self::Parquet(table) => table.finish().map(drop).map_err(failed),
        }
    }
}

fn text_of(cell: &ExportCell, exponent: u8) -> String {
    match cell {
        ExportCell::Text(text) => text.clone().unwrap_or_default(),
        ExportCell::Integer(number) => number.map(|number| number.to_string()).unwrap_or_default(),
        ExportCell::Amount(minor) => minor.map(|minor| format_decimal(minor, exponent)).unwrap_or_default(),
        ExportCell::Ratio(ratio) => ratio.map(|ratio| ratio.to_string()).unwrap_or_default(),
        ExportCell::Day(day) => day.map(|day| day.iso()).unwrap_or_default(),
    }
}

fn parquet_cell(cell: &ExportCell) -> Cell<'_> {
    match cell {
        ExportCell::Text(text) => text.as_deref().map_or(Cell::Null, Cell::Text),
        ExportCell::Integer(number) => number.map_or(Cell::Null, Cell::Integer),
        ExportCell::Amount(minor) => minor.map_or(Cell::Null, Cell::Decimal),
        ExportCell::Ratio(ratio) => ratio.map_or(Cell::Null, Cell::Float),
        ExportCell::Day(day) => day.map_or(Cell::Null, Cell::Date),
    }
}

fn failed(error: impl std::error::Error) -> CustomerError {
    CustomerError::File(error.to_string())
}
