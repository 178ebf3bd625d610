//! What is wrong with a workspace, and what to do about it.

use crate::App;
use perennial_store::{ReadTx, StoreError, consents, jobs, journal, privacy};
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

/// Blocks that are named one by one.
const BLOCKS_SHOWN: i64 = 5;

async fn journal_finding(tx: &mut ReadTx<'_>) -> Result<Finding, StoreError> {
    let counts = journal::counts(tx).await?;
    let waiting = counts.accepted_facts + counts.applied_facts;
    let mut found = format!("{waiting} facts wait, {} blocks fail", counts.failing);
    if counts.set_aside_blocks == 0 {
        let advice = "see the log for the block and its reason; the facts are kept";
        return Ok(finding("journal", counts.failing == 0, found, advice));
    }
    found
        .push_str(&format!(", {} blocks with {} facts are set aside", counts.set_aside_blocks, counts.set_aside_facts));
    for (place, block) in journal::set_aside(tx, BLOCKS_SHOWN).await?.into_iter().enumerate() {
        let before = if place == 0 { ": " } else { "; " };
        let of_import = block.import_id.map_or_else(String::new, |id| format!(" of import {id}"));
        found.push_str(&format!("{before}{}{of_import} ({})", block.block_key, block.last_error));
    }
    let advice = "the facts are kept, and everything else went on. When the cause is gone (a newer version of this program, \
                  a repaired store), let them be tried again: `perennial doctor --try-again` for all, or for one import \
                  Retry in the console (Settings, Jobs), or its command once more";
    Ok(finding("journal", false, found, advice))
}

/// What is to be erased has a deadline.
async fn privacy_finding(app: &App, tx: &mut ReadTx<'_>) -> Result<Finding, StoreError> {
    let now = app.clock.now().0;
    let mut deadlines: Vec<i64> = privacy::unfinished(tx).await?.into_iter().map(|row| row.deadline_at).collect();
    deadlines.extend(consents::unfinished_withdrawals(tx).await?.into_iter().map(|row| row.deadline_at));
    let overdue = deadlines.iter().filter(|deadline| **deadline < now).count();
    let found = format!("{} erasures go on, {overdue} of them are overdue", deadlines.len());
    let advice = "look at `perennial privacy list` for the import that one waits for, and at dead jobs; a running server \
                  asks for them once more every day";
    Ok(finding("privacy", overdue == 0, found, advice))
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
    findings.push(journal_finding(&mut tx).await?);
    let queue = jobs::counts(&mut tx).await?;
    findings.push(finding(
        "jobs",
        queue.dead == 0,
        format!("{} wait, {} dead", queue.waiting, queue.dead),
        "look at them in the console: Settings, Jobs",
    ));
    findings.push(privacy_finding(app, &mut tx).await?);
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
