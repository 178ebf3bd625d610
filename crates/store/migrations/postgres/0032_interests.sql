-- Topics of which somebody opens what they are sent, and of which they do not, by the daily run: codes parted by commas.
ALTER TABLE customer_scores ADD COLUMN opened_topics TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE customer_scores ADD COLUMN ignored_topics TEXT COLLATE "C" NOT NULL DEFAULT '';
-- Whether price or content decides, with how many percent that is so; by trials, of the same run.
ALTER TABLE customer_scores ADD COLUMN sensitivity TEXT COLLATE "C";
ALTER TABLE customer_scores ADD COLUMN sensitivity_percent BIGINT;

-- Trials of contents with offers: how many were shown each and how many responded, by the last daily run.
CREATE TABLE trial_arms (
    trial     TEXT COLLATE "C" NOT NULL,
    content   TEXT COLLATE "C" NOT NULL,
    offer     TEXT COLLATE "C" NOT NULL,
    shown     BIGINT NOT NULL,
    responded BIGINT NOT NULL,
    PRIMARY KEY (trial, content, offer)
);
