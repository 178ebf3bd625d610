//! What the suite and `perennial doctor` look at: do all statements prepare, is the schema the same on both.

use crate::database::{Database, Engine, Inner, ReadTx};
use crate::error::Result;
use crate::exec;
use crate::migrate::STEPS;
use crate::statements;
use sqlx::postgres::PgTypeInfo;
use sqlx::postgres::types::Oid;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

/// PostgreSQL's way to say that a parameter's type is to be inferred.
const INFERRED: Oid = Oid(0);

/// Prepares every named statement; returns `name: error` for those that do not.
pub async fn prepare_all(database: &Database) -> Result<Vec<String>> {
    let mut tx = database.read().await?;
    let engine = tx.engine();
    let mut failed = Vec::new();
    for statement in statements::all(engine) {
        let fixed = if statement.rows.is_some() { highest_parameter(statement.text) } else { 0 };
        let text = match statement.rows {
            Some(list) => statements::expand(engine, &statement, list, 1, fixed),
            None => statement.text.into(),
        };
        let types = statement.rows.map_or("", |list| list.types);
        if let Err(error) = prepare(&mut tx, &text, fixed, types).await {
            failed.push(format!("{}: {error}", statement.name));
            // A failed statement ends a transaction of PostgreSQL.
            tx = database.read().await?;
        }
    }
    Ok(failed)
}

/// Names of all statements.
pub fn statement_names() -> Vec<&'static str> {
    statements::all(Engine::Sqlite).into_iter().map(|statement| statement.name).collect()
}

/// Number and name of each step of the schema.
pub fn migrations() -> Vec<(i64, &'static str)> {
    STEPS.iter().map(|step| (step.number, step.name)).collect()
}

/// The first column of a query of the suite, as text; an integer in decimal.
pub async fn texts(tx: &mut ReadTx<'_>, query: &str) -> Result<Vec<String>> {
    exec::built(tx, query.to_owned(), &[], |row| row.text(0).or_else(|_| Ok(row.i64(0)?.to_string()))).await
}

fn highest_parameter(text: &str) -> usize {
    let numbers = text.split('$').skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    numbers.max().unwrap_or(0)
}

async fn prepare(tx: &mut ReadTx<'_>, text: &str, fixed: usize, types: &str) -> Result<()> {
    let sql = AssertSqlSafe(text.to_owned()).into_sql_str();
    match &mut tx.inner {
        Inner::Sqlite(transaction) => (&mut **transaction).prepare(sql).await.map(|_| ())?,
        Inner::Postgres(transaction) => {
            let mut infos = vec![PgTypeInfo::with_oid(INFERRED); if types.is_empty() { 0 } else { fixed }];
            infos.extend(types.chars().filter(|code| *code != 'n').map(type_info));
            (&mut **transaction).prepare_with(sql, &infos).await.map(|_| ())?;
        }
    }
    Ok(())
}

fn type_info(code: char) -> PgTypeInfo {
    PgTypeInfo::with_name(match code {
        'i' => "int8",
        'f' => "float8",
        'b' => "bytea",
        'o' => "bool",
        _ => "text",
    })
}
