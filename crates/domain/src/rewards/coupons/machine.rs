//! What a command on a code comes to.
//!
//! Invariants: a refusal changes nothing; each counter that goes down went up by the same lock or redemption before; a
//! counter that a limit is compared with never goes above it, and what is granted never above the budget.

use super::terms::{Counter, Counts, Limit, Terms, WhenShort};
use super::validity::Closed;
use super::view::{Benefit, Change, Lock, Redemption, Standing, View};
use crate::ids::CustomerNumber;
use crate::time::{Instant, MICROS_PER_SECOND};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Publish,
    Disable,
    /// Once its validity has ended.
    Expire,
    Validate {
        member: CustomerNumber,
        session: String,
        asked: Benefit,
        force: bool,
    },
    Lock {
        member: CustomerNumber,
        session: String,
        asked: Benefit,
        force: bool,
    },
    Release {
        session: String,
    },
    Redeem {
        member: CustomerNumber,
        session: String,
        order: String,
        asked: Benefit,
        force: bool,
    },
    RollBack {
        order: String,
    },
    /// Releases the locks whose time is over.
    Sweep,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Stands(Standing),
    /// It could be locked or redeemed now, and would bring this.
    Valid(Benefit),
    Locked(Lock),
    Released,
    /// There was nothing to release: it was, or its time was over.
    NothingLocked,
    Redeemed(Redemption),
    /// The same order redeemed this code before: this is what it came to.
    AlreadyRedeemed(Redemption),
    /// It would do nothing for the order, so it stays unused.
    NotConsumed,
    RolledBack(Redemption),
    /// It was rolled back before: this is what it came to.
    AlreadyRolledBack(Redemption),
    /// So many locks were released.
    Swept(usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub outcome: Outcome,
    pub changes: Vec<Change>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the coupon is not published yet")]
    NotPublished,
    #[error("the coupon is disabled")]
    Disabled,
    #[error("the coupon has expired")]
    Expired,
    #[error("the coupon cannot be used yet")]
    NotYet,
    #[error("the coupon cannot be used at this time of the week")]
    OutsideHours,
    #[error("the coupon has not ended")]
    NotEnded,
    #[error("the coupon belongs to another member")]
    OfAnotherMember,
    #[error("the limit of {} uses is reached", .0.uses)]
    LimitReached(Limit),
    #[error("the budget of the campaign is spent")]
    BudgetSpent,
    #[error("the benefit is below zero")]
    NegativeBenefit,
    #[error("another member's order has redeemed the coupon")]
    OrderOfAnotherMember,
    #[error("the order has not redeemed the coupon")]
    NotRedeemed,
}

impl Refusal {
    pub fn code(self) -> &'static str {
        match self {
            Self::NotPublished => "not_published",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::NotYet => "not_yet",
            Self::OutsideHours => "outside_hours",
            Self::NotEnded => "not_ended",
            Self::OfAnotherMember => "of_another_member",
            Self::LimitReached(_) => "limit_reached",
            Self::BudgetSpent => "budget_spent",
            Self::NegativeBenefit => "negative_benefit",
            Self::OrderOfAnotherMember => "order_of_another_member",
            Self::NotRedeemed => "not_redeemed",
        }
    }
}

/// What a command comes to at an instant, by the terms that hold then.
pub fn decide(view: &View, terms: &Terms, command: &Command, now: Instant) -> Result<Decision, Refusal> {
    let mut draft = Draft { view, terms, now, counts: BTreeMap::new(), granted_minor: 0, rows: Vec::new() };
    let outcome = match command {
        Command::Publish | Command::Disable | Command::Expire => draft.stand(command),
        Command::Validate { member, session, asked, force } => {
            let granted = draft.use_of(*member, session, *asked, *force)?;
            let outcome = granted.map_or(Outcome::NotConsumed, |(granted, _)| Outcome::Valid(granted));
            // Whatever was drafted to find out is not done.
            return Ok(Decision { outcome, changes: Vec::new() });
        }
        Command::Lock { member, session, asked, force } => draft.lock(*member, session, *asked, *force),
        Command::Release { session } => Ok(draft.release(session)),
        Command::Redeem { member, session, order, asked, force } => {
            if let Some(before) = &view.redemption {
                return repeated(before, *member);
            }
            draft.redeem(*member, (session.as_str(), order.as_str()), *asked, *force)
        }
        Command::RollBack { .. } => draft.roll_back(),
        Command::Sweep => Ok(Outcome::Swept(draft.sweep())),
    };
    Ok(Decision { outcome: outcome?, changes: draft.changes() })
}

