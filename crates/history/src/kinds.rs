//! How many facts there are of each kind.

use crate::error::{HistoryError, Result, query_error};
use crate::files::DataFile;
use crate::rows::arrow_error;
use crate::table::History;
use crate::timeline::instant;
use deltalake::arrow::array::AsArray;
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, Int64Type};
use deltalake::datafusion::functions_aggregate::expr_fn::count;
use deltalake::datafusion::logical_expr::Expr;
use deltalake::datafusion::prelude::{col, lit};
use perennial_domain::fact::FactKind;
use perennial_domain::time::Instant;
use std::collections::HashMap;

/// Facts of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindCount {
    pub kind: FactKind,
    pub facts: i64,
    /// Those of them from the one instant through the other.
    pub within: i64,
}

impl History {
    /// The kinds of which there are any, in the order of [`FactKind::ALL`]. Reads one column of all facts, and a second one
    /// of those files that have facts of that time.
    pub async fn count_by_kind(&self, from: Instant, through: Instant) -> Result<Vec<KindCount>> {
        let files = self.files().await?;
        let all: Vec<DataFile> = files.buckets.iter().flatten().cloned().collect();
        let late: Vec<DataFile> = all.iter().filter(|file| file.last_at.is_none_or(|at| at >= from)).cloned().collect();
        let facts = self.by_kind(&all, None).await?;
        let then = col("at").gt_eq(instant(from)).and(col("at").lt_eq(instant(through)));
        let within = self.by_kind(&late, Some(then)).await?;
        let count_of = |kind: FactKind| KindCount {
            kind,
            facts: facts.get(&kind).copied().unwrap_or_default(),
            within: within.get(&kind).copied().unwrap_or_default(),
        };
        Ok(FactKind::ALL.into_iter().map(count_of).filter(|one| one.facts > 0).collect())
    }

    async fn by_kind(&self, files: &[DataFile], filter: Option<Expr>) -> Result<HashMap<FactKind, i64>> {
        let failed = "count facts of";
        let mut counts = HashMap::new();
        if files.is_empty() {
            return Ok(counts);
        }
        let mut frame = self.data_frame(files)?;
        if let Some(filter) = filter {
            frame = frame.filter(filter).map_err(query_error(failed))?;
        }
        let frame = frame.aggregate(vec![col("kind")], vec![count(lit(1_i64))]).map_err(query_error(failed))?;
        for batch in frame.collect().await.map_err(query_error(failed))? {
            let kinds = cast(batch.column(0), &DataType::Utf8).map_err(arrow_error)?;
            let (kinds, numbers) = (kinds.as_string::<i32>(), batch.column(1).as_primitive::<Int64Type>());
            for row in 0..batch.num_rows() {
                let code = kinds.value(row);
                let damaged = || HistoryError::damaged(format!("fact kind \"{code}\""));
                counts.insert(FactKind::parse(code).ok_or_else(damaged)?, numbers.value(row));
            }
        }
        Ok(counts)
    }
}
