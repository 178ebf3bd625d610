//! Key customers: everybody has an owner, and who was not contacted in time is in the segment of those overdue.

use crate::layers::{from_template, in_yuan};
use crate::live::segment;
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, example, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, NewUser, Scope, UserChange, create_user, update_user};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::key_customers::{
    self, KeyCustomer, KeyCustomerError, KeyCustomerQuery, KeyCustomers, NewContact, Promise, SharedOut,
};
use perennial_app::segments::live::{Live, follow};
use perennial_app::segments::{self, RuleText, SegmentError, SegmentSettings};
use perennial_app::value::{self, ValueRequest};
use perennial_app::{audit, customers, privacy};
use perennial_domain::access::Role;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::import::field::ImportKind;
use perennial_domain::key_customers::ContactChannel;
use perennial_domain::time::{Instant, MICROS_PER_DAY, MICROS_PER_SECOND};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

on_both! {
    c76_each_of_the_top_two_percent_has_an_owner_and_whoever_was_not_contacted_for_thirty_days_is_listed,
    another_share_other_days_and_several_commits_share_out_as_evenly,
    neither_another_owner_nor_a_hand_over_keeps_a_promise,
    owners_stay_through_merging_and_parting,
    a_promise_and_its_segment_are_made_changed_and_taken_back_together,
    of_two_who_promise_at_once_one_is_told,
    whoever_is_erased_has_no_owner_and_a_file_about_somebody_names_theirs,
    whoever_comes_back_into_the_segment_keeps_the_owner,
    what_is_written_down_can_be_asked_for_before_anybody_did,
}

/// A workspace with owners, an index that follows, and whoever shares out beside it.
struct Desk<'s> {
    stage: &'s Stage,
    live: Arc<Live>,
    shared: SharedOut,
    owners: Vec<String>,
}

impl<'s> Desk<'s> {
    async fn open(stage: &'s Stage, owners: usize) -> Self {
        let mut desk = Self { stage, live: Arc::default(), shared: SharedOut::default(), owners: Vec::new() };
        for name in ["li", "wu", "su", "he", "an"].into_iter().take(owners) {
            desk.owners.push(user(stage, name, Role::Service).await);
        }
        desk
    }

    async fn promise(&self, segment: &str, days: i64) -> Promise {
        let put = key_customers::put_promise(&self.stage.app, &TESTER, segment, None, days, self.owners.clone());
        put.await.unwrap_or_else(|error| panic!("{segment}: {error}"))
    }

    /// As a server does within a second; how many were given an owner.
    async fn round(&mut self) -> usize {
        assert!(follow(&self.stage.app, &self.live).await.unwrap());
        let given = key_customers::assign(&self.stage.app, &self.live, &mut self.shared).await.unwrap();
        assert!(follow(&self.stage.app, &self.live).await.unwrap());
        given
    }

    async fn page(&self, segment: &str, query: &KeyCustomerQuery, after: Option<u32>) -> KeyCustomers {
        key_customers::key_customers(&self.stage.app, &self.live, &TESTER, segment, query, (after, 200)).await.unwrap()
    }

