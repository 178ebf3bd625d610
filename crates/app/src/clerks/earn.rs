//! What a block earns clerks and takes back, in the commit that applies it.
//!
//! A line's id is made of the rule and of what it is for, so that the same cause gives the same line; the first one stays.

use super::rules::{self, Rule};
use crate::App;
use crate::consent::SOURCE;
use crate::forms::by_clerk;
use crate::stores::word_of;
use perennial_domain::clerks::{RuleKind, SIGN_UP_EVENT, is_within};
use perennial_domain::fact::{AppliedBlock, AppliedFact, FactKey, FactKind};
use perennial_domain::identity::IdentifierType;
use perennial_domain::stores::Claim;
use perennial_domain::time::Instant;
use perennial_store::clerks::{self as table, SignUpRow};
use perennial_store::identity::{self, IdentityRow};
use perennial_store::incentives::{self, LineRow};
use perennial_store::stores::{self, ClaimRow};
use perennial_store::{StoreError, WriteTx, merges, parts};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// The property of an order that names the clerk who sold it, by code.
const CLERK: &str = "clerk";

/// What the message of a sign-up says beside whom it is of.
#[derive(Serialize, Deserialize)]
pub(crate) struct SignUpWords {
    pub clerk_id: String,
    /// The number of the store that the clerk was in.
    pub place: i64,
}

/// Notes sign-ups and orders of clerks, what they earn, and what is taken back.
pub(crate) async fn note_clerks(app: &App, tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    let mut parts: BTreeSet<i64> = BTreeSet::new();
    let mut codes: BTreeSet<String> = BTreeSet::new();
    let mut has_sign_ups = false;
    for one in &block.facts {
        let Some(part) = one.customer.map(|part| i64::from(part.0)) else { continue };
        match one.fact.kind {
            FactKind::Order => codes.extend(word_of(&one.fact, CLERK)),
            FactKind::Refund => {}
            FactKind::Event => {
                has_sign_ups |=
                    sign_up_of(&block.source, one).is_some() || by_clerk(&block.source, &one.fact).is_some();
            }
            _ => continue,
        }
        parts.insert(part);
    }
    let parts: Vec<i64> = parts.into_iter().collect();
    // Where no clerk ever signed anybody up, and none is named, nothing is looked up: files of orders are long.
    if parts.is_empty() || !has_sign_ups && codes.is_empty() && !table::has_sign_ups(tx).await? {
        return Ok(());
    }
    let people = People::of(tx, &parts).await?;
    let mut signed_up = people.signed_up(tx, &parts).await?;
    if signed_up.is_empty() && !has_sign_ups && codes.is_empty() {
        return Ok(());
    }
    let sold_by: HashMap<String, String> = if codes.is_empty() {
        HashMap::new()
    } else {
        table::by_codes(tx, &codes.into_iter().collect::<Vec<_>>()).await?.into_iter().collect()
    };
    let mut sold: Vec<(i64, [u8; 16], String)> = Vec::new();
    let rules = rules::all(tx).await?;
    let now = app.clock.now();
    for one in &block.facts {
        let Some(part_number) = one.customer.map(|part| i64::from(part.0)) else { continue };
        let fact = &one.fact;
        let words = match sign_up_of(&block.source, one) {
            None => sign_up_by_code(tx, &block.source, part_number, one).await?,
            some => some,
        };
        if let Some(words) = words {
            let row = SignUpRow { part_number, clerk_id: words.clerk_id, at: fact.at };
            if table::sign_up(tx, &row, words.place).await? {
                let claim = ClaimRow { part_number, place: words.place, rank: Claim::SignUp.rank(), at: fact.at.0 };
                stores::claim(tx, &[claim]).await?;
                earn_sign_up(tx, &rules, &row).await?;
                signed_up.entry(people.whole(part_number)).or_insert(row);
            }
            continue;
        }
        if fact.kind == FactKind::Order
            && let Some(clerk) = word_of(fact, CLERK).and_then(|code| sold_by.get(&code))
        {
            sold.push((part_number, fact.key.0.to_be_bytes(), clerk.clone()));
        }
        let Some(sign_up) = signed_up.get(&people.whole(part_number)) else { continue };
        match fact.kind {
            FactKind::Order => earn_first_order(tx, &rules, sign_up, one).await?,
            FactKind::Refund => take_back_order(tx, sign_up, part_number, one, now).await?,
            FactKind::Event => take_back_sign_up(tx, &rules, sign_up, one, now).await?,
            _ => {}
        }
    }
    if sold.is_empty() { Ok(()) } else { table::note_orders(tx, &sold).await }
}

