//! Clusterings: what was asked for and found, who is in which cluster, and interviews.
//!
//! Tables: `clusterings`, `clusters` (what a person says of each), `cluster_members` (by customer), `cluster_interviews` (by profile,
//! where it is known with whom). Invariants: one that is done, failed or cancelled does not run again; a customer is in at most
//! one cluster of a clustering. JSON is opaque here.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Binder, Row};
use crate::scope::Scope;
use crate::traits::TraitRow;

#[derive(Clone, Debug, PartialEq)]
pub struct ClusteringRow {
    pub id: String,
    pub name: String,
    pub description: String,
    /// JSON.
    pub settings: String,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// 0 to 1.
    pub progress: f64,
    /// Why it failed; of one that is done, why everybody could not be placed anew.
    pub error: Option<String>,
    /// JSON; not read by [`list`]: it is large.
    pub result: Option<String>,
    /// The group of tags that follow it.
    pub tag_group: Option<String>,
    /// Somebody asked for everybody to be placed anew.
    pub assignment_asked_at: Option<i64>,
    pub created_by: String,
    pub created_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub version: i64,
}

/// What a person says of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterRow {
    pub number: i64,
    /// May be empty, as the description.
    pub name: String,
    pub description: String,
    pub tag: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberRow {
    pub customer_number: i64,
    pub cluster_number: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterviewRow {
    pub id: String,
    pub cluster_number: i64,
    pub kind: String,
    pub hypothesis: String,
    pub is_supported: bool,
    pub quote: String,
    pub interviewer: String,
    pub held_on: i64,
    pub part_number: Option<i64>,
    /// The customer that the profile belongs to now.
    pub customer_number: Option<i64>,
    pub recorded_by: String,
    pub recorded_at: i64,
}

/// Interviews about one hypothesis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HypothesisCount {
    pub cluster_number: i64,
    pub hypothesis: String,
    pub supported: i64,
    pub interviews: i64,
}

/// In state `queued`, version 1. Takes of the row what a person says.
pub async fn insert(tx: &mut WriteTx<'_>, row: &ClusteringRow) -> Result<()> {
    let binds = vec![
        (&row.id).into(),
        (&row.name).into(),
        (&row.description).into(),
        (&row.settings).into(),
        (&row.created_by).into(),
        row.created_at.into(),
    ];
    exec::execute_exactly(tx, 1, "clusters.insert", binds).await
}

/// The newest first, without results.
pub async fn list(tx: &mut ReadTx<'_>) -> Result<Vec<ClusteringRow>> {
    exec::all(tx, "clusters.list", vec![], read).await
}

pub async fn get(tx: &mut ReadTx<'_>, id: &str) -> Result<Option<ClusteringRow>> {
    exec::optional(tx, "clusters.get", vec![id.into()], read).await
}

fn read(row: &Row<'_>) -> Result<ClusteringRow> {
    Ok(ClusteringRow {
        id: row.text(0)?,
        name: row.text(1)?,
        description: row.text(2)?,
        settings: row.text(3)?,
        state: row.text(4)?,
        progress: row.f64(5)?,
        error: row.opt_text(6)?,
        result: row.opt_text(7)?,
        tag_group: row.opt_text(8)?,
        assignment_asked_at: row.opt_i64(9)?,
        created_by: row.text(10)?,
        created_at: row.i64(11)?,
        started_at: row.opt_i64(12)?,
        finished_at: row.opt_i64(13)?,
        version: row.i64(14)?,
    })
}

/// False where `version` is not the stored one any more.
pub async fn rename(tx: &mut WriteTx<'_>, id: &str, version: i64, name: &str, description: &str) -> Result<bool> {
    let binds = vec![id.into(), version.into(), name.into(), description.into()];
    Ok(exec::execute(tx, "clusters.rename", binds).await? == 1)
}

/// A change beside the row itself; false where `version` is not the stored one any more.
pub async fn touch(tx: &mut WriteTx<'_>, id: &str, version: i64) -> Result<bool> {
    Ok(exec::execute(tx, "clusters.touch", vec![id.into(), version.into()]).await? == 1)
}

/// Also of one whose worker was lost. False where it is to be cancelled, or has ended.
pub async fn start(tx: &mut WriteTx<'_>, id: &str, at: i64) -> Result<bool> {
    Ok(exec::execute(tx, "clusters.start", vec![id.into(), at.into()]).await? == 1)
}

/// Notes how far it is; false where it is not to go on.
pub async fn update_progress(tx: &mut WriteTx<'_>, id: &str, progress: f64) -> Result<bool> {
    exec::execute(tx, "clusters.progress", vec![id.into(), progress.into()]).await?;
    let is_cancelled = exec::optional(tx, "clusters.goes_on", vec![id.into()], |row| row.bool(0)).await?;
    Ok(is_cancelled == Some(false))
}

