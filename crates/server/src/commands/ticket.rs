//! `perennial ticket`: what has to be looked after. Works beside a running server.

use super::CLI;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::App;
use perennial_app::tickets::{self, AssignedTo, Ticket, TicketError, TicketQuery};
use perennial_domain::ticket::TicketState;
use perennial_domain::time::Instant;
use serde_json::{Value, json};

const SHOWN_MAX: usize = 200;

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial ticket list --state open
  perennial ticket assign tkt_1c9f0x3abcdefghjk --user usr_1c9f0x3abcdefghjk
  perennial ticket close tkt_1c9f0x3abcdefghjk 'sent a new one'")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Tickets, the last opened first.
    #[command(after_help = "Example:\n  perennial ticket list --state open --assignee nobody --json")]
    List(ListArgs),
    /// One ticket.
    #[command(after_help = "Example:\n  perennial ticket show tkt_1c9f0x3abcdefghjk --json")]
    Show(IdArgs),
    /// Say who looks after an open ticket; without a user, nobody does.
    #[command(after_help = "Example:\n  perennial ticket assign tkt_1c9f0x3abcdefghjk --user usr_1c9f0x3abcdefghjk")]
    Assign(AssignArgs),
    /// Close a ticket: the note says what was done.
    #[command(after_help = "Example:\n  perennial ticket close tkt_1c9f0x3abcdefghjk 'sent a new one'")]
    Close(NoteArgs),
    /// Open a closed ticket again: the note says why.
    #[command(after_help = "Example:\n  perennial ticket reopen tkt_1c9f0x3abcdefghjk 'the new one leaks too'")]
    Reopen(NoteArgs),
}

#[derive(ClapArgs)]
struct ListArgs {
    /// open or closed; absent: all.
    #[arg(long, value_name = "STATE", env = "PERENNIAL_STATE")]
    state: Option<String>,
    /// The id of the user who looks after them, or nobody.
    #[arg(long, value_name = "USER", env = "PERENNIAL_ASSIGNEE")]
    assignee: Option<String>,
}

#[derive(ClapArgs)]
struct IdArgs {
    /// The id of the ticket.
    #[arg(value_name = "ID")]
    id: String,
}

#[derive(ClapArgs)]
struct AssignArgs {
    /// The id of the ticket.
    #[arg(value_name = "ID")]
    id: String,
    /// The id of a user who sees the customer.
    #[arg(long, value_name = "USER", env = "PERENNIAL_USER")]
    user: Option<String>,
}

#[derive(ClapArgs)]
struct NoteArgs {
    /// The id of the ticket.
    #[arg(value_name = "ID")]
    id: String,
    /// 1 to 1000 characters.
    #[arg(value_name = "NOTE")]
    note: String,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::List(args) => list(&app, args, output).await,
        What::Show(args) => show(&tickets::ticket(&app, &CLI, &args.id).await.map_err(refused)?, output),
        What::Assign(args) => {
            let before = tickets::ticket(&app, &CLI, &args.id).await.map_err(refused)?;
            let after = tickets::assign_ticket(&app, &CLI, &args.id, before.version, args.user.as_deref()).await;
            show(&after.map_err(refused)?, output)
        }
        What::Close(args) => {
            show(&tickets::close_ticket(&app, &CLI, &args.id, &args.note).await.map_err(refused)?, output)
        }
        What::Reopen(args) => {
            show(&tickets::reopen_ticket(&app, &CLI, &args.id, &args.note).await.map_err(refused)?, output)
        }
    }
}

async fn list(app: &App, args: ListArgs, output: &Output) -> anyhow::Result<()> {
    let wrong = |text: &str| Refused(format!("--state {text}: open or closed"));
    let state = args.state.as_deref().map(|text| TicketState::parse(text).ok_or_else(|| wrong(text))).transpose()?;
    let assigned = args.assignee.map(|who| if who == "nobody" { AssignedTo::Nobody } else { AssignedTo::User(who) });
    let query = TicketQuery { state, customer: None, assigned };
    let (found, next) = tickets::list_tickets(app, &CLI, query, None, SHOWN_MAX).await.map_err(refused)?;
    let items: Vec<Value> = found.iter().map(json_of).collect();
    let mut lines: Vec<String> = found.iter().map(line_of).collect();
    if next.is_some() {
        lines.push(format!("only the last {SHOWN_MAX} are listed"));
    }
    output.result(&json!({ "items": items, "is_cut": next.is_some() }), &lines)
}

fn show(ticket: &Ticket, output: &Output) -> anyhow::Result<()> {
    output.result(&json_of(ticket), &[line_of(ticket)])
}

fn line_of(ticket: &Ticket) -> String {
    let who = ticket.assigned.as_ref().map_or("nobody", |one| one.name.as_str());
    let (state, opened) = (ticket.state.code(), ticket.opened_at.rfc3339());
    format!(
        "{} {state}, {} of {}, since {opened}, with {who}",
        ticket.id,
        ticket.cause.code(),
        ticket.customer.public_id()
    )
}

fn json_of(ticket: &Ticket) -> Value {
    json!({
        "id": ticket.id,
        "customer_id": ticket.customer.public_id(),
        "state": ticket.state.code(),
        "cause": ticket.cause.code(),
        "detail": ticket.detail,
        "happened_at": ticket.happened_at.rfc3339(),
        "opened_at": ticket.opened_at.rfc3339(),
        "assigned": ticket.assigned.as_ref().map(|one| {
            json!({ "user_id": one.user_id, "name": one.name, "at": one.at.rfc3339() })
        }),
        "reopened_at": ticket.reopened_at.map(Instant::rfc3339),
        "closed": ticket.closed.as_ref().map(|one| json!({ "at": one.at.rfc3339(), "by": one.by, "note": one.note })),
        "version": ticket.version,
    })
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: TicketError) -> anyhow::Error {
    match error {
        TicketError::Invalid(fields) => {
            let texts: Vec<String> = fields.iter().map(|one| format!("{}: {}", one.field, one.allowed)).collect();
            Refused(texts.join("; ")).into()
        }
        TicketError::NoTicket
        | TicketError::NoCustomer
        | TicketError::Closed
        | TicketError::Open
        | TicketError::VersionConflict => Refused(error.to_string()).into(),
        other => other.into(),
    }
}
