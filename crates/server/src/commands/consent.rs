//! `perennial consent`: the register of purposes and texts, and what people decided. Works beside a running server.

use super::CLI;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use perennial_app::access::idempotency::Once;
use perennial_app::consent::{
    self, Collects, ConsentError, NewConsent, NewText, Purpose, PurposeSettings, Recorded, Who,
};
use perennial_app::customers::{self, CustomerError};
use perennial_app::{App, pipeline};
use perennial_domain::consent::Decision;
use perennial_domain::identity::IdentifierType;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial consent purpose wechat.profile --name \"WeChat profile\" --identifier-type open_id --trait-name nickname
  perennial consent publish wechat.profile --text-version 3 --locale zh-CN text.txt
  perennial consent record ann@example.com --purpose wechat.profile --decision granted --text-version 3
  perennial consent show ann@example.com")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List purposes with their texts.
    #[command(after_help = "Example:\n  perennial consent purposes --json")]
    Purposes,
    /// Register a purpose, or change it.
    #[command(after_help = "Example:
  perennial consent purpose marketing --name Marketing --channel email --channel sms")]
    Purpose(PurposeArgs),
    /// Publish a version of the words of a purpose. It is never changed.
    #[command(after_help = "Example:
  perennial consent publish marketing --text-version 3 --locale zh-CN text.txt")]
    Publish(PublishArgs),
    /// Write down what somebody decided.
    #[command(after_help = "Examples:
  perennial consent record ann@example.com --purpose marketing --channel email --decision granted --text-version 3
  perennial consent record 13812345678 --identifier-type phone --purpose marketing --decision granted")]
    Record(RecordArgs),
    /// Show what a customer consents to, and how that came.
    #[command(after_help = "Example:\n  perennial consent show ann@example.com --json")]
    Show(ShowArgs),
}

#[derive(ClapArgs)]
struct PurposeArgs {
    /// Letters, digits, underscores, hyphens and dots.
    #[arg(value_name = "CODE")]
    code: String,
    /// What people call it.
    #[arg(long, value_name = "TEXT", env = "PERENNIAL_NAME")]
    name: String,
    /// What it is for.
    #[arg(long, value_name = "TEXT", default_value = "", env = "PERENNIAL_DESCRIPTION")]
    description: String,
    /// A channel that it is asked for; otherwise it is asked for all together.
    #[arg(long, value_name = "CHANNEL", env = "PERENNIAL_CHANNEL", value_delimiter = ',')]
    channel: Vec<String>,
    /// A trait that is collected under it, and goes when it is withdrawn.
    #[arg(long, value_name = "NAME", env = "PERENNIAL_TRAIT_NAME", value_delimiter = ',')]
    trait_name: Vec<String>,
    /// A type of identifier that is collected under it.
    #[arg(long, value_name = "TYPE", env = "PERENNIAL_IDENTIFIER_TYPE", value_delimiter = ',')]
    identifier_type: Vec<String>,
    /// Only traits that this source tells.
    #[arg(long, value_name = "ID", env = "PERENNIAL_SOURCE", value_delimiter = ',')]
    source: Vec<String>,
}

#[derive(ClapArgs)]
struct PublishArgs {
    /// The purpose.
    #[arg(value_name = "CODE")]
    code: String,
    /// The file with the words, in UTF-8.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "VERSION", env = "PERENNIAL_TEXT_VERSION")]
    text_version: String,
    /// A language tag.
    #[arg(long, value_name = "TAG", default_value = "", env = "PERENNIAL_LOCALE")]
    locale: String,
}