/// False where it has ended meanwhile.
pub async fn finish(tx: &mut WriteTx<'_>, id: &str, result: &str, at: i64) -> Result<bool> {
    Ok(exec::execute(tx, "clusters.finish", vec![id.into(), result.into(), at.into()]).await? == 1)
}

/// As failed or cancelled; one that has ended stays as it is.
pub async fn end(tx: &mut WriteTx<'_>, id: &str, state: &str, error: Option<&str>, at: i64) -> Result<bool> {
    Ok(exec::execute(tx, "clusters.end", vec![id.into(), state.into(), error.into(), at.into()]).await? == 1)
}

/// False where it has ended.
pub async fn request_cancel(tx: &mut WriteTx<'_>, id: &str) -> Result<bool> {
    Ok(exec::execute(tx, "clusters.request_cancel", vec![id.into()]).await? == 1)
}

/// False where it is not done. Whoever asks again asks at another instant.
pub async fn ask_assignment(tx: &mut WriteTx<'_>, id: &str, at: i64) -> Result<bool> {
    Ok(exec::execute(tx, "clusters.ask_assignment", vec![id.into(), at.into()]).await? == 1)
}

/// What was asked for at that instant is done, or cannot be done for this reason. False where somebody asked again meanwhile,
/// or where the clustering is gone.
pub async fn end_assignment(
    tx: &mut WriteTx<'_>,
    id: &str,
    asked_at: Option<i64>,
    error: Option<&str>,
) -> Result<bool> {
    let binds = vec![id.into(), asked_at.into(), error.into()];
    Ok(exec::execute(tx, "clusters.end_assignment", binds).await? == 1)
}

/// False where it is gone. What people typed stays, so the version does.
pub async fn replace_result(tx: &mut WriteTx<'_>, id: &str, result: &str) -> Result<bool> {
    Ok(exec::execute(tx, "clusters.replace_result", vec![id.into(), result.into()]).await? == 1)
}

pub async fn set_tag_group(tx: &mut WriteTx<'_>, id: &str, group: Option<&str>) -> Result<()> {
    exec::execute_exactly(tx, 1, "clusters.set_tag_group", vec![id.into(), group.into()]).await
}

/// With all that stands on it; false where there is none.
pub async fn delete(tx: &mut WriteTx<'_>, id: &str) -> Result<bool> {
    for name in ["clusters.remove_members", "clusters.delete_clusters", "clusters.delete_interviews"] {
        exec::execute(tx, name, vec![id.into()]).await?;
    }
    Ok(exec::execute(tx, "clusters.delete", vec![id.into()]).await? == 1)
}

pub async fn add_clusters(tx: &mut WriteTx<'_>, id: &str, rows: &[ClusterRow]) -> Result<()> {
    for row in rows {
        let binds = vec![id.into(), row.number.into(), (&row.name).into(), (&row.description).into()];
        exec::execute_exactly(tx, 1, "clusters.add_cluster", binds).await?;
    }
    Ok(())
}

/// By number.
pub async fn clusters_of(tx: &mut ReadTx<'_>, id: &str) -> Result<Vec<ClusterRow>> {
    exec::all(tx, "clusters.of_clustering", vec![id.into()], |row| {
        Ok(ClusterRow { number: row.i64(0)?, name: row.text(1)?, description: row.text(2)?, tag: row.opt_text(3)? })
    })
    .await
}

/// False where there is no such cluster.
pub async fn name_cluster(tx: &mut WriteTx<'_>, id: &str, number: i64, name: &str, description: &str) -> Result<bool> {
    let binds = vec![id.into(), number.into(), name.into(), description.into()];
    Ok(exec::execute(tx, "clusters.name_cluster", binds).await? == 1)
}

pub async fn set_tag(tx: &mut WriteTx<'_>, id: &str, number: i64, tag: Option<&str>) -> Result<()> {
    exec::execute_exactly(tx, 1, "clusters.set_tag", vec![id.into(), number.into(), tag.into()]).await
}

/// These members in the place of all.
pub async fn replace_members(tx: &mut WriteTx<'_>, id: &str, rows: &[MemberRow]) -> Result<()> {
    exec::execute(tx, "clusters.remove_members", vec![id.into()]).await?;
    exec::bulk(tx, "clusters.add_members", rows, |row, binder| {
        binder.text(id);
        binder.i64(row.customer_number);
        binder.i64(row.cluster_number);
    })
    .await
    .map(|_| ())
}