/// Which profiles are of one customer: somebody may sign up under one and buy under another.
struct People(HashMap<i64, i64>);

impl People {
    async fn of(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<Self, StoreError> {
        // Where nobody was ever merged there is nothing to look up.
        let pairs = if merges::version(tx).await? > 0 { parts::together(tx, parts).await? } else { Vec::new() };
        Ok(Self(pairs.into_iter().collect()))
    }

    fn whole(&self, part: i64) -> i64 {
        self.0.get(&part).copied().unwrap_or(part)
    }

    /// The first sign-up of each customer that has any.
    async fn signed_up(&self, tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<HashMap<i64, SignUpRow>, StoreError> {
        let mut all: Vec<i64> = parts.iter().chain(self.0.keys()).copied().collect();
        all.sort_unstable();
        all.dedup();
        let mut rows = table::sign_ups_of_parts(tx, &all).await?;
        rows.sort_by_key(|row| (row.at, row.part_number));
        let mut found = HashMap::new();
        for row in rows {
            found.entry(self.whole(row.part_number)).or_insert(row);
        }
        Ok(found)
    }
}

/// Messages of this name under the source of what is written down here are made by the sign-up only.
fn sign_up_of(source: &str, one: &AppliedFact) -> Option<SignUpWords> {
    let tracked = one.fact.tracked.as_deref().filter(|_| source == SOURCE)?;
    let properties = tracked.properties.as_deref().filter(|_| tracked.name.as_deref() == Some(SIGN_UP_EVENT))?;
    serde_json::from_str(properties).ok()
}

/// Who is new and answered a form by a clerk's code signed up with the clerk. Whoever was known by more than a device did not.
async fn sign_up_by_code(
    tx: &mut WriteTx<'_>,
    source: &str,
    part_number: i64,
    one: &AppliedFact,
) -> Result<Option<SignUpWords>, StoreError> {
    let Some(by) = by_clerk(source, &one.fact) else { return Ok(None) };
    let whole = parts::together(tx, &[part_number]).await?.first().map_or(part_number, |(_, whole)| *whole);
    let is_device = |kind: &str| kind == IdentifierType::AnonymousId.code();
    let told_now = |row: &IdentityRow| row.source == source && row.first_seen_at == one.fact.at.0;
    let identities = identity::of_customer(tx, whole).await?;
    if !identities.iter().all(|row| is_device(&row.kind) || told_now(row)) {
        return Ok(None);
    }
    let store = stores::get(tx, &by.place_id).await?;
    Ok(store.map(|store| SignUpWords { clerk_id: by.clerk_id, place: store.number }))
}

fn line_id(parts: &[&str]) -> String {
    format!("lin_{}", FactKey::of(parts).hex())
}

async fn earn_sign_up(tx: &mut WriteTx<'_>, rules: &[Rule], sign_up: &SignUpRow) -> Result<(), StoreError> {
    let part = sign_up.part_number.to_string();
    let goes_on = rules.iter().filter(|rule| rule.kind == RuleKind::SignUp && rule.goes_on(sign_up.at));
    let lines: Vec<LineRow> = goes_on
        .map(|rule| LineRow {
            id: line_id(&["sign_up", &rule.id, &part]),
            clerk_id: sign_up.clerk_id.clone(),
            rule_id: rule.id.clone(),
            part_number: sign_up.part_number,
            amount_minor: rule.amount_minor,
            at: sign_up.at,
            order_no: None,
            reverses: None,
            settlement_id: None,
        })
        .collect();
    if lines.is_empty() { Ok(()) } else { incentives::insert_lines(tx, &lines).await.map(|_| ()) }
}

async fn earn_first_order(
    tx: &mut WriteTx<'_>,
    rules: &[Rule],
    sign_up: &SignUpRow,
    one: &AppliedFact,
) -> Result<(), StoreError> {
    let fact = &one.fact;
    let part = sign_up.part_number.to_string();
    let earns = |rule: &&Rule| {
        rule.kind == RuleKind::FirstOrder
            && rule.goes_on(sign_up.at)
            && is_within(sign_up.at, fact.at, rule.days)
            && fact.order_no.is_some()
    };
    let lines: Vec<LineRow> = rules
        .iter()
        .filter(earns)
        .map(|rule| LineRow {
            id: line_id(&["first_order", &rule.id, &part]),
            clerk_id: sign_up.clerk_id.clone(),
            rule_id: rule.id.clone(),
            part_number: sign_up.part_number,
            amount_minor: rule.amount_minor,
            at: fact.at,
            order_no: fact.order_no.clone(),
            reverses: None,
            settlement_id: None,
        })
        .collect();
    if lines.is_empty() { Ok(()) } else { incentives::insert_lines(tx, &lines).await.map(|_| ()) }
}

/// What an order earned goes when nothing of it is left.
async fn take_back_order(
    tx: &mut WriteTx<'_>,
    sign_up: &SignUpRow,
    part_number: i64,
    one: &AppliedFact,
    now: Instant,
) -> Result<(), StoreError> {
    let Some(order_no) = one.fact.order_no.as_deref() else { return Ok(()) };
    let awards = incentives::awards_of_parts(tx, &[sign_up.part_number]).await?;
    let awards: Vec<&LineRow> = awards.iter().filter(|line| line.order_no.as_deref() == Some(order_no)).collect();
    if awards.is_empty() || incentives::left_of_order(tx, part_number, order_no).await? > 0 {
        return Ok(());
    }
    let lines: Vec<LineRow> = awards.into_iter().map(|award| reversal(award, now)).collect();
    incentives::insert_lines(tx, &lines).await.map(|_| ())
}

async fn take_back_sign_up(
    tx: &mut WriteTx<'_>,
    rules: &[Rule],
    sign_up: &SignUpRow,
    one: &AppliedFact,
    now: Instant,
) -> Result<(), StoreError> {
    let name = one.fact.tracked.as_deref().and_then(|tracked| tracked.name.as_deref());
    let takes_back = |rule: &&Rule| {
        rule.kind == RuleKind::SignUp
            && rule.event.is_some()
            && rule.event.as_deref() == name
            && is_within(sign_up.at, one.fact.at, rule.days)
    };
    let rules: Vec<&str> = rules.iter().filter(takes_back).map(|rule| rule.id.as_str()).collect();
    if rules.is_empty() {
        return Ok(());
    }
    let awards = incentives::awards_of_parts(tx, &[sign_up.part_number]).await?;
    let is_taken = |line: &&LineRow| rules.contains(&line.rule_id.as_str()) && line.order_no.is_none();
    let lines: Vec<LineRow> = awards.iter().filter(is_taken).map(|award| reversal(award, now)).collect();
    if lines.is_empty() { Ok(()) } else { incentives::insert_lines(tx, &lines).await.map(|_| ()) }
}

/// At the instant at which it is taken back: what was paid already is taken off the next settlement.
fn reversal(award: &LineRow, now: Instant) -> LineRow {
    LineRow {
        id: line_id(&["reversal", &award.id]),
        amount_minor: -award.amount_minor,
        at: now,
        reverses: Some(award.id.clone()),
        settlement_id: None,
        ..award.clone()
    }
}
