//! Matrices: what is published for the stage that somebody is in, and nothing else.

use crate::layers::{layer_of, make};
use crate::people::{Teller, named};
use crate::stage::{Stage, TESTER, on_both};
use perennial_app::access::idempotency::Once;
use perennial_app::access::{Actor, Scope};
use perennial_app::identity::{self, MergeRequest};
use perennial_app::layers::{LayerSettings, set_layer_archived, update_layer};
use perennial_app::matrices::{
    self, CustomerContents, Matrix, MatrixError, NewMatrix, Showing, customer_contents, publish_matrix, remove_matrix,
    update_matrix,
};
use perennial_app::segments::RuleText;
use perennial_app::segments::live::{Live, follow};
use perennial_app::{audit, privacy};
use perennial_domain::access::Role;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::matrix::{Content, MatrixSettings};
use serde_json::{Value, json};
use std::sync::Arc;

on_both! {
    c80_of_six_stages_and_ten_contents_everybody_sees_what_their_stage_may,
    c80_three_stages_of_buyers_and_four_contents,
    a_layer_that_is_changed_after_the_publication_shows_nothing_that_was_not_meant,
    of_two_who_change_a_matrix_one_is_told,
    whoever_is_not_seen_or_is_gone_is_shown_nothing,
    what_is_wrong_with_a_matrix_is_told_with_its_place,
}

fn content(code: &str, stages: &[&str]) -> Content {
    let stages = stages.iter().map(|stage| (*stage).to_owned()).collect();
    Content { code: code.to_owned(), name: code.to_uppercase(), url: None, stages }
}

fn settings(contents: Vec<Content>) -> MatrixSettings {
    MatrixSettings { name: "Matrix".to_owned(), contents }
}

async fn create(stage: &Stage, code: &str, layer: &str, contents: Vec<Content>) -> Result<Matrix, MatrixError> {
    let new = NewMatrix { code: code.to_owned(), layer: layer.to_owned(), settings: settings(contents) };
    matrices::create_matrix(&stage.app, &TESTER, new, &Once::unkeyed()).await
}

fn person(who: &str, age: i64) -> Value {
    json!({ "type": "identify", "userId": who, "traits": { "age": age } })
}

fn seen(who: &str) -> Value {
    json!({ "type": "page", "userId": who, "name": "Tea" })
}

async fn shown(stage: &Stage, live: &Arc<Live>, code: &str, who: &str) -> Result<CustomerContents, MatrixError> {
    follow(&stage.app, live).await.unwrap();
    let customer = named(stage, who).await;
    customer_contents(&stage.app, live, &TESTER, customer, code).await
}

/// Stage, why, and the codes of what is shown.
async fn sees(stage: &Stage, live: &Arc<Live>, code: &str, who: &str) -> (String, Showing, String) {
    let found = shown(stage, live, code, who).await.unwrap();
    let codes: Vec<String> = found.contents.into_iter().map(|content| content.code).collect();
    (found.stage.map(|stage| stage.code).unwrap_or_default(), found.showing, codes.join(" "))
}

fn told(stage: &str, showing: Showing, contents: &str) -> (String, Showing, String) {
    (stage.to_owned(), showing, contents.to_owned())
}

/// Six ages, of whom has one.
fn six_ages() -> LayerSettings {
    let stages = [
        ("age_teen", "age < 20"),
        ("age_20s", "age < 30"),
        ("age_30s", "age < 40"),
        ("age_40s", "age < 50"),
        ("age_50s", "age < 60"),
        ("age_60s", "everybody"),
    ];
    LayerSettings { base: Some(RuleText::Text("age exists".to_owned())), ..layer_of(&stages) }
}

