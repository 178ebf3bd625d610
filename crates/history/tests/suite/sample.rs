//! Files that earlier versions wrote stay readable.

use crate::sample_facts::{SAMPLE_SEQUENCE, sample_block};
use crate::support::{block, copy_folder, lives, lives_in_memory, log_entry, order};
use perennial_domain::ids::CustomerNumber;
use perennial_history::{History, HistoryError, HistoryFact};
use std::path::{Path, PathBuf};

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/history-v1")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_of_version_one_is_read_in_full_and_goes_on() {
    let root = tempfile::tempdir().unwrap();
    copy_folder(&sample(), root.path());
    let history = History::open(root.path()).await.unwrap();
    assert_eq!(history.last_sequence().await.unwrap(), Some(SAMPLE_SEQUENCE));
    let block_one = sample_block();
    assert_eq!(lives(&history, 1, None).await, lives_in_memory([&block_one], None));
    for customer in [17_850, 5, 64] {
        let stored = history.timeline(CustomerNumber(customer), None, None, 10).await.unwrap();
        let mut expected: Vec<HistoryFact> = block_one
            .facts
            .iter()
            .filter(|fact| fact.customer == Some(CustomerNumber(customer)))
            .map(expected_fact)
            .collect();
        // Additions are newer than their order.
        expected.sort_by_key(|fact| fact.first);
        assert_eq!(stored, expected);
    }
    history.append(&[(SAMPLE_SEQUENCE + 1, block(vec![order(Some(5), 1, 1, 1)]))]).await.unwrap();
    history.compact(1).await.unwrap();
    assert_eq!(history.timeline(CustomerNumber(5), None, None, 10).await.unwrap().len(), 2);

    fn expected_fact(applied: &perennial_domain::fact::AppliedFact) -> HistoryFact {
        let fact = applied.fact.clone();
        let block = sample_block();
        HistoryFact {
            customer: applied.customer,
            at: fact.at,
            kind: fact.kind,
            key: fact.key,
            source: block.source,
            import_id: block.import_id,
            order_no: fact.order_no.clone(),
            first: applied.first,
            amount_minor: fact.amount_minor(),
            currency: block.currency,
            quantity_milli: fact.lines.iter().filter_map(|line| line.quantity_milli).reduce(|sum, one| sum + one),
            identifiers: fact.identifiers,
            lines: fact.lines,
            traits: fact.traits,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_of_a_later_version_is_refused_by_name() {
    let root = tempfile::tempdir().unwrap();
    copy_folder(&sample(), root.path());
    let entry = log_entry(root.path(), 0);
    let text = std::fs::read_to_string(&entry).unwrap();
    let later = text.replace("\"perennial.schema_version\":\"1\"", "\"perennial.schema_version\":\"2\"");
    assert_ne!(text, later);
    std::fs::write(&entry, later).unwrap();
    let error = History::open(root.path()).await.unwrap_err();
    assert!(matches!(&error, HistoryError::NewerSchema { found, known: 1 } if found == "2"), "{error}");
}
