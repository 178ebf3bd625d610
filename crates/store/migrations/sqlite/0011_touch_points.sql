-- Touch-points: where people meet the brand, what came through each, codes with their scans, codes of packages.

CREATE TABLE touch_points (
    code        TEXT    NOT NULL PRIMARY KEY,
    name_zh     TEXT    NOT NULL,
    name_en     TEXT    NOT NULL,
    is_preset   INTEGER NOT NULL,
    archived_at INTEGER,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL
) STRICT;
INSERT INTO touch_points (code, name_zh, name_en, is_preset, created_by, created_at, version) VALUES
    ('official_account', '公众号', 'Official account', TRUE, 'preset', 0, 1),
    ('moments', '朋友圈', 'Moments', TRUE, 'preset', 0, 1),
    ('community', '社群', 'Community', TRUE, 'preset', 0, 1),
    ('video_channel', '视频号', 'Video channel', TRUE, 'preset', 0, 1),
    ('wechat_service', '微信客服', 'WeChat customer service', TRUE, 'preset', 0, 1),
    ('offline_promotion', '地推', 'Offline promotion', TRUE, 'preset', 0, 1),
    ('phone', '电话', 'Phone', TRUE, 'preset', 0, 1),
    ('mini_program', '小程序', 'Mini program', TRUE, 'preset', 0, 1),
    ('website', '官网', 'Website', TRUE, 'preset', 0, 1),
    ('online_shop', '电商', 'Online shop', TRUE, 'preset', 0, 1),
    ('weibo', '微博', 'Weibo', TRUE, 'preset', 0, 1),
    ('store', '门店', 'Store', TRUE, 'preset', 0, 1),
    ('douyin', '抖音', 'Douyin', TRUE, 'preset', 0, 1),
    ('search', '搜索', 'Search', TRUE, 'preset', 0, 1),
    ('live_stream', '直播', 'Live stream', TRUE, 'preset', 0, 1);

-- Accepted facts by touch-point, source and day (UTC); '' is those that name none.
CREATE TABLE touch_point_counts (
    touch_point TEXT    NOT NULL,
    source_id   TEXT    NOT NULL REFERENCES sources (id),
    day         INTEGER NOT NULL,
    facts       INTEGER NOT NULL,
    last_at     INTEGER NOT NULL,
    PRIMARY KEY (touch_point, source_id, day)
) STRICT, WITHOUT ROWID;

-- When a profile did something first, and at which touch-point: met the brand, followed, registered.
CREATE TABLE profile_firsts (
    part_number INTEGER NOT NULL,
    what        TEXT    NOT NULL CHECK (what IN ('met', 'followed', 'registered')),
    at          INTEGER NOT NULL,
    touch_point TEXT    NOT NULL,
    PRIMARY KEY (part_number, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE channel_codes (
    id          TEXT    NOT NULL PRIMARY KEY,
    slug        TEXT    NOT NULL,
    batch_id    TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    touch_point TEXT    NOT NULL REFERENCES touch_points (code),
    parameters  TEXT    NOT NULL,
    target      TEXT    NOT NULL,
    cost_minor  INTEGER NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('active', 'paused')),
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX channel_codes_slug ON channel_codes (slug);
CREATE INDEX channel_codes_batch_id ON channel_codes (batch_id);

-- Written when the fact of the scan is applied. The person goes with an erasure, the scan stays.
CREATE TABLE code_scans (
    id          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    code_id     TEXT    NOT NULL REFERENCES channel_codes (id),
    part_number INTEGER,
    at          INTEGER NOT NULL,
    region      TEXT    NOT NULL,
    is_first    INTEGER NOT NULL
) STRICT;
CREATE INDEX code_scans_code_id ON code_scans (code_id, at);
CREATE INDEX code_scans_part_number ON code_scans (part_number) WHERE part_number IS NOT NULL;
CREATE INDEX code_scans_at ON code_scans (at);

-- Addresses of the network by region, as the operator hands them in: 32 hexadecimal digits, IPv4 mapped into IPv6.
CREATE TABLE region_ranges (
    first_address TEXT NOT NULL PRIMARY KEY,
    last_address  TEXT NOT NULL,
    region        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE unit_batches (
    id            TEXT    NOT NULL PRIMARY KEY,
    product       TEXT    NOT NULL,
    sku           TEXT    NOT NULL,
    batch_no      TEXT    NOT NULL,
    touch_point   TEXT    NOT NULL REFERENCES touch_points (code),
    reward_name   TEXT    NOT NULL,
    reward_amount INTEGER NOT NULL,
    units         INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('active', 'paused')),
    created_by    TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    version       INTEGER NOT NULL
) STRICT;

CREATE TABLE unit_codes (
    code_hash  BLOB    NOT NULL PRIMARY KEY,
    batch_id   TEXT    NOT NULL REFERENCES unit_batches (id),
    serial     INTEGER NOT NULL,
    claimed_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_codes_batch_id ON unit_codes (batch_id, serial);

-- Who scanned is known once the fact is applied (part_number); until then, and for the same visitor again, by a hash.
CREATE TABLE unit_scans (
    message_key BLOB    NOT NULL PRIMARY KEY,
    batch_id    TEXT    NOT NULL REFERENCES unit_batches (id),
    serial      INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    region      TEXT    NOT NULL,
    outcome     TEXT    NOT NULL CHECK (outcome IN ('claimed', 'already_used', 'paused')),
    visitor     BLOB,
    part_number INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_scans_serial ON unit_scans (batch_id, serial, at);
CREATE INDEX unit_scans_part_number ON unit_scans (part_number) WHERE part_number IS NOT NULL;
