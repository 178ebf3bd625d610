//! What was bought in a time: for figures that need the lines of orders, which no other store keeps.

use crate::error::Result;
use crate::rows::arrow_error;
use crate::schema::line_element;
use crate::table::History;
use deltalake::arrow::array::{Array, AsArray, Int64Array, RecordBatch};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, Int64Type};
use deltalake::datafusion::prelude::{col, lit};
use perennial_domain::fact::FactKind;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;

impl History {
    /// Visits each line of orders of known customers from the one instant until before the other: whose it is, and its SKU
    /// where it has one. An order without lines is visited once, without a SKU. Reads two columns of all orders of that
    /// time, bucket after bucket; in no particular order.
    pub async fn visit_purchases(
        &self,
        from: Instant,
        until: Instant,
        mut visit: impl FnMut(CustomerNumber, Option<&str>) + Send,
    ) -> Result<()> {
        let wanted = col("kind").eq(lit(FactKind::Order.code()));
        let visit = |batch: &RecordBatch| visit_batch(batch, &mut visit);
        self.visit_of_customers(wanted, (from, until), &["customer", "lines"], "read purchases from", visit).await
    }
}

fn visit_batch(batch: &RecordBatch, visit: &mut impl FnMut(CustomerNumber, Option<&str>)) -> Result<()> {
    let customers = cast(batch.column(0), &DataType::Int64).map_err(arrow_error)?;
    let customers: &Int64Array = customers.as_primitive::<Int64Type>();
    let lines = cast(batch.column(1), &DataType::List(line_element())).map_err(arrow_error)?;
    let lines = lines.as_list::<i32>();
    for row in 0..batch.num_rows() {
        let Some(customer) = CustomerNumber::from_stored(customers.value(row)) else { continue };
        let own = lines.value(row);
        let skus = own.as_struct().column(0).as_string::<i32>();
        if skus.is_empty() {
            visit(customer, None);
        }
        for line in 0..skus.len() {
            visit(customer, skus.is_valid(line).then(|| skus.value(line)));
        }
    }
    Ok(())
}
