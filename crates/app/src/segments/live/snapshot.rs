//! The index on disk, so that a start reads it instead of looking through all facts.
//!
//! A file is what the index was between two rounds, with the position up to which it had followed: whoever reads it follows from
//! there. It is read by the program that wrote it, beside the database that it was written beside: its token has to stand there
//! with its sequence. An older backup, another database and an erasure take the token away, and then the index is built anew, as
//! it is where anything of the file is not as it should be.
//!
//! Callers may rely on: a file is there whole or not at all; one that is not read is removed; nobody who was erased is in a file
//! that can be read, nor, but for a process that was killed that moment, in one that is there.

use super::super::catalogue::catalogue_in_tx;
use super::super::error::SegmentError;
use super::super::known::Registry;
use super::moves::Waiting;
use super::{Kept, Live, Position, Work};
use crate::App;
use crate::random::new_id;
use perennial_domain::fact::FactKey;
use perennial_domain::time::{Instant, MICROS_PER_DAY, MICROS_PER_HOUR};
use perennial_index::{Index, Place};
use perennial_store::{customer_changes, index_snapshots, sequences};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};

const MAGIC: [u8; 8] = *b"PRNNINDX";
/// Of the position, which is small.
const HEAD_BYTES_MAX: u32 = 1 << 24;
const BUFFER_BYTES: usize = 1 << 20;
const SUM_BYTES: u64 = 4;
/// How names of files end that are not whole yet.
const BEING_WRITTEN: &str = "new";
/// So long after one file the next is written, where anything was followed since.
const EVERY_HOURS: i64 = 1;
/// For so long a file stands that nothing took the place of.
const STANDS_DAYS: i64 = 30;

/// What stands before the index, as JSON.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    writer: String,
    token: String,
    sequence: i64,
    change: i64,
    value_run: Option<String>,
    registry: String,
    place: String,
    segments: BTreeMap<String, i64>,
}

/// When a file was last written or read, or tried, and what it holds.
pub(super) struct Saved {
    at: Instant,
    holds: Option<Position>,
}

/// Writes the index down where the last file is an hour old, or there was none, and more has been followed since.
///
/// # Errors
/// Of the disk and of the store; then the file is the one before, or none.
pub async fn save_when_due(app: &App, live: &Arc<Live>) -> Result<bool, SegmentError> {
    let now = app.clock.now();
    let due = Instant(now.0 - EVERY_HOURS * MICROS_PER_HOUR);
    // A clock that ran ahead has been set right.
    save_if(app, live, |saved| saved.at <= due || saved.at > now).await
}

/// Writes the index down where more has been followed since the last file; as at the end of a process.
///
/// # Errors
/// As [`save_when_due`].
pub async fn save(app: &App, live: &Arc<Live>) -> Result<bool, SegmentError> {
    save_if(app, live, |_| true).await
}

async fn save_if(app: &App, live: &Arc<Live>, is_due: impl Fn(&Saved) -> bool) -> Result<bool, SegmentError> {
    let _alone = live.saving.lock().await;
    let mut work = live.work.lock().await;
    let Some(position) = work.position.clone().filter(|_| work.waits_at.is_none()) else { return Ok(false) };
    let is_wanted = work.saved.as_ref().is_none_or(|saved| is_due(saved) && saved.holds.as_ref() != Some(&position));
    if !is_wanted || live.is_behind.load(Ordering::Relaxed) {
        return Ok(false);
    }
    let now = app.clock.now();
    let token = new_id(app.random.as_ref(), "ixs", now);
    let mut tx = app.store.write().await?;
    // Whoever erases somebody says so there first, and takes all tokens away then: either the index knows, or the token goes.
    if sequences::reserve(&mut tx, sequences::CUSTOMER_CHANGES, 0).await? != position.change + 1 {
        return Ok(false);
    }
    index_snapshots::begin(&mut tx, &token, now, Instant(now.0 - STANDS_DAYS * MICROS_PER_DAY)).await?;
    tx.commit().await?;
    work.saved = Some(Saved { at: now, holds: None });
    // Nothing is followed while it is written: time stands still until the next round, and whoever looks does so beside.
    live.is_behind.store(true, Ordering::Relaxed);
    work.seen = BTreeMap::new();
    let beside = folder_of(app).join(format!("{token}.{BEING_WRITTEN}"));
    let written = {
        let (live, path, token, position) = (Arc::clone(live), beside.clone(), token.clone(), position.clone());
        off_the_runtime(move || write_file(&live, &path, token, position)).await
    };
    // Until it is on disk others follow: that takes longer than to write it.
    drop(work);
    let on_disk = match written {
        Ok(file) => off_the_runtime(move || file.sync_all()).await,
        Err(error) => Err(error),
    };
    let stands = match on_disk {
        Ok(()) => put_in_place(app, &beside, &token, position.sequence).await,
        Err(error) => Err(broke_off("write", &error)),
    };
    if !matches!(stands, Ok(true)) {
        remove(&beside);
        return stands;
    }
    // Unless the index was taken from a file or built anew meanwhile.
    if let Some(saved) = live.work.lock().await.saved.as_mut().filter(|saved| saved.at == now) {
        saved.holds = Some(position);
    }
    stands
}

