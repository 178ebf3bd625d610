//! `perennial points`: wallets, and what a member has of them. Works beside a running server.

use super::CLI;
use super::earning_rule::{self, ArchiveArgs, RuleArgs, rule_json, rule_line};
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use perennial_app::App;
use perennial_app::customers::{self, CustomerError};
use perennial_app::pipeline;
use perennial_app::rewards::{self, Ask, PointsBalance, RewardsError, WalletDefinition, Wish};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::ledger::{EntryId, Expiry, Length, Lot, Transaction, WalletKind};
use perennial_domain::time::{Instant, Zone};
use serde_json::{Value, json};

const SHOWN_MAX: usize = 200;

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial points define points --months 12
  perennial points earn --member ann@example.com --amount 120 --key order-A-1001
  perennial points balance --member ann@example.com --json
  perennial points spend --member ann@example.com --amount 100 --key voucher-7")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Define a wallet, or change how long what is earned from now on lives.
    #[command(after_help = "Example:\n  perennial points define points --months 12 --zone Asia/Shanghai")]
    Define(DefineArgs),
    /// What a member has, with the lots that it consists of.
    #[command(after_help = "Example:\n  perennial points balance --member cus_7k2m9qx4 --json")]
    Balance(MemberArgs),
    /// How it came, the newest first.
    #[command(after_help = "Example:\n  perennial points statement --member 13812345678 --json")]
    Statement(MemberArgs),
    /// Give points.
    #[command(
        after_help = "Example:\n  perennial points earn --member ann@example.com --amount 120 --key A-1001 --order A-1001"
    )]
    Earn(EarnArgs),
    /// Take points.
    #[command(after_help = "Example:\n  perennial points spend --member ann@example.com --amount 100 --key voucher-7")]
    Spend(AmountArgs),
    /// Put points aside, until they are captured or released.
    #[command(after_help = "Example:\n  perennial points hold --member ann@example.com --amount 100 --key cart-9")]
    Hold(HoldArgs),
    /// Take so much of a hold; the rest is free again.
    #[command(
        after_help = "Example:\n  perennial points capture --member ann@example.com --hold pts_7k2m9qx4-5 --amount 80 --key paid-9"
    )]
    Capture(CaptureArgs),
    /// Free a hold.
    #[command(
        after_help = "Example:\n  perennial points release --member ann@example.com --hold pts_7k2m9qx4-5 --key left-9"
    )]
    Release(ReleaseArgs),
    /// Claim back what an order earned: the total of all its returns by now.
    #[command(
        after_help = "Example:\n  perennial points clawback --member ann@example.com --order A-1001 --total 40 --key return-1"
    )]
    Clawback(ClawbackArgs),
    /// Return what was spent, into the lots that it came from: the total of all returns by now.
    #[command(
        after_help = "Example:\n  perennial points refund --member ann@example.com --debit pts_7k2m9qx4-5 --total 80 --key back-9"
    )]
    Refund(RefundArgs),
    /// Give points to another member.
    #[command(
        after_help = "Example:\n  perennial points transfer --member ann@example.com --to bea@example.com --amount 50 --key gift-1"
    )]
    Transfer(TransferArgs),
    /// Compensate a transaction as a whole.
    #[command(
        after_help = "Example:\n  perennial points reverse --member ann@example.com --entry pts_7k2m9qx4-5 --key mistake-1"
    )]
    Reverse(ReverseArgs),
    /// Define a rule by which orders earn, or change it for orders that are placed from now on.
    #[command(
        after_help = "Example:\n  perennial points rule base --units 1 --per 100 --return-days 14 --lines 'category is \"lens\"'"
    )]
    Rule(RuleArgs),
    /// The rules by which orders earn.
    #[command(after_help = "Example:\n  perennial points rules --json")]
    Rules,
    /// End a rule: orders that are placed from now on earn nothing by it.
    #[command(after_help = "Example:\n  perennial points archive-rule base")]
    ArchiveRule(ArchiveArgs),
}

#[derive(ClapArgs)]
struct DefineArgs {
    /// The code of the wallet: a to z, 0 to 9 and _.
    #[arg(value_name = "CODE")]
    code: String,
    /// What is in it: points where nothing is said. It stays.
    #[arg(long, value_enum, env = "PERENNIAL_KIND")]
    kind: Option<Kind>,
    /// What is earned lives for so many months; a new wallet's for ever where nothing is said.
    #[arg(long, value_name = "MONTHS", env = "PERENNIAL_MONTHS")]
    months: Option<u32>,
    /// Where its days end; those of a new wallet where the brand's do.
    #[arg(long, value_name = "ZONE", env = "PERENNIAL_ZONE")]
    zone: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Points,
    Growth,
    StoredValue,
    Rebate,
    Stamps,
}

