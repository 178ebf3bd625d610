import type {
  LogOutcome,
  Source,
  SourceCounts,
  SourceDetail,
  SourceItem,
  SourceLogEntry,
  SourceSettings,
} from '../../src/shared/api/types';
import { NOTHING } from '../../src/sources/days.ts';
import { iso, random } from './data.ts';

const DAY_MS = 86_400_000;
const KEPT = 200;
/** How often a message comes to the source that is live. */
const LIVE_EVERY_MS = 1500;
/** So long after somebody began to watch a new source its first message comes, as though somebody had tried the line for the terminal. */
const FIRST_AFTER_MS = 3000;

export interface MockSource {
  source: Source;
  totals: SourceCounts;
  log: SourceLogEntry[];
  /** Messages come by the clock: since when (of a new source: since its log was first asked for), and how many have. */
  live: { since: number | null; every: number; come: number; most: number } | null;
}

const sources = new Map<string, MockSource>();
let nextEntry = 1;

function source(id: string, settings: Omit<SourceSettings, 'state'>, more: Partial<Source> = {}): Source {
  return {
    id,
    ...settings,
    state: 'active',
    write_key_ending: 'x7Qa',
    earlier_key_valid_until: null,
    created_by: 'usr_1',
    created_at: '2026-10-04T02:00:00Z',
    version: 1,
    ...more,
  };
}

type Sample = [outcome: LogOutcome, type: string | null, name: string | null, reason: string | null, shape?: string];

const USUAL: Sample[] = [
  ['accepted', 'track', 'Product Viewed', null],
  ['accepted', 'page', 'Home', null],
  ['accepted', 'identify', null, null],
  ['accepted', 'track', 'Order Completed', null],
  ['duplicate', 'track', 'Product Viewed', null],
  ['accepted', 'page', '/u/13812345678/orders', null],
  ['accepted', 'track', 'Order Completed', 'order_without_id'],
  [
    'refused',
    'track',
    'Product Viewed',
    'no_user_anon_id',
    '{type: text, event: text, properties: {sku: text, price: number, products: list of 2}, context: {page: {path: text, url: text}}}',
  ],
  ['accepted', 'screen', 'Cart', 'time_replaced'],
  ['refused', 'track', null, 'missing_event', '{type: text, userId: text, properties: {total: number}}'],
  ['accepted', 'group', null, null],
  ['refused', null, null, 'malformed', 'not JSON'],
  ['accepted', 'alias', null, null],
];

/** A message that is not as planned, under each of the two modes that look. */
const FLAGGED: Sample = ['accepted', 'track', 'Coupon Used', 'unknown_event', '{event: text}'];
const HELD: Sample = ['quarantined', 'track', 'Order Completed', 'wrong_type', '{total: text 99,99}'];

function add(to: MockSource, [outcome, type, name, reason, shape]: Sample, atMs: number) {
  const id = nextEntry++;
  const message_id = type === null ? null : `ajs-next-${String(id * 7919).padStart(8, '0')}`;
  to.log.unshift({ id, at: iso(atMs), outcome, type, name, message_id, reason, shape: shape ?? null });
  const counted = {
    accepted: 'accepted',
    duplicate: 'duplicates',
    refused: 'refused',
    quarantined: 'put_aside',
  } as const;
  to.totals[counted[outcome]] += 1;
  to.totals.last_at = iso(atMs);
  const kept: Record<LogOutcome, number> = { accepted: 0, duplicate: 0, refused: 0, quarantined: 0 };
  to.log = to.log.filter((entry) => {
    kept[entry.outcome] += 1;
    return kept[entry.outcome] <= KEPT;
  });
}

function put(one: Source, live: MockSource['live'] = null): MockSource {
  const made = { source: one, totals: { ...NOTHING }, log: [], live };
  sources.set(one.id, made);
  return made;
}

const START_MS = Date.now();

function past(to: MockSource, count: number, everyMs: number) {
  for (let index = 0; index < count; index += 1) {
    const sample = USUAL[index % USUAL.length];
    if (sample) add(to, sample, START_MS - (count - index) * everyMs);
  }
}

