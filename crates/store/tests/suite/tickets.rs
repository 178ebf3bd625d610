//! Service tickets.

use crate::stores::tree;
use perennial_domain::time::Instant;
use perennial_store::customers::{self, CustomerCounters};
use perennial_store::parts::{self, PartRow};
use perennial_store::stores::{self, ClaimRow};
use perennial_store::tickets::{self, TicketFilter, TicketRow, TicketsOf};
use perennial_store::{Scope, WriteTx};
use perennial_testkit::TestStore;

on_both!(
    a_cause_opens_one_ticket_and_it_is_closed_once,
    a_ticket_is_assigned_from_the_version_that_was_read_and_opened_again,
    tickets_are_listed_page_by_page_within_a_scope,
);

fn ticket(id: &str, part_number: i64, opened_at: i64) -> TicketRow {
    TicketRow {
        id: id.to_owned(),
        customer_number: part_number,
        part_number,
        cause: "usage_card".to_owned(),
        cause_id: format!("answer of {id}"),
        detail: "{}".to_owned(),
        state: "open".to_owned(),
        happened_at: opened_at - 1,
        opened_at,
        closed_at: None,
        closed_by: None,
        note: None,
        assigned_to: None,
        assigned_name: None,
        assigned_at: None,
        reopened_at: None,
        version: 1,
    }
}

async fn a_cause_opens_one_ticket_and_it_is_closed_once(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(tickets::open(&mut tx, &ticket("a", 7, 5)).await.unwrap());
    let again = TicketRow { cause_id: "answer of a".to_owned(), ..ticket("b", 7, 6) };
    assert!(!tickets::open(&mut tx, &again).await.unwrap());
    assert!(tickets::open(&mut tx, &ticket("c", 8, 6)).await.unwrap());
    assert!(tickets::close(&mut tx, "a", Instant(9), "Li", "sent a new one").await.unwrap());
    assert!(!tickets::close(&mut tx, "a", Instant(10), "Wu", "again").await.unwrap());
    assert!(!tickets::close(&mut tx, "x", Instant(10), "Wu", "none").await.unwrap());
    let closed = TicketRow {
        state: "closed".to_owned(),
        closed_at: Some(9),
        closed_by: Some("Li".to_owned()),
        note: Some("sent a new one".to_owned()),
        version: 2,
        ..ticket("a", 7, 5)
    };
    assert_eq!(tickets::of_parts(&mut tx, &[7, 8]).await.unwrap(), [ticket("c", 8, 6), closed]);
    assert_eq!(tickets::remove_of_parts(&mut tx, &[7]).await.unwrap(), 1);
    assert_eq!(tickets::of_parts(&mut tx, &[7, 8]).await.unwrap(), [ticket("c", 8, 6)]);
}

async fn a_ticket_is_assigned_from_the_version_that_was_read_and_opened_again(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    for (id, at) in [("a", 5), ("b", 6)] {
        assert!(tickets::open(&mut tx, &ticket(id, 7, at)).await.unwrap());
    }
    assert!(!tickets::reopen(&mut tx, "a", Instant(8)).await.unwrap(), "it is open");
    let li = Some(("usr_1", "Li"));
    assert!(tickets::assign(&mut tx, "a", 1, li, Instant(8)).await.unwrap());
    assert!(!tickets::assign(&mut tx, "a", 1, Some(("usr_2", "Wu")), Instant(8)).await.unwrap(), "somebody was faster");
    let taken = TicketRow {
        assigned_to: Some("usr_1".to_owned()),
        assigned_name: Some("Li".to_owned()),
        assigned_at: Some(8),
        version: 2,
        ..ticket("a", 7, 5)
    };
    assert_eq!(tickets::of_parts(&mut tx, &[7]).await.unwrap(), [ticket("b", 7, 6), taken.clone()]);
    let with = |of| TicketFilter { of: Some(of), ..TicketFilter::default() };
    customers::upsert(&mut tx, &[CustomerCounters::new(7, 1)]).await.unwrap();
    assert_eq!(ids(&mut tx, &Scope::Everyone, with(TicketsOf::User("usr_1"))).await, "a");
    assert_eq!(ids(&mut tx, &Scope::Everyone, with(TicketsOf::User("usr_2"))).await, "");
    assert_eq!(ids(&mut tx, &Scope::Everyone, with(TicketsOf::Nobody)).await, "b");
    assert!(tickets::close(&mut tx, "a", Instant(9), "Li", "done").await.unwrap());
    assert!(!tickets::assign(&mut tx, "a", 3, None, Instant(9)).await.unwrap(), "it is closed");
    assert!(tickets::reopen(&mut tx, "a", Instant(10)).await.unwrap());
    let again = TicketRow { reopened_at: Some(10), version: 4, ..taken };
    assert_eq!(tickets::of_parts(&mut tx, &[7]).await.unwrap(), [ticket("b", 7, 6), again]);
    assert!(tickets::assign(&mut tx, "a", 4, None, Instant(11)).await.unwrap());
    assert_eq!(ids(&mut tx, &Scope::Everyone, with(TicketsOf::Nobody)).await, "ba");
}

