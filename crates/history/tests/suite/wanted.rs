//! Facts that a filter lets through: what the query answers is what the filter says in memory.

use crate::support::{block, order};
use perennial_domain::fact::{AppliedFact, Campaign, FactKind, Tracked};
use perennial_domain::fact_filter::{FactClass, FactFilter, Names};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_history::History;

const KINDS: [FactKind; 4] = [FactKind::Event, FactKind::Page, FactKind::Order, FactKind::Refund];
const NAMES: [Option<&str>; 4] = [None, Some("A"), Some("B"), Some("C")];
const PLACES: [Option<&str>; 3] = [None, Some("web"), Some("store")];

fn facts() -> Vec<AppliedFact> {
    let mut facts = Vec::new();
    for number in 0..KINDS.len() * NAMES.len() * PLACES.len() * PLACES.len() {
        let mut fact = order(Some(if number % 3 == 0 { 65 } else { 1 }), 100 + (number / 3) as i64, number as u128, 5);
        fact.fact.kind = KINDS[number % 4];
        fact.first = number % 5 > 0;
        let place = |by: usize| PLACES[number / by % 3].map(str::to_owned);
        fact.fact.tracked = Some(Box::new(Tracked {
            message_id: format!("m{number}"),
            name: NAMES[number / 4 % 4].map(str::to_owned),
            properties: None,
            received_at: Instant(7),
            sent_at: None,
            original_at: None,
            channel: place(16),
            locale: None,
            page_url: None,
            page_path: None,
            campaign: Campaign::default(),
            touch_point: place(48),
            consents: Vec::new(),
        }));
        facts.push(fact);
    }
    facts
}

fn of(fact: &AppliedFact) -> (FactKind, Option<&str>, Option<&str>, Option<&str>) {
    let tracked = fact.fact.tracked.as_deref();
    let text = |of: fn(&Tracked) -> Option<&str>| tracked.and_then(of);
    let (name, channel) = (text(|one| one.name.as_deref()), text(|one| one.channel.as_deref()));
    (fact.fact.kind, name, channel, text(|one| one.touch_point.as_deref()))
}

fn filters() -> Vec<FactFilter> {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let class = |kind, names| FactClass { kind, names };
    let event = FactKind::Event;
    let classes = [
        None,
        Some(vec![]),
        Some(vec![class(event, Names::Any)]),
        Some(vec![class(event, Names::Only(names(&["A", "C"])))]),
        Some(vec![class(event, Names::AllBut(names(&["A"]))), class(FactKind::Order, Names::Any)]),
        Some(vec![class(event, Names::Only(names(&["A"]))), class(FactKind::Page, Names::AllBut(names(&["B", "C"])))]),
    ];
    let mut filters = Vec::new();
    for classes in classes {
        for channel in [None, Some("web")] {
            for touch_point in [None, Some("store")] {
                let text = |one: Option<&str>| one.map(str::to_owned);
                let (channel, touch_point) = (text(channel), text(touch_point));
                filters.push(FactFilter { classes: classes.clone(), channel, touch_point });
            }
        }
    }
    filters
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_answers_what_its_filter_says_page_by_page() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let facts = facts();
    for (place, part) in facts.chunks(50).enumerate() {
        history.append(&[(place as i64 + 1, block(part.to_vec()))]).await.unwrap();
    }
    let customer = CustomerNumber(1);
    for filter in filters() {
        let mut expected: Vec<_> = facts
            .iter()
            .filter(|fact| fact.customer == Some(customer))
            .filter(|fact| {
                let (kind, name, channel, touch_point) = of(fact);
                filter.matches(kind, name, channel, touch_point)
            })
            .map(|fact| (fact.fact.at, fact.fact.key))
            .collect();
        expected.sort_unstable_by(|one, other| other.cmp(one));
        let mut found = Vec::new();
        loop {
            let page = history.timeline_of(customer, &filter, found.last().copied(), 7).await.unwrap();
            found.extend(page.iter().map(|fact| (fact.at, fact.key)));
            if page.len() < 7 {
                break;
            }
        }
        assert_eq!(found, expected, "{filter:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_glance_sees_every_fact_from_an_instant_on() {
    let root = tempfile::tempdir().unwrap();
    let history = History::open(root.path()).await.unwrap();
    let facts = facts();
    let seen = async |since: Option<Instant>| {
        let mut seen = Vec::new();
        let visit = |one: perennial_history::Glance<'_>| {
            let text = |one: Option<&str>| one.map(str::to_owned);
            let told = (one.source.to_owned(), one.is_first);
            seen.push((one.at, one.kind, told, text(one.name), text(one.channel), text(one.touch_point)));
        };
        history.glance(CustomerNumber(65), since, visit).await.unwrap();
        seen.sort();
        seen
    };
    assert!(seen(None).await.is_empty());
    history.append(&[(1, block(facts.clone()))]).await.unwrap();
    for since in [None, Some(Instant(120))] {
        let own = facts.iter().filter(|fact| fact.customer == Some(CustomerNumber(65)));
        let mut expected: Vec<_> = own
            .filter(|fact| since.is_none_or(|since| fact.fact.at >= since))
            .map(|fact| {
                let (kind, name, channel, touch_point) = of(fact);
                let text = |one: Option<&str>| one.map(str::to_owned);
                let told = ("shop".to_owned(), fact.first);
                (fact.fact.at, kind, told, text(name), text(channel), text(touch_point))
            })
            .collect();
        expected.sort();
        assert_eq!(seen(since).await, expected);
    }
}
