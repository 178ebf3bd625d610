//! The commands, one file each.

mod consent;
mod contact_promise;
mod customer;
mod demo;
mod doctor;
mod earning_rule;
mod export;
mod facts;
mod identity;
mod import;
mod layer;
mod ledger;
mod migrate;
mod openapi;
mod plan;
mod points;
mod privacy;
mod quarantine;
mod reach;
mod segment;
mod serve;
mod sign_in_link;
mod simulate;
mod source;
mod ticket;
mod usage_card;
mod value;
mod webhook;

use crate::output::Output;
use crate::workspace::Shared;
use clap::Subcommand;
use perennial_app::access::Actor;

/// Who acts where somebody types a command.
const CLI: Actor = Actor::System("cli");

#[derive(Subcommand)]
pub enum Command {
    /// Serve the console and the API.
    Serve(serve::Args),
    /// Import files of orders or customers.
    Import(import::Args),
    /// Fit the models and value every customer.
    Value(value::Args),
    /// Write customers with all their values to a file.
    Export(export::Args),
    /// Make and change sources: touch-points that send facts as they happen.
    Source(source::Args),
    /// Count what sources have sent.
    Facts(facts::Args),
    /// Plan what a source sends, and see how what comes compares.
    Plan(plan::Args),
    /// Look at facts that are kept aside, release or discard them.
    Quarantine(quarantine::Args),
    /// Let other systems hear what happens, look what became of it, send it once more.
    Webhook(webhook::Args),
    /// Look at a customer.
    Customer(customer::Args),
    /// Make one of two customers, look at what that would be, or take it back.
    Identity(identity::Args),
    /// What people consent to, and the register of purposes and texts.
    Consent(consent::Args),
    /// Write everything about a person to a file, or erase them for good, with a receipt.
    Privacy(privacy::Args),
    /// Whom the brand can speak to, how strangers become customers, and where members live.
    Reach(reach::Args),
    /// Whom a brand means: segments, and why somebody is meant.
    Segment(segment::Args),
    /// Layers: everybody in exactly one of some stages, made of a template.
    Layer(layer::Args),
    /// Who looks after the customers of a segment, and within how many days each is contacted.
    ContactPromise(contact_promise::Args),
    /// What is asked some days after a delivery, and who is due.
    UsageCard(usage_card::Args),
    /// Look at service tickets, say who looks after one, close and reopen it.
    Ticket(ticket::Args),
    /// Define wallets; look at what a member has, give, hold and take points.
    Points(points::Args),
    /// Prove that what is stored of points is what their journal says.
    Ledger(ledger::Args),
    /// Write the files of a made-up brand with known truth.
    Simulate(simulate::Args),
    /// Bring the store to this version.
    Migrate(migrate::Args),
    /// Check the workspace and say what is wrong and what to do.
    Doctor(doctor::Args),
    /// Make a new sign-in link for a user, such as an administrator who lost the password.
    SignInLink(sign_in_link::Args),
    /// Load a real shop's orders and open the console on them.
    Demo(demo::Args),
    /// Print the OpenAPI document of this version.
    #[command(after_help = "Example:\n  perennial openapi > openapi.json")]
    Openapi,
}

pub async fn run(command: Command, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    match command {
        Command::Serve(args) => serve::run(args, shared, output).await,
        Command::Import(args) => import::run(args, shared, output).await,
        Command::Value(args) => value::run(args, shared, output).await,
        Command::Export(args) => export::run(args, shared, output).await,
        Command::Source(args) => source::run(args, shared, output).await,
        Command::Facts(args) => facts::run(args, shared, output).await,
        Command::Plan(args) => plan::run(args, shared, output).await,
        Command::Quarantine(args) => quarantine::run(args, shared, output).await,
        Command::Webhook(args) => webhook::run(args, shared, output).await,
        Command::Customer(args) => customer::run(args, shared, output).await,
        Command::Identity(args) => identity::run(args, shared, output).await,
        Command::Consent(args) => consent::run(args, shared, output).await,
        Command::Privacy(args) => privacy::run(args, shared, output).await,
        Command::Reach(args) => reach::run(args, shared, output).await,
        Command::Segment(args) => segment::run(args, shared, output).await,
        Command::Layer(args) => layer::run(args, shared, output).await,
        Command::ContactPromise(args) => contact_promise::run(args, shared, output).await,
        Command::UsageCard(args) => usage_card::run(args, shared, output).await,
        Command::Ticket(args) => ticket::run(args, shared, output).await,
        Command::Points(args) => points::run(args, shared, output).await,
        Command::Ledger(args) => ledger::run(args, shared, output).await,
        Command::Simulate(args) => simulate::run(&args, output),
        Command::Migrate(args) => migrate::run(args, shared, output).await,
        Command::Doctor(args) => doctor::run(args, shared, output).await,
        Command::SignInLink(args) => sign_in_link::run(args, shared, output).await,
        Command::Demo(args) => demo::run(args, shared, output).await,
        Command::Openapi => openapi::run(),
    }
}
