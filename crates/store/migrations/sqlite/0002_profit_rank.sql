-- The place of each customer by profit so far, and months of purchase beyond the sixty-third.

-- Empty in rows of runs that did not rank.
ALTER TABLE customer_values ADD COLUMN profit_rank INTEGER;
CREATE INDEX customer_values_profit_rank ON customer_values (profit_rank);

-- Bit k: bought in month first_month + 63 + k.
ALTER TABLE customers ADD COLUMN active_months_later INTEGER NOT NULL DEFAULT 0;
