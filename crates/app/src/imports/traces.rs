//! What files of imports hold of a person who is erased: uploads, rejected rows, spools.
//!
//! An upload that names the person goes whole: it is a copy that waits to be imported. Of rejected rows those go that
//! name the person. The spool of an import that nobody runs goes: its files are read again. An import that runs is waited
//! for, and so is one that is not finished and needs an upload that names the person.
//!
//! A file names a person by a cell that is one of the identifiers: in columns that the import's mapping takes for
//! identifiers of any kind, in others only where it is long enough to mean nothing else.

use super::folder;
use super::read::REJECTED_COLUMNS;
use super::source::{Item, RowSource};
use super::{ImportError, ImportFile, ImportRequest};
use crate::App;
use perennial_connect::tabular::write::CsvWriter;
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::import::cells::{Cells, RowBuffer};
use perennial_domain::import::mapping::{Mapping, Options, Target};
use perennial_domain::phone::PhoneRegion;
use perennial_store::imports::{self as table, ImportRow};
use perennial_store::uploads::{self, UploadRow};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const PAGE: i64 = 100;
/// Shorter values mean something else too often where nobody says what the column is.
const TELLING_BYTES_MIN: usize = 8;

/// Where something of the person lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Traces {
    /// Ids.
    pub uploads: BTreeSet<String>,
    /// By import: how many rows.
    pub rejected: BTreeMap<String, u64>,
    /// Ids of imports.
    pub spools: BTreeSet<String>,
}

pub(crate) enum Looked {
    Found(Traces),
    /// This import has to end first.
    Waits(String),
}

/// The identifiers that are looked for.
#[derive(Clone)]
pub(crate) struct Needles(HashSet<Identifier>);

impl Needles {
    pub fn new(identifiers: impl IntoIterator<Item = Identifier>) -> Self {
        Self(identifiers.into_iter().collect())
    }

    fn are_named(&self, columns: &[Option<IdentifierType>], cells: &Cells<'_>) -> bool {
        cells.iter().enumerate().any(|(place, cell)| self.is_one(columns.get(place).copied().flatten(), cell))
    }

    fn is_one(&self, column: Option<IdentifierType>, cell: &str) -> bool {
        let cell = cell.trim();
        if cell.is_empty() {
            return false;
        }
        if let Some(kind) = column {
            return self.has(kind, cell);
        }
        if cell.contains(',') && cell.split(',').any(|part| self.is_one(None, part)) {
            // The beginning of a row that could not be read.
            return true;
        }
        self.0.iter().any(|one| one.value.len() >= TELLING_BYTES_MIN && one.value == cell)
            || cell.contains('@') && self.has(IdentifierType::Email, cell)
            || cell.len() >= TELLING_BYTES_MIN && self.has(IdentifierType::Phone, cell)
    }

    /// However it is written, wherever the phone is from.
    fn has(&self, kind: IdentifierType, cell: &str) -> bool {
        let normal = |region| Identifier::normalise_in(region, kind, cell).is_ok_and(|one| self.0.contains(&one));
        PhoneRegion::ALL.into_iter().any(normal)
    }
}

/// The identifier that a column is, by the mapping of its import.
fn columns_of(headers: &[String], mapping: &Mapping) -> Vec<Option<IdentifierType>> {
    let kind = |header: &String| match mapping.0.get(header) {
        Some(Target::Field(field)) => IdentifierType::parse(field.code()),
        Some(Target::Ignore | Target::Trait(_)) | None => None,
    };
    headers.iter().map(kind).collect()
}

