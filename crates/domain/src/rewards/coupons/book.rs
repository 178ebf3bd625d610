//! The rows of a store in memory: the reference that stores are compared with, and what a campaign is tried out on.
//!
//! Invariant: a change that does not fit the rows is an error of whoever made it, and stops the program in tests: it is
//! never passed over.

use super::terms::{Counter, Terms};
use super::view::{Change, Code, Lock, Redemption, Standing, View};
use super::{Command, Decision, Refusal, decide};
use crate::time::Instant;
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    pub codes: BTreeMap<String, Code>,
    pub counters: BTreeMap<Counter, u32>,
    /// By campaign.
    pub granted_minor: BTreeMap<String, i64>,
    /// By code and session.
    pub locks: BTreeMap<(String, String), Lock>,
    /// By code and order.
    pub redemptions: BTreeMap<(String, String), Redemption>,
}

impl Book {
    pub fn issue(&mut self, code: Code) {
        self.codes.insert(code.code.clone(), code);
    }

    /// What is read for a command. `None` where there is no such code.
    pub fn view(&self, code: &str, command: &Command, now: Instant) -> Option<View> {
        let code = self.codes.get(code)?.clone();
        let order = match command {
            Command::Redeem { order, .. } | Command::RollBack { order } => Some(order),
            _ => None,
        };
        let is_of_campaign = |lock: &Lock| self.codes.get(&lock.code).is_some_and(|one| one.campaign == code.campaign);
        let is_read = |lock: &&Lock| lock.code == code.code || (lock.until <= now && is_of_campaign(lock));
        Some(View {
            counters: self.counters.clone(),
            granted_minor: self.granted_minor.get(&code.campaign).copied().unwrap_or(0),
            locks: self.locks.values().filter(is_read).cloned().collect(),
            redemption: order.and_then(|order| self.redemptions.get(&(code.code.clone(), order.clone()))).cloned(),
            code,
        })
    }

    /// Reads, decides and applies. `None` where there is no such code.
    pub fn run(
        &mut self,
        code: &str,
        terms: &Terms,
        command: &Command,
        now: Instant,
    ) -> Option<Result<Decision, Refusal>> {
        let view = self.view(code, command, now)?;
        let decision = decide(&view, terms, command, now);
        if let Ok(decision) = &decision {
            for change in &decision.changes {
                self.apply(change);
            }
        }
        Some(decision)
    }

    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::SetStanding { code, standing } => self.set_standing(code, *standing),
            Change::Count { counter, by } => {
                let after = i64::from(self.counters.get(counter).copied().unwrap_or(0)) + i64::from(*by);
                debug_assert!(after >= 0, "a counter below zero: {counter:?}");
                match u32::try_from(after).unwrap_or(0) {
                    // A counter that is not there is zero, so one that is zero need not be.
                    0 => self.counters.remove(counter),
                    after => self.counters.insert(counter.clone(), after),
                };
            }
            Change::Grant { campaign, by_minor } => {
                let granted = self.granted_minor.entry(campaign.clone()).or_default();
                *granted = granted.saturating_add(*by_minor);
            }
            Change::DropLock { code, session } => {
                let dropped = self.locks.remove(&(code.clone(), session.clone()));
                debug_assert!(dropped.is_some(), "no lock of {session} on {code}");
            }
            Change::AddLock(lock) => {
                let before = self.locks.insert((lock.code.clone(), lock.session.clone()), lock.clone());
                debug_assert!(before.is_none(), "two locks of {}", lock.session);
            }
            Change::AddRedemption(redemption) => {
                let key = (redemption.code.clone(), redemption.order.clone());
                let before = self.redemptions.insert(key, redemption.as_ref().clone());
                debug_assert!(before.is_none(), "two redemptions of order {}", redemption.order);
            }
            Change::RollBack { code, order, at } => {
                let redemption = self.redemptions.get_mut(&(code.clone(), order.clone()));
                debug_assert!(redemption.as_ref().is_some_and(|one| one.rolled_back_at.is_none()), "{order}");
                if let Some(redemption) = redemption {
                    redemption.rolled_back_at = Some(*at);
                }
            }
        }
    }

    fn set_standing(&mut self, code: &str, standing: Standing) {
        if let Some(code) = self.codes.get_mut(code) {
            code.standing = standing;
        }
    }
}
