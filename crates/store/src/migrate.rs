//! The schema's steps. Each exists once per engine with the same number and name, and is never changed after
//! a release: the driver stores a checksum. PostgreSQL is locked by an advisory lock of the driver, SQLite by
//! one write transaction around all steps. A SQLite file that has them all is only read: it opens while others write.

use crate::error::{Result, StoreError};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Pool, Postgres, SqlStr, Sqlite};

/// A step: number, name, and its text for SQLite and for PostgreSQL.
pub(crate) struct Step {
    pub(crate) number: i64,
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

pub(crate) const STEPS: [Step; 36] = [
    Step {
        number: 1,
        name: "foundation",
        sqlite: include_str!("../migrations/sqlite/0001_foundation.sql"),
        postgres: include_str!("../migrations/postgres/0001_foundation.sql"),
    },
    Step {
        number: 2,
        name: "profit_rank",
        sqlite: include_str!("../migrations/sqlite/0002_profit_rank.sql"),
        postgres: include_str!("../migrations/postgres/0002_profit_rank.sql"),
    },
    Step {
        number: 3,
        name: "set_aside",
        sqlite: include_str!("../migrations/sqlite/0003_set_aside.sql"),
        postgres: include_str!("../migrations/postgres/0003_set_aside.sql"),
    },
    Step {
        number: 4,
        name: "sources",
        sqlite: include_str!("../migrations/sqlite/0004_sources.sql"),
        postgres: include_str!("../migrations/postgres/0004_sources.sql"),
    },
    Step {
        number: 5,
        name: "told",
        sqlite: include_str!("../migrations/sqlite/0005_told.sql"),
        postgres: include_str!("../migrations/postgres/0005_told.sql"),
    },
    Step {
        number: 6,
        name: "merges",
        sqlite: include_str!("../migrations/sqlite/0006_merges.sql"),
        postgres: include_str!("../migrations/postgres/0006_merges.sql"),
    },
    Step {
        number: 7,
        name: "plans",
        sqlite: include_str!("../migrations/sqlite/0007_plans.sql"),
        postgres: include_str!("../migrations/postgres/0007_plans.sql"),
    },
    Step {
        number: 8,
        name: "value_leases",
        sqlite: include_str!("../migrations/sqlite/0008_value_leases.sql"),
        postgres: include_str!("../migrations/postgres/0008_value_leases.sql"),
    },
    Step {
        number: 9,
        name: "privacy",
        sqlite: include_str!("../migrations/sqlite/0009_privacy.sql"),
        postgres: include_str!("../migrations/postgres/0009_privacy.sql"),
    },
    Step {
        number: 10,
        name: "webhooks",
        sqlite: include_str!("../migrations/sqlite/0010_webhooks.sql"),
        postgres: include_str!("../migrations/postgres/0010_webhooks.sql"),
    },
    Step {
        number: 11,
        name: "touch_points",
        sqlite: include_str!("../migrations/sqlite/0011_touch_points.sql"),
        postgres: include_str!("../migrations/postgres/0011_touch_points.sql"),
    },
    Step {
        number: 12,
        name: "stores",
        sqlite: include_str!("../migrations/sqlite/0012_stores.sql"),
        postgres: include_str!("../migrations/postgres/0012_stores.sql"),
    },
    Step {
        number: 13,
        name: "counted",
        sqlite: include_str!("../migrations/sqlite/0013_counted.sql"),
        postgres: include_str!("../migrations/postgres/0013_counted.sql"),
    },
    Step {
        number: 14,
        name: "attributes",
        sqlite: include_str!("../migrations/sqlite/0014_attributes.sql"),
        postgres: include_str!("../migrations/postgres/0014_attributes.sql"),
    },
    Step {
        number: 15,
        name: "progress",
        sqlite: include_str!("../migrations/sqlite/0015_progress.sql"),
        postgres: include_str!("../migrations/postgres/0015_progress.sql"),
    },
    Step {
        number: 16,
        name: "seen",
        sqlite: include_str!("../migrations/sqlite/0016_seen.sql"),
        postgres: include_str!("../migrations/postgres/0016_seen.sql"),
    },
    Step {
        number: 17,
        name: "usage_cards",
        sqlite: include_str!("../migrations/sqlite/0017_usage_cards.sql"),
        postgres: include_str!("../migrations/postgres/0017_usage_cards.sql"),
    },
    Step {
        number: 18,
        name: "reach",
        sqlite: include_str!("../migrations/sqlite/0018_reach.sql"),
        postgres: include_str!("../migrations/postgres/0018_reach.sql"),
    },
    Step {
        number: 19,
        name: "forms",
        sqlite: include_str!("../migrations/sqlite/0019_forms.sql"),
        postgres: include_str!("../migrations/postgres/0019_forms.sql"),
    },
    Step {
        number: 20,
        name: "audit_append_only",
        sqlite: include_str!("../migrations/sqlite/0020_audit_append_only.sql"),
        postgres: include_str!("../migrations/postgres/0020_audit_append_only.sql"),
    },
    Step {
        number: 21,
        name: "looked_after",
        sqlite: include_str!("../migrations/sqlite/0021_looked_after.sql"),
        postgres: include_str!("../migrations/postgres/0021_looked_after.sql"),
    },
    Step {
        number: 22,
        name: "receipts",
        sqlite: include_str!("../migrations/sqlite/0022_receipts.sql"),
        postgres: include_str!("../migrations/postgres/0022_receipts.sql"),
    },
    Step {
        number: 23,
        name: "segments",
        sqlite: include_str!("../migrations/sqlite/0023_segments.sql"),
        postgres: include_str!("../migrations/postgres/0023_segments.sql"),
    },
    Step {
        number: 24,
        name: "live",
        sqlite: include_str!("../migrations/sqlite/0024_live.sql"),
        postgres: include_str!("../migrations/postgres/0024_live.sql"),
    },
    Step {
        number: 25,
        name: "segment_moves",
        sqlite: include_str!("../migrations/sqlite/0025_segment_moves.sql"),
        postgres: include_str!("../migrations/postgres/0025_segment_moves.sql"),
    },
    Step {
        number: 26,
        name: "layers",
        sqlite: include_str!("../migrations/sqlite/0026_layers.sql"),
        postgres: include_str!("../migrations/postgres/0026_layers.sql"),
    },
    Step {
        number: 27,
        name: "clusters",
        sqlite: include_str!("../migrations/sqlite/0027_clusters.sql"),
        postgres: include_str!("../migrations/postgres/0027_clusters.sql"),
    },
    Step {
        number: 28,
        name: "insights",
        sqlite: include_str!("../migrations/sqlite/0028_insights.sql"),
        postgres: include_str!("../migrations/postgres/0028_insights.sql"),
    },
    Step {
        number: 29,
        name: "index_snapshots",
        sqlite: include_str!("../migrations/sqlite/0029_index_snapshots.sql"),
        postgres: include_str!("../migrations/postgres/0029_index_snapshots.sql"),
    },
    Step {
        number: 30,
        name: "key_customers",
        sqlite: include_str!("../migrations/sqlite/0030_key_customers.sql"),
        postgres: include_str!("../migrations/postgres/0030_key_customers.sql"),
    },
    Step {
        number: 31,
        name: "matrices",
        sqlite: include_str!("../migrations/sqlite/0031_matrices.sql"),
        postgres: include_str!("../migrations/postgres/0031_matrices.sql"),
    },
    Step {
        number: 32,
        name: "interests",
        sqlite: include_str!("../migrations/sqlite/0032_interests.sql"),
        postgres: include_str!("../migrations/postgres/0032_interests.sql"),
    },
    Step {
        number: 33,
        name: "audiences",
        sqlite: include_str!("../migrations/sqlite/0033_audiences.sql"),
        postgres: include_str!("../migrations/postgres/0033_audiences.sql"),
    },
    Step {
        number: 34,
        name: "communities",
        sqlite: include_str!("../migrations/sqlite/0034_communities.sql"),
        postgres: include_str!("../migrations/postgres/0034_communities.sql"),
    },
    Step {
        number: 35,
        name: "audience_failures",
        sqlite: include_str!("../migrations/sqlite/0035_audience_failures.sql"),
        postgres: include_str!("../migrations/postgres/0035_audience_failures.sql"),
    },
    Step {
        number: 36,
        name: "ledger",
        sqlite: include_str!("../migrations/sqlite/0036_ledger.sql"),
        postgres: include_str!("../migrations/postgres/0036_ledger.sql"),
    },
    Step {
        number: 37,
        name: "earning",
        sqlite: include_str!("../migrations/sqlite/0037_earning.sql"),
        postgres: include_str!("../migrations/postgres/0037_earning.sql"),
    },
];

fn migrator(text: impl Fn(&Step) -> &'static str) -> Migrator {
    let migration = |step: &Step| {
        let sql = SqlStr::from_static(text(step));
        Migration::new(step.number, step.name.into(), MigrationType::Simple, sql, false)
    };
    Migrator::with_migrations(STEPS.iter().map(migration).collect())
}

pub(crate) async fn migrate_sqlite(pool: &Pool<Sqlite>) -> Result<()> {
    let migrator = migrator(|step| step.sqlite);
    if has_all_steps(pool, &migrator).await? {
        return Ok(());
    }
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    migrator.run_direct(None, &mut *transaction, false).await.map_err(from_migrate)?;
    transaction.commit().await?;
    Ok(())
}

/// Whether there is nothing to do. What is wrong with a step, the migrator says.
async fn has_all_steps(pool: &Pool<Sqlite>, migrator: &Migrator) -> Result<bool> {
    let tables = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'";
    let (tables,): (i64,) = sqlx::query_as(tables).fetch_one(pool).await?;
    if tables == 0 {
        return Ok(false);
    }
    let steps = "SELECT version, checksum FROM _sqlx_migrations WHERE success = TRUE ORDER BY version";
    let taken: Vec<(i64, Vec<u8>)> = sqlx::query_as(steps).fetch_all(pool).await?;
    if let Some((version, _)) = taken.iter().find(|(version, _)| !migrator.version_exists(*version)) {
        return Err(StoreError::NewerSchema { version: *version });
    }
    let expected = migrator.iter().map(|step| (step.version, step.checksum.as_ref()));
    Ok(expected.eq(taken.iter().map(|(version, checksum)| (*version, checksum.as_slice()))))
}

pub(crate) async fn migrate_postgres(pool: &Pool<Postgres>) -> Result<()> {
    let mut connection = pool.acquire().await?;
    migrator(|step| step.postgres).run_direct(None, &mut *connection, false).await.map_err(from_migrate)
}

fn from_migrate(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => StoreError::NewerSchema { version },
        MigrateError::Execute(error) => match StoreError::from(error) {
            busy @ StoreError::Busy(_) => busy,
            other => StoreError::Migration(other.to_string()),
        },
        other => StoreError::Migration(other.to_string()),
    }
}
