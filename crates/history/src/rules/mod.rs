//! Rules answered over the history: who meets them, exactly, at any instant, from the files alone.
//!
//! The third evaluator of the rule language, beside the definition (`perennial_domain::rules::oracle`) and the live index: for
//! back-fill, preview and audit, and for a process that is started for one question.
//!
//! | part | module |
//! |---|---|
//! | rules taken apart; what is known of customers beside facts | `plan` |
//! | counts and amounts, from a few columns of all rows | `quick`, `tally` |
//! | what keys say of refunds, where it matters | `refunds` |
//! | everything else, one customer at a time, of those of whom it matters | `whole` |
//! | which rows and columns a clause needs | `needs` |
//! | the sorted files of a bucket as one | `sorted` |
//! | what clauses look at, of everybody, for whoever keeps it in memory | `lives` |
//!
//! Files are sorted by customer, so that a bucket is added up as it is read: no hash table, no sort, nothing of it in memory but
//! a batch a file. That is why the files are read as they are, and not through a query engine. All rules of a plan are
//! answered by the same two passes, and a pass that answers nothing more is left out.
//!
//! Callers may rely on: each answer is that of the definition, whatever came late or in several rows, and whoever was merged;
//! it does not depend on the number of threads, nor on how facts were split into files. As of an instant in the past facts
//! that are later play no part; what an order is, and what is known beside facts, is what is believed now. Of a message there is
//! one row: whoever receives messages sees to that.

mod bits;
mod lives;
mod needs;
mod plan;
mod quick;
mod refunds;
mod sorted;
mod tally;
mod whole;

pub use lives::LookedAt;
pub use plan::{Plan, PlanError, Standpoint};

use crate::error::{HistoryError, Result};
use crate::fold::HistorySnapshot;
use crate::schema::CUSTOMER_BUCKETS;
use bits::Bits;
use needs::Needs;
use perennial_domain::fact::AppliedBlock;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rules::Clause;
use perennial_domain::rules::life::{Row, happened};
use perennial_domain::rules::oracle::{Happened, judge_clause, measured};
use perennial_domain::rules::value::Value;
use plan::Of;
use quick::{Adder, Found, NUMBERED, Quick};
use refunds::{Refunds, Unread};
use sorted::{Reading, RowSelection, Rows, among, open, rows_of, visit};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use whole::{Gatherer, Waiting};

/// Customers of several profiles whose facts are gathered in one pass: their profiles are in several buckets, and wait for
/// each other in memory.
const GATHERED_MAX: usize = 50_000;

impl HistorySnapshot {
    /// Who meets each of the rules that the plan asks, ascending. `waiting` are the blocks that were applied and that the
    /// history does not have yet. Blocks the calling thread.
    pub fn who(
        &self,
        plan: &Plan,
        waiting: &[(i64, AppliedBlock)],
        threads: usize,
    ) -> Result<Vec<Vec<CustomerNumber>>> {
        let waiting = waiting_rows(waiting);
        let quick = Quick::new(plan);
        let asking = Asking { snapshot: self, plan, quick: &quick, waiting: &waiting, threads };
        let mut holds = vec![Vec::new(); plan.asked];
        let mut first = Vec::new();
        let mut several: HashMap<u32, Found> = HashMap::new();
        for mut bucket in asking.in_buckets(|bucket| asking.first(bucket))? {
            for (head, found) in std::mem::take(&mut bucket.several) {
                several.entry(head).and_modify(|known| known.join(&found)).or_insert(found);
            }
            add(&mut holds, &mut bucket.holds);
            first.push(bucket);
        }
        let mut of_several = asking.judge_several(&several);
        add(&mut holds, &mut of_several.holds);
        asking.second(&first, &of_several, &mut holds, &|customer, facts, first, holds| {
            asking.judge(customer, facts, first, holds);
        })?;
        let ascending = |mut numbers: Vec<u32>| {
            numbers.sort_unstable();
            numbers.into_iter().map(CustomerNumber).collect()
        };
        Ok(holds.into_iter().map(ascending).collect())
    }

