//! Clusterings, their members and interviews.

use crate::stores::tree;
use perennial_store::clusters::{self, ClusterRow, ClusteringRow, InterviewRow, MemberRow};
use perennial_store::customers::{self, CustomerCounters};
use perennial_store::inspect::texts;
use perennial_store::parts::{self, PartRow};
use perennial_store::stores::{self, ClaimRow};
use perennial_store::traits::{self, TraitRow};
use perennial_store::{Scope, WriteTx, fields};
use perennial_testkit::TestStore;

on_both!(
    a_clustering_runs_once_and_a_change_needs_its_version,
    one_that_is_cancelled_does_not_go_on,
    members_are_replaced_as_a_whole_and_listed_within_a_scope,
    interviews_are_counted_by_hypothesis_and_go_with_their_profile,
    what_is_told_of_a_field_is_read_customer_by_customer,
    who_has_words_of_the_name_of_a_new_field_keeps_them_as_they_are,
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
    let version = clusters::get(&mut tx, "a").await.unwrap().unwrap().version;
    assert!(clusters::replace_result(&mut tx, "a", "[3]").await.unwrap());
    let row = clusters::get(&mut tx, "a").await.unwrap().unwrap();
    assert_eq!(row.version, version, "a name that somebody types stays of this version");
    clusters::set_tag_group(&mut tx, "a", Some("buyers")).await.unwrap();
    let row = clusters::get(&mut tx, "a").await.unwrap().unwrap();
    assert_eq!((row.assignment_asked_at, row.result.as_deref()), (Some(10), Some("[3]")));
    assert_eq!(
        (row.tag_group.as_deref(), row.name.as_str(), row.description.as_str()),
        (Some("buyers"), "Buyers", "All")
    );
    // Somebody asks again at the same instant: what was asked before does not end that.
    assert!(clusters::ask_assignment(&mut tx, "a", 10).await.unwrap());
    assert!(!clusters::end_assignment(&mut tx, "a", Some(10), None).await.unwrap());
    assert!(!clusters::end_assignment(&mut tx, "a", None, None).await.unwrap());
    assert!(clusters::end_assignment(&mut tx, "a", Some(11), Some("no such field")).await.unwrap());
    let row = clusters::get(&mut tx, "a").await.unwrap().unwrap();
    assert_eq!((row.assignment_asked_at, row.error.as_deref()), (None, Some("no such field")));
    assert!(clusters::ask_assignment(&mut tx, "a", 12).await.unwrap());
    assert_eq!(clusters::get(&mut tx, "a").await.unwrap().unwrap().error, None);
    assert!(clusters::end_assignment(&mut tx, "a", Some(12), None).await.unwrap());
    assert!(clusters::end_assignment(&mut tx, "a", None, None).await.unwrap(), "nothing was asked for");
    assert!(clusters::delete(&mut tx, "a").await.unwrap());
    assert!(!clusters::delete(&mut tx, "a").await.unwrap());
    assert!(!clusters::replace_result(&mut tx, "a", "[4]").await.unwrap());
    assert!(!clusters::end_assignment(&mut tx, "a", Some(12), None).await.unwrap());
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
    assert!(clusters::is_kept_tag(&mut tx, "buyers_2").await.unwrap());
    assert!(!clusters::is_kept_tag(&mut tx, "buyers_1").await.unwrap());
    let member = |(customer_number, cluster_number): (i64, i64)| MemberRow { customer_number, cluster_number };
    // The fifth is nobody any more.
    let first = [(1, 1), (2, 2), (3, 2), (4, 2), (5, 2)].map(member);
    clusters::replace_members(&mut tx, "a", &first).await.unwrap();
    assert_eq!(clusters::members_within(&mut tx, &Scope::Everyone, "a", 2, 0, 2).await.unwrap(), [2, 3]);
    assert_eq!(clusters::members_within(&mut tx, &Scope::Everyone, "a", 2, 3, 2).await.unwrap(), [4]);
    assert_eq!(clusters::count_within(&mut tx, &Scope::Everyone, "a", 2).await.unwrap(), 3);
    let below = Scope::Below("/1/".to_owned());
    assert_eq!(clusters::members_within(&mut tx, &below, "a", 2, 0, 9).await.unwrap(), [3]);
    assert_eq!(clusters::count_within(&mut tx, &Scope::Nobody, "a", 2).await.unwrap(), 0);
    assert_eq!(clusters::counts_within(&mut tx, &Scope::Everyone, "a").await.unwrap(), [(1, 1), (2, 3)]);
    assert_eq!(clusters::counts_within(&mut tx, &below, "a").await.unwrap(), [(2, 1)]);
    assert_eq!(clusters::counts_within(&mut tx, &Scope::Nobody, "a").await.unwrap(), []);
    let mut of = clusters::of_customers(&mut tx, &[1, 3, 9]).await.unwrap();
    of.sort_unstable();
    assert_eq!(of, [(1, "a".to_owned(), 1), (3, "a".to_owned(), 2)]);
    assert_eq!(clusters::remove_customers(&mut tx, &[3, 9]).await.unwrap(), 1);
    clusters::replace_members(&mut tx, "a", &first[..1]).await.unwrap();
    assert_eq!(clusters::counts_within(&mut tx, &Scope::Everyone, "a").await.unwrap(), [(1, 1)]);
    assert!(clusters::delete(&mut tx, "a").await.unwrap());
    assert_eq!(clusters::counts_within(&mut tx, &Scope::Everyone, "a").await.unwrap(), []);
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
    let everyone = Scope::Everyone;
    assert_eq!(clusters::interviews(&mut tx, &everyone, "a", 3, None, 2).await.unwrap(), [z.clone(), y.clone()]);
    assert_eq!(
        clusters::interviews(&mut tx, &everyone, "a", 3, Some((2, "y")), 2).await.unwrap(),
        std::slice::from_ref(&x)
    );
    assert_eq!(clusters::interviews(&mut tx, &everyone, "a", 1, None, 2).await.unwrap(), []);
    let counts = clusters::interview_counts(&mut tx, &everyone, "a").await.unwrap();
    assert_eq!((counts.len(), counts[0].supported, counts[0].interviews), (1, 2, 3));
    // Who does not see the customer is told nothing of the interview; who sees another profile of theirs is.
    tree(&mut tx).await;
    let below = Scope::Below("/1/".to_owned());
    assert_eq!(clusters::interviews(&mut tx, &below, "a", 3, None, 9).await.unwrap(), [z.clone(), x.clone()]);
    let counts = clusters::interview_counts(&mut tx, &below, "a").await.unwrap();
    assert_eq!((counts.len(), counts[0].supported, counts[0].interviews), (1, 1, 2));
    stores::claim(&mut tx, &[ClaimRow { part_number: 7, place: 4, rank: 0, at: 1 }]).await.unwrap();
    assert_eq!(clusters::interviews(&mut tx, &below, "a", 3, None, 9).await.unwrap(), [z, y.clone(), x]);
    let of_parts = clusters::interviews_of_parts(&mut tx, &[7, 8]).await.unwrap();
    assert_eq!(of_parts, [InterviewRow { customer_number: Some(8), ..y }]);
    assert_eq!(clusters::remove_interviews_of_parts(&mut tx, &[7, 8]).await.unwrap(), 1);
    assert_eq!(clusters::remove_interview(&mut tx, "x").await.unwrap(), Some(("a".to_owned(), 3)));
    assert_eq!(clusters::remove_interview(&mut tx, "x").await.unwrap(), None);
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
    let [first, second, third] = rows;
    let member = MemberRow { customer_number: 2, cluster_number: 4 };
    clusters::replace_members(&mut tx, "a", &[member]).await.unwrap();
    assert_eq!(clusters::told_of_field(&mut tx, "a", "churn_reason", 0, 1).await.unwrap(), [(first, None)]);
    let mut rest = clusters::told_of_field(&mut tx, "a", "churn_reason", 1, 9).await.unwrap();
    rest.sort_by(|one, other| one.0.source.cmp(&other.0.source));
    assert_eq!(rest, [(second, Some(4)), (third, Some(4))]);
    assert_eq!(clusters::told_of_field(&mut tx, "a", "pain_point", 0, 9).await.unwrap(), []);
}

