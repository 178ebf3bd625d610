//! Coverage: in which provinces the members live, and in which of them anybody sells.
//!
//! Stated rules. A **member** is who registered first in the days that are asked about, or every customer who is known by more
//! than a device and is on file since then ([`MembersOf`]). Chosen codes leave those who came through them: who registered
//! belongs to the last code that they had scanned within thirty days before it, as in the report of codes; who is only known,
//! to each code that they scanned. **Where somebody lives** is decided by `perennial_domain::province::located`. A province is
//! **covered** where an entered store or a clerk of today is in it, or where somebody marked it by hand. A store is in the
//! province that the nearest region above it names, else its own name: a name may be that of a dish.

use super::people::{ReachPerson, page_of};
use super::{ReachError, end_of};
use crate::access::{Actor, require};
use crate::codes::{ATTRIBUTION_DAYS, Code};
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::identity::{IdentifierType, Word, holding};
use perennial_domain::province::{Origin, PROVINCES, Province, TRAITS, by_code, located, named_in};
use perennial_domain::share::share_basis_points;
use perennial_domain::stores::PlaceKind;
use perennial_domain::time::{Day, Instant, MICROS_PER_DAY};
use perennial_store::stores::PlaceRow;
use perennial_store::{ReadTx, StoreError, clerks, codes, reach as table, settings, stores};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

const DOCUMENT: &str = "sales_provinces";
/// Customers whose traits are read at once.
const READ_AT_ONCE: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MembersOf {
    /// Who registered.
    Registered,
    /// Every customer who is known by more than a device.
    Known,
}

impl MembersOf {
    pub const ALL: [Self; 2] = [Self::Registered, Self::Known];

    pub fn code(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Known => "known",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|of| of.code() == code)
    }
}

/// Through which codes they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Through {
    Code(String),
    /// All codes with this value of this parameter, such as those of a campaign.
    Parameter {
        name: String,
        value: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageQuery {
    pub members: MembersOf,
    /// The first and the last day, of the brand's zone; none: ever.
    pub days: Option<(Day, Day)>,
    pub through: Option<Through>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvinceCoverage {
    pub province: &'static Province,
    pub members: i64,
    /// Of those whose province is known, in hundredths of a percent.
    pub share_basis_points: Option<i64>,
    pub stores: i64,
    /// In a store of it now.
    pub clerks: i64,
    /// By hand.
    pub is_marked: bool,
    pub is_covered: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    pub members: i64,
    /// All 34, in the order of their codes.
    pub provinces: Vec<ProvinceCoverage>,
    /// Of the 31 of the mainland.
    pub covered: Side,
    pub uncovered: Side,
    /// In Hong Kong, Macao and Taiwan.
    pub elsewhere: i64,
    /// Whose province nobody knows.
    pub unknown: i64,
    /// Of all members.
    pub unknown_share_basis_points: Option<i64>,
    /// By what is known of those who are placed, in the order of [`Origin::ALL`].
    pub origins: Vec<(Origin, i64)>,
    /// Entered stores whose province nobody can tell by their names.
    pub stores_without_province: i64,
}

/// The covered provinces, or the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    pub provinces: i64,
    pub members: i64,
    /// Of the members on the mainland, in hundredths of a percent.
    pub share_basis_points: Option<i64>,
}

/// Whom a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Living {
    Anywhere,
    In(&'static Province),
    /// In covered provinces of the mainland.
    Covered,
    Uncovered,
    Unknown,
}

impl Living {
    /// `all`, `covered`, `uncovered`, `unknown`, or the code of a province.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "all" => Some(Self::Anywhere),
            "covered" => Some(Self::Covered),
            "uncovered" => Some(Self::Uncovered),
            "unknown" => Some(Self::Unknown),
            code => by_code(code).map(Self::In),
        }
    }

    fn has(self, place: Option<&'static Province>, covered: &BTreeSet<&'static str>) -> bool {
        match (self, place) {
            (Self::Anywhere, _) | (Self::Unknown, None) => true,
            (Self::In(wanted), Some(province)) => wanted.code == province.code,
            (Self::Covered, Some(province)) => province.is_mainland && covered.contains(province.code),
            (Self::Uncovered, Some(province)) => province.is_mainland && !covered.contains(province.code),
            (Self::Unknown, Some(_)) | (Self::In(_) | Self::Covered | Self::Uncovered, None) => false,
        }
    }
}

