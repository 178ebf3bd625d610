//! Orders are posted: what each stands at by now, against what it stood at before.
//!
//! Everything here is within the caller's commit: what orders stood at is read, the ledger posts the difference, and what they
//! stand at is written. A request that the ledger refuses leaves the order where it was, with the reason beside it.

use super::lives::Told;
use super::register::versions;
use super::{Wanted, id_of};
use crate::rewards::book::Book;
use crate::rewards::error::RewardsError;
use crate::rewards::post::{Posted, Request, post_in_tx};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::rewards::earning::{Basket, Cap, Standing, Versioned, holding_at};
use perennial_domain::rewards::ledger::limits::REFERENCE_BYTES_MAX;
use perennial_domain::rewards::ledger::{Body, Command, Earn, Refusal, RuleVersion};
use perennial_domain::time::{Day, Instant};
use perennial_store::earning::{self, EarningRow, GrantedRow};
use perennial_store::{ReadTx, Scope, StoreError, WriteTx, customers, parts};
use std::collections::{BTreeMap, BTreeSet};

const ACTOR: &str = "earning";
/// Why something is taken back.
const RETURN: &str = "return";

/// Posts what is different by now; returns how many requests the ledger got.
pub(super) async fn settle(tx: &mut WriteTx<'_>, told: &[Told], now: Instant) -> Result<u64, RewardsError> {
    let versions = versions(tx).await?;
    let ids: Vec<_> = told.iter().map(|one| id_of(one.order)).collect();
    let mut known: BTreeMap<_, Vec<EarningRow>> = BTreeMap::new();
    let mut numbers: Vec<i64> = ids.iter().map(|(profile, _)| *profile).collect();
    for row in earning::load(tx, &ids).await? {
        numbers.push(row.member);
        known.entry(row.order).or_default().push(row);
    }
    let whose = Whose::load(tx, numbers).await?;
    let there = whose.there(tx).await?;
    let has_caps = versions.iter().any(|one| one.rule.cap.is_some());
    let mut used = if has_caps { Used::load(tx, &whose).await? } else { Used::default() };
    let zone = crate::settings::current(tx).await?.zone();
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    for one in told {
        let (profile, _) = one.order;
        // Of somebody who was erased nothing is given or taken.
        if !there.contains(&whose.of(profile)) {
            continue;
        }
        let before = known.remove(&id_of(one.order)).unwrap_or_default();
        for (version, row) in rules_of(&versions, one, before) {
            let row = row.unwrap_or_else(|| {
                let placed_at = one.bought.as_ref().map_or(now, |bought| bought.at());
                new_row(one.order, &version.id, whose.of(profile), zone.day_of(placed_at))
            });
            drafts.extend(Draft::of(one, version, row, &whose, &mut used));
        }
    }
    let asked = requests(&drafts);
    let book = Book::read(tx).await?;
    let requests: Vec<Request> = asked.iter().map(|one| one.request.clone()).collect();
    let posted = post_in_tx(tx, &book, &requests, now).await?;
    // On PostgreSQL a merge may commit between finding a customer and locking the account: all of it is done anew.
    if posted.iter().any(|one| matches!(one.outcome, Err(Refusal::Merged { .. }))) {
        return Err(StoreError::Busy("customers were merged meanwhile".to_owned()).into());
    }
    for (one, posted) in asked.iter().zip(&posted) {
        one.note(&mut drafts, posted);
    }
    let rows: Vec<EarningRow> = drafts.into_iter().filter_map(Draft::changed).collect();
    earning::save(tx, &rows).await?;
    Ok(requests.len() as u64)
}

/// The versions by which an order earns: those that it has for good, and of the other rules those that held when it was placed.
fn rules_of<'v>(
    versions: &'v [Versioned],
    told: &Told,
    rows: Vec<EarningRow>,
) -> Vec<(&'v Versioned, Option<EarningRow>)> {
    let held = told.bought.as_ref().map_or_else(Vec::new, |bought| holding_at(versions, bought.at()));
    let mut rules: BTreeMap<&str, (&Versioned, Option<EarningRow>)> =
        held.into_iter().map(|one| (one.id.rule.as_str(), (one, None))).collect();
    for row in rows {
        let own = versions.iter().find(|one| one.id.rule == row.rule && i64::from(one.id.version) == row.version);
        if let Some(own) = own {
            rules.insert(&own.id.rule, (own, Some(row)));
        }
    }
    rules.into_values().collect()
}

