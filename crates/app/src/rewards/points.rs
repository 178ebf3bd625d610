//! What somebody asks of one member's points, over the API or the command line.

use super::book::Book;
use super::desk::{Desk, post_one};
use super::error::RewardsError;
use super::post::{Posted, Request, post_in_tx};
use crate::access::{Actor, require};
use crate::identity::whole;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{Answer, Body, Command, Earn, EntryId, Kind, Refusal, RuleVersion};
use perennial_domain::time::Instant;
use perennial_store::ledger::{self, Wanted, account_id};
use perennial_store::{ReadTx, StoreError, customers};
use serde_json::json;

/// Merges that come between finding a member and posting.
const TRIES: u32 = 3;

/// What is wished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    Earn {
        amount: i64,
        order: Option<String>,
        rule: Option<RuleVersion>,
        /// None: now.
        earned_at: Option<Instant>,
        tags: Vec<String>,
    },
    Spend {
        amount: i64,
    },
    Hold {
        amount: i64,
        ttl_seconds: Option<u32>,
    },
    Capture {
        hold: EntryId,
        amount: i64,
    },
    Release {
        hold: EntryId,
    },
    /// Pending points that wait for this event, of one order or of all, become active.
    Activate {
        event: String,
        order: Option<String>,
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
    /// To another member.
    Transfer {
        to: CustomerNumber,
        amount: i64,
    },
    /// By hand, upwards or downwards.
    Adjust {
        amount: i64,
    },
    Approve {
        request: EntryId,
    },
    Decline {
        request: EntryId,
    },
    /// By hand: compensates an earn, a spend, a capture or an adjustment as a whole.
    Reverse {
        entry: EntryId,
    },
    /// By hand: what expired lately lives again, through the day so many days from now.
    Reinstate {
        valid_days: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub wallet: String,
    /// The same key with the same wish has one effect, and one answer.
    pub key: String,
    /// A code that says why.
    pub reason: String,
    /// What it is about, or what proves it; an adjustment has one.
    pub reference: Option<String>,
    pub wish: Wish,
}

impl Wish {
    fn right(&self) -> Right {
        match self {
            Self::Earn { .. }
            | Self::Spend { .. }
            | Self::Hold { .. }
            | Self::Capture { .. }
            | Self::Release { .. }
            | Self::Activate { .. }
            | Self::Clawback { .. }
            | Self::Refund { .. }
            | Self::Transfer { .. } => Right::PointsWrite,
            Self::Adjust { .. }
            | Self::Approve { .. }
            | Self::Decline { .. }
            | Self::Reverse { .. }
            | Self::Reinstate { .. } => Right::PointsAdjust,
        }
    }

    fn is_dated(&self) -> bool {
        !matches!(self, Self::Earn { earned_at: None, .. })
    }

    fn body(self, now: Instant) -> Body {
        match self {
            Self::Earn { amount, order, rule, earned_at, tags } => Body::Earn(Earn {
                amount,
                earned_at: earned_at.unwrap_or(now),
                order,
                rule,
                activation: None,
                priority: 0,
                tags,
            }),
            Self::Spend { amount } => Body::Spend { amount },
            Self::Hold { amount, ttl_seconds } => Body::Hold { amount, ttl_seconds },
            Self::Capture { hold, amount } => Body::Capture { hold, amount },
            Self::Release { hold } => Body::Release { hold },
            Self::Activate { event, order } => Body::Activate { event, order },
            Self::Clawback { order, total } => Body::Clawback { order, total },
            Self::Refund { debit, total } => Body::Refund { debit, total },
            Self::Transfer { to, amount } => Body::TransferOut { to, amount },
            Self::Adjust { amount } => Body::Adjust { amount },
            Self::Approve { request } => Body::Approve { request },
            Self::Decline { request } => Body::Decline { request },
            Self::Reverse { entry } => Body::Reverse { entry },
            Self::Reinstate { valid_days } => Body::Reinstate { valid_days },
        }
    }
}

/// Does what is wished, once for a key. What is changed by hand stands in the audit log, in the same commit.
///
/// # Errors
/// [`RewardsError::Refused`] says whether the key may be used again.
pub async fn ask(app: &App, actor: &Actor, member: CustomerNumber, ask: Ask) -> Result<Posted, RewardsError> {
    ask_by(app, None, actor, member, ask).await
}

/// The same in a commit that others share; what is changed by hand has its own.
pub async fn ask_at(
    app: &App,
    desk: &Desk,
    actor: &Actor,
    member: CustomerNumber,
    ask: Ask,
) -> Result<Posted, RewardsError> {
    ask_by(app, Some(desk), actor, member, ask).await
}

async fn ask_by(
    app: &App,
    desk: Option<&Desk>,
    actor: &Actor,
    member: CustomerNumber,
    ask: Ask,
) -> Result<Posted, RewardsError> {
    let mut tries = 1;
    loop {
        let Wished { request, is_by_hand } = wished(app, actor, member, ask.clone()).await?;
        let posted = match desk {
            _ if is_by_hand => post_by_hand(app, actor, &request).await?,
            Some(desk) => desk.post(request).await?,
            None => post_one(app, &request).await?,
        };
        // Merged between the two: whom the number stands for now is asked.
        if matches!(posted.outcome, Err(Refusal::Merged { .. })) && tries < TRIES {
            tries += 1;
            continue;
        }
        return done(posted);
    }
}

fn done(posted: Posted) -> Result<Posted, RewardsError> {
    match &posted.outcome {
        Ok(_) => Ok(posted),
        Err(refusal) => Err(RewardsError::Refused(refusal.clone())),
    }
}

struct Wished {
    request: Request,
    is_by_hand: bool,
}

async fn wished(app: &App, actor: &Actor, member: CustomerNumber, ask: Ask) -> Result<Wished, RewardsError> {
    let right = ask.wish.right();
    require(actor, right)?;
    let mut tx = app.store.read().await?;
    let customer = seen_member(&mut tx, actor, member).await?;
    let book = Book::read(&mut tx).await?;
    let (wallet, _) = book.find(&ask.wallet)?;
    let is_earned_now = !ask.wish.is_dated();
    let mut command = Command {
        key: ask.key,
        actor: actor.id().to_owned(),
        reason: ask.reason,
        reference: ask.reference,
        body: ask.wish.body(app.clock.now()),
    };
    // What was asked of a member who was merged since is answered by the account that it was asked of.
    let (mut asked_of, mut answer) = (customer, None);
    if member != customer || matches!(command.body, Body::TransferOut { .. }) {
        for one in stood_for(&mut tx, &book, wallet, member, customer).await? {
            answer = answer_of(&mut tx, &book, account_id(wallet, one), &command.key).await?;
            if answer.is_some() {
                asked_of = one;
                break;
            }
        }
    }
    if let Body::TransferOut { to: told, amount } = command.body {
        let heir = seen_member(&mut tx, actor, told).await?;
        for to in stood_for(&mut tx, &book, wallet, told, heir).await? {
            command.body = Body::TransferOut { to, amount };
            // Whoever they were then, it is the same request.
            if answer.as_ref().is_some_and(|answer| answer.fingerprint == command.fingerprint()) {
                break;
            }
        }
    }
    let request = Request { wallet: ask.wallet, member: asked_of, is_earned_now, command, other: None };
    Ok(Wished { request, is_by_hand: right == Right::PointsAdjust })
}

/// Whose accounts a number has stood for, merge after merge: its own first, that of the customer of today last.
async fn stood_for(
    tx: &mut ReadTx<'_>,
    book: &Book,
    wallet: i64,
    member: CustomerNumber,
    customer: CustomerNumber,
) -> Result<Vec<CustomerNumber>, StoreError> {
    let mut all = vec![member];
    let mut last = member;
    while last != customer {
        let mut wanted = [book.wanted(account_id(wallet, last))?];
        ledger::headers(tx, &mut wanted).await?;
        last = wanted[0].account.merged_into.filter(|heir| !all.contains(heir)).unwrap_or(customer);
        all.push(last);
    }
    Ok(all)
}

async fn answer_of(tx: &mut ReadTx<'_>, book: &Book, account_id: i64, key: &str) -> Result<Option<Answer>, StoreError> {
    let mut wanted = [Wanted { keys: vec![key], ..book.wanted(account_id)? }];
    ledger::load(tx, &mut wanted).await?;
    let [Wanted { account, .. }] = wanted;
    Ok(account.answers.into_values().next())
}

/// The customer that a number stands for, if the actor sees them.
pub(super) async fn seen_member(
    tx: &mut ReadTx<'_>,
    actor: &Actor,
    member: CustomerNumber,
) -> Result<CustomerNumber, RewardsError> {
    let member = whole(tx, member).await?.customer;
    let seen = customers::among(tx, actor.scope(), &[i64::from(member.0)]).await?;
    if seen.is_empty() { Err(RewardsError::NoCustomer) } else { Ok(member) }
}

async fn post_by_hand(app: &App, actor: &Actor, request: &Request) -> Result<Posted, RewardsError> {
    let mut tx = app.store.write().await?;
    let book = Book::read(&mut tx).await?;
    let mut answers = post_in_tx(&mut tx, &book, std::slice::from_ref(request), app.clock.now()).await?;
    let none = || RewardsError::Refused(Refusal::WrongWallet { wallet: request.wallet.clone() });
    let posted = answers.pop().ok_or_else(none)?;
    if let (Ok(transaction), false) = (&posted.outcome, posted.is_replay) {
        let action = match transaction.kind {
            Kind::RequestAdjustment => "points.adjustment_requested",
            Kind::Approve => "points.adjustment_approved",
            Kind::Decline => "points.adjustment_declined",
            Kind::Reverse => "points.reversed",
            Kind::Reinstate => "points.reinstated",
            _ => "points.adjusted",
        };
        let [before, after] = posted.balance;
        let mut detail = json!({
            "wallet": request.wallet,
            "entry": transaction.id().public_id(),
            "reason": request.command.reason,
            "reference": request.command.reference,
            "balance": { "from": before.total(), "to": after.total() },
        });
        match &request.command.body {
            Body::Adjust { amount } => detail["amount"] = (*amount).into(),
            Body::Approve { request } | Body::Decline { request } => detail["request"] = request.public_id().into(),
            Body::Reverse { entry } => detail["reversed"] = entry.public_id().into(),
            Body::Reinstate { valid_days } => detail["valid_days"] = (*valid_days).into(),
            _ => {}
        }
        audit::append(app, &mut tx, actor, action, &request.member.public_id(), detail).await?;
    }
    tx.commit().await?;
    Ok(posted)
}