#[derive(ClapArgs)]
struct MemberArgs {
    /// Any identifier of the member: id, mail address, phone number, member number.
    #[arg(long, value_name = "IDENTIFIER", env = "PERENNIAL_MEMBER")]
    member: String,
    /// The code of the wallet.
    #[arg(long, value_name = "CODE", default_value = "points", env = "PERENNIAL_WALLET")]
    wallet: String,
}

#[derive(ClapArgs)]
struct AskArgs {
    #[command(flatten)]
    of: MemberArgs,
    /// The same key with the same request has one effect and one answer, for good.
    #[arg(long, value_name = "KEY", env = "PERENNIAL_KEY")]
    key: String,
    /// A code that says why.
    #[arg(long, value_name = "REASON", default_value = "by_hand", env = "PERENNIAL_REASON")]
    reason: String,
    /// What it is about.
    #[arg(long, value_name = "TEXT", env = "PERENNIAL_REFERENCE")]
    reference: Option<String>,
}

#[derive(ClapArgs)]
struct EarnArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// How many.
    #[arg(long, value_name = "POINTS", env = "PERENNIAL_AMOUNT")]
    amount: i64,
    /// The order that earned it.
    #[arg(long, value_name = "ORDER", env = "PERENNIAL_ORDER")]
    order: Option<String>,
    /// From when its life is reckoned; without, from now.
    #[arg(long, value_name = "INSTANT", env = "PERENNIAL_EARNED_AT")]
    earned_at: Option<String>,
}

#[derive(ClapArgs)]
struct AmountArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// How many.
    #[arg(long, value_name = "POINTS", env = "PERENNIAL_AMOUNT")]
    amount: i64,
}

#[derive(ClapArgs)]
struct HoldArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// How many.
    #[arg(long, value_name = "POINTS", env = "PERENNIAL_AMOUNT")]
    amount: i64,
    /// For how long, at most as long as the wallet says.
    #[arg(long, value_name = "SECONDS", env = "PERENNIAL_TTL_SECONDS")]
    ttl_seconds: Option<u32>,
}

#[derive(ClapArgs)]
struct CaptureArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// The id of the hold.
    #[arg(long, value_name = "ID", env = "PERENNIAL_HOLD")]
    hold: String,
    /// How many.
    #[arg(long, value_name = "POINTS", env = "PERENNIAL_AMOUNT")]
    amount: i64,
}

#[derive(ClapArgs)]
struct ReleaseArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// The id of the hold.
    #[arg(long, value_name = "ID", env = "PERENNIAL_HOLD")]
    hold: String,
}

#[derive(ClapArgs)]
struct ClawbackArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// The order that earned it.
    #[arg(long, value_name = "ORDER", env = "PERENNIAL_ORDER")]
    order: String,
    /// How many of what it earned are to be back in all.
    #[arg(long, value_name = "POINTS", env = "PERENNIAL_TOTAL")]
    total: i64,
}

#[derive(ClapArgs)]
struct RefundArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// The id of the transaction that spent or captured.
    #[arg(long, value_name = "ID", env = "PERENNIAL_DEBIT")]
    debit: String,
    /// How many of what it took are to be returned in all.
    #[arg(long, value_name = "POINTS", env = "PERENNIAL_TOTAL")]
    total: i64,
}

#[derive(ClapArgs)]
struct TransferArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Any identifier of the member who gets them.
    #[arg(long, value_name = "IDENTIFIER", env = "PERENNIAL_TO")]
    to: String,
    /// How many.
    #[arg(long, value_name = "POINTS", env = "PERENNIAL_AMOUNT")]
    amount: i64,
}

