//! Events by their names within a time.

use crate::support::{block, order};
use perennial_domain::fact::{AppliedFact, Campaign, FactKind, Tracked};
use perennial_domain::time::Instant;
use perennial_history::History;

fn told(kind: FactKind, name: &str, customer: Option<u32>, at: i64) -> AppliedFact {
    let mut applied = order(customer, at, (at as u128) << 8 | u128::from(customer.unwrap_or(0)), 0);
    applied.fact.kind = kind;
    applied.fact.at = Instant(at);
    applied.fact.tracked = Some(Box::new(Tracked {
        message_id: format!("m{at}"),
        name: Some(name.to_owned()),
        properties: None,
        received_at: Instant(7),
        sent_at: None,
        original_at: None,
        channel: None,
        locale: None,
        page_url: None,
        page_path: None,
        campaign: Campaign::default(),
        touch_point: None,
        consents: Vec::new(),
    }));
    applied
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_known_customers_with_these_names_are_visited_within_a_time() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let event = |name, customer, at| told(FactKind::Event, name, customer, at);
    let facts = vec![
        event("Shared", Some(1), 9),
        event("Shared", Some(1), 10),
        event("Shared", Some(1), 11),
        event("Event Joined", Some(65), 19),
        event("Shared", Some(2), 20),
        event("Shared", None, 15),
        event("Liked", Some(1), 15),
        told(FactKind::Page, "Shared", Some(1), 16),
        order(Some(1), 17, 1, 5),
    ];
    let visited = async |history: &History| {
        let mut seen = Vec::new();
        let note =
            |customer: perennial_domain::ids::CustomerNumber, name: &str| seen.push((customer.0, name.to_owned()));
        history.visit_events(&["Shared", "Event Joined"], Instant(10), Instant(20), note).await.unwrap();
        seen.sort();
        seen
    };
    assert_eq!(visited(&history).await, []);
    history.append(&[(1, block(facts))]).await.unwrap();
    let expected = [(1, "Shared"), (1, "Shared"), (65, "Event Joined")];
    assert_eq!(visited(&history).await, expected.map(|(customer, name)| (customer, name.to_owned())));
}
