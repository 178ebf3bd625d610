//! Clusters: found by a job, the same for the same seed, kept as tags by the nearest centre, with interviews and reasons.

use crate::live::{segment, tag};
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::Actor;
use perennial_app::access::idempotency::Once;
use perennial_app::clusters::{self, Clustering, ClusteringError, ClusteringResult, ClusteringState};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::segments::{self, SegmentError};
use perennial_app::tags::{self, TagChange, Whom};
use perennial_app::{audit, jobs, privacy, settings};
use perennial_domain::access::Role;
use perennial_domain::cluster::{ClusteringSettings, FeatureSettings, InterviewKind, Level, Method, NewInterview};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::settings::Settings;
use perennial_domain::tag::GroupSettings;
use perennial_domain::time::{Day, MICROS_PER_HOUR};
use perennial_store::Scope;
use perennial_store::clusters as table;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

on_both! {
    c70_clusters_have_silhouettes_centres_in_natural_units_and_the_same_labels_for_the_same_seed,
    density_leaves_out_who_is_far_from_all,
    tags_follow_the_nearest_centre_when_everybody_is_placed_anew,
    what_cannot_be_clustered_is_said_and_what_is_cancelled_keeps_nothing,
    c71_interviews_verify_a_cluster_by_hypothesis_and_go_with_the_person,
    c72_reasons_have_shares_with_intervals_beside_what_goes_with_churn,
    who_sees_a_part_is_told_no_number_of_all_and_no_mean_of_a_few,
    what_is_asked_while_a_placing_goes_on_is_done_after_it_and_what_cannot_be_done_is_said,
    a_population_may_stand_on_segments_that_read_tags_and_fields,
    tags_of_a_clustering_need_the_right_for_tags_and_are_audited,
}

const PEOPLE: usize = 60;

/// Three groups of twenty: young with one large order, middle-aged with three middle ones, old with six small ones; and two more
/// of the middle of whom the age is not known, and somebody who never bought.
async fn shop(stage: &Stage) -> Teller {
    let stored = settings::read(&stage.app, &TESTER).await.unwrap();
    let changed = Settings { currency: Currency::parse("CNY"), ..stored.settings };
    settings::update(&stage.app, &TESTER, stored.version, changed).await.unwrap();
    let mut site = Teller::users("src_site");
    let mut told: Vec<Value> = Vec::new();
    for person in 0..PEOPLE {
        let user = format!("u{person}");
        let jitter = (person / 3 % 5) as i64;
        let (age, orders, minor) = [(20, 1, 90_000), (40, 3, 5_000), (65, 6, 900)][person % 3];
        told.push(json!({ "type": "identify", "userId": user, "traits": { "age": age + jitter } }));
        for order in 0..orders {
            told.push(site.order(&user, &format!("o{person}-{order}"), minor + jitter));
        }
    }
    for person in ["x1", "x2"] {
        told.extend((0..3).map(|order| site.order(person, &format!("o{person}-{order}"), 5_000)));
    }
    told.push(json!({ "type": "page", "anonymousId": "d1" }));
    site.tell(stage, &told).await;
    // Messages are told some seconds ahead.
    stage.clock.advance_micros(MICROS_PER_HOUR);
    site
}

fn asked(method: Method) -> ClusteringSettings {
    let feature = |of: &str, is_logarithmic: bool| FeatureSettings { of: of.to_owned(), is_logarithmic };
    ClusteringSettings {
        name: "Buyers".to_owned(),
        description: String::new(),
        population: "did orders".to_owned(),
        features: vec![
            feature("age", false),
            feature("count of orders in last 180 days", false),
            feature("sum amount of orders", true),
        ],
        method,
        seed: 20,
        active: "count of orders >= 3".to_owned(),
    }
}

async fn found(stage: &Stage, settings: ClusteringSettings) -> Clustering {
    let made = clusters::create_clustering(&stage.app, &TESTER, settings, &Once::unkeyed()).await.unwrap();
    assert_eq!((made.head.state, &made.found), (ClusteringState::Queued, &None));
    jobs::run_until_idle(&stage.app).await.unwrap();
    clusters::get_clustering(&stage.app, &TESTER, &made.head.id).await.unwrap()
}

/// As it is kept.
async fn kept(stage: &Stage, id: &str) -> ClusteringResult {
    let row = table::get(&mut stage.app.store.read().await.unwrap(), id).await.unwrap().unwrap();
    ClusteringResult::read(&row.result.unwrap()).unwrap()
}