#[derive(ClapArgs)]
struct RecordArgs {
    /// Any identifier of the person.
    #[arg(value_name = "IDENTIFIER")]
    identifier: String,
    /// The type of the identifier, for somebody who is not there yet, or who was erased and comes back.
    #[arg(long, value_name = "TYPE", env = "PERENNIAL_IDENTIFIER_TYPE")]
    identifier_type: Option<String>,
    #[arg(long, value_name = "CODE", env = "PERENNIAL_PURPOSE")]
    purpose: String,
    /// A channel of the purpose; otherwise all.
    #[arg(long, value_name = "CHANNEL", env = "PERENNIAL_CHANNEL", value_delimiter = ',')]
    channel: Vec<String>,
    #[arg(long, value_enum, env = "PERENNIAL_DECISION")]
    decision: Decided,
    /// Of the text that the person saw.
    #[arg(long, value_name = "VERSION", env = "PERENNIAL_TEXT_VERSION")]
    text_version: Option<String>,
    /// When it was decided, such as 2026-11-21T08:00:00Z; otherwise now.
    #[arg(long, value_name = "INSTANT", env = "PERENNIAL_AT")]
    at: Option<String>,
    /// What proves it, such as where the form lies.
    #[arg(long, value_name = "TEXT", env = "PERENNIAL_NOTE")]
    note: Option<String>,
}

#[derive(ClapArgs)]
struct ShowArgs {
    /// Any identifier of the customer.
    #[arg(value_name = "IDENTIFIER")]
    identifier: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Decided {
    Granted,
    Denied,
    Revoked,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::Purposes => purposes(&app, output).await,
        What::Purpose(args) => put_purpose(&app, args, output).await,
        What::Publish(args) => publish(&app, args, output).await,
        What::Record(args) => record(&app, args, output).await,
        What::Show(args) => show(&app, &args, output).await,
    }
}

async fn purposes(app: &App, output: &Output) -> anyhow::Result<()> {
    let purposes = consent::list_purposes(app, &CLI).await.map_err(refused)?;
    let items: Vec<Value> = purposes.iter().map(purpose_json).collect();
    let lines: Vec<String> = purposes
        .iter()
        .map(|purpose| format!("{}: {}, {} texts", purpose.code, purpose.settings.name, purpose.texts.len()))
        .collect();
    output.result(&json!({ "items": items }), &lines)
}

async fn put_purpose(app: &App, args: PurposeArgs, output: &Output) -> anyhow::Result<()> {
    let identifiers = args.identifier_type.iter().map(|code| kind_of(code)).collect::<anyhow::Result<_>>()?;
    let settings = PurposeSettings {
        name: args.name,
        description: args.description,
        channels: args.channel,
        collects: Collects { traits: args.trait_name, identifiers, sources: args.source },
    };
    let known = consent::list_purposes(app, &CLI).await.map_err(refused)?;
    let version = known.iter().find(|purpose| purpose.code == args.code).map(|purpose| purpose.version);
    let purpose = consent::put_purpose(app, &CLI, &args.code, version, settings).await.map_err(refused)?;
    output.result(&purpose_json(&purpose), &[format!("{} is registered, version {}", purpose.code, purpose.version)])
}

fn kind_of(code: &str) -> anyhow::Result<IdentifierType> {
    let allowed = || IdentifierType::ALL.map(IdentifierType::code).join(", ");
    IdentifierType::parse(code).ok_or_else(|| Refused(format!("--identifier-type {code}: one of {}", allowed())).into())
}

async fn publish(app: &App, args: PublishArgs, output: &Output) -> anyhow::Result<()> {
    let text =
        std::fs::read_to_string(&args.file).map_err(|error| Refused(format!("{}: {error}", args.file.display())))?;
    let new = NewText { version: args.text_version, locale: args.locale, text };
    let text = consent::publish_text(app, &CLI, &args.code, new, &Once::unkeyed()).await.map_err(refused)?;
    let object = json!({ "purpose": args.code, "version": text.version, "locale": text.locale, "hash": text.hash });
    output.result(&object, &[format!("{} has version {}, {}", args.code, text.version, text.hash)])
}

