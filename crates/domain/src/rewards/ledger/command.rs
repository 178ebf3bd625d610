//! What somebody asks of an account.
//!
//! Invariant: a command is complete: with the account, the wallet and an instant it says all that a decision depends on.
//! Sums of claw-backs and refunds are cumulative (`total`: how much in all, by now), so that it does not matter into how many
//! steps a return is split, or whether one is told twice.

use super::account::{Estate, Lot, RuleVersion};
use super::expiry::Activation;
use super::ids::{Digest, EntryId, LotId};
use super::limits::{
    CODE_BYTES_MAX, DAYS_MAX, HOLD_TTL_SECONDS_MAX, INSTANTS_MICROS, KEY_BYTES_MAX, REFERENCE_BYTES_MAX, TAGS_MAX,
};
use super::refusal::Refusal;
use crate::ids::CustomerNumber;
use crate::time::Instant;
use serde::{Deserialize, Serialize};

/// Keys that the ledger makes itself begin so, those of steps that are due and of the other sides of transfers and merges;
/// nobody else's do, and so they never meet.
pub const OWN_KEYS: &str = "own:";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// Idempotency key: unique in the account.
    pub key: String,
    /// Who asks: a user, a token, a rule's run.
    pub actor: String,
    /// A code that says why.
    pub reason: String,
    /// What it is about, or what proves it: an order of a shop, a ticket, a file. An adjustment has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    pub body: Body,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "command")]
