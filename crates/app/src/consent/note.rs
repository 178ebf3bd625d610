//! Decisions of applied facts become rows, in the commit that applies them.

use super::register;
use super::withdraw::withdraw_where_nothing_is_granted;
use crate::App;
use perennial_domain::consent::{Decided, Decision, holding};
use perennial_domain::fact::{AppliedBlock, FactKey};
use perennial_domain::time::Instant;
use perennial_store::consents::{self as table, ConsentRow};
use perennial_store::{StoreError, WriteTx};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Notes what the facts of a block say about consent, and sees to it that what was collected goes where it was taken back.
pub(crate) async fn note_consents(app: &App, tx: &mut WriteTx<'_>, block: &AppliedBlock) -> Result<(), StoreError> {
    let telling = block.facts.iter().filter(|one| {
        one.customer.is_some() && one.fact.tracked.as_deref().is_some_and(|tracked| !tracked.consents.is_empty())
    });
    let telling: Vec<_> = telling.collect();
    if telling.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    let parts: BTreeSet<i64> = telling.iter().filter_map(|one| one.customer).map(|part| i64::from(part.0)).collect();
    let parts: Vec<i64> = parts.into_iter().collect();
    let mut known: BTreeMap<i64, Vec<ConsentRow>> = BTreeMap::new();
    for row in table::of_parts(tx, &parts).await? {
        known.entry(row.part_number).or_default().push(row);
    }
    let mut new: Vec<ConsentRow> = Vec::new();
    let mut taken_back: BTreeSet<(i64, String)> = BTreeSet::new();
    for one in telling {
        let (Some(part), Some(tracked)) = (one.customer, one.fact.tracked.as_deref()) else { continue };
        let part_number = i64::from(part.0);
        let rows = known.entry(part_number).or_default();
        for word in &tracked.consents {
            let decided = Decided { decision: word.decision, is_explicit: word.is_explicit, at: one.fact.at };
            // What a device reports with every message is worth a row only where it is news.
            if !word.is_explicit && !is_news(rows, &word.purpose, &word.channel, &block.source, decided) {
                continue;
            }
            let text_hash = match &word.text_version {
                Some(version) => table::text_hash(tx, &word.purpose, version).await?,
                None => None,
            };
            let properties: Option<Value> =
                tracked.properties.as_deref().and_then(|text| serde_json::from_str(text).ok());
            let evidence = json!({
                "message_id": tracked.message_id,
                "event": tracked.name,
                "channel": tracked.channel,
                "locale": tracked.locale,
                "page_url": tracked.page_url,
                "properties": properties.filter(|_| word.is_explicit),
            });
            let row = ConsentRow {
                id: FactKey::of(&["consent", &one.fact.key.hex(), &word.purpose, &word.channel]).hex(),
                part_number,
                purpose: word.purpose.clone(),
                channel: word.channel.clone(),
                decision: word.decision.code().to_owned(),
                is_explicit: word.is_explicit,
                at: one.fact.at.0,
                recorded_at: now.0,
                source: block.source.clone(),
                text_version: word.text_version.clone(),
                text_hash,
                evidence: evidence.to_string(),
            };
            if word.decision != Decision::Granted {
                taken_back.insert((part_number, word.purpose.clone()));
            }
            rows.push(row.clone());
            new.push(row);
        }
    }
    // A message is applied once, but a purpose may stand in it twice.
    let mut seen = BTreeSet::new();
    new.retain(|row| seen.insert(row.id.clone()));
    table::insert(tx, &new).await?;
    for (part, purpose) in taken_back {
        if let Some(purpose) = register::purpose(tx, &purpose).await?
            && !purpose.settings.collects.is_empty()
        {
            withdraw_where_nothing_is_granted(app, tx, part, &purpose).await?;
        }
    }
    Ok(())
}

/// Whether this source has not reported the same before.
fn is_news(rows: &[ConsentRow], purpose: &str, channel: &str, source: &str, reported: Decided) -> bool {
    let own: Vec<Decided> = rows
        .iter()
        .filter(|row| !row.is_explicit && row.purpose == purpose && row.channel == channel && row.source == source)
        .filter_map(decided_of)
        .collect();
    let before: Vec<Decided> = own.into_iter().filter(|one| one.at <= reported.at).collect();
    holding(&before).is_none_or(|place| before[place].decision != reported.decision)
}

pub(crate) fn decided_of(row: &ConsentRow) -> Option<Decided> {
    let decision = Decision::parse(&row.decision)?;
    Some(Decided { decision, is_explicit: row.is_explicit, at: Instant(row.at) })
}
