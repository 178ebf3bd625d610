//! Layers: versions that are only added, and segments that are stages.

use perennial_domain::time::Instant;
use perennial_store::WriteTx;
use perennial_store::layers::{self, LayerRow, LayerVersionRow};
use perennial_testkit::TestStore;

on_both!(every_version_of_a_layer_is_kept_and_who_was_faster_wins, a_segment_is_a_stage_of_one_layer,);

fn version(version: i64, base: Option<&str>) -> LayerVersionRow {
    LayerVersionRow {
        version,
        name: format!("Name {version}"),
        description: String::new(),
        base: base.map(str::to_owned),
        stages: "[]".to_owned(),
        changed_by: "Ada".to_owned(),
        changed_at: Instant(4 + version),
    }
}

fn layer(code: &str, newest: LayerVersionRow) -> LayerRow {
    LayerRow { code: code.to_owned(), archived_at: None, created_by: "Ada".to_owned(), created_at: Instant(5), newest }
}

async fn every_version_of_a_layer_is_kept_and_who_was_faster_wins(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(layers::insert(&mut tx, &layer("b", version(1, None))).await.unwrap());
    assert!(layers::insert(&mut tx, &layer("a", version(1, None))).await.unwrap());
    assert!(!layers::insert(&mut tx, &layer("a", version(1, None))).await.unwrap(), "the code is taken");
    let next = LayerVersionRow { version: 1, ..version(2, Some("{}")) };
    assert!(layers::advance(&mut tx, "a", &next).await.unwrap());
    assert!(!layers::advance(&mut tx, "a", &next).await.unwrap(), "somebody was faster");
    let newest = layer("a", version(2, Some("{}")));
    assert_eq!(layers::all(&mut tx).await.unwrap(), [newest, layer("b", version(1, None))]);
    // The versions are of the instants 5 and 6.
    let at = async |tx: &mut WriteTx<'_>, at| layers::version_at(tx, "a", Instant(at)).await.unwrap();
    assert_eq!(at(&mut tx, 4).await, None);
    assert_eq!(at(&mut tx, 5).await, Some(version(1, None)));
    assert_eq!(at(&mut tx, 9).await, Some(version(2, Some("{}"))));
    layers::set_archived(&mut tx, "b", Some(Instant(9))).await.unwrap();
    assert_eq!(layers::all(&mut tx).await.unwrap()[1].archived_at, Some(Instant(9)));
}

async fn a_segment_is_a_stage_of_one_layer(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let codes = ["high".to_owned(), "low".to_owned()];
    layers::add_stages(&mut tx, "activity", &codes).await.unwrap();
    layers::add_stages(&mut tx, "other", &codes[..1]).await.unwrap();
    let of = |segment: &str| (segment.to_owned(), "activity".to_owned());
    assert_eq!(layers::stages(&mut tx).await.unwrap(), [of("high"), of("low")]);
    assert_eq!(layers::of_segment(&mut tx, "high").await.unwrap(), Some("activity".to_owned()));
    assert_eq!(layers::of_segment(&mut tx, "mid").await.unwrap(), None);
}
