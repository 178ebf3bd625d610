//! `perennial doctor`

use crate::output::Output;
use crate::workspace::Shared;
use clap::builder::BoolishValueParser;
use perennial_app::access::Actor;
use perennial_app::doctor::{self, Finding};
use perennial_app::imports;
use serde::Serialize;

#[derive(clap::Args)]
#[command(after_help = "Examples:
  perennial doctor --data ./perennial-data
  perennial doctor --try-again                 what was set aside once more, then the check")]
pub struct Args {
    /// Before the check: let facts that could not be written, and were set aside, be tried again.
    #[arg(long, env = "PERENNIAL_TRY_AGAIN", value_parser = BoolishValueParser::new())]
    pub try_again: bool,
}

#[derive(Serialize)]
struct Report {
    healthy: bool,
    findings: Vec<Finding>,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    if args.try_again {
        for import in imports::try_again(&app, &Actor::System("command line")).await? {
            output.note(&format!("import {}: {}", import.id, import.state.code()));
        }
    }
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
