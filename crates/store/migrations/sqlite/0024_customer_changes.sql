-- Customers of whom something was changed by other ways than facts, in the order of commits: what the live index follows. The
-- number 0 stands for everybody.

CREATE TABLE customer_changes (
    position        INTEGER NOT NULL PRIMARY KEY,
    customer_number INTEGER NOT NULL
) STRICT;