    async fn all(&self, segment: &str, query: &KeyCustomerQuery) -> Vec<KeyCustomer> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.page(segment, query, after).await;
            all.extend(page.items);
            after = page.next;
            if after.is_none() {
                return all;
            }
        }
    }

    /// By customer: the owner's name.
    async fn owned(&self, segment: &str) -> BTreeMap<i64, Option<String>> {
        let all = self.all(segment, &KeyCustomerQuery::default()).await;
        all.iter().map(|one| (number(one), one.owner.as_ref().map(|owner| owner.name.clone()))).collect()
    }

    async fn overdue(&self, segment: &str) -> BTreeSet<i64> {
        let late = KeyCustomerQuery { is_overdue: Some(true), ..KeyCustomerQuery::default() };
        let found: BTreeSet<i64> = self.all(segment, &late).await.iter().map(number).collect();
        let by_owner = self.page(segment, &late, None).await.by_owner;
        assert_eq!(by_owner.iter().map(|one| one.overdue).sum::<u64>(), found.len() as u64);
        found
    }

    async fn pass(&mut self, days: i64) {
        self.stage.clock.advance_micros(days * MICROS_PER_DAY);
        assert!(follow(&self.stage.app, &self.live).await.unwrap());
    }

    async fn contact(&self, customer: i64, days_ago: i64) {
        let at = (days_ago > 0).then(|| Instant(self.stage.app.clock.now().0 - days_ago * MICROS_PER_DAY));
        let new = NewContact { channel: ContactChannel::Phone, note: " likes tea ".to_owned(), at };
        let who = CustomerNumber(u32::try_from(customer).unwrap());
        let noted = key_customers::note_contact(&self.stage.app, &TESTER, who, new, &Once::unkeyed()).await.unwrap();
        assert_eq!((noted.note.as_str(), noted.recorded_by.as_str()), ("likes tea", "test"));
        assert!(follow(&self.stage.app, &self.live).await.unwrap());
    }

    async fn hand_over(&self, segment: &str, customer: i64, to: &str) -> Result<KeyCustomer, KeyCustomerError> {
        let who = CustomerNumber(u32::try_from(customer).unwrap());
        key_customers::hand_over(&self.stage.app, &self.live, &TESTER, segment, who, to).await
    }
}

fn number(one: &KeyCustomer) -> i64 {
    one.customer.row.counters.number
}