pub enum Body {
    Earn(Earn),
    /// Pending lots that wait for this event, of one order or of all, become active.
    Activate {
        event: String,
        order: Option<String>,
    },
    /// A pending lot is taken back before it became active.
    CancelPending {
        lot: LotId,
    },
    Spend {
        amount: i64,
    },
    Hold {
        amount: i64,
        ttl_seconds: Option<u32>,
    },
    /// Takes so much of a hold; the rest is free again.
    Capture {
        hold: EntryId,
        amount: i64,
    },
    Release {
        hold: EntryId,
    },
    /// Of what an order earned, so much is to be back in all.
    Clawback {
        order: String,
        total: i64,
    },
    /// Of what was spent or captured, so much is to be returned in all.
    Refund {
        debit: EntryId,
        total: i64,
    },
    TransferOut {
        to: CustomerNumber,
        amount: i64,
    },
    /// The other side of a transfer; [`super::transfer`] makes both.
    TransferIn {
        from: EntryId,
        fragments: Vec<Lot>,
    },
    /// Upwards or downwards.
    Adjust {
        amount: i64,
    },
    Approve {
        request: EntryId,
    },
    Decline {
        request: EntryId,
    },
    /// Compensates an earn, a spend, a capture or an adjustment as a whole.
    Reverse {
        entry: EntryId,
    },
    /// Lots that expired lately live again, through the day so many days from now.
    Reinstate {
        valid_days: u32,
    },
    /// Something happened that lets sliding deadlines move.
    Activity {
        occurred_at: Instant,
    },
    /// All rows go to another member's account; [`super::merge`] makes both sides.
    MergeOut {
        into: CustomerNumber,
    },
    MergeIn {
        from: EntryId,
        estate: Box<Estate>,
    },
    /// What a merged member brought goes back; [`super::undo_merge`] makes both sides.
    UndoMergeOut {
        merge: EntryId,
    },
    UndoMergeIn {
        from: EntryId,
        estate: Box<Estate>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earn {
    pub amount: i64,
    pub earned_at: Instant,
    pub order: Option<String>,
    pub rule: Option<RuleVersion>,
    /// Where the rule says otherwise than the wallet.
    pub activation: Option<Activation>,
    #[serde(default)]
    pub priority: i16,
    #[serde(default)]
    pub tags: Vec<String>,
}

impl Command {
    /// Of all but the key: the same key with another fingerprint is a conflict.
    pub fn fingerprint(&self) -> Digest {
        Digest::of_json(&(&self.actor, &self.reason, &self.reference, &self.body))
    }

    /// What no account could accept; it burns no key.
    pub fn check(&self) -> Result<(), Refusal> {
        let is_short = |text: &str| (1..=CODE_BYTES_MAX).contains(&text.len());
        let is_other_side =
            matches!(self.body, Body::TransferIn { .. } | Body::MergeIn { .. } | Body::UndoMergeIn { .. });
        let is_key = (1..=KEY_BYTES_MAX).contains(&self.key.len()) && self.key.starts_with(OWN_KEYS) == is_other_side;
        demand(is_key, "key", "1 to 200 bytes, not beginning with own:")?;
        demand(is_short(&self.actor), "actor", "1 to 100 bytes")?;
        demand(is_short(&self.reason), "reason", "1 to 100 bytes")?;
        let is_reference = |text: &str| (1..=REFERENCE_BYTES_MAX).contains(&text.len());
        demand(self.reference.as_deref().is_none_or(is_reference), "reference", "1 to 500 bytes")?;
        match &self.body {
            Body::Earn(earn) => {
                demand(INSTANTS_MICROS.contains(&earn.earned_at.0), "earned_at", "1970 to 2100")?;
                demand(earn.order.as_deref().is_none_or(is_short), "order", "1 to 100 bytes")?;
                demand(earn.rule.as_ref().is_none_or(|rule| is_short(&rule.rule)), "rule", "1 to 100 bytes")?;
                let is_tags = earn.tags.len() <= TAGS_MAX && earn.tags.iter().all(|tag| is_short(tag));
                demand(is_tags, "tags", "at most 20 of 1 to 100 bytes")?;
                match &earn.activation {
                    Some(Activation::On(event)) => demand(is_short(event), "activation", "an event of 1 to 100 bytes"),
                    Some(Activation::After(length)) => {
                        demand(length.is_allowed(), "activation", "at most 36525 days or 1200 months")
                    }
                    Some(Activation::AtOnce) | None => Ok(()),
                }
            }
            Body::Activate { event, order } => {
                demand(is_short(event), "event", "1 to 100 bytes")?;
                demand(order.as_deref().is_none_or(is_short), "order", "1 to 100 bytes")
            }
            Body::Hold { ttl_seconds, .. } => {
                let is_ttl = ttl_seconds.is_none_or(|ttl| (1..=HOLD_TTL_SECONDS_MAX).contains(&ttl));
                demand(is_ttl, "ttl_seconds", "1 to 31536000")
            }
            Body::Clawback { order, total } => {
                demand(is_short(order), "order", "1 to 100 bytes")?;
                demand(*total >= 0, "total", "0 or more")
            }
            Body::Activity { occurred_at } => {
                demand(INSTANTS_MICROS.contains(&occurred_at.0), "occurred_at", "1970 to 2100")
            }
            Body::Refund { total, .. } => demand(*total >= 0, "total", "0 or more"),
            Body::Adjust { .. } => demand(self.reference.is_some(), "reference", "what proves the adjustment"),
            Body::Reinstate { valid_days } => demand((1..=DAYS_MAX).contains(valid_days), "valid_days", "1 to 3660"),
            Body::CancelPending { .. }
            | Body::Spend { .. }
            | Body::Capture { .. }
            | Body::Release { .. }
            | Body::TransferOut { .. }
            | Body::TransferIn { .. }
            | Body::Approve { .. }
            | Body::Decline { .. }
            | Body::Reverse { .. }
            | Body::MergeOut { .. }
            | Body::MergeIn { .. }
            | Body::UndoMergeOut { .. }
            | Body::UndoMergeIn { .. } => Ok(()),
        }
    }
}

fn demand(holds: bool, field: &str, allowed: &str) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(Refusal::Malformed { field: field.to_owned(), allowed: allowed.to_owned() }) }
}
