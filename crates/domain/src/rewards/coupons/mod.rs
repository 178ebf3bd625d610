//! Coupons: codes, and what may be done with each, so that nothing is given twice or beyond its limits.
//!
//! A code goes from issued to published; then a member validates it, locks it for a session while an order is made, and
//! redeems it with the order; a redemption can be rolled back. Disabled and expired are the ends. [`decide`] says
//! what a command comes to on what a store has ([`View`]) and which rows change ([`Change`]); it changes nothing itself.
//!
//! | command | from | to | counts |
//! |---|---|---|---|
//! | publish | issued | published | |
//! | validate | published | the same | nothing (C1) |
//! | lock | published, or locked by the same session | locked until its time is over | one use and the amount, for everybody else (C2, C3) |
//! | release, or the time is over | locked | published | what the lock counted, back, once (C4) |
//! | redeem | published, or locked by the same session | redeemed | what the lock counted, back; one use and the amount (C5) |
//! | roll back | redeemed | rolled back; the code can be used again | what the redemption counted, back, once (C7) |
//! | disable, expire | issued, published | disabled, expired | |
//!
//! A generic code is used by many members, and by one member as often as its limits allow: lock and redemption are of a
//! code and a session or an order, and what a code is to one member is derived ([`CouponState`]).
//!
//! Callers may rely on: a redemption is one for each order and code, however often it is told (C6); it keeps the terms it was
//! made under (C13) and the counters it was counted in, which are those that a roll-back gives back, whatever the terms say
//! by then; counters are what live locks and standing redemptions sum to.
//!
//! **What a store must do**: in one transaction, which nobody else's overlaps, read the view, decide, and apply the changes.
//! The view holds all locks of the campaign whose time is over, as they are released first. A counter that the store does not
//! have is zero; one for a limit that is added to terms later has to be filled from the redemptions when the terms are saved.
//! [`Book`] does all this in memory, and is what a store is compared with.

mod book;
mod codes;
mod machine;
mod terms;
mod validity;
mod view;

pub use book::Book;
pub use codes::{CODE_CHARACTERS, CodeError, CodeKey, CouponCode, GUESSES_PER_HIT_MIN, SERIALS_MAX};
pub use machine::{Command, Decision, Outcome, Refusal, decide};
pub use terms::{Budget, Counter, Counts, Limit, LimitOf, LimitPeriod, Terms, WhenShort};
pub use validity::{Closed, Validity, WeeklyWindow};
pub use view::{Benefit, Change, Code, CouponState, Lock, Redemption, Standing, View};
