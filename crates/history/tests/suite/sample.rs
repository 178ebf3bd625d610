//! Files that earlier versions wrote stay readable.

use crate::sample_facts::{SAMPLE_SEQUENCE, sample_block, sample_block_v2};
use crate::support::{copy_folder, lives, lives_in_memory, log_entry};
use perennial_domain::fact::{AppliedBlock, AppliedFact};
use perennial_domain::ids::CustomerNumber;
use perennial_history::{History, HistoryError, HistoryFact};
use std::path::{Path, PathBuf};

fn sample(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/history-v{version}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_of_every_version_are_read_in_full_and_go_on() {
    for (version, written) in [(1, sample_block()), (2, sample_block_v2())] {
        let root = tempfile::tempdir().unwrap();
        copy_folder(&sample(version), root.path());
        let history = History::open(root.path()).await.unwrap();
        assert_eq!(history.last_sequence().await.unwrap(), Some(SAMPLE_SEQUENCE));
        assert_eq!(lives(&history, 1, None).await, lives_in_memory([&written], None), "version {version}");
        check_timelines(&history, &written).await;
        // What comes after the upgrade has columns that the old files lack; compaction brings both together.
        let news = AppliedBlock { facts: sample_block_v2().facts.split_off(5), ..sample_block_v2() };
        history.append(&[(SAMPLE_SEQUENCE + 1, news.clone())]).await.unwrap();
        history.compact(1).await.unwrap();
        let both = AppliedBlock { facts: [&written.facts[..], &news.facts[..]].concat(), ..written.clone() };
        let stored = history.timeline(CustomerNumber(5), None, None, 10).await.unwrap();
        assert_eq!(stored.len(), both.facts.iter().filter(|fact| fact.customer == Some(CustomerNumber(5))).count());
        let newest = stored[0].tracked.as_ref().map(|tracked| tracked.message_id.as_str());
        assert_eq!(newest, Some("msg-1"), "version {version}");
        let again = History::open(root.path()).await.unwrap();
        assert_eq!(again.stats().await.unwrap().version, history.stats().await.unwrap().version, "upgraded once");
    }
}

async fn check_timelines(history: &History, written: &AppliedBlock) {
    for customer in [17_850, 5, 64] {
        let stored = history.timeline(CustomerNumber(customer), None, None, 10).await.unwrap();
        let mut expected: Vec<HistoryFact> = written
            .facts
            .iter()
            .filter(|fact| fact.customer == Some(CustomerNumber(customer)))
            .map(|applied| expected_fact(applied, written))
            .collect();
        // Additions are newer than their order.
        expected.sort_by_key(|fact| (std::cmp::Reverse(fact.at), fact.first));
        assert_eq!(stored, expected);
    }
}

fn expected_fact(applied: &AppliedFact, block: &AppliedBlock) -> HistoryFact {
    let fact = applied.fact.clone();
    HistoryFact {
        customer: applied.customer,
        at: fact.at,
        kind: fact.kind,
        key: fact.key,
        source: block.source.clone(),
        import_id: block.import_id.clone(),
        order_no: fact.order_no.clone(),
        first: applied.first,
        amount_minor: fact.amount_minor(),
        currency: block.currency,
        quantity_milli: fact.lines.iter().filter_map(|line| line.quantity_milli).reduce(|sum, one| sum + one),
        identifiers: fact.identifiers,
        lines: fact.lines,
        traits: fact.traits,
        tracked: fact.tracked,
    }
}

/// Two processes of this version may open a table of the first one at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn a_history_of_version_one_is_upgraded_once_by_whoever_comes_first() {
    let root = tempfile::tempdir().unwrap();
    copy_folder(&sample(1), root.path());
    let opened = tokio::join!(History::open(root.path()), History::open(root.path()));
    let versions = (opened.0.unwrap().stats().await.unwrap(), opened.1.unwrap().stats().await.unwrap());
    assert_eq!(versions.0, versions.1);
    let entry = std::fs::read_to_string(log_entry(root.path(), versions.0.version)).unwrap();
    assert!(entry.contains("message_id") && entry.contains("schema_version"), "{entry}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_of_a_later_version_is_refused_by_name() {
    let root = tempfile::tempdir().unwrap();
    copy_folder(&sample(1), root.path());
    let entry = log_entry(root.path(), 0);
    let text = std::fs::read_to_string(&entry).unwrap();
    let later = text.replace("\"perennial.schema_version\":\"1\"", "\"perennial.schema_version\":\"5\"");
    assert_ne!(text, later);
    std::fs::write(&entry, later).unwrap();
    let error = History::open(root.path()).await.unwrap_err();
    assert!(matches!(&error, HistoryError::NewerSchema { found, known: 4 } if found == "5"), "{error}");
}
