//! Facts as rows of the table: into Arrow for writing, and back for reading.
//!
//! Callers may rely on: what [`encode`] writes, [`decode`] reads back equal, identifiers, lines and
//! traits included. Nothing is normalised or dropped on the way.

use crate::error::{HistoryError, Result};
use crate::schema::{column, fact_schema, instant_type, line_element, line_fields};
use crate::tracked::{self, TrackedColumns};
use deltalake::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanBuilder, Int64Array, Int64Builder, ListArray, RecordBatch,
    StringArray, StringBuilder, StructArray, TimestampMicrosecondArray,
};
use deltalake::arrow::buffer::OffsetBuffer;
use deltalake::arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use deltalake::arrow::error::ArrowError;
use perennial_domain::fact::{AppliedBlock, AppliedFact, FactKey, FactKind, Line, Tracked, Trait};
use perennial_domain::identity::Identifier;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::rules::life::Row as StoredRow;
use perennial_domain::time::Instant;
use std::sync::Arc;

/// One fact of the history, with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryFact {
    pub customer: Option<CustomerNumber>,
    pub at: Instant,
    pub kind: FactKind,
    pub key: FactKey,
    pub source: String,
    pub import_id: Option<String>,
    pub identifiers: Vec<Identifier>,
    pub order_no: Option<String>,
    /// False where the order was known and this adds lines to it.
    pub first: bool,
    pub amount_minor: Option<i64>,
    pub currency: Currency,
    /// The sum over the lines, or `None` where no line has a quantity.
    pub quantity_milli: Option<i64>,
    pub lines: Vec<Line>,
    pub traits: Vec<Trait>,
    /// Of facts that came as a message.
    pub tracked: Option<Box<Tracked>>,
}

impl HistoryFact {
    /// As rules see stored rows.
    pub fn row(&self) -> StoredRow<'_> {
        StoredRow {
            profile: self.customer,
            kind: self.kind,
            key: self.key,
            at: self.at,
            first: self.first,
            source: &self.source,
            currency: self.currency,
            order_no: self.order_no.as_deref(),
            lines: &self.lines,
            traits: &self.traits,
            tracked: self.tracked.as_deref(),
        }
    }
}

/// A fact and the block it came in, in the order in which rows are written.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    /// Of the block.
    pub sequence: i64,
    pub block: &'a AppliedBlock,
    pub applied: &'a AppliedFact,
}

impl Row<'_> {
    pub fn order(&self) -> (u32, Instant, FactKey) {
        let fact = &self.applied.fact;
        (self.applied.customer.map_or(0, |number| number.0), fact.at, fact.key)
    }
}

/// The Arrow form of rows; the caller has sorted them.
pub(crate) fn encode(rows: &[Row<'_>]) -> Result<RecordBatch> {
    let customer = rows.iter().map(|row| row.applied.customer.map(|number| i64::from(number.0)));
    let at = rows.iter().map(|row| row.applied.fact.at.0);
    let kind = rows.iter().map(|row| row.applied.fact.kind.code());
    let key = rows.iter().map(|row| row.applied.fact.key.0.to_be_bytes());
    let mut first = BooleanBuilder::with_capacity(rows.len());
    let mut identifiers = StringBuilder::with_capacity(rows.len(), rows.len() * 32);
    let mut traits = StringBuilder::new();
    // Rows of a customer stand one behind the other, and mostly name the same identifiers.
    let nobody = Vec::new();
    let (mut named, mut named_json) = (&nobody, to_json(&nobody)?);
    for row in rows {
        first.append_value(row.applied.first);
        if row.applied.fact.identifiers != *named {
            named = &row.applied.fact.identifiers;
            named_json = to_json(named)?;
        }
        identifiers.append_value(&named_json);
        let list = &row.applied.fact.traits;
        traits.append_option(if list.is_empty() { None } else { Some(to_json(list)?) });
    }
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(customer.collect::<Int64Array>()),
        Arc::new(TimestampMicrosecondArray::from_iter_values(at).with_timezone("UTC")),
        Arc::new(StringArray::from_iter_values(kind)),
        Arc::new(BinaryArray::from_iter_values(key)),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.block.source.as_str()))),
        Arc::new(rows.iter().map(|row| row.block.import_id.as_deref()).collect::<StringArray>()),
        Arc::new(identifiers.finish()),
        Arc::new(rows.iter().map(|row| row.applied.fact.order_no.as_deref()).collect::<StringArray>()),
        Arc::new(first.finish()),
        Arc::new(rows.iter().map(|row| row.applied.fact.amount_minor()).collect::<Int64Array>()),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.block.currency.code()))),
        Arc::new(rows.iter().map(|row| quantity_milli(&row.applied.fact.lines)).collect::<Int64Array>()),
        Arc::new(encode_lines(rows)?),
        Arc::new(traits.finish()),
    ];
    columns.extend(tracked::encode(rows));
    columns.push(Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.sequence))));
    columns.push(tracked::encode_touch_point(rows));
    RecordBatch::try_new(fact_schema(), columns).map_err(arrow_error)
}

