//! Taking facts out for good: those of people who were erased, and what is told of them in the facts of others.
//!
//! [`History::forget`] rewrites the data files that hold such facts, bucket after bucket, a commit each; [`History::purge`]
//! deletes the files that no version names from then on, also those of earlier versions. Invariants: all other facts stay
//! as they are, and so does the journal position; both are safe to do again, after a kill at any moment; appends go on
//! meanwhile, and are looked at if they were committed before.
//!
//! Readers that began before may find their files gone: they get an error, and succeed when they try again.

use crate::compact::data_files;
use crate::disk::{WriteLock, blocking};
use crate::error::{HistoryError, Result, io_error, query_error};
use crate::files::{DataFile, DataFileWriter, Packing, WrittenFile};
use crate::rows::arrow_error;
use crate::schema::{GUEST_BUCKET, bucket_of, column, fact_schema};
use crate::table::History;
use deltalake::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringBuilder};
use deltalake::arrow::compute::filter_record_batch;
use deltalake::arrow::datatypes::{Int64Type, TimestampMicrosecondType};
use deltalake::datafusion::common::ScalarValue;
use deltalake::datafusion::logical_expr::Expr;
use deltalake::datafusion::prelude::{col, in_list, lit};
use deltalake::protocol::DeltaOperation;
use futures_util::StreamExt;
use perennial_domain::fact::{FactKey, Trait};
use perennial_domain::identity::Identifier;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::privacy::Redaction;
use perennial_domain::time::Instant;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::sync::Arc;

/// What is to go.
#[derive(Clone, Debug, Default)]
pub struct Forget {
    /// All facts of these.
    pub customers: BTreeSet<CustomerNumber>,
    /// Facts of guests, by key.
    pub guests: BTreeSet<FactKey>,
    /// What is taken out of facts that stay, by customer.
    pub retouch: BTreeMap<CustomerNumber, Retouch>,
}

/// Of one customer.
#[derive(Clone, Debug)]
pub struct Retouch {
    pub redaction: Redaction,
    /// Facts up to this instant.
    pub until: Instant,
    /// Facts of these sources only; of all where none is named.
    pub sources: Vec<String>,
}

/// What a [`History::forget`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    pub facts: u64,
    pub retouched: u64,
    pub files_rewritten: u64,
}

/// What a [`History::purge`] deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    pub files: u64,
    pub bytes: u64,
}

impl Forget {
    fn buckets(&self) -> BTreeSet<usize> {
        let customers = self.customers.iter().chain(self.retouch.keys()).map(|one| bucket_of(Some(*one)));
        let guests = (!self.guests.is_empty()).then_some(GUEST_BUCKET);
        customers.chain(guests).collect()
    }

    /// Rows of a bucket that may be concerned.
    fn rows_of(&self, bucket: usize) -> Option<Expr> {
        if bucket == GUEST_BUCKET {
            let key = |key: &FactKey| lit(ScalarValue::Binary(Some(key.0.to_be_bytes().to_vec())));
            return (!self.guests.is_empty())
                .then(|| in_list(col("key"), self.guests.iter().map(key).collect(), false));
        }
        let own = self.customers.iter().chain(self.retouch.keys()).filter(|one| bucket_of(Some(**one)) == bucket);
        let own: Vec<Expr> = own.map(|one| lit(i64::from(one.0))).collect();
        (!own.is_empty()).then(|| in_list(col("customer"), own, false))
    }
}

impl History {
    /// How many facts of these customers and guests there are.
    pub async fn count_facts(&self, what: &Forget) -> Result<u64> {
        let files = self.files().await?;
        let only = Forget { customers: what.customers.clone(), guests: what.guests.clone(), ..Forget::default() };
        let mut facts = 0;
        for bucket in only.buckets() {
            for file in &files.buckets[bucket] {
                facts += self.count_rows(file, only.rows_of(bucket)).await?;
            }
        }
        Ok(facts)
    }

