//! Compaction changes files, never answers.

use crate::support::{data_files, lives, lives_in_memory, orders};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_history::{Compacted, History};

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
async fn more_runs_than_are_merged_at_a_time_still_become_one() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    for sequence in 1..=70 {
        history.append(&[(sequence, orders(1, 1, sequence))]).await.unwrap();
    }
    history.compact(1).await.unwrap();
    let stats = history.stats().await.unwrap();
    assert_eq!((stats.facts, stats.files), (70, 1));
    assert_eq!(History::open(root.path()).await.unwrap().last_sequence().await.unwrap(), Some(70));
}

#[tokio::test(flavor = "multi_thread")]
async fn appends_and_compactions_go_on_at_the_same_time() {
    let root = tempfile::tempdir().unwrap();
    let writer = History::open(root.path()).await.unwrap();
    let compactor = History::open(root.path()).await.unwrap();
    let blocks: Vec<_> = (1..=8).map(|sequence| (sequence, orders(20, 1, sequence * 1_000))).collect();
    let write = async {
        for one in &blocks {
            writer.append(std::slice::from_ref(one)).await.unwrap();
        }
    };
    let rewrite = async {
        for _ in 0..4 {
            compactor.compact(1).await.unwrap();
        }
    };
    tokio::join!(write, rewrite);
    compactor.compact(1).await.unwrap();
    let stats = writer.stats().await.unwrap();
    assert_eq!((stats.facts, stats.files), (160, 20));
    assert_eq!(writer.last_sequence().await.unwrap(), Some(8));
    let all = blocks.iter().map(|(_, block)| block);
    assert_eq!(lives(&writer, 2, None).await, lives_in_memory(all, None));
}
