//! Who was invited, over all profiles of a customer, and what became of it.

use super::CommunityError;
use super::register::{group_codes, row_in_tx};
use crate::App;
use crate::access::{Actor, require};
use crate::customers::{CustomerItem, items_of};
use perennial_domain::access::Right;
use perennial_domain::community::{Figures, JoinState, Signs};
use perennial_domain::time::Instant;
use perennial_store::communities::{self as table, InvitationRow, JoinRow};
use perennial_store::{ReadTx, Scope, StoreError, customers};
use std::collections::{BTreeMap, HashSet};

/// A customer who was invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    pub group: i64,
    pub invited_at: i64,
    /// By group, over all profiles.
    signs: BTreeMap<i64, Signs>,
}

impl Person {
    fn of(invitation: &InvitationRow) -> Self {
        Self { group: invitation.group_number, invited_at: invitation.invited_at, signs: BTreeMap::new() }
    }

    pub fn state(&self) -> JoinState {
        JoinState::of(self.signs.values())
    }

    pub fn joined_at(&self) -> Option<i64> {
        self.signs.values().filter_map(Signs::joined).max()
    }

    /// Whether that they joined was written down by hand, and that stands.
    pub fn is_by_hand(&self) -> bool {
        self.signs.values().any(|signs| signs.mark().is_some())
    }
}

/// By customer: of several profiles the one that was invited first counts.
pub(super) fn people_of(invitations: &[InvitationRow], joins: &[JoinRow]) -> BTreeMap<i64, Person> {
    let mut order: Vec<&InvitationRow> = invitations.iter().collect();
    order.sort_by_key(|row| (row.invited_at, row.group_number, row.part_number));
    let mut people: BTreeMap<i64, Person> = BTreeMap::new();
    for row in order {
        people.entry(row.customer_number).or_insert_with(|| Person::of(row));
    }
    for row in joins {
        if let Some(person) = people.get_mut(&row.customer_number) {
            let signs = person.signs.entry(row.group_number).or_default();
            *signs = signs.with(row.signs);
        }
    }
    people
}

/// Those whom the actor sees.
pub(super) async fn people_in_tx(
    tx: &mut ReadTx<'_>,
    scope: &Scope,
    community: &str,
) -> Result<BTreeMap<i64, Person>, StoreError> {
    let invitations = table::invitations(tx, community).await?;
    let mut people = people_of(&invitations, &table::joins(tx, community).await?);
    if !scope.is_everyone() {
        let numbers: Vec<i64> = people.keys().copied().collect();
        let seen: HashSet<i64> = customers::among(tx, scope, &numbers).await?.into_iter().collect();
        people.retain(|number, _| seen.contains(number));
    }
    Ok(people)
}

/// Figures by group, and of all.
pub(super) fn figures_of(people: &BTreeMap<i64, Person>) -> (BTreeMap<i64, Figures>, Figures) {
    let (mut by_group, mut all): (BTreeMap<i64, Figures>, Figures) = (BTreeMap::new(), Figures::default());
    for person in people.values() {
        let state = person.state();
        by_group.entry(person.group).or_default().count(state);
        all.count(state);
    }
    (by_group, all)
}

/// Of which of the invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Also those who have left since.
    Joined,
    State(JoinState),
}

impl Wanted {
    pub fn code(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::State(state) => state.code(),
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        let states = JoinState::ALL.map(Self::State);
        [Self::Joined].into_iter().chain(states).find(|wanted| wanted.code() == code)
    }

    fn has(self, state: JoinState) -> bool {
        match self {
            Self::Joined => state != JoinState::Waiting,
            Self::State(wanted) => state == wanted,
        }
    }
}

/// Which are asked for: all where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InvitedQuery {
    /// By number.
    pub group: Option<i64>,
    pub wanted: Option<Wanted>,
}