async fn c80_of_six_stages_and_ten_contents_everybody_sees_what_their_stage_may(stage: &Stage) {
    make(stage, "ages", six_ages()).await.unwrap();
    let live = Arc::<Live>::default();
    let mut shop = Teller::users("src_shop");
    let ages = [("ann", 15), ("bob", 25), ("cid", 35), ("dan", 45), ("eve", 55), ("fay", 65)];
    let mut people: Vec<Value> = ages.iter().map(|(who, age)| person(who, *age)).collect();
    people.push(seen("gus"));
    shop.tell(stage, &people).await;
    // Ten contents; nobody sees the tenth, and who is sixty sees none.
    let contents = vec![
        content("c1", &["age_teen", "age_20s"]),
        content("c2", &["age_20s"]),
        content("c3", &["age_20s", "age_30s", "age_40s"]),
        content("c4", &["age_40s"]),
        content("c5", &["age_50s", "age_teen"]),
        content("c6", &["age_50s"]),
        content("c7", &["age_30s"]),
        content("c8", &["age_teen", "age_20s", "age_30s", "age_40s", "age_50s"]),
        content("c9", &["age_50s"]),
        content("c10", &[]),
    ];
    let made = create(stage, "teas", "ages", contents.clone()).await.unwrap();
    assert_eq!(made.coverage.uncovered_stages, ["age_60s"]);
    assert_eq!(
        (made.coverage.unused_contents.as_slice(), made.published.is_none()),
        (["c10".to_owned()].as_slice(), true)
    );
    let early = shown(stage, &live, "teas", "ann").await.unwrap_err();
    assert!(matches!(early, MatrixError::NotPublished));
    let published = publish_matrix(&stage.app, &TESTER, "teas", 1).await.unwrap().published.unwrap();
    assert_eq!((published.version, published.coverage.uncovered_stages), (1, vec!["age_60s".to_owned()]));
    let right = [
        ("ann", told("age_teen", Showing::Allowed, "c1 c5 c8")),
        ("bob", told("age_20s", Showing::Allowed, "c1 c2 c3 c8")),
        ("cid", told("age_30s", Showing::Allowed, "c3 c7 c8")),
        ("dan", told("age_40s", Showing::Allowed, "c3 c4 c8")),
        ("eve", told("age_50s", Showing::Allowed, "c5 c6 c8 c9")),
        ("fay", told("age_60s", Showing::Uncovered, "")),
        ("gus", told("", Showing::NoStage, "")),
    ];
    for (who, right) in &right {
        assert_eq!(&sees(stage, &live, "teas", who).await, right, "{who}");
    }
    // A draft is shown to nobody until it is published.
    let mut further = contents;
    further[9] = content("c10", &["age_60s"]);
    further[7].stages.clear();
    let draft = update_matrix(&stage.app, &TESTER, "teas", 1, settings(further)).await.unwrap();
    assert_eq!((draft.version, draft.coverage.uncovered_stages.len()), (2, 0));
    assert_eq!(draft.coverage.unused_contents, ["c8"]);
    for (who, right) in &right {
        assert_eq!(&sees(stage, &live, "teas", who).await, right, "{who}");
    }
    publish_matrix(&stage.app, &TESTER, "teas", 2).await.unwrap();
    assert_eq!(sees(stage, &live, "teas", "fay").await, told("age_60s", Showing::Allowed, "c10"));
    assert_eq!(sees(stage, &live, "teas", "ann").await, told("age_teen", Showing::Allowed, "c1 c5"));
    // Who comes into another stage sees what that one may, at once.
    stage.clock.advance_seconds(60);
    shop.tell(stage, &[person("ann", 35), person("gus", 70)]).await;
    stage.clock.advance_seconds(60);
    assert_eq!(sees(stage, &live, "teas", "ann").await, told("age_30s", Showing::Allowed, "c3 c7"));
    assert_eq!(sees(stage, &live, "teas", "gus").await, told("age_60s", Showing::Allowed, "c10"));
    // The audit log says which cells came and went, and nothing of people.
    let (log, _) = audit::list(&stage.app, &TESTER, None, 50).await.unwrap();
    let own: Vec<_> = log.iter().filter(|entry| entry.action.starts_with("matrix.")).collect();
    let actions: Vec<&str> = own.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["matrix.published", "matrix.updated", "matrix.published", "matrix.created"]);
    assert_eq!(own[0].detail["allowed"], json!(["age_60s: c10"]));
    assert_eq!(own[0].detail["withdrawn"].as_array().unwrap().len(), 5);
    assert_eq!(own[2].detail["uncovered_stages"], json!(1));
}

