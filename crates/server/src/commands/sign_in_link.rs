//! `perennial sign-in-link`: the way back in for somebody who lost the password, without a mail server.

use crate::output::{Output, Refused};
use crate::workspace::Shared;
use perennial_app::access;
use serde::Serialize;

#[derive(clap::Args)]
#[command(after_help = "Example:\n  perennial sign-in-link ann@example.com --data ./perennial-data")]
pub struct Args {
    /// The user's mail address.
    #[arg(value_name = "MAIL")]
    mail: String,
}

#[derive(Serialize)]
struct Link {
    /// A path of the console; works once, for a week.
    sign_in_link: String,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    let token = match access::issue_link_for(&app, &args.mail).await {
        Ok(token) => token,
        Err(access::AccessError::UserDisabled) => return Err(Refused("this user is disabled".to_owned()).into()),
        Err(error) => return Err(error.into()),
    };
    let token = token.ok_or_else(|| Refused(format!("no user has the mail address {}", args.mail)))?;
    let link = Link { sign_in_link: format!("/login?link={token}") };
    let line = format!("open this path of the console within a week, it works once: {}", link.sign_in_link);
    output.result(&link, &[line])
}