async fn user(stage: &Stage, name: &str, role: Role) -> String {
    let new = NewUser { email: format!("{name}@example.com"), name: name.to_owned(), role: role.code().to_owned() };
    create_user(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap().0.id
}

async fn set_status(stage: &Stage, user: &str, status: &str) {
    let change = UserChange { name: None, role: None, status: Some(status.to_owned()) };
    update_user(&stage.app, &TESTER, user, change).await.unwrap();
}

/// How many each owner has, whoever has nobody too.
fn shares(owned: &BTreeMap<i64, Option<String>>) -> BTreeMap<&str, usize> {
    let mut shares = BTreeMap::new();
    for owner in owned.values() {
        *shares.entry(owner.as_deref().unwrap_or("nobody")).or_default() += 1;
    }
    shares
}

fn is_even(shares: &BTreeMap<&str, usize>, owners: usize) -> bool {
    let (most, least) = (shares.values().max().unwrap(), shares.values().min().unwrap());
    shares.len() == owners && most - least <= 1 && !shares.contains_key("nobody")
}

/// The events of that name on a customer's timeline: their properties, the newest first.
async fn told(stage: &Stage, customer: i64, event: &str) -> Vec<Value> {
    let who = CustomerNumber(u32::try_from(customer).unwrap());
    let (facts, _) = customers::customer_timeline(&stage.app, &TESTER, who, None, None, 200).await.unwrap();
    let tracked = facts.into_iter().filter_map(|item| item.fact.tracked);
    let own = tracked.filter(|tracked| tracked.name.as_deref() == Some(event));
    own.map(|tracked| serde_json::from_str(&tracked.properties.unwrap()).unwrap()).collect()
}

/// Messages are some seconds apart: then they have happened.
async fn tell(stage: &Stage, teller: &mut Teller, messages: &[Value]) {
    teller.tell(stage, messages).await;
    stage.clock.advance_micros(60 * MICROS_PER_SECOND);
}

async fn buyers(stage: &Stage, who: &[&str]) -> BTreeMap<String, i64> {
    let mut shop = Teller::users("src_shop");
    let orders: Vec<Value> = who.iter().map(|who| shop.order(who, &format!("O-{who}"), 900)).collect();
    tell(stage, &mut shop, &orders).await;
    segment(stage, "buyers", "did orders").await;
    let mut numbers = BTreeMap::new();
    for who in who {
        numbers.insert((*who).to_owned(), i64::from(named(stage, who).await.0));
    }
    numbers
}

async fn c76_each_of_the_top_two_percent_has_an_owner_and_whoever_was_not_contacted_for_thirty_days_is_listed(
    stage: &Stage,
) {
    stage.import(ImportKind::Orders, &example("cdnow_sample.csv.gz")).await;
    value::run_now(&stage.app, &ValueRequest::default()).await.unwrap();
    from_template(stage, "key_customers", &[]).await;
    let mut desk = Desk::open(stage, 3).await;
    let promise = desk.promise("key_customers", 30).await;
    assert_eq!((promise.overdue_segment.as_str(), promise.version), ("key_customers_overdue", 1));
    // Nobody is overdue for the moment in which they have no owner yet.
    follow(&stage.app, &desk.live).await.unwrap();
    assert_eq!(desk.overdue("key_customers").await, BTreeSet::new());
    let given = desk.round().await;
    // Two percent of 2,357 people.
    assert_eq!((given, desk.round().await), (48, 0), "once");
    let owned = desk.owned("key_customers").await;
    assert_eq!(owned.len(), 48);
    assert!(is_even(&shares(&owned), 3), "{:?}", shares(&owned));
    let all: BTreeSet<i64> = owned.keys().copied().collect();
    // Some are contacted on the tenth day, one of them twice.
    desk.pass(10).await;
    let contacted: BTreeSet<i64> = all.iter().copied().take(5).collect();
    for customer in &contacted {
        desk.contact(*customer, 0).await;
    }
    desk.pass(19).await;
    let first = *contacted.first().unwrap();
    desk.contact(first, 0).await;
    assert_eq!(desk.overdue("key_customers").await, BTreeSet::new(), "on the 29th day");
    desk.pass(2).await;
    let late: BTreeSet<i64> = all.difference(&contacted).copied().collect();
    assert_eq!(desk.overdue("key_customers").await, late, "on the 31st");
    // A contact of today is enough, and one that is written down late as of when it was.
    let mut late = late.into_iter();
    let (called, too_long_ago) = (late.next().unwrap(), late.next().unwrap());
    desk.contact(called, 0).await;
    desk.contact(too_long_ago, 30).await;
    let left: BTreeSet<i64> = late.chain([too_long_ago]).collect();
    assert_eq!(desk.overdue("key_customers").await, left);
    desk.pass(10).await;
    let again = &contacted - &BTreeSet::from([first]);
    assert_eq!(desk.overdue("key_customers").await, &left | &again, "thirty days behind the contact");
    // The promise is a matter of the segment: nobody was given another owner meanwhile.
    assert_eq!(desk.round().await, 0);
    assert_eq!(desk.owned("key_customers").await, owned);
    let said = told(stage, called, "Customer Contacted").await;
    assert_eq!((said.len(), &said[0]["channel"], &said[0]["note"]), (1, &json!("phone"), &json!("likes tea")));
    let given = told(stage, called, "Owner Assigned").await;
    assert_eq!((given.len(), &given[0]["segment"], &given[0]["reason"]), (1, &json!("key_customers"), &json!("new")));
}

async fn another_share_other_days_and_several_commits_share_out_as_evenly(stage: &Stage) {
    stage.import(ImportKind::Orders, &example("cdnow_sample.csv.gz")).await;
    value::run_now(&stage.app, &ValueRequest::default()).await.unwrap();
    segment(stage, "tenth", "$potential_value top 10%").await;
    segment(stage, "all", "did orders").await;
    let mut desk = Desk::open(stage, 5).await;
    desk.promise("tenth", 7).await;
    assert_eq!(desk.round().await, 236);
    let tenth = desk.owned("tenth").await;
    assert!(is_even(&shares(&tenth), 5), "{:?}", shares(&tenth));
    // Somebody else's promise, to everybody, in five commits; whoever is in both has an owner in each.
    let promise = key_customers::put_promise(&stage.app, &TESTER, "all", None, 14, desk.owners[..4].to_vec());
    promise.await.unwrap();
    assert_eq!(desk.round().await, 2_357);
    let all = desk.owned("all").await;
    assert!(is_even(&shares(&all), 4), "{:?}", shares(&all));
    assert_eq!(desk.owned("tenth").await, tenth);
    // Whoever takes over behind another process finds nothing left to do.
    let mut anew = Desk { live: Arc::default(), shared: SharedOut::default(), owners: Vec::new(), stage };
    assert_eq!(anew.round().await, 0);
    desk.pass(8).await;
    assert_eq!((desk.overdue("tenth").await.len(), desk.overdue("all").await.len()), (236, 0));
    desk.pass(7).await;
    assert_eq!((desk.overdue("tenth").await.len(), desk.overdue("all").await.len()), (236, 2_357));
    // One contact keeps both promises.
    let who = *tenth.keys().next().unwrap();
    desk.contact(who, 0).await;
    assert_eq!((desk.overdue("tenth").await.len(), desk.overdue("all").await.len()), (235, 2_356));
}

async fn neither_another_owner_nor_a_hand_over_keeps_a_promise(stage: &Stage) {
    buyers(stage, &["a", "b", "c", "e"]).await;
    let mut desk = Desk::open(stage, 2).await;
    desk.promise("buyers", 30).await;
    assert_eq!(desk.round().await, 4);
    desk.pass(31).await;
    assert_eq!(desk.overdue("buyers").await.len(), 4);
    let (li, wu) = (desk.owners[0].clone(), desk.owners[1].clone());
    let of = async |desk: &Desk<'_>, name: &str| {
        let owned = desk.owned("buyers").await.into_values();
        owned.filter(|owner| owner.as_deref() == Some(name)).count()
    };
    // By hand, twice the same: one fact.
    let of_wu = KeyCustomerQuery { owner: Some(wu.clone()), ..KeyCustomerQuery::default() };
    let who = number(&desk.all("buyers", &of_wu).await[0]);
    let now = stage.app.clock.now();
    for _ in 0..2 {
        let handed = desk.hand_over("buyers", who, &li).await.unwrap();
        assert_eq!((handed.owner.unwrap().name.as_str(), handed.since, handed.is_overdue), ("li", Some(now), true));
    }
    assert_eq!((of(&desk, "li").await, of(&desk, "wu").await, desk.round().await), (3, 1, 0));
    let reasons = async |who: i64| {
        let told = told(stage, who, "Owner Assigned").await;
        told.iter().map(|one| one["reason"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(reasons(who).await, ["handed_over", "new"]);
    // Whoever is disabled has nobody a moment later.
    set_status(stage, &li, "disabled").await;
    assert_eq!((desk.round().await, desk.round().await, of(&desk, "wu").await), (3, 0, 4));
    assert_eq!(reasons(who).await, ["replaced", "handed_over", "new"]);
    assert_eq!(desk.overdue("buyers").await.len(), 4, "nobody was contacted");
    let refused = desk.hand_over("buyers", who, &li).await;
    assert!(matches!(refused, Err(KeyCustomerError::Invalid(_))), "{refused:?}");
    // Where nobody can, who had them is told still, and whoever is new has nobody.
    set_status(stage, &wu, "disabled").await;
    let mut shop = Teller::users("src_shop_two");
    let order = shop.order("f", "O-f", 900);
    tell(stage, &mut shop, &[order]).await;
    assert_eq!((desk.round().await, of(&desk, "wu").await), (0, 4));
    let page = desk.page("buyers", &KeyCustomerQuery::default(), None).await;
    let counts: Vec<(Option<&str>, u64, u64)> = page
        .by_owner
        .iter()
        .map(|one| (one.owner.as_ref().map(|owner| owner.name.as_str()), one.customers, one.overdue))
        .collect();
    assert_eq!(counts, [(Some("li"), 0, 0), (Some("wu"), 4, 4), (None, 1, 0)]);
    let (promises, candidates) = key_customers::list_promises(&stage.app, &TESTER).await.unwrap();
    assert_eq!((promises[0].unable_owners.len(), candidates.len()), (2, 0));
    // Back again.
    set_status(stage, &wu, "active").await;
    assert_eq!((desk.round().await, of(&desk, "wu").await), (1, 5));
    assert!(!desk.overdue("buyers").await.contains(&i64::from(named(stage, "f").await.0)));
    // Not to somebody who is no owner, and not whoever is not in the segment.
    let he = user(stage, "he", Role::Service).await;
    let refused = desk.hand_over("buyers", who, &he).await;
    assert!(matches!(refused, Err(KeyCustomerError::Invalid(_))), "{refused:?}");
    tell(stage, &mut shop, &[json!({ "type": "page", "userId": "g", "name": "Tea" })]).await;
    desk.round().await;
    let refused = desk.hand_over("buyers", i64::from(named(stage, "g").await.0), &wu).await;
    assert!(matches!(refused, Err(KeyCustomerError::NoCustomer)), "{refused:?}");
}

async fn owners_stay_through_merging_and_parting(stage: &Stage) {
    let numbers = buyers(stage, &["a", "b", "c"]).await;
    let mut desk = Desk::open(stage, 2).await;
    desk.promise("buyers", 30).await;
    desk.round().await;
    let apart = desk.owned("buyers").await;
    let (a, b) = (numbers["a"], numbers["b"]);
    assert_eq!(apart[&a].as_deref(), Some("li"));
    assert_eq!(apart[&b].as_deref(), Some("wu"));
    let merge = async || {
        let request = MergeRequest { one: named(stage, "a").await, other: named(stage, "b").await, keep: None };
        identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap().id
    };
    let merged = merge().await;
    assert_eq!(desk.round().await, 0, "they have one of the two");
    let together = i64::from(named(stage, "b").await.0);
    assert_eq!(
        desk.owned("buyers").await[&together].as_deref(),
        Some("li"),
        "of one instant, that of the first profile"
    );
    identity::unmerge(&stage.app, &TESTER, &merged, &Once::unkeyed()).await.unwrap();
    assert_eq!(desk.round().await, 0);
    assert_eq!(desk.owned("buyers").await, apart);
    // Handed over while they are one, both are of the new one.
    let merged = merge().await;
    desk.round().await;
    stage.clock.advance_micros(MICROS_PER_DAY);
    desk.hand_over("buyers", together, &desk.owners[1]).await.unwrap();
    assert_eq!(desk.owned("buyers").await[&together].as_deref(), Some("wu"));
    // Also by the number that went on under another.
    let absorbed = if together == a { b } else { a };
    desk.hand_over("buyers", absorbed, &desk.owners[0]).await.unwrap();
    assert_eq!(desk.owned("buyers").await[&together].as_deref(), Some("li"));
    identity::unmerge(&stage.app, &TESTER, &merged, &Once::unkeyed()).await.unwrap();
    assert_eq!(desk.round().await, 0);
    let owned = desk.owned("buyers").await;
    assert_eq!((owned[&a].as_deref(), owned[&b].as_deref()), (Some("li"), Some("li")));
    // A contact with either counts for whom they are now.
    desk.pass(31).await;
    assert_eq!(desk.overdue("buyers").await.len(), 3);
    desk.contact(a, 0).await;
    assert!(!desk.overdue("buyers").await.contains(&a));
    merge().await;
    desk.round().await;
    assert_eq!(desk.overdue("buyers").await, BTreeSet::from([numbers["c"]]));
}

async fn a_promise_and_its_segment_are_made_changed_and_taken_back_together(stage: &Stage) {
    buyers(stage, &["a", "b"]).await;
    let mut desk = Desk::open(stage, 2).await;
    let app = &stage.app;
    let put = |code: &'static str, version: Option<i64>, days: i64, owners: &[String]| {
        key_customers::put_promise(app, &TESTER, code, version, days, owners.to_vec())
    };
    let owners = desk.owners.clone();
    let invalid = |error: KeyCustomerError| match error {
        KeyCustomerError::Invalid(fields) => fields.iter().map(|one| one.field).collect::<Vec<_>>().join(" "),
        other => panic!("{other}"),
    };
    assert_eq!(invalid(put("buyers", None, 0, &[]).await.unwrap_err()), "days owners");
    let analyst = user(stage, "ann", Role::Analyst).await;
    assert_eq!(invalid(put("buyers", None, 30, std::slice::from_ref(&analyst)).await.unwrap_err()), "owners");
    assert_eq!(invalid(put("buyers", None, 30, &["usr_none".to_owned()]).await.unwrap_err()), "owners");
    assert!(matches!(put("none", None, 30, &owners).await, Err(KeyCustomerError::NoSegment)));
    assert!(matches!(put("buyers", Some(1), 30, &owners).await, Err(KeyCustomerError::NoPromise)));
    // Nothing is half made where the code is somebody else's.
    segment(stage, "buyers_overdue", "did orders").await;
    let refused = put("buyers", None, 30, &owners).await;
    assert!(matches!(&refused, Err(KeyCustomerError::Taken(code)) if code == "buyers_overdue"), "{refused:?}");
    assert_eq!(key_customers::list_promises(app, &TESTER).await.unwrap().0, []);
    let rule = segments::get_segment(app, &TESTER, "buyers_overdue").await.unwrap().newest.version;
    assert_eq!(rule, 1);
    segments::set_segment_archived(app, &TESTER, "buyers_overdue", true).await.unwrap();
    assert!(matches!(put("buyers", None, 30, &owners).await, Err(KeyCustomerError::Taken(_))), "also an archived one");
    // Another segment, whose own code is as long as codes are.
    let long = "b".repeat(40);
    segment(stage, &long, "did orders").await;
    let made = key_customers::put_promise(app, &TESTER, &long, None, 30, owners.clone()).await.unwrap();
    assert_eq!((made.overdue_segment.len(), made.owners.len(), made.version), (40, 2, 1));
    assert!(matches!(
        key_customers::put_promise(app, &TESTER, &long, None, 30, owners.clone()).await,
        Err(KeyCustomerError::Exists)
    ));
    let same = key_customers::put_promise(app, &TESTER, &long, Some(1), 30, owners.clone()).await.unwrap();
    assert_eq!(same.version, 1, "nothing is different");
    assert_eq!(desk.round().await, 2);
    let changed = key_customers::put_promise(app, &TESTER, &long, Some(1), 7, owners[1..].to_vec()).await.unwrap();
    assert_eq!((changed.version, changed.days), (2, 7));
    let stale = key_customers::put_promise(app, &TESTER, &long, Some(1), 8, owners.clone()).await;
    assert!(matches!(stale, Err(KeyCustomerError::Changed)));
    let overdue = segments::get_segment(app, &TESTER, &changed.overdue_segment).await.unwrap();
    let text = perennial_domain::rules::text::print(&overdue.newest.rule);
    assert!(overdue.newest.version == 2 && text.contains("in last 7 days") && !text.contains("in last 30"), "{text}");
    assert_eq!(desk.round().await, 1, "who had the one that is no owner any more");
    assert_eq!(shares(&desk.owned(&long).await), BTreeMap::from([("wu", 2)]));
    // It is changed with the promise alone, and holds its segment.
    let by_hand = || SegmentSettings {
        name: "x".to_owned(),
        description: String::new(),
        rule: RuleText::Text("everybody".to_owned()),
    };
    let refused = segments::update_segment(app, &TESTER, &changed.overdue_segment, 2, by_hand()).await;
    assert!(matches!(refused, Err(SegmentError::Promised(code)) if code == long));
    let refused = segments::set_segment_archived(app, &TESTER, &changed.overdue_segment, true).await;
    assert!(matches!(refused, Err(SegmentError::Promised(_))));
    let refused = segments::set_segment_archived(app, &TESTER, &long, true).await;
    assert!(matches!(refused, Err(SegmentError::StoodOn(_))));
    let refused = key_customers::put_promise(app, &TESTER, &changed.overdue_segment, None, 30, owners.clone()).await;
    assert_eq!(invalid(refused.unwrap_err()), "segment", "not to those overdue themselves");
    // Taken back, and made again: owners and days begin anew.
    assert!(matches!(key_customers::remove_promise(app, &TESTER, &long, 1).await, Err(KeyCustomerError::Changed)));
    key_customers::remove_promise(app, &TESTER, &long, 2).await.unwrap();
    assert!(matches!(key_customers::remove_promise(app, &TESTER, &long, 2).await, Err(KeyCustomerError::NoPromise)));
    let archived = segments::get_segment(app, &TESTER, &changed.overdue_segment).await.unwrap();
    assert!(archived.archived_at.is_some());
    assert_eq!(desk.round().await, 0);
    stage.clock.advance_micros(1);
    let again = key_customers::put_promise(app, &TESTER, &long, None, 14, owners.clone()).await.unwrap();
    assert_eq!((again.version, &again.overdue_segment), (1, &changed.overdue_segment));
    assert_eq!(segments::get_segment(app, &TESTER, &again.overdue_segment).await.unwrap().archived_at, None);
    assert_eq!((desk.round().await, desk.round().await), (2, 0));
    let entries = audit::list(app, &TESTER, None, 100).await.unwrap().0;
    let own = entries.iter().filter(|entry| entry.action.starts_with("contact_promise."));
    let own: Vec<&str> = own.map(|entry| entry.action.as_str()).collect();
    let (put, removed) = ("contact_promise.put", "contact_promise.removed");
    assert_eq!(own, [put, removed, put, put]);
    // Who may not.
    let clerk = Actor::User { id: owners[0].clone(), name: "li".to_owned(), role: Role::Clerk, scope: Scope::Everyone };
    let refused = key_customers::put_promise(app, &clerk, &long, Some(1), 9, owners.clone()).await;
    assert!(matches!(refused, Err(KeyCustomerError::Forbidden(_))));
}

async fn of_two_who_promise_at_once_one_is_told(stage: &Stage) {
    buyers(stage, &["a", "b"]).await;
    let desk = Desk::open(stage, 2).await;
    let put = |version: Option<i64>, days: i64| {
        key_customers::put_promise(&stage.app, &TESTER, "buyers", version, days, desk.owners.clone())
    };
    let both = tokio::join!(put(None, 10), put(None, 20));
    let made: Vec<bool> = [both.0, both.1].iter().map(Result::is_ok).collect();
    assert_eq!(made.iter().filter(|made| **made).count(), 1, "{made:?}");
    let both = tokio::join!(put(Some(1), 30), put(Some(1), 40));
    let refused: Vec<KeyCustomerError> = [both.0, both.1].into_iter().filter_map(Result::err).collect();
    assert!(matches!(refused.as_slice(), [KeyCustomerError::Changed]), "{refused:?}");
    // Two servers that share out at once give each customer one owner, once.
    let (one, other) = (Arc::<Live>::default(), Arc::<Live>::default());
    let (mut of_one, mut of_other) = (SharedOut::default(), SharedOut::default());
    assert!(follow(&stage.app, &one).await.unwrap() && follow(&stage.app, &other).await.unwrap());
    let (first, second) = tokio::join!(
        key_customers::assign(&stage.app, &one, &mut of_one),
        key_customers::assign(&stage.app, &other, &mut of_other)
    );
    assert_eq!(first.unwrap() + second.unwrap(), 2);
    for who in ["a", "b"] {
        let who = i64::from(named(stage, who).await.0);
        assert_eq!(told(stage, who, "Owner Assigned").await.len(), 1);
    }
}

async fn whoever_is_erased_has_no_owner_and_a_file_about_somebody_names_theirs(stage: &Stage) {
    let numbers = buyers(stage, &["a", "b", "c"]).await;
    let mut desk = Desk::open(stage, 2).await;
    desk.promise("buyers", 30).await;
    desk.round().await;
    let who = CustomerNumber(u32::try_from(numbers["a"]).unwrap());
    let mut export = privacy::begin_person_export(&stage.app, &TESTER, who).await.unwrap();
    let mut text = Vec::new();
    while let Some(bytes) = export.next_bytes().await.unwrap() {
        text.extend(bytes);
    }
    let text = String::from_utf8(text).unwrap();
    assert!(text.lines().any(|line| line.contains("\"buyers\"") && line.contains(&desk.owners[0])), "{text}");
    let erasure = privacy::erase(&stage.app, &TESTER, who, "request 7").await.unwrap();
    assert_eq!(erasure.removed.get("customer_owners"), Some(&1), "{:?}", erasure.removed);
    assert_eq!(desk.round().await, 0);
    let owned = desk.owned("buyers").await;
    assert_eq!(owned.keys().copied().collect::<Vec<_>>(), [numbers["b"], numbers["c"]]);
    assert_eq!(
        perennial_store::key_customers::owners(&mut stage.app.store.read().await.unwrap(), "buyers")
            .await
            .unwrap()
            .len(),
        2
    );
    let new = NewContact { channel: ContactChannel::Visit, note: String::new(), at: None };
    let refused = key_customers::note_contact(&stage.app, &TESTER, who, new, &Once::unkeyed()).await;
    assert!(matches!(refused, Err(KeyCustomerError::NoCustomer)), "{refused:?}");
}

async fn whoever_comes_back_into_the_segment_keeps_the_owner(stage: &Stage) {
    in_yuan(stage).await;
    let mut shop = Teller::users("src_shop");
    let orders = [shop.order("a", "A-1", 900), shop.order("b", "B-1", 900)];
    tell(stage, &mut shop, &orders).await;
    segment(stage, "late", "did orders in last 20 days").await;
    let mut desk = Desk::open(stage, 2).await;
    desk.promise("late", 30).await;
    assert_eq!(desk.round().await, 2);
    let owned = desk.owned("late").await;
    desk.pass(25).await;
    assert_eq!((desk.round().await, desk.owned("late").await.len()), (0, 0));
    let mut other = Teller::users("src_other");
    let order = other.order("b", "B-2", 900);
    tell(stage, &mut other, &[order]).await;
    assert_eq!(desk.round().await, 0);
    let b = i64::from(named(stage, "b").await.0);
    assert_eq!(desk.owned("late").await, BTreeMap::from([(b, owned[&b].clone())]));
    assert_eq!(desk.overdue("late").await, BTreeSet::new());
    desk.pass(6).await;
    assert_eq!(desk.overdue("late").await, BTreeSet::from([b]), "the days went on");
    // A contact that another system tells of counts as well.
    let contacted = json!({ "type": "track", "event": "Customer Contacted", "userId": "b", "properties": {} });
    tell(stage, &mut other, &[contacted]).await;
    desk.round().await;
    assert_eq!(desk.overdue("late").await, BTreeSet::new());
}

async fn what_is_written_down_can_be_asked_for_before_anybody_did(stage: &Stage) {
    let known = segments::catalogue(&stage.app, &TESTER).await.unwrap().events;
    for event in ["Owner Assigned", "Customer Contacted", "Ticket Closed", "Ticket Reopened", "Usage Card Answered"] {
        assert!(known.contains_key(event), "{event}");
    }
    assert!(known["Owner Assigned"].contains_key("segment") && known["Owner Assigned"].contains_key("reason"));
    // Whatever a source says under the same name does not change what it is.
    let mut shop = Teller::users("src_shop");
    let forged = json!({ "type": "track", "event": "Owner Assigned", "userId": "a",
        "properties": { "segment": 5, "reason": true } });
    let order = shop.order("a", "A-1", 900);
    tell(stage, &mut shop, &[forged, order]).await;
    segment(stage, "buyers", "did orders").await;
    let mut desk = Desk::open(stage, 1).await;
    desk.promise("buyers", 30).await;
    assert_eq!(desk.round().await, 1);
}
