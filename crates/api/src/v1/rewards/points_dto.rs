//! Shapes of points.

use super::refusal;
use crate::problem::{Problem, ProblemField};
use perennial_app::rewards::{Ask, PointsBalance, Posted, Wish};
use perennial_domain::rewards::ledger::{EntryId, Hold, Line, Lot, LotState, RuleVersion, Transaction};
use perennial_domain::time::Instant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a member has of a wallet.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct PointsBalanceDto {
    #[schema(example = "points")]
    pub wallet: String,
    /// What the member has: available + held − debt. Pending points are told apart.
    pub balance: i64,
    /// What can be spent; nothing while there is a debt.
    pub available: i64,
    pub held: i64,
    pub pending: i64,
    /// What the member owes because more was claimed back than was there.
    pub debt: i64,
    /// Of which something remains, in the order in which they are spent; pending ones behind.
    pub lots: Vec<LotDto>,
    /// That wait to be captured or released.
    pub holds: Vec<HoldDto>,
    #[schema(example = "2026-11-20T02:00:00Z")]
    pub as_of: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct LotDto {
    #[schema(example = "pts_7k2m9qx4-5-0")]
    pub id: String,
    pub remaining: i64,
    /// The part of it that holds have.
    pub held: i64,
    pub is_pending: bool,
    /// When it becomes active, where that is known.
    pub active_at: Option<String>,
    pub earned_at: String,
    /// The first instant at which it cannot be spent; null: never, or not known yet.
    pub expires_at: Option<String>,
    pub order: Option<String>,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct HoldDto {
    #[schema(example = "pts_7k2m9qx4-5")]
    pub id: String,
    pub amount: i64,
    pub expires_at: String,
}

/// Something that happened to an account. It never changes.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct PointsTransactionDto {
    /// Of a hold or a request also its id.
    #[schema(example = "pts_7k2m9qx4-5")]
    pub id: String,
    #[schema(example = "points")]
    pub wallet: String,
    /// Of this account, without gaps.
    pub sequence: u64,
    pub at: String,
    /// What it is: `earn`, `spend`, `hold`, `expiry`, …
    #[schema(example = "earn")]
    pub kind: String,
    /// What each place gains; they sum to zero. The member's places are pending, available, held and debt.
    pub lines: Vec<PointsLineDto>,
    pub key: String,
    /// Who asked: the id of a user or a token, or a part of the program.
    pub actor: String,
    #[schema(example = "purchase")]
    pub reason: String,
    pub reference: Option<String>,
    /// Where it records that a request was refused: why. Nothing else happened then.
    #[schema(example = "insufficient")]
    pub refusal: Option<String>,
}

#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct PointsLineDto {
    #[schema(example = "available")]
    pub place: String,
    pub amount: i64,
}

/// What all requests say.
pub struct Why {
    pub wallet: String,
    pub reason: String,
    pub reference: Option<String>,
}

impl Why {
    pub fn ask(self, key: String, wish: Wish) -> Ask {
        Ask { wallet: self.wallet, key, reason: self.reason, reference: self.reference, wish }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EarnBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "purchase")]
    pub reason: String,
    /// What it is about, 1 to 500 bytes; no personal data.
    pub reference: Option<String>,
    #[schema(example = 120)]
    pub amount: i64,
    /// The order that earned it: what it earns can be claimed back.
    #[schema(example = "A-1001")]
    pub order: Option<String>,
    /// The rule that gave it.
    #[schema(example = "base")]
    pub rule: Option<String>,
    /// Of the rule; 1 when absent.
    pub rule_version: Option<u32>,
    /// From when its life is reckoned; when it is posted where absent.
    #[schema(example = "2026-11-20T02:00:00Z")]
    pub earned_at: Option<String>,
    /// At most 20; they travel with the points.
    #[serde(default)]
    pub tags: Vec<String>,
}

