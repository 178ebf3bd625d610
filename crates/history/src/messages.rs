//! What messages of a source carried: read once in a while, to see what a source sends.

use crate::error::{HistoryError, Result, query_error};
use crate::rows::arrow_error;
use crate::schema::instant_type;
use crate::table::History;
use deltalake::arrow::array::{Array, AsArray, RecordBatch, StringArray};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::DataType;
use deltalake::datafusion::common::ScalarValue;
use deltalake::datafusion::prelude::{col, lit};
use futures_util::TryStreamExt;
use perennial_domain::fact::FactKind;
use perennial_domain::time::Instant;

impl History {
    /// Visits kind, name and properties of messages of the source that arrived at `since` or later, of up to `limit` of
    /// them, customer bucket after customer bucket; returns how many. Where there are more, which ones are left out is
    /// not said, but whole buckets are.
    pub async fn visit_messages(
        &self,
        source: &str,
        since: Instant,
        limit: usize,
        mut visit: impl FnMut(FactKind, Option<&str>, Option<&str>) + Send,
    ) -> Result<usize> {
        let failed = "read messages from";
        let files = self.files().await?;
        let since = lit(ScalarValue::TimestampMicrosecond(Some(since.0), instant_zone()));
        let mut visited = 0;
        for bucket in files.buckets.iter().filter(|bucket| !bucket.is_empty()) {
            if visited >= limit {
                break;
            }
            let filter = col("source").eq(lit(source)).and(col("received_at").gt_eq(since.clone()));
            let frame = self
                .data_frame(bucket)?
                .filter(filter)
                .and_then(|frame| frame.select_columns(&["kind", "event", "properties"]))
                .and_then(|frame| frame.limit(0, Some(limit - visited)))
                .map_err(query_error(failed))?;
            let mut batches = frame.execute_stream().await.map_err(query_error(failed))?;
            while let Some(batch) = batches.try_next().await.map_err(query_error(failed))? {
                visit_batch(&batch, &mut visit)?;
                visited += batch.num_rows();
            }
        }
        Ok(visited)
    }
}

fn instant_zone() -> Option<std::sync::Arc<str>> {
    match instant_type() {
        DataType::Timestamp(_, zone) => zone,
        _ => None,
    }
}

fn visit_batch(batch: &RecordBatch, visit: &mut impl FnMut(FactKind, Option<&str>, Option<&str>)) -> Result<()> {
    let text = |place: usize| -> Result<StringArray> {
        let array = cast(batch.column(place), &DataType::Utf8).map_err(arrow_error)?;
        Ok(array.as_string::<i32>().clone())
    };
    let (kinds, events, properties) = (text(0)?, text(1)?, text(2)?);
    for row in 0..batch.num_rows() {
        let code = kinds.value(row);
        let kind = FactKind::parse(code).ok_or_else(|| HistoryError::damaged(format!("fact kind \"{code}\"")))?;
        let event = events.is_valid(row).then(|| events.value(row));
        let properties = properties.is_valid(row).then(|| properties.value(row));
        visit(kind, event, properties);
    }
    Ok(())
}
