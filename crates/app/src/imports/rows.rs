//! Orders and customers behind one face: parse a row, spool it, assemble a spooled file's facts.

use super::ImportError;
use super::spool::{RowPlace, SpooledRows};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::import::cells::Cells;
use perennial_domain::import::customers::{CustomerRow, CustomerRowParser, assemble_customers};
use perennial_domain::import::error::RowError;
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, MappingProblem, Settled};
use perennial_domain::import::orders::{
    AssembleContext, Assembled, OrderRow, OrderRowParser, OrderRowReader, assemble as assemble_orders,
};
use perennial_domain::import::preview::PreviewCounts;
use perennial_domain::import::spool::{Hash64, SpoolError};
use perennial_domain::time::Instant;

/// A compiled mapping.
pub enum RowParser {
    Orders(OrderRowParser),
    Customers(CustomerRowParser),
}

impl RowParser {
    pub fn new(
        kind: ImportKind,
        headers: &[String],
        mapping: &Mapping,
        settled: &Settled,
    ) -> Result<Self, Vec<MappingProblem>> {
        Ok(match kind {
            ImportKind::Orders => Self::Orders(OrderRowParser::new(headers, mapping, settled)?),
            ImportKind::Customers => Self::Customers(CustomerRowParser::new(headers, mapping, settled)?),
        })
    }

    /// A reader for the rows of one file, in their order.
    pub fn file(&self, file_index: u32) -> FileRows<'_> {
        match self {
            Self::Orders(parser) => FileRows::Orders(OrderRowReader::new(parser, file_index)),
            Self::Customers(parser) => FileRows::Customers(parser, file_index),
        }
    }
}

pub enum FileRows<'p> {
    Orders(OrderRowReader<'p>),
    Customers(&'p CustomerRowParser, u32),
}

impl FileRows<'_> {
    /// Writes the row in its spool form to the end of `out`, whom it names to the end of `named` (see
    /// `SpoolWriter::write`), and gives its place. A row with errors writes nothing.
    pub fn encode(
        &mut self,
        cells: &Cells<'_>,
        row_number: u64,
        out: &mut Vec<u8>,
        named: &mut Vec<u64>,
    ) -> Result<RowPlace, Vec<RowError>> {
        let from = out.len();
        match self {
            Self::Orders(reader) => {
                let row = reader.parse(cells, row_number)?;
                row.encode(out);
                let late = name_all(&row.identifiers, named);
                Ok(RowPlace { partition: row.partition_key().0, order: order_hash(&row), late })
            }
            Self::Customers(parser, file_index) => {
                let mut row = parser.parse(cells, row_number)?;
                row.file_index = *file_index;
                row.encode(out);
                // Rows of customers have no order: equal rows stay together.
                let order = Hash64::new().add(&out[from..]).finish();
                Ok(RowPlace { partition: row.partition_key().0, order, late: name_all(&row.identifiers, named) })
            }
        }
    }

    /// Feeds the row to the counts of a preview.
    pub fn preview(&mut self, cells: &Cells<'_>, row_number: u64, counts: &mut PreviewCounts) {
        match self {
            Self::Orders(reader) => counts.add_order(row_number, &reader.parse(cells, row_number)),
            Self::Customers(parser, _) => counts.add_customer(row_number, &parser.parse(cells, row_number)),
        }
    }
}

/// Names those of the identifiers that the shop itself did not give, in their order. Whether these are all there are.
fn name_all(identifiers: &[Identifier], named: &mut Vec<u64>) -> bool {
    let own = |one: &&Identifier| matches!(one.kind, IdentifierType::CustomerId | IdentifierType::MemberNo);
    let hash = |one: &Identifier| Hash64::new().add(&[one.kind as u8]).add(one.value.as_bytes()).finish();
    named.extend(identifiers.iter().filter(|one| !own(one)).map(hash));
    !identifiers.is_empty() && !identifiers.iter().any(|one| own(&one))
}

/// Rows of one fact have the same number, or none and the same instant (`orders::assemble`).
fn order_hash(row: &OrderRow) -> u64 {
    match &row.order_no {
        Some(order_no) => Hash64::new().add(order_no.as_bytes()).finish(),
        None => Hash64::new().add(&row.at.0.to_le_bytes()).finish(),
    }
}

/// The facts of one spooled file.
pub fn assemble(
    kind: ImportKind,
    source: &str,
    created_at: i64,
    spooled: SpooledRows,
) -> Result<Vec<Assembled>, ImportError> {
    let damaged = |error: SpoolError| {
        ImportError::refused(error.code(), format!("the spool of the import: {error}; start it again"))
    };
    let mut bytes = spooled.bytes.as_slice();
    match kind {
        ImportKind::Orders => {
            let mut rows = Vec::with_capacity(spooled.count);
            while !bytes.is_empty() {
                rows.push(OrderRow::decode(&mut bytes).map_err(damaged)?);
            }
            drop(spooled);
            let context = AssembleContext { source };
            Ok(assemble_orders(rows, &context))
        }
        ImportKind::Customers => {
            let mut rows = Vec::with_capacity(spooled.count);
            while !bytes.is_empty() {
                rows.push(CustomerRow::decode(&mut bytes).map_err(damaged)?);
            }
            let facts = assemble_customers(rows, source, Instant(created_at));
            Ok(facts.into_iter().map(|fact| Assembled { fact, rows: 1 }).collect())
        }
    }
}
