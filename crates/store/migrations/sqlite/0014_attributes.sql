-- What people say about customers: tags by hand, the registry of fields, and which source is believed.

-- Groups of tags. Exclusive: a customer has one of its tags at most. A tag ends so many days after it was last set.
CREATE TABLE tag_groups (
    code         TEXT NOT NULL PRIMARY KEY,
    name_zh      TEXT NOT NULL,
    name_en      TEXT NOT NULL,
    is_exclusive INTEGER NOT NULL,
    valid_days   INTEGER,
    archived_at  INTEGER,
    created_by   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
    code        TEXT NOT NULL PRIMARY KEY,
    group_code  TEXT NOT NULL REFERENCES tag_groups (code),
    name_zh     TEXT NOT NULL,
    name_en     TEXT NOT NULL,
    archived_at INTEGER,
    created_by  TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_group_code ON tags (group_code);

-- What was done about the tags of profiles, in the order in which it was applied. Rows are never changed.
CREATE TABLE tag_events (
    position     INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id           TEXT NOT NULL,
    part_number  INTEGER NOT NULL,
    tag          TEXT NOT NULL,
    group_code   TEXT NOT NULL,
    is_exclusive INTEGER NOT NULL,
    what         TEXT NOT NULL CHECK (what IN ('set', 'removed', 'expired')),
    at           INTEGER NOT NULL,
    expires_at   INTEGER,
    by_kind      TEXT NOT NULL,
    by_id        TEXT NOT NULL,
    by_name      TEXT NOT NULL,
    surface      TEXT,
    note         TEXT
) STRICT;
CREATE UNIQUE INDEX tag_events_id ON tag_events (id);
CREATE INDEX tag_events_part_number ON tag_events (part_number);

-- Which tags customers have: from the events of all profiles of each. A tag counts until it expires.
CREATE TABLE customer_tags (
    customer_number INTEGER NOT NULL,
    tag             TEXT NOT NULL,
    part_number     INTEGER NOT NULL,
    since_at        INTEGER NOT NULL,
    expires_at      INTEGER,
    PRIMARY KEY (customer_number, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_tags_tag ON customer_tags (tag, customer_number);
CREATE INDEX customer_tags_expires_at ON customer_tags (expires_at);

-- What is asked of customers: a trait of this name is a field, of one of six classes of information, and of a type.
CREATE TABLE fields (
    name        TEXT NOT NULL PRIMARY KEY,
    name_zh     TEXT NOT NULL,
    name_en     TEXT NOT NULL,
    class       TEXT NOT NULL CHECK (class IN ('identity', 'behaviour', 'consumption', 'decision', 'usage', 'other')),
    kind        TEXT NOT NULL CHECK (kind IN ('text', 'integer', 'decimal', 'boolean', 'date', 'choice', 'choices')),
    allowed     TEXT NOT NULL,
    is_personal INTEGER NOT NULL,
    weight      INTEGER NOT NULL,
    is_preset   INTEGER NOT NULL,
    archived_at INTEGER,
    created_by  TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Values that were no values of their field, by source and UTC day.
CREATE TABLE field_refusals (
    field     TEXT NOT NULL,
    source    TEXT NOT NULL,
    day       INTEGER NOT NULL,
    refused   INTEGER NOT NULL,
    last_at   INTEGER NOT NULL,
    PRIMARY KEY (field, source, day)
) STRICT, WITHOUT ROWID;

-- Where the words of a source come from, and how much they count: of two sources the one with the greater rank is believed.
CREATE TABLE trait_sources (
    source TEXT NOT NULL PRIMARY KEY,
    origin TEXT NOT NULL,
    rank   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO trait_sources (source, origin, rank)
SELECT source, CASE WHEN substr(source, 1, 4) = 'src_' THEN 'self_stated' WHEN source = 'perennial' THEN 'staff' ELSE 'imported' END,
    CASE WHEN substr(source, 1, 4) = 'src_' THEN 6 WHEN source = 'perennial' THEN 4 ELSE 3 END
FROM (SELECT source FROM traits UNION SELECT source FROM part_traits) AS told;

-- Who wrote the word of a profile down by hand, where, and on what consent. It is about the word of this instant.
CREATE TABLE trait_notes (
    part_number INTEGER NOT NULL,
    name        TEXT NOT NULL,
    source      TEXT NOT NULL,
    at          INTEGER NOT NULL,
    by_kind     TEXT NOT NULL,
    by_id       TEXT NOT NULL,
    by_name     TEXT NOT NULL,
    surface     TEXT,
    consent_id  TEXT,
    PRIMARY KEY (part_number, name, source)
) STRICT, WITHOUT ROWID;

INSERT INTO fields (name, name_zh, name_en, class, kind, allowed, is_personal, weight, is_preset, created_by, created_at, version) VALUES
    ('name', '姓名', 'Name', 'identity', 'text', '[]', TRUE, 50, TRUE, 'preset', 0, 1),
    ('gender', '性别', 'Gender', 'identity', 'text', '[]', TRUE, 40, TRUE, 'preset', 0, 1),
    ('birthday', '生日', 'Birthday', 'identity', 'date', '[]', TRUE, 45, TRUE, 'preset', 0, 1),
    ('age', '年龄', 'Age', 'identity', 'integer', '[]', TRUE, 20, TRUE, 'preset', 0, 1),
    ('city', '城市', 'City', 'identity', 'text', '[]', TRUE, 40, TRUE, 'preset', 0, 1),
    ('region', '区域', 'Region', 'identity', 'text', '[]', FALSE, 25, TRUE, 'preset', 0, 1),
    ('country', '国家/地区', 'Country', 'identity', 'text', '[]', FALSE, 15, TRUE, 'preset', 0, 1),
    ('occupation', '职业', 'Occupation', 'identity', 'text', '[]', TRUE, 30, TRUE, 'preset', 0, 1),
    ('family', '家庭', 'Family', 'identity', 'text', '[]', TRUE, 28, TRUE, 'preset', 0, 1),
    ('hobby', '爱好', 'Hobbies', 'identity', 'choices', '[]', FALSE, 32, TRUE, 'preset', 0, 1),
    ('knowledge', '知识', 'Knowledge', 'identity', 'text', '[]', FALSE, 10, TRUE, 'preset', 0, 1),
    ('preference', '偏好', 'Preferences', 'identity', 'choices', '[]', FALSE, 26, TRUE, 'preset', 0, 1),
    ('interest', '兴趣', 'Interests', 'identity', 'choices', '[]', FALSE, 24, TRUE, 'preset', 0, 1),
    ('traffic_source', '流量来源', 'Traffic source', 'behaviour', 'text', '[]', FALSE, 80, TRUE, 'preset', 0, 1),
    ('main_wish', '主要诉求', 'Main wish', 'consumption', 'text', '[]', FALSE, 55, TRUE, 'preset', 0, 1),
    ('buying_scene', '购买场景', 'Buying scene', 'consumption', 'text', '[]', FALSE, 75, TRUE, 'preset', 0, 1),
    ('deal_factor', '成交因素', 'Deal factor', 'decision', 'choices', '["friend_introduction","deep_content","promotion","community_atmosphere"]', FALSE, 90, TRUE, 'preset', 0, 1),
    ('usage_purpose', '产品使用目的', 'Purpose of use', 'usage', 'text', '[]', FALSE, 60, TRUE, 'preset', 0, 1),
    ('usage_method', '产品使用方法', 'Way of use', 'usage', 'text', '[]', FALSE, 35, TRUE, 'preset', 0, 1),
    ('usage_scene', '使用场景', 'Usage scene', 'usage', 'text', '[]', FALSE, 70, TRUE, 'preset', 0, 1),
    ('usage_feedback', '使用体验与反馈', 'Experience and feedback', 'usage', 'text', '[]', FALSE, 65, TRUE, 'preset', 0, 1),
    ('value_point', '价值满足点', 'Value-satisfaction point', 'usage', 'text', '[]', FALSE, 85, TRUE, 'preset', 0, 1);
