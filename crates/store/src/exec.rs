//! Running statements: the one place with an arm per engine.
//!
//! [`execute_exactly`] is how a change is made: it fails unless exactly that many rows were touched.
//! [`execute`] returns the number for callers to whom it is an answer. [`bulk`] writes many rows with few
//! statements, [`lookup`] reads many keys with few statements; both cut into fixed sizes (see `statements.rs`).

use crate::database::{Engine, Inner, ReadTx, WriteTx};
use crate::error::{Result, StoreError};
use crate::row::{Bind, Binder, Row};
use crate::statements::{self, Statement};
use futures_util::TryStreamExt;
use futures_util::future::join as both;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use std::sync::Arc;

/// Rows per statement. Fixed, so that each statement has few texts; so close that what is left over makes few statements.
const BULK_SIZES: [usize; 6] = [512, 128, 32, 8, 2, 1];
/// Parameters per statement: below SQLite's 32,766 and PostgreSQL's 65,535.
const MAX_PARAMETERS: usize = 30_000;

/// Touched rows. Use [`execute_exactly`] unless the number is an answer by itself.
pub(crate) async fn execute(tx: &mut WriteTx<'_>, name: &'static str, binds: Vec<Bind>) -> Result<u64> {
    let statement = statements::find(tx.engine(), name)?;
    let binder = filled(tx.engine(), &binds);
    run(tx, SqlStr::from_static(statement.text), binder).await
}

pub(crate) async fn execute_exactly(
    tx: &mut WriteTx<'_>,
    expected: u64,
    name: &'static str,
    binds: Vec<Bind>,
) -> Result<()> {
    let actual = execute(tx, name, binds).await?;
    if actual == expected { Ok(()) } else { Err(StoreError::RowsAffected { statement: name, expected, actual }) }
}

/// [`execute_exactly`] for what [`bulk`] touched.
pub(crate) fn expect_rows(name: &'static str, rows: usize, actual: u64) -> Result<()> {
    let expected = rows as u64;
    if actual == expected { Ok(()) } else { Err(StoreError::RowsAffected { statement: name, expected, actual }) }
}

