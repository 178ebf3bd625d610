//! `perennial reach`: whom a brand can speak to, how strangers become customers, and where members live. Works beside a running
//! server.

use super::CLI;
use crate::output::{Output, Refused};
use crate::workspace::Shared;
use clap::{Args as ClapArgs, Subcommand};
use perennial_app::App;
use perennial_app::reach::{
    self, ConnectionBy, ConnectionQuery, Coverage, CoverageQuery, FunnelStep, MembersOf, ReachError, Side, Through,
};
use perennial_domain::time::Day;
use serde_json::{Value, json};

const GROUPS_MAX: usize = 200;

#[derive(ClapArgs)]
#[command(after_help = "Examples:
  perennial reach pool
  perennial reach connection-rate --from 2026-05-01 --to 2026-05-31 --by store
  perennial reach coverage --parameter campaign --value chefs --json")]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Who can be reached now, over which channel and at what cost.
    #[command(after_help = "Example:\n  perennial reach pool --json")]
    Pool,
    /// Of those who bought in these days, who can be spoken to.
    #[command(after_help = "Example:\n  perennial reach connection-rate --from 2026-05-01 --to 2026-05-31 --by store")]
    ConnectionRate(ConnectionArgs),
    /// From paid clicks to buyers, by source.
    #[command(after_help = "Example:\n  perennial reach funnel --from 2026-05-01 --to 2026-05-31 --parameter channel")]
    Funnel(FunnelArgs),
    /// Members by province, and which share of them lives where nobody sells.
    #[command(after_help = "Example:\n  perennial reach coverage --parameter campaign --value chefs --json")]
    Coverage(CoverageArgs),
    /// Show the provinces that are marked as covered, or mark these and no others.
    #[command(after_help = "Examples:
  perennial reach sales-provinces
  perennial reach sales-provinces --mark 33,44")]
    SalesProvinces(SalesArgs),
}

#[derive(ClapArgs)]
struct ConnectionArgs {
    /// The first day.
    #[arg(long, value_name = "DAY", env = "PERENNIAL_FROM")]
    from: String,
    /// The last day.
    #[arg(long, value_name = "DAY", env = "PERENNIAL_TO")]
    to: String,
    /// By the end of this day an identifier has to be there; absent: of the last one.
    #[arg(long, value_name = "DAY", env = "PERENNIAL_BOUND_BY")]
    bound_by: Option<String>,
    /// store, sku or clerk.
    #[arg(long, value_name = "GROUPS", env = "PERENNIAL_BY")]
    by: Option<String>,
}

#[derive(ClapArgs)]
struct FunnelArgs {
    /// The first day of clicks.
    #[arg(long, value_name = "DAY", env = "PERENNIAL_FROM")]
    from: String,
    /// The last day of clicks.
    #[arg(long, value_name = "DAY", env = "PERENNIAL_TO")]
    to: String,
    /// Sources are the values of this parameter of codes; absent: touch-points.
    #[arg(long, value_name = "NAME", env = "PERENNIAL_PARAMETER")]
    parameter: Option<String>,
}

#[derive(ClapArgs)]
struct CoverageArgs {
    /// registered or known.
    #[arg(long, value_name = "MEMBERS", default_value = "registered", env = "PERENNIAL_MEMBERS")]
    members: String,
    /// The first day; absent: ever.
    #[arg(long, value_name = "DAY", requires = "to", env = "PERENNIAL_FROM")]
    from: Option<String>,
    /// The last day.
    #[arg(long, value_name = "DAY", requires = "from", env = "PERENNIAL_TO")]
    to: Option<String>,
    /// Only who came through this channel code.
    #[arg(long, value_name = "ID", conflicts_with = "parameter", env = "PERENNIAL_CODE")]
    code: Option<String>,
    /// Only who came through codes with a value of this parameter.
    #[arg(long, value_name = "NAME", requires = "value", env = "PERENNIAL_PARAMETER")]
    parameter: Option<String>,
    /// That value.
    #[arg(long, value_name = "TEXT", requires = "parameter", env = "PERENNIAL_VALUE")]
    value: Option<String>,
}

#[derive(ClapArgs)]
struct SalesArgs {
    /// Codes with two digits of GB/T 2260, with commas.
    #[arg(long, value_name = "CODES", value_delimiter = ',', env = "PERENNIAL_MARK")]
    mark: Option<Vec<String>>,
}

