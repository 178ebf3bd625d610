//! `perennial import orders|customers FILE…`

use crate::output::{Busy, Output, Refused};
use crate::progress::Progress;
use crate::workspace::Shared;
use clap::builder::BoolishValueParser;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::App;
use perennial_app::access::Actor;
use perennial_app::imports::{self, ImportError, ImportFile, ImportRequest, ImportState, ImportView, PreviewResult};
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, Options, Target};
use perennial_domain::money::{Currency, DecimalMark};
use perennial_domain::phone::PhoneRegion;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(ClapArgs)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    kind: Kind,
}

const EXAMPLES: &str = "Examples:
  perennial import orders orders-2025.csv.gz orders-2026.csv.gz --currency CNY --time-zone Asia/Shanghai
  perennial import orders export.tsv --map 'Besteldatum=ordered_at' --map 'Bedrag=order_amount' --dry-run
  perennial import customers members.parquet";

#[derive(Subcommand)]
enum Kind {
    /// Order lines or whole orders.
    #[command(after_help = EXAMPLES)]
    Orders(FileArgs),
    /// Customers with their identifiers and traits.
    #[command(after_help = EXAMPLES)]
    Customers(FileArgs),
}

#[derive(ClapArgs)]
struct FileArgs {
    /// CSV, TSV (plain, gzip, zstd) or Parquet; several files are one import.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What a column means: COLUMN=FIELD, COLUMN=ignore or COLUMN=trait:NAME. Overrides what is recognised.
    #[arg(long, value_name = "COLUMN=FIELD", env = "PERENNIAL_MAP", value_delimiter = ';')]
    map: Vec<String>,
    /// Zone of times that name none; otherwise the brand's.
    #[arg(long, env = "PERENNIAL_TIME_ZONE", value_name = "ZONE")]
    time_zone: Option<String>,
    /// Currency of the amounts, where no column says.
    #[arg(long, env = "PERENNIAL_CURRENCY", value_name = "CODE")]
    currency: Option<String>,
    /// Order of day and month in dates such as 03/04/2025.
    #[arg(long, env = "PERENNIAL_DATE_ORDER", value_name = "ymd|dmy|mdy")]
    date_order: Option<String>,
    /// Decimal mark of a column of numbers; otherwise found out, column by column. Without a column: of all of them.
    #[arg(long, env = "PERENNIAL_DECIMAL_MARK", value_name = "[COLUMN=]point|comma", value_delimiter = ';')]
    decimal_mark: Vec<String>,
    /// What eleven digits such as 14155550100 are, that could be Chinese or North American; otherwise found out.
    #[arg(long, env = "PERENNIAL_PHONE_REGION", value_name = "china|north_america")]
    phone_region: Option<String>,
    /// utf-8, gb18030, utf-16le, utf-16be or windows-1252; otherwise recognised.
    #[arg(long, env = "PERENNIAL_ENCODING")]
    encoding: Option<String>,
    /// Name of where the orders come from; order numbers are unique within it.
    #[arg(long, env = "PERENNIAL_SOURCE", default_value = "file")]
    source: String,
    /// Check everything, say what would happen, change nothing.
    #[arg(long, env = "PERENNIAL_DRY_RUN", value_parser = BoolishValueParser::new())]
    dry_run: bool,
}

#[derive(Serialize)]
struct Imported {
    import_id: String,
    state: ImportState,
    dry_run: bool,
    rows: u64,
    accepted: u64,
    duplicates: u64,
    rejected: u64,
    /// Known after the import, all imports together.
    customers: u64,
    orders: u64,
    new_customers: u64,
    new_orders: u64,
    refunds: u64,
    guests: u64,
    conflicts: u64,
    /// Rows that name somebody who was erased: they were dropped.
    erased: u64,
    /// Values that were none of their field and were left off, by field.
    refused_values: BTreeMap<String, u64>,
    /// Customers of a customer file that were known before, by the identifier that told so.
    matched: Vec<imports::MatchedRule>,
    currency: Option<Currency>,
    /// Nobody said the currency: amounts were taken for this one.
    currency_assumed: bool,
    layout: Option<String>,
    mapping: Mapping,
    /// How the numbers of each column were read.
    decimal_marks: BTreeMap<String, DecimalMark>,
    errors: Vec<imports::ErrorCount>,
    rejected_file: Option<PathBuf>,
    seconds: f64,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let (kind, files) = match args.kind {
        Kind::Orders(files) => (ImportKind::Orders, files),
        Kind::Customers(files) => (ImportKind::Customers, files),
    };
    let app = shared.open().await?;
    let imported = import(&app, kind, files, output).await?;
    let lines = describe(&imported);
    output.result(&imported, &lines)
}