/// Customers of a cluster within the scope, by number, behind one.
pub async fn members_within(
    tx: &mut ReadTx<'_>,
    scope: &Scope,
    id: &str,
    cluster: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<i64>> {
    let (from, mut binds) = within(scope, id);
    binds.push(cluster.into());
    let cluster = binds.len();
    binds.push(after.into());
    let after = binds.len();
    binds.push(limit.into());
    let limit = binds.len();
    let text = format!(
        "SELECT m.customer_number {from} AND m.cluster_number = ${cluster} AND m.customer_number > ${after} \
         ORDER BY m.customer_number LIMIT ${limit}"
    );
    exec::built(tx, text, &binds, |row| row.i64(0)).await
}

/// How many of each cluster are within the scope, by the number of the cluster: those who are there.
pub async fn counts_within(tx: &mut ReadTx<'_>, scope: &Scope, id: &str) -> Result<Vec<(i64, i64)>> {
    let (from, binds) = within(scope, id);
    let text = format!(
        "SELECT m.cluster_number, CAST(COUNT(*) AS BIGINT) {from} GROUP BY m.cluster_number ORDER BY m.cluster_number"
    );
    exec::built(tx, text, &binds, |row| Ok((row.i64(0)?, row.i64(1)?))).await
}

pub async fn count_within(tx: &mut ReadTx<'_>, scope: &Scope, id: &str, cluster: i64) -> Result<i64> {
    let (from, mut binds) = within(scope, id);
    binds.push(cluster.into());
    let text = format!("SELECT CAST(COUNT(*) AS BIGINT) {from} AND m.cluster_number = ${}", binds.len());
    let found = exec::built(tx, text, &binds, |row| row.i64(0)).await?;
    Ok(found.into_iter().sum())
}

fn within(scope: &Scope, id: &str) -> (String, Vec<Bind>) {
    let mut binds: Vec<Bind> = vec![id.into()];
    let parameter = |value: Bind| {
        binds.push(value);
        format!("${}", binds.len())
    };
    let condition = scope.condition("m.customer_number", parameter);
    let condition = condition.map(|condition| format!(" AND {condition}")).unwrap_or_default();
    let from = format!(
        "FROM cluster_members m JOIN customers c ON c.number = m.customer_number \
         WHERE m.clustering_id = $1{condition}"
    );
    (from, binds)
}

/// The cluster of each of these customers in each clustering, in no particular order: number, clustering, cluster.
pub async fn of_customers(tx: &mut ReadTx<'_>, numbers: &[i64]) -> Result<Vec<(i64, String, i64)>> {
    let read = |row: &Row<'_>| Ok((row.i64(0)?, row.text(1)?, row.i64(2)?));
    exec::lookup(tx, "clusters.of_customers", &[], numbers, bind_number, read).await
}

/// Returns how many rows there were.
pub async fn remove_customers(tx: &mut WriteTx<'_>, numbers: &[i64]) -> Result<u64> {
    exec::bulk(tx, "clusters.remove_customers", numbers, bind_number).await
}

pub async fn add_interview(tx: &mut WriteTx<'_>, id: &str, row: &InterviewRow) -> Result<()> {
    let binds = vec![
        (&row.id).into(),
        id.into(),
        row.cluster_number.into(),
        (&row.kind).into(),
        (&row.hypothesis).into(),
        row.is_supported.into(),
        (&row.quote).into(),
        (&row.interviewer).into(),
        row.held_on.into(),
        row.part_number.into(),
        (&row.recorded_by).into(),
        row.recorded_at.into(),
    ];
    exec::execute_exactly(tx, 1, "clusters.add_interview", binds).await
}

/// The newest first, behind one of that day and id. With nobody known, or with somebody within the scope.
pub async fn interviews(
    tx: &mut ReadTx<'_>,
    scope: &Scope,
    id: &str,
    cluster: i64,
    behind: Option<(i64, &str)>,
    limit: i64,
) -> Result<Vec<InterviewRow>> {
    let (day, behind) = behind.unwrap_or((i64::MAX, ""));
    let (from, mut binds) = interviews_within(scope, id);
    binds.extend([cluster.into(), day.into(), behind.into(), limit.into()]);
    let first = binds.len() - 3;
    let text = format!(
        "SELECT i.id, i.cluster_number, i.kind, i.hypothesis, i.is_supported, i.quote, i.interviewer, i.held_on, \
         i.part_number, COALESCE(p.customer_number, i.part_number), i.recorded_by, i.recorded_at {from} \
         AND i.cluster_number = ${first} AND (i.held_on, i.id) < (${}, ${}) ORDER BY i.held_on DESC, i.id DESC LIMIT ${}",
        first + 1,
        first + 2,
        first + 3,
    );
    exec::built(tx, text, &binds, read_interview).await
}

fn interviews_within(scope: &Scope, id: &str) -> (String, Vec<Bind>) {
    let mut binds: Vec<Bind> = vec![id.into()];
    let parameter = |value: Bind| {
        binds.push(value);
        format!("${}", binds.len())
    };
    let condition = scope.condition("COALESCE(p.customer_number, i.part_number)", parameter);
    let condition =
        condition.map(|condition| format!(" AND (i.part_number IS NULL OR {condition})")).unwrap_or_default();
    let from = format!(
        "FROM cluster_interviews i LEFT JOIN customer_parts p ON p.part_number = i.part_number \
         WHERE i.clustering_id = $1{condition}"
    );
    (from, binds)
}

fn read_interview(row: &Row<'_>) -> Result<InterviewRow> {
    Ok(InterviewRow {
        id: row.text(0)?,
        cluster_number: row.i64(1)?,
        kind: row.text(2)?,
        hypothesis: row.text(3)?,
        is_supported: row.bool(4)?,
        quote: row.text(5)?,
        interviewer: row.text(6)?,
        held_on: row.i64(7)?,
        part_number: row.opt_i64(8)?,
        customer_number: row.opt_i64(9)?,
        recorded_by: row.text(10)?,
        recorded_at: row.i64(11)?,
    })
}

/// In no particular order. Of interviews with nobody known, or with somebody within the scope.
pub async fn interview_counts(tx: &mut ReadTx<'_>, scope: &Scope, id: &str) -> Result<Vec<HypothesisCount>> {
    let (from, binds) = interviews_within(scope, id);
    let text = format!(
        "SELECT i.cluster_number, i.hypothesis, CAST(SUM(CASE WHEN i.is_supported THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(COUNT(*) AS BIGINT) {from} GROUP BY i.cluster_number, i.hypothesis"
    );
    exec::built(tx, text, &binds, |row| {
        Ok(HypothesisCount {
            cluster_number: row.i64(0)?,
            hypothesis: row.text(1)?,
            supported: row.i64(2)?,
            interviews: row.i64(3)?,
        })
    })
    .await
}

/// The clustering and the cluster that it was about; none where there is none.
pub async fn remove_interview(tx: &mut WriteTx<'_>, interview: &str) -> Result<Option<(String, i64)>> {
    let read = |row: &Row<'_>| Ok((row.text(0)?, row.i64(1)?));
    exec::optional(tx, "clusters.remove_interview", vec![interview.into()], read).await
}

/// Interviews with these profiles, in no particular order.
pub async fn interviews_of_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<InterviewRow>> {
    exec::lookup(tx, "clusters.interviews_of_parts", &[], parts, bind_number, read_interview).await
}

/// Returns how many there were.
pub async fn remove_interviews_of_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "clusters.remove_interviews_of_parts", parts, bind_number).await
}

