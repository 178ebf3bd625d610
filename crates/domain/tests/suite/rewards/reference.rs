//! A second ledger, written to be obviously right: every point is an object, and all are looked at, one by one, each time.
//!
//! It shares no code with the ledger: of that it reads the shapes of commands and wallets, and takes the ids that the ledger gave
//! as names. It knows no sums, no journal and no hashes, lengths in days only, and days of UTC only.

use perennial_domain::rewards::ledger::{
    Activation, Body, Command, Earn, EntryId, ExcessClawback, ExpiredRefund, Expiry, Length, LifeFrom, LotId, Wallet,
};
use std::collections::{BTreeMap, BTreeSet};

mod merges;

const DAY: i64 = 86_400_000_000;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Point {
    Free,
    Held(EntryId),
    Spent(EntryId),
    Expired,
    Gone,
    /// It paid a debt; which merge brought both together.
    Paid(Option<EntryId>),
}

#[derive(Clone, PartialEq, Debug)]
enum Pending {
    Not,
    Until(i64),
    On(String),
}

#[derive(Clone, Debug)]
struct Lot {
    owner: u32,
    id: LotId,
    priority: i16,
    earned_at: i64,
    deadline: Option<i64>,
    pending: Pending,
    order: Option<String>,
    reinstated: bool,
    points: Vec<Point>,
}

/// What belongs to a member beside points; a merge hands it over.
enum Record {
    Hold {
        taken: Vec<LotId>,
        until: i64,
        is_open: bool,
    },
    Debit {
        taken: Vec<LotId>,
        back: usize,
        adjusted: bool,
    },
    Credit {
        amount: i64,
        order: Option<String>,
        reversed: bool,
    },
    Request {
        amount: i64,
        actor: String,
        is_open: bool,
    },
    Merge {
        from: u32,
        until: i64,
        debt: i64,
        lots: BTreeSet<LotId>,
        names: BTreeSet<EntryId>,
        orders: Vec<String>,
        undone: bool,
    },
}

/// Of a lot: its deadline, and how many points are pending, free and held.
pub type Seen = (LotId, Option<i64>, usize, usize, usize);
type Done = Result<(), &'static str>;

pub struct Reference {
    wallet: Wallet,
    lots: Vec<Lot>,
    records: BTreeMap<EntryId, (u32, Record)>,
    /// Earned, and claimed back.
    orders: BTreeMap<(u32, String), (i64, i64)>,
    debts: BTreeMap<u32, i64>,
    clocks: BTreeMap<u32, i64>,
    heirs: BTreeMap<u32, u32>,
    answers: BTreeMap<(u32, String), (String, Done)>,
}

