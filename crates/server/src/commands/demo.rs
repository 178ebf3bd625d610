//! `perennial demo`

use crate::commands::serve;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use anyhow::Context;
use perennial_app::access::Actor;
use perennial_app::imports::{self, ImportFile, ImportRequest};
use perennial_app::{App, demo, value};
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, Options};
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(clap::Args)]
#[command(after_help = "Example:\n  perennial demo --data ./demo-data")]
pub struct Args {
    /// A file of orders; otherwise the real shop's that comes with the source.
    #[arg(
        long,
        value_name = "FILE",
        env = "PERENNIAL_ORDERS",
        default_value = "examples/data/online_retail_main.csv.gz"
    )]
    orders: PathBuf,
    #[arg(long, env = "PERENNIAL_LISTEN", default_value = "127.0.0.1:7300", value_name = "ADDR")]
    listen: SocketAddr,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let path = std::fs::canonicalize(&args.orders).map_err(|error| {
        Refused(format!("{}: {error}; run it in the source folder or name a file with --orders", args.orders.display()))
    })?;
    let app = shared.open().await?;
    if demo::is_empty(&app).await? {
        load(&app, path, output).await?;
    } else {
        output.note("the workspace has data already: opening it as it is");
    }
    let served = serve::Args { listen: args.listen, behind_proxy: false, allow_private_targets: false };
    serve::serve(app, &served, output).await
}

async fn load(app: &App, path: PathBuf, output: &Output) -> anyhow::Result<()> {
    let actor = Actor::System("demo");
    demo::prepare(app, &actor).await?;
    let size_bytes = std::fs::metadata(&path)?.len();
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    output.note(&format!("loading {name}"));
    let files = vec![ImportFile { name, path, size_bytes }];
    let previewed = imports::preview(app, ImportKind::Orders, &files, &Mapping::default(), &Options::default()).await?;
    let request = ImportRequest {
        kind: ImportKind::Orders,
        files,
        mapping: previewed.mapping,
        options: previewed.options,
        currency_assumed: previewed.currency_assumed,
        dry_run: false,
    };
    let id = imports::create(app, &actor, request, false).await?;
    let view = imports::run(app, &id, &|_| {}).await.context("import")?;
    output.note(&format!(
        "{} rows, {} customers; valuing every customer",
        view.result.rows, view.result.applied.customers_new
    ));
    value::run_now(app, &value::ValueRequest::default()).await.context("value")?;
    Ok(())
}
