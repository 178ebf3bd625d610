//! What is wrong with a workspace, and what to do about it.

use crate::App;
use perennial_store::{StoreError, jobs, journal};
use serde::Serialize;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub ok: bool,
    pub found: String,
    /// What to do; absent where nothing is to be done.
    pub advice: Option<String>,
}

fn finding(check: &'static str, ok: bool, found: String, advice: &str) -> Finding {
    Finding { check, ok, found, advice: (!ok).then(|| advice.to_owned()) }
}

/// Looks at everything; an error means that looking itself failed.
pub async fn examine(app: &App) -> Result<Vec<Finding>, StoreError> {
    let failed = perennial_store::inspect::prepare_all(&app.store).await?;
    let mut findings = vec![finding(
        "statements",
        failed.is_empty(),
        if failed.is_empty() { "all fit the schema".to_owned() } else { failed.join("; ") },
        "run `perennial migrate` with this version of the program",
    )];
    let mut tx = app.store.read().await?;
    let counts = journal::counts(&mut tx).await?;
    findings.push(finding(
        "journal",
        counts.failing == 0,
        format!("{} facts wait, {} blocks fail", counts.accepted_facts + counts.applied_facts, counts.failing),
        "see the log for the block and its reason; the facts are kept",
    ));
    let queue = jobs::counts(&mut tx).await?;
    findings.push(finding(
        "jobs",
        queue.dead == 0,
        format!("{} wait, {} dead", queue.waiting, queue.dead),
        "look at them in the console: Settings, Jobs",
    ));
    drop(tx);
    let history = app.history.stats().await;
    findings.push(finding(
        "history",
        history.is_ok(),
        match &history {
            Ok(stats) => format!("{} facts in {} files", stats.facts, stats.files),
            Err(error) => error.to_string(),
        },
        "restore the folder `history` and the database from the same backup",
    ));
    Ok(findings)
}
