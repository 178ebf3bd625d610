//! `perennial doctor`

use crate::output::Output;
use crate::workspace::Shared;
use perennial_app::doctor::{self, Finding};
use serde::Serialize;

#[derive(clap::Args)]
#[command(after_help = "Example:\n  perennial doctor --data ./perennial-data")]
pub struct Args {}

#[derive(Serialize)]
struct Report {
    healthy: bool,
    findings: Vec<Finding>,
}

pub async fn run(_args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    let findings = doctor::examine(&app).await?;
    let healthy = findings.iter().all(|finding| finding.ok);
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            let advice = finding.advice.as_ref().map_or_else(String::new, |advice| format!(" – {advice}"));
            format!("{} {}: {}{advice}", if finding.ok { "ok   " } else { "WRONG" }, finding.check, finding.found)
        })
        .collect();
    output.result(&Report { healthy, findings }, &lines)?;
    anyhow::ensure!(healthy, "the workspace needs attention");
    Ok(())
}
