//! `perennial ledger`: the journal of points proves what is stored. Works beside a running server.

use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::rewards::{self, Difference};
use serde_json::{Value, json};

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial ledger verify
  perennial ledger close-day --json")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Replay the journal of every account and compare: sums, rows, the hash chain. Changes nothing.
    #[command(after_help = "Example:\n  perennial ledger verify --json")]
    Verify,
    /// Post what is due by now: pending points become active, holds and points expire. A running server does it each minute.
    #[command(after_help = "Example:\n  perennial ledger close-day --json")]
    CloseDay,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::Verify => {
            let proof = rewards::verify(&app).await?;
            let told: Vec<Value> = proof.told.iter().map(json_of).collect();
            let object = json!({
                "members": proof.members,
                "accounts": proof.accounts,
                "postings": proof.postings,
                "differences": proof.differences,
                "told": told,
            });
            let mut lines: Vec<String> = proof.told.iter().map(line_of).collect();
            lines.push(format!(
                "{} members, {} postings, {} differences",
                proof.members, proof.postings, proof.differences
            ));
            output.result(&object, &lines)?;
            if proof.differences > 0 {
                let text = "what is stored of points is not what their journal says: restore a backup, or ask for help";
                return Err(Refused(text.to_owned()).into());
            }
            Ok(())
        }
        What::CloseDay => {
            let done = rewards::close_day(&app).await?;
            let object = json!({
                "accounts": done.accounts,
                "transactions": done.transactions,
                "damaged": done.damaged,
            });
            let line = format!("{} transactions of {} accounts were due", done.transactions, done.accounts);
            output.result(&object, &[line])
        }
    }
}

fn json_of(one: &Difference) -> Value {
    json!({ "member": one.member.public_id(), "wallet": one.wallet, "what": one.what })
}

fn line_of(one: &Difference) -> String {
    format!("{} {}: {}", one.member.public_id(), one.wallet, one.what)
}
