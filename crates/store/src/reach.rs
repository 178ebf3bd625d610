//! Who can be reached over which channel, which buyers are connections, and messages that were sent.
//!
//! Table: `sent_messages` (by profile, channel and quarter of an hour); read: `identities`, `consents`, `orders`,
//! `part_stores`, `clerk_orders`, `traits`, `profile_firsts`, scans. Every figure is of whole customers. What the statements cost
//! stands in `docs/reach.md`.

use crate::database::{ReadTx, WriteTx};
use crate::error::Result;
use crate::exec;
use crate::row::{Bind, Binder, Row};
use perennial_domain::identity::Word;
use perennial_domain::reach::Masks;
use perennial_domain::time::Instant;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentRow {
    pub part_number: i64,
    pub channel: String,
    /// Quarters of an hour since 1970.
    pub slot: i64,
    pub messages: i64,
}

/// What the pool asks of a channel; its place is its bit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolChannel {
    pub code: String,
    /// Types of identifiers.
    pub kinds: Vec<&'static str>,
    pub purpose: String,
    /// So many messages from this slot on use the quota up.
    pub quota: Option<(i64, i64)>,
}

/// By what buyers are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuyersBy {
    Nothing,
    /// The store whose customer they are.
    Store,
    /// The clerk who sold them something in that time.
    Clerk,
}

/// Purchases from the one instant until before the other, and by when an identifier has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buying {
    pub from: i64,
    pub until: i64,
    pub bound_until: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuyersRow {
    /// The id of the store or of the clerk; none where there is none.
    pub group: Option<String>,
    pub name: Option<String>,
    pub buyers: i64,
    pub connected: i64,
}

/// Adds to what is there. Each key may stand only once in `rows`.
pub async fn add_sent(tx: &mut WriteTx<'_>, rows: &[SentRow]) -> Result<()> {
    exec::bulk(tx, "reach.add_sent", rows, |row, binder| {
        binder.i64(row.part_number);
        binder.text(&row.channel);
        binder.i64(row.slot);
        binder.i64(row.messages);
    })
    .await
    .map(|_| ())
}

/// By profile, channel and slot.
pub async fn sent_to_parts(tx: &mut ReadTx<'_>, parts: &[i64]) -> Result<Vec<SentRow>> {
    let mut rows = exec::lookup(tx, "reach.sent_to_parts", &[], parts, bind_part, |row| {
        Ok(SentRow { part_number: row.i64(0)?, channel: row.text(1)?, slot: row.i64(2)?, messages: row.i64(3)? })
    })
    .await?;
    rows.sort_by(|one, other| {
        (one.part_number, &one.channel, one.slot).cmp(&(other.part_number, &other.channel, other.slot))
    });
    Ok(rows)
}

/// Returns how many rows there were.
pub async fn remove_of_parts(tx: &mut WriteTx<'_>, parts: &[i64]) -> Result<u64> {
    exec::bulk(tx, "reach.remove_of_parts", parts, bind_part).await
}

/// What was sent before this slot.
pub async fn forget_sent(tx: &mut WriteTx<'_>, first_kept: i64) -> Result<u64> {
    exec::execute(tx, "reach.forget_sent", vec![first_kept.into()]).await
}

/// How many customers with an identifier of any of the channels there are of each kind. Reads the index of identifiers by
/// customer, all decisions about the channels' purposes, and what was sent within the quotas.
pub async fn pool(tx: &mut ReadTx<'_>, channels: &[PoolChannel]) -> Result<Vec<(Masks, i64)>> {
    if channels.is_empty() {
        return Ok(Vec::new());
    }
    let (contacts, binds) = pool_text(channels);
    let text = format!("{contacts} SELECT {MASKS}, COUNT(*) {OF_CONTACTS} GROUP BY {GROUPED} ORDER BY 1, 2, 3, 4");
    exec::built(tx, text, &binds, |row| Ok((read_masks(row)?, row.i64(4)?))).await
}

