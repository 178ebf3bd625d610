//! The journey map: scenes with drop-off and satisfaction, the worst flagged.

use crate::over_time::at;
use crate::people::Teller;
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::{Actor, Scope};
use perennial_app::scenes::{SceneError, scene_map};
use perennial_domain::access::Role;
use perennial_domain::scenes::{OTHER, SCENES_MAX};
use perennial_domain::time::{Day, Instant, MICROS_PER_DAY};
use serde_json::{Value, json};

on_both! {
    c52_of_seven_scenes_the_worst_is_flagged_with_the_size_of_its_sample,
    scenes_beyond_a_hundred_are_counted_together,
}

/// Scene, how many entered, completed, rated, and rated 4 or 5.
const SCENES: [(&str, usize, usize, usize, usize); 7] = [
    ("到店", 120, 118, 50, 46),
    ("选购", 200, 150, 60, 51),
    ("支付", 150, 144, 100, 95),
    ("配送", 140, 139, 90, 72),
    ("开箱", 100, 100, 40, 38),
    ("退换货", 120, 84, 100, 61),
    // Worse, and of too few to say so.
    ("客服", 30, 20, 29, 9),
];

fn event(name: &str, scene: &str, rating: Option<usize>) -> Value {
    json!({ "type": "track", "userId": format!("u-{scene}"), "event": name, "properties": { "scene": scene, "rating": rating } })
}

async fn c52_of_seven_scenes_the_worst_is_flagged_with_the_size_of_its_sample(stage: &Stage) {
    let mut site = Teller::users("src_site");
    let mut told = Vec::new();
    for (scene, entered, completed, rated, satisfied) in SCENES {
        told.extend((0..entered).map(|_| event("Scene Entered", scene, None)));
        told.extend((0..completed).map(|_| event("Scene Completed", scene, None)));
        told.extend((0..rated).map(|number| {
            let rating = if number < satisfied { 4 + number % 2 } else { 1 + number % 3 };
            event("Scene Rated", scene, Some(rating))
        }));
    }
    // What is no rating does not count.
    told.push(event("Scene Rated", "支付", Some(6)));
    told.push(event("Scene Rated", "支付", None));
    for part in told.chunks(500) {
        site.tell(stage, part).await;
    }
    // Long ago.
    let old = Instant(stage.app.clock.now().0 - 40 * MICROS_PER_DAY);
    site.tell(stage, &[at(stage, old, event("Scene Entered", "旧场景", None))]).await;
    let today = Day::parse_iso("2026-11-22");
    let map = scene_map(&stage.app, &TESTER, today, today).await.unwrap();
    assert_eq!(map.len(), 7);
    for (scene, entered, completed, rated, satisfied) in SCENES {
        let found = map.iter().find(|one| one.counts.scene == scene).unwrap();
        let counts = &found.counts;
        let expected = [entered, completed, rated, satisfied].map(|count| count as i64);
        assert_eq!([counts.entered, counts.completed, counts.rated, counts.satisfied], expected, "{scene}");
    }
    let worst: Vec<_> = map.iter().filter(|one| one.is_worst).collect();
    assert_eq!(worst.len(), 1);
    let counts = &worst[0].counts;
    assert_eq!((counts.scene.as_str(), counts.rated), ("退换货", 100));
    assert_eq!((worst[0].satisfaction_basis_points, worst[0].drop_off_basis_points), (Some(6_100), Some(3_000)));
    assert_eq!(scene_map(&stage.app, &TESTER, None, None).await.unwrap().len(), 8);
    let before = Day::parse_iso("2026-11-21");
    let earlier = scene_map(&stage.app, &TESTER, None, before).await.unwrap();
    assert_eq!((earlier.len(), earlier[0].satisfaction_basis_points, earlier[0].is_worst), (1, None, false));
    // Sums of the whole workspace are closed to whoever sees a part of it.
    let scope = Scope::Below("/1/".to_owned());
    let bound = Actor::User { id: "u".into(), name: "n".into(), role: Role::Operator, scope };
    assert!(matches!(scene_map(&stage.app, &bound, None, None).await, Err(SceneError::Forbidden(_))));
}

async fn scenes_beyond_a_hundred_are_counted_together(stage: &Stage) {
    let mut site = Teller::users("src_site");
    let told: Vec<Value> = (0..130).map(|number| event("Scene Entered", &format!("s{number:03}"), None)).collect();
    site.tell(stage, &told[..70]).await;
    site.tell(stage, &told[70..]).await;
    site.tell(stage, &told[95..105]).await;
    let map = scene_map(&stage.app, &TESTER, None, None).await.unwrap();
    assert_eq!(map.len(), SCENES_MAX + 1);
    assert_eq!(map.iter().map(|one| one.counts.entered).sum::<i64>(), 140, "nothing is left out");
    let other = map.iter().find(|one| one.counts.scene == OTHER).unwrap();
    assert_eq!(other.counts.entered, 35);
}
