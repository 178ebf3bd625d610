//! `perennial export customers`

use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use perennial_app::access::Actor;
use perennial_app::customers;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(ClapArgs)]
#[command(after_help = "Example:\n  perennial export customers --format parquet -o customers.parquet")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// One row a customer, with all values of the last value run.
    #[command(after_help = "Example:\n  perennial export customers --format csv -o customers.csv")]
    Customers(CustomerArgs),
}

#[derive(ClapArgs)]
struct CustomerArgs {
    #[arg(long, value_enum, default_value_t = Format::Csv, env = "PERENNIAL_FORMAT")]
    format: Format,
    /// The file to write; it appears whole or not at all.
    #[arg(long, short, value_name = "FILE", env = "PERENNIAL_OUTPUT")]
    output: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Csv,
    Parquet,
}

#[derive(Serialize)]
struct Exported {
    customers: u64,
    file: PathBuf,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let What::Customers(args) = args.what;
    let app = shared.open().await?;
    perennial_app::value::ensure_valued(&app).await?;
    let format = match args.format {
        Format::Csv => customers::ExportFormat::Csv,
        Format::Parquet => customers::ExportFormat::Parquet,
    };
    let part = part_of(&args.output);
    let mut file = std::fs::File::create_new(&part).map_err(|error| Refused(format!("{}: {error}", part.display())))?;
    let actor = Actor::System("command line");
    let query = customers::CustomerQuery::default();
    let export = customers::begin_export(&app, &actor, &query, customers::Naming::Number).await?;
    let mut rows = customers::ExportFile::new(export, format)?;
    let written = async {
        while let Some(bytes) = rows.next_bytes().await? {
            file.write_all(&bytes)?;
        }
        file.sync_all()?;
        anyhow::Ok(std::fs::rename(&part, &args.output)?)
    };
    if let Err(error) = written.await {
        let _gone = std::fs::remove_file(&part).is_ok();
        return Err(error);
    }
    let customers = rows.rows();
    let exported = Exported { customers, file: args.output };
    let line = format!("{customers} customers written to {}", exported.file.display());
    output.result(&exported, &[line])
}

/// Beside the file and of this process alone: two exports side by side do not share it.
pub fn part_of(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    file.with_file_name(name)
}
