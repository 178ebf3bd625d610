-- What was written of the live index into files, by the token that stands in the file. A file may be read where its token is here
-- with the sequence of applied blocks up to which it goes: another database, an older backup and whoever wrote it before somebody
-- was erased do not have it.
CREATE TABLE index_snapshots (
    token    TEXT NOT NULL PRIMARY KEY,
    begun_at INTEGER NOT NULL,
    -- None while it is being written.
    sequence INTEGER
) STRICT, WITHOUT ROWID;
