//! The binary `perennial`: wiring and command line. No logic lives here.

mod background;
mod commands;
mod output;
mod progress;
mod telemetry;
mod workspace;

use clap::Parser;
use commands::Command;
use output::Output;
use std::process::ExitCode;

/// Rows of files are many small pieces of text that threads hand to each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Customer data, value and loyalty in one program.
#[derive(Parser)]
#[command(name = "perennial", version, about, propagate_version = true, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    shared: workspace::Shared,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  perennial demo                               a real shop's orders, in your browser in a minute
  perennial import orders orders.csv           load a file into ./perennial-data
  perennial value                              fit the models, value every customer
  perennial serve --listen 127.0.0.1:7300      open the console

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 input refused, 4 busy: another process does it";

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.shared.json);
    telemetry::start(&cli.shared);
    let runtime =
        match tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(worker_threads()).build() {
            Ok(runtime) => runtime,
            Err(error) => return output.fail(&anyhow::Error::new(error).context("cannot start the runtime")),
        };
    let outcome = runtime.block_on(commands::run(cli.command, &cli.shared, &output));
    // Blocking threads (a read of a huge file) must not hold up the end of the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output.fail(&error),
    }
}

fn worker_threads() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8)
}
