//! Versions of rules that are only added, and what orders stand at by them.

use perennial_domain::time::Instant;
use perennial_store::earning::{self, EarningRow, GrantedRow, RuleRow};
use perennial_testkit::TestStore;

on_both!(versions_of_a_rule_are_only_added, what_an_order_stands_at_keeps_its_version_its_member_and_its_day,);

fn version(code: &str, version: i64, archived_at: Option<i64>) -> RuleRow {
    RuleRow {
        code: code.to_owned(),
        version,
        definition: format!("{{\"version\":{version}}}"),
        changed_by: "Ada".to_owned(),
        changed_at: Instant(version * 10),
        archived_at: archived_at.map(Instant),
    }
}

async fn versions_of_a_rule_are_only_added(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = [version("base", 1, None), version("base", 2, Some(20)), version("tea", 1, None)];
    for row in rows.iter().rev() {
        assert!(earning::add_version(&mut tx, row).await.unwrap());
    }
    let late = RuleRow { changed_by: "Bea".to_owned(), ..version("base", 2, None) };
    assert!(!earning::add_version(&mut tx, &late).await.unwrap(), "somebody was faster");
    assert_eq!(earning::rules(&mut tx).await.unwrap(), rows);
}

fn stands(profile: i64, key: u8, rule: &str, member: i64, earned_on: i64, granted: i64) -> EarningRow {
    EarningRow {
        order: (profile, [key; 16]),
        rule: rule.to_owned(),
        version: 1,
        member,
        earned_on,
        asked: granted + 1,
        granted,
        posted: granted,
        back: 0,
        requests: 1,
        refused: None,
    }
}

async fn what_an_order_stands_at_keeps_its_version_its_member_and_its_day(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = [
        stands(1, 7, "base", 1, 100, 5),
        stands(1, 7, "tea", 1, 100, 3),
        stands(1, 8, "base", 1, 100, 2),
        stands(2, 7, "base", 1, 101, 1),
        stands(3, 7, "base", 3, 100, 9),
    ];
    earning::save(&mut tx, &rows).await.unwrap();
    let changed = EarningRow {
        version: 2,
        member: 9,
        earned_on: 200,
        posted: 6,
        back: 4,
        requests: 3,
        refused: Some("damaged".to_owned()),
        ..rows[0].clone()
    };
    earning::save(&mut tx, std::slice::from_ref(&changed)).await.unwrap();
    let mut found = earning::load(&mut tx, &[(1, [7; 16]), (2, [8; 16])]).await.unwrap();
    found.sort_by(|one, other| one.rule.cmp(&other.rule));
    let kept = EarningRow { version: 1, member: 1, earned_on: 100, ..changed };
    assert_eq!(found, [kept, rows[1].clone()]);
    let mut granted = earning::granted(&mut tx, &[1, 2]).await.unwrap();
    granted.sort_by(|one, other| (&one.rule, one.earned_on).cmp(&(&other.rule, other.earned_on)));
    let of = |rule: &str, earned_on, granted| GrantedRow { member: 1, rule: rule.to_owned(), earned_on, granted };
    assert_eq!(granted, [of("base", 100, 7), of("base", 101, 1), of("tea", 100, 3)], "by member, not by profile");
}
