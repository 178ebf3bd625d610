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
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use std::collections::BTreeSet;

    /// Every command with its path, each in the form that `--help` shows.
    fn commands() -> Vec<(String, clap::Command)> {
        let mut root = Cli::command();
        root.build();
        let mut found = Vec::new();
        let mut open = vec![(root.get_name().to_owned(), root)];
        while let Some((path, command)) = open.pop() {
            let own = command.get_subcommands().filter(|one| one.get_name() != "help");
            open.extend(own.map(|one| (format!("{path} {}", one.get_name()), one.clone())));
            found.push((path, command));
        }
        assert!(found.len() > 20, "{} commands", found.len());
        found
    }

    #[test]
    fn the_help_of_every_command_has_an_example_that_names_it() {
        for (path, mut command) in commands() {
            let help = command.render_long_help().to_string();
            let (_, examples) =
                help.split_once("\nExample").unwrap_or_else(|| panic!("`{path} --help` has no example"));
            assert!(examples.contains(&format!("  {path}")), "the example of `{path}` is of another command");
        }
    }

    #[test]
    fn the_help_says_every_exit_code() {
        for code in ["0 done", "1 failed", "2 wrong usage", "3 input refused", "4 busy"] {
            assert!(EXAMPLES.contains(code), "{code}");
        }
    }

    /// And what is no flag has none, so that a variable never means two things.
    #[test]
    fn every_flag_has_the_environment_variable_of_its_name() {
        for (path, command) in commands() {
            for arg in command.get_arguments().filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version")) {
                let named = arg.get_long().map(|long| format!("PERENNIAL_{}", long.to_uppercase().replace('-', "_")));
                let variable = arg.get_env().map(|name| name.to_string_lossy().into_owned());
                assert_eq!(variable, named, "`{path}`, {}", arg.get_id());
            }
        }
    }

    #[test]
    fn a_switch_takes_what_people_write_into_a_variable() {
        let mut switches = BTreeSet::new();
        for (path, command) in commands() {
            for arg in command.get_arguments().filter(|arg| matches!(arg.get_action(), clap::ArgAction::SetTrue)) {
                // clap's own reads `true` and `false` only, and calls `PERENNIAL_JSON=1` a wrong usage.
                let parser = format!("{:?}", arg.get_value_parser());
                assert_ne!(parser, "ValueParser::bool", "`{path}`, {}", arg.get_id());
                switches.insert(arg.get_id().to_string());
            }
        }
        assert!(switches.contains("json") && switches.contains("try_again"), "{switches:?}");
    }
}