impl Reference {
    pub fn new(wallet: Wallet) -> Self {
        let (lots, records, orders, debts) = (Vec::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (clocks, heirs, answers) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { wallet, lots, records, orders, debts, clocks, heirs, answers }
    }

    /// The debt and the open lots of a member.
    pub fn seen(&self, member: u32) -> (i64, Vec<Seen>) {
        let of = |lot: &Lot| {
            let held = lot.points.iter().filter(|point| matches!(point, Point::Held(_))).count();
            let free = lot.points.iter().filter(|point| **point == Point::Free).count();
            let (pending, free) = if lot.pending == Pending::Not { (0, free) } else { (free, 0) };
            (lot.id, lot.deadline, pending, free, held)
        };
        let mut seen: Vec<Seen> = self.lots.iter().filter(|lot| lot.owner == member).map(of).collect();
        seen.retain(|(_, _, pending, free, held)| pending + free + held > 0);
        seen.sort();
        (self.debts.get(&member).copied().unwrap_or(0), seen)
    }

    /// `names` are what the ledger called what this opened, at the member and at the other side.
    pub fn run(&mut self, member: u32, other: u32, command: &Command, now: i64, names: [EntryId; 2]) -> Done {
        let is_pair =
            matches!(command.body, Body::TransferOut { .. } | Body::MergeOut { .. } | Body::UndoMergeOut { .. });
        let clock = |member: u32| self.clocks.get(&member).copied().unwrap_or(i64::MIN);
        let at = now.max(clock(member)).max(if is_pair { clock(other) } else { i64::MIN });
        self.pass_time(member, at);
        if is_pair {
            self.pass_time(other, at);
        }
        let text = format!("{:?}", (&command.actor, &command.reason, &command.reference, &command.body));
        if let Some((before, answer)) = self.answers.get(&(member, command.key.clone())) {
            return if *before == text { *answer } else { Err("key_conflict") };
        }
        if self.heirs.contains_key(&member) {
            return Err("merged");
        }
        let done = self.act(member, other, command, at, names);
        if done == Err("merged") {
            return done;
        }
        self.answers.insert((member, command.key.clone()), (text, done));
        for one in if done.is_ok() && is_pair { vec![member, other] } else { vec![member] } {
            self.clocks.insert(one, at);
            self.settle(one, at, None);
        }
        done
    }

    fn act(&mut self, member: u32, other: u32, command: &Command, at: i64, [name, other_name]: [EntryId; 2]) -> Done {
        let limit = self.wallet.limits.amount_max;
        let in_range = |amount: i64| if (1..=limit).contains(&amount) { Ok(()) } else { Err("amount_out_of_range") };
        match &command.body {
            Body::Earn(earn) => in_range(earn.amount).map(|()| self.earn(member, earn, at, name)),
            Body::Activate { event, order } => {
                let policy = (self.wallet.expiry, at);
                let waits = |lot: &&mut Lot| {
                    let is_meant =
                        lot.pending == Pending::On(event.clone()) && (order.is_none() || lot.order == *order);
                    lot.owner == member && is_meant && lot.points.contains(&Point::Free)
                };
                let mut number = 0;
                for lot in self.lots.iter_mut().filter(waits) {
                    lot.pending = Pending::Not;
                    lot.deadline = lot.deadline.or(deadline(policy.0, policy.1));
                    number += 1;
                }
                if number > 0 { Ok(()) } else { Err("nothing_pending") }
            }
            Body::CancelPending { lot: id } => {
                let lot = self.lots.iter_mut().find(|lot| lot.owner == member && lot.id == *id).ok_or("unknown_lot")?;
                let free = lot.points.iter().filter(|point| **point == Point::Free).count();
                if lot.pending == Pending::Not || free == 0 {
                    return Err("not_pending");
                }
                lot.points.fill(Point::Gone);
                match lot.order.clone() {
                    Some(order) => self.orders.get_mut(&(member, order)).expect("an order").1 += free as i64,
                    None => self.reversed(id.entry),
                }
                Ok(())
            }
            Body::Spend { amount } => {
                in_range(*amount)?;
                let taken = self.spend(member, *amount, Point::Spent(name))?;
                self.record(member, name, Record::Debit { taken, back: 0, adjusted: false })
            }
            Body::Hold { amount, ttl_seconds } => {
                in_range(*amount)?;
                let taken = self.spend(member, *amount, Point::Held(name))?;
                let usual = self.wallet.hold_ttl_seconds;
                let until = at + i64::from(ttl_seconds.unwrap_or(usual).min(usual)) * 1_000_000;
                self.record(member, name, Record::Hold { taken, until, is_open: true })
            }
            Body::Capture { hold, .. } | Body::Release { hold } => {
                let captured = if let Body::Capture { amount, .. } = command.body { Some(amount) } else { None };
                let Some(Record::Hold { taken, is_open, .. }) = self.of(member, *hold) else {
                    return Err("unknown_hold");
                };
                if !is_open {
                    return Err("hold_resolved");
                }
                captured.map_or(Ok(()), in_range)?;
                let number = captured.unwrap_or(0) as usize;
                if number > taken.len() {
                    return Err("capture_above_hold");
                }
                let taken = taken[..number].to_vec();
                self.close_hold(member, *hold, number, name);
                if number > 0 {
                    self.record(member, name, Record::Debit { taken, back: 0, adjusted: false })
                } else {
                    Ok(())
                }
            }
            Body::Clawback { order, total } => {
                let (earned, back) = *self.orders.get(&(member, order.clone())).ok_or("unknown_order")?;
                if *total > earned {
                    return Err("clawback_above_earned");
                }
                if *total > back {
                    self.take_back(member, total - back, |lot| lot.order.as_ref() == Some(order));
                    self.orders.insert((member, order.clone()), (earned, *total));
                }
                Ok(())
            }
            Body::Refund { debit, total } => {
                let Some(Record::Debit { taken, back, adjusted: false }) = self.of(member, *debit) else {
                    return Err("unknown_debit");
                };
                let (spent, open) = (taken.len() as i64, total - *back as i64);
                if *total > spent {
                    return Err("refund_above_spent");
                }
                self.give_back(member, *debit, open, at);
                Ok(())
            }
            Body::Reverse { entry } => match self.of(member, *entry) {
                Some(Record::Debit { taken, back, .. }) if taken.len() > *back => {
                    let open = (taken.len() - back) as i64;
                    self.give_back(member, *entry, open, at);
                    Ok(())
                }
                Some(Record::Debit { .. } | Record::Credit { reversed: true, .. }) => Err("already_reversed"),
                Some(Record::Credit { amount, order, .. }) => {
                    let (amount, order) = (*amount, order.clone());
                    let sums = order.and_then(|order| self.orders.get_mut(&(member, order)));
                    if sums.as_ref().is_some_and(|sums| sums.1 > 0) {
                        return Err("clawed_back");
                    }
                    sums.into_iter().for_each(|sums| sums.0 -= amount);
                    self.take_back(member, amount, |lot| lot.id.entry == *entry);
                    self.reversed(*entry);
                    Ok(())
                }
                _ => Err("unknown_entry"),
            },
            Body::TransferOut { to, amount } => {
                if !self.wallet.is_transferable {
                    return Err("not_transferable");
                }
                if to.0 == member {
                    return Err("same_member");
                }
                in_range(*amount)?;
                let before = self.lots.clone();
                let taken = self.spend(member, *amount, Point::Gone)?;
                if self.heirs.contains_key(&other) {
                    self.lots = before;
                    return Err("merged");
                }
                let mut part = 0;
                for group in taken.chunk_by(|left, right| left == right) {
                    let lot =
                        before.iter().find(|lot| lot.owner == member && lot.id == group[0]).expect("a lot").clone();
                    let id = LotId { entry: other_name, part };
                    part += u32::from(self.open(Lot { owner: other, id, ..lot }, group.len() as i64));
                }
                Ok(())
            }
            Body::Adjust { amount } if *amount == 0 || amount.abs() > limit => Err("amount_out_of_range"),
            Body::Adjust { amount } if amount.abs() > self.wallet.limits.approval_above => {
                let request = Record::Request { amount: *amount, actor: command.actor.clone(), is_open: true };
                self.record(member, name, request)
            }
            Body::Adjust { amount } => self.adjust(member, *amount, at, name),
            Body::Approve { request } | Body::Decline { request } => {
                let Some(Record::Request { amount, actor, is_open }) = self.of(member, *request) else {
                    return Err("unknown_request");
                };
                if !is_open {
                    return Err("request_resolved");
                }
                if matches!(command.body, Body::Approve { .. }) {
                    let (amount, is_same) = (*amount, *actor == command.actor);
                    if is_same {
                        return Err("same_actor");
                    }
                    self.adjust(member, amount, at, name)?;
                }
                if let Some((_, Record::Request { is_open, .. })) = self.records.get_mut(request) {
                    *is_open = false;
                }
                Ok(())
            }
            Body::Reinstate { valid_days } => {
                let from = at - i64::from(self.wallet.reinstatement_days) * DAY;
                let mut number = 0;
                for lot in self.lots.iter_mut().filter(|lot| lot.owner == member && !lot.reinstated) {
                    let is_within = lot.deadline.is_some_and(|deadline| (from..=at).contains(&deadline));
                    if is_within && lot.points.contains(&Point::Expired) {
                        lot.points
                            .iter_mut()
                            .filter(|point| **point == Point::Expired)
                            .for_each(|point| *point = Point::Free);
                        (lot.reinstated, lot.deadline, number) = (true, Some(end_of(at, *valid_days)), number + 1);
                    }
                }
                if number > 0 { Ok(()) } else { Err("nothing_to_reinstate") }
            }
            Body::Activity { occurred_at } => {
                let moved = deadline(self.wallet.expiry, occurred_at.0.min(at));
                let is_sliding = matches!(self.wallet.expiry, Expiry::Sliding { .. });
                for lot in self.lots.iter_mut().filter(|lot| is_sliding && lot.owner == member && lot.deadline < moved)
                {
                    let is_live = lot.points.iter().any(|point| matches!(point, Point::Free | Point::Held(_)));
                    lot.deadline = if is_live && lot.deadline.is_some() { moved } else { lot.deadline };
                }
                Ok(())
            }
            Body::MergeOut { .. } if member == other => Err("same_member"),
            Body::MergeOut { .. } if self.heirs.contains_key(&other) => Err("merged"),
            Body::MergeOut { .. } => self.merge(member, other, at, other_name),
            Body::UndoMergeOut { merge } => self.undo(member, *merge, at, name),
            _ => unreachable!("nobody asks for one side of a pair"),
        }
    }

    /// Whatever happens by itself, instant by instant: lots become active, holds end, lots expire.
    pub fn pass_time(&mut self, member: u32, now: i64) {
        loop {
            let lots = self.lots.iter().filter(|lot| lot.owner == member && lot.points.contains(&Point::Free));
            let due = lots.filter_map(|lot| match lot.pending {
                Pending::Until(at) => Some(at),
                Pending::On(_) => None,
                Pending::Not => lot.deadline,
            });
            let open = self.records.iter().filter_map(|(name, (owner, record))| match record {
                Record::Hold { until, is_open: true, .. } if *owner == member => Some((*until, *name)),
                _ => None,
            });
            let open: Vec<(i64, EntryId)> = open.collect();
            let first = due.chain(open.iter().map(|hold| hold.0)).min();
            let Some(at) = first.filter(|at| *at <= now) else { return };
            for lot in self.lots.iter_mut().filter(|lot| lot.owner == member) {
                if matches!(lot.pending, Pending::Until(until) if until <= at) {
                    lot.pending = Pending::Not;
                }
            }
            self.settle(member, at, None);
            for (_, hold) in open.iter().filter(|(until, _)| *until <= at) {
                self.close_hold(member, *hold, 0, *hold);
            }
            self.settle(member, at, None);
            let clock = self.clocks.entry(member).or_insert(at);
            *clock = at.max(*clock);
        }
    }

    /// What is past its day goes, then a debt takes what is free.
    fn settle(&mut self, member: u32, at: i64, merge: Option<EntryId>) {
        for lot in self.lots.iter_mut().filter(|lot| lot.owner == member && lot.pending == Pending::Not) {
            if lot.deadline.is_some_and(|deadline| deadline <= at) {
                lot.points.iter_mut().filter(|point| **point == Point::Free).for_each(|point| *point = Point::Expired);
            }
        }
        let debt = self.debts.get(&member).copied().unwrap_or(0);
        let paid = self.take(member, debt, |lot| lot.pending == Pending::Not, Point::Paid(merge));
        self.debts.insert(member, debt - paid.len() as i64);
    }

    /// Takes free points, one after the other: of pending lots first, where they are asked for, then as they are spent.
    fn take(&mut self, member: u32, amount: i64, which: impl Fn(&Lot) -> bool, becomes: Point) -> Vec<LotId> {
        let mut lots: Vec<&mut Lot> = self.lots.iter_mut().filter(|lot| lot.owner == member && which(lot)).collect();
        lots.sort_by_key(|lot| {
            (lot.pending == Pending::Not, lot.priority, lot.deadline.unwrap_or(i64::MAX), lot.earned_at, lot.id)
        });
        let mut taken = Vec::new();
        for lot in lots {
            for point in lot.points.iter_mut().filter(|point| **point == Point::Free) {
                if taken.len() as i64 >= amount {
                    return taken;
                }
                *point = becomes;
                taken.push(lot.id);
            }
        }
        taken
    }

    fn spend(&mut self, member: u32, amount: i64, becomes: Point) -> Result<Vec<LotId>, &'static str> {
        let free: usize = self.seen(member).1.iter().map(|(_, _, _, free, _)| free).sum();
        if amount > free as i64 {
            return Err("insufficient");
        }
        Ok(self.take(member, amount, |lot| lot.pending == Pending::Not, becomes))
    }

