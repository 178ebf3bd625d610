//! The columns of the facts table, as Delta and as Arrow see them, and the bucket of a customer.
//!
//! Invariants: the stored shape of version 1 never changes meaning; new columns are nullable and come
//! with a new [`SCHEMA_VERSION`]. Partition folders are named by the plain number (`bucket=5`): zero-padded
//! ones make DataFusion answer nothing for an integer partition column.
//!
//! `key` is Binary (16 bytes, big-endian): half the size of hexadecimal text, it cannot be compressed in
//! either form, and its byte order is the order of the number. Delta has no fixed-size binary.

use deltalake::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef, TimeUnit};
use deltalake::kernel::{ArrayType, DataType as DeltaType, StructField, StructType};
use perennial_domain::ids::CustomerNumber;
use std::sync::{Arc, LazyLock};

/// 2: the columns of messages. 3: the sequence of the block that a fact came in. 4: the touch-point of messages.
pub(crate) const SCHEMA_VERSION: u32 = 4;
pub(crate) const SCHEMA_VERSION_PROPERTY: &str = "perennial.schema_version";

/// Customers are spread over this many buckets; the next number holds the facts of nobody (guests).
pub const CUSTOMER_BUCKETS: u32 = 64;
pub(crate) const GUEST_BUCKET: usize = CUSTOMER_BUCKETS as usize;
pub(crate) const BUCKETS: usize = GUEST_BUCKET + 1;

pub(crate) const BUCKET: &str = "bucket";

/// Places of the columns in a data file (without the partition column).
pub(crate) mod column {
    pub const CUSTOMER: usize = 0;
    pub const AT: usize = 1;
    pub const KIND: usize = 2;
    pub const KEY: usize = 3;
    pub const SOURCE: usize = 4;
    pub const IMPORT_ID: usize = 5;
    pub const IDENTIFIERS: usize = 6;
    pub const ORDER_NO: usize = 7;
    pub const FIRST: usize = 8;
    pub const AMOUNT_MINOR: usize = 9;
    pub const CURRENCY: usize = 10;
    pub const QUANTITY_MILLI: usize = 11;
    pub const LINES: usize = 12;
    pub const TRAITS: usize = 13;
    pub const MESSAGE_ID: usize = 14;
    pub const EVENT: usize = 15;
    pub const PROPERTIES: usize = 16;
    pub const RECEIVED_AT: usize = 17;
    pub const SENT_AT: usize = 18;
    pub const ORIGINAL_AT: usize = 19;
    pub const CHANNEL: usize = 20;
    pub const LOCALE: usize = 21;
    pub const PAGE_URL: usize = 22;
    pub const PAGE_PATH: usize = 23;
    pub const CAMPAIGN_SOURCE: usize = 24;
    pub const CAMPAIGN_MEDIUM: usize = 25;
    pub const CAMPAIGN_NAME: usize = 26;
    /// Filtered by its name only.
    #[cfg(test)]
    pub const SEQUENCE: usize = 27;
    pub const TOUCH_POINT: usize = 28;
}

pub(crate) fn bucket_of(customer: Option<CustomerNumber>) -> usize {
    customer.map_or(GUEST_BUCKET, |number| (number.0 % CUSTOMER_BUCKETS) as usize)
}

/// Microseconds in UTC, as Delta's `timestamp`.
pub(crate) fn instant_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

static LINE_FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        Field::new("sku", DataType::Utf8, true),
        Field::new("name", DataType::Utf8, true),
        Field::new("quantity_milli", DataType::Int64, true),
        Field::new("unit_price_minor", DataType::Int64, true),
        Field::new("amount_minor", DataType::Int64, true),
    ])
});

pub(crate) fn line_fields() -> Fields {
    LINE_FIELDS.clone()
}

pub(crate) fn line_element() -> FieldRef {
    Arc::new(Field::new("element", DataType::Struct(line_fields()), false))
}

static FACT_SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    Arc::new(Schema::new(vec![
        Field::new("customer", DataType::Int64, true),
        Field::new("at", instant_type(), false),
        Field::new("kind", DataType::Utf8, false),
        Field::new("key", DataType::Binary, false),
        Field::new("source", DataType::Utf8, false),
        Field::new("import_id", DataType::Utf8, true),
        Field::new("identifiers", DataType::Utf8, false),
        Field::new("order_no", DataType::Utf8, true),
        Field::new("first", DataType::Boolean, false),
        Field::new("amount_minor", DataType::Int64, true),
        Field::new("currency", DataType::Utf8, false),
        Field::new("quantity_milli", DataType::Int64, true),
        Field::new("lines", DataType::List(line_element()), false),
        Field::new("traits", DataType::Utf8, true),
        Field::new("message_id", DataType::Utf8, true),
        Field::new("event", DataType::Utf8, true),
        Field::new("properties", DataType::Utf8, true),
        Field::new("received_at", instant_type(), true),
        Field::new("sent_at", instant_type(), true),
        Field::new("original_at", instant_type(), true),
        Field::new("channel", DataType::Utf8, true),
        Field::new("locale", DataType::Utf8, true),
        Field::new("page_url", DataType::Utf8, true),
        Field::new("page_path", DataType::Utf8, true),
        Field::new("campaign_source", DataType::Utf8, true),
        Field::new("campaign_medium", DataType::Utf8, true),
        Field::new("campaign_name", DataType::Utf8, true),
        Field::new("sequence", DataType::Int64, true),
        Field::new("touch_point", DataType::Utf8, true),
    ]))
});