fn new_row(order: Wanted, version: &RuleVersion, member: CustomerNumber, day: Day) -> EarningRow {
    EarningRow {
        order: id_of(order),
        rule: version.rule.clone(),
        version: i64::from(version.version),
        member: i64::from(member.0),
        earned_on: i64::from(day.0),
        asked: 0,
        granted: 0,
        posted: 0,
        back: 0,
        requests: 0,
        refused: None,
    }
}

/// An order and a rule, before and after.
struct Draft<'a> {
    told: &'a Told,
    version: &'a Versioned,
    before: EarningRow,
    after: EarningRow,
    /// On whose account it is by now.
    account: CustomerNumber,
}

impl<'a> Draft<'a> {
    /// None where the figures of an order are beyond what can be reckoned with: the log says so, and others go on.
    fn of(told: &'a Told, version: &'a Versioned, before: EarningRow, whose: &Whose, used: &mut Used) -> Option<Self> {
        let account = whose.of(CustomerNumber::from_stored(before.member)?);
        let basket = told.bought.as_ref().map_or_else(Basket::empty, |bought| bought.basket(&version.rule));
        let cap = version.rule.cap.map(|cap| (cap, used.in_period(account, &before.rule, cap, before.earned_on)));
        let stood = Standing { asked: before.asked, granted: before.granted, posted: before.posted, back: before.back };
        let stands = match stood.follow(&version.rule.earn_rule(&version.id), &basket, cap) {
            Ok(stands) => stands,
            Err(error) => {
                let (rule, order) = (&version.id.rule, name_of(told.order));
                tracing::error!(earning.rule = rule, earning.order = order, %error, "an order cannot earn");
                return None;
            }
        };
        used.add(account, &before.rule, before.earned_on, stands.granted - stood.granted);
        let Standing { asked, granted, posted, back } = stands;
        let after = EarningRow { asked, granted, posted, back, ..before.clone() };
        Some(Self { told, version, before, after, account })
    }

    /// The row, where it is to be written.
    fn changed(self) -> Option<EarningRow> {
        (self.after != self.before).then_some(self.after)
    }

    fn request(&self, wallet: &str, key: String, reason: &str, body: Body) -> Request {
        let reference = self.told.order_no.clone().filter(|text| (1..=REFERENCE_BYTES_MAX).contains(&text.len()));
        let command = Command { key, actor: ACTOR.to_owned(), reason: reason.to_owned(), reference, body };
        Request { wallet: wallet.to_owned(), member: self.account, command, other: None, is_earned_now: false }
    }

    fn earn(&self) -> Option<Request> {
        let amount = self.after.posted - self.before.posted;
        let placed_at = self.told.bought.as_ref()?.at();
        if amount <= 0 {
            return None;
        }
        let rule = &self.version.rule;
        let order = name_of(self.told.order);
        let key = match self.before.requests {
            0 => format!("order:{order}:{}", self.after.rule),
            more => format!("order:{order}:{}:{more}", self.after.rule),
        };
        let earn = Earn {
            amount,
            earned_at: placed_at,
            order: Some(order),
            rule: Some(self.version.id.clone()),
            activation: rule.activation.clone(),
            priority: rule.priority,
            tags: rule.tags.clone(),
        };
        Some(self.request(&rule.wallet, key, &rule.reason, Body::Earn(earn)))
    }
}

/// By which the ledger knows an order: of a profile, for two that turn out to be one customer may have orders of one number.
fn name_of((profile, key): Wanted) -> String {
    format!("{}-{}", key.hex(), profile.0)
}

/// A request, with the drafts that it is of.
struct Asked {
    request: Request,
    drafts: Vec<usize>,
}

