//! One customer's facts, newest first, page by page, through DataFusion; and the figures of the whole table.

use crate::error::{HistoryError, Result, query_error, table_error};
use crate::files::DataFile;
use crate::rows::{HistoryFact, decode};
use crate::schema::{bucket_of, fact_schema};
use crate::table::History;
use crate::wanted::condition_of;
use deltalake::datafusion::common::ScalarValue;
use deltalake::datafusion::dataframe::DataFrame;
use deltalake::datafusion::datasource::file_format::parquet::ParquetFormat;
use deltalake::datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use deltalake::datafusion::logical_expr::Expr;
use deltalake::datafusion::prelude::{col, lit};
use deltalake::ensure_table_uri;
use perennial_domain::fact::{FactKey, FactKind};
use perennial_domain::fact_filter::FactFilter;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use std::sync::Arc;

/// Facts of one page; more are asked for page by page.
pub const TIMELINE_PAGE_MAX: usize = 1_000;

/// The figures of the whole history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryStats {
    pub facts: u64,
    pub files: u64,
    pub bytes: u64,
    pub version: u64,
    /// The time of the latest fact, which is what "as of" means for reports.
    pub last_fact_at: Option<Instant>,
}

impl History {
    pub async fn stats(&self) -> Result<HistoryStats> {
        let files = self.files().await?;
        let all = || files.buckets.iter().flatten();
        Ok(HistoryStats {
            facts: all().map(|file| file.rows).sum(),
            files: all().count() as u64,
            bytes: all().map(|file| file.size_bytes).sum(),
            version: files.version,
            last_fact_at: all().filter_map(|file| file.last_at).max(),
        })
    }

    /// The facts of a customer, newest first; at the same time, the greater key first. `before` is time and
    /// key of the last fact of the page before.
    ///
    /// A page has up to `limit` facts (at most [`TIMELINE_PAGE_MAX`]). Facts with the same time and key (an
    /// order, and lines added to it later) are never parted by the end of a page, which may be longer for it.
    pub async fn timeline(
        &self,
        customer: CustomerNumber,
        kinds: Option<&[FactKind]>,
        before: Option<(Instant, FactKey)>,
        limit: usize,
    ) -> Result<Vec<HistoryFact>> {
        self.timeline_of(customer, &FactFilter::of_kinds(kinds), before, limit).await
    }

    /// [`History::timeline`] of the facts that a filter lets through.
    pub async fn timeline_of(
        &self,
        customer: CustomerNumber,
        wanted: &FactFilter,
        before: Option<(Instant, FactKey)>,
        limit: usize,
    ) -> Result<Vec<HistoryFact>> {
        let limit = limit.min(TIMELINE_PAGE_MAX);
        let files = self.files().await?;
        let bucket = &files.buckets[bucket_of(Some(customer))];
        if bucket.is_empty() || limit == 0 || wanted.classes.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Vec::new());
        }
        let table = self.data_frame(bucket)?;
        let mut filter = col("customer").eq(lit(i64::from(customer.0)));
        if let Some(condition) = condition_of(wanted) {
            filter = filter.and(condition);
        }
        let mut page_filter = filter.clone();
        if let Some((at, key)) = before {
            let same_instant = col("at").eq(instant(at)).and(col("key").lt(key_literal(key)));
            // The first half is implied, and lets pages be passed over by their statistics.
            page_filter = page_filter.and(col("at").lt_eq(instant(at))).and(col("at").lt(instant(at)).or(same_instant));
        }
        let mut page = newest(table.clone(), page_filter, Some(limit + 1)).await?;
        let cut_in_two = |page: &[HistoryFact]| place(&page[limit]) == place(&page[limit - 1]);
        if page.len() > limit && cut_in_two(&page) {
            let (at, key) = place(&page[limit]);
            page.retain(|fact| place(fact) != (at, key));
            let whole = filter.and(col("at").eq(instant(at))).and(col("key").eq(key_literal(key)));
            page.extend(newest(table, whole, None).await?);
        } else {
            page.truncate(limit);
        }
        Ok(page)
    }

    /// The files as a table of DataFusion. The bucket predicate has been applied by choosing the files.
    pub(crate) fn data_frame(&self, files: &[DataFile]) -> Result<DataFrame> {
        let failed = "plan a query of";
        let folder = self
            .folder
            .to_str()
            .ok_or_else(|| HistoryError::damaged(format!("the path {} is not valid text", self.folder.display())))?;
        let base = ensure_table_uri(folder).map_err(table_error("find"))?;
        let mut urls = Vec::with_capacity(files.len());
        for file in files {
            // Not `parse`: it would take brackets in the path of the data folder for a pattern.
            let mut url = base.clone();
            url.set_path(&format!("{}/{}", base.path().trim_end_matches('/'), file.name));
            urls.push(ListingTableUrl::try_new(url, None).map_err(query_error(failed))?);
        }
        let format = ParquetFormat::default().with_options(self.context.copied_table_options().parquet);
        let config = ListingTableConfig::new_with_multi_paths(urls)
            .with_listing_options(ListingOptions::new(Arc::new(format)))
            .with_schema(fact_schema());
        let table = ListingTable::try_new(config).map_err(query_error(failed))?;
        self.context.read_table(Arc::new(table)).map_err(query_error(failed))
    }
}

fn place(fact: &HistoryFact) -> (Instant, FactKey) {
    (fact.at, fact.key)
}

async fn newest(table: DataFrame, filter: Expr, limit: Option<usize>) -> Result<Vec<HistoryFact>> {
    let failed = "read a timeline from";
    let order = vec![
        col("at").sort(false, false),
        col("key").sort(false, false),
        // An addition is newer than the order that it adds to.
        col("first").sort(true, false),
        col("amount_minor").sort(true, false),
    ];
    let frame = table.filter(filter).and_then(|frame| frame.sort(order)).and_then(|frame| frame.limit(0, limit));
    let batches = frame.map_err(query_error(failed))?.collect().await.map_err(query_error(failed))?;
    let mut facts = Vec::new();
    for batch in &batches {
        facts.extend(decode(batch)?);
    }
    Ok(facts)
}

pub(crate) fn instant(at: Instant) -> Expr {
    lit(ScalarValue::TimestampMicrosecond(Some(at.0), Some("UTC".into())))
}

fn key_literal(key: FactKey) -> Expr {
    lit(ScalarValue::Binary(Some(key.0.to_be_bytes().to_vec())))
}
