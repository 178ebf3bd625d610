//! What clauses look at, of everybody: for whoever keeps in memory what facts come to.
//!
//! Callers may rely on: a clause answers of these facts what it answers of all, now and later; a profile is shown once, whole, in its
//! bucket (`customer % CUSTOMER_BUCKETS`); buckets can be read in any order and beside each other.

use super::bits::Bits;
use super::needs::Needs;
use super::quick::NUMBERED;
use super::sorted::{Reading, Rows, open, visit};
use super::whole::{self, Gatherer, Waiting};
use crate::error::Result;
use crate::fold::HistorySnapshot;
use crate::schema::CUSTOMER_BUCKETS;
use perennial_domain::fact::AppliedBlock;
use perennial_domain::rules::Clause;
use perennial_domain::rules::life::{Row, happened};
use perennial_domain::rules::oracle::Happened;
use perennial_domain::time::{Instant, Zone};
use std::collections::HashSet;
use std::sync::Arc;

/// Which rows and columns some clauses need from an instant on. What is later than it counts too: its time will come.
#[derive(Clone, Debug)]
pub struct LookedAt(Needs);

impl LookedAt {
    /// `zone` is that of the workspace.
    pub fn of(clauses: &[Clause], now: Instant, zone: &Zone) -> Self {
        Self(clauses.iter().map(|clause| Needs::of(clause, now, zone)).fold(Needs::default(), Needs::and))
    }
}

impl HistorySnapshot {
    /// What happened to the profiles of a bucket, of whom there is anything. `waiting` are the blocks that were applied and that
    /// the snapshot does not have; of them more may be shown than is looked at. Blocks the calling thread.
    pub fn lives(
        &self,
        bucket: u32,
        looked: &LookedAt,
        waiting: &[(i64, AppliedBlock)],
        mut show: impl FnMut(u32, Vec<Happened>),
    ) -> Result<()> {
        let LookedAt(needs) = looked;
        let waiting = waiting_of(bucket, waiting);
        let (mut seen, mut unclear): (HashSet<u32>, Bits) = (HashSet::new(), Bits::default());
        self.gather(bucket, needs, None, &waiting, |profile, facts| {
            if waiting.contains_key(&profile) {
                seen.insert(profile);
            }
            match facts {
                Some(facts) => show(profile, facts),
                None => unclear.insert(profile),
            }
        })?;
        if !unclear.is_empty() {
            let whole = Needs { insides: needs.purchases, ..needs.clone() };
            self.gather(bucket, &whole, Some(Arc::new(unclear)), &waiting, |profile, facts| {
                show(profile, facts.unwrap_or_default());
            })?;
        }
        for (profile, rows) in waiting.iter().filter(|(profile, _)| !seen.contains(profile)) {
            show(*profile, happened(rows));
        }
        Ok(())
    }

    fn gather(
        &self,
        bucket: u32,
        needs: &Needs,
        profiles: Option<Arc<Bits>>,
        waiting: &Waiting<'_>,
        show: impl FnMut(u32, Option<Vec<Happened>>),
    ) -> Result<()> {
        let columns = whole::columns(needs);
        let reading = Reading { columns: &columns, numbered: &NUMBERED };
        let needed = || Rows::Where(&whole::LOOKED_AT, whole::wanted(needs, profiles.clone(), Instant(i64::MAX)));
        let files = self.files.buckets[bucket as usize].iter();
        let readers = files.map(|file| open(file, &reading, needed())).collect::<Result<_>>()?;
        visit(readers, &mut Gatherer::new(needs, waiting, show))
    }
}

fn waiting_of(bucket: u32, blocks: &[(i64, AppliedBlock)]) -> Waiting<'_> {
    let mut waiting = Waiting::new();
    for (_, block) in blocks {
        for applied in &block.facts {
            let Some(profile) = applied.customer.filter(|one| one.0 % CUSTOMER_BUCKETS == bucket) else { continue };
            let row = Row::of(block, applied);
            if row.counts() {
                waiting.entry(profile.0).or_default().push(row);
            }
        }
    }
    waiting
}