#[derive(ClapArgs)]
struct ReverseArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// The id of the transaction.
    #[arg(long, value_name = "ID", env = "PERENNIAL_ENTRY")]
    entry: String,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::Define(args) => define(&app, args, output).await,
        What::Balance(args) => {
            let member = member_of(&app, &args.member).await?;
            let found = rewards::balance(&app, &CLI, member, &args.wallet).await.map_err(refused)?;
            output.result(&balance_json(member, &found), &balance_lines(member, &found))
        }
        What::Statement(args) => {
            let member = member_of(&app, &args.member).await?;
            let found = rewards::statement(&app, &CLI, member, &args.wallet, None, SHOWN_MAX).await;
            let (rows, next) = found.map_err(refused)?;
            let items: Vec<Value> = rows.iter().map(transaction_json).collect();
            let mut lines: Vec<String> = rows.iter().map(transaction_line).collect();
            if next.is_some() {
                lines.push(format!("only the last {SHOWN_MAX} are listed"));
            }
            output.result(&json!({ "items": items, "is_cut": next.is_some() }), &lines)
        }
        What::Earn(args) => {
            let wrong = |text: &str| Refused(format!("--earned-at {text}: an instant such as 2026-11-20T02:00:00Z"));
            let parse = |text: &str| Instant::parse_rfc3339(text).ok_or_else(|| wrong(text));
            let earned_at = args.earned_at.as_deref().map(parse).transpose()?;
            let EarnArgs { ask, amount, order, .. } = args;
            let wish = Wish::Earn { amount, order, rule: None, earned_at, tags: Vec::new() };
            post(&app, ask, wish, output).await
        }
        What::Spend(args) => post(&app, args.ask, Wish::Spend { amount: args.amount }, output).await,
        What::Hold(args) => {
            let wish = Wish::Hold { amount: args.amount, ttl_seconds: args.ttl_seconds };
            post(&app, args.ask, wish, output).await
        }
        What::Capture(args) => {
            let wish = Wish::Capture { hold: entry_of("--hold", &args.hold)?, amount: args.amount };
            post(&app, args.ask, wish, output).await
        }
        What::Release(args) => {
            let wish = Wish::Release { hold: entry_of("--hold", &args.hold)? };
            post(&app, args.ask, wish, output).await
        }
        What::Clawback(args) => {
            post(&app, args.ask, Wish::Clawback { order: args.order, total: args.total }, output).await
        }
        What::Refund(args) => {
            let wish = Wish::Refund { debit: entry_of("--debit", &args.debit)?, total: args.total };
            post(&app, args.ask, wish, output).await
        }
        What::Transfer(args) => {
            let wish = Wish::Transfer { to: member_of(&app, &args.to).await?, amount: args.amount };
            post(&app, args.ask, wish, output).await
        }
        What::Rule(args) => {
            let saved = earning_rule::define(&app, args).await.map_err(refused)?;
            output.result(&rule_json(&saved), &[rule_line(&saved)])
        }
        What::Rules => {
            let rules = rewards::earning::list_rules(&app, &CLI).await.map_err(refused)?;
            let items: Vec<Value> = rules.iter().map(rule_json).collect();
            let lines: Vec<String> = rules.iter().map(rule_line).collect();
            output.result(&json!({ "items": items }), &lines)
        }
        What::ArchiveRule(args) => {
            let saved = earning_rule::archive(&app, &args).await.map_err(refused)?;
            output.result(&rule_json(&saved), &[rule_line(&saved)])
        }
        What::Reverse(args) => {
            let wish = Wish::Reverse { entry: entry_of("--entry", &args.entry)? };
            post(&app, args.ask, wish, output).await
        }
    }
}

async fn define(app: &App, args: DefineArgs, output: &Output) -> anyhow::Result<()> {
    let wrong = |name: &str| Refused(format!("--zone {name}: an IANA time zone such as Asia/Shanghai"));
    let zone = args.zone.as_deref().map(|name| Zone::parse(name).ok_or_else(|| wrong(name))).transpose()?;
    let kind = args.kind.map(|kind| match kind {
        Kind::Points => WalletKind::Points,
        Kind::Growth => WalletKind::Growth,
        Kind::StoredValue => WalletKind::StoredValue,
        Kind::Rebate => WalletKind::Rebate,
        Kind::Stamps => WalletKind::Stamps,
    });
    let (version, before) = match rewards::get_wallet(app, &CLI, &args.code).await {
        Ok(defined) => (Some(i64::from(defined.wallet.version)), WalletDefinition::from(&defined.wallet)),
        Err(RewardsError::NoWallet) => (None, WalletDefinition::usual(WalletKind::Points, Expiry::Never)),
        Err(error) => return Err(refused(error)),
    };
    // What is not named stays as it was.
    let definition = WalletDefinition {
        kind: kind.unwrap_or(before.kind),
        zone: zone.or(before.zone),
        expiry: args.months.map_or(before.expiry, |months| Expiry::After { length: Length::Months(months) }),
        ..before
    };
    let saved = rewards::define_wallet(app, &CLI, &args.code, version, definition).await.map_err(refused)?;
    let line = format!("{} is version {}", saved.wallet.code, saved.wallet.version);
    output.result(&saved.wallet, &[line])
}

