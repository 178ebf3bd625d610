-- Topics of which somebody opens what they are sent, and of which they do not, by the daily run: codes parted by commas.
ALTER TABLE customer_scores ADD COLUMN opened_topics TEXT NOT NULL DEFAULT '';
ALTER TABLE customer_scores ADD COLUMN ignored_topics TEXT NOT NULL DEFAULT '';