/// False where somebody was erased meanwhile.
async fn put_in_place(app: &App, beside: &Path, token: &str, sequence: i64) -> Result<bool, SegmentError> {
    let mut tx = app.store.write().await?;
    let stands = index_snapshots::finish(&mut tx, token, sequence).await?;
    tx.commit().await?;
    if !stands {
        return Ok(false);
    }
    let path = path_of(app);
    fs::rename(beside, &path).map_err(|error| broke_off("write", &error))?;
    // Somebody who was erased just now is in it.
    let stands = index_snapshots::sequence_of(&mut app.store.read().await?, token).await?.is_some();
    if !stands {
        remove(&path);
    }
    Ok(stands)
}

/// Takes the index from the file, where that may be read; whoever calls follows from there. False where it is to be built.
pub(super) async fn load(app: &App, live: &Live, work: &mut Work) -> Result<bool, SegmentError> {
    let path = path_of(app);
    remove_unfinished(app);
    if !path.exists() {
        return Ok(false);
    }
    let read = read_kept(app, &path).await?;
    let Some((kept, position)) = read else {
        remove(&path);
        return Ok(false);
    };
    work.keeping.forget();
    work.saved = Some(Saved { at: app.clock.now(), holds: Some(position.clone()) });
    work.position = Some(position);
    work.waits_at = None;
    // Time stands still until all is followed that came since.
    live.is_behind.store(true, Ordering::Relaxed);
    *live.write() = Some(kept);
    Ok(true)
}

/// The file is of somebody who was erased, or of nobody's use.
pub(crate) fn remove_snapshot(app: &App) {
    remove_unfinished(app);
    remove(&path_of(app));
}

/// What a process left that was killed, or another one writes just now: that one finds that its file is gone.
fn remove_unfinished(app: &App) {
    let Ok(files) = fs::read_dir(folder_of(app)) else { return };
    let paths = files.filter_map(Result::ok).map(|file| file.path());
    paths.filter(|path| path.extension().is_some_and(|own| own == BEING_WRITTEN)).for_each(|path| remove(&path));
}

fn folder_of(app: &App) -> PathBuf {
    app.data_dir.join("index")
}

fn path_of(app: &App) -> PathBuf {
    folder_of(app).join("live.snapshot")
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %path.display(), "a snapshot of the index that may not be read could not be removed");
    }
}

/// A panic is an error of what was read: the next start does not meet it again.
async fn off_the_runtime<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error.to_string())))
}

fn broke_off(what: &str, error: &io::Error) -> SegmentError {
    SegmentError::BrokeOff(format!("cannot {what} the snapshot of the index: {error}"))
}

/// Which program this is, as it was started: what a rule means may be another thing in another one.
static WRITER: LazyLock<String> = LazyLock::new(|| {
    let built = std::env::current_exe().and_then(fs::metadata);
    let size = built.as_ref().map_or(0, fs::Metadata::len);
    let changed = built.and_then(|built| built.modified());
    let since = changed.ok().and_then(|changed| changed.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
    format!("{} {size} {}", env!("CARGO_PKG_VERSION"), since.as_micros())
});

fn digest_of(place: &Place) -> String {
    FactKey::of(&["place", &format!("{}{:?}", place.zone.name(), place.line_names)]).hex()
}

/// A file that is not on disk for sure yet.
fn write_file(live: &Live, path: &Path, token: String, position: Position) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let kept = live.read();
    let Some(kept) = kept.as_ref() else { return Err(io::Error::other("there is no index")) };
    let Position { sequence, change, value_run, registry, segments } = position;
    let (registry, place) = (registry.digest(), digest_of(kept.index.place()));
    let head = Head { writer: WRITER.clone(), token, sequence, change, value_run, registry, place, segments };
    let head = serde_json::to_vec(&head)?;
    let inner = BufWriter::with_capacity(BUFFER_BYTES, create(path)?);
    let mut out = Summed { inner, sum: crc32fast::Hasher::new() };
    out.write_all(&MAGIC)?;
    out.write_all(&u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes())?;
    out.write_all(&head)?;
    kept.index.write(&mut out)?;
    let Summed { mut inner, sum } = out;
    inner.write_all(&sum.finalize().to_le_bytes())?;
    inner.into_inner().map_err(io::IntoInnerError::into_error)
}

