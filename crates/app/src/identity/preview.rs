//! What a merge would make of two customers, without making it.

use super::by_hand::{MergeRequest, Sides, sides};
use super::error::IdentityError;
use super::joining::word_of;
use super::whole::whole;
use crate::App;
use crate::access::{Actor, require};
use crate::fields::TraitSources;
use crate::pipeline::combine;
use perennial_domain::access::Right;
use perennial_domain::identity::{Because, IdentifierType, PARTS_MAX, Word, holding, words_together};
use perennial_domain::ids::CustomerNumber;
use perennial_domain::money::Currency;
use perennial_domain::time::Instant;
use perennial_store::customers::{self, CustomerCounters};
use perennial_store::identity::{self, IdentityRow};
use perennial_store::{ReadTx, Scope, activity, merges, traits};
use std::collections::BTreeMap;

/// One of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SidePreview {
    pub customer: CustomerNumber,
    pub counters: CustomerCounters,
    pub events: i64,
    pub profiles: usize,
    /// The strongest first.
    pub identifiers: Vec<IdentityRow>,
}

/// A type of which the customer would have more than messages may give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverLimit {
    pub kind: IdentifierType,
    pub count: usize,
    pub limit: usize,
}

/// A trait: what holds for each, and what would hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPreview {
    pub name: String,
    pub survivor_says: Option<Word>,
    pub absorbed_says: Option<Word>,
    pub holds: Word,
    pub because: Because,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergePreview {
    pub survivor: SidePreview,
    pub absorbed: SidePreview,
    pub after: CustomerCounters,
    pub events_after: i64,
    /// By name.
    pub fields: Vec<FieldPreview>,
    pub over_limit: Vec<OverLimit>,
    /// A person has parted them before.
    pub kept_apart: bool,
    pub too_many_profiles: bool,
    pub currency: Option<Currency>,
}

pub async fn preview_merge(app: &App, actor: &Actor, request: &MergeRequest) -> Result<MergePreview, IdentityError> {
    require(actor, Right::CustomersMerge)?;
    let mut tx = app.store.read().await?;
    let Sides { survivor, absorbed } = sides(&mut tx, request).await?;
    let kept_apart = kept_apart(&mut tx, survivor, absorbed).await?;
    let (survivor, survivor_words) = side(&mut tx, survivor).await?;
    let (absorbed, absorbed_words) = side(&mut tx, absorbed).await?;
    let mut after = combine(survivor.counters.number, &[&survivor.counters, &absorbed.counters]);
    let fields = fields(survivor_words, absorbed_words);
    let name = fields.iter().find(|field| field.name == crate::pipeline::NAME).map_or("", |field| &field.holds.value);
    after.set_display_name(name);
    Ok(MergePreview {
        events_after: survivor.events + absorbed.events,
        over_limit: over_limit(survivor.identifiers.iter().chain(&absorbed.identifiers)),
        currency: crate::settings::current(&mut tx).await?.currency,
        too_many_profiles: survivor.profiles + absorbed.profiles > PARTS_MAX,
        after,
        fields,
        kept_apart,
        survivor,
        absorbed,
    })
}

async fn side(tx: &mut ReadTx<'_>, customer: CustomerNumber) -> Result<(SidePreview, Vec<Word>), IdentityError> {
    let number = i64::from(customer.0);
    let row = customers::get(tx, &Scope::Everyone, number).await?.ok_or(IdentityError::NoCustomer)?;
    let events = activity::of_customer(tx, number).await?.map_or(0, |row| row.events);
    let mut identifiers = identity::of_customer(tx, number).await?;
    crate::customers::sort_identifiers(&mut identifiers);
    let sources = TraitSources::load(tx).await?;
    let words = traits::of_customer(tx, number).await?.into_iter().map(|row| word_of(row, &sources)).collect();
    let profiles = whole(tx, customer).await?.parts.len();
    Ok((SidePreview { customer, counters: row.counters, events, profiles, identifiers }, words))
}

/// What each says by the priority of the domain, and what both together.
fn fields(survivor: Vec<Word>, absorbed: Vec<Word>) -> Vec<FieldPreview> {
    let mut by_name: BTreeMap<String, [Vec<Word>; 2]> = BTreeMap::new();
    for (place, words) in [survivor, absorbed].into_iter().enumerate() {
        for word in words {
            by_name.entry(word.name.clone()).or_default()[place].push(word);
        }
    }
    let held = |words: &[Word]| holding(words).map(|(place, because)| (words[place].clone(), because));
    let mut fields = Vec::with_capacity(by_name.len());
    for (name, [survivor, absorbed]) in by_name {
        let (survivor_says, absorbed_says) = (held(&survivor), held(&absorbed));
        let both = words_together([survivor, absorbed].concat());
        let Some((holds, _)) = held(&both) else { continue };
        // The reason is told of the two that stand against each other, not of what each source said before.
        let told: Vec<Word> =
            [&survivor_says, &absorbed_says].into_iter().flatten().map(|(word, _)| word.clone()).collect();
        let because = holding(&told).map_or(Because::NoConflict, |(_, because)| because);
        let word = |said: Option<(Word, Because)>| said.map(|(word, _)| word);
        fields.push(FieldPreview {
            name,
            survivor_says: word(survivor_says),
            absorbed_says: word(absorbed_says),
            holds,
            because,
        });
    }
    fields
}

fn over_limit<'a>(identifiers: impl Iterator<Item = &'a IdentityRow>) -> Vec<OverLimit> {
    let mut latest: BTreeMap<IdentifierType, Vec<Instant>> = BTreeMap::new();
    for row in identifiers {
        if let Some(kind) = IdentifierType::parse(&row.kind) {
            latest.entry(kind).or_default().push(Instant(row.first_seen_at));
        }
    }
    let count = |kind: IdentifierType, seen: &[Instant]| {
        let now = seen.iter().copied().max().unwrap_or(Instant(0));
        seen.iter().filter(|at| kind.limit().counts(**at, now)).count()
    };
    let counted = latest.iter().map(|(kind, seen)| OverLimit {
        kind: *kind,
        count: count(*kind, seen),
        limit: kind.limit().count,
    });
    counted.filter(|one| one.count > one.limit).collect()
}

async fn kept_apart(tx: &mut ReadTx<'_>, one: CustomerNumber, other: CustomerNumber) -> Result<bool, IdentityError> {
    let [one, other] = [whole(tx, one).await?.parts, whole(tx, other).await?.parts];
    let numbers: Vec<i64> = one.iter().map(|part| i64::from(part.0)).collect();
    let is_other = |number: i64| other.iter().any(|part| i64::from(part.0) == number);
    let mut undone = merges::of_parts(tx, &numbers).await?.into_iter().filter(|row| row.undone_at.is_some());
    Ok(undone.any(|row| is_other(row.one_part) || is_other(row.other_part)))
}