    /// Pays the debt, and opens a lot with what is left, if anything is.
    fn open(&mut self, mut lot: Lot, amount: i64) -> bool {
        let debt = self.debts.entry(lot.owner).or_insert(0);
        let paid = if lot.pending == Pending::Not { amount.min(*debt) } else { 0 };
        *debt -= paid;
        lot.points = vec![Point::Free; (amount - paid) as usize];
        if amount > paid {
            self.lots.push(lot);
        }
        amount > paid
    }

    fn earn(&mut self, member: u32, earn: &Earn, at: i64, name: EntryId) {
        let earned_at = earn.earned_at.0;
        let (pending, active_at) = match earn.activation.as_ref().unwrap_or(&self.wallet.activation) {
            Activation::AtOnce => (Pending::Not, Some(earned_at)),
            Activation::On(event) => (Pending::On(event.clone()), None),
            Activation::After(length) => {
                let active_at = earned_at + days(*length) * DAY;
                (if active_at <= at { Pending::Not } else { Pending::Until(active_at) }, Some(active_at))
            }
        };
        let from = if self.wallet.life_from == LifeFrom::Earning { Some(earned_at) } else { active_at };
        if let Some(order) = &earn.order {
            self.orders.entry((member, order.clone())).or_default().0 += earn.amount;
        }
        let credit = Record::Credit { amount: earn.amount, order: earn.order.clone(), reversed: false };
        self.records.insert(name, (member, credit));
        let (id, priority, order) = (LotId { entry: name, part: 0 }, earn.priority, earn.order.clone());
        let deadline = from.and_then(|from| deadline(self.wallet.expiry, from));
        let (reinstated, points) = (false, Vec::new());
        self.open(
            Lot { owner: member, id, priority, earned_at, deadline, pending, order, reinstated, points },
            earn.amount,
        );
    }