/// A profile of the second customer.
fn part(number: i64) -> PartRow {
    let counters = CustomerCounters::new(number, 1);
    PartRow { counters, customer_number: 2, events: 0, first_seen_at: None, last_seen_at: None }
}

async fn ids(tx: &mut WriteTx<'_>, scope: &Scope, filter: TicketFilter<'_>) -> String {
    let rows = tickets::list(tx, scope, &filter, 50).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

async fn tickets_are_listed_page_by_page_within_a_scope(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    tree(&mut tx).await;
    customers::upsert(&mut tx, &[1, 2, 3].map(|number| CustomerCounters::new(number, 1))).await.unwrap();
    let of_two = [2, 3].map(part);
    parts::upsert(&mut tx, &of_two).await.unwrap();
    let claims = [(1, 4), (3, 5)].map(|(part_number, place)| ClaimRow { part_number, place, rank: 0, at: 1 });
    stores::claim(&mut tx, &claims).await.unwrap();
    for row in [ticket("a", 1, 5), ticket("b", 2, 5), ticket("c", 3, 8), ticket("d", 1, 7)] {
        assert!(tickets::open(&mut tx, &row).await.unwrap());
    }
    assert!(tickets::close(&mut tx, "d", Instant(9), "Li", "done").await.unwrap());
    let all = TicketFilter::default();
    assert_eq!(ids(&mut tx, &Scope::Everyone, all.clone()).await, "cdba");
    let (mut before, mut walked) = (None, String::new());
    loop {
        let place = before.as_ref().map(|(at, id): &(i64, String)| (*at, id.as_str()));
        let filter = TicketFilter { before: place, ..all.clone() };
        let Some(row) = tickets::list(&mut tx, &Scope::Everyone, &filter, 1).await.unwrap().pop() else { break };
        walked += &row.id;
        before = Some((row.opened_at, row.id));
    }
    assert_eq!(walked, "cdba");
    assert_eq!(ids(&mut tx, &Scope::Everyone, TicketFilter { state: Some("open"), ..all.clone() }).await, "cba");
    assert_eq!(ids(&mut tx, &Scope::Everyone, TicketFilter { parts: Some(&[2, 3]), ..all.clone() }).await, "cb");
    assert_eq!(ids(&mut tx, &Scope::Everyone, TicketFilter { id: Some("b"), ..all.clone() }).await, "b");
    assert_eq!(ids(&mut tx, &Scope::Below("/1/4/".to_owned()), all.clone()).await, "da");
    assert_eq!(ids(&mut tx, &Scope::Nobody, all.clone()).await, "");
    let merged = tickets::list(&mut tx, &Scope::Everyone, &TicketFilter { id: Some("c"), ..all }, 1).await.unwrap();
    assert_eq!((merged[0].customer_number, merged[0].part_number), (2, 3));
}
