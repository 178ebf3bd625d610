//! The named statements: blocks of `queries/*.sql` and the pairs of `dialect.rs`, parsed once.
//!
//! A block may hold one marker `/*rows:itb*/`, which stands for a list of rows whose columns have these types
//! (`i` integer, `t` text, `b` bytes, `f` float, `o` boolean, `n` no parameter but the row's own place as a
//! number, by which an answer names its key). It is expanded to fixed numbers of rows only, so
//! that few distinct texts exist and prepared statements are found again.

use crate::database::Engine;
use crate::dialect;
use crate::error::{Result, StoreError};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

const FILES: [&str; 62] = [
    include_str!("queries/access.sql"),
    include_str!("queries/activity.sql"),
    include_str!("queries/audiences.sql"),
    include_str!("queries/audit.sql"),
    include_str!("queries/automatic_tags.sql"),
    include_str!("queries/clerks.sql"),
    include_str!("queries/clusters.sql"),
    include_str!("queries/codes.sql"),
    include_str!("queries/communities.sql"),
    include_str!("queries/consents.sql"),
    include_str!("queries/customer_changes.sql"),
    include_str!("queries/customers.sql"),
    include_str!("queries/earning.sql"),
    include_str!("queries/fields.sql"),
    include_str!("queries/forms.sql"),
    include_str!("queries/idempotency.sql"),
    include_str!("queries/identity.sql"),
    include_str!("queries/imports.sql"),
    include_str!("queries/incentives.sql"),
    include_str!("queries/indexes.sql"),
    include_str!("queries/index_snapshots.sql"),
    include_str!("queries/insights.sql"),
    include_str!("queries/inventory.sql"),
    include_str!("queries/jobs.sql"),
    include_str!("queries/journal.sql"),
    include_str!("queries/key_customers.sql"),
    include_str!("queries/layers.sql"),
    include_str!("queries/leases.sql"),
    include_str!("queries/ledger.sql"),
    include_str!("queries/matrices.sql"),
    include_str!("queries/merges.sql"),
    include_str!("queries/orders.sql"),
    include_str!("queries/parts.sql"),
    include_str!("queries/plans.sql"),
    include_str!("queries/priorities.sql"),
    include_str!("queries/privacy.sql"),
    include_str!("queries/progress.sql"),
    include_str!("queries/quarantine.sql"),
    include_str!("queries/reach.sql"),
    include_str!("queries/relations.sql"),
    include_str!("queries/scenes.sql"),
    include_str!("queries/scores.sql"),
    include_str!("queries/segment_moves.sql"),
    include_str!("queries/segments.sql"),
    include_str!("queries/sequences.sql"),
    include_str!("queries/settings.sql"),
    include_str!("queries/sources.sql"),
    include_str!("queries/stores.sql"),
    include_str!("queries/tags.sql"),
    include_str!("queries/tickets.sql"),
    include_str!("queries/topics.sql"),
    include_str!("queries/touch_points.sql"),
    include_str!("queries/tracking.sql"),
    include_str!("queries/traits.sql"),
    include_str!("queries/units.sql"),
    include_str!("queries/uploads.sql"),
    include_str!("queries/receipts.sql"),
    include_str!("queries/usage_cards.sql"),
    include_str!("queries/value_runs.sql"),
    include_str!("queries/values.sql"),
    include_str!("queries/wallets.sql"),
    include_str!("queries/webhooks.sql"),
];

const MARKER_START: &str = "/*rows:";
const MARKER_END: &str = "*/";

#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) rows: Option<RowList>,
}

/// The text around the marker, and the types of a row's columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowList {
    before: &'static str,
    after: &'static str,
    pub(crate) types: &'static str,
}

/// The place of a row in its list, written into the text.
const ORDINAL: char = 'n';

impl RowList {
    /// Parameters of a row.
    pub(crate) fn width(&self) -> usize {
        self.types.chars().filter(|code| *code != ORDINAL).count()
    }
}

