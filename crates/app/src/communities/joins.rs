//! Who joined a group and who left it: told by facts, or written down by hand, which makes such a fact.

use super::CommunityError;
use super::people::{Invited, Person, people_of, told};
use super::register::{group_codes, row_in_tx};
use crate::access::{Actor, require};
use crate::by_hand::{self, Reached, Recorder, Said, fact_of, reached};
use crate::consent::SOURCE;
use crate::random::new_id;
use crate::{App, audit, pipeline};
use perennial_domain::access::Right;
use perennial_domain::community::{GROUP_PROPERTY, JOINED_EVENT, JoinState, LEFT_EVENT, Signs, UNDONE_EVENT};
use perennial_domain::fact::{AppliedBlock, Fact, FactKind};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::time::Instant;
use perennial_store::communities::{self as table, InvitationRow, JoinRow};
use perennial_store::{ReadTx, StoreError, WriteTx, journal};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

/// Of groups that there are, in the caller's transaction: what is told of a code before a group has it is of nobody.
pub(crate) async fn note_joins(tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    let mut found: BTreeMap<(String, i64), Signs> = BTreeMap::new();
    for one in &block.facts {
        let Some(part) = one.customer.map(|number| i64::from(number.0)) else { continue };
        if let Some((code, signs)) = signs_of(&block.source, &one.fact) {
            let known = found.entry((code, part)).or_default();
            *known = known.with(signs);
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    let mut codes: Vec<String> = found.keys().map(|(code, _)| code.clone()).collect();
    codes.dedup();
    let groups = table::groups_by_code(tx, &codes).await?;
    let groups: HashMap<&str, (&str, i64)> =
        groups.iter().map(|group| (group.code.as_str(), (group.community.as_str(), group.number))).collect();
    let rows: Vec<JoinRow> = found
        .into_iter()
        .filter_map(|((code, part_number), signs)| {
            let (community, group_number) = groups.get(code.as_str())?;
            Some(JoinRow {
                customer_number: part_number,
                community: (*community).to_owned(),
                group_number: *group_number,
                part_number,
                signs,
            })
        })
        .collect();
    table::note_joins(tx, &rows).await
}

/// The code of a group, and what a fact says of it.
fn signs_of(source: &str, fact: &Fact) -> Option<(String, Signs)> {
    let tracked = fact.tracked.as_deref().filter(|_| fact.kind == FactKind::Event)?;
    let (at, nothing) = (Some(fact.at.0), Signs::default());
    let signs = match (tracked.name.as_deref()?, source == SOURCE) {
        (JOINED_EVENT, true) => Signs { marked_at: at, ..nothing },
        (JOINED_EVENT, false) => Signs { joined_at: at, ..nothing },
        (LEFT_EVENT, _) => Signs { left_at: at, ..nothing },
        (UNDONE_EVENT, true) => Signs { unmarked_at: at, ..nothing },
        _ => return None,
    };
    let properties: Value = serde_json::from_str(tracked.properties.as_deref()?).ok()?;
    Some((properties.get(GROUP_PROPERTY)?.as_str()?.to_owned(), signs))
}

/// An invited customer, with what is known of each profile.
struct Known {
    reached: Reached,
    person: Person,
    joins: Vec<JoinRow>,
}

/// Writes down that an invited customer has joined, or takes that back. Where it is so already, nothing happens.
///
/// # Errors
/// [`CommunityError::Told`] where there is nothing to take back because a touch-point told it.
pub async fn set_joined(
    app: &App,
    actor: &Actor,
    code: &str,
    customer: CustomerNumber,
    has_joined: bool,
) -> Result<Invited, CommunityError> {
    require(actor, Right::CustomersWrite)?;
    let now = app.clock.now();
    let mut tx = app.store.write().await?;
    journal::lock_applier(&mut tx).await?;
    let row = row_in_tx(&mut tx, code).await?;
    let known = known(&mut tx, actor, code, customer).await?;
    let codes = group_codes(&mut tx, code).await?;
    let facts = if has_joined { joined(&known, now) } else { undone(&known, now) };
    if !has_joined && facts.is_empty() && known.person.state() != JoinState::Waiting {
        return Err(CommunityError::Told);
    }
    if !facts.is_empty() {
        if row.archived_at.is_some() {
            return Err(CommunityError::Archived);
        }
        let id = new_id(app.random.as_ref(), "cmj", now);
        let said = facts.iter().enumerate().filter_map(|(place, sign)| {
            let by = &known.reached.by;
            Some(fact_of(Said {
                id: &format!("{id}:{place}"),
                event: sign.event,
                identifier: by.get(&sign.part).or_else(|| by.get(&known.reached.home))?.clone(),
                traits: Vec::new(),
                properties: json!({ GROUP_PROPERTY: codes.get(&sign.group)?, "recorded_by": Recorder::of(actor) }),
                consents: Vec::new(),
                touch_point: None,
                at: sign.at,
                now,
            }))
        });
        by_hand::accept(&mut tx, &id, said.collect(), now).await?;
        let action = if has_joined { "community.join_noted" } else { "community.join_undone" };
        let detail = json!({ "community": code, "group": known.person.group });
        audit::append(app, &mut tx, actor, action, &known.reached.customer.public_id(), detail).await?;
        tx.commit().await?;
        pipeline::apply_all(app).await?;
    } else {
        drop(tx);
    }
    let mut tx = app.store.read().await?;
    let after = self::known(&mut tx, actor, code, customer).await?;
    drop(tx);
    let number = i64::from(after.reached.customer.0);
    let people = BTreeMap::from([(number, after.person)]);
    let found = told(app, actor, &[number], &people, &codes).await?;
    found.into_iter().next().ok_or(CommunityError::NotInvited)
}

/// What is to be written down of a profile and a group.
struct Sign {
    event: &'static str,
    part: i64,
    group: i64,
    at: Instant,
}

/// Nothing where they are in a group already.
fn joined(known: &Known, now: Instant) -> Vec<Sign> {
    if known.person.state() == JoinState::In {
        return Vec::new();
    }
    let group = known.person.group;
    let own = known.joins.iter().filter(|row| row.group_number == group).map(|row| row.signs);
    let at = Instant(own.fold(Signs::default(), Signs::with).next(now.0));
    vec![Sign { event: JOINED_EVENT, part: known.reached.home, group, at }]
}

/// Of each profile and group of which it stands.
fn undone(known: &Known, now: Instant) -> Vec<Sign> {
    let marked = known.joins.iter().filter(|row| row.signs.mark().is_some());
    let sign = |row: &JoinRow| Sign {
        event: UNDONE_EVENT,
        part: row.part_number,
        group: row.group_number,
        at: Instant(row.signs.next(now.0)),
    };
    marked.map(sign).collect()
}

async fn known(
    tx: &mut ReadTx<'_>,
    actor: &Actor,
    code: &str,
    customer: CustomerNumber,
) -> Result<Known, CommunityError> {
    let found = reached(tx, actor.scope(), &[customer]).await?;
    let reached = found.into_iter().next().ok_or(CommunityError::NotInvited)?;
    let number = i64::from(reached.customer.0);
    let mut invitations = table::invitations_of_parts(tx, &reached.parts).await?;
    invitations.retain(|row| row.community == code);
    let mut joins = table::joins_of_parts(tx, &reached.parts).await?;
    joins.retain(|row| row.community == code);
    let invitations: Vec<InvitationRow> =
        invitations.into_iter().map(|row| InvitationRow { customer_number: number, ..row }).collect();
    let joins: Vec<JoinRow> = joins.into_iter().map(|row| JoinRow { customer_number: number, ..row }).collect();
    let person = people_of(&invitations, &joins).remove(&number).ok_or(CommunityError::NotInvited)?;
    Ok(Known { reached, person, joins })
}

#[cfg(test)]
mod tests {
    use super::*;
    use perennial_domain::identity::{Identifier, IdentifierType};

    #[test]
    fn a_fact_says_of_the_group_that_it_names_what_its_source_can_know() {
        let fact = |event: &str, properties: Value| {
            fact_of(Said {
                id: "1",
                event,
                identifier: Identifier { kind: IdentifierType::UserId, value: "a".to_owned() },
                traits: Vec::new(),
                properties,
                consents: Vec::new(),
                touch_point: None,
                at: Instant(5),
                now: Instant(9),
            })
        };
        let told = |source: &str, event: &str| signs_of(source, &fact(event, json!({ "group": "tea_1" })));
        let right = |signs: Signs| Some(("tea_1".to_owned(), signs));
        let nothing = Signs::default();
        assert_eq!(told("src_chat", "Community Joined"), right(Signs { joined_at: Some(5), ..nothing }));
        assert_eq!(told(SOURCE, "Community Joined"), right(Signs { marked_at: Some(5), ..nothing }));
        assert_eq!(told("src_chat", "Community Left"), right(Signs { left_at: Some(5), ..nothing }));
        assert_eq!(told(SOURCE, "Community Join Undone"), right(Signs { unmarked_at: Some(5), ..nothing }));
        // Only who wrote it down takes it back.
        assert_eq!(told("src_chat", "Community Join Undone"), None);
        assert_eq!(told("src_chat", "Community Message Sent"), None);
        assert_eq!(signs_of("src_chat", &fact("Community Joined", json!({ "group": 7 }))), None);
        assert_eq!(signs_of("src_chat", &fact("Community Joined", json!({}))), None);
    }
}
