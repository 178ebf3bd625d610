//! What came since: facts of blocks after a sequence, for whoever keeps a copy.
//!
//! Callers may rely on: [`Changes::upto`] is settled before the files are, so that nothing between two pulls is left out
//! and nothing comes twice where each begins at the end of the one before; one batch of rows is in memory at a time; the
//! facts come in no particular order.

use crate::error::{HistoryError, Result, query_error};
use crate::files::SharedFiles;
use crate::rows::{HistoryFact, arrow_error, decode};
use crate::table::History;
use deltalake::arrow::array::AsArray;
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, Int64Type};
use deltalake::datafusion::execution::SendableRecordBatchStream;
use deltalake::datafusion::logical_expr::Expr;
use deltalake::datafusion::prelude::{col, in_list, lit};
use futures_util::TryStreamExt;
use perennial_domain::fact::FactKind;
use std::sync::Arc;

const FAILED: &str = "read what came from";

/// The facts of one pull.
pub struct Changes {
    history: Arc<History>,
    files: SharedFiles,
    filter: Expr,
    bucket: usize,
    open: Option<SendableRecordBatchStream>,
    upto: i64,
}

impl History {
    /// Facts of these kinds (or of all) of blocks after that sequence; after 0, also those from before sequences were
    /// kept.
    pub async fn changes(self: &Arc<Self>, after: i64, kinds: Option<&[FactKind]>) -> Result<Changes> {
        let upto = self.last_sequence().await?.unwrap_or(0);
        let files = self.files().await?;
        let mut filter = since(after, upto);
        if let Some(kinds) = kinds {
            filter = filter.and(in_list(col("kind"), kinds.iter().map(|kind| lit(kind.code())).collect(), false));
        }
        Ok(Changes { history: Arc::clone(self), files, filter, bucket: 0, open: None, upto })
    }

    /// Visits the profile of each fact of blocks after that sequence, as often as there are facts; returns up to which
    /// sequence.
    pub async fn visit_changed(&self, after: i64, mut visit: impl FnMut(u32) + Send) -> Result<i64> {
        let upto = self.last_sequence().await?.unwrap_or(0);
        let files = self.files().await?;
        for bucket in files.buckets.iter().filter(|bucket| !bucket.is_empty()) {
            let frame = self
                .data_frame(bucket)?
                .filter(since(after, upto).and(col("customer").is_not_null()))
                .and_then(|frame| frame.select_columns(&["customer"]))
                .map_err(query_error(FAILED))?;
            let mut batches = frame.execute_stream().await.map_err(query_error(FAILED))?;
            while let Some(batch) = batches.try_next().await.map_err(query_error(FAILED))? {
                let numbers = cast(batch.column(0), &DataType::Int64).map_err(arrow_error)?;
                for number in numbers.as_primitive::<Int64Type>().values() {
                    let damaged = |_| HistoryError::damaged(format!("customer number {number}"));
                    visit(u32::try_from(*number).map_err(damaged)?);
                }
            }
        }
        Ok(upto)
    }
}

pub(crate) fn since(after: i64, upto: i64) -> Expr {
    let within = col("sequence").gt(lit(after)).and(col("sequence").lt_eq(lit(upto)));
    if after == 0 { within.or(col("sequence").is_null()) } else { within }
}

impl Changes {
    /// The last sequence that the pull has; the next one begins after it.
    pub fn upto(&self) -> i64 {
        self.upto
    }

    /// The next facts; none at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<HistoryFact>>> {
        loop {
            if let Some(batches) = &mut self.open {
                if let Some(batch) = batches.try_next().await.map_err(query_error(FAILED))? {
                    return decode(&batch).map(Some);
                }
                self.open = None;
            }
            let Some(files) = self.files.buckets.get(self.bucket) else { return Ok(None) };
            self.bucket += 1;
            if !files.is_empty() {
                let frame = self.history.data_frame(files)?.filter(self.filter.clone()).map_err(query_error(FAILED))?;
                self.open = Some(frame.execute_stream().await.map_err(query_error(FAILED))?);
            }
        }
    }
}
