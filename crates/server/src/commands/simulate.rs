//! `perennial simulate`: the files of a made-up brand with known truth.
//!
//! Invariants: the same arguments give the same bytes whatever the machine and its number of cores (parts
//! of a fixed number of customers are made on all cores and written in order; a part is one gzip member);
//! memory is bounded by a few parts; a file appears whole or not at all.

use crate::output::{Output, Refused};
use crate::progress::Progress;
use anyhow::Context;
use clap::builder::BoolishValueParser;
use clap::{Args as ClapArgs, ValueEnum};
use flate2::Compression;
use flate2::write::GzEncoder;
use perennial_domain::money::Currency;
use perennial_domain::simulate::{
    CUSTOMER_COLUMNS, Column, ORDER_COLUMNS, Plan, RowCounts, Simulator, TRUTH_COLUMNS, push_header,
};
use perennial_domain::time::Day;
use perennial_domain::value::Parameters;
use serde::Serialize;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// About a megabyte of rows: enough to keep cores busy, little enough to hold several.
const CUSTOMERS_PER_PART: u64 = 1_000;
/// Finished parts that one worker may be ahead of the disk.
const PARTS_WAITING: usize = 2;
const WORKERS_MAX: usize = 16;

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial simulate --customers 10000 --seed 1 -o made-up
  perennial simulate --customers 10000000 --seed 7 -o large --format csv.gz --truth-model pareto_nbd
  perennial import orders made-up/orders.csv --time-zone Asia/Shanghai

truth.csv says what no shop knows: rates, departures, and what the year after the last day brings.")]
pub struct Args {
    /// How many customers.
    #[arg(long, value_name = "N", env = "PERENNIAL_CUSTOMERS")]
    customers: u64,
    /// The same seed gives the same bytes on every machine.
    #[arg(long, default_value_t = 1, env = "PERENNIAL_SEED")]
    seed: u64,
    /// Folder for the files; it is made where missing.
    #[arg(long, short, value_name = "DIR", env = "PERENNIAL_OUTPUT")]
    output: PathBuf,
    /// Days that the files tell of.
    #[arg(long, default_value_t = 730, env = "PERENNIAL_DAYS")]
    days: u32,
    /// First purchases spread over so many days from the start; half of all days unless given.
    #[arg(long, value_name = "DAYS", env = "PERENNIAL_ACQUISITION_DAYS")]
    acquisition_days: Option<u32>,
    /// The last day.
    #[arg(long, default_value = "2026-06-30", value_name = "DATE", env = "PERENNIAL_END")]
    end: String,
    #[arg(long, default_value = "CNY", value_name = "CODE", env = "PERENNIAL_CURRENCY")]
    currency: String,
    #[arg(long, default_value_t = Plan::LINES_PER_ORDER, value_name = "MEAN", env = "PERENNIAL_LINES_PER_ORDER")]
    lines_per_order: f64,
    /// Share of orders that are refunded later, in full or in part.
    #[arg(long, default_value_t = Plan::REFUND_SHARE, value_name = "SHARE", env = "PERENNIAL_REFUND_SHARE")]
    refund_share: f64,
    /// Share of later orders that show the phone but not the customer id.
    #[arg(long, default_value_t = Plan::WITHOUT_ID_SHARE, value_name = "SHARE", env = "PERENNIAL_WITHOUT_ID_SHARE")]
    without_id_share: f64,
    #[arg(long, value_enum, default_value_t = Format::Csv, env = "PERENNIAL_FORMAT")]
    format: Format,
    /// Replace the files of an earlier run.
    #[arg(long, env = "PERENNIAL_REPLACE", value_parser = BoolishValueParser::new())]
    replace: bool,
    #[command(flatten)]
    truth: TruthArgs,
}

