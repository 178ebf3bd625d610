//! Shapes of wallets.

use crate::problem::{Problem, ProblemField};
use perennial_app::rewards::{DefinedWallet, WalletDefinition};
use perennial_domain::rewards::ledger::{
    Activation, ExcessClawback, ExpiredRefund, Expiry, Length, LifeFrom, Period, WalletKind, WalletLimits,
};
use perennial_domain::time::Zone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, Deserialize, ToSchema)]
pub struct WalletDto {
    #[schema(example = "points")]
    pub code: String,
    /// Grows with each change; the ETag.
    pub version: u32,
    pub definition: WalletBody,
    pub created_by: String,
    pub created_at: String,
    pub changed_by: String,
    pub changed_at: String,
}

/// How a wallet is: all of it is said each time.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WalletBody {
    pub kind: WalletKindDto,
    /// Where the days of the programme end, by its IANA name; the brand's when absent.
    #[schema(example = "Asia/Shanghai")]
    pub zone: Option<String>,
    /// How long what is earned lives.
    pub expiry: ExpiryDto,
    /// From when that is reckoned.
    pub life_from: LifeFromDto,
    /// When what is earned can be spent.
    pub activation: ActivationDto,
    /// How long a hold waits at most.
    #[schema(example = 900)]
    pub hold_ttl_seconds: u32,
    /// What becomes of the part of a claw-back that is not there.
    pub excess_clawback: ExcessClawbackDto,
    /// What becomes of points that come back from a spend after their last day.
    pub expired_refund: ExpiredRefundDto,
    /// How many days back an expiry can be taken back.
    #[schema(example = 30)]
    pub reinstatement_days: u32,
    /// How many days a merge of two members can be undone.
    #[schema(example = 30)]
    pub merge_undo_days: u32,
    pub is_transferable: bool,
    pub limits: WalletLimitsDto,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WalletKindDto {
    Points,
    /// Earned and taken back, never spent.
    Growth,
    /// Money that was paid in, in minor units.
    StoredValue,
    /// Money that was earned, in minor units.
    Rebate,
    Stamps,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LifeFromDto {
    Activation,
    Earning,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExcessClawbackDto {
    StopAtZero,
    Debt,
}

/// A length of the calendar: `{"days": 30}` or `{"months": 12}`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LengthDto {
    Days(u32),
    Months(u32),
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "policy")]
pub enum ExpiryDto {
    Never,
    /// Through the day that is so much later.
    After {
        length: LengthDto,
    },
    /// Through the last day of the calendar's period, or of one so many periods further.
    EndOf {
        period: PeriodDto,
        further: u32,
    },
    /// As `after`, from the last activity.
    Sliding {
        length: LengthDto,
    },
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodDto {
    Month,
    Quarter,
    Year,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "policy")]