async fn c80_three_stages_of_buyers_and_four_contents(stage: &Stage) {
    let often = [("often", "count of orders >= 3"), ("again", "count of orders >= 2"), ("once", "did orders")];
    make(stage, "buyers", layer_of(&often)).await.unwrap();
    let live = Arc::<Live>::default();
    let mut shop = Teller::users("src_shop");
    let orders = [("u1", 1), ("u2", 2), ("u3", 4), ("u4", 3)];
    let mut messages: Vec<Value> = vec![seen("u5")];
    for (who, count) in orders {
        messages.extend((0..count).map(|number| shop.order(who, &format!("{who}-{number}"), 900)));
    }
    shop.tell(stage, &messages).await;
    stage.clock.advance_seconds(60);
    let contents = vec![
        content("welcome", &["once"]),
        content("gift", &["often", "again"]),
        content("salon", &["often"]),
        content("catalogue", &["once", "again", "often"]),
    ];
    create(stage, "letters", "buyers", contents).await.unwrap();
    publish_matrix(&stage.app, &TESTER, "letters", 1).await.unwrap();
    for (who, right) in [
        ("u1", told("once", Showing::Allowed, "welcome catalogue")),
        ("u2", told("again", Showing::Allowed, "gift catalogue")),
        ("u3", told("often", Showing::Allowed, "gift salon catalogue")),
        ("u4", told("often", Showing::Allowed, "gift salon catalogue")),
        ("u5", told("", Showing::NoStage, "")),
    ] {
        assert_eq!(sees(stage, &live, "letters", who).await, right, "{who}");
    }
}

async fn a_layer_that_is_changed_after_the_publication_shows_nothing_that_was_not_meant(stage: &Stage) {
    make(stage, "ages", layer_of(&[("young", "age < 30"), ("rest", "everybody")])).await.unwrap();
    let live = Arc::<Live>::default();
    Teller::users("src_shop").tell(stage, &[person("ann", 20), person("bob", 40), person("cid", 70)]).await;
    create(stage, "teas", "ages", vec![content("milk", &["young"]), content("green", &["rest"])]).await.unwrap();
    publish_matrix(&stage.app, &TESTER, "teas", 1).await.unwrap();
    assert_eq!(sees(stage, &live, "teas", "cid").await, told("rest", Showing::Allowed, "green"));
    // Another stage has some of them: it is uncovered in what is published, and whoever is in it sees nothing.
    let with_old = layer_of(&[("young", "age < 30"), ("old", "age >= 60"), ("rest", "everybody")]);
    update_layer(&stage.app, &TESTER, "ages", 1, with_old).await.unwrap();
    assert_eq!(sees(stage, &live, "teas", "cid").await, told("old", Showing::Uncovered, ""));
    assert_eq!(sees(stage, &live, "teas", "bob").await, told("rest", Showing::Allowed, "green"));
    let matrix = async || matrices::get_matrix(&stage.app, &TESTER, "teas").await.unwrap();
    let found = matrix().await;
    assert_eq!((found.coverage.uncovered_stages, found.version), (vec!["old".to_owned()], 1));
    assert_eq!(found.published.unwrap().coverage.uncovered_stages, ["old"]);
    // A stage that goes: its cells are of nobody, and the draft is saved without them before it is published.
    update_layer(&stage.app, &TESTER, "ages", 2, layer_of(&[("old", "age >= 60"), ("rest", "everybody")]))
        .await
        .unwrap();
    let found = matrix().await;
    assert_eq!(
        (found.coverage.gone_stages.as_slice(), found.coverage.unused_contents.as_slice()),
        (["young".to_owned()].as_slice(), ["milk".to_owned()].as_slice())
    );
    assert_eq!(sees(stage, &live, "teas", "ann").await, told("rest", Showing::Allowed, "green"));
    let refused = publish_matrix(&stage.app, &TESTER, "teas", 1).await.unwrap_err();
    assert!(matches!(&refused, MatrixError::StagesGone(gone) if gone == &["young"]), "{refused}");
    let saved = settings(vec![content("milk", &["old"]), content("green", &["rest"])]);
    update_matrix(&stage.app, &TESTER, "teas", 1, saved).await.unwrap();
    publish_matrix(&stage.app, &TESTER, "teas", 2).await.unwrap();
    assert_eq!(sees(stage, &live, "teas", "cid").await, told("old", Showing::Allowed, "milk"));
    // Nobody is in the stages of an archived layer; they are back with it.
    set_layer_archived(&stage.app, &TESTER, "ages", true).await.unwrap();
    assert_eq!(sees(stage, &live, "teas", "cid").await, told("", Showing::LayerArchived, ""));
    let refused = publish_matrix(&stage.app, &TESTER, "teas", 2).await.unwrap_err();
    assert!(matches!(refused, MatrixError::LayerArchived));
    let refused = create(stage, "more", "ages", Vec::new()).await.unwrap_err();
    assert!(matches!(&refused, MatrixError::Invalid(found) if found[0].pointer == "/layer"), "{refused:?}");
    assert!(matrices::list_matrices(&stage.app, &TESTER).await.unwrap()[0].layer.is_archived);
    set_layer_archived(&stage.app, &TESTER, "ages", false).await.unwrap();
    assert_eq!(sees(stage, &live, "teas", "cid").await, told("old", Showing::Allowed, "milk"));
}

