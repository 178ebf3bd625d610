//! What sets a group apart from all others, where groups overlap, and by what channels a group is reached.
//!
//! Invariants: everything is counted of the sets that lists of people come from, within what the actor sees; all of one answer
//! is of one instant.

use super::super::catalogue::catalogue_in_tx;
use super::super::error::SegmentError;
use super::super::read::{RuleText, usable};
use super::answer::{narrowed, ready, seen_by, set_of, who};
use super::{Kept, Live};
use crate::App;
use crate::access::{Actor, require};
use perennial_domain::access::Right;
use perennial_domain::rules::catalogue::Catalogue;
use perennial_domain::rules::value::{Type, Value};
use perennial_domain::rules::{Clause, Has, Rule, Test, Tree};
use perennial_domain::time::Instant;
use perennial_index::Set;
use perennial_store::{segments, tags};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Fields of one portrait.
const FIELDS_MAX: usize = 20;
/// Values of a field, the most frequent first.
const VALUES_MAX: usize = 20;
/// Groups that are compared.
const OVERLAP_MAX: usize = 4;
/// Tags by which groups are compared.
const COMPARED_TAGS_MAX: usize = 20;
/// What a portrait shows where nobody says otherwise.
const FIELDS_SHOWN: [&str; 2] = ["$rfm_group", "city"];

/// What people call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    pub zh: String,
    pub en: String,
}

/// What a customer may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trait {
    Tag { code: String, names: Names, group: String },
    Value { field: String, value: String },
}

impl Trait {
    fn rule(&self) -> Rule {
        Tree::Leaf(match self {
            Self::Tag { code, .. } => Clause::Has(Has::Tag(code.clone())),
            Self::Value { field, value } => {
                Clause::Field { name: field.clone(), test: Test::Is(vec![Value::Text(value.clone())]) }
            }
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub of: Trait,
    /// Of the group.
    pub count: u64,
    /// Of everybody whom the actor sees.
    pub everybody: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portrait {
    pub count: u64,
    pub everybody: u64,
    /// The most frequent first, tags before values.
    pub rows: Vec<Row>,
    pub as_of: Instant,
}

/// A group of those that are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    pub code: String,
    pub name: String,
    pub count: u64,
}

/// Those who are in these groups and in no other of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub of: Vec<String>,
    pub count: u64,
}

/// Of how many of each group a tag stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedRow {
    pub of: Trait,
    pub counts: Vec<u64>,
    pub everybody: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    pub sizes: Vec<Size>,
    pub regions: Vec<Region>,
    /// Those in which the groups differ most first.
    pub rows: Vec<ComparedRow>,
    pub everybody: u64,
    pub as_of: Instant,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    pub channel: String,
    pub names: Names,
    pub count: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    pub count: u64,
    /// By at least one channel.
    pub any: u64,
    pub channels: Vec<Reached>,
    pub as_of: Instant,
}

/// Of how many of a group each tag and each value of some fields stands, beside everybody. Without fields: those with
/// allowed values, the group of RFM and the city.
pub async fn portrait(
    app: &App,
    live: &Arc<Live>,
    actor: &Actor,
    told: &RuleText,
    fields: Option<&[String]>,
) -> Result<Portrait, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let catalogue = catalogue_in_tx(&mut tx).await?;
    let tags = standing_tags(&mut tx).await?;
    drop(tx);
    let rule = usable(told, &catalogue)?;
    let fields = match fields {
        Some(fields) => checked(fields, &catalogue)?,
        None => shown(&catalogue),
    };
    // What they look like is asked for together with whom it is asked of.
    let exists = |name: &String| Tree::Leaf(Clause::Field { name: name.clone(), test: Test::Exists });
    let needed = Tree::Any(std::iter::once(rule.clone()).chain(fields.iter().map(exists)).collect());
    ready(app, live, &needed).await?;
    let seen = seen_by(app, actor.scope()).await?;
    live.look(app.clock.now(), |kept| {
        let group = narrowed(who(kept, &rule)?, seen.as_ref());
        let everybody = seen.clone().unwrap_or_else(|| kept.index.everybody().clone());
        let mut rows = rows_of(kept, tags, &group, &everybody)?;
        for field in &fields {
            let values = kept.index.texts(field, VALUES_MAX).into_iter();
            let traits = values.map(|value| Trait::Value { field: field.clone(), value });
            rows.extend(rows_of(kept, traits.collect(), &group, &everybody)?);
        }
        Ok(Portrait { count: group.len(), everybody: everybody.len(), rows, as_of: kept.index.now() })
    })?
}

fn rows_of(kept: &Kept, traits: Vec<Trait>, group: &Set, everybody: &Set) -> Result<Vec<Row>, SegmentError> {
    let mut rows = Vec::with_capacity(traits.len());
    for of in traits {
        let set = who(kept, &of.rule())?;
        let (count, everybody) = (set.intersection_len(group), set.intersection_len(everybody));
        rows.extend((everybody > 0).then_some(Row { of, count, everybody }));
    }
    rows.sort_by_key(|row| (std::cmp::Reverse(row.count), std::cmp::Reverse(row.everybody)));
    Ok(rows)
}

async fn standing_tags(tx: &mut perennial_store::ReadTx<'_>) -> Result<Vec<Trait>, SegmentError> {
    let all = tags::all(tx).await?.into_iter().filter(|tag| tag.archived_at.is_none());
    Ok(all
        .map(|tag| Trait::Tag {
            code: tag.code,
            names: Names { zh: tag.name_zh, en: tag.name_en },
            group: tag.group_code,
        })
        .collect())
}