pub(crate) async fn all<T, F>(tx: &mut ReadTx<'_>, name: &'static str, binds: Vec<Bind>, read: F) -> Result<Vec<T>>
where
    F: FnMut(&Row<'_>) -> Result<T> + Send,
    T: Send,
{
    let statement = statements::find(tx.engine(), name)?;
    let binder = filled(tx.engine(), &binds);
    let mut rows = Vec::new();
    fetch(tx, SqlStr::from_static(statement.text), binder, read, &mut rows).await?;
    Ok(rows)
}

pub(crate) async fn optional<T, F>(
    tx: &mut ReadTx<'_>,
    name: &'static str,
    binds: Vec<Bind>,
    read: F,
) -> Result<Option<T>>
where
    F: FnMut(&Row<'_>) -> Result<T> + Send,
    T: Send,
{
    Ok(all(tx, name, binds, read).await?.into_iter().next())
}

/// For statements that answer with exactly one row, such as counts.
pub(crate) async fn one<T, F>(tx: &mut ReadTx<'_>, name: &'static str, binds: Vec<Bind>, read: F) -> Result<T>
where
    F: FnMut(&Row<'_>) -> Result<T> + Send,
    T: Send,
{
    let row = optional(tx, name, binds, read).await?;
    row.ok_or(StoreError::RowsAffected { statement: name, expected: 1, actual: 0 })
}

/// Writes all rows; returns how many the database touched.
pub(crate) async fn bulk<R: Sync>(
    tx: &mut WriteTx<'_>,
    name: &'static str,
    rows: &[R],
    bind: impl Fn(&R, &mut Binder) + Sync,
) -> Result<u64> {
    let engine = tx.engine();
    let statement = statements::find(engine, name)?;
    let list = statement.rows.ok_or(StoreError::UnknownStatement(name))?;
    let chunk_of = |rows: &[R]| {
        let mut binder = empty(engine, rows.len() * list.width());
        rows.iter().for_each(|row| bind(row, &mut binder));
        (statements::expand(engine, &statement, list, rows.len(), 0), binder)
    };
    let mut touched = 0;
    let mut chunks = chunks_of(rows, list.width());
    let mut next = chunks.next().map(chunk_of);
    while let Some((text, binder)) = next.take() {
        // The next chunk is made while the database works on this one.
        let make_next = async { next = chunks.next().map(chunk_of) };
        let (outcome, ()) = both(run(tx, AssertSqlSafe(text).into_sql_str(), binder), make_next).await;
        touched += outcome?;
    }
    Ok(touched)
}

/// Cuts rows into the fixed sizes.
fn chunks_of<R>(mut rest: &[R], width: usize) -> impl Iterator<Item = &[R]> {
    std::iter::from_fn(move || {
        let (chunk, remaining) = rest.split_at(chunk_size(rest.len(), width).min(rest.len()));
        rest = remaining;
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Reads the rows of all keys, in no particular order. The last, shorter list is filled up with its last key,
/// which a condition like `IN` does not notice.
pub(crate) async fn lookup<K, T, F>(
    tx: &mut ReadTx<'_>,
    name: &'static str,
    fixed: &[Bind],
    keys: &[K],
    bind: impl Fn(&K, &mut Binder) + Sync,
    mut read: F,
) -> Result<Vec<T>>
where
    K: Sync,
    T: Send,
    F: FnMut(&Row<'_>) -> Result<T> + Send,
{
    let engine = tx.engine();
    let statement = statements::find(engine, name)?;
    let mut found = Vec::with_capacity(keys.len());
    let width = statement.rows.ok_or(StoreError::UnknownStatement(name))?.width();
    for chunk in keys.chunks(BULK_SIZES[0]) {
        let size = padded_size(chunk.len(), width);
        let mut binder = empty(engine, fixed.len() + size * width);
        for value in fixed {
            binder.bind(value);
        }
        for place in 0..size {
            bind(&chunk[place.min(chunk.len() - 1)], &mut binder);
        }
        let text = list_text(engine, &statement, size, fixed.len())?;
        fetch(tx, AssertSqlSafe(text).into_sql_str(), binder, &mut read, &mut found).await?;
    }
    Ok(found)
}

/// Like [`lookup`] for statements that join the list: their first column is the place of the key (type `n`), so that
/// the key itself need not come back. Much cheaper for keys of text.
pub(crate) async fn join<K, T, F>(
    tx: &mut ReadTx<'_>,
    name: &'static str,
    keys: &[K],
    bind: impl Fn(&K, &mut Binder) + Sync,
    mut read: F,
) -> Result<Vec<T>>
where
    K: Sync,
    T: Send,
    F: FnMut(&K, &Row<'_>) -> Result<T> + Send,
{
    let mut found = Vec::with_capacity(keys.len());
    for chunk in keys.chunks(BULK_SIZES[0]) {
        // What fills the list up has places beyond the chunk.
        let rows = lookup(tx, name, &[], chunk, &bind, |row| match chunk.get(row.i64(0)? as usize) {
            Some(key) => read(key, row).map(Some),
            None => Ok(None),
        })
        .await?;
        found.extend(rows.into_iter().flatten());
    }
    Ok(found)
}

/// Runs a text that was put together by the list builder of `customers` from its own constants.
pub(crate) async fn built<T, F>(tx: &mut ReadTx<'_>, text: String, binds: &[Bind], read: F) -> Result<Vec<T>>
where
    F: FnMut(&Row<'_>) -> Result<T> + Send,
    T: Send,
{
    let binder = filled(tx.engine(), binds);
    let mut rows = Vec::new();
    fetch(tx, AssertSqlSafe(text).into_sql_str(), binder, read, &mut rows).await?;
    Ok(rows)
}

/// Runs the schema's own text, such as an index that was read from the catalogue before it was dropped.
pub(crate) async fn schema_change(tx: &mut WriteTx<'_>, text: String) -> Result<()> {
    let binder = filled(tx.engine(), &[]);
    run(tx, AssertSqlSafe(text).into_sql_str(), binder).await.map(|_| ())
}

fn list_text(engine: Engine, statement: &Statement, rows: usize, fixed: usize) -> Result<Arc<str>> {
    let list = statement.rows.ok_or(StoreError::UnknownStatement(statement.name))?;
    Ok(statements::expand(engine, statement, list, rows, fixed))
}

/// The largest fixed size that is filled by what is left.
fn chunk_size(left: usize, width: usize) -> usize {
    let fits = |size: &usize| *size <= left && *size * width <= MAX_PARAMETERS;
    BULK_SIZES.into_iter().find(fits).unwrap_or(1)
}

/// The smallest fixed size that holds all of these keys.
fn padded_size(keys: usize, width: usize) -> usize {
    let fits = |size: &usize| *size >= keys && *size * width <= MAX_PARAMETERS;
    BULK_SIZES.into_iter().rev().find(fits).unwrap_or(BULK_SIZES[0])
}

fn empty(engine: Engine, capacity: usize) -> Binder {
    match engine {
        Engine::Sqlite => Binder::sqlite(capacity),
        Engine::Postgres => Binder::postgres(capacity),
    }
}

fn filled(engine: Engine, binds: &[Bind]) -> Binder {
    let mut binder = empty(engine, binds.len());
    for bind in binds {
        binder.bind(bind);
    }
    binder
}

async fn run(tx: &mut WriteTx<'_>, text: SqlStr, binder: Binder) -> Result<u64> {
    let touched = match &mut tx.inner {
        Inner::Sqlite(transaction) => {
            let query = sqlx::query_with::<sqlx::Sqlite, _>(text, binder.into_sqlite()?);
            query.execute(&mut **transaction).await?.rows_affected()
        }
        Inner::Postgres(transaction) => {
            let query = sqlx::query_with::<sqlx::Postgres, _>(text, binder.into_postgres()?);
            query.execute(&mut **transaction).await?.rows_affected()
        }
    };
    Ok(touched)
}

async fn fetch<T, F>(tx: &mut ReadTx<'_>, text: SqlStr, binder: Binder, mut read: F, into: &mut Vec<T>) -> Result<()>
where
    F: FnMut(&Row<'_>) -> Result<T> + Send,
    T: Send,
{
    match &mut tx.inner {
        Inner::Sqlite(transaction) => {
            let query = sqlx::query_with::<sqlx::Sqlite, _>(text, binder.into_sqlite()?);
            let mut rows = query.fetch(&mut **transaction);
            while let Some(row) = rows.try_next().await? {
                into.push(read(&Row::Sqlite(&row))?);
            }
        }
        Inner::Postgres(transaction) => {
            let query = sqlx::query_with::<sqlx::Postgres, _>(text, binder.into_postgres()?);
            let mut rows = query.fetch(&mut **transaction);
            while let Some(row) = rows.try_next().await? {
                into.push(read(&Row::Postgres(&row))?);
            }
        }
    }
    Ok(())
}
