//! Events by their names within a time: for figures that compare all customers.

use crate::error::Result;
use crate::rows::{arrow_error, from_json};
use crate::table::History;
use deltalake::arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringArray};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, Int64Type};
use deltalake::datafusion::prelude::{col, in_list, lit};
use perennial_domain::fact::{FactKind, Trait};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;

impl History {
    /// Visits each event of known customers with one of these names from the one instant until before the other: whose it
    /// is, and its name. Reads two columns of all events of that time, bucket after bucket; in no particular order.
    pub async fn visit_events(
        &self,
        names: &[&str],
        from: Instant,
        until: Instant,
        mut visit: impl FnMut(CustomerNumber, &str) + Send,
    ) -> Result<()> {
        let named = in_list(col("event"), names.iter().map(|name| lit(*name)).collect(), false);
        let wanted = col("kind").eq(lit(FactKind::Event.code())).and(named);
        let visit = |batch: &RecordBatch| visit_batch(batch, &mut visit);
        self.visit_of_customers(wanted, (from, until), &["customer", "event"], "read events from", visit).await
    }

    /// Visits each event of known customers with this name that the source told from the one instant until before the other:
    /// its properties, and the traits that it told. Reads two columns of all events of that name and time; in no particular
    /// order.
    pub async fn visit_told(
        &self,
        source: &str,
        name: &str,
        (from, until): (Instant, Instant),
        mut visit: impl FnMut(Option<&str>, Vec<Trait>) + Send,
    ) -> Result<()> {
        let named = col("event").eq(lit(name)).and(col("source").eq(lit(source)));
        let wanted = col("kind").eq(lit(FactKind::Event.code())).and(named);
        let visit = |batch: &RecordBatch| visit_told_of(batch, &mut visit);
        self.visit_of_customers(wanted, (from, until), &["properties", "traits"], "read events from", visit).await
    }
}

fn visit_told_of(batch: &RecordBatch, visit: &mut impl FnMut(Option<&str>, Vec<Trait>)) -> Result<()> {
    let text = |place: usize| -> Result<StringArray> {
        let array = cast(batch.column(place), &DataType::Utf8).map_err(arrow_error)?;
        Ok(array.as_string::<i32>().clone())
    };
    let (properties, traits) = (text(0)?, text(1)?);
    for row in 0..batch.num_rows() {
        let told = if traits.is_valid(row) { from_json(traits.value(row))? } else { Vec::new() };
        visit(properties.is_valid(row).then(|| properties.value(row)), told);
    }
    Ok(())
}

fn visit_batch(batch: &RecordBatch, visit: &mut impl FnMut(CustomerNumber, &str)) -> Result<()> {
    let customers = cast(batch.column(0), &DataType::Int64).map_err(arrow_error)?;
    let customers: &Int64Array = customers.as_primitive::<Int64Type>();
    let names = cast(batch.column(1), &DataType::Utf8).map_err(arrow_error)?;
    let names: &StringArray = names.as_string::<i32>();
    for row in 0..batch.num_rows() {
        if let Some(customer) = CustomerNumber::from_stored(customers.value(row)) {
            visit(customer, names.value(row));
        }
    }
    Ok(())
}
