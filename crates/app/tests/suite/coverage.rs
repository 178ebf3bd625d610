//! Coverage: where members live, where anybody sells, and who is behind the figures.

use crate::over_time::brand;
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use crate::touch_points::visitor;
use crate::touchpoint::TouchPoint;
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, NewUser, Scope, create_user};
use perennial_app::clerks::{self, NewClerk};
use perennial_app::codes::{self, Code};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::reach::{self, Coverage, CoverageQuery, Living, MembersOf, ReachError, ReachPerson, Side, Through};
use perennial_app::stores::{self, NewPlace};
use perennial_app::{audit, pipeline, privacy};
use perennial_domain::access::Role;
use perennial_domain::code::CodeSettings;
use perennial_domain::province::{Origin, PROVINCES, by_code};
use perennial_domain::stores::PlaceKind;
use perennial_domain::time::{Day, Instant};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

on_both! {
    c30_with_sales_in_9_of_31_provinces_the_map_shows_members_and_the_share_of_the_22_others,
    who_says_more_about_where_they_live_is_believed_and_what_changes_is_seen_at_once,
    stores_are_where_their_names_say_and_marks_are_kept_by_version,
}

async fn place(stage: &Stage, kind: PlaceKind, name: &str, parent: Option<&str>) -> String {
    let code = (kind == PlaceKind::Store).then(|| format!("C-{name}"));
    let new = NewPlace { kind, code, name: name.to_owned(), parent: parent.map(str::to_owned) };
    stores::create_place(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap().id
}

async fn clerk_in(stage: &Stage, store: &str) {
    let new = NewUser { email: "li@example.com".into(), name: "Li".into(), role: Role::Clerk.code().into() };
    let user = create_user(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap().0;
    let from = Instant::parse_rfc3339("2026-01-01T00:00:00Z");
    let new = NewClerk { user_id: user.id, store: Some(store.to_owned()), from };
    clerks::create_clerk(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap();
}

const ALL: CoverageQuery = CoverageQuery { members: MembersOf::Registered, days: None, through: None };

fn campaign(value: &str) -> CoverageQuery {
    CoverageQuery { through: Some(Through::Parameter { name: "campaign".into(), value: value.into() }), ..ALL }
}

async fn coverage(stage: &Stage, query: &CoverageQuery) -> Coverage {
    reach::coverage(&stage.app, &TESTER, query).await.unwrap()
}

/// All of a list, in pages of forty-one.
async fn people(stage: &Stage, query: &CoverageQuery, living: &str) -> Vec<ReachPerson> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let living = Living::parse(living).unwrap();
        let (page, next) = reach::coverage_people(&stage.app, &TESTER, query, living, after, 41).await.unwrap();
        all.extend(page);
        if next.is_none() {
            return all;
        }
        after = next;
    }
}

fn members(found: &Coverage, code: &str) -> i64 {
    found.provinces.iter().find(|one| one.province.code == code).unwrap().members
}

/// Halves round up.
fn share(part: i64, whole: i64) -> Option<i64> {
    Some((2 * 10_000 * part + whole) / (2 * whole))
}

/// Sales in nine provinces: seven with a store by the name of a region, a city or its own, one with a clerk in a store, and
/// one that somebody marked.
async fn nine_provinces(stage: &Stage) -> BTreeSet<&'static str> {
    let east = place(stage, PlaceKind::Region, "华东", None).await;
    let zhejiang = place(stage, PlaceKind::Region, "浙江省", Some(&east)).await;
    place(stage, PlaceKind::Store, "西湖店", Some(&zhejiang)).await;
    place(stage, PlaceKind::Store, "南京市新街口店", Some(&east)).await;
    for name in ["上海静安店", "北京朝阳店", "广东旗舰店", "Sichuan", "天津"] {
        place(stage, PlaceKind::Store, name, None).await;
    }
    let wuhan = place(stage, PlaceKind::Store, "武汉市江汉店", None).await;
    clerk_in(stage, &wuhan).await;
    // A street, and a name that says nothing: nobody can tell.
    place(stage, PlaceKind::Store, "北京路店", None).await;
    place(stage, PlaceKind::Store, "一号店", Some(&east)).await;
    reach::put_sales_provinces(&stage.app, &TESTER, 0, &["37".to_owned()]).await.unwrap();
    BTreeSet::from(["33", "32", "31", "11", "44", "51", "12", "42", "37"])
}