/// Looks through all files; changes nothing.
pub(crate) async fn look_for_traces(app: &App, needles: &Needles) -> Result<Looked, ImportError> {
    let imports = all_imports(app).await?;
    let mut traces = Traces::default();
    for import in folders_of_imports(app) {
        if folder::spool_path(app, &import).exists() {
            match folder::lock(app, &import) {
                Ok(_lock) => traces.spools.insert(import.clone()),
                Err(ImportError::Busy) => return Ok(Looked::Waits(import)),
                Err(error) => return Err(error),
            };
        }
        let mapping = imports.get(&import).map(|(_, request)| request.mapping.clone()).unwrap_or_default();
        let rows = rejected_rows(app, &import, mapping, needles).await?;
        if rows > 0 {
            traces.rejected.insert(import, rows);
        }
    }
    let mut needed_by: HashMap<&Path, Vec<(&ImportRow, &ImportRequest)>> = HashMap::new();
    for (row, request) in imports.values() {
        for file in &request.files {
            needed_by.entry(file.path.as_path()).or_default().push((row, request));
        }
    }
    for upload in all_uploads(app).await? {
        let path = Path::new(&upload.path);
        if !path.exists() {
            continue;
        }
        let users = needed_by.get(path).map(Vec::as_slice).unwrap_or_default();
        let settings = users.first().map(|(_, request)| (request.mapping.clone(), request.options.clone()));
        if !names(&upload, settings.unwrap_or_default(), needles).await? {
            continue;
        }
        if let Some((waits, _)) = users.iter().find(|(row, _)| row.finished_at.is_none()) {
            return Ok(Looked::Waits(waits.id.clone()));
        }
        traces.uploads.insert(upload.id);
    }
    Ok(Looked::Found(traces))
}

/// Removes them. Safe to do again. The id of an import that began meanwhile, and has to end first.
pub(crate) async fn remove_traces(
    app: &App,
    needles: &Needles,
    traces: &Traces,
) -> Result<Option<String>, ImportError> {
    for import in &traces.spools {
        match folder::lock(app, import) {
            Ok(_lock) => folder::remove_spool(app, import),
            Err(ImportError::Busy) => return Ok(Some(import.clone())),
            Err(error) => return Err(error),
        }
    }
    let imports = all_imports(app).await?;
    for import in traces.rejected.keys() {
        let mapping = imports.get(import).map(|(_, request)| request.mapping.clone()).unwrap_or_default();
        let (path, needles) = (folder::rejected_path(app, import), needles.clone());
        off_the_runtime(move || without_named_rows(&path, &mapping, &needles)).await?;
    }
    for id in &traces.uploads {
        let mut tx = app.store.write().await?;
        let Some(row) = uploads::get(&mut tx, id).await? else { continue };
        // The file first: a row without its file is found again, a file without its row is not.
        let path = PathBuf::from(&row.path);
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(ImportError::io(format!("cannot remove {}", path.display()))(error));
        }
        uploads::remove(&mut tx, id).await?;
        tx.commit().await?;
    }
    Ok(None)
}

async fn all_imports(app: &App) -> Result<HashMap<String, (ImportRow, ImportRequest)>, ImportError> {
    let mut imports = HashMap::new();
    let mut after: Option<String> = None;
    loop {
        let page = table::list(&mut app.store.read().await?, after.as_deref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(imports) };
        after = Some(last.id.clone());
        for row in page {
            if let Ok(request) = serde_json::from_str(&row.request) {
                imports.insert(row.id.clone(), (row, request));
            }
        }
    }
}

