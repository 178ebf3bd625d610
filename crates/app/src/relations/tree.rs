//! The tree below a customer, and who invited them.

use super::NICKNAME_PURPOSE;
use crate::App;
use crate::access::{Actor, require};
use crate::consent::who_granted;
use crate::customers::CustomerError;
use crate::identity::whole;
use perennial_domain::access::Right;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::relations::{
    DEPTH_MAX, Edge, Node, Refusal, Refused, SHARE_KIND, SIZE_MAX, Told, choose, tree, without_cycles,
};
use perennial_domain::time::Instant;
use perennial_store::relations::{self as table, RelationRow};
use perennial_store::{ReadTx, Scope, StoreError, customers, identity, parts, traits};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Inviters of inviters that are looked at, upwards.
const STEPS_UP_MAX: usize = 64;
const NICKNAME: &str = "nickname";

/// Somebody else, as far as they agreed to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    pub nickname: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeNode {
    pub who: Other,
    /// 1 for those whom the customer brought.
    pub depth: usize,
    pub invited_at: Option<Instant>,
    /// Net revenue of this one, and with all below.
    pub value_minor: i64,
    pub branch_minor: i64,
    /// People below.
    pub brought: usize,
    pub invited: Vec<TreeNode>,
}

/// A word that does not hold, about the customer or somebody in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusing {
    pub at: Instant,
    pub why: Refusal,
    /// It is about the customer who was asked for.
    pub is_own: bool,
    pub invitee: Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relations {
    pub customer: CustomerNumber,
    pub currency: Option<Currency>,
    /// Who invited the customer, who invited that one, and so on, as far as they are seen.
    pub invited_by: Vec<(Other, Instant)>,
    pub root: TreeNode,
    /// There is more than depth and size allow.
    pub is_cut: bool,
    /// The earliest first.
    pub refused: Vec<Refusing>,
}

/// The tree below a customer, down to `depth` levels and `size` people (at most [`DEPTH_MAX`] and [`SIZE_MAX`]).
pub async fn customer_relations(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
    depth: usize,
    size: usize,
) -> Result<Relations, CustomerError> {
    require(actor, Right::CustomersRead)?;
    let (depth, size) = (depth.clamp(1, DEPTH_MAX), size.clamp(1, SIZE_MAX));
    let mut tx = app.store.read().await?;
    let customer = whole(&mut tx, customer).await?.customer;
    customers::get(&mut tx, actor.scope(), i64::from(customer.0)).await?.ok_or(CustomerError::NotFound)?;
    let mut found = Found::default();
    let ancestors = found.upwards(&mut tx, customer.0).await?;
    found.downwards(&mut tx, customer.0, depth, size).await?;
    found.refused.extend(without_cycles(&mut found.edges));
    let values = found.values(&mut tx, actor.scope()).await?;
    let shown = tree(customer.0, &found.edges, &values, depth, size);
    let seen: Vec<u32> = values.keys().copied().collect();
    let nicknames = nicknames(&mut tx, &seen).await?;
    let currency = crate::settings::current(&mut tx).await?.currency;
    drop(tx);
    let other = |number: &u32| Other { nickname: nicknames.get(number).cloned() };
    let mut invited_by = Vec::new();
    let mut at = customer.0;
    for _ in &ancestors {
        let Some(edge) = found.edges.get(&at).filter(|edge| values.contains_key(&edge.inviter)) else { break };
        invited_by.push((other(&edge.inviter), edge.at));
        at = edge.inviter;
    }
    let mut in_tree = BTreeSet::new();
    note_people(&shown.root, &mut in_tree);
    found.refused.sort_unstable();
    let refused = found.refused.iter().filter(|one| in_tree.contains(&one.invitee)).map(|one| Refusing {
        at: one.at,
        why: one.why,
        is_own: one.invitee == customer.0,
        invitee: other(&one.invitee),
    });
    Ok(Relations {
        customer,
        currency,
        invited_by,
        refused: refused.collect(),
        is_cut: shown.is_cut || found.is_cut,
        root: shown_of(shown.root, &nicknames),
    })
}

fn note_people(node: &Node, people: &mut BTreeSet<u32>) {
    people.insert(node.customer);
    node.invited.iter().for_each(|one| note_people(one, people));
}

fn shown_of(node: Node, nicknames: &BTreeMap<u32, String>) -> TreeNode {
    TreeNode {
        who: Other { nickname: nicknames.get(&node.customer).cloned() },
        depth: node.depth,
        invited_at: node.invited_at,
        value_minor: node.value_minor,
        branch_minor: node.branch_minor,
        brought: node.brought,
        invited: node.invited.into_iter().map(|one| shown_of(one, nicknames)).collect(),
    }
}

