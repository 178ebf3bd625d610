//! Facts of all known customers that any of some filters lets through: for figures that follow everybody's steps.

use crate::error::{HistoryError, Result};
use crate::rows::arrow_error;
use crate::table::History;
use crate::wanted::{Glance, condition_of, glances_of};
use deltalake::arrow::array::{AsArray, Int64Array};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, Int64Type};
use deltalake::datafusion::logical_expr::Expr;
use deltalake::datafusion::prelude::{col, lit};
use perennial_domain::fact_filter::FactFilter;
use perennial_domain::ids::CustomerNumber;

impl History {
    /// The table version that is the newest now.
    pub async fn version(&self) -> Result<u64> {
        Ok(self.files().await?.version)
    }

    /// Visits each fact that any of the filters lets through, with whose it is, bucket after bucket; within a bucket in no
    /// particular order. `ended` is called behind each bucket: all facts of a profile are in one. Memory is bounded by a batch
    /// of rows for each file of a bucket.
    pub async fn visit_hits(
        &self,
        wanted: &[FactFilter],
        mut visit: impl FnMut(CustomerNumber, Glance<'_>) + Send,
        mut ended: impl FnMut() + Send,
    ) -> Result<()> {
        let any = wanted.iter().map(|filter| condition_of(filter).unwrap_or_else(|| lit(true))).reduce(Expr::or);
        let Some(any) = any else { return Ok(()) };
        let filter = any.and(col("customer").is_not_null());
        let files = self.files().await?;
        for bucket in files.buckets.iter().filter(|bucket| !bucket.is_empty()) {
            let read = |batch: &deltalake::arrow::array::RecordBatch| {
                let column = batch.column_by_name("customer");
                let column = column.ok_or_else(|| HistoryError::damaged("no column customer"))?;
                let customers = cast(column, &DataType::Int64).map_err(arrow_error)?;
                let customers: &Int64Array = customers.as_primitive::<Int64Type>();
                glances_of(batch, |row, glance| {
                    if let Some(customer) = CustomerNumber::from_stored(customers.value(row)) {
                        visit(customer, glance);
                    }
                })
            };
            self.visit_glances(bucket, filter.clone(), "follow steps in", read).await?;
            ended();
        }
        Ok(())
    }
}
