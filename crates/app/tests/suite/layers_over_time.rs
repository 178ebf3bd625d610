//! Layers with a past: what is known of stages that were archived, left out or taken back; layers of very many stages.

use crate::layers::{counts, layer_of, make};
use crate::live::tag;
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::{Actor, Scope};
use perennial_app::layers::{self, Between, Cell, LayerError, STAGES_MAX};
use perennial_app::segments::live::{self as live_index, Live};
use perennial_app::segments::{self, Asked, Part, SegmentError};
use perennial_domain::access::Role;
use perennial_domain::time::{Day, MICROS_PER_DAY};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

on_both! {
    while_a_layer_is_archived_nothing_is_known_of_its_stages,
    a_stage_that_was_left_out_had_nobody_meanwhile,
    the_last_of_very_many_stages_is_explained_in_few_parts,
    whoever_changes_a_stage_that_a_tag_follows_may_change_the_tag,
}

/// Follows, and writes down who came and went.
async fn round(stage: &Stage, live: &Arc<Live>) {
    assert!(live_index::follow(&stage.app, live).await.unwrap());
    assert!(live_index::keep_moves(&stage.app, live).await.unwrap());
}

fn aged(who: &str, age: u32) -> Value {
    json!({ "type": "identify", "userId": who, "traits": { "age": age } })
}

/// From stage, to stage, how many.
type Moved = (Option<String>, Option<String>, u64);

async fn moved(stage: &Stage, live: &Arc<Live>, from: &str, to: Option<&str>) -> Result<Vec<Moved>, LayerError> {
    let day = |day: &str| Day::parse_iso(day).unwrap();
    let between = Between { from: day(from), to: to.map(day) };
    let found = layers::movement(&stage.app, live, &TESTER, "ages", between).await?;
    let code = |place: Option<usize>| place.map(|place| found.layer.newest.stages[place].code.clone());
    Ok(found.cells.iter().map(|cell: &Cell| (code(cell.from), code(cell.to), cell.count)).collect())
}

fn is(code: &str) -> Option<String> {
    Some(code.to_owned())
}

fn not_kept<T: std::fmt::Debug>(answer: Result<T, LayerError>) {
    assert!(matches!(answer, Err(LayerError::Segment(SegmentError::NotKept))), "{answer:?}");
}

async fn while_a_layer_is_archived_nothing_is_known_of_its_stages(stage: &Stage) {
    let live = Arc::<Live>::default();
    make(stage, "ages", layer_of(&[("young", "age < 30"), ("rest", "everybody")])).await.unwrap();
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[aged("ann", 20), aged("bob", 40)]).await;
    stage.clock.advance_seconds(60);
    round(stage, &live).await;
    stage.clock.advance_micros(2 * MICROS_PER_DAY);
    layers::set_layer_archived(&stage.app, &TESTER, "ages", true).await.unwrap();
    round(stage, &live).await;
    // Ann grows older, and cid comes, while nobody looks.
    shop.tell(stage, &[aged("ann", 31), aged("cid", 25)]).await;
    stage.clock.advance_micros(30 * MICROS_PER_DAY);
    round(stage, &live).await;
    let stood = [(is("young"), is("young"), 1), (is("rest"), is("rest"), 1)];
    assert_eq!(moved(stage, &live, "2026-11-23", Some("2026-11-24")).await.unwrap(), stood);
    not_kept(moved(stage, &live, "2026-11-23", Some("2026-12-10")).await);
    not_kept(moved(stage, &live, "2026-12-10", None).await);
    layers::set_layer_archived(&stage.app, &TESTER, "ages", false).await.unwrap();
    round(stage, &live).await;
    not_kept(moved(stage, &live, "2026-12-10", None).await);
    stage.clock.advance_micros(2 * MICROS_PER_DAY);
    round(stage, &live).await;
    shop.tell(stage, &[aged("bob", 29)]).await;
    stage.clock.advance_seconds(60);
    round(stage, &live).await;
    let now = [(is("young"), is("young"), 1), (is("rest"), is("young"), 1), (is("rest"), is("rest"), 1)];
    assert_eq!(moved(stage, &live, "2026-12-25", None).await.unwrap(), now);
    // What happened in between is nobody's move.
    let (moves, _) = live_index::moves_of_segment(&stage.app, &TESTER, "young", None, 50).await.unwrap();
    let bob = i64::from(named(stage, "bob").await.0);
    let moves: Vec<(i64, bool)> = moves.iter().map(|one| (one.row.customer_number, one.row.has_entered)).collect();
    assert_eq!(moves, [(bob, true)]);
    let trend = live_index::trend(&stage.app, &live, &TESTER, "young", 12).await.unwrap();
    let within = |day: &str| Day::parse_iso(day).unwrap();
    let (from, until) = (within("2026-11-25"), within("2026-12-23"));
    assert!(trend.points.iter().all(|point| point.day < from || until < point.day), "{:?}", trend.points);
}