impl EarnBody {
    pub fn ask(self, key: String) -> Result<Ask, Problem> {
        let wrong = || {
            let allowed = "an instant such as 2026-11-20T02:00:00Z";
            Problem::invalid(vec![ProblemField::new("/earned_at", "malformed", allowed)])
        };
        let parse = |text: &str| Instant::parse_rfc3339(text).ok_or_else(wrong);
        let earned_at = self.earned_at.as_deref().map(parse).transpose()?;
        let version = self.rule_version.unwrap_or(1);
        let rule = self.rule.map(|rule| RuleVersion { rule, version });
        let why = Why { wallet: self.wallet, reason: self.reason, reference: self.reference };
        Ok(why.ask(key, Wish::Earn { amount: self.amount, order: self.order, rule, earned_at, tags: self.tags }))
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmountBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "purchase")]
    pub reason: String,
    /// What it is about, 1 to 500 bytes; no personal data.
    pub reference: Option<String>,
    #[schema(example = 100)]
    pub amount: i64,
}

impl AmountBody {
    pub fn ask(self, key: String, wish: impl FnOnce(i64) -> Wish) -> Ask {
        let why = Why { wallet: self.wallet, reason: self.reason, reference: self.reference };
        why.ask(key, wish(self.amount))
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "checkout")]
    pub reason: String,
    /// What it is about, 1 to 500 bytes; no personal data.
    pub reference: Option<String>,
    #[schema(example = 100)]
    pub amount: i64,
    /// For how long, at most as long as the wallet says; that where absent.
    #[schema(example = 900)]
    pub ttl_seconds: Option<u32>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaptureBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "purchase")]
    pub reason: String,
    pub reference: Option<String>,
    /// The id of the hold.
    #[schema(example = "pts_7k2m9qx4-5")]
    pub hold: String,
    /// So much of it is spent; the rest is free again.
    #[schema(example = 80)]
    pub amount: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleaseBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "cart_left")]
    pub reason: String,
    pub reference: Option<String>,
    /// The id of the hold.
    #[schema(example = "pts_7k2m9qx4-5")]
    pub hold: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivateBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "return_window_over")]
    pub reason: String,
    pub reference: Option<String>,
    /// That pending points wait for.
    #[schema(example = "delivered")]
    pub event: String,
    /// Only what this order earned; all that wait for the event where absent.
    #[schema(example = "A-1001")]
    pub order: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClawbackBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "return")]
    pub reason: String,
    /// What it is about, 1 to 500 bytes; no personal data.
    pub reference: Option<String>,
    #[schema(example = "A-1001")]
    pub order: String,
    /// Of all that the order earned, so much is to be back in all, with what was claimed back before. A smaller total than
    /// before does nothing.
    #[schema(example = 40)]
    pub total: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "return")]
    pub reason: String,
    /// What it is about, 1 to 500 bytes; no personal data.
    pub reference: Option<String>,
    /// The id of the transaction that spent or captured.
    #[schema(example = "pts_7k2m9qx4-5")]
    pub debit: String,
    /// Of what it took, so much is to be returned in all, with what was returned before.
    #[schema(example = 80)]
    pub total: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "gift")]
    pub reason: String,
    /// What it is about, 1 to 500 bytes; no personal data.
    pub reference: Option<String>,
    /// The id of the member who gets them.
    #[schema(example = "cus_1c9f0x3a")]
    pub to: String,
    #[schema(example = 50)]
    pub amount: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReverseBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "mistake")]
    pub reason: String,
    /// What proves it, 1 to 500 bytes; no personal data.
    pub reference: Option<String>,
    /// The id of the transaction that earned, spent, captured or adjusted.
    #[schema(example = "pts_7k2m9qx4-5")]
    pub entry: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReinstateBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "goodwill")]
    pub reason: String,
    /// What proves it, 1 to 500 bytes; no personal data.
    pub reference: Option<String>,
    /// They live through the day so many days from now, in the wallet's zone.
    #[schema(example = 30)]
    pub valid_days: u32,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "goodwill")]
    pub reason: String,
    /// What proves it, 1 to 500 bytes; no personal data.
    #[schema(example = "ticket tkt_1c9f0x3abcdefghjk")]
    pub reference: String,
    /// Upwards or downwards. Above the wallet's threshold it waits for somebody else's approval.
    #[schema(example = -50)]
    pub amount: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentDecisionBody {
    #[schema(example = "points")]
    pub wallet: String,
    #[schema(example = "checked")]
    pub reason: String,
    pub reference: Option<String>,
    /// The id of the transaction that asked for it.
    #[schema(example = "pts_7k2m9qx4-5")]
    pub request: String,
}

