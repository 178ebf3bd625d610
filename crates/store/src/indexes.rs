//! Indexes that are dropped before many rows change and built again afterwards. Only on SQLite.
//!
//! A transaction writes every page that it touches twice, to the log and to the file. Ten thousand rows spread over
//! an index of a million touch nearly all of its pages; building it once, sorted, takes a second. PostgreSQL keeps
//! its indexes: dropping one would lock readers out of the table until commit.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;

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
        exec::schema_change(tx, text).await?;
    }
    Ok(())
}

/// Drops the indexes of a table until [`resume`], which another process may call.
pub(crate) async fn suspend(tx: &mut WriteTx<'_>, table: &str) -> Result<()> {
    for text in drop_of(tx, table).await? {
        exec::execute_exactly(tx, 1, "indexes.remember", vec![key_of(table, &text).into(), text.into()]).await?;
    }
    Ok(())
}

/// Makes the suspended indexes of a table again; returns how many there were.
pub(crate) async fn resume(tx: &mut WriteTx<'_>, table: &str) -> Result<u64> {
    let (from, to) = (key_of(table, ""), key_of(table, "\u{10FFFF}"));
    let binds = vec![from.into(), to.into()];
    let texts = remembered(tx, &binds).await?;
    let count = texts.len() as u64;
    create(tx, texts).await?;
    exec::execute_exactly(tx, count, "indexes.forget", binds).await?;
    Ok(count)
}

async fn remembered(tx: &mut ReadTx<'_>, binds: &[crate::row::Bind]) -> Result<Vec<String>> {
    exec::all(tx, "indexes.remembered", binds.to_vec(), |row| row.text(0)).await
}

/// Rows of `settings` beside the brand's.
fn key_of(table: &str, text: &str) -> String {
    format!("suspended_index/{table}/{text}")
}