/// The provinces that somebody marked as covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesProvinces {
    /// Codes, ascending.
    pub provinces: Vec<String>,
    /// 0 before the first change.
    pub version: i64,
}

async fn marks(tx: &mut ReadTx<'_>) -> Result<SalesProvinces, StoreError> {
    let Some((text, version)) = settings::document(tx, DOCUMENT).await? else {
        return Ok(SalesProvinces { provinces: Vec::new(), version: 0 });
    };
    let unreadable = |_| StoreError::Inconsistency { table: "settings", column: "value", row: DOCUMENT.to_owned() };
    Ok(SalesProvinces { provinces: serde_json::from_str(&text).map_err(unreadable)?, version })
}

pub async fn read_sales_provinces(app: &App, actor: &Actor) -> Result<SalesProvinces, ReachError> {
    require(actor, Right::TouchPointsRead)?;
    Ok(marks(&mut app.store.read().await?).await?)
}

/// Replaces all marks, if `expected_version` is still the stored one.
pub async fn put_sales_provinces(
    app: &App,
    actor: &Actor,
    expected_version: i64,
    provinces: &[String],
) -> Result<SalesProvinces, ReachError> {
    require(actor, Right::TouchPointsManage)?;
    let codes: BTreeSet<&str> = provinces.iter().map(String::as_str).collect();
    if codes.len() < provinces.len() || !codes.iter().all(|code| by_code(code).is_some()) {
        return Err(ReachError::field("provinces", "codes of provinces with two digits of GB/T 2260, each once"));
    }
    let codes: Vec<String> = codes.into_iter().map(str::to_owned).collect();
    let text = serde_json::to_string(&codes).unwrap_or_default();
    let mut tx = app.store.write().await?;
    let expected = (expected_version > 0).then_some(expected_version);
    if !settings::put_document(&mut tx, DOCUMENT, &text, expected).await? {
        return Err(ReachError::VersionConflict);
    }
    let version = expected_version + 1;
    let detail = json!({ "version": version, "provinces": codes });
    audit::append(app, &mut tx, actor, "sales_provinces.changed", "settings", detail).await?;
    tx.commit().await?;
    Ok(SalesProvinces { provinces: codes, version })
}

/// Who sells where.
#[derive(Default)]
struct Sales {
    stores: HashMap<&'static str, i64>,
    clerks: HashMap<&'static str, i64>,
    marked: BTreeSet<&'static str>,
    without_province: i64,
}

impl Sales {
    async fn load(tx: &mut ReadTx<'_>) -> Result<Self, StoreError> {
        let places: HashMap<i64, PlaceRow> =
            stores::list(tx).await?.into_iter().map(|place| (place.number, place)).collect();
        let mut sales = Self::default();
        for place in places.values().filter(|place| place.kind == PlaceKind::Store.code() && place.is_known) {
            match province_of(&places, place.number) {
                Some(province) => *sales.stores.entry(province.code).or_default() += 1,
                None => sales.without_province += 1,
            }
        }
        let numbers: HashMap<&str, i64> = places.values().map(|place| (place.id.as_str(), place.number)).collect();
        for assignment in clerks::assignments(tx).await?.into_iter().filter(|one| one.to.is_none()) {
            let number = numbers.get(assignment.place_id.as_str()).copied();
            if let Some(province) = number.and_then(|number| province_of(&places, number)) {
                *sales.clerks.entry(province.code).or_default() += 1;
            }
        }
        sales.marked = marks(tx).await?.provinces.iter().filter_map(|code| Some(by_code(code)?.code)).collect();
        Ok(sales)
    }

    fn covered(&self) -> BTreeSet<&'static str> {
        self.marked.iter().chain(self.stores.keys()).chain(self.clerks.keys()).copied().collect()
    }
}