async fn member_of(app: &App, identifier: &str) -> anyhow::Result<CustomerNumber> {
    // Whom a file or a message told of a moment ago is known too, and what they bought has earned.
    pipeline::apply_all(app).await?;
    rewards::earning::follow_orders(app).await?;
    customers::find_customer(app, &CLI, identifier).await.map_err(|error| match error {
        CustomerError::NotFound | CustomerError::Ambiguous(_) => Refused(error.to_string()).into(),
        other => other.into(),
    })
}

fn entry_of(argument: &str, text: &str) -> Result<EntryId, Refused> {
    let wrong = || Refused(format!("{argument} {text}: the id of a transaction of points, such as pts_7k2m9qx4-5"));
    EntryId::from_public_id(text).ok_or_else(wrong)
}

async fn post(app: &App, args: AskArgs, wish: Wish, output: &Output) -> anyhow::Result<()> {
    let member = member_of(app, &args.of.member).await?;
    let AskArgs { of: MemberArgs { wallet, .. }, key, reason, reference } = args;
    let posted = rewards::ask(app, &CLI, member, Ask { wallet, key, reason, reference, wish }).await;
    let posted = posted.map_err(refused)?;
    let transaction = posted.outcome.map_err(|refusal| refused(RewardsError::Refused(refusal)))?;
    output.result(&transaction_json(&transaction), &[transaction_line(&transaction)])
}

fn balance_json(member: CustomerNumber, found: &PointsBalance) -> Value {
    let balance = found.balance;
    let lots: Vec<Value> = found.lots.iter().map(lot_json).collect();
    let hold = |hold: &perennial_domain::rewards::ledger::Hold| json!({ "id": hold.id.public_id(), "amount": hold.amount, "expires_at": hold.expires_at.rfc3339() });
    json!({
        "member": member.public_id(),
        "wallet": found.wallet,
        "balance": balance.total(),
        "available": balance.available,
        "held": balance.held,
        "pending": balance.pending,
        "debt": balance.debt,
        "lots": lots,
        "holds": found.holds.iter().map(hold).collect::<Vec<_>>(),
        "as_of": found.as_of.rfc3339(),
    })
}

fn lot_json(lot: &Lot) -> Value {
    json!({
        "id": lot.id.public_id(),
        "remaining": lot.remaining,
        "held": lot.held,
        "is_pending": lot.is_pending(),
        "earned_at": lot.earned_at.rfc3339(),
        "expires_at": lot.expires_at.map(Instant::rfc3339),
        "order": lot.origin.order,
    })
}

fn balance_lines(member: CustomerNumber, found: &PointsBalance) -> Vec<String> {
    let balance = found.balance;
    let mut lines = vec![format!(
        "{} {}: {}, available {}, held {}, pending {}, debt {}",
        member.public_id(),
        found.wallet,
        balance.total(),
        balance.available,
        balance.held,
        balance.pending,
        balance.debt
    )];
    for lot in &found.lots {
        let until = lot.expires_at.map_or_else(|| "no end".to_owned(), |at| format!("until {}", at.rfc3339()));
        let pending = if lot.is_pending() { ", pending" } else { "" };
        lines.push(format!("  {} {}{pending}, {until}", lot.id.public_id(), lot.remaining));
    }
    lines
}

fn transaction_json(transaction: &Transaction) -> Value {
    json!({
        "id": transaction.id().public_id(),
        "wallet": transaction.account.wallet,
        "sequence": transaction.sequence,
        "at": transaction.at.rfc3339(),
        "kind": transaction.kind,
        "lines": transaction.lines,
        "key": transaction.key,
        "actor": transaction.actor,
        "reason": transaction.reason,
        "reference": transaction.reference,
        "refusal": transaction.refusal,
    })
}

fn transaction_line(transaction: &Transaction) -> String {
    let kind = json!(transaction.kind);
    let moved: Vec<String> =
        transaction.lines.iter().map(|line| format!("{} {:+}", json!(line.place), line.amount)).collect();
    let what = match &transaction.refusal {
        Some(refusal) => format!("refused, {}", json!(refusal)),
        None => moved.join(", "),
    };
    let text = format!("{} {} {kind}: {what}", transaction.id().public_id(), transaction.at.rfc3339());
    text.replace('"', "")
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: RewardsError) -> anyhow::Error {
    match error {
        RewardsError::Invalid(_)
        | RewardsError::NoWallet
        | RewardsError::NoRule
        | RewardsError::NoCustomer
        | RewardsError::Conditions(_)
        | RewardsError::VersionNeeded
        | RewardsError::RuleVersionNeeded
        | RewardsError::VersionConflict
        | RewardsError::Refused(_) => Refused(error.to_string()).into(),
        other => other.into(),
    }
}