async fn record(app: &App, args: RecordArgs, output: &Output) -> anyhow::Result<()> {
    pipeline::apply_all(app).await?;
    let who = match &args.identifier_type {
        Some(code) => Who::Identifier { kind: kind_of(code)?, value: args.identifier.clone() },
        None => Who::Customer(find(app, &args.identifier).await?),
    };
    let at = match &args.at {
        Some(text) => {
            let wrong = || Refused(format!("--at {text}: an instant such as 2026-11-21T08:00:00Z"));
            Some(Instant::parse_rfc3339(text).ok_or_else(wrong)?)
        }
        None => None,
    };
    let new = NewConsent {
        who,
        purpose: args.purpose,
        channels: args.channel,
        decision: match args.decision {
            Decided::Granted => Decision::Granted,
            Decided::Denied => Decision::Denied,
            Decided::Revoked => Decision::Revoked,
        },
        text_version: args.text_version,
        at,
        note: args.note,
    };
    let recorded = consent::record_consent(app, &CLI, &new, &Once::unkeyed()).await.map_err(refused)?;
    let customer = recorded.customer.map(CustomerNumber::public_id);
    let object = json!({
        "id": recorded.id, "customer": customer, "purpose": new.purpose, "decision": new.decision.code(),
        "at": recorded.at.rfc3339(),
    });
    let whose = customer.unwrap_or_else(|| args.identifier.clone());
    output.result(&object, &[format!("{} {} for {whose}", new.purpose, new.decision.code())])
}

async fn show(app: &App, args: &ShowArgs, output: &Output) -> anyhow::Result<()> {
    pipeline::apply_all(app).await?;
    let number = find(app, &args.identifier).await?;
    let found = consent::customer_consents(app, &CLI, number).await.map_err(refused)?;
    let states: Vec<Value> = found
        .states
        .iter()
        .map(|one| {
            json!({ "purpose": one.purpose, "channel": one.channel, "decision": one.by.decision.code(),
                "since": one.by.at.rfc3339(), "by": one.by.id })
        })
        .collect();
    let withdrawals: Vec<Value> = found
        .withdrawals
        .iter()
        .map(|one| {
            json!({ "id": one.id, "purpose": one.purpose, "revoked_at": one.revoked_at.rfc3339(),
                "deadline_at": one.deadline_at.rfc3339(), "finished_at": one.finished_at.map(Instant::rfc3339),
                "removed": one.removed })
        })
        .collect();
    let object = json!({
        "customer": found.customer.public_id(),
        "states": states,
        "history": found.history.iter().map(recorded_json).collect::<Vec<_>>(),
        "withdrawals": withdrawals,
    });
    let lines: Vec<String> = found
        .states
        .iter()
        .map(|one| {
            let channel = one.channel.as_deref().unwrap_or("all channels");
            format!("{}, {channel}: {} since {}", one.purpose, one.by.decision.code(), one.by.at.rfc3339())
        })
        .collect();
    output.result(&object, &lines)
}

async fn find(app: &App, identifier: &str) -> anyhow::Result<CustomerNumber> {
    customers::find_customer(app, &CLI, identifier).await.map_err(|error| match error {
        CustomerError::NotFound => Refused(format!("no customer has the identifier {identifier}")).into(),
        CustomerError::Ambiguous(_) => Refused(error.to_string()).into(),
        other => other.into(),
    })
}

fn purpose_json(purpose: &Purpose) -> Value {
    let texts: Vec<Value> = purpose
        .texts
        .iter()
        .map(|text| {
            json!({ "version": text.version, "locale": text.locale, "hash": text.hash,
                "published_at": text.published_at.rfc3339() })
        })
        .collect();
    json!({
        "code": purpose.code,
        "name": purpose.settings.name,
        "description": purpose.settings.description,
        "channels": purpose.settings.channels,
        "collects": purpose.settings.collects,
        "version": purpose.version,
        "texts": texts,
    })
}

fn recorded_json(one: &Recorded) -> Value {
    json!({
        "id": one.id, "profile": one.profile.public_id(), "purpose": one.purpose, "channel": one.channel,
        "decision": one.decision.code(), "explicit": one.is_explicit, "at": one.at.rfc3339(),
        "recorded_at": one.recorded_at.rfc3339(), "source": one.source, "text_version": one.text_version,
        "text_hash": one.text_hash, "evidence": one.evidence,
    })
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: ConsentError) -> anyhow::Error {
    match error {
        ConsentError::NoCustomer
        | ConsentError::NoPurpose
        | ConsentError::Changed
        | ConsentError::Exists
        | ConsentError::TextExists
        | ConsentError::Invalid { .. } => Refused(error.to_string()).into(),
        other => other.into(),
    }
}