impl InvitedQuery {
    pub(super) fn has(self, person: &Person) -> bool {
        self.group.is_none_or(|group| group == person.group)
            && self.wanted.is_none_or(|wanted| wanted.has(person.state()))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Invited {
    pub customer: CustomerItem,
    pub group: i64,
    /// By which facts name the group.
    pub group_code: String,
    pub invited_at: Instant,
    pub state: JoinState,
    /// The last time.
    pub joined_at: Option<Instant>,
    /// Somebody wrote it down, and can take it back.
    pub is_by_hand: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct InvitedPage {
    pub items: Vec<Invited>,
    /// Of all pages.
    pub count: u64,
    /// Behind whom the next page begins.
    pub next: Option<u32>,
}

/// Those of a community whom the actor sees, by their numbers.
pub async fn invited_people(
    app: &App,
    actor: &Actor,
    code: &str,
    query: InvitedQuery,
    (after, limit): (Option<u32>, usize),
) -> Result<InvitedPage, CommunityError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    row_in_tx(&mut tx, code).await?;
    let people = people_in_tx(&mut tx, actor.scope(), code).await?;
    let codes = group_codes(&mut tx, code).await?;
    drop(tx);
    let matching: Vec<i64> = people.iter().filter(|(_, one)| query.has(one)).map(|(number, _)| *number).collect();
    let behind = |number: &&i64| after.is_none_or(|after| **number > i64::from(after));
    let mut wanted: Vec<i64> = matching.iter().filter(behind).take(limit + 1).copied().collect();
    let has_more = wanted.len() > limit;
    wanted.truncate(limit);
    let next = wanted.last().filter(|_| has_more).and_then(|last| u32::try_from(*last).ok());
    let items = told(app, actor, &wanted, &people, &codes).await?;
    Ok(InvitedPage { items, count: matching.len() as u64, next })
}

/// Of these customers; whoever went meanwhile is left out.
pub(super) async fn told(
    app: &App,
    actor: &Actor,
    numbers: &[i64],
    people: &BTreeMap<i64, Person>,
    codes: &BTreeMap<i64, String>,
) -> Result<Vec<Invited>, CommunityError> {
    let items = items_of(app, actor, numbers).await?.into_iter().filter_map(|customer| {
        let person = people.get(&customer.row.counters.number)?;
        Some(Invited {
            group: person.group,
            group_code: codes.get(&person.group).cloned().unwrap_or_default(),
            invited_at: Instant(person.invited_at),
            state: person.state(),
            joined_at: person.joined_at().map(Instant),
            is_by_hand: person.is_by_hand(),
            customer,
        })
    });
    Ok(items.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_profiles_the_first_invitation_counts_and_any_join() {
        let invitation = |customer_number, part_number, group_number, invited_at| InvitationRow {
            customer_number,
            community: "tea".to_owned(),
            part_number,
            group_number,
            invited_at,
        };
        let join = |customer_number, part_number, group_number, signs| JoinRow {
            customer_number,
            community: "tea".to_owned(),
            group_number,
            part_number,
            signs,
        };
        let invitations = [invitation(1, 1, 2, 9), invitation(1, 3, 1, 5), invitation(2, 2, 1, 5)];
        let signs = Signs { joined_at: Some(7), ..Signs::default() };
        let left = Signs { left_at: Some(8), ..Signs::default() };
        // 4 was not invited, and is a profile of 1 by now; 5 is nobody's.
        let joins = [join(1, 4, 3, signs), join(5, 5, 1, signs), join(2, 2, 1, left)];
        let people = people_of(&invitations, &joins);
        assert_eq!(people.keys().copied().collect::<Vec<_>>(), [1, 2]);
        assert_eq!((people[&1].group, people[&1].state(), people[&1].joined_at()), (1, JoinState::In, Some(7)));
        assert_eq!((people[&2].state(), people[&2].joined_at()), (JoinState::Waiting, None));
        let (by_group, all) = figures_of(&people);
        assert_eq!((all, by_group.len()), (Figures { invited: 2, joined: 1, joined_now: 1 }, 1));
        let of = |wanted: &str| InvitedQuery { group: None, wanted: Wanted::parse(wanted) };
        assert!(of("joined").has(&people[&1]) && of("in").has(&people[&1]) && of("waiting").has(&people[&2]));
        assert!(!of("left").has(&people[&1]) && Wanted::parse("gone").is_none());
    }
}
