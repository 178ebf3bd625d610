//! Who invited or shared to whom, as events tell it, and the tree that comes of it.
//!
//! Somebody who shares gives the share an id: an event of [`SHARE_EVENTS`] with `share_id`. Whoever comes by it says so:
//! any other message with that `share_id`, or with `invited_by`, an identifier of the inviter (`invited_by_type` says of
//! which type, `user_id` where it does not). Parameters of a channel code are properties of its scans, so a code can name
//! an inviter or a share as well.
//!
//! The stated rule: of all that was told of a customer, the earliest word that leads to another customer holds, of one
//! instant that of the smaller number; one that leads to the customer itself is refused ([`Refusal::Itself`]). Where
//! inviters would go round in a circle, the latest of its words is refused ([`Refusal::Cycle`]). What is refused stays
//! on record. Nothing depends on the order of arrival.

use crate::identity::{Identifier, IdentifierType};
use crate::time::Instant;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// These make their `share_id` the sender's.
pub const SHARE_EVENTS: [&str; 5] = ["Shared", "Product Shared", "Cart Shared", "Content Shared", "Invite Sent"];
const SHARE_ID: &str = "share_id";
const INVITED_BY: &str = "invited_by";
const INVITED_BY_TYPE: &str = "invited_by_type";
const SHARE_ID_BYTES_MAX: usize = 100;
/// The kind of inviter that a share is, beside types of identifiers.
pub const SHARE_KIND: &str = "share";

pub const DEPTH_MAX: usize = 10;
pub const SIZE_MAX: usize = 500;

/// Who invited, as a message names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Inviter {
    Identifier(Identifier),
    Share(String),
}

impl Inviter {
    /// As it is stored.
    pub fn key(&self) -> (&'static str, &str) {
        match self {
            Self::Identifier(identifier) => (identifier.kind.code(), &identifier.value),
            Self::Share(id) => (SHARE_KIND, id),
        }
    }
}

/// What a message says of relations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// This share is the sender's.
    Shares(String),
    CameBy(Inviter),
}

/// `name` is that of the event.
pub fn word_of(name: Option<&str>, properties: &str) -> Option<Word> {
    // Nearly no message has either: most are not read.
    if !properties.contains(SHARE_ID) && !properties.contains(INVITED_BY) {
        return None;
    }
    let properties: Map<String, Value> = serde_json::from_str(properties).ok()?;
    let share = properties.get(SHARE_ID).and_then(text_of).filter(|id| is_share_id(id));
    if name.is_some_and(|name| SHARE_EVENTS.contains(&name)) {
        return share.map(Word::Shares);
    }
    let named = properties.get(INVITED_BY).and_then(text_of).and_then(|value| {
        let kind = match properties.get(INVITED_BY_TYPE) {
            Some(kind) => IdentifierType::parse(kind.as_str()?.trim())?,
            None => IdentifierType::UserId,
        };
        Identifier::normalise(kind, &value).ok()
    });
    named.map(Inviter::Identifier).or_else(|| share.map(Inviter::Share)).map(Word::CameBy)
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn is_share_id(id: &str) -> bool {
    (1..=SHARE_ID_BYTES_MAX).contains(&id.len()) && !id.chars().any(char::is_control)
}

/// A word about some customer, with whom it leads to; `None` where nobody is known by it so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    pub at: Instant,
    pub inviter: Option<u32>,
}

/// Who invited somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub at: Instant,
    pub inviter: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    Itself,
    Cycle,
}

impl Refusal {
    pub fn code(self) -> &'static str {
        match self {
            Self::Itself => "itself",
            Self::Cycle => "cycle",
        }
    }
}

/// A word that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    pub at: Instant,
    pub invitee: u32,
    pub why: Refusal,
}

/// Whose word holds about `invitee`, and which are refused whoever else there is.
pub fn choose(invitee: u32, told: &[Told]) -> (Option<Edge>, Vec<Refused>) {
    let leads = told.iter().filter_map(|one| Some(Edge { at: one.at, inviter: one.inviter? }));
    let (own, others): (Vec<Edge>, Vec<Edge>) = leads.partition(|edge| edge.inviter == invitee);
    let refused = own.iter().map(|edge| Refused { at: edge.at, invitee, why: Refusal::Itself });
    (others.into_iter().min(), refused.collect())
}