/// A redemption that is told again is what it was, even where it was rolled back meanwhile.
fn repeated(before: &Redemption, member: CustomerNumber) -> Result<Decision, Refusal> {
    if before.member != member {
        return Err(Refusal::OrderOfAnotherMember);
    }
    Ok(Decision { outcome: Outcome::AlreadyRedeemed(before.clone()), changes: Vec::new() })
}

/// What is to change, as it is being found out.
struct Draft<'a> {
    view: &'a View,
    terms: &'a Terms,
    now: Instant,
    counts: BTreeMap<Counter, i32>,
    granted_minor: i64,
    rows: Vec<Change>,
}

impl Draft<'_> {
    fn stand(&mut self, command: &Command) -> Result<Outcome, Refusal> {
        let (from, to) = (self.view.code.standing, standing_after(command));
        match from {
            _ if from == to => return Ok(Outcome::Stands(to)),
            Standing::Disabled => return Err(Refusal::Disabled),
            Standing::Expired => return Err(Refusal::Expired),
            Standing::Issued | Standing::Published => {}
        }
        if to == Standing::Expired && !self.terms.validity.has_ended(self.now) {
            return Err(Refusal::NotEnded);
        }
        self.rows.push(Change::SetStanding { code: self.view.code.code.clone(), standing: to });
        Ok(Outcome::Stands(to))
    }

    fn lock(&mut self, member: CustomerNumber, session: &str, asked: Benefit, force: bool) -> Result<Outcome, Refusal> {
        let Some((granted, counts)) = self.use_of(member, session, asked, force)? else {
            return Ok(Outcome::NotConsumed);
        };
        let lasts = i64::from(self.terms.lock_seconds) * MICROS_PER_SECOND;
        let lock = Lock {
            code: self.view.code.code.clone(),
            session: session.to_owned(),
            member,
            until: Instant(self.now.0.saturating_add(lasts)),
            granted,
            counts,
        };
        self.rows.push(Change::AddLock(lock.clone()));
        Ok(Outcome::Locked(lock))
    }

    fn release(&mut self, session: &str) -> Outcome {
        let is_live = self.drop_lock_of(session);
        self.sweep();
        if is_live { Outcome::Released } else { Outcome::NothingLocked }
    }

    fn redeem(
        &mut self,
        member: CustomerNumber,
        (session, order): (&str, &str),
        asked: Benefit,
        force: bool,
    ) -> Result<Outcome, Refusal> {
        let Some((granted, counts)) = self.use_of(member, session, asked, force)? else {
            return Ok(Outcome::NotConsumed);
        };
        let redemption = Redemption {
            code: self.view.code.code.clone(),
            order: order.to_owned(),
            member,
            at: self.now,
            granted,
            counts,
            terms: self.terms.clone(),
            rolled_back_at: None,
        };
        self.rows.push(Change::AddRedemption(Box::new(redemption.clone())));
        Ok(Outcome::Redeemed(redemption))
    }

    fn roll_back(&mut self) -> Result<Outcome, Refusal> {
        let redemption = self.view.redemption.as_ref().ok_or(Refusal::NotRedeemed)?;
        if redemption.rolled_back_at.is_some() {
            return Ok(Outcome::AlreadyRolledBack(redemption.clone()));
        }
        self.count_down(&redemption.counts, redemption.granted);
        let (code, order) = (redemption.code.clone(), redemption.order.clone());
        self.rows.push(Change::RollBack { code, order, at: self.now });
        Ok(Outcome::RolledBack(Redemption { rolled_back_at: Some(self.now), ..redemption.clone() }))
    }

    /// Whether a member may use it now, and what is granted; counted as used. The session's own lock makes room first. `None`
    /// where it would do nothing.
    fn use_of(
        &mut self,
        member: CustomerNumber,
        session: &str,
        asked: Benefit,
        force: bool,
    ) -> Result<Option<(Benefit, Counts)>, Refusal> {
        self.open_to(member)?;
        if asked.minor < 0 || asked.points < 0 {
            return Err(Refusal::NegativeBenefit);
        }
        self.sweep();
        self.drop_lock_of(session);
        if asked.is_nothing() && !force {
            return Ok(None);
        }
        let counts = self.count_up(member)?;
        let granted = self.grant(asked)?;
        Ok(Some((granted, counts)))
    }

    fn open_to(&self, member: CustomerNumber) -> Result<(), Refusal> {
        match self.view.code.standing {
            Standing::Issued => return Err(Refusal::NotPublished),
            Standing::Disabled => return Err(Refusal::Disabled),
            Standing::Expired => return Err(Refusal::Expired),
            Standing::Published => {}
        }
        if self.view.code.member.is_some_and(|owner| owner != member) {
            return Err(Refusal::OfAnotherMember);
        }
        self.terms.validity.open_at(self.now).map_err(|closed| match closed {
            Closed::NotYet => Refusal::NotYet,
            Closed::Ended => Refusal::Expired,
            Closed::OutsideHours => Refusal::OutsideHours,
        })
    }

    fn count_up(&mut self, member: CustomerNumber) -> Result<Counts, Refusal> {
        let mut counts = Counts::new();
        for limit in &self.terms.limits {
            let counter = self.terms.counter(*limit, &self.view.code.code, member, self.now);
            let kept = i64::from(self.view.counters.get(&counter).copied().unwrap_or(0));
            let drafted = self.counts.entry(counter.clone()).or_default();
            if kept + i64::from(*drafted) >= i64::from(limit.uses) {
                return Err(Refusal::LimitReached(*limit));
            }
            *drafted += 1;
            counts.push(counter);
        }
        Ok(counts)
    }

    fn grant(&mut self, asked: Benefit) -> Result<Benefit, Refusal> {
        let mut granted = asked;
        if let Some(budget) = self.terms.budget {
            let used = self.view.granted_minor.saturating_add(self.granted_minor);
            let left = budget.minor.saturating_sub(used).max(0);
            if asked.minor > left {
                let is_partial = budget.when_short == WhenShort::Partial && left > 0;
                granted.minor = if is_partial { left } else { return Err(Refusal::BudgetSpent) };
            }
        }
        self.granted_minor = self.granted_minor.saturating_add(granted.minor);
        Ok(granted)
    }

    fn count_down(&mut self, counts: &Counts, granted: Benefit) {
        for counter in counts {
            *self.counts.entry(counter.clone()).or_default() -= 1;
        }
        self.granted_minor = self.granted_minor.saturating_sub(granted.minor);
    }

    /// Releases the live lock of a session on this code. `false` where there is none; one whose time is over is swept.
    fn drop_lock_of(&mut self, session: &str) -> bool {
        let is_its =
            |lock: &&Lock| lock.code == self.view.code.code && lock.session == session && self.now < lock.until;
        let Some(lock) = self.view.locks.iter().find(is_its) else { return false };
        self.drop_lock(lock);
        true
    }

    /// Releases all locks whose time is over.
    fn sweep(&mut self) -> usize {
        let over: Vec<&Lock> = self.view.locks.iter().filter(|lock| lock.until <= self.now).collect();
        over.iter().for_each(|lock| self.drop_lock(lock));
        over.len()
    }

    fn drop_lock(&mut self, lock: &Lock) {
        self.count_down(&lock.counts, lock.granted);
        self.rows.push(Change::DropLock { code: lock.code.clone(), session: lock.session.clone() });
    }

    /// Counters first, in one order for everybody, so that a store that locks rows cannot wait in a circle.
    fn changes(self) -> Vec<Change> {
        let counts = self.counts.into_iter().filter(|(_, by)| *by != 0);
        let mut changes: Vec<Change> = counts.map(|(counter, by)| Change::Count { counter, by }).collect();
        if self.granted_minor != 0 {
            let campaign = self.view.code.campaign.clone();
            changes.push(Change::Grant { campaign, by_minor: self.granted_minor });
        }
        changes.extend(self.rows);
        changes
    }
}

fn standing_after(command: &Command) -> Standing {
    match command {
        Command::Disable => Standing::Disabled,
        Command::Expire => Standing::Expired,
        _ => Standing::Published,
    }
}