fn checked(fields: &[String], catalogue: &Catalogue) -> Result<Vec<String>, SegmentError> {
    let is_text = |name: &&String| catalogue.fields.get(*name).is_some_and(|typed| typed.kind == Type::Text);
    if fields.len() > FIELDS_MAX || !fields.iter().all(|name| is_text(&name)) {
        return Err(SegmentError::field("fields", "at most 20 fields that have texts"));
    }
    Ok(fields.to_vec())
}

fn shown(catalogue: &Catalogue) -> Vec<String> {
    let is_shown = |(name, typed): &(&String, &perennial_domain::rules::catalogue::Typed)| {
        typed.kind == Type::Text && (!typed.allowed.is_empty() || FIELDS_SHOWN.contains(&name.as_str()))
    };
    catalogue.fields.iter().filter(is_shown).map(|(name, _)| name.clone()).take(FIELDS_MAX).collect()
}

/// How many are in each of some segments, in which of them together, and by what they differ.
pub async fn overlap(app: &App, live: &Arc<Live>, actor: &Actor, codes: &[String]) -> Result<Overlap, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let is_several = (2..=OVERLAP_MAX).contains(&codes.len());
    if !is_several || (1..codes.len()).any(|place| codes[..place].contains(&codes[place])) {
        return Err(SegmentError::field("segments", "2 to 4 codes of segments, each once"));
    }
    let mut tx = app.store.read().await?;
    let tags = standing_tags(&mut tx).await?;
    let names: BTreeMap<String, String> = segments::all(&mut tx)
        .await?
        .into_iter()
        .filter(|row| row.archived_at.is_none())
        .map(|row| (row.code, row.newest.name))
        .collect();
    drop(tx);
    if codes.iter().any(|code| !names.contains_key(code)) {
        return Err(SegmentError::field("segments", "codes of segments that are not archived"));
    }
    let groups: Vec<Rule> = codes.iter().map(|code| Tree::Leaf(Clause::Has(Has::Segment(code.clone())))).collect();
    ready(app, live, &Tree::Any(groups.clone())).await?;
    // Of segments that were just made, the index learns with a round.
    for code in codes {
        set_of(app, live, code).await?;
    }
    let seen = seen_by(app, actor.scope()).await?;
    live.look(app.clock.now(), |kept| {
        let everybody = seen.clone().unwrap_or_else(|| kept.index.everybody().clone());
        let sets: Vec<Set> = groups
            .iter()
            .map(|rule| Ok(narrowed(who(kept, rule)?, seen.as_ref())))
            .collect::<Result<_, SegmentError>>()?;
        let sizes = codes.iter().zip(&sets);
        let sizes = sizes.map(|(code, set)| Size { code: code.clone(), name: names[code].clone(), count: set.len() });
        let mut rows = Vec::new();
        for of in tags {
            let set = who(kept, &of.rule())?;
            let counts = sets.iter().map(|group| set.intersection_len(group)).collect();
            rows.push(ComparedRow { of, counts, everybody: set.intersection_len(&everybody) });
        }
        rows.retain(|row| row.everybody > 0);
        let spread = |row: &ComparedRow| {
            let shares = || row.counts.iter().zip(&sets).map(|(count, set)| per_million(*count, set.len()));
            shares().max().unwrap_or_default() - shares().min().unwrap_or_default()
        };
        rows.sort_by_key(|row| std::cmp::Reverse(spread(row)));
        rows.truncate(COMPARED_TAGS_MAX);
        Ok(Overlap {
            sizes: sizes.collect(),
            regions: regions(codes, &sets),
            rows,
            everybody: everybody.len(),
            as_of: kept.index.now(),
        })
    })?
}

fn per_million(count: u64, of: u64) -> u64 {
    count.saturating_mul(1_000_000).checked_div(of).unwrap_or_default()
}

/// Every combination of groups in which there is somebody.
fn regions(codes: &[String], sets: &[Set]) -> Vec<Region> {
    let mut found = Vec::new();
    for chosen in 1..1usize << sets.len() {
        let is_in = |place: &usize| chosen & (1 << *place) != 0;
        let (within, without): (Vec<usize>, Vec<usize>) = (0..sets.len()).partition(is_in);
        let mut set = sets[within[0]].clone();
        within[1..].iter().for_each(|place| set &= &sets[*place]);
        without.iter().for_each(|place| set -= &sets[*place]);
        if !set.is_empty() {
            let of = within.iter().map(|place| codes[*place].clone()).collect();
            found.push(Region { of, count: set.len() });
        }
    }
    found
}

/// How many of a group can be reached, by each channel.
pub async fn reach(app: &App, live: &Arc<Live>, actor: &Actor, told: &RuleText) -> Result<Reach, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let rule = usable(told, &catalogue_in_tx(&mut tx).await?)?;
    let channels = crate::reach::channels_in_tx(&mut tx).await?;
    drop(tx);
    ready(app, live, &rule).await?;
    let seen = seen_by(app, actor.scope()).await?;
    live.look(app.clock.now(), |kept| {
        let group = narrowed(who(kept, &rule)?, seen.as_ref());
        let reached = |channel: Option<String>| {
            let rule = Tree::Leaf(Clause::Has(Has::Channel(channel)));
            Ok::<u64, SegmentError>(who(kept, &rule)?.intersection_len(&group))
        };
        let mut found = Vec::with_capacity(channels.len());
        for channel in &channels {
            let count = reached(Some(channel.code.clone()))?;
            found.push(Reached {
                channel: channel.code.clone(),
                names: Names { zh: channel.name_zh.clone(), en: channel.name_en.clone() },
                count,
            });
        }
        Ok(Reach { count: group.len(), any: reached(None)?, channels: found, as_of: kept.index.now() })
    })?
}
