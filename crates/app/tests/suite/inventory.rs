//! The inventory of digital assets over everything that tells of customers.

use crate::over_time::{at, brand};
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::consent::{self, NewConsent, NewText, PurposeSettings, Who};
use perennial_app::customers::{CustomerProfile, customer_profile};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::inventory::{AssetHolding, AssetPart, Inventory, InventoryError, inventory};
use perennial_app::pipeline;
use perennial_app::tags::{self, TagChange, Whom};
use perennial_app::topics;
use perennial_app::upserts::{self, Read};
use perennial_domain::access::Role;
use perennial_domain::consent::Decision;
use perennial_domain::inventory::{Asset, Holding};
use perennial_domain::tag::{GroupSettings, TagSettings};
use perennial_domain::time::Instant;
use perennial_domain::topics::TopicSettings;
use perennial_domain::upsert::{CustomerTold, IdentifierTold};
use serde_json::json;

on_both! {
    c56_the_inventory_lists_six_kinds_with_totals_growth_of_seven_days_and_completeness,
}

/// Midnight of the sixth day before, in the brand's zone.
const FIRST: &str = "2026-11-15T16:00:00Z";

fn customer(number: usize, updated_at: &str) -> Read<CustomerTold> {
    let mut identifiers = vec![IdentifierTold { kind: "member_no".to_owned(), value: format!("M{number}") }];
    if number <= 6 {
        identifiers.push(IdentifierTold { kind: "phone".to_owned(), value: format!("1380000{number:04}") });
    }
    let city = (number <= 4).then(|| "Hangzhou".to_owned());
    Ok(CustomerTold { identifiers, city, updated_at: Some(updated_at.to_owned()), ..CustomerTold::default() })
}

fn held(total: i64, added: i64, covered: i64) -> Holding {
    Holding { total, added: Some(added), covered: Some(covered) }
}

fn of(inventory: &Inventory, asset: Asset) -> &AssetHolding {
    inventory.assets.iter().find(|one| one.asset == asset).unwrap()
}

fn part<'a>(asset: &'a AssetHolding, code: &str) -> &'a AssetPart {
    asset.parts.iter().find(|one| one.code == code).unwrap_or_else(|| panic!("{code}: {asset:?}"))
}

async fn profiles(stage: &Stage) -> Vec<CustomerProfile> {
    let mut profiles = Vec::new();
    for number in 1..=10 {
        let who = named(stage, &format!("M{number}")).await;
        profiles.push(customer_profile(&stage.app, &TESTER, who).await.unwrap());
    }
    profiles
}

/// Ten customers, of whom the tenth came on the first of the seven days; two orders, a page, a tag, two decisions, a pick.
async fn tell(stage: &Stage) {
    brand(stage, "Asia/Shanghai").await;
    let told: Vec<_> = (1..=10)
        .map(|number| match number {
            9 => customer(number, "2026-11-15T15:59:59Z"),
            10 => customer(number, FIRST),
            _ => customer(number, "2026-11-02T08:00:00Z"),
        })
        .collect();
    let done = upserts::tell_customers(&stage.app, &TESTER, "crm", &told, &Once::unkeyed()).await.unwrap();
    assert_eq!(done.accepted(), 10);
    let mut shop = Teller::members("src_shop");
    let old = Instant::parse_rfc3339("2026-11-02T09:00:00Z").unwrap();
    let orders = [at(stage, old, shop.order("M1", "A1", 9_900)), shop.order("M2", "A2", 5_000)];
    shop.tell(stage, &orders).await;
    shop.tell(stage, &[json!({ "type": "page", "userId": "M3", "name": "Home" })]).await;
    let group = GroupSettings {
        code: "intention".to_owned(),
        name_zh: "意向".to_owned(),
        name_en: "Intention".to_owned(),
        is_exclusive: false,
        valid_days: None,
        is_archived: false,
    };
    tags::create_group(&stage.app, &TESTER, group, &Once::unkeyed()).await.unwrap();
    let (name_zh, name_en) = ("重点".to_owned(), "Key".to_owned());
    let tag = TagSettings { code: "key".to_owned(), name_zh, name_en, is_archived: false };
    tags::create_tag(&stage.app, &TESTER, "intention", tag, &Once::unkeyed()).await.unwrap();
    let change = TagChange { set: vec!["key".to_owned()], ..TagChange::default() };
    let whom = Whom::One(named(stage, "M1").await);
    tags::change_tags(&stage.app, &TESTER, &whom, &change, &Once::unkeyed()).await.unwrap();
    let purpose = PurposeSettings { name: "Marketing".to_owned(), ..PurposeSettings::default() };
    consent::put_purpose(&stage.app, &TESTER, "marketing", None, purpose).await.unwrap();
    let text = NewText { version: "3".to_owned(), locale: "zh-CN".to_owned(), text: "我同意".to_owned() };
    consent::publish_text(&stage.app, &TESTER, "marketing", text, &Once::unkeyed()).await.unwrap();
    for (member, text_version) in [("M1", Some("3")), ("M2", None)] {
        let new = NewConsent {
            who: Who::Customer(named(stage, member).await),
            purpose: "marketing".to_owned(),
            channels: Vec::new(),
            decision: Decision::Granted,
            text_version: text_version.map(str::to_owned),
            at: None,
            note: None,
        };
        consent::record_consent(&stage.app, &TESTER, &new, &Once::unkeyed()).await.unwrap();
    }
    let topic = TopicSettings { name: "Recipes".to_owned(), description: String::new(), is_archived: false };
    topics::put_topic(&stage.app, &TESTER, "recipes", None, topic).await.unwrap();
    let who = named(stage, "M3").await;
    topics::record_picks(&stage.app, &TESTER, who, &["recipes".to_owned()]).await.unwrap();
    pipeline::apply_all(&stage.app).await.unwrap();
    pipeline::hand_over(&stage.app).await.unwrap();
}