/// Takes the latest edge out of each circle; edges are by invitee.
pub fn without_cycles(edges: &mut BTreeMap<u32, Edge>) -> Vec<Refused> {
    let mut refused = Vec::new();
    let mut done: BTreeSet<u32> = BTreeSet::new();
    let invitees: Vec<u32> = edges.keys().copied().collect();
    for start in invitees {
        let mut way: Vec<u32> = Vec::new();
        let mut at = start;
        while done.insert(at) {
            way.push(at);
            match edges.get(&at) {
                Some(edge) => at = edge.inviter,
                None => break,
            }
        }
        // Whoever stands on this way again closes a circle; elsewhere it joins an earlier way.
        let Some(begins) = way.iter().position(|one| *one == at) else { continue };
        let circle = way[begins..].iter().filter_map(|invitee| Some((edges.get(invitee)?.at, *invitee)));
        if let Some((at, invitee)) = circle.max() {
            edges.remove(&invitee);
            refused.push(Refused { at, invitee, why: Refusal::Cycle });
        }
    }
    refused.sort_unstable();
    refused
}

/// Somebody in the tree, with those whom they brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub customer: u32,
    /// 0 at the root.
    pub depth: usize,
    pub invited_at: Option<Instant>,
    /// What the customer alone has brought in.
    pub value_minor: i64,
    /// With all below.
    pub branch_minor: i64,
    /// People below.
    pub brought: usize,
    pub invited: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    pub root: Node,
    /// There is more than the depth or the size allows.
    pub is_cut: bool,
}

/// The tree below `root`, level by level up to these bounds, the earliest first. Who has no value in `values` is not to
/// be seen: they are left out with all below them. `edges` have no circle.
pub fn tree(
    root: u32,
    edges: &BTreeMap<u32, Edge>,
    values: &BTreeMap<u32, i64>,
    depth_max: usize,
    size_max: usize,
) -> Tree {
    let mut children: BTreeMap<u32, Vec<(Instant, u32)>> = BTreeMap::new();
    for (invitee, edge) in edges.iter().filter(|(invitee, _)| values.contains_key(invitee) && **invitee != root) {
        children.entry(edge.inviter).or_default().push((edge.at, *invitee));
    }
    children.values_mut().for_each(|list| list.sort_unstable());
    let mut shown: BTreeSet<u32> = BTreeSet::from([root]);
    let mut level = vec![root];
    let mut is_cut = false;
    for _ in 0..depth_max {
        let mut next = Vec::new();
        for (_, child) in level.iter().filter_map(|one| children.get(one)).flatten() {
            if shown.len() > size_max {
                is_cut = true;
            } else if shown.insert(*child) {
                next.push(*child);
            }
        }
        level = next;
    }
    is_cut |= level.iter().any(|one| children.contains_key(one));
    Tree { root: node(root, None, 0, &children, values, &shown), is_cut }
}