/// What a data file holds: every column but the partition column.
pub(crate) fn fact_schema() -> SchemaRef {
    FACT_SCHEMA.clone()
}

/// The columns of the Delta table, the partition column last.
pub(crate) fn table_columns() -> deltalake::DeltaResult<Vec<StructField>> {
    let line = StructType::try_new(vec![
        StructField::nullable("sku", DeltaType::STRING),
        StructField::nullable("name", DeltaType::STRING),
        StructField::nullable("quantity_milli", DeltaType::LONG),
        StructField::nullable("unit_price_minor", DeltaType::LONG),
        StructField::nullable("amount_minor", DeltaType::LONG),
    ])?;
    Ok(vec![
        StructField::nullable("customer", DeltaType::LONG),
        StructField::not_null("at", DeltaType::TIMESTAMP),
        StructField::not_null("kind", DeltaType::STRING),
        StructField::not_null("key", DeltaType::BINARY),
        StructField::not_null("source", DeltaType::STRING),
        StructField::nullable("import_id", DeltaType::STRING),
        StructField::not_null("identifiers", DeltaType::STRING),
        StructField::nullable("order_no", DeltaType::STRING),
        StructField::not_null("first", DeltaType::BOOLEAN),
        StructField::nullable("amount_minor", DeltaType::LONG),
        StructField::not_null("currency", DeltaType::STRING),
        StructField::nullable("quantity_milli", DeltaType::LONG),
        StructField::not_null("lines", ArrayType::new(line, false)),
        StructField::nullable("traits", DeltaType::STRING),
        StructField::nullable("message_id", DeltaType::STRING),
        StructField::nullable("event", DeltaType::STRING),
        StructField::nullable("properties", DeltaType::STRING),
        StructField::nullable("received_at", DeltaType::TIMESTAMP),
        StructField::nullable("sent_at", DeltaType::TIMESTAMP),
        StructField::nullable("original_at", DeltaType::TIMESTAMP),
        StructField::nullable("channel", DeltaType::STRING),
        StructField::nullable("locale", DeltaType::STRING),
        StructField::nullable("page_url", DeltaType::STRING),
        StructField::nullable("page_path", DeltaType::STRING),
        StructField::nullable("campaign_source", DeltaType::STRING),
        StructField::nullable("campaign_medium", DeltaType::STRING),
        StructField::nullable("campaign_name", DeltaType::STRING),
        StructField::nullable("sequence", DeltaType::LONG),
        StructField::nullable("touch_point", DeltaType::STRING),
        StructField::not_null(BUCKET, DeltaType::INTEGER),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_lives_in_the_bucket_of_its_number_and_guests_in_the_last() {
        assert_eq!(bucket_of(Some(CustomerNumber(1))), 1);
        assert_eq!(bucket_of(Some(CustomerNumber(64))), 0);
        assert_eq!(bucket_of(Some(CustomerNumber(u32::MAX))), 63);
        assert_eq!(bucket_of(None), 64);
    }

    #[test]
    fn column_places_follow_the_schema() {
        let schema = fact_schema();
        let places = [
            (column::CUSTOMER, "customer"),
            (column::AT, "at"),
            (column::KIND, "kind"),
            (column::KEY, "key"),
            (column::SOURCE, "source"),
            (column::IMPORT_ID, "import_id"),
            (column::IDENTIFIERS, "identifiers"),
            (column::ORDER_NO, "order_no"),
            (column::FIRST, "first"),
            (column::AMOUNT_MINOR, "amount_minor"),
            (column::CURRENCY, "currency"),
            (column::QUANTITY_MILLI, "quantity_milli"),
            (column::LINES, "lines"),
            (column::TRAITS, "traits"),
            (column::MESSAGE_ID, "message_id"),
            (column::EVENT, "event"),
            (column::PROPERTIES, "properties"),
            (column::RECEIVED_AT, "received_at"),
            (column::SENT_AT, "sent_at"),
            (column::ORIGINAL_AT, "original_at"),
            (column::CHANNEL, "channel"),
            (column::LOCALE, "locale"),
            (column::PAGE_URL, "page_url"),
            (column::PAGE_PATH, "page_path"),
            (column::CAMPAIGN_SOURCE, "campaign_source"),
            (column::CAMPAIGN_MEDIUM, "campaign_medium"),
            (column::CAMPAIGN_NAME, "campaign_name"),
            (column::SEQUENCE, "sequence"),
            (column::TOUCH_POINT, "touch_point"),
        ];
        assert_eq!(schema.fields().len(), places.len());
        for (place, name) in places {
            assert_eq!(schema.field(place).name(), name);
        }
    }
}
