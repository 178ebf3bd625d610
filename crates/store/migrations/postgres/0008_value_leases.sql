-- What was cancelled before it came is looked for by customer: few orders are.
CREATE INDEX orders_cancelled ON orders (customer_number) WHERE kind = 'cancelled';

-- A run tells that its process lives, and which of the applied blocks it has looked at.
ALTER TABLE value_runs ADD COLUMN lease_until BIGINT;
ALTER TABLE value_runs ADD COLUMN seen_sequence BIGINT;

-- The applied block that was the last to change what customers bought. Whatever was applied so far may be that.
INSERT INTO sequences (name, value) SELECT 'purchase_sequence', value FROM sequences WHERE name = 'applied_sequence';
