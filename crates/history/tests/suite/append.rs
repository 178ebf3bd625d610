//! Exactly once, whatever is killed, repeated or done at the same time.

use crate::support::{block, data_files, lives, lives_in_memory, log_entry, order, orders};
use perennial_domain::fact::FACT_BLOCK_VERSION;
use perennial_domain::time::Instant;
use perennial_history::{History, HistoryError};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn blocks_that_the_history_knows_are_skipped() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    assert_eq!(history.last_sequence().await.unwrap(), None);
    let blocks = [(1, orders(10, 2, 0)), (2, orders(10, 2, 50_000))];

    let first = history.append(&blocks[..1]).await.unwrap();
    assert_eq!((first.facts, first.last_sequence, first.blocks_skipped), (20, Some(1), 0));
    // The caller was killed before it deleted what it had handed over, and hands it over again with more.
    let second = history.append(&blocks).await.unwrap();
    assert_eq!((second.facts, second.last_sequence, second.blocks_skipped), (20, Some(2), 1));
    let again = history.append(&blocks).await.unwrap();
    assert_eq!((again.facts, again.last_sequence, again.blocks_skipped), (0, Some(2), 2));
    assert_eq!(again.version, second.version);

    assert_eq!(history.last_sequence().await.unwrap(), Some(2));
    let all = blocks.iter().map(|(_, block)| block);
    assert_eq!(lives(&history, 1, None).await, lives_in_memory(all, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_killed_before_its_commit_leaves_only_orphans() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    history.append(&[(1, orders(70, 1, 0))]).await.unwrap();
    let lost = history.append(&[(2, orders(70, 1, 9_000))]).await.unwrap();
    // Data files without their log entry: what a kill between the two leaves behind.
    std::fs::remove_file(log_entry(root.path(), lost.version)).unwrap();

    let history = History::open(root.path()).await.unwrap();
    assert_eq!(history.last_sequence().await.unwrap(), Some(1));
    assert_eq!(history.stats().await.unwrap().facts, 70);
    let files = data_files(root.path()).len();
    let repeated = history.append(&[(2, orders(70, 1, 9_000))]).await.unwrap();
    assert_eq!(repeated.facts, 70);
    assert_eq!(data_files(root.path()).len(), files, "the orphans were overwritten");
    assert_eq!(history.stats().await.unwrap().facts, 140);
}

#[tokio::test(flavor = "multi_thread")]
async fn orphans_are_deleted_once_they_are_old_enough() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    history.append(&[(1, orders(70, 1, 0))]).await.unwrap();
    let kept = data_files(root.path()).len();
    let lost = history.append(&[(2, orders(5, 1, 9_000))]).await.unwrap();
    std::fs::remove_file(log_entry(root.path(), lost.version)).unwrap();

    let history = History::open(root.path()).await.unwrap();
    assert_eq!(history.vacuum_orphans(Instant(0)).await.unwrap().files, 0);
    let vacuumed = history.vacuum_orphans(Instant(i64::MAX)).await.unwrap();
    assert_eq!(vacuumed.files, 5);
    assert!(vacuumed.bytes > 0);
    assert_eq!(data_files(root.path()).len(), kept);
    assert_eq!(lives(&history, 1, None).await.len(), 70);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_handles_append_each_block_once() {
    let root = tempfile::tempdir().unwrap();
    let left = Arc::new(History::open(root.path()).await.unwrap());
    let right = Arc::new(History::open(root.path()).await.unwrap());
    let blocks: Arc<Vec<_>> = Arc::new((1..=6).map(|sequence| (sequence, orders(3, 1, sequence * 10_000))).collect());
    for upto in 1..=blocks.len() {
        // Tasks of their own, so that the files are written at the same time, on different threads.
        let tasks = [&left, &right].map(|handle| {
            let (handle, blocks) = (Arc::clone(handle), Arc::clone(&blocks));
            tokio::spawn(async move { handle.append(&blocks[..upto]).await.unwrap().facts })
        });
        let mut facts = 0;
        for task in tasks {
            facts += task.await.unwrap();
        }
        assert_eq!(facts, 3);
    }
    let all = || blocks.iter().map(|(_, block)| block);
    assert_eq!(lives(&left, 1, None).await, lives_in_memory(all(), None));
    assert_eq!(lives(&right, 1, None).await, lives_in_memory(all(), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_are_kept_apart_and_never_folded() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let facts = vec![order(None, 1, 1, 100), order(Some(64), 2, 2, 200), order(None, 3, 3, -300)];
    history.append(&[(1, block(facts))]).await.unwrap();
    assert_eq!(history.stats().await.unwrap().facts, 3);
    assert!(root.path().join("facts/bucket=64").is_dir());
    assert!(root.path().join("facts/bucket=0").is_dir());
    let lives = lives(&history, 2, None).await;
    assert_eq!(lives.len(), 1);
    assert_eq!(lives[0].0, 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_out_of_order_or_of_a_later_version_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let backwards = history.append(&[(2, orders(1, 1, 0)), (1, orders(1, 1, 0))]).await;
    assert!(matches!(backwards, Err(HistoryError::BlocksOutOfOrder { previous: 2, sequence: 1 })));
    let with_a_gap = history.append(&[(1, orders(1, 1, 0)), (3, orders(1, 1, 0))]).await;
    assert!(matches!(with_a_gap, Err(HistoryError::BlocksOutOfOrder { previous: 1, sequence: 3 })));
    let mut later = orders(1, 1, 0);
    later.version = FACT_BLOCK_VERSION + 1;
    let refused = history.append(&[(1, later)]).await;
    assert!(
        matches!(refused, Err(HistoryError::NewerBlock { sequence: 1, found, known: FACT_BLOCK_VERSION }) if found > FACT_BLOCK_VERSION)
    );
    assert_eq!(history.append(&[]).await.unwrap().facts, 0);
    assert_eq!(history.last_sequence().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_that_do_not_follow_the_last_one_are_refused_and_not_passed_over() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let late = history.append(&[(2, orders(1, 1, 0))]).await;
    assert!(matches!(late, Err(HistoryError::BlocksMissing { known: 0, sequence: 2 })));
    history.append(&[(1, orders(1, 1, 0)), (2, orders(1, 1, 10))]).await.unwrap();
    let late = history.append(&[(4, orders(1, 1, 20))]).await.unwrap_err();
    assert!(late.to_string().contains("journal block 4 cannot follow block 2"), "{late}");
    history.append(&[(2, orders(1, 1, 10)), (3, orders(1, 1, 20))]).await.unwrap();
    assert_eq!((history.last_sequence().await.unwrap(), history.stats().await.unwrap().facts), (Some(3), 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_survive_checkpoints_and_opening() {
    let folder = tempfile::tempdir().unwrap();
    // Brackets and spaces: the data folder's name is not a pattern.
    let root = folder.path().join("data [1] \u{5e93}");
    let history = History::open(&root).await.unwrap();
    let last = 1_700_000_000_123_457;
    for sequence in 1..=21 {
        let at = if sequence == 5 { last } else { sequence };
        history.append(&[(sequence, block(vec![order(Some(3), at, sequence as u128, 1)]))]).await.unwrap();
    }
    assert!(root.join("facts/_delta_log/_last_checkpoint").exists());
    let reopened = History::open(&root).await.unwrap();
    for handle in [&history, &reopened] {
        let stats = handle.stats().await.unwrap();
        assert_eq!((stats.facts, stats.files, stats.version), (21, 21, 21));
        assert_eq!(stats.last_fact_at, Some(Instant(last)));
        assert_eq!(handle.last_sequence().await.unwrap(), Some(21));
        assert_eq!(lives(handle, 1, None).await[0].1.len(), 21);
        let newest = handle.timeline(perennial_domain::ids::CustomerNumber(3), None, None, 5).await.unwrap();
        assert_eq!(newest[0].at, Instant(last));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_torn_by_a_power_cut_never_happened() {
    let root = tempfile::tempdir().unwrap();
    let blocks = [(1, orders(4, 1, 0)), (2, orders(4, 1, 9_000))];
    History::open(root.path()).await.unwrap().append(&blocks[..1]).await.unwrap();
    let entry = log_entry(root.path(), 2);
    let mut length = 0;
    loop {
        let history = History::open(root.path()).await.unwrap();
        assert_eq!(history.last_sequence().await.unwrap(), Some(1), "cut at {length}");
        assert_eq!(history.append(&blocks).await.unwrap().facts, 4);
        assert_eq!(history.stats().await.unwrap().facts, 8);
        // All lines whole but the last: facts without the journal position.
        let content = std::fs::read(&entry).unwrap();
        if length >= content.len() {
            break;
        }
        let next_line =
            content[length..].iter().position(|byte| *byte == b'\n').map_or(content.len(), |end| length + end + 1);
        std::fs::write(&entry, &content[..length]).unwrap();
        length = next_line;
    }
    assert!(length > 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_torn_by_a_power_cut_is_left_aside() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    for sequence in 1..=20 {
        history.append(&[(sequence, orders(1, 1, sequence))]).await.unwrap();
    }
    let log = root.path().join("facts/_delta_log");
    let checkpoint = std::fs::read_dir(&log)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains(".checkpoint"))
        .unwrap();
    std::fs::write(&checkpoint, b"PAR1").unwrap();
    let history = History::open(root.path()).await.unwrap();
    assert_eq!(history.stats().await.unwrap().facts, 20);
    assert_eq!(history.last_sequence().await.unwrap(), Some(20));
}
