//! Compaction changes files, never answers.

use crate::support::{data_files, lives, lives_in_memory, orders};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::{Instant, MICROS_PER_DAY, MICROS_PER_SECOND};
use perennial_history::{Compacted, History};
use std::path::Path;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

#[tokio::test(flavor = "multi_thread")]
async fn compaction_keeps_facts_journal_position_and_timelines() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let other = History::open(root.path()).await.unwrap();
    // Later blocks are older facts, so that the merge has to interleave.
    let blocks: Vec<_> = (1..=4).map(|sequence| (sequence, orders(130, 2, 100_000 - sequence * 10_500))).collect();
    for one in &blocks {
        history.append(std::slice::from_ref(one)).await.unwrap();
    }
    let timeline = history.timeline(CustomerNumber(66), None, None, 100).await.unwrap();
    assert_eq!(timeline.len(), 8);
    assert_eq!(history.compact(4).await.unwrap(), Compacted::default());

    let compacted = history.compact(3).await.unwrap();
    assert_eq!(compacted, Compacted { buckets: 64, files_removed: 256, files_added: 64 });
    for handle in [&history, &other] {
        let stats = handle.stats().await.unwrap();
        assert_eq!((stats.facts, stats.files), (130 * 8, 64));
        assert_eq!(handle.last_sequence().await.unwrap(), Some(4));
        assert_eq!(handle.timeline(CustomerNumber(66), None, None, 100).await.unwrap(), timeline);
        let all = blocks.iter().map(|(_, block)| block);
        assert_eq!(lives(handle, 2, None).await, lives_in_memory(all, None));
    }
    assert_eq!(history.compact(1).await.unwrap(), Compacted::default(), "one run is left as it is");

    assert_eq!(data_files(root.path()).len(), 320);
    assert_eq!(history.vacuum_orphans(Instant(0)).await.unwrap().files, 0);
    assert_eq!(history.vacuum_orphans(Instant(i64::MAX)).await.unwrap().files, 256);
    assert_eq!(data_files(root.path()).len(), 64);
    assert_eq!(other.timeline(CustomerNumber(66), None, None, 100).await.unwrap(), timeline);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_runs_than_are_merged_at_a_time_are_merged_in_turn() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    for sequence in 1..=70 {
        history.append(&[(sequence, orders(1, 1, sequence))]).await.unwrap();
    }
    history.compact(1).await.unwrap();
    let stats = history.stats().await.unwrap();
    // 64 of them, then the other six; these are too few to rewrite the large one for.
    assert_eq!((stats.facts, stats.files), (70, 2));
    assert_eq!(History::open(root.path()).await.unwrap().last_sequence().await.unwrap(), Some(70));
}

/// As an import a day for fifty days: the whole history was rewritten at every eighth.
#[tokio::test(flavor = "multi_thread")]
async fn daily_appends_are_rewritten_a_few_times_and_not_every_week() {
    const DAYS: i64 = 50;
    const RUNS_MAX: usize = 8;
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let blocks: Vec<_> = (1..=DAYS).map(|day| (day, orders(1, 300, day * 1_000_000))).collect();
    for one in &blocks {
        history.append(std::slice::from_ref(one)).await.unwrap();
        history.compact(RUNS_MAX).await.unwrap();
        assert!(history.stats().await.unwrap().files <= RUNS_MAX as u64);
    }
    let bytes = |prefix: &str| -> u64 {
        let all = data_files(root.path()).into_iter();
        let named = all.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(prefix));
        named.map(|path| path.metadata().unwrap().len()).sum()
    };
    // Nothing was vacuumed: what was ever written is still there.
    let times = bytes("compact-") as f64 / bytes("append-") as f64;
    assert!(times > 0.5 && times < (DAYS as f64).log2() / 2.0, "each byte was rewritten {times} times");
    let all = blocks.iter().map(|(_, block)| block);
    assert_eq!(lives(&history, 2, None).await, lives_in_memory(all, None));
    assert_eq!(history.last_sequence().await.unwrap(), Some(DAYS));
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_of_an_older_version_keep_their_files_for_a_day() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    for sequence in 1..=4 {
        history.append(&[(sequence, orders(70, 1, sequence * 1_000))]).await.unwrap();
    }
    let reader = history.snapshot().await.unwrap();
    let facts = || {
        let counted = reader.fold_buckets(2, None, || 0, |count, _, life| *count += life.len());
        counted.map(|counts| counts.into_iter().sum::<usize>())
    };
    history.compact(1).await.unwrap();
    let now = newest_change(root.path());
    let a_day_before = |instant: i64| Instant(instant - MICROS_PER_DAY);
    assert_eq!(history.vacuum_orphans(a_day_before(now.0)).await.unwrap().files, 0);
    assert_eq!(facts().unwrap(), 280);
    let tomorrow = now.0 + MICROS_PER_DAY + MICROS_PER_SECOND;
    assert_eq!(history.vacuum_orphans(a_day_before(tomorrow)).await.unwrap().files, 256);
    assert!(facts().is_err(), "too old by now, and told so");
    assert_eq!(history.stats().await.unwrap().facts, 280);
}

/// When the folder changed last, by its files.
fn newest_change(root: &Path) -> Instant {
    let modified = |path: std::path::PathBuf| path.metadata().unwrap().modified().unwrap();
    let newest = data_files(root).into_iter().map(modified).max().unwrap();
    let log = std::fs::read_dir(root.join("facts/_delta_log")).unwrap().map(|entry| modified(entry.unwrap().path()));
    let newest = log.fold(newest, Ord::max);
    Instant(i64::try_from(newest.duration_since(UNIX_EPOCH).unwrap().as_micros()).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn appends_and_compactions_go_on_at_the_same_time() {
    let root = tempfile::tempdir().unwrap();
    let writer = Arc::new(History::open(root.path()).await.unwrap());
    let compactor = Arc::new(History::open(root.path()).await.unwrap());
    let blocks: Arc<Vec<_>> = Arc::new((1..=8).map(|sequence| (sequence, orders(20, 1, sequence * 1_000))).collect());
    // Tasks of their own: files are written by both at once, on different threads.
    let write = tokio::spawn({
        let (writer, blocks) = (Arc::clone(&writer), Arc::clone(&blocks));
        async move {
            for one in blocks.iter() {
                writer.append(std::slice::from_ref(one)).await.unwrap();
            }
        }
    });
    let rewrite = tokio::spawn({
        let compactor = Arc::clone(&compactor);
        async move {
            for _ in 0..8 {
                compactor.compact(1).await.unwrap();
            }
        }
    });
    write.await.unwrap();
    rewrite.await.unwrap();
    compactor.compact(1).await.unwrap();
    let stats = writer.stats().await.unwrap();
    assert_eq!(stats.facts, 160);
    assert!(stats.files <= 60, "at most three runs, each three times the one before: {}", stats.files);
    assert_eq!(writer.last_sequence().await.unwrap(), Some(8));
    let all = blocks.iter().map(|(_, block)| block);
    assert_eq!(lives(&writer, 2, None).await, lives_in_memory(all, None));
}