async fn a_stage_that_was_left_out_had_nobody_meanwhile(stage: &Stage) {
    let live = Arc::<Live>::default();
    let (young, old, rest) = (("young", "age < 30"), ("old", "age >= 60"), ("rest", "everybody"));
    make(stage, "ages", layer_of(&[young, old])).await.unwrap();
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[aged("ann", 20), aged("bob", 70)]).await;
    stage.clock.advance_seconds(60);
    round(stage, &live).await;
    stage.clock.advance_micros(2 * MICROS_PER_DAY);
    layers::update_layer(&stage.app, &TESTER, "ages", 1, layer_of(&[young, rest])).await.unwrap();
    round(stage, &live).await;
    stage.clock.advance_micros(10 * MICROS_PER_DAY);
    layers::update_layer(&stage.app, &TESTER, "ages", 2, layer_of(&[young, old, rest])).await.unwrap();
    round(stage, &live).await;
    stage.clock.advance_micros(2 * MICROS_PER_DAY);
    round(stage, &live).await;
    let moved = async |from: &str, to: Option<&str>| moved(stage, &live, from, to).await.unwrap();
    let ann = (is("young"), is("young"), 1);
    assert_eq!(moved("2026-11-23", Some("2026-11-24")).await, [ann.clone(), (is("old"), is("old"), 1)]);
    assert_eq!(moved("2026-11-23", Some("2026-11-26")).await, [ann.clone(), (is("old"), is("rest"), 1)]);
    assert_eq!(moved("2026-11-26", None).await, [ann.clone(), (is("rest"), is("old"), 1)]);
    assert_eq!(moved("2026-12-06", None).await, [ann, (is("old"), is("old"), 1)]);
}

/// How many parts there are, and of which segments there are parts.
fn look(part: &Part, opened: &mut Vec<String>) -> usize {
    if part.kind == "clause" && !part.parts.is_empty() {
        opened.push(part.text.clone().unwrap());
    }
    1 + part.parts.iter().map(|part| look(part, opened)).sum::<usize>()
}

async fn the_last_of_very_many_stages_is_explained_in_few_parts(stage: &Stage) {
    let stages: Vec<(String, String)> =
        (0..STAGES_MAX).map(|place| (format!("s{place}"), format!("age < {}", place + 1))).collect();
    let stages: Vec<(&str, &str)> = stages.iter().map(|(code, rule)| (code.as_str(), rule.as_str())).collect();
    make(stage, "ages", layer_of(&stages)).await.unwrap();
    let mut shop = Teller::users("src_shop");
    shop.tell(stage, &[aged("ann", 129)]).await;
    stage.clock.advance_seconds(60);
    let live = Arc::<Live>::default();
    assert_eq!(counts(stage, &live, "ages").await.0.into_iter().collect::<Vec<_>>(), [("s129".to_owned(), 1)]);
    let asked = Asked::Segment("s129".to_owned());
    let found = segments::explain(&stage.app, None, &TESTER, &asked, named(stage, "ann").await).await.unwrap();
    // Her own clause, and that she is in none of those before.
    assert_eq!((found.holds, found.tree.parts.len()), (true, STAGES_MAX));
    let mut opened = Vec::new();
    let parts = look(&found.tree, &mut opened);
    assert!((1_000..=2_000).contains(&parts), "{parts}");
    let different: BTreeSet<&String> = opened.iter().collect();
    assert!(different.len() == opened.len() && opened.len() > 20, "{opened:?}");
    let asked = Asked::Segment("s2".to_owned());
    let found = segments::explain(&stage.app, None, &TESTER, &asked, named(stage, "ann").await).await.unwrap();
    let mut opened = Vec::new();
    // age < 3, not in s0 (age < 1), not in s1 (age < 2 and not in s0, which stands above).
    assert_eq!((look(&found.tree, &mut opened), opened.len()), (1 + 1 + 3 + 2 + 4, 2));
}

async fn whoever_changes_a_stage_that_a_tag_follows_may_change_the_tag(stage: &Stage) {
    tag(stage, "ages", None, "is_old").await;
    let (young, old) = (("young", "age < 30"), ("old", "age >= 60"));
    make(stage, "ages", layer_of(&[young, old])).await.unwrap();
    segments::put_automatic_tag(&stage.app, &TESTER, "is_old", "old").await.unwrap();
    let user = |role| Actor::User { id: "u".into(), name: "n".into(), role, scope: Scope::Everyone };
    let update = async |actor: &Actor, version, stages: &[(&str, &str)]| {
        layers::update_layer(&stage.app, actor, "ages", version, layer_of(stages)).await
    };
    let forbidden = |answer: &Result<layers::Layer, LayerError>| {
        matches!(answer, Err(LayerError::Segment(SegmentError::Forbidden(_)) | LayerError::Forbidden(_)))
    };
    // An analyst changes segments and not tags.
    let analyst = user(Role::Analyst);
    for stages in [&[young, ("old", "age >= 65")][..], &[young]] {
        let refused = update(&analyst, 1, stages).await;
        assert!(forbidden(&refused), "{refused:?}");
    }
    let refused = layers::set_layer_archived(&stage.app, &analyst, "ages", true).await;
    assert!(forbidden(&refused), "{refused:?}");
    update(&analyst, 1, &[("young", "age < 30"), old, ("rest", "everybody")]).await.unwrap();
    // Nobody makes a stage look at the tag that follows it, not by way of another stage either.
    for stages in [&[young, ("old", "not has tag is_old")][..], &[("young", "has tag is_old"), old]] {
        let refused = update(&TESTER, 2, stages).await.unwrap_err();
        assert!(refused.to_string().contains("looks at it"), "{refused}");
    }
}