    /// Takes all of it out of the current version. Counts what this call found: where it was done before, nothing.
    pub async fn forget(&self, what: &Forget) -> Result<Forgotten> {
        let _lock = WriteLock::acquire(self.compact_lock_path()).await?;
        let files = self.files().await?;
        let mut total = Forgotten::default();
        for bucket in what.buckets() {
            let mut removed: Vec<DataFile> = Vec::new();
            let mut added: Vec<WrittenFile> = Vec::new();
            for (place, file) in files.buckets[bucket].iter().enumerate() {
                if self.count_rows(file, what.rows_of(bucket)).await? == 0 {
                    continue;
                }
                let stem = format!("forget-{}-{place:06}", files.version);
                let (written, done) = self.rewrite(file, bucket, &stem, what).await?;
                if done == Forgotten::default() {
                    continue;
                }
                total.facts += done.facts;
                total.retouched += done.retouched;
                total.files_rewritten += 1;
                removed.push(file.clone());
                added.extend(written);
            }
            if !removed.is_empty() {
                self.replace(&removed, added, DeltaOperation::Delete { predicate: None }).await?;
            }
        }
        Ok(total)
    }

    /// Deletes every file of the buckets concerned that the current version does not name.
    pub async fn purge(&self, what: &Forget) -> Result<Purged> {
        let _lock = WriteLock::acquire(self.compact_lock_path()).await?;
        // Under both locks no write is under way: what is not named now never will be.
        let change = self.begin().await?;
        let named: HashSet<&str> = change.files.buckets.iter().flatten().map(|file| file.name.as_str()).collect();
        let folders: HashSet<String> = what.buckets().into_iter().map(|bucket| format!("bucket={bucket}/")).collect();
        blocking(|| {
            let mut purged = Purged::default();
            for (name, path) in data_files(&self.folder)? {
                let is_concerned = folders.iter().any(|folder| name.starts_with(folder.as_str()));
                if !is_concerned || named.contains(name.as_str()) {
                    continue;
                }
                purged.bytes += path.metadata().map_err(io_error("read the size of", &path))?.len();
                fs::remove_file(&path).map_err(io_error("delete", &path))?;
                purged.files += 1;
            }
            Ok(purged)
        })
    }

    async fn count_rows(&self, file: &DataFile, rows: Option<Expr>) -> Result<u64> {
        let Some(rows) = rows else { return Ok(0) };
        let failed = "look for facts in";
        let frame = self.data_frame(std::slice::from_ref(file))?.filter(rows).map_err(query_error(failed))?;
        Ok(frame.count().await.map_err(query_error(failed))? as u64)
    }

    /// Writes the file without what goes; no file where nothing is left of it, or nothing goes.
    async fn rewrite(
        &self,
        file: &DataFile,
        bucket: usize,
        stem: &str,
        what: &Forget,
    ) -> Result<(Option<WrittenFile>, Forgotten)> {
        let mut rows = self.merged(&[vec![file.clone()]])?;
        let mut done = Forgotten::default();
        let mut read = 0;
        let mut writer = blocking(|| DataFileWriter::create(&self.folder, bucket, stem, Packing::Small))?;
        while let Some(batch) = rows.next().await {
            let batch = batch.map_err(query_error("rewrite"))?;
            read += batch.num_rows() as u64;
            let kept = without(&batch, what, &mut done)?;
            if kept.num_rows() > 0 {
                writer = blocking(|| writer.write(&kept).map(|()| writer))?;
            }
        }
        if read != file.rows {
            return Err(HistoryError::damaged(format!(
                "{} holds {read} rows where the log counts {}",
                file.name, file.rows
            )));
        }
        if done == Forgotten::default() || writer.rows() == 0 {
            blocking(|| writer.discard())?;
            return Ok((None, done));
        }
        Ok((Some(blocking(|| writer.finish(true))?), done))
    }
}

