//! Clusterings, their members and interviews.

use crate::stores::tree;
use perennial_store::clusters::{self, ClusterRow, ClusteringRow, InterviewRow, MemberRow};
use perennial_store::customers::{self, CustomerCounters};
use perennial_store::parts::{self, PartRow};
use perennial_store::stores::{self, ClaimRow};
use perennial_store::traits::{self, TraitRow};
use perennial_store::{Scope, WriteTx};
use perennial_testkit::TestStore;

on_both!(
    a_clustering_runs_once_and_a_change_needs_its_version,
    one_that_is_cancelled_does_not_go_on,
    members_are_replaced_as_a_whole_and_listed_within_a_scope,
    interviews_are_counted_by_hypothesis_and_go_with_their_profile,
    what_is_told_of_a_field_is_read_customer_by_customer,
);

fn clustering(id: &str, created_at: i64) -> ClusteringRow {
    ClusteringRow {
        id: id.to_owned(),
        name: format!("Clustering {id}"),
        description: String::new(),
        settings: "{}".to_owned(),
        state: "queued".to_owned(),
        progress: 0.0,
        error: None,
        result: None,
        tag_group: None,
        assignment_asked_at: None,
        created_by: "Li".to_owned(),
        created_at,
        started_at: None,
        finished_at: None,
        version: 1,
    }
}

async fn a_clustering_runs_once_and_a_change_needs_its_version(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    clusters::insert(&mut tx, &clustering("a", 5)).await.unwrap();
    clusters::insert(&mut tx, &clustering("b", 6)).await.unwrap();
    assert_eq!(clusters::list(&mut tx).await.unwrap(), [clustering("b", 6), clustering("a", 5)]);
    assert!(!clusters::ask_assignment(&mut tx, "a", 7).await.unwrap(), "it is not done");
    assert!(clusters::start(&mut tx, "a", 7).await.unwrap());
    assert!(clusters::update_progress(&mut tx, "a", 0.5).await.unwrap());
    let row = clusters::get(&mut tx, "a").await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.progress, row.started_at), ("running", 0.5, Some(7)));
    assert!(clusters::start(&mut tx, "a", 8).await.unwrap(), "its worker was lost");
    assert!(clusters::finish(&mut tx, "a", "[1]", 9).await.unwrap());
    assert!(!clusters::start(&mut tx, "a", 9).await.unwrap());
    assert!(!clusters::finish(&mut tx, "a", "[2]", 9).await.unwrap());
    assert!(!clusters::end(&mut tx, "a", "failed", Some("late"), 9).await.unwrap());
    assert!(!clusters::request_cancel(&mut tx, "a").await.unwrap());
    let row = clusters::get(&mut tx, "a").await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.result.as_deref(), row.version), ("done", Some("[1]"), 2));
    assert!(clusters::rename(&mut tx, "a", 2, "Buyers", "All").await.unwrap());
    assert!(!clusters::rename(&mut tx, "a", 2, "Others", "").await.unwrap());
    assert!(clusters::touch(&mut tx, "a", 3).await.unwrap());
    assert!(!clusters::touch(&mut tx, "a", 3).await.unwrap());
    assert!(clusters::ask_assignment(&mut tx, "a", 10).await.unwrap());
    assert!(clusters::replace_result(&mut tx, "a", "[3]").await.unwrap());
    clusters::set_tag_group(&mut tx, "a", Some("buyers")).await.unwrap();
    let row = clusters::get(&mut tx, "a").await.unwrap().unwrap();
    assert_eq!((row.assignment_asked_at, row.result.as_deref()), (Some(10), Some("[3]")));
    assert_eq!(
        (row.tag_group.as_deref(), row.name.as_str(), row.description.as_str()),
        (Some("buyers"), "Buyers", "All")
    );
    assert_eq!(clusters::end_assignment(&mut tx, "a").await.unwrap(), 1);
    assert_eq!(clusters::get(&mut tx, "a").await.unwrap().unwrap().assignment_asked_at, None);
    assert!(clusters::delete(&mut tx, "a").await.unwrap());
    assert!(!clusters::delete(&mut tx, "a").await.unwrap());
    assert!(!clusters::replace_result(&mut tx, "a", "[4]").await.unwrap());
}