const shop = put(
  source('src_0001', { name: '官网商城', kind: 'website', user_id_type: 'customer_id', rate_limit: 1000 }),
);
past(shop, 130, 47_000);
add(shop, FLAGGED, START_MS - 20_000);
Object.assign(shop.totals, { accepted: 128_430, duplicates: 312, refused: 37 });
const till = put(
  source(
    'src_0002',
    { name: 'POS', kind: 'till', user_id_type: 'member_no', rate_limit: null },
    { state: 'paused', version: 4, earlier_key_valid_until: iso(START_MS + DAY_MS), write_key_ending: 'Lm2_' },
  ),
);
past(till, 12, 3_600_000);
add(till, HELD, START_MS - 1_800_000);
Object.assign(till.totals, { put_aside: 240, released: 20, discarded: 8, erased: 3 });
past(
  put(source('src_0003', { name: 'App', kind: 'app', user_id_type: 'user_id', rate_limit: null }), {
    since: START_MS,
    every: LIVE_EVERY_MS,
    come: 0,
    most: Number.POSITIVE_INFINITY,
  }),
  4,
  9000,
);
put(source('src_0004', { name: 'ERP', kind: 'server', user_id_type: 'user_id', rate_limit: 50 }));

/** What has come meanwhile. */
function brought(one: MockSource): MockSource {
  const { live } = one;
  if (!live || live.since === null || one.source.state === 'paused') return one;
  const due = Math.min(live.most, Math.floor((Date.now() - live.since) / live.every));
  for (; live.come < due; live.come += 1) {
    const sample = USUAL[live.come % USUAL.length];
    if (sample) add(one, sample, live.since + (live.come + 1) * live.every);
  }
  return one;
}

export function listSources(): SourceItem[] {
  return [...sources.values()].map(brought).map(({ source: one, totals }) => ({ source: one, totals }));
}

export function findSource(id: string): MockSource | null {
  const found = sources.get(id);
  return found ? brought(found) : null;
}

export function detailOf({ source: one, totals }: MockSource): SourceDetail {
  const today = new Date(START_MS).toISOString().slice(0, 10);
  const few = totals.accepted < 1000;
  if (few) return { source: one, totals, days: totals.last_at ? [{ day: today, counts: totals }] : [] };
  const next = random(totals.accepted);
  const days = Array.from({ length: 30 }, (_, index) => ({
    day: new Date(START_MS - (29 - index) * DAY_MS).toISOString().slice(0, 10),
    counts: {
      ...NOTHING,
      accepted: Math.round((totals.accepted / 40) * (0.6 + next())),
      duplicates: Math.round((totals.duplicates / 40) * (0.6 + next())),
      refused: Math.round((totals.refused / 40) * (0.6 + next())),
      last_at: totals.last_at,
    },
  }));
  return { source: one, totals, days: days.filter((_, index) => index % 9 !== 4) };
}

export function logOf({ log, live }: MockSource, query: URLSearchParams) {
  if (live) live.since ??= Date.now();
  const after = Number(query.get('after') ?? 0);
  const before = Number(query.get('cursor') ?? Number.POSITIVE_INFINITY);
  const limit = Number(query.get('limit') ?? 50);
  const outcome = query.get('outcome');
  const found = log.filter((one) => one.id > after && one.id < before && (!outcome || one.outcome === outcome));
  const items = found.slice(0, limit);
  return { items, next_cursor: found.length > limit ? String(items.at(-1)?.id) : null };
}

const newKey = () => `wk_mock${Math.random().toString(36).slice(2, 14).padEnd(12, '0')}`;

type Settings = Partial<SourceSettings> & { name: string };

const settingsOf = (body: Settings) => ({
  name: body.name,
  kind: body.kind ?? 'other',
  user_id_type: body.user_id_type ?? 'user_id',
  rate_limit: body.rate_limit ?? null,
});

export function createSource(body: Settings, silent: boolean) {
  const writeKey = newKey();
  const more = { created_at: iso(Date.now()), write_key_ending: writeKey.slice(-4) };
  const { source: made } = put(source(`src_${String(1000 + sources.size)}`, settingsOf(body), more), {
    since: null,
    every: FIRST_AFTER_MS,
    come: 0,
    most: silent ? 0 : 1,
  });
  return { write_key: writeKey, source: made };
}

/** What the server does to a source counts its version up. */
export function changeSource(one: MockSource, change: Partial<Source>): Source {
  one.source = { ...one.source, ...change, version: one.source.version + 1 };
  return one.source;
}

export function updateSource(one: MockSource, body: Settings): Source {
  return changeSource(one, { ...settingsOf(body), state: body.state ?? 'active' });
}

export function rotateKey(one: MockSource, earlierValidSeconds: number) {
  const writeKey = newKey();
  const until = earlierValidSeconds > 0 ? iso(Date.now() + earlierValidSeconds * 1000) : null;
  const change = { write_key_ending: writeKey.slice(-4), earlier_key_valid_until: until };
  return { write_key: writeKey, source: changeSource(one, change) };
}
