//! Events by their names within a time: for figures that compare all customers.

use crate::error::{Result, query_error};
use crate::rows::arrow_error;
use crate::table::History;
use crate::timeline::instant;
use deltalake::arrow::array::{AsArray, Int64Array, RecordBatch, StringArray};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, Int64Type};
use deltalake::datafusion::prelude::{col, in_list, lit};
use futures_util::TryStreamExt;
use perennial_domain::fact::FactKind;
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
        let failed = "read events from";
        let files = self.files().await?;
        for bucket in files.buckets.iter().filter(|bucket| !bucket.is_empty()) {
            let wanted = names.iter().map(|name| lit(*name)).collect();
            let filter = col("kind")
                .eq(lit(FactKind::Event.code()))
                .and(in_list(col("event"), wanted, false))
                .and(col("at").gt_eq(instant(from)))
                .and(col("at").lt(instant(until)))
                .and(col("customer").is_not_null());
            let frame = self
                .data_frame(bucket)?
                .filter(filter)
                .and_then(|frame| frame.select_columns(&["customer", "event"]))
                .map_err(query_error(failed))?;
            let mut batches = frame.execute_stream().await.map_err(query_error(failed))?;
            while let Some(batch) = batches.try_next().await.map_err(query_error(failed))? {
                visit_batch(&batch, &mut visit)?;
            }
        }
        Ok(())
    }
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