fn node(
    customer: u32,
    invited_at: Option<Instant>,
    depth: usize,
    children: &BTreeMap<u32, Vec<(Instant, u32)>>,
    values: &BTreeMap<u32, i64>,
    shown: &BTreeSet<u32>,
) -> Node {
    let own = children.get(&customer).map(Vec::as_slice).unwrap_or_default();
    let invited: Vec<Node> = own
        .iter()
        .filter(|(_, child)| depth < DEPTH_MAX && shown.contains(child))
        .map(|(at, child)| node(*child, Some(*at), depth + 1, children, values, shown))
        .collect();
    let value_minor = values.get(&customer).copied().unwrap_or_default();
    Node {
        customer,
        depth,
        invited_at,
        value_minor,
        branch_minor: invited.iter().fold(value_minor, |sum, one| sum.saturating_add(one.branch_minor)),
        brought: invited.iter().map(|one| 1 + one.brought).sum(),
        invited,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn came_by(kind: IdentifierType, value: &str) -> Option<Word> {
        Some(Word::CameBy(Inviter::Identifier(Identifier { kind, value: value.to_owned() })))
    }

    #[test]
    fn messages_say_whose_a_share_is_and_by_whom_somebody_came() {
        let share = |id: &str| Some(Word::CameBy(Inviter::Share(id.to_owned())));
        let cases = [
            (Some("Shared"), json!({ "share_id": "s1" }), Some(Word::Shares("s1".to_owned()))),
            (Some("Shared"), json!({ "invited_by": "u1" }), None),
            (Some("Share Opened"), json!({ "share_id": 7 }), share("7")),
            (None, json!({ "share_id": "s1" }), share("s1")),
            (Some("Signed Up"), json!({ "invited_by": "u1", "share_id": "s1" }), came_by(IdentifierType::UserId, "u1")),
            (
                Some("Signed Up"),
                json!({ "invited_by": "u1", "invited_by_type": "member_no" }),
                came_by(IdentifierType::MemberNo, "u1"),
            ),
            (Some("Signed Up"), json!({ "invited_by": "u1", "invited_by_type": "dance" }), None),
            (Some("Signed Up"), json!({ "invited_by": "0" }), None),
            (Some("Signed Up"), json!({ "invited_by": ["u1"] }), None),
            (Some("Signed Up"), json!({ "share_id": "" }), None),
            (Some("Signed Up"), json!({ "text": "invited_by" }), None),
        ];
        for (name, properties, expected) in cases {
            assert_eq!(word_of(name, &properties.to_string()), expected, "{name:?} {properties}");
        }
        assert_eq!(word_of(Some("Shared"), "share_id"), None);
    }

    fn told(at: i64, inviter: Option<u32>) -> Told {
        Told { at: Instant(at), inviter }
    }

    fn edges(list: &[(u32, i64, u32)]) -> BTreeMap<u32, Edge> {
        list.iter().map(|(invitee, at, inviter)| (*invitee, Edge { at: Instant(*at), inviter: *inviter })).collect()
    }

    #[test]
    fn the_earliest_word_that_leads_to_somebody_else_holds() {
        let all = [told(1, None), told(2, Some(5)), told(4, Some(9)), told(3, Some(7)), told(3, Some(8))];
        let (edge, refused) = choose(5, &all);
        assert_eq!(edge, Some(Edge { at: Instant(3), inviter: 7 }));
        assert_eq!(refused, [Refused { at: Instant(2), invitee: 5, why: Refusal::Itself }]);
        assert_eq!(choose(5, &[told(1, None)]), (None, vec![]));
    }

    #[test]
    fn of_a_circle_the_latest_word_is_refused_and_the_rest_stands() {
        let mut all = edges(&[(1, 10, 2), (2, 30, 3), (3, 20, 1), (4, 1, 3), (5, 2, 6), (8, 9, 9)]);
        let refused = without_cycles(&mut all);
        let cycle = |at, invitee| Refused { at: Instant(at), invitee, why: Refusal::Cycle };
        assert_eq!(refused, [cycle(30, 2)]);
        assert_eq!(all.keys().copied().collect::<Vec<_>>(), [1, 3, 4, 5, 8]);
        assert_eq!(without_cycles(&mut all), [], "8 leads to 9, who was invited by nobody");
        let mut two = edges(&[(1, 5, 2), (2, 5, 1), (3, 1, 4), (4, 2, 3)]);
        assert_eq!(without_cycles(&mut two), [cycle(2, 4), cycle(5, 2)]);
    }

    /// From any random words, what is left has no circle, and only words in circles went.
    #[test]
    fn what_is_left_leads_to_somebody_whom_nobody_invited() {
        let mut state = 3_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..300 {
            let people = 2 + next(9) as u32;
            let mut all = BTreeMap::new();
            for invitee in 0..people {
                let inviter = next(u64::from(people)) as u32;
                if inviter != invitee && next(4) > 0 {
                    all.insert(invitee, Edge { at: Instant(next(5).cast_signed()), inviter });
                }
            }
            let before = all.clone();
            let refused = without_cycles(&mut all);
            assert_eq!(all.len() + refused.len(), before.len());
            for start in 0..people {
                let mut at = start;
                let mut steps = 0;
                while let Some(edge) = all.get(&at) {
                    at = edge.inviter;
                    steps += 1;
                    assert!(steps <= people, "{before:?}");
                }
            }
            for one in refused {
                let mut at = before[&one.invitee].inviter;
                for _ in 0..people {
                    if at != one.invitee {
                        at = before.get(&at).map_or(at, |edge| edge.inviter);
                    }
                }
                assert_eq!(at, one.invitee, "it was in a circle: {before:?}");
            }
        }
    }

    #[test]
    fn a_tree_has_depth_and_value_by_branch_up_to_its_bounds() {
        // 1 brought 2 and 3, 2 brought 4, 4 brought 5; 6 is not to be seen, nor is 7 below.
        let all = edges(&[(2, 1, 1), (3, 2, 1), (4, 3, 2), (5, 4, 4), (6, 5, 1), (7, 6, 6)]);
        let values: BTreeMap<u32, i64> = [(1, 100), (2, 20), (3, 0), (4, 5), (5, 1), (7, 9)].into();
        let whole = tree(1, &all, &values, 5, 100);
        assert!(!whole.is_cut);
        let root = &whole.root;
        assert_eq!((root.value_minor, root.branch_minor, root.brought, root.depth), (100, 126, 4, 0));
        let first = &root.invited[0];
        assert_eq!((first.customer, first.depth, first.branch_minor, first.brought), (2, 1, 26, 2));
        assert_eq!(first.invited_at, Some(Instant(1)));
        assert_eq!(first.invited[0].invited[0].depth, 3);
        let shallow = tree(1, &all, &values, 2, 100);
        assert!(shallow.is_cut);
        assert_eq!((shallow.root.brought, shallow.root.branch_minor), (3, 125));
        let small = tree(1, &all, &values, 5, 2);
        assert!(small.is_cut);
        assert_eq!(small.root.brought, 2);
    }
}
