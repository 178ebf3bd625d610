//! The rows that a decision is made on, and those that it changes.

use super::terms::{Counter, Counts, Terms};
use crate::ids::CustomerNumber;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a code is by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Made, and not yet told to anybody.
    Issued,
    Published,
    Disabled,
    Expired,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Code {
    pub code: String,
    pub campaign: String,
    pub standing: Standing,
    /// Whose it is; none: whoever knows it may use it.
    pub member: Option<CustomerNumber>,
}

/// What a coupon does for an order, as a quote says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Benefit {
    pub minor: i64,
    /// Units given for nothing.
    pub gifts: u32,
    pub points: i64,
}

impl Benefit {
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// Of a code and a session: one at most.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lock {
    pub code: String,
    pub session: String,
    pub member: CustomerNumber,
    /// From then on it does not hold.
    pub until: Instant,
    pub granted: Benefit,
    pub counts: Counts,
}

/// Of a code and an order: one at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redemption {
    pub code: String,
    pub order: String,
    pub member: CustomerNumber,
    pub at: Instant,
    pub granted: Benefit,
    pub counts: Counts,
    /// As they were then.
    pub terms: Terms,
    pub rolled_back_at: Option<Instant>,
}

/// What a store reads for one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub code: Code,
    /// Those of the limits that hold now, and of whatever is released; what is not here is zero.
    pub counters: BTreeMap<Counter, u32>,
    /// What live locks and standing redemptions of the campaign take off together.
    pub granted_minor: i64,
    /// The locks of this code, and all of the campaign whose time is over.
    pub locks: Vec<Lock>,
    /// Of this code and the order of the command.
    pub redemption: Option<Redemption>,
}

/// A row that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    SetStanding {
        code: String,
        standing: Standing,
    },
    /// By how much a counter goes up or down.
    Count {
        counter: Counter,
        by: i32,
    },
    /// By how much what the campaign takes off goes up or down.
    Grant {
        campaign: String,
        by_minor: i64,
    },
    /// There is exactly one.
    DropLock {
        code: String,
        session: String,
    },
    /// There is none.
    AddLock(Lock),
    /// There is none.
    AddRedemption(Box<Redemption>),
    /// There is exactly one, which was not rolled back.
    RollBack {
        code: String,
        order: String,
        at: Instant,
    },
}

/// What a code is to one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CouponState {
    Issued,
    Published,
    Locked,
    Redeemed,
    RolledBack,
    Disabled,
    Expired,
}

impl CouponState {
    pub const ALL: [Self; 7] =
        [Self::Issued, Self::Published, Self::Locked, Self::Redeemed, Self::RolledBack, Self::Disabled, Self::Expired];

    pub fn code(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Published => "published",
            Self::Locked => "locked",
            Self::Redeemed => "redeemed",
            Self::RolledBack => "rolled_back",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
        }
    }

    /// From the locks and redemptions of the member on this code. The newest redemption says; a code that ended is expired
    /// only to who never used it.
    pub fn of(code: &Code, locks: &[Lock], redemptions: &[Redemption], has_ended: bool, now: Instant) -> Self {
        if locks.iter().any(|lock| now < lock.until) {
            return Self::Locked;
        }
        let newest = redemptions.iter().max_by_key(|redemption| redemption.at);
        if newest.is_some_and(|newest| newest.rolled_back_at.is_none()) {
            return Self::Redeemed;
        }
        match code.standing {
            Standing::Disabled => Self::Disabled,
            Standing::Expired => Self::Expired,
            Standing::Issued | Standing::Published if has_ended => Self::Expired,
            Standing::Issued => Self::Issued,
            Standing::Published if newest.is_some() => Self::RolledBack,
            Standing::Published => Self::Published,
        }
    }
}
