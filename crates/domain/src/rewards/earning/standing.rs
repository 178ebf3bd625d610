//! What an order stands at by a rule: what was asked, granted, posted and taken back so far, and what follows from what is known
//! of the order by now.
//!
//! Invariants: `posted − back` is what remains of the order earns, at most what was granted; granted grows only as the order does,
//! by what its period still allows (L26), so an order that was cut gets nothing more after a return; however facts were split, and
//! in whatever order they came, the difference between posted and back is the same (L18).

use super::bought::Basket;
use super::cap::Cap;
use super::order::{EarnRule, earn, re_rate};
use super::rate::EarnError;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The most that the order as bought ever came to.
    pub asked: i64,
    /// What of it the cap allowed: this is what a period has used.
    pub granted: i64,
    /// What was given, in all.
    pub posted: i64,
    /// What was taken back, in all.
    pub back: i64,
}

impl Standing {
    /// What the member has of it, spent or not.
    pub fn net(self) -> i64 {
        self.posted - self.back
    }

    /// With what is known of the order by now. `cap` comes with what its period has used so far, this order included.
    pub fn follow(self, rule: &EarnRule, basket: &Basket, cap: Option<(Cap, i64)>) -> Result<Self, EarnError> {
        let asked = earn(rule, &basket.original)?.total.max(self.asked);
        let more = asked - self.asked;
        let granted = self.granted + cap.map_or(more, |(cap, used)| cap.grant(used, more).granted);
        let target = re_rate(rule, &basket.original, &basket.remaining, granted)?.remaining;
        let change = target - self.net();
        let sum = |one: i64, more: i64| one.checked_add(more).ok_or(EarnError::Overflow);
        Ok(Self {
            asked,
            granted,
            posted: sum(self.posted, change.max(0))?,
            back: sum(self.back, change.min(0).saturating_neg())?,
        })
    }
}
