-- Why not everybody who was found has the tag; none where they have it, or are waiting.
ALTER TABLE audiences ADD COLUMN failure TEXT;