    /// What each measure of a plan that takes some ([`Plan::taking`]) comes to, as it is shown, of every customer of whom at
    /// least one fact counts, in no particular order: what thresholds are taken of. Blocks the calling thread.
    pub fn values(&self, plan: &Plan, waiting: &[(i64, AppliedBlock)], threads: usize) -> Result<Vec<Vec<Value>>> {
        let waiting = waiting_rows(waiting);
        let quick = Quick::new(plan);
        let asking = Asking { snapshot: self, plan, quick: &quick, waiting: &waiting, threads };
        let first = asking.in_buckets(|bucket| asking.first(bucket))?;
        let of_several = asking.judge_several(&HashMap::new());
        let mut values = vec![Vec::new(); plan.asked];
        asking.second(&first, &of_several, &mut values, &|customer, facts, _, values| {
            let mut history = plan.history(customer);
            history.facts = facts;
            for (leaf, values) in plan.leaves.iter().zip(values) {
                let Clause::Measure { measure, .. } = &leaf.clause else { continue };
                let measured = measured(measure, &history, plan.standpoint.view());
                if !measured.facts.is_empty() {
                    values.extend(measured.found.shown());
                }
            }
        })?;
        Ok(values)
    }
}

/// Facts of profiles whose customers have several.
type Gathered = HashMap<u32, Vec<Happened>>;

/// Judges a customer by facts, and adds what comes of it by rule.
type Judge<'j, T> = dyn Fn(u32, Vec<Happened>, &First, &mut [Vec<T>]) + Sync + 'j;

fn waiting_rows(blocks: &[(i64, AppliedBlock)]) -> Waiting<'_> {
    let mut waiting = Waiting::new();
    for (_, block) in blocks {
        for applied in &block.facts {
            let row = Row::of(block, applied);
            if let Some(profile) = applied.customer.filter(|_| row.counts()) {
                waiting.entry(profile.0).or_default().push(row);
            }
        }
    }
    waiting
}

fn add<T>(all: &mut [Vec<T>], more: &mut [Vec<T>]) {
    for (all, more) in all.iter_mut().zip(more) {
        all.append(more);
    }
}

/// What the first pass says of some customers: those of one profile in a bucket, or all those of several.
struct First {
    /// Numbers are kept divided by this: in a bucket they are so far apart.
    apart: u32,
    /// By rule that is asked: of whom it holds for sure.
    holds: Vec<Vec<u32>>,
    /// Of whom some rule is open.
    open: Bits,
    /// By clause: of whom it is known, and of whom it holds.
    known: Vec<(Bits, Bits)>,
    /// Clauses that are open for somebody, though counts and amounts could tell.
    opened: Vec<bool>,
    /// What was found of profiles of customers that have several, by customer.
    several: HashMap<u32, Found>,
}

impl First {
    fn new(plan: &Plan, apart: u32) -> Self {
        let leaves = plan.leaves.len();
        Self {
            apart,
            holds: vec![Vec::new(); plan.asked],
            open: Bits::default(),
            known: vec![(Bits::default(), Bits::default()); leaves],
            opened: vec![false; leaves],
            several: HashMap::new(),
        }
    }

    /// Takes in a customer of whom no fact plays a part; false where some does.
    fn settle_without_facts(&mut self, plan: &Plan, customer: u32, answers: &mut Vec<bool>) -> bool {
        answers.clear();
        for answer in plan.answer(customer, &|_| None) {
            let Some(does_hold) = answer else { return false };
            answers.push(does_hold);
        }
        for (_, holds) in answers.iter().zip(&mut self.holds).filter(|(does_hold, _)| **does_hold) {
            holds.push(customer);
        }
        true
    }

    /// Takes in what clauses say of a customer, `None` where that is open.
    fn settle(&mut self, plan: &Plan, customer: u32, clause: &dyn Fn(usize) -> Option<bool>) {
        let mut is_open = false;
        for (answer, holds) in plan.answer(customer, clause).zip(&mut self.holds) {
            match answer {
                Some(true) => holds.push(customer),
                Some(false) => {}
                None => is_open = true,
            }
        }
        if !is_open {
            return;
        }
        let place = customer / self.apart;
        self.open.insert(place);
        for (leaf, (known, holds)) in self.known.iter_mut().enumerate() {
            match clause(leaf) {
                Some(does_hold) => {
                    known.insert(place);
                    if does_hold {
                        holds.insert(place);
                    }
                }
                None => self.opened[leaf] = true,
            }
        }
    }

