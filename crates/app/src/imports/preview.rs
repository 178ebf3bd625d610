//! What an import would make of some files: columns, first rows, what is missing.

use super::rows::RowParser;
use super::source::{Item, RowSource};
use super::{ImportError, ImportFile};
use crate::{App, fields, settings};
use perennial_connect::tabular::FileInfo;
use perennial_domain::import::cells::Cells;
use perennial_domain::import::columns::{RecognisedColumn, Recognition, Why, recognise};
use perennial_domain::import::field::ImportKind;
use perennial_domain::import::mapping::{Mapping, MappingProblem, MappingProblemCode, Options, Settled, Target};
use perennial_domain::import::preview::PreviewCounts;
use perennial_domain::import::sample::{SAMPLE_ROWS, Sample};
use perennial_domain::money::Currency;
use perennial_domain::settings::Settings;
use perennial_domain::time::{Instant, Zone};
use std::collections::BTreeMap;

/// The currency that amounts are taken for where neither the file, nor the person, nor the workspace says.
/// The preview names it as assumed.
const CURRENCY_ASSUMED: &str = "CNY";
/// A name that somebody gave to a field is as sure as a usual one.
const CONFIDENCE_BY_LABEL: f64 = 0.9;

#[derive(Clone, Debug)]
pub struct PreviewedFile {
    pub name: String,
    pub size_bytes: u64,
    /// `None` for Parquet.
    pub info: Option<FileInfo>,
}

#[derive(Clone, Debug)]
pub struct PreviewResult {
    pub layout: Option<String>,
    pub files: Vec<PreviewedFile>,
    pub columns: Vec<RecognisedColumn>,
    /// Names every column: what the import will use.
    pub mapping: Mapping,
    /// With nothing left open, as far as that could be closed.
    pub options: Options,
    pub currency_assumed: bool,
    pub counts: PreviewCounts,
    pub missing: Vec<MappingProblem>,
    pub ready: bool,
}

impl PreviewResult {
    pub fn column_names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }
}

/// Looks at the first rows of the first file, and at the headers of the others, which must be the same.
pub async fn preview(
    app: &App,
    kind: ImportKind,
    files: &[ImportFile],
    overrides: &Mapping,
    options: &Options,
) -> Result<PreviewResult, ImportError> {
    let mut tx = app.store.read().await?;
    let brand = settings::current(&mut tx).await?;
    let labels = if kind == ImportKind::Customers { fields::labels(&mut tx).await? } else { BTreeMap::new() };
    drop(tx);
    let (files, overrides, options) = (files.to_vec(), overrides.clone(), options.clone());
    let now = app.clock.now();
    let work = tokio::task::spawn_blocking(move || look(kind, &files, &overrides, options, &brand, &labels, now));
    work.await.map_err(|error| ImportError::refused("preview_failed", error.to_string()))?
}

fn look(
    kind: ImportKind,
    files: &[ImportFile],
    overrides: &Mapping,
    options: Options,
    brand: &Settings,
    labels: &BTreeMap<String, String>,
    now: Instant,
) -> Result<PreviewResult, ImportError> {
    let first = files.first().ok_or_else(|| ImportError::refused("no_file", "name at least one file"))?;
    let mut source = RowSource::open(first, &options)?;
    source.use_columns(first, overrides)?;
    let headers = source.headers();
    let unreadable = source.unreadable_columns();
    let mut overrides = overrides.clone();
    overrides.0.extend(unreadable.iter().map(|(name, _)| ((*name).to_owned(), Target::Ignore)));
    let previewed = files.iter().map(|file| describe(file, &options, &headers)).collect::<Result<Vec<_>, _>>()?;
    let mut recognition = recognise_file(kind, first, &headers, &options, &overrides)?;
    name_fields(&mut recognition, labels);
    for (name, found) in unreadable {
        for column in recognition.columns.iter_mut().filter(|column| column.name == name) {
            column.samples = vec![format!("({found})")];
        }
    }
    let zone = brand.zone();
    let (settled, options, currency_assumed) = match recognition.settle(&options, &zone, brand.currency) {
        Err(problems) if only_currency_is_missing(&problems) => {
            let assumed = Options { currency: Currency::parse(CURRENCY_ASSUMED), ..options };
            (recognition.settle(&assumed, &zone, brand.currency), assumed, true)
        }
        outcome => (outcome, options, false),
    };
    let mapping = recognition.mapping();
    let mut counts = PreviewCounts::default();
    let (options, missing) = match settled {
        Ok(mut settled) => {
            settled.now = Some(now);
            count_rows(kind, first, &headers, &mapping, &settled, &options, &mut counts)?;
            (complete(options, &settled), Vec::new())
        }
        Err(problems) => (options, problems),
    };
    let layout = recognition.layout.and_then(|layout| serde_json::to_value(layout).ok()?.as_str().map(str::to_owned));
    let ready = missing.is_empty();
    Ok(PreviewResult {
        layout,
        files: previewed,
        columns: recognition.columns,
        mapping,
        options,
        currency_assumed,
        counts,
        missing,
        ready,
    })
}

