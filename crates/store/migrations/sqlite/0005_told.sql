-- What became of the facts of a block stands beside the block, which is no longer written a second time.
ALTER TABLE journal ADD COLUMN told BLOB;