    fn adjust(&mut self, member: u32, amount: i64, at: i64, name: EntryId) -> Done {
        if amount < 0 {
            let taken = self.spend(member, -amount, Point::Spent(name))?;
            return self.record(member, name, Record::Debit { taken, back: 0, adjusted: true });
        }
        self.record(member, name, Record::Credit { amount, order: None, reversed: false })?;
        let (id, deadline) = (LotId { entry: name, part: 0 }, deadline(self.wallet.expiry, at));
        let (pending, points) = (Pending::Not, Vec::new());
        let lot = Lot {
            owner: member,
            id,
            priority: 0,
            earned_at: at,
            deadline,
            pending,
            order: None,
            reinstated: false,
            points,
        };
        self.open(lot, amount);
        Ok(())
    }

    fn take_back(&mut self, member: u32, amount: i64, is_own: impl Fn(&Lot) -> bool) {
        let mut open = amount - self.take(member, amount, is_own, Point::Gone).len() as i64;
        open -= self.take(member, open, |lot| lot.pending == Pending::Not, Point::Gone).len() as i64;
        if self.wallet.excess_clawback == ExcessClawback::Debt {
            *self.debts.entry(member).or_insert(0) += open;
        }
    }

    /// What was taken last comes back first.
    fn give_back(&mut self, member: u32, debit: EntryId, amount: i64, at: i64) {
        for _ in 0..amount {
            let Some((_, Record::Debit { taken, back, .. })) = self.records.get_mut(&debit) else {
                unreachable!("a debit")
            };
            *back += 1;
            let id = taken[taken.len() - *back];
            let lot = self.put(member, id, Point::Spent(debit), Point::Free);
            if let (true, ExpiredRefund::GraceDays(days)) =
                (lot.deadline.is_some_and(|deadline| deadline <= at), self.wallet.expired_refund)
            {
                self.put(member, id, Point::Free, Point::Free).deadline = Some(end_of(at, days));
            }
        }
    }