async fn members(stage: &Stage, clustering: &Clustering) -> Vec<BTreeSet<i64>> {
    let mut all = Vec::new();
    for cluster in &clustering.clusters {
        let (mut own, mut after) = (BTreeSet::new(), None);
        loop {
            let id = &clustering.head.id;
            let page = clusters::cluster_people(&stage.app, &TESTER, id, cluster.number, after, 7).await.unwrap();
            assert_eq!(page.count, cluster.size);
            own.extend(page.items.iter().map(|item| item.row.counters.number));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(own.len() as u64, cluster.size);
        all.push(own);
    }
    all
}

async fn c70_clusters_have_silhouettes_centres_in_natural_units_and_the_same_labels_for_the_same_seed(stage: &Stage) {
    shop(stage).await;
    let first = found(stage, asked(Method::KMeans { k_min: 2, k_max: 5 })).await;
    assert_eq!(first.head.state, ClusteringState::Done, "{:?}", first.head.error);
    let result = kept(stage, &first.head.id).await;
    // Silhouette per k, and the chosen one is the largest.
    assert_eq!(result.tried.iter().map(|one| one.k).collect::<Vec<_>>(), [2, 3, 4, 5]);
    let best = result.tried.iter().max_by(|a, b| a.silhouette.unwrap().total_cmp(&b.silhouette.unwrap())).unwrap();
    assert!(best.k == 3 && best.silhouette.unwrap() > 0.8, "{:?}", result.tried);
    assert_eq!((result.people, result.unplaced, result.judged_by), (62, 0, 62));
    // The largest is the first: those of whom the age is not known are with those who bought as they did.
    let sizes: Vec<u64> = first.clusters.iter().map(|one| one.size).collect();
    assert_eq!(sizes, [22, 20, 20]);
    assert!((first.clusters[0].share - 22.0 / 62.0).abs() < 1e-12);
    // The centre table in natural units: years, orders, minor units.
    let middle = &result.clusters[0].means;
    assert_eq!(middle, &[Some(42.0), Some(3.0), Some((15_006.0 * 20.0 + 2.0 * 15_000.0) / 22.0)]);
    let by_age = |mean: f64| result.clusters.iter().position(|one| one.means[0] == Some(mean)).unwrap();
    let (young, old) = (by_age(22.0), by_age(67.0));
    assert_eq!(result.clusters[young].means, [Some(22.0), Some(1.0), Some(90_002.0)]);
    assert_eq!(result.clusters[old].means, [Some(67.0), Some(6.0), Some(5_412.0)]);
    assert_eq!(result.features.iter().map(|one| one.is_money).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(result.features.iter().map(|one| one.missing).collect::<Vec<_>>(), [2, 0, 0]);
    assert_eq!((result.model.scales[0].median, result.features[0].name_zh.as_str()), (42.0, "年龄"));
    // In words.
    let words = &first.clusters[young].words;
    assert!(words.zh.contains("年龄低于平均") && words.en.contains("Age below average"), "{words:?}");
    assert_eq!(first.clusters[old].levels[1], Some(Level::Above), "{:?}", result.clusters[old].differences);
    assert_eq!(first.clusters[old].means, result.clusters[old].means);
    // The same seed gives the same labels, and so does another run of the job.
    let second = found(stage, asked(Method::KMeans { k_min: 2, k_max: 5 })).await;
    assert_eq!(kept(stage, &second.head.id).await.model, result.model);
    let second = clusters::get_clustering(&stage.app, &TESTER, &second.head.id).await.unwrap();
    let labels = members(stage, &first).await;
    assert_eq!(members(stage, &second).await, labels);
    clusters::run_job(&stage.app, &first.head.id).await.unwrap();
    assert_eq!(clusters::get_clustering(&stage.app, &TESTER, &first.head.id).await.unwrap(), first);
    // What goes with churn: those who bought once are the inactive ones.
    assert_eq!((result.active, result.inactive), (42, 20));
    let orders = result.drivers.iter().find(|one| one.feature == 1).unwrap();
    assert_eq!((orders.active_mean, orders.inactive_mean), (Some(186.0 / 42.0), Some(1.0)));
    assert!(orders.difference < -1.0);
    // The list has it without what was found; a name needs the version that was read.
    let heads = clusters::list_clusterings(&stage.app, &TESTER).await.unwrap();
    assert_eq!(heads.iter().map(|one| &one.id).collect::<BTreeSet<_>>().len(), 2);
    let id = &first.head.id;
    let named =
        clusters::name_cluster(&stage.app, &TESTER, id, 1, first.head.version, "Young", "One large order").await;
    assert_eq!(named.unwrap().clusters[0].name, "Young");
    let late = clusters::name_cluster(&stage.app, &TESTER, id, 2, first.head.version, "Late", "").await.unwrap_err();
    assert!(matches!(late, ClusteringError::VersionConflict));
    clusters::delete_clustering(&stage.app, &TESTER, id).await.unwrap();
    let gone = clusters::get_clustering(&stage.app, &TESTER, id).await.unwrap_err();
    assert!(matches!(gone, ClusteringError::NoClustering));
}

async fn density_leaves_out_who_is_far_from_all(stage: &Stage) {
    let mut site = shop(stage).await;
    let far = site.order("far", "far", 90_000_000);
    site.tell(stage, &[json!({ "type": "identify", "userId": "far", "traits": { "age": 110 } }), far]).await;
    stage.clock.advance_micros(MICROS_PER_HOUR);
    let clustering = found(stage, asked(Method::Density { min_people: 10 })).await;
    let result = kept(stage, &clustering.head.id).await;
    assert_eq!((result.clusters.len(), result.people), (3, 63), "{result:?}");
    let (left_out, looked_at) = result.left_out.unwrap();
    assert!(left_out >= 1 && looked_at == 63);
    let placed = members(stage, &clustering).await;
    let far = i64::from(named(stage, "far").await.0);
    assert!(placed.iter().all(|own| !own.contains(&far)) && result.unplaced >= 1);
}

async fn tags_of(stage: &Stage, who: &str) -> Vec<String> {
    let found = tags::customer_tags(&stage.app, &TESTER, named(stage, who).await).await.unwrap();
    found.standing.into_iter().map(|one| one.tag).collect()
}

async fn tags_follow_the_nearest_centre_when_everybody_is_placed_anew(stage: &Stage) {
    let mut site = shop(stage).await;
    let first = found(stage, asked(Method::KMeans { k_min: 3, k_max: 3 })).await;
    let id = &first.head.id;
    let cluster_of = |clustering: &Clustering, age: f64| {
        let means = &clustering.clusters;
        means.iter().position(|one| (one.means[0].unwrap() - age).abs() < 3.0).unwrap() + 1
    };
    let (young, old) = (cluster_of(&first, 22.0), cluster_of(&first, 67.0));
    let taken = clusters::keep_tags(&stage.app, &TESTER, id, first.head.version, "no code!").await.unwrap_err();
    assert!(matches!(taken, ClusteringError::Invalid(_)));
    let kept_tags = clusters::keep_tags(&stage.app, &TESTER, id, first.head.version, "alike").await.unwrap();
    assert!(kept_tags.head.tag_group.as_deref() == Some("alike") && kept_tags.head.assignment_asked_at.is_some());
    jobs::run_until_idle(&stage.app).await.unwrap();
    let groups = tags::list_groups(&stage.app, &TESTER).await.unwrap();
    let group = groups.iter().find(|one| one.group.settings.code == "alike").unwrap();
    assert!(group.group.settings.is_exclusive);
    assert_eq!(group.tags.iter().map(|(_, customers)| *customers).collect::<Vec<_>>(), [22, 20, 20]);
    assert_eq!(tags_of(stage, "u0").await, [format!("alike_{young}")]);
    assert_eq!(tags_of(stage, "u2").await, [format!("alike_{old}")]);
    // Somebody becomes another one, and a newcomer bought as the old ones do. Nothing moves until everybody is placed anew.
    let mut told = Vec::new();
    for user in ["u0", "new"] {
        told.push(json!({ "type": "identify", "userId": user, "traits": { "age": 66 } }));
        told.extend((0..6).map(|number| site.order(user, &format!("later-{user}-{number}"), 900)));
    }
    site.tell(stage, &told).await;
    stage.clock.advance_micros(MICROS_PER_HOUR);
    assert_eq!(tags_of(stage, "u0").await, [format!("alike_{young}")]);
    let centres = kept(stage, id).await.model;
    let kept_version = kept_tags.head.version;
    clusters::ask_assignment(&stage.app, &TESTER, id).await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    let anew = clusters::get_clustering(&stage.app, &TESTER, id).await.unwrap();
    assert_eq!(kept(stage, id).await.model, centres, "centres stay");
    assert_eq!((anew.found.as_ref().unwrap().people, anew.head.assignment_asked_at), (Some(63), None));
    // Differences are from all as they are now: over everybody they come to nothing.
    let portraits = kept(stage, id).await.clusters;
    let sum: f64 = portraits.iter().map(|one| one.size as f64 * one.differences[0]).sum();
    assert!(sum.abs() < 1e-9, "{sum}");
    // Nothing of it stands in the way of somebody who types a name meanwhile.
    assert_eq!(anew.head.version, kept_version);
    assert_eq!(tags_of(stage, "u0").await, [format!("alike_{old}")]);
    assert_eq!(tags_of(stage, "new").await, [format!("alike_{old}")]);
    // The tag is called as its cluster.
    let number = i64::try_from(old).unwrap();
    let renamed = clusters::name_cluster(&stage.app, &TESTER, id, number, anew.head.version, "Gift givers", "").await;
    let renamed = renamed.unwrap();
    let groups = tags::list_groups(&stage.app, &TESTER).await.unwrap();
    let names: Vec<&str> = groups
        .iter()
        .flat_map(|one| &one.tags)
        .filter(|(tag, _)| tag.settings.code == format!("alike_{old}"))
        .map(|(tag, _)| tag.settings.name_zh.as_str())
        .collect();
    assert_eq!(names, ["Gift givers"]);
    // Left, they stay with whoever has them.
    let left = clusters::leave_tags(&stage.app, &TESTER, id, renamed.head.version).await.unwrap();
    assert!(left.head.tag_group.is_none() && left.clusters.iter().all(|one| one.tag.is_none()));
    assert_eq!(tags_of(stage, "u0").await, [format!("alike_{old}")]);
    // A merged customer is one person.
    let request = MergeRequest { one: named(stage, "u0").await, other: named(stage, "new").await, keep: None };
    identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let after = clusters::get_clustering(&stage.app, &TESTER, id).await.unwrap();
    assert_eq!(after.clusters.iter().map(|one| one.size).sum::<u64>(), 62);
}

async fn what_cannot_be_clustered_is_said_and_what_is_cancelled_keeps_nothing(stage: &Stage) {
    shop(stage).await;
    let create = async |settings| clusters::create_clustering(&stage.app, &TESTER, settings, &Once::unkeyed()).await;
    let usual = || asked(Method::KMeans { k_min: 2, k_max: 4 });
    let mut wrong = usual();
    wrong.features[1].of = "count of orderss".to_owned();
    let Err(ClusteringError::Rule { field, problems }) = create(wrong).await else { panic!("it was taken") };
    assert_eq!((field.as_str(), problems.len()), ("features/1/of", 1));
    let wrong = ClusteringSettings { population: "in segment none".to_owned(), ..usual() };
    assert!(matches!(create(wrong).await.unwrap_err(), ClusteringError::Rule { field, .. } if field == "population"));
    let wrong = ClusteringSettings { seed: u64::MAX, ..usual() };
    assert!(matches!(create(wrong).await.unwrap_err(), ClusteringError::Invalid(_)));
    // Nobody is as old: too few to be divided.
    let few = found(stage, ClusteringSettings { population: "age > 90".to_owned(), ..usual() }).await;
    assert_eq!(few.head.state, ClusteringState::Failed);
    assert!(few.head.error.as_deref().unwrap().contains("at least 8"), "{:?}", few.head.error);
    let early = clusters::ask_assignment(&stage.app, &TESTER, &few.head.id).await.unwrap_err();
    assert!(matches!(early, ClusteringError::NotDone));
    // Cancelled before its turn.
    let made = create(usual()).await.unwrap();
    let cancelled = clusters::cancel_clustering(&stage.app, &TESTER, &made.head.id).await.unwrap();
    assert_eq!(cancelled.head.state, ClusteringState::Cancelled);
    jobs::run_until_idle(&stage.app).await.unwrap();
    let after = clusters::get_clustering(&stage.app, &TESTER, &made.head.id).await.unwrap();
    assert_eq!((after.head.state, after.found), (ClusteringState::Cancelled, None));
    let again = clusters::cancel_clustering(&stage.app, &TESTER, &made.head.id).await.unwrap_err();
    assert!(matches!(again, ClusteringError::Ended));
}

fn heard(hypothesis: &str, is_supported: bool, quote: &str) -> NewInterview {
    NewInterview {
        kind: InterviewKind::Interview,
        hypothesis: hypothesis.to_owned(),
        is_supported,
        quote: quote.to_owned(),
        interviewer: "Li".to_owned(),
        held_on: Day::parse_iso("2026-11-20").unwrap(),
    }
}

async fn c71_interviews_verify_a_cluster_by_hypothesis_and_go_with_the_person(stage: &Stage) {
    shop(stage).await;
    let clustering = found(stage, asked(Method::KMeans { k_min: 3, k_max: 3 })).await;
    let id = clustering.head.id;
    let record = async |number: i64, said: NewInterview, customer: Option<CustomerNumber>| {
        clusters::record_interview(&stage.app, &TESTER, &id, number, said, customer, &Once::unkeyed()).await
    };
    // The example: of eight interviews about cluster 3, six support the hypothesis.
    for number in 0..8 {
        let said = heard("They buy for others", number < 6, &format!("quote {number}"));
        record(3, said, None).await.unwrap();
    }
    // Other figures: two of three, and one of another hypothesis with a panel.
    let who = named(stage, "u1").await;
    for number in 0..3 {
        record(2, heard("They wait for offers", number < 2, "I wait"), (number == 0).then_some(who)).await.unwrap();
    }
    let panel = NewInterview { kind: InterviewKind::Panel, ..heard("They read reviews", false, "") };
    record(2, panel, None).await.unwrap();
    let view = async || clusters::get_clustering(&stage.app, &TESTER, &id).await.unwrap().clusters;
    let seen = view().await;
    let third = &seen[2];
    assert_eq!((third.interviews, third.supported, third.verified_percent), (8, 6, Some(75)));
    let quotes = clusters::interviews_of(&stage.app, &TESTER, &id, 3, None, 200).await.unwrap();
    let all: BTreeSet<&str> = quotes.items.iter().map(|one| one.said.quote.as_str()).collect();
    assert_eq!((all.len(), all.contains("quote 7"), quotes.next), (8, true, None));
    let by_hypothesis: Vec<(&str, Option<u64>)> =
        seen[1].hypotheses.iter().map(|one| (one.hypothesis.as_str(), one.verified_percent)).collect();
    assert_eq!(by_hypothesis, [("They wait for offers", Some(67)), ("They read reviews", Some(0))]);
    assert_eq!((seen[0].verified_percent, seen[1].verified_percent), (None, Some(50)));
    // Page by page.
    let first = clusters::interviews_of(&stage.app, &TESTER, &id, 2, None, 3).await.unwrap();
    let next = first.next.clone().unwrap();
    let rest = clusters::interviews_of(&stage.app, &TESTER, &id, 2, Some((next.0, &next.1)), 3).await.unwrap();
    assert_eq!((first.items.len(), rest.items.len(), rest.next), (3, 1, None));
    let with: Vec<CustomerNumber> = first.items.iter().chain(&rest.items).filter_map(|one| one.customer).collect();
    assert_eq!(with, [who]);
    // What is wrong is said.
    let late = heard("x", true, "");
    let late = NewInterview { held_on: Day(late.held_on.0 + 30), ..late };
    assert!(matches!(record(2, late, None).await.unwrap_err(), ClusteringError::Invalid(_)));
    assert!(matches!(record(4, heard("x", true, ""), None).await.unwrap_err(), ClusteringError::NoCluster));
    let nobody = Some(CustomerNumber(99_999));
    assert!(matches!(record(2, heard("x", true, ""), nobody).await.unwrap_err(), ClusteringError::NoCustomer));
    // Taken back, and gone with the person.
    clusters::remove_interview(&stage.app, &TESTER, &quotes.items[0].id).await.unwrap();
    let again = clusters::remove_interview(&stage.app, &TESTER, &quotes.items[0].id).await.unwrap_err();
    assert!(matches!(again, ClusteringError::NoInterview));
    let mut export = privacy::begin_person_export(&stage.app, &TESTER, who).await.unwrap();
    while export.next_bytes().await.unwrap().is_some() {}
    assert_eq!((export.counts()["cluster"], export.counts()["interview"]), (1, 1));
    let size: u64 = view().await.iter().map(|one| one.size).sum();
    let erasure = privacy::erase(&stage.app, &TESTER, who, "request 7").await.unwrap();
    assert_eq!((erasure.removed["clusters"], erasure.removed["interviews"]), (1, 1));
    let after = view().await;
    assert_eq!(after.iter().map(|one| one.size).sum::<u64>(), size - 1);
    assert_eq!((after[1].interviews, after[2].interviews), (3, 7));
}

async fn c72_reasons_have_shares_with_intervals_beside_what_goes_with_churn(stage: &Stage) {
    let mut site = shop(stage).await;
    // The survey of thirty: price 12 times, quality 9 times, both 3 times of them; one answers what is no reason.
    let mut told = Vec::new();
    for person in 0..30 {
        let reasons = match person {
            0..9 => json!(["price"]),
            9..12 => json!(["price", "quality"]),
            12..18 => json!(["quality"]),
            _ => json!(["forgotten"]),
        };
        told.push(json!({ "type": "identify", "userId": format!("u{person}"), "traits": { "churn_reason": reasons } }));
    }
    told.push(json!({ "type": "identify", "userId": "u40", "traits": { "churn_reason": ["weather"] } }));
    site.tell(stage, &told).await;
    stage.clock.advance_micros(MICROS_PER_HOUR);
    let clustering = found(stage, asked(Method::KMeans { k_min: 3, k_max: 3 })).await;
    let id = &clustering.head.id;
    let reasons = clusters::reasons(&stage.app, &TESTER, id, "churn_reason").await.unwrap();
    assert_eq!(reasons.answered, 30);
    let shares: Vec<(&str, u64)> = reasons.items.iter().map(|one| (one.value.as_str(), one.share.count)).collect();
    assert_eq!(shares, [("forgotten", 12), ("price", 12), ("quality", 9)]);
    let price = &reasons.items[1].share;
    // Wilson's interval of 12 of 30.
    assert!((price.share - 0.4).abs() < 1e-12 && (price.low - 0.246).abs() < 5e-4 && (price.high - 0.577).abs() < 5e-4);
    let of_clusters: BTreeMap<i64, u64> =
        reasons.items[1].clusters.iter().map(|one| (one.number, one.share.count)).collect();
    assert_eq!((of_clusters.len(), of_clusters.values().sum::<u64>()), (3, 12));
    assert_eq!(reasons.answered_in.values().copied().collect::<Vec<_>>(), [10, 10, 10]);
    // Beside them: in what those who are inactive differ.
    let result = clustering.found.clone().unwrap();
    assert!(result.drivers.len() == 3 && result.drivers[0].difference.abs() > 1.0);
    let wrong = clusters::reasons(&stage.app, &TESTER, id, "age").await.unwrap_err();
    assert!(matches!(wrong, ClusteringError::Invalid(_)));
}

fn somebody(role: Role, scope: Scope) -> Actor {
    Actor::User { id: "usr_1".to_owned(), name: "Li".to_owned(), role, scope }
}

async fn who_sees_a_part_is_told_no_number_of_all_and_no_mean_of_a_few(stage: &Stage) {
    let mut site = shop(stage).await;
    // Somebody who is like nobody: a cluster of one.
    let far = site.order("far", "far", 90_000_000);
    site.tell(stage, &[json!({ "type": "identify", "userId": "far", "traits": { "age": 110 } }), far]).await;
    stage.clock.advance_micros(MICROS_PER_HOUR);
    let mut settings = asked(Method::KMeans { k_min: 4, k_max: 4 });
    settings.features[2].is_logarithmic = false;
    let all = found(stage, settings).await;
    let id = &all.head.id;
    let alone = all.clusters.iter().find(|one| one.size == 1).unwrap();
    assert_eq!(alone.means, [Some(110.0), Some(1.0), Some(90_000_000.0)]);
    // With whom nobody knows, and with somebody of no store of theirs.
    for (hypothesis, customer) in
        [("They buy seldom", None), ("The man with the boat", Some(named(stage, "far").await))]
    {
        let said = heard(hypothesis, true, "");
        let number = alone.number;
        clusters::record_interview(&stage.app, &TESTER, id, number, said, customer, &Once::unkeyed()).await.unwrap();
    }
    let clerk = somebody(Role::Clerk, Scope::Below("/1/".to_owned()));
    let told = clusters::get_clustering(&stage.app, &clerk, id).await.unwrap();
    let found = told.found.unwrap();
    assert_eq!((found.people, found.unplaced, found.judged_by), (None, None, None));
    assert_eq!((found.active, found.inactive, found.left_out), (None, None, None));
    assert!(found.features.iter().all(|one| one.missing.is_none() && one.mean.is_some() && one.scale.is_some()));
    let hidden = told.clusters.iter().find(|one| one.number == alone.number).unwrap();
    assert_eq!((hidden.size, &hidden.means, &hidden.differences), (0, &vec![None; 3], &vec![None; 3]));
    assert_eq!((&hidden.levels, hidden.words.en.as_str()), (&vec![None; 3], "Too few people to be described"));
    let others = told.clusters.iter().filter(|one| one.number != alone.number);
    assert!(others.into_iter().all(|one| one.means.iter().all(Option::is_some)), "they are twenty each");
    // Of interviews they are told what is of nobody.
    assert_eq!((alone.number, hidden.interviews, hidden.hypotheses.len()), (hidden.number, 1, 1));
    let quotes = clusters::interviews_of(&stage.app, &clerk, id, hidden.number, None, 9).await.unwrap();
    let hypotheses: Vec<&str> = quotes.items.iter().map(|one| one.said.hypothesis.as_str()).collect();
    assert_eq!(hypotheses, ["They buy seldom"]);
    let everybody = somebody(Role::Analyst, Scope::Everyone);
    let quotes = clusters::interviews_of(&stage.app, &everybody, id, hidden.number, None, 9).await.unwrap();
    assert_eq!(quotes.items.len(), 2);
    assert_eq!(clusters::get_clustering(&stage.app, &everybody, id).await.unwrap().found.unwrap().people, Some(63));
}

async fn what_is_asked_while_a_placing_goes_on_is_done_after_it_and_what_cannot_be_done_is_said(stage: &Stage) {
    shop(stage).await;
    segment(stage, "buyers", "did orders").await;
    let settings = ClusteringSettings {
        population: "in segment buyers".to_owned(),
        ..asked(Method::KMeans { k_min: 3, k_max: 3 })
    };
    let first = found(stage, settings).await;
    let id = &first.head.id;
    clusters::ask_assignment(&stage.app, &TESTER, id).await.unwrap();
    // A worker has it, and has read that there are no tags. Then they are switched on, which is the same job.
    let mut tx = stage.app.store.write().await.unwrap();
    let (now, lease) = (stage.app.clock.now().0, stage.app.clock.now().0 + MICROS_PER_HOUR);
    let running = perennial_store::jobs::claim(&mut tx, &["assign_clusters"], "w", now, lease).await.unwrap().unwrap();
    let asked_at = table::get(&mut tx, id).await.unwrap().unwrap().assignment_asked_at;
    tx.commit().await.unwrap();
    clusters::keep_tags(&stage.app, &TESTER, id, first.head.version, "alike").await.unwrap();
    assert_eq!(jobs::run_until_idle(&stage.app).await.unwrap(), 0, "the same job runs");
    // At its end it does not say that this was done. Whoever looks after things finds that nobody does it.
    let mut tx = stage.app.store.write().await.unwrap();
    assert!(!table::end_assignment(&mut tx, id, asked_at, None).await.unwrap());
    perennial_store::jobs::finish(&mut tx, &running.id, running.fence, now).await.unwrap();
    tx.commit().await.unwrap();
    clusters::requeue_asked(&stage.app).await.unwrap();
    clusters::requeue_asked(&stage.app).await.unwrap();
    assert_eq!(jobs::run_until_idle(&stage.app).await.unwrap(), 1);
    let after = clusters::get_clustering(&stage.app, &TESTER, id).await.unwrap();
    assert_eq!((after.head.assignment_asked_at, after.head.error), (None, None));
    assert_eq!(tags_of(stage, "u0").await.len(), 1);
    // What it stands on is gone: whoever asks reads it, and what was placed before stays.
    segments::set_segment_archived(&stage.app, &TESTER, "buyers", true).await.unwrap();
    clusters::ask_assignment(&stage.app, &TESTER, id).await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    let broken = clusters::get_clustering(&stage.app, &TESTER, id).await.unwrap();
    assert_eq!((broken.head.state, broken.head.assignment_asked_at), (ClusteringState::Done, None));
    assert!(broken.head.error.as_deref().unwrap().contains("buyers"), "{:?}", broken.head.error);
    assert_eq!(broken.clusters.iter().map(|one| one.size).collect::<Vec<_>>(), [22, 20, 20]);
    // It goes when it can be done.
    segments::set_segment_archived(&stage.app, &TESTER, "buyers", false).await.unwrap();
    clusters::ask_assignment(&stage.app, &TESTER, id).await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    let mended = clusters::get_clustering(&stage.app, &TESTER, id).await.unwrap();
    assert_eq!((mended.head.assignment_asked_at, mended.head.error), (None, None));
}

async fn a_population_may_stand_on_segments_that_read_tags_and_fields(stage: &Stage) {
    shop(stage).await;
    tag(stage, "club", None, "vip").await;
    let change = TagChange { set: vec!["vip".to_owned()], ..TagChange::default() };
    for person in 0..30 {
        let whom = Whom::One(named(stage, &format!("u{person}")).await);
        tags::change_tags(&stage.app, &TESTER, &whom, &change, &Once::unkeyed()).await.unwrap();
    }
    segment(stage, "club", "has tag vip").await;
    segment(stage, "grown", "in segment club and age > 30").await;
    let settings = ClusteringSettings {
        population: "in segment grown".to_owned(),
        features: vec![
            FeatureSettings { of: "count of orders".to_owned(), is_logarithmic: false },
            FeatureSettings { of: "sum amount of orders".to_owned(), is_logarithmic: true },
        ],
        ..asked(Method::KMeans { k_min: 2, k_max: 2 })
    };
    let clustering = found(stage, settings).await;
    assert_eq!(
        clustering.clusters.iter().map(|one| one.size).collect::<Vec<_>>(),
        [10, 10],
        "of thirty, a third is young"
    );
}

async fn tags_of_a_clustering_need_the_right_for_tags_and_are_audited(stage: &Stage) {
    shop(stage).await;
    let first = found(stage, asked(Method::KMeans { k_min: 3, k_max: 3 })).await;
    let id = &first.head.id;
    let analyst = somebody(Role::Analyst, Scope::Everyone);
    let name = async |number: i64, version: i64| {
        clusters::name_cluster(&stage.app, &analyst, id, number, version, "Loyal", "").await
    };
    // Without tags they are the analyst's.
    let named = name(1, first.head.version).await.unwrap();
    clusters::ask_assignment(&stage.app, &analyst, id).await.unwrap();
    let operator = somebody(Role::Operator, Scope::Everyone);
    let kept = clusters::keep_tags(&stage.app, &operator, id, named.head.version, "alike").await.unwrap();
    jobs::run_until_idle(&stage.app).await.unwrap();
    let refused = [
        name(2, kept.head.version).await.map(drop),
        clusters::ask_assignment(&stage.app, &analyst, id).await.map(drop),
        clusters::delete_clustering(&stage.app, &analyst, id).await,
    ];
    for refused in refused {
        assert!(matches!(refused.unwrap_err(), ClusteringError::Forbidden(_)));
    }
    clusters::name_cluster(&stage.app, &operator, id, 2, kept.head.version, "Young", "").await.unwrap();
    let (entries, _) = audit::list(&stage.app, &TESTER, None, 200).await.unwrap();
    let told = |action: &str| -> BTreeSet<&str> {
        entries.iter().filter(|one| one.action == action).map(|one| one.subject.as_str()).collect()
    };
    assert_eq!(told("tag_group.created"), ["alike"].into());
    assert_eq!(told("tag.created"), ["alike_1", "alike_2", "alike_3"].into());
    assert_eq!(told("tag.updated"), ["alike_2"].into());
    // Such a tag follows no segment, also where its group is not exclusive any more.
    let groups = tags::list_groups(&stage.app, &TESTER).await.unwrap();
    let group = groups.into_iter().find(|one| one.group.settings.code == "alike").unwrap().group;
    let open = GroupSettings { is_exclusive: false, ..group.settings };
    tags::update_group(&stage.app, &TESTER, group.version, open).await.unwrap();
    segment(stage, "grown", "age > 30").await;
    let refused = segments::put_automatic_tag(&stage.app, &TESTER, "alike_1", "grown").await.unwrap_err();
    assert!(matches!(refused, SegmentError::Invalid(_)), "{refused:?}");
}