#[derive(ClapArgs)]
#[command(next_help_heading = "Truth (rates a week)")]
struct TruthArgs {
    /// How customers buy and leave.
    #[arg(long, value_enum, default_value_t = TruthModel::BgNbd, env = "PERENNIAL_TRUTH_MODEL")]
    truth_model: TruthModel,
    /// Purchases a week are Gamma(r, alpha).
    #[arg(long, env = "PERENNIAL_R")]
    r: Option<f64>,
    #[arg(long, env = "PERENNIAL_ALPHA")]
    alpha: Option<f64>,
    /// BG/NBD: the chance to leave after a repeat purchase is Beta(a, b).
    #[arg(long, env = "PERENNIAL_A")]
    a: Option<f64>,
    #[arg(long, env = "PERENNIAL_B")]
    b: Option<f64>,
    /// Pareto/NBD: departures a week are Gamma(s, beta).
    #[arg(long, env = "PERENNIAL_S")]
    s: Option<f64>,
    #[arg(long, env = "PERENNIAL_BETA")]
    beta: Option<f64>,
    /// Amounts of a customer are Gamma(p, nu), and nu is Gamma(q, gamma).
    #[arg(long, default_value_t = Plan::SPEND.p, env = "PERENNIAL_P")]
    p: f64,
    #[arg(long, default_value_t = Plan::SPEND.q, env = "PERENNIAL_Q")]
    q: f64,
    #[arg(long, default_value_t = Plan::SPEND.gamma, env = "PERENNIAL_GAMMA")]
    gamma: f64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    #[value(name = "csv.gz")]
    CsvGz,
}

#[derive(Clone, Copy, ValueEnum)]
enum TruthModel {
    #[value(name = "bg_nbd")]
    BgNbd,
    #[value(name = "pareto_nbd")]
    ParetoNbd,
}

#[derive(Serialize)]
struct Simulated {
    customers: u64,
    orders: u64,
    refunds: u64,
    cancelled: u64,
    order_lines: u64,
    gross_minor: i64,
    refund_minor: i64,
    alive_at_end: u64,
    future_purchases: u64,
    future_minor: i64,
    currency: Currency,
    from: String,
    to: String,
    seed: u64,
    truth: Parameters,
    spend: Spend,
    files: Vec<WrittenFile>,
    seconds: f64,
}

#[derive(Serialize)]
struct Spend {
    p: f64,
    q: f64,
    gamma: f64,
}

#[derive(Serialize)]
struct WrittenFile {
    file: PathBuf,
    rows: u64,
    bytes: u64,
}

/// The rows of some customers, and their sums.
#[derive(Default)]
struct Part {
    files: [Vec<u8>; 3],
    counts: RowCounts,
    sums: Sums,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    customers: u64,
    gross_minor: i64,
    refund_minor: i64,
    alive_at_end: u64,
    future_purchases: u64,
    future_minor: i64,
}

/// The files in the order of [`Part::files`].
const FILES: [(&str, &[Column]); 3] =
    [("orders", ORDER_COLUMNS), ("customers", CUSTOMER_COLUMNS), ("truth", TRUTH_COLUMNS)];
const README: &str = "README.md";

pub fn run(args: &Args, output: &Output) -> anyhow::Result<()> {
    let plan = plan_of(args)?;
    let progress = Progress::new(output.is_json());
    let simulated = simulate(args, plan, &progress)?;
    progress.done();
    let lines = describe(&simulated, &args.output);
    output.result(&simulated, &lines)
}

fn plan_of(args: &Args) -> anyhow::Result<Plan> {
    let end =
        Day::parse_iso(&args.end).ok_or_else(|| Refused(format!("--end {}: a date such as 2026-06-30", args.end)))?;
    let currency = Currency::parse(&args.currency)
        .ok_or_else(|| Refused(format!("--currency {}: three letters such as CNY", args.currency)))?;
    let truth = &args.truth;
    Ok(Plan {
        customers: args.customers,
        seed: args.seed,
        end,
        days: args.days,
        acquisition_days: args.acquisition_days.unwrap_or(args.days.div_ceil(2)),
        currency,
        frequency: frequency_of(truth)?,
        spend: perennial_domain::simulate::SpendTruth { p: truth.p, q: truth.q, gamma: truth.gamma },
        lines_per_order: args.lines_per_order,
        refund_share: args.refund_share,
        without_id_share: args.without_id_share,
    })
}

/// The defaults of the model, with what is stated in their place.
fn frequency_of(truth: &TruthArgs) -> anyhow::Result<Parameters> {
    let default = match truth.truth_model {
        TruthModel::BgNbd => Plan::BG_NBD,
        TruthModel::ParetoNbd => Plan::PARETO_NBD,
    };
    let foreign = match default {
        Parameters::ParetoNbd { .. } => [("--a", truth.a), ("--b", truth.b)],
        _ => [("--s", truth.s), ("--beta", truth.beta)],
    };
    if let Some((flag, _)) = foreign.into_iter().find(|(_, value)| value.is_some()) {
        return Err(Refused(format!("{flag} is no parameter of {}", default.model().code())).into());
    }
    Ok(match default {
        Parameters::ParetoNbd { r, alpha, s, beta } => Parameters::ParetoNbd {
            r: truth.r.unwrap_or(r),
            alpha: truth.alpha.unwrap_or(alpha),
            s: truth.s.unwrap_or(s),
            beta: truth.beta.unwrap_or(beta),
        },
        Parameters::BgNbd { r, alpha, a, b } => Parameters::BgNbd {
            r: truth.r.unwrap_or(r),
            alpha: truth.alpha.unwrap_or(alpha),
            a: truth.a.unwrap_or(a),
            b: truth.b.unwrap_or(b),
        },
        other => other,
    })
}

