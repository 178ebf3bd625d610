-- Who sees only what is below a place, or, where no place stands, everybody although the role alone would not.
CREATE TABLE place_bindings_new (
    user_id TEXT    NOT NULL PRIMARY KEY REFERENCES users (id),
    place   INTEGER REFERENCES places (number)
) STRICT, WITHOUT ROWID;
INSERT INTO place_bindings_new (user_id, place) SELECT user_id, place FROM place_bindings;
DROP TABLE place_bindings;
ALTER TABLE place_bindings_new RENAME TO place_bindings;
