//! Where SQLite and PostgreSQL truly differ. Each pair says why it cannot be one text; a test caps their number.

pub(crate) struct Pair {
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

/// How many pairs there may be; think before raising it.
#[cfg(test)]
const MAX_PAIRS: usize = 5;

pub(crate) const PAIRS: [Pair; 5] = [
    // Several workers claim at once on PostgreSQL and must pass over each other's rows; SQLite has one writer.
    // `= (SELECT … LIMIT 1)` and not `IN`: PostgreSQL may run the inner select of IN more than once.
    Pair {
        name: "jobs.claim",
        sqlite: "UPDATE jobs SET state = 'running', attempt = attempt + 1, fence = fence + 1, worker_id = $1,
                lease_until = $3
            WHERE id = (SELECT id FROM jobs
                WHERE ((state = 'waiting' AND run_at <= $2)
                    OR (state = 'running' AND lease_until < $2 AND attempt < max_attempts))
                  AND name IN (VALUES /*rows:t*/)
                ORDER BY priority DESC, run_at, id LIMIT 1)
            RETURNING id, name, payload, state, priority, run_at, attempt, max_attempts, lease_until,
                worker_id, dedupe_key, last_error, created_at, finished_at, fence",
        postgres: "UPDATE jobs SET state = 'running', attempt = attempt + 1, fence = fence + 1, worker_id = $1,
                lease_until = $3
            WHERE id = (SELECT id FROM jobs
                WHERE ((state = 'waiting' AND run_at <= $2)
                    OR (state = 'running' AND lease_until < $2 AND attempt < max_attempts))
                  AND name IN (VALUES /*rows:t*/)
                ORDER BY priority DESC, run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING id, name, payload, state, priority, run_at, attempt, max_attempts, lease_until,
                worker_id, dedupe_key, last_error, created_at, finished_at, fence",
    },
    // A row lock until commit; on SQLite the write transaction is alone anyway.
    Pair {
        name: "journal.lock_applier",
        sqlite: "SELECT value FROM sequences WHERE name = 'applied_sequence'",
        postgres: "SELECT value FROM sequences WHERE name = 'applied_sequence' FOR UPDATE",
    },
    // The same, for whoever accepts amounts in a currency that must not change meanwhile.
    Pair {
        name: "settings.lock",
        sqlite: "SELECT version FROM settings WHERE name = 'brand'",
        postgres: "SELECT version FROM settings WHERE name = 'brand' FOR UPDATE",
    },
    // The same, for who posts to accounts of the points ledger: in the order of ids, so that nobody waits for each other.
    Pair {
        name: "ledger.lock",
        sqlite:
            "SELECT account_id, sequence, at, hash, pending, available, held, debt, merged_into FROM ledger_accounts
            WHERE account_id IN (VALUES /*rows:i*/)",
        postgres:
            "SELECT account_id, sequence, at, hash, pending, available, held, debt, merged_into FROM ledger_accounts
            WHERE account_id IN (VALUES /*rows:i*/) ORDER BY account_id FOR UPDATE",
    },
    // See `indexes.rs`: on PostgreSQL none is ever dropped.
    Pair {
        name: "indexes.of_table",
        sqlite: "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = $1 AND sql IS NOT NULL",
        postgres: "SELECT CAST($1 AS TEXT), CAST($1 AS TEXT) WHERE CAST($1 AS TEXT) IS NULL",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_few_pairs() {
        assert!(PAIRS.len() <= MAX_PAIRS);
    }
}
