//! A filter of facts as a condition of a query, and walking through one customer's facts without reading them whole.

use crate::error::{HistoryError, Result, query_error};
use crate::files::DataFile;
use crate::rows::arrow_error;
use crate::schema::{bucket_of, instant_type};
use crate::table::History;
use crate::timeline::instant;
use deltalake::arrow::array::{Array, AsArray, RecordBatch, StringArray};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, TimestampMicrosecondType};
use deltalake::datafusion::logical_expr::Expr;
use deltalake::datafusion::prelude::{col, in_list, lit};
use futures_util::TryStreamExt;
use perennial_domain::fact::FactKind;
use perennial_domain::fact_filter::{FactClass, FactFilter, Names};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;

/// What is known of a fact without reading it whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance<'a> {
    pub at: Instant,
    pub kind: FactKind,
    /// False where it adds to an order that was there.
    pub is_first: bool,
    /// Who told it, as its block says.
    pub source: &'a str,
    /// Of the event, the page or the screen.
    pub name: Option<&'a str>,
    pub channel: Option<&'a str>,
    pub touch_point: Option<&'a str>,
}

/// In the order in which a batch is read; whose it is stands behind them.
const GLANCED: [&str; 8] = ["at", "kind", "first", "source", "event", "channel", "touch_point", "customer"];

impl History {
    /// Visits the facts of a customer from `since` on, in no particular order.
    pub async fn glance(
        &self,
        customer: CustomerNumber,
        since: Option<Instant>,
        mut visit: impl FnMut(Glance<'_>) + Send,
    ) -> Result<()> {
        let files = self.files().await?;
        let bucket = &files.buckets[bucket_of(Some(customer))];
        if bucket.is_empty() {
            return Ok(());
        }
        let mut filter = col("customer").eq(lit(i64::from(customer.0)));
        if let Some(since) = since {
            filter = filter.and(col("at").gt_eq(instant(since)));
        }
        let visit = |batch: &RecordBatch| glances_of(batch, |_, glance| visit(glance));
        self.visit_glances(bucket, filter, "look through", visit).await
    }

    /// Batches that [`glances_of`] reads.
    pub(crate) async fn visit_glances(
        &self,
        files: &[DataFile],
        filter: Expr,
        failed: &'static str,
        visit: impl FnMut(&RecordBatch) -> Result<()> + Send,
    ) -> Result<()> {
        self.visit_batches(files, filter, &GLANCED, failed, visit).await
    }

    /// Visits what is wanted of known customers' facts from the one instant until before the other: batches of these
    /// columns. Bucket after bucket; in no particular order.
    pub(crate) async fn visit_of_customers(
        &self,
        wanted: Expr,
        (from, until): (Instant, Instant),
        columns: &[&str],
        failed: &'static str,
        mut visit: impl FnMut(&RecordBatch) -> Result<()> + Send,
    ) -> Result<()> {
        let files = self.files().await?;
        let filter = wanted
            .and(col("at").gt_eq(instant(from)))
            .and(col("at").lt(instant(until)))
            .and(col("customer").is_not_null());
        for bucket in files.buckets.iter().filter(|bucket| !bucket.is_empty()) {
            self.visit_batches(bucket, filter.clone(), columns, failed, &mut visit).await?;
        }
        Ok(())
    }

    async fn visit_batches(
        &self,
        files: &[DataFile],
        filter: Expr,
        columns: &[&str],
        failed: &'static str,
        mut visit: impl FnMut(&RecordBatch) -> Result<()> + Send,
    ) -> Result<()> {
        let frame = self
            .data_frame(files)?
            .filter(filter)
            .and_then(|frame| frame.select_columns(columns))
            .map_err(query_error(failed))?;
        let mut batches = frame.execute_stream().await.map_err(query_error(failed))?;
        while let Some(batch) = batches.try_next().await.map_err(query_error(failed))? {
            visit(&batch)?;
        }
        Ok(())
    }
}

/// Each row of the batch, with its place.
pub(crate) fn glances_of(batch: &RecordBatch, mut visit: impl FnMut(usize, Glance<'_>)) -> Result<()> {
    let times = cast(batch.column(0), &instant_type()).map_err(arrow_error)?;
    let times = times.as_primitive::<TimestampMicrosecondType>();
    let text = |place: usize| -> Result<StringArray> {
        let array = cast(batch.column(place), &DataType::Utf8).map_err(arrow_error)?;
        Ok(array.as_string::<i32>().clone())
    };
    let (kinds, sources) = (text(1)?, text(3)?);
    let firsts = batch.column(2).as_boolean();
    let (names, channels, touch_points) = (text(4)?, text(5)?, text(6)?);
    for row in 0..batch.num_rows() {
        let code = kinds.value(row);
        let glance = Glance {
            at: Instant(times.value(row)),
            kind: FactKind::parse(code).ok_or_else(|| HistoryError::damaged(format!("fact kind \"{code}\"")))?,
            is_first: firsts.value(row),
            source: sources.value(row),
            name: value(&names, row),
            channel: value(&channels, row),
            touch_point: value(&touch_points, row),
        };
        visit(row, glance);
    }
    Ok(())
}

fn value(texts: &StringArray, row: usize) -> Option<&str> {
    texts.is_valid(row).then(|| texts.value(row))
}

/// `None` where every fact is wanted. The caller has seen to it that the list of classes is not empty.
pub(crate) fn condition_of(wanted: &FactFilter) -> Option<Expr> {
    let classes = wanted.classes.as_deref().map(of_classes);
    let same = |column: &str, text: &Option<String>| text.as_deref().map(|text| col(column).eq(lit(text)));
    let parts = [classes, same("channel", &wanted.channel), same("touch_point", &wanted.touch_point)];
    parts.into_iter().flatten().reduce(Expr::and)
}

fn of_classes(classes: &[FactClass]) -> Expr {
    let whole = classes.iter().filter(|class| class.names == Names::Any).map(|class| lit(class.kind.code()));
    let whole: Vec<Expr> = whole.collect();
    let whole = (!whole.is_empty()).then(|| in_list(col("kind"), whole, false));
    let named = classes.iter().filter_map(|class| {
        let (names, is_without) = match &class.names {
            Names::Any => return None,
            Names::Only(names) => (names, false),
            Names::AllBut(names) => (names, true),
        };
        let listed = in_list(col("event"), names.iter().map(|name| lit(name.as_str())).collect(), is_without);
        // Of NULL nothing is true, so that what has no name is left out unless that is said.
        let listed = if is_without { col("event").is_null().or(listed) } else { listed };
        Some(col("kind").eq(lit(class.kind.code())).and(listed))
    });
    whole.into_iter().chain(named).reduce(Expr::or).unwrap_or_else(|| lit(false))
}
