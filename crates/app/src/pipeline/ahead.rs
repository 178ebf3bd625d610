//! Whose the next blocks of a commit are, found out while the one before is written.
//!
//! A reader of its own looks up what the store knew before the commit began; what earlier blocks of the commit decided is
//! added ([`Earlier`]). Whoever writes identifiers, merges or erases holds the applier's lock, as this commit does: so
//! the reader and the writer see the same owners.
//! Messages are not looked up ahead: they are judged by all that is known of a customer, which a block before may
//! change. Nor are blocks behind one that names a customer with several profiles.

use super::PipelineError;
use super::resolve::{Earlier, Owners, Resolved, resolve};
use crate::App;
use crate::privacy::Gate;
use crate::workers::{Working, on_a_thread};
use perennial_domain::fact::FactBlock;
use perennial_store::{ReadTx, StoreError};
use std::sync::Arc;
use tokio::sync::mpsc;

/// Blocks that are looked up and wait for their turn.
const LOOKED_UP_MAX: usize = 1;

type LookedUp = (FactBlock, Option<Owners>);

/// The blocks of a commit, in their order.
pub struct Ahead(mpsc::Receiver<Result<LookedUp, StoreError>>);

/// The next block.
pub enum Coming {
    /// Its owners are being decided.
    Resolving(Working<(FactBlock, Resolved)>),
    /// Its owners are to be looked up once all before it is written.
    Waiting(FactBlock),
    Nothing,
}

impl Ahead {
    pub fn start(app: &App, blocks: Vec<FactBlock>, gate: Option<Arc<Gate>>) -> Self {
        let (sender, receiver) = mpsc::channel(LOOKED_UP_MAX);
        // It ends with its receiver.
        drop(tokio::spawn(look_up(app.clone(), blocks, gate, sender)));
        Self(receiver)
    }

    /// `next` is the number of the next new customer, behind all the blocks that `earlier` knows.
    pub async fn next(&mut self, earlier: &Earlier, next: i64) -> Result<Coming, PipelineError> {
        let Some(looked_up) = self.0.recv().await else { return Ok(Coming::Nothing) };
        let (block, owners) = looked_up?;
        let Some(mut owners) = owners.filter(|_| earlier.all_alone()) else { return Ok(Coming::Waiting(block)) };
        owners.add(earlier, &block.facts);
        Ok(Coming::Resolving(on_a_thread(move || resolve_block(block, owners, next))))
    }
}

pub fn resolve_block(block: FactBlock, owners: Owners, next: i64) -> (FactBlock, Resolved) {
    let resolved = resolve(&block.source, &block.facts, owners, next);
    (block, resolved)
}

async fn look_up(
    app: App,
    blocks: Vec<FactBlock>,
    gate: Option<Arc<Gate>>,
    sender: mpsc::Sender<Result<LookedUp, StoreError>>,
) {
    // A block alone has nothing to be ahead of.
    let worth_it = blocks.len() > 1;
    let mut reader = None;
    for block in blocks {
        let owners = if worth_it && can_be_looked_up_ahead(&block) {
            owners_of(&app, &mut reader, &block, gate.as_deref()).await.map(Some)
        } else {
            Ok(None)
        };
        let failed = owners.is_err();
        if sender.send(owners.map(|owners| (block, owners))).await.is_err() || failed {
            return;
        }
    }
}

async fn owners_of(
    app: &App,
    reader: &mut Option<ReadTx<'static>>,
    block: &FactBlock,
    gate: Option<&Gate>,
) -> Result<Owners, StoreError> {
    let tx = match reader {
        Some(tx) => tx,
        None => reader.insert(app.store.read().await?),
    };
    Owners::load(tx, &block.facts, gate).await
}

fn can_be_looked_up_ahead(block: &FactBlock) -> bool {
    block.facts.iter().all(|fact| fact.tracked.is_none())
}