/// For nobody else's eyes: it says who is who.
fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// `None` where the file is not what this database and this program go on from.
async fn read_kept(app: &App, path: &Path) -> Result<Option<(Kept, Position)>, SegmentError> {
    let path = path.to_owned();
    let (head, file) = match off_the_runtime(move || open(&path)).await {
        Ok(opened) => opened,
        Err(error) => return Ok(told(&error)),
    };
    let mut tx = app.store.read().await?;
    let stands = index_snapshots::sequence_of(&mut tx, &head.token).await? == Some(head.sequence)
        && sequences::current(&mut tx, sequences::APPLIED_SEQUENCE).await? >= head.sequence
        && customer_changes::last(&mut tx).await? >= head.change;
    let registry = Registry::load(&mut tx).await?;
    let lines = catalogue_in_tx(&mut tx).await?.lines;
    drop(tx);
    let place = Place { zone: registry.zone.clone(), line_names: lines };
    if !stands || head.writer != *WRITER || head.registry != registry.digest() || head.place != digest_of(&place) {
        tracing::info!(
            "the snapshot of the index is not of this program or this state of the database; it is built anew"
        );
        return Ok(None);
    }
    let index = match off_the_runtime(move || read_index(file, place)).await {
        // Where the clock ran ahead then, what is over by now was let go.
        Ok(index) if index.now() > app.clock.now() => return Ok(None),
        Ok(index) => index,
        Err(error) => return Ok(told(&error)),
    };
    let Head { sequence, change, value_run, segments, .. } = head;
    let kept = Kept { index, sequence, versions: segments.clone(), waiting: Waiting::default() };
    Ok(Some((kept, Position { sequence, change, value_run, registry, segments })))
}

fn told<T>(error: &io::Error) -> Option<T> {
    tracing::warn!(%error, "the snapshot of the index cannot be read; it is built anew");
    None
}

/// The head of a whole file, and the index behind it: bytes that are others are not looked at.
fn open(path: &Path) -> io::Result<(Head, BufReader<File>)> {
    let mut from = BufReader::with_capacity(BUFFER_BYTES, File::open(path)?);
    check_sum(&mut from)?;
    let (mut magic, mut length) = ([0; MAGIC.len()], [0; 4]);
    from.read_exact(&mut magic)?;
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length);
    if magic != MAGIC || length > HEAD_BYTES_MAX {
        return Err(io::Error::new(ErrorKind::InvalidData, "no snapshot of an index"));
    }
    let mut head = vec![0; length as usize];
    from.read_exact(&mut head)?;
    Ok((serde_json::from_slice(&head)?, from))
}

/// Whether the last four bytes are the sum of all before; then it stands at its beginning again.
fn check_sum(from: &mut BufReader<File>) -> io::Result<()> {
    let bytes = from.get_ref().metadata()?.len().saturating_sub(SUM_BYTES);
    let mut sum = crc32fast::Hasher::new();
    let mut some = vec![0; BUFFER_BYTES];
    let mut before = from.take(bytes);
    loop {
        let read = before.read(&mut some)?;
        if read == 0 {
            break;
        }
        sum.update(&some[..read]);
    }
    let mut written = [0; SUM_BYTES as usize];
    from.read_exact(&mut written)?;
    if sum.finalize().to_le_bytes() != written {
        return Err(io::Error::new(ErrorKind::InvalidData, "its sum is another one"));
    }
    from.rewind()
}

fn read_index(mut from: BufReader<File>, place: Place) -> io::Result<Index> {
    Index::read(place, &mut from)
}

/// Adds up what goes through.
struct Summed<I> {
    inner: I,
    sum: crc32fast::Hasher,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