async fn all_uploads(app: &App) -> Result<Vec<UploadRow>, ImportError> {
    let mut all: Vec<UploadRow> = Vec::new();
    loop {
        let page = uploads::created_before(&mut app.store.read().await?, i64::MAX, all.last(), PAGE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

fn folders_of_imports(app: &App) -> BTreeSet<String> {
    let Ok(folders) = fs::read_dir(app.data_dir.join("imports")) else { return BTreeSet::new() };
    folders.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// A file that cannot be read was never imported: it goes as one that names the person.
async fn names(
    upload: &UploadRow,
    (mapping, options): (Mapping, Options),
    needles: &Needles,
) -> Result<bool, ImportError> {
    let size_bytes = u64::try_from(upload.size_bytes).unwrap_or(0);
    let file = ImportFile { name: upload.name.clone(), path: PathBuf::from(&upload.path), size_bytes };
    let needles = needles.clone();
    off_the_runtime(move || {
        let mut is_named = false;
        let read = each_row(&file, &options, &mapping, |columns, item| {
            is_named |= match item {
                Item::Row { cells, .. } => needles.are_named(columns, &cells),
                Item::Rejected { beginning, .. } => needles.is_one(None, &beginning),
            };
            Ok(!is_named)
        });
        Ok(is_named || read.is_err())
    })
    .await
}

async fn rejected_rows(app: &App, import: &str, mapping: Mapping, needles: &Needles) -> Result<u64, ImportError> {
    let (path, needles) = (folder::rejected_path(app, import), needles.clone());
    if !path.exists() {
        return Ok(0);
    }
    off_the_runtime(move || {
        let mut rows = 0;
        each_rejected(&path, &mapping, |is_headers, columns, cells| {
            rows += u64::from(!is_headers && needles.are_named(columns, cells));
            Ok(())
        })?;
        Ok(rows)
    })
    .await
}

fn without_named_rows(path: &Path, mapping: &Mapping, needles: &Needles) -> Result<(), ImportError> {
    let failed = || ImportError::io("cannot write rejected rows anew");
    let beside = path.with_extension("new");
    let file = File::create(&beside).map_err(failed())?;
    let mut out = CsvWriter::new(BufWriter::new(file)).map_err(failed())?;
    each_rejected(path, mapping, |is_headers, columns, cells| {
        if is_headers || !needles.are_named(columns, cells) {
            out.row(cells.iter()).map_err(failed())?;
        }
        Ok(())
    })?;
    let mut file = out.finish().map_err(failed())?.into_inner().map_err(|error| failed()(error.into_error()))?;
    file.flush().and_then(|()| file.sync_all()).map_err(failed())?;
    fs::rename(&beside, path).map_err(failed())
}

/// Without the apostrophe that guards a cell against spreadsheets: whoever writes it again puts it there again.
fn plain(cell: &str) -> &str {
    let guarded = |rest: &&str| rest.starts_with(['=', '+', '-', '@', '\t', '\r']);
    cell.strip_prefix('\'').filter(guarded).unwrap_or(cell)
}

/// The headers, then the rows.
fn each_rejected(
    path: &Path,
    mapping: &Mapping,
    mut visit: impl FnMut(bool, &[Option<IdentifierType>], &Cells<'_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let size_bytes = fs::metadata(path).map(|meta| meta.len()).unwrap_or(0);
    let file = ImportFile { name: "rejected.csv".to_owned(), path: path.to_owned(), size_bytes };
    // As we wrote it.
    let (delimiter, encoding) = (Some(",".to_owned()), Some("utf-8".to_owned()));
    let mut source = RowSource::open(&file, &Options { delimiter, encoding, ..Options::default() })?;
    let headers = source.headers();
    let mut columns = columns_of(&headers, mapping);
    columns.iter_mut().take(REJECTED_COLUMNS.len()).for_each(|column| *column = None);
    let mut first = RowBuffer::default();
    headers.iter().for_each(|header| first.push(header));
    visit(true, &columns, &first.cells())?;
    while let Some(item) = source.next(&file)? {
        // What cannot be read here was not written by us.
        let Item::Row { cells, .. } = item else { continue };
        let mut bare = RowBuffer::default();
        cells.iter().for_each(|cell| bare.push(plain(cell)));
        visit(false, &columns, &bare.cells())?;
    }
    Ok(())
}

/// Ends early where `visit` says so.
fn each_row(
    file: &ImportFile,
    options: &Options,
    mapping: &Mapping,
    mut visit: impl FnMut(&[Option<IdentifierType>], Item<'_>) -> Result<bool, ImportError>,
) -> Result<(), ImportError> {
    let mut source = RowSource::open(file, options)?;
    let columns = columns_of(&source.headers(), mapping);
    while let Some(item) = source.next(file)? {
        if !visit(&columns, item)? {
            break;
        }
    }
    Ok(())
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ImportError> + Send + 'static,
) -> Result<T, ImportError> {
    let work = tokio::task::spawn_blocking(work);
    work.await.map_err(|error| ImportError::refused("looking_failed", error.to_string()))?
}