fn province_of(places: &HashMap<i64, PlaceRow>, number: i64) -> Option<&'static Province> {
    let store = places.get(&number)?;
    province_above(places, store.parent).or_else(|| named_in(&store.name))
}

fn province_above(places: &HashMap<i64, PlaceRow>, mut at: Option<i64>) -> Option<&'static Province> {
    while let Some(place) = at.and_then(|number| places.get(&number)) {
        if let Some(province) = named_in(&place.name) {
            return Some(province);
        }
        at = place.parent;
    }
    None
}

/// Of all customers, counted as it is asked for.
pub async fn coverage(app: &App, actor: &Actor, query: &CoverageQuery) -> Result<Coverage, ReachError> {
    require(actor, Right::TouchPointsRead)?;
    let mut tx = app.store.read().await?;
    let members = members_of(&mut tx, query).await?;
    let scanned = scanned_in(&mut tx).await?;
    let mut living: HashMap<&'static str, i64> = HashMap::new();
    let mut origins: BTreeMap<Origin, i64> = BTreeMap::new();
    let mut unknown = 0;
    for some in members.chunks(READ_AT_ONCE) {
        for (_, place) in places_of(&mut tx, some, &scanned).await? {
            let Some((province, origin)) = place else {
                unknown += 1;
                continue;
            };
            *living.entry(province.code).or_default() += 1;
            *origins.entry(origin).or_default() += 1;
        }
    }
    let sales = Sales::load(&mut tx).await?;
    drop(tx);
    let all = i64::try_from(members.len()).unwrap_or(i64::MAX);
    let covered = sales.covered();
    let provinces: Vec<ProvinceCoverage> = PROVINCES
        .iter()
        .map(|province| {
            let of = |counts: &HashMap<&'static str, i64>| counts.get(province.code).copied().unwrap_or(0);
            ProvinceCoverage {
                province,
                members: of(&living),
                share_basis_points: share_basis_points(of(&living), all - unknown),
                stores: of(&sales.stores),
                clerks: of(&sales.clerks),
                is_marked: sales.marked.contains(province.code),
                is_covered: covered.contains(province.code),
            }
        })
        .collect();
    let mainland: i64 = provinces.iter().filter(|one| one.province.is_mainland).map(|one| one.members).sum();
    let side = |is_covered: bool| {
        let own = provinces.iter().filter(|one| one.province.is_mainland && one.is_covered == is_covered);
        let (count, members) = own.fold((0, 0), |(count, members), one| (count + 1, members + one.members));
        Side { provinces: count, members, share_basis_points: share_basis_points(members, mainland) }
    };
    Ok(Coverage {
        members: all,
        covered: side(true),
        uncovered: side(false),
        elsewhere: all - unknown - mainland,
        unknown,
        unknown_share_basis_points: share_basis_points(unknown, all),
        origins: Origin::ALL.map(|origin| (origin, origins.get(&origin).copied().unwrap_or(0))).to_vec(),
        stores_without_province: sales.without_province,
        provinces,
    })
}