/// The contacts behind [`pool`], by number, behind a number.
pub async fn pool_people(
    tx: &mut ReadTx<'_>,
    channels: &[PoolChannel],
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, Masks)>> {
    if channels.is_empty() {
        return Ok(Vec::new());
    }
    let (contacts, mut binds) = pool_text(channels);
    binds.extend([after.into(), limit.into()]);
    let (after, limit) = (format!("${}", binds.len() - 1), format!("${}", binds.len()));
    let text = format!(
        "{contacts} SELECT {MASKS}, c.customer {OF_CONTACTS} WHERE c.customer > {after} ORDER BY c.customer LIMIT {limit}"
    );
    exec::built(tx, text, &binds, |row| Ok((row.i64(4)?, read_masks(row)?))).await
}

/// Columns of what is known of a contact, in this order.
const MASKS: &str = "CAST(c.contact AS BIGINT), CAST(COALESCE(w.granted, 0) AS BIGINT), \
    CAST(COALESCE(w.refused, 0) AS BIGINT), CAST(COALESCE(u.exhausted, 0) AS BIGINT)";
const GROUPED: &str = "c.contact, COALESCE(w.granted, 0), COALESCE(w.refused, 0), COALESCE(u.exhausted, 0)";
const OF_CONTACTS: &str =
    "FROM contacts c LEFT JOIN words w ON w.customer = c.customer LEFT JOIN used u ON u.customer = c.customer";

fn read_masks(row: &Row<'_>) -> Result<Masks> {
    Ok(Masks { contact: row.i64(0)?, granted: row.i64(1)?, refused: row.i64(2)?, exhausted: row.i64(3)? })
}

/// Who is a contact, what they said and what they were sent: the beginning of a statement, with its parameters.
fn pool_text(channels: &[PoolChannel]) -> (String, Vec<Bind>) {
    let mut binds: Vec<Bind> = Vec::new();
    let mut parameter = |value: Bind| {
        binds.push(value);
        format!("${}", binds.len())
    };
    let (mut contacts, mut wanted) = (Vec::new(), Vec::new());
    let (mut asked, mut sent) = (Vec::new(), Vec::new());
    for (place, channel) in channels.iter().enumerate() {
        let bit = 1_i64 << place;
        let kinds: Vec<String> = channel.kinds.iter().map(|kind| parameter((*kind).into())).collect();
        let kinds = kinds.join(", ");
        contacts.push(format!("MAX(CASE WHEN kind IN ({kinds}) THEN {bit} ELSE 0 END)"));
        wanted.push(kinds);
        let (purpose, code) = (parameter((&channel.purpose).into()), parameter((&channel.code).into()));
        asked.push(format!(
            "SELECT {bit} AS bit, part_number, decision, is_explicit, at FROM consents \
             WHERE purpose = {purpose} AND channel IN ('', {code})"
        ));
        if let Some((messages, slot)) = channel.quota {
            let (messages, slot) = (parameter(messages.into()), parameter(slot.into()));
            sent.push(format!(
                "SELECT {bit} AS bit, COALESCE(p.customer_number, s.part_number) AS customer FROM sent_messages s \
                 LEFT JOIN customer_parts p ON p.part_number = s.part_number \
                 WHERE s.channel = {code} AND s.slot >= {slot} \
                 GROUP BY COALESCE(p.customer_number, s.part_number) HAVING SUM(s.messages) >= {messages}"
            ));
        }
    }
    let exhausted = if sent.is_empty() {
        "SELECT 0 AS bit, 0 AS customer FROM identities WHERE 1 = 0".to_owned()
    } else {
        sent.join(" UNION ALL ")
    };
    // Of each customer and channel the newest word that was spoken and the newest that was reported, of one instant the
    // stricter; which of both holds is the rule of `perennial_domain::consent::holding`, as a test compares.
    let text = format!(
        "WITH contacts AS (SELECT customer_number AS customer, {contact} AS contact FROM identities \
             WHERE kind IN ({kinds}) GROUP BY customer_number), \
         asked AS ({asked}), \
         ranked AS (SELECT a.bit, COALESCE(p.customer_number, a.part_number) AS customer, a.is_explicit, a.at, \
             CASE a.decision WHEN 'granted' THEN 0 WHEN 'denied' THEN 1 ELSE 2 END AS strictness, \
             ROW_NUMBER() OVER (PARTITION BY a.bit, COALESCE(p.customer_number, a.part_number), a.is_explicit \
                 ORDER BY a.at DESC, CASE a.decision WHEN 'granted' THEN 0 WHEN 'denied' THEN 1 ELSE 2 END DESC) AS place \
             FROM asked a LEFT JOIN customer_parts p ON p.part_number = a.part_number), \
         said AS (SELECT bit, customer, \
             MAX(CASE WHEN is_explicit THEN at END) AS spoken_at, \
             MAX(CASE WHEN is_explicit THEN strictness END) AS spoken, \
             MAX(CASE WHEN is_explicit THEN NULL ELSE at END) AS reported_at, \
             MAX(CASE WHEN is_explicit THEN NULL ELSE strictness END) AS reported \
             FROM ranked WHERE place = 1 GROUP BY bit, customer), \
         held AS (SELECT bit, customer, CASE \
             WHEN spoken IS NULL THEN reported WHEN reported IS NULL THEN spoken \
             WHEN (reported_at > spoken_at OR (reported_at = spoken_at AND reported > spoken)) \
                 AND NOT (spoken > 0 AND reported = 0) THEN reported ELSE spoken END AS strictness FROM said), \
         words AS (SELECT customer, SUM(CASE WHEN strictness = 0 THEN bit ELSE 0 END) AS granted, \
             SUM(CASE WHEN strictness > 0 THEN bit ELSE 0 END) AS refused FROM held GROUP BY customer), \
         sent AS ({exhausted}), \
         used AS (SELECT customer, SUM(bit) AS exhausted FROM sent GROUP BY customer)",
        contact = contacts.join(" + "),
        kinds = wanted.join(", "),
        asked = asked.join(" UNION ALL "),
    );
    (text, binds)
}