pub async fn run(args: Args, shared: &Shared, output: &Output) -> anyhow::Result<()> {
    let app = shared.open().await?;
    match args.what {
        What::Pool => pool(&app, output).await,
        What::ConnectionRate(args) => connection_rate(&app, &args, output).await,
        What::Funnel(args) => funnel(&app, &args, output).await,
        What::Coverage(args) => {
            let found = reach::coverage(&app, &CLI, &query_of(args)?).await.map_err(refused)?;
            output.result(&coverage_json(&found), &coverage_lines(&found))
        }
        What::SalesProvinces(args) => {
            let mut found = reach::read_sales_provinces(&app, &CLI).await.map_err(refused)?;
            if let Some(marks) = args.mark {
                let marks: Vec<String> = marks.into_iter().filter(|code| !code.is_empty()).collect();
                found = reach::put_sales_provinces(&app, &CLI, found.version, &marks).await.map_err(refused)?;
            }
            let line = format!("{} provinces are marked: {}", found.provinces.len(), found.provinces.join(", "));
            output.result(&json!({ "provinces": found.provinces, "version": found.version }), &[line])
        }
    }
}

fn day(flag: &str, text: &str) -> anyhow::Result<Day> {
    Ok(Day::parse_iso(text).ok_or_else(|| Refused(format!("--{flag} {text}: a day such as 2026-05-01")))?)
}

async fn pool(app: &App, output: &Output) -> anyhow::Result<()> {
    let pool = reach::pool(app, &CLI).await.map_err(refused)?;
    let channels: Vec<Value> = pool
        .channels
        .iter()
        .map(|one| {
            json!({ "code": one.channel.code, "contacts": one.contacts, "reachable": one.reachable,
                "withheld": one.withheld, "exhausted": one.exhausted,
                "cost_milli_minor": one.channel.cost_milli_minor, "cost_of_all_minor": one.cost_of_all_minor })
        })
        .collect();
    let mut lines = vec![format!("{} of {} contacts can be reached now", pool.reachable, pool.contacts)];
    lines.extend(pool.channels.iter().map(|one| {
        let (code, reachable, contacts) = (&one.channel.code, one.reachable, one.contacts);
        format!("  {code}: {reachable} of {contacts}; {} withheld, {} used up", one.withheld, one.exhausted)
    }));
    let object = json!({ "as_of": pool.as_of.rfc3339(), "contacts": pool.contacts, "reachable": pool.reachable,
        "channels": channels });
    output.result(&object, &lines)
}

async fn connection_rate(app: &App, args: &ConnectionArgs, output: &Output) -> anyhow::Result<()> {
    let wrong = |text: &str| Refused(format!("--by {text}: store, sku or clerk"));
    let query = ConnectionQuery {
        from: day("from", &args.from)?,
        to: day("to", &args.to)?,
        bound_by: args.bound_by.as_deref().map(|text| day("bound-by", text)).transpose()?,
        by: args.by.as_deref().map(|text| ConnectionBy::parse(text).ok_or_else(|| wrong(text))).transpose()?,
        limit: GROUPS_MAX,
    };
    let rate = reach::connection_rate(app, &CLI, query).await.map_err(refused)?;
    let groups: Vec<Value> = rate
        .groups
        .iter()
        .map(|one| {
            json!({ "key": one.key, "name": one.name, "buyers": one.buyers, "connected": one.connected,
                "rate_basis_points": one.rate_basis_points })
        })
        .collect();
    let mut lines = vec![format!(
        "{} of {} buyers were connected by {}: {}",
        rate.connected,
        rate.buyers,
        rate.bound_by.iso(),
        percent(rate.rate_basis_points)
    )];
    lines.extend(rate.groups.iter().map(|one| {
        let name = one.name.as_deref().or(one.key.as_deref()).unwrap_or("(none)");
        format!("  {name}: {} of {}, {}", one.connected, one.buyers, percent(one.rate_basis_points))
    }));
    let object = json!({ "bound_by": rate.bound_by.iso(), "buyers": rate.buyers, "connected": rate.connected,
        "rate_basis_points": rate.rate_basis_points, "groups": groups, "is_cut": rate.is_cut });
    output.result(&object, &lines)
}