fn simulate(args: &Args, plan: Plan, progress: &Progress) -> anyhow::Result<Simulated> {
    let started = std::time::Instant::now();
    let simulator = Simulator::new(plan).map_err(|error| Refused(error.to_string()))?;
    let mut target = Target::create(args)?;
    let (counts, sums) = write_parts(&simulator, args.format, &mut target, progress)?;
    let plan = simulator.plan();
    let rows = [counts.order_lines, sums.customers, sums.customers];
    let files = target.finish(rows, &readme(plan))?;
    Ok(Simulated {
        customers: sums.customers,
        orders: counts.orders,
        refunds: counts.refunds,
        cancelled: counts.cancelled,
        order_lines: counts.order_lines,
        gross_minor: sums.gross_minor,
        refund_minor: sums.refund_minor,
        alive_at_end: sums.alive_at_end,
        future_purchases: sums.future_purchases,
        future_minor: sums.future_minor,
        currency: plan.currency,
        from: plan.start().iso(),
        to: plan.end.iso(),
        seed: plan.seed,
        truth: plan.frequency,
        spend: Spend { p: plan.spend.p, q: plan.spend.q, gamma: plan.spend.gamma },
        files,
        seconds: started.elapsed().as_secs_f64(),
    })
}

/// Worker `w` of `n` makes the parts `w`, `w + n`, …; they are taken in turn, and so in order.
fn write_parts(
    simulator: &Simulator,
    format: Format,
    target: &mut Target,
    progress: &Progress,
) -> anyhow::Result<(RowCounts, Sums)> {
    let customers = simulator.plan().customers;
    let parts = customers.div_ceil(CUSTOMERS_PER_PART);
    let workers = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, WORKERS_MAX);
    std::thread::scope(|scope| {
        let receivers: Vec<Receiver<anyhow::Result<Part>>> = (0..workers as u64)
            .map(|worker| {
                let (sender, receiver) = sync_channel(PARTS_WAITING);
                scope.spawn(move || work(simulator, format, (worker..parts).step_by(workers), &sender));
                receiver
            })
            .collect();
        let (mut counts, mut sums) = (RowCounts::default(), Sums::default());
        for (number, receiver) in (0..parts).zip(receivers.iter().cycle()) {
            let part = receiver.recv().context("a worker ended early")??;
            target.write(&part)?;
            counts.add(part.counts);
            sums.add(part.sums);
            progress.set((number + 1) as f64 / parts as f64, format!("{} customers", sums.customers));
        }
        Ok((counts, sums))
    })
}

fn work(
    simulator: &Simulator,
    format: Format,
    parts: impl Iterator<Item = u64>,
    sender: &SyncSender<anyhow::Result<Part>>,
) {
    for part in parts {
        // Nobody listens any more where writing has failed.
        if sender.send(make_part(simulator, format, part)).is_err() {
            return;
        }
    }
}

fn make_part(simulator: &Simulator, format: Format, part: u64) -> anyhow::Result<Part> {
    let first = part * CUSTOMERS_PER_PART + 1;
    let end = (first + CUSTOMERS_PER_PART).min(simulator.plan().customers + 1);
    let mut made = Part::default();
    for customer in simulator.customers(first..end) {
        let [orders, customers, truth] = &mut made.files;
        made.counts.add(simulator.push_order_rows(&customer, orders));
        simulator.push_customer_row(&customer, customers);
        simulator.push_truth_row(&customer, truth);
        let truth = &customer.truth;
        made.sums.add(Sums {
            customers: 1,
            gross_minor: truth.gross_minor,
            refund_minor: truth.refund_minor,
            alive_at_end: u64::from(truth.death_day.is_none()),
            future_purchases: u64::from(truth.future_purchases),
            future_minor: truth.future_minor,
        });
    }
    if format == Format::CsvGz {
        for bytes in &mut made.files {
            let mut member = Vec::with_capacity(bytes.len() / 3);
            push_gzip_member(bytes, &mut member)?;
            *bytes = member;
        }
    }
    Ok(made)
}

