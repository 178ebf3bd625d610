//! What a group is worth, and what it took to win it.
//!
//! The stated rules: the **lifetime value** is that of the last value run, of those who have one. The **acquisition cost** is of those
//! whose first purchase belongs to a channel code that costs something, by the rule of the report of codes (`crate::codes`): each first
//! buyer of a code takes an equal part of its cost. The ratio compares the two of the same people: those whose cost is known and
//! who have a value. Amounts are of the workspace's currency; a mean is rounded half up.

use super::super::catalogue::catalogue_in_tx;
use super::super::error::SegmentError;
use super::super::read::{RuleText, usable};
use super::Live;
use super::answer::{narrowed, ready, seen_by, who};
use crate::App;
use crate::access::{Actor, require};
use crate::codes::ATTRIBUTION_DAYS;
use perennial_domain::access::Right;
use perennial_domain::money::Currency;
use perennial_domain::rules::{Clause, Test, Tree};
use perennial_domain::share::quotient;
use perennial_domain::time::{Instant, MICROS_PER_DAY};
use perennial_index::Set;
use perennial_store::{ReadTx, StoreError, codes};
use std::collections::BTreeMap;
use std::sync::Arc;

const LIFETIME_VALUE: &str = "$lifetime_value";

/// A mean amount and of how many it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mean {
    pub minor: i64,
    pub of: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acquisition {
    pub cost: Mean,
    /// Of those whose cost is known and who have a value.
    pub lifetime: Option<Mean>,
    /// Of those, the mean lifetime value by the mean cost, in hundredths; none where there is nobody.
    pub ratio_hundredths: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worth {
    pub count: u64,
    pub currency: Option<Currency>,
    /// None before the first value run, and of a group without any value.
    pub lifetime: Option<Mean>,
    /// None where nobody's cost is known, and for who may not see what codes cost.
    pub acquisition: Option<Acquisition>,
    pub as_of: Instant,
}

/// A code that costs something and who bought first by it.
struct Won {
    cost_minor: i64,
    buyers: Set,
}

/// Of the customers whom the actor sees.
pub async fn worth(app: &App, live: &Arc<Live>, actor: &Actor, told: &RuleText) -> Result<Worth, SegmentError> {
    require(actor, Right::CustomersRead)?;
    let mut tx = app.store.read().await?;
    let rule = usable(told, &catalogue_in_tx(&mut tx).await?)?;
    let currency = crate::settings::current(&mut tx).await?.currency;
    let won = if actor.may(Right::TouchPointsRead) { won(&mut tx).await? } else { Vec::new() };
    drop(tx);
    let has_value = Tree::Leaf(Clause::Field { name: LIFETIME_VALUE.to_owned(), test: Test::Exists });
    ready(app, live, &Tree::Any(vec![rule.clone(), has_value.clone()])).await?;
    let seen = seen_by(app, actor.scope()).await?;
    live.look(app.clock.now(), |kept| {
        let group = narrowed(who(kept, &rule)?, seen.as_ref());
        let lifetime_of = |set: &Set| {
            let (sum, of) = kept.index.sum_of(LIFETIME_VALUE, set).map_err(|_| SegmentError::Behind)?;
            Ok::<Option<Mean>, SegmentError>(mean(sum, of))
        };
        let acquisition = match cost_of(&won, &group) {
            Some((cost, members)) => {
                let lifetime = lifetime_of(&members)?;
                let compared = cost_of(&won, &(members & who(kept, &has_value)?));
                let ratio_hundredths = lifetime
                    .zip(compared)
                    .and_then(|(lifetime, (cost, _))| quotient(i128::from(lifetime.minor) * 100, cost.minor));
                Some(Acquisition { cost, lifetime, ratio_hundredths })
            }
            None => None,
        };
        Ok(Worth { count: group.len(), currency, lifetime: lifetime_of(&group)?, acquisition, as_of: kept.index.now() })
    })?
}

async fn won(tx: &mut ReadTx<'_>) -> Result<Vec<Won>, StoreError> {
    let codes = codes::list(tx, None, "", i64::MAX).await?.into_iter().filter(|code| code.cost_minor > 0);
    let mut won: BTreeMap<String, Won> =
        codes.map(|code| (code.id, Won { cost_minor: code.cost_minor, buyers: Set::new() })).collect();
    if won.is_empty() {
        return Ok(Vec::new());
    }
    let ever = (Instant(i64::MIN), Instant(i64::MAX));
    for one in codes::people(tx, ever, ATTRIBUTION_DAYS * MICROS_PER_DAY, "ordered").await? {
        if let (Some(won), Ok(customer)) = (won.get_mut(&one.code_id), u32::try_from(one.customer_number)) {
            won.buyers.insert(customer);
        }
    }
    Ok(won.into_values().filter(|won| !won.buyers.is_empty()).collect())
}

/// What those of a group came to whose cost is known, and who they are.
fn cost_of(won: &[Won], group: &Set) -> Option<(Mean, Set)> {
    let (mut thousandths, mut members) = (0_i128, Set::new());
    for one in won {
        let own = &one.buyers & group;
        thousandths += i128::from(one.cost_minor) * 1_000 * i128::from(own.len()) / i128::from(one.buyers.len());
        members |= own;
    }
    let cost = mean(thousandths, members.len() * 1_000)?;
    Some((Mean { of: members.len(), ..cost }, members))
}

fn mean(sum: i128, of: u64) -> Option<Mean> {
    Some(Mean { minor: quotient(sum, i64::try_from(of).ok()?)?, of })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn won(cost_minor: i64, buyers: std::ops::Range<u32>) -> Won {
        Won { cost_minor, buyers: buyers.collect() }
    }

    #[test]
    fn each_first_buyer_of_a_code_takes_an_equal_part_of_its_cost() {
        // 100.00 for ten, of whom four are in the group; 9.00 for two, of whom one is.
        let codes = [won(10_000, 0..10), won(900, 10..12)];
        let (cost, members) = cost_of(&codes, &(6..11).chain(50..60).collect()).unwrap();
        assert_eq!((cost, members.len()), (Mean { minor: 890, of: 5 }, 5));
        assert!(cost_of(&codes, &(20..30).collect()).is_none());
    }

    #[test]
    fn a_mean_is_rounded_half_up() {
        let cases = [(5, 2, 3), (-5, 2, -2), (10, 4, 3), (9, 4, 2), (0, 3, 0)];
        for (sum, of, minor) in cases {
            assert_eq!(mean(sum, of), Some(Mean { minor, of }), "{sum} by {of}");
        }
        assert_eq!(mean(1, 0), None);
    }
}
