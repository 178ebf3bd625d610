//! The register of innovation tests.

use super::InsightError;
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::random::new_id;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::insight::{Arm, Comparison, Innovation, TESTS_MAX, TestSettings, Verdict, compare};
use perennial_domain::time::{Day, Instant};
use perennial_store::insights::{self as table, ClosingRow, TestRow};
use perennial_store::{ReadTx, StoreError};
use serde_json::json;

const NOTE_CHARACTERS_MAX: usize = 1_000;

#[derive(Clone, Debug, PartialEq)]
pub struct InnovationTest {
    pub id: String,
    pub settings: TestSettings,
    /// Of each arm behind the control, as things are; kept as they were where it is closed. None where an arm has nobody.
    pub comparisons: Vec<Option<Comparison>>,
    pub closing: Option<Closing>,
    pub created_by: String,
    pub created_at: Instant,
    /// Grows by one with each change.
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    pub verdict: Verdict,
    pub note: String,
    pub by: String,
    pub at: Instant,
}

fn test_of(row: TestRow) -> Result<InnovationTest, StoreError> {
    let wrong = |column| StoreError::Inconsistency { table: "innovation_tests", column, row: row.id.clone() };
    let arms: Vec<Arm> = serde_json::from_str(&row.arms).map_err(|_| wrong("arms"))?;
    let comparisons = match &row.closing {
        Some(closing) => serde_json::from_str(&closing.comparisons).map_err(|_| wrong("comparisons"))?,
        None => compared(&arms),
    };
    let closing = match &row.closing {
        Some(closing) => Some(Closing {
            verdict: Verdict::parse(&closing.verdict).ok_or_else(|| wrong("verdict"))?,
            note: closing.note.clone(),
            by: closing.by.clone(),
            at: Instant(closing.at),
        }),
        None => None,
    };
    let settings = TestSettings {
        name: row.name.clone(),
        innovation: Innovation::parse(&row.innovation).ok_or_else(|| wrong("innovation"))?,
        hypothesis: row.hypothesis.clone(),
        started_on: Day(i32::try_from(row.started_on).map_err(|_| wrong("started_on"))?),
        arms,
    };
    Ok(InnovationTest {
        settings,
        comparisons,
        closing,
        id: row.id,
        created_by: row.created_by,
        created_at: Instant(row.created_at),
        version: row.version,
    })
}

fn compared(arms: &[Arm]) -> Vec<Option<Comparison>> {
    let Some((control, others)) = arms.split_first() else { return Vec::new() };
    others.iter().map(|arm| compare(control, arm)).collect()
}

fn row_of(id: &str, version: i64, settings: &TestSettings) -> TestRow {
    TestRow {
        id: id.to_owned(),
        name: settings.name.trim().to_owned(),
        innovation: settings.innovation.code().to_owned(),
        hypothesis: settings.hypothesis.trim().to_owned(),
        started_on: i64::from(settings.started_on.0),
        arms: serde_json::to_string(&settings.arms).unwrap_or_default(),
        state: "running".to_owned(),
        closing: None,
        created_by: String::new(),
        created_at: 0,
        version,
    }
}

/// The newest first.
pub async fn list_tests(app: &App, actor: &Actor) -> Result<Vec<InnovationTest>, InsightError> {
    require(actor, Right::ValueRead)?;
    let rows = table::tests(&mut app.store.read().await?).await?;
    Ok(rows.into_iter().map(test_of).collect::<Result<_, _>>()?)
}

pub async fn create_test(
    app: &App,
    actor: &Actor,
    settings: TestSettings,
    once: &Once<'_, InnovationTest>,
) -> Result<InnovationTest, InsightError> {
    require(actor, Right::SegmentsManage)?;
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(InsightError::Invalid(errors));
    }
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<InsightError>(app, &mut tx).await?;
    if table::tests(&mut tx).await?.len() >= TESTS_MAX {
        return Err(InsightError::field("name", "a workspace has at most 1000 tests"));
    }
    let id = new_id(app.random.as_ref(), "tst", now);
    let row = TestRow { created_by: actor.name().to_owned(), created_at: now.0, ..row_of(&id, 1, &settings) };
    table::insert_test(&mut tx, &row).await?;
    audit::append(app, &mut tx, actor, "innovation_test.created", &id, json!({})).await?;
    let test = test_of(row)?;
    once.keep(&mut tx, &test).await?;
    tx.commit().await?;
    Ok(test)
}

/// What is said of it and counted, while it runs.
pub async fn update_test(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    settings: TestSettings,
) -> Result<InnovationTest, InsightError> {
    require(actor, Right::SegmentsManage)?;
    let errors = settings.check();
    if !errors.is_empty() {
        return Err(InsightError::Invalid(errors));
    }
    let mut tx = app.store.write().await?;
    let before = running(&mut tx, id).await?;
    if before.version != expected_version {
        return Err(InsightError::VersionConflict);
    }
    if !table::update_test(&mut tx, &row_of(id, expected_version, &settings)).await? {
        return Err(InsightError::VersionConflict);
    }
    audit::append(app, &mut tx, actor, "innovation_test.updated", id, json!({})).await?;
    let test = table::test(&mut tx, id).await?.ok_or(InsightError::NoTest)?;
    tx.commit().await?;
    Ok(test_of(test)?)
}

async fn running(tx: &mut ReadTx<'_>, id: &str) -> Result<TestRow, InsightError> {
    let row = table::test(tx, id).await?.ok_or(InsightError::NoTest)?;
    if row.closing.is_some() { Err(InsightError::Closed) } else { Ok(row) }
}

/// Keeps what it came to, and what is done about it. It never changes again.
pub async fn close_test(
    app: &App,
    actor: &Actor,
    id: &str,
    expected_version: i64,
    verdict: Verdict,
    note: &str,
) -> Result<InnovationTest, InsightError> {
    require(actor, Right::SegmentsManage)?;
    let note = note.trim();
    if note.chars().count() > NOTE_CHARACTERS_MAX {
        return Err(InsightError::field("note", "up to 1000 characters"));
    }
    let mut tx = app.store.write().await?;
    let before = running(&mut tx, id).await?;
    if before.version != expected_version {
        return Err(InsightError::VersionConflict);
    }
    let comparisons = test_of(before)?.comparisons;
    if comparisons.iter().any(Option::is_none) {
        return Err(InsightError::Nobody);
    }
    let closing = ClosingRow {
        verdict: verdict.code().to_owned(),
        note: note.to_owned(),
        comparisons: serde_json::to_string(&comparisons).unwrap_or_default(),
        by: actor.name().to_owned(),
        at: app.clock.now().0,
    };
    if !table::close_test(&mut tx, id, expected_version, &closing).await? {
        return Err(InsightError::VersionConflict);
    }
    audit::append(app, &mut tx, actor, "innovation_test.closed", id, json!({ "verdict": verdict.code() })).await?;
    let test = table::test(&mut tx, id).await?.ok_or(InsightError::NoTest)?;
    tx.commit().await?;
    Ok(test_of(test)?)
}