async fn chefs_codes(stage: &Stage) -> Vec<Code> {
    let code = |name: &str, campaign: &str| CodeSettings {
        name: name.to_owned(),
        touch_point: "offline_promotion".to_owned(),
        parameters: [("campaign".to_owned(), campaign.to_owned())].into(),
        target: "https://shop.example/join".to_owned(),
        cost_minor: 0,
    };
    let all = vec![code("a", "chefs"), code("b", "chefs"), code("c", "tea")];
    let mut made = codes::create_codes(&stage.app, &TESTER, all, &Once::unkeyed()).await.unwrap();
    made.sort_by(|one, other| one.settings.name.cmp(&other.settings.name));
    made
}

fn device(number: usize) -> String {
    format!("visitor-{number:05}")
}

async fn c30_with_sales_in_9_of_31_provinces_the_map_shows_members_and_the_share_of_the_22_others(stage: &Stage) {
    brand(stage, "Asia/Shanghai").await;
    let sold_in = nine_provinces(stage).await;
    let shop = TouchPoint::new(stage, "shop").await;
    let made = chefs_codes(stage).await;
    shop.intake.forget_sources();
    // Of province n, n members register: 496 in 31. They say where they live as a province, in an address, as a city, or not
    // at all, and then only the scan tells. Four say nothing anywhere, and one is in Hong Kong.
    let mainland: Vec<&str> = PROVINCES.iter().filter(|one| one.is_mainland).map(|one| one.code).collect();
    let mut lives: Vec<&str> =
        mainland.iter().enumerate().flat_map(|(place, code)| std::iter::repeat_n(*code, place + 1)).collect();
    assert_eq!((mainland.len(), lives.len()), (31, 496));
    lives.extend(["", "", "", "", "81"]);
    let mut deeds = Vec::new();
    for (number, code) in lives.iter().enumerate() {
        let name = by_code(code).map_or("", |province| province.name_zh);
        let region = if number % 4 == 3 { name } else { "" };
        codes::scan(&stage.app, &shop.intake, &made[number % 2].slug, &visitor(stage, number), region).await.unwrap();
        let traits = match number % 4 {
            0 => json!({ "province": name }),
            1 => json!({ "address": { "state": name, "city": "Nowhere" } }),
            2 => json!({ "city": name, "province": "Bavaria" }),
            _ => json!({}),
        };
        deeds.push(json!({ "type": "identify", "anonymousId": device(number), "messageId": format!("i{number}"),
            "traits": traits }));
        deeds.push(json!({ "type": "track", "anonymousId": device(number), "messageId": format!("s{number}"),
            "event": "Signed Up" }));
    }
    // Others come by another campaign, by none, or register nothing.
    for number in 900..930 {
        if number < 920 {
            let code = if number < 910 { &made[2] } else { &made[0] };
            codes::scan(&stage.app, &shop.intake, &code.slug, &visitor(stage, number), "西藏").await.unwrap();
        }
        if !(910..920).contains(&number) {
            deeds.push(json!({ "type": "track", "anonymousId": device(number), "messageId": format!("s{number}"),
                "event": "Signed Up", "properties": {} }));
        }
    }
    shop.send(stage, &deeds).await;
    pipeline::apply_all(&stage.app).await.unwrap();

    let chefs = campaign("chefs");
    let found = coverage(stage, &chefs).await;
    assert_eq!((found.members, found.unknown, found.elsewhere), (501, 4, 1));
    assert_eq!(found.unknown_share_basis_points, share(4, 501));
    let is = |one: &reach::ProvinceCoverage| (one.province.code, one.members, one.is_covered);
    let expected: Vec<(&str, i64, bool)> = PROVINCES
        .iter()
        .map(|one| {
            let members = lives.iter().filter(|code| **code == one.code).count() as i64;
            (one.code, members, sold_in.contains(one.code))
        })
        .collect();
    assert_eq!(found.provinces.iter().map(is).collect::<Vec<_>>(), expected);
    let outside: i64 = mainland
        .iter()
        .enumerate()
        .filter(|(_, code)| !sold_in.contains(*code))
        .map(|(place, _)| place as i64 + 1)
        .sum();
    assert_eq!(
        (found.covered, found.uncovered),
        (
            Side { provinces: 9, members: 496 - outside, share_basis_points: share(496 - outside, 496) },
            Side { provinces: 22, members: outside, share_basis_points: share(outside, 496) },
        )
    );
    assert_eq!(found.provinces[0].share_basis_points, share(1, 497));
    // By what it is known: of every four one says each, and who says nothing or only a wrong province falls through.
    let by_what = |rest: usize| lives.iter().enumerate().filter(|(n, code)| n % 4 == rest && !code.is_empty()).count();
    let origins: Vec<(Origin, i64)> = Origin::ALL.into_iter().zip((0..4).map(|rest| by_what(rest) as i64)).collect();
    assert_eq!(found.origins, origins);
    assert_eq!(found.stores_without_province, 2);
    let stores: BTreeMap<&str, i64> =
        found.provinces.iter().filter(|one| one.stores > 0).map(|one| (one.province.code, one.stores)).collect();
    assert_eq!(stores, ["33", "32", "31", "11", "44", "51", "12", "42"].into_iter().map(|code| (code, 1)).collect());
    let marked: Vec<&str> = found.provinces.iter().filter(|one| one.is_marked).map(|one| one.province.code).collect();
    assert_eq!((marked, found.provinces[16].clerks), (vec!["37"], 1), "a clerk in Hubei");

    // Each figure opens as the people behind it.
    for (code, members, _) in expected.iter().filter(|(_, members, _)| *members > 0) {
        let living = people(stage, &chefs, code).await;
        assert_eq!(living.len() as i64, *members, "{code}");
        assert!(living.iter().all(|one| one.place.is_some_and(|(province, _)| province.code == *code)));
    }
    let uncovered = people(stage, &chefs, "uncovered").await;
    let distinct: BTreeSet<u32> = uncovered.iter().map(|one| one.customer.0).collect();
    assert_eq!((uncovered.len(), distinct.len()), (outside as usize, outside as usize));
    assert_eq!(people(stage, &chefs, "covered").await.len() as i64, 496 - outside);
    let unknown = people(stage, &chefs, "unknown").await;
    assert!(unknown.len() == 4 && unknown.iter().all(|one| one.place.is_none()));
    assert_eq!(people(stage, &chefs, "all").await.len(), 501);

    // All campaigns together, one code of two, and the other campaign.
    let all = coverage(stage, &ALL).await;
    assert_eq!((all.members, members(&all, "54"), all.unknown), (521, members(&found, "54") + 10, 14));
    let of_code = |code: &Code| CoverageQuery { through: Some(Through::Code(code.id.clone())), ..ALL };
    assert_eq!(coverage(stage, &of_code(&made[0])).await.members, 251);
    assert_eq!(coverage(stage, &of_code(&made[1])).await.members, 250);
    assert_eq!(coverage(stage, &campaign("tea")).await.members, 10);
    let none = coverage(stage, &campaign("dance")).await;
    assert_eq!((none.members, none.uncovered.share_basis_points, none.unknown_share_basis_points), (0, None, None));
    assert_eq!((none.covered.provinces, none.uncovered.provinces), (9, 22), "covered is covered without members");
    // The report of codes says the same.
    let report = codes::report(&stage.app, &TESTER, None, codes::Period::ALL).await.unwrap();
    let registered: BTreeMap<&str, i64> =
        report.iter().map(|one| (one.code.settings.name.as_str(), one.registered)).collect();
    assert_eq!(registered, BTreeMap::from([("a", 251), ("b", 250), ("c", 10)]));
    // Days are those of the brand's zone.
    let on = |day: &str| CoverageQuery { days: Day::parse_iso(day).map(|day| (day, day)), ..campaign("chefs") };
    assert_eq!(coverage(stage, &on("2026-11-22")).await.members, 501);
    assert_eq!(coverage(stage, &on("2026-11-21")).await.members, 0);
    // Who is known by a device only is not known.
    let known = CoverageQuery { members: MembersOf::Known, ..ALL };
    assert_eq!(coverage(stage, &known).await.members, 0);
}