impl Asked {
    fn note(&self, drafts: &mut [Draft<'_>], posted: &Posted) {
        let is_earn = matches!(self.request.command.body, Body::Earn(_));
        for place in &self.drafts {
            let Some(draft) = drafts.get_mut(*place) else { continue };
            draft.after.requests += i64::from(is_earn);
            let Err(refusal) = &posted.outcome else {
                draft.after.refused = None;
                continue;
            };
            let code = code_of(refusal);
            let (rule, order) = (&draft.after.rule, name_of(draft.told.order));
            tracing::warn!(earning.rule = rule, earning.order = order, refusal = code, "the ledger refused");
            draft.after.posted = if is_earn { draft.before.posted } else { draft.after.posted };
            draft.after.back = if is_earn { draft.after.back } else { draft.before.back };
            draft.after.refused = Some(code);
        }
    }
}

fn code_of(refusal: &Refusal) -> String {
    let told = serde_json::to_value(refusal).unwrap_or_default();
    told["code"].as_str().unwrap_or_default().to_owned()
}

/// What is given by each rule, and what is to be back of each order and account in all.
fn requests(drafts: &[Draft<'_>]) -> Vec<Asked> {
    let mut asked: Vec<Asked> = Vec::new();
    for (place, draft) in drafts.iter().enumerate() {
        asked.extend(draft.earn().map(|request| Asked { request, drafts: vec![place] }));
    }
    let mut together: BTreeMap<(Wanted, CustomerNumber, &str), Vec<usize>> = BTreeMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        let account = (draft.told.order, draft.account, draft.version.rule.wallet.as_str());
        together.entry(account).or_default().push(place);
    }
    for ((order, _, wallet), places) in together {
        let of = |place: &usize| &drafts[*place];
        if places.iter().all(|place| of(place).after.back == of(place).before.back) {
            continue;
        }
        let total = places.iter().map(|place| of(place).after.back).fold(0, i64::saturating_add);
        let order = name_of(order);
        let key = format!("back:{order}:{total}");
        let request = of(&places[0]).request(wallet, key, RETURN, Body::Clawback { order, total });
        let changed = places.into_iter().filter(|place| of(place).after.back != of(place).before.back);
        asked.push(Asked { request, drafts: changed.collect() });
    }
    asked
}

/// Whose profiles are by now.
pub(super) struct Whose {
    customer_of: BTreeMap<CustomerNumber, CustomerNumber>,
}

impl Whose {
    pub(super) async fn load(tx: &mut ReadTx<'_>, mut numbers: Vec<i64>) -> Result<Self, StoreError> {
        numbers.sort_unstable();
        numbers.dedup();
        let alone = numbers.iter().map(|number| (*number, *number));
        let mut pairs: Vec<(i64, i64)> = alone.collect();
        pairs.extend(parts::together(tx, &numbers).await?);
        let pairs = pairs.into_iter().filter_map(|(profile, customer)| {
            Some((CustomerNumber::from_stored(profile)?, CustomerNumber::from_stored(customer)?))
        });
        Ok(Self { customer_of: pairs.collect() })
    }

    pub(super) fn of(&self, profile: CustomerNumber) -> CustomerNumber {
        self.customer_of.get(&profile).copied().unwrap_or(profile)
    }

    fn all(&self) -> Vec<i64> {
        self.customer_of.keys().map(|profile| i64::from(profile.0)).collect()
    }

    /// Those of the customers who are not gone.
    async fn there(&self, tx: &mut ReadTx<'_>) -> Result<BTreeSet<CustomerNumber>, StoreError> {
        let customers: BTreeSet<i64> = self.customer_of.values().map(|customer| i64::from(customer.0)).collect();
        let customers: Vec<i64> = customers.into_iter().collect();
        let there = customers::among(tx, &Scope::Everyone, &customers).await?;
        Ok(there.into_iter().filter_map(CustomerNumber::from_stored).collect())
    }
}

/// What rules have granted to customers, by day.
#[derive(Default)]
pub(super) struct Used {
    days: BTreeMap<(CustomerNumber, String), BTreeMap<i64, i64>>,
}

impl Used {
    pub(super) async fn load(tx: &mut ReadTx<'_>, whose: &Whose) -> Result<Self, StoreError> {
        let mut used = Self::default();
        for GrantedRow { member, rule, earned_on, granted } in earning::granted(tx, &whose.all()).await? {
            if let Some(member) = CustomerNumber::from_stored(member) {
                used.add(whose.of(member), &rule, earned_on, granted);
            }
        }
        Ok(used)
    }

    fn add(&mut self, customer: CustomerNumber, rule: &str, day: i64, granted: i64) {
        if granted != 0 {
            let days = self.days.entry((customer, rule.to_owned())).or_default();
            let sum = days.entry(day).or_default();
            *sum = sum.saturating_add(granted);
        }
    }

    /// What was granted in the period that a day is in.
    pub(super) fn in_period(&self, customer: CustomerNumber, rule: &str, cap: Cap, day: i64) -> i64 {
        let first = |day: i64| cap.period.first_day_of(Day(i32::try_from(day).unwrap_or(i32::MAX)));
        let period = first(day);
        let days = self.days.get(&(customer, rule.to_owned())).into_iter().flatten();
        days.filter(|(day, _)| first(**day) == period).fold(0, |sum: i64, (_, granted)| sum.saturating_add(*granted))
    }
}