async fn of_two_who_change_a_matrix_one_is_told(stage: &Stage) {
    make(stage, "ages", layer_of(&[("young", "age < 30"), ("rest", "everybody")])).await.unwrap();
    create(stage, "teas", "ages", vec![content("milk", &["rest", "young"])]).await.unwrap();
    assert!(matches!(create(stage, "teas", "ages", Vec::new()).await.unwrap_err(), MatrixError::Taken));
    let change = async |version: i64, stages: &[&str]| {
        update_matrix(&stage.app, &TESTER, "teas", version, settings(vec![content("milk", stages)])).await
    };
    // Nothing is different: no version, no entry in the audit log.
    assert_eq!(change(1, &["young", "rest"]).await.unwrap().version, 1);
    assert_eq!(change(1, &["young"]).await.unwrap().version, 2);
    assert!(matches!(change(1, &["rest"]).await.unwrap_err(), MatrixError::VersionConflict));
    let publish = async |version: i64| publish_matrix(&stage.app, &TESTER, "teas", version).await;
    assert!(
        matches!(publish(1).await.unwrap_err(), MatrixError::VersionConflict),
        "it is not the draft that was looked at"
    );
    let first = publish(2).await.unwrap();
    stage.clock.advance_seconds(60);
    assert_eq!(publish(2).await.unwrap(), first, "it is published already");
    let item = matrices::list_matrices(&stage.app, &TESTER).await.unwrap().remove(0);
    assert_eq!((item.version, item.published_version, item.contents_count), (2, Some(2), 1));
    assert_eq!(item.coverage.uncovered_stages, ["rest"]);
    let remove = async |version: i64| remove_matrix(&stage.app, &TESTER, "teas", version).await;
    assert!(matches!(remove(1).await.unwrap_err(), MatrixError::VersionConflict));
    remove(2).await.unwrap();
    assert!(matches!(remove(2).await.unwrap_err(), MatrixError::NoMatrix));
    assert!(matches!(change(2, &[]).await.unwrap_err(), MatrixError::NoMatrix));
    let (log, _) = audit::list(&stage.app, &TESTER, None, 50).await.unwrap();
    let own = log.iter().filter(|entry| entry.action.starts_with("matrix.")).map(|entry| entry.action.as_str());
    let right = ["matrix.removed", "matrix.published", "matrix.updated", "matrix.created"];
    assert_eq!(own.collect::<Vec<_>>(), right);
}

