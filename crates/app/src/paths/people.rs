//! How many customers have gone each path, and who.

use super::count::{Counted, PathTable, Walker};
use super::{PathError, load};
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::path::JourneyPath;
use perennial_domain::time::{Day, Instant, Month, Zone};
use perennial_store::{ReadTx, Scope, customers};
use std::collections::{BTreeMap, HashMap, HashSet};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathsInDays {
    pub from: Day,
    pub until: Day,
    /// When it was counted.
    pub as_of: Instant,
    pub paths: Vec<PathFigures>,
    /// Of the brand's own paths.
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathFigures {
    pub path: JourneyPath,
    pub is_preset: bool,
    /// Who completed it within the days.
    pub completed: u64,
    pub completed_ever: u64,
    /// How many have ever come so far: to the first step at least, to the second, …
    pub reached: Vec<u64>,
    /// Completed within the days, by month of the brand's zone.
    pub by_month: BTreeMap<Month, u64>,
}

/// The people behind a number: who completed it from `from` up to `until`, both days included.
#[derive(Clone, Copy, Debug)]
pub struct PeopleOf<'a> {
    pub code: &'a str,
    pub from: Day,
    pub until: Day,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPerson {
    pub customer: CustomerNumber,
    pub display_name: Option<String>,
    pub completed_at: Instant,
}

/// Of the customers whom the actor sees.
pub async fn path_figures(
    app: &App,
    actor: &Actor,
    from: Day,
    until: Day,
    kept: &PathTable,
) -> Result<PathsInDays, PathError> {
    require(actor, Right::CustomersRead)?;
    let (counted, paths) = kept.of(app).await?;
    let mut tx = app.store.read().await?;
    let zone = crate::settings::current(&mut tx).await?.zone();
    let seen = Seen::of(&mut tx, actor.scope(), &counted).await?;
    let figures = paths.all().zip(&counted.walkers).enumerate().map(|(place, (path, walkers))| {
        let walkers: Vec<&Walker> = walkers.iter().filter(|walker| seen.has(walker.customer)).collect();
        figures_of(path, place < paths.presets.len(), &walkers, (from, until), &zone)
    });
    Ok(PathsInDays { from, until, as_of: counted.as_of, paths: figures.collect(), version: paths.version })
}

fn figures_of(
    path: &JourneyPath,
    is_preset: bool,
    walkers: &[&Walker],
    (from, until): (Day, Day),
    zone: &Zone,
) -> PathFigures {
    let mut reached = vec![0; path.steps.len()];
    let mut by_month = BTreeMap::new();
    let (mut completed, mut completed_ever) = (0, 0);
    for walker in walkers {
        for count in reached.iter_mut().take(usize::from(walker.steps)) {
            *count += 1;
        }
        let Some(at) = walker.completed_at() else { continue };
        completed_ever += 1;
        let day = zone.day_of(at);
        if (from..=until).contains(&day) {
            completed += 1;
            *by_month.entry(day.month()).or_insert(0) += 1;
        }
    }
    PathFigures { path: path.clone(), is_preset, completed, completed_ever, reached, by_month }
}

/// Whom the actor sees of those who were counted.
enum Seen {
    Everybody,
    Only(HashSet<CustomerNumber>),
}

impl Seen {
    async fn of(tx: &mut ReadTx<'_>, scope: &Scope, counted: &Counted) -> Result<Self, PathError> {
        if scope.is_everyone() {
            return Ok(Self::Everybody);
        }
        let mut numbers: Vec<i64> =
            counted.walkers.iter().flatten().map(|walker| i64::from(walker.customer.0)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let seen = customers::among(tx, scope, &numbers).await?;
        Ok(Self::Only(seen.into_iter().filter_map(CustomerNumber::from_stored).collect()))
    }

    fn has(&self, customer: CustomerNumber) -> bool {
        match self {
            Self::Everybody => true,
            Self::Only(seen) => seen.contains(&customer),
        }
    }
}

/// Those of whom [`path_figures`] tells the number, who completed it last first, behind the one that `after` names; and whom
/// to go on behind.
pub async fn path_people(
    app: &App,
    actor: &Actor,
    of: PeopleOf<'_>,
    after: Option<(Instant, CustomerNumber)>,
    limit: usize,
    kept: &PathTable,
) -> Result<(Vec<PathPerson>, Option<(Instant, CustomerNumber)>), PathError> {
    require(actor, Right::CustomersRead)?;
    {
        let paths = load(&mut app.store.read().await?).await?;
        if paths.all().all(|path| path.code != of.code) {
            return Err(PathError::NoPath);
        }
    }
    let (counted, paths) = kept.of(app).await?;
    let place = paths.all().position(|path| path.code == of.code).ok_or(PathError::NoPath)?;
    let mut tx = app.store.read().await?;
    let zone = crate::settings::current(&mut tx).await?.zone();
    let mut wanted = Wanted { walkers: &counted.walkers[place], from: of.from, until: of.until, after };
    let mut people: Vec<(Instant, CustomerNumber)> = Vec::new();
    // One more than asked for says whether there are more.
    while people.len() <= limit {
        let some = wanted.some(AT_A_TIME, &zone);
        if some.is_empty() {
            break;
        }
        let numbers: Vec<i64> = some.iter().map(|(_, customer)| i64::from(customer.0)).collect();
        let seen: HashSet<i64> = customers::among(&mut tx, actor.scope(), &numbers).await?.into_iter().collect();
        people.extend(some.into_iter().filter(|(_, customer)| seen.contains(&i64::from(customer.0))));
    }
    let has_more = people.len() > limit;
    people.truncate(limit);
    let next = people.last().copied().filter(|_| has_more);
    let numbers: Vec<i64> = people.iter().map(|(_, customer)| i64::from(customer.0)).collect();
    let rows = customers::load(&mut tx, &numbers).await?.into_iter();
    let mut names: HashMap<i64, Option<String>> = rows.map(|row| (row.number, row.display_name)).collect();
    let person = |(completed_at, customer): (Instant, CustomerNumber)| {
        let display_name = names.remove(&i64::from(customer.0)).flatten();
        PathPerson { customer, display_name, completed_at }
    };
    Ok((people.into_iter().map(person).collect(), next))
}

/// Walkers who are held against the scope together.
const AT_A_TIME: usize = 500;

/// Who completed a path within some days, behind a place of the list.
struct Wanted<'a> {
    walkers: &'a [Walker],
    from: Day,
    until: Day,
    after: Option<(Instant, CustomerNumber)>,
}

impl Wanted<'_> {
    /// The next, so many at most.
    fn some(&mut self, count: usize, zone: &Zone) -> Vec<(Instant, CustomerNumber)> {
        let mut some = Vec::new();
        while let Some((walker, rest)) = self.walkers.split_first() {
            // Behind those who completed it stand the others.
            let Some(at) = walker.completed_at() else { break };
            self.walkers = rest;
            let is_behind =
                self.after.is_none_or(|(last, customer)| at < last || at == last && walker.customer > customer);
            if is_behind && (self.from..=self.until).contains(&zone.day_of(at)) {
                some.push((at, walker.customer));
                if some.len() == count {
                    break;
                }
            }
        }
        some
    }
}
