//! The journey map: how well each scene of the brand goes, such as choosing, paying or returning.
//!
//! Events [`ENTERED`], [`COMPLETED`] and [`RATED`] name a `scene`; a rating is 1 to 5. Counted are events, not people.
//! Drop-off is the share of entries that no completion stands against; satisfaction is the share of ratings of 4 or 5. The
//! worst scene is the one with the lowest satisfaction of those with at least [`SAMPLE_MIN`] ratings, of equal ones that
//! with more ratings, then the first by name.

use crate::share::share_basis_points;
use serde_json::{Map, Value};

pub const ENTERED: &str = "Scene Entered";
pub const COMPLETED: &str = "Scene Completed";
pub const RATED: &str = "Scene Rated";
/// Fewer ratings say nothing about a scene.
pub const SAMPLE_MIN: i64 = 30;
/// Scenes that are told apart; further ones are counted under [`OTHER`].
pub const SCENES_MAX: usize = 100;
pub const OTHER: &str = "…";
const SCENE_CHARACTERS_MAX: usize = 60;
/// Of 5.
const SATISFIED_FROM: i64 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SceneWord {
    Entered,
    Completed,
    Rated { is_satisfied: bool },
}

/// The scene and what an event says of it; `None` for other events, and where scene or rating is none.
pub fn word_of(event: &str, properties: &str) -> Option<(String, SceneWord)> {
    if event != ENTERED && event != COMPLETED && event != RATED {
        return None;
    }
    let properties: Map<String, Value> = serde_json::from_str(properties).ok()?;
    let scene = properties.get("scene")?.as_str()?.trim();
    if !(1..=SCENE_CHARACTERS_MAX).contains(&scene.chars().count()) || scene.chars().any(char::is_control) {
        return None;
    }
    let word = match event {
        ENTERED => SceneWord::Entered,
        COMPLETED => SceneWord::Completed,
        _ => {
            let rating = properties.get("rating")?.as_i64().filter(|rating| (1..=5).contains(rating))?;
            SceneWord::Rated { is_satisfied: rating >= SATISFIED_FROM }
        }
    };
    Some((scene.to_owned(), word))
}

/// What was counted of a scene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SceneCounts {
    pub scene: String,
    pub entered: i64,
    pub completed: i64,
    pub rated: i64,
    pub satisfied: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneQuality {
    pub counts: SceneCounts,
    /// In hundredths of a percent; `None` where nobody entered.
    pub drop_off_basis_points: Option<i64>,
    /// `None` where nobody rated.
    pub satisfaction_basis_points: Option<i64>,
    pub is_worst: bool,
}

/// The map of these scenes, in their order.
pub fn map_of(scenes: Vec<SceneCounts>) -> Vec<SceneQuality> {
    // Shares are compared exactly: a/b < c/d where a·d < c·b.
    let lower = |one: &SceneCounts, other: &SceneCounts| {
        let (left, right) =
            (i128::from(one.satisfied) * i128::from(other.rated), i128::from(other.satisfied) * i128::from(one.rated));
        left.cmp(&right).then(other.rated.cmp(&one.rated)).then_with(|| one.scene.cmp(&other.scene))
    };
    let worst = scenes.iter().filter(|one| one.rated >= SAMPLE_MIN).min_by(|one, other| lower(one, other));
    let worst = worst.map(|one| one.scene.clone());
    let quality = |counts: SceneCounts| SceneQuality {
        drop_off_basis_points: share_basis_points((counts.entered - counts.completed).max(0), counts.entered),
        satisfaction_basis_points: share_basis_points(counts.satisfied, counts.rated),
        is_worst: worst.as_ref() == Some(&counts.scene),
        counts,
    };
    scenes.into_iter().map(quality).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn counts(scene: &str, rated: i64, satisfied: i64) -> SceneCounts {
        SceneCounts { scene: scene.to_owned(), entered: 3 * rated, completed: rated, rated, satisfied }
    }

    fn worst(scenes: &[(&str, i64, i64)]) -> Option<String> {
        let all = scenes.iter().map(|(scene, rated, satisfied)| counts(scene, *rated, *satisfied)).collect();
        map_of(all).into_iter().find(|one| one.is_worst).map(|one| one.counts.scene)
    }

    #[test]
    fn the_worst_of_enough_ratings_is_flagged() {
        assert_eq!(worst(&[("a", 100, 90), ("b", 100, 61), ("c", 29, 0)]).as_deref(), Some("b"));
        assert_eq!(
            worst(&[("a", 30, 15), ("b", 60, 30), ("c", 60, 30)]).as_deref(),
            Some("b"),
            "more ratings, then the name"
        );
        assert_eq!(worst(&[("a", 29, 1)]), None);
        assert_eq!(worst(&[]), None);
    }

    #[test]
    fn shares_are_rounded_once_and_never_negative() {
        let mut one = counts("a", 3, 2);
        let shown = |one: &SceneCounts| {
            let found = map_of(vec![one.clone()]).remove(0);
            (found.drop_off_basis_points, found.satisfaction_basis_points)
        };
        assert_eq!(shown(&one), (Some(6_667), Some(6_667)));
        one.completed = 99;
        assert_eq!(shown(&one).0, Some(0), "who completed may have entered before");
        assert_eq!(shown(&SceneCounts::default()), (None, None));
    }

    #[test]
    fn events_name_a_scene_and_ratings_are_one_to_five() {
        let word = |event: &str, properties: Value| word_of(event, &properties.to_string());
        assert_eq!(word(ENTERED, json!({ "scene": " 退换货 " })), Some(("退换货".to_owned(), SceneWord::Entered)));
        assert_eq!(word(COMPLETED, json!({ "scene": "pay" })), Some(("pay".to_owned(), SceneWord::Completed)));
        let rated = |rating: Value| word(RATED, json!({ "scene": "pay", "rating": rating })).map(|(_, word)| word);
        assert_eq!(rated(json!(4)), Some(SceneWord::Rated { is_satisfied: true }));
        assert_eq!(rated(json!(3)), Some(SceneWord::Rated { is_satisfied: false }));
        for wrong in [json!(0), json!(6), json!(4.5), json!("4"), Value::Null] {
            assert_eq!(rated(wrong), None);
        }
        assert_eq!(word(ENTERED, json!({ "scene": "" })), None);
        assert_eq!(word("Other", json!({ "scene": "pay" })), None);
    }
}
