//! What messages of a source carried.

use crate::support::{block, order};
use perennial_domain::fact::{AppliedBlock, AppliedFact, Campaign, FactKind, Tracked};
use perennial_domain::time::Instant;
use perennial_history::History;

fn message(customer: Option<u32>, key: u128, received_at: i64, name: &str, properties: Option<&str>) -> AppliedFact {
    let mut applied = order(customer, 1_000, key, 5);
    applied.fact.kind = FactKind::Event;
    applied.fact.order_no = None;
    applied.fact.lines = Vec::new();
    applied.fact.tracked = Some(Box::new(Tracked {
        message_id: format!("m{key}"),
        name: Some(name.to_owned()),
        properties: properties.map(str::to_owned),
        received_at: Instant(received_at),
        sent_at: None,
        original_at: None,
        channel: None,
        locale: None,
        page_url: None,
        page_path: None,
        campaign: Campaign::default(),
        touch_point: Some("store".to_owned()),
        consents: Vec::new(),
    }));
    applied
}

async fn seen(history: &History, source: &str, since: i64, limit: usize) -> Vec<(FactKind, String, Option<String>)> {
    let mut seen = Vec::new();
    let visited = history
        .visit_messages(source, Instant(since), limit, |kind, event, properties| {
            seen.push((kind, event.unwrap_or_default().to_owned(), properties.map(str::to_owned)));
        })
        .await
        .unwrap();
    assert_eq!(visited, seen.len());
    seen.sort();
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_one_source_are_visited_from_an_instant_on_up_to_a_limit() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    assert!(seen(&history, "shop", 0, 9).await.is_empty());
    let mut of_file = order(Some(1), 1_000, 99, 7);
    of_file.fact.tracked = None;
    let first = vec![
        of_file,
        message(Some(1), 1, 10, "A", Some("{\"x\":1}")),
        message(Some(2), 2, 20, "B", None),
        message(None, 3, 30, "C", Some("{}")),
    ];
    history.append(&[(1, block(first))]).await.unwrap();
    let other = AppliedBlock { source: "till".to_owned(), ..block(vec![message(Some(1), 4, 40, "D", None)]) };
    history.append(&[(2, other)]).await.unwrap();
    let event =
        |name: &str, properties: Option<&str>| (FactKind::Event, name.to_owned(), properties.map(str::to_owned));
    let all = [event("A", Some("{\"x\":1}")), event("B", None), event("C", Some("{}"))];
    assert_eq!(seen(&history, "shop", 0, 9).await, all);
    assert_eq!(seen(&history, "shop", 20, 9).await, all[1..]);
    assert_eq!(seen(&history, "shop", 0, 2).await.len(), 2);
    assert_eq!(seen(&history, "till", 0, 9).await, [event("D", None)]);
}