fn without(batch: &RecordBatch, what: &Forget, done: &mut Forgotten) -> Result<RecordBatch> {
    let batch = RecordBatch::try_new(fact_schema(), batch.columns().to_vec()).map_err(arrow_error)?;
    let customers = batch.column(column::CUSTOMER).as_primitive::<Int64Type>();
    let keys = batch.column(column::KEY).as_binary::<i32>();
    let goes = |row: usize| match customer_at(customers.is_valid(row).then(|| customers.value(row))) {
        Some(customer) => what.customers.contains(&customer),
        None => {
            let key = keys.value(row).try_into().map(u128::from_be_bytes);
            key.is_ok_and(|key| what.guests.contains(&FactKey(key)))
        }
    };
    let kept: BooleanArray = (0..batch.num_rows()).map(|row| Some(!goes(row))).collect();
    let left = kept.true_count();
    let batch =
        if left == batch.num_rows() { batch } else { filter_record_batch(&batch, &kept).map_err(arrow_error)? };
    done.facts += (kept.len() - left) as u64;
    if what.retouch.is_empty() { Ok(batch) } else { retouched(batch, what, done) }
}

fn customer_at(stored: Option<i64>) -> Option<CustomerNumber> {
    stored.and_then(|number| u32::try_from(number).ok()).map(CustomerNumber)
}

fn retouched(batch: RecordBatch, what: &Forget, done: &mut Forgotten) -> Result<RecordBatch> {
    let customers = batch.column(column::CUSTOMER).as_primitive::<Int64Type>().clone();
    let instants = batch.column(column::AT).as_primitive::<TimestampMicrosecondType>().clone();
    let text = |place: usize| batch.column(place).as_string::<i32>().clone();
    let sources = text(column::SOURCE);
    let told = [text(column::IDENTIFIERS), text(column::TRAITS), text(column::PROPERTIES)];
    let mut columns = [StringBuilder::new(), StringBuilder::new(), StringBuilder::new()];
    let before = done.retouched;
    for row in 0..batch.num_rows() {
        let own = told.each_ref().map(|array| array.is_valid(row).then(|| array.value(row)));
        let retouch = customer_at(customers.is_valid(row).then(|| customers.value(row)))
            .and_then(|customer| what.retouch.get(&customer))
            .filter(|one| instants.value(row) <= one.until.0)
            .filter(|one| one.sources.is_empty() || one.sources.iter().any(|source| source == sources.value(row)));
        let changed = retouch.map(|one| parts_without(own, &one.redaction)).transpose()?.flatten();
        match changed {
            Some(parts) => {
                done.retouched += 1;
                columns.iter_mut().zip(parts).for_each(|(column, part)| column.append_option(part));
            }
            None => columns.iter_mut().zip(own).for_each(|(column, part)| column.append_option(part)),
        }
    }
    if done.retouched == before {
        return Ok(batch);
    }
    let mut all = batch.columns().to_vec();
    let places = [column::IDENTIFIERS, column::TRAITS, column::PROPERTIES];
    for (place, mut column) in places.into_iter().zip(columns) {
        all[place] = Arc::new(column.finish()) as ArrayRef;
    }
    RecordBatch::try_new(fact_schema(), all).map_err(arrow_error)
}

/// Identifiers, traits and properties without what goes; `None` where nothing does.
fn parts_without(own: [Option<&str>; 3], redaction: &Redaction) -> Result<Option<[Option<String>; 3]>> {
    let damaged = |error: serde_json::Error| HistoryError::damaged(format!("stored JSON: {error}"));
    let [identifiers, traits, properties] = own;
    let mut named: Vec<Identifier> = serde_json::from_str(identifiers.unwrap_or("[]")).map_err(damaged)?;
    let mut said: Vec<Trait> = serde_json::from_str(traits.unwrap_or("[]")).map_err(damaged)?;
    let mut changed = redaction.identifiers(&mut named);
    changed |= redaction.traits(&mut said);
    let properties = match properties.and_then(|text| redaction.properties(text)) {
        Some(kept) => {
            changed = true;
            kept
        }
        None => properties.map(str::to_owned),
    };
    if !changed {
        return Ok(None);
    }
    let identifiers = serde_json::to_string(&named).map_err(damaged)?;
    let traits = if said.is_empty() { None } else { Some(serde_json::to_string(&said).map_err(damaged)?) };
    Ok(Some([Some(identifiers), traits, properties]))
}
