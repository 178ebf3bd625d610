//! Setting and removing tags: of one customer, or of many at once.

use super::error::TagError;
use super::note::{Removal, Setting, TagWords, event_of};
use crate::access::idempotency::Once;
use crate::access::{Actor, require};
use crate::by_hand::{self, Reached, Recorder, Said, fact_of, is_surface, reached};
use crate::pipeline;
use crate::random::new_id;
use crate::segments::live::RULES;
use crate::{App, audit};
use perennial_domain::access::Right;
use perennial_domain::fact::Fact;
use perennial_domain::identity::Identifier;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::settings::FieldError;
use perennial_domain::tag::{
    CUSTOMERS_PER_CHANGE_MAX, NOTE_CHARACTERS_MAX, Period, TAGS_EVENT, TAGS_PER_CHANGE_MAX, TagEvent, periods,
};
use perennial_domain::time::Instant;
use perennial_store::tags::{self as table, GroupRow, TagRow};
use perennial_store::{ReadTx, StoreError};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Whose tags are changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Fails where the actor does not see such a customer.
    One(CustomerNumber),
    /// Those who are not found are counted, and the others go on.
    Many(Vec<CustomerNumber>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagChange {
    pub set: Vec<String>,
    pub remove: Vec<String>,
    /// Where it is done: a code such as `console`.
    pub surface: Option<String>,
    pub note: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagsChanged {
    /// Customers whose tags were set, renewed or removed.
    pub changed: usize,
    /// Customers who had nothing to remove.
    pub unchanged: usize,
    /// Who is no customer whom the actor sees.
    pub not_found: usize,
}

/// Sets and removes tags. All is applied when this returns.
pub async fn change_tags(
    app: &App,
    actor: &Actor,
    whom: &Whom,
    change: &TagChange,
    once: &Once<'_, TagsChanged>,
) -> Result<TagsChanged, TagError> {
    require(actor, Right::CustomersWrite)?;
    let numbers: Vec<CustomerNumber> = match whom {
        Whom::One(number) => vec![*number],
        Whom::Many(numbers) => numbers.iter().copied().collect::<BTreeSet<_>>().into_iter().collect(),
    };
    check_form(&numbers, change)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    once.claim::<TagError>(app, &mut tx).await?;
    let words = words_of(&mut tx, actor, change).await?;
    let found = reached(&mut tx, actor.scope(), &numbers).await?;
    if matches!(whom, Whom::One(_)) && found.is_empty() {
        return Err(TagError::NoCustomer);
    }
    let all: Vec<i64> = found.iter().flat_map(|one| one.parts.iter().copied()).collect();
    let known: BTreeSet<i64> = all.iter().copied().collect();
    let not_found = numbers.iter().filter(|number| !known.contains(&i64::from(number.0))).count();
    let mut changed = TagsChanged { not_found, ..TagsChanged::default() };
    let mut facts: Vec<Fact> = Vec::new();
    let mut events: BTreeMap<i64, Vec<TagEvent>> = BTreeMap::new();
    for row in table::events_of_parts(&mut tx, &all).await? {
        events.entry(row.part_number).or_default().push(event_of(&row));
    }
    for one in &found {
        let before = facts.len();
        for (identifier, words) in of_profiles(one, &words, &events, now) {
            let id = new_id(app.random.as_ref(), "tgc", now);
            let properties = serde_json::to_value(&words).unwrap_or_default();
            let said = Said {
                id: &id,
                event: TAGS_EVENT,
                identifier,
                traits: Vec::new(),
                properties,
                consents: Vec::new(),
                touch_point: None,
                at: now,
                now,
            };
            facts.push(fact_of(said));
        }
        if facts.len() > before {
            changed.changed += 1;
        } else {
            changed.unchanged += 1;
        }
    }
    let id = new_id(app.random.as_ref(), "tgs", now);
    by_hand::accept(&mut tx, &id, facts, now).await?;
    if changed.changed > 0 {
        let detail = json!({ "set": change.set, "removed": change.remove, "surface": change.surface });
        match (whom, found.first()) {
            (Whom::One(_), Some(one)) => {
                let subject = one.customer.public_id();
                audit::append(app, &mut tx, actor, "customer.tags_changed", &subject, detail).await?;
            }
            _ => {
                let mut detail = detail;
                detail["customers"] = json!(changed.changed);
                audit::append(app, &mut tx, actor, "customers.tags_changed", &id, detail).await?;
            }
        }
    }
    once.keep(&mut tx, &changed).await?;
    tx.commit().await?;
    pipeline::apply_all(app).await?;
    Ok(changed)
}

fn check_form(numbers: &[CustomerNumber], change: &TagChange) -> Result<(), TagError> {
    let mut errors = Vec::new();
    let mut refuse = |field, allowed| errors.push(FieldError { field, allowed });
    let named: BTreeSet<&String> = change.set.iter().chain(&change.remove).collect();
    let count = change.set.len() + change.remove.len();
    if !(1..=TAGS_PER_CHANGE_MAX).contains(&count) {
        refuse("set", "1 to 20 tags to set and to remove together");
    } else if named.len() < count {
        refuse("set", "each tag once, either to set or to remove");
    }
    if !(1..=CUSTOMERS_PER_CHANGE_MAX).contains(&numbers.len()) {
        refuse("customer_ids", "1 to 500 customers");
    }
    if !is_surface(change.surface.as_ref()) {
        refuse("surface", "a to z, 0 to 9 and _, 1 to 40, a letter first, such as console");
    }
    if change.note.as_ref().is_some_and(|note| note.chars().count() > NOTE_CHARACTERS_MAX) {
        refuse("note", "at most 1000 characters");
    }
    if errors.is_empty() { Ok(()) } else { Err(TagError::Invalid(errors)) }
}

/// What the registry says of the tags that are named.
async fn words_of(tx: &mut ReadTx<'_>, actor: &Actor, change: &TagChange) -> Result<TagWords, TagError> {
    let mut words = TagWords {
        set: Vec::new(),
        removed: Vec::new(),
        surface: change.surface.clone(),
        note: change.note.as_deref().map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned),
        recorded_by: Recorder::of(actor),
    };
    let followed = if *actor == RULES { BTreeMap::new() } else { crate::segments::followed(tx).await? };
    if let Some((tag, segment)) = change.set.iter().chain(&change.remove).find_map(|tag| followed.get_key_value(tag)) {
        return Err(TagError::Automatic { tag: tag.clone(), segment: segment.clone() });
    }
    let mut exclusive = BTreeSet::new();
    for code in &change.set {
        let known = tag_and_group(tx, code).await?;
        let open = known.filter(|(tag, group)| tag.archived_at.is_none() && group.archived_at.is_none());
        let (tag, group) = open.ok_or_else(|| TagError::field("set", "tags of the registry that are not archived"))?;
        if group.is_exclusive && !exclusive.insert(group.code.clone()) {
            return Err(TagError::field("set", "at most one tag of an exclusive group"));
        }
        words.set.push(Setting {
            tag: tag.code,
            group: group.code,
            exclusive: group.is_exclusive,
            valid_days: group.valid_days,
        });
    }
    for code in &change.remove {
        let (tag, group) =
            tag_and_group(tx, code).await?.ok_or_else(|| TagError::field("remove", "tags of the registry"))?;
        words.removed.push(Removal { tag: tag.code, group: group.code });
    }
    Ok(words)
}

async fn tag_and_group(tx: &mut ReadTx<'_>, code: &str) -> Result<Option<(TagRow, GroupRow)>, StoreError> {
    let Some(tag) = table::get(tx, code).await? else { return Ok(None) };
    let group = table::group(tx, &tag.group_code).await?;
    Ok(group.map(|group| (tag, group)))
}

/// What is told of each profile of a customer; nothing of those whom it does not concern.
fn of_profiles(
    one: &Reached,
    words: &TagWords,
    events: &BTreeMap<i64, Vec<TagEvent>>,
    now: Instant,
) -> Vec<(Identifier, TagWords)> {
    let mut told = Vec::new();
    for (part, identifier) in &one.by {
        let own = events.get(part).map(Vec::as_slice).unwrap_or_default();
        let standing: BTreeSet<String> =
            periods(own, now).into_iter().filter(Period::stands).map(|period| period.tag).collect();
        let set = if *part == one.home { words.set.clone() } else { Vec::new() };
        let removed: Vec<Removal> = words.removed.iter().filter(|one| standing.contains(&one.tag)).cloned().collect();
        if !set.is_empty() || !removed.is_empty() {
            told.push((identifier.clone(), TagWords { set, removed, ..words.clone() }));
        }
    }
    told
}
