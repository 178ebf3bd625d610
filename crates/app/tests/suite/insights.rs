//! Innovation tests, and attributes in four quadrants.

use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{NewUser, create_user};
use perennial_app::insights::{self, InsightError};
use perennial_domain::access::Role;
use perennial_domain::insight::{Arm, AttributeSettings, Innovation, Quadrant, Rated, TestSettings, Verdict};
use perennial_domain::time::{Day, MICROS_PER_DAY};

on_both! {
    c73_a_test_is_closed_once_with_lift_p_value_and_verdict,
    c74_attributes_fall_into_four_quadrants_with_an_owner_and_a_day,
}

fn arm(name: &str, people: i64, conversions: i64) -> Arm {
    Arm { name: name.to_owned(), people, conversions }
}

async fn c73_a_test_is_closed_once_with_lift_p_value_and_verdict(stage: &Stage) {
    let settings = TestSettings {
        name: "A gift box in spring".to_owned(),
        innovation: Innovation::Product,
        hypothesis: "More buy twice".to_owned(),
        started_on: Day::parse_iso("2026-11-01").unwrap(),
        arms: vec![arm("As before", 0, 0), arm("Box", 0, 0)],
    };
    let made = insights::create_test(&stage.app, &TESTER, settings.clone(), &Once::unkeyed()).await.unwrap();
    assert_eq!(made.comparisons, [None]);
    let close = async |version: i64| {
        insights::close_test(&stage.app, &TESTER, &made.id, version, Verdict::Adopt, "for all").await
    };
    assert!(matches!(close(1).await.unwrap_err(), InsightError::Nobody));
    // The example: 10 % and 12 % of 2,000.
    let counted = TestSettings { arms: vec![arm("As before", 2_000, 200), arm("Box", 2_000, 240)], ..settings.clone() };
    let counted = insights::update_test(&stage.app, &TESTER, &made.id, 1, counted).await.unwrap();
    let late = insights::update_test(&stage.app, &TESTER, &made.id, 1, settings.clone()).await.unwrap_err();
    assert!(matches!(late, InsightError::VersionConflict));
    let closed = close(counted.version).await.unwrap();
    let found = closed.comparisons[0].unwrap();
    assert!((found.lift_points - 2.0).abs() < 1e-9 && (found.p_value - 0.0432).abs() < 1e-3, "{found:?}");
    assert_eq!(closed.closing.as_ref().unwrap().verdict, Verdict::Adopt);
    assert!(matches!(close(closed.version).await.unwrap_err(), InsightError::Closed));
    // Another one with other figures: three arms, of which one loses.
    let arms = vec![arm("Letter", 900, 90), arm("Film", 800, 40), arm("Picture", 1_000, 100)];
    let other = TestSettings { innovation: Innovation::Communication, arms, ..settings };
    let other = insights::create_test(&stage.app, &TESTER, other, &Once::unkeyed()).await.unwrap();
    let lifts: Vec<f64> = other.comparisons.iter().map(|one| one.unwrap().lift_points.round()).collect();
    assert_eq!(lifts, [-5.0, 0.0]);
    let all = insights::list_tests(&stage.app, &TESTER).await.unwrap();
    assert_eq!(all, [other, closed]);
}

async fn c74_attributes_fall_into_four_quadrants_with_an_owner_and_a_day(stage: &Stage) {
    let new = NewUser { email: "li@example.com".into(), name: "Li".into(), role: Role::Operator.code().into() };
    let owner = create_user(&stage.app, &TESTER, new, &Once::unkeyed()).await.unwrap().0.id;
    let due_on = Day::parse_iso("2026-12-01").unwrap();
    let settings = |name: &str, importance: i64, satisfaction: i64| AttributeSettings {
        name: name.to_owned(),
        rated: Rated { importance, satisfaction },
        ratings: 240,
        owner: owner.clone(),
        due_on,
        note: String::new(),
        is_done: false,
    };
    let create = async |settings| insights::create_attribute(&stage.app, &TESTER, settings, &Once::unkeyed()).await;
    for (name, importance, satisfaction) in
        [("Taste", 930, 880), ("Delivery", 840, 410), ("Paper bag", 300, 350), ("Music", 210, 790)]
    {
        create(settings(name, importance, satisfaction)).await.unwrap();
        // The list is by when they were made.
        stage.clock.advance_micros(1);
    }
    let list = async || insights::list_attributes(&stage.app, &TESTER).await.unwrap();
    let all = list().await;
    assert_eq!(all.iter().map(|one| one.quadrant).collect::<Vec<_>>(), Quadrant::ALL);
    assert!(all.iter().all(|one| one.owner_name.as_deref() == Some("Li") && one.settings.due_on == due_on));
    assert!(all.iter().all(|one| !one.is_overdue));
    // What was to be done is done, customers are content, and the day of the others has passed.
    let mended = AttributeSettings { is_done: true, ..settings("Delivery", 840, 900) };
    let mended = insights::update_attribute(&stage.app, &TESTER, &all[1].id, 1, mended).await.unwrap();
    assert_eq!((mended.quadrant, mended.version), (Quadrant::Strengthen, 2));
    stage.clock.advance_micros(30 * MICROS_PER_DAY);
    assert_eq!(list().await.iter().map(|one| one.is_overdue).collect::<Vec<_>>(), [true, false, true, true]);
    let nobody = AttributeSettings { owner: "usr_none".to_owned(), ..settings("Price", 500, 500) };
    assert!(matches!(create(nobody).await.unwrap_err(), InsightError::Invalid(_)));
    insights::remove_attribute(&stage.app, &TESTER, &all[0].id).await.unwrap();
    let again = insights::remove_attribute(&stage.app, &TESTER, &all[0].id).await.unwrap_err();
    assert!(matches!(again, InsightError::NoAttribute));
}