async fn who_has_words_of_the_name_of_a_new_field_keeps_them_as_they_are(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let undo = [
        "DROP TABLE cluster_interviews",
        "DROP TABLE cluster_members",
        "DROP TABLE clusters",
        "DROP TABLE clusterings",
        "DROP INDEX traits_name_customer",
        "DELETE FROM fields WHERE name IN ('churn_reason', 'activity_reason', 'pain_point')",
        "DELETE FROM _sqlx_migrations WHERE version = 27",
        // Before there were such fields: a trait of a customer, and a field that somebody made.
        "INSERT INTO traits (customer_number, name, source, value, at) VALUES (1, 'churn_reason', 'src_a', '太贵', 1)",
        "INSERT INTO fields (name, name_zh, name_en, class, kind, allowed, is_personal, weight, is_preset, created_by, created_at, version) \
         VALUES ('pain_point', '不满', 'Complaint', 'other', 'text', '[]', FALSE, 3, FALSE, 'usr_a', 5, 2)",
    ];
    for statement in undo {
        texts(&mut tx, statement).await.unwrap();
    }
    tx.commit().await.unwrap();
    let current = store.open_again().await;
    let mut tx = current.read().await.unwrap();
    let kept = fields::all(&mut tx).await.unwrap();
    let kind_of = |name: &str| kept.iter().find(|row| row.name == name).map(|row| row.kind.as_str());
    assert_eq!(kind_of("churn_reason"), None, "it would refuse what customers said");
    assert_eq!((kind_of("activity_reason"), kind_of("pain_point")), (Some("choices"), Some("text")));
    assert_eq!(clusters::told_of_field(&mut tx, "a", "churn_reason", 0, 9).await.unwrap()[0].0.value, "太贵");
    drop(tx);
    current.close().await;
}