/// The members behind a figure of [`coverage`], by number, behind the last one of the page before.
pub async fn coverage_people(
    app: &App,
    actor: &Actor,
    query: &CoverageQuery,
    living: Living,
    after: Option<i64>,
    limit: usize,
) -> Result<(Vec<ReachPerson>, Option<i64>), ReachError> {
    require(actor, Right::TouchPointsRead)?;
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let members = members_of(&mut tx, query).await?;
    let scanned = scanned_in(&mut tx).await?;
    let covered = Sales::load(&mut tx).await?.covered();
    let begin = members.partition_point(|member| after.is_some_and(|after| *member <= after));
    let mut found = Vec::new();
    for some in members[begin..].chunks(READ_AT_ONCE) {
        let placed = places_of(&mut tx, some, &scanned).await?.into_iter();
        found.extend(placed.filter(|(_, place)| living.has(place.map(|(province, _)| province), &covered)));
        if found.len() > limit {
            break;
        }
    }
    let numbers = found.iter().map(|(number, _)| *number).collect();
    let (mut people, next) = page_of(&mut tx, numbers, limit).await?;
    let places: HashMap<i64, (&'static Province, Origin)> =
        found.into_iter().filter_map(|(number, place)| Some((number, place?))).collect();
    for person in &mut people {
        person.place = places.get(&i64::from(person.customer.0)).copied();
    }
    Ok((people, next))
}

/// Ascending.
async fn members_of(tx: &mut ReadTx<'_>, query: &CoverageQuery) -> Result<Vec<i64>, ReachError> {
    let zone = crate::settings::current(tx).await?.zone();
    let (from, until) = match query.days {
        None => (Instant(i64::MIN), Instant(i64::MAX)),
        // However many they are: what is read does not grow with them.
        Some((from, to)) => {
            let span = zone.start_of_day(from).zip(end_of(&zone, to)).filter(|(start, end)| start < end);
            span.ok_or_else(|| ReachError::field("to", "a day that is not before from"))?
        }
    };
    let mut members = match query.members {
        MembersOf::Registered => table::registered(tx, from, until).await?,
        MembersOf::Known => {
            let kinds = IdentifierType::ALL.into_iter().filter(|kind| !kind.is_of_a_device());
            table::known(tx, (from, until), &kinds.map(IdentifierType::code).collect::<Vec<_>>()).await?
        }
    };
    if let Some(through) = &query.through {
        let came = came_through(tx, query.members, through, (from, until)).await?;
        members.retain(|member| came.contains(member));
    }
    Ok(members)
}

async fn came_through(
    tx: &mut ReadTx<'_>,
    members: MembersOf,
    through: &Through,
    (from, until): (Instant, Instant),
) -> Result<HashSet<i64>, ReachError> {
    let mut chosen = HashSet::new();
    for row in codes::list(tx, None, "", i64::MAX).await? {
        let code = Code::of(row)?;
        let is_chosen = match through {
            Through::Code(id) => code.id == *id,
            Through::Parameter { name, value } => code.settings.parameters.get(name) == Some(value),
        };
        if is_chosen {
            chosen.insert(code.id);
        }
    }
    if let (Through::Code(_), true) = (through, chosen.is_empty()) {
        return Err(ReachError::field("code", "the id of a channel code"));
    }
    let within = ATTRIBUTION_DAYS * MICROS_PER_DAY;
    Ok(match members {
        MembersOf::Registered => {
            let scanned = (Instant(from.0.saturating_sub(within)), until);
            let people = codes::people(tx, scanned, within, "registered").await?.into_iter();
            people.filter(|one| chosen.contains(&one.code_id)).map(|one| one.customer_number).collect()
        }
        MembersOf::Known => {
            let scanners = codes::scanners(tx, Instant(i64::MIN), Instant(i64::MAX)).await?.into_iter();
            scanners.filter(|(code, _)| chosen.contains(code)).map(|(_, customer)| customer).collect()
        }
    })
}

async fn scanned_in(tx: &mut ReadTx<'_>) -> Result<HashMap<i64, String>, StoreError> {
    Ok(table::scanned_in(tx).await?.into_iter().collect())
}

/// Where each of these customers lives, in their order.
async fn places_of(
    tx: &mut ReadTx<'_>,
    customers: &[i64],
    scanned: &HashMap<i64, String>,
) -> Result<Vec<(i64, Option<(&'static Province, Origin)>)>, StoreError> {
    let mut words: HashMap<i64, BTreeMap<String, Vec<Word>>> = HashMap::new();
    for (customer, word) in table::words(tx, customers, TRAITS.map(|(name, _)| name)).await? {
        words.entry(customer).or_default().entry(word.name.clone()).or_default().push(word);
    }
    let none = BTreeMap::new();
    let place = |customer: &i64| {
        let told = words.get(customer).unwrap_or(&none);
        let value_of = |name: &str| {
            let words = told.get(name)?;
            holding(words).map(|(place, _)| words[place].value.as_str())
        };
        (*customer, located(value_of, scanned.get(customer).map(String::as_str)))
    };
    Ok(customers.iter().map(place).collect())
}
