//! Indexes that are dropped before many rows change and built again afterwards. Only on SQLite.
//!
//! A transaction writes every page that it touches twice, to the log and to the file. Ten thousand rows spread over
//! an index of a million touch nearly all of its pages; building it once, sorted, takes a second. PostgreSQL keeps
//! its indexes: dropping one would lock readers out of the table until commit.

use crate::database::{Engine, WRITER_CACHE_KIB, WriteTx};
use crate::error::Result;
use crate::exec;

/// Page cache while an index is sorted, as `WRITER_CACHE_KIB`.
const SORTING_CACHE_KIB: &str = "-2048";

/// Drops the indexes of a table and returns their own texts, by which they are made again.
pub(crate) async fn drop_of(tx: &mut WriteTx<'_>, table: &str) -> Result<Vec<String>> {
    drop_those(tx, table, |_| true).await
}

/// [`drop_of`], for those whose text is wanted.
pub(crate) async fn drop_those(
    tx: &mut WriteTx<'_>,
    table: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<String>> {
    let binds = vec![table.into()];
    let indexes = exec::all(tx, "indexes.of_table", binds, |row| Ok((row.text(0)?, row.text(1)?))).await?;
    let mut texts = Vec::with_capacity(indexes.len());
    for (name, text) in indexes.into_iter().filter(|(_, text)| wanted(text)) {
        exec::schema_change(tx, format!("DROP INDEX {name}")).await?;
        texts.push(text);
    }
    Ok(texts)
}

pub(crate) async fn create(tx: &mut WriteTx<'_>, texts: Vec<String>) -> Result<()> {
    for text in texts {
        build(tx, text).await?;
    }
    Ok(())
}

/// SQLite sorts a whole cache's worth of keys at once. Small pieces stay in the processor's own cache, and another
/// thread sorts one while the next is read: a million customers' indexes take two thirds of the time.
async fn build(tx: &mut WriteTx<'_>, text: String) -> Result<()> {
    if tx.engine() != Engine::Sqlite {
        return exec::schema_change(tx, text).await;
    }
    exec::schema_change(tx, format!("PRAGMA cache_size = {SORTING_CACHE_KIB}")).await?;
    let built = exec::schema_change(tx, text).await;
    exec::schema_change(tx, format!("PRAGMA cache_size = {WRITER_CACHE_KIB}")).await?;
    built
}

/// Drops the indexes of a table until [`resume`], which another process may call.
pub(crate) async fn suspend(tx: &mut WriteTx<'_>, table: &str) -> Result<()> {
    for text in drop_of(tx, table).await? {
        exec::execute_exactly(tx, 1, "indexes.remember", vec![key_of(table, &text).into(), text.into()]).await?;
    }
    Ok(())
}

/// Makes one of the suspended indexes of a table again. `false` where there is none: one of a million rows takes a second,
/// and others write between two of them.
pub(crate) async fn resume_one(tx: &mut WriteTx<'_>, table: &str) -> Result<bool> {
    let (from, to) = (key_of(table, ""), key_of(table, "\u{10FFFF}"));
    let Some(text) = exec::optional(tx, "indexes.remembered", vec![from.into(), to.into()], |row| row.text(0)).await?
    else {
        return Ok(false);
    };
    let key = key_of(table, &text);
    build(tx, text).await?;
    exec::execute_exactly(tx, 1, "indexes.forget", vec![key.into()]).await?;
    Ok(true)
}

/// Rows of `settings` beside the brand's.
fn key_of(table: &str, text: &str) -> String {
    format!("suspended_index/{table}/{text}")
}