fn says(member: &str, traits: Value) -> Value {
    json!({ "type": "identify", "userId": member, "traits": traits })
}

fn registers(member: &str) -> Value {
    json!({ "type": "track", "userId": member, "event": "Signed Up", "properties": {} })
}

async fn who_says_more_about_where_they_live_is_believed_and_what_changes_is_seen_at_once(stage: &Stage) {
    let mut shop = Teller::users("src_shop");
    let told = [
        registers("ann"),
        says("ann", json!({ "city": "宁波", "address": { "province": "江苏省" } })),
        registers("bob"),
        says("bob", json!({ "province": "四川" })),
        says("cid", json!({ "province": "四川" })),
    ];
    shop.tell(stage, &told).await;
    let at = |found: &Coverage| {
        let living = found.provinces.iter().filter(|one| one.members > 0);
        living.map(|one| (one.province.code, one.members)).collect::<Vec<_>>()
    };
    assert_eq!(at(&coverage(stage, &ALL).await), [("32", 1), ("51", 1)]);
    // Who did not register is known all the same.
    let known = CoverageQuery { members: MembersOf::Known, ..ALL };
    assert_eq!(at(&coverage(stage, &known).await), [("32", 1), ("51", 2)]);
    // She moves, and a text that names nothing takes nothing back.
    stage.clock.advance_seconds(60);
    shop.tell(stage, &[says("ann", json!({ "province": "Zhejiang" }))]).await;
    assert_eq!(at(&coverage(stage, &ALL).await), [("33", 1), ("51", 1)]);
    stage.clock.advance_seconds(60);
    shop.tell(stage, &[says("ann", json!({ "province": "at the sea" }))]).await;
    assert_eq!(at(&coverage(stage, &ALL).await), [("32", 1), ("51", 1)]);
    let [ann] = &people(stage, &ALL, "32").await[..] else { panic!() };
    assert_eq!((ann.customer, ann.place.map(|(_, origin)| origin)), (named(stage, "ann").await, Some(Origin::Address)));
    // Two who turn out to be one are one, and two again.
    let (one, other) = (named(stage, "ann").await, named(stage, "bob").await);
    let request = MergeRequest { one, other, keep: Some(other) };
    let merge = identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let found = coverage(stage, &ALL).await;
    assert_eq!((found.members, people(stage, &ALL, "all").await.len()), (1, 1));
    identity::unmerge(&stage.app, &TESTER, &merge.id, &Once::unkeyed()).await.unwrap();
    assert_eq!(at(&coverage(stage, &ALL).await), [("32", 1), ("51", 1)]);
    // Who is erased is nowhere.
    privacy::erase(&stage.app, &TESTER, other, "request 1").await.unwrap();
    assert_eq!(at(&coverage(stage, &ALL).await), [("32", 1)]);
    assert_eq!(people(stage, &ALL, "51").await, []);
    // Of whom somebody sees a part, and whose right it is not, is told nothing.
    for (role, scope) in [(Role::Clerk, Scope::Everyone), (Role::Operator, Scope::Below("/1/".to_owned()))] {
        let actor = Actor::User { id: "u".into(), name: "n".into(), role, scope };
        let refused = reach::coverage(&stage.app, &actor, &ALL).await;
        assert!(matches!(refused, Err(ReachError::Forbidden(_))), "{role:?}");
        let refused = reach::coverage_people(&stage.app, &actor, &ALL, Living::Anywhere, None, 9).await;
        assert!(matches!(refused, Err(ReachError::Forbidden(_))), "{role:?}");
    }
    let wrong = CoverageQuery { through: Some(Through::Code("cod_none".into())), ..ALL };
    assert!(matches!(reach::coverage(&stage.app, &TESTER, &wrong).await, Err(ReachError::Invalid(_))));
    let wrong = CoverageQuery { days: Day::parse_iso("2026-05-02").zip(Day::parse_iso("2026-05-01")), ..ALL };
    assert!(matches!(reach::coverage(&stage.app, &TESTER, &wrong).await, Err(ReachError::Invalid(_))));
}