/// Customers with a purchase in that time, and those of them who had an identifier of one of the types by then, the most
/// buyers first. Reads all orders, and the identifiers of those who bought.
pub async fn buyers(
    tx: &mut ReadTx<'_>,
    buying: Buying,
    kinds: &[&'static str],
    by: BuyersBy,
    limit: i64,
) -> Result<Vec<BuyersRow>> {
    let mut binds: Vec<Bind> = vec![buying.from.into(), buying.until.into(), buying.bound_until.into()];
    let mut parameter = |value: Bind| {
        binds.push(value);
        format!("${}", binds.len())
    };
    let kinds: Vec<String> = kinds.iter().map(|kind| parameter((*kind).into())).collect();
    // Nobody is connected where no channel makes a connection.
    let kinds = if kinds.is_empty() { "NULL".to_owned() } else { kinds.join(", ") };
    let limit = parameter(limit.into());
    let (group, name, joined, named) = match by {
        BuyersBy::Nothing => ("NULL", "NULL", "", ""),
        BuyersBy::Store => (
            "s.place",
            "g.name",
            "LEFT JOIN part_stores s ON s.part_number = o.customer_number",
            "LEFT JOIN places g ON g.number = b.member",
        ),
        BuyersBy::Clerk => (
            "k.clerk_id",
            "u.name",
            "LEFT JOIN clerk_orders k ON k.customer_number = o.customer_number AND k.order_key = o.order_key",
            "LEFT JOIN clerks g ON g.id = b.member LEFT JOIN users u ON u.id = g.user_id",
        ),
    };
    let id = if by == BuyersBy::Nothing { "NULL" } else { "g.id" };
    let member = if by == BuyersBy::Nothing { "CAST(NULL AS TEXT)" } else { group };
    let text = format!(
        "WITH buyers AS (SELECT DISTINCT COALESCE(p.customer_number, o.customer_number) AS customer, {member} AS member \
             FROM orders o LEFT JOIN customer_parts p ON p.part_number = o.customer_number {joined} \
             WHERE o.kind = 'order' AND o.at >= $1 AND o.at < $2 AND o.customer_number > 0), \
         bound AS (SELECT b.customer, b.member, CASE WHEN EXISTS (SELECT 1 FROM identities i \
             WHERE i.customer_number = b.customer AND i.kind IN ({kinds}) AND i.first_seen_at < $3) \
             THEN 1 ELSE 0 END AS connected FROM buyers b), \
         counted AS (SELECT member, COUNT(*) AS buyers, CAST(SUM(connected) AS BIGINT) AS connected FROM bound \
             GROUP BY member) \
         SELECT CAST({id} AS TEXT), CAST({name} AS TEXT), b.buyers, b.connected FROM counted b {named} \
         ORDER BY b.buyers DESC, 1 NULLS LAST LIMIT {limit}"
    );
    exec::built(tx, text, &binds, |row| {
        Ok(BuyersRow { group: row.opt_text(0)?, name: row.opt_text(1)?, buyers: row.i64(2)?, connected: row.i64(3)? })
    })
    .await
}

/// Those of these customers who had an identifier of one of the types before this instant, in no particular order.
pub async fn connected_among(
    tx: &mut ReadTx<'_>,
    customers: &[i64],
    kinds: &[&'static str],
    bound_until: i64,
) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    for kind in kinds {
        let fixed: [Bind; 2] = [(*kind).into(), bound_until.into()];
        let rows = exec::lookup(tx, "reach.connected_among", &fixed, customers, bind_part, |row| row.i64(0)).await?;
        found.extend(rows);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Customers who registered for the first time from the one instant until before the other, ascending.
pub async fn registered(tx: &mut ReadTx<'_>, from: Instant, until: Instant) -> Result<Vec<i64>> {
    exec::all(tx, "reach.registered", vec![from.into(), until.into()], |row| row.i64(0)).await
}

/// Customers who have been on file since an instant of that time and have an identifier of one of the types, ascending.
pub async fn known(tx: &mut ReadTx<'_>, (from, until): (Instant, Instant), kinds: &[&'static str]) -> Result<Vec<i64>> {
    let mut binds: Vec<Bind> = vec![from.into(), until.into()];
    let mut parameter = |kind: &&'static str| {
        binds.push((*kind).into());
        format!("${}", binds.len())
    };
    let kinds: Vec<String> = kinds.iter().map(&mut parameter).collect();
    let text = format!(
        "SELECT c.number FROM customers c WHERE c.created_at >= $1 AND c.created_at < $2 AND EXISTS (SELECT 1 \
         FROM identities i WHERE i.customer_number = c.number AND i.kind IN ({})) ORDER BY c.number",
        kinds.join(", ")
    );
    exec::built(tx, text, &binds, |row| row.i64(0)).await
}

/// What is said of these customers under these names, by everybody, in no particular order.
pub async fn words(tx: &mut ReadTx<'_>, customers: &[i64], names: [&str; 9]) -> Result<Vec<(i64, Word)>> {
    let fixed = names.map(Bind::from);
    exec::lookup(tx, "reach.words", &fixed, customers, bind_part, |row| {
        let word = Word {
            name: row.text(1)?,
            source: row.text(2)?,
            rank: row.i64(3)?,
            value: row.text(4)?,
            at: row.instant(5)?,
        };
        Ok((row.i64(0)?, word))
    })
    .await
}

/// Where customers scanned a code last, of those scans that say where; by number. Reads all scans.
pub async fn scanned_in(tx: &mut ReadTx<'_>) -> Result<Vec<(i64, String)>> {
    exec::all(tx, "reach.scanned_in", vec![], |row| Ok((row.i64(0)?, row.text(1)?))).await
}

/// Those of these customers whom the last value run put into the group, in no particular order.
pub async fn of_group(tx: &mut ReadTx<'_>, customers: &[i64], group: &str) -> Result<Vec<i64>> {
    exec::lookup(tx, "reach.of_group", &[group.into()], customers, bind_part, |row| row.i64(0)).await
}

fn bind_part(part: &i64, binder: &mut Binder) {
    binder.i64(*part);
}
