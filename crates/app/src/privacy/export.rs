//! Everything about a person as one file: a JSON object on each line, of which `record` says what it is.
//!
//! The first is `person`, the last is `end` with a count of the others: a file without it is not whole. Lines come page by
//! page, each read in a short transaction of its own, so that memory does not grow with the person's life and nothing is
//! held while somebody reads slowly. What waits when the export begins is applied and handed over first.

use super::error::PrivacyError;
use crate::access::{Actor, require};
use crate::identity::whole;
use crate::rewards::Postings;
use crate::tracking::read_held;
use crate::{App, as_json, audit, pipeline};
use perennial_domain::access::Right;
use perennial_domain::fact::{FactKey, Tracked};
use perennial_domain::identity::Identifier;
use perennial_domain::ids::CustomerNumber;
use perennial_domain::progress::slot_start;
use perennial_domain::time::{Day, Instant};
use perennial_history::{HistoryFact, TIMELINE_PAGE_MAX};
use perennial_store::customers::CustomerCounters;
use perennial_store::{
    Scope, activity, clerks, clusters, communities, consents, customers, fields, forms, identity, key_customers,
    merges, parts, priorities, progress, quarantine, reach, receipts, relations, scores, segment_moves, stores, tags,
    tickets, topics, traits, usage_cards,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const FORM: &str = "perennial.person/1";
const PAGE: usize = 500;

/// An export under way.
pub struct PersonExport {
    app: App,
    customer: CustomerNumber,
    parts: Vec<CustomerNumber>,
    identifiers: BTreeSet<Identifier>,
    stage: Stage,
    counts: BTreeMap<&'static str, u64>,
    begun_at: Instant,
}

/// What is read next.
enum Stage {
    Store,
    Points(Postings),
    /// The place of the profile, and after which fact of it.
    Facts(usize, Option<(Instant, FactKey)>),
    Held(i64),
    Audit(Option<i64>),
    End,
    Ended,
}

/// Starts an export and writes it down: who took out whom is known even if the file never arrives.
pub async fn begin_person_export(
    app: &App,
    actor: &Actor,
    customer: CustomerNumber,
) -> Result<PersonExport, PrivacyError> {
    require(actor, Right::PrivacyManage)?;
    pipeline::apply_all(app).await?;
    pipeline::hand_over(app).await?;
    let mut tx = app.store.write().await?;
    let whole = whole(&mut tx, customer).await?;
    let number = i64::from(whole.customer.0);
    customers::get(&mut tx, &Scope::Everyone, number).await?.ok_or(PrivacyError::NoCustomer)?;
    let rows = identity::of_customer(&mut tx, number).await?;
    let identifiers = rows.into_iter().filter_map(super::identifier_of).collect();
    let detail = json!({ "profiles": whole.parts.len() });
    audit::append(app, &mut tx, actor, "customer.data_exported", &whole.customer.public_id(), detail).await?;
    tx.commit().await?;
    Ok(PersonExport {
        app: app.clone(),
        customer: whole.customer,
        parts: whole.parts,
        identifiers,
        stage: Stage::Store,
        counts: BTreeMap::new(),
        begun_at: app.clock.now(),
    })
}

impl PersonExport {
    pub fn customer(&self) -> CustomerNumber {
        self.customer
    }

    /// How many lines there were of each kind, so far.
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.counts
    }

    /// The next lines; `None` at the end. May be empty in between.
    pub async fn next_bytes(&mut self) -> Result<Option<Vec<u8>>, PrivacyError> {
        let mut page: Vec<(&'static str, Value)> = Vec::new();
        self.stage = match std::mem::replace(&mut self.stage, Stage::Ended) {
            Stage::Store => {
                self.of_store(&mut page).await?;
                Stage::Points(Postings::of(&mut self.app.store.read().await?, &self.parts).await?)
            }
            Stage::Points(postings) => self.points(&mut page, postings).await?,
            Stage::Facts(place, before) => self.facts(&mut page, place, before).await?,
            Stage::Held(after) => self.held(&mut page, after).await?,
            Stage::Audit(before) => self.audit(&mut page, before).await?,
            Stage::End => {
                page.push(("end", json!({ "records": self.counts })));
                Stage::Ended
            }
            Stage::Ended => return Ok(None),
        };
        let mut bytes = Vec::new();
        for (record, value) in page {
            *self.counts.entry(record).or_default() += 1;
            let mut line = json!({ "record": record });
            if let (Value::Object(line), Value::Object(fields)) = (&mut line, value) {
                line.extend(fields);
            }
            bytes.extend_from_slice(line.to_string().as_bytes());
            bytes.push(b'\n');
        }
        Ok(Some(bytes))
    }

    async fn of_store(&self, page: &mut Vec<(&'static str, Value)>) -> Result<(), PrivacyError> {
        let at = |micros: i64| Instant(micros).rfc3339();
        let id =
            |number: i64| u32::try_from(number).map_or_else(|_| String::new(), |one| CustomerNumber(one).public_id());
        let day = |day: i64| i32::try_from(day).ok().map(|day| Day(day).iso());
        let number = i64::from(self.customer.0);
        let numbers: Vec<i64> = self.parts.iter().map(|part| i64::from(part.0)).collect();
        let mut tx = self.app.store.read().await?;
        let row = customers::get(&mut tx, &Scope::Everyone, number).await?.ok_or(PrivacyError::NoCustomer)?;
        let currency = crate::settings::current(&mut tx).await?.currency.map(|currency| currency.code().to_owned());
        page.push((
            "person",
            json!({
                "form": FORM,
                "customer": self.customer.public_id(),
                "profiles": self.parts.iter().map(|part| part.public_id()).collect::<Vec<_>>(),
                "exported_at": self.begun_at.rfc3339(),
                "currency": currency,
                "amounts": "integers of the currency's smallest unit",
                "counters": counters(&row.counters),
            }),
        ));
        for part in parts::load(&mut tx, &numbers).await? {
            page.push(("profile", json!({ "id": id(part.counters.number), "counters": counters(&part.counters) })));
        }
        for one in identity::of_customer(&mut tx, number).await? {
            let first_seen = at(one.first_seen_at);
            page.push((
                "identifier",
                json!({ "type": one.kind, "value": one.value, "source": one.source, "first_seen_at": first_seen }),
            ));
        }
        for part in &numbers {
            for one in identity::conflicts_of_customer(&mut tx, *part).await? {
                page.push((
                    "left_off_identifier",
                    json!({ "type": one.kind, "value": one.value, "source": one.source, "at": at(one.seen_at),
                        "reason": one.reason }),
                ));
            }
        }
        for one in traits::of_customer(&mut tx, number).await? {
            page.push((
                "trait",
                json!({ "name": one.name, "value": one.value, "source": one.source, "at": at(one.at) }),
            ));
        }
        for one in parts::traits(&mut tx, &numbers).await? {
            page.push((
                "trait_of_profile",
                json!({ "profile": id(one.customer_number), "name": one.name, "value": one.value,
                    "source": one.source, "at": at(one.at) }),
            ));
        }
        for one in stores::of_parts(&mut tx, &numbers).await? {
            page.push(("store", json!({ "profile": id(one.part_number), "place": one.place_id, "since": at(one.at) })));
        }
        for one in clerks::sign_ups_of_parts(&mut tx, &numbers).await? {
            page.push((
                "sign_up",
                json!({ "profile": id(one.part_number), "clerk": one.clerk_id, "at": one.at.rfc3339() }),
            ));
        }
        for one in progress::values_of_parts(&mut tx, &numbers).await? {
            let value: Value = serde_json::from_str(&one.value).unwrap_or_default();
            page.push((
                "progress",
                json!({ "profile": id(one.part_number), "product": one.product, "name": one.name, "value": value,
                    "at": at(one.at) }),
            ));
        }
        for one in progress::use_of_parts(&mut tx, &numbers).await? {
            let since = slot_start(one.slot).rfc3339();
            page.push((
                "product_use",
                json!({ "profile": id(one.part_number), "product": one.product, "quarter_hour": since,
                    "events": one.events }),
            ));
        }
        for one in relations::of_parts(&mut tx, &numbers).await? {
            // By whom is somebody else's: the person's own facts have what they said.
            page.push((
                "relation",
                json!({ "profile": id(one.part_number), "came_by": one.inviter_kind, "source": one.source,
                    "at": at(one.at) }),
            ));
        }
        for one in relations::shares_of_parts(&mut tx, &numbers).await? {
            page.push(("share", json!({ "profile": id(one.part_number), "share_id": one.share_id, "at": at(one.at) })));
        }
        for one in topics::picks_of_parts(&mut tx, &numbers).await? {
            let picked: Value = serde_json::from_str(&one.topics).unwrap_or_default();
            page.push((
                "topic_pick",
                json!({ "profile": id(one.part_number), "topics": picked, "source": one.source, "at": at(one.at),
                    "recorded_at": at(one.recorded_at) }),
            ));
        }
        for one in usage_cards::deliveries_of_parts(&mut tx, &numbers).await? {
            page.push((
                "delivery",
                json!({ "profile": id(one.part_number), "delivery": one.delivery, "product": one.product,
                    "at": at(one.at) }),
            ));
        }
        for one in usage_cards::answers_of_parts(&mut tx, &numbers).await? {
            let told: Value = serde_json::from_str(&one.fields).unwrap_or_default();
            page.push((
                "usage_answer",
                json!({ "profile": id(one.part_number), "card": one.card, "delivery": one.delivery, "fields": told,
                    "at": at(one.at), "recorded_at": at(one.recorded_at), "source": one.source, "by": one.by_name }),
            ));
        }
        // The answers stand with the facts.
        for one in forms::of_parts(&mut tx, &numbers).await? {
            page.push((
                "form_submission",
                json!({ "profile": one.part_number.map(id), "form": one.form_id, "form_version": one.version,
                    "id": one.id, "counter": one.spot.counter_id, "place": one.spot.place_id, "at": at(one.at.0),
                    "received_at": at(one.received_at.0) }),
            ));
        }
        for one in receipts::of_parts(&mut tx, &numbers).await? {
            page.push((
                "receipt",
                json!({ "profile": one.part_number.map(id), "id": one.id, "source": one.source,
                    "order_no": one.order_no, "store": one.store_code, "at": at(one.ordered_at.0),
                    "claimed_at": one.claimed_at.map(|instant| at(instant.0)) }),
            ));
        }
        for one in segment_moves::of_customers(&mut tx, &numbers).await? {
            page.push((
                "segment_move",
                json!({ "profile": id(one.customer_number), "segment": one.segment, "version": one.version,
                    "has_entered": one.has_entered, "at": at(one.at.0), "cause": one.cause }),
            ));
        }
        for one in reach::sent_to_parts(&mut tx, &numbers).await? {
            let since = slot_start(one.slot).rfc3339();
            page.push((
                "sent_messages",
                json!({ "profile": id(one.part_number), "channel": one.channel, "quarter_hour": since,
                    "messages": one.messages }),
            ));
        }
        for one in tickets::of_parts(&mut tx, &numbers).await? {
            let detail: Value = serde_json::from_str(&one.detail).unwrap_or_default();
            page.push((
                "ticket",
                json!({ "profile": id(one.part_number), "id": one.id, "cause": one.cause, "detail": detail,
                    "state": one.state, "happened_at": at(one.happened_at), "opened_at": at(one.opened_at),
                    "reopened_at": one.reopened_at.map(at), "assigned_to": one.assigned_name,
                    "closed_at": one.closed_at.map(at), "closed_by": one.closed_by, "note": one.note }),
            ));
        }
        for one in key_customers::owners_of_parts(&mut tx, &numbers).await? {
            page.push((
                "owner",
                json!({ "profile": id(one.part_number), "segment": one.segment, "user_id": one.owner,
                    "since": at(one.since) }),
            ));
        }
        for one in communities::invitations_of_parts(&mut tx, &numbers).await? {
            page.push((
                "community_invitation",
                json!({ "profile": id(one.part_number), "community": one.community, "group": one.group_number,
                    "invited_at": at(one.invited_at) }),
            ));
        }
        for one in communities::joins_of_parts(&mut tx, &numbers).await? {
            let signs = one.signs;
            page.push((
                "community_join",
                json!({ "profile": id(one.part_number), "community": one.community, "group": one.group_number,
                    "joined_at": signs.joined_at.map(at), "left_at": signs.left_at.map(at),
                    "marked_at": signs.marked_at.map(at), "unmarked_at": signs.unmarked_at.map(at) }),
            ));
        }
        for (placed, clustering, cluster) in clusters::of_customers(&mut tx, &numbers).await? {
            page.push(("cluster", json!({ "profile": id(placed), "clustering": clustering, "cluster": cluster })));
        }
        for one in clusters::interviews_of_parts(&mut tx, &numbers).await? {
            page.push((
                "interview",
                json!({ "profile": one.part_number.map(id), "kind": one.kind, "held_on": day(one.held_on),
                    "interviewer": one.interviewer, "hypothesis": one.hypothesis, "supported": one.is_supported,
                    "quote": one.quote }),
            ));
        }
        for one in priorities::decisions_of_parts(&mut tx, &numbers).await? {
            let said: Value = serde_json::from_str(&one.decision).unwrap_or_default();
            page.push((
                "plan_decision",
                json!({ "profile": id(one.part_number), "id": one.id, "at": one.at.rfc3339(), "said": said,
                    "table_version": one.table_version, "by": one.decided_by }),
            ));
        }
        if let Some(seen) = activity::of_customer(&mut tx, number).await? {
            let (first, last) = (at(seen.first_at), at(seen.last_at));
            page.push(("activity", json!({ "events": seen.events, "first_at": first, "last_at": last })));
        }
        if let Some(one) = scores::of_customers(&mut tx, &[number]).await?.pop() {
            let [friend, content, promotion, community] = one.decision;
            page.push((
                "scores",
                json!({ "interactions": one.interactions, "shares": one.shares, "referrals": one.referrals,
                    "participations": one.participations, "activity_score": one.activity_score,
                    "activity_power": one.activity_power, "spread_power": one.spread_power,
                    "first_touch_point": one.first_touch_point, "main_touch_point": one.main_touch_point,
                    "conversions": one.conversions, "decision": { "friend": friend, "content": content,
                    "promotion": promotion, "community": community },
                    "opened_topics": one.opened_topics, "ignored_topics": one.ignored_topics,
                    "sensitivity": one.sensitivity, "sensitivity_percent": one.sensitivity_percent }),
            ));
        }
        if let Some(value) = row.value {
            page.push((
                "value",
                json!({
                    "recency_days": value.recency_days, "frequency": value.frequency,
                    "monetary_minor": value.monetary_minor, "rfm_cell": value.cell, "rfm_group": value.rfm_group,
                    "historical_minor": value.historical_minor, "current_minor": value.current_minor,
                    "potential_minor": value.potential_minor, "lifetime_minor": value.lifetime_minor,
                    "probability_active": value.probability_active, "expected_orders": value.expected_orders,
                }),
            ));
        }
        for one in merges::of_parts(&mut tx, &numbers).await? {
            page.push((
                "merge",
                json!({
                    "id": one.id, "profiles": [id(one.one_part), id(one.other_part)], "survivor": id(one.survivor),
                    "absorbed": id(one.absorbed), "how": one.how, "by": one.created_by, "at": at(one.created_at),
                    "undone_by": one.undone_by, "undone_at": one.undone_at.map(at),
                }),
            ));
        }
        for one in consents::of_parts(&mut tx, &numbers).await? {
            let evidence: Value = serde_json::from_str(&one.evidence).unwrap_or_default();
            page.push((
                "consent",
                json!({
                    "profile": id(one.part_number), "purpose": one.purpose, "channel": one.channel,
                    "decision": one.decision, "explicit": one.is_explicit, "at": at(one.at),
                    "recorded_at": at(one.recorded_at), "source": one.source, "text_version": one.text_version,
                    "text_hash": one.text_hash, "evidence": evidence,
                }),
            ));
        }
        for one in fields::notes_of_parts(&mut tx, &numbers).await? {
            page.push((
                "note_about_trait",
                json!({
                    "profile": id(one.part_number), "name": one.name, "source": one.source, "at": at(one.at),
                    "by": one.by_name, "by_kind": one.by_kind, "surface": one.surface, "consent": one.consent_id,
                }),
            ));
        }
        for one in tags::events_of_parts(&mut tx, &numbers).await? {
            page.push((
                "tag",
                json!({
                    "profile": id(one.part_number), "tag": one.tag, "group": one.group_code, "what": one.what,
                    "at": at(one.at), "expires_at": one.expires_at.map(at), "by": one.by_name, "by_kind": one.by_kind,
                    "surface": one.surface, "note": one.note,
                }),
            ));
        }
        for one in consents::withdrawals_of_parts(&mut tx, &numbers).await? {
            page.push((
                "withdrawal",
                json!({ "profile": id(one.part_number), "purpose": one.purpose, "revoked_at": at(one.revoked_at),
                    "finished_at": one.finished_at.map(at) }),
            ));
        }
        Ok(())
    }

    async fn points(
        &self,
        page: &mut Vec<(&'static str, Value)>,
        mut postings: Postings,
    ) -> Result<Stage, PrivacyError> {
        let found = postings.next(&mut self.app.store.read().await?, PAGE as i64).await?;
        let Some(found) = found else { return Ok(Stage::Facts(0, None)) };
        page.extend(found.iter().map(|one| {
            let posting = json!({
                "profile": one.account.member.public_id(), "wallet": one.account.wallet, "sequence": one.sequence,
                "at": one.at.rfc3339(), "kind": one.kind, "lines": one.lines, "key": one.key, "by": one.actor,
                "reason": one.reason, "reference": one.reference, "refusal": one.refusal,
            });
            ("points_posting", posting)
        }));
        Ok(Stage::Points(postings))
    }

    async fn facts(
        &self,
        page: &mut Vec<(&'static str, Value)>,
        place: usize,
        before: Option<(Instant, FactKey)>,
    ) -> Result<Stage, PrivacyError> {
        let Some(part) = self.parts.get(place) else { return Ok(Stage::Held(0)) };
        let facts = self.app.history.timeline(*part, None, before, TIMELINE_PAGE_MAX).await?;
        let last = facts.last().filter(|_| facts.len() >= TIMELINE_PAGE_MAX).map(|last| (last.at, last.key));
        page.extend(facts.iter().map(|fact| {
            let record = if fact.kind.is_message() || fact.order_no.is_none() { "fact" } else { "order" };
            (record, fact_json(*part, fact))
        }));
        Ok(match last {
            Some(last) => Stage::Facts(place, Some(last)),
            None => Stage::Facts(place + 1, None),
        })
    }

    async fn held(&self, page: &mut Vec<(&'static str, Value)>, after: i64) -> Result<Stage, PrivacyError> {
        let mut tx = self.app.store.read().await?;
        let rows = quarantine::all_after(&mut tx, after, PAGE as i64).await?;
        drop(tx);
        let Some((last, ..)) = rows.last() else { return Ok(Stage::Audit(None)) };
        let last = *last;
        for (id, source, payload) in &rows {
            let fact = read_held(*id, payload)?.fact;
            if fact.identifiers.iter().any(|one| self.identifiers.contains(one)) {
                page.push((
                    "held_fact",
                    json!({ "source": source, "at": fact.at.rfc3339(), "kind": fact.kind.code(),
                        "identifiers": fact.identifiers, "traits": as_json::traits(&fact.traits), "lines": as_json::lines(&fact.lines),
                        "message": fact.tracked.as_deref().map(message_json) }),
                ));
            }
        }
        Ok(Stage::Held(last))
    }

    async fn audit(&self, page: &mut Vec<(&'static str, Value)>, before: Option<i64>) -> Result<Stage, PrivacyError> {
        let mut tx = self.app.store.read().await?;
        let rows = perennial_store::audit::list(&mut tx, before, PAGE as i64).await?;
        drop(tx);
        let Some(last) = rows.last().map(|row| row.id) else { return Ok(Stage::End) };
        let ids: Vec<String> = self.parts.iter().map(|part| part.public_id()).collect();
        for row in rows {
            let is_about = ids.iter().any(|id| row.subject == *id || row.detail.contains(id.as_str()));
            if is_about {
                let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
                page.push((
                    "audit_entry",
                    json!({ "at": row.at.rfc3339(), "actor_kind": row.actor_kind, "actor": row.actor_name,
                        "action": row.action, "subject": row.subject, "detail": detail }),
                ));
            }
        }
        Ok(Stage::Audit(Some(last)))
    }
}

fn counters(counters: &CustomerCounters) -> Value {
    json!({
        "display_name": counters.display_name,
        "orders": counters.orders,
        "gross_minor": counters.gross_minor,
        "refunds_minor": counters.refunds_minor,
        "net_minor": counters.net_minor,
        "first_purchase_at": counters.first_at.map(|at| Instant(at).rfc3339()),
        "last_purchase_at": counters.last_at.map(|at| Instant(at).rfc3339()),
        "created_at": Instant(counters.created_at).rfc3339(),
    })
}

fn fact_json(part: CustomerNumber, fact: &HistoryFact) -> Value {
    json!({
        "profile": part.public_id(),
        "at": fact.at.rfc3339(),
        "kind": fact.kind.code(),
        "key": fact.key.hex(),
        "source": fact.source,
        "import": fact.import_id,
        "identifiers": fact.identifiers,
        "order_no": fact.order_no,
        "first": fact.first,
        "amount_minor": fact.amount_minor,
        "currency": fact.currency.code(),
        "lines": as_json::lines(&fact.lines),
        "traits": as_json::traits(&fact.traits),
        "message": fact.tracked.as_deref().map(message_json),
    })
}

fn message_json(tracked: &Tracked) -> Value {
    let properties: Option<Value> = tracked.properties.as_deref().and_then(|text| serde_json::from_str(text).ok());
    json!({
        "message_id": tracked.message_id,
        "name": tracked.name,
        "properties": properties,
        "received_at": tracked.received_at.rfc3339(),
        "sent_at": tracked.sent_at.map(Instant::rfc3339),
        "original_at": tracked.original_at.map(Instant::rfc3339),
        "channel": tracked.channel,
        "locale": tracked.locale,
        "page_url": tracked.page_url,
        "page_path": tracked.page_path,
        "campaign": { "source": tracked.campaign.source, "medium": tracked.campaign.medium, "name": tracked.campaign.name },
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_documentation_names_every_record() {
        let (source, page) = (include_str!("export.rs"), include_str!("../../../../docs/privacy.md"));
        let pushed = source.split(concat!("push", "((")).skip(1);
        let records: Vec<&str> =
            pushed.filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect();
        assert!(records.len() > 20, "{records:?}");
        let missing: Vec<&&str> = records.iter().filter(|record| !page.contains(&format!("`{record}`"))).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