/// Appends `plain` as one member without name and time, so that members made apart join to the same file.
fn push_gzip_member(plain: &[u8], out: &mut Vec<u8>) -> std::io::Result<()> {
    let mut encoder = GzEncoder::new(out, Compression::fast());
    encoder.write_all(plain)?;
    encoder.finish()?;
    Ok(())
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.customers += other.customers;
        self.gross_minor += other.gross_minor;
        self.refund_minor += other.refund_minor;
        self.alive_at_end += other.alive_at_end;
        self.future_purchases += other.future_purchases;
        self.future_minor += other.future_minor;
    }
}

/// The three files while they are written under other names.
struct Target {
    folder: PathBuf,
    files: Vec<(PathBuf, BufWriter<File>, u64)>,
}

impl Target {
    fn create(args: &Args) -> anyhow::Result<Self> {
        let folder = args.output.clone();
        std::fs::create_dir_all(&folder).map_err(|error| Refused(format!("{}: {error}", folder.display())))?;
        let ending = if args.format == Format::CsvGz { "csv.gz" } else { "csv" };
        let mut target = Self { folder, files: Vec::with_capacity(FILES.len()) };
        for (name, columns) in FILES {
            let path = target.folder.join(format!("{name}.{ending}"));
            if path.exists() && !args.replace {
                return Err(
                    Refused(format!("{} is there already: --replace, or another folder", path.display())).into()
                );
            }
            let file = File::create(part_of(&path)).map_err(|error| Refused(format!("{}: {error}", path.display())))?;
            target.files.push((path, BufWriter::with_capacity(1 << 20, file), 0));
            let mut header = Vec::new();
            push_header(columns, &mut header);
            let mut bytes = header;
            if args.format == Format::CsvGz {
                let mut member = Vec::new();
                push_gzip_member(&bytes, &mut member)?;
                bytes = member;
            }
            let place = target.files.len() - 1;
            target.append(place, &bytes)?;
        }
        Ok(target)
    }

    fn append(&mut self, place: usize, bytes: &[u8]) -> anyhow::Result<()> {
        let (path, writer, size_bytes) = &mut self.files[place];
        writer.write_all(bytes).with_context(|| format!("cannot write {}", path.display()))?;
        *size_bytes += bytes.len() as u64;
        Ok(())
    }

    fn write(&mut self, part: &Part) -> anyhow::Result<()> {
        for (place, bytes) in part.files.iter().enumerate() {
            self.append(place, bytes)?;
        }
        Ok(())
    }

    fn finish(self, rows: [u64; 3], readme: &str) -> anyhow::Result<Vec<WrittenFile>> {
        let mut written = Vec::with_capacity(self.files.len());
        for ((path, mut writer, bytes), rows) in self.files.into_iter().zip(rows) {
            writer.flush().with_context(|| format!("cannot write {}", path.display()))?;
            std::fs::rename(part_of(&path), &path)?;
            written.push(WrittenFile { file: path, rows, bytes });
        }
        std::fs::write(self.folder.join(README), readme)?;
        Ok(written)
    }
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// Says nothing of folders or versions, so that it is the same bytes too.
fn readme(plan: &Plan) -> String {
    let truth: Vec<String> = plan
        .frequency
        .model()
        .parameter_names()
        .iter()
        .zip(plan.frequency.values())
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    let mut text = format!(
        "# A made-up brand\n\nWritten by `perennial simulate`. {} customers, seed {}, {} to {}, {}; nobody in it is real.\n\n\
         Customers buy and leave by {} ({}; weeks), and spend by Gamma-Gamma (p {}, q {}, gamma {}).\n",
        plan.customers,
        plan.seed,
        plan.start().iso(),
        plan.end.iso(),
        plan.currency.code(),
        plan.frequency.model().code(),
        truth.join(", "),
        plan.spend.p,
        plan.spend.q,
        plan.spend.gamma,
    );
    for (name, columns) in FILES {
        text.push_str(&format!("\n## {name}.csv\n\n| column | meaning |\n|---|---|\n"));
        for column in columns {
            text.push_str(&format!("| {} | {} |\n", column.name, column.meaning));
        }
    }
    text
}

fn describe(simulated: &Simulated, folder: &Path) -> Vec<String> {
    let rate = simulated.order_lines as f64 / simulated.seconds.max(1e-9);
    vec![
        format!(
            "{} customers, {} orders, {} refunds, {} cancelled: {} lines in {:.1} s ({:.0} lines/s)",
            simulated.customers,
            simulated.orders,
            simulated.refunds,
            simulated.cancelled,
            simulated.order_lines,
            simulated.seconds,
            rate
        ),
        format!("{} of them are still customers on {}", simulated.alive_at_end, simulated.to),
        format!("written to {}; the columns are explained in its {README}", folder.display()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        args: Args,
    }

    fn args(folder: &Path, more: &[&str]) -> Args {
        let folder = folder.to_str().unwrap();
        let command = ["simulate", "--customers", "2500", "--seed", "3", "-o", folder];
        Cli::try_parse_from(command.iter().chain(more)).unwrap_or_else(|error| panic!("{error}")).args
    }

    fn simulated(args: &Args) -> anyhow::Result<Simulated> {
        simulate(args, plan_of(args)?, &Progress::new(true))
    }

    /// A folder of this test that is gone when the test is over, however it ends.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("perennial-simulate-{name}-{}", std::process::id()));
            let _not_there = std::fs::remove_dir_all(&path).is_err();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _not_there = std::fs::remove_dir_all(&self.0).is_err();
        }
    }

