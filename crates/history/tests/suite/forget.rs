//! Facts of erased people are in no file any more, all others are as they were.

use crate::support::{block, data_files, lives, lives_in_memory, order, orders};
use perennial_domain::fact::{AppliedBlock, FactKey, FactKind, Trait};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::privacy::Redaction;
use perennial_domain::time::Instant;
use perennial_history::{Forget, Forgotten, History, Purged, Retouch};
use std::collections::{BTreeMap, BTreeSet};

fn of(customers: &[u32]) -> Forget {
    Forget { customers: customers.iter().copied().map(CustomerNumber).collect(), ..Forget::default() }
}

fn without(blocks: &[(i64, AppliedBlock)], gone: &[u32]) -> Vec<AppliedBlock> {
    let is_kept = |customer: Option<CustomerNumber>| customer.is_none_or(|one| !gone.contains(&one.0));
    let mut kept: Vec<AppliedBlock> = blocks.iter().map(|(_, block)| block.clone()).collect();
    for block in &mut kept {
        block.facts.retain(|one| is_kept(one.customer));
    }
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_of_the_forgotten_are_in_no_file_and_the_others_are_as_they_were() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let other = History::open(root.path()).await.unwrap();
    let blocks: Vec<_> = (1..=4).map(|sequence| (sequence, orders(130, 2, 100_000 - sequence * 10_500))).collect();
    for one in &blocks {
        history.append(std::slice::from_ref(one)).await.unwrap();
    }
    history.compact(1).await.unwrap();
    history.append(&[(5, orders(130, 1, 500_000))]).await.unwrap();
    let all: Vec<_> = blocks.into_iter().chain([(5, orders(130, 1, 500_000))]).collect();
    assert_eq!(other.stats().await.unwrap().facts, 130 * 9);

    let what = of(&[2, 66, 7]);
    assert_eq!(history.count_facts(&what).await.unwrap(), 27);
    let done = history.forget(&what).await.unwrap();
    assert_eq!(done, Forgotten { facts: 27, retouched: 0, files_rewritten: 4 }, "two buckets of two files");
    assert_eq!(history.forget(&what).await.unwrap(), Forgotten::default(), "again");
    assert_eq!(history.count_facts(&what).await.unwrap(), 0);
    let kept = without(&all, &[2, 66, 7]);
    for handle in [&history, &other, &History::open(root.path()).await.unwrap()] {
        assert_eq!(handle.stats().await.unwrap().facts, 127 * 9);
        assert_eq!(handle.last_sequence().await.unwrap(), Some(5));
        assert!(handle.timeline(CustomerNumber(66), None, None, 100).await.unwrap().is_empty());
        assert_eq!(handle.timeline(CustomerNumber(130), None, None, 100).await.unwrap().len(), 9);
        assert_eq!(lives(handle, 2, None).await, lives_in_memory(&kept, None));
    }
    let files = data_files(root.path()).len();
    let purged = history.purge(&what).await.unwrap();
    // Of bucket 2: four that were compacted, and two that were rewritten. So of bucket 7.
    assert_eq!(purged.files, 12);
    assert_eq!(history.purge(&what).await.unwrap(), Purged::default());
    assert_eq!(data_files(root.path()).len(), files - 12);
    let named = history.stats().await.unwrap().files as usize;
    let of_buckets = |path: &&std::path::PathBuf| path.parent().is_some_and(|folder| folder.ends_with("bucket=2"));
    assert_eq!(data_files(root.path()).iter().filter(of_buckets).count(), 2);
    assert!(data_files(root.path()).len() > named, "what others replaced is kept as before");
    assert_eq!(lives(&other, 2, None).await, lives_in_memory(&kept, None));
    // Appends and compactions go on.
    history.append(&[(6, orders(3, 1, 900_000))]).await.unwrap();
    history.compact(1).await.unwrap();
    assert_eq!(other.stats().await.unwrap().facts, 127 * 9 + 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_which_nothing_is_left_goes() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let guests = block(vec![order(None, 1, 70, 5), order(None, 2, 71, 5)]);
    history.append(&[(1, orders(1, 3, 1_000)), (2, guests)]).await.unwrap();
    let what = Forget { guests: BTreeSet::from([FactKey(70)]), ..of(&[1]) };
    assert_eq!(history.count_facts(&what).await.unwrap(), 4);
    let done = history.forget(&what).await.unwrap();
    assert_eq!(done, Forgotten { facts: 4, retouched: 0, files_rewritten: 2 });
    history.purge(&what).await.unwrap();
    let stats = history.stats().await.unwrap();
    assert_eq!((stats.facts, stats.files, data_files(root.path()).len()), (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_somebody_in_the_facts_of_others_is_taken_out() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let identifier = |kind, value: &str| Identifier::normalise(kind, value).unwrap();
    let phone = identifier(IdentifierType::Phone, "13812345678");
    let own = identifier(IdentifierType::CustomerId, "B");
    let told = |at: i64| {
        let mut fact = order(Some(5), at, at as u128, 100);
        fact.fact.kind = FactKind::CustomerUpdate;
        fact.fact.identifiers = vec![own.clone(), phone.clone()];
        let word = |name: &str, value: &str| Trait { name: name.to_owned(), value: value.to_owned() };
        fact.fact.traits = vec![word("city", "York"), word("mobile", "138 1234 5678")];
        fact
    };
    history.append(&[(1, block(vec![told(10), told(20), order(Some(69), 5, 3, 1)]))]).await.unwrap();
    let redaction = Redaction::of_identifiers(vec![phone.clone()]);
    let retouch = |sources: &[&str]| {
        let sources = sources.iter().map(|source| (*source).to_owned()).collect();
        let one = Retouch { redaction: redaction.clone(), until: Instant(10), sources };
        Forget { retouch: BTreeMap::from([(CustomerNumber(5), one)]), ..Forget::default() }
    };
    assert_eq!(history.forget(&retouch(&["till"])).await.unwrap(), Forgotten::default(), "another source");
    assert_eq!(data_files(root.path()).len(), 1, "no file is left behind by a look");
    let done = history.forget(&retouch(&[])).await.unwrap();
    assert_eq!(done, Forgotten { facts: 0, retouched: 1, files_rewritten: 1 });
    assert_eq!(history.forget(&retouch(&["shop"])).await.unwrap(), Forgotten::default());
    let facts = history.timeline(CustomerNumber(5), None, None, 9).await.unwrap();
    assert_eq!(facts[0].identifiers, [own.clone(), phone], "later than the instant");
    assert_eq!((&facts[1].identifiers, facts[1].traits.len()), (&vec![own], 1));
    assert_eq!(facts[1].amount_minor, Some(100));
    assert_eq!(history.timeline(CustomerNumber(69), None, None, 9).await.unwrap().len(), 1);
}
