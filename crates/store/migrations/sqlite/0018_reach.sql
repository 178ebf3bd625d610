-- Messages that were sent to profiles, by channel and quarter of an hour since 1970; older ones go every day.
CREATE TABLE sent_messages (
    part_number INTEGER NOT NULL,
    channel     TEXT    NOT NULL,
    slot        INTEGER NOT NULL,
    messages    INTEGER NOT NULL,
    PRIMARY KEY (part_number, channel, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX sent_messages_slot ON sent_messages (slot);
CREATE INDEX sent_messages_channel_slot ON sent_messages (channel, slot);