    /// A point of a lot becomes something else; its lot.
    fn put(&mut self, member: u32, id: LotId, was: Point, becomes: Point) -> &mut Lot {
        let lot = self.lots.iter_mut().find(|lot| lot.owner == member && lot.id == id).expect("a lot");
        *lot.points.iter_mut().find(|point| **point == was).expect("a point") = becomes;
        lot
    }

    fn close_hold(&mut self, member: u32, hold: EntryId, captured: usize, debit: EntryId) {
        let Some((_, Record::Hold { taken, is_open, .. })) = self.records.get_mut(&hold) else {
            unreachable!("a hold")
        };
        *is_open = false;
        for (number, lot) in taken.clone().into_iter().enumerate() {
            let becomes = if number < captured { Point::Spent(debit) } else { Point::Free };
            self.put(member, lot, Point::Held(hold), becomes);
        }
    }

    fn record(&mut self, member: u32, name: EntryId, record: Record) -> Done {
        self.records.insert(name, (member, record));
        Ok(())
    }

    fn of(&self, member: u32, name: EntryId) -> Option<&Record> {
        self.records.get(&name).filter(|(owner, _)| *owner == member).map(|(_, record)| record)
    }

    fn reversed(&mut self, credit: EntryId) {
        if let Some((_, Record::Credit { reversed, .. })) = self.records.get_mut(&credit) {
            *reversed = true;
        }
    }
}

fn end_of(at: i64, further: u32) -> i64 {
    (at.div_euclid(DAY) + i64::from(further) + 1) * DAY
}

fn days(length: Length) -> i64 {
    match length {
        Length::Days(days) => i64::from(days),
        Length::Months(_) => unreachable!("the reference knows days only"),
    }
}

fn deadline(policy: Expiry, from: i64) -> Option<i64> {
    match policy {
        Expiry::Never => None,
        Expiry::After { length } | Expiry::Sliding { length } => Some((from.div_euclid(DAY) + days(length) + 1) * DAY),
        Expiry::EndOf { .. } => unreachable!("the reference knows days only"),
    }
}