async fn whoever_is_not_seen_or_is_gone_is_shown_nothing(stage: &Stage) {
    make(stage, "ages", layer_of(&[("young", "age < 30"), ("rest", "age >= 30")])).await.unwrap();
    let live = Arc::<Live>::default();
    Teller::users("src_shop").tell(stage, &[person("ann", 20), person("bob", 40), seen("cid")]).await;
    create(stage, "teas", "ages", vec![content("milk", &["young"])]).await.unwrap();
    publish_matrix(&stage.app, &TESTER, "teas", 1).await.unwrap();
    let (ann, cid) = (named(stage, "ann").await, named(stage, "cid").await);
    let clerk = |scope: Scope| Actor::User { id: "u".into(), name: "n".into(), role: Role::Clerk, scope };
    follow(&stage.app, &live).await.unwrap();
    let asked = async |actor: &Actor, customer: CustomerNumber| {
        customer_contents(&stage.app, &live, actor, customer, "teas").await
    };
    assert_eq!(asked(&clerk(Scope::Everyone), ann).await.unwrap().contents.len(), 1);
    assert!(matches!(asked(&clerk(Scope::Nobody), ann).await.unwrap_err(), MatrixError::NoCustomer));
    let new = NewMatrix { code: "x".to_owned(), layer: "ages".to_owned(), settings: settings(Vec::new()) };
    let refused = matrices::create_matrix(&stage.app, &clerk(Scope::Everyone), new, &Once::unkeyed()).await;
    assert!(matches!(refused, Err(MatrixError::Forbidden(_))));
    assert!(matches!(asked(&TESTER, ann).await, Ok(found) if found.showing == Showing::Allowed));
    let none = customer_contents(&stage.app, &live, &TESTER, ann, "none").await.unwrap_err();
    assert!(matches!(none, MatrixError::NoMatrix));
    // Whoever was merged is asked for by either number, and is where the whole customer is.
    let request = MergeRequest { one: ann, other: cid, keep: Some(cid) };
    identity::merge_customers(&stage.app, &TESTER, &request, &Once::unkeyed()).await.unwrap();
    follow(&stage.app, &live).await.unwrap();
    assert_eq!(asked(&TESTER, ann).await.unwrap(), asked(&TESTER, cid).await.unwrap());
    assert_eq!(asked(&TESTER, ann).await.unwrap().contents.len(), 1);
    // Erased: gone at once, also while the index has them still.
    privacy::erase(&stage.app, &TESTER, cid, "asked for it").await.unwrap();
    for customer in [ann, cid] {
        assert!(matches!(asked(&TESTER, customer).await.unwrap_err(), MatrixError::NoCustomer));
    }
}

async fn what_is_wrong_with_a_matrix_is_told_with_its_place(stage: &Stage) {
    make(stage, "ages", layer_of(&[("young", "age < 30"), ("rest", "everybody")])).await.unwrap();
    for (code, layer, contents, pointer) in [
        ("Teas", "ages", vec![], "/code"),
        ("teas", "none", vec![], "/layer"),
        ("teas", "ages", vec![content("a", &["young"]), content("b", &["elsewhere"])], "/contents/1/stages/0"),
        ("teas", "ages", vec![content("a", &[]), content("a", &[])], "/contents/1/code"),
    ] {
        let refused = create(stage, code, layer, contents).await.unwrap_err();
        assert!(
            matches!(&refused, MatrixError::Invalid(found) if found[0].pointer == pointer),
            "{pointer}: {refused:?}"
        );
    }
    for number in 0..50 {
        create(stage, &format!("m{number}"), "ages", Vec::new()).await.unwrap();
    }
    let refused = create(stage, "more", "ages", Vec::new()).await.unwrap_err();
    assert!(matches!(&refused, MatrixError::Invalid(found) if found[0].pointer == "/code"), "{refused:?}");
}