fn quantity_milli(lines: &[Line]) -> Option<i64> {
    let mut sum: Option<i64> = None;
    for quantity in lines.iter().filter_map(|line| line.quantity_milli) {
        sum = Some(sum.unwrap_or(0).saturating_add(quantity));
    }
    sum
}

fn encode_lines(rows: &[Row<'_>]) -> Result<ListArray> {
    let mut sku = StringBuilder::new();
    let mut name = StringBuilder::new();
    let mut quantity = Int64Builder::new();
    let mut unit_price = Int64Builder::new();
    let mut amount = Int64Builder::new();
    for line in rows.iter().flat_map(|row| &row.applied.fact.lines) {
        sku.append_option(line.sku.as_deref());
        name.append_option(line.name.as_deref());
        quantity.append_option(line.quantity_milli);
        unit_price.append_option(line.unit_price_minor);
        amount.append_option(line.amount_minor);
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(sku.finish()),
        Arc::new(name.finish()),
        Arc::new(quantity.finish()),
        Arc::new(unit_price.finish()),
        Arc::new(amount.finish()),
    ];
    let values = StructArray::try_new(line_fields(), columns, None).map_err(arrow_error)?;
    let offsets = OffsetBuffer::from_lengths(rows.iter().map(|row| row.applied.fact.lines.len()));
    ListArray::try_new(line_element(), offsets, Arc::new(values), None).map_err(arrow_error)
}

/// Reads the rows of a batch with all columns of [`fact_schema`].
pub(crate) fn decode(batch: &RecordBatch) -> Result<Vec<HistoryFact>> {
    let table = Columns::of(batch)?;
    (0..batch.num_rows()).map(|row| table.fact(row)).collect()
}

/// The typed columns of one batch.
struct Columns {
    customer: Int64Array,
    at: TimestampMicrosecondArray,
    key: BinaryArray,
    first: deltalake::arrow::array::BooleanArray,
    amount: Int64Array,
    quantity: Int64Array,
    texts: [StringArray; 7],
    lines: ListArray,
    tracked: TrackedColumns,
}

const TEXT_COLUMNS: [usize; 7] = [
    column::KIND,
    column::SOURCE,
    column::IMPORT_ID,
    column::IDENTIFIERS,
    column::ORDER_NO,
    column::CURRENCY,
    column::TRAITS,
];

impl Columns {
    /// Casts, because a query engine may hand back views or dictionaries for text.
    fn of(batch: &RecordBatch) -> Result<Self> {
        use deltalake::arrow::compute::cast;
        use deltalake::arrow::datatypes::DataType;
        let as_type = |place: usize, to: &DataType| cast(batch.column(place), to).map_err(arrow_error);
        let mut texts = Vec::with_capacity(TEXT_COLUMNS.len());
        for place in TEXT_COLUMNS {
            texts.push(as_type(place, &DataType::Utf8)?.as_string::<i32>().clone());
        }
        let texts: [StringArray; 7] =
            texts.try_into().map_err(|_| HistoryError::damaged("a batch without the columns of a fact"))?;
        Ok(Self {
            customer: as_type(column::CUSTOMER, &DataType::Int64)?.as_primitive::<Int64Type>().clone(),
            at: as_type(column::AT, &instant_type())?.as_primitive::<TimestampMicrosecondType>().clone(),
            key: as_type(column::KEY, &DataType::Binary)?.as_binary::<i32>().clone(),
            first: as_type(column::FIRST, &DataType::Boolean)?.as_boolean().clone(),
            amount: as_type(column::AMOUNT_MINOR, &DataType::Int64)?.as_primitive::<Int64Type>().clone(),
            quantity: as_type(column::QUANTITY_MILLI, &DataType::Int64)?.as_primitive::<Int64Type>().clone(),
            lines: as_type(column::LINES, &DataType::List(line_element()))?.as_list::<i32>().clone(),
            texts,
            tracked: TrackedColumns::of(batch)?,
        })
    }

    fn fact(&self, row: usize) -> Result<HistoryFact> {
        let [kind, source, import_id, identifiers, order_no, currency, traits] = &self.texts;
        let optional = |array: &StringArray| array.is_valid(row).then(|| array.value(row).to_owned());
        let number = |array: &Int64Array| array.is_valid(row).then(|| array.value(row));
        let customer = match number(&self.customer) {
            Some(value) => Some(CustomerNumber(
                u32::try_from(value).map_err(|_| HistoryError::damaged(format!("customer number {value}")))?,
            )),
            None => None,
        };
        let key: [u8; 16] =
            self.key.value(row).try_into().map_err(|_| HistoryError::damaged("a fact key that is not 16 bytes"))?;
        let kind_code = kind.value(row);
        let currency_code = currency.value(row);
        Ok(HistoryFact {
            customer,
            at: Instant(self.at.value(row)),
            kind: FactKind::parse(kind_code)
                .ok_or_else(|| HistoryError::damaged(format!("fact kind \"{kind_code}\"")))?,
            key: FactKey(u128::from_be_bytes(key)),
            source: source.value(row).to_owned(),
            import_id: optional(import_id),
            identifiers: from_json(identifiers.value(row))?,
            order_no: optional(order_no),
            first: self.first.value(row),
            amount_minor: number(&self.amount),
            currency: Currency::parse(currency_code)
                .ok_or_else(|| HistoryError::damaged(format!("currency \"{currency_code}\"")))?,
            quantity_milli: number(&self.quantity),
            lines: decode_lines(&self.lines.value(row)),
            traits: if traits.is_valid(row) { from_json(traits.value(row))? } else { Vec::new() },
            tracked: self.tracked.tracked(row),
        })
    }
}

pub(crate) fn decode_lines(values: &ArrayRef) -> Vec<Line> {
    let lines = values.as_struct();
    let text = |place: usize, row: usize| {
        let array = lines.column(place).as_string::<i32>();
        array.is_valid(row).then(|| array.value(row).to_owned())
    };
    let number = |place: usize, row: usize| {
        let array = lines.column(place).as_primitive::<Int64Type>();
        array.is_valid(row).then(|| array.value(row))
    };
    (0..lines.len())
        .map(|row| Line {
            sku: text(0, row),
            name: text(1, row),
            quantity_milli: number(2, row),
            unit_price_minor: number(3, row),
            amount_minor: number(4, row),
            is_total: false,
        })
        .collect()
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| HistoryError::damaged(format!("a fact that is no JSON: {error}")))
}

pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| HistoryError::damaged(format!("stored JSON: {error}")))
}

pub(crate) fn arrow_error(error: ArrowError) -> HistoryError {
    HistoryError::damaged(format!("columns do not fit: {error}"))
}
