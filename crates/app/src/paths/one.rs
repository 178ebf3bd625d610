//! How far one customer has come on each path, over all profiles.

use super::{PathError, load};
use crate::App;
use crate::access::{Actor, require};
use crate::identity::whole;
use perennial_domain::access::Right;
use perennial_domain::fact::FactKind;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::path::{Hit, JourneyPath, Matcher};
use perennial_domain::time::Instant;
use perennial_history::Glance;
use perennial_store::customers;
use std::collections::HashMap;

/// A step that was gone, and the fact by which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepTaken {
    pub at: Instant,
    pub kind: FactKind,
    /// Of the event, the page or the screen.
    pub name: Option<String>,
    pub channel: Option<String>,
    pub touch_point: Option<String>,
    /// Who told it.
    pub source: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerPath {
    pub path: JourneyPath,
    pub is_preset: bool,
    /// Those that were gone, from the first on, in the order of time.
    pub taken: Vec<StepTaken>,
    pub completed_at: Option<Instant>,
}

type Words = (FactKind, Option<String>, Option<String>, Option<String>, String);

/// The customer's facts that may be steps, each a time and the number of its words.
#[derive(Default)]
struct Facts {
    found: Vec<(Instant, u32)>,
    words: Vec<Words>,
    known: HashMap<Words, u32>,
}

impl Facts {
    fn add(&mut self, fact: Glance<'_>) {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let words: Words =
            (fact.kind, own(fact.name), own(fact.channel), own(fact.touch_point), fact.source.to_owned());
        let number = match self.known.get(&words) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
                self.words.push(words.clone());
                self.known.insert(words, number);
                number
            }
        };
        self.found.push((fact.at, number));
    }
}

pub async fn customer_paths(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
) -> Result<Vec<CustomerPath>, PathError> {
    require(actor, Right::CustomersRead)?;
    let (whole, paths) = {
        let mut tx = app.store.read().await?;
        let whole = whole(&mut tx, customer).await?;
        let seen = customers::get(&mut tx, actor.scope(), i64::from(whole.customer.0)).await?;
        seen.ok_or(PathError::NoCustomer)?;
        (whole, load(&mut tx).await?)
    };
    let matchers: Vec<Matcher> = paths.all().map(Matcher::of).collect();
    let mut facts = Facts::default();
    for part in &whole.parts {
        let visit = |one: Glance<'_>| {
            let is_step = |matcher: &Matcher| matcher.mask(one.kind, one.name, one.channel, one.touch_point) != 0;
            if one.is_first && matchers.iter().any(is_step) {
                facts.add(one);
            }
        };
        app.history.glance(*part, None, visit).await?;
    }
    let of_path = |(place, (path, matcher)): (usize, (&JourneyPath, &Matcher))| {
        let masks: Vec<_> = facts
            .words
            .iter()
            .map(|(kind, name, channel, touch_point, _)| {
                matcher.mask(*kind, name.as_deref(), channel.as_deref(), touch_point.as_deref())
            })
            .collect();
        let hits = facts.found.iter().zip(0u32..);
        let hits = hits.map(|((at, words), number)| Hit { at: *at, mask: masks[*words as usize], number }).collect();
        let walk = matcher.walk(hits);
        let taken = walk.facts.iter().map(|number| {
            let (at, words) = facts.found[*number as usize];
            let (kind, name, channel, touch_point, source) = facts.words[words as usize].clone();
            StepTaken { at, kind, name, channel, touch_point, source }
        });
        let is_preset = place < paths.presets.len();
        CustomerPath { path: path.clone(), is_preset, taken: taken.collect(), completed_at: walk.completed_at }
    };
    Ok(paths.all().zip(&matchers).enumerate().map(of_path).collect())
}