    fn clause(&self, leaf: usize, customer: u32) -> Option<bool> {
        let (known, holds) = &self.known[leaf];
        let place = customer / self.apart;
        known.contains(place).then(|| holds.contains(place))
    }

    /// Customers of the bucket of whom something is open, ascending.
    fn open_in(&self, bucket: u32) -> impl Iterator<Item = u32> {
        self.open.iter().map(move |place| place * CUSTOMER_BUCKETS + bucket)
    }

    /// Customers of several profiles of whom something is open, ascending.
    fn open_heads(&self) -> Vec<u32> {
        self.open.iter().collect()
    }
}

/// One question.
struct Asking<'a> {
    snapshot: &'a HistorySnapshot,
    plan: &'a Plan,
    quick: &'a Quick<'a>,
    waiting: &'a Waiting<'a>,
    threads: usize,
}

impl Asking<'_> {
    /// Does the work for each bucket, on so many threads; in the order of buckets.
    fn in_buckets<T: Send>(&self, work: impl Fn(u32) -> Result<T> + Sync) -> Result<Vec<T>> {
        let next = AtomicU32::new(0);
        let done: Mutex<Vec<(u32, T)>> = Mutex::new(Vec::new());
        let lost = || HistoryError::Task { detail: "a thread of a plan panicked".to_owned() };
        let one_thread = || -> Result<()> {
            loop {
                let bucket = next.fetch_add(1, Ordering::Relaxed);
                if bucket >= CUSTOMER_BUCKETS {
                    return Ok(());
                }
                let found = work(bucket)?;
                done.lock().map_err(|_| lost())?.push((bucket, found));
            }
        };
        let threads = self.threads.clamp(1, CUSTOMER_BUCKETS as usize);
        std::thread::scope(|scope| -> Result<()> {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(one_thread)).collect();
            let mut outcome = one_thread();
            for other in others {
                outcome = outcome.and(other.join().unwrap_or_else(|_| Err(lost())));
            }
            outcome
        })?;
        let mut done = done.into_inner().map_err(|_| lost())?;
        done.sort_by_key(|(bucket, _)| *bucket);
        Ok(done.into_iter().map(|(_, found)| found).collect())
    }

    /// Whether facts play a part in what is asked of a customer.
    fn needs_facts(&self, customer: u32) -> bool {
        self.is_open(customer, &|_| None)
    }

    fn is_open(&self, customer: u32, clause: &dyn Fn(usize) -> Option<bool>) -> bool {
        self.plan.answer(customer, clause).any(|answer| answer.is_none())
    }

    /// Whether refunds that were not looked at say more of a customer, or of somebody of several profiles.
    fn needs_refunds(&self, profile: u32, found: &Found) -> bool {
        let is_open = || self.is_open(profile, &|leaf| self.quick.clause(leaf, found));
        found.has_unread_refunds && (self.plan.head(profile).is_some() || is_open())
    }

    fn first(&self, bucket: u32) -> Result<First> {
        let mut first = First::new(self.plan, CUSTOMER_BUCKETS);
        let mut several: HashMap<u32, Found> = HashMap::new();
        // Customers of one profile of whom history is asked, and of those, of whom it has rows.
        let (mut asked, mut seen) = (Bits::default(), Bits::default());
        let mut answers = Vec::new();
        for customer in self.plan.singles_of(bucket, CUSTOMER_BUCKETS) {
            if self.waiting.contains_key(&customer) {
                first.settle(self.plan, customer, &|_| None);
            } else if !first.settle_without_facts(self.plan, customer, &mut answers) {
                asked.insert(customer / CUSTOMER_BUCKETS);
            }
        }
        let files = &self.snapshot.files.buckets[bucket as usize];
        if self.quick.len() > 0 && !files.is_empty() {
            let is_wanted = |profile: u32| match self.plan.head(profile) {
                Some(head) => self.needs_facts(head),
                None => asked.contains(profile / CUSTOMER_BUCKETS),
            };
            let mut done = |profile: u32, found: &Found| match self.plan.head(profile) {
                Some(head) => {
                    several.entry(head).and_modify(|known| known.join(found)).or_insert_with(|| found.clone());
                }
                None => {
                    seen.insert(profile / CUSTOMER_BUCKETS);
                    first.settle(self.plan, profile, &|leaf| self.quick.clause(leaf, found));
                }
            };
            let columns = self.quick.columns();
            let reading = Reading { columns: &columns, numbered: &NUMBERED };
            let rows = |file| if self.plan.needs_known() { rows_of(file, is_wanted) } else { Ok(None) };
            let rows: Vec<Option<RowSelection>> = files.iter().map(rows).collect::<Result<_>>()?;
            let of_file = |(file, rows): (_, &Option<RowSelection>)| {
                open(file, &reading, rows.clone().map_or(Rows::All, Rows::In))
            };
            let readers = files.iter().zip(&rows).map(of_file).collect::<Result<_>>()?;
            let mut unread = Unread::new(files.len());
            let of_rest = |profile: u32, found: &Found, refunds: &[_]| {
                if self.needs_refunds(profile, found) {
                    unread.push(profile, found, refunds);
                } else {
                    done(profile, found);
                }
            };
            visit(readers, &mut Adder::new(self.quick, &is_wanted, of_rest))?;
            let reading = Reading { columns: &refunds::COLUMNS, numbered: &NUMBERED };
            let mut readers = Vec::new();
            for ((file, rows), refunds) in files.iter().zip(rows).zip(unread.refunds) {
                if !refunds.is_empty() {
                    readers.push(open(file, &reading, Rows::In(among(file, rows, refunds)?))?);
                }
            }
            visit(readers, &mut Refunds::new(unread.found, done))?;
        }
        let nothing = Found::nothing(self.quick.len());
        let of_nothing: Vec<_> = (0..self.plan.leaves.len()).map(|leaf| self.quick.clause(leaf, &nothing)).collect();
        for place in asked.iter().filter(|place| !seen.contains(*place)) {
            first.settle(self.plan, place * CUSTOMER_BUCKETS + bucket, &|leaf| of_nothing[leaf]);
        }
        first.several = several;
        Ok(first)
    }

    /// Customers of several profiles, by what was found of these together.
    fn judge_several(&self, found: &HashMap<u32, Found>) -> First {
        let mut first = First::new(self.plan, 1);
        let nothing = Found::nothing(self.quick.len());
        for (head, profiles) in self.plan.of_several() {
            if profiles.iter().any(|profile| self.waiting.contains_key(profile)) {
                first.settle(self.plan, head, &|_| None);
            } else {
                let found = found.get(&head).unwrap_or(&nothing);
                first.settle(self.plan, head, &|leaf| self.quick.clause(leaf, found));
            }
        }
        first
    }

    /// Whatever the first pass has left open.
    fn second<T: Clone + Send>(
        &self,
        first: &[First],
        of_several: &First,
        out: &mut [Vec<T>],
        judge: &Judge<'_, T>,
    ) -> Result<()> {
        let several: Vec<u32> = of_several.open_heads();
        if several.is_empty() && first.iter().all(|bucket| bucket.open.is_empty()) {
            return Ok(());
        }
        let is_opened = |leaf: usize| of_several.opened[leaf] || first.iter().any(|bucket| bucket.opened[leaf]);
        let mut needs = self.plan.needs(|leaf, of| match of {
            Of::Facts => true,
            Of::Tally(_) => is_opened(leaf),
            Of::Known(_) | Of::Rule(_) => false,
        });
        // Of few, and of many of them something was cancelled.
        needs.insides = needs.purchases;
        // The first round has those of one profile besides.
        let mut rounds: Vec<&[u32]> = several.chunks(GATHERED_MAX).collect();
        if rounds.is_empty() {
            rounds.push(&[]);
        }
        for (place, heads) in rounds.into_iter().enumerate() {
            let mut wanted = Bits::default();
            heads.iter().flat_map(|head| self.plan.profiles(head)).for_each(|profile| wanted.insert(*profile));
            if place == 0 {
                let singles = (0..).zip(first).flat_map(|(bucket, first)| first.open_in(bucket));
                singles.for_each(|customer| wanted.insert(customer));
            }
            let wanted = Arc::new(wanted);
            let mut gathered = Gathered::new();
            for (mut found, facts) in self
                .in_buckets(|bucket| self.gather(bucket, &first[bucket as usize], &needs, &wanted, place == 0, judge))?
            {
                add(out, &mut found);
                gathered.extend(facts);
            }
            for head in heads {
                judge(*head, self.together(*head, &mut gathered), of_several, out);
            }
        }
        Ok(())
    }

    /// Judges the customers of one profile, and gathers the facts of profiles of those that have several.
    fn gather<T: Clone>(
        &self,
        bucket: u32,
        first: &First,
        needs: &Needs,
        wanted: &Arc<Bits>,
        has_singles: bool,
        judge: &Judge<'_, T>,
    ) -> Result<(Vec<Vec<T>>, Gathered)> {
        let mut out = vec![Vec::new(); self.plan.asked];
        let mut gathered = Gathered::new();
        let mut seen = Bits::default();
        let columns = whole::columns(needs);
        let reading = Reading { columns: &columns, numbered: &NUMBERED };
        let of_file = |file| {
            let is_needed = whole::wanted(needs, Some(Arc::clone(wanted)), self.plan.standpoint.as_of);
            open(file, &reading, Rows::Where(&whole::LOOKED_AT, is_needed))
        };
        let readers = self.snapshot.files.buckets[bucket as usize].iter().map(of_file).collect::<Result<_>>()?;
        let done = |profile: u32, facts: Option<Vec<Happened>>| {
            let facts = facts.unwrap_or_default();
            if self.plan.head(profile).is_some() {
                gathered.insert(profile, facts);
            } else {
                seen.insert(profile / CUSTOMER_BUCKETS);
                judge(profile, facts, first, &mut out);
            }
        };
        visit(readers, &mut Gatherer::new(needs, self.waiting, done))?;
        if has_singles {
            for customer in first.open_in(bucket).filter(|one| !seen.contains(*one / CUSTOMER_BUCKETS)) {
                judge(customer, self.waiting_facts(customer), first, &mut out);
            }
        }
        Ok((out, gathered))
    }

    fn waiting_facts(&self, profile: u32) -> Vec<Happened> {
        self.waiting.get(&profile).map_or_else(Vec::new, |rows| happened(rows))
    }

    /// The facts of all profiles, as if they had been told of one: by time, key and profile.
    fn together(&self, head: u32, gathered: &mut Gathered) -> Vec<Happened> {
        let mut facts: Vec<(Happened, u32)> = Vec::new();
        for profile in self.plan.profiles(&head).iter().copied() {
            let own = gathered.remove(&profile).unwrap_or_else(|| self.waiting_facts(profile));
            facts.extend(own.into_iter().map(|fact| (fact, profile)));
        }
        facts.sort_by_key(|(fact, profile)| (fact.at, fact.key, *profile));
        facts.into_iter().map(|(fact, _)| fact).collect()
    }

    /// Answers what the first pass has left open of a customer.
    fn judge(&self, customer: u32, facts: Vec<Happened>, first: &First, holds: &mut [Vec<u32>]) {
        let mut history = self.plan.history(customer);
        history.facts = facts;
        let view = self.plan.standpoint.view();
        let before = |leaf| first.clause(leaf, customer);
        let after = |leaf: usize| {
            let judge = || judge_clause(&self.plan.leaves[leaf].clause, &history, view).holds;
            Some(before(leaf).unwrap_or_else(judge))
        };
        let answers = self.plan.answer(customer, &before).zip(self.plan.answer(customer, &after));
        for ((before, after), holds) in answers.zip(holds) {
            if before.is_none() && after == Some(true) {
                holds.push(customer);
            }
        }
    }
}
