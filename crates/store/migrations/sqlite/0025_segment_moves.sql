-- Who came into a segment and who left it, in the order in which it was written; and now and then everybody who was in it, so
-- that who was in it at an instant is found without all that happened before.

-- The cause is a fact, by its key; what is known of the customer; a merge; time; the rule; or it was found behind a break in which
-- nobody looked. Those that are not told are of profiles that became one customer, or several: another number stands for them.
CREATE TABLE segment_moves (
    position        INTEGER NOT NULL PRIMARY KEY,
    segment         TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    customer_number INTEGER NOT NULL,
    has_entered     INTEGER NOT NULL CHECK (has_entered IN (0, 1)),
    at              INTEGER NOT NULL,
    cause           TEXT    NOT NULL CHECK (cause IN ('fact', 'profile', 'merge', 'time', 'rule', 'found')),
    fact            TEXT,
    is_told         INTEGER NOT NULL CHECK (is_told IN (0, 1))
) STRICT;
CREATE INDEX segment_moves_of_segment ON segment_moves (segment, position);
CREATE INDEX segment_moves_of_customer ON segment_moves (customer_number, position);
CREATE INDEX segment_moves_by_time ON segment_moves (at);

-- Version 0 says that from there on nothing is kept, until the next mark.
-- The people are a Roaring bitmap of customer numbers in its portable format: who was in the segment when the move at the
-- position had been written.
CREATE TABLE segment_marks (
    segment  TEXT    NOT NULL,
    position INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    people   BLOB    NOT NULL,
    PRIMARY KEY (segment, position)
) STRICT, WITHOUT ROWID;

-- What one process at a time does, until its time has run out. The fence counts up with each other holder.
CREATE TABLE leases (
    name   TEXT    NOT NULL PRIMARY KEY,
    holder TEXT    NOT NULL,
    until  INTEGER NOT NULL,
    fence  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
