//! Matrices.

use perennial_domain::time::Instant;
use perennial_store::matrices::{self, MatrixRow, PublishedRow};
use perennial_testkit::TestStore;

on_both!(a_matrix_is_changed_published_and_removed_by_its_version,);

fn matrix(code: &str) -> MatrixRow {
    MatrixRow {
        code: code.to_owned(),
        layer: "life".to_owned(),
        name: "Spring".to_owned(),
        contents: "[]".to_owned(),
        version: 1,
        created_by: "Li".to_owned(),
        created_at: Instant(5),
        changed_by: "Li".to_owned(),
        changed_at: Instant(5),
        published: None,
    }
}

async fn a_matrix_is_changed_published_and_removed_by_its_version(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert!(matrices::insert(&mut tx, &matrix("b")).await.unwrap());
    assert!(matrices::insert(&mut tx, &matrix("a")).await.unwrap());
    assert!(!matrices::insert(&mut tx, &MatrixRow { name: "Other".to_owned(), ..matrix("a") }).await.unwrap());
    assert_eq!(matrices::list(&mut tx).await.unwrap(), [matrix("a"), matrix("b")]);
    let said = MatrixRow {
        name: "Summer".to_owned(),
        contents: "[1]".to_owned(),
        changed_by: "Wu".to_owned(),
        changed_at: Instant(6),
        ..matrix("a")
    };
    assert!(matrices::update(&mut tx, &said).await.unwrap());
    assert!(!matrices::update(&mut tx, &said).await.unwrap(), "somebody was faster");
    assert!(!matrices::publish(&mut tx, "a", 1, "Wu", Instant(7)).await.unwrap());
    assert!(matrices::publish(&mut tx, "a", 2, "Wu", Instant(7)).await.unwrap());
    // A draft that goes on leaves alone what is published.
    let further = MatrixRow { contents: "[2]".to_owned(), version: 2, ..said.clone() };
    assert!(matrices::update(&mut tx, &further).await.unwrap());
    let published = PublishedRow { contents: "[1]".to_owned(), version: 2, by: "Wu".to_owned(), at: Instant(7) };
    let right = MatrixRow { version: 3, published: Some(published.clone()), ..further };
    assert_eq!(matrices::get(&mut tx, "a").await.unwrap(), Some(right.clone()));
    let listed = MatrixRow { published: Some(PublishedRow { contents: String::new(), ..published }), ..right };
    assert_eq!(matrices::list(&mut tx).await.unwrap()[0], listed);
    assert!(!matrices::remove(&mut tx, "a", 2).await.unwrap());
    assert!(matrices::remove(&mut tx, "a", 3).await.unwrap());
    assert_eq!(matrices::get(&mut tx, "a").await.unwrap(), None);
}