pub enum ActivationDto {
    AtOnce,
    /// So much after it was earned, at the same time of day.
    After {
        length: LengthDto,
    },
    /// When this event is told of.
    On {
        event: String,
    },
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "policy")]
pub enum ExpiredRefundDto {
    ReExpire,
    /// They live through the day that is so many days later.
    Grace {
        days: u32,
    },
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WalletLimitsDto {
    /// The most that one request moves.
    #[schema(example = 1_000_000)]
    pub amount_max: i64,
    /// The most that a member has, pending included.
    #[schema(example = 100_000_000)]
    pub balance_max: i64,
    /// Changes by hand of more, in either direction, need a second person.
    #[schema(example = 10_000)]
    pub approval_above: i64,
}

impl WalletBody {
    pub fn read(self) -> Result<WalletDefinition, Problem> {
        let wrong = || Problem::invalid(vec![ProblemField::new("/zone", "malformed", "a zone such as Asia/Shanghai")]);
        let zone = self.zone.as_deref().map(|name| Zone::parse(name).ok_or_else(wrong)).transpose()?;
        let WalletLimitsDto { amount_max, balance_max, approval_above } = self.limits;
        Ok(WalletDefinition {
            kind: match self.kind {
                WalletKindDto::Points => WalletKind::Points,
                WalletKindDto::Growth => WalletKind::Growth,
                WalletKindDto::StoredValue => WalletKind::StoredValue,
                WalletKindDto::Rebate => WalletKind::Rebate,
                WalletKindDto::Stamps => WalletKind::Stamps,
            },
            zone,
            expiry: match self.expiry {
                ExpiryDto::Never => Expiry::Never,
                ExpiryDto::After { length } => Expiry::After { length: length.into() },
                ExpiryDto::Sliding { length } => Expiry::Sliding { length: length.into() },
                ExpiryDto::EndOf { period, further } => Expiry::EndOf {
                    period: match period {
                        PeriodDto::Month => Period::Month,
                        PeriodDto::Quarter => Period::Quarter,
                        PeriodDto::Year => Period::Year,
                    },
                    further,
                },
            },
            life_from: match self.life_from {
                LifeFromDto::Activation => LifeFrom::Activation,
                LifeFromDto::Earning => LifeFrom::Earning,
            },
            activation: self.activation.into(),
            hold_ttl_seconds: self.hold_ttl_seconds,
            excess_clawback: match self.excess_clawback {
                ExcessClawbackDto::StopAtZero => ExcessClawback::StopAtZero,
                ExcessClawbackDto::Debt => ExcessClawback::Debt,
            },
            expired_refund: match self.expired_refund {
                ExpiredRefundDto::ReExpire => ExpiredRefund::ReExpire,
                ExpiredRefundDto::Grace { days } => ExpiredRefund::GraceDays(days),
            },
            reinstatement_days: self.reinstatement_days,
            merge_undo_days: self.merge_undo_days,
            is_transferable: self.is_transferable,
            limits: WalletLimits { amount_max, balance_max, approval_above },
        })
    }
}

impl From<LengthDto> for Length {
    fn from(length: LengthDto) -> Self {
        match length {
            LengthDto::Days(days) => Self::Days(days),
            LengthDto::Months(months) => Self::Months(months),
        }
    }
}

impl From<Length> for LengthDto {
    fn from(length: Length) -> Self {
        match length {
            Length::Days(days) => Self::Days(days),
            Length::Months(months) => Self::Months(months),
        }
    }
}

impl From<ActivationDto> for Activation {
    fn from(told: ActivationDto) -> Self {
        match told {
            ActivationDto::AtOnce => Self::AtOnce,
            ActivationDto::After { length } => Self::After(length.into()),
            ActivationDto::On { event } => Self::On(event),
        }
    }
}

impl From<Activation> for ActivationDto {
    fn from(activation: Activation) -> Self {
        match activation {
            Activation::AtOnce => Self::AtOnce,
            Activation::After(length) => Self::After { length: length.into() },
            Activation::On(event) => Self::On { event },
        }
    }
}

impl From<DefinedWallet> for WalletDto {
    fn from(defined: DefinedWallet) -> Self {
        let wallet = defined.wallet;
        let WalletLimits { amount_max, balance_max, approval_above } = wallet.limits;
        let definition = WalletBody {
            kind: match wallet.kind {
                WalletKind::Points => WalletKindDto::Points,
                WalletKind::Growth => WalletKindDto::Growth,
                WalletKind::StoredValue => WalletKindDto::StoredValue,
                WalletKind::Rebate => WalletKindDto::Rebate,
                WalletKind::Stamps => WalletKindDto::Stamps,
            },
            zone: Some(wallet.zone.0.name().to_owned()),
            expiry: match wallet.expiry {
                Expiry::Never => ExpiryDto::Never,
                Expiry::After { length } => ExpiryDto::After { length: length.into() },
                Expiry::Sliding { length } => ExpiryDto::Sliding { length: length.into() },
                Expiry::EndOf { period, further } => ExpiryDto::EndOf {
                    period: match period {
                        Period::Month => PeriodDto::Month,
                        Period::Quarter => PeriodDto::Quarter,
                        Period::Year => PeriodDto::Year,
                    },
                    further,
                },
            },
            life_from: match wallet.life_from {
                LifeFrom::Activation => LifeFromDto::Activation,
                LifeFrom::Earning => LifeFromDto::Earning,
            },
            activation: wallet.activation.into(),
            hold_ttl_seconds: wallet.hold_ttl_seconds,
            excess_clawback: match wallet.excess_clawback {
                ExcessClawback::StopAtZero => ExcessClawbackDto::StopAtZero,
                ExcessClawback::Debt => ExcessClawbackDto::Debt,
            },
            expired_refund: match wallet.expired_refund {
                ExpiredRefund::ReExpire => ExpiredRefundDto::ReExpire,
                ExpiredRefund::GraceDays(days) => ExpiredRefundDto::Grace { days },
            },
            reinstatement_days: wallet.reinstatement_days,
            merge_undo_days: wallet.merge_undo_days,
            is_transferable: wallet.is_transferable,
            limits: WalletLimitsDto { amount_max, balance_max, approval_above },
        };
        Self {
            code: wallet.code,
            version: wallet.version,
            definition,
            created_by: defined.created_by,
            created_at: defined.created_at.rfc3339(),
            changed_by: defined.changed_by,
            changed_at: defined.changed_at.rfc3339(),
        }
    }
}
