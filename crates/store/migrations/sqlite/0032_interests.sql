-- Topics of which somebody opens what they are sent, and of which they do not, by the daily run: codes parted by commas.
ALTER TABLE customer_scores ADD COLUMN opened_topics TEXT NOT NULL DEFAULT '';
ALTER TABLE customer_scores ADD COLUMN ignored_topics TEXT NOT NULL DEFAULT '';
-- Whether price or content decides, with how many percent that is so; by trials, of the same run.
ALTER TABLE customer_scores ADD COLUMN sensitivity TEXT;
ALTER TABLE customer_scores ADD COLUMN sensitivity_percent INTEGER;

-- Trials of contents with offers: how many were shown each and how many responded, by the last daily run.
CREATE TABLE trial_arms (
    trial     TEXT NOT NULL,
    content   TEXT NOT NULL,
    offer     TEXT NOT NULL,
    shown     INTEGER NOT NULL,
    responded INTEGER NOT NULL,
    PRIMARY KEY (trial, content, offer)
) STRICT, WITHOUT ROWID;