async fn one_that_is_cancelled_does_not_go_on(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    clusters::insert(&mut tx, &clustering("a", 5)).await.unwrap();
    clusters::start(&mut tx, "a", 6).await.unwrap();
    assert!(clusters::request_cancel(&mut tx, "a").await.unwrap());
    assert!(!clusters::update_progress(&mut tx, "a", 0.2).await.unwrap());
    assert!(!clusters::start(&mut tx, "a", 7).await.unwrap());
    assert!(clusters::end(&mut tx, "a", "cancelled", None, 8).await.unwrap());
    let row = clusters::get(&mut tx, "a").await.unwrap().unwrap();
    assert_eq!((row.state.as_str(), row.finished_at), ("cancelled", Some(8)));
}

async fn add_customers(tx: &mut WriteTx<'_>, numbers: &[i64]) {
    let rows: Vec<CustomerCounters> = numbers.iter().map(|number| CustomerCounters::new(*number, 1)).collect();
    customers::upsert(tx, &rows).await.unwrap();
}

async fn members_are_replaced_as_a_whole_and_listed_within_a_scope(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    add_customers(&mut tx, &[1, 2, 3, 4]).await;
    tree(&mut tx).await;
    let claim = ClaimRow { part_number: 3, place: 4, rank: 0, at: 1 };
    stores::claim(&mut tx, &[claim]).await.unwrap();
    clusters::insert(&mut tx, &clustering("a", 5)).await.unwrap();
    let cluster = |number: i64| ClusterRow { number, name: String::new(), description: String::new(), tag: None };
    clusters::add_clusters(&mut tx, "a", &[cluster(1), cluster(2)]).await.unwrap();
    assert!(clusters::name_cluster(&mut tx, "a", 2, "Silent", "Come seldom").await.unwrap());
    assert!(!clusters::name_cluster(&mut tx, "a", 3, "None", "").await.unwrap());
    clusters::set_tag(&mut tx, "a", 2, Some("buyers_2")).await.unwrap();
    let silent = ClusterRow {
        number: 2,
        name: "Silent".to_owned(),
        description: "Come seldom".to_owned(),
        tag: Some("buyers_2".to_owned()),
    };
    assert_eq!(clusters::clusters_of(&mut tx, "a").await.unwrap(), [cluster(1), silent]);
    let member = |(customer_number, cluster_number): (i64, i64)| MemberRow { customer_number, cluster_number };
    // The fifth is nobody any more.
    let first = [(1, 1), (2, 2), (3, 2), (4, 2), (5, 2)].map(member);
    clusters::replace_members(&mut tx, "a", &first).await.unwrap();
    assert_eq!(clusters::members(&mut tx, "a").await.unwrap(), first);
    assert_eq!(clusters::members_within(&mut tx, &Scope::Everyone, "a", 2, 0, 2).await.unwrap(), [2, 3]);
    assert_eq!(clusters::members_within(&mut tx, &Scope::Everyone, "a", 2, 3, 2).await.unwrap(), [4]);
    assert_eq!(clusters::count_within(&mut tx, &Scope::Everyone, "a", 2).await.unwrap(), 3);
    let below = Scope::Below("/1/".to_owned());
    assert_eq!(clusters::members_within(&mut tx, &below, "a", 2, 0, 9).await.unwrap(), [3]);
    assert_eq!(clusters::count_within(&mut tx, &Scope::Nobody, "a", 2).await.unwrap(), 0);
    let mut of = clusters::of_customers(&mut tx, &[1, 3, 9]).await.unwrap();
    of.sort_unstable();
    assert_eq!(of, [(1, "a".to_owned(), 1), (3, "a".to_owned(), 2)]);
    assert_eq!(clusters::remove_customers(&mut tx, &[3, 9]).await.unwrap(), 1);
    clusters::replace_members(&mut tx, "a", &first[..1]).await.unwrap();
    assert_eq!(clusters::members(&mut tx, "a").await.unwrap(), first[..1]);
    assert!(clusters::delete(&mut tx, "a").await.unwrap());
    assert_eq!(clusters::members(&mut tx, "a").await.unwrap(), []);
    assert_eq!(clusters::clusters_of(&mut tx, "a").await.unwrap(), []);
}