async fn c56_the_inventory_lists_six_kinds_with_totals_growth_of_seven_days_and_completeness(stage: &Stage) {
    tell(stage).await;
    // What was told a moment ago has come by now.
    stage.clock.advance_seconds(60);
    let found = inventory(&stage.app, &TESTER).await.unwrap();
    let kinds: Vec<&str> = found.assets.iter().map(|one| one.asset.code()).collect();
    assert_eq!(kinds, ["profiles", "identities", "tags", "events", "consents", "contents"]);
    assert_eq!((found.customers, found.since.iso().as_str()), (10, "2026-11-16"));

    // Profiles are as complete as C37 says of each.
    let (people, asset) = (profiles(stage).await, of(&found, Asset::Profiles));
    assert_eq!(asset.holding, Holding { total: 10, added: Some(1), covered: None });
    assert_eq!(asset.holding.growth_basis_points(), Some(1_111), "one more than nine");
    let classes = |one: &CustomerProfile| one.information.classes.clone();
    let mut all_known = 0;
    for place in 0..6 {
        let known = people.iter().filter(|one| classes(one)[place].is_known).count() as i64;
        let class = classes(&people[0])[place].class.code();
        assert_eq!(part(asset, class).holding.total, known, "{class}");
        all_known += known;
    }
    assert!(part(asset, "identity").holding.total == 4 && part(asset, "consumption").holding.total == 2);
    assert_eq!(asset.completeness_basis_points, Some((all_known * 10_000 + 30) / 60));

    let asset = of(&found, Asset::Identities);
    assert_eq!((asset.holding, asset.completeness_basis_points), (held(16, 1, 10), Some(10_000)));
    assert_eq!(part(asset, "phone").holding, held(6, 0, 6));
    assert_eq!(part(asset, "phone").holding.completeness_basis_points(found.customers), Some(6_000));
    assert_eq!(part(asset, "member_no").holding, held(10, 1, 10));

    let asset = of(&found, Asset::Tags);
    assert_eq!((asset.holding, asset.completeness_basis_points), (held(1, 1, 1), Some(1_000)));

    // Facts by kind: all of the history, and who has bought or was seen.
    let asset = of(&found, Asset::Events);
    let kind = |code: &str| (part(asset, code).holding.total, part(asset, code).holding.added);
    assert_eq!((kind("order"), kind("page"), kind("customer_update")), ((2, Some(1)), (1, Some(1)), (10, Some(1))));
    assert_eq!(asset.holding.total, stage.app.history.stats().await.unwrap().facts as i64);
    let active = people.iter().filter(|one| one.item.row.counters.orders > 0 || one.activity.is_some()).count() as i64;
    assert!(active < 10 && asset.holding.covered == Some(active), "{asset:?}");

    let asset = of(&found, Asset::Consents);
    assert_eq!((asset.holding, asset.completeness_basis_points), (held(2, 2, 2), Some(2_000)));
    let marketing = part(asset, "marketing");
    assert_eq!((marketing.name.as_deref(), marketing.holding), (Some("Marketing"), held(2, 2, 2)));

    let asset = of(&found, Asset::Contents);
    assert_eq!((asset.holding, asset.completeness_basis_points), (held(2, 2, 2), Some(2_000)));
    assert_eq!((part(asset, "topics").holding, part(asset, "consent_texts").holding), (held(1, 1, 1), held(1, 1, 1)));
    assert_eq!((part(asset, "forms").holding, part(asset, "usage_cards").holding), (held(0, 0, 0), held(0, 0, 0)));

    // A week later nothing is new; profiles that were merged are one customer.
    stage.clock.advance_days(7);
    let (one, other) = (named(stage, "M9").await, named(stage, "M10").await);
    let request = MergeRequest { one, other, keep: None };
    identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    let later = inventory(&stage.app, &TESTER).await.unwrap();
    assert_eq!(of(&later, Asset::Profiles).holding, Holding { total: 9, added: Some(0), covered: None });
    assert_eq!(of(&later, Asset::Identities).holding, held(16, 0, 9));

    // Sums of the whole workspace are closed to who sees a part of it, and to who has no business with them.
    let user = |role, scope| Actor::User { id: "usr_1".to_owned(), name: "Li".to_owned(), role, scope };
    inventory(&stage.app, &user(Role::Analyst, Scope::Everyone)).await.unwrap();
    for actor in [user(Role::Operator, Scope::Below("/1/".to_owned())), user(Role::Service, Scope::Everyone)] {
        let refused = inventory(&stage.app, &actor).await;
        assert!(matches!(refused, Err(InventoryError::Forbidden(_))));
    }
}
