-- Who sees only what is below a place, or, where no place stands, everybody although the role alone would not.
ALTER TABLE place_bindings ALTER COLUMN place DROP NOT NULL;