    #[test]
    fn json_counts_what_the_files_hold() {
        let folder = Folder::new("json");
        let simulated = simulated(&args(&folder.0, &["--truth-model", "pareto_nbd"])).unwrap();
        let json = serde_json::to_value(&simulated).unwrap();
        assert_eq!(json["customers"], 2_500);
        assert_eq!(json["truth"]["model"], "pareto_nbd");
        assert_eq!(json["currency"], "CNY");
        assert_eq!((json["from"].as_str(), json["to"].as_str()), (Some("2024-07-01"), Some("2026-06-30")));
        for (file, rows) in [("orders", "order_lines"), ("customers", "customers"), ("truth", "customers")] {
            let text = std::fs::read_to_string(folder.0.join(format!("{file}.csv"))).unwrap();
            assert_eq!(json[rows], text.lines().count() - 1, "{file}");
            let written =
                json["files"].as_array().unwrap().iter().find(|written| {
                    written["file"].as_str().is_some_and(|path| path.ends_with(&format!("{file}.csv")))
                });
            assert_eq!(written.unwrap()["bytes"], text.len(), "{file}");
        }
        assert!(std::fs::read_to_string(folder.0.join(README)).unwrap().contains("2500 customers, seed 3"));
    }

    #[test]
    fn an_earlier_run_is_replaced_only_when_asked_and_by_the_same_bytes() {
        let folder = Folder::new("replace");
        simulated(&args(&folder.0, &[])).unwrap();
        let before = std::fs::read(folder.0.join("orders.csv")).unwrap();
        let refused = simulated(&args(&folder.0, &[])).map(|_| ()).unwrap_err();
        assert!(refused.downcast_ref::<Refused>().is_some_and(|refused| refused.0.contains("--replace")), "{refused}");
        simulated(&args(&folder.0, &["--replace"])).unwrap();
        assert_eq!(std::fs::read(folder.0.join("orders.csv")).unwrap(), before);
    }

    #[test]
    fn gzip_members_of_the_parts_join_to_the_plain_files() {
        let (plain, packed) = (Folder::new("plain"), Folder::new("packed"));
        simulated(&args(&plain.0, &[])).unwrap();
        simulated(&args(&packed.0, &["--format", "csv.gz"])).unwrap();
        for (name, _) in FILES {
            let bytes = std::fs::read(packed.0.join(format!("{name}.csv.gz"))).unwrap();
            assert_eq!(bytes[3..8], [0; 5], "neither flags nor a time in the header of {name}");
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()), &mut text).unwrap();
            assert_eq!(text, std::fs::read(plain.0.join(format!("{name}.csv"))).unwrap(), "{name}");
        }
    }

    #[test]
    fn arguments_without_sense_are_refused() {
        let folder = Folder::new("refused");
        for wrong in [["--end", "30.6.2026"], ["--currency", "yuan"], ["--s", "1"], ["--days", "0"], ["--q", "1"]] {
            let refused = simulated(&args(&folder.0, &wrong)).map(|_| ()).unwrap_err();
            assert!(refused.downcast_ref::<Refused>().is_some(), "{wrong:?}: {refused}");
        }
    }
}