/// A column that is called like a field of the registry is taken for it, where it is not recognised as anything else.
fn name_fields(recognition: &mut Recognition, labels: &BTreeMap<String, String>) {
    for place in 0..recognition.columns.len() {
        let column = &recognition.columns[place];
        let named = labels.get(&column.name.trim().to_lowercase()).filter(|_| column.field.is_none());
        let Some(target) = named.map(|name| Target::Trait(name.clone())) else { continue };
        if recognition.columns.iter().all(|other| other.field.as_ref() != Some(&target)) {
            let column = &mut recognition.columns[place];
            (column.field, column.confidence, column.why) = (Some(target), CONFIDENCE_BY_LABEL, Some(Why::Name));
        }
    }
}

/// What the first rows say of the columns, and, where that leaves it open, of what the amounts are.
fn recognise_file(
    kind: ImportKind,
    file: &ImportFile,
    headers: &[String],
    options: &Options,
    overrides: &Mapping,
) -> Result<Recognition, ImportError> {
    let mut sample = Sample::new(headers.len());
    each_cells(file, options, |cells| sample.observe(cells))?;
    let mut recognition = recognise(kind, headers, &sample, Some(overrides));
    if let Some(mut amounts) = recognition.amount_sample() {
        each_cells(file, options, |cells| amounts.observe(cells))?;
        recognition.settle_amounts(&amounts);
    }
    Ok(recognition)
}

fn only_currency_is_missing(problems: &[MappingProblem]) -> bool {
    problems.iter().all(|problem| problem.code == MappingProblemCode::MissingCurrency) && !problems.is_empty()
}

fn describe(file: &ImportFile, options: &Options, headers: &[String]) -> Result<PreviewedFile, ImportError> {
    let source = RowSource::open(file, options)?;
    if source.headers() != headers {
        let text = format!("{} has other columns than the first file: import it by itself", file.name);
        return Err(ImportError::refused("columns_differ", text));
    }
    Ok(PreviewedFile { name: file.name.clone(), size_bytes: file.size_bytes, info: source.info().cloned() })
}

fn each_row(
    file: &ImportFile,
    options: &Options,
    mapping: Option<&Mapping>,
    mut visit: impl FnMut(Item<'_>),
) -> Result<(), ImportError> {
    let mut source = RowSource::open(file, options)?;
    source.read_beginning();
    if let Some(mapping) = mapping {
        source.use_columns(file, mapping)?;
    }
    for _ in 0..SAMPLE_ROWS {
        match source.next(file)? {
            Some(item) => visit(item),
            None => break,
        }
    }
    Ok(())
}

/// The first rows that can be read, before the mapping is known.
fn each_cells(file: &ImportFile, options: &Options, mut visit: impl FnMut(&Cells<'_>)) -> Result<(), ImportError> {
    each_row(file, options, None, |item| {
        if let Item::Row { cells, .. } = item {
            visit(&cells);
        }
    })
}

fn count_rows(
    kind: ImportKind,
    file: &ImportFile,
    headers: &[String],
    mapping: &Mapping,
    settled: &Settled,
    options: &Options,
    counts: &mut PreviewCounts,
) -> Result<(), ImportError> {
    let parser = RowParser::new(kind, headers, mapping, settled).map_err(|problems| {
        ImportError::refused(
            "mapping_unusable",
            problems.iter().map(|one| one.why.clone()).collect::<Vec<_>>().join("; "),
        )
    })?;
    let mut rows = parser.file(0);
    each_row(file, options, Some(mapping), |item| match item {
        Item::Row { row_number, cells } => rows.preview(&cells, row_number, counts),
        Item::Rejected { row_number, error, .. } => counts.add_unreadable(row_number, &error),
    })
}

/// The options as they will be used, so that a later look at the import tells what was meant.
fn complete(options: Options, settled: &Settled) -> Options {
    Options {
        time_zone: Some(settled.zone.name().to_owned()),
        currency: (settled.currency != Currency::NONE).then_some(settled.currency),
        date_order: Some(settled.date_order),
        decimal_marks: settled.decimal_marks.clone(),
        phone_region: settled.phone_region,
        ..options
    }
}

/// Recognises again what the import needs and [`Options`] does not carry.
pub fn settle_again(
    kind: ImportKind,
    file: &ImportFile,
    mapping: &Mapping,
    options: &Options,
) -> Result<(Vec<String>, Settled), ImportError> {
    let headers = RowSource::open(file, options)?.headers();
    let recognition = recognise_file(kind, file, &headers, options, mapping)?;
    let settled = recognition.settle(options, &Zone::utc(), options.currency).map_err(|problems| {
        let why: Vec<String> = problems.into_iter().map(|problem| problem.why).collect();
        ImportError::refused("mapping_unusable", why.join("; "))
    })?;
    Ok((headers, settled))
}