async fn import(app: &App, kind: ImportKind, args: FileArgs, output: &Output) -> anyhow::Result<Imported> {
    let files = args.files.iter().map(file_of).collect::<anyhow::Result<Vec<_>>>()?;
    let overrides = mapping_of(&args.map)?;
    let mut options = options_of(&args)?;
    let of_all = marks_of(&args.decimal_mark, &mut options.decimal_marks)?;
    let mut previewed = imports::preview(app, kind, &files, &overrides, &options).await.map_err(refuse)?;
    if let Some(mark) = of_all {
        // Which columns hold numbers is known only now.
        let columns = previewed.options.decimal_marks.keys().cloned();
        let stated = columns.map(|column| (column, mark)).chain(options.decimal_marks).collect();
        options.decimal_marks = stated;
        previewed = imports::preview(app, kind, &files, &overrides, &options).await.map_err(refuse)?;
    }
    if !previewed.ready {
        return Err(Refused(not_ready(&previewed)).into());
    }
    let request = ImportRequest {
        kind,
        files,
        mapping: previewed.mapping.clone(),
        options: previewed.options.clone(),
        currency_assumed: previewed.currency_assumed,
        dry_run: args.dry_run,
    };
    let actor = Actor::System("command line");
    let id = imports::create(app, &actor, request, false).await.map_err(refuse)?;
    let view = follow(app, &id, output).await?;
    finished(app, view, previewed).await
}

async fn follow(app: &App, id: &str, output: &Output) -> anyhow::Result<ImportView> {
    let progress = Progress::new(output.is_json());
    let observe = |seen: &imports::ImportProgress| {
        let left = seen.seconds_left.map_or(String::new(), |seconds| format!(", {seconds} s left"));
        let rate = if seen.rows_per_second > 0 { format!(", {}/s", seen.rows_per_second) } else { String::new() };
        progress.set(seen.fraction(), format!("{} rows{rate}{left}", seen.counts.rows));
    };
    let work = imports::run(app, id, &observe);
    tokio::select! {
        view = work => {
            progress.done();
            view.map_err(refuse)
        }
        // Nothing is to be undone: a run that is dropped goes on where it stopped, as after a kill.
        _ = tokio::signal::ctrl_c() => {
            progress.done();
            anyhow::bail!("interrupted; run the same command again to go on where it stopped, rows already accepted stay")
        }
    }
}

async fn finished(app: &App, view: ImportView, previewed: PreviewResult) -> anyhow::Result<Imported> {
    if view.state == ImportState::Cancelled {
        anyhow::bail!("the import was cancelled; rows already accepted stay, importing the file again adds the rest");
    }
    if view.state != ImportState::Done {
        return Err(Refused(view.error.map_or_else(|| "the import failed".to_owned(), |failure| failure.text)).into());
    }
    let known = imports::known(app).await?;
    let micros = view.finished_at.unwrap_or(view.created_at) - view.created_at;
    let applied = &view.result.applied;
    Ok(Imported {
        import_id: view.id.clone(),
        state: view.state,
        dry_run: view.dry_run,
        rows: view.result.rows,
        accepted: applied.accepted,
        duplicates: applied.duplicates,
        rejected: view.result.rejected,
        customers: known.customers,
        orders: known.orders,
        new_customers: applied.customers_new,
        new_orders: applied.orders,
        refunds: applied.refunds,
        guests: applied.guests,
        conflicts: applied.conflicts,
        erased: applied.erased,
        refused_values: applied.refused_values.clone(),
        matched: view.result.match_report(),
        currency: previewed.options.currency,
        currency_assumed: previewed.currency_assumed,
        layout: previewed.layout,
        mapping: previewed.mapping,
        decimal_marks: previewed.options.decimal_marks,
        errors: view.errors_by_code,
        rejected_file: (view.result.rejected > 0).then(|| imports::rejected_file(app, &view.id)).flatten(),
        seconds: micros as f64 / 1e6,
    })
}

