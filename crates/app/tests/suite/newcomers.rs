//! Who is surely new is looked up no more, and nobody is taken for new who is not, whoever applies blocks in between.

use crate::stage::{Stage, on_both};
use perennial_app::imports::{self, Known};
use perennial_app::pipeline::{self, Newcomers, PreparedBlock};
use perennial_domain::fact::{FACT_BLOCK_VERSION, Fact, FactBlock, FactKey, FactKind, Line};
use perennial_domain::identity::{Identifier, IdentifierType};
use perennial_domain::money::Currency;
use perennial_domain::time::{Instant, MICROS_PER_DAY};

on_both! {
    a_customer_of_an_earlier_block_is_known_again,
    whoever_another_applier_brought_is_known,
    whoever_came_after_the_look_at_the_store_is_known,
    a_block_that_was_rolled_back_makes_nobody_known,
    an_owner_whom_no_block_brought_is_found_all_the_same,
    where_somebody_is_known_everybody_is_looked_up,
}

/// One order a customer.
fn block(key: &str, customers: &[&str]) -> PreparedBlock {
    let fact = |customer: &&str| Fact {
        kind: FactKind::Order,
        key: FactKey::of(&[key, customer]),
        at: Instant(MICROS_PER_DAY),
        identifiers: vec![Identifier { kind: IdentifierType::CustomerId, value: (*customer).to_owned() }],
        order_no: Some(format!("{key}-{customer}")),
        lines: vec![Line { amount_minor: Some(100), ..Line::default() }],
        traits: vec![],
        tracked: None,
    };
    let block = FactBlock {
        version: FACT_BLOCK_VERSION,
        source: "shop".into(),
        import_id: None,
        currency: Currency::NONE,
        facts: customers.iter().map(fact).collect(),
        rows: vec![],
    };
    PreparedBlock::new(key.to_owned(), block).unwrap()
}

async fn accept(stage: &Stage, blocks: &[PreparedBlock]) {
    let mut tx = stage.app.store.write().await.unwrap();
    for block in blocks {
        assert!(pipeline::accept(&mut tx, block, stage.app.clock.now()).await.unwrap());
    }
    tx.commit().await.unwrap();
}

async fn of_nobody(stage: &Stage) -> Option<Newcomers> {
    Newcomers::of_nobody(&mut stage.app.store.read().await.unwrap(), 1_000).await.unwrap()
}

/// As an import does it: accepted, then applied with what is at hand.
async fn import(stage: &Stage, newcomers: &mut Option<Newcomers>, blocks: Vec<PreparedBlock>) {
    accept(stage, &blocks).await;
    let expected = blocks.len();
    let applied = pipeline::apply_prepared(&stage.app, blocks, newcomers, &mut |_, _| {}).await.unwrap();
    assert_eq!(applied, expected);
}

async fn expect_known(stage: &Stage, customers: u64, orders: u64) {
    assert_eq!(imports::known(&stage.app).await.unwrap(), Known { customers, orders });
}

async fn a_customer_of_an_earlier_block_is_known_again(stage: &Stage) {
    let mut newcomers = of_nobody(stage).await;
    assert!(newcomers.is_some());
    // In one commit, where the first is not written yet when the second is looked up, and in another one.
    import(stage, &mut newcomers, vec![block("A", &["C1", "C2"]), block("B", &["C2", "C3"])]).await;
    import(stage, &mut newcomers, vec![block("C", &["C1", "C3", "C4"])]).await;
    assert!(newcomers.is_some(), "nobody else applied anything");
    expect_known(stage, 4, 7).await;
}

async fn whoever_another_applier_brought_is_known(stage: &Stage) {
    let mut newcomers = of_nobody(stage).await;
    import(stage, &mut newcomers, vec![block("A", &["C1"])]).await;
    accept(stage, &[block("till", &["C9"])]).await;
    assert_eq!(pipeline::apply_all(&stage.app).await.unwrap(), 1);
    import(stage, &mut newcomers, vec![block("B", &["C9", "C1"])]).await;
    assert!(newcomers.is_none(), "given up");
    expect_known(stage, 2, 4).await;
}

async fn whoever_came_after_the_look_at_the_store_is_known(stage: &Stage) {
    let mut newcomers = of_nobody(stage).await;
    accept(stage, &[block("till", &["C9"])]).await;
    assert_eq!(pipeline::apply_all(&stage.app).await.unwrap(), 1);
    import(stage, &mut newcomers, vec![block("A", &["C9"])]).await;
    expect_known(stage, 1, 2).await;
}

async fn a_block_that_was_rolled_back_makes_nobody_known(stage: &Stage) {
    let mut newcomers = of_nobody(stage).await;
    let blocks = vec![block("A", &["C1"]), block("BAD", &["C2"])];
    accept(stage, &blocks).await;
    stage.refuse_order("BAD-C2").await;
    let applied = pipeline::apply_prepared(&stage.app, blocks, &mut newcomers, &mut |_, _| {}).await.unwrap();
    assert_eq!(applied, 1, "the other one stands aside");
    import(stage, &mut newcomers, vec![block("C", &["C1", "C2"])]).await;
    expect_known(stage, 2, 3).await;
}

/// What the filter relies on is broken by hand: nobody is parted by that.
async fn an_owner_whom_no_block_brought_is_found_all_the_same(stage: &Stage) {
    let mut newcomers = of_nobody(stage).await;
    import(stage, &mut newcomers, vec![block("A", &["C1"])]).await;
    let give = "INSERT INTO identities (kind, value, customer_number, source, first_seen_at) \
                SELECT kind, 'C9', customer_number, source, first_seen_at FROM identities WHERE value = 'C1'";
    stage.sql(give, give).await;
    import(stage, &mut newcomers, vec![block("B", &["C9", "C2"])]).await;
    assert!(newcomers.is_none(), "given up");
    expect_known(stage, 2, 3).await;
}

async fn where_somebody_is_known_everybody_is_looked_up(stage: &Stage) {
    import(stage, &mut None, vec![block("A", &["C1"])]).await;
    assert!(of_nobody(stage).await.is_none());
}