type Registry = HashMap<(Engine, &'static str), Statement>;
type Expanded = HashMap<(Engine, &'static str, usize), Arc<str>>;

static STATEMENTS: LazyLock<Registry> = LazyLock::new(parse_all);
static EXPANDED: LazyLock<Mutex<Expanded>> = LazyLock::new(|| Mutex::new(HashMap::new()));

pub(crate) fn find(engine: Engine, name: &'static str) -> Result<Statement> {
    STATEMENTS.get(&(engine, name)).copied().ok_or(StoreError::UnknownStatement(name))
}

/// Every statement of an engine, by name.
pub(crate) fn all(engine: Engine) -> Vec<Statement> {
    let mut list: Vec<Statement> =
        STATEMENTS.iter().filter(|((of, _), _)| *of == engine).map(|(_, statement)| *statement).collect();
    list.sort_by_key(|statement| statement.name);
    list
}

/// The text with the marker replaced by `rows` rows of placeholders.
///
/// Where the list holds all the parameters, SQLite gets bare `?`: it looks numbered ones up by a linear scan
/// when they are bound, which makes a statement of thousands of parameters quadratic. PostgreSQL has only `$n`.
pub(crate) fn expand(engine: Engine, statement: &Statement, list: RowList, rows: usize, fixed: usize) -> Arc<str> {
    let key = (engine, statement.name, rows);
    let mut cache = EXPANDED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(text) = cache.get(&key) {
        return Arc::clone(text);
    }
    let text: Arc<str> = expanded_text(engine, list, rows, fixed).into();
    cache.insert(key, Arc::clone(&text));
    text
}

fn expanded_text(engine: Engine, list: RowList, rows: usize, fixed: usize) -> String {
    let width = list.width();
    let bare = engine == Engine::Sqlite && fixed == 0;
    let mut text = String::with_capacity(list.before.len() + list.after.len() + rows * width * 7);
    text.push_str(list.before);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        let mut number = fixed + row * width;
        for (column, code) in list.types.chars().enumerate() {
            if column > 0 {
                text.push(',');
            }
            if code == ORDINAL {
                write!(text, "{row}").unwrap_or_default();
                continue;
            }
            number += 1;
            if bare {
                text.push('?');
            } else {
                write!(text, "${number}").unwrap_or_default();
            }
        }
        text.push(')');
    }
    text.push_str(list.after);
    text
}

fn parse_all() -> Registry {
    let mut registry = Registry::new();
    let mut add = |engine, name, text| {
        let statement = Statement { name, text, rows: row_list(text) };
        let earlier = registry.insert((engine, name), statement);
        assert!(earlier.is_none(), "two statements are named {name}");
    };
    for (name, text) in FILES.iter().flat_map(|file| blocks(file)) {
        add(Engine::Sqlite, name, text);
        add(Engine::Postgres, name, text);
    }
    for pair in &dialect::PAIRS {
        add(Engine::Sqlite, pair.name, pair.sqlite);
        add(Engine::Postgres, pair.name, pair.postgres);
    }
    registry
}

fn blocks(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.split("-- name: ").skip(1).filter_map(|block| {
        let (name, text) = block.split_once('\n')?;
        Some((name.trim(), without_trailing_comments(text)))
    })
}

/// A comment above a block stands, in the file, at the end of the block before it.
fn without_trailing_comments(text: &'static str) -> &'static str {
    let mut kept = text.trim();
    while let Some(start) = kept.rfind('\n').filter(|start| kept[start + 1..].starts_with("--")) {
        kept = kept[..start].trim_end();
    }
    kept
}

fn row_list(text: &'static str) -> Option<RowList> {
    let (before, rest) = text.split_once(MARKER_START)?;
    let (types, after) = rest.split_once(MARKER_END)?;
    Some(RowList { before, after, types })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_list_expands_to_placeholders() {
        let list = row_list("INSERT INTO x VALUES /*rows:it*/ ON CONFLICT DO NOTHING").unwrap();
        let sqlite = expanded_text(Engine::Sqlite, list, 2, 0);
        assert_eq!(sqlite, "INSERT INTO x VALUES (?,?),(?,?) ON CONFLICT DO NOTHING");
        let postgres = expanded_text(Engine::Postgres, list, 2, 3);
        assert_eq!(postgres, "INSERT INTO x VALUES ($4,$5),($6,$7) ON CONFLICT DO NOTHING");
        let list = row_list("SELECT 1 FROM (VALUES /*rows:nt*/) k").unwrap();
        assert_eq!(expanded_text(Engine::Postgres, list, 2, 0), "SELECT 1 FROM (VALUES (0,$1),(1,$2)) k");
    }
}