/// What sources say of a field, customer by customer behind one, with the cluster that the customer is in; the last customer may
/// not be whole where `limit` is reached.
pub async fn told_of_field(
    tx: &mut ReadTx<'_>,
    id: &str,
    field: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<(TraitRow, Option<i64>)>> {
    exec::all(tx, "clusters.told_of_field", vec![id.into(), field.into(), after.into(), limit.into()], |row| {
        let told = TraitRow {
            customer_number: row.i64(0)?,
            name: row.text(1)?,
            source: row.text(2)?,
            value: row.text(3)?,
            at: row.i64(4)?,
        };
        Ok((told, row.opt_i64(5)?))
    })
    .await
}

/// Whether a clustering sets and removes this tag.
pub async fn is_kept_tag(tx: &mut ReadTx<'_>, tag: &str) -> Result<bool> {
    Ok(exec::optional(tx, "clusters.of_tag", vec![tag.into()], |row| row.i64(0)).await?.is_some())
}

fn bind_number(number: &i64, binder: &mut Binder) {
    binder.i64(*number);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statements;
    use crate::{Database, Engine, StoreUrl};

    /// It sorted all answers for each page once.
    #[tokio::test]
    async fn a_page_of_what_is_told_of_a_field_walks_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let url = StoreUrl::parse(&format!("sqlite://{}", folder.path().join("store.db").display())).unwrap();
        let database = Database::open(&url).await.unwrap();
        let all = statements::all(Engine::Sqlite);
        let statement = all.iter().find(|one| one.name == "clusters.told_of_field").unwrap();
        let binds: Vec<Bind> = vec!["a".into(), "churn_reason".into(), 0.into(), 10.into()];
        let mut tx = database.read().await.unwrap();
        let text = format!("EXPLAIN QUERY PLAN {}", statement.text);
        let plan = exec::built(&mut tx, text, &binds, |row| row.text(3)).await.unwrap().join("\n");
        assert!(plan.contains("traits_name_customer") && !plan.contains("TEMP B-TREE"), "{plan}");
        drop(tx);
        database.close().await;
    }
}