fn describe(imported: &Imported) -> Vec<String> {
    let verb = if imported.dry_run { "would be accepted" } else { "accepted" };
    let mut lines = vec![
        format!(
            "{} rows: {} {verb}, {} known before, {} rejected",
            imported.rows, imported.accepted, imported.duplicates, imported.rejected
        ),
        format!(
            "new: {} customers, {} orders, {} refunds; {} purchases of guests",
            imported.new_customers, imported.new_orders, imported.refunds, imported.guests
        ),
        format!("the workspace now knows {} customers and {} orders", imported.customers, imported.orders),
    ];
    for matched in &imported.matched {
        lines.push(format!(
            "{} customers were known before, recognised by {}; for {:.2} % of them nothing else speaks against it",
            matched.customers,
            matched.rule,
            matched.confidence * 100.0
        ));
    }
    if imported.erased > 0 {
        lines.push(format!("{} rows name people who were erased, and were dropped", imported.erased));
    }
    for (field, values) in &imported.refused_values {
        lines.push(format!("{values} values are none of the field {field}, and were left off"));
    }
    for error in &imported.errors {
        lines.push(format!("  {} × {} in {}", error.rows, error.code, error.field));
    }
    if let (true, Some(currency)) = (imported.currency_assumed, imported.currency) {
        lines.push(format!("nobody said the currency: amounts were taken for {}", currency.code()));
    }
    if let Some(file) = &imported.rejected_file {
        lines.push(format!("rejected rows with reasons: {}", file.display()));
    }
    if !imported.dry_run {
        lines.push("next: perennial value".to_owned());
    }
    lines
}

fn file_of(path: &PathBuf) -> anyhow::Result<ImportFile> {
    let absolute = std::fs::canonicalize(path).map_err(|error| Refused(format!("{}: {error}", path.display())))?;
    let meta = std::fs::metadata(&absolute)?;
    if !meta.is_file() {
        return Err(Refused(format!("{} is not a file", path.display())).into());
    }
    let name = absolute.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(ImportFile { name, path: absolute, size_bytes: meta.len() })
}

fn options_of(args: &FileArgs) -> anyhow::Result<Options> {
    let currency = match &args.currency {
        Some(text) => Some(
            Currency::parse(text).ok_or_else(|| Refused(format!("--currency {text}: three letters such as CNY")))?,
        ),
        None => None,
    };
    let date_order = match &args.date_order {
        Some(text) => Some(
            serde_json::from_value(serde_json::Value::String(text.clone()))
                .map_err(|_| Refused(format!("--date-order {text}: ymd, dmy or mdy")))?,
        ),
        None => None,
    };
    let phone_region = match &args.phone_region {
        Some(text) => Some(
            PhoneRegion::parse(text)
                .ok_or_else(|| Refused(format!("--phone-region {text}: china or north_america")))?,
        ),
        None => None,
    };
    Ok(Options {
        time_zone: args.time_zone.clone(),
        currency,
        date_order,
        decimal_marks: BTreeMap::new(),
        phone_region,
        encoding: args.encoding.clone(),
        delimiter: None,
        source: args.source.clone(),
    })
}

/// Puts marks of named columns into `marks`, and gives the one of all the others.
fn marks_of(texts: &[String], marks: &mut BTreeMap<String, DecimalMark>) -> anyhow::Result<Option<DecimalMark>> {
    let mut of_all = None;
    for text in texts {
        let (column, code) = text.rsplit_once('=').map_or((None, text.as_str()), |(column, code)| (Some(column), code));
        let Some(mark) = DecimalMark::parse(code.trim()) else {
            return Err(Refused(format!("--decimal-mark {text}: point, comma, COLUMN=point or COLUMN=comma")).into());
        };
        match column {
            Some(column) => drop(marks.insert(column.to_owned(), mark)),
            None => of_all = Some(mark),
        }
    }
    Ok(of_all)
}

fn mapping_of(pairs: &[String]) -> anyhow::Result<Mapping> {
    let mut mapping = Mapping::default();
    for pair in pairs {
        let target = pair.rsplit_once('=').and_then(|(column, field)| Some((column, Target::parse(field.trim())?)));
        let Some((column, target)) = target else {
            return Err(Refused(format!("--map {pair}: COLUMN=FIELD, COLUMN=ignore or COLUMN=trait:NAME")).into());
        };
        mapping.0.insert(column.to_owned(), target);
    }
    Ok(mapping)
}

fn not_ready(previewed: &PreviewResult) -> String {
    let mut text = String::from("the file cannot be imported as it is:");
    for problem in &previewed.missing {
        text.push_str(&format!("\n  {}: {}", problem.field, problem.why));
    }
    text.push_str("\ncolumns found: ");
    text.push_str(&previewed.column_names().join(", "));
    text
}

fn refuse(error: ImportError) -> anyhow::Error {
    match error {
        ImportError::Refused { .. } | ImportError::Io { .. } => Refused(error.to_string()).into(),
        ImportError::Busy => Busy(error.to_string()).into(),
        other => other.into(),
    }
}
