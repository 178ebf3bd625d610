//! What a wallet is: its kind, how long what is in it lives, and what happens in the cases where systems disagree.
//!
//! Invariants: a definition is versioned, and every transaction says under which version it was decided; a changed definition
//! never alters a lot that is there, as each keeps its policy and its deadline. Replay needs no definition.

use super::expiry::{ACTIVATION_ALLOWED, Activation, Expiry, LifeFrom};
use super::limits::{AMOUNT_MAX, APPROVAL_USUAL, DAYS_MAX, HOLD_TTL_SECONDS_MAX};
use crate::settings::FieldError;
use crate::time::Zone;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WalletKind {
    Points,
    /// What levels stand on: it is earned and taken back, never spent.
    Growth,
    /// Money that was paid in, in minor units.
    StoredValue,
    /// Money that was earned, in minor units.
    Rebate,
    Stamps,
}

impl WalletKind {
    pub fn is_spendable(self) -> bool {
        !matches!(self, Self::Growth)
    }
}

/// What happens with the part of a claw-back that the account does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExcessClawback {
    /// It is forgiven, and recorded as that.
    StopAtZero,
    /// It is a debt, which what comes next pays first.
    Debt,
}

/// What happens with points that come back from a spend after their last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpiredRefund {
    /// They expire again at once.
    ReExpire,
    /// They live through the day that is so many days later.
    GraceDays(u32),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wallet {
    pub code: String,
    pub version: u32,
    pub kind: WalletKind,
    /// The programme's: where its days end.
    pub zone: WalletZone,
    pub expiry: Expiry,
    #[serde(default)]
    pub life_from: LifeFrom,
    #[serde(default)]
    pub activation: Activation,
    pub hold_ttl_seconds: u32,
    pub excess_clawback: ExcessClawback,
    pub expired_refund: ExpiredRefund,
    /// How many days back an expiry can be taken back.
    pub reinstatement_days: u32,
    /// How many days a merge of two members can be undone.
    pub merge_undo_days: u32,
    pub is_transferable: bool,
    pub limits: WalletLimits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletLimits {
    /// The most that one command moves.
    pub amount_max: i64,
    /// The most that an account holds, pending included.
    pub balance_max: i64,
    /// Adjustments of more, in either direction, need a second person.
    pub approval_above: i64,
}

impl Default for WalletLimits {
    fn default() -> Self {
        Self { amount_max: AMOUNT_MAX, balance_max: AMOUNT_MAX, approval_above: APPROVAL_USUAL }
    }
}

impl Wallet {
    /// All that is out of range; empty where it can be saved.
    pub fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut demand = |holds: bool, field, allowed| {
            if !holds {
                errors.push(FieldError { field, allowed });
            }
        };
        let is_grace = match self.expired_refund {
            ExpiredRefund::ReExpire => true,
            ExpiredRefund::GraceDays(days) => (1..=DAYS_MAX).contains(&days),
        };
        let limits = self.limits;
        demand(crate::touch_point::is_code(&self.code), "code", "a to z, 0 to 9 and _, 1 to 40, a letter first");
        demand(self.version > 0, "version", "1 or more");
        demand(self.expiry.is_allowed(), "expiry", "at most 36525 days, 1200 months or 100 periods");
        demand(self.activation.is_allowed(), "activation", ACTIVATION_ALLOWED);
        demand((1..=HOLD_TTL_SECONDS_MAX).contains(&self.hold_ttl_seconds), "hold_ttl_seconds", "1 to 31536000");
        demand(is_grace, "expired_refund", "re_expire, or 1 to 3660 days of grace");
        demand(self.reinstatement_days <= DAYS_MAX, "reinstatement_days", "0 to 3660");
        demand(self.merge_undo_days <= DAYS_MAX, "merge_undo_days", "0 to 3660");
        demand((1..=AMOUNT_MAX).contains(&limits.amount_max), "limits.amount_max", "1 to 1000000000000");
        demand((1..=AMOUNT_MAX).contains(&limits.balance_max), "limits.balance_max", "1 to 1000000000000");
        demand((0..=AMOUNT_MAX).contains(&limits.approval_above), "limits.approval_above", "0 to 1000000000000");
        errors
    }
}

/// A zone that is stored by its IANA name.
#[derive(Clone, Debug)]
pub struct WalletZone(pub Zone);

impl Serialize for WalletZone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl<'de> Deserialize<'de> for WalletZone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Zone::parse(&name).map(Self).ok_or_else(|| D::Error::custom("an IANA time zone such as Asia/Shanghai"))
    }
}
