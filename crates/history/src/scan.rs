//! Everything that rules may look at, of all known customers: for whoever keeps in memory what facts come to.
//!
//! Callers may rely on: a scan sees one version of the table, which holds the blocks up to [`Scan::upto`] and no later ones;
//! buckets can be read in any order and beside each other; the rows of one profile are all in its bucket
//! (`customer % CUSTOMER_BUCKETS`), in no particular order. Identifiers and imports are not read: rules do not know them.

use crate::changes::since;
use crate::error::{Result, query_error};
use crate::files::SharedFiles;
use crate::rows::{HistoryFact, decode};
use crate::schema::fact_schema;
use crate::table::History;
use deltalake::datafusion::logical_expr::Expr;
use deltalake::datafusion::prelude::{col, in_list, lit};
use deltalake::datafusion::scalar::ScalarValue;
use futures_util::TryStreamExt;
use perennial_domain::fact::FactKind;
use std::sync::Arc;

const FAILED: &str = "read lives from";

/// One version of the history.
pub struct Scan {
    history: Arc<History>,
    files: SharedFiles,
    filter: Expr,
    upto: i64,
}

impl History {
    pub async fn scan(self: &Arc<Self>, kinds: &[FactKind]) -> Result<Scan> {
        // Settled before the files are: what came between the two is left out.
        let upto = self.last_sequence().await?.unwrap_or(0);
        let files = self.files().await?;
        let kinds = in_list(col("kind"), kinds.iter().map(|kind| lit(kind.code())).collect(), false);
        let filter = since(0, upto).and(kinds).and(col("customer").is_not_null());
        Ok(Scan { history: Arc::clone(self), files, filter, upto })
    }
}

impl Scan {
    /// The last sequence that it has.
    pub fn upto(&self) -> i64 {
        self.upto
    }

    /// The facts of the customers of one bucket, some at a time.
    pub async fn visit(&self, bucket: u32, mut visit: impl FnMut(Vec<HistoryFact>) + Send) -> Result<()> {
        let Some(files) = self.files.buckets.get(bucket as usize).filter(|files| !files.is_empty()) else {
            return Ok(());
        };
        let frame = self
            .history
            .data_frame(files)?
            .filter(self.filter.clone())
            .and_then(|frame| frame.select(columns()))
            .map_err(query_error(FAILED))?;
        let mut batches = frame.execute_stream().await.map_err(query_error(FAILED))?;
        while let Some(batch) = batches.try_next().await.map_err(query_error(FAILED))? {
            visit(decode(&batch)?);
        }
        Ok(())
    }
}

/// All columns in their places, with nothing in those that are not read.
fn columns() -> Vec<Expr> {
    let of = |name: &str| match name {
        "identifiers" => lit("[]").alias(name),
        "import_id" => lit(ScalarValue::Utf8(None)).alias(name),
        _ => col(name),
    };
    fact_schema().fields().iter().map(|field| of(field.name())).collect()
}