async fn stores_are_where_their_names_say_and_marks_are_kept_by_version(stage: &Stage) {
    let app = &stage.app;
    let covered = async || -> Vec<&'static str> {
        let found = coverage(stage, &ALL).await;
        found.provinces.iter().filter(|one| one.is_covered).map(|one| one.province.code).collect()
    };
    assert_eq!(covered().await, Vec::<&str>::new());
    let marks = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
    let put = async |version, codes: &[&str]| reach::put_sales_provinces(app, &TESTER, version, &marks(codes)).await;
    let first = put(0, &["82", "33"]).await.unwrap();
    assert_eq!((first.version, &first.provinces), (1, &marks(&["33", "82"])));
    assert_eq!(reach::read_sales_provinces(app, &TESTER).await.unwrap(), first);
    assert!(matches!(put(0, &["44"]).await, Err(ReachError::VersionConflict)));
    for wrong in [&["00"][..], &["33", "33"], &["浙江"], &[""]] {
        assert!(matches!(put(1, wrong).await, Err(ReachError::Invalid(_))), "{wrong:?}");
    }
    assert_eq!(covered().await, ["33", "82"]);
    let found = coverage(stage, &ALL).await;
    assert_eq!((found.covered.provinces, found.uncovered.provinces), (1, 30), "Macao is none of the 31");
    let entries = audit::list(app, &TESTER, None, 9).await.unwrap().0;
    assert_eq!(entries.iter().filter(|entry| entry.action == "sales_provinces.changed").count(), 1);
    let analyst = Actor::User { id: "u".into(), name: "n".into(), role: Role::Analyst, scope: Scope::Everyone };
    let refused = reach::put_sales_provinces(app, &analyst, 1, &[]).await;
    assert!(matches!(refused, Err(ReachError::Forbidden(_))));
    assert!(put(1, &[]).await.unwrap().provinces.is_empty());
    assert_eq!(covered().await, Vec::<&str>::new());
    // A store that orders name and nobody has entered sells nowhere.
    let mut shop = Teller::users("src_shop");
    let order = json!({ "type": "track", "userId": "ann", "event": "Order Completed",
        "properties": { "order_id": "1", "total": 10, "currency": "CNY", "store": "江西" } });
    shop.tell(stage, &[order]).await;
    assert_eq!(covered().await, Vec::<&str>::new());
    // The nearest region that says it counts, and only without one the store's own name, which may be that of a dish.
    let region = place(stage, PlaceKind::Region, "安徽省", None).await;
    place(stage, PlaceKind::Store, "四川火锅店", Some(&region)).await;
    assert_eq!(covered().await, ["34"]);
    let other = place(stage, PlaceKind::Region, "二区", Some(&region)).await;
    place(stage, PlaceKind::Store, "二号店", Some(&other)).await;
    assert_eq!(covered().await, ["34"]);
    place(stage, PlaceKind::Store, "济南市店", None).await;
    assert_eq!(covered().await, ["34", "37"]);
}