async fn funnel(app: &App, args: &FunnelArgs, output: &Output) -> anyhow::Result<()> {
    let (from, to) = (day("from", &args.from)?, day("to", &args.to)?);
    let funnel = reach::funnel(app, &CLI, from, to, args.parameter.as_deref()).await.map_err(refused)?;
    let step = |one: FunnelStep| {
        json!({ "count": one.count, "share_basis_points": one.share_basis_points,
            "cost_each_milli_minor": one.cost_each_milli_minor })
    };
    let sources: Vec<Value> = funnel
        .sources
        .iter()
        .map(|one| {
            let super_users = one.super_users.map(|of| {
                json!({ "buyers": of.buyers, "super_users": of.super_users,
                    "share_basis_points": of.share_basis_points })
            });
            json!({ "source": one.source, "cost_minor": one.cost_minor, "clicked": step(one.clicked),
                "followed": step(one.followed), "registered": step(one.registered), "bought": step(one.bought),
                "super_users": super_users })
        })
        .collect();
    let lines: Vec<String> = funnel
        .sources
        .iter()
        .map(|one| {
            let (clicked, followed) = (one.clicked.count, one.followed.count);
            let (registered, bought) = (one.registered.count, one.bought.count);
            let source = one.source.as_deref().unwrap_or("(none)");
            format!("{source}: {clicked} clicks, {followed} followed, {registered} registered, {bought} bought")
        })
        .collect();
    output.result(&json!({ "values_as_of": funnel.values_as_of.map(Day::iso), "sources": sources }), &lines)
}

fn query_of(args: CoverageArgs) -> anyhow::Result<CoverageQuery> {
    let wrong = || Refused(format!("--members {}: registered or known", args.members));
    let days = match (&args.from, &args.to) {
        (Some(from), Some(to)) => Some((day("from", from)?, day("to", to)?)),
        _ => None,
    };
    let through = match (args.code, args.parameter, args.value) {
        (Some(code), ..) => Some(Through::Code(code)),
        (None, Some(name), Some(value)) => Some(Through::Parameter { name, value }),
        _ => None,
    };
    Ok(CoverageQuery { members: MembersOf::parse(&args.members).ok_or_else(wrong)?, days, through })
}

fn side_json(side: Side) -> Value {
    json!({ "provinces": side.provinces, "members": side.members, "share_basis_points": side.share_basis_points })
}

fn coverage_json(found: &Coverage) -> Value {
    let provinces: Vec<Value> = found
        .provinces
        .iter()
        .map(|one| {
            json!({ "code": one.province.code, "iso": one.province.iso, "name_zh": one.province.name_zh,
                "name_en": one.province.name_en, "is_mainland": one.province.is_mainland, "members": one.members,
                "share_basis_points": one.share_basis_points, "stores": one.stores, "clerks": one.clerks,
                "is_marked": one.is_marked, "is_covered": one.is_covered })
        })
        .collect();
    let origins: Vec<Value> =
        found.origins.iter().map(|(origin, members)| json!({ "origin": origin.code(), "members": members })).collect();
    json!({
        "members": found.members, "provinces": provinces, "covered": side_json(found.covered),
        "uncovered": side_json(found.uncovered), "elsewhere": found.elsewhere, "unknown": found.unknown,
        "unknown_share_basis_points": found.unknown_share_basis_points, "origins": origins,
        "stores_without_province": found.stores_without_province,
    })
}

fn coverage_lines(found: &Coverage) -> Vec<String> {
    let share = percent(found.uncovered.share_basis_points);
    let mut lines = vec![
        format!("{} provinces are covered, {} are not", found.covered.provinces, found.uncovered.provinces),
        format!("{} of {} members live in provinces that are not: {share}", found.uncovered.members, found.members),
        format!("of {} nobody knows the province", found.unknown),
    ];
    lines.extend(found.provinces.iter().filter(|one| one.members > 0 || one.is_covered).map(|one| {
        let covered = if one.is_covered { "covered" } else { "not covered" };
        format!("  {} {}: {} members, {covered}", one.province.code, one.province.name_en, one.members)
    }));
    lines
}

/// Hundredths of a percent as people read them; integers all the way.
fn percent(basis_points: Option<i64>) -> String {
    basis_points.map_or_else(|| "none".to_owned(), |points| format!("{}.{:02} %", points / 100, points % 100))
}

/// What was asked for cannot be done: another exit code than a failure.
fn refused(error: ReachError) -> anyhow::Error {
    match error {
        ReachError::Invalid(fields) => {
            let texts: Vec<String> = fields.iter().map(|one| format!("{}: {}", one.field, one.allowed)).collect();
            Refused(texts.join("; ")).into()
        }
        ReachError::VersionConflict => Refused(error.to_string()).into(),
        other => other.into(),
    }
}
