//! The whole-life pass against the plain answer.

use crate::support::{block, lives, lives_in_memory, order};
use perennial_domain::fact::{AppliedBlock, AppliedFact, FactKind};
use perennial_domain::time::Instant;
use perennial_history::History;
use proptest::prelude::*;

fn any_fact() -> impl Strategy<Value = AppliedFact> {
    // Few customers, times and amounts, so that they collide.
    let customer = prop_oneof![1 => Just(None), 8 => (1u32..200).prop_map(Some), 2 => Just(Some(u32::MAX))];
    (customer, -20i64..20, any::<u128>(), 0usize..6, any::<bool>(), prop::option::of(-3i64..3)).prop_map(
        |(customer, at, key, kind, first, amount)| {
            let mut fact = order(customer, at, key, amount.unwrap_or(0));
            fact.first = first;
            fact.fact.kind = FactKind::ALL[kind];
            if amount.is_none() {
                fact.fact.lines.clear();
            }
            fact
        },
    )
}

async fn check(blocks: Vec<AppliedBlock>, until: i64) {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let numbered: Vec<_> = (1i64..).zip(blocks.clone()).collect();
    for part in numbered.chunks(2) {
        history.append(part).await.unwrap();
    }
    let until = Some(Instant(until));
    let expected = (lives_in_memory(&blocks, None), lives_in_memory(&blocks, until));
    for threads in [1, 2, 4] {
        assert_eq!(lives(&history, threads, None).await, expected.0);
    }
    assert_eq!(lives(&history, 2, until).await, expected.1);
    let before = history.snapshot().await.unwrap();
    history.compact(1).await.unwrap();
    assert_eq!(lives(&history, 2, None).await, expected.0);
    assert_eq!(lives(&history, 1, until).await, expected.1);
    let mut facts = 0;
    let counted = before.fold_buckets(2, None, || 0, |count, _, life| *count += life.len()).unwrap();
    facts += counted.iter().sum::<usize>();
    assert_eq!(facts, expected.0.iter().map(|(_, life)| life.len()).sum::<usize>(), "an older version stays");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_fold_over_the_history_equals_a_fold_over_the_facts(
        facts in prop::collection::vec(prop::collection::vec(any_fact(), 0..40), 1..6),
        until in -22i64..22,
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(check(facts.into_iter().map(block).collect(), until));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_life_longer_than_a_batch_arrives_in_one_piece() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let facts: Vec<_> =
        (0..40_000u32).map(|key| order(Some(1 + 64 * (key % 2)), i64::from(key), key.into(), 1)).collect();
    history.append(&[(1, block(facts.clone()))]).await.unwrap();
    let expected = lives_in_memory(&[block(facts)], None);
    assert_eq!(lives(&history, 1, None).await, expected);
    assert_eq!(expected[0].1.len(), 20_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_data_file_is_an_error_and_not_a_short_answer() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    history.append(&[(1, crate::support::orders(70, 2, 0))]).await.unwrap();
    let file = &crate::support::data_files(root.path())[3];
    let content = std::fs::read(file).unwrap();
    std::fs::write(file, &content[..content.len() / 2]).unwrap();
    assert!(history.fold_buckets(2, None, || (), |(), _, _| ()).await.is_err());
    std::fs::remove_file(file).unwrap();
    assert!(history.fold_buckets(2, None, || (), |(), _, _| ()).await.is_err());
}
