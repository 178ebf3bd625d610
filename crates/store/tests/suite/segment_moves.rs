//! Who came into segments and left them.

use perennial_domain::time::Instant;
use perennial_store::segment_moves::{self, MarkRow, MoveRow, Step};
use perennial_store::sequences;
use perennial_testkit::TestStore;

on_both!(moves_stand_in_their_order_with_marks_between, what_is_old_goes_and_what_is_needed_stays);

fn row(segment: &str, customer_number: i64, has_entered: bool, at: i64) -> MoveRow {
    MoveRow {
        position: 0,
        segment: segment.to_owned(),
        version: at,
        customer_number,
        has_entered,
        at: Instant(at),
        cause: "fact".to_owned(),
        fact: (customer_number == 7).then(|| "00ff".to_owned()),
        is_told: customer_number != 6,
    }
}

fn mark(segment: &str, position: i64, at: i64) -> MarkRow {
    MarkRow { segment: segment.to_owned(), position, version: 1, at: Instant(at), people: vec![1, 2, 3] }
}

async fn moves_stand_in_their_order_with_marks_between(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    let rows = [row("a", 7, true, 1), row("b", 7, true, 1), row("a", 7, false, 2), row("a", 8, true, 3)];
    segment_moves::add(&mut tx, &rows).await.unwrap();
    segment_moves::add(&mut tx, &[row("a", 9, true, 5)]).await.unwrap();
    assert_eq!(sequences::current(&mut tx, sequences::SEGMENT_MOVES).await.unwrap(), 5);
    let step = |customer_number, has_entered, at| Step { customer_number, has_entered, version: at, at: Instant(at) };
    let between = segment_moves::between(&mut tx, "a", 1, Instant(4)).await.unwrap();
    assert_eq!(between, [step(7, false, 2), step(8, true, 3)]);
    segment_moves::add_marks(&mut tx, &[mark("a", 6, 5), mark("b", 7, 5)]).await.unwrap();
    segment_moves::add(&mut tx, &[row("a", 6, true, 6)]).await.unwrap();
    assert_eq!(segment_moves::between(&mut tx, "a", 1, Instant(9)).await.unwrap().len(), 3, "up to the mark");
    assert_eq!(segment_moves::between(&mut tx, "a", 6, Instant(9)).await.unwrap(), [step(6, true, 6)]);
    let newest = segment_moves::of_segment(&mut tx, "a", i64::MAX, 2).await.unwrap();
    assert_eq!(newest.iter().map(|row| row.position).collect::<Vec<_>>(), [5, 4]);
    let older = segment_moves::of_segment(&mut tx, "a", 4, 9).await.unwrap();
    assert_eq!(older, [MoveRow { position: 3, ..rows[2].clone() }, MoveRow { position: 1, ..rows[0].clone() }]);
    let mut own = segment_moves::of_customers(&mut tx, &[7]).await.unwrap();
    own.sort_by_key(|row| row.position);
    assert_eq!(own.iter().map(|row| row.position).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(segment_moves::remove_of_customers(&mut tx, &[7, 99]).await.unwrap(), 3);
    assert_eq!(segment_moves::of_customers(&mut tx, &[7, 8]).await.unwrap().len(), 1);
}

async fn what_is_old_goes_and_what_is_needed_stays(store: &TestStore) {
    let mut tx = store.database.write().await.unwrap();
    assert_eq!(segment_moves::first_mark(&mut tx, "a").await.unwrap(), None);
    segment_moves::add_marks(&mut tx, &[mark("a", 1, 10), mark("b", 2, 11)]).await.unwrap();
    let rows: Vec<MoveRow> = (1..=4).map(|at| row("a", at, true, at)).collect();
    segment_moves::add(&mut tx, &rows).await.unwrap();
    segment_moves::add_marks(&mut tx, &[mark("a", 7, 20)]).await.unwrap();
    segment_moves::add(&mut tx, &[row("a", 5, true, 12), row("a", 6, true, 24), row("c", 5, true, 5)]).await.unwrap();
    let break_off = MarkRow { version: 0, ..mark("a", 11, 30) };
    segment_moves::add_marks(&mut tx, std::slice::from_ref(&break_off)).await.unwrap();
    assert_eq!(segment_moves::mark_at(&mut tx, "a", Instant(9)).await.unwrap(), None);
    assert_eq!(segment_moves::mark_at(&mut tx, "a", Instant(29)).await.unwrap(), Some(mark("a", 7, 20)));
    assert_eq!(segment_moves::mark_at(&mut tx, "a", Instant(99)).await.unwrap(), Some(break_off));
    assert_eq!(segment_moves::first_mark(&mut tx, "a").await.unwrap(), Some(Instant(10)));
    assert_eq!(segment_moves::remove_before(&mut tx, Instant(10), 9).await.unwrap(), 0, "the mark at 10 is not older");
    assert_eq!(segment_moves::remove_before(&mut tx, Instant(25), 3).await.unwrap(), 3);
    assert_eq!(segment_moves::remove_before(&mut tx, Instant(25), 3).await.unwrap(), 1);
    assert_eq!(segment_moves::remove_before(&mut tx, Instant(25), 3).await.unwrap(), 0, "no mark knows of them");
    let left = segment_moves::of_customers(&mut tx, &[1, 2, 3, 4, 5, 6]).await.unwrap();
    let left = |segment: &str| left.iter().filter(|one| one.segment == segment).count();
    assert_eq!((left("a"), left("c")), (2, 1));
    assert_eq!(segment_moves::remove_marks_before(&mut tx, Instant(25)).await.unwrap(), 1, "a at 10; b has one only");
    assert_eq!(segment_moves::first_mark(&mut tx, "a").await.unwrap(), Some(Instant(20)));
    assert_eq!(segment_moves::first_mark(&mut tx, "b").await.unwrap(), Some(Instant(11)));
}