/// Who invited whom around a customer, by numbers of customers.
#[derive(Default)]
struct Found {
    edges: BTreeMap<u32, Edge>,
    refused: Vec<Refused>,
    /// Whose words were read.
    read: BTreeSet<u32>,
    is_cut: bool,
}

impl Found {
    /// The inviters above, nearest first; a circle ends with whoever stands in it already.
    async fn upwards(&mut self, tx: &mut ReadTx<'_>, customer: u32) -> Result<Vec<u32>, StoreError> {
        let mut ancestors = Vec::new();
        let mut at = customer;
        while ancestors.len() < STEPS_UP_MAX && !self.read.contains(&at) {
            self.read_words(tx, &[at]).await?;
            let Some(edge) = self.edges.get(&at) else { break };
            at = edge.inviter;
            ancestors.push(at);
        }
        Ok(ancestors)
    }

    /// Those below, level by level, and one level more to see whether there is any.
    async fn downwards(
        &mut self,
        tx: &mut ReadTx<'_>,
        customer: u32,
        depth: usize,
        size: usize,
    ) -> Result<(), StoreError> {
        let mut reached: BTreeSet<u32> = BTreeSet::from([customer]);
        let mut level = vec![customer];
        for _ in 0..=depth {
            if level.is_empty() {
                break;
            }
            let rows = named_by(tx, &level).await?;
            let invitees = customers_of(tx, &rows.iter().map(|row| row.part_number).collect::<Vec<_>>()).await?;
            let mut candidates: Vec<(i64, u32)> = rows
                .iter()
                .filter_map(|row| Some((row.at, *invitees.get(&row.part_number)?)))
                .filter(|(_, invitee)| !reached.contains(invitee))
                .collect();
            candidates.sort_unstable();
            // One more than may be shown tells that there are more.
            let room = (size + 2).saturating_sub(reached.len());
            let mut next: Vec<u32> = Vec::new();
            let mut looked_at: BTreeSet<u32> = BTreeSet::new();
            for (_, invitee) in candidates {
                if looked_at.len() >= room {
                    self.is_cut = true;
                    break;
                }
                if looked_at.insert(invitee) {
                    next.push(invitee);
                }
            }
            self.read_words(tx, &next).await?;
            next.retain(|invitee| self.edges.get(invitee).is_some_and(|edge| level.contains(&edge.inviter)));
            reached.extend(&next);
            level = next;
        }
        Ok(())
    }