impl AdjustmentDecisionBody {
    pub fn ask(self, key: String, wish: impl FnOnce(EntryId) -> Wish) -> Result<Ask, Problem> {
        let request = entry_of(&self.request, "/request")?;
        let why = Why { wallet: self.wallet, reason: self.reason, reference: self.reference };
        Ok(why.ask(key, wish(request)))
    }
}

pub fn entry_of(text: &str, pointer: &str) -> Result<EntryId, Problem> {
    let allowed = "the id of a transaction of points, such as pts_7k2m9qx4-5";
    let wrong = || Problem::invalid(vec![ProblemField::new(pointer, "malformed", allowed)]);
    EntryId::from_public_id(text).ok_or_else(wrong)
}

impl From<PointsBalance> for PointsBalanceDto {
    fn from(found: PointsBalance) -> Self {
        let balance = found.balance;
        Self {
            wallet: found.wallet,
            balance: balance.total(),
            available: balance.available,
            held: balance.held,
            pending: balance.pending,
            debt: balance.debt,
            lots: found.lots.iter().map(LotDto::from).collect(),
            holds: found.holds.iter().map(HoldDto::from).collect(),
            as_of: found.as_of.rfc3339(),
        }
    }
}

impl From<&Lot> for LotDto {
    fn from(lot: &Lot) -> Self {
        let active_at = match &lot.state {
            LotState::PendingUntil(at) => Some(at.rfc3339()),
            LotState::PendingOn(_) | LotState::Active => None,
        };
        Self {
            id: lot.id.public_id(),
            remaining: lot.remaining,
            held: lot.held,
            is_pending: lot.is_pending(),
            active_at,
            earned_at: lot.earned_at.rfc3339(),
            expires_at: lot.expires_at.map(Instant::rfc3339),
            order: lot.origin.order.clone(),
        }
    }
}

impl From<&Hold> for HoldDto {
    fn from(hold: &Hold) -> Self {
        Self { id: hold.id.public_id(), amount: hold.amount, expires_at: hold.expires_at.rfc3339() }
    }
}

/// The name of a kind or a place, as it is stored.
fn name_of<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

impl From<Transaction> for PointsTransactionDto {
    fn from(transaction: Transaction) -> Self {
        let line = |line: &Line| PointsLineDto { place: name_of(&line.place), amount: line.amount };
        Self {
            id: transaction.id().public_id(),
            wallet: transaction.account.wallet.clone(),
            sequence: transaction.sequence,
            at: transaction.at.rfc3339(),
            kind: name_of(&transaction.kind),
            lines: transaction.lines.iter().map(line).collect(),
            refusal: transaction.refusal.as_ref().map(|refusal| refusal::reason(refusal).0),
            key: transaction.key,
            actor: transaction.actor,
            reason: transaction.reason,
            reference: transaction.reference,
        }
    }
}

/// The same answer to the same key, with a header where it was given before.
pub fn answer_of(posted: Posted) -> Result<PointsAnswer, Problem> {
    let transaction = posted.outcome.map_err(|refusal| refusal::problem_of(&refusal))?;
    Ok(PointsAnswer { transaction: transaction.into(), is_replay: posted.is_replay })
}

pub struct PointsAnswer {
    transaction: PointsTransactionDto,
    is_replay: bool,
}

impl axum::response::IntoResponse for PointsAnswer {
    fn into_response(self) -> axum::response::Response {
        let mut response = (axum::http::StatusCode::CREATED, axum::Json(self.transaction)).into_response();
        if self.is_replay {
            let value = axum::http::HeaderValue::from_static("true");
            response.headers_mut().insert("idempotency-replayed", value);
        }
        response
    }
}