async fn interviews_are_counted_by_hypothesis_and_go_with_their_profile(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    add_customers(&mut tx, &[7]).await;
    let part = |number: i64| PartRow {
        counters: CustomerCounters::new(number, 1),
        customer_number: 7,
        events: 0,
        first_seen_at: None,
        last_seen_at: None,
    };
    parts::upsert(&mut tx, &[part(7), part(8)]).await.unwrap();
    clusters::insert(&mut tx, &clustering("a", 5)).await.unwrap();
    let interview = |id: &str, held_on: i64, is_supported: bool, part_number: Option<i64>| InterviewRow {
        id: id.to_owned(),
        cluster_number: 3,
        kind: "interview".to_owned(),
        hypothesis: "gifts".to_owned(),
        is_supported,
        quote: format!("quote {id}"),
        interviewer: "Wu".to_owned(),
        held_on,
        part_number,
        customer_number: part_number.map(|_| 7),
        recorded_by: "Li".to_owned(),
        recorded_at: 9,
    };
    let all = [interview("x", 1, true, None), interview("y", 2, true, Some(8)), interview("z", 2, false, None)];
    for one in &all {
        clusters::add_interview(&mut tx, "a", one).await.unwrap();
    }
    let [x, y, z] = all;
    assert_eq!(clusters::interviews(&mut tx, "a", 3, None, 2).await.unwrap(), [z, y.clone()]);
    assert_eq!(clusters::interviews(&mut tx, "a", 3, Some((2, "y")), 2).await.unwrap(), [x]);
    assert_eq!(clusters::interviews(&mut tx, "a", 1, None, 2).await.unwrap(), []);
    let counts = clusters::interview_counts(&mut tx, "a").await.unwrap();
    assert_eq!((counts.len(), counts[0].supported, counts[0].interviews), (1, 2, 3));
    let of_parts = clusters::interviews_of_parts(&mut tx, &[7, 8]).await.unwrap();
    assert_eq!(of_parts, [InterviewRow { customer_number: Some(8), ..y }]);
    assert_eq!(clusters::remove_interviews_of_parts(&mut tx, &[7, 8]).await.unwrap(), 1);
    assert!(clusters::remove_interview(&mut tx, "x").await.unwrap());
    assert!(!clusters::remove_interview(&mut tx, "x").await.unwrap());
}

async fn what_is_told_of_a_field_is_read_customer_by_customer(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let told = |customer_number: i64, source: &str, value: &str| TraitRow {
        customer_number,
        name: "churn_reason".to_owned(),
        source: source.to_owned(),
        value: value.to_owned(),
        at: 1,
    };
    let rows = [told(1, "form", "price"), told(2, "form", "quality"), told(2, "hand", "price")];
    traits::upsert(&mut tx, &rows).await.unwrap();
    assert_eq!(clusters::told_of_field(&mut tx, "churn_reason", 0, 1).await.unwrap(), rows[..1]);
    let second = clusters::told_of_field(&mut tx, "churn_reason", 1, 9).await.unwrap();
    assert_eq!(second.len(), 2);
    assert_eq!(clusters::told_of_field(&mut tx, "pain_point", 0, 9).await.unwrap(), []);
}