    /// What was told of these customers, and which of it holds.
    async fn read_words(&mut self, tx: &mut ReadTx<'_>, customers: &[u32]) -> Result<(), StoreError> {
        let new: Vec<u32> = customers.iter().copied().filter(|one| self.read.insert(*one)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let customer_of = parts_of(tx, &new).await?;
        let rows = table::of_parts(tx, &customer_of.keys().copied().collect::<Vec<_>>()).await?;
        let inviters = inviters_of(tx, &rows).await?;
        let mut told: BTreeMap<u32, Vec<Told>> = BTreeMap::new();
        for row in &rows {
            let Some(customer) = customer_of.get(&row.part_number) else { continue };
            let inviter = inviters.get(&(row.inviter_kind.as_str(), row.inviter_value.as_str())).copied();
            told.entry(*customer).or_default().push(Told { at: Instant(row.at), inviter });
        }
        for (customer, words) in told {
            let (edge, refused) = choose(customer, &words);
            self.refused.extend(refused);
            if let Some(edge) = edge {
                self.edges.insert(customer, edge);
            }
        }
        Ok(())
    }

    /// Net revenue of all who are around and may be seen.
    async fn values(&self, tx: &mut ReadTx<'_>, scope: &Scope) -> Result<BTreeMap<u32, i64>, StoreError> {
        let people =
            self.edges.iter().flat_map(|(invitee, edge)| [*invitee, edge.inviter]).chain(self.read.iter().copied());
        let people: BTreeSet<i64> = people.map(i64::from).collect();
        let mut people: Vec<i64> = people.into_iter().collect();
        if !scope.is_everyone() {
            people = customers::among(tx, scope, &people).await?;
        }
        let rows = customers::load(tx, &people).await?;
        Ok(rows.into_iter().filter_map(|row| Some((u32::try_from(row.number).ok()?, row.net_minor))).collect())
    }
}

/// The words that hold about these customers, and about all above them: whom the trees of the latter show below them.
pub(super) async fn edges_above(tx: &mut ReadTx<'_>, customers: Vec<u32>) -> Result<BTreeMap<u32, Edge>, StoreError> {
    let mut found = Found::default();
    let mut level = customers;
    for _ in 0..STEPS_UP_MAX {
        found.read_words(tx, &level).await?;
        let above: BTreeSet<u32> = level.iter().filter_map(|one| Some(found.edges.get(one)?.inviter)).collect();
        level = above.into_iter().filter(|one| !found.read.contains(one)).collect();
        if level.is_empty() {
            break;
        }
    }
    without_cycles(&mut found.edges);
    Ok(found.edges)
}

/// Kind and value of an inviter.
type Key<'a> = (&'a str, &'a str);

/// What names one of these customers as inviter, by an identifier or a share.
async fn named_by(tx: &mut ReadTx<'_>, level: &[u32]) -> Result<Vec<RelationRow>, StoreError> {
    let numbers: Vec<i64> = level.iter().copied().map(i64::from).collect();
    let identities = identity::of_customers(tx, &numbers).await?;
    let parts: Vec<i64> = parts_of(tx, level).await?.into_keys().collect();
    let shares = table::shares_of_parts(tx, &parts).await?;
    let identifiers = identities.iter().map(|row| (row.kind.as_str(), row.value.as_str()));
    let keys: Vec<Key<'_>> = identifiers.chain(shares.iter().map(|row| (SHARE_KIND, row.share_id.as_str()))).collect();
    table::naming(tx, &keys).await
}

/// Whom these words lead to, by kind and value.
async fn inviters_of<'a>(tx: &mut ReadTx<'_>, rows: &'a [RelationRow]) -> Result<HashMap<Key<'a>, u32>, StoreError> {
    let keys: BTreeSet<Key<'a>> =
        rows.iter().map(|row| (row.inviter_kind.as_str(), row.inviter_value.as_str())).collect();
    let (shared, named): (Vec<Key<'a>>, Vec<Key<'a>>) = keys.into_iter().partition(|(kind, _)| *kind == SHARE_KIND);
    let owners = identity::owners(tx, &named).await?;
    let mut found: HashMap<Key<'a>, u32> = named
        .iter()
        .filter_map(|key| Some((*key, owners.get(&(key.0.to_owned(), key.1.to_owned()))?.customer_number)))
        .collect();
    let shares = table::shares(tx, &shared.iter().map(|(_, id)| *id).collect::<Vec<_>>()).await?;
    let customers = customers_of(tx, &shares.iter().map(|row| row.part_number).collect::<Vec<_>>()).await?;
    for key in shared {
        let share = shares.iter().find(|row| row.share_id == key.1);
        if let Some(customer) = share.and_then(|row| customers.get(&row.part_number)) {
            found.insert(key, *customer);
        }
    }
    Ok(found)
}

/// All profiles of these customers, each with its customer.
async fn parts_of(tx: &mut ReadTx<'_>, customers: &[u32]) -> Result<BTreeMap<i64, u32>, StoreError> {
    let numbers: Vec<i64> = customers.iter().copied().map(i64::from).collect();
    let pairs = parts::together(tx, &numbers).await?;
    let mut found: BTreeMap<i64, u32> = customers.iter().map(|one| (i64::from(*one), *one)).collect();
    found.extend(pairs.into_iter().filter_map(|(part, customer)| Some((part, u32::try_from(customer).ok()?))));
    Ok(found)
}

/// The customer of each of these profiles.
async fn customers_of(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<BTreeMap<i64, u32>, StoreError> {
    let pairs = parts::together(tx, parts).await?;
    let alone = parts.iter().filter_map(|part| Some((*part, u32::try_from(*part).ok()?)));
    let mut found: BTreeMap<i64, u32> = alone.collect();
    found.extend(pairs.into_iter().filter_map(|(part, customer)| Some((part, u32::try_from(customer).ok()?))));
    Ok(found)
}

/// Of those who agreed to that.
async fn nicknames(tx: &mut ReadTx<'_>, customers: &[u32]) -> Result<BTreeMap<u32, String>, StoreError> {
    let customer_of = parts_of(tx, customers).await?;
    let agreed = who_granted(tx, NICKNAME_PURPOSE, &customer_of).await?;
    let agreed: Vec<i64> = agreed.into_iter().map(i64::from).collect();
    let mut newest: BTreeMap<u32, (i64, String, String)> = BTreeMap::new();
    for row in traits::of_customers(tx, &agreed).await?.into_iter().filter(|row| row.name == NICKNAME) {
        let Ok(customer) = u32::try_from(row.customer_number) else { continue };
        let told = (row.at, row.source, row.value);
        let known = newest.entry(customer).or_insert_with(|| told.clone());
        if told > *known {
            *known = told;
        }
    }
    Ok(newest.into_iter().map(|(customer, (_, _, value))| (customer, value)).collect())
}
